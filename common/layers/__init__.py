"""The layers, each with `forward` and `backward`; their base class is in `common.boundary`.

As in the book, functions such as `softmax` and `im2col` can be imported from here, too.
"""

import numpy as np

from common.boundary import Layer
from common.functions import (
    cross_entropy_error,
    identity_function,
    mean_squared_error,
    relu,
    relu_grad,
    sigmoid,
    sigmoid_grad,
    softmax,
    softmax_loss,
    step_function,
    sum_squared_error,
)
from common.layers.activations import ELU, GELU, LeakyReLU, ReLU, Sigmoid, Tanh
from common.layers.affine import Affine, DropConnect
from common.layers.binary import Binarized, Sign
from common.layers.composite import Parallel, Residual, Sequential, TimeDistributed
from common.layers.convolution import Convolution
from common.layers.dropout import Dropout
from common.layers.embedding import Embedding
from common.layers.loss import (
    IdentityWithLoss,
    PixelwiseSoftmaxWithLoss,
    SigmoidWithLoss,
    SoftmaxWithLoss,
    TimeSoftmaxWithLoss,
)
from common.layers.normalization import BatchNorm, LocalResponseNorm
from common.layers.pooling import AveragePooling, GlobalAveragePooling, Pooling, Unpooling
from common.layers.recurrent import LSTM, RNN
from common.layers.reshape import Flatten, Reshape
from common.layers.roi_pooling import RoIPooling
from common.layers.transposed_convolution import TransposedConvolution
from common.util import col2im, im2col

Relu = ReLU  # the book's names
BatchNormalization = BatchNorm

__all__ = ["Affine", "AveragePooling", "BatchNorm", "BatchNormalization", "Binarized"]
__all__ += ["ELU", "GELU", "LSTM", "RNN", "Convolution", "DropConnect", "Dropout", "Embedding"]
__all__ += ["Flatten", "GlobalAveragePooling", "IdentityWithLoss", "Layer", "LeakyReLU"]
__all__ += ["LocalResponseNorm", "Parallel", "PixelwiseSoftmaxWithLoss", "Pooling", "ReLU", "Relu"]
__all__ += ["Reshape", "Residual", "RoIPooling", "Sequential", "Sigmoid", "SigmoidWithLoss"]
__all__ += ["Sign", "SoftmaxWithLoss", "Tanh", "TimeDistributed", "TimeSoftmaxWithLoss"]
__all__ += ["TransposedConvolution", "Unpooling"]
__all__ += ["col2im", "cross_entropy_error", "identity_function", "im2col", "mean_squared_error"]
__all__ += ["np", "relu", "relu_grad", "sigmoid", "sigmoid_grad", "softmax", "softmax_loss"]
__all__ += ["step_function", "sum_squared_error"]
