"""Convolution and pooling with plain loops, step by step (sections 7.2 and 7.3).

    python ch07/naive_convolution.py

walks through the examples of figures 7-3 to 7-22: each is shown, executed and compared with the
numbers that stand below it; and draws figure 7-4, the order of computation. The functions are
written to be read; `common.layers` has the fast ones, which give the same. A second.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ch07.helpers.convolution_examples import FILTER, IMAGE, SECTIONS
from common.util import conv_output_size
from lab import plots
from lab.tour import walk


def multiply_and_add(window: np.ndarray, W: np.ndarray) -> Any:
    """Return the sum of the products: what a filter says about one window (figure 7-4)."""
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
    """Return the largest number of each window, or what `of` says, channel by channel (7-14)."""
    N, C, H, W = x.shape
    OH, OW = conv_output_size(H, pool_h, stride), conv_output_size(W, pool_w, stride)
    out = np.zeros((N, C, OH, OW), x.dtype)
    for n, c, i, j in np.ndindex(out.shape):
        top, left = i * stride, j * stride
        out[n, c, i, j] = of(x[n, c, top : top + pool_h, left : left + pool_w])
    return out


def draw() -> Figure:
    """Draw for each place of the filter the window it sees and the number it gives (7-4)."""
    out = convolve_image(IMAGE, FILTER)
    fig, axes = plots.figure(2, 5, size=(11, 4.6), height_ratios=[4, 2])
    fig.suptitle("Figure 7-4: the filter slides, multiplies and adds")
    draw_numbers(axes[0, 0], FILTER, "filter")
    axes[1, 0].axis("off")
    for step, (i, j) in enumerate(np.ndindex(out.shape)):
        draw_numbers(axes[0, step + 1], IMAGE, f"window {step + 1}", (i, j, *FILTER.shape))
        draw_numbers(axes[1, step + 1], out, "", (i, j, 1, 1), shown=step + 1)
    return fig


def draw_numbers(
    ax: Axes, x: np.ndarray, title: str, window: Sequence[int] = (0, 0, 0, 0), shown: int = 99
) -> None:
    """Draw an image as a table of its first `shown` numbers, with a window (top, left, h, w)."""
    top, left, height, width = window
    for number, (i, j) in enumerate(np.ndindex(x.shape)):
        inside = 0 <= i - top < height and 0 <= j - left < width
        color = "C1" if inside else "white"
        ax.add_patch(Rectangle((j, i), 1, 1, facecolor=color, alpha=0.6, edgecolor="0.3"))
        ax.text(j + 0.5, i + 0.5, str(x[i, j]) if number < shown else "", ha="center", va="center")
    ax.set(title=title, xlim=(0, x.shape[1]), ylim=(x.shape[0], 0), aspect="equal")
    ax.axis("off")


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Walk through all sections; an example that does not hold is a ValueError."""
    args = cli.parse(cli.parser(__doc__), argv)
    outputs, _ = walk(SECTIONS)
    return cli.finish(args, __file__, {"outputs": outputs}, draw())


if __name__ == "__main__":
    cli.run(main)
