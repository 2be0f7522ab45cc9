"""The same networks in PyTorch on the CPU, in four forms.

"eager" is what most people write. "fused" has channels last and the fused optimizer. "tuned" also
keeps freed memory, as we do. "compiled" is "tuned" with forward, loss and backward compiled to C++.
"""

from functools import partial

import numpy as np
import torch
from descriptions import initial_weights, samples
from torch import nn

OPTIMIZERS = {"SGD": torch.optim.SGD, "Adam": torch.optim.Adam}
MODULES = {
    "Affine": lambda layer: nn.Linear(*layer["W"]),
    "BatchNorm": lambda layer: nn.BatchNorm1d(*layer["gamma"], layer["eps"]),
    "Convolution": lambda layer: nn.Conv2d(
        layer["W"][1], layer["W"][0], layer["W"][2:], layer["stride"], layer["pad"]
    ),
    "Dropout": lambda layer: nn.Dropout(layer["dropout_ratio"]),
    "Pooling": lambda layer: nn.MaxPool2d((layer["pool_h"], layer["pool_w"]), layer["stride"]),
    "ReLU": lambda layer: nn.ReLU(),
}


def contender(layers, form, task, threads, batch, size, update, lr):
    """Return a function that makes one step of the task."""
    torch.set_num_threads(threads)
    network = Network(layers, form, batch, size)
    tasks = {"classify": network.classifier, "gradient": lambda: network.gradient}
    return tasks[task]() if task in tasks else network.trainer(update, lr)


def module(layers, seed=0):
    """Return a PyTorch module with these layers and their initial weights."""
    modules = []
    for layer in layers:
        if layer["kind"] == "Affine" and modules and isinstance(modules[-1], nn.MaxPool2d):
            modules.append(nn.Flatten())
        modules.append(MODULES[layer["kind"]](layer))
    result = nn.Sequential(*modules)
    with torch.no_grad():
        values = initial_weights(layers, seed).values()
        for mine, value in zip(result.parameters(), values, strict=True):
            mine.copy_(torch.from_numpy(value.T if value.ndim == 2 else value))
    return result


class Network:
    """A PyTorch module in one of the forms, and samples."""

    def __init__(self, layers, form, batch, size):
        self.layers, self.form = layers, form
        if form in ("tuned", "compiled"):
            np.empty(2**25 - 2**16, np.uint8)  # see keep_freed_memory in common/convolve.py
        self.compiled = partial(torch.compile, dynamic=False) if form == "compiled" else lambda f: f
        order = torch.contiguous_format if form == "eager" else torch.channels_last
        self.module = module(layers).to(memory_format=order)
        x, t = map(torch.from_numpy, samples(layers, batch, size))
        self.x, self.t = x.to(memory_format=order) if x.ndim == 4 else x, t
        measure = nn.CrossEntropyLoss()
        self.loss = self.compiled(lambda x, t: measure(self.module(x), t))

    def backward(self):
        """Set the gradients of the parameters; return the loss."""
        self.module.zero_grad(set_to_none=True)
        loss = self.loss(self.x, self.t)
        loss.backward()
        return loss

    def gradient(self):
        """Return the loss and lists of its derivatives, by key."""
        loss = self.backward().item()
        grads = [mine.grad.T if mine.ndim == 2 else mine.grad for mine in self.module.parameters()]
        lists = [grad.tolist() for grad in grads]
        return loss, dict(zip(initial_weights(self.layers), lists, strict=True))

    def trainer(self, update, lr):
        """Return a function that makes one training step and returns its loss."""
        fused = self.form != "eager"
        optimizer = OPTIMIZERS[update](self.module.parameters(), lr=lr, fused=fused)
        if self.form == "compiled":  # compile now, so that the first step takes no more memory
            self.backward()
            self.module.zero_grad(set_to_none=True)

        def step():
            loss = self.backward()
            optimizer.step()
            return loss.item()

        return step

    def classifier(self, batch_size=100):
        """Return a function that classifies all samples and returns the accuracy."""
        predict = self.compiled(self.module.eval())

        @torch.inference_mode()
        def classify():
            scores = torch.cat([predict(x) for x in self.x.split(batch_size)])
            return (scores.argmax(1) == self.t).float().mean().item()

        return classify
