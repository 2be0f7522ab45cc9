"""Sequences: Embedding, RNN and LSTM, masks, the loss over time, a network that writes (8.4.3)."""

import copy
from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from ch08.helpers.caption_network import EncoderDecoder, make_network, write
from common import fresh_layers
from common.data_parallel import DataParallel
from common.fresh_layers import affine, convolution, embedding, lstm, rnn
from common.functions import log_softmax
from common.gradient import gradient_check, numerical_gradient
from common.layers import (
    LSTM,
    RNN,
    Embedding,
    ReLU,
    Sequential,
    SoftmaxWithLoss,
    TimeDistributed,
    TimeSoftmaxWithLoss,
)
from common.network import Network
from common.optimizer import Adam
from common.trainer import Trainer
from dataset.captions import END, PADDING, START

RNG = np.random.default_rng(0)
CELLS = ["rnn", "lstm"]


def random(*shape):
    return RNG.standard_normal(shape)


def make(cell, D=3, H=4):
    """Return a recurrent layer in float64, whose biases are not 0."""
    layer = getattr(fresh_layers, cell)(D, H, rng=0)
    for name in layer.param_names:
        W = getattr(layer, name).astype(np.float64)
        setattr(layer, name, W + (random(*W.shape) if name == "b" else 0))
    return layer


# ---------------------------------------------------------------- embedding


def test_an_embedding_is_the_product_of_one_hot_vectors_and_its_table():
    W, words = random(5, 3), RNG.integers(5, size=(4, 6))
    layer = Embedding(W)
    one_hot = np.eye(5)[words]  # (4, 6, 5)
    assert_allclose(layer.forward(words), one_hot @ W)
    dout = random(4, 6, 3)
    assert layer.backward(dout) is None
    assert_allclose(layer.dW, np.tensordot(one_hot, dout, ((0, 1), (0, 1))))


def test_a_word_that_occurs_three_times_gets_three_gradients():
    layer = Embedding(np.zeros((3, 2)))
    layer.forward(np.array([[1, 1, 0, 1]]))
    layer.backward(np.array([[[1.0, 2], [10, 20], [5, 5], [100, 200]]]))
    assert layer.dW.tolist() == [[5, 5], [111, 222], [0, 0]]


def test_one_sentence_is_a_batch_of_one():
    layer = Embedding(random(5, 3))
    assert layer.forward([4, 0]).shape == (2, 3)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_an_embedding_keeps_the_type_of_its_table(dtype):
    layer = Embedding(random(5, 3).astype(dtype))
    out = layer.forward(np.ones((1, 3000), int))
    layer.backward(np.ones_like(out))
    assert out.dtype == layer.dW.dtype == dtype
    assert layer.dW[1].tolist() == [3000] * 3  # added up in half precision: 2048


@pytest.mark.parametrize("word", [5, -1, 0.5, np.nan, np.inf])
def test_words_that_are_not_in_the_table(word):
    found = f"Embedding: x holds the word number {word:g}; expected integers 0 to 4"
    with pytest.raises(ValueError, match=found):
        Embedding(random(5, 3)).forward(np.array([[0, 1, word]]))


# ---------------------------------------------------------------- one time step after the other


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def rnn_by_hand(layer, x, h, _):
    return np.tanh(x @ layer.Wx + h @ layer.Wh + layer.b), None


