"""Streams: samples that are read or drawn when they are needed, in place of arrays."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from common.batches import MiniBatches
from common.layers import Affine, Flatten
from common.mpi import world
from common.network import Network
from common.streams import Scaled
from common.trainer import Trainer
from dataset.drawn_stream import BLOCK, DrawnImages


def digit_network():
    rng = np.random.default_rng(0)
    W = rng.standard_normal((784, 10)).astype(np.float32) / 28
    return Network({"Flatten": Flatten(), "Affine": Affine(W, np.zeros(10, np.float32))})


def test_in_order():
    batches = MiniBatches(7, 3, np.random.default_rng(0), in_order=True)
    assert [next(batches).tolist() for _ in range(4)] == [[0, 1, 2], [3, 4, 5], [6], [0, 1, 2]]


def test_a_file_of_images_is_read_when_it_is_needed(tmp_path):
    images = np.random.default_rng(0).integers(256, size=(40, 28, 28), dtype=np.uint8)
    np.save(tmp_path / "x.npy", images)
    stream = Scaled(np.load(tmp_path / "x.npy", mmap_mode="r"))
    whole = (images / np.float32(255))[:, None]
    assert len(stream) == 40
    assert stream.ndim == 4
    assert stream.shape == whole.shape
    for some in ([3, 1], slice(2, 5), np.arange(40) % 2 == 0):
        found = stream[np.flatnonzero(some) if isinstance(some, np.ndarray) else some]
        assert found.dtype == np.float32
        assert (found == whole[some]).all()
    for wrong in (3, [40], [-1], [[1]], [0.5]):
        with pytest.raises(IndexError, match=r"expected integers \(N,\), from 0 to 39"):
            stream[wrong]
    with pytest.raises(ValueError, match=r"of type float64 and shape \(2, 3\); expected uint8"):
        Scaled(np.zeros((2, 3)))


def test_drawn_digits_are_always_the_same():
    stream = DrawnImages(10**7, seed=3)
    assert stream.shape == (10**7, 1, 28, 28)
    some = np.array([9_999_999, 4, BLOCK, 4])
    x, t = stream[some], stream.labels[some]
    assert x.dtype == np.float32
    assert x.max() == 1
    assert (x[1] == x[3]).all()
    assert (x[1] != x[0]).any()
    assert (DrawnImages(10**7, seed=3)[some] == x).all()
    assert (DrawnImages(10**7, seed=3).labels[some] == t).all()
    assert (DrawnImages(10**7, seed=4)[some] != x).any()
    first = stream.labels[: 2 * BLOCK]
    assert set(first) == set(range(10))
    with pytest.raises(ValueError, match="the number of digits is 0"):
        DrawnImages(0)


def test_test_data_are_no_stream():
    stream = DrawnImages(300)
    with pytest.raises(ValueError, match="x_test is a DrawnImages; expected a NumPy array"):
        Trainer(digit_network(), stream, stream.labels, stream, stream.labels)


def test_a_trainer_takes_a_stream_and_resumes(tmp_path):
    """The labels belong to the images: 300 drawn digits are learned."""
    stream = DrawnImages(300)
    arrays = stream[:], stream.labels[:]

    def trained(x, t, epochs, **options):
        found = Trainer(
            digit_network(),
            x,
            t,
            epochs=epochs,
            mini_batch_size=32,
            optimizer="adam",
            optimizer_param={"lr": 0.01},
            in_order=True,
            verbose=False,
            rng=0,
            evaluate_sample_num_per_epoch=100,
            **options,
        )
        found.train()
        return found

    whole = trained(stream, stream.labels, 4)
    assert whole.train_acc_list[-1] > 0.8
    assert whole.train_loss_list == trained(*arrays, 4).train_loss_list
    stored = tmp_path / "c.npz"
    trained(stream, stream.labels, 1.5, checkpoint=stored)
    resumed = trained(stream, stream.labels, 4, checkpoint=stored)
    assert resumed.train_loss_list == whole.train_loss_list
    other = DrawnImages(300, seed=2)
    with pytest.raises(ValueError, match="is of a training run with x_train"):
        trained(other, other.labels, 4, checkpoint=stored)


def test_without_mpi4py_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "mpi4py", None)
    with pytest.raises(ValueError, match=r"no MPI \(.*\); expected mpi4py: python -m pip install"):
        world()


def test_the_mpiexec_of_another_mpi_is_noticed(monkeypatch):
    alone = SimpleNamespace(COMM_WORLD=SimpleNamespace(size=1, rank=0))
    monkeypatch.setitem(sys.modules, "mpi4py", SimpleNamespace(MPI=alone))
    monkeypatch.delenv("PMI_SIZE", raising=False)
    assert world() is alone.COMM_WORLD
    monkeypatch.setenv("OMPI_COMM_WORLD_SIZE", "4")
    with pytest.raises(ValueError, match="mpiexec started 4 processes, but not of the MPI"):
        world()
