"""The figures of a search: 6-24, where its trials lie, and three methods side by side (6.5.3)."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ch06.helpers.trial_log import Trial
from lab import plots


def draw_best(trials: Sequence[Trial], title: str) -> Figure:
    """Draw figure 6-24, the curves of the best 20, and beside it where all trials lie.

    Parameters
    ----------
    trials : sequence of Trial
        The best ones first.
    title : str
    """
    fig, axes = plots.figure(4, 8, size=(15, 7), sharex=True, sharey=True)
    for rank, ax in enumerate(axes[:, :5].flat, start=1):
        if rank > len(trials):
            ax.axis("off")
            continue
        ax.plot(trials[rank - 1].val_acc, label="validation data")
        ax.plot(trials[rank - 1].train_acc, linestyle="--", label="training data")
        ax.set_title(f"Best-{rank}", fontsize=10)
    axes[0, 0].set(ylim=(0, 1.02), yticks=(0, 0.5, 1))
    for ax in axes[:, 0]:
        ax.set_ylabel("accuracy")
    for ax in axes[-1, :5]:
        ax.set_xlabel("epoch")
    for ax in axes[:, 5:].flat:
        ax.remove()
    with matplotlib.rc_context(plots.STYLE):
        plane = fig.add_subplot(axes[0, 0].get_gridspec()[:, 5:])
    points = draw_plane(plane, trials, f"Where all {len(trials)} trials lie")
    fig.colorbar(points, ax=plane, label="validation accuracy at the end of a trial")
    lines = axes[0, 0].get_legend_handles_labels()
    fig.legend(*lines, loc="outside lower left", ncols=2)
    fig.suptitle(title)
    return fig


def draw_plane(ax: Axes, trials: Sequence[Trial], title: str) -> Any:
    """Draw the trials as points, coloured by their accuracy; the best ones on top."""
    shown = sorted(trials, key=lambda trial: trial.accuracy)
    points = ax.scatter(
        [trial.lr for trial in shown],
        [trial.weight_decay for trial in shown],
        c=[trial.accuracy for trial in shown],
        vmin=0,
        vmax=1,
        edgecolors="black",
        linewidths=0.5,
    )
    ax.set(xscale="log", yscale="log", xlabel="learning rate", ylabel="weight decay", title=title)
    return points


def draw_comparison(found: Mapping[str, Sequence[Trial]], title: str) -> Figure:
    """Draw the best accuracy so far against the number of trials, and where each method looked.

    Parameters
    ----------
    found : mapping
        The trials of each method, in the order of their numbers.
    title : str
    """
    fig, axes = plots.figure(2, 2, size=(10.5, 8))
    first, *planes = axes.flat
    for ax in planes[1:]:
        ax.sharex(planes[0])
        ax.sharey(planes[0])
    for (name, trials), style in zip(found.items(), ("-", "--", "-."), strict=False):
        best = np.maximum.accumulate([trial.accuracy for trial in trials])
        first.step(range(1, len(best) + 1), best, style, where="post", label=name, linewidth=2)
    first.set(
        xlabel="trials", ylabel="validation accuracy", ylim=(0, 1.02), title="The best so far"
    )
    first.legend()
    for ax, (name, trials) in zip(planes, found.items(), strict=True):
        points = draw_plane(ax, trials, f"Where the {len(trials)} trials lie: {name}")
    fig.colorbar(points, ax=axes, label="validation accuracy at the end of a trial")
    fig.suptitle(title)
    return fig
