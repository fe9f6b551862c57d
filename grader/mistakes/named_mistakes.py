"""The sentences of a reason that name a misconception, without the words that make them only possible."""

from collections.abc import Iterator
from dataclasses import dataclass

from grader.mistakes.misconceptions import ALTERNATIVES, WRAPPED, misconception_of
from grader.text.language import marked
from grader.text.messages import Joined, Message, Text

BY_CHANCE = marked("Perhaps: {reason}")
"""The message around a reason that is only a possibility."""


@dataclass(frozen=True, slots=True)
class NamedMistake:
    """A sentence of a reason that names a misconception.

    Attributes:
        misconception: Id of the misconception.
        sentence: The sentence, without what is said about it.
        is_certain: Whether the reason states it as a fact, and not as one of several or as a possibility.
    """

    misconception: str
    sentence: Text
    is_certain: bool


def mistakes_named_in(reason: Text) -> tuple[NamedMistake, ...]:
    """List the sentences of a reason that name a misconception, also those that are only possible.

    Args:
        reason: The reason of a finding. Of sentences that follow one another, the first that names a misconception
            counts, as in `misconceptions_in`.

    Example:
        >>> from grader.text.messages import message
        >>> [(str(one.sentence), one.is_certain) for one in mistakes_named_in(message("You left out the stride."))]
        [('You left out the stride.', True)]
    """
    return tuple(_mistakes(reason, is_certain=True))


def _mistakes(reason: Text, *, is_certain: bool, every_part: bool = False) -> Iterator[NamedMistake]:
    if isinstance(reason, Joined):
        named = [list(_mistakes(part, is_certain=is_certain)) for part in reason.parts if isinstance(part, Text)]
        yield from (one for part in named for one in part) if every_part else next(filter(None, named), [])
        return
    if isinstance(reason, Message):
        inner = {name: value for name, value in reason.values if isinstance(value, Text)}
        places = [name for name in (*ALTERNATIVES, *WRAPPED) if name in inner]
        is_open = reason.template == BY_CHANCE or any(name in ALTERNATIVES for name in places)
        for name in places:
            certain = is_certain and not is_open
            yield from _mistakes(inner[name], is_certain=certain, every_part=name == "both")
        if places:
            return
    template = reason.template if isinstance(reason, Message) else reason if isinstance(reason, str) else ""
    if template and (entry := misconception_of(template)):
        yield NamedMistake(entry.id, reason, is_certain)
