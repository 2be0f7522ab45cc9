"""The figures of a search: 6-24, the positions of its trials, and three methods (6.5.3)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lab import plots
from lab.plots import Axes, Figure
from lab.script import Results

SHOWN, TOGETHER = 20, 5  # figure 6-24 shows the best 20; here there are 5 in a panel
METHOD_STYLES = {"random": "-", "grid": "--", "bayes": "-."}
Row = dict[str, float]  # of `trial.summary`


def draw_best(results: Results, method: str) -> Figure:
    """Draw figure 6-24, the accuracies of the best trials epoch by epoch."""
    rows, curves = results["best"][method], results["curves"]
    columns = min(2, -(-len(curves) // TOGETHER))
    height = -(-len(curves) // (2 * TOGETHER))
    size = (9.4, 1.4 + 3 * height)
    fig, axes = plots.figure(height, columns, size, sharex=True, sharey=True, squeeze=False)
    for first, ax in zip(range(0, len(curves), TOGETHER), axes.flat, strict=False):
        part = slice(first, first + TOGETHER)
        draw_curves(ax, curves[part], rows[part], first + 1)
    for ax in axes.flat[-(-len(curves) // TOGETHER) :]:
        ax.remove()
    most, least = (rows[k]["accuracy"] for k in (0, len(curves) - 1))
    title = f"Figure 6-24: the best {len(curves)} of {len(rows)} trials reach"
    lines = f"solid: validation data, dashed: training data; {method} search"
    fig.suptitle(f"{title} {most:.2f} to {least:.2f}\n({lines}, data: {results['data']})")
    return fig


def draw_curves(ax: Axes, curves: Sequence[Any], rows: Sequence[Row], rank: int) -> None:
    """Draw the accuracies of a few trials, in order; `rank` is that of the first."""
    for k, (curve, color) in enumerate(zip(curves, plots.COLORS, strict=False)):
        label = f"{rank + k}: {rows[k]['accuracy']:.2f}"
        ax.plot(curve["val_acc"], color=color, label=label)
        ax.plot(curve["train_acc"], "--", color=color, linewidth=1)
    ax.set(title=f"Best-{rank} to Best-{rank + len(curves) - 1}", ylim=(0, 1.02))
    ax.set(xlabel="epoch", ylabel="accuracy")
    ax.legend(loc="upper left", fontsize=9, title="validation", title_fontsize=9)
    ax.label_outer()


def draw_all(results: Results, method: str) -> Figure:
    """Draw the positions of all trials, and their accuracies."""
    rows = results["best"][method]
    fig, ax = plots.figure(size=(8, 5.6))
    points = draw_plane(ax, rows, "")
    best = rows[:5]
    ring: dict[str, Any] = {"markersize": 14, "fillstyle": "none", "color": plots.RED}
    ax.plot([row["lr"] for row in best], [row["weight_decay"] for row in best], "o", **ring)
    lr, decay = (results[name]["rank_correlation"] for name in ("lr", "weight_decay"))
    title = f"{len(rows)} trials (circles: the best {len(best)}); rank correlation of the accuracy"
    ax.set_title(f"{title}\nwith the learning rate {lr:+.2f}, with the weight decay {decay:+.2f}")
    fig.colorbar(points, ax=ax, label="validation accuracy at the end of a trial")
    return fig


def draw_plane(ax: Axes, rows: Sequence[Row], title: str) -> Any:
    """Draw the trials as points, coloured by their accuracy; the best ones on top."""
    rows = sorted(rows, key=lambda row: row["accuracy"])
    points = ax.scatter(
        [row["lr"] for row in rows],
        [row["weight_decay"] for row in rows],
        c=[row["accuracy"] for row in rows],
        vmin=0,
        vmax=1,
        edgecolors="black",
        linewidths=0.5,
    )
    ax.set(xscale="log", yscale="log", xlabel="learning rate", ylabel="weight decay", title=title)
    return points


def draw_comparison(results: Results) -> Figure:
    """Draw the best accuracy so far against the number of trials, and the points tried."""
    best: Mapping[str, Sequence[Row]] = results["best"]
    fig, axes = plots.figure(2, 2, size=(9.4, 7.4))
    first, *planes = axes.flat
    for ax in planes[1:]:
        ax.sharex(planes[0])
        ax.sharey(planes[0])
    for ax, (name, rows) in zip(planes, best.items(), strict=True):
        in_order = [row["accuracy"] for row in sorted(rows, key=lambda row: row["number"])]
        so_far = np.maximum.accumulate(in_order)
        numbers = range(1, len(rows) + 1)
        first.step(numbers, so_far, METHOD_STYLES[name], where="post", label=name, linewidth=2)
        mean = np.mean(in_order)
        points = draw_plane(ax, rows, f"{name}: {len(rows)} trials, mean accuracy {mean:.2f}")
    first.set(xlabel="trials", ylabel="validation accuracy", title="Best accuracy so far")
    first.set_ylim(0, 1.02)
    first.legend(loc="lower right")
    fig.colorbar(points, ax=axes, label="validation accuracy at the end of a trial")
    winner = max(best, key=lambda name: best[name][0]["accuracy"])
    title = (
        f"Three search methods: {winner} finds the best accuracy, {best[winner][0]['accuracy']:.2f}"
    )
    fig.suptitle(f"{title}, data: {results['data']}")
    return fig
