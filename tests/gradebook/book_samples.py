"""A gradebook with hand-built tries and marks, for its tests."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from grader.gradebook.database import Database
from grader.gradebook.store import Gradebook
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.record import Isolation, Outcome, Record, Resources
from grader.model.standing import Assessed, Standing, Taken, Try
from grader.model.submission import Submission

AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
COURSE, SLUG = "Networks", "tiny-cnn"


def later(minutes: int) -> datetime:
    """So much later than `AT`."""
    return AT + timedelta(minutes=minutes)


def gradebook(database: Database, course: str = COURSE, slug: str = SLUG) -> Gradebook:
    """The gradebook of an exercise."""
    return Gradebook(database, course, slug, Path("handed-in"))


def taken(student: str = "ada", content: str = "one", **fields: object) -> Taken:
    """A submission as it is taken in; `content` stands for the notebook."""
    digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    submission = Submission(student, SLUG, f"{student}.ipynb", b"")
    return Taken(replace(submission, **fields), f"folder-{student}"[:50], digest, digest, digest)  # type: ignore[arg-type]


def assessment(student: str = "ada", points: float = 3.0, **fields: object) -> Assessment:
    """Marks for one question."""
    verdict = Verdict.PASSED if points == 4 else Verdict.PARTIAL if points else Verdict.FAILED
    finding = replace(Finding("shape", verdict, points, 4.0), **fields)  # type: ignore[arg-type]
    return Assessment(student, SLUG, "ab" * 32, Outcome.COMPLETED, Isolation.SANDBOX, (finding,))


def assessed(student: str = "ada", points: float = 3.0, fingerprint: str = "f", **fields: object) -> Assessed:
    """Marks as they are kept."""
    return Assessed(assessment(student, points, **fields), fingerprint, "")


def record(key: str, **fields: object) -> Record:
    """A run."""
    return replace(Record(key, Outcome.COMPLETED, resources=Resources(1.5, 1.25, 300.0, 4.0)), **fields)  # type: ignore[arg-type]


def adjustment(student: str = "ada", points: float | None = 4.0, **fields: object) -> Adjustment:
    """A person's decision about the points of the one question."""
    made = Adjustment(
        student, SLUG, AdjustmentKind.POINTS, "Prof. Roe", "read by hand", AT, question="shape", points=points
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def stand(tries: Sequence[Try], decisions: Sequence[Adjustment]) -> Standing:
    """The last try that has marks counts, with the last points that a person gave."""
    chosen = [each for each in tries if each.assessed][-1]
    assert chosen.assessed is not None
    final = chosen.assessed.assessment
    if decisions and decisions[-1].points is not None:
        finding = replace(final.findings[0], points=decisions[-1].points, decided_by=decisions[-1].author)
        final = replace(final, findings=(finding,))
    return Standing(chosen, final, f"{len(decisions)}-{final.points:g}", chosen.assessed.work)


Stand = Callable[[Sequence[Try], Sequence[Adjustment]], Standing]


def take_in(book: Gradebook, *submissions: Taken, at: datetime = AT) -> dict[str, list[Try]]:
    """Take in submissions in a run of their own; returns all tries."""
    book.take_in(book.begin("grade", at), submissions, at)
    return book.tries()


def mark(book: Gradebook, student: str = "ada", points: float = 3.0, at: datetime = AT, by: Stand = stand) -> Standing:
    """Mark the last try of a student."""
    last = book.tries(student)[student][-1]
    version = book.version("1" * 64, "A tiny CNN", 4.0, at)
    marks = [(student, [(last, assessed(student, points))])]
    (made,) = book.settle(version, marks, by, at, record(last.record))
    return made
