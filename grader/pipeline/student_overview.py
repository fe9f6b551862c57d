"""What a student may see of the exercises of a course: dates, attempts, and marks once they are published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from grader.course.variants import without_numbers
from grader.gradebook.publications import Published
from grader.gradebook.store import Gradebook
from grader.marks.attempts import in_order
from grader.marks.overrides import extension
from grader.marks.until_deadline import scored_attempts, until_then
from grader.model.assessment import Assessment, Finding
from grader.model.attempt import Attempt
from grader.model.course_settings import AttemptPolicy, CourseSettings
from grader.model.exercise import Exercise
from grader.model.portal import JobState, QueuedUpload
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.open_reports import open_report


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
        open_report: The report without expected values, which the student may read until the deadline; None if there
            is none.
    """

    exercise: Exercise
    settings: CourseSettings
    deadline: datetime | None
    is_extended: bool
    uploads: tuple[QueuedUpload, ...]
    stage: Stage
    mark: Assessment | None
    has_report: bool
    open_report: bytes | None

    @property
    def is_over(self) -> bool:
        """Whether the deadline has passed."""
        return self.deadline is not None and self.deadline <= now()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredQuestion:
    """A question of an attempt.

    Attributes:
        title: Title of the question.
        finding: Its result.
        before: Its result in the attempt before; None for the first attempt, or for a question that was new.
    """

    title: str
    finding: Finding
    before: Finding | None

    @property
    def gain(self) -> float:
        """Points that the attempt earned more than the one before, to 2 decimals; negative for fewer."""
        return round(self.finding.points - self.before.points, 2) if self.before else 0.0


def exercise_of_student(site: CourseSite, slug: str, student: str, *, as_if_published: bool = False) -> StudentExercise:
    """An exercise as one student may see it now.

    Args:
        site: The course.
        slug: The exercise.
        student: Name of the student in the gradebook; empty for a person without one.
        as_if_published: Whether to show the mark as if it were published; only for pages of staff.

    Raises:
        InputError: There is no such exercise.
    """
    published = site.publications.published([student]).get(slug, Published())
    uploads = tuple(site.queue.of_student(student, slug)) if student else ()
    return _seen(site, slug, student, uploads, as_if_published or published.to(student))


def _seen(
    site: CourseSite, slug: str, student: str, uploads: tuple[QueuedUpload, ...], is_published: bool
) -> StudentExercise:
    read = site.exercise(slug)
    book = site.book(slug)
    decisions = book.adjustments(student).get(student, []) if book and student else []
    general, extended = read.settings.deadlines.get(slug), extension(decisions)
    is_extended = general is not None and extended is not None and extended > general
    deadline = extended if is_extended else general
    marks = book.marks(student) if book and student else []
    is_visible = bool(marks) and is_published
    is_over = deadline is None or deadline <= now()
    attempts = _in_turn(book, student) if is_visible and book else []
    mark = _shown(marks[0].assessment, marks[0].attempt.id, attempts, read.settings, is_over) if is_visible else None
    return StudentExercise(
        exercise=without_numbers(read.exercise),
        settings=read.settings,
        deadline=deadline,
        is_extended=is_extended,
        uploads=uploads,
        stage=_stage(uploads, bool(marks), is_visible),
        mark=mark,
        has_report=is_visible and is_over,
        open_report=open_report(site.results(slug), marks[0].attempt.folder, marks[0].page)
        if is_visible and not is_over
        else None,
    )


def exercises_of_student(site: CourseSite, student: str) -> list[StudentExercise]:
    """All exercises of the course as one student may see them: by deadline, those without one last."""
    published = site.publications.published([student])
    uploads: dict[str, list[QueuedUpload]] = {}
    for queued in site.queue.of_student(student) if student else ():
        uploads.setdefault(queued.upload.exercise, []).append(queued)
    seen = [
        _seen(site, slug, student, tuple(uploads.get(slug, ())), published.get(slug, Published()).to(student))
        for slug in site.slugs
    ]
    return sorted(seen, key=lambda item: (item.deadline is None, item.deadline or now(), item.exercise.title))


def attempt_of_student(site: CourseSite, item: StudentExercise, queued: QueuedUpload) -> list[AnsweredQuestion]:
    """What an attempt earned, question by question, beside the attempt before; empty until marks are published.

    Args:
        site: The course.
        item: The exercise as the student may see it.
        queued: The upload of the attempt.
    """
    book = site.book(item.exercise.slug)
    if item.mark is None or book is None:
        return []
    attempts = _in_turn(book, queued.upload.student)
    places = [place for place, attempt in enumerate(attempts) if attempt.digest == queued.upload.digest]
    if not places:
        return []
    is_over = item.deadline is None or item.is_over
    visible = [
        _shown(attempt.assessment, attempt.id, attempts, item.settings, is_over)
        for attempt in attempts[max(0, places[0] - 1) : places[0] + 1]
        if attempt.assessment
    ]
    before = {finding.question: finding for finding in visible[0].findings} if len(visible) > 1 else {}
    titles = {question.id: question.title for question in item.exercise.questions}
    return [
        AnsweredQuestion(
            title=titles.get(finding.question, finding.question),
            finding=finding,
            before=before.get(finding.question),
        )
        for finding in visible[-1].findings
    ]


def _in_turn(book: Gradebook, student: str) -> list[Attempt]:
    """The attempts of a student that have been assessed, first to last."""
    attempts = [attempt for attempt in book.attempts(student).get(student, []) if attempt.assessment]
    return in_order(attempts, AttemptPolicy.FIRST)


def _shown(
    assessment: Assessment, attempt: int, attempts: Sequence[Attempt], settings: CourseSettings, is_over: bool
) -> Assessment:
    """An assessment as its student may see it now: before the deadline, without exact scores on held-out data."""
    if is_over:
        return assessment
    numbers = [other.id for other in attempts]
    up_to = attempts[: numbers.index(attempt) + 1] if attempt in numbers else attempts
    scored = scored_attempts([other.assessment for other in up_to if other.assessment])
    return until_then(assessment, settings.held_out, scored)


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
