"""The engine walks the questions, and keeps our faults apart from the student's."""

import ast
import sys
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

import grader.assess
from grader.assess import kinds
from grader.assess.engine import SAVE_AGAIN, assess, validate
from grader.assess.evidence import Evidence
from grader.assess.kinds import Kind
from grader.marks import flags
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.record import UNRUN, Outcome
from tests.assess.assess_samples import answer_key, exercise, question, record, value
from tests.reading import as_read


def broken(*_: Evidence | Question) -> Finding:
    raise RuntimeError("a bug of ours at line 7")


def test_a_kind_that_raises_is_a_check_error_of_that_question_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cast(dict[str, Kind], kinds.KINDS), "broken", replace(kinds.KINDS["number"], assess=broken))
    asked = exercise(question("number"), question("broken"), question("number"))
    assessment = assess("ada", asked, answer_key(26), record(answers={"answer": value(26)}), {})
    assert [finding.verdict for finding in assessment.findings] == [Verdict.PASSED, Verdict.CHECK_ERROR, Verdict.PASSED]
    faulty = assessment.findings[1]
    assert "a bug of ours" not in as_read(faulty.reason)
    assert faulty.fault.startswith("RuntimeError: a bug of ours at line 7 (test_engine.py:")
    assert not assessment.publishable


def test_missing_held_out_labels_are_our_fault() -> None:
    asked = question("accuracy", 10, thresholds=[{"accuracy": 0.5, "points": 10}])
    [finding] = assess("ada", exercise(asked), answer_key(classes=("0", "1")), record(), {}).findings
    assert finding.verdict is Verdict.CHECK_ERROR


def test_a_broken_sandbox_is_never_a_zero() -> None:
    run = record(outcome=Outcome.SANDBOX_FAILED)
    assessment = assess("ada", exercise(question("number")), answer_key(26), run, {})
    assert assessment.findings[0].verdict is Verdict.CHECK_ERROR
    assert not assessment.publishable


def test_what_could_not_be_run_waits_for_a_person_is_flagged_and_has_no_mark_before() -> None:
    run = record(outcome=Outcome.CRASHED, remarks=("It ended.", UNRUN))
    asked = exercise(question("number"), question("text"))
    assessment = assess("ada", asked, answer_key(26), run, {})
    assert {finding.verdict for finding in assessment.findings} == {Verdict.NEEDS_HUMAN}
    assert [flag.kind for flag in flags.flags_of(asked, run, assessment.findings)] == ["could not be run"]
    assert not assessment.publishable
    decided = replace(assessment.findings[0], verdict=Verdict.PARTIAL, points=1.0, decided_by="prof")
    assert replace(assessment, findings=(decided, assessment.findings[1])).publishable
    assert replace(assessment, decided=3.0).publishable


def test_a_crash_after_the_first_cell_keeps_its_mark() -> None:
    run = record(outcome=Outcome.CRASHED)
    assert assess("ada", exercise(question("number")), answer_key(26), run, {}).publishable


def test_an_unreadable_notebook_blocks_every_question_and_says_why() -> None:
    run = record(outcome=Outcome.INVALID_NOTEBOOK, remarks=("It is not JSON.",))
    assessment = assess("ada", exercise(question("number"), question("array")), answer_key(26), run, {})
    assert {finding.verdict for finding in assessment.findings} == {Verdict.BLOCKED}
    assert "It is not JSON." in as_read(assessment.findings[0].reason)
    assert {as_read(finding.hint) for finding in assessment.findings} == {SAVE_AGAIN}


def test_points_are_rounded_to_cents_and_never_up_to_a_full_mark() -> None:
    run = record(answers={"answer": value([*range(999), 7])})
    asked = exercise(question("array", points=1))
    [finding] = assess("ada", asked, answer_key(list(range(1000))), run, {}).findings
    assert (finding.points, finding.verdict) == (0.99, Verdict.PARTIAL)


def test_a_question_without_points_can_still_pass_or_fail() -> None:
    asked = exercise(question("number", points=0))
    for given, verdict in ((26, Verdict.PASSED), (27, Verdict.FAILED)):
        [finding] = assess("ada", asked, answer_key(26), record(answers={"answer": value(given)}), {}).findings
        assert (finding.verdict, finding.points) == (verdict, 0.0)


def test_an_unknown_kind_is_named_with_the_nearest_one() -> None:
    assert "Did you mean 'number'?" in validate(exercise(question("nubmer")), answer_key(26))[0]


def test_a_question_without_an_expected_answer_is_refused() -> None:
    assert "no expected answer" in validate(exercise(question("number")), answer_key())[0]


def test_an_answer_to_no_question_is_refused() -> None:
    key = AnswerKey(answers={"q": 26, "p": 1}, slips={"r": ()}, heldout={}, references={})
    problems = validate(exercise(question("number")), key)
    assert [problem.partition(":")[0] for problem in problems] == ["solutions/sample/key.py"] * 2


@pytest.mark.parametrize("path", sorted(Path(grader.assess.__file__).parent.rglob("*.py")), ids=lambda path: path.name)
def test_assessing_imports_neither_keras_nor_a_sibling(path: Path) -> None:
    allowed = (
        "grader.assess",
        "grader.cnn",
        "grader.mistakes",
        "grader.model",
        "grader.storage",
        "grader.text",
        "grader.errors",
        "numpy",
        "pydantic",
        "PIL",
    )
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert name.startswith(allowed) or name.partition(".")[0] in sys.stdlib_module_names, name


def test_a_question_about_a_variable_has_to_name_it() -> None:
    problems = validate(exercise(question("number", answer="")), answer_key(3))
    assert any("the key 'answer' is missing. Name the variable or function" in line for line in problems)
