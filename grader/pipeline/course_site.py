"""A course as the portal has it: its exercises without keys, its results, its people and its queue.

A web process needs nothing else. In particular, it reads no key and no held-out data.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar

from grader.course.layout import Course
from grader.course.settings import read_settings
from grader.gradebook.accounts import Accounts
from grader.gradebook.checks import Checks
from grader.gradebook.claims import Claims
from grader.gradebook.courses import known_as
from grader.gradebook.database import Database
from grader.gradebook.events import Event, last_events, note_event
from grader.gradebook.graders import Graders
from grader.gradebook.hits import RequestCounts
from grader.gradebook.notices import Notices
from grader.gradebook.places import course_number
from grader.gradebook.practice import PracticeBook
from grader.gradebook.publications import Publications
from grader.gradebook.queue import Queue
from grader.gradebook.results import Results
from grader.gradebook.store import Gradebook
from grader.gradebook.tasks import Tasks
from grader.gradebook.threads import Threads
from grader.gradebook.tokens import Tokens
from grader.intake.recognition import ReleasedNotebooks
from grader.model.course_settings import CourseSettings
from grader.pipeline.language import texts_of
from grader.pipeline.material import CourseExercise, Material, load, load_exercise, notebook_digest
from grader.pipeline.other_exercise import released_notebooks
from grader.text import catalogues
from grader.text.language import Language
from grader.text.languages import languages

Value = TypeVar("Value")
_Stamp = tuple[tuple[str, int], ...]


class CourseSite:
    """A course, its results and the database of its portal.

    Args:
        course: The course.
        folder: The folder of the results of all exercises; each has a folder in it, as on the command line.
        gradebook: Address of one database for everything; without it, each exercise has a file in its folder, and the
            portal has the file `gradebook.sqlite` in `folder`.

    Raises:
        InputError: The settings of the course are not valid, or the database cannot be used.
    """

    def __init__(self, course: Course, folder: Path, gradebook: str | None = None) -> None:
        self.course = course
        self.folder = folder
        self.gradebook = gradebook
        self.database = Database(self.address)
        settings = read_settings(course)
        self.name = known_as(self.database, settings, gradebook is None, begins=True).name
        self.accounts = Accounts(self.database, self.name)
        self.publications = Publications(self.database, self.name)
        self.queue = Queue(self.database, self.name, lambda slug: self.results(slug).handed_in)
        self.checks = Checks(self.database, self.name, lambda slug: self.results(slug).folder)
        self.tasks = Tasks(self.database, self.name)
        self.graders = Graders(self.database, self.name)
        self.claims = Claims(self.database, self.name)
        self.threads = Threads(self.database, self.name)
        self.practice = PracticeBook(self.database, self.name)
        self.tokens = Tokens(self.database, self.name)
        self.hits = RequestCounts(self.database)
        self.notices = Notices(self.database, self.name)
        self._results: dict[str, Results] = {}
        self._read: dict[object, tuple[_Stamp, object]] = {}

    @property
    def address(self) -> str | Path:
        """Address of the database of the portal, or the path of its file."""
        return self.gradebook or self.folder / "gradebook.sqlite"

    @property
    def settings(self) -> CourseSettings:
        """The settings of the course, as the file has them now."""
        return self._current("settings", (self.course.exercises,), lambda: read_settings(self.course))

    @cached_property
    def slugs(self) -> tuple[str, ...]:
        """The exercises of the course, sorted."""
        return self.course.slugs()

    @property
    def open_slugs(self) -> tuple[str, ...]:
        """The exercises that students see, as the settings have them now, sorted."""
        settings = self.settings
        return tuple(slug for slug in self.slugs if settings.is_open(slug))

    def exercise(self, slug: str) -> CourseExercise:
        """An exercise with the settings of the course, as the files have them now; no key is read.

        Raises:
            InputError: There is no such exercise, or it is not valid.
        """
        folders = (self.course.exercises, self.course.exercise_folder(slug))
        return self._current(("exercise", slug), folders, lambda: load_exercise(self.course, slug))

    def material(self, slug: str) -> Material:
        """All that grading an exercise needs, as the files have it now; only graders call this."""
        course = self.course  # the folder `solutions/` has groups and new names of students
        folders = (course.exercises, course.exercise_folder(slug), course.solutions, course.solution_folder(slug))
        return self._current(("material", slug), folders, lambda: load(self.course, slug))

    def edition(self, slug: str) -> str:
        """SHA-256 of the files that notebooks with individual numbers are drawn from; only graders call this."""
        folders = (self.course.exercise_folder(slug), self.course.solution_folder(slug))
        return self._current(("edition", slug), folders, lambda: notebook_digest(self.course, slug))

    def released(self) -> ReleasedNotebooks:
        """The notebooks that students get, of all exercises."""
        folders = tuple(self.course.exercise_folder(slug) for slug in self.slugs)
        return self._current("released", folders, lambda: released_notebooks(self.course))

    def results(self, slug: str) -> Results:
        """The results of an exercise: those of `grader grade` with the same folder."""
        if slug not in self._results:
            # One pool of connections for all exercises: a server has a limited number of them.
            self._results[slug] = Results(self.folder / slug, self.database if self.gradebook else None)
        return self._results[slug]

    def book(self, slug: str) -> Gradebook | None:
        """The gradebook of an exercise; None if nothing has been graded yet."""
        results = self.results(slug)
        return results.open(self.settings, slug) if results.database.exists else None

    def language(self, code: str = "") -> Language:
        """A language with the texts of the course; that of the course if there is no catalogue of it."""
        known = code if code in languages() else self.settings.language
        return catalogues.language(known, texts_of(self.course))

    def events(self, most: int, start: int = 0) -> list[Event]:
        """The last lines of the audit log, the newest first, without the first `start` of them."""
        return last_events(self.database, self.name, most, start)

    def opener(self) -> Callable[[], "CourseSite"]:
        """A function that opens the same course in another process, which needs connections of its own."""
        return partial(CourseSite, self.course, self.folder, self.gradebook)

    def note_event(self, account: int, what: str, about: str, at: datetime) -> None:
        """Add a line to the audit log, about something that another database than that of the portal stores."""
        with self.database.writing() as connection:
            note_event(connection, course_number(connection, self.name), account, what, about, at)

    def close(self) -> None:
        """Close all databases."""
        for results in self._results.values():
            results.database.close()
        self.database.close()

    def _current(self, what: object, folders: tuple[Path, ...], read: Callable[[], Value]) -> Value:
        """A value that is read again only if a file in one of the folders has changed."""
        stamp = tuple(
            (str(path), path.stat().st_mtime_ns)
            for folder in folders
            for path in sorted(folder.glob("*"))
            if path.is_file()
        )
        known = self._read.get(what)
        if known is None or known[0] != stamp:
            known = stamp, read()
            self._read[what] = known
        value: Value = known[1]  # type: ignore[assignment]  # each key has values of one type
        return value
