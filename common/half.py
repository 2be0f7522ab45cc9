"""Half precision: stored as float16, computed in float32 (8.3.4)."""

import numpy as np

HALF = np.dtype(np.float16)


def working_type(*arrays: np.ndarray) -> np.dtype:
    """Return the type to compute in: float32 for half precision, otherwise that of the arrays.

    In half precision sums and squares overflow or keep only three digits, and NumPy multiplies
    matrices about a hundred times more slowly.
    """
    dtype = np.result_type(*arrays)
    return np.dtype(np.float32) if dtype == HALF else dtype
