"""What the marks of a class say about an exercise and its questions."""

from dataclasses import dataclass
from enum import StrEnum

from grader.text.language import marked
from grader.text.messages import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How the numbers of a class lie.

    Attributes:
        count: How many numbers there are, 1 or more.
        mean: Arithmetic mean.
        deviation: Standard deviation of a sample (divided by count - 1); None for a single number.
        least: The smallest.
        lower: Lower quartile; between two numbers it is interpolated linearly.
        median: Half of the numbers lie below it.
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


class Undefined(StrEnum):
    """Why a question has no discrimination."""

    TOO_FEW = marked("fewer than two students")
    ALONE = marked("no other question to compare with")
    EQUAL_HERE = marked("all have the same points")
    EQUAL_ELSEWHERE = marked("all have the same points on the other questions")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongAnswer:
    """A wrong answer, or one mistake that students with numbers of their own have made.

    Attributes:
        found: What was found; of several answers the commonest.
        slip: Why it is wrong, without what was expected and found; may be empty.
        students: How many gave it.
        names: The first of them by name, at most 12.
        answers: How many different answers these are: 1, or more where students have numbers of their own.
    """

    found: Text
    slip: Text
    students: int
    names: tuple[str, ...]
    answers: int = 1


@dataclass(frozen=True, slots=True)
class ProposedSlip:
    """A calculation that several students seem to have made, for which the key has no slip.

    Attributes:
        calculation: The calculation with the names of the numbers in the key.
        students: Number of students.
        found: The answer of one of them.
    """

    calculation: str
    students: int
    found: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionStatistics:
    """One question and a class.

    Attributes:
        question: Its id.
        title: Its title.
        shares: Shares of its points that were earned, from 0 to 1; None if there are none, or it is worth nothing.
        histogram: Students for each tenth of its points, `TENTHS` numbers.
        discrimination: Correlation, from -1 to 1, of its points with those of all other questions together;
            None where it is not defined.
        undefined: Why there is no discrimination; None where there is one.
        right: Students with full points.
        partial: Students with some of the points.
        failed: Students with an answer that earned nothing.
        not_attempted: Students without an answer.
        blocked: Students whose answer could not be looked at.
        waiting: Students whose answer waits for a person; these are in none of the numbers above.
        wrong: The commonest wrong answers, at most 5, commonest first.
        other_wrong: Students with another wrong answer than those.
        proposed: Slips that the author of the key could add, most frequent first.
    """

    question: str
    title: str
    shares: Spread | None
    histogram: tuple[int, ...]
    discrimination: float | None
    undefined: Undefined | None
    right: int
    partial: int
    failed: int
    not_attempted: int
    blocked: int
    waiting: int
    wrong: tuple[WrongAnswer, ...]
    other_wrong: int
    proposed: tuple[ProposedSlip, ...] = ()

    @property
    def difficulty(self) -> float | None:
        """Mean share of the points, from 0 (nobody has any) to 1 (all have all); None where there is none."""
        return self.shares.mean if self.shares else None

    @property
    def marked(self) -> int:
        """Students whose answer, or lack of one, has been marked."""
        return self.right + self.partial + self.failed + self.not_attempted + self.blocked


@dataclass(frozen=True, slots=True)
class AttemptStatistics:
    """The marks of a class for one of several attempts.

    Attributes:
        number: From 1, in the order in which they were submitted.
        marks: Marks of that attempt in percent.
        change: Mean change against the attempt before, in percentage points; None for the first.
    """

    number: int
    marks: Spread
    change: float | None


@dataclass(frozen=True, slots=True)
class MistakeExample:
    """A wrong answer without the name of its student.

    Attributes:
        question: Title of the question.
        found: The answer.
        reason: Why it is wrong.
    """

    question: str
    found: Text
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptStatistics:
    """How well a class knows a concept of the course.

    Attributes:
        title: Title of the concept.
        share: Share of the points that the class reached with its questions, from 0 to 1.
        students: Number of students who lost points with them.
        misconception: Title of the misconception of most students in these questions; empty if there is none.
        mistaken: Number of students who have it.
    """

    title: str
    share: float
    students: int
    misconception: Text = ""
    mistaken: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MisconceptionStatistics:
    """A misconception in a class, over one exercise or several.

    Attributes:
        misconception: Its id in the catalogue.
        title: What is done wrong.
        idea: What is right.
        students: Number of students with an answer that shows it, in any attempt.
        tried_again: How many of them submitted the exercise again after such an answer.
        fixed: How many of these had all these answers right in the next attempt.
        questions: Titles of the questions where it occurred, the most frequent first.
        exercises: Titles of the exercises where it occurred.
        examples: At most 3 answers of different students, without names, of different questions where possible.
    """

    misconception: str
    title: Text
    idea: Text
    students: int
    tried_again: int
    fixed: int
    questions: tuple[str, ...]
    exercises: tuple[str, ...]
    examples: tuple[MistakeExample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseStatistics:
    """An exercise and a class.

    Attributes:
        exercise: Its slug.
        title: Its title.
        students: Whose marks are counted here.
        unreadable: Submissions that could not be read as a notebook; in no other number.
        unsettled: Submissions without a mark through a fault of ours; in no other number.
        waiting: Students of whose questions one or more wait for a person; their mark is that of the rest.
        marks: Marks in percent, as in the table of marks; None if there are none.
        histogram: Students for each tenth of the points, `TENTHS` numbers.
        wall_seconds: Time that a run took; each run once, however many handed in the same; None if not known.
        cpu_seconds: Processor time of a run, likewise.
        questions: One for each question of the exercise, in its order.
        tries: How marks changed over the attempts; empty if each student has only one.
        excused: Students who are excused; in no other number.
        misconceptions: The misconceptions behind wrong answers, most frequent first.
    """

    exercise: str
    title: str
    students: int
    unreadable: int
    unsettled: int
    waiting: int
    marks: Spread | None
    histogram: tuple[int, ...]
    wall_seconds: Spread | None
    cpu_seconds: Spread | None
    questions: tuple[QuestionStatistics, ...]
    tries: tuple[AttemptStatistics, ...] = ()
    excused: int = 0
    misconceptions: tuple[MisconceptionStatistics, ...] = ()
