"""Image generation: the gradients of two networks that compete, and what is measured (8.5.2)."""

import argparse
from functools import cache

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from ch08 import dcgan
from ch08.helpers import adversarial_training, digit_gan, gan_scores, gaussian_gan, pretrained
from ch08.helpers.adversarial_training import AdversarialTraining, draw_z
from ch08.helpers.adversaries import Adversaries, InTwoHalves
from ch08.helpers.dcgan import make_discriminator, make_generator
from common.checks import NotFiniteError
from common.functions import sigmoid
from common.gradient import numerical_gradient
from common.io.files import load_arrays
from dataset.mnist import data_name, load_mnist


def float64(network):
    """Return the network with parameters in float64."""
    network.params = {key: W.astype(np.float64) for key, W in network.params.items()}
    return network


def small_networks(rng=0):
    """Return a generator and a discriminator of numbers."""
    return gaussian_gan.make_networks(5, rng)


def test_the_gradients_are_those_of_both_losses():
    generator, discriminator = map(float64, small_networks())
    rng = np.random.default_rng(1)
    x, z = rng.standard_normal((6, 1)), rng.standard_normal((6, gaussian_gan.Z_SIZE))

    def loss_of_discriminator(_):
        real, made = (discriminator.predict(some) for some in (x, generator.predict(z)))
        return -np.mean(np.log(sigmoid(real)) + np.log(1 - sigmoid(made)))

    def loss_of_generator(_):
        return -np.mean(np.log(sigmoid(discriminator.predict(generator.predict(z)))))

    adversaries = Adversaries(generator, discriminator)
    scores = adversaries.backward(x, z)
    assert_allclose(scores[0], discriminator.predict(x)[:, 0])
    assert_allclose(scores[1], discriminator.predict(generator.predict(z))[:, 0])
    of_generator, of_discriminator = adversaries.of_generator, adversaries.of_discriminator
    for key, W in generator.params.items():
        assert_allclose(of_generator[key], numerical_gradient(loss_of_generator, W), atol=1e-7)
    for key, W in discriminator.params.items():
        expected = numerical_gradient(loss_of_discriminator, W)
        assert_allclose(of_discriminator[key], expected, atol=1e-7)


def test_halves_on_one_or_two_threads():
    networks = make_generator(6, (4, 3), 5, 0), make_discriminator((3, 4), 2, 1)
    rng = np.random.default_rng(2)
    x, z = rng.uniform(-1, 1, (8, 1, 28, 28)).astype(np.float32), draw_z(8, 6, rng)
    one, two = (InTwoHalves(*networks, threads).gradients(x, z) for threads in (1, 2))
    assert_array_equal(one[0], two[0])
    for first, second in zip(one[1], two[1], strict=True):
        assert all((first[key] == second[key]).all() for key in first)
    adversaries, parts = Adversaries(*networks), []
    for half in (slice(0, 4), slice(4, 8)):
        scores = adversaries.backward(x[half], z[half])
        assert_allclose(one[0][:, half], scores, rtol=1e-5, atol=1e-6)
        parts.append((adversaries.of_generator, adversaries.of_discriminator))
    for part, (first, second) in enumerate(zip(*parts, strict=True)):
        for key, gradient in one[1][part].items():
            assert_allclose(gradient, (first[key] + second[key]) / 2, rtol=1e-4, atol=1e-6)


def test_the_networks_have_the_layers_of_dcgan():
    generator, discriminator = make_generator(62, rng=0), make_discriminator(rng=0)
    images = generator.predict(draw_z(3, 62, np.random.default_rng(0)))
    assert images.shape == (3, 1, 28, 28)
    assert images.dtype == np.float32
    assert np.abs(images).max() <= 1
    assert discriminator.predict(images).shape == (3, 1)


# ---------------------------------------------------------------- training


