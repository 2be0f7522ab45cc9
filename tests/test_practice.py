"""Exercises (practice.py): every blank fails, every solution passes, mistakes are explained."""

import itertools
import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest

import exercises
import practice
from ch03 import three_layer_network
from exercises import calls, sheets, trial
from exercises.catalogue import EXERCISES, select
from exercises.exercise import Exercise
from exercises.failure import Failure, difference
from exercises.placing import Placing, problem
from exercises.source import BLANK, ROOT, Source, code_lines
from tests import test_bad_disks
from tests.mutations import MUTATIONS
from tests.practice_variants import touches
from tests.test_cli import run
from tests.test_readme import README

SIGMOID = EXERCISES["3.2.4"]
AFFINE = EXERCISES["5.6.2b"]


def answer(exercise, *codes):
    """Return the sheet of an exercise with code in its blanks."""
    text = Source(exercise).sheet()
    for code in codes:
        before, text = text.split(BLANK, 1)
        indent = re.search(r" *$", before)[0]
        text = before + code.replace("\n", f"\n{indent}") + text
    return text


def checked(tmp_path, text, exercise=SIGMOID, seconds=30):
    """Return whether the check passes, and what it says by label."""
    path = tmp_path / exercise.file_name
    path.write_text(text, encoding="utf-8")
    verdict = trial.check(exercise, path, seconds)
    return verdict.passed, dict(verdict.lines)


# ---------------------------------------------------------------- the list


def test_every_section_with_code_has_an_exercise():
    names = list(EXERCISES)
    assert f"all {len(names)} exercises, from section {names[0]} to {names[-1]}" in README
    numbers = [tuple(map(int, one.section.split("."))) for one in EXERCISES.values()]
    assert numbers == sorted(numbers)
    with_code = {2: "35", 3: "2456", 4: "2345", 5: "4567", 6: "12345", 7: "23456", 8: "123"}
    for chapter, sections in with_code.items():
        assert all(select([f"{chapter}.{section}"]) for section in sections)
    assert len({one.file_name for one in EXERCISES.values()}) == len(names)
    assert all(re.fullmatch(r"\d\.\d(\.\d)?[a-j]?", name) for name in names)


def test_every_module_is_on_the_map():
    lines = exercises.__doc__.splitlines()
    on_the_map = {line.split("  ")[0] for line in lines if line[:1].islower()} - {"module"}
    modules = {path.stem for path in (ROOT / "exercises").glob("*.py")} - {"__init__"}
    assert on_the_map | {f"chapter_{n}" for n in range(2, 9)} == modules


@pytest.mark.parametrize("name", EXERCISES)
def test_sheets_are_cut_out_of_the_source(name):
    exercise = EXERCISES[name]
    source = Source(exercise)
    blank, filled = source.sheet(), source.sheet(filled=True)
    assert blank.count(BLANK) == len(exercise.targets)
    assert problem(source, blank).endswith("delete the line with raise.")
    assert problem(source, filled) == ""
    assert exercise.task in " ".join(blank.split())
    assert max(map(len, blank.splitlines())) <= 100
    missing = sum(code_lines(f"if 1:\n{part}") - 1 for part in missing_text(source))
    assert code_lines(filled) - code_lines(blank) == missing - len(exercise.targets)
    for part in missing_text(source):
        assert part in filled
        assert part not in blank
    for names in re.findall(r"^from \S+ import (.*)$", blank, re.MULTILINE):
        for name in names.split(", "):  # a helper may give the solution away
            assert name[0] != "_" or len(re.findall(rf"\b{name}\b", blank)) > 1


def missing_text(source):
    return ["\n".join(source.lines[part[0] - 1 : part[-1]]) for part in source.missing_lines()]


def test_a_word_selects_exercises_sections_and_chapters():
    assert [one.name for one in select(["5.6.2b", "5.6.2"])] == ["5.6.2b", "5.6.2a"]
    assert {one.chapter for one in select(["5"])} == {5}
    assert [one.name for one in select(["2.3.1"])] == ["2.3.1"]
    for word in ("5.6.9", "9", "", "5.6.2c", "check"):
        with pytest.raises(ValueError, match="there is no exercise"):
            select([word])


# ---------------------------------------------------------------- the checks


