"""The accuracy of a student's function on held-out data."""

import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator

from grader.assess import function_source, model_files, options, surest_mistakes, training, trial
from grader.assess.answers import never_called, why_missing
from grader.assess.evidence import Evidence
from grader.assess.findings import finding, unmarked
from grader.assess.heldout import HeldOutData
from grader.assess.kinds.kind import Kind, Request
from grader.assess.predictions import ONE_NUMBER, Predictions, PredictionsError, decode, predictions_of
from grader.assess.rounded_scores import rounded_score
from grader.assess.second_call import compare
from grader.assess.trial import Trial
from grader.model import figures
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Exercise, Question
from grader.model.figures import AccuracyScale, ConfusionMatrix, Figure, Mistake, SurestMistakes
from grader.model.key import AnswerKey
from grader.model.needs import Needs
from grader.model.record import ProbeResult, ProbeState
from grader.model.score import Accuracy, Score, SecondCall
from grader.text.language import marked
from grader.text.messages import Message, Numeral, Text, english, joined, message, number, shortened, without_stop
from grader.text.proportions import percent, points_of, wilson

_EXCEPTIONS = frozenset(
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
) | {"InvalidArgumentError", "ResourceExhaustedError", "NotFoundError", "FailedPreconditionError", "UnimplementedError"}
"""Names of exceptions that the notebook cannot have chosen: those of Python, and those of TensorFlow."""
_MOST_CAUSES = 2
_ONE_LABEL = marked(
    "Check what `{name}` returns for a few images. It must be one whole number for each image, the number of its class."
)


class AccuracyThreshold(options.Options):
    """The points for an accuracy."""

    accuracy: float = Field(ge=0, le=1)
    points: float = Field(ge=0)


class AccuracyOptions(options.Options):
    """Accuracies and their points: none below the first, in proportion between two, constant above the last.

    With `altered`, the held-out images are altered a little and the function is called twice. With
    `probabilities`, rows of scores are allowed as well as labels. With `show_heldout`, a report may show
    held-out images. `example` names the public array with which `grader check` calls the function. `near_hint`
    replaces the hint near the goal: for an accuracy from the last threshold but one.
    """

    thresholds: tuple[AccuracyThreshold, ...] = Field(min_length=1)
    altered: bool = False
    probabilities: bool = False
    show_heldout: bool = False
    example: str = "x_valid"
    near_hint: str = ""

    @field_validator("thresholds")
    @classmethod
    def _ascending(cls, thresholds: tuple[AccuracyThreshold, ...]) -> tuple[AccuracyThreshold, ...]:
        for lower, higher in pairwise(thresholds):
            if higher.accuracy <= lower.accuracy or higher.points < lower.points:
                raise ValueError("must be in ascending order, and a higher accuracy must not earn fewer points")
        return thresholds


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: the highest threshold earns all points, and there is held-out data."""
    problems = options.problems(AccuracyOptions, question.options)
    if not problems:
        most = options.read(AccuracyOptions, question.options).thresholds[-1].points
        if most != question.points:
            problems = [f"the last threshold must give all {question.points:g} points. Received: {most:g}."]
    if question.id not in key.heldout and question.id not in key.not_here:
        problems = [*problems, "the question has no held-out data. Add them to HELDOUT in key.py."]
    return problems


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: points by the thresholds, with a 95 % interval, a confusion matrix and a diagnosis.

    Raises:
        ValueError: If the evidence has no held-out labels.
    """
    if evidence.heldout is None:
        raise ValueError("the evidence has no held-out labels")
    unable = _unable(question, evidence)
    if unable:
        return unable
    try:
        predictions = _read(question, evidence, evidence.probe, len(evidence.heldout.labels))
    except PredictionsError as problem:
        return _no_labels(question, problem.text)
    return _marked(question, evidence, predictions)


def _read(question: Question, evidence: Evidence, probe: ProbeResult | None, count: int) -> Predictions:
    rule = options.read(AccuracyOptions, question.options)
    classes = evidence.key.heldout[question.id].classes
    result = decode(probe.array) if probe else np.empty(0)
    return predictions_of(result, count, len(classes), scores=rule.probabilities)


