"""The recipe for the best accuracy: its schedule, its networks, their ensemble."""

from itertools import combinations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from ch08.helpers import best_network
from ch08.section_8_1 import best_accuracy
from common.augment import transform
from common.functions import softmax
from common.io.files import load_arrays


def test_the_learning_rate_rises_and_falls():
    schedule = best_network.warm_up(0.4, 100)
    rates = [schedule(t) for t in range(100)]
    assert_allclose(rates[:10], np.arange(1, 11) * 0.04)  # a tenth of the way up
    assert max(rates) == rates[9] == rates[10] == 0.4
    assert schedule(55) == pytest.approx(0.2)  # in the middle of the rest
    assert (np.diff(rates[10:]) < 0).all()
    assert 0 < rates[-1] < 0.001
    assert best_network.warm_up(0.4, 1)(0) == 0.4


@pytest.mark.parametrize(
    ("pad", "pooled"),
    [(1, {1: (16, 14, 14), 3: (48, 7, 7), 5: (96, 4, 4)}), (0, {2: (32, 12, 12)})],
)
def test_the_network(pad, pooled):
    network = best_network.build(np.random.default_rng(0), pad)
    x = np.zeros((2, 1, 28, 28), np.float32)
    sizes = {}
    for name, layer in network.layers.items():
        x = layer.forward(x)
        sizes[name] = x.shape[1:]
    assert {n: sizes[f"Pool{n}"] for n in range(1, 6) if f"Pool{n}" in sizes} == pooled
    assert sizes["Relu5"] == ((96, 7, 7) if pad else (96, 6, 6))
    assert sizes["Affine2"] == (10,)
    assert len(network.params) == 7 * 2 + 6 * 2  # W and b, gamma and beta
    assert {array.dtype for array in network.params.values()} == {np.dtype(np.float32)}


def test_probabilities_of_moved_digits_are_averaged():
    network = best_network.build(np.random.default_rng(0))
    x = np.random.default_rng(1).random((103, 1, 28, 28)).astype(np.float32)
    network.loss_and_gradient(x, np.arange(103) % 10)
    plain, mean = best_network.probabilities(network, x)
    assert_allclose(plain, softmax(network.predict(x)), rtol=1e-4, atol=1e-6)
    views = [
        softmax(network.predict(transform(x, degrees, 1, down, right)))
        for degrees, down, right in best_network.VIEWS
    ]
    assert_allclose(mean, sum(views) / len(views), rtol=1e-4, atol=1e-6)
    assert not np.allclose(plain, mean, atol=1e-3)
    assert_array_equal(views[0], softmax(network.predict(x)))  # the first is the digit as it is


def test_the_answer_of_the_ensemble_is_the_mean():
    plain = np.array([[[0.6, 0.4, 0], [0.1, 0.9, 0]], [[0.1, 0.9, 0], [0.4, 0.6, 0]]])
    found = best_network.evaluate(plain, np.roll(plain, 1, axis=2), np.array([1, 1]))
    assert found["networks"] == [0.5, 1.0]
    assert found["together"] == 1.0
    assert found["networks, moved"] == [0.5, 0.0]
    assert found["together, moved"] == 0.0
    assert found["wrong"] == {0: [1, 2], 1: [1, 2]}
    assert found["chosen"] == 1.0


def test_the_best_choice_is_the_best_of_all_ensembles():
    rng, t = np.random.default_rng(0), np.arange(40) % 4
    members = [rng.random((40, 4)) + 0.2 * np.eye(4)[t] for _ in range(4)]
    accuracies = [
        np.mean(sum(members[i] for i in range(4) if which >> i & 1).argmax(axis=1) == t)
        for which in range(1, 16)
    ]
    assert best_network.best_choice(members, t) == max(accuracies)
    assert accuracies.index(max(accuracies)) not in (0, 14)  # neither the first nor all together


def test_ch08_quickly_and_again_from_its_checkpoints(quick, tmp_path):
    results = quick("ch08.section_8_1.best_accuracy").results
    assert np.shape(results["networks"]) == (2, 2)
    assert results["mean"]["together"] == np.mean(results["together"])
    assert results["spread"]["networks"] == np.std(results["networks"])
    words = ["--quick", "--out", str(tmp_path), "--checkpoint", str(tmp_path / "c.npz")]
    first, again = best_accuracy.main(words), best_accuracy.main([*words, "--processes", "2"])
    files = [tmp_path / f"c-{n}.npz" for n in ("0-0", "0-1", "1-0", "1-1")]
    assert sorted(tmp_path.glob("*.npz")) == files
    saved = [load_arrays(file) for file in files]
    for one, other in combinations(saved, 2):
        assert not np.allclose(one["params/W1"], other["params/W1"])  # separate weights for each
    pooled = [one["params/W6"].shape[0] // best_network.FILTERS[-1] for one in saved]
    assert pooled == [6 * 6, 4 * 4] * 2  # without padding, and with it
    for key in set(first) - {"seconds", "settings"}:
        assert_array_equal(first[key], again[key])
        assert_array_equal(first[key], results[key])


def test_ch08_the_second_ensemble_is_the_first_of_the_next_seed(tmp_path, quick):
    two = quick("ch08.section_8_1.best_accuracy").results
    words = ["--quick", "--no-show", "--ensembles", "1", "--seed", "1", "--out", str(tmp_path)]
    one = best_accuracy.main(words)
    assert two["networks"][1:] == one["networks"]
    assert two["wrong"][1:] == one["wrong"]
