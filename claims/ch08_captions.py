"""Claims of section 8.4.3: a sentence about an image."""

from claims.claim import FullClaim, MnistClaim, Results, Run
from claims.expect import Check, at_most, between, rule

TEST, MORE, NEW = "test scenes", "two or three digits", "held-out pairs"
GREEDY, BEAM = "greedy", "beam search"
LSTM, RNN, NO_IMAGE = "LSTM", "RNN", "LSTM without image"


def exact(results: Results) -> dict[str, float]:
    """Return the exact match of the shorter runs, and of the commonest sentence for all scenes."""
    found = {name: row["exact match"] for name, row in results["shorter"].items()}
    name = "the commonest sentence"
    return found | {name: results[name]["exact match"]}


def by_the_image() -> Check:
    """Expect that the network with an image is right far more often than one without."""
    return rule(
        "about the image",
        lambda found: (
            1 >= found[LSTM] >= 0.1 + max(found[NO_IMAGE], found["the commonest sentence"]) >= 0.1
        ),
        "exact match: by at least 0.1 more than without the image, or always the same sentence",
    )


RUNS = [
    Run(
        "ch08/captions.py",
        MnistClaim(
            "8.4.3, figure 8-21: A network writes a sentence that describes an image",
            f"scores/{TEST}/{BEAM}/exact match",
            between(0.85, 1, "describes", "exactly the correct words, on test scenes; the goal"),
        ),
        FullClaim(
            "8.4.3, figure 8-22: The features of the image start the recurrent network",
            exact,
            by_the_image(),
        ),
        FullClaim(
            "8.4.3, figure 8-22: ... which writes a text, and remembers earlier words",
            f"scores/{TEST}/{GREEDY}/grammatical",
            between(0.98, 1, "text", "sentences that follow the grammar; no word of it is checked"),
        ),
        FullClaim(
            "8.4.3: Beam search finds sentences that are more probable than greedy ones",
            [f"scores/{TEST}/{way}/log p" for way in (GREEDY, BEAM)],
            rule(
                "more probable",
                lambda log_p: log_p[0] <= log_p[1] <= 0,
                "mean logarithm of the probability; not in the book",
            ),
        ),
        FullClaim(
            "8.4.3: An LSTM learns at least as fast as a plain recurrent network",
            f"shorter/{LSTM}|{RNN}/exact match",
            rule(
                "at least as good",
                lambda found: 1 >= found[LSTM] >= found[RNN] - 0.03 > -0.03,
                "exact match after a shorter run on the same mini-batches; not in the book",
            ),
        ),
        MnistClaim(
            "8.4.3: Combinations of digits that were held out are described, too",
            f"scores/{NEW}/{BEAM}/exact match",
            between(0.5, 1, "", "exactly the correct words; not in the book"),
        ),
        FullClaim(
            "8.4.3: ... trained in minutes on two cores",
            "training/seconds",
            at_most(360, "", "seconds; the goal set beforehand"),
        ),
        figures=("8-21", "8-22"),
        digits=True,
        checkpoint=True,
        alone=True,
    ),
]
