"""What a student has mastered, and which question comes next: Bayesian knowledge tracing, with proof and pauses.

Bayesian knowledge tracing (Corbett and Anderson, 1995, "Knowledge tracing: Modeling the acquisition of procedural
knowledge", User Modeling and User-Adapted Interaction 4, 253-278) gives the probability that a student knows a concept
from right and wrong answers. It does not see why an answer is right. A student who makes the same mistake each time
answers correctly wherever the mistake happens to give the correct value, so two more things are required here:

* Proof. For each misconception that the questions of a concept expose, the student has given a correct answer where
  this misconception gives another value: one, or two if the student has shown the misconception.
* Pauses. A mastered concept comes back after a day, and then after pauses that grow, if it is still known.

All functions are pure: the same history gives the same result.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from grader.model.practice import LearningStage, Practised, Standing, TrainedConcept

KNOWN_AT_FIRST = 0.2
"""Probability that a student knows a concept before the first answer."""
LEARNT = 0.05
"""Probability to learn it from one answer with its explanation."""
SLIP = 0.1
"""Probability of a wrong answer from a student who knows it."""
GUESS = 0.2
"""Probability of a correct answer from a student who does not: with half an understanding, some cards are easy."""
ENOUGH = 0.99
"""Probability from which a concept counts as known."""
PAUSES = (1, 3, 7, 21, 60)
"""Days until a mastered concept is due: the first time, the second time, and so on."""

_APART = 2  # answers between two cards of a question, if another question can be asked


@dataclass(frozen=True, slots=True)
class _After:
    """What is known after an answer: when it was given, the probability, and the misconceptions not yet ruled out."""

    at: datetime
    known: float
    unproved: frozenset[str]

    @property
    def is_mastered(self) -> bool:
        return self.known >= ENOUGH and not self.unproved


def probability(known: float, is_right: bool) -> float:
    """The probability that a student knows a concept after one more answer, from 0 to 1.

    Args:
        known: The probability before the answer.
        is_right: Whether the answer is correct.

    Example:
        >>> round(probability(KNOWN_AT_FIRST, True), 2)
        0.55
    """
    if is_right:
        known = known * (1 - SLIP) / (known * (1 - SLIP) + (1 - known) * GUESS)
    else:
        known = known * SLIP / (known * SLIP + (1 - known) * (1 - GUESS))
    return known + (1 - known) * LEARNT


def standing(
    concept: TrainedConcept, history: Iterable[Practised], exposed: Mapping[str, frozenset[str]], now: datetime
) -> Standing:
    """Say how far a student is with a concept.

    Args:
        concept: The concept.
        history: All answers of the student, first to last.
        exposed: Question -> ids of the misconceptions that its cards expose.
        now: The present time, with a time zone.
    """
    answers = _answers_to(concept, history)
    trace = list(_trace(concept, answers, exposed))
    if not trace:
        return Standing(concept=concept.id, stage=LearningStage.NEW, probability=KNOWN_AT_FIRST, answers=0)
    due, latest = _due(trace), trace[-1]
    stage = LearningStage.LEARNING if due is None else LearningStage.DUE if due <= now else LearningStage.MASTERED
    latest_first = dict.fromkeys(name for answer in reversed(answers) for name in answer.misconceptions)
    return Standing(
        concept=concept.id,
        stage=stage,
        probability=latest.known,
        answers=len(trace),
        repeated=tuple(name for name in latest_first if name in latest.unproved),
        due=due,
    )


def standings(
    concepts: Iterable[TrainedConcept],
    history: Iterable[Practised],
    exposed: Mapping[str, frozenset[str]],
    now: datetime,
) -> tuple[Standing, ...]:
    """How far a student is with each concept; see `standing`."""
    by_question: dict[str, list[tuple[int, Practised]]] = {}
    for place, answer in enumerate(history):
        by_question.setdefault(answer.question, []).append((place, answer))
    return tuple(
        standing(
            concept,
            [
                answer
                for _, answer in sorted(
                    (pair for name in concept.questions for pair in by_question.get(name, ())),
                    key=lambda pair: pair[0],
                )
            ],
            exposed,
            now,
        )
        for concept in concepts
    )


def next_concept(
    concepts: Sequence[TrainedConcept],
    history: Sequence[Practised],
    exposed: Mapping[str, frozenset[str]],
    now: datetime,
) -> TrainedConcept | None:
    """The concept to practise now: one that is due, else the first that is not mastered and builds on mastered ones.

    Args:
        concepts: The concepts, each after those that it builds on.
        history: All answers of the student, first to last.
        exposed: Question -> ids of the misconceptions that its cards expose.
        now: The present time, with a time zone.

    Returns:
        None if all are mastered and none is due.
    """
    stages = {one.concept: one.stage for one in standings(concepts, history, exposed, now)}
    reached = {name for name, stage in stages.items() if stage in (LearningStage.MASTERED, LearningStage.DUE)}
    due = (concept for concept in concepts if stages[concept.id] is LearningStage.DUE)
    to_learn = (concept for concept in concepts if concept.id not in reached and reached.issuperset(concept.after))
    return next(due, None) or next(to_learn, None)


def next_question(concept: TrainedConcept, history: Sequence[Practised], exposed: Mapping[str, frozenset[str]]) -> str:
    """The question of a concept that tells most: it exposes the most misconceptions that are not yet ruled out.

    Of equal ones, the question that was asked longest ago comes first. A question is not asked again at once.

    Args:
        concept: The concept; it has at least one question.
        history: All answers of the student, first to last.
        exposed: Question -> ids of the misconceptions that its cards expose.
    """
    missing = unproved(concept, history, exposed)
    last = {answer.question: place for place, answer in enumerate(history)}
    recent = {answer.question for answer in history[-_APART:]}
    fresh = [name for name in concept.questions if name not in recent] or list(concept.questions)
    return min(fresh, key=lambda name: (-len(exposed.get(name, frozenset()) & missing), last.get(name, -1)))


def unproved(
    concept: TrainedConcept, history: Iterable[Practised], exposed: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    """The misconceptions that the answers of a student do not yet rule out.

    Args:
        concept: The concept.
        history: All answers of the student, first to last.
        exposed: Question -> ids of the misconceptions that its cards expose.
    """
    missing = _exposed_by(concept, exposed)
    for after in _trace(concept, _answers_to(concept, history), exposed):
        missing = after.unproved
    return missing


def _answers_to(concept: TrainedConcept, history: Iterable[Practised]) -> list[Practised]:
    questions = frozenset(concept.questions)
    return [answer for answer in history if answer.question in questions]


def _exposed_by(concept: TrainedConcept, exposed: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*(exposed.get(name, frozenset()) for name in concept.questions))


def _trace(
    concept: TrainedConcept, answers: Iterable[Practised], exposed: Mapping[str, frozenset[str]]
) -> Iterator[_After]:
    """What is known after each answer to the questions of a concept."""
    known = KNOWN_AT_FIRST
    needed = dict.fromkeys(_exposed_by(concept, exposed), 1)  # correct answers that rule out a misconception
    for answer in answers:
        known = probability(known, answer.is_right)
        if answer.is_right:
            needed |= {name: needed[name] - 1 for name in answer.exposes if needed.get(name, 0) > 0}
        else:
            needed |= dict.fromkeys(answer.misconceptions, 2)
        yield _After(answer.at, known, frozenset(name for name, count in needed.items() if count > 0))


def _due(trace: Iterable[_After]) -> datetime | None:
    """When a concept should be practised again; None if it is not mastered after the last answer."""
    due: datetime | None = None
    reviews = 0
    for after in trace:
        if not after.is_mastered:
            due, reviews = None, 0
        elif due is None or after.at >= due:
            due = after.at + timedelta(days=PAUSES[min(reviews, len(PAUSES) - 1)])
            reviews += 1
    return due
