"""What programs get: exercises, attempts and reports of a student, and the marks of a class."""

from collections.abc import Iterable
from datetime import UTC, datetime

from starlette.responses import Response

from grader.model import api
from grader.model.assessment import Assessment, Finding
from grader.model.course_settings import AttemptPolicy
from grader.model.exercise import Exercise
from grader.model.portal import QueuedUpload
from grader.pipeline.class_overview import ClassResult, marks_of_class
from grader.pipeline.portal_people import new_secret
from grader.pipeline.student_overview import (
    StudentExercise,
    attempt_of_student,
    exercise_of_student,
    exercises_of_student,
)
from grader.pipeline.uploading import (
    ArrivedFile,
    RefusedUploadError,
    ReusedTokenError,
    check_files,
    not_one_notebook,
    recognised,
)
from grader.pipeline.uploading import submit as submit_upload
from grader.portal import wording
from grader.portal.programs import PREFIX, RefusedRequestError, answer, too_often
from grader.portal.views.exercise import (
    REFRESH_SECONDS,
    Drawn,
    arrived,
    frame_state,
    framed,
    own_upload,
)
from grader.portal.visit import Visit
from grader.text.messages import message

CREATED = 201
MARKS_AT_ONCE = 500
"""Marks in one answer, unless the program asks for fewer."""
HIGHEST_PAGE = 1_000_000
LONGEST_KEY = 200


def course(visit: Visit) -> Response:
    """The course and its exercises."""
    person = visit.person
    exercises = [_exercise(item) for item in exercises_of_student(visit.site, person.student, visit.slugs)]
    return answer(
        api.CourseState(
            course=visit.site.settings.title,
            name=person.name,
            role=person.role.value,
            most_bytes=visit.web.upload_bytes,
            exercises=exercises,
        )
    )


def exercise(visit: Visit) -> Response:
    """One exercise."""
    return answer(_exercise(exercise_of_student(visit.site, visit.slug, visit.person.student)))


def submit(visit: Visit) -> Response:
    """Store an upload. The idempotency key makes sure that it is stored once."""
    slug, files = _chosen(visit)
    # A key must never be the token of a form.
    token = f"program {visit.idempotency_key}" if visit.idempotency_key else new_secret()
    try:
        queued = submit_upload(visit.site, slug, visit.person, token, files[0], files[1:], refuses_other_files=True)
    except ReusedTokenError as error:
        raise RefusedRequestError(409, error.text) from error
    except RefusedUploadError as error:
        raise RefusedRequestError(422, error.text) from error
    location = f"{PREFIX}/exercises/{slug}/attempts/{queued.number}"
    return answer(_result(visit, queued), CREATED, Location=location)


def check(visit: Visit) -> Response:
    """Check files as before an upload. Nothing is stored."""
    slug, files = _chosen(visit)
    try:
        looked_at = check_files(visit.site, slug, files[0], files[1:])
    except RefusedUploadError as error:
        raise RefusedRequestError(422, error.text) from error
    remarks = (*looked_at.remarks, *looked_at.unanswered)
    return answer(api.CheckedFiles(exercise=slug, remarks=[str(remark) for remark in remarks]))


def attempt(visit: Visit) -> Response:
    """An attempt: where it is in the queue, and its points once they are published."""
    return answer(_result(visit, own_upload(visit)))


def report(visit: Visit) -> Response:
    """The report, as a page; if it has not been drawn, a grader is asked to draw it."""
    item = exercise_of_student(visit.site, visit.slug, visit.person.student)
    if frame_state(visit, item.report) is Drawn.WAITING:
        text = message("The report is being prepared. Try again in {seconds} seconds.", seconds=REFRESH_SECONDS)
        raise RefusedRequestError(503, text, {"Retry-After": str(REFRESH_SECONDS)})
    return framed(visit, item.report, "")


def marks(visit: Visit) -> Response:
    """The marks of a class, a page at a time."""
    size = _whole_number(visit, "size", MARKS_AT_ONCE, MARKS_AT_ONCE)
    page = _whole_number(visit, "page", 1, HIGHEST_PAGE)
    results = marks_of_class(visit.site, visit.slug, page, size)
    task = visit.site.exercise(visit.slug).exercise
    return answer(
        api.ClassMarks(
            exercise=task.slug,
            title=task.title,
            max_points=task.max_points,
            page=results.page,
            pages=results.pages,
            students=results.total,
            marks=[_student(line, task) for line in results.items],
        )
    )


def _whole_number(visit: Visit, name: str, usual: int, most: int) -> int:
    """A parameter of the address.

    Raises:
        RefusedRequestError: It is not a whole number from 1 to `most`.
    """
    text = visit.query.get(name, str(usual))
    if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and 1 <= int(text) <= most:
        return int(text)
    raise RefusedRequestError(400, message("`{name}` must be a whole number from 1 to {most}.", name=name, most=most))


