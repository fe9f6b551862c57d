"""Measures how fast grading is, side by side with other graders; writes a table and a plot.

Usage: throughput.py [--quick | --again-training] [--rounds N]

`--rounds` is how often all graders run in turn (3 unless told). `--quick` runs everything in small,
to see that it works: its numbers mean nothing and go to `build/`. `--again-training` measures only the
class that trains, and keeps the other results.
"""

import argparse
import json
import os
import statistics
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import figures
import machine
import material
import overheads
import peers
from aims import aims
from contestants import Contestant, NbGrader, Otter, Ours
from measure import CommandError, Cost, median

HERE = Path(__file__).parent
BUILD = HERE.parent / "build" / "benchmarks"
WORKERS = min(2, len(os.sched_getaffinity(0)))

_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes of the measurement.

    Attributes:
        rounds: Rounds of all graders, interleaved.
        submissions: The class that all grade.
        larger: A class that only we grade: what it takes more is without the start.
        smaller: The same for `nbgrader autograde`, which takes long for a class.
        growth: Classes of the second table.
        training: Submissions that train.
        runs: Repetitions of what is short.
    """

    rounds: int = _ROUNDS
    submissions: int = 20
    larger: int = 120
    smaller: int = 5
    growth: tuple[int, ...] = (10, 100, 1000)
    training: int = 100
    runs: int = 15


QUICK = Sizes(rounds=1, submissions=4, larger=8, smaller=2, growth=(2, 4), training=2, runs=2)


@dataclass(frozen=True, slots=True)
class Speed:
    """Cost of one submission: in the whole class, and of each one more."""

    whole: Cost
    further: Cost


@dataclass(frozen=True, slots=True)
class Entrant:
    """A grader with two classes: what it takes more for the larger is the cost of further submissions."""

    contestant: Contestant
    fewer: int
    more: int

    def run(self, count: int) -> Speed:
        """Grade its classes and the one that all grade."""
        costs = {size: graded(self.contestant, size) for size in sorted({count, self.fewer, self.more})}
        further = (costs[self.more] - costs[self.fewer]) / (self.more - self.fewer)
        return Speed(costs[count] / count, further)


def main() -> int:
    """Measure, write, and say which aims were reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="everything in small, to see that it works")
    parser.add_argument("--again-training", action="store_true", help="only the class that trains; keeps the rest")
    parser.add_argument("--rounds", type=int, default=_ROUNDS, help="how often all graders run in turn")
    arguments = parser.parse_args()
    quick, rounds = arguments.quick, max(1, arguments.rounds)
    sizes = QUICK if quick else replace(Sizes(), rounds=rounds)
    usual = "make bench" if rounds == _ROUNDS else f"python benchmarks/throughput.py --rounds {rounds}"
    folder = BUILD / "results" if quick else HERE / "results"
    try:
        if arguments.again_training:
            results = trained_again(json.loads((folder / "throughput.json").read_text()), sizes)
        else:
            results = {"command": "python benchmarks/throughput.py --quick" if quick else usual}
            results |= measured(sizes)
    except CommandError as error:
        print(error, file=sys.stderr)
        return 1
    write(results, folder)
    for aim in aims(results):
        print(f"{'reached' if aim.reached else 'missed '}  {aim.what}: {aim.measured:.4g} {aim.unit}")
    print(folder / "throughput.md")
    return 0


def measured(sizes: Sizes) -> dict[str, Any]:
    """Measure everything; the result is what `throughput.json` holds."""
    programs = peers.install(BUILD / "peers")
    peers.compile_bytecode(programs / "python", sorted(programs.parent.glob("lib/python*/site-packages")))
    peers.compile_bytecode(Path(sys.executable), [Path(sysconfig.get_path("purelib")), HERE.parent / "grader"])
    return {
        "machine": machine.describe(programs),
        "rounds": sizes.rounds,
        "submissions": sizes.submissions,
        "workers": WORKERS,
        "graders": race(entrants(programs, sizes), sizes),
        **details(sizes),
        "growth": growth(sizes.growth),
    }


