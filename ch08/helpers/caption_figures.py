"""The figures of `ch08/captions.py`: scenes with sentences, probabilities, scores (8.4.3)."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ch08.helpers.caption_runs import BEAM, COMMONEST, GREEDY, NO_IMAGE, TEST
from ch08.helpers.caption_scores import words_of
from lab import plots
from lab.plots import BLACK, BLUE, ORANGE, PURPLE, RED, SKY, Axes, Figure
from lab.script import Results

WIDTH = 36  # letters in a line below a scene
LETTERS: Any = {"family": "monospace", "fontsize": 9, "va": "top", "linespacing": 1.3}
READABLE = 0.15  # the least probability of another word that is named in its bar
STYLE: dict[str, Any] = {
    GREEDY: {"color": SKY, "hatch": ""},
    BEAM: {"color": BLUE, "hatch": "//"},
    "LSTM": {"color": BLUE, "hatch": "//"},
    "LSTM, shorter": {"color": SKY, "hatch": ""},
    "RNN, shorter": {"color": ORANGE, "hatch": "\\\\"},
    NO_IMAGE: {"color": PURPLE, "hatch": ".."},
    COMMONEST: {"color": "#999999", "hatch": "xx"},
}
RIGHT: Any = {"facecolor": BLUE}
WRONG: Any = {"facecolor": RED, "hatch": "//"}
OTHER: Any = {"facecolor": "#BBBBBB"}
MEASURES = ("word accuracy", "BLEU-4", "exact match")


def draw_examples(results: Results) -> Figure:
    """Draw six test scenes with their sentences; wrong words are red, and in brackets."""
    names = [[f"{kind}{3 * row + k}" for k in range(3)] for row in (0, 1) for kind in ("scene", "")]
    fig, axes = plots.mosaic(names, size=(9.4, 8.6), height_ratios=(20, 9, 20, 9))
    for ax in axes.values():
        ax.axis("off")
    for n, row in enumerate(results["examples"]):
        draw_image(axes[f"scene{n}"], row["image"])
        right = row["sentence"] == row["true"]
        axes[f"scene{n}"].set_title(f"scene {row['number']}: {verdict(row)}", fontsize=11)
        black, red = two_colors(words_of(row["sentence"]), row["wrong"])
        if not right:
            black += "\ncorrect:\n" + textwrap.fill(row["true"], WIDTH)
        for text, color in ((black, BLACK), (red, RED)):
            axes[f"{n}"].text(0, 1, text, color=color, **LETTERS)
    scores = results["scores"][TEST]
    title = f"{scores[BEAM]['exact match']:.1%} of {scores['scenes']:,} test scenes get exactly"
    fig.suptitle(f"{title} the correct sentence\nred, in brackets: words that are wrong")
    return fig


def verdict(row: Results) -> str:
    """Return whether a sentence is right."""
    return "right" if row["sentence"] == row["true"] else "wrong"


def draw_image(ax: Axes, image: Any) -> None:
    """Draw a scene without ticks."""
    ax.imshow(np.array(image), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    ax.axis("on")
    ax.set(xticks=[], yticks=[])
    ax.grid(False)


def two_colors(words: Sequence[str], wrong: Sequence[bool]) -> tuple[str, str]:
    """Return lines with the right words, and lines with the wrong ones, in brackets.

    There are blanks in place of the others: in a font with letters of the same width, one text over
    the other is the sentence in two colours.
    """
    marked = [f"[{word}]" if bad else word for word, bad in zip(words, wrong, strict=True)]
    lines = textwrap.wrap(" ".join(marked).replace(" ,", ","), WIDTH)
    texts = []
    for side in (False, True):
        kept = [
            [word if (word[0] == "[") == side else " " * len(word) for word in line.split()]
            for line in lines
        ]
        texts.append("\n".join(" ".join(line) for line in kept))
    return texts[0], texts[1]


def draw_words(results: Results) -> Figure:
    """Draw the probability of each word: of the longest right sentence, and of the first wrong."""
    shown = results["examples"]
    right = [row for row in shown if verdict(row) == "right"]
    wrong = [row for row in shown if verdict(row) == "wrong"]
    right = sorted(right, key=lambda row: -len(row["words"]))
    rows = [*right[:1], *wrong[:1], *right[1:], *wrong[1:]][:2]
    names = [[f"scene{n}", *[f"words{n}"] * 3] for n in range(len(rows))]
    fig, axes = plots.mosaic(names, size=(9.4, 1 + 3.6 * len(rows)))
    for n, row in enumerate(rows):
        draw_image(axes[f"scene{n}"], row["image"])
        axes[f"scene{n}"].set_title(f"scene {row['number']}: {verdict(row)}", fontsize=11)
        draw_probabilities(axes[f"words{n}"], row, max(len(one["words"]) for one in rows))
    explain(fig, "a word that is wrong")
    fig.suptitle("\n".join(map(least_sure, rows)))
    return fig


def least_sure(row: Results) -> str:
    """Return in words which word of a sentence is the least probable."""
    k = int(np.argmin(row["p"]))
    word = f"'{row['words'][k]}', {row['p'][k]:.2f}"
    return f"Scene {row['number']} ({verdict(row)}): the least probable word is no. {k + 1}, {word}"


def draw_probabilities(ax: Axes, row: Results, steps: int) -> None:
    """Draw the probability of each word, and above it the most probable other word."""
    p, other = (np.array(row[key], float) for key in ("p", "p of other"))
    wrong = [*row.get("wrong", []), *[False] * len(p)]
    for k, value in enumerate(p.tolist()):
        ax.bar(k, value, 0.8, edgecolor="white", **(WRONG if wrong[k] else RIGHT))
        if other[k] >= READABLE:
            middle = value + other[k] / 2
            ax.text(k, middle, row["other"][k], ha="center", va="center", fontsize=9, rotation=90)
    ax.bar(np.arange(len(p)), other, 0.8, bottom=p, zorder=0.5, **OTHER)
    ax.set_xticks(range(len(p)), row["words"], rotation=90)
    ax.set(xlim=(-0.6, steps - 0.4), ylim=(0, 1.05), ylabel="probability, given the words before")
    ax.grid(visible=False, axis="x")


def explain(fig: Figure, wrong: str = "") -> None:
    """Explain the colours of the bars below the axes; `wrong`: the name of wrong words, if any."""
    styles = {"the word": RIGHT, **({wrong: WRONG} if wrong else {}), "the next best word": OTHER}
    patches = [plots.legend_patch(label=name, **style) for name, style in styles.items()]
    fig.legend(handles=patches, loc="outside lower center", ncols=3)


def draw_scores(results: Results) -> Figure:
    """Draw the exact match by kind of scene and way to write; beside it, other networks."""
    fig, (above, below) = plots.figure(2, 1, size=(9.4, 8))
    scores = results["scores"]
    ways = {way: [row[way]["exact match"] for row in scores.values()] for way in (GREEDY, BEAM)}
    bars(above, ways, [f"{name}\n({row['scenes']:,} scenes)" for name, row in scores.items()])
    best, of_more, new = ways[BEAM]
    more = f"Beam search: {best:.3f} of the test scenes, greedy: {ways[GREEDY][0]:.3f}"
    above.set(title=more, ylabel="exact match")
    bars(below, others(results), MEASURES)
    below.set(title=beside(results), ylabel="score, test scenes")
    old = f"Two or three digits: {of_more:.1%} are described exactly"
    fig.suptitle(f"{old}; with a held-out pair: {new:.1%}")
    return fig


def beside(results: Results) -> str:
    """Return in words how other networks, or the baseline, do."""
    if "shorter" not in results:
        return f"'{results[COMMONEST]['sentence']}': {results[COMMONEST]['exact match']:.3f}"
    exact = {name: row["exact match"] for name, row in results["shorter"].items()}
    short = f"Shorter runs, exact match: LSTM {exact['LSTM']:.2f}, RNN {exact['RNN']:.2f}"
    return f"{short}, without image {exact[NO_IMAGE]:.2f}"


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
    draw_probabilities(right, one, len(one["words"]))
    explain(fig)
    fig.suptitle(textwrap.fill(f"{results['settings']['image'].name}: {one['sentence']}", 90))
    return fig
