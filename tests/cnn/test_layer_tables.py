"""Two tables that mean the same have the same normal form."""

from dataclasses import replace
from typing import Any

import pytest

from grader.cnn.layer_tables import INPUT, normal_form
from grader.model.record import LayerRow, ModelTable
from tests.assess.assess_samples import FLATTEN, SICK, Spec, activation, chain, conv, dense, dropout, pool
from tests.assess.conftest import Mark
from tests.reading import as_read


def meaning(*specs: Spec, **more: Any) -> list[Spec]:
    """What the normal form of a chain says, sizes left aside."""
    return [(layer.kind, dict(layer.settings)) for layer in normal_form(chain(*specs, **more)).layers]


def zeros(margin: int) -> Spec:
    return "ZeroPadding2D", {"padding": [[margin, margin], [margin, margin]], "data_format": "channels_last"}


RELU_LAYER = {"class_name": "ReLU", "config": {"negative_slope": 0.0, "max_value": None, "threshold": 0.0}}
OWN = {"class_name": "function", "config": "softmax_v2"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([conv(activation="relu")], [conv(), activation("relu")]),
        ([conv(activation="relu")], [conv(), ("ReLU", {"max_value": None, "negative_slope": 0.0, "threshold": 0.0})]),
        ([conv(activation=RELU_LAYER)], [conv(activation="relu")]),
        ([dense(10, activation=OWN)], [dense(10), ("Softmax", {"axis": -1})]),
        ([dense(10), ("Softmax", {"axis": 3})], [dense(10, activation="softmax")]),
        ([conv(), ("LeakyReLU", {"negative_slope": 0.2})], [conv(activation="leaky_relu")]),
        ([conv(), ("ELU", {"alpha": 1.0})], [conv(activation="elu")]),
        ([conv(activation="swish")], [conv(activation="silu")]),
        ([conv(), activation("linear"), ("Identity", {})], [conv()]),
        ([conv(kernel_size=3, strides=1)], [conv()]),
        ([conv(padding="VALID")], [conv()]),
        ([("Convolution2D", conv()[1])], [conv()]),
        ([("MaxPool2D", pool()[1])], [pool()]),
        ([("AvgPool2D", pool()[1])], [pool(kind="AveragePooling2D")]),
        ([("MaxPooling2D", {"pool_size": 2, "strides": None, "padding": "valid"})], [pool()]),
        ([conv(kernel_regularizer={"l2": 0.1}, kernel_constraint="x")], [conv()]),
        ([("Dropout", {"rate": 0.5, "seed": 3})], [dropout(0.5)]),
        ([dropout(0), conv()], [conv()]),
        ([("Reshape", {"target_shape": [784]})], [FLATTEN]),
        ([("Reshape", {"target_shape": [-1]})], [FLATTEN]),
        ([("Reshape", {"target_shape": [28, 28, 1]}), conv()], [conv()]),
        ([FLATTEN, FLATTEN], [FLATTEN]),
        ([zeros(1), conv()], [conv(padding="same")]),
        ([zeros(1), zeros(1), conv(kernel_size=[5, 5])], [conv(kernel_size=[5, 5], padding="same")]),
        ([zeros(1), zeros(2), conv(kernel_size=[7, 7])], [conv(kernel_size=[7, 7], padding="same")]),
        ([conv(), ("LeakyReLU", {"negative_slope": 0.0})], [conv(activation="relu")]),
        ([("BatchNormalization", {"axis": 3})], [("BatchNormalization", {"axis": -1, "momentum": 0.9})]),
    ],
)
def test_equal_by_meaning_is_equal(one: list[Spec], other: list[Spec]) -> None:
    assert meaning(*one) == meaning(*other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([("GlobalAveragePooling2D", {})], [FLATTEN]),
        ([conv(), activation("relu")], [conv()]),
        ([conv(padding="same")], [conv()]),
        ([zeros(1), zeros(1), conv()], [conv(padding="same")]),
        ([zeros(1), zeros(1), conv(kernel_size=[5, 5], padding="same")], [conv(kernel_size=[5, 5], padding="same")]),
        ([conv(use_bias=False)], [conv()]),
        ([conv(strides=[2, 2])], [conv()]),
        ([conv(dilation_rate=[2, 2])], [conv()]),
        ([pool(2, strides=[1, 1])], [pool(2)]),
        ([pool()], [pool(kind="AveragePooling2D")]),
        ([dropout(0.5)], [dropout(0.25)]),
        ([conv(), ("ReLU", {"max_value": 6, "negative_slope": 0.0, "threshold": 0.0})], [conv(activation="relu")]),
        ([("LeakyReLU", {"negative_slope": 0.3})], [("LeakyReLU", {"negative_slope": 0.2})]),
        ([("Reshape", {"target_shape": [784, 1]})], [FLATTEN]),
    ],
)
def test_different_by_meaning_is_different(one: list[Spec], other: list[Spec]) -> None:
    assert meaning(*one) != meaning(*other)


def test_the_model_of_the_lecture_has_its_parameters() -> None:
    network = normal_form(chain(*SICK))
    assert (network.parameters, len(network.layers), network.is_chain) == (600_810, 12, True)
    assert [layer.parameters for layer in network.layers if layer.parameters] == [320, 9_248, 589_952, 1_290]


def test_claimed_sizes_of_known_layers_are_not_believed() -> None:
    table = chain(*SICK)
    lies = tuple(replace(row, parameters=1, output_shape=(None, 1), input_shape=(None, 1)) for row in table.layers)
    network = normal_form(replace(table, layers=lies))
    assert network.parameters == 600_810
    assert "320 parameters" in as_read(network.layers[0].fault)


