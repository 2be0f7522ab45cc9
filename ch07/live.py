"""Draw a digit, and see what each layer of a network makes of it (section 7.6, 3.6.2).

    python ch07/live.py

A page opens in your browser. Draw with the mouse, a finger or the arrow keys, or choose a
photograph: the network answers while you draw. You will see the ten probabilities, the picture of
28 x 28 pixels that the network sees, the filters and feature maps of each layer, which pixels speak
for and against the answer, and how a shift or a rotation changes it. The page can switch between
the network of chapter 3, SimpleConvNet and DeepConvNet. Your own:

    python ch07/live.py --weights outputs/ch07/simple_convnet.npz

Only this machine can open the page. With ``--no-show`` no browser opens; with ``--quick`` the
program answers one picture, and ends. It starts in about a second; Ctrl-C ends it.
"""

import argparse
from pathlib import Path

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from ch07.helpers.live_page import Reader
from lab import windows
from lab.script import Flag, Results
from lab.server import Answer, PageServer, ask_once, serve

FLAGS = {
    "network": Flag("SimpleConvNet", "three-layer, SimpleConvNet, DeepConvNet or module.Class"),
    "weights": Flag(None, "the network's weights, .npz (default: the bundled weights)", kind=Path),
    "port": Flag(0, "of this machine, for the page; 0: any free one", least=0),
}


def experiment(args: argparse.Namespace) -> Results:
    """Answer the page until Ctrl-C; with ``--quick``, answer one picture and return the answer."""
    reader = Reader(args)
    server = PageServer(__file__, functions(reader), args.port)
    if args.quick:
        return first_digit(ask_once(server, "answer", reader.request(reader.images[0, 0])))
    serve(server, windows.wanted(args.show))
    return {}


def functions(reader: Reader) -> dict[str, Answer]:
    """Return what the page can ask for."""
    methods = (reader.start, reader.example, reader.photo, reader.answer)
    return {one.__name__: one for one in methods}


def first_digit(answer: Results) -> Results:
    """Print and return the answer to the first test digit."""
    probability = answer["probabilities"][answer["answer"]]
    print(f"the first test digit is a {answer['answer']}, probability {probability:.4f}")
    return {key: answer[key] for key in ("answer", "probabilities", "moved_probabilities")}


main = script.make_main(__file__, __doc__, experiment, flags=FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)
