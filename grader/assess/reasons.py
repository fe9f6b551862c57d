"""Several reasons for one wrong answer: which of them say the same, and how a report gives them together.

Reasons come from several places: the author of a key, the methods of `grader.mistakes` and the general relations.
They often describe one mistake in different words, and no common code says so. Their words are therefore compared,
always in English, so that a report in another language gives the same reasons. The comparison can only be rough.
It errs on the side of one reason too few: a student who reads a mistake twice looks for two mistakes.
"""

import re
from collections.abc import Iterable

from grader.text.language import marked
from grader.text.messages import Message, Text, english, message

_WORD = re.compile(r"[\w']+")
_LONGEST_FILLER = 3  # words of up to three letters, such as "the" or "of", say nothing about a mistake
_STEM = 5  # letters that the forms of a word have in common: "rounded" and "rounding", "transposed" and "transpose"
_COMMON = {
    *(
        "this",
        "that",
        "these",
        "there",
        "their",
        "were",
        "with",
        "from",
        "here",
        "each",
        "only",
        "instead",
        "used",
        "taken",
    ),
    *("right", "number", "numbers", "array"),
}
"""Longer words that reasons for any mistake contain."""

_MOST_LISTED = 3  # reasons that a report lists completely
_TWO = marked("Two mistakes can lead to this answer. {first} Or: {second}")
_THREE = marked("Three mistakes can lead to this answer. {first} Or: {second} Or: {third}")
_SEVERAL = marked("Several mistakes can lead to this answer, such as these. {first} Or: {second}")


def together(reasons: list[Text]) -> Text:
    """Combine the reasons for one answer.

    Args:
        reasons: The most likely one first.

    Returns:
        All of up to three reasons. Of more, the first two and a sentence that there are others. Empty without any.
    """
    if not reasons:
        return ""
    first, *others = reasons
    if not others:
        return first
    if len(others) == 1:
        return message(_TWO, first=first, second=others[0])
    if len(reasons) == _MOST_LISTED:
        return message(_THREE, first=first, second=others[0], third=others[1])
    return message(_SEVERAL, first=first, second=others[0])


def as_possible(reason: Text) -> Text:
    """Say of several reasons that they are only possible; empty if it is a single reason.

    Args:
        reason: What `together` returned.
    """
    if not isinstance(reason, Message) or reason.template not in (_TWO, _THREE, _SEVERAL):
        return ""
    listed = dict(reason.values)
    if reason.template == _THREE:
        return message("Perhaps one of these: {first} Or: {second} Or: {third}", **listed)
    return message("Perhaps one of these: {first} Or: {second}", **listed)


def distinct(reasons: Iterable[Text]) -> list[Text]:
    """Leave out each reason that says the same as one before it."""
    different: list[Text] = []
    for reason in reasons:
        if not any(say_the_same(reason, earlier) for earlier in different):
            different.append(reason)
    return different


def say_the_same(first: Text, second: Text) -> bool:
    """Compare two reasons by their longer words, in exactly the forms in which they occur.

    This is the milder test, for answers that agree with a value by chance. Different mistakes can then lead to the
    answer, and their reasons may have a few words in common.

    Args:
        first: A reason.
        second: Another reason.

    Returns:
        True if at least half of the longer words of the shorter reason are also in the other one. If one of them has
        no longer words, only equal reasons say the same.

    Example:
        >>> say_the_same("You left out the padding.", "Padding was left out on both sides.")
        True
        >>> say_the_same("You left out the padding.", "The stride was ignored.")
        False
    """
    first_words, second_words = _longer_words(first), _longer_words(second)
    if not first_words or not second_words:
        return first == second
    return 2 * len(first_words & second_words) >= min(len(first_words), len(second_words))


def share_a_word(first: Text, second: Text) -> bool:
    """Find out whether two reasons have a longer word in common, in any of its forms.

    This is the stricter test, for answers that hardly agree with a value by chance. Two mistakes that give the same
    answer are then most likely one mistake, so one common word is enough to drop the second reason. Forms of a word
    are recognised by their first five letters.

    Args:
        first: A reason.
        second: Another reason.

    Example:
        >>> share_a_word("The mean was rounded.", "Rounding came too early.")
        True
    """
    return first == second or not _stems(first).isdisjoint(_stems(second))


def _stems(text: Text) -> set[str]:
    return {word[:_STEM] for word in _longer_words(text)}


def _longer_words(text: Text) -> set[str]:
    """The words of a reason that say something about the mistake, in lower case."""
    words = _WORD.findall(english(text).lower())
    return {word for word in words if len(word) > _LONGEST_FILLER} - _COMMON
