"""Scenes with their sentences, and the probability of each word, for the figures (8.4.3)."""

import numpy as np

from ch08.helpers.caption_runs import say
from ch08.helpers.caption_scenes import Described, as_samples
from ch08.helpers.caption_scores import wrong_words
from common.functions import softmax
from common.network import Network
from dataset.captions import END, PADDING, WORDS, decode
from lab.script import Results

SHOWN = 6


def told(network: Network, image: np.ndarray, beam: int) -> Results:
    """Return the sentence about one image, uint8 (64, 64), and the probability of each word.

    Returns
    -------
    dict
        ``sentence``; ``words`` with the end, and their probabilities ``p``, given the words before;
        ``other``: the most probable other word at each place, and ``p of other``.
    """
    samples = as_samples(image[None])
    words = say(network, samples, beam).words
    so_far = words[:, :-1].astype(np.float32)
    p = softmax(network.predict(np.concatenate([samples.reshape(1, -1), so_far], axis=1))[0])
    ended = np.isin(words[0, 1:], (END, PADDING))  # an untrained network may begin with PADDING
    written = words[0, 1:][: ended.argmax() + 1 if ended.any() else None]
    steps = np.arange(len(written))
    others = p[: len(written)].copy()  # (T, V)
    others[steps, written] = 0
    other = others.argmax(axis=1)
    return {
        "sentence": decode(words)[0],
        **{"words": _readable(written), "p": p[steps, written].round(4)},
        **{"other": _readable(other), "p of other": others[steps, other].round(4)},
    }


def _readable(words: np.ndarray) -> list[str]:
    return ["(end)" if word == END else WORDS[word] for word in words]


def examples(network: Network, scenes: Described, beam: int) -> list[Results]:
    """Return six scenes with their sentences: see `choose`."""
    said = decode(say(network, as_samples(scenes.images), beam).words)
    right = np.array([a == b for a, b in zip(said, scenes.sentences, strict=True)])
    results = []
    for n in choose(right, scenes.digits):
        image, true = scenes.images[n], scenes.sentences[n]
        one = told(network, image, beam)
        wrong = wrong_words(one["sentence"], true)
        results.append({"number": n, "image": image, "true": true, "wrong": wrong, **one})
    return results


def choose(right: np.ndarray, digits: np.ndarray) -> list[int]:
    """Return the numbers of six scenes: three with a right sentence, then the first three wrong.

    The right ones are the first with one, two and three digits. If there are too few of one kind,
    there are more of the other.

    Parameters
    ----------
    right : ndarray of bool, (N,)
    digits : ndarray of int, (N,)
        How many digits each scene has.
    """
    good, bad = np.flatnonzero(right), np.flatnonzero(~right)
    before = [np.sum(digits[good[:k]] == digits[n]) for k, n in enumerate(good)]
    in_turn = good[np.lexsort((digits[good], before))]  # 1, 2, 3 digits, again 1, 2, 3 ...
    first = in_turn[: max(SHOWN // 2, SHOWN - len(bad))].tolist()
    return [*first, *bad[: SHOWN - len(first)].tolist()]
