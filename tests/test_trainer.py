"""Mini-batches, splits and the training loop."""

import copy

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from ch05.two_layer_net import TwoLayerNet
from common.batches import MiniBatches, split_validation
from common.optimizer import SGD, AdaGrad, Adam, Momentum, Nesterov, RMSprop
from common.schedules import step_decay
from common.train_together import train_together
from common.trainer import Trainer
from common.util import shuffle_dataset


def pairs(n=100):
    """Return samples whose first value is their target, so that a wrong pairing is noticed."""
    t = np.arange(n)
    return np.stack([t, t * 2.0], axis=1), t


def test_shuffle_dataset():  # 6.02
    x, t = pairs()
    shuffled_x, shuffled_t = shuffle_dataset(x, t, rng=0)
    assert (shuffled_x[:, 0] == shuffled_t).all()
    assert sorted(shuffled_t) == t.tolist()
    assert (shuffled_t != t).any()
    assert (shuffle_dataset(x, t, rng=0)[1] == shuffled_t).all()
    assert (shuffle_dataset(x, t, rng=1)[1] != shuffled_t).any()
    images = np.zeros((100, 1, 2, 2))
    assert shuffle_dataset(images, t)[0].shape == images.shape
    with pytest.raises(ValueError, match="100 samples and t 99"):
        shuffle_dataset(x, t[:-1])
    with pytest.raises(ValueError, match="at least one"):
        shuffle_dataset(x[:0], t[:0])


def test_validation_split():  # 6.01, 6.05
    x, t = pairs(60_000)
    (x_train, t_train), (x_val, t_val) = split_validation(x, t, 0.2, rng=0)
    assert (len(x_train), len(x_val)) == (48_000, 12_000)
    assert (x_train[:, 0] == t_train).all()
    assert (x_val[:, 0] == t_val).all()
    assert sorted([*t_train, *t_val]) == t.tolist()
    assert [len(part[1]) for part in split_validation(x[:7], t[:7], 0.2)] == [6, 1]
    for rate in (0, 1, -0.1, np.nan):
        with pytest.raises(ValueError, match="> 0 and < 1"):
            split_validation(x, t, rate)


def test_random_mini_batches():  # 4.06
    batches = MiniBatches(60_000, 10, np.random.default_rng(0))
    x = np.zeros((60_000, 3))
    for _ in range(100):
        batch = next(batches)
        assert batch.shape == (10,)
        assert batch.min() >= 0
        assert batch.max() < 60_000
        assert x[batch].shape == (10, 3)
    small = MiniBatches(3, 30, np.random.default_rng(0))
    batch = next(small)
    assert len(batch) == 30  # with replacement: 30 of 3
    assert set(batch) == {0, 1, 2}
    same_size = next(MiniBatches(100, 100, np.random.default_rng(0)))
    assert len(set(same_size)) < 80  # about 63 of 100


def test_shuffled_mini_batches_see_every_sample_once_per_epoch():  # 4.40
    batches = MiniBatches(25, 10, np.random.default_rng(0), shuffle=True)
    orders = []
    for _ in range(2):
        epoch = [next(batches) for _ in range(3)]
        assert [len(batch) for batch in epoch] == [10, 10, 5]
        orders.append(np.concatenate(epoch).tolist())
        assert sorted(orders[-1]) == list(range(25))
    assert orders[0] != orders[1]


@pytest.mark.parametrize(("size", "batch_size"), [(0, 1), (1, 0)])
def test_mini_batches_of_nothing(size, batch_size):
    with pytest.raises(ValueError, match="expected an integer >= 1"):
        MiniBatches(size, batch_size, np.random.default_rng(0))


def test_sgd():
    params = {"W": np.array([1.0, 2.0])}
    array = params["W"]
    SGD(lr=0.1).update(params, {"W": np.array([10.0, -10.0])})
    assert array.tolist() == [0, 3]


def problem(n=200):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((n, 4)).astype(np.float32)
    return x, x[:, :3].argmax(axis=1)


def trainer(n=200, seed=0, **options):
    x, t = problem(n)
    net = TwoLayerNet(4, 10, 3, weight_init_std=0.5, rng=seed)
    return Trainer(net, x, t, x[:50], t[:50], optimizer=SGD(0.5), rng=seed, **options)


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("batch_size", [1, 20, 200])  # 6.04: one sample at a time as well
def test_it_learns(shuffle, batch_size):
    t = trainer(mini_batch_size=batch_size, max_iter=400, shuffle=shuffle, verbose=False)
    t.optimizer.lr = 0.1 if batch_size == 1 else 0.5
    t.train()
    assert t.test_acc_list[-1] > 0.9
    assert np.mean(t.train_loss_list[-50:]) < 0.5 * np.mean(t.train_loss_list[:5])


