"""README in English and Chinese, CONTRIBUTING: code runs, tables are complete, links exist."""

import re

import pytest

from claims import experiments, measured
from claims.catalogue import RUNS
from claims.words import WORDS
from dataset.mnist import data_name
from tests.test_cli import ROOT
from tests.test_scripts import EXTRAS, MODULES, PAGES

TEXTS = {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "docs/README.md")
}
README, CHINESE = TEXTS["README.md"], TEXTS["README.zh-CN.md"]


def blocks(text):
    """Return the code blocks of a file, with their languages."""
    return re.findall(r"^```(\w*)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def test_the_first_code_block_is_two_commands():
    first = blocks(README)[0][1].splitlines()
    assert len(first) == 2
    assert all(line.startswith("python -m pip install -e ") for line in first)


def test_the_custom_network_of_the_readme_learns():
    (code,) = (code for language, code in blocks(README) if language == "python")
    variables = {}
    exec(code, variables)
    accuracy = variables["net"].accuracy(*variables["test"])
    if data_name("auto") == "mnist":  # the last digit may differ from machine to machine
        promised = float(re.search(r"# (0\.\d+) on MNIST", code)[1])
        assert accuracy == pytest.approx(promised, abs=0.0015)
    assert accuracy > 0.93
    assert len(code.strip().splitlines()) <= 20


@pytest.mark.parametrize("text", [README, CHINESE], ids=["English", "Chinese"])
def test_names_can_be_imported_from_where_they_are_said_to_be(text):
    named = re.findall(r"`([^`]+)`\s?[(（](?:from|来自)\s`((?:common|lab)[\w.]*)`[)）]", text)
    assert len(named) == 7
    for code, module in named:
        name = re.findall(r"\w+", code.partition("(")[0])[-1]
        exec(f"from {module} import {name}", {})
    assert not re.findall(r"common\.\w+\.\w+", text)  # `common` itself is not imported there


def test_no_line_of_chinese_breaks_between_two_characters():
    """A browser shows a line break as a gap."""
    wide = "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”]"
    assert re.findall(rf".{{,9}}{wide}\n{wide}.{{,9}}", CHINESE) == []


def test_the_custom_layer_of_contributing_passes_its_check(capsys):
    (code,) = (code for language, code in blocks(TEXTS["CONTRIBUTING.md"]) if language == "python")
    variables = {}
    exec(code, variables)
    assert capsys.readouterr().out == "True\n"
    assert len(TEXTS["CONTRIBUTING.md"].splitlines()) <= 70  # a page


@pytest.mark.parametrize("page", experiments.HEADS)
def test_what_is_generated_is_what_was_measured(page):
    """From `claims/words.py` and `claims/measured.json`: ``python reproduce.py --gallery``."""
    assert experiments.rewritten(page, TEXTS[page], RUNS) == TEXTS[page]


def test_every_script_has_words():
    assert {run.module for run in RUNS if run.name in WORDS} == set(MODULES) - set(EXTRAS) - PAGES
    assert set(WORDS) <= {run.name for run in RUNS}


def test_every_page_is_named():
    for name in PAGES:
        assert f"`python {name.replace('.', '/')}.py`" in README


@pytest.mark.parametrize("name", WORDS)
def test_the_words_of_a_row_tell_numbers_that_were_measured(name):
    english, chinese = (sorted(experiments.PLACE.findall(words)) for words in WORDS[name])
    assert english == chinese
    assert set(measured.read()[name]["numbers"]) == {path for path, _ in english}


@pytest.mark.parametrize("name", TEXTS)
def test_links_and_pictures_are_there(name):
    for target in re.findall(r"\]\(([^)#]+)\)", TEXTS[name]):
        assert ((ROOT / name).parent / target).exists(), target


def test_the_claims_are_counted():
    told = re.search(r"Of the (\d+) claims, .* (\d+) hold and (\d+) differ", README)
    shown = re.search(r"of (\d+) .* (\d+) held and\s+(\d+) differed", TEXTS["docs/README.md"])
    assert told.groups() == shown.groups()
    assert int(told[1]) == sum(len(run.claims) for run in RUNS)


def test_the_two_readmes_say_the_same():
    """Code, tables and all numbers are equal: after a change in one file, change the other, too."""
    assert blocks(README) == blocks(CHINESE)
    numbers = [sorted(re.findall(r"\d+(?:[.,-]\d+)*", text)) for text in (README, CHINESE)]
    assert numbers[0] == numbers[1]
    headings = [re.findall(r"^#+ ", text, re.MULTILINE) for text in (README, CHINESE)]
    assert headings[0] == headings[1]
