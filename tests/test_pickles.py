"""The book's .pkl files are read; any other pickle is refused, and no code runs."""

import builtins
import io
import os
import pickle
import struct
import time

import numpy as np
import pytest

from common.io import pickles
from common.io.files import load_arrays, load_pickle
from common.layers import Affine, ReLU
from common.network import Network

RNG = np.random.default_rng(0)
PROTOCOLS = range(6)
MARKER = "something ran"


def network(seed=0):
    rng = np.random.default_rng(seed)
    sizes = [(6, 5), (5, 4), (4, 3)]
    layers = {}
    for k, size in enumerate(sizes, 1):
        W, b = rng.standard_normal(size), rng.standard_normal(size[1])
        layers |= {f"Affine{k}": Affine(W.astype("f4"), b.astype("f4")), f"Relu{k}": ReLU()}
    return Network(layers)


def as_in_the_book(seed=0):
    """Return what the book's scripts pickle: parameters in float64."""
    return {key: value.astype(np.float64) for key, value in network(seed).params.items()}


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path / "params.pkl"


def refusal(path, content, **options):
    """Return the message of a file that must be refused, by both functions; no code runs."""
    path.write_bytes(content)
    messages = []
    for load in (load_pickle, load_arrays):
        with pytest.raises(ValueError) as caught:
            load(path, **options)
        messages.append(str(caught.value))
    assert messages[0] == messages[1]
    assert messages[0].startswith(f"{path}: not a valid .npz file or pickle of arrays (")
    assert len(messages[0]) < 400 + len(str(path))
    assert len(messages[0].splitlines()) == 1
    assert messages[0].encode().isascii()
    assert sorted(os.listdir()) == [path.name]
    return messages[0]


