"""The figures of `ch08/captions.py`: scenes with sentences, probabilities, scores (8.4.3)."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ch08.helpers.caption_runs import BEAM, COMMONEST, GREEDY, NO_IMAGE, TEST
from ch08.helpers.caption_scores import words_of
from lab import plots
from lab.plots import BLACK, BLUE, ORANGE, PURPLE, RED, SKY
from lab.script import Results

WIDTH = 34  # letters in a line below a scene
STYLE: dict[str, Any] = {
    GREEDY: {"color": SKY, "hatch": ""},
    BEAM: {"color": BLUE, "hatch": "//"},
    "LSTM": {"color": BLUE, "hatch": "//"},
    "LSTM, shorter": {"color": SKY, "hatch": ""},
    "RNN, shorter": {"color": ORANGE, "hatch": "\\\\"},
    NO_IMAGE: {"color": PURPLE, "hatch": ".."},
    COMMONEST: {"color": "#999999", "hatch": "xx"},
}
MEASURES = ("word accuracy", "BLEU-4", "exact match")


def draw_examples(results: Results) -> Figure:
    """Draw six test scenes with their sentences; wrong words are red, and in brackets."""
    fig, axes = plots.figure(2, 3, size=(9.4, 8.2))
    shown = results["examples"]
    for ax, row in zip(axes.flat, shown, strict=False):
        draw_image(ax, row["image"])
        right = row["sentence"] == row["true"]
        ax.set_title(f"scene {row['number']}: {'right' if right else 'wrong'}", fontsize=11)
        black, red = two_colors(words_of(row["sentence"]), row["wrong"])
        if not right:
            black += "\ncorrect:\n" + textwrap.fill(row["true"], WIDTH)
        write_below(ax, black, BLACK)
        write_below(ax, red, RED)
    for ax in axes.flat[len(shown) :]:
        ax.axis("off")
    scores = results["scores"][TEST]
    title = f"{scores[BEAM]['exact match']:.1%} of {scores['scenes']:,} test scenes get exactly"
    fig.suptitle(f"{title} the correct sentence\nred, in brackets: words that are not in it")
    return fig


def draw_image(ax: Axes, image: Any) -> None:
    """Draw a scene without ticks."""
    ax.imshow(np.array(image), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    ax.set(xticks=[], yticks=[])
    ax.grid(False)


def write_below(ax: Axes, text: str, color: str) -> None:
    """Write lines below an axes."""
    style: Any = {"family": "monospace", "fontsize": 9, "va": "top", "linespacing": 1.3}
    ax.text(0, -0.04, text, transform=ax.transAxes, color=color, **style)


def two_colors(words: Sequence[str], wrong: Sequence[bool]) -> tuple[str, str]:
    """Return lines with the right words, and lines with the wrong ones, in brackets.

    There are blanks in place of the others: in a font with letters of the same width, one text over
    the other is the sentence in two colours.
    """
    marked = [f"[{word}]" if bad else word for word, bad in zip(words, wrong, strict=True)]
    lines = textwrap.wrap(" ".join(marked), WIDTH, break_on_hyphens=False)
    texts = []
    for side in (False, True):
        kept = [
            [word if (word[0] == "[") == side else " " * len(word) for word in line.split()]
            for line in lines
        ]
        texts.append("\n".join(" ".join(line) for line in kept))
    return texts[0], texts[1]


def draw_words(results: Results) -> Figure:
    """Draw the probability of each word: of the longest right sentence, and of a wrong one."""
    shown = results["examples"]
    right = [row for row in shown if row["sentence"] == row["true"]]
    wrong = [row for row in shown if row["sentence"] != row["true"]]
    longest = sorted(right, key=lambda row: -len(row["words"]))
    rows = [*longest[:1], *wrong[:1], *longest[1:], *wrong[1:]][:2]
    names = [[f"image{n}", *[f"words{n}"] * 3] for n in range(len(rows))]
    fig, axes = plots.mosaic(names, size=(9.4, 3.8 * len(rows)))
    for n, row in enumerate(rows):
        draw_image(axes[f"image{n}"], row["image"])
        what = "right" if row in right else "wrong"
        axes[f"image{n}"].set_title(f"scene {row['number']}: {what}", fontsize=11)
        draw_probabilities(axes[f"words{n}"], row)
    least = min(rows[0]["p"])
    fig.suptitle(f"One word after the other: in the first sentence, the least sure has {least:.2f}")
    handles, labels = axes["words0"].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside lower center", ncols=3)
    return fig


def draw_probabilities(ax: Axes, row: Results) -> None:
    """Draw the probability of each word, and above it the most probable other word."""
    p, other = (np.array(row[key], float) for key in ("p", "p of other"))
    wrong = np.array([*row.get("wrong", []), False, *[False] * len(p)][: len(p)])
    at = np.arange(len(p))
    ax.bar(at[~wrong], p[~wrong], 0.8, label="word", color=BLUE, edgecolor="white")
    style: Any = {"color": RED, "edgecolor": "white", "hatch": "//"}
    ax.bar(at[wrong], p[wrong], 0.8, label="wrong word", **style)
    ax.bar(at, other, 0.8, bottom=p, label="the most probable other word", color="#BBBBBB")
    for k in np.flatnonzero(other >= 0.1).tolist():
        middle = p[k] + other[k] / 2
        ax.text(k, middle, row["other"][k], ha="center", va="center", fontsize=9, rotation=90)
    ax.set_xticks(at, row["words"], rotation=90)
    ax.set(ylim=(0, 1.05), ylabel="probability")
    ax.grid(visible=False, axis="x")


def draw_scores(results: Results) -> Figure:
    """Draw the exact match by kind of scene and way to write; beside it, other networks."""
    fig, (above, below) = plots.figure(2, 1, size=(9.4, 8))
    scores = results["scores"]
    ways = {way: [row[way]["exact match"] for row in scores.values()] for way in (GREEDY, BEAM)}
    bars(above, ways, [f"{name}\n({row['scenes']:,})" for name, row in scores.items()])
    more = ways[BEAM][0] - ways[GREEDY][0]
    above.set(title=f"The network: beam search adds {more:+.3f}", ylabel="exact match")
    bars(below, others(results), MEASURES)
    below.set(title="Beside it, on the test scenes", ylabel="score")
    old, _, new = ways[BEAM][:3]
    title = f"Exactly the correct sentence: {old:.2f}, of pairs never seen in training {new:.2f}"
    fig.suptitle(title)
    return fig


def others(results: Results) -> dict[str, list[float]]:
    """Return the three measures of the network, of the shorter runs, and of the baseline."""
    scores = results["scores"][TEST]
    rows = {"LSTM": {"word accuracy": scores["word accuracy"], **scores[BEAM]}}
    for name, row in results.get("shorter", {}).items():
        rows[name if name == NO_IMAGE else f"{name}, shorter"] = row
    rows[COMMONEST] = results[COMMONEST]
    return {name: [row.get(measure, np.nan) for measure in MEASURES] for name, row in rows.items()}


def bars(ax: Axes, rows: Mapping[str, Sequence[float]], groups: Sequence[str]) -> None:
    """Draw groups of bars, one of each row in each group."""
    wide = 0.84 / len(rows)
    for k, (name, values) in enumerate(rows.items()):
        at = np.arange(len(groups)) + (k - (len(rows) - 1) / 2) * wide
        drawn = ax.bar(at, values, 0.94 * wide, label=name, edgecolor="white", **STYLE[name])
        ax.bar_label(drawn, ["" if np.isnan(v) else f"{v:.2f}" for v in values], padding=1)
    ax.set_xticks(range(len(groups)), groups)
    ax.set_ylim(0, 1.35)
    ax.set_yticks(np.linspace(0, 1, 6))
    ax.legend(loc="upper center", ncols=3, fontsize=9)


def draw_photo(results: Results) -> Figure:
    """Draw a photograph as the network gets it, its sentence, and the probability of each word."""
    one = results["told"]
    fig, (left, right) = plots.figure(1, 2, size=(9.4, 4.6), width_ratios=(1, 2))
    draw_image(left, results["image"])
    left.set_title("As the network gets it", fontsize=11)
    draw_probabilities(right, one)
    right.legend(*right.get_legend_handles_labels(), loc="lower left")
    fig.suptitle(textwrap.fill(f"{results['settings']['image'].name}: {one['sentence']}", 90))
    return fig
