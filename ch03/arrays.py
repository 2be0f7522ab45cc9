"""Multi-dimensional arrays: shapes, products, arg max (sections 3.3 and 3.6.3).

Run: ``python ch03/arrays.py``. You will see the examples as one would type them; each is executed
and compared with the output that stands below it. About a second.
"""

import doctest
from collections.abc import Sequence
from typing import Any

from common import cli

TOUR = """
Dimensions and shapes (3.3.1). A shape is always a tuple; dimension 0 runs down the rows,
dimension 1 along the columns (figure 3-10).

>>> import numpy as np
>>> A = np.array([1, 2, 3, 4])
>>> np.ndim(A), A.shape, A.shape[0]
(1, (4,), 4)
>>> B = np.array([[1, 2], [3, 4], [5, 6]])
>>> np.ndim(B), B.shape
(2, (3, 2))

Products of matrices (3.3.2): each row of the left times each column of the right (figure 3-11).
The order matters, and the inner sizes must agree: (3, 2) times (2, 4) is (3, 4) (figure 3-12).

>>> left, right = np.array([[1, 2], [3, 4]]), np.array([[5, 6], [7, 8]])
>>> square = np.dot(left, right)
>>> print(square)
[[19 22]
 [43 50]]
>>> np.array_equal(square, np.dot(right, left))
False
>>> C = np.array([[1, 2, 3], [4, 5, 6]])
>>> mixed = np.dot(C, B)
>>> print(mixed)
[[22 28]
 [49 64]]
>>> np.dot(C, left)
Traceback (most recent call last):
ValueError: shapes (2,3) and (2,2) not aligned: 3 (dim 1) != 2 (dim 0)
>>> np.dot(B, np.ones((2, 4))).shape
(3, 4)
>>> with_vector = np.dot(B, np.array([7, 8]))
>>> print(with_vector, with_vector.shape)
[23 53 83] (3,)

A layer without bias and activation is such a product (3.3.3, figure 3-14).

>>> X, W = np.array([1, 2]), np.array([[1, 3, 5], [2, 4, 6]])
>>> Y = np.dot(X, W)
>>> print(Y)
[ 5 11 17]

Batches (3.6.3): where each begins, the most probable class of each row, and how many are right.

>>> starts = list(range(0, 10, 3))
>>> starts
[0, 3, 6, 9]
>>> outputs = np.array([[0.1, 0.8, 0.1], [0.3, 0.1, 0.6], [0.2, 0.5, 0.3], [0.8, 0.1, 0.1]])
>>> y = np.argmax(outputs, axis=1)
>>> print(y)
[1 2 1 0]
>>> right_or_not = y == np.array([1, 2, 0, 0])
>>> print(right_or_not)
[ True  True False  True]
>>> print(np.sum(right_or_not))
3
"""


def run_tour(text: str = TOUR) -> tuple[dict[str, Any], doctest.TestResults]:
    """Execute the examples; return the variables they leave and how many were tried and failed."""
    tour = doctest.DocTestParser().get_doctest(text, {}, "ch03.arrays", __file__, 0)
    result = doctest.DocTestRunner().run(tour, clear_globs=False)
    return tour.globs, result


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print the tour and run it."""
    args = cli.parse(cli.parser(__doc__), argv)
    print(TOUR)
    _, (failed, attempted) = run_tour()
    print(f"{attempted} examples, {failed} gave something else")
    return cli.finish(args, __file__, {"examples": attempted, "failed": failed})


if __name__ == "__main__":
    cli.run(main)
