"""Arrays cell by cell, shapes axis by axis."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies
from hypothesis import strategies as st

from grader.assess.answer_forms import cells_close
from grader.assess.engine import validate
from grader.model.assessment import Verdict
from grader.model.closeness import close
from grader.model.key import Slip
from tests.assess.assess_samples import answer_key, exercise, question, value
from tests.assess.conftest import Mark

ARRAY = [[1, 2], [3, 4]]


@pytest.mark.parametrize("form", [ARRAY, [[1.0, 2.0], [3.0, 4.0]], [[["1", 2], [3, 4]]], [[[1], [2]], [[3], [4]]]])
def test_a_right_array_counts_in_every_form(mark: Mark, form: list[list[Any]]) -> None:
    assert mark(question("array"), np.array(ARRAY), given=value(form)).verdict is Verdict.PASSED


@pytest.mark.parametrize("form", [5, None, True, 2.5, "[1, 2]", [], [1], {"a": 1}])
@pytest.mark.parametrize("claimed", ["set", "frozenset", "tuple", "ndarray", ""])
def test_the_name_of_a_type_is_a_claim_that_the_value_need_not_fit(mark: Mark, form: Any, claimed: str) -> None:
    finding = mark(question("array"), np.array(ARRAY), given=replace(value(form), type_name=claimed))
    assert finding.verdict in (Verdict.FAILED, Verdict.PARTIAL)


def test_each_cell_has_an_equal_share(mark: Mark) -> None:
    finding = mark(question("array"), ARRAY, given=value([[1, 2], [3, 5]]))
    assert (finding.verdict, finding.points) == (Verdict.PARTIAL, 3.0)
    assert [part.label for part in finding.parts if not part.correct] == ["row 2, column 2"]


def test_the_wrong_shape_earns_nothing_and_is_named(mark: Mark) -> None:
    finding = mark(question("array"), ARRAY, given=value([1, 2, 3, 4]))
    assert (finding.points, finding.parts[0].expected, finding.parts[0].found) == (0.0, "2×2", "4")


def test_a_large_array_is_told_by_its_sizes_and_its_range(mark: Mark) -> None:
    given = np.arange(784, dtype=float).reshape(28, 28, 1) / 3
    assert mark(question("array"), given, given=value(given.tolist())).found == "28×28×1 numbers from 0 to 261"


def test_one_number_everywhere_earns_nothing(mark: Mark) -> None:
    assert mark(question("array"), [[0, 0], [0, 1]], given=value([[0, 0], [0, 0]])).points == 0


def test_blank_cells_are_wrong_and_the_others_count(mark: Mark) -> None:
    finding = mark(question("array"), ARRAY, given=value([[1, "..."], [3, 4]]))
    assert finding.points == 3.0
    assert "left blank" in finding.parts[1].found


def test_an_array_of_blanks_was_not_attempted(mark: Mark) -> None:
    finding = mark(question("array"), ARRAY, given=value([["...", "..."], ["...", "..."]]))
    assert finding.verdict is Verdict.NOT_ATTEMPTED


@pytest.mark.parametrize(
    "form", [[[1, 2], [3]], [[1, 2], 3], [1, [2, 3]], "text", {"a": 1}, [["a", "b"], [1, 2]], [True]]
)
def test_what_is_no_array_fails_without_an_error_of_ours(mark: Mark, form: Any) -> None:
    finding = mark(question("array"), ARRAY, given=value(form))
    assert (finding.verdict, finding.points) == (Verdict.FAILED, 0.0)


def test_nan_in_a_cell_costs_that_cell(mark: Mark) -> None:
    assert mark(question("array"), ARRAY, given=value([["nan", 2], [3, 4]])).points == 3.0


def test_a_hundred_nested_lists_are_refused(mark: Mark) -> None:
    nested: Any = 1
    for _ in range(900):
        nested = [nested]
    assert mark(question("array"), ARRAY, given=value(nested)).verdict is Verdict.FAILED


def test_a_slip_of_an_array_is_recognised(mark: Mark) -> None:
    slips = (Slip(np.array([[4, 3], [2, 1]]), "The kernel was flipped.", "Slide it as it is."),)
    finding = mark(question("array"), ARRAY, given=value([[4, 3], [2, 1]]), slips=slips)
    assert "The kernel was flipped." in finding.reason
    assert finding.hint == "Slide it as it is."


@pytest.mark.parametrize(
    "form", [[26, 26, 32], [None, 26, 26, 32], [26.0, 26.0, 32.0], "26x26x32", "(None, 26, 26, 32)"]
)
def test_a_right_shape_counts_with_and_without_its_batch_axis(mark: Mark, form: Any) -> None:
    asked = question("array", form="shape")
    assert mark(asked, (26, 26, 32), given=value(form)).verdict is Verdict.PASSED
    assert mark(asked, (None, 26, 26, 32), given=value(form)).verdict is Verdict.PASSED


@pytest.mark.parametrize("form", [800, [800], [None, 800], "800"])
def test_a_flat_shape_may_be_given_as_a_number(mark: Mark, form: Any) -> None:
    assert mark(question("array", form="shape"), (800,), given=value(form)).verdict is Verdict.PASSED


def test_each_axis_has_an_equal_share(mark: Mark) -> None:
    finding = mark(question("array", points=3, form="shape"), (26, 26, 32), given=value([28, 26, 32]))
    assert finding.points == 2.0
    assert [part.correct for part in finding.parts] == [False, True, True]


def test_a_size_for_the_batch_axis_costs_one_axis_and_is_explained(mark: Mark) -> None:
    finding = mark(question("array", points=4, form="shape"), (26, 26, 32), given=value([1, 26, 26, 32]))
    assert finding.points == 3.0
    assert "batch axis" in finding.reason


def test_a_forgotten_axis_is_never_a_pass(mark: Mark) -> None:
    finding = mark(question("array", points=3, form="shape"), (26, 26, 32), given=value([26, 26]))
    assert (finding.verdict, finding.points) == (Verdict.PARTIAL, 2.0)


@pytest.mark.parametrize("form", [[26, 26, 32.5], ["a", 26, 32], {"h": 26}, True, []])
def test_what_is_no_shape_earns_nothing(mark: Mark, form: Any) -> None:
    finding = mark(question("array", form="shape"), (26, 26, 32), given=value(form))
    assert (finding.verdict, finding.points) == (Verdict.FAILED, 0.0)


def test_another_number_of_axes_is_named_without_the_right_one(mark: Mark) -> None:
    finding = mark(question("array", form="shape", show_expected=False), [26, 26, 32], given=value([26]))
    assert finding.reason == "You gave 1 size. The output has a different number of axes."


def test_a_hidden_shape_is_told_nowhere(mark: Mark) -> None:
    asked = question("array", form="shape", show_expected=False)
    assert "32" not in repr(mark(asked, (26, 26, 32), given=value([26, 26, 1])))


def test_an_unknown_form_and_a_text_for_an_array_are_refused() -> None:
    [problem] = validate(exercise(question("array", form="shpae")), answer_key([1]))
    assert "'array' or 'shape'" in problem
    [problem] = validate(exercise(question("array")), answer_key(["a"]))
    assert "must be of the form 'array'" in problem


def test_a_shape_of_thousands_of_sizes_is_refused_and_not_listed(mark: Mark) -> None:
    finding = mark(question("array", form="shape"), (26, 26, 32), given=value(list(range(200_000))))
    assert (finding.points, finding.parts) == (0.0, ())
    assert finding.reason.endswith("A shape has one size for each axis. Received: 200000 sizes.")
    assert len(finding.found) < 1000


def test_an_empty_array_is_refused() -> None:
    assert "empty" in validate(exercise(question("array")), answer_key([]))[0]


@given(
    strategies.data(),
    strategies.integers(1, 60),
    strategies.sampled_from([0.0, 0.05, 1.0]),
    strategies.sampled_from([0.0, 0.01]),
)
def test_cells_compared_at_once_are_those_compared_one_by_one(
    data: st.DataObject, count: int, tolerance: float, relative: float
) -> None:
    near = strategies.sampled_from([0.0, -0.0, 1.0, 1.05, 0.95, 1.0 + 1e-9, 2.0**53, 1e300])
    cells = strategies.floats() | near
    mixed = cells | strategies.integers() | strategies.none()
    kind = data.draw(strategies.sampled_from([cells, near, mixed]))
    found, expected = (data.draw(strategies.lists(kind, min_size=count, max_size=count)) for _ in range(2))
    pairs = zip(found, expected, strict=True)
    alone = [one is not None and other is not None and close(one, other, tolerance, relative) for one, other in pairs]
    assert cells_close(found, expected, tolerance, relative) == alone


PICTURE = np.arange(12).reshape(3, 4) % 5
SQUARE = np.array([[4, 0, 0], [0, 0, 2], [0, 1, 0]])
CUBE = np.arange(27).reshape(3, 3, 3) % 7
BLOCK = np.arange(1296).reshape(6, 6, 6, 6) % 11
ONE_HOT = np.eye(10, dtype=int)[3]


@pytest.mark.parametrize(
    ("right", "found", "word"),
    [
        (SQUARE, SQUARE.T, "transposed"),
        (PICTURE, PICTURE.T, "transposed"),
        (SQUARE, SQUARE[::-1], "upside down"),
        (SQUARE, SQUARE[:, ::-1], "mirrored"),
        (SQUARE, SQUARE[::-1, ::-1], "rotated by 180 degrees"),
        (SQUARE, np.rot90(SQUARE), "rotated by 90 degrees"),
        (SQUARE, np.rot90(SQUARE, 3), "rotated by 90 degrees"),
        (SQUARE, SQUARE.T[::-1, ::-1], "transposed and rotated"),
        (PICTURE, np.roll(PICTURE, 1, axis=0), "shifted: down by 1."),
        (PICTURE, np.roll(PICTURE, -1, axis=1), "shifted: to the left by 1."),
        (PICTURE, np.pad(PICTURE, ((0, 0), (1, 0)))[:, :-1], "shifted: to the right by 1."),
        (PICTURE, np.pad(PICTURE, ((0, 1), (0, 0)))[1:], "shifted: up by 1."),
        (ONE_HOT, np.roll(ONE_HOT, 1), "shifted by 1 place"),
        (ONE_HOT, ONE_HOT[::-1], "reverse order"),
        (np.array([1, 2, 2, 3]), np.array([3, 2, 2, 1]), "reverse order"),
        (SQUARE[..., None], SQUARE.T[None], "transposed"),
        (np.arange(24).reshape(2, 3, 4) % 7, (np.arange(24).reshape(2, 3, 4) % 7)[:, ::-1], "flipped"),
        (CUBE, np.transpose(CUBE, (1, 2, 0)), "axes in a different"),
        (BLOCK, np.roll(BLOCK, 1, axis=0), "shifted along its axes"),
    ],
)  # fmt: skip
def test_the_right_cells_in_other_places_earn_nothing_and_are_named(
    mark: Mark, right: np.ndarray, found: np.ndarray, word: str
) -> None:
    finding = mark(question("array", hint="General."), right, given=value(found.tolist()))
    assert (finding.verdict, finding.points) == (Verdict.FAILED, 0)
    assert word in finding.reason


MOVES: list[Callable[[np.ndarray], np.ndarray]] = [
    *(np.transpose, np.flipud, np.fliplr, np.rot90),
    lambda array: np.roll(array, 1, 0),
    lambda array: np.roll(array, (1, 2), (0, 1)),
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strategies.lists(strategies.integers(-2, 2), min_size=4, max_size=36), strategies.data())
def test_a_moved_array_earns_all_or_nothing(mark: Mark, cells: list[int], data: st.DataObject) -> None:
    rows = data.draw(strategies.sampled_from([size for size in (1, 2, 3, 4) if len(cells) % size == 0]))
    right = np.array(cells).reshape(rows, -1)
    moved = data.draw(strategies.sampled_from(MOVES))(right)
    finding = mark(question("array"), right, given=value(moved.tolist()))
    same = np.squeeze(moved).shape == np.squeeze(right).shape and (np.squeeze(moved) == np.squeeze(right)).all()
    assert finding.points == (4 if same else 0)


def test_a_moved_array_within_the_tolerance_earns_nothing_either(mark: Mark) -> None:
    right = np.sqrt(np.arange(9)).reshape(3, 3)
    finding = mark(question("array", decimals=2), right, given=value(right.T.round(2).tolist()))
    assert (finding.points, "transposed" in finding.reason) == (0, True)


def test_two_exchanged_cells_of_many_are_two_wrong_cells(mark: Mark) -> None:
    right = np.arange(12).reshape(3, 4)
    found = right.copy()
    found[0, 0], found[2, 3] = right[2, 3], right[0, 0]
    assert mark(question("array"), right, given=value(found.tolist())).points == round(4 * 10 / 12, 2)


def test_a_hidden_right_array_is_not_told_by_its_rearrangement(mark: Mark) -> None:
    finding = mark(question("array", show_expected=False), SQUARE, given=value(SQUARE.T.tolist()))
    assert (finding.points, finding.expected) == (0, "")
