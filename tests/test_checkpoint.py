"""A training run that resumes from its checkpoint gives the same bits as one that never stopped."""

import json
import os
import pickle

import numpy as np
import pytest

from common import trainer as trainer_module
from common.io.files import load_arrays, save_arrays
from common.layers import Affine, BatchNorm, Dropout, Relu, SoftmaxWithLoss
from common.multi_layer_net import MultiLayerNet
from common.multi_layer_net_extend import MultiLayerNetExtend
from common.optimizer import BY_NAME, SGD
from common.parts import generators
from common.schedules import cosine_decay, exponential_decay, step_decay
from common.train_together import train_together
from common.trainer import Trainer

ITERS = 11  # of 4 mini-batches an epoch: the end is in the middle of one
FULL = {"use_batchnorm": True, "use_dropout": True, "dropout_ratio": 0.3}


def problem(n=50, dtype=np.float32):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((n, 6)).astype(dtype)
    return x, x[:, :3].argmax(axis=1)


def network(seed=0, hidden=(8, 7), weight_decay_lambda=0.01, penalty="l2", **options):
    return MultiLayerNetExtend(
        *(6, hidden, 3),
        weight_decay_lambda=weight_decay_lambda,
        penalty=penalty,
        rng=seed,
        **{**FULL, **options},
    )


def make(checkpoint=None, net=None, data=None, seed=0, optimizer="SGD", lr=0.1, **options):
    """Return a trainer; the same arguments give the same training run."""
    x, t = problem() if data is None else data
    options = {"max_iter": ITERS, "mini_batch_size": 15, "verbose": False, **options}
    if isinstance(optimizer, str):
        options["optimizer_param"] = {"lr": lr}
    return Trainer(
        network() if net is None else net,
        *(x, t, x[:20], t[:20]),
        optimizer=optimizer,
        rng=seed,
        checkpoint=checkpoint,
        **options,
    )


def plain(value):
    if isinstance(value, dict):
        return {key: plain(v) for key, v in value.items()}
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.shape, value.tobytes()
    return plain(value.bit_generator.state) if isinstance(value, np.random.Generator) else value


def outcome(trainer):
    """Return all results of a training run, bit by bit."""
    layers = getattr(trainer.network, "layers", {})
    rngs = [trainer.batches.rng, *generators(trainer.network)]
    return {
        "params": plain(dict(trainer.network.params)),
        "state": {
            f"{key} {name}": plain(getattr(layer, name))
            for key, layer in layers.items()
            for name in getattr(layer, "state_names", ())
        },
        "optimizer": plain({k: v for k, v in vars(trainer.optimizer).items() if k != "_kinds"}),
        "generators": [plain(rng) for rng in rngs],
        "rest": trainer.batches.rest.tolist(),
        "iter": trainer.current_iter,
        "lists": [trainer.train_loss_list, trainer.train_acc_list, trainer.test_acc_list],
    }


def stopped(trainer, steps):
    """Stop a training run after some steps, as if the process ended there."""
    trainer.resume()
    for _ in range(steps):
        trainer.train_step()
    trainer.save()
    return trainer


def check_any_stop(make_one, path):
    """Stop after each number of steps, and once at every step; compare with no stop at all."""
    whole = make_one(None)
    whole.train()
    expected = outcome(whole)
    assert whole.current_iter == whole.max_iter
    for steps in range(whole.max_iter + 1):
        path.unlink(missing_ok=True)
        stopped(make_one(path), steps)
        second = make_one(path)
        second.train()
        assert outcome(second) == expected, f"stopped after {steps}"
    path.unlink()
    for _ in range(whole.max_iter):
        last = stopped(make_one(path), 1)
    assert outcome(last) == expected


# ---------------------------------------------------------------- stop and go on


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("optimizer", BY_NAME)
def test_stopped_after_any_number_of_steps(tmp_path, optimizer, shuffle):
    check_any_stop(
        lambda path: make(path, optimizer=optimizer, lr=0.01, shuffle=shuffle), tmp_path / "c.npz"
    )


