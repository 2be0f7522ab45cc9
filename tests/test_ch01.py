"""Chapter 1: scripts, the tour of Python and NumPy, and the first figures (rows 1.01 to 1.22)."""

import doctest
import io
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ch01 import hungry, img_show, man, simple_graph, sin_cos_graph, sin_graph, tour
from ch01.helpers.examples import SECTIONS
from claims import book
from lab import plots
from lab import script as scripts

ROOT = Path(__file__).parent.parent
COMMANDS = {
    "hungry by path": [str(ROOT / "ch01" / "hungry.py")],
    "hungry by name": ["-m", "ch01.hungry"],
    "man by path": [str(ROOT / "ch01" / "man.py")],
    "img_show by path": [str(ROOT / "ch01" / "img_show.py"), "--no-show"],
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The commands above, run side by side in a folder that is not the project's."""
    folder = tmp_path_factory.mktemp("elsewhere")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "cwd": folder}
    started = {
        name: subprocess.Popen([sys.executable, *command], **pipes)
        for name, command in COMMANDS.items()
    }
    done = {}
    for name, process in started.items():
        out, err = process.communicate(timeout=120)
        done[name] = (process.returncode, out, err)
    done["folder"] = folder
    return done


def examples(section):
    """(input, output) of each example of a section of the tour."""
    texts = [text for title, text in SECTIONS.items() if section in title.split()[:2]]
    texts += [text for title, text in SECTIONS.items() if title.startswith(f"{section},")]
    found = doctest.DocTestParser().get_examples("\n".join(dict.fromkeys(texts)))
    return [(example.source.strip(), example.want.strip()) for example in found]


# ---------------------------------------------------------------- 1.3, 1.5: the tour


@pytest.mark.parametrize(("section", "source", "want"), book.TOUR)
def test_the_tour_shows_what_the_book_prints(section, source, want):
    """1.01 to 1.06, 1.08, 1.09, 1.13 to 1.16; rows 1.3-a to 1.3-l, 1.5-a to 1.5-j."""
    assert (source, want) in examples(section)


@pytest.mark.parametrize("section", book.TOUR_PRINTS)
def test_the_tour_prints_in_the_order_of_the_book(section):
    """1.03, 1.04 (lists), 1.07."""
    said = [want for source, want in examples(section) if "print" in source and want]
    assert said == book.TOUR_PRINTS[section]


def test_every_example_of_the_tour_holds(tmp_path, capsys):
    """1.01 to 1.09, 1.13 to 1.16: not only written down, but run."""
    results = tour.main(["--out", str(tmp_path)])
    total = sum(len(doctest.DocTestParser().get_examples(text)) for text in SECTIONS.values())
    assert sum(map(len, results["outputs"].values())) == total
    assert total > len(book.TOUR)
    out = capsys.readouterr().out
    assert '>>> if hungry:\n...     print("I\'m hungry")\n... else:\n' in out
    assert ">>> 7 / 5\n1.4\n" in out
    assert "doctest:" not in out
    assert (tmp_path / "ch01" / "tour.json").is_file()


