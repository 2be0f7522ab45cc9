"""Train SimpleConvNet on MNIST (section 7.5).

    python ch07/train_convnet.py

You will see the accuracy on 1,000 training and 1,000 test digits at the beginning of each epoch,
and that on all test digits at the end: about 0.987 on MNIST (the book: 0.9896). The weights are
saved under ``outputs``. 2 minutes. Those that come with it, 0.9938, were made in 5 minutes by

    python ch07/train_convnet.py --augment --decay --epochs 40 --lr 0.002

which moves the digits a little and lets the learning rate fall (8.1.2, 6.1.5).
"""

from collections.abc import Sequence
from typing import Any

try:
    from common import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from ch07.simple_convnet import WEIGHTS, SimpleConvNet
from common import image_training
from dataset.mnist import data_name, load_mnist


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Train, evaluate, save the weights and draw the accuracies."""
    args = image_training.parse(cli.parser(__doc__, data=True), argv)
    path = image_training.weights_path(args, WEIGHTS)
    name = data_name(args.data)
    print(f"data: {name}")
    digits = load_mnist(flatten=False, source=name)
    results, figure = image_training.run(args, SimpleConvNet, path, name, digits)
    return cli.finish(args, __file__, results, figure)


if __name__ == "__main__":
    cli.run(main)
