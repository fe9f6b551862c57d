"""Measures the gradebook: marking again, grading what has been graded, a class of many, and being killed.

Usage: gradebook.py [--quick] [--seed N]

`--quick` measures everything in small, to see that it works: its numbers mean nothing and go to `build/`. `--seed` says
at which moments what is killed; without it another is drawn, and written down.
"""

import argparse
import json
import os
import random
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import books
import kills
import machine
from aims import Aim
from contestants import QUIET
from figures import aim_rows, table
from measure import CommandError, run

HERE = Path(__file__).parent
BUILD = HERE.parent / "build" / "benchmarks"
WORKERS = min(2, len(os.sched_getaffinity(0)))

_PAGE = """\
# How fast the gradebook is

Made by `{command}` with SQLite beside the results.
For the method, see [benchmarks/README.md](../README.md).

{machine}

## Aims

{aims}

## A class of {submissions} with records

The submissions of `{slug}` are all different.
Only {ran} of the notebooks really ran. Each other submission has a copy of one of their records under a separate key,
with the predictions in the order of its held-out images, and with slightly different weights.
The stored data therefore have the same size as real data.

{commands}

The data on disk have these sizes per submission:

{sizes}

## A class of {many}

A single process wrote all pages, tables and exports, with a peak of {peak:.0f} MB of memory.
The archives of pages (`feedback`, and the archive for Moodle's worksheet) are excluded:
their time is the time for packing so many pages.

{exports}

## Killed at random moments

{killed}
"""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes of the measurement: the class with records, the class of many, the class that is killed, and the runs."""

    submissions: int = 1000
    many: int = 10_000
    killed: int = 1000
    workers: int = 20
    graders: int = 3


QUICK = Sizes(submissions=12, many=60, killed=30, workers=2, graders=1)


def main() -> int:
    """Measure, write, and say which aims were reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="everything in small, to see that it works")
    parser.add_argument("--seed", type=int, help="of the moments at which something is killed")
    arguments = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if arguments.seed is None else arguments.seed
    folder = BUILD / "results" if arguments.quick else HERE / "results"
    usual = f"python benchmarks/gradebook.py --seed {seed}"
    try:
        results = {"command": usual + (" --quick" if arguments.quick else ""), "machine": machine.ours()}
        results |= measured(QUICK if arguments.quick else Sizes(), seed)
    except CommandError as error:
        print(error, file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "gradebook.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (folder / "gradebook.md").write_text(markdown(results), encoding="utf-8")
    for aim in aims(results):
        print(f"{'reached' if aim.reached else 'missed '}  {aim.what}: {aim.measured:.4g} {aim.unit}")
    print(folder / "gradebook.md")
    return 0


def measured(sizes: Sizes, seed: int) -> dict[str, Any]:
    """Measure everything; the result is what `gradebook.json` holds."""
    folder, environment = BUILD / "books", dict(os.environ) | QUIET | {"PYTHONPATH": str(HERE.parent)}
    return {
        "ran": len(books.CASES),
        "submissions": sizes.submissions,
        **with_records(folder, environment, sizes.submissions),
        "many": sizes.many,
        **of_many(folder, environment, sizes.many),
        "kills": of_kills(BUILD / "kills", environment, sizes, seed),
    }


def with_records(folder: Path, environment: dict[str, str], count: int) -> dict[str, Any]:
    """A class that has records: marked for the first time, graded once more, and marked again."""
    books.copy_course(folder / "course")
    books.run_cases(folder, environment, WORKERS)
    books.write_class(folder, count)
    log, there = folder / "log.txt", ["--course", "course", "--results", "results"]
    grade = books.command("grade", books.SLUG, "class", *there, "--jobs", str(WORKERS))
    regrade = ["regrade", books.SLUG, *there]
    took: dict[str, Any] = {}
    for name in ("grade, records but no marks yet", "grade, all graded"):
        took[name] = asdict(run(grade, folder, environment, log))
        say(name, took[name])
    books.check_marks(folder)
    books.change_points(folder)
    took["regrade --dry-run"] = asdict(run(books.command(*regrade, "--dry-run"), folder, environment, log))
    took["regrade"] = asdict(run(books.command(*regrade), folder, environment, log))
    say("regrade", took["regrade"])
    books.change_points(folder)
    run([sys.executable, HERE / "watched.py", "started", *regrade], folder, environment, log)
    return {
        "commands": took,
        "started": int((folder / "started").read_text()),
        "sizes": dict(books.sizes(folder)),
    }


def of_many(folder: Path, environment: dict[str, str], count: int) -> dict[str, Any]:
    """The overview and every export of a class of many."""
    books.mark_many(folder, folder / "many", count)
    words: list[str | Path] = [sys.executable, HERE / "many.py", folder, folder / "many", folder / "many.json"]
    whole = asdict(run(words, folder, environment, folder / "log.txt"))
    say(f"overview and exports of {count}", whole)
    return {"overview": json.loads((folder / "many.json").read_text()) | {"whole": whole}}


def of_kills(folder: Path, environment: dict[str, str], sizes: Sizes, seed: int) -> dict[str, Any]:
    """A class that is graded while something is killed."""
    done = kills.measured(folder, environment, sizes.killed, sizes.workers, sizes.graders, WORKERS, seed)
    print(done, flush=True)
    return asdict(done)


def aims(results: Mapping[str, Any]) -> list[Aim]:
    """All aims, with what `gradebook.json` says."""
    count, many, killed = results["submissions"], results["many"], results["kills"]
    overview = results["overview"]
    what = f"{killed['submissions']} submissions, {killed['workers']} workers and {killed['graders']} graders killed"
    return [
        Aim(f"`regrade` of {count} records of `{books.SLUG}`", results["commands"]["regrade"]["wall"], 10, "s"),
        Aim("processes that it starts", results["started"], 0, "processes"),
        Aim(f"`grade` of {count} that all have records", results["commands"]["grade, all graded"]["wall"], 5, "s"),
        Aim(f"overview and all tables exported of {many}", overview["whole"]["wall"], 10, "s"),
        Aim("memory for that", overview["peak_mb"], 1000, "MB"),
        Aim(f"{what}: lost", killed["lost"], 0, "submissions"),
        Aim(f"{what}: twice", killed["twice"], 0, "submissions"),
        Aim(f"{what}: other marks than earned", killed["other_marks"], 0, "submissions"),
    ]


def markdown(results: Mapping[str, Any]) -> str:
    """The page with all tables; a pure function of `gradebook.json`."""
    seconds = results["overview"]["seconds"]
    return _PAGE.format(
        command=results["command"],
        machine=table(["", ""], results["machine"].items()),
        aims=table(["what", "aim", "measured", "reached"], aim_rows(aims(results))),
        submissions=results["submissions"],
        slug=books.SLUG,
        ran=results["ran"],
        commands=table(
            ["command", "wall s", "CPU s"],
            ([name, f"{cost['wall']:.2f}", f"{cost['cpu']:.2f}"] for name, cost in results["commands"].items()),
        ),
        sizes=table(["what", "kB"], ([name, f"{size:.1f}"] for name, size in results["sizes"].items())),
        many=results["many"],
        peak=results["overview"]["peak_mb"],
        exports=table(["what", "s"], ([name, f"{took:.2f}"] for name, took in seconds.items())),
        killed=table(
            ["what", ""],
            ([name.replace("_", " "), f"{round(value, 1):.10g}"] for name, value in results["kills"].items()),
        ),
    )


def say(what: str, cost: Mapping[str, float]) -> None:
    """Print a line as soon as it is known."""
    print(f"{what}: wall {cost['wall']:.2f} s, CPU {cost['cpu']:.2f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
