"""The page of ch06/live.py: points, settings, training runs, their code, and a real browser."""

import json
import threading
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from ch06 import live
from ch06.helpers.live import build, inside, pages, running
from ch06.helpers.live.pages import Pages
from ch06.helpers.live.presets import PRESETS
from ch06.helpers.live.running import Run
from ch06.helpers.live.settings import Settings, from_page
from common.multi_layer_net_extend import MultiLayerNetExtend
from dataset import plane
from dataset.mnist import data_name
from lab.script import plain
from lab.server import PageServer
from tests.test_cli import ROOT, run

PLANE = [plane.spirals, plane.rings, plane.xor]
DEEP = Settings(data="digits", samples=100, layers=5, neurons=100, batch_size=50, activation="relu")
ALL = {"optimizer": "Adam", "batchnorm": True, "dropout": 0.2, "weight_decay": 0.01}


def started(settings):
    return Run(settings, data_name("auto"))


def trained(settings, *steps):
    one = started(settings)
    for number in steps:
        one.step(number)
        one.measure()
    return one


def last(one):
    return {name: values[-1] for name, values in one.curves.items()}


# ---------------------------------------------------------------- points in the plane


@pytest.mark.parametrize("draw", PLANE)
def test_points_are_of_two_classes_that_no_line_separates(draw):
    (x, t), (x_test, t_test) = draw(200, rng=0)
    assert x.shape == (200, 2)
    assert x_test.shape == (300, 2)
    assert x.dtype == x_test.dtype == np.float32
    assert_array_equal(np.bincount(t), [100, 100])
    assert_array_equal(np.bincount(t_test), [150, 150])
    assert np.abs(x_test).max() < inside.SPAN
    ones = np.column_stack([x, np.ones(len(x))])
    line = np.linalg.lstsq(ones, 2 * t - 1, rcond=None)[0]
    assert ((ones @ line > 0) == t).mean() < 0.75


@pytest.mark.parametrize("draw", PLANE)
def test_the_same_seed_draws_the_same_points(draw):
    first, again, other = draw(20, 1), draw(20, 1), draw(20, 2)
    assert_array_equal(first[0][0], again[0][0])
    assert (first[0][0] != other[0][0]).any()
    with pytest.raises(ValueError, match=r"samples is 0; expected an integer >= 1"):
        draw(0)


# ---------------------------------------------------------------- settings


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"neurons": 10**9}, "neurons is 1000000000; expected an integer from 1 to 100"),
        ({"layers": 0}, "layers is 0; expected an integer >= 1"),
        ({"layers": True}, "layers is True; expected an integer"),
        ({"samples": 9}, "samples is 9; expected an integer >= 10"),
        ({"batch_size": 1e3}, "batch_size is 1000.0; expected an integer"),
        ({"seed": -1}, "seed is -1; expected an integer >= 0"),
        ({"lr": float("nan")}, "the learning rate is nan; expected a number > 0 and < 1000"),
        ({"lr": float("inf")}, "the learning rate is inf"),
        ({"lr": None}, "lr is empty; expected a value"),
        ({"lr": 0}, "the learning rate is 0"),
        ({"dropout": 1}, "the Dropout ratio is 1; expected a number >= 0 and < 1"),
        ({"weight_decay": -1}, "weight decay is -1"),
        ({"init": "big"}, "init is 'big'; expected one of xavier, he"),
        ({"init": float("nan")}, "the standard deviation is nan"),
        ({"init": [1]}, r"the standard deviation is \[1\]"),
        ({"activation": "step"}, "activation is 'step'; expected one of sigmoid, tanh, relu"),
        ({"optimizer": ["SGD"]}, r"optimizer is \['SGD'\]; expected one of SGD"),
        ({"data": "x" * 1000}, "data is 'xxx"),
        ({"batchnorm": "yes"}, "batchnorm is 'yes'; expected True or False"),
        ({"batchnorm": True, "batch_size": 1}, "batch_size is 1; expected 2 or more with batch"),
        ({"__class__": 1}, "there is no setting '__class__'"),
        ([1], r"settings are \[1\]; expected a dict"),
    ],
)
def test_hostile_settings_are_refused_in_one_line(given, message):
    with pytest.raises(ValueError, match=message) as refused:
        from_page(given)
    assert len(str(refused.value)) < 200
    assert "\n" not in str(refused.value)


