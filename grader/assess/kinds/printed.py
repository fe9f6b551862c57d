"""The text that a named cell printed, compared exactly, with a pattern, or by the numbers in it."""

import re
from typing import Any, Literal

from pydantic import Field

from grader.assess import causes, options
from grader.assess.cell_absence import absent_output, missing_cell, stop_of
from grader.assess.entries import in_words
from grader.assess.evidence import Evidence
from grader.assess.findings import finding, unmarked
from grader.assess.kinds.kind import Kind, no_variable, problems_of_places
from grader.assess.kinds.string import compared
from grader.assess.text_rules import TextRules, right_texts
from grader.model.assessment import Finding, Verdict
from grader.model.closeness import close
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.needs import Needs
from grader.model.record import CellRun
from grader.storage.answer_data import as_answer
from grader.text import python_source
from grader.text.messages import Text, joined, message, shortened

_NUMBER = re.compile(r"(?<![\w.])[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?(?![\w])")
_MOST_TEXT = 20_000
_MOST_NUMBERS = 1_000
_MOST_OTHERS = 20  # numbers between the expected ones; with more, a cell could print all numbers there are
_LONGEST_SHOWN = 500


class PrintedOptions(options.Exactness):
    """The name of the cell, and how its text is compared.

    With `compare = "numbers"`, the numbers in the text have to be the expected ones in this order; with `among`, there
    may be up to 20 others between them.
    """

    cell: str = Field(min_length=1)
    compare: Literal["exact", "pattern", "numbers"] = "exact"
    ignore_case: bool = False
    spaces: Literal["exact", "ends", "single", "ignore"] = "single"
    among: bool = False

    @property
    def rules(self) -> TextRules:
        """The rules for a text."""
        compare: Literal["exact", "pattern"] = "pattern" if self.compare == "pattern" else "exact"
        return TextRules(compare=compare, ignore_case=self.ignore_case, spaces=self.spaces)


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: the expected value is a text or numbers, as the option `compare` says."""
    problems = options.problems(PrintedOptions, question.options) or problems_of_places(question, ())
    if problems:
        return problems
    rule, expected = options.read(PrintedOptions, question.options), as_answer(key.answers[question.id])
    slips = [as_answer(slip.value) for slip in key.slips.get(question.id, ())]
    if rule.compare == "numbers":
        if not all(map(_are_numbers, [expected, *slips])):
            return ["the expected value and the slips must be a number, or a list of numbers that is not empty."]
        return ["a slip is marked as correct. Remove it." for slip in slips if _fits(rule, _listed(slip), expected)]
    try:
        right = right_texts(rule.rules, expected)
    except ValueError as error:
        return [f"{error}."]
    if not all(isinstance(slip, str) for slip in slips):
        return ["the slips must be texts."]
    return [f"the slip '{slip}' is marked as correct. Remove it." for slip in slips if right.fits(slip)]


def _are_numbers(value: Any) -> bool:
    items = _listed(value)
    return bool(items) and all(isinstance(item, int | float) and not isinstance(item, bool) for item in items)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: full points if the cell printed what is expected, else none."""
    rule = options.read(PrintedOptions, question.options)
    index = evidence.cell(rule.cell)
    absent = missing_cell(evidence, rule.cell) if index is None else absent_output(evidence, index)
    if absent or index is None:
        assert absent is not None
        return unmarked(question, absent.verdict, absent.reason, remedy=absent.remedy)
    text = printed_text(causes.run_of(evidence, index))
    if not text.strip():
        reason = message("Cell {cell} printed nothing. Use `print(...)`.", cell=index + 1)
        return finding(question, 0, reason=reason)
    stop = stop_of(evidence, index)
    result = _of_numbers(question, evidence, text) if rule.compare == "numbers" else _of_text(question, evidence, text)
    if result.verdict is Verdict.PASSED:
        return result
    if python_source.holds_blank(evidence.cells[index]):  # `print(...)` prints the word Ellipsis
        reason = message("Cell {cell} still contains `...`: this question was not attempted.", cell=index + 1)
        return unmarked(question, Verdict.NOT_ATTEMPTED, reason)
    if not stop:
        return result
    return finding(
        question,
        0,
        expected=result.expected,
        answer=result.found,
        reason=joined(result.reason, stop, separator=" "),
        comparison=result.comparison,
    )


def printed_text(run: CellRun) -> str:
    """The text that a cell printed, without what it wrote as errors or displayed; at most 20,000 characters."""
    streams = [output for output in run.outputs if output.get("output_type") == "stream"]
    pieces = [output.get("text") for output in streams if output.get("name") == "stdout"]
    return "".join(piece for piece in pieces if isinstance(piece, str))[:_MOST_TEXT]


def _of_text(question: Question, evidence: Evidence, text: str) -> Finding:
    right = right_texts(options.read(PrintedOptions, question.options).rules, evidence.expected)
    return compared(question, evidence, right, text)


def _of_numbers(question: Question, evidence: Evidence, text: str) -> Finding:
    rule = options.read(PrintedOptions, question.options)
    numbers = [float(match[0]) for match in _NUMBER.finditer(text)][:_MOST_NUMBERS]
    expected = _listed(evidence.expected)
    right, answer = in_words(expected), shortened(text.strip(), _LONGEST_SHOWN)
    if _fits(rule, numbers, expected):
        return finding(question, 1, expected=right, answer=answer)
    slip = next((slip for slip in evidence.slips if _fits(rule, numbers, slip.value)), None)
    printed = in_words(numbers) if numbers else message("no number")
    reason: Text = slip.reason if slip else ""
    if not slip and not question.show_expected:
        reason = message("The numbers that the cell printed are not the expected ones.")
    return finding(
        question,
        0,
        expected=right,
        answer=answer,
        comparison=message("Expected {right}, found {found}.", right=right, found=printed),
        reason=reason,
        remedy=slip.remedy if slip else "",
        mistake=slip.reason if slip else "",
    )


def _fits(rule: PrintedOptions, numbers: list[Any], expected: Any) -> bool:
    """Whether the numbers are the expected ones in this order; others may be between them if the question allows it."""
    exact, rest = rule.precision, list(_listed(expected))
    if len(numbers) > len(rest) + (_MOST_OTHERS if rule.among else 0):
        return False
    for value in numbers:
        if rest and close(value, rest[0], exact.allowed(rest[0]), exact.relative_tolerance):
            rest.pop(0)
        elif not rule.among:
            return False
    return not rest


def form_problem(question: Question, evidence: Evidence) -> Text:
    """See `Kind.form_problem`: the cell exists, ran, and printed something."""
    rule = options.read(PrintedOptions, question.options)
    index = evidence.cell(rule.cell)
    absent = missing_cell(evidence, rule.cell) if index is None else absent_output(evidence, index)
    if absent or index is None:
        return absent.reason if absent else ""
    if printed_text(causes.run_of(evidence, index)).strip():
        return ""
    return message("Cell {cell} printed nothing. Use `print(...)`.", cell=index + 1)


KIND = Kind(
    check_options=check_options,
    assess=assess,
    form_problem=form_problem,
    request=no_variable,
    needs=Needs(variable=False),
)
