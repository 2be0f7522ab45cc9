"""The README: its code runs, its table names every script, its links lead somewhere."""

import re

from tests.test_cli import ROOT
from tests.test_scripts import MODULES

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_first_code_block_is_two_commands():
    first = re.search(r"```\n(.*?)```", README, re.DOTALL)[1].splitlines()
    assert len(first) == 2
    assert all(line.startswith("python -m pip install -e ") for line in first)


def test_the_network_of_ones_own_learns():
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]
    variables = {}
    exec(code, variables)
    assert variables["net"].accuracy(*variables["test"]) > 0.93


def test_every_script_is_in_the_table():
    table = README[README.index("| script | section") :]
    named = set()
    for line in table.splitlines():
        paths = re.findall(r"`(?:(ch\d\d)/)?(\w+)\.py`", line.split("|")[1] if "|" in line else "")
        named |= {f"{paths[0][0]}.{stem}" for _, stem in paths}
    assert named == set(MODULES)


def test_links_and_pictures_are_there():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