@pytest.mark.parametrize(
    "parts", [{}, {"use_batchnorm": True}, {"use_dropout": True}, {**FULL, "activation": "sigmoid"}]
)
def test_with_and_without_batchnorm_and_dropout(tmp_path, parts):
    def make_one(path):
        return make(path, MultiLayerNetExtend(6, [8, 7], 3, rng=0, **parts), optimizer="Adam")

    check_any_stop(make_one, tmp_path / "c.npz")


@pytest.mark.parametrize("shuffle", [True, False])
def test_one_generator_for_weights_masks_and_mini_batches(tmp_path, shuffle):
    def make_one(path):
        rng = np.random.default_rng(0)
        return make(path, network(rng), seed=rng, shuffle=shuffle)

    check_any_stop(make_one, tmp_path / "c.npz")


@pytest.mark.parametrize("bits", [np.random.MT19937, np.random.Philox, np.random.SFC64])
def test_other_kinds_of_generators(tmp_path, bits):
    def make_one(path):
        return make(path, network(np.random.Generator(bits(1))), seed=np.random.Generator(bits(0)))

    check_any_stop(make_one, tmp_path / "c.npz")


def test_with_a_schedule(tmp_path):
    def make_one(path):
        return make(path, optimizer="Momentum", schedule=exponential_decay(0.1, 0.2))

    check_any_stop(make_one, tmp_path / "c.npz")


def test_a_schedule_is_not_asked_beyond_the_training(tmp_path):
    rates = [0.1] * ITERS
    make(tmp_path / "c.npz", schedule=lambda t: rates[t]).train()


def test_float64_data_make_float64_averages(tmp_path):  # of float32 parameters
    check_any_stop(lambda path: make(path, data=problem(dtype=np.float64)), tmp_path / "c.npz")


def test_running_averages_are_put_back_each_in_its_place(tmp_path):
    first = stopped(make(tmp_path / "c.npz"), 5)
    second = make(tmp_path / "c.npz")
    second.resume()
    for a, b in zip(first.network.state.items(), second.network.state.items(), strict=True):
        assert a[0] == b[0]
        assert np.array_equal(a[1], b[1])
    assert not np.array_equal(
        second.network.state["running_mean1"], second.network.state["running_var1"]
    )


def test_a_finished_training_is_not_trained_again(tmp_path):
    first, second = make(tmp_path / "c.npz"), make(tmp_path / "c.npz")
    first.train()
    second.network.loss_and_gradient = None
    second.train()
    assert outcome(second)["lists"] == outcome(first)["lists"]


def test_more_epochs_resume_and_fewer_are_refused(tmp_path):
    path = tmp_path / "c.npz"
    options = {"optimizer": "Adam", "schedule": step_decay(0.1, 0.5, 3)}
    whole = make(max_iter=20, **options)
    whole.train()
    make(path, max_iter=7, **options).train()
    refused = make(path, max_iter=6, **options)
    before = outcome(refused)
    with pytest.raises(ValueError, match="holds 7 mini-batches; expected 6 at most"):
        refused.train()
    assert outcome(refused) == before
    longer = make(path, max_iter=20, **options)
    longer.train()
    assert outcome(longer) == outcome(whole)


def test_it_says_from_where_it_resumes(tmp_path, capsys):
    path = tmp_path / "c.npz"
    stopped(make(path), 5)
    make(path, verbose=True).train()
    assert f"resuming from mini-batch 5 of {path}\n" in capsys.readouterr().out


def test_several_networks_side_by_side(tmp_path):
    def pair(folder):
        paths = [folder and folder / "a.npz", folder and folder / "b.npz"]
        return make(paths[0]), make(paths[1], optimizer="Adam", shuffle=False)

    whole, parts, again = pair(None), pair(tmp_path), pair(tmp_path)
    train_together(*whole)
    stopped(parts[0], 3)
    stopped(parts[1], 8)  # as after a crash: one file is older
    train_together(*again)
    assert [outcome(one) for one in again] == [outcome(one) for one in whole]


