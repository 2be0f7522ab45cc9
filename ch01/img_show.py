"""An image from a file (section 1.6.3, figure 1-5).

    python ch01/img_show.py
    python ch01/img_show.py --image holiday.png

You will see a photograph; the axes are in pixels. By default it is a portrait of Grace Hopper by
the U.S. Navy, which is in the public domain and included in Matplotlib. The photograph in the book
may not be copied freely. About a second.
"""

import argparse
from pathlib import Path

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from PIL.Image import DecompressionBombError

from lab.plots import Figure
from lab.script import Flag, Results

FLAGS = {"image": Flag(None, "the file to show (default: Grace Hopper)", kind=Path)}


def read_image(path: Path) -> np.ndarray:
    """Return an image as an array of shape (H, W), (H, W, 3) or (H, W, 4).

    Matplotlib returns floats in [0, 1] for PNG files, and integers for all others.

    Raises
    ------
    ValueError
        If the file is not a complete image.
    OSError
        If the file does not exist or cannot be read.
    """
    from matplotlib import image

    with open(path, "rb") as file:
        try:
            return image.imread(file, format="auto")  # from the file's content, not its name
        except (OSError, SyntaxError, ValueError, DecompressionBombError) as error:
            reason = str(error).split(" <")[0]  # without the repr of the open file
            raise ValueError(f"{path}: not an image that can be read ({reason})") from error


def experiment(args: argparse.Namespace) -> Results:
    """Read the image; print and return its shape and type."""
    path = args.image or plots.portrait()
    pixels = read_image(path)
    print(f"{path.name}: shape {pixels.shape}, {pixels.dtype}")
    return {"image": path.name, "shape": pixels.shape, "dtype": str(pixels.dtype)}


def draw(results: Results) -> Figure:
    """Draw figure 1-5: the image unchanged, in grey if it has one value per pixel."""
    pixels = read_image(results["settings"]["image"] or plots.portrait())
    fig, ax = plots.figure()
    brightest = 1 if pixels.dtype.kind == "f" else np.iinfo(pixels.dtype).max
    ax.imshow(pixels, cmap="gray", vmin=0, vmax=brightest)
    height, width = pixels.shape[:2]
    title = f"{results['image']}, {width} × {height} pixels"
    ax.set(title=title, xlabel="column (pixels)", ylabel="row (pixels)")
    ax.grid(False)
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS)

if __name__ == "__main__":
    script.run(main)
