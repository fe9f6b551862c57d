"""Every numeric question of the course can be practised, with right marks and reasons."""

import json

import pytest

from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.model.assessment import Verdict
from grader.model.practice import PracticeCard
from grader.pipeline.practice import PracticeQuestions
from grader.pipeline.practice_marking import mark_practice
from grader.storage import codec
from grader.storage.answer_data import as_answer
from tests.conftest import ROOT
from tests.course_content.students import number_of_students

COURSE = Course(ROOT)
PRACTICE = PracticeQuestions(COURSE)
SEED = "a test"

NOT_PRACTISED = {
    "conv-arithmetic/lenet_colour": "the lecture's network",
    "dense-mnist/zero_unit": "the gradient of a unit of zeros is 0 for all numbers",
    "feature-maps/first_shape": "all students have images and filters of the same size",
    "feature-maps/slide_field": "the network of the slide",
    "feature-maps/pixel_agreement": "the images are chosen so that the answer is the same",
    "layers-in-detail/moved_axes": "the order of the axes",
    "lenet5/boracchi_counts": "the printed network",
    "lenet5/lecun_total": "the printed network",
    "lenet5/marques_counts": "the printed network",
    "lenet5/marques_share": "the printed network",
    "linear-classifier/slide_scores": "the numbers of the slide",
    "mnist-keras/default_rate": "the default of Keras",
    "weights-and-curves/constraint": "measured in the student's own training",
    "weights-and-curves/templates_shape": "measured in the student's own training",
}
"""The numeric questions without variants -> why they have none."""


def test_every_numeric_question_of_an_exercise_with_own_numbers_can_be_practised() -> None:
    without = set()
    for slug in PRACTICE.exercises:
        numeric = {one.id for one in read_exercise(COURSE, slug).questions if one.kind in ("number", "array")}
        without |= {f"{slug}/{name}" for name in numeric - {one.id for one in PRACTICE.questions(slug)}}
    assert without == set(NOT_PRACTISED)


@pytest.mark.parametrize("slug", PRACTICE.exercises)
def test_the_answer_of_a_card_is_right_and_each_known_mistake_is_wrong_with_its_reason(slug: str) -> None:
    for card in PRACTICE.cards(slug, SEED):
        assert mark_practice(card, json.dumps(card.answer)).verdict is Verdict.PASSED, card.name
        for slip in card.slips:
            finding = mark_practice(card, json.dumps(as_answer(slip.value)))
            assert finding.verdict is not Verdict.PASSED, card.name
            assert finding.reason, card.name
            assert finding.expected, card.name


@pytest.mark.parametrize("slug", PRACTICE.exercises)
def test_a_card_shows_all_its_numbers(slug: str) -> None:
    """Of two cards whose text and numbers are the same, the answers are the same."""
    for question in PRACTICE.questions(slug):
        answers: dict[str, object] = {}
        for seed in range(number_of_students(3, 6)):
            card = PRACTICE.card(slug, question.id, f"shown {seed}")
            shown = "\n".join([card.before, card.text, card.assignments, card.earlier_answers])
            assert answers.setdefault(shown, card.answer) == card.answer, card.name
            assert "{{" not in shown, card.name


@pytest.mark.parametrize("slug", PRACTICE.exercises)
def test_a_card_does_not_give_its_own_answer_away(slug: str) -> None:
    for card in PRACTICE.cards(slug, SEED):
        name = card.question.answer
        assert f"{name} =" not in f"{card.earlier_answers}\n{card.assignments}", card.name


def test_a_seed_always_gives_the_same_card_and_storing_it_changes_nothing() -> None:
    for card in PRACTICE.cards("conv-arithmetic", SEED):
        assert PRACTICE.card("conv-arithmetic", card.question.id, SEED) == card
        assert codec.decode(PracticeCard, codec.encode_exactly(card)) == card


def test_no_card_has_the_common_numbers() -> None:
    common = PRACTICE.fingerprints("conv-arithmetic", "common")
    for seed in range(40):
        card = PRACTICE.card("conv-arithmetic", "stride_size", str(seed))
        assert card.fingerprint != common["stride_size"]


def test_cards_with_the_same_numbers_have_the_same_fingerprint() -> None:
    cards = [PRACTICE.card("conv-arithmetic", "stride_size", str(seed)) for seed in range(40)]
    by_number = {card.numbers["stride_size"]: card.fingerprint for card in cards}
    assert len(by_number) > 3
    assert len(set(by_number.values())) == len(by_number)
    assert all(by_number[card.numbers["stride_size"]] == card.fingerprint for card in cards)


def test_the_code_that_marks_a_card_gets_no_key() -> None:
    finding = mark_practice(PRACTICE.card("conv-arithmetic", "stride_size", SEED), "a text")
    assert finding.verdict is Verdict.FAILED
    assert finding.reason


def test_every_question_that_can_be_practised_trains_a_concept_and_exposes_a_misconception() -> None:
    listed = {question for concept in PRACTICE.concepts() for question in concept.questions}
    exposed = PRACTICE.exposed()
    assert listed == exposed.keys()
    assert all(exposed.values())
