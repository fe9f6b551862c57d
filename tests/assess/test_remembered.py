"""What follows from a key is worked out once, and never taken from another."""

import pytest

from grader.assess.remembered import remembered


def test_it_is_worked_out_once_for_each_object():
    seen = []
    count = remembered(lambda value: seen.append(value) or len(value))
    one, other = [1, 2], [1, 2]
    assert [count(one), count(one), count(other)] == [2, 2, 2]
    assert len(seen) == 2


def test_no_new_object_is_taken_for_one_that_is_gone():
    total = remembered(sum)
    assert all(total([number, number]) == 2 * number for number in range(5000))


def test_what_fails_fails_again():
    number = remembered(int)
    for _ in range(2):
        with pytest.raises(ValueError, match="invalid"):
            number("x")
