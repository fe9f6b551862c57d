"""Lists the exercises of a course with their problems."""

from collections.abc import Iterable
from dataclasses import dataclass

from grader.course import observations
from grader.course.layout import Course
from grader.course.lint import problems
from grader.course.machine_needs import lacked_by_settings
from grader.errors import InputError, SpecificationError
from grader.validity import read_valid, read_valid_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseStatus:
    """One line of `grader list`.

    Attributes:
        slug: Name of the exercise.
        title: Its title; empty if the exercise is not valid.
        lecture: The lecture that it belongs to.
        questions: Number of questions.
        points: Points for all questions together.
        problems: One line for each problem: place, fact, remedy. Empty if the exercise is valid.
        not_here: Questions that are not marked on this machine, because their held-out data are not here.
        datasets: Names of the data sets that it uses; empty if it is not valid.
    """

    slug: str
    title: str = ""
    lecture: str = ""
    questions: int = 0
    points: float = 0
    problems: tuple[str, ...] = ()
    not_here: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether exercise, key and solution fit together. This does not show that the solution earns all points:
        `grader verify` runs it to find out.
        """
        return not self.problems


def listing(course: Course) -> tuple[ExerciseStatus, ...]:
    """List all exercises by name, each with its problems if it is not valid."""
    return tuple(_status(course, slug) for slug in course.slugs())


def course_problems(course: Course) -> tuple[str, ...]:
    """The problems of a course's settings, one line each. With any of them, no exercise can be graded."""
    try:
        read_valid_settings(course)
    except (InputError, SpecificationError) as error:
        return tuple(str(error).splitlines())
    return ()


def lacked_by_machine(course: Course, listed: Iterable[ExerciseStatus]) -> tuple[str, ...]:
    """The packages and data sets of a course that this machine lacks, one line each. They do not make it invalid.

    Args:
        course: The course.
        listed: Its exercises, as `listing` gives them.
    """
    return tuple(lacked_by_settings(course, (name for exercise in listed for name in exercise.datasets)))


def _status(course: Course, slug: str) -> ExerciseStatus:
    try:
        valid = read_valid(course, slug)
        lint = [
            problem
            for name in valid.exercise.notebooks
            for problem in problems(
                valid.exercise.part(name), valid.solutions[name], valid.released[name], valid.observations, name
            )
        ]
        lint += observations.mistakes(course, valid.exercise, valid.key.answers)
    except SpecificationError as error:
        return ExerciseStatus(slug=slug, problems=tuple(str(error).splitlines()))
    exercise = valid.exercise
    return ExerciseStatus(
        slug=slug,
        title=exercise.title,
        lecture=exercise.source.lecture,
        questions=len(exercise.questions),
        points=exercise.max_points,
        problems=tuple(lint),
        not_here=tuple(sorted(valid.keys.not_here)),
        datasets=tuple(source.name for source in exercise.datasets),
    )
