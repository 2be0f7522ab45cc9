"""Layers made of layers: what they compute, their parameters in a network, on disk, in threads."""

import copy

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from common.data_parallel import DataParallel
from common.functions import accuracy, top_k_accuracy
from common.gradient import gradient_check
from common.layers import (
    Affine,
    BatchNorm,
    Binarized,
    Convolution,
    DropConnect,
    Dropout,
    LocalResponseNorm,
    Parallel,
    Pooling,
    ReLU,
    Residual,
    Sequential,
    Sign,
)
from common.network import Network
from common.parts import generators, named_parts, numbered, parts
from common.trainer import Trainer
from tests.test_checkpoint import outcome

RNG = np.random.default_rng(0)


def affine(inputs, outputs, rng=RNG):
    return Affine(rng.standard_normal((inputs, outputs)), rng.standard_normal(outputs))


def conv(number, channels, size, rng=RNG, **options):
    W = rng.standard_normal((number, channels, size, size))
    return Convolution(W, rng.standard_normal(number), **options)


def network(seed=0, drop=0.0, norm=False):
    """An Inception module inside of a residual block, between two other layers."""
    rng = np.random.default_rng(seed)
    both = Parallel({"1x1": conv(1, 2, 1, rng), "3x3": conv(1, 2, 3, rng, pad=1)})
    body = {"both": both, "drop": Dropout(drop, rng=rng)}
    if norm:
        body["norm"] = BatchNorm(np.ones(2), np.zeros(2))
    layers = {"conv": conv(2, 1, 3, rng), "block": Residual(Sequential(body)), "relu": ReLU()}
    return Network({**layers, "out": affine(2 * 4 * 4, 3, rng)})


X, T = RNG.standard_normal((12, 1, 6, 6)), np.arange(12) % 3


# ---------------------------------------------------------------- what they compute


def test_sequential_is_one_layer_after_the_other():
    first, last = affine(4, 3), affine(3, 2)
    x = RNG.standard_normal((5, 4))
    chain = Sequential({"first": copy.deepcopy(first), "relu": ReLU(), "last": copy.deepcopy(last)})
    assert_array_equal(chain.forward(x), last.forward(np.maximum(first.forward(x), 0)))
    chain.wants_dx = False
    assert chain.backward(np.ones((5, 2))) is None
    assert chain.layers["first"].dW.shape == (4, 3)


def test_the_network_without_its_loss_is_a_sequential():
    net = network()
    chain = Sequential(copy.deepcopy(net.layers))
    assert_array_equal(chain.forward(X), net.predict(X))
    net.loss_and_gradient(X, T)
    chain.backward(net.last_layer.backward())
    for key, (layer, name) in numbered(chain).items():
        assert_allclose(getattr(layer, "d" + name), net.grads[key], rtol=1e-12)


def test_parallel_joins_the_channels_in_order():
    left, right = conv(1, 2, 1), conv(2, 2, 3, pad=1)
    both = Parallel({"left": copy.deepcopy(left), "right": copy.deepcopy(right)})
    x, dout = RNG.standard_normal((3, 2, 4, 5)), RNG.standard_normal((3, 3, 4, 5))
    out = both.forward(x)
    assert_array_equal(out[:, :1], left.forward(x))
    assert_array_equal(out[:, 1:], right.forward(x))
    assert_allclose(both.backward(dout), left.backward(dout[:, :1]) + right.backward(dout[:, 1:]))
    assert_allclose(both.layers["right"].dW, right.dW)


def test_a_shortcut_around_nothing_doubles():
    layer = Residual(Sequential({}))
    x = RNG.standard_normal((2, 3))
    assert_array_equal(layer.forward(x), 2 * x)
    assert_array_equal(layer.backward(x), 2 * x)


