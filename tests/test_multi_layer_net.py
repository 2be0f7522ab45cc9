"""Initial weights, penalties, MultiLayerNet and MultiLayerNetExtend."""

import copy
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from common.gradient import gradient_check, numerical_gradient
from common.initializers import weight_std, weights
from common.layers import ELU, GELU, LeakyReLU, ReLU, Sigmoid, Tanh
from common.multi_layer_net import MultiLayerNet
from common.multi_layer_net_extend import MultiLayerNetExtend
from common.parts import generators, rewinder
from common.penalties import PENALTIES, l1, l2, max_norm

# ---------------------------------------------------------------- first weights


@pytest.mark.parametrize(
    ("init", "expected"),
    [
        *(("he", 0.2), ("He", 0.2), ("HE", 0.2), ("relu", 0.2), ("ReLU", 0.2)),
        *(("xavier", 0.1), ("Xavier", 0.1), ("sigmoid", 0.1), ("Sigmoid", 0.1), ("tanh", 0.1)),
        *(("leaky_relu", 0.2), ("elu", 0.2), ("GELU", 0.2)),
        *((0.01, 0.01), (1, 1), (0, 0), (np.float32(0.5), 0.5)),
    ],
)
def test_weight_std(init, expected):
    fan_in = 100 if expected == 0.1 else 50
    assert weight_std(init, fan_in) == pytest.approx(expected)


@pytest.mark.parametrize("bad", ["", "selu", "0.01", -1, -1e-9, np.nan, np.inf, [0.1]])
def test_an_invalid_standard_deviation_is_refused(bad):
    for use in (
        lambda: weight_std(bad, 10),
        lambda: weights((10, 10), bad, 0),
        lambda: MultiLayerNet(4, [3], 2, weight_init_std=bad),
        lambda: MultiLayerNetExtend(4, [3], 2, weight_init_std=bad),
    ):
        with pytest.raises(ValueError, match=r"weight_init_std is .*; expected a number"):
            use()


@pytest.mark.parametrize(
    ("shape", "init", "std"),
    [
        ((100, 100), 0.01, 0.01),
        ((100, 100), "xavier", 0.1),
        ((100, 100), "he", np.sqrt(2 / 100)),
        ((784, 50), "he", np.sqrt(2 / 784)),
        ((784, 50), "xavier", np.sqrt(1 / 784)),
        ((100, 4, 5, 5), "he", np.sqrt(2 / 100)),  # a filter looks at 4 * 5 * 5 nodes
        ((50, 16, 4, 4), "xavier", np.sqrt(1 / 256)),
    ],
)
def test_drawn_weights_have_the_standard_deviation(shape, init, std):  # N04
    W = weights(shape, init, rng=0)
    assert W.size >= 10**4
    assert W.shape == shape
    assert W.dtype == np.float32
    assert W.std() == pytest.approx(std, rel=0.02)
    assert W.mean() == pytest.approx(0, abs=0.03 * std)
    assert np.mean(np.abs(W) < std) == pytest.approx(0.683, abs=0.015)  # a Gaussian


@pytest.mark.parametrize("shape", [(), (5,), (0, 5), (5, 0), (-1, 5), (3, 0, 5, 5)])
def test_weights_of_no_shape_are_refused(shape):
    with pytest.raises(ValueError, match=r"of shape .*; expected"):
        weights(shape, 0.01)


def test_one_generator_goes_on_from_layer_to_layer():
    rng = np.random.default_rng(0)
    first, second = weights((3, 3), 1, rng), weights((3, 3), 1, rng)
    assert (first != second).all()
    assert_array_equal(first, weights((3, 3), 1, 0))


# ---------------------------------------------------------------- penalties


def test_norms_of_3_and_minus_4():  # D03
    w = np.array([3.0, -4.0])
    assert np.sqrt(2 * l2(w)[0]) == 5
    assert l1(w)[0] == 7
    assert max_norm(w)[0] == 4
    assert l2(w)[1].tolist() == [3, -4]
    assert l1(w)[1].tolist() == [1, -1]
    assert max_norm(w)[1].tolist() == [0, -1]


@pytest.mark.parametrize("name", PENALTIES)
def test_derivatives_of_penalties(name):  # D03
    rng = np.random.default_rng(0)
    W = rng.permuted(np.arange(1.0, 13)).reshape(3, 4) * rng.choice([-1, 1], (3, 4))
    numerical = numerical_gradient(lambda W: PENALTIES[name](W)[0], W)
    assert_allclose(PENALTIES[name](W)[1], numerical, atol=1e-8)


