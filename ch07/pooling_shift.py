"""Max pooling does not mind small shifts (section 7.3, figure 7-16).

    python ch07/pooling_shift.py

pools a 6 x 6 image and the same image moved by a column: all four maxima stay what they are. That
need not be so, and on digits it is not. Moved by a pixel, the feature maps change by three quarters
of their norm, the pooled maps by a quarter less; it is the maximum that helps, for every second
number of the feature maps changes as they do. Moved by two, the pooled maps change as much as the
digits themselves. The SimpleConvNet that comes with it was trained with moved digits: it gives the
same answer for 99 % moved by one pixel, and for 94 % moved by four. 4 seconds.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ch07.simple_convnet import WEIGHTS, SimpleConvNet
from common.augment import transform
from common.layers import Pooling
from common.threads import one_blas_thread
from dataset.mnist import data_name, load_mnist
from lab import plots

BEFORE = np.array(
    [
        [1.0, 2.0, 0.0, 7.0, 1.0, 0.0],
        [0.0, 9.0, 2.0, 3.0, 2.0, 3.0],
        [3.0, 0.0, 1.0, 2.0, 1.0, 2.0],
        [2.0, 4.0, 0.0, 1.0, 0.0, 1.0],
        [6.0, 0.0, 1.0, 2.0, 1.0, 2.0],
        [2.0, 4.0, 0.0, 1.0, 8.0, 1.0],
    ]
)
AFTER = np.column_stack([[1.0, 3.0, 2.0, 3.0, 2.0, 1.0], BEFORE[:, :-1]])
DIRECTIONS = ((0, 1), (0, -1), (1, 0), (-1, 0))  # down, to the right
STYLES = ("o-", "s-", "^--", "D-")
LARGEST = 4  # pixels: about the width of a digit's black border


def pool(image: np.ndarray) -> np.ndarray:
    """Return the maxima, (2, 2), of the 3 x 3 windows of an image, (6, 6)."""
    return Pooling(3, 3, stride=3).forward(image[None, None])[0, 0]


def stages(net: SimpleConvNet, x: np.ndarray) -> dict[str, np.ndarray]:
    """Return images, (N, 1, 28, 28), what the network makes of them, and its scores, (N, 10)."""
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
    """Return by distance how much a move changes in the network, and how often its answer.

    A change is the norm of the difference, relative to the norm of what was there before. All
    numbers are means over moves up, down, left and right.
    """
    answer = net.predict(x).argmax(axis=1)  # (N,); also hands the weights to the layers
    before = stages(net, x)
    changes: dict[str, np.ndarray] = {name: np.zeros(LARGEST + 1) for name in before}
    same, accuracy = np.zeros(LARGEST + 1), np.zeros(LARGEST + 1)
    same[0], accuracy[0] = 1, (answer == t).mean()
    for distance in range(1, LARGEST + 1):
        for down, right in DIRECTIONS:
            after = stages(net, transform(x, down=distance * down, right=distance * right))
            for name, values in changes.items():
                size = np.linalg.norm(before[name])
                values[distance] += np.linalg.norm(after[name] - before[name]) / size / 4
            read = after["scores"].argmax(axis=1)
            same[distance] += (read == answer).mean() / 4
            accuracy[distance] += (read == t).mean() / 4
    del changes["scores"]
    return {"change": changes, "same_answer": same, "accuracy": accuracy}


def draw_numbers(ax: Axes, image: np.ndarray, window: int, title: str) -> None:
    """Write an image's numbers into its cells; a colour for each window, its maximum bold."""
    rows, columns = np.indices(image.shape) // window
    ax.imshow(2 * rows + columns, cmap="Pastel1", vmin=0, vmax=8)
    tops = image.reshape(2, window, 2, window).max(axis=(1, 3))
    for (row, column), value in np.ndenumerate(image):
        largest = value == tops[row // window, column // window]
        style: Any = {"weight": "bold", "size": 14} if largest else {"size": 11}
        ax.text(column, row, f"{value:.0f}", ha="center", va="center", **style)
    ax.set(title=title, xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.grid(False)


def draw(measured: dict[str, Any], data: str) -> Figure:
    """Draw figure 7-16, and below it what was measured on digits."""
    maxima = "maxima of 3 × 3 windows"
    names = ["a 6 × 6 image", maxima, "moved one column right", f"{maxima} "]
    rows = [names, ["change"] * 2 + ["answer"] * 2]
    fig, axes = plots.mosaic(rows, (12.0, 8.0), height_ratios=[3, 4])
    for name, image in zip(names, (BEFORE, pool(BEFORE), AFTER, pool(AFTER)), strict=True):
        draw_numbers(axes[name], image, len(image) // 2, name)
    for (name, values), style in zip(measured["change"].items(), STYLES, strict=True):
        axes["change"].plot(values, style, label=name)
    axes["change"].set(title=f"How much changes ({data} test digits)", ylabel="relative change")
    axes["answer"].plot(measured["same_answer"], marker="o", label="same answer as unmoved")
    axes["answer"].plot(measured["accuracy"], marker="s", linestyle="--", label="right answer")
    axes["answer"].set(
        title="Answers of SimpleConvNet to moved digits", ylabel="fraction of digits"
    )
    axes["change"].set(ylim=(-0.03, None))
    axes["answer"].set(
        ylim=(min(0.8, *measured["accuracy"], *measured["same_answer"]) - 0.01, 1.01)
    )
    for ax in (axes["change"], axes["answer"]):
        ax.set(xlabel="moved by (pixels)", xticks=range(LARGEST + 1))
        ax.legend(loc="lower right" if ax is axes["change"] else "lower left")
    fig.suptitle("Figure 7-16: pooling and a small shift")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Pool an image before and after it moves, measure on digits, and draw."""
    parser = cli.parser(__doc__, data=True)
    add = parser.add_argument
    add("--samples", type=cli.at_least(1), default=500, help="test digits (default: 500)")
    add("--weights", type=Path, default=WEIGHTS, help="of a trained SimpleConvNet (.npz)")
    args = cli.parse(parser, argv, samples=100)
    name = data_name(args.data)
    print(f"data: {name}")
    net = SimpleConvNet()
    net.load_params(args.weights)
    _, (x, t) = load_mnist(flatten=False, source=name)
    with one_blas_thread():
        measured = measure(net, x[: args.samples], t[: args.samples])
    pooled = {"before": pool(BEFORE).tolist(), "after": pool(AFTER).tolist()}
    print("maxima of the 3 x 3 windows:", ", ".join(f"{k} {v}" for k, v in pooled.items()))
    print(f"{'moved by (pixels)':32}", *(f"{i:6}" for i in range(LARGEST + 1)))
    rows = measured["change"] | {key: measured[key] for key in ("same_answer", "accuracy")}
    for key, values in rows.items():
        print(f"{key.replace('_', ' '):32}", *(f"{value:6.3f}" for value in values))
    results = {"data": name, "pooled_before": pool(BEFORE), "pooled_after": pool(AFTER)}
    return cli.finish(args, __file__, results | measured, draw(measured, name))


if __name__ == "__main__":
    cli.run(main)
