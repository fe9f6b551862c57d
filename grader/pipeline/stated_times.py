"""Gives submissions the times of an instructor's file, by student or by file; nothing is guessed."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from grader.errors import InputError
from grader.gradebook.matching import matched
from grader.intake.names import composed
from grader.intake.roster import claimed_student, source_of
from grader.intake.times_file import StatedTime, read_times, same_time
from grader.model.course_settings import CourseSettings
from grader.model.submission import Submission, TimeCertainty


def with_stated_times(
    submissions: Sequence[Submission], settings: CourseSettings, path: Path, note: Callable[[str], None]
) -> list[Submission]:
    """Replace times of submission by those of a file.

    A row that names a file holds for this file. A row that names only a student holds for the student's submission,
    and for the last one if the platform gives several. A submission without a row keeps the time that it has.

    Args:
        submissions: The submissions of a class.
        settings: The settings of the course, with its time zone.
        path: The CSV file; see `grader.intake.times_file.read_times`.
        note: Is told of each row that fits no submission, or several, one line each.

    Raises:
        InputError: The file cannot be read, or two rows give one submission different times.
    """
    rows = read_times(path, settings.zone)
    by_position: dict[int, list[StatedTime]] = defaultdict(list)
    for position, row in _of_files(submissions, [row for row in rows if row.file], path, note):
        by_position[position].append(row)
    for position, row in _of_students(submissions, [row for row in rows if not row.file], path, note):
        if not any(other.file for other in by_position[position]):  # the row of a file says more
            by_position[position].append(row)
    if contradictions := [times for times in by_position.values() if times and not same_time(times)]:
        raise InputError("\n".join(_contradiction(times, path, settings) for times in contradictions))
    return [
        _with_time(submission, by_position[position][0]) if by_position.get(position) else submission
        for position, submission in enumerate(submissions)
    ]


def _with_time(submission: Submission, row: StatedTime) -> Submission:
    source = replace(source_of(submission), clock=TimeCertainty.STATED)
    return replace(submission, submitted_at=row.at, source=source)


def _contradiction(rows: Sequence[StatedTime], path: Path, settings: CourseSettings) -> str:
    first = rows[0]
    other = next(row for row in rows if row.at != first.at)
    times = [f"{row.at.astimezone(settings.zone):%Y-%m-%d %H:%M:%S}" for row in (first, other)]
    return (
        f"{path}: lines {first.line} and {other.line} give different times for one submission: {times[0]} and "
        f"{times[1]}. "
        "Keep one of them, or name the files in a column `file`."
    )


def _of_files(
    submissions: Sequence[Submission], rows: Sequence[StatedTime], path: Path, note: Callable[[str], None]
) -> Iterator[tuple[int, StatedTime]]:
    """The rows that name a file, each with the position of its submission."""
    positions: dict[str, set[int]] = defaultdict(set)
    for position, submission in enumerate(submissions):
        for name in (submission.origin, submission.origin.rpartition("/")[2], source_of(submission).file):
            positions[composed(name)].add(position)
    for row in rows:
        fitting = sorted(positions.get(composed(row.file), ()))
        if row.student.shown.strip():
            named = dict(_matched([submissions[position] for position in fitting], [row]))
            fitting = [position for number, position in enumerate(fitting) if number in named]
        if len(fitting) == 1:
            yield fitting[0], row
        elif fitting:
            note(
                f"{path}: line {row.line}: '{row.file}' is the name of {len(fitting)} submitted files, "
                "so their times stay as they are. Give the whole path, or also the student."
            )
        else:
            note(f"{path}: line {row.line}: there is no submission with the file '{row.file}'.")


def _of_students(
    submissions: Sequence[Submission], rows: Sequence[StatedTime], path: Path, note: Callable[[str], None]
) -> Iterator[tuple[int, StatedTime]]:
    """The rows that name a student, each with the position of the student's last submission."""
    last = {submission.student: position for position, submission in enumerate(submissions)}
    # Rows of one student are matched as one: the matching takes several rows of one name for several students.
    of_student: dict[object, list[StatedTime]] = defaultdict(list)
    for row in rows:
        of_student[row.student].append(row)
    first_rows = [of_one[0] for of_one in of_student.values()]
    positions = list(last.values())
    used = set()
    for number, row in _matched([submissions[position] for position in positions], first_rows):
        used.add(row.line)
        for same in of_student[row.student]:
            yield positions[number], same
    for row in first_rows:
        if row.line not in used:
            note(
                f"{path}: line {row.line}: there is no submission of '{row.student.shown}', or several match, "
                "so the time is not used."
            )


def _matched(submissions: Sequence[Submission], rows: Sequence[StatedTime]) -> Iterator[tuple[int, StatedTime]]:
    """The submissions that a row fits, each as its number with the row."""
    claims = [(submission.student, claimed_student(submission)) for submission in submissions]
    for number, place in matched(claims, [row.student for row in rows]).items():
        yield number, rows[place]
