"""Figure 6-18 and a part of figure 6-19: learning with and without BatchNorm (section 6.3.2)."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lab import plots
from lab.plots import Axes, Figure
from lab.script import Results

WITH, WITHOUT = "with BatchNorm", "without"
STYLES: dict[str, dict[str, Any]] = {
    WITH: {"linestyle": "-", "marker": "o", "color": plots.BLUE},
    WITHOUT: {"linestyle": "--", "marker": "s", "color": plots.RED},
}
PANELS = 6
FIGURE_6_18 = 0.0858  # its standard deviation: both networks learn, one of them faster


def chosen(rows: Sequence[Any]) -> list[Any]:
    """Return at most `PANELS` rows: those of the largest scales, and of the smallest one.

    Networks with the scales in between learn much like those with the smallest: see `draw_final`.
    """
    return [*rows[: PANELS - 1], rows[-1]] if len(rows) > PANELS else list(rows)


def draw_curves(results: Results) -> Figure:
    """Draw the accuracies of some scales epoch by epoch, a panel for each."""
    rows = chosen(results["scales"])
    columns = min(3, len(rows))
    height = -(-len(rows) // columns)
    fig, axes = plots.figure(height, columns, (9.4, 1 + 2.9 * height), squeeze=False)
    for ax, row in zip(axes.flat, rows, strict=False):
        draw_panel(ax, row)
    for ax in axes.flat[len(rows) :]:
        ax.remove()
    fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    higher = sum(row[WITH][-1] > row[WITHOUT][-1] for row in rows)
    title = f"Figure 6-19 (part): BatchNorm ends with a higher accuracy in {higher} of {len(rows)}"
    part = f"the {len(rows) - 1} largest of {len(results['scales'])} scales, and the smallest"
    fig.suptitle(f"{title}\n({part}; data: {results['data']})")
    return fig


def draw_panel(ax: Axes, row: dict[str, Any]) -> None:
    """Draw the accuracies for one scale; a cross marks the end of a run that diverged."""
    for name, style in STYLES.items():
        ax.plot(row[name], label=name, markersize=3, **style)
        if name in row["diverged_at"]:
            end = len(row[name]) - 1, row[name][-1]
            ax.plot(*end, "x", color=style["color"], markersize=9, markeredgewidth=2)
            ax.annotate("diverged", end, (9, 0), textcoords="offset points", va="center")
    of_the_book = "Figure 6-18: " if np.isclose(row["std"], FIGURE_6_18, rtol=0.01) else ""
    ax.set(title=f"{of_the_book}std {row['std']:.3g}", xlabel="epoch", ylim=(0, 1.02))
    ax.set_ylabel("training accuracy")
    ax.label_outer()


def draw_final(results: Results) -> Figure:
    """Draw the last accuracy against the standard deviation; a cross marks a run that diverged."""
    rows = results["scales"]
    fig, ax = plots.figure(size=(8, 5))
    scales = [row["std"] for row in rows]
    for name, style in STYLES.items():
        ax.semilogx(scales, [row[name][-1] for row in rows], label=name, markersize=5, **style)
    crosses = [
        (row["std"], row[name][-1]) for row in rows for name in STYLES if name in row["diverged_at"]
    ]
    if crosses:
        ax.plot(*zip(*crosses, strict=True), "kx", markersize=11, label="diverged")
    ax.axhline(0.1, color="gray", linestyle=":", label="guessing")
    better = f"{results['at_least_as_good']} of {len(rows)} scales"
    ax.set(title=f"Figure 6-19: BatchNorm ends at least as high for {better}")
    ax.set(xlabel="standard deviation of the initial weights", ylim=(0, 1.02))
    ax.set_ylabel(f"training accuracy after {results['settings']['epochs']} epochs")
    ax.legend()
    return fig
