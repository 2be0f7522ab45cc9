"""Recurrent layers, which read a sequence and remember: RNN and LSTM (8.4.3).

Each class has a formula for one time step, `cell`, and its gradient, `cell_backward`. The base
class repeats them over the sequence: back-propagation through time. Inside, arrays are (T, N, ...).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from common.boundary import Layer
from common.checks import as_float, check_shapes
from common.functions import sigmoid
from common.sequences import Gradients, State, choose, initial_state, real_steps


class _Recurrent(Layer):
    """The base class of recurrent layers: the loop over time, and what is the same for all steps.

    Parameters
    ----------
    Wx : ndarray of shape (D, G)
        Weights of the input; G is H, or 4 H for an LSTM.
    Wh, b : ndarray of shape (H, G), (G,)
        Weights of the last state; biases.

    Attributes
    ----------
    h0, c0 : ndarray of shape (N, H), or None
        The initial state (c0 only of an LSTM), e.g. the features of an image. None: zeros.
    lengths : ndarray of int, (N,), or None
        The time steps of each sequence; the others are padding, which does not change the state.
        None: all T. Set `h0`, `c0` and `lengths` before each forward pass.
    dWx, dWh, db, dh0, dc0 : ndarray
        The gradients, set by `backward`.
    """

    param_names = ("Wx", "Wh", "b")
    state_of_cell: tuple[str, ...] = ("h",)
    gates = 1  # G / H
    cell: Callable[..., tuple[State, Any]]  # the new state, and what `cell_backward` needs
    cell_backward: Callable[..., Gradients]

    def __init__(self, Wx: ArrayLike, Wh: ArrayLike, b: ArrayLike) -> None:
        name, G = type(self).__name__, f"{self.gates if self.gates > 1 else ''}H"
        shapes = {"Wx": (Wx, f"D {G}"), "Wh": (Wh, f"H {G}"), "b": (b, G)}
        self.Wx, self.Wh, self.b = check_shapes(name, **shapes)
        if self.Wh.shape[1] != self.gates * len(self.Wh):
            raise ValueError(f"{name}: Wh has shape {self.Wh.shape}; expected (H, {G})")
        self.h0: ArrayLike | None = None
        self.c0: ArrayLike | None = None
        self.lengths: ArrayLike | None = None

    def expects(self, x: np.ndarray) -> str:
        """Return the expected shape of the sequences, if `x` has another."""
        D = len(self.Wx)
        return "" if x.ndim == 3 and x.shape[2] == D else f"sequences (N, T, {D})"

    def forward(self, x: np.ndarray, train_flg: bool = True) -> np.ndarray:
        """Return h after each time step, (N, T, H), of sequences (N, T, D)."""
        N, T, D = x.shape
        self.x = x.swapaxes(0, 1).reshape(T * N, D)
        a = (self.x @ self.Wx + self.b).reshape(T, N, -1)  # all time steps in one product
        Wh = self.Wh.astype(a.dtype, copy=False)
        state = self._state(N, a)
        self.real = real_steps(self.lengths, N, T)  # (T, N, 1), or None
        self.h = np.empty((T + 1, N, len(Wh)), a.dtype, like=a)  # h[t]: the state before step t
        self.h[0], self.kept = state[0], list[Any]()
        for t in range(T):
            a[t] += state[0] @ Wh
            new, kept = self.cell(a[t], *state[1:])
            state = new if self.real is None else choose(self.real[t], new, state)
            self.h[t + 1] = state[0]
            self.kept.append(kept)
        return self.h[1:].swapaxes(0, 1)

    def backward(self, dout: np.ndarray) -> Any:
        """Return the gradient with respect to x; set those of the parameters and of h0 and c0."""
        N, T, H = dout.shape
        da = np.empty((T, N, self.gates * H), np.result_type(dout, self.h), like=dout)
        Wh = self.Wh.astype(da.dtype, copy=False)
        dstate: State = tuple(np.zeros((N, H), da.dtype, like=da) for _ in self.state_of_cell)
        for t in reversed(range(T)):
            dh, *others = dstate
            dstate = (dh + dout[:, t], *others)  # h_t is an output, and goes into step t + 1
            da[t], dothers = self.cell_backward(self.kept[t], *dstate)
            if self.real is not None:
                da[t] *= self.real[t]
            before = (da[t] @ Wh.T, *dothers)
            dstate = before if self.real is None else choose(self.real[t], before, dstate)
        for name, gradient in zip(self.state_of_cell, dstate, strict=True):
            setattr(self, f"d{name}0", gradient)
        da = da.reshape(T * N, -1)
        self.dWx, self.dWh = self.x.T @ da, self.h[:-1].reshape(T * N, H).T @ da
        self.db = da.sum(axis=0)
        return (da @ self.Wx.T).reshape(T, N, -1).swapaxes(0, 1) if self.wants_dx else None

    def step(self, x: ArrayLike, state: State | None = None) -> State:
        """Return the state, (h,) or (h, c), after one time step (N, D); `state` is that before."""
        x, D = as_float("x", x), len(self.Wx)
        if x.shape[1:] != (D,):
            raise ValueError(f"x has shape {x.shape}; expected one time step, (N, {D})")
        a = x.astype(np.result_type(x, np.float32), copy=False) @ self.Wx + self.b
        h, *others = self._state(len(x), a, state)
        return self.cell(a + h @ self.Wh, *others)[0]

    def _state(self, N: int, a: np.ndarray, state: State | None = None) -> State:
        names = [f"{name}0" for name in self.state_of_cell]
        arrays = [getattr(self, name) for name in names] if state is None else state
        return initial_state(names, arrays, (N, len(self.Wh)), a)


class RNN(_Recurrent):
    """h_t = tanh(x_t Wx + h_(t-1) Wh + b), with h_0 = `h0`. Parameters: see `_Recurrent`."""

    def cell(self, a: np.ndarray) -> tuple[State, np.ndarray]:
        """Return h = tanh(a) as the new state, and for the backward pass."""
        h = np.tanh(a)
        return (h,), h

    def cell_backward(self, h: np.ndarray, dh: np.ndarray) -> Gradients:
        """Return da = dh * (1 - h^2)."""
        return dh * (1 - h**2), ()


class LSTM(_Recurrent):
    """Long short-term memory: gates decide what the memory cell c forgets, learns and shows.

    With a = x_t Wx + h_(t-1) Wh + b, split into four parts a_f, a_g, a_i, a_o, each (N, H)::

        f = sigmoid(a_f)           the forget gate
        g = tanh(a_g)              the new content
        i = sigmoid(a_i)           the input gate
        o = sigmoid(a_o)           the output gate
        c_t = f c_(t-1) + g i
        h_t = o tanh(c_t)

    The gradient reaches c_(t-1) by a factor f only, without a matrix: where f is near 1, it does
    not vanish over many time steps. Parameters: see `_Recurrent`.
    """

    state_of_cell = ("h", "c")
    gates = 4

    def cell(self, a: np.ndarray, c_before: np.ndarray) -> tuple[State, State]:
        """Return (h_t, c_t), from a and c_(t-1); and what `cell_backward` needs."""
        f, g, i, o = np.split(a, 4, axis=1)
        f, g, i, o = sigmoid(f), np.tanh(g), sigmoid(i), sigmoid(o)
        c = f * c_before + g * i
        tanh_c = np.tanh(c)
        return (o * tanh_c, c), (f, g, i, o, c_before, tanh_c)

    def cell_backward(self, kept: State, dh: np.ndarray, dc: np.ndarray) -> Gradients:
        """Return the gradients with respect to a and c_(t-1)."""
        f, g, i, o, c_before, tanh_c = kept
        dc = dc + dh * o * (1 - tanh_c**2)
        df, dg, di, do = dc * c_before, dc * i, dc * g, dh * tanh_c
        slopes = (df * f * (1 - f), dg * (1 - g**2), di * i * (1 - i), do * o * (1 - o))
        return np.concatenate(slopes, axis=1), (dc * f,)
