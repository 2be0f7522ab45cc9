"""Put the reader's code in the place of the library's, before anything else imports the module.

The tree of the module gets the reader's functions, and what else the reader defines, in the place
of the library's; so the code runs where the library runs, in every module that imports it. The
library's own version stays beside it under another name, for the comparison.
"""

import ast
import copy
import importlib.util
import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from exercises.source import Definition, Source, find, is_guard

FAR = 1_000_000  # added to the reader's line numbers, so that they can be told from the module's
LIBRARY = "library_"  # before the name of the library's own version
WATCH = "_watched"  # the name of the decorator that records the calls
Watched = Callable[[str], Callable[..., object]]
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


def problem(source: Source, text: str) -> str:
    """Return what is wrong with the reader's file before it runs; empty if nothing is."""
    try:
        tree = ast.parse(text)
        compile(tree, "the file", "exec")
    except UNREADABLE as error:
        line = getattr(error, "lineno", None)
        what = getattr(error, "msg", "") or str(error) or type(error).__name__
        return f"Python cannot read {f'line {line}' if line else 'the file'}: {what}."
    for name, own in source.functions.items():
        kind = "method" if "." in name else "function"
        try:
            yours = find(tree, name)
        except LookupError:
            return f"There is no {kind} {name}; expected def {own.name}{signature(own)}."
        if not isinstance(yours, ast.FunctionDef):
            return f"{name} is a class; expected a {kind}: def {own.name}{signature(own)}."
        if signature(yours) != signature(own):
            return (
                f"The arguments of {name} changed: {yours.name}{signature(yours)}; "
                f"expected {own.name}{signature(own)}."
            )
        if any(is_blank(node) for node in yours.body):
            return f"{name} is not written yet: write your code, and delete the line with raise."
    return ""


def signature(function: ast.FunctionDef) -> str:
    """Return the arguments of a function with their defaults, without annotations."""
    args = copy.deepcopy(function.args)
    for arg in ast.walk(args):
        if isinstance(arg, ast.arg):
            arg.annotation = None
    return f"({ast.unparse(args)})"


def is_blank(node: ast.stmt) -> bool:
    """Return whether a statement raises a NotImplementedError."""
    return isinstance(node, ast.Raise) and "NotImplementedError" in ast.unparse(node)


def placed(source: Source, text: str) -> ast.Module:
    """Put the reader's code into the tree of the module, and return the tree."""
    tree, yours = source.tree, ast.parse(text)
    ast.increment_lineno(yours, FAR)
    tops = {name.partition(".")[0] for name in source.functions}
    last = max(k for k, node in enumerate(yours.body) if getattr(node, "name", "") in tops)
    before, after = (
        [node for node in part if not _stays_out(node, source.exercise.module, tops)]
        for part in (yours.body[:last], yours.body[last + 1 :])
    )
    helpers = {node.name for node in (*before, *after) if isinstance(node, Definition)}
    body: list[ast.stmt] = []
    for node in tree.body:
        name = getattr(node, "name", "")
        if name in tops:
            body += [*before, *_replaced(node, find(yours, name), list(source.functions))]
            before = []
        elif name not in helpers:
            body.append(node)
    tree.body = [*body, *after]
    return ast.fix_missing_locations(tree)


def _stays_out(node: ast.stmt, module: str, tops: set[str]) -> bool:
    """Return whether a statement of the reader's file has no place in the module."""
    own_import = isinstance(node, ast.ImportFrom) and node.module in (module, "__future__")
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return own_import or is_guard(node) or text or getattr(node, "name", "") in tops


def _replaced(own: ast.stmt, yours: ast.stmt, targets: Sequence[str]) -> list[ast.stmt]:
    """Return the reader's definition; of a class, the library's with the reader's parts."""
    if isinstance(own, ast.FunctionDef) and isinstance(yours, ast.FunctionDef):
        return _watched(own, yours, own.name) if own.name in targets else [yours]
    assert isinstance(own, ast.ClassDef)
    assert isinstance(yours, ast.ClassDef)
    theirs = {node.name: node for node in yours.body if isinstance(node, ast.FunctionDef)}
    body: list[ast.stmt] = []
    for node in own.body:
        mine = theirs.pop(getattr(node, "name", ""), None)
        name = f"{own.name}.{mine.name if mine else ''}"
        watch = mine is not None and name in targets and isinstance(node, ast.FunctionDef)
        body += _watched(node, mine, name) if watch else [mine or node]  # type: ignore[arg-type]
    settings = [n for n in yours.body if isinstance(n, ast.Assign | ast.AnnAssign)]
    own.body = [*body, *theirs.values(), *settings]
    return [own]


def _watched(own: ast.FunctionDef, yours: ast.FunctionDef, name: str) -> list[ast.stmt]:
    """Return the reader's function, which records its calls, and the library's renamed."""
    watch = ast.Call(ast.Name(WATCH, ast.Load()), [ast.Constant(name)], [])
    yours.decorator_list.append(ast.copy_location(watch, yours))
    own = copy.deepcopy(own)
    own.name = LIBRARY + own.name
    return [yours, own]


class Placing(MetaPathFinder):
    """Finds the module of an exercise with the reader's code in it; no other module.

    Parameters
    ----------
    source : Source
    text, path : str
        The reader's file.
    watched : callable
        Takes the name of a function, and returns a decorator for it.
    """

    def __init__(self, source: Source, text: str, path: str, watched: Watched) -> None:
        self.module, self.file, self.watched = source.exercise.module, str(source.path), watched
        code = compile(placed(source, text), self.file, "exec", dont_inherit=True)
        self.code = with_lines_of(code, path)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the module with the reader's code, if it is the one of the exercise."""
        if fullname != self.module:
            return None
        loader = _Loader(self.module, self.file, self.code, self.watched)
        return importlib.util.spec_from_file_location(fullname, self.file, loader=loader)

    def install(self) -> None:
        """Find the module here from now on; it must not have been imported before."""
        assert self.module not in sys.modules
        sys.meta_path.insert(0, self)


class _Loader(SourceFileLoader):
    def __init__(self, name: str, file: str, code: CodeType, watched: Watched) -> None:
        super().__init__(name, file)
        self.code, self.watched = code, watched

    def get_code(self, fullname: str) -> CodeType:
        return self.code

    def exec_module(self, module: ModuleType) -> None:
        vars(module)[WATCH] = self.watched
        super().exec_module(module)


def with_lines_of(code: CodeType, path: str | Path) -> CodeType:
    """Return code in which the reader's functions have the lines and the name of their file."""
    parts = code.co_consts
    consts = tuple(with_lines_of(c, path) if isinstance(c, CodeType) else c for c in parts)
    code = code.replace(co_consts=consts)
    if code.co_firstlineno <= FAR:
        return code
    return code.replace(co_filename=str(path), co_firstlineno=code.co_firstlineno - FAR)
