"""All that happened to a student's work: attempts, marks and decisions, in the order of time."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from grader.errors import InputError
from grader.gradebook.people import ChangeKind, StudentChange
from grader.gradebook.results import Results
from grader.gradebook.store import Gradebook
from grader.marks.overrides import is_excused
from grader.marks.second_marking import Agreement, marked_answers
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.attempt import Attempt
from grader.model.mark import Mark
from grader.pipeline.material import CourseExercise
from grader.pipeline.naming import known_name, unknown_student
from grader.storage import atomic
from grader.storage.records import RecordStore


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line of the history of a student's work.

    Attributes:
        at: When, in the time zone of the course.
        what: What happened, in a few words.
        by: Who did it; empty for the grader.
    """

    at: datetime
    what: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All that happened to a student's work on one exercise.

    Attributes:
        student: Who.
        lines: In the order of time.
        mark: The mark that counts; None if there is none yet.
        attempts: Every attempt, in the order of collection.
        excused: Whether a person has excused the student, submitted or not.
        saved: The files that were written.
    """

    student: str
    lines: tuple[HistoryLine, ...]
    mark: Mark | None
    attempts: tuple[Attempt, ...]
    excused: bool = False
    saved: tuple[Path, ...] = ()


def history(
    course_exercise: CourseExercise, results: Results, student: str | None, folder: Path | None = None
) -> History:
    """Collect all that happened to a student's work, or which students were renamed, merged or deleted.

    Args:
        course_exercise: The exercise.
        results: The results of `grade`.
        student: The student's name; None for the students of the course who were renamed, merged or deleted.
        folder: The folder to write every attempt to, with its files; it must not exist. None to write none.

    Raises:
        InputError: There is no submission of that name, or the folder already exists, or no student is named for it.
    """
    book = results.existing(course_exercise.settings, course_exercise.exercise.slug)
    if student is None:
        if folder is not None:
            raise InputError(f"{folder}: files are written for one student only. Name the student.")
        zone = course_exercise.settings.zone
        lines = [change_of_student(change) for change in book.student_changes()]
        in_zone = tuple(replace(line, at=line.at.astimezone(zone)) for line in lines)
        return History(student="", lines=in_zone, mark=None, attempts=())
    attempts, decisions = book.collected(withdrawn=True), book.adjustments()
    name = known_name(student, [*attempts, *decisions])
    if name is None:
        raise InputError(unknown_student(student, [*attempts, *decisions]))
    marks = book.marks(name)
    zone = course_exercise.settings.zone
    lines = [
        *_of_attempts(attempts.get(name, ()), {one.id for one in book.collected(name).get(name, ())}, zone),
        *_of_marks(book, name),
        *_of_runs(results, attempts.get(name, ())),
        *_of_decisions(decisions.get(name, ()), zone),
        *_of_names(book.student_changes(), name),
        *_of_agreement(decisions.get(name, ()), course_exercise),
    ]
    return History(
        student=name,
        lines=tuple(replace(line, at=line.at.astimezone(zone)) for line in sorted(lines, key=lambda line: line.at)),
        mark=marks[0] if marks else None,
        attempts=tuple(attempts.get(name, ())),
        excused=is_excused(decisions.get(name, ())),
        saved=tuple(_save_attempts(results, attempts.get(name, ()), folder)) if folder else (),
    )


def change_of_student(change: StudentChange) -> HistoryLine:
    """A student who was renamed, merged or deleted, in a few words."""
    match change.what:
        case ChangeKind.RENAMED:
            what = f"'{change.old_name}' renamed to '{change.new_name}'"
        case ChangeKind.MERGED:
            what = f"'{change.old_name}' merged with '{change.new_name}': {change.detail}"
        case ChangeKind.DELETED:
            what = f"a student deleted: {change.detail}"
    return HistoryLine(change.at, what, change.author)


def _save_attempts(results: Results, attempts: Sequence[Attempt], folder: Path) -> Iterator[Path]:
    """Write the notebooks of a student, and the files that came with them, to a new folder."""
    if folder.exists():
        raise InputError(f"{folder}: already exists. Name a new folder, or remove this one.")
    for number, attempt in enumerate(attempts, 1):
        content = results.notebook(attempt.notebook)
        place = folder / f"try-{number}"
        if content:
            atomic.write(place / "notebook.ipynb", content)
            yield place / "notebook.ipynb"
        for file in attempt.submission.files:
            atomic.write(place / file.name, file.content)
            yield place / file.name


def _of_attempts(attempts: Sequence[Attempt], valid: Collection[int], zone: ZoneInfo) -> Iterator[HistoryLine]:
    for number, attempt in enumerate(attempts, 1):
        at, submitter = attempt.submission.submitted_at, attempt.submission.submitter
        handed_in = f", submitted {at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""
        problem_of = f". {attempt.submission.problem}" if attempt.submission.problem else ""
        what = f"attempt {number}: {attempt.submission.origin}{handed_in}, checksum {attempt.digest[:12]}{problem_of}"
        if submitter:
            what += f". Submitted for the group {attempt.submission.group} by {submitter}"
        if attempt.id not in valid:
            what += ". It does not count, because the student is no longer in this group"
        yield HistoryLine(attempt.collected_at, what)


def _of_marks(book: Gradebook, student: str) -> Iterator[HistoryLine]:
    attempts = book.collected(student, withdrawn=True).get(student, ())
    numbers = {attempt.id: number for number, attempt in enumerate(attempts, 1)}
    for attempt, at, points, most in book.marks_over_time(student):
        yield HistoryLine(at, f"attempt {numbers[attempt.id]} marked: {points:g} of {most:g}")


def _of_runs(results: Results, attempts: Sequence[Attempt]) -> Iterator[HistoryLine]:
    """Runs that were repeated; what each was like that was replaced then."""
    store = RecordStore(results.records)
    for number, attempt in enumerate(attempts, 1):
        for at, before in store.replaced(attempt.record_key):
            used = before.resources
            spent = f"{used.wall_seconds:.0f} s, {used.cpu_seconds:.0f} s of processor time"
            yield HistoryLine(at, f"attempt {number} run again. The earlier run: {before.outcome}, {spent}")


def _of_decisions(decisions: Sequence[Adjustment], zone: ZoneInfo) -> Iterator[HistoryLine]:
    for decision in decisions:
        about = f"{decision.question}: " if decision.question else ""
        reason = f" ({decision.reason})" if decision.reason else ""
        yield HistoryLine(decision.at, f"{about}{decision_in_words(decision, zone)}{reason}", decision.author)


def _of_names(changes: Sequence[StudentChange], student: str) -> Iterator[HistoryLine]:
    """New names of a student, and other students who were merged into this one."""
    for change in changes:
        if change.new_name == student and change.old_name:
            what = f"renamed from '{change.old_name}'"
            if change.what is ChangeKind.MERGED:
                what = f"merged with '{change.old_name}': {change.detail}"
            yield HistoryLine(change.at, what, change.author)


def _of_agreement(decisions: Sequence[Adjustment], course_exercise: CourseExercise) -> Iterator[HistoryLine]:
    """Whether the marks of several people agree, at the time of the last one."""
    places = course_exercise.exercise.places
    for answer in marked_answers(decisions, course_exercise.settings.manual_grading, places):
        if len(answer.marks) > 1:
            marks = ", ".join(f"{mark.author} {mark.points:g}" for mark in answer.marks)
            effect = f", {_points(answer.points)}" if answer.agreement is Agreement.AGREED else ""
            last = max(mark.at for mark in answer.marks)
            yield HistoryLine(last, f"{answer.place}: {answer.agreement} ({marks}){effect}")


def decision_in_words(decision: Adjustment, zone: ZoneInfo) -> str:
    """What was decided, in a few words; times are those of a time zone."""
    match decision.kind:
        case AdjustmentKind.POINTS:
            return _points(decision.points)
        case AdjustmentKind.MARK:
            comment = f", comment: {decision.text}" if decision.text else ""
            return f"marked with {_points(decision.points)}{comment}"
        case AdjustmentKind.COMMENT:
            return f"comment: {decision.text}" if decision.text else "comment removed"
        case AdjustmentKind.EXCUSED:
            return "excused" if decision.excused else "no longer excused"
        case AdjustmentKind.EXTENSION:
            until = decision.until
            return f"extension until {until.astimezone(zone):%Y-%m-%d %H:%M}" if until else "extension removed"
        case AdjustmentKind.IMPORTED:
            return f"{_points(decision.points)} from another grader ({decision.text})"


def _points(points: float | None) -> str:
    if points is None:
        return "automatic points restored"
    return f"{points:g} point{'' if points == 1 else 's'}"
