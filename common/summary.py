"""A summary of a network as a table: the output shape and number of parameters of each layer."""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np

from common.checks import check_sizes, check_whole
from common.parts import named_parts
from common.typed import call_with_flag

Row = tuple[tuple[int, ...] | None, int]


def table(network: Any, x: Sequence[int] | np.ndarray, depth: int | None = None) -> str:
    """Return a table with one line for each layer, also for nested layers, and the total.

    Parameters
    ----------
    network : Network
        Or a class typed from the book, with `layers` and `predict`. It is not changed.
    x : sequence of int, or ndarray
        The shape of one sample, such as (1, 28, 28); or a batch.
    depth : int, optional
        1: one line for a layer that contains layers; 2: also one for each of these; and so on.

    Examples
    --------
    >>> from common.layers import Affine, ReLU
    >>> from common.network import Network
    >>> layers = {"Affine": Affine(np.ones((4, 3)), np.zeros(3)), "Relu": ReLU()}
    >>> print(Network(layers).summary((4,)))
    layer   output shape  parameters
    input   (4,)
    Affine  (3,)                  15
    Relu    (3,)
    total                         15
    """
    rows = layer_rows(network, x, depth)
    shape = x.shape[1:] if isinstance(x, np.ndarray) else tuple(x)
    total = sum(number for _, number in rows.values())
    lines = [("layer", "output shape", "parameters"), ("input", str(shape), "")]
    lines += [(name, str(out or "-"), f"{n:,}" if n else "") for name, (out, n) in rows.items()]
    lines.append(("total", "", f"{total:,}"))
    first, second, third = (max(map(len, column)) for column in zip(*lines, strict=True))
    return "\n".join(f"{a:{first}}  {b:{second}}  {c:>{third}}".rstrip() for a, b, c in lines)


def layer_rows(
    network: Any, x: Sequence[int] | np.ndarray, depth: int | None = None
) -> dict[str, Row]:
    """Return the output shape (of one sample) and the number of parameters of each layer.

    Parameters
    ----------
    network, x, depth
        See `table`.

    Returns
    -------
    dict
        By layer name; a nested layer has a name such as ``block1/conv1``. The shape is None if a
        layer did not run. Each parameter is counted once, in the line of the innermost layer shown.
    """
    if depth is not None:
        check_whole("depth", depth)
    batch = x if isinstance(x, np.ndarray) else np.zeros((1, *check_sizes("x", x)), np.float32)
    watched, shapes = copy.deepcopy(network), dict[str, tuple[int, ...]]()
    for name, layer in named_parts(watched):
        _watch(layer, name, shapes)
    watched.predict(batch)
    rows: dict[str, Row] = {}
    for name, layer in named_parts(watched):
        line = "/".join(name.split("/")[:depth])
        out, number = rows.get(line, (shapes.get(name), 0))
        rows[line] = out, number + _parameters(layer)
    return rows


def _watch(layer: Any, name: str, shapes: dict[str, tuple[int, ...]]) -> None:
    """Make `layer` write the shape of its first output, without the batch axis, into `shapes`."""
    usual = layer.forward

    def forward(x: np.ndarray, train_flg: bool = False) -> Any:
        layer.forward = usual
        out = call_with_flag(layer.forward, train_flg, x)
        shapes[name] = np.shape(out)[1:]
        return out

    if hasattr(layer, "__dict__"):  # the shape of one with __slots__ stays unknown
        layer.forward = forward


def _parameters(layer: Any) -> int:
    return sum(np.size(getattr(layer, name)) for name in getattr(layer, "param_names", ()))
