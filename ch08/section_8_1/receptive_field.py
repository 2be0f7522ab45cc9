"""Why small filters in many layers: receptive fields and parameters (8.1.3; figures 8-5, 8-6).

    python ch08/section_8_1/receptive_field.py

A 1 at one place of the output is sent back through convolutions with positive weights: where the
gradient is not 0, there the place looks. You will see that two layers of 3x3 filters look at 5x5
pixels as one 5x5 filter does, with 18 parameters for its 25; three look at 7x7, with 27 for 49; L
layers of k x k at 1 + L(k - 1). Without an activation function between them two 3x3 filters even
*are* one 5x5 filter. Last, what DeepConvNet sees, layer by layer. A second.
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

from ch08.helpers.fields import (
    by_depth,
    convolutions,
    deep_convnet_fields,
    field,
    gradients,
    two_in_one,
)
from lab import plots

STACKS = {"Figure 8-5: one 5x5": [5], "Figure 8-6: two 3x3": [3, 3], "Three 3x3": [3, 3, 3]}


def show(ax: Axes, gradient: np.ndarray, title: str) -> None:
    """Draw a map as a grid of squares, with those marked where the gradient is not 0."""
    marked = gradient != 0
    ax.pcolormesh(marked, cmap="Blues", vmin=0, vmax=1.6, edgecolors="gray", linewidth=0.8)
    (bottom, left), (height, width) = np.argwhere(marked)[0], field(gradient)
    ax.add_patch(Rectangle((left, bottom), width, height, fill=False, edgecolor="red", linewidth=2))
    middle = len(marked) / 2
    limits = (middle - 4.6, middle + 4.6)
    ax.set(aspect="equal", xlim=limits, ylim=limits, title=title)
    ax.axis("off")


def draw(stacks: dict[str, list[np.ndarray]], deep: dict[str, int]) -> Figure:
    """Draw where each stack looks, how many parameters that takes, and what DeepConvNet sees."""
    fig, axes = plots.figure(3, 5, size=(14, 8), gridspec_kw={"width_ratios": [1, 1, 1, 1, 1.7]})
    for row, (name, maps) in zip(axes, stacks.items(), strict=True):
        for ax in row[len(maps) : 4]:
            ax.axis("off")
        for number, (ax, gradient) in enumerate(zip(row, maps, strict=False)):
            what = f"after layer {number}" if number else "input"
            show(ax, gradient, "{}: {}x{}".format(what, *field(gradient)))
        count = " + ".join(f"{size * size}" for size in STACKS[name])
        style: Any = {"rotation": 90, "ha": "right", "va": "center", "ma": "center"}
        row[0].text(-0.7, 4.5, f"{name}\n{count} parameters", fontsize=12, **style)
    parameters, fields = axes[0, 4], axes[1, 4]
    layers = np.arange(1, 8)
    parameters.plot(1 + 2 * layers, (1 + 2 * layers) ** 2, "s--", label="one layer")
    parameters.plot(1 + 2 * layers, 9 * layers, "o-", label="layers of 3x3")
    parameters.set(title="Parameters", xlabel="pixels across that it sees", xticks=1 + 2 * layers)
    parameters.legend()
    axes[2, 4].remove()
    fields.set_subplotspec(fields.get_gridspec()[1:, 4])
    bars = fields.barh(list(deep), list(deep.values()))
    fields.bar_label(bars, padding=3)
    fields.axvline(28, color="tab:orange", linestyle="--")
    fields.text(28.5, 0, "28: an image\nof MNIST", va="center")
    fields.invert_yaxis()
    fields.set(
        title="DeepConvNet, layer by layer", xlabel="pixels across that a place sees", xlim=(0, 39)
    )
    fig.suptitle("Where one place of the output looks: marked is a gradient that is not 0")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print what stacks of filters see and cost, and draw it."""
    args = cli.parse(cli.parser(__doc__), argv)
    rng = np.random.default_rng(args.seed)
    stacks = {
        name: gradients(convolutions(sizes, rng), np.ones((1, 1, 9, 9)))
        for name, sizes in STACKS.items()
    }
    results: dict[str, Any] = {}
    for name, maps in stacks.items():
        (height, width), parameters = field(maps[0]), sum(size**2 for size in STACKS[name])
        print(f"{name}: sees {height}x{width} with {parameters} parameters, ", end="")
        print(f"where one filter has {height * width}")
        results[name] = {"sees": (height, width), "parameters": parameters}
    results["by_depth"] = by_depth(rng)
    for size, seen in results["by_depth"].items():
        print(f"1, 2 ... layers of {size}x{size}: {seen} pixels across")
    results["difference"] = two_in_one(rng)
    for key, difference in results["difference"].items():
        print(f"two 3x3 filters, {key}: at most {difference:.1e} from the one 5x5 filter")
    results["DeepConvNet"] = deep_convnet_fields()
    print("DeepConvNet:", ", ".join(f"{name} {n}" for name, n in results["DeepConvNet"].items()))
    return cli.finish(args, __file__, results, draw(stacks, results["DeepConvNet"]))


if __name__ == "__main__":
    cli.run(main)
