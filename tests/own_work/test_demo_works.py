"""The questions about every case of the demo class, from its stored layer tables and curves."""

import json
from typing import Any

import pytest

from grader.model.own_work import OwnWorkRules
from grader.model.record import ModelTable, Outcome, Record
from grader.own_work.drawing import candidates_of, draw
from grader.own_work.works import OwnWork, work_of
from grader.storage import codec
from tests.conftest import ROOT
from tests.own_work import second_computation
from tests.own_work.collect_demo import FILE

DEMO: dict[str, Any] = json.loads(FILE.read_text())
CASES = [(slug, case, place) for slug, cases in DEMO["cases"].items() for case, place in cases.items()]


def tables(place: int) -> dict[str, ModelTable]:
    stored = DEMO["works"][place]["models"]
    return {name: codec.decode(ModelTable, json.dumps(table)) for name, table in stored.items()}


def work(place: int) -> OwnWork:
    stored = DEMO["works"][place]
    record = Record(key="k", outcome=Outcome.COMPLETED, models=tables(place), histories=stored["histories"])
    cells = [f"m.fit(x, y, batch_size={stored['batch_size']})"] if stored["batch_size"] else []
    return work_of(record, cells)


@pytest.mark.parametrize(("slug", "case", "place"), CASES, ids=[f"{slug}/{case}" for slug, case, _ in CASES])
def test_each_question_about_a_case_has_one_right_answer(slug: str, case: str, place: int) -> None:
    for candidate in candidates_of(work(place)):
        right = second_computation.answer(candidate.id, tables(place), DEMO["works"][place])
        assert candidate.right == right, (slug, case, candidate.id)
        assert all(wrong.value != right for wrong in candidate.distractors), (slug, case, candidate.id)
    for question in draw(work(place), OwnWorkRules(questions=20), f"{slug}/{case}"):
        assert sum(not choice.mistake for choice in question.choices) == 1
        assert len({str(choice.text) for choice in question.choices}) == len(question.choices) >= 3


def test_the_best_case_of_each_exercise_with_a_model_can_be_asked_about() -> None:
    full = {slug: place for slug, case, place in CASES if case == "full-marks" and tables(place)}
    assert len(full) >= 10
    assert {slug for slug, place in full.items() if not draw(work(place), OwnWorkRules(), "seed")} == set()


def test_the_stored_cases_are_cases_of_the_course() -> None:
    for slug, cases in DEMO["cases"].items():
        text = (ROOT / "solutions" / slug / "cases" / "expected.toml").read_text()
        assert all(f"[{case}" in text for case in cases), slug
