"""Your own data sets: idx files, four of them in a folder, and CIFAR-10 in all its archives."""

import gzip
import io
import json
import os
import pickle
import struct
import tarfile
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import dataset
from ch05 import train_neuralnet
from common.io.pickles import named_arrays
from dataset import cifar, load_cifar10, load_mnist, read_idx
from dataset.four_files import NAMES
from dataset.mnist import data_name

RNG = np.random.default_rng(0)
CODES = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}


def idx_bytes(array):
    """Return an array as an idx file has it."""
    code = CODES[array.dtype.str[1:]]
    head = struct.pack(f">4B{array.ndim}I", 0, 0, code, array.ndim, *array.shape)
    return head + array.astype(array.dtype.newbyteorder(">")).tobytes()


def refused(function, *args, **options):
    """Return the message of a refusal, which is one line."""
    with pytest.raises((ValueError, OSError)) as caught:
        function(*args, **options)
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


# ---------------------------------------------------------------- idx


@pytest.mark.parametrize("kind", CODES)
@pytest.mark.parametrize("packed", [False, True])
def test_idx_of_all_types(tmp_path, kind, packed):
    for shape in ((), (5,), (2, 3), (2, 3, 4, 5), (0, 7)):
        array = np.asarray(RNG.normal(scale=50, size=shape)).astype(kind)
        content = idx_bytes(array)
        path = tmp_path / "numbers"  # its content tells what it is
        path.write_bytes(gzip.compress(content) if packed else content)
        found = read_idx(path)
        assert found.dtype == np.dtype(kind)
        assert found.dtype.isnative
        assert found.shape == shape
        assert (found == array).all()
        found[...] = 0  # its memory is separate


def test_idx_of_the_real_mnist():
    if not os.environ.get("DLFS_DATA"):
        pytest.skip("the files of MNIST are not here: set DLFS_DATA to their folder")
    folder = Path(os.environ["DLFS_DATA"])
    assert read_idx(folder / "train-labels-idx1-ubyte.gz")[:5].tolist() == [5, 0, 4, 1, 9]
    images = read_idx(str(folder / "t10k-images-idx3-ubyte.gz"))
    _, (x_test, _) = load_mnist(normalize=False, flatten=False, source="mnist")
    assert (images == x_test[:, 0]).all()


GOOD = idx_bytes(np.arange(12, dtype=np.int16).reshape(3, 4))
BAD_IDX = {
    "nothing": (b"", "begins with the bytes (none); expected 00 00"),
    "text": (b"<html>", "begins with the bytes 3c 68 74 6d; expected 00 00"),
    "an unknown type": (b"\0\0\x0a\1" + bytes(8), "00 00 0a 01; expected"),
    "too many axes": (b"\0\0\x08\xff" + bytes(2000), "00 00 08 ff; expected"),
    "cut in the header": (GOOD[:10], "ends in its header; expected the sizes of 2 axes"),
    "cut": (GOOD[:-1], "only 23 bytes of numbers; expected 24 for the shape (3, 4)"),
    "too long": (GOOD + b"x", "more bytes of numbers; expected 24 for the shape (3, 4)"),
    "huge": (b"\0\0\x08\3" + b"\xff" * 12 + b"x", "bytes; expected at most 2147483648"),
    "no numbers in a huge shape": (b"\0\0\x08\4" + bytes(4) + b"\xff" * 12, "not a valid"),
    "gzip, cut": (gzip.compress(GOOD)[:-9], "end-of-stream"),
    "gzip, spoiled": (gzip.compress(GOOD)[:-6] + b"123456", "CRC check failed"),
    "gzip and no more": (b"\x1f\x8b", "not a valid"),
    "gzip of garbage": (b"\x1f\x8b\x08" + bytes(7) + b"\xff" * 99, "not a valid"),
    "gzip of gzip": (gzip.compress(gzip.compress(GOOD)), "1f 8b 08 00; expected"),
}


@pytest.mark.parametrize("name", BAD_IDX)
def test_damaged_idx_files(tmp_path, name):
    path = tmp_path / "file"
    path.write_bytes(BAD_IDX[name][0])
    message = refused(read_idx, path)
    assert message.startswith(f"{path}: not a valid idx file (")
    assert BAD_IDX[name][1] in message


