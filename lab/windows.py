"""Shows a figure: in a window, or in a notebook."""

from pathlib import Path
from typing import Any, cast

from common.io.notebook import in_notebook
from lab.plots import Figure


def wanted(show: bool | None) -> bool:
    """Return whether to show figures: `show`, or by default where Matplotlib can open windows."""
    return may_show() if show is None else show


def may_show() -> bool:
    """Return whether Matplotlib can open windows here."""
    import matplotlib.pyplot as plt

    return plt.get_backend().lower() not in {"agg", "pdf", "ps", "svg", "pgf", "cairo", "template"}


def show(fig: Figure, saved: Path) -> None:
    """Show a figure: in a notebook the saved file; elsewhere a window, until it is closed."""
    if in_notebook():
        from IPython.display import Image, display  # only notebooks need it

        display(Image(saved.read_bytes()))
        return
    import matplotlib.pyplot as plt

    plt.figure(FigureClass=cast(Any, lambda **_: fig))  # pyplot makes its window for this figure
    plt.show(block=True)
    plt.close(fig)
