"""Measures how much faster two workers of a Dask cluster grade a class than one; writes a table.

Usage: cluster.py [--quick] [--rounds N]

Scheduler and workers are processes on this machine, so with two cores the grader, the scheduler and the sandboxes share
what there is. `--quick` runs everything in small, to see that it works: its numbers mean nothing and go to `build/`.
"""

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import material
from contestants import environment
from measure import CommandError, Cost, cpu_of, run, tree

HERE = Path(__file__).parent
ROOT = HERE.parent
BUILD = ROOT / "build" / "benchmarks" / "cluster"

AIM = 1.8
"""The speed-up with two workers that is required."""

_START_SECONDS = 60.0
_BY_HAND = """
rng = np.random.default_rng(1)
image, kernel = rng.random((240, 240)), rng.random((3, 3))
for step in range({steps}):
    feature_map = np.zeros((238, 238))
    for row in range(238):
        for column in range(238):
            feature_map[row, column] = (image[row : row + 3, column : column + 3] * kernel).sum()
print(feature_map.mean())
"""
_PAGE = """\
# How much faster two workers are than one

Made by `{command}` with a class of {submissions} different notebooks.
The notebooks build the lecture's CNN, convolve an image by hand and train no model.
The scheduler, the workers and the grader share one machine.
Each worker has already run a notebook, so its sandbox is running.
The wall time is that of the whole `grader grade`, as the median of {rounds} interleaved rounds.

{machine}

{walls}

Two workers are **{speedup:.2f}** times as fast as one.
The aim of at least {aim} is {reached}.

## What the cluster itself costs

The table shows CPU seconds per submission
for the command, the scheduler, the workers' own processes, and the sandboxes.

{overhead}
"""


@dataclass(frozen=True, slots=True)
class Graded:
    """The costs of grading the class once.

    Attributes:
        grader: Of the command itself.
        scheduler: CPU seconds of the scheduler meanwhile.
        workers: CPU seconds of the workers' processes meanwhile, without their sandboxes.
        sandboxes: CPU seconds of the sandboxes meanwhile.
    """

    grader: Cost
    scheduler: float
    workers: float
    sandboxes: float