def _unable(question: Question, evidence: Evidence) -> Finding | None:
    """The finding for a function that returned nothing; None if it returned something."""
    name, probe = evidence.name, evidence.probe
    state = probe.state if probe else ProbeState.NOT_REACHED
    exception_text = shortened(probe.message) if probe else ""
    if state is ProbeState.RETURNED:
        return None
    if probe and (unwritten := function_source.not_written(evidence, probe)):
        unanswered = unmarked(question, Verdict.NOT_ATTEMPTED, unwritten)
        to_do = training.left_blank(evidence)
        return replace(unanswered, hint=to_do) if to_do else unanswered
    if state in (ProbeState.NOTHING, ProbeState.BLANK):
        return _no_labels(question, function_source.nothing_returned(evidence))
    if state is ProbeState.MISSING:
        absent = why_missing(evidence)
        return unmarked(question, absent.verdict, absent.reason, remedy=absent.remedy)
    if state is ProbeState.NOT_REACHED:
        absent = never_called(evidence)
        return unmarked(question, absent.verdict, absent.reason, remedy=absent.remedy)
    reasons = {
        ProbeState.RAISED: joined(
            message(
                "`{name}` failed on the held-out images: {message}.", name=name, message=without_stop(exception_text)
            ),
            function_source.one_image_expected(evidence.name, evidence.cells),
            model_files.explanation(evidence, english(probe.message) if probe else ""),
        ),
        ProbeState.TIMED_OUT: joined(
            message("`{name}` took longer on the held-out images than allowed.", name=name),
            joined(exception_text, ".", separator=""),
            function_source.one_call_for_all(evidence.name, evidence.cells),
        ),
        ProbeState.REFUSED: message(
            (
                "The grader could not use the result of `{name}`: {message}. Expected: one whole number "
                "for each image, from 0 to {last}."
            ),
            name=name,
            message=exception_text,
            last=len(evidence.key.heldout[question.id].classes) - 1,
        ),
    }
    return _no_labels(question, reasons[state], hint=question.hint if state is ProbeState.RAISED else "")


def _no_labels(question: Question, reason: Text, hint: Text = "") -> Finding:
    """The finding for a function whose labels could not be counted; the question's own hint is about other mistakes."""
    step = hint or message(_ONE_LABEL, name=question.answer)
    return replace(finding(question, 0, expected=_goal(question), reason=reason), hint=step)


def _marked(question: Question, evidence: Evidence, predictions: Predictions) -> Finding:
    assert evidence.heldout is not None
    rule, classes = options.read(AccuracyOptions, question.options), evidence.key.heldout[question.id].classes
    confusion = _confusion(evidence.heldout.labels, predictions.labels, len(classes))
    right, count = int(confusion.trace()), int(confusion.sum())
    second = _second_call(question, evidence, predictions)
    measured = Accuracy(
        value=right / count,
        interval=wilson(right, count),
        images=count,
        guessing=int(confusion.sum(axis=1).max()) / count,
        second_call=second.counts,
        second_call_failure=second.failure,
    )
    accuracy = measured.value
    scale = [(threshold.accuracy, threshold.points) for threshold in rule.thresholds]
    points = points_of(accuracy, scale)
    share = points / question.points if question.points else float(accuracy >= rule.thresholds[-1].accuracy)
    has_model = function_source.may_call_model(evidence.name, evidence.cells)
    may_be_untrained = has_model and not training.has_learnt(evidence.record.histories)
    causes = training.causes(evidence, len(classes), accuracy)[:_MOST_CAUSES] if share < 1 and has_model else []
    diagnosis = "" if share >= 1 else _diagnosis(confusion, classes, measured.interval, may_be_untrained)
    surest = surest_mistakes.surest(evidence.heldout, predictions, classes, pictures=rule.show_heldout)
    result = finding(
        question,
        share,
        expected=_goal(question),
        answer=percent(accuracy),
        reason=joined(
            _accuracy_in_words(right, measured),
            _noise(rule.thresholds, measured),
            second.text,
            diagnosis,
            *causes,
            predictions.note,
        ),
        figures=_figures(measured, scale, classes=classes, confusion=confusion, surest=surest),
        score=Score(
            value=accuracy,
            # A report has this note until the deadline, so it must not contain the exact accuracy or the diagnosis.
            rounded=rounded_score(accuracy, scale, joined(second.text, *causes, predictions.note)),
            accuracy=measured,
        ),
    )
    if causes:
        return replace(result, hint=causes[0])
    if rule.near_hint and share < 1 and _is_near(accuracy, rule):
        return replace(result, hint=Message(rule.near_hint))
    return result


