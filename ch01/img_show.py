"""An image read from a file and shown (1.6.3, figure 1-5).

    python ch01/img_show.py
    python ch01/img_show.py --image holiday.png

You will see a photograph on axes that count its pixels: by default Grace Hopper, a public-domain
portrait by the U.S. Navy that comes with Matplotlib, so it is found from any folder. The book shows
a picture of its own, which is not ours to ship. Takes a second.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib import cbook, image
from matplotlib.figure import Figure
from PIL.Image import DecompressionBombError

from lab import plots


def sample_image() -> Path:
    """Return where Matplotlib keeps its portrait of Grace Hopper."""
    return Path(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False))


def read_image(path: Path) -> np.ndarray:
    """Return an image as an array of shape (H, W), (H, W, 3) or (H, W, 4).

    Matplotlib makes floats in [0, 1] of PNG files, and whole numbers of all others.

    Raises
    ------
    ValueError
        If the file is not an image that can be read whole.
    OSError
        If there is no such file or it may not be read.
    """
    with open(path, "rb") as file:
        try:
            return image.imread(file, format="auto")  # by what is in the file, not by its name
        except (OSError, SyntaxError, ValueError, DecompressionBombError) as error:
            reason = str(error).split(" <")[0]  # without Python's name for the open file
            raise ValueError(f"{path}: not an image that can be read ({reason})") from error


def draw(pixels: np.ndarray, name: str) -> Figure:
    """Show `pixels` as they are; one value per pixel is shown as grey."""
    figure, ax = plots.figure()
    brightest = 1 if pixels.dtype.kind == "f" else np.iinfo(pixels.dtype).max
    ax.imshow(pixels, cmap="gray", vmin=0, vmax=brightest)
    height, width = pixels.shape[:2]
    ax.set(title=f"{name}, {width} × {height} pixels", xlabel="column", ylabel="row")
    ax.grid(False)
    return figure


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Show figure 1-5 with a photograph, or with a file of one's own."""
    parser = cli.parser(__doc__)
    parser.add_argument("--image", type=Path, help="the file to show (default: Grace Hopper)")
    args = cli.parse(parser, argv)
    path = args.image or sample_image()
    pixels = read_image(path)
    results = {"image": path.name, "shape": pixels.shape, "dtype": str(pixels.dtype)}
    print(f"{path.name}: shape {pixels.shape}, {pixels.dtype}")
    return cli.finish(args, __file__, results, draw(pixels, path.name))


if __name__ == "__main__":
    cli.run(main)
