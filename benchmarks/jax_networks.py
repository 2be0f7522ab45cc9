"""The same networks in JAX on the CPU: a whole training step is one compiled function.

Its state (parameters, moments of Adam, running averages) is in donated buffers. The forms are the
orders of the axes of images: "NCHW" as ours, or "NHWC".
"""

import os

import jax
import jax.numpy as jnp
from descriptions import initial_weights, parameter_keys, samples
from jax import lax


def contender(layers, form, task, threads, batch, size, update, lr):
    """Return a function that makes one step of the task."""
    os.environ["NPROC"] = str(threads)  # XLA reads it before the first computation
    network = Network(layers, form, batch, size)
    tasks = {"classify": network.classifier, "gradient": lambda: network.gradient}
    return tasks[task]() if task in tasks else network.trainer(UPDATES[update], lr)


class Network:
    """Layers with their initial weights, and samples."""

    def __init__(self, layers, order, batch, size):
        self.layers, self.order, self.last = layers, order, order == "NHWC"
        params = initial_weights(layers)
        self.params = {
            key: jnp.asarray(self.turn(W, (2, 3, 1, 0)), copy=True) for key, W in params.items()
        }
        x, t = samples(layers, batch, size)
        self.x, self.t = jnp.asarray(self.turn(x, (0, 2, 3, 1))), jnp.asarray(t)

    def turn(self, array, axes):
        """Reorder the axes of images or filters if the channels are last."""
        return array.transpose(axes) if self.last and array.ndim == 4 else array

    def predict(self, params, x, key=None):
        """Return the scores, and mean and variance of each batch normalization.

        `key` draws the masks of Dropout in training.
        """
        moments = []
        for number, (layer, keys) in enumerate(
            zip(self.layers, parameter_keys(self.layers), strict=True)
        ):
            own = {name: params[key] for name, key in keys.items()}
            if layer["kind"] == "Dropout":
                x = x if key is None else dropout(x, layer, jax.random.fold_in(key, number))
            elif layer["kind"] == "BatchNorm":
                moments.append((x.mean(axis=0), x.var(axis=0)))
                x = normalize(x, layer, *moments[-1], **own)
            else:
                x = getattr(self, layer["kind"].lower())(x, layer, **own)
        return x, moments

    def affine(self, x, layer, W, b):
        """Return x W + b."""
        x = self.turn(x, (0, 3, 1, 2))  # the order of the rows of W
        return x.reshape(len(x), -1) @ W + b

    def convolution(self, x, layer, W, b):
        """Return the feature maps."""
        stride, pad = (layer["stride"],) * 2, [(layer["pad"],) * 2] * 2
        orders = (self.order, "HWIO" if self.last else "OIHW", self.order)
        out = lax.conv_general_dilated(x, W, stride, pad, dimension_numbers=orders)
        return out + (b if self.last else b[:, None, None])

    def pooling(self, x, layer):
        """Return the maxima of windows side by side (`lax.reduce_window` was often slower)."""
        h, w = (1, 2) if self.last else (2, 3)
        sides = [(side,) for side in x.shape]
        for axis, side in ((h, layer["pool_h"]), (w, layer["pool_w"])):
            sides[axis] = (x.shape[axis] // side, side)
        return x.reshape(sum(sides, ())).max(axis=(h + 1, w + 2))

    def relu(self, x, layer):
        """Return max(x, 0)."""
        return jax.nn.relu(x)

    def loss(self, params, x, t, key):
        """Return softmax's cross entropy, and the moments of `predict`."""
        scores, moments = self.predict(params, x, key)
        logs = jax.nn.log_softmax(scores)
        return -jnp.take_along_axis(logs, t[:, None], axis=1).mean(), moments

    def loss_and_gradient(self, *args):
        """Return the loss, the moments of `predict`, and the gradients."""
        (loss, moments), grads = jax.value_and_grad(self.loss, has_aux=True)(*args)
        return loss, moments, grads

    def gradient(self):
        """Return the loss and lists of its derivatives, by key, in the order of our axes."""
        args = self.params, self.x, self.t, jax.random.key(0)
        loss, _, grads = jax.jit(self.loss_and_gradient)(*args)
        grads = {key: self.turn(grad, (3, 2, 0, 1)) for key, grad in grads.items()}
        return float(loss), {key: grad.tolist() for key, grad in grads.items()}

    def trainer(self, update, lr):
        """Return a function that makes one training step and returns its loss."""

        def compute(state, x, t):
            params, adam, running, number = state
            key = jax.random.fold_in(jax.random.key(0), number)
            loss, moments, grads = self.loss_and_gradient(params, x, t, key)
            params, adam = update(params, grads, adam, number + 1, lr)
            running = jax.tree.map(lambda old, new: 0.9 * old + 0.1 * new, running, moments)
            return (params, adam, running, number + 1), loss

        shapes = jax.eval_shape(self.loss, self.params, self.x, self.t, jax.random.key(0))
        running = jax.tree.map(lambda shape: jnp.zeros(shape.shape), shapes[1])
        adam = tuple(jax.tree.map(jnp.zeros_like, self.params) for _ in range(2))
        state = self.params, adam, running, jnp.zeros((), int)
        step = jax.jit(compute, donate_argnums=0).lower(state, self.x, self.t).compile()

        def train():
            nonlocal state
            state, loss = step(state, self.x, self.t)
            return float(loss)

        return train

    def classifier(self, batch_size=100):
        """Return a function that classifies all samples and returns the accuracy."""
        classes = jax.jit(lambda params, x: self.predict(params, x)[0].argmax(axis=1))
        batches = [self.x[i : i + batch_size] for i in range(0, len(self.x), batch_size)]

        def classify():
            y = jnp.concatenate([classes(self.params, x) for x in batches])
            return float((y == self.t).mean())

        return classify


def dropout(x, layer, key):
    """Return x with zeros at random places; what is kept is scaled."""
    keep = 1 - layer["dropout_ratio"]
    return jnp.where(jax.random.bernoulli(key, keep, x.shape), x / keep, 0)


def normalize(x, layer, mean, var, gamma, beta):
    """Return each feature with mean beta and standard deviation gamma."""
    return gamma * (x - mean) * lax.rsqrt(var + layer["eps"]) + beta


def sgd(params, grads, state, t, lr):
    """W <- W - lr * dW."""
    return jax.tree.map(lambda W, dW: W - lr * dW, params, grads), state


def adam(params, grads, state, t, lr):
    """Adam as ours; t counts from 1."""
    m = jax.tree.map(lambda m, dW: 0.9 * m + 0.1 * dW, state[0], grads)
    v = jax.tree.map(lambda v, dW: 0.999 * v + 0.001 * dW**2, state[1], grads)
    lr_t = lr * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    new = jax.tree.map(lambda W, m, v: W - lr_t * m / (jnp.sqrt(v) + 1e-7), params, m, v)
    return new, (m, v)


UPDATES = {"SGD": sgd, "Adam": adam}
