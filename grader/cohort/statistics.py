"""Statistics of a class and an exercise: a pure function of its assessments."""

import math
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.exercise import Exercise, Question
from grader.model.record import Resources
from grader.model.statistics import ExerciseStatistics, ProposedSlip, QuestionStatistics, Spread, Undefined, WrongAnswer
from grader.text.messages import Text, english, shortened
from grader.text.proportions import by_tenths

_MOST_WRONG = 5
_MOST_NAMES = 12
_FEWEST_PROPOSED = 3
_LONGEST_ANSWER = 200
_LONGEST_SLIP = 400
_NOISE = 1e-9
"""Shares that differ by less are equal: 0.1 + 0.2 points are no more than 0.3."""
_NUMBER = re.compile(r"\d[\d,.]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class _MarkedStudent:
    """The marked questions of a student.

    Attributes:
        student: Name of the student.
        findings: Question -> finding; without those that need manual grading.
        points: Sum of their points.
        max_points: Sum of the points that they are worth.
        percent: The mark as in the table of marks, to 1 decimal: after lateness and overrides. None if there was
            nothing to earn.
    """

    student: str
    findings: Mapping[str, Finding]
    points: float
    max_points: float
    percent: float | None


def of_class(
    exercise: Exercise, assessments: Iterable[Assessment], used: Mapping[str, Resources]
) -> ExerciseStatistics:
    """Work out the statistics of a class.

    Args:
        exercise: The exercise, with the questions in their order.
        assessments: One for each student. Submissions that could not be read, marks that may not be published and
            excused students are counted, and left out of everything else. Questions that need manual grading are left
            out of the statistics of the question and of the student's mark.
        used: Key of a record -> resources of its run. Runs that are missing or took no time are left out.

    Returns:
        The statistics. A number that is not defined is None, never NaN.
    """
    everyone = list(assessments)
    counted = [assessment for assessment in everyone if not assessment.excused]
    unreadable = [assessment for assessment in counted if not assessment.readable]
    settled = [assessment for assessment in counted if assessment.readable and assessment.publishable]
    students = [_marked_student(assessment) for assessment in settled]
    marks = [student.percent for student in students if student.percent is not None]
    pending = [assessment for assessment in settled if assessment.waiting]
    waiting = Counter(finding.question for assessment in pending for finding in assessment.findings if finding.waits)
    # Equal notebooks share a record, and its run counts once.
    keys = dict.fromkeys(assessment.record for assessment in settled)
    runs = [used[key] for key in keys if key in used and used[key].wall_seconds > 0]
    return ExerciseStatistics(
        exercise=exercise.slug,
        title=exercise.title,
        students=len(settled),
        unreadable=len(unreadable),
        unsettled=len(counted) - len(settled) - len(unreadable),
        excused=len(everyone) - len(counted),
        waiting=len(pending),
        marks=spread(marks),
        histogram=by_tenths(mark / 100 for mark in marks),
        wall_seconds=spread([run.wall_seconds for run in runs]),
        cpu_seconds=spread([run.cpu_seconds for run in runs]),
        questions=tuple(_question(question, students, waiting[question.id]) for question in exercise.questions),
    )


def spread(values: Sequence[float]) -> Spread | None:
    """Compute mean, standard deviation of the sample and quartiles; None if there are no values.

    Quartiles are interpolated linearly between the two nearest values, as NumPy, pandas and spreadsheets
    (`QUARTILE.INC`) do by default.

    Example:

    >>> spread([50.0, 70.0, 90.0]).upper
    80.0
    """
    if not values:
        return None
    least, most = min(values), max(values)
    count = len(values)
    mean = min(max(math.fsum(values) / count, least), most)  # rounding may put it just outside the values
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive") if count > 1 else (least,) * 3
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (count - 1)) if count > 1 else None
    return Spread(
        count=count,
        mean=mean,
        deviation=deviation,
        least=least,
        lower=lower,
        median=median,
        upper=upper,
        most=most,
    )


def discrimination(shares: Sequence[float], other_shares: Sequence[float]) -> float | Undefined:
    """Compute Pearson's correlation of a question with all other questions of the exercise.

    The question itself is not among the others. Otherwise it would correlate with its own points, which matters in an
    exercise with few questions.

    Args:
        shares: Share of the points of the question that each student earned, from 0 to 1.
        other_shares: Share of the points of all other questions together, for the same students in the same order.

    Returns:
        The correlation, from -1 to 1; if all shares are equal it is not defined, and the reason is returned.
    """
    if len(shares) < 2:
        return Undefined.TOO_FEW
    if _equal(shares):
        return Undefined.EQUAL_HERE
    if _equal(other_shares):
        return Undefined.EQUAL_ELSEWHERE
    return min(1.0, max(-1.0, statistics.correlation(shares, other_shares)))  # rounding may exceed 1


def _equal(shares: Sequence[float]) -> bool:
    return max(shares) - min(shares) < _NOISE


