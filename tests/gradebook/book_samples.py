"""A gradebook with hand-built attempts and marks, for its tests."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from grader.gradebook.database import Database
from grader.gradebook.store import Counting, Gradebook
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.attempt import Attempt
from grader.model.exercise import Question, SlideReference
from grader.model.key import Slip
from grader.model.mark import Mark
from grader.model.own_work import AskedQuestions, Choice, Concept, OwnQuestion
from grader.model.practice import PracticeCard
from grader.model.practice_history import PracticeAnswer
from grader.model.record import Isolation, Outcome, Record, Resources
from grader.model.submission import Submission

AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
COURSE, SLUG = "Networks", "tiny-cnn"


def later(minutes: int) -> datetime:
    """So much later than `AT`."""
    return AT + timedelta(minutes=minutes)


def gradebook(database: Database, course: str = COURSE, slug: str = SLUG) -> Gradebook:
    """The gradebook of an exercise."""
    return Gradebook(database, course, slug, Path("handed-in"))


def attempt(student: str = "ada", content: str = "one", at: datetime = AT, **fields: object) -> Attempt:
    """An attempt before the gradebook has it; `content` stands for the notebook, `fields` are of the submission."""
    digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    submission = Submission(student=student, exercise=SLUG, origin=f"{student}.ipynb", content=b"")
    return Attempt(
        submission=replace(submission, **fields),  # type: ignore[arg-type]
        folder=f"folder-{student}"[:50],
        notebook=digest,
        digest=digest,
        record_key=digest,
        collected_at=at,
    )


def asked(student: str = "ada", code: str = "0123abcd") -> AskedQuestions:
    """One question about a student's own work, whose correct choice is b."""
    choices = (Choice(text="150", mistake="The biases are missing."), Choice(text="156"))
    question = OwnQuestion(id="bias/net/conv1", concept=Concept.PARAMETERS, text="How many?", choices=choices, step="-")
    return AskedQuestions(
        student=student,
        record="ab" * 32,
        code=code,
        questions=(question,),
        points=2.0,
        minutes=15.0,
        asked_at=AT,
    )


def assessment(student: str = "ada", points: float = 3.0, **fields: object) -> Assessment:
    """Marks for one question."""
    verdict = Verdict.PASSED if points == 4 else Verdict.PARTIAL if points else Verdict.FAILED
    finding = replace(Finding(question="shape", verdict=verdict, points=points, max_points=4.0), **fields)  # type: ignore[arg-type]
    return Assessment(
        student=student,
        exercise=SLUG,
        record="ab" * 32,
        outcome=Outcome.COMPLETED,
        isolation=Isolation.SANDBOX,
        findings=(finding,),
    )


def assessed(attempt: Attempt, points: float = 3.0, fingerprint: str = "f", **fields: object) -> Attempt:
    """The attempt with its marks."""
    return replace(attempt, assessment=assessment(attempt.student, points, **fields), fingerprint=fingerprint)


def record(key: str, **fields: object) -> Record:
    """A run."""
    return replace(Record(key=key, outcome=Outcome.COMPLETED, resources=Resources(1.5, 1.25, 300.0, 4.0)), **fields)  # type: ignore[arg-type]


def adjustment(student: str = "ada", points: float | None = 4.0, **fields: object) -> Adjustment:
    """A person's decision about the points of the one question."""
    made = Adjustment(
        student=student,
        exercise=SLUG,
        kind=AdjustmentKind.POINTS,
        author="Prof. Roe",
        reason="read by hand",
        at=AT,
        question="shape",
        points=points,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def counting(attempts: Sequence[Attempt], decisions: Sequence[Adjustment]) -> Mark:
    """The last attempt that has marks counts, with the last points that a person gave."""
    last = [attempt for attempt in attempts if attempt.assessment][-1]
    final = last.assessment
    assert final is not None
    if decisions and decisions[-1].points is not None:
        finding = replace(final.findings[0], points=decisions[-1].points, decided_by=decisions[-1].author)
        final = replace(final, findings=(finding,))
    return Mark(attempt=last, assessment=final, page=f"{len(decisions)}-{final.points:g}")


def keep(book: Gradebook, *attempts: Attempt, at: datetime = AT) -> dict[str, list[Attempt]]:
    """Store attempts in a run of their own; returns all attempts."""
    book.keep(book.begin("grade", at), [replace(each, collected_at=at) for each in attempts])
    return book.attempts()


def mark(
    book: Gradebook, student: str = "ada", points: float = 3.0, at: datetime = AT, by: Counting = counting
) -> Mark:
    """Mark the last attempt of a student."""
    last = book.attempts(student)[student][-1]
    version = book.version("1" * 64, "A tiny CNN", 4.0, at)
    (made,) = book.save(version, [student], [assessed(last, points)], by, at, record(last.record_key))
    return made


def practice_card(question: str = "width", fingerprint: str = "f" * 64) -> PracticeCard:
    """A card whose answer is 24, with a known mistake that gives 23."""
    return PracticeCard(
        exercise=SLUG,
        exercise_title="Tiny",
        question=Question(
            id=question,
            title="Width",
            kind="number",
            answer=question,
            points=2.0,
            source=SlideReference(lecture="week 4", slide="Convolution"),
        ),
        seed="seed",
        text="How **wide** is the map of a 5 x 5 filter on 28 pixels?",
        answer=24,
        slips=(Slip(23, "The + 1 is missing.", "The filter also fits at the first position: + 1."),),
        numbers={"size": 28, "kernel": 5},
        fingerprint=fingerprint,
    )


def practice_answer(question: str = "width", fingerprint: str = "f" * 64, **fields: Any) -> PracticeAnswer:
    """A wrong answer to this card."""
    answer = PracticeAnswer(
        exercise=SLUG,
        question=question,
        fingerprint=fingerprint,
        written="28 - 5",
        is_right=False,
        exposes=("plus-one",),
        misconceptions=("plus-one",),
        at=AT,
    )
    return replace(answer, **fields)
