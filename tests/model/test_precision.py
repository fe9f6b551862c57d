"""How exact an answer has to be: rounded as asked it is right, and the widest rule counts."""

import pytest
from hypothesis import given, strategies

from grader.model.precision import Precision

sizes = strategies.floats(1e-6, 1e6) | strategies.floats(-1e6, -1e-6)


@given(sizes, strategies.integers(0, 2))
def test_an_answer_rounded_to_the_decimals_that_are_asked_for_is_right(right: float, decimals: int) -> None:
    exact = Precision(decimals=decimals)
    assert exact.takes(round(right, decimals), right)
    assert exact.takes(float(f"{right:.{decimals}f}"), right)
    assert exact.takes(round(right, decimals + 1), right)
    assert not exact.takes(right + 0.6 * 10**-decimals, right)


@given(sizes, strategies.integers(1, 5))
def test_an_answer_rounded_to_the_significant_digits_that_are_asked_for_is_right(right: float, digits: int) -> None:
    exact = Precision(digits=digits)
    assert exact.takes(float(f"{right:.{digits}g}"), right)
    assert exact.takes(float(f"{right:.{digits + 1}g}"), right)
    assert not exact.takes(right * (1 + 6 * 10**-digits), right)


@given(sizes.filter(lambda number: not number.is_integer()))
def test_two_significant_digits_are_enough_where_nothing_is_said(right: float) -> None:
    assert Precision().takes(float(f"{right:.2g}"), right)
    assert not Precision().takes(right * 1.06, right)


@given(strategies.integers(-(10**30), 10**30), strategies.integers(1, 100))
def test_a_whole_number_has_to_be_exact_where_nothing_is_said(right: int, off: int) -> None:
    assert Precision().takes(right, right)
    assert not Precision().takes(right + off, right)


@pytest.mark.parametrize(
    ("exact", "allowed"),
    [
        (Precision(tolerance=0.1), 0.1),
        (Precision(relative_tolerance=0.01), 0.5),
        (Precision(decimals=1), 0.05),
        (Precision(digits=2), 0.5),
        (Precision(tolerance=0.1, relative_tolerance=0.001, decimals=2, digits=4), 0.1),
        (Precision(tolerance=0.001, decimals=2), 0.005),
        (Precision(), 0.5),
    ],
)
def test_the_widest_of_what_is_said_counts(exact: Precision, allowed: float) -> None:
    assert exact.allowed(50.5) == pytest.approx(allowed, rel=0.02)


def test_options_that_nobody_checked_yet_are_read_with_care() -> None:
    options = {"tolerance": "a little", "decimals": 1.5, "digits": "2", "unit": "MiB"}
    assert Precision.of(options) == Precision()
    assert Precision.of({"tolerance": 1, "digits": 3}) == Precision(tolerance=1.0, digits=3)


def test_numbers_that_no_float_holds_are_compared() -> None:
    assert Precision().takes(10**400, 10**400)
    assert not Precision(digits=2).takes(1, 10**400)
    assert Precision(relative_tolerance=0.1).allowed(10**400) == 0


def test_lists_are_taken_cell_by_cell_and_other_values_if_equal() -> None:
    exact = Precision(decimals=1)
    assert exact.takes([[1.04, 2]], [[1.0, 2.0]])
    assert not exact.takes([1.04], [1.0, 2.0])
    assert exact.takes("same", "same")
    assert not exact.takes("same", 1.0)
    assert exact.takes_rounded([26.14], [26.06])
    assert not exact.takes([26.14], [26.06])


def test_lists_are_taken_as_marking_compares_arrays() -> None:
    """The same number in all cells earns nothing, and axes of size 1 do not matter."""
    exact = Precision(tolerance=0.01)
    assert not exact.takes([0.004, 0.004], [0.0, 1.4e-45])
    assert exact.takes([0.004, 0.004], [0.0, 0.0])
    assert exact.takes([[1.0, 2.0]], [1.0, 2.0])
    assert exact.takes([[1.0], [2.0]], [1.0, 2.0])
    assert not exact.takes([[1.0, 2.0], [3.0, 4.0]], [1.0, 2.0, 3.0, 4.0])
    assert exact.takes([], [])
    assert not exact.takes([[1.0], [2.0, 3.0]], [1.0, 2.0])
    assert exact.takes([[1.0], [2.0, 3.0]], [[1.0], [2.0, 3.0]])
