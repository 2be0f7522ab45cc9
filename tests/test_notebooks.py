"""The notebooks run in a real kernel, and what is saved in them is what the code prints."""

import copy
import os
import re
from inspect import getsource

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from ch04.two_layer_net import TwoLayerNet
from claims.catalogue import RUNS
from dataset.mnist import data_name
from notebooks import run as notebooks
from tests import test_structure as structure
from tests.test_cli import ROOT, run
from tests.test_wording import found

PATHS = {path.stem: path for path in sorted(notebooks.FOLDER.glob("*.ipynb"))}
SAVED = {name: nbformat.read(path, as_version=4) for name, path in PATHS.items()}
SLOW = {"ch03", "ch04", "ch06", "ch07", "ch08"}
BY_SPEED = [pytest.param(name, marks=[pytest.mark.slow] * (name in SLOW)) for name in PATHS]
NUMBER = re.compile(r"(?<![\w.])[-+]?\d[\d,]*(?:\.\d*)?(?:e[-+]?\d+)?", re.IGNORECASE)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def text(notebook):
    """Return what is written around the cells, and in them."""
    return "\n".join(cell.source for cell in notebook.cells)


def kinds(cell, messages=True):
    """Return the kinds of a cell's outputs: what is printed, with messages, pictures, values."""
    found = [
        output.name if output.output_type == "stream" else [output.output_type, *output.data]
        for output in cell.outputs
    ]
    return [kind for kind in found if kind != "stderr" or messages]


def printed(cell):
    """Return what a cell prints and its value: words, and numbers."""
    texts = [output.get("text") or output.data.get("text/plain", "") for output in cell.outputs]
    joined = "\n".join(texts)
    return NUMBER.sub("#", joined).split(), NUMBER.findall(joined)


def same(old, new):
    """Return whether two printed numbers agree; on another processor decimals differ a little."""
    one, other = (float(number.replace(",", "")) for number in (old, new))
    whole = not re.search("[.e]", old + new)
    return one == other if whole else one == pytest.approx(other, rel=0.01, abs=0.01)


def differences(saved, fresh, same_data=True):
    """Return the cells whose outputs differ; of those tagged "varies" only the kinds count.

    With the drawn digits the same, and a message says that they are used.
    """
    problems = []
    for number, (old, new) in enumerate(zip(code(saved), code(fresh), strict=True), 1):
        if kinds(old) != kinds(new, messages=same_data):
            problems.append(f"cell [{number}]: {kinds(old)}, now {kinds(new)}")
        elif same_data and "varies" not in old.metadata.get("tags", []):
            (words, numbers), (words_now, numbers_now) = printed(old), printed(new)
            if words != words_now or not all(map(same, numbers, numbers_now)):
                problems.append(f"cell [{number}]: {printed(old)}, now {printed(new)}")
    return problems


@pytest.mark.skipif(os.name == "nt", reason="as tests/test_notebook.py")
@pytest.mark.parametrize("name", BY_SPEED)
def test_the_saved_outputs_are_those_of_a_fresh_run(name, tmp_path):
    fresh = notebooks.executed(PATHS[name], tmp_path)
    problems = differences(SAVED[name], fresh, data_name("auto") == "mnist")
    assert problems == [], f"run python notebooks/run.py {name}, and look at git diff"


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [("816", "818", 1), ("AND", "NOR", 1), ("settings", "weights", 1), ("  816", " 816", 0)],
)
def test_stale_outputs_are_found(old, new, found):
    stale = copy.deepcopy(SAVED["ch02"])
    outputs = [output for cell in code(stale) for output in cell.outputs if "text" in output]
    (output,) = (output for output in outputs if "  816 settings" in output.text)
    output.text = output.text.replace(old, new, 1)
    assert len(differences(SAVED["ch02"], stale)) == found


@pytest.mark.parametrize(
    ("old", "new", "close"),
    [
        ("0.92", "0.925", True),
        ("0.92", "0.94", False),
        ("2,715", "2,716", False),
        ("0", "4e-6", True),
    ],
)
def test_numbers_agree_up_to_rounding(old, new, close):
    assert same(old, new) == same(new, old) == close


@pytest.mark.parametrize("name", PATHS)
def test_a_notebook_is_saved_with_outputs_in_the_form_of_run(name):
    notebook, cells = SAVED[name], code(SAVED[name])
    assert PATHS[name].read_bytes() == notebooks.as_saved(notebook)
    assert notebook.metadata == notebooks.METADATA
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert all(set(cell.metadata) <= {"tags"} for cell in notebook.cells)
    assert 15 <= len(notebook.cells) <= 40
    outputs = [output for cell in cells for output in cell.outputs]
    assert {output.get("name", "stdout") for output in outputs} == {"stdout"}  # no warnings
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= 5
    saved = "".join(output.get("text", "") for output in outputs)
    assert not re.search(r"(^|[\s'\"])(/\w|[A-Z]:\\)|\[\d\d:\d\d", saved)  # paths, progress bars
    assert "too small to show" not in saved


def test_the_notebooks_are_small():
    assert sum(path.stat().st_size for path in PATHS.values()) < 2.5e6


def runs(lines, length=5):
    return {tuple(lines[k : k + length]) for k in range(len(lines) - length + 1)}


