"""The answers to the page of `ch07/live.py`: networks to choose, drawings and photographs."""

import argparse
import base64
import binascii
import io
import struct
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ch07.helpers import inside
from common.checks import check_name, first_line
from common.functions import softmax
from common.multi_layer_net import MultiLayerNet
from common.network import Network
from common.threads import one_blas_thread
from dataset import digits_from_photo, paper, photo
from lab.digits import digits
from lab.networks import trained
from lab.server import field

THREE_LAYERS = "three-layer"
BUNDLED = ("ch07.simple_convnet.SimpleConvNet", "ch08.deep_convnet.DeepConvNet")
SIDE = 112  # pixels of a drawing that the page sends
FAINTEST = 0.1  # ink below this is the soft edge of a line
MOST = 64  # filters or feature maps that are shown
MOST_DIGITS = 20  # of a photograph
FORMATS = ("JPEG", "PNG")  # the page sends JPEG; Pillow would start other programs for some


class Reader:
    """Classifies what the page sends.

    Parameters
    ----------
    args : Namespace
        The flags of the script: ``network``, ``weights`` and ``data``.
    """

    def __init__(self, args: argparse.Namespace) -> None:
        self.network, self.networks = networks(args.network, args.weights)
        self.images = digits(args, flatten=False)[1][0]  # (N, 1, 28, 28)
        self.rng = np.random.default_rng(args.seed)

    def start(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the names of the networks to choose from."""
        return {"network": self.network, "networks": list(self.networks)}

    def example(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return one of the test digits."""
        return {"image": levels(self.images[self.rng.integers(len(self.images)), 0])}

    def request(self, image: np.ndarray) -> dict[str, Any]:
        """Return what the page would send for an image of 28 x 28 pixels."""
        pixels = np.kron(np.rint(255 * image), np.ones((SIDE // 28, SIDE // 28))).astype(np.uint8)
        drawing = base64.b64encode(pixels.tobytes()).decode()
        return {"network": self.network, "pixels": drawing, "centred": True, "digit": -1}

    def photo(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the digits found in a photograph; there may be none."""
        data = decoded("photo", field(request, "photo", str))
        try:
            images, _ = digits_from_photo(Image.open(io.BytesIO(data), formats=FORMATS))
        except (*paper.UNSOUND, struct.error, Image.DecompressionBombError) as error:
            reason = first_line(error).partition(" <")[0]  # without the object's repr
            raise ValueError(f"the picture cannot be read: {reason}") from error
        return {"images": [levels(image[0]) for image in images[:MOST_DIGITS]]}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return what a network makes of a drawing."""
        network = self.networks[check_name("network", request.get("network"), self.networks)]
        image = picture(request)
        digit = field(request, "digit", int)
        with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):  # NaN is shown
            seen = inside.stages(network, image)
            scores = seen[-1].output
            answer = int(scores.argmax())
            digit = digit if 0 <= digit < scores.size else answer
            moves = inside.moved(network, image)
            speaks = inside.evidence(network, image, digit)
        return {
            "image": levels(image[0]),
            "probabilities": softmax(scores),
            "answer": answer,
            "digit": digit,
            "evidence": levels(speaks),
            "filters": filters(network),
            "layers": [shown(stage.name, stage.output) for stage in seen],
            "shifts": inside.SHIFTS,
            "turns": inside.TURNS,
            "moved": [levels(one) for one in moves.images],
            "moved_answers": moves.probabilities.argmax(axis=1),
            "moved_probabilities": moves.probabilities[:, digit],
        }


def networks(name: str, weights: Path | None) -> tuple[str, dict[str, Network]]:
    """Return the name of the network that the flags name, and all networks by name."""
    classes = {path.rpartition(".")[2]: path for path in BUNDLED}
    found = {THREE_LAYERS: three_layers()} | {key: trained(path) for key, path in classes.items()}
    if name in found and weights is None:
        return name, found
    full = classes.get(name, name)
    own = three_layers(weights) if name == THREE_LAYERS else trained(full, weights)
    shape = own.predict(np.zeros((1, 1, 28, 28), np.float32)).shape
    if shape != (1, 10):
        raise ValueError(f"--network {name}: its output for an image is {shape}; expected (1, 10)")
    label = f"{name}: {weights.name}" if weights else name
    return label, found | {label: own}


def three_layers(weights: Path | None = None) -> Network:
    """Return the network of section 3.6.2, 784-50-100-10, with its bundled weights or others."""
    network = MultiLayerNet(784, [50, 100], 10, activation="sigmoid")
    with resources.as_file(resources.files("ch03") / "sample_weight.npz") as bundled:
        network.load_params(weights or bundled)
    return network


def picture(request: dict[str, Any]) -> np.ndarray:
    """Return the image that the network sees, (1, 28, 28), from a drawing of `SIDE` pixels."""
    data = decoded("pixels", field(request, "pixels", str))
    if len(data) != SIDE**2:
        raise ValueError(f"pixels are {len(data)} bytes; expected {SIDE} x {SIDE}")
    ink = np.frombuffer(data, np.uint8).reshape(SIDE, SIDE).astype(np.float32) / 255
    dark = ink > FAINTEST
    if not dark.any():
        raise ValueError("the drawing is empty; expected a digit")
    if not field(request, "centred", bool):
        small = Image.fromarray(ink).resize((photo.FRAME, photo.FRAME), Image.Resampling.BOX)
        return np.asarray(small)[None]
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return photo.normalised(cut)[None]


def filters(network: Network) -> dict[str, Any] | None:
    """Return the weights of the first layer as images, each on its own scale."""
    W = getattr(next(iter(network.layers.values())), "W", np.zeros(0))
    if W.ndim == 2 and len(W) == photo.FRAME**2:  # (784, D)
        W = W.T.reshape(-1, 1, photo.FRAME, photo.FRAME)
    if W.ndim != 4:  # (FN, C, FH, FW)
        return None
    largest = np.abs(W[:, :1]).max(axis=(2, 3), keepdims=True)
    return shown("W1", (W[:, :1] / np.maximum(largest, 1e-12))[:, 0])


def shown(name: str, values: np.ndarray) -> dict[str, Any]:
    """Return numbers, (C, H, W) or (D,), for the page: at most `MOST` maps on one scale."""
    some = values[:MOST] if values.ndim == 3 else values
    return {"name": name, "shape": values.shape, "shown": len(some), "values": levels(some)}


def levels(values: np.ndarray) -> str:
    """Return numbers as bytes in base64: 128 is 0, the largest finite one is 1 or 255.

    NaN and infinite ones are 0. This is much shorter than the numbers themselves as JSON.
    """
    finite = np.isfinite(values)
    largest = np.abs(values[finite]).max(initial=0) or 1
    codes = np.where(finite, np.rint(128 + 127 * (np.where(finite, values, 0) / largest)), 0)
    return base64.b64encode(codes.astype(np.uint8).tobytes()).decode()


def decoded(name: str, text: str) -> bytes:
    """Return the bytes of a base64 string."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"{name}: not valid base64 ({first_line(error)})") from error
