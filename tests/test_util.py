"""Small tools: the smoothed curve, generators that can be reset, delayed Ctrl-C."""

import os
import signal
import threading

import numpy as np
import pytest
from numpy.testing import assert_allclose

from common.interrupts import interrupt_asked
from common.layers import Affine, Dropout, ReLU
from common.multi_layer_net_extend import MultiLayerNetExtend
from common.parts import generators, rewinder
from common.util import smooth_curve


def test_smooth_curve():  # F02
    assert_allclose(smooth_curve(np.full(50, 3.0)), np.full(50, 3.0))
    noise = np.random.default_rng(0).standard_normal(500)
    smooth = smooth_curve(noise)
    assert smooth.shape == noise.shape
    assert smooth.var() < 0.2 * noise.var()
    line = np.arange(100.0)
    assert_allclose(smooth_curve(line)[5:-5], line[5:-5])  # not moved to either side


def test_smooth_curve_is_a_weighted_mean_of_eleven():
    peak = np.zeros(31)
    peak[15] = 1
    window = np.kaiser(11, 2)
    expected = np.zeros(31)
    expected[10:21] = window / window.sum()
    assert_allclose(smooth_curve(peak), expected, atol=1e-15)


def test_smooth_curve_is_extended_by_reflection_at_both_ends():
    x = np.random.default_rng(0).random(40)
    inside = smooth_curve(np.r_[x[5:0:-1], x, x[-2:-7:-1]])[5:-5]
    assert_allclose(smooth_curve(x), inside)


@pytest.mark.parametrize("length", [1, 2, 5, 10, 11])
def test_smooth_curve_of_a_short_series(length):
    x = np.random.default_rng(0).random(length)
    smooth = smooth_curve(x)
    assert smooth.shape == x.shape
    assert x.min() - 1e-12 <= smooth.min() <= smooth.max() <= x.max() + 1e-12


@pytest.mark.parametrize("x", [np.zeros(0), np.zeros((20, 20)), 3.0])
def test_smooth_curve_refuses(x):
    with pytest.raises(ValueError, match="expected a series"):
        smooth_curve(x)


def test_generators_of_layers_and_networks():
    rng = np.random.default_rng(0)
    net = MultiLayerNetExtend(4, [3, 3], 2, use_dropout=True, rng=rng)
    assert generators(net) == [rng, rng]
    assert generators(Dropout(rng=rng)) == [rng]
    assert generators(ReLU()) == []

    class AsInTheBook:
        def __init__(self):
            self.layers = [Affine(np.ones((2, 2)), np.ones(2)), Dropout(rng=rng)]

    assert generators(AsInTheBook()) == [rng]


def test_rewinder():
    layer = Dropout(0.5, rng=0)
    rewind = rewinder(layer)
    x = np.ones((20, 20))
    first = layer.forward(x)
    assert (layer.forward(x) != first).any()
    rewind()
    assert (layer.forward(x) == first).all()
    rewind()
    assert (layer.forward(x) == first).all()


def test_the_first_interrupt_waits_and_the_second_gets_through(capfd):
    seen = []

    def loop():
        with interrupt_asked() as asked:
            for _ in range(3):
                seen.append(asked.is_set())
                os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        loop()
    assert seen == [False, True]
    assert signal.getsignal(signal.SIGINT) is before
    assert "Ctrl-C again" in capfd.readouterr().err


def test_the_handler_is_put_back():
    before = signal.getsignal(signal.SIGINT)
    with interrupt_asked():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_where_ctrl_c_is_ignored_it_stays_so():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interrupt_asked() as asked:
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
            os.kill(os.getpid(), signal.SIGINT)
            assert not asked.is_set()
    finally:
        signal.signal(signal.SIGINT, before)


def test_in_another_thread_nothing_is_changed():
    before = signal.getsignal(signal.SIGINT)
    seen = []

    def work():
        with interrupt_asked() as asked:
            seen.append((asked.is_set(), signal.getsignal(signal.SIGINT)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [(False, before)]
