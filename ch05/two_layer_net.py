"""The two-layer network again, now built from layers (section 5.7.2).

    python ch05/two_layer_net.py

You will see the layers of a 784-50-10 network with the shapes of their outputs and parameters, and
the loss for random inputs before training: near ln 10 = 2.303, as if all ten classes had the same
probability. About a second.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from common.fresh_layers import affine
from common.layers import ReLU
from common.network import Network
from common.randomness import Seed, random_generator
from lab.script import Results


class TwoLayerNet(Network):
    """Affine - ReLU - Affine, with softmax and cross entropy at the end (tables 5-1 and 5-2).

    Parameters
    ----------
    input_size, hidden_size, output_size : int
        The number of neurons in each layer.
    weight_init_std : float
        The standard deviation of the initial weights; the biases start at 0.
    rng : Generator or seed, optional
        Draws the initial weights.

    Attributes
    ----------
    params : dict
        ``W1`` (input_size, hidden_size), ``b1``, ``W2`` (hidden_size, output_size), ``b2``.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        output_size: int,
        weight_init_std: float = 0.01,
        *,
        rng: Seed = None,
    ) -> None:
        rng = random_generator(rng)
        super().__init__(
            {
                "Affine1": affine(input_size, hidden_size, rng, weight_init_std),
                "Relu1": ReLU(),
                "Affine2": affine(hidden_size, output_size, rng, weight_init_std),
            }
        )


def experiment(args: argparse.Namespace) -> Results:
    """Print and return the layers, the shapes and the number of parameters, and the loss."""
    rng = np.random.default_rng(args.seed)
    net = TwoLayerNet(784, 50, 10, rng=rng)
    x, t = rng.random((100, 784)), rng.integers(10, size=100)
    loss = net.loss(x, t)
    print(net.summary((784,)))
    print(f"loss before training: {loss:.4f}; expected about ln 10: {np.log(10):.4f}")
    return {
        "layers": list(net.layers),
        "shapes": {key: param.shape for key, param in net.params.items()},
        "parameters": sum(param.size for param in net.params.values()),
        "loss": loss,
    }


main = script.make_main(__file__, __doc__, experiment)

if __name__ == "__main__":
    script.run(main)
