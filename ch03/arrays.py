"""Multi-dimensional arrays: shapes, products, argmax (sections 3.3 and 3.6.3).

    python ch03/arrays.py

You will see the examples as typed into the interpreter; each is run and compared with the output
written below it. About a second.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from lab.script import Results
from lab.tour import walk

SECTIONS = {
    "3.3.1 Dimensions and shapes: dimension 0 counts the rows, 1 the columns": """
>>> import numpy as np
>>> A = np.array([1, 2, 3, 4])
>>> np.ndim(A), A.shape, A.shape[0]
(1, (4,), 4)
>>> B = np.array([[1, 2], [3, 4], [5, 6]])
>>> np.ndim(B), B.shape
(2, (3, 2))
""",
    "3.3.2 Matrix products: each row on the left times each column on the right": """
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
""",
    "3.3.3 A layer without bias and activation is a matrix product": """
>>> X, W = np.array([1, 2]), np.array([[1, 3, 5], [2, 4, 6]])
>>> Y = np.dot(X, W)
>>> print(Y)
[ 5 11 17]
""",
    "3.6.3 Batches: their first indices, the predicted classes, how many are correct": """
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
""",
}

RESULTS = ("square", "mixed", "with_vector", "Y", "starts", "y", "right_or_not")


def experiment(_: argparse.Namespace) -> Results:
    """Run all sections; raise a ValueError if an output differs."""
    outputs, variables = walk(SECTIONS)
    return {"outputs": outputs, **{name: variables[name] for name in RESULTS}}


main = script.make_main(__file__, __doc__, experiment)

if __name__ == "__main__":
    script.run(main)
