"""Draw a digit (ch07/live.py): the answers, and the page in a real browser."""

import argparse
import base64
import io
import re
import threading
import time
from contextlib import contextmanager
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from ch03.helpers.drawn_page import drawn_page
from ch07 import live
from ch07.helpers import inside, live_page
from ch07.helpers.live_page import SIDE, Reader, levels
from ch07.simple_convnet import SimpleConvNet
from common.functions import softmax
from common.layers import Affine, ReLU
from common.network import Network
from lab.digits import digits
from lab.server import PageServer
from tests.test_cli import ROOT

NAMES = ["three-layer", "SimpleConvNet", "DeepConvNet"]
DRAWN = {  # strokes on a board of 280 pixels
    1: [(140, 40), (140, 140), (140, 240)],
    3: [
        *((80, 70), (110, 50), (150, 45), (185, 65), (190, 95), (165, 125), (130, 135)),
        *((170, 145), (200, 175), (195, 215), (155, 240), (110, 235), (80, 215)),
    ],
    7: [(70, 60), (140, 60), (210, 60), (170, 150), (130, 240)],
}


def flags(**changed):
    told = {"network": "SimpleConvNet", "weights": None, "data": "auto", "seed": 0}
    return argparse.Namespace(**{**told, **changed})


@pytest.fixture(scope="module")
def reader():
    return Reader(flags())


@pytest.fixture(scope="module")
def labels():
    """The labels of the reader's test digits."""
    return digits(flags())[1][1]


@contextmanager
def served(reader):
    with PageServer(live.__file__, live.functions(reader)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.address
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def address(reader):
    with served(reader) as address:
        yield address


def image_of(coded):
    return np.frombuffer(base64.b64decode(coded), np.uint8).astype(float) - 128


# What a network makes of a picture.


def test_the_last_stage_is_the_scores_and_each_layer_is_in_one_stage(reader):
    for network in reader.networks.values():
        image = reader.images[0]
        stages = inside.stages(network, image)
        np.testing.assert_allclose(stages[-1].output, network.predict(image[None])[0], atol=1e-4)
        assert " · ".join(stage.name for stage in stages) == " · ".join(network.layers)
    assert len(stages) == 11  # DeepConvNet: six convolutions, three poolings, two affine layers


def test_without_biases_the_evidence_adds_up_to_the_difference_of_scores():
    rng = np.random.default_rng(0)
    weights = [rng.standard_normal(shape) for shape in ((784, 20), (20, 10))]
    layers = [Affine(W, np.zeros(W.shape[1])) for W in weights]
    network = Network({"Affine1": layers[0], "Relu1": ReLU(), "Affine2": layers[1]})
    image = rng.random((1, 28, 28))
    scores = network.predict(image[None])[0]
    for digit in range(10):
        total = inside.evidence(network, image, digit).sum()
        np.testing.assert_allclose(total, scores[digit] - scores.mean(), rtol=1e-10)


def test_moves_are_shifts_and_rotations_and_the_middle_ones_are_none(reader):
    network, image = reader.networks["SimpleConvNet"], reader.images[0]
    moves = inside.moved(network, image)
    assert moves.images.shape == (21, 28, 28)
    for middle in (3, 10, 17):
        np.testing.assert_allclose(moves.images[middle], image[0], atol=1e-6)
    np.testing.assert_allclose(moves.images[4][:, 1:], image[0][:, :-1], atol=1e-6)
    np.testing.assert_allclose(moves.images[11][1:], image[0][:-1], atol=1e-6)
    scores = network.predict(moves.images[:, None])
    np.testing.assert_allclose(moves.probabilities, softmax(scores), atol=1e-5)


def test_levels_keep_signs_and_show_nan():
    coded = image_of(levels(np.array([0, 1, -2, 2, np.nan]))) + 128
    assert coded.tolist() == [128, 192, 1, 255, 0]
    assert image_of(levels(np.zeros(3))).tolist() == [0, 0, 0]
    assert (image_of(levels(np.array([np.inf, 1]))) + 128)[0] == 0


# Requests.


def request_for(reader, **changed):
    return reader.request(reader.images[0, 0]) | changed


def test_a_test_digit_is_centred_as_it_was_and_gets_the_answer_of_the_network(reader, labels):
    answer = reader.answer(request_for(reader))
    assert answer["answer"] == labels[0]
    assert answer["probabilities"].argmax() == labels[0]
    seen = image_of(answer["image"]).reshape(28, 28) / 127
    assert np.abs(seen - reader.images[0, 0]).mean() < 0.03
    assert len(answer["layers"]) == 4
    assert answer["filters"]["shape"] == (30, 5, 5)
    other = reader.answer(request_for(reader, digit=1))
    assert (other["answer"], other["digit"]) == (labels[0], 1)
    assert other["evidence"] != answer["evidence"]


def test_centring_undoes_a_shift(reader):
    image = np.roll(reader.images[0, 0], (-3, 2), (0, 1))
    whole, moved = (reader.answer(reader.request(one)) for one in (reader.images[0, 0], image))
    assert whole["image"] == moved["image"]
    as_it_is = reader.answer(reader.request(image) | {"centred": False})
    np.testing.assert_allclose(
        image_of(as_it_is["image"]).reshape(28, 28) / 127 * image.max(), image, atol=0.01
    )


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"network": "LeNet"}, "network is 'LeNet'; expected"),
        ({"network": []}, "network is \\[\\]; expected"),
        ({"digit": "3"}, "digit is '3'; expected int"),
        ({"centred": 1}, "centred is 1; expected bool"),
        ({"pixels": [0.5, float("nan")]}, "pixels is .*; expected str"),
        ({"pixels": "?"}, "pixels: not valid base64"),
        ({"pixels": "ü"}, "pixels: not valid base64"),
        ({"pixels": "AAAA"}, "pixels are 3 bytes; expected 112 x 112"),
        ({"pixels": base64.b64encode(bytes(SIDE**2)).decode()}, "the drawing is empty"),
    ],
)
def test_a_wrong_request_is_refused_in_one_line(reader, changed, reason):
    with pytest.raises(ValueError, match=reason):
        reader.answer(request_for(reader, **changed))


