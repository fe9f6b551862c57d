"""The table of marks and the assessment as JSON."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.lateness import Lateness
from grader.model.record import Outcome
from grader.report.tables import assessment_json, grades_csv
from tests.report import report_samples as samples


def rows(*assessments: Assessment) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(grades_csv(samples.exercise(), assessments), newline="")))


def test_columns_are_those_of_the_design() -> None:
    header = grades_csv(samples.exercise(), []).splitlines()[0]
    assert header.replace('"', "") == (
        "student,exercise,points,max_points,percent,outcome,isolation,waiting,late,deduction,overridden,"
        "q_model,q_conv1,q_dense,q_standardise,q_predict,q_epochs"
    )


def test_lines_end_as_the_standard_says() -> None:
    text = grades_csv(samples.exercise(), [samples.assessment()])
    assert text.count("\r\n") == 2
    assert text.endswith('52.5,"completed","sandbox",1,,0,,4,2,0,0,4.5,0\r\n')


def test_students_are_sorted() -> None:
    assert [row["student"] for row in rows(samples.assessment("b"), samples.assessment("a"))] == ["a", "b"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "@SUM(A1)", "\tb", "\rb", "\nb", "  =1", "＝1"])
def test_formulas_are_neutral(name: str) -> None:
    assert rows(samples.assessment(name))[0]["student"] == "'" + name


@pytest.mark.parametrize("name", ["Ada", 'O\'Neil, "Bo"', "two\nlines", "semi;colon", "ünï \U0001f600", "x" * 300])
def test_names_survive_the_table(name: str) -> None:
    assert rows(samples.assessment(name))[0]["student"] == name


def test_lone_surrogates_and_nulls_can_be_written() -> None:
    grades_csv(samples.exercise(), [samples.assessment("\ud800\x00")]).encode("utf-8")


def test_unpublishable_mark_is_empty() -> None:
    failed = rows(samples.assessment(made=(), outcome=Outcome.SANDBOX_FAILED))[0]
    assert (failed["points"], failed["percent"], failed["q_model"]) == ("", "", "")
    assert failed["max_points"] == "20"
    broken = (
        Finding(question="model", verdict=Verdict.CHECK_ERROR, points=0.0, max_points=6.0),
        Finding(question="conv1", verdict=Verdict.PASSED, points=2.0, max_points=2.0),
    )
    checked = rows(samples.assessment(made=broken))[0]
    assert (checked["points"], checked["percent"], checked["q_model"], checked["q_conv1"]) == ("", "", "", "2")


DEADLINE = datetime(2026, 5, 1, tzinfo=UTC)
LATE = Lateness(deadline=DEADLINE, submitted_at=DEADLINE, percent=10.0)


@pytest.mark.parametrize(
    ("late", "hours", "deduction"),
    [
        (None, "", "0"),
        (LATE, "", "2"),
        (replace(LATE, late_by=timedelta(seconds=1)), "0.01", "2"),
        (replace(LATE, late_by=timedelta(hours=25, minutes=30)), "25.5", "2"),
    ],
)
def test_lateness_and_what_it_costs_are_in_the_table(late: Lateness | None, hours: str, deduction: str) -> None:
    row = rows(replace(samples.assessment(), late=late))[0]
    assert (row["late"], row["deduction"]) == (hours, deduction)


def test_questions_that_wait_are_counted_in_the_table() -> None:
    made = (
        Finding(question="model", verdict=Verdict.NEEDS_HUMAN, points=0.0, max_points=6.0),
        Finding(question="conv1", verdict=Verdict.NEEDS_HUMAN, points=0.0, max_points=2.0),
    )
    waits = samples.assessment(made=made)
    assert rows(waits)[0]["waiting"] == "2"
    assert rows(replace(waits, decided=3.0, decided_by="kim"))[0]["waiting"] == "0"
    assert (
        rows(samples.assessment(made=(Finding(question="model", verdict=Verdict.PASSED, points=6.0, max_points=6.0),)))[
            0
        ]["waiting"]
        == "0"
    )


def test_what_a_person_decided_on_is_named_in_the_table() -> None:
    decided = samples.assessment(
        made=(Finding(question="model", verdict=Verdict.PASSED, points=6.0, max_points=6.0, decided_by="kim"),)
    )
    assert rows(decided)[0]["overridden"] == "model"
    assert rows(replace(decided, decided=3.0, decided_by="kim"))[0]["overridden"] == "mark model"
    assert rows(replace(samples.assessment(), excused=True))[0]["overridden"] == "excused"
    assert rows(samples.assessment())[0]["overridden"] == ""


def test_json_is_stable_and_sorted() -> None:
    text = assessment_json(samples.assessment())
    data = json.loads(text)
    assert text == assessment_json(samples.assessment())
    assert text == json.dumps(data, sort_keys=True, indent=2, ensure_ascii=False) + "\n"
    assert list(data) == sorted(data)
    assert (data["points"], data["percent"], data["publishable"]) == (10.5, 52.5, True)
    assert data["findings"][0]["verdict"] == "partial"


def test_json_has_only_what_json_has() -> None:
    finding = Finding(
        question="model",
        verdict=Verdict.FAILED,
        points=float("nan"),
        max_points=6.0,
        found="\ud800",
        figures=(samples.confusion(classes=2),),
    )
    text = assessment_json(samples.assessment(made=(finding,)))
    text.encode("utf-8")
    (written,) = json.loads(text, parse_constant=pytest.fail)["findings"]
    assert written["points"] is None
    assert written["figures"] == [{"classes": ["0", "1"], "counts": [[90, 3], [2, 90]], "kind": "confusion matrix"}]