@pytest.mark.parametrize("name", PENALTIES)
def test_penalties_keep_the_type_and_shape(name):
    for dtype in (np.float32, np.float64):
        W = np.array([[1, -2, 0], [2, -2, 1]], dtype)
        before = W.copy()
        value, grad = PENALTIES[name](W)
        assert type(value) is float
        assert grad.dtype == dtype
        assert grad.shape == W.shape
        assert_array_equal(W, before)
    assert PENALTIES[name](np.zeros((2, 2)))[0] == 0
    assert not PENALTIES[name](np.zeros((2, 2)))[1].any()


def test_the_largest_share_the_derivative():
    assert max_norm(np.array([[2.0, -2.0], [1.0, 2.0]]))[1].tolist() == [
        [1 / 3, -1 / 3],
        [0, 1 / 3],
    ]


# ---------------------------------------------------------------- the networks


@pytest.fixture
def x():
    return np.random.default_rng(1).standard_normal((7, 6)).astype(np.float32)


@pytest.fixture
def t():
    return np.arange(7) % 4


def extended(**options):
    return MultiLayerNetExtend(6, [8, 7], 4, **{"rng": 0, **options})


KINDS = {
    "plain": lambda **options: MultiLayerNet(6, [8, 7], 4, **{"rng": 0, **options}),
    "extended": extended,
    "BatchNorm": lambda **options: extended(use_batchnorm=True, **options),
    "Dropout": lambda **options: extended(use_dropout=True, **options),
    "both": lambda **options: extended(use_batchnorm=True, use_dropout=True, **options),
}


@pytest.fixture(params=KINDS)
def make(request):
    return KINDS[request.param]


def test_the_call_of_the_book():  # K07
    net = MultiLayerNet(784, [100] * 6, 10, "relu", "he", 0.1)
    assert net.weight_decay_lambda == 0.1
    assert net.penalty == "l2"
    by_name = MultiLayerNet(input_size=784, hidden_size_list=[100] * 6, output_size=10)
    assert by_name.weight_decay_lambda == 0
    for one in (net, by_name):
        assert [W.shape for W in list(one.params.values())[::2]] == [
            *((784, 100), (100, 100), (100, 100), (100, 100), (100, 100), (100, 100), (100, 10)),
        ]
        assert one.predict(np.zeros((2, 784))).shape == (2, 10)


def test_names_and_order():  # K07
    net = MultiLayerNet(6, [8, 7], 4)
    assert list(net.params) == ["W1", "b1", "W2", "b2", "W3", "b3"]
    assert list(net.layers) == [
        *("Affine1", "Activation_function1", "Affine2", "Activation_function2", "Affine3"),
    ]
    assert net.lastLayer is net.last_layer
    assert net.state == {}


def test_names_and_order_with_everything():
    net = extended(use_batchnorm=True, use_dropout=True)
    block = ("Affine{}", "BatchNorm{}", "Activation_function{}", "Dropout{}")
    names = [name.format(k) for k in (1, 2) for name in block]
    assert list(net.layers) == [*names, "Affine3"]
    assert list(net.params) == [
        *("W1", "b1", "gamma1", "beta1", "W2", "b2", "gamma2", "beta2", "W3", "b3"),
    ]
    assert list(net.state) == ["running_mean1", "running_var1", "running_mean2", "running_var2"]


def test_what_is_not_asked_for_is_not_there():
    assert list(extended().layers) == list(KINDS["plain"]().layers)
    assert "BatchNorm1" not in extended(use_dropout=True).layers
    assert "Dropout1" not in extended(use_batchnorm=True, dropout_ratio=0.3).layers
    assert list(extended().params) == ["W1", "b1", "W2", "b2", "W3", "b3"]


def test_initial_parameters(make):  # K07, N04, N05
    net = make()
    assert {p.dtype for p in (net.params | net.state).values()} == {np.dtype(np.float32)}
    for key, value in net.params.items():
        if not key.startswith("W"):
            assert_array_equal(value, key.startswith("gamma"))


