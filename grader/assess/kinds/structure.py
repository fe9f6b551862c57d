"""A dict or a list, such as a list of texts, marked entry by entry."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grader.assess import options
from grader.assess.answer_forms import UnreadableError
from grader.assess.answers import absence
from grader.assess.entries import EntryRules, in_words, slip_for
from grader.assess.evidence import Evidence
from grader.assess.findings import finding, unmarked, unreadable
from grader.assess.kinds.kind import Kind, readable
from grader.model.assessment import Finding, Part, Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.record import Answer
from grader.storage.answer_data import as_answer
from grader.text import values
from grader.text.messages import Text, counted, joined, message, number

_WITHOUT_ORDER = ("set", "frozenset")
_MOST_PARTS = 50
_MANY = 10


class StructureOptions(EntryRules):
    """How entries are compared. `ordered`: whether the order of a list counts; `together`: all entries or no points."""

    ordered: bool = True
    together: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry that is expected or that was found. A side without it is None, which is not the entry `None`."""

    label: Text
    expected: tuple[Any] | None
    actual: tuple[Any] | None
    is_right: bool


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: the expected value is a dict or a list that is not empty; each slip is another."""
    if problems := options.problems(StructureOptions, question.options):
        return problems
    rules = options.read(StructureOptions, question.options)
    expected = as_answer(key.answers[question.id])
    if not isinstance(expected, dict | list) or not expected:
        return ["the expected value must be a dict or a list with at least one entry."]
    if isinstance(expected, dict) and not rules.ordered:
        return ["'ordered' is for lists only, but the expected value is a dict. Remove 'ordered'."]
    slips = [as_answer(slip.value) for slip in key.slips.get(question.id, ())]
    return [
        f"the slip {slip} is marked as correct. Remove it."
        for slip in slips
        if type(slip) is type(expected) and all(entry.is_right for entry in _entries(rules, expected, slip))
    ]


def read(_question: Question, answer: Answer, expected: Any = None) -> Any:
    """Read an answer.

    Args:
        question: The question.
        answer: An answer with a value.
        expected: The right dict or list; None without a key. Then both are accepted.

    Raises:
        UnreadableError: It is not of this type. The message is for the student.
    """
    value = answer.value
    types = dict | list if expected is None else type(expected)
    if isinstance(value, types):
        return value
    text = values.value(value)
    if expected is None:
        raise UnreadableError(message("The question asks for a dict or a list. This is {answer}.", answer=text))
    if isinstance(expected, dict):
        raise UnreadableError(message("The question asks for a dict. This is {answer}.", answer=text))
    raise UnreadableError(message("The question asks for a list. This is {answer}.", answer=text))


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: the fraction of the expected entries that are right; each entry too many costs one share."""
    absent = absence(evidence)
    if absent and absent.verdict is not Verdict.FAILED:
        return unmarked(question, absent.verdict, absent.reason, remedy=absent.remedy)
    rules, expected = options.read(StructureOptions, question.options), evidence.expected
    right = in_words(expected)
    step = message("Give a dict.") if isinstance(expected, dict) else message("Give a list.")
    if absent:
        return unreadable(question, absent.reason, step, expected=right)
    answer = evidence.answer
    try:
        value = read(question, answer, expected)
        if isinstance(expected, list) and rules.ordered and answer.type_name in _WITHOUT_ORDER and len(value) > 1:
            raise UnreadableError(message("A set has no order. Write a list, [...]."))
        if len(value) > _MANY + _MANY * len(expected):  # comparing in any order would take long
            raise UnreadableError(message("The answer has {count} entries, far too many.", count=number(len(value))))
    except UnreadableError as problem:
        return unreadable(question, problem.text, step, expected=right, answer=in_words(answer.value))
    entries = tuple(_entries(rules, expected, value))
    correct = sum(entry.is_right for entry in entries if entry.expected)
    extra = sum(entry.expected is None for entry in entries)
    share = max(0.0, (correct - extra) / len(expected))
    if share == 1:
        return finding(question, 1, expected=right, answer=in_words(value))
    slip = slip_for(rules, value, evidence.slips)
    return finding(
        question,
        0 if rules.together else share,
        expected=right,
        answer=in_words(value),
        revealing=_first_difference(entries),
        reason=slip.reason if slip else _remark(rules, expected, value, correct=correct, extra=extra),
        remedy=slip.remedy if slip else "",
        mistake=slip.reason if slip else "",
        parts=[_part(entry) for entry in entries[:_MOST_PARTS]],
    )


