"""Frozen values as the text that a database keeps, and back."""

import re

import msgspec

from grader.model.assessment import Assessment
from grader.storage.json_data import plain

_ASSESSMENT = msgspec.json.Decoder(Assessment)
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
        return _ASSESSMENT.decode(text)
    except msgspec.MsgspecError as error:
        if (in_days := _YEARS.sub(_days, text)) != text:
            return assessment_of(in_days)
        raise ValueError(f"is no assessment: {error}") from error


def _days(found: re.Match[str]) -> str:
    """A span of time as it is written now; earlier graders wrote years of 365 days."""
    return f"P{365 * int(found[1]) + int(found[2] or 0)}D"
