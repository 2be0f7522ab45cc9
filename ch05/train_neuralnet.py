"""Train the two-layer network by back-propagation (section 5.7.4).

    python ch05/train_neuralnet.py

You will see the accuracies on training and test data at the beginning of each epoch. The figure
shows both, and the loss of each mini-batch. On MNIST the final test accuracy is above 0.96. The
loop is that of section 4.5; only the gradient now comes from the layers. About 7 seconds.
"""

import argparse
import sys

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from tqdm import tqdm

from ch05.two_layer_net import TwoLayerNet
from common.io.progress import progress
from common.threads import one_blas_thread
from lab.digits import Digits, digits
from lab.plots import Figure
from lab.script import Flag, Results
from lab.training import LAST

FLAGS = {
    "iters": Flag(10_000, "mini-batches", quick=1200),
    "batch_size": Flag(100, "samples in a mini-batch"),
    "lr": Flag(0.1, "learning rate"),
    "hidden_size": Flag(50, "neurons of the hidden layer"),
}


def train(
    net: TwoLayerNet,
    data: tuple[Digits, Digits],
    iters: int,
    batch_size: int,
    learning_rate: float,
    rng: np.random.Generator,
) -> dict[str, list[float]]:
    """Run the learning algorithm of section 4.5, with back-propagation; it changes `net`.

    Returns
    -------
    dict
        ``train_loss_list``, the loss of each mini-batch after its update; ``train_acc_list`` and
        ``test_acc_list``, accuracies on all the data at the beginning of each epoch.
    """
    (x_train, t_train), (x_test, t_test) = data
    iter_per_epoch = max(len(x_train) // batch_size, 1)
    train_loss_list, train_acc_list, test_acc_list = [], [], []
    for i in progress(range(iters), "training", unit="batch"):
        batch_mask = rng.integers(len(x_train), size=batch_size)
        x_batch, t_batch = x_train[batch_mask], t_train[batch_mask]

        grad = net.gradient(x_batch, t_batch)  # by back-propagation
        for key in ("W1", "b1", "W2", "b2"):
            net.params[key] -= learning_rate * grad[key]

        train_loss_list.append(net.loss(x_batch, t_batch))
        if i % iter_per_epoch == 0:
            train_acc_list.append(net.accuracy(x_train, t_train))
            test_acc_list.append(net.accuracy(x_test, t_test))
            accuracies = f"{train_acc_list[-1]:.4f}, {test_acc_list[-1]:.4f}"
            tqdm.write(f"train acc, test acc | {accuracies}", file=sys.stdout)
    return {
        "train_loss_list": train_loss_list,
        "train_acc_list": train_acc_list,
        "test_acc_list": test_acc_list,
    }


def experiment(args: argparse.Namespace) -> Results:
    """Train; print and return the accuracies, and return the losses."""
    data = digits(args, one_hot_label=True)
    rng = np.random.default_rng(args.seed)
    net = TwoLayerNet(784, args.hidden_size, 10, rng=rng)
    with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
        lists = train(net, data, args.iters, args.batch_size, args.lr, rng)
    test_acc = net.accuracy(*data[1])
    print(f"test accuracy after {args.iters} mini-batches: {test_acc:.4f}")
    return {"test_acc": test_acc, **lists}


def draw(results: Results) -> Figure:
    """Draw the loss of each mini-batch, and the accuracies per epoch."""
    fig, (left, right) = plots.figure(1, 2, size=(9, 4))
    losses = results["train_loss_list"]
    plots.mini_batch_losses(left, losses)
    left.set_title(f"Loss at the end: {np.mean(losses[-LAST:]):.3f}")
    title = f"Test accuracy at the end: {results['test_acc']:.4f}"
    plots.accuracy_curves(right, results["train_acc_list"], results["test_acc_list"], title)
    right.legend(loc="lower right")
    fig.suptitle(f"TwoLayerNet, trained by back-propagation, data: {results['data']}")
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
