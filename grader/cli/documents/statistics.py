"""The document of `grader stats`: the values of `grader.model.statistics`."""

from typing import TypedDict


class SpreadFigures(TypedDict):
    """Some numbers of a class.

    Attributes:
        count: Number of numbers, 1 or more.
        mean: Arithmetic mean.
        deviation: Standard deviation of a sample (divided by count - 1); null for a single number.
        least: The smallest.
        lower: Lower quartile, with linear interpolation.
        median: Median.
        upper: Upper quartile.
        most: The largest.
    """

    count: int
    mean: float
    deviation: float | None
    least: float
    lower: float
    median: float
    upper: float
    most: float


class CommonAnswer(TypedDict):
    """A wrong answer, or one mistake of students with individual numbers.

    Attributes:
        found: The answer; the most common one if there are several.
        slip: The reason why it is wrong; may be empty.
        students: Number of students who gave it.
        names: Names of these students, at most 12.
        answers: Number of different answers: 1, or more if students have individual numbers.
    """

    found: str
    slip: str
    students: int
    names: tuple[str, ...]
    answers: int


class ProposedSlipFigures(TypedDict):
    """A calculation that several students seem to have made, for which the key has no slip.

    Attributes:
        calculation: The calculation with the names of the numbers in the key.
        students: Number of students.
        found: The answer of one of them.
    """

    calculation: str
    students: int
    found: str


class QuestionFigures(TypedDict):
    """One question.

    Attributes:
        question: Its id.
        title: Its title.
        shares: Shares of its points that students earned, from 0 to 1; null if there are none.
        histogram: Number of students for each tenth of its points, 10 numbers.
        discrimination: Correlation of its points with those of all other questions, from -1 to 1; null if
            undefined.
        undefined: The reason why there is no discrimination; null if there is one.
        right: Number of students with full points.
        partial: Number of students with some of the points.
        failed: Number of students whose answer earned no points.
        not_attempted: Number of students without an answer.
        blocked: Number of students whose answer could not be marked.
        waiting: Number of students whose answer needs manual grading. No other number includes them.
        wrong: The most common wrong answers, at most 5.
        other_wrong: Number of students with another wrong answer.
        proposed: Calculations of at least three students that could become slips.
        difficulty: Mean share of its points, from 0 to 1; null if there is none.
        marked: Number of students with a mark for this question.
    """

    question: str
    title: str
    shares: SpreadFigures | None
    histogram: tuple[int, ...]
    discrimination: float | None
    undefined: str | None
    right: int
    partial: int
    failed: int
    not_attempted: int
    blocked: int
    waiting: int
    wrong: tuple[CommonAnswer, ...]
    other_wrong: int
    proposed: tuple[ProposedSlipFigures, ...]
    difficulty: float | None
    marked: int


class AttemptFigures(TypedDict):
    """The marks of a class for one of several attempts.

    Attributes:
        number: Number of the attempt, from 1.
        marks: Marks of that attempt in percent.
        change: Mean change from the attempt before, in percentage points; null for the first.
    """

    number: int
    marks: SpreadFigures
    change: float | None


class MistakeExampleFigures(TypedDict):
    """A wrong answer without the name of its student.

    Attributes:
        question: Title of the question.
        found: The answer.
        reason: The reason why it is wrong.
    """

    question: str
    found: str
    reason: str


class MisconceptionFigures(TypedDict):
    """A misconception in a class.

    Attributes:
        misconception: Its id.
        title: The mistake in a few words.
        idea: The correct fact, in a sentence.
        students: Number of students with an answer that shows it, in any attempt.
        tried_again: Number of these students who submitted again after such an answer.
        fixed: Number of those whose answers were all correct in the next attempt.
        questions: Titles of the questions where it occurred, the most frequent first.
        exercises: Titles of the exercises where it occurred.
        examples: At most 3 answers of different students.
    """

    misconception: str
    title: str
    idea: str
    students: int
    tried_again: int
    fixed: int
    questions: tuple[str, ...]
    exercises: tuple[str, ...]
    examples: tuple[MistakeExampleFigures, ...]


class ClassFigures(TypedDict):
    """The statistics of an exercise.

    Attributes:
        exercise: Name of the exercise.
        title: Its title.
        students: Number of students with a mark.
        unreadable: Number of submissions that could not be read. No other number includes them.
        unsettled: Number of submissions without a mark because the grader failed. No other number includes them.
        waiting: Number of students with questions that need manual grading.
        marks: Marks in percent; null if there are none.
        histogram: Number of students for each tenth of the points, 10 numbers.
        wall_seconds: Time that runs took; null if not known.
        cpu_seconds: Processor time of runs; null if not known.
        questions: Each question.
        tries: Marks by attempt; empty if each student has only one.
        excused: Number of excused students. No other number includes them.
        misconceptions: The misconceptions behind wrong answers, those of most students first.
    """

    exercise: str
    title: str
    students: int
    unreadable: int
    unsettled: int
    waiting: int
    marks: SpreadFigures | None
    histogram: tuple[int, ...]
    wall_seconds: SpreadFigures | None
    cpu_seconds: SpreadFigures | None
    questions: tuple[QuestionFigures, ...]
    tries: tuple[AttemptFigures, ...]
    excused: int
    misconceptions: tuple[MisconceptionFigures, ...]
