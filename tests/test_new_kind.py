"""A kind of question is one module and its name in `KINDS`: no other module has to know it."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from grader import pipeline
from grader.assess import calls, form
from grader.assess.answer_forms import UnreadableError
from grader.assess.answers import absence
from grader.assess.evidence import Evidence
from grader.assess.findings import finding, unmarked
from grader.assess.heldout import HeldOutData
from grader.assess.kinds import KINDS
from grader.assess.kinds.kind import Kind, Request, readable
from grader.course.layout import Course
from grader.gradebook.results import Results
from grader.listing import listing
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey, Call
from grader.model.needs import Needs
from grader.model.record import Answer, AnswerState, Outcome, Record
from grader.model.submission import Submission
from grader.pipeline.parsing import parse
from tests.conftest import notebook
from tests.fakes import Fake, ignore


def read(_question: Question, answer: Answer) -> int:
    if not isinstance(answer.value, int):
        raise UnreadableError("The question asks for a whole number.")
    return answer.value


def check_options(question: Question, key: AnswerKey) -> list[str]:
    odd = ["this kind has no options."] if question.options else []
    return odd if isinstance(key.answers[question.id], int) else [*odd, "the expected value must be whole."]


def assess(question: Question, evidence: Evidence) -> Finding:
    """Full points for a number that is even where the expected one is, or odd where that is."""
    if absent := absence(evidence):
        return unmarked(question, absent.verdict, absent.reason)
    alike = read(question, evidence.answer) % 2 == evidence.expected % 2
    return finding(question, float(alike), answer=str(evidence.answer.value), reason="It is compared by its remainder.")


def request_two_variables_and_a_call(
    question: Question, key: AnswerKey, _data: HeldOutData | None, _work: tuple[str, ...]
) -> Request:
    """Two variables, and a call of a function of the notebook."""
    call = calls.probe("halved", "half", Call((key.answers[question.id],), None))
    return Request(names=(question.answer, f"{question.answer}_again"), probes=(call,))


def assess_both(question: Question, evidence: Evidence) -> Finding:
    """Full points for the same number in both variables."""
    again = evidence.record.answers[f"{question.answer}_again"]
    return finding(question, float(evidence.answer.value == again.value), answer=str(again.value), reason="Both.")


@pytest.fixture
def parity(small: Course, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A course whose exercise has a question of the new kind."""
    kind = Kind(check_options=check_options, assess=assess, form_problem=readable(read))
    monkeypatch.setitem(cast(dict[str, Kind], KINDS), "parity", kind)
    specification = small.exercise_folder("tiny") / "exercise.toml"
    specification.write_text(specification.read_text().replace('kind = "number"', 'kind = "parity"', 1))
    return small


def test_a_new_kind_is_listed_as_ready_and_its_options_are_checked(parity: Course) -> None:
    (listed,) = listing(parity)
    assert listed.valid, listed.problems
    specification = parity.exercise_folder("tiny") / "exercise.toml"
    specification.write_text(specification.read_text().replace('kind = "parity"', 'kind = "parity"\ncolour = 1', 1))
    (listed,) = listing(parity)
    assert any("this kind has no options" in problem for problem in listed.problems)


@pytest.mark.parametrize(
    ("needs", "problem"),
    [
        (Needs(), ""),
        (Needs(answer=False), ""),
        (Needs(calls=True), "of kind 'parity' has no calls"),
        (Needs(heldout=True), "of kind 'parity' has no held-out data"),
        (Needs(reference=True), "is not a model of reference_models/facts.json"),
    ],
)
def test_what_a_new_kind_needs_of_the_key_is_checked(
    parity: Course, monkeypatch: pytest.MonkeyPatch, needs: Needs, problem: str
) -> None:
    monkeypatch.setitem(cast(dict[str, Kind], KINDS), "parity", replace(KINDS["parity"], needs=needs))
    (listed,) = listing(parity)
    assert (problem in " ".join(listed.problems)) if problem else listed.valid


def test_a_new_kind_is_graded_and_reported(parity: Course, tmp_path: Path) -> None:
    material, results = pipeline.load(parity, "tiny"), Results(tmp_path / "out")
    question = next(question for question in material.exercise.questions if question.kind == "parity")
    right = material.key.answers[question.id]
    answers = {"ada": right + 2, "bob": right + 1}
    submissions = [
        Submission(
            student=student,
            exercise="tiny",
            origin=f"{student}.ipynb",
            content=notebook(f"{question.answer} = {value}"),
        )
        for student, value in answers.items()
    ]
    marks = pipeline.grade(material, submissions, results, Fake(), ignore)
    verdicts = {
        mark.student: finding.verdict
        for mark in marks
        for finding in mark.assessment.findings
        if finding.question == question.id
    }
    assert verdicts == {"ada": Verdict.PASSED, "bob": Verdict.FAILED}
    page = (results.folder / "bob" / "report.html").read_text()
    assert "It is compared by its remainder." in page


def test_a_new_kind_says_what_it_asks_of_the_sandbox(
    parity: Course, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kind = replace(KINDS["parity"], request=request_two_variables_and_a_call, assess=assess_both)
    monkeypatch.setitem(cast(dict[str, Kind], KINDS), "parity", kind)
    material, executor = pipeline.load(parity, "tiny"), Fake()
    question = next(question for question in material.exercise.questions if question.kind == "parity")
    cells = {"ada": ("{0} = 4", "{0}_again = 4"), "bob": ("{0} = 4", "{0}_again = 5")}
    submissions = [
        Submission(
            student=student,
            exercise="tiny",
            origin=f"{student}.ipynb",
            content=notebook(*(cell.format(question.answer) for cell in sources)),
        )
        for student, sources in cells.items()
    ]
    marks = list(pipeline.grade(material, submissions, Results(tmp_path / "out"), executor, ignore))
    verdicts = {
        mark.student: finding.verdict
        for mark in marks
        for finding in mark.assessment.findings
        if finding.question == question.id
    }
    assert verdicts == {"ada": Verdict.PASSED, "bob": Verdict.FAILED}
    for job in executor.ran:
        assert {question.answer, f"{question.answer}_again"} <= set(job.names)
        assert ("halved", "half") in [(probe.name, probe.function) for probe in job.probes]


def test_a_question_that_is_not_marked_here_asks_nothing_of_the_sandbox(parity: Course) -> None:
    material = pipeline.load(parity, "tiny")
    question = next(question for question in material.exercise.questions if question.kind == "parity")
    submission = Submission(
        student="ada", exercise="tiny", origin="ada.ipynb", content=notebook(f"{question.answer} = 4")
    )
    assert question.answer in parse(material, submission).job.names
    elsewhere = replace(material, key=replace(material.key, not_here=frozenset({question.id})))
    assert question.answer not in parse(elsewhere, submission).job.names


def test_grader_check_asks_a_new_kind_for_the_form_of_its_answers(parity: Course) -> None:
    exercise = pipeline.load(parity, "tiny").exercise
    question = next(question for question in exercise.questions if question.kind == "parity")

    def problem(answer: Answer) -> str:
        return str(
            form.problem(question, Record(key="k", outcome=Outcome.COMPLETED, answers={question.answer: answer}))
        )

    assert problem(Answer(AnswerState.VALUE, 3, "int")) == ""
    assert "The question asks for a whole number." in problem(Answer(AnswerState.VALUE, 0.5, "float"))
    assert "still `...`" in problem(Answer(AnswerState.BLANK))
    assert form.trials(exercise) == []
