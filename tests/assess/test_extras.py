"""What fails in an addition to a mark costs the addition, and tells staff."""

from dataclasses import replace
from typing import Any

import pytest

from grader.assess import diagnoses
from grader.assess.engine import assess
from grader.marks.flags import LEFT_OUT, flags_of
from grader.model.assessment import Assessment, Verdict
from tests.assess.assess_samples import answer_key, exercise, question, record, value
from tests.reading import as_read


def failing(*_: Any, **__: Any) -> Any:
    raise RuntimeError("the key has a fault")


def marked(found: object, **fields: Any) -> Assessment:
    asked = replace(question("number"), id="q")
    run = record(answers={"answer": value(found)})
    assessment = assess("ada", exercise(asked), replace(answer_key(26), **fields), run, {})
    return replace(assessment, flags=flags_of(exercise(asked), run, assessment.findings))


@pytest.mark.parametrize(("found", "verdict"), [(26, Verdict.PASSED), (27, Verdict.FAILED)])
def test_a_failing_reason_leaves_the_mark(monkeypatch: pytest.MonkeyPatch, found: int, verdict: Verdict) -> None:
    monkeypatch.setattr(diagnoses, "_STEPS", (failing,))
    assessment = marked(found)
    assert (assessment.findings[0].verdict, assessment.publishable) == (verdict, True)
    assert [flag.kind for flag in assessment.flags] == ([LEFT_OUT] if found != 26 else [])
    assert all("the key has a fault" in as_read(flag.text) for flag in assessment.flags)


def test_a_failing_follow_on_leaves_the_mark() -> None:
    assessment = marked(27, follow_on=failing)
    assert assessment.publishable
    assert assessment.findings[0].verdict is Verdict.FAILED
    assert len(assessment.flags) <= 1


def test_a_failure_of_the_marking_itself_is_a_check_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from grader.assess.kinds import number

    monkeypatch.setattr(number, "read", failing)
    assert marked(27).findings[0].verdict is Verdict.CHECK_ERROR
