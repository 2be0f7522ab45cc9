"""One network, trained by several processes, on one computer or on many: MPI (8.3.3).

    mpiexec -n 2 python ch08/mpi_training.py
    mpiexec -n 2 python ch08/mpi_training.py --stream 10000000 --iters 600
    mpiexec -n 8 -hosts one,two python ch08/mpi_training.py --checkpoint run.npz

Each process, a rank, computes its part of each mini-batch; one message per step adds up the
gradients. You will see the loss of DeepConvNet, the test accuracy, the time for a step, and the
memory of each rank. The same seed gives the same result, up to rounding, for any number of ranks,
apart from Dropout, whose random numbers are separate for each rank. In ``--network batch-norm`` the
statistics of batch normalization are those of the whole mini-batch. One epoch with two ranks on two
cores takes half a minute: a test accuracy of 0.98, 40 ms for a step (one rank: 75 ms).

Data may be larger than memory: ``--stream N`` draws N digits, each when it is needed; with
``--images x.npy --labels t.npy`` only the mini-batches are read from files that ``np.save`` wrote.
The test digits are those of MNIST. A checkpoint of four ranks can be resumed by two; all computers
must see its folder. If a rank fails or is killed, all end, and a line says why.

It needs ``python -m pip install -e ".[mpi]"``, which also brings mpiexec.
"""

import argparse
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.deep_convnet import DeepConvNet
from ch08.helpers import best_network
from common.mpi import MPIParallel, world
from common.optimizer import Adam
from common.streams import Scaled
from common.trainer import Trainer
from common.util import smooth_curve
from dataset.drawn_stream import DrawnImages
from dataset.mnist import data_name, load_mnist
from lab import ranks
from lab.digits import Digits, first
from lab.flags import data_source
from lab.image_training import CHECKPOINT
from lab.plots import Figure
from lab.script import Flag, Results

NETWORKS: dict[str, Any] = {"deep": DeepConvNet, "batch-norm": best_network.build}
FLAGS = {
    "network": Flag("deep", "DeepConvNet, or one with batch normalization", choices=[*NETWORKS]),
    "epochs": Flag(1, "passes over the training data"),
    "iters": Flag(0, "mini-batches, instead of epochs", quick=20, least=0),
    "batch_size": Flag(100, "samples in a mini-batch, of all ranks together"),
    "lr": Flag(0.001, "learning rate of Adam"),
    "stream": Flag(0, "train on this many drawn digits, each made when it is needed", least=0),
    "images": Flag(None, "train on these: an .npy file of uint8, (N, 28, 28)", kind=Path),
    "labels": Flag(None, "their labels: an .npy file of integers, (N,)", kind=Path),
    "test_samples": Flag(10000, "test digits", quick=100),
    "checkpoint": CHECKPOINT,
    # Instead of `data=True`: rank 0 looks for MNIST, or downloads it, before the others.
    "data": Flag("auto", "auto, mnist, drawn or a folder", kind=data_source),
}


def training_data(args: argparse.Namespace) -> tuple[Any, Any]:
    """Return the training samples and their labels; images are read when they are needed."""
    if args.images or args.labels:
        if not (args.images and args.labels) or args.stream:
            raise ValueError("expected both --images and --labels, without --stream")
        return Scaled(mapped(args.images)), mapped(args.labels)
    if args.stream:
        drawn = DrawnImages(args.stream, args.seed)
        return drawn, drawn.labels
    x, t = load_mnist(normalize=False, flatten=False, source=args.data)[0]
    return Scaled(x), t  # a byte for each pixel; only a mini-batch becomes float32


def test_data(args: argparse.Namespace) -> Digits:
    """Return the first test digits."""
    return first(load_mnist(flatten=False, source=args.data)[1], args.test_samples)


def mapped(path: Path) -> np.ndarray:
    """Return the array in an .npy file, which is read where it is used."""
    array = np.load(path, mmap_mode="r")
    if not isinstance(array, np.ndarray):
        raise ValueError(f"{path} holds several arrays; expected an .npy file")
    return array


def make_trainer(args: argparse.Namespace, network: MPIParallel) -> Trainer:
    """Return a trainer for the network on this rank."""
    return Trainer(
        network,
        *training_data(args),
        epochs=args.epochs,
        max_iter=args.iters or None,
        mini_batch_size=args.batch_size,
        optimizer=Adam(args.lr),
        evaluate_sample_num_per_epoch=0,
        rng=args.seed,
        in_order=bool(args.stream or args.images),
        checkpoint=args.checkpoint,
    )


def experiment(args: argparse.Namespace) -> Results:
    """Train on all ranks; print and return what rank 0 has to say, nothing on the others."""
    comm = world()
    if comm.rank == 0:
        args.data = data_name(args.data)
        print(f"data: {args.data}; {ranks.counted(comm.size)}")
    args.data = comm.bcast(args.data)
    network = MPIParallel(NETWORKS[args.network](rng=np.random.default_rng(args.seed)))
    trainer, test = make_trainer(args, network), test_data(args)
    trainer.resume()
    started, before = perf_counter(), trainer.current_iter
    trainer.train()
    seconds = (perf_counter() - started) / max(1, trainer.current_iter - before)
    test_acc = network.accuracy(*test)
    memory = comm.gather(peak_memory())
    if comm.rank:
        return {}
    print(f"test accuracy after {trainer.current_iter} mini-batches: {test_acc:.4f}")
    print(f"{1000 * seconds:.1f} ms for a step; memory of each rank, MB:", end=" ")
    print(", ".join(f"{one:.0f}" for one in memory))
    return {
        "ranks": comm.size,
        "test_acc": test_acc,
        "milliseconds": 1000 * seconds,
        "memory_MB": memory,
        "train_loss_list": trainer.train_loss_list,
    }


def peak_memory() -> float:
    """Return the most memory that this process has used so far, in MB; NaN on Windows."""
    try:
        import resource
    except ImportError:
        return float("nan")
    unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def draw(results: Results) -> Figure:
    """Draw the loss of each mini-batch."""
    fig, ax = plots.figure()
    losses = results["train_loss_list"]
    ax.plot(losses, color="lightgray", label="each mini-batch")
    if len(losses) > 20:
        ax.plot(smooth_curve(losses), label="smoothed")
    what = f"{ranks.counted(results['ranks'])}, {results['milliseconds']:.0f} ms for a step"
    ax.set_title(f"{what}; test accuracy {results['test_acc']:.4f}")
    ax.set(xlabel="mini-batch", ylabel="loss", yscale="log")
    ax.legend()
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, too_small=True)

if __name__ == "__main__":
    ranks.run(main)
