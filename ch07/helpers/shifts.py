"""How much the layers of a SimpleConvNet, and its answers, change when digits move (7.3)."""

from typing import Any

import numpy as np

from ch07.simple_convnet import SimpleConvNet
from common.augment import transform

DIRECTIONS = ((0, 1), (0, -1), (1, 0), (-1, 0))  # down, to the right
FARTHEST = 4  # pixels: about the width of a digit's black border


def stages(net: SimpleConvNet, x: np.ndarray) -> dict[str, np.ndarray]:
    """Return images, (N, 1, 28, 28), the outputs of some layers, and the scores, (N, 10)."""
    seen, out = {}, x
    for name, layer in net.layers.items():
        seen[name] = out = layer.forward(out, train_flg=False)
    return {
        "the image": x,
        "after convolution and ReLU": seen["Relu1"],  # (N, 30, 24, 24)
        "subsampled by 2, no maximum": seen["Relu1"][:, :, ::2, ::2],
        "the largest of four: pooling": seen["Pool1"],  # (N, 30, 12, 12)
        "scores": out,
    }


def measure(net: SimpleConvNet, x: np.ndarray, t: np.ndarray) -> dict[str, Any]:
    """Return by distance how much each layer changes, and how often the answer stays the same.

    A change is the norm of the difference, relative to the norm before the move. All numbers are
    means over moves up, down, left and right.
    """
    before = stages(net, x)
    answer = before["scores"].argmax(axis=1)  # (N,)
    changes = {name: np.zeros(FARTHEST + 1) for name in before if name != "scores"}
    same, accuracy = np.zeros(FARTHEST + 1), np.zeros(FARTHEST + 1)
    same[0], accuracy[0] = 1, (answer == t).mean()
    for distance in range(1, FARTHEST + 1):
        for down, right in DIRECTIONS:
            after = stages(net, transform(x, down=distance * down, right=distance * right))
            for name, values in changes.items():
                size = np.linalg.norm(before[name])
                values[distance] += np.linalg.norm(after[name] - before[name]) / size / 4
            moved_answer = after["scores"].argmax(axis=1)
            same[distance] += (moved_answer == answer).mean() / 4
            accuracy[distance] += (moved_answer == t).mean() / 4
    return {"change": changes, "same_answer": same, "accuracy": accuracy}
