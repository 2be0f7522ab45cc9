"""A script that trains with a Trainer and a checkpoint, for the tests that stop and kill it."""

import argparse

import numpy as np

from ch05.two_layer_net import TwoLayerNet
from lab import image_training, script
from lab.digits import digits
from lab.script import Flag, Results
from lab.training import trainer

FLAGS = {
    "iters": Flag(10_000, "mini-batches", quick=1200),
    "batch_size": Flag(100, "samples in each"),
    "lr": Flag(0.1, "learning rate"),
    "hidden_size": Flag(50, "hidden neurons"),
    "shuffle": Flag(False, "see every sample once per epoch"),
    "checkpoint": image_training.CHECKPOINT,
}


def experiment(args: argparse.Namespace) -> Results:
    """Train, and return the curves."""
    rng = np.random.default_rng(args.seed)
    network = TwoLayerNet(784, args.hidden_size, 10, rng=rng)
    options = {"evaluate_sample_num_per_epoch": None, "verbose": True, "rng": rng}
    trained = trainer(args, network, *digits(args, one_hot_label=True), **options)
    trained.train()
    lists = ("train_loss_list", "train_acc_list", "test_acc_list")
    return {"test_acc": trained.test_acc} | {name: getattr(trained, name) for name in lists}


main = script.make_main(__file__, __doc__, experiment, flags=FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
