"""The structure of the code: imports point one way, nothing runs at import, names are kept."""

import ast
import doctest
import importlib
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.mutations import MUTATIONS
from tests.test_cli import ROOT, run

OURS = {"claims", "common", "dataset", "exercises", "lab", *(f"ch0{n}" for n in range(1, 9))}
FILES = sorted(path for package in OURS for path in (ROOT / package).rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}

# How each script says what is missing where nothing has been installed, numpy included.
INSTALL = """
except ModuleNotFoundError as missing:
    raise SystemExit(f'{missing}: first run python -m pip install -e .') from None"""
# Module of common: the modules of common that it may import.
ALLOWED = {
    "augment": {"checks", "half", "randomness"},
    "batches": {"checks", "randomness", "util"},
    "boundary": {"checks", "half", "parts"},
    "checkpoint": {"checks", "gpu", "io", "parts", "protocols", "streams"},
    "checks": set(),
    "early_stopping": {"checks", "gpu", "parts", "protocols"},
    "convolve": {"checks", "products", "util", "winograd"},
    "data_parallel": {
        *("checks", "layers", "network", "params", "parts", "protocols", "split_network"),
        "threads",
    },
    "fresh_layers": {"checks", "initializers", "layers", "randomness"},
    "functions": {"checks", "targets"},
    "gradient": {"checks", "parts", "protocols", "randomness"},
    "gpu": {"checks", "parts"},
    "half": set(),
    "initializers": {"checks", "randomness"},
    "interrupts": {"io"},
    "io": {"checks"},
    "layers": {
        *("boundary", "checks", "convolve", "functions", "parts", "products", "protocols"),
        *("randomness", "regions", "sequences", "targets", "typed", "util", "windows"),
    },
    "mpi": {
        *("checkpoint", "checks", "data_parallel", "half", "layers", "network", "parts"),
        *("protocols", "split_network"),
    },
    "multi_layer_net": {"checks", "fresh_layers", "layers", "network", "protocols", "randomness"},
    "multi_layer_net_extend": {"multi_layer_net", "network", "protocols", "randomness"},
    "network": {
        *("checks", "functions", "gradient", "layers", "params", "parts"),
        *("penalties", "pooling_first"),
        *("protocols", "summary", "threads", "typed"),
    },
    "optimizer": {"checks", "half", "subnormal"},
    "params": {"checks", "gpu", "io", "parts"},
    "parts": set(),
    "penalties": {"checks"},
    "pooling_first": {"layers", "protocols"},
    "products": {"checks"},
    "protocols": {"batches"},
    "randomness": {"checks"},
    "regions": {"checks"},
    "schedules": {"checks"},
    "sequences": {"checks"},
    "targets": {"checks"},
    "summary": {"checks", "parts", "typed"},
    "split_network": {"checks", "network"},
    "streams": {"checks"},
    "threads": set(),
    "typed": {"parts", "protocols"},
    "train_together": {"checks", "interrupts", "io", "protocols", "threads"},
    "trainer": {
        *("augment", "batches", "checkpoint", "checks", "data_parallel", "early_stopping"),
        *("mpi", "params", "protocols", "randomness", "schedules", "train_together"),
        "trainer_arguments",
    },
    "trainer_arguments": {"checks", "optimizer", "protocols", "streams"},
    "util": {"checks", "randomness"},
    "windows": {"boundary", "checks", "util"},
    "subnormal": set(),
    "winograd": {"checks"},
    "__init__": set(),
}


def imports(path):
    """Yield the full names of the modules that a file imports, wherever the import stands."""
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            inside = node.module in OURS | {"common.io"}
            yield from (f"{node.module}.{a.name}" for a in node.names) if inside else [node.module]


# Package: the packages that it may import beside itself; a chapter never imports another.
BELOW = {"common": set(), "dataset": {"common"}, "lab": {"common", "dataset"}}
BELOW |= {package: {"common", "dataset", "lab"} for package in OURS - set(BELOW)}
# The same for the modules of common.layers, and of common.io.
LAYERS = {path.stem: set() for path in (ROOT / "common" / "layers").glob("*.py")}
LAYERS["binary"] = {"affine", "convolution"}
LAYERS["__init__"] = set(LAYERS) - {"__init__"}
IO = {"files": {"pickles"}, "progress": {"notebook"}}


def test_imports_point_one_way():
    for path in FILES:
        package, *folders, stem = path.relative_to(ROOT).with_suffix("").parts
        for name in imports(path):
            other, *inside = name.split(".")
            if other not in OURS:
                continue
            assert other in BELOW[package] | {package}, f"{name}: not allowed in {path}"
            if package != "common":
                continue
            module = inside[0]
            if [module] == folders:
                allowed = LAYERS[stem] if module == "layers" else IO.get(stem, set())
                assert inside[1] in allowed, f"{name}: not allowed in {path}"
            else:
                allowed = ALLOWED[folders[0] if folders else stem]
                assert module in allowed, f"{name}: not allowed in {path}"


