"""The layers, each with `forward` and `backward`; what all have is in `common.boundary`.

As in the book, the functions that layers are made of can be imported from here as well.
"""

import numpy as np

from common.boundary import Layer
from common.functions import (
    cross_entropy_error,
    identity_function,
    mean_squared_error,
    relu,
    sigmoid,
    sigmoid_grad,
    softmax,
    step_function,
    sum_squared_error,
)
from common.layers.activations import ReLU, Sigmoid
from common.layers.affine import Affine, DropConnect
from common.layers.binary import Binarized, Sign
from common.layers.composite import Parallel, Residual, Sequential
from common.layers.convolution import Convolution
from common.layers.dropout import Dropout
from common.layers.loss import IdentityWithLoss, SigmoidWithLoss, SoftmaxWithLoss
from common.layers.normalization import BatchNorm, LocalResponseNorm
from common.layers.pooling import AveragePooling, Pooling
from common.util import col2im, im2col

Relu = ReLU  # the book's names
BatchNormalization = BatchNorm

__all__ = [
    "Affine",
    "AveragePooling",
    "BatchNorm",
    "BatchNormalization",
    "Binarized",
    "Convolution",
]
__all__ += ["DropConnect", "Dropout", "Layer", "LocalResponseNorm", "Parallel", "Pooling", "ReLU"]
__all__ += ["Relu", "Residual", "Sequential", "Sigmoid", "Sign", "SoftmaxWithLoss"]
__all__ += ["IdentityWithLoss", "SigmoidWithLoss"]
__all__ += ["col2im", "cross_entropy_error", "identity_function", "im2col", "mean_squared_error"]
__all__ += ["np", "relu", "sigmoid", "sigmoid_grad", "softmax", "step_function"]
__all__ += ["sum_squared_error"]
