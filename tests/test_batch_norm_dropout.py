"""BatchNorm and Dropout in training and in inference; their gradients in training: test_layers."""

import inspect

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from common.gradient import numerical_gradient
from common.layers import Affine, BatchNorm, BatchNormalization, Dropout, ReLU
from common.network import Network
from common.train_together import train_together
from common.trainer import Trainer


def batch_norm(features=3, **options):
    return BatchNorm(np.ones(features), np.zeros(features), **options)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def x(rng):
    return rng.normal(5, [0.1, 2, 30], (50, 3))


def per_feature(x):
    """Return `x` as (M, D): the values of each feature, or channel, below one another."""
    return x if x.ndim == 2 else np.moveaxis(x, 1, -1).reshape(-1, x.shape[1])


# ---------------------------------------------------------------- BatchNorm


def test_names_and_defaults():  # N05
    assert BatchNormalization is BatchNorm
    assert inspect.signature(BatchNorm).parameters["eps"].default == 1e-7
    layer = BatchNorm(np.ones(4), np.zeros(4))
    assert (layer.momentum, layer.eps) == (0.9, 1e-7)
    assert not layer.running_mean.any()
    assert not layer.running_var.any()
    assert layer.running_mean.shape == layer.running_var.shape == (4,)
    assert layer.param_names == ("gamma", "beta")


def test_the_formula(x):  # eq. (6.7), (6.8)
    gamma, beta = np.array([1.0, 2, 3]), np.array([4.0, 5, 6])
    mu, var = x.sum(axis=0) / 50, ((x - x.mean(axis=0)) ** 2).sum(axis=0) / 50
    expected = gamma * (x - mu) / np.sqrt(var + 1e-7) + beta
    assert_allclose(BatchNorm(gamma, beta).forward(x), expected, rtol=1e-12)


@pytest.mark.parametrize("shape", [(50, 3), (2, 3), (10, 3, 5, 4), (1, 3, 5, 4), (2, 3, 1, 1)])
def test_training_gives_mean_0_and_variance_1_per_feature_or_channel(shape, rng):
    x = rng.normal(5, 3, shape) * np.array([1, 10, 100]).reshape(3, *[1] * (len(shape) - 2))
    out = batch_norm().forward(x)
    assert out.shape == shape
    assert_allclose(per_feature(out).mean(axis=0), 0, atol=1e-9)
    assert_allclose(per_feature(out).var(axis=0), 1, atol=1e-3)


def test_training_in_float32_far_from_0(rng):
    x = rng.normal(1000, 1, (100, 3)).astype(np.float32)
    out = batch_norm().forward(x)
    assert_allclose(out.mean(axis=0), 0, atol=1e-3)
    assert_allclose(out.var(axis=0), 1, atol=1e-3)


def check_low_precision(samples, dtype, atol):
    x = np.random.default_rng(0).normal(2, 3, (samples, 2)).astype(dtype)
    dout = (x > 0).astype(dtype)
    layer, exact = BatchNorm(np.ones(2, dtype), np.zeros(2, dtype)), batch_norm(2)
    out, dx = layer.forward(x), layer.backward(dout)
    assert out.dtype == dx.dtype == dtype
    assert_allclose(out, exact.forward(x.astype(float)), atol=atol)
    assert_allclose(dx, exact.backward(dout.astype(float)), atol=atol)


@pytest.mark.parametrize(
    ("samples", "dtype", "atol"),
    [(50, np.float16, 0.02), (50, np.float32, 1e-5), (70_000, np.float32, 1e-4)],
)
def test_low_precision(samples, dtype, atol):
    check_low_precision(samples, dtype, atol)


@pytest.mark.parametrize("samples", [5000, 30_000, 70_000])  # float16 ends at 65504
def test_half_precision_of_a_large_batch(samples):
    check_low_precision(samples, np.float16, 0.02)


def test_gamma_and_beta_are_standard_deviation_and_mean(x):
    gamma, beta = np.array([0.5, 1, 2]), np.array([-1.0, 0, 1])
    out = BatchNorm(gamma, beta).forward(x)
    assert_allclose(out.mean(axis=0), beta, atol=1e-9)
    assert_allclose(out.std(axis=0), gamma, rtol=1e-4)


@pytest.mark.parametrize("value", [0.0, 0.1, 1e4])
def test_identical_rows_give_beta(value):
    beta = np.array([1.0, 2, 3])
    for shape in [(5, 3), (2, 3, 4, 4)]:
        out = BatchNorm(np.ones(3), beta).forward(np.full(shape, value))
        assert_allclose(per_feature(out), np.tile(beta, (len(per_feature(out)), 1)), atol=1e-6)


