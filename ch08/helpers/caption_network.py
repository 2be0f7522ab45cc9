"""NIC, a network that describes images: an encoder, and a recurrent network that writes (8.4.3).

sample -> encoder -> h0   -> LSTM -> LSTM -> LSTM -> ...
                              |       |       |
words so far:               start     a     small     through the embedding
next word:                    a     small   three     from the scores of all words
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from common.boundary import Layer
from common.checks import check_name, check_sizes, check_whole
from common.fresh_layers import affine, embedding, lstm, rnn
from common.functions import log_softmax
from common.layers import LSTM, RNN, Embedding, TimeDistributed, TimeSoftmaxWithLoss
from common.network import Network
from common.protocols import LayerLike
from common.randomness import Seed, random_generator
from common.sequences import State
from common.typed import call_with_flag, check_layers
from dataset.captions import END, PADDING, START

CELLS: dict[str, Any] = {"rnn": rnn, "lstm": lstm}


class EncoderDecoder(Layer):
    """The output of an encoder is the initial state of a recurrent layer, which gets words.

    Each row of x holds a sample, e.g. the pixels of an image, and after it the words so far. While
    a network learns, these are the correct words; the targets are the same words, one time step
    later.

    Parameters
    ----------
    encoder : layer
        From samples, (N, *shape), to `h0` of the recurrent layer, (N, H).
    embedding : Embedding
    recurrent : RNN or LSTM
    shape : sequence of int
        The shape of a sample: (1, 64, 64) for an image, (D,) for features.
    """

    widens = False
    setting_names = ("shape",)

    def __init__(
        self,
        encoder: LayerLike,
        embedding: Embedding,
        recurrent: RNN | LSTM,
        shape: Sequence[int],
    ) -> None:
        layers = {"encoder": encoder, "embedding": embedding, "recurrent": recurrent}
        self.layers = check_layers(layers)
        self.shape = check_sizes("shape", shape)
        if isinstance(encoder, Layer):
            encoder.wants_dx = False  # the gradient of the samples is not needed

    def expects(self, x: np.ndarray) -> str:
        """Return the expected number of values in each row, if `x` has another."""
        size = math.prod(self.shape)
        fits = x.ndim == 2 and x.shape[1] > size
        return "" if fits else f"rows of {size} values of a sample, and at least one word"

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return the states of the recurrent layer, (N, T, H), for rows of a sample and T words."""
        samples, words = np.split(x, [math.prod(self.shape)], axis=1)
        samples = samples.reshape(len(x), *self.shape)
        encoder, embedding, recurrent = self.layers.values()
        recurrent.h0 = call_with_flag(encoder.forward, train_flg, samples)
        recurrent.lengths = (words != PADDING).sum(axis=1)
        return recurrent.forward(embedding.forward(words), train_flg)

    def backward(self, dout: np.ndarray) -> None:
        """Set the gradients of the three layers; word numbers have no gradient."""
        encoder, embedding, recurrent = self.layers.values()
        embedding.backward(recurrent.backward(dout))
        encoder.backward(recurrent.dh0)

    def start(self, samples: np.ndarray) -> State:
        """Return the state of the recurrent layer before the first word."""
        encoder, _, recurrent = self.layers.values()
        h0 = call_with_flag(encoder.forward, False, samples)
        return (h0, *(np.zeros_like(h0) for _ in recurrent.state_of_cell[1:]))

    def step(self, words: np.ndarray, state: State) -> State:
        """Return the state after one more word for each sample, (N,)."""
        _, embedding, recurrent = self.layers.values()
        return recurrent.step(embedding.forward(words[:, None])[:, 0], state)


def make_network(
    encoder: LayerLike,
    shape: Sequence[int],
    words: int,
    *,
    hidden: int = 128,
    size: int = 64,
    cell: str = "lstm",
    rng: Seed = None,
) -> Network:
    """Return a network that learns to write sentences about samples.

    Parameters
    ----------
    encoder : layer
        From samples, (N, *shape), to (N, hidden).
    shape : sequence of int
        The shape of a sample.
    words : int
        The number of words in the vocabulary.
    hidden, size : int
        The numbers that a state has, and the embedding of a word.
    cell : 'lstm' or 'rnn'
    """
    rng = random_generator(rng)
    recurrent = CELLS[check_name("cell", cell, CELLS)](size, hidden, rng)
    table, scores = embedding(words, size, rng), affine(hidden, words, rng, "xavier")
    layers = {
        "captions": EncoderDecoder(encoder, table, recurrent, shape),
        "scores": TimeDistributed(scores),
    }
    return Network(layers, loss=TimeSoftmaxWithLoss(ignored=PADDING))


def with_encoder(network: Network, encoder: LayerLike, shape: Sequence[int]) -> Network:
    """Return a network with another encoder, and the other layers of `network`, not copies."""
    captions, scores = network.layers["captions"], network.layers["scores"]
    others = captions.layers["embedding"], captions.layers["recurrent"]
    layers = {"captions": EncoderDecoder(encoder, *others, shape), "scores": scores}
    return Network(layers, loss=TimeSoftmaxWithLoss(ignored=PADDING))


class Written(NamedTuple):
    """Sentences that a network wrote.

    Attributes
    ----------
    words : ndarray of int, (N, 1 + T)
        START, the words, END, PADDING.
    log_p : ndarray of shape (N,)
        The logarithm of the probability of each sentence.
    """

    words: np.ndarray
    log_p: np.ndarray


def write(network: Network, samples: np.ndarray, length: int, beam: int = 1) -> Written:
    """Write a sentence about each sample: the most probable of those found by beam search.

    After each word, only the `beam` most probable beginnings of a sentence are kept. With 1 it is
    greedy: always the most probable next word. A sentence that has ended keeps its probability.

    Parameters
    ----------
    network : Network
        From `make_network`.
    samples : ndarray of shape (N, *shape)
    length : int
        The number T of words at most, with END but without START.
    beam : int
    """
    captions, (scores,) = network.layers["captions"], network.layers["scores"].layers.values()
    N, beam = len(samples), check_whole("beam", beam)
    state = tuple(np.repeat(part, beam, axis=0) for part in captions.start(samples))  # (N beam, H)
    words = np.full((N * beam, 1 + check_whole("length", length)), PADDING)
    words[:, 0] = START
    log_p = np.full((N, beam), -np.inf)
    log_p[:, 0] = 0  # at first, all beginnings are the same: count one
    for t in range(length):
        state = captions.step(words[:, t], state)
        new = log_softmax(scores.forward(state[0]))
        ended = np.isin(words[:, t], (END, PADDING))
        new[ended] = -np.inf
        new[ended, PADDING] = 0
        total = (log_p.reshape(-1, 1) + new).reshape(N, -1)  # (N, beam V)
        best = np.argsort(-total, axis=1, kind="stable")[:, :beam]
        log_p = np.take_along_axis(total, best, axis=1)
        before, word = np.divmod(best, new.shape[1])
        rows = (np.arange(N)[:, None] * beam + before).ravel()
        words, state = words[rows], tuple(part[rows] for part in state)
        words[:, t + 1] = word.ravel()
    return Written(words[::beam], log_p[:, 0])
