"""Questions whose observation left no value: whose fault it is, and what that costs."""

from dataclasses import replace
from typing import Any

import pytest

from grader.assess.engine import assess
from grader.model.assessment import Finding, Verdict
from grader.model.key import Call
from grader.model.record import (
    Answer,
    AnswerState,
    CellError,
    CellRun,
    ObservationRun,
    ObservationState,
    Outcome,
    ProbeResult,
    ProbeState,
)
from tests.assess.assess_samples import answer_key, exercise, question, record, value
from tests.reading import as_read

STATE = ObservationState
ASKED = question("number", answer="epochs")
CELLS = ("history = ...", "model.save('m.keras')")


def marked(run: ObservationRun | None, given: Answer | None = None, **fields: Any) -> Finding:
    """The finding for the answer `epochs`, of which 26 is right."""
    cells = fields.pop("sources", CELLS)
    answers = {"epochs": given or Answer(AnswerState.MISSING), **fields.pop("answers", {})}
    observations = {"epochs": run} if run else {}
    runs = record(answers=answers, observations=observations, **{"cells": (CellRun((), 1), CellRun((), 2)), **fields})
    (finding,) = assess("ada", exercise(ASKED), answer_key(26), runs, {}, cells).findings
    read: Finding = as_read(finding)
    return read


@pytest.mark.parametrize(("found", "verdict"), [(26, Verdict.PASSED), (25, Verdict.FAILED)])
def test_a_value_that_was_observed_is_marked_like_a_variable(found: int, verdict: Verdict) -> None:
    assert marked(ObservationRun(state=STATE.OBSERVED), value(found)).verdict is verdict


FAULTS_OF_NOTEBOOKS: dict[str, tuple[ObservationRun, Verdict, str]] = {
    "no such variable": (
        ObservationRun(state=STATE.MISSING, about="history"),
        Verdict.NOT_ATTEMPTED,
        "`history` is still `...`: this question was not attempted.",
    ),
    "no such file": (
        ObservationRun(state=STATE.MISSING, about="other.keras"),
        Verdict.NOT_ATTEMPTED,
        "Your notebook did not save the file `other.keras`.",
    ),
    "a file that a cell names": (
        ObservationRun(state=STATE.MISSING, about="m.keras"),
        Verdict.BLOCKED,
        "Your notebook did not save the file `m.keras`.",
    ),
    "another type": (
        ObservationRun(state=STATE.UNSUITABLE, about="history", found="dict", wanted="History"),
        Verdict.FAILED,
        "`history` is of type dict. The question asks for History.",
    ),
    "no such attribute": (
        ObservationRun(state=STATE.UNSUITABLE, about="history", found="dict", wanted=".epoch"),
        Verdict.FAILED,
        "`history` is of type dict, which has no `epoch`.",
    ),
    "what the staff state": (
        ObservationRun(state=STATE.UNSUITABLE, message="The layer has no weights."),
        Verdict.FAILED,
        "The layer has no weights.",
    ),
    "a file that is no model": (
        ObservationRun(state=STATE.UNSUITABLE, about="m.keras", wanted="Model", message="ValueError: no"),
        Verdict.FAILED,
        "`m.keras` cannot be read as a Keras model: ValueError: no",
    ),
    "a file that is too large": (
        ObservationRun(state=STATE.TOO_LARGE, about="m.keras"),
        Verdict.FAILED,
        "The file `m.keras` is too large for the grader to read.",
    ),
    "code that raises": (
        ObservationRun(state=STATE.RAISED, message="ValueError: no", in_cells=True),
        Verdict.FAILED,
        "Your code stopped with ValueError: no",
    ),
    "code that is slow": (
        ObservationRun(state=STATE.LATE, in_cells=True),
        Verdict.FAILED,
        "Your code ran longer than its time limit and was stopped.",
    ),
}


@pytest.mark.parametrize(("run", "verdict", "reason"), FAULTS_OF_NOTEBOOKS.values(), ids=FAULTS_OF_NOTEBOOKS)
def test_a_fault_of_the_notebook_is_explained(run: ObservationRun, verdict: Verdict, reason: str) -> None:
    finding = marked(run, answers={"history": Answer(AnswerState.BLANK)})
    assert (finding.verdict, finding.points) == (verdict, 0)
    assert finding.reason == reason


def test_a_variable_that_a_cell_failed_to_set_is_explained_like_an_answer() -> None:
    finding = marked(
        ObservationRun(state=STATE.MISSING, about="history"),
        answers={"history": Answer(AnswerState.MISSING)},
        cells=(CellRun((), 1, 0.1, CellError("ValueError", "no")), CellRun((), 2)),
    )
    assert finding.verdict is Verdict.NOT_ATTEMPTED  # the cell still holds the dots
    assert "history" in str(finding.reason)


