"""Section 6.2: what the initial weights do to activations, to symmetry and to training."""

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from ch06 import weight_init_activation_histogram as histogram
from ch06 import weight_init_compare, weight_init_zero
from claims import book
from common.multi_layer_net import MultiLayerNet
from common.trainer import Trainer
from lab import training

SEEDS = range(10)


# ---------------------------------------------------------------- activations (6.2.2, 6.2.3)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (histogram.sigmoid, (0.26894142, 0.5, 0.73105858)),
        (histogram.ReLU, (0, 0, 1)),
        (histogram.tanh, (-0.76159416, 0, 0.76159416)),
    ],
)
def test_the_functions_of_the_script(function, expected):  # F07
    assert_allclose(function(np.array([-1.0, 0.0, 1.0])), expected, rtol=1e-7)


@pytest.fixture(scope="module")
def numbers():
    """The statistics of each row of the figures, arrays of shape (seeds, layers)."""
    found = {}
    for pair in histogram.ROWS:
        runs = [histogram.statistics(histogram.activations(*pair, seed)) for seed in SEEDS]
        found[pair] = {name: np.array([run[name] for run in runs]) for name in runs[0]}
    return found


def test_the_rows_are_those_of_the_book():  # S03
    assert list(histogram.ROWS) == [
        *(("sigmoid", "1"), ("sigmoid", "0.01"), ("sigmoid", "xavier")),  # 6-10, 6-11, 6-13
        *(("relu", "0.01"), ("relu", "xavier"), ("relu", "he")),  # 6-14
        ("tanh", "xavier"),
    ]


def test_the_activations_of_the_book():  # S03
    layers = histogram.activations("relu", "he", seed=0)
    assert list(layers) == [0, 1, 2, 3, 4]
    assert {a.shape for a in layers.values()} == {(1000, 100)}
    for init, factor in [("0.01", 0.01), ("xavier", 0.1), ("he", np.sqrt(2 / 100))]:
        one = histogram.activations("relu", "1", seed=0)[0]  # ReLU of c x is c times ReLU of x
        assert_allclose(histogram.activations("relu", init, seed=0)[0], factor * one)


def test_a_standard_deviation_of_1_saturates_the_sigmoid(numbers):  # G09, E04
    outside = numbers["sigmoid", "1"]["outside 0.1 to 0.9"]
    assert (outside >= 0.65).all()
    assert_allclose(outside[:, 0], 0.825, atol=0.01)
    assert (outside <= 0.83).all()


def test_a_standard_deviation_of_0_01_makes_all_activations_alike(numbers):  # G10, E04
    small = numbers["sigmoid", "0.01"]
    assert not small["outside 0.1 to 0.9"].any()
    assert (small["inside 0.4 to 0.6"] > 0.9998).all()  # 4 standard deviations in the first layer
    assert_array_equal(small["inside 0.4 to 0.6"][:, 1:], 1)
    assert_allclose(small["std"][:, 0], 0.025, rtol=0.03)
    assert_allclose(small["std"].mean(axis=0)[1:], 0.012, rtol=0.15)


def test_xavier_spreads_the_sigmoid(numbers):  # G11, E04
    xavier, small = numbers["sigmoid", "xavier"], numbers["sigmoid", "0.01"]
    assert_allclose(xavier["std"][:, 0], 0.208, atol=0.004)
    assert (xavier["std"] >= 0.09).all()
    assert (xavier["std"][:, 1:] <= 0.15).all()
    assert (xavier["std"] > 6 * small["std"]).all()
    assert (xavier["outside 0.1 to 0.9"][:, 1:] < 0.001).all()
    assert np.ptp(xavier["mean"][:, 4]) > 5 * np.ptp(xavier["mean"][:, 0])  # later layers lean


def test_relu_means_of_the_footnote(numbers):  # N03, G12, E04
    means = numbers["relu", "0.01"]["mean"]
    assert_allclose(means.mean(axis=0), book.RELU_MEANS, rtol=0.2)
    for mean, expected, (low, high) in zip(
        means[0], book.RELU_MEANS, book.RELU_RATIOS, strict=True
    ):
        assert low < mean / expected < high


def test_relu_means_of_theory(numbers):  # N03
    """Half of a Gaussian has the mean std / sqrt(2 pi), and half of its square is left."""
    means = numbers["relu", "0.01"]["mean"].mean(axis=0)
    theory = 0.1 / np.sqrt(2 * np.pi) * (0.1 / np.sqrt(2)) ** np.arange(5)
    assert_allclose(means, theory, rtol=0.15)


