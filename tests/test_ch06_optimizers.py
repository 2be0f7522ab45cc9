"""Section 6.1: the paths of the optimizers on a valley, and how fast they learn MNIST."""

import json

import numpy as np
import pytest
from matplotlib.quiver import Quiver
from numpy.testing import assert_allclose

from ch06 import optimizer_compare_mnist, optimizer_compare_naive
from ch06.helpers.valley import f, gradient
from ch06.optimizer_compare_naive import DECAYS, RATES, START, descend, draw
from claims import book
from common.gradient import numerical_gradient
from common.optimizer import BY_NAME, SGD
from common.schedules import step_decay
from common.trainer import Trainer
from lab import plots, training


@pytest.fixture(scope="module")
def naive(tmp_path_factory):
    return optimizer_compare_naive.main(["--out", str(tmp_path_factory.mktemp("naive"))])


def test_the_function_and_its_gradient():  # N01, G01, G02
    assert START == (-7.0, 2.0)
    assert f(0, 0) == 0
    assert f(*START) == pytest.approx(49 / 20 + 4)
    assert gradient(*START) == (-0.7, 4.0)
    for point in np.random.default_rng(0).uniform(-5, 5, (20, 2)):
        slopes = numerical_gradient(lambda p: f(*p), point)
        assert_allclose(gradient(*point), slopes, atol=1e-6)


@pytest.mark.parametrize("name", book.PATHS)
def test_paths(naive, name):  # S01, E01, K01 to K04
    _, first, second, last, lowest, turns, length = book.PATHS[name]
    result = naive[name]
    assert result["path"].shape == (31, 2)
    assert tuple(result["path"][0]) == START
    assert_allclose(result["path"][1], first, atol=1e-6)
    assert_allclose(result["path"][2], second, atol=1e-6)
    assert_allclose(result["path"][30], last, atol=5.1e-5)
    assert result["f"][30] == pytest.approx(lowest, abs=5.1e-6)
    assert result["sign_changes_of_y"] == turns
    assert result["length"] == pytest.approx(length, abs=5.1e-3)


def test_learning_rates():  # E01
    for name, (lr, *_) in book.PATHS.items():
        assert RATES[name.lower()] == lr
    assert RATES.keys() == BY_NAME.keys()


def test_adagrad_gets_nearest_by_the_shortest_path(naive):  # E01, G05
    assert list(naive) == ["SGD", "Momentum", "AdaGrad", "Adam"]
    assert min(naive, key=lambda name: naive[name]["f"][-1]) == "AdaGrad"
    assert min(naive, key=lambda name: naive[name]["length"]) == "AdaGrad"
    assert (naive["AdaGrad"]["path"][:, 1] > 0).all()


def test_oscillations_of_the_optimizers(naive):  # G03, G04, G06
    y = {name: result["path"][:, 1] for name, result in naive.items()}
    assert (y["SGD"][1:] * y["SGD"][:-1] < 0).all()
    assert naive["Momentum"]["sign_changes_of_y"] < naive["SGD"]["sign_changes_of_y"]
    for name, lowest in book.LOWEST_Y.items():
        assert y[name].min() == pytest.approx(lowest, abs=5.1e-3)
    assert abs(y["Adam"].min()) < abs(y["Momentum"].min())


def drawn(results):
    """Return the axes of both figures, by title; and the title of the first."""
    figures = draw({"settings": {"iters": 30, "decay": "step"}, **results})
    axes = [ax for figure in figures for ax in figure.axes]
    return {ax.get_title(): ax for ax in axes}, figures[0].get_suptitle()


