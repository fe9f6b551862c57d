"""Tables as students hand them over: a DataFrame, a Series, a dict of columns; and as a key expects them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from grader.assess.answer_forms import UnreadableError
from grader.assess.entries import EntryRules
from grader.model.record import Answer
from grader.text import values
from grader.text.messages import message


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        columns: Name -> cells, one for each row; the only column of a Series may have the name "".
        index: The labels of the rows; None if they are not known, or do not matter.
    """

    columns: Mapping[str, Sequence[Any]]
    index: Sequence[Any] | None = None

    @property
    def rows(self) -> int:
        """Number of rows."""
        return max((len(cells) for cells in self.columns.values()), default=0)

    def row(self, number: int, names: Sequence[str]) -> list[Any]:
        """The cells of one row in the order of some column names; None for a column that is missing."""
        return [self.columns[name][number] if name in self.columns else None for name in names]

    def in_order(self, places: Sequence[int]) -> "Table":
        """The same rows in another order."""
        columns = {name: [cells[place] for place in places] for name, cells in self.columns.items()}
        return Table(columns, [self.index[place] for place in places] if self.index is not None else None)


def expected_table(expected: Any) -> Table:
    """Read the expected value of a key.

    Args:
        expected: `{"columns": {name: [...]}, "index": [...]}` as plain data; `index` may be missing.

    Raises:
        ValueError: It has another form. The message is a clause for the author.
    """
    columns = expected.get("columns") if isinstance(expected, dict) else None
    if not isinstance(columns, dict) or not columns or set(expected) - {"columns", "index"}:
        raise ValueError('the expected value must be a DataFrame, a Series or {"columns": {name: [...], ...}}')
    index = expected.get("index")
    sizes = {len(cells) if isinstance(cells, list) else -1 for cells in columns.values()}
    sizes |= {len(index)} if isinstance(index, list) else set()
    if len(sizes) != 1 or -1 in sizes or not (index is None or isinstance(index, list)):
        raise ValueError("all columns and the index must be lists of the same length")
    return Table(columns, index)


def read_table(answer: Answer) -> Table:
    """Read an answer: a DataFrame, a Series, or a dict of columns.

    Args:
        answer: An answer with a value.

    Raises:
        UnreadableError: It is not a table. The message is for the student.
    """
    value, details = answer.value, answer.details if isinstance(answer.details, dict) else {}
    if isinstance(value, dict) and value and all(isinstance(cells, list) for cells in value.values()):
        sizes = {len(cells) for cells in value.values()}
        if len(sizes) > 1:
            raise UnreadableError(message("The columns do not all have the same length."))
        return Table(value)
    index = details.get("index")
    index = index if isinstance(index, list) and isinstance(value, list) and len(index) == len(value) else None
    columns = details.get("columns")
    if isinstance(columns, list) and isinstance(value, list):
        names = [name if isinstance(name, str) else str(name) for name in columns]
        if all(isinstance(cells, list) and len(cells) == len(names) for cells in value):
            return Table({name: [cells[place] for cells in value] for place, name in enumerate(names)}, index)
    if "index" in details and isinstance(value, list):
        name = details.get("name")
        return Table({"" if name is None else str(name): value}, index)
    raise UnreadableError(
        message("The question asks for a DataFrame or a Series. This is {answer}.", answer=values.value(value))
    )


def named_alike(table: Table, expected: Table, rules: EntryRules) -> Table:
    """The table with its columns called as in the expected one, where only blanks or case differ.

    A table with a single column has the name of the expected one if that is also the only one, and has no name itself
    or is not given one by the key: a Series often has no name.
    """
    names = {rules.text(name): name for name in expected.columns}
    columns = {names.get(rules.text(name), name): cells for name, cells in table.columns.items()}
    if len(columns) == len(expected.columns) == 1 and ("" in columns or "" in expected.columns):
        columns = dict(zip(expected.columns, columns.values(), strict=True))
    return replace(table, columns=columns)


def rows_matched(table: Table, expected: Table, rules: EntryRules) -> Table:
    """The table with its rows in the order of the expected ones that they equal; the others follow in their order."""
    names = list(expected.columns)
    left = list(range(table.rows))
    places = []
    for number in range(expected.rows):
        right = expected.row(number, names)
        match = next((place for place in left if rules.same(table.row(place, names), right)), None)
        places.append(match)
        if match is not None:
            left.remove(match)
    rest = iter(left)
    filled = [next(rest, None) if place is None else place for place in places]
    return table.in_order([place for place in (*filled, *rest) if place is not None])
