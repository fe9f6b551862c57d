"""Imports the marks that another grader gave. They count only while this grader has no mark of its own."""

from dataclasses import dataclass, replace
from pathlib import Path

from grader.course.layout import Course
from grader.errors import InputError
from grader.gradebook.results import Results
from grader.intake.instructor_files import content_of
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.pipeline.deciding import Decided, Expected, decide
from grader.pipeline.marking import now
from grader.pipeline.material import Material
from grader.pipeline.renaming import refuse_a_new_beginning
from grader.porting.earlier_marks import EarlierMark, UnreadableMarksError, read_marks

_MOST_BYTES = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedMarks:
    """The result of an import.

    Attributes:
        decided: The imported marks as decisions, those that they replace, and the marks of this grader, which count
            instead.
        max_points: The full points of the exercise.
        remarks: A sentence for each student whose mark is not imported as it is.
    """

    decided: Decided
    max_points: float
    remarks: tuple[str, ...]


def import_marks(
    course: Course,
    material: Material,
    results: Results,
    path: Path,
    *,
    assignment: str | None,
    author: str,
    overrules: bool,
    usual: Path | None,
) -> ImportedMarks:
    """Store the marks of a table; runs nothing and changes no mark of this grader.

    Args:
        course: The course.
        material: The exercise.
        results: The results of the exercise, which may not exist yet.
        path: The CSV file of nbgrader or otter, or one with the columns `student` and `points`.
        assignment: The name of the assignment in the table; None for that of the exercise.
        author: The person who imports.
        overrules: Whether marks that somebody else imported are replaced.
        usual: The folder of the results of all exercises; None if the user named a folder.

    Raises:
        InputError: The table cannot be read, or replaces marks that somebody else imported.
    """
    exercise = material.exercise
    content = content_of(path, "table of marks", _MOST_BYTES, "give a CSV file of nbgrader, otter or your own")
    try:
        earlier = read_marks(content, assignment or exercise.slug, assignment is not None)
    except UnreadableMarksError as error:
        raise InputError("\n".join(f"{path}: {clause}." for clause in error.args)) from error
    if not earlier.marks:
        raise InputError(f"{path}: has no marks. Give a table with a row for each student.")
    refuse_a_new_beginning(course, exercise.slug, results, usual)
    remarks = list(earlier.left_out)
    reason = f"{path.name} of {earlier.origin}" if earlier.origin else path.name
    blank = Adjustment(
        student="",
        exercise=exercise.slug,
        kind=AdjustmentKind.IMPORTED,
        author=author,
        reason=f"imported from {reason}",
        at=now(),
    )
    decisions = {}
    for mark in earlier.marks:
        points = _scaled(mark, exercise.max_points)
        if points > exercise.max_points:
            remarks.append(
                f"{mark.student}: has {mark.points:g} points, but the exercise has at most {exercise.max_points:g}. "
                "The import uses this maximum."
            )
        stated = f"{mark.points:g}" if mark.max_points is None else f"{mark.points:g} of {mark.max_points:g}"
        decisions[mark.student] = replace(
            blank, student=mark.student, points=min(points, exercise.max_points), text=stated
        )
    decided = decide(material, results, list(decisions.values()), Expected(anybody=True), overrules)
    return ImportedMarks(decided=decided, max_points=exercise.max_points, remarks=tuple(remarks))


def _scaled(mark: EarlierMark, max_points: float) -> float:
    """The points of a mark, if its full points were those of the exercise."""
    if not mark.max_points:
        return mark.points
    return round(mark.points / mark.max_points * max_points, 2)
