"""Pictures for style transfer, by name or from a file; by whom they are, and under which licence.

    name                        from                licence
    hopper                      Matplotlib          public domain (US Navy, James S. Davis)
    night wheat hatching ...    dataset.paintings   that of this project
    astronaut                   scikit-image        public domain (NASA)
    coffee                      scikit-image        CC0 (Rachel Michetti)
    chelsea (a cat)             scikit-image        CC0 (Stefan van der Walt)
    rocket                      scikit-image        CC0 (SpaceX)
    brick grass gravel          scikit-image        CC0 (cc0textures.com)

Those from scikit-image are there after ``python -m pip install -e ".[pictures]"``; nothing is
downloaded. The network is trained on the others only, so that it is the same everywhere.
"""

import base64
import io
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from dataset.paintings import PAINTERS, SIZE, paint
from dataset.paper import read_picture
from lab import plots

LEAST = 64  # pixels: the smallest side of a picture from a file
PICTURES = ("hopper", *PAINTERS)  # the network is trained on these
EXTRA = {
    "astronaut": "astronaut.png",
    "coffee": "coffee.png",
    "chelsea": "chelsea.png",
    "rocket": "rocket.jpg",
    "brick": "brick.png",
    "grass": "grass.png",
    "gravel": "gravel.png",
}
TOP = (0.5, 0.1)  # where to cut a square out of a portrait: faces are near the top


def picture(name: str) -> np.ndarray:
    """Return a picture, uint8 (256, 256, 3).

    Parameters
    ----------
    name : str
        One of `PICTURES` or `EXTRA`, or the path of a file. What does not fit into a square is cut
        off. Transparent pixels become white.

    Raises
    ------
    ValueError
        If the file is not an image that can be read, or too small or too large.
    OSError
        If there is no such file, or scikit-image is not installed.
    """
    if name in PAINTERS:
        return paint(name)
    if name == "hopper":
        return read_square(plots.portrait())
    return read_square(_extra(name) if name in EXTRA else name)


def _extra(name: str) -> Path:
    found = find_spec("skimage")
    if found is None or found.origin is None:
        raise FileNotFoundError(
            f'the picture {name} is in scikit-image: python -m pip install -e ".[pictures]"'
        )
    return Path(found.origin).parent / "data" / EXTRA[name]


def read_square(path: str | Path) -> np.ndarray:
    """Read an image file; return the square in its middle, uint8 (256, 256, 3)."""
    try:
        return read_picture(path, _square)
    except FileNotFoundError:
        names = ", ".join([*PICTURES, *EXTRA])
        raise FileNotFoundError(
            f"{path}: no such file; expected a file, or one of {names}"
        ) from None


def _square(image: Image.Image) -> np.ndarray:
    image = ImageOps.exif_transpose(image)
    if min(image.size) < LEAST:
        raise ValueError(f"{image.width} x {image.height} pixels; expected at least {LEAST} each")
    if image.mode[0] in "IF":  # one channel of more than 8 bits
        white = 1 if image.mode == "F" else 65535
        grey = np.asarray(image, np.float32) / white
        if not (grey.min() >= 0 and grey.max() <= 1):  # also rejects NaN
            raise ValueError(f"values from {grey.min()} to {grey.max()}; expected 0 to 1")
        image = Image.fromarray((255 * grey).round().astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    center = TOP if image.height > image.width else (0.5, 0.5)
    square = ImageOps.fit(image.convert("RGB"), (SIZE, SIZE), Image.Resampling.BOX, 0, center)
    return np.asarray(square)


def as_text(image: np.ndarray) -> str:
    """Return a uint8 picture, (H, W, 3), as text: a JPEG file in base 64, short enough for JSON."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=92, subsampling=0)
    return base64.b64encode(file.getvalue()).decode()


def from_text(text: str) -> np.ndarray:
    """Return the picture of which `as_text` made the text; JPEG changes it a little."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(text))))
