"""The same networks in PyTorch, eager, on the CPU: for `benchmarks/networks.py`."""

import torch
from torch import nn

OPTIMIZERS = {"SGD": torch.optim.SGD, "Adam": torch.optim.Adam}


def module(network):
    """Convert a network of `common` to a PyTorch module with the same parameters."""
    modules = []
    for layer in network.layers.values():
        kind = type(layer).__name__
        if kind == "Affine":
            if modules and isinstance(modules[-1], nn.MaxPool2d):
                modules.append(nn.Flatten())
            modules.append(nn.Linear(*layer.W.shape))
        elif kind == "Convolution":
            fn, c, *size = layer.W.shape
            modules.append(nn.Conv2d(c, fn, size, layer.stride, layer.pad))
        elif kind == "Pooling":
            modules.append(nn.MaxPool2d((layer.pool_h, layer.pool_w), layer.stride))
        elif kind == "BatchNorm":
            modules.append(nn.BatchNorm1d(len(layer.gamma), layer.eps))
        else:
            modules.append(nn.Dropout(layer.dropout_ratio) if kind == "Dropout" else nn.ReLU())
    result = nn.Sequential(*modules)
    with torch.no_grad():
        for mine, value in zip(result.parameters(), network.params.values(), strict=True):
            value = torch.tensor(value)
            mine.copy_(value.T if value.ndim == 2 else value)
    return result


class Network:
    """A PyTorch module with the methods of the other contenders."""

    def __init__(self, network, threads=1, channels_last=False):
        torch.set_num_threads(threads)
        self.format = torch.channels_last if channels_last else torch.contiguous_format
        self.module = module(network).to(memory_format=self.format)
        self.loss = nn.CrossEntropyLoss()

    def trainer(self, x, t, optimizer, lr):
        """Return a function that makes one training step and returns its loss."""
        x, t = self.tensors(x, t)
        optimizer = OPTIMIZERS[optimizer](self.module.parameters(), lr=lr)

        def step():
            optimizer.zero_grad(set_to_none=True)
            loss = self.loss(self.module(x), t)
            loss.backward()
            optimizer.step()
            return loss.item()

        return step

    def classifier(self, x, t, batch_size=100):
        """Return a function that classifies all images and returns the accuracy."""
        x, t = self.tensors(x, t)

        @torch.inference_mode()
        def classify():
            self.module.eval()
            scores = torch.cat([self.module(batch) for batch in x.split(batch_size)])
            return (scores.argmax(1) == t).float().mean().item()

        return classify

    def tensors(self, x, t):
        """Return images and labels as tensors."""
        x = torch.from_numpy(x)
        return x.to(memory_format=self.format) if x.ndim == 4 else x, torch.from_numpy(t)