@pytest.mark.parametrize(
    ("samples", "batch", "per_epoch"),
    [(10_000, 100, 100), (60_000, 100, 600), (60_000, 128, 469), (25, 10, 3)],
)
def test_iterations_per_epoch(samples, batch, per_epoch):  # 4.41
    x, t = np.zeros((samples, 4)), np.zeros(samples, int)
    made = Trainer(TwoLayerNet(4, 2, 2), x, t, x, t, epochs=10, mini_batch_size=batch)
    assert made.iter_per_epoch == per_epoch
    assert made.max_iter == 10 * per_epoch


def test_every_epoch_is_evaluated():  # the book's modulo of a float misses two of three
    t = trainer(n=130, epochs=5, mini_batch_size=60, verbose=False)  # 3 batches per epoch
    t.train()
    assert len(t.train_loss_list) == 15
    assert len(t.train_acc_list) == len(t.test_acc_list) == 5


def test_seventeen_evaluations_of_10000_MiniBatches():  # 4.38, 5.27
    t = trainer(n=600, max_iter=100, mini_batch_size=100, verbose=False)
    t.train()
    assert len(t.test_acc_list) == len(range(0, 100, 6)) == 17


def test_each_accuracy_is_that_of_its_data():
    x, t = problem()
    made = Trainer(TwoLayerNet(4, 10, 3, rng=0), x, t, x[:7], t[:7], max_iter=1, verbose=False)
    made.train()
    assert made.train_acc_list == [made.network.accuracy(x, t)]
    assert made.test_acc_list == [made.network.accuracy(x[:7], t[:7])]
    assert made.train_acc_list != made.test_acc_list


def test_defaults():
    x, t = problem()
    made = Trainer(TwoLayerNet(4, 2, 3), x, t, x, t)
    assert (made.max_iter, made.iter_per_epoch, made.optimizer.lr) == (40, 2, 0.01)
    assert Trainer(TwoLayerNet(4, 2, 3), x, t, x, t, epochs=1.5).max_iter == 3


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SGD", SGD),
        ("sgd", SGD),
        ("Momentum", Momentum),
        ("nesterov", Nesterov),
        ("AdaGrad", AdaGrad),
        ("RMSprop", RMSprop),
        ("rmsprop", RMSprop),
        ("Adam", Adam),
    ],
)
def test_optimizers_by_name(name, kind):  # K11
    x, t = problem()
    made = Trainer(TwoLayerNet(4, 2, 3), x, t, x, t, 1, 10, name)
    assert type(made.optimizer) is kind
    assert made.optimizer.lr == kind().lr
    made = Trainer(TwoLayerNet(4, 2, 3), x, t, x, t, 1, 10, name, {"lr": 0.07})
    assert made.optimizer.lr == 0.07


def test_accuracies_on_a_part_of_the_samples():  # K11
    x, t = problem()
    made = Trainer(
        *(TwoLayerNet(4, 10, 3, rng=0), x, t, x[50:], t[50:]),
        evaluate_sample_num_per_epoch=30,
        verbose=False,
        max_iter=1,
    )
    made.train()
    assert made.train_acc_list == [made.network.accuracy(x[:30], t[:30])]
    assert made.test_acc_list == [made.network.accuracy(x[50:80], t[50:80])]


def test_no_accuracies_but_the_last():
    made = trainer(max_iter=5, mini_batch_size=100, evaluate_sample_num_per_epoch=0, verbose=False)
    made.train()
    assert made.train_acc_list == made.test_acc_list == []
    assert made.test_acc == made.network.accuracy(made.x_test, made.t_test)


def test_accuracies_more_often_or_less():
    made = trainer(max_iter=10, mini_batch_size=100, verbose=False)  # 2 an epoch
    made.evaluate_every = 3
    made.train()
    assert len(made.test_acc_list) == 4
    assert made.current_epoch == 5


def test_epochs_that_have_begun():
    t = trainer(n=130, epochs=3, mini_batch_size=60, verbose=False)
    begun = []
    for _ in range(t.max_iter):
        begun.append(t.current_epoch)
        t.train_step()
    assert begun == [0, 1, 1, 1, 2, 2, 2, 3, 3]
    assert t.current_epoch == 3 == len(t.train_acc_list)


