"""What students wait for in the portal and only a grader can draw: small files in the results folder.

Like the notes about outdated class pages, the files outlast a grader that is killed. A request is removed after its
work is done, and drawing the same thing twice does no harm.
"""

import hashlib
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from grader.storage import atomic, codec

AGAIN_SECONDS = 60.0
"""So long after a failure, the next request is carried out again."""
_FOLDER = "to-draw"
_REQUEST, _FAILURE = ".json", ".failed"


class DrawingKind(StrEnum):
    """What is drawn."""

    REPORT = "report"
    NOTEBOOK = "notebook"
    QUESTIONS = "questions"
    CARDS = "cards"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawingRequest:
    """Something that a student waits for.

    Attributes:
        kind: What it is.
        student: Name of the student in the gradebook; CARDS: empty, because all students share them.
        attempt: REPORT: number of an attempt in the gradebook; 0 for the mark that counts. QUESTIONS: number of the
            attempt that counts.
    """

    kind: DrawingKind
    student: str
    attempt: int = 0

    @property
    def name(self) -> str:
        """A name for files, the same for equal requests."""
        return hashlib.sha256(codec.encode_exactly(self)).hexdigest()[:32]


class DrawingRequests:
    """The requests about one exercise.

    Args:
        results: The folder of its results.
    """

    def __init__(self, results: Path) -> None:
        self._folder = results / _FOLDER

    def ask(self, request: DrawingRequest) -> bool:
        """Ask for something, if that is not being done already.

        Returns:
            Whether it is being prepared; False if that failed within the last `AGAIN_SECONDS`.
        """
        failure = self._folder / f"{request.name}{_FAILURE}"
        try:
            if time.time() - failure.stat().st_mtime < AGAIN_SECONDS:
                return False
        except FileNotFoundError:
            pass
        path = self._folder / f"{request.name}{_REQUEST}"
        if not path.exists():
            atomic.write(path, codec.encode_exactly(request), lasting=False)
        return True

    def is_waiting(self, request: DrawingRequest) -> bool:
        """Whether something has been asked for, and is not done."""
        return (self._folder / f"{request.name}{_REQUEST}").exists()

    def has_failed(self, request: DrawingRequest) -> bool:
        """Whether something could not be done when it was last asked for."""
        return (self._folder / f"{request.name}{_FAILURE}").exists() and not self.is_waiting(request)

    def waiting(self) -> list[DrawingRequest]:
        """The requests, the oldest first."""
        requests: list[tuple[float, DrawingRequest]] = []
        for path in self._folder.glob(f"*{_REQUEST}"):
            try:
                requests.append((path.stat().st_mtime, codec.decode(DrawingRequest, path.read_bytes())))
            except FileNotFoundError:  # another grader was faster
                continue
            except ValueError:  # the machine stopped while it was written
                path.unlink(missing_ok=True)
        return [request for _, request in sorted(requests, key=lambda pair: pair[0])]

    def done(self, request: DrawingRequest) -> None:
        """Remove a request that has been carried out."""
        (self._folder / f"{request.name}{_FAILURE}").unlink(missing_ok=True)
        (self._folder / f"{request.name}{_REQUEST}").unlink(missing_ok=True)

    def forget(self, student: str) -> None:
        """Remove the requests of a student."""
        for request in self.waiting():
            if request.student == student:
                self.done(request)

    def fail(self, request: DrawingRequest) -> None:
        """Remove a request that could not be carried out, and note that."""
        atomic.write(self._folder / f"{request.name}{_FAILURE}", b"", lasting=False)
        (self._folder / f"{request.name}{_REQUEST}").unlink(missing_ok=True)
