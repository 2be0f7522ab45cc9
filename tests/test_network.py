"""Network: layers use the arrays of params, every sample counts, files are safe."""

import os
import pickle
import zipfile
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose

from ch05.two_layer_net import TwoLayerNet
from ch07.simple_convnet import SimpleConvNet
from ch08.deep_convnet import DeepConvNet
from common.functions import softmax
from common.gradient import gradient_check
from common.layers import Affine, ReLU, Sigmoid, SoftmaxWithLoss
from common.multi_layer_net import MultiLayerNet
from common.multi_layer_net_extend import MultiLayerNetExtend
from common.network import Network
from common.parts import numbered


def stack(*sizes, activation=Sigmoid, rng=0, dtype=np.float32):
    """Return Affine - activation - ... - Affine with layers of these sizes."""
    rng = np.random.default_rng(rng)
    layers = {}
    for k, (inputs, outputs) in enumerate(pairwise(sizes), start=1):
        if k > 1:
            layers[f"Activation{k - 1}"] = activation()
        W = rng.standard_normal((inputs, outputs)) / np.sqrt(inputs)
        layers[f"Affine{k}"] = Affine(W.astype(dtype), np.zeros(outputs, dtype))
    return Network(layers)


def extend(**options):
    return MultiLayerNetExtend(6, [8, 7], 4, use_batchnorm=True, rng=0, **options)


def simple_convnet():
    filters = {"filter_num": 2, "filter_size": 3}
    return SimpleConvNet((1, 6, 6), filters, 3, 4, weight_init_std="he", rng=0)


def deep_convnet():
    options = {f"conv_param_{k}": {"filter_num": 2, "pad": 1} for k in range(1, 7)}
    net = DeepConvNet((1, 8, 8), **options, hidden_size=3, output_size=4, rng=3)
    for k in range(1, 8):
        net.params[f"b{k}"] += 0.3  # so few filters would otherwise switch off all that follows
    return net


# A new network wants a row here: a name, the network, the shape of its input.
NETWORKS = {
    "TwoLayerNet": (TwoLayerNet(6, 5, 4, weight_init_std=1, rng=0), (7, 6)),
    "one layer": (stack(6, 4), (7, 6)),
    "five layers, sigmoid": (stack(6, 8, 8, 8, 8, 4), (7, 6)),  # 5.28
    "five layers, ReLU": (stack(6, 8, 8, 8, 8, 4, activation=ReLU), (7, 6)),  # 5.28
    "images": (stack(12, 5, 4), (7, 3, 2, 2)),
    "MultiLayerNet": (MultiLayerNet(6, [8, 7], 4, weight_decay_lambda=0.1, rng=0), (7, 6)),
    "MultiLayerNet, sigmoid": (MultiLayerNet(6, [8], 4, "sigmoid", "xavier", rng=0), (7, 6)),
    "MultiLayerNet, L1": (
        MultiLayerNet(6, [8], 4, weight_decay_lambda=0.1, penalty="l1", rng=0),
        (7, 6),
    ),
    "MultiLayerNet, max norm": (
        MultiLayerNet(6, [8], 4, weight_decay_lambda=0.1, penalty="max", rng=0),
        (7, 6),
    ),
    "BatchNorm": (extend(), (7, 6)),
    "BatchNorm, Dropout, weight decay": (
        extend(use_dropout=True, dropout_ratio=0.3, weight_decay_lambda=0.1),
        (7, 6),
    ),
    "SimpleConvNet": (simple_convnet(), (7, 1, 6, 6)),
    "DeepConvNet": (deep_convnet(), (5, 1, 8, 8)),
}


@pytest.fixture
def net():
    return stack(6, 5, 4)


@pytest.fixture
def x():
    return np.random.default_rng(1).standard_normal((7, 6)).astype(np.float32)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("targets", ["labels", "one-hot", "probabilities"])
def test_gradients(name, targets):
    network, shape = NETWORKS[name]
    rng = np.random.default_rng(2)
    t = {
        "labels": rng.integers(4, size=shape[0]),
        "one-hot": np.eye(4)[rng.integers(4, size=shape[0])],
        "probabilities": softmax(rng.random((shape[0], 4))),
    }[targets]
    checks = gradient_check(network, rng.standard_normal(shape), t)
    assert set(checks) == set(network.params)
    assert all(check.passed for check in checks.values()), checks


def test_names_of_parameters_and_layers():  # 5.23
    net = TwoLayerNet(784, 50, 10)
    assert list(net.params) == ["W1", "b1", "W2", "b2"]
    assert [p.shape for p in net.params.values()] == [(784, 50), (50,), (50, 10), (10,)]
    assert list(net.layers) == ["Affine1", "Relu1", "Affine2"]
    assert net.lastLayer is net.last_layer
    assert {p.dtype for p in net.params.values()} == {np.dtype(np.float32)}
    assert net.params["W1"].std() == pytest.approx(0.01, rel=0.02)
    assert not net.params["b1"].any()


