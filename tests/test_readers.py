"""Code as readers of the book write it: what NumPy accepts works here, too, and is visible."""

import pickle
import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from ch05.two_layer_net import TwoLayerNet
from ch07.simple_convnet import SimpleConvNet
from ch08.deep_convnet import DeepConvNet
from ch08.section_8_2.vgg import VGG
from common.functions import (
    accuracy,
    cross_entropy_error,
    mean_squared_error,
    softmax,
    top_k_accuracy,
)
from common.gradient import gradient_check, numerical_gradient
from common.layers import (
    Affine,
    BatchNormalization,
    Convolution,
    IdentityWithLoss,
    Relu,
    SoftmaxWithLoss,
)
from common.multi_layer_net import MultiLayerNet
from common.multi_layer_net_extend import MultiLayerNetExtend
from common.network import Network
from common.optimizer import SGD
from common.trainer import Trainer

RNG = np.random.default_rng(0)
X, T = RNG.random((20, 784), dtype=np.float32), RNG.integers(10, size=20)


def heard(run):
    """Return what `run` returns, and the messages of its warnings, as Python shows them."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        result = run()
    assert all(one.category is RuntimeWarning for one in caught)
    return result, [str(one.message) for one in caught]


# ---------------------------------------------------------------- networks that diverge


def diverging_net():
    return MultiLayerNetExtend(784, [100] * 5, 10, weight_init_std=1.0, rng=0)


def twenty_steps():
    net, optimizer = diverging_net(), SGD(0.01)
    losses = []
    for _ in range(20):
        optimizer.update(net.params, net.gradient(X, T))
        losses.append(net.loss(X, T))
    return net, losses


def test_a_custom_loop_continues_if_the_network_diverges():
    (net, losses), messages = heard(twenty_steps)
    assert np.isnan(losses[-1])
    assert len(messages) == 1
    assert "a loss is not finite; expected a finite number" in messages[0]
    with np.errstate(invalid="ignore"):
        assert all(np.isnan(grad).any() for grad in net.gradient(X, T).values())
    assert np.isnan(net.predict(X)).all()
    assert net.accuracy(X, T) == 0


def test_the_loop_of_16_scales_continues():  # 6.3.2
    def run():
        losses = []
        for scale in np.logspace(0, -4, num=16):
            nets = [
                MultiLayerNetExtend(
                    784, [100] * 5, 10, weight_init_std=scale, use_batchnorm=norm, rng=0
                )
                for norm in (True, False)
            ]
            for net in nets:
                for _ in range(3):
                    for key, grad in net.gradient(X, T).items():
                        net.params[key] -= np.float32(0.01) * grad
                losses.append(net.loss(X, T))
        return losses

    losses, messages = heard(run)
    assert len(losses) == 32
    assert np.isfinite(losses[::2]).all()  # batch normalization
    assert len([one for one in messages if "a loss is not finite" in one]) <= 1


def test_a_trainer_stops_where_it_diverges():
    trainer = Trainer(
        diverging_net(), X, T, X, T, epochs=20, optimizer_param={"lr": 0.01}, verbose=False, rng=0
    )
    with pytest.raises(ValueError, match=r"^mini-batch \d+: the loss is (nan|inf); expected"):
        trainer.train()


def test_a_trainer_whose_last_update_spoils_the_weights_says_so():
    net = MultiLayerNet(784, [10], 10, rng=0)
    trainer = Trainer(net, X, T, X, T, max_iter=1, optimizer=Spoil(), verbose=False)
    with pytest.raises(ValueError, match="after mini-batch 0 W1 is not finite"):
        trainer.train()


class Spoil:
    def update(self, params, grads):
        for key in params:
            params[key] += np.float32(np.inf)


def test_a_row_of_scores_with_nan_is_wrong():
    scores = np.array([[np.nan, 0.1], [0.9, np.nan], [0.9, 0.1], [np.nan, np.nan]])
    assert accuracy(scores, [0, 0, 0, 0]) == 0.25
    assert top_k_accuracy(scores, [0, 0, 0, 0], k=2) == 0.25


def test_nan_goes_through_the_functions_and_is_never_an_ordinary_number():
    bad = np.array([[np.nan, 1.0], [np.inf, 0.0], [0.0, 0.0]])
    with np.errstate(invalid="ignore"):
        y = softmax(bad)
        assert np.isnan(y[:2]).all()
        assert y[2].tolist() == [0.5, 0.5]
        assert np.isnan(cross_entropy_error(y, [0, 0, 0]))
        assert np.isnan(mean_squared_error(y, np.zeros((3, 2))))
        assert np.isnan(SoftmaxWithLoss().forward(bad, [0, 0, 0]))


def test_a_variance_that_overflows_does_not_make_zeros():
    norm = BatchNormalization(np.ones(1, np.float32), np.zeros(1, np.float32))
    with np.errstate(over="ignore", invalid="ignore"):
        out = norm.forward(np.array([[1e30], [-1e30]], np.float32))
    assert np.isnan(out).all()


def test_numerical_gradient_of_a_loss_that_is_nan_is_nan():
    assert np.isnan(numerical_gradient(lambda x: np.nan, np.ones(2))).all()


# ---------------------------------------------------------------- numbers in the place of arrays


@pytest.mark.parametrize("b", [0.5, np.float32(0.5), np.full((1, 3), 0.5), np.full(3, 0.5), [0.5]])
def test_biases_are_broadcast(b):
    W, x = RNG.standard_normal((4, 3)), RNG.standard_normal((2, 4))
    layer = Affine(W, b)
    assert layer.b.tolist() == [0.5] * 3
    assert_allclose(layer.forward(x), x @ W + 0.5)
    layer.backward(np.ones((2, 3)))
    assert layer.db.tolist() == [2, 2, 2]


def test_a_convolution_with_the_bias_0():
    w, x = RNG.standard_normal((3, 1, 2, 2)).astype(np.float32), np.ones((1, 1, 4, 4), np.float32)
    layer = Convolution(w, 0)
    assert_array_equal(layer.forward(x), Convolution(w, np.zeros(3, np.float32)).forward(x))
    assert layer.b.dtype == np.float32


@pytest.mark.parametrize("b", [np.ones(2), np.ones((3, 2)), np.ones((0,)), np.ones((2, 3))])
def test_other_biases_are_refused(b):
    with pytest.raises(ValueError, match="Affine: W has shape"):
        Affine(np.ones((4, 3)), b)


@pytest.mark.parametrize("shape", [(5, 3), (2, 3, 4, 4)])
def test_batch_normalization_of_numbers(shape):
    x = RNG.standard_normal(shape).astype(np.float32)
    numbers = BatchNormalization(1.0, 0)
    arrays = BatchNormalization(np.ones(3, np.float32), np.zeros(3, np.float32))
    dout = RNG.standard_normal(shape).astype(np.float32)
    for _ in range(2):
        assert_array_equal(numbers.forward(x), arrays.forward(x))
        assert_array_equal(numbers.backward(dout), arrays.backward(dout))
    assert_array_equal(numbers.dgamma, arrays.dgamma)
    assert_array_equal(numbers.running_var, arrays.running_var)
    assert numbers.gamma.shape == numbers.dbeta.shape == (3,)


def test_a_network_with_a_batch_normalization_of_numbers_learns():
    layers = {"A": Affine(RNG.standard_normal((4, 3)), 0), "N": BatchNormalization(1.0, 0)}
    net, x, t = Network(layers), RNG.standard_normal((6, 4)), np.array([0, 1, 2, 0, 1, 2])
    numerical = net.numerical_gradient(x, t)
    for key, grad in net.gradient(x, t).items():
        assert_allclose(grad, numerical[key], atol=1e-7)
    before = net.loss(x, t, train_flg=True)
    SGD(0.1).update(net.params, net.gradient(x, t))
    assert net.loss(x, t, train_flg=True) < before
    assert net.params["gamma1"].shape == (3,)


# ---------------------------------------------------------------- labels in a column


def test_labels_in_a_column_are_labels():
    net, column = TwoLayerNet(784, 50, 10, rng=0), T[:, None]
    assert net.loss(X, column) == net.loss(X, T)
    assert net.accuracy(X, column) == net.accuracy(X, T)
    assert_array_equal(net.gradient(X, column)["W1"].copy(), net.gradient(X, T)["W1"])
    y = softmax(RNG.random((20, 10)))
    assert cross_entropy_error(y, column) == cross_entropy_error(y, T)
    with pytest.raises(ValueError, match="expected integers"):
        accuracy(y, column.astype(float))


# ---------------------------------------------------------------- a mini-batch of one


def test_batch_normalization_of_one_sample_in_training():
    norm = BatchNormalization(np.array([2.0, 3.0]), np.array([0.5, -1.0]))
    norm.forward(RNG.standard_normal((4, 2)))
    mean, var = norm.running_mean.copy(), norm.running_var.copy()
    with pytest.warns(RuntimeWarning, match="one sample in training has no variance") as caught:
        out = norm.forward(np.array([[7.0, 8.0]]))
    assert len(caught) == 1
    assert out.tolist() == [[0.5, -1.0]]
    assert norm.backward(np.ones((1, 2))).tolist() == [[0, 0]]
    assert norm.dbeta.tolist() == [1, 1]
    assert_array_equal([norm.running_mean, norm.running_var], [mean, var])


@pytest.mark.parametrize("threads", [1, 2])
def test_a_last_mini_batch_of_one_does_not_end_an_epoch(threads):
    net = MultiLayerNetExtend(784, [5], 10, use_batchnorm=True, rng=0)
    trainer = Trainer(
        net, X[:5], T[:5], epochs=2, mini_batch_size=2, verbose=False, rng=0, threads=threads
    )
    with pytest.warns(RuntimeWarning, match="one sample"):
        trainer.train()
    assert trainer.current_iter == 6


# ---------------------------------------------------------------- np.random.seed


def weights_and_batches():
    net = MultiLayerNetExtend(784, [5], 10, use_dropout=True)
    trainer = Trainer(net, X, T, epochs=2, mini_batch_size=5, verbose=False)
    trainer.train()
    return {**net.params}, trainer.train_loss_list


def test_numpy_s_global_seed_repeats_what_has_no_rng():
    runs = []
    for seed in (1, 1, 2):
        np.random.seed(seed)  # noqa: NPY002
        runs.append(weights_and_batches())
    (params, losses), again, other = runs
    assert losses == again[1] != other[1]
    for key, W in params.items():
        assert_array_equal(W, again[0][key])
    assert (params["W1"] != other[0]["W1"]).any()


def test_a_custom_seed_leaves_numpy_s_global_state_alone():
    np.random.seed(1)  # noqa: NPY002
    MultiLayerNet(784, [5], 10, rng=3)
    drawn = np.random.rand()  # noqa: NPY002
    np.random.seed(1)  # noqa: NPY002
    assert drawn == np.random.rand()  # noqa: NPY002


# ---------------------------------------------------------------- gradient check by hand


def test_a_gradient_check_by_hand_on_a_float32_network(digits):  # 5.7.3
    (x, t), _ = digits
    x, t = x[:3], t[:3]
    net = TwoLayerNet(784, 50, 10, rng=0)
    grads = net.gradient(x, t)
    for key in ("W2", "b2"):
        numerical = numerical_gradient(lambda W: net.loss(x, t), net.params[key])
        off = np.linalg.norm(numerical - grads[key]) / np.linalg.norm(grads[key])
        assert off < 1e-3


def test_a_function_of_many_points_gets_a_hint_to_the_other_gradient():  # figure 4-9
    points = RNG.random((324, 2))
    with pytest.raises(ValueError, match="numerical_gradient_2d") as caught:
        numerical_gradient(lambda x: np.sum(x**2, axis=1), points)
    assert len(str(caught.value).splitlines()) == 1


# ---------------------------------------------------------------- networks typed by readers


class TypedFromTheBook(TwoLayerNet):
    """`predict` and `loss` with the signatures of the book."""

    def predict(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)
        return x

    def loss(self, x, t):
        y = self.predict(x)
        return self.last_layer.forward(y, t)


@pytest.mark.parametrize("x", [X, X[0]], ids=["batch", "sample"])
def test_a_subclass_with_the_book_s_predict_learns(x):
    t = T if x.ndim == 2 else T[0]
    net, plain = TypedFromTheBook(784, 50, 10, rng=0), TwoLayerNet(784, 50, 10, rng=0)
    assert net.loss(x, t) == plain.loss(x, t)
    Network.predict(net, X[:3])  # what an earlier pass left behind does not count
    expected = plain.gradient(x, t)
    for key, grad in net.gradient(x, t).items():
        assert_array_equal(grad, expected[key])


def test_a_subclass_with_the_book_s_predict_in_a_trainer_and_a_gradient_check():
    net, plain = TypedFromTheBook(784, 50, 10, rng=0), TwoLayerNet(784, 50, 10, rng=0)
    for one in (net, plain):
        Trainer(one, X, T, X, T, epochs=2, mini_batch_size=5, verbose=False, rng=1).train()
    assert_array_equal(net.params["W1"], plain.params["W1"])
    small = TypedFromTheBook(4, 3, 2, rng=0)
    x, t = RNG.random((5, 4)), np.array([0, 1, 0, 1, 1])
    numerical = small.numerical_gradient(x, t)
    for key, grad in small.gradient(x, t).items():
        assert_allclose(grad, numerical[key], atol=1e-6)


# ---------------------------------------------------------------- strides, images, other objects


def test_the_advice_on_strides_can_be_followed():
    param = {"filter_num": 2, "filter_size": 5, "pad": 0, "stride": 2}
    with pytest.raises(ValueError, match="floor=True"):
        SimpleConvNet((1, 28, 28), param, rng=0)
    net = SimpleConvNet((1, 28, 28), param, floor=True, rng=0)
    assert net.predict(RNG.random((2, 1, 28, 28))).shape == (2, 10)
    with pytest.raises(ValueError, match="floor=True"):
        DeepConvNet((1, 30, 30), rng=0)
    deep = DeepConvNet((1, 30, 30), floor=True, rng=0)
    assert deep.predict(RNG.random((2, 1, 30, 30))).shape == (2, 10)


def test_a_vgg_of_any_image():
    net = VGG([2, "M", 3, "M"], (3, 27, 18), (5, 10), rng=0)
    assert net.predict(RNG.random((2, 3, 27, 18))).shape == (2, 10)


@pytest.mark.parametrize("make", [SimpleConvNet, DeepConvNet])
def test_images_need_not_be_square(make):
    net, x = make((3, 28, 20), rng=0), RNG.random((2, 3, 28, 20), dtype=np.float32)
    assert net.predict(x).shape == (2, 10)
    assert set(net.gradient(x, [1, 2])) == set(net.params)
    with pytest.raises(ValueError, match=r"input_dim is \(324, 2\); expected \(C, H, W\)"):
        make((324, 2), rng=0)


class Foreign:
    def __array__(self, *_, **__):
        raise TypeError("this lies on a GPU\nand cannot be read")


@pytest.mark.parametrize("x", [Foreign(), object(), {1: 2}, {1, 2}, (i for i in "ab")])
def test_a_non_array_is_named_in_the_error(x):
    with pytest.raises(ValueError, match=r"is a \w+; expected a NumPy array") as caught:
        TwoLayerNet(784, 50, 10, rng=0).predict(x)
    assert type(x).__name__ in str(caught.value)
    with pytest.raises(ValueError, match="rows of different lengths"):
        Relu().forward([[1, 2], [3]])


# ---------------------------------------------------------------- params.pkl


@pytest.mark.parametrize("name", ["params.pkl", "PARAMS.PICKLE"])
def test_params_pkl_is_an_ordinary_pickle(tmp_path, name):  # 7.5
    net = MultiLayerNetExtend(784, [5], 10, use_batchnorm=True, rng=0)
    net.gradient(X, T)
    net.save_params(tmp_path / name)
    with open(tmp_path / name, "rb") as file:
        read = pickle.load(file)
    assert type(read) is dict
    assert list(read) == [*net.params, *net.state]
    assert_array_equal(read["W1"], net.params["W1"])
    other = MultiLayerNetExtend(784, [5], 10, use_batchnorm=True, rng=1)
    other.load_params(tmp_path / name)
    assert_array_equal(other.predict(X), net.predict(X))


def test_a_checkpoint_is_no_pickle(tmp_path):
    trainer = Trainer(MultiLayerNet(784, [5], 10, rng=0), X, T, checkpoint=tmp_path / "run.pkl")
    with pytest.raises(ValueError, match=r"the name of a pickle; expected that of an \.npz"):
        trainer.train()


# ---------------------------------------------------------------- BatchNorm(1.0, 0) over its life


def numbers_net(seed=0):
    rng = np.random.default_rng(seed)
    layers = {
        "A": Affine(rng.standard_normal((784, 4)).astype("f"), 0),
        "N": BatchNormalization(1.0, 0),
        "B": Affine(rng.standard_normal((4, 10)).astype("f"), 0),
    }
    return Network(layers)


def test_numbers_are_saved_loaded_and_put_in_place(tmp_path):
    net = numbers_net()
    net.save_params(tmp_path / "fresh.npz")
    numbers_net(1).load_params(tmp_path / "fresh.npz")
    net.gradient(X, T)
    net.save_params(tmp_path / "used.npz")
    loaded, given = numbers_net(1), numbers_net(1)
    loaded.load_params(tmp_path / "used.npz")
    given.params = net.params.copy()
    assert_array_equal(loaded.predict(X), net.predict(X))
    assert given.params["gamma1"].shape == (4,)
    assert "8" in [line.split()[-1] for line in numbers_net().summary((784,)).splitlines()]
    assert all(one.passed for one in gradient_check(BatchNormalization(1.0, 0), X[:, :3]).values())


@pytest.mark.parametrize("threads", [1, 2])
def test_a_training_with_numbers_resumes(tmp_path, threads):
    def run(epochs, name):
        trainer = Trainer(
            numbers_net(), X.astype(float), T, epochs=epochs, mini_batch_size=5, verbose=False,
            rng=0, checkpoint=tmp_path / name, threads=threads,
        )  # fmt: skip
        assert trainer.x_train.dtype == np.float32
        trainer.train()
        return trainer

    run(1, "two.npz")
    assert run(2, "two.npz").train_loss_list == run(2, "one.npz").train_loss_list


# ---------------------------------------------------------------- more that readers do


def test_a_loss_that_is_nan_in_training_is_not_measured_again():
    net = MultiLayerNetExtend(784, [5], 10, use_batchnorm=True, rng=0)
    net.gradient(X, T)
    x = X.copy()
    x[0, 0] = 1e30
    with np.errstate(invalid="ignore"):
        assert np.isnan(net.loss_and_gradient(x, T)[0])


def test_a_network_made_without_its_base_says_so():
    class Typed(Network):
        def __init__(self):
            self.params = {"W1": np.ones((784, 10)), "b1": np.zeros(10)}
            self.layers = {"Affine1": Affine(self.params["W1"], self.params["b1"])}
            self.lastLayer = SoftmaxWithLoss()

    net = Typed()
    for call in (
        lambda: net.predict(X),
        lambda: net.gradient(X, T),
        lambda: net.numerical_gradient(X, T),
        lambda: net.load_params("params.npz"),
    ):
        with pytest.raises(ValueError, match=r"expected super\(\).__init__\(layers\)"):
            call()


def test_functions_put_in_the_place_of_methods():
    net, plain = TwoLayerNet(784, 5, 10, rng=0), TwoLayerNet(784, 5, 10, rng=0)
    net.predict = lambda x: Network.predict(net, x)
    assert net.loss(X, T) == plain.loss(X, T)
    assert_array_equal(net.gradient(X, T)["W1"], plain.gradient(X, T)["W1"])
    net.loss = lambda x, t: net.last_layer.forward(net.predict(x), t)
    small, x, t = TwoLayerNet(3, 2, 2, rng=0), RNG.random((4, 3)), [0, 1, 1, 0]
    small.loss = lambda x, t: small.last_layer.forward(small.predict(x), t)
    numerical = small.numerical_gradient(x, t)
    assert_allclose(numerical["W1"], small.gradient(x, t)["W1"], atol=1e-6)


def test_a_flag_of_another_name_is_passed_by_position():
    class Other(TwoLayerNet):
        def loss(self, x, t, train=False):
            self.told = train
            return super().loss(x, t, train)

    net = Other(3, 2, 2, rng=0)
    net.numerical_gradient(RNG.random((4, 3)), [0, 1, 1, 0])
    assert net.told is True


def test_a_number_that_is_learned_must_be_an_array():
    class PReLU:
        param_names = ("a",)

        def __init__(self, a):
            self.a = a

        def forward(self, x):
            self.x = x
            return np.where(x > 0, x, self.a * x)

        def backward(self, dout):
            self.da = np.sum(dout * np.minimum(self.x, 0))
            return dout * np.where(self.x > 0, 1, self.a)

    with pytest.raises(
        ValueError, match=r"P: a is a float; expected an array, also for one number"
    ):
        Network({"P": PReLU(0.25)})
    net = Network({"P": PReLU(np.array(0.25))})
    net.params["a1"] = net.params["a1"] - 0.1
    assert net.layers["P"].a == 0.15


def test_squares_of_gradients_that_overflow_end_a_training():
    net = MultiLayerNet(784, [5], 1, loss=IdentityWithLoss(), rng=0)
    trainer = Trainer(net, X, np.full(20, 1e25), epochs=2, optimizer="adam", verbose=False, rng=0)
    with pytest.raises(ValueError, match="is not finite"):
        trainer.train()


def test_numpy_s_own_raise_counts():
    with np.errstate(all="raise"), pytest.raises(FloatingPointError, match="a loss is not finite"):
        mean_squared_error([np.nan], [0.0])
