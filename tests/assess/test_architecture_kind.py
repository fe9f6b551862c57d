"""Models are compared layer by layer, and the finding says what is wrong and why."""

from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies

from grader.assess.engine import validate
from grader.assess.network_comparison import compare
from grader.cnn.layer_tables import normal_form
from grader.model.assessment import Finding, Verdict
from grader.model.figures import LayerAlignment
from grader.model.record import Answer, AnswerState, LayerRow, ModelTable
from tests.assess.assess_samples import (
    FLATTEN,
    SICK,
    Spec,
    activation,
    answer_key,
    chain,
    conv,
    dense,
    dropout,
    exercise,
    failing,
    pool,
    question,
    value,
)
from tests.assess.conftest import Mark

FUSED = [
    conv(activation="relu"),
    conv(activation="relu"),
    pool(),
    dropout(0.25),
    FLATTEN,
    dense(128, activation="relu"),
    dropout(0.5),
    dense(10, activation="softmax"),
]
SHARE = 12 / 13  # the input and twelve layers, for 12 points


def without(*places: int) -> list[Spec]:
    return [spec for place, spec in enumerate(SICK) if place not in places]


def with_(place: int, spec: Spec) -> list[Spec]:
    return [*SICK[:place], spec, *SICK[place + 1 :]]


@pytest.mark.parametrize("specs", [SICK, FUSED])
def test_the_same_model_earns_everything(mark_model: Mark, specs: list[Spec]) -> None:
    finding = mark_model(chain(*specs, prefix="other_"))
    assert (finding.verdict, finding.points, finding.reason) == (Verdict.PASSED, 12.0, "")
    assert all(part.correct for part in finding.parts)


@pytest.mark.parametrize(
    ("specs", "lost", "words"),
    [
        (with_(4, pool(kind="AveragePooling2D")), 1, "Layer 5: expected MaxPooling2D 2×2, found AveragePooling2D 2×2."),
        (with_(4, pool(3)), 0.5, "The pool size is 3×3 instead of 2×2"),
        (
            with_(0, conv(padding="same")),
            0.5,
            "Padding is 'same' instead of 'valid': 28×28×1 becomes 28×28×32 instead of 26",
        ),
        (with_(0, conv(use_bias=False)), 0.5, "The bias is missing (288 parameters instead of 320)"),
        (
            with_(2, conv(filters=64)),
            0.5,
            "The number of filters is 64 instead of 32 (18,496 parameters instead of 9,248)",
        ),
        (with_(2, conv(filters=64, kernel_size=[5, 5])), 0.75, "the kernel size is 5×5 instead of 3×3"),
        (with_(2, conv(strides=[2, 2])), 0.5, "found Conv2D 32 filters 3×3, stride 2."),
        (with_(5, dropout(0.5)), 0.5, "expected Dropout 0.25, found Dropout 0.5. The rate is 0.5 instead of 0.25"),
        (with_(1, activation("tanh")), 0.5, "The activation is tanh instead of relu"),
        (without(4), 1, "That is why layer 8 (Dense 128) has 2,359,424 parameters instead of 589,952."),
        (without(6), 1, "Layer 7: Flatten is missing. Without Flatten"),
        (without(11), 1, "Without softmax"),
        ([*SICK, dense(10)], 1, "Extra layer 13: the task does not ask for Dense 10."),
        ([*SICK[:4], SICK[5], SICK[4], *SICK[6:]], 1, "Two neighbouring layers are swapped"),
        ([*SICK[:4], ("GlobalAveragePooling2D", {}), *SICK[5:6], *SICK[7:]], 2, "found GlobalAveragePooling2D"),
    ],
)
def test_an_error_costs_its_layer_and_is_named(mark_model: Mark, specs: list[Spec], lost: float, words: str) -> None:
    finding = mark_model(chain(*specs))
    assert finding.verdict is Verdict.PARTIAL
    assert finding.points == round(12 - lost * SHARE, 2)
    assert words in finding.reason


def test_totals_are_shown(mark_model: Mark) -> None:
    finding = mark_model(chain(*without(4)))
    assert "Expected 600,810 parameters in total, found 2,370,282." in finding.reason
    assert finding.expected == "12 layers including activations, 600,810 parameters"


def test_what_follows_from_an_error_costs_nothing_and_says_so(mark_model: Mark) -> None:
    [knocked_on] = [part for part in mark_model(chain(*without(4))).parts if part.correct and part.reason]
    assert knocked_on.label == "layer 8"
    assert "costs no points" in knocked_on.reason


def test_the_wrong_input_costs_one_share_and_names_the_channels(mark_model: Mark) -> None:
    finding = mark_model(chain(*SICK, input_shape=(None, 28, 28, 3)))
    assert finding.points == round(12 - SHARE, 2)
    assert "3 channels instead of 1" in finding.reason
    assert "896 parameters instead of 320" in finding.reason


