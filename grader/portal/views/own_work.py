"""Questions about a student's own work: the page of the student, from the start to the answers."""

from starlette.responses import Response

from grader.errors import InputError
from grader.model.own_work import letters
from grader.pipeline.own_work_in_portal import AskingStage, OwnWorkInPortal, own_work_in_portal, send, start
from grader.pipeline.student_overview import StudentExercise, exercise_of_student
from grader.portal.views.exercise import REFRESH_SECONDS
from grader.portal.visit import Visit, go, missing
from grader.text.language import say
from grader.text.messages import Text

_FIELD = "answer_"


def questions(visit: Visit) -> Response:
    """The questions: what they are about, the form, or the result."""
    return _page(visit, *_asked(visit))


def begin(visit: Visit) -> Response:
    """Open the questions, and go back to their page."""
    item, own_work = _asked(visit)
    if not _is_allowed(visit):
        return _page(visit, item, own_work, _too_often(), 429)
    start(visit.site, item)
    return go(_address(visit))


def answer(visit: Visit) -> Response:
    """Mark the answers of the form. They stay as they are."""
    item, own_work = _asked(visit)
    if not _is_allowed(visit):
        return _page(visit, item, own_work, _too_often(), 429)
    try:
        send(visit.site, item, visit.fields.get("code", ""), _chosen(visit))
    except InputError as error:
        return _page(visit, item, own_work, str(error), 400)
    return go(_address(visit))


def _asked(visit: Visit) -> tuple[StudentExercise, OwnWorkInPortal]:
    """The exercise, and the questions of the student about it.

    Raises:
        HTTPException: There are none now.
    """
    item = exercise_of_student(visit.site, visit.slug, visit.person.student)
    own_work = own_work_in_portal(visit.site, item)
    if own_work is None:
        raise missing()
    return item, own_work


def _page(
    visit: Visit, item: StudentExercise, own_work: OwnWorkInPortal, problem: Text = "", status: int = 200
) -> Response:
    return visit.page(
        "own_questions.html",
        status,
        item=item,
        asked=own_work,
        letters=letters,
        chosen=_chosen(visit),
        problem=problem,
        refresh=REFRESH_SECONDS if own_work.stage is AskingStage.PREPARING else 0,
    )


def _chosen(visit: Visit) -> dict[int, str]:
    """Number of a question -> the letter that was chosen."""
    names = {name: name.removeprefix(_FIELD) for name in visit.fields if name.startswith(_FIELD)}
    return {int(number): visit.fields[name][:1] for name, number in names.items() if number in _NUMBERS}


_NUMBERS = frozenset(str(number) for number in range(1, 100))


def _is_allowed(visit: Visit) -> bool:
    return visit.rates.allow("own-work account", visit.person.login)


def _too_often() -> Text:
    return say("You sent this form too many times within a few minutes. Wait 10 minutes.")


def _address(visit: Visit) -> str:
    return f"/exercises/{visit.slug}/own-work"
