"""Chapter 5: the book's numbers, the gradient check on digits, the training run."""

import numpy as np
import pytest

from ch05 import buy_apple, buy_apple_orange, gradient_check, train_neuralnet
from ch05.layer_naive import AddLayer, MulLayer
from ch05.two_layer_net import TwoLayerNet
from claims import book
from common.gradient import GradientCheck, numerical_diff
from common.trainer import Trainer


def test_mul_layer():  # 5.06, 5.07
    layer = MulLayer()
    with pytest.raises(ValueError, match="forward first"):
        layer.backward(1)
    assert layer.forward(10, 5) == 50
    assert layer.backward(1.3) == (6.5, 13)
    assert (layer.x, layer.y) == (10, 5)


def test_add_layer():  # 5.05, 5.08
    layer = AddLayer()
    assert layer.forward(10, 5) == 15
    assert layer.backward(1.3) == (1.3, 1.3)


def test_local_computation():  # 5.02
    apples = MulLayer().forward(2, 100)
    assert AddLayer().forward(4000, apples) == 4200


def test_layer_naive_prints_nothing_when_imported(capsys):  # 5.09
    import importlib

    from ch05 import layer_naive

    importlib.reload(layer_naive)
    assert capsys.readouterr() == ("", "")


def test_apples():  # 5.01, 5.10
    assert buy_apple.buy() == pytest.approx(book.APPLE)


def test_apples_and_oranges():  # 5.01, 5.11, 5.12
    assert buy_apple_orange.buy() == pytest.approx(book.APPLE_ORANGE)


def test_the_price_of_apples_changes_as_the_derivatives_say():
    for name in ("apple", "apple_num", "orange", "orange_num", "tax"):
        value = {"apple": 100, "apple_num": 2, "orange": 150, "orange_num": 3, "tax": 1.1}[name]
        slope = numerical_diff(lambda v, n=name: buy_apple_orange.buy(**{n: v})["price"], value)
        assert slope == pytest.approx(book.APPLE_ORANGE["d" + name], rel=1e-7)


def test_gradient_check(tmp_path, capsys):  # 5.24, 5.25
    results = gradient_check.main(["--quick", "--out", str(tmp_path)])
    assert list(results["checks"]) == ["W1", "b1", "W2", "b2"]
    for check in results["checks"].values():
        assert check["passed"]
        assert 0 < check["difference"] < 1e-9
    out = capsys.readouterr().out
    for key in results["checks"]:
        assert f"\n{key}:" in out


def test_a_failed_check_is_reported_as_failed(tmp_path, capsys, monkeypatch):
    bad = {"W1": GradientCheck(error=0.5, difference=0.1, passed=False)}
    monkeypatch.setattr(gradient_check, "gradient_check", lambda *_: bad)
    gradient_check.main(["--quick", "--out", str(tmp_path)])
    assert "W1:1.000e-01  (relative 5.0e-01, FAILED)" in capsys.readouterr().out


def test_the_flags_reach_the_trainer(tmp_path, monkeypatch):
    seen = []

    def spy(net, data, *numbers):
        seen.append((net.params["W1"].shape, *numbers[:3]))
        return train(net, data, *numbers)

    train = train_neuralnet.train
    monkeypatch.setattr(train_neuralnet, "train", spy)
    words = ["--iters", "3", "--batch-size", "7", "--lr", "0.3", "--hidden-size", "4"]
    train_neuralnet.main([*words, "--out", str(tmp_path)])
    assert seen == [((784, 4), 3, 7, 0.3)]


def test_the_loop_and_the_trainer_give_the_same():
    rng = np.random.default_rng(0)
    x, t = rng.random((70, 6)).astype(np.float32), rng.integers(3, size=70)
    nets = [TwoLayerNet(6, 5, 3, weight_init_std=0.5, rng=1) for _ in range(2)]
    data = ((x, t), (x[:9], t[:9]))
    lists = train_neuralnet.train(nets[0], data, 30, 10, 0.5, np.random.default_rng(2))
    options = {"max_iter": 30, "mini_batch_size": 10, "optimizer": "SGD", "shuffle": False}
    options |= {"optimizer_param": {"lr": 0.5}, "rng": 2, "verbose": False}
    trainer = Trainer(nets[1], *data[0], *data[1], **options)
    trainer.train()
    for key, value in nets[0].params.items():
        assert (value == nets[1].params[key]).all()
    assert lists["train_acc_list"] == trainer.train_acc_list
    assert lists["test_acc_list"] == trainer.test_acc_list
    assert len(lists["train_loss_list"]) == 30  # after each update, where a Trainer's are before
    assert lists["train_loss_list"][-1] == nets[0].loss(*last_batch(x, t, 2))


def last_batch(x, t, seed):
    rng = np.random.default_rng(seed)
    for _ in range(30):
        batch = rng.integers(len(x), size=10)
    return x[batch], t[batch]


@pytest.mark.slow
def test_gradient_check_of_the_full_network(real_mnist, tmp_path):  # 5.25
    checks = gradient_check.main(["--out", str(tmp_path), "--data", "mnist"])["checks"]
    for key, difference in book.GRADIENT_CHECK.items():
        assert difference / 10 < checks[key]["difference"] < difference * 10


def test_short_training(quick):  # 5.26
    results = quick("ch05.train_neuralnet").results
    losses = results["train_loss_list"]
    assert losses[0] == pytest.approx(np.log(10), abs=0.05)
    assert np.mean(losses[-100:]) < 0.3 * losses[0]
    assert len(results["train_acc_list"]) == 2
    assert results["test_acc"] > 0.85


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_full_training(real_mnist, tmp_path, seed):  # 5.27
    words = ["--out", str(tmp_path), "--data", "mnist", "--seed", seed]
    results = train_neuralnet.main(words)
    assert len(results["train_acc_list"]) == len(results["test_acc_list"]) == 17
    assert results["test_acc"] > 0.96
