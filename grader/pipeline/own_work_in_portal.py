"""Questions about a student's own work in the portal: a grader draws them, and the web process marks the answers.

Drawing needs the secret of the course and the record of the run, which web processes do not read. Marking needs only
the stored questions. Both channels, the portal and the small notebook, use the same two calls of
`grader.pipeline.own_work`, and the first answers that are stored count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from grader.errors import InputError
from grader.gradebook.drawing_requests import DrawingKind, DrawingRequest, DrawingRequests
from grader.gradebook.own_work import OwnWorkBook
from grader.gradebook.store import Gradebook
from grader.model.course_settings import ReportDetail
from grader.model.own_work import OwnWorkResult, OwnWorkRules
from grader.own_work.notebook import WrittenAnswers
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.own_work import answer, ask, no_questions
from grader.pipeline.student_overview import StudentExercise
from grader.text.language import say


class AskingStage(StrEnum):
    """How far a student is with the questions about an attempt."""

    OFFERED = "offered"
    PREPARING = "preparing"
    MISSING = "missing"
    OPEN = "open"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWorkInPortal:
    """The questions of a student about the attempt that counts, as far as the student may see them now.

    Attributes:
        stage: How far the student is.
        rules: What the exercise sets.
        detail: How much the student may see of answered questions.
        result: The questions, OPEN or ANSWERED, with their answers; otherwise None.
    """

    stage: AskingStage
    rules: OwnWorkRules
    detail: ReportDetail
    result: OwnWorkResult | None = None

    @property
    def count(self) -> int:
        """Number of the questions; until they are drawn, how many the exercise asks for."""
        return len(self.result.question_set.questions) if self.result else self.rules.questions

    @property
    def minutes(self) -> float:
        """The allowed time, in minutes."""
        return self.result.question_set.minutes if self.result else self.rules.minutes


def own_work_in_portal(site: CourseSite, item: StudentExercise) -> OwnWorkInPortal | None:
    """The questions of a student about the attempt that counts; nothing is drawn.

    Args:
        site: The course.
        item: The exercise as the student may see it.

    Returns:
        None if the exercise asks no such questions, if the mark is not published, or if the student must not know yet
        which attempt counts.
    """
    rules, report = item.exercise.own_work, item.report
    book = site.book(item.exercise.slug)
    if rules is None or report is None or book is None or not report.is_of_mark:
        return None
    result = _stored(book).about(report.attempt.student, report.attempt.record_key)
    if result is not None and result.is_answered:
        return OwnWorkInPortal(stage=AskingStage.ANSWERED, rules=rules, detail=report.detail, result=result)
    if result is not None and result.question_set.opened_at is not None:
        return OwnWorkInPortal(stage=AskingStage.OPEN, rules=rules, detail=report.detail, result=result)
    requests, request = DrawingRequests(site.results(item.exercise.slug).folder), _request(item)
    stage = AskingStage.OFFERED
    if result is None and requests.is_waiting(request):
        stage = AskingStage.PREPARING
    elif result is None and requests.has_failed(request):
        stage = AskingStage.MISSING
    return OwnWorkInPortal(stage=stage, rules=rules, detail=report.detail)


def start(site: CourseSite, item: StudentExercise) -> None:
    """Open the questions of a student; the time begins. If they are not drawn yet, a grader is asked to draw them.

    Args:
        site: The course.
        item: The exercise, whose questions `own_work_in_portal` offers.
    """
    book = site.book(item.exercise.slug)
    if item.report is None or book is None:
        return
    attempt = item.report.attempt
    stored = _stored(book)
    if result := stored.about(attempt.student, attempt.record_key):
        stored.open(attempt.student, result.question_set.code, now())
    else:
        DrawingRequests(site.results(item.exercise.slug).folder).ask(_request(item))


def draw_questions(site: CourseSite, slug: str, student: str, attempt: int) -> None:
    """Draw the questions of a student who waits for them, and open them; only graders call this.

    If another attempt counts by now, its questions stay closed, because the student has not started them.

    Args:
        site: The course.
        slug: The exercise.
        student: Name of the student in the gradebook.
        attempt: Number of the attempt in the gradebook whose questions the student has started.

    Raises:
        InputError: No question can be asked about the student's work.
    """
    results = site.results(slug)
    book = results.existing(site.settings, slug)
    records = {one.attempt.record_key for one in book.marks(student) if one.attempt.id == attempt}
    if not records:
        return
    for question_set in ask(site.course, slug, results, student).question_sets:
        if question_set.record in records:
            _stored(book).open(student, question_set.code, now())
        return
    raise InputError(no_questions(student))


def send(site: CourseSite, item: StudentExercise, code: str, answers: Mapping[int, str]) -> None:
    """Mark the answers of a student, and store the result. Answers to questions that were answered change nothing.

    Args:
        site: The course.
        item: The exercise as the student may see it.
        code: Code of the questions that the form showed.
        answers: Number of a question, from 1 -> letter of the choice; empty for none.

    Raises:
        InputError: The form showed other questions than those that are open now, or has no answer.
    """
    seen, book = own_work_in_portal(site, item), site.book(item.exercise.slug)
    if book is None or seen is None or seen.result is None or seen.result.question_set.code != code:
        raise InputError(say("These questions are not open any more. Your answers have not been stored."))
    if seen.stage is AskingStage.ANSWERED:
        return
    if not any(answers.values()):  # an empty form must not count as the only answers
        raise InputError(say("Choose an answer for at least one question."))
    _, is_stored = answer(book, seen.result.question_set, WrittenAnswers(code, answers), now())
    if is_stored:
        site.results(item.exercise.slug).note_outdated_class()  # a grader adds the answers to the pages


def _stored(book: Gradebook) -> OwnWorkBook:
    return OwnWorkBook(book.database, book.place)


def _request(item: StudentExercise) -> DrawingRequest:
    assert item.report is not None, "questions are only offered with a report"
    attempt = item.report.attempt
    return DrawingRequest(kind=DrawingKind.QUESTIONS, student=attempt.student, attempt=attempt.id)