def test_every_preset_can_be_sent_back_by_the_page():
    for preset in PRESETS:
        sent = json.loads(json.dumps(preset.to_page()))
        assert [from_page(one) for one in sent["runs"]] == preset.runs()
        assert len({json.dumps(one) for one in sent["runs"]}) == 2


# ---------------------------------------------------------------- training runs, and their code


CODED = {
    "nothing yet": (Settings(), 0),
    "the default": (Settings(seed=3), 30),
    "everything": (replace(Settings(**ALL), data="rings", activation="relu", init="he"), 21),
    "digits": (replace(DEEP, activation="sigmoid", init=1.0, optimizer="AdaGrad", lr=0.05), 5),
    "digits, all": (replace(DEEP, **ALL, init=0.01), 5),
    "diverges": (Settings(activation="relu", init="he", layers=3, lr=10), 50),
}
AGAIN = """
import contextlib, io, json, runpy, sys
for path in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        try:
            found = runpy.run_path(path)
            sets = found["train"], found["test"]
            exact = [f(*data) for f in (found["net"].loss, found["net"].accuracy) for data in sets]
        except ValueError as error:
            print(f"{type(error).__name__}: {error}")
            exact = []
    print(json.dumps([printed.getvalue(), exact]))
"""


def test_the_code_prints_the_same_numbers_to_the_last_bit(tmp_path):
    """Also although the page has looked at the network between the steps."""
    expected, files = [], []
    for name, (settings, steps) in CODED.items():
        one = started(settings)
        for part in (steps // 3, steps - steps // 3):
            if part:
                one.step(part)
            one.measure()
            shot = one.snapshot()
        files.append(tmp_path / f"{name}.py")
        files[-1].write_text(shot["code"], encoding="utf-8")
        names = ("loss", "test_loss", "accuracy", "test_accuracy")
        exact = [] if one.error else [last(one)[name] for name in names]
        expected.append([shot["prints"] + "\n", exact])
    done = run("-c", AGAIN, *files, cwd=tmp_path, PYTHONPATH=str(ROOT))
    assert done.stderr == ""
    assert [json.loads(line) for line in done.stdout.splitlines()] == expected
    assert expected[-1][0].startswith("NotFiniteError: mini-batch ")
    assert expected[0][0].startswith("train: loss 0.")


def test_the_code_shows_only_what_is_used():
    plain_code, all_of_it = (build.code(one, 3, "mnist") for one in (Settings(), Settings(**ALL)))
    for word in ("use_batchnorm", "dropout", "weight_decay"):
        assert word not in plain_code
        assert word in all_of_it
    assert max(map(len, all_of_it.splitlines())) < 80


def test_in_pieces_or_at_once():
    pieces, at_once = trained(Settings(**ALL), 1, 2, 7), trained(Settings(**ALL), 10)
    assert last(pieces) == last(at_once)
    assert pieces.curves["steps"] == [0, 1, 3, 10]


def test_curves_stay_short_and_keep_both_ends(monkeypatch):
    monkeypatch.setattr(running, "MOST_POINTS", 8)
    one = trained(Settings(neurons=2), *[1] * 40)
    steps = one.curves["steps"]
    assert len(steps) <= 8
    assert steps[0] == 0
    assert steps[-1] == 40
    assert steps == sorted(steps)
    assert {len(values) for values in one.curves.values()} == {len(steps)}


def test_a_run_ends_at_the_last_step(monkeypatch):
    monkeypatch.setattr(running, "MOST_STEPS", 7)
    one = trained(Settings(), 5, 5)
    assert one.done
    assert one.error is None
    assert last(one)["steps"] == 7


# ---------------------------------------------------------------- what the page shows of them


def look(name, side, steps=0):
    (preset,) = (one for one in PRESETS if one.name[0] == name)
    one = trained(preset.runs()[side], *[steps] * (steps > 0))
    return one, one.snapshot()["layers"]


def outer(layers):
    counts = layers["counts"]  # (layers, 30)
    return (counts[:, :3].sum(axis=1) + counts[:, -3:].sum(axis=1)) / counts.sum(axis=1)


def test_sigmoid_with_std_1_is_close_to_0_and_1():
    (_, bad), (_, good) = (look("sigmoid, std 1", side) for side in (0, 1))
    assert (outer(bad) > 0.65).all()
    assert (outer(good) < 0.1).all()


def test_sigmoid_with_std_001_gives_all_the_same_and_the_gradient_vanishes():
    (_, bad), (_, good) = (look("sigmoid, std 0.01", side) for side in (0, 1))
    assert (bad["std"][1:] < 0.02).all()
    assert (good["std"] > 0.05).all()
    assert bad["gradients"][0] < 1e-6 * bad["gradients"][-1]
    assert good["gradients"][0] > 1e-4 * good["gradients"][-1]


def test_relu_with_std_001_shrinks_from_layer_to_layer():
    (_, bad), (_, good) = (look("ReLU, std 0.01", side) for side in (0, 1))
    assert (bad["std"][1:] < 0.3 * bad["std"][:-1]).all()
    assert (good["std"][1:] > 0.5 * good["std"][:-1]).all()


def test_batch_normalization_keeps_the_activations():
    _, layers = look("batch normalization", 1)
    assert (layers["std"] > 0.3).all()


def test_equal_weights_keep_all_neurons_alike_so_that_xor_is_not_learned():
    (bad, alike), (good, other) = (look("all weights 0", side, 150) for side in (0, 1))
    assert alike["differ"].max() < 1e-6
    assert other["differ"].min() > 0.01
    assert last(bad)["accuracy"] <= 0.75
    assert last(good)["accuracy"] > 0.95


@pytest.mark.parametrize("name", ["weight decay", "Dropout"])
def test_what_is_done_against_overfitting_helps_on_the_test_points(name):
    (overfitted, _), (other, _) = (look(name, side, 1000) for side in (0, 1))
    assert last(overfitted)["accuracy"] == 1
    assert last(other)["test_loss"] < 0.75 * last(overfitted)["test_loss"]
    assert last(other)["test_accuracy"] > last(overfitted)["test_accuracy"] + 0.03


def test_adam_needs_fewer_steps_than_sgd():
    sgd, adam = (look("SGD and Adam", side, 200)[0] for side in (0, 1))
    assert last(adam)["loss"] < 0.5 * last(sgd)["loss"]


def test_the_picture_of_the_plane_is_the_right_way_up():
    one = trained(Settings(data="xor", activation="relu", init="he", optimizer="Adam", lr=0.05), 80)
    size = inside.CELLS
    map_ = np.frombuffer(inside.plane(one.trainer.network), np.uint8).reshape(size, size)
    corners = [map_[row, column] for row in (10, -10) for column in (10, -10)]  # top left ...
    assert [corner > 127 for corner in corners] == [True, False, False, True]


def test_a_look_changes_nothing():
    one = trained(Settings(**ALL), 3)
    network = one.trainer.network
    before = {key: value.copy() for key, value in [*network.params.items(), *network.state.items()]}
    one.snapshot()
    for key, value in {**network.params, **network.state}.items():
        assert_array_equal(value, before[key])


def test_activations_are_those_of_training():
    net = MultiLayerNetExtend(2, [3], 2, "tanh", 1.0, use_batchnorm=True, rng=0)
    x = np.random.default_rng(0).standard_normal((50, 2)).astype(np.float32) + 5
    found = inside.layers(net, "tanh", x, np.arange(50) % 2)
    out = np.tanh(net.layers["BatchNorm1"].forward(net.layers["Affine1"].forward(x), True))
    assert found["std"] == pytest.approx([out.std()], rel=1e-5)
    grads = net.gradient(x, np.arange(50) % 2)
    assert found["gradients"] == pytest.approx([np.linalg.norm(grads[k]) for k in ("W1", "W2")])


# ---------------------------------------------------------------- pages


def asked(settings=({},), page="one", **more):
    return {"page": page, "runs": list(settings), **more}


def test_a_run_that_diverges_is_shown_and_the_page_goes_on():
    many = Pages(data_name("auto"))
    (preset,) = (one for one in PRESETS if one.section == "6.5")
    sent = preset.to_page()["runs"]
    many.start(asked(sent))
    for _ in range(10):
        shots = plain(many.step({"page": "one", "steps": 1000}))["runs"]
    diverged, other = shots
    assert diverged["error"].startswith("mini-batch ")
    assert "lower the learning rate" in diverged["error"]
    assert diverged["done"]
    assert diverged["curves"]["loss"][-1] is None  # NaN
    assert None in diverged["layers"]["gradients"]
    assert other["steps"] > diverged["steps"]
    assert other["error"] is None
    again = plain(many.start(asked(sent[1:])))["runs"]
    assert [run["error"] for run in again] == [None]
    assert many.step({"page": "one", "steps": 1})["runs"][0]["steps"] == 1


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({}, "page is None; expected str"),
        (asked(page=""), "page is ''; expected 1 to 64 characters"),
        (asked(page="x" * 65), "expected 1 to 64 characters"),
        ({"page": "one", "runs": {}}, "runs is {}; expected list"),
        (asked([]), "0 training runs; expected 1 or 2"),
        (asked([{}] * 3), "3 training runs"),
        (asked([{"lr": -1}]), "^the learning rate is -1"),
        (asked([{"lr": -1}, {}]), "^A: the learning rate is -1"),
        (asked([{}, {"lr": -1}]), "^B: the learning rate is -1"),
    ],
)
def test_a_wrong_start_is_refused_and_the_old_runs_stay(request_, message):
    many = Pages("drawn")
    many.start(asked())
    with pytest.raises(ValueError, match=message):
        many.start(request_)
    assert many.step({"page": "one", "steps": 1})["runs"][0]["steps"] == 1


