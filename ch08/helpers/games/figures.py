"""The figures of `ch08/dqn.py`: learning curves, an episode with its values, the grid world."""

from typing import Any

import numpy as np

from ch08.helpers.games.episode import colored
from ch08.helpers.games.grid_world import GOAL, HOLE, WALL
from ch08.helpers.games.runs import BOTH, NO_MEMORY, NO_TARGET
from lab import plots
from lab.plots import Axes, Figure

Results = dict[str, Any]
SHOWN = 9  # frames of an episode
ARROWS = {"up": (0, 1), "right": (1, 0), "down": (0, -1), "left": (-1, 0)}
STYLES = {
    BOTH: (plots.BLUE, "-", "D"),
    NO_MEMORY: (plots.RED, "--", "s"),
    NO_TARGET: (plots.ORANGE, "-.", "^"),
}
GAP = 1  # pixel between frames


def draw_learning(results: Results) -> Figure:
    """Draw the learning curves of each game, also without the replay memory or target network."""
    names = list(results["games"])
    columns = min(2, len(names))
    rows = [names[k : k + columns] for k in range(0, len(names), columns)]
    rows[-1] += rows[-1][-1:] * (columns - len(rows[-1]))  # the last panel may be wide
    fig, axes = plots.mosaic(rows, size=(4.7 * columns, 0.7 + 3.7 * len(rows)))
    for name in names:
        draw_game(axes[name], name, results["games"][name])
    handles = {
        label: handle
        for ax in axes.values()
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True)
    }
    fig.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=columns)
    fig.suptitle("Learning curves: the median of all seeds, from minimum to maximum")
    return fig


def draw_game(ax: Axes, name: str, game: Results) -> None:
    """Draw the curves of one game with and without a part, and random play."""
    for variant, (color, line, marker) in STYLES.items():
        if variant in game:
            draw_curves(ax, game[variant], game["steps"], color, line, variant)
            returns = game[variant]["returns"]
            label = f"{variant}, at the end: only the best actions"
            end = np.full(len(returns), game["steps"])
            ax.plot(end, returns, marker, color=color, markersize=6, label=label, clip_on=False)
    ax.axhline(game["random"], color="black", linestyle=":", label="random play")
    means = {key: np.mean(game[key]["returns"]) for key in STYLES if key in game}
    told = ", ".join(f"{key} {mean:.3g}" for key, mean in means.items())
    ax.set(title=f"{name}: {told}", xlabel="steps", ylabel="return (sum of rewards)")
    ax.title.set_fontsize(10)
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.locator_params(axis="x", nbins=5)
    ax.margins(y=0.1)


def draw_curves(ax: Axes, found: Results, steps: int, color: str, line: str, label: str) -> None:
    """Draw the median of all seeds, with a band from minimum to maximum."""
    curves = np.array(found["curves"], float)  # (seeds, points); None becomes NaN
    seen = np.isfinite(curves).any(axis=0)
    x = (np.arange(curves.shape[1])[seen] + 1) / curves.shape[1] * steps
    low, middle, high = (f(curves[:, seen], axis=0) for f in (np.nanmin, np.nanmedian, np.nanmax))
    ax.fill_between(x, low, high, alpha=0.2, color=color)
    ax.plot(x, middle, line, color=color, label=label)


def draw_episode(episode: Results) -> Figure:
    """Draw consecutive frames, and the values of the actions in each of them."""
    values = np.asarray(episode["values"], float)  # (frames, actions)
    spread = np.ptp(values, axis=1)
    first = max(0, min(int(spread.argmax()) - SHOWN + 3, len(values) - SHOWN))
    shown = range(first, min(first + SHOWN, len(values)))
    fig, axes = plots.mosaic([["frames"], ["values"]], (9.4, 5.2), height_ratios=[1, 1.7])
    frames = np.asarray(episode["frames"], np.uint8)[shown]
    draw_strip(axes["frames"], frames, [episode["names"][episode["actions"][k]] for k in shown])
    axes["frames"].set_title(f"{episode['game']}: consecutive frames, the action chosen in each")
    ax = axes["values"]
    styles = zip(episode["names"], ("o-", "s--", "^:"), plots.COLORS, strict=False)
    for k, (name, style, color) in enumerate(styles):
        ax.plot(range(len(shown)), values[shown, k], style, color=color, label=name)
    ax.set_xticks(range(len(shown)), map(str, shown))
    most = int(spread.argmax())
    best, worst = values[most].max(), values[most].min()
    ax.set_title(f"The values differ most in frame {most}: {best:.2f} and {worst:.2f}")
    ax.set(xlim=(-0.5, len(shown) - 0.5), xlabel="frame", ylabel="value Q of each action")
    ax.margins(y=0.1)
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return fig


def draw_strip(ax: Axes, frames: np.ndarray, names: list[str]) -> None:
    """Draw frames (T, H, W) side by side, each with a name below it."""
    gaps = ((0, 0), (GAP, GAP), (0, 0))
    strip = np.hstack([np.pad(colored(one), gaps, constant_values=255) for one in frames])
    high, wide, _ = strip.shape
    ax.imshow(strip, extent=(-0.5, len(names) - 0.5, 0, high * len(names) / wide))
    ax.set_xticks(range(len(names)), names)
    ax.set(yticks=[])
    ax.grid(False)
    ax.spines[:].set_visible(False)


def draw_grid(grid: Results) -> Figure:
    """Draw the learned policy as arrows, on the values of the cells; and the returns."""
    fig, axes = plots.mosaic([["map", "returns"]], size=(9.4, 4.2))
    wrong, number = grid["states that differ"], grid["states"]
    policy = "every arrow is optimal" if wrong == 0 else f"{wrong} of {number} arrows not optimal"
    draw_map(axes["map"], grid)
    axes["map"].set_title(f"Q-learning: {policy}")
    ax = axes["returns"]
    means = np.array(grid["returns"])
    ax.plot((np.arange(len(means)) + 1) * grid["episodes"] / len(means), means)
    ax.axhline(grid["random"], color="black", linestyle="--", label="random play")
    ax.set(title="... learned from episodes", xlabel="episode", ylabel="mean return")
    ax.margins(y=0.1)
    ax.legend()
    return fig


def draw_map(ax: Axes, grid: Results) -> None:
    """Draw the cells in the colours of their values, with an arrow for the best action of each."""
    map, values = np.array([list(row) for row in grid["map"]]), np.array(grid["values"], float)
    columns = map.shape[1]
    free = np.isin(map, ["."])
    shown = np.where(free, values.reshape(map.shape), np.nan)
    image = ax.imshow(shown, cmap="Blues", vmin=0, vmax=1)
    ax.figure.colorbar(image, ax=ax, label="value of the best action", shrink=0.8)
    for (row, column), kind in np.ndenumerate(map):
        if kind == ".":
            right, up = ARROWS[grid["policy"][row * columns + column]]
            tip = (column + 0.3 * right, row - 0.3 * up)
            tail = (column - 0.3 * right, row + 0.3 * up)
            ax.annotate("", tip, tail, arrowprops={"arrowstyle": "-|>", "color": "black"})
            continue
        name, color = {WALL: ("", "0.35"), HOLE: ("hole", plots.RED), GOAL: ("goal", plots.GREEN)}[
            kind
        ]
        ax.fill_between([column - 0.5, column + 0.5], row - 0.5, row + 0.5, color=color)
        ax.text(column, row, name, ha="center", va="center", color="white", fontsize=9)
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
