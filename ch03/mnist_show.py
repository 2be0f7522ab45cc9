"""The MNIST data set: its first training image, and a hundred of them (section 3.6.1).

    python ch03/mnist_show.py

You will see the label of the first image, its shape as a row of 784 numbers and as 28 x 28 pixels
(on MNIST: 5, (784,), (28, 28)), and a picture of it beside the first hundred (figures 3-24 and
3-25). A few seconds.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from dataset.mnist import data_name, load_mnist
from lab import plots


def img_show(img: np.ndarray, show: bool | None = None) -> Image.Image:
    """Return a digit as a PIL image, and open it in the system's viewer.

    Parameters
    ----------
    img : ndarray of 784 values, e.g. of shape (28, 28)
        Grey values 0 to 255 (``load_mnist(normalize=False)``).
    show : bool, optional
        None opens the viewer where there is a display.
    """
    if img.size != 784 or img.dtype.kind not in "iu" or img.min() < 0 or img.max() > 255:
        raise ValueError(
            f"img is of type {img.dtype} and shape {img.shape}, from {img.min()} to {img.max()}; "
            "expected 28 x 28 whole numbers from 0 to 255"
        )
    picture = Image.fromarray(img.reshape(28, 28).astype(np.uint8))
    if plots.may_show() if show is None else show:
        picture.show()
    return picture


def draw(images: np.ndarray, labels: np.ndarray) -> Figure:
    """Draw the first image (figure 3-25) and the first hundred (figure 3-24).

    Parameters
    ----------
    images : ndarray of shape (N, 28, 28), N >= 100
    labels : ndarray of shape (N,)
    """
    fig, (left, right) = plots.figure(1, 2, size=(9.0, 4.8))
    left.imshow(images[0], cmap="gray")
    left.set_title(f"Figure 3-25: the first image, label {labels[0]}")
    # (rows, columns, 28, 28) -> one sheet of 10 x 10 digits
    sheet = images[:100].reshape(10, 10, 28, 28).swapaxes(1, 2).reshape(280, 280)
    right.imshow(sheet, cmap="gray")
    right.set_title("Figure 3-24: the first hundred, row by row")
    for ax in (left, right):
        ax.axis("off")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print label and shapes of the first training image, and draw."""
    args = cli.parse(cli.parser(__doc__, data=True), argv)
    name = data_name(args.data)
    (x_train, t_train), _ = load_mnist(flatten=True, normalize=False, source=name)
    img, label = x_train[0], int(t_train[0])
    print(label)
    print(img.shape)
    print(img.reshape(28, 28).shape)
    print(f"data: {name}")
    img_show(img, args.show)
    results = {"data": name, "label": label, "labels": t_train[:100]}
    figure = draw(x_train[:100].reshape(-1, 28, 28), t_train)
    return cli.finish(args, __file__, results, figure)


if __name__ == "__main__":
    cli.run(main)