def test_scripts_and_helpers_are_in_separate_folders():
    """All files of a chapter can be run, except those in `helpers`."""
    guard = '\nif __name__ == "__main__":\n    %s.run(main)\n'
    for path in FILES:
        package, *folders, stem = path.relative_to(ROOT).with_suffix("").parts
        if package.startswith("ch") and stem != "__init__":
            runs = path.read_text(encoding="utf-8").endswith((guard % "script", guard % "ranks"))
            assert runs == ("helpers" not in folders), path


def test_habits_that_are_banned():
    for path in FILES:
        tree, text = TREES[path], path.read_text(encoding="utf-8")
        assert ast.get_docstring(tree), f"{path}: each module says its one idea"
        assert "sys.path" not in text, path
        # Pickles are written in one place, and read by none of Python's own readers.
        assert "import pickle\n" not in text, path
        writes = path.name == "pickles.py" and "from pickle import dumps\n" in text
        assert ("pickle" in imports(path)) == writes, path
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert all(alias.name != "*" for alias in node.names), path
        assert path.stem not in sys.stdlib_module_names, path
        if path.relative_to(ROOT).parts[0] == "common":
            assert not any(name.startswith("matplotlib") for name in imports(path)), path


def test_no_work_at_import_time():
    plain = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef
    constant = ast.Assign | ast.AnnAssign | ast.AugAssign
    for path, tree in TREES.items():
        for node in tree.body:
            test = ast.unparse(node.test) if isinstance(node, ast.If) else ""
            guard = "__name__" in test or test == "TYPE_CHECKING"
            docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            known = isinstance(node, plain | constant) or guard or docstring
            assert known or ast.unparse(node).endswith(INSTALL), f"{path}:{node.lineno}"


SCRIPTS = [
    path
    for path in [
        *FILES,
        *ROOT.glob("*.py"),
        *ROOT.glob("benchmarks/*.py"),
        ROOT / "notebooks" / "run.py",
    ]
    if '\nif __name__ == "__main__":' in path.read_text(encoding="utf-8")
    # Other scripts run these two, also where nothing of ours is installed.
    and path.name not in ("contender.py", "torch_training.py")
]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_script_says_before_anything_else_how_to_install(path):
    body = ast.parse(path.read_text(encoding="utf-8")).body[1:]
    while isinstance(body[0], ast.Import | ast.ImportFrom):
        root = getattr(body[0], "module", None) or body[0].names[0].name
        assert root.split(".")[0] in sys.stdlib_module_names
        del body[0]
    assert re.fullmatch(
        r"try:\n    from (common|lab)\S* import [\w, ]+" + re.escape(INSTALL), ast.unparse(body[0])
    )


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("ch01/hungry.py", "lab"),
        ("ch08/section_8_2/resnet.py", "lab"),
        ("reproduce.py", "numpy"),
    ],
)
def test_where_nothing_is_installed_a_script_says_in_one_line_what_to_do(name, missing, tmp_path):
    ended = run("-S", ROOT / name, cwd=tmp_path, PYTHONPATH="")  # -S: without installed packages
    assert ended.stderr == f"No module named {missing!r}: first run python -m pip install -e .\n"
    assert ended.returncode == 1


def test_where_numpy_is_there_but_we_are_not_a_script_says_so_too(tmp_path):
    path = str(Path(np.__file__).parents[1])  # there by its folder, so without what we left in it
    ended = run("-S", ROOT / "ch05" / "train_neuralnet.py", cwd=tmp_path, PYTHONPATH=path)
    assert ended.stderr == "No module named 'lab': first run python -m pip install -e .\n"


@pytest.mark.parametrize(
    "module", ["data_parallel", "early_stopping", "functions", "network", "streams", "summary"]
)
def test_examples_in_docstrings_hold(module):
    failed, tried = doctest.testmod(importlib.import_module(f"common.{module}"))[:2]
    assert failed == 0
    assert tried > 0


def test_every_module_of_common_is_on_the_map():
    doc = ast.get_docstring(TREES[ROOT / "common" / "__init__.py"])
    lines = [line[:47].split("  ")[0] for line in doc.splitlines() if line[:1].islower()]
    on_the_map = {name for line in lines for name in line.split(", ")} - {"module"}
    assert on_the_map == set(ALLOWED) - {"__init__"}


def test_every_module_of_lab_is_on_its_map():
    doc = ast.get_docstring(TREES[ROOT / "lab" / "__init__.py"])
    on_the_map = {line.split("  ")[0] for line in doc.splitlines() if line[:1].islower()}
    assert on_the_map - {"module"} == {p.stem for p in (ROOT / "lab").glob("*.py")} - {"__init__"}


def test_every_mutation_can_still_be_made():
    assert [problem for problem in (one.problem() for one in MUTATIONS) if problem] == []
    assert len({(one.file, one.name) for one in MUTATIONS}) == len(MUTATIONS) >= 100
