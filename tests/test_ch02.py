"""Chapter 2: perceptrons, gates, circuits (rows 2.01 to 2.19), and how one learns (4.01)."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.path import Path as Outline

from ch02 import (
    and_gate,
    learning_rule,
    nand_computer,
    nand_gate,
    or_gate,
    perceptron,
    universal_approximation,
    xor_gate,
    xor_search,
)
from ch02.helpers import circuit_trials, circuits, plane
from claims import book
from lab import plots

BITS = (0, 1)


def table(gate):
    return [gate(x1, x2) for x1, x2 in book.INPUTS]


# ---------------------------------------------------------------- 2.2, 2.3: gates


@pytest.mark.parametrize(
    ("gate", "expected"),
    [
        (and_gate.AND_threshold, book.AND),  # 2.01
        (and_gate.AND, book.AND),  # 2.03
        (nand_gate.NAND, book.NAND),  # 2.04
        (or_gate.OR, book.OR),  # 2.05
        (or_gate.OR_figure, book.OR),  # 2.08
        (xor_gate.XOR, book.XOR),  # 2.13
    ],
)
def test_truth_tables(gate, expected):
    """2.01, 2.03, 2.04, 2.05, 2.08, 2.13."""
    assert table(gate) == expected
    assert all(type(y) is int for y in table(gate))
    assert gate(np.float32(1), np.int64(1)) == expected[3]


def test_the_gates_have_the_weights_of_the_book():
    """2.03, 2.04, 2.05, 2.08."""
    for module, name in [(and_gate, "AND"), (nand_gate, "NAND"), (or_gate, "OR")]:
        assert book.GATES[name] == (module.W, module.B)
    assert (or_gate.W_FIGURE, or_gate.B_FIGURE) == book.OR_FIGURE


def test_threshold_and_bias_are_the_same_gate_on_real_numbers():
    """2.01, 2.03: also between 0 and 1; 2.04: and NAND is the complement."""
    for x1, x2 in np.random.default_rng(0).uniform(-2, 2, (200, 2)):
        y = and_gate.AND(x1, x2)
        assert y == and_gate.AND_threshold(x1, x2) == 1 - nand_gate.NAND(x1, x2)
        assert y == (0.5 * x1 + 0.5 * x2 > 0.7)


def test_weights_and_bias_step_by_step(tmp_path, capsys):
    """2.02."""
    x, w, b = book.BIAS_INPUT
    products, total, score = book.BIAS_STEPS
    results = perceptron.main(["--out", str(tmp_path)])
    assert results["products"].tolist() == products
    assert results["sum"] == perceptron.weighted_sum(x, w) == total
    assert results["score"] == perceptron.weighted_sum(x, w) + b == score
    assert "= [0.  0.5], sum 0.5, sum + b = -0.19999999999999996\n" in capsys.readouterr().out


@pytest.mark.parametrize("setting", book.AND_SETTINGS)
def test_other_settings_make_the_same_and(setting):
    """2.06."""
    w1, w2, theta = setting
    assert table(lambda x1, x2: and_gate.AND_threshold(x1, x2, w1, w2, theta)) == book.AND
    assert setting in and_gate.SETTINGS


def test_nand_by_flipping_all_signs():
    """2.07: and where it fails, with an input on the threshold."""
    w1, w2, theta = book.NAND_SETTING
    assert nand_gate.flipped(-w1, -w2, -theta) == book.NAND
    assert (
        table(lambda x1, x2: perceptron.threshold_perceptron([x1, x2], [w1, w2], theta))
        == book.NAND
    )
    assert nand_gate.flipped(0.5, 0.5, 0.8) == book.NAND
    assert nand_gate.flipped(1.0, 1.0, 1.0) == [1, 0, 0, 0]


def test_the_gates_say_what_their_tables_are(quick):
    *_, second, third, _, _ = quick("ch02.nand_gate").printed.splitlines()
    assert second.endswith("[1, 1, 1, 0], also NAND")
    assert third.endswith("[1, 0, 0, 0], not NAND: [(1, 0), (0, 1)] lie exactly at the threshold")
    assert quick("ch02.and_gate").printed.count("[0, 0, 0, 1], also AND\n") == 3
    assert "make the same gate\n" in quick("ch02.or_gate").printed
    said = quick("ch02.learning_rule").printed.splitlines()
    assert [" not learned:" in line for line in said[:4]] == [False, False, False, True]


def test_on_the_boundary_the_output_is_0():
    """2.01, 2.03: eq. (2.1) and (2.2)."""
    assert perceptron.threshold_perceptron([1, 0], [1, 1], 1) == 0
    assert perceptron.threshold_perceptron([1, 0], [1, 1], np.nextafter(1, 0)) == 1
    assert perceptron.perceptron([1, 0], [1, 1], -1) == 0
    assert perceptron.perceptron([1, 0], [1, 1], np.nextafter(-1, 0)) == 1


def test_the_bias_says_how_easily_it_fires():
    """2.02: b = -0.1 fires above 0.1, b = -20 above 20; without input only the bias counts."""
    for b, below, above in [(-0.1, 0.09, 0.11), (-20.0, 19.9, 20.1)]:
        assert perceptron.perceptron([below], [1], b) == 0
        assert perceptron.perceptron([above], [1], b) == 1
    assert perceptron.perceptron([0, 0], [3, 4], 0.1) == 1
    assert perceptron.perceptron([0, 0], [3, 4], -0.1) == 0


@pytest.mark.parametrize(
    "gate",
    [and_gate.AND, and_gate.AND_threshold, nand_gate.NAND, or_gate.OR, xor_gate.XOR],
)
@pytest.mark.parametrize("bad", [np.nan, np.inf, "1", None, 1j, [0, 1]])
def test_gates_refuse_non_numbers(gate, bad):
    for inputs in [(bad, 1), (0, bad)]:
        with pytest.raises(ValueError) as error:
            gate(*inputs)
        assert "\n" not in str(error.value)


def test_perceptron_refuses_inputs_without_weights():
    with pytest.raises(ValueError, match="3 inputs and 2 weights"):
        perceptron.perceptron([1, 1, 1], [0.5, 0.5], 0)
    with pytest.raises(ValueError, match="b is nan"):
        perceptron.perceptron([1, 1], [0.5, 0.5], np.nan)


@pytest.mark.parametrize(
    ("flags", "gate"),
    [
        (["--w1", "1", "--w2", "1", "--b", "-0.5"], "OR"),
        (["--w1", "-0.5", "--w2", "-0.5", "--b", "0.7"], "NAND"),
        (["--w1", "0", "--w2", "0", "--b", "-1"], "not AND, NAND or OR"),
    ],
)
def test_the_weights_are_flags(flags, gate, tmp_path):
    assert perceptron.main([*flags, "--out", str(tmp_path)])["gate"] == gate


def test_scripts_print_their_tables(tmp_path, capsys):
    for module, name in [(and_gate, "AND"), (nand_gate, "NAND"), (or_gate, "OR")]:
        results = module.main(["--out", str(tmp_path)])
        assert results[name] == getattr(book, name)
        rows = zip(book.INPUTS, getattr(book, name), strict=True)
        lines = [f" {x1}  {x2} | {y}" for (x1, x2), y in rows]
        assert "\n".join([f"x1 x2 | {name}", *lines]) in capsys.readouterr().out


# ---------------------------------------------------------------- 2.4: figures 2-6 to 2-8


def drawn_inputs(ax):
    """{"o": set of points, "^": set of points} as they are on the figure."""
    return {
        line.get_marker(): set(zip(*(np.asarray(data) for data in line.get_data()), strict=True))
        for line in ax.lines
        if line.get_marker() in ("o", "^")
    }


def points(outputs, value):
    return {point for point, y in zip(book.INPUTS, outputs, strict=True) if y == value}


def grey_covers(ax, point):
    return any(patch.get_path().contains_point(point) for patch in ax.patches)


def test_figure_2_6():
    """2.09: the line x2 = 0.5 - x1, grey on the side of 0, each marker on its side."""
    w, b = book.OR_FIGURE
    (ax,) = plane.draw(table(or_gate.OR_figure), w, b, "OR").axes
    assert drawn_inputs(ax) == {"o": points(book.OR, 0), "^": points(book.OR, 1)}
    (line,) = [line for line in ax.lines if line.get_marker() == "None"]
    x1, x2 = line.get_data()
    np.testing.assert_allclose(x2, 0.5 - x1, atol=1e-9)
    for low, high, ends in [(*ax.get_xlim(), x1), (*ax.get_ylim(), x2)]:
        assert min(ends) < low
        assert max(ends) > high
    grid = itertools.product(np.linspace(*ax.get_xlim(), 12), np.linspace(*ax.get_ylim(), 12))
    for x1, x2 in [*grid, *book.INPUTS]:
        assert grey_covers(ax, (x1, x2)) == (-0.5 + x1 + x2 <= 0)
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == ["region of output 0", "output 0", "output 1"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x1", "x2")


@pytest.mark.parametrize("module", [and_gate, nand_gate, or_gate, perceptron])
def test_every_gate_draws_its_own_plane(module, tmp_path):
    """2.09: what the scripts save is right for their own weights and outputs."""
    settings = {"w1": 0.5, "w2": 0.5, "b": -0.7}
    (ax,) = module.draw({"settings": settings, **module.main(["--out", str(tmp_path)])}).axes
    markers = drawn_inputs(ax)
    assert set.union(*markers.values()) == set(book.INPUTS)
    name = "AND" if module is perceptron else module.__name__[5:-5].upper()
    assert markers["^"] == points(getattr(book, name), 1)
    assert all(grey_covers(ax, point) for point in markers["o"])
    assert not any(grey_covers(ax, point) for point in markers["^"])
    assert name in ax.get_title()


@pytest.mark.parametrize(("w", "b"), [((1, 0), -0.5), ((0, -2), 1), ((0.1, 3), 40), ((-1, 2), 0)])
def test_half_planes_of_any_direction(w, b):
    _, ax = plots.figure()
    plane.draw_half_plane(ax, w, b)
    for x in np.random.default_rng(1).uniform(-0.5, 1.9, (50, 2)):
        assert grey_covers(ax, x) == (perceptron.perceptron(x, w, b) == 0)


@pytest.mark.parametrize(("b", "color"), [(0.0, plane.GREY), (1.0, "white")])
def test_without_weights_there_is_no_line(b, color):
    _, ax = plots.figure()
    plane.draw_half_plane(ax, (0, 0), b)
    assert not ax.lines
    assert ax.get_facecolor() == to_rgba(color)


def test_figures_2_7_and_2_8():
    """2.10: lines that fail, a curve that separates, and the two lines of NAND and OR."""
    figure = xor_gate.draw({"x1 x2 s1 s2 y": book.XOR_ROWS})
    no_line, curve, two_lines = figure.axes
    for ax in figure.axes:
        assert drawn_inputs(ax) == {"o": points(book.XOR, 0), "^": points(book.XOR, 1)}
    tried = [line for line in no_line.lines if line.get_marker() == "None"]
    assert len(tried) >= 3
    for line in tried:
        (a1, b1), (a2, b2) = line.get_data()
        side = [(b1 - a1) * (y - a2) - (b2 - a2) * (x - a1) > 0 for x, y in book.INPUTS]
        assert side not in ([0, 1, 1, 0], [1, 0, 0, 1], [0, 0, 0, 0], [1, 1, 1, 1])
    (line,) = [line for line in curve.lines if line.get_marker() == "None"]
    inside = Outline(np.transpose(line.get_data())).contains_points(book.INPUTS)
    assert inside.astype(int).tolist() == book.XOR
    assert [0 if grey_covers(two_lines, point) else 1 for point in book.INPUTS] == book.XOR
    assert [ax.get_title()[:10] for ax in figure.axes] == ["Figure 2-7", "Figure 2-8", "Figure 2-1"]


def test_no_perceptron_of_a_grid_is_xor(tmp_path):
    """2.11: while the same grid finds the other gates."""
    found = xor_search.main(["--out", str(tmp_path)])["settings found"]
    assert found["XOR"] == 0
    assert min(found["AND"], found["NAND"], found["OR"]) > 500


def test_the_search_counts_right():
    """2.11: against every perceptron of a small grid; 14 of the 16 tables can be had."""
    values = np.arange(-2, 3) * 0.5
    by_hand = [
        table(lambda x1, x2, w=w, b=b: perceptron.perceptron([x1, x2], w, b))
        for w in itertools.product(values, values)
        for b in values
    ]
    tables = [list(outputs) for outputs in itertools.product(BITS, repeat=4)]
    counts = [xor_search.count_settings(outputs, largest=1, step=0.5) for outputs in tables]
    assert counts == [by_hand.count(outputs) for outputs in tables]
    possible = [outputs for outputs in tables if xor_search.count_settings(outputs) > 0]
    assert [outputs for outputs in tables if outputs not in possible] == [book.XOR, [1, 0, 0, 1]]
    with pytest.raises(ValueError, match="too fine a grid"):
        xor_search.count_settings(book.XOR, 2, 1e-9)


# ---------------------------------------------------------------- 2.5: XOR


def test_figure_2_12(tmp_path, capsys):
    """2.12."""
    results = xor_gate.main(["--out", str(tmp_path)])
    assert results["x1 x2 s1 s2 y"] == book.XOR_ROWS
    out = capsys.readouterr().out
    for x1, x2, s1, s2, y in book.XOR_ROWS:
        assert f" {x1}  {x2} |  {s1}  {s2} |  {y}\n" in out


# ---------------------------------------------------------------- 2.6: circuits


@pytest.fixture
def count_nand(monkeypatch):
    """Count the NAND gates that `circuits` passes through."""
    calls = []

    def counted(a, b):
        calls.append((a, b))
        return nand_gate.NAND(a, b)

    monkeypatch.setattr(circuits, "NAND", counted)
    return calls


def test_gates_from_nand():
    """2.14: the building blocks."""
    assert [circuits.not_(a) for a in BITS] == [1, 0]
    assert table(circuits.and_) == book.AND
    assert table(circuits.or_) == book.OR
    assert table(circuits.xor) == book.XOR
    for a, b, which in itertools.product(BITS, repeat=3):
        assert circuits.choose(a, b, which) == (b if which else a)


def test_half_and_full_adder(count_nand):
    """2.14: complete tables."""
    for a, b in itertools.product(BITS, repeat=2):
        assert circuits.half_adder(a, b) == ((a + b) % 2, (a + b) // 2)
    for a, b, c in itertools.product(BITS, repeat=3):
        assert circuits.full_adder(a, b, c) == ((a + b + c) % 2, (a + b + c) // 2)
    assert len(count_nand) == 4 * 6 + 8 * 15


def test_circuits_are_made_of_nand_only(monkeypatch):
    """2.14 to 2.18: when NAND is dead, so is every output but the fixed ones."""
    monkeypatch.setattr(circuits, "NAND", lambda a, b: 7)
    x, y = (0, 1), (1, 1)
    assert circuits.half_adder(0, 1) == (7, 7)
    assert circuits.full_adder(0, 1, 1) == (7, 7)
    assert circuits.add(x, y) == ([7, 7], 7)
    assert circuits.equal(x, y) == 7
    assert circuits.decode(x) == [7] * 4
    for code in circuits.OPERATIONS.values():
        assert circuits.alu(code, x, y) == ([7, 7], 7)


@pytest.mark.parametrize("bits", [1, 2, 3])
def test_adder_and_equality_for_all_numbers(bits):
    """2.15, 2.17."""
    for a, b in itertools.product(range(2**bits), repeat=2):
        x, y = circuits.to_bits(a, bits), circuits.to_bits(b, bits)
        for carry in BITS:
            total, carry_out = circuits.add(x, y, carry)
            assert total == [(a + b + carry) >> k & 1 for k in range(bits)]
            assert carry_out == (a + b + carry) >> bits
        assert circuits.equal(x, y) == int(a == b)


@pytest.mark.parametrize("bits", [1, 2, 3, 4])
def test_each_code_activates_its_own_output(bits):
    """2.16."""
    for n in range(2**bits):
        outputs = circuits.decode(circuits.to_bits(n, bits))
        assert outputs == [1 if k == n else 0 for k in range(2**bits)]


def test_alu_for_all_numbers():
    """2.18: the operation table, and the carry."""
    expected = {
        (0, 0): lambda a, b: (a & b, 0),
        (1, 0): lambda a, b: (a | b, 0),
        (0, 1): lambda a, b: ((a + b) % 8, (a + b) // 8),
        (1, 1): lambda a, b: ((a - b) % 8, int(a >= b)),
    }
    assert list(circuits.OPERATIONS) == ["AND", "OR", "add", "subtract"]
    assert list(circuits.OPERATIONS.values()) == list(expected)
    for (code, f), a, b in itertools.product(expected.items(), range(8), range(8)):
        x, y = circuits.to_bits(a, 3), circuits.to_bits(b, 3)
        result, carry = circuits.alu(code, x, y)
        assert (circuits.to_number(result), carry) == f(a, b)


def test_circuits_refuse_numbers_of_unequal_width():
    for circuit in (circuits.add, circuits.equal):
        with pytest.raises(ValueError):
            circuit((0, 1), (0, 1, 1))
    with pytest.raises(ValueError):
        circuits.alu((0, 0), (0, 1), (0, 1, 1))


def test_bits_and_back():
    assert circuits.to_bits(6, 4) == [0, 1, 1, 0]
    assert [circuits.to_number(circuits.to_bits(n, 5)) for n in range(32)] == list(range(32))


def test_nand_computer_prints_its_tables(tmp_path, capsys):
    """2.14 to 2.18."""
    right = nand_computer.main(["--quick", "--out", str(tmp_path)])["right"]
    totals = {"half adder": 4, "full adder": 8, "adder": 16, "equality": 16, "decoder": 4}
    totals |= {f"ALU {name}": 16 for name in circuits.OPERATIONS}
    assert right == {name: (total, total) for name, total in totals.items()}
    out = capsys.readouterr().out
    assert " a b | carry sum\n 0 0 |   0    0\n 0 1 |   0    1\n" in out
    assert " a b c | carry sum\n" in out
    assert " 1 1 0 |   1    0\n 1 1 1 |   1    1\n" in out


def test_nand_computer_notices_a_broken_circuit(monkeypatch):
    """2.18: so that `right` says something."""
    monkeypatch.setattr(circuits, "or_", circuits.xor)
    assert circuit_trials.circuits_right(2)["ALU OR"] == (9, 16)  # where a & b is 0


def test_two_sigmoid_layers_fit_a_sine(tmp_path):
    """2.19: more neurons come closer, and the error is low."""
    results = universal_approximation.main(
        ["--hidden", "1", "20", "--steps", "3000", "--out", str(tmp_path)]
    )
    assert results["errors"][20] < 0.02
    assert results["errors"][1] > 0.2


def test_the_fits_are_drawn_and_repeatable():
    """2.19: the figure; the same seed gives the same fit."""
    x = np.linspace(-3, 3, 20)[:, None]
    fits = {3: universal_approximation.fit(x, np.abs(x), 3, 50, 0.1, np.random.default_rng(0))}
    again = universal_approximation.fit(x, np.abs(x), 3, 50, 0.1, np.random.default_rng(0))
    np.testing.assert_array_equal(fits[3], again)
    wrong = universal_approximation.error(fits[3], np.abs(x))
    found = {"settings": {"function": "abs"}, "x": x, "t": np.abs(x), "fits": fits}
    (ax,) = universal_approximation.draw({**found, "errors": {3: wrong}}).axes
    target, fitted = ax.lines
    np.testing.assert_array_equal(np.ravel(target.get_ydata()), np.abs(x).ravel())
    np.testing.assert_array_equal(np.ravel(fitted.get_ydata()), fits[3].ravel())
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == ["abs", f"3 hidden, error {wrong:.3f}"]


def test_a_learning_rate_that_diverges_is_one_line(tmp_path):
    with pytest.raises(ValueError, match="lower the learning rate"):
        universal_approximation.main(["--lr", "1e3", "--quick", "--out", str(tmp_path)])


# ---------------------------------------------------------------- 4.1: learning


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", ["AND", "NAND", "OR"])
def test_the_learning_rule_converges_where_a_line_exists(name, seed):
    """4.01."""
    outputs = getattr(book, name)
    w, b, mistakes = learning_rule.learn(outputs, 100, 0.1, np.random.default_rng(seed))
    assert table(lambda x1, x2: perceptron.perceptron([x1, x2], w, b)) == outputs
    first = mistakes.index(0)
    assert mistakes == mistakes[:first] + [0] * (100 - first)


@pytest.mark.parametrize("seed", range(5))
def test_the_learning_rule_never_learns_xor(seed):
    """4.01."""
    w, b, mistakes = learning_rule.learn(book.XOR, 300, 0.1, np.random.default_rng(seed))
    assert len(mistakes) == 300
    assert min(mistakes) > 0
    assert np.abs([*w, b]).max() < 5  # it goes in circles, not away


def test_one_step_of_the_learning_rule():
    """4.01: a mistake moves the weights by lr (t - y) x, and the bias by lr (t - y)."""
    w, b, mistakes = learning_rule.learn([1, 1, 1, 1], 1, 0.25, _Fixed([-1.0, -2.0, -0.1]))
    # (0, 0): -0.1, so b 0.15. (1, 0): -0.85, so w1 -0.75, b 0.4. (0, 1): -1.6, so w2 -1.75, b 0.65.
    # (1, 1): -1.85, so w1 -0.5, w2 -1.5, b 0.9.
    np.testing.assert_allclose([*w, b], [-0.5, -1.5, 0.9])
    assert mistakes == [4]


class _Fixed:
    def __init__(self, values):
        self.values = values

    def uniform(self, low, high, size):
        return np.array(self.values)


def test_the_mistakes_are_drawn(tmp_path, capsys):
    """4.01."""
    results = learning_rule.main(["--out", str(tmp_path)])
    figure = learning_rule.draw(results)
    for ax, name in zip(figure.axes, ("AND", "NAND", "OR", "XOR"), strict=True):
        passes, counts = ax.lines[0].get_data()
        assert list(passes) == list(range(1, 31))
        assert list(counts) == results["mistakes"][name]
        verdict = "not learned" if name == "XOR" else "learned"
        assert ax.get_title().startswith(f"{name}, {verdict}: last mistake in pass ")
    assert [ax.get_xlabel() for ax in figure.axes] == ["", "", "pass", "pass"]
    assert "XOR  not learned: last mistake in pass 30 of 30" in capsys.readouterr().out
    assert [counts[-1] for counts in results["mistakes"].values()][:3] == [0, 0, 0]
