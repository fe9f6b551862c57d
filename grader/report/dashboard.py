"""The page for instructors about one class and one exercise."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean, median
from urllib.parse import quote

from grader.model.assessment import Finding, Flag, Status, StoppedLine, Verdict
from grader.model.exercise import Exercise
from grader.model.own_work import OwnWorkResult
from grader.model.record import Isolation, Outcome
from grader.model.statistics import ConceptStatistics, ExerciseStatistics
from grader.report import words
from grader.report.page import render
from grader.report.statistics import StatisticsView, statistics_view
from grader.text.language import say
from grader.text.messages import Text
from grader.text.proportions import by_tenths
from grader.text.values import lowered

_SLOWEST = 8
_FEWEST_ALIKE = 3  # notebooks that stop at the same line: two may be chance, or one pair of students
SCRIPT = "tables.js"


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardRow:
    """One submission in the dashboard.

    Attributes:
        student: Name of the student.
        link: Address of the report, relative to the dashboard; empty if there is none.
        points: Points of the mark.
        max_points: Full points.
        percent: The mark in percent.
        outcome: How the run ended.
        isolation: The protection around the run.
        findings: One for each question.
        seconds: Wall time of the run.
        remarks: Remarks about the submission.
        origin: File name or path of the submission.
        status: Its status.
        settled: Whether it has a mark that may be published.
        flags: Flags for a person to look at.
        late: How late it was submitted, or that this is not known; empty if it was in time.
        stopped_at: Where the notebook first stopped with an error; None where it did not.
        own_work: The questions about the student's own work; None if there are none.
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
    stopped_at: StoppedLine | None = None
    own_work: OwnWorkResult | None = None

    @property
    def own_work_in_words(self) -> str:
        """How many questions about their own work the student answered correctly; empty if there are none."""
        if self.own_work is None:
            return ""
        if not self.own_work.is_answered:
            return say("Questions about own work: not answered yet.")
        return say(
            "Questions about own work: {right} of {count} correct.",
            right=self.own_work.right,
            count=len(self.own_work.findings),
        )

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
        numbers: dict[str, list[str]] = defaultdict(list)
        for number, finding in enumerate(self.findings, 1):
            word = say(words.EXCUSED_QUESTION) if finding.excused else words.VERDICTS[finding.verdict]
            numbers[lowered(word)].append(str(number))
        parts = [f"{word}: {', '.join(places)}" for word, places in numbers.items()]
        return "; ".join(parts) or say("none")


@dataclass(frozen=True, slots=True)
class Concern:
    """One kind of flag, with each submission that has it and the text of its flag."""

    kind: str
    cases: tuple[tuple[DashboardRow, Text], ...]

    @property
    def common(self) -> Text:
        """The text, if it is the same for all of them; else empty."""
        texts = {text for _, text in self.cases}
        return texts.pop() if len(texts) == 1 else ""


@dataclass(frozen=True, slots=True)
class CommonStop:
    """A line at which several notebooks stop with the same error."""

    line: str
    error: str
    rows: tuple[DashboardRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassView:
    """All that the dashboard shows.

    Attributes:
        title: Title of the exercise.
        leaderboard: Address of the leaderboard; empty if there is none.
        rows: One row for each submission, by student.
        questions: Titles of the questions.
        choices: Filters of the list: token, words, and number of submissions.
        graded: Number of marks in the statistics.
        mean: Mean of the marks in percent; 0 if there are none.
        median: Median of the marks in percent; 0 if there are none.
        histogram: Number of marks in each tenth.
        troubles: Submissions that did not run to their end or have no mark, and why.
        slowest: Submissions with the slowest runs, slowest first.
        weakly_isolated: Number of submissions that ran without the full sandbox.
        concerns: The flags by kind.
        common_stops: Lines at which several notebooks stop, those of the most notebooks first.
        statistics: The statistics; None if there are none.
        concepts: How well the class knows each concept, the lowest share first.
    """

    title: str
    leaderboard: str
    rows: tuple[DashboardRow, ...]
    questions: tuple[str, ...]
    choices: tuple[tuple[str, str, int], ...]
    graded: int
    mean: float
    median: float
    histogram: tuple[int, ...]
    troubles: tuple[tuple[DashboardRow, str], ...]
    slowest: tuple[DashboardRow, ...]
    weakly_isolated: int
    concerns: tuple[Concern, ...]
    common_stops: tuple[CommonStop, ...]
    statistics: StatisticsView | None
    concepts: tuple[ConceptStatistics, ...] = ()


def render_dashboard(
    exercise: Exercise,
    rows: Sequence[DashboardRow],
    leaderboard: str = "",
    statistics: ExerciseStatistics | None = None,
    concepts: Sequence[ConceptStatistics] = (),
) -> str:
    """Render the dashboard of a class.

    Args:
        exercise: The exercise.
        rows: One row for each submission, in any order.
        leaderboard: Address of the leaderboard, relative to the dashboard; empty if there is none.
        statistics: Statistics of the class; without them the page has no section about its questions.
        concepts: How well the class knows each concept, the lowest share first.

    Returns:
        One self-contained HTML file. Its one script sorts and filters tables that are complete without it.
        1,000 submissions stay below 5 MB.
    """
    return render("dashboard.html", SCRIPT, view=class_view(exercise, rows, leaderboard, statistics, concepts))


def class_view(
    exercise: Exercise,
    rows: Sequence[DashboardRow],
    leaderboard: str = "",
    statistics: ExerciseStatistics | None = None,
    concepts: Sequence[ConceptStatistics] = (),
) -> ClassView:
    """Gather what the dashboard shows.

    Args:
        exercise: The exercise.
        rows: One row for each submission.
        leaderboard: Address of the leaderboard; empty if there is none.
        statistics: Statistics of the class, or None.
        concepts: How well the class knows each concept, the lowest share first.

    Returns:
        The view. Files that could not be read and marks that are not settled are in none of its statistics.
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
        common_stops=_common_stops(ordered),
        statistics=statistics_view(statistics, {row.student: row.link for row in ordered}) if statistics else None,
        concepts=tuple(concepts),
    )


def _concerns(rows: Iterable[DashboardRow]) -> tuple[Concern, ...]:
    """The flags of all submissions by kind; rare ones come first, because they say more."""
    cases: dict[str, list[tuple[DashboardRow, Text]]] = defaultdict(list)
    for row in rows:
        for flag in row.flags:
            cases[flag.kind].append((row, flag.text))
    kinds = sorted(cases, key=lambda kind: (len(cases[kind]), kind))
    return tuple(Concern(say(kind), tuple(cases[kind])) for kind in kinds)


def _common_stops(rows: Iterable[DashboardRow]) -> tuple[CommonStop, ...]:
    """Group the submissions that stop at the same line with the same error, wherever in the notebook it is."""
    groups: dict[tuple[str, str], list[DashboardRow]] = defaultdict(list)
    for row in rows:
        if row.stopped_at:
            groups[row.stopped_at.line, row.stopped_at.error].append(row)
    common = [CommonStop(*key, tuple(alike)) for key, alike in groups.items() if len(alike) >= _FEWEST_ALIKE]
    return tuple(sorted(common, key=lambda stop: -len(stop.rows)))


def _trouble(exercise: Exercise, row: DashboardRow) -> str:
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
