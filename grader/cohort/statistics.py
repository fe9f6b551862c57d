"""What the marks of a class say about an exercise: a pure function of its assessments."""

import math
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.exercise import Exercise, Question
from grader.model.record import Resources
from grader.model.statistics import ExerciseStatistics, QuestionStatistics, Spread, Undefined, WrongAnswer
from grader.text.messages import Text, english, shortened
from grader.text.proportions import by_tenths

_MOST_WRONG = 5
_MOST_NAMES = 12
_LONGEST_FOUND = 200
_LONGEST_SLIP = 400
_NOISE = 1e-9
"""Shares that differ by less are equal: 0.1 + 0.2 points are no more than 0.3."""
_NUMBER = re.compile(r"\d[\d,.]*")


@dataclass(frozen=True, slots=True)
class _Marked:
    """What has been marked of a student: findings by question, the sum of their points, and the mark in percent.

    The mark is that of the table of marks, to 1 decimal: less what lateness takes away, or as a person decided; None
    where there was nothing to earn.
    """

    student: str
    findings: Mapping[str, Finding]
    points: float
    most: float
    percent: float | None


def of_class(
    exercise: Exercise, assessments: Iterable[Assessment], used: Mapping[str, Resources]
) -> ExerciseStatistics:
    """Work out the statistics of a class.

    Args:
        exercise: What was asked; gives the questions and their order.
        assessments: One for each student. Those of files that could not be read, those that may not be published
            and those of students who are excused are counted, and left out of everything else. Findings that wait
            for a person are left out of their question and of the student's mark.
        used: Key of a record -> what its run used, in seconds; a run that is lacking, or took no time, is left out.

    Returns:
        The statistics; where a number is not defined it is None, never NaN.
    """
    everyone = list(assessments)
    counted = [each for each in everyone if not each.excused]
    unreadable = [each for each in counted if not each.readable]
    settled = [each for each in counted if each.readable and each.publishable]
    marked = [_marked(each) for each in settled]
    marks = [each.percent for each in marked if each.percent is not None]
    pending = [each for each in settled if each.waiting]
    waiting = Counter(finding.question for each in pending for finding in each.findings if finding.waits)
    runs = [used[key] for key in dict.fromkeys(each.record for each in settled) if key in used]
    runs = [run for run in runs if run.wall_seconds > 0]
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
        questions=tuple(_question(question, marked, waiting[question.id]) for question in exercise.questions),
    )


def spread(values: Sequence[float]) -> Spread | None:
    """Mean, standard deviation of the sample and quartiles; None if there are no values.

    Quartiles are interpolated linearly between the two nearest values, as NumPy, pandas and spreadsheets
    (`QUARTILE.INC`) do unless told otherwise.
    """
    if not values:
        return None
    least, most = min(values), max(values)
    count = len(values)
    mean = min(max(math.fsum(values) / count, least), most)
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive") if count > 1 else (least,) * 3
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (count - 1)) if count > 1 else None
    return Spread(count, mean, deviation, least, lower, median, upper, most)


def discrimination(points: Sequence[float], rest: Sequence[float]) -> float | Undefined:
    """Pearson's correlation of a question with the rest of the exercise.

    The question is not part of what it is compared with, or a question of an exercise with few of them would
    seem to go along with the rest because it is a good deal of it.

    Args:
        points: Share of the points on the question that each student has earned, from 0 to 1.
        rest: Of the same students in the same order, on all other questions together.

    Returns:
        From -1 to 1; where all have the same points there is no correlation, and the reason is returned.
    """
    if len(points) < 2:
        return Undefined.TOO_FEW
    if _equal(points):
        return Undefined.EQUAL_HERE
    if _equal(rest):
        return Undefined.EQUAL_ELSEWHERE
    return min(1.0, max(-1.0, statistics.correlation(points, rest)))


def _equal(shares: Sequence[float]) -> bool:
    return max(shares) - min(shares) < _NOISE


