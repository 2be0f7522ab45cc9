"""Optimizers and schedules: each formula against a plain version, and invalid input."""

import inspect
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from claims import book
from common import optimizer as module
from common.optimizer import (
    BY_NAME,
    PIECE,
    SGD,
    AdaGrad,
    Adam,
    Momentum,
    Nesterov,
    RMSprop,
    optimizer_by_name,
)
from common.schedules import cosine_decay, exponential_decay, inverse_time_decay, step_decay
from common.trainer import Trainer
from tests.test_cli import ROOT, run

RNG = np.random.default_rng(0)
STATES = {"SGD": "", "Momentum": "v", "Nesterov": "v", "AdaGrad": "h", "RMSprop": "h", "Adam": "mv"}


# The formulas as they stand in the book, with whole new arrays: W and the gradients in, W out.
def sgd(W, gradients, lr):  # eq. 6.1
    for g in gradients:
        W = W - lr * g
    return W


def momentum(W, gradients, lr, momentum):  # eq. 6.3, 6.4
    v = 0
    for g in gradients:
        v = momentum * v - lr * g
        W = W + v
    return W


def nesterov(W, gradients, lr, momentum):
    v = 0
    for g in gradients:
        W = W + momentum**2 * v - (1 + momentum) * lr * g
        v = momentum * v - lr * g
    return W


def adagrad(W, gradients, lr):  # eq. 6.5, 6.6
    h = 0
    for g in gradients:
        h = h + g * g
        W = W - lr / (np.sqrt(h) + 1e-7) * g
    return W


def rmsprop(W, gradients, lr, decay_rate):
    h = 0
    for g in gradients:
        h = decay_rate * h + (1 - decay_rate) * g * g
        W = W - lr / (np.sqrt(h) + 1e-7) * g
    return W


def adam(W, gradients, lr, beta1, beta2):
    m = v = 0
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        lr_t = lr * math.sqrt(1 - beta2**t) / (1 - beta1**t)
        W = W - lr_t * m / (np.sqrt(v) + 1e-7)
    return W


# Optimizer, its plain version, parameters that are not the defaults.
CASES = {
    "SGD": (SGD, sgd, {"lr": 0.3}),
    "Momentum": (Momentum, momentum, {"lr": 0.2, "momentum": 0.7}),
    "Nesterov": (Nesterov, nesterov, {"lr": 0.2, "momentum": 0.7}),
    "AdaGrad": (AdaGrad, adagrad, {"lr": 0.4}),
    "RMSprop": (RMSprop, rmsprop, {"lr": 0.05, "decay_rate": 0.8}),
    "Adam": (Adam, adam, {"lr": 0.1, "beta1": 0.8, "beta2": 0.95}),
}
# From a random array to a parameter of a certain shape and layout; the largest take many pieces.
LAYOUTS = {
    "one element": lambda draw: draw(1),
    "no dimension": lambda draw: np.array(draw(1)[0]),
    "no element": lambda draw: draw((0, 3)),
    "bias": lambda draw: draw(30),
    "filters": lambda draw: draw((30, 1, 5, 5)),
    "a piece to the last element": lambda draw: draw(PIECE),
    "a piece and one element": lambda draw: draw(PIECE + 1),
    "Affine of SimpleConvNet": lambda draw: draw((4320, 100)),
    "many filters": lambda draw: draw((70, 64, 3, 3)),
    "one long row": lambda draw: draw((1, 2 * PIECE)),
    "rows longer than a piece": lambda draw: draw((3, PIECE + 5)),
    "transposed": lambda draw: draw((300, 200)).T,
    "every third of every second": lambda draw: draw((600, 400))[::2, ::3],
    "backwards": lambda draw: draw((250, 200))[::-1],
    "4-D, axes turned": lambda draw: draw((8, 9, 10, 80)).transpose(3, 1, 0, 2),
}
everyone = pytest.mark.parametrize("name", CASES)


def gradients_like(W, steps=5):
    """Return gradients for some steps: large, so small that 1e-7 matters, and 0."""
    drawn = RNG.standard_normal((steps, *W.shape))
    return drawn * RNG.choice([1, 1e-3, 1e-7, 0], W.shape)