def _marked_student(assessment: Assessment) -> _MarkedStudent:
    findings = {
        finding.question: finding for finding in assessment.findings if finding.verdict is not Verdict.NEEDS_HUMAN
    }
    points = sum(finding.points for finding in findings.values())
    max_points = sum(finding.max_points for finding in findings.values())
    # A mark that a person gave is of all questions; any other is of those that are marked already.
    whole = assessment.max_points if assessment.decided is not None else max_points
    percent = round(100 * assessment.points / whole, 1) if whole else None
    return _MarkedStudent(
        student=assessment.student, findings=findings, points=points, max_points=max_points, percent=percent
    )


def _question(question: Question, marked: Sequence[_MarkedStudent], waiting: int) -> QuestionStatistics:
    # Two lists side by side, and not a list of pairs: for ten thousand students, these would be millions of small
    # objects that the garbage collector has to visit.
    students = [student for student in marked if question.id in student.findings]
    findings = [student.findings[question.id] for student in students]
    verdicts = Counter([finding.verdict for finding in findings])
    shares = [finding.points / finding.max_points for finding in findings if finding.max_points]
    correlation = _discrimination(students, findings)
    wrong = _wrong_answers(students, findings)
    return QuestionStatistics(
        question=question.id,
        title=question.title,
        shares=spread(shares),
        histogram=by_tenths(shares),
        discrimination=None if isinstance(correlation, Undefined) else correlation,
        undefined=correlation if isinstance(correlation, Undefined) else None,
        right=verdicts[Verdict.PASSED],
        partial=verdicts[Verdict.PARTIAL],
        failed=verdicts[Verdict.FAILED],
        not_attempted=verdicts[Verdict.NOT_ATTEMPTED],
        blocked=verdicts[Verdict.BLOCKED],
        waiting=waiting,
        wrong=tuple(wrong[:_MOST_WRONG]),
        other_wrong=sum(answer.students for answer in wrong[_MOST_WRONG:]),
        proposed=tuple(_proposed(findings)),
    )


def _proposed(findings: Sequence[Finding]) -> Iterator[ProposedSlip]:
    """The calculations that at least three students seem to have made, and that the key does not know."""
    guessed = [finding for finding in findings if finding.guessed_calculation and not finding.decided_by]
    for calculation, students in Counter(finding.guessed_calculation for finding in guessed).most_common():
        if students >= _FEWEST_PROPOSED:
            example = next(finding for finding in guessed if finding.guessed_calculation == calculation)
            yield ProposedSlip(calculation, students, shortened(example.found, _LONGEST_ANSWER))


def _discrimination(students: Sequence[_MarkedStudent], findings: Sequence[Finding]) -> float | Undefined:
    """The discrimination among students who have marks for this question and for another one."""
    shares: list[float] = []
    other_shares: list[float] = []
    is_worth_points = False
    for student, finding in zip(students, findings, strict=True):
        if not finding.max_points:
            continue
        is_worth_points = True
        other_max_points = student.max_points - finding.max_points
        if other_max_points > 0:
            shares.append(finding.points / finding.max_points)
            other_shares.append((student.points - finding.points) / other_max_points)
    return Undefined.ALONE if is_worth_points and not shares else discrimination(shares, other_shares)


def _wrong_answers(students: Sequence[_MarkedStudent], findings: Sequence[Finding]) -> list[WrongAnswer]:
    """Wrong answers, most frequent first, without those on which a person decided: the key knows no reason for them.

    Answers are the same if they read the same and have the same reason. Some may be messages, and others texts that an
    earlier grader stored. If students have individual numbers, answers differ although the mistake is the same, so
    answers are counted together if their reasons differ only in numbers.
    """
    has_individual_numbers = len({english(finding.expected) for finding in findings} - {""}) > 1
    groups: dict[tuple[str, str], list[tuple[str, Text, Text]]] = defaultdict(list)
    for student, finding in zip(students, findings, strict=True):
        if finding.verdict in (Verdict.FAILED, Verdict.PARTIAL) and not finding.decided_by:
            answer, slip = english(finding.found), english(finding.reason)
            key = ("", _NUMBER.sub("#", slip)) if has_individual_numbers and slip else (answer, slip)
            groups[key].append((student.student, finding.found, finding.reason))
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return [_wrong_answer(group) for _, group in ordered]


def _wrong_answer(group: Sequence[tuple[str, Text, Text]]) -> WrongAnswer:
    """The most frequent answer of a group of (student, answer, reason), and the students."""
    counts = Counter((answer, slip) for _, answer, slip in group)
    commonest, slip = min(counts, key=lambda pair: (-counts[pair], *map(english, pair)))
    names = sorted((student for student, _, _ in group), key=lambda name: (name.casefold(), name))
    return WrongAnswer(
        found=shortened(commonest, _LONGEST_ANSWER),
        slip=shortened(slip, _LONGEST_SLIP),
        students=len(group),
        names=tuple(names[:_MOST_NAMES]),
        answers=len({english(answer) for answer, _ in counts}),
    )
