"""The boundary of layers, layers typed from the book, and networks that change later."""

import copy
import functools
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import common.layers
from ch05.two_layer_net import TwoLayerNet
from common.boundary import Layer
from common.checks import LayerError
from common.data_parallel import DataParallel
from common.gradient import gradient_check
from common.layers import (
    Affine,
    BatchNorm,
    Binarized,
    Convolution,
    Dropout,
    ReLU,
    Residual,
    Sequential,
    Sigmoid,
    SoftmaxWithLoss,
)
from common.network import Network
from common.optimizer import SGD
from common.trainer import Trainer

RNG = np.random.default_rng(0)
X, T = RNG.standard_normal((12, 6)), np.arange(12) % 3


def affine(inputs, outputs):
    return Affine(RNG.standard_normal((inputs, outputs)), RNG.standard_normal(outputs))


class Scale(Layer):
    """As CONTRIBUTING shows it: nothing but the formula."""

    param_names = ("gamma",)

    def __init__(self, size):
        self.gamma = np.linspace(0.5, 2, size)

    def forward(self, x, train_flg=True):
        self.x = x
        return self.gamma * x

    def backward(self, dout):
        self.dgamma = (dout * self.x).sum(axis=0)
        return self.gamma * dout


class TypedAffine:
    """As in the book: no base class, no flag; only the names of its parameters are added."""

    param_names = ("W", "b")

    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return np.dot(x, self.W) + self.b

    def backward(self, dout):
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return np.dot(dout, self.W.T)


class TypedRelu:
    """As in the book, without parameters."""

    def forward(self, x):
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dout = dout.copy()
        dout[self.mask] = 0
        return dout


class TypedDropout:
    def __init__(self, ratio=0.5):
        self.ratio = ratio
        self.rng = np.random.default_rng(7)
        self.flags = []

    def forward(self, x, train_flg=True):
        self.flags.append(train_flg)
        if not train_flg:
            return x * (1 - self.ratio)
        self.mask = self.rng.random(x.shape) > self.ratio
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask


def typed(dropout=0.0, norm=False):
    rng = np.random.default_rng(1)
    layers = {
        "Affine1": TypedAffine(rng.standard_normal((6, 5)), np.zeros(5)),
        "Relu1": TypedRelu(),
        "Dropout1": TypedDropout(dropout),
        "Affine2": TypedAffine(rng.standard_normal((5, 3)), np.zeros(3)),
    }
    if norm:
        layers["Norm"] = BatchNorm(np.ones(3), np.zeros(3))
    return Network(layers)


# ---------------------------------------------------------------- what passes the boundary


@pytest.mark.parametrize("x", [X, X.tolist(), X.astype(np.float32), X.astype(np.int8), X[0], X[:0]])
def test_a_custom_layer_is_a_formula_and_the_base_does_the_rest(x):
    layer = Scale(6)
    if np.size(x) == 0:
        with pytest.raises(ValueError, match=r"Scale: x has shape \(0, 6\); expected at least one"):
            layer.forward(x)
        return
    out = layer.forward(x)
    assert_allclose(out, layer.gamma * np.asarray(x), rtol=1e-6)
    dx = layer.backward(np.ones_like(out))
    assert dx.shape == np.shape(x)
    assert layer.dgamma.shape == (6,)


def test_its_gradients():
    checks = gradient_check(Scale(6), X)
    assert set(checks) == {"x", "gamma"}
    assert all(check.passed for check in checks.values())


def test_half_precision_is_stored_and_not_computed_in():
    seen = []

    class Spy(Scale):
        def forward(self, x, train_flg=True):
            seen.append(x.dtype)
            return super().forward(x, train_flg)

        def backward(self, dout):
            seen.append(dout.dtype)
            return super().backward(dout)

    layer = Spy(6)
    layer.gamma = layer.gamma.astype(np.float16)
    out = layer.forward(X.astype(np.float16))
    assert layer.x.dtype == np.float16  # what is kept takes half of the memory
    dx = layer.backward(out)
    assert {*seen} == {np.dtype(np.float32)}
    assert out.dtype == dx.dtype == layer.dgamma.dtype == layer.gamma.dtype == np.float16
    layer.gamma = layer.gamma.astype(np.float32)
    assert layer.forward(X.astype(np.float16)).dtype == np.float32  # the wider of the two


