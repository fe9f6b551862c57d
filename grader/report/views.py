"""The content of a student's page: frozen view models, made from an assessment and its record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from grader.model.assessment import Assessment, CriterionMark, Finding, Part, Verdict
from grader.model.exercise import Exercise, Question
from grader.model.figures import FIGURES, Figure, LayerAlignment
from grader.model.job_parts import record_of_part
from grader.model.record import Isolation, Outcome, Record
from grader.report import figures, words
from grader.report.curve_panels import Curves, curves
from grader.report.figures import FigurePlace
from grader.report.lost_points import AllLostPoints, lost_points
from grader.report.mark_breakdown import BreakdownLine, mark_breakdown, override_text
from grader.report.terminal import without_middle
from grader.report.what_to_do import NO_ADVICE, CourseAdvice, WhatToDo, what_to_do
from grader.text.language import marked, say, say_counted
from grader.text.messages import Text, without

_MOST_STRENGTHS = 4
_MOST_PARTS = 60
_MOST_BLANKS = 12  # cells with a blank that a notice links to


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportNotice:
    """A notice above everything else.

    Attributes:
        tone: `stop`, `care` or `note`.
        title: Its title.
        text: Its text.
        target: An anchor on the page that it links to; empty for no link.
        link: Text of the link.
        further: More links, as (anchor, text).
    """

    tone: str
    title: str
    text: str
    target: str = ""
    link: str = ""
    further: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """The card of one question.

    Attributes:
        number: Number of the question, from 1.
        anchor: Its anchor, unique on the page.
        title: Its title.
        verdict: The verdict.
        is_marked_here: Whether this machine can mark it.
        points: Points that were earned.
        max_points: Full points.
        answer: The answer that was found, as text.
        expected: The expected answer; empty if the exercise does not show it.
        reason: Why the points are what they are.
        hint: One next step.
        decision: The override of a person.
        comment: The comment of a person.
        parts: Parts that were marked on their own.
        parts_left_out: Number of parts that are not listed.
        lecture: The lecture to read again.
        slide: Title of its slide; may be empty.
        figures: The figures, in the order of the page.
        shows_expected: Whether the exercise shows expected answers.
        criteria: The rubric by which a person grades the answer, with the points and comments so far.
        excused: Whether the student is excused from the question.
        is_consequential: Whether the answer earns its points only because it follows from an earlier one.
    """

    number: int
    anchor: str
    title: str
    verdict: Verdict
    is_marked_here: bool
    points: float
    max_points: float
    answer: str
    expected: str
    reason: str
    hint: str
    decision: str
    comment: str
    parts: tuple[Part, ...]
    parts_left_out: int
    lecture: str
    slide: str
    figures: tuple[Figure, ...]
    shows_expected: bool
    criteria: tuple[CriterionMark, ...] = ()
    excused: bool = False
    is_consequential: bool = False

    @property
    def word(self) -> str:
        """The verdict in words."""
        if self.excused:
            return say(words.EXCUSED_QUESTION)
        if self.is_consequential:
            return say(words.FOLLOWS_FROM_OTHER)
        return words.VERDICTS[self.verdict] if self.is_marked_here else say(words.NOT_HERE)

    @property
    def is_text(self) -> bool:
        """Whether it has no pictures of measured numbers, so that other students may have the same card."""
        return all(isinstance(figure, LayerAlignment) for figure in self.figures)

    @property
    def place(self) -> FigurePlace:
        """The place of its figures."""
        return FigurePlace(
            anchor=self.anchor, number=self.number, shows_expected=self.shows_expected, points=self.points
        )

    @property
    def has_figure_of_parts(self) -> bool:
        """Whether a figure shows what is wrong with each part, so that the table of parts can be folded."""
        return any(map(figures.shows_parts, self.figures))

    @property
    def share(self) -> float:
        """Points earned, from 0 to 1."""
        return self.points / self.max_points if self.max_points else 1.0


@dataclass(frozen=True, slots=True)
class RunView:
    """Facts about the run, as (name, value) in reading order, the versions and remarks."""

    facts: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentView:
    """All that a student's page shows, except the notebook."""

    student: str
    title: str
    summary: str
    points: float
    max_points: float
    percent: float
    settled: bool
    excused: bool
    breakdown: tuple[BreakdownLine, ...]
    comment: str
    headline: str
    notices: tuple[ReportNotice, ...]
    lost: AllLostPoints
    to_do: WhatToDo | None
    strengths: tuple[str, ...]
    questions: tuple[QuestionView, ...]
    curves: tuple[Curves, ...]
    run: RunView
    asks_own_work: bool


