"""Layers made of layers: one after the other, side by side, round a shortcut (5.7, 8.2).

Each is a layer like any other, so they stand inside of one another; the layers that it is made of
are in its `layers`, where `common.parts` finds their parameters.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from common.checks import as_float, check_dout
from common.parts import parts


class Sequential:
    """Layers one after the other: the output of each is the input of the next (5.7).

    Parameters
    ----------
    layers : mapping of str to layer
        In the order of the forward pass. None at all hand on what comes.
    """

    param_names: tuple[str, ...] = ()

    def __init__(self, layers: Mapping[str, Any]) -> None:
        self.layers = checked(layers)
        self.out_shape: Any = None

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return what comes out of the last layer."""
        x = as_float("x", x)
        for layer in self.layers.values():
            x = layer.forward(x, train_flg)
        self.out_shape = np.shape(x)
        return x

    def backward(self, dout: np.ndarray, wants_dx: bool = True) -> Any:
        """Return what comes back through the first layer, or None where it can be spared."""
        dout = check_dout(self, dout, self.out_shape)
        for layer in list(self.layers.values())[:0:-1]:
            dout = layer.backward(dout)
        for first in list(self.layers.values())[:1]:
            spare = not wants_dx and _takes_wants_dx(first.backward)
            dout = first.backward(dout, wants_dx=False) if spare else first.backward(dout)
        return dout if wants_dx else None


class Parallel:
    """Layers side by side: each gets the input, their outputs are joined by channels (8.2.3).

    Parameters
    ----------
    branches : mapping of str to layer
        Their outputs have the same shape but for axis 1: images (N, C, H, W) of the same height
        and width, or rows (N, D).
    """

    param_names: tuple[str, ...] = ()

    def __init__(self, branches: Mapping[str, Any]) -> None:
        self.layers = checked(branches)
        if not self.layers:
            raise ValueError("Parallel: no branches; expected one at least")
        self.out_shape: Any = None
        self.ends: Any = None  # the channel behind each branch

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return the outputs of all branches, one behind the other along axis 1."""
        x = as_float("x", x)
        outs = [layer.forward(x, train_flg) for layer in self.layers.values()]
        if len({(out.shape[0], *out.shape[2:]) for out in outs}) > 1 or outs[0].ndim < 2:
            found = {name: out.shape for name, out in zip(self.layers, outs, strict=True)}
            raise ValueError(f"Parallel: outputs of {found}; expected the same but for axis 1")
        # Feature maps lie in memory with their channels last, and so should these.
        joined = np.concatenate([np.moveaxis(out, 1, -1) for out in outs], axis=-1)
        self.ends = np.cumsum([out.shape[1] for out in outs])
        out = np.moveaxis(joined, -1, 1)
        self.out_shape = out.shape
        return out

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return the sum of what comes back through the branches: each had all of x."""
        dout = check_dout(self, dout, self.out_shape)
        shares = zip(self.layers.values(), np.split(dout, self.ends[:-1], axis=1), strict=True)
        first, *others = [layer.backward(share) for layer, share in shares]
        return sum(others, start=first)


class Residual:
    """y = F(x) + x: a shortcut that leads round the layers of F (8.2.4, figure 8-12).

    Where y is differentiated the shortcut adds 1, so that a gradient comes back whole through any
    number of these.

    Parameters
    ----------
    body : layer
        F.
    shortcut : layer, optional
        What x passes on the shortcut; None hands it on. A 1x1 convolution where F changes the
        shape.
    """

    param_names: tuple[str, ...] = ()

    def __init__(self, body: Any, shortcut: Any = None) -> None:
        self.layers = checked({"body": body} | ({} if shortcut is None else {"shortcut": shortcut}))
        self.out_shape: Any = None

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return F(x) + x."""
        x = as_float("x", x)
        body, *shortcut = (layer.forward(x, train_flg) for layer in self.layers.values())
        around = shortcut[0] if shortcut else x
        if body.shape != around.shape:
            raise ValueError(
                f"Residual: the body makes {body.shape} and the shortcut {around.shape}; expected "
                "the same: a 1x1 Convolution as the shortcut can change channels and size"
            )
        self.out_shape = body.shape
        return body + around

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return the sum of what comes back on both ways."""
        dout = check_dout(self, dout, self.out_shape)
        body, *shortcut = (layer.backward(dout) for layer in self.layers.values())
        return body + (shortcut[0] if shortcut else dout)


def checked(layers: Mapping[str, Any]) -> dict[str, Any]:
    """Return layers by name, each a layer, and none of them twice."""
    if not isinstance(layers, Mapping):
        raise ValueError(f"layers is a {type(layers).__name__}; expected a layer for each name")
    for name, layer in layers.items():
        named = isinstance(getattr(layer, "param_names", None), tuple)
        if not named or isinstance(layer, type):
            raise ValueError(
                f"{name} is of type {type(layer).__name__}; expected a layer, with forward, "
                "backward and a tuple param_names"
            )
    found = [part for layer in layers.values() for part in parts(layer)]
    if len({id(part) for part in found}) < len(found):
        raise ValueError("a layer stands twice in the network; expected a layer for each place")
    return dict(layers)


def _takes_wants_dx(backward: Any) -> bool:
    code = getattr(backward, "__code__", None)
    return code is not None and "wants_dx" in code.co_varnames[: code.co_argcount]