def test_a_layer_with_the_base_needs_no_flag():
    class Double(Layer):
        def forward(self, x):
            return 2 * x

        def backward(self, dout):
            return 2 * dout

    net = Network({"Double": Double(), "Affine": affine(6, 3)})
    assert all(check.passed for check in gradient_check(net, X, T).values())


@pytest.mark.parametrize("method", ["forward", "backward"])
def test_a_layer_without_a_method_says_so(method):
    with pytest.raises(NotImplementedError):
        getattr(Layer(), method)(X)


def test_a_gradient_in_integers_becomes_floats_and_others_are_refused():
    layer = ReLU()
    layer.forward(X)
    assert layer.backward(np.ones(X.shape, int)).dtype == np.float64
    with pytest.raises(ValueError, match=r"^ReLU: dout is of type complex128"):
        layer.backward(np.ones(X.shape, complex))


# ---------------------------------------------------------------- messages name the layer


def deep():
    block = Sequential({"conv1": Convolution(np.ones((2, 2, 1, 1)), np.zeros(2)), "relu": ReLU()})
    return Network(
        {
            "Conv1": Convolution(np.ones((2, 1, 3, 3)), np.zeros(2)),
            "block": Residual(block),
            "Binary": Binarized(affine(8, 4)),
            "Affine2": affine(4, 3),
        }
    )


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (("Affine2",), r"^Affine2: x has shape \(5, 4\); expected 9 values per sample, not 4$"),
        (("Binary", "layer"), r"^Binary: x has shape \(5, 2, 2, 2\); expected 9 values per sample"),
        (
            ("block", "body", "conv1"),
            r"^block/body/conv1: x has shape \(5, 2, 2, 2\); expected images \(N, 9, H, W\)$",
        ),
    ],
)
def test_a_message_begins_with_the_key_in_the_network(place, message):
    net = deep()
    layer = net
    for key in place:
        layer = layer.layer if key == "layer" else layer.layers[key]
    W = np.ones((2, 9, 1, 1) if key == "conv1" else (9, 3))
    if key == "layer":
        net.layers["Binary"].W = W
    layer.W = W
    with pytest.raises(LayerError, match=message) as caught:
        net.predict(np.ones((5, 1, 4, 4)))
    again = pickle.loads(pickle.dumps(caught.value))  # as from another process
    assert type(again) is ValueError
    assert str(again) == str(caught.value)


def test_the_stride_that_does_not_divide_names_its_layer():
    net = Network({"Conv1": Convolution(np.ones((2, 1, 2, 2)), np.zeros(2), stride=2)})
    with pytest.raises(ValueError, match=r"^Conv1: input 5, filter 2, stride 2.*floor=True"):
        net.predict(np.ones((1, 1, 5, 5)))


def test_a_layer_alone_says_its_class():
    with pytest.raises(ValueError, match=r"^Affine: x has shape"):
        affine(6, 3).forward(np.ones((2, 4)))
    with pytest.raises(ValueError, match=r"^Scale: backward came before forward"):
        Scale(6).backward(X)
    with pytest.raises(ValueError, match=r"^Affine: x is of type complex128"):
        affine(6, 3).forward(1j * X)


def test_whatever_numpy_refuses_names_the_layer():
    net = Network({"Scale1": Scale(4)})
    with pytest.raises(ValueError, match=r"^Scale1: operands could not be broadcast"):
        net.predict(X)


# ---------------------------------------------------------------- layers typed from the book


@pytest.mark.parametrize("norm", [False, True])
def test_typed_layers_in_a_network_and_its_gradient_check(norm):
    net = typed(dropout=0.3, norm=norm)
    checks = gradient_check(net, X, T)
    names = ["W1", "b1", "W2", "b2"] + ["gamma1", "beta1"] * norm
    assert list(checks) == names
    # b2 stands before a normalization, which takes it away: nothing to check
    assert all(check.passed for key, check in checks.items() if not (norm and key == "b2")), checks
    net.predict(X)
    assert net.layers["Dropout1"].flags[-1] is False