def test_honest_tables_have_no_faults() -> None:
    fused = [conv(activation="relu"), pool(), FLATTEN, dense(10, activation="softmax")]
    for specs in (SICK, fused):
        assert all(not layer.fault for layer in normal_form(chain(*specs)).layers)


def test_claimed_sizes_of_unknown_layers_are_taken_over() -> None:
    table = ModelTable(
        input_shape=(None, 8),
        layers=(
            LayerRow(
                name="l",
                kind="LSTM",
                config={"units": 3},
                inbound=("i",),
                input_shape=(None, 8),
                output_shape=(None, 3),
                parameters=99,
                trainable=99,
            ),
        ),
    )
    [layer] = normal_form(table).layers
    assert (layer.kind, layer.parameters, layer.output_shape) == ("LSTM", 99, (None, 3))


def row(
    name: str,
    kind: str,
    inbound: list[str],
    config: dict[str, Any] | None = None,
    shape: tuple[None, int] = (None, 8),
    parameters: int = 0,
) -> LayerRow:
    return LayerRow(
        name=name,
        kind=kind,
        config=config or {},
        inbound=tuple(inbound),
        input_shape=shape,
        output_shape=shape,
        parameters=parameters,
        trainable=parameters,
    )


def test_a_branch_is_kept_and_merged_shapes_follow_from_all_inputs() -> None:
    rows = (
        row("a", "Dense", ["in"], {"units": 8}, parameters=72),
        row("b", "Add", ["in", "a"]),
        LayerRow(
            name="c",
            kind="Concatenate",
            config={"axis": -1},
            inbound=("a", "b"),
            input_shape=(None, 8),
            output_shape=(None, 16),
            parameters=0,
            trainable=0,
        ),
    )
    network = normal_form(ModelTable(input_shape=(None, 8), layers=rows))
    assert [layer.inbound for layer in network.layers] == [(INPUT,), (INPUT, 0), (0, 1)]
    assert network.layers[2].output_shape == (None, 16)
    assert not network.is_chain
    assert not any(layer.fault for layer in network.layers)


def test_a_nested_model_stands_in_line() -> None:
    rows = (
        row("in_front", "Dense", ["x"], {"units": 8}, parameters=72),
        row("base/d", "Dense", ["base/my_input"], {"units": 8}, parameters=72),
        row("last", "Dense", ["base"], {"units": 8}, parameters=72),
    )
    assert normal_form(ModelTable(input_shape=(None, 8), layers=rows)).is_chain


def test_an_operation_that_is_no_layer_is_seen() -> None:
    rows = (
        row("a", "Dense", ["in"], {"units": 8}, parameters=72),
        row("b", "Dense", ["re_lu"], {"units": 8}, parameters=72),
        row("c", "Dense", ["add_1"], {"units": 8}, parameters=72),
    )
    network = normal_form(ModelTable(input_shape=(None, 8), layers=rows))
    assert [layer.kind for layer in network.layers] == ["Dense", "Activation", "Dense", "add", "Dense"]
    assert network.is_chain


def test_thousands_of_names_that_nothing_has_make_no_network_of_thousands_of_layers() -> None:
    rows = [row(f"layer {number}", "Add", [f"{number} of {place}" for place in range(100)]) for number in range(2_000)]
    assert len(normal_form(ModelTable(input_shape=(None, 8), layers=tuple(rows))).layers) < 10_000


HOSTILE = [
    {},
    {"filters": "many", "kernel_size": None},
    {"filters": 3, "kernel_size": [3, 3], "strides": [0, 0]},
    {"filters": 3, "kernel_size": [[3], {}], "padding": 7},
    {"filters": 10**3000, "kernel_size": [10**500, 1]},
    {"filters": -3, "kernel_size": [99, 99]},
    {"filters": 3, "kernel_size": [3]},
    {"filters": "a" * 3000, "kernel_size": ["b" * 3000, 3], "units": "a" * 3000, "target_shape": ["a", 3]},
    {"filters": 2**61, "kernel_size": [2**61, 2**61], "units": 2**61, "padding": [[2**61, 1], [1, 1]]},
    {"filters": 1e308, "kernel_size": [1e308, 3], "units": 1e308, "target_shape": [1e308]},
    {"target_shape": [2**61] * 5000, "kernel_size": [1] * 5000, "filters": 1, "units": [7] * 5000},
    {"filters": 3, "kernel_size": [3, 3], "groups": 0},
    {"filters": 3, "kernel_size": [3, 3], "activation": {"class_name": ["x"], "config": {"class_name": None}}},
]


@pytest.mark.parametrize("config", HOSTILE)
@pytest.mark.parametrize(
    "kind", ["Conv2D", "DepthwiseConv2D", "Conv2DTranspose", "Reshape", "ZeroPadding2D", "Dense", "Own"]
)
def test_a_table_that_makes_no_sense_is_no_error_of_ours(mark_model: Mark, kind: str, config: dict[str, Any]) -> None:
    first = LayerRow(
        name="x",
        kind=kind,
        config=config,
        inbound=("i",),
        input_shape=(None, 28, 28, 1),
        output_shape=(None, 26, 26, 32),
        parameters=10**3000,
        trainable=320,
    )
    table = chain(*SICK)
    finding = mark_model(replace(table, layers=(first, *table.layers[1:])))
    assert finding.verdict.value == "partial"
