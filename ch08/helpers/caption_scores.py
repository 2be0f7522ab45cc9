"""How good sentences are: exact match, BLEU, grammar, wrong words (8.4.3)."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np

from common.checks import check_whole
from dataset.captions import ABOVE, BELOW, DIGITS, LEFT, RIGHT

NAMED = f"a (small|large) ({'|'.join(DIGITS)})"
RELATED = f"({LEFT}|{RIGHT}|{ABOVE}|{BELOW}) {NAMED}"
SENTENCE = re.compile(f"{NAMED}( {RELATED}(, {RELATED})?)?")


def words_of(sentence: str) -> list[str]:
    """Return the words of a sentence; the comma is one of them."""
    return sentence.replace(",", " ,").split()


def exact_match(said: Sequence[str], true: Sequence[str]) -> float:
    """Return the share of sentences without any mistake."""
    return float(np.mean([a == b for a, b in zip(said, true, strict=True)]))


def grammatical(said: Sequence[str]) -> float:
    """Return the share of sentences that follow the grammar, true or not."""
    return float(np.mean([SENTENCE.fullmatch(sentence) is not None for sentence in said]))


def bleu(said: Sequence[str], true: Sequence[str], longest: int = 4) -> float:
    """Return BLEU-4 of sentences, each with one correct sentence: from 0 to 1.

    For n from 1 to 4, the precision p_n is the share of sequences of n words that the correct
    sentence has, too. Each of its sequences is counted at most as often as it occurs there. With
    said and correct sentences of C and R words in total::

        BLEU = min(1, exp(1 - R / C)) (p_1 p_2 p_3 p_4)^(1/4)

    The first factor is for sentences that are too short: precision alone does not count what is
    missing. If a precision is 0, or no sentence has n words, BLEU is 0.

    Parameters
    ----------
    said, true : sequence of str, N
    longest : int
        The largest n.
    """
    pairs = [(words_of(a), words_of(b)) for a, b in zip(said, true, strict=True)]
    logs = []
    for n in range(1, check_whole("longest", longest) + 1):
        counts = [(_sequences(a, n), _sequences(b, n)) for a, b in pairs]
        shared = sum((a & b).total() for a, b in counts)
        if not shared:
            return 0.0
        logs.append(math.log(shared / sum(a.total() for a, _ in counts)))
    said_words, true_words = (sum(map(len, side)) for side in zip(*pairs, strict=True))
    return math.exp(min(0, 1 - true_words / said_words) + sum(logs) / longest)


def _sequences(words: list[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[k : k + n]) for k in range(len(words) - n + 1))


def wrong_words(said: str, true: str) -> list[bool]:
    """Return for each word that is said whether it is wrong.

    Words are right if they are in the correct sentence in the same order. So after "above" instead
    of "to the left of", the same words are still right.
    """
    a, b = words_of(said), words_of(true)
    wrong = [True] * len(a)
    for start, _, size in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks():
        wrong[start : start + size] = [False] * size
    return wrong
