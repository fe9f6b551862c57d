"""Draws individual numbers for each student from a secret of the course."""

import csv
import hashlib
import hmac
import io
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.course.layout import Course, is_named
from grader.course.student_names import StudentNames
from grader.errors import SpecificationError
from grader.model.exercise import Exercise
from grader.model.student import Student
from grader.storage import atomic
from grader.text.messages import Text, message

COMMON = "common"
"""The variant of students who are on no roster."""

VARIANT = "variant"
"""The variable by which a notebook says whose numbers it has."""

_BETWEEN = " | "
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_VARIANT_IN_NOTEBOOK = re.compile(r"^[ \t]*variant[ \t]*=[ \t]*[\"'](common|[0-9a-f]{8})[\"']", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Variant:
    """One student's numbers.

    Attributes:
        code: Eight hexadecimal digits that name it, or `common`. Students may see it: it does not reveal the seed.
        seed: The seed of the numbers.
    """

    code: str
    seed: str


COMMON_VARIANT = Variant(COMMON, COMMON)


@dataclass(frozen=True, slots=True)
class NumbersNote:
    """A note on a notebook that has the numbers of somebody else; both texts are empty if there is nothing to note.

    Attributes:
        remark: The text for the student, which names no other student.
        observed: The text for the staff.
    """

    remark: Text = ""
    observed: Text = ""


def variant_in(source: str) -> str:
    """The code of the variant that the source of a notebook names; empty if it names none.

    Example:
        >>> variant_in('variant = "0123abcd"  # these numbers are yours')
        '0123abcd'
    """
    match = _VARIANT_IN_NOTEBOOK.search(source)
    return match[1] if match else ""


def variant_of(secret: bytes, slug: str, student: str) -> Variant:
    """The variant of a student: HMAC-SHA-256 of exercise and student under the course's secret."""
    # The code is a hash of the seed, so whoever reads codes in notebooks cannot draw the numbers, or the answers.
    digest = hmac.new(secret, f"{slug}\0{student}".encode(), hashlib.sha256).hexdigest()
    return Variant(hashlib.sha256(digest.encode()).hexdigest()[:8], digest)


def released_at(course: Course, slug: str) -> int:
    """When students last got a variant of an exercise, in nanoseconds since 1970; 0 if no student has."""
    try:
        return _path(course, slug).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _path(course: Course, slug: str) -> Path:
    """The file that lists the students who got a variant."""
    return course.solution_folder(slug) / "variants.csv"


class ReleasedVariants:
    """The students who got a variant of an exercise, stored in `solutions/<slug>/variants.csv`.

    Args:
        course: The course; its secret is `solutions/secret`.
        slug: The exercise.
    """

    def __init__(self, course: Course, slug: str) -> None:
        self._course = course
        self._slug = slug
        self._path = _path(course, slug)
        self._rows = _rows(self._path, course.shown(self._path)) if is_named(self._path) else ()
        self._secret = course_secret(course, make=False) if self._rows else b""
        self._names = StudentNames(course)

    def variant(self, student: str, cells: Iterable[str] = ()) -> Variant:
        """The variant of a student; the common one if they got none.

        A student may have got several, under names that followed one another. Then the notebook decides. It also
        decides for a name that got none: this may be a new name that nobody has told the grader about.

        Args:
            student: Name of the student.
            cells: Sources of the code cells of the student's notebook; none if only the student is known.

        Raises:
            SpecificationError: The secret is not the one that the variants were drawn from.
        """
        of_student = self._rows_of(student)
        code = variant_in("\n".join(cells)) if self._rows else ""
        of_notebook = [row for row in of_student or self._rows if row.code == code]
        row = next(iter((*of_notebook, *of_student)), None)
        return COMMON_VARIANT if row is None else self._drawn(row)

    def variants(self, student: str) -> list[Variant]:
        """All variants that a student got, also under earlier names; none if they got none."""
        return [self._drawn(row) for row in self._rows_of(student)]

    def _drawn(self, row: "_Row") -> Variant:
        """The variant of a row, drawn again.

        Raises:
            SpecificationError: The secret is another one.
        """
        variant = variant_of(self._secret, row.exercise or self._slug, row.student)
        if variant.code != row.code:
            raise SpecificationError(
                f"{self._course.shown(self._path)}: was made with another secret. Restore the old solutions/secret. "
                "If the exercise had another name, run `grader rename-exercise`."
            )
        return variant

    def has(self, student: str) -> bool:
        """Whether numbers have been drawn for a student."""
        return bool(self._rows_of(student))

    def check_numbers(self, student: str, cells: Sequence[str]) -> NumbersNote:
        """Compare the variant that a notebook names with the one that its student got.

        Args:
            student: The student who submitted it.
            cells: Sources of its code cells.

        Returns:
            A note if they differ. If a notebook names no variant, or in another form, there is nothing to note: authors
            may have left the cell out, an editor may have removed it, or a file may be damaged.
        """
        code = variant_in("\n".join(cells))
        is_listed = self.has(student)
        if not self._rows or not code or (code == self.variant(student, cells).code and (is_listed or code == COMMON)):
            return NumbersNote()
        owner = next((row.student for row in self._rows if row.code == code), "")
        if not owner and code != COMMON:
            unknown = message(
                "The notebook says that it has the numbers `{code}`, which no student received.", code=code
            )
            return NumbersNote(observed=unknown)
        whose = (
            message("the numbers that were drawn for {owner}", owner=owner) if owner else message("the common numbers")
        )
        if not is_listed:
            return NumbersNote(
                message(
                    "Your name is not on the list of students who received their own numbers, so your answers were "
                    "compared with the results for the numbers in this notebook. Tell your instructor, who can add "
                    "your name."
                ),
                message(
                    "The student is not on the roster of `grader release`, but the notebook has {whose}. The answers "
                    "were compared with the results for these numbers. If both names belong to one student, run "
                    "`grader rename-student`. If not, ask the student where the notebook is from.",
                    whose=whose,
                ),
            )
        return NumbersNote(
            message(
                "The numbers in this notebook are not the ones that were drawn for you. Your answers "
                "were compared with the results for your own numbers. If you were given this notebook, "
                "tell your instructor."
            ),
            message(
                "The notebook has {whose}. Notebooks may have been mixed up when they were handed out.", whose=whose
            ),
        )

    def add(self, folders: Mapping[str, str], known: Mapping[str, Student] | None = None) -> dict[str, Variant]:
        """Draw variants for students, and store which student got which.

        A student who got one before gets the same again, even if the exercise or the student had another name then.

        Args:
            folders: Student -> name of the folder with their notebook.
            known: Student -> their entry in the roster, because submissions may have other names from it.

        Returns:
            Student -> variant.
        """
        secret = course_secret(self._course, make=True)
        rows = {row.student: row for row in self._rows}
        variants = {}
        entries = {student: (known or {}).get(student, Student()) for student in folders}
        present = {name for student, entry in entries.items() for name in (student.casefold(), *_other_names(entry))}
        for student, folder in folders.items():
            also = _other_names(entries[student])
            before = rows.get(student) or self._row_before(student, entries[student], folders)
            name, slug = (before.student, before.exercise) if before else (student, self._slug)
            if before:  # submissions may still have the names of the earlier roster
                folders_before = (before.folder.casefold(),) if before.folder != folder else ()
                earlier = [old for old in (*before.also, *folders_before) if old not in present]
                also = tuple(dict.fromkeys((*((student.casefold(),) if name != student else ()), *also, *earlier)))
            variants[student] = variant_of(secret, slug or self._slug, name)
            rows[name] = _Row(student=name, folder=folder, code=variants[student].code, also=also, exercise=slug)
        self._write(rows)
        return variants

    def were_drawn_for(self, slug: str) -> None:
        """Record which numbers were drawn when the exercise had another name, so that they stay as they are.

        Args:
            slug: The earlier name.
        """
        rows = {row.student: row for row in self._rows}
        drawn_then = {
            row.student: replace(row, exercise=slug)
            for row in self._rows
            if variant_of(self._secret, slug, row.student).code == row.code
        }
        if drawn_then:
            self._write(rows | drawn_then)

    def _write(self, rows: Mapping[str, "_Row"]) -> None:
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(["student", "folder", "variant", "also", "exercise"])
        writer.writerows(
            (row.student, row.folder, row.code, _BETWEEN.join(row.also), row.exercise)
            for _, row in sorted(rows.items())
        )
        # A grader may read the file meanwhile: half of it would give students the common numbers.
        atomic.write(self._path, text.getvalue().encode())

    def _row_before(self, student: str, entry: Student, folders: Mapping[str, str]) -> "_Row | None":
        """The row of a student whom the roster had under another name: known as renamed, or the only one with an id."""
        names = dict.fromkeys((student, *_other_names(entry)))
        earlier = [row for name in names for old in self._names.earlier(name) if (row := self._row(old))]
        numbers = {number.casefold().strip() for number in _identifiers(entry)} - {""}
        alike = [row for row in self._rows if numbers & set(row.also)]
        rows = [row for row in earlier or (alike if len(alike) == 1 else ()) if row.student not in folders]
        return rows[0] if rows else None

    def _rows_of(self, student: str) -> list["_Row"]:
        """The rows of a student: that of the present name first, then those of earlier names."""
        names = (student, *self._names.earlier(student))
        return list(dict.fromkeys(row for name in names if (row := self._row(name))))

    def _row(self, student: str) -> "_Row | None":
        """The row of a student by the name on the roster, by the folder, or by another name that only they have."""
        name = student.casefold()
        if by_name := [row for row in self._rows if name in (row.student.casefold(), row.folder.casefold())]:
            return by_name[0]
        by_other_name = [row for row in self._rows if name in row.also]
        return by_other_name[0] if len(by_other_name) == 1 else None  # of two such students, none is guessed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row of `variants.csv`.

    Attributes:
        student: The name on the roster.
        folder: Name of the folder with their notebook.
        code: The code of their variant.
        also: Other names that their submissions may have, folded.
        exercise: The name of the exercise when the numbers were drawn; empty for the present one.
    """

    student: str
    folder: str
    code: str
    also: tuple[str, ...] = ()
    exercise: str = ""


def _other_names(student: Student) -> tuple[str, ...]:
    """Other names of a student's submissions: login, address, numbers, and the name as platforms write it."""
    last, comma, first = student.full_name.partition(",")
    words = [*first.split(), *last.split()] if comma else student.full_name.split()
    family_name = student.last_name or (last if comma else "".join(words[-1:]))
    first_name = student.first_name or (first if comma else "".join(words[:-1]))
    # Canvas names files like this: `lovelaceada`.
    squeezed = "".join(character for character in f"{family_name}{first_name}" if character.isalnum())
    names = (" ".join(words), squeezed, *_identifiers(student))
    return tuple(dict.fromkeys(name.casefold().strip() for name in names if name.strip()))


def _identifiers(student: Student) -> tuple[str, ...]:
    """What a roster says of a student that does not change with the name."""
    return (student.id, student.login, student.email, student.sis_id)


def fill(source: str, numbers: Mapping[str, Any], place: str) -> str:
    """Put a student's numbers in place of `{{ name }}`.

    Args:
        source: A text with placeholders.
        numbers: Name -> number, or another value that Python can write.
        place: The file that the text is from, for messages.

    Raises:
        SpecificationError: A name is not among the numbers.

    Example:
        >>> fill("A filter of {{ size }} x {{ size }}", {"size": 3}, "exercise.toml")
        'A filter of 3 x 3'
    """

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in numbers:
            known = ", ".join(sorted(numbers)) or "nothing"
            raise SpecificationError(f"{place}: key.py does not draw '{{{{ {name} }}}}'. It draws {known}.")
        return _in_python(numbers[name])

    return _PLACEHOLDER.sub(value, source)


def placeholders(source: str) -> frozenset[str]:
    """The names of all numbers that a text has a placeholder for.

    Example:
        >>> sorted(placeholders("A filter of {{ size }} x {{ size }}"))
        ['size']
    """
    return frozenset(_PLACEHOLDER.findall(source))


def personal(exercise: Exercise, numbers: Mapping[str, Any]) -> Exercise:
    """The exercise with a student's numbers in its titles and hints.

    Raises:
        SpecificationError: A title or a hint uses a number that is not drawn.
    """
    if not numbers:
        return exercise
    place = f"exercises/{exercise.slug}/exercise.toml"
    return _reworded(exercise, lambda text: fill(text, numbers, place))


def without_numbers(exercise: Exercise) -> Exercise:
    """The exercise with the names of the numbers in its titles and hints, for readers who have no numbers."""
    return _reworded(exercise, lambda text: _PLACEHOLDER.sub(lambda match: match.group(1), text))


def _reworded(exercise: Exercise, reword: Callable[[str], str]) -> Exercise:
    questions = tuple(
        replace(question, title=reword(question.title), hint=reword(question.hint)) for question in exercise.questions
    )
    return replace(exercise, questions=questions)


def _in_python(value: Any) -> str:
    """A value as Python writes it, but texts without quotes, and a matrix with a line for each row."""
    if isinstance(value, list) and value and all(isinstance(row, list) for row in value):
        return "[" + ",\n ".join(repr(row) for row in value) + "]"
    return value if isinstance(value, str) else repr(value)


def _rows(path: Path, place: str) -> tuple[_Row, ...]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:  # spreadsheets save a byte order mark
            rows = list(csv.DictReader(stream))
    except OSError as error:
        raise SpecificationError(
            f"{place}: cannot be read ({error.strerror}). Restore it or its permissions."
        ) from error
    except UnicodeDecodeError as error:
        raise SpecificationError(f"{place}: is not UTF-8. Save the file as UTF-8.") from error
    except csv.Error as error:
        raise SpecificationError(
            f"{place}: is not a CSV file ({error}). Restore the file as it was released."
        ) from error
    for row in rows:
        if missing := [name for name in ("student", "folder", "variant") if row.get(name) is None]:
            raise SpecificationError(f"{place}: a line has no '{missing[0]}'. Restore the file as it was released.")
    return tuple(
        _Row(
            student=row["student"],
            folder=row["folder"],
            code=row["variant"],
            also=tuple(filter(None, (row.get("also") or "").split(_BETWEEN))),  # earlier files lack the last two
            exercise=row.get("exercise") or "",
        )
        for row in rows
    )


def course_secret(course: Course, make: bool) -> bytes:
    """The secret of a course, `solutions/secret`, from which personal numbers and pseudonyms are drawn.

    Args:
        course: The course.
        make: Whether to create the secret if there is none.

    Raises:
        SpecificationError: There is none, and `make` is False.
    """
    path = course.solutions / "secret"
    if not path.exists() and make:
        path.touch(mode=0o600)  # before the secret is written, so that no other user can read it in between
        path.write_text(secrets.token_hex(32) + "\n")
    if not path.exists():
        raise SpecificationError(f"{course.shown(path)}: the secret of the course is missing. Restore it.")
    return path.read_text().strip().encode()
