"""Cut a piece out of the library's source: the sheet that the reader gets, and the solution."""

import ast
import copy
import io
import re
import sys
import textwrap
import tokenize
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from exercises.exercise import Exercise

ROOT = Path(__file__).resolve().parents[1]
BLANK = "raise NotImplementedError  # your code here"
CHECKS = ("check_", "_check_", "as_float", "as_array", "_real", "_rows", "random_generator")
ONLY_FAST = ("common.convolve", "common.products")  # a body can be written without these
Function = ast.FunctionDef
Definition = ast.FunctionDef | ast.ClassDef


class Source:
    """The source of a module, and the places of an exercise in it."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.path = ROOT.joinpath(*exercise.module.split(".")).with_suffix(".py")
        self.text = self.path.read_text(encoding="utf-8")
        self.tree = ast.parse(self.text)
        self.lines = self.text.splitlines()

    @cached_property
    def functions(self) -> dict[str, Function]:
        """The functions that are cut out, by name."""
        return {name: find(self.tree, name) for name in self.exercise.targets}

    def cut(self, function: Function) -> list[ast.stmt]:
        """Return the statements of a function that are missing in the sheet."""
        body = function.body[1:] if ast.get_docstring(function) else function.body
        given = self.exercise.given
        if given is None:
            given = next(k for k, node in enumerate(body) if not only_checks(node))
        return body[given:]

    def missing_lines(self) -> list[range]:
        """Return the line numbers of the missing statements, one range for each function."""
        cuts = [self.cut(function) for function in self.functions.values()]
        return [range(cut[0].lineno, (cut[-1].end_lineno or 0) + 1) for cut in cuts]

    def solution(self) -> str:
        """Return the library's own lines, with their ``def`` if there are several functions."""
        parts = []
        for (name, _), lines in zip(self.functions.items(), self.missing_lines(), strict=True):
            text = textwrap.dedent("\n".join(self.lines[lines[0] - 1 : lines[-1]]))
            parts.append(f"# {name}\n{text}" if len(self.functions) > 1 else text)
        return "\n\n".join(parts) + "\n"

    def sheet(self, filled: bool = False) -> str:
        """Return the file that the reader gets; `filled`: with the library's own lines."""
        tops = dict.fromkeys(name.partition(".")[0] for name in self.functions)
        shown = [self._shown(find(self.tree, name), filled) for name in tops]
        head = "\n\n".join(filter(None, [self._head(), self._imports(shown)]))
        return "\n\n\n".join([head, *shown]) + "\n"

    def _head(self) -> str:
        name, what = self.exercise.name, self.exercise.title
        task = textwrap.fill(self.exercise.task, 96)
        place = self.path.relative_to(ROOT).as_posix()
        return (
            f'"""{name}: {what}.\n\n{task}\n\n'
            f"Check it:  python practice.py check {name}\n"
            f"A hint:    python practice.py {name} --hint\n"
            f'From:      {place}\n"""'
        )

    def _shown(self, top: Definition, filled: bool) -> str:
        if isinstance(top, ast.FunctionDef):
            return self._function(top, filled)
        header = "\n".join(self.lines[start(top) - 1 : start(top.body[0]) - 1])
        wanted = {name.rpartition(".")[2] for name in self.functions} | {"__init__", "forward"}
        wanted.update(word for word in self.words() if word[0] == "_")  # helpers
        parts, left_out = [], False
        for node in top.body:
            if not isinstance(node, ast.FunctionDef):
                parts.append(self._text(node))
            elif node.name in wanted:
                parts.append(self._function(node, filled))
            else:
                left_out = True
        if left_out:
            parts.append("    # The other methods of this class stay as they are.")
        return header + "\n" + _joined(parts)

    def _function(self, node: Function, filled: bool) -> str:
        if filled or node not in self.functions.values():
            return self._text(node)
        cut = self.cut(node)
        kept = node.body[: node.body.index(cut[0])]
        end = kept[-1].end_lineno if kept else start(cut[0]) - 1
        indent = " " * cut[0].col_offset
        return "\n".join(self.lines[start(node) - 1 : end]) + f"\n{indent}{BLANK}"

    def _text(self, node: ast.stmt) -> str:
        return "\n".join(self.lines[start(node) - 1 : node.end_lineno])

    def _imports(self, shown: Sequence[str]) -> str:
        """Return the imports that the sheet and the solution need."""
        seen = names("\n\n".join(map(textwrap.dedent, shown)))
        used = seen.union(*(names(self._text(node)) for node in self.functions.values()))
        groups: dict[int, list[str]] = {}
        for node in imports(self.tree):
            module = getattr(node, "module", None) or node.names[0].name
            needed = seen if module in ONLY_FAST else used
            wanted = [a for a in node.names if (a.asname or a.name).partition(".")[0] in needed]
            if wanted:
                kept = copy.copy(node)
                kept.names = wanted
                groups.setdefault(_kind(module), []).append(ast.unparse(kept))
        tops = {name.partition(".")[0] for name in self.functions}
        own = [n for n in defined(self.tree) if n in used - tops and (n[0] != "_" or n in seen)]
        told = seen.union(re.findall(r"\w+", self.exercise.task))
        own = [n for n in own if not n.isupper() or n in told]  # the reader chooses the numbers
        if own:
            groups.setdefault(2, []).append(f"from {self.exercise.module} import {', '.join(own)}")
        numpy = groups.setdefault(1, [])
        numpy += {"import numpy as np"}.difference(numpy)  # a reader may want it anyway
        parts = (sorted(groups[kind], key=_import_first) for kind in sorted(groups))
        return "\n\n".join(map("\n".join, parts))

    def words(self) -> list[str]:
        """Return the functions and methods that the library's own lines call."""
        calls = [
            node.func
            for function in self.functions.values()
            for part in self.cut(function)
            for node in ast.walk(part)
            if isinstance(node, ast.Call)
        ]
        found = (f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "") for f in calls)
        return sorted(set(found) - {""})


