"""Captions: sentences written by hand, the grammar, encoding, what is held out (8.4.3)."""

import doctest
import re

import numpy as np
import pytest

import dataset.captions
from dataset.captions import (
    END,
    LENGTH,
    PADDING,
    START,
    WORDS,
    decode,
    describe,
    encode,
    is_clear,
    is_held_out,
)
from dataset.mnist import load_mnist
from dataset.scenes import draw_scenes


def scene(*digits):
    """Return classes and boxes of digits (number, x, y of the centre, width, height)."""
    classes, boxes = np.full(3, -1), np.zeros((3, 4), np.float32)
    for k, (number, x, y, width, height) in enumerate(digits):
        classes[k] = number
        boxes[k] = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    return classes, boxes


GOLDEN = {
    "a small three": [(3, 20, 40, 10, 20)],
    "a large zero": [(0, 32, 32, 20, 25)],
    "a small one": [(1, 50, 10, 4, 24)],
    "a large two": [(2, 32, 32, 25, 24)],
    "a small three to the left of a large seven": [(7, 50, 24, 20, 32), (3, 12, 20, 12, 18)],
    "a small three to the right of a large seven": [(7, 10, 36, 20, 32), (3, 50, 20, 12, 18)],
    "a small five above a large five": [(5, 30, 50, 20, 28), (5, 40, 10, 10, 16)],
    "a large nine below a small four": [(9, 10, 30, 18, 26), (4, 20, 8, 10, 14)],
    "a small three to the left of a large seven, above a small one": [
        (1, 12, 54, 4, 16),
        (7, 50, 12, 18, 28),
        (3, 10, 14, 10, 18),
    ],
    "a small six above a small eight, to the right of a large two": [
        (2, 12, 34, 20, 30),  # in the lower half: read after the six
        (6, 40, 10, 10, 18),
        (8, 5, 56, 8, 14),  # further left than the two
    ],
    # On the diagonal, and on the border of the halves.
    "a small one above a small two": [(1, 20, 20, 10, 16), (2, 30, 30, 10, 16)],
    "a small two to the left of a small one": [(1, 30, 32, 10, 16), (2, 10, 32, 10, 16)],
    "a small one to the right of a small two": [(1, 30, 31, 10, 16), (2, 10, 32, 10, 16)],
}


@pytest.mark.parametrize("sentence", GOLDEN)
def test_sentences_by_hand(sentence):
    classes, boxes = scene(*GOLDEN[sentence])
    assert describe(classes, boxes) == sentence
    number = np.count_nonzero(classes >= 0)
    assert describe(classes[::-1], boxes[::-1]) == sentence  # the order in the arrays is no matter
    assert describe(classes[:number], boxes[:number]) == sentence


def test_examples_in_its_docstrings_hold():
    failed, tried = doctest.testmod(dataset.captions)[:2]
    assert failed == 0
    assert tried > 0


@pytest.mark.parametrize(
    ("classes", "boxes", "message"),
    [
        ([-1, -1, -1], np.zeros((3, 4)), r"classes is \[-1, -1, -1\]; expected digits from 0 to 9"),
        ([10, -1, -1], np.zeros((3, 4)), r"classes is \[10, -1, -1\]; expected digits"),
        ([1, 2], np.zeros((3, 4)), r"classes of shape \(2,\) and boxes of shape \(3, 4\)"),
        ([[1, 2, 3]], np.zeros((1, 3, 4)), "expected the digits of one scene"),
        ([1.0, 2.0], np.zeros((2, 4)), "expected the digits of one scene"),
    ],
)
def test_what_is_no_scene(classes, boxes, message):
    with pytest.raises(ValueError, match=message):
        describe(classes, boxes)


# ---------------------------------------------------------------- clear scenes


@pytest.mark.parametrize(
    ("digits", "clear"),
    [
        ([(3, 20, 40, 10, 20)], True),
        ([(3, 20, 40, 10, 24)], False),  # 2 pixels more, and it is large
        ([(3, 20, 40, 10, 26)], False),
        ([(3, 20, 40, 10, 22), (4, 50, 40, 10, 28)], True),
        ([(3, 20, 40, 10, 20), (4, 21, 60, 10, 20)], False),  # which one is further left?
        ([(3, 20, 31, 10, 20), (4, 50, 20, 10, 20)], False),  # in which half is the three?
        ([(3, 50, 29, 10, 20), (4, 20, 35, 10, 20)], True),
        ([(3, 20, 10, 10, 20), (4, 41, 30, 10, 20)], False),  # to the left, or above?
    ],
)
def test_scenes_whose_sentence_is_clear(digits, clear):
    assert is_clear(*scene(*digits)) == clear
    assert is_clear(*scene(*digits), pixels=0)


