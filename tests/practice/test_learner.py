"""Mastery needs correct answers where known misconceptions would give others, and it comes back after pauses."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model.practice import LearningStage, Practised, Standing, TrainedConcept
from grader.practice import learner

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SIZE = TrainedConcept(id="size", title="Size", questions=("a/one", "a/two"))
STRIDE = TrainedConcept(id="stride", title="Stride", after=("size",), questions=("a/three",))
EXPOSED = {"a/one": frozenset({"plus-one"}), "a/two": frozenset({"rounding-wrong"}), "a/three": frozenset({"plus-one"})}


def answer(question: str, is_right: bool = True, shown: tuple[str, ...] = (), minutes: int = 0) -> Practised:
    at = NOW + timedelta(minutes=minutes)
    return Practised(question=question, is_right=is_right, exposes=EXPOSED[question], misconceptions=shown, at=at)


def standing(*history: Practised, days: int = 0) -> Standing:
    return learner.standing(SIZE, history, EXPOSED, NOW + timedelta(days=days, hours=1))


def right(times: int) -> list[Practised]:
    return [answer(question) for _, question in zip(range(times), itertools.cycle(SIZE.questions), strict=False)]


def test_nothing_answered_is_new() -> None:
    assert standing().stage is LearningStage.NEW


def test_enough_correct_answers_to_all_misconceptions_are_mastery() -> None:
    assert standing(*right(2)).stage is LearningStage.LEARNING
    assert standing(*right(6)).stage is LearningStage.MASTERED


def test_correct_answers_that_rule_out_only_one_misconception_are_not_mastery() -> None:
    history = [answer("a/one") for _ in range(30)]
    assert standing(*history).stage is LearningStage.LEARNING
    assert learner.unproved(SIZE, history, EXPOSED) == {"rounding-wrong"}


def test_a_misconception_that_was_shown_needs_two_correct_answers_that_expose_it() -> None:
    history = [*right(6), answer("a/one", is_right=False, shown=("plus-one",))]
    assert standing(*history).repeated == ("plus-one",)
    history += [answer("a/one")]
    assert learner.unproved(SIZE, history, EXPOSED) == {"plus-one"}
    history += [answer("a/one")]
    assert learner.unproved(SIZE, history, EXPOSED) == set()


@given(st.lists(st.sampled_from(["a/one", "a/two"]), max_size=60))
def test_whoever_always_makes_a_mistake_is_never_called_a_master(questions: list[str]) -> None:
    history: list[Practised] = []
    for question in questions:
        is_exposed = "plus-one" in EXPOSED[question]
        history.append(answer(question, not is_exposed, ("plus-one",) if is_exposed else ()))
        assert standing(*history).stage is LearningStage.LEARNING


@given(st.lists(st.booleans(), max_size=40))
def test_the_probability_stays_between_0_and_1_and_grows_with_a_correct_answer(answers: list[bool]) -> None:
    known = learner.KNOWN_AT_FIRST
    for is_right in answers:
        after = learner.probability(known, is_right)
        assert 0 <= after <= 1
        assert not is_right or after >= known
        known = after


def test_a_mastered_concept_is_due_after_a_day_and_then_after_longer_pauses() -> None:
    history = right(6)
    assert standing(*history, days=0).stage is LearningStage.MASTERED
    assert standing(*history, days=1).stage is LearningStage.DUE
    history.append(answer("a/one", minutes=24 * 60))
    assert standing(*history, days=2).stage is LearningStage.MASTERED
    assert standing(*history, days=4).stage is LearningStage.DUE


def test_a_wrong_answer_at_a_review_makes_it_a_concept_to_learn_again() -> None:
    history = [*right(6), *(answer("a/one", is_right=False, minutes=24 * 60) for _ in range(2))]
    assert standing(*history, days=1).stage is LearningStage.LEARNING


def test_a_concept_waits_for_those_that_it_builds_on() -> None:
    concepts = (SIZE, STRIDE)
    assert learner.next_concept(concepts, [], EXPOSED, NOW) == SIZE
    assert learner.next_concept(concepts, right(6), EXPOSED, NOW) == STRIDE


def test_a_concept_that_is_due_comes_first() -> None:
    later = NOW + timedelta(days=2)
    assert learner.next_concept((SIZE, STRIDE), right(6), EXPOSED, later) == SIZE


def test_nothing_comes_next_if_all_is_mastered_and_nothing_is_due() -> None:
    assert learner.next_concept((SIZE,), right(6), EXPOSED, NOW) is None


def test_the_question_that_rules_out_most_comes_next() -> None:
    history = [answer("a/one"), *(answer("a/three") for _ in range(2))]
    assert learner.next_question(SIZE, history, EXPOSED) == "a/two"


def test_a_question_is_not_asked_again_at_once_if_there_is_another() -> None:
    history = [answer("a/one", is_right=False, shown=("plus-one",))]
    assert learner.next_question(SIZE, history, EXPOSED) == "a/two"
    assert learner.next_question(STRIDE, [answer("a/three")], EXPOSED) == "a/three"


@pytest.mark.parametrize("seed", range(3))
def test_the_same_history_gives_the_same_result(seed: int) -> None:
    history = right(seed + 3)
    assert standing(*history) == standing(*history)
