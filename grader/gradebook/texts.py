"""Frozen values as the text that a database keeps, and back."""

import json

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from grader.model.assessment import Assessment
from grader.model.json_data import plain

_ASSESSMENT = TypeAdapter(Assessment)


def text_of(assessment: Assessment) -> str:
    """An assessment as JSON; what JSON lacks becomes null, and half of a character `?`."""
    try:
        return _ASSESSMENT.dump_json(assessment).decode()
    except PydanticSerializationError:
        return text_of(assessment_of(json.dumps(plain(assessment), ensure_ascii=False, allow_nan=False)))


def assessment_of(text: str) -> Assessment:
    """The assessment that a text holds.

    Raises:
        ValueError: It holds none.
    """
    try:
        return _ASSESSMENT.validate_json(text)
    except ValidationError as error:
        raise ValueError(f"is no assessment: {error.errors()[0]['msg']}") from error
