"""NIC, a network that describes images: an encoder, and a recurrent network that writes (8.4.3).

features -> encoder -> h0 -> LSTM -> LSTM -> LSTM -> ...
                              |       |       |
words so far:               start     a     small     through the embedding
next word:                    a     small   three     from the scores of all words
"""

from typing import Any

import numpy as np

from common.boundary import Layer
from common.checks import check_name, check_whole
from common.fresh_layers import affine, embedding, lstm, rnn
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

    Each row of x holds the features of a sample, e.g. its pixels, and after them the words so far.
    While a network learns, these are the correct words; the targets are the same words, one time
    step later.

    Parameters
    ----------
    encoder : layer
        From features to `h0` of the recurrent layer, (N, H). For images, begin it with `Reshape`.
    embedding : Embedding
    recurrent : RNN or LSTM
    features : int
        The number of features in each row.
    """

    widens = False
    setting_names = ("features",)

    def __init__(
        self, encoder: LayerLike, embedding: Embedding, recurrent: RNN | LSTM, features: int
    ) -> None:
        layers = {"encoder": encoder, "embedding": embedding, "recurrent": recurrent}
        self.layers = check_layers(layers)
        self.features = check_whole("features", features)

    def expects(self, x: np.ndarray) -> str:
        """Return the expected number of values per sample, if `x` has another."""
        fits = x.ndim == 2 and x.shape[1] > self.features
        return "" if fits else f"rows of {self.features} features and at least one word"

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return the states of the recurrent layer, (N, T, H), for rows (N, features + T)."""
        features, words = x[:, : self.features], x[:, self.features :]
        encoder, embedding, recurrent = self.layers.values()
        recurrent.h0 = call_with_flag(encoder.forward, train_flg, features)
        recurrent.lengths = (words != PADDING).sum(axis=1)
        return recurrent.forward(embedding.forward(words), train_flg)

    def backward(self, dout: np.ndarray) -> None:
        """Set the gradients of the three layers; word numbers have no gradient."""
        encoder, embedding, recurrent = self.layers.values()
        embedding.backward(recurrent.backward(dout))
        encoder.backward(recurrent.dh0)

    def start(self, features: np.ndarray) -> State:
        """Return the state of the recurrent layer before the first word."""
        encoder, _, recurrent = self.layers.values()
        h0 = call_with_flag(encoder.forward, False, features)
        return (h0, *(np.zeros_like(h0) for _ in recurrent.state_of_cell[1:]))

    def step(self, words: np.ndarray, state: State) -> State:
        """Return the state after one more word for each sample, (N,)."""
        _, embedding, recurrent = self.layers.values()
        return recurrent.step(embedding.forward(words[:, None])[:, 0], state)


def make_network(
    encoder: LayerLike,
    features: int,
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
        From features (N, features) to (N, hidden).
    features, words : int
        The numbers of features of a sample, and of words in the vocabulary.
    hidden, size : int
        The numbers that a state has, and the embedding of a word.
    cell : 'lstm' or 'rnn'
    """
    rng = random_generator(rng)
    recurrent = CELLS[check_name("cell", cell, CELLS)](size, hidden, rng)
    table, scores = embedding(words, size, rng), affine(hidden, words, rng, "xavier")
    layers = {
        "captions": EncoderDecoder(encoder, table, recurrent, features),
        "scores": TimeDistributed(scores),
    }
    return Network(layers, loss=TimeSoftmaxWithLoss(ignored=PADDING))


def write(network: Network, features: np.ndarray, length: int) -> np.ndarray:
    """Write a sentence about each sample, always with the most probable next word (greedy).

    Parameters
    ----------
    network : Network
        From `make_network`.
    features : ndarray of shape (N, features)
    length : int
        The number of words at most, without START.

    Returns
    -------
    ndarray of int, (N, 1 + length)
        START, words, END, PADDING.
    """
    captions, (scores,) = network.layers["captions"], network.layers["scores"].layers.values()
    state = captions.start(features)
    words = np.full((len(features), 1 + length), PADDING)
    words[:, 0] = START
    for t in range(length):
        state = captions.step(words[:, t], state)
        ended = np.isin(words[:, t], (END, PADDING))
        words[:, t + 1] = np.where(ended, PADDING, scores.forward(state[0]).argmax(axis=1))
    return words