def test_a_block_with_zero_weights_passes_its_input_on():  # D14
    zeros = [Convolution(np.zeros((2, 2, 3, 3)), np.zeros(2), 1, 1) for _ in range(2)]
    body = Sequential({"conv1": zeros[0], "relu": ReLU(), "conv2": zeros[1]})
    block = Sequential({"residual": Residual(body), "relu": ReLU()})
    x, dout = RNG.standard_normal((2, 2, 4, 4)), RNG.standard_normal((2, 2, 4, 4))
    assert_array_equal(block.forward(x), np.maximum(x, 0))
    assert_array_equal(block.backward(dout), dout * (x > 0))


def test_local_response_norm_by_hand():  # D10
    layer = LocalResponseNorm(size=3, k=2, alpha=0.5, beta=1)
    x = np.array([1.0, 2.0, 3.0]).reshape(1, 3, 1, 1)
    sums = [1 + 4, 1 + 4 + 9, 4 + 9]  # of the squares around each channel
    expected = [1 / (2 + 0.5 * sums[0]), 2 / (2 + 0.5 * sums[1]), 3 / (2 + 0.5 * sums[2])]
    assert_allclose(layer.forward(x).ravel(), expected)
    assert_allclose(LocalResponseNorm(beta=0).forward(x), x)


def test_local_response_norm_is_the_formula_with_loops():
    x = RNG.standard_normal((2, 9, 2, 3))
    out = LocalResponseNorm().forward(x)
    for i in range(9):
        around = x[:, max(0, i - 2) : min(8, i + 2) + 1]
        assert_allclose(out[:, i], x[:, i] / (2 + 1e-4 * (around**2).sum(axis=1)) ** 0.75)


def test_drop_connect_leaves_out_weights_of_each_sample():  # D28
    layer = DropConnect(np.ones((3, 2)), np.array([10.0, 20.0]), 0.5, rng=0)
    x = np.array([[1.0, 2, 4], [1, 2, 4]])
    out = layer.forward(x)
    assert_allclose(out, np.einsum("nd,ndm->nm", x, layer.mask) + layer.b)
    assert layer.mask.shape == (2, 3, 2)
    layer.backward(np.ones((2, 2)))
    assert_allclose(layer.dW, (x[:, :, None] * layer.mask).sum(axis=0))
    many = DropConnect(layer.W, layer.b, 0.25, rng=0)
    drawn = many.forward(np.tile(x[:1], (4000, 1)))
    assert_allclose(drawn.mean(axis=0), many.forward(x, train_flg=False)[0], rtol=0.01)
    assert abs(many.forward(x).std()) > 0
    assert many.forward(x, train_flg=False)[0].tolist() == [10 + 0.75 * 7, 20 + 0.75 * 7]


def test_drop_connect_with_all_weights_is_affine():
    layer = affine(4, 3)
    x, dout = RNG.standard_normal((5, 4)), RNG.standard_normal((5, 3))
    all_there = DropConnect(layer.W, layer.b, 0.0)
    assert_allclose(all_there.forward(x), layer.forward(x))
    assert_allclose(all_there.backward(dout), layer.backward(dout))
    assert_allclose(all_there.dW, layer.dW)
    assert_allclose(all_there.db, layer.db)


# ---------------------------------------------------------------- one bit


def test_signs_in_forward_straight_through_in_backward():  # D19
    W = np.array([[0.5, -2.0], [0.0, 1.0]])
    layer = Binarized(Affine(W, np.zeros(2)))
    x, dout = np.array([[1.0, 2.0]]), np.array([[3.0, 5.0]])
    assert layer.forward(x).tolist() == [[1 + 2, -1 + 2]]
    assert layer.backward(dout).tolist() == [[3 - 5, 3 + 5]]
    assert layer.dW.tolist() == [[3, 0], [6, 10]]  # none where |W| > 1
    assert layer.db.tolist() == [3, 5]
    assert layer.W is W  # the real-valued ones stay what is learned


def test_of_a_convolution_and_in_float32():
    W, b = RNG.standard_normal((2, 1, 3, 3)).astype(np.float32), np.zeros(2, np.float32)
    layer = Binarized(Convolution(W, b))
    x = RNG.standard_normal((2, 1, 5, 5)).astype(np.float32)
    plain = Convolution(np.where(W >= 0, 1, -1).astype(np.float32), b)
    assert_array_equal(layer.forward(x), plain.forward(x))
    assert layer.forward(x).dtype == np.float32
    check = gradient_check(layer, x)
    assert check["x"].passed
    assert check["b"].passed


