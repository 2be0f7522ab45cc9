"""How good generated digits are, judged by DeepConvNet, which was trained on real ones (8.5.2)."""

from typing import Any

import numpy as np

from ch08.helpers import bundled
from common.data_parallel import DataParallel
from common.functions import softmax
from common.network import Network

LAST_HIDDEN = "Relu7"  # the layer of DeepConvNet with 50 units before the classes
SURE = 0.9  # the least probability of a sample that is classified with confidence
CLASSES = 10
PIECE = 5000  # real images that distances are computed to at a time

Results = dict[str, Any]


class Judge:
    """DeepConvNet with the bundled weights, cut in two at its last hidden layer."""

    def __init__(self, threads: int = 1) -> None:
        layers = list(bundled.load().layers.items())
        cut = [name for name, _ in layers].index(LAST_HIDDEN) + 1
        self.hidden, self.end = Network(dict(layers[:cut])), Network(dict(layers[cut:]))
        self.parallel = DataParallel(self.hidden, threads)

    def look_at(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return what the judge sees in images.

        Parameters
        ----------
        images : ndarray of shape (N, 28, 28), uint8

        Returns
        -------
        features : ndarray of shape (N, 50)
            The last hidden layer.
        probabilities : ndarray of shape (N, 10)
            Of the classes.
        """
        x = np.divide(images[:, None], 255, dtype=np.float32)
        with self.parallel:
            features = self.parallel.predict(x)
        return features, softmax(self.end.predict(features))


def scores(generated: np.ndarray, train: np.ndarray, test: np.ndarray, judge: Judge) -> Results:
    """Return how confidently generated digits are classified, as what, and how like real ones.

    Parameters
    ----------
    generated, train, test : ndarray of shape (N, 28, 28), uint8
        For a fair comparison as many of each.
    judge : Judge
    """
    seen = {
        name: judge.look_at(images)
        for name, images in (("generated", generated), ("train", train), ("test", test))
    }
    probabilities = seen["generated"][1]
    counts = np.bincount(probabilities.argmax(axis=1), minlength=CLASSES)
    real = seen["train"][0]
    return {
        "confident": share_of_sure(probabilities),
        "confident, test digits": share_of_sure(seen["test"][1]),
        "classes": np.round(counts / len(generated), 4).tolist(),
        "Frechet distance": round(frechet_distance(real, seen["generated"][0]), 3),
        "Frechet distance, test digits": round(frechet_distance(real, seen["test"][0]), 3),
    }


def show(results: Results) -> None:
    """Print the scores, and the distances to training digits."""
    found, distances = results["scores"], results["distances"]
    print(f"classified with more than {SURE}: {found['confident']:.3f}", end=" ")
    print(f"(test digits: {found['confident, test digits']:.3f})")
    print("classes:", *(f"{share:.3f}" for share in found["classes"]))
    for name in ("Frechet distance", "Frechet distance, test digits"):
        print(f"{name}: {found[name]:.1f}")
    for name, distance in distances.items():
        print(f"distance to the nearest training digit, {name}: {distance:.2f}")


def share_of_sure(probabilities: np.ndarray) -> float:
    """Return the fraction of rows whose largest probability is above `SURE`."""
    return round(float((probabilities.max(axis=1) > SURE).mean()), 4)


def frechet_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Return the Frechet distance of two sets of rows, as if both were Gaussian.

    With the means m and the covariances C it is abs(m_a - m_b)^2 + tr(C_a + C_b - 2 (C_a C_b)^0.5).

    Parameters
    ----------
    a, b : ndarray of shape (N, D), (M, D)
    """
    a, b = a.astype(np.float64), b.astype(np.float64)
    C_a, C_b = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    values, vectors = np.linalg.eigh(C_a)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T  # of C_a
    # C_a C_b has the eigenvalues of the symmetric matrix root C_b root.
    both = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ C_b @ root), 0)).sum()
    means = np.sum((a.mean(axis=0) - b.mean(axis=0)) ** 2)
    return float(means + np.trace(C_a) + np.trace(C_b) - 2 * both)


def nearest(images: np.ndarray, real: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each image the number of the nearest real one, and the distance to it.

    Parameters
    ----------
    images, real : ndarray of shape (N, 28, 28), (M, 28, 28), uint8

    Returns
    -------
    numbers : ndarray of int, (N,)
    distances : ndarray of shape (N,)
        Of pixels from 0 to 1.
    """
    x = np.divide(images.reshape(len(images), -1), 255, dtype=np.float32)
    best, numbers = np.full(len(x), np.inf), np.zeros(len(x), int)
    for start in range(0, len(real), PIECE):
        some = real[start : start + PIECE]
        y = np.divide(some.reshape(len(some), -1), 255, dtype=np.float32)
        squares = (y**2).sum(axis=1) - 2 * x @ y.T  # + x^2, the same for all
        here = squares.argmin(axis=1)
        least = np.take_along_axis(squares, here[:, None], axis=1)[:, 0]
        better = least < best
        best[better], numbers[better] = least[better], start + here[better]
    return numbers, np.sqrt(np.maximum(best + (x**2).sum(axis=1), 0))
