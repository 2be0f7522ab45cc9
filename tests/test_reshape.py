"""Reshape, Flatten: where each number goes, and what is refused."""

import numpy as np
import pytest

from common.fresh_layers import affine, convolution
from common.layers import Affine, Flatten, GlobalAveragePooling, Reshape
from common.network import Network
from common.optimizer import SGD
from common.trainer import Trainer


def test_each_number_goes_to_its_place():
    x = np.arange(24.0).reshape(2, 12)
    layer = Reshape((2, 2, 3))
    out = layer.forward(x)
    assert out.shape == (2, 2, 2, 3)
    assert [out[n, c, i, j] for n, c, i, j in [(0, 0, 0, 1), (0, 1, 0, 0), (1, 1, 1, 2)]] == [
        *(1, 6, 23),
    ]
    assert (layer.backward(out) == x).all()


@pytest.mark.parametrize(
    ("shape", "x", "expected"),
    [
        ((-1,), (2, 3, 4), (2, 12)),
        ((4, -1), (2, 3, 4), (2, 4, 3)),
        ((-1, 2, 2), (2, 3, 4), (2, 3, 2, 2)),
        ((6,), (2, 6), (2, 6)),
        (np.array([3, 2]), (2, 6), (2, 3, 2)),
        ((1, 2, 3), (6,), (1, 2, 3)),  # one sample
    ],
)
def test_shapes(shape, x, expected):
    assert Reshape(shape).forward(np.zeros(x)).shape == expected


def test_flatten_makes_rows():
    x = np.arange(24.0).reshape(2, 3, 2, 2)
    layer = Flatten()
    assert layer.forward(x).tolist() == [[*range(12)], [*range(12, 24)]]
    assert (layer.backward(layer.forward(x)) == x).all()


def test_images_from_rows_and_back_in_a_network():
    rng = np.random.default_rng(0)
    net = Network(
        {
            "Images": Reshape((1, 6, 6)),
            "Conv": convolution(1, 2, 3, rng),
            "Rows": Flatten(),
            "Affine": affine(32, 3, rng),
        }
    )
    x, t = rng.random((6, 36), dtype=np.float32), np.array([0, 1, 2, 0, 1, 2])
    before = net.loss(x, t)
    SGD(0.1).update(net.params, net.gradient(x, t))
    assert net.loss(x, t) < before
    np.testing.assert_allclose(net.predict(x[0]), net.predict(x)[0], rtol=1e-5)  # one sample


@pytest.mark.parametrize(
    "bad",
    [None, 3, (), (0, 3), (-2, 3), (-1, -1), (2.0, 3), "ab", (2**40, 3), (1,) * 40],
)
def test_shapes_that_are_refused(bad):
    with pytest.raises(ValueError, match=r"shape is .*; expected sizes >= 1"):
        Reshape(bad)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((1, 28, 28), r"x has shape \(2, 7\); expected 784 values per sample, not 7"),
        ((2, 3), r"x has shape \(2, 7\); expected 6 values per sample, not 7"),
        ((2, -1), r"x has shape \(2, 7\); expected a multiple of 2 values per sample"),
    ],
)
def test_samples_that_do_not_fit(shape, message):
    with pytest.raises(ValueError, match="Images: " + message):
        Network({"Images": Reshape(shape), "A": Affine(np.ones((4, 2)), np.ones(2))}).predict(
            np.ones((2, 7))
        )


def test_in_threads_and_from_a_checkpoint(tmp_path):
    rng = np.random.default_rng(0)
    x, t = rng.random((12, 36), dtype=np.float32), np.arange(12) % 3

    def train(iters, threads, **options):
        draw = np.random.default_rng(1)
        layers = {
            "Images": Reshape((1, 6, 6)),
            "Conv": convolution(1, 4, 3, draw),
            "Means": GlobalAveragePooling(),
            "Rows": Flatten(),
            "Affine": affine(4, 3, draw),
        }
        options |= {"verbose": False, "rng": 0, "mini_batch_size": 6, "threads": threads}
        trainer = Trainer(Network(layers), x, t, x, t, max_iter=iters, **options)
        trainer.train()
        return trainer.train_loss_list

    whole = train(4, 2)
    np.testing.assert_allclose(whole, train(4, 1), rtol=1e-5)
    train(2, 2, checkpoint=tmp_path / "x.npz")
    assert train(4, 2, checkpoint=tmp_path / "x.npz") == whole
