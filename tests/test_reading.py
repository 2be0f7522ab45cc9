"""The amount of code to read: calls and lines of a training step, sizes of functions and modules.

Counted with `sys.setprofile` and `sys.settrace`: functions, and lines, of this project that one
step of SGD on 784-50-10 runs. A line validates if it is in `common/checks.py`, if it calls a
function whose name says that it checks or converts, if it raises, or if it is the condition of an
`if` that raises.
"""

import ast
import sys
from collections import Counter

import numpy as np
import pytest

import common.layers
from ch05.two_layer_net import TwoLayerNet
from claims.catalogue import RUNS
from common.optimizer import SGD
from tests import test_structure as structure
from tests.test_cli import ROOT

CHECKS = ("check", "as_float", "as_array", "expects", "_floats")
COMMON = sorted((ROOT / "common").rglob("*.py"))
CHAPTERS = sorted(ROOT.glob("ch0*/**/*.py"))
TREES = {str(path): structure.TREES[path] for path in [*COMMON, *CHAPTERS]}
PLACES = [
    path
    for package in ("common", "lab", "dataset", "claims")
    for path in (ROOT / package).rglob("*.py")
]
PLACES += CHAPTERS
# Runs of like lines in two scripts of the chapters that stay: where, and why.
LIKE_LINES_THAT_STAY = {
    ("ch04/train_neuralnet.py", "ch05/train_neuralnet.py"): "the book writes its loop twice",
    ("ch04/two_layer_net.py", "ch05/two_layer_net.py"): "by hand in chapter 4, of layers in 5",
}
DATA = {"claims/book.py", "claims/words.py"}  # may be longer than 300 lines


def one_step():
    """Return a function that takes a training step, after a first one, which creates state."""
    net, optimizer = TwoLayerNet(784, 50, 10, rng=0), SGD(0.1)
    rng = np.random.default_rng(0)
    x, t = rng.random((100, 784), dtype=np.float32), rng.integers(10, size=100)

    def step():
        optimizer.update(net.params, net.gradient(x, t))

    step()
    return step


def ours(frame):
    return frame.f_code.co_filename.startswith((str(ROOT / "common"), str(ROOT / "ch05")))


def watched(install, step):
    """Return the count of each (file, line, event) of this project, and the depth of the calls."""
    seen, depth = Counter(), [0, 0]

    def watch(frame, event, _):
        if not ours(frame):
            return None
        seen[frame.f_code.co_filename, frame.f_lineno, event] += 1
        if event in ("call", "return"):
            depth[0] += 1 if event == "call" else -1
            depth[1] = max(depth)
        return watch

    before = sys.getprofile(), sys.gettrace()
    install(watch)
    try:
        step()
    finally:
        sys.setprofile(before[0])
        sys.settrace(before[1])
    return seen, depth[1]


def validating(path):
    """Return the numbers of the lines of a file that validate."""
    if path.endswith("checks.py"):
        return set(range(10_000))
    found = set()
    for node in ast.walk(TREES[path]):
        called = node.func if isinstance(node, ast.Call) else None
        name = getattr(called, "id", getattr(called, "attr", ""))
        if isinstance(node, ast.If) and any(isinstance(one, ast.Raise) for one in node.body):
            found |= {*range(node.test.lineno, node.body[-1].end_lineno + 1)}
        elif (
            name.strip("_").startswith(CHECKS)
            or name in CHECKS
            or isinstance(node, ast.Raise)
            or (isinstance(node, ast.FunctionDef) and node.name.strip("_").startswith(CHECKS))
        ):
            found |= {*range(node.lineno, node.end_lineno + 1)}
    return found


def test_one_step_makes_few_calls_and_validates_little(capsys):
    calls, depth = watched(sys.setprofile, one_step())
    calls = sum(number for (_, _, event), number in calls.items() if event == "call")
    seen, _ = watched(sys.settrace, one_step())
    lines = Counter({place[:2]: number for place, number in seen.items() if place[2] == "line"})
    checking = {path: validating(path) for path in TREES}
    validate = sum(n for (path, line), n in lines.items() if line in checking.get(path, ()))
    print(f"{calls} calls, {depth} deep, {lines.total()} lines, of which {validate} validate")
    assert calls <= 65
    assert validate <= 0.2 * lines.total()


def bodies(paths):
    """Yield the name and the number of lines of the body of each function of some modules."""
    for path in paths:
        for node in ast.walk(TREES[str(path)]):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
                yield f"{path}: {node.name}", lines


@pytest.mark.parametrize(("paths", "typical"), [(COMMON, 12), (CHAPTERS, 14)], ids=["common", "ch"])
def test_functions_are_short(paths, typical):
    sizes = dict(bodies(paths))
    assert {name: lines for name, lines in sizes.items() if lines > 30} == {}
    assert np.percentile(list(sizes.values()), 90) <= typical


def test_modules_are_short():
    for path in PLACES:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= 300 or str(path.relative_to(ROOT)) in DATA, path


def told(path):
    """Return the lines of a script without imports, comments and guard."""
    skipped = set()
    for node in TREES[str(path)].body:
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Try | ast.If):
            skipped |= set(range(node.lineno, node.end_lineno + 1))
    lines = path.read_text(encoding="utf-8").splitlines()
    told = (line.strip() for number, line in enumerate(lines, 1) if number not in skipped)
    return [line for line in told if line and not line.startswith("#")]


def test_no_two_scripts_have_six_like_lines_in_a_row():
    """Shared code is in `lab` or in the helpers of a chapter."""
    seen, found = {}, set()
    for path in CHAPTERS:
        lines = told(path)
        for run in {tuple(lines[k : k + 6]) for k in range(len(lines) - 5)}:
            other = seen.setdefault(run, path)
            if other != path:
                found.add(tuple(str(one.relative_to(ROOT)) for one in (other, path)))
    assert found == set(LIKE_LINES_THAT_STAY)


def test_a_layer_is_short():  # on average, its docstring included
    exported = {getattr(common.layers, name) for name in common.layers.__all__}
    kinds = {one for one in exported if hasattr(one, "backward")} - {common.layers.Layer}
    paths = (ROOT / "common" / "layers").glob("*.py")
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)
    assert lines <= 50 * len(kinds)


def test_the_claims_are_short():  # on average, with the functions that measure them
    paths = (ROOT / "claims").glob("ch*.py")
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)
    assert lines <= 8 * sum(len(run.claims) for run in RUNS)