def trained_again(results: dict[str, Any], sizes: Sizes) -> dict[str, Any]:
    """Earlier results, with the class that trains measured anew."""
    training = overheads.training(BUILD / "training", sizes.training, WORKERS, sizes.rounds)
    command = f"{results['command'].partition(',')[0]}, and python benchmarks/throughput.py --again-training"
    processor = machine.this()["processor"]  # it may be another one than that of the earlier results
    return {**results, "command": command, "training": asdict(training) | {"processor": processor}}


def write(results: dict[str, Any], folder: Path) -> None:
    """Write what was measured, the tables and the plot."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "throughput.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (folder / "throughput.md").write_text(figures.markdown(results), encoding="utf-8")
    figures.plot(results, folder / "throughput.svg")


def entrants(programs: Path, sizes: Sizes) -> list[Entrant]:
    """The graders in the order of their runs, ours first. Each command of otter starts anew, so none can be omitted."""
    return [
        Entrant(Ours(BUILD / "ours", WORKERS), sizes.submissions, sizes.larger),
        Entrant(NbGrader(BUILD / "nbgrader", programs), sizes.smaller, sizes.submissions),
        Entrant(Otter(BUILD / "otter", programs), 0, sizes.submissions),
    ]


def race(running: Sequence[Entrant], sizes: Sizes) -> list[dict[str, Any]]:
    """Run all graders in turn, some rounds; the medians count."""
    speeds: dict[str, list[Speed]] = {entrant.contestant.name: [] for entrant in running}
    for number in range(1, sizes.rounds + 1):
        for entrant in running:
            speed = entrant.run(sizes.submissions)
            speeds[entrant.contestant.name].append(speed)
            say(f"round {number}, {entrant.contestant.name}, a submission", speed.whole, speed.further)
    return [
        {
            "name": entrant.contestant.name,
            "command": entrant.contestant.command,
            "whole": asdict(median(speed.whole for speed in speeds[entrant.contestant.name])),
            "further": asdict(median(speed.further for speed in speeds[entrant.contestant.name])),
            "each_round": [asdict(speed) for speed in speeds[entrant.contestant.name]],
        }
        for entrant in running
    ]


def graded(contestant: Contestant, count: int) -> Cost:
    """Grade a class, and see that each student got the right mark.

    Raises:
        CommandError: If a mark is wrong: then this grader did not do the work of the others.
    """
    if count == 0:
        return Cost(0.0, 0.0)
    contestant.prepare(count)
    cost = contestant.grade()
    if contestant.marks() != {student: material.marks(student) for student in material.students(count)}:
        raise CommandError(f"{contestant.name}: the marks are not those that the class has earned")
    return cost


def details(sizes: Sizes) -> dict[str, Any]:
    """A table of the costs of grading besides the cells."""
    folder = BUILD / "cells"
    Ours(folder, WORKERS).prepare(4)
    cells = overheads.cells(folder, sorted((folder / "class").iterdir()), sizes.rounds)
    child = overheads.child(sizes.runs)
    start = statistics.median(overheads.start_seconds(BUILD / "start", WORKERS) for _ in range(sizes.rounds))
    training = overheads.training(BUILD / "training", sizes.training, WORKERS, sizes.rounds)
    print(cells, child, f"start {start:.2f} s", training, sep="\n", flush=True)
    return {"cells": asdict(cells), "child": asdict(child), "start": start, "training": asdict(training)}


def growth(counts: Sequence[int]) -> list[dict[str, float]]:
    """Time against the size of the class, with one worker and with two."""
    rows = []
    for workers in (1, 2):
        for count in counts:
            cost = graded(Ours(BUILD / "ours", workers), count)
            rows.append({"submissions": count, "workers": workers, **asdict(cost)})
            say(f"{count} submissions, {workers} workers", cost)
    return rows


def say(what: str, *costs: Cost) -> None:
    """Print a line as soon as it is known."""
    print(what, *(f"wall {cost.wall:.3f} s, CPU {cost.cpu:.3f} s" for cost in costs), sep="; ", flush=True)


if __name__ == "__main__":
    sys.exit(main())
