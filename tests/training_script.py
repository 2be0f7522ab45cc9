"""A script that trains with a Trainer and a checkpoint, for the tests that stop and kill it.

python tests/training_script.py --checkpoint c.npz
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ch05.two_layer_net import TwoLayerNet
from common import cli, plots
from common.optimizer import SGD
from common.trainer import Trainer
from dataset.mnist import data_name, load_mnist


def draw(trainer: Trainer, data: str) -> Figure:
    """Draw the loss of each mini-batch, and the accuracies per epoch."""
    fig, (left, right) = plots.figure(1, 2, size=(10.5, 4))
    left.plot(trainer.train_loss_list, linewidth=0.6)
    left.set(xlabel="iteration", ylabel="loss of the mini-batch", title="Loss", ylim=(0, None))
    plots.accuracy_curves(right, trainer.train_acc_list, trainer.test_acc_list)
    fig.suptitle(f"TwoLayerNet, back-propagation, data: {data}")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Train, print the accuracies, and draw the curves."""
    parser = cli.parser(__doc__, data=True)
    cli.add_training_flags(parser, iters=10_000, batch_size=100, lr=0.1)
    parser.add_argument("--hidden-size", type=cli.at_least(1), default=50, help="default: 50")
    parser.add_argument(
        "--shuffle",
        action="store_true",
        help="see every sample once per epoch, instead of drawing each batch at random",
    )
    parser.add_argument(
        "--checkpoint",
        type=Path,
        metavar="FILE",
        help="an .npz file to save the training in, and to go on from after Ctrl-C",
    )
    args = cli.parse(parser, argv, iters=1200)

    name = data_name(args.data)
    print(f"data: {name}")
    train, test = load_mnist(normalize=True, one_hot_label=True, source=name)
    rng = np.random.default_rng(args.seed)
    net = TwoLayerNet(784, args.hidden_size, 10, rng=rng)
    trainer = Trainer(
        net,
        *train,
        *test,
        max_iter=args.iters,
        mini_batch_size=args.batch_size,
        optimizer=SGD(args.lr),
        shuffle=args.shuffle,
        rng=rng,
        checkpoint=args.checkpoint,
    )
    trainer.train()
    results = {
        "data": name,
        "test_acc": net.accuracy(*test),
        "train_loss_list": trainer.train_loss_list,
        "train_acc_list": trainer.train_acc_list,
        "test_acc_list": trainer.test_acc_list,
    }
    return cli.finish(args, __file__, results, draw(trainer, name))


if __name__ == "__main__":
    cli.run(main)
