"""What a student may see of the exercises of a course: dates, attempts, and marks once they are published."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from grader.assess.kinds import KINDS
from grader.course.variants import without_numbers
from grader.gradebook.drawing_requests import DrawingKind, DrawingRequest, DrawingRequests
from grader.gradebook.publications import Published
from grader.gradebook.running_cells import RunningCells
from grader.marks.until_deadline import scored_attempts
from grader.mistakes.misconceptions import BY_ID
from grader.model.assessment import Assessment, Finding
from grader.model.course_settings import AttemptPolicy, CourseSettings, ReportDetail
from grader.model.exercise import Exercise
from grader.model.portal import JobState, QueuedUpload
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.student_reports import StudentReport, as_visible, due, in_turn, report_of_attempt, report_of_mark
from grader.text.messages import Text


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
        settled_at: From when reports show what they show after the deadline; None if there is no deadline.
        is_extended: Whether the deadline is the student's own.
        uploads: What the student submitted in the portal, in order.
        stage: How far the student is.
        mark: The mark that counts, after overrides and deadlines; None until it is published.
        report: The report of this mark, with what it may show now; None until the mark is published.
        scored_left: How many more attempts are told a score on held-out data before the deadline; None if that is not
            limited now, or if the mark is not published, because the number depends on what attempts achieved.
    """

    exercise: Exercise
    settings: CourseSettings
    deadline: datetime | None
    settled_at: datetime | None
    is_extended: bool
    uploads: tuple[QueuedUpload, ...]
    stage: Stage
    mark: Assessment | None
    report: StudentReport | None
    scored_left: int | None = None

    @property
    def limits_scores(self) -> bool:
        """Whether only some attempts are told a score on held-out data now."""
        has_scores = any(KINDS[question.kind].needs.heldout for question in self.exercise.questions)
        return has_scores and not self.is_settled and not self.settings.held_out.exact

    @property
    def attempts_left(self) -> int | None:
        """How many more attempts can count; None if that is not limited."""
        return max(0, 1 - len(self.uploads)) if self.settings.tries is AttemptPolicy.FIRST else None

    @property
    def is_over(self) -> bool:
        """Whether the deadline has passed."""
        return self.deadline is not None and self.deadline <= now()

    @property
    def is_settled(self) -> bool:
        """Whether reports now show what they show after the deadline."""
        return self.settled_at is None or self.settled_at <= now()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMistake:
    """A misconception that several answers of a student show.

    Attributes:
        title: What is done wrong.
        idea: What is right.
        answers: Titles of the exercise and of the question of each answer.
    """

    title: Text
    idea: Text
    answers: tuple[tuple[str, str], ...]


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
    deadline = due(read.settings, slug, decisions)
    marks = book.marks(student) if book and student else []
    is_visible = bool(marks) and is_published
    report = scored = None
    if is_visible and book:
        # Once everything is shown, a report no longer depends on the other attempts.
        attempts = () if deadline.is_settled else in_turn(book.attempts(student).get(student, ()))
        report = report_of_mark(marks[0], attempts, read.settings, deadline.is_settled)
        scored = scored_attempts([attempt.assessment for attempt in attempts if attempt.assessment])
    item = StudentExercise(
        exercise=without_numbers(read.exercise),
        settings=read.settings,
        deadline=deadline.at,
        settled_at=deadline.settled_at,
        is_extended=deadline.is_extended,
        uploads=uploads,
        stage=_stage(uploads, bool(marks), is_visible),
        mark=report.assessment if report else None,
        report=report,
    )
    if scored is None or not item.limits_scores:
        return item
    return replace(item, scored_left=max(0, read.settings.held_out.scored_attempts - scored))


def exercises_of_student(site: CourseSite, student: str, slugs: Iterable[str]) -> list[StudentExercise]:
    """Exercises of the course as one student may see them: by deadline, those without one last.

    Args:
        site: The course.
        student: Name of the student in the gradebook; empty for a person without one.
        slugs: The exercises that the person sees.
    """
    published = site.publications.published([student])
    uploads: dict[str, list[QueuedUpload]] = {}
    for queued in site.queue.of_student(student) if student else ():
        uploads.setdefault(queued.upload.exercise, []).append(queued)
    seen = [
        _seen(site, slug, student, tuple(uploads.get(slug, ())), published.get(slug, Published()).to(student))
        for slug in slugs
    ]
    return sorted(seen, key=lambda item: (item.deadline is None, item.deadline or now(), item.exercise.title))


