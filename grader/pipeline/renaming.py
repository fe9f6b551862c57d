"""Names that have changed: recognised where that is sure, asked for where it is not. See also `people`."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from grader.course.layout import Course
from grader.course.settings import read_settings
from grader.course.specification import read_exercise
from grader.course.variants import ReleasedVariants
from grader.errors import InputError
from grader.gradebook import renaming
from grader.gradebook.courses import known_as
from grader.gradebook.database import Database
from grader.gradebook.results import Results
from grader.intake.roster import claimed_student
from grader.marks.overrides import is_excused
from grader.pipeline.material import CourseExercise, Material, load
from grader.pipeline.naming import near
from grader.pipeline.portal_file import rename_exercise_in_portal
from grader.pipeline.regrading import regrade


def refuse_a_new_beginning(course: Course, slug: str, results: Results, usual: Path | None) -> None:
    """Stop where an exercise seems to have been graded under a name that the course no longer has.

    Args:
        course: The course.
        slug: The exercise that is about to be graded.
        results: Where its results go.
        usual: The folder of the results of all exercises; None where a folder was named.

    Raises:
        InputError: It seems so; the message says what to do.
    """
    if results.database.exists:
        _refuse_another_exercise(course, slug, results)
    elif usual is not None and results.is_own:
        _refuse_another_folder(course, slug, usual)


def _refuse_another_exercise(course: Course, slug: str, results: Results) -> None:
    """Stop where the gradebook holds an exercise that is gone, and nothing of this one."""
    database = results.database
    name = known_as(database, read_settings(course), results.is_own, begins=True).name
    held = renaming.exercises_of(database, name)
    question_ids = {question.id for question in read_exercise(course, slug).questions}
    for gone in () if slug in held else sorted(set(held) - set(course.slugs())):
        shared = question_ids & renaming.questions_of(database, name, gone)
        if results.is_own or 2 * len(shared) > len(question_ids):
            raise InputError(
                f"{database.place}: contains the exercise '{gone}', which the course no longer has, and no results of "
                f"'{slug}'. If '{slug}' is its new name, run `grader rename-exercise {gone} {slug}` with the same "
                f"--results. If it is a different exercise, name another folder with --results, or another gradebook."
            )


def _refuse_another_folder(course: Course, slug: str, usual: Path) -> None:
    """Stop where beside the usual folder, which is not there yet, lies that of an exercise that is gone."""
    for path in sorted(usual.glob("*/gradebook.sqlite")):
        gone, place = path.parent.name, usual / slug
        if gone not in course.slugs():
            raise InputError(
                f"{path.parent}: contains results of '{gone}', which the course no longer has. If '{slug}' is its new "
                f"name, run `grader rename-exercise {gone} {slug}`. If not, grade with --results {place}."
            )


def usual_folder(course: Course, grading: Path, old: str, new: str) -> Path:
    """Find the folder of an exercise's results among those of all exercises; rename it if it has the old name.

    Raises:
        InputError: The course has no exercise of the new name. The folder keeps its name then.
    """
    course.exercise_folder(new)
    before, after = grading / old, grading / new
    if before.is_dir() and not after.exists():
        before.rename(after)
    return after


def rename_exercise(course: Course, old: str, new: str, results: Results) -> Material:
    """Take over what was graded under an earlier name of an exercise, and write its pages anew.

    Raises:
        InputError: The course has no exercise of the new name, or the gradebook none of the old one.
    """
    course.exercise_folder(new)
    if not results.database.exists:
        raise results.nothing(old)
    ReleasedVariants(course, new).were_drawn_for(old)
    material = load(course, new)
    if results.is_own:
        # First: if the portal refuses, nothing has changed, and after the portal, the same command does the rest.
        rename_exercise_in_portal(results.folder.parent, material.settings, old, new)
    renaming.rename_exercise(results.database, _course(material, results), old, new)
    regrade(material, results)
    return material


def seem_renamed(course_exercise: CourseExercise, results: Results) -> Iterator[str]:
    """Who may have changed their name: one line each, for a person to decide."""
    slug = course_exercise.exercise.slug
    book = results.existing(course_exercise.settings, slug)
    attempts = book.collected()
    numbers: dict[str, list[str]] = defaultdict(list)
    for student, of_student in attempts.items():
        claim = claimed_student(of_student[-1].submission)
        number = f"Canvas {claim.canvas_id}" if claim.canvas_id else f"Moodle {claim.participant}"
        if claim.canvas_id or (claim.participant and not claim.group):
            numbers[number].append(student)
    for number, names in numbers.items():
        for other in names[1:]:
            yield (
                f"{names[0]} and {other}: have the same number ({number}). If it is one student under a new name, run "
                f"`grader rename-student {slug} '{names[0]}' '{other}'`."
            )
    for student, decisions in book.adjustments().items():
        if student not in attempts and not is_excused(decisions) and (alike := near(student, attempts)):
            yield (
                f"{student}: has an override, but no submission under this name. If that is"
                f" {' or '.join(alike)}, run `grader rename-student {slug} '{student}' '{alike[0]}'`."
            )


def _course(material: Material, results: Results) -> str:
    database: Database = results.database
    return known_as(database, material.settings, results.is_own, begins=False).name
