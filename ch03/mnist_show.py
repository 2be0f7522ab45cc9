"""The MNIST data set: the first training image, and the first hundred (section 3.6.1).

    python ch03/mnist_show.py

You will see the label of the first image, its shape as a row of 784 numbers and as 28 x 28 pixels
(on MNIST: 5, (784,), (28, 28)), and a picture of it next to the first hundred images (figures 3-24
and 3-25). A few seconds.
"""

import argparse

try:
    from lab import plots, script, windows
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from PIL import Image

from common.io.notebook import in_notebook
from lab.digits import digits
from lab.plots import Figure
from lab.script import Results


def img_show(img: np.ndarray, show: bool | None = None) -> Image.Image:
    """Return a digit as a PIL image, and open it in the system's viewer.

    Parameters
    ----------
    img : ndarray of 784 values, e.g. of shape (28, 28)
        Grey values 0 to 255 (``load_mnist(normalize=False)``).
    show : bool, optional
        None opens the viewer where there is a display. In a notebook, return it from a cell.
    """
    if img.size != 784 or img.dtype.kind not in "iu" or img.min() < 0 or img.max() > 255:
        raise ValueError(
            f"img is of type {img.dtype} and shape {img.shape}, from {img.min()} to {img.max()}; "
            "expected 28 x 28 integers from 0 to 255"
        )
    picture = Image.fromarray(img.reshape(28, 28).astype(np.uint8))
    if windows.wanted(show) and not in_notebook():
        picture.show()
    return picture


def experiment(args: argparse.Namespace) -> Results:
    """Print the label and the shapes of the first training image; return the first hundred."""
    (x_train, t_train), _ = digits(args, normalize=False)
    img, label = x_train[0], int(t_train[0])
    print(label)
    print(img.shape)
    print(img.reshape(28, 28).shape)
    img_show(img, args.show)
    return {"label": label, "labels": t_train[:100], "images": x_train[:100]}


def draw(results: Results) -> Figure:
    """Draw the first image (figure 3-25) and the first hundred (figure 3-24)."""
    images = results["images"].reshape(-1, 28, 28)
    fig, (left, right) = plots.figure(1, 2, size=(9.0, 4.8))
    left.imshow(images[0], cmap="gray")
    left.set_title(f"Figure 3-25: the first image, label {results['label']}")
    left.axis("off")
    plots.image_sheet(right, images, 10, "Figure 3-24: the first hundred, row by row")
    fig.suptitle(f"Training digits, data: {results['data']}")
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, data=True)

if __name__ == "__main__":
    script.run(main)
