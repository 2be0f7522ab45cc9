"""A script that trains with a Trainer and a checkpoint, for the tests that stop and kill it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ch05.two_layer_net import TwoLayerNet
from common.optimizer import SGD
from common.trainer import Trainer
from dataset.mnist import data_name, load_mnist
from lab import cli


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Train, and save the curves as numbers."""
    parser = cli.parser(__doc__, data=True)
    cli.add_training_flags(parser, iters=10_000, batch_size=100, lr=0.1)
    parser.add_argument("--hidden-size", type=int, default=50)
    parser.add_argument("--shuffle", action="store_true")
    parser.add_argument("--checkpoint", type=Path)
    args = cli.parse(parser, argv, iters=1200)

    name = data_name(args.data)
    print(f"data: {name}")
    train, test = load_mnist(normalize=True, one_hot_label=True, source=name)
    rng = np.random.default_rng(args.seed)
    options = {"max_iter": args.iters, "mini_batch_size": args.batch_size, "shuffle": args.shuffle}
    trainer = Trainer(
        *(TwoLayerNet(784, args.hidden_size, 10, rng=rng), *train, *test),
        optimizer=SGD(args.lr),
        rng=rng,
        checkpoint=args.checkpoint,
        **options,
    )
    trainer.train()
    results = {
        "data": name,
        "test_acc": trainer.test_acc,
        "train_loss_list": trainer.train_loss_list,
        "train_acc_list": trainer.train_acc_list,
        "test_acc_list": trainer.test_acc_list,
    }
    return cli.finish(args, __file__, results)


if __name__ == "__main__":
    cli.run(main)
