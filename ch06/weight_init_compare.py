"""Three standard deviations of the first weights, one training each (section 6.2.4, figure 6-15).

    python ch06/weight_init_compare.py

trains a network of five layers with ReLU three times on the same mini-batches; only the first
weights differ. With a standard deviation of 0.01 the loss stays at ln 10 = 2.303, that of guessing;
with Xavier and He it falls, with He faster. About 9 seconds.
"""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

try:
    from common import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from common import plots
from common.multi_layer_net import MultiLayerNet
from common.optimizer import SGD
from common.train_together import train_together
from common.trainer import Trainer
from dataset.mnist import data_name, load_mnist

STDS: dict[str, float | str] = {"std=0.01": 0.01, "Xavier": "sigmoid", "He": "relu"}


def trainers(args: argparse.Namespace, data: str) -> dict[str, Trainer]:
    """Return a trainer for each standard deviation; all will see the same mini-batches."""
    train, test = load_mnist(source=data)
    hidden = [args.hidden_size] * args.hidden_layers
    return {
        name: Trainer(
            MultiLayerNet(784, hidden, 10, args.activation, std, rng=args.seed),
            *train,
            *test,
            max_iter=args.iters,
            mini_batch_size=args.batch_size,
            optimizer=SGD(args.lr),
            evaluate_sample_num_per_epoch=1000,
            verbose=False,
            shuffle=False,
            rng=args.seed,
        )
        for name, std in STDS.items()
    }


def draw(losses: Mapping[str, Sequence[float]], title: str) -> Figure:
    """Draw figure 6-15: the losses of the three trainings."""
    fig, ax = plots.figure(size=(7.5, 4.8))
    plots.loss_curves(ax, losses, title)
    ax.axhline(np.log(10), color="gray", linestyle=":", label="ln 10: guessing")
    ax.legend()
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Train with each standard deviation, print how far each came, and draw figure 6-15."""
    parser = cli.parser(__doc__, data=True)
    cli.add_training_flags(parser, iters=2000, batch_size=128, lr=0.01)
    add = parser.add_argument
    add("--hidden-layers", type=cli.at_least(0), default=4, help="default: 4")
    add("--hidden-size", type=cli.at_least(1), default=100, help="default: 100")
    add("--activation", choices=["relu", "sigmoid"], default="relu", help="default: relu")
    args = cli.parse(parser, argv, iters=400)

    data = data_name(args.data)
    print(f"data: {data}")
    trained = trainers(args, data)
    train_together(*trained.values())
    results: dict[str, Any] = {"data": data, "mean_loss": {}, "final_loss": {}, "test_acc": {}}
    for name, trainer in trained.items():
        losses = trainer.train_loss_list
        accuracy = trainer.network.accuracy(trainer.x_test, trainer.t_test)
        results["mean_loss"][name] = mean = float(np.mean(losses))
        results["final_loss"][name] = final = float(np.mean(losses[-100:]))
        results["test_acc"][name] = accuracy
        last = min(100, len(losses))
        print(f"{name:8}  mean loss {final:.3f} of the last {last} batches,", end=" ")
        print(f"{mean:.3f} of all; test accuracy {accuracy:.4f}")
    results["train_loss_list"] = {name: one.train_loss_list for name, one in trained.items()}
    title = f"Figure 6-15: {args.hidden_layers + 1} layers, {args.activation}, data: {data}"
    return cli.finish(args, __file__, results, draw(results["train_loss_list"], title))


if __name__ == "__main__":
    cli.run(main)