@pytest.mark.parametrize("kind", [MultiLayerNet, MultiLayerNetExtend])
def test_initial_weights(kind):  # K07, N04
    for options, std in [
        ({}, lambda n: np.sqrt(2 / n)),  # what suits the activation where nothing is said
        ({"activation": "tanh"}, lambda n: np.sqrt(1 / n)),
        ({"activation": "Sigmoid"}, lambda n: np.sqrt(1 / n)),
        ({"activation": "gelu"}, lambda n: np.sqrt(2 / n)),
        ({"activation": "tanh", "weight_init_std": "relu"}, lambda n: np.sqrt(2 / n)),
        ({"weight_init_std": "he"}, lambda n: np.sqrt(2 / n)),
        ({"weight_init_std": "Xavier"}, lambda n: np.sqrt(1 / n)),
        ({"weight_init_std": "sigmoid"}, lambda n: np.sqrt(1 / n)),
        ({"weight_init_std": 0.01}, lambda n: 0.01),
    ]:
        net = kind(784, [100, 200, 100], 10, rng=0, **options)
        sizes = [784, 100, 200, 100]
        for k, (fan_in, _) in enumerate(pairwise(sizes), start=1):
            assert net.params[f"W{k}"].std() == pytest.approx(std(fan_in), rel=0.02)
    assert not kind(6, [8], 4, weight_init_std=0).params["W1"].any()


def test_activations():
    kinds = {"relu": ReLU, "ReLU": ReLU, "sigmoid": Sigmoid, "Sigmoid": Sigmoid, "tanh": Tanh}
    kinds |= {"leaky_relu": LeakyReLU, "elu": ELU, "GELU": GELU}
    for name, layer in kinds.items():
        for net in (MultiLayerNet(6, [8], 4, name), MultiLayerNetExtend(6, [8], 4, name)):
            assert type(net.layers["Activation_function1"]) is layer


def test_predict_is_affine_after_activation(x):
    net = MultiLayerNet(6, [8, 7], 4, rng=0)
    p = net.params
    hidden = np.maximum(0, np.maximum(0, x @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"])
    assert_allclose(net.predict(x), hidden @ p["W3"] + p["b3"], rtol=1e-5, atol=1e-6)
    assert_array_equal(extended().predict(x), net.predict(x))


def test_a_network_without_hidden_layers(x, t):
    net = MultiLayerNet(6, [], 4, rng=0)
    assert list(net.params) == ["W1", "b1"]
    assert net.gradient(x, t)["W1"].shape == (6, 4)


def test_accuracy_takes_labels_and_one_hot(make, x, t):  # K07
    net = make()
    rightly = np.mean(net.predict(x).argmax(axis=1) == t)
    assert net.accuracy(x, t) == net.accuracy(x, np.eye(4)[t]) == rightly


def test_same_seed_same_network(make, x, t):
    def after_training(seed):
        net = make(rng=seed)
        for _ in range(3):
            for key, grad in net.gradient(x, t).items():
                net.params[key] -= 0.1 * grad
        return net.params | net.state

    first, second, other = (after_training(seed) for seed in (0, 0, 1))
    for key, value in first.items():
        assert_array_equal(value, second[key])
    assert (first["W1"] != other["W1"]).any()
    assert (make(rng=None).params["W1"] != make(rng=None).params["W1"]).any()


def test_the_same_seed_gives_the_same_weights_whatever_lies_between():
    plain = KINDS["plain"]().params
    for net in (make() for make in KINDS.values()):
        for key, value in plain.items():
            assert_array_equal(net.params[key], value)


@pytest.mark.parametrize("kind", [MultiLayerNet, MultiLayerNetExtend])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"activation": "selu"},
            "activation is 'selu'; expected one of relu, sigmoid, tanh",
        ),
        ({"activation": ""}, "activation is ''"),
        ({"penalty": "l3"}, "penalty is 'l3'; expected one of l2, l1, max"),
        ({"weight_decay_lambda": -0.1}, "weight_decay_lambda is -0.1"),
        ({"weight_decay_lambda": np.nan}, "weight_decay_lambda is nan"),
        ({"weight_decay_lambda": np.inf}, "weight_decay_lambda is inf"),
        ({"weight_decay_lambda": "0.1"}, "weight_decay_lambda is '0.1'"),
        ({"activation": None}, "activation is None"),
        ({"input_size": 0}, r"sizes \[0, 3, 2\]; expected integers >= 1"),
        ({"hidden_size_list": [3, 0]}, r"sizes \[4, 3, 0, 2\]"),
        ({"hidden_size_list": [-1]}, r"sizes \[4, -1, 2\]"),
        ({"hidden_size_list": [2.5]}, r"sizes \[4, 2.5, 2\]"),
        ({"hidden_size_list": 100}, "hidden_size_list is 100; expected a list"),
        ({"output_size": 0}, r"sizes \[4, 3, 0\]"),
    ],
)
def test_refusals(kind, options, message):
    usual = {"input_size": 4, "hidden_size_list": [3], "output_size": 2}
    with pytest.raises(ValueError, match=message):
        kind(**{**usual, **options})