def test_predict_gives_scores(net, x):  # 5.23
    scores = net.predict(x)
    assert scores.shape == (7, 4)
    assert scores.dtype == np.float32
    assert not np.allclose(scores.sum(axis=1), 1)
    assert_allclose(net.predict(x[0]), scores[0], rtol=1e-5)


def test_a_parameter_put_in_place_reaches_its_layer(net, x):  # the book's does not
    before = net.predict(x)
    net.params["W1"] = net.params["W1"] * 2
    changed = net.predict(x)
    assert not np.allclose(changed, before)
    net.params["W1"] /= 2
    assert_allclose(net.predict(x), before)


def test_a_cast_to_half_precision(net, x):
    full = net.predict(x)
    for key, value in net.params.items():
        net.params[key] = value.astype(np.float16)
    half = net.predict(x.astype(np.float16))
    assert half.dtype == np.float16
    assert_allclose(half, full, atol=0.01)


def test_parameters_of_another_shape_are_refused(net, x):
    before = net.predict(x)
    for bad in (np.zeros(1, "f"), np.float32(0), np.zeros((5, 1), "f"), [0.0] * 5, None):
        with pytest.raises(ValueError, match=r"params\['b1'\] is .*; expected .*\(5,\)"):
            net.params["b1"] = bad
    with pytest.raises(ValueError, match=r"'b1'.* belongs to a layer"):
        del net.params["b1"]
    with pytest.raises(ValueError, match=r"no 'W9'; expected one of W1, b1"):
        net.params["W9"] = np.ones(3)
    with pytest.raises(ValueError, match="W2 is none"):
        net.params = {"W1": net.params["W1"], "b1": net.params["b1"]}
    assert (net.predict(x) == before).all()


@pytest.mark.parametrize(
    "bad", [[Sigmoid()], {"head": SoftmaxWithLoss()}, {"a class": ReLU}, {"none": None}]
)
def test_objects_that_are_not_layers_are_refused(bad):
    with pytest.raises(ValueError, match="expected a layer"):
        Network(bad)


class Probe:
    """A layer that writes down the flag it is given."""

    param_names = ()

    def __init__(self):
        self.flags = set()

    def forward(self, x, train_flg=True):
        self.flags.add(train_flg)
        return x

    def backward(self, dout):
        return dout


@pytest.mark.parametrize(
    ("call", "flag"),
    [
        (lambda net, x, t: net.predict(x), False),
        (lambda net, x, t: net.loss(x, t), False),
        (lambda net, x, t: net.accuracy(x, t), False),
        (lambda net, x, t: net.gradient(x, t), True),
        (lambda net, x, t: net.loss(x, t, train_flg=True), True),
    ],
)
def test_layers_are_told_whether_it_is_training(call, flag):
    probe = Probe()
    call(Network({"Probe": probe}), np.eye(3), np.array([0, 1, 2]))
    assert probe.flags == {flag}


def test_the_numerical_gradient_is_that_of_training(net, x):
    probe = Probe()
    with_probe = Network({"Probe": probe, **net.layers})
    with_probe.numerical_gradient(x[:2], [0, 1])
    assert probe.flags == {True}
    for key, (layer, name) in numbered(with_probe).items():  # the layers are returned, too
        assert getattr(layer, name) is with_probe.params[key]
        assert getattr(layer, name).dtype == np.float32


def test_the_same_seed_gives_the_same_network():
    first, second, other = (TwoLayerNet(5, 4, 3, rng=seed) for seed in (1, 1, 2))
    assert (first.params["W1"] == second.params["W1"]).all()
    assert (first.params["W1"] != other.params["W1"]).any()


def test_accuracy_counts_every_sample(net):  # the book's networks drop the last partial batch
    x = np.random.default_rng(3).standard_normal((50, 6))
    t = net.predict(x).argmax(axis=1)
    assert net.accuracy(x, t) == 1
    t[-1] = (t[-1] + 1) % 4
    assert net.accuracy(x, t) == 49 / 50
    assert net.accuracy(x, t, batch_size=7) == 49 / 50
    assert net.accuracy(x, np.eye(4)[t], batch_size=100) == 49 / 50


def test_accuracy_refuses(net, x):
    t = np.zeros(7, int)
    with pytest.raises(ValueError, match="at least one sample"):
        net.accuracy(x[:0], t[:0])
    with pytest.raises(ValueError, match=r"\(7, 2\); expected labels"):
        net.accuracy(x, np.zeros((7, 2), int))
    with pytest.raises(ValueError, match=r"\(6,\); expected labels"):
        net.accuracy(x, t[:6])
    with pytest.raises(ValueError, match="batch_size is 0"):
        net.accuracy(x, t, batch_size=0)
    net.params["b2"] = np.full(4, np.nan)
    assert net.accuracy(x, t) == 0


