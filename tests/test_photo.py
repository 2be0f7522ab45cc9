"""Digits in photographs: each step, whole pages, pages without digits, other files."""

import numpy as np
import pytest
from PIL import Image

import dataset
from ch03 import my_digits
from ch03.helpers.drawn_page import number_right
from ch03.helpers.page_figure import draw_images, draw_page
from ch03.helpers.reading import THREE_LAYERS, other_than_digits, read_page, reader
from dataset import components, paper, photo
from dataset.mnist import load_mnist
from lab import plots
from tests.test_cli import ROOT

SEVEN = np.zeros((60, 40), np.float32)  # a 7, white on black
SEVEN[5:11, 5:35] = 1
for row in range(11, 55):
    SEVEN[row, 33 - row // 2 : 39 - row // 2] = 1


@pytest.fixture(autouse=True)
def benchmarks_on_the_path(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))


def page(*places, size=(200, 300), digit=SEVEN):
    """A white page with the digit at these places: (top, left)."""
    grey = np.ones(size, np.float32)
    for top, left in places:
        here = np.s_[top : top + digit.shape[0], left : left + digit.shape[1]]
        grey[here] = np.minimum(grey[here], 1 - 0.9 * digit)
    return grey


# ---------------------------------------------------------------- components


def test_components_touch_at_corners_too():
    mask = np.array([[1, 0, 0, 1, 1], [0, 1, 0, 0, 0], [0, 0, 0, 1, 0], [1, 0, 0, 1, 1]], bool)
    found = components.find(mask)
    assert found.labels.tolist() == [
        [1, 0, 0, 2, 2],
        [0, 1, 0, 0, 0],
        [0, 0, 0, 3, 0],
        [4, 0, 0, 3, 3],
    ]
    assert found.boxes.tolist() == [[0, 0, 2, 2], [3, 0, 5, 1], [3, 2, 5, 4], [0, 3, 1, 4]]
    assert found.areas.tolist() == [2, 2, 3, 1]
    lengths = components.run_lengths(mask)
    assert lengths.tolist()[0] == [1, 0, 0, 2, 2]
    assert lengths.tolist()[3] == [1, 0, 0, 2, 2]


def test_components_against_filling_pixel_by_pixel():
    mask = np.random.default_rng(0).random((40, 50)) < 0.35
    found = components.find(mask)
    left = {tuple(place) for place in np.argwhere(mask)}
    number = 0
    while left:
        number, heap, mine = number + 1, [left.pop()], []
        while heap:
            y, x = heap.pop()
            mine.append((y, x))
            near = {(y + i, x + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & left
            left -= near
            heap += near
        labels = {found.labels[place] for place in mine}
        assert len(labels) == 1
        assert found.areas[labels.pop() - 1] == len(mine)
    assert number == len(found.areas) == found.labels.max()


@pytest.mark.parametrize("shape", [(1, 1), (3, 4)])
def test_components_of_nothing_and_of_everything(shape):
    none, all_of_it = components.find(np.zeros(shape, bool)), components.find(np.ones(shape, bool))
    assert (len(none.areas), none.boxes.shape, none.labels.any()) == (0, (0, 4), False)
    assert all_of_it.boxes.tolist() == [[0, 0, shape[1], shape[0]]]
    assert all_of_it.areas.tolist() == [shape[0] * shape[1]]


# ---------------------------------------------------------------- from a file to grey values


@pytest.mark.parametrize(
    ("x", "grey"),
    [
        (np.full((2, 3), 51, np.uint8), 0.2),
        (np.full((2, 3), 51), 0.2),
        (np.full((2, 3), 13107, np.uint16), 0.2),
        (np.full((2, 3), 0.2), 0.2),
        (np.ones((2, 3), bool), 1),
        (np.full((2, 3, 3), (0, 255, 0), np.uint8), 150 / 255),  # green: 0.587, rounded up
        (np.full((2, 3, 4), (255, 255, 255, 0), np.uint8), 0),  # white on what is transparent
        (np.full((2, 3, 4), (0, 0, 0, 0), np.uint8), 1),
    ],
)
def test_arrays_become_grey(x, grey):
    found = paper.to_grey(x)
    assert (found.shape, found.dtype) == ((2, 3), np.float32)
    np.testing.assert_allclose(found, grey, atol=0.003)


@pytest.mark.parametrize(
    "x",
    [
        *(np.ones(5), np.ones((2, 3, 2)), np.ones((0, 4)), np.ones((2, 3, 3, 1)), np.ones(())),
        *(np.full((2, 2), np.nan), np.full((2, 2), np.inf), np.full((2, 2), -0.1)),
        *(
            np.full((2, 2), 2.0),
            np.full((2, 2), 256),
            np.full((2, 2), -1),
            np.ones((2, 2), complex),
        ),
        *(np.array([["a"]]), None, 5, [[1, 2], [3]], np.ma.ones((2, 2))),
        np.broadcast_to(np.uint8(1), (50_000, 50_000)),
    ],
)
def test_arrays_that_are_no_images_are_refused_in_one_line(x):
    with pytest.raises(ValueError, match="expected") as error:
        dataset.digits_from_photo(x)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "F"])
