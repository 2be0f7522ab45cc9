"""The networks of `ch08/captions.py`, their training runs and their scores (8.4.3)."""

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ch08.helpers import pretrained
from ch08.helpers.blocks import features
from ch08.helpers.caption_network import Written, make_network, write
from ch08.helpers.caption_scenes import Described, as_samples, draw_described, rows
from ch08.helpers.caption_scores import bleu, exact_match, grammatical
from common.fresh_layers import affine, batch_norm
from common.layers import Sequential
from common.network import Network
from common.randomness import Seed, random_generator
from dataset.captions import LENGTH, WORDS, decode
from dataset.scenes import SIZE
from lab.digits import digits
from lab.script import Results

POOLS = 3  # each halves the resolution: 64 x 64 pixels become maps of 8 x 8
FEW = 1000  # training scenes, if there is no training: the commonest sentence is one of theirs
PART = 100  # scenes at a time
TEST, MORE, NEW = "test scenes", "two or three digits", "held-out pairs"
GREEDY, BEAM = "greedy", "beam search"
NO_IMAGE, COMMONEST = "LSTM without image", "the commonest sentence"


def make_encoder(filters: Sequence[int], hidden: int, rng: Seed = None) -> Sequential:
    """Return a convolutional network from images, (N, 1, 64, 64), to h0, (N, hidden).

    The affine layer gets all 8 x 8 places of the last maps, not their means: sentences are about
    where things are. Its many inputs are never negative: without the normalization after it, a few
    steps of Adam make h0 so large that the gates of the LSTM are always open or closed.
    """
    rng = random_generator(rng)
    places = (SIZE // 2**POOLS) ** 2
    h0 = {"h0": affine(filters[-1] * places, hidden, rng), "norm_h0": batch_norm(hidden)}
    return Sequential({**features(1, filters, POOLS, rng), **h0})


def make(args: argparse.Namespace, cell: str = "lstm", image: bool = True) -> Network:
    """Return an untrained network; without image, h0 is the same for all scenes."""
    rng = np.random.default_rng(args.seed)
    # An affine layer of the number 0: only its biases remain.
    encoder = make_encoder(args.filters, args.hidden, rng) if image else affine(1, args.hidden, rng)
    shape = (1, SIZE, SIZE) if image else (1,)
    sizes = {"hidden": args.hidden, "size": args.embedding}
    return make_network(encoder, shape, len(WORDS), **sizes, cell=cell, rng=rng)


def draw_all(args: argparse.Namespace, training: bool) -> tuple[Described, dict[str, Described]]:
    """Return scenes of training digits, fewer without training; and scenes of test digits."""
    train, test = digits(args, normalize=False, flatten=False)
    number = max(args.scenes, args.short_scenes) if training else min(args.scenes, FEW)
    seed = pretrained.TEST_SEED + args.seed
    scenes = draw_described(test, args.test_scenes, seed=seed)
    new = draw_described(test, args.held_out_scenes, seed=seed, held_out=True)
    learn = draw_described(train, number, seed=args.seed)
    return learn, {TEST: scenes, MORE: scenes.where(scenes.digits > 1), NEW: new}


def train(args: argparse.Namespace, network: Network, scenes: Described) -> Results:
    """Train a network on scenes; return the losses and the time."""
    return pretrained.train(args, network, rows(as_samples(scenes.images), scenes.sentences))


def say(network: Network, samples: np.ndarray, beam: int) -> Written:
    """Write a sentence about each sample, (N, *shape); see `caption_network.write`."""
    parts = range(0, len(samples), PART)
    written = [write(network, samples[k : k + PART], LENGTH - 1, beam) for k in parts]
    return Written(*map(np.concatenate, zip(*written, strict=True)))


def scores_of(said: Sequence[str], true: Sequence[str]) -> Results:
    """Return the scores of sentences."""
    scores = {"exact match": exact_match(said, true), "BLEU-4": bleu(said, true)}
    return {name: round(value, 4) for name, value in scores.items()}


def evaluate(network: Network, sets: Mapping[str, Described], ways: Mapping[str, int]) -> Results:
    """Return the scores of the sentences about sets of scenes; print the shares of exact ones.

    Parameters
    ----------
    network : Network
    sets : mapping of str to Described
    ways : mapping of str to int
        The number of beginnings that each way to write keeps.
    """
    results: Results = {}
    for name, scenes in sets.items():
        samples = as_samples(scenes.images)
        x, t = rows(samples, scenes.sentences)
        results[name] = {"scenes": len(t), "word accuracy": round(network.accuracy(x, t), 4)}
        for way, beam in ways.items():
            written = say(network, samples, beam)
            said = decode(written.words)
            results[name][way] = scores_of(said, scenes.sentences) | {
                "grammatical": round(grammatical(said), 4),
                "log p": round(float(written.log_p.mean()), 5),
            }
            print(f"{name}, {way}: exact match {results[name][way]['exact match']:.3f}")
    return results


def commonest(learn: Described, test: Described) -> Results:
    """Return the scores of the commonest sentence of the training scenes, said of each scene."""
    ((sentence, _),) = Counter(learn.sentences).most_common(1)
    same = [sentence] * len(test.sentences)
    return {"sentence": sentence, **scores_of(same, test.sentences)}


def shorter_runs(args: argparse.Namespace, learn: Described, test: Described) -> Results:
    """Train an LSTM, an RNN, and an LSTM without image on the same mini-batches; score them.

    The encoders of the first two start with the same weights: they are drawn first.
    """
    settings: Any = {"epochs": args.short_epochs, "checkpoint": None}
    args = argparse.Namespace(**vars(args) | settings)
    learn, results = learn.first(args.short_scenes), {}
    kinds: Any = {"LSTM": ("lstm", True), "RNN": ("rnn", True), NO_IMAGE: ("lstm", False)}
    for name, (cell, image) in kinds.items():
        network = make(args, cell, image)
        seen, asked = (
            as_samples(some.images) if image else np.zeros((len(some.images), 1), np.float32)
            for some in (learn, test)
        )
        print(f"{name}, shorter: ", end="", flush=True)
        trained = pretrained.train(args, network, rows(seen, learn.sentences))
        accuracy = network.accuracy(*rows(asked, test.sentences))
        said = decode(say(network, asked, args.beam).words)
        row = {"word accuracy": round(accuracy, 4), **scores_of(said, test.sentences)}
        print(", ".join(f"{key} {value:.3f}" for key, value in row.items()))
        results[name] = row | {"seconds": round(trained["seconds"], 1)}
    return results
