"""What the staff know about an exercise; it never enters the sandbox."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import isclose
from pathlib import Path
from typing import Any

from grader.model.mistakes import Method
from grader.model.record import ModelTable
from grader.text.messages import Text


@dataclass(frozen=True, slots=True)
class Slip:
    """A wrong answer with a known cause.

    Attributes:
        value: The result of the wrong method, in the form of the correct answer.
        reason: The probable mistake, in a sentence for the student.
        remedy: The correct step, with the numbers of the question.

    Example:
        >>> from grader.text.messages import message
        >>> slip = Slip(27, message("The biases are missing."), message("There are {maps}: + {maps}.", maps=4))
        >>> str(slip.remedy)
        'There are 4: + 4.'
    """

    value: Any
    reason: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Held-out data of one question: `inputs` and `labels`, arrays in an `.npz` file.

    Attributes:
        path: The file; `inputs` has shape (n, ...), `labels` has shape (n,); it may name the `classes`.
        sha256: Digest of its bytes, in hexadecimal.
        classes: Names of the labels 0, 1, ...
    """

    path: Path
    sha256: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a function that the student writes.

    Attributes:
        arguments: Numbers, texts, None, or nested lists of numbers, which become NumPy arrays.
        expected: The correct result: a number or nested lists.
        slips: Wrong results with a known cause.
    """

    arguments: tuple[Any, ...]
    expected: Any
    slips: tuple[Slip, ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """Several answers, each of which follows from what a student found earlier; the first is the usual one."""

    values: tuple[Any, ...]


Rule = Callable[[], Any]


def following(rules: Mapping[str, Rule | Sequence[Rule]]) -> dict[str, Any]:
    """Compute the answers that follow from the rules of a `follow_on`.

    Args:
        rules: Question id -> a function that computes its answer from the student's earlier ones; or several such
            functions if more than one answer can follow, the usual one first.

    Returns:
        Question id -> the answer that follows, or `Either` of several. A rule is ignored if it returns None, or if an
        earlier answer that it needs is missing or unsuitable for the computation.

    Example:
        >>> following({"params": lambda: 5 * 5 * 1 * 32 + 32, "shape": lambda: None})
        {'params': 832}
    """
    answers: dict[str, Any] = {}
    for question, rule_or_rules in rules.items():
        values: list[Any] = []
        for rule in (rule_or_rules,) if callable(rule_or_rules) else rule_or_rules:
            value = value_of(rule)
            if value is not None and not any(_same(value, other) for other in values):
                values.append(value)
        if values:
            answers[question] = values[0] if len(values) == 1 else Either(tuple(values))
    return answers


def _same(one: Any, other: Any) -> bool:
    """Whether two rules came to the same, by ways that round differently or not."""
    one, other = (value.tolist() if hasattr(value, "tolist") else value for value in (one, other))
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return isclose(one, other, rel_tol=1e-12)
    return bool(one == other)


def value_of(rule: Rule) -> Any:
    """The value of a rule; None if it fails, because a student's earlier answer may be missing or of any type."""
    with suppress(LookupError, TypeError, ValueError, ArithmeticError, AttributeError):
        return rule()
    return None


FollowOn = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerKey:
    """The answers of an exercise for one student.

    Attributes:
        answers: Question id -> expected value. For an architecture, the name of a reference model.
        slips: Question id -> the wrong answers that have a known cause.
        heldout: Question id -> held-out data.
        references: Name -> layer table of every reference model.
        calls: Question id -> the calls that a function is tested with.
        numbers: Name -> value of the numbers of this student; empty where all students have the same.
        not_here: Questions whose held-out data may not be given away with the course and are not on this
            machine, and those of which it is not known what is right; they are not marked here and count for nothing.
        follow_on: From answers (question id -> value, as the marking reads it; for an architecture the
            `ModelTable`) to the answers that are right given those, or `Either` of several; None where no answer
            rests on another. What it says of a question may rest on questions before it only.
        methods: Question id -> the way to its answer, with the mistakes that are made on it.
        choices: Question id -> choice -> why it is right or wrong, in a sentence.
        common: The answers for the common numbers, where each student has their own; else empty.
        reasons: Whether it is asked why a wrong answer is wrong; not where that has failed, or where nobody reads it.
        given_numbers: Question id -> name -> each single number that the question gives to the student.
        used_names: Question id -> the names of the numbers and of the earlier questions that its answer is computed
            from; empty if the key does not say.
    """

    answers: Mapping[str, Any]
    slips: Mapping[str, tuple[Slip, ...]]
    heldout: Mapping[str, HeldOut]
    references: Mapping[str, ModelTable]
    calls: Mapping[str, tuple[Call, ...]] = field(default_factory=dict)
    numbers: Mapping[str, Any] = field(default_factory=dict)
    follow_on: FollowOn | None = None
    not_here: frozenset[str] = frozenset()
    methods: Mapping[str, Method] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)
    common: Mapping[str, Any] = field(default_factory=dict)
    reasons: bool = True
    given_numbers: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    used_names: Mapping[str, frozenset[str]] = field(default_factory=dict)
