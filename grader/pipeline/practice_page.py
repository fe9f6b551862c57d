"""Writes the page for practice without a server."""

from pathlib import Path

from grader.model.practice import PracticeCard
from grader.pipeline.practice import PracticeQuestions, exposed_by
from grader.pipeline.practice_marking import mark_practice
from grader.practice import learner
from grader.report.practice_page import KnownAnswer, PageCard, render_practice
from grader.storage import atomic, codec
from grader.storage.answer_data import as_answer
from grader.text.language import say, speaking

VARIANTS = 8
"""Cards of each question on a page."""

_MODEL = {
    "known_at_first": learner.KNOWN_AT_FIRST,
    "learnt": learner.LEARNT,
    "slip": learner.SLIP,
    "guess": learner.GUESS,
    "enough": learner.ENOUGH,
    "pauses": learner.PAUSES,
}


def write_practice_page(questions: PracticeQuestions, path: Path, variants: int, concept: str, seed: str) -> int:
    """Write a page with many cards.

    Args:
        questions: The questions of the course.
        path: The file.
        variants: Number of cards of each question, 1 or more.
        concept: Id of the only concept on the page; empty for all.
        seed: The seed of the numbers; the same seed gives the same cards.

    Returns:
        The number of cards.

    Raises:
        InputError: There is no such concept.
        SpecificationError: An exercise, a key or `concepts.toml` is not valid.
    """
    concepts = questions.named_concepts(concept)
    names = dict.fromkeys(name for one in concepts for name in one.questions)
    exposed = {name: misconceptions for name, misconceptions in questions.exposed().items() if name in names}
    with speaking(questions.language):
        seeds = [f"{seed}:{variant}" for variant in range(variants)]
        cards = [_page_card(questions.named_card(name, one)) for name in names for one in seeds]
        title = say("Questions of the course") if len(concepts) != 1 else concepts[0].title
        page = render_practice(title, concepts, exposed, cards, _MODEL)
    atomic.write(path, page.encode())
    return len(cards)


def _page_card(card: PracticeCard) -> PageCard:
    values = [card.answer, *(as_answer(slip.value) for slip in card.slips)]
    outcomes = (KnownAnswer(value=value, finding=mark_practice(card, codec.encode(value).decode())) for value in values)
    return PageCard(card=card, exposes=exposed_by(card), outcomes=tuple(outcomes))