def _marked(assessment: Assessment) -> _Marked:
    found = {each.question: each for each in assessment.findings if each.verdict is not Verdict.NEEDS_HUMAN}
    points, most = (sum(getattr(each, name) for each in found.values()) for name in ("points", "max_points"))
    whole = assessment.max_points if assessment.decided is not None else most
    percent = round(100 * assessment.points / whole, 1) if whole else None
    return _Marked(assessment.student, found, points, most, percent)


def _question(question: Question, marked: Sequence[_Marked], waiting: int) -> QuestionStatistics:
    # Lists side by side, not pairs: ten thousand students are few lists, but millions of pairs to be looked after.
    students = [each for each in marked if question.id in each.findings]
    findings = [each.findings[question.id] for each in students]
    verdicts = Counter([finding.verdict for finding in findings])
    shares = [finding.points / finding.max_points for finding in findings if finding.max_points]
    found = _discrimination(students, findings)
    wrong = _wrong_answers(students, findings)
    return QuestionStatistics(
        question=question.id,
        title=question.title,
        shares=spread(shares),
        histogram=by_tenths(shares),
        discrimination=None if isinstance(found, Undefined) else found,
        undefined=found if isinstance(found, Undefined) else None,
        right=verdicts[Verdict.PASSED],
        partial=verdicts[Verdict.PARTIAL],
        failed=verdicts[Verdict.FAILED],
        not_attempted=verdicts[Verdict.NOT_ATTEMPTED],
        blocked=verdicts[Verdict.BLOCKED],
        waiting=waiting,
        wrong=tuple(wrong[:_MOST_WRONG]),
        other_wrong=sum(answer.students for answer in wrong[_MOST_WRONG:]),
    )


def _discrimination(students: Sequence[_Marked], findings: Sequence[Finding]) -> float | Undefined:
    """Of whoever has marks for this question and for another one."""
    here: list[float] = []
    rest: list[float] = []
    worth = False
    for student, finding in zip(students, findings, strict=True):
        if finding.max_points:
            worth = True
            if student.most > finding.max_points:
                here.append(finding.points / finding.max_points)
                rest.append((student.points - finding.points) / (student.most - finding.max_points))
    return Undefined.ALONE if worth and not here else discrimination(here, rest)


def _wrong_answers(students: Sequence[_Marked], findings: Sequence[Finding]) -> list[WrongAnswer]:
    """Wrong answers, commonest first; not those on which a person decided, whose cause no key knows.

    Answers are the same if they read the same and have the same reason; some may be messages, and others texts that an
    earlier grader stored. Where students have numbers of their own, answers differ though the mistake is the same:
    there, those count together whose reason is the same but for numbers.
    """
    own_numbers = len({english(finding.expected) for finding in findings} - {""}) > 1
    groups: dict[tuple[str, str], list[tuple[str, Text, Text]]] = defaultdict(list)
    for student, finding in zip(students, findings, strict=True):
        if finding.verdict in (Verdict.FAILED, Verdict.PARTIAL) and not finding.decided_by:
            found, slip = english(finding.found), english(finding.reason)
            key = ("", _NUMBER.sub("#", slip)) if own_numbers and slip else (found, slip)
            groups[key].append((student.student, finding.found, finding.reason))
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return [_wrong_answer(group) for _, group in ordered]


def _wrong_answer(group: Sequence[tuple[str, Text, Text]]) -> WrongAnswer:
    counts = Counter((found, slip) for _, found, slip in group)
    found, slip = min(counts, key=lambda answer: (-counts[answer], *map(english, answer)))
    names = sorted((student for student, _, _ in group), key=lambda name: (name.casefold(), name))
    return WrongAnswer(
        found=shortened(found, _LONGEST_FOUND),
        slip=shortened(slip, _LONGEST_SLIP),
        students=len(group),
        names=tuple(names[:_MOST_NAMES]),
        answers=len({english(found) for found, _ in counts}),
    )