@everyone
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_formula(name, layout, dtype):  # K01 to K06
    kind, twin, parameters = CASES[name]
    W = LAYOUTS[layout](lambda shape: RNG.standard_normal(shape).astype(dtype))
    gradients = gradients_like(W).astype(dtype)
    expected = twin(W.astype(np.float64), gradients.astype(np.float64), **parameters)
    given = gradients.copy()
    params, optimizer = {"W": W}, kind(**parameters)
    for g in gradients:
        optimizer.update(params, {"W": g})
    assert params["W"] is W
    assert W.dtype == dtype
    assert (gradients == given).all()
    assert_allclose(W, expected, rtol=0, atol=1e-13 if dtype == np.float64 else 2e-6)


@everyone
def test_gradients_laid_out_in_another_way(name):
    kind, twin, parameters = CASES[name]
    W = RNG.standard_normal((300, 200))
    gradients = [RNG.standard_normal((200, 600)).T[::2] for _ in range(3)]
    expected = twin(W, gradients, **parameters)
    optimizer = kind(**parameters)
    for g in gradients:
        optimizer.update({"W": W}, {"W": g})
    assert_allclose(W, expected, rtol=0, atol=1e-13)


@everyone
@pytest.mark.parametrize("change", [np.float64, list])
def test_gradients_of_another_type(name, change):
    kind, twin, parameters = CASES[name]
    W = RNG.standard_normal(7).astype(np.float32)
    gradients = [RNG.standard_normal(7) for _ in range(3)]
    expected = twin(W, gradients, **parameters)
    optimizer = kind(**parameters)
    for g in gradients:
        optimizer.update({"W": W}, {"W": change(g)})
    assert W.dtype == np.float32
    assert_allclose(W, expected, atol=1e-6)


@everyone
def test_plain_numbers_and_arrays_in_one_dict(name):
    kind, twin, parameters = CASES[name]
    W = RNG.standard_normal((2, 3))
    params = {"x": -7.0, "W": W, "y": 2, "z": np.float64(3.0)}
    start = {key: np.array(param, dtype=np.float64) for key, param in params.items()}
    gradients = [{key: gradients_like(start[key], 1)[0] for key in params} for _ in range(4)]
    optimizer = kind(**parameters)
    for step in gradients:
        optimizer.update(params, {"x": float(step["x"]), **step})
    assert params["W"] is W
    for key in params:
        expected = twin(start[key], [step[key] for step in gradients], **parameters)
        assert_allclose(params[key], expected, rtol=1e-13)
    assert [type(params[key]) for key in "xyz"] == [float] * 3


@everyone
def test_in_place_and_nothing_else(name):  # K01
    base = np.ones((6, 400))
    grads = {"W": np.full((3, 200), 0.5)}
    W = base[::2, ::2]
    CASES[name][0]().update({"W": W}, grads)
    assert (W != 1).all()
    assert (base == 1).sum() == base.size - W.size
    assert (grads["W"] == 0.5).all()


@everyone
def test_state_is_made_once_and_stays(name):  # K02, K03
    kind, _, parameters = CASES[name]
    optimizer = kind(**parameters)
    assert vars(optimizer) == {
        **parameters,
        **dict.fromkeys(STATES[name]),
        "iter": 0,
    }
    assert optimizer.setting_names == tuple(parameters)
    assert optimizer.state_names == tuple(STATES[name])
    params = {"W": np.zeros((2, 3), np.float32), "b": np.zeros(3)}
    grads = {"W": np.ones((2, 3)), "b": np.ones(3)}
    optimizer.update(params, grads)
    first = [getattr(optimizer, letter) for letter in STATES[name]]
    before = [state["W"].copy() for state in first]
    optimizer.update(params, grads)
    for letter, state, old in zip(STATES[name], first, before, strict=True):
        assert getattr(optimizer, letter) is state
        assert {key: (a.shape, a.dtype) for key, a in state.items()} == {
            "W": ((2, 3), np.float32),
            "b": ((3,), np.float64),
        }
        assert (np.abs(state["W"]) > np.abs(old)).all()


@pytest.mark.parametrize("name", ["Momentum", "Nesterov", "AdaGrad", "RMSprop", "Adam"])
def test_what_an_optimizer_keeps_can_be_taken_away(name):
    params, optimizer = {"W": np.ones(3)}, optimizer_by_name(name)
    optimizer.update(params, {"W": np.ones(3)})
    for state in optimizer.state_names:
        setattr(optimizer, state, None)
    optimizer.update(params, {"W": np.zeros(3)})
    for state in optimizer.state_names:
        assert (getattr(optimizer, state)["W"] == 0).all()


