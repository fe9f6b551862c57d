"""The results folder: submissions, the records of all runs, pages, and the gradebook beside them."""

import contextlib
import gzip
import hashlib
import json
import os
import re
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from uuid import uuid4

from grader.errors import InputError
from grader.gradebook.courses import known_as
from grader.gradebook.database import Database
from grader.gradebook.store import Gradebook
from grader.model.course_settings import CourseSettings
from grader.model.submission import HandedIn, Submission
from grader.storage import atomic, locks

_PSEUDONYMS = "pseudonyms.json"
_OUTDATED = "class-outdated"
_AT_ONCE_BYTES = 1_000_000
_NOTE = re.compile(r"[0-9a-f]{32}")  # not a file that is just being written


class Results:
    """The results folder.

    Args:
        folder: Made when the first file is written.
        gradebook: The database or its address; without one it is a file in the folder.

    Attributes:
        folder: The same.
        database: The database.
        remarks: What an instructor should know, one line each.
        is_own: Whether the database lies in the folder, so that nothing else shares it.
    """

    def __init__(self, folder: Path, gradebook: str | Database | None = None) -> None:
        self.folder = folder
        self.database = (
            gradebook if isinstance(gradebook, Database) else Database(gradebook or folder / "gradebook.sqlite")
        )
        self.remarks: list[str] = []
        self.is_own = gradebook is None
        self._new = False

    @property
    def overview(self) -> Path:
        """The page about the class."""
        return self.folder / "index.html"

    @property
    def leaderboard(self) -> Path:
        """The page that ranks the class."""
        return self.folder / "leaderboard.html"

    @property
    def records(self) -> Path:
        """Where the records of all runs are kept."""
        return self.folder / "records"

    @property
    def handed_in(self) -> Path:
        """Where everything that was handed in is kept, by the digest of its bytes."""
        return self.folder / "handed-in"

    def gradebook(self, course: str, slug: str) -> Gradebook:
        """The gradebook of an exercise of the course that the database has under a name."""
        return Gradebook(self.database, course, slug, self.handed_in)

    def open(self, course: CourseSettings, slug: str, begins: bool = False) -> Gradebook:
        """The gradebook of an exercise of a course, whatever the course is called today.

        Args:
            course: The course.
            slug: The exercise.
            begins: Whether the course may be a new one in the database.

        Raises:
            InputError: It cannot be told which course of the database is meant.
        """
        known = known_as(self.database, course, self.is_own, begins)
        if known.remark and known.remark not in self.remarks:
            self.remarks.append(known.remark)
        return self.gradebook(known.name, slug)

    def existing(self, course: CourseSettings, slug: str) -> Gradebook:
        """The gradebook of an exercise that has been graded.

        Raises:
            InputError: Nothing has been graded into this folder, or it cannot be told which course is meant.
        """
        if not self.database.exists:
            raise self.nothing(slug)
        return self.open(course, slug)

    def nothing(self, slug: str) -> InputError:
        """What to say where nothing of an exercise has been graded."""
        return InputError(
            f"{self.folder}: contains no results of {slug!r}. "
            f"Run `grader grade {slug} SUBMISSIONS --results {self.folder}` first."
        )

    def keep_notebook(self, content: bytes, lasting: bool = False) -> str:
        """Keep a notebook, compressed; returns the digest of its bytes. `sync` makes it outlast a crash.

        Args:
            content: Its bytes.
            lasting: Whether to wait at once until it is on disk, so that `sync` is not needed.
        """
        digest = hashlib.sha256(content).hexdigest()
        if self.notebook(digest) != content:  # also where the machine stopped before the disk had all of it
            atomic.write(self._notebook(digest), gzip.compress(content, 5, mtime=0), lasting)
            self._new |= not lasting
        return digest

    def notebook(self, digest: str) -> bytes | None:
        """The notebook of a digest; None if it is not here, for example since another machine took it in."""
        try:
            packed = self._notebook(digest).read_bytes()
            return gzip.decompress(packed) if packed else None
        except (OSError, EOFError, zlib.error):
            return None

    def has_notebook(self, digest: str) -> bool:
        """Whether the notebook of a digest is here."""
        return self._notebook(digest).exists()

    def notebook_size(self, digest: str) -> int | None:
        """Bytes of the notebook of a digest; None if it is not here."""
        content = self.notebook(digest)
        return None if content is None else len(content)

    def stored_file(self, file: HandedIn) -> Path | None:
        """Where a file that came with a notebook lies; None if it is not here."""
        path = self.handed_in / file.sha256[:2] / file.sha256
        return path if path.is_file() else None

    def keep_files(self, submission: Submission, lasting: bool = False) -> tuple[HandedIn, ...]:
        """Keep the files that came with a notebook; returns them as they lie here. No file is in memory as a whole.

        Args:
            submission: The submission.
            lasting: See `keep_notebook`.
        """
        files = []
        for file in submission.files:
            path = self.handed_in / file.sha256[:2] / file.sha256
            if not _holds(path, file):
                with file.opened() as source, atomic.writing(path, lasting) as stream:
                    shutil.copyfileobj(source, stream, _AT_ONCE_BYTES)
                self._new |= not lasting
            files.append(HandedIn(file.name, path, file.sha256))
        return tuple(files)

    def sync(self) -> None:
        """Wait until the disk has all files; called once for a class, because waiting for each file is slow."""
        if self._new:
            os.sync()
            self._new = False

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Lock the folder: other graders wait before they draw pages or write about the class."""
        with locks.holding(self.folder):
            yield

    def write_student(self, folder: str, report: str, assessment: str) -> None:
        """Write a student's page and marks."""
        with locks.holding(self.folder / folder):
            atomic.remove_unfinished(self.folder / folder)
            atomic.write(self.folder / folder / "report.html", report.encode(), lasting=False)
            atomic.write(self.folder / folder / "assessment.json", assessment.encode(), lasting=False)

    def remove_student(self, folder: str) -> None:
        """Remove a student's page and marks; the folder stays if it has other files."""
        path = self.folder / folder
        if not path.is_dir():
            return
        with locks.holding(path):
            atomic.remove_unfinished(path)
            for name in ("report.html", "assessment.json"):
                (path / name).unlink(missing_ok=True)

    def report(self, folder: str) -> bytes | None:
        """A student's page; None if there is none yet."""
        try:
            return (self.folder / folder / "report.html").read_bytes() or None
        except OSError:
            return None

    def has_page(self, folder: str) -> bool:
        """Whether a student's page is there. An empty file is left by a machine that stopped while writing it."""
        try:
            return (self.folder / folder / "report.html").stat().st_size > 0
        except OSError:
            return False

    def rewrite_report(self, folder: str, change: Callable[[str], str]) -> None:
        """Change the page of a student who has one, for example by what is known only of the whole class."""
        path = self.folder / folder / "report.html"
        if not path.exists():
            return
        with locks.holding(path.parent):
            page = path.read_bytes().decode()
            changed = change(page) if page else ""
            if changed != page:
                atomic.write(path, changed.encode(), lasting=False)

    def write_assessment(self, folder: str, assessment: str) -> None:
        """Write a student's marks for programs again, for example with what the whole class tells about them."""
        atomic.write(self.folder / folder / "assessment.json", assessment.encode(), lasting=False)

    def write_leaderboard(self, page: str) -> None:
        """Write the page that ranks the class."""
        atomic.write(self.leaderboard, page.encode())

    def pseudonyms(self) -> dict[str, str]:
        """Student -> name on the leaderboard, as given before; whoever has a name keeps it."""
        path = self.folder / _PSEUDONYMS
        return dict(json.loads(path.read_text())) if path.exists() else {}

    def keep_pseudonyms(self, names: dict[str, str]) -> None:
        """Keep the names on the leaderboard."""
        atomic.write(self.folder / _PSEUDONYMS, (json.dumps(names, indent=1, sort_keys=True) + "\n").encode())

    def write_class(self, overview: str, grades: str, statistics: str) -> None:
        """Write the page about the class, the table of marks and the table of their statistics."""
        atomic.write(self.overview, overview.encode())
        atomic.write(self.folder / "grades.csv", grades.encode())
        atomic.write(self.folder / "statistics.csv", statistics.encode())

    def write_own_work(self, table: str) -> None:
        """Write the table of the questions about students' own work."""
        atomic.write(self.folder / "own-work.csv", table.encode())

    def note_outdated_class(self) -> None:
        """Note that marks have been stored which the pages and tables of the class do not show yet.

        The note is a file, which the next publication of the class removes, whichever grader or command publishes.
        """
        atomic.write(self.folder / _OUTDATED / uuid4().hex, b"")

    def outdated_class(self) -> list[str]:
        """The notes of `note_outdated_class` that no publication has removed; empty if the class is up to date."""
        folder = self.folder / _OUTDATED
        return [path.name for path in folder.iterdir() if _NOTE.fullmatch(path.name)] if folder.is_dir() else []

    def class_is_current(self, notes: Iterable[str]) -> None:
        """Remove notes that were read before the marks that have been published."""
        for name in notes:
            (self.folder / _OUTDATED / name).unlink(missing_ok=True)  # another grader may have published, too

    def _notebook(self, digest: str) -> Path:
        return self.handed_in / digest[:2] / f"{digest}.ipynb.gz"


def _holds(path: Path, file: HandedIn) -> bool:
    """Whether a path has the whole submitted file. Only sizes are compared, because model files are large."""
    try:
        size = path.stat().st_size
        return size == (len(file.source) if isinstance(file.source, bytes) else file.source.stat().st_size)
    except OSError:
        return False
