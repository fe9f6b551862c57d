"""The budget of one run: how much it may hand over in all, counted here as it arrives.

Limits for single messages are not enough: many small things fill memory like a large one, and what the inside counts
proves nothing. Every message, and every field of it that is kept, is paid for from one budget; when it is spent, the
run has ended. No honest notebook comes near.
"""

import re
from dataclasses import dataclass, fields

# Possessive (`*+`): with backtracking, a hostile text without an end would take the square of its length.
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_FEW = 50_000  # signs in a message, strings included, that need no closer look
_OBJECT = 4  # an object takes the memory of so many lists


class SpentError(Exception):
    """A run has handed over more than a run may."""


@dataclass(slots=True, kw_only=True)
class RunBudget:
    """The amounts that a run may still hand over.

    Attributes:
        messages: Messages of any kind.
        items: Lists, objects and values in all messages; an object counts as four.
        items_at_once: The same, in one message.
        characters: Of texts that are kept: in answers, models, histories and errors.
        arrays: Bytes of all arrays that functions returned.
        pixels: Of all pictures, before they are decoded.
        picture_bytes: Of all pictures, encoded again.
        outputs: Number of outputs that are kept.
    """

    messages: int = 200_000
    items: int = 1_500_000
    items_at_once: int = 600_000
    characters: int = 4_000_000
    arrays: int = 80 * 2**20
    pixels: int = 64_000_000
    picture_bytes: int = 16 * 2**20
    outputs: int = 20_000

    @classmethod
    def of_record(cls, runs: int = 1) -> "RunBudget":
        """The budget for a whole record that another machine sends in one message.

        Args:
            runs: Number of notebooks that it is about, each of which has a budget.
        """
        whole = cls(**{field.name: runs * field.default for field in fields(cls)})  # type: ignore[operator]
        whole.items_at_once = whole.items
        return whole

    def message(self, head: bytes) -> None:
        """Pay for a message before it is parsed.

        Args:
            head: Its JSON text.

        Raises:
            SpentError: There is not enough left, or it alone holds more than a message may.
        """
        self.messages = _paid(self.messages, 1, "messages")
        items = items_in(head)
        if items > self.items_at_once:
            raise SpentError(f"a message of {items} items")
        self.items = _paid(self.items, items, "items")

    def text(self, text: str) -> str:
        """Pay for a text that is kept.

        Returns:
            The same text.

        Raises:
            SpentError: There is not enough left.
        """
        self.characters = _paid(self.characters, len(text), "characters")
        return text

    def array(self, content: bytes) -> None:
        """Pay for an array; raises `SpentError` if there is not enough left."""
        self.arrays = _paid(self.arrays, len(content), "bytes of arrays")

    def output(self) -> None:
        """Pay for an output that is kept; raises `SpentError` if there is not enough left."""
        self.outputs = _paid(self.outputs, 1, "outputs")

    def can_decode(self, pixels: int) -> bool:
        """Pay for a picture that is about to be decoded.

        A picture too many is left out and does not end the run, because honest notebooks also draw many.

        Args:
            pixels: Its width times its height, as its header claims.
        """
        self.pixels -= pixels
        return self.pixels >= 0

    def can_keep(self, picture: bytes) -> bool:
        """Pay for a picture that is about to be kept, likewise."""
        self.picture_bytes -= len(picture)
        return self.picture_bytes >= 0


def items_in(head: bytes) -> int:
    """Compute an upper bound of the memory that a JSON text takes once it is parsed, in list items.

    It takes linear time and must never be too low, because the text is only parsed if it fits.
    """
    signs = _signs(head)
    # Signs inside strings count here, too. Only if there are many is it worth leaving the strings out.
    return signs if signs <= _FEW else _signs(_STRINGS.sub(b"", head))


def _signs(text: bytes) -> int:
    return text.count(b",") + text.count(b"[") + _OBJECT * text.count(b"{")


def _paid(left: int, price: int, what: str) -> int:
    if price > left:
        raise SpentError(f"more {what} than a run may return")
    return left - price