def stripped(source):
    return [line.strip() for line in source.splitlines() if line.strip()]


def test_no_listing_is_written_twice():
    library = set()
    for path in structure.FILES:
        library |= runs(stripped(path.read_text(encoding="utf-8")))
    assert runs(stripped(getsource(TwoLayerNet.gradient))) <= library  # it would be found
    for name, notebook in SAVED.items():
        for cell in code(notebook):
            assert not runs(stripped(cell.source)) & library, f"{name}: {cell.source}"


@pytest.mark.parametrize("name", PATHS)
def test_every_section_with_code_and_every_script_is_mentioned(name):
    chapter, said = name[-1], text(SAVED[name])
    sections = {section for one in RUNS for section in one.sections if section[0] == chapter}
    scripts = {path for path in (ROOT / name).rglob("*.py") if "helpers" not in path.parts}
    for section in sections:
        assert re.search(rf"(?<![\d.]){re.escape(section)}(?!\d)", said), section
    for script in scripts:
        assert script.stem == "__init__" or re.search(rf"\b{script.stem}\b", said), script


@pytest.mark.parametrize("name", PATHS)
def test_the_text_is_plain_and_its_links_lead_somewhere(name):
    assert [problem for cell in SAVED[name].cells for problem in found(cell.source)] == []
    for target in re.findall(r"\]\(([^)]+)\)", text(SAVED[name])):
        assert (notebooks.FOLDER / target).exists(), target


def first_cells():
    """Return the first code of each notebook, without the line that the reader may change."""
    return {re.sub("QUICK = .*", "", code(notebook)[0].source) for notebook in SAVED.values()}


def test_all_notebooks_begin_alike():
    assert len(first_cells()) == 1
    for notebook in SAVED.values():
        assert re.search(r"^QUICK = True  # False: ", code(notebook)[0].source, re.MULTILINE)


def test_the_first_cell_says_in_one_line_what_to_do_or_finds_the_clone(tmp_path):
    program = first_cells().pop().replace("%matplotlib inline", "print(Path(script.__file__))")
    ended = run("-S", "-c", program, cwd=tmp_path, PYTHONPATH="")  # -S: nothing is installed
    assert ended.stderr.splitlines()[-1].startswith(
        "ModuleNotFoundError: No module named 'lab': %cd into a clone of the repository, "
    )
    packages = os.pathsep.join({str(ROOT.joinpath(np.__file__).parents[1])})
    ended = run("-S", "-c", program, cwd=notebooks.FOLDER, PYTHONPATH=packages)
    assert ended.stdout == f"{ROOT / 'lab' / 'script.py'}\n", ended.stderr


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a notebook, in place of ours."""
    cells = [
        new_code_cell(
            "import os, sys, time\nfrom common.io.progress import progress\n"
            "print('inline' in os.environ['MPLBACKEND'], time.sleep(0.1))\n"
            "for _ in progress(range(3), 'walking'): time.sleep(0.3)"
        ),
        new_code_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"),
        new_code_cell("1 / FACTOR"),
    ]
    monkeypatch.setattr(notebooks, "FOLDER", tmp_path)
    cells[0].metadata = {"tags": ["varies"], "scrolled": True}
    notebook = new_notebook(cells=[new_code_cell("FACTOR = 2"), *cells])
    (tmp_path / "ch01.ipynb").write_text(nbformat.writes(notebook))
    return tmp_path


@pytest.mark.skipif(os.name == "nt", reason="as tests/test_notebook.py")
def test_run_saves_the_same_bytes_each_time(folder, capsys):
    path = folder / "ch01.ipynb"
    notebooks.main(["ch01"])
    once, saved = path.read_bytes(), nbformat.read(path, as_version=4)
    assert capsys.readouterr().out == "saved notebooks/ch01.ipynb\n"
    assert [output.get("text") for output in saved.cells[1].outputs] == ["True None\n"]
    assert list(saved.cells[2].outputs[-1].data) == ["image/png"]
    assert saved.cells[1].metadata == {"tags": ["varies"]}
    notebooks.main([])  # all: this one
    assert path.read_bytes() == once


@pytest.mark.skipif(os.name == "nt", reason="as tests/test_notebook.py")
def test_run_says_in_one_line_what_fails_and_keeps_the_notebook(folder):
    path = folder / "ch01.ipynb"
    path.write_text(path.read_text().replace("FACTOR = 2", "FACTOR = 0"))
    before = path.read_bytes()
    with pytest.raises(SystemExit, match=r"^run.py: ch01.ipynb: ZeroDivisionError: [^\n]*$"):
        notebooks.main(["ch01"])
    with pytest.raises(SystemExit, match=r"^run.py: ch09; expected some of ch01$"):
        notebooks.main(["ch09"])
    assert path.read_bytes() == before
    assert [file.name for file in folder.iterdir()] == ["ch01.ipynb"]


def test_run_says_in_one_line_what_to_install(tmp_path):
    without = "import sys, runpy; sys.modules['nbclient'] = None; runpy.run_path(sys.argv[1])"
    ended = run("-c", without, ROOT / "notebooks" / "run.py", cwd=tmp_path)
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.endswith(': first run python -m pip install -e ".[dev]"\n')
