"""Names that the students of a course had before, so that numbers and pseudonyms stay when a name changes."""

import csv
import io
from dataclasses import dataclass

from grader.course.layout import Course, is_named
from grader.errors import SpecificationError
from grader.storage import atomic

_COLUMNS = ["old", "new", "joined"]


@dataclass(frozen=True, slots=True)
class NewName:
    """A student who got another name.

    Attributes:
        old: The name before.
        new: The name since then.
        is_joined: Whether the new name was known already, so that two names became one student.
    """

    old: str
    new: str
    is_joined: bool


class StudentNames:
    """The new names of students, stored in `solutions/renamed.csv`, oldest first.

    A line is written before any gradebook has the new name. If a command is killed in between, both names lead to the
    same numbers, and the same command again does the rest.

    Args:
        course: The course.

    Raises:
        SpecificationError: The file cannot be read.
    """

    def __init__(self, course: Course) -> None:
        self._path = course.solutions / "renamed.csv"
        self._place = course.shown(self._path)
        self._new_names = self._read() if is_named(self._path) else ()

    def earlier(self, student: str) -> tuple[str, ...]:
        """All names that a student had before, the latest first; upper and lower case are the same.

        A name that went to another student afterwards counts for both, because notebooks may have either's numbers.
        """
        names = {student.casefold(): student}
        for change in reversed(self._new_names):
            if change.new.casefold() in names:
                names.setdefault(change.old.casefold(), change.old)
        return tuple(names.values())[1:]

    def first(self, student: str) -> str:
        """The first name of a student. A name that was joined to another one does not count."""
        for change in reversed(self._new_names):
            if change.new == student and not change.is_joined:
                student = change.old
        return student

    def add(self, old: str, new: str, *, is_joined: bool) -> None:
        """Store that a student got another name.

        Args:
            old: The name before.
            new: The name since then.
            is_joined: Whether the new name was known already.
        """
        about = [one for one in self._new_names if {one.old, one.new} & {old, new}]
        if not about or (about[-1].old, about[-1].new) != (old, new):  # else an earlier call was killed
            self._write((*self._new_names, NewName(old, new, is_joined)))

    def forget(self, student: str) -> None:
        """Delete all names that a student had."""
        names = {student, *self.earlier(student)}
        others = tuple(change for change in self._new_names if not {change.old, change.new} <= names)
        if others != self._new_names:
            self._write(others)

    def _write(self, new_names: tuple[NewName, ...]) -> None:
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(_COLUMNS)
        writer.writerows((change.old, change.new, "yes" if change.is_joined else "") for change in new_names)
        atomic.write(self._path, text.getvalue().encode("utf-8", "surrogatepass"))
        self._new_names = new_names

    def _read(self) -> tuple[NewName, ...]:
        try:
            text = self._path.read_bytes().decode("utf-8-sig", "surrogatepass")
            rows = list(csv.DictReader(io.StringIO(text, newline="")))
            return tuple(NewName(row["old"], row["new"], bool(row["joined"])) for row in rows)
        except OSError as error:
            raise SpecificationError(
                f"{self._place}: cannot be read ({error.strerror}). Restore it or its permissions."
            ) from error
        except (UnicodeDecodeError, csv.Error, KeyError) as error:
            raise SpecificationError(
                f"{self._place}: is not the file that `grader rename-student` wrote. Restore it from a backup."
            ) from error