def test_a_width_that_is_none():
    with pytest.raises(ValueError, match="pixels is -1; expected a number >= 0"):
        is_clear(*scene((3, 20, 40, 10, 20)), pixels=-1)


# ---------------------------------------------------------------- held out of training


@pytest.mark.parametrize(
    ("digits", "held_out"),
    [
        ([(3, 20, 40, 10, 20)], False),
        ([(1, 10, 40, 10, 20), (4, 50, 40, 10, 20)], True),  # "a one to the left of a four"
        ([(4, 10, 40, 10, 20), (1, 50, 40, 10, 20)], False),
        ([(9, 10, 40, 10, 20), (2, 50, 40, 10, 20)], True),
        ([(1, 10, 40, 10, 20), (4, 50, 20, 10, 20)], True),  # "a four to the right of a one"
        ([(1, 30, 10, 10, 20), (4, 40, 50, 10, 20)], False),  # "a one above a four"
        ([(1, 5, 20, 9, 20), (7, 25, 50, 9, 20), (4, 50, 20, 9, 20)], True),
        ([(5, 25, 5, 9, 20), (1, 5, 50, 9, 20), (4, 50, 50, 9, 20)], False),  # said of the five
    ],
)
def test_pairs_side_by_side_that_are_held_out(digits, held_out):
    assert is_held_out(*scene(*digits)) == held_out


# ---------------------------------------------------------------- words and numbers


def test_the_vocabulary():
    assert len(set(WORDS)) == len(WORDS) == 24
    assert [WORDS[number] for number in (PADDING, START, END)] == ["<padding>", "<start>", "<end>"]


def test_encoded_by_hand():
    numbers = encode(["a small three", "a large two below a small one, above a small nine"])
    assert numbers.shape == (2, LENGTH)
    words = [" ".join(WORDS[k] for k in row) for row in numbers]
    assert words[0] == "<start> a small three <end>" + 15 * " <padding>"
    longer = "<start> a large two below a small one , above a small nine <end>"
    assert words[1] == longer + 6 * " <padding>"


def test_decode_is_the_reverse_of_encode_and_the_longest_sentence_fits():
    digits = [(4, 60, 20, 6, 20), (9, 5, 50, 9, 20), (7, 1, 50, 9, 25)]
    longest = describe(*scene(*digits))
    assert longest == "a small four to the right of a large seven, to the right of a small nine"
    sentences = [*GOLDEN, longest]
    assert decode(encode(sentences)) == sentences
    assert encode([longest])[0, -1] == END
    assert decode(encode(sentences)[:, 1:3]) == [sentence[:7] for sentence in sentences]


def test_words_after_the_end_do_not_count():
    numbers = encode(["a small three", "a"])
    numbers[0, 5:] = numbers[0, 1]
    assert decode(numbers) == ["a small three", "a"]


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        (["a small tree"], "'tree' is no word of the grammar"),
        (["a " * 19], "a sentence has 19 words; expected at most 18"),
    ],
)
def test_sentences_that_cannot_be_encoded(sentences, message):
    with pytest.raises(ValueError, match=message):
        encode(sentences)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ([1, 2], r"shape \(2,\); expected word numbers, integers \(N, T\)"),
        ([[1.0, 2.0]], "numbers is of type float64"),
        ([[1, 24]], "word numbers from 1 to 24; expected 0 to 23"),
        ([[-1, 2]], "word numbers from -1 to 2"),
    ],
)
def test_numbers_that_are_no_words(numbers, message):
    with pytest.raises(ValueError, match=message):
        decode(numbers)


# ---------------------------------------------------------------- scenes


def test_scenes_have_sentences_of_all_kinds():
    (x, t), _ = load_mnist(normalize=False, flatten=False)
    scenes = draw_scenes(x[:500], t[:500], 300, progress=False)
    pairs = list(zip(scenes.classes, scenes.boxes, strict=True))
    sentences = [describe(*pair) for pair in pairs]
    assert decode(encode(sentences)) == sentences
    said = set(" ".join(sentences).replace(",", " ,").split())
    assert said == set(WORDS[3:])
    pattern = r"a (small|large) \w+( (to the (left|right) of|above|below) a (small|large) \w+)?"
    pattern += r"(, (to the (left|right) of|above|below) a (small|large) \w+)?"
    assert all(re.fullmatch(pattern, sentence) for sentence in sentences)
    assert 0.4 < np.mean([is_clear(*pair) for pair in pairs]) < 0.8
    assert 0.02 < np.mean([is_held_out(*pair) for pair in pairs]) < 0.2
    assert len(set(sentences)) > 150
