"""Faults of a figure: points cut off or below a legend, small letters, many panels."""

import numpy as np
from matplotlib.text import Text

PAGE = 900 / 96  # inches: the width of a page of 900 pixels
SMALLEST = 8  # points, at that width
PANELS = 6


def faults(figure):
    """Return a line for each fault."""
    return covered(figure) + hard_to_read(figure)


def hard_to_read(figure):
    """Return a line for each size of letters that is too small on a page, and for many panels."""
    scale = min(1, PAGE / figure.get_figwidth())
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text()]
    small = {text.get_fontsize(): text.get_text() for text in texts}
    found = [
        f"{text!r}: {size * scale:.1f} points at 900 pixels"
        for size, text in small.items()
        if size * scale < SMALLEST - 1e-6
    ]
    panels = [ax for ax in figure.axes if ax.axison and ax.get_label() != "<colorbar>"]
    return found + [f"{len(panels)} panels"] * (len(panels) > PANELS)


def covered(figure):
    """Return a line for each curve with points beyond its axes, or below their legend."""
    return [
        f"{ax.get_title()!r}, {line.get_label()}: {where}"
        for ax in figure.axes
        if ax.name == "rectilinear" and ax.get_visible()
        for line in ax.lines
        if line.get_transform() == ax.transData
        for where, number in places(ax, line).items()
        if number
    ]


def places(ax, line):
    """Return how many points of a line are outside of the axes, and how many below the legend."""
    points = ax.transData.transform(line.get_xydata())
    points = points[np.isfinite(points).all(axis=1)]
    low, high = ax.bbox.min - 1, ax.bbox.max + 1  # a pixel more, for rounding
    inside = ((points >= low) & (points <= high)).all(axis=1)
    found = {"cut off": int((~inside).sum()), "under the legend": 0}
    if ax.get_legend() is not None and len(points):
        box = ax.get_legend().get_window_extent()
        if line.get_linestyle() != "None" and len(points) < 500:
            points = between(points)
        found["under the legend"] = int(((points > box.min) & (points < box.max)).all(axis=1).sum())
    return found


def between(points):
    """Return points on the line through the given ones, ten for each segment."""
    steps = np.linspace(0, len(points) - 1, 10 * len(points))
    return np.stack([np.interp(steps, np.arange(len(points)), row) for row in points.T], axis=1)