def test_pictures_of_all_modes(mode, tmp_path):
    picture = Image.fromarray((255 * page((40, 60), (60, 200))).astype(np.uint8))
    if mode == "I;16":
        picture = Image.fromarray(257 * np.asarray(picture, np.uint16))
    elif mode == "F":
        picture = Image.fromarray(np.asarray(picture, np.float32) / 255)
    else:
        picture = picture.convert("RGB").convert(mode)
    kind = "tiff" if mode in ("F", "CMYK") else "png"
    picture.save(tmp_path / f"page.{kind}")
    for image in (picture, tmp_path / f"page.{kind}", str(tmp_path / f"page.{kind}")):
        _, boxes = dataset.digits_from_photo(image)
        np.testing.assert_allclose(boxes, [[65, 45, 95, 95], [205, 65, 235, 115]], atol=2)


@pytest.mark.parametrize("ink", ["black", "white"])
def test_ink_on_nothing(ink):
    alpha = Image.fromarray((255 * (1 - page((40, 60)))).astype(np.uint8))
    picture = Image.new("RGB", alpha.size, ink)
    picture.putalpha(alpha)
    assert len(dataset.digits_from_photo(picture)[0]) == 1


@pytest.mark.parametrize(("orientation", "turn"), [(3, 2), (6, 1), (8, 3)])
def test_a_photograph_is_rotated_upright(orientation, turn, tmp_path):
    lying = np.rot90((255 * page((40, 60), (60, 200))).astype(np.uint8), turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(lying).save(tmp_path / "a.jpg", exif=exif, quality=95)
    _, boxes = dataset.digits_from_photo(tmp_path / "a.jpg")
    np.testing.assert_allclose(boxes, [[65, 45, 95, 95], [205, 65, 235, 115]], atol=2)


def test_files_that_are_no_images_are_refused_in_one_line(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    noise = Image.fromarray(rng.integers(0, 256, (60, 80, 3)).astype(np.uint8))
    for kind in ("png", "jpg", "gif", "tiff", "webp", "bmp"):
        noise.save(tmp_path / f"sound.{kind}")
        content = (tmp_path / f"sound.{kind}").read_bytes()
        (tmp_path / f"cut.{kind}").write_bytes(content[: len(content) // 2])
        (tmp_path / f"garbled.{kind}").write_bytes(content[:20] + rng.bytes(200))
    (tmp_path / "text.png").write_text("no image")
    (tmp_path / "empty.jpg").touch()
    content = (tmp_path / "sound.bmp").read_bytes()
    for name, size in (("bomb", 2**20 - 1), ("large", 10_000)):  # Pillow refuses the first
        header = content[:18] + size.to_bytes(4, "little") * 2 + content[26:]
        (tmp_path / f"{name}.bmp").write_bytes(header)
    for path in sorted(set(tmp_path.iterdir()) - set(tmp_path.glob("sound.*"))):
        with pytest.raises(ValueError, match=f"{path.name}: not an image that can be") as error:
            dataset.digits_from_photo(path)
        assert "\n" not in str(error.value)
        assert len(str(error.value)) < 300 + len(str(path))
    for path in (tmp_path, tmp_path / "nowhere.png"):
        with pytest.raises(OSError):
            dataset.digits_from_photo(path)


# ---------------------------------------------------------------- from grey values to ink


def test_smoothing_keeps_the_mean_and_spreads_a_pixel():
    x = np.zeros((5, 5))
    x[2, 2] = 16
    assert paper.smooth(x)[1:4, 1:4].tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    np.testing.assert_allclose(paper.smooth(np.full((3, 4), 0.7)), 0.7)


def test_darkness_is_relative_to_the_paper():
    light = np.linspace(1, 0.4, 300, dtype=np.float32)
    grey = page((40, 60), (60, 200)) * light
    dark = paper.darkness(grey, paper.background(grey))
    for bar in (np.s_[46:50, 70:90], np.s_[66:70, 210:230]):  # of the two digits
        assert dark[bar].mean() == pytest.approx(0.9, abs=0.05)
    assert np.abs(dark[:30, :250]).max() < 0.05


def test_a_closing_fills_what_is_narrow():
    x = np.ones((20, 30))
    x[5:8, 3:6] = 0  # narrower than the square
    x[:, 15:] = 0.2  # wider: a shadow
    closed = paper.closing(x, 5)
    assert closed[:, :15].min() == 1
    assert closed[:, 15:].max() == 0.2


def test_each_pen_has_its_own_threshold():
    dark = np.zeros((30, 60))
    dark[5:25, 5:15] = 0.8
    dark[5:25, 15:20] = 0.3  # a shadow of the first
    dark[5:25, 40:50] = 0.3  # a pencil
    mask = paper.ink(dark)
    assert mask[5:25, 5:15].all()
    assert not mask[5:25, 15:20].any()
    assert mask[5:25, 40:50].all()
    assert mask.sum() == 400


@pytest.mark.parametrize("slope", [-0.08, 0, 0.03])
@pytest.mark.parametrize("turned", [False, True])
def test_printed_lines_are_removed_and_strokes_stay(slope, turned):
    mask = np.zeros((400, 300), bool)
    for start in range(40, 400, 50):
        for x in range(300):
            y = start + round(slope * (x - 150))
            mask[y : y + 2, x] = True
    alone = mask.copy()
    mask[120:170, 100:107] = True  # strokes: one crosses a line,
    mask[190:195, 180:220] = True  # one is parallel to them, on one of them or near
    before = mask.T if turned else mask
    left = before & ~(paper.lines(before.T).T if turned else paper.lines(before))
    left = left.T if turned else left
    assert left[120:170, 100:107].all()
    assert left[190:195, 180:220].mean() > 0.9
    assert (left & alone).sum() < 0.08 * alone.sum()


def test_what_is_no_ruled_paper_keeps_its_lines():
    mask = np.zeros((400, 300), bool)
    mask[100:103, 20:280] = mask[300:303, 20:280] = True  # the bars of a large digit
    assert not paper.lines(mask).any()
    mask[::25] = True
    assert paper.lines(mask).any()


# ---------------------------------------------------------------- from ink to digits


def test_the_width_of_strokes():
    for angle in (0, 0.4, np.pi / 4, 1.2):
        y, x = np.mgrid[-60:60, -60:60]
        along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
        found = components.find((np.abs(along) < 50) & (np.abs(across) < 4))
        assert photo.stroke_widths(found)[0] == pytest.approx(8, rel=0.3)


def test_a_digit_becomes_one_of_mnist():
    image = photo.normalised(SEVEN[5:55, 5:35])
    assert (image.shape, image.dtype) == ((28, 28), np.float32)
    rows, columns = np.flatnonzero(image.max(axis=1) > 0.3), np.flatnonzero(image.max(axis=0) > 0.3)
    assert rows[-1] - rows[0] == 19
    assert columns[-1] - columns[0] == 11  # 20 x 30 / 50
    y, x = np.average(np.mgrid[:28, :28].reshape(2, -1), axis=1, weights=image.ravel())
    assert (y, x) == pytest.approx((14, 14), abs=0.6)
    assert image.max() == 1


def test_thin_strokes_become_wider():
    cut = np.zeros((200, 120), np.float32)
    cut[:, :3] = cut[:3] = cut[-3:] = 1
    image = photo.normalised(cut)
    assert photo.stroke_widths(components.find(image > 0.5))[0] == pytest.approx(2, abs=0.6)


def test_a_bar_that_stands_apart_belongs_to_its_digit():
    five = SEVEN.copy()
    five[12:15] = 0
    images, boxes = dataset.digits_from_photo(page((40, 60), (40, 180), digit=five))
    assert len(images) == 2
    np.testing.assert_allclose(boxes[0], [65, 45, 95, 95], atol=2)


def test_the_order_is_that_of_reading():
    boxes = np.array([[left, top, left + 20, top + 30] for left, top in TILTED])
    order = photo.reading_order(boxes[::-1])
    assert (len(boxes) - 1 - order).tolist() == list(range(len(boxes)))


TILTED = [(30 * i, 10 + 4 * i) for i in range(20)] + [(30 * i + 5, 60 + 4 * i) for i in range(20)]


def test_identical_copies_are_not_handwriting():
    places = [(10 + 70 * row, 10 + 60 * column) for row in range(2) for column in range(4)]
    assert len(dataset.digits_from_photo(page(*places[:7]))[0]) == 7
    assert len(dataset.digits_from_photo(page(*places))[0]) == 0


def test_digits_of_mnist_come_back_nearly_as_they_were():
    _, (x, _t) = load_mnist(flatten=False)
    x = x[:60]
    came_back = np.zeros_like(x)
    for number, image in enumerate(x[:, 0]):
        images, _ = dataset.digits_from_photo(page((4, 12), size=(64, 80), digit=doubled(image)))
        came_back[number] = images[0] if len(images) == 1 else 0
    read = reader(THREE_LAYERS)
    assert np.mean(read(came_back).argmax(axis=1) == read(x).argmax(axis=1)) >= 0.95
    assert np.mean(np.abs(came_back - x).mean(axis=(1, 2, 3)) < 0.08) >= 0.95


def doubled(image):
    return np.kron(image, np.ones((2, 2), np.float32))


@pytest.mark.parametrize("grey", [lambda x: x, lambda x: 1 - x, lambda x: 0.3 + 0.5 * x])
def test_dark_on_light_and_light_on_dark(grey):
    _, boxes = dataset.digits_from_photo(grey(page((40, 60), (60, 200))))
    np.testing.assert_allclose(boxes, [[65, 45, 95, 95], [205, 65, 235, 115]], atol=2)


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (3, 3), (13, 13), (28, 28), (3000, 2)])
def test_the_smallest_images(shape):
    for grey in (np.zeros(shape), np.ones(shape), np.random.default_rng(0).random(shape)):
        images, boxes = dataset.digits_from_photo(grey)
        assert (images.shape, boxes.shape) == ((0, 1, 28, 28), (0, 4))


def test_a_large_photograph_is_looked_at_in_small():
    images, boxes = dataset.digits_from_photo(
        np.kron(page((40, 60)), np.ones((10, 10), np.float32))
    )
    assert len(images) == 1
    np.testing.assert_allclose(boxes, [[650, 450, 950, 950]], atol=10)


# ---------------------------------------------------------------- pages


def test_some_of_the_pages_of_the_benchmark(real_mnist):
    """A clean page; and one with lines and pens of all colours, seen from the side: see below."""
    import handwriting

    counts = handwriting.measure_all(25, seed=1, kinds=("everything",))
    for count in counts.values():
        assert count["digits"] == 25
        assert count["found"] >= 23
        assert min(count["DeepConvNet"], count["three-layer"]) >= 22
        assert count["false"] <= 2


@pytest.mark.parametrize(
    "name", ["white", "squared", "coarse clouds", "a photograph", "print, Serif 14", "a heading"]
)
def test_pages_without_digits_get_no_answers(name):
    import pages

    grey = paper.to_grey(pages.without_digits()[name](np.random.default_rng(1)).clip(0, 255) / 255)
    read = reader(THREE_LAYERS)
    with pytest.raises(ValueError, match=f"^{name}: .*; expected dark digits") as error:
        read_page(grey, read, name)
    assert "\n" not in str(error.value)


@pytest.mark.slow
@pytest.mark.usefixtures("real_mnist")
def test_a_thousand_digits_and_pages_without_any():
    import handwriting

    counts = handwriting.measure_all(1000, seed=0)
    photographs, clean = counts["all but clean"], counts["clean"]
    assert photographs["digits"] == clean["digits"] == 1000
    assert photographs["DeepConvNet"] >= 970
    assert clean["DeepConvNet"] >= 990
    for count in (photographs, clean):
        assert count["false"] < 0.01 * (count["found"] + count["false"])
    answers = handwriting.invented(None, seed=0)
    assert len(answers) == 29
    assert {name: given for name, given in answers.items() if any(given.values())} == {}


# ---------------------------------------------------------------- the script


def test_the_script_reads_a_file(tmp_path, capsys):
    Image.fromarray((255 * page((40, 60), (60, 200))).astype(np.uint8)).save(tmp_path / "a.png")
    argv = ["--image", str(tmp_path / "a.png"), "--out", str(tmp_path), "--no-show"]
    results = my_digits.main([*argv, "--network", "ch08.deep_convnet.DeepConvNet"])
    assert results["answers"].tolist() == [7, 7]
    assert "a.png: 2 digits: 77\n" in capsys.readouterr().out
    assert results["probabilities"].min() > 0.9


def test_the_page_that_ch03_draws(quick):
    results = quick("ch03.my_digits").results
    assert len(results["labels"]) == 20
    assert results["right"] >= (16 if results["data"] == "mnist" else 12)  # a hand it never saw


def test_answers_that_are_not_sure():
    three = np.array([0.98, 0.6, 0.3])
    assert other_than_digits(np.append(three, np.ones(8)))
    assert not other_than_digits(np.append(three, np.ones(9)))
    assert not other_than_digits(three[:2])
    y = np.full((2, 10), 0.06)
    y[0, 4], y[1, 5] = 0.46, 0.5
    found = read_page(page((40, 60), (60, 200)), lambda x: y, "a page")
    assert found["answers"].tolist() == [-1, 5]
    _, (photograph, seen) = plots.figure(1, 2)
    draw_page(photograph, page((40, 60), (60, 200)), found)
    draw_images(seen, {**found, "images": found["images"][:, 0]})
    assert [text.get_text() for text in photograph.texts] == ["? 0.46", "5 0.50"]
    assert [text.get_text() for text in seen.texts] == ["?", "5"]


def test_an_answer_counts_only_alone_and_in_its_place():
    box = [30, 20, 60, 80]
    labels = np.arange(20) % 10
    boxes = np.array([np.add(box, [125 * (i % 5), 135 * (i // 5)] * 2) for i in range(20)])
    both = {"boxes": boxes, "answers": labels.copy()}
    assert number_right(both, labels) == 20
    both["answers"][3] = 9
    twice = {"boxes": np.vstack([boxes, boxes[:1]]), "answers": np.append(both["answers"], 0)}
    assert number_right(twice, labels) == 18


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("nonsense", "expected three-layer, or a class, e.g. ch08"),
        ("ch08.nowhere.DeepConvNet", "No module named"),
        ("ch08.deep_convnet.Nowhere", "no attribute"),
        ("ch05.two_layer_net.TwoLayerNet", "missing .* required"),
        ("common.network.Network", "missing .* required"),
        ("ch08.section_8_2.vgg.Real", "no attribute"),
    ],
)
def test_networks_that_cannot_be_loaded(name, what):
    with pytest.raises(ValueError, match=f"--network {name}: .*{what}"):
        reader(name)