def test_typed_layers_alone():
    for layer in (TypedAffine(np.ones((6, 2)), np.zeros(2)), TypedRelu()):
        assert all(check.passed for check in gradient_check(layer, np.abs(X) + 0.1).values())


def test_typed_layers_in_threads():
    net, alone = typed(), typed()
    loss, grads = DataParallel(net, 2).loss_and_gradient(X, T)
    expected_loss, expected = alone.loss_and_gradient(X, T)
    assert loss == pytest.approx(expected_loss, rel=1e-13)
    for key, grad in expected.items():
        assert_allclose(grads[key], grad, rtol=1e-11, atol=1e-15)


def test_settings_of_a_typed_layer_reach_all_threads():
    net = typed(0.5)
    parallel = DataParallel(net, 2)
    net.layers["Dropout1"].ratio = 0.0
    loss, _ = parallel.loss_and_gradient(X, T)
    assert loss == pytest.approx(net.loss_and_gradient(X, T)[0])


def training(net, path=None, **options):
    options = {"max_iter": 9, "mini_batch_size": 5, "verbose": False, "rng": 0, **options}
    return Trainer(net, X, T, X, T, optimizer="Adam", checkpoint=path, **options)


def test_typed_layers_and_checkpoints(tmp_path):
    whole, first = training(typed(0.3)), training(typed(0.3), tmp_path / "c.npz")
    whole.train()
    first.resume()
    for _ in range(4):
        first.train_step()
    first.save()
    second = training(typed(0.3), tmp_path / "c.npz")
    second.train()
    assert second.train_loss_list == whole.train_loss_list
    for key, value in whole.network.params.items():
        assert_array_equal(second.network.params[key], value)


class Counting(Scale):
    """A layer that records something about each batch: not a setting."""

    def forward(self, x, train_flg=True):
        self.n = len(x)
        return super().forward(x, train_flg)


class TypedCounting:
    param_names = ("gamma",)

    def __init__(self, size):
        self.gamma = np.ones(size)

    def forward(self, x, train_flg=True):
        self.x, self.n = x, len(x)
        return self.gamma * x

    def backward(self, dout):
        self.dgamma = (dout * self.x).sum(axis=0)
        return self.gamma * dout


@pytest.mark.parametrize("kind", [Counting, TypedCounting])
def test_what_a_layer_records_is_not_a_setting(tmp_path, kind):
    def net(used):
        made = Network({"c": kind(6), "a": Affine(np.eye(6)[:, :3], np.zeros(3))})
        made.predict(X[:used])
        return made

    first = training(net(7), tmp_path / "c.npz")
    first.train_step()
    first.save()
    second = training(net(9), tmp_path / "c.npz")
    second.train()
    assert second.current_iter == 9


def test_another_activation_is_another_setting(tmp_path):
    def net(activation):
        return Network({"act": activation(), "a": Affine(np.eye(6)[:, :3], np.zeros(3))})

    training(net(ReLU), tmp_path / "c.npz").train()
    with pytest.raises(ValueError, match=r"act ReLU; this one has Sigmoid"):
        training(net(Sigmoid), tmp_path / "c.npz").train()


def test_parameters_that_would_not_be_learned_are_refused():
    class Forgot(TypedAffine):
        param_names = ()

    with pytest.raises(ValueError, match=r"A: Forgot has param_names \(\) and the arrays"):
        Network({"A": Forgot(np.ones((6, 3)), np.zeros(3))})
    Forgot.param_names = "Wb"
    with pytest.raises(ValueError, match="expected a tuple with the names of all parameters"):
        Network({"A": Forgot(np.ones((6, 3)), np.zeros(3))})


@pytest.mark.parametrize("flag", ["train_flg", "*rest", "is_training", "*, train_flg"])
def test_every_signature_gets_the_training_flag(flag):
    scope = {}
    taken = flag.split()[-1].lstrip("*")
    default = "" if flag == "*rest" else "=True"
    exec(f"def forward(self, x, {flag}{default}):\n    self.seen = {taken}\n    return x", scope)
    kind = type("Kind", (), {"forward": scope["forward"], "backward": lambda self, dout: dout})
    net = Network({"a": kind()})
    net.predict(X)
    assert net.layers["a"].seen in (False, (False,))
    net.predict(X, train_flg=True)
    assert net.layers["a"].seen in (True, (True,))


