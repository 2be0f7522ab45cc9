"""Convert images and labels: normalized or not, flat or not, one-hot or labels (3.6.1)."""

import numpy as np

from common.checks import check_flag

Part = tuple[np.ndarray, np.ndarray]  # images and labels, to train on or to test on


def check_flags(normalize: bool, flatten: bool, one_hot_label: bool) -> None:
    """Reject flags that are neither True nor False."""
    check_flag("normalize", normalize)
    check_flag("flatten", flatten)
    check_flag("one_hot_label", one_hot_label)


def in_form(
    train: Part, test: Part, normalize: bool, flatten: bool, one_hot_label: bool
) -> tuple[Part, Part]:
    """Convert images (N, C, H, W) and labels (N,), both uint8, as the three flags say.

    Parameters
    ----------
    train, test : (ndarray, ndarray)
    normalize : bool
        True: float32 pixels in [0, 1]. False: uint8 pixels, 0 to 255.
    flatten : bool
        True: images of shape (C * H * W,). False: (C, H, W).
    one_hot_label : bool
        True: float32 one-hot rows. False: labels, int64. The number of classes is one more than the
        largest label of both parts.
    """
    classes = 1 + int(max(train[1].max(), test[1].max()))
    parts = []
    for x, t in (train, test):
        x = x.reshape(len(x), -1) if flatten else x
        x = np.divide(x, 255, dtype=np.float32) if normalize else x.copy()
        t = np.eye(classes, dtype=np.float32)[t] if one_hot_label else t.astype(np.int64)
        parts.append((x, t))
    return parts[0], parts[1]
