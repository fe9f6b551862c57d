"""A notebook gives here what it gives in Jupyter; where it does not, the difference is declared and explained."""

import difflib
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import matplotlib
import nbformat
import pytest

from grader.execute.bubblewrap import environment
from grader.execute.local import LocalExecutor
from grader.model.exercise import Limits
from grader.model.job import Job
from grader.model.record import Outcome, Record
from tests.conftest import ROOT
from tests.semantics import notebooks
from tests.semantics.view import lines

pytestmark = pytest.mark.slow

NAMES = sorted(path.stem for path in notebooks.CORPUS.glob("*.ipy"))
EXPLAINED = ROOT / "docs/design/notebook-semantics.md"
PATIENCE = 900

# notebook -> number of the code cell -> lines that only Jupyter has (-) or only we have (+)
DECLARED: dict[str, dict[int, list[str]]] = {
    "background": {
        1: [r"+stdout 'begun in a cell that does not wait 0\n'"],
        2: [r"+stdout 'begun in a cell that does not wait 1\n'", r"+stdout 'begun in a cell that does not wait 2\n'"],
        7: [r"+stdout 'ZeroDivisionError\n'"],
    },
    "display": {
        5: ["-  application/json \"{'a': [1, 2, {'b': None}]}\""],
        6: ["-  application/javascript 'alert(1)'"],
        8: ["-  application/x-made-up 'x'"],
        9: ["-  application/x-made-up+json \"{'deep': [1]}\"", "+  application/x-left-out ''"],
        19: [r"-  application/javascript 'console.log(1)\n'"],
        20: ["-  image/svg+xml 'a drawing'"],
    },
    "drawing": {21: ["-  image/jpeg '100x100'", "+  image/png '100x100'"]},
    "magics": {41: [r"-stdout 'ImportError\n'", r"+stdout 'UsageError\n'"]},
    "pictures": {
        1: ["-  image/jpeg '7x5'"],
        4: ["-  image/jpeg '7x5'", "+  image/png '7x5'"],
        7: ["-  image/gif '7x5'"],
        8: ["-  image/svg+xml 'a drawing'"],
        9: ["-  image/svg+xml 'a drawing'"],
        12: ["-  image/png 'no picture'", "+  application/x-left-out 'picture'"],
    },
    "processes": {7: [r"-stdout 'in the parent\n'"]},
    "reprs": {
        11: ["-  application/javascript '1'", "-  application/json \"{'a': 1}\"", "-  image/svg+xml 'a drawing'"],
    },
}


class Both:
    """Runs notebooks through Jupyter and through our executor.

    Args:
        executor: Ours.
        folder: Where Jupyter runs, each notebook in a folder of its own.
    """

    def __init__(self, executor: LocalExecutor, folder: Path) -> None:
        self._executor = executor
        self._folder = folder
        self._differences: dict[str, dict[int, list[str]]] = {}

    def run(self, names: Sequence[str]) -> None:
        """Run notebooks, two at a time in Jupyter, and keep how they differ."""
        for name in names:
            shutil.rmtree(self._folder / name, ignore_errors=True)
            (self._folder / name).mkdir(parents=True)
            nbformat.write(notebooks.read(name), self._folder / name / "notebook.ipynb")
        started = [self._start_jupyter(names[part::2]) for part in range(2) if names[part::2]]
        ours = {name: self._run_here(name) for name in names}
        for process, log in started:
            assert process.wait(PATIENCE) == 0, log.read_text(errors="replace")[-2000:]
        for name in names:
            self._differences[name] = dict(self._compared(name, ours[name]))

    def differences(self, name: str) -> dict[int, list[str]]:
        """Number of the code cell -> lines that differ.

        A kernel hands over each of its streams after 0.2 seconds, so that on a busy machine their order is
        chance: what differs more than it may is run once more.
        """
        if self._differences[name] != DECLARED.get(name, {}):
            self.run([name])
        return self._differences[name]

    def _start_jupyter(self, names: Sequence[str]) -> tuple[subprocess.Popen[bytes], Path]:
        variables = environment("", "", str(self._folder / "home")) | {
            "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "MPLCONFIGDIR": matplotlib.get_cachedir(),
            "TF_NUM_INTRAOP_THREADS": "1",
            "TF_NUM_INTEROP_THREADS": "1",
        }
        del variables["PYTHONPATH"], variables["LD_LIBRARY_PATH"]
        options = ["--to", "notebook", "--execute", "--allow-errors", f"--ExecutePreprocessor.timeout={PATIENCE}"]
        paths = [str(self._folder / name / "notebook.ipynb") for name in names]
        log = self._folder / f"{names[0]}.log"
        with log.open("wb") as stream:
            command = [sys.executable, "-m", "jupyter", "nbconvert", *options, *paths]
            process = subprocess.Popen(
                command, env=variables, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT
            )
        return process, log

    def _run_here(self, name: str) -> Record:
        sources = tuple(cell.source for cell in notebooks.code(notebooks.read(name)))
        limits = Limits(cell_seconds=PATIENCE, notebook_seconds=PATIENCE, output_kb=8192)
        (record,) = self._executor.run(
            [Job(cells=sources, names=(), probes=(), files=(), limits=limits, seed=1, environment=())]
        )
        assert record.outcome is Outcome.COMPLETED, (name, record.remarks)
        return record

    def _compared(self, name: str, ours: Record) -> Iterator[tuple[int, list[str]]]:
        folder = self._folder / name
        theirs = notebooks.code(nbformat.read(folder / "notebook.nbconvert.ipynb", 4))
        for number, (cell, run) in enumerate(zip(theirs, ours.cells, strict=True), 1):
            expected = _shown(cell.execution_count, cell.outputs, folder)
            found = _shown(run.execution_count, run.outputs, Path("/work"))
            if expected != found:
                difference = list(difflib.unified_diff(expected, found, lineterm="", n=0))[2:]
                yield number, [line for line in difference if not line.startswith("@@")]


def _shown(count: int | None, outputs: Sequence[Any], folder: Path) -> list[str]:
    return [f"count {count}", *lines(outputs, folder)]


@pytest.fixture(scope="module")
def both(request: pytest.FixtureRequest, sandbox: LocalExecutor, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """The notebooks that were asked for, run once."""
    made = Both(sandbox, tmp_path_factory.mktemp("jupyter"))
    asked = [item for item in request.session.items if isinstance(item, pytest.Function)]
    made.run([str(item.callspec.params["name"]) for item in asked if "both" in item.fixturenames])
    return made


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_gives_what_it_gives_in_jupyter(both: Both, name: str) -> None:
    assert both.differences(name) == DECLARED.get(name, {})


def test_every_declared_difference_is_explained() -> None:
    text = EXPLAINED.read_text(encoding="utf-8")
    unexplained = [(name, cell) for name in DECLARED for cell in DECLARED[name] if f"`{name}` {cell}" not in text]
    assert unexplained == []


def test_the_corpus_is_varied() -> None:
    assert len(NAMES) >= 28
