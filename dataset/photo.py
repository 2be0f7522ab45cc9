"""Find the digits in a photograph, and convert them to images like those of MNIST (3.6.1)."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageFilter

from dataset import components, paper
from dataset.components import Components

SIDE = 1600  # pixels: the longer side of the image in which digits are searched for
LEAST_HEIGHT = 14  # of a digit, in pixels of that image
LEAST_CONTRAST = 0.18  # how much darker than the paper a pen is
LEAST_SHARE = 0.2  # of the dark area: if digits have a smaller share, nothing is found
STROKES = (0.025, 0.38)  # the width of strokes, relative to the size of the digit
THINNEST = 0.1  # the smallest such width in MNIST, nearly always
BOX, FRAME, CENTRE = 20, 28, 14  # MNIST: a digit of 20 pixels, its centre of mass in the middle
ALIKE = 0.97  # cosine similarity of the same printed letter; rare in MNIST, except for ones


def digits_from_photo(image: paper.Photo) -> tuple[np.ndarray, np.ndarray]:
    """Find the handwritten digits in a photograph or scan; return images like those of MNIST.

    The digits may be dark on light or light on dark, in uneven light, on ruled or squared paper.
    Digits are not found if they touch each other or the edge, or are smaller than 14 pixels or
    about 1 % of the longer side. Other signs of the size of digits are found, too. But on a printed
    page nothing is found, because its letters repeat exactly.

    Parameters
    ----------
    image : str, path, PIL image, or array of shape (H, W), (H, W, 3) or (H, W, 4)
        Arrays of integers up to 255 (uint16: 65535), or of floats in [0, 1].

    Returns
    -------
    images : float32 ndarray of shape (N, 1, 28, 28)
        In [0, 1], white on black, ready for `predict` of a network of `common`.
    boxes : int ndarray of shape (N, 4)
        Left, top, right, bottom, in pixels of the upright photograph. In reading order: line by
        line, from left to right.

    Raises
    ------
    ValueError
        If the image cannot be decoded, is too large, or is an array of another shape or range.
    OSError
        If the file does not exist or cannot be read.
    """
    grey = paper.to_grey(image)
    small = paper.shrunk(grey, SIDE)
    found = [signs(small), signs(1 - small)]  # dark on light, and light on dark
    _, images, boxes = max(found, key=lambda one: one[0])
    if printed(images, boxes):
        return images[:0], boxes[:0]
    order = reading_order(boxes)
    scale = np.tile(np.divide(grey.shape[::-1], small.shape[::-1]), 2)
    return images[order], (boxes[order] * scale).round().astype(int)


def signs(grey: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Find signs that look like digits, dark on light; return their clarity, images and boxes."""
    grey = paper.smooth(grey)
    light = paper.background(grey)
    dark = paper.darkness(grey, light)
    found = components.find(paper.ink(dark))
    digits = digit_like(found, dark, light)
    groups = with_pieces(found, dark, digits)
    boxes = np.array([around(found.boxes[group]) for group in groups], int).reshape(-1, 4)
    cuts = [cut_out(found, dark, group) for group in groups]
    images = np.array([normalised(cut) for cut in cuts], np.float32)
    clarity = float((contrasts(found, dark)[digits] ** 2).sum())
    return clarity, images.reshape(-1, 1, FRAME, FRAME), boxes


def digit_like(found: Components, dark: np.ndarray, light: np.ndarray) -> np.ndarray:
    """Return the indices of the components that look like a digit, by size, strokes and paper."""
    width, height = (found.boxes[:, 2:] - found.boxes[:, :2]).T
    strokes = stroke_widths(found) / np.maximum(width, height)
    contrast = contrasts(found, dark)
    least = min(LEAST_HEIGHT, max(dark.shape) / 3)
    whole = (found.boxes[:, :2] > 0).all(axis=1) & (found.boxes[:, 2:] < dark.shape[::-1]).all(
        axis=1
    )
    clear = whole & (contrast > LEAST_CONTRAST)
    fits = clear & (height >= least) & (width <= 2 * height)
    fits &= (strokes > STROKES[0]) & (strokes < STROKES[1])
    fits &= (found.areas < 0.8 * width * height) | (width < 0.4 * height)  # only a 1 fills its box
    fits[fits] = [on_paper(found, dark, light, number) for number in np.flatnonzero(fits).tolist()]
    if not fits.any():
        return np.flatnonzero(fits)
    clear &= contrast > 0.4 * contrast[fits].max()  # without the remains of lines
    fits &= clear
    if found.areas[fits].sum() < LEAST_SHARE * found.areas[clear].sum():
        return np.flatnonzero([])
    typical = np.median(height[fits])
    small = clear & (height < least) & (height > least / 2)
    if typical < 1.5 * least and small.sum() > fits.sum():  # the capitals of small print
        return np.flatnonzero([])
    return np.flatnonzero(fits & (height > 0.35 * typical))  # no commas


