"""From edges to digits: what the layers of an AlexNet respond to (section 7.6.2, figure 7-26).

    python ch07/hierarchical_features.py

You will see, for ten units of each layer of the small AlexNet with its bundled weights, an image
that makes the unit respond strongly, found by gradient ascent from noise, and the test digit with
the strongest response. A unit of the first layer sees 6 x 6 pixels and responds to an edge; one of
the second sees 16 x 16 and responds to a bent stroke; from the third layer, units see all 28 x 28.
The images for the scores of the classes look like digits. A second figure shows numbers: of the 20
digits with the strongest response of a unit, the fraction with the same label rises from layer to
layer: 0.43, 0.47, 0.55, 0.60, 0.74 and 1.00. Before training it is 0.35 to 0.45. About 5 seconds.
"""

import argparse
from pathlib import Path

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch07.alexnet import WEIGHTS, AlexNet
from ch07.helpers.features import look, of_one_digit, responses
from ch07.helpers.unit_images import as_uint8, show_units, visible
from common.threads import one_blas_thread
from lab.digits import digits, first
from lab.plots import Figure
from lab.script import Flag, Results

LAYERS = {f"Conv{n}": f"convolution {n}" for n in range(1, 6)} | {"Affine3": "class scores"}
FLAGS = {
    "weights": Flag(WEIGHTS, "weights of a trained AlexNet (.npz)", kind=Path),
    "samples": Flag(1000, "test digits", quick=100, least=20),
    "units": Flag(10, "units of each layer", quick=3),
    "steps": Flag(100, "steps of gradient ascent", quick=20),
}


def experiment(args: argparse.Namespace) -> Results:
    """Find images that the units of each layer respond to; print and return the results."""
    network = AlexNet()
    network.load_params(args.weights)
    x, t = first(digits(args, flatten=False)[1], args.samples)
    with one_blas_thread():
        before = responses(AlexNet(rng=args.seed), x, list(LAYERS))
        after = responses(network, x, list(LAYERS))
        found = {
            name: look(network, name, y, args.units, args.steps, np.random.default_rng(args.seed))
            for name, y in after.items()
        }
        read = network.predict(found["Affine3"]["made"][:, None]).argmax(axis=1)
    shares = {"untrained": shares_of_one_digit(before, t), "trained": shares_of_one_digit(after, t)}
    results = {"of_one_digit": shares, "read_as": read, **by_layer(found, x)}
    report(results)
    return results


def shares_of_one_digit(response: Results, t: np.ndarray) -> dict[str, float]:
    """Return by layer the fraction with the same label among the digits a unit responds to most."""
    return {name: of_one_digit(y, t) for name, y in response.items()}


def by_layer(found: dict[str, Results], x: np.ndarray) -> Results:
    """Return by layer the results of `look`, with the images as uint8."""
    results: Results = {"made": {}, "digits": {}}
    for key in ("units", "seen", "before", "after", "by_digit", "corners"):
        results[key] = {name: one[key] for name, one in found.items()}
    for name, one in found.items():
        results["made"][name] = as_uint8(visible(one))
        results["digits"][name] = as_uint8(x[one["digits"], 0])
    return results


def report(results: Results) -> None:
    """Print for each layer the width it sees, mean responses, and the fractions with one label."""
    titles = ("noise", "made image", "digit", "same label", "untrained")
    print("layer    sees ", "".join(f"{title:>12}" for title in titles), sep="")
    for name, seen in results["seen"].items():
        numbers = [np.mean(results[key][name]) for key in ("before", "after", "by_digit")]
        numbers += [results["of_one_digit"][when][name] for when in ("trained", "untrained")]
        print(f"{name:8} {seen:4} ", "".join(f"{number:12.2f}" for number in numbers), sep="")


def draw(results: Results) -> list[Figure]:
    """Draw figure 7-26 for digits, and the fractions of digits with the same label."""
    fig, axes = plots.figure(len(LAYERS), 1, size=(9.4, 1.9 * len(LAYERS) + 0.6))
    for ax, (name, made) in zip(axes, results["made"].items(), strict=True):
        pixels = np.shape(made)[1]
        title = f"{LAYERS[name]}: {pixels} × {pixels} pixels seen"
        digits, corners, seen = (results[key][name] for key in ("digits", "corners", "seen"))
        show_units(ax, made, digits, corners, seen, title)
    below = "digit with the strongest response (frame: part the unit sees)"
    rows = f"above: made by gradient ascent; below: {below}"
    fig.suptitle(f"Figure 7-26, for digits: from edges to whole digits\n{rows}", fontsize=11)
    return [fig, draw_shares(results["of_one_digit"])]


def draw_shares(shares: dict[str, dict[str, float]]) -> Figure:
    """Draw for each layer which fraction of a unit's strongest digits have the same label."""
    fig, ax = plots.figure(size=(7.5, 4.4))
    for when, style in (("trained", "o-"), ("untrained", "s--")):
        ax.plot(list(LAYERS.values()), list(shares[when].values()), style, label=when)
    first, *_, last = shares["trained"].values()
    ax.set_title(f"Figure 7-26: fraction with the same label, from {first:.2f} to {last:.2f}")
    ax.set(
        ylabel="fraction with the same label: the 20 digits\nwith the strongest response of a unit"
    )
    ax.set(xlabel="layer", ylim=(0, 1.05))
    ax.legend()
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
