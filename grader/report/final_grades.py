"""The final grades of a course, as lines of its page and as a table."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.model.final_grade import FinalGrade, ShareState
from grader.report import words
from grader.storage.csv_table import lines
from grader.text.language import say
from grader.text.values import decimal

_COLUMNS = (
    "student",
    "percent",
    "letter",
    "passed",
    "is_final",
    "calculation",
    "dropped",
    "excused",
    "open",
    "imported",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalLine:
    """The final grade of a student, in words.

    Attributes:
        student: Name of the student.
        percent: The grade in percent; empty if there is none.
        letter: The letter; empty if there is none.
        outcome: Passed or not, if the course has a pass mark; and whether marks are still open.
        calculation: Marks, weights and the result.
        remarks: The exercises that do not count for this student, with the reason, and those with an imported mark.
    """

    student: str
    percent: str
    letter: str
    outcome: str
    calculation: str
    remarks: str


def final_lines(grades: Sequence[FinalGrade], titles: Mapping[str, str]) -> Iterator[FinalLine]:
    """Describe final grades.

    Args:
        grades: The grades.
        titles: Slug -> title of the exercises that have been graded.
    """
    for grade in grades:
        yield FinalLine(
            student=grade.student,
            percent=words.number(grade.percent) if grade.percent is not None else "",
            letter=grade.letter,
            outcome=_outcome(grade),
            calculation=calculation(grade, words.number),
            remarks=", ".join(_remarks(grade, titles)),
        )


def final_grades_csv(grades: Sequence[FinalGrade]) -> str:
    """Write final grades as a table.

    Returns:
        CSV as in RFC 4180, with lines ended by CR LF. `is_final` is `no` as long as a mark may still come. The last
        four columns have names of exercises with blanks between them.
    """
    return lines([_COLUMNS, *(_row(grade) for grade in grades)])


def calculation(grade: FinalGrade, number: Callable[[float], str] = decimal) -> str:
    """Write out how a grade is computed; empty if no exercise counts.

    Args:
        grade: The grade.
        number: Writes a number in the language of the reader.

    Example:
        >>> from grader.marks.final_grade import final_grade
        >>> from grader.model.final_grade import FinalRules
        >>> rules = FinalRules(weights={"lenet5": 2, "cifar10": 1})
        >>> calculation(final_grade("ada", {"lenet5": 85.0, "cifar10": 70.0}, {"lenet5": 9, "cifar10": 9}, rules))
        '(2 * 85 + 1 * 70) / 3 = 80'
    """
    if grade.percent is None:
        return ""
    terms = [f"{number(share.weight)} * {number(share.percent)}" for share in grade.shares if share.state.in_sum]
    total = number(sum(share.weight for share in grade.shares if share.state.in_weight))
    return f"({' + '.join(terms)}) / {total} = {number(grade.percent)}"


def _outcome(grade: FinalGrade) -> str:
    if not grade.is_final:
        return say("marks are still open")
    if grade.passed is None:
        return ""
    return say("passed") if grade.passed else say("not passed")


def _remarks(grade: FinalGrade, titles: Mapping[str, str]) -> Iterator[str]:
    for share in grade.shares:
        title = titles.get(share.exercise, share.exercise)
        if share.state is ShareState.DROPPED:
            yield say("{exercise} (dropped)", exercise=title)
        elif share.state is ShareState.EXCUSED:
            yield say("{exercise} (excused)", exercise=title)
        elif share.state is ShareState.OPEN:
            yield say("{exercise} (no mark yet)", exercise=title)
        elif share.imported:
            yield say("{exercise} (mark imported from another grader)", exercise=title)


def _row(grade: FinalGrade) -> list[str]:
    passed = "" if grade.passed is None else "yes" if grade.passed else "no"
    states = (ShareState.DROPPED, ShareState.EXCUSED, ShareState.OPEN)
    return [
        grade.student,
        decimal(grade.percent) if grade.percent is not None else "",
        grade.letter,
        passed,
        "yes" if grade.is_final else "no",
        calculation(grade),
        *(" ".join(share.exercise for share in grade.shares if share.state is state) for state in states),
        " ".join(share.exercise for share in grade.shares if share.imported),
    ]
