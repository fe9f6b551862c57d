"""The exercises of a course, and what state they are in."""

from dataclasses import dataclass

from grader.course.layout import Course
from grader.course.release import is_stale
from grader.course.specification import read_exercise
from grader.errors import SpecificationError


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of `grader list`.

    Attributes:
        slug: Name of the exercise.
        title: Its title; empty if it cannot be read.
        lecture: The lecture that it belongs to.
        questions: How many it asks.
        points: What they are worth together.
        status: `ready`, or what is wrong.
        ready: Whether nothing is wrong.
    """

    slug: str
    title: str
    lecture: str
    questions: int
    points: float
    status: str
    ready: bool


def listing(course: Course) -> tuple[Listed, ...]:
    """List all exercises by name; one that is not valid is listed with what is wrong."""
    return tuple(_listed(course, slug) for slug in course.slugs())


def _listed(course: Course, slug: str) -> Listed:
    try:
        exercise = read_exercise(course, slug)
        stale = is_stale(course, slug)
    except SpecificationError as error:
        return Listed(slug, "", "", 0, 0, str(error), ready=False)
    place = course.shown(course.exercises / slug / "notebook.ipynb")
    status = f"{place}: is stale; run `grader release {slug} --out exercises`." if stale else "ready"
    questions = len(exercise.questions)
    return Listed(slug, exercise.title, exercise.source.lecture, questions, exercise.max_points, status, not stale)
