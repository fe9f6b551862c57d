"""DataFrames and Series, marked column by column."""

from typing import Any

import pandas as pd
import pytest

from grader.assess import form
from grader.assess.engine import validate
from grader.execute.inside.answers import encode
from grader.execute.inside.described import details
from grader.model.assessment import Verdict
from grader.model.key import Slip
from grader.model.record import Answer, AnswerState, Outcome, Record
from grader.storage.answer_data import checked_answer
from tests.assess.assess_samples import answer_key, exercise, question, value
from tests.assess.conftest import Mark

NAN = float("nan")
MEANS = pd.DataFrame({"city": ["Bern", "Chur", "Thun"], "mean": [0.5, 1.25, NAN]})


def handed_over(thing: Any) -> Answer:
    """The answer as the sandbox would return it."""
    encoded = encode(thing)
    return Answer(AnswerState(encoded["state"]), encoded.get("value"), encoded["type_name"], details=details(thing))


@pytest.mark.parametrize(
    ("options", "thing", "share"),
    [
        ({}, MEANS, 1),
        ({}, MEANS[["mean", "city"]], 1),
        ({"column_order": True}, MEANS[["mean", "city"]], 2 / 3),
        ({}, MEANS.iloc[::-1], 0),
        ({"row_order": False}, MEANS.iloc[::-1], 1),
        ({"row_order": False, "index": True}, MEANS.iloc[::-1], 1),
        ({"index": True}, MEANS.set_index(pd.Index([5, 6, 7])), 2 / 3),
        ({}, MEANS.assign(mean=[0.5, 1.34, NAN]), 0.5),
        ({"tolerance": 0.1}, MEANS.assign(mean=[0.5, 1.34, NAN]), 1),
        ({}, MEANS.rename(columns={"mean": "average"}), 0),  # one is right, and one is too many
        ({"ignore_case": True}, MEANS.rename(columns={"mean": "Mean"}), 1),
        ({}, MEANS.head(2), 0),
        ({}, MEANS.assign(extra=1), 0.5),
        ({"together": True}, MEANS.assign(mean=0), 0),
        ({}, {"city": ["Bern", "Chur", "Thun"], "mean": [0.5, 1.25, None]}, 1),
        ({}, MEANS.astype({"city": "category"}), 1),
    ],
)
def test_columns_are_compared_one_by_one(mark: Mark, options: dict[str, Any], thing: Any, share: float) -> None:
    finding = mark(question("table", **options), checked_answer(MEANS), given=handed_over(thing))
    assert finding.points == pytest.approx(4 * share, abs=0.01)


def test_a_series_is_a_table_with_one_column(mark: Mark) -> None:
    series = pd.Series([3, 5], index=["cat", "dog"], name="count")
    expected = checked_answer(series)
    asked = question("table", index=True)
    assert mark(asked, expected, given=handed_over(series)).points == 4
    assert mark(asked, expected, given=handed_over(series.rename(None))).points == 4
    assert mark(asked, expected, given=handed_over(series.to_frame())).points == 4
    assert mark(asked, expected, given=handed_over(series.reset_index(drop=True))).points == 2
    assert mark(asked, expected, given=handed_over(series[::-1])).points == 0
    assert mark(question("table", index=True, row_order=False), expected, given=handed_over(series[::-1])).points == 4


def test_dates_and_truth_values_are_compared(mark: Mark) -> None:
    frame = pd.DataFrame({"day": pd.to_datetime(["2026-01-01", "NaT"]), "open": [True, False]})
    assert mark(question("table"), checked_answer(frame), given=handed_over(frame)).points == 4
    later = frame.assign(day=frame.day + pd.Timedelta(days=1))
    assert mark(question("table"), checked_answer(frame), given=handed_over(later)).points == 2


INDICES = [
    pd.date_range("2026-01-01", periods=3, freq="D"),
    pd.interval_range(0, 3),
    pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)]),
    pd.Index([0.5, float("nan"), 2]),
    pd.CategoricalIndex(["x", "y", "x"]),
    pd.period_range("2026-01", periods=3, freq="M"),
]