def test_the_figures(naive):  # G01 to G07
    found, title = drawn(naive)
    assert title == "Figure 6-8: after 30 updates AdaGrad has the lowest f: 0.00072 (decay: step)"
    assert set(found) == {
        "Figure 6-1: f(x, y) = x²/20 + y²",
        "Figure 6-1: contours of f",
        "Figure 6-2: minus the gradient of f",
        "f after each update",
        "Figure 6-3: SGD",
        "Figure 6-5: Momentum",
        "Figure 6-6: AdaGrad",
        "Figure 6-7: Adam",
    }
    assert found["Figure 6-1: f(x, y) = x²/20 + y²"].name == "3d"
    arrows = found["Figure 6-2: minus the gradient of f"]
    (arrows,) = (one for one in arrows.collections if isinstance(one, Quiver))
    x, y = arrows.XY.T
    assert len(x) > 50
    assert_allclose(arrows.U, -x / 10)
    assert_allclose(arrows.V, -2 * y)
    falls = {line.get_label(): line for line in found["f after each update"].lines}
    for name, result in naive.items():
        (ax,) = (ax for title, ax in found.items() if title.endswith(f": {name}"))
        (line,) = (line for line in ax.lines if len(line.get_xdata()) == 31)
        assert_allclose(line.get_xydata(), result["path"])
        assert_allclose(falls[name].get_ydata(), result["f"])
        assert line.get_color() == falls[name].get_color() == plots.COLOR_OF[name]
        assert (ax.get_xlabel(), ax.get_ylabel()) == ("x", "y")


def test_the_figure_and_the_numbers_are_saved(tmp_path, capsys):  # S01
    results = optimizer_compare_naive.main(["--out", str(tmp_path), "--decay", "step"])
    assert_allclose(results["SGD"]["path"], descend(SGD(), step_decay(0.95, 0.5, 10), 30)["path"])
    saved = json.loads((tmp_path / "ch06" / "optimizer_compare_naive.json").read_text())
    assert len(saved["SGD"]["path"]) == 31
    assert saved["settings"]["decay"] == "step"
    for end in ("", "-2"):
        path = tmp_path / "ch06" / f"optimizer_compare_naive{end}.png"
        assert path.stat().st_size > 30_000
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()[:4]] == list(book.PATHS)


@pytest.mark.parametrize("decay", [name for name in DECAYS if name != "none"])
def test_decay_reduces_oscillations_and_shortens_every_path(naive, decay):  # D01
    for name, result in naive.items():
        lr = RATES[name.lower()]
        calm = descend(BY_NAME[name.lower()](), DECAYS[decay](lr, 30), 30)
        assert_allclose(calm["path"][1], result["path"][1])  # begins at full speed
        assert calm["length"] < result["length"]
        if name == "SGD":
            assert abs(calm["path"][-1, 1]) < 0.1 * abs(result["path"][-1, 1])


def test_any_optimizers_and_any_learning_rate(tmp_path):  # K05, K06
    words = ["--optimizers", "nesterov", "rmsprop", "sgd", "--iters", "50"]
    results = optimizer_compare_naive.main([*words, "--out", str(tmp_path)])
    assert list(results) == ["Nesterov", "RMSprop", "SGD"]
    assert all(len(result["path"]) == 51 for result in results.values())
    assert all(result["f"][-1] < 0.03 for result in results.values())
    slow = optimizer_compare_naive.main(["--lr", "0.01", "--out", str(tmp_path)])
    assert_allclose(slow["SGD"]["path"][1], (-6.993, 1.96))
    one, _ = drawn({"Adam": slow["Adam"]})
    assert "Figure 6-7: Adam" in one
    assert "" not in one


def test_a_learning_rate_that_is_too_large_ends_in_no_warning(tmp_path):
    wild = optimizer_compare_naive.main(["--lr", "3", "--out", str(tmp_path)])
    assert wild["SGD"]["f"][-1] > 1e40


def quick_mnist(tmp_path, *words):
    return optimizer_compare_mnist.main(["--quick", "--out", str(tmp_path), *words])


slow = pytest.mark.slow


def test_three_are_faster_than_sgd_already_in_the_quick_form(quick):  # S02, E02, G08
    results = quick("ch06.optimizer_compare_mnist").results
    sgd = results["SGD"]
    assert list(results) == ["data", "SGD", "Momentum", "AdaGrad", "Adam"]
    for name in ("Momentum", "AdaGrad", "Adam"):
        assert len(results[name]["train_loss_list"]) == 200
        assert results[name]["train_loss_list"][0] == sgd["train_loss_list"][0]
        assert results[name]["final_loss"] < 0.6 * sgd["final_loss"]
        assert results[name]["final_loss"] == np.mean(results[name]["train_loss_list"][-100:])
        assert results[name]["test_acc"] > sgd["test_acc"]


