"""Why many layers of small filters: receptive fields and parameters (8.1.3; figures 8-5, 8-6).

    python ch08/section_8_1/receptive_field.py

A gradient of 1 at the middle of the output is propagated back through convolutions with positive
weights: this element of the output sees the pixels whose gradient is not 0. You will see that two
layers of 3x3 filters see 5x5 pixels, as one 5x5 filter does, with 18 parameters instead of 25;
three see 7x7, with 27 instead of 49; L layers of k x k see 1 + L(k - 1) pixels across. Without an
activation function between them, two 3x3 filters even *equal* one 5x5 filter. A second figure shows
the number of parameters, and the receptive fields of DeepConvNet by layer. About a second.
"""

import argparse
from typing import Any

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.helpers import fields
from lab.plots import Axes, Figure
from lab.script import Results

STACKS = {"Figure 8-5: one 5x5": [5], "Figure 8-6: two 3x3": [3, 3], "Three 3x3": [3, 3, 3]}


def experiment(args: argparse.Namespace) -> Results:
    """Print and return the receptive fields and the numbers of parameters of stacks of filters."""
    rng = np.random.default_rng(args.seed)
    stacks = {
        name: fields.gradients(fields.convolutions(sizes, rng), np.ones((1, 1, 9, 9)))
        for name, sizes in STACKS.items()
    }
    results: Results = {name: seen_by(name, maps[0]) for name, maps in stacks.items()}
    results["marked"] = {name: [1 * (one != 0) for one in maps] for name, maps in stacks.items()}
    results["by_depth"] = fields.by_depth(rng)
    for size, seen in results["by_depth"].items():
        print(f"1, 2 ... layers of {size}x{size}: {seen} pixels across")
    results["difference"] = fields.two_in_one(rng)
    for key, difference in results["difference"].items():
        print(f"two 3x3 filters, {key}: differ by at most {difference:.1e} from the one 5x5 filter")
    results["DeepConvNet"] = fields.deep_convnet_fields()
    print("DeepConvNet:", ", ".join(f"{name} {n}" for name, n in results["DeepConvNet"].items()))
    return results


def seen_by(name: str, gradient: np.ndarray) -> Results:
    """Print and return the receptive field and the number of parameters of a stack."""
    (height, width), parameters = fields.field(gradient), sum(size**2 for size in STACKS[name])
    print(f"{name}: sees {height}x{width} with {parameters} parameters, ", end="")
    print(f"where one filter has {height * width}")
    return {"sees": (height, width), "parameters": parameters}


def draw(results: Results) -> list[Figure]:
    """Draw what each stack sees; in a second figure the parameters and DeepConvNet's fields."""
    second, (left, right) = plots.figure(1, 2, size=(9.3, 4.4))
    draw_parameters(left)
    draw_deep_convnet(right, results["DeepConvNet"])
    return [draw_stacks(results), second]


def draw_stacks(results: Results) -> Figure:
    """Draw figures 8-5 and 8-6: a row for each stack, a map for its input and for each layer."""
    fig, axes = plots.figure(3, 4, size=(8, 6.6))
    for row, (name, maps) in zip(axes, results["marked"].items(), strict=True):
        for ax in row:
            ax.axis("off")
        for number, (ax, marked) in enumerate(zip(row, maps, strict=False)):
            draw_map(ax, marked, f"after layer {number}" if number else "input")
        text = f"{name.replace(': ', chr(10))}\n{results[name]['parameters']} parameters"
        style: Any = {"rotation": 90, "ha": "right", "va": "center", "ma": "center"}
        row[0].text(-0.7, 4.5, text, fontsize=11, **style)
    two = results["Figure 8-6: two 3x3"]
    seen, parameters = "x".join(map(str, two["sees"])), two["parameters"]
    fig.suptitle(f"Two 3x3 filters see {seen} pixels with {parameters} parameters, not 25")
    return fig


def draw_map(ax: Axes, marked: np.ndarray, name: str) -> None:
    """Draw a map as a grid of squares, with a frame around those that are seen."""
    ax.pcolormesh(marked, cmap="Blues", vmin=0, vmax=1.6, edgecolors="gray", linewidth=0.8)
    (bottom, left), (height, width) = np.argwhere(marked)[0], fields.field(marked)
    frame: Any = {"fill": False, "edgecolor": plots.RED, "linewidth": 2}
    plots.draw_rectangle(ax, (left, bottom), width, height, **frame)
    limits = (len(marked) / 2 - 4.6, len(marked) / 2 + 4.6)  # the same scale for all maps
    ax.set(aspect="equal", xlim=limits, ylim=limits, title=f"{name}: {height}x{width}")


def draw_parameters(ax: Axes) -> None:
    """Draw how many parameters one layer, and layers of 3x3, need to see the same width."""
    layers = np.arange(1, 8)
    across = 1 + 2 * layers
    ax.plot(across, across**2, "s--", label="one layer")
    ax.plot(across, 9 * layers, "o-", label="layers of 3x3")
    ax.set(title="Small filters need fewer parameters", xlabel="receptive field, pixels across")
    ax.set(ylabel="parameters", xticks=across)
    ax.legend()


def draw_deep_convnet(ax: Axes, seen: dict[str, int]) -> None:
    """Draw how many pixels across DeepConvNet sees, layer by layer."""
    bars = ax.barh(list(seen), list(seen.values()))
    ax.bar_label(bars, padding=3)
    ax.axvline(28, color=plots.RED, linestyle="--")
    ax.text(28.5, 0, "28: an image\nof MNIST", va="center")
    ax.invert_yaxis()
    whole = next((name for name, pixels in seen.items() if pixels >= 28), "no layer")
    ax.set(title=f"DeepConvNet: {whole} sees a whole image", xlim=(0, 40))
    ax.set(xlabel="receptive field, pixels across")


main = script.make_main(__file__, __doc__, experiment, draw)

if __name__ == "__main__":
    script.run(main)
