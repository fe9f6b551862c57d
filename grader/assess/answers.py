"""The reason why there is nothing to mark: an answer was left blank, was never reached, or has an unusable type."""

import re
from dataclasses import dataclass, replace

from grader.assess import causes, function_source
from grader.assess.evidence import Evidence
from grader.assess.findings import MEND
from grader.assess.moved_in_keras import replacement
from grader.model.assessment import Verdict
from grader.model.record import ENDED_ITSELF, AnswerState, Outcome, Record
from grader.text import python_source as source
from grader.text.language import marked
from grader.text.messages import Text, capitalised, english, first_line, joined, message, shortened, without_stop

ENDINGS = {
    Outcome.TIMED_OUT: marked("the notebook ran longer than allowed"),
    Outcome.OUT_OF_MEMORY: marked("the notebook needed more memory than allowed"),
    Outcome.OUTPUT_LIMIT: marked("the notebook printed more than allowed"),
    Outcome.CRASHED: marked("the Python process ended before all cells had run"),
}
_NOT_DEFINED = re.compile(r"NameError: (?:free variable|name) '(\w{1,100})'")
_ENDS = re.compile(r"\b(?:os\._exit|os\.kill|os\.abort|_exit)\(")
# Types whose values are used up when they are read once; the sandbox cannot return them.
_ONCE_ONLY = frozenset(
    ("generator", "map", "filter", "zip", "enumerate", "reversed", "chain", "islice", "list_iterator", "tuple_iterator",
     "list_reverseiterator", "range_iterator", "dict_keyiterator", "dict_valueiterator")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Absence:
    """The reason why an answer earns nothing without having been compared, and the next step."""

    verdict: Verdict
    reason: Text
    remedy: Text = MEND


@dataclass(frozen=True, slots=True)
class Stop:
    """The cell that was to define an answer and stopped with an error; `blank` if it holds a `...`."""

    cell: int
    error: Text
    blank: bool

    @property
    def text(self) -> Text:
        """A sentence about the stop, without a full stop."""
        return message("Cell {cell} stopped with {error}", cell=self.cell, error=self.error)


def absence(evidence: Evidence) -> Absence | None:
    """Find the reason why an answer cannot be marked.

    Returns:
        NOT_ATTEMPTED for a blank or a name that no cell defines, BLOCKED if something else prevented the answer,
        FAILED for a value of an unusable type; None if there is a value.
    """
    answer, name = evidence.answer, evidence.name
    if answer.state is AnswerState.MISSING:
        return why_missing(evidence)
    if answer.state is AnswerState.BLANK or only_blanks(answer.value):
        return _why_blank(evidence)
    if answer.state is AnswerState.VALUE and answer.value is None and (reason_for_none := _why_none(evidence)):
        return Absence(Verdict.FAILED, reason_for_none)
    if answer.state is AnswerState.UNSUPPORTED:
        sentence = message(
            "The grader cannot mark `{name}`, because it is {type_name}.",
            name=name,
            type_name=_with_article(answer.type_name),
        )
        return Absence(Verdict.FAILED, joined(sentence, how_to_hand_over(name, answer.type_name)))
    if answer.state is AnswerState.TOO_LARGE:
        return Absence(
            Verdict.FAILED, message("`{name}` is far larger than the answer that the question asks for.", name=name)
        )
    return None


def how_to_hand_over(name: str, type_name: str) -> Text:
    """Advice on turning a value of an unusable type into one that can be marked; empty for other types.

    Args:
        name: The variable.
        type_name: Its type, as the sandbox reported it.
    """
    if type_name in _ONCE_ONLY:
        return message("The values of `{name}` can be read only once: write `{name} = list({name})`.", name=name)
    if type_name == "function":
        return message(
            "The question asks for the value that `{name}` returns. Call it: `{name} = {name}()`.", name=name
        )
    if type_name == "complex":
        return message("The number has an imaginary part. The question asks for a real number.")
    if type_name == "KerasTensor":
        return message(
            (
                "`{name}` has no values yet: it only describes how layers are connected. Its sizes are "
                "in `{name}.shape`."
            ),
            name=name,
        )
    return ""


def why_missing(evidence: Evidence) -> Absence:
    """Say why a variable or function does not exist after the run."""
    name = evidence.name
    stop = None if evidence.answer.gone_after else first_stop(evidence)
    if stop and not stop.blank:
        reason = message("{stop}, so there was nothing to mark.", stop=stop.text)
        return Absence(Verdict.BLOCKED, joined(reason, _root(evidence, stop)), _remedy(evidence, stop))
    if absence_by_end := early_end(evidence):
        return absence_by_end
    if cause := causes.cause(evidence):
        return Absence(Verdict.BLOCKED, cause.reason, cause.remedy)
    if stop:
        reason = message("Cell {cell} still contains `...`, so `{name}` was not attempted.", cell=stop.cell, name=name)
        return Absence(Verdict.NOT_ATTEMPTED, reason)
    if stop_at_name := _stop_at_name(evidence):
        reason = message("{stop}, so there was nothing to mark.", stop=stop_at_name.text)
        return Absence(Verdict.BLOCKED, reason, _remedy(evidence, stop_at_name))
    return Absence(Verdict.NOT_ATTEMPTED, causes.not_set(evidence))


def _stop_at_name(evidence: Evidence) -> Stop | None:
    """The first cell that stopped at a line that begins with the name but could not set it, as `size <- 5`."""
    begins = re.compile(rf"\s*{re.escape(evidence.name)}\b")
    for index, text in enumerate(evidence.cells):
        error = causes.run_of(evidence, index).error
        line = text.splitlines()[error.line - 1 : error.line] if error and error.line else []
        if error and line and begins.match(line[0]):
            return Stop(index + 1, without_stop(shortened(first_line(error.exception_text))), False)
    return None


def never_called(evidence: Evidence) -> Absence:
    """Say why a function was not called that may well exist: the run ended before."""
    ending = message(ENDINGS.get(evidence.record.outcome, marked("the run ended early")))
    reason = message("`{name}` was never called, because {ending}.", name=evidence.name, ending=ending)
    return early_end(evidence) or Absence(Verdict.BLOCKED, reason)


def _why_blank(evidence: Evidence) -> Absence:
    """Say why a name is still `...`: mostly the question was not attempted, else the cell with the answer failed."""
    stop = first_stop(evidence)
    if stop and not stop.blank:
        reason = message("{stop}, so `{name}` is still `...`.", stop=stop.text, name=evidence.name)
        return Absence(Verdict.BLOCKED, joined(reason, _root(evidence, stop)), _remedy(evidence, stop))
    if not causes.is_set(evidence) and (cause := causes.cause(evidence)):
        still = message("`{name}` is still `...`.", name=evidence.name)
        return Absence(Verdict.BLOCKED, joined(still, cause.reason), cause.remedy)
    reason = message("`{name}` is still `...`: this question was not attempted.", name=evidence.name)
    return Absence(Verdict.NOT_ATTEMPTED, reason)


def _why_none(evidence: Evidence) -> Text:
    """Say that an answer is None and where that comes from; empty where its source does not say."""
    call = source.assigned_call(evidence.cells, evidence.name)
    if call in function_source.SHOWS:
        return message(
            "`{name}` is None, because `{call}()` returns None. Set `{name}` to the value itself.",
            name=evidence.name,
            call=call,
        )
    if call in function_source.IN_PLACE:
        return message(
            "`{name}` is None, because `.{call}()` changes the object in place and returns None.",
            name=evidence.name,
            call=call,
        )
    return ""


def early_end(evidence: Evidence) -> Absence | None:
    """Say that the run ended before the answer was set; None if the record does not show that."""
    ending, name = ENDINGS.get(evidence.record.outcome), evidence.name
    if not ending or ENDED_ITSELF in evidence.record.remarks:
        return None
    never, end_cell, ending_text = _never_ran(evidence), causes.ended_in(evidence), message(ending)
    if not evidence.cells:
        text = message("{why}, so there is no `{name}` to mark.", why=ending_text, name=name)
    elif not never or not end_cell:
        return None
    elif never == end_cell and evidence.record.outcome is not Outcome.TIMED_OUT:
        text = message("{why} at cell {cell}, which defines `{name}`.", why=ending_text, cell=never, name=name)
    elif never == end_cell:
        text = message(
            "{why}, so cell {cell}, which defines `{name}`, never ran.", why=ending_text, cell=never, name=name
        )
    else:
        text = message(
            "{why} (it was at cell {end}), so cell {cell}, which defines `{name}`, never ran.",
            why=ending_text,
            end=end_cell,
            cell=never,
            name=name,
        )
    return Absence(Verdict.BLOCKED, capitalised(text), _remedy_for_ending(evidence, end_cell))


def _remedy_for_ending(evidence: Evidence, end_cell: int | None) -> Text:
    """The remedy for a process that ended: take out the call that ends it, if the cell has one."""
    if end_cell is None or evidence.record.outcome is not Outcome.CRASHED:
        return MEND
    call = _ENDS.search(evidence.cells[end_cell - 1])
    return message("Remove `{code}` from cell {cell}.", code=f"{call[0]})", cell=end_cell) if call else MEND


def _root(evidence: Evidence, stop: Stop) -> Text:
    """The error of the earlier cell that should have set a missing name, if this cell stopped because of that name."""
    missing, earlier_stop = _earlier(evidence, stop)
    if earlier_stop is None:
        return ""
    return message(
        "`{name}` is missing because of cell {cell}: {error}.",
        name=missing,
        cell=earlier_stop.cell,
        error=earlier_stop.error,
    )


def _earlier(evidence: Evidence, stop: Stop) -> tuple[str, Stop | None]:
    """The missing name that stopped a cell, and the earlier cell that should have set it but also stopped."""
    missing = _NOT_DEFINED.match(english(stop.error))
    if not missing or missing[1] == evidence.name:
        return "", None
    earlier_stop = first_stop(replace(evidence, name=missing[1]))
    return missing[1], earlier_stop if earlier_stop is not None and earlier_stop.cell < stop.cell else None


def _remedy(evidence: Evidence, stop: Stop) -> Text:
    """The remedy for the cell that stopped first; the later ones stopped because of it."""
    missing, earlier_stop = _earlier(evidence, stop)
    while earlier_stop is not None:
        stop = earlier_stop
        missing, earlier_stop = _earlier(replace(evidence, name=missing), stop)
    if english(stop.error).startswith("SystemExit"):
        return message("Remove the call that ends cell {cell}, such as `sys.exit()`.", cell=stop.cell)
    if english(stop.error).startswith("StdinNotImplementedError"):
        return message(
            "Write the value itself in cell {cell} instead of `input()`: the grader cannot type an answer.",
            cell=stop.cell,
        )
    restart = message(
        (
            "Fix cell {cell}. Then restart the kernel, run all cells from the top, and check that "
            "the answer exists at the end."
        ),
        cell=stop.cell,
    )
    return joined(replacement(stop.error), restart)


def first_stop(evidence: Evidence, growing: bool = False) -> Stop | None:
    """The first cell that was to define the answer and stopped with an error.

    Args:
        evidence: The evidence about the answer.
        growing: Whether cells that call `name.add(...)` count as well.
    """
    for index in _defining(evidence, growing):
        error = causes.run_of(evidence, index).error
        error_text = first_line(error.exception_text) if error else causes.displayed_error(evidence, index)
        if error_text:
            blank = source.leaves_blank(evidence.cells[index], evidence.name, error.line if error else 0)
            return Stop(
                index + 1, without_stop(shortened(error_text)), blank or "ellipsis" in english(error_text).lower()
            )
    return None


def _never_ran(evidence: Evidence) -> int | None:
    waiting = (index + 1 for index in _defining(evidence) if causes.run_of(evidence, index).execution_count is None)
    return next(waiting, None)


def _defining(evidence: Evidence, growing: bool = False) -> list[int]:
    name = evidence.name
    return [
        index
        for index, text in enumerate(evidence.cells)
        if source.defines(text, name) or (growing and source.adds_to(text, name))
    ]


def only_blanks(value: object, depth: int = 8) -> bool:
    """Whether a value is `...`, or a list of nothing else.

    Args:
        value: An answer as plain data.
        depth: How many lists may be inside one another. A student chooses the nesting, so it has a limit.
    """
    if isinstance(value, list):
        return bool(value) and depth > 0 and all(only_blanks(item, depth - 1) for item in value)
    return value == "..."


def holds_blank(value: object, depth: int = 8) -> bool:
    """Whether a value is `...`, or a list that contains one.

    Args:
        value: An answer as plain data.
        depth: How many lists may be inside one another; see `only_blanks`.
    """
    if isinstance(value, list):
        return depth > 0 and any(holds_blank(item, depth - 1) for item in value)
    return value == "..."


def _with_article(type_name: str) -> Text:
    """`an ndarray`, `a dict`; the name is the student's text, so it is shortened."""
    name = shortened(type_name or "object", 60)
    return message("an {type}", type=name) if type_name[:1].lower() in "aeiou" else message("a {type}", type=name)


def readable_value(record: Record, name: str) -> object:
    """The value of an answer.

    Args:
        record: The run.
        name: The variable.

    Returns:
        Plain data; None if there is no value, or only blanks.
    """
    answer = record.answers.get(name)
    return answer.value if answer and answer.state is AnswerState.VALUE and not only_blanks(answer.value) else None
