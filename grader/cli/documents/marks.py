"""Documents of the commands for the marks of a class."""

from typing import TypedDict


class StudentMark(TypedDict):
    """The mark of one student.

    Attributes:
        student: Name of the student.
        points: Points; null if there is no mark.
        max_points: Points of the exercise.
        outcome: How the run ended, such as `completed`.
        folder: Name of the student's folder in the results.
        waiting: Number of questions that need manual grading.
    """

    student: str
    points: float | None
    max_points: float
    outcome: str
    folder: str
    waiting: int


class OwnWorkMark(TypedDict):
    """The answers of one student to questions about their own work.

    Attributes:
        student: Name of the student.
        right: Number of correct answers.
        questions: Number of questions.
        points: Points of the answers, which are not part of the mark.
        max_points: Points of all questions.
        minutes_late: Minutes after the allowed time; 0 if in time, or if the time is not known.
    """

    student: str
    right: int
    questions: int
    points: float
    max_points: float
    minutes_late: int


class RegradedMark(TypedDict):
    """The mark of one student after a regrade.

    Attributes:
        student: Name of the student.
        points: Points; null if there is no mark.
        max_points: Points of the exercise.
        outcome: How the run ended, such as `completed`.
        folder: Name of the student's folder in the results.
        waiting: Number of questions that need manual grading.
        because: One line for each change; empty if the mark has not changed.
        outdated: Whether `grade` must run the notebook again.
    """

    student: str
    points: float | None
    max_points: float
    outcome: str
    folder: str
    waiting: int
    because: tuple[str, ...]
    outdated: bool


class ChangedMark(TypedDict):
    """A change of one student's mark.

    Attributes:
        student: Name of the student.
        before: Points before; null if there was no mark.
        after: Points now; null if there is no mark.
        because: One line for each change.
    """

    student: str
    before: float | None
    after: float | None
    because: tuple[str, ...]


class StudentProblem(TypedDict):
    """A student for whom a step was not possible.

    Attributes:
        student: Name of the student.
        problem: The reason.
    """

    student: str
    problem: str


class RepeatedRuns(TypedDict):
    """Notebooks that ran again.

    Attributes:
        marks: The mark of each student whose notebook was to run again.
        changes: The marks that changed, with the reasons.
        failed: Students whose run failed; their marks stay the same.
        left_out: Students whose notebooks cannot be run again.
    """

    marks: tuple[StudentMark, ...]
    changes: tuple[ChangedMark, ...]
    failed: tuple[StudentProblem, ...]
    left_out: tuple[str, ...]


class ListedRepair(TypedDict):
    """One repair of the exercise.

    Attributes:
        number: Its number in the list, from 1.
        line: The line that is replaced.
        replacement: The new lines; empty if the line is removed.
        reason: The reason.
        author: The author.
        at: Date and time.
        undone: Date and time at which the repair was undone; null if it was not.
    """

    number: int
    line: str
    replacement: str
    reason: str
    author: str
    at: str
    undone: str | None


class LineToRepair(TypedDict):
    """A line at which several notebooks stop.

    Attributes:
        line: The line.
        error: The error.
        students: The students.
    """

    line: str
    error: str
    students: tuple[str, ...]


class Repairs(TypedDict):
    """The repairs of the exercise, or the effect of one.

    Attributes:
        repairs: Each repair; only if the command lists them.
        common_lines: Lines at which several notebooks stop; only if the command lists them.
        students: The students whose notebooks were graded again.
        changes: The marks that changed, with the reasons.
    """

    repairs: tuple[ListedRepair, ...]
    common_lines: tuple[LineToRepair, ...]
    students: tuple[str, ...]
    changes: tuple[ChangedMark, ...]


class ListedItem(TypedDict):
    """An item of the rubric.

    Attributes:
        number: Its number.
        question: The question or criterion.
        points: The points that it adds; negative if it deducts some.
        text: The text that students read.
        offered: Whether it can still be applied.
        students: Number of students who have it.
        versions: Number of its versions.
    """

    number: int
    question: str
    points: float
    text: str
    offered: bool
    students: int
    versions: int


class RubricItems(TypedDict):
    """The items of the rubric, or the effect of a change of one.

    Attributes:
        items: Each item; after a change, only the one that changed.
        changes: The marks that changed, with the reasons.
    """

    items: tuple[ListedItem, ...]
    changes: tuple[ChangedMark, ...]


class DecidedMark(TypedDict):
    """The mark of a student after a decision.

    Attributes:
        student: Name of the student.
        points: Points; null if there is no mark.
        max_points: Points of the exercise.
        excused: Whether the student is excused.
    """

    student: str
    points: float | None
    max_points: float
    excused: bool


