"""What students check before they submit: their files at once, or their notebook in the queue."""

from starlette.responses import Response

from grader.model.portal import JobState
from grader.pipeline.check_runs import ask_check, check_of_student, result_of, running_cell_of_check
from grader.pipeline.portal_people import new_secret
from grader.pipeline.uploading import RefusedUploadError, check_files
from grader.portal.views.exercise import REFRESH_SECONDS, chosen, task_page
from grader.portal.visit import Visit, go, missing
from grader.text.language import say


def quick(visit: Visit) -> Response:
    """Check files as before an upload, and show the result above the form. Nothing is stored, and nothing runs."""
    files, refused = chosen(visit)
    if refused:
        return refused
    try:
        looked_at = check_files(visit.site, visit.slug, files[0], files[1:])
    except RefusedUploadError as error:
        return task_page(visit, error.text, 400)
    return task_page(visit, checked=files[0].name, remarks=(*looked_at.remarks, *looked_at.unanswered))


def run(visit: Visit) -> Response:
    """Queue that a grader runs the notebook, and go to the page of the check. It is no attempt."""
    files, refused = chosen(visit)
    if refused:
        return refused
    if not visit.rates.allow("check account", visit.person.login):
        return task_page(visit, say("You can check a notebook 20 times within an hour. Wait a few minutes."), 429)
    token = visit.fields.get("token", "") or new_secret()
    try:
        check = ask_check(visit.site, visit.slug, visit.person, token, files[0], files[1:])
    except RefusedUploadError as error:
        return task_page(visit, error.text, 400)
    return go(f"/exercises/{visit.slug}/checks/{check.number}")


def result(visit: Visit) -> Response:
    """The page of a check: where it is in the queue, and then what it found."""
    check = check_of_student(visit.site, visit.slug, visit.person, visit.path["number"])
    if check is None:
        raise missing()
    is_open = check.state in (JobState.WAITING, JobState.RUNNING)
    place = f"/exercises/{visit.slug}/checks/{check.number}"
    parts = result_of(check)
    return visit.page(
        "check.html",
        check=check,
        exercise=visit.site.exercise(visit.slug).exercise,
        running=running_cell_of_check(visit.site, check),
        parts=parts,
        is_ready=all(part.is_ready for part in parts) and not check.request.remarks,
        events=f"{place}/events" if is_open else "",
        refresh=REFRESH_SECONDS if is_open else 0,
    )