def test_a_forward_put_on_one_layer_is_called_as_it_wants():
    net = typed()
    net.layers["Dropout1"].forward = lambda x: 3 * x
    plain = typed()
    plain.layers["Dropout1"].forward = lambda x, train_flg: x
    assert not np.allclose(net.predict(X), plain.predict(X))
    told = []
    plain.layers["Dropout1"].forward = lambda x, train=True: told.append(train) or x
    plain.predict(X)
    assert told == [False]


# ---------------------------------------------------------------- the unused dx of the first layer


def test_a_decorated_backward_does_not_compute_the_first_dx():
    def decorated(method):
        @functools.wraps(method)
        def wrapper(*arguments, **options):
            return method(*arguments, **options)

        return wrapper

    plain = []

    class Watched(Affine):
        @decorated
        def backward(self, dout):
            plain.append(self.wants_dx)
            return super().backward(dout)

    net = Network(
        {"A": Watched(np.ones((6, 4)), np.zeros(4)), "B": Watched(np.ones((4, 3)), T[:3])}
    )
    net.gradient(X, T)
    assert plain == [True, False]


def test_a_subclass_that_uses_dx_gets_it_also_in_the_first_layer():
    class Clip(Affine):
        def backward(self, dout):
            return np.clip(super().backward(dout), -1, 1)

    first = affine(6, 3)
    net, plain = Network({"A": Clip(first.W, first.b)}), Network({"A": Affine(first.W, first.b)})
    assert_array_equal(net.gradient(X, T)["W1"], plain.gradient(X, T)["W1"])


def test_an_error_leaves_nothing_behind():
    class Broken(ReLU):
        def backward(self, dout):
            raise KeyboardInterrupt

    first = affine(6, 4)
    net = Network({"A": first, "Broken": Broken(), "B": affine(4, 3)})
    with pytest.raises(KeyboardInterrupt):
        net.gradient(X, T)
    first.forward(X)
    assert first.backward(np.ones((12, 4))).shape == X.shape


def test_only_the_network_skips_the_first_dx():
    net = TwoLayerNet(6, 4, 3, rng=0)
    net.gradient(X, T)
    dout = net.last_layer.backward()
    for layer in reversed(net.layers.values()):  # the book's loop, by hand
        dout = layer.backward(dout)
    assert dout.shape == X.shape
    chain = Sequential(net.layers)  # as where the image is what learns
    assert_array_equal(chain.forward(X), net.predict(X))
    assert_array_equal(chain.backward(net.last_layer.backward()), dout)
    chain.wants_dx = False
    assert chain.backward(net.last_layer.backward()) is None


def test_the_dx_is_also_skipped_in_a_nested_first_layer():
    first = affine(6, 4)
    asked = []

    class Watched(Affine):
        def backward(self, dout):
            asked.append(self.wants_dx)
            return super().backward(dout)

    net = Network({"in": Sequential({"w": Watched(first.W, first.b)}), "out": affine(4, 3)})
    net.gradient(X, T)
    assert asked == [False]


# ---------------------------------------------------------------- a network that changes


def test_layers_are_added_replaced_and_removed():
    net = TwoLayerNet(6, 4, 3, rng=0)
    net.layers["Relu1"] = Sigmoid()
    hidden = 1 / (1 + np.exp(-(X @ net.params["W1"] + net.params["b1"])))
    assert_allclose(net.predict(X), hidden @ net.params["W2"] + net.params["b2"], rtol=1e-6)
    net.layers["Affine3"] = affine(3, 3)
    assert list(net.params) == ["W1", "b1", "W2", "b2", "W3", "b3"]
    assert all(check.passed for check in gradient_check(net, X, T).values())
    del net.layers["Affine3"]
    net.layers["Affine2"] = affine(4, 2)
    assert net.params["W2"].shape == (4, 2)
    assert set(net.gradient(X, T % 2)) == {"W1", "b1", "W2", "b2"}
    net.layers = {"Affine": affine(6, 6)}
    assert list(net.gradient(X, T)) == ["W1", "b1"]
    net.layers["again"] = net.layers["Affine"]
    with pytest.raises(ValueError, match="again is in the network twice"):
        net.gradient(X, T)


