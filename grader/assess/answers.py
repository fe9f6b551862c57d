"""Why there is nothing to mark: left blank, never reached, or of no use."""

from dataclasses import dataclass

from grader.assess import cells as source
from grader.assess import wording
from grader.assess.evidence import Evidence
from grader.assess.wording import shortened
from grader.model.assessment import Verdict
from grader.model.language import marked, retold, say
from grader.model.record import AnswerState, Outcome, Record

ENDINGS = {
    Outcome.TIMED_OUT: marked("the notebook ran longer than it may"),
    Outcome.OUT_OF_MEMORY: marked("the notebook needed more memory than it may use"),
    Outcome.OUTPUT_LIMIT: marked("the notebook printed more than it may"),
    Outcome.CRASHED: marked("the Python process ended before all cells had run"),
}


@dataclass(frozen=True, slots=True)
class Absence:
    """Why an answer earns nothing without having been looked at."""

    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class Stop:
    """The cell that was to define an answer and stopped with an error; `blank` if it holds a `...`."""

    cell: int
    error: str
    blank: bool

    def __str__(self) -> str:
        return say("Cell {cell} stopped with {error}", cell=self.cell, error=retold(self.error))


def absence(evidence: Evidence) -> Absence | None:
    """Say why an answer cannot be marked; None where there is a value.

    Returns:
        NOT_ATTEMPTED for a blank or a name that nothing defines, BLOCKED where something else kept
        the answer from coming about, FAILED for a value that cannot be handed over.
    """
    answer, name = evidence.answer, evidence.name
    if answer.state is AnswerState.MISSING:
        return why_missing(evidence)
    if answer.state is AnswerState.BLANK or _only_blanks(answer.value):
        return Absence(
            Verdict.NOT_ATTEMPTED, say("`{name}` is still `...`: this question was not attempted.", name=name)
        )
    if answer.state is AnswerState.UNSUPPORTED:
        return Absence(
            Verdict.FAILED,
            say(
                "`{name}` is {type_name}, which is not a form that can be marked.",
                name=name,
                type_name=_a(answer.type_name),
            ),
        )
    if answer.state is AnswerState.TOO_LARGE:
        return Absence(Verdict.FAILED, say("`{name}` is far larger than the answer that was asked for.", name=name))
    return None


def why_missing(evidence: Evidence) -> Absence:
    """Say why a variable or function does not exist after the run."""
    name = evidence.name
    stop = stopped(evidence)
    if stop and stop.blank:
        return Absence(
            Verdict.NOT_ATTEMPTED,
            say("Cell {cell} still holds `...`, so `{name}` was not attempted.", cell=stop.cell, name=name),
        )
    if stop:
        return Absence(Verdict.BLOCKED, say("{stop}, so there was nothing to mark.", stop=stop))
    ending = ENDINGS.get(evidence.record.outcome)
    if ending:
        never, why = _never_ran(evidence), say(ending)
        if never:
            text = say("{why}, so cell {cell}, which defines `{name}`, never ran.", why=why, cell=never, name=name)
            return Absence(Verdict.BLOCKED, wording.capitalised(text))
        text = say("{why}, so there is no `{name}` to mark.", why=why, name=name)
        return Absence(Verdict.BLOCKED, wording.capitalised(text))
    return Absence(Verdict.NOT_ATTEMPTED, say("After all cells had run there was no `{name}`.", name=name))


def stopped(evidence: Evidence, growing: bool = False) -> Stop | None:
    """The first cell that was to define the answer and stopped with an error.

    Args:
        evidence: What is known of the answer.
        growing: Whether cells that call `name.add(...)` count as well.
    """
    for index in _defining(evidence, growing):
        error = evidence.record.cells[index].error
        if error:
            said = error.said.partition("\n")[0]
            return Stop(index + 1, shortened(said).rstrip("."), source.holds_blank(evidence.cells[index]))
    return None


def _never_ran(evidence: Evidence) -> int | None:
    runs = evidence.record.cells
    return next((index + 1 for index in _defining(evidence) if runs[index].execution_count is None), None)


def _defining(evidence: Evidence, growing: bool = False) -> list[int]:
    name = evidence.name
    pairs = zip(evidence.cells, evidence.record.cells, strict=False)  # a crashed run may hand back fewer
    return [
        index
        for index, (text, _) in enumerate(pairs)
        if source.defines(text, name) or (growing and source.adds_to(text, name))
    ]


def _only_blanks(value: object, depth: int = 8) -> bool:
    if isinstance(value, list):
        return bool(value) and depth > 0 and all(_only_blanks(item, depth - 1) for item in value)
    return value == "..."


def _a(type_name: str) -> str:
    name = shortened(type_name or "object", 60)
    return say("an {type}", type=name) if name[0].lower() in "aeiou" else say("a {type}", type=name)


def readable_value(record: Record, name: str) -> object:
    """The value of an answer; None where there is none."""
    answer = record.answers.get(name)
    return answer.value if answer and answer.state is AnswerState.VALUE and not _only_blanks(answer.value) else None
