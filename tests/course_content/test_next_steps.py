"""A report names the cause of lost points, and what to do about this very fault."""

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.assess import calls as calls_of
from grader.assess import engine, function_source
from grader.assess.heldout import ShuffledData
from grader.course.layout import Course
from grader.model.assessment import Verdict
from grader.model.exercise import Exercise
from grader.model.key import AnswerKey
from grader.model.record import Answer, AnswerState, Outcome, ProbeResult, ProbeState, Record
from grader.report.views import QuestionView, student_view
from grader.storage.answer_data import as_answer
from tests.conftest import ROOT
from tests.course_content.marking_benchmark import marking
from tests.course_content.students import number_of_students

COURSE = Course(ROOT)
KINDS = ("number", "array", "choice")
ODD: tuple[object, ...] = ("many", {"a": 1}, [[1], ["x", 3]], ["x", "y"], "nan", [])


def returned(value: Any) -> ProbeResult:
    stream = io.BytesIO()
    np.save(stream, np.asarray(value), allow_pickle=False)
    return ProbeResult(ProbeState.RETURNED, stream.getvalue())


def lost_cards(exercise: Exercise, key: AnswerKey, changed: dict[str, Any]) -> dict[str, QuestionView]:
    """The cards with lost points of a student who has all plain values right but for some, by question id."""
    values = {**key.answers, **changed}
    answers = {
        question.answer: Answer(AnswerState.VALUE, as_answer(values[question.id]), "value")
        for question in exercise.questions
        if question.kind in KINDS and question.id in values
    }
    models = {
        question.answer: key.references[key.answers[question.id]]
        for question in exercise.questions
        if question.kind == "architecture"
    }
    record = Record(key="k", outcome=Outcome.COMPLETED, answers=answers, models=models)
    assessment = engine.assess("ada", exercise, key, record, {name: ShuffledData(np.empty(0)) for name in key.heldout})
    question_ids = {question.id for question in exercise.questions if question.kind in (*KINDS, "architecture")}
    findings = tuple(finding for finding in assessment.findings if finding.question in question_ids)
    view = student_view(exercise, replace(assessment, findings=findings), record)
    lost = {
        finding.question: card
        for finding, card in zip(findings, view.questions, strict=True)
        if card.points < card.max_points
    }
    listed = {link.number for item in view.lost.listed for link in item.questions}
    assert listed == {card.number for card in lost.values()}
    return lost


def next_step(card: QuestionView) -> str:
    return card.hint or card.reason


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_the_next_step_after_a_known_mistake_is_its_remedy(slug: str) -> None:
    for exercise, key in marking().students(slug, number_of_students(1, 3)):
        for question in exercise.questions:
            for slip in key.slips.get(question.id, ()) if question.kind in KINDS else ():
                steps = lost_cards(exercise, key, {question.id: slip.value})
                assert list(steps) == [question.id]
                known = [one for one in key.slips[question.id] if one.value == slip.value]
                texts = [str(one.remedy) for one in known] if question.show_expected else [question.hint]
                assert next_step(steps[question.id]) in texts, (question.id, slip)


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_the_next_step_for_an_answer_in_no_form_is_about_the_form(slug: str) -> None:
    for exercise, key in marking().students(slug, 1):
        for question in exercise.questions:
            for odd in ODD if question.kind in ("number", "array") else ("z", ["yes", "no"], 7.5):
                if question.kind in KINDS and question.id in key.answers:
                    step = lost_cards(exercise, key, {question.id: odd}).get(question.id)
                    readable = question.kind == "array" and odd in ([], "nan", "many")
                    assert step is not None
                    assert readable or next_step(step) != question.hint, (question.id, odd)


@pytest.mark.parametrize("slug", sorted(marking().LINKS))
def test_only_the_cause_is_named_and_never_what_follows_from_it(slug: str) -> None:
    tried = marking()
    for exercise, key in tried.students(slug, number_of_students(1, 2)):
        for changed, steps in tried._chains(slug, exercise, key, tried.Sizes(2, 1)):
            source = next(iter(changed))
            named = lost_cards(exercise, key, changed)
            assert list(named) == [source], steps


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_the_next_step_after_a_known_fault_of_a_function_is_about_that_fault(slug: str) -> None:
    """The reason tells cause and remedy; a hint about other faults does not come before it."""
    for exercise, key in marking().students(slug, 1):
        for question in exercise.questions:
            calls = key.calls.get(question.id, ())
            for number, slip in enumerate(calls[0].slips if calls else ()):
                wrong = [call.slips[number].value if number < len(call.slips) else call.expected for call in calls]
                names = [calls_of.name(question, place + 1) for place in range(len(calls))]
                probes = dict(zip(names, map(returned, wrong), strict=True))
                record = Record(key="k", outcome=Outcome.COMPLETED, probes=probes)
                assessment = engine.assess(
                    "ada", exercise, key, record, {n: ShuffledData(np.empty(0)) for n in key.heldout}
                )
                finding = next(one for one in assessment.findings if one.question == question.id)
                if finding.verdict in (Verdict.FAILED, Verdict.PARTIAL):
                    assert str(slip.reason) in str(finding.reason)
                    assert (finding.hint or finding.reason) != question.hint


@pytest.mark.parametrize(
    ("cells", "asks"),
    [
        (("def predict(images):\n    return (images.sum(axis=(1, 2)) > 3).astype(int)",), False),
        (
            ("def size(image):\n    return image.sum()", "def predict(images):\n    return [size(i) for i in images]"),
            False,
        ),
        (("def predict(images):\n    return model.predict(images).argmax(axis=1)",), True),
        (("def asked(x):\n    return net(x)", "def predict(images):\n    return asked(images)"), True),
        ((), True),
    ],
)
def test_training_is_no_next_step_for_rules_written_by_hand(cells: tuple[str, ...], asks: bool) -> None:
    assert function_source.may_call_model("predict", cells) is asks