def find(tree: ast.AST, name: str) -> ast.FunctionDef:
    """Return the definition of a function, a class, or a method such as ``Affine.backward``."""
    here, _, rest = name.partition(".")
    for node in reversed(tree.body):  # type: ignore[attr-defined]  # the last one counts
        if isinstance(node, Definition) and node.name == here:
            return find(node, rest) if rest else node  # type: ignore[return-value]
    raise LookupError(here)


def start(node: ast.stmt) -> int:
    """Return the number of the first line of a statement, decorators included."""
    return min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])


def only_checks(node: ast.stmt) -> bool:
    """Return whether a statement only checks or converts arguments."""
    if isinstance(node, ast.If):
        return isinstance(node.body[-1], ast.Raise) and not node.orelse
    value = getattr(node, "value", None)
    if not isinstance(node, ast.Assign | ast.Expr) or value is None:
        return False
    calls = value.elts if isinstance(value, ast.Tuple) else [value]
    return all(
        isinstance(call, ast.Call)
        and getattr(call.func, "attr", getattr(call.func, "id", "")).startswith(CHECKS)
        for call in calls
    )


def imports(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the imports of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node


def defined(tree: ast.Module) -> list[str]:
    """Return the names that a module defines at its top level, in order."""
    found = []
    for node in tree.body:
        if isinstance(node, Definition):
            found.append(node.name)
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        found += [n.id for t in targets if t for n in ast.walk(t) if isinstance(n, ast.Name)]
    return found


def names(text: str) -> set[str]:
    """Return all names in a piece of code; also in annotations that are strings."""
    found = set()
    for node in ast.walk(ast.parse(textwrap.dedent(text))):
        if isinstance(node, ast.Name):
            found.add(node.id)
    return found


def code_lines(text: str) -> int:
    """Count the lines of code, without imports, docstrings, comments and calls at the top."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    layout = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
    lines = {
        line
        for token in tokens
        if token.type not in layout and token.string
        for line in range(token.start[0], token.end[0] + 1)
    }
    tree = ast.parse(text)
    aside = [node for node in tree.body if isinstance(node, ast.Expr) or is_guard(node)]
    for node in [*aside, *ast.walk(tree)]:
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if node in aside or is_text or isinstance(node, ast.Import | ast.ImportFrom):
            lines -= set(range(node.lineno, (node.end_lineno or 0) + 1))  # type: ignore[attr-defined]
    return len(lines)


def is_guard(node: ast.stmt) -> bool:
    """Return whether a statement is ``if __name__ == "__main__":``."""
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)


def _kind(module: str) -> int:
    root = module.partition(".")[0]
    return 0 if root in sys.stdlib_module_names else 2 if (ROOT / root).is_dir() else 1


def _import_first(line: str) -> tuple[bool, str]:
    return line.startswith("from"), line


def _joined(parts: Sequence[str]) -> str:
    """Join the parts of a class: a blank line around methods, none between assignments."""
    text = parts[0]
    for before, part in pairwise(parts):
        short = "\n" not in before and "\n" not in part and "#" not in part[:6]
        text += ("\n" if short else "\n\n") + part
    return text