def test_the_scale_of_the_input_does_not_matter(x):
    assert_allclose(batch_norm().forward(7 * x - 3), batch_norm().forward(x), atol=1e-4)


def test_a_single_sample_in_training_gives_beta_and_a_warning():
    for one in (np.ones((1, 3)), np.ones(3), np.ones((1, 3, 1, 1))):
        layer = batch_norm()
        with pytest.warns(RuntimeWarning, match="expected at least two in a mini-batch"):
            out = layer.forward(one)
        assert out.ravel().tolist() == layer.beta.tolist()
        assert not layer.running_mean.any()


@pytest.mark.parametrize("shape", [(5, 4), (0, 3), (4,), (2, 4, 3, 3), (2, 3, 4), ()])
@pytest.mark.parametrize("train_flg", [True, False])
def test_inputs_that_do_not_fit_are_refused(shape, train_flg):
    with pytest.raises(ValueError, match="BatchNorm: x has shape"):
        batch_norm().forward(np.ones(shape), train_flg)


@pytest.mark.parametrize(
    "options",
    [
        {"beta": np.zeros(4)},
        {"gamma": np.ones((3, 1))},
        {"running_mean": np.zeros(4)},
        {"running_var": np.zeros(4)},
        {"momentum": 1},
        {"momentum": -0.1},
        {"momentum": np.nan},
        {"eps": 0},
    ],
)
def test_settings_that_do_not_fit_are_refused(options):
    with pytest.raises(ValueError, match="expected"):
        BatchNorm(**{"gamma": np.ones(3), "beta": np.zeros(3), **options})


def test_running_averages_start_with_the_first_batch(x):
    layer = batch_norm()
    layer.forward(x)
    assert_allclose(layer.running_mean, x.mean(axis=0))
    assert_allclose(layer.running_var, x.var(axis=0))
    layer.forward(x + 1)
    assert_allclose(layer.running_mean, x.mean(axis=0) + 0.1)  # momentum 0.9
    assert_allclose(layer.running_var, x.var(axis=0))


@pytest.mark.parametrize("shape", [(100, 3), (10, 3, 4, 4)])
def test_running_averages_become_those_of_the_data(shape, rng):
    layer = batch_norm()
    mean, std = np.array([-1.0, 0, 4]), np.array([0.5, 1, 3])
    like_x = (1, 3) if len(shape) == 2 else (1, 3, 1, 1)
    layer.forward(rng.normal(100, 50, shape))  # a first batch of another kind is forgotten
    for _ in range(200):
        layer.forward(mean.reshape(like_x) + std.reshape(like_x) * rng.standard_normal(shape))
    assert_allclose(layer.running_mean, mean, atol=0.15)
    assert_allclose(layer.running_var, std**2, rtol=0.15)
    assert layer.running_mean.shape == (3,)


def test_running_averages_are_not_views_of_the_callers_arrays(x):
    mean, var = np.ones(3), np.ones(3)
    layer = batch_norm(running_mean=mean, running_var=var, momentum=0.5)
    layer.forward(x)
    assert (mean == 1).all()
    assert (var == 1).all()
    assert_allclose(layer.running_mean, (1 + x.mean(axis=0)) / 2)


def test_inference_uses_what_training_saw(x, rng):
    layer = batch_norm()
    layer.forward(x)
    seen = layer.running_mean.copy(), layer.running_var.copy()
    other = rng.normal(0, 1, (8, 3))
    out = layer.forward(other, train_flg=False)
    assert_allclose(out, (other - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-7))
    assert_array_equal((layer.running_mean, layer.running_var), seen)


def test_inference_of_a_single_sample(x):
    layer = batch_norm()
    layer.forward(x)
    whole = layer.forward(x, train_flg=False)
    assert_allclose(layer.forward(x[:1], train_flg=False), whole[:1])
    alone = layer.forward(x[0], train_flg=False)
    assert alone.shape == (3,)
    assert_allclose(alone, whole[0])
    assert layer.backward(np.ones(3)).shape == (3,)


def test_inference_before_any_training_normalises_nothing(x):
    assert_allclose(batch_norm().forward(x, train_flg=False), x, rtol=1e-6)
    gamma, beta = np.full(3, 2.0), np.full(3, 1.0)
    assert_allclose(BatchNorm(gamma, beta).forward(x, train_flg=False), 2 * x + 1, rtol=1e-6)


