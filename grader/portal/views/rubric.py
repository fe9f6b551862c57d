"""The rubric of a question: its items, and changing one for everyone who has it."""

from starlette.responses import Response

from grader.errors import InputError
from grader.model.portal import JobState
from grader.model.rubric import ItemChange, RubricItem
from grader.model.staff_work import TaskKind
from grader.pipeline.marking import now
from grader.pipeline.reach import students_in_reach
from grader.pipeline.rubrics import add_item, used_items
from grader.pipeline.staff_tasks import queue_item_change
from grader.portal.views.one_student import points_of
from grader.portal.visit import Visit, go, missing
from grader.text.language import say

_REFRESH_SECONDS = 3


def items(visit: Visit) -> Response:
    """All items of a question, and the result of the last change."""
    return _page(visit)


def add(visit: Visit) -> Response:
    """Add an item."""
    _question(visit)
    try:
        add_from_form(visit)
    except InputError as error:
        return _page(visit, str(error))
    return go(_address(visit))


def change(visit: Visit) -> Response:
    """Queue a preview of a change, or the change itself."""
    _question(visit)
    retires = visit.fields.get("offer", "")
    try:
        request = ItemChange(
            number=int(visit.path["number"]),
            points=points_of(visit.fields.get("points", "")),
            text=visit.fields.get("text"),
            is_offered=retires == "yes" if retires else None,
            author=visit.person.login,
            reason=visit.fields.get("reason", ""),
            at=now(),
        )
        queue_item_change(visit.site, visit.slug, request, visit.person, applies=visit.fields.get("apply", "") == "yes")
    except InputError as error:
        return _page(visit, str(error))
    return go(_address(visit))


def add_from_form(visit: Visit) -> RubricItem:
    """Add the new item of a form, for the question in the path or for one of its criteria.

    Raises:
        InputError: The form lacks points or a text, or they are not valid.
    """
    question = _question(visit)
    book, place = visit.site.book(visit.slug), visit.fields.get("new place", "") or question
    points = points_of(visit.fields.get("new points", ""))
    if points is None:
        raise InputError(say("Enter the points of the new item. Negative points are deducted."))
    if book is None or place.partition(".")[0] != question:
        raise missing()
    exercise = visit.site.exercise(visit.slug).exercise
    text, author = visit.fields.get("new text", ""), visit.person.login
    item = add_item(exercise, book, place=place, points=points, text=text, author=author)
    visit.site.note_event(visit.person.account, "add rubric item", f"{visit.slug} {place} {item.number}", now())
    return item


def _question(visit: Visit) -> str:
    """The id of the question in the path, if the exercise has it."""
    question = visit.path["question"]
    if question not in {item.id for item in visit.site.exercise(visit.slug).exercise.questions}:
        raise missing()
    return question


def _address(visit: Visit) -> str:
    return f"/class/{visit.slug}/questions/{visit.path['question']}/rubric"


def _page(visit: Visit, problem: str = "") -> Response:
    question, exercise = _question(visit), visit.site.exercise(visit.slug).exercise
    book = visit.site.book(visit.slug)
    reach = students_in_reach(visit.site, visit.slug, visit.person)
    used = used_items(book, question, reach) if book else []
    task = visit.site.tasks.last(visit.slug, TaskKind.PREVIEW_ITEM, TaskKind.CHANGE_ITEM)
    if task and task.request.item and task.request.item.number not in {one.item.number for one in used}:
        task = None
    return visit.page(
        "rubric.html",
        400 if problem else 200,
        exercise=exercise,
        question=next(item for item in exercise.questions if item.id == question),
        places=[place for place in exercise.places if place.startswith(f"{question}.")] or [question],
        used=used,
        task=task,
        is_done=task is not None and task.state is JobState.DONE,
        is_preview=task is not None and task.kind is TaskKind.PREVIEW_ITEM,
        refresh=_REFRESH_SECONDS if task is not None and task.is_open else 0,
        problem=problem,
    )
