"""Hand-built exercises and marks for the tests of the exports."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from grader.gradebook.exports.mark import ExportedMark
from grader.model.assessment import Assessment, Finding, Part, Verdict
from grader.model.exercise import Exercise, Leaderboard, Limits, Question, SlideReference
from grader.model.record import Isolation, Outcome
from grader.model.student import Student

SOURCE = SlideReference("week 1", "Slide")
AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def exercise(**fields: Any) -> Exercise:
    made = Exercise(
        slug="tiny-cnn",
        title="A tiny CNN",
        summary="",
        source=SOURCE,
        questions=(
            Question(id="shape", title="Output shape", kind="array", answer="shape", points=4.0, source=SOURCE),
            Question(
                id="count", title="Weights < 100 & biases", kind="number", answer="count", points=6.0, source=SOURCE
            ),
        ),
        limits=Limits(),
        seed=1,
        files=(),
        folder=Path("exercises/tiny-cnn"),
    )
    return replace(made, **fields)


def ranked() -> Exercise:
    return exercise(leaderboard=Leaderboard("count"))


def finding(
    question: str = "shape", verdict: Verdict = Verdict.PASSED, points: float = 4.0, most: float = 4.0, **fields: Any
) -> Finding:
    return Finding(question=question, verdict=verdict, points=points, max_points=most, **fields)


def findings(shape: float = 4.0, count: float = 3.5) -> tuple[Finding, Finding]:
    verdict = Verdict.PASSED if count == 6 else Verdict.PARTIAL if count else Verdict.FAILED
    return (
        finding("shape", Verdict.PASSED if shape == 4 else Verdict.FAILED, shape, 4.0, found="(26, 26)"),
        finding(
            "count",
            verdict,
            count,
            6.0,
            expected="100",
            found="90",
            reason="The biases are missing.",
            hint="Count again.",
            parts=(Part(label="layer 1", correct=False, expected="10", found="0", reason="No biases."),),
        ),
    )


def mark(
    student: str = "ada",
    made: tuple[Finding, ...] | None = None,
    outcome: Outcome = Outcome.COMPLETED,
    who: Student | None = None,
    origin: str = "",
    remarks: tuple[str, ...] = (),
    **fields: Any,
) -> ExportedMark:
    assessment = Assessment(
        student=student,
        exercise="tiny-cnn",
        record="ab" * 32,
        outcome=outcome,
        isolation=Isolation.SANDBOX,
        findings=findings() if made is None else tuple(made),
        remarks=remarks,
    )
    who = who or Student(id=student, name=student)
    return ExportedMark(
        assessment=assessment,
        student=who,
        folder=f"folder-{student}",
        origin=origin or f"{student}.ipynb",
        submitted_at=AT,
        **fields,
    )


def unrun() -> ExportedMark:
    """The mark of a submission that could not be run."""
    return mark("unrun", (finding("count", Verdict.NEEDS_HUMAN, 0.0, 6.0),), Outcome.CRASHED)


def unmarked() -> list[ExportedMark]:
    """One mark for each reason why none may go out, but that it could not be run: see `unrun`."""
    broken = (finding(), finding("count", Verdict.CHECK_ERROR, 0.0, 6.0))
    return [
        mark("unread", (), Outcome.INVALID_NOTEBOOK),
        mark("sandbox", outcome=Outcome.SANDBOX_FAILED),
        mark("broken", broken),
    ]
