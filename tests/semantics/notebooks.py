"""The corpus: notebooks as text, a cell after each line `# %%`."""

import re
from pathlib import Path

import nbformat
from nbformat import v4

CORPUS = Path(__file__).parent / "corpus"

_CELL = re.compile(r"# %%(?: \[(markdown|raw)\])?")
_MAKE = {None: v4.new_code_cell, "markdown": v4.new_markdown_cell, "raw": v4.new_raw_cell}


def read(name: str) -> nbformat.NotebookNode:
    """The notebook of this name."""
    notebook = v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    sources: list[tuple[str | None, list[str]]] = []
    for line in (CORPUS / f"{name}.ipy").read_text(encoding="utf-8").split("\n"):
        if mark := _CELL.fullmatch(line):
            sources.append((mark[1], []))
        else:
            sources[-1][1].append(line)
    for number, (kind, source) in enumerate(sources):
        notebook.cells.append(_MAKE[kind]("\n".join(source).strip("\n"), id=f"cell-{number}"))
    return notebook


def code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """Its code cells."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]