@pytest.mark.usefixtures("unrendered")
def test_the_same_seed_gives_the_same_losses(tmp_path):  # S02
    words = ("--iters", "5", "--optimizers", "adam", "sgd")
    first, second = quick_mnist(tmp_path, *words), quick_mnist(tmp_path, *words)
    other = quick_mnist(tmp_path, *words, "--seed", "1")
    assert first == second
    assert first["SGD"] != other["SGD"]


def test_networks_with_the_same_weights_and_mini_batches(tmp_path, monkeypatch):  # E02, N02
    made = {}

    class Spy(Trainer):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            self.seen = [{key: param.copy() for key, param in self.network.params.items()}]
            made[type(self.optimizer).__name__] = self

        def _loss_and_gradient(self, x, t):
            self.seen.append({"x": x, "t": t})
            return super()._loss_and_gradient(x, t)

    monkeypatch.setattr(training, "Trainer", Spy)
    results = quick_mnist(tmp_path, "--iters", "3", "--data", "drawn")
    assert list(made) == list(results)[1:]
    sgd = made["SGD"]
    shapes = [param.shape for key, param in sgd.seen[0].items() if key[0] == "W"]
    assert shapes == [(784, 100), (100, 100), (100, 100), (100, 100), (100, 10)]
    assert len({id(trainer.network) for trainer in made.values()}) == 4
    assert [len(batch["x"]) for batch in sgd.seen[1:]] == [128] * 3
    for name, trainer in made.items():
        assert len(trainer.seen) == 4
        for seen, expected in zip(trainer.seen, sgd.seen, strict=True):
            assert all((seen[key] == expected[key]).all() for key in expected)
        defaults = book.OPTIMIZER_DEFAULTS[name]
        assert {key: getattr(trainer.optimizer, key) for key in defaults} == defaults


def test_the_flags_reach_the_trainers(tmp_path, monkeypatch):
    made = []

    class Spy(Trainer):
        def __init__(self, network, *args, **options):
            super().__init__(network, *args, **options)
            shapes = [param.shape for param in network.params.values() if param.ndim == 2]
            batches = self.batches
            made.append((self.optimizer.lr, self.max_iter, batches.batch_size, batches.shuffle))
            made.append(shapes)

    monkeypatch.setattr(training, "Trainer", Spy)
    words = ["--iters", "2", "--batch-size", "7", "--hidden-layers", "1", "--hidden-size", "4"]
    words += ["--lr", "0.3", "--optimizers", "rmsprop", "--shuffle", "--data", "drawn"]
    quick_mnist(tmp_path, *words)
    assert made == [(0.3, 2, 7, True), [(784, 4), (4, 10)]]


def test_figure_6_9():  # G08, F02
    losses = {name: np.linspace(2, 0.1, 40) + 0.01 * k for k, name in enumerate(book.PATHS)}
    results = {
        name: {"train_loss_list": y, "test_acc": 0.97, "final_loss": y[-1]}
        for name, y in losses.items()
    }
    others = {"settings": {}, "data": "mnist"}
    (ax,) = optimizer_compare_mnist.draw({**others, **results}).axes
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("iteration", "loss of the mini-batch, smoothed")
    assert ax.get_ylim()[0] == 0
    assert ax.get_ylim()[1] > max(max(line.get_ydata()) for line in ax.lines)  # nothing cut off
    assert [line.get_label().split(",")[0] for line in ax.lines] == list(book.PATHS)
    assert len({line.get_marker() for line in ax.lines}) == 4
    assert ax.get_title() == "Figure 6-9: SGD ends with the lowest loss: 0.100, data: mnist"


@slow
@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_figure_6_9_in_full(real_mnist, tmp_path, seed):  # E02, G08
    words = ["--out", str(tmp_path), "--data", "mnist", "--seed", seed]
    results = optimizer_compare_mnist.main(words)
    assert len(results["SGD"]["train_loss_list"]) == 2000
    for name in ("Momentum", "AdaGrad", "Adam"):
        assert results[name]["final_loss"] < 0.5 * results["SGD"]["final_loss"]
        assert results[name]["test_acc"] > results["SGD"]["test_acc"]
