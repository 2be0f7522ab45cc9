"""The race of `benchmarks/networks.py`: contenders take turns, each in a separate process."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
from peers import is_peer, job, threads_of


class Contender:
    """A process that runs `contender.py`."""

    def __init__(self, python, job, stack):
        script = str(Path(__file__).with_name("contender.py"))
        free = {key: value for key, value in os.environ.items() if "NUM_THREADS" not in key}
        self.errors = stack.enter_context(TemporaryFile("w+"))  # noqa: SIM115
        self.process = stack.enter_context(
            subprocess.Popen(
                [python, script, json.dumps(job)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.errors,
                text=True,
                env=free,
            )
        )

    def ask(self, line):
        """Send a line to the process, and return its answer.

        Raises
        ------
        OSError
            If the process has ended; the message is the last line that names an error.
        """
        with suppress(BrokenPipeError):
            print(line, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if answer:
            return json.loads(answer)
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        status = self.process.wait()
        self.errors.seek(0)
        errors = [line.strip() for line in self.errors if "Error" in line]
        raise OSError(errors[-1] if errors else f"it ended with status {status}")


def ask_all(runners, line):
    """Return the answers of all contenders, one after the other; a peer that fails is left out."""
    answers = {}
    for name, runner in list(runners.items()):
        try:
            answers[name] = runner.ask(line)
        except OSError as error:
            if not is_peer(name):
                raise OSError(f"{name}: {error}") from None
            print(f"Without {name}: {error}", flush=True)
            del runners[name]
    return answers


def take_turns(runners, rounds, turn):
    """Return for each contender the milliseconds of a step in each round, and the cores in use."""
    answers = [ask_all(runners, turn) for _ in range(rounds)]
    return {
        name: {
            "ms": [1000 * np.median(answer[name]["seconds"]) for answer in answers],
            "cores": [answer[name]["cores"] for answer in answers],
        }
        for name in runners
    }


def race(names, rounds, turn, pythons=None, **setup):
    """Measure contenders in turn, so that other programs slow down all of them equally.

    Then the best peer and ours take turns again, for each number of threads.

    Parameters
    ----------
    names : list of str
    rounds : int
    turn : float
        In seconds.
    pythons : dict, optional
        The Python of each peer (see `peers.installed`); default: this one.
    **setup
        The network and its sizes (see `peers.job`).

    Returns
    -------
    dict
        For each name the milliseconds of a step in each round, the cores in use, and the MB that
        its first three steps took. A peer that failed is missing.
    """
    with ExitStack() as stack:
        runners = {}
        for name in names:
            python = (pythons or {}).get(name.split()[0], sys.executable)
            runners[name] = Contender(python, job(name, **setup), stack)
        memory = ask_all(runners, "memory")
        results = take_turns(runners, rounds, turn)
        for ours in {"ours 1", "ours 2"} & set(results):
            rival = best(results, "ms", threads_of(ours))
            if rival:
                pair = {name: runners[name] for name in (ours, rival)}
                results |= take_turns(pair, rounds, turn)
                results[ours]["best peer"] = rival
    return {name: {**results[name], "MB": memory[name]} for name in results}


def best(results, measure, threads):
    """Return the peer with the smallest median of "ms" or "MB"; None if there is no peer."""
    names = [name for name in results if is_peer(name) and threads_of(name) == threads]
    measured = [name for name in names if np.size(results[name][measure])]
    return min(measured, key=lambda name: np.median(results[name][measure]), default=None)


def medians(results, names, measure):
    """Return the medians over rounds of "ms" or "MB"; NaN for a contender that did not run."""
    return [np.median(results[name][measure]) if name in results else np.nan for name in names]


def ratio(results, above, below, measure="ms"):
    """Return the median over rounds of the ratio of two contenders; NaN if one did not run."""
    if above not in results or below not in results:
        return np.nan
    return np.median(np.divide(results[above][measure], results[below][measure]))
