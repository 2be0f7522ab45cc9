"""Train the small AlexNet on MNIST (section 7.7.2).

    python ch07/train_alexnet.py --augment --decay --lr 0.002 --threads 1

made the weights that come with it: 0.9940 of the test digits after 10 epochs, with the digits moved
a little and a learning rate that falls (8.1.2, 6.1.5). You will see the accuracy on 1,000 training
and 1,000 test digits at the beginning of each epoch, and that on all test digits at the end. The
weights are saved under ``outputs``. 5 minutes of one core, on a busy machine.
"""

from collections.abc import Sequence
from typing import Any

try:
    from common import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from ch07.alexnet import WEIGHTS, AlexNet
from common import image_training
from dataset.mnist import data_name, load_mnist


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Train, evaluate, save the weights and draw the accuracies."""
    parser = cli.parser(__doc__, data=True)
    args = image_training.parse(parser, argv, epochs=10, samples=300)
    path = image_training.weights_path(args, WEIGHTS)
    name = data_name(args.data)
    print(f"data: {name}")
    digits = load_mnist(flatten=False, source=name)
    results, figure = image_training.run(args, AlexNet, path, name, digits)
    return cli.finish(args, __file__, results, figure)


if __name__ == "__main__":
    cli.run(main)