def _chosen(visit: Visit) -> tuple[str, list[ArrivedFile]]:
    """The exercise, and the files of the request, a notebook first.

    Raises:
        RefusedRequestError: There are too many requests, or the files cannot be used.
    """
    for action, who in (("upload account", visit.person.login), ("upload address", visit.address)):
        if not visit.rates.allow(action, who):
            raise too_often(visit.rates, action, who)
    if len(visit.idempotency_key) > LONGEST_KEY:
        raise RefusedRequestError(
            400, message("An idempotency key may have at most {most} characters.", most=LONGEST_KEY)
        )
    files = [arrived(file) for file in visit.files.get("files", []) if file.size]
    notebooks = [file for file in files if file.name.lower().endswith(".ipynb")]
    slug = visit.fields.get("exercise", "")
    try:
        slug = slug or recognised(visit.site, files)
    except RefusedUploadError as error:
        raise RefusedRequestError(422, error.text) from error
    if slug not in visit.slugs:
        raise RefusedRequestError(422, message("The course has no exercise `{name}`.", name=slug))
    has_several = bool(visit.site.exercise(slug).exercise.further_notebooks)
    if not notebooks or (len(notebooks) > 1 and not has_several):
        raise RefusedRequestError(422, not_one_notebook([file.name for file in files]))
    return slug, [notebooks[0], *(file for file in files if file is not notebooks[0])]


def _exercise(item: StudentExercise) -> api.ExerciseState:
    rules = [wording.attempts_rule(item.settings)]
    return api.ExerciseState(
        exercise=item.exercise.slug,
        title=item.exercise.title,
        max_points=item.exercise.max_points,
        deadline=_moment(item.deadline) if item.deadline else None,
        is_extended=item.is_extended,
        is_over=item.is_over,
        stage=item.stage.value,
        next_step=wording.next_step(item),
        rules=[*rules, wording.late_rule(item.settings)] if item.deadline else rules,
        attempts=[_attempt(queued) for queued in item.uploads],
        mark=_mark(item),
        has_report=item.report is not None,
    )


def _attempt(queued: QueuedUpload) -> api.SentAttempt:
    upload = queued.upload
    return api.SentAttempt(
        exercise=upload.exercise,
        number=queued.number,
        state=queued.state.value,
        ahead=queued.ahead,
        message=wording.queue_state(queued),
        submitted_at=_moment(upload.submitted_at),
        notebook=upload.origin,
        files=[file.name for file in upload.files],
        remarks=[str(remark) for remark in upload.remarks],
    )


def _result(visit: Visit, queued: QueuedUpload) -> api.AttemptResult:
    item = exercise_of_student(visit.site, queued.upload.exercise, visit.person.student)
    answered = attempt_of_student(visit.site, item, queued)
    return api.AttemptResult(
        attempt=_attempt(queued),
        questions=_questions((line.finding for line in answered), item.exercise),
        mark=_mark(item),
        next_step=wording.next_step(item),
        notes=_notes(item, queued),
    )


def _notes(item: StudentExercise, queued: QueuedUpload) -> list[str]:
    """The rules that make this attempt count less."""
    notes = []
    if item.settings.tries is AttemptPolicy.FIRST and queued.number > 1:
        notes.append(wording.attempts_rule(item.settings))
    if item.deadline is not None and queued.upload.submitted_at > item.deadline:
        notes += [wording.countdown(item.deadline, queued.upload.submitted_at), wording.late_rule(item.settings)]
    return notes


def _mark(item: StudentExercise) -> api.PublishedMark | None:
    if item.mark is None:
        return None
    return api.PublishedMark(
        points=_points(item.mark),
        max_points=item.mark.max_points,
        excused=item.mark.excused,
        questions=_questions(item.mark.findings, item.exercise),
    )


def _student(line: ClassResult, task: Exercise) -> api.MarkOfStudent:
    mark = line.mark
    return api.MarkOfStudent(
        student=line.student,
        name=line.member.name if line.member else "",
        points=_points(mark) if mark else None,
        excused=mark is not None and mark.excused,
        waiting=mark.waiting if mark else 0,
        is_published=line.is_published,
        questions=_questions(mark.findings, task) if mark else [],
    )


def _questions(findings: Iterable[Finding], task: Exercise) -> list[api.QuestionPoints]:
    titles = {question.id: question.title for question in task.questions}
    return [
        api.QuestionPoints(
            question=finding.question,
            title=titles.get(finding.question, finding.question),
            verdict=finding.verdict.value,
            points=finding.points,
            max_points=finding.max_points,
        )
        for finding in findings
    ]


def _points(mark: Assessment) -> float | None:
    return mark.points if mark.has_mark and not mark.excused else None


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
