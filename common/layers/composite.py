"""Layers made of layers: Sequential, Parallel, Residual, TimeDistributed (5.7, 8.2, 8.4).

Each is a layer like any other, so they can be nested. Their inner layers are in the attribute
`layers`, where `common.parts` finds their parameters.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from common.boundary import Layer
from common.checks import LayerError
from common.protocols import LayerLike
from common.typed import call_with_flag, check_layers


class Sequential(Layer):
    """Layers one after the other: the output of each is the input of the next (5.7).

    Parameters
    ----------
    layers : mapping of str to layer
        In the order of the forward pass. An empty mapping returns its input.
    """

    widens = False

    def __init__(self, layers: Mapping[str, LayerLike]) -> None:
        self.layers = check_layers(layers)

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return the output of the last layer."""
        for layer in self.layers.values():
            x = call_with_flag(layer.forward, train_flg, x)
        return x

    def backward(self, dout: np.ndarray) -> Any:
        """Return the gradient with respect to the input of the first layer."""
        first = next(iter(self.layers.values()), None)
        if isinstance(first, Layer):
            first.wants_dx = self.wants_dx
        try:
            for layer in reversed(self.layers.values()):
                dout = layer.backward(dout)
        finally:
            if isinstance(first, Layer):
                first.wants_dx = True  # a hand-written loop needs it
        return dout


class Parallel(Layer):
    """Layers side by side: all get the same input, their outputs are concatenated (8.2.3).

    Parameters
    ----------
    branches : mapping of str to layer
        Their outputs have the same shape except for axis 1: images (N, C, H, W) of the same height
        and width, or rows (N, D).
    """

    widens = False

    def __init__(self, branches: Mapping[str, LayerLike]) -> None:
        self.layers = check_layers(branches)
        if not self.layers:
            raise ValueError("Parallel: no branches; expected at least one")

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return the outputs of all branches, concatenated along axis 1."""
        outs = {
            name: call_with_flag(layer.forward, train_flg, x) for name, layer in self.layers.items()
        }
        if len({(out.ndim, len(out), *out.shape[2:]) for out in outs.values()}) > 1:
            found = {name: out.shape for name, out in outs.items()}
            raise LayerError(self, f"outputs of {found}; expected the same except for axis 1")
        # Feature maps are stored with the channels last, and so should these be.
        joined = np.concatenate([np.moveaxis(out, 1, -1) for out in outs.values()], axis=-1)
        self.ends = np.cumsum([out.shape[1] for out in outs.values()]).tolist()
        return np.moveaxis(joined, -1, 1)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return the sum of the gradients of the branches, because each got all of x."""
        shares = zip(self.layers.values(), np.split(dout, self.ends[:-1], axis=1), strict=True)
        first, *others = [layer.backward(share) for layer, share in shares]
        return sum(others, start=first)


class Residual(Layer):
    """y = F(x) + x: a residual block, with a shortcut around the layers of F (8.2.4, figure 8-12).

    The derivative of the shortcut is 1, so that the gradient passes undiminished through any number
    of residual blocks.

    Parameters
    ----------
    body : layer
        The layers F.
    shortcut : layer, optional
        A layer on the shortcut, such as a 1x1 convolution if F changes the shape. None: x itself.
    """

    widens = False

    def __init__(self, body: LayerLike, shortcut: LayerLike | None = None) -> None:
        self.layers = check_layers(
            {"body": body} | ({} if shortcut is None else {"shortcut": shortcut})
        )

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return F(x) + x."""
        body, *shortcut = (
            call_with_flag(layer.forward, train_flg, x) for layer in self.layers.values()
        )
        around = shortcut[0] if shortcut else x
        if body.shape != around.shape:
            what = f"body gives {body.shape} and shortcut {around.shape}; expected the same"
            raise LayerError(
                self, f"{what}: a 1x1 Convolution as the shortcut can change the shape"
            )
        return body + around

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return the sum of the gradients of both paths."""
        body, *shortcut = (layer.backward(dout) for layer in self.layers.values())
        return body + (shortcut[0] if shortcut else dout)


class TimeDistributed(Layer):
    """Applies a layer to each time step, e.g. Affine: (N, T, D) becomes (N, T, M) (8.4.3).

    The layer gets all time steps as one batch, (N T, D).
    """

    widens = False

    def __init__(self, layer: LayerLike) -> None:
        self.layers = check_layers({"layer": layer})

    def expects(self, x: np.ndarray) -> str:
        """Return the expected shape of the sequences, if `x` has another."""
        return "" if x.ndim >= 3 else "sequences (N, T, ...)"

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return the output of the layer for each time step."""
        self.x_shape = x.shape
        out = call_with_flag(self.layers["layer"].forward, train_flg, x.reshape(-1, *x.shape[2:]))
        return out.reshape(*x.shape[:2], *out.shape[1:])

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Return the gradient with respect to the sequences."""
        steps = dout.reshape(-1, *dout.shape[2:])
        return self.layers["layer"].backward(steps).reshape(self.x_shape)
