"""A student's pages of one exercise: the task, submitting, an attempt, and the report."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

from starlette.responses import FileResponse, Response

from grader.model.exercise import MAIN_NOTEBOOK
from grader.model.notice import NoticeKind
from grader.model.portal import JobState, QueuedUpload
from grader.pipeline.check_runs import checks_of_student
from grader.pipeline.marking import now
from grader.pipeline.own_work_in_portal import own_work_in_portal
from grader.pipeline.personal_notebooks import draws_numbers, is_being_drawn, personal_notebook
from grader.pipeline.portal_people import new_secret
from grader.pipeline.student_overview import (
    StudentExercise,
    attempt_of_student,
    attempt_report,
    exercise_of_student,
    is_prepared,
    running_cell,
)
from grader.pipeline.student_reports import StudentReport
from grader.pipeline.uploading import (
    ArrivedFile,
    RefusedUploadError,
    ReusedTokenError,
    arrived_file,
    is_repeated,
    not_one_notebook,
)
from grader.pipeline.uploading import submit as submit_upload
from grader.pipeline.uploads import upload_lines
from grader.portal.security import REPORT_POLICY
from grader.portal.visit import SentFile, Visit, go, missing
from grader.text.language import say
from grader.text.messages import Text

REFRESH_SECONDS = 3
_REPEATED = "?repeated=yes"
"""After the address of an attempt: the page says that the student had already submitted the same files."""


class Drawn(Enum):
    """Whether there is something that only a grader can draw: a report or a notebook."""

    READY = "ready"
    WAITING = "waiting"
    MISSING = "missing"


def task(visit: Visit) -> Response:
    """The page of an exercise: the task with the form to submit."""
    return task_page(visit)


def notebook(visit: Visit) -> Response:
    """The notebook that students get: their own if the exercise draws numbers."""
    slug = visit.slug
    if _has_own_notebook(visit):
        return _own_notebook(visit, MAIN_NOTEBOOK, f"{slug}.ipynb")
    path = visit.site.exercise(slug).exercise.folder / "notebook.ipynb"
    if not path.is_file():
        raise missing()
    return FileResponse(path, media_type="application/x-ipynb+json", filename=f"{slug}.ipynb")


def data_file(visit: Visit) -> Response:
    """A public file of the exercise, or one of its further notebooks."""
    name = visit.path["name"]
    exercise = visit.site.exercise(visit.slug).exercise
    if name in exercise.notebooks[1:] and _has_own_notebook(visit):
        return _own_notebook(visit, name, name)
    if name in exercise.notebooks[1:] and (exercise.folder / name).is_file():
        return FileResponse(exercise.folder / name, media_type="application/x-ipynb+json", filename=name)
    for file in exercise.files:
        if file.name == name:
            return FileResponse(file.path, media_type="application/octet-stream", filename=file.path.name)
    raise missing()


def _has_own_notebook(visit: Visit) -> bool:
    return bool(visit.person.student) and draws_numbers(visit.site, visit.slug)


def _own_notebook(visit: Visit, name: str, file_name: str) -> Response:
    """A notebook with the student's numbers; if no grader has drawn it, the exercise page, which says so."""
    path = personal_notebook(visit.site, visit.slug, visit.person.student, name)
    if path is None:
        return go(f"/exercises/{visit.slug}")
    return FileResponse(path, media_type="application/x-ipynb+json", filename=file_name)


def _notebook_state(visit: Visit) -> Drawn:
    """Whether the student's notebook can be downloaded; asks a grader to draw it if it has not been drawn."""
    student = visit.person.student
    if not _has_own_notebook(visit) or personal_notebook(visit.site, visit.slug, student):
        return Drawn.READY
    return Drawn.WAITING if is_being_drawn(visit.site, visit.slug, student) else Drawn.MISSING


def submit(visit: Visit) -> Response:
    """Store an upload and go to its page. The form's token makes sure that the same files are stored once."""
    slug, person = visit.slug, visit.person
    files, refused = chosen(visit)
    if refused:
        return refused
    token = visit.fields.get("token", "") or new_secret()
    try:
        try:
            queued = submit_upload(visit.site, slug, person, token, files[0], files[1:], refuses_other_files=True)
        except ReusedTokenError:  # the student went back to the form, and chose other files
            token = new_secret()
            queued = submit_upload(visit.site, slug, person, token, files[0], files[1:])
    except RefusedUploadError as error:
        return task_page(visit, error.text, 400)
    return go(f"/exercises/{slug}/attempts/{queued.number}{_REPEATED if is_repeated(queued, token) else ''}")


def chosen(visit: Visit) -> tuple[list[ArrivedFile], Response | None]:
    """The files of the form to submit, the notebook first; or the answer that says why they cannot be used."""
    slug, person = visit.slug, visit.person
    allowed = visit.rates.allow("upload account", person.login) and visit.rates.allow("upload address", visit.address)
    if not allowed:
        return [], task_page(visit, say("You sent files too many times within a few minutes. Wait 10 minutes."), 429)
    sent = [file for file in visit.files.get("files", []) if file.size]
    notebooks = [file for file in sent if file.name.lower().endswith(".ipynb")]
    has_several = bool(visit.site.exercise(slug).exercise.further_notebooks)
    if not notebooks or (len(notebooks) > 1 and not has_several):
        return [], task_page(visit, not_one_notebook([_name(file) for file in sent]), 400)
    others = [arrived(file) for file in sent if file is not notebooks[0]]
    return [arrived(notebooks[0]), *others], None


