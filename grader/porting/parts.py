"""Values that describe a course of another grader, before any file of the new course is written."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Cell = dict[str, Any]
"""A cell of a notebook, as in its file."""


def stated_points(value: Any) -> float | None:
    """Read points as a file of another grader states them.

    Args:
        value: A number, or a number as text; anything may be in the file.

    Returns:
        The points, 0 or more; None if the value is not a finite number.

    Example:
        >>> stated_points("2"), stated_points(-1), stated_points(float("inf")), stated_points("many")
        (2.0, 0.0, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        points = float(value)
    except (ValueError, OverflowError):
        return None
    return max(0.0, points) if math.isfinite(points) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One comparison of a test that could be read.

    Attributes:
        label: The expression that is compared, as in the test.
        code: The same expression, as the observation evaluates it.
        form: `number`, `text`, `data` (lists, tuples, sets and dicts), `array`, `spread` (all cells of an array against
            one number), `range` or `truth`.
        expected: The expected value; for a range, its lower and its upper limit, None if there is no such limit.
        tolerance: The largest difference that is accepted.
        relative_tolerance: The same, as a fraction of the expected number.
        source: The statement of the test.
    """

    label: str
    code: str
    form: str
    expected: Any
    tolerance: float = 0.0
    relative_tolerance: float = 0.0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a test that the observation executes as it is.

    Attributes:
        code: The statement.
        compares: Whether it can make the test fail, so that the sandbox decides and not the key.
    """

    code: str
    compares: bool = False


Step = Check | Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedQuestion:
    """A question of the new exercise.

    Attributes:
        id: Its id, unique in the exercise.
        title: Its title.
        points: Its points.
        kind: Its kind.
        answer: The name of an observation or a variable; empty if the question names a cell.
        options: The other settings.
        expected: The value in the key; in a tuple, empty if there is none.
        observation: The function for `observe.py`; empty if the question needs none.
        imports: The import statements that the function needs.
        helpers: Names of the functions of `grader.porting.checked` that it needs.
    """

    id: str
    title: str
    points: float
    kind: str
    answer: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    expected: tuple[Any, ...] = ()
    observation: str = ""
    imports: Sequence[str] = ()
    helpers: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table that says what was taken from a cell.

    Attributes:
        cell: The name of the cell, or of the file of tests.
        points: Its points; None if it has none.
        counterpart: What it is in the new exercise.
        read: Number of comparisons with an expected value in the key.
        weaker: Number of comparisons that the observation makes itself.
        decision: What a person must decide; empty if nothing.
    """

    cell: str
    counterpart: str
    points: float | None = None
    read: int = 0
    weaker: int = 0
    decision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedExercise:
    """An exercise of the new course.

    Attributes:
        slug: Its name.
        title: Its title.
        origin: The notebook that it comes from, relative to the source.
        cells: The cells of the solution notebook.
        metadata: The metadata of that notebook.
        questions: Its questions, in the order of the cells.
        files: Public files, name -> path.
        rows: What was taken from each cell.
        submissions: Student -> the notebook that they submitted, adapted to the new exercise.
        timestamps: Student -> the file with the time of the submission.
        marks: Student -> question id -> points that the other grader gave.
    """

    slug: str
    title: str
    origin: str
    cells: Sequence[Cell]
    metadata: Mapping[str, Any]
    questions: Sequence[ImportedQuestion]
    files: Mapping[str, Path]
    rows: Sequence[Row]
    submissions: Mapping[str, bytes] = field(default_factory=dict)
    timestamps: Mapping[str, Path] = field(default_factory=dict)
    marks: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedCourse:
    """The new course.

    Attributes:
        title: Its title.
        origin: The name of the other grader.
        exercises: Its exercises.
        notes: What else a person must decide, one sentence each.
        startup: Code that runs before the first cell of each notebook; empty if none is needed.
    """

    title: str
    origin: str
    exercises: Sequence[ImportedExercise]
    notes: Sequence[str] = ()
    startup: str = ""