# ---------------------------------------------------------------- weight decay


def test_weight_decay_in_the_loss(make, x, t):  # K07
    plain, decayed = make(), make(weight_decay_lambda=0.1)
    W = [value for key, value in plain.params.items() if key.startswith("W")]
    assert len(W) == 3
    for net in (plain, decayed):
        for key in ("b1", "b2", "b3"):
            net.params[key] += 1  # biases are not punished
    expected = 0.5 * 0.1 * sum(float(np.sum(w.astype(float) ** 2)) for w in W)
    assert decayed.loss(x, t) - plain.loss(x, t) == pytest.approx(expected, rel=1e-5)


def test_weight_decay_in_the_gradient(make, x, t):  # K07
    plain, decayed = make(), make(weight_decay_lambda=0.1)
    without, grads = plain.gradient(x, t), decayed.gradient(x, t)
    for key, grad in grads.items():
        extra = 0.1 * plain.params[key] if key.startswith("W") else 0
        assert_allclose(grad - without[key], extra, atol=1e-6)
        assert grad.dtype == np.float32


@pytest.mark.parametrize("name", PENALTIES)
def test_each_penalty_counts_each_weight_matrix(name, x, t):  # D03
    plain = KINDS["plain"]()
    net = KINDS["plain"](weight_decay_lambda=0.1, penalty=name)
    values = {key: PENALTIES[name](net.params[key]) for key in ("W1", "W2", "W3")}
    total = 0.1 * sum(value for value, _ in values.values())
    assert net.loss(x, t) - plain.loss(x, t) == pytest.approx(total)
    loss, grads = net.loss_and_gradient(x, t)
    assert loss == pytest.approx(net.loss(x, t))
    without = plain.gradient(x, t)
    for key, (_, derivative) in values.items():
        assert_allclose(grads[key], without[key] + 0.1 * derivative, rtol=1e-5, atol=1e-7)


def test_the_decay_shrinks_weights_that_the_data_leave_alone(x, t):
    net = MultiLayerNet(6, [8], 4, weight_decay_lambda=0.5, rng=0)
    x = x.copy()
    x[:, 0] = 0  # the first row of W1 never counts
    before = net.params["W1"][0].copy()
    for _ in range(10):
        for key, grad in net.gradient(x, t).items():
            net.params[key] -= 0.1 * grad
    assert_allclose(net.params["W1"][0], before * (1 - 0.1 * 0.5) ** 10, rtol=1e-5)


def test_l1_brings_weights_to_0_and_l2_does_not():  # D03
    rng = np.random.default_rng(0)
    x = rng.standard_normal((500, 10))
    t = (x[:, 0] > 0).astype(int)  # nine of ten inputs say nothing
    small = {}
    for penalty in ("l1", "l2"):
        net = MultiLayerNet(10, [], 2, weight_decay_lambda=0.05, penalty=penalty, rng=0)
        for _ in range(500):
            for key, grad in net.gradient(x, t).items():
                net.params[key] -= 0.05 * grad
        small[penalty] = np.mean(np.abs(net.params["W1"][1:]) < 0.005)
        assert net.accuracy(x, t) > 0.95
    assert small["l1"] > 0.9
    assert small["l2"] < 0.5


# ---------------------------------------------------------------- gradients


def away_from_kinks(net):
    """Set biases of `net`: if they are 0 and Dropout drops all inputs, a ReLU is at its kink."""
    rng = np.random.default_rng(3)
    for key in ("b1", "b2", "b3"):
        net.params[key] = rng.uniform(0.1, 0.5, net.params[key].shape).astype(np.float32)
    return net


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_gradients(make, penalty, activation, t):  # K07
    net = away_from_kinks(make(activation=activation, weight_decay_lambda=0.1, penalty=penalty))
    x = np.random.default_rng(2).standard_normal((7, 6))
    checks = gradient_check(net, x, t)
    assert set(checks) == set(net.params)
    assert all(check.passed and check.difference < 1e-7 for check in checks.values()), checks