def _entries(rules: StructureOptions, expected: Any, value: Any) -> Iterator[_Entry]:
    if isinstance(expected, dict):
        yield from _named(rules, expected, value)
    elif rules.ordered:
        yield from _in_order(rules, expected, value)
    else:
        yield from _in_any_order(rules, expected, value)


def _named(rules: StructureOptions, expected: Mapping[str, Any], value: Mapping[str, Any]) -> Iterator[_Entry]:
    names = {rules.text(name): name for name in value}
    for name, right in expected.items():
        actual = names.pop(rules.text(name), None)
        item = None if actual is None else (value[actual],)
        yield _Entry(values.value(name), (right,), item, item is not None and rules.same(item[0], right))
    for name in names.values():
        yield _Entry(values.value(name), None, (value[name],), False)


def _in_order(rules: StructureOptions, expected: list[Any], value: list[Any]) -> Iterator[_Entry]:
    for place in range(max(len(expected), len(value))):
        label = message("entry {number}", number=place + 1)
        right = (expected[place],) if place < len(expected) else None
        item = (value[place],) if place < len(value) else None
        yield _Entry(label, right, item, bool(right and item and rules.same(item[0], right[0])))


def _in_any_order(rules: StructureOptions, expected: list[Any], value: list[Any]) -> Iterator[_Entry]:
    left = list(value)
    for right in expected:
        place = next((place for place, item in enumerate(left) if rules.same(item, right)), None)
        item = None if place is None else (left.pop(place),)
        yield _Entry(in_words(right), (right,), item, item is not None)
    for item in left:
        yield _Entry(in_words(item), None, (item,), False)


def _part(entry: _Entry) -> Part:
    return Part(
        label=entry.label,
        correct=entry.is_right,
        expected=in_words(entry.expected[0]) if entry.expected else message("not asked for"),
        found=in_words(entry.actual[0]) if entry.actual else message("missing"),
        reason="" if entry.is_right else _difference(entry),
    )


def _first_difference(entries: tuple[_Entry, ...]) -> Text:
    return next((_difference(entry) for entry in entries if not entry.is_right), "")


def _difference(entry: _Entry) -> Text:
    if entry.actual is None:
        return message("{name} is missing.", name=entry.label)
    if entry.expected is None:
        return message("{name} is not part of the answer.", name=entry.label)
    right, actual = in_words(entry.expected[0]), in_words(entry.actual[0])
    return message("{name}: expected {right}, found {found}.", name=entry.label, right=right, found=actual)


def _remark(rules: StructureOptions, expected: Any, value: Any, *, correct: int, extra: int) -> Text:
    """The number of entries that are right, and whether only the order or the case differs."""
    count: Text = message("{right} of {count} entries are right.", right=number(correct), count=number(len(expected)))
    if extra:
        count = joined(
            count,
            counted(
                extra,
                "The answer has {amount} entry that the question does not ask for.",
                "The answer has {amount} entries that the question does not ask for.",
            ),
        )
    if isinstance(expected, list) and rules.ordered and len(value) == len(expected):
        loose = rules.model_copy(update={"ordered": False})
        if all(entry.is_right for entry in _entries(loose, expected, value)):
            return joined(count, message("Only the order differs."))
    if not rules.ignore_case:
        loose = rules.model_copy(update={"ignore_case": True})
        if all(entry.is_right for entry in _entries(loose, expected, value)):
            return joined(count, message("Only upper and lower case differ."))
    return joined(count, message("This question gives points only if all entries are right.") if rules.together else "")


KIND = Kind(check_options=check_options, assess=assess, form_problem=readable(read))