def _is_near(accuracy: float, rule: AccuracyOptions) -> bool:
    """Whether an accuracy is near the goal, which reveals no more than the rounded score that a report may show."""
    return len(rule.thresholds) > 1 and accuracy >= rule.thresholds[-2].accuracy


def _confusion(
    true_labels: npt.NDArray[Any], predicted_labels: npt.NDArray[np.int64], classes: int
) -> npt.NDArray[np.int64]:
    """Count the pairs of labels.

    Returns:
        Shape (classes, classes), int64; a row for each true class, a column for each predicted one.
    """
    confusion = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(confusion, (np.asarray(true_labels, dtype=np.int64), predicted_labels), 1)
    return confusion


def _accuracy_in_words(right: int, measured: Accuracy) -> Text:
    low, high = measured.interval
    return message(
        "{right} of {count} held-out images are labelled correctly: {percent} (95 % interval {low} to {high}).",
        right=number(right),
        count=number(measured.images),
        percent=percent(measured.value),
        low=percent(low),
        high=percent(high),
    )


def _figures(
    measured: Accuracy,
    scale: Sequence[tuple[float, float]],
    *,
    classes: tuple[str, ...],
    confusion: npt.NDArray[np.int64],
    surest: tuple[Mistake, ...],
) -> Iterator[Figure]:
    """The accuracy on its scale, the confusion matrix (rows: true classes), and the surest mistakes, if any."""
    steps = tuple(figures.ScaleThreshold(*step) for step in scale)
    yield AccuracyScale(accuracy=measured.value, interval=measured.interval, thresholds=steps)
    yield ConfusionMatrix(classes=classes, counts=tuple(map(tuple, confusion.tolist())))
    if surest:
        yield SurestMistakes(mistakes=surest)


@dataclass(frozen=True, slots=True)
class _Second:
    """The result of the second call: a sentence for the student, and its counts or the reason why there are none."""

    text: Text = ""
    counts: SecondCall | None = None
    failure: Text = ""


def _second_call(question: Question, evidence: Evidence, predictions: Predictions) -> _Second:
    heldout, probe = evidence.heldout, evidence.second_probe
    if heldout is None or heldout.second is None:
        return _Second()
    before = message(
        ("The grader called `{name}` a second time, with the same images in a different order and mixed with others"),
        name=evidence.name,
    )
    if probe is None or probe.state is not ProbeState.RETURNED:
        return _no_second_labels(before, _kind_of_failure(probe))
    try:
        second_predictions = _read(question, evidence, probe, len(heldout.second.places))
    except PredictionsError:
        return _no_second_labels(before, message("the result was not one label for each image"))
    result = compare(heldout, predictions.labels, second_predictions.labels)
    return _Second(_disagreement(before, result), result)


def _no_second_labels(before: Text, failure: Text) -> _Second:
    sentence = message("{before}. This time, it returned no labels: {message}.", before=before, message=failure)
    return _Second(sentence, failure=failure)


def _kind_of_failure(probe: ProbeResult | None) -> Text:
    """The failure of the second call, without any text from the notebook.

    A text that the notebook chooses, even the name of an exception, could contain images that are not altered.
    """
    if probe is None or probe.state is not ProbeState.RAISED:
        timed_out = probe is not None and probe.state is ProbeState.TIMED_OUT
        return message("the time limit was reached") if timed_out else message("the result could not be read")
    name = english(probe.message).partition(":")[0]
    return name if name in _EXCEPTIONS else message("an exception that is not one of Python's own")