@pytest.mark.parametrize("name", ["last_layer", "lastLayer"])
def test_the_loss_is_exchanged(name):
    class Half(SoftmaxWithLoss):
        def forward(self, x, t):
            return 0.5 * super().forward(x, t)

        def backward(self, dout=1):
            return 0.5 * super().backward(dout)

    net = TwoLayerNet(6, 4, 3, rng=0)
    loss, grads = net.loss_and_gradient(X, T)
    setattr(net, name, Half())
    assert net.last_layer is net.lastLayer
    other_loss, other = net.loss_and_gradient(X, T)
    assert other_loss == pytest.approx(loss / 2)
    assert_allclose(other["W1"], grads["W1"] / 2)


def test_params_are_the_layers_arrays():
    net = TwoLayerNet(6, 4, 3, rng=0)
    assert net.params["W1"] is net.layers["Affine1"].W
    new = np.ones((6, 4))
    net.params["W1"] = new
    assert net.layers["Affine1"].W is new
    net.layers["Affine1"].W = 2 * new
    assert (net.params["W1"] == 2).all()
    net.params["W1"] -= 0.5
    assert (net.layers["Affine1"].W == 1.5).all()
    assert len(net.params) == 4
    assert "W1" in net.params
    assert "W3" not in net.params
    assert {key: id(value) for key, value in net.params.items()} == {
        key: id(net.params[key]) for key in net.params
    }
    kept = copy.deepcopy(net.params)
    plain = net.params.copy()
    net.params["b1"] += 1
    assert (kept["b1"] == 0).all()
    assert plain["b1"] is net.params["b1"]
    assert (net.params | {"seed": 1})["seed"] == 1
    assert repr(net.params) == repr(plain)
    with pytest.raises(KeyError):
        net.params["W9"]


def test_integers_put_in_place_can_be_learned_on():
    net = TwoLayerNet(6, 4, 3, rng=0)
    net.params["W1"] = np.ones((6, 4), int)
    SGD(0.1).update(net.params, net.gradient(X, T))
    assert net.params["W1"].dtype == np.float64


# ---------------------------------------------------------------- names


def test_the_functions_of_the_book_come_from_layers_too():
    from common import functions, util
    from common.layers import (
        col2im,
        cross_entropy_error,
        im2col,
        relu_grad,
        softmax,
        softmax_loss,
    )

    assert softmax is functions.softmax
    assert softmax_loss is functions.softmax_loss
    assert relu_grad is functions.relu_grad
    assert cross_entropy_error is functions.cross_entropy_error
    assert im2col is util.im2col
    assert col2im is util.col2im


def test_a_star_import_gives_layers_and_functions_but_no_modules():
    scope = {}
    exec("from common.layers import *", scope)
    modules = {name for name, value in scope.items() if type(value) is type(np)} - {"np"}
    assert modules == set()
    assert set(common.layers.__all__) <= set(scope)
    kinds = {name for name, value in vars(common.layers).items() if isinstance(value, type)}
    assert kinds <= set(common.layers.__all__)


def test_util_holds_the_book_s_five_names():
    from common import util

    own = {
        name
        for name, value in vars(util).items()
        if getattr(value, "__module__", "") == util.__name__
    }
    assert own == {"smooth_curve", "shuffle_dataset", "conv_output_size", "im2col", "col2im"}


