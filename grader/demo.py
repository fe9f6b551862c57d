"""The demo class: the cases of every exercise, graded like a class and held against what they must get."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rich.table import Table

from grader.course.cases import Case, read_cases
from grader.course.layout import Course
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Exercise
from grader.model.mark import Mark
from grader.model.submission import Submission
from grader.pipeline.course_page import write_course
from grader.pipeline.material import Material
from grader.text.language import ENGLISH

Results = Sequence[tuple[Material, list[Mark]]]


def submissions(course: Course, exercise: Exercise) -> list[Submission]:
    """The cases of an exercise as a class hands them in; each student is named after what it shows."""
    cases = read_cases(course, exercise)
    return [
        Submission(
            student=case.name,
            exercise=exercise.slug,
            origin=f"{case.name}.ipynb",
            content=case.content,
            files=case.files,
        )
        for case in cases
    ]


def quick_first(materials: Iterable[Material]) -> list[Material]:
    """The exercises by the time that their notebooks may take: exercises without training come first."""
    return sorted(materials, key=lambda material: material.exercise.limits.notebook_seconds)


def surprises(course: Course, exercise: Exercise, graded: Iterable[Mark]) -> list[str]:
    """What a case got that it must not get; empty if all is as expected."""
    found = {item.assessment.student: item for item in graded}
    return [
        f"{exercise.slug}, {case.name}: {what}"
        for case in read_cases(course, exercise)
        for what in _differences(case, found[case.name])
    ]


def _differences(case: Case, graded: Mark) -> Iterator[str]:
    assessment = graded.assessment
    if assessment.outcome is not case.outcome:
        yield f"the run ended as {assessment.outcome}, expected {case.outcome}"
    for finding in assessment.findings:
        yield from (f"{finding.question}: {what}" for what in _differences_of(case, finding))


def _differences_of(case: Case, finding: Finding) -> Iterator[str]:
    if not finding.is_marked_here:
        return
    score = case.points[finding.question]
    if finding.points not in score:
        yield f"{finding.points:g} points, expected {score.low:g} to {score.high:g} ({finding.why})"
    verdict: Verdict | None = case.verdicts.get(finding.question)
    if verdict is not None and finding.verdict is not verdict:
        yield f"{finding.verdict}, expected {verdict} ({finding.why})"
    parts = [text for part in finding.parts for text in (part.label, part.expected, part.found, part.reason)]
    read = " ".join(map(str, [finding.why, finding.hint, *parts]))
    for text in case.says.get(finding.question, ()):
        if text not in read:
            yield f"{text!r} is not said in: {read}"


def write(results: Results, folder: Path) -> Path:
    """Write the page and the table about all exercises together; returns the page."""
    language = results[0][0].language if results else ENGLISH
    exercises = sorted(results, key=lambda result: result[0].exercise.slug)
    return write_course([(material.exercise, graded) for material, graded in exercises], folder, language)


def table(results: Results) -> Table:
    """Marks of the demo class for the terminal."""
    shown = Table("exercise", "submission", "points", "of", "outcome", box=None, pad_edge=False)
    for material, graded in results:
        for item in graded:
            assessment = item.assessment
            shown.add_row(
                material.exercise.slug,
                assessment.student,
                f"{assessment.points:g}",
                f"{assessment.max_points:g}",
                assessment.outcome,
            )
    return shown
