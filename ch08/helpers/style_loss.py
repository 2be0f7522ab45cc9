"""The loss of style transfer, and its gradient with respect to the image (8.5.1, figure 8-23).

    F, P, S   features of the image, of the content picture, of the style picture, at a layer
    G = F F^T / (C H W)   the Gram matrix: which channels are active together, wherever that is
    content   1/2 sum (F - P)^2, at one layer
    style     sum (G - A)^2 with A, the Gram matrix of S, at several layers
    variation the mean square of the differences between neighbouring pixels

For the style, the mean of each channel of S is subtracted from F and S. Otherwise the means, which
are mostly colour, are most of G, and little is left for strokes and shapes.

Each part is divided by what it would be without style transfer, so that the numbers mean something
for any network. Content 1: as far from the content picture as the style picture is. Style 1: as far
from the style picture as the content picture is.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from common.convolve import input_gradient
from common.layers import Convolution, Layer
from common.network import Network

Part = tuple[float, np.ndarray]  # a loss, and its gradient
CONTENT_LAYER = "relu2"
STYLE_LAYERS = ("relu1", "relu2", "relu3", "relu4")


class Weights(NamedTuple):
    """The factors of the three parts of the loss."""

    content: float = 1.0
    style: float = 60.0
    variation: float = 3.0


WEIGHTS = Weights()


def features(layers: Mapping[str, Layer], x: np.ndarray) -> dict[str, np.ndarray]:
    """Return the output of each layer, by name."""
    outputs = {}
    for name, layer in layers.items():
        x = outputs[name] = layer.forward(x, train_flg=False)
    return outputs


def gradient_of_image(layers: dict[str, Layer], gradients: Mapping[str, np.ndarray]) -> np.ndarray:
    """Back-propagate the gradients of the outputs of some layers, with the last one, to the image.

    Parameters
    ----------
    layers : dict of str to layer
        After `features`.
    gradients : mapping of str to ndarray
        By the name of the layer.

    Returns
    -------
    ndarray of shape (1, 3, H, W)
    """
    dout = np.zeros((), np.float32)
    for name, layer in reversed(layers.items()):
        dout = dout + gradients[name] if name in gradients else dout
        if isinstance(layer, Convolution):  # the filters are fixed: their gradients are not needed
            dout = input_gradient(dout, layer.W, layer.x.shape, layer.stride, layer.pad)
        else:
            dout = layer.backward(dout)
    return dout


def gram(F: np.ndarray) -> np.ndarray:
    """Return the Gram matrix, (C, C), of features of shape (1, C, H, W), divided by C H W."""
    rows = F[0].reshape(F.shape[1], -1)
    return rows @ rows.T / F.size


def content_part(F: np.ndarray, P: np.ndarray) -> Part:
    """Return 1/2 sum (F - P)^2, and F - P, its gradient with respect to F."""
    difference = F - P
    return float((difference**2).sum() / 2), difference


def style_part(F: np.ndarray, A: np.ndarray) -> Part:
    """Return sum (G - A)^2, and its gradient with respect to F: 4 (G - A) F / (C H W)."""
    difference = gram(F) - A
    rows = F[0].reshape(F.shape[1], -1)
    return float((difference**2).sum()), (4 / F.size * difference @ rows).reshape(F.shape)


def variation_part(x: np.ndarray) -> Part:
    """Return the mean square of the differences between neighbouring pixels, and its gradient."""
    dx, total, number = np.zeros_like(x), 0.0, 0
    for here, there in (
        (np.s_[:, :, 1:], np.s_[:, :, :-1]),
        (np.s_[:, :, :, 1:], np.s_[:, :, :, :-1]),
    ):
        difference = x[here] - x[there]
        total, number = total + float((difference**2).sum()), number + difference.size
        dx[here] += 2 * difference
        dx[there] -= 2 * difference
    return total / number, dx / number


class StyleLoss:
    """The loss of an image for a content and a style picture of the same size.

    Parameters
    ----------
    network : Network
        From `ch08.helpers.style_network`; it does not change.
    content, style : ndarray of shape (1, 3, H, W)
    weights : Weights

    Raises
    ------
    ValueError
        If the features of the two pictures are the same.
    """

    def __init__(
        self,
        network: Network,
        content: np.ndarray,
        style: np.ndarray,
        weights: Weights = WEIGHTS,
    ) -> None:
        self.weights = weights
        self.layers = dict(network.layers)
        while next(reversed(self.layers)) != STYLE_LAYERS[-1]:
            self.layers.popitem()
        ours, other = features(self.layers, content), features(self.layers, style)
        self.P = ours[CONTENT_LAYER]
        self.means = {name: other[name].mean(axis=(2, 3), keepdims=True) for name in STYLE_LAYERS}
        self.A = {name: gram(other[name] - mean) for name, mean in self.means.items()}
        self.content_scale = content_part(other[CONTENT_LAYER], self.P)[0]
        self.style_scale = {name: self.style_at(name, ours)[0] for name in STYLE_LAYERS}
        if not min(self.content_scale, *self.style_scale.values()) > 0:
            raise ValueError("content and style look the same; expected two different pictures")

    def style_at(self, name: str, outputs: Mapping[str, np.ndarray]) -> Part:
        """Return the style part of one layer, not divided, and its gradient."""
        return style_part(outputs[name] - self.means[name], self.A[name])

    def parts(self, x: np.ndarray) -> tuple[dict[str, float], np.ndarray]:
        """Return the parts of the loss, not weighted, and the gradient of their weighted sum."""
        outputs = features(self.layers, x)
        content, dF = content_part(outputs[CONTENT_LAYER], self.P)
        gradients = {CONTENT_LAYER: self.weights.content / self.content_scale * dF}
        style = 0.0
        for name in STYLE_LAYERS:
            distance, dF = self.style_at(name, outputs)
            share = 1 / (len(STYLE_LAYERS) * self.style_scale[name])
            style += share * distance
            gradients[name] = gradients.get(name, 0) + self.weights.style * share * dF
        variation, dx = variation_part(x)
        dx = self.weights.variation * dx + gradient_of_image(self.layers, gradients)
        parts = {"content": content / self.content_scale, "style": style, "variation": variation}
        return parts, dx

    def total(self, parts: Mapping[str, float]) -> float:
        """Return the weighted sum."""
        return sum(weight * parts[name] for name, weight in self.weights._asdict().items())
