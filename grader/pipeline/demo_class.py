"""`grader demo`: the cases of every exercise graded like a class, and one page about all of them."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from grader.course.layout import Course
from grader.course.variants import without_numbers
from grader.execute.executor import Executor
from grader.gradebook.results import Results
from grader.model.mark import Mark
from grader.pipeline.case_grading import case_submissions, surprises
from grader.pipeline.class_pages import of_students
from grader.pipeline.course_page import GradedExercise, write_course
from grader.pipeline.demo_answers import answer_own_work
from grader.pipeline.grading import grade
from grader.pipeline.material import Material, load
from grader.pipeline.running import Watch
from grader.text.language import ENGLISH

Graded = Sequence[tuple[Material, list[Mark]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoClass:
    """The graded demo class.

    Attributes:
        marks: The marks of each exercise, by the name of the exercise.
        surprises: A line for each difference between a case's mark and its table in `expected.toml`.
        dashboard: The page about all exercises.
    """

    marks: tuple[tuple[str, list[Mark]], ...]
    surprises: tuple[str, ...]
    dashboard: Path


def grade_demo_class(
    course: Course,
    folder: Path,
    executor: Callable[[], AbstractContextManager[Executor]],
    watch: Callable[[str, int, int], AbstractContextManager[Watch]],
    opened: Callable[[Results], Results],
    note: Callable[[str], None],
) -> DemoClass:
    """Grade the cases of every exercise of a course.

    Args:
        course: The course.
        folder: The folder of the results; each exercise gets a folder in it.
        executor: Starts the executor that runs the notebooks.
        watch: Starts a view of the progress: name of the exercise, number of cases, number of notebooks at once.
        opened: Sees to it that the gradebook of these results is closed at the end.
        note: Receives a sentence when the dashboard has its first exercise.

    Raises:
        InputError: A file of the course or of earlier results cannot be read.
        SpecificationError: An exercise or its `expected.toml` is not valid.
    """
    materials = quick_first(load(course, slug) for slug in course.slugs())
    graded: list[tuple[Material, list[Mark]]] = []
    dashboard = _write_dashboard(graded, folder)
    with executor() as running:
        for material in materials:
            slug = material.exercise.slug
            if not (submissions := case_submissions(course, material.exercise)):
                continue
            with watch(slug, len(submissions), running.slots) as view:
                results = opened(Results(folder / slug))
                graded.append((material, grade(material, submissions, results, running, view.done, view.plan)))
                answer_own_work(course, material, results)
            dashboard = _write_dashboard(graded, folder)  # after each exercise, so that the first marks show early
            if len(graded) == 1:
                note(f"The first results are in {dashboard.resolve()}. The page grows with each exercise.")
    graded.sort(key=_slug)
    return DemoClass(
        marks=tuple((material.exercise.slug, marks) for material, marks in graded),
        surprises=tuple(line for material, marks in graded for line in surprises(course, material.exercise, marks)),
        dashboard=dashboard,
    )


def quick_first(materials: Iterable[Material]) -> list[Material]:
    """Sort exercises by the time limit of their notebooks, so that those without training come first."""
    return sorted(materials, key=lambda material: material.exercise.limits.notebook_seconds)


def _write_dashboard(graded: Graded, folder: Path) -> Path:
    """Write the page and the table about all exercises together; returns the page."""
    language = graded[0][0].language if graded else ENGLISH
    exercises = [
        GradedExercise(
            material.exercise,
            marks,
            attempts=of_students(without_numbers(material.exercise), marks, {}),
            concepts=material.concepts,
        )
        for material, marks in sorted(graded, key=_slug)
    ]
    return write_course(exercises, folder, language)


def _slug(graded: tuple[Material, list[Mark]]) -> str:
    return graded[0].exercise.slug
