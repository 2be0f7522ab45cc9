"""The repr of layers and networks, and the table of a network."""

import numpy as np
import pytest

from ch07.simple_convnet import SimpleConvNet
from ch08.section_8_2.resnet import ResNet
from common.fresh_layers import affine, batch_norm, convolution
from common.layers import (
    ELU,
    BatchNorm,
    Convolution,
    Dropout,
    Flatten,
    Layer,
    Parallel,
    Pooling,
    ReLU,
    Reshape,
    Residual,
    Sequential,
)
from common.multi_layer_net_extend import MultiLayerNetExtend
from common.network import Network
from common.parts import described
from common.summary import layer_rows, table


class Typed:
    """A layer as the book types it."""

    def forward(self, x):
        return x[:, :2]

    def backward(self, dout):
        return dout


class Slotted:
    __slots__ = ()

    def forward(self, x):
        return x

    def backward(self, dout):
        return dout


def nested():
    inner = Sequential({"conv": convolution(2, 2, 3, 0, pad=1), "relu": ReLU()})
    return Network({"block": Residual(inner, Typed()), "affine": affine(8, 3, 0)})


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (ReLU(), "ReLU()"),
        (ELU(), "ELU(alpha=1.0)"),
        (affine(784, 50), "Affine(W (784, 50), b (50,))"),
        (Dropout(0.3, rng=0), "Dropout(dropout_ratio=0.3, inverted=False)"),
        (Reshape([1, -1]), "Reshape(shape=(1, -1))"),
        (Flatten(), "Flatten()"),
        (batch_norm(3), "BatchNorm(gamma (3,), beta (3,), momentum=0.9, eps=1e-07)"),
        (
            convolution(1, 16, 3, pad=1),
            "Convolution(W (16, 1, 3, 3), b (16,), stride=1, pad=1, floor=False)",
        ),
        (BatchNorm.__new__(BatchNorm), "BatchNorm(gamma (0,), beta (0,), momentum=None, eps=None)"),
    ],
)
def test_repr_of_a_layer(layer, expected):
    assert repr(layer) == expected


def test_a_custom_layer_has_a_repr_at_once():
    class Scale(Layer):
        param_names = ("gamma",)
        setting_names = ("power",)

    layer = Scale()
    layer.gamma, layer.power = np.ones(3), 2
    assert repr(layer) == "Scale(gamma (3,), power=2)"


def test_repr_of_layers_made_of_layers():
    assert repr(nested()).splitlines() == [
        "Network(weight_decay_lambda=0.0, penalty='l2')",
        "  block: Residual()",
        "    body: Sequential()",
        "      conv: Convolution(W (2, 2, 3, 3), b (2,), stride=1, pad=1, floor=False)",
        "      relu: ReLU()",
        "    shortcut: Typed()",
        "  affine: Affine(W (8, 3), b (3,))",
        "  last_layer: SoftmaxWithLoss",
    ]


def test_layers_in_a_list_are_numbered():
    model = Typed()
    model.layers = [ReLU(), Typed()]
    assert described(model) == "Typed()\n  0: ReLU()\n  1: Typed()"


def test_a_custom_repr_is_used():
    class Own(ReLU):
        def __repr__(self):
            return "my own"

    assert repr(Parallel({"a": Own()})) == "Parallel()\n  a: my own"


def test_summary():
    assert SimpleConvNet(rng=0).summary((1, 28, 28)).splitlines() == [
        "layer    output shape  parameters",
        "input    (1, 28, 28)",
        "Conv1    (30, 24, 24)         780",
        "Relu1    (30, 24, 24)",
        "Pool1    (30, 12, 12)",
        "Affine1  (100,)           432,100",
        "Relu2    (100,)",
        "Affine2  (10,)              1,010",
        "total                     433,890",
    ]


