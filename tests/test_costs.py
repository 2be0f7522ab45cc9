"""Multiplications, counted by hand."""

import numpy as np

from ch07.lenet import LeNet
from ch07.simple_convnet import SimpleConvNet
from ch08.deep_convnet import DeepConvNet
from ch08.section_8_2.resnet import ResNet
from lab.costs import multiply_adds


def ones(*shape):
    return np.ones((1, *shape), np.float32)


def test_of_deep_convnet():
    counts = multiply_adds(DeepConvNet(rng=0), ones(1, 28, 28))
    assert {name: count for name, count in counts.items() if count} == {
        "Conv1": 16 * 1 * 9 * 28 * 28,
        "Conv2": 16 * 16 * 9 * 28 * 28,
        "Conv3": 32 * 16 * 9 * 14 * 14,
        "Conv4": 32 * 32 * 9 * 16 * 16,
        "Conv5": 64 * 32 * 9 * 8 * 8,
        "Conv6": 64 * 64 * 9 * 8 * 8,
        "Affine1": 1024 * 50,
        "Affine2": 50 * 10,
    }
    assert sum(counts.values()) == 8_772_340
    assert counts["Relu1"] == counts["Pool3"] == 0


def test_of_lenet_and_simple_convnet():
    for_lenet = 28**2 * 150 + 10**2 * 2400 + 400 * 120 + 120 * 84 + 84 * 10
    assert sum(multiply_adds(LeNet(rng=0), ones(1, 28, 28)).values()) == for_lenet
    network = SimpleConvNet((2, 7, 7), {"filter_num": 3, "filter_size": 2}, 5, 4, rng=0)
    assert sum(multiply_adds(network, ones(2, 7, 7)).values()) == 36 * 24 + 27 * 5 + 5 * 4


def test_of_layers_inside_of_layers():
    network = ResNet((2, 3), (1, 6, 6), 4, rng=0)  # 36 places, then 9; 1x1 on the second shortcut
    by_hand = 36 * 9 * 2 + 36 * 9 * 4 * 2 + 9 * 9 * (6 + 9) + 9 * 6 + 3 * 4
    counts = multiply_adds(network, ones(1, 6, 6))
    assert sum(counts.values()) == by_hand
    assert any("/" in name and count for name, count in counts.items())
