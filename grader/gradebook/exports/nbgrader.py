"""The table that nbgrader exports, field by field."""

from collections.abc import Sequence
from datetime import UTC, datetime

from grader.gradebook.exports.mark import ExportedMark, ExportFile, excuses, unmarked
from grader.gradebook.exports.plain import written
from grader.model.exercise import Exercise
from grader.model.student import Student

FIELDS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)


def grades(exercise: Exercise, marks: Sequence[ExportedMark], absent: Sequence[Student] = ()) -> ExportFile:
    """Write the marks of a class as `nbgrader export` does.

    Args:
        exercise: What was asked.
        marks: One for each submission; any order.
        absent: Students who handed nothing in; they stand there without a score.

    Returns:
        UTF-8, commas, lines ended by LF. Times are in UTC, without saying so, as nbgrader keeps them; where
        there is no mark, the scores are empty. The penalty is what lateness takes away from the raw score; a mark
        that a person gave is raw score and score at once.
    """
    rows = [_row(exercise, mark) for mark in marks]
    most = str(float(exercise.max_points))
    rows += [[exercise.slug, "", "", *_names(student), "", "", "", most] for student in absent]
    content = written([list(FIELDS), *sorted(rows, key=lambda row: row[3])], "\n")
    return ExportFile(content, sum(not mark.no_mark for mark in marks), unmarked(marks), excuses(marks))


def _row(exercise: Exercise, mark: ExportedMark) -> list[str]:
    time = _in_utc(mark.submitted_at)
    due = _in_utc(mark.assessment.late.deadline if mark.assessment.late else None)
    assessment, points = mark.assessment, mark.points
    raw = assessment.earned if assessment.decided is None else assessment.decided
    scores = ["", "", ""] if points is None else [str(float(score)) for score in (raw, assessment.deduction, points)]
    names = _names(mark.student)
    names[0] = names[0] or (mark.student.shown if mark.group else mark.assessment.student)
    most = str(float(mark.assessment.max_points))
    return [exercise.slug, due, time, *names, *scores, most]


def _in_utc(at: datetime | None) -> str:
    return str(at.astimezone(UTC).replace(tzinfo=None) if at and at.tzinfo else at or "")


def _names(student: Student) -> list[str]:
    """Id, family name, given name, address; a name whose parts are not known apart is a family name."""
    ids = student.id or student.login or student.sis_id or student.email or student.canvas_id
    last = student.last_name or ("" if student.first_name or student.name == student.id else student.name)
    return [ids, last, student.first_name, student.email]
