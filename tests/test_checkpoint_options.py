"""Checkpoints of training runs with several threads, and with data augmentation."""

import numpy as np
import pytest

from common import data_parallel
from common.augment import random_transform
from common.io.files import load_arrays
from common.multi_layer_net_extend import MultiLayerNetExtend
from tests.test_checkpoint import check_any_stop, make, outcome, problem, refusal, stopped


@pytest.fixture(autouse=True)
def small_networks_are_split_too(monkeypatch):
    monkeypatch.setattr(data_parallel, "SMALL", 0)


def network(use_dropout=True, rng=0):
    return MultiLayerNetExtend(
        6, [8, 7], 3, use_dropout=use_dropout, dropout_ratio=0.3, weight_decay_lambda=0.1, rng=rng
    )


def images():
    x, t = problem()
    return x.reshape(-1, 1, 2, 3), t


@pytest.mark.parametrize("threads", [2, 3])
@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
def test_with_threads(tmp_path, threads, optimizer):
    def make_one(path):
        return make(path, network(), optimizer=optimizer, threads=threads)

    check_any_stop(make_one, tmp_path / "c.npz")


def test_with_threads_and_one_generator_for_all(tmp_path):
    def make_one(path):
        rng = np.random.default_rng(0)
        return make(path, network(rng=rng), seed=rng, threads=2)

    check_any_stop(make_one, tmp_path / "c.npz")


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("threads", [1, 2])
def test_with_images_that_are_moved(tmp_path, shuffle, threads):
    def make_one(path):
        options = {"shuffle": shuffle, "threads": threads, "augment": random_transform()}
        return make(path, network(), data=images(), **options)

    check_any_stop(make_one, tmp_path / "c.npz")


def test_each_replica_goes_on_with_its_own_masks(tmp_path):
    first = stopped(make(tmp_path / "c.npz", network(), threads=3), 5)
    second = make(tmp_path / "c.npz", network(), threads=3)
    fresh = outcome(second)["generators"]
    second.resume()
    states = outcome(second)["generators"]
    assert states == outcome(first)["generators"]
    assert len({str(state) for state in states}) == 4  # the mini-batches', and one of each replica
    assert all(state != old for state, old in zip(states, fresh, strict=True))


@pytest.mark.parametrize(
    ("saved", "here", "message"),
    [
        ({"threads": 2}, {}, "threads 2; this one has 1"),
        ({}, {"threads": 2}, "threads 1; this one has 2"),
        ({"threads": 2}, {"threads": 3}, "threads 2; this one has 3"),
        ({"augment": random_transform()}, {"augment": random_transform(3)}, "augment checksum"),
        ({"augment": random_transform()}, {}, "this one has None"),
        ({}, {"augment": random_transform()}, "augment None; this one has checksum"),
    ],
)
def test_other_options_are_refused(tmp_path, saved, here, message):
    path = tmp_path / "c.npz"
    stopped(make(path, network(), data=images(), **saved), 3)
    assert message in refusal(make(path, network(), data=images(), **here))


def test_a_pickle_is_no_checkpoint(tmp_path):
    import pickle

    path = tmp_path / "c.npz"
    stopped(make(path), 3)
    arrays = load_arrays(path)
    for content in (arrays, {key: v for key, v in arrays.items() if v.dtype.kind != "U"}):
        path.write_bytes(pickle.dumps(content))
        words = refusal(make(path))
        assert "not a valid .npz file" in words or "cannot resume from this file" in words
    numbers = {**content, **dict.fromkeys(("settings", "generators", "optimizer"), np.zeros(3))}
    path.write_bytes(pickle.dumps(numbers))
    assert "cannot resume from this file" in refusal(make(path))


def test_a_network_that_was_used_before_makes_no_other_settings(tmp_path):
    path, data = tmp_path / "c.npz", images()
    stopped(make(path, network(), data=data), 3)
    used = network()
    used.predict(data[0])
    make(path, used, data=data).train()  # resumes
