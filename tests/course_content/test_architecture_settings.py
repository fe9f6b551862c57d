"""Every setting of every model that the exercises ask for: changed alone, it costs points if the text asks for it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from grader.assess.network_comparison import compare
from grader.cnn.layer_tables import normal_form
from grader.course.answer_key import read_key
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.model.record import LayerRow, ModelTable
from tests.conftest import ROOT

COURSE = Course(ROOT)
EXERCISES = [read_exercise(COURSE, slug) for slug in COURSE.slugs()]

ASKED = {
    "Conv2D": ("filters", "kernel_size", "strides", "padding", "dilation_rate", "groups", "activation", "use_bias"),
    "Dense": ("units", "activation", "use_bias"),
    "MaxPooling2D": ("pool_size", "strides", "padding"),
    "AveragePooling2D": ("pool_size", "strides", "padding"),
    "BatchNormalization": ("axis", "center", "scale"),
    "Dropout": ("rate",),
    "Activation": ("activation",),
    "Flatten": (),
    "RandomFlip": ("mode",),
    "RandomRotation": ("factor", "fill_mode"),
    "RandomTranslation": ("height_factor", "width_factor", "fill_mode"),
}
"""What the text of every question says of a layer of this kind, be it by leaving it as Keras has it."""

ASKED_THERE = {
    ("preprocessing-and-regularisation", "model"): {
        "Conv2D": ("kernel_regularizer",),
        "BatchNormalization": ("momentum",),
    },
    ("dense-mnist", "net"): {"Dense": ("kernel_initializer",)},
}
"""What the text of one question says besides."""

OTHER: dict[str, list[Any]] = {
    "activation": ["tanh", "relu"],
    "padding": ["same", "valid"],
    "mode": ["horizontal", "vertical"],
    "fill_mode": ["constant", "nearest"],
    "interpolation": ["nearest", "bilinear"],
    "data_format": ["channels_last"],
    "axis": [1],
    "factor": [[-0.1, 0.1]],
    "kernel_size": [[4, 4]],
    "strides": [[3, 3]],
    "dilation_rate": [[2, 2]],
    "pool_size": [[3, 3]],
    "groups": [2],
    "seed": [7],
    "noise_shape": [None],
}
REGULARIZERS = [
    None,
    {"class_name": "L1", "config": {"l1": 0.0001}},
    {"class_name": "L2", "config": {"l2": 0.01}},
    {"class_name": "L1L2", "config": {"l1": 0.0001, "l2": 0.0001}},
]
INITIALIZERS = [
    {"class_name": "Zeros", "config": {}},
    {"class_name": "HeUniform", "config": {"seed": None}},
    {"class_name": "RandomNormal", "config": {"mean": 0.0, "stddev": 0.05, "seed": 3}},
    {"class_name": "VarianceScaling", "config": {"scale": 2.0, "mode": "fan_out", "distribution": "truncated_normal"}},
]


def questions() -> Iterator[tuple[str, str]]:
    for exercise in EXERCISES:
        for question in exercise.questions:
            if question.kind == "architecture":
                yield exercise.slug, question.id


def reference(slug: str, question: str) -> ModelTable:
    exercise = next(each for each in EXERCISES if each.slug == slug)
    key = read_key(COURSE, exercise)
    return key.references[key.answers[question]]


def others(name: str, value: Any) -> list[Any]:
    """Values that mean something else than `value`."""
    if name.endswith("_regularizer"):
        return [other for other in REGULARIZERS if other != value]
    if name.endswith("_initializer"):
        return [other for other in INITIALIZERS if other != value]
    if name.endswith("_constraint"):
        return [{"class_name": "MaxNorm", "config": {"max_value": 2, "axis": 0}}]
    if name in OTHER:
        return [other for other in OTHER[name] if other != value]
    if isinstance(value, bool):
        return [not value]
    return [value + 0.07 if isinstance(value, float) else value + 1] if isinstance(value, int | float) else []


def changed(table: ModelTable, place: int, name: str, value: Any) -> ModelTable:
    """The table with one setting changed; what follows from it is left to be worked out."""
    rows = [replace(row, output_shape=None) if place <= at else row for at, row in enumerate(table.layers)]
    rows[place] = replace(rows[place], config={**rows[place].config, name: value})
    return replace(table, layers=tuple(rows))


def mutations(table: ModelTable) -> Iterator[tuple[int, LayerRow, str, Any]]:
    for place, row in enumerate(table.layers):
        for name, value in row.config.items():
            for other in others(name, value):
                yield place, row, name, other


@pytest.mark.parametrize(("slug", "question"), list(questions()))
def test_each_setting_that_the_text_asks_for_costs_points_and_no_other(slug: str, question: str) -> None:
    table = reference(slug, question)
    right = normal_form(table)
    seen: set[tuple[str, str]] = set()
    asked = {row.kind: ASKED[row.kind] for row in table.layers}
    for place, row, name, value in mutations(table):
        there = ASKED_THERE.get((slug, question), {}).get(row.kind, ())
        is_asked = name in asked[row.kind] or (name in there and not _is_last_dense(table, place))
        if (name == "padding" and _fits_in_evenly(row)) or (name == "axis" and len(row.input_shape or ()) == 2):
            continue  # padding adds nothing to it; the first axis is the last
        share = compare(right, normal_form(changed(table, place, name, value))).share
        assert (share < 1) == is_asked, (row.kind, name, value)
        seen.add((row.kind, name))
    wanted = {(kind, name) for kind, names in asked.items() for name in names if name not in ("padding", "axis")}
    assert wanted <= seen


def _fits_in_evenly(row: LayerRow) -> bool:
    """Whether a window covers its input without padding, as a filter of 1 x 1 and pooling of 24 pixels by 2 do."""
    window, sizes = row.config.get("pool_size") or row.config["kernel_size"], (row.input_shape or ())[1:-1]
    strides = row.config["strides"]
    return list(window) == list(strides) and all(
        size is not None and size % extent == 0 for size, extent in zip(sizes, window, strict=True)
    )


def _is_last_dense(table: ModelTable, place: int) -> bool:
    return table.layers[place].kind == "Dense" and not any(row.kind == "Dense" for row in table.layers[place + 1 :])


@pytest.mark.parametrize(("slug", "question"), list(questions()))
def test_names_types_and_seeds_cost_nothing(slug: str, question: str) -> None:
    table = reference(slug, question)
    rows = [
        replace(
            row, name=f"x{place}", inbound=(f"x{place - 1}" if place else "input",), config={**row.config, "seed": 5}
        )
        for place, row in enumerate(table.layers)
    ]
    assert compare(normal_form(table), normal_form(replace(table, layers=tuple(rows)))).share == 1


def test_what_is_asked_for_may_be_written_in_other_ways() -> None:
    regularised, initialised = reference("preprocessing-and-regularisation", "model"), reference("dense-mnist", "net")
    for table, name, values in (
        (
            regularised,
            "kernel_regularizer",
            [
                {"class_name": "L2", "config": {"l2": 9.999999747378752e-05}},
                {"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.0001}},
            ],
        ),
        (
            initialised,
            "kernel_initializer",
            [
                {"class_name": "HeNormal", "config": {"seed": 3}},
                {
                    "class_name": "VarianceScaling",
                    "config": {"scale": 2.0, "mode": "fan_in", "distribution": "truncated_normal", "seed": None},
                },
            ],
        ),
    ):
        place = next(at for at, row in enumerate(table.layers) if name in row.config)
        for value in values:
            assert compare(normal_form(table), normal_form(changed(table, place, name, value))).share == 1


def test_a_penalty_that_nobody_asked_for_costs_nothing() -> None:
    table = reference("keras-cnn", "model")
    penalty = {"class_name": "L2", "config": {"l2": 0.01}}
    place = next(at for at, row in enumerate(table.layers) if row.kind == "Dense")
    assert compare(normal_form(table), normal_form(changed(table, place, "kernel_regularizer", penalty))).share == 1
