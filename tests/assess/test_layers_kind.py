"""Conditions on a model of any architecture: layers, counts, settings, parameters, shapes."""

from dataclasses import replace
from typing import Any

import pytest

from grader.assess.engine import assess, validate
from grader.model.assessment import Finding, Verdict
from grader.model.key import AnswerKey
from grader.model.record import Answer, AnswerState, LayerRow, ModelTable
from tests.assess.assess_samples import (
    FLATTEN,
    activation,
    answer_key,
    chain,
    conv,
    dense,
    exercise,
    failing,
    pool,
    question,
    record,
    value,
)
from tests.reading import as_read

NO_KEY = AnswerKey(answers={}, slips={}, heldout={}, references={})
SMALL = chain(conv(filters=8, activation="relu"), pool(), conv(filters=8), activation("relu"), FLATTEN, dense(10))


def marked(table: ModelTable | None, points: float = 4, *, given: Answer | None = None, **options: Any) -> Finding:
    run = record(models={"answer": table} if table else {}, answers={"answer": given} if given else {})
    [finding] = assess("ada", exercise(question("layers", points, **options)), NO_KEY, run, {}, ()).findings
    read: Finding = as_read(finding)
    return read


@pytest.mark.parametrize(
    ("rule", "is_met"),
    [
        ({"layer": "Conv2D"}, True),
        ({"layer": "Convolution2D", "at_least": 2}, True),
        ({"layer": "Conv2D", "at_least": 3}, False),
        ({"layer": "Conv2D", "at_most": 1}, False),
        ({"layer": "Conv2D", "at_least": 2, "at_most": 2}, True),
        ({"layer": "Conv1D"}, False),
        ({"layer": "MaxPool2D"}, True),
        ({"layer": "AveragePooling2D", "at_most": 0}, True),
        ({"layer": "Flatten", "at_most": 0}, False),
        ({"layer": "Dropout"}, False),
        ({"layer": "ReLU", "at_least": 2}, True),  # one is part of a convolution
        ({"layer": "Activation", "settings": {"activation": "relu"}, "at_least": 2}, True),
        ({"layer": "Conv2D", "settings": {"activation": "relu"}, "at_least": 2}, False),
        ({"layer": "Conv2D", "settings": {"kernel_size": 3}, "at_least": 2}, True),
        ({"layer": "Conv2D", "settings": {"kernel_size": [3, 3], "filters": 8}}, True),
        ({"layer": "Conv2D", "settings": {"kernel_size": 5}}, False),
        ({"layer": "Conv2D", "settings": {"padding": "Valid"}}, True),
        ({"layer": "Conv2D", "settings": {"colour": "red"}}, False),
        ({"layer": "Conv2D", "settings": {"use_bias": 1}}, False),
    ],
)
def test_layers_are_counted_by_kind_and_settings(rule: dict[str, Any], is_met: bool) -> None:
    finding = marked(SMALL, layers=[rule])
    assert finding.verdict is (Verdict.PASSED if is_met else Verdict.FAILED)
    assert finding.parts[0].correct is is_met


def test_another_spelling_of_a_layer_counts_as_well() -> None:
    regularised = chain(conv(kernel_regularizer={"class_name": "L2", "config": {"l2": 0.01}}), FLATTEN, dense(10))
    assert marked(regularised, layers=[{"layer": "Conv2D", "settings": {"kernel_regularizer": "l2"}}]).points == 4


def row(kind: str, operation: bool = False, first: str = "", **config: Any) -> LayerRow:
    return LayerRow(
        name=f"{kind}{first}", kind=kind, config=config, inbound=("in",), input_shape=(None, 8), output_shape=(None, 8),
        parameters=0, trainable=0, operation=operation, first=first,
    )  # fmt: skip


def test_an_operation_counts_as_the_layer_that_does_the_same() -> None:
    table = ModelTable(input_shape=(None, 8), layers=(row("relu", operation=True), row("Relu", operation=True)))
    assert marked(table, layers=[{"layer": "ReLU", "at_least": 2}]).points == 4


def test_a_wrapped_layer_counts() -> None:
    inner = {"class_name": "LSTM", "config": {"units": 8}}
    table = ModelTable(input_shape=(None, 8), layers=(row("Bidirectional", layer=inner),))
    assert marked(table, layers=[{"layer": "LSTM", "settings": {"units": 8}}]).points == 4
    assert marked(table, layers=[{"layer": "LSTM", "settings": {"units": 9}}]).points == 0


def test_a_layer_that_is_used_twice_counts_once() -> None:
    table = ModelTable(input_shape=(None, 8), layers=(row("Dense"), row("Dense", first="Dense")))
    assert marked(table, layers=[{"layer": "Dense", "at_most": 1}]).points == 4