def test_a_file_that_a_cell_failed_to_save_is_explained() -> None:
    failed = CellRun((), 2, 0.1, CellError("NameError", "name 'model' is not defined"))
    finding = marked(ObservationRun(state=STATE.MISSING, about="m.keras"), cells=(CellRun((), 1), failed))
    assert finding.verdict is Verdict.BLOCKED
    assert finding.reason == (
        "Cell 2 stopped with NameError: name 'model' is not defined, so the file `m.keras` was not saved."
    )


def test_a_fault_of_the_staff_costs_nothing_and_is_named_for_them() -> None:
    finding = marked(ObservationRun(state=STATE.FAILED, message="TypeError: no", line=7))
    assert finding.verdict is Verdict.CHECK_ERROR
    assert finding.fault == "the observation 'epochs': line 7: TypeError: no"
    assert "This is not your fault, and it costs no points." in str(finding.reason)


DOUBTS = {
    "an exception that has no clear cause": ObservationRun(state=STATE.UNCLEAR, message="TypeError: no", line=7),
    "the process ended": ObservationRun(state=STATE.ENDED),
    "it was slow, whoever was to blame": ObservationRun(state=STATE.LATE),
    "the process had ended before": ObservationRun(state=STATE.NOT_REACHED),
    "a name that nothing is known of": ObservationRun(state=STATE.MISSING, about="epochs"),
}


@pytest.mark.parametrize("run", DOUBTS.values(), ids=DOUBTS)
def test_a_person_decides_if_the_cause_is_not_known(run: ObservationRun) -> None:
    given = Answer(AnswerState.UNSUPPORTED, None, "int") if run.about else None
    assert marked(run, given).verdict is Verdict.NEEDS_HUMAN


UNWRITTEN = {
    "an exception": (ObservationRun(state=STATE.UNCLEAR, reads=("history",)), None),
    "a fault of the staff": (ObservationRun(state=STATE.FAILED, reads=("history",)), None),
    "a wrong value": (ObservationRun(state=STATE.OBSERVED, reads=("history",)), value(25)),
}


@pytest.mark.parametrize(("run", "given"), UNWRITTEN.values(), ids=UNWRITTEN)
@pytest.mark.parametrize("body", ["...", "pass", "raise NotImplementedError"])
def test_a_function_that_was_not_written_was_not_attempted(
    run: ObservationRun, given: Answer | None, body: str
) -> None:
    finding = marked(run, given, sources=(f"def history(x):\n    {body}",))
    assert (finding.verdict, finding.points) == (Verdict.NOT_ATTEMPTED, 0)
    assert finding.reason == f"`history` still contains `{body}`: its body has not been written."


UNWRITTEN_CLASSES = {
    "only dots": ("class history:\n    ...", "`history` still contains `...`"),
    "only pass": ("class history(Base):\n    'What it does.'\n    pass", "`history` still contains `pass`"),
    "only a text": ("class history:\n    'What it does.'", '`history` still contains `"""..."""`'),
    "one method": (
        "class history:\n    def __init__(self):\n        self.goal = 1\n    def end(self, logs):\n        ...",
        "`history.end` still contains `...`",
    ),
    "an exception": (
        "if True:\n    class history:\n        def end(self):\n            raise NotImplementedError",
        "`history.end` still contains `raise NotImplementedError`",
    ),
}


@pytest.mark.parametrize(("run", "given"), UNWRITTEN.values(), ids=UNWRITTEN)
@pytest.mark.parametrize(("source", "text"), UNWRITTEN_CLASSES.values(), ids=UNWRITTEN_CLASSES)
def test_a_class_that_was_not_written_was_not_attempted(
    run: ObservationRun, given: Answer | None, source: str, text: str
) -> None:
    finding = marked(run, given, sources=(source,))
    assert (finding.verdict, finding.points) == (Verdict.NOT_ATTEMPTED, 0)
    assert finding.reason == f"{text}: its body has not been written."


WRITTEN_CLASSES = {
    "a method with nothing to do": "class history:\n    def start(self):\n        pass\n    goal = 3",
    "an index": "class history:\n    def end(self, x):\n        return x[..., 0]",
    "defined again": "class history:\n    ...\nclass history:\n    goal = 3",
    "another class": "class other:\n    ...\nhistory = other()",
}