def test_solutions_pass_and_every_blank_and_every_mutation_fails(tmp_path):
    result = tmp_path / "result.json"
    ended = subprocess.run(
        [sys.executable, "-m", "tests.practice_variants", str(result)],
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    failed = json.loads(result.read_text())["failed"]
    passing = {key for key, test in failed.items() if test is None}
    assert passing == {f"{name} solution" for name in EXERCISES}
    sources = list(map(Source, EXERCISES.values()))
    pairs = itertools.product(MUTATIONS, sources)
    inside = [m for m, one in pairs if ROOT / m.file == one.path and touches(one, m.old)]
    assert len(failed) == 2 * len(EXERCISES) + len(inside)
    assert len(inside) > 60


@pytest.mark.slow
@pytest.mark.parametrize("name", EXERCISES)
def test_each_solution_passes_its_check(name, tmp_path):
    exercise = EXERCISES[name]
    passed, said = checked(tmp_path, Source(exercise).sheet(filled=True), exercise)
    assert passed, said
    assert said.get("exact") in (None, "the same numbers to the last digit")


def test_a_right_answer_is_compared_and_done(tmp_path, capsys):
    folder = ["--folder", str(tmp_path)]
    practice.main(["3.2.4", *folder])
    path = tmp_path / SIGMOID.file_name
    code = "e = exponential(x)\nprint('here')\nreturn 1 / e"
    extra = "def exponential(x):\n    return 1 + np.exp(-x)\n\n\ndef sigmoid("
    extra = answer(SIGMOID, code).replace("def sigmoid(", extra)
    extra += "\nprint(sigmoid(0))\nif __name__ == '__main__':\n    exit()\n"
    path.write_text(f"\ufeff{extra}", encoding="utf-8", newline="\r\n")  # as Windows may save it
    practice.main(["check", str(path), *folder])
    out = capsys.readouterr().out
    assert "3.2.4  sigmoid: right\n" in out
    assert "\n  lines     5; the library's own has 2\n" in out
    assert re.search(r"\n  time      (about as|[\d.]+ times as) \w+ as the library's\n", out)
    assert "\n  exact     the same numbers to the last digit\n" in out
    practice.main(folder)
    assert re.search(r"\[x\] 3\.2\.4   sigmoid +common\.functions\n", capsys.readouterr().out)
    path.write_text(extra + "# one more line\n")
    practice.main(folder)
    assert "common.functions  (changed since it was done)\n" in capsys.readouterr().out


def test_a_wrong_answer_is_explained(tmp_path):
    code = "print('once')\nself.dW = self.x.T @ dout\nself.db = dout.mean(axis=0)\nreturn dout"
    passed, said = checked(tmp_path, answer(AFFINE, code), AFFINE)
    assert not passed
    assert said == {
        "test": "affine example (tests/test_layers.py)",
        "checks": "layer.db.tolist() == [5, 7, 9]",
        "found": "[2.5, 3.5, 4.5]",
        "expected": "[5, 7, 9]",
        "printed": "once",
    }


@pytest.mark.parametrize(
    ("code", "seconds", "wrong"),
    [
        (
            *("import time\nwhile True: time.sleep(0.01)", 3),
            "did not end within 3 seconds: line 31 of your file was running. An endless loop?",
        ),
        ("return exit()", 30, "ends Python in line 30 of your file: remove exit() or sys.exit()."),
        ("import os\nos._exit(0)", 30, "The code ended Python (exit code 0)."),
    ],
)
def test_code_that_does_not_come_back(code, seconds, wrong, tmp_path):
    text = answer(SIGMOID, code) + "\nsigmoid(0)\n"  # called before pytest, which takes its time
    line = text[: text.index(code.splitlines()[-1])].count("\n") + 1
    passed, said = checked(tmp_path, text, SIGMOID, seconds)
    assert not passed
    assert re.sub(r"line \d+", f"line {line}", wrong) in said["wrong"]


PROBLEMS = {
    "a syntax error": ("return (x", r"Python cannot read line \d+: '\(' was never closed\."),
    "an indentation": ("  return x", r"Python cannot read line \d+: unexpected indent\."),
    "blank": (
        BLANK,
        "sigmoid is not written yet: write your code, and delete the line with raise.",
    ),
    "a zero byte": ("return '\0'", "Python cannot read .*null bytes"),
    "outside": ("pass\nreturn x\n\nreturn 3", ""),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_is_wrong_before_the_code_runs(name):
    code, message = PROBLEMS[name]
    assert re.fullmatch(message, problem(Source(SIGMOID), answer(SIGMOID, code)), re.DOTALL) or (
        re.search(message, problem(Source(SIGMOID), answer(SIGMOID, code)))
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("def sigmoid(", "def sigmoit(", "There is no function sigmoid; expected def sigmoid(x)."),
        (
            "x: ArrayLike)",
            "x: ArrayLike, y=1)",
            "The arguments of sigmoid changed: sigmoid(x, y=1)",
        ),
        ("x: ArrayLike)", "z)", "sigmoid(z); expected sigmoid(x)."),
        ("return 1 /", "return x\n\n\nclass sigmoid:\n    x = 1 #", "sigmoid is a class"),
        ("x: ArrayLike) -> np.ndarray", "x)", ""),
        ("import numpy as np", "import numpy as np\nreturn", "'return' outside function"),
    ],
)
def test_a_function_that_is_not_the_one_of_the_exercise(old, new, message):
    text = answer(SIGMOID, "return 1 / (1 + np.exp(-x))")
    assert text.count(old) == 1
    found = problem(Source(SIGMOID), text.replace(old, new))
    assert message in found
    assert bool(message) == bool(found)


def test_a_method_that_is_missing():
    text = answer(AFFINE, "return dout").replace("def backward", "def back")
    found = problem(Source(AFFINE), text)
    assert found == "There is no method Affine.backward; expected def backward(self, dout)."


def test_a_file_that_is_no_text(tmp_path):
    path = tmp_path / SIGMOID.file_name
    path.write_bytes(b"\xff\xfe\x00")
    assert trial.check(SIGMOID, path).lines == [
        ("wrong", "The file is not text in UTF-8; save it with this encoding.")
    ]


def test_without_pytest_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r'install -e "\.\[dev\]"$'):
        checked(tmp_path, answer(SIGMOID, "return x"))