@pytest.mark.parametrize("seed", range(5))
def test_any_drawing_gets_probabilities(reader, seed):
    rng = np.random.default_rng(seed)
    drawing = np.zeros((SIDE, SIDE), np.uint8)
    number = [1, 2, 50, 5000, SIDE**2][seed]
    drawing.ravel()[rng.choice(drawing.size, number, replace=False)] = 255
    for centred in (True, False):
        pixels = base64.b64encode(drawing.tobytes()).decode()
        answer = reader.answer(request_for(reader, pixels=pixels, centred=centred))
        assert answer["probabilities"].sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no picture", "the picture cannot be read"),
        ((ROOT / "docs" / "ch02-xor_gate.png").read_bytes()[:500], "the picture cannot be read"),
        ((ROOT / "docs" / "ch02-xor_gate.png").read_bytes()[:5000], "the picture cannot be read"),
    ],
)
def test_a_photograph_that_cannot_be_read_is_one_line(reader, data, reason):
    with pytest.raises(ValueError, match=reason) as error:
        reader.photo({"photo": base64.b64encode(data).decode()})
    assert "\n" not in str(error.value)
    assert "<" not in str(error.value)


def test_the_digits_of_a_photograph(reader):
    grey = drawn_page(reader.images[:20].reshape(-1, 784), np.random.default_rng(0))
    for picture, least in ((grey, 18), (np.ones((300, 300)), 0)):
        file = io.BytesIO()
        Image.fromarray((255 * picture).astype(np.uint8)).save(file, "png")
        coded = base64.b64encode(file.getvalue()).decode()
        images = reader.photo({"photo": coded})["images"]
        assert least <= len(images) <= (20 if least else 0)
        assert all(image_of(image).size == 784 for image in images)


