"""The benchmark grades what it says, and its tables say what was measured."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.intake.folders import collect
from tests.conftest import ROOT

RESULTS = ROOT / "benchmarks" / "results"


def cost(seconds: float) -> dict[str, float]:
    """A cost whose wall time is its CPU time."""
    return {"wall": seconds, "cpu": seconds}


def results() -> dict[str, Any]:
    """What `throughput.json` holds, with numbers that are easy to check."""
    graders = [("grader", 0.4, 0.2), ("nbgrader", 6.0, 6.0), ("otter", 10.0, 10.0)]
    return {
        "command": "make bench",
        "machine": {"cores": "2"},
        "rounds": 3,
        "submissions": 20,
        "workers": 2,
        "graders": [
            {"name": name, "command": name, "whole": cost(whole), "further": cost(further)}
            for name, whole, further in graders
        ],
        "cells": {"first": 0.15, "again": 0.05},
        "child": {"isolation_ms": 20.0, "first_instruction_ms": 30.0, "own_mb": 10.0},
        "start": 4.0,
        "training": {"submissions": 20, "wall": 60.0, "cells": 100.0},
        "growth": [{"submissions": 10, "workers": workers, **cost(30.0)} for workers in (1, 2)],
    }


def test_no_two_submissions_of_the_benchmark_are_the_same(benchmarks: Any, tmp_path: Path) -> None:
    benchmarks("material").write_class(tmp_path / "class", 40)
    assert len({path.read_text() for path in (tmp_path / "class").iterdir()}) == 40


def test_the_benchmarks_exercise_is_one_that_can_be_graded(benchmarks: Any, tmp_path: Path) -> None:
    material = benchmarks("material")
    material.write_course(tmp_path)
    material.write_class(tmp_path / "class", 4)
    exercise = pipeline.load(Course(tmp_path), material.SLUG).exercise
    assert exercise.max_points == len(material.ANSWERS)
    submissions = collect(tmp_path / "class", material.SLUG)
    assert [submission.student for submission in submissions] == material.students(4)
    assert not any(submission.problem for submission in submissions)


def test_every_third_student_of_the_benchmark_has_one_mistake(benchmarks: Any) -> None:
    material = benchmarks("material")
    assert [material.marks(student) for student in material.students(6)] == [6, 6, 5, 6, 6, 5]


def test_a_command_that_fails_is_not_measured(benchmarks: Any, tmp_path: Path) -> None:
    measure = benchmarks("measure")
    with pytest.raises(measure.CommandError, match="exit status 3\nsaid why"):
        measure.run(["sh", "-c", "echo said why; exit 3"], tmp_path, {}, tmp_path / "log.txt")


def test_cpu_time_counts_processes_that_nobody_waits_for(benchmarks: Any, tmp_path: Path) -> None:
    child = "import time\nwhile time.process_time() < 0.5: pass\nprint(flush=True); time.sleep(1)"
    parent = (
        "import signal, subprocess, sys\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}], stdout=subprocess.PIPE)\nchild.stdout.read()"
    )
    measured = benchmarks("measure").run([sys.executable, "-c", parent], tmp_path, {}, tmp_path / "log.txt")
    assert measured.cpu >= 0.4


def test_aims_compare_further_submissions(benchmarks: Any) -> None:
    aims = {aim.what: aim for aim in benchmarks("aims").aims(results())}
    assert aims["throughput against `nbgrader autograde`"].measured == pytest.approx(30)
    assert aims["throughput against `nbgrader autograde`"].reached
    assert aims["throughput against `otter run`"].measured == pytest.approx(50)
    assert not aims["throughput against `otter run`"].reached
    assert aims["CPU time a submission beyond the cells' own"].measured == pytest.approx(0.05)


def test_a_batch_with_training_is_compared_with_what_its_cells_need_on_all_cores(benchmarks: Any) -> None:
    (training,) = [aim for aim in benchmarks("aims").aims(results()) if "training" in aim.what]
    assert training.measured == pytest.approx(60 / (100 / 2))
    assert not training.reached


def test_the_page_says_what_missed_its_aim_and_what_a_whole_class_takes(benchmarks: Any) -> None:
    page = benchmarks("figures").markdown(results())
    assert "| throughput against `otter run` | at least 60 times | 50 times | **no** |" in page
    assert "a class of 20 takes the other graders 15.0 and 25.0 times as long." in page


@pytest.mark.skipif(not RESULTS.is_dir(), reason="`make bench` has not been run: there are no results to compare")
def test_the_committed_tables_are_those_of_the_committed_numbers(benchmarks: Any) -> None:
    committed = json.loads((RESULTS / "throughput.json").read_text())
    assert benchmarks("figures").markdown(committed) == (RESULTS / "throughput.md").read_text()


def test_the_plot_is_drawn_from_the_numbers(benchmarks: Any, tmp_path: Path) -> None:
    benchmarks("figures").plot(results(), tmp_path / "throughput.svg")
    drawn = (tmp_path / "throughput.svg").read_text()
    assert all(text in drawn for text in ("nbgrader", "10 s", "each further submission", "2 workers"))
