"""DataParallel: the sums of the parts are the whole; streams, errors and settings stay in order."""

import threading
import time
from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_allclose
from threadpoolctl import threadpool_info, threadpool_limits

from common import data_parallel
from common.data_parallel import DataParallel
from common.layers import Affine, BatchNorm, Convolution, Dropout, Pooling, ReLU, SoftmaxWithLoss
from common.multi_layer_net import MultiLayerNet
from common.network import Network
from common.trainer import Trainer

RNG = np.random.default_rng(0)
SIZES = [1, 2, 7, 101, 250]


@pytest.fixture(autouse=True)
def nobody_waits_for_ever(monkeypatch):
    monkeypatch.setattr(data_parallel, "Barrier", partial(threading.Barrier, timeout=5))


@pytest.fixture(autouse=True)
def also_small_networks_are_split(monkeypatch):
    monkeypatch.setattr(data_parallel, "SMALL", 0)


def test_images_are_always_split(monkeypatch):
    monkeypatch.setattr(data_parallel, "SMALL", 10**12)
    with DataParallel(network(), 2) as parallel:
        first, second = parallel.replicas
        parallel.loss_and_gradient(*images(8))
    assert len(first.layers["Conv"].x) == len(second.layers["Conv"].x) == 4


@pytest.mark.parametrize(("n", "threads"), [(100, 1), (400, 2)])
def test_one_thread_for_a_small_network(monkeypatch, n, threads):
    monkeypatch.setattr(data_parallel, "SMALL", 200 * 79_510)  # samples times parameters
    used = set()

    class Watched(Affine):
        def forward(self, x, train_flg=True):
            used.add(threading.current_thread())
            return super().forward(x)

        expects = Affine.expects

    net = MultiLayerNet(784, [100], 10, rng=0)
    net.layers["Affine1"] = Watched(net.params["W1"], net.params["b1"])
    x, t = RNG.random((n, 784), dtype=np.float32), RNG.integers(10, size=n)
    with DataParallel(net, 2) as parallel:
        loss, grads = parallel.loss_and_gradient(x, t)
    assert len(used) == threads
    expected_loss, expected = net.loss_and_gradient(x, t)
    assert_allclose(loss, expected_loss, rtol=1e-5)
    assert_allclose(grads["W1"], expected["W1"], rtol=1e-3, atol=1e-6)


def images(n):
    return RNG.standard_normal((n, 1, 6, 6)).astype(np.float32), RNG.integers(4, size=n)


def network(dropout=None, seed=0, **options):
    """Return a small convolution network, with a `Dropout` or two that share a generator."""
    rng = np.random.default_rng(seed)

    def weights(*shape):
        return rng.standard_normal(shape).astype(np.float32) / 3

    layers = {
        "Conv": Convolution(weights(3, 1, 3, 3), weights(3)),
        "Relu": ReLU(),
        "Pool": Pooling(2, 2, 2),
        "Affine": Affine(weights(12, 4), weights(4)),
    }
    if dropout is not None:
        layers = {"Dropout0": Dropout(dropout, rng=rng), **layers}
        layers["Dropout1"] = Dropout(dropout, rng=rng)
    return Network(layers, **options)


def masks(parallel):
    return [replica.layers["Dropout0"].mask for replica in parallel.replicas]


def close(found, wanted):
    assert list(found) == list(wanted)
    for key, value in wanted.items():
        assert found[key].dtype == value.dtype
        assert found[key].shape == value.shape
        assert_allclose(found[key], value, rtol=1e-5, atol=2e-6 * np.abs(value).max())


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("options", [{}, {"weight_decay_lambda": 0.1}])
def test_loss_and_gradient_are_the_network_s(n, threads, options):  # D-18
    net, alone = network(**options), network(**options)
    (x, t), one_hot = images(n), np.eye(4, dtype=np.float32)
    with DataParallel(net, threads) as parallel:
        for targets in (t, t.tolist(), one_hot[t]):
            loss, grads = parallel.loss_and_gradient(x, targets)
            expected_loss, expected = alone.loss_and_gradient(x, targets)
            assert loss == pytest.approx(expected_loss, rel=1e-6)
            assert isinstance(loss, float)
            close(grads, expected)
            assert net.grads is grads
        assert parallel.accuracy(x, t) == alone.accuracy(x, t)
        assert parallel.accuracy(x, one_hot[t]) == alone.accuracy(x, t)