def test_the_tour_stops_where_an_example_does_not_hold(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(tour, "SECTIONS", {"1.3 Wrong": "\n>>> 1 + 2\n4\n>>> 1\n1\n"})
    with pytest.raises(ValueError, match=r"1\.3 Wrong: 1 of 2 examples failed; expected 0"):
        tour.main(["--out", str(tmp_path)])
    out = capsys.readouterr().out
    assert "Expected:\n    4\nGot:\n    3\n" in out
    assert not list(tmp_path.rglob("*.json"))


def test_arrays_of_unequal_lengths_do_not_add():
    """1.13: the tour shows the error, and NumPy raises it."""
    want = dict(examples("1.5.3"))
    (error,) = [text for source, text in want.items() if source.startswith("x + np.array")]
    assert "ValueError: operands could not be broadcast together" in error
    with pytest.raises(ValueError, match="broadcast"):
        np.array([1.0, 2.0, 3.0]) + np.array([1.0, 2.0])


@pytest.mark.skipif(
    sys.platform == "win32" and np.__version__ < "2", reason="there it is int32, as the tour says"
)
def test_integers_become_int64():
    """1.14, row 1.5-d: also where no dtype is asked for."""
    assert np.array([[1, 2], [3, 4]]).dtype == np.int64


# ---------------------------------------------------------------- 1.4: scripts


def test_hungry_says_exactly_that(ran, capsys):
    """1.10: by path from another folder, with -m, and as a function."""
    assert ran["hungry by path"] == (0, book.HUNGRY, "")
    assert ran["hungry by name"] == (0, book.HUNGRY, "")
    assert hungry.main([]) == {"said": "I'm hungry!"}
    assert capsys.readouterr().out == book.HUNGRY


@pytest.mark.parametrize("script", [hungry, man])
def test_the_small_scripts_refuse_a_typo(script, capsys):
    with pytest.raises(SystemExit) as stop:
        script.main(["--qick"])
    assert stop.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "did you mean --quick?" in err
    assert err.count("\n") == 1


def test_man_greets_by_name(capsys):
    """1.11."""
    somebody = man.Man("Ada")
    assert capsys.readouterr().out == "Initialized!\n"
    assert somebody.name == "Ada"
    somebody.hello()
    assert capsys.readouterr().out == "Hello Ada!\n"
    somebody.name = "Grace"  # the methods read the instance variable
    somebody.goodbye()
    assert capsys.readouterr().out == "Good-bye Grace!\n"


def test_man_script_prints_three_lines(ran, capsys):
    """1.12."""
    assert ran["man by path"] == (0, book.MAN, "")
    man.main([])
    assert capsys.readouterr().out == book.MAN


# ---------------------------------------------------------------- 1.6: figures


def drawn(script, folder):
    return script.draw(script.main(["--out", str(folder)]))


def is_png(path):
    with Image.open(path) as image:
        return image.format == "PNG" and min(image.size) > 100


@pytest.mark.parametrize("script", [simple_graph, sin_graph, sin_cos_graph])
def test_the_curves_are_saved(script, tmp_path):
    """1.17, 1.19: headless, a figure and the numbers behind it."""
    results = script.main(["--no-show", "--out", str(tmp_path)])
    stem = tmp_path / "ch01" / script.__name__.rpartition(".")[2]
    assert is_png(stem.with_suffix(".png"))
    assert stem.with_suffix(".json").is_file()
    np.testing.assert_allclose(results["x"], book.SIN_X, atol=1e-12)
    np.testing.assert_allclose(results["sin"], np.sin(book.SIN_X), atol=1e-12)


def test_figure_1_3_is_one_bare_line(tmp_path):
    """1.18."""
    (ax,) = drawn(simple_graph, tmp_path).axes
    (line,) = ax.lines
    x, y = line.get_data()
    assert len(x) == 60
    np.testing.assert_allclose(x, book.SIN_X, atol=1e-12)
    np.testing.assert_allclose(y, np.sin(book.SIN_X), atol=1e-12)
    assert line.get_linestyle() == "-"
    assert ax.get_title() == ax.get_xlabel() == ax.get_ylabel() == ""
    assert ax.get_legend() is None


def test_sin_graph_is_the_same_line_with_labels(tmp_path):
    """1.17."""
    (ax,) = drawn(sin_graph, tmp_path).axes
    (line,) = ax.lines
    np.testing.assert_allclose(line.get_ydata(), np.sin(book.SIN_X), atol=1e-12)
    assert (ax.get_title(), ax.get_xlabel(), ax.get_ylabel()) == ("y = sin(x)", "x", "y")
    np.testing.assert_allclose(np.sin(ax.get_xticks()), [0, 1, 0, -1], atol=1e-12)


def test_figure_1_4_is_sine_and_dashed_cosine(tmp_path):
    """1.20."""
    (ax,) = drawn(sin_cos_graph, tmp_path).axes
    sin, cos = ax.lines
    np.testing.assert_allclose(sin.get_xdata(), book.SIN_X, atol=1e-12)
    np.testing.assert_allclose(cos.get_xdata(), book.SIN_X, atol=1e-12)
    np.testing.assert_allclose(sin.get_ydata(), np.sin(book.SIN_X), atol=1e-12)
    np.testing.assert_allclose(cos.get_ydata(), np.cos(book.SIN_X), atol=1e-12)
    assert (sin.get_linestyle(), cos.get_linestyle()) == ("-", "--")
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title()) == ("x", "y", "sin & cos")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["sin", "cos"]


