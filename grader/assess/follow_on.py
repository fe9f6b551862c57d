"""Consequential answers: an answer that is right given the student's own earlier mistakes gets its points.

The key says what follows from what (`follow_on`). It cannot say which answers a student used: a student with one wrong
answer may have taken the number for the next one from elsewhere. So a later answer is compared with the consequences
of all earlier answers as the student gave them, and then with those of one or two wrong answers, with all others right.
Only answers to earlier questions count, so that a later mistake never justifies an earlier one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from grader.assess.answer_forms import UnreadableError
from grader.assess.answers import readable_value
from grader.assess.evidence import Evidence, right_as_answer
from grader.assess.extras import Extras
from grader.assess.kinds import KINDS
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Exercise, Question
from grader.model.key import AnswerKey, Either, FollowOn
from grader.model.record import Answer, AnswerState, Record
from grader.storage.answer_data import as_answer
from grader.text.language import marked
from grader.text.messages import joined, message

_LOST_POINTS = (Verdict.FAILED, Verdict.PARTIAL)
_MOST_IN_PAIRS = 5  # wrong answers; the number of pairs grows with its square
_MOST_ALONE = 12  # wrong answers that are tried one by one, the latest ones
_MOST_BITS = 1000  # of a whole number; a power of a student's number may have millions
CREDITED = marked(
    "Correct, given your earlier answer, on which this one is based. The earlier mistake counts only once."
)
PARTLY = marked(
    "The correct answer here was computed from your own earlier answers, because a mistake counts only once."
)

Answers = Mapping[str, Any]


def give_credit(
    exercise: Exercise, key: AnswerKey, record: Record, findings: tuple[Finding, ...], extras: Extras
) -> tuple[Finding, ...]:
    """Give points to answers that are right given other answers of the student.

    Args:
        exercise: The questions.
        key: Its `follow_on` computes what is right given a student's answers.
        record: The data that the sandbox returned.
        findings: One for each question, in order.
        extras: Collects faults for staff; a finding whose credit fails stays as it is.

    Returns:
        One finding for each question, in order.
    """
    if key.follow_on is None or all(finding.verdict not in _LOST_POINTS for finding in findings):
        return findings
    consequences = _Consequences(
        exercise=exercise,
        key=key,
        follow_on=key.follow_on,
        student_answers=_student_answers(exercise, key, record, findings, extras=extras),
        wrong=frozenset(finding.question for finding in findings if finding.verdict in _LOST_POINTS),
    )

    def with_credit(question: Question, finding: Finding) -> Finding:
        if finding.verdict not in _LOST_POINTS or KINDS[question.kind].meaning is None:
            return finding
        return extras.computed(
            question, lambda: _credit(question, finding, key, record, consequences=consequences), finding
        )

    return tuple(map(with_credit, exercise.questions, findings))


def _student_answers(
    exercise: Exercise, key: AnswerKey, record: Record, findings: tuple[Finding, ...], *, extras: Extras
) -> dict[str, Any]:
    """The student's answers as their kinds read them, and the models that are not as they should be."""
    answers: dict[str, Any] = {}
    for question, finding in zip(exercise.questions, findings, strict=True):
        if KINDS[question.kind].is_model and finding.verdict in _LOST_POINTS:
            answers[question.id] = record.models.get(question.answer)
        elif KINDS[question.kind].meaning and question.id in key.answers:
            answers[question.id] = extras.computed(question, lambda q=question: _meaning(q, key, record), None)  # type: ignore[misc]
    return {name: value for name, value in answers.items() if value is not None}


def _meaning(question: Question, key: AnswerKey, record: Record) -> Any:
    """The meaning of the student's answer to a question; None if there is no answer, or if it has no meaning."""
    value = readable_value(record, question.answer)
    return None if value is None else _read(question, key, record.answers[question.answer])


def _read(question: Question, key: AnswerKey, answer: Answer) -> Any:
    try:
        meaning = KINDS[question.kind].meaning
        return meaning(question, answer, right_as_answer(key.answers[question.id])) if meaning else None
    except UnreadableError:
        return None


def _meaning_of_value(question: Question, key: AnswerKey, value: Any) -> Any:
    """The meaning of a computed value, as if a student had given it."""
    return _read(question, key, Answer(AnswerState.VALUE, as_answer(value)))


@dataclass(frozen=True, slots=True)
class _Consequence:
    """An answer that follows for one question.

    Attributes:
        value: The answer.
        causes: The questions with wrong answers from which it follows.
        is_from_all: Whether all wrong answers before the question are among them.
    """

    value: Any
    causes: tuple[str, ...]
    is_from_all: bool


