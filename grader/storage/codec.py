"""The one place where values become JSON and JSON becomes values: for all that is stored, exported or sent.

Dataclasses become objects, tuples lists, enums their values, times text as in ISO 8601, and bytes base64.
`decode` takes what `encode` and `encode_exactly` wrote, and what earlier graders wrote: it ignores fields that no
longer exist, and missing fields get their defaults. A new field therefore needs a default, and nothing here.
Data from a sandbox or another machine are not decoded here: `grader.execute.claims` checks them.

Which function to use:

* `encode` for assessments and for other programs. JSON lacks NaN, infinities and half of a surrogate pair: numbers of
  this kind become null, and half of a pair becomes `?`.
* `encode_exactly` for what must come back as it was, such as records. It writes `NaN` and `Infinity` as Python's
  `json` does, and all characters in ASCII.

Unions. A field may be text or one dataclass (`str | Message`), and such a dataclass may contain itself. A choice
between several dataclasses is a tagged union:

1. Its base is a class without fields, in `grader.model`: `class Figure: __slots__ = ()`. Fields have this type.
2. Each member is a frozen dataclass that derives from it. Its field `kind: Literal["grid"] = "grid"` is the tag.
3. `UNIONS` names the base and its members.

The messages of `grader.text.messages` are structs with tags of their own, so a union of them needs no entry.

Example:
    >>> from grader.model.record import Answer, AnswerState
    >>> text = encode(Answer(AnswerState.VALUE, [1, 2.5], "list"))
    >>> text
    b'{"state":"value","value":[1,2.5],"type_name":"list","gone_after":0,"details":null}'
    >>> decode(Answer, text)
    Answer(state=<AnswerState.VALUE: 'value'>, value=[1, 2.5], type_name='list', gone_after=0, details=None)
"""

import functools
import json
from collections.abc import Mapping
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from grader.model.figures import FIGURES, Figure

Value = TypeVar("Value")

UNIONS: dict[type, tuple[type, ...]] = {Figure: FIGURES}
"""Base of a tagged union -> its members: see the top of this module."""

_ENCODER = msgspec.json.Encoder()
_SORTED = msgspec.json.Encoder(order="sorted")
_DECODERS: dict[Any, msgspec.json.Decoder[Any]] = {}


def encode(value: Any) -> bytes:
    """A value as JSON in UTF-8, on one line.

    Args:
        value: A dataclass, or dicts, lists and values that JSON has. Keys of dicts are texts or numbers.

    Raises:
        TypeError: It contains an object that is not data.
        ValueError: It contains a whole number of more than 4300 digits.
        RecursionError: It is nested too deep, or contains itself.
    """
    return _encoded(_ENCODER, value)


def encode_exactly(value: Any) -> bytes:
    """A value as text that `decode` turns into the same value, even if JSON lacks a number or a character.

    Raises:
        TypeError, ValueError, RecursionError: As in `encode`.
    """
    return json.dumps(msgspec.to_builtins(value, str_keys=True)).encode("ascii")


def encode_for_programs(value: Any, indent: int = 1, in_order: bool = False) -> bytes:
    """A value as JSON for people and for other programs: on many lines, with a newline at the end.

    Args:
        value: As in `encode`.
        indent: Number of spaces for each level.
        in_order: Whether keys are sorted. Otherwise they keep the order of the fields.

    Raises:
        TypeError, ValueError, RecursionError: As in `encode`.

    Example:
        >>> print(encode_for_programs({"points": 2.5, "late": False}, indent=2).decode(), end="")
        {
          "points": 2.5,
          "late": false
        }
    """
    text = _encoded(_SORTED if in_order else _ENCODER, value)
    return msgspec.json.format(text, indent=indent) + b"\n"


def decode(kind: type[Value], content: str | bytes) -> Value:
    """Read the value that a text holds.

    Args:
        kind: Its type: a dataclass, or a type such as `tuple[str, ...]`.
        content: What `encode` or `encode_exactly` gave, now or in an earlier grader.

    Raises:
        ValueError: The text holds no value of this type, is damaged, or is nested too deep. The message is a clause
            for a sentence, such as `is no assessment: Object missing required field ...`.

    Example:
        >>> from grader.model.record import Resources
        >>> decode(Resources, b'{"wall_seconds": 2.5, "a field of an earlier grader": 1}').wall_seconds
        2.5
    """
    try:
        return _read(kind, content)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ValueError(f"is not a valid {_name(kind)}: {error}") from error


def to_data(value: Any) -> Any:
    """Take a value apart into dicts, lists and single values, so that `from_data` gives it back; bytes stay bytes."""
    return msgspec.to_builtins(value, builtin_types=(bytes,), str_keys=True)


def from_data(kind: type[Value], data: Any) -> Value:
    """Build the value that `to_data` took apart.

    Args:
        kind: Its type, as in `decode`.
        data: Dicts, lists and single values.

    Raises:
        ValueError: The data are not of this form.
    """
    try:
        return msgspec.convert(data, kind, builtin_types=(bytes,), dec_hook=_member)
    except msgspec.ValidationError as error:
        raise ValueError(f"is not a valid {_name(kind)}: {error}") from error


def identity(data: Any) -> bytes:
    """Bytes that are equal for equal data and differ for data of different values or types: a key for caches.

    Returns:
        The bytes; empty for data that have none, such as half of a surrogate pair or data nested too deep.

    Example:
        `1`, `1.0` and `True` have three different keys, although Python calls them equal. NaN has one.
    """
    try:
        return msgspec.msgpack.encode(data)
    except (TypeError, ValueError, OverflowError, RecursionError):
        return b""


def _name(kind: Any) -> str:
    return str(getattr(kind, "__name__", kind)).lower()


def _encoded(encoder: msgspec.json.Encoder, value: Any) -> bytes:
    try:
        return encoder.encode(value)
    except UnicodeEncodeError:  # half of a surrogate pair: it is rare, so it is looked for only now
        return encoder.encode(_with_whole_characters(to_data(value)))


def _read(kind: type[Value], content: str | bytes) -> Value:
    try:
        value: Value = _decoder(kind).decode(content)
        return value
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeError) as error:  # perhaps NaN or half of a surrogate pair, which JSON lacks
        try:
            data = json.loads(content)
        except ValueError:
            raise error from None
        return msgspec.convert(data, kind, dec_hook=_member)


def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    """The decoder of a type, made when it is first needed: many commands import this module and read nothing.

    It is kept, because making one takes far longer than decoding a value with it.
    """
    if kind not in _DECODERS:
        _DECODERS[kind] = msgspec.json.Decoder(kind, dec_hook=_member)
    return _DECODERS[kind]


def _member(base: type, data: Any) -> Any:
    """The member of a tagged union that data describe."""
    members = _members(base)
    tag = data.get("kind") if isinstance(data, Mapping) else None
    if not isinstance(tag, str) or tag not in members:
        raise ValueError(f"{tag!r} is not a valid {_name(base)}")
    return msgspec.convert(data, members[tag], dec_hook=_member)


@functools.cache
def _members(base: type) -> Mapping[str, type]:
    """Tag -> member of a union."""
    return {tag: member for member in UNIONS[base] for tag in get_args(get_type_hints(member)["kind"])}


def _with_whole_characters(data: Any) -> Any:
    """The same data, with `?` for half of a surrogate pair."""
    if isinstance(data, str):
        return data.encode("utf-8", "replace").decode("utf-8")
    if isinstance(data, dict):
        return {_with_whole_characters(name): _with_whole_characters(inner) for name, inner in data.items()}
    return [_with_whole_characters(inner) for inner in data] if isinstance(data, list | tuple) else data
