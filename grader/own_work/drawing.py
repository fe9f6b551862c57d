"""Draws the questions of one student: the same seed and the same work always give the same questions."""

import re
from collections.abc import Collection, Iterator
from random import Random

from grader.model.own_work import OwnQuestion, OwnWorkRules
from grader.own_work import network_questions, training_questions
from grader.own_work.candidates import Candidate, askable
from grader.own_work.works import OwnWork
from grader.text.messages import english

_MOST_DRAWS = 200
_NUMBER = re.compile(r"\d[\d,.]*")
_FEWEST_DIGITS = 3  # of a number that a report gives away; smaller ones are everywhere


def candidates_of(work: OwnWork) -> list[Candidate]:
    """All questions that can be asked about a student's work, in a fixed order."""
    about_networks = (
        candidate for network in work.networks for candidate in network_questions.questions_about(network)
    )
    return [*askable(about_networks), *askable(training_questions.questions_about(work))]


def draw(
    work: OwnWork,
    rules: OwnWorkRules,
    seed: str,
    report: str = "",
    other_sets: Collection[frozenset[str]] = (),
) -> tuple[OwnQuestion, ...]:
    """Draw the questions of a student.

    Args:
        work: The student's work.
        rules: How many questions the exercise asks, and about which concepts.
        seed: Names the student and the attempt. Nobody can predict the questions if it depends on a secret.
        report: The text of the student's report, in English or in the language that is spoken. A question is not asked
            if the report contains its answer.
        other_sets: Ids of the questions of each other student. Equal sets are avoided as long as there are others.

    Returns:
        The questions, about as many different concepts as possible; fewer than the rules say, or none, if the work
        allows no more.
    """
    numbers = _numbers_in(report)
    concepts = rules.asked_concepts
    pool = [
        one for one in candidates_of(work) if one.concept in concepts and not _contains_answer(report, numbers, one)
    ]
    for number in (*range(_MOST_DRAWS), 0):  # the first draw again, if each one equals another set
        random = Random(f"{seed}/{number}")
        drawn = _spread(pool, rules.questions, random)
        if frozenset(candidate.id for candidate in drawn) not in other_sets:
            break
    return tuple(candidate.asked(random) for candidate in drawn)


def _spread(pool: list[Candidate], amount: int, random: Random) -> list[Candidate]:
    """Some candidates of different concepts; several of one concept only if there are too few concepts."""
    by_concept: dict[str, list[Candidate]] = {}
    for candidate in random.sample(pool, len(pool)):
        by_concept.setdefault(candidate.concept, []).append(candidate)
    return list(_in_turn(by_concept))[:amount]


def _in_turn(by_concept: dict[str, list[Candidate]]) -> Iterator[Candidate]:
    """One candidate of each concept, then a second one of each, and so on."""
    for place in range(max(map(len, by_concept.values()), default=0)):
        yield from (candidates[place] for candidates in by_concept.values() if place < len(candidates))


def _numbers_in(text: str) -> frozenset[str]:
    return frozenset(_digits(match) for match in _NUMBER.findall(text))


def _contains_answer(report: str, numbers: frozenset[str], candidate: Candidate) -> bool:
    """Whether a report contains the answer of a question: its number, if it has several digits, or its shape."""
    answer = candidate.write(candidate.right)
    digits = _digits(english(answer))
    if digits.isdigit():
        return len(digits) >= _FEWEST_DIGITS and digits in numbers
    return english(answer) in report or str(answer) in report


def _digits(figures: str) -> str:
    """A whole number without the signs between groups of digits, which languages write differently."""
    return figures.replace(",", "").replace(".", "")
