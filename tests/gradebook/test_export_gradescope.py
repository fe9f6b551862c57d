"""Gradescope's results.json, field by field."""

import json
from typing import Any

import pytest

from grader.gradebook.exports import gradescope
from grader.gradebook.exports.gradescope import Visibility
from grader.gradebook.exports.mark import ExportedMark
from grader.model.assessment import Verdict
from grader.model.exercise import Exercise
from grader.model.score import Accuracy, Score
from tests.gradebook import export_samples as samples

TOP = {
    "score": (int, float),
    "execution_time": (int, float),
    "output": str,
    "output_format": str,
    "test_output_format": str,
    "test_name_format": str,
    "visibility": str,
    "stdout_visibility": str,
    "extra_data": dict,
    "tests": list,
    "leaderboard": list,
}
TEST = {
    "score": (int, float),
    "max_score": (int, float),
    "status": str,
    "name": str,
    "name_format": str,
    "number": str,
    "output": str,
    "output_format": str,
    "tags": list,
    "visibility": str,
    "extra_data": dict,
}
LINE = {"name": str, "value": (int, float, str), "order": str}
VISIBILITIES = {"hidden", "after_due_date", "after_published", "visible"}
FORMATS = {"text", "html", "simple_format", "md", "ansi"}


def check(data: dict[str, Any], schema: dict[str, Any]) -> None:
    assert set(data) <= set(schema)
    for name, value in data.items():
        assert isinstance(value, schema[name]), name
        assert "visibility" not in name or value in VISIBILITIES
        assert "format" not in name or value in FORMATS


def results(mark: ExportedMark, exercise: Exercise | None = None, **options: Any) -> dict[str, Any]:
    data = json.loads(gradescope.as_json(gradescope.results(exercise or samples.exercise(), mark, **options)))
    check(data, TOP)
    for test in data["tests"]:
        check(test, TEST)
        assert test.get("status", "passed") in ("passed", "failed")
        assert all(isinstance(tag, str) for tag in test["tags"])
    for line in data.get("leaderboard", []):
        check(line, LINE)
        assert line["order"] in ("asc", "desc")
    checked: dict[str, Any] = data
    return checked


def test_score_time_and_remarks_of_the_submission() -> None:
    data = results(samples.mark(remarks=("Cell 3 is missing.", "So is 4."), seconds=1.23456))
    assert (data["score"], data["execution_time"], data["output"]) == (7.5, 1.235, "Cell 3 is missing.\nSo is 4.")
    assert data["extra_data"]["student"] == "ada"
    assert "execution_time" not in results(samples.mark())


def test_each_finding_is_a_test_with_what_was_found_and_why() -> None:
    passed, partial = results(samples.mark())["tests"]
    assert (passed["name"], passed["score"], passed["max_score"], passed["status"]) == ("Output shape", 4, 4, "passed")
    assert (partial["score"], partial["max_score"], partial["status"]) == (3.5, 6, "failed")
    assert (passed["number"], partial["number"]) == ("1", "2")
    assert partial["output"] == "Found: 90\nExpected: 100\nThe biases are missing.\nCount again.\nlayer 1: No biases."
    assert partial["extra_data"] == {"question": "count", "verdict": "partial"}


@pytest.mark.parametrize("visibility", Visibility)
def test_students_see_it_when_the_instructor_says(visibility: Visibility) -> None:
    data = results(samples.mark(), visibility=visibility)
    assert {data["visibility"], *(test["visibility"] for test in data["tests"])} == {visibility}
    assert data["stdout_visibility"] == "hidden"


def test_what_is_not_marked_here_is_hidden_and_what_a_person_marks_has_no_status() -> None:
    made = (
        samples.finding("shape", Verdict.NEEDS_HUMAN, 0.0, 0.0),
        samples.finding("count", Verdict.NEEDS_HUMAN, 0.0, 6.0),
    )
    not_here, waiting = results(samples.mark(made=made), visibility=Visibility.VISIBLE)["tests"]
    assert not_here["visibility"] == "hidden"
    assert waiting["visibility"] == "visible"
    assert not {"score", "status"} & (not_here.keys() | waiting.keys())


@pytest.mark.parametrize("mark", samples.unmarked(), ids=lambda mark: mark.student.id)
def test_without_a_mark_there_is_neither_score_nor_test_and_nothing_is_shown(mark: ExportedMark) -> None:
    data = results(mark, visibility=Visibility.VISIBLE)
    assert "score" not in data
    assert (data["tests"], data["visibility"]) == ([], "hidden")
    assert data["output"] == f"No mark: {mark.no_mark}."


def test_text_of_a_submission_is_never_markup() -> None:
    made = (samples.finding(found="<script>alert(1)</script>\ud800"),)
    (test,) = results(samples.mark(made=made))["tests"]
    assert test["output"] == "Found: <script>alert(1)</script>?"
    assert {test["output_format"], test["name_format"]} == {"text"}


def test_an_accuracy_that_ranks_is_on_the_leaderboard() -> None:
    score = Score(value=0.9375, accuracy=Accuracy(value=0.9375, interval=(0.9, 0.96)))
    made = (samples.finding(), samples.finding("count", points=6.0, most=6.0, score=score))
    data = results(samples.mark(made=made), samples.ranked())
    assert data["leaderboard"] == [{"name": "Weights < 100 & biases", "value": 0.9375, "order": "desc"}]
    assert "leaderboard" not in results(samples.mark(made=made))
    assert "leaderboard" not in results(samples.mark(), samples.ranked())
