"""Which misconceptions a class has, in which questions, and whether the next attempt is right.

A wrong answer shows a misconception if its finding names one. Answers on which a person decided do not count, because
the key may know no reason for them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from grader.mistakes.misconceptions import BY_ID
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.exercise import Exercise
from grader.model.statistics import MisconceptionStatistics, MistakeExample
from grader.text.messages import english, shortened

_MOST_EXAMPLES = 3
_LONGEST_ANSWER = 120
_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class AttemptsOfStudent:
    """The attempts of a student at an exercise, first to last; only those that have been marked."""

    student: str
    exercise: Exercise
    attempts: Sequence[Assessment]


@dataclass(frozen=True, slots=True)
class _WrongAnswer:
    """A wrong answer that shows a misconception.

    Attributes:
        student: Name of the student.
        exercise: Title of the exercise.
        question: Title of the question.
        finding: The finding.
        next_verdict: The verdict of the same question in the student's next attempt; None if there is none.
    """

    student: str
    exercise: str
    question: str
    finding: Finding
    next_verdict: Verdict | None


@dataclass(slots=True)
class _Gathered:
    """The wrong answers that show one misconception, in the order of students and attempts."""

    answers: list[_WrongAnswer] = field(default_factory=list)

    def statistics(self, misconception: str) -> MisconceptionStatistics:
        entry = BY_ID[misconception]
        tried_again = [answer for answer in self.answers if answer.next_verdict is not None]
        still_wrong = {answer.student for answer in tried_again if answer.next_verdict is not Verdict.PASSED}
        retrying = {answer.student for answer in tried_again}
        questions = Counter(question for question, _ in dict.fromkeys((a.question, a.student) for a in self.answers))
        return MisconceptionStatistics(
            misconception=misconception,
            title=entry.title,
            idea=entry.idea,
            students=len({answer.student for answer in self.answers}),
            tried_again=len(retrying),
            fixed=len(retrying - still_wrong),
            questions=tuple(question for question, _ in questions.most_common()),
            exercises=tuple(dict.fromkeys(answer.exercise for answer in self.answers)),
            examples=tuple(_examples(self.answers)),
        )


def misconception_statistics(attempts: Iterable[AttemptsOfStudent]) -> tuple[MisconceptionStatistics, ...]:
    """Count the misconceptions of a class, over one exercise or several.

    Args:
        attempts: The marked attempts of each student at each exercise.

    Returns:
        The misconceptions that occurred, those of most students first.
    """
    gathered: dict[str, _Gathered] = defaultdict(_Gathered)
    for of_one_exercise in attempts:
        for answer in _wrong_answers(of_one_exercise):
            for misconception in answer.finding.misconceptions:
                if misconception in BY_ID:  # an earlier grader may have stored one that no longer exists
                    gathered[misconception].answers.append(answer)
    counted = [of_one.statistics(misconception) for misconception, of_one in gathered.items()]
    return tuple(sorted(counted, key=lambda one: (-one.students, one.misconception)))


def _wrong_answers(student: AttemptsOfStudent) -> Iterator[_WrongAnswer]:
    titles = {question.id: question.title for question in student.exercise.questions}
    by_question: list[Mapping[str, Finding]] = [
        {finding.question: finding for finding in assessment.findings} for assessment in student.attempts
    ]
    for number, findings in enumerate(by_question, 1):
        later = by_question[number] if number < len(by_question) else {}
        for finding in findings.values():
            if finding.shown_misconceptions:
                after = later.get(finding.question)
                title = titles.get(finding.question, finding.question)
                yield _WrongAnswer(
                    student.student, student.exercise.title, title, finding, after.verdict if after else None
                )


def _examples(answers: Sequence[_WrongAnswer]) -> Iterator[MistakeExample]:
    """Answers of different students, first of different questions; those with the shortest reason, which say most."""
    students: set[str] = set()
    questions: set[str] = set()
    in_turn = sorted(answers, key=lambda answer: len(english(answer.finding.reason)))
    for may_repeat_question in (False, True):
        for answer in in_turn:
            if len(students) == _MOST_EXAMPLES:
                return
            if answer.student in students or (answer.question in questions and not may_repeat_question):
                continue
            students.add(answer.student)
            questions.add(answer.question)
            yield MistakeExample(
                question=answer.question,
                found=shortened(answer.finding.found, _LONGEST_ANSWER),
                reason=shortened(answer.finding.reason, _LONGEST_REASON),
            )
