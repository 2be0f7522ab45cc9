"""The figures of `ch08/segmentation.py`: scenes, scores, and one pass of a classifier (8.4.2)."""

import textwrap
from typing import Any

import numpy as np

from ch08.helpers import scene_figures
from ch08.helpers.sliding import SURE
from dataset.scenes import GROUND
from lab import plots
from lab.plots import Axes, Figure

Results = dict[str, Any]


def draw_scenes(results: Results) -> Figure:
    """Draw test scenes, the true and the predicted class of each pixel."""
    fig, ax = plots.figure(size=(9.4, 6.9))
    shown, scores = results["examples"], results["scores"]
    names = [f"wrong pixels: {wrong}" for wrong in shown["wrong pixels"]]
    names[-1] += "\n(the most)"
    scene_figures.sheet(ax, {key: shown[key] for key in ("image", "truth", "prediction")}, names)
    scene_figures.legend(fig)
    all_ground = scores["pixel accuracy, all ground"]
    title = f"Mean IoU of the 11 classes {scores['mean IoU']:.3f}"
    more = (
        f"{scores['pixel accuracy']:.1%} of the pixels correct, {all_ground:.1%} if all are ground"
    )
    fig.suptitle(f"{title}\n{more}")
    return fig


def draw_scores(results: Results) -> Figure:
    """Draw the IoU of each class; beside it, after training, what each part of the network adds."""
    variants = results.get("ablation")
    fig, axes = plots.figure(1, 2 if variants else 1, size=(9.4, 4.6), squeeze=False)
    draw_classes(axes[0, 0], results["scores"])
    if variants:
        draw_ablation(axes[0, 1], variants)
    return fig


def draw_classes(ax: Axes, scores: Results) -> None:
    """Draw the IoU of each class as a bar, in the colour of the class."""
    names = [*map(str, range(GROUND)), "ground"]
    overlaps = [value or 0 for value in scores["IoU"]]
    bars = ax.barh(names, overlaps, color=scene_figures.COLORS, edgecolor="black", linewidth=0.5)
    ax.bar_label(bars, [f"{value:.2f}" for value in overlaps], padding=3)
    ax.invert_yaxis()
    mean = scores["mean IoU of the digits"] or 0
    ax.set(title=f"IoU of each class; the digits: {mean:.3f} on average", xlim=(0, 1.15))
    ax.set(xlabel="intersection over union", ylabel="class")


def draw_ablation(ax: Axes, variants: Results) -> None:
    """Draw the mean IoU of the variants of the network, of all pixels and of those near borders."""
    places = np.arange(len(variants))
    kinds = {"mean IoU": "all pixels", "mean IoU near borders": "2 pixels or less from a border"}
    for number, (key, label) in enumerate(kinds.items()):
        values = [scores[key] for scores in variants.values()]
        bars = ax.bar(places + 0.4 * number - 0.2, values, 0.38, label=label)
        ax.bar_label(bars, [f"{value:.2f}" for value in values], padding=2)
    ax.set_xticks(places, ["\n".join(textwrap.wrap(name, 13)) for name in variants])
    full, without, _ = (scores["mean IoU"] for scores in variants.values())
    ax.set_title(f"Short training: {full:.2f}, without sums {without:.2f}")
    ax.set(ylabel="mean IoU", ylim=(0, 1.25))
    ax.legend(loc="upper center", ncols=2, fontsize=9)


def draw_one_pass(one_pass: Results) -> Figure:
    """Draw a scene, and the classes of the windows around every fourth pixel."""
    scene, places = one_pass["scene"], np.array(one_pass["map"])
    fig, (left, right) = draw_pair(scene, places)
    left.set_title(f"A scene of {len(scene)} x {len(scene)} pixels")
    step = len(scene) // len(places)
    right.set_title(f"The digit centred at each {step}th pixel: {len(places)} x {len(places)}")
    for (row, column), place in np.ndenumerate(places):
        if place < GROUND:
            scene_figures.write(right, column, row, place)
    scene_figures.legend(fig, f"below {SURE}")
    passes, cost = one_pass["passes"], one_pass["multiply-adds"]
    less, more = (
        f"{cost[way] / cost['whole scene']:.0f}" for way in ("every fourth pixel", "every pixel")
    )
    same = f"One pass instead of {passes['every fourth pixel']}: the same scores"
    each = f"(one pass for each of the {passes['every pixel']:,} pixels: {more} times as many)"
    fig.suptitle(f"{same}, {less} times fewer multiply-adds\n{each}")
    return fig


def draw_photo(results: Results) -> Figure:
    """Draw a photograph as the network gets it, and the class of each pixel."""
    fig, (left, right) = draw_pair(results["image"], results["prediction"])
    scene_figures.write_digits(right, results["prediction"])
    left.set_title("As the network gets it")
    right.set_title("The class of each pixel")
    scene_figures.legend(fig)
    digits = ", ".join(map(str, results["digits"])) or "no digit"
    fig.suptitle(f"{results['settings']['image'].name}: {digits}")
    return fig


def draw_pair(image: np.ndarray, labels: np.ndarray) -> tuple[Figure, Any]:
    """Draw an image, and beside it classes in their colours; return the figure and its axes."""
    fig, (left, right) = plots.figure(1, 2, size=(9.4, 5.6))
    left.imshow(image, cmap="gray", vmin=0, vmax=255)
    right.imshow(scene_figures.in_color(labels), interpolation="nearest")
    for ax in (left, right):
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
    return fig, (left, right)
