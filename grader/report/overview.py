"""The page that an instructor gets: one class, one exercise."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean, median
from urllib.parse import quote

from grader.model.assessment import Finding, Flag, Status, Verdict
from grader.model.exercise import Exercise
from grader.model.record import Isolation, Outcome
from grader.model.statistics import ExerciseStatistics
from grader.report import words
from grader.report.page import render
from grader.report.statistics import StatisticsView, statistics_view
from grader.text.language import say
from grader.text.messages import Text
from grader.text.proportions import by_tenths
from grader.text.values import lowered

_SLOWEST = 8
SCRIPT = "tables.js"


@dataclass(frozen=True, slots=True, kw_only=True)
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
        status: Where it stands.
        settled: Whether it has a mark that may go out.
        flags: What a person should look at.
        late: How late it was handed in, or that this is not known; empty if it was in time.
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
    remarks: tuple[Text, ...]
    origin: str
    status: Status
    settled: bool
    flags: tuple[Flag, ...] = ()
    late: str = ""

    @property
    def address(self) -> str:
        """The link as a relative URL, which no colon can turn into anything else."""
        return quote(self.link, errors="replace")

    @property
    def right(self) -> int:
        """Number of questions with full marks."""
        return sum(finding.verdict is Verdict.PASSED for finding in self.findings)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The tokens by which the list can be filtered: its status, and `flagged` and `weak` if that is true."""
        weak = self.isolation is not Isolation.SANDBOX
        return (self.status.value, *(["flagged"] if self.flags else []), *(["weak"] if weak else []))

    @property
    def verdicts_in_words(self) -> str:
        """Its questions by verdict: `right: 1, 2; not answered: 3`."""
        numbers: dict[Verdict, list[str]] = defaultdict(list)
        for number, finding in enumerate(self.findings, 1):
            numbers[finding.verdict].append(str(number))
        parts = [f"{lowered(words.VERDICTS[verdict])}: {', '.join(numbers[verdict])}" for verdict in numbers]
        return "; ".join(parts) or say("none")


@dataclass(frozen=True, slots=True)
class Concern:
    """One kind of flag, with the submissions that have it and what was found in each."""

    kind: str
    cases: tuple[tuple[OverviewRow, Text], ...]

    @property
    def common(self) -> Text:
        """What was found, where it is the same in all of them; else empty."""
        texts = {text for _, text in self.cases}
        return texts.pop() if len(texts) == 1 else ""


@dataclass(frozen=True, slots=True)
class ClassView:
    """All that the overview shows; `leaderboard` is the address of that page, or empty.

    `choices` are what the list can be narrowed to: token, words, and how many submissions have it.
    """

    title: str
    leaderboard: str
    rows: tuple[OverviewRow, ...]
    questions: tuple[str, ...]
    choices: tuple[tuple[str, str, int], ...]
    graded: int
    mean: float
    median: float
    histogram: tuple[int, ...]
    troubles: tuple[tuple[OverviewRow, str], ...]
    slowest: tuple[OverviewRow, ...]
    weakly_isolated: int
    concerns: tuple[Concern, ...]
    statistics: StatisticsView | None


def render_overview(
    exercise: Exercise,
    rows: Sequence[OverviewRow],
    leaderboard: str = "",
    statistics: ExerciseStatistics | None = None,
) -> str:
    """Render the overview of a class.

    Args:
        exercise: What was asked.
        rows: One for each submission; any order.
        leaderboard: Address of the leaderboard, relative to the overview; empty if there is none.
        statistics: Of the class; without them the page has no section about its questions.

    Returns:
        One self-contained HTML file; its one script sorts and narrows tables that say the same without it.
        1,000 submissions stay below 5 MB.
    """
    return render("overview.html", SCRIPT, view=class_view(exercise, rows, leaderboard, statistics))


def class_view(
    exercise: Exercise,
    rows: Sequence[OverviewRow],
    leaderboard: str = "",
    statistics: ExerciseStatistics | None = None,
) -> ClassView:
    """Gather what the overview shows.

    Args:
        exercise: What was asked.
        rows: One for each submission.
        leaderboard: Address of the leaderboard; empty if there is none.
        statistics: Of the class, or None.

    Returns:
        The view; rows by student. Files that could not be read and marks that are not settled are in
        none of its statistics.
    """
    ordered = tuple(sorted(rows, key=lambda row: (row.student.casefold(), row.student)))
    graded = [row for row in ordered if row.settled and row.status is not Status.UNREADABLE]
    percents = [row.percent for row in graded]
    counts = Counter(token for row in ordered for token in row.tokens)
    return ClassView(
        title=exercise.title,
        leaderboard=leaderboard,
        rows=ordered,
        questions=tuple(question.title for question in exercise.questions),
        choices=tuple((token, text, counts[token]) for token, text in words.STATUSES.items() if counts[token]),
        graded=len(graded),
        mean=mean(percents) if percents else 0.0,
        median=median(percents) if percents else 0.0,
        histogram=by_tenths(percent / 100 for percent in percents),
        troubles=tuple((row, trouble) for row in ordered if (trouble := _trouble(exercise, row))),
        slowest=tuple(sorted((row for row in ordered if row.seconds), key=lambda row: -row.seconds)[:_SLOWEST]),
        weakly_isolated=sum(row.isolation is not Isolation.SANDBOX for row in ordered),
        concerns=_concerns(ordered),
        statistics=statistics_view(statistics, {row.student: row.link for row in ordered}) if statistics else None,
    )


def _concerns(rows: Iterable[OverviewRow]) -> tuple[Concern, ...]:
    """The flags of all submissions by kind; rare ones come first, because they say more."""
    cases: dict[str, list[tuple[OverviewRow, Text]]] = defaultdict(list)
    for row in rows:
        for flag in row.flags:
            cases[flag.kind].append((row, flag.text))
    kinds = sorted(cases, key=lambda kind: (len(cases[kind]), kind))
    return tuple(Concern(say(kind), tuple(cases[kind])) for kind in kinds)


def _trouble(exercise: Exercise, row: OverviewRow) -> str:
    """The reasons why a submission did not run to its end or has no mark; empty if it did and has one."""
    reasons = [] if row.outcome is Outcome.COMPLETED else [words.OUTCOMES[row.outcome]]
    titles = {question.id: question.title for question in exercise.questions}
    for finding in row.findings:
        if finding.verdict is Verdict.CHECK_ERROR:
            title = titles.get(finding.question, finding.question)
            reasons.append(f"{title}: {lowered(words.VERDICTS[finding.verdict])}: {finding.why}")
    if not reasons:
        return ""
    return " ".join(f"{text.rstrip('.')}." for text in (*reasons, *map(str, row.remarks)))
