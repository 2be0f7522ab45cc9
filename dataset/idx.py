"""The idx file format of MNIST and similar data sets: a header, then the numbers (3.6.1).

==================  ==========================================================================
bytes               meaning
==================  ==========================================================================
2                   zeros
1                   the type of the numbers: see `TYPES`
1                   the number of axes
4 for each axis     its size; all numbers have the most significant byte first
the rest            the numbers; the last index changes fastest
==================  ==========================================================================
"""

import math
from pathlib import Path
from typing import BinaryIO

import numpy as np

from common.checks import check_whole
from common.io.files import refusing_unsound, unpacked

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
AXES = 32  # the largest number in NumPy 1


def read_idx(path: str | Path, max_bytes: int = 2**31) -> np.ndarray:
    """Read the array of an idx file, gzipped or not, e.g. of MNIST, Fashion-MNIST or EMNIST.

    Parameters
    ----------
    path : str or Path
    max_bytes : int
        The largest size of the array.

    Returns
    -------
    ndarray
        With the shape and type given in the file.

    Raises
    ------
    ValueError
        If the file is damaged, too short or too long for its shape, or too large.
    OSError
        If the file does not exist or cannot be read.
    """
    check_whole("max_bytes", max_bytes, most=2**62)
    with unpacked(path) as file, refusing_unsound(path, "idx file"):
        return _array(file, max_bytes)


def _array(file: BinaryIO, max_bytes: int) -> np.ndarray:
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in TYPES or magic[3] > AXES:
        raise ValueError(
            f"it begins with the bytes {magic.hex(' ') or '(none)'}; expected 00 00, a type "
            f"from 08 to 0e, and up to {AXES} axes"
        )
    sizes = file.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise ValueError(f"it ends in its header; expected the sizes of {magic[3]} axes")
    shape = tuple(np.frombuffer(sizes, ">u4").tolist())
    dtype = np.dtype(TYPES[magic[2]])
    size = math.prod(shape) * dtype.itemsize
    if size > max_bytes:
        raise ValueError(f"its shape is {shape}, {size} bytes; expected at most {max_bytes}")
    content = file.read(size + 1)
    if len(content) != size:
        found = f"only {len(content)} bytes" if len(content) < size else "more bytes"
        raise ValueError(f"{found} of numbers; expected {size} for the shape {shape}")
    return np.ndarray(shape, dtype, content).astype(dtype.newbyteorder("="))
