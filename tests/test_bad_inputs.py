"""Bad input: each public function returns the correct result or raises an error of one clear line.

A case is a good call. One argument is replaced by every bad value that `tests/bad/contract.py`
lists for its type; then, with hypothesis, two at once, or one by an arbitrary array. The tests are
reproducible: all listed values are tried, and hypothesis draws the same values each time.
`python -m tests.test_bad_inputs` prints how many calls that makes, and how they ended.
"""

from collections import Counter

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import functions
from tests.bad import files, networks, tools  # noqa: F401  (these fill CASES, and import the others)
from tests.bad.contract import (
    Tried,
    bad_values,
    fingerprint,
    judge,
    never,
    put,
)
from tests.bad.good import CASES

IDS = [f"{one.group}: {one.name}" for one in CASES]
TRIED: dict[str, dict] = {}  # group: the verdict on each call


def try_it(case, *bad):
    arguments = case.good()
    if not all(put(arguments, one) for one in bad):
        return
    call = repr({one.argument: fingerprint(arguments[one.argument]) for one in bad})
    what = ", ".join(f"{one.argument} = {one.name}" for one in bad)
    try:
        verdict = judge(case, arguments)
    except AssertionError as error:
        raise AssertionError(f"{case.name} with {what}: {error}") from error
    TRIED.setdefault(case.group, {})[case.name, call] = verdict


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_one_bad_argument(case):
    failures = []
    for bad in bad_values(case):
        try:
            try_it(case, bad)
        except AssertionError as error:
            failures.append(str(error).splitlines()[0])
    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("case", [one for one in CASES if one.name != "load_mnist"])
@settings(
    derandomize=True,
    deadline=5000,
    max_examples=12,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_bad_arguments_together(case, data):
    values = bad_values(case)
    two = [data.draw(st.sampled_from(values))]
    others = [one for one in values if one.argument != two[0].argument]
    if others and data.draw(st.booleans()):
        two.append(data.draw(st.sampled_from(others)))
    arrays = [name for name, good in case.good().items() if isinstance(good, np.ndarray)]
    if arrays and data.draw(st.booleans()):
        shapes = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
        drawn = data.draw(hnp.arrays(hnp.scalar_dtypes(), shapes))
        two = [two[0], Tried(data.draw(st.sampled_from(arrays)), repr(drawn), drawn)]
    try_it(case, *two)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_the_good_call_is_accepted(case):
    if case.right is not never:
        assert judge(case, case.good()) == "right"


HARMLESS = ("a list", "float16", "float32", "long double", "another byte order", "with gaps")
HARMLESS += ("backwards", "columns first", "read-only", "integers")
# What takes only what can be changed in place.
STRICT = ("numerical_gradient", "numerical_gradient_2d", "Network.params")


@pytest.mark.parametrize("case", [c for c in CASES if c.right is not never], ids=lambda c: c.name)
def test_harmless_input_is_accepted(case):
    for bad in bad_values(case):
        good = case.good()[bad.argument]
        floats = isinstance(good, np.ndarray) and good.dtype.kind == "f"
        if floats and bad.name in HARMLESS and case.name not in STRICT:
            arguments = case.good()
            assert put(arguments, bad)
            assert judge(case, arguments) == "right", bad


def test_many_classes_take_little_memory():  # a square of a million numbers was made for them
    assert functions.one_hot([999_999], (1, 1_000_000)).argmax() == 999_999


def table():
    """Return a line for each group: how many calls were tried, answered, refused."""
    lines = [f"{'group':14}{'calls':>7}{'right':>7}{'refused':>9}"]
    for group, verdicts in TRIED.items():
        count = Counter(verdicts.values())
        lines.append(f"{group:14}{len(verdicts):7}{count['right']:7}{count['refused']:9}")
    return lines


if __name__ == "__main__":
    for one in CASES:
        test_one_bad_argument(one)
        if one.name != "load_mnist":
            test_bad_arguments_together(one)
    print("\n".join(table()))
