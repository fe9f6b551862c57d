"""What the staff know about an exercise; it never enters the sandbox."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.model.record import ModelTable


@dataclass(frozen=True, slots=True)
class Slip:
    """A wrong answer with a known cause.

    Attributes:
        value: What the wrong method gives, in the form of the right answer.
        reason: What was probably done, in a sentence for the student.
        remedy: The right step, with the numbers of the question.
    """

    value: Any
    reason: str
    remedy: str


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
        expected: The right result: a number or nested lists.
        slips: Wrong results with a known cause.
    """

    arguments: tuple[Any, ...]
    expected: Any
    slips: tuple[Slip, ...] = ()


FollowOn = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """The answers of an exercise for one student.

    Attributes:
        answers: Question id -> expected value. For an architecture, the name of a reference model.
        slips: Question id -> the wrong answers that have a known cause.
        heldout: Question id -> held-out data.
        references: Name -> layer table of every reference model.
        calls: Question id -> the calls that a function is tested with.
        given: The numbers that this student was given; empty where all have the same.
        not_here: Questions whose held-out data may not be given away with the course and are not on this
            machine, and those of which it is not known what is right; they are not marked here and count for nothing.
        follow_on: From a student's own answers (question id -> value) to the answers that are right
            given those; None where no answer rests on another.
    """

    answers: Mapping[str, Any]
    slips: Mapping[str, tuple[Slip, ...]]
    heldout: Mapping[str, HeldOut]
    references: Mapping[str, ModelTable]
    calls: Mapping[str, tuple[Call, ...]] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    follow_on: FollowOn | None = None
    not_here: frozenset[str] = frozenset()
