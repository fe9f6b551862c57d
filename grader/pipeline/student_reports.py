"""Reports as students may read them in the portal now: more once they can gain nothing by what they show.

What a course hides must not be in the file that is served. A grader therefore draws such a report separately, because
that needs the key and takes as long as a student's notebook makes it. The name of its folder is a digest of everything
that the report shows, so an outdated one is never served.
"""

import hashlib
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from grader.errors import InputError
from grader.gradebook.results import Results
from grader.gradebook.texts import text_of
from grader.marks.attempts import in_order
from grader.marks.lateness import settled_at
from grader.marks.overrides import extension, question_extensions
from grader.marks.until_deadline import scored_attempts, until_then
from grader.model.adjustment import Adjustment
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.attempt import Attempt
from grader.model.course_settings import AttemptPolicy, CourseSettings, ReportDetail
from grader.model.exercise import Exercise
from grader.model.mark import Mark
from grader.model.record import Record
from grader.pipeline.marker import Marker
from grader.pipeline.marking import Detail, Marking, now
from grader.pipeline.marking_process import MarkingProcess
from grader.pipeline.material import Material
from grader.pipeline.parsing import ParsedSubmission
from grader.text.language import marked
from grader.text.messages import message

_FOLDER = "portal-reports"
_OF_MARK = "mark"
_DIGITS = 32
_FEW = 8
_UNMARKED = (Verdict.NOT_ATTEMPTED, Verdict.BLOCKED, Verdict.CHECK_ERROR)
_LATEST_UNTIL_THEN = marked(
    "This is the report of your latest attempt. Your best attempt counts, and you will see later which one it is: "
    "many comparisons would reveal the held-out answers."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When an exercise is due for a student.

    Attributes:
        at: The deadline; None if there is none.
        settled_at: From when reports show what they show after the deadline; None if there is no deadline.
        is_extended: Whether the deadline is the student's own.
    """

    at: datetime | None
    settled_at: datetime | None
    is_extended: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether a report now shows what it shows after the deadline."""
        return self.settled_at is None or self.settled_at <= now()


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentReport:
    """A report of a student, with what it may show now.

    Attributes:
        attempt: The attempt that it is about.
        assessment: What it shows, with exact scores on held-out data only after the deadline.
        detail: How much it shows of each question.
        is_of_mark: Whether it is about the mark that counts, after overrides and deadlines, and not about one attempt.
        page: Digest of the student's page in the results; empty if that is not up to date.
    """

    attempt: Attempt
    assessment: Assessment
    detail: ReportDetail
    is_of_mark: bool
    page: str = ""

    @property
    def is_whole_page(self) -> bool:
        """Whether it is the page that `grader grade` writes into the results."""
        return self.detail is ReportDetail.EXPECTED and self.is_of_mark

    @property
    def folder(self) -> str:
        """Its folder among the drawn reports."""
        kind = _OF_MARK if self.is_of_mark else f"attempt-{self.attempt.id}"
        text = text_of(replace(self.assessment, flags=()))
        known = (self.page, self.attempt.fingerprint, self.attempt.digest, self.attempt.record_key, self.detail, text)
        digest = hashlib.sha256("\0".join(known).encode("utf-8", "surrogatepass")).hexdigest()
        return f"{self.attempt.folder}/{kind}/{digest[:_DIGITS]}"

    def read(self, results: Results) -> bytes | None:
        """Its bytes; None if no grader has drawn it yet."""
        if self.is_whole_page:
            return results.report(self.attempt.folder) if self.page else None
        return _drawn(results).report(self.folder)


def due(settings: CourseSettings, slug: str, decisions: Sequence[Adjustment]) -> Due:
    """When an exercise is due for a student.

    Args:
        settings: The settings of the course.
        slug: The exercise.
        decisions: The decisions about the student.
    """
    general, extended = settings.deadlines.get(slug), extension(decisions)
    is_extended = general is not None and extended is not None and extended > general
    at = extended if is_extended else general
    moment = settled_at(settings.late, at, question_extensions(decisions).values())
    return Due(at=at, settled_at=moment, is_extended=is_extended)


def in_turn(attempts: Iterable[Attempt]) -> list[Attempt]:
    """Those of a student's attempts that have been assessed, first to last."""
    return in_order([attempt for attempt in attempts if attempt.assessment], AttemptPolicy.FIRST)


def as_visible(
    assessment: Assessment, attempt: int, attempts: Sequence[Attempt], settings: CourseSettings, is_settled: bool
) -> Assessment:
    """An assessment as its student may see it now: before the deadline, without exact scores on held-out data.

    Args:
        assessment: The exact one.
        attempt: Number of its attempt in the gradebook.
        attempts: The attempts of the student, first to last.
        settings: The settings of the course.
        is_settled: Whether it may show what reports show after the deadline; see `Due`.
    """
    if is_settled:
        return assessment
    numbers = [other.id for other in attempts]
    before = attempts[: numbers.index(attempt)] if attempt in numbers else attempts
    earlier = [other.assessment for other in before if other.assessment]
    return until_then(assessment, settings.held_out, earlier)


def report_of_mark(
    mark: Mark, attempts: Sequence[Attempt], settings: CourseSettings, is_settled: bool
) -> StudentReport:
    """The report of the mark that counts.

    Args:
        mark: The mark, from the gradebook.
        attempts: The attempts of the student, first to last.
        settings: The settings of the course.
        is_settled: Whether it may show what reports show after the deadline; see `Due`.

    Returns:
        The report. If knowing which attempt is the best would reveal held-out labels, it is that of the latest attempt
        until the deadline, and says so.
    """
    if not is_settled and _compares_scores(attempts, settings):
        latest = report_of_attempt(attempts[-1], attempts, settings, is_settled)
        assert latest is not None  # all of these attempts have been assessed
        remarks = (message(_LATEST_UNTIL_THEN), *latest.assessment.remarks)
        return replace(latest, assessment=replace(latest.assessment, remarks=remarks))
    return StudentReport(
        attempt=mark.attempt,
        assessment=as_visible(mark.assessment, mark.attempt.id, attempts, settings, is_settled),
        detail=settings.reports.detail(is_settled=is_settled, attempt=_number(mark.attempt, attempts)),
        is_of_mark=True,
        page=mark.page,
    )


def _number(attempt: Attempt, attempts: Sequence[Attempt]) -> int:
    """Which of a student's attempts one is, from 1; 0 if it is not among them."""
    numbers = [other.id for other in attempts]
    return numbers.index(attempt.id) + 1 if attempt.id in numbers else 0


def _compares_scores(attempts: Sequence[Attempt], settings: CourseSettings) -> bool:
    """Whether the choice of the attempt that counts compares scores on held-out data."""
    scored = scored_attempts([attempt.assessment for attempt in attempts if attempt.assessment])
    return settings.tries is AttemptPolicy.BEST and not settings.held_out.exact and scored > 1


def report_of_attempt(
    attempt: Attempt, attempts: Sequence[Attempt], settings: CourseSettings, is_settled: bool
) -> StudentReport | None:
    """The report of one attempt, without late deductions and decisions; None if the attempt has no marks.

    Args:
        attempt: The attempt.
        attempts: The attempts of the student, first to last.
        settings: The settings of the course.
        is_settled: Whether it may show what reports show after the deadline; see `Due`.
    """
    if attempt.assessment is None:
        return None
    return StudentReport(
        attempt=attempt,
        assessment=as_visible(attempt.assessment, attempt.id, attempts, settings, is_settled),
        detail=settings.reports.detail(is_settled=is_settled, attempt=_number(attempt, attempts)),
        is_of_mark=False,
    )


def draw_reports(material: Material, results: Results, students: Iterable[str]) -> None:
    """Draw the reports of the marks that count, as far as students may read them and they have not been drawn.

    Args:
        material: The exercise.
        results: Its results.
        students: Names of students, who have marks.
    """
    book, names = results.open(material.settings, material.exercise.slug), list(students)
    if not names:
        return
    every = {mark.student: mark for mark in book.marks()} if len(names) > _FEW else {}
    marks = [every[name] for name in names if name in every] or [mark for name in names for mark in book.marks(name)]
    attempts, decisions = book.attempts(*names), book.adjustments(*names)
    reports = []
    for mark in marks:
        is_settled = due(material.settings, material.exercise.slug, decisions.get(mark.student, ())).is_settled
        reports.append(report_of_mark(mark, in_turn(attempts[mark.student]), material.settings, is_settled))
    _draw(material, results, [report for report in reports if not report.is_whole_page])


def draw_report(material: Material, results: Results, student: str, attempt: int = 0) -> None:
    """Draw a report that a student waits for.

    Args:
        material: The exercise.
        results: Its results.
        student: Name of the student.
        attempt: Number of an attempt in the gradebook; 0 for the mark that counts.

    Raises:
        InputError: It cannot be drawn: nothing of it is in the results, or the exercise has changed since.
    """
    book = results.open(material.settings, material.exercise.slug)
    is_settled = due(material.settings, material.exercise.slug, book.adjustments(student).get(student, ())).is_settled
    attempts, marks = in_turn(book.attempts(student).get(student, ())), book.marks(student)
    if not attempt:
        report = report_of_mark(marks[0], attempts, material.settings, is_settled) if marks else None
    else:
        same_attempt = [one for one in attempts if one.id == attempt]
        report = report_of_attempt(same_attempt[0], attempts, material.settings, is_settled) if same_attempt else None
    if report is None:
        raise InputError(f"{material.exercise.slug}: there are no marks for a report.")
    if report.is_whole_page:
        with Marker(material, results, book) as marker:
            marker.save([student])
    else:
        _draw(material, results, [report])
    if report.read(results) is None:
        raise InputError(
            f"{material.exercise.slug}: a report cannot be drawn, because the notebook or its run is missing, or the "
            "exercise has changed. Run the notebook again."
        )


def report_files(results: Results, folder: str) -> list[Path]:
    """All reports that were drawn for the portal of a student, also outdated ones, and the files beside them.

    Args:
        results: The results of the exercise.
        folder: Name of the student's folder.
    """
    return [path for path in (_drawn(results).folder / folder).rglob("*") if path.is_file()]


def remove_reports(results: Results, folder: str) -> None:
    """Remove what was drawn for the portal of a student. See `report_files`."""
    place = _drawn(results).folder / folder
    if place.is_dir():
        shutil.rmtree(place)


def _draw(material: Material, results: Results, reports: Iterable[StudentReport]) -> None:
    questions = {question.id for question in material.exercise.questions}
    outdated = [
        report
        for report in reports
        if report.read(results) is None
        # If questions have changed since, the texts of the exercise do not fit the marks.
        and {finding.question for finding in report.assessment.findings} <= questions
    ]
    for detail in ReportDetail:
        drawn_now = [report for report in outdated if report.detail is detail]
        if not drawn_now:
            continue
        hiding = _Hiding(material, results, detail)
        marks = [
            Mark(attempt=replace(report.attempt, folder=report.folder), assessment=report.assessment)
            for report in drawn_now
        ]
        with MarkingProcess(material, results, hiding) as process, hiding.of_a_class():
            process.write_all(marks, {})
        for report in drawn_now:
            _remove_others(_drawn(results).folder / report.folder)


def _remove_others(folder: Path) -> None:
    """Remove the outdated reports beside one that has been drawn."""
    for other in folder.parent.iterdir() if folder.is_dir() else ():
        if other.name != folder.name:
            shutil.rmtree(other, ignore_errors=True)


class _Hiding(Marking):
    """Draws reports as if the exercise showed no expected values: then no kind puts one into a reason."""

    def __init__(self, material: Material, results: Results, detail: ReportDetail) -> None:
        if detail is not ReportDetail.EXPECTED:
            material = replace(material, exercise=_without_expected(material.exercise))
        super().__init__(material, _drawn(results), False)
        self._report_detail = detail
        self._known_names = results.pseudonyms()

    def pseudonym(self, student: str) -> str:
        """See `Marking.pseudonym`; no new name is drawn."""
        return self._known_names.get(student, "")

    def write(
        self, mark: Mark, parsed: ParsedSubmission, record: Record, name: str, detail: Detail = Detail.FULL
    ) -> Detail:
        """See `Marking.write`; points and decisions are those of the mark."""
        visible = mark.assessment
        if self._report_detail is ReportDetail.REASONS:
            visible = without_expected_values(visible, self.assess(parsed, record, mark.attempt).assessment)
        elif self._report_detail is ReportDetail.VERDICTS:
            visible = replace(visible, findings=tuple(map(_without_reasons, visible.findings)))
        return super().write(replace(mark, assessment=visible), parsed, record, name, detail)


def without_expected_values(assessment: Assessment, hidden: Assessment | None) -> Assessment:
    """Remove the expected values from an assessment, and all texts that could reveal them.

    Args:
        assessment: The mark, whose findings may come from several attempts.
        hidden: The assessment of the attempt by an exercise that shows no expected values; None if there is none.

    Returns:
        The same points and verdicts. An answer of another attempt has no reason, because only its own report knows
        which reasons may be shown.
    """
    texts = {finding.question: finding for finding in hidden.findings} if hidden else {}
    findings = tuple(_without_expected_value(finding, texts.get(finding.question)) for finding in assessment.findings)
    return replace(assessment, findings=findings)


def _without_expected_value(finding: Finding, hidden: Finding | None) -> Finding:
    if finding.verdict in _UNMARKED or (hidden and hidden.score and hidden.score.rounded):
        # Nothing was compared with the expected value, or a report shows less of it anyway until the deadline.
        return replace(finding, expected="", comparison="", parts=(), figures=())
    if hidden is None:
        return replace(_without_reasons(finding), found=finding.found)
    if finding.extended_until and finding.found != hidden.found:
        reason = message("This answer is from another attempt. The report of that attempt gives the reason.")
        return replace(_without_reasons(finding), found=finding.found, reason=reason)
    names = ("expected", "found", "comparison", "reason", "hint", "parts", "figures", "misconceptions")
    return replace(finding, **{name: getattr(hidden, name) for name in names})


def _without_reasons(finding: Finding) -> Finding:
    """A finding without what the grader says about it; what a person wrote stays."""
    return replace(
        finding,
        expected="",
        found="",
        comparison="",
        reason="",
        hint="",
        parts=(),
        figures=(),
        score=None,
        misconceptions=(),
        guessed_calculation="",
    )


def _without_expected(exercise: Exercise) -> Exercise:
    questions = tuple(replace(question, show_expected=False) for question in exercise.questions)
    return replace(exercise, questions=questions)


def _drawn(results: Results) -> Results:
    return Results(results.folder / _FOLDER)