class Decisions(TypedDict):
    """The effect of decisions.

    Attributes:
        marks: The mark of each student who has submitted.
        replaced: One line for each earlier decision that no longer counts.
        not_submitted: Students who have not submitted yet.
    """

    marks: tuple[DecidedMark, ...]
    replaced: tuple[str, ...]
    not_submitted: tuple[str, ...]


class ImportedPoints(TypedDict):
    """A mark that another grader gave.

    Attributes:
        student: Name of the student.
        points: Points, on the scale of the exercise.
        max_points: Points of the exercise.
        counts: Whether the mark counts, because this grader has none.
    """

    student: str
    points: float | None
    max_points: float
    counts: bool


class ImportedTable(TypedDict):
    """The effect of an import of marks.

    Attributes:
        marks: The imported mark of each student.
        replaced: One line for each earlier import that no longer counts.
        remarks: One line for each row that is not imported as it is.
    """

    marks: tuple[ImportedPoints, ...]
    replaced: tuple[str, ...]
    remarks: tuple[str, ...]


class MarkOfMarker(TypedDict):
    """The mark of one marker.

    Attributes:
        marker: Name of the marker.
        points: The points.
    """

    marker: str
    points: float


class WaitingAnswer(TypedDict):
    """An answer that needs manual grading.

    Attributes:
        student: Name of the student, or a pseudonym.
        question: Id of the question, or of a criterion, such as `why.clarity`.
        title: Title of the question.
        answer: The answer.
        max_points: The maximum number of points.
        marks: The marks so far; only with `--disagreements`.
    """

    student: str
    question: str
    title: str
    answer: str
    max_points: float
    marks: tuple[MarkOfMarker, ...]


class WaitingAnswers(TypedDict):
    """The answers that need manual grading.

    Attributes:
        answers: Each answer.
        file: Path of the file with the same answers; null if none was written.
        agreed: Number of answers whose marks of several people agree.
        disagreed: Number of answers whose marks differ too much.
        difference: Mean difference of the first two marks, in points; null if no answer has two.
    """

    answers: tuple[WaitingAnswer, ...]
    file: str | None
    agreed: int
    disagreed: int
    difference: float | None


class HistoryEntry(TypedDict):
    """One event in the history of a student's work.

    Attributes:
        at: Date and time, in the time zone of the course.
        what: What happened.
        by: Who did it; empty for the grader.
    """

    at: str
    what: str
    by: str


class Archive(TypedDict):
    """A backup.

    Attributes:
        file: Path of the archive.
        folder: Path of the results.
        count: Number of files.
    """

    file: str
    folder: str
    count: int


class Merged(TypedDict):
    """Two students who were merged.

    Attributes:
        old: The name that was removed.
        new: The name that remains.
        exercises: Names of the exercises with attempts or decisions of the student.
    """

    old: str
    new: str
    exercises: list[str]


class DeletedStudent(TypedDict):
    """The data that were deleted about a student, or would be.

    Attributes:
        deleted: Whether they were deleted; false with `--dry-run`.
        submissions: Number of submissions.
        decisions: Number of decisions.
        exercises: Names of the exercises with attempts or decisions of the student.
        files: Paths of the files that were removed, or would be.
        named_in: Paths of files of the course that still name the student.
    """

    deleted: bool
    submissions: int
    decisions: int
    exercises: list[str]
    files: list[str]
    named_in: list[str]


class Renamed(TypedDict):
    """A new name.

    Attributes:
        old: The old name.
        new: The new name.
        folder: Path of the results.
        exercises: Names of the exercises with something of the student.
        combined: Whether the new name had submitted before, so that it now has the attempts of both.
        named_in: Paths of files of groups that still have the old name.
    """

    old: str
    new: str
    folder: str
    exercises: list[str]
    combined: bool
    named_in: list[str]


class CoursePage(TypedDict):
    """The page about all exercises.

    Attributes:
        exercises: Number of exercises.
        dashboard: Path of the page.
    """

    exercises: int
    dashboard: str


class Exported(TypedDict):
    """The export in one format.

    Attributes:
        format: The format.
        files: Paths of the files.
        count: Number of marks, or of pages for the formats of feedback.
        problems: Students who are missing or have no mark, with the reasons; one line each.
        remarks: Further remarks, one line each.
    """

    format: str
    files: tuple[str, ...]
    count: int
    problems: tuple[str, ...]
    remarks: tuple[str, ...]
