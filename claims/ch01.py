"""Claims of chapter 1: outputs of the interpreter, and three figures."""

from functools import partial

from claims import book
from claims.claim import Claim, Run
from claims.expect import close, exactly, rule
from claims.tours import prints, tour_claims

RUNS = [
    Run("ch01/hungry.py", Claim("1.4.1: A one-line script", "said", exactly(book.HUNGRY.strip()))),
    Run("ch01/man.py", Claim("1.4.2: An instance keeps its name", "name", exactly("David"))),
    Run(
        "ch01/tour.py",
        *tour_claims(book.TOUR, "Each input gives the output printed in the book"),
        *(
            Claim(f"{section}: The statements print", partial(prints, section), exactly(printed))
            for section, printed in book.TOUR_PRINTS.items()
        ),
    ),
    Run(
        "ch01/simple_graph.py",
        Claim("1.6.1, figure 1-3: 60 points, from 0 to 5.9", "x", close(book.SIN_X, atol=1e-12)),
    ),
    Run(
        "ch01/sin_graph.py",
        Claim(
            "1.6.1: The curve crosses 0 at π, between 3.1 and 3.2",
            lambda r: [x for x, y in zip(r["x"], r["sin"], strict=True) if y > 0][-1],
            close(3.1, atol=1e-9, why="the last point above 0"),
        ),
    ),
    Run(
        "ch01/sin_cos_graph.py",
        Claim(
            "1.6.2, figure 1-4: Sine and cosine of the same x: sin² + cos² is 1 everywhere",
            lambda r: [s * s + c * c for s, c in zip(r["sin"], r["cos"], strict=True)],
            close([1.0] * 60, atol=1e-12, why="rounding"),
        ),
    ),
    Run(
        "ch01/img_show.py",
        Claim(
            "1.6.3, figure 1-5: An image file is read as an array of pixels with three colours",
            "shape",
            rule(
                "height, width, 3",
                lambda shape: len(shape) == 3 and min(shape[:2]) > 1 and shape[2] == 3,
                "three axes; the image differs from the book's",
            ),
        ),
    ),
]
