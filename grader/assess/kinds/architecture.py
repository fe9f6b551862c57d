"""The architecture of a model, compared with a reference layer by layer.

The input shape and each layer of the reference have equal shares of the points. A layer that is altered in one setting
loses half of its share, and one that is altered in several settings three quarters. A missing layer, a layer of another
kind, an extra layer and two neighbours that changed places each cost one share. Consequences of an earlier error cost
nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.assess import compilation, keras_imports, options
from grader.assess.alignment import Pair, Step
from grader.assess.answers import Stop, absence, first_stop
from grader.assess.class_cache import cached, cached_by_content
from grader.assess.evidence import Evidence
from grader.assess.findings import finding, unmarked
from grader.assess.keras_imports import of_another_keras, wrong_import_in
from grader.assess.kinds.kind import Kind
from grader.assess.layer_wording import connection, description, difference, knock_on, missing
from grader.assess.network_comparison import Comparison, compare, has_other_inputs, shares_other_weights
from grader.cnn import layer_recipes
from grader.cnn.layer_recipes import OWN, deviations
from grader.cnn.layer_settings import differences
from grader.cnn.layer_tables import OPERATION, NormalLayer, NormalNetwork, normal_form
from grader.model.assessment import Finding, Part, Verdict
from grader.model.exercise import Question
from grader.model.figures import LayerAlignment, LayerPair
from grader.model.key import AnswerKey
from grader.model.needs import Needs
from grader.model.record import ModelTable
from grader.text import values
from grader.text.language import marked
from grader.text.messages import Text, capitalised, counted, joined, message, number
from grader.text.suggestions import suggestion

FILL_IN = marked("Write the layers in place of the `...` in cell {cell}.")
"""The next step for a model without layers."""

_MOST_REASONS = 3


class ArchitectureOptions(options.Options):
    """There are none."""


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: the expected value has to name a reference model."""
    problems = options.problems(ArchitectureOptions, question.options)
    name = key.answers[question.id]
    if name not in key.references:
        problems = [*problems, f"there is no reference model '{name}'. {suggestion(str(name), key.references)}."]
    elif not key.references[name].layers or key.references[name].input_shape is None:
        problems = [
            *problems,
            f"the reference model '{name}' has no layers or no input shape. Build it with an input shape.",
        ]
    return problems


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: the share that remains after the cheapest alignment with the reference."""
    if evidence.model is None:
        return without_model(question, evidence)
    stop = first_stop(evidence, growing=True)
    reference = evidence.key.references[evidence.expected]
    compiled = evidence.model.compiled if reference.compiled else {}
    table = replace(evidence.model, compiled=compiled, weights=())  # without what makes equal models different
    judgement = _judgement(table, question, reference)
    if doubt := _doubt(judgement.comparison):
        return _for_a_person(question, judgement, doubt)
    if not judgement.comparison.network.layers and stop and stop.blank:
        reason = message(
            ("Cell {cell} still contains `...`, and the model has no layers yet: this question was not attempted."),
            cell=stop.cell,
        )
        return replace(unmarked(question, Verdict.NOT_ATTEMPTED, reason), hint=message(FILL_IN, cell=stop.cell))
    share = judgement.comparison.share
    return finding(
        question,
        share,
        expected=judgement.expected,
        answer=judgement.actual,
        reason="" if share == 1 else _remarks(judgement.comparison, evidence, question.show_expected),
        revealing=judgement.comparison_text,
        parts=judgement.parts,
        figures=judgement.figures,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judgement:
    """The results that depend on the layers of a model alone, which many students of a class share.

    Attributes:
        comparison: The model beside the reference.
        expected: The reference as text.
        actual: The model as text.
        comparison_text: The differences in sentences.
        parts: One for the input, each layer and the compilation.
        figures: The layers side by side; empty if the reference may not be shown.
    """

    comparison: Comparison
    expected: Text
    actual: Text
    comparison_text: Text
    parts: tuple[Part, ...]
    figures: tuple[LayerAlignment, ...]


@cached_by_content
def _judgement(table: ModelTable, question: Question, reference: ModelTable) -> _Judgement:
    assumed = reference.input_shape if table.has_graph else None
    comparison = compare(_of_key(reference), normal_form(table, assumed))
    comparison = replace(comparison, expected_compilation=reference.compiled, actual_compilation=table.compiled)
    expected, network = comparison.reference, comparison.network
    count = _count(table, network)
    parts = tuple(_parts(comparison))
    return _Judgement(
        comparison=comparison,
        expected=_summary(expected, expected.parameters),
        actual=_summary(network, count),
        comparison_text=_comparison_text(comparison, parts, count),
        parts=parts,
        figures=(_alignment(comparison, count),) if question.show_expected else (),
    )


_of_key = cached(normal_form)


def _count(table: ModelTable, network: NormalNetwork) -> int | None:
    """The number of parameters that the student reads in `count_params`; None where the model was never built."""
    if table.counted is not None:
        return table.counted
    is_known = table.input_shape is not None and network.parameters is not None
    return network.parameters if is_known else table.parameters or None


def _doubt(comparison: Comparison) -> Text:
    """The part of a model that cannot be judged automatically; empty if there is none, or if the model is right."""
    network = comparison.network
    if network.layers and not network.has_graph and comparison.share < 1:
        equal_layers = sum(pair.step is Step.EQUAL for pair in comparison.pairs)
        return message(
            (
                "Your model is a custom class, and the grader could not follow its `call`, so it does "
                "not know what happens between the layers. It found {seen} of the {count} layers that "
                "the task asks for. This costs you no points: an instructor will look at it."
            ),
            seen=equal_layers,
            count=len(comparison.reference.layers),
        )
    doubts_of_layers = [_doubt_of_a_layer(*comparison.layers(pair)) for pair in comparison.pairs]
    unknown = [_unknown(layer) for layer in network.layers] if comparison.share < 1 else []
    return next((text for text in [*unknown, *doubts_of_layers] if text), "")


def _unknown(layer: NormalLayer) -> Text:
    """A sentence about an unknown layer or operation; empty for a known one."""
    if layer.kind.endswith(OWN):
        return message(
            (
                "`{layer}` is a layer class of your own, and the grader cannot tell what it does. An "
                "instructor will look at it."
            ),
            layer=layer.kind.removesuffix(OWN),
        )
    if layer.kind.endswith(OPERATION):
        return message(
            (
                "No layer does the same as `{operation}`, so the grader cannot tell what it does in your "
                "model. An instructor will look at it."
            ),
            operation=layer.kind.removesuffix(OPERATION),
        )
    return ""


def _doubt_of_a_layer(expected: NormalLayer | None, actual: NormalLayer | None) -> Text:
    """A sentence about a penalty or the like that the student defined, if the question requires one."""
    if not expected or not actual or expected.kind != actual.kind:
        return ""
    names = layer_recipes.doubts(expected.recipe, actual.recipe)
    if not names:
        return ""
    return message(
        (
            "{setting} of {layer} is a class or function of your own, and the grader cannot tell "
            "what it does. An instructor will look at it."
        ),
        setting=capitalised(layer_recipes.setting_in_words(names[0])),
        layer=description(actual),
    )


def _for_a_person(question: Question, judgement: "_Judgement", doubt: Text) -> Finding:
    draft = finding(question, 0, expected=judgement.expected, answer=judgement.actual, reason=doubt)
    return replace(draft, verdict=Verdict.NEEDS_HUMAN, hint="")


def without_model(question: Question, evidence: Evidence) -> Finding:
    """Make the finding for an answer that is not a Keras model."""
    absent = absence(evidence)
    if copy := of_another_keras(evidence.answer.type_name):
        return finding(
            question, 0, answer=evidence.answer.type_name, reason=keras_imports.of_wrong_keras(evidence.name, copy)
        )
    if absent and absent.verdict is not Verdict.FAILED:
        reason = joined(absent.reason, wrong_import_in(evidence.cells))
        return unmarked(question, absent.verdict, reason, remedy=absent.remedy)
    type_name = evidence.answer.type_name or values.value(evidence.answer.value)
    value = "" if absent else joined("(", values.value(evidence.answer.value), ")", separator="")
    reason = message(
        "`{name}` is of type {type}. The question asks for a Keras model.",
        name=evidence.name,
        type=joined(type_name, value),
    )
    return finding(question, 0, answer=type_name, reason=joined(reason, wrong_import_in(evidence.cells)))


def _remarks(comparison: Comparison, evidence: Evidence, may_show_expected: bool) -> Text:
    """Remarks about a model that is not right, which do not reveal the right one.

    If the right model may be shown, the differences are listed elsewhere, so they are not counted here.
    """
    stop = first_stop(evidence, growing=True)
    return joined(
        "" if may_show_expected else _tally(comparison),
        message("{cause}, so the model may be incomplete.", cause=_cause(stop)) if stop else "",
        _state(comparison.network, evidence.model is not None and evidence.model.parameters > 0),
        _counted_besides(comparison.network, evidence.model),
    )


def _counted_besides(network: NormalNetwork, table: ModelTable | None) -> Text:
    """A sentence about weights that Keras counts although no layer between the input and the output has them."""
    if table is None or table.counted is None or not table.has_graph or network.parameters in (None, table.counted):
        return ""
    return message(
        "Keras counts {count} parameters, but the layers between input and output have {found}.",
        count=number(table.counted),
        found=number(network.parameters),
    )


def _cause(stop: Stop) -> Text:
    return message("Cell {cell} still contains `...`", cell=stop.cell) if stop.blank else stop.text


def _state(network: NormalNetwork, has_weights: bool) -> Text:
    if not network.layers:
        return message("The model has no layers.")
    if network.input_shape is None and has_weights:
        return message(
            "The model does not say what its input is, so its layers were compared in the order in "
            "which they were created."
        )
    if network.input_shape is None:
        return message(
            "The model was never built, so it does not know the shape of its input. Its layers were "
            "compared as they are."
        )
    return ""


def _summary(network: NormalNetwork, parameters: int | None) -> Text:
    count = len(network.layers)
    if any(layer.kind == "Activation" for layer in network.layers):
        return counted(
            count,
            "{amount} layer including activations, {parameters} parameters",
            "{amount} layers including activations, {parameters} parameters",
            parameters=number(parameters),
        )
    return counted(
        count,
        "{amount} layer, {parameters} parameters",
        "{amount} layers, {parameters} parameters",
        parameters=number(parameters),
    )


def _tally(comparison: Comparison) -> Text:
    wrong = sum(pair.step is not Step.EQUAL for pair in comparison.pairs) + (not comparison.input_is_right)
    wrong += bool(comparison.compilation_differences)
    return counted(
        wrong,
        "Your model has {amount} difference from the one that the task asks for.",
        "Your model has {amount} differences from the one that the task asks for.",
    )


def _comparison_text(comparison: Comparison, parts: Sequence[Part], parameters: int | None) -> Text:
    """The first differences, their consequences, and the two totals."""
    if comparison.share == 1:
        return ""
    wrong = [part for part in parts if not part.correct]
    lines: list[Text] = [
        joined(joined(capitalised(part.label), ":", separator=""), _part_in_words(part))
        for part in wrong[:_MOST_REASONS]
    ]
    lines += [message("And {count} more.", count=len(wrong) - _MOST_REASONS)] if len(wrong) > _MOST_REASONS else []
    return joined(*lines, _consequence(comparison), _totals(comparison.reference.parameters, parameters))


def _part_in_words(part: Part) -> Text:
    """The expected and the actual part, and the reason for a difference, in sentences."""
    if not part.expected:
        return joined(message("the task does not ask for {layer}", layer=part.found), ".", separator="")
    difference_text = (
        message("expected {layer}, found {found}", layer=part.expected, found=part.found)
        if part.found
        else message("{layer} is missing", layer=part.expected)
    )
    return joined(joined(difference_text, ".", separator=""), part.reason)


def _consequence(comparison: Comparison) -> Text:
    """A sentence about the first layer that is right but has another count because of an earlier error."""
    for pair in comparison.pairs:
        expected, actual = comparison.layers(pair)
        if pair.step is Step.EQUAL and expected and actual and knock_on(expected, actual):
            counts = number(actual.parameters), number(expected.parameters)
            place = message("layer {number} ({kind})", number=(pair.expected or 0) + 1, kind=description(expected))
            return message(
                "That is why {layer} has {found} parameters instead of {expected}.",
                layer=place,
                found=counts[0],
                expected=counts[1],
            )
    return ""


def _totals(expected: int | None, actual: int | None) -> Text:
    if expected == actual:
        return message("The model has {count} parameters in total, which is the right number.", count=number(expected))
    return message(
        "Expected {expected} parameters in total, found {found}.",
        expected=number(expected),
        found=number(actual),
    )


def _parts(comparison: Comparison) -> Iterator[Part]:
    expected_shape, actual_shape = comparison.reference.input_shape, comparison.network.input_shape
    right = comparison.input_is_right
    yield Part(
        label=message("input"),
        correct=right,
        expected=values.shape(expected_shape),
        found=values.shape(actual_shape),
        reason="" if right else _input_reason(comparison),
    )
    for pair in comparison.pairs:
        expected, actual = comparison.layers(pair)
        place = pair.expected if pair.expected is not None else pair.actual
        label = (
            message("layer {number}", number=(place or 0) + 1)
            if expected
            else message("extra layer {number}", number=(place or 0) + 1)
        )
        yield Part(
            label=label,
            correct=pair.step is Step.EQUAL,
            expected=description(expected, _settings_asked_for(pair, expected)) if expected else "",
            found=description(actual, _settings_asked_for(pair, expected)) if actual else "",
            reason=_reason(comparison, pair),
        )
    if comparison.expected_compilation:
        names = comparison.compilation_differences
        yield Part(
            label=message("compilation"),
            correct=not names,
            expected=compilation.in_words(comparison.expected_compilation),
            found=compilation.in_words(comparison.actual_compilation),
            reason=compilation.reason(names, comparison.expected_compilation, comparison.actual_compilation),
        )


def _settings_asked_for(pair: Pair, expected: NormalLayer | None) -> Sequence[str]:
    """Settings of the recipe that a description of a layer includes because the exercise requires them."""
    return (
        layer_recipes.required_settings(expected.recipe) if expected and pair.step in (Step.EQUAL, Step.ALTERED) else ()
    )


def _input_reason(comparison: Comparison) -> Text:
    expected, actual = comparison.reference.input_shape or (), comparison.network.input_shape
    if actual is None:
        return message("The input shape is not known.")
    if len(expected) == len(actual) and expected[1:-1] == actual[1:-1]:
        return message("The input has {found} channels instead of {expected}.", found=actual[-1], expected=expected[-1])
    return message("The input does not have the right shape.")


def _reason(comparison: Comparison, pair: Pair) -> Text:
    expected, actual = comparison.layers(pair)
    if pair.step is Step.SWAPPED:
        return message("Two neighbouring layers are swapped.")
    if expected is None or actual is None:
        return missing(expected) if expected else ""
    if pair.step is Step.REPLACED:
        return ""
    faults = [difference(name, expected, actual) for name in differences(expected.settings, actual.settings)]
    faults += [_deviation(name, expected, actual) for name in deviations(expected.recipe, actual.recipe)]
    faults += [actual.fault] if actual.fault else []
    if shares_other_weights(comparison, pair):
        faults.append(_sharing(actual))
    if has_other_inputs(comparison, pair):
        sources = [
            connection(comparison.reference, pair.expected or 0),
            connection(comparison.network, pair.actual or 0),
        ]
        faults.append(
            message("its input comes from {found} instead of {expected}", found=sources[1], expected=sources[0])
        )
    if not faults:
        return knock_on(expected, actual)
    return joined(capitalised(joined(*faults, separator="; ")), ".", separator="")


def _deviation(name: str, expected: NormalLayer, actual: NormalLayer) -> Text:
    return message(
        "{setting} is {given} instead of {wanted}",
        setting=layer_recipes.setting_in_words(name),
        given=layer_recipes.value_in_words(actual.recipe[name]),
        wanted=layer_recipes.value_in_words(expected.recipe[name]),
    )


def _sharing(actual: NormalLayer) -> Text:
    if actual.shares is None:
        return message("it has its own weights, but should reuse an earlier layer")
    return message(
        (
            "it is the same layer as layer {number}, so both have the same weights, but the task "
            "asks for a separate layer"
        ),
        number=actual.shares + 1,
    )


def _alignment(comparison: Comparison, parameters: int | None) -> LayerAlignment:
    """The two architectures side by side; only for a report that may show the reference."""
    rows = [_input_row(comparison)]
    for pair in comparison.pairs:
        expected, actual = comparison.layers(pair)
        rows.append(
            LayerPair(
                op=str(pair.step),
                expected=description(expected, _settings_asked_for(pair, expected)) if expected else "",
                found=description(actual, _settings_asked_for(pair, expected)) if actual else "",
                expected_parameters=(expected.parameters or 0) if expected else 0,
                found_parameters=(actual.parameters or 0) if actual else 0,
                expected_shape=values.shape(expected.output_shape) if expected else "",
                found_shape=values.shape(actual.output_shape) if actual else "",
            )
        )
    return LayerAlignment(
        rows=tuple(rows), expected_parameters=comparison.reference.parameters, found_parameters=parameters
    )


def _input_row(comparison: Comparison) -> LayerPair:
    expected, actual = values.shape(comparison.reference.input_shape), values.shape(comparison.network.input_shape)
    return LayerPair(
        op="equal" if comparison.input_is_right else "altered",
        expected=message("Input {shape}", shape=expected),
        found=message("Input {shape}", shape=actual),
        expected_shape=expected,
        found_shape=actual,
    )


def form_problem(question: Question, evidence: Evidence) -> Text:
    """See `Kind.form_problem`: a Keras model of the installed Keras."""
    name, type_name = question.answer, evidence.answer.type_name
    if copy := of_another_keras(type_name):
        return keras_imports.of_wrong_keras(name, copy)
    if evidence.model is not None:
        return ""
    return message("`{name}` is of type {type}. The question asks for a Keras model.", name=name, type=type_name)


KIND = Kind(
    check_options=check_options,
    assess=assess,
    form_problem=form_problem,
    about_absence=wrong_import_in,
    needs=Needs(reference=True),
    is_model=True,
)
