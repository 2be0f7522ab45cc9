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


@pytest.mark.parametrize("code", [CHAPTERS_3_TO_5, CHAPTER_6], ids=["3 to 5", "6"])
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
