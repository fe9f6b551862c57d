"""The text that a named cell printed."""

from typing import Any

import pytest

from grader.assess import form
from grader.assess.engine import assess, validate
from grader.assess.evidence import Surroundings
from grader.model.assessment import Finding, Verdict
from grader.model.key import Slip
from grader.model.record import CellError, CellRun
from tests.assess.assess_samples import answer_key, exercise, question, record
from tests.reading import as_read

CELL = "# cell: mean\nprint('The mean is', mean)"


def stream(text: Any, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def marked(
    run: CellRun | str, expected: Any, *, cells: tuple[str, ...] = (CELL,), slips: tuple[Slip, ...] = (), **options: Any
) -> Finding:
    runs = (CellRun((stream(run),), 1) if isinstance(run, str) else run,)
    asked = exercise(question("printed", answer="", **{"cell": "mean", **options}))
    [finding] = assess("ada", asked, answer_key(expected, slips), record(cells=runs), {}, cells).findings
    read: Finding = as_read(finding)
    return read


@pytest.mark.parametrize(
    ("text", "expected", "options", "passes"),
    [
        ("The mean is 3.5\n", "The mean is 3.5", {}, True),
        ("The  mean\nis 3.5", "The mean is 3.5", {}, True),
        ("the mean is 3.5", "The mean is 3.5", {}, False),
        ("the mean is 3.5", "The mean is 3.5", {"ignore_case": True}, True),
        ("The mean is 3.5", r".* 3\.50?", {"compare": "pattern"}, True),
        ("The mean is 4.5", r".* 3\.50?", {"compare": "pattern"}, False),
        ("The mean is 3.5", 3.5, {"compare": "numbers"}, True),
        ("The mean of 2 is 3.5", 3.5, {"compare": "numbers"}, False),
        ("The mean of 2 is 3.5", 3.5, {"compare": "numbers", "among": True}, True),
        ("3.5 of 2", [2, 3.5], {"compare": "numbers", "among": True}, False),
        ("a=1e-3, b=-2; c=.5", [0.001, -2, 0.5], {"compare": "numbers"}, True),
        ("conv2d has 10 maps", 10, {"compare": "numbers"}, True),
        ("3.51", 3.5, {"compare": "numbers", "tolerance": 0.05}, True),
        ("nothing", 3.5, {"compare": "numbers"}, False),
    ],
)
def test_printed_text_is_compared(text: str, expected: Any, options: dict[str, Any], passes: bool) -> None:
    assert marked(text, expected, **options).verdict is (Verdict.PASSED if passes else Verdict.FAILED)


def test_only_printed_text_counts() -> None:
    shown = {"output_type": "execute_result", "data": {"text/plain": "3.5"}, "metadata": {}, "execution_count": 1}
    finding = marked(CellRun((stream("warning 3.5", "stderr"), shown), 1), 3.5, compare="numbers")
    assert (finding.points, finding.reason) == (0, "Cell 1 printed nothing. Use `print(...)`.")
    assert marked(CellRun((stream("3"), stream("w", "stderr"), stream(".5")), 1), 3.5, compare="numbers").points == 4


def test_a_difference_is_explained() -> None:
    finding = marked("The mean is 4", 3.5, compare="numbers")
    assert finding.reason == "Expected [3.5], found [4]."
    slip = Slip(7, "This is the sum.", "Divide by 2.")
    assert "This is the sum." in str(marked("sum: 7", 3.5, compare="numbers", slips=(slip,)).reason)
    hidden = marked("The mean is 4", 3.5, compare="numbers", show_expected=False)
    assert "3.5" not in f"{hidden}"


def test_a_cell_without_output_says_why() -> None:
    assert marked("3.5", 3.5, compare="numbers", cells=("print(3.5)",)).verdict is Verdict.NOT_ATTEMPTED
    blank = marked(CellRun((), 1), 3.5, cells=("# cell: mean\nprint(...)\nx = ...",))
    assert blank.verdict is Verdict.NOT_ATTEMPTED
    dots = marked("Ellipsis\n", "3.5", cells=("# cell: mean\nprint(...)",))
    assert dots.verdict is Verdict.NOT_ATTEMPTED
    stopped = marked(CellRun((), 1, error=CellError("ValueError", "no", 2)), "3.5")
    assert (stopped.verdict, "ValueError: no" in str(stopped.reason)) == (Verdict.BLOCKED, True)
    assert marked(CellRun(), "3.5").verdict is Verdict.BLOCKED
    assert marked(CellRun((stream("  \n"),), 1), "3.5").verdict is Verdict.FAILED


def test_a_cell_that_stopped_after_printing_is_marked_by_what_it_printed() -> None:
    run = CellRun((stream("3.5"),), 1, error=CellError("ValueError", "no", 3))
    assert marked(run, "3.5").verdict is Verdict.PASSED
    assert "Cell 1 stopped with ValueError: no" in str(marked(run, "4.5").reason)


def test_printing_all_numbers_earns_nothing() -> None:
    assert marked(" ".join(map(str, range(100))), 35, compare="numbers", among=True).verdict is Verdict.FAILED


def test_long_and_odd_outputs_break_nothing() -> None:
    assert marked("1 " * 200_000, 3, compare="numbers").verdict is Verdict.FAILED
    assert marked("a" * 200_000, "(a+)+b", compare="pattern").verdict is Verdict.FAILED
    assert marked(CellRun((stream(None), {}, {"output_type": "stream"}), 1), "x").verdict is Verdict.FAILED
    assert marked("9" * 5000, 3, compare="numbers").verdict is Verdict.FAILED


@pytest.mark.parametrize(
    ("expected", "options", "problem"),
    [
        ("3", {"compare": "numbers"}, "must be a number, or a list of numbers"),
        ([], {"compare": "numbers"}, "must be a number, or a list of numbers"),
        (3, {}, "must be a text"),
        ("(", {"compare": "pattern"}, "is not a regular expression"),
        ("a", {"cell": ""}, "cell"),
    ],
)
def test_a_question_that_cannot_be_marked_is_rejected(expected: Any, options: dict[str, Any], problem: str) -> None:
    asked = exercise(question("printed", answer="", **{"cell": "mean", **options}))
    problems = validate(asked, answer_key(expected))
    assert any(problem in line for line in problems), problems


def test_check_looks_for_printed_text_alone() -> None:
    asked = question("printed", answer="", cell="mean")
    run = record(cells=(CellRun((stream("anything"),), 1),))
    assert form.problem(asked, run, (CELL,)) == ""
    assert str(form.problem(asked, record(cells=(CellRun((), 1),)), (CELL,))).startswith("Cell 1 printed nothing.")
    assert "has no cell `mean`" in str(form.problem(asked, run, ("x = 1",), Surroundings()))