def test_checkpoints_are_written_at_the_end_of_an_epoch_when_the_last_is_old(tmp_path, monkeypatch):
    saved = []
    monkeypatch.setattr(Trainer, "save", lambda self: saved.append(self.current_iter))
    monkeypatch.setattr(trainer_module, "SECONDS_BETWEEN_CHECKPOINTS", 0)
    make(tmp_path / "c.npz").train()
    assert saved == [4, 8, 11]
    saved.clear()
    monkeypatch.undo()
    monkeypatch.setattr("common.checkpoint.save", lambda _, one, __: saved.append(one.current_iter))
    make(tmp_path / "c.npz").train()
    assert saved == [4, 11]  # ten seconds have not passed at 8


def test_nothing_is_written_without_a_checkpoint(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make().train()
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- custom networks and optimizers


class TypedNet:
    """As a reader types it from chapters 5 and 6, with BatchNorm and Dropout."""

    def __init__(self):
        rng = np.random.default_rng(0)
        self.params = {
            "W1": 0.3 * rng.standard_normal((6, 8)),
            "b1": np.zeros(8),
            "gamma": np.ones(8),
            "beta": np.zeros(8),
            "W2": 0.3 * rng.standard_normal((8, 3)),
            "b2": np.zeros(3),
        }
        self.layers = {
            "Affine1": Affine(self.params["W1"], self.params["b1"]),
            "BatchNorm1": BatchNorm(self.params["gamma"], self.params["beta"]),
            "Relu1": Relu(),
            "Dropout1": Dropout(0.2, rng=rng),
            "Affine2": Affine(self.params["W2"], self.params["b2"]),
        }
        self.lastLayer = SoftmaxWithLoss()

    def predict(self, x, train_flg=False):
        for layer in self.layers.values():
            x = layer.forward(x, train_flg)
        return x

    def loss(self, x, t):
        return self.lastLayer.forward(self.predict(x, True), t)

    def accuracy(self, x, t):
        return float(np.mean(self.predict(x).argmax(axis=1) == t))

    def gradient(self, x, t):
        self.loss(x, t)
        dout = self.lastLayer.backward()
        for layer in reversed(list(self.layers.values())):
            dout = layer.backward(dout)
        first, norm, second = (self.layers[k] for k in ("Affine1", "BatchNorm1", "Affine2"))
        return {
            **{"W1": first.dW, "b1": first.db, "gamma": norm.dgamma, "beta": norm.dbeta},
            **{"W2": second.dW, "b2": second.db},
        }


class Line:
    """A model of two plain numbers: y = a x + b, which is evaluated only by its sign."""

    def __init__(self):
        self.params = {"a": 1.0, "b": 0.0}

    def loss(self, x, t):
        return float(np.mean((self.params["a"] * x[:, 0] + self.params["b"] - t) ** 2))

    def gradient(self, x, t):
        error = self.params["a"] * x[:, 0] + self.params["b"] - t
        return {"a": float(2 * np.mean(error * x[:, 0])), "b": float(2 * np.mean(error))}

    def accuracy(self, x, t):
        return float(np.mean((self.params["a"] * x[:, 0] + self.params["b"] > 1) == (t > 1)))


@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
@pytest.mark.parametrize("typed", [TypedNet, Line])
def test_a_network_typed_from_the_book(tmp_path, typed, optimizer):
    check_any_stop(lambda path: make(path, typed(), optimizer=optimizer), tmp_path / "c.npz")


class OwnMomentum:
    """Every kind of state of an optimizer: None at first, created late, of any plain type."""

    def __init__(self, lr=0.1, betas=(0.9, 0.5)):
        self.lr, self.betas = lr, betas
        self.velocity = None
        self.count = 0
        self.name = "own"
        self.nesterov = False
        self.norm = None
        self.steps = []
        self.rng = np.random.default_rng(7)
        self.decay = lambda t: 1 / (1 + 0.1 * t)

    def update(self, params, grads):
        if self.velocity is None:
            self.velocity = {key: np.zeros_like(value) for key, value in params.items()}
            self.total = np.zeros(2)  # made late
        self.count += 1
        self.nesterov = self.count % 2 == 0
        self.norm = np.linalg.norm(grads["W1"])  # a NumPy number: its type decides how others round
        self.steps.append(float(self.norm))
        self.total += self.rng.standard_normal(2)
        rate = self.lr * self.decay(self.count) / (1 + self.norm) * np.exp(0.01 * self.total[0])
        for key in params:
            self.velocity[key] = self.betas[0] * self.velocity[key] - rate * grads[key]
            params[key] = params[key] + self.velocity[key]  # another array, maybe of another type


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_custom_optimizer(tmp_path, dtype):
    def make_one(path):
        return make(path, optimizer=OwnMomentum(), data=problem(dtype=dtype))

    whole, parts = make_one(None), make_one(tmp_path / "c.npz")
    whole.train()
    stopped(parts, 5)
    again = make_one(tmp_path / "c.npz")
    again.train()
    for one in (whole, again):
        one.optimizer.decay = None
        one.optimizer.betas = tuple(one.optimizer.betas)
    assert outcome(again) == outcome(whole)
    assert type(again.optimizer.norm) is type(whole.optimizer.norm)


def test_an_optimizer_that_could_not_be_put_back_is_not_saved(tmp_path):
    optimizer = SGD(0.1)
    optimizer.heap = {1, 2}
    with pytest.raises(ValueError, match=r"SGD\.heap is a set; a checkpoint keeps numbers"):
        make(tmp_path / "c.npz", optimizer=optimizer).save()
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- other settings


X, T = problem()
OTHER = {  # what is different, and what the message says of it
    "learning rate": ({"lr": 0.2}, "optimizer lr 0.1; this one has 0.2"),
    "NumPy learning rate": ({"lr": np.float32(0.5)}, "optimizer lr 0.1; this one has 0.5"),
    "optimizer": ({"optimizer": "Momentum"}, "optimizer SGD; this one has Momentum"),
    "batch size": ({"mini_batch_size": 10}, "mini-batch size 15; this one has 10"),
    "shuffle": ({"shuffle": False}, "shuffle True; this one has False"),
    "one pixel": (
        {"data": (np.minimum(X, X.max() - 1e-3), T)},
        r"x_train float32 \(50, 6\), check",
    ),
    "one label": ({"data": (X, np.where(np.arange(50) == 7, 1 - T.clip(0, 1), T))}, "t_train"),
    "fewer samples": ({"data": problem(40)}, r"x_train float32 \(50, 6\)"),
    "type of data": ({"data": problem(dtype=np.float16)}, "this one has float16"),
    "seed": ({"seed": 1}, "random numbers"),
    "evaluation": ({"evaluate_sample_num_per_epoch": 9}, "evaluate_sample_num_per_epoch None"),
    "schedule": ({"schedule": cosine_decay(0.1, 9)}, "schedule False; this one has True"),
    "hidden size": (
        {"net": network(hidden=(9, 7))},
        r"shape of W1 \[6, 8\]; this one has \[6, 9\]",
    ),
    "more layers": ({"net": network(hidden=(8, 7, 7))}, "shape of W3"),
    "fewer layers": ({"net": network(hidden=(8,))}, "shape of W2"),
    "dropout ratio": ({"net": network(dropout_ratio=0.5)}, "Dropout1 dropout_ratio 0.3"),
    "no Dropout": ({"net": network(use_dropout=False)}, "Dropout1 Dropout; this one has None"),
    "no BatchNorm": ({"net": network(use_batchnorm=False)}, "shape of gamma1"),
    "weight decay": ({"net": network(weight_decay_lambda=0)}, "weight_decay_lambda 0.01;"),
    "penalty": ({"net": network(penalty="l1")}, "penalty l2; this one has l1"),
    "another class": ({"net": MultiLayerNet(6, [8, 7], 3)}, "network MultiLayerNetExtend"),
}


def refusal(trainer):
    """Return the message of a trainer that must refuse its checkpoint and stay as it is."""
    before, file = outcome(trainer), trainer.checkpoint.read_bytes()
    with pytest.raises(ValueError) as caught:
        trainer.train()
    assert outcome(trainer) == before
    assert trainer.checkpoint.read_bytes() == file
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert message.startswith(str(trainer.checkpoint))
    return message


@pytest.mark.parametrize("name", OTHER)
def test_a_checkpoint_of_other_settings(tmp_path, name):
    changes, words = OTHER[name]
    path = tmp_path / "c.npz"
    stopped(make(path), 5)
    message = refusal(make(path, **changes))
    with pytest.raises(AssertionError, match=words):
        raise AssertionError(message)
    assert "use the same settings, or name another file" in message


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (exponential_decay(0.1, 0.2), exponential_decay(0.1, 0.3), "mini-batch 1 0.08"),
        (step_decay(0.1, 0.5, 500), step_decay(0.1, 0.5, 600), "mini-batch 512 0.05; .* has 0.1"),
        (exponential_decay(0.1, 0.2), None, "schedule True; this one has False"),
    ],
)
def test_a_checkpoint_of_another_schedule(tmp_path, first, second, words):
    path = tmp_path / "c.npz"
    stopped(make(path, schedule=first, max_iter=1000), 5)
    with pytest.raises(ValueError, match=words):
        make(path, schedule=second, max_iter=1000).train()


