"""Questions about what an observation left: if there is no value, the finding says whose fault that is."""

import re
from collections.abc import Callable
from dataclasses import replace

from grader.assess import causes, class_source, function_source
from grader.assess.answers import ENDINGS, absence
from grader.assess.evidence import Evidence
from grader.assess.findings import MEND, finding, unmarked
from grader.assess.missing_data import excused
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Question
from grader.model.record import OWN_CODE, ObservationRun, ObservationState, Outcome, ProbeState, Record
from grader.text.language import marked
from grader.text.messages import Text, message, without_stop

_FAULT_OF_COURSE = marked(
    "This question could not be marked because of an error in the course's own code. This is not your fault, and it"
    " costs no points. An instructor will look at it."
)
_ENDED = marked(
    "The Python process of your notebook ended while the grader was reading its results. The "
    "cause is not known, so an instructor will look at this question."
)
_UNCLEAR = marked(
    "The grader could not examine your work as planned. The cause is not known, so an instructor will look at this "
    "question."
)
_SLOW = marked("The check of your work reached its time limit, so an instructor will look at this question.")
_KINDS_OF_FILES = {
    "Model": marked("a Keras model"),
    "ndarray": marked("a NumPy array"),
    "DataFrame": marked("a table"),
    "str": marked("text"),
}
_OVER = (ObservationState.ENDED, ObservationState.LATE)


def assess_observed(
    question: Question, evidence: Evidence, assess: Callable[[Evidence], Finding], *, by_calls: bool
) -> Finding:
    """Mark a question whose answer an observation may have left.

    Args:
        question: The question.
        evidence: The evidence about it.
        assess: Marks the answer as its kind does.
        by_calls: Whether the kind marks calls of a function. Then texts name the variable that the observation read,
            because students do not know the function that it left.

    Returns:
        The finding of `assess` if there is a value, or if the question has no observation. Otherwise, and if the
        observation called a function that was not written, the finding says so.
    """
    run = evidence.record.observations.get(question.answer)
    if run is None:
        return _lost_call(question, evidence.record) or assess(evidence)
    named = replace(evidence, name=run.reads[0]) if by_calls and run.reads else evidence
    finding_of_run = _without_value(question, evidence, run) or assess(named)
    if finding_of_run.verdict is Verdict.PASSED:
        return finding_of_run
    return _unwritten(question, evidence, run, has_points=finding_of_run.points > 0) or finding_of_run


def _without_value(question: Question, evidence: Evidence, run: ObservationRun) -> Finding | None:
    """The finding of a question whose observation left no value; None if there is one."""
    match run.state:
        case ObservationState.OBSERVED:
            return None
        case ObservationState.MISSING:
            return _missing(question, evidence, run)
        case ObservationState.UNSUITABLE | ObservationState.TOO_LARGE:
            return finding(question, 0, reason=_unsuitable(run))
        case ObservationState.RAISED:
            failed = finding(question, 0, reason=message("Your code stopped with {error}", error=run.message))
            return excused(question, evidence, failed, run.message)
        case ObservationState.FAILED:
            fault = f"the observation '{question.answer}': line {run.line}: {run.message}"
            return replace(unmarked(question, Verdict.CHECK_ERROR, message(_FAULT_OF_COURSE)), fault=fault)
        case ObservationState.UNCLEAR if run.wanted == OWN_CODE:
            text = message(
                "`{file}` contains `{name}`, which is defined only in your notebook, so the grader could not load the "
                "model. An instructor will look at this question.",
                file=run.about,
                name=run.found,
            )
            return unmarked(question, Verdict.NEEDS_HUMAN, text)
        case ObservationState.UNCLEAR:
            return unmarked(question, Verdict.NEEDS_HUMAN, message(_UNCLEAR))  # a flag has the exception
        case ObservationState.LATE if run.in_cells:
            return finding(question, 0, reason=message("Your code ran longer than its time limit and was stopped."))
        case ObservationState.LATE:
            return unmarked(question, Verdict.NEEDS_HUMAN, message(_SLOW))
        case ObservationState.NOT_REACHED if not _is_interrupted(evidence.record):
            return _not_reached(question, evidence)
    return unmarked(question, Verdict.NEEDS_HUMAN, message(_ENDED))


def _unwritten(question: Question, evidence: Evidence, run: ObservationRun, *, has_points: bool) -> Finding | None:
    """The finding of a question about a function or class whose body is still the placeholder of the exercise.

    Of a class, some methods may be written, so it keeps its points. What a function without a body earns is chance.
    """
    for name in run.reads:
        node = function_source.definition(evidence.cells, name)
        place, placeholder = name, function_source.placeholder(node)
        if not placeholder and not has_points:
            place, placeholder = class_source.unwritten(evidence.cells, name)
        if placeholder:
            reason = message(
                "`{name}` still contains `{left}`: its body has not been written.", name=place, left=placeholder
            )
            return unmarked(question, Verdict.NOT_ATTEMPTED, reason)
    return None


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
    """The notebook did not save a file: the cell that names it stopped or never ran, or no cell names it."""
    reason = message("Your notebook did not save the file `{name}`.", name=name)
    naming = [index for index, text in enumerate(evidence.cells) if re.search(rf"(?<![\w.-]){re.escape(name)}", text)]
    for index in naming:
        run = causes.run_of(evidence, index)
        if run.error:
            reason = message(
                "Cell {cell} stopped with {error}, so the file `{name}` was not saved.",
                cell=index + 1,
                error=without_stop(run.error.exception_text),
                name=name,
            )
            return unmarked(question, Verdict.BLOCKED, reason, remedy=MEND)
        if run.execution_count is None:
            reason = message("Cell {cell}, which names the file `{name}`, never ran.", cell=index + 1, name=name)
            return unmarked(question, Verdict.BLOCKED, reason, remedy=MEND)
    step = message("Save it as `{name}`, in the folder of the notebook.", name=name)
    return replace(unmarked(question, Verdict.BLOCKED if naming else Verdict.NOT_ATTEMPTED, reason), hint=step)


def _not_reached(question: Question, evidence: Evidence) -> Finding:
    ending = message(ENDINGS.get(evidence.record.outcome, marked("the run ended early")))
    reason = message(
        ("The question asks about the end of the notebook, but the run did not get that far: {ending}."), ending=ending
    )
    return unmarked(question, Verdict.BLOCKED, reason)


def _unsuitable(run: ObservationRun) -> Text:
    if run.state is ObservationState.TOO_LARGE:
        return message("The file `{name}` is too large for the grader to read.", name=run.about)
    if not run.about:
        return run.message
    if run.wanted == OWN_CODE:
        return message(
            (
                "`{name}` contains a Lambda layer. The grader does not load its Python code, because "
                "that code could do anything. Use a Keras layer or a layer class instead."
            ),
            name=run.about,
        )
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
        "`{name}` is of type {found}. The question asks for {wanted}.",
        name=run.about,
        found=run.found,
        wanted=run.wanted,
    )