def test_xavier_shrinks_with_relu_and_he_does_not(numbers):  # G12, E04
    xavier, he = (numbers["relu", init]["mean"].mean(axis=0) for init in ("xavier", "he"))
    assert_allclose(xavier, book.XAVIER_MEANS, rtol=0.15)
    assert_allclose(he, book.HE_MEANS, rtol=0.12)
    assert (np.diff(xavier) < 0).all()
    assert xavier[4] < 0.3 * xavier[0]
    assert he.max() < 1.15 * he.min()
    assert_allclose(numbers["relu", "he"]["std"].mean(axis=0), 0.83, rtol=0.06)


@pytest.mark.parametrize("init", ["0.01", "xavier", "he"])
def test_half_of_the_relu_activations_are_0(numbers, init):  # G12
    zeros = numbers["relu", init]["zeros"]
    assert_allclose(zeros.mean(axis=0), 0.5, atol=0.03)
    assert_allclose(zeros, 0.5, atol=0.12)


def test_tanh_is_symmetric(numbers):  # E16
    tanh, sigmoid = numbers["tanh", "xavier"], numbers["sigmoid", "xavier"]
    assert_allclose(tanh["std"].mean(axis=0), book.TANH_STDS, rtol=0.05)
    assert_allclose(tanh["mean"], 0, atol=0.01)
    assert_allclose(tanh["skewness"], 0, atol=0.03)
    later = [np.abs(numbers["skewness"][:, 1:]).mean() for numbers in (tanh, sigmoid)]
    assert later[0] < 0.1 * later[1]


def test_statistics():
    layers = {0: np.array([[0.0, 0.0, 0.0, 0.5, 2.0]]), 1: np.full((1, 5), 0.5)}
    numbers = histogram.statistics(layers)
    assert_allclose(numbers["mean"], [0.5, 0.5])
    assert_allclose(numbers["std"], [np.sqrt(0.6), 0])
    assert_allclose(numbers["outside 0.1 to 0.9"], [0.8, 0])
    assert_allclose(numbers["inside 0.4 to 0.6"], [0.2, 1])
    assert_allclose(numbers["zeros"], [0.6, 0])
    assert_allclose(numbers["skewness"], [0.6 / 0.6**1.5, 0])
    assert [row.nonzero()[0].tolist() for row in numbers["counts"]] == [[0, 15], [15]]
    assert numbers["counts"].sum(axis=1).tolist() == [4, 5]  # 2.0 is not in the histogram
    whole = histogram.statistics({0: np.array([[-1.0, 0.0, 1.0]])}, low=-1)["counts"]
    assert whole[0].nonzero()[0].tolist() == [0, 15, 29]


def test_the_figures():  # S03, G09 to G12
    rows = {
        f"{name}, std {std}": histogram.statistics(
            histogram.activations(name, std, seed=0), low=-1 if name == "tanh" else 0
        )
        for name, std in histogram.ROWS
    }
    figures = histogram.draw({"settings": {}, **rows})
    axes = {ax.get_title(): ax for figure in figures for ax in figure.axes}
    assert [len(figure.axes) for figure in figures] == [4, 3]  # those of ReLU apart
    for ((activation, _), title), row in zip(histogram.ROWS.items(), rows.values(), strict=True):
        (ax,) = (ax for found, ax in axes.items() if found.startswith(f"{title}: "))
        assert f"{row['std'][0]:.2g} in layer 1, {row['std'][4]:.2g} in layer 5" in ax.get_title()
        assert len(ax.containers) == 5
        ends = ["−1" if activation == "tanh" else "0", "1"]
        labels = [label.get_text() for label in ax.get_xticklabels()]
        assert labels == [word for k in range(1, 6) for word in (ends[0], f"layer {k}", ends[1])]
        for bars, counts in zip(ax.containers, row["counts"], strict=True):
            heights = [bar.get_height() for bar in bars]
            assert heights == list(counts)
            left, right = bars[0].get_x(), bars[-1].get_x() + bars[-1].get_width()
            assert {round(left, 9), round(right, 9)} <= set(np.round(ax.get_xticks(), 9))
            if activation != "relu":
                assert max(heights) < ax.get_ylim()[1]
                assert sum(heights) == 100_000
        if activation == "relu":  # the bar at 0 is cut, and its height written beside
            assert ax.get_ylim()[1] == 8000 < row["counts"][:, 0].min()
            said = [text.get_text() for text in ax.texts]
            assert said == [f"first bar: {count:,}" for count in row["counts"][:, 0]]
    titles = " ".join(axes)
    assert all(f"Figure {name}" in titles for name in ("6-10", "6-11", "6-13", "6-14"))


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ([], 7),
        (["--activation", "relu"], 3),
        (["--std", "xavier"], 1),
        (["--activation", "tanh", "--std", "0.5"], 1),
        (["--activation", "relu", "--std", "He"], 1),
    ],
)
def test_the_flags_of_the_histogram(words, rows, tmp_path, capsys):  # S03
    results = histogram.main([*words, "--out", str(tmp_path)])
    printed = capsys.readouterr().out
    assert len(results) == rows
    assert len(list((tmp_path / "ch06").glob("*.png"))) == (2 if rows == 7 else 1)
    for name, numbers in results.items():
        assert f"{name:20} mean {numbers['mean'][0]:9.3g}" in printed
        assert f"{name:20} std  {numbers['std'][0]:9.3g}" in printed
    if words == ["--std", "xavier"]:
        assert list(results) == ["sigmoid, std xavier"]
        alone = results["sigmoid, std xavier"]
        whole = histogram.main(["--out", str(tmp_path)])["sigmoid, std xavier"]
        assert_array_equal(alone["mean"], whole["mean"])  # a row alone is that of the figure