@pytest.mark.parametrize("steps", [0, -1, 10**9, 1.5, None, "1", True])
def test_a_wrong_number_of_steps_is_refused(steps):
    many = Pages("drawn")
    many.start(asked())
    with pytest.raises(ValueError, match="steps is"):
        many.step({"page": "one", "steps": steps})


def test_pages_do_not_disturb_each_other_and_are_few():
    many = Pages("drawn")
    settings = {"layers": 1, "neurons": 2}
    for k in range(pages.MOST_PAGES):
        many.start(asked([settings | {"seed": k}], page=str(k)))
    alone = trained(Settings(**settings, seed=1), 1, 2)
    many.step({"page": "1", "steps": 1})
    many.step({"page": "0", "steps": 1})
    many.start(asked([settings], page="new"))  # drops 2, which was used before all others
    assert list(many.runs) == [*"34567", "1", "0", "new"]
    curves = many.step({"page": "1", "steps": 2})["runs"][0]["curves"]
    assert curves == alone.curves
    with pytest.raises(ValueError, match="these training runs have ended"):
        many.step({"page": "2", "steps": 1})
    assert set(many.steps) <= {*many.runs, "2"}


def test_the_work_for_one_request_is_bounded(monkeypatch):
    many = Pages("drawn")
    many.start(asked([{}, {"neurons": 3}]))
    monkeypatch.setattr(pages, "SECONDS", np.inf)
    counts = [many.step({"page": "one", "steps": 5})["runs"] for _ in range(4)]
    steps = [[run["steps"] for run in runs] for runs in counts]
    assert steps == [[1, 1], [3, 3], [7, 7], [12, 12]]  # 1, 2, 4 and 5 more
    monkeypatch.setattr(pages, "SECONDS", 0)
    counts = [many.step({"page": "one", "steps": 1000})["runs"][0]["steps"] for _ in range(5)]
    assert np.diff(counts).tolist() == [5, 2, 1, 1]


