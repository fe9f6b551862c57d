"""Which types of values are handed over as data, and as what."""

import enum
from collections import Counter, OrderedDict, deque, namedtuple
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from grader.execute.inside.answers import encode

Size = namedtuple("Size", "steps maps")


class Level(enum.IntEnum):
    HIGH = 3


class Deceiver(list[int]):
    """A class of a student's that would rather be read in another way."""

    def __iter__(self) -> Iterator[int]:
        raise RuntimeError("this must not be called")

    def __len__(self) -> int:
        raise RuntimeError("this must not be called")

    def __getitem__(self, _: Any) -> Any:
        raise RuntimeError("this must not be called")


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        (np.array([None, 34, 34, 6]), [None, 34, 34, 6]),
        (np.array([21, 21, 16], dtype=object), [21, 21, 16]),
        (np.array([[Fraction(1, 2), Decimal("0.25")]], dtype=object), [[0.5, 0.25]]),
        (np.array([np.array([1, 2]), np.array([3])], dtype=object), [[1, 2], [3]]),
        (np.ma.array([6, 6, 16]), [6, 6, 16]),
        (np.ma.array([6, 6, 16], mask=[False, True, False]), [6, None, 16]),
        (np.ma.masked, None),
        (np.matrix([[4, 7], [20, 7]]), [[4, 7], [20, 7]]),
        (np.array(12), 12),
        (np.array([[1460]]), [[1460]]),
        (np.array([b"b", b"d"]), ["b", "d"]),
        (np.array(["b", "d"]), ["b", "d"]),
        (np.array([True, False]), [True, False]),
        (np.array([1, 2], dtype="uint8"), [1, 2]),
        (np.array([0.5], dtype="float16"), [0.5]),
        (np.array([0.5], dtype=np.longdouble), [0.5]),
        (np.array([2 + 0j]), [2.0]),
        *((kind(1), 1) for kind in (np.int8, np.int64, np.uint64)),
        *((kind(1), 1.0) for kind in (np.float16, np.float32, np.float64, np.longdouble, np.complex64)),
        (np.bool_(1), True),
        (np.str_("b"), "b"),
        (np.bytes_(b"b"), "b"),
        (Fraction(24, 25), 0.96),
        (Fraction(26), 26),
        (Decimal("40"), 40),
        (Decimal("0.96"), 0.96),
        (Decimal("NaN"), "nan"),
        (complex(11), 11.0),
        (b"b", "b"),
        (pd.Series([34, 34, 6]), [34, 34, 6]),
        (pd.Series([1460]), [1460]),
        (pd.Series([12]).iloc[0], 12),
        (pd.Series([1.5, None]), [1.5, "nan"]),
        (pd.Series([1, pd.NA], dtype="Int64"), [1, "nan"]),
        (pd.DataFrame([[4, 7], [20, 7]]), [[4, 7], [20, 7]]),
        (pd.Index(["b", "d", "e"]), ["b", "d", "e"]),
        (pd.Series(["b", "d"]), ["b", "d"]),
        (pd.Series(["b", "d"], dtype="category"), ["b", "d"]),
        (pd.RangeIndex(3), [0, 1, 2]),
        (pd.array([1, 2]), [1, 2]),
        (Size(131, 16), [131, 16]),
        (Level.HIGH, 3),
        (range(3), [0, 1, 2]),
        (deque([1, 2]), [1, 2]),
        ({"b", "d"}, ["b", "d"]),
        (frozenset({2}), [2]),
        ({"height": 16, "maps": 30}.values(), [16, 30]),
        ({3: 0, 14: 0}.keys(), [3, 14]),
        (OrderedDict(a=1), {"a": 1}),
        (Counter("aab"), {"a": 2, "b": 1}),
        (Deceiver([1, 2]), [1, 2]),
        ([Fraction(1, 2), np.float32(0.5), (1, None)], [0.5, 0.5, [1, None]]),
    ],
)
def test_a_value_that_holds_numbers_or_text_is_handed_over(given: Any, plain: Any) -> None:
    found = encode(given)
    assert (found["state"], found["value"]) == ("value", plain)
    assert type(found["value"]) is type(plain)


@pytest.mark.parametrize(
    ("given", "type_name"),
    [
        ((size for size in (6, 6, 16)), "generator"),
        (map(int, ["21", "16"]), "map"),
        (zip([1], [2], strict=True), "zip"),
        (lambda: 40, "function"),
        (print, "function"),
        (np.sqrt, "function"),
        (dict, "function"),
        (complex(1, 2), "complex"),
        (np.array([1 + 2j]), "ndarray"),
        (np.array(["2026-04-19"], dtype="datetime64[D]"), "ndarray"),
        (pd.Timestamp("2026-04-19"), "Timestamp"),
        (np, "module"),
        (object(), "object"),
        ([map(int, ["1"]), [2]], "list of map"),
        ((1, (object(),)), "tuple of object"),
        ({"a": np}, "dict of module"),
    ],
)
def test_any_other_value_is_told_by_its_type(given: object, type_name: str) -> None:
    assert encode(given) == {"state": "unsupported", "type_name": type_name}


def test_an_array_that_holds_itself_is_refused_and_ends() -> None:
    inside = np.empty((), dtype=object)
    inside[()] = inside
    assert encode(inside)["state"] in ("unsupported", "too_large")


@pytest.mark.slow
def test_tensors_variables_and_their_shapes_are_handed_over() -> None:
    import keras
    import tensorflow as tf

    given = {
        "tensor": (tf.constant([[1, 2]]), [[1, 2]]),
        "number": (tf.constant(26), 26),
        "half": (tf.constant([0.5], tf.bfloat16), [0.5]),
        "truth": (tf.constant([True]), [True]),
        "text": (tf.constant("b"), "b"),
        "texts": (tf.constant(["b", "d"]), ["b", "d"]),
        "variable": (tf.Variable([1.0]), [1.0]),
        "keras variable": (keras.Variable([1.0]), [1.0]),
        "shape": (tf.TensorShape([None, 26, 26, 32]), [None, 26, 26, 32]),
        "ragged": (tf.ragged.constant([[1, 2], [3]]), [[1, 2], [3]]),
        "listed": ([tf.constant(1), tf.constant(2)], [1, 2]),
    }
    found = {name: encode(value).get("value") for name, (value, _) in given.items()}
    assert found == {name: plain for name, (_, plain) in given.items()}
    assert encode(tf.function(lambda x: x)) == {"state": "unsupported", "type_name": "function"}
