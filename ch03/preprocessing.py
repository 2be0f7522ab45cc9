"""Preprocessing: centring, scaling, whitening (described in section 3.6.2).

    python ch03/preprocessing.py

Each transformation is fitted to the training digits and applied to the test digits, as to any new
data. You will see that the scaled test digits have mean 0 and standard deviation 1, and that the
whitened ones have a covariance close to the identity: the components are no longer correlated. A
few seconds.
"""

import argparse

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch03.helpers.whitening import covariance, fit_scaling, fit_whitening, scale, whiten
from lab.digits import digits
from lab.plots import Figure
from lab.script import Flag, Results

MIDDLE_ROW = slice(14 * 28, 15 * 28)  # of an image of 28 x 28 pixels
FLAGS = {
    "components": Flag(100, "components that whitening keeps", quick=30),
    "samples": Flag(60000, "training digits to fit to", quick=5000),
}


def summary(x: np.ndarray, scaled: np.ndarray, white: np.ndarray) -> dict[str, float]:
    """Return statistics of the pixels, of the scaled pixels and of the whitened covariance."""
    (mean_before, std_before), (mean, std) = fit_scaling(x), fit_scaling(scaled)
    variances = np.diag(white)
    return {
        "mean_before": mean_before,
        "std_before": std_before,
        "mean": mean,
        "std": std,
        "white_variance": float(variances.mean()),
        "white_covariance": float(np.abs(white - np.diag(variances)).max()),
    }


def experiment(args: argparse.Namespace) -> Results:
    """Fit to the training digits; print and return how the test digits change."""
    (x_train, _), (x_test, _) = digits(args)
    scaled = scale(x_test, *fit_scaling(x_train))
    after = covariance(whiten(x_test, *fit_whitening(x_train, args.components)))
    found = summary(x_test, scaled, after)
    print(f"test digits: mean {found['mean_before']:.3f}, std {found['std_before']:.3f}")
    print(f"  scaled:    mean {found['mean']:.3f}, std {found['std']:.3f}")
    print(f"  whitened:  variances {found['white_variance']:.3f} on average,")
    print(f"             all other covariances within {found['white_covariance']:.3f} of 0")
    return {
        **found,
        "covariance of the middle row": covariance(x_test[:, MIDDLE_ROW]),
        "covariance of the components": after.round(4),
    }


def draw(results: Results) -> Figure:
    """Draw the covariances of one row of pixels, and those of the whitened components."""
    fig, axes = plots.figure(1, 2, size=(9.4, 4.4))
    for ax, part, unit in zip(
        axes, ("middle row", "components"), ("pixel", "component"), strict=True
    ):
        matrix = results[f"covariance of the {part}"]
        limit = np.abs(matrix).max()
        image = ax.imshow(matrix, cmap="RdBu_r", vmin=-limit, vmax=limit, interpolation="nearest")
        ax.set(title=f"{len(matrix)} {unit}s", xlabel=unit, ylabel=unit)
        ax.grid(False)
        fig.colorbar(image, ax=ax, shrink=0.85, label="covariance")
    axes[0].set_title(f"{axes[0].get_title()} of the middle row")
    axes[1].set_title(f"{axes[1].get_title()} after whitening")
    variance, largest = results["white_variance"], results["white_covariance"]
    fig.suptitle(f"Whitened: a mean variance of {variance:.2f}, covariances up to {largest:.2f}")
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
