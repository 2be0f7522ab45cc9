"""The figures of the road scenes: scenes and classes, IoU by class, the free road ahead (8.5.3)."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ch08.helpers.free_road import AHEAD, FreeRoad, free_road
from ch08.helpers.picture_table import draw_table
from dataset.roads import CLASSES, WIDTH, Roads
from lab import plots
from lab.plots import Axes, Figure

SHOWN = 5  # test scenes in the first figure
COLORS = {  # light and dark, so that they differ also without colours
    "sky": plots.SKY,
    "building": plots.PURPLE,
    "tree": plots.GREEN,
    "road": "#4D4D4D",
    "lane marks": "#FFFFFF",
    "pavement": "#C9C9C9",
    "car": plots.RED,
    "person": plots.BLACK,
}
RGB = np.array([list(bytes.fromhex(COLORS[name][1:])) for name in CLASSES], np.uint8)
TINT = np.array(list(bytes.fromhex(plots.BLUE[1:])))


def chosen(y: np.ndarray, t: np.ndarray) -> list[int]:
    """Return the numbers of scenes for the figure of free roads.

    The first scene of each direction, the second that is blocked, and the first whose predicted
    direction differs from the true one.
    """
    found, true = ([free_road(one).direction for one in classes] for classes in (y, t))
    first = [true.index(one) for one in ("left", "straight on", "right", "stop") if one in true]
    blocked = [n for n, one in enumerate(true) if one == "stop"][1:2]
    wrong = [n for n, (one, two) in enumerate(zip(found, true, strict=True)) if one != two][:1]
    return list(dict.fromkeys(first + blocked + wrong))


def draw_scenes(scenes: Roads, predicted: Mapping[int, np.ndarray], scores: Any) -> Figure:
    """Draw the first test scenes: the image, the true and the predicted classes."""
    numbers = range(SHOWN)
    rows = {
        "image": [scenes.images[n].transpose(1, 2, 0) for n in numbers],
        "true classes": [RGB[scenes.labels[n]] for n in numbers],
        "predicted": [RGB[predicted[n]] for n in numbers],
    }
    fig, ax = plots.figure(size=(9.4, 5.3))
    draw_table(ax, rows)
    fig.suptitle(f"Drawn roads that the network has not seen: mean IoU {mean(scores):.3f}")
    class_legend(fig)
    return fig


def class_legend(fig: Figure) -> None:
    """Explain the colours of the classes below the axes."""
    patches = [
        plots.legend_patch(facecolor=color, edgecolor="black", label=name)
        for name, color in COLORS.items()
    ]
    fig.legend(handles=patches, loc="outside lower center", ncols=len(CLASSES) // 2)


def mean(scores: Any, part: str = "all pixels") -> float:
    """Return the mean IoU of a network."""
    return float(scores[f"mean IoU of {part}"])


def draw_overlaps(networks: Any) -> Figure:
    """Draw the IoU of each class, with and without indices, of all pixels and near borders."""
    fig, axes = plots.figure(2, 1, size=(9.4, 7))
    for ax, part in zip(axes, ("all pixels", "pixels near borders"), strict=True):
        means = []
        for k, (name, scores) in enumerate(networks.items()):
            values = [np.nan if v is None else v for v in scores[part].values()]
            means.append(f"{mean(scores, part):.3f} {name}")
            at = np.arange(len(CLASSES)) + 0.4 * k - 0.2
            style: Any = {"color": (plots.BLUE, plots.ORANGE)[k], "hatch": ("", "//")[k]}
            bars = ax.bar(at, values, 0.38, label=name, edgecolor="white", **style)
            ax.bar_label(bars, fmt="{:.2f}", padding=1, fontsize=9)
        ax.set_xticks(range(len(CLASSES)), CLASSES)
        ax.set(title=f"IoU of {part}: mean {', '.join(means)}", ylim=(0, 1.12), ylabel="IoU")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return fig


def draw_free_roads(scenes: Roads, predicted: Mapping[int, np.ndarray], results: Any) -> Figure:
    """Draw the free road ahead in some test scenes, found in the predicted classes."""
    fig, axes = plots.figure(2, 3, size=(9.4, 6))
    for ax in axes.flat:
        ax.axis("off")
    for ax, n in zip(axes.flat, results["chosen"], strict=False):
        draw_free_road(ax, scenes.images[n], free_road(predicted[n]))
        true = free_road(scenes.labels[n]).direction
        found = free_road(predicted[n]).direction
        if true != found:
            ax.set_title(f"{found}; correct: {true}", color=plots.RED, fontsize=11)
    same = results["free_road"]["same direction"]
    title = f"Free road ahead, in drawings: the correct direction in {same:.1%} of the scenes"
    fig.suptitle(f"{title}\nblue: free; arrow: direction; bar: blocked. No car is driven by this")
    return fig


def draw_free_road(ax: Axes, image: np.ndarray, road: FreeRoad) -> None:
    """Draw a scene with the free road tinted and outlined, and an arrow, or a bar: stop."""
    from matplotlib.patches import Polygon

    pixels = image.transpose(1, 2, 0).astype(float)
    pixels[road.mask] = 0.5 * pixels[road.mask] + 0.5 * TINT
    ax.imshow(pixels.astype(np.uint8), interpolation="nearest")
    ax.axis("off")
    bottom, end = len(image[0]) - 0.5, len(image[0]) - 0.5 - len(road.left)
    if road.left:
        ax.add_patch(Polygon(outline(road), closed=True, fill=False, edgecolor="white", lw=2))
    if road.offset is None:
        ax.plot([road_middle(road) - 6, road_middle(road) + 6], [end, end], color=plots.RED, lw=5)
        what = "the edge" if road.ended_by is None else CLASSES[road.ended_by]
        ax.set_title(f"stop: {what} after {len(road.left)} rows", fontsize=11)
        return
    middle = WIDTH / 2 - 0.5
    arrow: Any = {"arrowstyle": "-|>", "color": plots.ORANGE, "lw": 3, "mutation_scale": 18}
    tip = (middle + road.offset, bottom - AHEAD)
    ax.annotate("", tip, (middle, bottom), arrowprops=arrow | {"shrinkA": 0, "shrinkB": 0})
    ax.set_title(f"{road.direction} ({road.offset:+.1f} pixels)", fontsize=11)


def road_middle(road: FreeRoad) -> float:
    """Return the column of the middle of the last free row, or of the image."""
    return (road.left[-1] + road.right[-1]) / 2 if road.left else (road.mask.shape[1] - 1) / 2


def outline(road: FreeRoad) -> np.ndarray:
    """Return the corners of the outline of the free road, (4 rows, 2): x, y."""
    edge = len(road.mask) - 0.5 - np.arange(len(road.left) + 1)
    y = np.repeat(edge, 2)[1:-1]
    left, right = (np.repeat(side, 2) for side in (road.left, road.right))
    x = np.concatenate([left - 0.5, right[::-1] + 0.5])
    return np.stack([x, np.concatenate([y, y[::-1]])], axis=1)


def draw_picture(image: np.ndarray, classes: np.ndarray, name: str) -> Figure:
    """Draw a picture, its predicted classes, and the free road."""
    fig, (left, middle, right) = plots.figure(1, 3, size=(9.4, 3.6))
    left.imshow(image.transpose(1, 2, 0), interpolation="nearest")
    left.set_title(name)
    middle.imshow(RGB[classes], interpolation="nearest")
    middle.set_title("predicted classes")
    for ax in (left, middle):
        ax.axis("off")
    draw_free_road(right, image, free_road(classes))
    fig.suptitle("The network knows only drawn roads: for a photograph, this means nothing")
    class_legend(fig)
    return fig