def test_it_answers_at_least_20_times_a_second(reader):
    request = request_for(reader)
    reader.answer(request)
    began = time.process_time()
    for _ in range(10):
        reader.answer(request)
    assert (time.process_time() - began) / 10 < 1 / 20


@pytest.fixture
def overflowing(tmp_path):
    """The weights of a network whose scores are infinite."""
    network = SimpleConvNet(rng=0)
    network.params["W2"] *= 1e30
    network.params["W3"][:] = 3e38
    network.save_params(tmp_path / "own.npz")
    return tmp_path / "own.npz"


def test_own_weights(overflowing):
    reader = Reader(flags(weights=overflowing))
    assert reader.network == "SimpleConvNet: own.npz"
    assert list(reader.networks) == [*NAMES, reader.network]
    answer = reader.answer(request_for(reader))
    assert np.isnan(answer["probabilities"]).all()
    assert (image_of(answer["layers"][-1]["values"]) + 128 == 0).all()
    with pytest.raises(ValueError, match=r"own\.npz"):
        Reader(flags(network="three-layer", weights=overflowing))


def test_own_classes(reader, labels):
    name, networks = live_page.networks("ch07.alexnet.AlexNet", None)
    assert list(networks) == [*NAMES, name]
    assert networks[name].predict(reader.images[:1]).argmax() == labels[0]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nothing", "no such network; expected three-layer, or a class"),
        ("ch07.nothing", "expected three-layer, or a class"),
        ("ch07.live.FLAGS", "expected three-layer, or a class"),
        ("ch07.lenet.LeNet", "ch07.lenet has no WEIGHTS; give a file: --weights"),
    ],
)
def test_a_network_that_is_not_there_is_one_line(name, reason):
    with pytest.raises(ValueError, match=rf"^--network {name}: .*{reason}"):
        live_page.networks(name, None)


# The files of the page.