def stroke_widths(found: Components) -> np.ndarray:
    """Return the width of the strokes of components, (N,): their area divided by their length.

    The length is estimated from the number of runs: a stroke has one run in each row and in each
    column that it crosses. On average over all directions, these are 4 / pi times its length.
    """
    passed = np.zeros(len(found.areas))
    for labels in (found.labels, found.labels.T):
        starts, _ = components.runs(labels > 0)
        ends = np.pad(labels, ((0, 0), (0, 1))).ravel()[starts]
        passed += np.bincount(ends - 1, minlength=len(passed))
    return 4 / np.pi * found.areas / np.maximum(passed, 1)


def contrasts(found: Components, dark: np.ndarray) -> np.ndarray:
    """Return the mean darkness of each component, (N,)."""
    mask = found.labels > 0
    return np.bincount(found.labels[mask] - 1, dark[mask], len(found.areas)) / found.areas


def on_paper(found: Components, dark: np.ndarray, light: np.ndarray, number: int) -> bool:
    """Return whether the paper around a component is empty, and as bright as under it.

    In a photograph of other objects this is rare. The test also rejects the light inside of a 0.
    """
    left, top, right, bottom = found.boxes[number]
    margin = max(3, max(right - left, bottom - top) // 6)
    here = np.s_[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin]
    empty = ~grown(grown(grown(found.labels[here] > 0)))
    if not empty.any():
        return True
    sign = found.labels[here] == number + 1
    even = 0.65 < np.median(light[here][empty]) / max(light[here][sign].mean(), 0.01) < 1.5
    return even and np.median(np.abs(dark[here][empty])) < 0.12 * dark[here][sign].mean()


def grown(mask: np.ndarray) -> np.ndarray:
    """Dilate a mask, (H, W), by one pixel."""
    mask = np.pad(mask, 1)
    mask = mask[:-2] | mask[1:-1] | mask[2:]
    return mask[:, :-2] | mask[:, 1:-1] | mask[:, 2:]


def with_pieces(found: Components, dark: np.ndarray, digits: np.ndarray) -> list[list[int]]:
    """Return the components of each digit: the bar of a 5 is often separate."""
    groups = {number: [number] for number in digits.tolist()}
    if not groups:
        return []
    strokes, contrast, areas = stroke_widths(found), contrasts(found, dark), found.areas
    typical = np.median(found.boxes[digits, 3] - found.boxes[digits, 1])
    pieces = np.flatnonzero(areas > 0.04 * areas[digits].min())
    for piece in pieces[areas[pieces].argsort(kind="stable")].tolist():
        to = np.array([number for number in groups if number != piece], int)
        near = nearness(found.boxes[piece], found.boxes[to], typical, piece in groups)
        near[(areas[piece] < 0.04 * areas[to]) | (areas[piece] > 1.5 * areas[to])] = -np.inf
        near[
            (contrast[piece] < 0.6 * contrast[to]) | (strokes[piece] < 0.5 * strokes[to])
        ] = -np.inf
        if near.max(initial=-np.inf) > -np.inf:
            groups[to[near.argmax()]] += groups.pop(piece, [piece])
    return list(groups.values())


def nearness(piece: np.ndarray, boxes: np.ndarray, typical: float, whole: bool) -> np.ndarray:
    """Return how near the box of a piece is to the boxes of digits, (N, 4); -inf: not a part.

    A piece is a part of a digit in three cases. It is inside of the digit's box. Or it is smaller
    than the digit and close to it (closer if it is `whole`: it may be a small digit). Or it is one
    half of a digit, and both halves together are not higher than other digits.
    """
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    shared = np.minimum(piece[2:], boxes[:, 2:]) - np.maximum(piece[:2], boxes[:, :2])
    both = np.maximum(piece[3], boxes[:, 3]) - np.minimum(piece[1], boxes[:, 1])
    own_width, own_height = piece[2:] - piece[:2]
    near = shared.min(axis=1).astype(float)  # below 0: a gap
    gap, highest = (0.1, 1.45) if whole else (0.2, 1.6)
    part = (near > -gap * height) & (own_height < 0.6 * height)
    part |= shared.clip(0).prod(axis=1) > 0.4 * own_width * own_height
    part &= both < highest * height
    over = (shared[:, 0] > 0.5 * np.minimum(own_width, width)) & (shared[:, 1] > -0.1 * both)
    part |= over & (both < 1.2 * typical)
    near[~part | (own_width > 1.5 * height)] = -np.inf
    return near


def around(boxes: np.ndarray) -> list[int]:
    """Return the bounding box of boxes, (N, 4)."""
    return [*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)]


