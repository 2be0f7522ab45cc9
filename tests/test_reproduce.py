"""reproduce.py in use: it runs, stops and resumes; a real browser opens its report."""

import http.server
import json
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest

import reproduce
from claims import execution, gallery, measured, report
from claims.catalogue import RUNS, duration, select, within
from claims.claim import Claim, Run
from claims.execution import Job, execute, recorded, run_all, task
from claims.expect import exactly
from claims.pictures import LIMIT
from claims.progress import Progress
from claims.sections import NO_SCRIPT, SECTIONS, without_script
from claims.verdict import judge_all
from dataset.mnist import data_name
from tests.test_cli import ROOT, run

SCRIPT = ROOT / "reproduce.py"
DATA = data_name("auto")  # asked for by name, so that no script need say what it found
FOLDER = f"reproduce/{DATA}-seed0-quick"
FAST = ["1.6", "2.5", "3-8"]  # a few runs of a second


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A first run of some sections, in separate processes, from another folder."""
    folder = tmp_path_factory.mktemp("reproduce")
    return folder, run(SCRIPT, "--quick", *FAST, "--data", DATA, cwd=folder)


def test_it_says_how_each_script_ended_and_where_the_report_is(done):
    folder, process = done
    assert process.returncode == 0, process.stderr
    for name in ("ch01/simple_graph: 1 held", "ch02/xor_gate: 1 held", "ch03/sig_step_compare: 1"):
        assert name in process.stdout
    assert re.search(r"^\d+ held, 0 differed, 0 not run$", process.stdout, re.MULTILINE)
    assert f"saved outputs/{FOLDER}/report.html" in process.stdout
    assert (folder / "outputs" / FOLDER / "report.html").is_file()
    assert process.stderr == ""


def test_what_is_done_is_not_done_again(done):
    folder, _ = done
    again = run(SCRIPT, "--quick", *FAST, "1.4.1", "--data", DATA, cwd=folder)
    assert again.returncode == 0, again.stderr
    number = len(select(FAST))
    assert f"{number} of {number + 1} scripts are done" in again.stdout
    assert "ch01/hungry: 1 held" in again.stdout
    assert "ch02/xor_gate" not in again.stdout


def test_what_is_said_is_about_what_was_asked_for(done):
    folder, _ = done
    asked = run(SCRIPT, "--quick", "3-8", "--data", DATA, cwd=folder)
    assert "1 of 1 scripts are done" in asked.stdout
    assert "\n1 held, 0 differed, 0 not run\n" in asked.stdout


def test_the_list_names_all_and_runs_nothing(tmp_path):
    listed = run(SCRIPT, "--list", cwd=tmp_path)
    assert listed.returncode == 0, listed.stderr
    assert all(one.name in listed.stdout for one in RUNS)
    assert not list((tmp_path / "outputs").iterdir())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["9-9"], "reproduce.py: unknown name '9-9'; "),
        (["--qick"], "reproduce.py: unrecognized arguments: --qick; did you mean --quick?"),
        (["--budget", "0"], "expected a positive number"),
        (["--budget", "5", "--quick"], "--budget: not with --quick, which takes a minute"),
        (["--processes", "0"], "expected an integer >= 1"),
        (
            ["--gallery", "--quick", "--data", DATA],
            "wrong size or data; expected full size and real MNIST",
        ),
        (["--out", "/dev/null", "--data", DATA], "reproduce.py: "),
    ],
)
def test_a_mistake_is_one_line(tmp_path, words, message):
    process = run(SCRIPT, *words, cwd=tmp_path)
    assert process.returncode in (1, 2)
    assert message in process.stderr
    assert process.stderr.count("\n") == 1


# ---------------------------------------------------------------- in this process


def small(name, *says):
    """A run of a fast script, with claims about its results."""
    return Run(name, *says)


def claim(expected, differs=""):
    return Claim("1.4.1: It says so", "said", exactly(expected), differs=differs)


@pytest.fixture
def runs(monkeypatch):
    """Replace the list of all runs."""

    def put(*wanted):
        for module in (reproduce, sys.modules["claims.catalogue"]):
            monkeypatch.setattr(module, "RUNS", list(wanted))

    return put


def main(folder, *words):
    return reproduce.main(
        ["--quick", "--no-show", "--processes", "1", "--out", str(folder), *words]
    )


def test_a_claim_that_differs_ends_with_a_line_and_status_1(tmp_path, runs, capsys):
    runs(small("ch01/hungry.py", claim("I'm full!")))
    with pytest.raises(SystemExit) as end:
        main(tmp_path)
    assert str(end.value) == "reproduce.py: a claim does not hold, for an unknown reason"
    out = capsys.readouterr().out
    assert "differed: 1.4.1, It says so: I'm hungry!\n          the reason is unknown" in out
    page = (tmp_path / FOLDER / "report.html").read_text(encoding="utf-8")
    assert "The reason is unknown." in page
    assert "I&#x27;m full!" in page


def test_a_claim_that_differs_for_a_known_reason_is_shown_with_it(tmp_path, runs, capsys):
    runs(small("ch01/hungry.py", claim("I'm full!", "Nobody has <eaten> yet.")))
    assert main(tmp_path) == {"differed": 1}
    assert "Nobody has <eaten> yet." in capsys.readouterr().out
    page = (tmp_path / FOLDER / "report.html").read_text(encoding="utf-8")
    assert page.count("Nobody has &lt;eaten&gt; yet.") == 2


def test_a_script_that_fails_is_not_run_and_the_others_are(tmp_path, runs, capsys):
    broken = Run("ch03/neuralnet_mnist.py", claim("?"), flags=("--samples", "0"))
    runs(broken, small("ch01/hungry.py", claim("I'm hungry!")))
    with pytest.raises(SystemExit, match="ch03/neuralnet_mnist failed: see the report"):
        main(tmp_path)
    out = capsys.readouterr().out
    assert "ch03/neuralnet_mnist: " in out
    assert "1 held, 0 differed, 1 not run" in out
    assert recorded(Job(tmp_path / FOLDER, DATA, 0, True), broken) is None


def test_an_unexpected_error_is_in_the_report_with_its_traceback(tmp_path, runs, monkeypatch):
    def broken(argv):
        print("before")
        assert argv == []

    monkeypatch.setattr("ch01.hungry.main", broken)
    runs(small("ch01/hungry.py", claim("I'm hungry!")))
    with pytest.raises(SystemExit, match="ch01/hungry failed"):
        main(tmp_path)
    page = (tmp_path / FOLDER / "report.html").read_text(encoding="utf-8")
    assert "the script failed: AssertionError" in page
    assert re.search(r"before\nTraceback .*\n.*test_reproduce.py", page, re.DOTALL)


def test_a_picture_that_was_deleted_is_drawn_again(tmp_path):
    (one,) = select(["3-9"])
    job = Job(tmp_path, DATA, 0, quick=True)
    list(run_all([one], job, 1))
    assert recorded(job, one)
    job.pictures(one)[0].unlink()
    assert recorded(job, one) is None


def test_figures_are_in_their_order(tmp_path):
    (one,) = select(["3-9"])
    job = Job(tmp_path, DATA, 0, quick=True)
    folder = job.out(one) / one.package
    folder.mkdir(parents=True)
    names = ["relu.png", "relu-2.png", "relu-3.png", "relu-10.png"]
    for name in (names[2], names[3], names[1], names[0]):
        (folder / name).write_bytes(b"")
    assert [path.name for path in job.pictures(one)] == names


def test_a_record_counts_for_the_same_code_flags_and_seed_only(tmp_path, monkeypatch):
    (one,) = select(["1.4.1"])
    job = Job(tmp_path, DATA, 0, quick=True)
    ((_, record),) = run_all([one], job, 1)
    assert recorded(job, one) == json.loads(json.dumps(record))
    assert recorded(Job(tmp_path, DATA, 1, quick=True), one) is None
    assert recorded(Job(tmp_path, DATA, 0, quick=False), one) is None
    with monkeypatch.context() as patch:
        patch.setattr(execution, "fingerprint", lambda script: "other code")
        assert recorded(job, one) is None
    path = tmp_path / "ch01" / "hungry.record.json"
    for content in (path.read_bytes()[:-20], b"[]", b"\xff", b"null"):
        path.write_bytes(content)
        assert recorded(job, one) is None


def test_the_fingerprint_is_of_the_script_and_what_it_imports(tmp_path):
    for package in ("ch02", "ch08", "common", "dataset", "lab"):
        shutil.copytree(ROOT / package, tmp_path / package)
    scripts = ("ch02/xor_gate.py", "ch02/and_gate.py", "ch08/half_float_network.py")

    def now():
        execution.fingerprint.cache_clear()
        return [execution.fingerprint(script, tmp_path) for script in scripts]

    def changes(path, more=b"\nA_NAME = 1\n"):
        before = now()
        with open(tmp_path / path, "ab") as file:
            file.write(more)
        return [one != other for one, other in zip(before, now(), strict=True)]

    assert now() == [execution.fingerprint(script) for script in scripts]
    assert changes("ch02/xor_gate.py") == [True, False, False]
    assert changes("ch02/nand_gate.py") == [True, False, False]
    assert changes("ch02/perceptron.py") == [True, True, False]  # through another module
    assert changes("common/io/files.py") == [True, True, True]
    assert changes("common/layers/pooling.py") == [False, False, True]
    assert changes("ch08/deep_convnet.npz") == [False, False, True]
    assert changes("ch08/train_deepnet.py") == [False, False, False]
    words = b'# a comment\n\n\ndef f():\n    """It says so."""\n    return "text"\n'
    assert changes("ch02/xor_gate.py", words) == [True, False, False]
    path = tmp_path / "ch02" / "xor_gate.py"
    source, before = path.read_text(encoding="utf-8"), now()
    path.write_text(source.replace("It says so.", "Or so.").replace("# a comment", "# two"))
    assert now() == before
    path.write_text(source.replace('"text"', '"another text"'))
    assert now() != before


def test_a_checkpoint_is_of_the_code_that_made_it_and_goes_when_the_training_is_done(tmp_path):
    (one,) = select(["train_convnet"])
    job = Job(tmp_path, "drawn", 0, quick=True)
    its = task(job, one)
    assert execution.fingerprint("ch07/train_convnet.py") in its.checkpoint
    assert its.words[-2:] == ("--checkpoint", its.checkpoint)
    name, record = execute(its)
    assert name == "ch07/train_convnet"
    assert "error" not in record
    assert not list(tmp_path.rglob("*.checkpoint.npz"))


def taking(monkeypatch, *seconds, alone=()):
    """Runs that took these seconds last time; those of the second list must run alone."""
    known = {f"ch01/{n}": {"seconds": n} for n in (*seconds, *alone)}
    monkeypatch.setattr(measured, "read", lambda: known)
    return [Run(f"{name}.py", alone=one["seconds"] in alone) for name, one in known.items()]


def test_time_left(monkeypatch):
    order = taking(monkeypatch, 100, 60, 50, 10)
    progress = Progress(order, quick=False, processes=2)
    assert progress.left() == pytest.approx(110, abs=1)  # 100 beside 60 + 50, and 10 behind
    progress.ended(order[1], 120.0)  # twice as slow as foreseen
    assert progress.waiting == ["ch01/10"]
    speed = (30 + 120) / (30 + 60)
    assert progress.left() == pytest.approx(100 * speed, abs=20)
    assert Progress(order, quick=True, processes=2).left() == pytest.approx(6, abs=0.1)


def test_what_runs_alone_runs_alone_and_last(tmp_path, monkeypatch):
    going, together, order = [], {}, []

    def stand_in(task):
        going.append(task.name)
        time.sleep(0.05)
        together[task.name] = set(going)
        going.remove(task.name)
        order.append(task.name)
        return task.name, {"results": {}, "seconds": 0.05, "printed": ""}

    @contextmanager
    def threads(_, processes):
        with ThreadPoolExecutor(processes) as pool:
            yield lambda tasks: (one for one in pool.map(stand_in, *zip(*tasks, strict=True)))

    monkeypatch.setattr(execution, "runner", threads)
    monkeypatch.setattr(execution, "fingerprint", lambda script: script)
    runs = [Run(f"ch01/{n}.py", alone=n in "ac") for n in "abcd"]
    assert len(list(run_all(runs, Job(tmp_path, DATA, 0, quick=True), 2))) == 4
    assert together["ch01/b"] | together["ch01/d"] == {"ch01/b", "ch01/d"}
    assert together["ch01/b"] & together["ch01/d"]
    assert [together[f"ch01/{n}"] for n in "ac"] == [{"ch01/a"}, {"ch01/c"}]
    assert order[2:] == ["ch01/a", "ch01/c"]


def test_time_left_where_some_run_alone(monkeypatch):
    order = taking(monkeypatch, 100, 60, alone=(50, 10))
    progress = Progress(order, quick=False, processes=2)
    assert progress.left() == pytest.approx(160, abs=1)
    progress.ended(order[1], 60.0)
    assert list(progress.started) == ["ch01/100"]
    progress.ended(order[0], 100.0)
    assert list(progress.started) == ["ch01/50"]
    assert duration(order, 2) == duration(order, 1000) == "3 minutes"  # 100 + 50 + 10 seconds
    assert duration(order, 1) == "4 minutes"
    assert duration(order[:2], 2) == "2 minutes"
    assert duration(order[2:], 2) == "60 seconds"


def test_scripts_that_measure_time_run_alone():
    """Its times are results: no other script may use the processor at the same time."""
    for one in RUNS:
        paths = execution.depends_on(ROOT / one.script, ROOT)
        of_its_chapter = [
            path for path in paths if one.package in path.parts and path.suffix == ".py"
        ]
        text = "".join(path.read_text(encoding="utf-8") for path in of_its_chapter)
        if re.search(r"\b(perf_counter|process_time|timeit)\(", text):
            # Chapter 4 but foretells how long its numerical gradients will take. Long training runs
            # on one core only tell their minutes: see `Run.alone`.
            on_one_core = {"--threads", "--processes"} & set(one.flags)
            assert one.alone or on_one_core or one.script == "ch04/train_neuralnet.py", one.name


def test_the_list_says_how_long_it_takes():
    minutes = duration(RUNS, 2)
    assert reproduce.table(RUNS, 2).endswith(f"in total about {minutes} on 2 cores")


def test_each_section_of_the_book_has_a_script_or_a_reason():
    assert without_script(RUNS) == [section for section in SECTIONS if section in NO_SCRIPT]
    assert f"7.1: no script: {NO_SCRIPT['7.1']}" in reproduce.table(RUNS, 2)
    assert {section for run in RUNS for section in run.sections} > {"8.4.1", "8.5.3"}


def test_a_budget_takes_the_most_claims_per_second(monkeypatch):
    some = taking(monkeypatch, 100, 60, 10, alone=(50,))
    for one, claims in zip(some, (10, 3, 0, 4), strict=True):
        one.claims = ("a claim",) * claims
    assert within(some, 10, 2) == some
    assert within(some, 100 / 60, 2) == [some[0], some[1], some[2]]  # 100 beside 60 + 10
    assert within(some, 115 / 60, 1) == [some[0], some[2]]  # then 50, or 60, are too much
    assert within(some, 55 / 60, 2) == [some[3]]
    assert within(some, 0.1, 2) == []


def test_a_budget_goes_on_with_what_is_left(tmp_path):
    first, second = (
        run(SCRIPT, "1.4", "6.1.8", "--budget", "0.1", "--data", DATA, cwd=tmp_path)
        for _ in range(2)
    )
    number = len(select(["1.4", "6.1.8"]))
    assert f"{number - 1} of {number} scripts fit into 0.1 minutes" in first.stdout
    assert "ch01/hungry: 1 held" in first.stdout
    assert "0 of 1 scripts fit into 0.1 minutes" in second.stdout
    assert "hungry" not in second.stdout


# ---------------------------------------------------------------- Ctrl-C


def test_ctrl_c_keeps_what_is_done(tmp_path):
    asked = ["1.6", "2.3", "4.3"]
    words = [sys.executable, str(SCRIPT), "--quick", *asked, "--data", DATA]
    process = subprocess.Popen(words, cwd=tmp_path, stdout=-1, stderr=-1, text=True)
    folder, deadline = tmp_path / "outputs" / FOLDER, time.monotonic() + 60
    while not list(folder.rglob("*.record.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    kept = len(list(folder.rglob("*.record.json")))
    total = len(select(asked))
    if process.returncode:  # else it was through before
        assert err == "interrupted\n"
        assert "the same command resumes from there" in out
        assert 0 < kept <= total
    again = run(SCRIPT, "--quick", *asked, "--data", DATA, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert f"{kept} of {total} scripts are done" in again.stdout


# ---------------------------------------------------------------- report and gallery


def test_the_report_needs_nothing_from_outside(done):
    folder, _ = done
    page = (folder / "outputs" / FOLDER / "report.html").read_text(encoding="utf-8")
    assert not re.search(r'(src|href)="(?!data:|#)', page)
    assert "@import" not in page
    assert "url(" not in page
    assert "<script" not in page


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--enable-logging=stderr", "--virtual-time-budget=20000", "--dump-dom"),
]
# Opens the report at the width of a phone, looks at all in it, follows its links, and tells.
VISITOR = """<!DOCTYPE html><title>waiting</title><link rel="icon" href="data:,">
<iframe width=WIDTH height=800 src="report.html"></iframe><pre id="found"></pre><script>
const frame = document.querySelector("iframe"), errors = [];
frame.onload = () => {
  const page = frame.contentDocument, view = frame.contentWindow, links = [...page.links];
  view.onerror = (message) => errors.push(message);
  for (const link of links) {
    view.scrollTo(0, 0);
    link.click();
    const target = page.getElementById(link.hash.slice(1));
    const top = target ? target.getBoundingClientRect().top : NaN;
    if (!(top >= -1 && top < 800)) errors.push(link.hash + " leads to " + top);
  }
  for (const box of page.querySelectorAll("details > summary")) box.click();
  document.getElementById("found").textContent = JSON.stringify({
    errors, links: links.length, images: [...page.images].map((image) => image.naturalWidth),
    alts: [...page.images].filter((image) => image.alt).length,
    overflow: page.documentElement.scrollWidth - page.documentElement.clientWidth,
    back: view.getComputedStyle(page.body).backgroundColor, title: page.title,
    open: page.querySelectorAll("details[open]").length,
  });
};
</script>"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def visit(folder, tmp_path, width, *flags):
    """Serve the report on the loopback address, and return what a browser finds in it."""
    (folder / "visitor.html").write_text(VISITOR.replace("WIDTH", str(width)), encoding="utf-8")
    handler = partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/visitor.html"
        words = [CHROMIUM, *FLAGS, *flags, f"--user-data-dir={tmp_path / 'profile'}", address]
        process = subprocess.run(words, capture_output=True, text=True, timeout=90)
        server.shutdown()
    console = [line for line in process.stderr.splitlines() if "CONSOLE" in line]
    text = re.search(r'<pre id="found">(.*?)</pre>', process.stdout, re.DOTALL)[1]
    return json.loads(text.replace("&amp;", "&")), console


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
@pytest.mark.parametrize(
    ("width", "flags", "back"),
    [
        (360, ["--blink-settings=preferredColorScheme=1"], "rgb(251, 251, 249)"),
        (1100, ["--blink-settings=preferredColorScheme=0"], "rgb(20, 23, 27)"),
    ],
    ids=["phone, light", "desk, dark"],
)
def test_the_report_in_a_browser(done, tmp_path, width, flags, back):
    folder = done[0] / "outputs" / FOLDER
    found, console = visit(folder, tmp_path, width, *flags)
    assert found["errors"] == console == []
    pictures = len([one for one in select([*FAST, "1.4.1"]) if "draw" in source(one)])
    assert len(found["images"]) == found["alts"] == pictures > 3
    assert min(found["images"]) > 200
    assert found["links"] >= 8
    assert found["open"] > 3
    assert found["overflow"] <= 0
    assert found["back"] == back
    assert found["title"] == "Deep Learning from Scratch, reproduced"


