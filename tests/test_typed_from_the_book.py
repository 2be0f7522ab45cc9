"""Code typed from the book runs unchanged against `common`, in any folder, with stars."""

import os
import subprocess
import sys

import pytest

CHAPTERS_3_TO_5 = """
import numpy as np
from common.functions import *
from common.layers import *
from common.gradient import numerical_gradient
from collections import OrderedDict
from dataset.mnist import load_mnist

(x_train, t_train), (x_test, t_test) = load_mnist(normalize=True, one_hot_label=True)
params = {'W1': 0.01 * np.random.randn(784, 5), 'b1': np.zeros(5),
          'W2': 0.01 * np.random.randn(5, 10), 'b2': np.zeros(10)}
layers = OrderedDict()
layers['Affine1'] = Affine(params['W1'], params['b1'])
layers['Relu1'] = Relu()
layers['Affine2'] = Affine(params['W2'], params['b2'])
lastLayer = SoftmaxWithLoss()

def loss(x, t):
    for layer in layers.values():
        x = layer.forward(x)
    return lastLayer.forward(x, t)

mask = np.random.choice(x_train.shape[0], 100)
x, t = x_train[mask], t_train[mask]
losses = []
for i in range(100):
    losses.append(loss(x, t))
    dout = lastLayer.backward(1)
    for layer in reversed(list(layers.values())):
        dout = layer.backward(dout)
    for n in ('1', '2'):
        params['W' + n] -= 0.5 * layers['Affine' + n].dW
        params['b' + n] -= 0.5 * layers['Affine' + n].db
assert losses[-1] < losses[0], losses
grad = numerical_gradient(lambda w: loss(x, t), params['b2'])
loss(x, t); lastLayer.backward(1)
assert np.abs(grad - lastLayer.backward(1).sum(axis=0)).max() < 1e-6
a = sigmoid(np.dot(np.array([1.0, 0.5]), np.ones((2, 3))))
y = softmax(a)
print(cross_entropy_error(y, np.array([0, 0, 1])), mean_squared_error(y, np.array([0, 0, 1])))
print(identity_function(a), step_function(a), relu(a), sum_squared_error(y, y))
"""

