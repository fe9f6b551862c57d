"""Practice in the portal: which card comes next, and what an answer is worth. A web process needs no key for this.

A card contains the right answer and the known mistakes, so marking it is a pure function. The first answer to a card
counts, because the page then shows the expected one. The model of the learner (`grader.practice.learner`) chooses
the concept and the question, as in `grader practice`.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from grader.errors import InputError
from grader.mistakes.misconceptions import BY_ID
from grader.model.assessment import Finding, Verdict
from grader.model.practice import LearningStage, Practised, Standing, TrainedConcept
from grader.model.practice_history import CardPlace, PracticeAnswer, PracticeMap, StoredCard
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.practice import exposed_by
from grader.pipeline.practice_cards import are_cards_coming, practice_map
from grader.pipeline.practice_marking import mark_practice, unreadable
from grader.practice import learner
from grader.text.language import say
from grader.text.messages import Text

_FEW = 3
"""With fewer cards of a question that a student has not answered, graders are asked for more."""
_MANY_ANSWERS, _UNLIKELY = 5, 0.5
"""A student struggles who, after so many answers, knows a concept with a smaller probability."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PractisedConcept:
    """How far a student is with a concept.

    Attributes:
        concept: The concept.
        standing: What the answers say about it.
        repeated: The misconceptions that the student has not yet overcome, as (what is done wrong, what is right).
    """

    concept: TrainedConcept
    standing: Standing
    repeated: tuple[tuple[Text, Text], ...] = ()

    @property
    def is_hard(self) -> bool:
        """Whether the student struggles with it."""
        is_unlikely = self.standing.answers >= _MANY_ANSWERS and self.standing.probability < _UNLIKELY
        return self.standing.stage is LearningStage.LEARNING and (is_unlikely or bool(self.standing.repeated))


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeOverview:
    """What a student has practised, and what comes next.

    Attributes:
        concepts: The concepts, each after those that it builds on.
        following: The card that comes next; None if there is none now.
        next_concept: The concept that it trains; None if there is none.
        is_waiting: Whether graders draw cards that the student needs.
    """

    concepts: tuple[PractisedConcept, ...]
    following: CardPlace | None
    next_concept: TrainedConcept | None
    is_waiting: bool

    @property
    def is_mastered(self) -> bool:
        """Whether the student has mastered all concepts, and none is due."""
        return bool(self.concepts) and all(one.standing.stage is LearningStage.MASTERED for one in self.concepts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptOfClass:
    """How the students of a course practise a concept.

    Attributes:
        concept: The concept.
        students: Number of students who have practised it.
        mastered: How many of them have mastered it.
        struggling: How many of them struggle with it; see `PractisedConcept`.
    """

    concept: TrainedConcept
    students: int
    mastered: int
    struggling: int


def practice_overview(site: CourseSite, account: int, concept: str = "") -> PracticeOverview:
    """What a student has practised, and what comes next; asks graders for cards if there are few.

    Args:
        site: The course.
        account: Number of the account of the student.
        concept: Id of the concept to practise; empty for the one that comes next.
    """
    slugs = site.open_slugs
    places = [place for place in site.practice.unanswered(account) if place.exercise in slugs]
    answers = site.practice.answers(account)
    known = _with_open(practice_map(site) or _by_exercise(site, places), slugs)
    history, at = [one.practised for one in answers], now()
    standings = learner.standings(known.concepts, history, known.exposed, at)
    to_practise = _next(known, places, history, concept, at)
    return PracticeOverview(
        concepts=tuple(
            PractisedConcept(concept=one, standing=of_one, repeated=tuple(_explained(of_one)))
            for one, of_one in zip(known.concepts, standings, strict=True)
        ),
        following=to_practise[1] if to_practise else None,
        next_concept=to_practise[0] if to_practise else None,
        is_waiting=_is_short(known, places) and are_cards_coming(site),
    )


def answer_card(site: CourseSite, account: int, stored: StoredCard, written: str) -> None:
    """Mark an answer to a card, and store it. A second answer to the same card changes nothing.

    Args:
        site: The course.
        account: Number of the account of the student.
        stored: The card.
        written: What the student wrote.

    Raises:
        InputError: It is no answer of the right form.
    """
    if problem := unreadable(written):
        raise InputError(str(problem))
    finding = mark_practice(stored.card, written)
    if finding.verdict not in (Verdict.PASSED, Verdict.PARTIAL, Verdict.FAILED):
        raise InputError(str(finding.reason) or say("Write an answer first."))
    answer = PracticeAnswer(
        exercise=stored.exercise,
        question=stored.card.question.id,
        fingerprint=stored.card.fingerprint,
        written=written,
        is_right=finding.verdict is Verdict.PASSED,
        exposes=tuple(sorted(exposed_by(stored.card))),
        misconceptions=finding.shown_misconceptions,
        at=now(),
    )
    site.practice.answer(account, answer)


def result_of_card(site: CourseSite, account: int, stored: StoredCard) -> Finding | None:
    """The result of the answer of a student to a card; None if the student has not answered it.

    It has the expected answer, the reason, the next step and pictures.
    """
    answer = site.practice.answer_to(stored, account)
    return mark_practice(stored.card, answer.written) if answer else None


def practice_of_class(site: CourseSite) -> list[ConceptOfClass]:
    """How the students of the course practise each concept, without names; empty if none has practised."""
    known, students = practice_map(site), site.practice.answers_of_students()
    if known is None or not students:
        return []
    at = now()
    of_students = [
        learner.standings(known.concepts, [one.practised for one in answers], known.exposed, at)
        for answers in students.values()
    ]
    lines = []
    for number, concept in enumerate(known.concepts):
        begun = [PractisedConcept(concept=concept, standing=one[number]) for one in of_students if one[number].answers]
        mastered = sum(one.standing.stage in (LearningStage.MASTERED, LearningStage.DUE) for one in begun)
        struggling = sum(one.is_hard for one in begun)
        lines.append(ConceptOfClass(concept=concept, students=len(begun), mastered=mastered, struggling=struggling))
    return lines


def _with_open(known: PracticeMap, slugs: Collection[str]) -> PracticeMap:
    """The concepts with the questions of the exercises that students see; without concepts that have no others."""
    questions = {
        concept.id: tuple(name for name in concept.questions if name.partition("/")[0] in slugs)
        for concept in known.concepts
    }
    concepts = tuple(
        replace(
            concept, questions=questions[concept.id], after=tuple(one for one in concept.after if questions.get(one))
        )
        for concept in known.concepts
        if questions[concept.id]
    )
    return replace(known, concepts=concepts)


def _next(
    known: PracticeMap, places: Sequence[CardPlace], history: Sequence[Practised], concept: str, at: datetime
) -> tuple[TrainedConcept, CardPlace] | None:
    """The concept that a student should practise now, and the card; None if all is mastered, or there is no card."""
    with_cards = {place.name for place in places}
    to_practise = [one for one in known.concepts if one.id == concept] if concept else _in_turn(known, history, at)
    for one in to_practise:
        questions = tuple(name for name in one.questions if name in with_cards)
        if questions:
            name = learner.next_question(replace(one, questions=questions), history, known.exposed)
            return one, next(place for place in places if place.name == name)
    return None


def _in_turn(known: PracticeMap, history: Sequence[Practised], at: datetime) -> Iterator[TrainedConcept]:
    """The concept that the model of the learner chooses; then, in case it has no card now, the others it could choose.

    A concept is left out to learn what would come next without it, so those that build on it are left out, too.
    """
    left = list(known.concepts)
    while concept := learner.next_concept(left, history, known.exposed, at):
        yield concept
        left.remove(concept)


def _explained(standing: Standing) -> Iterator[tuple[Text, Text]]:
    for name in standing.repeated:
        if name in BY_ID:
            yield BY_ID[name].title, BY_ID[name].idea


def _is_short(known: PracticeMap, places: Sequence[CardPlace]) -> bool:
    """Whether a question has few cards that the student has not answered, and could have more."""
    amounts = {name: 0 for concept in known.concepts for name in concept.questions}
    for place in places:
        amounts[place.name] = amounts.get(place.name, 0) + 1
    return not amounts or any(amount < _FEW for name, amount in amounts.items() if name not in known.exhausted)


def _by_exercise(site: CourseSite, places: Sequence[CardPlace]) -> PracticeMap:
    """Each exercise as a concept, until a grader has written the concepts of the course."""
    names: dict[str, dict[str, None]] = {}
    for place in places:
        names.setdefault(place.exercise, {})[place.name] = None
    return PracticeMap(
        concepts=tuple(
            TrainedConcept(id=slug, title=site.exercise(slug).exercise.title, questions=tuple(of_one))
            for slug, of_one in names.items()
        ),
        exposed={},
    )