def source(one):
    return (ROOT / one.script).read_text(encoding="utf-8")


def test_a_gallery(tmp_path):
    chosen = select(["1-3", "2.2.2"])
    job = Job(tmp_path / "run", "mnist", 0, quick=False)
    records = {one.name: record for one, record in run_all(chosen, job, 1)}
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "of-long-ago.png").touch()
    verdicts = judge_all(chosen, records, job)
    page = gallery.write(chosen, records, verdicts, job, docs)
    text = page.read_text(encoding="utf-8")
    names = {path.name for path in docs.glob("*.png")}
    assert names == {"ch01-simple_graph.png", "ch02-nand_gate.png"}
    assert all(f"]({name})" in text for name in names)
    assert (
        r"| ✔ | NAND with weights and bias (2.3.3) | \[1, 1, 1, 0\] | \[1, 1, 1, 0\] | the same |"
        in text
    )
    assert "*Exactly at the threshold the output is 0" in text
    for other in (Job(job.folder, "drawn", 0, False), Job(job.folder, "mnist", 0, True)):
        with pytest.raises(ValueError, match="wrong size or data; expected full size"):
            gallery.write(chosen, records, verdicts, other, docs)
    with pytest.raises(ValueError, match="ch01/man is neither recorded nor in docs/"):
        gallery.write([*chosen, *select(["1.4.2"])], records, verdicts, job, docs)
    (docs / "ch02-nand_gate.png").write_bytes(b"of before")
    again = {name: records[name] for name in list(records)[:1]}  # what is not run again stays
    assert gallery.write(chosen, again, verdicts, job, docs).read_text(encoding="utf-8") == text
    assert (docs / "ch02-nand_gate.png").read_bytes() == b"of before"


def test_the_gallery_shows_these_claims():
    """After a claim is added or reworded, run `python reproduce.py --gallery`."""
    text = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pictures = list((ROOT / "docs").glob("*.png"))
    assert all(path.stat().st_size <= LIMIT for path in pictures)
    assert {path.name for path in pictures} == set(re.findall(r"\]\(([\w-]+\.png)\)", text))
    shown = {one.name: gallery.kept(one, text) for one in RUNS}
    assert text.startswith(gallery.head(RUNS, shown, Job(ROOT, "mnist", 0, quick=False)))
    assert set(re.findall(r"\(#([\w-]+)\)", text)) == set(re.findall(r'<a id="([\w-]+)">', text))
    for one in RUNS:
        assert gallery.entry(one, *shown[one.name], ROOT / "docs") in text
        for its in one.claims:
            assert gallery.escaped(its.says) in text, its.says
            assert gallery.escaped(report.short(its.check.book)) in text, its.says


@pytest.mark.slow
def test_everything_in_its_small_form(tmp_path):
    process = subprocess.run(
        [sys.executable, str(SCRIPT), "--quick", "--data", DATA],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert process.returncode == 0, process.stdout[-2000:] + process.stderr
    assert "the reason is unknown" not in process.stdout
