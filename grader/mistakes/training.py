"""Numbers of a training and of its evaluation, right or with the mistakes that students make."""

from collections.abc import Sequence
from math import ceil

from grader.model.mistakes import Erring
from grader.text.messages import message


def steps_per_epoch(erring: Erring, images: int, batch: int, factor: int = 1) -> int:
    """Count the steps of an epoch after the batch size was multiplied. The last batch may be smaller.

    Args:
        erring: The mistakes that are made.
        images: Images in the training data.
        batch: Images in a batch before the change.
        factor: By how much the batch size grows.

    Example:
        >>> steps_per_epoch(Erring(), images=1000, batch=32, factor=2)
        16
    """
    size = batch * factor
    if factor > 1 and erring(message("This is the number of steps before the change.")):
        size = batch
    if factor > 1 and erring(message("You divided the batch size instead of multiplying it.")):
        size = max(batch // factor, 1)
    if images % size and erring(message("You rounded down, but the last, smaller batch is also a step.")):
        return images // size
    if erring(message("You counted the images of a batch, not the batches of an epoch.")):
        return size
    if erring(message("You counted one step for each image.")):
        return images
    return ceil(images / size)


def best_epoch(erring: Erring, validation: Sequence[float], training: Sequence[float] = ()) -> int:
    """Find the epoch in which the validation loss was lowest.

    Args:
        erring: The mistakes that are made.
        validation: Validation loss of each epoch.
        training: Training loss of each epoch; empty if it is not known.

    Returns:
        The epoch, from 1.

    Example:
        >>> best_epoch(Erring(), [0.9, 0.5, 0.7])
        2
    """
    best = _lowest(validation) + 1
    if erring(message("You counted the epochs from 0.")):
        return best - 1
    if erring(message("This is the last epoch.")):
        return len(validation)
    if training and erring(message("In this epoch, the training loss was lowest.")):
        return _lowest(training) + 1
    if erring(message("In this epoch, the validation loss was highest.")):
        return max(range(len(validation)), key=validation.__getitem__) + 1
    if erring(message("This is the epoch after the best one, in which the loss rose.")):
        return best + 1
    if erring(message("The validation loss was lower in a later epoch.")):
        return best - 2
    return best


def stopping_epoch(erring: Erring, validation: Sequence[float], patience: int) -> int:
    """Find the epoch after which early stopping on the validation loss ends the training.

    Args:
        erring: The mistakes that are made.
        validation: Validation loss of each epoch.
        patience: Epochs without a new lowest loss after which training stops, 1 or more.

    Returns:
        The epoch, from 1; the last one if training is not stopped.

    Example:
        >>> stopping_epoch(Erring(), [0.9, 0.5, 0.7, 0.6, 0.4], patience=2)
        4
    """
    if erring(message("This is the last epoch: you did not stop the training.")):
        return len(validation)
    compares_with_last = erring(message("You compared each epoch with the one before it instead of with the best."))
    stop, best = _stop(validation, patience, compares_with_last)
    if erring(message("This is the epoch with the lowest loss so far. Training goes on for some epochs after it.")):
        return best
    if erring(message("You stopped one epoch too early: the patience counts the epochs after the best one.")):
        return stop - 1
    if erring(message("You stopped one epoch too late: the patience counts the epochs after the best one.")):
        return stop + 1
    if erring(message("You counted the patience from the beginning instead of from the best epoch.")):
        return patience
    return stop


def _stop(validation: Sequence[float], patience: int, compares_with_last: bool) -> tuple[int, int]:
    """The epoch after which training stops, and the best epoch before it; both from 1."""
    lowest, best, waited = float("inf"), 1, 0
    for epoch, loss in enumerate(validation, 1):
        if loss < lowest:
            lowest, best, waited = loss, epoch, 0
        else:
            waited += 1
            lowest = loss if compares_with_last else lowest
        if waited >= patience:
            return epoch, best
    return len(validation), best


def recall(erring: Erring, matrix: Sequence[Sequence[int]], label: int) -> float:
    """Compute the share of the images of a class that were recognised.

    Args:
        erring: The mistakes that are made.
        matrix: Confusion matrix: a row for each true class, a column for each predicted class.
        label: The class, from 0.

    Returns:
        From 0 to 1.

    Raises:
        ZeroDivisionError: There is no image of the class.

    Example:
        >>> recall(Erring(), [[8, 2], [1, 9]], 0)
        0.8
    """
    right, row = matrix[label][label], sum(matrix[label])
    column, total = sum(line[label] for line in matrix), sum(map(sum, matrix))
    if erring(message("This is the precision: you divided by the sum of the column.")):
        return right / column
    if erring(message("This is the accuracy over all classes.")):
        return sum(line[place] for place, line in enumerate(matrix)) / total
    if erring(message("This is the share of the images that were not recognised.")):
        return 1 - right / row
    if erring(message("You divided by the number of all images.")):
        return right / total
    if erring(message("This is the share that the class has of all images.")):
        return row / total
    return right / row


def _lowest(values: Sequence[float]) -> int:
    return min(range(len(values)), key=values.__getitem__)
