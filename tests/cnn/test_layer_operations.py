"""Operations read as the layers that do the same, and layers that together do what one does; no Keras needed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from grader.assess.network_comparison import compare
from grader.cnn import layer_recipes
from grader.cnn.layer_operations import layers_of_operation
from grader.cnn.layer_tables import NormalNetwork, normal_form
from grader.model.record import LayerRow, ModelTable
from tests.assess.assess_samples import Spec, conv, dense
from tests.conftest import present
from tests.reading import as_read

IMAGES = (None, 12, 12, 4)
VECTORS = (None, 20)
T = "tensor"


@pytest.mark.parametrize(
    ("kind", "config", "shape", "pieces"),
    [
        ("Relu", {"arguments": [T]}, IMAGES, [("Activation", {"activation": "relu"})]),
        ("relu", {"features": T, "arguments": [T]}, IMAGES, [("Activation", {"activation": "relu"})]),
        ("ReLU", {"negative_slope": 0.0, "max_value": 6}, IMAGES, [("Activation", {"activation": "relu6"})]),
        ("Maximum", {"arguments": [T, 0]}, IMAGES, [("Activation", {"activation": "relu"})]),
        ("Maximum", {"arguments": [0.0, T]}, IMAGES, [("Activation", {"activation": "relu"})]),
        ("Maximum", {"arguments": [T, 1]}, IMAGES, None),
        (
            "clip_by_value",
            {"clip_value_min": 0, "clip_value_max": 6},
            IMAGES,
            [("Activation", {"activation": "relu6"})],
        ),
        ("softmax_v2", {"logits": T}, VECTORS, [("Activation", {"activation": "softmax"})]),
        ("Softmax", {"axis": 1}, VECTORS, [("Activation", {"activation": "softmax"})]),
        ("Softmax", {"axis": 1}, IMAGES, [("Softmax", {"axis": 1})]),
        ("HardSigmoid", {}, VECTORS, [("Activation", {"activation": "hard_sigmoid"})]),
        ("swish", {}, VECTORS, [("Activation", {"activation": "silu"})]),
        ("leaky_relu", {"alpha": 0.1}, VECTORS, [("Activation", {"activation": "leaky_relu", "negative_slope": 0.1})]),
        ("identity", {}, VECTORS, []),
        ("Cast", {"dtype": "float32"}, VECTORS, []),
        ("Reshape", {"newshape": [-1, 576]}, IMAGES, [("Flatten", {})]),
        ("reshape", {"shape": [T, -1]}, IMAGES, [("Flatten", {})]),
        ("reshape", {"shape": [-1, 288]}, IMAGES, None),
        ("Reshape", {"newshape": [-1, 144, 4]}, IMAGES, [("Reshape", {"target_shape": (144, 4)})]),
        ("Mean", {"axis": [1, 2], "keepdims": False}, IMAGES, [("GlobalAveragePooling2D", {"keepdims": False})]),
        ("reduce_max", {"axis": [-3, -2]}, IMAGES, [("GlobalMaxPooling2D", {"keepdims": False})]),
        ("Mean", {"axis": [1, 2, 3]}, IMAGES, None),
        ("Mean", {"axis": None}, IMAGES, None),
        (
            "Pad",
            {"pad_width": [[0, 0], [1, 1], [2, 2], [0, 0]]},
            IMAGES,
            [("ZeroPadding2D", {"padding": ((1, 1), (2, 2))})],
        ),
        ("Pad", {"pad_width": [[0, 0], [1, 1], [1, 1], [0, 0]], "mode": "reflect"}, IMAGES, None),
        ("Pad", {"pad_width": [[0, 0], [0, 0], [0, 0], [1, 1]]}, IMAGES, None),
        ("Transpose", {"axes": [0, 2, 1, 3]}, IMAGES, [("Permute", {"dims": (2, 1, 3)})]),
        ("TrueDivide", {"arguments": [T, 4]}, IMAGES, [("Rescaling", {"scale": 0.25, "offset": 0.0})]),
        ("TrueDivide", {"arguments": [T, 0]}, IMAGES, None),
        ("Subtract", {"arguments": [T, 3]}, IMAGES, [("Rescaling", {"scale": 1.0, "offset": -3.0})]),
        ("Subtract", {"arguments": [1, T]}, IMAGES, [("Rescaling", {"scale": -1.0, "offset": 1.0})]),
        ("Add", {"arguments": [T, [1.0, 2.0]]}, IMAGES, None),
        ("Sin", {}, IMAGES, None),
    ],
)
def test_an_operation_is_read_as_what_it_does(
    kind: str, config: dict[str, Any], shape: tuple[int | None, ...], pieces: list[Spec] | None
) -> None:
    found = layers_of_operation(kind, config, [shape])
    if found and found[0][0] == "ZeroPadding2D":
        found = [(found[0][0], {"padding": found[0][1]["padding"]})]
    assert found == pieces


@pytest.mark.parametrize(("size", "strides"), [(2, None), ([2, 2], [2, 2]), ([1, 2, 2, 1], [1, 2, 2, 1]), ([2], [2])])
def test_pooling_is_read_in_any_form(size: Any, strides: list[int] | None) -> None:
    [(kind, settings)] = present(
        layers_of_operation("max_pool2d", {"ksize": size, "strides": strides, "padding": "VALID"}, [IMAGES])
    )
    assert kind == "MaxPooling2D"
    assert settings == {"pool_size": (2, 2), "strides": (2, 2), "padding": "valid"}


def rows(*specs: tuple[str, Mapping[str, Any], bool], connected: bool = True) -> ModelTable:
    """A table of layers and operations; operations are those whose kind is not that of a layer with weights."""
    made = []
    for place, (kind, config, operation) in enumerate(specs):
        inbound = ((f"r{place - 1}" if place else "input"),) if connected else ()
        made.append(
            LayerRow(
                name=f"r{place}",
                kind=kind,
                config=config,
                inbound=inbound,
                input_shape=None,
                output_shape=None,
                parameters=0,
                trainable=0,
                operation=operation,
            )
        )
    return ModelTable(input_shape=IMAGES, layers=tuple(made))


def test_what_only_asks_for_a_shape_is_no_layer() -> None:
    kind, config = conv(filters=3)
    table = rows((kind, config, False), ("shape", {"arguments": [T]}, True), ("GetItem", {"arguments": [T, 0]}, True))
    flat = LayerRow(
        name="flat",
        kind="reshape",
        config={"shape": [T, -1]},
        inbound=("r0", "r2"),
        input_shape=None,
        output_shape=None,
        parameters=0,
        trainable=0,
        operation=True,
    )
    network = normal_form(replace(table, layers=(*table.layers, flat)))
    assert [layer.kind for layer in network.layers] == ["Conv2D", "Flatten"]
    assert network.is_chain


def test_a_table_may_claim_anything_of_its_operations() -> None:
    claims: tuple[dict[str, Any], ...] = (
        {"axis": "x"},
        {"newshape": [{}]},
        {"pad_width": [1, [2], "x", None]},
        {"arguments": 7},
        {"strides": {}},
    )
    for config in claims:
        for kind in (
            "Reshape",
            "Mean",
            "Pad",
            "Add",
            "MaxPool",
            "Transpose",
            "Clip",
            "Concatenate",
            "Softmax",
            "",
            "_v2",
        ):
            first, last = normal_form(rows((kind, config, True), ("Flatten", {}, False))).layers
            known = {"Concatenate": ["Concatenate"], "Softmax": ["Softmax", "Activation"]}
            assert first.kind in known.get(kind, [f"{kind} (operation)"]), (kind, config)
            assert (last.kind, last.inbound) == ("Flatten", (0,))
            assert (last.size is None) is (first.size is None)


@pytest.mark.parametrize("table", [rows(("Dense", {"units": 3}, False), connected=False)])
def test_a_row_may_name_any_row_as_the_first_use(table: ModelTable) -> None:
    """Only a layer that is there shares its weights with another use."""
    for first in ("r0", "nowhere", "input", "x" * 200):
        again = replace(table.layers[0], name="r1", first=first)
        network = normal_form(replace(table, layers=(*table.layers, again)))
        assert [layer.kind for layer in network.layers] == ["Dense", "Dense"]
        assert [layer.shares for layer in network.layers] == [None, 0 if first == "r0" else None]


def dense_with(**config: Any) -> NormalNetwork:
    kind, settings = dense(3, kernel_initializer={"class_name": "GlorotUniform", "config": {}}, **config)
    return normal_form(replace(rows((kind, settings, False)), input_shape=VECTORS))


L2 = {"class_name": "L2", "config": {"l2": 0.01}}


@pytest.mark.parametrize(
    ("given", "same"),
    [
        (L2, True),
        ({"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.009999999776482582}}, True),
        ({"class_name": "L1", "config": {"l1": 0.01}}, False),
        ({"class_name": "L1L2", "config": {"l1": 0.01, "l2": 0.01}}, False),
        ({"class_name": "L2", "config": {"l2": 0.001}}, False),
        ({"class_name": "L2", "config": {"l2": 0.0}}, False),
        (None, False),
    ],
)
def test_a_penalty_is_compared_where_the_reference_has_one(given: dict[str, Any] | None, same: bool) -> None:
    right, found = dense_with(kernel_regularizer=L2), dense_with(kernel_regularizer=given)
    assert (compare(right, found).share == 1) == same
    assert compare(dense_with(kernel_regularizer=None), found).share == 1


def test_a_penalty_of_ones_own_is_a_doubt_and_no_fault() -> None:
    right = dense_with(kernel_regularizer=L2)
    for given in ({"class_name": "L2 (own class)", "config": {}}, {"class_name": "function", "config": "mine"}):
        found = dense_with(kernel_regularizer=given)
        assert compare(right, found).share == 1
        assert layer_recipes.doubts(right.layers[0].recipe, found.layers[0].recipe) == ["kernel_regularizer"]


def test_values_of_a_recipe_are_told_as_one_writes_them() -> None:
    told = {
        "L2 0.01": L2,
        "L1 0.1 + L2 0.2": {"class_name": "L1L2", "config": {"l1": 0.1, "l2": 0.2}},
    }
    for words, value in told.items():
        assert (
            as_read(
                layer_recipes.value_in_words(layer_recipes.recipe({"kernel_regularizer": value})["kernel_regularizer"])
            )
            == words
        )
    for words, kind in {"he_normal": "HeNormal", "glorot_uniform": "GlorotUniform", "zeros": "Zeros"}.items():
        starts = layer_recipes.recipe({"kernel_initializer": {"class_name": kind, "config": {"seed": 1}}})
        assert layer_recipes.value_in_words(starts["kernel_initializer"]) == words


def test_a_kind_that_is_not_known_here_has_no_fault() -> None:
    row = LayerRow(
        name="n",
        kind="Normalization",
        config={"axis": [3], "mean": None},
        inbound=("input",),
        input_shape=IMAGES,
        output_shape=IMAGES,
        parameters=9,
        trainable=0,
    )
    [layer] = normal_form(ModelTable(input_shape=IMAGES, layers=(row,))).layers
    assert (layer.fault, layer.parameters) == ("", 9)