def test_sign():
    layer = Sign()
    x = np.array([-3.0, -1.0, -0.2, 0.0, 0.7, 1.5])
    assert layer.forward(x).tolist() == [-1, -1, -1, 1, 1, 1]
    assert layer.backward(np.full(6, 2.0)).tolist() == [0, 2, 2, 2, 2, 0]
    assert np.isnan(layer.forward(np.array([np.nan, 1.0]))).tolist() == [True, False]


# ---------------------------------------------------------------- in a network


def test_parameters_are_numbered_through_all_layers():
    net = network(norm=True)
    keys = ["W1", "b1", "W2", "b2", "W3", "b3", "gamma1", "beta1", "W4", "b4"]
    assert list(net.params) == keys
    assert list(net.state) == ["running_mean1", "running_var1"]
    names = [name for name, _ in named_parts(net)]
    inside = ["block/body", "block/body/both", "block/body/both/1x1", "block/body/both/3x3"]
    assert names == [
        *("conv", "block", *inside, "block/body/drop", "block/body/norm"),
        *("relu", "out"),
    ]
    assert parts(net) == [net, *(layer for _, layer in named_parts(net))]
    inception = net.layers["block"].layers["body"].layers["both"]
    assert net.params["W3"] is inception.layers["3x3"].W
    assert list(numbered(inception)) == ["W1", "b1", "W2", "b2"]
    assert len(generators(net)) == 1


def test_gradients_of_the_whole_network():
    checks = gradient_check(network(drop=0.3, norm=True), X, T)
    assert len(checks) == 10
    # b1 to b3 stand before a normalization or not: each has a derivative here
    assert all(check.passed for check in checks.values()), checks


def test_an_array_put_in_place_reaches_the_layer_inside():
    net = network()
    before = net.predict(X)
    net.params["W2"] = 2 * net.params["W2"]
    assert not np.allclose(net.predict(X), before)


def test_save_and_load(tmp_path):
    net, other = network(0, norm=True), network(1, norm=True)
    net.loss_and_gradient(X, T)  # moves the running averages
    net.save_params(tmp_path / "p.npz")
    other.load_params(tmp_path / "p.npz")
    assert_array_equal(other.predict(X), net.predict(X))
    with pytest.raises(ValueError, match="another network: gamma1 is"):
        network().load_params(tmp_path / "p.npz")


@pytest.mark.parametrize("threads", [1, 2])
def test_a_training_run_resumes_from_its_checkpoint(tmp_path, threads):
    def trainer(checkpoint=None, seed=1):
        net = network(drop=0.5, norm=True)
        settings = {"mini_batch_size": 4, "max_iter": 7, "verbose": False, "rng": seed}
        options = {"checkpoint": checkpoint, "threads": threads, "optimizer": "Adam"}
        return Trainer(net, X, T, X, T, **settings, **options)

    whole = trainer()
    whole.train()
    first = trainer(tmp_path / "c.npz")
    for _ in range(3):
        first.train_step()
    first.save()
    second = trainer(tmp_path / "c.npz")
    second.train()
    assert second.current_iter == 7
    assert outcome(second) == outcome(whole)


def test_a_checkpoint_of_another_dropout_inside_is_refused(tmp_path):
    settings = {"mini_batch_size": 4, "max_iter": 4, "verbose": False, "rng": 0}
    settings |= {"checkpoint": tmp_path / "c.npz"}
    Trainer(network(drop=0.5), X, T, X, T, **settings).train()
    with pytest.raises(ValueError, match=r"block/body/drop dropout_ratio 0.5; this one has 0.2"):
        Trainer(network(drop=0.2), X, T, X, T, **settings).train()


