"""The parameters of an author's function: each gets the value that has its name."""

import inspect
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from grader.errors import SpecificationError
from grader.text.suggestions import suggestion


class Parameters:
    """The names of the parameters of a function, and which of them are arrays.

    Args:
        function: A function of an author. A parameter that is annotated as a NumPy array gets an array.
        place: How messages name it.

    Attributes:
        place: The place in messages, with the line of the function.
        names: The names in their order.
    """

    def __init__(self, function: Callable[..., Any], place: str) -> None:
        code = getattr(function, "__code__", None)
        self.place = f"line {code.co_firstlineno}: {place}" if code else place
        self._function = function
        listed = inspect.signature(function, eval_str=True).parameters
        self.names = tuple(listed)
        self._arrays = frozenset(name for name in listed if _is_array(listed[name].annotation))

    def check(self, known: Iterable[str], nothing: str) -> None:
        """Check that there is a value for each parameter.

        Args:
            known: The names that have one.
            nothing: The problem with a name that is not known: `not a number`.

        Raises:
            SpecificationError: A name is not known.
        """
        names = set(known)
        for name in self.names:
            if name not in names:
                raise SpecificationError(f"{self.place}: '{name}' is {nothing}. {suggestion(name, names)}.")

    def call(self, values: Mapping[str, Any]) -> Any:
        """Call the function with the values that it asks for.

        Raises:
            LookupError: A value is missing, because a student has not given that answer.
            ValueError: What should be an array is ragged.
        """
        return self._function(
            **{name: np.array(values[name]) if name in self._arrays else values[name] for name in self.names}
        )


def _is_array(annotation: Any) -> bool:
    return typing.get_origin(annotation) is np.ndarray or annotation is np.ndarray
