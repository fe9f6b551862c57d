"""Practice: the pages of a student, and what instructors see of the class. Practice never changes a mark."""

from starlette.responses import Response

from grader.errors import InputError
from grader.model.practice_history import StoredCard
from grader.pipeline.practice_in_portal import (
    answer_card,
    answered_card,
    cards_to_practise,
    next_card,
    practice_of_class,
    practised_questions,
)
from grader.portal.views.exercise import REFRESH_SECONDS
from grader.portal.visit import Visit, go, missing
from grader.report.practice import card_html, result_html
from grader.text.language import say
from grader.text.messages import Text


def overview(visit: Visit) -> Response:
    """What the student has practised, and the link to the next question."""
    account = visit.person.account
    places, is_waiting = cards_to_practise(visit.site, account)
    answers = visit.site.practice.answers(account)
    is_empty = next_card(places, answers) is None
    return visit.page(
        "practice_overview.html",
        practised=practised_questions(visit.site, places, answers),
        is_empty=is_empty,
        is_waiting=is_waiting,
        refresh=REFRESH_SECONDS if is_empty and is_waiting else 0,
    )


def following(visit: Visit) -> Response:
    """Go to the card that the student should answer next, of the exercise in the address or of any."""
    places, _ = cards_to_practise(visit.site, visit.person.account)
    chosen = visit.query.get("exercise", "")
    here = [place for place in places if place.exercise == chosen] if chosen else places
    place = next_card(here, visit.site.practice.answers(visit.person.account))
    return go(f"/practice/cards/{place.number}" if place else "/practice")


def card(visit: Visit) -> Response:
    """A card: the question with a field for the answer, or the result."""
    return _page(visit, _stored(visit))


def answer(visit: Visit) -> Response:
    """Mark the answer to a card at once."""
    stored = _stored(visit)
    if not visit.rates.allow("practice account", visit.person.login):
        return _page(visit, stored, say("You sent too many answers within a few minutes. Wait 10 minutes."), 429)
    try:
        answer_card(visit.site, visit.person.account, stored, visit.fields.get("answer", ""))
    except InputError as error:
        return _page(visit, stored, str(error), 400)
    return go(f"/practice/cards/{stored.number}")


def of_class(visit: Visit) -> Response:
    """How many students practise each question, know it, and find it hard."""
    return visit.page("practice_of_class.html", practised=practice_of_class(visit.site))


def _stored(visit: Visit) -> StoredCard:
    """The card with the number in the path.

    Raises:
        HTTPException: There is none, or it has been removed.
    """
    stored = visit.site.practice.card(int(visit.path["number"]))
    if stored is None:
        raise missing()
    return stored


def _page(visit: Visit, stored: StoredCard, problem: Text = "", status: int = 200) -> Response:
    answered = answered_card(visit.site, visit.person.account, stored)
    return visit.page(
        "practice_card.html",
        status,
        card=stored.card,
        exercise=stored.exercise,
        asked=card_html(stored.card),
        result=result_html(stored.card.question, answered.finding) if answered else "",
        written=visit.fields.get("answer", ""),
        problem=problem,
    )