def test_the_book_s_attributes():
    from common.multi_layer_net import MultiLayerNet
    from common.multi_layer_net_extend import MultiLayerNetExtend

    for kind in (MultiLayerNet, MultiLayerNetExtend):
        net = kind(6, [5, 4], 3)
        assert (net.input_size, net.hidden_size_list, net.output_size) == (6, [5, 4], 3)
        assert net.hidden_layer_num == 2
    assert (net.use_dropout, net.use_batchnorm) == (False, False)
    trainer = Trainer(net, X, T, X, T, epochs=3, mini_batch_size=5, verbose=False)
    assert (trainer.epochs, trainer.batch_size, trainer.train_size) == (3, 5, 12)
    assert np.isnan(trainer.test_acc)
    trainer.train()
    assert trainer.test_acc == net.accuracy(X, T)  # though nothing is printed


def test_dropout_inside_a_network_keeps_its_mask():
    layer = Dropout(0.5, rng=0)
    assert layer.forward(np.ones(6)).shape == layer.mask.shape == (6,)


# ---------------------------------------------------------------- subclasses, own classes


class ConvFlat(Convolution):
    def forward(self, x, train_flg=True):
        out = super().forward(x)
        self.inner = out.shape
        return out.reshape(len(out), -1)

    def backward(self, dout):
        return super().backward(dout.reshape(self.inner))


class OverTime(Affine):
    """An affine layer for each step of a series, (N, T, D)."""

    def forward(self, x, train_flg=True):
        self.series = x.shape
        return super().forward(x.reshape(-1, x.shape[2])).reshape(*x.shape[:2], -1)

    def backward(self, dout):
        return super().backward(dout.reshape(-1, dout.shape[2])).reshape(self.series)


@pytest.mark.parametrize(
    ("layer", "x"),
    [
        (ConvFlat(RNG.standard_normal((2, 1, 3, 3)), np.zeros(2)), (3, 1, 5, 5)),
        (OverTime(RNG.standard_normal((4, 2)), np.zeros(2)), (3, 5, 4)),
    ],
)
def test_a_subclass_may_take_or_give_another_shape(layer, x):
    checks = gradient_check(layer, RNG.standard_normal(x))
    assert all(check.passed for check in checks.values()), checks
    with pytest.raises(ValueError, match=r"x has shape .*; expected"):  # of its parent
        layer.forward(np.ones((2, 2, 3, 3)) if len(x) == 4 else np.ones((2, 3, 9)))
    half = type(layer)(layer.W.astype(np.float16), layer.b.astype(np.float16))
    out = half.forward(np.ones(x, np.float16))
    assert out.dtype == half.backward(out).dtype == half.dW.dtype == np.float16


def test_a_mixin_is_guarded_too():
    class Doubles:
        def forward(self, x, train_flg=True):
            return 2 * x

    class Double(Doubles, Layer):
        def backward(self, dout):
            return 2 * dout

    layer = Double()
    assert layer.forward([[1, 2]]).tolist() == [[2.0, 4.0]]
    assert layer.backward(np.ones((1, 2))).tolist() == [[2, 2]]


def test_constants_of_a_layer_stay_what_they_are():
    class Constant(Layer):
        def __init__(self):
            self.scale = np.array([1e-8, 1, 70000.0], np.float32)
            self.mean = np.zeros(3, np.float32)

        def forward(self, x, train_flg=True):
            self.x = x
            self.mean = 0.9 * self.mean + x.mean(axis=0) / 3000
            return x * self.scale

        def backward(self, dout):
            return dout * self.scale

    layer = Constant()
    layer.forward(np.full((2, 3), 1e-3, np.float16))
    assert layer.scale.tolist() == np.array([1e-8, 1, 70000.0], np.float32).tolist()
    assert layer.x.dtype == np.float16
    assert layer.mean.dtype == np.float32


def test_custom_arguments_reach_the_formula():
    class Times(Layer):
        def forward(self, x, factor=3.0, train_flg=True):
            self.factor = factor
            return factor * x

        def backward(self, dout):
            return self.factor * dout

    assert (Times().forward(X) == 3 * X).all()
    assert (Times().forward(X, factor=5.0) == 5 * X).all()
    net = Network({"Times": Times(), "A": affine(6, 3)})
    net.predict(X)
    assert net.layers["Times"].factor == 3.0


def test_a_number_is_no_flag():
    class Leaky:
        def forward(self, x, slope=0.01):
            self.slope = slope
            return np.where(x > 0, x, slope * x)

        def backward(self, dout):
            return dout

    net = Network({"Leaky": Leaky()})
    net.predict(X)
    assert net.layers["Leaky"].slope == 0.01


