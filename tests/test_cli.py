"""The shared flags, the results that a script saves, and its errors."""

import io
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

from ch01 import hungry, sin_graph
from common.io.files import load_arrays, replacing, save_arrays
from lab import flags, plots, script
from lab.flags import Flag
from tests.figure_faults import faults

ROOT = Path(__file__).parents[1]


def run(*words, cwd, **environment):
    """Run a Python command in a separate process, in another folder."""
    return subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=100,
    )


def parse(*words, **quick):
    its = {"iters": Flag(1000, "mini-batches"), "lr": Flag(0.1, "learning rate")}
    return flags.parse(flags.parser("What it is about.", its, data=True), words, **quick)


def test_defaults():
    args = parse()
    assert (args.seed, args.quick, args.out, args.data) == (0, False, Path("outputs"), "auto")
    assert args.show is None  # a window where there is a display


def test_quick_gives_other_defaults_that_flags_overrule():
    assert parse(iters=10).iters == 1000
    assert parse("--quick", iters=10).iters == 10
    assert parse("--quick", "--iters", "20", iters=10).iters == 20


def test_a_small_form_that_shows_nothing_says_so_in_the_title(tmp_path):
    def title(*words, too_small=True):
        args = parse(*words, "--out", str(tmp_path), too_small=too_small, iters=10)
        fig, _ = plots.figure()
        fig.suptitle("A title")
        script.finish(args, "ch01/script.py", {"a": 1}, lambda _: fig)
        return fig.get_suptitle()

    assert title("--quick") == "A title\n--quick: too small to show anything"
    assert title() == title("--quick", "--iters", "20") == "A title"
    assert title("--quick", too_small=False) == "A title"


def test_what_is_cut_off_or_under_a_legend_is_found():
    fig, ax = plots.figure()
    ax.plot([0, 1, 2], [0, 1, 2], "o", label="points")
    ax.set(xlim=(-1, 3), ylim=(-1, 3))
    ax.legend(loc="upper left")
    assert faults(fig) == []
    ax.set_ylim(-1, 1.5)
    assert faults(fig) == ["'', points: cut off"]
    ax.set_ylim(-1, 2.2)
    ax.legend(loc="upper right", borderpad=4)
    assert faults(fig) == ["'', points: under the legend"]


def test_small_letters_and_many_panels_are_found():
    fig, ax = plots.figure(size=(12, 4))
    ax.set_title("A title", fontsize=10)
    assert faults(fig) == ["'A title': 7.8 points at 900 pixels"]
    ax.set_title("A title", fontsize=10.3)
    fig.savefig(io.BytesIO())  # this writes the numbers of the axes, in letters of 10 points
    assert faults(fig)[0].endswith("7.8 points at 900 pixels")
    fig.set_figwidth(9)
    assert faults(fig) == []
    many, _ = plots.figure(2, 4, size=(9, 4))
    assert faults(many) == ["8 panels"]


def test_the_least_number_is_taken():
    args = parse("--iters", "1", "--seed", "0")
    assert (args.iters, args.seed) == (1, 0)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--iterz", "3"], "did you mean --iters?"),
        (["--iter", "3"], "did you mean --iters?"),
        (["--iters", "0"], "expected an integer >= 1"),
        (["--iters", "2.5"], "expected an integer >= 1"),
        (["--iters"], "expected one argument"),
        (["--lr", "nan"], "expected a positive number"),
        (["--lr", "inf"], "expected a positive number"),
        (["--lr", "-1"], "expected a positive number"),
        (["--lr", "fast"], "expected a positive number"),
        (["--data", "minst"], "'minst'; expected auto, mnist, drawn or a folder"),
        (["--data", ""], "''; expected auto, mnist, drawn or a folder"),
        (["word"], "unrecognized arguments: word"),
    ],
)
def test_a_wrong_flag_is_one_line(capsys, words, message):
    with pytest.raises(SystemExit) as caught:
        parse(*words)
    assert caught.value.code == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert message in lines[0]
    assert "--help" in lines[0]


def test_finish_saves_numbers_and_figure(tmp_path, capsys):
    args = parse("--out", str(tmp_path), "--seed", "7")
    fig, ax = plots.figure()
    ax.plot([1, 2])
    results = {"array": np.arange(3), "scalar": np.float32(0.5), "none": float("nan")}
    assert script.finish(args, "/some/where/ch09/script.py", results, lambda _: fig) is results
    saved = json.loads((tmp_path / "ch09" / "script.json").read_text())
    assert saved["array"] == [0, 1, 2]
    assert saved["scalar"] == 0.5
    assert saved["none"] is None
    assert saved["settings"]["seed"] == 7
    assert (tmp_path / "ch09" / "script.png").read_bytes().startswith(b"\x89PNG")
    assert capsys.readouterr().out.count("saved") == 2
    assert len(list((tmp_path / "ch09").iterdir())) == 2


def test_several_figures_are_saved_and_nothing_where_there_are_no_results(tmp_path):
    args = parse("--out", str(tmp_path))
    two = [plots.figure()[0], plots.figure()[0]]
    script.finish(args, "ch08/section_8_1/some.py", {"a": 1}, lambda results: two)
    assert {p.name for p in (tmp_path / "ch08").iterdir()} == {
        "some.json",
        "some.png",
        "some-2.png",
    }
    script.finish(args, "ch09/other.py", {}, lambda results: two)
    assert not (tmp_path / "ch09").exists()
    for data in (False, True):
        main = script.make_main("ch09/page.py", "", lambda args: {}, data=data)
        assert main(["--out", str(tmp_path)]) == {}
    assert not (tmp_path / "ch09").exists()


