"""A function that the student writes, called with hidden arguments."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from grader.assess import calls, function_source, options, trial
from grader.assess.answers import never_called, why_missing
from grader.assess.evidence import Evidence
from grader.assess.findings import finding, unmarked
from grader.assess.heldout import HeldOutData
from grader.assess.kinds.kind import Kind, Request
from grader.assess.predictions import PredictionsError, decode
from grader.assess.trial import Trial
from grader.model.assessment import Finding, Part, Verdict
from grader.model.exercise import Exercise, Question
from grader.model.key import AnswerKey, Call, Slip
from grader.model.needs import Needs
from grader.model.record import ProbeResult, ProbeState
from grader.text import values
from grader.text.language import marked
from grader.text.messages import Text, joined, message

_LOOK = marked("Call `{name}` yourself with a small example, and check the shape of the result.")


class FunctionOptions(options.Options):
    """The error that a number may have; `example`: public arguments with which `grader check` calls the function."""

    tolerance: float = Field(1e-6, ge=0)
    relative_tolerance: float = Field(1e-6, ge=0)
    example: tuple[Any, ...] = ()


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: no slip of a call may count as right."""
    problems = options.problems(FunctionOptions, question.options)
    if problems:
        return problems
    rule = options.read(FunctionOptions, question.options)
    return [
        f"call {number}: a slip is marked as correct. Remove it, or call with other arguments."
        for number, call in enumerate(key.calls.get(question.id, ()), start=1)
        if any(_near(np.asarray(slip.value), np.asarray(call.expected), rule) for slip in call.slips)
    ]


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: each call has an equal share."""
    tests = evidence.key.calls[question.id]
    results = [evidence.record.probes.get(calls.name(question, number)) for number in range(1, len(tests) + 1)]
    first = results[0]
    if first is None or first.state in (ProbeState.MISSING, ProbeState.NOT_REACHED):
        is_missing = first is not None and first.state is ProbeState.MISSING
        absent = why_missing(evidence) if is_missing else never_called(evidence)
        return unmarked(question, absent.verdict, absent.reason, remedy=absent.remedy)
    if reason := function_source.not_written(evidence, *results):
        return unmarked(question, Verdict.NOT_ATTEMPTED, reason)
    rule = options.read(FunctionOptions, question.options)
    pairs = enumerate(zip(tests, results, strict=True), start=1)
    parts = [_part(number, call, result, rule=rule, evidence=evidence) for number, (call, result) in pairs]
    right = sum(part.correct for part in parts)
    reasons = _reasons(parts, tests)
    base = finding(
        question,
        right / len(parts),
        answer=message("{right} of {count} calls give the right result", right=right, count=len(parts)),
        reason=message("The right result for every call.") if right == len(parts) else joined(*reasons[:2]),
        parts=parts,
        mistake=next((slip.reason for slip in _known(parts, tests)), ""),
    )
    if right == len(parts):
        return base
    about_values = any(_is_about_values(*pair) for pair in zip(tests, results, strict=True))
    step = question.hint if about_values else message(_LOOK, name=evidence.name)
    return replace(base, hint=next((slip.remedy for slip in _known(parts, tests) if slip.remedy), step))


def _known(parts: Sequence[Part], tests: Sequence[Call]) -> list[Slip]:
    """The wrong methods that explain calls, in the order of the calls."""
    return [
        call.slips[_causes(call).index(part.reason)]
        for part, call in zip(parts, tests, strict=True)
        if part.reason in _causes(call)
    ]


def _reasons(parts: Sequence[Part], tests: Sequence[Call]) -> list[Text]:
    """The reasons of all parts, each once. A wrong method has only its cause here: its remedy is the hint."""
    reason_of_cause = {
        cause: slip.reason for call in tests for cause, slip in zip(_causes(call), call.slips, strict=True)
    }
    reasons = [reason_of_cause.get(part.reason, part.reason) for part in parts if part.reason]
    return list(dict.fromkeys(reasons))


def _causes(call: Call) -> list[Text]:
    """The texts for results of known wrong methods: the cause and the right step."""
    return [joined(slip.reason, slip.remedy) for slip in call.slips]


def _part(number: int, call: Call, result: ProbeResult | None, *, rule: FunctionOptions, evidence: Evidence) -> Part:
    part = Part(
        label=message(
            "call {number}: {arguments}",
            number=number,
            arguments=joined(*map(_argument_in_words, call.arguments), separator=", "),
        ),
        correct=False,
        expected=message("a result of shape {shape}", shape=values.array_shape(np.shape(call.expected))),
        found=message("no result"),
    )
    if result is None or result.state is not ProbeState.RETURNED:
        return replace(part, reason=_ending(result, evidence))
    try:
        returned = decode(result.array)
    except PredictionsError as problem:
        return replace(part, found=message("no array"), reason=problem.text)
    part = replace(part, found=message("a result of shape {shape}", shape=values.array_shape(returned.shape)))
    if _near(returned, np.asarray(call.expected), rule):
        return replace(part, correct=True)
    if returned.shape == np.shape(call.expected):
        part = replace(part, found=_wrong_values(returned, call, rule))
    return replace(part, reason=_why_wrong(returned, call, rule))


def _wrong_values(returned: npt.NDArray[Any], call: Call, rule: FunctionOptions) -> Text:
    return message(
        "a result of shape {shape}, with {wrong} of {count} values wrong",
        wrong=_amount_wrong(returned, np.asarray(call.expected), rule),
        shape=values.array_shape(returned.shape),
        count=returned.size,
    )


def _amount_wrong(returned: npt.NDArray[Any], expected: npt.NDArray[Any], rule: FunctionOptions) -> int:
    return int((~np.isclose(returned, expected, rtol=rule.relative_tolerance, atol=rule.tolerance)).sum())


def _why_wrong(returned: npt.NDArray[Any], call: Call, rule: FunctionOptions) -> Text:
    """The known wrong method that gives the result, or else the difference in shape or values."""
    expected = np.asarray(call.expected)
    slip = next((slip for slip in call.slips if _near(returned, np.asarray(slip.value), rule)), None)
    if slip is not None:
        return joined(slip.reason, slip.remedy)
    if returned.shape != expected.shape:
        return message(
            "The result has shape {found}. The question asks for {wanted}.",
            found=values.array_shape(returned.shape),
            wanted=values.array_shape(expected.shape),
        )
    return message(
        "The shape is right, but {wrong} of {count} values are wrong.",
        wrong=_amount_wrong(returned, expected, rule),
        count=expected.size,
    )


def _is_about_values(call: Call, result: ProbeResult | None) -> bool:
    """Whether the question's hint fits a call: it returned values of the right shape, or raised an exception."""
    if result is None or result.state is not ProbeState.RETURNED:
        return result is not None and result.state is ProbeState.RAISED
    try:
        return bool(decode(result.array).shape == np.shape(call.expected))
    except PredictionsError:
        return False


