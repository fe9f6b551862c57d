"""Reads the table `[defaults]` of `course.toml`: values of options that nearly every command line repeats."""

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from grader.course.layout import Course, is_named
from grader.course.toml_file import read_toml
from grader.errors import SpecificationError
from grader.text.complaints import check_data

FILE = "course.toml"
_TABLE = "defaults"


_Text = Annotated[str, Field(min_length=1)]
_Format = Literal[
    "csv",
    "csv-findings",
    "parquet",
    "parquet-findings",
    "research",
    "canvas",
    "moodle",
    "moodle-worksheet",
    "gradescope",
    "nbgrader",
    "feedback",
    "feedback-notebooks",
]


class DefaultsTable(BaseModel):
    """The checked form of the table. Each key is the name of an option, with `_` for `-`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    results: _Text | None = None
    gradebook: _Text | None = None
    jobs: Annotated[int, Field(ge=1)] | None = None
    cluster: _Text | None = None
    roster: _Text | None = None
    author: _Text | None = None
    to: Annotated[list[_Format], Field(min_length=1)] | None = None
    identifier: Literal["id", "idnumber", "email", "username"] | None = None
    visibility: Literal["hidden", "after_due_date", "after_published", "visible"] | None = None

    def problems(self) -> list[str]:
        """One line for each problem that the form of the values does not show. No line repeats a password."""
        if self.gradebook is None or urlsplit(self.gradebook).password is None:
            return []
        return [
            "defaults: gradebook: the address must not contain a password, because students can read this file. "
            "Set the environment variable GRADER_GRADEBOOK instead."
        ]


class _CourseFile(BaseModel):
    model_config = ConfigDict(extra="ignore")

    defaults: DefaultsTable = DefaultsTable()


def read_defaults(course: Course) -> dict[str, Any]:
    """Read the values of options that a course sets. The other tables of the file are not checked.

    Args:
        course: The course, which need not have the file.

    Returns:
        Name of an option, with `_` for `-` -> its value. Paths are absolute; the file gives them from the course's
        folder.

    Raises:
        SpecificationError: The file is not TOML, or the table is not valid; one line for each problem.
    """
    path = course.exercises / FILE
    if not is_named(path):
        return {}
    place = course.shown(path)
    raw = read_toml(path, place)
    if _TABLE not in raw:
        return {}
    file, problems = check_data(_CourseFile, {_TABLE: raw[_TABLE]})
    problems += file.defaults.problems() if file else []
    if file is None or problems:
        raise SpecificationError("\n".join(f"{place}: {problem}" for problem in problems))
    values = file.defaults.model_dump(exclude_none=True)
    return {**values, **{key: str(course.root / values[key]) for key in ("results", "roster") if key in values}}
