"""The three losses: formulas, gradients and scores, alone, in networks and in training runs."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from common.data_parallel import DataParallel
from common.fresh_layers import affine
from common.functions import sigmoid
from common.gradient import gradient_check
from common.layers import (
    IdentityWithLoss,
    ReLU,
    Sigmoid,
    SigmoidWithLoss,
    SoftmaxWithLoss,
)
from common.network import Network
from common.optimizer import Adam
from common.trainer import Trainer

RNG = np.random.default_rng(0)
SCORES = RNG.standard_normal((5, 3))
HEADS = {
    "softmax": (SoftmaxWithLoss, np.eye(3)[[0, 2, 1, 1, 0]]),
    "sigmoid": (
        SigmoidWithLoss,
        np.array([[1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0], [0.5, 0, 1]]),
    ),
    "identity": (IdentityWithLoss, RNG.standard_normal((5, 3))),
}


@pytest.fixture(params=HEADS)
def head_and_t(request):
    kind, t = HEADS[request.param]
    return kind(), t


def network(head, inputs=4, outputs=3, rng=0):
    rng = np.random.default_rng(rng)
    layers = {"Affine1": affine(inputs, 8, rng), "Relu": ReLU(), "Affine2": affine(8, outputs, rng)}
    return Network(layers, loss=head)


# ---------------------------------------------------------------- the formulas


def test_losses_by_hand():
    assert IdentityWithLoss().forward([[1.0, 2.0], [3.0, 5.0]], [[1, 1], [1, 1]]) == 21 / 4
    y, t = sigmoid(SCORES), HEADS["sigmoid"][1]
    expected = -np.sum(t * np.log(y) + (1 - t) * np.log(1 - y)) / 5
    assert SigmoidWithLoss().forward(SCORES, t) == pytest.approx(expected, rel=1e-14)


def test_each_gradient_is_y_minus_t(head_and_t):
    head, t = head_and_t
    head.forward(SCORES, t)
    assert_allclose(head.backward(), (head.y - t) / 5)
    assert_allclose(head.backward(2.0), 2 * (head.y - t) / 5)


@pytest.mark.parametrize("part", [slice(None), 0], ids=["batch", "sample"])
def test_gradients(head_and_t, part):
    head, t = head_and_t
    assert gradient_check(head, SCORES[part], t[part])["x"].passed


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_types_are_kept(head_and_t, dtype):
    head, t = head_and_t
    assert isinstance(head.forward(SCORES.astype(dtype), t), float)
    assert head.backward().dtype == dtype


@pytest.mark.parametrize("kind", [SigmoidWithLoss, IdentityWithLoss])
def test_one_output_takes_a_row_of_targets(kind):
    x, t = SCORES[:, :1], np.array([0, 1, 1, 0, 1])
    head = kind()
    loss = head.forward(x, t)
    assert head.backward().shape == (5, 1)
    assert head.forward(x, t[:, None]) == loss
    assert head.score(x, t) == head.score(x, t[:, None])
    assert head.forward(x[0], t[0]) == pytest.approx(head.forward(x[:1], t[:1]))


def test_errors_in_half_precision_overflow_nowhere():
    x = np.zeros((2, 1), np.float16)
    assert IdentityWithLoss().forward(x, np.array([300, 0], np.float16)) == 300**2 / 4


def test_scores_that_are_large_overflow_nowhere():
    head, x = SigmoidWithLoss(), np.array([[1000.0], [-1000.0]])
    assert head.forward(x, [1, 0]) == 0
    assert head.forward(x, [0, 1]) == 1000
    assert head.backward().tolist() == [[0.5], [-0.5]]


# ---------------------------------------------------------------- measures


def test_answers_above_a_half_are_yes():
    x = np.array([[2.0], [-1.0], [0.5], [-3.0], [np.nan]])
    assert SigmoidWithLoss().score(x, [1, 0, 0, 0, 0]) == 3 / 5
    assert SigmoidWithLoss().score([[-1.0], [-2.0]], [[np.nan], [0]]) == 1 / 2
    several = np.array([[1.0, -1.0], [-1.0, -1.0]])
    assert SigmoidWithLoss().score(several, [[1, 1], [0, 0]]) == 3 / 4


def test_the_coefficient_of_determination():
    head, t = IdentityWithLoss(), np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 60.0]])
    assert head.score(t, t) == 1
    assert head.score(np.tile(t.mean(axis=0), (3, 1)), t) == pytest.approx(0)
    assert head.score(t + 1, t) == pytest.approx(1 - 6 / (2 + 1400))
    assert head.score(-t, t) < 0
    assert np.isnan(head.score([[1.0], [2.0]], [5, 5]))
    assert np.isnan(head.score([[np.nan], [2.0]], [4, 5]))


# ---------------------------------------------------------------- what does not fit


BAD = [
    (SoftmaxWithLoss, np.full((5, 3), 0.8), "sum 2.4; expected probabilities, with the sum 1"),
    (
        SigmoidWithLoss,
        np.full((5, 3), 1.5),
        "t is between 1.5 and 1.5; expected numbers from 0 to 1",
    ),
    (SigmoidWithLoss, [0, 1, 0, 1, 0], r"t has shape \(5,\); expected \(5, 3\)"),
    (IdentityWithLoss, np.ones((5, 1)), r"t has shape \(5, 1\); expected \(5, 3\)"),
    (IdentityWithLoss, np.ones((3, 5)), r"t has shape \(3, 5\); expected \(5, 3\)"),
    (IdentityWithLoss, [["a"] * 3] * 5, "expected real numbers"),
]


@pytest.mark.parametrize(("kind", "t", "message"), BAD)
def test_targets_that_do_not_fit_are_refused(kind, t, message):
    with pytest.raises(ValueError, match=message) as caught:
        kind().forward(SCORES, t)
    assert "\n" not in str(caught.value)


def test_pixels_are_no_probabilities_for_a_softmax(digits):  # an autoencoder
    x = digits[0][0][:4]
    with pytest.raises(ValueError, match="use SigmoidWithLoss or IdentityWithLoss"):
        network(SoftmaxWithLoss(), 784, 784).loss(x, x)
    assert network(SigmoidWithLoss(), 784, 784).loss(x, x) > 0


@pytest.mark.parametrize("kind", [SigmoidWithLoss, IdentityWithLoss])
@pytest.mark.parametrize("shape", [(0, 3), (5, 0), (5, 3, 2), ()])
def test_outputs_that_do_not_fit_are_refused(kind, shape):
    with pytest.raises(ValueError, match="expected"):
        kind().forward(np.ones(shape), np.ones(shape))


def test_backward_comes_after_forward(head_and_t):
    with pytest.raises(ValueError, match="forward first"):
        head_and_t[0].backward()


@pytest.mark.parametrize("bad", [ReLU(), 3, "mse", ReLU])
def test_objects_that_are_not_losses_are_refused(bad):
    with pytest.raises(ValueError, match=r"loss is of type \w+; expected a loss"):
        network(bad)


def test_a_loss_can_be_given_as_a_class():
    assert type(network(IdentityWithLoss).last_layer) is IdentityWithLoss


# ---------------------------------------------------------------- in networks and training runs


def problem(name, n=200):
    """Return samples, and targets of each kind that can be learned from them."""
    x = np.random.default_rng(1).standard_normal((n, 4)).astype(np.float32)
    sums = x @ np.array([[1, 2, -1], [0, 1, 1], [2, 0, 0], [-1, 1, 2]], np.float32)
    return x, {"softmax": sums.argmax(axis=1), "sigmoid": (sums > 0) * 1, "identity": sums}[name]


@pytest.mark.parametrize("name", HEADS)
def test_a_network_s_gradients(name):
    x, t = problem(name, 6)
    checks = gradient_check(network(HEADS[name][0]()), x, t)
    assert all(check.passed for check in checks.values()), checks


@pytest.mark.parametrize("name", HEADS)
def test_a_trainer_learns_with_each(name, capsys):
    x, t = problem(name)
    trainer = Trainer(
        network(HEADS[name][0]()), x[:150], t[:150], x[150:], t[150:], epochs=60,
        mini_batch_size=25, optimizer=Adam(0.02), rng=0,
    )  # fmt: skip
    trainer.train()
    assert trainer.test_acc > 0.9
    assert trainer.train_loss_list[-1] < trainer.train_loss_list[0] / 3
    assert trainer.measure == ("R^2" if name == "identity" else "accuracy")
    printed = capsys.readouterr().out
    assert f"test {trainer.measure} after 360 mini-batches: {trainer.test_acc:.4f}" in printed
    assert ("train R^2: " in printed) == (name == "identity")


@pytest.mark.parametrize("name", HEADS)
def test_threads_share_each_loss(name):
    x, t = problem(name)
    net = network(HEADS[name][0]())
    net.params = {key: value.astype(np.float64) for key, value in net.params.items()}
    loss, grads = net.loss_and_gradient(x, t)
    expected = {key: grad.copy() for key, grad in grads.items()}
    parallel = DataParallel(net, 2)
    shared, grads = parallel.loss_and_gradient(x, t)
    assert shared == pytest.approx(loss, rel=1e-12)
    for key, grad in grads.items():
        assert_allclose(grad, expected[key], rtol=1e-9, atol=1e-12)
    assert parallel.accuracy(x, t) == net.accuracy(x, t)
    assert parallel.measure == net.measure


@pytest.mark.parametrize("name", HEADS)
def test_a_training_with_each_loss_resumes(tmp_path, name):
    x, t = problem(name)

    def run(epochs, path):
        net = network(HEADS[name][0]())
        options = {"mini_batch_size": 50, "rng": 0, "verbose": False}
        trainer = Trainer(net, x, t, x, t, epochs=epochs, checkpoint=path, **options)
        trainer.train()
        return trainer

    run(1, tmp_path / "two.npz")
    resumed, whole = run(2, tmp_path / "two.npz"), run(2, tmp_path / "one.npz")
    assert resumed.train_loss_list == whole.train_loss_list
    assert_array_equal(resumed.network.params["W1"], whole.network.params["W1"])


def test_another_loss_is_another_training(tmp_path):
    x, t = problem("sigmoid")
    path, options = tmp_path / "c.npz", {"epochs": 1, "verbose": False, "rng": 0}
    Trainer(network(SigmoidWithLoss()), x, t, checkpoint=path, **options).train()
    with pytest.raises(ValueError, match="loss SigmoidWithLoss; this one has IdentityWithLoss"):
        Trainer(network(IdentityWithLoss()), x, t, checkpoint=path, **options).train()


def test_a_loss_typed_from_the_book_measures_the_accuracy():
    class Typed:
        def forward(self, x, t):
            self.y, self.t = sigmoid(x), np.asarray(t)
            return float(np.sum((self.y - self.t) ** 2))

        def backward(self, dout=1):
            return 2 * (self.y - self.t) * self.y * (1 - self.y)

    net, (x, t) = network(Typed()), problem("softmax")
    assert net.measure == "accuracy"
    assert 0 <= net.accuracy(x, t) <= 1
    assert all(check.passed for check in gradient_check(net, x[:5], np.eye(3)[t[:5]]).values())


def test_a_sigmoid_layer_is_no_part_of_its_loss():
    net = Network({"A": affine(4, 1, 0), "S": Sigmoid()}, loss=SigmoidWithLoss())
    assert (net.predict(np.ones((2, 4))) > 0).all()  # the loss takes another sigmoid