@everyone
def test_plain_numbers_of_numpy_go_on(name):  # np.clip makes a np.float64 of a float
    plain, clipped = {"x": 3.0}, {"x": 3.0}
    first, second = CASES[name][0](), CASES[name][0]()
    for _ in range(4):
        first.update(plain, {"x": 2 * plain["x"]})
        second.update(clipped, {"x": 2 * clipped["x"]})
        clipped["x"] = np.clip(clipped["x"], -5, 5)
    assert clipped["x"] == plain["x"] != 3


def test_a_parameter_that_is_gone_is_noticed():  # the others would move up, and get its velocity
    params = {key: np.ones((2, 2)) for key in ("W1", "W2", "W3")}
    optimizer = Momentum()
    optimizer.update(params, params)
    del params["W3"]
    with pytest.raises(ValueError, match=r"'W3' is new to this optimizer, .* or is missing"):
        optimizer.update(params, params)


def test_a_subclass_without_the_init_of_the_base():
    class Mine(SGD):
        def __init__(self):
            self.lr = 0.5

    params = {"W": np.ones(2)}
    Mine().update(params, {"W": np.ones(2)})
    assert params["W"].tolist() == [0.5, 0.5]


def descend(optimizer, steps=30, schedule=None):
    """Return the points of a path on x^2 / 20 + y^2."""
    params = {"x": -7.0, "y": 2.0}
    path = [(-7.0, 2.0)]
    for t in range(steps):
        if schedule is not None:
            optimizer.lr = schedule(t)
        optimizer.update(params, {"x": params["x"] / 10, "y": 2 * params["y"]})
        path.append((params["x"], params["y"]))
    return np.array(path)


def test_the_velocity_is_not_cleared_at_every_step():  # K02; the book's listing, indentation lost
    path = descend(Momentum(lr=0.1))
    assert path[-1, 0] == pytest.approx(0.896, abs=1e-3)

    class Forgetful(Momentum):
        def update(self, params, grads):
            self.v = None
            super().update(params, grads)

    assert descend(Forgetful(lr=0.1))[-1, 0] == pytest.approx(-5.18, abs=1e-2)


@pytest.mark.parametrize("name", book.PATHS)
def test_paths(name):  # K01 to K04
    lr, first, second, last, *_ = book.PATHS[name]
    path = descend(CASES[name][0](lr=lr))
    assert_allclose(path[1], first, atol=1e-6)
    assert_allclose(path[2], second, atol=1e-6)
    assert_allclose(path[30], last, atol=1e-4)


@pytest.mark.parametrize(("name", "lr"), [("Nesterov", 0.1), ("RMSprop", 0.1)])
def test_the_two_that_the_book_does_not_have_converge(name, lr):  # K05, K06
    x, y = descend(CASES[name][0](lr=lr), steps=100)[-1]
    assert x**2 / 20 + y**2 < 0.002


def test_an_attribute_for_each_parameter_and_the_books_defaults():  # N02
    assert BY_NAME.keys() == {name.lower() for name in book.OPTIMIZER_DEFAULTS}
    for name, defaults in book.OPTIMIZER_DEFAULTS.items():
        kind = BY_NAME[name.lower()]
        assert kind is getattr(module, name)
        signature = inspect.signature(kind).parameters
        assert {key: value.default for key, value in signature.items()} == defaults
        assert {key: getattr(kind(), key) for key in defaults} == defaults
    assert module.EPS == 1e-7


@everyone
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gradients_of_0_move_nothing_and_give_no_nan(name, dtype):  # K03
    W = np.array([1, -2, 3], dtype)
    optimizer = CASES[name][0]()
    for _ in range(3):
        optimizer.update({"W": W}, {"W": np.zeros(3, dtype)})
    assert (W == [1, -2, 3]).all()


def test_the_first_step_of_adam_is_lr_whatever_the_gradient():  # K04
    g = np.array([1e-3, -1.0, 5.0, -1e4])
    W = np.zeros(4)
    Adam(lr=0.02).update({"W": W}, {"W": g})
    assert_allclose(W, -0.02 * np.sign(g), rtol=1e-2)


def steps_of(optimizer, number, g=-3.0):
    """Return the steps for a constant gradient."""
    params, x = {"x": 0.0}, [0.0]
    for _ in range(number):
        optimizer.update(params, {"x": g})
        x.append(params["x"])
    return np.diff(x)