def test_numerical_gradient_of_a_float32_network_is_exact(net, x):
    t = np.arange(7) % 4
    numerical, backprop = net.numerical_gradient(x, t), net.gradient(x, t)
    for key, grad in numerical.items():
        assert grad.dtype == np.float64
        assert net.params[key].dtype == np.float32
        assert_allclose(grad, backprop[key], atol=1e-7)


def test_a_loop_typed_from_the_book_learns(net, x):
    t = np.arange(7) % 4
    first = net.loss(x, t)
    for _ in range(200):
        grad = net.gradient(x, t)
        for key in ("W1", "b1", "W2", "b2"):
            net.params[key] -= 0.5 * grad[key]
    assert net.loss(x, t) < 0.2 * first


def test_loss_and_gradient_agree_with_loss(net, x):
    t = np.arange(7) % 4
    loss, grads = net.loss_and_gradient(x, t)
    assert loss == net.loss(x, t)
    assert grads is net.grads


# ---------------------------------------------------------------- files


def test_save_and_load(net, x, tmp_path):
    file = tmp_path / "deep" / "params.npz"
    net.save_params(file)
    other = stack(6, 5, 4, rng=9)
    other.load_params(file)
    assert (other.predict(x) == net.predict(x)).all()
    assert [path.name for path in file.parent.iterdir()] == ["params.npz"]


class Bomb:
    def __reduce__(self):
        return os.mkdir, ("exploded",)


def write_other_shape(path, net):
    stack(6, 7, 4).save_params(path)


def write_fewer(path, net):
    stack(6, 4).save_params(path)


def write_truncated(path, net):
    net.save_params(path)
    path.write_bytes(path.read_bytes()[:-100])


def write_flipped(path, net):
    net.save_params(path)
    content = bytearray(path.read_bytes())
    content[300] ^= 255
    path.write_bytes(content)


def write_nan(path, net):
    np.savez(path, **{key: value * np.nan for key, value in net.params.items()})


def write_integers(path, net):
    np.savez(path, **{key: value.astype(int) for key, value in net.params.items()})


def write_pickle(path, net):
    path.write_bytes(pickle.dumps(Bomb()))


def write_pickle_in_npz(path, net):
    objects = np.array([Bomb()], dtype=object)
    np.savez(path, allow_pickle=True, **{**net.params, "W1": objects})


def write_text_in_zip(path, net):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("W1.npy", "not an array")


def write_huge_shape(path, net):
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999,), }"
    header = header.ljust(117) + b"\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("W1.npy", b"\x93NUMPY\x01\x00" + bytes([len(header), 0]) + header)


def write_empty(path, net):
    path.write_bytes(b"")


def write_more_layers(path, net):
    stack(6, 5, 4, 4).save_params(path)


def write_too_large_for_float32(path, net):
    np.savez(path, **{key: value.astype(float) + 1e300 for key, value in net.params.items()})


WRITERS = [value for name, value in sorted(globals().items()) if name.startswith("write_")]


@pytest.mark.parametrize("write", WRITERS)
def test_bad_weights_are_refused_and_nothing_is_changed(net, x, tmp_path, monkeypatch, write):
    monkeypatch.chdir(tmp_path)
    before = net.predict(x)
    write(tmp_path / "params.npz", net)
    with pytest.raises(ValueError, match=r"params\.npz") as caught:
        net.load_params()
    assert "\n" not in str(caught.value)
    assert (net.predict(x) == before).all()
    assert not (tmp_path / "exploded").exists()


def test_what_could_not_be_loaded_is_not_saved(net, tmp_path):
    net.save_params(tmp_path / "params.npz")
    content = (tmp_path / "params.npz").read_bytes()
    net.params["W1"] = net.params["W1"] * np.nan
    with pytest.raises(ValueError, match=r"not saved.*W1"):
        net.save_params(tmp_path / "params.npz")
    assert (tmp_path / "params.npz").read_bytes() == content


def test_loading_keeps_the_type_and_passes_over_single_numbers(net, tmp_path):
    wide = {key: value.astype(np.float64) for key, value in net.params.items()}
    np.savez(tmp_path / "params.npz", seed=3, accuracy=0.5, data="mnist", **wide)
    net.load_params(tmp_path / "params.npz")
    assert {value.dtype for value in net.params.values()} == {np.dtype(np.float32)}


def test_missing_weights(net):
    with pytest.raises(OSError, match="nowhere"):
        net.load_params("nowhere.npz")


def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path):
    from common.io.files import load_arrays

    np.savez_compressed(tmp_path / "bomb.npz", W=np.zeros(10**6))
    with pytest.raises(ValueError, match="more than 1000"):
        load_arrays(tmp_path / "bomb.npz", max_bytes=1000)
