"""Data that are read or made when a mini-batch needs them: memory does not limit them (8.3.3)."""

import zlib
from typing import Any

import numpy as np

from common.checks import in_one_line


class Stream:
    """Samples for a `common.trainer.Trainer`, which asks for those of a mini-batch only.

    A subclass has `shape`, `dtype` and `take`. With ``Trainer(..., in_order=True)`` the indices in
    a mini-batch are consecutive: a disk reads them fastest, and no list of all indices is kept.

    Examples
    --------
    >>> class Squares(Stream):
    ...     shape, dtype = (10**12, 1), np.dtype(np.float32)
    ...
    ...     def take(self, indices):
    ...         return (indices[:, None] ** 2).astype(self.dtype)
    >>> Squares()[np.array([3, 1000])].tolist()
    [[9.0], [1000000.0]]

    Attributes
    ----------
    shape : tuple of int
        The number of samples, and the shape of each.
    dtype : numpy.dtype
    """

    shape: tuple[int, ...]
    dtype: np.dtype

    def take(self, indices: np.ndarray) -> np.ndarray:
        """Return the samples with these indices, (N, ...)."""
        raise NotImplementedError

    def __array__(self, *_: Any, **__: Any) -> np.ndarray:
        raise TypeError("a stream does not fit into memory")

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, indices: Any) -> np.ndarray:
        """Return the samples with these indices, integers (N,) in [0, len(self)); or of a slice.

        Raises
        ------
        IndexError
            If they are other than that.
        """
        if isinstance(indices, slice):
            indices = np.arange(*indices.indices(len(self)))
        found = np.asarray(indices)
        fits = found.ndim == 1 and found.dtype.kind in "iu"
        if not fits or (found.size and not 0 <= found.min() <= found.max() < len(self)):
            what = f"the indices are {in_one_line(indices)}"
            raise IndexError(f"{what}; expected integers (N,), from 0 to {len(self) - 1}")
        return self.take(found)

    def checksum(self) -> str:
        """Return a checksum of the shape and of ten samples; changes of others are not found."""
        some = np.unique(np.linspace(0, len(self) - 1, 10).astype(int))
        return f"{self.shape}, {zlib.crc32(self[some].tobytes()):08x}"


class Scaled(Stream):
    """Images in uint8, such as a ``numpy.load(file, mmap_mode="r")``, as float32 from 0 to 1.

    Parameters
    ----------
    images : ndarray of uint8, (N, H, W) or (N, C, H, W)
        Read when they are needed. Grey images get an axis for their channel.
    """

    def __init__(self, images: np.ndarray) -> None:
        if images.dtype != np.uint8 or images.ndim not in (3, 4):
            what = f"the images are of type {images.dtype} and shape {images.shape}"
            raise ValueError(f"{what}; expected uint8, (N, H, W) or (N, C, H, W)")
        self.images, self.dtype = images, np.dtype(np.float32)
        N, *channels, H, W = images.shape
        self.shape = (N, *(channels or [1]), H, W)

    def take(self, indices: np.ndarray) -> np.ndarray:
        """Return images, float32 (N, C, H, W)."""
        x = np.divide(self.images[indices], 255, dtype=np.float32)
        return x.reshape(len(x), *self.shape[1:])
