"""What training curves show, in words: overfitting, no learning, a learning rate that is too high."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.text.language import marked, numeral, say

_WORSE = 1.1  # validation loss at the end, as a multiple of the best, that is called overfitting
_JUMP = 0.1  # a rise of the training loss from one epoch to the next, as a share of the first loss
_HARDLY = 0.97  # the best training loss as a share of the first one, above which nothing was learnt
_KNOWS = 0.6  # training accuracy from which a loss that stands still means that there is nothing more to learn
_APART = 0.1  # training accuracy above validation accuracy that is called overfitting
_FALLING = 0.95  # the last loss as a share of the one before, below which it is still falling
_FEWEST = 3  # epochs that say something


@dataclass(frozen=True, slots=True)
class Sign:
    """The epoch at which something is to be seen, counted from 1, and what, in a few words."""

    epoch: int
    label: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What one panel shows, and where."""

    text: str
    sign: Sign | None = None


def loss_reading(training: Sequence[float], validation: Sequence[float], accuracy: Sequence[float]) -> Reading:
    """Read the curves of the loss.

    Args:
        training: Loss of each epoch; may hold NaN and infinity, may be empty.
        validation: The same on validation data.
        accuracy: Training accuracy of each epoch, from 0 to 1; empty where it was not measured.

    Returns:
        Where the curves end and the most telling thing that they show.
    """
    found = next(_of_loss(training, validation, accuracy), Reading(""))
    return Reading(" ".join(filter(None, [_ends(training, validation), found.text])), found.sign)


def accuracy_reading(training: Sequence[float], validation: Sequence[float]) -> Reading:
    """Read the curves of the accuracy; the arguments are as in `loss_reading`, from 0 to 1."""
    found = next(_of_accuracy(training, validation), Reading(""))
    return Reading(" ".join(filter(None, [_ends(training, validation), found.text])), found.sign)


def _ends(training: Sequence[float], validation: Sequence[float]) -> str:
    """Where the curves end; one that ends in no number is not named."""
    ends = [
        numeral(f"{values[-1]:.3g}") if values and math.isfinite(values[-1]) else ""
        for values in (training, validation)
    ]
    if all(ends):
        return say(
            "Training ended at {training} and validation ended at {validation}.", training=ends[0], validation=ends[1]
        )
    if ends[0]:
        return say("Training ended at {end}.", end=ends[0])
    return say("Validation ended at {end}.", end=ends[1]) if ends[1] else ""


def _of_loss(training: Sequence[float], validation: Sequence[float], accuracy: Sequence[float]) -> Iterator[Reading]:
    yield from _no_number(training, validation)
    yield from _too_fast(training)
    yield from _not_learning(training, accuracy)
    yield from _overfitting(validation)
    yield from _still_falling(validation or training)
    if len(validation) >= _FEWEST and training:
        yield Reading(say("Validation did not get worse again: there is no sign of overfitting."))


def _no_number(training: Sequence[float], validation: Sequence[float]) -> Iterator[Reading]:
    for epoch in range(max(len(training), len(validation))):
        if any(not math.isfinite(values[epoch]) for values in (training, validation) if epoch < len(values)):
            text = say(
                "In epoch {epoch} the loss was no finite number: the learning rate is too high, or the inputs are"
                " not scaled.",
                epoch=epoch + 1,
            )
            yield Reading(text, Sign(epoch + 1, say("no number")))
            return


def _too_fast(training: Sequence[float]) -> Iterator[Reading]:
    """The training loss jumps up more than once, or ends above where it began."""
    jumps = [
        epoch + 1
        for epoch in range(1, len(training))
        if training[epoch] - training[epoch - 1] > _JUMP * abs(training[0])
    ]
    if jumps and (len(jumps) > 1 or training[-1] > training[0]):
        once = marked("The training loss jumped up in epoch {epoch}: the learning rate is probably too high.")
        often = marked(
            "The training loss jumped up again and again, first in epoch {epoch}: the learning rate is probably too"
            " high."
        )
        text = say(often if len(jumps) > 1 else once, epoch=jumps[0])
        yield Reading(text, Sign(jumps[0], say("loss jumps up")))


def _not_learning(training: Sequence[float], accuracy: Sequence[float]) -> Iterator[Reading]:
    knows = bool(accuracy) and accuracy[-1] >= _KNOWS
    if len(training) >= _FEWEST and min(training) > _HARDLY * training[0] > 0 and not knows:
        yield Reading(
            say(
                "The training loss hardly fell in {count} epochs: the model is not learning. Look at the learning"
                " rate, at the loss function and at whether images and labels still belong together.",
                count=len(training),
            ),
            Sign(len(training), say("no better than at first")),
        )


def _overfitting(validation: Sequence[float]) -> Iterator[Reading]:
    if not validation:
        return
    best = min(range(len(validation)), key=validation.__getitem__)
    if len(validation) - best > 2 and validation[-1] > _WORSE * validation[best]:
        text = say(
            "Validation was best in epoch {epoch} and got worse after that: from there on it overfits.", epoch=best + 1
        )
        yield Reading(text, Sign(best + 1, say("validation best")))


def _still_falling(values: Sequence[float]) -> Iterator[Reading]:
    if len(values) >= _FEWEST and values[-1] == min(values) and values[-1] < _FALLING * values[-2]:
        yield Reading(
            say("The loss was still falling at the end: more epochs may gain."), Sign(len(values), say("still falling"))
        )


def _of_accuracy(training: Sequence[float], validation: Sequence[float]) -> Iterator[Reading]:
    gaps = [one - other for one, other in zip(training, validation, strict=False)]
    if gaps and gaps[-1] > _APART:
        first = next(epoch for epoch in range(len(gaps), 0, -1) if epoch == 1 or not gaps[epoch - 2] > _APART)
        text = say(
            "Training ended {gap} points above validation: the model knows its training data better than others,"
            " it overfits. Since epoch {first} the two are more than {apart} points apart.",
            gap=f"{100 * gaps[-1]:.0f}",
            first=first,
            apart=f"{100 * _APART:.0f}",
        )
        yield Reading(text, Sign(first, say("{gap} points apart", gap=f"{100 * _APART:.0f}")))
