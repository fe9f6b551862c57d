"""Checks the options of a question, and says what is wrong with them in one line each."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.assess.class_cache import cached
from grader.model.precision import Precision
from grader.text.complaints import complaints


class Options(BaseModel):
    """What only one kind of question understands; a misspelt key is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Exactness(Options):
    """How near to the right number is near enough; see `Precision`."""

    tolerance: float = Field(0.0, ge=0)
    relative_tolerance: float = Field(0.0, ge=0)
    decimals: int | None = Field(None, ge=0, le=12)
    digits: int | None = Field(None, ge=1, le=12)

    @property
    def precision(self) -> Precision:
        """The same as a rule that can be asked."""
        return Precision(self.tolerance, self.relative_tolerance, self.decimals, self.digits)


Model = TypeVar("Model", bound=Options)


def read(model: type[Model], options: Mapping[str, Any]) -> Model:
    """The options as checked values; raises `pydantic.ValidationError` where `problems` has some."""
    read_once: Callable[[Mapping[str, Any]], Model] = _reader(model)
    return read_once(options)


@cache
def _reader(model: type[Any]) -> Callable[[Mapping[str, Any]], Any]:
    """What checks options of a kind, and remembers those that it has checked."""
    return cached(lambda options: model.model_validate(dict(options)))


def problems(model: type[Options], options: Mapping[str, Any]) -> list[str]:
    """What is wrong with the options of a question, one message each; empty if all is well."""
    try:
        read(model, options)
    except ValidationError as error:
        return complaints(error, dict(options), model)
    return []
