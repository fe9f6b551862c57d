"""Writes a course that was read from another grader."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course.layout import Course
from grader.course.release import student_notebook
from grader.errors import InputError
from grader.porting import nbgrader, otter
from grader.porting.parts import ImportedCourse, ImportedExercise
from grader.porting.writing import (
    STARTUP,
    columns,
    exercise_text,
    key_text,
    marks_text,
    notebook_bytes,
    observations_text,
    report_text,
    settings_text,
    totals,
)

_REPORT = "IMPORT.md"


@dataclass(frozen=True, slots=True)
class ImportedNotebooks:
    """What was taken from a course.

    Attributes:
        tables: Name of an exercise -> a row for each cell: cell, points, taken as, read, weaker, decide.
        summary: One sentence on all of them.
        notes: What else a person must decide.
        report: The file with the same tables.
    """

    tables: Mapping[str, Sequence[Sequence[str]]]
    summary: str
    notes: Sequence[str]
    report: Path


def import_nbgrader(source: Path, out: Path) -> ImportedNotebooks:
    """Write a new course with the exercises of a course of nbgrader.

    Args:
        source: The course folder, the folder of an assignment, or a notebook.
        out: The folder of the new course, which does not exist or is empty.

    Raises:
        InputError: The source cannot be read, or `out` is not empty.
    """
    return _import(nbgrader.read_course, source, out)


def import_otter(source: Path, out: Path) -> ImportedNotebooks:
    """Write a new course with assignments of otter.

    Args:
        source: A folder of assignments, the folder of an assignment, or a notebook.
        out: The folder of the new course, which does not exist or is empty.

    Raises:
        InputError: The source cannot be read, or `out` is not empty.
    """
    return _import(otter.read_course, source, out)


def _import(read: Callable[[Path], ImportedCourse], source: Path, out: Path) -> ImportedNotebooks:
    if not source.exists():
        raise InputError(f"{source}: does not exist. Name a folder or a notebook.")
    if out.exists() and (not out.is_dir() or any(not path.name.startswith(".") for path in out.iterdir())):
        raise InputError(f"{out}: is not an empty folder. Name a new folder.")
    imported = read(source)
    course = Course(out)
    for exercise in imported.exercises:
        _write_exercise(course, exercise)
    (course.exercises / "course.toml").write_text(settings_text(imported), encoding="utf-8")
    if imported.startup:
        (course.exercises / STARTUP).write_text(imported.startup, encoding="utf-8")
    report = out / _REPORT
    report.write_text(report_text(imported), encoding="utf-8")
    tables = {exercise.slug: [columns(row) for row in exercise.rows] for exercise in imported.exercises}
    rows = [row for exercise in imported.exercises for row in exercise.rows]
    return ImportedNotebooks(tables, totals(rows), imported.notes, report)


def _write_exercise(course: Course, exercise: ImportedExercise) -> None:
    solution = notebook_bytes(exercise)
    public, staff = course.exercises / exercise.slug, course.solution_folder(exercise.slug)
    texts = {
        public / "exercise.toml": exercise_text(exercise).encode(),
        public / "notebook.ipynb": student_notebook(solution, exercise.slug),
        staff / "notebook.ipynb": solution,
        staff / "key.py": key_text(exercise).encode(),
        staff / "observe.py": observations_text(exercise).encode(),
    }
    for path, content in texts.items():
        if content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    for student, submitted in exercise.submissions.items():
        folder = course.root / "submitted" / student / exercise.slug
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{exercise.slug}.ipynb").write_bytes(submitted)
        if student in exercise.timestamps:
            shutil.copyfile(exercise.timestamps[student], folder / "timestamp.txt")
    if exercise.marks:
        (course.root / "earlier-marks").mkdir(exist_ok=True)
        (course.root / "earlier-marks" / f"{exercise.slug}.csv").write_text(marks_text(exercise), encoding="utf-8")
    for name, path in exercise.files.items():
        (public / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, public / name)