def test_idx_unpacks_no_more_than_it_should(tmp_path):
    """A kilobyte that holds a megabyte of zeros is read up to the size in its header."""
    path = tmp_path / "bomb"
    path.write_bytes(gzip.compress(idx_bytes(np.zeros(9, np.uint8)) + bytes(10**6)))
    assert "more bytes of numbers; expected 9" in refused(read_idx, path)
    path.write_bytes(gzip.compress(idx_bytes(np.zeros(10**6, np.uint8))))
    assert "1000000 bytes; expected at most 999999" in refused(read_idx, path, max_bytes=999_999)
    assert read_idx(path, max_bytes=10**6).shape == (10**6,)


def test_idx_that_is_no_file(tmp_path):
    assert str(tmp_path) in refused(read_idx, tmp_path)
    assert "nowhere" in refused(read_idx, tmp_path / "nowhere")
    assert "expected the name of a file" in refused(read_idx, 3)


# ---------------------------------------------------------------- four files in a folder


def four(sizes=(6, 3), shape=(28, 28), classes=10):
    arrays = {}
    for part, n in zip(("train", "test"), sizes, strict=True):
        arrays[f"x_{part}"] = RNG.integers(256, size=(n, *shape), dtype=np.uint8)
        arrays[f"t_{part}"] = (np.arange(n) % classes).astype(np.uint8)
    return arrays


def write(folder, arrays, prefix="", packed=True):
    folder.mkdir(exist_ok=True)
    for key, name in NAMES.items():
        name = name.replace("t10k", "test") if prefix else name
        content = idx_bytes(arrays[key])
        path = folder / (f"{prefix}{name}" + ".gz" * packed)
        path.write_bytes(gzip.compress(content) if packed else content)
    return folder


@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_in_the_format_of_mnist(tmp_path, packed):
    arrays = four(classes=3, shape=(5, 7))
    folder = write(tmp_path / "fashion", arrays, packed=packed)
    (folder / "README.txt").write_text("clothes")
    for source in (folder, str(folder)):
        (x, t), (x_test, t_test) = load_mnist(False, False, source=source)
        assert (x[:, 0] == arrays["x_train"]).all()
        assert (t == arrays["t_train"]).all()
        assert x_test.shape == (3, 1, 5, 7)
        assert (t_test.dtype, t_test.tolist()) == (np.int64, [0, 1, 2])
    (x, t), _ = load_mnist(one_hot_label=True, source=folder)
    assert (x.shape, x.dtype, x.max() <= 1) == ((6, 35), np.float32, True)
    assert (t == np.eye(3)[arrays["t_train"]]).all()


def test_a_folder_called_like_a_source(tmp_path, monkeypatch):
    write(tmp_path / "drawn", four((10, 3)))
    monkeypatch.chdir(tmp_path)
    for source in (Path("drawn"), "./drawn", "drawn/"):
        assert load_mnist(source=source)[0][0].shape == (10, 784)
        assert data_name(source) == str(tmp_path / "drawn")


def test_the_number_of_classes_is_that_of_both_parts(tmp_path):
    arrays = four()
    arrays["t_train"][:] = 1
    arrays["t_test"][0] = 26  # as in EMNIST's letters, 1 to 26
    (_, t), (_, t_test) = load_mnist(one_hot_label=True, source=write(tmp_path / "x", arrays))
    assert t.shape == (6, 27)
    assert t_test.argmax(axis=1).tolist() == [26, 1, 2]


def test_emnist_is_transposed(tmp_path):
    arrays = four(shape=(4, 6))
    folder = write(tmp_path / "emnist", arrays, "emnist-letters-")
    (folder / "emnist-letters-mapping.txt").write_text("1 65 97")
    (x, t), (x_test, _) = load_mnist(False, False, source=folder)
    assert (x[:, 0] == arrays["x_train"].transpose(0, 2, 1)).all()
    assert (t == arrays["t_train"]).all()
    assert x_test.shape == (3, 1, 6, 4)
    assert x.flags.c_contiguous
    write(folder, four(), "emnist-digits-")
    message = refused(load_mnist, source=folder)
    assert "emnist-digits-, emnist-letters-; expected one set of four" in message
    arrays = four()
    write(folder, arrays)  # the names of MNIST go first
    assert (load_mnist(False, False, source=folder)[0][0][:, 0] == arrays["x_train"]).all()


