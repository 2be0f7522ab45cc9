"""Networks as lists of layers in JSON, with weights and images from a seed.

From these the processes of PyTorch and JAX make their networks, without importing `common`.
"""

import math

import numpy as np

PARAMS = ("W", "b", "gamma", "beta")
SETTINGS = ("stride", "pad", "pool_h", "pool_w", "dropout_ratio", "eps")


def describe(network):
    """Return a dict for each layer: its kind, the shapes of its parameters, its settings."""
    return [
        {"kind": type(layer).__name__}
        | {name: getattr(layer, name).shape for name in layer.param_names}
        | {name: getattr(layer, name) for name in SETTINGS if hasattr(layer, name)}
        for layer in network.layers.values()
    ]


def parameter_keys(layers):
    """Return a dict for each layer: its parameters' keys, as in `net.params`, by their names."""
    counts, result = dict.fromkeys(PARAMS, 0), []
    for layer in layers:
        own = [name for name in PARAMS if name in layer]
        counts |= {name: counts[name] + 1 for name in own}
        result.append({name: f"{name}{counts[name]}" for name in own})
    return result


def initial_weights(layers, seed=0):
    """Return parameters in float32 by key, with He's standard deviation."""
    rng, params = np.random.default_rng(seed), {}
    for layer, keys in zip(layers, parameter_keys(layers), strict=True):
        for name, key in keys.items():
            shape = layer[name]
            params[key] = np.full(shape, float(name == "gamma"), np.float32)
            if name == "W":
                inputs = math.prod(shape[1:]) if len(shape) == 4 else shape[0]
                params[key] += math.sqrt(2 / inputs) * rng.standard_normal(shape, np.float32)
    return params


def samples(layers, batch, size):
    """Return random images (or rows of pixels, for a fully connected network) and labels."""
    rng = np.random.default_rng(0)
    convolves = layers[0]["kind"] == "Convolution"
    shape = (layers[0]["W"][1], size, size) if convolves else (layers[0]["W"][0],)
    return rng.random((batch, *shape), dtype=np.float32), rng.integers(10, size=batch)
