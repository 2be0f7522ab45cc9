"""EarlyStopping: when it stops, what it keeps, and that a resumed training ends the same."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from common.early_stopping import EarlyStopping
from common.multi_layer_net_extend import MultiLayerNetExtend
from common.trainer import Trainer, train_together

RNG = np.random.default_rng(0)
X, T = RNG.standard_normal((60, 6)).astype(np.float32), RNG.integers(3, size=60)


class Scores:
    """A network with given accuracies, whose parameter counts the evaluations."""

    def __init__(self, *scores):
        self.left, self.params = list(scores), {"W1": np.zeros(1)}

    def loss(self, x, t):
        return 1.0

    def gradient(self, x, t):
        return {"W1": np.array([-1.0])}

    def accuracy(self, x, t):
        return self.left.pop(0)


def trained(scores, patience=None, epochs=5, **options):
    stopping = EarlyStopping(X[:5], T[:5], patience)
    trainer = Trainer(
        Scores(*scores), X, T, epochs=epochs, mini_batch_size=60, optimizer_param={"lr": 1.0},
        early_stopping=stopping, evaluate_sample_num_per_epoch=0, **options,
    )  # fmt: skip
    trainer.train()
    return trainer, stopping


def test_what_measured_one_training_is_refused_by_another():
    first = make()
    first.train()
    second = make()
    second.early_stopping = first.early_stopping
    with pytest.raises(ValueError, match="was used in another training run; expected a new one"):
        second.train()
    pair = [make(), make()]
    pair[1].early_stopping = pair[0].early_stopping
    with pytest.raises(ValueError, match="two trainers share one early_stopping"):
        train_together(*pair)


@pytest.mark.parametrize("bad", [3, (X, T), EarlyStopping])
def test_objects_that_are_not_early_stopping_are_refused(bad):
    with pytest.raises(ValueError, match=r"early_stopping is .*; expected a common"):
        Trainer(network(), X, T, early_stopping=bad)


def test_scores_that_are_never_numbers_are_said():
    with pytest.warns(RuntimeWarning, match="on the validation data was always NaN"):
        trained([np.nan, np.nan], 2, verbose=False)


def test_plain_numbers_are_kept_too():
    class Plain(Scores):
        def __init__(self, *scores):
            self.left, self.params = list(scores), {"a": 0.0}

        def gradient(self, x, t):
            return {"a": -1.0}

    stopping, net = EarlyStopping(X[:5], T[:5]), Plain(0.5, 0.9, 0.1)
    Trainer(
        net, X, T, epochs=3, mini_batch_size=60, optimizer_param={"lr": 1.0}, verbose=False,
        early_stopping=stopping, evaluate_sample_num_per_epoch=0,
    ).train()  # fmt: skip
    assert net.params == {"a": 2.0}


@pytest.mark.parametrize(
    ("scores", "patience", "epochs", "best"),
    [
        ([0.1, 0.2, 0.3, 0.4, 0.5], 2, 5, 5),
        ([0.3, 0.5, 0.4, 0.4, 0.9], 2, 4, 2),
        ([0.3, 0.5, 0.4, 0.4, 0.9], None, 5, 5),
        ([0.5, 0.5, 0.5, 0.5, 0.5], 3, 4, 1),  # the same again is no gain
        ([np.nan, 0.2, np.nan, np.nan, 0.1], 2, 4, 2),
    ],
)
def test_where_it_stops_and_what_it_keeps(scores, patience, epochs, best):
    trainer, stopping = trained(scores, patience, verbose=False)
    assert trainer.current_iter == len(stopping.scores) == epochs
    assert stopping.best_epoch == best
    assert trainer.network.params["W1"].tolist() == [best]  # a step of 1 each epoch


def test_a_part_of_an_epoch_at_the_end_counts():
    trainer, stopping = trained([0.1, 0.9], epochs=1.5, verbose=False)
    assert trainer.current_iter == 1
    assert stopping.scores == [0.1]
    stopping = EarlyStopping(X[:5], T[:5])
    net = Scores(0.1, 0.9)
    Trainer(
        net, X, T, max_iter=3, mini_batch_size=30, early_stopping=stopping, verbose=False,
        evaluate_sample_num_per_epoch=0,
    ).train()  # fmt: skip
    assert stopping.scores == [0.1, 0.9]


def test_early_stopping_is_printed(capsys):
    trained([0.3, 0.5, 0.4, 0.4, 0.9], 2)
    assert "best weights: after 2 epochs, accuracy 0.5000 on the validation data" in (
        capsys.readouterr().out
    )


def network():
    return MultiLayerNetExtend(6, [8], 3, use_batchnorm=True, use_dropout=True, rng=0)


def make(path=None, epochs=12, patience=3, **options):
    stopping = EarlyStopping(X[40:], T[40:], patience)
    return Trainer(
        network(), X[:40], T[:40], epochs=epochs, mini_batch_size=10, optimizer="adam",
        early_stopping=stopping, checkpoint=path, verbose=False, rng=0, **options,
    )  # fmt: skip


@pytest.mark.parametrize("threads", [1, 2])
def test_the_best_weights_and_averages_are_in_the_network(threads):
    trainer = make(patience=None, threads=threads)
    trainer.train()
    stopping = trainer.early_stopping
    assert 0 < stopping.best_epoch < 12
    assert trainer.network.accuracy(X[40:], T[40:]) == max(stopping.scores)
    net = trainer.network if threads == 1 else trainer.network.network
    for key, value in {**net.params, **net.state}.items():
        assert_array_equal(value, stopping.best[key])


def test_an_interrupted_training_stops_at_the_same_place(tmp_path):
    whole = make(tmp_path / "one.npz")
    whole.train()
    assert whole.current_iter < whole.max_iter
    path = tmp_path / "two.npz"
    make(path, epochs=1).train()
    resumed = make(path)
    resumed.train()
    assert resumed.early_stopping.scores == whole.early_stopping.scores
    assert resumed.train_loss_list == whole.train_loss_list
    for key, value in whole.network.params.items():
        assert_array_equal(resumed.network.params[key], value)
    again = make(path)
    again.train()  # at its end already
    assert again.early_stopping.scores == whole.early_stopping.scores
    assert_array_equal(again.network.params["W1"], whole.network.params["W1"])


def test_other_settings_are_refused(tmp_path):
    path = tmp_path / "c.npz"
    make(path, epochs=1).train()
    with pytest.raises(ValueError, match="patience 3; this one has 4"):
        make(path, patience=4).train()
    other = make(path)
    other.early_stopping.t_val = 1 - T[40:].clip(0, 1)
    other = Trainer(
        network(), X[:40], T[:40], epochs=12, mini_batch_size=10, optimizer="adam", checkpoint=path,
        verbose=False, rng=0,
    )  # fmt: skip
    with pytest.raises(ValueError, match="patience 3; this one has None"):
        other.train()


@pytest.mark.parametrize("bad", [0, -1, 1.5, "3", True])
def test_a_patience_that_does_not_fit_is_refused(bad):
    with pytest.raises(ValueError, match="patience is"):
        EarlyStopping(X, T, bad)


def test_data_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="the same number"):
        EarlyStopping(X, T[:3])


# ---------------------------------------------------------------- the Trainer without test data


def test_a_trainer_without_test_data(capsys):
    trainer = Trainer(network(), X, T, epochs=2, mini_batch_size=20, rng=0)
    trainer.train()
    assert len(trainer.train_acc_list) == 2
    assert trainer.test_acc_list == []
    assert np.isnan(trainer.test_acc)
    printed = capsys.readouterr().out
    assert "train acc" in printed
    assert "test" not in printed


def test_a_trainer_without_test_data_resumes(tmp_path):
    def run(epochs):
        trainer = Trainer(
            network(), X, T, epochs=epochs, rng=0, verbose=False, checkpoint=tmp_path / "c.npz"
        )
        trainer.train()
        return trainer

    run(1)
    assert len(run(3).train_acc_list) == 3


@pytest.mark.parametrize("test_data", [(X, None), (None, T)])
def test_half_of_the_test_data_is_refused(test_data):
    with pytest.raises(ValueError, match="expected"):
        Trainer(network(), X, T, *test_data)


def test_samples_in_float64_are_converted_where_the_network_is_in_float32():
    trainer = Trainer(network(), X.astype(np.float64), T, X.astype(np.float64), T, verbose=False)
    assert trainer.x_train.dtype == trainer.x_test.dtype == np.float32
    net = network()
    net.params = {key: value.astype(np.float64) for key, value in net.params.items()}
    assert Trainer(net, X.astype(np.float64), T, verbose=False).x_train.dtype == np.float64
