"""Reads class labels from the result of a student's `predict`, and checks everything in it."""

import io
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.text import values
from grader.text.language import marked
from grader.text.messages import MessageError, Text, joined, message, number

LARGEST_BYTES = 64 * 2**20
ONE_NUMBER = marked(
    "The function receives all images at once, but returns a single number. Return one "
    "number for each image. Without `axis=-1`, `argmax` returns only one."
)
_ROUNDING = 1e-2  # sums of probabilities in half precision
_READERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


class PredictionsError(MessageError):
    """Predictions from which labels cannot be read; the message is for the student."""


def decode(data: bytes) -> npt.NDArray[Any]:
    """Read `.npy` bytes without unpickling, and without allocating more than the data take.

    Args:
        data: At most `LARGEST_BYTES`, header included.

    Returns:
        An array of numbers, booleans or text, of any shape.

    Raises:
        PredictionsError: If the header does not fit the data, or declares Python objects.
    """
    if len(data) > LARGEST_BYTES:
        raise PredictionsError(message("The result is larger than {most} MiB.", most=LARGEST_BYTES // 2**20))
    stream = io.BytesIO(data)
    try:
        shape, fortran_order, dtype = _READERS[np.lib.format.read_magic(stream)](stream)
    except Exception as problem:  # a student may write the header, and NumPy does not say what its parser may raise
        raise PredictionsError(message("The result is not an array.")) from problem
    if dtype.hasobject or dtype.kind not in "biufcUS":
        raise PredictionsError(message("The result is an array of Python objects. Return an array of whole numbers."))
    size = math.prod(shape)
    if (
        any(not isinstance(length, int) or length < 0 for length in shape)
        or size * dtype.itemsize != len(data) - stream.tell()
    ):
        raise PredictionsError(message("The size that the result reports is not its real size."))
    array = np.frombuffer(data, dtype, count=size, offset=stream.tell()) if size else np.empty(0, dtype)
    return array.reshape(shape, order="F" if fortran_order else "C")


@dataclass(frozen=True, slots=True)
class Predictions:
    """One label for each input.

    Attributes:
        labels: Shape (n,), int64, from 0 to one less than the number of classes.
        confidences: Shape (n,), float64, from 0 to 1: the probability of each label; None if the result has none.
        note: Advice for the student; may be empty.
    """

    labels: npt.NDArray[np.int64]
    confidences: npt.NDArray[np.float64] | None = None
    note: Text = ""


def predictions_of(array: npt.NDArray[Any], count: int, classes: int, scores: bool = False) -> Predictions:
    """Read one prediction for each input.

    Args:
        array: Labels as `labels_of` reads them. If `scores` allows it, also shape (count, classes):
            the class with the largest number counts.
        count: Number of inputs.
        classes: Number of classes.
        scores: Whether a row of numbers for each input is allowed.

    Returns:
        The predictions; with confidences if the rows are probabilities.

    Raises:
        PredictionsError: If labels cannot be read; the message names the fault: length, NaN, text or range, or rows
            if only labels are allowed.
    """
    if not (scores and classes > 1 and array.shape == (count, classes) and array.dtype.kind in "biuf"):
        return Predictions(labels_of(array, count, classes))
    rows = array.astype(np.float64)
    broken = int((~np.isfinite(rows)).any(axis=1).sum())
    if broken:
        raise PredictionsError(
            message(
                "Rows that contain NaN or an infinite number: {broken} of {count}.",
                broken=number(broken),
                count=number(count),
            )
        )
    labels = rows.argmax(axis=1)
    if _is_one_hot(rows):
        return Predictions(
            labels,
            note=message("The function returned one-hot rows. For each row, the grader used the class with the 1."),
        )
    if rows.min(initial=0) < 0 or (np.abs(rows.sum(axis=1) - 1) > _ROUNDING).any():
        return Predictions(
            labels,
            note=message(
                "The function returned scores. For each row, the grader used the class with the largest score."
            ),
        )
    note = message("The function returned probabilities. For each row, the grader used the class with the largest one.")
    return Predictions(labels, np.minimum(rows.max(axis=1), 1.0), note)


def _is_one_hot(rows: npt.NDArray[Any]) -> bool:
    return bool(((rows == 0) | (rows == 1)).all() and (rows.sum(axis=1) == 1).all())


def _about_shape(array: npt.NDArray[Any], count: int, classes: int) -> Text:
    """The probable mistake behind a wrong shape, in a sentence; empty if none is known."""
    whole = array.dtype.kind in "biu"
    if array.size == 1:
        return message(ONE_NUMBER)
    if array.size == classes and array.shape in ((classes,), (1, classes)) and not (whole and array.ndim == 1):
        return message(
            "This is one number for each class, as for a single image. The function receives all "
            "images at once: return one label for each image, the `argmax` along the last axis."
        )
    if array.shape == (classes,):
        return message("This is the `argmax` along the axis of the images. Use the last axis, `axis=-1`.")
    if array.shape == (classes, count):
        return message("The classes are on the first axis and the images on the last: swap the two axes.")
    if array.size == count and count > 1:
        return message("All labels are there, but not in a single row: use `reshape(-1)`.")
    if array.ndim == 2 and array.shape[1] == classes > 1:
        return message("Each row has one number for each class: take the `argmax` along the last axis.")
    if array.ndim >= 1 and array.shape[-1] == classes and array.size == count * classes:
        return message("There are too many axes. The images belong on the first axis, and the classes on the last.")
    return ""


def _scores_instead_of_labels(array: npt.NDArray[Any], classes: int) -> Text:
    is_one_hot = array.dtype.kind in "biuf" and _is_one_hot(array)
    return message(
        "The result has shape {shape}: {rows} for each image, one number for each class. "
        "The question asks for labels: use the argmax over the last axis.",
        shape=values.array_shape(array.shape),
        rows=message("one-hot rows") if is_one_hot else message("{count} numbers", count=classes),
    )


def labels_of(array: npt.NDArray[Any], count: int, classes: int) -> npt.NDArray[np.int64]:
    """Read one label for each input.

    Args:
        array: Shape (count,) or (count, 1); whole numbers from 0 to `classes - 1`, also as floats.
        count: Number of inputs.
        classes: Number of classes.

    Returns:
        Labels, shape (count,), int64.

    Raises:
        PredictionsError: If labels cannot be read; the message names the fault: probabilities, length, NaN, text or
            range.

    Example:
        >>> labels_of(np.array([[0.0], [2.0]]), count=2, classes=3)
        array([0, 2])
    """
    if classes > 1 and array.shape == (count, classes):
        raise PredictionsError(_scores_instead_of_labels(array, classes))
    if array.shape not in ((count,), (count, 1)):
        mismatch = message(
            "Expected {count} labels, one for each image. Found an array of shape {shape}.",
            count=number(count),
            shape=values.array_shape(array.shape),
        )
        raise PredictionsError(joined(mismatch, _about_shape(array, count, classes)))
    if array.dtype.kind in "US":
        raise PredictionsError(message("The labels are strings. Return whole numbers."))
    if array.dtype.kind == "c" or (array.dtype.kind == "b" and classes != 2):
        raise PredictionsError(message("The labels are of type {type}. Return whole numbers.", type=array.dtype))
    flat = array.reshape(count)
    if not np.isfinite(flat).all():
        raise PredictionsError(
            message("Labels that are NaN or infinite: {count}.", count=number(int((~np.isfinite(flat)).sum())))
        )
    if (flat != np.trunc(flat)).any():
        raise PredictionsError(message("Some labels are not whole numbers. They may be scores or probabilities."))
    if flat.min() < 0 or flat.max() >= classes:
        low, high = int(flat.min()), int(flat.max())
        raise PredictionsError(
            message(
                "Labels must be from 0 to {last}. Yours go from {low} to {high}.", last=classes - 1, low=low, high=high
            )
        )
    return flat.astype(np.int64)