def test_an_epoch_sees_every_sample_once():
    class Spy(TwoLayerNet):
        def loss_and_gradient(self, x, t):
            seen.append(x[:, 0])
            return super().loss_and_gradient(x, t)

    seen = []
    x = np.random.default_rng(0).random((25, 4)).astype(np.float32)
    t = np.arange(25) % 3
    Trainer(Spy(4, 2, 3), x, t, x, t, epochs=2, mini_batch_size=10, verbose=False).train()
    assert [len(batch) for batch in seen] == [10, 10, 5] * 2
    for epoch in (seen[:3], seen[3:]):
        assert sorted(np.concatenate(epoch)) == sorted(x[:, 0])


def test_a_schedule_sets_the_learning_rate_before_each_update():
    rates = []

    class Spy(SGD):
        def update(self, params, grads):
            rates.append(self.lr)
            super().update(params, grads)

    x, t = problem()
    Trainer(
        *(TwoLayerNet(4, 2, 3), x, t, x, t),
        optimizer=Spy(9),
        schedule=step_decay(0.4, 0.5, every=2),
        max_iter=5,
        verbose=False,
    ).train()
    assert rates == [0.4, 0.4, 0.2, 0.2, 0.1]


def test_one_forward_pass_per_mini_batch():
    class Spy(TwoLayerNet):
        def predict(self, x, train_flg=False):
            passes.append(train_flg)
            return super().predict(x, train_flg)

    passes = []
    x, t = problem()
    Trainer(Spy(4, 2, 3), x, t, x[:9], t[:9], max_iter=4, mini_batch_size=50, verbose=False).train()
    assert sum(passes) == 4  # the others are the accuracies of the first epoch


def test_networks_side_by_side_see_the_same_mini_batches():
    class Spy(TwoLayerNet):
        def loss_and_gradient(self, x, t):
            seen[id(self)].append(x.copy())
            return super().loss_and_gradient(x, t)

    x, t = problem()
    nets = [Spy(4, size, 3) for size in (2, 5)]
    seen = {id(net): [] for net in nets}
    trainers = [
        Trainer(net, x, t, x, t, max_iter=n, mini_batch_size=30, rng=3, verbose=False)
        for net, n in zip(nets, (10, 12), strict=True)
    ]
    train_together(*trainers)
    first, second = seen.values()
    assert [len(first), len(second)] == [10, 12] == [made.current_iter for made in trainers]
    for a, b in zip(first, second, strict=False):
        assert (a == b).all()


@pytest.mark.parametrize("shared", ["network", "optimizer", "both"])
def test_training_runs_side_by_side_share_nothing(shared):
    first, second = trainer(max_iter=5, verbose=False), trainer(max_iter=5, verbose=False)
    if shared == "both":
        second = first
    else:
        setattr(second, shared, getattr(first, shared))
    with pytest.raises(ValueError, match=r"share one (network|optimizer)"):
        train_together(first, second)
    assert first.current_iter == 0


@pytest.mark.parametrize("lr", [-0.1, np.nan, np.inf, None])
def test_a_schedule_that_gives_no_learning_rate_is_refused(lr):
    t = trainer(max_iter=5, verbose=False, schedule=lambda _: lr)
    before = t.network.params["W1"].copy()
    with pytest.raises(ValueError, match="learning rate of the schedule is"):
        t.train()
    assert (t.network.params["W1"] == before).all()


def test_side_by_side_is_the_same_as_one_after_the_other():
    alone, beside = trainer(max_iter=30, verbose=False), trainer(max_iter=30, verbose=False)
    alone.train()
    train_together(trainer(max_iter=7, seed=5, verbose=False), beside)
    assert alone.train_loss_list == beside.train_loss_list


def test_several_threads_give_the_same():
    alone = [trainer(max_iter=n, seed=n, verbose=False) for n in (30, 7, 12)]
    for one in alone:
        one.train()
    together = [trainer(max_iter=n, seed=n, verbose=False) for n in (30, 7, 12)]
    train_together(*together, threads=2)
    for one, other in zip(alone, together, strict=True):
        assert one.train_loss_list == other.train_loss_list
        assert one.test_acc_list == other.test_acc_list


def test_threads_of_training_runs_must_be_a_number():
    with pytest.raises(ValueError, match="threads is 0; expected an integer >= 1"):
        train_together(trainer(max_iter=3), threads=0)


def test_matrix_products_run_on_one_thread_in_training_only():
    class Spy(TwoLayerNet):
        def accuracy(self, x, t):
            threads.append({lib["num_threads"] for lib in threadpool_info()})
            return super().accuracy(x, t)

    threads = []
    x, t = problem()
    with threadpool_limits(2):
        before = threadpool_info()
        Trainer(Spy(4, 2, 3), x, t, x, t, max_iter=1, verbose=False).train()
        assert threads[:2] == [{1}, {1}]  # the third is after the training
        assert threadpool_info() == before