def test_a_checkpoint_of_the_same_settings_written_otherwise(tmp_path):
    path = tmp_path / "c.npz"
    stopped(make(path, lr=1), 5)
    make(path, lr=1.0, mini_batch_size=np.int64(15)).train()


def test_without_a_seed_any_random_numbers_may_go_on(tmp_path):
    path = tmp_path / "c.npz"
    stopped(make(path, seed=None), 5)
    second = make(path, seed=None)
    second.train()
    assert second.current_iter == ITERS


# ---------------------------------------------------------------- files that are not sound


@pytest.fixture
def good(tmp_path):
    """A checkpoint in the middle of an epoch."""
    stopped(make(tmp_path / "c.npz", optimizer="Adam"), 6)
    return tmp_path / "c.npz"


def test_a_file_cut_short(good):
    content = good.read_bytes()
    for length in [0, 1, 10, 1000, len(content) // 2, len(content) - 1]:
        good.write_bytes(content[:length])
        assert "not a valid .npz file" in refusal(make(good, optimizer="Adam"))


def test_a_garbled_file_is_refused_or_does_no_harm(good):
    content, rng = good.read_bytes(), np.random.default_rng(0)
    whole = make(optimizer="Adam")
    whole.train()
    expected = outcome(whole)
    places = rng.integers(len(content), size=200).tolist()
    for place in [*places, *range(len(content) - 60, len(content))]:
        garbled = bytearray(content)
        garbled[place] ^= int(rng.integers(1, 256))
        good.write_bytes(garbled)
        trainer = make(good, optimizer="Adam")
        before = outcome(trainer)
        try:
            trainer.train()
        except (ValueError, OSError):
            assert outcome(trainer) == before
        else:
            assert outcome(trainer) == expected  # a byte that does not count, as of a date


@pytest.mark.parametrize(
    "content", [b"", b"text\n" * 100, b"\x80\x04]\x94.", b"PK\x05\x06" + b"\0" * 18]
)
def test_a_file_of_something_else(tmp_path, content):
    path = tmp_path / "c.npz"
    path.write_bytes(content)
    words = refusal(make(path))
    assert "not a valid .npz file" in words or "cannot resume from this file" in words


def test_parameters_are_no_checkpoint(tmp_path):
    path = tmp_path / "c.npz"
    network().save_params(path)
    assert "cannot resume from this file ('settings')" in refusal(make(path))


class Trap:
    def __reduce__(self):
        return os.mkdir, ("sprung",)


def test_pickled_objects_are_not_read(good, monkeypatch):
    monkeypatch.chdir(good.parent)
    arrays = load_arrays(good)
    for name in ("settings", "rest", "params/W1"):
        with open(good, "wb") as file:
            np.savez(file, **{**arrays, name: np.array([Trap()], dtype=object)})
        assert "Object arrays cannot be loaded" in refusal(make(good, optimizer="Adam"))
    good.write_bytes(pickle.dumps(Trap()))
    refusal(make(good, optimizer="Adam"))
    assert not os.path.exists("sprung")


def with_state(**changes):
    """Return generators as text, the second one with another state."""
    states = [plain(rng) for rng in (make().batches.rng, *generators(network()))]
    states[1] = {**states[1], **changes}
    return json.dumps(states)


HOSTILE = {
    "rest of floats": {"rest": np.array([1.0, 2.0])},
    "rest of words": {"rest": np.array(["a"])},
    "rest beyond the data": {"rest": np.array([1, 50])},
    "rest before the data": {"rest": np.array([-1])},
    "rest of rows": {"rest": np.array([[1], [2]])},
    "rest of nothing": {"rest": np.array(3)},
    "no rest": {"rest": None},
    "more mini-batches than losses": {"current_iter": np.array(9)},
    "fewer mini-batches than none": {"current_iter": np.array(-1)},
    "a word for a number": {"current_iter": np.array("six")},
    "two numbers": {"current_iter": np.array([6, 6])},
    "losses of words": {"train_loss_list": np.array(["a"] * 6)},
    "one loss": {"train_loss_list": np.array(2.0)},
    "no losses": {"train_loss_list": None},
    "accuracies of rows": {"test_acc_list": np.zeros((2, 2))},
    "another shape": {"params/W1": np.zeros((6, 9), np.float32)},
    "words for weights": {"params/W1": np.full((6, 8), "a")},
    "no weights": {"params/W2": None},
    "averages of another shape": {"state/BatchNorm1/running_mean": np.zeros(3)},
    "no averages": {"state/BatchNorm1/running_var": None},
    "no generators": {"generators": "[]"},
    "generators of nothing": {"generators": "null"},
    "generators of numbers": {"generators": "[1, 2, 3]"},
    "generators without end": {"generators": "[" * 100_000},
    "another kind of generator": {"generators": with_state(bit_generator="MT19937")},
    "a state of words": {"generators": with_state(state="x")},
    "a state of nothing": {"generators": with_state(state={})},
    "a state of fractions": {"generators": with_state(state={"state": 0.5, "inc": 1})},
    "a state too large": {"generators": with_state(state={"state": 2**200, "inc": 1})},
    "a flag of words": {"generators": with_state(has_uint32="x")},
    "a flag too large": {"generators": with_state(uinteger=2**70)},
    "no settings": {"settings": None},
    "settings of nothing": {"settings": "null"},
    "settings of a number": {"settings": "5"},
    "settings of a list": {"settings": "[]"},
    "settings cut short": {"settings": '{"network": '},
    "settings without end": {"settings": "[" * 100_000},
    "settings of numbers": {"settings": np.zeros(3)},
    "an optimizer of nothing": {"optimizer": "null"},
    "an optimizer that cannot": {"optimizer": '{"update": 1}'},
    "another optimizer": {"optimizer": '{"__class__": 1}'},
    "a number that is a table": {"optimizer": '{"v": 1}'},
    "no optimizer": {"optimizer": None},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file(good, name):
    arrays = {**load_arrays(good), **HOSTILE[name]}
    save_arrays(good, {key: np.array(v) for key, v in arrays.items() if v is not None})
    assert "name another file" in refusal(make(good, optimizer="Adam"))


def test_the_file_that_the_hostile_ones_are_made_from_is_sound(good):
    save_arrays(good, load_arrays(good))
    trainer = make(good, optimizer="Adam")
    trainer.train()
    assert trainer.current_iter == ITERS


def test_a_folder_that_cannot_be_written_is_found_at_once(tmp_path):
    (tmp_path / "file").write_text("in the way")
    trainer = make(tmp_path / "file" / "c.npz")
    with pytest.raises(OSError):
        trainer.train()
    assert trainer.current_iter == 0
    (tmp_path / "folder").mkdir()
    trainer = make(tmp_path / "folder")
    with pytest.raises(OSError):
        trainer.train()
    assert trainer.current_iter == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
    assert (tmp_path / "file").read_text() == "in the way"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_read_only_folder(tmp_path):
    stopped(make(tmp_path / "c.npz"), 3)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(PermissionError):
            make(tmp_path / "c.npz").train()
    finally:
        tmp_path.chmod(0o700)


def test_missing_folders_are_made(tmp_path):
    make(tmp_path / "new" / "folder" / "c.npz").train()
    assert [path.name for path in (tmp_path / "new" / "folder").iterdir()] == ["c.npz"]