def test_in_double_precision_they_are_equal_to_rounding():  # the parts differ in size: 34, 34, 33
    net = MultiLayerNet(5, [6], 3, rng=0)
    net.params = {key: value.astype(np.float64) for key, value in net.params.items()}
    x, t = RNG.standard_normal((101, 5)), RNG.integers(3, size=101)
    loss, grads = net.loss_and_gradient(x, t)
    found_loss, found = DataParallel(net, 3).loss_and_gradient(x, t)
    assert found_loss == pytest.approx(loss, rel=1e-13)
    for key, value in grads.items():
        assert_allclose(found[key], value, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize(("n", "threads"), [(250, 2), (101, 3), (7, 2), (1, 3), (399, 2)])
def test_which_thread_computes_which_samples(n, threads):
    net = network()
    parallel = DataParallel(net, threads)
    seen, lock = [], threading.Lock()
    for number, replica in enumerate(parallel.replicas):
        usual = replica.gradient

        def watched(x, t, share, number=number, usual=usual):
            with lock:
                seen.append((number, len(x)))
            assert share == len(x) / n
            return usual(x, t, share)

        replica.gradient = watched
    parallel.loss_and_gradient(*images(n))
    assert sum(size for _, size in seen) == n
    assert max(size for _, size in seen) <= data_parallel.SHARD
    assert {number for number, _ in seen} == set(range(min(n, threads)))


def test_threads_are_really_used():
    names = set()

    class Watched(ReLU):
        def forward(self, x, train_flg=True):
            names.add(threading.current_thread().name)
            return super().forward(x, train_flg)

    net = Network({"Relu": Watched(), "Affine": Affine(np.ones((4, 3)), np.zeros(3))})
    parallel = DataParallel(net, 2)
    parallel.loss_and_gradient(np.ones((6, 4)), [0, 1, 2, 0, 1, 2])
    assert len(names) == 2
    assert threading.current_thread().name in names


@pytest.mark.parametrize("n", [250, 301])
def test_accuracy_counts_every_sample_in_its_place(n):
    net = network()
    x, _ = images(n)
    t = net.predict(x).argmax(axis=1)
    for threads in (1, 2, 3):
        parallel = DataParallel(net, threads)
        assert parallel.accuracy(x, t) == 1
        for place in (0, 99, 100, 200, n - 1):
            wrong = t.copy()
            wrong[place] = (wrong[place] + 1) % 4
            assert parallel.accuracy(x, wrong) == pytest.approx(1 - 1 / n)


# ---------------------------------------------------------------- what the replicas share, or not


def test_parameters_changed_or_exchanged_are_seen():
    net, parallel = network(), None
    parallel = DataParallel(net, 2)
    x, t = images(8)
    net.params["W1"] -= 0.5  # in place
    close(parallel.loss_and_gradient(x, t)[1], network_like(net).gradient(x, t))
    net.params["b2"] = net.params["b2"] + 1  # another array
    close(parallel.loss_and_gradient(x, t)[1], network_like(net).gradient(x, t))
    net.params = {key: value * 0.5 for key, value in net.params.items()}  # another dict
    close(parallel.loss_and_gradient(x, t)[1], network_like(net).gradient(x, t))
    net.params = {key: value.astype(np.float64) for key, value in net.params.items()}
    assert parallel.loss_and_gradient(x, t)[1]["W2"].dtype == np.float64


def network_like(net):
    other = network()
    other.params = {key: value.copy() for key, value in net.params.items()}
    return other


def test_masks_differ_between_replicas():
    parallel = DataParallel(network(dropout=0.5), 3)
    x, t = images(60)
    parallel.loss_and_gradient(x, t)
    first, second, third = (mask.ravel() for mask in masks(parallel))
    for one, other in ((first, second), (first, third), (second, third)):
        assert 0.4 < np.mean(one == other) < 0.6  # of chance: one half
    parallel.loss_and_gradient(x, t)
    for before, after in zip((first, second, third), masks(parallel), strict=True):
        assert (before != after.ravel()).any()


def test_layers_that_share_a_generator_share_one_in_each_replica():
    net = network(dropout=0.5)
    for replica in DataParallel(net, 3).replicas:
        assert replica.layers["Dropout0"].rng is replica.layers["Dropout1"].rng
    apart = Network({"D0": Dropout(rng=0), "D1": Dropout(rng=1)})
    rngs = [layer.rng for one in DataParallel(apart, 3).replicas for layer in one.layers.values()]
    assert len({id(rng) for rng in rngs}) == 6
    assert len({rng.random() for rng in rngs}) == 6


def test_the_network_s_own_stream_is_left_where_it_was():
    net, alone = network(dropout=0.5), network(dropout=0.5)
    parallel = DataParallel(net, 2)
    x, t = images(20)
    parallel.loss_and_gradient(x, t)
    alone.loss_and_gradient(x[:10], t[:10])
    assert (net.layers["Dropout0"].mask == alone.layers["Dropout0"].mask).all()


def test_the_same_seed_gives_the_same_numbers():
    x, t = images(230)

    def run(seed=0):
        net = network(dropout=0.3, seed=seed)
        parallel = DataParallel(net, 3)
        losses = []
        for _ in range(4):
            loss, grads = parallel.loss_and_gradient(x, t)
            for key, grad in grads.items():
                net.params[key] -= 0.1 * grad
            losses.append(loss)
        return losses, {key: value.tobytes() for key, value in net.params.items()}

    assert run() == run()
    assert run() != run(seed=1)


def test_accuracy_draws_no_masks():
    parallel = DataParallel(network(dropout=0.5), 2)
    x, t = images(230)
    assert parallel.accuracy(x, t) == parallel.accuracy(x, t)


# ---------------------------------------------------------------- errors, and what they leave


@pytest.mark.parametrize("bad", [0, 5])  # in the part of the own thread, of the other one
def test_an_error_comes_as_it_is_and_all_goes_on(bad):
    parallel = DataParallel(network(), 2)
    x, t = images(8)
    expected = parallel.loss_and_gradient(x, t)[0]
    not_finite = x.copy()
    not_finite[bad] = np.nan
    for x_bad in (not_finite, np.where(np.isnan(not_finite), np.float32(3e38), x)):
        with pytest.warns(RuntimeWarning, match="a loss is not finite") as caught:
            loss, grads = parallel.loss_and_gradient(x_bad, t)
        assert np.isnan(loss)
        assert np.isnan(grads["W1"]).any()
        assert len(caught) == 1
    wrong = t.copy()
    wrong[bad] = 4
    with pytest.raises(ValueError, match=r"holds labels from .* expected 0 to 3"):
        parallel.loss_and_gradient(x, wrong)
    with pytest.raises(ValueError, match="expected images"):
        parallel.loss_and_gradient(x[:, 0], t)
    assert parallel.loss_and_gradient(x, t)[0] == expected


def test_after_an_error_no_thread_continues():
    started, ended = threading.Event(), threading.Event()

    class Slow(ReLU):
        def forward(self, x, train_flg=True):
            if threading.current_thread() is threading.main_thread():
                started.wait(5)
                raise ArithmeticError("own")
            started.set()
            threading.Event().wait(0.1)
            ended.set()
            return super().forward(x, train_flg)

    net = Network({"Slow": Slow(), "Affine": Affine(np.ones((4, 3)), np.zeros(3))})
    with pytest.raises(ArithmeticError, match="own"):
        DataParallel(net, 2).loss_and_gradient(np.ones((4, 4)), [0, 1, 2, 0])
    assert ended.is_set()


def test_the_threads_of_blas():
    def numbers():
        return [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]

    with threadpool_limits(limits=2, user_api="blas"):
        before = numbers()
        with DataParallel(network(), 2):
            assert set(numbers()) == {1}
        assert numbers() == before
        with pytest.raises(KeyError), DataParallel(network(), 2):
            raise KeyError
        assert numbers() == before
    assert set(before) == {2}


@pytest.mark.parametrize(
    ("x", "t", "message"),
    [
        (np.ones((4, 1, 6, 6)), [0, 1, 2], "expected"),
        (np.ones((0, 1, 6, 6)), np.zeros(0, int), "expected a batch of at least one"),
        (np.ones(36), [0], r"x has shape \(36,\); expected a batch"),
        (np.ones((2, 1, 6, 6)), 2, "expected"),
    ],
)
def test_batches_that_are_refused(x, t, message):
    parallel = DataParallel(network(), 2)
    for method in (parallel.loss_and_gradient, parallel.accuracy):
        with pytest.raises(ValueError, match=message) as caught:
            method(x, t)
        assert "\n" not in str(caught.value)


def test_a_batch_of_one_with_its_label_alone():  # as Network takes it
    (x, t), net = images(1), network()
    loss, _ = DataParallel(net, 2).loss_and_gradient(x, t[0])
    assert loss == pytest.approx(net.loss(x, t[0]), rel=1e-6)
    assert DataParallel(net, 2).accuracy(x, t[0]) == net.accuracy(x, t)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_predict(n, threads):
    net, (x, _) = network(), images(n)
    scores = DataParallel(net, threads).predict(x)
    assert scores.dtype == np.float32
    assert_allclose(scores, net.predict(x), rtol=1e-5, atol=1e-5)


def test_networks_that_are_refused():
    with pytest.raises(ValueError, match=r"is a dict; expected a common\.network\.Network"):
        DataParallel({}, 2)
    for threads in (0, -1, 1.5, "2"):
        with pytest.raises(ValueError, match="threads is"):
            DataParallel(network(), threads)


def test_settings_that_change_later_reach_all_threads():
    x, t = images(20)
    net = network()
    parallel = DataParallel(net, 2)
    net.weight_decay_lambda, net.penalty = 0.5, "l1"
    loss, grads = parallel.loss_and_gradient(x, t)
    wanted_loss, wanted = net.loss_and_gradient(x, t)
    assert loss == pytest.approx(wanted_loss, rel=1e-6)
    close(grads, wanted)
    net = network(dropout=0.5)
    parallel = DataParallel(net, 2)
    for name in ("Dropout0", "Dropout1"):
        net.layers[name].dropout_ratio = 0.0
    close(parallel.loss_and_gradient(x, t)[1], net.loss_and_gradient(x, t)[1])


def test_a_method_exchanged_for_a_function_is_refused():
    net = network()
    backward = net.layers["Conv"].backward
    net.layers["Conv"].backward = lambda *args, **options: backward(*args, **options)
    with pytest.raises(ValueError, match="a method of Conv was replaced"):
        DataParallel(net, 2)


def test_a_layer_with_slots():
    class Twice:
        __slots__ = ()
        param_names = ()

        def forward(self, x, train_flg=True):
            return 2 * x

        def backward(self, dout):
            return 2 * dout

    x, t = images(9)
    net = Network({"Twice": Twice(), **network().layers})
    close(DataParallel(net, 2).loss_and_gradient(x, t)[1], net.loss_and_gradient(x, t)[1])


# ---------------------------------------------------------------- batch normalization


def normalized(seed=0, dtype=np.float64):
    """Return a network with batch normalization of images and of rows."""
    rng = np.random.default_rng(seed)

    def norm(size):
        return BatchNorm(rng.uniform(0.5, 2, size).astype(dtype), np.zeros(size, dtype))

    def weights(*shape):
        return rng.standard_normal(shape).astype(dtype) / 3

    layers = {
        "Conv": Convolution(weights(3, 1, 3, 3), weights(3)),
        "Norm1": norm(3),
        "Relu": ReLU(),
        "Affine1": Affine(weights(48, 5), weights(5)),
        "Norm2": norm(5),
        "Affine2": Affine(weights(5, 4), weights(4)),
    }
    return Network(layers, weight_decay_lambda=0.1)


@pytest.mark.parametrize("n", [2, 3, 7, 101, 250])
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_statistics_are_those_of_the_whole_mini_batch(n, threads):
    net, alone = normalized(), normalized()
    x, t = images(n)
    x = (x * np.linspace(0.1, 3, n)[:, None, None, None]).astype(np.float64)  # the parts differ
    with DataParallel(net, threads) as parallel:
        for _ in range(2):
            loss, grads = parallel.loss_and_gradient(x, t)
            expected_loss, expected = alone.loss_and_gradient(x, t)
            assert loss == pytest.approx(expected_loss, rel=1e-12)
            for key, value in expected.items():
                tolerance = 1e-12 * max(1, np.abs(value).max())
                assert_allclose(grads[key], value, rtol=1e-11, atol=tolerance)
        assert list(net.state) == ["running_mean1", "running_var1", "running_mean2", "running_var2"]
        for key, value in alone.state.items():
            assert_allclose(net.state[key], value, rtol=1e-12, atol=1e-14)
        assert_allclose(parallel.predict(x), alone.predict(x), rtol=1e-11, atol=1e-13)


def test_the_network_alone_is_as_it_was_before():
    net, alone = normalized(), normalized()
    x, t = images(10)
    DataParallel(net, 2).loss_and_gradient(x, t)
    alone.loss_and_gradient(x, t)
    for one in (net, alone):
        one.loss_and_gradient(x[:5], t[:5])
    for key, value in alone.grads.items():
        assert_allclose(net.grads[key], value, rtol=1e-9, atol=1e-12)


def test_running_averages_of_the_network_alone_reach_the_replicas():
    net = normalized()
    x, t = images(10)
    with DataParallel(net, 2) as parallel:
        parallel.loss_and_gradient(x, t)
        net.loss_and_gradient(3 * x, t)
        assert_allclose(parallel.predict(x), net.predict(x), rtol=1e-11, atol=1e-13)


def test_the_network_without_threads_does_not_wait():
    net = normalized()
    x, t = images(10)
    DataParallel(net, 2).loss_and_gradient(x, t)
    net.loss_and_gradient(x[:5], t[:5])


def test_a_training_with_batch_normalization():
    (x, t), losses = images(90), []
    for threads in (1, 2):
        net = normalized()
        options = {"max_iter": 12, "mini_batch_size": 20, "rng": 1, "verbose": False}
        trainer = Trainer(net, x, t, x, t, optimizer="Adam", threads=threads, **options)
        trainer.train()
        losses.append(trainer.train_loss_list)
    assert losses[1] == pytest.approx(losses[0], rel=1e-9)


@pytest.mark.parametrize("bad", [0, 7])  # in the part of the own thread, of the other one
def test_a_failing_thread_keeps_no_other_waiting(bad):
    parallel = DataParallel(normalized(), 2)
    x, t = images(8)
    expected = parallel.loss_and_gradient(x, t)[0]
    wrong = t.copy()
    wrong[bad] = 4
    began = time.monotonic()
    with pytest.raises(ValueError, match=r"holds labels from .* expected 0 to 3"):
        parallel.loss_and_gradient(x, wrong)
    assert time.monotonic() - began < 4
    x_nan = x.copy()
    x_nan[bad] = np.nan
    with np.errstate(invalid="ignore"):
        assert np.isnan(parallel.loss_and_gradient(x_nan, t)[0])
    with pytest.warns(RuntimeWarning, match="one sample in training has no variance"):
        parallel.loss_and_gradient(x[:1], t[:1])
    assert parallel.loss_and_gradient(x, t)[0] == pytest.approx(expected, rel=1e-12)


def test_one_thread_fails_while_the_others_wait_for_its_sums():
    class Late(ReLU):
        def forward(self, x, train_flg=True):
            if threading.current_thread() is not threading.main_thread():
                threading.Event().wait(0.1)  # the main thread waits in the normalization by now
                raise ArithmeticError("the other one")
            return super().forward(x, train_flg)

    norm = BatchNorm(np.ones(4), np.zeros(4))
    net = Network({"Late": Late(), "Norm": norm, "Affine": Affine(np.ones((4, 3)), np.zeros(3))})
    with pytest.raises(ArithmeticError, match="the other one"):
        DataParallel(net, 2).loss_and_gradient(np.eye(4), [0, 1, 2, 0])


def test_a_normalization_typed_from_the_book_would_see_only_parts():
    class Typed:
        param_names = ("gamma",)

        def __init__(self, **state):
            self.gamma = np.ones(4)
            vars(self).update(state)

        def forward(self, x, train_flg=True):
            return x

        def backward(self, dout):
            return dout

    for layer in (Typed(running_mean=None), Typed(state_names=("seen",), seen=np.zeros(1))):
        with pytest.raises(ValueError, match=r"^Norm keeps statistics.*or one thread$"):
            DataParallel(Network({"Norm": layer}), 2)


# ---------------------------------------------------------------- a custom accuracy


def test_a_network_s_own_accuracy_is_used():
    class Top2(Network):
        def accuracy(self, x, t):
            best = np.argsort(-self.predict(x), axis=1)[:, :2]
            return float(np.mean((best == np.asarray(t)[:, None]).any(axis=1)))

    net = Top2(network().layers)
    x, t = images(250)
    expected = net.accuracy(x, t)
    assert DataParallel(net, 2).accuracy(x, t) == expected != Network.accuracy(net, x, t)
    options = {"max_iter": 1, "verbose": False, "rng": 0}
    trained = [Trainer(Top2(network().layers), x, t, x, t, threads=n, **options) for n in (1, 2)]
    for trainer in trained:
        trainer.train()
    assert trained[0].test_acc_list == pytest.approx(trained[1].test_acc_list)
    net.accuracy = lambda x, t: 0.25
    assert DataParallel(net, 2).accuracy(x, t) == 0.25


def test_an_accuracy_typed_from_chapter_6():
    class Mine(Network):
        def accuracy(self, X, T):
            Y = np.argmax(self.predict(X, train_flg=False), axis=1)
            self.best = np.sum(Y == T) / float(X.shape[0])
            return self.best

    net = Mine(network().layers)
    x, t = images(30)
    assert DataParallel(net, 2).accuracy(x, t) == net.best == net.accuracy(x, t)
    assert_allclose(DataParallel(net, 2).predict(x, True), net.predict(x, True))


def test_settings_of_subclasses_and_of_the_network_reach_all_threads():
    class Noise(Dropout):
        def __init__(self):
            super().__init__(0.0)
            self.sigma = 1.0

        def forward(self, x, train_flg=True):
            return super().forward(x * self.sigma, train_flg)

        def backward(self, dout):
            return super().backward(dout) * self.sigma

    class Warm(Network):
        temperature = 1.0

        def predict(self, x, train_flg=False):
            return super().predict(x, train_flg) / self.temperature

    net = Warm({"Noise": Noise(), **network().layers})
    parallel = DataParallel(net, 2)
    x, t = images(20)
    net.layers["Noise"].sigma, net.temperature = 2.0, 3.0
    close(parallel.loss_and_gradient(x, t)[1], net.loss_and_gradient(x, t)[1])


def test_a_custom_normalization_is_refused():
    class Mine(BatchNorm):
        def forward(self, x, train_flg=True):
            return super().forward(x - x.mean(axis=0), train_flg)

    with pytest.raises(ValueError, match=r"^Norm keeps statistics"):
        DataParallel(Network({"Norm": Mine(np.ones(4), np.zeros(4))}), 2)


def test_predictions_are_split_among_threads():
    threads = set()

    class Watched(ReLU):
        def forward(self, x, train_flg=True):
            threads.add(threading.current_thread().name)
            return super().forward(x, train_flg)

    net = Network({"Relu": Watched(), "Affine": Affine(np.ones((4, 3)), np.zeros(3))})
    DataParallel(net, 2).accuracy(np.ones((50, 4)), np.zeros(50, int))
    assert len(threads) == 2


def test_a_network_that_changes_is_followed():
    net = network()
    parallel = DataParallel(net, 2)
    x, t = images(20)
    parallel.loss_and_gradient(x, t)
    net.layers["Relu"] = Dropout(0.0)
    net.layers["Affine2"] = Affine(RNG.standard_normal((4, 4)), np.zeros(4))

    class Double(SoftmaxWithLoss):
        def forward(self, x, t):
            return 2 * super().forward(x, t)

    net.last_layer = Double()
    loss, grads = parallel.loss_and_gradient(x, t)
    expected_loss, expected = net.loss_and_gradient(x, t)
    assert loss == pytest.approx(expected_loss, rel=1e-6)
    close(grads, expected)
    del net.layers["Affine2"]
    assert_allclose(parallel.predict(x), net.predict(x), rtol=1e-5, atol=1e-5)


def test_another_loss_alone_reaches_all_threads():
    class Double(SoftmaxWithLoss):
        def forward(self, x, t):
            return 2 * super().forward(x, t)

        def backward(self, dout=1):
            return 2 * super().backward(dout)

    net = network()
    parallel = DataParallel(net, 2)
    x, t = images(20)
    parallel.loss_and_gradient(x, t)
    net.last_layer = Double()
    loss, grads = parallel.loss_and_gradient(x, t)
    assert loss == pytest.approx(net.loss_and_gradient(x, t)[0], rel=1e-6)
    close(grads, net.grads)


def test_it_takes_the_place_of_a_network():
    x, t = images(60)
    net, alone = network(), network()
    options = {"max_iter": 7, "mini_batch_size": 20, "rng": 1, "verbose": False}
    with DataParallel(net, 2) as parallel:
        trainer = Trainer(parallel, x, t, x, t, **options)
        trainer.train()
        assert trainer.network is parallel
        assert parallel.params["W1"] is net.params["W1"]
        assert list(parallel.layers) == list(net.layers)
        close(parallel.gradient(x, t), net.gradient(x, t))
        assert parallel.loss(x, t) == net.loss(x, t)
    other = Trainer(alone, x, t, x, t, **options)
    other.train()
    assert trainer.train_loss_list == pytest.approx(other.train_loss_list, rel=1e-4)
