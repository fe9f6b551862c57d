"""The benchmark of the portal: when students arrive, what it counts, and that its page says what was measured."""

from types import SimpleNamespace
from typing import Any

import pytest

from grader.model.portal import JobState

pytest.importorskip("starlette")
NAMES = ["ada", "bob", "cora"]


def results(**changed: Any) -> dict[str, Any]:
    """What `rush.json` holds, with numbers that are easy to check."""
    uploads = {"lost": 0, "doubled": 0, "another's": 0, "without mark": 0}
    measured = {"pages": [0.1] * 95 + [0.9] * 5, "alone": [0.5] * 19 + [1.6], "after": 3.0}
    return {
        "command": "x",
        "machine": {"cores": "2"},
        "students": 300,
        "seconds": 120.0,
        "uploads": uploads,
        **measured,
        **changed,
    }


@pytest.mark.parametrize("students", [1, 2, 6, 300])
def test_half_of_the_students_arrive_in_the_last_sixth(benchmarks: Any, students: int) -> None:
    arrivals = benchmarks("rush").arrivals(students, 60.0)
    assert len(arrivals) == students
    assert sum(at >= 50 for at in arrivals) == students - students // 2
    assert arrivals == sorted(arrivals)
    assert all(0 <= at < 60 for at in arrivals)


def test_aims_say_what_was_missed(benchmarks: Any) -> None:
    rush = benchmarks("rush")
    assert all(aim.reached for aim in rush.aims(results()))
    bad = {"lost": 1, "doubled": 1, "another's": 1, "without mark": 1}
    slow = results(uploads=bad, pages=[0.1] * 94 + [0.9] * 6, alone=[1.1] * 18 + [1.6] * 2)
    assert not any(aim.reached for aim in rush.aims(slow))


def test_the_page_says_what_was_measured(benchmarks: Any) -> None:
    page = benchmarks("rush").markdown(results())
    assert "300 students uploaded within 120 s" in page
    assert "| one student alone, median | at most 1 s | 0.5 s | yes |" in page


def test_uploads_that_are_lost_doubled_or_of_someone_else_are_counted(benchmarks: Any) -> None:
    def queued(student: str, notebook: str, state: JobState = JobState.DONE) -> SimpleNamespace:
        return SimpleNamespace(upload=SimpleNamespace(student=student, notebook=notebook), state=state)

    def became(*uploads: SimpleNamespace) -> dict[str, int]:
        marks = [SimpleNamespace(student=name) for name in NAMES]
        site = SimpleNamespace(
            queue=SimpleNamespace(of_exercise=lambda _: list(uploads)),
            results=lambda _: SimpleNamespace(notebook=lambda name: f"# {name}\\n".encode()),
            book=lambda _: SimpleNamespace(marks=lambda: marks),
        )
        counted: dict[str, int] = benchmarks("rush")._what_became(site, NAMES)
        return counted

    ada, bob, cora = (queued(name, name) for name in NAMES)
    assert set(became(ada, bob, cora).values()) == {0}
    assert became(ada, bob)["lost"] == 1
    assert became(ada, bob, cora, ada)["doubled"] == 1
    assert became(ada, bob, queued("cora", "bob"))["another's"] == 1
    assert became(ada, bob, queued("cora", "cora", JobState.FAILED))["without mark"] == 1
