"""Questions about a student's training and its evaluation: epochs, steps, the recall of a class."""

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from grader.cnn.training_curves import CurveSign, History, diagnose
from grader.mistakes import training
from grader.model.mistakes import Erring
from grader.model.own_work import Concept
from grader.own_work.candidates import (
    Candidate,
    by_method,
    is_count,
    is_share,
    rounds_clearly,
    write_count,
    write_percent,
)
from grader.own_work.works import OwnWork
from grader.text.messages import message, number

_FEWEST_EPOCHS, _MOST_EPOCHS = 4, 500
_PATIENCES = (1, 2, 3)
_IMAGES = (1000, 2500, 6000, 7500, 10000, 54000)
_PRINTED = 4  # decimals of a loss that Keras prints
_FEWEST_OF_CLASS = 5
_TOLD = (CurveSign.GOT_WORSE, CurveSign.STILL_FALLING)
"""What reports say about curves, and which gives the best epoch away."""


def questions_about(work: OwnWork) -> Iterator[Candidate]:
    """The questions that could be asked about trainings, batches and a confusion matrix."""
    for name, history in work.histories.items():
        yield from _about_epochs(name, history)
    if work.batch_size is not None:
        size = work.batch_size
        yield from (_steps(size, images) for images in _IMAGES if images >= 4 * size)
    for label, row in enumerate(work.matrix):
        if sum(row) >= _FEWEST_OF_CLASS:
            yield from _recall(work.matrix_name, work.matrix, label)


def _about_epochs(name: str, history: History) -> Iterator[Candidate]:
    losses, known = history.get("val_loss") or (), history.get("loss") or ()
    if not _FEWEST_EPOCHS <= len(losses) <= _MOST_EPOCHS or not all(map(math.isfinite, (*losses, *known))):
        return
    printed = [round(loss, _PRINTED) for loss in losses]
    if len(set(printed)) < len(printed):  # epochs with the same printed loss would be equally good
        return
    diagnosis = diagnose(history).loss
    if diagnosis is None or diagnosis.kind not in _TOLD:
        yield _best(name, printed, known)
    for patience in _PATIENCES:
        if training.stopping_epoch(Erring(), printed, patience) < len(printed):
            yield _stopping(name, printed, patience)


def _best(name: str, losses: Sequence[float], known: Sequence[float]) -> Candidate:
    method = partial(training.best_epoch, validation=losses, training=known)
    right, wrongs = by_method(method, partial(_is_epoch, epochs=len(losses)))
    return Candidate(
        id=f"best-epoch/{name}",
        concept=Concept.TRAINING,
        text=message(
            "Look at the training that `{history}` recorded: its curves are in your report. In which epoch was the "
            "validation loss lowest? The first epoch is epoch 1.",
            history=name,
        ),
        right=right,
        wrongs=wrongs,
        write=write_count,
        step=message("Compare the values of `val_loss`, not those of `loss`."),
    )


def _stopping(name: str, losses: Sequence[float], patience: int) -> Candidate:
    method = partial(training.stopping_epoch, validation=losses, patience=patience)
    right, wrongs = by_method(method, partial(_is_epoch, epochs=len(losses)))
    return Candidate(
        id=f"stopping{patience}/{name}",
        concept=Concept.TRAINING,
        text=message(
            "Look at the training that `{history}` recorded: its curves are in your report. After which epoch would "
            '`EarlyStopping(monitor="val_loss", patience={patience})` have ended it? The first epoch is epoch 1.',
            history=name,
            patience=patience,
        ),
        right=right,
        wrongs=wrongs,
        write=write_count,
        step=message(
            "Training ends when the validation loss has had no new lowest value for {patience} epochs in a row.",
            patience=patience,
        ),
    )


def _is_epoch(value: Any, epochs: int) -> bool:
    return is_count(value) and value <= epochs


def _steps(size: int, images: int) -> Candidate:
    method = partial(training.steps_per_epoch, images=images, batch=size, factor=2)
    right, wrongs = by_method(method, is_count)
    return Candidate(
        id=f"steps{images}",
        concept=Concept.BATCHES,
        text=message(
            "Imagine that you double the batch size of your training, and train with {images} images. How many steps "
            "does an epoch have then?",
            images=number(images),
        ),
        right=right,
        wrongs=wrongs,
        write=write_count,
        step=message(
            "Divide the images by the new batch size {size}, and round up, because the last batch may be smaller.",
            size=2 * size,
        ),
    )


def _recall(name: str, matrix: Sequence[Sequence[int]], label: int) -> Iterator[Candidate]:
    right, wrongs = by_method(partial(training.recall, matrix=matrix, label=label), is_share)
    if rounds_clearly(right):
        yield Candidate(
            id=f"recall{label}/{name}",
            concept=Concept.EVALUATION,
            text=message(
                "Your confusion matrix `{matrix}` has a row for each true class. What is the recall of the class in "
                "row {row}? The first row is row 0.",
                matrix=name,
                row=label,
            ),
            right=right,
            wrongs=wrongs,
            write=write_percent,
            step=message("Divide the number on the diagonal by the sum of its row."),
        )
