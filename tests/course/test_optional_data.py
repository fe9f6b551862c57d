"""Data that the course may not give away: everything works without, and says so."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader.assess import engine
from grader.assess.heldout import ShuffledData
from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.errors import SpecificationError
from grader.listing import listing
from grader.model.assessment import Assessment, Verdict
from grader.model.record import Outcome, Record
from grader.report.student import render_student
from grader.report.tables import grades_csv
from tests.reading import as_read

KEY = """
HELDOUT = {"net": {"file": "heldout/h.npz", "classes": ["0", "1"], "optional": True}}

def answers():
    return {"width": 26, "padding": "same"}
"""
QUESTION = """
[[questions]]
id = "net"
title = "N"
kind = "accuracy"
answer = "predict"
points = 3
thresholds = [{ accuracy = 0.5, points = 0 }, { accuracy = 0.9, points = 3 }]

[[files]]
name = "data/rare.npz"
optional = true
"""


@pytest.fixture
def rare(course: Course) -> Course:
    """A course whose exercise asks for an accuracy on data that are not there."""
    path = course.exercises / "small" / "exercise.toml"
    path.write_text(path.read_text() + QUESTION)
    (course.solution_folder("small") / "key.py").write_text(KEY)
    return course


def put(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir()
    np.savez(folder / name, inputs=np.zeros((2, 4)), labels=np.array([0, 1]))


def assessed(course: Course) -> Assessment:
    exercise = read_exercise(course, "small")
    key = Keys(course, exercise).key()
    assert engine.validate(exercise, key) == []
    return engine.assess(
        "ann", exercise, key, Record(key="k", outcome=Outcome.COMPLETED), {"net": ShuffledData(np.array([0, 1]))}
    )


def test_without_the_data_the_question_counts_for_nothing_and_says_why(rare: Course) -> None:
    assessment = assessed(rare)
    finding = assessment.findings[-1]
    assert (finding.verdict, finding.points, finding.max_points) == (Verdict.NEEDS_HUMAN, 0, 0)
    assert "Not marked here" in as_read(finding.reason)
    assert not finding.is_marked_here
    assert assessment.max_points == read_exercise(rare, "small").max_points - 3
    assert assessment.publishable


def test_with_the_data_the_question_is_marked(rare: Course) -> None:
    put(rare.solution_folder("small"), "heldout/h.npz")
    finding = assessed(rare).findings[-1]
    assert finding.verdict is not Verdict.NEEDS_HUMAN
    assert (finding.max_points, finding.is_marked_here) == (3, True)


def test_a_file_is_laid_beside_the_notebook_where_it_exists(rare: Course) -> None:
    assert read_exercise(rare, "small").files == ()
    put(rare.exercises / "small", "data/rare.npz")
    assert [file.name for file in read_exercise(rare, "small").files] == ["data/rare.npz"]


def test_files_and_held_out_data_that_are_not_optional_must_exist(rare: Course) -> None:
    path = rare.exercises / "small" / "exercise.toml"
    path.write_text(path.read_text().replace("optional = true", "optional = false"))
    with pytest.raises(SpecificationError, match=r"data/rare\.npz': does not exist"):
        read_exercise(rare, "small")
    path.write_text(path.read_text().replace("optional = false", "optional = true"))
    key = rare.solution_folder("small") / "key.py"
    key.write_text(KEY.replace('"optional": True', '"optional": False'))
    with pytest.raises(SpecificationError, match=r"heldout/h\.npz' does not exist"):
        Keys(rare, read_exercise(rare, "small"))


def test_optional_data_that_exist_must_still_be_right(rare: Course) -> None:
    folder = rare.solution_folder("small") / "heldout"
    folder.mkdir()
    np.savez(folder / "h.npz", inputs=np.zeros((3, 4)), labels=np.array([0, 1]))
    with pytest.raises(SpecificationError, match="one label for each input"):
        Keys(rare, read_exercise(rare, "small"))


def test_optional_data_may_not_lie_outside_of_the_folder(rare: Course) -> None:
    key = rare.solution_folder("small") / "key.py"
    key.write_text(KEY.replace("heldout/h.npz", "../h.npz"))
    with pytest.raises(SpecificationError, match=r"'\.\./h\.npz' must be a path inside"):
        Keys(rare, read_exercise(rare, "small"))


def test_the_list_names_what_is_not_marked_on_this_machine(rare: Course) -> None:
    assert listing(rare)[0].not_here == ("net",)


def test_table_and_page_leave_the_question_out_of_the_marks(rare: Course) -> None:
    exercise, assessment = read_exercise(rare, "small"), assessed(rare)
    row = next(csv.DictReader(grades_csv(exercise, [assessment]).splitlines()))
    assert row["max_points"] == f"{exercise.max_points - 3:g}"
    page = render_student(exercise, (), assessment, Record(key="k", outcome=Outcome.COMPLETED))
    assert "Not marked here" in page
    assert "An instructor will look at" not in page


def test_all_right_is_all_right_without_the_question_that_is_not_marked(rare: Course) -> None:
    exercise, assessment = read_exercise(rare, "small"), assessed(rare)
    *others, last = assessment.findings
    passed = tuple(replace(one, verdict=Verdict.PASSED, points=one.max_points) for one in others)
    assessment = replace(assessment, findings=(*passed, last))
    assert assessment.percent == 100
    assert "Everything is right" in render_student(exercise, (), assessment, Record(key="k", outcome=Outcome.COMPLETED))