def test_threads_draw_separate_masks_in_nested_layers():
    net = network(drop=0.5)
    with DataParallel(net, threads=2) as parallel:
        parallel.loss_and_gradient(np.repeat(X[:1], 8, axis=0), np.zeros(8, int))
        own, copied = (one.layers["block"].layers["body"] for one in parallel.replicas)
        assert not (own.layers["drop"].mask == copied.layers["drop"].mask).all()
        own.layers["drop"].dropout_ratio = 0.0  # a setting of now reaches the copy
        loss, grads = parallel.loss_and_gradient(X, T)
    assert loss == pytest.approx(net.loss_and_gradient(X, T)[0])
    for key, grad in net.grads.items():
        assert_allclose(grads[key], grad)


# ---------------------------------------------------------------- what is refused

ONE = affine(3, 3)
REFUSED = {
    "the same layer twice": (lambda: Sequential({"a": ONE, "b": ONE}), "is in the network twice"),
    "twice, one of them inside": (
        lambda: Network({"a": ONE, "b": Residual(ONE)}),
        "is in the network twice",
    ),
    "a list": (lambda: Sequential([ONE]), "layers is a list; expected a layer for each name"),
    "no layer": (lambda: Residual(np.ones(3)), "body is of type ndarray; expected a layer"),
    "a class": (lambda: Parallel({"a": ReLU}), "a is of type type; expected a layer"),
    "no branches": (lambda: Parallel({}), "no branches"),
    "other sizes": (
        lambda: Parallel({"a": conv(1, 1, 1), "b": conv(1, 1, 3)}).forward(X),
        r"Parallel: outputs of {'a': \(12, 1, 6, 6\), 'b': \(12, 1, 4, 4\)}",
    ),
    "broadcast": (lambda: Residual(conv(1, 2, 1)).forward(np.ones((1, 2, 3, 3))), "1x1 Conv"),
    "an even window": (lambda: LocalResponseNorm(4), "size is 4; expected an odd number"),
    "no images": (lambda: LocalResponseNorm().forward(np.ones((2, 3))), r"expected images \(N, C"),
    "k of 0": (lambda: LocalResponseNorm(k=0), "k is 0; expected a number > 0"),
    "all weights left out": (lambda: DropConnect(np.ones((2, 2)), np.ones(2), 1.0), "< 1"),
    "a layer without W": (lambda: Binarized(Pooling(2, 2)), "layer is a Pooling; expected an Aff"),
    "binarized twice": (lambda: Binarized(Binarized(affine(2, 2))), "layer is a Binarized"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    make, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        make()


# ---------------------------------------------------------------- top k


def test_top_k_accuracy():  # F08
    y = np.array([[0.1, 0.5, 0.4], [0.6, 0.3, 0.1], [0.2, 0.3, 0.5]])
    t = [2, 2, 0]
    assert [top_k_accuracy(y, t, k) for k in (1, 2, 3)] == [0, 1 / 3, 1]
    assert top_k_accuracy(y, np.eye(3)[t], 2) == 1 / 3
    assert top_k_accuracy([[1.0, 1.0, 1.0]], [1], 1) == 0  # of equal ones the first
    assert top_k_accuracy([[1.0, 1.0, 1.0]], [1], 2) == 1
    scores, labels = RNG.integers(0, 3, (50, 10)), RNG.integers(0, 10, 50)
    assert top_k_accuracy(scores, labels, 1) == accuracy(scores, labels)
    assert accuracy(scores, labels) == np.mean(scores.argmax(axis=1) == labels)
    assert top_k_accuracy(scores, labels, 10) == 1


@pytest.mark.parametrize("k", [0, 4, 1.5, "5"])
def test_top_k_accuracy_refuses(k):
    with pytest.raises(ValueError, match="k is"):
        top_k_accuracy(np.ones((2, 3)), [0, 1], k)


def test_top_5_is_the_default():
    assert top_k_accuracy(np.arange(10.0)[None, ::-1], [4]) == 1
    assert top_k_accuracy(np.arange(10.0)[None, ::-1], [5]) == 0
