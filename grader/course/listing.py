"""The exercises of a course, and what state they are in."""

from dataclasses import dataclass

from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.lint import problems
from grader.course.release import read_solution
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
        not_here: Questions that are not marked on this machine, since their held-out data are not here.
    """

    slug: str
    title: str
    lecture: str
    questions: int
    points: float
    status: str
    ready: bool
    not_here: tuple[str, ...] = ()


def listing(course: Course) -> tuple[Listed, ...]:
    """List all exercises by name; one that is not valid is listed with what is wrong."""
    return tuple(_listed(course, slug) for slug in course.slugs())


def _listed(course: Course, slug: str) -> Listed:
    try:
        exercise = read_exercise(course, slug)
        keys = Keys(course, exercise)
        found = problems(exercise, keys.key(), read_solution(course, slug))
    except SpecificationError as error:
        return Listed(slug, "", "", 0, 0, str(error), ready=False)
    title, lecture, questions = exercise.title, exercise.source.lecture, len(exercise.questions)
    status, not_here = "; ".join(found) or "ready", tuple(sorted(keys.not_here))
    return Listed(slug, title, lecture, questions, exercise.max_points, status, not found, not_here)