@pytest.mark.parametrize("shape", [(4, 3), (1, 3), (3,), (2, 3, 2, 2)])
@pytest.mark.parametrize("trained", [True, False])
def test_backward_after_inference(shape, trained, rng):
    layer = BatchNorm(rng.uniform(1, 2, 3), rng.standard_normal(3))
    if trained:
        layer.forward(rng.normal(1, 2, (20, 3)))
    x, dout = rng.standard_normal(shape), rng.standard_normal(shape)
    layer.forward(x, train_flg=False)
    gradients = {"x": layer.backward(dout), "gamma": layer.dgamma, "beta": layer.dbeta}
    for name, grad in gradients.items():
        numerical = numerical_gradient(
            lambda _: np.sum(layer.forward(x, train_flg=False) * dout),
            x if name == "x" else getattr(layer, name),
        )
        assert_allclose(grad, numerical, rtol=1e-6, atol=1e-8)


def test_dx_of_training_sums_to_0(x, rng):
    """Neither the mean nor the scale of the input counts, so no gradient points there."""
    layer = batch_norm()
    out = layer.forward(x)
    dx = layer.backward(rng.standard_normal(x.shape))
    scale = np.abs(dx).max(axis=0)
    assert_allclose(dx.sum(axis=0) / scale, 0, atol=1e-9)
    assert_allclose((dx * out).sum(axis=0) / scale, 0, atol=1e-4)


# ---------------------------------------------------------------- Dropout


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("ratio", [0, 0.1, 0.5, 0.9])
def test_the_part_that_is_kept(ratio, inverted):  # D04
    layer = Dropout(ratio, inverted=inverted, rng=0)
    out = layer.forward(np.ones((300, 300)))
    assert np.mean(out != 0) == pytest.approx(1 - ratio, abs=0.01)
    assert_allclose(out[out != 0], 1 / (1 - ratio) if inverted else 1)
    assert_array_equal(layer.mask, out != 0)


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("ratio", [0, 0.3, 0.5, 0.8])
def test_the_mean_of_training_is_the_output_of_inference(ratio, inverted, rng):  # D04
    x = rng.uniform(0.5, 2, (4, 5))
    layer = Dropout(ratio, inverted=inverted, rng=0)
    mean = np.mean([layer.forward(x) for _ in range(20_000)], axis=0)
    inference = layer.forward(x, train_flg=False)
    assert_allclose(mean, inference, rtol=0.08)
    assert np.mean(mean / inference) == pytest.approx(1, abs=0.02)
    assert_allclose(inference, x if inverted else (1 - ratio) * x)


def test_each_forward_pass_has_a_new_mask():
    layer = Dropout(0.5, rng=0)
    x = np.ones((10, 10))
    assert (layer.forward(x) != layer.forward(x)).any()
    assert (layer.forward(x)[0] != layer.forward(x)[1]).any()  # and so has each sample


@pytest.mark.parametrize("inverted", [False, True])
def test_backward_has_the_mask_of_forward(inverted):
    layer = Dropout(0.4, inverted=inverted, rng=0)
    out = layer.forward(np.ones((20, 20)))
    for scale in (1, -3):  # also when it is called twice
        assert_allclose(layer.backward(np.full((20, 20), float(scale))), scale * out)


@pytest.mark.parametrize(("inverted", "factor"), [(False, 0.7), (True, 1)])
def test_backward_after_inference_of_dropout(inverted, factor):
    layer = Dropout(0.3, inverted=inverted, rng=0)
    layer.forward(np.ones((4, 4)))
    layer.forward(np.ones((4, 4)), train_flg=False)
    assert_allclose(layer.backward(np.full((4, 4), 2.0)), 2 * factor)


def test_inference_draws_nothing():
    layer = Dropout(0.3, rng=0)
    state = layer.rng.bit_generator.state
    layer.forward(np.ones((4, 4)), train_flg=False)
    assert layer.rng.bit_generator.state == state


@pytest.mark.parametrize("inverted", [False, True])
def test_a_ratio_of_0_changes_nothing(inverted, x):
    layer = Dropout(0, inverted=inverted)
    for train_flg in (True, False):
        assert_array_equal(layer.forward(x, train_flg), x)
        assert_array_equal(layer.backward(x), x)