def student_view(
    exercise: Exercise,
    assessment: Assessment,
    record: Record,
    pseudonym: str = "",
    advice: CourseAdvice = NO_ADVICE,
) -> StudentView:
    """Gather what a student's page shows.

    Args:
        exercise: The exercise.
        assessment: The assessment; every finding is of a question of the exercise.
        record: The record of the run that was assessed.
        pseudonym: The student's name on the leaderboard; empty if there is none.
        advice: What the course says about further attempts and practice.

    Returns:
        The view. It has no questions if the file could not be read, because all of them would say the same.
    """
    questions = {question.id: question for question in exercise.questions}
    titles = {question.id: question.title for question in exercise.questions}
    is_unreadable = assessment.outcome is Outcome.INVALID_NOTEBOOK
    cards = tuple(
        question_view(number, questions[finding.question], finding)
        for number, finding in enumerate(() if is_unreadable else assessment.findings, 1)
    )
    if assessment.notice:  # the notice says what to do next, and answering these questions is not it
        cards = tuple(replace(card, hint="") if card.verdict is Verdict.NOT_ATTEMPTED else card for card in cards)
    hides_questions = is_unreadable or assessment.notice
    lost = AllLostPoints() if hides_questions else lost_points(titles, assessment.findings)
    return StudentView(
        student=assessment.student,
        title=exercise.title,
        summary=exercise.summary,
        points=assessment.points,
        max_points=assessment.max_points,
        percent=assessment.percent,
        settled=assessment.has_mark,
        excused=assessment.excused,
        breakdown=mark_breakdown(assessment, titles),
        comment=assessment.comment,
        headline=_headline(cards),
        notices=(*_notices(exercise, assessment, record), *_on_leaderboard(pseudonym)),
        lost=lost,
        to_do=what_to_do(assessment, lost, advice),
        strengths=_strengths(cards),
        questions=cards,
        curves=curves(record.histories),
        run=_run(exercise, assessment, record),
        asks_own_work=exercise.own_work is not None,
    )


def question_view(number: int, question: Question, finding: Finding) -> QuestionView:
    """The card of one question.

    Args:
        number: Number of the question on the page, from 1.
        question: The question.
        finding: Its result.
    """
    shows_expected = question.show_expected
    parts = finding.parts if shows_expected else tuple(replace(part, expected="") for part in finding.parts)
    return QuestionView(
        number=number,
        anchor=f"question-{number}",
        title=question.title,
        verdict=finding.verdict,
        is_marked_here=finding.is_marked_here,
        points=finding.points,
        max_points=finding.max_points,
        answer=without_middle(str(finding.found), 40, 3000)[0],
        expected=without_middle(str(finding.expected), 40, 3000)[0] if shows_expected else "",
        reason=str(_reason(finding)),
        hint=str(finding.hint),
        decision=override_text(finding),
        comment=str(finding.comment),
        parts=parts[:_MOST_PARTS],
        parts_left_out=max(0, len(parts) - _MOST_PARTS),
        lecture=question.source.lecture,
        slide=question.source.slide,
        figures=tuple(sorted(finding.figures, key=lambda figure: FIGURES.index(type(figure)))),
        shows_expected=shows_expected,
        criteria=finding.criteria,
        excused=finding.excused,
        is_consequential=finding.is_consequential,
    )


