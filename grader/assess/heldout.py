"""Held-out data: labels stay here, inputs go to the sandbox in an order that nobody there knows."""

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
    """What the second call of a function was given.

    Attributes:
        places: Shape (m,): the place in the first call of the input that stands here.
        altered: Shape (m,), booleans: whether it stands here as it did in the first call; else it
            is not altered.
    """

    places: npt.NDArray[np.int64]
    altered: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ShuffledData:
    """What is known of the inputs that a function was given.

    Attributes:
        labels: Shape (n,), integers, in the order of the first call.
        held: Shape (n, ...), the inputs as the file has them; None where nothing is to be shown of them.
        second: The second call; None where there is only one.
        order: Shape (n,): which of them stands at each place of the first call; None where they stand as in the file.
    """

    labels: npt.NDArray[Any]
    held: npt.NDArray[Any] | None = None
    second: SecondPass | None = None
    order: npt.NDArray[np.int64] | None = None

    @property
    def inputs(self) -> npt.NDArray[Any] | None:
        """Shape (n, ...), in the order of the first call and not altered; made anew, since few ask for all."""
        return self.held if self.held is None or self.order is None else np.asarray(self.held[self.order])

    def input(self, place: int) -> npt.NDArray[Any] | None:
        """The input at one place of the first call, not altered; None where nothing is to be shown of it."""
        if self.held is None:
            return None
        return np.asarray(self.held[place if self.order is None else self.order[place]])


@dataclass(frozen=True, slots=True)
class HeldOutData:
    """Held-out data of one question.

    What a notebook sees, and in which order, follows from the held-out file and the student's work (`Job.work`: code
    and files): a run can be repeated, and nobody can work it out without the held-out file.

    Attributes:
        inputs: Shape (n, ...), any numeric dtype.
        labels: Shape (n,), integers.
        sha256: Digest of the file that both come from.
        altered: Whether the inputs are images that are altered a little; then there is a second
            call, in another order and with the lighter half of the images as they are among them.
    """

    inputs: Any
    labels: Any
    sha256: str
    altered: bool = False

    def probes(self, question: Question, work: tuple[str, ...]) -> list[Probe]:
        """The calls, named but still without their inputs."""
        names = [question.answer, second_name(question)][: 1 + self.altered]
        return [Probe(name, question.answer, (), self._digest(work, number)) for number, name in enumerate(names)]

    def arguments(self, work: tuple[str, ...]) -> dict[str, bytes]:
        """The inputs of each call as `.npy` bytes, by the digest of its probe."""
        shuffled = self.inputs[self._order(work)]
        if not self.altered:
            return {self._digest(work, 0): _npy(shuffled)}
        changed, second = alter(shuffled, self._generator(work, 2)), self._second(work)
        mixed = np.where(_column(second.altered, shuffled.ndim), changed[second.places], shuffled[second.places])
        return {self._digest(work, 0): _npy(changed), self._digest(work, 1): _npy(mixed)}

    def shuffled(self, work: tuple[str, ...]) -> ShuffledData:
        """What is known of the inputs that a notebook is given."""
        order = self._order(work)
        return ShuffledData(self.labels[order], self.inputs, self._second(work) if self.altered else None, order)

    def problem(self) -> str:
        """What is wrong with data that are to be altered; empty if nothing is."""
        shape = np.shape(self.inputs)
        if not self.altered or (len(shape) in (3, 4) and min(shape[1:3]) >= 8):
            return ""
        return f"altered: the held-out inputs have shape {shape}; only images of at least 8 by 8 pixels can be altered."

    def _digest(self, work: tuple[str, ...], number: int) -> str:
        """Names the inputs of a call without making them: SHA-256, in hexadecimal."""
        kind = (f"altered {number}",) if self.altered else ()
        digest = hashlib.sha256()
        for part in (self.sha256, *kind, *work):
            text = part.encode("utf-8", "surrogatepass")
            digest.update(
                len(text).to_bytes(8)
            )  # else one text could be split into cells in several ways, in one order
            digest.update(text)
        return digest.hexdigest()

    def _generator(self, work: tuple[str, ...], number: int) -> np.random.Generator:
        return np.random.default_rng(list(bytes.fromhex(self._digest(work, number))))

    def _order(self, work: tuple[str, ...]) -> Any:
        """Shape (n,): which input stands at each place of the first call."""
        return self._generator(work, 0).permutation(len(self.labels))

    def _second(self, work: tuple[str, ...]) -> SecondPass:
        """All inputs altered, and the lighter half as they are: a batch whose mean and spread are others."""
        order = self._order(work)
        count = len(order)
        light = _light(self.inputs)[order]
        lighter = np.sort(np.argsort(light, kind="stable")[count // 2 :])
        mixed = self._generator(work, 1).permutation(count + len(lighter))
        return SecondPass(np.concatenate([np.arange(count), lighter])[mixed], mixed < count)


@cached
def _light(inputs: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Shape (n,): how light each input is."""
    return np.asarray(inputs.reshape(len(inputs), -1).mean(axis=1))


def second_name(question: Question) -> str:
    """What the record calls the second call of a question's function."""
    return f"{question.answer}, {SECOND_PASS}"


def load(heldout: HeldOut, altered: bool = False) -> HeldOutData:
    """Load the held-out data of a question."""
    with np.load(heldout.path, allow_pickle=False) as arrays:
        return HeldOutData(arrays["inputs"], arrays["labels"], heldout.sha256, altered)


def _column(values: npt.NDArray[Any], axes: int) -> npt.NDArray[Any]:
    return values.reshape(-1, *[1] * (axes - 1))


def _npy(array: npt.NDArray[Any]) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.ascontiguousarray(array), allow_pickle=False)
    return stream.getvalue()