def test_summary_of_layers_inside_of_layers():
    network = nested()
    network.layers["block"].layers["shortcut"] = ReLU()
    expected = {
        "block": ((2, 2, 2), 0),
        "block/body": ((2, 2, 2), 0),
        "block/body/conv": ((2, 2, 2), 38),
        "block/body/relu": ((2, 2, 2), 0),
        "block/shortcut": ((2, 2, 2), 0),
        "affine": ((3,), 27),
    }
    assert layer_rows(network, (2, 2, 2)) == expected
    assert layer_rows(network, np.ones((5, 2, 2, 2))) == expected
    assert layer_rows(network, (2, 2, 2), depth=1) == {
        "block": ((2, 2, 2), 38),
        "affine": ((3,), 27),
    }
    assert list(layer_rows(network, (2, 2, 2), depth=2)) == [
        *("block", "block/body", "block/shortcut", "affine")
    ]
    assert network.summary([2, 2, 2], depth=1).splitlines()[-1].split() == ["total", "65"]


def test_every_parameter_is_counted_once():
    network = ResNet((2, 3), (1, 6, 6), 4, rng=0)
    number = sum(value.size for value in network.params.values())
    for depth in (None, 1, 2, 9):
        rows = layer_rows(network, (1, 6, 6), depth)
        assert sum(count for _, count in rows.values()) == number


def test_the_network_is_left_as_it_was():
    network = MultiLayerNetExtend(6, [5], 3, use_dropout=True, use_batchnorm=True, rng=0)
    twin = MultiLayerNetExtend(6, [5], 3, use_dropout=True, use_batchnorm=True, rng=0)
    x, t = np.ones((4, 6), np.float32) * np.arange(4)[:, None], [0, 1, 2, 0]
    for net in (network, twin):
        net.predict(x, train_flg=True)
    network.summary((6,))
    for net in (network, twin):
        net.last_layer.forward(net.predict(x, train_flg=True), t)
    assert all("forward" not in vars(layer) for layer in network.layers.values())
    assert (network.layers["Dropout1"].mask == twin.layers["Dropout1"].mask).all()
    for key, value in twin.state.items():
        assert (network.state[key] == value).all()


def test_layers_typed_from_the_book():
    network = Network({"own": Typed(), "slots": Slotted(), "affine": affine(2, 3, 0)})
    assert layer_rows(network, (4,)) == {"own": ((2,), 0), "slots": (None, 0), "affine": ((3,), 9)}
    assert network.summary((4,)).splitlines()[3].split() == ["slots", "-"]


def test_a_network_typed_from_the_book():
    class Net:
        def __init__(self):
            self.layers = {"Affine1": affine(4, 3, 0), "Relu1": ReLU(), "unused": affine(3, 2, 0)}

        def predict(self, x):
            for name in ("Affine1", "Relu1"):
                x = self.layers[name].forward(x)
            return x

    lines = table(Net(), (4,)).splitlines()
    assert [line.split() for line in lines[2:]] == [
        ["Affine1", "(3,)", "15"],
        ["Relu1", "(3,)"],
        ["unused", "-", "8"],
        ["total", "23"],
    ]


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ((), r"x is \(\); expected sizes >= 1, as in \(1, 28, 28\)$"),
        ((1, -1), "expected sizes >= 1"),
        (28, "x is 28; expected sizes"),
        ("text", "expected sizes"),
        ((7,), r"conv: x has shape \(1, 7\); expected images \(N, 1, H, W\)"),
        (np.ones((1, 1, 8, 8)), "affine: x has shape .* expected 9 values per sample, not 16"),
    ],
)
def test_what_is_refused(x, message):
    layers = {
        "conv": Convolution(np.ones((1, 1, 1, 1)), np.ones(1)),
        "pool": Pooling(2, 2, 2),
        "affine": affine(9, 2, 0),
    }
    with pytest.raises(ValueError, match=message):
        Network(layers).summary(x)


@pytest.mark.parametrize("depth", [0, -1, 1.5, "1"])
def test_a_depth_that_is_refused(depth):
    with pytest.raises(ValueError, match=r"depth is .*; expected an integer >= 1"):
        nested().summary((2, 2, 2), depth)
