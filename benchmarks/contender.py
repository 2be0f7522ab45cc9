"""One contender of `benchmarks/networks.py`, in a separate process, which waits for commands.

It starts with a job (JSON), builds its network and prints "ready". For a line with a number it
runs steps for this many seconds, and prints the time of each. For the line "memory" it prints by
how many MB three steps increase the memory of the process.
"""

import json
import sys
from pathlib import Path
from time import perf_counter

try:
    from common import optimizer
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch05.two_layer_net import TwoLayerNet
from ch07.simple_convnet import SimpleConvNet
from ch08.deep_convnet import DeepConvNet
from common.data_parallel import DataParallel
from common.layers import convolution
from common.multi_layer_net import MultiLayerNet
from common.multi_layer_net_extend import MultiLayerNetExtend
from common.threads import one_blas_thread

HIDDEN = [100] * 4
NETWORKS = {  # name: how to build it, its optimizer
    "TwoLayerNet": (lambda: TwoLayerNet(784, 50, 10, rng=0), "SGD"),
    "784-100x4-10": (lambda: MultiLayerNet(784, HIDDEN, 10, rng=0), "Adam"),
    "the same with BatchNorm": (
        lambda: MultiLayerNetExtend(784, HIDDEN, 10, use_batchnorm=True, rng=0),
        "Adam",
    ),
    "SimpleConvNet": (lambda: SimpleConvNet(rng=0), "Adam"),
    "DeepConvNet": (lambda: DeepConvNet(rng=0), "Adam"),
}
LR = {"SGD": 0.1, "Adam": 0.001}


def images(name, batch, size):
    """Return random images, or rows of pixels, and labels."""
    rng = np.random.default_rng(0)
    shape = (1, size, size) if name.endswith("ConvNet") else (size * size,)
    return rng.random((batch, *shape), dtype=np.float32), rng.integers(10, size=batch)


def contender(kind, name, task="train", threads=1, batch=100, size=28):
    """Return a function that makes one training step, or classifies the batch once."""
    if kind != "ours":
        convolution.keep_freed_memory = lambda: None  # the default of the C library
    network = DeepConvNet((1, size, size), rng=0) if size != 28 else NETWORKS[name][0]()
    x, t = images(name, batch, size)
    update = NETWORKS[name][1]
    if kind.startswith("torch"):
        from torch_networks import Network

        torch = Network(network, threads, kind == "torch, channels last")
        return (
            torch.trainer(x, t, update, LR[update]) if task == "train" else torch.classifier(x, t)
        )
    if kind == "floor":
        one_blas_thread()
        return products(network, x)
    network, made = in_numpy(kind, network, update)
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
        import textbook_networks

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


def steps(step, seconds, most=100):
    """Run steps for `seconds`, at least one; return the seconds of each."""
    step()  # fill the caches again, after another contender
    times = [perf_counter()]
    while len(times) == 1 or (len(times) <= most and times[-1] < times[0] + seconds):
        step()
        times.append(perf_counter())
    return np.diff(times).tolist()


def memory(step):
    """Return by how many MB three steps increase the memory of this process (Linux; else NaN)."""
    status, clear = Path("/proc/self/status"), Path("/proc/self/clear_refs")
    if not clear.exists():
        return np.nan
    clear.write_text("5")  # reset the peak

    def kilobytes(name):
        return int(status.read_text().split(f"{name}:")[1].split()[0])

    before = kilobytes("VmRSS")
    for _ in range(3):
        step()
    return (kilobytes("VmHWM") - before) / 1000


def main():
    """Run the command in each line of the input."""
    step = contender(**json.loads(sys.argv[1]))
    print('"ready"', flush=True)
    for line in sys.stdin:
        answer = memory(step) if line == "memory\n" else steps(step, float(line))
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
