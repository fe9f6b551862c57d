"""Decides whether an exercise is valid, for `grader list` and for every command that grades.

The checks run no notebook. `grader verify` finds out whether the solution earns all points under the key.
"""

from dataclasses import dataclass

from grader.assess import engine, heldout
from grader.assess.class_cache import ClassCache, using_cache
from grader.assess.kinds import needs_of_kinds
from grader.course.answer_key import Keys
from grader.course.concepts import trained_concepts
from grader.course.layout import Course
from grader.course.observations import read_observations
from grader.course.release import common_numbers, read_solutions, shown_numbers, student_notebook
from grader.course.settings import read_settings
from grader.course.specification import read_exercise
from grader.course.variants import ReleasedVariants
from grader.errors import InputError, SpecificationError
from grader.model.course_settings import CourseSettings
from grader.model.exercise import Exercise
from grader.model.job import Observation
from grader.model.key import AnswerKey
from grader.text.languages import require_language


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidExercise:
    """An exercise that can be graded, with everything that was read to check it.

    Attributes:
        exercise: The questions.
        keys: The keys of all students.
        key: The key of the common numbers.
        given_out: Which student was given which numbers.
        observations: Name -> the code that looks at what a notebook left behind.
        solutions: File name -> the bytes of each solution notebook.
        released: File name -> the bytes of each student notebook, with the common numbers.
        shown_numbers: The names of the drawn numbers that students see in a notebook.
        concepts: Question id -> titles of the concepts that it trains; see `trained_concepts`.
    """

    exercise: Exercise
    keys: Keys
    key: AnswerKey
    given_out: ReleasedVariants
    observations: dict[str, Observation]
    solutions: dict[str, bytes]
    released: dict[str, bytes]
    shown_numbers: frozenset[str]
    concepts: dict[str, tuple[str, ...]]


def read_valid_settings(course: Course) -> CourseSettings:
    """The settings of a course.

    Raises:
        SpecificationError: `exercises/course.toml` is not valid; one line for each problem.
        InputError: It names a language without a catalogue.
    """
    settings = read_settings(course)
    try:
        require_language(settings.language)
    except InputError as error:
        raise InputError(f"exercises/course.toml: language: {error}") from error
    return settings


def read_valid(course: Course, slug: str) -> ValidExercise:
    """Read an exercise, its key and its solution, and check that they fit together; changes nothing.

    Raises:
        InputError: There is no such exercise.
        SpecificationError: Something in it is not valid; one line for each problem: place, fact, remedy.

    Example:
        >>> read_valid(Course(Path(".")), "lenet5").exercise.title
        'LeNet-5'
    """
    exercise = read_exercise(course, slug)
    keys = Keys(course, exercise, needs_of_kinds())
    key = keys.key()
    with using_cache(ClassCache()):
        problems = engine.validate(exercise, key) or _not_to_be_altered(exercise, key)
    if problems:
        raise SpecificationError("\n".join(problems))
    observations = read_observations(course, exercise)
    solutions = read_solutions(course, exercise)
    numbers = common_numbers(key)
    return ValidExercise(
        exercise=exercise,
        keys=keys,
        key=key,
        given_out=ReleasedVariants(course, slug),
        observations=observations,
        solutions=solutions,
        released={name: student_notebook(solution, slug, numbers, name) for name, solution in solutions.items()},
        shown_numbers=frozenset(
            number
            for name, solution in solutions.items()
            if key.numbers
            for number in shown_numbers(solution, slug, numbers, name) & key.numbers.keys()
        ),
        concepts=trained_concepts(course, slug),
    )


def altered_questions(exercise: Exercise) -> set[str]:
    """The ids of the questions whose held-out data are also shown altered."""
    return {question.id for question in exercise.questions if question.options.get("altered")}


def _not_to_be_altered(exercise: Exercise, key: AnswerKey) -> list[str]:
    """A line for each question whose held-out data cannot be altered as the question asks."""
    place = f"exercises/{exercise.slug}/exercise.toml: question"
    problems = []
    for question in sorted(altered_questions(exercise) & key.heldout.keys()):
        if problem := heldout.load(key.heldout[question], altered=True).problem():
            problems.append(f"{place} {question}: {problem}")
    return problems
