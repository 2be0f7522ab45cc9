"""Restricted Boltzmann machines, summed over all states; deep belief networks (8.5.2)."""

from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from ch08 import restricted_boltzmann as script
from ch08.helpers import boltzmann_exact as exact
from ch08.helpers.belief_network import make_network, pretrain
from ch08.helpers.boltzmann import BoltzmannMachine, draw, train
from ch08.helpers.boltzmann_pictures import covered_halves, expected, fill_in
from common.gradient import numerical_gradient


@pytest.fixture
def machine():
    """Return a machine of 4 and 3 units in float64, with biases."""
    rng = np.random.default_rng(0)
    result = BoltzmannMachine(4, 3, rng)
    result.params = {key: rng.standard_normal(one.shape) for key, one in result.params.items()}
    return result


def joint(machine):
    """Return p(v, h) of all states, of shape (16, 8), by the definition of the energy."""
    W, a, b = machine.params.values()
    energy = [
        [
            -(a @ v) - b @ h - sum(W[i, j] * v[i] * h[j] for i in range(4) for j in range(3))
            for h in H
        ]
        for v in V
    ]
    p = np.exp(-np.array(energy))
    return p / p.sum()


V, H = (np.array(list(product((0, 1), repeat=units))) for units in (4, 3))


def test_energy_and_free_energy(machine):
    p = joint(machine)
    rows = [(i, j) for i in range(16) for j in range(8)]
    energy = machine.energy(V[[i for i, _ in rows]], H[[j for _, j in rows]])
    assert_allclose(np.exp(-energy) / np.exp(-energy).sum(), p.ravel())
    free = np.exp(-machine.free_energy(V))
    assert_allclose(free / free.sum(), p.sum(axis=1))
    assert exact.log_likelihood(machine, V[:3]) == pytest.approx(np.log(p.sum(axis=1)[:3]).mean())


def test_the_conditionals(machine):
    p = joint(machine)
    assert_allclose(machine.hidden(V), p @ H / p.sum(axis=1, keepdims=True))
    assert_allclose(machine.visible(H), p.T @ V / p.sum(axis=0)[:, None])


def test_the_gradient_of_the_log_likelihood(machine):
    data = V[[3, 3, 5, 12]].astype(float)
    gradient = exact.exact_gradient(machine, data)
    for key, one in machine.params.items():
        numerical = numerical_gradient(lambda _: exact.log_likelihood(machine, data), one)
        assert_allclose(gradient[key], numerical, atol=1e-8)


def test_gibbs_steps_draw_from_the_distribution_and_the_two_phases_cancel(machine):
    rng = np.random.default_rng(0)
    drawn = machine.gibbs(np.zeros((40000, 4)), rng, 30)
    share = np.bincount(drawn.astype(int) @ (8, 4, 2, 1), minlength=16) / len(drawn)
    assert_allclose(share, joint(machine).sum(axis=1), atol=0.01)
    data = V[[3, 5]].astype(float)
    exactly = exact.exact_gradient(machine, data)
    for key, one in machine.gradient(data, drawn).items():
        assert_allclose(-one, exactly[key], atol=0.01)  # `gradient` is that of -log p


@pytest.mark.parametrize("persistent", [False, True])
def test_training_raises_the_log_likelihood(persistent):
    rng = np.random.default_rng(1)
    machine = BoltzmannMachine(4, 3, rng)
    before = exact.log_likelihood(machine, exact.BARS)
    assert before == pytest.approx(-np.log(16), abs=0.01)
    train(machine, np.repeat(exact.BARS, 25, axis=0), 1000, rng, lr=0.2, persistent=persistent)
    assert before + 0.5 < exact.log_likelihood(machine, exact.BARS) < -np.log(4)


def test_persistent_states_do_not_start_from_the_data():
    x, found = np.random.default_rng(0).random((60, 12), np.float32), []
    for persistent in (False, True):
        machine = BoltzmannMachine(12, 5, 0)
        train(machine, x, 9, np.random.default_rng(0), batch_size=9, persistent=persistent)
        found.append(machine.params["W"])
    assert (found[0] != found[1]).any()


