"""Probable causes of a low accuracy, from training curves, the compilation and the cells of a notebook."""

import ast
from collections.abc import Iterator, Mapping, Sequence

from grader.assess.evidence import Evidence
from grader.cnn.layer_tables import normal_form
from grader.cnn.training_curves import CurveDiagnosis, CurveSign, History, diagnose, last_accuracy, started_high
from grader.model.record import CellError, ModelTable
from grader.text.messages import Text, english, joined, message, number, shortened
from grader.text.python_source import holds_blank, parsed

_ONE_HOT_ERRORS = ("incompatible", "must have the same", "target.shape")
_SPARSE_ERRORS = ("ndim - 1", "sparse_categorical_crossentropy", "SparseSoftmaxCrossEntropy")
_TRAINED_WELL = 0.9  # accuracy of training from which a model knows its training images
_FAR_BELOW = 0.3  # between the accuracy of training and the one on held-out data


def causes(evidence: Evidence, classes: int, accuracy: float) -> list[Text]:
    """Name probable causes of a low accuracy, the most informative one first.

    Args:
        evidence: The run: cells, errors, training histories, layer tables.
        classes: Number of classes.
        accuracy: Held-out accuracy, from 0 to 1.

    Returns:
        Sentences for the student; empty if no cause is known.
    """
    histories = evidence.record.histories
    sentences = [
        *_stopped(evidence),
        *_not_finite(histories),
        *_compiled(evidence, classes),
        *_validated(evidence),
        *_started_high(histories, classes),
        *_never_trained(evidence),
        *_went_well(histories, accuracy),
    ]
    return list(dict.fromkeys(sentences))


def _stopped(evidence: Evidence) -> Iterator[Text]:
    """The cell that trains the model stopped with an error."""
    for index, _ in _fits(evidence.cells):
        error = evidence.record.cells[index].error if index < len(evidence.record.cells) else None
        if error is not None:
            stop = message("Training stopped in cell {cell} with {error}.", cell=index + 1, error=error.name)
            yield joined(stop, _labels(error))
            return


def _labels(error: CellError) -> Text:
    exception_text = english(error.message)
    if any(words in exception_text for words in _SPARSE_ERRORS):
        return message("The labels are one-hot, but the loss expects class numbers: use categorical_crossentropy.")
    if any(words in exception_text for words in _ONE_HOT_ERRORS):
        return message(
            "The labels are class numbers, but the loss expects one-hot labels: use "
            "sparse_categorical_crossentropy, or keras.utils.to_categorical."
        )
    return message("The error message says: {message}", message=shortened(error.message))


def _not_finite(histories: Mapping[str, History]) -> Iterator[Text]:
    for name, history in histories.items():
        loss = diagnose(history).loss
        if loss and loss.kind is CurveSign.NO_NUMBER:
            yield _of(histories, name, loss)
            return


def _of(histories: Mapping[str, History], name: str, diagnosis: CurveDiagnosis) -> Text:
    """A diagnosis in words. If there are several histories, with the name of its own: another may show the opposite."""
    if len(histories) == 1:
        return diagnosis.sentence
    return message("For `{history}`: {diagnosis}", history=name, diagnosis=diagnosis.sentence)


def _compiled(evidence: Evidence, classes: int) -> Iterator[Text]:
    answers = [table for name, table in evidence.record.models.items() if name in evidence.record.answers]
    for table in answers:
        loss = str(table.compiled.get("loss", ""))
        if loss == "binary_crossentropy" and classes > 2:
            yield message(
                "The loss binary_crossentropy is for two classes. With {classes}, use a categorical loss.",
                classes=classes,
            )
        if loss in ("mse", "mean_squared_error", "mae", "mean_absolute_error"):
            yield message("The loss {loss} is for regression. For classes, use a cross-entropy.", loss=loss)
        if loss in ("categorical_crossentropy", "sparse_categorical_crossentropy") and not _ends_in_softmax(table):
            yield message("The last layer has no softmax, but the loss {loss} expects probabilities.", loss=loss)


