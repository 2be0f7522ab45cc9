"""Weights that are truncated, swapped, damaged or malicious: one line names file and reason."""

import copy
import os
import pickle
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from ch07 import (
    alexnet,
    apply_filter,
    hierarchical_features,
    pooling_shift,
    simple_convnet,
    visualize_filter,
)
from ch08 import deep_convnet, half_float_network, misclassified_mnist
from ch08.section_8_1 import augmentation
from common.io.files import load_arrays
from lab import script
from tests.test_cli import run

SHIPPED = {
    "SimpleConvNet": (simple_convnet.SimpleConvNet, simple_convnet.WEIGHTS),
    "AlexNet": (alexnet.AlexNet, alexnet.WEIGHTS),
    "DeepConvNet": (deep_convnet.DeepConvNet, deep_convnet.WEIGHTS),
}
SCRIPTS = {
    apply_filter: "SimpleConvNet",
    pooling_shift: "SimpleConvNet",
    visualize_filter: "SimpleConvNet",
    hierarchical_features: "AlexNet",
    augmentation: "DeepConvNet",
    half_float_network: "DeepConvNet",
    misclassified_mnist: "DeepConvNet",
}
MARKER = "it-ran"
NPY = b"\x93NUMPY\x01\x00\x76\x00" + (
    b"{'descr': '|u1', 'fortran_order': False, 'shape': (33554432,), }".ljust(117) + b"\n"
)


class Bomb:
    def __reduce__(self):
        return os.mkdir, (MARKER,)


def bomb_of_zeros(path, entries):
    """Write 32 MB of zeros in 32 kB, which `entries` names in the archive refer to."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("W1.npy", NPY + bytes(2**25))
        for number in range(2, entries + 1):
            archive.filelist.append(copy.copy(archive.filelist[0]))
            archive.filelist[-1].filename = f"W{number}.npy"


def bomb_that_lies(path):
    """Write 32 MB of zeros whose stated size is 200 bytes."""
    bomb_of_zeros(path, 1)
    true, said = (size.to_bytes(4, "little") for size in (len(NPY) + 2**25, 200))
    path.write_bytes(path.read_bytes().replace(true, said))


def save(path, arrays, **others):
    np.savez(path, **{**arrays, **others})


def exchanged(path, arrays):
    for _, shipped in SHIPPED.values():
        if load_arrays(shipped)["W1"].shape != arrays["W1"].shape:
            path.write_bytes(shipped.read_bytes())


def objects(path, arrays):
    value = np.array([Bomb()], dtype=object)
    np.savez(path, allow_pickle=True, **{**arrays, "W1": value})


# What is wrong: how such a file is written, and what the line says about it.
BAD = {
    "nothing": (lambda p, a: p.write_bytes(b""), "(it is empty)"),
    "text": (lambda p, a: p.write_bytes(b"weights"), "not a valid"),
    "cut": (lambda p, a: (save(p, a), p.write_bytes(p.read_bytes()[:-1000])), "not a valid"),
    "another network's": (exchanged, "holds parameters of another network: W1 is "),
    "another shape": (lambda p, a: save(p, a, W2=a["W2"].T), "of another network: W2 is "),
    "one missing": (
        lambda p, a: save(p, {k: v for k, v in a.items() if k != "b2"}),
        "b2 is none; expected ",
    ),
    "one more": (lambda p, a: save(p, a, W9=np.ones(3)), "W9 is (3,); expected none"),
    "NaN": (lambda p, a: save(p, a, W2=a["W2"] * np.nan), "other than finite numbers in W2"),
    "infinite": (lambda p, a: save(p, a, b1=a["b1"] + np.inf), "other than finite numbers in b1"),
    "integers": (
        lambda p, a: save(p, a, b1=a["b1"].astype(int)),
        "other than finite numbers in b1",
    ),
    "objects": (objects, "Object arrays cannot be loaded"),
    "zip bomb": (lambda p, a: bomb_of_zeros(p, 100), "bytes unpacked, more than"),
    "zip bomb that lies": (lambda p, a: bomb_that_lies(p), "not a valid"),
    "pickle that runs": (lambda p, a: p.write_bytes(pickle.dumps(Bomb())), ".mkdir'; expected"),
    "pickle that runs inside": (
        lambda p, a: p.write_bytes(pickle.dumps({**a, "b1": Bomb()})),
        ".mkdir'; expected",
    ),
}


def write(bad, path, name):
    """Write a bad file of weights for a network, and return the expected message."""
    arrays = {key: value for key, value in load_arrays(SHIPPED[name][1]).items() if value.ndim}
    with np.errstate(invalid="ignore"):
        BAD[bad][0](path, arrays)
    return BAD[bad][1]


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    yield tmp_path / "some.npz"
    assert not (tmp_path / MARKER).exists()


@pytest.fixture(scope="module")
def networks():
    return {name: kind(rng=0) for name, (kind, _) in SHIPPED.items()}


def check_refused(network, path, said):
    before = {key: (value, value.tobytes()) for key, value in network.params.items()}
    with pytest.raises(ValueError) as caught:
        network.load_params(path)
    line = str(caught.value)
    assert line.startswith(str(path))
    assert said in line
    assert "\n" not in line
    for key, (value, content) in before.items():
        assert network.params[key] is value
        assert value.tobytes() == content


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("bad", BAD)
def test_a_network_refuses(path, networks, name, bad):
    check_refused(networks[name], path, write(bad, path, name))


@pytest.mark.parametrize("name", SHIPPED)
def test_weights_cut_at_any_length(path, networks, name):
    content = SHIPPED[name][1].read_bytes()
    rng = np.random.default_rng(0)
    lengths = [*range(5), *rng.integers(len(content), size=40), len(content) - 30, len(content) - 1]
    for length in lengths:
        path.write_bytes(content[:length])
        check_refused(networks[name], path, "not a valid" if length else "it is empty")
    path.write_bytes(content)
    SHIPPED[name][0]().load_params(path)


@pytest.mark.parametrize("module", SCRIPTS, ids=lambda module: module.__name__)
@pytest.mark.parametrize("bad", ["cut", "another network's", "NaN", "pickle that runs"])
def test_a_script_ends_with_one_line(path, monkeypatch, module, bad):
    said = write(bad, path, SCRIPTS[module])
    monkeypatch.setattr(sys, "argv", [module.__file__])
    words = ["--quick", "--weights", str(path), "--out", "results"]
    with pytest.raises(SystemExit) as caught:
        script.run(lambda _: module.main(words))
    line = caught.value.code
    assert line.startswith(f"{module.__name__.split('.')[-1]}.py: {path}")
    assert said in line
    assert "\n" not in line
    assert list((path.parent / "results").iterdir()) == []


def test_the_pickle_would_run(path):  # so that the tests above can fail
    write("pickle that runs", path, "SimpleConvNet")
    code = "import pickle, sys; pickle.load(open(sys.argv[1], 'rb'))"
    subprocess.run([sys.executable, "-c", code, path], check=True)
    os.rmdir(MARKER)


@pytest.mark.slow
@pytest.mark.parametrize("bad", ["another network's", "one missing", "zip bomb", "objects"])
@pytest.mark.parametrize("module", SCRIPTS, ids=lambda module: module.__name__)
def test_a_script_in_a_separate_process(path, module, bad):
    said = write(bad, path, SCRIPTS[module])
    done = run(module.__file__, "--quick", "--weights", path, cwd=path.parent)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert f"{path}" in done.stderr
    assert said in done.stderr
