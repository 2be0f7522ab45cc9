"""The figures of `ch08/self_play.py`: the course of the games, values of moves, a game (8.5.4)."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ch08.helpers.self_play_scores import SIDES
from ch08.helpers.tic_tac_toe import won
from lab import plots
from lab.plots import Axes, Figure

Results = dict[str, Any]
MARKS = {1: ("X", plots.BLUE), -1: ("O", plots.RED)}


def draw_course(results: Results) -> Figure:
    """Draw the lost games in the whole tree, and the results against a random player."""
    rows, whole = results["networks"], results["without a lost game"]
    fig, (left, right) = plots.figure(1, 2, size=(9.4, 4.4))
    for row, color, style in zip(
        rows, 2 * plots.COLORS, 4 * ("o-", "s--", "D-.", "^:"), strict=False
    ):
        games = [at["games"] for at in row["course"]]
        lost = [sum(one["lost"] for one in at["all replies"]) for at in row["course"]]
        left.plot(games, lost, style, color=color, markersize=4, label=f"seed {row['seed']}")
    left.set_yscale("symlog", linthresh=1)
    left.set_ylim(-0.3, None)
    left.set(title=f"Against every reply: {whole} of {len(rows)} networks\nlose no game at the end")
    left.set(xlabel="games against itself", ylabel="lost games in the whole tree")
    left.legend()
    draw_random(right, rows)
    return fig


def draw_random(ax: Axes, rows: Sequence[Results]) -> None:
    """Draw the share of games won, and lost, against a random player: means over the networks."""
    games = np.mean([[at["games"] for at in row["course"]] for row in rows], axis=0)
    ends = []
    for side, name in enumerate(SIDES):
        for kind, color, style in (("won", plots.GREEN, "o"), ("lost", plots.PURPLE, "s")):
            counts = [[at["random player"][side] for at in row["course"]] for row in rows]
            share = np.mean(
                [[one[kind] / sum(one.values()) for one in row] for row in counts], axis=0
            )
            ax.plot(
                games, share, style + "-:"[side], color=color, markersize=4, label=f"{kind} {name}"
            )
            ends.append(share[-1])
    ax.set(title=f"Against a random player: {ends[0]:.1%} won\nas first, {ends[2]:.1%} as second")
    ax.set(xlabel="games against itself", ylabel="share of the games", ylim=(-0.03, 1.03))
    ax.legend(loc="center right")


def draw_boards(results: Results) -> Figure:
    """Draw the values of the first moves and of the replies to a corner; below, a game."""
    fig, axes = plots.mosaic(
        [[*results["values"]], ["game"] * 2], size=(9.4, 6.6), height_ratios=(3, 2)
    )
    for (name, rated), square in zip(results["values"].items(), (None, 0), strict=True):
        draw_values(axes[name], rated, square)
        axes[name].set_title(f"Values of {name}\n(in brackets: of perfect play)")
    boards, ax, seed = results["game"], axes["game"], results["networks"][0]["seed"]
    for number, board in enumerate(boards):
        draw_board(ax, board, left=3.6 * number)
    ax.set_title(f"X: perfect play, O: the network of seed {seed}: {end_of(boards[-1])}")
    return fig


def end_of(board: np.ndarray) -> str:
    """Return who has won a game."""
    for player, (letter, _) in MARKS.items():
        if won(player * board[None])[0]:
            return f"{letter} wins"
    return "a draw"


def draw_values(ax: Axes, rated: dict[str, Sequence[float | None]], square: int | None) -> None:
    """Draw the value of each move in its square: the better, the bluer; the worse, the redder."""
    board = np.zeros(9, int)
    if square is not None:
        board[square] = 1
    values = np.array(rated["network"], float).reshape(3, 3)  # None: NaN, not coloured
    ax.imshow(values, cmap="RdBu", vmin=-1, vmax=1, alpha=0.6)
    draw_board(ax, board)
    for place, (value, true) in enumerate(zip(rated["network"], rated["perfect"], strict=True)):
        if value is not None:
            text = f"{round(value, 2) + 0:.2f}\n({true:.0f})"
            ax.text(place % 3, place // 3, text, ha="center", va="center", fontsize=11)


def draw_board(ax: Axes, board: np.ndarray, left: float = 0) -> None:
    """Draw a board of three rows; its first column is at `left`."""
    for k in (0.5, 1.5):
        ax.plot([left + k] * 2, [-0.5, 2.5], color="0.5", linewidth=1)
        ax.plot([left - 0.5, left + 2.5], [k, k], color="0.5", linewidth=1)
    for place, owner in enumerate(board):
        if owner:
            letter, color = MARKS[int(owner)]
            ax.text(
                left + place % 3,
                place // 3,
                letter,
                color=color,
                ha="center",
                va="center",
                fontsize=14,
            )
    ax.set_aspect("equal")
    ax.set_ylim(2.5, -0.5)
    ax.axis("off")
