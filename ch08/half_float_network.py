"""Half precision: 16 bits for a number instead of 64 (section 8.3.4).

    python ch08/half_float_network.py

reads the 10,000 test digits with DeepConvNet in float64, float32 and float16: parameters and images
are cast, and each layer hands that type on. You will see the same accuracy three times, to 0.1
percentage points, and a quarter of the memory for the parameters. float32 takes half of the time of
float64, but float16 takes *longer*: without half-precision arithmetic, in most processors as in
NumPy, it saves memory and no time. So the layers store in float16 and compute in float32; a product
of matrices in float16 itself takes some hundred times as long. About 20 seconds.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from ch08.deep_convnet import WEIGHTS
from ch08.helpers.precision import BATCH, cast, memory, product_ratio, read
from common.threads import one_blas_thread
from dataset.mnist import data_name, load_mnist
from lab import plots

TYPES = ("float64", "float32", "float16")


def draw(rows: dict[str, dict[str, Any]], samples: int, data: str) -> Figure:
    """Draw a bar for each type: accuracy, time, memory."""
    panels = {
        "accuracy": ("Accuracy", "part read rightly", 1, "{:.4f}"),
        "seconds": ("Time", f"seconds for {samples:,} digits", 1, "{:.1f}"),
        "parameters": ("Memory of the parameters", "MB", 1e-6, "{:.2f}"),
        "forward_pass": (f"Kept by a pass of {BATCH} images", "MB", 1e-6, "{:.1f}"),
    }
    fig, axes = plots.figure(1, 4, size=(13, 3.8))
    for ax, (key, (name, unit, factor, style)) in zip(axes, panels.items(), strict=True):
        heights = [row[key] * factor for row in rows.values()]
        bars = ax.bar(list(rows), heights, color=["tab:gray", "tab:blue", "tab:orange"])
        ax.bar_label(bars, fmt=style, padding=2)
        ax.set(title=name, ylabel=unit, ylim=(0, 1.12 * max(heights)))
    fig.suptitle(f"DeepConvNet in three precisions, data: {data}")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print accuracy, time and memory of each type."""
    parser = cli.parser(__doc__, data=True)
    add = parser.add_argument
    add("--weights", type=Path, default=WEIGHTS, help="default: those that come with it")
    add("--samples", type=cli.at_least(1), default=10000, help="test digits (default: 10000)")
    args = cli.parse(parser, argv, samples=300)

    name = data_name(args.data)
    print(f"data: {name}")
    x, t = (part[: args.samples] for part in load_mnist(flatten=False, source=name)[1])
    networks = {dtype: cast(args.weights, dtype) for dtype in TYPES}
    rows: dict[str, Any] = {}
    with one_blas_thread():
        sizes = {key: memory(net, x[:BATCH].astype(key)) for key, net in networks.items()}
        read_by = read(networks, x)
        ratio = product_ratio()
    exact = read_by[TYPES[0]][0]
    for dtype, (scores, seconds) in read_by.items():
        y = scores.argmax(axis=1)
        rows[dtype] = {
            "accuracy": float(np.mean(y == t)),
            "seconds": seconds,
            **sizes[dtype],
            "score_difference": float(np.abs(scores - exact).max()),
            "read_differently": int(np.sum(y != exact.argmax(axis=1))),
        }
        print(
            f"{dtype}: accuracy {rows[dtype]['accuracy']:.4f}, {seconds:.1f} s, scores at most "
            f"{rows[dtype]['score_difference']:.1e} off, parameters "
            f"{sizes[dtype]['parameters'] / 1000:.0f} kB, forward pass of {len(x[:BATCH])} "
            f"{sizes[dtype]['forward_pass'] / 1e6:.1f} MB"
        )
    print(f"a product of matrices in float16 itself takes {ratio:.0f} times as long as in float32")
    results = {"data": name, "samples": len(x), **rows, "product_ratio": ratio}
    return cli.finish(args, __file__, results, draw(rows, len(x), name))


if __name__ == "__main__":
    cli.run(main)
