"""Free road ahead, from the classes of the pixels: the idea of section 8.5.3 in one function.

No car is driven by this. It looks at single drawn images, knows no distances and no speeds, and
believes every pixel: one pixel predicted as a car by mistake may end the free road; worse, a car
predicted as road does not.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from common.checks import as_array
from dataset.roads import MARKS, ROAD

AHEAD = 16  # rows from the lower edge to the row that determines the direction
STRAIGHT = 3  # pixels: up to this distance from the middle, the direction is "straight on"


class FreeRoad(NamedTuple):
    """The free road in an image of H x W pixels.

    Attributes
    ----------
    mask : bool ndarray of shape (H, W)
        The pixels of the free road.
    left, right : list of int
        The first and the last column of the free road in each row, from the lower edge upwards.
    ended_by : int or None
        The class of the pixel that ends the free road; None: it reaches the upper edge.
    """

    mask: np.ndarray
    left: list[int]
    right: list[int]
    ended_by: int | None

    @property
    def blocked(self) -> bool:
        """Whether less than `AHEAD` rows are free, whatever ends the free road."""
        return len(self.left) <= AHEAD

    @property
    def offset(self) -> float | None:
        """How far right of the image's middle the free road is, `AHEAD` rows ahead, in pixels.

        Negative: left of the middle. None if the road is blocked.
        """
        if self.blocked:
            return None
        return (self.left[AHEAD] + self.right[AHEAD] + 1 - self.mask.shape[1]) / 2

    @property
    def direction(self) -> str:
        """Left, right, straight on, or stop."""
        if self.offset is None:
            return "stop"
        if abs(self.offset) <= STRAIGHT:
            return "straight on"
        return "left" if self.offset < 0 else "right"


def free_road(classes: ArrayLike) -> FreeRoad:
    """Follow the road from the middle of the lower edge upwards, row by row.

    In each row, the free road is the run of pixels of the classes road and lane marks that contains
    the middle of the run below. It ends where this pixel has another class: a car, a person, the
    pavement, or what is above the horizon.

    Parameters
    ----------
    classes : array_like of int, of shape (H, W)
        The class of each pixel, an index in `dataset.roads.CLASSES`.
    """
    classes = as_array("classes", classes)
    if classes.ndim != 2 or classes.size == 0 or classes.dtype.kind not in "iu":
        what = f"classes has shape {classes.shape} and type {classes.dtype}"
        raise ValueError(f"{what}; expected integers of shape (H, W)")
    drivable = (classes == ROAD) | (classes == MARKS)
    mask = np.zeros(classes.shape, bool)
    left: list[int] = []
    right: list[int] = []
    column, ended_by = classes.shape[1] // 2, None
    for row in reversed(range(len(classes))):
        if not drivable[row, column]:
            ended_by = int(classes[row, column])
            break
        others = np.flatnonzero(~drivable[row])
        start = others[others < column].max(initial=-1) + 1
        stop = others[others > column].min(initial=classes.shape[1])
        mask[row, start:stop] = True
        left, right = [*left, int(start)], [*right, int(stop) - 1]
        column = (start + stop - 1) // 2
    return FreeRoad(mask, left, right, ended_by)


def agreement(y: np.ndarray, t: np.ndarray) -> dict[str, float | int]:
    """Compare the free roads of predicted classes with those of true classes.

    Parameters
    ----------
    y, t : ndarray of int, of shape (N, H, W)
    """
    found, true = ([free_road(classes) for classes in part] for part in (y, t))
    pairs = list(zip(found, true, strict=True))
    return {
        "same direction": float(np.mean([one.direction == two.direction for one, two in pairs])),
        "blocked": sum(two.blocked for _, two in pairs),
        "blocked, but predicted free": sum(two.blocked > one.blocked for one, two in pairs),
        "free, but predicted blocked": sum(one.blocked > two.blocked for one, two in pairs),
    }
