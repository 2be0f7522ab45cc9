"""The claims: each script has some, each figure is there, and every one of them can fail."""

import ast
import random

import numpy as np
import pytest
from PIL import Image

from claims import book
from claims.catalogue import RUNS, names, select
from claims.claim import natural
from claims.execution import Job
from claims.expect import at_least, at_most, between, close, exactly, rule, text
from claims.pictures import small_png
from claims.verdict import DIFFERED, HELD, NOT_RUN, judge
from dataset.mnist import data_name
from lab.script import plain
from tests.test_cli import ROOT
from tests.test_scripts import EXTRAS, MODULES, PAGES

# The figures that a program draws, or whose numbers it can check.
FIGURES = [
    f"{chapter}-{number}"
    for chapter, numbers in {
        1: (3, 4, 5),
        2: (6, 7, 8, 12, 13),
        3: (6, 7, 8, 9, 24, 25),
        4: range(3, 13),
        5: (2, 3, 5, 7, 8, 14, 15, 16, 17, 19, 20, 21, 22, 27),
        6: (1, 2, 3, *range(5, 12), 13, 14, 15, 18, 19, 20, 21, 23, 24),
        7: range(3, 29),
        8: (1, 2, 3, 4, 5, 6, *range(8, 28)),
        "A": range(1, 6),
    }.items()
    for number in numbers
]
IDS = [run.name for run in RUNS]
ALL = [(run, claim) for run in RUNS for claim in run.claims]


def test_every_script_is_run():
    assert {run.module for run in RUNS} == set(MODULES) - set(EXTRAS) - PAGES
    assert len(set(IDS)) == len(RUNS)


def test_every_figure_is_there():
    there = {figure for run in RUNS for figure in run.figures}
    there |= {claim.figure for _, claim in ALL}
    assert sorted(there - {""}, key=natural) == FIGURES


def test_the_book_s_numbers_are_used():
    used = {
        node.attr
        for path in (ROOT / "claims").glob("ch*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "book"
    }
    inputs = {"INPUTS", "GATES", "OR_FIGURE", "BIAS_INPUT", "STEP_X", "STEP_Y", "SIGMOID_X"}
    inputs |= {"SOFTMAX_A", "SOFTMAX_LARGE_A", "T", "Y1", "Y2", "SIMPLE_W", "SIMPLE_X", "SIMPLE_T"}
    inputs |= {"SHIFT_IMAGE", "SHIFT_NEW_COLUMN", "MAN", "XOR"}
    in_tests_only = {"OPTIMIZER_DEFAULTS", "SOFTMAX_SCORES", "SOFTMAX_PROBABILITIES"}
    quoted = {"DEEP_CONV_WRONG"}
    numbers = {name for name in vars(book) if name.isupper()}
    assert numbers - inputs - in_tests_only - quoted == used


@pytest.mark.parametrize("run", RUNS, ids=IDS)
def test_a_run_and_its_script_fit(run):
    source = (ROOT / run.script).read_text(encoding="utf-8")
    asks = ("data=True", '"data": Flag(', "image_training.make_main")  # for digits
    assert run.digits == any(word in source for word in asks)
    assert run.claims or run.script == "ch05/drawn_digits.py"  # which is not in the book
    flags = source + (ROOT / "lab" / "image_training.py").read_text(encoding="utf-8")
    assert run.checkpoint <= ('"checkpoint": ' in flags or '"--checkpoint"' in flags)
    for claim in run.claims:
        assert claim.says[-1] != "."
        assert claim.check.rule
        assert not claim.differs or claim.differs.endswith(".")


# ---------------------------------------------------------------- verdicts


def test_what_is_not_run_says_why(tmp_path):
    (run,) = select(["ch07/train_convnet"])
    claim = run.claims[0]
    assert judge(claim, None, Job(tmp_path, "mnist", 0, False)).reason == (
        "the script was not run with this version of the code"
    )
    failed = judge(claim, {"error": "no space left"}, Job(tmp_path, "mnist", 0, False))
    assert failed.reason == "the script failed: no space left"
    good = {"results": {"test_acc": 0.99, "train_acc_list": [1.0]}}
    assert judge(claim, good, Job(tmp_path, "mnist", 0, True)).reason.startswith(
        "the claim is about the full size"
    )
    assert judge(claim, good, Job(tmp_path, "drawn", 0, False)).reason.startswith(
        "the claim is about real MNIST"
    )
    assert judge(claim, good, Job(tmp_path, "mnist", 0, False)).status == HELD
    worse = {"results": {"test_acc": 0.97, "train_acc_list": [1.0]}}
    verdict = judge(claim, worse, Job(tmp_path, "mnist", 0, False))
    assert (verdict.status, verdict.measured, verdict.unexplained) == (DIFFERED, "0.97", True)


# ---------------------------------------------------------------- checks


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (exactly([1, "a"]), [1, "a"], [[1], [1, "b"], None, "1a", [1, "a", 2]]),
        (close((1.0, 2.0)), [1.0000009, 2.0], [[1.0000011, 2.0], [1.0], [1.0, None], 1.0]),
        (close({"a": 1}, atol=0.1), {"a": 0.95}, [{"a": 1.2}, {"b": 1}, {"a": True}, [1]]),
        (close(0.0, atol=0.1), -0.1, [0.11, float("nan"), float("inf"), "0", None]),
        (at_least(2, "", ""), [2, 3], [[2, 1], [], None, "3", True]),
        (at_most(2, "", ""), {"a": 2}, [{"a": 2.1}, {"a": float("nan")}, float("-inf")]),
        (between(0, 1, "", ""), 0.5, [-0.1, 1.1, None]),
        (rule("", lambda value: value["a"] < 1, ""), {"a": 0}, [{"a": 1}]),
    ],
)
def test_checks(check, good, bad):
    assert check.holds(good)
    assert not any(check.holds(value) for value in bad)


