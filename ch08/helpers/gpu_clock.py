"""Gradients and speeds of networks on a GPU, beside the CPU and beside PyTorch (8.3.2)."""

import platform
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from ch08.deep_convnet import DeepConvNet
from common import gpu
from common.data_parallel import DataParallel
from common.fresh_layers import affine, convolution
from common.io.progress import progress
from common.layers import Pooling, ReLU
from common.network import Network
from common.optimizer import Adam
from common.threads import one_blas_thread
from lab.processes import available

CPU, GPU, TORCH = "CPU", "GPU", "PyTorch, GPU"
Step = Callable[[], Any]


def simple_convnet(rng: np.random.Generator) -> Network:
    """Return a network of the shape of SimpleConvNet (7.5)."""
    layers = {
        "Conv1": convolution(1, 30, 5, rng, init=0.01),
        "Relu1": ReLU(),
        "Pool1": Pooling(2, 2, stride=2),
        "Affine1": affine(30 * 12 * 12, 100, rng, init=0.01),
        "Relu2": ReLU(),
        "Affine2": affine(100, 10, rng, init=0.01),
    }
    return Network(layers)


NETWORKS: dict[str, Callable[..., Network]] = {
    "SimpleConvNet": simple_convnet,
    "DeepConvNet": lambda rng: DeepConvNet(rng=rng),
}


def machine() -> str:
    """Return the names of the GPU and of the processor, and the versions."""
    cupy = gpu.cupy()
    name = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
    processor = f"{available()} cores ({platform.machine()})"
    return f"{name}; {processor}; NumPy {np.__version__}, CuPy {cupy.__version__}"


def batch(size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return random images, (N, 1, 28, 28), and labels."""
    rng = np.random.default_rng(seed)
    return rng.random((size, 1, 28, 28), np.float32), rng.integers(10, size=size)


def differences(seed: int) -> dict[str, float]:
    """Return by network the largest difference of the GPU's gradient from the CPU's.

    Relative to the largest gradient of each parameter; in float32.
    """
    found = {}
    for name, make in NETWORKS.items():
        here, there = (make(np.random.default_rng(seed)) for _ in range(2))
        without_dropout(here)
        without_dropout(gpu.to_gpu(there))
        x, t = batch(20, seed)
        grads = there.gradient(gpu.to_gpu(x), gpu.to_gpu(t))
        off = [
            np.abs(gpu.to_cpu(grads[key]) - grad).max() / np.abs(grad).max()
            for key, grad in here.gradient(x, t).items()
        ]
        found[name] = float(max(off))
    return found


def without_dropout(network: Network) -> None:
    """Let Dropout drop nothing: with other random numbers the gradients would differ."""
    for layer in network.layers.values():
        if hasattr(layer, "dropout_ratio"):
            layer.dropout_ratio = 0.0


def speeds(sizes: Sequence[int], rounds: int, seed: int) -> dict[str, Any]:
    """Return images per second in training, by network, device and size of the mini-batch."""
    found: dict[str, Any] = {}
    for name, make in NETWORKS.items():
        by_device = found.setdefault(name, {})
        for size in progress(sizes, name):
            with one_blas_thread():  # a thread for each part of a mini-batch
                for device, step in all_steps(make, size, seed).items():
                    by_device.setdefault(device, {})[size] = size / median(seconds(step, rounds))
    return found


def all_steps(make: Callable[..., Network], size: int, seed: int) -> dict[str, Step]:
    """Return a training step for each device, which returns when it is done."""
    x, t = batch(size, seed)
    cpu_network = DataParallel(make(np.random.default_rng(seed)), available())
    gpu_network = gpu.to_gpu(make(np.random.default_rng(seed)))
    x_gpu, t_gpu = gpu.to_gpu(x), gpu.to_gpu(t)
    cpu_adam, gpu_adam = Adam(), Adam()
    synchronize = gpu.cupy().cuda.Device().synchronize

    def cpu_step() -> None:
        _, grads = cpu_network.loss_and_gradient(x, t)
        cpu_adam.update(cpu_network.params, grads)

    def gpu_step() -> None:
        _, grads = gpu_network.loss_and_gradient(x_gpu, t_gpu)
        gpu_adam.update(gpu_network.params, grads)
        synchronize()

    steps: dict[str, Step] = {CPU: cpu_step, GPU: gpu_step}
    in_torch = torch_step(gpu_network, x, t)
    return steps if in_torch is None else {**steps, TORCH: in_torch}


def seconds(step: Step, rounds: int) -> list[float]:
    """Return the seconds of several steps, after two that are not counted."""
    found = []
    for _ in range(rounds + 2):
        start = perf_counter()
        step()
        found.append(perf_counter() - start)
    return found[2:]


def torch_step(network: Network, x: np.ndarray, t: np.ndarray) -> Step | None:
    """Return the same step in PyTorch on the GPU; None if PyTorch or its GPU is missing."""
    try:
        import torch
    except ImportError:
        return None
    if not torch.cuda.is_available():
        return None
    modules = [torch_layer(torch, layer) for layer in network.layers.values()]
    module = torch.nn.Sequential(*(one for some in modules for one in some)).cuda()
    optimizer, loss = torch.optim.Adam(module.parameters(), lr=0.001), torch.nn.CrossEntropyLoss()
    images, labels = torch.tensor(x).cuda(), torch.tensor(t).cuda()

    def step() -> None:
        optimizer.zero_grad(set_to_none=True)
        loss(module(images), labels).backward()
        optimizer.step()
        torch.cuda.synchronize()

    return step


def torch_layer(torch: Any, layer: Any) -> list[Any]:
    """Return what PyTorch has in place of a layer of DeepConvNet or SimpleConvNet."""
    kind, nn = type(layer).__name__, torch.nn
    if kind == "Affine":
        return [nn.Flatten(), nn.Linear(*layer.W.shape)]
    if kind == "Convolution":
        filters, channels, *size = layer.W.shape
        return [nn.Conv2d(channels, filters, size, layer.stride, layer.pad)]
    if kind == "Pooling":
        return [nn.MaxPool2d((layer.pool_h, layer.pool_w), layer.stride)]
    return [nn.Dropout(layer.dropout_ratio) if kind == "Dropout" else nn.ReLU()]
