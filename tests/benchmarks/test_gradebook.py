"""The benchmark of the gradebook: what it lays out, and that its tables say what was measured."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

RESULTS = ROOT / "benchmarks" / "results" / "gradebook.json"


def results() -> dict[str, Any]:
    """What `gradebook.json` holds, with numbers that are easy to check."""
    cost = {"wall": 4.0, "cpu": 3.0}
    return {
        "command": "python benchmarks/gradebook.py --seed 1",
        "machine": {"cores": "2"},
        "ran": 4,
        "submissions": 1000,
        "commands": {"grade, all graded": cost, "regrade": {"wall": 12.0, "cpu": 11.0}},
        "started": 0,
        "sizes": {"records": 19.0},
        "many": 10_000,
        "overview": {"seconds": {"csv": 1.5}, "peak_mb": 900.0, "whole": cost},
        "kills": {
            "submissions": 1000,
            "seed": 1,
            "workers": 20,
            "graders": 3,
            "seconds": 300.0,
            "lost": 0,
            "twice": 1,
            "failed": 0,
            "other_marks": 0,
        },
    }


def test_aims_say_what_was_missed(benchmarks: Any) -> None:
    missed = [aim.what for aim in benchmarks("gradebook").aims(results()) if not aim.reached]
    assert missed == [
        "`regrade` of 1000 records of `keras-cnn`",
        "1000 submissions, 20 workers and 3 graders killed: twice",
    ]


def test_the_page_has_every_figure(benchmarks: Any) -> None:
    page = benchmarks("gradebook").markdown(results())
    assert "| `regrade` of 1000 records of `keras-cnn` | at most 10 s | 12 s | **no** |" in page
    assert "| memory for that | at most 1000 MB | 900 MB | yes |" in page
    assert "| other marks | 0 |" in page


@pytest.mark.skipif(not RESULTS.is_file(), reason="`make bench` has not been run: there are no results to compare")
def test_the_committed_tables_are_those_of_the_committed_numbers(benchmarks: Any) -> None:
    committed = json.loads(RESULTS.read_text())
    assert benchmarks("gradebook").markdown(committed) == RESULTS.with_suffix(".md").read_text()


def test_no_two_notebooks_that_are_killed_under_are_the_same(benchmarks: Any, tmp_path: Path) -> None:
    material = benchmarks("material")
    material.write_class(tmp_path / "class", 30, only=material.ANSWERS)
    written = [path.read_text() for path in (tmp_path / "class").iterdir()]
    assert len(set(written)) == 30
    assert not any("keras" in text for text in written)


def test_a_change_of_points_is_one_that_the_course_takes(benchmarks: Any, tmp_path: Path) -> None:
    books = benchmarks("books")
    books.copy_course(tmp_path / "course")
    before = books.pipeline.load(books.Course(tmp_path / "course"), books.SLUG).exercise.max_points
    books.change_points(tmp_path)
    assert books.pipeline.load(books.Course(tmp_path / "course"), books.SLUG).exercise.max_points == before + 1


@pytest.mark.parametrize(("code", "count"), [("pass", 0), ("import subprocess; subprocess.run(['true'])", 1)])
def test_a_command_that_starts_a_process_is_found_out(benchmarks: Any, tmp_path: Path, code: str, count: int) -> None:
    """The watching itself, around a command that is made up."""
    measure = benchmarks("measure")
    watched = (
        (ROOT / "benchmarks" / "watched.py")
        .read_text()
        .replace("from grader.cli import main", f"main = lambda: exec({code!r})")
    )
    (tmp_path / "watched.py").write_text(watched)
    measure.run([sys.executable, "watched.py", "started"], tmp_path, {"PATH": "/usr/bin:/bin"}, tmp_path / "log.txt")
    assert (int((tmp_path / "started").read_text()) > 0) == (count > 0)
