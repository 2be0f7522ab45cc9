"""Tic-tac-toe: the rules, perfect play, the tree of games, and learning from self-play (8.5.4)."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from ch08 import self_play as script
from ch08.helpers import self_play, self_play_scores
from ch08.helpers.tic_tac_toe import (
    all_games,
    empty_boards,
    move,
    moves,
    over,
    perfect,
    play,
    random_player,
    rated,
    record,
    won,
)
from lab.flags import parser


def board(text):
    """Return a board (1, 9): ``x`` is the player who has moved, ``o`` the other."""
    return np.array([["o.x".index(one) - 1 for one in text]], np.int8)


def first_square(after):
    """Rate all moves the same: a player that takes the first empty square."""
    return np.zeros(len(after))


@pytest.mark.parametrize("text", ["xxx.o.o..", "o..xxxo..", "x.ox.ox..", "x.o.x.o.x", "o.x.x.x.o"])
def test_three_in_a_line_win(text):
    assert won(board(text))[0]
    assert over(board(text))[0]
    assert not won(-board(text))[0]


def test_a_full_board_without_a_line_is_a_draw():
    full = board("xoxxoooxx")
    assert over(full)[0]
    assert not won(full)[0]
    assert not over(board("xx.oo...."))[0]


def test_moves_and_values_of_the_empty_squares():
    boards = np.vstack([board("xo......."), board("xoxxooo.x")])
    of, square, after = moves(boards)
    assert_array_equal(of, [0] * 7 + [1])
    assert_array_equal(square, [*range(2, 9), 7])
    assert (after.sum(axis=1) == boards[of].sum(axis=1) + 1).all()
    assert_array_equal(np.isfinite(rated(first_square, boards)), boards == 0)
    assert_array_equal(move(first_square, boards)[0], board("xox......")[0])


def test_perfect_play_is_a_draw():
    assert_array_equal(rated(perfect, empty_boards(1)), np.zeros((1, 9)))
    after_a_corner = rated(perfect, board("o........"))[0]
    assert_array_equal(after_a_corner, [-np.inf, -1, -1, -1, 0, -1, -1, -1, -1])
    for first in (True, False):
        everything = all_games(perfect, first=first)
        assert everything["lost"] == 0
        assert everything["won"] > 50
        best = all_games(perfect, first=first, against=perfect)
        assert best["won"] == best["lost"] == 0 < best["drawn"]


def test_the_whole_tree_of_games():
    # If both sides may make every move there are 255,168 games; here one side has one move each.
    for first in (True, False):
        counts = all_games(first_square, first=first)
        assert counts["lost"] > 0
        assert counts["won"] > 0
        assert sum(counts.values()) == games(np.zeros(9, int), first)


def games(squares, mine):
    """Count the games of `first_square` one by one, without the code of the helper."""
    lines = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]
    if any(abs(squares[list(line)].sum()) == 3 for line in lines) or squares.all():
        return 1
    empty = np.flatnonzero(squares == 0)
    after = []
    for square in empty[:1] if mine else empty:
        after.append(squares.copy())
        after[-1][square] = 1 if mine else -1
    return sum(games(one, not mine) for one in after)


def test_a_recorded_game():
    seen = record(first_square, perfect)
    assert_array_equal(seen[0], [1, 0, 0, 0, 0, 0, 0, 0, 0])
    assert_array_equal([one.sum() for one in seen[:4]], [1, 0, 1, 0])
    assert_array_equal([np.abs(one).sum() for one in seen], range(1, len(seen) + 1))
    last = seen[-1][None]
    assert won(-last)[0] or (over(last)[0] and not won(last)[0])  # perfect play does not lose


def test_both_sides_of_random_games():
    rng = np.random.default_rng(0)
    counts = play(random_player(rng), random_player(rng), 4000)
    assert sum(counts.values()) == 4000
    assert counts["won"] / 4000 == pytest.approx(0.585, abs=0.03)  # the first player's advantage
    assert counts["drawn"] / 4000 == pytest.approx(0.127, abs=0.02)
    assert self_play_scores.swapped({"won": 1, "drawn": 2, "lost": 3}) == {
        "won": 3,
        "drawn": 2,
        "lost": 1,
    }


def test_where_the_game_is_over_the_value_is_the_reward():
    network = self_play.make_network([4], np.random.default_rng(0))
    ends = np.vstack([board("xxx.o.o.."), board("xoxxoooxx")])
    assert_array_equal(self_play.values_of(network)(ends), [1, 0])
    assert_array_equal(self_play.planes(board("x.o......"))[0].nonzero()[0], [0, 9 + 2])


def test_the_target_is_minus_the_best_reply():
    rng = np.random.default_rng(0)
    training = self_play.SelfPlay(self_play.make_network([16], rng), 1, 0, rng)
    # The player to move (x) wins with the third square: the other player's board is lost.
    start = board("xx.oo....")
    for _ in range(300):
        training.boards = start.copy()
        training.step()
        assert_array_equal(training.boards, empty_boards(1))  # won: a new game
    assert training.player(-start)[0] == pytest.approx(-1, abs=0.01)
    assert training.finished == 300


def test_a_network_learns_by_self_play():
    args = ["--quick", "--no-show", "--networks", "1", "--steps", "400", "--random-games", "50"]
    found = trained(args)
    course = found["course"]
    lost = [sum(one["lost"] for one in at["all replies"]) for at in (course[0], course[-1])]
    assert lost[1] < lost[0] / 4
    assert trained(args) == found


def trained(args):
    parsed = parser("", script.FLAGS).parse_args(args)
    return script.learn(parsed, 3)[1]


@pytest.mark.parametrize("explore", ["1.0", "-0.1", "nan"])
def test_a_share_that_is_not_below_1(explore, tmp_path):
    with pytest.raises(ValueError, match=r"explore is .*; expected a number") as error:
        script.main(["--quick", "--explore", explore, "--out", str(tmp_path)])
    assert "\n" not in str(error.value)
