"""Learning with and without BatchNorm, from 16 scales of the initial weights (section 6.3.2).

    python ch06/batch_norm_test.py

You will see figure 6-19: for each standard deviation of the first weights the accuracy on the
training data with BatchNorm (solid) and without (dashed), epoch by epoch. With BatchNorm all
networks learn; without it those from small weights stay at 10 %, and those from the largest
diverge; in between, at 0.293 and 0.158, it learns faster without. Figure 6-18 is one of the panels,
enlarged. About 15 seconds.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from common.multi_layer_net_extend import MultiLayerNetExtend
from common.train_together import train_together
from common.trainer import Trainer
from dataset.mnist import data_name, load_mnist
from lab import plots

ENLARGED = 0.0858  # figure 6-18 is the panel nearest to this: there both learn, one sooner
LINES = {"with BatchNorm": "-", "without": "--"}


def trainer(x: np.ndarray, t: np.ndarray, std: float, batchnorm: bool, args: Any) -> Trainer:
    """Return the training of one network; all have the same seed, so the same mini-batches."""
    net = MultiLayerNetExtend(
        *(784, [100] * 5, 10), weight_init_std=std, use_batchnorm=batchnorm, rng=args.seed
    )
    options: dict[str, Any] = {"verbose": False, "shuffle": False, "rng": args.seed}
    how = args.epochs, args.batch_size, "SGD", {"lr": args.lr}
    return Trainer(net, x, t, x, t, *how, **options)  # no test data are wanted here


def train_pairs(x: np.ndarray, t: np.ndarray, args: Any) -> list[dict[str, Any]]:
    """Train both networks from each scale; return their accuracies, and where they diverged."""
    scales = np.logspace(0, -4, args.scales).tolist()
    pairs = [[trainer(x, t, std, bn, args) for bn in (True, False)] for std in scales]
    train_together(*(one for pair in pairs for one in pair), leave_out_diverged=True)
    rows = []
    for std, pair in zip(scales, pairs, strict=True):
        row: dict[str, Any] = {"std": std, "diverged_at": {}}
        for name, one in zip(LINES, pair, strict=True):
            row[name] = one.train_acc_list or [np.nan]
            if one.current_iter < one.max_iter:
                row["diverged_at"][name] = one.current_iter
        rows.append(row)
        print(f"{std:<9.3g}" + ", ".join(f"{name} {row[name][-1]:.3f}" for name in LINES), end="")
        print("".join(f"; {k} diverged at mini-batch {v}" for k, v in row["diverged_at"].items()))
    return rows


def final(row: dict[str, Any], name: str) -> float:
    """Return the last accuracy, or 0 where the training diverged."""
    return 0.0 if name in row["diverged_at"] else row[name][-1]


def draw_panel(ax: Axes, row: dict[str, Any], title: str) -> None:
    """Draw the accuracies from one scale; where a training diverged, its curve ends in a cross."""
    for name, style in LINES.items():
        (curve,) = ax.plot(row[name], style, label=name)
        if name in row["diverged_at"]:
            end = len(row[name]) - 1, row[name][-1]
            ax.plot(*end, "x", color=curve.get_color(), markersize=8, markeredgewidth=2)
            ax.annotate("diverged", end, (9, -6), textcoords="offset points", va="center")
    ax.set(title=title, ylim=(0, 1.02))


def draw(rows: list[dict[str, Any]], data: str) -> Figure:
    """Draw figure 6-19, a panel per scale, and at its right figure 6-18, one of them enlarged."""
    height = -(-len(rows) // 4)
    grid = {"sharex": True, "squeeze": False, "gridspec_kw": {"width_ratios": [1, 1, 1, 1, 2.4]}}
    fig, axes = plots.figure(height, 5, (14, 2 * height + 1.4), **grid)
    panels, (large, *others) = axes[:, :4].ravel(), axes[:, 4]
    for row, ax in zip(rows, panels, strict=False):
        draw_panel(ax, row, f"{row['std']:.3g}")
        ax.label_outer()
    for ax in (*panels[len(rows) :], *others):
        ax.remove()
    large.set_subplotspec(axes[0, 0].get_gridspec()[:2, 4])
    row = min(rows, key=lambda row: abs(np.log(row["std"] / ENLARGED)))
    draw_panel(large, row, f"Figure 6-18: standard deviation {row['std']:.3g}")
    large.tick_params(labelbottom=True)
    large.legend(loc="upper left")
    fig.supxlabel("epoch")
    fig.supylabel("accuracy on the training data")
    fig.suptitle(f"Figure 6-19: one panel per standard deviation of the weights, data: {data}")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Train a pair of networks from each scale, print their accuracies, and draw the curves."""
    parser = cli.parser(__doc__, data=True)
    add = parser.add_argument_group("training").add_argument
    add("--scales", type=cli.at_least(1), default=16, help="from 1 to 0.0001 (default: 16)")
    add("--samples", type=cli.at_least(2), default=1000, help="default: 1000")
    add("--epochs", type=cli.at_least(1), default=20, help="default: 20")
    add("--batch-size", type=cli.at_least(2), default=100, help="default: 100")
    add("--lr", type=cli.positive, default=0.01, help="learning rate (default: 0.01)")
    args = cli.parse(parser, argv, scales=4, samples=500, epochs=8)

    name = data_name(args.data)
    print(f"data: {name}")
    (x, t), _ = load_mnist(normalize=True, source=name)
    rows = train_pairs(x[: args.samples], t[: args.samples], args)
    better = sum(final(row, "with BatchNorm") >= final(row, "without") for row in rows)
    print(f"at the end BatchNorm is at least as good in {better} of {len(rows)}")
    results = {"data": name, "at_least_as_good": better, "scales": rows}
    return cli.finish(args, __file__, results, draw(rows, name))


if __name__ == "__main__":
    cli.run(main)