def lstm_by_hand(layer, x, h, c):
    H = len(layer.Wh)
    Wx, Wh, b = (np.split(W, range(H, 4 * H, H), axis=-1) for W in (layer.Wx, layer.Wh, layer.b))
    f, g, i, o = (x @ Wx[k] + h @ Wh[k] + b[k] for k in range(4))
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@pytest.mark.parametrize(("cell", "by_hand"), [("rnn", rnn_by_hand), ("lstm", lstm_by_hand)])
def test_forward_is_the_formula_at_each_time_step(cell, by_hand):
    layer, x = make(cell), random(2, 6, 3)
    layer.h0, layer.c0 = random(2, 4), random(2, 4)
    out, h, c = layer.forward(x), layer.h0, layer.c0
    for t in range(6):
        h, c = by_hand(layer, x[:, t], h, c)
        assert_allclose(out[:, t], h, rtol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_step_continues_from_a_state_as_forward_does(cell):
    layer, x = make(cell), random(3, 5, 3)
    layer.h0, layer.c0 = random(3, 4), random(3, 4)
    out, state = layer.forward(x), None
    for t in range(5):
        state = layer.step(x[:, t], state)
        assert_allclose(state[0], out[:, t], rtol=1e-12)
    assert len(state) == len(layer.state_of_cell)


def test_without_an_initial_state_it_is_0():
    layer, x = make("lstm"), random(2, 3, 3)
    out = layer.forward(x)
    layer.h0 = layer.c0 = np.zeros((2, 4))
    assert_array_equal(layer.forward(x), out)


def test_step_of_a_network_in_half_precision_computes_in_float32():
    layer = lstm(3, 4, rng=0)
    x = random(2, 1, 3).astype(np.float16)
    for name in layer.param_names:
        setattr(layer, name, getattr(layer, name).astype(np.float16))
    (h, _), out = layer.step(x[:, 0]), layer.forward(x)
    assert h.dtype == np.float32
    assert out.dtype == np.float16
    assert_array_equal(h.astype(np.float16), out[:, 0])


# ---------------------------------------------------------------- gradients through time


@pytest.mark.parametrize("lengths", [None, [5, 1, 3]])
@pytest.mark.parametrize("cell", CELLS)
def test_the_gradient_of_the_initial_state(cell, lengths):
    layer, x, weights = make(cell), random(3, 5, 3), random(3, 5, 4)
    layer.h0, layer.c0, layer.lengths = random(3, 4), random(3, 4), lengths
    layer.forward(x)
    layer.backward(weights)
    for name in layer.state_of_cell:
        given = getattr(layer, f"{name}0")
        numerical = numerical_gradient(lambda _: np.sum(layer.forward(x) * weights), given)
        assert_allclose(getattr(layer, f"d{name}0"), numerical, atol=1e-7)


@pytest.mark.parametrize("cell", CELLS)
def test_a_first_layer_needs_no_gradient_of_its_input(cell):
    layer, twin = make(cell), make(cell)
    twin.Wx, twin.Wh, twin.b, layer.wants_dx = layer.Wx, layer.Wh, layer.b, False
    x, dout = random(2, 5, 3), random(2, 5, 4)
    assert_array_equal(layer.forward(x), twin.forward(x))
    assert layer.backward(dout) is None
    assert twin.backward(dout) is not None
    assert_array_equal(layer.dWx, twin.dWx)


def test_a_memory_cell_that_forgets_nothing_has_a_gradient_that_does_not_vanish():
    plain, memory, x = rnn(1, 1), lstm(1, 1), np.zeros((1, 50, 1))
    for layer in (plain, memory):
        layer.Wx, layer.Wh = np.zeros_like(layer.Wx), np.full_like(layer.Wh, 0.5)
    memory.b = np.array([20.0, 0, -20, 20])  # forgets nothing, lets nothing in, shows all
    memory.Wh[:] = 0
    for layer in (plain, memory):
        dout = np.zeros((1, 50, 1))
        dout[0, -1] = 1
        layer.forward(x)
        layer.backward(dout)
    assert plain.dh0.item() < 1e-14
    assert memory.dc0.item() == pytest.approx(1, abs=1e-6)


# ---------------------------------------------------------------- padding


@pytest.mark.parametrize("cell", CELLS)
def test_padding_changes_neither_states_nor_gradients(cell):
    """Sequences of other lengths together give what each gives alone."""
    layer, x, dout, lengths = make(cell), random(3, 5, 3), random(3, 5, 4), [4, 1, 5]
    h0, c0 = random(3, 4), random(3, 4)
    alone, total = [], dict.fromkeys(("dWx", "dWh", "db"), 0)
    for n, length in enumerate(lengths):
        layer.h0, layer.c0 = h0[n : n + 1], c0[n : n + 1]
        out = layer.forward(x[n : n + 1, :length])[0]
        last = dout[n : n + 1, :length].copy()
        last[0, -1] += dout[n, length:].sum(axis=0)  # the last state stays as it is
        dx = layer.backward(last)[0]
        alone.append((out, dx, layer.dh0[0]))
        total = {name: value + getattr(layer, name) for name, value in total.items()}
    layer.h0, layer.c0, layer.lengths = h0, c0, lengths
    together, dx = layer.forward(x), layer.backward(dout)
    for n, (length, (out, dx_n, dh0)) in enumerate(zip(lengths, alone, strict=True)):
        assert_allclose(together[n, :length], out)
        assert_array_equal(together[n, length:], np.tile(together[n, length - 1], (5 - length, 1)))
        assert_allclose(dx[n, :length], dx_n, atol=1e-14)
        assert not dx[n, length:].any()
        assert_allclose(layer.dh0[n], dh0, atol=1e-14)
    for name, value in total.items():
        assert_allclose(getattr(layer, name), value, atol=1e-13)


@pytest.mark.parametrize("lengths", [[1, 0], [1, 6], [1], [1.0, 2.0], [[1, 2]], 3, "ab", [1, -1]])
def test_lengths_that_do_not_fit(lengths):
    layer = make("rnn")
    layer.lengths = lengths
    with pytest.raises(ValueError, match=r"RNN: lengths is .*; expected 2 integers from 1 to 5"):
        layer.forward(random(2, 5, 3))


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize("shape", [(2, 3), (2, 5, 4), (3,), (2, 5, 3, 1)])
def test_sequences_that_do_not_fit(shape):
    with pytest.raises(ValueError, match=r"LSTM: x has shape .*expected sequences \(N, T, 3\)"):
        make("lstm").forward(np.ones(shape))


def test_states_and_time_steps_that_do_not_fit():
    layer = make("lstm")
    layer.h0 = random(3, 4)
    with pytest.raises(ValueError, match=r"LSTM: h0 has shape \(3, 4\); expected \(2, 4\)"):
        layer.forward(random(2, 5, 3))
    layer.h0, layer.c0 = None, random(2, 5)
    with pytest.raises(ValueError, match=r"LSTM: c0 has shape \(2, 5\); expected \(2, 4\)"):
        layer.forward(random(2, 5, 3))
    with pytest.raises(ValueError, match=r"expected one time step, \(N, 3\)"):
        layer.step(random(2, 5, 3))
    with pytest.raises(ValueError, match=r"h0 has shape \(3, 4\); expected \(2, 4\)"):
        layer.step(random(2, 3), (random(3, 4), random(2, 4)))
    for state in ((random(2, 4),), random(3, 2, 4), 5):
        with pytest.raises(ValueError, match=r"the state has .*; expected a tuple of 2"):
            layer.step(random(2, 3), state)


@pytest.mark.parametrize(
    ("kind", "shapes", "message"),
    [
        (RNN, ((3, 4), (4, 4), (5,)), r"RNN: .*expected \(D, H\) and \(H, H\) and \(H,\)"),
        (RNN, ((3, 4), (5, 4), (4,)), r"RNN: .*expected \(D, H\) and \(H, H\) and \(H,\)"),
        (LSTM, ((3, 8), (4, 8), (8,)), r"LSTM: Wh has shape \(4, 8\); expected \(H, 4H\)"),
        (LSTM, ((3, 8), (2, 9), (8,)), r"LSTM: .*expected \(D, 4H\) and \(H, 4H\) and \(4H,\)"),
    ],
)
def test_parameters_that_do_not_fit(kind, shapes, message):
    with pytest.raises(ValueError, match=message):
        kind(*map(np.ones, shapes))


def test_initial_parameters():
    layer = lstm(100, 400, rng=0)
    assert layer.Wx.dtype == layer.Wh.dtype == layer.b.dtype == np.float32
    assert_array_equal(layer.b, np.repeat([1, 0, 0, 0], 400))
    assert layer.Wx.std() == pytest.approx(0.1, rel=0.02)
    assert layer.Wh.std() == pytest.approx(0.05, rel=0.02)
    assert not np.array_equal(layer.Wx[:, :400], layer.Wh[:100, :400] * 2)
    assert not rnn(3, 4).b.any()
    assert embedding(200, 50, rng=0).W.std() == pytest.approx(1, rel=0.03)
    with pytest.raises(ValueError, match="forget_bias is 'much'"):
        lstm(3, 4, forget_bias="much")


# ---------------------------------------------------------------- the loss over time


def scores_and_words(ignored=None):
    x, t = random(3, 5, 6), RNG.integers(1, 6, (3, 5))
    if ignored is not None:
        t[0, 3:] = t[2, 1:] = ignored
    return x, t


def test_it_is_the_loss_of_all_words_for_each_sentence():
    x, t = scores_and_words()
    loss, plain = TimeSoftmaxWithLoss(), SoftmaxWithLoss()
    rows = x.reshape(15, 6)
    assert loss.forward(x, t) == pytest.approx(5 * plain.forward(rows, t.ravel()))
    assert_allclose(loss.backward(), 5 * plain.backward().reshape(x.shape), atol=1e-15)
    assert loss.score(x, t) == plain.score(rows, t.ravel())


@pytest.mark.parametrize("ignored", [None, 0, -1])
def test_the_gradient_of_the_loss(ignored):
    x, t = scores_and_words(ignored)
    loss = TimeSoftmaxWithLoss(ignored)
    numerical = numerical_gradient(lambda x: loss.forward(x, t), x)
    loss.forward(x, t)
    assert_allclose(loss.backward(), numerical, atol=1e-8)
    assert_allclose(loss.backward(2.0), 2 * loss.backward())


def test_more_padding_changes_nothing():
    x, t = scores_and_words(ignored=0)
    loss = TimeSoftmaxWithLoss(ignored=0)
    short, gradient, score = loss.forward(x, t), loss.backward(), loss.score(x, t)
    longer = np.concatenate([x, random(3, 2, 6)], axis=1), np.pad(t, ((0, 0), (0, 2)))
    assert loss.forward(*longer) == pytest.approx(short, rel=1e-14)
    assert_array_equal(loss.backward()[:, :5], gradient)
    assert not loss.backward()[:, 5:].any()
    assert loss.score(*longer) == score == np.mean((x.argmax(axis=2) == t)[t > 0])


@pytest.mark.parametrize(
    ("x", "t", "message"),
    [
        (np.ones((2, 3)), [1, 1], r"the output has shape \(2, 3\); expected \(N, T, V\)"),
        (np.ones((2, 3, 1)), np.zeros((2, 3), int), "V at least 2"),
        (np.ones((2, 3, 4)), [1, 1], r"t has shape \(2,\); expected a label for each time step"),
        (np.ones((2, 3, 4)), np.full((2, 3), 4), "label 4; expected 0 to 3, or 9 for a time step"),
        (np.ones((2, 3, 4)), np.ones((2, 3)), "labels of type float64; expected integers"),
    ],
)
def test_words_that_do_not_fit_the_scores(x, t, message):
    with pytest.raises(ValueError, match=message):
        TimeSoftmaxWithLoss(ignored=9).forward(x, t)


# ---------------------------------------------------------------- a network that writes

SENTENCES = np.array([[3, 4, 5, 6, END], [6, 3, 3, END, 0], [4, END, 0, 0, 0]])


def describer(cell="lstm", rng=0):
    rng = np.random.default_rng(rng)
    encoder = affine(2, 16, rng, "xavier")
    return make_network(encoder, (2,), 7, hidden=16, size=8, cell=cell, rng=rng)


def samples(n=24):
    """Return rows of two features and the words so far, and the next words, of three kinds."""
    kind = np.arange(n) % 3
    features = np.array([[1, 0], [0, 1], [-1, -1]])[kind] + 0.05 * random(n, 2)
    t = SENTENCES[kind]
    so_far = np.concatenate([np.full((n, 1), START), t[:, :-1]], axis=1)
    so_far[so_far == END] = PADDING
    return np.concatenate([features, so_far], axis=1).astype(np.float32), t


@pytest.mark.parametrize("cell", CELLS)
def test_all_gradients_of_a_network_that_writes(cell):
    x, t = samples(6)
    network = make_network(affine(2, 4, rng=0), (2,), 7, hidden=4, size=3, cell=cell, rng=0)
    network.weight_decay_lambda = 0.1
    checks = gradient_check(network, x, t)
    assert {"W1", "b1", "W2", "Wx1", "Wh1", "b2", "W3", "b3"} == set(checks)
    assert all(check.passed for check in checks.values()), checks


def test_weight_decay_is_also_for_recurrent_layers():
    x, t = samples(6)
    network = describer()
    before, grads = network.loss(x, t), network.gradient(x, t)
    network.weight_decay_lambda = 0.1
    squares = sum(float((W**2).sum()) for key, W in network.params.items() if key[0] == "W")
    assert network.loss(x, t) == pytest.approx(before + 0.05 * squares, rel=1e-5)
    change = network.gradient(x, t)["Wh1"] - grads["Wh1"]
    assert_allclose(change, 0.1 * network.params["Wh1"], atol=1e-6)


@pytest.mark.parametrize("cell", CELLS)
def test_it_learns_three_sentences_resumes_and_uses_threads(tmp_path, cell):
    x, t = samples()

    def run(max_iter, **more):
        options = {"mini_batch_size": 12, "optimizer": Adam(0.02), "rng": 0, "verbose": False}
        trainer = Trainer(describer(cell), x, t, x, t, max_iter=max_iter, **options | more)
        trainer.train()
        return trainer

    whole = run(60)
    network = whole.network
    assert whole.test_acc_list[0] < 0.7
    assert network.accuracy(x, t) == 1
    assert_array_equal(write(network, x[:3, :2], 5).words[:, 1:], SENTENCES)
    path = tmp_path / "c.npz"
    run(13, checkpoint=path)
    assert run(60, checkpoint=path).train_loss_list == whole.train_loss_list
    with DataParallel(describer(cell), threads=2) as parallel:
        loss, grads = parallel.loss_and_gradient(x, t)
    alone, expected = describer(cell).loss_and_gradient(x, t)
    assert loss == pytest.approx(alone, rel=1e-5)
    for key, grad in expected.items():
        assert_allclose(grads[key], grad, atol=1e-6, rtol=1e-3)


def test_parts_of_a_mini_batch_have_states_and_lengths_of_their_own():
    x, t = samples(7)
    x[:3, 4:], t[:3, 3:] = PADDING, PADDING
    network = describer()
    with DataParallel(copy.deepcopy(network), threads=3) as parallel:
        assert_allclose(parallel.predict(x), network.predict(x), rtol=1e-5, atol=1e-6)


def test_the_words_written_are_those_that_the_whole_sequence_makes_most_probable():
    network, features = describer(rng=3), random(4, 2).astype(np.float32)
    written = write(network, features, 6).words
    scores = network.predict(np.concatenate([features, written[:, :-1]], axis=1))
    counts = written[:, 1:] != PADDING
    assert_array_equal(scores.argmax(axis=2)[counts], written[:, 1:][counts])


def sentences_of_three_words(network, sample):
    """Return all sentences of at most three words, and the logarithms of their probabilities."""
    words = np.array(list(product(range(7), repeat=3)))
    last = np.isin(words, (END, PADDING))
    after = np.cumsum(last, axis=1) - last > 0
    keep = ~(after & (words != PADDING)).any(axis=1)
    words, after = words[keep], after[keep]
    start = np.full((len(words), 1), START)
    rows = np.concatenate([sample.repeat(len(words), axis=0), start, words[:, :-1]], axis=1)
    log_p = np.take_along_axis(log_softmax(network.predict(rows)), words[:, :, None], axis=2)
    return words, np.where(after, 0, log_p[:, :, 0]).sum(axis=1)


def test_beam_search_finds_the_most_probable_of_all_sentences():
    network, samples = describer(rng=5), 2 * random(20, 2)
    network.params["b3"][[PADDING, END]] = -3  # else the shortest sentences are the best
    greedy, wide, all_kept = (write(network, samples, 3, beam) for beam in (1, 3, 343))
    for n in range(20):
        words, log_p = sentences_of_three_words(network, samples[n : n + 1])
        assert_array_equal(all_kept.words[n, 1:], words[log_p.argmax()])
        assert all_kept.log_p[n] == pytest.approx(log_p.max())
        for found in (greedy, wide):
            (same,) = np.flatnonzero((words == found.words[n, 1:]).all(axis=1))
            assert found.log_p[n] == pytest.approx(log_p[same])
    assert greedy.log_p.mean() < wide.log_p.mean() - 1e-3
    assert wide.log_p.mean() <= all_kept.log_p.mean()
    with pytest.raises(ValueError, match="beam is 0"):
        write(network, samples, 3, 0)
    with pytest.raises(ValueError, match="length is 0"):
        write(network, samples, 0)


def test_half_precision():
    x, t = samples()
    network = describer()
    expected = network.predict(x)
    network.params = {key: W.astype(np.float16) for key, W in network.params.items()}
    scores = network.predict(x.astype(np.float16))
    assert scores.dtype == np.float16
    assert_allclose(scores, expected, atol=0.02)
    grads = network.gradient(x.astype(np.float16), t)
    assert {grad.dtype for grad in grads.values()} == {np.dtype(np.float16)}


def test_images_are_described_too():
    rng = np.random.default_rng(0)
    first = convolution(1, 2, 3, rng)
    encoder = Sequential({"conv": first, "relu": ReLU(), "h0": affine(2 * 2 * 3, 4, rng)})
    network = make_network(encoder, (1, 4, 5), 7, hidden=4, size=3, rng=rng)
    images, words = random(3, 1, 4, 5), SENTENCES[:, :4]
    x = np.concatenate([images.reshape(3, -1), words], axis=1)
    checks = gradient_check(network, x, np.roll(SENTENCES, -1, axis=1)[:, :4])
    assert all(check.passed for check in checks.values()), checks
    assert write(network, images, 3).words.shape == (3, 4)
    assert "captions/recurrent" in network.summary(x)
    assert not encoder.wants_dx  # so that the first convolution saves its gradient of the images


def test_rows_that_do_not_fit():
    network = describer()
    for bad in (np.ones((3, 2)), np.ones((3, 2, 2))):
        with pytest.raises(ValueError, match=r"captions: .*rows of 2 values of a sample, and at"):
            network.predict(bad)
    with pytest.raises(ValueError, match="captions/embedding: x holds the word number 7"):
        network.predict(np.array([[0.5, 0.5, 1, 7]]))
    with pytest.raises(ValueError, match=r"captions/recurrent: lengths is .*expected 1 integers"):
        network.predict(np.array([[0.5, 0.5, 0, 0]]))
    with pytest.raises(ValueError, match="cell is 'gru'; expected one of rnn, lstm"):
        describer("gru")
    with pytest.raises(ValueError, match=r"shape is \(0,\); expected sizes >= 1"):
        EncoderDecoder(affine(2, 4), embedding(7, 3), rnn(3, 4), (0,))
    narrow = Network({"all": EncoderDecoder(affine(2, 5), embedding(7, 3), rnn(3, 4), (2,))})
    with pytest.raises(ValueError, match=r"all/recurrent: h0 has shape \(1, 5\)"):
        narrow.predict(np.ones((1, 4)))


def test_time_distributed_refuses_rows():
    with pytest.raises(ValueError, match=r"expected sequences \(N, T, \.\.\.\)"):
        TimeDistributed(affine(3, 2)).forward(np.ones((4, 3)))
