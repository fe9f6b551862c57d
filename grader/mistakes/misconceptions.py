"""The catalogue of misconceptions: what is behind a reason, the same for all exercises.

A key explains a wrong answer in a sentence that fits its question: "The biases are missing." or "A filter keeps one
bias, however deep it is." A misconception is what such sentences have in common, so that a class can be counted over
all exercises. It is recognised by the template of the sentence, which is the same in every language and for all
numbers. Keys therefore name no misconception, and a new sentence about a known mistake belongs to one automatically.
"""

import re
from functools import lru_cache

from grader.mistakes.catalogue_of_answers import ABOUT_ANSWERS
from grader.mistakes.catalogue_of_layers import ABOUT_LAYERS
from grader.mistakes.catalogue_of_training import ABOUT_TRAINING
from grader.mistakes.misconception import Misconception
from grader.text.messages import Joined, Message, Text

CATALOGUE: tuple[Misconception, ...] = (*ABOUT_TRAINING, *ABOUT_LAYERS, *ABOUT_ANSWERS)
"""All misconceptions. The order decides which one a sentence belongs to: the special ones come first."""


BY_ID = {entry.id: entry for entry in CATALOGUE}
"""The catalogue by id."""

ALTERNATIVES = ("first", "second", "third")
"""The places of a message that lists several possible reasons."""

WRAPPED = ("reason", "why", "both")
"""The places of a message that says something about a reason, such as that it may be a coincidence."""


@lru_cache(maxsize=8192)
def misconception_of(template: str) -> Misconception | None:
    """Give the misconception that the template of a sentence belongs to; None if it names no known one.

    Args:
        template: The sentence in English, with `{name}` for each value.

    Example:
        >>> misconception_of("The biases of the convolution are missing.").id
        'bias-left-out'
    """
    if template.endswith(":"):  # the place of a mistake, such as "First convolution:"
        return None
    return next((entry for entry in CATALOGUE if re.search(entry.phrases, template, re.IGNORECASE)), None)


def misconceptions_in(reason: Text) -> tuple[str, ...]:
    """List the ids of the misconceptions that a reason names, each once.

    If a reason lists several possible mistakes, only the misconceptions that all of them name count. Of sentences
    that follow one another, the first that names a misconception counts: the others explain it.

    Args:
        reason: The reason of a finding or of a slip.

    Example:
        >>> from grader.text.messages import message
        >>> misconceptions_in(message("You left out the stride."))
        ('stride-left-out',)
    """
    return tuple(dict.fromkeys(_named(reason)))


def _named(reason: Text, every_part: bool = False) -> list[str]:
    if isinstance(reason, Joined):
        named = [_named(part) for part in reason.parts if isinstance(part, Text)]
        if every_part:
            return [name for names in named for name in names]
        return next(filter(None, named), [])
    if isinstance(reason, Message):
        inner = {name: value for name, value in reason.values if isinstance(value, Text)}
        if alternatives := [_named(inner[name]) for name in ALTERNATIVES if name in inner]:
            return [name for name in alternatives[0] if all(name in names for names in alternatives)]
        for place in WRAPPED:
            if place in inner:
                return _named(inner[place], every_part=place == "both")
    template = reason.template if isinstance(reason, Message) else reason if isinstance(reason, str) else ""
    entry = misconception_of(template) if template else None
    return [entry.id] if entry else []
