"""Frozen values as the text that a database keeps, and back."""

import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from grader.model.assessment import Assessment

_ASSESSMENT = TypeAdapter(Assessment)


def text_of(assessment: Assessment) -> str:
    """An assessment as JSON; what JSON lacks becomes null, and half of a character `?`."""
    try:
        return _ASSESSMENT.dump_json(assessment).decode()
    except PydanticSerializationError:
        clean = json.dumps(_plain(assessment), ensure_ascii=False, allow_nan=False)
        return text_of(assessment_of(clean.encode("utf-8", "replace").decode("utf-8")))


def assessment_of(text: str) -> Assessment:
    """The assessment that a text holds.

    Raises:
        ValueError: It holds none.
    """
    try:
        return _ASSESSMENT.validate_json(text)
    except ValidationError as error:
        raise ValueError(f"is no assessment: {error.errors()[0]['msg']}") from error


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
