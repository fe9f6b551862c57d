"""What students get before they hand anything in."""

from pathlib import Path

from grader.course.layout import Course
from grader.course.release import release, release_class
from grader.course.specification import read_exercise
from grader.intake.names import folder_name


def hand_out(course: Course, slug: str, roster: Path | None, out: Path) -> list[Path]:
    """Write what students get: one notebook for all, or one for each student of a roster.

    Returns:
        The files written.
    """
    exercise = read_exercise(course, slug)
    if roster is None:
        return release(course, exercise, out)
    return release_class(course, exercise, roster, out, folder_name)