ARRAYS = {
    "rows": RNG.standard_normal((3, 4)),
    "columns": np.asfortranarray(RNG.standard_normal((3, 4))),
    "every second": RNG.standard_normal((6, 8))[::2, ::2],
    "backwards": RNG.standard_normal((3, 4))[::-1, ::-1],
    "turned": RNG.standard_normal((2, 3, 4)).transpose(2, 0, 1),
    "channels last": RNG.standard_normal((2, 5, 5, 3)).transpose(0, 3, 1, 2),
    "float16": RNG.standard_normal((3, 4)).astype(np.float16),
    "float32": RNG.standard_normal(300).astype(np.float32),
    "other order of bytes": RNG.standard_normal(5).astype(">f8"),
    "small integers": np.arange(-3, 3, dtype=np.int8),
    "integers": np.arange(-3, 3, dtype=np.int64).reshape(2, 3),
    "labels": np.arange(256, dtype=np.uint8),
    "mask": np.array([True, False]),
    "one number": np.array(2.5),
    "a scalar": np.float32(2.5),
    "a flag": np.bool_(True),
    "many": RNG.standard_normal(30_000),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_of_numbers_are_read(path, name):
    value = np.asarray(ARRAYS[name])
    for protocol in PROTOCOLS:
        path.write_bytes(pickle.dumps({"W1": ARRAYS[name], "b1": RNG.random(3)}, protocol))
        found = load_pickle(path)
        assert list(found) == ["W1", "b1"]
        assert type(found["W1"]) is np.ndarray
        assert found["W1"].dtype == value.dtype.newbyteorder("=")
        assert found["W1"].shape == value.shape
        assert (found["W1"] == value).all()
        found["W1"][...] = 0  # its memory is separate


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_book_s_parameters(path, protocol):
    params = as_in_the_book()
    path.write_bytes(pickle.dumps(params, protocol))
    net = network(seed=1)
    net.load_params(path)
    for key, value in net.params.items():
        assert value.dtype == np.float32
        assert (value == params[key].astype(np.float32)).all()
    x = RNG.standard_normal((4, 6)).astype("f4")
    assert (net.predict(x) == network().predict(x)).all()


def test_pickles_of_numpy_1_and_2(path):
    content = pickle.dumps(as_in_the_book(), 3)
    new, old = b"numpy._core.multiarray", b"numpy.core.multiarray"
    assert (new in content) != (old in content)
    for one, other in ((new, old), (old, new)):
        path.write_bytes(content.replace(one, other))
        assert list(load_pickle(path)) == list(as_in_the_book())


def test_the_content_tells_what_a_file_is(path):
    net = network()
    net.save_params("params.npz")
    os.replace("params.npz", path)  # the name of the book
    assert path.read_bytes().startswith(b"PK")
    other = network(seed=1)
    other.load_params("params.pkl")
    assert all((other.params[key] == value).all() for key, value in net.params.items())
    path.with_name("params.npz").write_bytes(pickle.dumps(as_in_the_book()))
    other.load_params("params.npz")
    with pytest.raises(ValueError, match="or pickle of arrays"):
        load_pickle(path)


def test_one_array_under_two_names_becomes_two(path):
    W = RNG.standard_normal((3, 3))
    path.write_bytes(pickle.dumps({"W1": W, "W2": W, "W3": W[0]}))
    found = load_pickle(path)
    found["W1"] += 1
    assert (found["W2"] == W).all()


# ---------------------------------------------------------------- other things than arrays

NOT_ARRAYS = {
    "a list": [np.ones(3)],
    "an array": np.ones(3),
    "a number": 3,
    "nothing": None,
    "a number in a dict": {"W": 3.0},
    "an integer in a dict": {"W": 3},
    "a text in a dict": {"W": "text"},
    "bytes in a dict": {"W": b"bytes"},
    "nothing in a dict": {"W": None},
    "a tuple in a dict": {"W": (1, 2)},
    "a dict in a dict": {"W": {"W": np.ones(3)}},
    "a dtype": {"W": np.dtype("f8")},
    "a class": {"W": np.ndarray},
    "a key of bytes": {b"W": np.ones(3)},
    "a key that is a number": {1: np.ones(3)},
    "a key that is a tuple": {("W", 1): np.ones(3)},
    "a key that is a class": {np.ndarray: np.ones(3)},
    "objects": {"W": np.array([None, 1], dtype=object)},
    "texts": {"W": np.array(["a", "b"])},
    "bytes": {"W": np.array([b"a"])},
    "complex numbers": {"W": np.ones(2, complex)},
    "dates": {"W": np.zeros(2, "M8[s]")},
    "records": {"W": np.zeros(2, [("a", "f8"), ("b", "O")])},
    "long floats": {"W": np.ones(2, np.longdouble)},
    "a masked array": {"W": np.ma.masked_array([1.0, 2.0], [True, False])},
    "a matrix": {"W": np.asmatrix(np.ones((2, 2)))},
    "a set": {"W": {1, 2}},
    "a generator": {"W": np.random.default_rng(0)},
}


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
@pytest.mark.parametrize("name", NOT_ARRAYS)
def test_other_things_are_refused(path, name):
    for protocol in PROTOCOLS:
        refusal(path, pickle.dumps(NOT_ARRAYS[name], protocol))


# ---------------------------------------------------------------- hostile files


def call(function, *args):
    class Call:
        def __reduce__(self):
            return function, args

    return Call()


DANGEROUS = {
    "os.system": lambda: call(os.system, f"echo > '{MARKER}'"),
    "os.mkdir": lambda: call(os.mkdir, MARKER),
    "eval": lambda: call(builtins.eval, f"__import__('os').mkdir({MARKER!r})"),
    "exec": lambda: call(builtins.exec, f"__import__('os').mkdir({MARKER!r})"),
    "open": lambda: call(io.open, MARKER, "w"),
    "getattr": lambda: call(getattr, call(__import__, "os"), "mkdir"),
    "getattr of numpy": lambda: call(getattr, np.ndarray, "tofile"),
    "numpy.load": lambda: call(np.load, "evil.npy", None, True),
    "numpy.fromfile": lambda: call(np.fromfile, "/etc/passwd"),
    "numpy.save": lambda: call(np.save, MARKER, np.ones(1)),
    "numpy.memmap": lambda: call(np.memmap, MARKER, "f8", "w+", 0, (3,)),
    "ndarray.tofile": lambda: call(np.ndarray.tofile, np.ones(1), MARKER),
    "numpy.frombuffer": lambda: call(np.frombuffer, b"12345678"),
    "pickle.loads": lambda: call(pickle.loads, pickle.dumps(call(os.mkdir, MARKER))),
    "ndarray": lambda: call(np.ndarray, (10**6, 10**6)),
    "bytearray": lambda: call(bytearray, 10**12),
    "an import": lambda: call(__import__, "this"),
}


@pytest.mark.parametrize("name", DANGEROUS)
def test_what_could_run_is_refused_and_does_not_run(path, name):
    bomb = DANGEROUS[name]()
    objects = np.array([None], dtype=object)
    objects[0] = bomb
    for protocol in PROTOCOLS:
        for place in (bomb, {"W": bomb}, {"W": np.ones(2), "b": bomb}, {"W": objects}):
            try:
                content = pickle.dumps(place, protocol)
            except pickle.PicklingError:  # a method, before protocol 4
                assert (name, protocol < 4) == ("ndarray.tofile", True)
            else:
                refusal(path, content)


def test_the_message_names_what_was_asked_for(path):
    content = pickle.dumps({"W": call(os.mkdir, MARKER)})
    assert f"it uses '{os.mkdir.__module__}.mkdir'" in refusal(path, content)
    assert "opcode PERSID" in refusal(path, b"P1\n.")


def test_the_bombs_would_work(path):  # so that the tests above can fail
    for name in ("os.system", "os.mkdir", "eval", "numpy.save", "ndarray.tofile"):
        pickle.loads(pickle.dumps(DANGEROUS[name]()))
        made = [file for file in os.listdir() if file.startswith(MARKER)]
        assert made, name
        for file in made:
            os.rmdir(file) if os.path.isdir(file) else os.remove(file)


GOOD = pickle.dumps({"W1": np.arange(6.0).reshape(2, 3)}, 2)
RECONSTRUCT = b"cnumpy.core.multiarray\n_reconstruct\n"
DTYPE = b"cnumpy\ndtype\n"
ENCODE = b"c_codecs\nencode\n"
F8 = DTYPE + b"(X\x02\x00\x00\x00f8I00\nI01\ntR"
ARRAY = (
    RECONSTRUCT
    + b"(cnumpy\nndarray\n(I0\nt"
    + ENCODE
    + b"(X\x01\x00\x00\x00bX\x06\x00\x00\x00latin1tRtR"
)


def in_dict(value):
    return b"}X\x01\x00\x00\x00W" + value + b"s."


def array(shape=b"(I1\nt", kind=F8, data=b"C\x0812345678", fortran=b"I00\n"):
    return in_dict(ARRAY + b"(I1\n" + shape + kind + fortran + data + b"tb")


def frombuffer(*args):
    return in_dict(b"cnumpy.core.numeric\n_frombuffer\n(" + b"".join(args) + b"tR")


def test_the_hand_made_ones_are_sound_where_nothing_is_wrong(path):
    path.write_bytes(array())
    assert load_pickle(path)["W"].tobytes() == b"12345678"
    path.write_bytes(frombuffer(b"C\x0812345678", F8, b"(I1\nt", b"X\x01\x00\x00\x00C"))
    assert load_pickle(path)["W"].shape == (1,)


SLOTS = b"N}X\x01\x00\x00\x00aK\x01s\x86"  # (None, {"a": 1}): BUILD sets an attribute
HAND_MADE = {
    "an attribute of ndarray": b"cnumpy\nndarray\n" + SLOTS + b"b.",
    "an attribute of dtype": DTYPE + SLOTS + b"b.",
    "an attribute of encode": ENCODE + SLOTS + b"b.",
    "an attribute of reconstruct": RECONSTRUCT + SLOTS + b"b.",
    "an attribute of a dtype": F8 + SLOTS + b"b.",
    "an attribute of an array": in_dict(ARRAY + SLOTS + b"b"),
    "a dict for the state": in_dict(ARRAY + b"}b"),
    "a text for the state": in_dict(ARRAY + b"X\x05\x00\x00\x00abcdeb"),
    "no state": in_dict(ARRAY),
    "a state for nothing": b"Nb.",
    "a state for a dict": b"}}b.",
    "ndarray made": in_dict(b"cnumpy\nndarray\n(I3\ntR"),
    "ndarray made by NEWOBJ": b"cnumpy\nndarray\n(I3\nt\x81.",
    "INST": b"(I3\ninumpy\nndarray\n.",
    "OBJ": b"(cnumpy\nndarray\nI3\no.",
    "a persistent object": b"P1\n.",
    "an extension": b"\x82\x01.",
    "a name in a name": b"cnumpy\nndarray.tofile\n.",
    "a name of STACK_GLOBAL": b"\x8c\x05numpy\x8c\x04load\x93.",
    "a name of more lines": b"\x8c\x02os\x8c\x0bsystem\nmkdir\x93.",
    "a long name": b"\x8c\x02osX\xff\xff\x00\x00" + b"a" * 65535 + b"\x93.",
    "a module of numbers": b"K\x01K\x02\x93.",
    "a name made of names": DTYPE + b"\x8c\x04load\x93.",
    "a text called": b"X\x05\x00\x00\x00dtypeX\x02\x00\x00\x00f8\x85R.",
    "nothing called": b"N)R.",
    "an array called": in_dict(ARRAY + b")R"),
    "objects": array(kind=F8.replace(b"f8", b"O8")),
    "a type of nothing": in_dict(DTYPE + b")R"),
    "a type of a number": in_dict(DTYPE + b"I8\n\x85R"),
    "a type of a list": in_dict(DTYPE + b"(X\x01\x00\x00\x00aX\x02\x00\x00\x00f8t\x85R"),
    "records": in_dict(DTYPE + b"X\x05\x00\x00\x00f8,f8\x85R"),
    "the word for a type": array(kind=b"X\x02\x00\x00\x00f8"),
    "a type with a word for the order": array(kind=F8 + b"(I3\nX\x01\x00\x00\x00?NNNtb"),
    "a type with fields": array(kind=F8 + b"(I3\nX\x01\x00\x00\x00<N(X\x01\x00\x00\x00at}tb"),
    "less data": array(data=b"C\x071234567"),
    "more data": array(data=b"C\x09123456789"),
    "no data": array(data=b"N"),
    "a text for data": array(data=b"X\x08\x00\x00\x0012345678"),
    "a list of data": array(data=b"(I1\nt"),
    "more than there is": array(shape=b"(I99999999\nI99999999\nI99999999\nt"),
    "a negative size": array(shape=b"(I-1\nI-1\nt"),
    "a size that is found out": array(shape=b"(I-1\nt"),
    "a size of True": array(shape=b"(I01\nt"),
    "a size of texts": array(shape=b"(X\x01\x00\x00\x001t"),
    "a number for the shape": array(shape=b"I1\n"),
    "no numbers, in rows beyond all": array(shape=b"(I0\nL" + b"9" * 30 + b"L\nt", data=b"C\x00"),
    "33 axes": array(shape=b"(" + b"I1\n" * 33 + b"t"),
    "a number for the order": array(fortran=b"I5\n"),
    "an order that is unknown": frombuffer(b"C\x0812345678", F8, b"(I1\nt", b"X\x01\x00\x00\x00A"),
    "axes twice": frombuffer(
        b"C\x0812345678", F8, b"(I1\nI1\nt", b"X\x01\x00\x00\x00K", b"(I0\nI0\nt"
    ),
    "an axis too far": frombuffer(
        b"C\x0812345678", F8, b"(I1\nt", b"X\x01\x00\x00\x00K", b"(I9\nt"
    ),
    "an axis of a text": frombuffer(
        b"C\x0812345678", F8, b"(I1\nt", b"X\x01\x00\x00\x00K", b"(X\x01\x00\x00\x00at"
    ),
    "an axis beyond all": frombuffer(
        b"C\x0812345678", F8, b"(I1\nt", b"X\x01\x00\x00\x00K", b"(L" + b"9" * 30 + b"L\nt"
    ),
    "a buffer of a number": frombuffer(b"I8\n", F8, b"(I1\nt", b"X\x01\x00\x00\x00C"),
    "another code": in_dict(ENCODE + b"(X\x01\x00\x00\x00aX\x06\x00\x00\x00rot_13tR"),
    "a text beyond latin1": in_dict(
        ENCODE + b"(X\x03\x00\x00\x00\xe2\x82\xacX\x06\x00\x00\x00latin1tR"
    ),
    "an array of scalars": in_dict(b"cnumpy.core.multiarray\nscalar\n(" + F8 + b"C\x0212tR"),
    "two marks": b"((.",
    "a mark for a dict": b"(s.",
    "a key alone": b"}(X\x01\x00\x00\x00Wu.",
    "an odd number": b"(X\x01\x00\x00\x00Wd.",
    "nothing to stop with": b".",
    "nothing to get": b"h\x05.",
    "nothing to put": b"q\x05.",
    "nothing to pop": b"\x87.",
    "nothing to mark": b"t.",
    "a dict in itself": b"}q\x00X\x01\x00\x00\x00Wh\x00s.",
    "no number": b"Iabc\n.",
    "no number, at length": b"I" + b"a" * 10_000 + b"\n.",
    "a name that cannot be printed": b"\x8c\x03\xed\xa0\x80\x8c\x01a\x93.",
    "a number of many digits": b"I" + b"9" * 10_000 + b"\n.",
    "a text that is none": b"X\x02\x00\x00\x00\xff\xff.",
}


@pytest.mark.parametrize("name", HAND_MADE)
def test_hand_made_files(path, name):
    refusal(path, HAND_MADE[name])


def test_numpy_is_as_it_was(path):
    before = {name: id(getattr(np, name)) for name in dir(np) if not name.startswith("__")}
    for content in HAND_MADE.values():
        path.write_bytes(content)
        with pytest.raises(ValueError):
            load_pickle(path)
    assert {name: id(getattr(np, name)) for name in before} == before
    assert not hasattr(np.ndarray, "a")
    assert not hasattr(np.dtype, "a")
    assert pickles.NAMES["numpy.dtype"] == "dtype"
    assert np.dtype("f8").isnative


# ---------------------------------------------------------------- too much

BOMBS = {
    "2^32 places in the memory": b"Nr\xff\xff\xff\xff.",
    "2^62 bytes": b"\x8e" + struct.pack("<Q", 2**62) + b".",
    "2^62 bytes that can be changed": b"\x96" + struct.pack("<Q", 2**62) + b".",
    "4 GB of bytes": b"B\xff\xff\xff\xff.",
    "4 GB of text": b"X\xff\xff\xff\xff.",
    "tuples in tuples": b")" + b"\x85" * 90_000 + b".",
    "tuples in tuples as a key": b"})" + b"\x85" * 90_000 + b"Ns.",
    "2^60 tuples as a key": b"})" + b"q\x00h\x00\x86" * 60 + b"Ns.",
    "2^60 tuples as a type": in_dict(DTYPE + b")" + b"q\x00h\x00\x86" * 60 + b"\x85R"),
    "tuples in tuples as a type": in_dict(DTYPE + b")" + b"\x85" * 90_000 + b"\x85R"),
    "a million steps": b"}" * 1_000_000 + b".",
    "a million marks": b"(" * 1_000_000 + b".",
    "one text encoded again and again": (
        b"X"
        + struct.pack("<I", 100_000)
        + b"a" * 100_000
        + b"q\x00X\x06\x00\x00\x00latin1q\x01"
        + (ENCODE + b"h\x00h\x01\x86R") * 10_000
        + b"."
    ),
    "a shape of large numbers": array(shape=b"(" + b"\x8a\xff" + b"\x7f" * 255 + b"t"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(path, name):
    start = time.perf_counter()
    refusal(path, BOMBS[name])
    assert time.perf_counter() - start < 5


def test_no_text_is_encoded_twice(path):
    assert "it calls something" in refusal(path, BOMBS["one text encoded again and again"])


def test_files_that_are_too_large(path):
    content = pickle.dumps({"W": np.ones(100)})
    assert "more than 800" in refusal(path, content, max_bytes=800)
    path.write_bytes(content)
    assert load_pickle(path, max_bytes=len(content))["W"].shape == (100,)
    one_many_times = {f"W{k}": array for array in [np.ones(100)] for k in range(50)}
    content = pickle.dumps(one_many_times)
    assert "40000 bytes unpacked, more than 39999" in refusal(path, content, max_bytes=39_999)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_truncation_is_refused(path, protocol):
    content = pickle.dumps({"W": np.arange(2.0)}, protocol)
    for size in range(len(content)):
        path.write_bytes(content[:size])
        with pytest.raises(ValueError, match=r"^/.*params\.pkl: not a valid .*\)$"):
            load_pickle(path)


@pytest.mark.parametrize("protocol", [0, 3, 5])
def test_bytes_that_were_changed(path, protocol):
    content = pickle.dumps({"W": np.arange(2.0)}, protocol)
    rng = np.random.default_rng(0)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= int(rng.integers(1, 256))
        path.write_bytes(changed)
        try:
            found, message = load_pickle(path), ""
        except ValueError as error:
            found, message = {}, str(error)
        assert len(message.splitlines()) == (not found)
        assert all(value.dtype.kind in "fiub" for value in found.values())
    assert os.listdir() == [path.name]


@pytest.mark.parametrize(
    "content", [b"", b"text\n" * 9, b"\x93NUMPY\x01\x00", b"<html>", b"\0" * 99]
)
def test_something_else(path, content):
    refusal(path, content)


def test_no_file(path):
    for load in (load_pickle, load_arrays):
        with pytest.raises(FileNotFoundError):
            load(path)
        with pytest.raises(OSError):
            load(path.parent)


def test_a_network_that_does_not_fit_is_left_as_it_was(path):
    net = network()
    before = {key: value.copy() for key, value in net.params.items()}
    for params in (
        {key: value for key, value in as_in_the_book(1).items() if key != "b3"},
        {**as_in_the_book(1), "W1": np.ones((5, 6))},
        {**as_in_the_book(1), "W1": np.full((6, 5), np.nan)},
        {**as_in_the_book(1), "W1": np.full((6, 5), 1e300)},
        {**as_in_the_book(1), "W1": np.ones((6, 5), int)},
    ):
        path.write_bytes(pickle.dumps(params))
        with pytest.raises(ValueError, match=r"params\.pkl"):
            net.load_params(path)
        assert all((net.params[key] == value).all() for key, value in before.items())
