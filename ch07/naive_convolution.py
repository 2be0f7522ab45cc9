"""Convolution and pooling with plain loops, step by step (sections 7.2 and 7.3).

    python ch07/naive_convolution.py

Runs the examples of figures 7-3 to 7-22. Each is shown with its output, which is compared with the
expected one. A figure shows the order of computation (7-4). The functions here are simple and slow.
The layers in `common.layers` give the same results, much faster. About a second.
"""

import argparse
from typing import Any

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch07.helpers.convolution_examples import FILTER, IMAGE, SECTIONS
from ch07.helpers.tables import draw_convolution
from common.util import conv_output_size
from lab.plots import Figure
from lab.script import Results
from lab.tour import walk


def multiply_and_add(window: np.ndarray, W: np.ndarray) -> Any:
    """Return the sum of the products of a window and a filter: one output (figure 7-4)."""
    return np.sum(window * W)


def convolve_image(x: np.ndarray, W: np.ndarray, stride: int = 1) -> np.ndarray:
    """Slide a filter (FH, FW) over an image (H, W), by `stride` pixels each time (7-3, 7-7)."""
    FH, FW = W.shape
    OH, OW = conv_output_size(len(x), FH, stride), conv_output_size(len(x[0]), FW, stride)
    out = np.zeros((OH, OW), np.result_type(x, W))
    for i in range(OH):
        for j in range(OW):
            top, left = i * stride, j * stride
            out[i, j] = multiply_and_add(x[top : top + FH, left : left + FW], W)
    return out


def add_border(x: np.ndarray, pad: int, value: float = 0) -> np.ndarray:
    """Put a border of `pad` pixels around images (..., H, W) (7-6)."""
    return np.pad(x, [(0, 0)] * (x.ndim - 2) + [(pad, pad)] * 2, constant_values=value)


def convolve_channels(x: np.ndarray, W: np.ndarray, stride: int = 1) -> Any:
    """Convolve (C, H, W) and (C, FH, FW) channel by channel and add: (OH, OW) (7-8 to 7-10)."""
    if len(x) != len(W):
        raise ValueError(f"x has {len(x)} channels, the filter {len(W)}; expected the same number")
    return sum(convolve_image(channel, V, stride) for channel, V in zip(x, W, strict=True))


def convolution(x: np.ndarray, W: np.ndarray, b: np.ndarray, stride: int, pad: int) -> np.ndarray:
    """Return the map of each filter, plus its bias, for each image of a batch (7-11 to 7-13).

    The shapes: (N, C, H, W), (FN, C, FH, FW), (FN,) give (N, FN, OH, OW).
    """
    x = add_border(x, pad)
    maps = [[convolve_channels(image, one, stride) for one in W] for image in x]
    return np.array(maps) + b.reshape(-1, 1, 1)


def pooling(x: np.ndarray, pool_h: int, pool_w: int, stride: int, of: Any = np.max) -> np.ndarray:
    """Return the maximum of each window, channel by channel; `of` may be `np.mean` (7-14)."""
    N, C, H, W = x.shape
    OH, OW = conv_output_size(H, pool_h, stride), conv_output_size(W, pool_w, stride)
    out = np.zeros((N, C, OH, OW), x.dtype)
    for n, c, i, j in np.ndindex(out.shape):
        top, left = i * stride, j * stride
        out[n, c, i, j] = of(x[n, c, top : top + pool_h, left : left + pool_w])
    return out


def experiment(_: argparse.Namespace) -> Results:
    """Run all examples; raise ValueError if an output is not the expected one."""
    return {"outputs": walk(SECTIONS)[0]}


def draw(_: Results) -> Figure:
    """Draw figure 7-4: the filter at each position, and the output there."""
    numbers = convolve_image(IMAGE, FILTER).astype(float)
    fig, axes = plots.figure(2, 2, size=(9.4, 5))
    given = ", ".join(f"{number:g}" for number in numbers.flat)
    fig.suptitle(f"Figure 7-4: multiply each window by the filter and add up: {given}")
    for step, (i, j) in enumerate(np.ndindex(numbers.shape)):
        done = np.where(np.arange(4).reshape(2, 2) <= step, numbers, np.nan)  # NaN: not yet
        draw_convolution(axes.flat[step], IMAGE, FILTER, done, (i, j))
        axes.flat[step].set_title(f"step {step + 1}")
    return fig


main = script.make_main(__file__, __doc__, experiment, draw)

if __name__ == "__main__":
    script.run(main)
