"""Frozen values as the text that a database keeps, and back."""

import re
from typing import Any

import msgspec

from grader.gradebook.earlier_findings import with_figures
from grader.model.assessment import Assessment
from grader.model.figures import FIGURES, Figure
from grader.storage.json_data import plain

_FIGURES = {kind.__dataclass_fields__["figure"].default: kind for kind in FIGURES}  # type: ignore[attr-defined]


def _figure(_type: type, data: Any) -> Figure:
    """A figure by its tag: msgspec has no unions of dataclasses.

    Raises:
        ValueError, TypeError: It is none that this grader knows.
    """
    kind = _FIGURES.get(data.get("figure")) if isinstance(data, dict) else None
    if kind is None:
        raise ValueError("a figure of an unknown kind")
    figure: Figure = msgspec.convert(data, kind)
    return figure


_ASSESSMENT = msgspec.json.Decoder(Assessment, dec_hook=_figure)
_TEXT = msgspec.json.Encoder()
_YEARS = re.compile(r'(?<="late_by":")P(\d+)Y(?:(\d+)D)?')


def text_of(assessment: Assessment) -> str:
    """An assessment as JSON; what JSON lacks becomes null, and half of a character `?`."""
    try:
        return _TEXT.encode(assessment).decode()
    except UnicodeEncodeError:
        return text_of(assessment_of(_TEXT.encode(plain(assessment)).decode()))


def assessment_of(text: str) -> Assessment:
    """The assessment that a text holds.

    Raises:
        ValueError: It holds none.
    """
    try:
        return with_figures(_ASSESSMENT.decode(text), text)
    except msgspec.MsgspecError as error:
        if (in_days := _YEARS.sub(_days, text)) != text:
            return assessment_of(in_days)
        raise ValueError(f"is no assessment: {error}") from error


def _days(found: re.Match[str]) -> str:
    """A span of time as it is written now; earlier graders wrote years of 365 days."""
    return f"P{365 * int(found[1]) + int(found[2] or 0)}D"
