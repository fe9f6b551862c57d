"""The page that a student gets."""

from collections.abc import Sequence

from grader.model.assessment import Assessment
from grader.model.exercise import Exercise
from grader.model.record import Record
from grader.report.notebook import notebook_html
from grader.report.page import render
from grader.report.views import student_view
from grader.report.what_to_do import NO_ADVICE, CourseAdvice


def render_student(
    exercise: Exercise,
    notebook_cells: Sequence[tuple[str, str]],
    assessment: Assessment,
    record: Record,
    pseudonym: str = "",
    advice: CourseAdvice = NO_ADVICE,
) -> str:
    """Render the feedback of one student.

    Args:
        exercise: The exercise.
        notebook_cells: The cells of the submission, in order, as (kind, source); kind is code, markdown
            or raw. Code cell k belongs to `record.cells[k]`. If there are several notebooks, the kind notebook, with
            the title, begins each of them. Empty if the notebook could not be read.
        assessment: Its assessment.
        record: The record of the run that was assessed.
        pseudonym: The student's name on the leaderboard; empty if there is none.
        advice: What the course says about further attempts and practice.

    Returns:
        One self-contained HTML file without a script. It loads nothing, and no part of the submission is active.
    """
    view = student_view(exercise, assessment, record, pseudonym, advice)
    notebook = notebook_html(notebook_cells, record.cells) if notebook_cells else ""
    return render("student.html", view=view, notebook=notebook)
