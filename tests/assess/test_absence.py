"""Answers that are not there: blank, blocked, or left out."""

from dataclasses import replace
from typing import Any

import pytest

from grader.assess.engine import assess
from grader.assess.findings import MEND
from grader.model.assessment import Finding, Verdict
from grader.model.key import Call
from grader.model.record import Answer, AnswerState, CellError, CellRun, Outcome, ProbeResult, ProbeState
from grader.text.python_source import adds_to, defines, holds_blank
from tests.assess.assess_samples import answer_key, exercise, failing, question, ran, record, value
from tests.assess.conftest import Mark
from tests.reading import as_read

NUMBER = question("number", answer="size", hint="Read again.")


def test_a_blank_was_not_attempted(mark: Mark) -> None:
    finding = mark(NUMBER, 26, given=Answer(AnswerState.BLANK))
    assert (finding.verdict, finding.points, finding.hint) == (Verdict.NOT_ATTEMPTED, 0.0, "Read again.")


def test_a_name_that_nothing_defines_was_not_attempted(mark: Mark) -> None:
    assert mark(NUMBER, 26).verdict is Verdict.NOT_ATTEMPTED


@pytest.mark.parametrize("kind", ["number", "array", "choice"])
def test_a_missing_answer_is_never_a_pass(mark: Mark, kind: str) -> None:
    options: dict[str, Any] = {"choices": {"a": "one", "b": "two"}} if kind == "choice" else {}
    expected = {"number": 0, "array": [0], "choice": "a"}[kind]
    for state in (AnswerState.MISSING, AnswerState.BLANK, AnswerState.UNSUPPORTED, AnswerState.TOO_LARGE):
        finding = mark(question(kind, **options), expected, given=Answer(state))
        assert finding.points == 0
        assert finding.verdict is not Verdict.PASSED


def marked_with(source: str, run: CellRun, **more: Any) -> Finding:
    """The finding for `size`, defined by `source` in the second of two cells."""
    made = record(cells=(ran(), run), **more)
    [finding] = assess("ada", exercise(NUMBER), answer_key(26), made, {}, ("import keras", source)).findings
    return finding


def test_an_answer_whose_cell_stopped_is_blocked_and_names_the_cell() -> None:
    finding = marked_with("size = width - 2", failing("NameError", "name 'width' is not defined"))
    assert finding.verdict is Verdict.BLOCKED
    assert as_read(finding.reason) == (
        "Cell 2 stopped with NameError: name 'width' is not defined, so there was nothing to mark."
    )


def test_an_answer_in_a_cell_with_a_syntax_error_is_blocked() -> None:
    finding = marked_with("size = (26\nprint(", failing("SyntaxError", "'(' was never closed"))
    assert finding.verdict is Verdict.BLOCKED


def test_the_file_that_ipython_makes_of_a_cell_is_not_named() -> None:
    finding = marked_with("size = 26)", failing("SyntaxError", "unmatched ')' (982187371.py, line 1)"))
    assert as_read(finding.reason) == "Cell 2 stopped with SyntaxError: unmatched ')', so there was nothing to mark."


def test_of_an_error_of_several_lines_the_first_is_named() -> None:
    finding = marked_with("size = 26", failing("ValueError", "No such layer.\n\nArguments received:\n  x=26"))
    assert as_read(finding.reason) == "Cell 2 stopped with ValueError: No such layer, so there was nothing to mark."


def test_what_is_blocked_tells_what_to_do_next() -> None:
    stopped = marked_with("size = 26", failing("NameError", "x"))
    assert stopped.verdict is Verdict.BLOCKED
    assert str(stopped.hint).startswith("Fix cell 2. Then restart")
    crashed = marked_with("size = 26", CellRun(), outcome=Outcome.CRASHED)
    assert (crashed.verdict, crashed.hint) == (Verdict.BLOCKED, MEND)


def test_input_is_to_be_replaced_by_the_value() -> None:
    finding = marked_with("size = int(input())", failing("StdinNotImplementedError", "raw_input was called"))
    assert as_read(finding.hint).startswith("Write the value itself in cell 2 instead of `input()`")


def test_the_cell_to_mend_is_the_first_of_those_that_stopped_one_after_the_other() -> None:
    cells = ("width = 1 / 0", "height = width", "import keras", "size = height - 2")
    runs = (
        failing("ZeroDivisionError", "division by zero"),
        failing("NameError", "name 'width' is not defined"),
        ran(),
        failing("NameError", "name 'height' is not defined"),
    )
    [finding] = assess("ada", exercise(NUMBER), answer_key(26), record(cells=runs), {}, cells).findings
    assert "`height` is missing because of cell 2: NameError" in as_read(finding.reason)
    assert as_read(finding.hint).startswith("Fix cell 1.")


def test_an_answer_whose_cell_failed_on_its_blank_was_not_attempted() -> None:
    finding = marked_with("size = 28 - ...", failing("TypeError", "unsupported operand"))
    assert finding.verdict is Verdict.NOT_ATTEMPTED


def test_an_answer_that_a_timeout_kept_from_running_is_blocked() -> None:
    finding = marked_with("size = 26", CellRun(), outcome=Outcome.TIMED_OUT)
    assert finding.verdict is Verdict.BLOCKED
    assert "cell 2, which defines `size`, never ran" in as_read(finding.reason)


