"""The figures of style transfer: pairs, style weights, the control, and the losses (8.5.1)."""

from typing import Any

import numpy as np
from PIL import Image

from ch08.helpers.picture_table import draw_table
from ch08.helpers.style_pictures import from_text
from ch08.helpers.style_runs import TRAINED, UNTRAINED
from dataset.paintings import SIZE
from lab import plots
from lab.plots import Axes, Figure

COLORS = {"content": plots.BLUE, "style": plots.RED, "variation": plots.GREEN}


def of_pairs(results: Any) -> list[Any]:
    """Return the images with trained filters and the usual style weight, one for each pair."""
    images = results["images"].values()
    return [one for one in images if one["filters"] == TRAINED and one["factor"] == 1]


def draw_pairs(results: Any) -> Figure:
    """Draw for each pair the content picture, the style picture and the image made of them."""
    pairs = of_pairs(results)
    shown = {name: from_text(text) for name, text in results["pictures"].items()}
    made = [large(from_text(one["picture"])) for one in pairs]
    rows = {
        "content": [shown[one["content"]] for one in pairs],
        "style": [shown[one["style"]] for one in pairs],
        "result": made,
    }
    if len(pairs) == 1:
        rows = {"": [one for row in rows.values() for one in row]}
    fig, ax = plots.figure(size=(9.4, 9.6 if len(pairs) > 1 else 3.9))
    draw_table(ax, rows, () if len(pairs) > 1 else ("content", "style", "result"))
    left = max(one["style left"] for one in pairs)
    fig.suptitle(f"Style transfer: {_percent(left)} or less of the Gram distance is left")
    return fig


def large(picture: np.ndarray) -> np.ndarray:
    """Return a picture at the size of the content and style pictures."""
    return np.asarray(Image.fromarray(picture).resize((SIZE, SIZE)))


def draw_weights(results: Any) -> Figure:
    """Draw the first pair at all style weights, and with untrained filters."""
    first = of_pairs(results)[0]
    same = [one for one in results["images"].values() if _pair(one) == _pair(first)]
    weights = [one for one in same if one["filters"] == TRAINED]
    (control,) = (one for one in same if one["filters"] == UNTRAINED)
    fig, axes = plots.figure(2, 3, size=(9.4, 7.2))
    for ax, name in zip(axes[0], _pair(first), strict=False):
        show(ax, from_text(results["pictures"][name]), "content" if ax is axes[0, 0] else "style")
    for ax, one in zip([axes[0, 2], *axes[1]], [control, *weights], strict=True):
        what = UNTRAINED if one is control else f"style weight x {one['factor']:g}"
        show(ax, from_text(one["picture"]), f"{what}\n{_numbers(one)}")
    low, high = weights[0], weights[-1]
    fig.suptitle(
        f"With {high['factor'] / low['factor']:.0f} times the style weight, the Gram distance "
        f"(style) goes from {_percent(low['style left'])} to {_percent(high['style left'])},\n"
        f"the content distance from {low['content distance']:.2f} to "
        f"{high['content distance']:.2f}. Untrained filters: the control",
        fontsize=11,
    )
    return fig


def show(ax: Axes, picture: np.ndarray, title: str) -> None:
    """Draw one picture without axes."""
    ax.imshow(picture)
    ax.set_title(title, fontsize=10)
    ax.axis("off")


def draw_course(results: Any) -> Figure:
    """Draw the parts of the loss at each step, with trained and with untrained filters."""
    first = of_pairs(results)[0]
    same = [one for one in results["images"].values() if _pair(one) == _pair(first)]
    fig, axes = plots.figure(1, 2, size=(9.4, 4.4), sharey=True)
    chosen = [one for one in same if one["factor"] == 1]
    for ax, one in zip(axes, chosen, strict=True):
        for name, values in one["curves"].items():
            line = {"style": "-", "content": "--", "variation": ":"}[name]
            ax.plot(values, line, color=COLORS[name], label=name)
        for number, size in enumerate(results["settings"]["sizes"]):
            ax.axvline(number * results["settings"]["steps"], color="0.6", linewidth=0.8)
            place = number * results["settings"]["steps"], 1.0
            where: Any = {"xytext": (4, -4), "textcoords": "offset points", "va": "top"}
            ax.annotate(f"{size} pixels", place, xycoords=("data", "axes fraction"), **where)
        ax.set(title=f"{one['filters']}: {_percent(one['style left'])} of the style left")
        ax.set(xlabel="step", yscale="log", ylim=(None, 4))
    axes[0].set_ylabel("part of the loss, not weighted")
    fig.suptitle("Style 1: as far as the content picture; content 1: as far as the style picture")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return fig


def _pair(image: Any) -> tuple[str, str]:
    return image["content"], image["style"]


def _numbers(image: Any) -> str:
    numbers = f"style {_percent(image['style left'])}, content {image['content distance']:.2f}"
    patches = image["patches"]
    return numbers if patches is None else f"{numbers}, patches {patches:.0%}"


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %"
