"""The mistakes that `tests/mutations.py` makes in the code, one at a time.

File: (what goes wrong, text that occurs once in the file, text in its place, tests that notice);
``"network"`` means ``tests/test_network.py``.
"""

# ruff: noqa: E501

LIBRARY = {
    "common/functions.py": [
        ("top k takes k + 1", 'kind="stable")[:, :k]', 'kind="stable")[:, : k + 1]', "composite"),
        ("top k of the worst", "np.argsort(-y,", "np.argsort(y,", "composite functions"),
        (
            "sigmoid, sign of x",
            "return 1 / (1 + np.exp(-x))",
            "return 1 / (1 + np.exp(x))",
            "functions",
        ),
        (
            "slope of the sigmoid from x, not y",
            "return y * (1 - y)",
            "return x * (1 - x)",
            "functions",
        ),
        ("step at 0", "return (x > 0).astype(int)", "return (x >= 0).astype(int)", "functions"),
        (
            "softmax over the whole batch",
            "return exp_a / exp_a.sum(axis=-1, keepdims=True)",
            "return exp_a / exp_a.sum()",
            "functions",
        ),
        ("softmax without subtracting the maximum", "return a - largest", "return a", "functions"),
        (
            "log-softmax down the columns",
            "np.log(np.exp(a).sum(axis=-1, keepdims=True))",
            "np.log(np.exp(a).sum(axis=0, keepdims=True))",
            "functions",
        ),
        (
            "labels shifted by one in one-hot rows",
            "rows[np.arange(len(t)), t] = 1",
            "rows[np.arange(len(t)), t - 1] = 1",
            "functions",
        ),
        (
            "squared error, a mean for half a sum",
            "check_loss(0.5 * np.sum((y - t) ** 2))",
            "check_loss(np.mean((y - t) ** 2))",
            "functions",
        ),
        ("cross entropy without 1/N", "+ 1e-7)) / len(t))", "+ 1e-7)))", "functions"),
        (
            "accuracy, targets' argmax down the columns",
            "t.argmax(axis=1)",
            "t.argmax(axis=0)",
            "functions",
        ),
    ],
    "common/gradient.py": [
        (
            "central difference, half the width",
            "f(x - h)) / (2 * h)",
            "f(x - h)) / h",
            "gradient",
        ),
        (
            "one-sided difference over the two-sided step",
            "x[index] = value - h",
            "x[index] = value",
            "gradient",
        ),
        (
            "element put back by adding h again",
            "finally:\n            x[index] = value",
            "finally:\n            x[index] += h",
            "gradient",
        ),
        (
            "check by the smallest difference",
            "float(gap.max() / max(largest, 1e-6))",
            "float(gap.min() / max(largest, 1e-6))",
            "gradient",
        ),
        (
            "check with other masks of Dropout",
            "by_backward = model.gradient(x, t)\n        rewind()",
            "by_backward = model.gradient(x, t)",
            "gradient network",
        ),
    ],
    "common/layers.py": [
        (
            "DropConnect: one mask for all samples",
            "            mask[...] = self.rng.random(mask.shape, dtype=np.float32) >= self.dropout_ratio\n",
            "            mask[...] = np.random.default_rng(0).random(mask.shape) >= self.dropout_ratio\n",
            "composite",
        ),
        (
            "DropConnect: a derivative also where the weight was left out",
            "dW += np.outer(x_n, dy_n) * mask",
            "dW += np.outer(x_n, dy_n)",
            "layers composite",
        ),
        (
            "DropConnect: all of the weights in inference",
            "return super().forward(x * x.dtype.type(1 - self.dropout_ratio))",
            "return super().forward(x)",
            "composite",
        ),
        ("ReLU passes a gradient at 0", "self.mask = x <= 0", "self.mask = x < 0", "layers"),
        (
            "ReLU writes into dout",
            "return dout * ~self.mask",
            "dout *= ~self.mask\n        return dout",
            "layers",
        ),
        (
            "sigmoid's backward without y",
            "return dout * (1.0 - self.out) * self.out",
            "return dout * (1.0 - self.out)",
            "layers",
        ),
        (
            "affine dW transposed",
            "self.dW = _product(self.x.T, dout)",
            "self.dW = _product(dout.T, self.x).reshape(self.W.shape)",
            "layers",
        ),
        ("affine db a mean", "self.db = dout.sum(axis=0)", "self.db = dout.mean(axis=0)", "layers"),
        (
            "affine dx not in the shape of x",
            "_product(dout, self.W.T).reshape(self.x_shape)",
            "_product(dout, self.W.T)",
            "layers",
        ),
        (
            "batch norm, variance over N - 1",
            "centred, centred)) / dtype(m)",
            "centred, centred)) / dtype(m - 1)",
            "batch_norm_dropout",
        ),
        (
            "batch norm, momentum the other way round",
            "(keep * before + (1 - keep) * batch)",
            "((1 - keep) * before + keep * batch)",
            "batch_norm_dropout",
        ),
        (
            "batch norm, eps outside of the root",
            "np.sqrt(var + dtype(self.eps))",
            "np.sqrt(var) + dtype(self.eps)",
            "batch_norm_dropout",
        ),
        (
            "batch norm, backward without the variance",
            "            dy -= self.xhat * self._along(dgamma / m, dy)\n",
            "",
            "batch_norm_dropout",
        ),
        (
            "batch norm, backward in inference as in training",
            "        if self.train_flg:\n            m =",
            "        if True:\n            m =",
            "batch_norm_dropout",
        ),
        (
            "batch norm, inference remembers the batch",
            "np.ones_like(mean)\n            centred",
            "np.ones_like(mean)\n            self._remember(rows.mean(axis=0), rows.var(axis=0))\n            centred",
            "batch_norm_dropout",
        ),
        (
            "batch norm, images put together wrongly",
            "rows.reshape(n, h, w, c).transpose(0, 3, 1, 2)",
            "rows.reshape(n, c, h, w)",
            "batch_norm_dropout",
        ),
        (
            "Dropout leaves out the others",
            "self.rng.random(x.shape, dtype=np.float32) >= self.dropout_ratio",
            "self.rng.random(x.shape, dtype=np.float32) < self.dropout_ratio",
            "batch_norm_dropout",
        ),
        (
            "Dropout not scaled in inference",
            "1.0 if self.inverted else keep",
            "1.0",
            "batch_norm_dropout",
        ),
        (
            "Dropout, backward without the mask",
            "return dout * self.factor",
            "return dout",
            "batch_norm_dropout",
        ),
        (
            "Dropout in inference too",
            "        if train_flg:\n            self.mask",
            "        if True:\n            self.mask",
            "batch_norm_dropout",
        ),
        ("softmax with loss, backward without 1/N", "* (dout / len(self.t))", "* dout", "layers"),
        (
            "softmax with loss, dout forgotten",
            "* (dout / len(self.t))",
            "* (1 / len(self.t))",
            "layers",
        ),
    ],
    "common/convolution.py": [
        (
            "convolution without its bias",
            "terms[-1] = 0 if b is None else b",
            "terms[-1] = 0",
            "convolution",
        ),
        (
            "convolution, filters not turned in backward",
            "W[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)",
            "W.transpose(1, 0, 2, 3)",
            "convolution",
        ),
        (
            "convolution, pads of backward exchanged",
            "(FH - 1 - pad, FW - 1 - pad)",
            "(FW - 1 - pad, FH - 1 - pad)",
            "convolution",
        ),
        (
            "convolution, dW of the last block only",
            "dW += products.sum",
            "dW[...] = products.sum",
            "convolution",
        ),
        (
            "convolution, db a mean over the images",
            "@ dout.reshape(-1, FN)  #",
            "@ dout.reshape(-1, FN) / N  #",
            "convolution",
        ),
        (
            "convolution, windows transposed",
            "windows.transpose(0, 4, 5, 3, 1, 2)",
            "windows.transpose(0, 5, 4, 3, 1, 2)",
            "convolution",
        ),
        (
            "convolution, pads of rows for columns",
            "pads[1] : pads[1] + W]",
            "pads[0] : pads[0] + W]",
            "convolution",
        ),
        (
            "convolution, stride forgotten in dx",
            "FH, FW, stride, pad, floor=True)",
            "FH, FW, 1, pad, floor=True)",
            "convolution",
        ),
    ],
    "common/pooling.py": [
        (
            "max pooling, a border of zeros",
            '(as_float("x", x), -np.inf)',
            '(as_float("x", x), 0.0)',
            "pooling",
        ),
        ("max pooling, the last of equal ones", "(tap > out)", "(tap >= out)", "pooling"),
        (
            "pooling, overlap in one direction missed",
            "self.stride < max(self.pool_h, self.pool_w)",
            "self.stride < min(self.pool_h, self.pool_w)",
            "pooling",
        ),
        (
            "pooling, the border left on dx",
            "return self._inside(dx).transpose",
            "return dx.transpose",
            "pooling",
        ),
        (
            "average pooling counts the border",
            "np.minimum(start + pool, size) - np.maximum(start, 0)",
            "np.full(places, pool)",
            "pooling",
        ),
    ],
    "common/util.py": [
        (
            "padding counted once",
            "input_size + 2 * pad - filter_size\n",
            "input_size + pad - filter_size\n",
            "im2col",
        ),
        (
            "output one too small",
            "return way // stride + 1",
            "return max(1, way // stride)",
            "im2col",
        ),
        (
            "im2col, columns of the filter before its rows",
            "windows.transpose(0, 2, 3, 1, 4, 5)",
            "windows.transpose(0, 2, 3, 1, 5, 4)",
            "im2col",
        ),
        (
            "im2col pads on one side",
            "x = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])",
            "x = np.pad(x, [(0, 0), (0, 0), (pad, pad), (0, 2 * pad)])",
            "im2col",
        ),
        (
            "im2col starts one late where it strides",
            "windows[:, :, ::stride, ::stride]",
            "windows[:, :, stride - 1 :: stride, ::stride]",
            "im2col",
        ),
        (
            "col2im overwrites where windows overlap",
            "+= windows[..., i, j]",
            "= windows[..., i, j]",
            "im2col",
        ),
        (
            "col2im cuts the wrong border off",
            "return x[:, pad : pad + H, pad : pad + W]",
            "return x[:, :H, :W]",
            "im2col",
        ),
        (
            "targets not shuffled with the samples",
            "return x[order], t[order]",
            "return x[order], t",
            "trainer",
        ),
        (
            "validation samples trained on",
            "return (x[number:], t[number:]),",
            "return (x, t),",
            "trainer",
        ),
        (
            "epochs in the same order",
            "self.rest = self.rng.permutation(self.size)",
            "self.rest = np.arange(self.size)",
            "trainer",
        ),
        (
            "last, smaller mini-batch dropped",
            "if len(self.rest) == 0:",
            "if len(self.rest) < self.batch_size:",
            "trainer",
        ),
        (
            "mini-batches never from the last sample",
            "self.rng.integers(self.size, size",
            "self.rng.integers(self.size - 1, size",
            "trainer",
        ),
        (
            "half precision computed in half precision",
            "np.dtype(np.float32) if dtype == np.float16 else dtype",
            "dtype",
            "convolution optimizer",
        ),
        ("curves end in a flat piece", 'mode="reflect"', 'mode="edge"', "util"),
        (
            "a second Ctrl-C waits too",
            "        signal.signal(signal.SIGINT, before)\n        asked.set()",
            "        asked.set()",
            "util",
        ),
    ],
    "common/initializers.py": [
        (
            "He without the root",
            "return (2 / fan_in) ** 0.5",
            "return 2 / fan_in",
            "multi_layer_net",
        ),
        (
            "Xavier with He's 2",
            "return (1 / fan_in) ** 0.5",
            "return (2 / fan_in) ** 0.5",
            "multi_layer_net",
        ),
        (
            "filters' fan-in from their number",
            "else int(np.prod(shape[1:]))",
            "else shape[0]",
            "multi_layer_net",
        ),
    ],
    "common/optimizer.py": [
        (
            "SGD uphill",
            "out=step)\n            W -= step\n\n\nclass Momentum",
            "out=step)\n            W += step\n\n\nclass Momentum",
            "optimizer",
        ),
        (
            "velocity cleared at every step",
            'self.v: State | None = None\n\n    def update(self, params: Params, grads: Grads) -> None:\n        """Change `params` by one step."""\n        if self.v is None:',
            'self.v: State | None = None\n\n    def update(self, params: Params, grads: Grads) -> None:\n        """Change `params` by one step."""\n        if True:',
            "optimizer",
        ),
        (
            "Nesterov that does not look ahead",
            "np.multiply(v, self.momentum, out=step)",
            "np.multiply(v, 1.0, out=step)",
            "optimizer",
        ),
        (
            "AdaGrad without a memory",
            "            h += step\n            _divide_by_root(dW, h, self.lr, out=step)\n            W -= step\n\n\nclass RMSprop",
            "            h[...] = step\n            _divide_by_root(dW, h, self.lr, out=step)\n            W -= step\n\n\nclass RMSprop",
            "optimizer",
        ),
        (
            "RMSprop, new squares at full weight",
            "step *= 1 - self.decay_rate",
            "step *= 1",
            "optimizer",
        ),
        (
            "Adam without bias correction",
            "self.lr * (1 - self.beta2**t) ** 0.5 / (1 - self.beta1**t)",
            "self.lr",
            "optimizer",
        ),
        ("Adam's t one ahead", "t = self.iter + 1", "t = self.iter + 2", "optimizer"),
        ("Adam, betas exchanged", "m *= self.beta1", "m *= self.beta2", "optimizer"),
        (
            "eps under the root",
            "np.sqrt(h, out=out)\n    out += EPS",
            "np.sqrt(h + EPS, out=out)",
            "optimizer",
        ),
        (
            "last piece of a large array not updated",
            "range(0, len(W), rows)",
            "range(0, len(W) - rows + 1, rows)",
            "optimizer",
        ),
    ],
    "common/schedules.py": [
        (
            "staircase without steps",
            "factor ** (_number(t) // every)",
            "factor ** (_number(t) / every)",
            "optimizer",
        ),
        (
            "cosine that rises again",
            "math.pi * min(_number(t), end) / end",
            "math.pi * _number(t) / end",
            "optimizer",
        ),
    ],
    "common/penalties.py": [
        (
            "L2 without its half",
            "return 0.5 * float(np.square",
            "return float(np.square",
            "network",
        ),
        (
            "L1 by the square",
            "return float(np.abs(W).sum(dtype=np.float64))",
            "return float(np.square(W).sum(dtype=np.float64))",
            "network",
        ),
        (
            "max norm, no sharing among equal ones",
            "* (1 / max(1, int(largest.sum())))",
            "* 1",
            "multi_layer_net",
        ),
    ],
    "common/parts.py": [
        (
            "parameters numbered from 0",
            'found[f"{name}{count[name]}"]',
            'found[f"{name}{count[name] - 1}"]',
            "network",
        ),
        (
            "parameters numbered by the layer",
            'found[f"{name}{count[name]}"]',
            'found[f"{name}{parts(model).index(layer) + 1}"]',
            "network",
        ),
        (
            "layers inside of layers not seen",
            '        yield from named_parts(layer, f"{prefix}{name}/")\n',
            "",
            "composite",
        ),
        (
            "rewound to nowhere",
            "            rng.bit_generator.state = state\n",
            "            pass\n",
            "util",
        ),
    ],
    "common/composite.py": [
        (
            "branches each see a part of the gradient only once",
            "return sum(others, start=first)",
            "return first",
            "composite layers",
        ),
        (
            "the shortcut forgotten on the way back",
            "return body + (shortcut[0] if shortcut else dout)",
            "return body + (shortcut[0] if shortcut else 0 * dout)",
            "composite layers",
        ),
        (
            "the shortcut subtracted",
            "return body + around",
            "return body - around",
            "composite layers",
        ),
        (
            "a shortcut that is broadcast",
            "if body.shape != around.shape:",
            "if body.ndim != around.ndim:",
            "composite",
        ),
        (
            "back through the first layer twice",
            "self.layers.values())[:0:-1]:",
            "self.layers.values())[::-1]:",
            "composite layers",
        ),
        (
            "a layer twice, one of them inside",
            "found = [part for layer in layers.values() for part in parts(layer)]",
            "found = list(layers.values())",
            "composite",
        ),
    ],
    "common/response_norm.py": [
        (
            "one neighbour too few",
            "<= self.size // 2",
            "< self.size // 2",
            "composite layers",
        ),
        (
            "alpha divided by the size, as elsewhere",
            "dtype(self.alpha) * self._around",
            "dtype(self.alpha / self.size) * self._around",
            "composite layers",
        ),
        (
            "neighbours forgotten on the way back",
            "dx = dy - factor * self.x * self._around(dy * self.x / self.scale)",
            "dx = dy - factor * self.x * (dy * self.x / self.scale)",
            "layers",
        ),
    ],
    "common/binary.py": [
        (
            "a gradient for weights beyond 1",
            "self.layer.dW * (np.abs(self.W) <= 1)",
            "self.layer.dW",
            "composite",
        ),
        ("weights of 0", "x == 0, x.dtype.type(1)", "x == 0, x.dtype.type(0)", "composite"),
        (
            "real weights in forward",
            "self.layer.W, self.layer.b = signs(self.W), self.b",
            "self.layer.W, self.layer.b = self.W, self.b",
            "composite",
        ),
    ],
    "common/network.py": [
        ("biases decay too", 'if name == "W"]', 'if name in ("W", "b")]', "multi_layer_net"),
        (
            "weight decay in the loss only",
            "self.grads[key] = self.grads[key] + grad",
            "self.grads[key] = self.grads[key]",
            "network",
        ),
        (
            "accuracy without the last partial batch",
            "starts = range(0, len(x), batch_size)",
            "starts = range(0, len(x) - batch_size + 1, batch_size)",
            "network",
        ),
        (
            "training as in inference",
            "self.predict(x, train_flg=True), t)\n        self._chain",
            "self.predict(x), t)\n        self._chain",
            "network",
        ),
        (
            "an exchanged parameter does not reach its layer",
            'expected an array of real numbers")\n            setattr(layer, name, value)',
            'expected an array of real numbers")',
            "network",
        ),
        (
            "numerical gradient moves the running averages",
            "self.params = params\n            self._set_state(state)",
            "self.params = params",
            "multi_layer_net",
        ),
        (
            "weights of another shape loaded",
            "        self._check_arrays(loaded, str(file_name))\n",
            "",
            "network",
        ),
        (
            "NaN loaded",
            'if value.dtype.kind != "f" or not np.isfinite(value).all():',
            'if value.dtype.kind != "f":',
            "network",
        ),
        (
            "running averages not loaded",
            "for key in self._owners}\n        self._set_state(cast)",
            "for key in self._owners}",
            "multi_layer_net",
        ),
    ],
    "common/multi_layer_net.py": [
        (
            "an activation after the last layer",
            "if k == len(sizes) - 1:",
            "if k == len(sizes):",
            "multi_layer_net",
        ),
        (
            "masks of Dropout not from the seed",
            "Dropout(dropout_ratio, rng=rng)",
            "Dropout(dropout_ratio)",
            "multi_layer_net",
        ),
    ],
    "common/trainer.py": [
        (
            "tail of an epoch not counted",
            "math.ceil(len(self.x_train) / mini_batch_size)",
            "max(len(self.x_train) // mini_batch_size, 1)",
            "trainer",
        ),
        (
            "accuracies at the end of an epoch",
            "if (self.current_iter - 1) % self.iter_per_epoch == 0:",
            "if self.current_iter % self.iter_per_epoch == 0:",
            "trainer",
        ),
        (
            "loss after the update",
            "self.train_loss_list.append(loss)",
            "self.train_loss_list.append(self.network.loss(x, t))",
            "trainer",
        ),
        (
            "schedule one step ahead",
            "self.schedule(self.current_iter)",
            "self.schedule(self.current_iter + 1)",
            "trainer",
        ),
        (
            "test accuracy of the training data",
            "network.accuracy(self.x_test[:n], self.t_test[:n])",
            "network.accuracy(self.x_train[:n], self.t_train[:n])",
            "trainer",
        ),
        (
            "moved images thrown away",
            "x = self.augment(x, self.batches.rng)",
            "self.augment(x, self.batches.rng)",
            "trainer",
        ),
        (
            "no shuffling unless asked for",
            "shuffle: bool = True,\n        rng",
            "shuffle: bool = False,\n        rng",
            "trainer",
        ),
        ("a diverged training saved", "if trainer not in diverged:", "if True:", "interruptions"),
        (
            "Ctrl-C without a checkpoint",
            "        if trainer not in diverged:  # its",
            "        if not asked.is_set():  # its",
            "interruptions",
        ),
    ],
    "common/checkpoint.py": [
        (
            "rest of the epoch forgotten",
            "trainer.batches.rest, trainer.current_iter = rest, done",
            "trainer.current_iter = done",
            "checkpoint",
        ),
        (
            "Adam's t forgotten",
            'result = dict(json.loads(str(arrays["optimizer"])))',
            "result: dict[str, Any] = {}",
            "checkpoint",
        ),
        (
            "Dropout's generators forgotten",
            "*(rng for one in networks for rng in generators(one)), *own]",
            "*own]",
            "checkpoint",
        ),
        (
            "other data of the same shape",
            "{data.shape}, {_checksum(data.data)}",
            "{data.shape}",
            "checkpoint",
        ),
        (
            "a bad file leaves half of itself behind",
            "        _put_back(trainer, before)\n",
            "",
            "checkpoint",
        ),
        (
            "layers of one's own keep the old array",
            "    old[...] = new  # layers that hold this array see it\n    return old",
            "    return new",
            "checkpoint",
        ),
        (
            "running averages forgotten",
            'for name in getattr(layer, "state_names", ())',
            "for name in ()",
            "checkpoint",
        ),
    ],
    "common/data_parallel.py": [
        (
            "parts of unequal size weighted equally",
            "weight = len(some_x) / len(x)",
            "weight = 1 / number",
            "data_parallel",
        ),
        (
            "scores in another order",
            "scores[number :: len(self.replicas)] = some",
            "scores[number * len(some) : (number + 1) * len(some)] = some",
            "data_parallel",
        ),
        (
            "replicas keep the first parameters",
            "    replica.params = network.params\n",
            "",
            "data_parallel",
        ),
        (
            "replicas drop the same neurons",
            "streams.setdefault(id(rng), rng.spawn(1)[0])",
            "streams.setdefault(id(rng), copy.deepcopy(rng))",
            "data_parallel",
        ),
        (
            "gradients of further threads lost",
            "total[key] += grad",
            "total[key] = grad",
            "data_parallel",
        ),
    ],
    "common/augment.py": [
        ("shifted up for down", "- centre_y - down", "- centre_y + down", "augment"),
        (
            "turned clockwise",
            "(np.cos(turn) * y + np.sin(turn) * z)",
            "(np.cos(turn) * y - np.sin(turn) * z)",
            "augment",
        ),
        (
            "turned about half a pixel beside the centre",
            "(height - 1) / 2, (width - 1) / 2",
            "height / 2, width / 2",
            "augment",
        ),
        ("scale upside down", "/ size + centre_y", "* size + centre_y", "augment"),
        (
            "all images moved alike",
            "uniform(-1, 1, (4, *x.shape[:1]))",
            "uniform(-1, 1, 4)",
            "augment",
        ),
    ],
    "common/files.py": [
        (
            "half a file takes the place of the old",
            "            os.replace(temporary, path)\n    finally:\n        temporary.unlink(missing_ok=True)",
            "    finally:\n        os.replace(temporary, path)",
            "cli",
        ),
        ("temporary files left behind", "temporary.unlink(missing_ok=True)", "pass", "cli"),
        ("pickled objects read", "allow_pickle=False", "allow_pickle=True", "network checkpoint"),
        (
            "zip bombs unpacked",
            '        if size > max_bytes:\n            raise ValueError(f"{size} bytes unpacked',
            '        if False:\n            raise ValueError(f"{size} bytes unpacked',
            "network",
        ),
        ("objects saved", "if as_array(key, value).dtype.hasobject:", "if False:", "cli"),
    ],
    "common/pickles.py": [
        ("arrays in Fortran order read row by row", '"F" if fortran else "C"', '"C"', "pickles"),
        (
            "order of bytes ignored",
            "kind.dtype = kind.dtype.newbyteorder(order)",
            "pass",
            "pickles",
        ),
        (
            "texts encoded again and again",
            "if self.encoded <= len(self.content):",
            "if True:",
            "pickles",
        ),
        (
            "one array under two names stays one",
            'v.astype(v.dtype.newbyteorder("="))',
            'v.astype(v.dtype.newbyteorder("="), copy=False)',
            "pickles",
        ),
    ],
    "common/cli.py": [
        ("--quick without effect", "        parser.set_defaults(**quick)", "        pass", "cli"),
        (
            "--quick overrules other flags",
            "args = parser.parse_args(words)",
            'args = parser.parse_args(words)\n    if "--quick" in words:\n        vars(args).update(quick)',
            "cli",
        ),
        (
            "exit status 0 after an error",
            'sys.exit(f"{Path(sys.argv[0]).name}: {error}")',
            'print(f"{Path(sys.argv[0]).name}: {error}", file=sys.stderr)',
            "cli",
        ),
        (
            "NaN in the JSON",
            "json.loads(json.dumps(value, default=_plain), parse_constant=lambda _: None)",
            "json.loads(json.dumps(value, default=_plain))",
            "cli",
        ),
        ("the least number of a flag refused", "int(text) < low", "int(text) <= low", "cli"),
    ],
    "common/image_training.py": [
        (
            "shipped weights overwritten by another path",
            "path.resolve() == shipped.resolve()",
            "path == shipped",
            "ch07",
        ),
    ],
    "common/tour.py": [
        ("examples that do not hold", "        if failed:", "        if failed < 0:", "ch01"),
    ],
    "common/plots.py": [
        (
            "test accuracy drawn as that of training",
            "ax.plot(test_acc, marker",
            "ax.plot(train_acc, marker",
            "cli",
        ),
        (
            "sheets of images column by column",
            "divmod(number, columns)",
            "divmod(number, rows)",
            "ch07",
        ),
        ("no window closed", '    plt.close("all")', "    pass", "cli"),
    ],
    "dataset/mnist.py": [
        (
            "checksum not verified",
            "if pooch.file_hash(str(folder / name)) != sha256:",
            "if not (folder / name).exists():",
            "mnist",
        ),
        (
            "pixels over 256",
            "np.divide(x, 255, dtype=np.float32)",
            "np.divide(x, 256, dtype=np.float32)",
            "mnist",
        ),
        (
            "one-hot rows backwards",
            "np.eye(10, dtype=np.float32)[t]",
            "np.eye(10, dtype=np.float32)[9 - t]",
            "mnist",
        ),
        ("labels shifted by eight", "values = content[header:]", "values = content[16:]", "mnist"),
        ("the cache handed out to be written in", "else x.copy()", "else x", "mnist"),
        (
            "a swapped cache taken",
            "if content is not None and digest",
            "if content is None and digest",
            "mnist",
        ),
    ],
    "dataset/synthetic.py": [
        (
            "the same digits to train and to test on",
            "(int(seed), 1)",
            "(int(seed), 0)",
            "synthetic",
        ),
        ("all blocks alike", "[*stream, start // BLOCK]", "[*stream, 0]", "synthetic"),
    ],
}
CLAIMS = {
    "claims/claim.py": [
        (
            "a tolerance of any size",
            "abs(value - wanted) <= atol + rtol * abs(wanted)",
            "abs(value - wanted) <= 1 + atol + rtol * abs(wanted)",
            "claims",
        ),
        (
            "numbers without their shape",
            "shape(measured) == shape(expected) and all(",
            "all(",
            "claims",
        ),
        ("no upper limit", "and low <= value <= high", "and low <= value", "claims"),
        ("nothing is within limits", "return bool(values) and all(", "return all(", "claims"),
        (
            "NaN counts as a number",
            "and math.isfinite(value)",
            "and value == value or value != value",
            "claims",
        ),
    ],
    "claims/verdict.py": [
        ("full size or not", "if claim.full and job.quick:", "if False:", "claims"),
        ("any digits are MNIST", 'if claim.mnist and job.data != "mnist":', "if False:", "claims"),
        ("a failure that counts", 'if "error" in record:', "if False:", "claims"),
        (
            "every difference explained",
            "self.status == DIFFERED and not self.reason",
            "False",
            "claims",
        ),
    ],
    "claims/catalogue.py": [
        (
            "a section without those in it",
            '".".join(parts[: n + 1]) for n in range(len(parts))',
            '".".join(parts) for n in range(len(parts))',
            "claims",
        ),
    ],
    "claims/execution.py": [
        (
            "records of other settings",
            'record.get("settings") == job.settings(run)',
            "True",
            "reproduce",
        ),
        (
            "weights do not count as code",
            "found |= {path for path in names if path.exists()}",
            "found |= set()",
            "reproduce",
        ),
        (
            "only what a script itself imports counts",
            "for path in modules if path.exists()} - found",
            "for path in modules if path.exists() and not len(found) > 1} - found",
            "reproduce",
        ),
        ("failures are kept", 'if "error" not in record:', "if True:", "reproduce"),
    ],
    "claims/gallery.py": [
        ("any run will do", "if job.quick or job.data", "if False and job.data", "reproduce"),
        ("old pictures stay", "path.unlink()", "pass", "reproduce"),
    ],
    "claims/report.py": [
        (
            "texts that are markup",
            "{escape(verdict.reason)}</em>",
            "{verdict.reason}</em>",
            "reproduce",
        ),
    ],
    "reproduce.py": [
        ("all is run again", "if args.again or run.name not in records", "", "reproduce"),
        (
            "a difference is no failure",
            "if any(verdict.unexplained",
            "if False and any(verdict.unexplained",
            "reproduce",
        ),
    ],
}
CHAPTERS = {
    "ch02/perceptron.py": [
        ("fires on the threshold", '_real("b", b, 0) > 0)', '_real("b", b, 0) >= 0)', "ch02"),
    ],
    "ch02/and_gate.py": [
        ("AND with the bias of OR", "W, B = (0.5, 0.5), -0.7", "W, B = (0.5, 0.5), -0.2", "ch02"),
    ],
    "ch02/xor_gate.py": [("XOR ends in an OR", "return AND(s1, s2)", "return OR(s1, s2)", "ch02")],
    "ch02/circuits.py": [
        (
            "second carry lost",
            "return total, or_(carry_1, carry_2)",
            "return total, carry_1",
            "ch02",
        ),
    ],
    "ch03/three_layer_network.py": [
        (
            "second layer's bias forgotten",
            'z1 @ network["W2"] + network["b2"]',
            'z1 @ network["W2"]',
            "ch03",
        ),
    ],
    "ch03/neuralnet_mnist.py": [
        (
            "no activation in the second layer",
            'sigmoid(z1 @ network["W2"] + network["b2"])',
            '(z1 @ network["W2"] + network["b2"])',
            "ch03",
        ),
    ],
    "ch04/two_layer_net.py": [
        ("by hand, without 1/N", "keepdims=True) - t) / len(t)", "keepdims=True) - t)", "ch04"),
    ],
    "ch05/layer_naive.py": [
        (
            "product's derivatives exchanged",
            "return dout * self.y, dout * self.x",
            "return dout * self.x, dout * self.y",
            "ch05",
        ),
    ],
    "ch05/elementary_nodes.py": [
        (
            "sign of the derivative of 1/x",
            "return -dout * self.out**2",
            "return dout * self.out**2",
            "ch05",
        ),
    ],
    "ch06/narrowing.py": [
        (
            "equal values do not share their rank",
            "(np.cumsum(counts) - (counts - 1) / 2)[inverse]",
            "np.cumsum(counts)[inverse]",
            "ch06_search",
        ),
    ],
    "ch06/trial_log.py": [
        (
            "worst trial first",
            "(-trial.accuracy, trial.number)",
            "(trial.accuracy, trial.number)",
            "ch06_search",
        ),
        (
            "half a last line taken as a trial",
            'content[: content.rfind(b"\\n") + 1]',
            "content",
            "ch06_search",
        ),
    ],
    "ch07/naive_convolution.py": [
        (
            "filter's stride forgotten",
            "top, left = i * stride, j * stride\n            out[i, j]",
            "top, left = i, j\n            out[i, j]",
            "convolution",
        ),
    ],
    "ch08/fields.py": [
        (
            "one 5x5 filter from two, the second transposed",
            "+= second[i, j] * first",
            "+= second[j, i] * first",
            "ch08",
        ),
    ],
    "ch08/ilsvrc.py": [
        (
            "equal scores counted as higher",
            "(y > y[np.arange(len(t)), t, None])",
            "(y >= y[np.arange(len(t)), t, None])",
            "ch08_history",
        ),
        (
            "the digit whose class stands highest",
            "lowest = int(ranks.argmax())",
            "lowest = int(ranks.argmin())",
            "ch08_history",
        ),
        (
            "the same k throughout",
            "1 - top_k_accuracy(y, t, k)",
            "1 - top_k_accuracy(y, t, 1)",
            "ch08_history",
        ),
    ],
    "ch08/famous_networks.py": [
        (
            "each weight counts once, not at each place",
            "part.W.size * int(np.prod(part.out_shape[2:]))",
            "part.W.size",
            "ch08_history",
        ),
        (
            "affine layers not counted",
            "elif isinstance(part, Affine):",
            "elif False:",
            "ch08_history",
        ),
    ],
    "ch08/vgg.py": [
        (
            "parameters counted without biases",
            "rows[name] = (shape, weights + channels, weights * size**2)",
            "rows[name] = (shape, weights, weights * size**2)",
            "ch08_history",
        ),
        (
            "the maps not squared",
            "weights + channels, weights * size**2)",
            "weights + channels, weights * size)",
            "ch08_history",
        ),
        (
            "VGG19 with one convolution too few",
            '"VGG19": [64, 64, "M", 128, 128, "M", *[256] * 4,',
            '"VGG19": [64, 64, "M", 128, 128, "M", *[256] * 3,',
            "ch08_history",
        ),
        (
            "Dropout behind the scores, too",
            "if number < len(sizes):",
            "if number <= len(sizes):",
            "ch08_history",
        ),
    ],
    "ch08/googlenet.py": [
        (
            "the padding of 3x3 for 5x5 filters",
            "rng, pad=size // 2)",
            "rng, pad=1)",
            "ch08_history",
        ),
        (
            "the number of weights of the 1x1 filters left out",
            "sum(conv.W.size for conv in convs)",
            "convs[-1].W.size",
            "ch08_history",
        ),
        (
            "filters seen as lines",
            "channels * filters * size**2",
            "channels * filters * size",
            "ch08_history",
        ),
    ],
    "ch08/resnet.py": [
        (
            "no ReLU behind the sum",
            '{"F(x) + x": Residual(body, way), "Relu": ReLU()}',
            '{"F(x) + x": Residual(body, way)}',
            "ch08_history",
        ),
        (
            "the shortcut left out",
            "if not shortcut:",
            "if True:",
            "ch08_history",
        ),
        (
            "the 1x1 convolution without the stride",
            "convolution(channels, filters, 1, rng, stride=stride, floor=True)",
            "convolution(channels, filters, 1, rng)",
            "ch08_history",
        ),
        (
            "a 1x1 convolution on every shortcut",
            "same = stride == 1 and channels == filters",
            "same = False",
            "ch08_history",
        ),
    ],
    "ch08/resnet_against_plain.py": [
        (
            "weights not scaled",
            "value *= np.float32(scale)",
            "value *= np.float32(1)",
            "ch08_history",
        ),
        (
            "two layers too few",
            "args.depths[-1] + 1)",
            "args.depths[-1] - 1)",
            "ch08_history",
        ),
        (
            "batch normalization everywhere",
            "batchnorm=batchnorm,",
            "batchnorm=True,",
            "ch08_history",
        ),
    ],
    "ch08/transfer_learning.py": [
        (
            "nothing copied",
            "tuned.params[key] = convolutions.params[key].copy()",
            "pass",
            "ch08_history",
        ),
        (
            "the copy is the original",
            "convolutions.params[key].copy()",
            "convolutions.params[key]",
            "ch08_history",
        ),
        (
            "labels from 5 on",
            "t[which] - first",
            "t[which]",
            "ch08_history",
        ),
        (
            "six classes",
            "t < first + 5",
            "t <= first + 5",
            "ch08_history",
        ),
    ],
}
