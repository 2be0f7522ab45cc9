"""The reader's files, and which exercises are done; nothing of the reader's is overwritten."""

import hashlib
from pathlib import Path

from common.io.files import naming
from exercises.exercise import Exercise
from exercises.source import Source

DONE, CHANGED, BEGUN, NEW = "done", "changed since it was done", "begun", ""
RECORD = "done.txt"


def path_of(exercise: Exercise, folder: Path) -> Path:
    """Return the reader's file: the only one that begins with the name of the exercise."""
    return folder / exercise.file_name


def write(exercise: Exercise, folder: Path) -> bool:
    """Write the sheet of an exercise; return False, and change nothing, if there is a file."""
    path = path_of(exercise, folder)
    folder.mkdir(parents=True, exist_ok=True)
    data = Source(exercise).sheet().encode()
    try:
        with naming(path), open(path, "xb") as file:
            file.write(data)
    except FileExistsError:
        return False
    except OSError:  # a full disk: what is there is a part of this file
        path.unlink(missing_ok=True)
        raise
    return True


def keep_done(exercise: Exercise, folder: Path) -> None:
    """Record that the reader's file, as it is now, passed its check."""
    line = f"{exercise.name} {_checksum(path_of(exercise, folder))}\n"
    with naming(folder / RECORD), open(folder / RECORD, "a", encoding="utf-8") as file:
        file.write(line)


def state(exercise: Exercise, folder: Path) -> str:
    """Return whether the exercise is new, begun or done, or changed since it was done."""
    path, record = path_of(exercise, folder), folder / RECORD
    if not path.exists():
        return NEW
    text = record.read_text(encoding="utf-8", errors="replace") if record.exists() else ""
    passed = [line.split() for line in text.splitlines() if line.startswith(f"{exercise.name} ")]
    if [exercise.name, _checksum(path)] in passed:
        return DONE
    return CHANGED if passed else BEGUN


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
