"""Any model that meets conditions: layers that it must have or must not have, and a budget of parameters.

Each condition has an equal share of the points. The conditions are in `exercise.toml`, so students can read them.
"""

from collections.abc import Iterator
from dataclasses import replace

from pydantic import Field

from grader.assess import keras_imports, layer_rules, options
from grader.assess.answers import first_stop
from grader.assess.evidence import Evidence
from grader.assess.findings import finding, unmarked
from grader.assess.kinds import architecture
from grader.assess.kinds.kind import Kind
from grader.assess.layer_rules import Condition, LayerRule
from grader.cnn.layer_tables import NormalNetwork, normal_form
from grader.model.assessment import Finding, Part, Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.needs import Needs
from grader.model.record import ModelTable
from grader.text.language import marked
from grader.text.messages import Text, counted, joined, message, number

_OWN_CLASS = marked(
    "Your model contains a layer class of your own, and the grader cannot see which layers it uses. This costs you no"
    " points: an instructor will look at it."
)


class LayersOptions(options.Options):
    """The conditions: `layers` with their counts, limits for the parameters, and shapes without the batch axis.

    With `together`, a model earns points only if it meets all conditions.
    """

    layers: tuple[LayerRule, ...] = ()
    min_parameters: int | None = Field(None, ge=0)
    max_parameters: int | None = Field(None, ge=0)
    min_layers: int | None = Field(None, ge=0)
    max_layers: int | None = Field(None, ge=1)
    input_shape: tuple[int | None, ...] | None = None
    output_shape: tuple[int | None, ...] | None = None
    together: bool = False


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: there is a condition, each pair of limits agrees, and there is no expected value."""
    problems = options.problems(LayersOptions, question.options)
    if not problems:
        rule = options.read(LayersOptions, question.options)
        if not rule.layers and not rule.model_dump(exclude_none=True, exclude={"layers", "together"}):
            problems.append("there is no condition. Set layers, max_parameters or another limit.")
        for name in ("parameters", "layers"):
            least, most = getattr(rule, f"min_{name}"), getattr(rule, f"max_{name}")
            if least is not None and most is not None and least > most:
                problems.append(f"min_{name} is more than max_{name}. Swap them.")
    if question.id in key.answers or key.slips.get(question.id):
        problems.append(
            "the conditions of this question are in exercise.toml. Remove the question from answers() and slips()."
        )
    return problems


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: the fraction of the conditions that the model meets."""
    table = evidence.model
    if table is None:
        return architecture.without_model(question, evidence)
    stop = first_stop(evidence, growing=True)
    if not table.layers:
        if stop and stop.blank:
            reason = message(
                ("Cell {cell} still contains `...`, and the model has no layers yet: this question was not attempted."),
                cell=stop.cell,
            )
            step = message(architecture.FILL_IN, cell=stop.cell)
            return replace(unmarked(question, Verdict.NOT_ATTEMPTED, reason), hint=step)
        return finding(question, 0, reason=message("The model has no layers."))
    rule = options.read(LayersOptions, question.options)
    conditions = tuple(_conditions(rule, table))
    met = sum(condition.is_met is True for condition in conditions)
    share = met / len(conditions)
    result = finding(
        question,
        float(share == 1) if rule.together else share,
        expected=counted(len(conditions), "{amount} condition", "{amount} conditions"),
        answer=_summary(table),
        reason=_reason(conditions, table, together=rule.together),
        parts=[_part(condition) for condition in conditions],
    )
    if any(condition.is_met is None for condition in conditions):
        return replace(result, verdict=Verdict.NEEDS_HUMAN, points=0.0, reason=message(_OWN_CLASS), hint="")
    return result


def _conditions(rule: LayersOptions, table: ModelTable) -> Iterator[Condition]:
    assumed = (None, *rule.input_shape) if rule.input_shape else None
    network: NormalNetwork = normal_form(table, assumed)
    for layer in rule.layers:
        yield layer_rules.of_layers(layer, table)
    if rule.min_layers is not None or rule.max_layers is not None:
        count = sum(not row.operation and not row.first for row in table.layers)
        yield layer_rules.of_size(message("layers"), count, rule.min_layers, rule.max_layers)
    if rule.min_parameters is not None or rule.max_parameters is not None:
        parameters = layer_rules.parameters(table, network)
        yield layer_rules.of_size(message("parameters"), parameters, rule.min_parameters, rule.max_parameters)
    if rule.input_shape is not None:
        yield layer_rules.of_shape(message("input"), table.input_shape, rule.input_shape)
    if rule.output_shape is not None:
        shape = layer_rules.output_shape(table, network)
        yield layer_rules.of_shape(message("output"), shape, rule.output_shape)


def _part(condition: Condition) -> Part:
    is_met = condition.is_met is True
    return Part(
        label=condition.label,
        correct=is_met,
        expected=condition.expected,
        found=condition.actual,
        reason="" if is_met else _sentence(condition),
    )


def _sentence(condition: Condition) -> Text:
    return message(
        "{name}: expected {right}, found {found}.",
        name=condition.label,
        right=condition.expected,
        found=condition.actual,
    )


def _reason(conditions: tuple[Condition, ...], table: ModelTable, together: bool) -> Text:
    missed = [condition for condition in conditions if condition.is_met is not True]
    if not missed:
        return ""
    is_unbuilt = table.input_shape is None and table.counted is None
    return joined(
        *map(_sentence, missed),
        message("The model was never built, so it does not know its sizes.") if is_unbuilt else "",
        message("This question gives points only if all conditions are met.") if together else "",
    )


def _summary(table: ModelTable) -> Text:
    count = sum(not row.operation and not row.first for row in table.layers)
    return counted(
        count,
        "{amount} layer, {parameters} parameters",
        "{amount} layers, {parameters} parameters",
        parameters=number(table.counted if table.counted is not None else table.parameters),
    )


KIND = Kind(
    check_options=check_options,
    assess=assess,
    form_problem=architecture.form_problem,
    about_absence=keras_imports.wrong_import_in,
    needs=Needs(answer=False),
)
