"""A function of the student's is judged by what it returns for hidden arguments."""

import io
from dataclasses import replace

import numpy as np
import pytest

from grader.assess import calls
from grader.assess.engine import assess, validate
from grader.model.assessment import Finding, Verdict
from grader.model.key import AnswerKey, Call, Slip
from grader.model.record import ProbeResult, ProbeState
from tests.assess.assess_samples import answer_key, exercise, question, record
from tests.reading import as_read

ASKED = replace(question("function", answer="double"), id="double")
FLIPPED = Slip([2, 4, 6], "The order was kept.", "Turn it round.")
KEY = replace(
    answer_key(0, ()),
    answers={},
    calls={"double": (Call(([1, 2, 3], 2), [6, 4, 2], (FLIPPED,)), Call(([0.5], 2), [1.0]))},
)


def npy(array: object) -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.asarray(array))
    return stream.getvalue()


def returned(array: object) -> ProbeResult:
    return ProbeResult(ProbeState.RETURNED, npy(array))


def marked(*results: ProbeResult, key: AnswerKey = KEY) -> Finding:
    probes = {calls.name(ASKED, number): result for number, result in enumerate(results, start=1)}
    (finding,) = assess("ada", exercise(ASKED), key, record(probes=probes), {}).findings
    return finding


def test_right_results_get_all_points() -> None:
    assert marked(returned([6, 4, 2]), returned([1.0])).verdict is Verdict.PASSED


def test_each_call_has_its_share() -> None:
    finding = marked(returned([6, 4, 2]), returned([2.0]))
    assert finding.verdict is Verdict.PARTIAL
    assert finding.points == pytest.approx(finding.max_points / 2)


def test_a_known_wrong_method_is_named() -> None:
    finding = marked(returned([2, 4, 6]), returned([1.0]))
    assert "The order was kept." in as_read(finding.reason)


def test_one_wrong_method_is_told_once_though_each_call_has_its_own_next_step() -> None:
    calls_with = tuple(
        Call(([value],), value + 1, (Slip(value, "The bias is missing.", f"Add 1 to {value}."),)) for value in (3, 7)
    )
    finding = marked(returned(3), returned(7), key=replace(KEY, calls={"double": calls_with}))
    assert (finding.reason, finding.hint) == ("The bias is missing.", "Add 1 to 3.")
    assert as_read(finding.parts[1].reason) == "The bias is missing. Add 1 to 7."


def test_a_result_of_the_right_shape_says_how_it_differs() -> None:
    right, wrong = marked(returned([6, 4, 2]), returned([2.0])).parts
    assert (str(right.found), str(right.expected)) == ("a result of shape (3,)", "a result of shape (3,)")
    assert str(wrong.found) == "a result of shape (1,), with 1 of 1 values wrong"


def test_a_wrong_shape_is_said() -> None:
    assert "shape" in as_read(marked(returned([[6, 4, 2]]), returned([1.0])).reason)


@pytest.mark.parametrize("result", [3.0, [3.0], [[3.0]]])
def test_a_number_may_come_in_brackets(result: object) -> None:
    key = replace(KEY, calls={"double": (Call((1.5, 2), 3.0),)})
    assert marked(returned(result), key=key).verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("state", "words"),
    [(ProbeState.RAISED, "stopped with"), (ProbeState.TIMED_OUT, "time limit"), (ProbeState.REFUSED, "text")],
)
def test_a_call_that_gives_no_array_earns_nothing_and_says_why(state: ProbeState, words: str) -> None:
    finding = marked(
        ProbeResult(state, message="the result holds text"), ProbeResult(state, message="the result holds text")
    )
    assert finding.verdict is Verdict.FAILED
    assert words in as_read(finding.reason)


def test_a_blank_function_is_not_attempted() -> None:
    blank = ProbeResult(ProbeState.BLANK)
    assert marked(blank, blank).verdict is Verdict.NOT_ATTEMPTED


def test_a_missing_function_is_not_attempted() -> None:
    missing = ProbeResult(ProbeState.MISSING)
    assert marked(missing, missing).verdict is Verdict.NOT_ATTEMPTED


def test_expected_results_do_not_travel_with_the_calls() -> None:
    for probe in calls.probes(ASKED, KEY.calls["double"]):
        assert probe.arguments[1] == 2
        assert len(probe.arguments) == 2


def test_a_slip_that_counts_as_right_is_an_authors_mistake() -> None:
    wrong = replace(KEY, calls={"double": (Call((1,), [2, 4, 6], (FLIPPED,)),)})
    assert any("a slip is marked as correct" in problem for problem in validate(exercise(ASKED), wrong))
