"""The finding of a question whose observation left no value: whose fault that is, in words."""

from dataclasses import replace

from grader.assess import causes
from grader.assess.answers import ENDINGS, absence
from grader.assess.evidence import Evidence
from grader.assess.findings import MEND, finding, unmarked
from grader.assess.missing_data import excused
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Question
from grader.model.record import ObservationRun, ObservationState, Outcome, ProbeState, Record
from grader.text.language import marked
from grader.text.messages import Text, message

_FAULT_OF_COURSE = marked(
    "This question could not be marked because of an error in the course's own code. This is not your fault, and it"
    " costs no points. An instructor will look at it."
)
_ENDED = marked(
    "The Python process of your notebook ended while the grader looked at what it had left behind. The cause is not"
    " known, so an instructor will look at this question."
)
_SLOW = marked("Looking at your work took longer than it may, so an instructor will look at this question.")
_KINDS_OF_FILES = {
    "Model": marked("a Keras model"),
    "ndarray": marked("an array of NumPy"),
    "DataFrame": marked("a table"),
    "str": marked("text"),
}
_OVER = (ObservationState.ENDED, ObservationState.LATE)


def without_value(question: Question, evidence: Evidence) -> Finding | None:
    """Make the finding of a question whose observation left no value.

    Args:
        question: The question.
        evidence: The evidence about it.

    Returns:
        The finding; None if there is a value, or if the question has no observation.
    """
    run = evidence.record.observations.get(question.answer)
    if run is None:
        return _lost_call(question, evidence.record)
    match run.state:
        case ObservationState.OBSERVED:
            return None
        case ObservationState.MISSING:
            return _missing(question, evidence, run)
        case ObservationState.UNSUITABLE | ObservationState.TOO_LARGE:
            return finding(question, 0, reason=_unsuitable(run))
        case ObservationState.RAISED:
            return finding(question, 0, reason=message("Your code stopped with {error}", error=run.message))
        case ObservationState.FAILED:
            fault = f"the observation '{question.answer}': line {run.line}: {run.message}"
            return replace(unmarked(question, Verdict.CHECK_ERROR, message(_FAULT_OF_COURSE)), fault=fault)
        case ObservationState.LATE if run.in_cells:
            return finding(question, 0, reason=message("Your code ran longer than its time limit and was stopped."))
        case ObservationState.LATE:
            return unmarked(question, Verdict.NEEDS_HUMAN, message(_SLOW))
        case ObservationState.NOT_REACHED if not _is_interrupted(evidence.record):
            return _not_reached(question, evidence)
    return unmarked(question, Verdict.NEEDS_HUMAN, message(_ENDED))


def _is_interrupted(record: Record) -> bool:
    """Whether the cells had run, and the process ended later."""
    runs = record.observations.values()
    return record.outcome is Outcome.COMPLETED or any(run.state in _OVER and not run.in_cells for run in runs)


def _lost_call(question: Question, record: Record) -> Finding | None:
    """The finding of a function that was not called because an observation before had ended the process."""
    ended = any(run.state in _OVER for run in record.observations.values())
    names = [name for name in record.probes if name == question.answer or name.startswith(f"{question.id} ")]
    if ended and names and all(record.probes[name].state is ProbeState.NOT_REACHED for name in names):
        return unmarked(question, Verdict.NEEDS_HUMAN, message(_ENDED))
    return None


def _missing(question: Question, evidence: Evidence, run: ObservationRun) -> Finding:
    if run.about not in evidence.record.answers:
        return _without_file(question, evidence, run.about)
    about_variable = replace(evidence, name=run.about)
    absent = absence(about_variable)
    if absent is None or absent.verdict is Verdict.FAILED:
        return unmarked(question, Verdict.NEEDS_HUMAN, message(_ENDED))
    unmarked_finding = unmarked(question, absent.verdict, absent.reason, remedy=absent.remedy)
    return excused(question, about_variable, unmarked_finding)


def _without_file(question: Question, evidence: Evidence, name: str) -> Finding:
    """The notebook did not save a file: a cell that names it stopped, or no cell names it."""
    reason = message("Your notebook did not save the file `{name}`.", name=name)
    for index, text in enumerate(evidence.cells):
        error = causes.run_of(evidence, index).error
        if name in text and error:
            reason = message(
                "Cell {cell} stopped with {error}, so the file `{name}` was not saved.",
                cell=index + 1,
                error=error.exception_text,
                name=name,
            )
            return unmarked(question, Verdict.BLOCKED, reason, remedy=MEND)
    named = any(name in text for text in evidence.cells)
    return unmarked(question, Verdict.BLOCKED if named else Verdict.NOT_ATTEMPTED, reason, remedy=question.hint or MEND)


def _not_reached(question: Question, evidence: Evidence) -> Finding:
    ending = message(ENDINGS.get(evidence.record.outcome, marked("the run ended early")))
    reason = message("The question asks about the end of the notebook, which was not reached: {ending}.", ending=ending)
    return unmarked(question, Verdict.BLOCKED, reason)


def _unsuitable(run: ObservationRun) -> Text:
    if run.state is ObservationState.TOO_LARGE:
        return message("The file `{name}` is too large to be looked at.", name=run.about)
    if not run.about:
        return run.message
    if run.message:
        kind = message(_KINDS_OF_FILES.get(run.wanted, marked("what the question asks for")))
        return message("`{name}` cannot be read as {kind}: {error}", name=run.about, kind=kind, error=run.message)
    if run.wanted.startswith("."):
        return message(
            "`{name}` is of type {found}, which has no `{attribute}`.",
            name=run.about,
            found=run.found,
            attribute=run.wanted[1:],
        )
    return message(
        "`{name}` is of type {found}; the question asks for {wanted}.",
        name=run.about,
        found=run.found,
        wanted=run.wanted,
    )