def test_an_experiment_gets_flags_and_its_figure_gets_results(tmp_path, capsys):
    def experiment(args):
        return {"twice": 2 * args.size, "names": args.names, "way": args.way}

    def draw(results):
        drawn.append(results)
        return plots.figure()[0]

    drawn = []
    its = {
        "size": Flag(5, "how large", quick=3, least=2),
        "names": Flag(["a", "b"], "which", choices=("a", "b", "c"), many=True),
        "lambda": Flag(None, "how strong", kind=flags.positive, dest="strength"),
        "way": Flag(False, "the other way"),
    }
    main = script.make_main("ch01/its.py", "Doc (1.1).", experiment, draw, its, data=True)
    out = ["--out", str(tmp_path), "--data", "drawn"]
    assert main(out) == {"data": "drawn", "twice": 10, "names": ["a", "b"], "way": False}
    assert main(["--quick", *out])["twice"] == 6
    results = main(["--size", "2", "--names", "c", "--lambda", "0.5", "--way", *out])
    assert (results["twice"], results["names"], results["way"]) == (4, ["c"], True)
    assert drawn[-1]["settings"]["strength"] == 0.5
    assert drawn[-1] | results == drawn[-1]
    assert "data: drawn" in capsys.readouterr().out
    for words in (["--size", "1"], ["--names", "d"], ["--lambda", "-1"]):
        with pytest.raises(SystemExit):
            main([*words, *out])
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    assert all(words in shown for words in ("(default: 5)", "(default: a b)", "Doc (1.1)."))
    assert "None" not in shown


@pytest.fixture
def windows(monkeypatch):
    """Give Matplotlib windows that only record their figure, and do not wait."""

    class Manager(FigureManagerBase):
        @classmethod
        def pyplot_show(cls, *, block=None):
            shown.extend(plt.figure(number) for number in plt.get_fignums())

    class Canvas(FigureCanvasAgg):
        manager_class = Manager

    shown, backend = [], ModuleType("windows")
    backend.FigureCanvas = Canvas
    monkeypatch.setitem(sys.modules, "windows", backend)
    plt.switch_backend("module://windows")
    yield shown
    plt.close("all")
    plt.switch_backend("agg")


@pytest.mark.parametrize(("words", "count"), [([], 2), (["--show"], 2), (["--no-show"], 0)])
def test_what_the_reader_draws_with_pyplot_stays(tmp_path, monkeypatch, windows, words, count):
    monkeypatch.chdir(tmp_path)
    theirs = plt.figure()
    sin_graph.main(["--quick", *words])
    assert plt.get_fignums() == [theirs.number]
    assert plt.gcf() is theirs
    assert plt.get_backend() == "module://windows"
    assert len(windows) == count
    if count:  # a window with our figure, beside theirs
        assert windows[0] is theirs
        assert windows[1].axes[0].get_title() == "y = sin(x)"


def test_main_without_flags_takes_none_of_the_command_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["kernel", "-f", "kernel.json"])
    assert hungry.main() == {"said": "I'm hungry!"}
    assert len(sin_graph.main()["x"]) > 0
    with pytest.raises(SystemExit):
        script.run(sin_graph.main)


def test_replacing_keeps_the_old_file_after_an_error(tmp_path):
    path = tmp_path / "numbers"
    path.write_text("old")
    file = replacing(path)
    file.__enter__().write(b"half of the new")
    assert not file.__exit__(RuntimeError, RuntimeError("in the middle"), None)
    assert path.read_text() == "old"
    with replacing(path) as file:
        file.write(b"new")
    assert path.read_text() == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["numbers"]


def test_an_outputs_folder_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = run(ROOT / "ch05" / "buy_apple.py", "--out", "file", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "buy_apple.py: --out file is a file; name a folder\n"
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_file_that_is_not_there_is_one_line(tmp_path):
    done = run(ROOT / "ch01" / "img_show.py", "--image", "none.png", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "img_show.py: none.png: No such file or directory\n"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_closes_early_is_no_traceback(tmp_path, unbuffered):
    script = ROOT / "ch05" / "buy_apple_orange.py"
    done = subprocess.run(
        f'"{sys.executable}" "{script}" | true',
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
    )
    assert done.stderr == b""


def test_threads_that_save_one_file_do_not_disturb_each_other(tmp_path):
    arrays = {"W": np.zeros(1000)}
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: save_arrays(tmp_path / "weights.npz", arrays), range(40)))
    assert [path.name for path in tmp_path.iterdir()] == ["weights.npz"]
    with pytest.raises(ValueError, match="objects"):
        save_arrays(tmp_path / "weights.npz", {"W": np.array([object()])})
    assert load_arrays(tmp_path / "weights.npz")["W"].shape == (1000,)


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with replacing(tmp_path / "link") as file:
        file.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_the_traceback_is_shown_on_request(tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = run("-X", "dev", "-m", "ch05.buy_apple", "--out", "file", cwd=tmp_path)
    assert "Traceback" in done.stderr


def test_data_asked_for_by_name_that_is_not_there_is_one_line(tmp_path):
    """The mirrors cannot be reached, because the proxy cannot; nothing leaves this machine."""
    done = run(
        *(ROOT / "ch05" / "gradient_check.py", "--quick", "--data", "mnist"),
        cwd=tmp_path,
        DLFS_DATA=str(tmp_path),
        DLFS_CACHE=str(tmp_path / "cache"),
        https_proxy="http://127.0.0.1:9",
        HTTPS_PROXY="http://127.0.0.1:9",
        no_proxy="",
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    last = done.stderr.splitlines()[-1]
    assert "train-images-idx3-ubyte.gz" in last
    assert "DLFS_DATA" in last


def test_ctrl_c_is_no_traceback(tmp_path):
    code = "from lab import script\ndef main(_): raise KeyboardInterrupt\nscript.run(main)"
    done = run("-c", code, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "interrupted\n"
