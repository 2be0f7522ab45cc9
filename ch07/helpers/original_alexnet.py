"""The AlexNet of 2012: the output shape and the parameters of each layer (figure 7-28)."""

from common.summary import Row
from common.util import conv_output_size

LAYERS = [  # filters (0: pooling), width, stride, pad, groups of channels
    ("Conv1", 96, 11, 4, 0, 1),
    ("Pool1", 0, 3, 2, 0, 1),
    ("Conv2", 256, 5, 1, 2, 2),
    ("Pool2", 0, 3, 2, 0, 1),
    ("Conv3", 384, 3, 1, 1, 1),
    ("Conv4", 384, 3, 1, 1, 2),
    ("Conv5", 256, 3, 1, 1, 2),
    ("Pool3", 0, 3, 2, 0, 1),
]


def original() -> dict[str, Row]:
    """Return by layer the shape of its output, and its number of parameters.

    Colour images of 227 x 227 pixels, 1,000 classes. The second, fourth and fifth convolution are
    split in two halves, one on each GPU. Each half sees half of the channels.
    """
    rows: dict[str, Row] = {}
    channels, size = 3, 227
    for name, filters, width, stride, pad, groups in LAYERS:
        size = conv_output_size(size, width, stride, pad)
        parameters = filters * (channels // groups * width**2 + 1) if filters else 0
        channels = filters or channels
        rows[name] = (channels, size, size), parameters
    inputs = channels * size**2
    for number, outputs in enumerate((4096, 4096, 1000), 1):
        rows[f"Affine{number}"] = (outputs,), (inputs + 1) * outputs
        inputs = outputs
    return rows
