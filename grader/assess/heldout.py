"""Held-out data: labels stay here, inputs go to the sandbox in an order that nobody there knows."""

import hashlib
import io
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.model.key import HeldOut


@dataclass(frozen=True, slots=True)
class HeldOutData:
    """Held-out data of one question.

    Attributes:
        inputs: Shape (n, ...), any numeric dtype.
        labels: Shape (n,), integers.
        sha256: Digest of the file that both come from.
    """

    inputs: Any
    labels: Any
    sha256: str

    def order(self, cells: tuple[str, ...]) -> Any:
        """The order in which a notebook sees the inputs: shape (n,), a permutation.

        It follows from the held-out file and the notebook, so that a run can be repeated, and cannot
        be computed without the file.
        """
        return np.random.default_rng(list(bytes.fromhex(self.order_digest(cells)))).permutation(len(self.labels))

    def order_digest(self, cells: tuple[str, ...]) -> str:
        """Names the shuffled inputs without making them: SHA-256, in hexadecimal."""
        return hashlib.sha256("\0".join((self.sha256, *cells)).encode()).hexdigest()

    def shuffled_inputs(self, order: Any) -> bytes:
        """The inputs in this order as `.npy` bytes."""
        stream = io.BytesIO()
        np.lib.format.write_array(stream, np.ascontiguousarray(self.inputs[order]), allow_pickle=False)
        return stream.getvalue()


def load(heldout: HeldOut) -> HeldOutData:
    """Load the held-out data of a question."""
    with np.load(heldout.path, allow_pickle=False) as arrays:
        return HeldOutData(arrays["inputs"], arrays["labels"], heldout.sha256)
