"""Practice in the portal: which card comes next, and what an answer is worth. A web process needs no key for this.

A card contains the right answer and the known mistakes, so marking it is a pure function. The first answer to a card
counts, because the page then shows the expected one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.course.variants import without_numbers
from grader.errors import InputError
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Question
from grader.model.practice_history import CardPlace, PracticeAnswer, StoredCard
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.practice_cards import are_cards_coming
from grader.pipeline.practice_marking import mark_practice
from grader.text.language import say

_FEW = 3
"""With fewer cards of a question that a student has not answered, graders are asked for more."""
_IN_A_ROW = 3
"""So many correct answers in a row to different cards of a question, and the student knows it."""
_PAUSE = 3
"""So many other answers come before a question that was answered wrong is asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PractisedQuestion:
    """How far a student is with a question.

    Attributes:
        exercise: Slug of its exercise.
        question: The question.
        answers: Number of answers.
        right: How many of them were correct.
        is_known: Whether the last `_IN_A_ROW` answers were correct.
        is_hard: Whether at most one of the last `_IN_A_ROW` answers was correct.
    """

    exercise: str
    question: Question
    answers: int
    right: int
    is_known: bool
    is_hard: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PractisedByClass:
    """How the students of a course practise a question.

    Attributes:
        question: The question.
        students: Number of students who have practised it.
        known: How many of them know it; see `PractisedQuestion`.
        struggling: How many find it hard; see `PractisedQuestion`.
    """

    question: Question
    students: int
    known: int
    struggling: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredCard:
    """A card with the answer of a student.

    Attributes:
        written: What the student wrote.
        finding: The result, with the expected answer, reason, next step and pictures.
    """

    written: str
    finding: Finding


def cards_to_practise(site: CourseSite, account: int) -> tuple[list[CardPlace], bool]:
    """The cards that a student has not answered, and whether graders draw more; asks for more if there are few.

    Args:
        site: The course.
        account: Number of the account of the student.
    """
    places = site.practice.unanswered(account)
    amounts = dict.fromkeys(((one.exercise, one.question) for one in site.practice.answers(account)), 0)
    for place in places:
        amounts[place.exercise, place.question] = amounts.get((place.exercise, place.question), 0) + 1
    is_short = not amounts or min(amounts.values()) < _FEW
    return places, is_short and are_cards_coming(site)


def next_card(places: Sequence[CardPlace], answers: Sequence[PracticeAnswer]) -> CardPlace | None:
    """The card that a student should answer next; None if there is none.

    A question whose last answer was wrong comes again after `_PAUSE` other answers. Then come questions that the
    student has not tried, and then the others, the one that was answered longest ago first.

    Args:
        places: Cards that the student has not answered.
        answers: What the student has answered, first to last.
    """
    last = {(one.exercise, one.question): (number, one) for number, one in enumerate(answers)}

    def turn(place: CardPlace) -> tuple[int, int]:
        number, answer = last.get((place.exercise, place.question), (-1, None))
        if answer is None:
            return 1, 0
        if answer.is_right:
            return 2, number
        return (0 if len(answers) - number > _PAUSE else 3), number

    return min(places, key=turn, default=None)


def practised_questions(
    site: CourseSite, places: Sequence[CardPlace], answers: Sequence[PracticeAnswer]
) -> Mapping[str, list[PractisedQuestion]]:
    """Title of an exercise -> how far a student is with each of its questions that can be practised.

    Args:
        site: The course.
        places: Cards that the student has not answered.
        answers: What the student has answered, first to last.
    """
    names = {(place.exercise, place.question) for place in places}
    names |= {(answer.exercise, answer.question) for answer in answers}
    of_exercise: dict[str, list[PractisedQuestion]] = {}
    for slug in site.slugs:
        exercise = site.exercise(slug).exercise
        practised = [
            _practised(slug, question, [one for one in answers if (one.exercise, one.question) == (slug, question.id)])
            for question in without_numbers(exercise).questions
            if (slug, question.id) in names
        ]
        if practised:
            of_exercise[exercise.title] = practised
    return of_exercise


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
    finding = mark_practice(stored.card, written)
    if finding.verdict not in _MARKED:
        raise InputError(str(finding.reason) or say("Write an answer first."))
    answer = PracticeAnswer(
        exercise=stored.exercise,
        question=stored.card.question.id,
        fingerprint=stored.card.fingerprint,
        written=written,
        is_right=finding.verdict is Verdict.PASSED,
        misconceptions=finding.shown_misconceptions,
        at=now(),
    )
    site.practice.answer(account, answer)


def answered_card(site: CourseSite, account: int, stored: StoredCard) -> AnsweredCard | None:
    """The answer of a student to a card with its result; None if the student has not answered it."""
    place = stored.exercise, stored.card.question.id, stored.card.fingerprint
    for one in site.practice.answers(account):
        if (one.exercise, one.question, one.fingerprint) == place:
            return AnsweredCard(written=one.written, finding=mark_practice(stored.card, one.written))
    return None


def practice_of_class(site: CourseSite) -> Mapping[str, list[PractisedByClass]]:
    """Title of an exercise -> how the students of the course practise each of its questions, without names."""
    counts: dict[tuple[str, str], list[PractisedQuestion]] = {}
    titles: dict[str, str] = {}
    for answers in site.practice.answers_of_students().values():
        for title, practised in practised_questions(site, (), answers).items():
            for one in practised:
                titles[one.exercise] = title
                counts.setdefault((one.exercise, one.question.id), []).append(one)
    of_exercise: dict[str, list[PractisedByClass]] = {}
    for (slug, _), students in counts.items():
        line = PractisedByClass(
            question=students[0].question,
            students=len(students),
            known=sum(one.is_known for one in students),
            struggling=sum(one.is_hard for one in students),
        )
        of_exercise.setdefault(titles[slug], []).append(line)
    return of_exercise


_MARKED = (Verdict.PASSED, Verdict.PARTIAL, Verdict.FAILED)


def _practised(slug: str, question: Question, answers: Sequence[PracticeAnswer]) -> PractisedQuestion:
    last = [one.is_right for one in answers[-_IN_A_ROW:]]
    return PractisedQuestion(
        exercise=slug,
        question=question,
        answers=len(answers),
        right=sum(one.is_right for one in answers),
        is_known=len(last) == _IN_A_ROW and all(last),
        is_hard=len(last) == _IN_A_ROW and sum(last) <= 1,
    )
