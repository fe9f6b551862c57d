"""One page and one table for a whole course: exercises by students."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from grader.cohort.concepts import concept_statistics
from grader.cohort.misconceptions import AttemptsOfStudent, misconception_statistics
from grader.course.layout import Course
from grader.course.settings import read_settings
from grader.course.specification import read_exercise
from grader.course.variants import without_numbers
from grader.errors import InputError
from grader.gradebook.results import Results
from grader.marks.final_grade import Imported, Standing, final_grade
from grader.marks.overrides import extension, imported_points, is_excused, question_extensions
from grader.model.adjustment import Adjustment
from grader.model.assessment import Assessment
from grader.model.course_settings import CourseSettings
from grader.model.exercise import Exercise
from grader.model.final_grade import FinalGrade, ShareState
from grader.model.mark import Mark
from grader.pipeline.class_pages import attempts_of_several, dashboard_rows, of_students
from grader.pipeline.language import language_of, translated
from grader.pipeline.marking import now
from grader.pipeline.material import titles_of_concepts
from grader.report.course import ImportedMark, render_course
from grader.report.final_grades import final_grades_csv
from grader.report.tables import grades_rows
from grader.storage import atomic
from grader.storage.csv_table import lines
from grader.text.language import Language, speaking


@dataclass(frozen=True, slots=True)
class GradedExercise:
    """An exercise with the marks of a class.

    Attributes:
        exercise: The exercise, in the course's language.
        marks: The mark of each student who submitted.
        decisions: Student -> overrides, also of students who have not submitted.
        attempts: The marked attempts of each student.
        concepts: Question id -> titles of the concepts that it trains, in the course's language.
    """

    exercise: Exercise
    marks: Sequence[Mark]
    decisions: Mapping[str, Sequence[Adjustment]] = field(default_factory=dict)
    attempts: Sequence[AttemptsOfStudent] = ()
    concepts: Mapping[str, Sequence[str]] = field(default_factory=dict)


def publish_course(
    course: Course, folder: Path, gradebook: str | None, tell: Callable[[str], None]
) -> tuple[Path, int]:
    """Write the page and the table about all exercises together.

    Args:
        course: The course.
        folder: The folder with a results folder for each exercise, in which page and table are written.
        gradebook: Address of the database that they share; None if each has its own.
        tell: Is told what an instructor should know, one line at a time.

    Returns:
        The page, and the number of exercises on it.

    Raises:
        InputError: Nothing has been graded there, or there is no such language as the course asks for.
    """
    settings = read_settings(course)
    graded = graded_exercises(course, folder, gradebook, tell)
    finals = final_grades(course, settings, graded, now())
    return write_course(graded, folder, language_of(course, settings), finals), len(graded)


def graded_exercises(
    course: Course, folder: Path, gradebook: str | None, tell: Callable[[str], None] = lambda _: None
) -> list[GradedExercise]:
    """The exercises of which something has been graded, each into a folder of its own name, in the course's language.

    Args:
        course: The course.
        folder: The folder with a results folder for each.
        gradebook: Address of the database that they share; None where each has its own.
        tell: Told what an instructor has to know, one line each: for example which folder is left out.

    Raises:
        InputError: Nothing has been graded there, or there is no such language as the course asks for.
    """
    settings = read_settings(course)
    language = language_of(course, settings)
    graded: list[GradedExercise] = []
    for slug in course.slugs():
        results = Results(folder / slug, gradebook)
        book = results.open(settings, slug) if results.database.exists else None
        marks = book.marks() if book else []
        decisions = book.adjustments() if book else {}
        marks_of_attempts = book.marks_of_attempts() if book else {}
        several = attempts_of_several(book, marks, marks_of_attempts) if book else {}
        results.database.close()
        for remark in results.remarks:
            tell(remark)
        if marks or any(imported_points(of_student) is not None for of_student in decisions.values()):
            with speaking(language):
                exercise = translated(without_numbers(read_exercise(course, slug)))
                concepts = titles_of_concepts(course, slug)
                several_attempts = of_students(exercise, marks, several)
                graded.append(GradedExercise(exercise, marks, decisions, several_attempts, concepts))
    for path in sorted(folder.glob("*/gradebook.sqlite")):
        if path.parent.name not in course.slugs():
            tell(
                f"{path.parent}: is left out, because the course has no exercise of this name. If the exercise was "
                f"renamed, run `grader rename-exercise {path.parent.name} NEW`."
            )
    if not graded:
        raise InputError(
            f"{folder}: none of its folders contains results. Run `grader grade EXERCISE SUBMISSIONS "
            f"--results {folder}/EXERCISE` first."
        )
    return graded


def final_grades(
    course: Course, settings: CourseSettings, graded: Sequence[GradedExercise], at: datetime
) -> list[FinalGrade]:
    """Compute the final grades of all students who submitted to an exercise; empty if the course has no rules for them.

    Args:
        course: The course.
        settings: Its settings.
        graded: The exercises that have been graded.
        at: The present moment: an exercise that the student did not submit is open until its deadline.
    """
    if settings.final is None:
        return []
    of_slug = {item.exercise.slug: item for item in graded}
    exercises = {slug: read_exercise(course, slug) for slug in course.slugs()}
    points = {slug: sum(question.points for question in exercise.questions) for slug, exercise in exercises.items()}
    students = sorted({mark.student for item in graded for mark in item.marks} | _imported(graded))
    assessments = {slug: {mark.student: mark.assessment for mark in item.marks} for slug, item in of_slug.items()}
    finals = []
    for student in students:
        standings = {
            slug: _standing(
                assessments[slug].get(student),
                item.decisions.get(student, ()),
                settings.deadlines.get(slug),
                at,
                points[slug],
            )
            for slug, item in of_slug.items()
        }
        finals.append(final_grade(student, standings, points, settings.final))
    return finals


def _imports(graded: GradedExercise) -> list[ImportedMark]:
    """The marks of another grader that count, because the student has not submitted the exercise."""
    submitted = {mark.student for mark in graded.marks}
    most = graded.exercise.max_points
    points = {student: imported_points(of_student) for student, of_student in graded.decisions.items()}
    return [
        ImportedMark(student=student, points=of_student, percent=_percent(of_student, most))
        for student, of_student in points.items()
        if of_student is not None and most and student not in submitted and not is_excused(graded.decisions[student])
    ]


def _percent(points: float, max_points: float) -> float:
    return round(min(100.0, 100 * points / max_points), 1)


def _imported(graded: Sequence[GradedExercise]) -> set[str]:
    """The students with a mark of another grader."""
    decisions = [(student, of_student) for item in graded for student, of_student in item.decisions.items()]
    return {student for student, of_student in decisions if imported_points(of_student) is not None}


def _standing(
    assessment: Assessment | None,
    decisions: Sequence[Adjustment],
    deadline: datetime | None,
    at: datetime,
    max_points: float,
) -> Standing:
    """The percentage of a student's mark, or why there is none."""
    if assessment is None:
        ends = [extension(decisions) or deadline, *question_extensions(decisions).values()]
        until = max((end for end in ends if end is not None), default=None) if deadline is not None else None
        if is_excused(decisions):
            return ShareState.EXCUSED
        imported = imported_points(decisions)
        if imported is not None and max_points:
            return Imported(_percent(imported, max_points))
        return ShareState.OPEN if until is not None and at <= until else ShareState.MISSING
    if assessment.excused:
        return ShareState.EXCUSED
    # While a question needs manual grading, or a fault of ours has to be cleared up, the mark is not known.
    return assessment.percent if assessment.has_mark and not assessment.waiting else ShareState.OPEN