def test_a_custom_network_needs_only_loss_and_gradient():
    class ByHand:
        def __init__(self):
            self.inner = TwoLayerNet(4, 10, 3, weight_init_std=0.5, rng=0)
            self.params = self.inner.params

        def loss(self, x, t):
            return self.inner.loss(x, t)

        def gradient(self, x, t):
            return self.inner.gradient(x, t)

        def accuracy(self, x, t):
            return self.inner.accuracy(x, t)

    usual, own = trainer(max_iter=20, verbose=False), trainer(max_iter=20, verbose=False)
    own.network = ByHand()
    usual.train()
    own.train()
    assert own.train_loss_list == usual.train_loss_list


@pytest.mark.parametrize("name", ["loss", "gradient"])
def test_a_custom_loss_or_gradient_is_used(name):  # and not Network.loss_and_gradient
    class Own(TwoLayerNet):
        def loss(self, x, t, train_flg=False):
            return super().loss(x, t, train_flg) + (1000 if name == "loss" else 0)

        def gradient(self, x, t):
            grads = super().gradient(x, t)
            return {key: 0 * grad for key, grad in grads.items()} if name == "gradient" else grads

    x, t = problem()
    net = Own(4, 10, 3, rng=0)
    before = net.params["W1"].copy()
    made = Trainer(net, x, t, x, t, max_iter=5, verbose=False)
    made.train()
    assert (made.train_loss_list[0] > 1000) == (name == "loss")
    assert (net.params["W1"] == before).all() == (name == "gradient")


def test_a_gradient_put_on_a_network_that_has_learned():
    net = TwoLayerNet(4, 4, 3, rng=0)
    X, T = problem()
    grads = net.gradient(X, T)
    net.gradient = lambda x, t: grads
    net.params["b2"] = np.array([3.0, 0.0, 0.0])
    assert net.loss_and_gradient(X, T)[0] == net.loss(X, T)


def test_a_gradient_put_on_one_network_is_used():
    t = trainer(max_iter=5, verbose=False)
    before = t.network.params["W1"].copy()
    t.network.gradient = lambda x, _: {key: 0 * p for key, p in t.network.params.items()}
    t.train()
    assert (t.network.params["W1"] == before).all()


@pytest.mark.parametrize(
    "options",
    [
        {"mini_batch_size": 0},
        {"mini_batch_size": -1},
        {"epochs": 0},
        {"epochs": float("nan")},
        {"epochs": float("inf")},
        {"max_iter": -1},
        {"optimizer": "SDG"},
        {"optimizer": SGD},
        {"optimizer": None},
        {"optimizer": "adam", "optimizer_param": {"momentum": 0.9}},
        {"optimizer": SGD(), "optimizer_param": {"lr": 0.1}},
        {"evaluate_sample_num_per_epoch": -1},
        {"mini_batch_size": 2.5},
        {"max_iter": 2.5},
        {"epochs": "3"},
        {"evaluate_sample_num_per_epoch": 2.5},
        {"schedule": 0.1},
        {"augment": 0.1},
        {"threads": 0},
        {"threads": 1.5},
        {"threads": None},
        {"t_train": np.zeros(3, int)},
        {"x_test": np.zeros((0, 4)), "t_test": np.zeros(0, int)},
    ],
)
def test_a_trainer_that_could_not_train_is_refused(options):
    x, t = problem()
    data = {"x_train": x, "t_train": t, "x_test": x, "t_test": t}
    with pytest.raises(ValueError, match="expected"):
        Trainer(TwoLayerNet(4, 2, 3), **{**data, **options})


def test_an_interrupted_evaluation_loses_no_count():
    t = trainer(max_iter=10, verbose=False)
    accuracy, t.network.accuracy = t.network.accuracy, None
    with pytest.raises(TypeError):
        t.train()
    t.network.accuracy = accuracy
    t.train()
    assert len(t.train_loss_list) == t.current_iter == 10


def test_nothing_is_printed_unless_wanted(capsys):
    trainer(max_iter=3, verbose=False).train()
    assert capsys.readouterr() == ("", "")


def test_the_log_line(capsys):  # 4.42
    t = trainer(max_iter=3, mini_batch_size=100)
    t.train()
    lines = capsys.readouterr().out.splitlines()
    last = lines.pop()
    assert (
        last == f"test accuracy after 3 mini-batches: {t.network.accuracy(t.x_test, t.t_test):.4f}"
    )
    for epoch, line in enumerate(lines):
        train, test = t.train_acc_list[epoch], t.test_acc_list[epoch]
        assert line == f"epoch {epoch} | train acc: {train:.4f}, test acc: {test:.4f}"
    assert len(lines) == 2


