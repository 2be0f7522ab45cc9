"""Matrix products in parts."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from common.products import SMALL, parts, transposed_product


@pytest.mark.parametrize(
    ("rows", "multiplications", "number"),
    [
        (784, 10_000, 8),  # 98 rows each
        (100, 10_000, 1),  # small as it is
        (787, 10_000, 1),  # a prime number of rows
        (784, 50_000, 1),  # 40 parts would have fewer than 32 rows each
        (4, 10 * SMALL, 1),  # a single row is too large
        (0, 10_000, 1),
    ],
)
def test_parts(rows, multiplications, number):
    assert parts(rows, multiplications) == number


@pytest.mark.parametrize("shape", [(100, 784, 100), (100, 787, 100), (3, 4, 2), (7, 40_000, 9)])
def test_transposed_product(shape):
    N, D, M = shape
    rng = np.random.default_rng(0)
    x, dout = rng.standard_normal((N, D)), rng.standard_normal((N, M))
    assert_allclose(transposed_product(x, dout), x.T @ dout, rtol=1e-12, atol=1e-12)