def _reason(finding: Finding) -> Text:
    """The reason without the comparison and the next step, for which the card has other rows."""
    has_comparison = finding.expected and finding.found
    reason = finding.reason if has_comparison and finding.reason else finding.why
    return without(reason, finding.hint) if finding.hint else reason


def _headline(all_cards: tuple[QuestionView, ...]) -> str:
    cards = [card for card in all_cards if card.is_marked_here]
    verdicts = [card.verdict for card in cards]
    right, partly, blank = map(verdicts.count, (Verdict.PASSED, Verdict.PARTIAL, Verdict.NOT_ATTEMPTED))
    questions = say_counted(len(cards), "{amount} question", "{amount} questions")
    if not cards:
        return say("No answer could be marked.")
    if right == len(cards):
        return say("Everything is right: {right} of {questions}.", right=right, questions=questions)
    if blank == len(cards):
        return say("No question has an answer yet.")
    counts = [say("{right} of {questions} right", right=right, questions=questions)]
    if partly:
        counts.append(say("{count} partly right", count=partly))
    if blank:
        counts.append(say("{count} not answered yet", count=blank))
    return ", ".join(counts) + "."


def _strengths(cards: tuple[QuestionView, ...]) -> tuple[str, ...]:
    passed = [card for card in cards if card.verdict is Verdict.PASSED and not card.is_consequential]
    right = sorted(passed, key=lambda card: -card.max_points)
    named = tuple(card.title for card in right[:_MOST_STRENGTHS])
    return (*named, say("and {count} more", count=len(right) - len(named))) if len(right) > len(named) else named


def _notices(exercise: Exercise, assessment: Assessment, record: Record) -> Iterable[ReportNotice]:
    if assessment.notice:
        yield ReportNotice(tone="stop", title=say("Not the notebook of this exercise"), text=str(assessment.notice))
    ending = words.ending(assessment.outcome, exercise.limits, record.cells)
    if record.unrun:
        ending = (say(words.UNRUN[0]), say(words.UNRUN[1]))
    if assessment.outcome is Outcome.INVALID_NOTEBOOK and ending and record.remarks:
        yield ReportNotice(tone="stop", title=ending[0], text=" ".join(map(str, record.remarks)))
    elif ending and not (assessment.decided_by_person and assessment.outcome is Outcome.SANDBOX_FAILED):
        yield ReportNotice(tone="stop", title=ending[0], text=ending[1] + _last_cell(record))
    elif not assessment.publishable and not assessment.excused:
        title, text = words.UNSETTLED
        yield ReportNotice(tone="stop", title=say(title), text=say(text))
    if assessment.isolation is not Isolation.SANDBOX:
        isolation = assessment.isolation
        yield ReportNotice(tone="care", title=words.ISOLATIONS[isolation], text=words.WEAK_ISOLATION[isolation])
    if waiting := assessment.waiting:
        title = say_counted(
            waiting, "An instructor will look at {amount} answer", "An instructor will look at {amount} answers"
        )
        yield ReportNotice(tone="note", title=title, text=say("The mark does not include these points yet."))
    yield from _cell_errors(record)


def _on_leaderboard(pseudonym: str) -> Iterable[ReportNotice]:
    if pseudonym:
        yield ReportNotice(
            tone="note", title=say("On the leaderboard you are {name}", name=pseudonym), text=say(words.PSEUDONYM)
        )


def _last_cell(record: Record) -> str:
    for part in record.parts:
        run = record_of_part(record, part.notebook)
        if run is not None and run.outcome is not Outcome.COMPLETED and (text := _last_cell(run)):
            return " " + say("{name}: {remark}", name=part.notebook, remark=text.strip())
    if record.parts:
        return ""
    ran = [number for number, cell in enumerate(record.cells, 1) if cell.execution_count is not None]
    if not ran or record.outcome is Outcome.SANDBOX_FAILED or ran[-1] == len(record.cells):
        return ""
    text = say("The last code cell that ran was number {number} of {count}.", number=ran[-1], count=len(record.cells))
    return f" {text}"


