"""What the function of a question gives besides the answer: wrong answers, calls, reasons and what follows."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.model.key import Call, Slip
from grader.text.messages import Text, message

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Because:
    """Why each choice of a question is correct or wrong.

    Attributes:
        sentences: Choice -> one sentence for the student.
    """

    sentences: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Follows:
    """A way to compute the answer that is correct after a mistake in an earlier question.

    Attributes:
        rule: Computes the answer from earlier ones. Its parameters have the names of earlier questions and get the
            student's answers to them. It returns None, or raises an error, if nothing follows from these answers.
    """

    rule: Callable[..., Any]


def slip(value: Any, reason: Text, remedy: Text, /, **values: object) -> Slip:
    """Describe a wrong answer with a known cause.

    Args:
        value: The result of the mistake, in the form of the correct answer.
        reason: The probable mistake, in a sentence for the student: a message, or a template with `{name}`.
        remedy: The correct step with the numbers of the question, also in a sentence.
        **values: The values for the placeholders of both templates.

    Raises:
        ValueError: A placeholder has no value, or is not a plain name.

    Example:
        >>> str(slip(27, "The biases are missing.", "There are {maps}: + {maps}.", maps=4).remedy)
        'There are 4: + 4.'
    """
    return Slip(value, _sentence(reason, values), _sentence(remedy, values))


def template(text: str) -> str:
    """Mark a sentence that several slips share, so that catalogues contain it. The text does not change."""
    return text


def because(**sentences: Text) -> Because:
    """Say for each choice why it is correct or wrong: `because(a="Conv2D has weights.", b="Flatten has none.")`."""
    return Because({choice: _sentence(text, {}) for choice, text in sentences.items()})


def call(arguments: tuple[Any, ...], expected: Any, *slips: Slip) -> Call:
    """Describe one call of a function that the student writes.

    Args:
        arguments: The arguments of the call.
        expected: The correct result.
        *slips: Wrong results. Those that are correct for these arguments are omitted.
    """
    return Call(arguments, expected, tuple(entry for entry in slips if not _same(entry.value, expected)))


def _sentence(text: Text, values: Mapping[str, object]) -> Text:
    """A template with the values that it names; a message stays as it is."""
    if not isinstance(text, str):
        return text
    names = set(_PLACE.findall(text))
    if missing := sorted(names - set(values)):
        raise ValueError(f"'{text}' has no value for {', '.join(missing)}. Give it by name")
    return message(text, **{name: value for name, value in values.items() if name in names})


def _same(value: Any, expected: Any) -> bool:
    one, other = np.array(value), np.array(expected)
    if one.shape != other.shape or not {one.dtype.kind, other.dtype.kind} <= set("biuf"):
        return bool(value == expected) if one.shape == other.shape == () else one.tolist() == other.tolist()
    return bool(np.allclose(one, other))