def test_the_same_seed_gives_the_same_machine():
    x = np.random.default_rng(0).random((60, 12), np.float32)
    machines = [pretrain(x, [5, 4], 2, np.random.default_rng(seed)) for seed in (0, 0, 1)]
    for number, (D, M) in enumerate([(12, 5), (5, 4)]):
        W, same, other = (row[number].params["W"] for row in machines)
        assert (W.shape, W.dtype) == ((D, M), np.float32)
        assert_array_equal(W, same)
        assert (other != W).any()


def test_a_network_starts_with_the_layers_of_the_machines():
    x = np.random.default_rng(0).random((60, 12), np.float32)
    machines = pretrain(x, [5, 4], 2, np.random.default_rng(0))
    network = make_network("pretrained", machines, 12, [5, 4], 0)
    hidden = machines[1].hidden(machines[0].hidden(x))
    scores = hidden @ network.params["W3"] + network.params["b3"]
    assert_allclose(network.predict(x), scores, rtol=1e-5)
    network.params["W1"][:] = 0
    assert machines[0].params["W"].any()  # the network has copies
    for start, std in {"Xavier": 12**-0.5, "Gaussian 0.01": 0.01}.items():
        other = make_network(start, machines, 12, [500, 4], 0)
        assert other.params["W1"].std() == pytest.approx(std, rel=0.05)


def memory():
    """Return a machine that has learned two images: 8 zeros, or 8 ones."""
    machine = BoltzmannMachine(8, 1, 0)
    machine.params["W"][:], machine.params["a"][:], machine.params["b"][:] = 8, -4, -32
    return machine


def test_what_is_covered_is_filled_in_and_the_rest_stays():
    x = np.array([[1, 1, 1, 1, 0, 0, 1, 0], [0, 0, 0, 0, 1, 1, 0, 0.5]], np.float32)
    covered = np.arange(8) >= 4
    rng = np.random.default_rng(0)
    for filled in (fill_in(memory(), x, covered, rng), expected(memory(), x, covered, rng, 3)):
        assert_array_equal(filled[:, :4], x[:, :4])
        assert_allclose(filled[:, 4:], [[1] * 4, [0] * 4], atol=0.05)
    other = np.where(covered, 0.25, x).astype(np.float32)
    one, two = (fill_in(memory(), row, covered, np.random.default_rng(0)) for row in (x, other))
    assert_array_equal(one, two)  # what is covered is not used


def test_the_error_is_that_of_the_lower_half():
    machine, rng = BoltzmannMachine(784, 2, 0), np.random.default_rng(0)
    machine.params["a"][:] = -50  # draws black images
    x = np.zeros((10, 784), np.float32)
    x[:, :392], x[:, 392:588] = 1, 1  # white; the lower half of the lower half is black
    found = covered_halves(machine, np.full(784, 0.5), (x, np.arange(10)), rng)
    errors = found["errors of the covered half"]
    assert errors == pytest.approx({"mean image": 0.25, "one chain": 0.5, "machine": 0.5})
    assert found["covered"]["machine"].shape == (10, 28, 28)


def test_the_visible_units_start_with_the_means_of_the_data():
    machine = BoltzmannMachine(3, 2, 0, std=0, mean=np.array([0.2, 0.5, 1]))
    assert_allclose(machine.visible(np.ones((1, 2))), [[0.2, 0.5, 0.99]], rtol=1e-6)
    assert_array_equal(BoltzmannMachine(3, 2).params["a"], np.zeros(3))


def test_more_labels_than_digits(tmp_path):
    with pytest.raises(ValueError, match="--labels 2000; expected 1000 at most") as error:
        script.main(["--quick", "--labels", "100", "2000", "--out", str(tmp_path)])
    assert "\n" not in str(error.value)


def test_draw():
    p = np.full((200, 300), 0.3, np.float32)
    units = draw(p, np.random.default_rng(0))
    assert (set(np.unique(units)), units.dtype) == ({0, 1}, np.float32)
    assert units.mean() == pytest.approx(0.3, abs=0.01)
