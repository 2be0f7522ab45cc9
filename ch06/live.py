"""Watch a network learn, and change its settings by hand (sections 6.1 to 6.5).

    python ch06/live.py

Opens a page in your browser: two networks, A and B, learn side by side. Choose the data (spirals,
rings, XOR or digits), the layers, the activation, the initial weights, the optimizer, batch
normalization, Dropout and weight decay; run, pause, or go step by step. You will see the curves of
loss and accuracy, the border between the classes, the activations and the gradients of each layer,
and the lines of Python that do the same. Ctrl-C ends the program.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from ch06.helpers.live.pages import Pages
from ch06.helpers.live.presets import PRESETS
from dataset.mnist import data_name
from lab import windows
from lab.flags import data_source
from lab.script import Flag, Results
from lab.server import PageServer, serve

FLAGS = {
    "port": Flag(0, "of this machine, for the page; 0: any free one", least=0),
    "data": Flag("auto", "the digits: auto, mnist, drawn or a folder", kind=data_source),
}


def experiment(args: argparse.Namespace) -> Results:
    """Show the page until Ctrl-C."""
    pages = Pages(data_name(args.data))
    presets = {"presets": [preset.to_page(args.seed) for preset in PRESETS]}
    answers = {"presets": lambda _: presets, "start": pages.start, "step": pages.step}
    serve(PageServer(__file__, answers, args.port), windows.wanted(args.show))
    return {}


main = script.make_main(__file__, __doc__, experiment, flags=FLAGS)

if __name__ == "__main__":
    script.run(main)
