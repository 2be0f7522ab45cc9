"""Style transfer: a photograph in the manner of a painting (section 8.5.1, figure 8-23).

    python ch08/style_transfer.py
    python ch08/style_transfer.py --pretrained
    python ch08/style_transfer.py --content FILE --style FILE

The weights are fixed, and the image learns: gradient descent changes its pixels. Its features
approach those of the content picture, and its Gram matrices, the style, approach those of the style
picture. The book's example has the features of VGG. Here they come from a small network, which
learns to tell eleven pictures apart by patches of 32 x 32 pixels. The photograph is that of Grace
Hopper in Matplotlib; the style pictures are painted by formulas (`dataset/paintings.py`).

You will see three pairs of pictures and the images made of them, with 0.15 % or less of the Gram
distance left; what a smaller and a larger style weight change; and a control, untrained filters.
The Gram matrices of these come as near (0.07 %), and the colours are taken over, but there are
fewer strokes: the trained network takes 78 % of the patches of that image for the style picture,
and 88 % with trained filters. (It is no neutral judge: its filters made the latter.) About a minute
on two cores, of which a quarter for the network, which ``--pretrained`` loads.

``--content`` and ``--style`` take a file, or a name such as hopper, harbour, night, mosaic, glass,
weave, waves. After ``python -m pip install -e ".[pictures]"`` there are also astronaut, coffee,
chelsea (a cat), rocket, brick, grass and gravel, from scikit-image.
"""

import argparse
from pathlib import Path

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.helpers import pretrained, style_figures, style_network, style_pictures, style_runs
from common.network import Network
from lab.plots import Figure
from lab.script import Flag, Results

WEIGHTS = Path(__file__).with_suffix(".npz")
PAIRS = [("hopper", "night"), ("harbour", "mosaic"), ("hopper", "glass")]
FLAGS = {
    "content": Flag(None, "a picture by its file, or its name; nothing is trained", kind=str),
    "style": Flag(None, "the same for the style", kind=str),
    **style_runs.FLAGS,
    "patches": Flag(12000, "patches to train the network on", quick=200, least=50),
    "epochs": Flag(3, "passes over the patches", quick=1),
    "batch_size": Flag(50, "patches in a mini-batch"),
    "lr": Flag(0.002, "learning rate of Adam for the network at the start"),
    **pretrained.FLAGS,
}


def ready(args: argparse.Namespace, network: Network) -> Results:
    """Train the network, or load its weights; print and return its test accuracy."""
    file = pretrained.file_of_weights(args, WEIGHTS)
    if file:
        return {"loaded": pretrained.load(network, file)}
    rng = np.random.default_rng(args.seed)
    pictures = np.stack([style_pictures.picture(name) for name in style_pictures.PICTURES])
    facts = pretrained.train(args, network, style_network.draw_patches(pictures, args.patches, rng))
    x, t = style_network.draw_patches(pictures, 1000, rng, test=True)
    facts["accuracy"] = network.accuracy(x, t)
    print(f"accuracy on patches from other parts of the pictures: {facts['accuracy']:.3f}")
    kept = {"patches": args.patches, "accuracy": round(facts["accuracy"], 4)}
    pretrained.save(args, network, WEIGHTS, **kept)
    return facts


def experiment(args: argparse.Namespace) -> Results:
    """Train or load the network; make the images."""
    style_runs.check_sizes(args.sizes)
    pairs = PAIRS
    if args.content or args.style:
        pairs = [(args.content or PAIRS[0][0], args.style or PAIRS[0][1])]
    names = sorted({name for pair in pairs for name in pair})
    shown = {name: style_pictures.picture(name) for name in names}  # before the training
    networks = {
        name: style_network.make_network(len(style_pictures.PICTURES), rng=args.seed)
        for name in (style_runs.TRAINED, style_runs.UNTRAINED)
    }
    training = ready(args, networks[style_runs.TRAINED])
    images = style_runs.make_all(args, networks, shown, style_runs.tasks(pairs))
    pictures = {name: style_pictures.as_text(one) for name, one in shown.items()}
    results = {"training": training, "images": images, "pictures": pictures}
    return results | style_runs.compared(images)


def draw(results: Results) -> list[Figure]:
    """Draw the pairs and the images made of them; style weights and the control; the losses."""
    return [
        style_figures.draw_pairs(results),
        style_figures.draw_weights(results),
        style_figures.draw_course(results),
    ]


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, too_small=True)

if __name__ == "__main__":
    script.run(main)
