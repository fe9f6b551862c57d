"""Any value of a type, for tests of what must hold for all values: the strategy follows the type's own fields."""

import dataclasses
import functools
import types
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from grader.storage import codec
from grader.text.messages import Joined, Message, Numeral

TEXT = st.text(
    st.sampled_from('ab"\\\0\x7f\n\u2028üあ😀\ud800\udfff') | st.characters(exclude_categories=()), max_size=4
)
"""Texts with half of a surrogate pair, control characters and characters of every plane."""

FLOATS = st.floats()
FINITE = st.floats(allow_nan=False, allow_infinity=False)
_WHOLE = st.integers(-(2**256 - 1), 2**256 - 1)


def any_value(kind: Any, text: st.SearchStrategy[str] = TEXT, floats: st.SearchStrategy[float] = FLOATS) -> Any:
    """A strategy for a type: a dataclass with every field drawn, or a type of one of its fields.

    Args:
        kind: The type.
        text: What texts are drawn from.
        floats: What numbers are drawn from. By default, NaN and infinities are among them.

    Raises:
        TypeError: The type is unknown here: add it.
    """
    return _drawn(text, floats).of(kind)


class _Drawn:
    def __init__(self, text: st.SearchStrategy[str], floats: st.SearchStrategy[float]) -> None:
        self.text, self.floats = text, floats
        self._strategies: dict[Any, st.SearchStrategy[Any]] = {}

    def of(self, kind: Any) -> st.SearchStrategy[Any]:
        if kind not in self._strategies:
            self._strategies[kind] = self._made(kind)
        return self._strategies[kind]

    def _made(self, kind: Any) -> st.SearchStrategy[Any]:
        simple: dict[Any, st.SearchStrategy[Any]] = {
            Any: self._json(),
            str: self.text,
            float: self.floats,
            int: st.integers(-(2**63), 2**63 - 1),
            bool: st.booleans(),
            bytes: st.binary(max_size=9),
            type(None): st.none(),
            datetime: st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(fold=0)),
            timedelta: st.timedeltas(),
        }
        if kind in simple:
            return simple[kind]
        if kind in codec.UNIONS:
            return st.deferred(lambda: st.one_of([self.of(member) for member in codec.UNIONS[kind]]))
        if isinstance(kind, type) and issubclass(kind, Enum):
            return st.sampled_from(kind)
        if isinstance(kind, type) and issubclass(kind, Message | Numeral | Joined):
            return self._messages(kind)
        if dataclasses.is_dataclass(kind) and isinstance(kind, type):
            return self._dataclass(kind)
        return self._generic(get_origin(kind), get_args(kind))

    def _messages(self, kind: type) -> st.SearchStrategy[Any]:
        """Texts of `grader.text.messages`, also in each other."""
        if kind is Numeral:
            return st.builds(Numeral, self.text, st.booleans())
        inner = st.one_of(self.text, st.builds(Numeral, self.text))
        message = st.builds(lambda value: Message("{a} of {b}", (("a", value), ("b", 3))), inner)
        return message if kind is Message else st.builds(lambda *parts: Joined(parts), inner, message)

    def _dataclass(self, kind: type) -> st.SearchStrategy[Any]:
        hints = get_type_hints(kind)
        names = [field.name for field in dataclasses.fields(kind) if field.init]
        return st.deferred(lambda: st.builds(kind, **{name: self.of(hints[name]) for name in names}))

    def _generic(self, origin: Any, arguments: tuple[Any, ...]) -> st.SearchStrategy[Any]:
        if origin in (Union, types.UnionType):
            return st.one_of(*map(self.of, arguments))
        if origin is Literal:
            return st.sampled_from(arguments)
        if origin is tuple and arguments[1:] == (...,):
            return st.lists(self.of(arguments[0]), max_size=3).map(tuple)
        if origin is tuple:
            return st.tuples(*map(self.of, arguments))
        if origin in (dict, Mapping):
            return st.dictionaries(self.of(arguments[0]), self.of(arguments[1]), max_size=2)
        raise TypeError(f"no strategy for {origin} of {arguments}")

    def _json(self) -> st.SearchStrategy[Any]:
        return st.recursive(
            st.none() | st.booleans() | self.floats | _WHOLE | self.text,
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(self.text, inner, max_size=3),
            max_leaves=4,
        )


_drawn = functools.cache(_Drawn)  # strategies are costly to make, and a test asks for its own again and again