def test_the_step_of_the_curve_is_a_flag(tmp_path):
    results = simple_graph.main(["--stop", "4", "--step", "2", "--out", str(tmp_path)])
    assert results["x"].tolist() == [0, 2]
    with pytest.raises(ValueError, match="too many points"):
        simple_graph.main(["--step", "1e-300", "--out", str(tmp_path)])


def shown(path):
    return img_show.draw({"settings": {"image": path}, "image": path.name})


def test_img_show_finds_its_image_from_any_folder(ran):
    """1.21."""
    code, out, err = ran["img_show by path"]
    assert (code, err) == (0, "")
    assert out.startswith("grace_hopper.jpg: shape (600, 512, 3), uint8\n")
    assert is_png(ran["folder"] / "outputs" / "ch01" / "img_show.png")


def test_figure_1_5_is_one_image_as_it_is_in_the_file():
    """1.22."""
    pixels = img_show.read_image(plots.portrait())
    with Image.open(plots.portrait()) as image:
        np.testing.assert_array_equal(pixels, np.asarray(image))
    (ax,) = shown(plots.portrait()).axes
    (image,) = ax.images
    np.testing.assert_array_equal(image.get_array(), pixels)
    assert not ax.lines
    assert ax.get_title() == "grace_hopper.jpg, 512 × 600 pixels"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("column (pixels)", "row (pixels)")


@pytest.mark.parametrize(
    ("mode", "name", "shape"),
    [
        ("L", "grey.png", (2, 3)),
        ("RGBA", "clear.png", (2, 3, 4)),
        ("P", "palette.gif", (2, 3, 4)),
        ("RGB", "no_suffix", (2, 3, 3)),
    ],
)
def test_img_show_takes_any_image(mode, name, shape, tmp_path):
    """1.21: any file."""
    Image.new(mode, (3, 2)).save(tmp_path / name, format="GIF" if mode == "P" else "PNG")
    results = img_show.main(["--image", str(tmp_path / name), "--out", str(tmp_path)])
    assert results["image"] == name
    assert results["shape"] == shape


def test_img_show_keeps_the_brightness_of_grey(tmp_path):
    """1.22: dark grey is not stretched to black and white."""
    for name, brightest in [("dark.png", 1.0), ("dark.jpg", 255)]:
        image = Image.new("L", (3, 2), 51)
        image.putpixel((0, 0), 102)
        image.save(tmp_path / name)
        pixels = img_show.read_image(tmp_path / name)
        (on_the_axes,) = shown(tmp_path / name).axes[0].images
        assert pixels.shape == (2, 3)
        assert on_the_axes.get_clim() == (0, brightest)
        assert on_the_axes.to_rgba(on_the_axes.get_array())[1, 2, 0] == pytest.approx(0.2, abs=0.04)


def test_img_show_refuses_a_missing_file_in_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["ch01/img_show.py", "--image", "nowhere.png"])
    with pytest.raises(SystemExit) as stop:
        scripts.run(img_show.main)
    assert stop.value.code.startswith("img_show.py: ")
    assert stop.value.code == "img_show.py: nowhere.png: No such file or directory"
    assert "\n" not in stop.value.code


def test_img_show_refuses_files_that_are_not_images(tmp_path):
    files = {
        "text.png": b"not an image",
        "half.jpg": plots.portrait().read_bytes()[:3000],
        "broken.png": re.sub(b".IDAT", b"\x02IDAT", encoded("PNG"), flags=re.DOTALL),  # its length
        "huge.bmp": encoded("BMP")[:18] + b"\xff\xff\x0f\x00" * 2 + encoded("BMP")[26:],
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match=f"{name}: not an image that can be read"):
            img_show.main(["--image", str(tmp_path / name), "--out", str(tmp_path)])
    with pytest.raises(OSError):
        img_show.read_image(tmp_path)


def encoded(kind):
    file = io.BytesIO()
    Image.new("RGB", (3, 2)).save(file, format=kind)
    return file.getvalue()
