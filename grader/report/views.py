"""What a student's page shows: frozen view models, made from an assessment and its record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from grader.model.assessment import Assessment, Finding, Part, Verdict
from grader.model.exercise import Exercise, Question
from grader.model.figures import FIGURES, Figure, LayerAlignment
from grader.model.record import Isolation, Outcome, Record
from grader.report import figures, words
from grader.report.curve_panels import Curves, curves
from grader.report.figures import Place
from grader.report.mark_breakdown import BreakdownLine, mark_breakdown, override_text
from grader.report.terminal import without_middle
from grader.text.language import marked, say, say_counted
from grader.text.messages import Text, without

_MOST_STRENGTHS = 4
_MOST_GAINS = 3
_MOST_PARTS = 60


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know before reading on; `tone` is stop, care or note; `target` an anchor on the page."""

    tone: str
    title: str
    text: str
    target: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Gain:
    """A question where points are to be had."""

    anchor: str
    title: str
    points: float
    text: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """The card of one question; `expected` is empty where it may not be shown, as `shown` tells."""

    number: int
    anchor: str
    title: str
    verdict: Verdict
    is_marked_here: bool
    points: float
    max_points: float
    given: str
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
    shown: bool

    @property
    def word(self) -> str:
        """The verdict in words."""
        return words.VERDICTS[self.verdict] if self.is_marked_here else say(words.NOT_HERE)

    @property
    def is_text(self) -> bool:
        """Whether it holds no pictures of measured numbers, so that others may well have the same."""
        return all(isinstance(figure, LayerAlignment) for figure in self.figures)

    @property
    def place(self) -> Place:
        """Where its figures stand."""
        return Place(anchor=self.anchor, number=self.number, shown=self.shown, points=self.points)

    @property
    def parts_are_told(self) -> bool:
        """Whether a figure shows what is wrong with each part, so that the table of parts can be folded."""
        return any(map(figures.tells_parts, self.figures))

    @property
    def share(self) -> float:
        """Points earned, from 0 to 1."""
        return self.points / self.max_points if self.max_points else 1.0


@dataclass(frozen=True, slots=True)
class RunView:
    """How it was run, as (name, value) in reading order, and the versions."""

    facts: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StudentView:
    """All that a student's page shows, but for the notebook."""

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
    notices: tuple[Notice, ...]
    strengths: tuple[str, ...]
    gains: tuple[Gain, ...]
    questions: tuple[QuestionView, ...]
    curves: tuple[Curves, ...]
    run: RunView


def student_view(exercise: Exercise, assessment: Assessment, record: Record, pseudonym: str = "") -> StudentView:
    """Gather what a student's page shows.

    Args:
        exercise: What was asked.
        assessment: Its findings; every finding is of a question of the exercise.
        record: The run that was assessed.
        pseudonym: Under which name the student stands on the leaderboard; empty if under none.

    Returns:
        The view; without questions where the file could not be read, since of each there would be said the same.
    """
    asked = {question.id: question for question in exercise.questions}
    unread = assessment.outcome is Outcome.INVALID_NOTEBOOK
    cards = tuple(
        _card(number, asked[finding.question], finding)
        for number, finding in enumerate(() if unread else assessment.findings, 1)
    )
    if assessment.notice:  # then it says what to do, and how a question is answered is no next step
        cards = tuple(replace(card, hint="") if card.verdict is Verdict.NOT_ATTEMPTED else card for card in cards)
    return StudentView(
        student=assessment.student,
        title=exercise.title,
        summary=exercise.summary,
        points=assessment.points,
        max_points=assessment.max_points,
        percent=assessment.percent,
        settled=assessment.has_mark,
        excused=assessment.excused,
        breakdown=mark_breakdown(assessment, {question.id: question.title for question in exercise.questions}),
        comment=assessment.comment,
        headline=_headline(cards),
        notices=(*_notices(exercise, assessment, record), *_on_leaderboard(pseudonym)),
        strengths=_strengths(cards),
        gains=() if assessment.notice else _gains(cards),
        questions=cards,
        curves=curves(record.histories),
        run=_run(exercise, assessment, record),
    )


def _card(number: int, question: Question, finding: Finding) -> QuestionView:
    shown = question.show_expected
    parts = finding.parts if shown else tuple(replace(part, expected="") for part in finding.parts)
    return QuestionView(
        number=number,
        anchor=f"question-{number}",
        title=question.title,
        verdict=finding.verdict,
        is_marked_here=finding.is_marked_here,
        points=finding.points,
        max_points=finding.max_points,
        given=without_middle(str(finding.found), 40, 3000)[0],
        expected=without_middle(str(finding.expected), 40, 3000)[0] if shown else "",
        reason=str(_why(finding)),
        hint=str(finding.hint),
        decision=override_text(finding),
        comment=str(finding.comment),
        parts=parts[:_MOST_PARTS],
        parts_left_out=max(0, len(parts) - _MOST_PARTS),
        lecture=question.source.lecture,
        slide=question.source.slide,
        figures=tuple(sorted(finding.figures, key=lambda figure: FIGURES.index(type(figure)))),
        shown=shown,
    )


