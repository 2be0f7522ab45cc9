"""Claims of chapter 2: truth tables, what one perceptron can do, and what it cannot."""

from claims import book
from claims.claim import Claim, FullClaim, Run
from claims.expect import at_most, exactly, rule

W1, W2, THETA = book.NAND_SETTING

RUNS = [
    Run(
        "ch02/perceptron.py",
        Claim(
            "2.3.2: The input (0, 1): products, their sum, and the sum with the bias",
            ["products", "sum", "score"],
            exactly(book.BIAS_STEPS),
        ),
    ),
    Run(
        "ch02/and_gate.py",
        Claim("2.3.3: AND with weights and bias", "AND", exactly(book.AND)),
        Claim(
            "2.2.1: Three of the many settings that make an AND gate",
            "settings of AND/*/y",
            exactly([book.AND] * len(book.AND_SETTINGS)),
        ),
    ),
    Run(
        "ch02/nand_gate.py",
        Claim("2.3.3: NAND with weights and bias", "NAND", exactly(book.NAND)),
        Claim(
            "2.2.2: The parameters of an AND gate with reversed signs make a NAND gate",
            "flipped/0",
            exactly({"w1": W1, "w2": W2, "theta": THETA, "y": book.NAND}),
        ),
        Claim(
            "2.2.2: The parameters of every AND gate with reversed signs make a NAND gate",
            "flipped/*/y",
            exactly([book.NAND] * len(book.AND_SETTINGS)),
            differs="Exactly at the threshold the output is 0 (eq. 2.1). For (1, 1, 1), a "
            "setting in the book, (1, 0) and (0, 1) are at the threshold with both signs.",
        ),
    ),
    Run(
        "ch02/or_gate.py",
        Claim("2.3.3: OR with weights and bias", "OR", exactly(book.OR)),
        Claim("2.4.1, figure 2-6: Eq. (2.3) is an OR gate", "eq 2.3", exactly(book.OR)),
    ),
    Run(
        "ch02/xor_gate.py",
        Claim(
            "2.5.2, figure 2-12: XOR is the AND of NAND and OR: x1, x2, s1, s2 and y",
            "x1 x2 s1 s2 y",
            exactly(book.XOR_ROWS),
        ),
        figures=("2-7", "2-8", "2-13"),
    ),
    Run(
        "ch02/xor_search.py",
        Claim(
            "2.4.1, figure 2-7: One perceptron can be AND, NAND and OR, but never XOR",
            "settings found",
            rule(
                "no setting makes XOR",
                lambda n: n["XOR"] == 0 < min(n["AND"], n["NAND"], n["OR"]),
                "35,937 settings on a grid; the proof is in the script's docstring",
            ),
        ),
    ),
    Run(
        "ch02/nand_computer.py",
        Claim(
            "2.6: Adders, a comparison, a decoder and an ALU consist of NAND gates only",
            "right",
            rule("all", lambda n: all(k == of > 0 for k, of in n.values()), "with all inputs"),
        ),
    ),
    Run(
        "ch02/universal_approximation.py",
        FullClaim(
            "2.6: Two layers with sigmoids approximate any function, given enough neurons",
            "errors",
            rule(
                "an arbitrarily small error",
                lambda e: e["20"] < 0.01 and e["1"] > e["4"] > e["20"],
                "a sine of amplitude 1: below 0.01 with 20 hidden neurons, larger with fewer",
            ),
        ),
    ),
    Run(
        "ch02/learning_rule.py",
        Claim(
            "4.1: A perceptron learns linearly separable data in finitely many steps",
            lambda r: {name: sum(r["mistakes"][name][-10:]) for name in ("AND", "NAND", "OR")},
            at_most(0, "no mistake", "in the last 10 of 30 passes"),
        ),
        Claim(
            "4.1: ... but never data that are not linearly separable",
            lambda r: min(r["mistakes"]["XOR"]),
            rule("XOR is never learned", lambda least: least > 0, "a mistake in every pass"),
        ),
    ),
]
