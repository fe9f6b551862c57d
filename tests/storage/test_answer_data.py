"""Values of a key become what the sandbox would return for them."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from grader.storage.answer_data import as_answer, checked_answer

PAIRS: list[tuple[Any, Any]] = [
    (np.float64(0.5), 0.5),
    (np.bool_(True), True),
    (np.arange(4).reshape(2, 2), [[0, 1], [2, 3]]),
    (np.array(["a", "b"]), ["a", "b"]),
    (np.array([(1, 2), None, np.int8(3)], dtype=object), [[1, 2], None, 3]),
    ({3, 1, 2}, [1, 2, 3]),
    (frozenset([np.int64(2)]), [2]),
    ((1, ("a", [None])), [1, ["a", [None]]]),
    ({"a": (1, np.ones(1))}, {"a": [1, [1.0]]}),
    ({3: "a", 0.5: "b"}, {"3": "a", "0.5": "b"}),
    ("text", "text"),
]


@pytest.mark.parametrize(("value", "answer"), PAIRS, ids=[repr(value) for value, _ in PAIRS])
def test_a_value_becomes_what_json_has(value: Any, answer: Any) -> None:
    assert repr(as_answer(value)) == repr(checked_answer(value)) == repr(answer)


@pytest.mark.parametrize("other", [Fraction(1, 2), 1j, b"bytes", object, {(1,): 2}, np.array([1j])])
def test_a_value_of_another_type_stays_and_authors_are_told(other: Any) -> None:
    assert as_answer([(other,)]) == [[other.tolist() if isinstance(other, np.ndarray) else other]]
    with pytest.raises(TypeError, match=r"must be a number, text, a list or a NumPy array. Received: a value of type"):
        checked_answer([(other,)])