def test_a_page_that_ends_saves_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(live, "serve", lambda server, show: server.server_close())
    assert live.main(["--no-show", "--out", str(tmp_path)]) == {}
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- in a browser


@pytest.fixture(scope="module")
def address():
    many = Pages(data_name("auto"))
    presets = {"presets": [preset.to_page() for preset in PRESETS]}
    answers = {"presets": lambda _: presets, "start": many.start, "step": many.step}
    with PageServer(str(ROOT / "ch06" / "live.py"), answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.address
        server.shutdown()
        thread.join()


STEPS = "Number(document.querySelector('#steps').innerText.match(/[\\d,]+/)[0].replace(',', ''))"
COLOUR = """(() => {
  const canvas = document.querySelector(%r), rows = [];
  const { data, width } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  for (let k = 0; k < data.length; k += 4)  // the curve of B is violet
    if (data[k + 3] > 200 && data[k] > data[k + 1] + 40 && data[k + 2] > data[k + 1] + 80)
      rows.push([k / 4 %% width, Math.floor(k / 4 / width)]);
  return rows;
})()"""


@pytest.fixture
def opened(browser, address):
    browser.open(address)
    browser.wait("document.body.dataset.ready === 'yes'")
    browser.run("localStorage.clear()")
    return browser


def test_the_page_runs_pauses_steps_and_resets(opened, address):
    assert opened.run(STEPS) == 0
    opened.click("[name=speed][value='1000']")
    opened.click("#run")
    assert "pause" in opened.text("#run")
    opened.wait(f"{STEPS} > 60")
    opened.click("#run")
    assert "run" in opened.text("#run")
    opened.wait("document.querySelector('#told').textContent.includes('B: loss')")
    stopped = opened.run(STEPS)
    opened.run("new Promise((done) => setTimeout(done, 100))")
    assert opened.run(STEPS) == stopped
    points = np.array(opened.run(COLOUR % "#loss"))  # x to the right, y down
    left, right = points[:, 0].min(), points[:, 0].max()
    start, end = (points[points[:, 0] == x, 1].mean() for x in (left, right))
    assert end > start + 10  # the loss has fallen
    opened.click("#step")
    opened.wait(f"{STEPS} === {stopped + 1}")
    assert f"max_iter={stopped + 1}," in opened.text(".code")
    opened.click("#reset")
    opened.wait(f"{STEPS} === 0")
    assert "trainer" not in opened.text(".code")
    assert {url[: len(address)] for url in opened.seen if not url.startswith("data:")} == {address}


def test_changes_while_it_runs_do_not_stop_it(opened):
    opened.click("#run")
    for selector in ("#both", "[name=data][value=xor]", "#reset", "#run", "#both", "#step", "#run"):
        opened.click(selector)
    opened.wait(f"{STEPS} > 20")
    assert "pause" in opened.text("#run")
    opened.click("#run")
    opened.wait("document.querySelector('#told').textContent.includes('B: loss')")


def set_field(browser, side, name, value):
    field = f"document.querySelector('.side.{side} [name={name}]')"
    browser.run(f"{field}.value = {value!r}; {field}.dispatchEvent(new Event('change'))")


def test_a_changed_setting_starts_again_and_a_wrong_one_is_said(opened):
    opened.click("#step")
    opened.wait(f"{STEPS} === 1")
    set_field(opened, "a", "neurons", "7")
    opened.wait("document.querySelector('.side.a .code').textContent.includes('[7, 7]')")
    assert opened.run(STEPS) == 0
    assert "Your own settings" in opened.text("#look")
    set_field(opened, "b", "neurons", "1000000000")
    opened.wait("document.querySelector('#problem').innerText.includes('B: neurons is 1000000000')")
    refused, opened.errors = opened.errors, []
    assert all("400" in error["text"] for error in refused)  # Chromium reports each refusal
    set_field(opened, "b", "neurons", "9")
    opened.wait("document.querySelector('.side.b .code').textContent.includes('[9, 9]')")
    assert opened.text("#problem") == ""
    set_field(opened, "b", "activation", "relu")
    set_field(opened, "b", "init", "std")
    set_field(opened, "b", "std", "0")
    opened.wait("document.querySelector('.side.b .activation').innerText.includes('dead')")


def test_presets_digits_divergence_and_chinese(opened):
    opened.run("[...document.querySelectorAll('[name=preset]')].at(-1).click()")
    opened.wait(
        "document.querySelector('.side.a .code').textContent.includes('[20, 20, 20, 20, 20, 20]')"
    )
    for _ in range(7):
        opened.click("#step")
    opened.wait("document.querySelector('.side.a .error').textContent.includes('diverged')")
    assert "NaN" in opened.text(".side.a .numbers")
    opened.click("#language")
    assert "发散了" in opened.text(".side.a .error")
    assert "运行" in opened.text("#run")
    opened.run("document.querySelectorAll('[name=preset]')[4].click()")
    opened.wait("document.querySelector('.side.b .code').textContent.includes('load_mnist')")
    label = opened.run("document.querySelector('.side.b .picture').getAttribute('aria-label')")
    assert "30 个测试数字中有" in label
    assert "几乎全都相同" in opened.text(".side.a .activation")
    assert opened.text(".side.b .activation") == ""
    opened.click("#both")
    opened.wait("document.querySelector('.side.b').hidden")
    opened.run("localStorage.clear()")


def test_everything_has_a_name_and_fits_on_a_phone(browser, address):
    browser.open(address, width=360, dark=True)
    browser.wait("document.body.dataset.ready === 'yes'")
    assert browser.run("document.documentElement.scrollWidth") <= 360
    nameless = """
      [...document.querySelectorAll("main :is(button, input, select, canvas)")]
        .filter((one) => !one.textContent && !one.getAttribute("aria-label"))
        .filter((one) => ![...(one.labels ?? [])].some((label) => label.textContent.trim()))
        .map((one) => one.outerHTML)"""
    assert browser.run(nameless) == []
