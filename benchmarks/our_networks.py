"""The compared networks: ours, their textbook form, and their matrix products alone."""

import numpy as np
import textbook_networks
from descriptions import describe, initial_weights, samples

from ch05.two_layer_net import TwoLayerNet
from ch07.simple_convnet import SimpleConvNet
from ch08.deep_convnet import DeepConvNet
from common import fresh_layers, optimizer
from common.data_parallel import DataParallel
from common.layers import Dropout, Pooling, ReLU, convolution
from common.multi_layer_net import MultiLayerNet
from common.multi_layer_net_extend import MultiLayerNetExtend
from common.network import Network
from common.threads import one_blas_thread

HIDDEN = [100] * 4
NETWORKS = {  # name: how to build it, its optimizer
    "TwoLayerNet": (lambda: TwoLayerNet(784, 50, 10), "SGD"),
    "784-100x4-10": (lambda: MultiLayerNet(784, HIDDEN, 10), "Adam"),
    "the same with BatchNorm": (
        lambda: MultiLayerNetExtend(784, HIDDEN, 10, use_batchnorm=True),
        "Adam",
    ),
    "SimpleConvNet": (SimpleConvNet, "Adam"),
    "DeepConvNet": (DeepConvNet, "Adam"),
}
LR = {"SGD": 0.1, "Adam": 0.001}


def build(name, size=28, depth=2, width=1):
    """Return a network with the initial weights that all contenders have.

    A DeepConvNet may have images of another size, another number of convolutions before each
    pooling (`depth`), and `width` times as many filters.
    """
    usual = (size, depth, width) == (28, 2, 1)
    network = NETWORKS[name][0]() if usual else like_deep_convnet(size, depth, width)
    network.params = initial_weights(describe(network))
    return network


def like_deep_convnet(size, depth, width):
    """Return a network like DeepConvNet, larger or smaller."""
    layers, channels, out = {}, 1, size
    for block, filters in enumerate((16, 32, 64), 1):
        for k in range(depth):
            pad = 2 if block == 2 and k == depth - 1 else 1  # as in DeepConvNet
            filter_num, out = round(filters * width), out + 2 * pad - 2
            conv = fresh_layers.convolution(channels, filter_num, 3, pad=pad)
            layers |= {f"Conv{block}.{k}": conv, f"Relu{block}.{k}": ReLU()}
            channels = filter_num
        layers[f"Pool{block}"] = Pooling(2, 2, stride=2)
        out //= 2
    layers |= {"Affine1": fresh_layers.affine(channels * out * out, 50), "Relu": ReLU()}
    layers |= {"Dropout1": Dropout(0.5), "Affine2": fresh_layers.affine(50, 10)}
    return Network(layers | {"Dropout2": Dropout(0.5)})


def contender(kind, name, task="train", threads=1, batch=100, **sizes):
    """Return a function that makes one training step, or classifies the batch once."""
    if kind != "ours":
        convolution.keep_freed_memory = lambda: None  # the default of the C library
    network = build(name, **sizes)
    x, t = samples(describe(network), batch, sizes.get("size", 28))
    if kind == "floor":
        one_blas_thread()
        return products(network, x)
    network, made = in_numpy(kind, network, NETWORKS[name][1])
    x = x.astype(np.float64) if kind == "textbook" else x
    parallel = DataParallel(network, threads) if threads > 1 else network

    def train():
        loss, grads = parallel.loss_and_gradient(x, t)
        made.update(network.params, grads)
        return loss

    return train if task == "train" else lambda: parallel.accuracy(x, t)


def in_numpy(kind, network, update):
    """Return a network and its optimizer: those of the textbook, or ours."""
    if kind == "textbook":
        made = getattr(textbook_networks, update)(LR[update])
        return textbook_networks.Network(network), made
    one_blas_thread()
    return network, getattr(optimizer, update)(LR[update])


def products(network, x):
    """Return a function that computes only the matrix products of a training step.

    These are forward, dW and (except for the first layer) dx. A convolution is computed image by
    image, so that its arrays stay in the cache.
    """
    network.predict(x)
    jobs = []
    draw = np.random.default_rng(0).standard_normal
    for number, layer in enumerate(network.layers.values()):
        if not hasattr(layer, "W"):
            continue
        if layer.W.ndim == 4:
            fn, c, fh, fw = layer.W.shape
            repeat, (oh, ow), (h, w) = len(x), layer.out_shape[2:], layer.x.shape[2:]
            sizes = [
                (oh * ow, c * fh * fw, fn),
                (c * fh * fw, oh * ow, fn),
                (h * w, fn * fh * fw, c),
            ]
        else:
            d, m = layer.W.shape
            repeat, sizes = 1, [(len(x), d, m), (d, len(x), m), (len(x), m, d)]
        for rows, inner, columns in sizes[: 2 if number == 0 else 3]:
            a, b = draw((rows, inner), np.float32), draw((inner, columns), np.float32)
            jobs.append((a, b, np.empty((rows, columns), np.float32), repeat))

    def step():
        for a, b, out, repeat in jobs:
            for _ in range(repeat):
                np.dot(a, b, out=out)

    return step
