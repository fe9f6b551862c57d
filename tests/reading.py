"""Values as a reader sees them: with text in place of messages, in the language that is spoken."""

from dataclasses import fields, is_dataclass, replace
from typing import Any

from grader.model.assessment import Finding
from grader.text.messages import Joined, Message, Numeral


def as_read(value: Any) -> Any:
    """The same value with text for each message; a finding has its comparison at the beginning of its reason."""
    if isinstance(value, Message | Numeral | Joined):
        return str(value)
    if isinstance(value, Finding):
        value = replace(value, comparison="", reason=value.why)
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value) if field.init]
        return replace(value, **{name: as_read(getattr(value, name)) for name in names})
    if isinstance(value, tuple | list):
        return type(value)(map(as_read, value))
    if isinstance(value, dict):
        return {as_read(name): as_read(inner) for name, inner in value.items()}
    return value