def write_course(
    graded: Sequence[GradedExercise], folder: Path, language: Language, finals: Sequence[FinalGrade] = ()
) -> Path:
    """Write the page and the tables about all exercises together, in a language; returns the page."""
    page = folder / "index.html"
    listed = [(item.exercise, dashboard_rows(item.marks)) for item in graded]
    with speaking(language):
        imports = {item.exercise.slug: _imports(item) for item in graded}
        misconceptions = misconception_statistics(student for item in graded for student in item.attempts)
        concepts = concept_statistics((item.concepts, [mark.assessment for mark in item.marks]) for item in graded)
        atomic.write(page, render_course(listed, finals, imports, misconceptions, concepts).encode())
    atomic.write(folder / "grades.csv", _all_grades(graded).encode())
    if finals:
        atomic.write(folder / "final.csv", final_grades_csv(finals).encode())
    return page


def _all_grades(graded: Sequence[GradedExercise]) -> str:
    """The tables of all exercises in one; a question of another exercise is an empty cell."""
    tables = [grades_rows(item.exercise, [mark.assessment for mark in item.marks]) for item in graded]
    columns = list(dict.fromkeys(column for heading, *_ in tables for column in heading))
    rows = [dict(zip(heading, row, strict=True)) for heading, *cells in tables for row in cells]
    return lines([columns, *([row.get(column, "") for column in columns] for row in rows)])