def _near(returned: Any, expected: Any, rule: FunctionOptions) -> bool:
    one_number = returned.size == expected.size == 1  # with brackets or without
    is_comparable = (returned.shape == expected.shape or one_number) and returned.dtype.kind in "biuf"
    return is_comparable and bool(np.allclose(returned, expected, rtol=rule.relative_tolerance, atol=rule.tolerance))


def _argument_in_words(argument: Any) -> Text:
    if isinstance(argument, list):
        return message("an array of shape {shape}", shape=values.array_shape(np.shape(argument)))
    return values.value(argument)


def _ending(result: ProbeResult | None, evidence: Evidence) -> Text:
    if result is None or result.state is ProbeState.NOT_REACHED:
        return message("An earlier call did not return, so the grader did not make this call.")
    if result.state in (ProbeState.NOTHING, ProbeState.BLANK):
        return function_source.nothing_returned(evidence)
    endings = {
        ProbeState.TIMED_OUT: message("The call reached its time limit."),
        ProbeState.RAISED: message("The call stopped with {message}", message=result.message),
    }
    return endings.get(result.state, result.message)


def form_problem(question: Question, evidence: Evidence) -> Text:
    """See `Kind.form_problem`: a function that can give a result."""
    return function_source.no_function(evidence) or function_source.form_problem(question.answer, evidence.cells)


def request(question: Question, key: AnswerKey, _data: HeldOutData | None, _work: tuple[str, ...]) -> Request:
    """See `Kind.request`: the calls of the key, whose expected results stay here."""
    return Request(probes=tuple(calls.probes(question, key.calls[question.id])))


def trial_call(_exercise: Exercise, question: Question) -> Trial | None:
    """See `Kind.trial`: with the arguments of the option `example`."""
    example = options.read(FunctionOptions, question.options).example
    if not example:
        return None
    return Trial(question, calls.probe(trial.name(question), question.answer, Call(example, None)))


KIND = Kind(
    check_options=check_options,
    assess=assess,
    request=request,
    form_problem=form_problem,
    needs=Needs(answer=False, calls=True),
    trial=trial_call,
)
