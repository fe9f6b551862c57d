"""Costs of grading besides the cells of the notebooks, each measured separately."""

import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import material
from contestants import Ours, environment
from measure import CommandError, run, tree

from grader.course.cases import read_cases
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.execute.fork_server import ForkServer
from grader.model.exercise import Limits
from grader.model.job import Job

ROOT = Path(__file__).parents[1]
_NOW = "import time; print(time.monotonic())"


@dataclass(frozen=True, slots=True)
class Child:
    """Costs until a submission's first instruction runs, as medians of several runs.

    Attributes:
        isolation_ms: From the fork to the last protection, as the fork server takes it; one submission of
            the class after the other, as a worker runs them.
        first_instruction_ms: From the grader's request to the first instruction of the first cell.
        own_mb: Memory that the processes of the submission have written to then, all of them together.
    """

    isolation_ms: float
    first_instruction_ms: float
    own_mb: float


@dataclass(frozen=True, slots=True)
class Cells:
    """CPU seconds of a notebook's cells in plain IPython, after its libraries were imported.

    Attributes:
        first: In a process that has run none before; so every grader runs them that keeps students apart.
        again: In a process that has run others, where TensorFlow has its first operations behind it.
    """

    first: float
    again: float


@dataclass(frozen=True, slots=True)
class Training:
    """A class that trains.

    Attributes:
        submissions: How many.
        wall: Wall seconds of the whole command.
        cells: CPU seconds of the cells of all notebooks, run in plain IPython on one thread, on as many cores
            at the same time as there are workers: what they have of a shared cache and memory is then the same.
            From runs before the class and after it, for a machine that changes its speed meanwhile.
    """

    submissions: int
    wall: float
    cells: float


def child(runs: int) -> Child:
    """Start submissions in one fork server, and watch them."""
    isolation: list[float] = []
    first: list[float] = []
    memory: list[float] = []
    server = ForkServer("benchmark")
    try:
        server.run(_job(_NOW), ())
        before = set(tree(os.getpid()))
        for student in material.students(runs):
            begin = time.monotonic()
            draft, _ = server.run(_job(_NOW, *material.sources(student).values()), ())
            first.append(1000 * (float(draft.so_far.cells[0].outputs[0]["text"]) - begin))
            isolation.append(server.isolation_ms)
        for _ in range(runs):
            memory.append(_own_mb(lambda: server.run(_job("import time; time.sleep(1)"), ()), before))
    finally:
        server.close()
    return Child(statistics.median(isolation), statistics.median(first), statistics.median(memory))


def start_seconds(folder: Path, workers: int) -> float:
    """Seconds from the start of the command until the first cell of a submission runs."""
    ours = Ours(folder, workers)
    ours.prepare(0)
    (folder / "class").mkdir()
    for student in material.students(workers):
        (folder / "class" / f"{student}.ipynb").write_text(material.notebook({"now": f"{_NOW}  # {student}"}))
    begin = time.monotonic()
    ours.grade()
    return min(_printed(path) for path in (folder / "results" / "records").glob("*/*.json.gz")) - begin


def cells(folder: Path, notebooks: list[Path], runs: int) -> Cells:
    """Run notebooks in plain IPython, one after the other in each process."""
    seconds = _plain(folder, notebooks, runs)
    first = [process[0] for process in seconds]
    again = [second for process in seconds for second in process[1:]]
    return Cells(statistics.median(first), statistics.median(again or first))


def _plain(folder: Path, notebooks: list[Path], runs: int, together: int = 1) -> list[list[float]]:
    """CPU seconds of each notebook's cells, for each process; some processes run at the same time."""
    command: list[str | Path] = [sys.executable, Path(__file__).with_name("plain_cells.py"), folder, *notebooks]
    seconds: list[list[float]] = []
    for _ in range(runs):
        processes = [
            subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            for _ in range(together)
        ]
        for process in processes:
            output, _ = process.communicate()
            if process.returncode:
                raise CommandError(f"plain_cells.py: status {process.returncode}")
            seconds.append(json.loads(output))
    return seconds


def _solved(slug: str) -> bytes:
    """The notebook of a student who answers as the solution does."""
    course = Course(ROOT)
    return next(case.content for case in read_cases(course, read_exercise(course, slug)) if case.name == "full-marks")


def training(folder: Path, count: int, workers: int, sample: int) -> Training:
    """Grade a class with the lecture's exercise, training and all; its cells alone run before it and after it."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "class").mkdir(parents=True)
    notebook = json.loads(_solved("keras-cnn"))
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    source = "".join(code["source"])
    for student in material.students(count):
        code["source"] = f"{source}\n# {student}"
        (folder / "class" / f"{student}.ipynb").write_text(json.dumps(notebook))
    exercise = ROOT / "exercises" / "keras-cnn"
    one = sorted((folder / "class").iterdir())[:1]

    def alone() -> list[float]:
        return [seconds for (seconds,) in _plain(exercise, one, sample, together=workers)]

    before = alone()
    program = Path(sys.executable).parent / "grader"
    words: list[str | Path] = [
        program,
        "grade",
        "keras-cnn",
        "class",
        "--course",
        ROOT,
        "--results",
        "results",
        "--jobs",
        str(workers),
    ]
    cost = run(words, folder, environment(program.parent), folder / "log.txt")
    return Training(count, cost.wall, statistics.mean(before + alone()) * count)


def _job(*cells: str) -> Job:
    return Job(cells=cells, names=(), probes=(), files=(), limits=Limits(), seed=1, environment=())


def _own_mb(run_submission: Callable[[], object], before: set[int]) -> float:
    """The largest private memory of a submission's processes while its first cell sleeps."""
    thread = threading.Thread(target=run_submission)
    seen: list[float] = []
    thread.start()
    while thread.is_alive():
        time.sleep(0.05)
        seen.append(sum(_private_mb(process) for process in set(tree(os.getpid())) - before))
    thread.join()
    return max(seen)


def _private_mb(process: int) -> float:
    """Pages that a process has to itself because it, and no other, has written to them."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:  # it ended meanwhile
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("Private_Dirty:"))


def _printed(record: Path) -> float:
    outputs = json.loads(gzip.decompress(record.read_bytes()))["cells"][0]["outputs"]
    return float(outputs[0]["text"])
