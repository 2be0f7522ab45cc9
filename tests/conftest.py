"""Where the tests write, and which digits they read."""

import os

os.environ["MPLBACKEND"] = "agg"

import pytest

from dataset.mnist import data_name, load_mnist


@pytest.fixture(scope="session")
def digits():
    """The digits that are there: MNIST, or offline the drawn ones."""
    return load_mnist()


@pytest.fixture
def real_mnist():
    """The real MNIST, or a skipped test."""
    if data_name("auto") != "mnist":
        pytest.skip("real MNIST is not here: set DLFS_DATA to its folder")
    return load_mnist(source="mnist")