def attempt(visit: Visit) -> Response:
    """The page of an attempt: where it is in the queue, until it is done."""
    queued = own_upload(visit)
    is_open = queued.state in (JobState.WAITING, JobState.RUNNING)
    item = exercise_of_student(visit.site, visit.slug, visit.person.student)
    answers = [] if is_open else attempt_of_student(visit.site, item, queued)
    student_report = None if is_open else attempt_report(visit.site, item, queued)
    state = frame_state(visit, student_report)
    attempts = {one.attempt.id for one in (item.report, student_report) if one}
    place = f"/exercises/{visit.slug}/attempts/{queued.number}"
    return visit.page(
        "attempt.html",
        queued=queued,
        running=running_cell(visit.site, queued),
        is_repeated="repeated" in visit.query,
        item=item,
        answers=answers,
        student_report=student_report,
        state=state,
        counts=len(attempts) == 1 or not (item.report and item.report.is_of_mark),
        frame=f"{place}/report",
        events=f"{place}/events" if is_open else "",
        refresh=REFRESH_SECONDS if is_open or state is Drawn.WAITING else 0,
    )


def attempt_page(visit: Visit) -> Response:
    """The report of an attempt, in an origin of its own."""
    queued = own_upload(visit)
    item = exercise_of_student(visit.site, visit.slug, visit.person.student)
    return framed(visit, attempt_report(visit.site, item, queued), f"/exercises/{visit.slug}/attempts/{queued.number}")


def report(visit: Visit) -> Response:
    """The page with the report in a frame, which can do nothing but show it."""
    item = exercise_of_student(visit.site, visit.slug, visit.person.student)
    if item.mark is not None:
        kinds = (NoticeKind.PUBLISHED, NoticeKind.MARK)
        visit.site.notices.see(visit.person.account, visit.slug, now(), *kinds)
    return report_in_frame(visit, item, f"/exercises/{visit.slug}/report/page", "")


def report_page(visit: Visit) -> Response:
    """The report itself, in an origin of its own."""
    item = exercise_of_student(visit.site, visit.slug, visit.person.student)
    return framed(visit, item.report, f"/exercises/{visit.slug}/report")


def frame_state(visit: Visit, student_report: StudentReport | None) -> Drawn:
    """Whether a report can be shown; asks a grader to draw it if it has not been drawn."""
    if student_report is None:
        return Drawn.MISSING
    if student_report.read(visit.site.results(visit.slug)) is not None:
        return Drawn.READY
    return Drawn.WAITING if is_prepared(visit.site, visit.slug, student_report) else Drawn.MISSING


def report_in_frame(visit: Visit, item: StudentExercise, frame: str, student: str) -> Response:
    """The page with the report of a mark.

    Args:
        visit: The request.
        item: The exercise as the student may see it.
        frame: Address of the report.
        student: Name of the student, if staff look at the page; otherwise empty.

    Raises:
        HTTPException: The mark is not published.
    """
    if item.report is None:
        raise missing()
    state = frame_state(visit, item.report)
    return visit.page(
        "report.html",
        item=item,
        titles={question.id: question.title for question in item.exercise.questions},
        frame=frame,
        is_preview=bool(student),
        asked=None if student else own_work_in_portal(visit.site, item),
        student=student,
        state=state,
        refresh=REFRESH_SECONDS if state is Drawn.WAITING else 0,
    )


def framed(visit: Visit, student_report: StudentReport | None, over: str) -> Response:
    """Answer with a report; if it has not been drawn, go to the page above it, which says so.

    Raises:
        HTTPException: The mark is not published.
    """
    if student_report is None:
        raise missing()
    page = student_report.read(visit.site.results(visit.slug))
    return go(over) if page is None else sandboxed(page)


def sandboxed(page: bytes | None) -> Response:
    """Answer with a report. Its policy gives it an origin of its own, without scripts and forms.

    Raises:
        HTTPException: There is none.
    """
    if page is None:
        raise missing()
    return Response(page, media_type="text/html", headers={"Content-Security-Policy": REPORT_POLICY})


def own_upload(visit: Visit) -> QueuedUpload:
    """The upload of this student with the number in the path.

    Raises:
        HTTPException: There is none.
    """
    for queued in visit.site.queue.of_student(visit.person.student, visit.slug):
        if str(queued.number) == visit.path["number"]:
            return queued
    raise missing()


def task_page(
    visit: Visit, problem: Text = "", status: int = 200, checked: str = "", remarks: Sequence[Text] = ()
) -> Response:
    """The page of an exercise, after the form to submit was sent or before.

    Args:
        visit: The request.
        problem: Why the files that were sent cannot be used; empty if they can.
        status: HTTP status.
        checked: Name of the notebook that was checked at once; empty if none was.
        remarks: What this check found.
    """
    item = exercise_of_student(visit.site, visit.slug, visit.person.student)
    token = visit.fields.get("token", "") if status == 200 else ""
    state = _notebook_state(visit)
    fields: dict[str, Any] = {"state": state.value, "refresh": REFRESH_SECONDS if state is Drawn.WAITING else 0}
    fields |= {"problem": problem, "token": token or new_secret(), "checked": checked, "remarks": remarks}
    fields["uploads"] = upload_lines(visit.site, visit.slug, visit.person.student)
    fields["checks"] = checks_of_student(visit.site, visit.slug, visit.person)
    fields["asked"] = own_work_in_portal(visit.site, item)
    return visit.page("exercise.html", status, item=item, at=now(), **fields)


def arrived(file: SentFile) -> ArrivedFile:
    """A file of a form, with the name that it had on the student's computer."""
    return arrived_file(_name(file), file.path)


def _name(file: SentFile) -> str:
    # Browsers send a name; others may send a path.
    return file.name.replace("\\", "/").rpartition("/")[2]