def kept_mistakes(items: Iterable[StudentExercise]) -> list[KeptMistake]:
    """The misconceptions that several wrong answers of a student show, over all published marks; most answers first.

    Args:
        items: The exercises of the student. Answers whose mistake the report does not name now are left out.
    """
    answers: dict[str, list[tuple[str, str]]] = {}
    for item in items:
        if item.report is None or item.report.detail is ReportDetail.VERDICTS:
            continue
        shows_expected = item.report.detail is ReportDetail.EXPECTED
        titles = {
            question.id: question.title
            for question in item.exercise.questions
            if shows_expected or KINDS[question.kind].explains(question)
        }
        for finding in item.report.assessment.findings:
            for misconception in finding.shown_misconceptions if finding.question in titles else ():
                place = item.exercise.title, titles[finding.question]
                answers.setdefault(misconception, []).append(place)
    several = [(BY_ID[entry], places) for entry, places in answers.items() if len(places) > 1 and entry in BY_ID]
    most_first = sorted(several, key=lambda pair: -len(pair[1]))
    return [KeptMistake(title=entry.title, idea=entry.idea, answers=tuple(places)) for entry, places in most_first]


def attempt_of_student(site: CourseSite, item: StudentExercise, queued: QueuedUpload) -> list[AnsweredQuestion]:
    """What an attempt earned, question by question, beside the attempt before; empty until marks are published.

    Args:
        site: The course.
        item: The exercise as the student may see it.
        queued: The upload of the attempt.
    """
    book, student = site.book(item.exercise.slug), queued.upload.student
    if item.mark is None or book is None:
        return []
    attempts = in_turn(book.attempts(student).get(student, ()))
    places = [place for place, attempt in enumerate(attempts) if attempt.digest == queued.upload.digest]
    if not places:
        return []
    visible = [
        as_visible(attempt.assessment, attempt.id, attempts, item.settings, item.is_settled)
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


def attempt_report(site: CourseSite, item: StudentExercise, queued: QueuedUpload) -> StudentReport | None:
    """The report of one attempt, with what it may show now; None until marks are published.

    Args:
        site: The course.
        item: The exercise as the student may see it.
        queued: The upload of the attempt.
    """
    book, student = site.book(item.exercise.slug), queued.upload.student
    if item.mark is None or book is None:
        return None
    attempts = in_turn(book.attempts(student).get(student, ()))
    same = [attempt for attempt in attempts if attempt.digest == queued.upload.digest]
    return report_of_attempt(same[0], attempts, item.settings, item.is_settled) if same else None


def running_cell(site: CourseSite, queued: QueuedUpload) -> tuple[int, int] | None:
    """The number of the code cell that runs, from 1, and the number of code cells; None if that is not known.

    Args:
        site: The course.
        queued: An upload of a student.
    """
    upload = queued.upload
    book = site.book(upload.exercise) if queued.state is JobState.RUNNING else None
    if book is None:
        return None
    attempts = book.attempts(upload.student).get(upload.student, ())
    keys = [attempt.record_key for attempt in attempts if attempt.digest == upload.digest]
    return RunningCells(site.results(upload.exercise).folder).read(keys[-1]) if keys and keys[-1] else None


def is_prepared(site: CourseSite, slug: str, report: StudentReport) -> bool:
    """Whether a grader draws a report that has not been drawn yet; asks for it.

    Args:
        site: The course.
        slug: The exercise.
        report: The report.

    Returns:
        Whether it is worth waiting; False if drawing it failed recently.
    """
    attempt = 0 if report.is_of_mark else report.attempt.id
    request = DrawingRequest(kind=DrawingKind.REPORT, student=report.attempt.student, attempt=attempt)
    return DrawingRequests(site.results(slug).folder).ask(request)


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