def test_a_model_built_by_a_call_with_one_image_passes(mark_model: Mark) -> None:
    assert mark_model(chain(*SICK, input_shape=(1, 28, 28, 1))).verdict is Verdict.PASSED


def test_an_empty_model_earns_nothing(mark_model: Mark) -> None:
    finding = mark_model(chain())
    assert (finding.verdict, finding.points) == (Verdict.FAILED, 0.0)
    assert "no layers" in finding.reason


@pytest.mark.parametrize("length", range(len(SICK)))
def test_a_truncated_model_never_passes(mark_model: Mark, length: int) -> None:
    assert mark_model(chain(*SICK[:length])).verdict is not Verdict.PASSED


def test_a_model_that_was_never_built_is_compared_and_told(mark_model: Mark) -> None:
    finding = mark_model(chain(*SICK, input_shape=None))
    assert finding.verdict is Verdict.PARTIAL
    assert "never built" in finding.reason
    assert finding.found == "12 layers including activations, unknown parameters"


def test_a_model_that_hides_its_input_never_passes(mark_model: Mark) -> None:
    table = chain(*SICK)
    rows = tuple(replace(row, inbound=(), input_shape=None, output_shape=None) for row in table.layers)
    finding = mark_model(ModelTable(input_shape=None, layers=rows))
    assert finding.verdict is Verdict.PARTIAL
    assert "in the order in which they were created" in finding.reason


def test_a_table_that_contradicts_itself_never_passes_and_is_told(mark_model: Mark) -> None:
    table = chain(*SICK)
    rows = (replace(table.layers[0], parameters=160, trainable=160), *table.layers[1:])
    finding = mark_model(replace(table, layers=rows))
    assert finding.verdict is Verdict.PARTIAL
    assert "160 parameters, but its settings give" in finding.reason


@pytest.mark.parametrize(
    ("given_answer", "word"),
    [
        (value(600_810), "int (600,810)"),
        (value("model"), "str"),
        (value(None), "NoneType"),
        (Answer(AnswerState.UNSUPPORTED, None, "type"), "type type"),
    ],
)
def test_what_is_no_model_fails_with_its_type(mark_model: Mark, given_answer: Answer, word: str) -> None:
    finding = mark_model(None, given=given_answer)
    assert (finding.verdict, finding.points) == (Verdict.FAILED, 0.0)
    assert word in finding.reason
    assert "The question asks for a Keras model." in finding.reason


def test_a_blank_model_was_not_attempted(mark_model: Mark) -> None:
    assert mark_model(None, given=Answer(AnswerState.BLANK)).verdict is Verdict.NOT_ATTEMPTED
    source = "model = Sequential()\nmodel.add(Conv2D(filters=..., kernel_size=(..., ...)))"
    finding = mark_model(chain(input_shape=None), cells=(source,), runs=(failing("TypeError", "..."),))
    assert finding.verdict is Verdict.NOT_ATTEMPTED


def test_a_half_done_model_counts_as_far_as_it_goes(mark_model: Mark) -> None:
    source = "model = Sequential()\nmodel.add(Conv2D(32, 3))\nmodel.add(Activation(...))"
    finding = mark_model(chain(*SICK[:1]), cells=(source,), runs=(failing("ValueError", "no activation"),))
    assert finding.verdict is Verdict.PARTIAL
    assert "Cell 1 still contains `...`, so the model may be incomplete." in finding.reason


def test_an_error_in_a_cell_that_builds_the_model_is_named(mark_model: Mark) -> None:
    source = "model = Sequential()\nmodel.add(Conv2D(32, 3))\nmodel.add(Activation('rellu'))"
    finding = mark_model(chain(*SICK[:1]), cells=(source,), runs=(failing("ValueError", "no activation"),))
    assert "Cell 1 stopped with ValueError: no activation, so the model may be incomplete." in finding.reason


def test_what_is_named_one_by_one_is_not_counted_as_well(mark_model: Mark) -> None:
    assert "differ from the model" not in mark_model(chain(*without(4))).reason


def test_a_hidden_reference_is_told_nowhere(mark_model: Mark) -> None:
    finding = mark_model(chain(*without(4, 7)), shown=False)
    text = repr(finding)
    assert not any(word in text for word in ("MaxPooling2D", "600", "589", "128"))
    assert finding.reason == "Your model has 2 differences from the one that the task asks for."


def aligned(finding: Finding) -> LayerAlignment:
    """The only figure of a model."""
    [figure] = finding.figures
    assert isinstance(figure, LayerAlignment)
    return figure


