"""One choice, or several, out of a list."""

import re
from collections.abc import Iterable
from typing import Any

from pydantic import Field

from grader.assess import options, wording
from grader.assess.answers import absence
from grader.assess.evidence import Evidence, plain
from grader.assess.findings import finding, unmarked
from grader.assess.readings import UnreadableError
from grader.model.assessment import Finding, Part, Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.language import retold, say


class ChoiceOptions(options.Options):
    """What there is to choose from, and whether more than one may be right."""

    choices: dict[str, str] = Field(min_length=2)
    multiple: bool = False


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: the expected value has to be one of the choices, or some if multiple."""
    found = options.problems(ChoiceOptions, question.options)
    if found:
        return found
    rule = options.read(ChoiceOptions, question.options)
    values = [key.answers[question.id], *(slip.value for slip in key.slips.get(question.id, ()))]
    try:
        expected, *slips = (_picks(plain(value), rule) for value in values)
    except UnreadableError as problem:
        return [f"the expected value and the slips must be among the choices: {problem}"]
    if not rule.multiple and len(expected) != 1:
        return ["the expected value must be one of the choices; set 'multiple = true' to allow several."]
    return ["a slip is the right choice; take it out." for slip in slips if slip == expected]


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: of several, right picks less wrong ones, as a share of the right ones."""
    rule = options.read(ChoiceOptions, question.options)
    expected = _picks(evidence.expected, rule)
    right = _wording(expected, rule)
    absent = absence(evidence)
    if absent and absent.verdict is not Verdict.FAILED:
        return unmarked(question, absent.verdict, absent.reason, remedy=absent.remedy)
    if absent:
        return finding(question, 0, expected=right, reason=absent.reason)
    try:
        picks = _picks(evidence.answer.value, rule)
    except UnreadableError as problem:
        return finding(question, 0, expected=right, found=wording.value(evidence.answer.value), reason=str(problem))
    found = _wording(picks, rule)
    if not rule.multiple and len(picks) > 1:
        return finding(question, 0, expected=right, found=found, reason=say("Only one choice was asked for."))
    if picks == expected:
        return finding(question, 1, expected=right, found=found)
    slip = next((slip for slip in evidence.slips if picks == _picks(plain(slip.value), rule)), None)
    return finding(
        question,
        max(0.0, (len(picks & expected) - len(picks - expected)) / len(expected)),
        expected=right,
        found=found,
        comparison=say("Expected {right}; found {found}.", right=right, found=found),
        reason=retold(slip.reason) if slip else "" if question.show_expected else say("This is not the right choice."),
        remedy=retold(slip.remedy) if slip else "",
        parts=_parts(picks, expected, rule) if rule.multiple else (),
    )


def _picks(value: Any, rule: ChoiceOptions) -> frozenset[str]:
    """The keys that an answer names: by key or by text, whatever the case and the brackets.

    Raises:
        UnreadableError: If something is not among the choices, or nothing is named.
    """
    given = [value] if not isinstance(value, list) else value
    picks = frozenset(key for item in given for key in _named(item, rule))
    if not picks:
        raise UnreadableError(say("No choice was named; there are {choices}.", choices=", ".join(rule.choices)))
    return picks


def _named(item: Any, rule: ChoiceOptions) -> Iterable[str]:
    text = _bare(str(item)) if isinstance(item, str | int | float) else ""
    names = {_bare(word): key for key, meaning in rule.choices.items() for word in (meaning, key)}
    if text in names:
        return [names[text]]
    words = [_bare(word) for word in re.split(r"[,;\s+&]+|\band\b", text) if _bare(word)]
    if len(words) > 1 and all(word in names for word in words):
        return [names[word] for word in words]
    raise UnreadableError(
        say("{answer} is not among the choices {choices}.", answer=wording.value(item), choices=", ".join(rule.choices))
    )


def _bare(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" '\"`()[]{}.:")


def _wording(picks: frozenset[str], rule: ChoiceOptions) -> str:
    return "; ".join(f"{key} ({say(rule.choices[key])})" for key in rule.choices if key in picks)


def _parts(picks: frozenset[str], expected: frozenset[str], rule: ChoiceOptions) -> list[Part]:
    words = {True: say("chosen"), False: say("not chosen")}
    return [
        Part(
            label=f"{key} ({say(text)})",
            correct=(key in picks) == (key in expected),
            expected=words[key in expected],
            found=words[key in picks],
        )
        for key, text in rule.choices.items()
    ]
