"""A mistake counts once in every exercise: chains of answers worked out apart from the keys, and faulty models."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from grader.cnn.layer_arithmetic import measure
from grader.cnn.layer_settings import pieces
from grader.course.answer_key import read_key
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Exercise
from grader.model.key import AnswerKey, Either
from grader.model.record import LayerRow, ModelTable
from tests.conftest import ROOT
from tests.course_content.marking_benchmark import marking
from tests.course_content.students import number_of_students

COURSE = Course(ROOT)
STUDENTS = number_of_students(1, 3)
FROM_ARRAYS = {"feature-maps", "hand-convolution", "linear-classifier"}
"""Exercises whose chains all begin with an array."""
OF_ONE_STEP = {"conv-arithmetic", "layers-in-detail", "read-the-summary", "watch-the-training"}
"""Exercises where one step follows from a mistake, and no more."""


def slugs_with_chains() -> list[str]:
    return [slug for slug in COURSE.slugs() if read_key(COURSE, read_exercise(COURSE, slug)).follow_on]


@cache
def drawn(slug: str) -> tuple[tuple[Exercise, AnswerKey], ...]:
    return tuple(marking().students(slug, STUDENTS))


def lost(findings: Mapping[str, Finding]) -> set[str]:
    """The questions of plain values that cost points."""
    return {name for name, finding in findings.items() if finding.verdict in (Verdict.FAILED, Verdict.PARTIAL)}


@cache
def chains(slug: str) -> tuple[tuple[Exercise, AnswerKey, str, dict[str, Any], list[str]], ...]:
    """Wrong answers, all answers that a student works out from each, and which of these are not right by themselves."""
    tried = marking()
    return tuple(
        (exercise, key, next(iter(changed)), changed, steps)
        for exercise, key in drawn(slug)
        for changed, steps in tried._chains(slug, exercise, key, tried.Sizes(STUDENTS, 2))
    )


def far_from(value: Any) -> Any:
    """A value of the same form that no mistake in these exercises leads to."""
    return [far_from(item) for item in value] if isinstance(value, (list, tuple)) else 13 * value + 7


def test_every_chain_of_the_keys_is_tried() -> None:
    tried = marking()
    assert set(tried.LINKS) == set(slugs_with_chains())


@pytest.mark.parametrize("slug", sorted(marking().LINKS))
def test_one_mistake_costs_its_own_points_only(slug: str) -> None:
    tried = 0
    for exercise, key, source, changed, steps in chains(slug):
        findings = marking().marked(exercise, key, changed)
        assert lost(findings) == {source}, marking().plain_text(changed)
        assert all(findings[step].points == findings[step].max_points for step in steps)
        tried += len(steps)
    assert tried >= 3


@pytest.mark.parametrize("slug", sorted(marking().LINKS))
def test_what_does_not_follow_is_wrong(slug: str) -> None:
    refused = 0
    for exercise, key, _, changed, steps in chains(slug):
        for step in steps:
            if isinstance(changed[step], str):
                continue
            elsewhere = far_from(changed[step])
            findings = marking().marked(exercise, key, {**changed, step: elsewhere})
            assert findings[step].verdict is not Verdict.PASSED, (step, elsewhere, changed)
            refused += 1
    assert refused >= 3


@pytest.mark.parametrize("slug", sorted(marking().LINKS.keys() - FROM_ARRAYS))
def test_earlier_answers_count_in_other_forms(slug: str) -> None:
    """As text, in brackets: forms that the marking of the earlier question reads."""
    tried = 0
    for exercise, key, source, changed, steps in chains(slug):
        kind = next(question.kind for question in exercise.questions if question.id == source)
        for form in (str, lambda value: [value]) if kind == "number" else ():
            findings = marking().marked(exercise, key, {**changed, source: form(changed[source])})
            assert all(findings[step].verdict is Verdict.PASSED for step in steps), (source, changed)
            tried += len(steps)
    assert tried >= 3


@pytest.mark.parametrize("slug", sorted(marking().LINKS.keys() - OF_ONE_STEP))
def test_an_answer_left_out_in_between_costs_itself_only(slug: str) -> None:
    tried = 0
    for exercise, key, source, changed, steps in chains(slug):
        for absent in steps[:-1]:
            findings = marking().marked(exercise, key, {**changed, absent: None})
            assert findings[absent].verdict is Verdict.NOT_ATTEMPTED
            assert lost(findings) == {source}, (absent, changed)
            tried += 1
    assert tried >= 3


@pytest.mark.parametrize("slug", sorted(marking().LINKS))
def test_two_mistakes_of_their_own_cost_two(slug: str) -> None:
    """A second wrong answer further on, from which the student works on in turn."""
    tried, rng = marking(), random.Random(slug)
    pairs = 0
    for exercise, key in drawn(slug):
        for source, second in linked(slug, exercise):
            first = next(tried.wrong_values(key, source, 0, rng))
            changed = tried.consistent(slug, exercise, key, source, first)
            if second not in changed or isinstance(changed[second], str):
                continue
            wrong = far_from(changed[second])
            onward = tried.consistent(slug, exercise, replace(key, answers={**key.answers, **changed}), second, wrong)
            findings = tried.marked(exercise, key, {**changed, **onward})
            assert lost(findings) <= {source, second}, (changed, onward)
            assert second in lost(findings)
            pairs += 1
    assert pairs >= 1


def linked(slug: str, exercise: Exercise) -> Iterator[tuple[str, str]]:
    """Pairs of questions of which the second rests on the first."""
    for question in exercise.questions:
        for source in marking().LINKS[slug].get(question.id, ((), None))[0]:
            yield source, question.id


@pytest.mark.parametrize("slug", sorted(marking().WAYS))
def test_a_mistake_made_in_every_step_counts_once(slug: str) -> None:
    for exercise, key in drawn(slug):
        for way in marking().WAYS[slug].values():
            changed = dict(way(key.numbers))
            assert lost(marking().marked(exercise, key, changed)) == {next(iter(changed))}


@pytest.mark.parametrize("slug", sorted(marking().LINKS))
def test_right_answers_follow_from_themselves_in_every_way(slug: str) -> None:
    """No rule gives credit where nothing is wrong: each of several values is the right one."""
    for exercise, key in drawn(slug):
        assert key.follow_on is not None
        readable = {question.id for question in exercise.questions if question.kind != "architecture"}
        found = {name: value for name, value in key.answers.items() if name in readable}
        for question, value in key.follow_on(found).items():
            for one in value.values if isinstance(value, Either) else (value,):
                findings = marking().marked(exercise, replace(key, follow_on=None), {question: one})
                assert findings[question].verdict is Verdict.PASSED, (question, one)


# ---- Models ---------------------------------------------------------------------------------------------------------


def rebuilt(table: ModelTable, change: Mapping[str, Any], kind: str, without: str = "") -> ModelTable:
    """A model with other settings in all layers of a kind, or without a kind of layer; sizes measured anew."""
    rows: list[LayerRow] = []
    shape, before = table.input_shape, table.layers[0].inbound
    for row in table.layers:
        if row.kind == without or shape is None:
            continue
        config = {**row.config, **change} if row.kind == kind else row.config
        output, count, trainable = shape, 0, 0
        for piece, settings in pieces(row.kind, config, len(shape)):
            size = measure(piece, settings, [output])
            assert size is not None
            output, count, trainable = size.output_shape, count + size.parameters, trainable + size.trainable
        rows.append(
            LayerRow(
                name=row.name,
                kind=row.kind,
                config=config,
                inbound=before,
                input_shape=shape,
                output_shape=output,
                parameters=count,
                trainable=trainable,
            )
        )
        shape, before = output, (row.name,)
    return ModelTable(input_shape=table.input_shape, layers=tuple(rows))


def of_kind(table: ModelTable, kind: str, number: int) -> LayerRow:
    return table.of_kind(kind)[number]


def read_off_keras_cnn(model: ModelTable) -> dict[str, Any]:
    flatten = of_kind(model, "Flatten", 0)
    assert flatten.input_shape is not None
    assert flatten.output_shape is not None
    shapes = [of_kind(model, "Conv2D", number).output_shape for number in (0, 1)]
    return {
        "conv1_shape": (shapes[0] or ())[1:],
        "conv1_params": of_kind(model, "Conv2D", 0).parameters,
        "conv2_shape": (shapes[1] or ())[1:],
        "conv2_params": of_kind(model, "Conv2D", 1).parameters,
        "pool_shape": flatten.input_shape[1:],
        "flatten_shape": flatten.output_shape[1:],
        "dense1_params": of_kind(model, "Dense", 0).parameters,
        "dense2_params": of_kind(model, "Dense", 1).parameters,
        "total_params": model.parameters,
    }


FAULTS: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"padding": "same"}, "Conv2D", ""),
    ({"filters": 16}, "Conv2D", ""),
    ({"kernel_size": [5, 5]}, "Conv2D", ""),
    ({"use_bias": False}, "Conv2D", ""),
    ({}, "", "MaxPooling2D"),
    ({"pool_size": [3, 3], "strides": [3, 3]}, "MaxPooling2D", ""),
)


@pytest.mark.parametrize(("change", "kind", "without"), FAULTS)
def test_sizes_of_the_students_own_model_are_right_in_keras_cnn(
    change: dict[str, Any], kind: str, without: str
) -> None:
    ((exercise, key),) = drawn("keras-cnn")
    model = rebuilt(key.references["sick_mnist_cnn"], change, kind, without)
    findings = marking().marked(exercise, key, read_off_keras_cnn(model), {"model": model})
    assert lost(findings) == {"model"}


@pytest.mark.parametrize("units", [100, 300])
def test_counts_of_the_students_own_dense_network_are_right_in_celebrities(units: int) -> None:
    ((exercise, key),) = drawn("celebrities")
    right = key.references["celebrity_dense"]
    model = rebuilt(right, {"units": units}, "Dense")
    counts = {"first_params": of_kind(model, "Dense", 0).parameters, "dense_params": model.parameters}
    findings = marking().marked(
        exercise, key, {**counts, "per_picture": model.parameters / 2000}, {"dense_model": model}
    )
    assert lost(findings) == {"dense_model"}


@pytest.mark.parametrize("padding", ["same", "valid"])
def test_counts_of_the_students_own_cnn_are_right_in_celebrities(padding: str) -> None:
    ((exercise, key),) = drawn("celebrities")
    model = rebuilt(key.references["celebrity_cnn"], {"padding": padding, "filters": 16}, "Conv2D")
    dense, flatten = of_kind(model, "Dense", 0), of_kind(model, "Flatten", 0).output_shape
    assert flatten is not None
    counts = {
        "flatten_length": flatten[1],
        "cnn_params": model.parameters,
        "cnn_frozen": model.parameters - model.trainable,
    }
    share = dense.parameters / model.parameters
    findings = marking().marked(exercise, key, {**counts, "dense_share": share}, {"cnn_model": model})
    assert lost(findings) == {"cnn_model"}


@pytest.mark.parametrize(("model", "counts"), [("boracchi", "boracchi_counts"), ("marques", "marques_counts")])
def test_counts_of_the_students_own_networks_are_right_in_lenet5(model: str, counts: str) -> None:
    for exercise, key in drawn("lenet5"):
        network = rebuilt(key.references[key.answers[model]], {"padding": "same"}, "Conv2D")
        sizes = [layer.parameters for layer in network.layers if layer.parameters]
        answers: dict[str, Any] = {counts: sizes}
        if counts == "marques_counts":
            answers["marques_share"] = sum(sizes[3:]) / sum(sizes)
        findings = marking().marked(exercise, key, answers, {model: network})
        assert lost(findings) == {model}


def test_numbers_of_another_model_than_the_own_are_wrong() -> None:
    ((exercise, key),) = drawn("keras-cnn")
    right = key.references["sick_mnist_cnn"]
    padded, wide = (rebuilt(right, change, kind, without) for change, kind, without in (FAULTS[0], FAULTS[1]))
    findings = marking().marked(exercise, key, {"total_params": wide.parameters}, {"model": padded})
    assert lost(findings) == {"model", "total_params"}
