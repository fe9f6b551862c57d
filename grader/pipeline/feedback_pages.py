"""The pages of students as they may be handed out now, with what `[reports]` allows.

The pages in the results are for staff, and show everything. An archive of feedback goes to students, so for those who
can still gain points, it gets the reports that they read in the portal.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from grader.course.layout import Course
from grader.course.settings import read_settings
from grader.errors import InputError
from grader.gradebook.exports.feedback import PAGE
from grader.gradebook.results import Results
from grader.model.mark import Mark
from grader.pipeline.material import load
from grader.pipeline.student_reports import StudentReport, draw_reports, due, in_turn, report_of_mark


@dataclass(frozen=True, slots=True)
class FeedbackPages:
    """The pages of a class.

    Attributes:
        results: The results of the exercise.
        reports: Folder of a student in the results -> the report, for students who can still gain points.
    """

    results: Results
    reports: Mapping[str, StudentReport]

    def read(self, folder: str) -> bytes:
        """The page of a student.

        Args:
            folder: Name of the student's folder in the results.

        Raises:
            InputError: What the student may see could not be drawn, or the page is gone.
        """
        report = self.reports.get(folder)
        if report is None:
            path = self.results.folder / folder / PAGE
            try:
                return path.read_bytes()
            except FileNotFoundError as error:
                raise InputError(f"{path}: the report is gone. Run `grader regrade`, which writes it again.") from error
        content = report.read(self.results)
        if content is None:
            raise InputError(
                f"{folder}: the report without expected values could not be drawn. Run `grader regrade`, or export "
                "after the deadline."
            )
        return content


def still_open(course: Course, slug: str, results: Results) -> list[Mark]:
    """The marks of the students who can still gain points: before the deadline, or soon after it.

    Raises:
        InputError: Nothing of the exercise has been graded.
    """
    settings = read_settings(course)
    if slug not in settings.deadlines:
        return []
    book = results.existing(settings, slug)
    decisions = book.adjustments()
    return [mark for mark in book.marks() if not due(settings, slug, decisions.get(mark.student, ())).is_settled]


def feedback_pages(course: Course, slug: str, results: Results) -> FeedbackPages:
    """Draw the reports of the students who can still gain points; the other pages exist already.

    Raises:
        InputError: There is no such exercise, or nothing of it has been graded.
        SpecificationError: The exercise is not valid.
    """
    marks = still_open(course, slug, results)
    if not marks:
        return FeedbackPages(results, {})
    names, settings = [mark.student for mark in marks], read_settings(course)
    draw_reports(load(course, slug), results, names)
    attempts = results.existing(settings, slug).attempts(*names)
    reports = {
        mark.attempt.folder: report_of_mark(mark, in_turn(attempts[mark.student]), settings, is_settled=False)
        for mark in marks
    }
    return FeedbackPages(results, reports)