def training(steps=12, seed=3, **options):
    """Return a short training run of digits in 28 x 28."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, (20, 1, 28, 28)).astype(np.float32)
    networks = make_generator(5, (3, 2), 4, rng), make_discriminator((2, 3), 2, rng)
    settings = {
        "steps": steps,
        "batch_size": 4,
        "lr": (0.002, 0.002),
        "looks": (0, 0.25, 0.5, 1),
        "verbose": False,
    }
    return AdversarialTraining(*networks, x, draw_z(2, 5, rng), **settings | options, rng=rng)


def everything(run):
    """Return all that a training run leaves behind."""
    arrays = run._arrays() | {f"shown {n}": images for n, images in enumerate(run.shown)}
    return arrays | {name: np.array(row) for name, row in run.history.items()}


def assert_same(one, other):
    """Check that two training runs ended the same."""
    first, second = everything(one), everything(other)
    assert first.keys() == second.keys()
    for key, array in first.items():
        assert_array_equal(array, second[key], key)


def test_a_training_run_that_was_killed_resumes_to_the_same_end(tmp_path):
    file = tmp_path / "run.npz"
    whole, killed, resumed = training(), training(checkpoint=file), training(checkpoint=file)
    whole.train()
    for _ in range(5):
        killed.train_step()
    killed.save()
    killed.train_step()  # lost
    resumed.resume()
    assert resumed.current_iter == 5
    resumed.train()
    assert_same(whole, resumed)
    assert len(whole.shown) == 4
    assert not np.array_equal(whole.shown[0], whole.shown[-1])


def test_the_same_seed_gives_the_same_result():
    runs = [training(seed=seed, threads=threads) for seed, threads in ((3, 1), (3, 2), (4, 1))]
    for run in runs:
        run.train()
    assert_same(runs[0], runs[1])
    assert not np.array_equal(runs[0].shown[-1], runs[2].shown[-1])


def test_a_checkpoint_of_other_settings(tmp_path):
    file = tmp_path / "run.npz"
    training(checkpoint=file).train()
    for options in ({"seed": 4}, {"lr": (0.002, 0.001)}, {"steps": 13}, {"batch_size": 6}):
        with pytest.raises(ValueError, match="is of another training run: use the same settings"):
            training(checkpoint=file, **options).train()


def test_the_averaged_generator():
    run = training()
    run.current_iter = 10**5
    run.averaged.params["W1"][...], run.generator.params["W1"][...] = 1, 3
    run._average()
    assert_allclose(run.averaged.params["W1"], 1 + 2 * (1 - adversarial_training.KEPT), rtol=1e-5)
    run.current_iter = 0
    run._average()
    assert_allclose(run.averaged.params["W1"], 3, atol=0.3)  # at first, it follows


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_training_run_that_diverges_stops():
    run = training()
    run.x[:] = np.nan
    with pytest.raises(NotFiniteError, match="mini-batch 0: the loss is nan; expected a finite"):
        run.train()
    run = training(lr=(1e30, 1e30))
    with pytest.raises(NotFiniteError):
        run.train()


def test_a_mini_batch_has_two_halves():
    with pytest.raises(ValueError, match="mini-batch is 5; expected an even number"):
        training(batch_size=5)


def test_a_generator_learns_a_gaussian():
    found = gaussian_gan.learn(700, seed=0)
    first, last = found["mean"][0], found["mean"][-1]
    data = found["data"]
    assert abs(last - data["mean"]) < 0.5 < abs(first - data["mean"])
    assert 0.5 < found["deviation"][-1] / data["deviation"] < 1.5
    assert found["accuracy at last"] < found["accuracy at most"]
    assert np.sum(data["density"]) * np.diff(found["edges"])[0] == pytest.approx(1, abs=0.01)


# ---------------------------------------------------------------- scores


def test_frechet_distance_by_hand():
    rng = np.random.default_rng(0)
    a = rng.standard_normal((500, 3))
    a = (a - a.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(a.T))).T  # covariance 1
    assert gan_scores.frechet_distance(a, a) == pytest.approx(0, abs=1e-9)
    assert gan_scores.frechet_distance(a, a + np.array([3, 4, 0])) == pytest.approx(25)
    wider = a * [2, 1, 3]  # the deviations differ by 1, 0, 2
    assert gan_scores.frechet_distance(a, wider) == pytest.approx(5)
    turn = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    assert gan_scores.frechet_distance(a @ turn, wider @ turn) == pytest.approx(5)
    one, other = a @ rng.standard_normal((3, 3)), a @ rng.standard_normal((3, 3))
    both = [gan_scores.frechet_distance(*pair) for pair in ((one, other), (other, one))]
    assert both[0] == pytest.approx(both[1])


def test_the_nearest_digit(monkeypatch):
    rng = np.random.default_rng(0)
    real = rng.integers(0, 256, (11, 28, 28)).astype(np.uint8)
    images = real[[7, 2]].copy()
    images[0, 3, 4] ^= 255
    monkeypatch.setattr(gan_scores, "PIECE", 4)
    numbers, distances = gan_scores.nearest(images, real)
    assert numbers.tolist() == [7, 2]
    expected = abs(int(images[0, 3, 4]) - int(real[7, 3, 4])) / 255
    assert_allclose(distances, [expected, 0], atol=2e-2)


@cache
def some_digits():
    """Return the first test digits."""
    _, (x, t) = load_mnist(normalize=False, flatten=False)
    return x[:100, 0], t[:100]


def test_the_judge_knows_real_digits():
    x, t = some_digits()
    features, probabilities = gan_scores.Judge().look_at(x)
    assert features.shape == (100, 50)
    assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    if data_name("auto") == "mnist":
        assert (probabilities.argmax(axis=1) == t).mean() > 0.97
    noise = np.random.default_rng(0).integers(0, 256, x.shape).astype(np.uint8)
    found = gan_scores.scores(noise, x, x, gan_scores.Judge())
    assert found["confident"] < found["confident, test digits"]
    assert found["Frechet distance"] > 10 > found["Frechet distance, test digits"] + 9
    assert sum(found["classes"]) == pytest.approx(1)


def test_a_walk_between_two_z():
    z = digit_gan.walks(1, 5, np.random.default_rng(0))
    rng = np.random.default_rng(0)
    start, end = (draw_z(1, digit_gan.Z_SIZE, rng)[0] for _ in range(2))
    assert_allclose(z[[0, -1]], [start, end], atol=1e-5)
    assert_allclose(z[2], (start + end) / 2**0.5, atol=1e-5)


def test_images_in_grey():
    images = np.array([-1, 0, 1], np.float32).reshape(1, 1, 1, 3)
    assert digit_gan.in_grey(images).tolist() == [[[0, 128, 255]]]


def test_the_bundled_generator():
    assert dcgan.WEIGHTS.stat().st_size < 1e6
    generator = make_generator(digit_gan.Z_SIZE)
    facts = pretrained.load(generator, dcgan.WEIGHTS)
    assert facts["data"] == "mnist"
    assert facts["seed"] == 0
    assert load_arrays(dcgan.WEIGHTS)["W1"].dtype == np.float16
    z = draw_z(200, digit_gan.Z_SIZE, np.random.default_rng(5))
    _, probabilities = gan_scores.Judge().look_at(digit_gan.draw(generator, z))
    assert gan_scores.share_of_sure(probabilities) == pytest.approx(facts["confident"], abs=0.1)


def test_samples_and_distances_of_a_run():
    rng = np.random.default_rng(0)
    args = argparse.Namespace(samples=50, scored=100, seed=0, threads=1, pretrained=True)
    train, test = (rng.integers(0, 256, (100, 28, 28)).astype(np.uint8) for _ in range(2))
    found = digit_gan.judge(args, make_generator(digit_gan.Z_SIZE, rng=0), train, test)
    assert len(found["samples"]) == digit_gan.SHEET
    assert found["walks"].shape == (digit_gan.WALKS * digit_gan.STEPS, 28, 28)
    numbers, _ = gan_scores.nearest(found["samples"][:1], train[:50])
    assert_array_equal(found["nearest"][0], train[numbers[0]])
