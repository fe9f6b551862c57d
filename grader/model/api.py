"""What the portal answers to programs, and what `grader submit` and `grader status` print with `--json`.

The answers are typed dictionaries, because they exist only to become JSON. Their docstrings are the descriptions in the
OpenAPI document. All times are in UTC.
"""

from typing import Annotated, Literal, TypedDict, final

Moment = Annotated[str, "date-time"]
"""A time as in ISO 8601."""

State = Literal["waiting", "running", "done", "failed"]
Stage = Literal["open", "waiting", "running", "failed", "submitted", "published"]
Verdict = Literal["passed", "partial", "failed", "not_attempted", "blocked", "needs_human", "check_error"]


class Problem(TypedDict):
    """Why a request was not carried out, in the form of RFC 9457.

    Attributes:
        title: Name of the status.
        status: HTTP status.
        detail: What is wrong and how to fix it, for the person who uses the program.
    """

    title: str
    status: int
    detail: str


class QuestionPoints(TypedDict):
    """The points for one question.

    Attributes:
        question: Id of the question.
        title: Title of the question.
        verdict: Result of the question.
        points: Points earned.
        max_points: Full points.
    """

    question: str
    title: str
    verdict: Verdict
    points: float
    max_points: float


class PublishedMark(TypedDict):
    """A published mark, after overrides and late deductions.

    Attributes:
        points: Points; `null` if the student is excused, or there is no mark yet.
        max_points: Full points of the exercise.
        excused: Whether the student is excused.
        questions: The points for each question.
    """

    points: float | None
    max_points: float
    excused: bool
    questions: list[QuestionPoints]


class SentAttempt(TypedDict):
    """A submission in the portal.

    Attributes:
        exercise: Name of the exercise.
        number: 1 for the student's first submission for the exercise, and so on.
        state: How far the grading is.
        ahead: Number of submissions that will be graded earlier, while this one waits.
        message: The state in a sentence.
        submitted_at: When the portal received it.
        notebook: File name of the notebook.
        files: Names of the other files.
        remarks: What the portal noticed, such as answers that are missing.
    """

    exercise: str
    number: int
    state: State
    ahead: int
    message: str
    submitted_at: Moment
    notebook: str
    files: list[str]
    remarks: list[str]


@final  # so that the keys tell it from `CheckedFiles`
class AttemptResult(TypedDict):
    """An attempt and its result.

    Attributes:
        attempt: The attempt.
        questions: Points of this attempt, without late deductions and overrides; empty until the mark is published.
        mark: The mark for the exercise, which may be that of another attempt; `null` until it is published.
        next_step: What the student can do next.
        notes: Rules that apply to this attempt, such as the one for late submissions.
    """

    attempt: SentAttempt
    questions: list[QuestionPoints]
    mark: PublishedMark | None
    next_step: str
    notes: list[str]


class ExerciseState(TypedDict):
    """An exercise as one person may see it.

    Attributes:
        exercise: Name of the exercise.
        title: Title of the exercise.
        max_points: Full points.
        deadline: The person's own deadline; `null` if there is none.
        is_extended: Whether the deadline was extended for this student.
        is_over: Whether the deadline has passed.
        stage: How far the student is.
        next_step: What the student can do next.
        rules: Which attempt counts, and what a late submission costs.
        attempts: Submissions in the portal, the first one first; empty for staff.
        mark: The mark; `null` until it is published.
        has_report: Whether there is a report to read; it may take a few seconds to be prepared.
    """

    exercise: str
    title: str
    max_points: float
    deadline: Moment | None
    is_extended: bool
    is_over: bool
    stage: Stage
    next_step: str
    rules: list[str]
    attempts: list[SentAttempt]
    mark: PublishedMark | None
    has_report: bool


class CourseState(TypedDict):
    """The exercises of a course as one person may see them.

    Attributes:
        course: Title of the course.
        name: Name of the person whom the token belongs to.
        role: Role of the person.
        most_bytes: Largest size of a submission, in bytes.
        exercises: By deadline; those without one come last.
    """

    course: str
    name: str
    role: Literal["student", "assistant", "instructor", "administrator"]
    most_bytes: int
    exercises: list[ExerciseState]


@final
class CheckedFiles(TypedDict):
    """Files that could be submitted as they are. The portal did not store them and ran no notebook.

    Attributes:
        exercise: Name of the exercise.
        remarks: What is missing or would be ignored.
    """

    exercise: str
    remarks: list[str]


class MarkOfStudent(TypedDict):
    """The mark of one student, for instructors.

    Attributes:
        student: Name in the gradebook.
        name: Name of the account; empty if the student has none.
        points: Points; `null` if there is no mark.
        excused: Whether the student is excused.
        waiting: Number of answers that need manual grading.
        is_published: Whether the student sees the mark.
        questions: The points for each question; empty if nothing has been graded.
    """

    student: str
    name: str
    points: float | None
    excused: bool
    waiting: int
    is_published: bool
    questions: list[QuestionPoints]


class ClassMarks(TypedDict):
    """A page of the students of the course and of the gradebook with their marks, by name.

    Attributes:
        exercise: Name of the exercise.
        title: Title of the exercise.
        max_points: Full points.
        page: Number of this page, from 1.
        pages: Number of pages.
        students: Number of students on all pages.
        marks: The students of this page.
    """

    exercise: str
    title: str
    max_points: float
    page: int
    pages: int
    students: int
    marks: list[MarkOfStudent]
