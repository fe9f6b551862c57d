"""The page of staff about one student: attempts, mark and history, and all that a person can decide."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from starlette.responses import Response

from grader.errors import InputError
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.own_work import letters
from grader.pipeline.deciding import written_moment
from grader.pipeline.marking import now
from grader.pipeline.reach import is_limited
from grader.pipeline.shown_names import shown_names
from grader.pipeline.staff_tasks import queue_decisions, queue_rerun
from grader.pipeline.student_work import StudentWork, student_work
from grader.pipeline.uploads import upload_lines, uploaded_file
from grader.portal.visit import Visit, attached, go, missing
from grader.report.mark_breakdown import mark_breakdown
from grader.text.language import say


def student(visit: Visit) -> Response:
    """Everything about one student."""
    return _page(visit)


def decide(visit: Visit) -> Response:
    """Override points, or comment, for a question or for the whole exercise."""
    return _queue(visit, (AdjustmentKind.POINTS, AdjustmentKind.COMMENT))


def make_exception(visit: Visit) -> Response:
    """Excuse a student, or extend the deadline."""
    return _queue(visit, (AdjustmentKind.EXCUSED, AdjustmentKind.EXTENSION))


def rerun(visit: Visit) -> Response:
    """Run the notebooks of the student again."""
    name = _known(visit).student
    try:
        queue_rerun(visit.site, visit.slug, visit.person, name, visit.fields.get("reason", ""))
    except InputError as error:
        return _page(visit, str(error))
    return go(address(visit.slug, name))


def uploaded(visit: Visit) -> Response:
    """A file that the student uploaded."""
    number, position = int(visit.path["number"]), int(visit.path["file"])
    stored = uploaded_file(visit.site, visit.slug, visit.person, visit.path["student"], number, position)
    if stored is None:
        raise missing()
    name, content = stored
    return attached(content, name)


def address(slug: str, name: str) -> str:
    """Address of the page about a student."""
    return f"/class/{slug}/students/{quote(name, safe='')}"


def points_of(text: str) -> float | None:
    """Points of a form, with a decimal point or a decimal comma; None if the field is empty.

    Raises:
        InputError: The text is not a number.
    """
    if not text.strip():
        return None
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        raise InputError(say("Points must be a number, such as 1.5.")) from None


def _queue(visit: Visit, kinds: tuple[AdjustmentKind, ...]) -> Response:
    name, kind = _known(visit).student, visit.fields.get("kind", "")
    if kind not in kinds:
        raise missing()
    try:
        queue_decisions(visit.site, visit.slug, visit.person, [_decision(visit, AdjustmentKind(kind), name)])
    except InputError as error:
        return _page(visit, str(error))
    return go(address(visit.slug, name))


def _decision(visit: Visit, kind: AdjustmentKind, name: str) -> Adjustment:
    """The decision of a form. An empty field withdraws an earlier decision of the same kind."""
    return Adjustment(
        student=name,
        exercise=visit.slug,
        kind=kind,
        author=visit.person.login,
        reason=visit.fields.get("reason", "").strip(),
        at=now(),
        question=visit.fields.get("question", ""),
        points=points_of(visit.fields.get("points", "")) if kind is AdjustmentKind.POINTS else None,
        text=visit.fields.get("text", "").strip() if kind is AdjustmentKind.COMMENT else "",
        until=_time_of(visit) if kind is AdjustmentKind.EXTENSION else None,
        excused=visit.fields.get("excused", "yes") == "yes",
    )


def _time_of(visit: Visit) -> datetime | None:
    text = visit.fields.get("until", "").strip()
    if not text:
        return None
    at = written_moment(text, ZoneInfo(visit.zone))
    if at is None:
        raise InputError(say("The new deadline must be a date and a time, such as 2027-01-31 18:00."))
    return at


def _known(visit: Visit) -> StudentWork:
    work = student_work(visit.site, visit.slug, visit.path["student"])
    if work is None:
        raise missing()
    return work


def _page(visit: Visit, problem: str = "") -> Response:
    work = _known(visit)
    if is_limited(visit.person):
        # The reason of a failure names all students of a task, also those of other sections.
        work = replace(work, tasks=tuple(replace(task, problem="") for task in work.tasks))
    titles = {question.id: question.title for question in work.exercise.questions}
    return visit.page(
        "one_student.html",
        400 if problem else 200,
        work=work,
        shown=shown_names(visit.site, visit.slug, [work.student])[work.student],
        titles=titles,
        breakdown=mark_breakdown(work.mark, titles) if work.mark else (),
        uploads=upload_lines(visit.site, visit.slug, work.student),
        chosen=visit.fields.get("question", visit.query.get("question", "")),
        letters=letters,
        problem=problem,
    )
