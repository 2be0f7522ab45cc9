"""Watch a network learn, and change its settings by hand (sections 6.1 to 6.5).

    python ch06/live.py

Opens a page in your browser: two networks, A and B, learn side by side. Choose the data (spirals,
rings, XOR or digits), the layers, the activation, the initial weights, the optimizer, batch
normalization, Dropout and weight decay; run, pause, or go step by step. You will see the curves of
loss and accuracy, the border between the classes, the activations and the gradients of each layer,
and the lines of Python that do the same: copied into a file, they print the same numbers.

Only this machine can open the page. With ``--no-show`` no browser opens; with ``--quick`` the
program trains one pair of networks for 200 mini-batches, and ends. It starts in about a second;
Ctrl-C ends it.
"""

import argparse
from typing import Any

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from ch06.helpers.live.pages import Pages
from ch06.helpers.live.presets import PRESETS
from lab import windows
from lab.script import Flag, Results
from lab.server import PageServer, ask_once, serve

STEPS = 200  # with --quick
FLAGS = {
    "port": Flag(0, "of this machine, for the page; 0: any free one", least=0),
}


def experiment(args: argparse.Namespace) -> Results:
    """Answer the page until Ctrl-C; with ``--quick``, do what it does at first, and end."""
    pages = Pages(args.data)
    presets = {"presets": [preset.to_page(args.seed) for preset in PRESETS]}
    answers = {"presets": lambda _: presets, "start": pages.start, "step": pages.step}
    server = PageServer(__file__, answers, args.port)
    if args.quick:
        preset = ask_once(server, "presets", {})["presets"][0]
        return first_preset(pages, preset["runs"])
    serve(server, windows.wanted(args.show))
    return {}


def first_preset(pages: Pages, settings: list[dict[str, Any]]) -> Results:
    """Train A and B; print and return what they reach."""
    steps = pages.start({"page": "quick", "runs": settings})["runs"][0]["steps"]
    while steps < STEPS:
        runs = pages.step({"page": "quick", "steps": STEPS - steps})["runs"]
        steps = runs[0]["steps"]
    for name, run in zip("AB", runs, strict=True):
        print(f"{name} after {steps} mini-batches\n{run['prints']}")
    last = [{key: values[-1] for key, values in run["curves"].items()} for run in runs]
    return dict(zip("AB", last, strict=True))


main = script.make_main(__file__, __doc__, experiment, flags=FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
