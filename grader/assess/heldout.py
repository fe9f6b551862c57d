"""Held-out data: labels stay here, and inputs go to the sandbox in an order that is not known there."""

import hashlib
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.assess.alterations import alter
from grader.assess.class_cache import cached
from grader.model.exercise import Question
from grader.model.job import Probe
from grader.model.key import HeldOut

SECOND_PASS = "second pass"


@dataclass(frozen=True, slots=True)
class SecondPass:
    """The inputs of the second call of a function.

    Attributes:
        places: Shape (m,), integers: the place of each input in the first call.
        altered: Shape (m,), booleans: whether the input is altered, as in the first call.
    """

    places: npt.NDArray[np.int64]
    altered: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ShuffledData:
    """Held-out data in the order in which one function gets them.

    Attributes:
        labels: Shape (n,), integers, in the order of the first call.
        file_inputs: Shape (n, ...), the inputs in the order of the file; None if no report may show them.
        second: The second call; None if there is only one.
        order: Shape (n,), integers: the place in the file of each input of the first call; None for the file's order.
    """

    labels: npt.NDArray[Any]
    file_inputs: npt.NDArray[Any] | None = None
    second: SecondPass | None = None
    order: npt.NDArray[np.int64] | None = None

    @property
    def inputs(self) -> npt.NDArray[Any] | None:
        """Shape (n, ...), in the order of the first call and not altered; computed at each access, which is rare."""
        if self.file_inputs is None or self.order is None:
            return self.file_inputs
        return np.asarray(self.file_inputs[self.order])

    def input(self, place: int) -> npt.NDArray[Any] | None:
        """The input at one place of the first call, not altered; None if no report may show it."""
        if self.file_inputs is None:
            return None
        return np.asarray(self.file_inputs[place if self.order is None else self.order[place]])


@dataclass(frozen=True, slots=True)
class HeldOutData:
    """Held-out data of one question.

    The order of the inputs and their alterations follow from the held-out file and the student's work (`Job.work`: code
    and files). So a run can be repeated, and the order cannot be computed without the held-out file.

    Attributes:
        inputs: Shape (n, ...), any numeric dtype.
        labels: Shape (n,), integers.
        sha256: Digest of the file that both come from.
        altered: Whether the inputs are images that are altered a little. Then there is a second call, in another
            order, which also has the brighter half of the images without alterations.
    """

    inputs: Any
    labels: Any
    sha256: str
    altered: bool = False

    def probes(self, question: Question, work: tuple[str, ...]) -> list[Probe]:
        """Make the calls of a function, with names but without their inputs.

        Args:
            question: The function's question.
            work: The student's work.
        """
        names = [question.answer, second_name(question)][: 1 + self.altered]
        return [Probe(name, question.answer, (), self._digest(work, number)) for number, name in enumerate(names)]

    def arguments(self, work: tuple[str, ...]) -> dict[str, bytes]:
        """The inputs of each call as `.npy` bytes, by the digest of its probe."""
        shuffled = self.inputs[self._order(work)]
        if not self.altered:
            return {self._digest(work, 0): _npy(shuffled)}
        changed, second = alter(shuffled, self._generator(work, 2)), self._second(work)
        second_inputs = np.where(
            _column(second.altered, shuffled.ndim), changed[second.places], shuffled[second.places]
        )
        return {self._digest(work, 0): _npy(changed), self._digest(work, 1): _npy(second_inputs)}

    def shuffled(self, work: tuple[str, ...]) -> ShuffledData:
        """The data in the order in which a notebook with this work gets them."""
        order = self._order(work)
        second = self._second(work) if self.altered else None
        return ShuffledData(self.labels[order], self.inputs, second=second, order=order)

    def problem(self) -> str:
        """The problem with data that cannot be altered although they should; empty if there is none."""
        shape = np.shape(self.inputs)
        if not self.altered or (len(shape) in (3, 4) and min(shape[1:3]) >= 8):
            return ""
        return f"altered: the held-out inputs have shape {shape}. Only images of at least 8 by 8 pixels can be altered."

    def _digest(self, work: tuple[str, ...], number: int) -> str:
        """The name of the inputs of a call, which need not be made for it: SHA-256, in hexadecimal."""
        kind = (f"altered {number}",) if self.altered else ()
        digest = hashlib.sha256()
        for part in (self.sha256, *kind, *work):
            text = part.encode("utf-8", "surrogatepass")
            # Without the lengths, the same text split into other cells would give the same order.
            digest.update(len(text).to_bytes(8))
            digest.update(text)
        return digest.hexdigest()

    def _generator(self, work: tuple[str, ...], number: int) -> np.random.Generator:
        return np.random.default_rng(list(bytes.fromhex(self._digest(work, number))))

    def _order(self, work: tuple[str, ...]) -> Any:
        """Shape (n,), integers: the input at each place of the first call."""
        return self._generator(work, 0).permutation(len(self.labels))

    def _second(self, work: tuple[str, ...]) -> SecondPass:
        """All inputs altered, and the brighter half without alterations.

        The mean and the spread of this batch differ from those of the first call. A function that standardises with the
        numbers of the batch then gives other labels.
        """
        order = self._order(work)
        count = len(order)
        brightness = _brightness(self.inputs)[order]
        brighter = np.sort(np.argsort(brightness, kind="stable")[count // 2 :])
        second_order = self._generator(work, 1).permutation(count + len(brighter))
        return SecondPass(np.concatenate([np.arange(count), brighter])[second_order], second_order < count)


@cached
def _brightness(inputs: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Shape (n,), floats: the mean of each input."""
    return np.asarray(inputs.reshape(len(inputs), -1).mean(axis=1))


def second_name(question: Question) -> str:
    """The name of the second call of a question's function in the record."""
    return f"{question.answer}, {SECOND_PASS}"


def load(heldout: HeldOut, altered: bool = False) -> HeldOutData:
    """Load the held-out data of a question.

    Args:
        heldout: Names the file, with the arrays `inputs` and `labels`.
        altered: Whether the inputs are images that are altered a little.

    Raises:
        KeyError: If the file lacks one of the arrays.
        ValueError: If the file contains Python objects, which are never unpickled.
    """
    with np.load(heldout.path, allow_pickle=False) as arrays:
        return HeldOutData(arrays["inputs"], arrays["labels"], heldout.sha256, altered)


def _column(values: npt.NDArray[Any], axes: int) -> npt.NDArray[Any]:
    return values.reshape(-1, *[1] * (axes - 1))


def _npy(array: npt.NDArray[Any]) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.ascontiguousarray(array), allow_pickle=False)
    return stream.getvalue()