FILES = [*ROOT.glob("ch*/live*.*s"), *ROOT.glob("ch*/live*.html"), *ROOT.glob("lab/page.*")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_file_names_another_machine(path):
    assert not re.search(r"https?:|//\w+\.\w", path.read_text(encoding="utf-8"))


def test_each_english_text_has_a_chinese_one():
    text = (ROOT / "ch07" / "live.html").read_text(encoding="utf-8")
    assert text.count('<span lang="en">') == text.count('<span lang="zh">') > 10
    assert text.count("data-label-en") == text.count("data-label-zh") > 2


# The page in a browser.


def shown(browser, answer):
    """Wait until the page shows an answer, and check that all of it is there."""
    browser.wait(f"document.querySelector('#answer strong').textContent === '{answer}'")
    browser.wait("!document.querySelector('main').matches('.empty')")


def draw(browser, digit):
    left, top, width, _ = browser.box("#board")
    points = [np.array(point) for point in DRAWN[digit]]
    fine = [a + (b - a) * k / 4 for a, b in pairwise(points) for k in range(4)]
    browser.draw([(left + x * width / 280, top + y * width / 280) for x, y in fine])


def choose(browser, network):
    browser.run(
        "[...document.querySelectorAll('#networks label')]"
        f".find(one => one.textContent === '{network}').click()"
    )


def rows(browser):
    return browser.run(
        "[...document.querySelectorAll('#layers h3')].map(one => one.firstChild.data)"
    )


def colours(browser, selector):
    """Return the number of colours of a canvas."""
    return browser.run(
        f"(() => {{ const one = document.querySelector({selector!r});"
        "const data = one.getContext('2d').getImageData(0, 0, one.width, one.height).data;"
        "return new Set(new Uint32Array(data.buffer)).size; })()"
    )


def test_draw_digits_and_read_the_answers(browser, address):
    browser.open(address)
    browser.wait("document.querySelector('#answer strong').textContent")  # an example
    draw(browser, 3)
    shown(browser, 3)
    assert float(browser.text("#answer span").split()[0]) > 90
    for selector in ("#seen", "#evidence", "#layers canvas", "#moves canvas"):
        assert colours(browser, selector) > 3
    browser.click("#clear")
    assert browser.run("document.querySelector('main').matches('.empty')")
    draw(browser, 7)
    shown(browser, 7)
    assert all(url.startswith(address) for url in browser.seen)
    assert len(browser.seen) > 10


def test_another_network_digit_and_language(browser, address):
    browser.open(address)
    browser.wait("document.querySelector('#answer strong').textContent")
    browser.click("#clear")
    draw(browser, 3)
    shown(browser, 3)
    assert rows(browser) == ["Conv1 · Relu1 ", "Pool1 ", "Affine1 · Relu2 ", "Affine2 "]
    choose(browser, "DeepConvNet")
    browser.wait("document.querySelectorAll('#layers h3').length === 11")
    choose(browser, "three-layer")
    browser.wait("document.querySelectorAll('#layers h3').length === 3")
    shown(browser, 3)
    browser.click(".bar:nth-child(9)")
    browser.wait("document.querySelector('#evidence-title').innerText === 'What speaks for 8'")
    browser.click("#language")
    assert browser.text("h1") == browser.run("document.title") == "画一个数字"
    assert browser.text("#evidence-title") == "哪些像素支持 8"
    assert browser.run("document.querySelector('#bars').ariaLabel") == "概率"
    browser.open(address)  # it remembers the language
    assert browser.text("h1") == "画一个数字"
    browser.click("#language")
    assert browser.text("h1") == "Draw a digit"


def test_by_keyboard_on_a_phone_in_the_dark(browser, address):
    browser.run("try { localStorage.clear() } catch {}")
    browser.open(address, width=360, height=700, dark=True, lang="zh-CN")
    assert browser.text("h1") == "画一个数字"
    browser.wait("document.querySelector('#answer strong').textContent")
    assert browser.run("document.documentElement.scrollWidth") <= 360
    browser.run("document.querySelector('#board').focus()")
    browser.key("Delete")
    for key in [*["ArrowUp"] * 9, " ", *["ArrowDown"] * 18]:
        browser.key(key)
    shown(browser, 1)
    browser.run("localStorage.clear()")


def test_nan_is_shown_as_no_answer(browser, overflowing):
    with served(Reader(flags(weights=overflowing))) as address:
        browser.open(address)
        shown(browser, "?")
        assert browser.text("#answer span") == "NaN"
        assert browser.run(
            "[...document.querySelectorAll('#moves b')].every(one => one.innerText === '?')"
        )


def test_a_photograph(browser, address, reader, labels, tmp_path):
    grey = drawn_page(reader.images[:20].reshape(-1, 784), np.random.default_rng(0))
    Image.fromarray((255 * grey).astype(np.uint8)).save(tmp_path / "page.png")
    browser.open(address)
    browser.wait("document.querySelector('#answer strong').textContent")
    browser.choose("#photo", tmp_path / "page.png")
    browser.wait("document.querySelectorAll('#found button').length >= 18")
    shown(browser, labels[0])
    browser.click("#found button:nth-child(3)")
    shown(browser, labels[2])
    (tmp_path / "page.png").write_bytes(b"no picture")
    browser.choose("#photo", tmp_path / "page.png")
    browser.wait("document.querySelector('#problem').innerText.includes('cannot read')")
    Image.new("L", (300, 300), 255).save(tmp_path / "empty.png")
    browser.choose("#photo", tmp_path / "empty.png")
    browser.wait("document.querySelector('#problem').innerText.includes('No digits found')")


def test_a_page_whose_program_has_ended_says_so(browser, reader):
    with served(reader) as address:
        browser.open(address)
        browser.wait("document.querySelector('#answer strong').textContent")
    browser.run("fetch = () => Promise.reject(new TypeError('gone'))")
    board = browser.box("#board")
    draw(browser, 1)
    browser.wait("document.querySelector('#problem').innerText.includes('does not answer')")
    assert browser.box("#board") == board  # it did not move under the pen
