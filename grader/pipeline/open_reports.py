"""Reports without expected values, for students who can still submit again: the portal shows them until the deadline.

They have everything else that a report has: verdicts, points, reasons and hints. A grader draws them, because that
needs the key and takes as long as a student's notebook makes it. The file of a report is named by the digest of the
page that it belongs to, so an outdated one is never shown.
"""

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from grader.gradebook.results import Results
from grader.model.assessment import Assessment, Finding
from grader.model.exercise import Exercise
from grader.model.mark import Mark
from grader.model.record import Record
from grader.pipeline.marking import Detail, Marking, now
from grader.pipeline.marking_process import MarkingProcess
from grader.pipeline.material import Material
from grader.pipeline.parsing import ParsedSubmission

_FOLDER = "until-deadline"
_DIGITS = 32


def open_report(results: Results, folder: str, page: str) -> bytes | None:
    """The report of a student without expected values; None if there is none for this page.

    Args:
        results: The results of the exercise.
        folder: Name of the student's folder.
        page: Digest of the page of the mark that counts.
    """
    return _results(results).report(_place(folder, page)) if page else None


def draw_open_reports(material: Material, results: Results, students: Iterable[str]) -> None:
    """Draw the reports without expected values of students whose deadline is in the future.

    Args:
        material: The exercise.
        results: Its results.
        students: Names of students, who have marks.
    """
    book = results.open(material.settings, material.exercise.slug)
    names = list(students)
    attempts, decisions, pages = book.attempts(*names), book.adjustments(*names), book.pages(*names)
    marking = Marking(material, results)
    with marking.of_a_class():
        marks = [(marking.mark(attempts[name], decisions.get(name, ())), pages.get(name, "")) for name in names]
    outdated = [
        replace(mark, attempt=replace(mark.attempt, folder=_place(mark.attempt.folder, page)))
        for mark, page in marks
        if page == mark.page and _is_open(mark) and not open_report(results, mark.attempt.folder, page)
    ]
    if not outdated:
        return
    hiding = _Hiding(material, results)
    with MarkingProcess(material, results, hiding) as process, hiding.of_a_class():
        process.write_all(outdated, {})


def open_report_files(results: Results, folder: str) -> list[Path]:
    """All reports without expected values of a student, also outdated ones, and the files beside them.

    Args:
        results: The results of the exercise.
        folder: Name of the student's folder.
    """
    return [path for path in (_results(results).folder / folder).rglob("*") if path.is_file()]


def remove_open_reports(results: Results, folder: str) -> None:
    """Remove a student's reports without expected values. See `open_report_files`."""
    place = _results(results).folder / folder
    if place.is_dir():
        shutil.rmtree(place)


class _Hiding(Marking):
    """Draws reports as if the exercise showed no expected values: then no kind puts one into a reason."""

    def __init__(self, material: Material, results: Results) -> None:
        super().__init__(replace(material, exercise=_without_expected(material.exercise)), _results(results), False)

    def write(
        self, mark: Mark, parsed: ParsedSubmission, record: Record, name: str, detail: Detail = Detail.FULL
    ) -> Detail:
        """See `Marking.write`; points and decisions are those of the mark."""
        hidden = self.assess(parsed, record, mark.attempt).assessment
        visible = _hidden(mark.page_assessment or mark.assessment, hidden)
        return super().write(replace(mark, assessment=visible, page_assessment=None), parsed, record, name, detail)


def _hidden(assessment: Assessment, hidden: Assessment | None) -> Assessment:
    """An assessment with the texts of another one of the same attempt, which has no expected values."""
    texts = {finding.question: finding for finding in hidden.findings} if hidden else {}
    findings = tuple(_without(finding, texts.get(finding.question)) for finding in assessment.findings)
    return replace(assessment, findings=findings)


def _without(finding: Finding, hidden: Finding | None) -> Finding:
    if hidden is None or finding.extended_until or (hidden.score and hidden.score.rounded):
        # The answer may be of another attempt, or a report shows less of it anyway until the deadline.
        return replace(finding, expected="", comparison="", parts=(), figures=())
    names = ("expected", "found", "comparison", "reason", "hint", "parts", "figures")
    return replace(finding, **{name: getattr(hidden, name) for name in names})


def _without_expected(exercise: Exercise) -> Exercise:
    questions = tuple(replace(question, show_expected=False) for question in exercise.questions)
    return replace(exercise, questions=questions)


def _is_open(mark: Mark) -> bool:
    late = mark.assessment.late
    return late is not None and late.deadline > now()


def _results(results: Results) -> Results:
    return Results(results.folder / _FOLDER)


def _place(folder: str, page: str) -> str:
    return f"{folder}/{page[:_DIGITS]}"
