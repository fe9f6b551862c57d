"""The benchmark of starting: which commands it measures, and that its table says what was measured."""

import json
from typing import Any

from grader.cli.commands import COMMANDS
from tests.conftest import ROOT

RESULTS = ROOT / "benchmarks" / "results"


def results(**changed: float) -> dict[str, Any]:
    """What `start_up.json` holds, with numbers that are easy to check."""
    seconds = {"python -c pass": 0.02, "grader --help": 0.07, "grader list": 0.7, "grader grade --help": 0.5}
    return {"command": "x", "machine": {"cores": "2"}, "rounds": 9, "exercises": 14, "seconds": seconds | changed}


def test_every_command_is_measured(benchmarks: Any) -> None:
    names = [name for name, _ in benchmarks("start_up").programs()]
    assert names[:3] == ["python -c pass", "grader --help", "grader list"]
    assert names[3:] == [f"grader {name} --help" for name in COMMANDS]


def test_aims_say_what_was_missed(benchmarks: Any) -> None:
    start_up = benchmarks("start_up")
    assert all(aim.reached for aim in start_up.aims(results()))
    slow = results(**{"grader --help": 0.31, "grader list": 0.81})
    assert not any(aim.reached for aim in start_up.aims(slow))


def test_the_table_has_seconds_and_multiples_of_an_empty_program(benchmarks: Any) -> None:
    page = benchmarks("start_up").markdown(results())
    assert "| `grader --help` | 0.070 | 3.5 |" in page
    assert "| `grader list` | 0.700 | 35.0 |" in page


def test_the_committed_table_is_that_of_the_committed_numbers(benchmarks: Any) -> None:
    kept = json.loads((RESULTS / "start_up.json").read_text())
    assert (RESULTS / "start_up.md").read_text() == benchmarks("start_up").markdown(kept)
    assert kept["seconds"].keys() == {name for name, _ in benchmarks("start_up").programs()}
