"""The page that a student gets."""

from collections.abc import Sequence

from grader.model.assessment import Assessment
from grader.model.exercise import Exercise
from grader.model.record import Record
from grader.report.notebook import notebook_html
from grader.report.page import render
from grader.report.views import student_view


def render_student(
    exercise: Exercise,
    notebook_cells: Sequence[tuple[str, str]],
    assessment: Assessment,
    record: Record,
    pseudonym: str = "",
) -> str:
    """Render the feedback of one student.

    Args:
        exercise: What was asked.
        notebook_cells: The cells of the submission, in order, as (kind, source); kind is code, markdown
            or raw. Code cell k belongs to `record.cells[k]`. Empty where nothing could be read.
        assessment: Its findings.
        record: The run that was assessed.
        pseudonym: Under which name the student stands on the leaderboard; empty if under none.

    Returns:
        One self-contained HTML file: no script, nothing is loaded, nothing of the submission is active.
    """
    view = student_view(exercise, assessment, record, pseudonym)
    notebook = notebook_html(notebook_cells, record.cells) if notebook_cells else ""
    return render("student.html", view=view, notebook=notebook)
