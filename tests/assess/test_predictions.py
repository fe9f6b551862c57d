"""Predictions come from the student's process: bytes to be looked at, never to be trusted."""

import contextlib
import io
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies

from grader.assess.predictions import LARGEST_BYTES, PredictionsError, decode, labels_of, predictions_of
from tests.assess.assess_samples import npy
from tests.conftest import present
from tests.reading import as_read


def header(text: str, body: bytes = b"") -> bytes:
    padded = text.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded + body


ROWS = np.arange(6).reshape(2, 3)
TEXTS = np.array(["a", "b"])


@pytest.mark.parametrize(
    "array", [ROWS, ROWS * 0.5, np.asfortranarray(ROWS), ROWS.ravel(), ROWS > 1, np.empty(0, int), TEXTS, np.array(3)]
)
def test_what_numpy_wrote_is_read_back(array: np.ndarray) -> None:
    assert np.array_equal(decode(npy(array)), array)


def object_array() -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    return stream.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x93NUMPY",
        b"not numpy at all",
        pickle.dumps([1, 2]),
        npy([1, 2])[:-1],
        npy([1, 2]) + b"more",
        header("{'descr': '<i8', 'fortran_order': False, 'shape': (1000000000000,), }"),
        header("{'descr': '<i8', 'fortran_order': False, 'shape': (-1, -8), }", bytes(64)),
        header("{'descr': '<i8', 'fortran_order': False, 'shape': (0, 10**9), }"),
        header("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", bytes(8)),
        header("{'descr': [('a', '<i8')], 'fortran_order': False, 'shape': (1,), }", bytes(8)),
        header("{'descr': '|V8', 'fortran_order': False, 'shape': (1,), }", bytes(8)),
        header("{'descr': '<M8[s]', 'fortran_order': False, 'shape': (1,), }", bytes(8)),
        header("__import__('os').system('false')"),
        header("(" * 100),
        b"\x93NUMPY\x03\x00" + bytes(64),
        b"\x93NUMPY\x02\x00\xff\xff\xff\xff",
        bytes(LARGEST_BYTES + 1),
    ],
    ids=lambda data: repr(data[:40]),
)
def test_bytes_that_are_no_plain_array_are_refused(data: bytes) -> None:
    with pytest.raises(PredictionsError):
        decode(data)


def test_an_object_array_is_refused_before_it_is_loaded() -> None:
    with pytest.raises(PredictionsError, match="Python objects"):
        decode(object_array())


@given(strategies.binary(max_size=200) | strategies.binary(max_size=200).map(lambda tail: npy([1])[:60] + tail))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(PredictionsError):
        assert isinstance(decode(data), np.ndarray)


@pytest.mark.parametrize("array", [[0, 1, 2], [[0], [1], [2]], [0.0, 1.0, 2.0], np.array([0, 1, 2], np.uint8)])
def test_labels_are_read_in_every_form(array: Any) -> None:
    assert labels_of(np.asarray(array), 3, 3).tolist() == [0, 1, 2]


def test_labels_of_two_classes_may_be_booleans() -> None:
    assert labels_of(np.array([True, False]), 2, 2).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("array", "word"),
    [
        (np.eye(10)[:3], "one-hot rows for each image"),
        (np.full((3, 10), 0.1), "10 numbers for each image"),
        (np.zeros((5, 10)), "argmax"),
        ([1, 2], "3 labels, one for each image"),
        (7, "3 labels, one for each image"),
        ([[1, 2, 3]], "3 labels, one for each image"),
        ([1, np.nan, 2], "NaN"),
        ([1, np.inf, 2], "NaN or infinite"),
        ([0.2, 0.8, 0.1], "not whole numbers"),
        (["1", "2", "3"], "strings"),
        ([1, 2, 10], "from 0 to 9"),
        ([-1, 2, 3], "from -1 to 3"),
        ([1j, 2, 3], "complex"),
        ([True, False, True], "bool"),
        ([1e300, 0, 0], "from 0 to 9"),
    ],
)
def test_what_are_no_labels_is_explained(array: Any, word: str) -> None:
    with pytest.raises(PredictionsError, match=word):
        labels_of(np.asarray(array), 3, 10)


SOFTMAX = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]])


def test_probabilities_are_read_where_they_are_allowed() -> None:
    found = predictions_of(SOFTMAX.astype(np.float16), 2, 3, scores=True)
    assert found.labels.tolist() == [0, 2]
    assert np.allclose(present(found.confidences), [0.7, 0.6], atol=1e-3)
    assert "probabilities" in as_read(found.note)


def test_one_hot_rows_say_nothing_about_confidence() -> None:
    found = predictions_of(np.eye(3, dtype=bool)[[2, 0]], 2, 3, scores=True)
    assert (found.labels.tolist(), found.confidences) == ([2, 0], None)
    assert "one-hot" in as_read(found.note)


def test_scores_that_are_no_probabilities_count_by_the_largest() -> None:
    found = predictions_of(np.log(SOFTMAX), 2, 3, scores=True)
    assert (found.labels.tolist(), found.confidences) == ([0, 2], None)


def test_labels_are_read_as_before_where_scores_are_allowed() -> None:
    assert predictions_of(np.array([2, 0]), 2, 3, scores=True).labels.tolist() == [2, 0]
    with pytest.raises(PredictionsError, match="argmax"):
        predictions_of(SOFTMAX, 2, 3)


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        (np.array([[0.5, np.nan, 0.5], [1, 0, 0]]), "NaN or an infinite number: 1 of 2"),
        (np.full((2, 3), np.inf), "NaN or an infinite number: 2 of 2"),
        (SOFTMAX[:1], "argmax"),
        (SOFTMAX[:, :2], "2 labels, one for each image"),
        (SOFTMAX.astype(complex), "argmax"),
        (SOFTMAX.astype(str), "argmax"),
    ],
)
def test_rows_that_no_class_can_be_read_from_are_explained(rows: np.ndarray, word: str) -> None:
    with pytest.raises(PredictionsError, match=word):
        predictions_of(rows, 2, 3, scores=True)