class _Consequences:
    """The answers that follow for a question if some of the answers before it are as the student gave them.

    Such answers are called assumed here: they are named by a tuple of question ids in the order of the exercise.
    """

    def __init__(
        self,
        *,
        exercise: Exercise,
        key: AnswerKey,
        follow_on: FollowOn,
        student_answers: Answers,
        wrong: frozenset[str],
    ) -> None:
        self._order = [question.id for question in exercise.questions]
        self._follow_on: Callable[[Answers], Answers] = follow_on
        self._student_answers = student_answers
        self._wrong = [name for name in self._order if name in wrong and name in student_answers]
        readable = {question.id for question in exercise.questions if KINDS[question.kind].meaning}
        self._right = {name: right_as_answer(value) for name, value in key.answers.items() if name in readable}
        self._by_assumed: dict[tuple[str, ...], Answers] = {}

    def of_question(self, question: str) -> Iterator[_Consequence]:
        """Each answer that is right given earlier ones of the student, the most likely first; none twice."""
        before = self._order[: self._order.index(question)]
        wrong = [name for name in before if name in self._wrong]
        values: list[Any] = [self._right.get(question)]
        for assumed in self._choices_of_assumed(before, wrong):
            for value in self._values(assumed, question):
                if not any(_alike(value, other) for other in values):
                    values.append(value)
                    causes = tuple(name for name in assumed if name in wrong)
                    yield _Consequence(value, causes, is_from_all=len(assumed) >= len(causes) == len(wrong))

    def _choices_of_assumed(self, before: list[str], wrong: list[str]) -> Iterator[tuple[str, ...]]:
        # All answers come first, also if none is wrong: each may be rounded as far as its question allows.
        if all_answers := tuple(name for name in before if name in self._student_answers):
            yield all_answers
        yield from ((name,) for name in wrong[-_MOST_ALONE:])
        if len(wrong) <= _MOST_IN_PAIRS:
            yield from combinations(wrong, 2)

    def _values(self, assumed: tuple[str, ...], question: str) -> tuple[Any, ...]:
        """The answers to a question that follow from the assumed ones; several if the key gives `Either`."""
        if assumed not in self._by_assumed:
            self._by_assumed[assumed] = self._all_following(assumed)
        value = self._by_assumed[assumed].get(question)
        if value is None:
            return ()
        return tuple(map(as_answer, value.values if isinstance(value, Either) else (value,)))

    def _all_following(self, assumed: tuple[str, ...]) -> Answers:
        """What follows for every question. Answers that are not assumed are right, or follow from the assumed ones.

        A consequence can have consequences, so the key is asked until nothing changes; with one round for each
        question, the longest chain is complete.
        """
        answers = self._right | {name: self._student_answers[name] for name in assumed}
        # A student's numbers may overflow or divide by zero in the formulas of the key.
        with np.errstate(all="ignore"):
            follows: Answers = self._follow_on(answers)
            for _ in self._order:
                derived = {name: as_answer(_likeliest(value)) for name, value in follows.items() if name not in assumed}
                if all(_alike(answers.get(name), value) for name, value in derived.items()):
                    break
                answers |= derived
                follows = self._follow_on(answers)
        return follows


def _likeliest(value: Any) -> Any:
    """The first of several possible values, which the key lists in the order of their likelihood."""
    return value.values[0] if isinstance(value, Either) else value


def _alike(first: Any, second: Any) -> bool:
    """Whether two plain values are the same to the last digit."""
    return first is second or bool(first == second)


def _credit(
    question: Question, finding: Finding, key: AnswerKey, record: Record, *, consequences: _Consequences
) -> Finding:
    best = finding
    for consequence in consequences.of_question(question.id):
        if not _is_usable(consequence.value) or _meaning_of_value(question, key, consequence.value) is None:
            continue
        alternative_key = replace(
            key,
            answers={**key.answers, question.id: consequence.value},
            slips={},
            methods={},
            choices={},
            reasons=False,
        )
        second_finding = KINDS[question.kind].assess(
            question, Evidence(question=question.id, name=question.answer, key=alternative_key, record=record)
        )
        if second_finding.verdict is Verdict.PASSED:
            return _passed(finding, consequence.causes)
        if (
            consequence.is_from_all
            and second_finding.points > best.points
            and not _by_chance(question, key, record, second_finding)
        ):
            best = replace(
                second_finding, comparison="", reason=joined(message(PARTLY), second_finding.why), hint=finding.hint
            )
    return best


def _is_usable(value: Any) -> bool:
    """Whether no whole number is too large to compute with; no right answer depends on one of hundreds of digits."""
    if isinstance(value, list):
        return all(map(_is_usable, value))
    return not isinstance(value, int) or value.bit_length() < _MOST_BITS


def _passed(finding: Finding, causes: tuple[str, ...]) -> Finding:
    return replace(
        finding,
        verdict=Verdict.PASSED,
        points=finding.max_points,
        comparison="",
        reason=message(CREDITED),
        hint="",
        parts=(),
        figures=(),
        follows_from=causes,
        misconceptions=(),
        guessed_calculation="",
    )


def _by_chance(question: Question, key: AnswerKey, record: Record, second_finding: Finding) -> bool:
    """Whether the agreement may be chance: a known wrong method gives the answer, or all right cells are the same."""
    answer = _meaning(question, key, record)
    slips = key.slips.get(question.id, ())
    if any(_alike(answer, _meaning_of_value(question, key, slip.value)) for slip in slips):
        return True
    return (
        question.options.get("form") != "shape"
        and len({part.found for part in second_finding.parts if part.correct}) < 2
    )
