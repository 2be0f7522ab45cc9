"""How the weights of section 3.6.2 were trained: 784-50-100-10, sigmoid.

    python ch03/train_sample_weight.py

You will see the accuracy on the test digits, which are not used in training: 0.9838 for the bundled
weights. The script writes ``outputs/ch03/sample_weight.npz``, never the bundled file. To replace
the bundled file, copy the new weights to ``ch03/sample_weight.npz`` yourself. About a minute.

The methods are those of chapters 4 to 6: stochastic gradient descent with a learning rate that
follows a cosine. The digits are shifted by up to a pixel, differently in each epoch, so that the
network cannot memorize them. The hyperparameters were chosen with ``--validate``, which tests
them on 10,000 held-out training digits (accuracy 0.9809; trials without shifts reached 0.973).
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch03.neuralnet_mnist import WEIGHTS
from common.batches import split_validation
from common.fresh_layers import affine
from common.io.files import save_arrays
from common.io.progress import progress
from common.layers import Sigmoid
from common.network import Network
from common.optimizer import SGD
from common.schedules import cosine_decay
from common.trainer import Trainer
from dataset.mnist import load_mnist
from lab.digits import first
from lab.image_training import weights_path
from lab.script import Flag, Results

FLAGS = {
    "epochs": Flag(100, "passes over the training digits", quick=4),
    "lr": Flag(1.0, "initial learning rate"),
    "batch_size": Flag(100, "digits in a mini-batch"),
    "samples": Flag(60000, "digits to train on", quick=10000, least=10),
    "validate": Flag(False, "test on held-out training digits, not on the test digits"),
}


def build(rng: np.random.Generator) -> Network:
    """Return the network with Xavier's initial weights (section 6.2)."""
    return Network(
        {
            "Affine1": affine(784, 50, rng, "xavier"),
            "Sigmoid1": Sigmoid(),
            "Affine2": affine(50, 100, rng, "xavier"),
            "Sigmoid2": Sigmoid(),
            "Affine3": affine(100, 10, rng, "xavier"),
        }
    )


def shifted(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the images `x`, (N, 784), each shifted by -1, 0 or 1 pixels down and to the right."""
    images = x.reshape(-1, 28, 28)
    result = np.empty_like(images)
    steps = rng.integers(-1, 2, size=(len(x), 2))  # (down, right) of each image
    for step in np.ndindex(3, 3):
        chosen = (steps == np.subtract(step, 1)).all(axis=1)
        result[chosen] = np.roll(images[chosen], np.subtract(step, 1), axis=(1, 2))
    return result.reshape(x.shape)


def train(x: np.ndarray, t: np.ndarray, args: argparse.Namespace) -> Network:
    """Return a network trained on the digits `x`, (N, 784), with the labels `t`, (N,)."""
    rng = np.random.default_rng(args.seed)
    network, optimizer, schedule = build(rng), SGD(), cosine_decay(args.lr, args.epochs)
    for epoch in progress(range(args.epochs), "epochs"):
        optimizer.lr = schedule(epoch)
        data = (shifted(x, rng), t, x[:100], t[:100])
        Trainer(network, *data, 1, args.batch_size, optimizer, verbose=False, rng=rng).train()
    return network


def experiment(args: argparse.Namespace) -> Results:
    """Train and evaluate once; save the weights, but not with --validate."""
    path = weights_path(args, WEIGHTS)
    learn, test = load_mnist(source=args.data)
    if args.validate:
        learn, test = split_validation(*learn, 1 / 6, args.seed)
    x, t = first(learn, args.samples)
    network = train(x, t, args)
    results = {"seed": args.seed, "accuracy": network.accuracy(*test)}
    print(f"accuracy on {'held-out' if args.validate else 'test'} digits: {results['accuracy']}")
    if not args.validate:
        facts = {"data": args.data, **results}
        save_arrays(path, network.params | {key: np.array(value) for key, value in facts.items()})
        print(f"saved {path}")
    return results | {"train_accuracy": network.accuracy(x, t)}


main = script.make_main(__file__, __doc__, experiment, flags=FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
