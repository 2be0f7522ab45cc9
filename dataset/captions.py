"""Captions: one correct sentence for each scene of `dataset.scenes`, from a small grammar (8.4.3).

    sentence = digit, or digit relation digit, or digit relation digit , relation digit
    digit    = a SIZE NUMBER                                  a small three
    relation = to the left of | to the right of | above | below

Digits are read like a text of two lines: first those in the upper half of the scene, from left to
right, then those in the lower half. The sentence is about the first digit, and says where it is
relative to the others, in this order: "a small three to the left of a large seven, above a small
one". A digit is small if its box is shorter and narrower than 25 pixels. Of two digits, the larger
distance of their centres counts: across, left or right; otherwise above or below.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from common.checks import as_array, check_range, in_one_line
from dataset.scenes import SIZE

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
GRAMMAR = ("a", "small", "large", "to", "the", "left", "right", "of", "above", "below", ",")
WORDS = ("<padding>", "<start>", "<end>", *GRAMMAR, *DIGITS)
NUMBER_OF = {word: number for number, word in enumerate(WORDS)}
PADDING, START, END = range(3)
LENGTH = 20  # of the longest sentence, with START and END
LARGE = 25  # pixels, the longer side of a digit
HELD_OUT = 3  # the digit on the right minus that on the left, modulo 10

LEFT, RIGHT, ABOVE, BELOW = "to the left of", "to the right of", "above", "below"
Digit = tuple[int, tuple[float, ...]]  # class, and box: x1, y1, x2, y2


def describe(classes: ArrayLike, boxes: ArrayLike) -> str:
    """Return the sentence for one scene.

    Parameters
    ----------
    classes : array_like of int, (3,)
        The digits; -1 where there are fewer.
    boxes : array_like of shape (3, 4)
        x1, y1, x2, y2 of each digit in pixels.

    Examples
    --------
    >>> describe([7, 3, -1], [[40, 8, 60, 40], [5, 10, 20, 28], [0, 0, 0, 0]])
    'a small three to the left of a large seven'
    """
    return _sentence(_digits(classes, boxes))


def is_clear(classes: ArrayLike, boxes: ArrayLike, pixels: float = 2) -> bool:
    """Return whether the sentence stays the same when a digit is a little elsewhere, or larger.

    Each digit is moved by `pixels` in all directions, and its box grows and shrinks by this width.
    If that changes the sentence, two people would not agree on it either.
    """
    pixels = check_range("pixels", pixels, least=0)
    digits = _digits(classes, boxes)
    said = _sentence(digits)
    steps = (-pixels, 0.0, pixels)
    moves = [(dx, dy, dx, dy) for dx, dy in product(steps, steps)]
    moves += [(-half, -half, half, half) for half in (-pixels / 2, pixels / 2)]
    for k, move in product(range(len(digits)), moves):
        number, box = digits[k]
        moved = (number, tuple(a + b for a, b in zip(box, move, strict=True)))
        if _sentence([*digits[:k], moved, *digits[k + 1 :]]) != said:
            return False
    return True


def is_held_out(classes: ArrayLike, boxes: ArrayLike) -> bool:
    """Return whether the sentence says of two digits side by side what training never shows.

    These are the pairs 0 3, 1 4, 2 5 ... 9 2 from left to right, a tenth of all pairs, whichever
    digit is named first. Each digit occurs on either side of others in training: whoever learned
    what the words mean can describe the new pairs, too (systematic generalization).
    """
    first, *others = _in_reading_order(_digits(classes, boxes))
    said = [(_relation(first, other), other[0]) for other in others]
    left_to_right = [(first[0], number) for relation, number in said if relation == LEFT]
    left_to_right += [(number, first[0]) for relation, number in said if relation == RIGHT]
    return any((right - left) % 10 == HELD_OUT for left, right in left_to_right)


def encode(sentences: Sequence[str]) -> np.ndarray:
    """Return sentences as word numbers, (N, 20): START, the words, END, PADDING.

    The words so far, for a network, are ``encode(...)[:, :-1]``; the targets are
    ``encode(...)[:, 1:]``.
    """
    numbers = np.full((len(sentences), LENGTH), PADDING)
    for row, sentence in zip(numbers, sentences, strict=True):
        words = sentence.replace(",", " ,").split()
        unknown = [word for word in words if word not in NUMBER_OF]
        if unknown:
            raise ValueError(f"{in_one_line(unknown[0])} is no word of the grammar; see WORDS")
        if len(words) > LENGTH - 2:
            raise ValueError(f"a sentence has {len(words)} words; expected at most {LENGTH - 2}")
        row[: len(words) + 2] = (START, *(NUMBER_OF[word] for word in words), END)
    return numbers


def decode(numbers: ArrayLike) -> list[str]:
    """Return the sentences of word numbers, (N, T): the words after START and before END."""
    rows = as_array("numbers", numbers)
    if rows.ndim != 2 or rows.dtype.kind not in "iu":
        what = f"numbers is of type {rows.dtype} and shape {rows.shape}"
        raise ValueError(f"{what}; expected word numbers, integers (N, T)")
    if rows.size and not 0 <= rows.min() <= rows.max() < len(WORDS):
        what = f"word numbers from {rows.min()} to {rows.max()}"
        raise ValueError(f"{what}; expected 0 to {len(WORDS) - 1}")
    return [_joined(row) for row in rows.tolist()]


def _joined(row: list[int]) -> str:
    row = row[: row.index(END)] if END in row else row
    words = [WORDS[number] for number in row if number not in (PADDING, START)]
    return " ".join(words).replace(" ,", ",")


def _digits(classes: ArrayLike, boxes: ArrayLike) -> list[Digit]:
    classes, boxes = as_array("classes", classes), as_array("boxes", boxes)
    if classes.ndim != 1 or boxes.shape != (len(classes), 4) or classes.dtype.kind not in "iu":
        what = f"classes of shape {classes.shape} and boxes of shape {boxes.shape}"
        raise ValueError(f"{what}; expected the digits of one scene, (3,), and (3, 4)")
    pairs = zip(classes.tolist(), boxes.tolist(), strict=True)
    digits = [(number, tuple(box)) for number, box in pairs if number != -1]
    if not digits or not all(0 <= number <= 9 for number, _ in digits):
        found = in_one_line(classes.tolist())
        raise ValueError(f"classes is {found}; expected digits from 0 to 9, at least one, and -1")
    return digits


def _centre(digit: Digit) -> tuple[float, float]:
    x1, y1, x2, y2 = digit[1]
    return (x1 + x2) / 2, (y1 + y2) / 2


def _in_reading_order(digits: list[Digit]) -> list[Digit]:
    def place(digit: Digit) -> tuple[bool, float]:
        x, y = _centre(digit)
        return y >= SIZE / 2, x

    return sorted(digits, key=place)


def _relation(digit: Digit, other: Digit) -> str:
    (x, y), (other_x, other_y) = _centre(digit), _centre(other)
    if abs(x - other_x) > abs(y - other_y):
        return LEFT if x < other_x else RIGHT
    return ABOVE if y < other_y else BELOW


def _named(digit: Digit) -> str:
    number, (x1, y1, x2, y2) = digit
    size = "large" if max(x2 - x1, y2 - y1) >= LARGE else "small"
    return f"a {size} {DIGITS[number]}"


def _sentence(digits: list[Digit]) -> str:
    first, *others = _in_reading_order(digits)
    relations = [f"{_relation(first, other)} {_named(other)}" for other in others]
    return " ".join([_named(first), ", ".join(relations)]).strip()