def test_rmsprop_forgets_and_adagrad_does_not():  # K05, D02
    t = np.arange(1, 2001)
    steps = steps_of(RMSprop(lr=0.01), 2000)
    assert_allclose(steps, 0.01 / np.sqrt(1 - 0.99**t), rtol=1e-6)
    assert steps[-1] == pytest.approx(0.01, rel=1e-6)  # from 10 lr down to lr, and no further
    assert_allclose(steps_of(AdaGrad(lr=0.01), 2000), 0.01 / np.sqrt(t), rtol=1e-6)


def test_momentum_gathers_speed_up_to_ten_times_that_of_sgd():
    steps = steps_of(Momentum(lr=0.01, momentum=0.9), 300)
    assert steps[-1] == pytest.approx(10 * 0.01 * 3)
    assert (np.diff(steps) >= -1e-12).all()


@pytest.mark.parametrize("kind", [Momentum, Nesterov])
def test_without_momentum_it_is_sgd(kind):  # K06
    one, other = RNG.standard_normal((2, 5, 1))
    other[:] = one
    optimizer, plain = kind(lr=0.1, momentum=0), SGD(lr=0.1)
    for g in RNG.standard_normal((4, 5, 1)):
        optimizer.update({"W": one}, {"W": g})
        plain.update({"W": other}, {"W": g})
    assert_allclose(one, other, rtol=1e-15)


def test_numbers_of_numpy_as_parameters_keep_float32():
    W = np.ones(3, np.float32)
    for name, (kind, _, parameters) in CASES.items():
        optimizer = kind(**{key: np.float64(value) for key, value in parameters.items()})
        optimizer.update({"W": W}, {"W": np.ones(3, np.float32)})
        assert W.dtype == np.float32, name


def test_sgd_with_one_sample_a_step():
    class Mean:
        """Learns the mean of its samples."""

        params = {"W": np.zeros(1)}

        def loss(self, x, t):
            return float(np.mean((self.params["W"] - x) ** 2))

        def gradient(self, x, t):
            assert x.shape == (1, 1)
            return {"W": 2 * np.mean(self.params["W"] - x, axis=0)}

        def accuracy(self, x, t):
            return 0.0

    x, t = RNG.normal(5, 1, (100, 1)), np.zeros(100, int)
    net = Mean()
    trainer = Trainer(net, x, t, x, t, 20, 1, SGD(lr=0.01), verbose=False, rng=0)
    trainer.train()
    assert len(trainer.train_loss_list) == 2000
    assert net.params["W"][0] == pytest.approx(x.mean(), abs=0.3)


# ---------------------------------------------------------------- what is refused

BAD_NUMBERS = [math.nan, math.inf, -math.inf, -0.1, "0.1", None, [0.1]]


@everyone
@pytest.mark.parametrize("lr", [0, *BAD_NUMBERS])
def test_a_bad_learning_rate_is_refused(name, lr):
    with pytest.raises(ValueError, match=r"^lr is .*; expected a number > 0"):
        CASES[name][0](lr=lr)


@pytest.mark.parametrize("value", [1, 1.5, *BAD_NUMBERS])
@pytest.mark.parametrize(
    ("kind", "parameter"),
    [
        (Momentum, "momentum"),
        (Nesterov, "momentum"),
        (RMSprop, "decay_rate"),
        (Adam, "beta1"),
        (Adam, "beta2"),
    ],
)
def test_a_bad_momentum_or_beta_is_refused(kind, parameter, value):
    with pytest.raises(ValueError, match=f"^{parameter} is .*; expected a number >= 0 and < 1"):
        kind(**{parameter: value})
    assert getattr(kind(**{parameter: 0}), parameter) == 0


def test_by_name():
    for name, (kind, _, parameters) in CASES.items():
        for spelling in (name, name.lower(), name.upper()):
            made = optimizer_by_name(spelling, **parameters)
            assert type(made) is kind
            assert parameters.items() <= vars(made).items()


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("SDG", {}, "expected one of sgd, momentum, nesterov, adagrad, rmsprop, adam"),
        (None, {}, "expected one of"),
        (SGD, {}, "expected one of"),
        ("sgd", {"momentum": 0.9}, r"expected of \['lr'\]"),
        ("adam", {"lr": -1}, "lr is -1"),
    ],
)
def test_an_unknown_name_or_parameter_is_refused(name, parameters, message):
    with pytest.raises(ValueError, match=message):
        optimizer_by_name(name, **parameters)