class BookLoss:
    """The book's loss, which ignores dout."""

    def forward(self, x, t):
        self.t, self.y = t, np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
        return -np.mean(np.log(self.y[np.arange(len(t)), t]))

    def backward(self):
        dx = self.y.copy()
        dx[np.arange(len(self.t)), self.t] -= 1
        return dx / len(self.t)


def test_a_loss_typed_from_the_book_and_threads():
    net, ours = TwoLayerNet(6, 4, 3, rng=0), TwoLayerNet(6, 4, 3, rng=0)
    net.last_layer = BookLoss()
    for threads in (1, 2, 3):
        grads = DataParallel(net, threads).gradient(X, T)
        for key, grad in ours.gradient(X, T).items():
            assert_allclose(grads[key], grad, rtol=1e-5, atol=1e-7)


def test_a_view_is_not_put_back():
    net = TwoLayerNet(6, 4, 3, rng=0)
    saved = net.params
    with pytest.raises(ValueError, match=r"expected params\.copy\(\)"):
        net.params = saved


def test_params_come_before_the_layers_as_in_the_book():
    class Mine(Network):
        def __init__(self):
            self.params = {}
            self.params["W1"], self.params["b1"] = np.ones((6, 3)), np.zeros(3)
            self.layers = {"A": Affine(self.params["W1"], self.params["b1"])}
            super().__init__(self.layers)

        def forward(self, x, t):
            return self.loss(x, t)

        def backward(self):
            return "of my own"

    net = Mine()
    assert net.params["W1"] is net.layers["A"].W
    assert net.forward(X, T) == pytest.approx(net.loss_and_gradient(X, T)[0])


def test_a_pickle_of_params_is_a_dict_that_can_be_loaded(tmp_path):
    net, other = TwoLayerNet(6, 4, 3, rng=0), TwoLayerNet(6, 4, 3, rng=1)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        (tmp_path / "params.pkl").write_bytes(pickle.dumps(net.params, protocol))
        assert type(pickle.loads((tmp_path / "params.pkl").read_bytes())) is dict
        other.load_params(tmp_path / "params.pkl")
        assert_array_equal(other.params["W1"], net.params["W1"])
    assert ({"seed": 1} | net.params)["seed"] == 1


def test_layers_in_a_list_inside_of_a_custom_layer():
    class Pair(Layer):
        def __init__(self, *layers):
            self.layers = list(layers)

        def forward(self, x, train_flg=True):
            return self.layers[1].forward(self.layers[0].forward(x))

        def backward(self, dout):
            return self.layers[0].backward(self.layers[1].backward(dout))

    net = Network({"Pair": Pair(affine(6, 4), affine(5, 3))})
    with pytest.raises(ValueError, match=r"^Pair/1: x has shape \(12, 4\); expected 5 values"):
        net.predict(X)


@pytest.mark.parametrize("name", ["lr", "dropout_ratio"])
def test_settings_with_the_book_s_names_are_compared(tmp_path, name):
    class TypedSGD:
        def __init__(self, lr):
            self.lr = lr

        def update(self, params, grads):
            for key in params:
                params[key] -= self.lr * grads[key]

    class TypedDrop(TypedDropout):
        def forward(self, x, train_flg=True):
            self.ratio = self.dropout_ratio
            return super().forward(x, train_flg)

    def made(value):
        drop = TypedDrop()
        drop.dropout_ratio = value if name == "dropout_ratio" else 0.5
        net = Network({"drop": drop, "a": Affine(np.eye(6)[:, :3], np.zeros(3))})
        options = {"max_iter": 3, "verbose": False, "rng": 0, "checkpoint": tmp_path / "c.npz"}
        return Trainer(
            net, X, T, X, T, optimizer=TypedSGD(value if name == "lr" else 0.1), **options
        )

    made(0.1).train()
    made(0.1).train()
    with pytest.raises(ValueError, match=f"{name} 0.1; this one has 0.2"):
        made(0.2).train()
