"""The same code on a GPU: CuPy's arrays in place of NumPy's (8.3.2, figure 8-15).

    python ch08/gpu.py

Nothing in `common` is written for a GPU: NumPy's functions pass the arrays of CuPy on to CuPy. You
will see that the gradients are those of the CPU up to rounding, and how many images per second
SimpleConvNet and DeepConvNet train on, by the size of the mini-batch: on the CPU, on the GPU, and
with PyTorch on the same GPU, if it is installed. Without a GPU, or without CuPy, it shows the
measurements that come with this script, if there are any.
"""

import argparse
import json
from pathlib import Path

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None


from ch08.helpers.gpu_clock import NETWORKS, differences, machine, speeds
from common import gpu
from lab.plots import Figure
from lab.script import Flag, Results

SHIPPED = Path(__file__).with_name("gpu.json")
FLAGS = {
    "batch_sizes": Flag([100, 400, 1600, 6400], "images in a mini-batch", quick=[4], many=True),
    "rounds": Flag(10, "measurements of each time", quick=2),
}


def experiment(args: argparse.Namespace) -> Results:
    """Compare gradients and speeds; print and return them, or those that come with the script."""
    try:
        gpu.cupy()
    except ValueError as error:
        print(error)
        return shipped()
    results: Results = {"machine": machine(), "differences": differences(args.seed)}
    print(results["machine"])
    for name, off in results["differences"].items():
        print(f"{name}: the gradients of the GPU differ by {off:.0e} of the largest")
    results["images per second"] = speeds(sorted(args.batch_sizes), args.rounds, args.seed)
    show(results)
    return results


def shipped() -> Results:
    """Print and return the measurements that come with the script."""
    if not SHIPPED.exists():
        print("there are no measurements of a GPU yet")
        return {}
    results: Results = json.loads(SHIPPED.read_text(encoding="utf-8"))
    print(f"measured elsewhere: {results['machine']}")
    show(results)
    return results


def show(results: Results) -> None:
    """Print the images per second."""
    for name, by_device in results["images per second"].items():
        for device, by_size in by_device.items():
            words = (f"{size}: {speed:,.0f}" for size, speed in by_size.items())
            print(f"{name}, {device}, images per second by mini-batch:", ", ".join(words))


def draw(results: Results) -> Figure:
    """Draw the images per second by the size of the mini-batch."""
    fig, axes = plots.figure(1, len(NETWORKS), size=(9.4, 4.8), sharey=True)
    for ax, (name, by_device) in zip(axes, results["images per second"].items(), strict=True):
        for (device, by_size), marker in zip(by_device.items(), "osD", strict=False):
            sizes = [int(size) for size in by_size]
            ax.plot(sizes, list(by_size.values()), marker=marker, label=device)
        ax.set(xscale="log", yscale="log", xlabel="images in a mini-batch", title=name)
    axes[0].set_ylabel("images per second")
    axes[0].legend()
    fig.suptitle(results["machine"])
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS)

if __name__ == "__main__":
    script.run(main)
