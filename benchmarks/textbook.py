"""The layers in their plain form, for the baseline of `benchmarks/networks.py`.

Each formula is written as in a textbook, one new array after another in float64: a convolution
unfolds all images at once and keeps the result for backward; masks are used for assignment. This
is correct, readable and slow; a test compares losses and gradients with those of `common`.
"""

import numpy as np


def im2col(x, fh, fw, stride, pad):
    """Unfold the windows of all images to rows: (N * OH * OW, C * FH * FW)."""
    n, c, h, w = x.shape
    oh, ow = (h + 2 * pad - fh) // stride + 1, (w + 2 * pad - fw) // stride + 1
    x = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    col = np.zeros((n, c, fh, fw, oh, ow))
    for i in range(fh):
        for j in range(fw):
            col[:, :, i, j] = x[:, :, i : i + stride * oh : stride, j : j + stride * ow : stride]
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(n * oh * ow, -1)


def col2im(col, shape, fh, fw, stride, pad):
    """Fold rows of windows back into images of `shape`; overlaps are added."""
    n, c, h, w = shape
    oh, ow = (h + 2 * pad - fh) // stride + 1, (w + 2 * pad - fw) // stride + 1
    col = col.reshape(n, oh, ow, c, fh, fw).transpose(0, 3, 4, 5, 1, 2)
    x = np.zeros((n, c, h + 2 * pad, w + 2 * pad))
    for i in range(fh):
        for j in range(fw):
            x[:, :, i : i + stride * oh : stride, j : j + stride * ow : stride] += col[:, :, i, j]
    return x[:, :, pad : pad + h, pad : pad + w]


class Affine:
    """X W + b."""

    def __init__(self, layer):
        self.W, self.b = layer.W.astype(np.float64), layer.b.astype(np.float64)

    def forward(self, x, train):
        """Return X W + b."""
        self.shape = x.shape
        self.x = x.reshape(len(x), -1)
        return np.dot(self.x, self.W) + self.b

    def backward(self, dout):
        """Return dX; set dW and db."""
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return np.dot(dout, self.W.T).reshape(self.shape)


class Convolution:
    """Filters over images, as one matrix product."""

    def __init__(self, layer):
        self.W, self.b = layer.W.astype(np.float64), layer.b.astype(np.float64)
        self.stride, self.pad = layer.stride, layer.pad

    def forward(self, x, train):
        """Return the feature maps."""
        fn, _, fh, fw = self.W.shape
        n, _, h, w = self.shape = x.shape
        oh = (h + 2 * self.pad - fh) // self.stride + 1
        ow = (w + 2 * self.pad - fw) // self.stride + 1
        self.col = im2col(x, fh, fw, self.stride, self.pad)
        self.col_W = self.W.reshape(fn, -1).T
        out = np.dot(self.col, self.col_W) + self.b
        return out.reshape(n, oh, ow, fn).transpose(0, 3, 1, 2)

    def backward(self, dout):
        """Return the gradient with respect to the images; set dW and db."""
        fn, _, fh, fw = self.W.shape
        dout = dout.transpose(0, 2, 3, 1).reshape(-1, fn)
        self.db = np.sum(dout, axis=0)
        self.dW = np.dot(self.col.T, dout).T.reshape(self.W.shape)
        return col2im(np.dot(dout, self.col_W.T), self.shape, fh, fw, self.stride, self.pad)


class Pooling:
    """Max pooling."""

    def __init__(self, layer):
        self.size, self.stride = (layer.pool_h, layer.pool_w), layer.stride

    def forward(self, x, train):
        """Return the maxima."""
        n, c, h, w = self.shape = x.shape
        oh, ow = ((side - k) // self.stride + 1 for side, k in zip((h, w), self.size, strict=True))
        col = im2col(x, *self.size, self.stride, 0).reshape(n * oh * ow * c, -1)
        self.arg_max = np.argmax(col, axis=1)
        return np.max(col, axis=1).reshape(n, oh, ow, c).transpose(0, 3, 1, 2)

    def backward(self, dout):
        """Return `dout` at the positions of the maxima."""
        dout = dout.transpose(0, 2, 3, 1)
        col = np.zeros((dout.size, self.size[0] * self.size[1]))
        col[np.arange(dout.size), self.arg_max] = dout.flatten()
        return col2im(col, self.shape, *self.size, self.stride, 0)


class ReLU:
    """x where it is positive, else 0."""

    def __init__(self, layer):
        pass

    def forward(self, x, train):
        """Return max(x, 0)."""
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        """Return `dout` where x was positive; `dout` is changed."""
        dout[self.mask] = 0
        return dout


class Dropout:
    """Drops neurons at random."""

    def __init__(self, layer):
        self.ratio, self.rng = layer.dropout_ratio, np.random.default_rng(0)

    def forward(self, x, train):
        """Return x with zeros at random places in training, or scaled in inference."""
        if not train:
            return x * (1 - self.ratio)
        self.mask = self.rng.random(x.shape) >= self.ratio
        return x * self.mask

    def backward(self, dout):
        """Return `dout` where x was kept."""
        return dout * self.mask


class BatchNorm:
    """Normalizes each feature to mean 0 and variance 1, then scales and shifts it."""

    def __init__(self, layer):
        self.gamma, self.beta = layer.gamma.astype(np.float64), layer.beta.astype(np.float64)
        self.mean, self.var, self.eps = 0.0, 1.0, layer.eps

    def forward(self, x, train):
        """Go forward through the nodes: mean, x - mean, variance, deviation, quotient."""
        mean, var = self.mean, self.var
        if train:
            mean = np.mean(x, axis=0)
            var = np.mean((x - mean) ** 2, axis=0)
            self.mean = 0.9 * self.mean + 0.1 * mean
            self.var = 0.9 * self.var + 0.1 * var
        self.centred = x - mean
        self.std = np.sqrt(var + self.eps)
        self.xhat = self.centred / self.std
        return self.gamma * self.xhat + self.beta

    def backward(self, dout):
        """Go back through the same nodes."""
        n = len(dout)
        self.dbeta = np.sum(dout, axis=0)
        self.dgamma = np.sum(dout * self.xhat, axis=0)
        dxhat = dout * self.gamma
        dcentred = dxhat / self.std
        dstd = -np.sum(dxhat * self.centred / self.std**2, axis=0)
        dvar = dstd / (2 * self.std)
        dcentred = dcentred + 2 / n * self.centred * dvar
        dmean = -np.sum(dcentred, axis=0)
        return dcentred + dmean / n


LAYERS = {kind.__name__: kind for kind in (Affine, Convolution, Pooling, ReLU, Dropout, BatchNorm)}
