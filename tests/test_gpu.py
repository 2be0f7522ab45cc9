"""The library on arrays of a GPU: here those of `tests.foreign`, which stand in for CuPy's.

They raise where an array would come back to the CPU unasked. On a machine with a GPU and CuPy, the
last tests use these.
"""

import copy

import numpy as np
import pytest
from numpy.testing import assert_allclose

from ch07.alexnet import AlexNet
from ch07.lenet import LeNet
from ch07.simple_convnet import SimpleConvNet
from ch08.deep_convnet import DeepConvNet
from ch08.helpers import best_network, caption_network, dcgan, pixel_network, segnet
from ch08.section_8_2.googlenet import GoogLeNet
from ch08.section_8_2.resnet import ResNet
from ch08.section_8_2.vgg import VGG
from common import fresh_layers, functions, gpu, layers, optimizer
from common.early_stopping import EarlyStopping
from common.multi_layer_net import MultiLayerNet
from common.multi_layer_net_extend import MultiLayerNetExtend
from common.penalties import PENALTIES
from common.trainer import Trainer
from common.util import col2im, im2col
from tests.bad.layers import LAYERS
from tests.foreign import Foreign, foreign

RNG = np.random.default_rng(0)
X, T = RNG.random((4, 1, 28, 28)).astype(np.float32), RNG.integers(10, size=4)
OPTIMIZERS = ("SGD", "Momentum", "Nesterov", "AdaGrad", "RMSprop", "Adam")


def same(found, wanted, close=1e-12):
    assert type(found) is Foreign
    assert found.dtype == wanted.dtype
    assert_allclose(found.held, wanted, rtol=close, atol=close)


def a_pass(make, x):
    """Compare the forward and the backward pass of a layer on both devices."""
    here, there = make(), gpu.moved(make(), foreign)
    out = here.forward(x)
    same(there.forward(foreign(x)), out)
    dout = RNG.standard_normal(out.shape).astype(out.dtype)
    dx, found = here.backward(dout), there.backward(foreign(dout))
    if dx is not None:
        same(found, dx, 1e-6)
    for param in here.param_names:
        same(getattr(there, f"d{param}"), getattr(here, f"d{param}"), 1e-6)


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_stays_on_the_gpu(name):
    make, good, _ = LAYERS[name]
    a_pass(make, np.array(good, float))


