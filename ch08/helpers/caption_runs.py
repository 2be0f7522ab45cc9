"""The networks of `ch08/captions.py`, their training runs and their scores (8.4.3)."""

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ch08.helpers import pretrained
from ch08.helpers.caption_encoder import Probabilities, make_head, make_trunk, seen_by, train_trunk
from ch08.helpers.caption_network import Written, make_network, with_encoder, write
from ch08.helpers.caption_scenes import Described, as_samples, draw_described, rows
from ch08.helpers.caption_scores import bleu, exact_match, grammatical
from common.layers import Sequential
from common.network import Network
from common.protocols import LayerLike
from common.randomness import Seed
from dataset.captions import LENGTH, WORDS, decode
from dataset.scenes import SIZE
from lab.digits import digits
from lab.script import Results

ONE_IN = 4  # training scenes with a single digit are easy, and half of all: fewer of them
FEW = 1000  # training scenes, if there is no training: the commonest sentence is one of theirs
PART = 100  # scenes at a time
Seen = tuple[np.ndarray, list[str]]
TEST, MORE, NEW = "test scenes", "two or three digits", "held-out pairs"
GREEDY, BEAM = "greedy", "beam search"
NO_IMAGE, COMMONEST = "LSTM without image", "the commonest sentence"


def make(args: argparse.Namespace) -> Network:
    """Return the untrained network: the encoder, trunk and head, and an LSTM from h0 on."""
    rng = np.random.default_rng(args.seed)
    parts = {"trunk": make_trunk(args.filters, rng), "p": Probabilities()}
    encoder = Sequential({**parts, "head": make_head(args.hidden, rng)})
    return decoder(args, encoder, (1, SIZE, SIZE), "lstm", rng)


def decoder(
    args: argparse.Namespace, encoder: LayerLike, shape: Sequence[int], cell: str, rng: Seed
) -> Network:
    """Return a network that writes sentences about the samples of an encoder, untrained."""
    sizes: Any = {"hidden": args.hidden, "size": args.embedding}
    return make_network(encoder, shape, len(WORDS), **sizes, cell=cell, rng=rng)


def of_encoder(network: Network) -> tuple[Sequential, Sequential]:
    """Return the two parts of the encoder: the trunk, and the head."""
    trunk, _, head = network.layers["captions"].layers["encoder"].layers.values()
    return trunk, head


def draw_all(args: argparse.Namespace, training: bool) -> tuple[Described, dict[str, Described]]:
    """Return scenes of training digits, fewer without training; and scenes of test digits."""
    train, test = digits(args, normalize=False, flatten=False)
    number = args.scenes if training else min(args.scenes, FEW)
    seed = pretrained.TEST_SEED + args.seed
    scenes = draw_described(test, args.test_scenes, seed=seed)
    new = draw_described(test, args.held_out_scenes, seed=seed, held_out=True)
    learn = draw_described(train, number, seed=args.seed, one_in=ONE_IN)
    return learn, {TEST: scenes, MORE: scenes.where(scenes.digits > 1), NEW: new}


def train(
    args: argparse.Namespace, network: Network, scenes: Described
) -> tuple[Results, np.ndarray]:
    """Train the trunk, then the layers after it; return losses and times, and what the trunk sees.

    In the second part the trunk stays as it is, so that its output is computed only once.
    """
    trunk, head = of_encoder(network)
    first = {"epochs": args.trunk_epochs, "batch_size": args.trunk_batch, "lr": args.trunk_lr}
    results = {"trunk": train_trunk(part(args, "trunk", **first), trunk, scenes)}
    seen = seen_by(trunk, scenes.images)
    writer = with_encoder(network, head, seen.shape[1:])
    results["sentences"] = pretrained.train(args, writer, rows(seen, scenes.sentences))
    return results | {"seconds": sum(one["seconds"] for one in results.values())}, seen


def part(args: argparse.Namespace, name: str, **settings: float) -> argparse.Namespace:
    """Return the flags of a part of the training, with a separate checkpoint, if any."""
    separate = args.checkpoint and args.checkpoint.with_stem(f"{args.checkpoint.stem}-{name}")
    return argparse.Namespace(**vars(args) | settings | {"checkpoint": separate})


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


def shorter_runs(
    args: argparse.Namespace, network: Network, learn: Seen, test: Described
) -> Results:
    """Train an LSTM, an RNN, and an LSTM without image on the same mini-batches; score them.

    Parameters
    ----------
    args : Namespace
    network : Network
        Its trunk is used.
    learn : (seen, sentences)
        What the trunk sees in the training scenes, and the sentences about them. Without image, it
        sees 0 everywhere, so that h0 is always the same.
    test : Described
    """
    settings: Any = {"epochs": args.short_epochs, "checkpoint": None}
    args = argparse.Namespace(**vars(args) | settings)
    asked, results = seen_by(of_encoder(network)[0], test.images), {}
    for name, cell in {"LSTM": "lstm", "RNN": "rnn", NO_IMAGE: "lstm"}.items():
        rng, with_image = np.random.default_rng(args.seed), name != NO_IMAGE
        head = make_head(args.hidden, rng)
        writer = decoder(args, head, asked.shape[1:], cell, rng)
        print(f"{name}, shorter: ", end="", flush=True)
        trained = pretrained.train(args, writer, rows(learn[0] * with_image, learn[1]))
        results[name] = short_scores(writer, asked * with_image, test, args.beam)
        results[name]["seconds"] = round(trained["seconds"], 1)
    return results


def short_scores(network: Network, samples: np.ndarray, test: Described, beam: int) -> Results:
    """Print and return the scores of a network of the shorter runs."""
    accuracy = network.accuracy(*rows(samples, test.sentences))
    said = decode(say(network, samples, beam).words)
    row = {"word accuracy": round(accuracy, 4), **scores_of(said, test.sentences)}
    print(", ".join(f"{key} {value:.3f}" for key, value in row.items()))
    return row
