"""How `tests.test_bad_inputs` replaces good arguments by bad ones, and judges the result."""

import contextlib
import signal
import traceback
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
OURS = (str(ROOT / "common"), str(ROOT / "dataset"))
SAYS_WHAT_WAS_WANTED = ("expected", "call forward first", "not a valid", "not the file")
SECONDS = 5  # after which a call hangs
NAN, INF = np.nan, np.inf


class Case(NamedTuple):
    """A function, good arguments for it, and a check of its result.

    Attributes
    ----------
    group, name : str
    call : callable
        Takes the arguments by their names.
    good : callable
        Makes new arguments.
    right : callable
        Takes the result and the arguments; asserts that the result is correct.
    changed : tuple of str
        Arguments that a successful call may change; a refused call may change none.
    bad : mapping
        For an argument, the bad values to use instead of those for its type.
    fixed : tuple of str
        Arguments that are left good.
    in_steps : tuple of str
        Arguments that are changed step by step, until a step is refused.
    """

    group: str
    name: str
    call: Callable[..., Any]
    good: Callable[[], dict[str, Any]]
    right: Callable[..., None]
    changed: tuple[str, ...] = ()
    bad: Mapping[str, Mapping[str, Any]] = {}
    fixed: tuple[str, ...] = ()
    in_steps: tuple[str, ...] = ()


# ---------------------------------------------------------------- the contract


def judge(case: Case, arguments: dict[str, Any]) -> str:
    """Return "right" or "refused"; raise an AssertionError where the call did neither."""
    before = fingerprint(arguments)
    changed: tuple[str, ...] = ()
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings(), time_limit():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", "BatchNorm: one sample")
            answer = case.call(**arguments)
    except Exception as error:
        check_refusal(error)
        verdict = "refused"
    else:
        with np.errstate(all="ignore"):
            case.right(answer, **arguments)
        verdict, changed = "right", case.changed
    for name, value in arguments.items():
        if name not in (*changed, *case.in_steps):
            assert fingerprint(value) == before[1][name], f"{name} was changed"
    return verdict


def check_refusal(error: Exception) -> None:
    """Assert that the error is one clear line, raised by this project's code."""
    if isinstance(error, AssertionError):
        raise error
    assert isinstance(error, ValueError | TypeError | OSError), f"raised {error!r}"
    assert len(str(error).splitlines()) == 1, f"not one line: {error!r}"
    if isinstance(error, OSError) and error.filename is not None:
        return  # the system's own words, with the name of the file
    last = traceback.extract_tb(error.__traceback__)[-1]
    # NumPy's C code has no Python frame: the line must be a `raise`, too.
    ours = last.filename.startswith(OURS) and str(last.line).startswith("raise ")
    assert ours, f"{error!r} comes from {last.filename}:{last.lineno}: {last.line}"
    assert any(words in str(error) for words in SAYS_WHAT_WAS_WANTED), f"unclear: {error!r}"