def test_a_measured_value_is_readable():
    assert text({"a": 0.123456789, "b": [1, True, None]}) == "a: 0.123457; b: [1, yes, None]"
    assert text(list(range(60))) == "[0, 1, 2, 3, 4, 5, …, 58, 59]"


# ---------------------------------------------------------------- asking for runs


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("6-9", ["ch06/optimizer_compare_mnist"]),
        ("figure 6-9", ["ch06/optimizer_compare_mnist"]),
        ("7-12", ["ch07/naive_convolution"]),
        ("6.4.3", ["ch06/overfit_dropout", "ch08/ensemble", "ch08/dropconnect"]),
        ("6.4.2", ["ch06/overfit_weight_decay"]),
        ("train_convnet", ["ch07/train_convnet"]),
        ("ch07/train_convnet.py", ["ch07/train_convnet"]),
        ("ch07.train_convnet", ["ch07/train_convnet"]),
        ("3.2.3", ["ch03/step_function"]),
        ("4.1", ["ch02/learning_rule"]),
        ("A.2", ["ch05/softmax_with_loss_graph"]),
        ("figure A-4", ["ch05/softmax_with_loss_graph"]),
    ],
)
def test_selecting_runs(word, expected):
    assert [run.name for run in select([word])] == expected


def test_the_title_of_a_run():
    titles = [run.title for run in select(["A-5", "drawn_digits", "6-9"])]
    assert titles[0].startswith("Sections A.1, A.2, figures A-1")
    assert titles[-1] == "Section 6.1.8, figure 6-9"
    assert "Not in the book" in titles


def test_selecting_chapters_and_all():
    assert select([]) == RUNS
    assert select(["ch07"]) == [run for run in RUNS if run.chapter == 7]
    more = [run for run in RUNS if any(section.startswith("7.") for section in run.sections)]
    assert select(["7"]) == [run for run in RUNS if run.chapter == 7 or run in more]
    assert len(select(["7"])) > len(select(["ch07"]))  # chapter 8 comes back to 7.4
    assert select(["6-9", "ch01"]) == [*select(["ch01"]), *select(["6-9"])]
    assert select(["1.4.1", "1.4.1"]) == select(["1.4.1"])


@pytest.mark.parametrize(
    ("word", "hint"), [("9-9", "--list"), ("train_convnt", "did you mean train_convnet")]
)
def test_selecting_unknown_names(word, hint):
    with pytest.raises(ValueError, match=hint):
        select([word])


def test_the_names_of_a_run_select_it():
    for run in RUNS[::5]:
        assert all(run in select([name]) for name in names(run))


# ---------------------------------------------------------------- pictures


def test_pictures_are_made_to_fit(tmp_path):

    noise = np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)
    path = tmp_path / "noise.png"
    Image.fromarray(noise).save(path)
    small = small_png(path, 4_000)
    assert len(small) <= 4_000 < path.stat().st_size
    flat = tmp_path / "flat.png"
    Image.fromarray(noise[:20, :20] // 255 * 255).save(flat)
    flat.write_bytes(small_png(flat))
    with Image.open(flat) as picture:
        assert picture.size == (20, 20)
        colours = np.asarray(picture.convert("RGB"))
    np.testing.assert_array_equal(colours, noise[:20, :20] // 255 * 255)


# ---------------------------------------------------------------- each claim, on the small forms


def as_record(run, quick):
    """Return the results of a run's small form, as `reproduce.py` keeps them."""
    results = plain(quick(run.module).results)
    if run.variant == "compare":  # takes too long here: each method has the random trials
        results["best"] = dict.fromkeys(("random", "grid", "bayes"), results["best"]["random"])
    return {"results": results}


@pytest.mark.parametrize("run", RUNS, ids=IDS)
def test_the_small_form_holds_what_is_not_about_the_full_size(run, quick, tmp_path):
    job = Job(tmp_path, data_name("auto"), 0, quick=True)
    record = as_record(run, quick)
    for claim in run.claims:
        verdict = judge(claim, record, job)
        assert verdict.status in ({NOT_RUN} if claim.full else {HELD, DIFFERED, NOT_RUN})
        assert not verdict.unexplained, (claim.says, verdict.measured)
        assert (verdict.measured == "") == (verdict.status == NOT_RUN)


def corrupted(value, how):
    """Return results with every number, truth value and text changed."""
    if isinstance(value, dict):
        return {key: corrupted(part, how) for key, part in value.items()}
    if isinstance(value, list):
        return [corrupted(part, how) for part in value]
    return how(value)


CORRUPTIONS = {
    "nothing": lambda value: None,
    "negative": lambda value: -1e9 if isinstance(value, int | float) else "?",
    "huge": lambda value: 1e9 if isinstance(value, int | float) else "?",
    "zero": lambda value: 0 if isinstance(value, int | float) else "?",
    "random": lambda value: random.uniform(-2, 2) if isinstance(value, int | float) else "?",
}


@pytest.mark.parametrize("run", RUNS, ids=IDS)
def test_every_claim_can_fail(run, quick, tmp_path):
    """No claim holds for all results: several kinds of incorrect results are noticed."""
    job = Job(tmp_path, "mnist", 0, quick=False)
    record = as_record(run, quick)
    for claim in run.claims:
        random.seed(0)
        seen = {
            name: judge(claim, {"results": corrupted(record["results"], how)}, job).status
            for name, how in CORRUPTIONS.items()
        }
        assert seen["nothing"] == DIFFERED, claim.says
        assert list(seen.values()).count(DIFFERED) >= 2, (claim.says, seen)
