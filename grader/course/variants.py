"""Numbers of their own for each student, drawn from a secret of the course."""

import csv
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.course.layout import Course, is_named
from grader.errors import SpecificationError
from grader.model.exercise import Exercise
from grader.model.student import Student
from grader.text.messages import Text, message

COMMON = "common"
"""The variant of whoever is on no roster."""

VARIANT = "variant"
"""The name under which a notebook says whose numbers it has."""

_BETWEEN = " | "
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_VARIANT_IN_NOTEBOOK = re.compile(r"^[ \t]*variant[ \t]*=[ \t]*[\"'](common|[0-9a-f]{8})[\"']", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Variant:
    """One student's numbers.

    Attributes:
        code: Eight hexadecimal digits that name it, or `common`; says nothing about the numbers.
        seed: What the numbers are drawn from.
    """

    code: str
    seed: str


COMMON_VARIANT = Variant(COMMON, COMMON)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What there is to say of the numbers in a notebook; empty where there is nothing.

    Attributes:
        remark: To the student: names nobody else.
        observed: To the staff.
    """

    remark: Text = ""
    observed: Text = ""


def variant_in(source: str) -> str:
    """The variant that the source of a notebook names; empty if it names none."""
    found = _VARIANT_IN_NOTEBOOK.search(source)
    return found[1] if found else ""


def variant_of(secret: bytes, slug: str, student: str) -> Variant:
    """The variant of a student: HMAC-SHA-256 of exercise and student under the course's secret."""
    digest = hmac.new(secret, f"{slug}\0{student}".encode(), hashlib.sha256).hexdigest()
    return Variant(hashlib.sha256(digest.encode()).hexdigest()[:8], digest)


class Released:
    """Which students were given a variant of an exercise, kept in `solutions/<slug>/variants.csv`.

    Args:
        course: The course; its secret is `solutions/secret`.
        slug: The exercise.
    """

    def __init__(self, course: Course, slug: str) -> None:
        self._course = course
        self._slug = slug
        self._path = course.solution_folder(slug) / "variants.csv"
        self._rows = _rows(self._path, course.shown(self._path)) if is_named(self._path) else ()
        self._secret = course_secret(course, make=False) if self._rows else b""

    def variant(self, student: str) -> Variant:
        """The variant of a student; the common one for whoever was given none.

        Raises:
            SpecificationError: If the secret is not the one that the variants were made with.
        """
        row = self._row(student)
        if row is None:
            return COMMON_VARIANT
        found = variant_of(self._secret, row.exercise or self._slug, row.student)
        if found.code != row.code:
            raise SpecificationError(
                f"{self._course.shown(self._path)}: was made with another secret; bring back the old solutions/secret."
                " If the exercise had another name, give `grader rename-exercise`."
            )
        return found

    def numbers_in(self, student: str, cells: Iterable[str]) -> "Numbers":
        """Whether the numbers that a notebook names are those that its student was given.

        Args:
            student: Who handed it in.
            cells: Sources of its code cells.

        Returns:
            What there is to say. A notebook that names none, or names them in another form, tells nothing: authors may
            have left the cell out, an editor may have dropped it, a file may be damaged.
        """
        found = variant_in("\n".join(cells))
        if not self._rows or not found or found == self.variant(student).code:
            return Numbers()
        owner = next((row.student for row in self._rows if row.code == found), "")
        if not owner and found != COMMON:
            unknown = message("The notebook names the numbers `{code}`, which were given to no student.", code=found)
            return Numbers(observed=unknown)
        whose = (
            message("the numbers that were drawn for {owner}", owner=owner) if owner else message("the common numbers")
        )
        if self._row(student) is None:
            return Numbers(
                message(
                    "Your name is not on the list that numbers were drawn for, so your answers were compared with the"
                    " common numbers. If you were given this notebook, tell your instructor."
                ),
                message("The student is not on the roster of `grader release`; the notebook has {whose}.", whose=whose),
            )
        return Numbers(
            message(
                "The numbers in this notebook are not the ones that were drawn for you; your answers were compared with"
                " yours. If you were given this notebook, tell your instructor."
            ),
            message(
                "The notebook has {whose}: notebooks may have been mixed up when they were given out.", whose=whose
            ),
        )

    def add(self, folders: Mapping[str, str], known: Mapping[str, Student] | None = None) -> dict[str, Variant]:
        """Give variants to students, and keep who got which.

        Args:
            folders: Student -> name of the folder that the notebook goes to.
            known: Student -> what else a roster says, by which submissions may be named.
        """
        secret = course_secret(self._course, make=True)
        rows = {row.student: row for row in self._rows}
        drawn_for = {student: rows[student].exercise if student in rows else self._slug for student in folders}
        made = {student: variant_of(secret, drawn_for[student] or self._slug, student) for student in folders}
        also = {student: _also(listed) for student, listed in (known or {}).items()}
        rows |= {
            student: _Row(student, folders[student], variant.code, also.get(student, ()), drawn_for[student])
            for student, variant in made.items()
        }
        self._write(rows)
        return made

    def were_drawn_for(self, slug: str) -> None:
        """Note which numbers were drawn when the exercise had another name, so that they stay as they are."""
        rows = {row.student: row for row in self._rows}
        theirs = {
            row.student: replace(row, exercise=slug)
            for row in self._rows
            if variant_of(self._secret, slug, row.student).code == row.code
        }
        if theirs:
            self._write(rows | theirs)

    def _write(self, rows: Mapping[str, "_Row"]) -> None:
        with self._path.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(["student", "folder", "variant", "also", "exercise"])
            writer.writerows(
                (row.student, row.folder, row.code, _BETWEEN.join(row.also), row.exercise)
                for _, row in sorted(rows.items())
            )

    def _row(self, student: str) -> "_Row | None":
        """The line of a student, who may be named as on the roster, like the folder, or as no other one there."""
        name = student.casefold()
        if named := [row for row in self._rows if name in (row.student.casefold(), row.folder.casefold())]:
            return named[0]
        also = [row for row in self._rows if name in row.also]
        return also[0] if len(also) == 1 else None


@dataclass(frozen=True, slots=True)
class _Row:
    student: str
    folder: str
    code: str
    also: tuple[str, ...] = ()
    exercise: str = ""


def _also(student: Student) -> tuple[str, ...]:
    """What else submissions of a student may be called: login, address, numbers, and the name as platforms write it."""
    last, comma, first = student.full_name.partition(",")
    words = [*first.split(), *last.split()] if comma else student.full_name.split()
    family = student.last_name or (last if comma else "".join(words[-1:]))
    given = student.first_name or (first if comma else "".join(words[:-1]))
    squeezed = "".join(character for character in f"{family}{given}" if character.isalnum())
    said = (" ".join(words), squeezed, student.id, student.login, student.email, student.sis_id)
    return tuple(dict.fromkeys(text.casefold().strip() for text in said if text.strip()))


def fill(source: str, given: Mapping[str, Any], place: str) -> str:
    """Put a student's numbers in place of `{{ name }}`.

    Raises:
        SpecificationError: If a name is none of the numbers that `draw` gives.
    """

    def value(found: re.Match[str]) -> str:
        name = found.group(1)
        if name not in given:
            known = ", ".join(sorted(given)) or "nothing"
            raise SpecificationError(f"{place}: '{{{{ {name} }}}}' is not drawn; draw() in key.py gives {known}.")
        return _written(given[name])

    return _PLACEHOLDER.sub(value, source)


def personal(exercise: Exercise, given: Mapping[str, Any]) -> Exercise:
    """The exercise with a student's numbers in its titles and hints."""
    if not given:
        return exercise
    place = f"exercises/{exercise.slug}/exercise.toml"
    return _reworded(exercise, lambda text: fill(text, given, place))


def without_numbers(exercise: Exercise) -> Exercise:
    """The exercise for whoever has no key: titles and hints name the numbers instead of giving them."""
    return _reworded(exercise, lambda text: _PLACEHOLDER.sub(lambda found: found.group(1), text))


def _reworded(exercise: Exercise, reword: Callable[[str], str]) -> Exercise:
    questions = tuple(
        replace(question, title=reword(question.title), hint=reword(question.hint)) for question in exercise.questions
    )
    return replace(exercise, questions=questions)


def _written(value: Any) -> str:
    """A value as it stands in Python; a matrix has a line for each row."""
    if isinstance(value, list) and value and all(isinstance(row, list) for row in value):
        return "[" + ",\n ".join(repr(row) for row in value) + "]"
    return value if isinstance(value, str) else repr(value)


def _rows(path: Path, place: str) -> tuple[_Row, ...]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:  # as spreadsheets save it
            rows = list(csv.DictReader(stream))
    except OSError as error:
        raise SpecificationError(f"{place}: cannot be read ({error.strerror}); bring it back.") from error
    except UnicodeDecodeError as error:
        raise SpecificationError(f"{place}: is not UTF-8; save the file as UTF-8.") from error
    except csv.Error as error:
        raise SpecificationError(f"{place}: is not a CSV file ({error}); bring it back.") from error
    for row in rows:
        if lacking := [name for name in ("student", "folder", "variant") if row.get(name) is None]:
            raise SpecificationError(f"{place}: a line has no '{lacking[0]}'; bring the file back as it was released.")
    return tuple(
        _Row(row["student"], row["folder"], row["variant"], _names(row.get("also")), row.get("exercise") or "")
        for row in rows
    )


def _names(text: str | None) -> tuple[str, ...]:
    """What else a student may be called; earlier files do not say."""
    return tuple(filter(None, (text or "").split(_BETWEEN)))


def course_secret(course: Course, make: bool) -> bytes:
    """The secret of a course, `solutions/secret`, from which personal numbers and pseudonyms are drawn.

    Args:
        course: The course.
        make: Whether to make one where there is none.

    Raises:
        SpecificationError: There is none, and none was to be made.
    """
    path = course.solutions / "secret"
    if not path.exists() and make:
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32) + "\n")
    if not path.exists():
        raise SpecificationError(f"{course.shown(path)}: the secret of the course is missing; bring it back.")
    return path.read_text().strip().encode()
