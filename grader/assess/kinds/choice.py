"""One choice, or several, out of a list."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from grader.assess import diagnoses, options
from grader.assess.answer_forms import UnreadableError
from grader.assess.answers import absence
from grader.assess.chance import Numbers
from grader.assess.evidence import Evidence
from grader.assess.findings import finding, unmarked, unreadable
from grader.assess.kinds.kind import Kind, note_of, readable
from grader.model.assessment import Finding, Part, Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.record import Answer
from grader.storage.answer_data import as_answer
from grader.text import values
from grader.text.language import say
from grader.text.messages import Text, english, joined, message, spelt

_AROUND = " '\"`´’“”„*_()[]{}<>.,:;=!/"
_KEY_BEFORE = re.compile(r"(?P<key>\w+)(?P<sign>\s*[)\].:=–—>→⇒-]+\s*|\s*,?\s+)(?P<rest>.+)", re.DOTALL)
_REASON = re.compile(r"(?:because|since|weil|da|denn)\b")
_BULLET = re.compile(r"(?:^|(?<=\n))[ \t]*[-–•]\s+")
_HYPHENS = re.compile(r"[-–—]")
_PARTED_BY_SIGNS = re.compile(r"[,;/+&|\n]+")
_PARTED = re.compile(r"[,;/+&|.\s]+(?:(?:and|und|et|sowie|plus)\b[\s,]*)?|\b(?:and|und|et|sowie)\b")
_ANOTHER = re.compile(r"(?:^|\b(?:or|oder|and|und|not|nicht)\b)\W*(\w+)\b(?=\W*$|\W*[,;)])")
_MARKED_KEY = re.compile(r"\b(\w+)\s*[)\]:]")
_NAME_BEFORE = re.compile(
    r"(?:the\s+)?(?:choices?|options?|answers?|letters?|antwort(?:en)?|buchstaben?|lösung(?:en)?)\b\s*[:=]?\s*(?=\S)"
)


class ChoiceOptions(options.Options):
    """The choices, and whether several of them may be right."""

    choices: dict[str, str] = Field(min_length=2)
    multiple: bool = False


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: the expected value has to be one of the choices, or some if multiple."""
    problems = options.problems(ChoiceOptions, question.options)
    if problems:
        return problems
    rule = options.read(ChoiceOptions, question.options)
    values = [key.answers[question.id], *(slip.value for slip in key.slips.get(question.id, ()))]
    try:
        expected, *slips = (_picks(as_answer(value), rule) for value in values)
    except UnreadableError as problem:
        return [f"the expected value and the slips must be among the choices: {problem}"]
    if not rule.multiple and len(expected) != 1:
        return ["the expected value must be one of the choices. Set 'multiple = true' to allow several."]
    problems = diagnoses.method_problems(_ComparableChoice(expected, expected, rule), question, key)
    return [*problems, *("a slip is the correct choice. Remove it." for slip in slips if slip == expected)]


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: of several right choices, the number of right picks minus wrong ones, as a share."""
    rule = options.read(ChoiceOptions, question.options)
    expected = _picks(evidence.expected, rule)
    right = _wording(expected, rule)
    absent = absence(evidence)
    if absent and absent.verdict is not Verdict.FAILED:
        return unmarked(question, absent.verdict, absent.reason, remedy=absent.remedy)
    if absent:
        return unreadable(question, absent.reason, _form(rule), expected=right)
    try:
        picks = read(question, evidence.answer)
    except UnreadableError as problem:
        answer_text = values.value(evidence.answer.value)
        return unreadable(question, problem.text, _form(rule), expected=right, answer=answer_text)
    answer_text = _wording(picks, rule)
    if picks == expected:
        return finding(question, 1, expected=right, answer=answer_text)
    diagnosis = diagnoses.diagnosis(_ComparableChoice(picks, expected, rule), question, evidence.key)
    reasons_of_choices = evidence.key.choices.get(question.id, {})
    mistake = diagnosis.reason if diagnosis else _why(picks, expected, reasons_of_choices, rule)
    mistake = mistake if question.show_expected or _explains(question) else ""
    return finding(
        question,
        max(0.0, (len(picks & expected) - len(picks - expected)) / len(expected)),
        expected=right,
        answer=answer_text,
        comparison=message("Expected {right}. Found {found}.", right=right, found=answer_text),
        reason=mistake or ("" if question.show_expected else _not_right(rule)),
        remedy=diagnosis.remedy if diagnosis else "",
        mistake=mistake,
        parts=_parts(picks, expected, rule) if rule.multiple and question.show_expected else (),
    )


def _form(rule: ChoiceOptions) -> Text:
    choices = ", ".join(rule.choices)
    if rule.multiple:
        return message("Give a list of letters from {choices}.", choices=choices)
    return message("Give one letter from {choices}.", choices=choices)


def read(question: Question, answer: Answer) -> frozenset[str]:
    """Read an answer: the keys that it names.

    Args:
        question: The question.
        answer: An answer with a value.

    Raises:
        UnreadableError: If a part of it is not among the choices, or if it names none or too many.
    """
    rule = options.read(ChoiceOptions, question.options)
    picks = _picks(answer.value, rule)
    if not rule.multiple and len(picks) > 1:
        raise UnreadableError(message("The question asks for only one choice."))
    return picks


def meaning(question: Question, answer: Answer, expected: Any) -> str | list[str]:  # noqa: ARG001
    """See `Kind.meaning`: the letter, or a sorted list of letters."""
    picks = sorted(read(question, answer))
    return picks if options.read(ChoiceOptions, question.options).multiple else picks[0]


@dataclass(frozen=True, slots=True)
class _ComparableChoice:
    """See `diagnoses.ComparableAnswer`. There are so few letters that answers easily agree by chance."""

    picks: frozenset[str]
    expected: frozenset[str]
    rule: ChoiceOptions

    def equals(self, value: Any, exactly: bool) -> bool:  # noqa: ARG002
        return self.picks == _picks(value, self.rule)

    def related(self, value: Any, closely: bool) -> Text:  # noqa: ARG002
        everything, wrong_choices = frozenset(self.rule.choices), frozenset(self.rule.choices) - self.expected
        if not self.rule.multiple:
            return ""
        if self.picks == everything:
            return message("You selected every choice. Judge each one separately.")
        return (
            message("These are exactly the wrong choices: you answered the opposite question.")
            if self.picks == wrong_choices
            else ""
        )

    def typing_error(self, value: Any) -> str:  # noqa: ARG002
        return ""

    @property
    def numbers(self) -> Numbers:
        return ()

    @property
    def telling(self) -> bool:
        return False

    @property
    def bears_two(self) -> bool:
        return self.telling


def _explains(question: Question) -> bool:
    """See `Kind.explains`: of several choices, what is said about each one is together the answer."""
    return not options.read(ChoiceOptions, question.options).multiple


def _not_right(rule: ChoiceOptions) -> Text:
    """What a report says if it may not show the right choices."""
    if rule.multiple:
        return message("Not all of your choices are right, or some are missing.")
    return message("This is not the right choice.")


def _why(picks: frozenset[str], expected: frozenset[str], reasons: Mapping[str, Text], rule: ChoiceOptions) -> Text:
    """The reasons why choices were wrongly picked or left out; empty unless the key has a reason for each of them."""
    wrong = [choice for choice in rule.choices if (choice in picks) != (choice in expected)]
    if not rule.multiple:
        wrong = [choice for choice in wrong if choice in picks]
    if not all(choice in reasons for choice in wrong):
        return ""
    return joined(*(_why_one(choice, choice in picks, reasons[choice], rule) for choice in wrong))


def _why_one(choice: str, is_picked: bool, reason: Text, rule: ChoiceOptions) -> Text:
    if not rule.multiple:
        return reason
    if is_picked:
        return message("{choice} does not belong to the answer: {why}", choice=choice, why=reason)
    return message("{choice} is missing: {why}", choice=choice, why=reason)


def _picks(value: Any, rule: ChoiceOptions) -> frozenset[str]:
    """The choices that an answer names by their key or their text, in any case and with or without brackets.

    Raises:
        UnreadableError: If something is not among the choices, or nothing is named.
    """
    items = _ticked(value, rule) if isinstance(value, dict | list) else [value]
    picks = frozenset(key for item in items for key in _named(item, rule))
    if not picks:
        raise UnreadableError(
            message("The answer contains none of the choices {choices}.", choices=", ".join(rule.choices))
        )
    return picks


def _ticked(value: dict[str, Any] | list[Any], rule: ChoiceOptions) -> list[Any]:
    """The items of an answer that may name choices. In a table or a list of true and false, those with true.

    Raises:
        UnreadableError: If a table has values other than true, false and texts.
    """
    keys = list(rule.choices)
    if isinstance(value, list):
        is_mask = rule.multiple and len(value) == len(keys) and all(isinstance(item, bool) for item in value)
        return [key for key, item in zip(keys, value, strict=True) if item] if is_mask else value
    marks = list(value.values())
    if all(mark is None or isinstance(mark, str) for mark in marks):
        return [f"{key}) {mark}" if mark else key for key, mark in value.items()]
    if not all(isinstance(mark, bool) or (rule.multiple and mark in (0, 1)) for mark in marks):
        raise UnreadableError(message("This is a dict, which pairs names with values. Write only the letters."))
    return [key for key, mark in value.items() if mark]


def _named(item: Any, rule: ChoiceOptions) -> Iterable[str]:
    if isinstance(item, list):
        return [key for part in item for key in _named(part, rule)]
    item = _BULLET.sub("", item) if isinstance(item, str) else item
    text = (
        _bare(f"{item:g}" if isinstance(item, float) else english(spelt(item)))
        if isinstance(item, str | int | float)
        else ""
    )
    names = {_bare(word): key for key, meaning in rule.choices.items() for word in (say(meaning), meaning, key)}
    for words in (text, _bare(_NAME_BEFORE.sub("", text, count=1))):
        if keys := _one(words, names, rule) or _several(words, names, rule):
            return keys
    raise UnreadableError(
        message(
            "{answer} is not among the choices {choices}.", answer=values.value(item), choices=", ".join(rule.choices)
        )
    )


def _one(text: str, names: Mapping[str, str], rule: ChoiceOptions) -> list[str]:
    """The choice that a text names by its key, its text or both; empty if it names none or several.

    Raises:
        UnreadableError: If it has the key of one choice and the text of another.
    """
    if text in names:
        return [names[text]]
    keys = {_bare(key): key for key in rule.choices}
    key_match = _KEY_BEFORE.match(text)
    key = keys.get(key_match["key"]) if key_match else None
    if key_match is None or key is None:
        return []
    text_behind_key = _bare(key_match["rest"])
    other_words = (*_ANOTHER.findall(text_behind_key), *_MARKED_KEY.findall(text_behind_key))
    if any(word in keys for word in other_words) or _is_list_of(keys, text_behind_key):
        return []  # a list of keys
    choice_of_text = names.get(text_behind_key)
    if choice_of_text not in (None, key):
        raise UnreadableError(
            message(
                ("`{key}` is the letter of one choice, but “{text}” is the text of another. Give only the letter."),
                key=key,
                text=text_behind_key,
            )
        )
    return [key] if choice_of_text or key_match["sign"].strip(" ,\n") or _REASON.match(text_behind_key) else []


def _is_list_of(keys: Mapping[str, str], text: str) -> bool:
    return any(all(_bare(word) in keys for word in pattern.split(text)) for pattern in (_PARTED, _HYPHENS))


def _several(text: str, names: Mapping[str, str], rule: ChoiceOptions) -> list[str]:
    """The choices of a list in one text, such as `a, c`, `a und c`, `Flatten, Dropout`, `bde`; empty for others."""
    for pattern in (_PARTED_BY_SIGNS, _PARTED):
        words = [word for word in pattern.split(text) if _bare(word)]
        key_lists = [_one(_bare(word), names, rule) for word in words]
        if len(words) > 1 and all(key_lists):
            return [key for keys in key_lists for key in keys]
    keys = {_bare(key): key for key in rule.choices}
    between_hyphens = [_bare(word) for word in _HYPHENS.split(text)]
    if len(between_hyphens) > 2 and all(word in keys for word in between_hyphens):  # `a-c` could mean `a, b, c`
        return [keys[word] for word in between_hyphens]
    in_a_row = rule.multiple and all(len(key) == 1 for key in keys) and len(set(text)) == len(text)
    return [keys[sign] for sign in text] if in_a_row and set(text) <= set(keys) else []


def _bare(text: str) -> str:
    return " ".join(text.casefold().split()).strip(_AROUND)


def _wording(picks: frozenset[str], rule: ChoiceOptions) -> Text:
    return joined(*(_choice(key, rule) for key in rule.choices if key in picks), separator="; ")


def _choice(key: str, rule: ChoiceOptions) -> Text:
    return joined(key, joined("(", message(rule.choices[key]), ")", separator=""))


def _parts(picks: frozenset[str], expected: frozenset[str], rule: ChoiceOptions) -> list[Part]:
    words = {True: message("chosen"), False: message("not chosen")}
    return [
        Part(
            label=_choice(key, rule),
            correct=(key in picks) == (key in expected),
            expected=words[key in expected],
            found=words[key in picks],
        )
        for key in rule.choices
    ]


KIND = Kind(
    check_options=check_options,
    assess=assess,
    form_problem=readable(read),
    form_note=note_of(read),
    meaning=meaning,
    explains=_explains,
)
