"""The XOR gate (sections 2.4 and 2.5): impossible for one perceptron, possible for two layers.

    python ch02/xor_gate.py

You will see the table of figure 2-12, where the inputs of AND are the outputs of NAND and OR, and
three plots. No straight line separates the circles from the triangles (figure 2-7; `xor_search.py`
tries a grid of lines). A curve does (figure 2-8), and so do two lines (figure 2-13). About a
second.
"""

import argparse

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch02.and_gate import AND
from ch02.helpers import plane
from ch02.helpers.tables import INPUTS
from ch02.nand_gate import NAND
from ch02.nand_gate import B as NAND_B
from ch02.nand_gate import W as NAND_W
from ch02.or_gate import OR
from ch02.or_gate import B as OR_B
from ch02.or_gate import W as OR_W
from lab.plots import Figure
from lab.script import Results

# Lines that do not separate the outputs, each from one point (x1, x2) to another.
LINES = [
    ((-0.5, 0.9), (0.9, -0.5)),
    ((-0.5, 1.9), (1.9, -0.5)),
    ((-0.5, 0.5), (1.9, 0.5)),
    ((0.5, -0.5), (0.5, 1.9)),
]


def XOR(x1: float, x2: float) -> int:
    """Return 1 if exactly one input is 1, else 0 (section 2.5.2)."""
    s1, s2 = NAND(x1, x2), OR(x1, x2)
    return AND(s1, s2)


def ellipse() -> tuple[np.ndarray, np.ndarray]:
    """Return a closed curve around (1, 0) and (0, 1), with (0, 0) and (1, 1) outside."""
    t = np.linspace(0, 2 * np.pi, 200)
    across, along = 0.35 * np.cos(t), 0.85 * np.sin(t)
    return 0.5 + across - along, 0.5 + across + along


def experiment(_: argparse.Namespace) -> Results:
    """Print and return the table of figure 2-12."""
    rows = [(x1, x2, NAND(x1, x2), OR(x1, x2), XOR(x1, x2)) for x1, x2 in INPUTS]
    print("s1 = NAND(x1, x2), s2 = OR(x1, x2), y = AND(s1, s2) = XOR(x1, x2):")
    print("x1 x2 | s1 s2 |  y")
    for x1, x2, s1, s2, y in rows:
        print(f" {x1}  {x2} |  {s1}  {s2} |  {y}")
    return {"x1 x2 s1 s2 y": rows}


def draw(results: Results) -> Figure:
    """Draw figures 2-7, 2-8 and 2-13, the last one grey where NAND or OR gives 0."""
    fig, (no_line, curve, two_lines) = plots.figure(1, 3, size=(9.4, 3.9))
    for one, other in LINES:
        no_line.plot(*zip(one, other, strict=True), ":", color="black")
    no_line.lines[0].set_label("no separation")
    no_line.set_title("Figure 2-7:\nstraight lines")
    curve.plot(*ellipse(), color="black")
    curve.set_title("Figure 2-8:\na curve")
    plane.draw_half_plane(two_lines, NAND_W, NAND_B, "region of output 0")
    plane.draw_half_plane(two_lines, OR_W, OR_B)
    two_lines.set_title("Figure 2-13:\nthe lines of NAND and OR")
    for ax in (no_line, curve, two_lines):
        plane.draw_inputs(ax, [row[-1] for row in results["x1 x2 s1 s2 y"]])
    fig.suptitle("XOR: no straight line separates the outputs; a curve or two lines do")
    return fig


main = script.make_main(__file__, __doc__, experiment, draw)

if __name__ == "__main__":
    script.run(main)