@pytest.mark.parametrize("source", WRITTEN_CLASSES.values(), ids=WRITTEN_CLASSES)
def test_a_class_that_was_written_is_marked(source: str) -> None:
    finding = marked(ObservationRun(state=STATE.OBSERVED, reads=("history",)), value(25), sources=(source,))
    assert finding.verdict is Verdict.FAILED


def test_half_an_array_from_a_function_that_was_not_written_is_chance() -> None:
    """A function that changes its argument leaves it as it was, and some cells of it may be right."""
    asked = question("array", answer="epochs")
    run = ObservationRun(state=STATE.OBSERVED, reads=("clip",))
    for source, verdict in (("def clip(values):\n    ...", Verdict.NOT_ATTEMPTED), ("def clip(v): v", Verdict.PARTIAL)):
        runs = record(answers={"epochs": value([3, -1])}, observations={"epochs": run}, cells=(CellRun((), 1),))
        (finding,) = assess("ada", exercise(asked), answer_key([3, 0]), runs, {}, (source,)).findings
        assert finding.verdict is verdict


def test_a_right_value_is_right_whatever_the_function_looks_like() -> None:
    run = ObservationRun(state=STATE.OBSERVED, reads=("history",))
    assert marked(run, value(26), sources=("def history(x): ...",)).verdict is Verdict.PASSED


def test_a_cell_that_never_ran_saved_no_file() -> None:
    finding = marked(
        ObservationRun(state=STATE.MISSING, about="m.keras"),
        outcome=Outcome.TIMED_OUT,
        cells=(CellRun((), 1), CellRun()),
    )
    assert finding.reason == "Cell 2, which names the file `m.keras`, never ran."


@pytest.mark.parametrize(
    ("outcome", "why"), [(Outcome.CRASHED, "process ended"), (Outcome.TIMED_OUT, "ran longer than")]
)
def test_a_notebook_that_did_not_reach_its_end_was_not_looked_at(outcome: Outcome, why: str) -> None:
    finding = marked(ObservationRun(state=STATE.NOT_REACHED), outcome=outcome, cells=(CellRun((), 1), CellRun()))
    assert finding.verdict is Verdict.BLOCKED
    assert why in str(finding.reason)


def test_a_function_that_was_not_called_because_an_observation_ended_the_process_waits_for_a_person() -> None:
    asked = question("function", answer="softmax")
    key = replace(answer_key(), calls={asked.id: (Call((1,), 1),)})
    runs = record(
        probes={f"{asked.id} 1": ProbeResult(ProbeState.NOT_REACHED)},
        observations={"epochs": ObservationRun(state=STATE.ENDED)},
    )
    (finding,) = assess("ada", exercise(asked), key, runs, {}, CELLS).findings
    assert finding.verdict is Verdict.NEEDS_HUMAN


ODD_VALUES = {
    "nothing": value(None),
    "dots": Answer(AnswerState.BLANK, None, "ellipsis"),
    "a list of dots": value(["...", "..."]),
    "an object": Answer(AnswerState.UNSUPPORTED, None, "Evil"),
    "a function": Answer(AnswerState.UNSUPPORTED, None, "function"),
    "far too much": Answer(AnswerState.TOO_LARGE, None, "list"),
    "text": value("26"),
    "a table": value([[1, 2], [3, 4]]),
}
EXPECTED = {
    "number": 26,
    "interval": (0, 30),
    "array": [1, 2],
    "string": "yes",
    "structure": ["a", "b"],
    "table": {"columns": {"a": [1]}},
    "dataset": {"batches": 2},
    "choice": "a",
    "text": "because",
}


@pytest.mark.parametrize("given", ODD_VALUES.values(), ids=ODD_VALUES)
@pytest.mark.parametrize("kind", EXPECTED)
@pytest.mark.parametrize("name", ["len(history.epoch)", "made(history)[0]", "epochs"])
def test_any_value_that_was_observed_can_be_marked(name: str, kind: str, given: Answer) -> None:
    choices: dict[str, Any] = {"choices": {"a": "one", "b": "two"}} if kind == "choice" else {}
    asked = question(kind, answer=name, **choices)
    runs = record(
        answers={name: given},
        observations={name: ObservationRun(state=STATE.OBSERVED, reads=("history",))},
        cells=(CellRun((), 1), CellRun((), 2)),
    )
    cells = (f"history = 1\nprint({name})", "made = list")
    (finding,) = assess("ada", exercise(asked), answer_key(EXPECTED[kind]), runs, {}, cells).findings
    assert finding.verdict is not Verdict.CHECK_ERROR, finding.fault
    assert finding.reason or finding.why or finding.points
