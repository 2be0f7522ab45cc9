"""What the tests of `common.mpi` run on each rank: a training run, with a fault on one rank.

    mpiexec -n 2 python tests/rank_program.py RESULT.npz {"checkpoint": "c.npz"}

Rank 0 saves the losses, the accuracies, the parameters and the state of the layers.
"""

import json
import os
import signal
import time

import numpy as np

from common import mpi, trainer
from common.layers import Affine, BatchNorm, Dropout, ReLU
from common.mpi import MPIParallel, world
from common.network import Network
from common.trainer import Trainer
from lab import ranks

trainer.SECONDS_BETWEEN_CHECKPOINTS = 0


def network(dropout, dtype):
    """Return two affine layers with batch normalization, and Dropout if asked."""
    rng = np.random.default_rng(0)
    layers = {
        "Affine1": Affine(rng.standard_normal((20, 16)) / 4, np.zeros(16)),
        "BatchNorm": BatchNorm(np.ones(16), np.zeros(16)),
        "Relu": ReLU(),
        **({"Dropout": Dropout(dropout, rng=rng)} if dropout else {}),
        "Affine2": Affine(rng.standard_normal((16, 4)) / 4, np.zeros(4)),
    }
    net = Network(layers, weight_decay_lambda=0.01)
    net.params = {key: W.astype(dtype) for key, W in net.params.items()}
    return net


def trainer_of(parallel, x, t, options):
    """Return a trainer with these settings."""
    return Trainer(
        parallel,
        *(x, t, x[:50], t[:50]),
        epochs=options.get("epochs", 3),
        mini_batch_size=options.get("batch_size", 32),
        optimizer="momentum",
        rng=None if options.get("fault") == "no seed" else 5,
        augment=(lambda x, rng: x + 0.1 * rng.random(x.shape)) if options.get("augment") else None,
        in_order=options.get("in_order", False),
        checkpoint=options.get("checkpoint"),
    )


def main(words):
    """Train with the settings in the second word, a JSON object."""
    path, options = words[0], json.loads(words[1])
    rank = world().rank
    rng = np.random.default_rng(1)
    x, t = rng.random((301, 20)), rng.integers(4, size=301)
    here = options.get("rank", 1) == rank
    if here and options.get("fault") == "data":
        x[7] += 1
    if here and options.get("fault") == "code":
        mpi.checksum_of_code = lambda: "another"
    net = network(options.get("dropout"), options.get("dtype", "float64"))
    parallel = MPIParallel(net)
    training = trainer_of(parallel, x, t, options)
    if here and options.get("at"):
        training.train_step = fails(training.train_step, options["at"], options["fault"])
    if options.get("slowly"):
        training.train_step = fails(training.train_step, -1, "", options["slowly"])
    sizes, whole = [], parallel.loss_and_gradient
    parallel.loss_and_gradient = lambda x, t: (sizes.append(len(x)), whole(x, t))[1]
    training.train()
    sizes = world().gather(sizes)
    masks = world().gather(net.layers["Dropout"].mask[:10] if options.get("dropout") else 0)
    if rank == 0:
        lists = {"loss": training.train_loss_list, "test": training.test_acc_list}
        np.savez(
            path,
            **lists,
            **net.params,
            **net.state,
            sizes=sizes,
            masks=np.concatenate(masks, axis=None),
        )


def fails(step, number, fault, pause=0):
    """Return a step that fails at its call with this number; it sleeps before each call."""
    calls = iter(range(10**9))

    def failing():
        time.sleep(pause)
        if next(calls) == number:
            if fault == "raise":
                raise ValueError("a fault")
            os.kill(os.getpid(), {"kill": signal.SIGKILL, "interrupt": signal.SIGINT}[fault])
        step()

    return failing


if __name__ == "__main__":
    ranks.run(main)