CHAPTER_6 = """
import numpy as np
import matplotlib.pyplot as plt
from collections import OrderedDict
from dataset.mnist import load_mnist
from common.util import smooth_curve, shuffle_dataset
from common.optimizer import *
from common.layers import *
from common.multi_layer_net import MultiLayerNet
from common.multi_layer_net_extend import MultiLayerNetExtend
from common.trainer import Trainer

(x_train, t_train), (x_test, t_test) = load_mnist(normalize=True)
x_train, t_train = x_train[:300], t_train[:300]
x_test, t_test = x_test[:300], t_test[:300]

# 6.1.7: a dict of two numbers, four optimizers
optimizers = OrderedDict()
optimizers['SGD'] = SGD(lr=0.95)
optimizers['Momentum'] = Momentum(lr=0.1)
optimizers['AdaGrad'] = AdaGrad(lr=1.5)
optimizers['Adam'] = Adam(lr=0.3)
for key in optimizers:
    params = {'x': -7.0, 'y': 2.0}
    grads = {'x': 0, 'y': 0}
    for i in range(30):
        grads['x'], grads['y'] = params['x'] / 10.0, 2.0 * params['y']
        optimizers[key].update(params, grads)
    assert abs(params['x']) < 1 and abs(params['y']) < 1, (key, params)

# 6.1.8: networks side by side on the same mini-batches
networks, train_loss = {}, {}
optimizers = {'SGD': SGD(), 'Momentum': Momentum(), 'AdaGrad': AdaGrad(), 'Adam': Adam(),
              'RMSprop': RMSprop(), 'Nesterov': Nesterov()}
for key in optimizers.keys():
    networks[key] = MultiLayerNet(input_size=784, hidden_size_list=[100, 100, 100, 100],
                                  output_size=10)
    train_loss[key] = []
for i in range(30):
    batch_mask = np.random.choice(x_train.shape[0], 128)
    x_batch, t_batch = x_train[batch_mask], t_train[batch_mask]
    for key in optimizers.keys():
        grads = networks[key].gradient(x_batch, t_batch)
        optimizers[key].update(networks[key].params, grads)
        train_loss[key].append(networks[key].loss(x_batch, t_batch))
for key in optimizers.keys():
    curve = smooth_curve(np.array(train_loss[key]))
    assert len(curve) == 30 and curve[-1] < curve[0], (key, curve)

# 6.4.1: over-fitting, the loop written out
network = MultiLayerNet(input_size=784, hidden_size_list=[100, 100, 100, 100, 100, 100],
                        output_size=10, weight_decay_lambda=0.1)
optimizer = SGD(lr=0.01)
max_epochs, train_size, batch_size = 3, x_train.shape[0], 100
train_loss_list, train_acc_list, test_acc_list = [], [], []
iter_per_epoch = max(train_size / batch_size, 1)
epoch_cnt = 0
for i in range(1000000000):
    batch_mask = np.random.choice(train_size, batch_size)
    x_batch, t_batch = x_train[batch_mask], t_train[batch_mask]
    grads = network.gradient(x_batch, t_batch)
    optimizer.update(network.params, grads)
    if i % iter_per_epoch == 0:
        train_acc_list.append(network.accuracy(x_train, t_train))
        test_acc_list.append(network.accuracy(x_test, t_test))
        epoch_cnt += 1
        if epoch_cnt >= max_epochs:
            break
assert len(train_acc_list) == 3 and i == 6

# 6.3, 6.4.3: batch normalization, Dropout, Trainer
network = MultiLayerNetExtend(input_size=784, hidden_size_list=[100, 100], output_size=10,
                              use_dropout=True, dropout_ration=0.2, use_batchnorm=True)
trainer = Trainer(network, x_train, t_train, x_test, t_test, epochs=3, mini_batch_size=100,
                  optimizer='sgd', optimizer_param={'lr': 0.01}, verbose=True,
                  evaluate_sample_num_per_epoch=100)
trainer.train()
assert len(trainer.train_acc_list) == len(trainer.test_acc_list) == trainer.current_epoch == 3
layer = Dropout(0.5)
assert (layer.backward(layer.forward(np.ones((2, 3)))) == layer.mask).all()
layer = BatchNormalization(np.ones(3), np.zeros(3), momentum=0.9)
layer.backward(layer.forward(np.random.randn(5, 3), train_flg=True))
assert layer.dgamma.shape == layer.dbeta.shape == layer.running_mean.shape == (3,)

# 6.5: validation data and one random trial
x_train, t_train = shuffle_dataset(x_train, t_train)
validation_num = int(x_train.shape[0] * 0.20)
x_val, t_val = x_train[:validation_num], t_train[:validation_num]
x_train, t_train = x_train[validation_num:], t_train[validation_num:]
weight_decay, lr = 10 ** np.random.uniform(-8, -4), 10 ** np.random.uniform(-6, -2)
network = MultiLayerNet(784, [100] * 6, 10, weight_decay_lambda=weight_decay)
trainer = Trainer(network, x_train, t_train, x_val, t_val, epochs=2, mini_batch_size=100,
                  optimizer='sgd', optimizer_param={'lr': lr}, verbose=False)
trainer.train()
assert len(trainer.test_acc_list) == 2 and len(t_val) == 60
"""


