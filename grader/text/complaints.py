"""Faults of a table of a course, in lines that an author can act on: place, fact, remedy.

Files of a course and the options of a kind of question are described by models of pydantic; both are refused in the
same words.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from grader.text.messages import shortened
from grader.text.suggestions import suggestion
from grader.text.values import lowered

Model = TypeVar("Model", bound=BaseModel)

_LONGEST_VALUE = 60

_RULES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than_equal": lambda context: f"must be {context['ge']:g} or more",
    "greater_than": lambda context: f"must be more than {context['gt']:g}",
    "less_than_equal": lambda context: f"must be {context['le']:g} or less",
    "less_than": lambda context: f"must be less than {context['lt']:g}",
    "string_too_short": lambda _: "must not be empty",
    "too_short": lambda _: "must have at least one entry",
    "string_type": lambda _: "must be text in quotes",
    "int_type": lambda _: "must be a whole number",
    "float_type": lambda _: "must be a number",
    "finite_number": lambda _: "must be a finite number",
    "bool_type": lambda _: "must be true or false",
    "list_type": lambda _: "must be a list",
    "tuple_type": lambda _: "must be a list",
    "dict_type": lambda _: "must be a table",
    "model_type": lambda _: "must be a table",
    "literal_error": lambda context: f"must be {context['expected']}",
    "enum": lambda context: f"must be one of {context['expected']}",
    "value_error": lambda context: str(context["error"].args[0]),
}


def as_written(value: Any) -> str:
    """Write a value as an author would, cut where it is long."""
    return str(shortened(json.dumps(value, ensure_ascii=False, default=str), _LONGEST_VALUE))


def check_data(model: type[Model], raw: Any) -> tuple[Model | None, list[str]]:
    """Check data against a model.

    Args:
        model: The form that they must have.
        raw: The data as read from a file.

    Returns:
        The value, or None if there are faults; and one line for each fault.
    """
    try:
        return model.model_validate(raw), []
    except ValidationError as error:
        return None, complaints(error, raw, model)


def complaints(error: ValidationError, raw: Any, model: type[BaseModel]) -> list[str]:
    """Turn the errors of pydantic into lines such as ``question 'conv2': `points` must be 0 or more. Received: -1.``

    Args:
        error: What pydantic found in `raw`.
        raw: The data as read from the file.
        model: The model that `raw` was checked against.

    Returns:
        One line for each error. It begins with the place inside the file if there is one, for example
        `question 'conv2': `.
    """
    return [_complaint(details, raw, model) for details in error.errors(include_url=False)]


def _complaint(details: ErrorDetails, raw: Any, model: type[BaseModel]) -> str:
    *outer, key = details["loc"] or ("it",)
    if isinstance(key, int):
        outer, key = [*outer[:-1]], f"entry {key + 1} of {outer[-1]}" if outer else f"entry {key + 1}"
    place = "".join(f"{part}: " for part in _place(outer, raw))
    if details["type"] == "missing":
        return f"{place}`{key}` is missing. Add `{key} = ...`."
    if details["type"] == "extra_forbidden":
        return f"{place}the key '{key}' is not known. {suggestion(key, _fields(model, outer))}."
    rule, context = _RULES.get(details["type"]), details.get("ctx", {})
    fact = rule(context) if rule else f"is not valid: {lowered(details['msg'])}"
    name = key if " " in key or key == "it" else f"`{key}`"
    # A validator raises ValueError(rule), or ValueError(rule, remedy).
    remedies = context["error"].args[1:] if details["type"] == "value_error" else ()
    return " ".join(
        f"{part}." for part in (f"{place}{name} {fact}", f"Received: {as_written(details['input'])}", *remedies)
    )


def _place(path: Iterable[str | int], raw: Any) -> Iterable[str]:
    """Name each step of a path: an item of a list by its id or name if it has one (`question 'conv2'`)."""
    name_of_list = ""  # a key whose value may be a list; then the item that follows is named instead
    for step in path:
        raw = _value_at(raw, step)
        if isinstance(step, str):
            if name_of_list:
                yield name_of_list
            name_of_list = step
            continue
        label = raw.get("id", raw.get("name")) if isinstance(raw, dict) else None
        yield f"{name_of_list.removesuffix('s')} " + (f"'{label}'" if isinstance(label, str) else str(step + 1))
        name_of_list = ""
    if name_of_list:
        yield name_of_list


def _value_at(raw: Any, step: str | int) -> Any:
    """The value of a key or the item of a list; None if there is none, because the path may name what is missing."""
    if isinstance(raw, dict):
        return raw.get(str(step))
    return raw[step] if isinstance(raw, list) and isinstance(step, int) and step < len(raw) else None


def _fields(model: type[BaseModel], path: Iterable[str | int]) -> Iterable[str]:
    """The keys that are known at a path."""
    for step in path:
        if isinstance(step, str) and step in model.model_fields:
            kind: Any = model.model_fields[step].annotation
            # The model may be inside another type, such as `list[Question]` or `Late | None`.
            inner = [part for part in (kind, *getattr(kind, "__args__", ())) if _is_model(part)]
            model = inner[0] if inner else model
    return model.model_fields


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
