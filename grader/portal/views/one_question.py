"""The pages of staff about one question: the answers of all students, and manual grading one at a time."""

from starlette.responses import Response

from grader.errors import InputError
from grader.pipeline.question_answers import (
    QuestionAnswers,
    claim_next,
    claimed_answer,
    grade_claimed,
    grade_group,
    offered_items,
    question_answers,
    skip,
)
from grader.pipeline.shown_names import shown_names
from grader.portal.views.one_student import points_of
from grader.portal.views.rubric import add_from_form
from grader.portal.visit import Visit, go, missing

_QUICK = {"full", "none"}
_MOST_DIGITS = 9


def answers(visit: Visit) -> Response:
    """All answers, the same ones together."""
    return _page(visit, _answers(visit))


def group(visit: Visit) -> Response:
    """Give the same points to all students with the same answer."""
    answers = _answers(visit)
    try:
        question = answers.question.id
        points, items = points_of(visit.fields.get("points", "")), _items(visit, question)
        key, comment, reason = (visit.fields.get(name, "") for name in ("group", "comment", "reason"))
        grade_group(visit.site, visit.slug, question, visit.person, key, points, comment, reason, items)
    except InputError as error:
        return _page(visit, answers, str(error))
    return go(_address(answers))


def claim(visit: Visit) -> Response:
    """Claim the next answer that waits, and go to it; without one, go back to the question."""
    answers = _answers(visit)
    take = skip if visit.fields.get("skip") == "yes" else claim_next
    student = take(visit.site, visit.slug, answers.question.id, visit.person)
    return go(f"{_address(answers)}/grading" if student is not None else _address(answers))


def grading(visit: Visit) -> Response:
    """The answer that the person has claimed, with the form for its points."""
    return _grading(visit, _answers(visit))


def grade(visit: Visit) -> Response:
    """Store the points for the claimed answer, and go on with the next one."""
    answers = _answers(visit)
    places = [name for name in answers.question.places if name != answers.question.id] or [answers.question.id]
    items = {name: _items(visit, name) for name in places}
    try:
        if visit.fields.get("new text", "").strip() or visit.fields.get("new points", "").strip():
            new = add_from_form(visit)
            items[new.place] = [*items.get(new.place, ()), new.number]
        points = {name: _points(visit, answers, name) for name in places}
        grade_claimed(
            visit.site,
            visit.slug,
            answers.question.id,
            visit.person,
            visit.fields.get("claim", ""),
            {name: amount for name, amount in points.items() if amount is not None},
            visit.fields.get("comment", "") or visit.fields.get("reuse", ""),
            items,
        )
    except InputError as error:
        return _grading(visit, answers, str(error))
    return claim(visit)


def _items(visit: Visit, place: str) -> list[int]:
    """Numbers of the rubric items that the form applies to a place."""
    begin = f"item {place} "
    numbers = (name.removeprefix(begin) for name in visit.fields if name.startswith(begin))
    return sorted(int(number) for number in numbers if number.isdecimal() and len(number) < _MOST_DIGITS)


def _points(visit: Visit, answers: QuestionAnswers, place: str) -> float | None:
    """The points for a place: those of the button for full points or no points, or those of its field."""
    quick = visit.fields.get("quick", "")
    if quick in _QUICK:
        return answers.question.places[place] if quick == "full" else 0.0
    return points_of(visit.fields.get(f"points {place}", ""))


def _answers(visit: Visit) -> QuestionAnswers:
    answers = question_answers(visit.site, visit.slug, visit.path["question"], visit.person)
    if answers is None:
        raise missing()
    return answers


def _address(answers: QuestionAnswers) -> str:
    return f"/class/{answers.exercise.slug}/questions/{answers.question.id}"


def _page(visit: Visit, answers: QuestionAnswers, problem: str = "") -> Response:
    items = offered_items(visit.site, visit.slug, answers.question.id)
    return visit.page(
        "one_question.html",
        400 if problem else 200,
        answers=answers,
        items=items,
        names=shown_names(visit.site, visit.slug, (name for group in answers.groups for name in group.students)),
        problem=problem,
    )


def _grading(visit: Visit, answers: QuestionAnswers, problem: str = "") -> Response:
    answer = claimed_answer(visit.site, visit.slug, answers.question.id, visit.person)
    if answer is None and not problem:
        return go(_address(answers))
    name = shown_names(visit.site, visit.slug, [answer.student])[answer.student] if answer else None
    return visit.page(
        "grading.html", 400 if problem else 200, answers=answers, answer=answer, shown=name, problem=problem
    )
