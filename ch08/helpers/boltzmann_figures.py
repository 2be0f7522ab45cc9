"""The figures of `ch08/restricted_boltzmann.py`: weights, samples, covered digits, accuracies."""

from typing import Any

import numpy as np

from ch08.helpers.belief_network import EVERY
from ch08.helpers.boltzmann_pictures import STEPS
from ch08.helpers.picture_table import draw_table
from lab import plots
from lab.plots import Axes, Figure

Results = dict[str, Any]
STYLES = {"pretrained": "o-", "Xavier": "s--", "Gaussian 0.01": "D-.", "ReLU, He": "^:"}
GREY = 127


def draw_machine(results: Results) -> Figure:
    """Draw the weights of some hidden units, and digits that the machine draws from noise."""
    fig, (left, right) = plots.figure(1, 2, size=(9.4, 6.7))
    title = "Weights of hidden units: strokes, spots, edges\n(white: positive)"
    plots.image_sheet(left, np.array(results["filters"]), 5, title)
    title = f"What the machine draws:\nfrom noise, after {STEPS:,} Gibbs steps"
    plots.image_sheet(right, np.array(results["samples"]), 5, title)
    return fig


def draw_covered(results: Results) -> Figure:
    """Draw test digits, their covered lower half, and what is filled in."""
    fig, ax = plots.figure(size=(9.4, 5.4))
    shown, errors = results["covered"], results["errors of the covered half"]
    covered = np.array(shown["digit"])
    covered[:, 14:] = GREY
    rows = {
        **{"digit": shown["digit"], "covered": covered, "filled in": shown["machine"]},
        **{"one chain": shown["one chain"], "mean": shown["mean image"]},
    }
    draw_table(ax, {name: [in_rgb(one) for one in row] for name, row in rows.items()})
    machine, mean = errors["machine"], errors["mean image"]
    title = f"The lower half is filled in: mean squared error {machine:.3f}"
    ax.set_title(
        f"{title},\n{mean:.3f} with the mean image, {errors['one chain']:.3f} by one chain"
    )
    return fig


def in_rgb(image: np.ndarray) -> np.ndarray:
    """Return a grey image with three channels."""
    return np.repeat(np.array(image, np.uint8)[..., None], 3, axis=2)


def draw_networks(results: Results) -> Figure:
    """Draw the test accuracies by the number of labels, and the losses with one number of them."""
    fig, (left, right) = plots.figure(1, 2, size=(9.4, 4.6))
    colors = dict(zip(STYLES, plots.COLORS, strict=False))
    draw_accuracies(left, results, colors)
    numbers = results["settings"]["labels"]
    labels = numbers[len(numbers) // 2]
    for start, style in STYLES.items():
        rows = [one["losses"][start][labels] for one in results["networks"]]
        loss = np.mean(rows, axis=0)
        places = EVERY * (np.arange(len(loss)) + 0.5)
        right.plot(places, loss, style, color=colors[start], markersize=3, label=start)
    right.set(title=f"Training with {labels:,} labels", xlabel="mini-batch", ylabel="loss")
    right.set_ylim(0, None)
    right.legend()
    return fig


def draw_accuracies(ax: Axes, results: Results, colors: dict[str, str]) -> None:
    """Draw the test accuracies by the number of labels: each seed, and the means."""
    for start, row in results["mean accuracy"].items():
        ax.plot(list(row), list(row.values()), STYLES[start], color=colors[start], label=start)
        for one in results["networks"]:
            each = one["accuracy"][start]
            ax.plot(list(each), list(each.values()), ".", color=colors[start], alpha=0.4)
    numbers = list(row)
    middle = numbers[len(numbers) // 2]
    first, second, _, relu = (row[middle] for row in results["mean accuracy"].values())
    title = f"{middle:,} labels: {first:.3f} pretrained,"
    ax.set_title(f"{title}\n{second:.3f} from Xavier weights, {relu:.3f} with ReLU")
    xlabel = "digits with labels (lines: means; points: each seed)"
    ax.set(xscale="log", xlabel=xlabel, ylabel="test accuracy")
    ax.set_xticks(numbers, [f"{number:,}" for number in numbers])
    ax.minorticks_off()
