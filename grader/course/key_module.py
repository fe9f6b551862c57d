"""Running `key.py` of a solution: the staff's own code, read from its path and from nowhere else."""

import inspect
import random
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.errors import SpecificationError
from grader.storage.answer_data import checked_answer

_MOST_DRAWS = 500_000


class _Numbers(random.Random):
    """The numbers of `random.Random`, up to a limit: a key may search forever for numbers that do not exist."""

    _left = _MOST_DRAWS

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
                f"draw() has drawn {_MOST_DRAWS:,} numbers and accepted none. Make its condition easier to meet;"
                " perhaps a slip always equals the correct answer, or another slip"
            )


class KeyModule:
    """A key that has been run once; its functions can be called for each student.

    Nothing is added to `sys.path`, no bytecode is written, and the module does not stay in memory
    under its name.

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
        finally:
            del sys.modules[self._module.__name__]

    @property
    def has_variants(self) -> bool:
        """Whether each student has numbers of their own."""
        return hasattr(self._module, "draw")

    def draw(self, seed: str) -> dict[str, Any]:
        """The numbers that follow from a seed, as plain data; empty where there are no variants."""
        if not self.has_variants:
            return {}
        drawn = self._guarded(lambda: self._module.draw(_Numbers(seed)))
        return {name: checked_answer(value) for name, value in self._dict(drawn, "draw()").items()}

    def table(self, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """What one of the functions, such as `answers` or `slips`, gives; empty if there is none.

        Raises:
            SpecificationError: It raises or gives something else than a dict.
        """
        function = getattr(self._module, name, None)
        if function is None:
            return {}
        if not callable(function):
            raise SpecificationError(f"{self._place}: {name} is not a function; write `def {name}(): return {{...}}`.")
        personal = self.has_variants and not (name == "choices" and not inspect.signature(function).parameters)
        return self._dict(self._guarded(lambda: function(given) if personal else function()), f"{name}()")

    def constant(self, name: str) -> dict[str, Any]:
        """A dict that stands in the key, such as `HELDOUT`; empty if there is none."""
        return self._dict(getattr(self._module, name, {}), name)

    def follow_on(self, given: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Mapping[str, Any]] | None:
        """A function from a student's own answers to the answers that are right given those; None if there is none."""
        function = getattr(self._module, "follow_on", None)
        if function is None:
            return None
        if len(inspect.signature(function).parameters) == 2:
            return lambda found: dict(function(given, found))
        return lambda found: dict(function(found))

    def _dict(self, value: Any, name: str) -> dict[str, Any]:
        if isinstance(value, dict) and all(isinstance(key, str) for key in value):
            return value
        raise SpecificationError(f"{self._place}: {name} is not a dict from question ids; give {{'question-id': ...}}.")

    def _guarded(self, action: Callable[[], Any]) -> Any:
        """Run the author's code; whatever it raises becomes one line that names the line of the key."""
        try:
            return action()
        except OSError as error:
            if error.filename != str(self._path):
                raise SpecificationError(self._failure(error)) from error
            raise SpecificationError(f"{self._place}: cannot be read ({error.strerror}); create it.") from error
        except (Exception, SystemExit) as error:
            raise SpecificationError(self._failure(error)) from error

    def _failure(self, error: BaseException) -> str:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == str(self._path)]
        line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
        where = f"line {line}: " if line else ""
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        return f"{self._place}: {where}{type(error).__name__}: {text}; correct the key so that it runs."
