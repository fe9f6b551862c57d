"""Runs notebooks in plain IPython, one after the other in one process; prints the CPU seconds of each as JSON.

No kernel, no sandbox, no grader: what the cells cost by themselves, once their libraries are imported. Threads and
seed are those of the grader.

Usage: plain_cells.py FOLDER NOTEBOOK...
"""

import contextlib
import json
import os
import sys
import time
from pathlib import Path

import keras
import matplotlib.pyplot as plt  # noqa: F401
import pandas as pd  # noqa: F401
import tensorflow as tf
from IPython.core.interactiveshell import InteractiveShell


def cpu_seconds(shell: InteractiveShell, notebook: Path) -> float:
    """Run the cells of a notebook and give their CPU seconds."""
    cells = [cell["source"] for cell in json.loads(notebook.read_text())["cells"] if cell["cell_type"] == "code"]
    shell.reset(new_session=True)
    keras.utils.set_random_seed(1)
    begin = time.process_time()
    for cell in cells:
        source = cell if isinstance(cell, str) else "".join(cell)
        with Path(os.devnull).open("w") as nothing, contextlib.redirect_stdout(nothing):
            shell.run_cell(source, store_history=True).raise_error()
    return time.process_time() - begin


def main(folder: str, *notebooks: str) -> None:
    """Run the notebooks in the folder given."""
    paths = [Path(notebook).resolve() for notebook in notebooks]
    os.chdir(folder)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    shell = InteractiveShell.instance()
    print(json.dumps([cpu_seconds(shell, path) for path in paths]))


if __name__ == "__main__":
    main(*sys.argv[1:])