def test_numerical_and_back_propagated_gradient(make, x, t):  # K07
    net = away_from_kinks(make(weight_decay_lambda=0.1))
    rewind = rewinder(net)  # the same masks of Dropout
    backward = net.gradient(x, t)
    rewind()
    for key, numerical in net.numerical_gradient(x, t).items():
        assert np.abs(numerical - backward[key]).mean() < 1e-7


@pytest.mark.parametrize("check", [gradient_check, lambda net, x, t: net.numerical_gradient(x, t)])
def test_a_check_leaves_no_trace(make, check, x, t):
    net = make()
    net.gradient(x, t)  # the running averages are no longer those of the beginning
    before = copy.deepcopy(net.params | net.state)
    states = [rng.bit_generator.state for rng in generators(net)]
    check(net, x[::-1], t)
    for key, value in (net.params | net.state).items():
        assert value.dtype == np.float32
        assert_array_equal(value, before[key])
    assert [rng.bit_generator.state for rng in generators(net)] == states


def test_running_averages_are_put_back_when_a_numerical_gradient_fails(x, t):
    net = KINDS["both"]()
    net.gradient(x, t)
    before = copy.deepcopy(dict(net.state))
    with pytest.raises(ValueError, match="labels from"):
        net.numerical_gradient(x, t + 100)
    for key, value in net.state.items():
        assert_array_equal(value, before[key])
    assert {value.dtype for value in net.params.values()} == {np.dtype(np.float32)}


# ---------------------------------------------------------------- training and inference


def test_the_arguments_of_the_book():
    net = MultiLayerNetExtend(6, [8], 4, "sigmoid", "xavier", 0.1, True, 0.3, True)
    assert list(net.layers) == [
        *("Affine1", "BatchNorm1", "Activation_function1", "Dropout1", "Affine2"),
    ]
    assert net.layers["Dropout1"].dropout_ratio == 0.3
    assert net.weight_decay_lambda == 0.1


@pytest.mark.parametrize("name", ["dropout_ratio", "dropout_ration"])  # the second is the book's
def test_the_ratio_by_both_names(name):
    net = extended(use_dropout=True, **{name: 0.2})
    assert [net.layers[f"Dropout{k}"].dropout_ratio for k in (1, 2)] == [0.2, 0.2]
    with pytest.raises(ValueError, match="dropout_ratio is 1"):
        extended(use_dropout=True, **{name: 1})


def test_dropout_is_for_training(x, t):
    net = KINDS["Dropout"]()
    assert_array_equal(net.predict(x), net.predict(x))
    assert net.loss(x, t) == net.loss(x, t)
    assert (net.predict(x, train_flg=True) != net.predict(x, train_flg=True)).any()
    assert net.loss(x, t, train_flg=True) != net.loss(x, t, train_flg=True)
    assert net.accuracy(x, t) == np.mean(net.predict(x).argmax(axis=1) == t)
    first, second = dict(net.gradient(x, t)), net.gradient(x, t)
    assert (first["W1"] != second["W1"]).any()


def test_the_hidden_layers_have_separate_masks(x):
    net = MultiLayerNetExtend(6, [50, 50], 4, use_dropout=True, rng=0)
    net.predict(x, train_flg=True)
    first, second = (net.layers[f"Dropout{k}"].mask for k in (1, 2))
    assert (first != second).any()


def test_in_inference_the_hidden_outputs_are_scaled(x):  # the book's Dropout is not inverted
    net = MultiLayerNetExtend(6, [8], 4, use_dropout=True, dropout_ratio=0.3, rng=0)
    hidden = np.maximum(0, x @ net.params["W1"])
    assert_allclose(net.predict(x), 0.7 * hidden @ net.params["W2"], rtol=1e-5, atol=1e-6)


def test_inference_is_the_average_of_training_in_one_layer(x):
    net = MultiLayerNetExtend(6, [40], 4, use_dropout=True, dropout_ratio=0.3, rng=0)
    average = np.mean([net.predict(x, train_flg=True) for _ in range(4000)], axis=0)
    assert_allclose(average, net.predict(x), atol=0.05)