def test_how_a_killed_or_stuck_check_is_told():
    assert trial.explanation({"ended": -9}, 30) == [("wrong", "The code ended Python (SIGKILL).")]
    ((_, said),) = trial.explanation({"stuck": None}, 30)
    assert said == "It did not end within 30 seconds. An endless loop?"


# ---------------------------------------------------------------- failures in words


def failing(tmp_path, code):
    """Return the explanation of the error that the reader's code raises."""
    path = tmp_path / "mine.py"
    path.write_text(f"def f(x):\n    {code}\n")
    scope = {"np": np}
    exec(compile(path.read_text(), str(path), "exec"), scope)
    with pytest.raises(BaseException) as caught:
        scope["f"](np.ones((2, 3)))
    return dict(Failure(caught.value, str(path)).lines())


@pytest.mark.parametrize(
    ("code", "label", "message"),
    [
        ("return f(x)", "wrong", "The code calls itself without end in line 2 of your file."),
        ("return np.ones((10**7, 10**7))", "wrong", "The code needs too much memory in line 2"),
        ("raise SystemExit", "wrong", "The code ends Python in line 2 of your file"),
        ("raise KeyboardInterrupt", "wrong", "The code was interrupted in line 2"),
        ("return y", "found", "NameError: name 'y' is not defined"),
        ("return x @ x", "with", "x (2, 3)"),
        ("return None + 1", "found", "(a function without return gives None)"),
        ("assert x is None", "line", "2 of your file: assert x is None"),
    ],
)
def test_errors_of_the_reader_s_code(tmp_path, code, label, message):
    said = failing(tmp_path, code)
    assert message in said[label]
    assert all("\n" not in text for text in said.values())


@pytest.mark.parametrize(
    ("found", "expected", "lines"),
    [
        (np.float64(1.5), 2.0, ["1.5", "2.0"]),
        ([np.int64(1)], [2], ["[1]", "[2]"]),
        (None, 3, ["None (a function without return gives None)", "3"]),
        (np.array(None), 3, ["None (a function without return gives None)", "3"]),
        (0.4, pytest.approx(0.5), ["0.4", "0.5"]),
        (np.ones((2, 3)), np.ones((3, 2)), ["the shape (2, 3)", "the shape (3, 2)"]),
        ((1,), (2, 3), ["(1,)", "(2, 3)"]),
        ([[1, 2], [3]], [[1, 2], [4]], ["[[1, 2], [3]]", "[[1, 2], [4]]"]),
        (np.arange(20), np.r_[:19, 0], ["19 at [19] of (20,); 1 of 20 differ", "0"]),
    ],
)
def test_what_is_found_and_what_is_expected(found, expected, lines):
    assert difference(found, expected) == [("found", lines[0]), ("expected", lines[1])]


def test_the_call_whose_result_is_wrong():
    result, large = np.ones(3), np.ones((4, 5))
    failure = Failure(AssertionError(), "mine.py", ("==", result, 3))
    arguments = {0: np.ones(2), 1: large, "h": 1.5, "of": len, "layer": failure}
    call = failure.call("f", arguments, result)
    assert call == [("call", "f([1., 1.], array (4, 5), h=1.5, of=len, layer=Failure)")]
    assert failure.call("Layer.f", arguments, result)[0][1].startswith("Layer.f(array (4, 5), h=")
    assert failure.call("f", arguments, np.ones(3)) == []
    assert Failure(AssertionError(), "mine.py").call("f", arguments, None) == []


def test_an_error_in_the_library_names_its_line():
    with pytest.raises(KeyError) as caught:
        three_layer_network.layer_by_layer({}, np.ones(2))
    said = dict(Failure(caught.value, "mine.py").lines())
    assert re.fullmatch(r"\d+ of ch03/three_layer_network\.py: a1 = x @ .*", said["line"])
    assert said["found"] == "KeyError: 'W1'"


