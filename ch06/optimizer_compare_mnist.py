"""How fast the optimizers learn MNIST (section 6.1.8, figure 6-9).

    python ch06/optimizer_compare_mnist.py
    python ch06/optimizer_compare_mnist.py --optimizers sgd --lr 0.1

One network of 5 layers for each optimizer, with the same first weights and the same mini-batches.
You will see the loss of Momentum, AdaGrad and Adam fall much faster than that of SGD, all with
their own default learning rates. About 13 seconds.
"""

from argparse import Namespace
from collections.abc import Mapping, Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from common.multi_layer_net import MultiLayerNet
from common.optimizer import BY_NAME
from common.train_together import train_together
from common.trainer import Trainer
from dataset.mnist import data_name, load_mnist
from lab import plots

Pair = tuple[np.ndarray, np.ndarray]


def draw(results: Mapping[str, Any], data: str) -> Figure:
    """Draw figure 6-9: the loss of each mini-batch, before the update that it leads to."""
    fig, ax = plots.figure(size=(7.5, 5))
    losses = {
        f"{name}, test accuracy {result['test_acc']:.3f}": result["train_loss_list"]
        for name, result in results.items()
    }
    plots.loss_curves(ax, losses, f"Figure 6-9: the loss by optimizer, data: {data}")
    return fig


def trainers(args: Namespace, train: Pair, test: Pair) -> dict[str, Trainer]:
    """Return a trainer for each optimizer: the same weights, and the same mini-batches to come."""
    result = {}
    for key in args.optimizers:
        rng = np.random.default_rng(args.seed)
        result[BY_NAME[key].__name__] = Trainer(
            MultiLayerNet(784, [args.hidden_size] * args.hidden_layers, 10, rng=rng),
            *train,
            *test,
            mini_batch_size=args.batch_size,
            optimizer=key,
            optimizer_param=None if args.lr is None else {"lr": args.lr},
            evaluate_sample_num_per_epoch=1000,
            verbose=False,
            max_iter=args.iters,
            shuffle=args.shuffle,
            rng=rng,
        )
    return result


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Train a network with each optimizer, print and draw how well each one did."""
    parser = cli.parser(__doc__, data=True)
    add = parser.add_argument
    add("--iters", type=cli.at_least(1), default=2000, help="mini-batches (default: 2000)")
    add("--batch-size", type=cli.at_least(1), default=128, help="samples in each (default: 128)")
    add("--hidden-layers", type=cli.at_least(0), default=4, help="how many (default: 4)")
    add("--hidden-size", type=cli.at_least(1), default=100, help="neurons of each (default: 100)")
    add("--lr", type=cli.positive, help="learning rate for all (default: for each its own)")
    add("--shuffle", action="store_true", help="see every sample once per epoch")
    book = ["sgd", "momentum", "adagrad", "adam"]
    add("--optimizers", nargs="+", choices=list(BY_NAME), default=book, help="default: the book's")
    args = cli.parse(parser, argv, iters=200)

    data = data_name(args.data)
    print(f"data: {data}")
    train, test = load_mnist(source=data)
    made = trainers(args, train, test)
    train_together(*made.values())
    results: dict[str, Any] = {}
    for name, trainer in made.items():
        losses, test_acc = trainer.train_loss_list, trainer.network.accuracy(*test)
        last = float(np.mean(losses[-100:]))
        print(f"{name:9} loss of the last 100 batches {last:.4f}, test accuracy {test_acc:.4f}")
        results[name] = {"train_loss_list": losses, "last_loss": last, "test_acc": test_acc}
    return cli.finish(args, __file__, {"data": data, **results}, draw(results, data))


if __name__ == "__main__":
    cli.run(main)
