"""Every script: --quick in a temporary folder, --help, by path and with -m from elsewhere."""

import importlib
import json
import os
import re
import runpy
import sys
from pathlib import Path

import pytest

from dataset.mnist import data_name
from tests.conftest import PRINTS_ONLY
from tests.test_cli import ROOT, run

MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in ROOT.glob("ch0*/**/*.py")
    if path.stem != "__init__" and "helpers" not in path.parts
)


# What these need is installed by few; `reproduce.py` leaves them out.
EXTRAS = {
    "ch08.gpu": "cupy",
    "ch08.mpi_training": "mpi4py",
    "ch08.section_8_3.mpi_scaling": "mpi4py",
}
# These show a page in the browser; the book says nothing about them that could be checked.
PAGES = {name for name in MODULES if (ROOT / f"{name.replace('.', '/')}.html").exists()}


def test_there_are_scripts_in_each_chapter():
    assert {name.split(".")[0] for name in MODULES} >= {f"ch0{n}" for n in range(1, 9)}


# With --quick these learn next to nothing, or the opposite of what they show at full size.
TOO_SMALL = {
    *("ch07.train_convnet", "ch07.train_alexnet", "ch07.representative_cnns"),
    *(
        "ch08.train_deepnet",
        "ch08.segmentation",
        "ch08.section_8_1.augmentation_gain",
        "ch08.fast_99",
        "ch08.section_8_1.best_accuracy",
        "ch08.section_8_1.dropconnect",
    ),
    *(
        "ch08.section_8_3.distributed_learning",
        "ch08.section_8_2.famous_networks",
        "ch08.section_8_1.learning_rate_decay",
    ),
    *("ch08.section_8_2.resnet_against_plain", "ch08.section_8_2.transfer_learning"),
    *("ch08.object_detection", "ch08.road_scenes", "ch08.captions", "ch08.style_transfer"),
    *("ch08.restricted_boltzmann", "ch08.dcgan", "ch08.dqn"),
    *("ch08.mpi_training", "ch08.section_8_3.mpi_scaling"),
}


@pytest.mark.parametrize("name", MODULES)
def test_quick(name, quick):
    if name in EXTRAS:
        pytest.importorskip(EXTRAS[name], reason=f"{EXTRAS[name]} is not installed")
    results, printed, folder = quick(name)
    assert printed
    if name in PRINTS_ONLY:
        assert list(folder.iterdir()) == []
        return
    assert results
    assert all(isinstance(key, str) for key in results)
    chapter, *_, stem = name.split(".")
    saved = json.loads((folder / "outputs" / chapter / f"{stem}.json").read_text())
    assert set(saved) == {"settings", *results}
    if "data" in saved["settings"]:
        assert results["data"] == data_name("auto")
        assert f"data: {results['data']}" in printed
    if "def draw" in Path(importlib.import_module(name).__file__).read_text(encoding="utf-8"):
        assert (folder / "outputs" / chapter / f"{stem}.png").stat().st_size > 3000
    assert ("too_small" in saved["settings"]) == (name in TOO_SMALL)
    if chapter != "ch02":  # where a line has no end
        assert quick.faults[name] == []


@pytest.mark.parametrize("name", MODULES)
def test_docstring_tells_section_and_command(name):
    doc = importlib.import_module(name).__doc__
    assert re.search(r"\d\.\d", doc.split("\n\n")[0])
    assert f"python {name.replace('.', '/')}.py" in doc


ELSEWHERE = [
    "ch01.hungry",
    "ch02.xor_gate",
    "ch03.relu",
    "ch04.gradient_simplenet",
    "ch05.buy_apple",
    "ch06.optimizer_compare_naive",
    "ch07.gradient_check",
    "ch08.section_8_1.receptive_field",
]


@pytest.mark.parametrize("name", ELSEWHERE)
def test_by_path_and_as_module_from_another_folder(name, tmp_path):
    by_path = run(ROOT / f"{name.replace('.', '/')}.py", cwd=tmp_path)
    as_module = run("-m", name, cwd=tmp_path)
    assert by_path.returncode == as_module.returncode == 0, by_path.stderr + as_module.stderr
    assert by_path.stdout == as_module.stdout
    assert by_path.stderr == as_module.stderr == ""


@pytest.mark.parametrize("name", MODULES)
def test_help_by_path_from_another_folder(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    path = str(ROOT / f"{name.replace('.', '/')}.py")
    monkeypatch.setattr(sys, "argv", [path, "--help"])
    with pytest.raises(SystemExit) as end:
        runpy.run_path(path, run_name="__main__")
    printed = capsys.readouterr()
    assert end.value.code == 0
    assert importlib.import_module(name).__doc__.splitlines()[0] in printed.out
    assert printed.err == ""


def test_help_is_the_docstring(tmp_path):
    done = run(ROOT / "ch05" / "train_neuralnet.py", "--help", cwd=tmp_path)
    for word in ("section 5.7.4", "--seed", "--quick", "--out", "--no-show", "--lr", "--data"):
        assert word in done.stdout


def loaded(code):
    """Return the packages that a new process has imported after running `code`."""
    done = run("-c", f"{code}\nimport sys; print(*sys.modules, file=sys.stderr)", cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return {name.split(".")[0] for name in done.stderr.split()}


def test_who_imports_layers_waits_only_for_numpy():
    found = loaded("import common.layers")
    assert {"common", "numpy"} <= found
    assert found.isdisjoint({"matplotlib", "PIL", "pooch", "threadpoolctl", "tqdm"})


def test_help_does_not_wait_for_matplotlib():
    code = f"""
from importlib import import_module
for name in {[*MODULES, "reproduce"]}:
    try:
        import_module(name).main(["--help"])
    except SystemExit:
        continue
    raise AssertionError(name)
"""
    found = loaded(code)
    assert {"ch08", "lab", "reproduce"} <= found
    assert found.isdisjoint({"matplotlib", "pooch"})


@pytest.mark.usefixtures("unrendered")
def test_the_same_seed_gives_the_same_result(tmp_path, monkeypatch):
    from ch05 import train_neuralnet

    monkeypatch.chdir(tmp_path)
    words = ["--quick", "--iters", "50"]
    first, second = train_neuralnet.main(words), train_neuralnet.main(words)
    other = train_neuralnet.main([*words, "--seed", "1"])
    assert first == second
    assert first["train_loss_list"] != other["train_loss_list"]


@pytest.mark.slow
def test_offline_in_an_empty_environment_the_main_job_runs_on_drawn_digits(tmp_path):
    environment = dict.fromkeys(("https_proxy", "HTTPS_PROXY"), "http://127.0.0.1:9")
    done = run(
        *(ROOT / "ch05" / "train_neuralnet.py", "--quick"),
        cwd=tmp_path,
        **environment,
        DLFS_DATA="",
        DLFS_CACHE=str(tmp_path / "cache"),
    )
    assert done.returncode == 0, done.stderr
    assert "data: drawn" in done.stdout
    assert os.listdir(tmp_path / "cache")