@pytest.mark.parametrize(
    ("options", "share"),
    [
        ({"max_parameters": 10_354}, 1),
        ({"max_parameters": 10_353}, 0),
        ({"min_parameters": 10_000, "max_parameters": 20_000}, 1),
        ({"input_shape": [28, 28, 1]}, 1),
        ({"input_shape": [32, 32, 3]}, 0),
        ({"output_shape": [10]}, 1),
        ({"output_shape": [1]}, 0),
        ({"max_layers": 6}, 1),
        ({"max_layers": 5}, 0),
        ({"output_shape": [10], "max_parameters": 5}, 0.5),
        ({"output_shape": [10], "max_parameters": 5, "together": True}, 0),
        ({"output_shape": [10], "together": True}, 1),
    ],
)
def test_sizes_are_compared_with_their_limits(options: dict[str, Any], share: float) -> None:
    table = replace(SMALL, counted=SMALL.parameters)
    assert SMALL.parameters == 10_354
    assert marked(table, **options).points == 4 * share


def test_a_model_that_reports_too_few_parameters_gains_nothing() -> None:
    assert marked(replace(SMALL, counted=3), max_parameters=1000).points == 0


def test_the_report_says_what_was_expected_and_found() -> None:
    finding = marked(SMALL, layers=[{"layer": "Conv2D", "at_least": 3}], max_parameters=100)
    assert "Conv2D: expected 3 or more, found 2." in str(finding.reason)
    assert "parameters: expected 100 or less, found 10,354." in str(finding.reason)
    assert [part.correct for part in finding.parts] == [False, False]


def test_a_model_that_was_never_built_is_measured_for_the_required_input() -> None:
    table = chain(conv(filters=8), FLATTEN, dense(10), input_shape=None)
    finding = marked(table, output_shape=[10], input_shape=[28, 28, 1])
    assert [part.correct for part in finding.parts] == [False, True]
    assert "The model was never built, so it does not know its sizes." in str(finding.reason)


def test_an_own_class_waits_for_a_person_unless_it_cannot_matter() -> None:
    hidden = ModelTable(input_shape=(None, 8), layers=(row("Residual (own class)"), row("Dense")))
    assert marked(hidden, layers=[{"layer": "Conv2D"}]).verdict is Verdict.NEEDS_HUMAN
    assert marked(hidden, layers=[{"layer": "Dropout", "at_most": 0}]).verdict is Verdict.NEEDS_HUMAN
    assert marked(hidden, layers=[{"layer": "Dense"}]).verdict is Verdict.PASSED
    assert marked(hidden, layers=[{"layer": "Dense", "at_most": 0}]).verdict is Verdict.FAILED


def test_an_empty_model_meets_no_condition() -> None:
    empty = ModelTable(input_shape=(None, 8), layers=())
    assert marked(empty, layers=[{"layer": "Dropout", "at_most": 0}]).points == 0
    run = record(models={"answer": empty}, cells=(failing("TypeError", "an ellipsis"),))
    cells = ("answer = Sequential()\nanswer.add(...)",)
    asked = exercise(question("layers", max_parameters=5))
    assert assess("ada", asked, NO_KEY, run, {}, cells).findings[0].verdict is Verdict.NOT_ATTEMPTED


def test_what_is_not_a_model_earns_nothing() -> None:
    assert marked(None, given=value(3), max_parameters=5).points == 0
    assert marked(None, given=Answer(AnswerState.BLANK), max_parameters=5).verdict is Verdict.NOT_ATTEMPTED
    assert marked(None, max_parameters=5).verdict is Verdict.NOT_ATTEMPTED


ODD = [{"layer": 3}, {"layer": {"class_name": 1}}, {"activation": {"a": 1}}, {"units": []}, {"units": "3"}]


@pytest.mark.parametrize("config", ODD)
def test_settings_of_any_form_break_nothing(config: dict[str, Any]) -> None:
    table = ModelTable(input_shape=(None, 8), layers=(row("Dense", **config), row("Bidirectional", **config)))
    rules = [{"layer": "Dense", "settings": {"units": 3}}, {"layer": "LSTM"}]
    assert marked(table, layers=rules).verdict is Verdict.FAILED


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({}, "there is no condition"),
        ({"layers": [{"layer": "Conv2d"}]}, "Did you mean 'Conv2D'?"),
        (
            {"layers": [{"layer": "Dense", "at_least": 3, "at_most": 2}]},
            "must not have an `at_most` below its `at_least`",
        ),
        ({"layers": [{"layer": "Dense", "least": 3}]}, "least"),
        ({"min_parameters": 5, "max_parameters": 3}, "min_parameters is more than max_parameters. Swap them."),
        ({"max_parameters": -1}, "`max_parameters` must be 0 or more. Received: -1"),
    ],
)
def test_conditions_that_cannot_be_checked_are_rejected(options: dict[str, Any], problem: str) -> None:
    problems = validate(exercise(question("layers", **options)), NO_KEY)
    assert any(problem in line for line in problems), problems


def test_an_expected_value_is_rejected_because_the_conditions_are_public() -> None:
    problems = validate(exercise(question("layers", max_parameters=3)), answer_key("sick"))
    assert any("Remove the question from answers() and slips()" in line for line in problems), problems
