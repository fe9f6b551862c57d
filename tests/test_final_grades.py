"""`grader course` computes final grades by the rules of the course, from the marks that count."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.errors import SpecificationError
from grader.gradebook.results import Results
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.pipeline.course_page import publish_course
from grader.pipeline.deciding import Expected, decide
from tests.fakes import Fake, hand_in, ignore

RIGHT, WRONG = True, False  # the answer to the question that is worth 2 of the 3 points
RULES = """
[final]
pass_mark = 40
[final.letters]
A = 60
C = 30
"""


@pytest.fixture
def two(small: Course) -> Course:
    """A course with two new exercises."""
    create_exercise(small, "other")
    return small


def settings(course: Course, text: str) -> None:
    (course.exercises / "course.toml").write_text(text)


def grade(course: Course, folder: Path, slug: str, answers: dict[str, bool]) -> None:
    material = pipeline.load(course, slug)
    results = Results(folder / slug)
    right = int(material.key.answers["width"])
    handed_in = [
        replace(hand_in(material, student, right if is_right else right + 50), exercise=slug)
        for student, is_right in answers.items()
    ]
    pipeline.grade(material, handed_in, results, Fake(), ignore)
    results.database.close()


def finals(course: Course, folder: Path) -> dict[str, dict[str, str]]:
    publish_course(course, folder, None, lambda _: None)
    table = csv.DictReader(io.StringIO((folder / "final.csv").read_text(encoding="utf-8")))
    return {row["student"]: row for row in table}


def test_a_final_grade_is_on_the_page_with_its_calculation(two: Course, tmp_path: Path) -> None:
    settings(two, RULES)
    grade(two, tmp_path, "tiny", {"ada": RIGHT, "bob": RIGHT})
    grade(two, tmp_path, "other", {"ada": RIGHT, "bob": WRONG})
    rows = finals(two, tmp_path)
    assert (rows["ada"]["percent"], rows["ada"]["letter"], rows["ada"]["passed"]) == ("66.7", "A", "yes")
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    for row in rows.values():
        assert row["calculation"] in page
        assert row["is_final"] == "yes"
    assert (rows["bob"]["percent"], rows["bob"]["letter"], rows["bob"]["passed"]) == ("33.35", "C", "no")


def test_a_missing_submission_counts_0_only_after_its_deadline(two: Course, tmp_path: Path) -> None:
    grade(two, tmp_path, "tiny", {"ada": RIGHT, "bob": RIGHT})
    grade(two, tmp_path, "other", {"bob": RIGHT})
    settings(two, RULES + "[deadlines]\nother = 2999-01-01T00:00:00Z\n")
    assert (finals(two, tmp_path)["ada"]["percent"], finals(two, tmp_path)["ada"]["open"]) == ("66.7", "other")
    assert finals(two, tmp_path)["ada"]["is_final"] == "no"
    settings(two, RULES + "[deadlines]\nother = 2020-01-01T00:00:00Z\n")
    assert (finals(two, tmp_path)["ada"]["percent"], finals(two, tmp_path)["ada"]["is_final"]) == ("33.35", "yes")


def test_an_excused_student_is_graded_without_the_exercise(two: Course, tmp_path: Path) -> None:
    settings(two, RULES)
    grade(two, tmp_path, "tiny", {"ada": RIGHT, "bob": RIGHT})
    grade(two, tmp_path, "other", {"bob": RIGHT})
    excuse = Adjustment(
        student="ada",
        exercise="other",
        kind=AdjustmentKind.EXCUSED,
        author="kim",
        reason="ill",
        at=datetime.now(UTC),
    )
    results = Results(tmp_path / "other")
    decide(pipeline.load(two, "other"), results, [excuse], Expected(anybody=True))
    results.database.close()
    assert (finals(two, tmp_path)["ada"]["percent"], finals(two, tmp_path)["ada"]["excused"]) == ("66.7", "other")


def test_a_course_without_rules_has_no_final_grades(two: Course, tmp_path: Path) -> None:
    grade(two, tmp_path, "tiny", {"ada": RIGHT})
    publish_course(two, tmp_path, None, lambda _: None)
    assert not (tmp_path / "final.csv").exists()
    assert "Final grades" not in (tmp_path / "index.html").read_text(encoding="utf-8")


INVALID = [
    ("[final.weights]\ntinny = 1", "final: weights: there is no exercise 'tinny'. Did you mean 'tiny'?"),
    ('[final]\nbonus = ["none"]', "final: bonus: there is no exercise 'none'"),
    ('[final]\nbonus = ["other"]\n[final.weights]\ntiny = 1', "final: bonus: 'other' has no weight"),
    ('[final]\nbonus = ["tiny"]\n[final.weights]\ntiny = 1', "every exercise is a bonus"),
    ("[final.letters]\nA = 90\nB = 90", "two letters have the same percentage"),
    ("[final.weights]\ntiny = 0", "final: weights: `tiny` must be more than 0. Received: 0."),
    ("[final]\ndrop_lowest = -1", "drop_lowest"),
]


@pytest.mark.parametrize(("text", "problem"), INVALID)
def test_rules_that_cannot_be_followed_are_refused(two: Course, text: str, problem: str) -> None:
    settings(two, text)
    with pytest.raises(SpecificationError, match=r"exercises/course\.toml") as refused:
        pipeline.load(two, "tiny")
    assert problem in str(refused.value)
