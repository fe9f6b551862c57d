"""The page that an instructor gets: one class, one exercise."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean, median
from urllib.parse import quote

from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Exercise
from grader.model.record import Isolation, Outcome
from grader.report import words
from grader.report.page import render

_MOST_REASONS = 10
_MOST_NAMES = 12
_SLOWEST = 8


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """One submission in the overview.

    Attributes:
        student: Who handed it in.
        link: Address of the report, relative to the overview; empty if there is none.
        points: Earned.
        max_points: What could be earned.
        percent: Points of 100.
        outcome: How the run ended.
        isolation: What stood between the code and this machine.
        findings: One for each question.
        seconds: Wall time of the run.
        remarks: What there is to know about the submission.
        origin: File name or path of the submission.
    """

    student: str
    link: str
    points: float
    max_points: float
    percent: float
    outcome: Outcome
    isolation: Isolation
    findings: tuple[Finding, ...]
    seconds: float
    remarks: tuple[str, ...]
    origin: str

    @property
    def address(self) -> str:
        """The link as a relative URL, which no colon can turn into anything else."""
        return quote(self.link, errors="replace")

    @property
    def settled(self) -> bool:
        """Whether its mark may go out: nothing of ours went wrong."""
        return self.outcome is not Outcome.SANDBOX_FAILED and not any(
            finding.verdict is Verdict.CHECK_ERROR for finding in self.findings
        )

    @property
    def right(self) -> int:
        """Number of questions with full marks."""
        return sum(finding.verdict is Verdict.PASSED for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Difficulty:
    """How a class did on one question; `share` is the mean share of its points."""

    title: str
    share: float
    right: int
    partly: int
    wrong: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason that cost several students points."""

    question: str
    text: str
    rows: tuple[OverviewRow, ...]
    more: int

    @property
    def students(self) -> int:
        """How many students it cost points."""
        return len(self.rows) + self.more


@dataclass(frozen=True, slots=True)
class ClassView:
    """All that the overview shows."""

    title: str
    rows: tuple[OverviewRow, ...]
    graded: int
    mean: float
    median: float
    histogram: tuple[int, ...]
    difficulties: tuple[Difficulty, ...]
    reasons: tuple[Reason, ...]
    troubles: tuple[tuple[OverviewRow, str], ...]
    slowest: tuple[OverviewRow, ...]
    weakly_isolated: int


def render_overview(exercise: Exercise, rows: Sequence[OverviewRow]) -> str:
    """Render the overview of a class.

    Args:
        exercise: What was asked.
        rows: One for each submission; any order.

    Returns:
        One self-contained HTML file without script. 1,000 submissions stay below 5 MB.
    """
    return render("overview.html", view=class_view(exercise, rows))


def class_view(exercise: Exercise, rows: Sequence[OverviewRow]) -> ClassView:
    """Gather what the overview shows.

    Args:
        exercise: What was asked.
        rows: One for each submission.

    Returns:
        The view; rows by student. Files that could not be read and marks that are not settled are in
        none of its statistics.
    """
    ordered = tuple(sorted(rows, key=lambda row: (row.student.casefold(), row.student)))
    graded = [row for row in ordered if row.settled and row.outcome is not Outcome.INVALID_NOTEBOOK]
    percents = [row.percent for row in graded]
    return ClassView(
        title=exercise.title,
        rows=ordered,
        graded=len(graded),
        mean=mean(percents) if percents else 0.0,
        median=median(percents) if percents else 0.0,
        histogram=_histogram(percents),
        difficulties=_difficulties(exercise, graded),
        reasons=_reasons(exercise, graded),
        troubles=tuple((row, trouble) for row in ordered if (trouble := _trouble(exercise, row))),
        slowest=tuple(sorted((row for row in ordered if row.seconds), key=lambda row: -row.seconds)[:_SLOWEST]),
        weakly_isolated=sum(row.isolation is not Isolation.SANDBOX for row in ordered),
    )


def _histogram(percents: Iterable[float]) -> tuple[int, ...]:
    counts = [0] * 10
    for percent in percents:
        counts[min(9, max(0, int(percent // 10)))] += 1
    return tuple(counts)


def _difficulties(exercise: Exercise, rows: Sequence[OverviewRow]) -> tuple[Difficulty, ...]:
    """Questions by the mean share of their points, hardest first."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for row in rows:
        for finding in row.findings:
            if finding.is_marked_here:
                found[finding.question].append(finding)
    told = [
        _difficulty(question.title, found[question.id]) for question in exercise.questions if found.get(question.id)
    ]
    return tuple(sorted(told, key=lambda difficulty: difficulty.share))


def _difficulty(title: str, findings: Sequence[Finding]) -> Difficulty:
    verdicts = [finding.verdict for finding in findings]
    right, partly = verdicts.count(Verdict.PASSED), verdicts.count(Verdict.PARTIAL)
    unanswered = verdicts.count(Verdict.NOT_ATTEMPTED)
    return Difficulty(
        title=title,
        share=mean(finding.points / finding.max_points if finding.max_points else 1.0 for finding in findings),
        right=right,
        partly=partly,
        wrong=len(verdicts) - right - partly - unanswered,
        unanswered=unanswered,
    )


def _reasons(exercise: Exercise, rows: Sequence[OverviewRow]) -> tuple[Reason, ...]:
    """The reasons that cost several students points; an answer left blank is counted with its question instead."""
    titles = {question.id: question.title for question in exercise.questions}
    who: dict[tuple[str, str], list[OverviewRow]] = defaultdict(list)
    for row in rows:
        for finding in row.findings:
            if finding.verdict in (Verdict.PARTIAL, Verdict.FAILED) and finding.reason:
                who[finding.question, finding.reason].append(row)
    shared = [item for item in who.items() if len(item[1]) > 1]
    commonest = sorted(shared, key=lambda item: (-len(item[1]), item[0]))[:_MOST_REASONS]
    return tuple(
        Reason(titles.get(question, question), text, tuple(rows[:_MOST_NAMES]), max(0, len(rows) - _MOST_NAMES))
        for (question, text), rows in commonest
    )


def _trouble(exercise: Exercise, row: OverviewRow) -> str:
    """Why a submission did not run to its end or has no mark; empty if neither is so."""
    told = [] if row.outcome is Outcome.COMPLETED else [words.OUTCOMES[row.outcome]]
    titles = {question.id: question.title for question in exercise.questions}
    told += [
        f"{titles.get(finding.question, finding.question)}: {words.VERDICTS[finding.verdict].lower()}: {finding.reason}"
        for finding in row.findings
        if finding.verdict is Verdict.CHECK_ERROR
    ]
    return " ".join(f"{text.rstrip('.')}." for text in (*told, *row.remarks)) if told else ""
