"""Captions: a network writes a sentence about an image (8.4.3; figures 8-21, 8-22).

    python ch08/captions.py
    python ch08/captions.py --pretrained
    python ch08/captions.py --image FILE

Like NIC, the network has two parts: a convolutional network computes features of the image, and an
LSTM, which starts with them, writes one word after the other. It gets scenes of one to three
digits; the sentences have a small grammar of 21 words, such as "a small three to the left of a
large seven, above a small one". First the convolutions learn which digit is where, then the LSTM
learns the sentences. Those about pairs such as a three to the left of a six are held out: no scene
with them is in the training data. You will see

- that 86 % of 1,000 test scenes get exactly the correct sentence, word for word, and 63 % of those
  with pairs that were held out; this is with beam search, which gains little: with always the most
  probable next word, it is 86 % and 62 %;
- how sure the network is of each word;
- in shorter training runs on the same mini-batches 80 % with an LSTM, 68 % with an RNN, none
  without the image. There, 59 % of the words are correct, since the grammar allows few: the exact
  match says more.

9 minutes on two cores, of which 6 for the network itself. With ``--pretrained`` it is loaded, and
the shorter training runs are left out. With ``--image`` it describes a photograph of one to
three large digits.
"""

import argparse
from pathlib import Path

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None


from ch08.helpers import caption_examples, caption_figures, caption_runs, photo_scene, pretrained
from ch08.helpers.caption_runs import BEAM, COMMONEST, GREEDY, TEST
from common.network import Network
from dataset.mnist import data_name
from dataset.scenes import INK
from lab.flags import data_source
from lab.plots import Figure
from lab.script import Flag, Results

WEIGHTS = Path(__file__).with_name("captions.npz")
FLAGS = {
    "scenes": Flag(60000, "scenes to train on", quick=40, least=20),
    "filters": Flag([16, 32, 64, 64, 64], "filters of the convolutions, the trunk", many=True),
    "trunk_epochs": Flag(2, "passes over the scenes to train the trunk", quick=1),
    "trunk_batch": Flag(16, "scenes in its mini-batches"),
    "trunk_lr": Flag(0.003, "learning rate of Adam, which falls to 0"),
    "hidden": Flag(128, "numbers in the state of the LSTM"),
    "embedding": Flag(64, "numbers for each word"),
    "epochs": Flag(8, "passes to train the LSTM, and the layers between", quick=1),
    "short_epochs": Flag(2, "... in the shorter training runs", quick=1),
    "batch_size": Flag(64, "scenes in their mini-batches"),
    "lr": Flag(0.006, "learning rate of Adam, which falls to 0"),
    "beam": Flag(3, "beginnings of a sentence that beam search keeps"),
    "test_scenes": Flag(1000, "scenes of test digits", quick=20, least=10),
    "held_out_scenes": Flag(300, "test scenes with pairs that are held out of training", quick=4),
    "image": Flag(None, "a photograph to describe; nothing is trained", kind=Path),
    **pretrained.FLAGS,
    # Instead of `data=True`: a photograph needs no MNIST.
    "data": Flag("auto", "auto, mnist, drawn or a folder", kind=data_source),
}


def of_photograph(args: argparse.Namespace, network: Network) -> Results:
    """Print and return the sentence about a photograph."""
    scene = photo_scene.scene_from_photo(args.image)
    if scene.max() < INK:
        raise ValueError(f"{args.image.name} is empty; expected one to three large digits")
    told = caption_examples.told(network, scene, args.beam)
    print(f"{args.image.name}: {told['sentence']}")
    return {"image": scene, "told": told}


def experiment(args: argparse.Namespace) -> Results:
    """Train or load the network; print and return its scores, and those of shorter runs."""
    network, file = caption_runs.make(args), pretrained.file_of_weights(args, WEIGHTS)
    if file:
        pretrained.load(network, file)
    if args.image:
        return of_photograph(args, network)
    args.data = data_name(args.data)
    print(f"data: {args.data}")
    learn, tests = caption_runs.draw_all(args, training=not file)
    results: Results = {"data": args.data}
    if not file:
        results["training"], seen = caption_runs.train(args, network, learn)
    ways = {GREEDY: 1, BEAM: args.beam}
    results["scores"] = caption_runs.evaluate(network, tests, ways)
    results[COMMONEST] = caption_runs.commonest(learn, tests[TEST])
    results["examples"] = caption_examples.examples(network, tests[TEST], args.beam)
    if not file:
        score = results["scores"][TEST][BEAM]["exact match"]
        pretrained.save(args, network, WEIGHTS, exact_match=score)
        seen_and_said = seen, learn.sentences
        results["shorter"] = caption_runs.shorter_runs(args, network, seen_and_said, tests[TEST])
    return results


def draw(results: Results) -> list[Figure]:
    """Draw scenes with their sentences, the probability of each word, and the scores."""
    if "image" in results:
        return [caption_figures.draw_photo(results)]
    return [
        caption_figures.draw_examples(results),
        caption_figures.draw_words(results),
        caption_figures.draw_scores(results),
    ]


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, too_small=True)

if __name__ == "__main__":
    script.run(main)
