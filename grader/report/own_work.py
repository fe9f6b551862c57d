"""The section about a student's own work, added to a page that is already written once the student has answered.

No page shows a question or an answer before the student has answered it.
"""

from collections.abc import Sequence
from typing import Any

from grader.model.course_settings import ReportDetail
from grader.model.own_work import OwnWorkResult, letters
from grader.report.page import environment
from grader.storage.csv_table import lines
from grader.text.values import decimal

_BEGIN, _END = "<!-- own work -->", "<!-- /own work -->"


def with_own_work(page: str, result: OwnWorkResult) -> str:
    """Put the answered questions into a student's page.

    Args:
        page: A page from `render_student`; an earlier section is replaced.
        result: The questions with their answers. Without answers, the section is removed.

    Returns:
        The page; unchanged if it has no gap, because the exercise asks no such questions.
    """
    before, gap, remainder = page.partition(_BEGIN)
    _, end, after = remainder.partition(_END)
    if not (gap and end):
        return page
    section = _section(result) if result.is_answered else ""
    return f"{before}{gap}{section}{end}{after}"


def _section(result: OwnWorkResult) -> str:
    macros: Any = environment().get_template("own_work.html").module
    return str(macros.section(result, letters, ReportDetail.EXPECTED))


def own_work_csv(results: Sequence[OwnWorkResult]) -> str:
    """Write who was asked and who answered as a table.

    Args:
        results: The questions that were asked last, one for each student.

    Returns:
        CSV as `grades_csv` writes it. A student who has not answered has no points. `minutes_late` is how long after
        the allowed time the answers were submitted.
    """
    heading = ["student", "asked", "answered", "right", "points", "max_points", "minutes_late"]
    ordered = sorted(results, key=lambda result: result.question_set.student)
    return lines([heading, *map(_row, ordered)])


def _row(result: OwnWorkResult) -> list[str]:
    answered = result.is_answered
    return [
        result.question_set.student,
        str(len(result.question_set.questions)),
        "yes" if answered else "no",
        str(result.right) if answered else "",
        decimal(result.points) if answered else "",
        decimal(result.max_points),
        str(round(result.minutes_late)) if answered else "",
    ]
