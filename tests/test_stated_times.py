"""Times from an instructor's file decide lateness; a submission that they do not name keeps its own time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.errors import InputError
from grader.gradebook.results import Results
from grader.model.course_settings import LatePolicy, Per
from grader.model.submission import Platform, Source, Submission, TimeCertainty
from grader.pipeline.stated_times import with_stated_times
from tests.fakes import Fake, hand_in, ignore

DEADLINE = datetime(2026, 5, 1, 12, tzinfo=UTC)
Timed = Callable[..., tuple[dict[str, str], list[str]]]


def submission(student: str, origin: str = "", at: datetime | None = None, **source: str) -> Submission:
    return Submission(
        student=student,
        exercise="tiny",
        origin=origin or f"{student}.ipynb",
        content=b"",
        submitted_at=at,
        source=Source(name=student, **source),  # type: ignore[arg-type]
    )


@pytest.fixture
def timed(material: pipeline.Material, tmp_path: Path) -> Timed:
    """A function from submissions and rows to the origins with a time, and the notes."""

    def run(submissions: list[Submission], *rows: str, head: str = "student,time") -> tuple[dict[str, str], list[str]]:
        path = tmp_path / "times.csv"
        path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        notes: list[str] = []
        after = with_stated_times(submissions, material.settings, path, notes.append)
        return {one.origin: f"{one.submitted_at:%d %H:%M}" for one in after if one.submitted_at}, notes

    return run


ODD = [
    "ada",
    "Ada",
    "ADA",
    "Zoë",
    "José María",
    "O'Brien",
    "<b>bold</b>",
    "=cmd()",
    "陈 伟",
    "x; DROP TABLE students",
]


def test_odd_names_and_names_that_differ_in_case_each_get_their_own_time(timed: Timed) -> None:
    rows = [f'"{name}",2026-05-01 10:{minute:02}' for minute, name in enumerate(ODD)]
    times, notes = timed([submission(name) for name in ODD], *rows)
    assert times == {f"{name}.ipynb": f"01 10:{minute:02}" for minute, name in enumerate(ODD)}
    assert notes == []


def test_a_row_of_nobody_is_named_and_changes_nothing(timed: Timed) -> None:
    known = datetime(2026, 5, 1, 9, tzinfo=UTC)
    times, notes = timed([submission("ada", at=known), submission("bob")], "eve,2026-05-01 10:00")
    assert times == {"ada.ipynb": "01 09:00"}
    assert len(notes) == 1
    assert "line 2" in notes[0]
    assert "'eve'" in notes[0]


def test_the_file_replaces_the_time_of_the_platform(timed: Timed) -> None:
    late = datetime(2026, 5, 3, tzinfo=UTC)
    assert timed([submission("ada", at=late)], "ada,2026-05-01 10:00")[0] == {"ada.ipynb": "01 10:00"}


def test_a_file_is_found_by_path_or_name_and_takes_precedence_over_the_student(timed: Timed) -> None:
    two = [submission("ada", "ada/one.ipynb"), replace(submission("ada", "ada/two.ipynb"), attempt=1)]
    rows = ("ada,,2026-05-01 10:00", ",one.ipynb,2026-05-01 08:00")
    assert timed(two, *rows, head="student,file,time")[0] == {"ada/one.ipynb": "01 08:00", "ada/two.ipynb": "01 10:00"}
    assert timed(two, ",ada/two.ipynb,2026-05-01 08:00", "ada,,2026-05-01 10:00", head="student,file,time")[0] == {
        "ada/two.ipynb": "01 08:00"
    }


def test_a_file_name_of_several_students_needs_the_student(timed: Timed) -> None:
    class_of_two = [submission("ada", "ada/lab.ipynb"), submission("bob", "bob/lab.ipynb")]
    times, notes = timed(class_of_two, "lab.ipynb,2026-05-01 10:00", head="file,time")
    assert times == {}
    assert "the name of 2 submitted files" in notes[0]
    times, notes = timed(class_of_two, "bob,lab.ipynb,2026-05-01 10:00", head="student,file,time")
    assert (times, notes) == ({"bob/lab.ipynb": "01 10:00"}, [])


def test_two_rows_that_contradict_each_other_stop_with_both_lines(timed: Timed) -> None:
    with pytest.raises(InputError, match="lines 2 and 3 give different times for one submission"):
        timed([submission("ada")], "ada,2026-05-01 10:00", "ada,2026-05-01 11:00")
    assert timed([submission("ada")], "ada,2026-05-01 10:00", "ada,2026-05-01T10:00Z")[1] == []


def test_a_canvas_student_is_found_by_number(timed: Timed) -> None:
    canvas = submission("lovelaceada", platform=Platform.CANVAS, number="1001")
    times, notes = timed([canvas], "Ada Lovelace,1001,2026-05-01 10:00", head="student,canvas id,time")
    assert (times, notes) == ({"lovelaceada.ipynb": "01 10:00"}, [])


def test_stated_times_decide_lateness_and_a_later_run_without_them_keeps_them(
    small: Course, results: Results, tmp_path: Path
) -> None:
    loaded = pipeline.load(small, "tiny")
    policy = LatePolicy(grace=DEADLINE - DEADLINE, percent=10, per=Per.DAY, cap=100)
    settings = replace(loaded.settings, late=policy, deadlines={"tiny": DEADLINE})
    material = replace(loaded, settings=settings)
    source = Source(name="ada", clock=TimeCertainty.EXACT)
    first = replace(hand_in(material, "ada", 1), submitted_at=datetime(2026, 5, 4, tzinfo=UTC), source=source)
    unknown = hand_in(material, "bob", 1)

    def percents(*submissions: Submission) -> dict[str, float]:
        marks = pipeline.grade(material, submissions, results, Fake(), ignore)
        return {mark.student: mark.assessment.late.percent for mark in marks if mark.assessment.late}

    assert percents(first, unknown) == {"ada": 30, "bob": 0}
    (tmp_path / "times.csv").write_text("student,time\nada,2026-05-01 11:00\nbob,2026-05-02 13:00\n")
    stated = with_stated_times([first, unknown], settings, tmp_path / "times.csv", ignore)
    assert percents(*stated) == {"ada": 0, "bob": 20}
    assert percents(first, unknown) == {"ada": 0, "bob": 20}
    (tmp_path / "times.csv").write_text("student,time\nada,2026-05-02 11:00\n")
    assert percents(*with_stated_times([first, unknown], settings, tmp_path / "times.csv", ignore)) == {
        "ada": 10,
        "bob": 20,
    }
