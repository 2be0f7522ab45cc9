"""Cases of networks and of training runs."""

import contextlib
import copy
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest

from common import gradient, layers, optimizer, schedules
from common.data_parallel import DataParallel
from common.io.files import save_arrays
from common.multi_layer_net import MultiLayerNet
from common.multi_layer_net_extend import MultiLayerNetExtend
from common.network import Network
from common.train_together import train_together
from common.trainer import Trainer
from tests.bad.contract import (
    ARRAYS,
    FLOATS,
    FUNCTIONS,
    MAPPINGS,
    NAMES,
    agree,
    fingerprint,
    listed,
    never,
    numbers,
    rows_of,
    same,
)
from tests.bad.functions import (
    NO_MODELS,
    log_softmax_twin,
    right_accuracy,
    right_check,
    sigmoid_twin,
)
from tests.bad.good import (
    LABELS,
    W2,
    B,
    W,
    X,
    case,
    of_types,
)
from tests.bad.layers import affine_twin
from tests.bad.tools import INITS, NORMS

# ---------------------------------------------------------------- networks


@contextlib.contextmanager
def inside_a_folder():
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield Path(folder)
        finally:
            os.chdir(before)


def small_net():
    affine1, affine2 = layers.Affine(W.copy(), B.copy()), layers.Affine(W2.copy(), B.copy())
    return Network({"Affine1": affine1, "Sigmoid": layers.Sigmoid(), "Affine2": affine2})


def scores_twin(x, params=None):
    p = {key: numbers(value) for key, value in (params or small_net().params).items()}
    hidden = sigmoid_twin(affine_twin(numbers(x), p["W1"], p["b1"]))
    return affine_twin(hidden, p["W2"], p["b2"])


def loss_twin(x, t, params=None):
    log_y = log_softmax_twin(scores_twin(x, params))
    rows = rows_of(t, log_y.shape)
    return -(rows * log_y.reshape(rows.shape)).sum() / len(rows)


def right_scores(out, x, **_):
    agree(out, scores_twin(x), (x,), scale=10)


def right_loss(loss, x, t, **_):
    expected = loss_twin(x, t)
    assert loss == pytest.approx(expected, rel=2e-2, abs=1e-3, nan_ok=True)


def right_net_gradient(grads, x, t):
    params = small_net().params
    for key, grad in grads.items():
        v = np.cos(np.arange(grad.size)).reshape(grad.shape)
        high, low = (loss_twin(x, t, {**params, key: params[key] + h * v}) for h in (1e-5, -1e-5))
        agree((numbers(grad) * v).sum(), (high - low) / 2e-5, (x,), scale=1e4)


def right_net_accuracy(part, x, t, **_):
    right_accuracy(part, scores_twin(x), t)


def parallel(made=[]):  # noqa: B006
    """One object for all tests, because it has a thread."""
    if not made:
        made.append(DataParallel(small_net(), threads=2))
    return made[0]


for name, make in (("Network", small_net), ("DataParallel", parallel)):

    def loss_and_gradient(x, t, make=make):
        return make().loss_and_gradient(x, t)

    def right_both(answer, x, t):
        right_loss(answer[0], x, t)
        right_net_gradient(answer[1], x, t)

    for kind, t in of_types(LABELS):
        name_here = f"{name}.loss_and_gradient, {kind}"
        case("networks", name_here, loss_and_gradient, right_both, x=X, t=t)
    case(
        "networks",
        f"{name}.accuracy",
        lambda x, t, make=make: make().accuracy(x, t),
        right_net_accuracy,
        x=X,
        t=LABELS,
    )
    case("networks", f"{name}.predict", lambda x, make=make: make().predict(x), right_scores, x=X)
case("networks", "Network.loss", lambda x, t: small_net().loss(x, t), right_loss, x=X, t=LABELS)
case(
    "networks",
    "Network.accuracy in batches",
    lambda batch_size: small_net().accuracy(X, LABELS, batch_size),
    lambda part, batch_size: right_net_accuracy(part, X, LABELS),
    batch_size=3,
)
case(
    "networks",
    "Network.numerical_gradient",
    lambda x, t: small_net().numerical_gradient(x, t),
    right_net_gradient,
    x=X,
    t=LABELS,
)
case(
    "networks",
    "gradient_check of a network",
    gradient.gradient_check,
    right_check,
    good=lambda: {"model": small_net(), "x": X.copy(), "t": LABELS.copy()},
    fixed=("model",),
)


case(
    "networks",
    "Network.summary",
    lambda shape: small_net().summary(shape),
    lambda text, shape: same(text.splitlines()[1].split()[1], f"({shape[0]},)"),
    shape=(3,),
)


def right_penalised(loss, layers, weight_decay_lambda, penalty):
    scores = affine_twin(X) if layers else X
    terms = rows_of(LABELS, scores.shape) * log_softmax_twin(scores)
    expected = -terms.sum() / 4 + float(weight_decay_lambda) * NORMS[penalty](W) * len(layers)
    agree(loss, expected, (weight_decay_lambda,))


case(
    "networks",
    "Network",
    lambda layers, **options: Network(layers, **options).loss(X, LABELS),
    right_penalised,
    good=lambda: {
        "layers": {"Affine": layers.Affine(W, B)},
        "weight_decay_lambda": 0.1,
        "penalty": "l2",
    },
    changed=("layers",),
)
case(
    "networks",
    "DataParallel",
    lambda network, threads: len(DataParallel(network, threads).replicas),
    lambda number, network, threads: same(number, threads),
    good=lambda: {"network": small_net(), "threads": 2},
    bad={"network": NO_MODELS},
)


