"""The figures of `ch08/dcgan.py`: how the generator learns, and what it makes (8.5.2)."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ch08.helpers.adversarial_training import HISTORY
from lab import plots
from lab.plots import Axes, Figure

Results = dict[str, Any]
STYLES = ((plots.SKY, ":"), (plots.PURPLE, "-."), (plots.ORANGE, "--"), (plots.RED, "-"))


def draw_gaussian(found: Results) -> Figure:
    """Draw the densities of data and samples over time, and the discriminator's accuracy."""
    fig, (left, right) = plots.figure(1, 2, size=(9.4, 4.4))
    edges, data = found["edges"], found["data"]
    left.stairs(data["density"], edges, fill=True, color="0.8", label="data")
    for number, (color, line) in enumerate(STYLES, len(found["steps"]) - len(STYLES)):
        label = f"after {found['steps'][number]:.0f} steps"
        density = found["densities"][number]
        left.stairs(density, edges, color=color, linestyle=line, linewidth=1.8, label=label)
    mean, deviation = (found[key][-1] for key in ("mean", "deviation"))
    title = f"Generated: mean {mean:.2f}, deviation {deviation:.2f}"
    left.set_title(f"{title}\nData: {data['mean']:.2f} and {data['deviation']:.2f}")
    left.set(xlabel="x", ylabel="density", ylim=(0, 2.2 * max(data["density"])))
    left.legend()
    most, last = found["accuracy at most"], found["accuracy at last"]
    draw_accuracy(right, found["accuracy"])
    right.set_title(f"Accuracy of the discriminator:\nat most {most:.2f}, at last {last:.2f}")
    right.set_xlabel("step")
    return fig


def draw_accuracy(ax: Axes, accuracy: list[float]) -> None:
    """Draw the discriminator's accuracy over time, and that of guessing."""
    ax.plot(accuracy, ".", markersize=2, color=plots.SKY, label="each mini-batch")
    width = max(1, len(accuracy) // 20)
    mean = np.convolve(accuracy, np.ones(width) / width, mode="valid")
    places = np.arange(len(mean)) + (width - 1) / 2
    ax.plot(places, mean, color=plots.BLUE, linewidth=2, label=f"mean of {width}")
    ax.axhline(0.5, color="black", linestyle="--", label="guessing")
    ax.set(ylabel="accuracy", ylim=(0, 1.02))
    ax.legend()


def draw_samples(results: Results) -> Figure:
    """Draw what becomes of the same z during training; without training, a sheet of samples."""
    scores, rows = results["scores"], results.get("over time")
    if rows is not None:
        fig, ax = plots.figure(size=(9.4, 0.63 * len(rows) + 1.4))
        draw_sheet(ax, [image for row in rows for image in row], len(rows[0]))
        names = [f"{epochs:.2g}" for epochs in results["training"]["epochs"]]
        ax.set_yticks(15 + 29 * np.arange(len(rows)), names)
        ax.set(ylabel="after epochs", xlabel="each column: made of the same z")
    else:
        fig, ax = plots.figure(size=(9.4, 4))
        draw_sheet(ax, results["samples"], 15)
    sure, real = scores["confident"], scores["confident, test digits"]
    ax.set_title(
        f"Generated digits: in the end, DeepConvNet classifies {sure:.0%} of them\n"
        f"with a probability above 0.9 (of test digits {real:.0%})"
    )
    return fig


def draw_likeness(results: Results) -> Figure:
    """Draw samples beside the most similar training digits, and walks between two z."""
    fig, (above, below) = plots.figure(2, 1, size=(9.4, 4.2))
    copied, distances = results["nearest"], results["distances"]
    draw_sheet(above, [*results["samples"][: len(copied)], *copied], len(copied))
    generated, test = distances["generated"], distances["test digits"]
    above.set_title(
        "Generated digits, and below each the nearest training digit: median distance "
        f"{generated:.1f}\n(from test digits to their nearest training digit: {test:.1f})"
    )
    draw_sheet(below, results["walks"], results["steps of a walk"])
    below.set_title("Walks from one z to another: digits change gradually")
    return fig


def draw_sheet(ax: Axes, images: Sequence[Any], columns: int) -> None:
    """Draw small grey images in rows."""
    plots.image_sheet(ax, np.array(images, np.uint8), columns, "")


def draw_course(results: Results) -> Figure:
    """Draw the classes of the samples; after training also losses and accuracy."""
    trained = "course" in results
    fig, axes = plots.figure(1, 3 if trained else 1, size=(9.4, 4), squeeze=False)
    draw_classes(axes[0, 0], results["scores"])
    if trained:
        course, epochs = results["course"], results["training"]["epochs"][-1]
        x = np.linspace(0, epochs, len(course[HISTORY[0]]))
        styles: Any = {"color": plots.BLUE}, {"color": plots.RED, "linestyle": "--"}
        for name, style in zip(HISTORY[:2], styles, strict=True):
            axes[0, 1].plot(x, course[name], label=name.removeprefix("loss of the "), **style)
        axes[0, 1].set(title="Losses", xlabel="epoch", ylim=(0, None))
        axes[0, 1].legend()
        axes[0, 2].plot(x, course[HISTORY[2]], color=plots.BLUE)
        axes[0, 2].axhline(0.5, color="black", linestyle="--", label="guessing")
        last = course[HISTORY[2]][-1]
        axes[0, 2].set(title=f"Discriminator: accuracy {last:.2f}", xlabel="epoch", ylim=(0, 1.02))
        axes[0, 2].legend()
    return fig


def draw_classes(ax: Axes, scores: Results) -> None:
    """Draw how many samples are classified as each digit."""
    shares = np.array(scores["classes"])
    ax.bar(range(len(shares)), shares, color=plots.BLUE)
    for limit in (0.05, 0.15):
        ax.axhline(limit, color="black", linestyle="--")
    ax.set_xticks(range(len(shares)))
    ax.set(xlabel="class", ylabel="fraction of the samples")
    ax.set_title(f"Each class: {shares.min():.0%} to {shares.max():.0%}")
