"""An answer that is right given the student's own earlier mistakes gets its marks: a mistake counts once.

What follows from what, the key says (`follow_on`). Which of a student's answers a later one rests on, it does not: who
has one answer wrong may have taken the number from elsewhere for the next. So a later answer is held against what
follows from all earlier answers as they were given; then from one or two of the wrong ones, with all others right.
Only answers to questions that come before count, so that no later mistake can justify an earlier one.
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

_UNDECIDED = (Verdict.FAILED, Verdict.PARTIAL)
_MOST_IN_PAIRS = 5
_MOST_ALONE = 12
_MOST_BITS = 1000
CREDITED = marked("Right, given your own earlier answer that it rests on; that mistake is counted only once.")
PARTLY = marked("Marked by what follows from your own earlier answers, since a mistake is counted only once.")

Answers = Mapping[str, Any]


def credited(
    exercise: Exercise, key: AnswerKey, record: Record, findings: tuple[Finding, ...], extras: Extras
) -> tuple[Finding, ...]:
    """Give full points to answers that follow rightly from other answers of the student's.

    Args:
        exercise: What was asked.
        key: Its `follow_on` tells what is right given the student's own answers.
        record: What the sandbox handed back.
        findings: One for each question, in order.
        extras: Keeps what fails for staff; the findings stay as they are then.
    """
    if key.follow_on is None or all(finding.verdict not in _UNDECIDED for finding in findings):
        return findings
    worlds = _Worlds(
        exercise, key, key.follow_on, _own_answers(exercise, key, record, findings, extras), _wrong(findings)
    )

    def one(question: Question, finding: Finding) -> Finding:
        if finding.verdict not in _UNDECIDED or KINDS[question.kind].meaning is None:
            return finding
        return extras.worked_out(question, lambda: _credit(question, finding, key, record, worlds), finding)

    return tuple(map(one, exercise.questions, findings))


def _wrong(findings: tuple[Finding, ...]) -> frozenset[str]:
    return frozenset(finding.question for finding in findings if finding.verdict in _UNDECIDED)


def _own_answers(
    exercise: Exercise, key: AnswerKey, record: Record, findings: tuple[Finding, ...], extras: Extras
) -> dict[str, Any]:
    """The student's answers as their kinds read them, and the models that are not as they should be."""
    answers: dict[str, Any] = {}
    for question, finding in zip(exercise.questions, findings, strict=True):
        if KINDS[question.kind].is_model and finding.verdict in _UNDECIDED:
            answers[question.id] = record.models.get(question.answer)
        elif KINDS[question.kind].meaning and question.id in key.answers:
            answers[question.id] = extras.worked_out(question, lambda q=question: _meaning(q, key, record), None)  # type: ignore[misc]
    return {name: value for name, value in answers.items() if value is not None}


def _meaning(question: Question, key: AnswerKey, record: Record) -> Any:
    """What the student's answer to a question means; None where there is none, or it means nothing."""
    value = readable_value(record, question.answer)
    return None if value is None else _read(question, key, record.answers[question.answer])


def _read(question: Question, key: AnswerKey, answer: Answer) -> Any:
    try:
        meaning = KINDS[question.kind].meaning
        return meaning(question, answer, right_as_answer(key.answers[question.id])) if meaning else None
    except UnreadableError:
        return None


def _value(question: Question, key: AnswerKey, value: Any) -> Any:
    """The same of a value that was worked out."""
    return _read(question, key, Answer(AnswerState.VALUE, as_answer(value)))


@dataclass(frozen=True, slots=True)
class _Follows:
    """What follows for one question, and from which wrong answers; `entire` where all answers were taken as given."""

    value: Any
    causes: tuple[str, ...]
    entire: bool