@pytest.mark.parametrize("bad", [1, 1.5, -0.1, np.nan, np.inf, "0.5", None])
def test_ratios_that_drop_everything_are_refused(bad):
    with pytest.raises(ValueError, match=r"dropout_ratio is .*; expected a number"):
        Dropout(bad)


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("train_flg", [True, False])
def test_the_type_is_kept(inverted, dtype, train_flg):
    x = np.ones((3, 4), dtype)
    normal = BatchNorm(np.ones(4, dtype), np.zeros(4, dtype))
    normal.forward(x)
    for layer in (Dropout(0.3, inverted=inverted, rng=0), normal):
        assert layer.forward(x, train_flg).dtype == dtype
        assert layer.backward(x).dtype == dtype
    wide = np.result_type(dtype, np.float32)  # averages of half precision would drift
    assert normal.running_mean.dtype == normal.running_var.dtype == wide


def test_a_ratio_that_is_a_numpy_number_keeps_the_type():
    layer = Dropout(np.linspace(0, 0.5, 3)[1])  # as from a search
    assert layer.forward(np.ones(3, np.float32), train_flg=False).dtype == np.float32


def test_the_same_seed_gives_the_same_masks():
    first, second, other = (
        Dropout(0.5, rng=seed).forward(np.ones((9, 9))) for seed in (0, np.random.default_rng(0), 1)
    )
    assert_array_equal(first, second)
    assert (first != other).any()
    assert (Dropout().forward(np.ones((9, 9))) != Dropout().forward(np.ones((9, 9)))).any()


def dropout_network(inverted, seed, factor=1.0):
    rng = np.random.default_rng(seed)
    first, second = (rng.standard_normal((784, 50)) * 0.05, rng.standard_normal((50, 10)) * 0.2)
    return Network(
        {
            "Affine1": Affine(first.astype(np.float32), np.zeros(50, np.float32)),
            "ReLU1": ReLU(),
            "Dropout1": Dropout(0.5, inverted=inverted, rng=seed),
            "Affine2": Affine((factor * second).astype(np.float32), np.zeros(10, np.float32)),
        }
    )


def test_both_forms_compute_the_same_where_the_next_weights_differ_by_the_factor(digits):  # D04
    x = digits[0][0][:20]
    plain, inverted = dropout_network(False, 0), dropout_network(True, 0, factor=0.5)
    for train_flg in (True, False):
        assert_allclose(
            plain.predict(x, train_flg), inverted.predict(x, train_flg), rtol=1e-4, atol=1e-5
        )


def test_networks_trained_in_both_forms_agree_within_noise(digits):  # D04
    (x_train, t_train), test = digits
    accuracies = {False: [], True: []}
    for seed in (0, 1, 2):
        trainers = {
            inverted: Trainer(
                dropout_network(inverted, seed),
                *(x_train[:3000], t_train[:3000], *test),
                **{"max_iter": 400, "verbose": False, "rng": seed, "optimizer": "adam"},
                evaluate_sample_num_per_epoch=10,
            )
            for inverted in accuracies
        }
        train_together(*trainers.values())
        for inverted, trainer in trainers.items():
            accuracies[inverted].append(trainer.network.accuracy(*test))
    assert min(accuracies[False] + accuracies[True]) > 0.7
    assert np.mean(accuracies[False]) == pytest.approx(np.mean(accuracies[True]), abs=0.03)


@pytest.mark.parametrize("value", [1.1, 7.3, 33.3])
@pytest.mark.parametrize("shape", [(1000, 3), (100, 3, 28, 28)])
def test_a_constant_feature_becomes_beta(value, shape):  # in float32 its sum is off
    layer = BatchNorm(np.ones(3, np.float32), np.zeros(3, np.float32))
    assert_allclose(layer.forward(np.full(shape, value, np.float32)), 0, atol=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e20])
def test_a_batch_that_is_not_finite_gives_nan_and_is_not_remembered(bad):
    layer = BatchNorm(np.ones(3, np.float32), np.zeros(3, np.float32))
    x = np.random.default_rng(0).standard_normal((10, 3)).astype(np.float32)
    layer.forward(x)
    before = layer.running_mean.copy(), layer.running_var.copy()
    x[4, 1] = bad
    with np.errstate(all="ignore"):
        out = layer.forward(x)
    assert np.isnan(out[:, 1]).all()
    assert np.isfinite(out[:, [0, 2]]).all()
    assert (layer.running_mean == before[0]).all()
    assert (layer.running_var == before[1]).all()


@pytest.mark.parametrize(
    "averages", [{"running_mean": 1.0}, {"running_mean": 0.0, "running_var": -1.0}]
)
def test_running_averages_that_cannot_be_are_refused(averages):
    given = {name: np.full(3, value) for name, value in averages.items()}
    with pytest.raises(ValueError, match="expected"):
        BatchNorm(np.ones(3), np.zeros(3), **given)
