"""Measures what it costs to start each command of `grader`, against an empty Python program.

Usage: start_up.py [--quick]

`--quick` measures once, to see that it works: its numbers mean little and go to `build/`.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import machine
from aims import Aim
from contestants import QUIET
from figures import aim_rows, table
from measure import run

from grader.cli.commands import COMMANDS

HERE = Path(__file__).parent
BUILD = HERE.parent / "build" / "benchmarks"
ROUNDS = 9
EMPTY = "python -c pass"

_PAGE = """\
# How fast commands start

Made by `{command}` with compiled bytecode.
For the method, see [benchmarks/README.md](../README.md).

{machine}

## Aims

{aims}

## Each command

The processor time is that of the fastest of {rounds} rounds.
The last column divides this time by that of an empty program (`{empty}`).
A command with `--help` imports nearly all the modules that it needs, and then prints its help.
`grader list` without `--help` checks all {exercises} exercises of the course.

{commands}
"""


def main() -> int:
    """Measure, write, and say which aims were reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one round, to see that it works")
    quick = parser.parse_args().quick
    folder, rounds = (BUILD / "results", 1) if quick else (HERE / "results", ROUNDS)
    results: dict[str, Any] = {
        "command": "python benchmarks/start_up.py" + (" --quick" if quick else ""),
        "machine": machine.ours(),
        "rounds": rounds,
        "exercises": len(list((HERE.parent / "exercises").glob("*/exercise.toml"))),
        "seconds": measured(rounds),
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "start_up.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (folder / "start_up.md").write_text(markdown(results), encoding="utf-8")
    for aim in aims(results):
        print(f"{'reached' if aim.reached else 'missed '}  {aim.what}: {aim.measured:.4g} {aim.unit}")
    print(folder / "start_up.md")
    return 0


def measured(rounds: int) -> dict[str, float]:
    """Command -> seconds of processor time, the least of some rounds, each of which runs every command once."""
    environment = dict(os.environ) | QUIET | {"PYTHONPATH": str(HERE.parent)}
    log = BUILD / "start_up" / "log.txt"
    least: dict[str, float] = {}
    for number in range(rounds + 1):
        for name, words in programs():
            seconds = run([sys.executable, *words], HERE.parent, environment, log).cpu
            if number:  # the first round only compiles
                least[name] = min(seconds, least.get(name, seconds))
    return least


def programs() -> Iterator[tuple[str, list[str]]]:
    """Each command that is measured, and the words for Python that run it."""
    yield EMPTY, ["-c", "pass"]
    yield "grader --help", ["-m", "grader", "--help"]
    yield "grader list", ["-m", "grader", "list"]
    for name in COMMANDS:
        yield f"grader {name} --help", ["-m", "grader", name, "--help"]


def aims(results: Mapping[str, Any]) -> list[Aim]:
    """All aims, with what `start_up.json` says."""
    seconds = results["seconds"]
    return [
        Aim("processor time of `grader --help`", seconds["grader --help"], 0.3, "s"),
        Aim("processor time of `grader list`", seconds["grader list"], 0.8, "s"),
    ]


def markdown(results: Mapping[str, Any]) -> str:
    """The page with all tables; a pure function of `start_up.json`."""
    seconds = results["seconds"]
    rows = ([f"`{name}`", f"{took:.3f}", f"{took / seconds[EMPTY]:.1f}"] for name, took in seconds.items())
    return _PAGE.format(
        command=results["command"],
        machine=table(["", ""], results["machine"].items()),
        aims=table(["what", "aim", "measured", "reached"], aim_rows(aims(results))),
        rounds=results["rounds"],
        empty=EMPTY,
        exercises=results["exercises"],
        commands=table(["command", "processor time s", f"times `{EMPTY}`"], rows),
    )


if __name__ == "__main__":
    sys.exit(main())