def test_the_figure_aligns_the_layers(mark_model: Mark) -> None:
    finding = mark_model(chain(*with_(4, pool(3))[:-1], dense(3), activation("softmax")))
    alignment = aligned(finding)
    rows = alignment.rows
    assert [row.op for row in rows].count("equal") == 12
    assert {row.op for row in rows} == {"equal", "altered", "extra"}
    assert rows[1].expected_parameters == rows[1].found_parameters == 320
    assert alignment.expected_parameters == 600_810


def branched(kind: str = "Add", inbound: tuple[str, str] = ("in", "a")) -> ModelTable:
    shape = (None, 8)
    return ModelTable(
        input_shape=shape,
        layers=(
            LayerRow(
                name="a",
                kind="Dense",
                config={"units": 8},
                inbound=("in",),
                input_shape=shape,
                output_shape=shape,
                parameters=72,
                trainable=72,
            ),
            LayerRow(
                name="b",
                kind=kind,
                config={},
                inbound=inbound,
                input_shape=shape,
                output_shape=shape,
                parameters=0,
                trainable=0,
            ),
            LayerRow(
                name="c",
                kind="Dense",
                config={"units": 2},
                inbound=("b",),
                input_shape=shape,
                output_shape=(None, 2),
                parameters=18,
                trainable=18,
            ),
        ),
    )


def test_a_branch_counts_only_if_it_is_connected_alike(mark_model: Mark) -> None:
    assert mark_model(branched(), reference=branched()).verdict is Verdict.PASSED
    finding = mark_model(branched(inbound=("a", "a")), reference=branched())
    assert finding.verdict is Verdict.PARTIAL
    assert (
        "input comes from layer 1 (Dense) and layer 1 (Dense) instead of the input and layer 1 (Dense)"
        in finding.reason
    )


def test_an_extra_layer_does_not_make_its_neighbours_fed_otherwise(mark_model: Mark) -> None:
    rows = branched().layers
    extra = LayerRow(
        name="x",
        kind="Dropout",
        config={"rate": 0.5},
        inbound=("a",),
        input_shape=(None, 8),
        output_shape=(None, 8),
        parameters=0,
        trainable=0,
    )
    table = ModelTable(input_shape=(None, 8), layers=(rows[0], extra, replace(rows[1], inbound=("in", "x")), rows[2]))
    assert mark_model(table, reference=branched(), points=4).points == 3.0


def test_a_reference_that_does_not_exist_is_named_with_the_nearest_one() -> None:
    key = answer_key("sik", sick=chain(*SICK))
    assert "Did you mean 'sick'?" in validate(exercise(question("architecture")), key)[0]
    key = answer_key("sick", sick=chain())
    assert "Build it with an input shape." in validate(exercise(question("architecture")), key)[0]


ODD = {
    "Conv2D": conv(filters=97),
    "Dense": dense(97),
    "MaxPooling2D": pool(5),
    "Dropout": dropout(0.97),
    "Activation": activation("selu"),
    "Flatten": ("GaussianNoise", {"stddev": 0.1}),
}
REFERENCE = normal_form(chain(*SICK))


def share(specs: list[Spec]) -> float:
    return compare(REFERENCE, normal_form(chain(*specs, input_shape=None))).share


@given(strategies.booleans(), strategies.lists(strategies.integers(0, 99), max_size=6))
@settings(max_examples=60, deadline=None)
def test_one_more_missing_or_extra_layer_never_earns_more(missing: bool, places: list[int]) -> None:
    # Both together may: an extra layer beside a missing one is one layer of another kind.
    noise = ("GaussianNoise", {"stddev": 0.1})
    specs, before = list(SICK), share(SICK)
    for place in places:
        belonging = [position for position, spec in enumerate(specs) if spec != noise]
        if missing:
            specs.pop(belonging[place % len(belonging)])
        else:
            specs.insert(place % (len(specs) + 1), noise)
        after = share(specs)
        assert after <= before
        before = after


@given(strategies.lists(strategies.integers(0, len(SICK) - 1), unique=True, max_size=6))
@settings(max_examples=60, deadline=None)
def test_one_more_altered_layer_never_earns_more(places: list[int]) -> None:
    specs, before = list(SICK), share(SICK)
    for place in places:
        specs[place] = ODD[specs[place][0]]
        after = share(specs)
        assert after <= before
        before = after


@given(strategies.text("abcdefgh_0123456789", min_size=1, max_size=5))
@settings(max_examples=30, deadline=None)
def test_names_mean_nothing(prefix: str) -> None:
    assert compare(REFERENCE, normal_form(chain(*SICK, prefix=prefix))).share == 1


def test_a_swap_and_a_layer_of_another_kind_are_drawn_as_what_they_are(mark_model: Mark) -> None:
    table = chain(*SICK[:4], dropout(0.25), pool(), *SICK[6:9], dense(7), *SICK[10:])
    rows = aligned(mark_model(table)).rows
    assert [row.op for row in rows].count("swapped") == 2
    assert "replaced" in {row.op for row in rows}