def _ends_in_softmax(table: ModelTable) -> bool:
    """Whether the outputs are probabilities; True if the layers do not show it."""
    layers = normal_form(table).layers
    last = layers[-1] if layers else None
    is_softmax = last is not None and (last.kind == "Softmax" or last.settings.get("activation") == "softmax")
    return is_softmax or not table.has_graph


def _validated(evidence: Evidence) -> Iterator[Text]:
    """`fit` validates on training or test data, to judge by the names of the arrays."""
    for _, call in _fits(evidence.cells):
        words = {word.arg: word.value for word in call.keywords}
        trained_on = _first_name(call.args[0]) if call.args else _first_name(words.get("x"))
        name = _first_name(words.get("validation_data"))
        if name and name == trained_on:
            yield message(
                (
                    "You use `{name}` for both training and validation, so the validation accuracy gives no "
                    "new information."
                ),
                name=name,
            )
        elif name and "test" in name.lower():
            yield message(
                "You use `{name}` for validation during training. Keep test data for the very end.", name=name
            )


def _first_name(node: ast.expr | None) -> str:
    while isinstance(node, (ast.Tuple, ast.List)) and node.elts:
        node = node.elts[0]
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _started_high(histories: Mapping[str, History], classes: int) -> Iterator[Text]:
    for name, history in histories.items():
        if diagnosis := started_high(history, classes):
            yield _of(histories, name, diagnosis)
            return


def _never_trained(evidence: Evidence) -> Iterator[Text]:
    ran = [index for index, _ in _fits(evidence.cells) if _has_run(evidence, index)]
    if not evidence.record.histories and not ran:
        yield message("The grader found no training: the notebook did not call `fit`.")


def _has_run(evidence: Evidence, index: int) -> bool:
    return index < len(evidence.record.cells) and evidence.record.cells[index].execution_count is not None


def has_learnt(histories: Mapping[str, History]) -> bool:
    """Whether the training with the highest final accuracy shows that the model knows at least its training images."""
    name = _best(histories)
    if not name or not (diagnoses := diagnose(histories[name])).learnt:
        return False
    return diagnoses.accuracy is not None or _end(histories[name]) >= _TRAINED_WELL


def _went_well(histories: Mapping[str, History], accuracy: float) -> Iterator[Text]:
    """The training with the highest final accuracy shows that the fault is elsewhere, or that the model overfits."""
    if not has_learnt(histories):
        return
    name = _best(histories)
    final_accuracy, diagnosis = _end(histories[name]), diagnose(histories[name]).accuracy
    if final_accuracy >= _TRAINED_WELL and accuracy < final_accuracy - _FAR_BELOW:
        yield (
            message(
                (
                    "Training reached {percent} %, so the model did learn. `predict` probably does not "
                    "prepare the images in the same way as in training."
                ),
                percent=number(round(100 * final_accuracy, 1)),
            )
        )
    elif diagnosis:
        yield _of(histories, name, diagnosis)


def _best(histories: Mapping[str, History]) -> str:
    """Name of the training that ended with the highest accuracy; empty if there is none."""
    return max(histories, key=lambda name: _end(histories[name]), default="")


def _end(history: History) -> float:
    """The final accuracy of a training, on validation data if there were any; 0 if it is not known."""
    validated = last_accuracy(history, "val_accuracy")
    return (last_accuracy(history) or 0.0) if validated is None else validated


def left_blank(evidence: Evidence) -> Text:
    """Say which cell of the training still contains a `...`; empty if none does."""
    for index, source in enumerate(evidence.cells):
        if ".fit(" in source and holds_blank(source):
            return message(
                "First train the model: cell {cell}, which calls `fit`, still contains `...`.", cell=index + 1
            )
    return ""


def _fits(cells: Sequence[str]) -> Iterator[tuple[int, ast.Call]]:
    """The calls of `fit`: number of the cell from 0, and the call."""
    for index, source in enumerate(cells):
        tree = parsed(source) if ".fit(" in source else None
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "fit":
                yield index, node