class _Worlds:
    """What follows for a question where some of the answers before it are taken as the student gave them."""

    def __init__(
        self, exercise: Exercise, key: AnswerKey, follow_on: FollowOn, student_answers: Answers, wrong: frozenset[str]
    ) -> None:
        self._order = [question.id for question in exercise.questions]
        self._follow_on: Callable[[Answers], Answers] = follow_on
        self._own = student_answers
        self._wrong = [name for name in self._order if name in wrong and name in student_answers]
        readable = {question.id for question in exercise.questions if KINDS[question.kind].meaning}
        self._right = {name: right_as_answer(value) for name, value in key.answers.items() if name in readable}
        self._known: dict[tuple[str, ...], Answers] = {}

    def follows(self, question: str) -> Iterator[_Follows]:
        """Each answer that is right given earlier ones of the student's, the most likely first; none twice."""
        before = self._order[: self._order.index(question)]
        wrong = [name for name in before if name in self._wrong]
        values: list[Any] = [self._right.get(question)]
        for assumed in self._kept(before, wrong):
            for value in self._alternatives(assumed, question):
                if not any(_alike(value, other) for other in values):
                    values.append(value)
                    causes = tuple(name for name in assumed if name in wrong)
                    yield _Follows(value, causes, entire=len(assumed) >= len(causes) == len(wrong))

    def _kept(self, before: list[str], wrong: list[str]) -> Iterator[tuple[str, ...]]:
        if all_own := tuple(name for name in before if name in self._own):
            yield all_own  # also where none is wrong: each may be rounded as far as it may be
        yield from ((name,) for name in wrong[-_MOST_ALONE:])
        if len(wrong) <= _MOST_IN_PAIRS:
            yield from combinations(wrong, 2)

    def _alternatives(self, assumed: tuple[str, ...], question: str) -> tuple[Any, ...]:
        if assumed not in self._known:
            self._known[assumed] = self._world(assumed)
        value = self._known[assumed].get(question)
        return (
            tuple(map(as_answer, value.values if isinstance(value, Either) else (value,))) if value is not None else ()
        )

    def _world(self, assumed: tuple[str, ...]) -> Answers:
        """What follows for every question: answers that are not kept are right, or follow from those that are."""
        answers = self._right | {name: self._own[name] for name in assumed}
        with np.errstate(all="ignore"):
            follows: Answers = self._follow_on(answers)
            for _ in self._order:
                derived = {name: as_answer(_usual(value)) for name, value in follows.items() if name not in assumed}
                if all(_alike(answers.get(name), value) for name, value in derived.items()):
                    break
                answers |= derived
                follows = self._follow_on(answers)
        return follows


def _usual(value: Any) -> Any:
    return value.values[0] if isinstance(value, Either) else value


def _alike(one: Any, other: Any) -> bool:
    """Whether two plain values are the same to the last digit."""
    return one is other or bool(one == other)


def _credit(question: Question, finding: Finding, key: AnswerKey, record: Record, worlds: _Worlds) -> Finding:
    best = finding
    for follows in worlds.follows(question.id):
        if not _is_of_use(follows.value) or _value(question, key, follows.value) is None:
            continue
        alternative_key = replace(
            key, answers={**key.answers, question.id: follows.value}, slips={}, methods={}, choices={}, reasons=False
        )
        second_finding = KINDS[question.kind].assess(
            question, Evidence(question.id, question.answer, alternative_key, record)
        )
        if second_finding.verdict is Verdict.PASSED:
            return _passed(finding, follows.causes)
        if (
            follows.entire
            and second_finding.points > best.points
            and not _by_chance(question, key, record, second_finding)
        ):
            best = replace(
                second_finding, comparison="", reason=joined(message(PARTLY), second_finding.why), hint=finding.hint
            )
    return best


def _is_of_use(value: Any) -> bool:
    """Whether no whole number is too large to reckon with; no right answer rests on one of hundreds of digits."""
    if isinstance(value, list):
        return all(map(_is_of_use, value))
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
    )


def _by_chance(question: Question, key: AnswerKey, record: Record, second_finding: Finding) -> bool:
    """Whether what fits may fit by chance: the answer of a known wrong method, or cells that all hold one number."""
    answer = _meaning(question, key, record)
    if any(_alike(answer, _value(question, key, slip.value)) for slip in key.slips.get(question.id, ())):
        return True
    return (
        question.options.get("form") != "shape"
        and len({part.found for part in second_finding.parts if part.correct}) < 2
    )
