"""What a misconception is; the catalogue lists all of them."""

from dataclasses import dataclass

from grader.text.messages import Message


@dataclass(frozen=True, slots=True)
class Misconception:
    """One misconception.

    Attributes:
        id: A short name of lower-case letters and hyphens, for tables and programs; it never changes.
        title: What is done wrong, in a few words. It names one mistake, not several alternatives.
        idea: What is right, in a sentence.
        phrases: A regular expression. A template that contains a match belongs here, if no earlier entry of the
            catalogue has one. Upper and lower case are the same.
    """

    id: str
    title: Message
    idea: Message
    phrases: str
