"""The figure of a page: boxes and answers on it, and the network's input images."""

import numpy as np

from lab import plots
from lab.plots import Axes
from lab.script import Results

MANY = 40  # with more digits than this, labels are smaller, without the probabilities


def texts(answers: np.ndarray) -> list[str]:
    """Return the answers as strings, "?" for uncertain ones."""
    return ["?" if answer < 0 else str(answer) for answer in answers]


def draw_page(ax: Axes, grey: np.ndarray, results: Results) -> None:
    """Draw a page, (H, W), with a box, the answer and its probability for each digit."""
    ax.imshow(grey, cmap="gray", vmin=0, vmax=1)
    many = len(results["boxes"]) > MANY
    rows = zip(results["boxes"], texts(results["answers"]), results["probabilities"], strict=True)
    for box, answer, probability in rows:
        x, y, right, bottom = box.tolist()
        plots.draw_rectangle(ax, (x, y), right - x, bottom - y, fill=False, color=plots.ORANGE)
        label = answer if many else f"{answer} {probability:.2f}"
        ax.text(x, y, label, color=plots.RED, fontsize=8 if many else 9, va="bottom", weight="bold")
    ax.set(xticks=[], yticks=[])


def draw_images(ax: Axes, results: Results) -> None:
    """Draw the network's input images, each with the answer."""
    columns = max(5, round(len(results["images"]) ** 0.5))
    plots.image_sheet(ax, results["images"], columns, "input images, in reading order")
    for number, answer in enumerate(texts(results["answers"])):
        row, column = divmod(number, columns)
        ax.text(2 + 29 * column, 2 + 29 * row, answer, color=plots.ORANGE, fontsize=10, va="top")
