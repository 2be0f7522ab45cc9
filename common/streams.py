"""Data that are read or made when a mini-batch needs them: memory does not limit them (8.3.3)."""

import zlib
from typing import Any

import numpy as np


class Stream:
    """Samples for a `common.trainer.Trainer`, which asks for those of a mini-batch only.

    A subclass has `shape`, `dtype` and `take`. With ``Trainer(..., in_order=True)`` the numbers in
    a mini-batch are consecutive: a disk reads them fastest, and no list of all numbers is kept.

    Attributes
    ----------
    shape : tuple of int
        The number of samples, and the shape of each.
    dtype : numpy.dtype
    """

    shape: tuple[int, ...]
    dtype: np.dtype

    def take(self, numbers: np.ndarray) -> np.ndarray:
        """Return the samples with these numbers, (N, ...)."""
        raise NotImplementedError

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, numbers: Any) -> np.ndarray:
        """Return the samples with these numbers, or of a slice."""
        if isinstance(numbers, slice):
            numbers = np.arange(*numbers.indices(len(self)))
        return self.take(np.asarray(numbers))

    def checksum(self) -> str:
        """Return a checksum of the shape, and of some of the samples."""
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

    def take(self, numbers: np.ndarray) -> np.ndarray:
        """Return images, float32 (N, C, H, W)."""
        x = np.divide(self.images[numbers], 255, dtype=np.float32)
        return x.reshape(len(x), *self.shape[1:])
