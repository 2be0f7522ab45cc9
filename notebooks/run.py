"""Run the notebooks from top to bottom, and save them with their outputs.

    python notebooks/run.py
    python notebooks/run.py ch03 ch04

Each notebook runs in a fresh kernel, in half a minute at most. What is saved does not depend on the
moment, apart from measured times: no metadata of Jupyter, no progress bars, and small pictures. So
`git diff` shows what has changed. If a number depends on time or on rounding, give its cell the tag
"varies": the tests then do not compare it.
"""

import base64
import io
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

try:
    from common.io.files import replacing
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from PIL import Image

try:
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError
    from nbformat import NotebookNode
except ModuleNotFoundError as missing:
    raise SystemExit(f'{missing}: first run python -m pip install -e ".[dev]"') from None

FOLDER = Path(__file__).resolve().parent
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
BAR = re.compile(r"[^\n]*\r|[^\n]*\d+/\d+ \[\d\d:\d\d<[^\n]*\n?")  # overwritten, or the last one


def executed(path: Path, folder: Path) -> NotebookNode:
    """Return a notebook after a run in `folder`, in the form in which it is saved.

    Raises
    ------
    CellExecutionError
        If a cell fails.
    """
    notebook = nbformat.read(path, as_version=4)
    environment = {key: value for key, value in os.environ.items() if key != "MPLBACKEND"}
    options = {"kernel_name": "python3", "coalesce_streams": True, "timeout": 600}  # for a cell
    client = NotebookClient(notebook, **options)
    client.execute(cwd=str(folder), env=environment)
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        for output in cell.get("outputs", []):
            tidy(output)
    return notebook


def tidy(output: NotebookNode) -> None:
    """Remove progress bars from what is printed; make pictures small."""
    output.pop("metadata", None) if output.output_type == "stream" else output.metadata.clear()
    if output.output_type == "stream":
        output.text = BAR.sub("", output.text)
    elif "image/png" in output.data:
        output.data = nbformat.from_dict({"image/png": small(output.data["image/png"])})


def small(png: str) -> str:
    """Return a picture, in base64, at two thirds of its size and with 128 colours."""
    image, file = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB"), io.BytesIO()
    image = image.resize((image.width * 2 // 3, image.height * 2 // 3))
    image.quantize(128, Image.Quantize.FASTOCTREE).save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()


def main(names: Sequence[str]) -> None:
    """Run and save the named notebooks, or all; a notebook with an error stays as it was."""
    paths = {path.stem: path for path in sorted(FOLDER.glob("*.ipynb"))}
    for name in names or paths:
        if name not in paths:
            raise SystemExit(f"run.py: {name}; expected some of {', '.join(paths)}")
        try:
            notebook = executed(paths[name], FOLDER)
        except CellExecutionError as error:
            raise SystemExit(f"run.py: {name}.ipynb: {error.ename}: {error.evalue}") from None
        with replacing(paths[name]) as file:
            file.write(as_saved(notebook))
        print(f"saved notebooks/{name}.ipynb")


def as_saved(notebook: NotebookNode) -> bytes:
    """Return the content of the file: keys in order, a line for each line of a cell."""
    return (nbformat.writes(notebook) + "\n").encode()


if __name__ == "__main__":
    main(sys.argv[1:])