def test_batch_normalization_by_mode(x, t):
    net = KINDS["BatchNorm"]()
    before = copy.deepcopy(dict(net.state))
    for use in (net.predict, lambda x: net.loss(x, t), lambda x: net.accuracy(x, t)):
        use(x)
        for key, value in net.state.items():
            assert_array_equal(value, before[key])
    net.gradient(x, t)
    assert all((value != before[key]).any() for key, value in net.state.items())
    # In inference a sample counts for itself; in training its neighbours count, too.
    assert_allclose(net.predict(x)[0], net.predict(x[0]), rtol=1e-4, atol=1e-5)
    alone, among_others = (net.predict(x[:n], train_flg=True)[0] for n in (2, 7))
    assert not np.allclose(alone, among_others, atol=1e-3)


def test_batch_normalization_removes_the_scale_of_the_initial_weights(x):  # 6.3.1
    def scores(std, **options):
        net = extended(weight_init_std=std, **options)
        net.params["W3"] = np.ones((7, 4), np.float32)
        return net.predict(x, train_flg=True)

    small, large = (scores(std, use_batchnorm=True) for std in (0.1, 1))
    assert_allclose(small, large, rtol=1e-2, atol=1e-2)
    assert np.abs(scores(0.1)).max() < 0.2 * np.abs(scores(1)).max()


def test_every_kind_learns(make):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((200, 6)).astype(np.float32)
    t = (x[:, 0] > 0) + 2 * (x[:, 1] > 0)
    net = make(weight_decay_lambda=1e-4)
    for _ in range(400):
        batch = rng.integers(200, size=50)
        for key, grad in net.gradient(x[batch], t[batch]).items():
            net.params[key] -= 0.2 * grad
    assert net.accuracy(x, t) > 0.75


# ---------------------------------------------------------------- files


def test_save_and_load_keeps_what_training_found(make, x, t, tmp_path):
    net = make()
    for _ in range(5):
        for key, grad in net.gradient(x, t).items():
            net.params[key] -= 0.1 * grad
    net.save_params(tmp_path / "params.npz")
    with np.load(tmp_path / "params.npz") as file:
        assert set(file) == set(net.params) | set(net.state)
    other = make(rng=9)
    assert (other.predict(x) != net.predict(x)).any()
    other.load_params(tmp_path / "params.npz")
    assert_array_equal(other.predict(x), net.predict(x))
    for key, value in net.state.items():
        assert_array_equal(other.state[key], value)
    net.gradient(x, t)  # what was loaded is a copy
    assert all((other.state[key] != value).any() for key, value in net.state.items())


@pytest.mark.parametrize("missing", ["running_mean1", "running_var2", "gamma2", "all of state"])
def test_a_file_without_running_averages_is_refused(missing, x, t, tmp_path):
    net, other = KINDS["BatchNorm"](), KINDS["BatchNorm"](rng=9)
    net.gradient(x, t)
    other.gradient(x, t)
    arrays = net.params | net.state
    for key in net.state if missing == "all of state" else [missing]:
        del arrays[key]
    np.savez(tmp_path / "params.npz", **arrays)
    before, scores = copy.deepcopy(other.params | other.state), other.predict(x)
    with pytest.raises(ValueError, match=r"params\.npz"):
        other.load_params(tmp_path / "params.npz")
    for key, value in (other.params | other.state).items():
        assert_array_equal(value, before[key])
    assert_array_equal(other.predict(x), scores)


def test_a_penalty_that_is_infinite_is_seen(x, t):
    net = MultiLayerNet(6, [3], 4, weight_decay_lambda=1e300, rng=0)
    net.params["W1"] = net.params["W1"] * np.float32(1e19)
    net.params["W2"] = net.params["W2"] * np.float32(1e-19)
    with pytest.warns(RuntimeWarning, match="a loss is not finite"):
        assert net.loss(x, t) == net.loss_and_gradient(x, t)[0] == np.inf


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_penalties_of_many_weights_in_any_precision(dtype):
    W = np.ones((784, 100), dtype)
    assert l2(W)[0] == 39_200
    assert l1(W)[0] == 78_400
    value, derivative = max_norm(W)
    assert value == 1
    assert_allclose(derivative, 1 / 78_400, rtol=1e-2)
    assert derivative.dtype == dtype


def test_the_state_is_read_only():
    net = MultiLayerNetExtend(4, [3], 2, use_batchnorm=True, rng=0)
    with pytest.raises(TypeError):
        net.state["running_mean1"] = np.zeros(3)
