"""The repairs of an exercise, stored in `solutions/EXERCISE/repairs.toml`, where staff can read and edit them."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from grader.course.layout import Course, is_named
from grader.course.toml_file import read_toml
from grader.errors import InputError, SpecificationError
from grader.model.repair import Repair
from grader.storage import atomic
from grader.text.complaints import check_data

FILE = "repairs.toml"
_HEAD = "# Lines that `grader repair` replaces in notebooks before they run. Reports name each replacement.\n"
_Line = Annotated[str, Field(min_length=1)]


class _RepairEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    line: _Line
    replacement: str
    reason: _Line
    author: _Line
    at: AwareDatetime
    undone: AwareDatetime | None = None


class _RepairsFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    repairs: list[_RepairEntry] = []


def read_repairs(course: Course, slug: str) -> tuple[Repair, ...]:
    """Read the repairs of an exercise, the oldest first; none if there is no file.

    Raises:
        SpecificationError: The file is not valid; one line for each problem.
    """
    path = _path(course, slug)
    if not is_named(path):
        return ()
    place = course.shown(path)
    content, problems = check_data(_RepairsFile, read_toml(path, place))
    if content is None or problems:
        raise SpecificationError("\n".join(f"{place}: {problem}" for problem in problems))
    return tuple(Repair(**entry.model_dump()) for entry in content.repairs)


def add_repair(course: Course, slug: str, repair: Repair) -> None:
    """Store a repair.

    Raises:
        InputError: The line is empty or has a line break, nothing would change, or the repair is in force already.
        SpecificationError: The file is not valid.
    """
    before = read_repairs(course, slug)
    if not repair.line.strip() or "\n" in repair.line or repair.line != repair.line.strip():
        raise InputError("--line: must be one line that is not empty, without spaces around it.")
    if repair.line == repair.replacement:
        raise InputError("--with: is the same as --line. Give another line.")
    if any(known.line == repair.line and known.undone is None for known in before):
        raise InputError(f"--line: {repair.line!r} is already replaced. Undo that repair: grader repair {slug}.")
    _write(_path(course, slug), (*before, repair))


def undo_repair(course: Course, slug: str, number: int, at: datetime) -> Repair:
    """Undo a repair, which stays in the file.

    Args:
        course: The course.
        slug: The exercise.
        number: Its number in the list, from 1.
        at: Now.

    Raises:
        InputError: There is no such repair, or it is undone already.
        SpecificationError: The file is not valid.
    """
    repairs = list(read_repairs(course, slug))
    if not 1 <= number <= len(repairs) or repairs[number - 1].undone is not None:
        raise InputError(f"--undo: there is no repair {number} in force. List them with grader repair {slug}.")
    repairs[number - 1] = replace(repairs[number - 1], undone=at)
    _write(_path(course, slug), repairs)
    return repairs[number - 1]


def _path(course: Course, slug: str) -> Path:
    course.exercise_folder(slug)  # refuses an unknown name
    return course.solution_folder(slug) / FILE


def _write(path: Path, repairs: tuple[Repair, ...] | list[Repair]) -> None:
    atomic.write(path, "\n".join([_HEAD, *map(_as_toml, repairs)]).encode())


def _as_toml(repair: Repair) -> str:
    lines = [
        "[[repairs]]",
        f"line = {_text(repair.line)}",
        f"replacement = {_text(repair.replacement)}",
        f"reason = {_text(repair.reason)}",
        f"author = {_text(repair.author)}",
        f"at = {repair.at.isoformat(timespec='seconds')}",
    ]
    if repair.undone is not None:
        lines.append(f"undone = {repair.undone.isoformat(timespec='seconds')}")
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    """A text as TOML has it: JSON allows one character in texts that TOML does not."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