def _notebook_and_number(record: Record, place: int) -> tuple[str, int]:
    """The notebook of a code cell and its number there, from its number among all; no name for a single notebook."""
    for part in record.parts:
        if place <= part.cells:
            return part.notebook, place
        place -= part.cells
    return "", place


def _cell_errors(record: Record) -> Iterable[ReportNotice]:
    """Point to all cells with a blank, and to the first other cell that raised, which often makes later ones raise."""
    all_errors = [(number, cell.error) for number, cell in enumerate(record.cells, 1) if cell.error]
    blanks = [place for place, error in all_errors if error.is_about_blank]
    if blanks:
        yield _blanks(record, blanks)
    errors = [(place, error) for place, error in all_errors if not error.is_about_blank]
    if not errors:
        return
    place, error = errors[0]
    notebook, number = _notebook_and_number(record, place)
    title = say_counted(
        len(errors), "{amount} code cell stopped with an error", "{amount} code cells stopped with an error"
    )
    where = say("code cell {number}", number=number)
    if error.line:
        where = say("code cell {number}, line {line}", number=number, line=error.line)
    if notebook:
        where = say("{cell} of {notebook}", cell=where, notebook=notebook)
    template = (
        marked("The error was in {where}: {said}.")
        if len(errors) == 1
        else marked("The first error was in {where}: {said}.")
    )
    text = say(template, where=where, said=without_middle(str(error.exception_text), 4, 300)[0].rstrip("."))
    if record.outcome is Outcome.COMPLETED:
        text += " " + say("The cells after it still ran.")
    link = say("See {where}", where=where)
    yield ReportNotice(tone="note", title=title, text=text, target=f"cell-{place}", link=link)


def _blanks(record: Record, places: Sequence[int]) -> ReportNotice:
    """Point to the cells that stopped because a `...` is left in them."""
    links = []
    for place in places[:_MOST_BLANKS]:
        notebook, number = _notebook_and_number(record, place)
        cell = say("code cell {number}", number=number)
        links.append((f"cell-{place}", say("{cell} of {notebook}", cell=cell, notebook=notebook) if notebook else cell))
    (target, link), *further = links
    title = say_counted(
        len(places),
        "You have not filled in the `...` in {amount} code cell",
        "You have not filled in the `...` in {amount} code cells",
    )
    text = say("These cells stopped there. Replace each `...` when you come to it:")
    return ReportNotice(tone="note", title=title, text=text, target=target, link=link, further=tuple(further))


def _run(exercise: Exercise, assessment: Assessment, record: Record) -> RunView:
    limits, used = exercise.limits, record.resources
    facts = (
        (say("How it ended"), words.OUTCOMES[record.outcome]),
        (say("Isolation"), words.ISOLATIONS[record.isolation]),
        (say("Seed"), str(exercise.seed)),
        (say("Time"), words.duration(used.wall_seconds)),
        (
            say("Processor time"),
            say(
                "{used} of {limit}",
                used=words.duration(used.cpu_seconds),
                limit=words.duration(limits.notebook_seconds),
            ),
        ),
        (say("Time for one cell"), say("at most {limit}", limit=words.duration(limits.cell_seconds))),
        (
            say("Memory"),
            say(
                "{used} of {limit}", used=words.mebibytes(used.peak_memory_mb), limit=words.mebibytes(limits.memory_mb)
            ),
        ),
        (
            say("Output"),
            say("{used} of {limit}", used=words.kibibytes(used.output_kb), limit=words.kibibytes(limits.output_kb)),
        ),
        (say("Processes"), say("at most {limit}", limit=words.amount(limits.processes))),
        (say("Disk"), say("at most {limit}", limit=words.mebibytes(limits.disk_mb))),
        (say("Record"), record.key[:12]),
    )
    remarks = tuple(dict.fromkeys(map(str, (*assessment.remarks, *record.remarks))))
    return RunView(facts, record.environment, remarks)
