"""Train the two-layer network on digits, mini-batch by mini-batch (sections 4.5.2 and 4.5.3).

    python ch04/train_neuralnet.py
    python ch04/train_neuralnet.py --gradient numerical --iters 20

You will see the accuracies on training and test data rise together, epoch by epoch; the figure
shows the loss of each mini-batch (figure 4-11) and the accuracies (figure 4-12). About 15 seconds;
the numerical gradient takes days for the same, and says so before it starts.
"""

import sys
import time
from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure
from tqdm import tqdm

from ch04.two_layer_net import TwoLayerNet
from common.batches import MiniBatches
from common.io.progress import progress
from common.randomness import Seed, random_generator
from common.threads import one_blas_thread
from dataset.mnist import data_name, load_mnist
from lab import plots


def train(
    net: TwoLayerNet,
    data: tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]],
    iters: int,
    batch_size: int,
    learning_rate: float,
    rng: Seed,
    numerical: bool = False,
) -> dict[str, list[float]]:
    """Run the learning algorithm of section 4.5; `net` is changed.

    Returns
    -------
    dict
        ``train_loss_list``, the loss of each mini-batch after its update; ``train_acc_list`` and
        ``test_acc_list``, accuracies on all the data at the beginning of each epoch.
    """
    (x_train, t_train), (x_test, t_test) = data
    batches = MiniBatches(len(x_train), batch_size, random_generator(rng))
    iter_per_epoch = max(len(x_train) // batch_size, 1)
    result: dict[str, list[float]] = {
        "train_loss_list": [],
        "train_acc_list": [],
        "test_acc_list": [],
    }
    for i in progress(range(iters), "training", unit="batch"):
        batch = next(batches)  # 1. a mini-batch
        x, t = x_train[batch], t_train[batch]
        grad = net.numerical_gradient(x, t) if numerical else net.gradient(x, t)  # 2. its gradient
        for key in net.params:  # 3. a small step against the gradient
            net.params[key] -= learning_rate * grad[key]
        result["train_loss_list"].append(net.loss(x, t))
        if i % iter_per_epoch == 0:
            train_acc, test_acc = net.accuracy(x_train, t_train), net.accuracy(x_test, t_test)
            result["train_acc_list"].append(train_acc)
            result["test_acc_list"].append(test_acc)
            tqdm.write(f"train acc, test acc | {train_acc:.4f}, {test_acc:.4f}", file=sys.stdout)
    return result


def estimate(net: TwoLayerNet, x: np.ndarray, t: np.ndarray, iters: int) -> float:
    """Return how many seconds the numerical gradient will take, from the time of some losses."""
    repeats = 200
    start = time.perf_counter()
    for _ in range(repeats):
        net.loss(x, t)
    per_loss = (time.perf_counter() - start) / repeats
    return iters * 2 * sum(param.size for param in net.params.values()) * per_loss


def draw(result: dict[str, list[float]], data: str) -> Figure:
    """Draw figure 4-11, the loss of all and of the first 1,000 mini-batches, and figure 4-12."""
    losses = result["train_loss_list"]
    fig, (left, middle, right) = plots.figure(1, 3, size=(13, 4))
    for ax, number in ((left, len(losses)), (middle, min(1000, len(losses)))):
        plots.mini_batch_losses(ax, losses[:number])
        ax.set_title(f"Figure 4-11: the loss, {number:,} mini-batches")
    plots.accuracy_curves(
        right, result["train_acc_list"], result["test_acc_list"], "Figure 4-12: accuracy"
    )
    fig.suptitle(f"TwoLayerNet of chapter 4, data: {data}")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Train, print the accuracies, and draw figures 4-11 and 4-12."""
    parser = cli.parser(__doc__, data=True)
    cli.add_training_flags(parser, iters=10_000, batch_size=100, lr=0.1)
    parser.add_argument("--hidden-size", type=cli.at_least(1), default=50, help="default: 50")
    parser.add_argument(
        "--gradient",
        choices=["backprop", "numerical"],
        default="backprop",
        help="how (default: backprop)",
    )
    args = cli.parse(parser, argv, iters=1200)
    numerical = args.gradient == "numerical"
    if numerical:  # so slow that quick is something else
        args = cli.parse(parser, argv, iters=2, hidden_size=5)

    name = data_name(args.data)
    print(f"data: {name}")
    data = load_mnist(normalize=True, one_hot_label=True, source=name)
    rng = np.random.default_rng(args.seed)
    net = TwoLayerNet(784, args.hidden_size, 10, rng=rng)
    with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
        if numerical:
            x, t = data[0][0][: args.batch_size], data[0][1][: args.batch_size]
            duration = tqdm.format_interval(estimate(net, x, t, args.iters))
            print(f"{args.iters} numerical gradients will take about {duration} ([h:]min:s)")
        result = train(net, data, args.iters, args.batch_size, args.lr, rng, numerical)
        test_acc = net.accuracy(*data[1])
    print(f"test accuracy after {args.iters} mini-batches: {test_acc:.4f}")
    return cli.finish(
        args, __file__, {"data": name, "test_acc": test_acc, **result}, draw(result, name)
    )


if __name__ == "__main__":
    cli.run(main)
