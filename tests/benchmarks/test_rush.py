"""The benchmark of the portal: when students arrive, what it counts, and that its page says what was measured."""

from types import SimpleNamespace
from typing import Any

import pytest

from grader.model.portal import JobState, Role

pytest.importorskip("starlette")
NAMES = ["student-0001", "student-0002", "student-0003"]


def results(**changed: Any) -> dict[str, Any]:
    """What `rush.json` holds, with numbers that are easy to check."""
    uploads = {"lost": 0, "doubled": 0, "another's": 0, "without mark": 0, "with another mark": 0}
    row = {"path": "/class/{slug}", "role": "instructor", "status": 200, "median": 0.1, "most": 0.3}
    return {
        "command": "x",
        "machine": {"cores": "2"},
        "students": 300,
        "seconds": 120.0,
        "cells": 0.1,
        "uploads": uploads,
        "kills": {"web": 10, "grader": 10},
        "unanswered": 7,
        "pages": [0.1] * 95 + [0.9] * 5,
        "alone": [0.5] * 19 + [1.6],
        "after": 19.5,
        "after_kills": 40.0,
        "page_times": [row],
        "rounds": 15,
        "marks": 321,
        "exchange": None,
        **changed,
    }


@pytest.mark.parametrize("students", [1, 2, 6, 300])
def test_half_of_the_students_arrive_in_the_last_sixth(benchmarks: Any, students: int) -> None:
    arrivals = benchmarks("students_at_once").arrivals(students, 60.0)
    assert len(arrivals) == students
    assert sum(at >= 50 for at in arrivals) == students - students // 2
    assert arrivals == sorted(arrivals)
    assert all(0 <= at < 60 for at in arrivals)


def test_aims_say_what_was_missed(benchmarks: Any) -> None:
    rush = benchmarks("rush")
    assert all(aim.reached for aim in rush.aims(results()))
    bad = dict.fromkeys(results()["uploads"], 1)
    slow = results(
        uploads=bad,
        pages=[0.1] * 94 + [0.9] * 6,
        alone=[1.1] * 18 + [1.6] * 2,
        after=19.6,
        kills={"web": 10, "grader": 9},
        page_times=[{**results()["page_times"][0], "median": 0.201}],
    )
    assert not any(aim.reached for aim in rush.aims(slow))


def test_the_page_says_what_was_measured(benchmarks: Any) -> None:
    page = benchmarks("rush").markdown(results())
    assert "300 students uploaded within 120 s" in page
    assert "| one student alone, median | at most 1 s | 0.5 s | yes |" in page
    assert "| last report after the last upload | at most 19.5 s | 19.5 s | yes |" in page
    assert "| `/class/{slug}` | instructor | 200 | 0.100 s | 0.300 s |" in page
    assert "7 requests found no web process" in page
    assert "nbgrader did not run" in page


def test_the_page_compares_with_nbgrader_and_says_what_is_not_compared(benchmarks: Any) -> None:
    times = {"students": 20, "alone": [9.0], "median": 9.0, "submit": 20, "collect": 2, "grade": 60, "feedback": 38}
    page = benchmarks("rush").markdown(results(exchange=times))
    assert "| one student alone, from the submission to the report, median | 0.50 s | 9.00 s |" in page
    assert "| all steps together, for each student |  | 6.00 s |" in page
    assert "not compared" in page


@pytest.mark.parametrize("count", [0, 1, 20])
def test_processes_are_killed_at_random_times_half_of_them_web_processes(benchmarks: Any, count: int) -> None:
    times = benchmarks("students_at_once").kill_times
    plan = times(count, 60.0, 1)
    assert [at for at, _ in plan] == sorted(at for at, _ in plan)
    assert all(0 <= at <= 60 for at, _ in plan)
    assert sum(kind == "grader" for _, kind in plan) == count // 2
    assert not count or times(count, 60.0, 2) != plan


@pytest.mark.parametrize("role", [Role.STUDENT, Role.INSTRUCTOR])
def test_each_page_of_a_role_is_measured_at_an_address_without_open_parts(benchmarks: Any, role: Role) -> None:
    module = benchmarks("page_times")
    paths = module.paths(role)
    assert "/course" in paths
    assert ("/roster" in paths) == (role is Role.INSTRUCTOR)
    known = {path for path in paths if "{" not in module.filled(path, "ada")}
    assert "/class/{slug}/students/{student:path}" in known or role is Role.STUDENT


def test_uploads_that_are_lost_doubled_or_of_someone_else_are_counted(benchmarks: Any) -> None:
    def queued(student: str, notebook: str, state: JobState = JobState.DONE) -> SimpleNamespace:
        return SimpleNamespace(upload=SimpleNamespace(student=student, notebook=notebook), state=state)

    def became(*uploads: SimpleNamespace, wrong: tuple[str, ...] = ()) -> dict[str, int]:
        rush = benchmarks("rush")
        points = {name: rush.material.marks(name) - (name in wrong) for name in NAMES}
        marks = [SimpleNamespace(student=name, assessment=SimpleNamespace(points=points[name])) for name in NAMES]
        site = SimpleNamespace(
            queue=SimpleNamespace(of_exercise=lambda _: list(uploads)),
            results=lambda _: SimpleNamespace(notebook=lambda name: f'# {name}"'.encode()),
            book=lambda _: SimpleNamespace(marks=lambda: marks),
        )
        counted: dict[str, int] = rush.what_became(site, NAMES)
        return counted

    ada, bob, cora = (queued(name, name) for name in NAMES)
    assert set(became(ada, bob, cora).values()) == {0}
    assert became(ada, bob)["lost"] == 1
    assert became(ada, bob, cora, ada)["doubled"] == 1
    assert became(ada, bob, queued(NAMES[2], NAMES[1]))["another's"] == 1
    assert became(ada, bob, queued(NAMES[2], NAMES[2], JobState.FAILED))["without mark"] == 1
    assert became(ada, bob, cora, wrong=(NAMES[1],))["with another mark"] == 1