@pytest.mark.parametrize("index", INDICES, ids=[type(index).__name__ for index in INDICES])
def test_row_labels_and_column_names_of_any_type_are_compared(mark: Mark, index: Any) -> None:
    frame = MEANS.set_axis(index)
    asked = question("table", index=True)
    assert mark(asked, checked_answer(frame), given=handed_over(frame)).points == 4
    assert mark(asked, checked_answer(frame), given=handed_over(MEANS)).points < 4
    wide = pd.DataFrame([[1, 2, 3]], columns=index)
    assert mark(question("table"), checked_answer(wide), given=handed_over(wide)).points == 4


def test_the_report_names_the_first_cell_that_differs(mark: Mark) -> None:
    finding = mark(question("table"), checked_answer(MEANS), given=handed_over(MEANS.assign(mean=[0.5, 2, NAN])))
    assert "`mean`, row 2: expected 1.25, found 2." in finding.reason
    hidden = mark(
        question("table", show_expected=False), checked_answer(MEANS), given=handed_over(MEANS.assign(mean=[0.5, 2, 0]))
    )
    assert "1.25" not in f"{hidden.reason}{hidden.expected}{hidden.parts}"


def test_rows_in_another_order_are_noticed(mark: Mark) -> None:
    finding = mark(question("table"), checked_answer(MEANS), given=handed_over(MEANS.iloc[::-1]))
    assert finding.reason.endswith("Only the order of the rows differs.")


@pytest.mark.parametrize("thing", [3, "table", [[1, 2], [3, 4]], {"a": 1}, {}, {"a": [1], "b": [1, 2]}])
def test_what_is_not_a_table_earns_nothing(mark: Mark, thing: Any) -> None:
    finding = mark(question("table"), checked_answer(MEANS), given=value(thing))
    assert (finding.points, finding.verdict) == (0, Verdict.FAILED)


@pytest.mark.parametrize(
    "more",
    [
        {"columns": [1], "index": []},
        {"columns": "ab", "index": 3},
        {"columns": ["a"] * 9, "index": [None]},
        {"index": 3},
        {"name": []},
        [],
        "columns",
    ],
)
def test_details_of_any_form_break_nothing(mark: Mark, more: Any) -> None:
    things: list[Any] = [[["Bern", 1]], [1, 2], [], "x", None, {"a": []}]
    for thing in things:
        answer = Answer(AnswerState.VALUE, thing, "DataFrame", details=more)
        finding = mark(question("table", index=True, row_order=False), checked_answer(MEANS), given=answer)
        assert finding.verdict in (Verdict.FAILED, Verdict.PARTIAL)


def test_a_slip_is_explained(mark: Mark) -> None:
    slip = Slip(checked_answer(MEANS.assign(mean=0)), "These are sums.", "Divide.")
    finding = mark(question("table"), checked_answer(MEANS), given=handed_over(MEANS.assign(mean=0)), slips=(slip,))
    assert finding.reason.endswith("These are sums.")


@pytest.mark.parametrize(
    ("options", "expected", "problem"),
    [
        ({}, 3, "the expected value must be a DataFrame"),
        ({}, {"columns": {}}, "the expected value must be a DataFrame"),
        ({}, {"columns": {"a": [1], "b": []}}, "must be lists of the same length"),
        ({}, {"columns": {"a": 1}}, "must be lists of the same length"),
        ({"index": True}, {"columns": {"a": [1]}}, "the expected value has no index"),
        ({"row_order": False}, {"columns": {"a": [1] * 1001}}, "there may be at most 1000 rows"),
    ],
)
def test_a_table_that_cannot_be_compared_is_rejected(options: dict[str, Any], expected: Any, problem: str) -> None:
    problems = validate(exercise(question("table", **options)), answer_key(expected))
    assert any(problem in line for line in problems), problems


def test_check_looks_at_the_form_alone() -> None:
    def problem(answer: Answer) -> str:
        record = Record(key="k", outcome=Outcome.COMPLETED, answers={"answer": answer})
        return str(form.problem(question("table"), record))

    assert problem(handed_over(MEANS)) == ""
    assert "The question asks for a DataFrame or a Series" in problem(value(3))