def test_answers_given_before_a_crash_are_marked(mark: Mark) -> None:
    assert mark(NUMBER, 26, given=value(26), outcome=Outcome.CRASHED).verdict is Verdict.PASSED


def test_more_cells_than_runs_are_no_error(mark: Mark) -> None:
    finding = mark(NUMBER, 26, sources=("size = 26", "x = 1"), outcome=Outcome.CRASHED)
    assert finding.verdict is Verdict.BLOCKED


def test_a_cell_that_the_time_of_the_notebook_kept_from_running_is_told_with_the_one_that_took_it() -> None:
    runs = (ran(), CellRun(error=CellError("Timeout", "stopped by a limit")), CellRun())
    run = record(cells=runs, outcome=Outcome.TIMED_OUT)
    sources = ("import time", "time.sleep(900)", "size = 26")
    [finding] = assess("ada", exercise(NUMBER), answer_key(26), run, {}, sources).findings
    assert finding.verdict is Verdict.BLOCKED
    assert "(it was at cell 2), so cell 3, which defines `size`, never ran." in as_read(finding.reason)


@pytest.mark.parametrize("outcome", [Outcome.TIMED_OUT, Outcome.OUTPUT_LIMIT, Outcome.OUT_OF_MEMORY])
def test_a_limit_is_not_blamed_for_a_name_that_no_cell_sets(outcome: Outcome) -> None:
    run = record(cells=(ran(), ran()), outcome=outcome)
    [finding] = assess("ada", exercise(NUMBER), answer_key(26), run, {}, ("x = 1", "y = 2")).findings
    assert as_read(finding.reason) == "No cell of your notebook sets `size`."


FUNCTION = replace(question("function", answer="double"), id="double")
CALLED = replace(answer_key(0, ()), answers={}, calls={"double": (Call(([1, 2],), [2, 4]),)})
WRITTEN = "def double(values):\n    return 2 * values"


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ((WRITTEN, "del double"), "Cell 2 deletes `double` again: `del double`."),
        ((WRITTEN, "%reset -f"), "Cell 2 deletes `double` again: `%reset -f`."),
        ((WRITTEN, "%reset in"), "Cell 1 sets `double`, but "),
        (("class Mine:\n    def double(self, values):\n        return 2 * values",), "only inside the class `Mine`"),
        (("def doubel(values):\n    return 2 * values",), "Cell 1 sets `doubel`, but the question asks for `double`"),
        (("if False:\n    def double(values):\n        return 2 * values",), "only inside `if (line 1)`"),
        (("# def double(values):\n#     return 2 * values",), "is a comment (line 1)"),
        (("%%bash\n" + WRITTEN,), "begins with `%%bash`"),
        (("x = 1",), "No cell of your notebook sets `double`."),
    ],
)
def test_a_function_is_missing_for_the_same_reasons(cells: tuple[str, ...], words: str) -> None:
    run = record(cells=tuple(ran() for _ in cells), probes={"double 1": ProbeResult(ProbeState.MISSING)})
    [finding] = assess("ada", exercise(FUNCTION), CALLED, run, {}, cells).findings
    assert finding.points == 0
    assert words in as_read(finding.reason)


def test_a_function_that_was_not_called_is_not_said_to_be_missing() -> None:
    run = record(
        cells=(ran(), CellRun()), outcome=Outcome.CRASHED, probes={"double 1": ProbeResult(ProbeState.NOT_REACHED)}
    )
    [finding] = assess("ada", exercise(FUNCTION), CALLED, run, {}, (WRITTEN, "import os; os._exit(1)")).findings
    assert finding.verdict is Verdict.BLOCKED
    assert as_read(finding.reason).startswith("`double` was never called, because the Python process ended")


def test_questions_blocked_by_different_causes_have_hints_of_their_own() -> None:
    sources = ("# size = 5", "if False:\n    size = 5", "def f():\n    size = 5")
    hints = {marked_with(source, ran()).hint for source in sources}
    assert len(hints) == 3


@pytest.mark.parametrize(
    "source",
    ["size = 1", "a, size = 1, 2", "size: int = 3", "def size(): ...", "import x as size", "for size in []: pass",
     "%matplotlib inline\n!ls\nsize = 1", "%%time\nsize = 1", "if True:\n    %time x\n    size = 2", "size = !ls",
     "with open(f) as size: pass", "if (size := 3): pass", "x = (\nsize = 1"],
)  # fmt: skip
def test_a_definition_is_found(source: str) -> None:
    assert defines(source, "size")


@pytest.mark.parametrize(
    "source",
    [
        "sizes = 1",
        "print(size)",
        "size == 1",
        "def f():\n    size = 1",
        "[size for size in []]",
        "# size = 1",
        "x.size = 1",
    ],
)
def test_what_is_no_definition_is_not_taken_for_one(source: str) -> None:
    assert not defines(source, "size")


def test_blanks_are_found_in_code_and_not_in_text() -> None:
    assert holds_blank("Conv2D(filters=..., kernel_size=(..., 3))")
    assert not holds_blank("x = 1  # fill in ...\ny = '...'")
    assert holds_blank("x = (...")
    assert not holds_blank("\0")


def test_a_growing_model_is_recognised() -> None:
    assert adds_to("  model.add(Dense(3))", "model")
    assert not adds_to("model.fit(x)\nmy_model.add(1)", "model")
