"""Centring, scaling and whitening: fitted to some images, applied to others (section 3.6.2)."""

import numpy as np

from common.threads import one_blas_thread


def fit_scaling(x: np.ndarray) -> tuple[float, float]:
    """Return mean and standard deviation of all pixels of all images `x`."""
    return float(x.mean(dtype=np.float64)), float(x.std(dtype=np.float64))


def scale(x: np.ndarray, mean: float, std: float) -> np.ndarray:
    """Return (x - mean) / std."""
    return (x - mean) / std


def fit_whitening(x: np.ndarray, components: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean image, (D,), and the matrix, (D, components), that whiten `x`.

    Parameters
    ----------
    x : ndarray of shape (N, D)
    components : int
        The number of directions to keep, those with the largest variance. The last directions of
        MNIST, pixels at the edge, are almost constant and could not be scaled to variance 1.
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
