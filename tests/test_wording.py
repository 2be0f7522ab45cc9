"""Plain English: unclear phrases are banned, each with a replacement."""

import io
import re
import tokenize

from tests.test_cli import ROOT

INSTEAD = {  # regular expression: what to write
    r"first weights?": "initial weights",
    r"shipped weights|(?:that )?comes? with it": "the bundled weights",
    r"reads? (?:only )?(?:0\.\d+|[\d.,]+ %)": "classifies 98.38 % correctly; an accuracy of 0.9838",
    r"rightly|wrongly": "correctly, incorrectly",
    r"an?(?:other)? training(?= (?:of|that|by|on|as|is|with|and|in)\b|[.,:;)])|trainings": (
        "a training run"
    ),
    r"go(?:es|ing)? on (?:from|with)": "resumes from, continues with",
    r"behind (?:each|every)": "after each",
    r"is a text|texts": "a string, strings",
    r"so many": "this many, or the name of the number",
    r"hand(?:s|ed|ing)? (?:on|back|down|over)": "passes on, returns",
    r"hands? out|handed out|shar(?:es?|ed) out": "returns, splits",
    r"round (?:a|the) shortcut": "around a shortcut",
    r"(?<!there )(?-i:is none)(?=[.,:;)])": "is not a ...",
    r"anew": "again, from scratch",
    r"of one bit": "1-bit",
    r"(?:know|known|knows|learn) by heart|by heart": "memorized",
    r"comes? to know": "learns",
    r"comes? back whole": "undiminished",
    r"nobody|somebody|anybody": "say who, or leave it out",
    r"turned (?:by|about|upright|to the)|turns? (?:by|about)": "rotated by, rotates by",
    r"(?:is|are|was) asked (?:for|with)|is told": "is selected, is called with",
    r"of (?:its|their|one's) own": "separate, own, custom",
    r"whole or not at all": "atomically",
    r"not sound|unsound": "damaged, not valid",
    r"from \d on": ">= 1",
    r"in capitals or not": "upper or lower case",
    r"as (?:often as )?you like": "any number of",
    r"hyper-parameters?": "hyperparameters",
    r"over-?fits? itself|over-fitting": "overfitting",
    r"finetun\w+|fine tuned": "fine-tuned",
    r"left out at random": "dropped at random",
    r"what c[ao]mes?": "the output, the result",
    r"take[ns]? for each other": "confuses, confused with",
    r"as in a mirror": "extended by reflection",
    r"as often as it stands": "repeated across a row",
    r"written over": "overwritten",
    r"for the patient": "slow",
}
FOLDERS = (
    "benchmarks",
    "notebooks",
    "common",
    "dataset",
    "lab",
    "claims",
    "exercises",
    *(f"ch0{n}" for n in range(1, 9)),
)
FILES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
FILES += [ROOT / name for name in ("practice.py", "reproduce.py", "README.md", "CONTRIBUTING.md")]


def words(path):
    """Return the text of a file in one line; for code, its comments and strings."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        kinds = ("COMMENT", "STRING", "FSTRING_MIDDLE")
        text = " ".join(
            one.string.strip("#\"' ") for one in tokens if tokenize.tok_name[one.type] in kinds
        )
        text = re.sub(r"\{[^{}]*\}", "", text)  # code in an f-string
    return " ".join(text.split())


def found(text):
    """Return the banned phrases of a text, with the words around them and the replacement."""
    return [
        f"...{text[max(0, hit.start() - 40) : hit.end() + 20]}...: write {instead}"
        for pattern, instead in INSTEAD.items()
        for hit in re.finditer(rf"\b(?:{pattern})(?!\w)", text, re.IGNORECASE)
    ]


def test_plain_words():
    assert {path: hits for path in FILES if (hits := found(words(path)))} == {}


def test_what_is_banned_is_found():
    bad = "The first weights; a training, and trainings. So many threads; goes on from there"
    bad += "; a flipped digit is none: it was taken for each other, whole or not at all. nobody"
    assert len(found(bad)) == 9
    assert found("the initial weights; a training run of this many steps on a training set") == []
