"""Claims of section 8.4.3: a sentence about an image."""

from claims.claim import FullClaim, MnistClaim, Run
from claims.expect import at_most, between, rule

LSTM, NO_IMAGE, COMMONEST = "LSTM", "LSTM without image", "the commonest sentence"

RUNS = [
    Run(
        "ch08/captions.py",
        MnistClaim(
            "8.4.3, figure 8-21: A network writes a sentence that describes an image",
            "scores/test scenes/beam search/exact match",
            between(0.85, 1, "describes", "exactly the correct words, on test scenes; the goal"),
        ),
        FullClaim(
            "8.4.3, figure 8-22: The features of the image start the recurrent network",
            ["shorter/*/exact match", f"{COMMONEST}/exact match"],
            rule(
                "about the image",
                lambda found: 1 >= found[0][LSTM] >= 0.1 + max(found[0][NO_IMAGE], found[1]) >= 0.1,
                "exact match: by at least 0.1 more than without it, or always the same sentence",
            ),
        ),
        FullClaim(
            "8.4.3, figure 8-22: ... which writes a text, and remembers earlier words",
            "scores/test scenes/greedy/grammatical",
            between(0.98, 1, "text", "sentences that follow the grammar; no word of it is checked"),
        ),
        FullClaim(
            "8.4.3: Beam search finds sentences that are more probable than greedy ones",
            [f"scores/test scenes/{way}/log p" for way in ("greedy", "beam search")],
            rule(
                "more probable",
                lambda log_p: log_p[0] <= log_p[1] <= 0,
                "mean logarithm of the probability; not in the book",
            ),
        ),
        FullClaim(
            "8.4.3: An LSTM learns at least as fast as a plain recurrent network",
            "shorter/LSTM|RNN/exact match",
            rule(
                "at least as good",
                lambda found: 1 >= found[LSTM] >= found["RNN"] - 0.03 > -0.03,
                "exact match after a shorter run on the same mini-batches; not in the book",
            ),
        ),
        MnistClaim(
            "8.4.3: Combinations of digits that were held out are described, too",
            "scores/held-out pairs/beam search/exact match",
            between(0.5, 1, "", "exactly the correct words; not in the book"),
        ),
        FullClaim(
            "8.4.3: ... trained in minutes, even on one core",
            "training/seconds",
            at_most(720, "", "seconds; twice the goal for two cores"),
        ),
        digits=True,
        flags=("--threads", "1"),
        checkpoint=True,
    ),
]
