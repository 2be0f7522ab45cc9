"""A small Gaussian process, and the next trial that it suggests (section 6.5.2).

It is a distribution over functions: any values y at points x are jointly Gaussian, with a
covariance that decreases with the distance between the points (the RBF kernel, one length scale l_j
for each dimension j):

    k(a, b) = exp(-sum_j (a_j - b_j)^2 / (2 l_j^2))

Given n observations y with noise of variance s^2, K = k(x, x) + s^2 I and k* = k(x, x*), the value
at a new point x* has the

    posterior mean      k*^T K^-1 y
    posterior variance  1 - k*^T K^-1 k*

The length scales and the noise are chosen to maximize the log marginal likelihood

    log p(y | x) = -1/2 y^T K^-1 y - sum_i log L_ii - n/2 log(2 pi),  K = L L^T (Cholesky)

and the next point is the one with the largest expected improvement on the best value so far,

    EI = E[max(f - best, 0)] = (mean - best) Phi(z) + std phi(z),  z = (mean - best) / std

where Phi and phi are the distribution function and the density of the standard normal distribution.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np

LENGTHS = (0.1, 0.2, 0.4, 0.8, 1.6)  # in units of the searched range
NOISES = (1e-4, 1e-2, 1e-1)  # variances, where y has variance 1


@dataclass(frozen=True)
class GaussianProcess:
    """The posterior, given observations; made by `fit`.

    Attributes
    ----------
    x : ndarray of shape (n, d)
    lengths : ndarray of shape (d,)
    noise : float
        The variance s^2, in units of `scale` squared.
    offset, scale : float
        Mean and standard deviation of the observed values; y is (values - offset) / scale.
    L : ndarray of shape (n, n)
        The Cholesky factor of K.
    weights : ndarray of shape (n,)
        K^-1 y.
    log_likelihood : float
    """

    x: np.ndarray
    lengths: np.ndarray
    noise: float
    offset: float
    scale: float
    L: np.ndarray
    weights: np.ndarray
    log_likelihood: float

    def predict(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard deviation of the function, (m,) each, at the points (m, d)."""
        k = rbf(self.x, x, self.lengths)  # (n, m)
        variance = 1 - (np.linalg.solve(self.L, k) ** 2).sum(axis=0)
        std = np.sqrt(np.maximum(variance, 0))  # rounding may make it negative
        return self.offset + self.scale * (k.T @ self.weights), self.scale * std


def rbf(a: np.ndarray, b: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return the kernel between the points a, (n, d), and b, (m, d): shape (n, m)."""
    difference = (a[:, None] - b) / lengths  # (n, m, d)
    return np.exp(-0.5 * (difference**2).sum(axis=2))


def fit(x: np.ndarray, values: np.ndarray, lengths: np.ndarray, noise: float) -> GaussianProcess:
    """Return the Gaussian process given the values, (n,), observed at the points x, (n, d)."""
    offset, scale = float(values.mean()), float(values.std()) or 1.0
    y = (values - offset) / scale
    L = np.linalg.cholesky(rbf(x, x, lengths) + noise * np.eye(len(x)))
    weights = np.linalg.solve(L.T, np.linalg.solve(L, y))
    likelihood = -0.5 * y @ weights - np.log(np.diag(L)).sum() - len(x) / 2 * math.log(2 * math.pi)
    return GaussianProcess(x, lengths, noise, offset, scale, L, weights, float(likelihood))


def fit_best(x: np.ndarray, values: np.ndarray) -> GaussianProcess:
    """Return the most likely process, over `LENGTHS` in each dimension and `NOISES`."""
    choices = itertools.product(itertools.product(LENGTHS, repeat=x.shape[1]), NOISES)
    fits = (fit(x, values, np.array(lengths), noise) for lengths, noise in choices)
    return max(fits, key=lambda gp: gp.log_likelihood)


def expected_improvement(mean: np.ndarray, std: np.ndarray, best: float) -> np.ndarray:
    """Return E[max(f - best, 0)], where f has the distribution N(mean, std^2)."""
    gain = mean - best
    z = gain / np.where(std > 0, std, 1)
    Phi = 0.5 * (1 + np.vectorize(math.erf)(z / math.sqrt(2)))
    phi = np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
    return np.where(std > 0, gain * Phi + std * phi, np.maximum(gain, 0))


def suggest(
    x: np.ndarray, values: np.ndarray, count: int, rng: np.random.Generator, candidates: int = 1000
) -> np.ndarray:
    """Return `count` points, (count, d), of the unit cube to try next; they may run in parallel.

    Each is the best of many random candidates. Before the next one is chosen, its predicted value
    is treated as observed, so that the points do not lie close together.
    """
    gp = fit_best(x, values)
    lengths, noise = gp.lengths, gp.noise
    for _ in range(count):
        points = rng.uniform(size=(candidates, x.shape[1]))
        mean, std = gp.predict(points)
        chosen = int(np.argmax(expected_improvement(mean, std, values.max())))
        x, values = np.vstack([x, points[chosen]]), np.append(values, mean[chosen])
        gp = fit(x, values, lengths, noise)
    return x[-count:]
