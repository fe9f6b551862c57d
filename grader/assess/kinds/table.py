"""A DataFrame or a Series of pandas, marked column by column."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from grader.assess import options
from grader.assess.answer_forms import UnreadableError
from grader.assess.answers import absence
from grader.assess.entries import EntryRules, in_words
from grader.assess.evidence import Evidence
from grader.assess.findings import finding, unmarked, unreadable
from grader.assess.kinds.kind import Kind, no_value
from grader.assess.tables import Table, expected_table, named_alike, read_table, rows_matched
from grader.model.assessment import Finding, Part, Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.storage.answer_data import as_answer
from grader.text import values
from grader.text.language import marked
from grader.text.messages import Text, counted, joined, message, number

_FORM = marked("Give a pandas DataFrame or Series.")
_MOST_ROWS = 1_000  # of the expected table if rows are compared in any order


class TableOptions(EntryRules):
    """How cells are compared, and whether the index, the order of rows and the order of columns count."""

    index: bool = False
    row_order: bool = True
    column_order: bool = False
    together: bool = False


@dataclass(frozen=True, slots=True)
class _Column:
    """A column, or the index, beside the expected one; `row` is the first row that differs, from 1."""

    label: Text
    is_right: bool
    reason: Text = ""
    row: int = 0


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: the expected value is a table, and each slip another table."""
    if problems := options.problems(TableOptions, question.options):
        return problems
    rules = options.read(TableOptions, question.options)
    try:
        expected = expected_table(as_answer(key.answers[question.id]))
        slips = [expected_table(as_answer(slip.value)) for slip in key.slips.get(question.id, ())]
    except ValueError as error:
        return [f"{error}."]
    if rules.index and expected.index is None:
        return ["the expected value has no index. Add \"index\", or remove 'index = true'."]
    if not rules.row_order and expected.rows > _MOST_ROWS:
        return [f"if any order of the rows is correct, there may be at most {_MOST_ROWS} rows. Require an order."]
    return ["a slip is marked as correct. Remove it." for slip in slips if _is_right(rules, slip, expected)]


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: the fraction of the columns that are right; each column too many costs one share."""
    absent = absence(evidence)
    if absent and absent.verdict is not Verdict.FAILED:
        return unmarked(question, absent.verdict, absent.reason, remedy=absent.remedy)
    rules, expected = options.read(TableOptions, question.options), expected_table(evidence.expected)
    right = _in_words(expected)
    if absent:
        return unreadable(question, absent.reason, message(_FORM), expected=right)
    try:
        table = read_table(evidence.answer)
    except UnreadableError as problem:
        answer = values.value(evidence.answer.value)
        return unreadable(question, problem.text, message(_FORM), expected=right, answer=answer)
    columns = tuple(_columns(rules, table, expected))
    extra = max(0, len(named_alike(table, expected, rules).columns.keys() - expected.columns.keys()))
    share = max(0.0, (sum(column.is_right for column in columns) - extra) / len(columns))
    slip = next((slip for slip in evidence.slips if _is_right(rules, table, expected_table(slip.value))), None)
    wrong = next((column for column in columns if not column.is_right), None)
    return finding(
        question,
        0 if rules.together and share < 1 else share,
        expected=right,
        answer=_in_words(table),
        revealing=wrong.reason if wrong else "",
        reason="" if share == 1 else slip.reason if slip else _remark(rules, table, expected, extra=extra),
        remedy=slip.remedy if slip else "",
        mistake=slip.reason if slip else "",
        parts=[_part(column) for column in columns],
    )


def _is_right(rules: TableOptions, table: Table, expected: Table) -> bool:
    columns = list(_columns(rules, table, expected))
    has_extra = len(named_alike(table, expected, rules).columns) > len(expected.columns)
    return not has_extra and all(column.is_right for column in columns)


def _columns(rules: TableOptions, table: Table, expected: Table) -> Iterator[_Column]:
    """Each expected column, the index and the order of the columns, as far as the question asks for them."""
    table = named_alike(table, expected, rules)
    if not rules.row_order and table.rows <= 2 * _MOST_ROWS:
        table = rows_matched(table, expected, rules)
    for name, right in expected.columns.items():
        label = f"`{name}`" if name else message("values")
        if name not in table.columns:
            yield _Column(label, False, message("The column {name} is missing.", name=label))
        else:
            yield _compared(label, table.columns[name], right, rules)
    if rules.index and expected.index is not None:
        label = message("index")
        if table.index is None:
            yield _Column(label, False, message("The answer has no index."))
        else:
            yield _compared(label, table.index, expected.index, rules)
    if rules.column_order:
        in_order = [name for name in table.columns if name in expected.columns] == list(expected.columns)
        reason = "" if in_order else message("The columns are in a different order.")
        yield _Column(message("order of the columns"), in_order, reason)


def _compared(label: Text, cells: Sequence[Any], right: Sequence[Any], rules: TableOptions) -> _Column:
    if len(cells) != len(right):
        right_rows = counted(len(right), "{amount} row", "{amount} rows")
        reason = message("Expected {right}, found {found}.", right=right_rows, found=number(len(cells)))
        return _Column(label, False, reason)
    for row, (cell, expected) in enumerate(zip(cells, right, strict=True), start=1):
        if not rules.same(cell, expected):
            pair = {"right": in_words(expected), "found": in_words(cell)}
            reason = message("{name}, row {row}: expected {right}, found {found}.", name=label, row=row, **pair)
            return _Column(label, False, reason, row)
    return _Column(label, True)


def _part(column: _Column) -> Part:
    return Part(label=column.label, correct=column.is_right, expected="", found="", reason=column.reason)


def _remark(rules: TableOptions, table: Table, expected: Table, extra: int) -> Text:
    remarks: list[Text] = []
    if extra:
        remarks.append(
            counted(
                extra,
                "The answer has {amount} column that the question does not ask for.",
                "The answer has {amount} columns that the question does not ask for.",
            )
        )
    if rules.row_order and table.rows == expected.rows <= _MOST_ROWS:
        loose = rules.model_copy(update={"row_order": False, "index": False})
        if _is_right(loose, table, expected):
            remarks.append(message("Only the order of the rows differs."))
    if rules.together:
        remarks.append(message("This question gives points only if the whole table is right."))
    return joined(*remarks)


def _in_words(table: Table) -> Text:
    names = joined(*(f"`{name}`" for name in list(table.columns)[:20] if name), separator=", ")
    rows = counted(table.rows, "{amount} row", "{amount} rows")
    size = joined(rows, counted(len(table.columns), "{amount} column", "{amount} columns"), separator=", ")
    return joined(size, joined("(", names, ")", separator="") if names else "")


def form_problem(question: Question, evidence: Evidence) -> Text:
    """See `Kind.form_problem`: a DataFrame, a Series or a dict of columns; a missing value in it is no blank."""
    if problem := no_value(question, evidence.answer):
        return problem
    try:
        read_table(evidence.answer)
    except UnreadableError as error:
        return message("`{name}`: {problem}", name=question.answer, problem=error.text)
    return ""


KIND = Kind(check_options=check_options, assess=assess, form_problem=form_problem)