CHAPTER_7 = """
import numpy as np
from collections import OrderedDict
from common.util import im2col, col2im
from common import layers as ours
from common.layers import *
from common.gradient import numerical_gradient
from common.optimizer import *
from common.trainer import Trainer
from dataset.mnist import load_mnist

# 7.4.1, 7.4.3
x = np.random.rand(10, 1, 28, 28)
assert x.shape == (10, 1, 28, 28) and x[0].shape == x[1].shape == (1, 28, 28)
assert x[0, 0].shape == x[0][0].shape == (28, 28)
assert im2col(np.random.rand(1, 3, 7, 7), 5, 5, stride=1, pad=0).shape == (9, 75)
assert im2col(np.random.rand(10, 3, 7, 7), 5, 5, stride=1, pad=0).shape == (90, 75)
assert np.random.rand(10, 3, 5, 5).reshape(10, -1).shape == (10, 75)


class TypedConvolution:
    def __init__(self, W, b, stride=1, pad=0):
        self.W, self.b, self.stride, self.pad = W, b, stride, pad

    def forward(self, x):
        FN, C, FH, FW = self.W.shape
        N, C, H, W = x.shape
        oh = int((H + 2 * self.pad - FH) / self.stride) + 1
        ow = int((W + 2 * self.pad - FW) / self.stride) + 1
        self.x, self.col = x, im2col(x, FH, FW, self.stride, self.pad)
        self.flat = self.W.reshape(FN, -1).T
        out = np.dot(self.col, self.flat) + self.b
        return out.reshape(N, oh, ow, -1).transpose(0, 3, 1, 2)

    def backward(self, dout):
        FN, C, FH, FW = self.W.shape
        rows = dout.transpose(0, 2, 3, 1).reshape(-1, FN)
        self.db = np.sum(rows, axis=0)
        self.dW = np.dot(self.col.T, rows).T.reshape(self.W.shape)
        return col2im(np.dot(rows, self.flat.T), self.x.shape, FH, FW, self.stride, self.pad)


class TypedPooling:
    def __init__(self, pool_h, pool_w, stride=1, pad=0):
        self.pool_h, self.pool_w, self.stride, self.pad = pool_h, pool_w, stride, pad

    def forward(self, x):
        N, C, H, W = x.shape
        oh = int((H - self.pool_h) / self.stride) + 1
        ow = int((W - self.pool_w) / self.stride) + 1
        col = im2col(x, self.pool_h, self.pool_w, self.stride, self.pad)
        col = col.reshape(-1, self.pool_h * self.pool_w)
        self.x, self.best = x, np.argmax(col, axis=1)
        return np.max(col, axis=1).reshape(N, oh, ow, C).transpose(0, 3, 1, 2)

    def backward(self, dout):
        dout = dout.transpose(0, 2, 3, 1)
        dcol = np.zeros((dout.size, self.pool_h * self.pool_w))
        dcol[np.arange(dout.size), self.best] = dout.flatten()
        dcol = dcol.reshape(dout.shape[0] * dout.shape[1] * dout.shape[2], -1)
        return col2im(dcol, self.x.shape, self.pool_h, self.pool_w, self.stride, self.pad)


x = np.random.randn(3, 2, 8, 8)
for mine, theirs in [
    (TypedConvolution(np.random.randn(4, 2, 3, 3), np.random.randn(4), 1, 1), ours.Convolution),
    (TypedPooling(2, 2, 2), ours.Pooling),
]:
    conv = theirs is ours.Convolution
    other = theirs(mine.W, mine.b, stride=1, pad=1) if conv else Pooling(2, 2, stride=2)
    y = mine.forward(x)
    assert np.allclose(y, other.forward(x))
    dout = np.random.randn(*y.shape)
    assert np.allclose(mine.backward(dout), other.backward(dout))
    if conv:
        assert np.allclose(mine.dW, other.dW) and np.allclose(mine.db, other.db)
assert Pooling(2, 2).stride == 1


# 7.5
class SimpleConvNet:
    def __init__(self, input_dim=(1, 28, 28),
                 conv_param={'filter_num': 30, 'filter_size': 5, 'pad': 0, 'stride': 1},
                 hidden_size=100, output_size=10, weight_init_std=0.01, conv=Convolution,
                 pool=Pooling):
        number, size = conv_param['filter_num'], conv_param['filter_size']
        side = (input_dim[1] - size + 2 * conv_param['pad']) / conv_param['stride'] + 1
        pooled = int(number * (side / 2) * (side / 2))
        self.params = {}
        for i, shape in enumerate([(number, input_dim[0], size, size), (pooled, hidden_size),
                                   (hidden_size, output_size)], 1):
            self.params['W%d' % i] = weight_init_std * np.random.randn(*shape)
            self.params['b%d' % i] = np.zeros(shape[0] if i == 1 else shape[1])
        p = self.params
        self.layers = OrderedDict()
        self.layers['Conv1'] = conv(p['W1'], p['b1'], conv_param['stride'], conv_param['pad'])
        self.layers['Relu1'] = Relu()
        self.layers['Pool1'] = pool(pool_h=2, pool_w=2, stride=2)
        self.layers['Affine1'] = Affine(p['W2'], p['b2'])
        self.layers['Relu2'] = Relu()
        self.layers['Affine2'] = Affine(p['W3'], p['b3'])
        self.last_layer = SoftmaxWithLoss()

    def predict(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)
        return x

    def loss(self, x, t):
        return self.last_layer.forward(self.predict(x), t)

    def accuracy(self, x, t):
        return np.mean(np.argmax(self.predict(x), axis=1) == t)

    def gradient(self, x, t):
        self.loss(x, t)
        dout = self.last_layer.backward(1)
        backwards = list(self.layers.values())
        backwards.reverse()
        for layer in backwards:
            dout = layer.backward(dout)
        grads = {}
        for i, name in enumerate(['Conv1', 'Affine1', 'Affine2'], 1):
            grads['W%d' % i] = self.layers[name].dW
            grads['b%d' % i] = self.layers[name].db
        return grads


(x_train, t_train), (x_test, t_test) = load_mnist(flatten=False)
x_train, t_train = x_train[:400], t_train[:400]
x_test, t_test = x_test[:100], t_test[:100]
from ch07.simple_convnet import SimpleConvNet as Shipped
shipped = Shipped(input_dim=(1, 28, 28), hidden_size=100, output_size=10, weight_init_std=0.01,
                  conv_param={'filter_num': 30, 'filter_size': 5, 'pad': 0, 'stride': 1})
for network in (SimpleConvNet(), SimpleConvNet(conv=TypedConvolution, pool=TypedPooling)):
    for key in network.params:
        shipped.params[key] = network.params[key]
    x, t = x_train[:5].astype(np.float64), t_train[:5]
    grads, expected = network.gradient(x, t), shipped.gradient(x, t)
    for key in expected:
        assert grads[key].shape == expected[key].shape
        assert np.abs(grads[key] - expected[key]).max() < 1e-12, key
    b3 = numerical_gradient(lambda b: network.loss(x, t), network.params['b3'])
    assert np.abs(b3 - grads['b3']).max() < 1e-8

network = SimpleConvNet()
trainer = Trainer(network, x_train, t_train, x_test, t_test, epochs=3, mini_batch_size=100,
                  optimizer='Adam', optimizer_param={'lr': 0.001},
                  evaluate_sample_num_per_epoch=1000)
trainer.train()
assert len(trainer.test_acc_list) == 3
assert trainer.train_loss_list[-1] < trainer.train_loss_list[0]
for key in shipped.params:
    shipped.params[key] = network.params[key]
shipped.save_params("params.pkl")
again = Shipped()
again.load_params("params.pkl")
for key in again.params:
    assert np.allclose(again.params[key], network.params[key], atol=1e-6)
"""


@pytest.mark.parametrize("code", [CHAPTERS_3_TO_5, CHAPTER_6, CHAPTER_7], ids=["3 to 5", "6", "7"])
def test_code_typed_from_the_book_runs(code, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # on a busy machine two are slower
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
