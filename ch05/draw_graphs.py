"""Computational graphs with values and derivatives on their edges (5.1 to 5.6, appendix A).

    python ch05/draw_graphs.py

You will see figure 5-15 with its blanks filled in: above each edge the value of the forward pass,
715 at the end; below it the derivative of the backward pass, 2.2 for the price of an apple. The
other graphs are two apples (figures 5-2, 5-5 and 5-14), the square of a sum (5-8), the sigmoid as
four nodes and as one (5-20 and 5-22), and softmax with cross entropy (A-5), where the gradient of
the scores is y - t. Each graph is saved as an SVG, in which numbers can be searched and copied. All
graphs are also saved as PNG, on three sheets. A few seconds.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None


from ch05.helpers.drawing import draw_sheet, save_svg
from ch05.helpers.pictures import (
    apple,
    apple_orange,
    sigmoid,
    sigmoid_layer,
    softmax_with_loss,
    square,
)
from lab.plots import Figure
from lab.script import Results

SHEETS = [(apple, apple_orange), (square, sigmoid, sigmoid_layer), (softmax_with_loss,)]
PICTURES = [picture for sheet in SHEETS for picture in sheet]


def experiment(args: argparse.Namespace) -> Results:
    """Save each graph as an SVG; return its values and derivatives."""
    results: Results = {}
    for make in PICTURES:
        picture, name = make(), make.__name__
        results[name] = {"values": picture.graph.values, "derivatives": picture.graph.grads}
        save_svg(draw_sheet(picture), args.out / "ch05" / f"draw_graphs-{name}.svg")
    return results


def draw(_: Results) -> list[Figure]:
    """Draw the sheets: the graphs of buying, those of layers, and that of appendix A."""
    return [draw_sheet(*(make() for make in sheet)) for sheet in SHEETS]


main = script.make_main(__file__, __doc__, experiment, draw)

if __name__ == "__main__":
    script.run(main)
