"""What is exported: one student's mark, and what became of all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache

from grader.gradebook.matching import with_distinct_labels
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.exercise import Exercise
from grader.model.record import Outcome
from grader.model.student import Student
from grader.model.submission import Source
from grader.text.values import decimal

NO_MARK = {
    Outcome.INVALID_NOTEBOOK: "the file could not be read as a notebook",
    Outcome.SANDBOX_FAILED: "our sandbox failed. Run `grader grade` again",
}

UNRUN = "it could not be run. Decide on it with `grader adjust`, or run it again with `grader rerun`"

EXCUSED = "the student is excused"


@dataclass(frozen=True, kw_only=True)  # without slots, so that what each form asks for is worked out once
class ExportedMark:
    """One submission's marks, and whose they are.

    Attributes:
        assessment: The findings.
        student: Whose it is, as far as is known.
        folder: Name of the student's folder in the results.
        origin: File name or path that the submission came with.
        submitted_at: When it was handed in, where that is known.
        seconds: Wall time of the run, where it is known.
        titles: Question -> its title with the student's own numbers, where it has some.
        listed_id: The id that a roster gives the student; empty where none does. That of `student` may be no more than
            the name of a file.
        source: What the platform says of the submission; None where that was not kept.
        members: For a group whose members are known, the mark of each of them; empty for a student.
        group: For one of these, the name of the group.
        notebook: SHA-256 of the submitted notebook; empty where that is not known.
        numbers_of: The student or group for whom the individual numbers were drawn.
    """

    assessment: Assessment
    student: Student
    folder: str
    origin: str = ""
    submitted_at: datetime | None = None
    seconds: float | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    listed_id: str = ""
    source: Source | None = None
    members: tuple["ExportedMark", ...] = ()
    group: str = ""
    notebook: str = ""
    numbers_of: str = ""

    @cached_property
    def no_mark(self) -> str:
        """Why there is no mark that may go out; empty if there is one."""
        if self.excused:
            return EXCUSED
        if self.assessment.outcome in NO_MARK and not self.assessment.decided_by_person:
            return NO_MARK[self.assessment.outcome]
        if self.assessment.publishable:
            return ""
        broken = any(finding.verdict is Verdict.CHECK_ERROR for finding in self.assessment.findings)
        return "the check of an answer has an error. An instructor must fix it first" if broken else UNRUN

    @property
    def excused(self) -> bool:
        """Whether the student is excused, and has no mark for that reason."""
        return self.assessment.excused

    @cached_property
    def points(self) -> float | None:
        """The points; None where no mark may go out."""
        return None if self.no_mark else self.assessment.points

    @cached_property
    def points_of_all(self) -> float | None:
        """The points for a program that knows only the full points of the exercise.

        If the student is excused from questions, these are the same share of all points: a platform would otherwise
        count an excused question as one without points.
        """
        excused = sum(finding.machine_max_points or 0.0 for finding in self.assessment.findings if finding.excused)
        return self.scaled(self.assessment.max_points + excused) if excused else self.points

    def scaled(self, most: float) -> float | None:
        """The same share of other points, to 2 decimals.

        Args:
            most: What full marks are to be, 0 or more.
        """
        if self.points is None:
            return None
        worth = self.assessment.max_points
        return round(self.points * most / worth, 2) if worth else 0.0

    def titled(self, exercise: Exercise) -> dict[str, str]:
        """Question -> its title, as this student has it."""
        return {question.id: self.titles.get(question.id, question.title) for question in exercise.questions}


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One file for another program.

    Attributes:
        content: Its bytes.
        count: How many marks are in it.
        problems: Whose mark is not in it, and why; one line each.
        remarks: What else there is to know; one line each.
    """

    content: bytes
    count: int
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@lru_cache(1024)  # a class has few different points
def number(value: float | None) -> str:
    """Points as text: at most two decimals, none that are zero; empty where there are none."""
    return "" if value is None else decimal(value)


def summary(exercise: Exercise, mark: ExportedMark) -> str:
    """What a student gets to read in one cell: the points, and those of each question; plain text in one line."""
    if mark.excused:
        return "Excused."
    if mark.no_mark:
        return ""
    findings = {finding.question: finding for finding in mark.assessment.findings}
    titles = mark.titled(exercise)
    titled = [
        (titles[question.id], findings[question.id]) for question in exercise.questions if question.id in findings
    ]
    whole = f"{number(mark.points)} of {number(mark.assessment.max_points)} points"
    scores = [f"{title}: {_short(finding)}." for title, finding in titled]
    return " ".join([f"{whole}.", *deductions(mark), *scores, *_lines(mark.assessment.comment)])


def deductions(mark: ExportedMark) -> tuple[str, ...]:
    """Why the points are not the sum of those of the questions: a sentence each; none where they are."""
    assessment = mark.assessment
    if assessment.decided is not None:
        return (f"{assessment.decided_by} overrode the mark.",)
    return (f"Late: {number(assessment.deduction)} points less.",) if assessment.deduction else ()


def _lines(text: str) -> list[str]:
    """The lines of a text that hold something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _short(finding: Finding) -> str:
    if finding.excused:
        return "excused"
    if not finding.is_marked_here:
        return "not marked here"
    if finding.verdict is Verdict.NEEDS_HUMAN:
        return f"an instructor will look at it ({number(finding.max_points)} points)"
    return f"{number(finding.points)} of {number(finding.max_points)}"


def unmarked(marks: Sequence[ExportedMark]) -> tuple[str, ...]:
    """The students who have no mark that may go out though they should, and why; one line each."""
    return tuple(
        f"{mark.student.shown}: has no mark, because {mark.no_mark}."
        for mark in marks
        if mark.no_mark and not mark.excused
    )


def excuses(marks: Sequence[ExportedMark]) -> tuple[str, ...]:
    """The students who are excused; one line each."""
    return tuple(f"{mark.student.shown}: is excused, so there is no mark." for mark in marks if mark.excused)


def excused_questions(marks: Sequence[ExportedMark]) -> tuple[str, ...]:
    """The students who are excused from some questions, and what that does to their points; one line each."""
    lines = []
    for mark in marks:
        questions = [finding.question for finding in mark.assessment.findings if finding.excused]
        if questions and not mark.no_mark:
            lines.append(
                f"{mark.student.shown}: is excused from {', '.join(questions)}, so {number(mark.points)} of "
                f"{number(mark.assessment.max_points)} points count as {number(mark.points_of_all)} in the file."
            )
    return tuple(lines)


def each_student(marks: Sequence[ExportedMark]) -> list[ExportedMark]:
    """One mark for each student: that of a group stands once for each of its members, where these are known."""
    return [member for mark in marks for member in (mark.members or (mark,))]


def distinct(marks: Sequence[ExportedMark]) -> list[ExportedMark]:
    """The same marks; students of one name are called differently, by what tells them apart."""
    students = with_distinct_labels([mark.student for mark in marks])
    return [
        mark if student is mark.student else replace(mark, student=student)
        for mark, student in zip(marks, students, strict=True)
    ]


def under_another_name(excused: Student, handed_in: Student) -> str:
    """What to say of an excuse for somebody who seems to have handed in under another name."""
    return f"{excused.shown}: is excused, but seems to have submitted as {handed_in.shown}. Excuse that name instead."
