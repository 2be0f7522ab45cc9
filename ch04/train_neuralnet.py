"""Train the two-layer network on digits, mini-batch by mini-batch (sections 4.5.2 and 4.5.3).

    python ch04/train_neuralnet.py
    python ch04/train_neuralnet.py --gradient numerical --iters 20

You will see the accuracies on training and test data rise together in each epoch. The figure shows
the loss of each mini-batch (figure 4-11) and the accuracies (figure 4-12). About 15 seconds. With
the numerical gradient, training takes days: the script prints an estimate before it starts.
"""

import argparse
import sys

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from tqdm import tqdm

from ch04.helpers.duration import estimate
from ch04.two_layer_net import TwoLayerNet
from common.batches import MiniBatches
from common.io.progress import progress
from common.randomness import Seed, random_generator
from common.threads import one_blas_thread
from lab.digits import Digits, digits, first
from lab.plots import Figure
from lab.script import Flag, Results
from lab.training import LAST

SMALL = {"iters": 2, "hidden_size": 5}  # upper limits with --quick and the slow numerical gradient
FLAGS = {
    "iters": Flag(10_000, "mini-batches", quick=1200),
    "batch_size": Flag(100, "samples in a mini-batch"),
    "lr": Flag(0.1, "learning rate"),
    "hidden_size": Flag(50, "neurons of the hidden layer"),
    "gradient": Flag("backprop", "how the gradient is computed", choices=("backprop", "numerical")),
}


def train(
    net: TwoLayerNet,
    data: tuple[Digits, Digits],
    iters: int,
    batch_size: int,
    learning_rate: float,
    rng: Seed,
    numerical: bool = False,
) -> dict[str, list[float]]:
    """Run the learning algorithm of section 4.5; it changes `net`.

    Returns
    -------
    dict
        ``train_loss_list``, the loss of each mini-batch after its update; ``train_acc_list`` and
        ``test_acc_list``, accuracies on all the data at the beginning of each epoch.
    """
    (x_train, t_train), (x_test, t_test) = data
    batches = MiniBatches(len(x_train), batch_size, random_generator(rng))
    iter_per_epoch = max(len(x_train) // batch_size, 1)
    train_loss_list, train_acc_list, test_acc_list = [], [], []
    for i in progress(range(iters), "training", unit="batch"):
        batch = next(batches)  # 1. a mini-batch
        x, t = x_train[batch], t_train[batch]
        grad = net.numerical_gradient(x, t) if numerical else net.gradient(x, t)  # 2. its gradient
        for key in net.params:  # 3. a small step against the gradient
            net.params[key] -= learning_rate * grad[key]
        train_loss_list.append(net.loss(x, t))
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
    numerical = args.gradient == "numerical"
    if numerical and args.quick:
        vars(args).update({flag: min(vars(args)[flag], most) for flag, most in SMALL.items()})
    data = digits(args, one_hot_label=True)
    rng = np.random.default_rng(args.seed)
    net = TwoLayerNet(784, args.hidden_size, 10, rng=rng)
    with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
        if numerical:
            x, t = first(data[0], args.batch_size)
            duration = tqdm.format_interval(estimate(net, x, t, args.iters))
            print(f"{args.iters} numerical gradients will take about {duration} ([h:]min:s)")
        lists = train(net, data, args.iters, args.batch_size, args.lr, rng, numerical=numerical)
        test_acc = net.accuracy(*data[1])
    print(f"test accuracy after {args.iters} mini-batches: {test_acc:.4f}")
    return {"test_acc": test_acc, **lists}


def draw(results: Results) -> Figure:
    """Draw figure 4-11, the loss of all and of the first 1,000 mini-batches, and figure 4-12."""
    losses = results["train_loss_list"]
    fig, axes = plots.mosaic([["all", "first"], ["accuracy", "accuracy"]], size=(9, 7.5))
    for name, some in (("all", losses), ("first", losses[:1000])):
        plots.mini_batch_losses(axes[name], some)
        end = np.mean(some[-LAST:])
        axes[name].set_title(f"Figure 4-11: loss {end:.2f} after {len(some):,} mini-batches")
    train_acc, test_acc = results["train_acc_list"], results["test_acc_list"]
    gap = np.abs(np.subtract(train_acc, test_acc)).max()
    title = f"Figure 4-12: the accuracies differ by {gap:.3f} at most"
    plots.accuracy_curves(axes["accuracy"], train_acc, test_acc, title)
    axes["accuracy"].legend(loc="lower right")
    fig.suptitle(f"TwoLayerNet of chapter 4, data: {results['data']}")
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
