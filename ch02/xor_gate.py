"""The XOR gate (2.4, 2.5): what one perceptron cannot do and two layers of them can.

    python ch02/xor_gate.py

You will see the table of figure 2-12, where NAND and OR feed an AND, and three planes: of figure
2-7, where no line parts the circles from the triangles (`xor_search.py` tries a grid of them), of
figure 2-8, where a curve does, and of figure 2-13, where two lines do. Takes a second.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from ch02.and_gate import AND
from ch02.helpers import plane
from ch02.nand_gate import NAND
from ch02.nand_gate import B as NAND_B
from ch02.nand_gate import W as NAND_W
from ch02.or_gate import OR
from ch02.or_gate import B as OR_B
from ch02.or_gate import W as OR_W
from ch02.perceptron import truth_table
from lab import plots


def XOR(x1: float, x2: float) -> int:
    """Return 1 if exactly one input is 1, else 0 (2.5.2)."""
    s1, s2 = NAND(x1, x2), OR(x1, x2)
    return AND(s1, s2)


def ellipse() -> tuple[np.ndarray, np.ndarray]:
    """Return a closed curve around (1, 0) and (0, 1) that leaves out (0, 0) and (1, 1)."""
    t = np.linspace(0, 2 * np.pi, 200)
    across, along = 0.35 * np.cos(t), 0.85 * np.sin(t)
    return 0.5 + across - along, 0.5 + across + along


def draw(outputs: Sequence[int]) -> Figure:
    """Draw figures 2-7 and 2-8, and the lines of NAND and OR with gray where either gives 0."""
    figure, (no_line, curve, two_lines) = plots.figure(1, 3, size=(12.6, 4.6))
    lines = [([-0.5, 0.9], [0.9, -0.5]), ([-0.5, 1.9], [1.9, -0.5]), ([-1, 2], [0.5, 0.5])]
    for x1, x2 in [*lines, ([0.5, 0.5], [-1, 2])]:
        no_line.plot(x1, x2, ":", color="black")
    no_line.lines[0].set_label("lines that fail")
    no_line.set_title("Figure 2-7: no straight line parts them")
    curve.plot(*ellipse(), color="black")
    curve.set_title("Figure 2-8: a curve does")
    plane.draw_half_plane(two_lines, NAND_W, NAND_B, "0 here")
    plane.draw_half_plane(two_lines, OR_W, OR_B)
    two_lines.set_title("Figure 2-13: two lines do, NAND's and OR's")
    for ax in (no_line, curve, two_lines):
        plane.draw_inputs(ax, outputs)
    return figure


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print the table of figure 2-12, and draw the planes."""
    args = cli.parse(cli.parser(__doc__), argv)
    rows = [(x1, x2, NAND(x1, x2), OR(x1, x2), XOR(x1, x2)) for x1, x2 in plane.INPUTS]
    print("s1 = NAND(x1, x2), s2 = OR(x1, x2), y = AND(s1, s2), which is XOR:")
    print("x1 x2 | s1 s2 |  y")
    for x1, x2, s1, s2, y in rows:
        print(f" {x1}  {x2} |  {s1}  {s2} |  {y}")
    return cli.finish(args, __file__, {"x1 x2 s1 s2 y": rows}, draw(truth_table(XOR)))


if __name__ == "__main__":
    cli.run(main)
