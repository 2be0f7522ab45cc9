"""Preprocessing: centring, scaling, whitening (described in section 3.6.2).

    python ch03/preprocessing.py

Each transformation is fitted to the training digits and applied to the test digits, as one would
have to do with digits that are yet to come. You will see that the test digits get mean 0 and
standard deviation 1, and, whitened, a covariance close to the identity: no component rises or falls
with another one any more. A few seconds.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from common.threads import one_blas_thread
from dataset.mnist import data_name, load_mnist
from lab import plots


def fit_scaling(x: np.ndarray) -> tuple[float, float]:
    """Return mean and standard deviation of all pixels of all images `x`."""
    return float(x.mean(dtype=np.float64)), float(x.std(dtype=np.float64))


def scale(x: np.ndarray, mean: float, std: float) -> np.ndarray:
    """Return (x - mean) / std."""
    return (x - mean) / std


def fit_whitening(x: np.ndarray, components: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean image, (D,), and the matrix, (D, components), that make `x` white.

    Parameters
    ----------
    x : ndarray of shape (N, D)
    components : int
        How many directions to keep, those of the largest variance; the last ones of MNIST, pixels
        at the rim, hardly vary at all and could not be stretched to variance 1.
    """
    with one_blas_thread():
        variances, directions = np.linalg.eigh(covariance(x))  # ascending
    variances, directions = variances[-components:], directions[:, -components:]
    if components > len(directions) or variances.min() < 1e-6 * variances.max():
        raise ValueError(f"the images do not vary in {components} directions; expected fewer")
    return x.mean(axis=0, dtype=np.float64), directions / np.sqrt(variances)


def whiten(x: np.ndarray, mean: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Return (x - mean) times the matrix, of shape (N, components)."""
    return (x - mean) @ matrix


def covariance(x: np.ndarray) -> np.ndarray:
    """Return the covariance of the columns of `x`, (D, D)."""
    centred = x - x.mean(axis=0, dtype=np.float64).astype(x.dtype)
    return centred.T @ centred / len(x)


def summary(x: np.ndarray, scaled: np.ndarray, white: np.ndarray) -> dict[str, float]:
    """Return the numbers to look at: of the pixels, of the scaled pixels, of a covariance."""
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


def draw(before: np.ndarray, after: np.ndarray) -> Figure:
    """Draw two matrices of covariances as pictures."""
    fig, axes = plots.figure(1, 2, size=(9.6, 4.4))
    for ax, matrix, unit in zip(axes, (before, after), ("pixel", "component"), strict=True):
        limit = np.abs(matrix).max()
        image = ax.imshow(matrix, cmap="RdBu_r", vmin=-limit, vmax=limit, interpolation="nearest")
        ax.set(title=f"{len(matrix)} {unit}s", xlabel=unit, ylabel=unit)
        ax.grid(False)
        fig.colorbar(image, ax=ax, shrink=0.85, label="covariance")
    fig.suptitle("Covariance of the test digits, as pixels and whitened")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Fit on the training digits, print what becomes of the test digits."""
    parser = cli.parser(__doc__, data=True)
    add = parser.add_argument
    add("--components", type=cli.at_least(1), default=100, help="of whitening (default: 100)")
    add("--samples", type=cli.at_least(1), default=60000, help="to fit to (default: 60000)")
    args = cli.parse(parser, argv, samples=5000, components=30)
    name = data_name(args.data)
    print(f"data: {name}")
    (x_train, _), (x_test, _) = load_mnist(source=args.data)
    x_train = x_train[: args.samples]

    scaled = scale(x_test, *fit_scaling(x_train))
    after = covariance(whiten(x_test, *fit_whitening(x_train, args.components)))
    results = {"data": name, **summary(x_test, scaled, after)}
    print(f"test digits: mean {results['mean_before']:.3f}, std {results['std_before']:.3f}")
    print(f"  scaled:    mean {results['mean']:.3f}, std {results['std']:.3f}")
    print(f"  whitened:  variances {results['white_variance']:.3f} on average,")
    print(f"             every other covariance within {results['white_covariance']:.3f} of 0")
    return cli.finish(args, __file__, results, draw(covariance(x_test), after))


if __name__ == "__main__":
    cli.run(main)
