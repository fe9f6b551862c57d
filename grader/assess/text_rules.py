"""Compares texts as a question states: word by word or with patterns, with or without case and spaces."""

import re
from dataclasses import dataclass
from typing import Any, Literal
from unicodedata import normalize

from grader.assess import options
from grader.text.language import marked
from grader.text.messages import Text, message
from grader.text.patterns import MOST_CHARACTERS, PatternError, compiled

_BLANKS = re.compile(r"\s+")
_SIGNS = re.compile(r"[^\w\s]+")
CASE = marked("Only upper and lower case differ.")
SPACES = marked("Only spaces or line breaks differ.")
SIGNS = marked("Only punctuation differs.")


class TextRules(options.Options):
    """How a text is compared.

    `compare` is "exact" or "pattern". `ignore_case` makes capital and small letters equal. `spaces` says which blanks
    count: all of them ("exact"), none at the ends ("ends"), one in place of several ("single"), or none ("ignore").
    """

    compare: Literal["exact", "pattern"] = "exact"
    ignore_case: bool = False
    spaces: Literal["exact", "ends", "single", "ignore"] = "ends"

    def plain(self, text: str) -> str:
        """The text without the blanks that do not count, with each letter written in one way."""
        text = normalize("NFC", text.replace("\r\n", "\n"))
        if self.spaces == "exact":
            return text
        if self.spaces == "ends":
            return text.strip()
        return _BLANKS.sub("" if self.spaces == "ignore" else " ", text).strip()

    def equal(self, text: str, right: str) -> bool:
        """Whether two texts are the same under these rules."""
        text, right = self.plain(text), self.plain(right)
        return text.casefold() == right.casefold() if self.ignore_case else text == right


@dataclass(frozen=True, slots=True)
class RightTexts:
    """The texts that are right.

    Attributes:
        rules: How they are compared.
        forms: Texts, or patterns for the whole text; one of them has to fit.
        example: A right text that a report may show; empty if there is none.
    """

    rules: TextRules
    forms: tuple[str, ...]
    example: str

    def fits(self, text: str) -> bool:
        """Whether a text is right."""
        if self.rules.compare == "exact":
            return any(self.rules.equal(text, form) for form in self.forms)
        plain = self.rules.plain(text)
        return any(compiled(form, self.rules.ignore_case).matches(plain) for form in self.forms)

    def remark(self, text: str) -> Text:
        """A sentence about a text that is nearly right, or too long to be compared; empty for others."""
        if self.rules.compare == "pattern":
            too_long = len(self.rules.plain(text)) > MOST_CHARACTERS
            return (
                message("The text is too long: it has more than {count} characters.", count=MOST_CHARACTERS)
                if too_long
                else ""
            )
        looser = self.rules.model_copy(update={"ignore_case": True})
        if any(looser.equal(text, form) for form in self.forms):
            return message(CASE)
        without_blanks = self.rules.model_copy(update={"spaces": "ignore"})
        if any(without_blanks.equal(text, form) for form in self.forms):
            return message(SPACES)
        bare = looser.model_copy(update={"spaces": "ignore"})
        if any(bare.equal(_SIGNS.sub("", text), _SIGNS.sub("", form)) for form in self.forms if _SIGNS.sub("", form)):
            return message(SIGNS)
        return ""


def right_texts(rules: TextRules, expected: Any) -> RightTexts:
    """Read the expected value of a question whose answer is a text.

    Args:
        rules: The rules of the question.
        expected: A text; a list of texts, of which each is right; or, for patterns, one pattern, a list of patterns,
            or `{"pattern": ..., "example": ...}`.

    Raises:
        ValueError: It has another form, a pattern cannot be used, or the example does not fit. The message is a clause
            for the author.
    """
    table = expected if isinstance(expected, dict) else {"pattern": expected}
    forms = table.get("pattern")
    forms = forms if isinstance(forms, list) else [forms]
    is_pattern = rules.compare == "pattern"
    if not forms or not all(isinstance(form, str) for form in forms) or (isinstance(expected, dict) and not is_pattern):
        raise ValueError("the expected value must be a text, or a list of texts that are all correct")
    if unknown := set(table) - {"pattern", "example"}:
        raise ValueError(f"the expected value has the unknown key '{min(unknown)}'. Give 'pattern' and 'example'")
    if is_pattern:
        for form in forms:
            try:
                compiled(form, rules.ignore_case)
            except PatternError as error:
                raise ValueError(f"the pattern '{form}' {error}") from error
    example = table.get("example", "" if is_pattern else forms[0])
    right = RightTexts(rules, tuple(forms), str(example))
    if example and not right.fits(right.example):
        raise ValueError(f"the example '{example}' does not match the pattern. Give an example that does")
    return right
