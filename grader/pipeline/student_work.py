"""The work of one student for one exercise, as staff see it: attempts, mark, decisions and history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from grader.course.variants import without_numbers
from grader.gradebook.own_work import OwnWorkBook
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.assessment import Assessment
from grader.model.attempt import Attempt
from grader.model.exercise import Exercise
from grader.model.own_work import OwnWorkResult
from grader.model.portal import JobState, Member
from grader.model.staff_work import Task, Thread
from grader.pipeline.course_site import CourseSite
from grader.pipeline.history import HistoryLine, history

_MOST_TASKS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentWork:
    """All that staff see of one student's work for one exercise.

    Attributes:
        student: Name in the gradebook.
        member: The account; None for students who submitted without the portal.
        exercise: The exercise, without anything that is secret.
        attempts: Every attempt, in the order of collection.
        counting: Number of the attempt that counts, from 1; 0 if there is no mark.
        mark: The mark that counts; None if there is none.
        decisions: The decisions of people, in order.
        history: All that happened, in the order of time.
        tasks: Tasks about this student that are not done, or failed.
        threads: Question -> what the student asked about it.
        own_work: The questions about their own work that the student was asked last; None if there are none.
    """

    student: str
    member: Member | None
    exercise: Exercise
    attempts: tuple[Attempt, ...] = ()
    counting: int = 0
    mark: Assessment | None = None
    decisions: tuple[Adjustment, ...] = ()
    history: tuple[HistoryLine, ...] = ()
    tasks: tuple[Task, ...] = ()
    threads: Mapping[str, Thread] = field(default_factory=dict)
    own_work: OwnWorkResult | None = None

    @property
    def extended_until(self) -> datetime | None:
        """The deadline of the last extension of the whole exercise; None if there is none, or it was withdrawn."""
        extensions = [one for one in self.decisions if one.kind is AdjustmentKind.EXTENSION and not one.question]
        return extensions[-1].until if extensions else None


def student_work(site: CourseSite, slug: str, student: str) -> StudentWork | None:
    """All that staff see of a student's work; None if neither the course nor the gradebook has the student."""
    read = site.exercise(slug)
    member = site.accounts.of_student(student)
    book = site.book(slug)
    attempts = tuple(book.attempts(student).get(student, ())) if book else ()
    decisions = tuple(book.adjustments(student).get(student, ())) if book else ()
    if member is None and not attempts and not decisions:
        return None
    mark = next(iter(book.marks(student)), None) if book else None
    numbers = {attempt.id: number for number, attempt in enumerate(attempts, 1)}
    known = bool(attempts or decisions)
    return StudentWork(
        student=student,
        member=member,
        exercise=without_numbers(read.exercise),
        attempts=attempts,
        counting=numbers.get(mark.attempt.id, 0) if mark else 0,
        mark=mark.assessment if mark else None,
        decisions=decisions,
        history=history(read, site.results(slug), student).lines if known else (),
        tasks=tuple(task for task in site.tasks.of_exercise(slug, _MOST_TASKS) if _concerns(task, student)),
        threads=site.threads.of_student(slug, student),
        own_work=next(reversed(OwnWorkBook(book.database, book.place).all(student)), None) if book else None,
    )


def _concerns(task: Task, student: str) -> bool:
    names = {*task.request.students, *(decision.student for decision in task.request.decisions)}
    return student in names and task.state is not JobState.DONE
