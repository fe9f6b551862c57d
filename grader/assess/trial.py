"""One call of a student's function for `grader check`, with public data; its result is not marked."""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.assess import function_source
from grader.assess.predictions import PredictionsError, decode, predictions_of
from grader.model.exercise import Exercise, Question
from grader.model.job import Probe
from grader.model.record import ProbeResult, ProbeState, Record
from grader.text.messages import Text, joined, message, number, shortened, without_stop

_MOST_IMAGES = 1000
_SHARE_OF_LIMIT = 0.5  # of the time limit; a call that takes longer gets a warning
_LABELS = "y_"  # arrays of labels have names that begin with it


@dataclass(frozen=True, slots=True)
class PublicImages:
    """Public inputs in the form of the held-out ones.

    Attributes:
        inputs: Shape (n, ...) with n at most 1,000.
        classes: Number of classes in their labels; 0 if it is not known.
        scores: Whether rows of scores are allowed as well as labels.
    """

    inputs: npt.NDArray[np.generic]
    classes: int
    scores: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """The call of one function.

    Attributes:
        question: The function's question.
        probe: The call.
        images: Its images; None for a function that gets other arguments.
    """

    question: Question
    probe: Probe
    images: PublicImages | None = None


def problem(trial: Trial, record: Record, cells: Sequence[str], limit: float) -> Text:
    """Describe the problem that a student should fix before submitting.

    Args:
        trial: The call.
        record: The record with its result.
        cells: Source of each code cell.
        limit: Seconds that a call may take.

    Returns:
        A text for the student; empty if the call went well or was never made.
    """
    result, name = record.probes.get(trial.probe.name), trial.question.answer
    if result is None or result.state in (ProbeState.MISSING, ProbeState.NOT_REACHED):
        return ""
    if result.state is ProbeState.RETURNED:
        return joined(_form(trial, result), _slow(trial, result, limit))
    node = function_source.definition(cells, name)
    if result.state is ProbeState.BLANK and (node is None or function_source.placeholder(node)):
        return message("`{name}` is still `...`, or returns `...`.", name=name)
    if result.state in (ProbeState.BLANK, ProbeState.NOTHING):
        return function_source.reason_for_none(name, node)
    exception_text = without_stop(shortened(result.message))
    if result.state is ProbeState.TIMED_OUT:
        sentence = message(
            "`{name}` was still running on {what} after {limit} s.", name=name, what=_what(trial), limit=f"{limit:g}"
        )
        return joined(sentence, _advice(trial, cells))
    if result.state is ProbeState.RAISED:
        stop_text = message(
            "`{name}` failed on {what}: {message}.", name=name, what=_what(trial), message=exception_text
        )
        return joined(stop_text, function_source.one_image_expected(name, cells))
    return message("The grader could not use the result of `{name}`: {message}.", name=name, message=exception_text)


def note(trial: Trial, record: Record) -> Text:
    """Report the time of a call.

    Args:
        trial: The call.
        record: The record with its result.

    Returns:
        A sentence for the student; empty if the call returned nothing, or did not get images.
    """
    result = record.probes.get(trial.probe.name)
    if result is None or result.state is not ProbeState.RETURNED or trial.images is None:
        return ""
    seconds = f"{result.seconds:.1f}"
    return message(
        "`{name}` took {seconds} s for {what}.", name=trial.question.answer, seconds=seconds, what=_what(trial)
    )


def name(question: Question) -> str:
    """The name of the call in the record."""
    return f"{question.id} trial"


def with_images(exercise: Exercise, question: Question, array: str, scores: bool) -> Trial | None:
    """Make a call with public images.

    Args:
        exercise: The exercise with its public files.
        question: The function's question.
        array: Name of the array, shape (n, ...).
        scores: Whether rows of scores are allowed as well as labels.

    Returns:
        The call; None if no file of the exercise has the array.
    """
    images = _images(exercise, array, scores)
    if images is None:
        return None
    stream = io.BytesIO()
    np.lib.format.write_array(stream, images.inputs, allow_pickle=False)
    digest = hashlib.sha256(stream.getvalue()).hexdigest()
    return Trial(question, Probe(name(question), question.answer, (stream.getvalue(),), digest), images)


def _images(exercise: Exercise, name: str, scores: bool) -> PublicImages | None:
    """The public array of that name; None if no file of the exercise has it."""
    for file in exercise.files if name else ():
        try:
            with np.load(file.path, allow_pickle=False) as arrays:
                if name in arrays.files and arrays[name].ndim > 1:
                    labels = [arrays[array_name] for array_name in arrays.files if array_name.startswith(_LABELS)]
                    return PublicImages(np.ascontiguousarray(arrays[name][:_MOST_IMAGES]), _count(labels), scores)
        except (OSError, ValueError, EOFError, AttributeError, zipfile.BadZipFile):  # missing, or not a file of arrays
            continue
    return None


def _count(labels: Sequence[npt.NDArray[np.generic]]) -> int:
    whole = [array.astype(np.int64) for array in labels if array.size and array.dtype.kind in "iu"]
    return max((int(array.max()) for array in whole), default=-1) + 1


def _form(trial: Trial, result: ProbeResult) -> Text:
    """The problem with the form of predictions. They are not compared with labels."""
    if trial.images is None:
        return ""
    try:
        predictions_of(
            decode(result.array), len(trial.images.inputs), trial.images.classes or 2**31, trial.images.scores
        )
    except PredictionsError as error:
        return message(
            "`{name}` on {what}: {problem}", name=trial.question.answer, what=_what(trial), problem=error.text
        )
    return ""


def _slow(trial: Trial, result: ProbeResult, limit: float) -> Text:
    if trial.images is None or result.seconds <= _SHARE_OF_LIMIT * limit:
        return ""
    sentence = message(
        ("`{name}` took {seconds} s for {what}. The limit for all held-out images together is {limit} s."),
        name=trial.question.answer,
        seconds=f"{result.seconds:.1f}",
        what=_what(trial),
        limit=f"{limit:g}",
    )
    return joined(sentence, _advice(trial, ()))


def _advice(trial: Trial, cells: Sequence[str]) -> Text:
    if trial.images is None:
        return ""
    name = trial.question.answer
    return function_source.one_call_for_all(name, cells) or message(
        "Call the model once with all images, for example `model.predict(images)`."
    )


def _what(trial: Trial) -> Text:
    if trial.images is None:
        return message("the example from the exercise")
    return message("{count} images from the exercise", count=number(len(trial.images.inputs)))
