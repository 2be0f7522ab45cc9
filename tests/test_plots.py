"""Figures of a training run and of its errors, checked through Matplotlib's objects."""

from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest

from common.layers import Affine
from common.network import Network
from common.trainer import Trainer
from lab import plots


def curves(ax):
    return {line.get_label(): (list(line.get_xdata()), list(line.get_ydata())) for line in ax.lines}


def test_accuracy_curves_are_those_of_training_and_test():
    _, ax = plots.figure()
    plots.accuracy_curves(ax, [0.1, 0.5], [0.2, 0.4])
    assert curves(ax) == {"train": ([0, 1], [0.1, 0.5]), "test": ([0, 1], [0.2, 0.4])}


# ---------------------------------------------------------------- a training run


def trained(**options):
    rng = np.random.default_rng(0)
    x, t = rng.standard_normal((20, 3)), rng.integers(2, size=20)
    net = Network({"Affine1": Affine(np.zeros((3, 2)), np.zeros(2))})
    trainer = Trainer(net, x, t, x[:5], t[:5], 3, 5, verbose=False, rng=0, **options)
    trainer.train()
    return trainer


def test_history_of_a_training():
    trainer = trained()
    left, right = plots.history(trainer).axes
    assert list(left.lines[0].get_ydata()) == trainer.train_loss_list
    assert left.get_yscale() == "linear"
    epochs = [0, 1, 2]
    assert curves(right) == {
        "train": (epochs, trainer.train_acc_list),
        "test": (epochs, trainer.test_acc_list),
    }
    assert (right.get_title(), right.get_ylabel()) == ("Accuracy", "accuracy")


def test_history_without_accuracies():
    (only,) = plots.history(trained(evaluate_sample_num_per_epoch=0)).axes
    assert len(only.lines[0].get_ydata()) == 12


def test_history_of_a_regression_without_test_data():
    trainer = SimpleNamespace(
        train_loss_list=[1000.0, 9.0, 0.1, 0.01, 0.02],
        train_acc_list=[-0.5, 0.25, 0.9],
        test_acc_list=[],
        measure="R^2",
        evaluate_every=2,
        iter_per_epoch=4,
    )
    left, right = plots.history(trainer).axes
    assert left.get_yscale() == "log"
    assert curves(right) == {"train": ([0, 0.5, 1], [-0.5, 0.25, 0.9])}
    assert (right.get_title(), right.get_ylabel()) == ("R^2", "R^2")
    assert right.get_ylim()[0] == -0.5
    trainer.train_acc_list[0] = -1e6
    assert plots.history(trainer).axes[1].get_ylim()[0] == -1


@pytest.mark.parametrize(
    "losses", [[5.0], [900.0, 0.0, 0.0], [900.0, -1.0, 1.0], [100.0, 1.0, 1.0]]
)
def test_losses_on_a_linear_axis(losses):
    _, ax = plots.figure()
    plots.mini_batch_losses(ax, losses)
    assert ax.get_yscale() == "linear"
    assert ax.get_ylim()[0] == min(0, *losses)


def test_history_of_nothing():
    for trainer in (None, 3, SimpleNamespace(train_loss_list=[]), plots):
        with pytest.raises(ValueError, match="expected a Trainer that has trained"):
            plots.history(trainer)


# ---------------------------------------------------------------- its mistakes


def test_a_confusion_matrix():
    figure = plots.confusion(None, [[7, 3, 0], [0, 900, 1], [2, 0, 5]])
    (ax,) = figure.axes
    texts = {text.get_position(): text.get_text() for text in ax.texts}
    # by column and row; empty for a count of 0
    assert texts == {(0, 0): "7", (1, 0): "3", (1, 1): "900", (2, 1): "1", (0, 2): "2", (2, 2): "5"}
    colors = ax.images[0].to_rgba(ax.images[0].get_array())
    red, green = colors[..., 0], colors[..., 1]
    assert (red == green)[np.eye(3, dtype=bool)].all()  # right answers are grey
    assert green[0, 1] < green[2, 0] < green[1, 2] < green[0, 2]  # 3, 2, 1, 0 wrong ones
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0", "1", "2"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "true class")


def test_a_confusion_matrix_with_names_on_axes_that_are_there():
    figure, (left, right) = plots.figure(1, 2)
    assert plots.confusion(right, np.eye(2, dtype=int), np.array(["cat", "dog"])) is figure
    assert [label.get_text() for label in right.get_yticklabels()] == ["cat", "dog"]
    assert not left.images
    plots.confusion(None, np.zeros((20, 20), int)).canvas.draw()  # no answers, many classes


@pytest.mark.parametrize(
    ("matrix", "labels", "message"),
    [
        ([[1, 2]], None, r"the matrix has shape \(1, 2\); expected \(C, C\)"),
        ([1, 2], None, "expected .C, C."),
        (np.zeros((0, 0), int), None, "expected .C, C."),
        (np.eye(2), None, "expected integers >= 0"),
        ([[1, -1], [0, 1]], None, "expected integers >= 0"),
        ([["a"]], None, "expected integers >= 0"),
        ([[1, 2], [3]], None, "rows of different lengths"),
        (np.eye(2, dtype=int), ["one"], r"labels has shape \(1,\); expected \(2,\)"),
        (np.eye(2, dtype=int), [], r"labels has shape \(0,\); expected \(2,\)"),
        (np.eye(2, dtype=int), 3, r"labels has shape \(\); expected \(2,\)"),
    ],
)
def test_bad_confusion_matrices(matrix, labels, message):
    with pytest.raises(ValueError, match=message):
        plots.confusion(None, matrix, labels)
    assert plt.get_fignums() == []
