"""Several reasons for one wrong answer: which of them say the same, and how they are told together."""

import re
from collections.abc import Iterable

from grader.text.messages import Text, english, message

_WORD = re.compile(r"[\w']+")
_SHORT = 3
_STEM = 5
_COMMON = {
    *("this", "that", "these", "there", "their", "were", "with", "from", "here", "each", "only", "instead", "taken"),
    *("right", "number", "numbers", "array"),
}
_MOST = 3


def together(reasons: list[Text]) -> Text:
    """One reason, or all of a few, or two of many with the hint that there are more; empty if there is none."""
    if not reasons:
        return ""
    first, *others = reasons
    if not others:
        return first
    if len(others) == 1:
        return message("Two mistakes can lead to this answer. {first} Or: {second}", first=first, second=others[0])
    if len(reasons) == _MOST:
        return message(
            "Three mistakes can lead to this answer. {first} Or: {second} Or: {third}",
            first=first,
            second=others[0],
            third=others[1],
        )
    return message(
        "Several mistakes can lead to this answer; yours may be one of these, or another one. {first} Or: {second}",
        first=first,
        second=others[0],
    )


def distinct(reasons: Iterable[Text]) -> list[Text]:
    """The reasons without those that say the same as one before them."""
    kept: list[Text] = []
    for reason in reasons:
        if not any(say_the_same(reason, other) for other in kept):
            kept.append(reason)
    return kept


def say_the_same(one: Text, other: Text) -> bool:
    """Whether one reason has half of the other's longer words: then telling both helps nobody."""
    words, told = _words(one), _words(other)
    return 2 * len(words & told) >= min(len(words), len(told)) if words and told else one == other


def share_a_word(one: Text, other: Text) -> bool:
    """Whether two reasons have any of the longer words in common, in any of its forms."""
    stems, told = ({word[:_STEM] for word in _words(text)} for text in (one, other))
    return not stems.isdisjoint(told) or one == other


def _words(text: Text) -> set[str]:
    return {word for word in _WORD.findall(english(text).lower()) if len(word) > _SHORT} - _COMMON
