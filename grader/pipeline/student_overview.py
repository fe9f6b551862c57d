"""What a student may see of the exercises of a course: dates, attempts, and marks once they are published."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from grader.course.variants import without_numbers
from grader.marks.overrides import extension
from grader.model.assessment import Assessment
from grader.model.course_settings import CourseSettings
from grader.model.exercise import Exercise
from grader.model.portal import JobState, QueuedUpload
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now


class Stage(StrEnum):
    """How far a student is with an exercise."""

    OPEN = "open"
    WAITING = "waiting"
    RUNNING = "running"
    FAILED = "failed"
    SUBMITTED = "submitted"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentExercise:
    """An exercise as one student may see it.

    Attributes:
        exercise: The exercise, without anything that is secret.
        settings: The settings of the course.
        deadline: The deadline of this student; None if there is none.
        is_extended: Whether the deadline is the student's own.
        uploads: What the student submitted in the portal, in order.
        stage: How far the student is.
        mark: The mark that counts, after overrides and deadlines; None until it is published.
        has_report: Whether the student may read the whole report now.
    """

    exercise: Exercise
    settings: CourseSettings
    deadline: datetime | None
    is_extended: bool
    uploads: tuple[QueuedUpload, ...]
    stage: Stage
    mark: Assessment | None
    has_report: bool

    @property
    def is_over(self) -> bool:
        """Whether the deadline has passed."""
        return self.deadline is not None and self.deadline <= now()


def exercise_of_student(site: CourseSite, slug: str, student: str) -> StudentExercise:
    """An exercise as one student may see it now.

    Raises:
        InputError: There is no such exercise.
    """
    read = site.exercise(slug)
    book = site.book(slug)
    decisions = book.adjustments(student).get(student, []) if book and student else []
    general, own = read.settings.deadlines.get(slug), extension(decisions)
    is_extended = general is not None and own is not None and own > general
    deadline = own if is_extended else general
    uploads = tuple(site.queue.of_student(student, slug)) if student else ()
    marks = book.marks(student) if book and student else []
    published = site.publications.published().get(slug)
    is_visible = published is not None and published.to(student) and bool(marks)
    mark = marks[0].assessment if is_visible else None
    return StudentExercise(
        exercise=without_numbers(read.exercise),
        settings=read.settings,
        deadline=deadline,
        is_extended=is_extended,
        uploads=uploads,
        stage=_stage(uploads, bool(marks), is_visible),
        mark=mark,
        has_report=is_visible and (deadline is None or deadline <= now()),
    )


def exercises_of_student(site: CourseSite, student: str) -> list[StudentExercise]:
    """All exercises of the course as one student may see them: by deadline, those without one last."""
    seen = [exercise_of_student(site, slug, student) for slug in site.slugs]
    return sorted(seen, key=lambda item: (item.deadline is None, item.deadline or now(), item.exercise.title))


def report_of(site: CourseSite, slug: str, student: str) -> bytes | None:
    """The report of the mark that counts, as `grader grade` wrote it; None if there is none."""
    book = site.book(slug)
    marks = book.marks(student) if book else []
    return site.results(slug).report(marks[0].attempt.folder) if marks else None


def _stage(uploads: tuple[QueuedUpload, ...], has_mark: bool, is_visible: bool) -> Stage:
    state = uploads[-1].state if uploads else JobState.DONE
    if state is not JobState.DONE:
        return Stage(state.value)
    if is_visible:
        return Stage.PUBLISHED
    return Stage.SUBMITTED if uploads or has_mark else Stage.OPEN
