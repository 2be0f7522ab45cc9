"""Figures in one style with Matplotlib: curves, losses, accuracies, image grids.

Importing Matplotlib takes longer than NumPy and all of `common`. So it is imported by the functions
that draw, and ``--help``, or a script that only prints, need not wait for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from cycler import cycler
from numpy.typing import ArrayLike

from common.checks import as_array
from common.util import smooth_curve

if TYPE_CHECKING:  # for mypy and editors
    from matplotlib.axes import Axes as Axes
    from matplotlib.figure import Figure as Figure
else:
    Axes = Figure = Any

# The colour-blind-safe palette of Okabe and Ito, without yellow, which is too pale on white.
BLUE, RED, GREEN, PURPLE, ORANGE, SKY, BLACK = COLORS = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"),
)
# These names have the same colour in every figure.
COLOR_OF = {
    **{"train": BLUE, "test": RED},
    **{"SGD": BLUE, "Momentum": RED, "AdaGrad": GREEN, "Adam": PURPLE, "RMSprop": ORANGE},
    **{"Nesterov": SKY},
    **{"LeNet": GREEN, "AlexNet": PURPLE, "SimpleConvNet": SKY, "DeepConvNet": BLUE},
    **{"VGG": ORANGE, "GoogLeNet": RED, "ResNet": BLACK},
    "LeNet with ReLU and max pooling": ORANGE,
}
STYLE: Any = {
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.prop_cycle": cycler(color=COLORS),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 12,
    "figure.dpi": 100,
    "grid.alpha": 0.3,
    "savefig.dpi": 120,
}


def figure(
    rows: int = 1, columns: int = 1, size: tuple[float, float] = (6.4, 4.4), **options: Any
) -> tuple[Figure, Any]:
    """Return a figure and its axes (one, or an array of them), in the style of the project.

    pyplot does not manage this figure: it opens no window, and does not affect your own figures.
    """
    with _new_figure(size) as fig:
        return fig, fig.subplots(rows, columns, **options)


def mosaic(
    names: list[Any], size: tuple[float, float], **options: Any
) -> tuple[Figure, dict[str, Any]]:
    """Return a figure and its axes by name, arranged like the rows of `names`, in our style."""
    with _new_figure(size) as fig:
        return fig, fig.subplot_mosaic(names, **options)


@contextmanager
def _new_figure(size: tuple[float, float]) -> Iterator[Figure]:
    import matplotlib.figure

    with matplotlib.rc_context(STYLE):  # axes made in the block have our style, too
        yield matplotlib.figure.Figure(size, layout="constrained")


def curve(
    x: np.ndarray, y: np.ndarray, title: str, xlabel: str = "x", ylabel: str = "y"
) -> tuple[Figure, Axes]:
    """Draw one function y of x."""
    fig, ax = figure()
    ax.plot(x, y)
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    return fig, ax


def color(name: str) -> str | None:
    """Return the colour in `COLOR_OF` of the name before a comma; None: use the next colour."""
    return COLOR_OF.get(name.split(",")[0])


def add_title(fig: Figure, line: str) -> None:
    """Add a line below the title of the whole figure, or above all axes if it has no title."""
    fig.suptitle(f"{fig.get_suptitle()}\n{line}".strip())


def accuracy_curves(
    ax: Axes,
    train_acc: Sequence[float],
    test_acc: Sequence[float],
    title: str = "Accuracy",
    every: float = 1,
) -> None:
    """Draw train (solid) and test (dashed) accuracy, one per `every` epochs (figure 4-12)."""
    epochs = np.arange(len(train_acc)) * every
    style: Any = {"markersize": 4, "markevery": max(1, len(train_acc) // 20)}
    ax.plot(epochs, train_acc, marker="o", color=BLUE, label="train", **style)
    if len(test_acc) > 0:
        ax.plot(epochs, test_acc, marker="s", linestyle="--", color=RED, label="test", **style)
    ax.set(title=title, xlabel="epoch", ylabel="accuracy", ylim=(0, 1.02))
    integer_ticks(ax)
    ax.legend()


def portrait() -> Path:
    """Return the path of a photograph that comes with Matplotlib: Grace Hopper in colour."""
    from matplotlib.cbook import get_sample_data

    return Path(get_sample_data("grace_hopper.jpg", asfileobj=False))


def integer_ticks(ax: Axes) -> None:
    """Place the ticks of the x-axis at integers, such as epochs."""
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(integer=True))


def draw_rectangle(
    ax: Axes, corner: tuple[float, float], width: float, height: float, **style: Any
) -> None:
    """Draw a rectangle, from its corner with the smallest x and y."""
    from matplotlib.patches import Rectangle

    ax.add_patch(Rectangle(corner, width, height, **style))


def legend_patch(**style: Any) -> Any:
    """Return a small coloured rectangle for a legend."""
    from matplotlib.patches import Patch

    return Patch(**style)


def mini_batch_losses(ax: Axes, losses: Sequence[float]) -> None:
    """Draw the loss of each mini-batch (figure 4-11).

    The y-axis is logarithmic if the median is below 1 % of the maximum: on a linear axis most
    losses would be near 0.
    """
    ax.plot(losses, linewidth=0.6)
    ax.set(xlabel="iteration", ylabel="loss of the mini-batch", title="Loss")
    if np.min(losses) > 0 and np.median(losses) < np.max(losses) / 100:
        ax.set_yscale("log")
    else:
        ax.set_ylim(min(0, *losses), None)


def history(trainer: Any) -> Figure:
    """Draw a training run: the loss of each mini-batch, and the accuracies of each epoch.

    For another score, such as R^2, values below -1 are not shown. A notebook displays the returned
    figure; in a script save it: ``history(trainer).savefig("history.png")``.

    Parameters
    ----------
    trainer : Trainer
        After training, or after a part of it.
    """
    losses = getattr(trainer, "train_loss_list", None)
    if not losses:
        found = "no losses" if losses is not None else "no train_loss_list"
        raise ValueError(f"the trainer has {found}; expected a Trainer that has trained")
    evaluated = bool(trainer.train_acc_list)
    fig, axes = figure(1, 1 + evaluated, size=(10.5 if evaluated else 6.4, 4), squeeze=False)
    mini_batch_losses(axes[0, 0], losses)
    if evaluated:
        measure = getattr(trainer, "measure", "accuracy")
        every = trainer.evaluate_every / trainer.iter_per_epoch
        lists = trainer.train_acc_list, trainer.test_acc_list
        accuracy_curves(axes[0, 1], *lists, measure[:1].upper() + measure[1:], every)
        lowest = min(0, *trainer.train_acc_list, *trainer.test_acc_list)
        axes[0, 1].set(ylabel=measure, ylim=(max(-1, lowest), 1.02))
    return fig


def confusion(ax: Axes | None, matrix: ArrayLike, labels: ArrayLike | None = None) -> Figure:
    """Draw a confusion matrix: correct predictions on grey; the more errors, the redder.

    Parameters
    ----------
    ax : Axes or None
        None: on a new figure.
    matrix : array_like of shape (C, C)
        From `common.functions.confusion_matrix`; readable for up to about 20 classes.
    labels : array_like of shape (C,), optional
        The names of the classes; default: their numbers.
    """
    from matplotlib import colormaps

    counts = _counts(matrix)
    size = len(counts)
    names = as_array("labels", range(size) if labels is None else labels).astype(str)
    if names.shape != (size,):
        raise ValueError(f"labels has shape {names.shape}; expected ({size},), one for each class")
    if ax is None:
        _, ax = figure(size=(1.4 + 0.44 * size, 1.2 + 0.44 * size))
    wrong = np.where(np.eye(size, dtype=bool), np.nan, counts)  # NaN: correct
    most = max(1, np.nanmax(wrong, initial=0))
    ax.imshow(wrong, cmap=colormaps["Reds"].with_extremes(bad="0.88"), vmin=0, vmax=most)
    for (row, column), count in np.ndenumerate(counts):
        if count > 0:
            color = "white" if wrong[row, column] > 0.6 * most else "black"
            ax.text(column, row, str(count), ha="center", va="center", fontsize=8, color=color)
    ax.set_xticks(range(size), names, rotation=90 if max(map(len, names)) > 2 else 0)
    ax.set_yticks(range(size), names)
    ax.set(xlabel="predicted class", ylabel="true class")
    ax.grid(False)
    return cast(Figure, ax.figure)


def _counts(matrix: ArrayLike) -> np.ndarray:
    counts = as_array("the matrix", matrix)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.size == 0:
        raise ValueError(f"the matrix has shape {counts.shape}; expected (C, C)")
    if counts.dtype.kind not in "iu" or counts.min() < 0:
        raise ValueError(
            f"the matrix holds {counts.dtype}, not only counts; expected integers >= 0"
        )
    return counts


def loss_curves(ax: Axes, losses: Mapping[str, Sequence[float]], title: str) -> None:
    """Draw the smoothed losses of several training runs, each with its own marker (figure 6-9)."""
    for (name, values), marker in zip(losses.items(), cycle("osD^vPX*"), strict=False):
        y = smooth_curve(np.array(values))
        style: Any = {"marker": marker, "markevery": max(1, len(y) // 20), "markersize": 4}
        ax.plot(y, color=color(name), label=name, **style)
    ax.set(title=title, xlabel="iteration", ylabel="loss of the mini-batch, smoothed")
    ax.set_ylim(0, 1.05 * ax.dataLim.y1)
    ax.legend()


def image_grid(
    images: np.ndarray, titles: Sequence[object] | None = None, columns: int = 10, title: str = ""
) -> Figure:
    """Draw a grid of grey images; in each, the minimum is black and the maximum is white.

    Parameters
    ----------
    images : ndarray of shape (N, H, W)
    titles : sequence, optional
        One per image.
    columns : int
    title : str
        For the whole figure.
    """
    rows = -(-len(images) // columns)
    fig, axes = figure(rows, columns, size=(columns * 0.85, rows * (1.1 if titles else 0.9) + 0.4))
    for number, ax in enumerate(np.ravel(axes)):
        ax.axis("off")
        if number < len(images):
            ax.imshow(images[number], cmap="gray", interpolation="nearest")
            if titles is not None:
                ax.set_title(str(titles[number]), fontsize=9)
    fig.suptitle(title)
    return fig


def image_sheet(ax: Axes, images: np.ndarray, columns: int, title: str) -> None:
    """Draw many small grey images in one axes, row by row, with gaps between them.

    Parameters
    ----------
    images : ndarray of shape (N, H, W), uint8
        0 is black and 255 white.
    columns : int
    title : str
    """
    N, H, W = images.shape
    gap = 1 + max(H, W) // 32
    rows = -(-N // columns)
    sheet = np.full((rows * (H + gap) + gap, columns * (W + gap) + gap), np.nan)  # NaN: no image
    for number, image in enumerate(images):
        row, column = divmod(number, columns)
        top, left = gap + row * (H + gap), gap + column * (W + gap)
        sheet[top : top + H, left : left + W] = image
    ax.imshow(sheet, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    ax.set(title=title, xticks=[], yticks=[], facecolor="lightsteelblue")
    ax.spines[:].set_visible(False)
    ax.grid(False)