def cut(key, end):
    return lambda arrays: arrays.update({key: arrays[key][:end]})


BAD_FOUR = {
    "fewer labels": (cut("t_train", -1), "the train files have 6 images and 5 labels"),
    "fewer images": (cut("x_test", 2), "the test files have 2 images and 3 labels"),
    "none": (cut("x_test", 0), "x_test is uint8 (0, 28, 28); expected images (N, H, W) of bytes"),
    "rows": (lambda a: a.update(x_train=a["x_train"][0]), "x_train is uint8 (28, 28); expected"),
    "labels of rows": (lambda a: a.update(t_test=np.eye(3, dtype="u1")), "t_test is uint8 (3, 3)"),
    "floats": (lambda a: a.update(x_test=a["x_test"].astype("f4")), "x_test is float32"),
    "half labels": (lambda a: a.update(t_train=a["t_train"] + np.float32(0.5)), "expected labels"),
    "labels below 0": (lambda a: a.update(t_train=-a["t_train"].astype("i1")), "expected labels"),
    "two sizes": (lambda a: a.update(x_test=a["x_test"][:, 1:]), "(28, 28) and (27, 28); expected"),
}


@pytest.mark.parametrize("name", BAD_FOUR)
def test_four_files_that_make_no_sense(tmp_path, name):
    arrays = four()
    BAD_FOUR[name][0](arrays)
    message = refused(load_mnist, source=write(tmp_path / "folder", arrays))
    assert message.startswith(f"{tmp_path / 'folder'}: ")
    assert BAD_FOUR[name][1] in message


@pytest.mark.parametrize("name", NAMES.values())
def test_a_file_that_is_missing(tmp_path, name):
    folder = write(tmp_path / "folder", four(), packed=False)
    (folder / name).unlink()
    (folder / name).mkdir()  # a folder is not a file
    assert f"{folder} has no {name}; expected" in refused(load_mnist, source=folder)
    folder = write(tmp_path / "other", four(), "emnist-digits-", packed=False)
    (folder / "emnist-digits-test-labels-idx1-ubyte").unlink()
    assert "has no emnist-digits-t10k-labels-idx1" in refused(load_mnist, source=folder)