def _why(finding: Finding) -> Text:
    """The reason, without what the card has in rows of their own: the comparison and the next step."""
    rows = finding.expected and finding.found
    reason = finding.reason if rows and finding.reason else finding.why
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
    told = [say("{right} of {questions} right", right=right, questions=questions)]
    told += [say("{count} partly right", count=partly)] if partly else []
    told += [say("{count} not answered yet", count=blank)] if blank else []
    return ", ".join(told) + "."


def _strengths(cards: tuple[QuestionView, ...]) -> tuple[str, ...]:
    right = sorted((card for card in cards if card.verdict is Verdict.PASSED), key=lambda card: -card.max_points)
    named = tuple(card.title for card in right[:_MOST_STRENGTHS])
    return (*named, say("and {count} more", count=len(right) - len(named))) if len(right) > len(named) else named


def _gains(cards: tuple[QuestionView, ...]) -> tuple[Gain, ...]:
    """The causes with most to gain; what our side or a person has still to settle is not among them.

    What one next step would unblock is one gain: it names the cell that stopped or ended the run, or the mistake that
    was made wherever a value is missing. It counts all points that hang on it.
    """
    not_theirs = (Verdict.NEEDS_HUMAN, Verdict.CHECK_ERROR)
    causes: dict[str, list[QuestionView]] = {}
    for card in cards:
        if card.verdict not in not_theirs and card.points < card.max_points:
            causes.setdefault(card.hint if card.verdict is Verdict.BLOCKED else card.anchor, []).append(card)
    gains = [
        _gain(hang_on_it, say("{count} questions that could not be checked", count=len(hang_on_it)))
        if len(hang_on_it) > 1
        else _gain(hang_on_it, hang_on_it[0].title)
        for hang_on_it in causes.values()
    ]
    return tuple(sorted(gains, key=lambda gain: -gain.points)[:_MOST_GAINS])


def _gain(cards: Sequence[QuestionView], title: str) -> Gain:
    """What some questions would gain together, by what the first of them says is to be done."""
    first = cards[0]
    lost = round(sum(card.max_points - card.points for card in cards), 2)
    return Gain(first.anchor, title, lost, first.hint or first.reason)


def _notices(exercise: Exercise, assessment: Assessment, record: Record) -> Iterable[Notice]:
    if assessment.notice:
        yield Notice("stop", say("Not the notebook of this exercise"), str(assessment.notice))
    ending = words.ending(assessment.outcome, exercise.limits, record.cells)
    if record.unrun:
        ending = (say(words.UNRUN[0]), say(words.UNRUN[1]))
    if assessment.outcome is Outcome.INVALID_NOTEBOOK and ending and record.remarks:
        yield Notice("stop", ending[0], " ".join(map(str, record.remarks)))
    elif ending and not (assessment.decided_by_person and assessment.outcome is Outcome.SANDBOX_FAILED):
        yield Notice("stop", ending[0], ending[1] + _last_cell(record))
    elif not assessment.publishable and not assessment.excused:
        yield Notice("stop", *map(say, words.UNSETTLED))
    if assessment.isolation is not Isolation.SANDBOX:
        isolation = assessment.isolation
        yield Notice("care", words.ISOLATIONS[isolation], words.WEAK_ISOLATION[isolation])
    if waiting := assessment.waiting:
        title = say_counted(waiting, "A person will look at {amount} answer", "A person will look at {amount} answers")
        yield Notice("note", title, say("The points for that are not in the mark yet."))
    yield from _stumbles(record)


def _on_leaderboard(pseudonym: str) -> Iterable[Notice]:
    if pseudonym:
        yield Notice("note", say("On the leaderboard you are {name}", name=pseudonym), say(words.PSEUDONYM))


def _last_cell(record: Record) -> str:
    ran = [number for number, cell in enumerate(record.cells, 1) if cell.execution_count is not None]
    if not ran or record.outcome is Outcome.SANDBOX_FAILED or ran[-1] == len(record.cells):
        return ""
    text = say("The last code cell that ran was number {number} of {count}.", number=ran[-1], count=len(record.cells))
    return f" {text}"


def _stumbles(record: Record) -> Iterable[Notice]:
    """Point to the first cell that raised: later ones often raise because of it."""
    raised = [(number, cell.error) for number, cell in enumerate(record.cells, 1) if cell.error]
    if not raised:
        return
    number, error = raised[0]
    title = say_counted(
        len(raised), "{amount} code cell stopped with an error", "{amount} code cells stopped with an error"
    )
    where = say("code cell {number}", number=number)
    if error.line:
        where = say("code cell {number}, line {line}", number=number, line=error.line)
    text = marked("It was {where}: {said}.") if len(raised) == 1 else marked("The first was {where}: {said}.")
    went_on = " " + say("The cells after it ran all the same.") if record.outcome is Outcome.COMPLETED else ""
    said = without_middle(str(error.exception_text), 4, 300)[0].rstrip(".")
    text = say(text, where=where, said=said) + went_on
    yield Notice("note", title, text, target=f"cell-{number}", link=say("See {where}", where=where))


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
