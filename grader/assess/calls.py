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
    """What the record calls a call, counted from 1."""
    return f"{question.id} {number}"


def probes(question: Question, calls: Sequence[Call]) -> list[Probe]:
    """The calls as the sandbox makes them; expected results stay here."""
    return [probe(name(question, number), question.answer, call) for number, call in enumerate(calls, start=1)]


def probe(named: str, function: str, call: Call) -> Probe:
    """One call of a function, under the name that the record is to have it."""
    digest = hashlib.sha256(json.dumps(call.arguments, sort_keys=True).encode()).hexdigest()
    arguments = tuple(_argument(value) for value in call.arguments)
    return Probe(named, function, arguments, digest)


def _argument(value: Any) -> bytes | str | int | float | None:
    if not isinstance(value, list):
        return value  # type: ignore[no-any-return]
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.asarray(value), allow_pickle=False)
    return stream.getvalue()