def test_a_buffer_is_no_result(monkeypatch):
    monkeypatch.setattr(calls, "SECONDS", 0.01)
    mine, own = (lambda W, buffer: W + 1), (lambda W, buffer: np.add(W, 1, out=buffer))
    noted = calls.Calls()
    noted.watched("f")(mine)(np.ones(2), np.zeros(2))
    assert noted.compare({"f": own})["gap"] == 0


# ---------------------------------------------------------------- files and commands


def test_a_file_is_written_once_and_never_overwritten(tmp_path, capsys):
    folder = ["--folder", str(tmp_path / "mine")]
    practice.main(["2.3.3", *folder])
    files = sorted(tmp_path.glob("mine/*"))
    assert [file.name for file in files] == ["2.3.3a_and.py", "2.3.3b_nand.py", "2.3.3c_or.py"]
    out = capsys.readouterr().out
    assert out.count("wrote ") == 3
    assert f"  then python practice.py check 2.3.3b --folder {tmp_path / 'mine'}\n" in out
    files[0].write_text("mine")
    practice.main(["2.3.3", *folder])
    assert files[0].read_text() == "mine"
    assert capsys.readouterr().out.count("is there already") == 3
    practice.main(folder)
    out = capsys.readouterr().out
    assert re.search(r"\[~\] 2\.3\.3a  AND +ch02\.and_gate  \(begun\)\n", out)
    assert out.startswith("Chapter 2: 0 of 9 done\n")
    assert out.endswith(f"Next: python practice.py 2.3.1 --folder {tmp_path / 'mine'}\n")


disk = test_bad_disks.disk


def test_on_a_full_disk_no_half_file_is_left(disk):
    test_bad_disks.fill(disk)
    with pytest.raises(OSError, match=r"No space left .*3\.2\.4_sigmoid\.py"):
        sheets.write(SIGMOID, disk)
    assert [path.name for path in disk.iterdir()] == ["filler"]


def test_a_damaged_record_loses_nothing(tmp_path):
    sheets.write(SIGMOID, tmp_path)
    (tmp_path / sheets.RECORD).write_bytes(b"\xff\n3.2.4 nonsense\n")
    assert sheets.state(SIGMOID, tmp_path) == sheets.CHANGED
    sheets.keep_done(SIGMOID, tmp_path)
    assert sheets.state(SIGMOID, tmp_path) == sheets.DONE


def test_hints_lead_to_the_solution(capsys):
    practice.main(["5.6.2b", "--hint"])
    out = capsys.readouterr().out
    assert "Only one product has the shape of W" in out
    assert "(hint 1 of 3; more: --hint 2)" in out
    practice.main(["--hint", "5.6.2b"])
    assert capsys.readouterr().out == out
    practice.main(["5.6.2b", "--hint", "3"])
    out = capsys.readouterr().out
    assert "has 3 lines and calls channels_last, reshape, sum, transposed_product." in out
    practice.main(["5.6.2b", "--solution"])
    out = capsys.readouterr().out
    assert "\n    self.db = dout.sum(axis=0)\n" in out
    line = int(re.search(r"from line (\d+) of common/layers/affine\.py", out)[1])
    text = (ROOT / "common" / "layers" / "affine.py").read_text().splitlines()[line - 1]
    assert text.strip() == "self.dW = transposed_product(self.x, dout)"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["check"], "which exercise"),
        (["--hint"], "which exercise"),
        (["5.6.2b", "--hint", "9"], "--hint 9: 5.6.2b has 3"),
        (["5.6.9"], "there is no exercise '5.6.9'"),
        (
            ["check", "7.5"],
            r"7\.5_simpleconvnet_init\.py is not there: python practice.py 7\.5",
        ),
    ],
)
def test_commands_that_make_no_sense(words, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        practice.main([*words, "--folder", str(tmp_path)])


def test_errors_on_the_command_line_are_one_line(tmp_path):
    (tmp_path / "practice").write_text("a file")
    ended = run(ROOT / "practice.py", "2.3.1", cwd=tmp_path)
    assert ended.stderr == "practice.py: --folder practice is a file; name a folder\n"
    assert ended.returncode == 1


def test_a_module_that_is_not_one_of_the_exercise_is_left_to_python():
    placing = Placing(Source(SIGMOID), Source(SIGMOID).sheet(filled=True), "mine.py", print)
    assert placing.find_spec("common.gradient", None) is None
    assert placing.find_spec("common.functions", None).origin == str(Source(SIGMOID).path)


def test_an_exercise_of_several_functions_has_one_title_and_file():
    one = Exercise("1.1", "common.x: Layer.forward Layer.backward", "task", ())
    assert (one.title, one.file_name) == ("Layer.forward, backward", "1.1_layer.py")
