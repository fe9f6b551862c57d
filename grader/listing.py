"""The exercises of a course, and what is wrong with them."""

from dataclasses import dataclass

from grader.course.layout import Course
from grader.course.lint import problems
from grader.errors import InputError, SpecificationError
from grader.validity import read_valid, read_valid_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of `grader list`.

    Attributes:
        slug: Name of the exercise.
        title: Its title; empty if the exercise is not valid.
        lecture: The lecture that it belongs to.
        questions: How many it asks.
        points: Points for all of them together.
        problems: What is wrong, one line each: place, fact, remedy. Empty where nothing is.
        not_here: Questions that are not marked on this machine, since their held-out data are not here.
    """

    slug: str
    title: str = ""
    lecture: str = ""
    questions: int = 0
    points: float = 0
    problems: tuple[str, ...] = ()
    not_here: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong: exercise, key and solution fit together. Whether the solution earns all points
        under the key is not known before it has run.
        """
        return not self.problems


def listing(course: Course) -> tuple[Listed, ...]:
    """List all exercises by name; one that is not valid is listed with what is wrong."""
    return tuple(_listed(course, slug) for slug in course.slugs())


def course_problems(course: Course) -> tuple[str, ...]:
    """What is wrong with the settings of a course, so that none of its exercises can be graded; one line each."""
    try:
        read_valid_settings(course)
    except (InputError, SpecificationError) as error:
        return tuple(str(error).splitlines())
    return ()


def _listed(course: Course, slug: str) -> Listed:
    try:
        found = read_valid(course, slug)
        lint = problems(found.exercise, found.solution, found.released)
    except SpecificationError as error:
        return Listed(slug=slug, problems=tuple(str(error).splitlines()))
    exercise = found.exercise
    return Listed(
        slug=slug,
        title=exercise.title,
        lecture=exercise.source.lecture,
        questions=len(exercise.questions),
        points=exercise.max_points,
        problems=tuple(lint),
        not_here=tuple(sorted(found.keys.not_here)),
    )
