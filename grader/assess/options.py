"""Checks the options of a question, and describes each problem with them in one line."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.assess.class_cache import cached
from grader.model.precision import Precision
from grader.text.complaints import complaints


class Options(BaseModel):
    """Options of one kind of question; a misspelt name is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Exactness(Options):
    """The error that a number may have; see `Precision`."""

    tolerance: float = Field(0.0, ge=0)
    relative_tolerance: float = Field(0.0, ge=0)
    decimals: int | None = Field(None, ge=0, le=12)
    digits: int | None = Field(None, ge=1, le=12)

    @property
    def precision(self) -> Precision:
        """The same as a rule that compares numbers."""
        return Precision(self.tolerance, self.relative_tolerance, self.decimals, self.digits)


Model = TypeVar("Model", bound=Options)


def read(model: type[Model], options: Mapping[str, Any]) -> Model:
    """Read the options of a question as checked values.

    Args:
        model: The options of its kind.
        options: As in `exercise.toml`.

    Raises:
        pydantic.ValidationError: If `problems` reports any.
    """
    read_once: Callable[[Mapping[str, Any]], Model] = _reader(model)
    return read_once(options)


@cache
def _reader(model: type[Any]) -> Callable[[Mapping[str, Any]], Any]:
    """A function that checks options of one kind, and does so once for the options of each question of a class."""
    return cached(lambda options: model.model_validate(dict(options)))


def problems(model: type[Options], options: Mapping[str, Any]) -> list[str]:
    """Find the problems with the options of a question.

    Args:
        model: The options of its kind.
        options: As in `exercise.toml`.

    Returns:
        One message for each problem; empty if all is well.
    """
    try:
        read(model, options)
    except ValidationError as error:
        return complaints(error, dict(options), model)
    return []
