"""The function that the optimizers of section 6.1 minimize, with its figures 6-1 and 6-2."""

from collections.abc import Mapping
from itertools import cycle
from typing import Any

import numpy as np

from lab import plots
from lab.plots import Axes, Figure


def f(x: Any, y: Any) -> Any:
    """Return x^2 / 20 + y^2 (eq. 6.2): a valley along x, with its minimum, 0, at (0, 0)."""
    return x**2 / 20 + y**2


def gradient(x: Any, y: Any) -> tuple[Any, Any]:
    """Return the derivatives of `f` for x and for y."""
    return x / 10, 2 * y


def draw(paths: Mapping[str, Any]) -> Figure:
    """Draw `f` and its gradient, and how `f` falls along each of the paths."""
    names, options = [["surface", "contours"], ["gradient", "f"]], {"projection": "3d"}
    fig, axes = plots.mosaic(names, (9.4, 7), per_subplot_kw={"surface": options})
    draw_surface(axes["surface"])
    draw_contours(axes["contours"], "Figure 6-1: contours of f", (-8, 8), (-5.5, 5.5))
    title = "Figure 6-2: minus the gradient of f"
    draw_contours(axes["gradient"], title, (-8, 8), (-5.5, 5.5))
    draw_gradient(axes["gradient"])
    for (name, result), style in zip(paths.items(), cycle(("-", "--", "-.", ":")), strict=False):
        axes["f"].semilogy(result["f"], style, color=plots.color(name), label=name)
    axes["f"].set(title="f after each update", xlabel="update", ylabel="f")
    axes["f"].legend()
    return fig


def draw_surface(ax: Any) -> None:
    """Draw `f` above the plane, on 3D axes."""
    x, y = np.meshgrid(np.linspace(-10, 10, 401), np.linspace(-10, 10, 401))
    ax.plot_surface(x, y, f(x, y), cmap="viridis", linewidth=0)
    ax.set(xlabel="x", ylabel="y", zlabel="f", title="Figure 6-1: f(x, y) = x²/20 + y²")


def draw_contours(ax: Axes, title: str, xlim: tuple[float, float], ylim: Any) -> None:
    """Draw contour lines of `f`, and a cross at its minimum."""
    x, y = np.meshgrid(np.linspace(-10, 10, 401), np.linspace(-10, 10, 401))
    ax.contour(x, y, f(x, y), np.arange(1, 20) ** 2 / 4, colors="gray", linewidths=0.4)
    ax.plot(0, 0, "k+", markersize=12)
    ax.set(xlabel="x", ylabel="y", aspect="equal", xlim=xlim, ylim=ylim, title=title)


def draw_gradient(ax: Axes) -> None:
    """Draw arrows along minus the gradient of `f`: most of them do not point to the minimum."""
    x, y = np.meshgrid(np.arange(-7, 8), np.arange(-5, 6, 2))
    ax.quiver(x, y, *-np.array(gradient(x, y)), angles="xy", width=0.005)