SEQUENCES = RNG.random((3, 4, 5)).astype(np.float32)
IMAGES = RNG.random((2, 3, 8, 8)).astype(np.float32)
OTHERS = {
    "RNN": (lambda: fresh_layers.rnn(5, 6, 0), SEQUENCES),
    "LSTM": (lambda: fresh_layers.lstm(5, 6, 0), SEQUENCES),
    "Embedding": (lambda: fresh_layers.embedding(7, 6, 0), RNG.integers(7, size=(3, 4))),
    "TimeDistributed": (lambda: layers.TimeDistributed(fresh_layers.affine(5, 3, 0)), SEQUENCES),
    "TransposedConvolution": (lambda: fresh_layers.upsampling(3), IMAGES),
    "RoIPooling": (lambda: layers.RoIPooling(2, 2, 0.5), IMAGES),
    "Binarized": (lambda: layers.Binarized(fresh_layers.affine(8, 3, 0)), IMAGES[0, 0]),
    "one gamma for all": (lambda: layers.BatchNormalization(np.array(1.5), np.array(0.5)), X),
    "Sign": (layers.Sign, IMAGES - 0.5),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_layer_of_chapter_8_stays_on_the_gpu(name):
    a_pass(*OTHERS[name])


def test_unpooling_and_lengths_stay_on_the_gpu():
    pooling, x = layers.Pooling(2, 2, 2), foreign(IMAGES)
    small = pooling.forward(x)
    large = layers.Unpooling(pooling).forward(small)
    assert type(large) is Foreign
    assert_allclose(large.held.max(), IMAGES.max())
    cell = gpu.moved(fresh_layers.rnn(5, 6, 0), foreign)
    cell.lengths = foreign(np.array([4, 1, 2]))
    assert type(cell.forward(foreign(SEQUENCES))) is Foreign


NETWORKS = {
    "SimpleConvNet": SimpleConvNet,
    "LeNet": LeNet,
    "AlexNet": AlexNet,
    "DeepConvNet": DeepConvNet,
    "VGG": VGG,
    "GoogLeNet": GoogLeNet,
    "ResNet": lambda rng: ResNet((8, 8, 16, 16, 32, 32), rng=rng),
    "batch normalization": best_network.build,
    "MultiLayerNet": lambda rng: MultiLayerNet(784, [30, 20], 10, "sigmoid", rng=rng),
    "MultiLayerNetExtend": lambda rng: MultiLayerNetExtend(
        784, [30, 20], 10, rng=rng, use_batchnorm=True, use_dropout=True
    ),
}


def both_learn(make, x, t, some=OPTIMIZERS):
    """Compare loss, gradient, update and accuracy of a network on both devices, step by step."""
    here, there = (make(rng=np.random.default_rng(0)) for _ in range(2))
    gpu.moved(there, foreign)
    for name in some:
        steps = [getattr(optimizer, name)() for _ in range(2)]
        loss, grads = here.loss_and_gradient(x, t)
        found, found_grads = there.loss_and_gradient(foreign(x), foreign(t))
        assert type(found) is float
        assert found == pytest.approx(loss, rel=1e-5)
        for key, grad in grads.items():
            same(found_grads[key], grad, 1e-4 * max(1, np.abs(grad).max()))
        steps[0].update(here.params, grads)
        steps[1].update(there.params, found_grads)
        for key, W in here.params.items():
            there.params[key] = foreign(W)  # Adam makes much of a rounding error
    assert there.accuracy(foreign(x), foreign(t)) == here.accuracy(x, t)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_learns_on_the_gpu(name):
    x = X.reshape(4, -1) if name.startswith("Multi") else X
    both_learn(NETWORKS[name], x, T, OPTIMIZERS if name == "SimpleConvNet" else ["Adam"])


@pytest.mark.parametrize("indices", [True, False])
def test_segnet_learns_on_the_gpu(indices):
    def make(rng):
        options = {"indices": indices, "class_weights": [1, 2, 3, 4.0], "rng": rng}
        return segnet.make_network(4, filters=(4, 6), blocks=1, **options)

    x, t = RNG.random((2, 3, 16, 16)).astype(np.float32), RNG.integers(4, size=(2, 16, 16))
    both_learn(make, x, t, ["Adam"])


def test_fcn_learns_on_the_gpu():
    x, t = RNG.random((1, 1, 64, 64)).astype(np.float32), RNG.integers(11, size=(1, 64, 64))
    both_learn(lambda rng: pixel_network.make_network(11, rng=rng), x, t, ["Adam"])


@pytest.mark.parametrize("cell", ["lstm", "rnn"])
def test_captions_are_learned_on_the_gpu(cell):
    def make(rng):
        encoder = layers.Sequential({"F": layers.Flatten(), "A": fresh_layers.affine(12, 8, rng)})
        size = {"hidden": 8, "size": 5, "cell": cell}
        return caption_network.make_network(encoder, (3, 2, 2), 9, **size, rng=rng)

    words = RNG.integers(1, 9, size=(4, 5))
    words[0, 3:] = 0  # padding
    x = np.concatenate([RNG.random((4, 12)), words], axis=1).astype(np.float32)
    both_learn(make, x, words, ["SGD"])


def test_dcgan_on_the_gpu():
    both_learn(dcgan.make_discriminator, X, np.array([[0], [1], [1], [0]]), ["SGD"])
    here, there = (dcgan.make_generator(20, rng=0) for _ in range(2))
    z = RNG.standard_normal((4, 20)).astype(np.float32)
    same(gpu.moved(there, foreign).predict(foreign(z)), here.predict(z), 1e-6)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_one_hot_rows_and_penalties(penalty):
    def make(rng):
        net = MultiLayerNet(784, [20], 10, rng=rng, weight_decay_lambda=0.1)
        net.penalty = penalty
        return net

    both_learn(make, X.reshape(4, -1), np.eye(10, dtype=np.float32)[T], ["SGD"])


SCORES, CLASSES = RNG.random((4, 3)), RNG.integers(3, size=4)
LOSSES = {
    "SoftmaxWithLoss": (layers.SoftmaxWithLoss, SCORES, CLASSES),
    "SigmoidWithLoss": (layers.SigmoidWithLoss, SCORES, np.round(SCORES)),
    "IdentityWithLoss": (layers.IdentityWithLoss, SCORES, SCORES[::-1].copy()),
    "PixelwiseSoftmaxWithLoss": (
        lambda: layers.PixelwiseSoftmaxWithLoss([1, 2, 3], ignored=1),
        RNG.random((2, 3, 4, 5)),
        RNG.integers(3, size=(2, 4, 5)),
    ),
    "TimeSoftmaxWithLoss": (
        lambda: layers.TimeSoftmaxWithLoss(0),
        RNG.random((2, 3, 4)),
        RNG.integers(4, size=(2, 3)),
    ),
}


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_on_the_gpu(name):
    make, x, t = LOSSES[name]
    here, there = make(), make()
    loss, found = here.forward(x, t), there.forward(foreign(x), foreign(t))
    assert type(found) is float
    assert found == pytest.approx(loss, rel=1e-12)
    same(there.backward(), here.backward())
    score = there.score(foreign(x), foreign(t))
    assert type(score) is float
    assert score == pytest.approx(here.score(x, t))


def test_functions_on_the_gpu():
    x, t = SCORES - 0.5, CLASSES
    for name in ("sigmoid", "sigmoid_grad", "relu", "relu_grad", "softmax", "log_softmax"):
        same(getattr(functions, name)(foreign(x)), getattr(functions, name)(x))
    y = functions.softmax(x)
    for name in ("cross_entropy_error", "accuracy", "softmax_loss"):
        found = getattr(functions, name)(foreign(y), foreign(t))
        assert found == pytest.approx(getattr(functions, name)(y, t))
    counts = functions.confusion_matrix(foreign(y), foreign(t))
    assert (counts.held == functions.confusion_matrix(y, t)).all()
    col = im2col(foreign(IMAGES), 3, 3, 1, 1)
    same(col, im2col(IMAGES, 3, 3, 1, 1))
    same(col2im(col, IMAGES.shape, 3, 3, 1, 1), col2im(col.held, IMAGES.shape, 3, 3, 1, 1))


def test_half_precision_on_the_gpu():
    here = MultiLayerNet(784, [20], 10, rng=0)
    here.params = {key: W.astype(np.float16) for key, W in here.params.items()}
    there = gpu.moved(copy.deepcopy(here), foreign)
    x = X.reshape(4, -1).astype(np.float16)
    loss, grads = here.loss_and_gradient(x, T)
    found, found_grads = there.loss_and_gradient(foreign(x), foreign(T))
    assert found == loss
    for key, grad in grads.items():
        same(found_grads[key], grad)


def trained(convert, epochs, checkpoint=None):
    rng = np.random.default_rng(0)
    x, t = convert(rng.random((60, 20)).astype(np.float32)), convert(rng.integers(4, size=60))
    training = Trainer(
        *(gpu.moved(MultiLayerNet(20, [16], 4, rng=0), convert), x, t, x[:20], t[:20]),
        epochs=epochs,
        mini_batch_size=10,
        optimizer="adam",
        rng=0,
        verbose=False,
        checkpoint=checkpoint,
        early_stopping=EarlyStopping(x[:20], t[:20], patience=5),
    )
    training.train()
    return training


def test_a_training_run_on_the_gpu_is_saved_and_resumed(tmp_path):
    here, there = trained(np.array, 3), trained(foreign, 3)
    assert_allclose(there.train_loss_list, here.train_loss_list, rtol=1e-5)
    assert there.test_acc == here.test_acc
    stored = tmp_path / "c.npz"
    trained(foreign, 1.5, stored)
    resumed = trained(foreign, 3, stored)
    assert resumed.train_loss_list == there.train_loss_list
    for key, W in resumed.network.params.items():
        same(W, there.network.params[key].held)
    there.network.save_params(tmp_path / "w.npz")
    loaded = gpu.moved(MultiLayerNet(20, [16], 4, rng=1), foreign)
    loaded.load_params(tmp_path / "w.npz")
    same(loaded.params["W1"], there.network.params["W1"].held)


def test_a_gpu_array_beside_a_numpy_array_is_one_clear_line():
    here, x = MultiLayerNet(784, [20], 10, rng=0), X.reshape(4, -1)
    there = gpu.moved(copy.deepcopy(here), foreign)
    grads, there_grads = here.gradient(x, T), there.gradient(foreign(x), foreign(T))
    step = optimizer.SGD().update
    for wrong, message in (
        (lambda: there.predict(x), "Affine1: W is on the GPU, x is not there; expected both on on"),
        (
            lambda: SimpleConvNet(rng=0).predict(foreign(X)),
            "Conv1: W is not on the GPU, x is there",
        ),
        (lambda: here.predict(foreign(x)), "Affine1: W is not on the GPU, x is there; expected"),
        (lambda: there.loss(foreign(x), T), "the scores are on the GPU, t is not; expected both"),
        (lambda: there.gradient(foreign(x), T), "the scores are on the GPU, t is not"),
        (lambda: there.accuracy(foreign(x), T), "the scores are on the GPU, t is not"),
        (lambda: here.loss(x, foreign(T)), "the targets t are on the GPU, x is not"),
        (lambda: step(there.params, grads), r"of params\['W1'\] and its gradient only one is on"),
        (lambda: step(here.params, there_grads), r"of params\['W1'\] and its gradient only one"),
    ):
        with pytest.raises(ValueError, match=message):
            wrong()


def test_the_stand_in_raises_at_every_silent_conversion():
    x = foreign(SCORES)
    for wrong in (
        lambda: np.asarray(x),
        lambda: np.ascontiguousarray(x),
        lambda: x + SCORES,
        lambda: SCORES @ x.T,
        lambda: np.concatenate([x, SCORES]),
        lambda: np.maximum(x, [1, 2, 3]),
        lambda: x[np.arange(2)],
        lambda: x.__setitem__(0, SCORES[0]),
        lambda: SCORES.__setitem__(0, x[0]),
    ):
        with pytest.raises((TypeError, ValueError)):
            wrong()
    with pytest.raises(NotImplementedError):
        np.maximum.reduce(x)


def test_without_a_gpu_one_line_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "cupy", None)
    with pytest.raises(ValueError, match=r"no GPU \(.*\); expected an NVIDIA GPU, and CuPy"):
        gpu.to_gpu(SCORES)


def has_gpu():
    try:
        return bool(gpu.cupy())
    except ValueError:
        return False


@pytest.mark.skipif(not has_gpu(), reason="no GPU, or no CuPy")
@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_of_a_gpu_are_those_of_the_cpu(name):
    make, rng = NETWORKS[name], np.random.default_rng
    here, there = make(rng=rng(0)), gpu.to_gpu(make(rng=rng(0)))
    x = X.reshape(4, -1) if name.startswith("Multi") else X
    loss, grads = here.loss_and_gradient(x, T)
    found, found_grads = there.loss_and_gradient(gpu.to_gpu(x), gpu.to_gpu(T))
    assert found == pytest.approx(loss, rel=1e-5)
    largest = max(np.abs(grad).max() for grad in grads.values())
    for key, grad in grads.items():  # a bias before batch normalization has only rounding errors
        close = gpu.to_cpu(found_grads[key])
        assert_allclose(close, grad, rtol=0, atol=1e-5 * max(np.abs(grad).max(), largest / 10))
