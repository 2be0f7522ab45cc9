"""RoIPooling: regions of feature maps, of any size, are pooled to the same size (8.4.1)."""

import numpy as np
from numpy.typing import ArrayLike

from common.boundary import Layer, expects_images
from common.checks import check_range, check_whole
from common.regions import cells, check_regions


class RoIPooling(Layer):
    """Divides each region of interest (RoI) into a grid, and takes the maximum of each cell.

    Faster R-CNN classifies regions by features that are computed once for the whole image. A cell
    covers every pixel of the feature map that it touches, so that cells may share pixels.

    Parameters
    ----------
    pool_h, pool_w : int
        The number of cells of each region, down and across.
    scale : float
        The size of the feature maps relative to the image: 1 / 8 after three poolings.

    Attributes
    ----------
    regions : ndarray of shape (R, 5), or None
        For each region: the number of its image in the batch, and x1, y1, x2, y2 in pixels of the
        image. Set it before each forward pass. None: each image is one region.
    """

    expects = expects_images
    setting_names = ("pool_h", "pool_w", "scale")

    def __init__(self, pool_h: int, pool_w: int, scale: float = 1.0) -> None:
        self.pool_h, self.pool_w = check_whole("pool_h", pool_h), check_whole("pool_w", pool_w)
        self.scale = check_range("scale", scale, above=0)
        self.regions: ArrayLike | None = None

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return the maxima, (R, C, pool_h, pool_w), of feature maps (N, C, H, W)."""
        self.x_shape = x.shape
        _, C, H, W = x.shape
        regions = check_regions(self.regions, x.shape, self.scale)
        image, (x1, y1, x2, y2) = regions[:, 0].astype(int), regions[:, 1:].T * self.scale
        top, bottom = cells(y1, y2, self.pool_h, H)  # (R, pool_h)
        left, right = cells(x1, x2, self.pool_w, W)  # (R, pool_w)
        pixels = np.ascontiguousarray(x.transpose(0, 2, 3, 1), like=x).reshape(-1, C)
        out = np.full_like(pixels, -np.inf, shape=(len(regions), self.pool_h, self.pool_w, C))
        self.place = np.zeros(out.shape, int, like=x)  # of the maximum, in `pixels`
        for i in range((bottom - top).max()):
            row = (image * H)[:, None] + np.minimum(top + i, bottom - 1)
            for j in range((right - left).max()):  # pixel (i, j) of each cell, or else its last one
                place = row[:, :, None] * W + np.minimum(left + j, right - 1)[:, None]
                place = np.asarray(place, like=x)
                here = pixels[place]
                better = (here > out) | np.isnan(here)
                np.copyto(out, here, where=better)
                np.copyto(self.place, place[..., None], where=better)
        return out.transpose(0, 3, 1, 2)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return for each pixel the sum of `dout` of all cells of which it is the maximum."""
        N, C, H, W = self.x_shape
        numbers = self.place * C + np.arange(C, like=dout)  # in an array (N, H, W, C)
        dout = dout.transpose(0, 2, 3, 1)
        total = np.bincount(numbers.ravel(), dout.ravel(), minlength=N * H * W * C)
        return total.astype(dout.dtype).reshape(N, H, W, C).transpose(0, 3, 1, 2)
