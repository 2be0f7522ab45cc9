"""Half precision: 16 bits for a number instead of 64 (section 8.3.4).

    python ch08/half_float_network.py

Classifies the 10,000 test digits with DeepConvNet in float64, float32 and float16: parameters and
images are converted, and the output of each layer has the same type. You will see the same
accuracy, within 0.1 percentage points, with a quarter of the memory for the parameters. float32
takes half the time of float64, but float16 takes *longer*: most processors, and NumPy, have no
half-precision arithmetic, so it saves memory but no time. That is why the layers store numbers in
float16 and compute in float32; a matrix product computed in float16 takes about a hundred times as
long. About 20 seconds.
"""

import argparse

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None


from ch08.helpers import bundled, precision
from ch08.helpers.precision import BATCH
from common.functions import accuracy
from common.threads import one_blas_thread
from lab.plots import Figure
from lab.script import Results

TYPES = ("float64", "float32", "float16")
# Key of the results: title, unit, factor, format.
PANELS: dict[str, tuple[str, str, float, str]] = {
    "accuracy": ("Accuracy", "accuracy", 1, "{:.4f}"),
    "seconds": ("Time", "seconds", 1, "{:.1f}"),
    "parameters": ("Memory of the parameters", "MB", 1e-6, "{:.2f}"),
    "forward_pass": (f"Memory of a forward pass, {BATCH} images", "MB", 1e-6, "{:.1f}"),
}


def experiment(args: argparse.Namespace) -> Results:
    """Measure, print and return accuracy, time and memory for each type."""
    x, t = bundled.test_images(args)
    networks = {dtype: precision.cast(args.weights, dtype) for dtype in TYPES}
    with one_blas_thread():
        sizes = {key: precision.memory(net, x[:BATCH].astype(key)) for key, net in networks.items()}
        timed = precision.timed_scores(networks, x)
        ratio = precision.product_ratio()
    results: Results = {"samples": len(x)}
    exact = timed["float64"][0]
    for dtype, (scores, seconds) in timed.items():
        row = {"accuracy": accuracy(scores, t), "seconds": seconds, **sizes[dtype]}
        results[dtype] = row | precision.differences(scores, exact)
        report(dtype, results[dtype])
    print(f"a matrix product computed in float16 takes {ratio:.0f} times as long as in float32")
    return results | {"product_ratio": ratio}


def report(dtype: str, row: Results) -> None:
    """Print the measurements for a type."""
    print(f"{dtype}: accuracy {row['accuracy']:.4f}, {row['seconds']:.1f} s,", end=" ")
    print(f"scores differ by at most {row['score_difference']:.1e},", end=" ")
    print(f"parameters {row['parameters'] / 1000:.0f} kB,", end=" ")
    print(f"memory kept by the forward pass of a batch {row['forward_pass'] / 1e6:.1f} MB")


def draw(results: Results) -> Figure:
    """Draw a bar for each type: accuracy, time, memory."""
    fig, axes = plots.figure(2, 2, size=(8, 6.4))
    for ax, (key, (name, unit, factor, style)) in zip(axes.flat, PANELS.items(), strict=True):
        heights = [results[dtype][key] * factor for dtype in TYPES]
        bars = ax.bar(TYPES, heights, color=plots.COLORS[:3])
        ax.bar_label(bars, fmt=style, padding=2)
        ax.set(title=name, ylabel=unit, ylim=(0, 1.12 * max(heights)))
    single, half = (
        results[dtype]["seconds"] / results["float64"]["seconds"] for dtype in TYPES[1:]
    )
    saved = f"float32 takes {single:.2f} of the time of float64, float16 {half:.2f}"
    what = f"DeepConvNet on {results['samples']:,} digits, data: {results['data']}"
    fig.suptitle(f"{what}\n{saved}")
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, bundled.flags(quick=300), data=True)

if __name__ == "__main__":
    script.run(main)