def test_the_same_seed_gives_the_same_training():
    runs = [trainer(max_iter=20, verbose=False, seed=seed) for seed in (1, 1, 2)]
    for run in runs:
        run.train()
    assert runs[0].train_loss_list == runs[1].train_loss_list
    assert runs[0].train_loss_list != runs[2].train_loss_list


def test_the_loss_is_that_before_the_update():
    one = trainer(shuffle=False, verbose=False)
    for _ in range(3):
        batches, net = copy.deepcopy(one.batches), copy.deepcopy(one.network)
        one.train_step()
        batch = next(batches)
        assert one.train_loss_list[-1] == net.loss(one.x_train[batch], one.t_train[batch])


def test_train_resumes_where_it_stopped():
    whole, parts = trainer(max_iter=20, verbose=False), trainer(max_iter=20, verbose=False)
    whole.train()
    for _ in range(7):
        parts.train_step()
    parts.train()
    assert parts.train_loss_list == whole.train_loss_list


def test_a_training_that_diverges_stops_with_a_clear_message():
    t = trainer(max_iter=2000, verbose=False)
    t.optimizer.lr = 1e30
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="expected"):
        t.train()


# ---------------------------------------------------------------- threads and moved images


@pytest.mark.parametrize("threads", [2, 3])
@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
def test_threads_train_the_same_network(threads, optimizer):  # D-18
    x, t = problem(230)
    nets = [TwoLayerNet(4, 10, 3, weight_init_std=0.5, rng=0) for _ in range(2)]
    runs = [
        Trainer(
            *(net, x, t, x[:50], t[:50]),
            mini_batch_size=25,
            max_iter=40,
            optimizer=optimizer,
            optimizer_param={"lr": 0.01},
            rng=0,
            threads=number,
            verbose=False,
        )
        for net, number in zip(nets, (1, threads), strict=True)
    ]
    for run in runs:
        run.train()
    one, several = runs
    assert one.network is nets[0]
    assert len(several.network.replicas) == threads
    assert several.network.network is nets[1]
    assert several.train_loss_list == pytest.approx(one.train_loss_list, rel=1e-4)
    assert several.train_acc_list == pytest.approx(one.train_acc_list, abs=0.01)
    for key, value in nets[0].params.items():
        assert nets[1].params[key] == pytest.approx(value, rel=1e-3, abs=1e-4)


def test_threads_print_the_same_lines(capsys):
    trainer(max_iter=3, mini_batch_size=100).train()
    alone = capsys.readouterr().out
    trainer(max_iter=3, mini_batch_size=100, threads=2).train()
    assert capsys.readouterr().out == alone


def test_threads_need_the_gradient_of_network():
    class Own(TwoLayerNet):
        def gradient(self, x, t):
            return super().gradient(x, t)

    x, t = problem()
    with pytest.raises(ValueError, match="Own overrides loss or gradient; expected"):
        Trainer(Own(4, 2, 3), x, t, x, t, threads=2)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_loss_that_is_not_finite_names_its_mini_batch(threads):
    t = trainer(max_iter=20, verbose=False, threads=threads)
    t.train_step()
    t.x_train = t.x_train * np.nan
    with pytest.raises(ValueError, match="mini-batch 1: "):
        t.train()
    assert t.current_iter == 1


def test_augment_sees_each_mini_batch_and_its_images_are_used():
    seen = []

    def augment(x, rng):
        seen.append((x.copy(), rng.random()))
        return np.zeros_like(x)

    t = trainer(max_iter=8, mini_batch_size=60, verbose=False, augment=augment)
    before, x_train = t.network.params["W1"].copy(), t.x_train.copy()
    t.train()
    assert [len(x) for x, _ in seen] == [60, 60, 60, 20] * 2
    epoch = np.concatenate([x for x, _ in seen[:4]])
    assert sorted(map(tuple, epoch)) == sorted(map(tuple, t.x_train))
    assert (t.network.params["W1"] == before).all()  # nothing can be learned from zeros
    assert (t.x_train == x_train).all()
    again = seen.copy()
    trainer(max_iter=8, mini_batch_size=60, verbose=False, augment=augment).train()
    assert [number for _, number in seen[8:]] == [number for _, number in again]
    t = trainer(max_iter=1, verbose=False, augment=augment)
    t.train()
    assert t.train_acc_list == [t.network.accuracy(x_train, t.t_train)]  # of those as they were
