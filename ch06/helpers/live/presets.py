"""Pairs of settings, A and B, each named after a problem of the chapter, and what to look at."""

from dataclasses import asdict, dataclass, field
from typing import Any

from ch06.helpers.live.settings import Settings

Words = tuple[str, str]  # in English and Chinese
DEEP = {"data": "digits", "samples": 500, "layers": 5, "neurons": 100, "batch_size": 100}
# The seed is fixed: with 0, Dropout lowers the loss on the test points, but also the accuracy.
FEW = {"samples": 30, "neurons": 100, "activation": "relu", "init": "he", "seed": 3}
ADAM = {"optimizer": "Adam", "lr": 0.003}


@dataclass(frozen=True)
class Preset:
    """A pair of settings.

    Attributes
    ----------
    section : str
        Of the book.
    name, look : (str, str)
        The name, and what to look at, in English and Chinese.
    same, a, b : dict
        The settings of both, and those in which A and B differ.
    """

    section: str
    name: Words
    look: Words
    same: dict[str, Any] = field(default_factory=dict)
    a: dict[str, Any] = field(default_factory=dict)
    b: dict[str, Any] = field(default_factory=dict)

    def runs(self, seed: int = 0) -> list[Settings]:
        """Return the settings of A and of B."""
        return [Settings(**{"seed": seed} | self.same | one) for one in (self.a, self.b)]

    def to_page(self, seed: int = 0) -> dict[str, Any]:
        """Return what the page needs."""
        words = {"section": self.section, "name": self.name, "look": self.look}
        return {**words, "runs": [asdict(run) for run in self.runs(seed)]}


PRESETS = [
    Preset(
        "6.1",
        ("SGD and Adam", "SGD 与 Adam"),
        (
            "The same network learns the same spirals: B needs far fewer mini-batches than A.",
            "同样的网络学习同样的螺旋：B 需要的 mini-batch 比 A 少得多。",
        ),
        a={"optimizer": "SGD", "lr": 0.1},
        b={"optimizer": "Adam", "lr": 0.01},
    ),
    Preset(
        "6.1.5",
        ("AdaGrad", "AdaGrad"),
        (
            "Digits: AdaGrad (B) gives each weight a learning rate that falls; SGD (A) is slower.",
            "手写数字：AdaGrad（B）为每个权重单独调低学习率；SGD（A）学得较慢。",
        ),
        {**DEEP, "activation": "relu", "init": "he", "lr": 0.01},
        {"optimizer": "SGD"},
        {"optimizer": "AdaGrad"},
    ),
    Preset(
        "6.2.1",
        ("all weights 0", "权重全为 0"),
        (
            "In A all neurons stay alike, as if there were one: it draws only a straight line, and "
            "no straight line separates XOR.",
            "A 的神经元始终完全相同，等于只有一个：只能画出一条直线，而直线无法分开异或。",
        ),
        {"data": "xor", "layers": 1, "activation": "sigmoid", "optimizer": "Adam", "lr": 0.1},
        {"init": 0.0},
        {"init": "xavier"},
    ),
    Preset(
        "6.2.2",
        ("sigmoid, std 1", "sigmoid，标准差 1"),
        (
            "The activations of A are close to 0 and 1, where the sigmoid is flat. Both learn the "
            "training digits; on the test digits B is better.",
            "A 的激活值集中在 0 和 1 附近，sigmoid 在那里是平的。两者都能学会训练数字，"
            "但在测试数字上 B 更好。",
        ),
        {**DEEP, **ADAM, "activation": "sigmoid"},
        {"init": 1.0},
        {"init": "xavier"},
    ),
    Preset(
        "6.2.2",
        ("sigmoid, std 0.01", "sigmoid，标准差 0.01"),
        (
            "At first all activations of A are about 0.5, and the gradient vanishes "
            "on its way to the first layer: for a long time nothing is learned.",
            "起初 A 的激活值都在 0.5 左右，梯度传到第一层时已经消失：很久都学不到东西。",
        ),
        {**DEEP, **ADAM, "activation": "sigmoid"},
        {"init": 0.01},
        {"init": "xavier"},
    ),
    Preset(
        "6.2.3",
        ("ReLU, std 0.01", "ReLU，标准差 0.01"),
        (
            "In A the activations shrink from layer to layer until nothing is left; with He's "
            "weights (B) they keep their size.",
            "A 的激活值逐层变小，直到什么也不剩；用 He 初始值（B）则大小保持不变。",
        ),
        {**DEEP, "activation": "relu", "lr": 0.05},
        {"init": 0.01},
        {"init": "he"},
    ),
    Preset(
        "6.3",
        ("batch normalization", "批归一化"),
        (
            "The same weights, far too small: with batch normalization (B) the network learns.",
            "同样过小的初始权重：加上批归一化（B），网络就能学习。",
        ),
        {**DEEP, "activation": "relu", "init": 0.01, "lr": 0.05},
        {"batchnorm": False},
        {"batchnorm": True},
    ),
    Preset(
        "6.4.2",
        ("weight decay", "权值衰减"),
        (
            "30 points are too few: A fits them all and draws a jagged border. The penalty for "
            "large weights (B) makes it smoother.",
            "只有 30 个点，太少了：A 全部记住，边界参差不齐。惩罚过大的权重（B），边界更平滑。",
        ),
        {**FEW, **ADAM},
        {},
        {"weight_decay": 0.003},
    ),
    Preset(
        "6.4.3",
        ("Dropout", "Dropout"),
        (
            "30 points are too few: A memorizes them. With Dropout (B), after about 1,000 "
            "mini-batches, the loss on the test points is lower, and more of them are classified "
            "correctly.",
            "只有 30 个点，太少了：A 把它们记住了。用 Dropout（B），大约 1,000 个 "
            "mini-batch 之后，测试点的损失更低，识别精度更高。",
        ),
        {**FEW, **ADAM},
        {},
        {"dropout": 0.5},
    ),
    Preset(
        "6.5",
        ("rate too high", "学习率过高"),
        (
            "With a rate of 10 the loss of A becomes NaN after a few steps; B learns with 0.1.",
            "学习率为 10 时，A 的损失几步之后就变成 NaN；B 用 0.1 可以学习。",
        ),
        # With fewer layers, many seeds end with dead ReLUs instead of NaN.
        {"activation": "relu", "init": "he", "layers": 6},
        {"lr": 10.0},
        {"lr": 0.1},
    ),
]
