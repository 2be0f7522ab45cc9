"""All exercises in one process: with the library's own lines, blank, and with each mutation.

    python -m tests.practice_variants RESULT.json

Each function of an exercise gets one body for each variant, chosen by `VARIANT`. The tests are
collected once, and those of an exercise run for each variant up to the first failure; with the
library's own lines, which run in the suite anyway, only the first.
"""

import ast
import functools
import json
import sys
from collections import defaultdict
from importlib.abc import Loader, MetaPathFinder
from importlib.util import spec_from_loader
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

from exercises.catalogue import EXERCISES
from exercises.examiner import OPTIONS
from exercises.placing import WATCH, placed
from exercises.source import ROOT, Source, find
from tests.mutations import MUTATIONS

CHOSEN = "_variant"
VARIANT = [""]


@functools.cache
def variants(name):
    """Return the trees of a module in which an exercise is blank, or has one of the mutations."""
    source = Source(EXERCISES[name])
    found = {"blank": ast.parse(source.sheet())}
    for one in MUTATIONS:
        if ROOT / one.file == source.path and touches(source, one.old):
            found[one.name] = ast.parse(source.text.replace(one.old, one.new))
    return found


def touches(source, old):
    first = source.text[: source.text.index(old)].count("\n") + 1
    last = first + old.count("\n")
    return any(part[0] <= last and first <= part[-1] for part in source.missing_lines())


def module_tree(exercises):
    """Return the tree of a module with the sheets of its exercises, filled, and all variants."""
    sources = [Source(exercise) for exercise in exercises]
    tree = sources[0].tree
    for source in sources:
        source.tree = tree
        tree = placed(source, source.sheet(filled=True))
    for exercise in exercises:
        for variant, other in variants(exercise.name).items():
            test = ast.parse(f"{CHOSEN}[0] == {f'{exercise.name} {variant}'!r}", mode="eval").body
            for name in exercise.targets:
                function = find(tree, name)
                function.body = [ast.If(test, find(other, name).body, function.body)]
    return ast.fix_missing_locations(tree)


class Modules(MetaPathFinder, Loader):
    """Imports the modules of the exercises with all variants."""

    def __init__(self):
        self.exercises = defaultdict(list)
        for exercise in EXERCISES.values():
            self.exercises[exercise.module].append(exercise)

    def find_spec(self, name, path, target=None):
        file = ROOT.joinpath(*name.split(".")).with_suffix(".py")
        return spec_from_loader(name, self, origin=str(file)) if name in self.exercises else None

    def exec_module(self, module):
        module.__file__ = module.__spec__.origin
        vars(module).update({CHOSEN: VARIANT, WATCH: lambda name: lambda function: function})
        tree = module_tree(self.exercises[module.__name__])
        exec(compile(tree, module.__file__, "exec", dont_inherit=True), vars(module))


class Loop:
    """A plugin of pytest that runs the tests of each exercise for each of its variants."""

    def __init__(self):
        self.failed = {}

    def pytest_itemcollected(self, item):
        item.repr_failure = str  # a long text otherwise, which nothing reads

    def pytest_runtestloop(self, session):
        for exercise in EXERCISES.values():
            items = [
                item
                for test in exercise.node_ids
                for item in session.items
                if item.nodeid == test or item.nodeid.startswith(f"{test}[")
            ]
            for variant in ["solution", *variants(exercise.name)]:
                VARIANT[0] = key = f"{exercise.name} {variant}"
                some = items[:1] if variant == "solution" else items
                self.failed[key] = self.first_failure(session, some)
        return True

    def first_failure(self, session, items):
        failed = None if items else "no tests"
        for item, after in zip(items, [*items[1:], None], strict=True):
            reports = runtestprotocol(item, log=False, nextitem=after)
            if not all(report.passed or report.skipped for report in reports):
                failed = item.nodeid
                break
        session._setupstate.teardown_exact(None)
        return failed


def main(path):
    sys.meta_path.insert(0, Modules())
    loop = Loop()
    tests = dict.fromkeys(test for one in EXERCISES.values() for test in one.node_ids)
    ended = pytest.main([*OPTIONS, "--assert=plain", *tests], plugins=[loop])
    Path(path).write_text(json.dumps({"ended": int(ended), "failed": loop.failed}))


if __name__ == "__main__":
    main(sys.argv[1])
