"""Compress pictures: a palette instead of true colours, then fewer pixels, until they fit."""

import io
from functools import cache
from pathlib import Path

from PIL import Image

LIMIT = 100_000  # bytes


@cache  # for the report and the gallery
def small_png(path: Path, limit: int = LIMIT) -> bytes:
    """Return a picture as a PNG file of at most `limit` bytes."""
    with Image.open(path) as picture:
        image = picture.convert("RGB")
    while True:
        file = io.BytesIO()
        # MAXCOVERAGE keeps rare colours, such as those of thin lines.
        palette = image.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        palette.save(file, "PNG", optimize=True)
        if file.tell() <= limit:
            return file.getvalue()
        width, height = image.size
        image = image.resize((width * 9 // 10, height * 9 // 10), Image.Resampling.LANCZOS)
