"""Answers of all attempts for research: a row for each question of each attempt, without names.

The table contains nothing that a student wrote except numbers. A pseudonym is the same in all exercises of the course,
so that rows can be joined, and cannot be reversed without the secret of the course, which is not in the file.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.gradebook.exports.plain import Columns
from grader.model.assessment import Assessment, Finding
from grader.model.exercise import Exercise
from grader.text.messages import english

COLUMNS = (
    "pseudonym",
    "exercise",
    "attempt",
    "attempts",
    "question",
    "kind",
    "verdict",
    "points",
    "max_points",
    "answer",
    "expected",
    "misconceptions",
    "follows_from",
)
_PURPOSE = b"export for research\0"
_DIGITS = 16
_NUMBERS = re.compile(r"[-+0-9.,eE()\[\] \n×%]*")
_LONGEST = 500


def answers(exercise: Exercise, attempts: Mapping[str, Sequence[Assessment]], secret: bytes) -> Columns:
    """A row for each question of each marked attempt.

    Args:
        exercise: What was asked.
        attempts: Student -> the automatic assessments of the attempts, first to last.
        secret: The secret of the course, from which pseudonyms are drawn.

    Returns:
        Name of a column -> its values, sorted by pseudonym. `attempt` counts from 1, and `attempts` is their number.
        `answer` and `expected` contain only numbers, and are empty for other answers. `misconceptions` and
        `follows_from` are ids with a space between them. `points` are those of the machine, before deductions.
    """
    rows = sorted(_rows(exercise, attempts, secret), key=lambda row: (row[0], row[2]))
    columns = zip(*rows, strict=True) if rows else ([] for _ in COLUMNS)
    return dict(zip(COLUMNS, map(list, columns), strict=True))


def pseudonym(student: str, secret: bytes) -> str:
    """The pseudonym of a student: 16 hexadecimal digits, the same for the same name and secret."""
    return hmac.new(secret, _PURPOSE + student.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:_DIGITS]


def _rows(exercise: Exercise, attempts: Mapping[str, Sequence[Assessment]], secret: bytes) -> Iterator[tuple[Any, ...]]:
    kinds = {question.id: question.kind for question in exercise.questions}
    for student, assessments in attempts.items():
        name = pseudonym(student, secret)
        for number, assessment in enumerate(assessments, 1):
            for finding in assessment.findings:
                place = (name, exercise.slug, float(number), float(len(assessments)))
                yield (*place, finding.question, kinds.get(finding.question, ""), *_result(finding))


def _result(finding: Finding) -> tuple[Any, ...]:
    return (
        finding.verdict.value,
        finding.points,
        finding.max_points,
        _only_numbers(english(finding.found)),
        _only_numbers(english(finding.expected)),
        " ".join(finding.misconceptions),
        " ".join(finding.follows_from),
    )


def _only_numbers(text: str) -> str:
    """The text if it consists of numbers, else nothing: a student may have written a name."""
    return text[:_LONGEST] if _NUMBERS.fullmatch(text) else ""