def cut_out(found: Components, dark: np.ndarray, group: Sequence[int]) -> np.ndarray:
    """Return the ink of a digit in its box, (h, w), from 0 to 1, without other components."""
    left, top, right, bottom = around(found.boxes[group])
    mask = np.isin(found.labels[top:bottom, left:right], np.add(group, 1))
    part = dark[top:bottom, left:right]
    return (part / part[mask].mean()).clip(0, 1) * grown(mask)


def normalised(cut: np.ndarray) -> np.ndarray:
    """Scale a digit as in MNIST, (28, 28): in a box of 20 pixels, with its centre of mass centred.

    Thin strokes are made wider.
    """
    strokes = stroke_widths(components.find(cut > 0.5)).max(initial=0)
    more = max(0, round((THINNEST * max(cut.shape) - strokes) / 2))
    wider = Image.fromarray(np.pad(cut, more)).filter(ImageFilter.MaxFilter(2 * more + 1))
    scale = BOX / max(wider.size)
    width, height = (max(1, round(n * scale)) for n in wider.size)
    digit = np.asarray(wider.resize((width, height), Image.Resampling.LANCZOS)).clip(0, 1)
    y = np.average(np.arange(height), weights=digit.sum(axis=1))
    x = np.average(np.arange(width), weights=digit.sum(axis=0))
    top = np.clip(round(CENTRE - y), 0, FRAME - height)
    left = np.clip(round(CENTRE - x), 0, FRAME - width)
    frame = np.zeros((FRAME, FRAME), np.float32)
    frame[top : top + height, left : left + width] = digit
    return frame


def printed(images: np.ndarray, boxes: np.ndarray) -> bool:
    """Return whether the page is printed: most of at least eight signs look like another one."""
    wide = 2 * (boxes[:, 2] - boxes[:, 0]) > boxes[:, 3] - boxes[:, 1]  # all ones look alike
    rows = images[wide].reshape(-1, FRAME * FRAME)
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    twins = np.count_nonzero(rows @ rows.T > ALIKE, axis=1) > 1  # each is equal to itself
    return len(rows) >= 8 and twins.mean() > 0.5


def reading_order(boxes: np.ndarray) -> np.ndarray:
    """Return the reading order of boxes, (N, 4): line by line, from left to right.

    A box belongs to the line whose last box is next to it, so that lines may rise or fall.
    """
    lines: list[list[int]] = []
    for number in boxes[:, 0].argsort(kind="stable").tolist():
        _, top, _, bottom = boxes[number]
        last = boxes[[line[-1] for line in lines]] if lines else boxes[:0]
        shared = np.minimum(bottom, last[:, 3]) - np.maximum(top, last[:, 1])
        shared = shared / np.minimum(bottom - top, last[:, 3] - last[:, 1])
        if shared.max(initial=0) > 0.3:
            lines[shared.argmax()].append(number)
        else:
            lines.append([number])
    lines.sort(key=lambda line: boxes[line][:, [1, 3]].mean())
    return np.array([number for line in lines for number in line], int)
