"""Each question about the later slides knows at least three mistakes, each with its own reason."""

import importlib.util
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import ModuleType
from typing import Any

import pytest

from grader.assess.engine import assess
from grader.course.answer_key import Keys
from grader.model.assessment import Finding
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.record import ModelTable
from grader.text.messages import english
from tests.assess.assess_samples import Spec, activation, chain, dense, ran, record
from tests.conftest import ROOT
from tests.course_content.students import COURSE, exercise_of

WHOLE = ("layers-in-detail", "watch-the-training", "convolution-properties", "first-lenet5", "weights-and-curves")
ADDED = {
    "conv-arithmetic": ("slid_size", "one_filter_params", "small_layer_params"),
    "lenet5": ("large_conv", "large_dense"),
}
EXCEPTIONS = {
    ("weights-and-curves", "accuracy"): "its mistakes are those of labels: tests/assess/test_predictions.py has them",
}

LECTURE: tuple[Spec, ...] = (
    dense(500, activation="sigmoid"),
    dense(50, activation="sigmoid"),
    dense(10, activation="softmax"),
)
MODELS: Mapping[str, tuple[tuple[Spec, ...], ...]] = {
    "functional": (
        LECTURE[1:],
        (dense(500, activation="relu"), *LECTURE[1:]),
        (*LECTURE[:2], dense(10)),
        (dense(50, activation="sigmoid"), *LECTURE[1:]),
    ),
    "classifier": (
        LECTURE[1:],
        (dense(10, activation="softmax", use_bias=False),),
        (dense(1, activation="sigmoid"),),
        (activation("softmax"),),
    ),
}
CODE = {
    "functional_code": (
        "functional = Sequential([Input((784,)), Dense(10)])",
        "net = Sequential([Dense(10)])\nfunctional = Model(inputs, net(inputs))",
        "functional = Dense(10)(inputs)",
    ),
}
IMPORTS = "from keras import Input, Model\nfrom keras.layers import Dense\nfrom keras.models import Sequential"


def asked() -> list[tuple[str, str]]:
    everything = [(slug, question.id) for slug in WHOLE for question in exercise_of(slug).questions]
    return [*everything, *((slug, name) for slug, names in ADDED.items() for name in names)]


@cache
def key_of(slug: str) -> AnswerKey:
    """The key with the common numbers."""
    return Keys(COURSE, exercise_of(slug)).key()


def question_of(slug: str, name: str) -> Question:
    return next(question for question in exercise_of(slug).questions if question.id == name)


def reasons_of_model(slug: str, name: str, table: ModelTable) -> str:
    question = question_of(slug, name)
    exercise = replace(exercise_of(slug), questions=(question,))
    marked = assess("ada", exercise, key_of(slug), record(models={question.answer: table}), {})
    return wrong_parts(marked.findings[0])


def reasons_of_code(slug: str, name: str, code: str) -> str:
    question = question_of(slug, name)
    cells = (IMPORTS, f"# cell: {question.options['cell']}\n{code}")
    exercise = replace(exercise_of(slug), questions=(question,))
    run = record(cells=(ran(), ran()))
    return wrong_parts(assess("ada", exercise, key_of(slug), run, {}, cells).findings[0])


def wrong_parts(finding: Finding) -> str:
    assert finding.points < finding.max_points
    parts = [part for part in finding.parts if not part.correct]
    return "; ".join(f"{english(part.label)}: {english(part.found)} {english(part.reason)}" for part in parts)


def reasons(slug: str, name: str) -> set[str]:
    """The reasons that a report can give for a wrong answer; of a function, those of its call with the fewest."""
    key = key_of(slug)
    if name in MODELS:
        return {reasons_of_model(slug, name, chain(*specs, input_shape=(None, 784))) for specs in MODELS[name]}
    if name in CODE:
        return {reasons_of_code(slug, name, code) for code in CODE[name]}
    if name in key.calls:
        return min(({english(slip.reason) for slip in call.slips} for call in key.calls[name]), key=len)
    if name in key.choices:
        return {english(reason) for reason in key.choices[name].values()}
    return {english(slip.reason) for slip in key.slips.get(name, ())}


@pytest.mark.parametrize(("slug", "name"), [one for one in asked() if one not in EXCEPTIONS])
def test_each_question_knows_three_mistakes(slug: str, name: str) -> None:
    known = reasons(slug, name) - {""}
    assert len(known) >= 3, known


