"""A computational graph: named values and the nodes between them, forward and backward (5.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass
class Step:
    """A node, its inputs and its output.

    Attributes
    ----------
    output : str
        The name of the value that it computes.
    node : layer
        An object with `forward` and `backward`.
    inputs : tuple of str
        The names of its input values.
    douts : tuple
        The derivatives for these values, computed by `Graph.backward`.
    """

    output: str
    node: Any
    inputs: tuple[str, ...]
    douts: tuple[Any, ...] = ()


class Graph:
    """Values by name, the nodes in the order of their computation, and derivatives by name.

    Parameters
    ----------
    inputs : mapping of str to number or ndarray
        The input values.
    constants : sequence of str
        The names of inputs for which no derivative is computed.

    Attributes
    ----------
    values : dict
        The inputs and all computed values.
    steps : list of Step
    grads : dict
        The derivative of the last value for each value, set by `backward`.
    """

    def __init__(self, inputs: Mapping[str, Any], constants: Sequence[str] = ()) -> None:
        self.values = dict(inputs)
        self.constants = frozenset(constants)
        self.steps: list[Step] = []
        self.grads: dict[str, Any] = {}

    def node(self, output: str, node: Any, *inputs: str) -> Any:
        """Compute the output of a node for the values `inputs`; store it as `output`; return it."""
        missing = [name for name in inputs if name not in self.values]
        if missing:
            raise ValueError(
                f"there is no value {missing[0]!r}; expected an input or an earlier output"
            )
        if output in self.values or any(step.node is node for step in self.steps):
            raise ValueError(f"{output!r} or its node exists already; expected a new name and node")
        self.values[output] = node.forward(*(self.values[name] for name in inputs))
        self.steps.append(Step(output, node, inputs))
        return self.values[output]

    def backward(self, dout: Any = 1.0) -> dict[str, Any]:
        """Go through the nodes from the last to the first; return the derivatives by name.

        If several nodes use a value, its derivative is the sum of the derivatives from these nodes.
        """
        self.grads = {self.steps[-1].output: dout}
        for step in reversed(self.steps):
            if step.output not in self.grads:  # the last value does not depend on it
                continue
            douts = step.node.backward(self.grads[step.output])
            step.douts = douts if isinstance(douts, tuple) else (douts,)
            for name, part in zip(step.inputs, step.douts, strict=True):
                if name not in self.constants:
                    self.grads[name] = self.grads[name] + part if name in self.grads else part
        return self.grads