def with_params(**params):
    net = small_net()
    net.params.update(params)
    return net.loss(X, LABELS)


def right_with_params(loss, **params):
    agree(loss, loss_twin(X, LABELS, {**small_net().params, **params}), (*params.values(),), 1)


case("networks", "Network.params", with_params, right_with_params, W1=W, b1=B)

SIZE_LISTS = listed(
    *(None, 3, [], [0], [-1], [2.5], ["3"], "33", [None], {}, [[3]], [np.int8(3)], (3,), [2**62]),
    *([2**31], np.array([3]), np.array([[3]]), np.array([3.0]), abs, [True], [np.nan], [10**400]),
)


def scores_of_new(kind, input_size, hidden_size_list, output_size, **options):
    net = kind(input_size, hidden_size_list, output_size, **options)
    return net.predict(np.ones((4, input_size)))


for kind, options in (
    (MultiLayerNet, {}),
    (MultiLayerNetExtend, {"use_dropout": True, "dropout_ratio": 0.5, "use_batchnorm": True}),
):
    case(
        "networks",
        kind.__name__,
        scores_of_new,
        lambda out, output_size, **_: same(out.shape, (4, output_size)),
        kind=kind,
        input_size=3,
        hidden_size_list=[4],
        output_size=2,
        activation="relu",
        weight_init_std="he",
        weight_decay_lambda=0.1,
        penalty="l2",
        rng=0,
        **options,
        fixed=("kind",),
        bad={"hidden_size_list": SIZE_LISTS, "weight_init_std": INITS},
    )


def loaded(arrays):
    net = small_net()
    before = fingerprint(net)
    with inside_a_folder() as folder:
        save_arrays(folder / "x.npz", arrays)
        try:
            net.load_params(folder / "x.npz")
        except ValueError:
            assert fingerprint(net) == before, "a refused file left traces"
            raise
    return net.params


def right_loaded(params, arrays):
    assert {"W1", "b1", "W2", "b2"} <= set(arrays)
    for key, value in params.items():
        same(value, np.asarray(arrays[key], dtype=np.float64))
        assert np.isfinite(value).all()


WEIGHTS = {"W1": W, "b1": B, "W2": W2, "b2": B}
BAD_WEIGHTS = {
    **MAPPINGS,
    **{f"W1 {name}": {**WEIGHTS, "W1": change(W)} for name, change in ARRAYS.items()},
    **{
        f"b2 {name}": {**WEIGHTS, "b2": change(B)}
        for name, change in ARRAYS.items()
        if name != "a column less"
    },
    "more": {**WEIGHTS, "W3": W},
    "a number more": {**WEIGHTS, "seed": np.array(1)},
}
case("networks", "load_params", loaded, right_loaded, arrays=WEIGHTS, bad={"arrays": BAD_WEIGHTS})


# ---------------------------------------------------------------- Trainer


def trained(network, **options):
    trainer = Trainer(network, verbose=False, **options)
    trainer.train()
    return trainer


def right_training(trainer, **_):
    assert np.isfinite(trainer.train_loss_list).all()
    assert len(trainer.train_loss_list) == trainer.max_iter == trainer.current_iter
    assert all(0 <= part <= 1 for part in trainer.train_acc_list + trainer.test_acc_list)


def training(**more):
    data = {"x_train": X, "t_train": LABELS, "x_test": X, "t_test": LABELS}
    return lambda: {"network": small_net(), **copy.deepcopy({**data, **more})}


case(
    "trainer",
    "data",
    trained,
    right_training,
    good=training(epochs=1.0, rng=0),
    bad={
        "network": NO_MODELS,
        "epochs": FLOATS,
    },
    in_steps=("network",),
)
case(
    "trainer",
    "settings",
    trained,
    right_training,
    good=training(
        mini_batch_size=2,
        optimizer="adam",
        optimizer_param={"lr": 0.1},
        evaluate_sample_num_per_epoch=3,
        max_iter=2,
        shuffle=True,
        schedule=schedules.cosine_decay(0.1, 5),
        threads=1,
    ),
    bad={
        "optimizer": {**NAMES, "a class": optimizer.SGD, "an object": object()},
        "optimizer_param": {**MAPPINGS, **listed({"lr": 0}, {"lr": np.nan}, {"beta1": 1})},
        "schedule": {**FUNCTIONS, "gives -1": lambda t: -1.0},
    },
    fixed=("network", "x_train", "t_train", "x_test", "t_test"),
    in_steps=("network",),
)


def trained_with_checkpoint(path):
    with inside_a_folder():
        options = {"max_iter": 2, "verbose": False, "rng": 0, "checkpoint": path}
        Trainer(small_net(), X, LABELS, X, LABELS, **options).train()
        again = Trainer(small_net(), X, LABELS, X, LABELS, **options)
        again.train()
    return again.current_iter


case(
    "trainer",
    "checkpoint",
    trained_with_checkpoint,
    lambda number, path: same(number, 2),
    good=lambda: {"path": "x.npz"},
)
case(
    "trainer",
    "train_together",
    lambda trainer: train_together(trainer),
    never,
    good=lambda: {"trainer": None},
    bad={"trainer": NO_MODELS},
)