def test_a_script_trains_on_a_folder(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = write(tmp_path / "fashion", four((60, 20)))
    words = ["--quick", "--iters", "2", "--data"]
    assert train_neuralnet.main([*words, "fashion"])["data"] == str(folder)
    assert f"data: {folder}" in capsys.readouterr().out
    saved = json.loads((tmp_path / "outputs" / "ch05" / "train_neuralnet.json").read_text())
    assert saved["data"] == str(folder)
    write(tmp_path / "letters", four((60, 60), classes=26))
    write(tmp_path / "large", four((60, 20), shape=(32, 30)))
    for name, found in (("letters", "26 classes of 28 x 28"), ("large", "10 classes of 32 x 30")):
        message = refused(train_neuralnet.main, [*words, name])
        assert f"{name} has {found} pixels; expected 10 classes of 28 x 28" in message


# ---------------------------------------------------------------- CIFAR-10

IMAGES = RNG.integers(256, size=(6, 2, 3072), dtype=np.uint8)  # two in each file
LABELS = RNG.integers(10, size=(6, 2))
LABELS[5] = 9, 0


def binary(k):
    return np.column_stack([LABELS[k].astype(np.uint8), IMAGES[k]]).tobytes()


def string(text):
    """Return a string as Python 2 pickles it: short ones with their length in a byte."""
    size = bytes([85, len(text)]) if len(text) < 256 else b"T" + struct.pack("<i", len(text))
    return size + text


def python2(images, labels):
    """Return what Python 2 pickled, opcode by opcode as the genuine files have it."""
    head = b"\x80\x02}q\x01(" + string(b"batch_label") + b"q\x02" + string(b"testing batch 1 of 1")
    numbers = b"".join(b"K" + bytes([label]) for label in labels)
    middle = b"q\x03" + string(b"labels") + b"q\x04]q\x05(" + numbers + b"e"
    made = b"cnumpy.core.multiarray\n_reconstruct\nq\x07cnumpy\nndarray\nq\x08K\x00\x85"
    made = string(b"data") + b"q\x06" + made + string(b"b") + b"\x87Rq\x09"
    shape = b"M" + struct.pack("<H", len(images)) + b"M\x00\x0c\x86"
    kind = b"cnumpy\ndtype\nq\x0a" + string(b"u1") + b"K\x00K\x01\x87Rq\x0b(K\x03"
    kind += string(b"|") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    state = b"(K\x01" + shape + kind + b"\x89" + string(images.tobytes()) + b"tb"
    names = b"".join(string(b"image_s_%06d.png" % n) + b"q" + bytes([14 + n]) for n in range(2))
    return head + middle + made + state + string(b"filenames") + b"q\x0c]q\x0d(" + names + b"eu."


def python3(k, keys=str, protocol=2):
    names = [keys("image.png", "ascii") if keys is bytes else "image.png"] * 2
    held = {"batch_label": names[0], "labels": LABELS[k].tolist(), "data": IMAGES[k]}
    held |= {"filenames": names}
    return pickle.dumps({n.encode() if keys is bytes else n: v for n, v in held.items()}, protocol)


KINDS = {
    "binary": binary,
    "python": lambda k: python2(IMAGES[k], LABELS[k]),
    "python 3": python3,
    "python 3, bytes": lambda k: python3(k, bytes),
    "python 3, bytes, protocol 5": lambda k: python3(k, bytes, 5),
}


def six(kind):
    names = cifar.NAMES[kind == "binary"]
    return {name: KINDS[kind](k) for k, name in enumerate(names)}


def put(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def archive(path, files, inside="cifar-10-batches-py/"):
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as file:
        for name, content in {"readme.html": b"<html>", **files}.items():
            member = tarfile.TarInfo(inside + name)
            member.size = len(content)
            file.addfile(member, io.BytesIO(content))
    return path


def test_a_hand_made_batch_is_what_python_reads_too():
    found = pickle.loads(python2(IMAGES[0], LABELS[0]), encoding="latin1")
    assert set(found) == {"batch_label", "labels", "data", "filenames"}
    assert found["labels"] == LABELS[0].tolist()
    assert (found["data"] == IMAGES[0]).all()
    assert found["filenames"][1] == "image_s_000001.png"


@pytest.mark.parametrize("kind", KINDS)
def test_cifar10_of_every_kind(tmp_path, kind):
    files, name = six(kind), cifar.PLACES[1 + (kind == "binary")]
    packed = cifar.PLACES[3 + (kind == "binary")]
    places = [put(tmp_path / "a", files), put(tmp_path / "b" / name, files).parent]
    places += [archive(tmp_path / "c" / packed, files).parent, tmp_path / "c" / packed]
    for folder in places:
        (x, t), (x_test, t_test) = load_cifar10(folder, normalize=False)
        assert (x.reshape(10, 3072) == IMAGES[:5].reshape(10, 3072)).all()
        assert (x_test.reshape(2, 3072) == IMAGES[5]).all()
        assert (t == LABELS[:5].ravel()).all()
        assert t_test.tolist() == [9, 0]
    assert sorted(p.name for p in (tmp_path / "c").iterdir()) == [packed]  # nothing was unpacked


@pytest.mark.parametrize(("normalize", "flatten", "one_hot"), product([True, False], repeat=3))
def test_cifar10_in_every_form(tmp_path, monkeypatch, normalize, flatten, one_hot):
    monkeypatch.setenv("HOME", str(put(tmp_path / "cifar", six("binary")).parent))
    (x, t), (_, t_test) = load_cifar10("~/cifar", normalize, flatten, one_hot)
    assert x.shape == ((10, 3072) if flatten else (10, 3, 32, 32))
    assert x.dtype == (np.float32 if normalize else np.uint8)
    assert x.ravel()[:3072] == pytest.approx(IMAGES[0, 0] / (255 if normalize else 1))
    assert t.dtype == (np.float32 if one_hot else np.int64)
    assert (t_test == (np.eye(10)[[9, 0]] if one_hot else [9, 0])).all()


def test_the_colours_are_red_green_and_blue(tmp_path):
    """In the files: the red of all pixels, row by row, then the green, then the blue."""
    files = six("binary")
    files["data_batch_1.bin"] = bytes([3]) + bytes([1] * 1024 + [2] * 1024 + [3] * 1024)
    (x, t), _ = load_cifar10(put(tmp_path / "x", files), normalize=False)
    assert [set(channel.ravel()) for channel in x[0]] == [{1}, {2}, {3}]
    assert t[0] == 3
    assert cifar.CLASSES[3] == "cat"


BAD_BATCHES = {
    "nothing": (b"", b"", "not a valid"),
    "cut": (binary(0)[:-1], python3(0)[:-9], "not a valid"),
    "garbage": (b"\xff" * 3073, b"garbage", "not a valid"),
    "labels": (
        bytes([10]) + binary(0)[1:],
        python2(IMAGES[0], [0, 10]),
        "to 10; expected 0 to 9",
    ),
}


@pytest.mark.parametrize("name", BAD_BATCHES)
@pytest.mark.parametrize("kind", ["binary", "python"])
def test_damaged_cifar10_files(tmp_path, kind, name):
    files = six(kind)
    which = cifar.NAMES[kind == "binary"][2]
    files[which] = BAD_BATCHES[name][kind == "python"]
    for place in (put(tmp_path / "a", files), archive(tmp_path / "b.tar.gz", files)):
        message = refused(load_cifar10, place)
        assert message.startswith(f"{place}")
        assert f"{which}: not a valid file of CIFAR-10" in message
        assert BAD_BATCHES[name][2] in message


def held(**others):
    return pickle.dumps({"data": IMAGES[0], "labels": [1, 2], **others}, 2)


BAD_PICKLES = {
    "no labels": (pickle.dumps({"data": IMAGES[0]}), "'labels' is not there; expected"),
    "a list": (pickle.dumps([1, 2]), "something other than a dict"),
    "labels of floats": (held(labels=np.ones(2)), "labels are float64 (2,); expected"),
    "labels as text": (held(labels="12"), "'labels' is a str; expected"),
    "labels of bools": (held(labels=[True, False]), "'labels' is a list; expected"),
    "labels in lists": (held(labels=[[1], [2]]), "'labels' is a list; expected"),
    "labels beyond all": (held(labels=[1, 2**70]), "not a valid"),
    "one label": (held(labels=[1]), "its data is uint8 (2, 3072); expected"),
    "data of floats": (held(data=IMAGES[0] / 255), "its data is float64"),
    "data of lists": (held(data=IMAGES[0].tolist()), "'data' is a list"),
    "no data": (pickle.dumps({"data": IMAGES[0, :0], "labels": []}), "its data is uint8 (0, 3072)"),
    "something that runs": (held(labels=pytest.raises), "it uses"),
    "more steps": (held(labels=[1] * 100_000), "more than 100000 opcodes"),
}


@pytest.mark.parametrize("name", BAD_PICKLES)
def test_cifar10_in_pickles_of_other_things(tmp_path, name):
    files = six("python") | {"data_batch_2": BAD_PICKLES[name][0]}
    message = refused(load_cifar10, put(tmp_path / "x", files))
    assert "data_batch_2: not a valid file of CIFAR-10 (" in message
    assert BAD_PICKLES[name][1] in message


def test_cifar10_that_is_not_there(tmp_path):
    assert "has no complete CIFAR-10; expected the files data_batch_1" in refused(
        load_cifar10, tmp_path
    )
    files = six("binary")
    del files["data_batch_4.bin"]
    assert "has no complete CIFAR-10" in refused(load_cifar10, put(tmp_path / "x", files))
    for folder in (tmp_path / "nowhere", "", None, 3, "a\0b", "\ud800"):
        assert "expected the folder or the archive" in refused(load_cifar10, folder)


def test_damaged_archives(tmp_path, monkeypatch):
    path = archive(tmp_path / "cifar-10-python.tar.gz", six("python"))
    content = path.read_bytes()
    for bad in (content[:-100], b"garbage" * 999, gzip.compress(b"garbage" * 999), b""):
        path.write_bytes(bad)
        assert refused(load_cifar10, path).startswith(f"{path}: not a valid ")
    path.write_bytes(content)
    monkeypatch.setattr(cifar, "MAX_BYTES", 10_000)
    assert "more than 10000 bytes unpacked" in refused(load_cifar10, tmp_path)


def test_an_archive_of_links_and_holes_is_not_followed(tmp_path):
    """A link to a file outside, and a member that claims to be of many zeros."""
    path = put(tmp_path / "outside", six("python")) and tmp_path / "x.tar.gz"
    with tarfile.open(path, "w:gz") as file:
        for name in cifar.BATCHES:
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, f"{tmp_path}/outside/{name}"
            file.addfile(member)
    assert "has no complete CIFAR-10" in refused(load_cifar10, path)


# ---------------------------------------------------------------- the reader of pickles

LISTS = {
    "a list in itself": b"}X\x04\x00\x00\x00data]q\x00h\x00as.",
    "lists in lists": b"}X\x04\x00\x00\x00data" + b"](" * 30_000 + b"e" * 30_000 + b"s.",
    "append to a number": b"}X\x04\x00\x00\x00dataK\x01K\x02as.",
    "append to an array": held()[:-1] + b"K\x02a.",
    "append to nothing": b"K\x01a.",
    "a list as a key": b"}](K\x01eK\x01s.",
    "a list called": b"](K\x01e)R.",
    "a list built": b"]}b.",
    "a list for a shape": held().replace(b"K\x02M\x00\x0c\x86", b"](K\x02M\x00\x0ce"),
    "a text of length -1": b"T\xff\xff\xff\xff.",
    "2 GB of text": b"T\xff\xff\xff\x7f.",
    "a name of strings": b"U\x02osU\x06system\x93.",
    "a set": held(data={1}),
    "a frozen set": pickle.dumps({"data": frozenset([1])}, 5),
    "a list of Python's": b"}X\x04\x00\x00\x00data(K\x01ls.",
    "a list in all names": b"]" + b"q\x00h\x00" * 40_000 + b".",
}


@pytest.mark.parametrize("name", LISTS)
def test_hostile_lists(tmp_path, name):
    assert LISTS[name] != held()
    files = six("python") | {"test_batch": LISTS[name]}
    assert "test_batch: not a valid file" in refused(load_cifar10, put(tmp_path / "x", files))


def test_batches_cut_anywhere_or_changed(tmp_path):
    content = python2(IMAGES[0, :1], LABELS[0, :1])
    for size in range(0, len(content), 7):
        with pytest.raises((ValueError, LookupError, TypeError)):
            named_arrays(content[:size], ("data", "labels"), 10**6)
    rng = np.random.default_rng(0)
    places = [n for n in range(len(content)) if not 300 < n < len(content) - 120]
    for place in places:
        changed = bytearray(content)
        changed[place] ^= int(rng.integers(1, 256))
        try:
            found = named_arrays(bytes(changed), ("data", "labels"), 10**6)
        except (ValueError, LookupError, TypeError, ArithmeticError):
            continue
        assert all(value.dtype.kind in "fiub" for value in found.values())


def test_more_than_allowed_is_refused():
    with pytest.raises(ValueError, match="6160 bytes unpacked, more than 6159"):
        named_arrays(held(), ("data", "labels"), 6159)
    assert list(named_arrays(held(), ("labels",), 16)) == ["labels"]


def test_what_the_package_exports():
    assert dataset.read_idx is read_idx
    assert dataset.load_mnist is load_mnist
    assert dataset.load_cifar10 is load_cifar10
