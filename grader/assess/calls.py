"""The hidden calls that a function of the student's is tested with."""

import hashlib
import io
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.model.exercise import Question
from grader.model.job import Probe
from grader.model.key import Call


def name(question: Question, number: int) -> str:
    """The name of a call in the record; `number` counts from 1."""
    return f"{question.id} {number}"


def probes(question: Question, calls: Sequence[Call]) -> list[Probe]:
    """Describe the calls of a question for the sandbox; expected results stay here.

    Args:
        question: The function's question.
        calls: The calls of the key.
    """
    return [probe(name(question, number), question.answer, call) for number, call in enumerate(calls, start=1)]


def probe(call_name: str, function: str, call: Call) -> Probe:
    """Describe one call of a function for the sandbox, without its expected result.

    Args:
        call_name: The name under which the record will have the result.
        function: The student's function.
        call: Its arguments.
    """
    digest = hashlib.sha256(json.dumps(call.arguments, sort_keys=True).encode()).hexdigest()
    arguments = tuple(_argument(value) for value in call.arguments)
    return Probe(call_name, function, arguments, digest)


def _argument(value: Any) -> bytes | str | int | float | None:
    if not isinstance(value, list):
        return value  # type: ignore[no-any-return]
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.asarray(value), allow_pickle=False)
    return stream.getvalue()
