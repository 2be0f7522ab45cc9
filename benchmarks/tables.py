"""Numbers as tables in Markdown, and the machine that they were measured on."""

import os
import platform
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info


def table(title, first, columns, rows):
    """Print cells as a table in Markdown: strings, numbers with three digits, and - for NaN."""
    body = [[name, *map(text, row)] for name, row in rows.items()]
    lines = [[first, *columns], *body]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    print(f"\n{title}\n")
    for line in (lines[0], rule, *body):
        cells = [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        print("|", " | ".join([line[0].ljust(widths[0]), *cells]), "|", flush=True)


def text(cell):
    """Return a string as it is, and a number with three significant digits."""
    if isinstance(cell, str):
        return cell
    return "-" if np.isnan(cell) else f"{float(f'{cell:.3g}'):g}"


def machine(versions):
    """Return a description of the machine and of the software.

    Parameters
    ----------
    versions : dict
        The version of each installed peer.
    """
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.split(": ")[1] for line in lines if line.startswith("model name")]
    blas = [
        f"{lib['internal_api']} {lib['version']} for {lib.get('architecture', '?')}"
        for lib in threadpool_info()
        if lib["user_api"] == "blas"
    ]
    peers = [f"{package} {version}" for package, version in versions.items()]
    return ", ".join(
        [
            f"{models[0] if models else platform.processor()}, {os.cpu_count()} cores",
            f"{platform.system()}, Python {platform.python_version()}, NumPy {np.__version__}",
            *blas,
            *peers,
        ]
    )
