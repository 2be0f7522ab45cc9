"""Section 6.5: random, grid and Bayesian search, and searches that are interrupted."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_allclose

from ch06 import hyperparameter_optimization
from ch06.helpers.search import run as search
from ch06.helpers.search import trial_log
from ch06.helpers.search.gaussian_process import expected_improvement, fit, fit_best, suggest
from ch06.helpers.search.methods import (
    FIRST,
    METHODS,
    TOGETHER,
    bayes_points,
    grid_points,
    log_uniform,
    points,
    rounds,
)
from ch06.helpers.search.narrowing import narrow, spearman
from ch06.helpers.search.run import run_trial
from ch06.helpers.search.trial import COLUMNS, Experiment, Trial, ranked, summary
from ch06.helpers.search.trial_log import as_line
from claims import book
from common.optimizer import SGD
from common.trainer import Trainer
from dataset.mnist import data_name
from lab.processes import available, on_executor, retrying_runner, runner
from tests.process_work import die, die_once, interrupt_state, kill_the_process, refuse
from tests.test_cli import ROOT, run

SCRIPT = ROOT / "ch06" / "hyperparameter_optimization.py"
SMALL = ["--samples", "50", "--epochs", "2", "--batch-size", "20", "--trials", "6"]
ONE, TWO = ["--processes", "1"], ["--processes", "2"]


def experiment(**others):
    """Return an experiment on a few images of noise."""
    rng = np.random.default_rng(0)
    n = others.pop("samples", 40)
    x, t = rng.random((n + 10, 784), np.float32), rng.integers(0, 10, n + 10)
    settings = {
        "data": "noise",
        "seed": 0,
        "epochs": 2,
        "batch_size": 20,
        "lr_range": (-6.0, -2.0),
        "weight_decay_range": (-8.0, -4.0),
    }
    return Experiment((x[10:], t[10:]), (x[:10], t[:10]), **settings | others)


def search_to(path, method="random", trials=6, restart=False, **others):
    path.parent.mkdir(exist_ok=True)
    return search.search(experiment(**others), method, trials, path, restart=restart)


def a_trial(number=0, accuracy=0.5, lr=1e-3, weight_decay=1e-6, epochs=2):
    curve = (0.1,) * (epochs - 1) + (accuracy,)
    return Trial(number, accuracy, lr, weight_decay, curve, curve)


def search_in(folder, *words):
    return hyperparameter_optimization.main([*SMALL, *ONE, *words, "--out", str(folder)])


def saved_csv(folder, method="random", quick=""):
    return folder / "ch06" / f"hyperparameter_optimization_{method}{quick}.csv"


def sorted_lines(path):
    return sorted(path.read_text().splitlines())


# ---------------------------------------------------------------- where the trials lie


@pytest.mark.parametrize("limits", [(-8, -4), (-6, -2), (-3, 3)])
def test_log_uniform(limits):  # F09, N08, A8
    low, high = limits
    n = 20_000
    values = log_uniform(low, high, np.random.default_rng(0), n)
    assert values.shape == (n,)
    assert values.min() >= 10.0**low
    assert values.max() <= 10.0**high
    part = np.sort((np.log10(values) - low) / (high - low))
    distance = np.abs(part - (np.arange(n) + 0.5) / n).max()  # Kolmogorov-Smirnov
    assert distance < 1.63 / n**0.5  # exceeded by 1 % of the uniform samples
    bins = np.histogram(part, 20, (0, 1))[0]
    assert ((bins - n / 20) ** 2 / (n / 20)).sum() < 36.2  # chi-squared, 19 degrees, 1 %


@pytest.mark.usefixtures("unrendered")
def test_the_book_s_best_five_lie_in_the_ranges(tmp_path):  # N08, A17
    search_in(tmp_path)
    settings = json.loads(saved_csv(tmp_path).read_text().splitlines()[0].removeprefix("# "))
    assert settings["lr_range"] == [-6, -2]
    assert settings["weight_decay_range"] == [-8, -4]
    trials = []
    for accuracy, lr, weight_decay in book.BEST_FIVE:
        assert 1e-6 < lr < 1e-2
        assert 1e-8 < weight_decay < 1e-4
        trials.append(a_trial(0, accuracy, lr, weight_decay))
    assert ranked(trials) == trials
    assert narrow(trials, "lr", (-6, -2))["best_five"][0] > -3
    low, high = narrow(trials, "weight_decay", (-8, -4))["best_five"]
    assert low > -8
    assert high > -6  # beyond the 1e-8 to 1e-6 that the text calls good


def test_lines_of_the_list_are_the_book_s():  # S09
    accuracy, lr, weight_decay = book.BEST_FIVE[0]
    line = f"Best-1 {a_trial(0, accuracy, lr, weight_decay)}"
    assert line == "Best-1 (val acc:0.83) | lr:0.0092, weight decay:3.86e-07"


@pytest.mark.parametrize(("trials", "side"), [(4, 2), (16, 4), (24, 4), (25, 5), (100, 10)])
def test_grid(trials, side):  # D06
    grid = grid_points(experiment(), trials)
    assert len(grid) == len(set(grid)) == side**2 <= trials
    lrs, decays = (sorted(set(values)) for values in zip(*grid, strict=True))
    assert len(lrs) == len(decays) == side
    corners = {(lr, decay) for lr in (lrs[0], lrs[-1]) for decay in (decays[0], decays[-1])}
    assert corners <= set(grid)
    assert_allclose([lrs[0], lrs[-1], decays[0], decays[-1]], [1e-6, 1e-2, 1e-8, 1e-4])
    assert_allclose(np.diff(np.log10(lrs)), 4 / (side - 1))
    assert grid == grid_points(experiment(), trials)


def test_a_grid_has_corners():
    with pytest.raises(ValueError, match="3 trials; expected 4 or more"):
        grid_points(experiment(), 3)


@pytest.mark.parametrize("trials", [1, 4, 8, 9, 12, 25, 100])
@pytest.mark.parametrize("method", METHODS)
def test_rounds_hold_each_number_once(method, trials):
    numbers = rounds(method, trials)
    assert [k for one in numbers for k in one] == list(range(trials))
    if method == "bayes":
        assert numbers[0] == range(min(8, trials))
        assert all(len(one) == 4 for one in numbers[1:-1])
    else:
        assert len(numbers) == 1


@pytest.mark.parametrize(
    "limits", [(-2, -6), (-2, -2), (np.nan, 1), (-400, 1), (1, 31), (1,), (1, 2, 3)]
)
def test_invalid_ranges(limits):
    with pytest.raises(ValueError, match=r"lr_range is .*; expected LOW < HIGH"):
        experiment(lr_range=limits)


# ---------------------------------------------------------------- the Gaussian process


def test_without_noise_the_posterior_passes_through_the_data():  # D06
    rng = np.random.default_rng(0)
    x, values = rng.uniform(size=(10, 2)), 3 + 5 * rng.standard_normal(10)
    gp = fit(x, values, np.array([0.2, 0.3]), 1e-10)
    mean, std = gp.predict(x)
    assert_allclose(mean, values, atol=1e-5)
    assert std.max() < 1e-3


def test_far_away_the_posterior_is_the_prior():
    rng = np.random.default_rng(0)
    x, values = rng.uniform(size=(10, 2)), 3 + 5 * rng.standard_normal(10)
    gp = fit(x, values, np.array([0.2, 0.3]), 1e-4)
    mean, std = gp.predict(np.array([[50.0, 50.0]]))
    assert_allclose(mean, values.mean())
    assert_allclose(std, values.std())
    near = np.array([[3, 4], [3.05, 4], [3.2, 4], [3.8, 4]])
    alone = fit(np.array([[3.0, 4.0], [9.0, 9.0]]), values[:2], np.array([0.2, 0.3]), 1e-4)
    assert (np.diff(alone.predict(near)[1]) > 0).all()  # the further, the less is known


def test_posterior_by_the_rule_for_gaussians():
    """One observation, one dimension: everything can be written down."""
    gp = fit(np.array([[0.0], [1.0]]), np.array([1.0, -1.0]), np.array([1.0]), 0.5)
    K = np.array([[1.5, np.exp(-0.5)], [np.exp(-0.5), 1.5]])
    k = np.exp([-0.125, -0.125])
    mean, std = gp.predict(np.array([[0.5]]))
    assert_allclose(mean, 0, atol=1e-12)
    assert_allclose(std**2, 1 - k @ np.linalg.inv(K) @ k)
    y = np.array([1.0, -1.0])
    density = np.exp(-0.5 * y @ np.linalg.inv(K) @ y) / (2 * np.pi * np.linalg.det(K) ** 0.5)
    assert_allclose(gp.log_likelihood, np.log(density))


def test_the_likelihood_finds_irrelevant_dimensions():
    rng = np.random.default_rng(0)
    x = rng.uniform(size=(40, 2))
    gp = fit_best(x, np.sin(8 * x[:, 0]) + 0.01 * rng.standard_normal(40))
    assert gp.lengths[0] < gp.lengths[1] == 1.6
    assert gp.noise < 0.1


def test_equal_values_are_no_division_by_zero():
    x = np.random.default_rng(0).uniform(size=(5, 2))
    mean, std = fit_best(x, np.full(5, 0.1)).predict(x)
    assert_allclose(mean, 0.1)
    assert np.isfinite(std).all()
    assert suggest(x, np.full(5, 0.1), 3, np.random.default_rng(0)).shape == (3, 2)


def test_expected_improvement():
    mean, std = np.array([0.0, 1.0, -2.0, 0.5]), np.array([1.0, 0.3, 1.5, 2.0])
    samples = mean + std * np.random.default_rng(0).standard_normal((1_000_000, 4))
    expected = np.maximum(samples - 0.7, 0).mean(axis=0)
    assert_allclose(expected_improvement(mean, std, 0.7), expected, rtol=0.01)
    at_best = expected_improvement(np.array([0.7]), np.array([2.0]), 0.7)
    assert_allclose(at_best, 2 / np.sqrt(2 * np.pi))  # by hand: std phi(0)
    known = expected_improvement(np.array([0.5, 0.9]), np.array([0.0, 0.0]), 0.7)
    assert_allclose(known, [0, 0.2])


def test_points_for_one_round_keep_apart():
    rng = np.random.default_rng(0)
    x = rng.uniform(size=(12, 2))
    chosen = suggest(x, rng.standard_normal(12), 4, rng)
    distances = [np.linalg.norm(a - b) for k, a in enumerate(chosen) for b in chosen[:k]]
    assert min(distances) > 0.05


OBJECTIVES = {
    "a hill": lambda x: np.exp(-(((x[:, 0] - 0.83) / 0.08) ** 2) - ((x[:, 1] - 0.31) / 0.25) ** 2),
    "a bowl": lambda x: -((x[:, 0] - 0.7) ** 2) - 0.1 * (x[:, 1] - 0.2) ** 2,
    "waves": lambda x: np.sin(5 * x[:, 0]) * np.cos(4 * x[:, 1]) + x[:, 0],
}


@pytest.mark.parametrize("name", OBJECTIVES)
def test_bayes_finds_better_points_than_random_search(name):  # D06
    f, bayes, at_random = OBJECTIVES[name], [], []
    for seed in range(9):
        rng = np.random.default_rng(seed)
        x = rng.uniform(size=(FIRST, 2))
        while len(x) < 25:
            count = min(TOGETHER, 25 - len(x))
            x = np.vstack([x, suggest(x, f(x), count, rng)])
        bayes.append(f(x).max())
        at_random.append(f(np.random.default_rng([seed, 1]).uniform(size=(25, 2))).max())
    assert np.median(bayes) > np.median(at_random)
    assert np.mean(np.array(bayes) > at_random) > 0.7


def test_bayes_works_on_the_logarithms():  # D06
    """The accuracy depends on log lr alone; the suggested points are close to its maximum."""
    one = experiment()
    trials = []
    for numbers in rounds("bayes", 24):
        chosen = points(one, "bayes", 24, numbers, dict(enumerate(trials)))
        for k, (lr, weight_decay) in zip(numbers, chosen, strict=True):
            assert 1e-6 <= lr <= 1e-2
            assert 1e-8 <= weight_decay <= 1e-4
            trials.append(a_trial(k, np.exp(-((np.log10(lr) + 3) ** 2)), lr, weight_decay))
    last = np.log10([trial.lr for trial in trials[16:]])
    assert np.abs(last + 3).max() < 0.5
    again = bayes_points(one, range(20, 24), trials[:20])
    assert again == [(trial.lr, trial.weight_decay) for trial in trials[20:]]


# ---------------------------------------------------------------- what a search says


def test_spearman():
    assert spearman([1, 2, 3, 4], [10, 100, 1000, 10000]) == pytest.approx(1)
    assert spearman([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert spearman([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]) == pytest.approx(1 - 6 * 4 / (5 * 24))
    assert spearman([1, 1, 2], [1, 2, 3]) == pytest.approx(3**0.5 / 2)  # ranks 1.5 1.5 3
    assert spearman([1, 1, 2, 3], [1, 2, 3, 4]) == pytest.approx(0.9**0.5)  # ranks 1.5 1.5 3 4
    assert spearman([1, 1, 1], [1, 2, 3]) == 0
    assert spearman([1], [2]) == 0


def test_narrowing():  # 6.5.2, step 3
    at = [-2.1, -2.4, -2.2, -2.3, -2.05, -5, -6]
    trials = [a_trial(k, 0.9 - k / 10, 10**power) for k, power in enumerate(at)]
    found = narrow(trials, "lr", (-6, -2))
    assert_allclose(found["best_five"], (-2.4, -2.05))
    assert_allclose(found["next_range"], (-2.8, -1.65))  # beyond the end where the best lie
    assert found["rank_correlation"] > 0.5
    spread = [a_trial(k, 0.5, 1e-3, 10**power) for k, power in enumerate((-8, -4, -6, -5, -7))]
    assert narrow(spread, "weight_decay", (-8, -4))["next_range"] == (-8, -4)
    assert narrow(trials[:1], "lr", (-6, -2))["best_five"] == pytest.approx((-2.1, -2.1))


# ---------------------------------------------------------------- trials


def test_a_trial_is_an_independent_training_run():
    one = experiment()
    trial = run_trial(one, 3, (1e-3, 1e-6))
    assert run_trial(one, 3, (1e-3, 1e-6)) == trial
    assert len(trial.val_acc) == len(trial.train_acc) == 2
    assert trial.accuracy == trial.val_acc[-1]
    assert run_trial(one, 4, (1e-3, 1e-6)).train_acc != trial.train_acc


def test_a_trial_that_diverges_counts_as_0(tmp_path, capsys):
    trial = run_trial(experiment(epochs=20), 0, (1e20, 1e-6))
    assert trial.accuracy == 0
    assert len(trial.val_acc) < 20
    results = search_in(tmp_path, "--lr-range", "10", "20")
    assert {row["accuracy"] for row in results["best"]["random"]} == {0}
    assert "6 trials diverged and count as accuracy 0" in capsys.readouterr().out


def test_the_flags_reach_the_trainer(tmp_path, monkeypatch):  # S09, F01, F06, N09
    made = []

    class Spy(Trainer):
        def __init__(self, net, *parts, **options):
            super().__init__(net, *parts, **options)
            options.pop("rng")
            sizes = [net.params[f"W{k}"].shape[1] for k in range(1, 8)]
            made.append((sizes, net.weight_decay_lambda, parts, options))

    monkeypatch.setattr(search, "Trainer", Spy)
    words = ["--samples", "40", "--epochs", "3", "--batch-size", "7", "--trials", "5"]
    ranges = ["--lr-range", "-5.5", "-5", "--weight-decay-range", "-3", "-2.5"]
    results = search_in(tmp_path, *words, *ranges)
    assert len(made) == len(results["best"]["random"]) == 5
    for sizes, decay, (x, t, x_val, t_val), options in made:
        assert sizes == [100] * 6 + [10]
        assert 10**-3 <= decay <= 10**-2.5
        optimizer = options.pop("optimizer")
        assert isinstance(optimizer, SGD)
        assert 10**-5.5 <= optimizer.lr <= 10**-5
        expected = {"epochs": 3, "mini_batch_size": 7, "verbose": False}
        assert options == expected
        assert (len(x), len(t), len(x_val), len(t_val)) == (32, 32, 8, 8)
        assert not {row.tobytes() for row in x} & {row.tobytes() for row in x_val}
        assert (t_val == made[0][2][3]).all()  # all trials are judged by the same samples


# ---------------------------------------------------------------- the quick form


def test_quick(quick):  # S09, E09
    results, printed, folder = quick("ch06.hyperparameter_optimization")
    best = results["best"]["random"]
    assert [row["accuracy"] for row in best] == sorted((r["accuracy"] for r in best), reverse=True)
    assert len(best) == 16
    assert best[0]["lr"] > 1e-3
    assert printed.count("\nBest-") == 16
    assert "the next round, for example: --lr-range " in printed
    names = sorted(path.name for path in (folder / "outputs" / "ch06").iterdir())
    stem = "hyperparameter_optimization"
    assert names == [f"{stem}-2.png", f"{stem}.json", f"{stem}.png", f"{stem}_random_quick.csv"]


@pytest.mark.usefixtures("unrendered")
def test_the_next_round_s_flags_are_taken(tmp_path, capsys):
    search_in(tmp_path)
    line = capsys.readouterr().out.split("for example: ")[1].splitlines()[0]
    assert search_in(tmp_path / "next", *line.split()[:-2])["best"]


@pytest.mark.usefixtures("unrendered")
def test_compare_and_the_same_with_another_number_of_processes(tmp_path, capsys):  # D06
    results = search_in(tmp_path, "--method", "compare", "--trials", "10", *TWO)
    assert {method: len(best) for method, best in results["best"].items()} == {
        "random": 10,
        "grid": 9,
        "bayes": 10,
    }
    saved = json.loads((tmp_path / "ch06" / "hyperparameter_optimization.json").read_text())
    (figure,) = hyperparameter_optimization.draw(saved)
    lines = {line.get_label(): line.get_ydata() for line in figure.axes[0].get_lines()}
    assert list(lines) == list(METHODS)
    for method, best in results["best"].items():
        in_order = [row["accuracy"] for row in sorted(best, key=lambda row: row["number"])]
        assert (lines[method] == np.maximum.accumulate(in_order)).all()
        assert saved_csv(tmp_path, method).exists()
    assert capsys.readouterr().out.count("mean of the best five") == 3

    one = search_in(tmp_path / "one", "--method", "compare", "--trials", "10")
    assert one == results
    for method in METHODS:
        lines = sorted_lines(saved_csv(tmp_path, method))
        assert lines == sorted_lines(saved_csv(tmp_path / "one", method))


@pytest.mark.parametrize(("number", "shown", "panels"), [(30, 20, 4), (12, 12, 3), (3, 3, 1)])
def test_figure_6_24(number, shown, panels):  # G19
    trials = ranked(a_trial(k, k / 40, 1e-6 * 1.2**k, epochs=5) for k in range(number))
    curves = [{"val_acc": one.val_acc, "train_acc": one.train_acc} for one in trials[:20]]
    results = {"settings": {"method": "random"}, "data": "drawn", "curves": curves}
    results |= {"best": {"random": summary(trials)}, "lr": {"rank_correlation": 0.7}}
    results |= {"weight_decay": {"rank_correlation": -0.1}}
    fig, plane = hyperparameter_optimization.draw(results)
    assert f"the best {shown} of {number} trials reach {(number - 1) / 40:.2f} to" in (
        fig.get_suptitle()
    )
    assert len(fig.axes) == panels
    ends = []
    for number_of, ax in enumerate(fig.axes):
        first = 5 * number_of + 1
        assert ax.get_title() == f"Best-{first} to Best-{min(first + 4, shown)}"
        assert ax.get_ylim() == (0, 1.02)
        for solid, dashed in zip(ax.lines[::2], ax.lines[1::2], strict=True):
            assert (solid.get_linestyle(), dashed.get_linestyle()) == ("-", "--")
            assert solid.get_color() == dashed.get_color()
            ends.append(solid.get_ydata()[-1])
            assert solid.get_label() == f"{len(ends)}: {ends[-1]:.2f}"
    assert ends == [trial.accuracy for trial in trials[:20]]
    assert "learning rate +0.70, with the weight decay -0.10" in plane.axes[0].get_title()
    assert len(plane.axes[0].collections[0].get_offsets()) == number
    (best,) = plane.axes[0].lines
    assert list(best.get_xdata()) == [trial.lr for trial in trials[:5]]


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_full_search(real_mnist, tmp_path, seed):  # E09
    words = ["--out", str(tmp_path), "--data", "mnist", "--seed", seed]
    results = hyperparameter_optimization.main(words)
    best = results["best"]["random"]
    assert len(best) == 100
    assert best[0]["accuracy"] >= 0.7
    assert min(row["lr"] for row in best[:5]) > 1e-3
    rho, other = (results[name]["rank_correlation"] for name in ("lr", "weight_decay"))
    assert rho > 0.5
    assert rho > 2 * abs(other)


# ---------------------------------------------------------------- the file of trials


@pytest.mark.parametrize("method", METHODS)
def test_a_second_run_resumes_the_first(method, tmp_path, capsys):
    path, other = tmp_path / "whole.csv", tmp_path / "part.csv"
    whole = search_to(path, method, 14)
    other.write_text("".join(path.read_text().splitlines(keepends=True)[:7]))  # 5 trials
    assert capsys.readouterr().out == ""
    for found in (5, len(whole)):
        assert search_to(other, method, 14) == whole
        said = f"{found} of {9 if method == 'grid' else 14} trials found in {other}\n"
        assert capsys.readouterr().out == said
        assert other.read_text() == path.read_text()


@pytest.mark.parametrize("method", ["random", "bayes"])
def test_more_trials_resume_from_fewer(method, tmp_path):
    path = tmp_path / "part.csv"
    whole = search_to(tmp_path / "whole.csv", method, 14)
    assert search_to(path, method, 10) == whole[:10]
    assert search_to(path, method, 14) == whole
    assert search_to(path, method, 10) == whole[:10]  # the first ones of the file


@pytest.mark.parametrize(
    ("others", "differs"),
    [
        ({"seed": 1}, "seed 0 (now 1)"),
        ({"epochs": 3}, "epochs 2 (now 3)"),
        ({"batch_size": 9}, "batch_size 20 (now 9)"),
        ({"samples": 60}, "samples [40, 10] (now [60, 10])"),
        ({"lr_range": (-6.0, -1.0)}, "lr_range [-6.0, -2.0] (now [-6.0, -1.0])"),
        ({"data": "mnist"}, "data noise (now mnist)"),
        ({"method": "bayes"}, "method random (now bayes)"),
        ({"seed": 1, "epochs": 3}, "seed 0 (now 1), epochs 2 (now 3)"),
    ],
)
def test_other_settings_are_refused(tmp_path, others, differs):
    path = tmp_path / "trials.csv"
    search_to(path, trials=1)
    before = path.read_text()
    with pytest.raises(ValueError) as caught:
        search_to(path, **others)
    assert f"{path} belongs to a search with {differs}: " in str(caught.value)
    assert "\n" not in str(caught.value)
    assert path.read_text() == before
    search_to(path, trials=1, restart=True, **others)
    assert path.read_text() != before


def test_another_grid_is_refused(tmp_path):
    search_to(tmp_path / "trials.csv", "grid", 4)
    with pytest.raises(ValueError, match=r"with trials 4 \(now 9\)"):
        search_to(tmp_path / "trials.csv", "grid", 9)


@pytest.mark.usefixtures("unrendered")
def test_the_script_refuses_in_one_line(tmp_path):
    search_in(tmp_path)
    words = ["--seed", "1", "--data", data_name("auto")]
    done = run(SCRIPT, *SMALL, *ONE, "--out", tmp_path, *words, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"{SCRIPT.name}: {saved_csv(tmp_path)} belongs to a search with seed"
    )
    assert len(done.stderr.splitlines()) == 1
    assert search_in(tmp_path, "--seed", "1", "--restart")


def test_a_line_that_was_not_finished_is_done_again(tmp_path):
    path = tmp_path / "trials.csv"
    whole = search_to(path)
    content = path.read_bytes()
    head = len(b"".join(content.splitlines(keepends=True)[:2]))
    for cut in np.random.default_rng(0).integers(head, len(content), 20):
        path.write_bytes(content[:cut])
        assert search_to(path) == whole
        assert path.read_bytes() == content


SETTINGS = {"epochs": 2, "lr_range": [-6, -2], "weight_decay_range": [-8, -4]}
HEAD = f"# {json.dumps(SETTINGS)}\n{COLUMNS}\n"
GOOD = as_line(a_trial())


def test_what_is_written_is_what_is_read(tmp_path):
    rng = np.random.default_rng(0)
    trials = {}
    for k in range(20):
        lr, decay = (float(log_uniform(low, low + 4, rng)) for low in (-6, -8))
        trials[k] = a_trial(k, float(rng.random()), lr, decay)
    trials[20] = Trial(20, 0.0, 1e-3, 1e-6, (), ())  # diverged at once
    path = tmp_path / "trials.csv"
    trial_log.begin(path, SETTINGS)
    with path.open("a") as file:
        file.writelines(map(as_line, trials.values()))
    assert trial_log.read(path, SETTINGS) == trials
    with path.open("a") as file:
        file.write(as_line(trials[3]))  # twice the same does no harm
    assert trial_log.read(path, SETTINGS) == trials


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n",
        "no search",
        "no search\nat all\n",
        HEAD.splitlines()[0] + "\n",
        HEAD.replace("number", "name"),
        HEAD.replace("}", ""),
        "# [1, 2]\n" + COLUMNS + "\n",
        "# " + "[" * 100_000 + "\n" + COLUMNS + "\n",
        b"\x00\xff\xfe".decode("latin1") * 50 + "\n" + COLUMNS + "\n",
    ],
)
def test_a_file_that_is_no_search(tmp_path, content):
    path = tmp_path / "trials.csv"
    path.write_text(content)
    with pytest.raises(ValueError) as caught:
        trial_log.read(path, SETTINGS)
    assert str(caught.value) == f"{path} is not a list of trials; --restart overwrites it"
    assert path.read_text() == content


@pytest.mark.parametrize(
    "line",
    [
        "\n",
        "1,2\n",
        "\x00" * 80 + "\n",
        GOOD.replace("0,", "-1,", 1),
        GOOD.replace("0,", "0.5,", 1),
        GOOD.replace("0,", "9" * 5000 + ",", 1),
        GOOD.replace("0.5", "0.6", 1),  # the last of its curve is another
        GOOD.replace("0.5", "nan"),
        GOOD.replace("0.5", "1.5"),
        GOOD.replace("0.5", "-0.5"),
        GOOD.replace("0.001", "inf"),
        GOOD.replace("0.001", "0.1"),  # outside of the range
        GOOD.replace("1e-06", "1e-03"),
        GOOD.replace("0.1 0.5,", "0.1 0.1 0.5,"),
        GOOD.replace("0.1 0.5,", "0.5,"),
        GOOD.replace("0.1 0.5,", ","),
        GOOD.replace("\n", ",0.3\n"),
        GOOD.replace("\n", " \n"),
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("0,", "=cmd(),", 1),
        GOOD + GOOD.replace("0.1", "0.2"),  # twice the same number, not the same result
    ],
)
def test_a_garbled_line_is_named(tmp_path, line):
    path = tmp_path / "trials.csv"
    path.write_bytes((HEAD + line + GOOD).encode())
    with pytest.raises(ValueError, match=r"trials\.csv, line [34] is not a trial of this search"):
        trial_log.read(path, SETTINGS)


def test_a_folder_that_cannot_be_written_to(tmp_path):
    (tmp_path / "ch06").write_text("in the way")
    with pytest.raises(OSError, match="ch06"):
        search_in(tmp_path)
    saved_csv(tmp_path / "other").mkdir(parents=True)
    with pytest.raises(OSError, match="hyperparameter_optimization_random"):
        search_in(tmp_path / "other")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write it")
def test_a_read_only_folder(tmp_path):
    (tmp_path / "ch06").mkdir(mode=0o500)
    with pytest.raises(PermissionError):
        search_in(tmp_path)


# ---------------------------------------------------------------- processes and interruptions


def test_the_cores_that_may_be_used():
    assert 1 <= available() <= os.cpu_count()


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_process_that_is_killed_is_one_error():
    with (
        pytest.raises(OSError, match="a process was killed; out of memory"),
        runner(kill_the_process, 2) as start,
    ):
        list(start([(0,), (1,)]))


def test_a_script_without_a_main_guard_gets_a_clear_error(tmp_path):
    script = tmp_path / "script.py"
    lines = ["from lab.processes import runner", "with runner(abs, 2) as go:"]
    script.write_text("\n".join([*lines, "    print(sorted(go([(-1,), (2,)])))"]))
    ended = run(script, cwd=tmp_path)
    assert ended.stderr.count("Traceback") == 1  # none of the processes says anything
    assert 'ValueError: processes started outside of `if __name__ == "__main__":`; ' in ended.stderr
    assert ended.returncode == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no signal masks there")
def test_ctrl_c_is_held_off_from_the_first_moment_of_a_process():
    before = interrupt_state()
    with runner(interrupt_state, 2) as start:
        assert list(start([(), ()])) == [(True, signal.SIG_IGN)] * 2
    assert interrupt_state() == before


@pytest.mark.parametrize("processes", [1, 2])
def test_an_error_of_a_trial_comes_through(processes):
    with pytest.raises(ValueError, match="number is 5"), runner(refuse, processes) as start:
        list(start([(5,)]))


def test_ctrl_c_between_two_trials_ends_the_processes(tmp_path, monkeypatch, capsys):
    lines = []

    def write(trial):
        if len(lines) == 2:
            raise KeyboardInterrupt
        lines.append(as_line(trial))
        return lines[-1]

    monkeypatch.setattr(trial_log, "as_line", write)
    path = tmp_path / "trials.csv"
    with pytest.raises(KeyboardInterrupt):
        search.search(experiment(), "random", 6, path, processes=2)
    assert multiprocessing.active_children() == []
    assert path.read_text().splitlines(keepends=True)[2:] == lines
    assert capsys.readouterr().out.startswith(
        f"2 of 6 trials are in {path}: the same command resumes"
    )


def interrupted(command, path, lines, wait, kill):
    """Start a search, and stop it some seconds after its file has this number of lines."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, start_new_session=True, **pipes)
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        if path.exists() and path.read_bytes().count(b"\n") >= lines:
            break
        time.sleep(0.01)
    time.sleep(wait)
    if kill:
        process.kill()  # this one only: its workers have to notice
    else:
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: all of them
    out, err = process.communicate(timeout=60)  # ends when the last worker has closed the pipes
    return process.returncode, out, err


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
@pytest.mark.parametrize(
    "words",
    [
        TWO,
        pytest.param(ONE, marks=pytest.mark.slow),
        pytest.param([*TWO, "--method", "grid"], marks=pytest.mark.slow),
        pytest.param([*TWO, "--method", "bayes"], marks=pytest.mark.slow),
    ],
)
def test_interrupted_and_resumed_is_as_if_never_interrupted(tmp_path, words):
    rng = np.random.default_rng(len(words))
    trials = ["--samples", "100", "--epochs", "25", "--batch-size", "20", "--trials", "16"]
    words = [*trials, *words, "--data", data_name("auto")]  # so it need not say which it found
    whole = hyperparameter_optimization.main([*words, "--out", str(tmp_path / "whole")])
    method = next(iter(whole["best"]))
    path = saved_csv(tmp_path, method)
    command = [sys.executable, SCRIPT, *words, "--out", tmp_path]
    for more, wait, kill in ((1, 0.3, False), (2, 0, False), (3, 0, True)):
        before = path.read_bytes().count(b"\n") if path.exists() else 0
        wait += rng.uniform(0, 0.1)  # with 1 line, the other processes are still loading
        code, out, err = interrupted(command, path, before + more, wait, kill)
        if code == 0:
            break  # it was done before
        if kill:
            assert code == -signal.SIGKILL
            assert "Traceback" not in err
        else:
            said = "\nstopping after this step (Ctrl-C again stops at once)\n"  # Trainer
            assert (code, err.removeprefix(said)) == (1, "interrupted\n")
            done = path.read_bytes().count(b"\n") - 2
            assert (
                f"\n{done} of 16 trials are in {path}: the same command resumes from there" in out
            )
    assert hyperparameter_optimization.main([*words, "--out", str(tmp_path)]) == whole
    assert sorted_lines(path) == sorted_lines(saved_csv(tmp_path / "whole", method))


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_killed_process_costs_its_trial_only(tmp_path):
    flag = tmp_path / "killed"
    with retrying_runner(die_once, 2) as start:
        found = list(start([(number, flag) for number in range(6)]))
    assert flag.exists()
    assert sorted(number for number, _ in found) == list(range(6))
    assert len({pid for _, pid in found}) <= 3  # two processes, one of them replaced
    killed = pytest.raises(OSError, match="a process was killed; out of memory")
    with killed, retrying_runner(die, 2) as start:
        list(start([(1,)]))
    assert multiprocessing.active_children() == []


def test_trials_run_on_any_executor(tmp_path):
    with ThreadPoolExecutor(2) as pool:
        found = on_executor(pool, partial(search.run_trial, experiment()))
        numbers = [trial.number for trial in found([(k, (1e-3, 1e-6)) for k in range(3)])]
    assert sorted(numbers) == [0, 1, 2]


def test_no_mpi_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "mpi4py", None)
    with pytest.raises(ValueError, match=r"no MPI \(.*\); expected mpi4py"):
        search.search(experiment(), "random", 2, tmp_path / "t.csv", workers="mpi")