def kept(optimizer):
    """Return the state of the optimizer, as text."""
    return {key: repr(value) for key, value in vars(optimizer).items()}


# What is wrong, with the second of two parameters: its value, its gradient, the message.
WRONG = {
    "no gradient": (np.ones(3), None, "grads has no 'b'"),
    "gradient of another shape": (np.ones(3), np.ones(4), r"shape \(4,\); expected \(3,\)"),
    "gradient that would broadcast": (np.ones(3), np.ones(1), r"shape \(1,\); expected \(3,\)"),
    "number for an array": (np.ones(3), 1.0, r"shape \(\); expected \(3,\)"),
    "array for a number": (1.0, np.ones(1), r"shape \(1,\); expected \(\)"),
    "parameter of another shape": (
        np.ones(5),
        np.ones(5),
        "expected a separate optimizer for each network",
    ),
    "integers": (np.array([1, 2, 3]), np.ones(3), "of type int64; expected floats"),
    "complex numbers": (np.ones(3, complex), np.ones(3), "of type complex128; expected floats"),
}


@pytest.mark.parametrize(
    ("name", "what"),
    [
        (name, what)
        for name in CASES
        for what in WRONG
        if (name, what) != ("SGD", "parameter of another shape")  # it keeps nothing: any will do
    ],
)
def test_refused_and_nothing_changed(name, what):
    value, grad, message = WRONG[what]
    optimizer = CASES[name][0]()
    b = np.array(1.0) if isinstance(value, float) else np.ones(3)
    params = {"W": np.ones((2, 3)), "b": b}
    optimizer.update(params, {"W": np.ones((2, 3)), "b": np.ones(b.shape)})
    params["b"] = value
    W, b, state = params["W"].copy(), np.copy(value), kept(optimizer)
    grads = {"W": np.ones((2, 3)), "b": grad}
    if grad is None:
        del grads["b"]
    with pytest.raises(ValueError, match=message):
        optimizer.update(params, grads)
    assert (params["W"] == W).all()
    assert (params["b"] == b).all()
    assert kept(optimizer) == state


@pytest.mark.parametrize("name", [name for name in CASES if name != "SGD"])
def test_another_network_is_refused(name):
    optimizer = CASES[name][0]()
    optimizer.update({"W1": np.ones((2, 3))}, {"W1": np.ones((2, 3))})
    with pytest.raises(ValueError, match="'W2' is new to this optimizer"):
        optimizer.update({"W2": np.ones((2, 3))}, {"W2": np.ones((2, 3))})


@pytest.mark.parametrize("name", [name for name in CASES if name != "SGD"])
def test_a_refused_first_update_leaves_no_state_behind(name):
    optimizer = CASES[name][0]()
    with pytest.raises(ValueError, match="expected"):
        optimizer.update({"W": np.ones(3)}, {"W": np.ones(4)})
    optimizer.update({"W": np.ones(4)}, {"W": np.ones(4)})


@pytest.mark.parametrize("name", ["AdaGrad", "RMSprop", "Adam"])
def test_gradients_of_integers(name):
    results = []
    for dtype in (np.int8, np.float32):
        W = np.zeros(2, np.float32)
        CASES[name][0]().update({"W": W}, {"W": np.array([100, -20], dtype)})
        results.append(W)
    assert_allclose(*results)


@pytest.mark.parametrize("bad", [None, "1", 1j])
def test_a_gradient_that_is_no_real_number_is_refused_before_anything_is_changed(bad):
    params = {"W": np.ones(3), "x": 1.0}
    with pytest.raises(ValueError, match="expected"):
        SGD().update(params, {"W": np.ones(3), "x": bad})
    assert (params["W"] == 1).all()


def test_a_parameter_that_cannot_be_written_is_refused_before_anything_is_changed():
    params = {"W": np.ones(3), "b": np.broadcast_to(1.0, (3,))}
    with pytest.raises(ValueError, match="read-only"):
        SGD().update(params, {"W": np.ones(3), "b": np.ones(3)})
    assert (params["W"] == 1).all()


# ---------------------------------------------------------------- schedules


