"""Pictures of the same size in rows and columns, with a name for each (8.4.2, 8.5.3)."""

from collections.abc import Mapping, Sequence

import numpy as np

from lab.plots import Axes

GAP = 4  # pixels between pictures


def draw_table(
    ax: Axes, rows: Mapping[str, Sequence[np.ndarray]], columns: Sequence[str] = ()
) -> None:
    """Draw rows of pictures in one axes, with white gaps.

    Parameters
    ----------
    ax : Axes
    rows : mapping of str to sequence of uint8 ndarray of shape (H, W, 3)
        The pictures of each row, by its name.
    columns : sequence of str
        The names of the columns; none: they have no names.
    """
    padding = ((0, GAP), (0, GAP), (0, 0))
    padded = [[np.pad(one, padding, constant_values=255) for one in row] for row in rows.values()]
    down, across, _ = padded[0][0].shape
    ax.imshow(np.block([[[one] for one in row] for row in padded])[:-GAP, :-GAP])
    middles = down * np.arange(len(rows)) + (down - GAP) / 2
    ax.set_yticks(middles, list(rows), rotation=90, va="center")
    ax.set_xticks(across * np.arange(len(columns)) + (across - GAP) / 2, columns)
    ax.tick_params(length=0, labeltop=True, labelbottom=False)
    ax.spines[:].set_visible(False)
    ax.grid(False)