def main() -> int:
    """Measure, write, and say whether the aim was reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="everything in small, to see that it works")
    parser.add_argument("--rounds", type=int, default=3, help="how often one and two workers grade in turn")
    arguments = parser.parse_args()
    rounds, submissions, steps = (1, 4, 1) if arguments.quick else (max(1, arguments.rounds), 60, 6)
    command = f"python benchmarks/cluster.py{' --quick' if arguments.quick else f' --rounds {rounds}'}"
    try:
        runs = measured(rounds, submissions, steps)
    except CommandError as error:
        print(error, file=sys.stderr)
        return 1
    results = {"command": command, "machine": machine(), "rounds": rounds, "submissions": submissions, "runs": runs}
    folder = BUILD / "results" if arguments.quick else HERE / "results"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cluster.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (folder / "cluster.md").write_text(markdown(results), encoding="utf-8")
    print(f"two workers are {speedup(results):.2f} times as fast as one; the aim is {AIM}")
    print(folder / "cluster.md")
    return 0


def measured(rounds: int, submissions: int, steps: int) -> dict[str, list[dict[str, Any]]]:
    """Number of workers -> costs of each round; one and two workers take turns."""
    work = {"by_hand": textwrap.dedent(_BY_HAND.format(steps=steps)).strip()}
    material.write_course(BUILD / "course")
    material.write_class(BUILD / "class", submissions, work)
    material.write_class(BUILD / "first", 8)
    runs: dict[str, list[dict[str, Any]]] = {"1": [], "2": []}
    for number in range(1, rounds + 1):
        for workers in (1, 2):
            with cluster(workers) as (scheduler, processes):
                graded = grade_class(scheduler, processes, submissions)
            runs[str(workers)].append(asdict(graded))
            print(f"round {number}, {workers} workers: {graded}", flush=True)
    return runs


def grade_class(scheduler: "Scheduler", workers: Sequence[subprocess.Popen[bytes]], submissions: int) -> Graded:
    """Grade the class on workers whose sandboxes are up, and see that each student got the right mark.

    Raises:
        CommandError: If the command fails, or a mark is wrong.
    """
    grade("first", scheduler.address)
    before = _spent(scheduler, workers)
    cost = grade("class", scheduler.address)
    after = _spent(scheduler, workers)
    with (BUILD / "results-class" / "grades.csv").open(newline="", encoding="utf-8") as file:
        points = {row["student"]: float(row["points"]) for row in csv.DictReader(file)}
    if points != {student: material.marks(student) for student in material.students(submissions)}:
        raise CommandError("the marks are not those that the class has earned")
    spent = [later - earlier for earlier, later in zip(before, after, strict=True)]
    return Graded(cost, *(round(seconds, 3) for seconds in spent))


def grade(what: str, address: str) -> Cost:
    """Grade a folder, with nothing of it graded before."""
    results = BUILD / f"results-{what}"
    subprocess.run(["rm", "-rf", str(results)], check=True)
    words = ["grade", material.SLUG, what, "--course", "course", "--results", str(results), "--cluster", address]
    return run([sys.executable, "-m", "grader", *words], BUILD, _variables(), BUILD / "log.txt")


@dataclass(frozen=True, slots=True)
class Scheduler:
    """A running scheduler."""

    process: subprocess.Popen[bytes]
    address: str


@contextmanager
def cluster(workers: int) -> Iterator[tuple[Scheduler, list[subprocess.Popen[bytes]]]]:
    """A scheduler and workers, each in a separate process."""
    place = BUILD / "scheduler.json"
    place.unlink(missing_ok=True)
    scheduler = _start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(place))
    processes: list[subprocess.Popen[bytes]] = []
    try:
        address = str(json.loads(_wait_for(place, "\n}"))["address"])
        options = ("--nthreads", "1", "--no-nanny", "--memory-limit", "0")
        processes += [_start(f"worker-{number}", address, *options) for number in range(workers)]
        for number in range(workers):
            _wait_for(BUILD / f"worker-{number}.txt", "Registered to")
        yield Scheduler(scheduler, address), processes
    finally:
        for process in (*processes, scheduler):
            process.terminate()
            process.wait()


def speedup(results: Mapping[str, Any]) -> float:
    """The speed-up of two workers over one, by the medians."""
    one, two = (
        statistics.median(float(run["grader"]["wall"]) for run in results["runs"][count]) for count in ("1", "2")
    )
    return one / two


def markdown(results: Mapping[str, Any]) -> str:
    """The page with all tables."""
    factor = speedup(results)
    return _PAGE.format(
        command=results["command"],
        submissions=results["submissions"],
        rounds=results["rounds"],
        machine=_table(["", ""], results["machine"].items()),
        walls=_table(["workers", "wall s", "each round"], _walls(results["runs"])),
        speedup=factor,
        aim=AIM,
        reached="reached" if factor >= AIM else "**not reached**",
        overhead=_table(["workers", "grader", "scheduler", "workers", "sandboxes"], _overhead(results)),
    )


def machine() -> dict[str, str]:
    """The machine of the measurement."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": models[0].partition(":")[2].strip() if models else "",
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{memory:.0f} GiB",
        "user": "root" if os.getuid() == 0 else "an ordinary user",
    }


def _walls(runs: Mapping[str, Any]) -> Iterator[list[str]]:
    for workers, rounds in runs.items():
        walls = [run["grader"]["wall"] for run in rounds]
        yield [workers, f"{statistics.median(walls):.1f}", ", ".join(f"{wall:.1f}" for wall in walls)]


def _overhead(results: Mapping[str, Any]) -> Iterator[list[str]]:
    count = results["submissions"]
    for workers, rounds in results["runs"].items():
        spent = [[run["grader"]["cpu"], run["scheduler"], run["workers"], run["sandboxes"]] for run in rounds]
        yield [workers, *(f"{statistics.median(column) / count:.3f}" for column in zip(*spent, strict=True))]


def _table(head: Sequence[str], rows: Any) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _spent(scheduler: Scheduler, workers: Sequence[subprocess.Popen[bytes]]) -> tuple[float, float, float]:
    """CPU seconds so far: scheduler, workers, sandboxes with all that has ended in them."""
    worker_seconds = sum(cpu_of(worker.pid, ended=False) for worker in workers)
    everything = sum(cpu_of(process) for worker in workers for process in tree(worker.pid))
    return cpu_of(scheduler.process.pid), worker_seconds, everything - worker_seconds


def _start(what: str, *words: str) -> subprocess.Popen[bytes]:
    with (BUILD / f"{what}.txt").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{what.partition('-')[0]}", "--no-dashboard", *words],
            cwd=BUILD,
            env=_variables(),
            stdout=log,
            stderr=log,
        )


def _variables() -> dict[str, str]:
    return environment(Path(sys.executable).parent) | {"PYTHONPATH": str(ROOT)}


def _wait_for(file: Path, text: str) -> str:
    """The text of a file, after waiting until it is not empty."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if file.exists() and text in (held := file.read_text()):
            return held
        time.sleep(0.1)
    raise CommandError(f"{file}: no {text!r} after {_START_SECONDS:g} s")


if __name__ == "__main__":
    sys.exit(main())
