"""Cases are submissions with known marks. They are graded like a class and compared with what they must get."""

import tempfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.assess.kinds import KINDS
from grader.course.cases import Case, read_cases
from grader.course.layout import Course
from grader.execute.executor import Executor
from grader.gradebook.results import Results
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Exercise
from grader.model.mark import Mark
from grader.model.submission import Submission
from grader.pipeline.grading import grade
from grader.pipeline.material import load
from grader.pipeline.verifying import Verified, verify


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedMarks:
    """What the solution and the cases of an exercise earn.

    Attributes:
        solution: What the solution earns.
        cases: Number of cases.
        differences: A line for each difference between the marks of a case and its table in `expected.toml`.
    """

    solution: Verified
    cases: int
    differences: tuple[str, ...]


def check_marks(course: Course, slug: str, executor: Executor) -> CheckedMarks:
    """Run the solution and the cases of an exercise, and compare their marks with what they must get; stores nothing.

    Raises:
        InputError: There is no such exercise.
        SpecificationError: The exercise or its `expected.toml` is not valid; a line for each problem.
        SandboxError: The sandbox failed, so the solution could not be run.
    """
    verified = verify(course, slug, executor)
    material = load(course, slug)
    submissions = case_submissions(course, material.exercise)
    with tempfile.TemporaryDirectory(prefix="grader-cases-") as folder:
        results = Results(Path(folder))
        try:
            marks = grade(material, submissions, results, executor, lambda _: None) if submissions else []
        finally:
            results.database.close()
    differences = tuple(surprises(course, material.exercise, marks)) if submissions else ()
    return CheckedMarks(solution=verified, cases=len(submissions), differences=differences)


def case_submissions(course: Course, exercise: Exercise) -> list[Submission]:
    """The cases of an exercise as the submissions of a class; each student has the name of a case."""
    return [
        Submission(
            student=case.name,
            exercise=exercise.slug,
            origin=f"{case.name}.ipynb",
            content=case.content,
            files=case.files,
        )
        for case in read_cases(course, exercise)
    ]


def surprises(course: Course, exercise: Exercise, marks: Iterable[Mark]) -> list[str]:
    """A line for each difference between the marks of cases and `expected.toml`; empty if there is none.

    A question that needs manual grading is compared only if a table states its points or its verdict: the solution
    earns no points there, either.
    """
    by_hand = {question.id for question in exercise.questions if KINDS[question.kind].by_hand}
    of_student = {mark.assessment.student: mark for mark in marks}
    return [
        f"{exercise.slug}, {case.name}: {difference}"
        for case in read_cases(course, exercise)
        for difference in _differences(case, of_student[case.name], case.assumed & by_hand)
    ]


def _differences(case: Case, mark: Mark, ignored: Collection[str]) -> Iterator[str]:
    assessment = mark.assessment
    if assessment.outcome is not case.outcome:
        yield f"the run ended as {assessment.outcome}, expected {case.outcome}"
    for finding in assessment.findings:
        if finding.is_marked_here and finding.question not in ignored:
            yield from (f"{finding.question}: {difference}" for difference in _differences_of(case, finding))


def _differences_of(case: Case, finding: Finding) -> Iterator[str]:
    score = case.points[finding.question]
    if finding.points not in score:
        yield f"{finding.points:g} points, expected {score} ({finding.why})"
    verdict: Verdict | None = case.verdicts.get(finding.question)
    if verdict is not None and finding.verdict is not verdict:
        yield f"{finding.verdict}, expected {verdict} ({finding.why})"
    parts = [text for part in finding.parts for text in (part.label, part.expected, part.found, part.reason)]
    report = " ".join(map(str, [finding.why, finding.hint, *parts]))
    for text in case.says.get(finding.question, ()):
        if text not in report:
            yield f"the report does not contain {text!r}: {report}"
