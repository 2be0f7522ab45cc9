"""The costs of layers, counted from their sizes (8.2.2, 8.2.3)."""

from collections.abc import Sequence
from itertools import count

from common.layers import Convolution, Parallel

Config = Sequence[int | str]
Row = tuple[tuple[int, ...], int, int]  # shape of the output, parameters, multiplications


def named(config: Config) -> list[tuple[str, int]]:
    """Return for each layer of a VGG's config its name, and number of filters, 0 for pooling."""
    convs, pools = count(1), count(1)
    return [
        (f"Pool{next(pools)}", 0) if filters == "M" else (f"Conv{next(convs)}", int(filters))
        for filters in config
    ]


def table(config: Config, input_dim: tuple[int, int, int], sizes: Sequence[int]) -> dict[str, Row]:
    """Return for each layer of a VGG its output's shape, its parameters and multiplications.

    The network is not built: VGG16 would take half a gigabyte.

    Parameters
    ----------
    config, input_dim, sizes
        As for `ch08.section_8_2.vgg.VGG`.
    """
    rows: dict[str, Row] = {}
    channels, size, _ = input_dim
    for name, filters in named(config):
        if filters:
            weights, channels = channels * filters * 3 * 3, filters
            shape = (channels, size, size)
            rows[name] = (shape, weights + channels, weights * size**2)
        else:
            size //= 2
            rows[name] = ((channels, size, size), 0, 0)
    inputs = channels * size**2
    for number, outputs in enumerate(sizes, 1):
        weights, inputs = inputs * outputs, outputs
        rows[f"Affine{number}"] = ((outputs,), weights + outputs, weights)
    return rows


def weights_of_branches(module: Parallel) -> dict[str, dict[str, int]]:
    """Return how many weights each branch of an Inception module has with 1x1 filters and without.

    Without them, the 3x3 and 5x5 filters would be applied to all input channels.
    """
    result = {}
    for name, branch in module.layers.items():
        convs = [layer for layer in branch.layers.values() if isinstance(layer, Convolution)]
        channels, (filters, _, size, _) = convs[0].W.shape[1], convs[-1].W.shape
        result[name] = {
            "with 1x1": sum(conv.W.size for conv in convs),
            "without": channels * filters * size**2,
        }
    return result