@pytest.mark.usefixtures("unrendered")
def test_the_seed_of_the_histogram(tmp_path):  # S03
    words = ["--std", "1", "--out", str(tmp_path)]
    first, second = histogram.main(words), histogram.main(words)
    other = histogram.main([*words, "--seed", "1"])
    for name, values in first["sigmoid, std 1"].items():
        assert_array_equal(values, second["sigmoid, std 1"][name])
    assert (first["sigmoid, std 1"]["mean"] != other["sigmoid, std 1"]["mean"]).all()


@pytest.mark.parametrize("std", ["junk", "nan", "inf", "-1", "1,5", "1e70", ""])
def test_an_impossible_standard_deviation_is_refused(std, tmp_path):
    with pytest.raises(ValueError, match=r"std|float"):
        histogram.main(["--activation", "relu", "--std", std, "--out", str(tmp_path)])


def test_edges_of_the_standard_deviation(tmp_path):
    for std in ("0", "1e6"):
        numbers = histogram.main(["--std", std, "--out", str(tmp_path)])[f"sigmoid, std {std}"]
        assert all(np.isfinite(values).all() for values in numbers.values())


# ---------------------------------------------------------------- equal weights (6.2.1)


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
@pytest.mark.parametrize("start", [0.0, 0.5, -0.1])
def test_equal_weights_stay_equal(activation, start):  # E03
    rng = np.random.default_rng(0)
    x, t = rng.standard_normal((60, 8)), rng.integers(3, size=60)
    net = MultiLayerNet(8, [5], 3, activation, 0)
    net.params = {key: value.astype(np.float64) for key, value in net.params.items()}
    for key in ("W1", "W2"):
        net.params[key] += start
    for _ in range(50):
        for key, grad in net.gradient(x, t).items():
            net.params[key] -= 0.2 * grad
    W1, W2 = net.params["W1"], net.params["W2"]
    assert_allclose(W1, np.tile(W1[:, :1], 5), atol=1e-12)
    assert_allclose(W2, np.tile(W2[:1], (5, 1)), atol=1e-12)
    # From 0 no signal comes through a ReLU, forward or backward.
    moved = [np.not_equal(values, start).all() for values in (W1, W2)]
    assert moved == [(activation, start) != ("relu", 0)] * 2


def check_symmetry(results):
    for name in ("all weights 0", "all weights 0.5"):
        moved = results[name]["W1 moved by"]
        assert moved > 0.001
        assert results[name]["columns of W1 differ by"] < 1e-4 * moved
        assert results[name]["rows of W2 differ by"] < 1e-4
        assert results[name]["hidden outputs differ by"] < 1e-3
    random = results["random (Xavier)"]
    assert random["columns of W1 differ by"] > 0.1
    assert random["hidden outputs differ by"] > 0.3


