"""What holds the code base together: imports point one way, nothing runs at import, names stay."""

import ast
import doctest
import importlib
import subprocess
import sys

import pytest

from tests.test_cli import ROOT

OURS = {"common", "dataset", "ch01", "ch02", "ch03", "ch04", "ch05", "ch06"}
FILES = sorted(path for package in OURS for path in (ROOT / package).glob("*.py"))
IDS = [str(path.relative_to(ROOT)) for path in FILES]
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}

# Module of common: the modules of common that it may import.
ALLOWED = {
    "checks": set(),
    "files": set(),
    "util": set(),
    "penalties": set(),
    "gradient": {"util"},
    "functions": {"checks"},
    "optimizer": {"checks"},
    "schedules": {"checks"},
    "initializers": {"checks", "util"},
    "layers": {"checks", "functions", "util"},
    "network": {"checks", "files", "functions", "gradient", "layers", "penalties", "util"},
    "multi_layer_net": {"initializers", "layers", "network", "util"},
    "multi_layer_net_extend": {"multi_layer_net", "network", "util"},
    "checkpoint": {"files", "util"},
    "trainer": {"checkpoint", "checks", "optimizer", "schedules", "util"},
    "plots": {"util"},
    "tour": set(),
    "cli": {"files", "plots"},
    "__init__": set(),
}


def imports(path):
    """Yield the full names of the modules that a file imports, wherever the import stands."""
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            inside = node.module in OURS
            yield from (f"{node.module}.{a.name}" for a in node.names) if inside else [node.module]


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_imports_point_one_way(path):
    package = path.parent.name
    for name in imports(path):
        other, _, module = name.partition(".")
        if other not in OURS:
            continue
        if package == "common":
            assert other == "common", f"{name}: common imports only common"
            assert module in ALLOWED[path.stem], f"{name}: not allowed in common.{path.stem}"
        else:
            assert other in {"common", "dataset", package}, f"{name}: another chapter's"


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_habits_that_are_banned(path):
    tree, text = TREES[path], path.read_text(encoding="utf-8")
    assert ast.get_docstring(tree), "each module says its one idea"
    assert "sys.path" not in text
    assert "pickle" not in {name.split(".")[0] for name in imports(path)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert all(alias.name != "*" for alias in node.names)
    assert path.stem not in sys.stdlib_module_names
    if path.parent.name == "common" and path.stem != "plots":
        assert not any(name.startswith("matplotlib.pyplot") for name in imports(path))


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_no_work_at_import_time(path):
    for node in TREES[path].body:
        plain = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef
        constant = ast.Assign | ast.AnnAssign
        guard = isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        assert isinstance(node, plain | constant) or guard or docstring, ast.unparse(node)


@pytest.mark.parametrize("module", ["functions", "network"])
def test_examples_in_docstrings_hold(module):
    failed, tried = doctest.testmod(importlib.import_module(f"common.{module}"))[:2]
    assert failed == 0
    assert tried > 0


def test_every_module_of_common_is_on_the_map():
    doc = ast.get_docstring(TREES[ROOT / "common" / "__init__.py"])
    lines = [line[:47].split("  ")[0] for line in doc.splitlines() if line[:1].islower()]
    on_the_map = {name for line in lines for name in line.split(", ")} - {"module"}
    assert on_the_map == set(ALLOWED) - {"__init__"}


def test_code_typed_from_the_book_runs(tmp_path):
    """The imports and calls of chapters 3 to 5, in another folder and with stars."""
    code = """
import numpy as np
from common.functions import *
from common.layers import *
from common.gradient import numerical_gradient
from collections import OrderedDict
from dataset.mnist import load_mnist

(x_train, t_train), (x_test, t_test) = load_mnist(normalize=True, one_hot_label=True)
params = {'W1': 0.01 * np.random.randn(784, 5), 'b1': np.zeros(5),
          'W2': 0.01 * np.random.randn(5, 10), 'b2': np.zeros(10)}
layers = OrderedDict()
layers['Affine1'] = Affine(params['W1'], params['b1'])
layers['Relu1'] = Relu()
layers['Affine2'] = Affine(params['W2'], params['b2'])
lastLayer = SoftmaxWithLoss()

def loss(x, t):
    for layer in layers.values():
        x = layer.forward(x)
    return lastLayer.forward(x, t)

mask = np.random.choice(x_train.shape[0], 100)
x, t = x_train[mask], t_train[mask]
losses = []
for i in range(100):
    losses.append(loss(x, t))
    dout = lastLayer.backward(1)
    for layer in reversed(list(layers.values())):
        dout = layer.backward(dout)
    for n in ('1', '2'):
        params['W' + n] -= 0.5 * layers['Affine' + n].dW
        params['b' + n] -= 0.5 * layers['Affine' + n].db
assert losses[-1] < losses[0], losses
grad = numerical_gradient(lambda w: loss(x, t), params['b2'])
loss(x, t); lastLayer.backward(1)
assert np.abs(grad - lastLayer.backward(1).sum(axis=0)).max() < 1e-6
a = sigmoid(np.dot(np.array([1.0, 0.5]), np.ones((2, 3))))
y = softmax(a)
print(cross_entropy_error(y, np.array([0, 0, 1])), mean_squared_error(y, np.array([0, 0, 1])))
print(identity_function(a), step_function(a), relu(a), sum_squared_error(y, y))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
