"""Tic-tac-toe, for many boards at once: rules, games, perfect play, all replies (8.5.4).

A board has nine squares, row by row: 1 for the player whose move it is, -1 for the other, 0 if
empty. After a move it is still seen by the player who has moved; the signs are then reversed, so
that both players see the game in the same way.

A player is a function: it takes boards after possible moves, of shape (K, 9), and returns how good
each is for the player who has moved. The move with the highest value is played.
"""

from collections.abc import Callable
from functools import cache

import numpy as np

Player = Callable[[np.ndarray], np.ndarray]
ROWS = np.arange(9).reshape(3, 3)
LINES = np.vstack([ROWS, ROWS.T, [0, 4, 8], [2, 4, 6]])
RESULTS = ("won", "drawn", "lost")


def empty_boards(number: int) -> np.ndarray:
    """Return boards of shape (number, 9) without moves."""
    return np.zeros((number, 9), np.int8)


def won(after: np.ndarray) -> np.ndarray:
    """Return for each board whether the player who has moved has three in a line."""
    return (after[:, LINES].sum(axis=2) == 3).any(axis=1)


def over(after: np.ndarray) -> np.ndarray:
    """Return for each board whether the game has ended: three in a line, or no empty square."""
    return won(after) | (after != 0).all(axis=1)


def moves(boards: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return all moves of all boards.

    Parameters
    ----------
    boards : ndarray of shape (N, 9)

    Returns
    -------
    of, square : ndarray of shape (K,)
        For each move the row of its board in `boards`, and the square.
    after : ndarray of shape (K, 9)
        The board after the move.
    """
    of, square = np.nonzero(boards == 0)
    after = boards[of]
    after[np.arange(len(of)), square] = 1
    return of, square, after


def rated(player: Player, boards: np.ndarray) -> np.ndarray:
    """Return the values of all moves, of shape (N, 9); -inf where a square is taken."""
    of, square, after = moves(boards)
    values = np.full(boards.shape, -np.inf, np.float32)
    values[of, square] = player(after)
    return values


def move(player: Player, boards: np.ndarray) -> np.ndarray:
    """Return the boards after the move that the player rates highest; of equals the first."""
    after = boards.copy()
    after[np.arange(len(boards)), rated(player, boards).argmax(axis=1)] = 1
    return after


def play(first: Player, second: Player, games: int) -> dict[str, int]:
    """Play games; return how many the first player has won, drawn and lost."""
    boards, counts, number = empty_boards(games), dict.fromkeys(RESULTS, 0), 0
    while len(boards):
        after = move((first, second)[number % 2], boards)
        counts["won" if number % 2 == 0 else "lost"] += int(won(after).sum())
        counts["drawn"] += int((over(after) & ~won(after)).sum())
        boards, number = -after[~over(after)], number + 1
    return counts


def record(first: Player, second: Player) -> list[np.ndarray]:
    """Play one game; return its boards, of shape (9,), as the first player sees them."""
    boards = empty_boards(1)
    seen: list[np.ndarray] = []
    while not seen or not over(boards)[0]:
        number = len(seen)
        boards = move((first, second)[number % 2], -boards)
        seen.append(boards[0] * (-1) ** number)
    return seen


def all_games(player: Player, *, first: bool, against: Player | None = None) -> dict[str, int]:
    """Play against every reply of the opponent at every move: walk the whole tree of games.

    Parameters
    ----------
    player : Player
    first : bool
        Whether the player moves first.
    against : Player, optional
        Only the replies that this player rates highest; of equals all.

    Returns
    -------
    dict of str to int
        How many of these games the player has won, drawn and lost.
    """
    boards, counts = empty_boards(1), dict.fromkeys(RESULTS, 0)
    mine = first
    while len(boards):
        after = move(player, boards) if mine else replies(boards, against)
        counts["won" if mine else "lost"] += int(won(after).sum())
        counts["drawn"] += int((over(after) & ~won(after)).sum())
        boards, mine = -after[~over(after)], not mine
    return counts


def replies(boards: np.ndarray, against: Player | None) -> np.ndarray:
    """Return the boards after all moves, or after all that are the best for `against`."""
    of, square, after = moves(boards)
    if against is None:
        return after
    values = rated(against, boards)
    return after[values[of, square] == values.max(axis=1)[of]]


def perfect(after: np.ndarray) -> np.ndarray:
    """Return by minimax what the player who has moved can reach: 1, 0 or -1. A `Player`."""
    return np.array([_minimax(tuple(board)) for board in after.tolist()], np.float32)


@cache
def _minimax(after: tuple[int, ...]) -> int:
    board = np.array([after], np.int8)
    if over(board)[0]:
        return int(won(board)[0])
    return -max(_minimax(tuple(reply)) for reply in moves(-board)[2].tolist())


def random_player(rng: np.random.Generator) -> Player:
    """Return a player that rates all moves at random."""
    return lambda after: rng.random(len(after), np.float32)
