"""Runs `key.py` of a solution: the staff's code, read from its path and from nowhere else."""

import inspect
import random
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.authoring import Key
from grader.errors import SpecificationError
from grader.model.key import FollowOn
from grader.storage.answer_data import checked_answer

_MOST_NUMBERS = 500_000  # in one call of draw()


FUNCTIONS = ("answers", "slips", "calls", "methods", "choices")
"""The functions of a key that give a table for each student."""


class _Numbers(random.Random):
    """The numbers of `random.Random`, up to a limit: a key may search forever for numbers that do not exist."""

    _left = _MOST_NUMBERS

    def random(self) -> float:
        self._count()
        return super().random()

    def getrandbits(self, k: int, /) -> int:
        self._count()
        return super().getrandbits(k)

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise RuntimeError(
                f"draw() drew {_MOST_NUMBERS:,} numbers and accepted none of them. Make its condition easier to meet."
                " Perhaps a slip always equals the correct answer, or another slip"
            )


class KeyModule:
    """A key that has been run once; its functions can be called for each student.

    Nothing is added to `sys.path`, no bytecode is written, and `sys.modules` does not keep the module,
    because the keys of two courses may have the same name.

    Args:
        path: The file `key.py`.
        place: How messages name it.

    Raises:
        SpecificationError: The file is missing or does not run; the message gives the line.
    """

    def __init__(self, path: Path, place: str) -> None:
        self._path = path
        self._place = place
        self._module = ModuleType(f"_answer_key_of_{path.parent.name}")
        self._module.__file__ = str(path)
        sys.modules[self._module.__name__] = self._module
        try:
            self._guarded(lambda: exec(compile(path.read_bytes(), str(path), "exec"), self._module.__dict__))
            self._key = self._guarded(self._described_key)
        finally:
            del sys.modules[self._module.__name__]

    @property
    def is_described(self) -> bool:
        """Whether the key describes its questions one by one."""
        return self._key is not None

    @property
    def has_variants(self) -> bool:
        """Whether each student has individual numbers."""
        return self._key.has_variants if self._key else hasattr(self._module, "draw")

    def draw(self, seed: str, *, is_common: bool = False) -> dict[str, Any]:
        """The numbers that follow from a seed, as plain data; empty if there are no variants.

        Args:
            seed: The seed.
            is_common: Whether these are the common numbers, some of which the key may name.

        Raises:
            SpecificationError: `draw()` raises, gives something other than a dict, or draws too many numbers.
        """
        if not self.has_variants:
            return {}
        key, module, rng = self._key, self._module, _Numbers(seed)
        numbers = self._guarded(lambda: key.draw(rng, is_common=is_common) if key else module.draw(rng))
        return {name: checked_answer(value) for name, value in self._checked_dict(numbers, "draw()").items()}

    def tables(self, numbers: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Name of each function that a key may have -> its table; see `table`."""
        if self._key is None:
            return {name: self.table(name, numbers) for name in FUNCTIONS}
        key = self._key
        sheet = self._guarded(lambda: key.sheet(numbers))
        return {name: sheet.table(name) for name in FUNCTIONS}

    def table(self, name: str, numbers: Mapping[str, Any]) -> dict[str, Any]:
        """Call one of the functions, such as `answers` or `slips`.

        Args:
            name: Name of the function.
            numbers: A student's numbers, which the function gets if there are variants.

        Returns:
            Question id -> value; empty if there is no such function.

        Raises:
            SpecificationError: It raises or gives something other than a dict.
        """
        if self._key:
            return self.tables(numbers)[name]
        function = getattr(self._module, name, None)
        if function is None:
            return {}
        if not callable(function):
            raise SpecificationError(f"{self._place}: {name} is not a function. Write `def {name}(): return {{...}}`.")
        # choices() may take no numbers, because sentences about choices rarely depend on them.
        takes_numbers = self.has_variants and (name != "choices" or bool(inspect.signature(function).parameters))
        table = self._guarded(lambda: function(numbers) if takes_numbers else function())
        return self._checked_dict(table, f"{name}()")

    def given_numbers(self, numbers: Mapping[str, Any]) -> dict[str, dict[str, float]]:
        """Question id -> the single numbers that it uses, by name; empty if the key does not describe its questions."""
        return self._key.given_numbers(numbers) if self._key else {}

    def used_names(self) -> dict[str, frozenset[str]]:
        """Question id -> the numbers and earlier questions that its answer is computed from; see `Key.used_names`.

        It is empty if the key does not describe its questions one by one.
        """
        return self._key.used_names() if self._key else {}

    def heldout(self) -> dict[str, Any]:
        """The entries of the held-out data: `HELDOUT`; empty if there are none.

        Raises:
            SpecificationError: It is something other than a dict.
        """
        if self._key:
            return dict(self._key.heldout_entries)
        return self._checked_dict(getattr(self._module, "HELDOUT", {}), "HELDOUT")

    def follow_on(self, numbers: Mapping[str, Any]) -> FollowOn | None:
        """The function from a student's answers to the answers that follow from them; None if the key has none.

        Args:
            numbers: The student's numbers.
        """
        if self._key:
            key = self._key
            followed: FollowOn | None = self._guarded(lambda: key.sheet(numbers).follow_on())
            return followed
        function = getattr(self._module, "follow_on", None)
        if function is None:
            return None
        if len(inspect.signature(function).parameters) == 2:
            return lambda answers: dict(function(numbers, answers))
        return lambda answers: dict(function(answers))

    def _described_key(self) -> Key | None:
        """The `Key` of a module that describes its questions one by one; None if it has functions for all of them.

        Raises:
            SpecificationError: There are several keys, or functions besides, or the key is not consistent.
        """
        keys = [value for value in vars(self._module).values() if isinstance(value, Key)]
        if not keys:
            return None
        if len(keys) > 1:
            raise SpecificationError("has several keys. Describe all questions with one `key = Key()`.")
        for name in (*FUNCTIONS, "draw", "follow_on", "HELDOUT"):
            if hasattr(self._module, name):
                raise SpecificationError(
                    f"{name} is ignored, because the file has a Key. Move it into the questions that need it."
                )
        keys[0].check()
        return keys[0]

    def _checked_dict(self, value: Any, name: str) -> dict[str, Any]:
        if isinstance(value, dict) and all(isinstance(key, str) for key in value):
            return value
        raise SpecificationError(
            f"{self._place}: {name} must be a dict with the ids of questions as its keys. Write {{'question-id': ...}}."
        )

    def _guarded(self, action: Callable[[], Any]) -> Any:
        """Run the author's code; an exception becomes one line that names the line of the key.

        Raises:
            SpecificationError: The code raises, or the file cannot be read.
        """
        try:
            return action()
        except OSError as error:
            if error.filename != str(self._path):
                raise SpecificationError(self._failure(error)) from error
            raise SpecificationError(f"{self._place}: cannot be read ({error.strerror}). Create it.") from error
        except SpecificationError as error:  # of the key's own check
            raise SpecificationError(f"{self._place}: {error}") from error
        except (Exception, SystemExit) as error:  # the author's code may raise anything; only Ctrl-C passes
            raise SpecificationError(self._failure(error)) from error

    def _failure(self, error: BaseException) -> str:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == str(self._path)]
        line = lines[-1] if lines else None
        text = str(error)
        if isinstance(error, SyntaxError):
            line, text = error.lineno, error.msg
        line_shown = f"line {line}: " if line else ""
        return f"{self._place}: {line_shown}{type(error).__name__}: {text}. Correct the key so that it runs."
