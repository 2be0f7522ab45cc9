"""Figures of object detection: scenes with boxes, steps of both networks, scores (8.4.1)."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ch08.helpers.detection_scores import FASTER, NAMES, R_CNN, RECALLS
from lab import plots
from lab.plots import BLUE, ORANGE, RED, SKY, Axes, Figure
from lab.script import Results

COLOR = {R_CNN: RED, FASTER: BLUE}
THIN: Any = {"edgecolor": SKY, "linewidth": 0.7}
CROSS = " \N{MULTIPLICATION X}"  # a second cue besides the colour
HATCH = {R_CNN: "//", FASTER: ""}
LINE = {R_CNN: "--", FASTER: "-"}
TRUTH: Any = {"color": "white", "linestyle": "--", "linewidth": 1.0}


def draw_image(ax: Axes, image: np.ndarray, title: str) -> None:
    """Draw a scene without ticks."""
    ax.imshow(image, cmap="gray", vmin=0, vmax=255, interpolation="nearest", extent=(0, 64, 64, 0))
    ax.set_title(title, fontsize=10)
    ax.set(xticks=[], yticks=[], xlim=(0, 64), ylim=(64, 0))
    ax.grid(False)


def draw_boxes(ax: Axes, boxes: Sequence[Sequence[float]], **style: Any) -> None:
    """Draw a frame for each box: x1, y1, x2, y2."""
    for x1, y1, x2, y2 in boxes:
        plots.draw_rectangle(ax, (x1, y1), x2 - x1, y2 - y1, fill=False, **style)


def draw_found(ax: Axes, found: Results) -> None:
    """Draw detections with digit and probability: orange, or red with a cross if it is wrong."""
    right = found.get("correct", [True] * len(found["classes"]))
    for n, (x1, y1, x2, y2) in enumerate(found["boxes"]):
        color = ORANGE if right[n] else RED
        draw_boxes(ax, [(x1, y1, x2, y2)], edgecolor=color, linewidth=2)
        text = f"{found['classes'][n]}  {found['scores'][n]:.2f}" + (CROSS if not right[n] else "")
        above, left = y1 > 7, x1 < 42  # where there is a place for the text
        ax.annotate(
            *(text, (x1 if left else x2, y1)),
            ha="left" if left else "right",
            va="bottom" if above else "top",  # else inside of the box
            bbox={"facecolor": color, "edgecolor": color, "pad": 1},
        )


def draw_examples(examples: Sequence[Results], tested: int) -> Figure:
    """Draw scenes with the detections, and the true boxes as dashed lines."""
    from matplotlib.lines import Line2D

    fig, axes = plots.figure(2, 3, size=(9.3, 6.9))
    missed = [row["missed"] for row in examples]
    wrong = [row["found"]["correct"].count(False) for row in examples]
    for n, (ax, row) in enumerate(zip(axes.flat, examples, strict=False)):
        mistakes = f"{missed[n]} missed, {wrong[n]} wrong" if missed[n] + wrong[n] else "all found"
        worst = n + 1 == axes.size
        of = f"of {tested:,}, most mistakes" if worst else f"scene {row['number']}"
        draw_image(ax, row["image"], f"{of}: {mistakes}")
        draw_boxes(ax, row["truth"], **TRUTH)
        draw_found(ax, row["found"])
    for ax in axes.flat[len(examples) :]:
        ax.axis("off")
    handles = [
        Line2D([], [], color=ORANGE, linewidth=2, label="detected: digit, probability"),
        Line2D([], [], color=RED, linewidth=2, label=f"wrong:{CROSS}"),
        Line2D([], [], **TRUTH | {"color": "gray"}, label="true box"),
    ]
    fig.legend(handles=handles, loc="outside lower center", ncols=3)
    objects = sum(len(row["truth"]) for row in examples)
    found = f"{objects - sum(missed)} of {objects} digits found, wrong detections: {sum(wrong)}"
    fig.suptitle(f"Faster R-CNN on test scenes: {found}")
    return fig


def draw_photo(image: np.ndarray, found: Results, name: str) -> Figure:
    """Draw a photograph as the network gets it, with the detections."""
    fig, ax = plots.figure(size=(5.4, 5.6))
    digits = ", ".join(map(str, found["classes"])) or "no digit"
    draw_image(ax, image, f"{name}, as the network gets it: {digits}")
    draw_found(ax, found)
    return fig


def draw_steps(steps: Results) -> Figure:
    """Draw what R-CNN (above) and Faster R-CNN (below) do with one scene."""
    fig, axes = plots.figure(2, 3, size=(9.3, 6.9))
    image = np.array(steps["image"])
    draw_r_cnn(axes[0], image, steps[R_CNN])
    draw_faster(axes[1], image, steps[FASTER])
    for ax, name in zip(axes[:, 0], NAMES, strict=True):
        ax.set_ylabel(name, fontsize=12)
    many = len(steps[R_CNN]["proposals"])
    fig.suptitle(f"R-CNN computes features of {many} regions, Faster R-CNN of the image, once")
    return fig


def draw_r_cnn(axes: Sequence[Axes], image: np.ndarray, steps: Results) -> None:
    """Draw the steps of R-CNN, numbered as in figure 8-18."""
    number, doubles = len(steps["proposals"]), len(steps["with doubles"]["boxes"])
    draw_image(axes[0], image, f"1, 2: image, {number} region proposals")
    draw_boxes(axes[0], steps["proposals"], alpha=0.6, **THIN)
    warped = np.array(steps["warped"])
    plots.image_sheet(axes[1], warped, 7, "")
    axes[1].set_title(f"3: features of each, warped ({len(warped)} shown)", fontsize=10)
    kept = f"{len(steps['found']['boxes'])} without doubles"
    draw_image(axes[2], image, f"4: {doubles} regions classified as digits,\n{kept}")
    draw_boxes(axes[2], steps["with doubles"]["boxes"], **THIN)
    draw_found(axes[2], steps["found"])


def draw_faster(axes: Sequence[Axes], image: np.ndarray, steps: Results) -> None:
    """Draw the steps of Faster R-CNN."""
    draw_image(axes[0], image, f"the {len(steps['best'])} best boxes of all anchors")
    draw_boxes(axes[0], steps["best"], **THIN)
    draw_image(axes[1], image, f"without doubles: {len(steps['proposals'])} proposals")
    draw_boxes(axes[1], steps["proposals"], **THIN)
    doubles, kept = (len(steps[key]["boxes"]) for key in ("with doubles", "found"))
    draw_image(axes[2], image, f"{doubles} classified as digits,\n{kept} without doubles")
    draw_boxes(axes[2], steps["with doubles"]["boxes"], **THIN)
    draw_found(axes[2], steps["found"])


def draw_scores(networks: Results, ratio: float, tested: int) -> Figure:
    """Draw precision over recall, average precision by digit, and the time for an image."""
    fig, axes = plots.mosaic([["curve", "time"], ["digits", "digits"]], size=(9.3, 7))
    for shift, name in zip((-0.2, 0.2), NAMES, strict=True):
        row, color = networks[name], COLOR[name]
        half, strict = (row["mAP"][iou] for iou in ("0.5", "0.75"))
        label = f"{name}:\nmAP@0.5 {half:.3f}, @0.75 {strict:.3f}"
        line = axes["curve"].plot(RECALLS[: len(row["precision"])], row["precision"], LINE[name])
        line[0].set(color=color, linewidth=2, label=label)
        style: Any = {"color": color, "edgecolor": "white", "hatch": HATCH[name]}
        heights = np.array(row["average_precision"], float)
        axes["digits"].bar(np.arange(10) + shift, heights, 0.4, label=name, **style)
        bar = axes["time"].barh([name], [row["milliseconds"]], **style)
        axes["time"].bar_label(bar, fmt="%.1f ms", padding=3)
    axes["curve"].set(title="Precision over recall, all digits together", xlabel="recall")
    axes["curve"].set(ylabel="precision", xlim=(0, 1.02), ylim=(0, 1.04))
    axes["curve"].legend()
    slowest = max(networks[name]["milliseconds"] for name in NAMES)
    axes["time"].set(title=f"Time for an image: {ratio:.0f} to 1", xlim=(0, 1.3 * slowest))
    axes["time"].set_xlabel("milliseconds, one image at a time, one core")
    axes["digits"].set(title="Average precision of each digit (IoU 0.5)", ylim=(0, 1.25))
    axes["digits"].set(xlabel="digit", xticks=range(10))
    axes["digits"].legend(loc="upper left", ncols=2)
    fig.suptitle(title_of_scores(networks, ratio, tested))
    return fig


def title_of_scores(networks: Results, ratio: float, tested: int) -> str:
    """Return which network is more precise, and how fast they are, in a sentence."""
    first, second = (networks[name]["mAP"]["0.5"] for name in (FASTER, R_CNN))
    what = "more precise" if first > second else "not more precise"
    return f"On {tested:,} test scenes Faster R-CNN is {what}, and {ratio:.0f} times as fast"