def test_schedules_by_hand():  # D01
    step = step_decay(0.8, factor=0.5, every=10)
    assert [step(t) for t in (0, 9, 10, 19, 20)] == [0.8, 0.8, 0.4, 0.4, 0.2]
    inverse = inverse_time_decay(0.8, rate=0.1)
    assert_allclose([inverse(t) for t in (0, 10, 20)], [0.8, 0.4, 0.8 / 3])
    exponential = exponential_decay(0.8, rate=0.1)
    assert_allclose([exponential(t) for t in (0, 10, 20)], [0.8, 0.8 / math.e, 0.8 / math.e**2])
    cosine = cosine_decay(0.8, steps=20)
    assert_allclose([cosine(t) for t in (0, 10, 20)], [0.8, 0.4, 0], atol=1e-16)
    assert_allclose(cosine(5), 0.4 * (1 + math.sqrt(0.5)))
    assert cosine(1000) == 0


SCHEDULES = {
    "step": step_decay(0.95, factor=0.5, every=10),
    "inverse": inverse_time_decay(0.95, rate=0.1),
    "exponential": exponential_decay(0.95, rate=0.05),
    "cosine": cosine_decay(0.95, steps=30),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_never_rise_or_turn_negative(name):
    rates = [SCHEDULES[name](t) for t in range(2000)]
    assert rates[0] == 0.95
    assert (np.diff(rates) <= 0).all()
    assert min(rates) >= 0


@pytest.mark.parametrize("name", SCHEDULES)
def test_decay_reduces_the_oscillation_of_sgd(name):  # D01
    plain, calm = descend(SGD(0.95)), descend(SGD(0.95), schedule=SCHEDULES[name])
    assert_allclose(plain[:2], calm[:2])
    assert abs(calm[-1, 1]) < 0.1 * abs(plain[-1, 1])
    assert np.abs(calm[-10:, 1]).max() < 0.1 * np.abs(plain[-10:, 1]).max()


def test_no_decay_where_the_rate_is_0():
    assert inverse_time_decay(0.3, 0)(1000) == exponential_decay(0.3, 0)(1000) == 0.3


@pytest.mark.parametrize("bad", [math.nan, math.inf, -1, "1", None])
@pytest.mark.parametrize(
    ("make", "parameter"),
    [
        (lambda bad: step_decay(bad, 0.5, 10), "lr"),
        (lambda bad: step_decay(0.1, bad, 10), "factor"),
        (lambda bad: step_decay(0.1, 0.5, bad), "every"),
        (lambda bad: inverse_time_decay(bad, 0.1), "lr"),
        (lambda bad: inverse_time_decay(0.1, bad), "rate"),
        (lambda bad: exponential_decay(bad, 0.1), "lr"),
        (lambda bad: exponential_decay(0.1, bad), "rate"),
        (lambda bad: cosine_decay(bad, 10), "lr"),
        (lambda bad: cosine_decay(0.1, bad), "steps"),
    ],
)
def test_bad_numbers_of_a_schedule_are_refused(make, parameter, bad):
    with pytest.raises(ValueError, match=f"^{parameter} is .*; expected a number"):
        make(bad)


def test_the_benchmark_runs(tmp_path):
    done = run(ROOT / "benchmarks" / "optimizers.py", "--quick", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "SimpleConvNet  adam" in done.stdout


@pytest.mark.parametrize("name", BY_NAME)
def test_half_precision_parameters_have_a_wider_state(name):  # the square of 1e-4 would be 0
    def after_updates(dtype):
        params = {"W": np.ones(4, dtype)}
        optimizer = BY_NAME[name](lr=0.01)
        for _ in range(3):
            optimizer.update(params, {"W": np.full(4, 1e-4, dtype)})
        return params["W"]

    half = after_updates(np.float16)
    assert half.dtype == np.float16
    np.testing.assert_allclose(half, after_updates(np.float64), atol=2e-3)


@pytest.mark.parametrize("kind", [Momentum, Nesterov, RMSprop, Adam])
def test_averages_of_gradients_that_are_0_do_not_stay_subnormal(kind):
    params = {"W": np.ones(4, np.float32)}
    grads = {"W": np.array([1, 1e-3, np.nan, 1e-40], np.float32)}
    optimizer = kind()
    for _ in range(20_000):
        optimizer.update(params, grads)
        grads["W"][:] = 0
    for name in optimizer.state_names:
        state = getattr(optimizer, name)["W"]
        assert np.isnan(state[2])
        sizes = abs(state[[0, 1, 3]])
        assert ((sizes == 0) | (sizes >= np.finfo(np.float32).tiny)).all()