def _disagreement(before: Text, result: SecondCall) -> Text:
    if result.agrees:
        return ""
    return message(
        (
            "{before}. This time, {differing} of {images} got a different label, so the predictions "
            "depend on the batch, or on chance. Standardise with the mean and standard deviation of "
            "the training images, never with those of the images to label, and call the model with "
            "training=False."
        ),
        before=before,
        differing=number(result.differing),
        images=number(result.images),
    )


def _goal(question: Question) -> Text:
    last = options.read(AccuracyOptions, question.options).thresholds[-1]
    return message("{percent} % or more", percent=Numeral(f"{100 * last.accuracy:g}"))


def _noise(thresholds: tuple[AccuracyThreshold, ...], measured: Accuracy) -> Text:
    """A sentence about a threshold that was missed although the interval contains it; empty if there is none."""
    low, high = measured.value, measured.interval[1]
    missed = next((threshold for threshold in thresholds if low < threshold.accuracy <= high), None)
    if missed is None:
        return ""
    return message(
        "This is so close to the {percent} % threshold that another seed might reach it.",
        percent=Numeral(f"{100 * missed.accuracy:g}"),
    )


def _diagnosis(
    confusion: npt.NDArray[np.int64],
    classes: tuple[str, ...],
    interval: tuple[float, float],
    may_be_untrained: bool,
) -> Text:
    """Describe the confusion matrix: one class only, no better than chance, or the most frequent confusion.

    Args:
        confusion: Shape (classes, classes), integers; a row for each true class.
        classes: Their names.
        interval: Of the accuracy.
        may_be_untrained: Whether the function calls a model, and no training curve shows that it learnt.
    """
    predicted, true = confusion.sum(axis=0), confusion.sum(axis=1)
    if predicted.max() == predicted.sum():
        name = classes[int(predicted.argmax())]
        if not may_be_untrained:
            return message("Every image is labelled {name}, whatever it shows.", name=name)
        return message(
            (
                "Every image is labelled {name}: the model has learnt nothing yet, or `predict` does not "
                "scale its images like the training images."
            ),
            name=name,
        )
    if interval[0] <= true.max() / true.sum():
        if not may_be_untrained:
            return message("That is no better than guessing.")
        return message(
            "That is no better than guessing: the model is probably untrained, or `predict` does not "
            "standardise the images in the same way as in training."
        )
    confusions = confusion.copy()
    np.fill_diagonal(confusions, 0)
    if confusions.max() < 2:
        return ""
    row, column = divmod(int(confusions.argmax()), len(classes))
    return message(
        "The most common mix-up: {true} labelled as {found} ({amount} times).",
        true=classes[row],
        found=classes[column],
        amount=number(int(confusions.max())),
    )


def form_problem(question: Question, evidence: Evidence) -> Text:
    """See `Kind.form_problem`: a function that can give a result, for all images at once."""
    if no_function := function_source.no_function(evidence):
        return no_function
    one_number = function_source.gives_one_number(evidence.cells, question.answer)
    at_once = message(ONE_NUMBER) if one_number else function_source.one_call_for_all(question.answer, evidence.cells)
    return joined(function_source.form_problem(question.answer, evidence.cells), at_once)


def request(question: Question, _key: AnswerKey, data: HeldOutData | None, work: tuple[str, ...]) -> Request:
    """See `Kind.request`: the calls with the held-out inputs, in an order that only the host can compute."""
    return Request(probes=tuple(data.probes(question, work)) if data else ())


def trial_call(exercise: Exercise, question: Question) -> Trial | None:
    """See `Kind.trial`: with the first public images, those that the option `example` names."""
    rule = options.read(AccuracyOptions, question.options)
    return trial.with_images(exercise, question, rule.example, rule.probabilities)


KIND = Kind(
    check_options=check_options,
    assess=assess,
    request=request,
    form_problem=form_problem,
    needs=Needs(answer=False, heldout=True),
    ranks=True,
    trial=trial_call,
)