def test_each_wrong_choice_has_its_own_reason() -> None:
    for slug, name in asked():
        question, key = question_of(slug, name), key_of(slug)
        if question.kind == "choice" and not question.options.get("multiple"):
            wrong = {*question.options["choices"]} - {key.answers[name]}
            assert {slip.value for slip in key.slips[name]} == wrong, name


def test_exceptions_are_needed() -> None:
    for slug, name in EXCEPTIONS:
        assert reasons(slug, name) == set(), name


# ---- What the histories of a training show ---------------------------------------------------------------------------

FLAT = {"loss": [2.303] * 6, "accuracy": [0.09] * 6, "val_accuracy": [0.1] * 6, "val_loss": [2.303] * 6}
GOOD = {"loss": [1.9, 0.3], "accuracy": [0.4, 0.9], "val_accuracy": [0.7, 0.9], "val_loss": [1.2, 0.4]}
NOT_MATCHING = {**FLAT, "accuracy": [0.4, 0.6, 0.7, 0.8, 0.85, 0.9]}
SHORT = {name: values[:1] for name, values in FLAT.items()}
WITHOUT_VALIDATION = {"loss": [1.9], "accuracy": [0.4]}


@pytest.fixture(scope="module")
def observe() -> ModuleType:
    """The observations of weights-and-curves."""
    spec = importlib.util.spec_from_file_location("observe", ROOT / "solutions/weights-and-curves/observe.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("question", "curves", "reason"),
    [
        ("from_zeros", {"zeros": FLAT}, ""),
        ("from_zeros", {}, "no history"),
        ("from_zeros", [FLAT], "no history"),
        ("from_zeros", {"zeros": [0.1]}, "not a dict"),
        ("from_zeros", {"zeros": WITHOUT_VALIDATION}, "without validation"),
        ("from_zeros", {"zeros": GOOD, "random": dict(GOOD)}, "same history"),
        ("from_zeros", {"zeros": GOOD}, "This network learns"),
        ("from_zeros", {"zeros": {**GOOD, "loss": [651.7, 0.3]}}, "first loss"),
        ("from_random", {"random": GOOD}, ""),
        ("from_random", {"random": FLAT, "zeros": FLAT}, "same history"),
        ("from_random", {"random": SHORT}, "fewer than six"),
        ("from_random", {"random": NOT_MATCHING}, "do not match"),
        ("from_random", {"random": FLAT}, "training images either"),
        ("with_normalisation", {"normalised": GOOD}, ""),
        ("with_normalisation", {"random": GOOD}, "no history"),
        ("with_normalisation", {"normalised": NOT_MATCHING}, "do not match"),
    ],
)
def test_a_history_gets_the_reason_that_it_shows(observe: ModuleType, question: str, curves: Any, reason: str) -> None:
    answer = reason_for(question, getattr(observe, question)(curves))
    assert reason in answer
    assert bool(reason) is bool(answer)


FOUR = {"zeros": FLAT, "random": GOOD, "normalised": GOOD, "dropout": GOOD}


@pytest.mark.parametrize(
    ("curves", "best", "reason"),
    [
        (FOUR, {"zeros": 1, "random": 2, "normalised": 2, "dropout": 2}, ""),
        ({"random": GOOD, "normalised": GOOD, "dropout": GOOD}, {"random": 2, "normalised": 2}, "the four histories"),
        (FOUR, {"zeros": 0, "random": 1, "normalised": 1, "dropout": 1}, "from 0"),
        ([FLAT], {"zeros": 1}, "the four histories"),
        (FOUR, 3, "No epoch"),
        (FOUR, {"zeros": 5}, "No epoch"),
        (FOUR, {"zeros": 1}, "Only one"),
        (FOUR, {"zeros": 1, "random": 2}, "two of the four"),
        (FOUR, {"zeros": 1, "random": 2, "dropout": 2}, "one of the four"),
    ],
)
def test_own_epochs_say_which_are_wrong(observe: ModuleType, curves: Any, best: Any, reason: str) -> None:
    letter = observe.own_epochs(curves, best)
    assert reason in reason_for("own_epochs", letter)
    assert bool(reason) is bool(reason_for("own_epochs", letter))


def reason_for(question: str, letter: str) -> str:
    """The reason that the key gives for a letter; empty for the right one."""
    key = key_of("weights-and-curves")
    reasons_of_letters = {slip.value: english(slip.reason) for slip in key.slips[question]}
    assert letter in {*reasons_of_letters, key.answers[question]}
    return reasons_of_letters.get(letter, "")
