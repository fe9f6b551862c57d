"""Practice: the pages of a student, and what instructors see of the class. Practice never changes a mark."""

from urllib.parse import urlencode

from starlette.responses import Response

from grader.errors import InputError
from grader.model.practice_history import StoredCard
from grader.pipeline.practice_in_portal import answer_card, practice_of_class, practice_overview, result_of_card
from grader.portal.views.exercise import REFRESH_SECONDS
from grader.portal.visit import Visit, go, missing
from grader.report.practice import card_html, result_html
from grader.text.language import say
from grader.text.messages import Text


def overview(visit: Visit) -> Response:
    """What the student has practised, and the link to the next question."""
    practised = practice_overview(visit.site, visit.person.account)
    is_waiting = practised.following is None and practised.is_waiting
    return visit.page("practice_overview.html", practised=practised, refresh=REFRESH_SECONDS if is_waiting else 0)


def following(visit: Visit) -> Response:
    """Go to the card that comes next, of the concept in the address or of the one that comes next."""
    concept = visit.query.get("concept", "")
    place = practice_overview(visit.site, visit.person.account, concept).following
    return go(f"/practice/cards/{place.number}{_of_concept(concept)}" if place else "/practice")


def _of_concept(concept: str) -> str:
    """The end of an address that keeps to the concept that a student has chosen; empty without one."""
    return f"?{urlencode({'concept': concept})}" if concept else ""


def card(visit: Visit) -> Response:
    """A card: the question with a field for the answer, or the result."""
    return _page(visit, _stored(visit))


def answer(visit: Visit) -> Response:
    """Mark the answer to a card at once."""
    stored = _stored(visit)
    if not visit.rates.allow("practice account", visit.person.login):
        return _page(visit, stored, say("You sent too many answers within a few minutes. Wait 10 minutes."), 429)
    if not visit.rates.allow("practice day", visit.person.login):
        return _page(visit, stored, say("You have answered very many questions today. Go on tomorrow."), 429)
    try:
        answer_card(visit.site, visit.person.account, stored, visit.fields.get("answer", ""))
    except InputError as error:
        return _page(visit, stored, str(error), 400)
    return go(f"/practice/cards/{stored.number}{_of_concept(visit.query.get('concept', ''))}")


def of_class(visit: Visit) -> Response:
    """How many students practise each concept, have mastered it, and struggle with it."""
    return visit.page("practice_of_class.html", lines=practice_of_class(visit.site))


def _stored(visit: Visit) -> StoredCard:
    """The card with the number in the path.

    Raises:
        HTTPException: There is none, it or its exercise has been removed, the exercise is not open, or it has the own
            numbers of the student.
    """
    stored = visit.site.practice.card(int(visit.path["number"]), visit.person.account)
    if stored is None or stored.exercise not in visit.slugs:
        raise missing()
    return stored


def _page(visit: Visit, stored: StoredCard, problem: Text = "", status: int = 200) -> Response:
    finding = result_of_card(visit.site, visit.person.account, stored)
    return visit.page(
        "practice_card.html",
        status,
        card=stored.card,
        asked=card_html(stored.card),
        result=result_html(stored.card.question, finding) if finding else "",
        written=visit.fields.get("answer", ""),
        problem=problem,
        of_concept=_of_concept(visit.query.get("concept", "")),
    )