def test_the_figure_of_equal_weights(quick):  # E03
    results = quick("ch06.weight_init_zero").results
    for name in weight_init_zero.STARTS:
        images = np.array(results[name]["change in percent"])
        assert images.shape == (8, 28, 28)
        assert (images == images[0]).all() == name.startswith("all")
        assert 90 <= np.abs(images).max() <= 100 or not name.startswith("all")
    figure = weight_init_zero.draw(results)
    shown = [ax.images[0].get_array() for ax in figure.axes[:3]]
    assert [image.shape for image in shown] == [(28, 256)] * 3
    assert (shown[2][:, 34:62] == results["random (Xavier)"]["change in percent"][1]).all()
    assert f"{results['all weights 0']['test_acc']:.2f}" in figure.axes[0].get_title()


def test_equal_weights_on_digits(quick):  # E03
    results = quick("ch06.weight_init_zero").results
    check_symmetry(results)
    for name in ("all weights 0", "all weights 0.5"):
        assert results[name]["test_acc"] < results["random (Xavier)"]["test_acc"] - 0.3


@pytest.mark.slow
def test_equal_weights_in_full(real_mnist, tmp_path):  # E03
    results = weight_init_zero.main(["--data", "mnist", "--out", str(tmp_path)])
    check_symmetry(results)
    for name in ("all weights 0", "all weights 0.5"):
        assert results[name]["test_acc"] < 0.5
    assert results["random (Xavier)"]["test_acc"] > 0.92


# ---------------------------------------------------------------- training runs (6.2.4)


def test_the_three_standard_deviations_are_those_of_the_book():  # S04
    assert weight_init_compare.STDS == {"std=0.01": 0.01, "Xavier": "sigmoid", "He": "relu"}


def test_short_training_runs(quick):  # S04, G13, E05
    results, printed, folder = quick("ch06.weight_init_compare")
    losses, final, mean = (results[k] for k in ("train_loss_list", "final_loss", "mean_loss"))
    assert {len(values) for values in losses.values()} == {400}
    assert_allclose(losses["std=0.01"], np.log(10), atol=0.05)
    assert final["Xavier"] < 2.1
    assert final["He"] < 1.1
    assert mean["He"] < mean["Xavier"] < mean["std=0.01"]
    for name, loss in final.items():
        assert f"{name:8}  mean loss {loss:.3f} of the last 100 batches" in printed
    saved = json.loads((folder / "outputs" / "ch06" / "weight_init_compare.json").read_text())
    assert saved["train_loss_list"] == losses
    assert saved["settings"]["batch_size"] == 128
    assert saved["settings"]["lr"] == 0.01


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_full_training_runs(real_mnist, seed, tmp_path):  # S04, G13, E05
    words = ["--data", "mnist", "--seed", seed, "--out", str(tmp_path)]
    results = weight_init_compare.main(words)
    assert {len(values) for values in results["train_loss_list"].values()} == {2000}
    final, mean = results["final_loss"], results["mean_loss"]
    assert final["std=0.01"] == pytest.approx(np.log(10), abs=0.05)
    assert final["He"] < 1
    assert final["Xavier"] < 1
    assert mean["He"] <= mean["Xavier"] < 0.5 * mean["std=0.01"]
    assert results["test_acc"]["He"] > 0.9


def test_the_flags_reach_the_trainers(tmp_path, monkeypatch):  # S04
    made = []

    class Spy(Trainer):
        def __init__(self, network, *args, **options):
            super().__init__(network, *args, **options)
            shapes = [W.shape for W in list(network.params.values())[::2]]
            kind = type(network.layers["Activation_function1"]).__name__
            made.append((shapes, kind, self.optimizer.lr, self.max_iter, options))

    monkeypatch.setattr(training, "Trainer", Spy)
    words = ["--iters", "3", "--batch-size", "7", "--lr", "0.3", "--seed", "5"]
    words += ["--hidden-layers", "2", "--hidden-size", "9", "--activation", "sigmoid"]
    weight_init_compare.main([*words, "--out", str(tmp_path)])
    assert len(made) == 3
    for shapes, kind, lr, max_iter, options in made:
        assert shapes == [(784, 9), (9, 9), (9, 10)]
        assert (kind, lr, max_iter) == ("Sigmoid", 0.3, 3)
        assert options["mini_batch_size"] == 7
        assert options["shuffle"] is False
        assert options["rng"] == 5


def test_all_three_see_the_same_mini_batches(tmp_path, monkeypatch):  # S04
    monkeypatch.setattr(weight_init_compare, "STDS", {"one": 0.1, "same": 0.1, "other": 0.2})
    results = weight_init_compare.main(["--iters", "5", "--out", str(tmp_path)])
    losses = results["train_loss_list"]
    assert losses["one"] == losses["same"] != losses["other"]
