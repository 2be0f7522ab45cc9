"""The forms in which images and labels are handed out: what the three flags say (3.6.1)."""

import numpy as np

from common.checks import check_flag

Part = tuple[np.ndarray, np.ndarray]  # images and labels, to train on or to test on


def check_flags(normalize: bool, flatten: bool, one_hot_label: bool) -> None:
    """Refuse flags that are neither true nor false."""
    check_flag("normalize", normalize)
    check_flag("flatten", flatten)
    check_flag("one_hot_label", one_hot_label)


def in_form(
    train: Part, test: Part, normalize: bool, flatten: bool, one_hot_label: bool
) -> tuple[Part, Part]:
    """Return images (N, C, H, W) and labels (N,), both of bytes, in the form asked for.

    Parameters
    ----------
    train, test : (ndarray, ndarray)
    normalize : bool
        True: float32 pixels in [0, 1]. False: uint8 pixels, 0 to 255.
    flatten : bool
        True: images of shape (C * H * W,). False: (C, H, W).
    one_hot_label : bool
        True: float32 rows, with a 1 for the class. False: labels, int64. The number of classes is
        one more than the largest label of both parts.
    """
    classes = 1 + int(max(train[1].max(), test[1].max()))
    parts = []
    for x, t in (train, test):
        x = x.reshape(len(x), -1) if flatten else x
        x = np.divide(x, 255, dtype=np.float32) if normalize else x.copy()
        t = np.eye(classes, dtype=np.float32)[t] if one_hot_label else t.astype(np.int64)
        parts.append((x, t))
    return parts[0], parts[1]
