"""The test digits that DeepConvNet classifies incorrectly (section 8.1.1, figure 8-2).

    python ch08/misclassified_mnist.py
    python ch08/misclassified_mnist.py --weights outputs/ch08/deep_convnet.npz

Evaluates the bundled weights on the 10,000 test digits. You will see that 34 of them are classified
incorrectly, an accuracy of 0.9966, and the first twenty, with the label at the top left and the
network's answer at the bottom right. The book: 62 mistakes, an accuracy of 0.9938; they are hard
for people too, and the pairs 1 and 7, 0 and 6, 3 and 5 are often confused. A second figure, the
confusion matrix, shows how often each pair is confused, and in which direction. About 3 seconds.
"""

import argparse
from itertools import combinations

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.helpers import bundled, mistakes
from common.functions import confusion_matrix
from lab.plots import Figure
from lab.script import Results

SHOWN = 20
BOOK = ("1/7", "0/6", "3/5")  # the pairs that the book names


def confusions(matrix: np.ndarray) -> dict[str, int]:
    """Return how often two digits were confused with each other, the most frequent pair first."""
    both = matrix + matrix.T
    pairs = {f"{a}/{b}": int(both[a, b]) for a, b in combinations(range(10), 2) if both[a, b] > 0}
    return dict(sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0])))


def experiment(args: argparse.Namespace) -> Results:
    """Print and return how many digits are misclassified, and which digits are confused."""
    x, t, scores = bundled.predict(args)
    results = evaluate(x, t, scores)
    report(results)
    return results


def evaluate(x: np.ndarray, t: np.ndarray, scores: np.ndarray) -> Results:
    """Return the mistakes in the scores, (N, 10), of the digits `x`, labelled `t`."""
    y, wrong = scores.argmax(axis=1), mistakes.wrong_digits(scores, t)
    matrix = confusion_matrix(scores, t)
    return {
        "samples": len(t),
        "accuracy": 1 - len(wrong) / len(t),
        "confusions": confusions(matrix),
        "matrix": matrix,
        "wrong": wrong,
        "labels": t[wrong],
        "inferences": y[wrong],
        "shown": {view: (int(t[i]), int(y[i])) for view, i in enumerate(wrong[:SHOWN], 1)},
        "images": mistakes.as_bytes(x[wrong[:SHOWN]]),
    }


def report(results: Results) -> None:
    """Print the accuracy, the misclassified digits and the confusions."""
    accuracy, counts = results["accuracy"], results["confusions"]
    print(f"accuracy {accuracy:.2%}, error rate {1 - accuracy:.2%}:", end=" ")
    print(f"{len(results['wrong'])} of {results['samples']} misclassified")
    print("view index: (label, inference)")
    print(results["shown"])
    print("confused:", ", ".join(f"{pair} {n}" for pair, n in counts.items()) or "none")
    print("named in the book:", ", ".join(f"{pair} {counts.get(pair, 0)}" for pair in BOOK))


def draw(results: Results) -> list[Figure]:
    """Draw figure 8-2, the first mistakes; in a second figure the confusion matrix."""
    number, samples = len(results["wrong"]), results["samples"]
    title = f"Figure 8-2: {number:,} of {samples:,} digits are misclassified"
    first = f"; the first {SHOWN}" if number > SHOWN else ""
    digits = mistakes.draw(results["images"], list(results["shown"].values()), 5, title + first)
    matrix, ax = plots.figure(size=(6, 5.6))
    plots.confusion(ax, results["matrix"])
    pair = next(iter(results["confusions"]), None)
    most = f"{pair.replace('/', ' and ')} are confused most often" if pair else "no mistakes"
    ax.set(title=f"Confusion matrix: {most}", xlabel="answer of the network", ylabel="label")
    return [digits, matrix]


main = script.make_main(__file__, __doc__, experiment, draw, bundled.flags(), data=True)

if __name__ == "__main__":
    script.run(main)
