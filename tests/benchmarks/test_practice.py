"""The simulation of practice follows its own rules, and the model chooses better than chance."""

import random
from collections.abc import Callable
from typing import Any

from grader.model.practice import TrainedConcept

CONCEPTS = (
    TrainedConcept(id="size", title="Size", questions=tuple(f"a/size_{place}" for place in range(4))),
    TrainedConcept(id="stride", title="Stride", after=("size",), questions=tuple(f"a/s_{place}" for place in range(4))),
)
EXPOSED = {
    question: frozenset({"plus-one" if place % 2 else "rounding-wrong"})
    for concept in CONCEPTS
    for place, question in enumerate(concept.questions)
}


def test_practice_needs_fewer_questions_than_random_order(benchmarks: Callable[[str], Any]) -> None:
    results = benchmarks("practice").measure(CONCEPTS, EXPOSED, 60, 1)
    assert results["median_by_model"] < results["median_at_random"]


def test_no_learner_with_a_persistent_misconception_is_called_a_master(benchmarks: Callable[[str], Any]) -> None:
    results = benchmarks("practice").measure(CONCEPTS, EXPOSED, 60, 2)
    assert results["with_persistent_misconception"] > 3
    assert results["of_these_called_masters"] == 0


def test_a_persistent_misconception_always_shows_where_a_question_exposes_it(benchmarks: Callable[[str], Any]) -> None:
    practice = benchmarks("practice")
    learners = (practice.simulated(CONCEPTS, EXPOSED, random.Random(seed)) for seed in range(100))
    one = next(learner for learner in learners if learner.persistent == {"plus-one"})
    for question in EXPOSED:
        one.answer(question)
    wrong = {answer.question for answer in one.history if answer.misconceptions}
    assert wrong >= {question for question, names in EXPOSED.items() if "plus-one" in names}
