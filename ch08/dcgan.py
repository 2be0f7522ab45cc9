"""Image generation: two networks compete, and one learns to draw (section 8.5.2; figure 8-24).

    python ch08/dcgan.py
    python ch08/dcgan.py --pretrained

A generator makes samples out of random numbers z; a discriminator tells them from real ones. Both
learn at each step: one to tell them apart, the other to deceive. First with one number: the data
are a Gaussian. You will see

- that mean and deviation of the generated numbers become those of the data: 4.00 and 1.27 instead
  of 3.99 and 1.24, and that the discriminator in the end does little better than guessing: its
  accuracy is 0.53.

Then a DCGAN (convolutions, no pooling) draws new digits. DeepConvNet, which was trained on real
ones, judges them:

- it classifies 82 % of them with a probability above 0.9, 99 % of test digits; 6.2 to 13.9 % of the
  samples belong to each class; in the features of its last hidden layer their Frechet distance to
  training digits is 1,500, that of test digits 55: many are digits, but not as varied as real ones;
- they are no copies: the nearest training digit is as far away as from test digits, and between two
  z, digits change gradually.

6 minutes on two cores; with ``--pretrained`` seconds.
"""

import argparse
from pathlib import Path

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.helpers import digit_gan, gan_figures, gan_scores, gaussian_gan, pretrained
from ch08.helpers.adversarial_training import check_batch_size
from ch08.helpers.dcgan import make_discriminator, make_generator
from dataset.mnist import load_mnist
from lab.image_training import weights_path
from lab.plots import Figure
from lab.script import Flag, Results

WEIGHTS = Path(__file__).with_name("dcgan.npz")
FLAGS = {
    "gaussian_steps": Flag(3000, "mini-batches of numbers from a Gaussian", quick=300, least=20),
    "epochs": Flag(8, "passes over the training digits", quick=1),
    "samples": Flag(60000, "digits to train on", quick=200, least=100),
    "batch_size": Flag(64, "digits in a mini-batch, an even number", quick=20, least=4),
    "lr": Flag(0.001, "learning rate of the generator at the start; it falls to 0"),
    "lr_discriminator": Flag(0.0002, "learning rate of the discriminator at the start"),
    "scored": Flag(5000, "generated digits that are judged", quick=100, least=100),
    **pretrained.FLAGS,
}


def one_number(args: argparse.Namespace) -> Results:
    """Learn a Gaussian; print and return what was learned."""
    found = gaussian_gan.learn(args.gaussian_steps, seed=args.seed)
    data, (mean, deviation) = found["data"], (found[key][-1] for key in ("mean", "deviation"))
    print(f"one number: mean {mean:.2f}, deviation {deviation:.2f}", end=" ")
    print(f"(data: {data['mean']:.2f}, {data['deviation']:.2f}),", end=" ")
    print(f"accuracy of the discriminator {found['accuracy at last']:.2f}")
    return found


def experiment(args: argparse.Namespace) -> Results:
    """Learn a Gaussian, then digits, or load the generator; judge what it makes."""
    check_batch_size(args.batch_size)  # fail now, not after the first training run
    results: Results = {"one number": one_number(args)}
    train, test = (x[:, 0] for x, _ in load_mnist(False, False, source=args.data))
    rng = np.random.default_rng(args.seed)
    generator = make_generator(digit_gan.Z_SIZE, rng=rng)
    file = pretrained.file_of_weights(args, WEIGHTS)
    if file:
        pretrained.load(generator, file)
    else:
        weights_path(args, WEIGHTS)  # fail now, not after the training run
        results |= digit_gan.learn(args, generator, make_discriminator(rng=rng), train, rng)
    results |= digit_gan.judge(args, generator, train, test)
    gan_scores.show(results)
    if not file:
        score = results["scores"]["confident"]
        pretrained.save(args, generator, WEIGHTS, confident=score)
    return results


def draw(results: Results) -> list[Figure]:
    """Draw the Gaussian; samples; how they resemble training digits; classes and losses."""
    return [
        gan_figures.draw_gaussian(results["one number"]),
        gan_figures.draw_samples(results),
        gan_figures.draw_likeness(results),
        gan_figures.draw_course(results),
    ]


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True, too_small=True)

if __name__ == "__main__":
    script.run(main)
