"""Gradescope's `results.json`, field by field."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from grader.gradebook.exports.mark import ExportedMark, deductions
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Exercise
from grader.storage import codec

FILE = "results.json"


class Visibility(StrEnum):
    """When students see it."""

    HIDDEN = "hidden"
    AFTER_DUE_DATE = "after_due_date"
    AFTER_PUBLISHED = "after_published"
    VISIBLE = "visible"


def results(
    exercise: Exercise, mark: ExportedMark, visibility: Visibility = Visibility.AFTER_PUBLISHED
) -> dict[str, Any]:
    """The results of one submission, as Gradescope reads them.

    Args:
        exercise: What was asked.
        mark: The submission's marks.
        visibility: When students see the score and the findings. What went wrong on our side is always hidden.

    Returns:
        JSON data. Without a mark that may go out there is no `score` and there are no `tests`, so that
        Gradescope publishes nothing. All text is plain text: nothing of a submission is taken for markup.
    """
    assessment = mark.assessment
    data: dict[str, Any] = {
        "output": "\n".join((*deductions(mark), *filter(None, [assessment.comment]), *map(str, assessment.remarks))),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": visibility.value,
        "stdout_visibility": Visibility.HIDDEN.value,
        "extra_data": {
            "student": assessment.student,
            "exercise": assessment.exercise,
            "outcome": assessment.outcome.value,
            "isolation": assessment.isolation.value,
            "record": assessment.record,
        },
        "tests": [],
    }
    if mark.seconds is not None:
        data["execution_time"] = round(mark.seconds, 3)
    if mark.no_mark:
        return data | {"output": f"No mark: {mark.no_mark}.", "visibility": Visibility.HIDDEN.value}
    titles, visible = mark.titled(exercise), visibility.value
    tests = [
        _test(finding, titles.get(finding.question, finding.question), str(place), visible)
        for place, finding in enumerate(assessment.findings, 1)
    ]
    return data | {"score": mark.points_of_all, "tests": tests} | _leaderboard(exercise, mark, titles)


def as_json(data: Mapping[str, Any]) -> bytes:
    """The bytes of `results.json`: UTF-8; NaN is null."""
    return codec.encode_for_programs(data)


def _leaderboard(exercise: Exercise, mark: ExportedMark, titles: Mapping[str, str]) -> dict[str, Any]:
    """The accuracy that the exercise ranks a class by, where it does and there is one."""
    question = exercise.leaderboard.question if exercise.leaderboard else ""
    findings = (finding for finding in mark.assessment.findings if finding.question == question)
    accuracy = next((finding.score.accuracy for finding in findings if finding.score), None)
    if accuracy is None:
        return {}
    return {"leaderboard": [{"name": titles.get(question, question), "value": accuracy.value, "order": "desc"}]}


def _test(finding: Finding, title: str, place: str, visibility: str) -> dict[str, Any]:
    """One finding. One that a person has yet to mark has neither status nor score."""
    verdict = "excused" if finding.excused else finding.verdict.value
    test: dict[str, Any] = {
        "name": title,
        "name_format": "text",
        "number": place,
        "max_score": finding.max_points,
        "output": _output(finding),
        "output_format": "text",
        "tags": [verdict],
        "visibility": visibility if finding.is_marked_here or finding.excused else Visibility.HIDDEN.value,
        "extra_data": {"question": finding.question, "verdict": verdict},
    }
    if finding.verdict is not Verdict.NEEDS_HUMAN:
        test["score"] = finding.points
        test["status"] = "passed" if finding.verdict is Verdict.PASSED else "failed"
    return test


def _output(finding: Finding) -> str:
    """What a student reads of a finding."""
    lines = [
        f"Found: {finding.found}" if finding.found else "",
        f"Expected: {finding.expected}" if finding.expected and finding.verdict is not Verdict.PASSED else "",
        str(finding.why),
        str(finding.hint),
        *(f"{part.label}: {part.reason}" for part in finding.parts if part.reason),
        f"Excused by {finding.decided_by}: {finding.decided_because}"
        if finding.excused
        else f"Decided by {finding.decided_by}: {finding.decided_because}"
        if finding.decided_by
        else "",
        str(finding.comment),
    ]
    return "\n".join(filter(None, lines))