@contextlib.contextmanager
def time_limit():
    """Raise an AssertionError where the block takes too long."""

    def stop(*_):
        raise AssertionError(f"hangs: no answer after {SECONDS} seconds")

    if not hasattr(signal, "setitimer"):  # Windows
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def fingerprint(value: Any) -> Any:
    """Return a hashable value that is equal for equal arguments."""
    if isinstance(value, np.ndarray):
        data = repr(value.tolist()) if value.dtype.hasobject else value.tobytes()
        return type(value), value.dtype.str, value.shape, data
    if isinstance(value, Mapping):
        return type(value), {key: fingerprint(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value), tuple(fingerprint(item) for item in value)
    if hasattr(value, "params") and not isinstance(value, type):
        return type(value), fingerprint(value.params), fingerprint(dict(value.state))
    return type(value), repr(value)


# ---------------------------------------------------------------- right answers


def numbers(x: Any) -> np.ndarray:
    return np.asarray(x, dtype=np.float64)


def agree(found: Any, expected: Any, inputs: tuple = (), scale: Any = 0.0) -> None:
    """Assert that `found` has the shape and the numbers of `expected`, which is in float64.

    NaN and infinity must not be hidden. Other results must be finite, unless the inputs are so
    large, for their type, that formulas may overflow. `scale` is the size of terms that cancel.
    """
    found = np.asarray(found)
    assert found.dtype.kind in "fiu", f"a result of type {found.dtype}"
    assert found.shape == np.shape(expected), f"shape {found.shape}, not {np.shape(expected)}"
    digits = {2: 3e-2, 4: 2e-4}.get(found.dtype.itemsize if found.dtype.kind == "f" else 8, 1e-7)
    found, expected = found.astype(np.float64), numbers(expected)
    shown = np.isfinite(found)
    if not all(np.isfinite(numbers(x)).all() for x in inputs) or not extreme(inputs, digits):
        assert np.isfinite(expected[shown]).all(), f"{found} hides NaN or infinity: {expected}"
    shown &= np.isfinite(expected)
    gap = np.abs(found - expected)[shown]
    allowed = (
        digits
        * (1e-3 + np.abs(expected) + np.nan_to_num(np.abs(scale)) + np.zeros(found.shape))[shown]
    )
    assert (gap <= allowed).all(), f"{found}; expected {expected}"
    if not shown.all() and np.isfinite(expected[~shown]).any():
        assert extreme(inputs, digits), f"{found}; expected {expected}"


def extreme(inputs: tuple, digits: float) -> bool:
    limits = {2: 25, 4: 1e18}
    found = {3e-2: 25, 2e-4: 1e18}.get(digits, 1e150)
    for x in inputs:
        kind = np.asarray(x).dtype
        limit = min(found, limits.get(kind.itemsize, 1e150) if kind.kind == "f" else 1e150)
        if not (np.abs(numbers(x)) < limit).all():
            return True
    return False


def same(found: Any, expected: Any) -> None:
    np.testing.assert_array_equal(np.asarray(found), np.asarray(expected))


def anything(answer: Any, **_: Any) -> None:
    """Accept any result: the case shows only that there is one."""


def never(answer: Any, **_: Any) -> None:
    raise AssertionError(f"returned {answer!r}; a refusal was due")


def rows_of(t: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Return targets as rows, in plain loops."""
    n, classes = (1, *shape)[-2:]
    t = np.asarray(t)
    if t.size == n * classes and t.ndim > 0 and t.shape[-1] == classes and t.shape != (n,):
        return numbers(t).reshape(n, classes)
    return np.array([[float(int(label) == k) for k in range(classes)] for label in t.reshape(n)])


# ---------------------------------------------------------------- bad values for each type


def listed(*values: Any) -> dict[str, Any]:
    return {" ".join(f"{type(value).__name__} {value}"[:50].split()): value for value in values}


def changed_at(x: np.ndarray, value: float) -> np.ndarray:
    x = np.array(x, dtype=np.float64)
    x.flat[x.size // 2] = value
    return x


def read_only(x: np.ndarray) -> np.ndarray:
    x = x.copy()
    x.flags.writeable = False
    return x


# Good arrays are of float64, labels of int64.
ARRAYS: dict[str, Callable[[np.ndarray], Any]] = {
    "none": lambda x: None,
    "a text": lambda x: "text",
    "bytes": lambda x: b"bytes",
    "a number": lambda x: 3,
    "a dict": lambda x: {"x": x},
    "a set": lambda x: {1, 2},
    "a function": lambda x: abs,
    "a list": lambda x: x.tolist(),
    "a tuple of arrays": lambda x: tuple(x) if x.ndim else (x,),
    "an empty list": lambda x: [],
    "a list with none": lambda x: [None] * 3,
    "ragged": lambda x: [[1.0], [1.0, 2.0]],
    "ragged arrays": lambda x: [np.zeros(3), np.zeros((2, 2))],
    "an iterator": lambda x: iter([1.0, 2.0]),
    "0-d": lambda x: np.float64(1.5) * np.ones(()),
    "no samples": lambda x: x[:0],
    "one sample": lambda x: x[:1],
    "a sample less": lambda x: x[:-1],
    "a sample more": lambda x: np.concatenate([x, x[:1]]),
    "an empty last axis": lambda x: x[..., :0],
    "a column less": lambda x: x[..., :-1],
    "a column more": lambda x: np.concatenate([x, x[..., :1]], axis=-1),
    "flat": lambda x: x.ravel(),
    "a row": lambda x: x.reshape(1, -1),
    "a column": lambda x: x.reshape(-1, 1),
    "an axis in front": lambda x: x[None],
    "an axis behind": lambda x: x[..., None],
    "transposed": lambda x: x.T,
    "six axes": lambda x: np.zeros((1, 2, 1, 2, 1, 2)),
    "integers": lambda x: np.rint(x).astype(np.int32),
    "unsigned bytes": lambda x: np.abs(np.rint(x)).astype(np.uint8),
    "bool": lambda x: x > 0,
    "complex": lambda x: x + 0.5j,
    "objects": lambda x: x.astype(object),
    "arrays as objects": lambda x: np.array([np.zeros(2), None], dtype=object),
    "texts": lambda x: x.astype(str),
    "times": lambda x: np.rint(x).astype("datetime64[s]"),
    "records": lambda x: np.zeros(x.shape, [("a", "f4")]),
    "float16": lambda x: x.astype(np.float16),
    "float32": lambda x: x.astype(np.float32),
    "long double": lambda x: x.astype(np.longdouble),
    "another byte order": lambda x: x.astype(x.dtype.newbyteorder(">")),
    "with gaps": lambda x: np.repeat(x, 2, axis=-1)[..., ::2],
    "backwards": lambda x: x[::-1],
    "columns first": lambda x: np.asfortranarray(x),
    "broadcast": lambda x: np.broadcast_to(x[:1], x.shape),
    "read-only": read_only,
    "a matrix": lambda x: np.matrix(x if x.ndim == 2 else [[1.0, 2.0]]),
    "masked": lambda x: np.ma.masked_array(x, mask=x == x.flat[0]) if x.size else x,
    "one NaN": lambda x: changed_at(x, NAN),
    "one inf": lambda x: changed_at(x, INF),
    "one -inf": lambda x: changed_at(x, -INF),
    "all NaN": lambda x: np.full(x.shape, NAN),
    "all -inf": lambda x: np.full(x.shape, -INF),
    "huge": lambda x: changed_at(x, 1e300),
    "all huge": lambda x: np.full(x.shape, -1.7e308),
    "huge float32": lambda x: np.full(x.shape, 3e38, np.float32),
    "huge float16": lambda x: np.full(x.shape, 65504, np.float16),
    "tiny": lambda x: np.full(x.shape, 5e-324),
    "zeros": lambda x: np.zeros(x.shape),
    "negative": lambda x: -1 - np.abs(x),
    "above": lambda x: x + 100,
    "constant": lambda x: np.full(x.shape, 7.3),
    "fractions": lambda x: x + 0.5,
    "huge integers": lambda x: np.full(x.shape, 2**63 - 1),
    "least integers": lambda x: np.full(x.shape, -(2**63)),
    "python's integers": lambda x: [10**400, 1],
}
SIZES: dict[str, Any] = {
    str(value): value
    for value in (
        *(-1, 0, 1.5, 2.0, NAN, INF, -INF, None, "3", b"3", 1j, [1], (), {}, 2**31, 2**62, 2**64),
        *(-(2**62), 10**400, np.int64(-3), np.float64(2.5), np.array(2), np.array([1, 2])),
        *(np.ones((2, 2)), np.bool_(True), abs, "a\nb"),
    )
}
FLOATS: dict[str, Any] = {
    f"{type(value).__name__} {value}": value
    for value in (
        *(-1, 0, 1, 2, -0.5, NAN, INF, -INF, None, "0.1", b"1", 1j, np.complex128(0.1), [0.1], ()),
        *(1e300, -1e300, 1e-300, 5e-324, 10**400, -(10**400), np.float16(0.1), np.float32(0.1)),
        *(np.float64(NAN), np.array(0.1), np.array([0.1]), np.ones((2, 2)), np.array([]), abs),
        *(True, {}, "a\nb"),
    )
}
NAMES: dict[str, Any] = {
    f"{type(value).__name__} {value}": value
    for value in (
        *("", "nope", "a\nb", None, 3, NAN, b"sgd", [], ["sgd"], {}, abs, np.array(["a", "b"])),
        *(np.ones(3), ("relu",), "x" * 10000),
    )
}
FLAGS: dict[str, Any] = {
    repr(value): value for value in (None, 0, 1, "no", "", [], 0.5, NAN, np.bool_(False))
}
SEEDS: dict[str, Any] = {
    f"{type(value).__name__} {value}": value
    for value in (
        *(
            -1,
            1.5,
            "a",
            b"a",
            NAN,
            [1, 2],
            [],
            [-1],
            {},
            np.array([1.5]),
            np.array([[1, 2]]),
            2**70,
        ),
        *(None, abs, True, "a\nb", np.random.SeedSequence(1), object),
    )
}
FUNCTIONS: dict[str, Any] = {
    "none": None,
    "a number": 3,
    "a text": "f",
    "gives none": lambda *_: None,
    "gives a text": lambda *_: "text",
    "gives an array": lambda *_: np.ones(3),
    "gives NaN": lambda *_: NAN,
    "gives inf": lambda *_: INF,
    "gives complex": lambda *_: 1j,
}
PATHS: dict[str, Any] = {
    f"{type(value).__name__} {str(value)[:20]}": value
    for value in (
        *(None, 0, 3, -1, True, 1.5, b"x.npz", "", "a\0b", "/", ".", "/proc/x.npz", "\ud800"),
        *("x" * 5000, ["x.npz"], {}, abs, np.ones(2), Path("/proc/nothing/x.npz")),
    )
}
MAPPINGS: dict[str, Any] = {
    f"{type(value).__name__} {str(value)[:40]}": value
    for value in (None, [], {}, 3, "text", {3: np.ones(2)}, {"x": None}, {"x": "text"}, {None: 1})
}
SHAPES: dict[str, Any] = {
    f"{type(value).__name__} {value}": value
    for value in (
        *(None, 3, "ab", (), (3,), (0, 3), (3, 0), (-1, 3), (2, -3), (2.5, 3), (2, 3.0), (NAN, 3)),
        *((None, 3), ("a", "b"), [4, 3], np.array([4, 3]), (1, 2, 3), (2**62, 3), (3, 2**62), {}),
        *((2**32, 2**32), (1j, 3), ((1, 2), 3), np.ones((2, 2)), (1,) * 70),
    )
}


class Made(NamedTuple):
    """A bad value that is made again for each call, because a call may change it."""

    make: Callable[[], Any]


class Tried(NamedTuple):
    """A bad value: for an array a change of the good one."""

    argument: str
    name: str
    value: Any


def bad_values(case: Case) -> list[Tried]:
    """Return all bad values of all arguments of a case."""
    return [
        Tried(argument, name, value)
        for argument, good in case.good().items()
        if argument not in case.fixed
        for name, value in case.bad.get(argument, by_type(argument, good)).items()
    ]


def by_type(argument: str, good: Any) -> Mapping[str, Any]:
    names = {"rng": SEEDS, "shape": SHAPES, "path": PATHS, "train_flg": FLAGS}
    if argument in names:
        return names[argument]
    if isinstance(good, np.ndarray):
        return ARRAYS
    types = {bool: FLAGS, int: SIZES, float: FLOATS, str: NAMES, dict: MAPPINGS, tuple: SHAPES}
    return types.get(type(good), FUNCTIONS)


def put(arguments: dict[str, Any], bad: Tried) -> bool:
    """Put a bad value in the place of a good one; say whether that can be done."""
    good = arguments[bad.argument]
    if isinstance(bad.value, Made):
        arguments[bad.argument] = bad.value.make()
        return True
    if not (isinstance(good, np.ndarray) and ARRAYS.get(bad.name) is bad.value):
        arguments[bad.argument] = bad.value
        return True
    try:
        with np.errstate(all="ignore"):
            arguments[bad.argument] = bad.value(good)
    except (ValueError, IndexError):  # no 0-d array has columns
        return False
    return True
