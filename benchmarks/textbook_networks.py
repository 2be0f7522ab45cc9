"""Networks of the layers in `textbook.py`, and updates that make new arrays: the baseline."""

import numpy as np
from textbook import LAYERS


class Network:
    """The textbook form of a network of `common`, with parameters of the same values."""

    def __init__(self, network):
        self.layers = [LAYERS[type(layer).__name__](layer) for layer in network.layers.values()]
        self.params, self.owners = {}, {}
        for key in network.params:
            name = key.rstrip("0123456789")
            number = int(key[len(name) :]) - 1
            layer = [layer for layer in self.layers if hasattr(layer, name)][number]
            self.params[key], self.owners[key] = getattr(layer, name), (layer, "d" + name)

    def predict(self, x, train=False):
        """Return the scores."""
        for layer in self.layers:
            x = layer.forward(x, train)
        return x

    def accuracy(self, x, t, batch_size=100):
        """Return the accuracy: the fraction of samples that are classified correctly."""
        right = 0
        for i in range(0, len(x), batch_size):
            y = self.predict(x[i : i + batch_size])
            right += np.sum(np.argmax(y, axis=1) == t[i : i + batch_size])
        return right / len(x)

    def loss_and_gradient(self, x, t):
        """Return softmax's cross entropy and its derivatives; t are labels."""
        scores = self.predict(x, train=True)
        y = np.exp(scores - np.max(scores, axis=1, keepdims=True))
        y = y / np.sum(y, axis=1, keepdims=True)
        rows = np.arange(len(x))
        loss = -np.mean(np.log(y[rows, t] + 1e-7))
        y[rows, t] -= 1
        dout = y / len(x)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return loss, {key: getattr(layer, name) for key, (layer, name) in self.owners.items()}


class SGD:
    """W <- W - lr * dW."""

    def __init__(self, lr):
        self.lr = lr

    def update(self, params, grads):
        """Make one update."""
        for key in params:
            params[key] -= self.lr * grads[key]


class Adam:
    """Combines Momentum and AdaGrad; its state is in dicts."""

    def __init__(self, lr):
        self.lr, self.t = lr, 0
        self.m, self.v = {}, {}

    def update(self, params, grads):
        """Make one update."""
        self.t += 1
        lr = self.lr * np.sqrt(1 - 0.999**self.t) / (1 - 0.9**self.t)
        for key in params:
            self.m[key] = 0.9 * self.m.get(key, 0) + 0.1 * grads[key]
            self.v[key] = 0.999 * self.v.get(key, 0) + 0.001 * grads[key] ** 2
            params[key] -= lr * self.m[key] / (np.sqrt(self.v[key]) + 1e-7)
