"""The reason why a cell cannot be marked: it is missing, was never run, or still contains a blank."""

from grader.assess import causes
from grader.assess.answers import ENDINGS, Absence
from grader.assess.evidence import Evidence
from grader.assess.findings import MEND
from grader.model.assessment import Verdict
from grader.text import python_source
from grader.text.language import marked
from grader.text.messages import Text, first_line, message, shortened, without_stop


def missing_cell(evidence: Evidence, name: str) -> Absence | None:
    """Say that the notebook has no cell of this name; None if it has one."""
    if evidence.cell(name) is not None:
        return None
    reason = message(
        "The notebook has no cell `{name}`. Make `# cell: {name}` the first line of the cell with this answer.",
        name=name,
    )
    return Absence(Verdict.NOT_ATTEMPTED, reason)


def absent_output(evidence: Evidence, index: int) -> Absence | None:
    """Say why a cell has no output of its own; None if it ran to its end, or printed something before it stopped.

    Args:
        evidence: The evidence.
        index: Of the cell.
    """
    run = causes.run_of(evidence, index)
    if python_source.holds_blank(evidence.cells[index]) and not run.outputs:
        reason = message("Cell {cell} still contains `...`: this question was not attempted.", cell=index + 1)
        return Absence(Verdict.NOT_ATTEMPTED, reason)
    if run.execution_count is None and run.error is None:
        ending = message(ENDINGS.get(evidence.record.outcome, marked("the run ended early")))
        return Absence(
            Verdict.BLOCKED, message("Cell {cell} never ran, because {ending}.", cell=index + 1, ending=ending)
        )
    if run.error and not run.outputs:
        reason = message("{stop}, so it printed nothing.", stop=stop_of(evidence, index))
        return Absence(Verdict.BLOCKED, reason, MEND)
    return None


def stop_of(evidence: Evidence, index: int) -> Text:
    """A clause about the error that ended a cell; empty if there is none."""
    error = causes.run_of(evidence, index).error
    if error is None:
        return ""
    text = without_stop(shortened(first_line(error.exception_text)))
    return message("Cell {cell} stopped with {error}", cell=index + 1, error=text)
