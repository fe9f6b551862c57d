"""Answers of `watch-the-training`: a printed log, under- and overfitting, numbers of steps, and a log for TensorBoard.

The network has a single weight, so its losses follow by formula. Everything else is computed from drawn numbers.
"""

import random
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import ceil
from typing import Any

import numpy as np

from grader.authoring import Answers, Array, Key, because, choice, slip
from grader.model.mistakes import Erring
from grader.text.messages import Text, joined, message, number


def _differ(one: Any, other: Any) -> bool:
    """Whether two answers differ: whole numbers at all, others by more than a hundredth."""
    first, second = (np.asarray(value) for value in (one, other))
    if first.dtype.kind == second.dtype.kind == "U" or first.shape != second.shape:
        return bool(first.tolist() != second.tolist())
    if first.dtype.kind == second.dtype.kind == "i":
        return not np.array_equal(first, second)
    return not np.allclose(first, second, rtol=0.01, atol=1e-6)


key = Key(apart=_differ)


# ---- A printed log ---------------------------------------------------------------------------------------------------

LOGGED = 10
"""Epochs of the printed log."""


@key.numbers
def training_log(rng: random.Random) -> dict[str, Any]:
    """A log whose validation loss has a first low point, then its lowest, and then rises, though not evenly."""
    patience = rng.choice((2, 3))
    first_low = rng.choice((2, 3))
    best = first_low + patience
    losses, valid = [round(rng.uniform(0.9, 1.1), 4)], [round(rng.uniform(0.85, 1.0), 4)]
    for epoch in range(2, LOGGED + 1):
        losses.append(round(losses[-1] * rng.uniform(0.68, 0.82), 4))
        falls = epoch <= first_low or epoch == best or epoch == best + 2
        valid.append(round(valid[-1] + rng.uniform(0.01, 0.03) * (-1 if falls else 1), 4))
    valid[best - 1] = round(valid[first_low - 1] - rng.uniform(0.02, 0.05), 4)
    for epoch in range(best + 1, LOGGED + 1):
        step = rng.uniform(0.03, 0.05) if epoch != best + 2 else -rng.uniform(0.005, 0.015)
        valid[epoch - 1] = round(valid[epoch - 2] + step, 4)
    accuracies = [round(1 - value * rng.uniform(0.30, 0.34), 4) for value in valid]
    accuracies[best] = round(max(accuracies) + rng.uniform(0.004, 0.012), 4)
    rows = zip(losses, valid, accuracies, strict=True)
    return {
        "patience": patience,
        **{
            f"epoch_{epoch}": f"loss: {loss:.4f} - val_loss: {held_back:.4f} - val_accuracy: {accuracy:.4f}"
            for epoch, (loss, held_back, accuracy) in enumerate(rows, start=1)
        },
        "log_loss": losses,
        "log_val_loss": valid,
        "log_val_accuracy": accuracies,
    }


@key.question(least=3)
def best_epoch(
    erring: Erring, log_loss: list[float], log_val_loss: list[float], log_val_accuracy: list[float]
) -> Answers:
    """The epoch with the lowest validation loss."""
    best = 1 + int(np.argmin(log_val_loss))
    rise = next(epoch for epoch, (one, other) in enumerate(pairwise(log_val_loss), start=1) if other > one)
    ways = {
        message("This is the epoch with the lowest training loss."): 1 + int(np.argmin(log_loss)),
        message("This is the epoch with the highest validation accuracy."): 1 + int(np.argmax(log_val_accuracy)),
        message("You stopped at the first low point. The loss gets below it later."): rise,
        message("You counted the epochs from 0."): best - 1,
        message("This is the epoch with the highest validation loss."): 1 + int(np.argmax(log_val_loss)),
    }
    yield erring.pick(best, ways)

    for reason, wrong in ways.items():
        yield slip(wrong, reason, "Compare the values of val_loss in all {epochs} epochs.", epochs=LOGGED)


def _stop(losses: Sequence[float], patience: int) -> int:
    """The epoch after which EarlyStopping ends the training, counted from 1."""
    best, waited = losses[0], 0
    for epoch, loss in enumerate(losses[1:], start=2):
        best, waited = (loss, 0) if loss < best else (best, waited + 1)
        if waited == patience:
            return epoch
    return len(losses)


def _rises_in_all(losses: list[float], patience: int) -> dict[Text, int]:
    """The epoch with as many rises as the patience, if there is one, and the mistake that leads to it."""
    rises = [epoch for epoch, (one, other) in enumerate(pairwise(losses), start=2) if other > one]
    reason = message("You counted all epochs that got worse. A new best epoch starts the count again.")
    return {reason: rises[patience - 1]} if len(rises) >= patience else {}


@key.question(least=3)
def stops_after(erring: Erring, log_val_loss: list[float], patience: int) -> Answers:
    """The epoch after which the training stops."""
    losses = log_val_loss
    best, stop = 1 + int(np.argmin(losses)), _stop(losses, patience)
    rise = next(epoch for epoch, (one, other) in enumerate(pairwise(losses), start=2) if other > one)
    ways = {
        message("You stopped at the first epoch that got worse, but the callback is more patient."): rise,
        message("You stopped one epoch too late."): stop + 1,
        message("You stopped one epoch too early, or you counted the epochs from 0."): stop - 1,
        message("This is the best epoch. The callback notices only later that no better one follows."): best,
        message("This is the number of all epochs."): len(losses),
        message("You counted the patience from the first epoch."): patience,
        message("You counted the patience from the first epoch that got worse."): rise + patience - 1,
        **_rises_in_all(losses, patience),
    }
    yield erring.pick(stop, ways)

    count = message(
        "The lowest loss is in epoch {best}. The patience is {patience}: add as many epochs without a lower loss.",
        best=best,
        patience=patience,
    )
    for reason, wrong in ways.items():
        yield slip(wrong, reason, count)


@key.question(least=3, apart=0.001)
def restored(
    erring: Erring, best_epoch: int, log_val_loss: list[float], log_val_accuracy: list[float], patience: int
) -> Answers:
    """The validation accuracy of the weights that the callback restores."""
    accuracies, stop = log_val_accuracy, _stop(log_val_loss, patience)
    right = accuracies[range(1, LOGGED + 1).index(best_epoch)]
    ways = {
        message(
            "This is the accuracy of the last epoch before the stop. Without restore_best_weights it would be correct."
        ): (accuracies[stop - 1]),
        message("This is the highest accuracy of the log, but the callback monitors the loss."): max(accuracies),
        message("This is the accuracy of the last epoch of the log."): accuracies[-1],
        message("This is the validation loss. The question asks for the accuracy."): log_val_loss[best_epoch - 1],
    }
    yield erring.pick(right, ways)

    for reason, wrong in ways.items():
        yield slip(
            wrong,
            reason,
            "The callback restores the weights of epoch {best}, which has the lowest val_loss. Read its val_accuracy.",
            best=best_epoch,
        )


@key.question(least=3, apart=0.003)
def gap(erring: Erring, log_loss: list[float], log_val_loss: list[float]) -> Answers:
    """How far validation and training loss are apart in the last epoch."""
    best = int(np.argmin(log_val_loss))
    ways = {
        message("This is the gap in the best epoch."): log_val_loss[best] - log_loss[best],
        message("You divided the losses instead of subtracting them."): log_val_loss[-1] / log_loss[-1],
        message("This is the fall of the training loss over all epochs."): log_loss[0] - log_loss[-1],
        message("This is the rise of the validation loss since its best epoch."): log_val_loss[-1] - log_val_loss[best],
        message("You subtracted the wrong way round."): log_loss[-1] - log_val_loss[-1],
        message("This is the gap in the first epoch."): log_val_loss[0] - log_loss[0],
        message("This is by how much the gap has grown."): log_val_loss[-1]
        - log_loss[-1]
        - log_val_loss[0]
        + log_loss[0],
        message("This is the sum of both losses."): log_val_loss[-1] + log_loss[-1],
        message("This is the gap in percent of the training loss."): 100 * (log_val_loss[-1] / log_loss[-1] - 1),
    }
    yield erring.pick(log_val_loss[-1] - log_loss[-1], ways)

    difference = message(
        "Compute {held_back} - {loss}, both from epoch 10.", held_back=log_val_loss[-1], loss=log_loss[-1]
    )
    for reason, wrong in ways.items():
        yield slip(wrong, reason, difference)


# ---- Under- and overfitting ------------------------------------------------------------------------------------------

_ERRORS: Mapping[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "under": ((180, 350), (2, 15)),
    "right": ((20, 40), (3, 10)),
    "over": ((1, 9), (80, 200)),
}
"""In tenths of a percent: the training error, and by how much the test error is above it."""
LETTERS = "abcde"


@key.numbers
def five_networks(rng: random.Random) -> dict[str, Any]:
    """Errors of five networks in percent; some underfit, some overfit, and at least one does neither."""
    kinds = ["under", "over", "right", rng.choice(("under", "over")), rng.choice(("under", "over", "right"))]
    rng.shuffle(kinds)
    errors = []
    for kind in kinds:
        training, above = (rng.randint(*limits) for limits in _ERRORS[kind])
        errors.append([training / 10, (training + above) / 10])
    return {
        "kinds": kinds,
        "errors": errors,
        **{
            f"net_{letter}": f"{one:5.1f} %          {other:5.1f} %"
            for letter, (one, other) in zip(LETTERS, errors, strict=True)
        },
    }


def _letters(kinds: Sequence[str], *names: str) -> list[str]:
    return [letter for letter, kind in zip(LETTERS, kinds, strict=True) if kind in names]


def _reasons(kinds: Sequence[str], errors: Sequence[Sequence[float]]) -> dict[str, Text]:
    """What the errors of each network say."""
    texts: dict[str, Text] = {}
    for letter, kind, (training, test) in zip(LETTERS, kinds, errors, strict=True):
        values = {"letter": letter, "training": training, "test": test}
        texts[letter] = {
            "under": message(
                "Network {letter} underfits: {training} % is a high training error, and {test} % is close to it.",
                **values,
            ),
            "over": message(
                "Network {letter} overfits: {test} % is much higher than the very low training error of {training} %.",
                **values,
            ),
            "right": message(
                "Network {letter} is just right: both errors are low, and {test} % is only just above {training} %.",
                **values,
            ),
        }[kind]
    return texts


@key.question(least=3)
def overfit(kinds: list[str], errors: list[list[float]]) -> Answers:
    """The networks that overfit."""
    yield _letters(kinds, "over")
    yield because(**_reasons(kinds, errors))
    rule = message("A network overfits if its training error is very low and its test error is much higher.")
    yield slip(_letters(kinds, "under"), "These networks underfit.", rule)
    yield slip(_letters(kinds, "under", "over"), "You also selected networks that underfit.", rule)
    yield slip(
        _letters(kinds, "over", "right"), "You also selected networks that are just right. A small gap is normal.", rule
    )
    yield slip(_letters(kinds, "right"), "You selected only networks that are just right.", rule)
    yield slip(list(LETTERS), "A test error is almost always higher than the training error.", rule)


@key.question(least=3)
def underfit(kinds: list[str], errors: list[list[float]]) -> Answers:
    """The networks that underfit."""
    yield _letters(kinds, "under")
    yield because(**_reasons(kinds, errors))
    rule = message("A network underfits if its training error is high and its test error is close to it.")
    yield slip(_letters(kinds, "over"), "These networks overfit.", rule)
    yield slip(
        _letters(kinds, "under", "over"),
        "You also selected networks that overfit. A high test error alone does not tell the two apart.",
        rule,
    )
    yield slip(_letters(kinds, "under", "right"), "You also selected networks that are just right.", rule)
    yield slip(_letters(kinds, "right"), "You selected only networks that are just right.", rule)


@key.question
def remedies() -> Answers:
    """What helps a network that overfits."""
    yield ["b", "d"]
    yield because(
        a="More filters help against underfitting. A network that overfits already has enough weights to memorise.",
        b="Regularisation, such as dropout or weight decay, helps against overfitting.",
        c="Longer training helps against underfitting. A network that overfits should stop earlier.",
        d="More training data are harder to memorise, so the network has to find what they have in common.",
        e="More features help against underfitting.",
    )
    both = message("Against overfitting, regularise the network and get more data.")
    yield slip(["a", "c", "e"], "These are the remedies for underfitting.", both)
    yield slip(["b"], "You left out the data.", both)
    yield slip(["d"], "You left out regularisation.", both)
    yield slip(["b", "c", "d"], "Longer training makes overfitting worse.", both)


# ---- Numbers of steps ------------------------------------------------------------------------------------------------

BATCH = 32
"""The batch size of Keras, if no other is given."""

key.numbers(
    test_images=lambda rng: 1000 * rng.randint(3, 12) + rng.choice((0, 40, 200)),
    batch_size=choice(40, 50, 64, 100, 128),
    train_images=lambda rng: 1000 * rng.randint(20, 60),
    epochs=choice(20, 30, 50, 80, 100),
)
key.common(test_images=10_000, train_images=50_000, batch_size=50, epochs=100)  # alzahrani-deep-learning-cnn
key.require(lambda test_images: test_images % BATCH > 1)


@key.question(least=3)
def evaluate_steps(erring: Erring, test_images: int, batch_size: int) -> Answers:
    """Batches of `evaluate`."""
    ways = {
        message("You rounded down, but the last batch also counts, although it is not full."): test_images // BATCH,
        message("You did not round."): test_images / BATCH,
        message("You counted images instead of batches."): test_images,
        message("You used batches of 100, as in the call of fit."): ceil(test_images / 100),
        message("You added one batch too many."): ceil(test_images / BATCH) + 1,
        message("You used the batch size of the training below. This call names none."): ceil(test_images / batch_size),
    }
    yield erring.pick(ceil(test_images / BATCH), ways)

    for reason, wrong in ways.items():
        yield slip(
            wrong, reason, "Divide {images} by 32, the default batch size, and round up.", images=number(test_images)
        )


@key.question(least=3)
def last_batch(erring: Erring, test_images: int, batch_size: int, evaluate_steps: int) -> Answers:
    """Images in the last batch of `evaluate`."""
    full = evaluate_steps - 1
    right = test_images - full * BATCH
    ways = {
        message("This is the number of images that are missing in the last batch."): BATCH - right,
        message("This is the size of a full batch."): BATCH,
        message("You counted one full batch too few."): right + BATCH,
        message("This is the number of full batches."): full,
        message("This is one image too few."): right - 1,
        message("You used the batch size of the training below. This call names none."): test_images % batch_size
        or batch_size,
    }
    yield erring.pick(right, ways)

    rest = message(
        "Before the last batch there are {full} full ones: {images} - {full} * 32.", full=full, images=test_images
    )
    for reason, wrong in ways.items():
        yield slip(wrong, reason, rest)


@key.question(least=3)
def generator_steps(erring: Erring, train_images: int, batch_size: int, epochs: int) -> Answers:
    """Steps of an epoch with whole batches only."""
    ways = {
        message("You rounded up, but // rounds down."): ceil(train_images / batch_size),
        message("You used the default batch size, 32."): train_images // BATCH,
        message("You used the default batch size, 32, and rounded up."): ceil(train_images / BATCH),
        message("You counted images instead of batches."): train_images,
        message("This is the number of steps in all epochs."): train_images // batch_size * epochs,
        message("You divided by the number of epochs."): train_images // epochs,
        message("You left out a tenth of the images, but the call holds back none for validation."): train_images
        * 9
        // 10
        // batch_size,
    }
    yield erring.pick(train_images // batch_size, ways)

    for reason, wrong in ways.items():
        yield slip(wrong, reason, "Compute {images} // {batch}.", images=train_images, batch=batch_size)


@key.question(least=3)
def all_steps(erring: Erring, generator_steps: int, train_images: int, batch_size: int, epochs: int) -> Answers:
    """Updates of the weights in all epochs."""
    ways = {
        message("This is the number of steps in only one epoch."): generator_steps,
        message("You added the epochs instead of multiplying by them."): generator_steps + epochs,
        message("You counted images instead of batches: images times epochs."): train_images * epochs,
        message("You used the default batch size, 32."): train_images // BATCH * epochs,
        message("You used the default batch size, 32, and rounded up."): ceil(train_images / BATCH) * epochs,
        message("You multiplied by the batch size instead of the number of epochs."): generator_steps * batch_size,
    }
    yield erring.pick(generator_steps * epochs, ways)

    for reason, wrong in ways.items():
        yield slip(
            wrong,
            reason,
            "Each of the {epochs} epochs has {steps} steps.",
            epochs=epochs,
            steps=number(generator_steps),
        )


# ---- Six steps, and a log for TensorBoard ----------------------------------------------------------------------------

EPOCHS = 6
ABSOLUTE = message("You averaged the absolute errors, without squaring them.")
HALVED = message("You halved the squared errors.")


@key.numbers
def one_weight(rng: random.Random) -> dict[str, Any] | None:
    """A network with one weight: it starts at 0, fits one slope, and is validated and tested with others."""
    slope, keeps = rng.choice((4.0, 5.0, 6.0)), rng.choice((0.5, 0.6, 0.65))
    x_train, x_valid, x_test = ([float(one) for one in rng.sample(range(1, 6), 3)] for _ in range(3))
    rate = round((1 - keeps) / (2 * float(np.mean(np.square(x_train)))), 3)
    valid_slope = round(slope * rng.choice((0.6, 0.7, 0.8)), 1)
    test_slope = round(slope * rng.choice((0.5, 0.75)), 1)
    numbers: dict[str, Any] = {
        "x_train": x_train,
        "y_train": [round(slope * one, 2) for one in x_train],
        "x_valid": x_valid,
        "y_valid": [round(valid_slope * one, 2) for one in x_valid],
        "x_test": x_test,
        "y_test": [round(test_slope * one, 2) for one in x_test],
        "x_new": [float(one) for one in rng.sample(range(6, 12), 3)],
        "rate": rate,
    }
    weights = _weights(x_train, numbers["y_train"], rate)
    losses = [_loss(weight, x_valid, numbers["y_valid"]) for weight in weights[1:]]
    low, second = np.sort(losses)[:2]
    return numbers if 1 <= int(np.argmin(losses)) <= 3 and second > 1.3 * low + 0.02 else None


def _loss(weight: float, inputs: Sequence[float], targets: Sequence[float], by: Any = np.mean) -> float:
    """The mean squared error of the network with this weight."""
    return float(by((weight * np.array(inputs) - np.array(targets)) ** 2))


def _distance(weight: float, inputs: Sequence[float], targets: Sequence[float]) -> float:
    """The mean absolute error of the network with this weight."""
    return float(np.abs(weight * np.array(inputs) - np.array(targets)).mean())


def _weights(inputs: Sequence[float], targets: Sequence[float], rate: float) -> list[float]:
    """The weight before the training and after each epoch, which is one step of gradient descent."""
    x, y, weights = np.array(inputs), np.array(targets), [0.0]
    for _ in range(EPOCHS):
        weights.append(float(weights[-1] - rate * np.mean(2 * (weights[-1] * x - y) * x)))
    return weights


@key.derived
def weights(x_train: list[float], y_train: list[float], rate: float) -> list[float]:
    """The weight before the training and after each epoch."""
    return _weights(x_train, y_train, rate)


@key.numbers
def shuffled_steps(rng: random.Random) -> dict[str, Any]:
    """The six steps in a wrong order: the number of the step in each line, and the number of the line of each step."""
    shuffled = rng.sample(range(6), 6)
    lines = [shuffled.index(step) + 1 for step in range(6)]
    return {"lines": lines, **{f"line_{place}": STEPS[step] for place, step in enumerate(shuffled, start=1)}}


STEPS = (
    "(x_train, y_train), (x_test, y_test) = load()",
    "model = Sequential([...])",
    "model.compile(...)",
    "model.fit(x_train, y_train, ...)",
    "model.evaluate(x_test, y_test)",
    "model.predict(x_new)",
)


@key.question(least=3)
def six_steps(lines: list[int]) -> Answers:
    """The order of the six steps."""
    yield lines

    order = message("Prepare the data, define the network, compile it, train it, evaluate it, and predict.")
    places = [1 + lines.index(line) for line in range(1, 7)]
    yield slip(places, "You wrote the number of the step for each line.", "Write the number of the line for each step.")
    yield slip(_ordered(lines, 0, 2, 1, 3, 4, 5), "You compiled before you defined the network.", order)
    yield slip(_ordered(lines, 0, 1, 3, 2, 4, 5), "You trained before you compiled.", order)
    yield slip(_ordered(lines, 0, 1, 2, 3, 5, 4), "You predicted before you evaluated.", order)
    yield slip(_ordered(lines, 0, 1, 2, 4, 3, 5), "You evaluated before you trained.", order)
    yield slip(lines[::-1], "Your order is backwards.", order)


def _ordered(lines: list[int], *steps: int) -> list[int]:
    return [lines[step] for step in steps]


BEFORE = message("In an epoch, the training loss is measured before the step.")
AFTER = message("In an epoch, the validation loss is measured after the step.")


@key.question(least=3)
def logged_loss(
    erring: Erring,
    weights: list[float],
    x_train: list[float],
    y_train: list[float],
    x_valid: list[float],
    y_valid: list[float],
) -> Answers:
    """The training losses in the log."""
    losses = [_loss(weight, x_train, y_train) for weight in weights]
    ways = {
        message("These are the validation losses: they are in the other folder."): [
            _loss(weight, x_valid, y_valid) for weight in weights[1:]
        ],
        message("These are the losses after each step, one step later than in the log."): losses[1:],
        message("These are the roots of the losses."): np.sqrt(losses[:-1]).tolist(),
        message("These are sums over the three values, but the loss is their mean."): [
            _loss(weight, x_train, y_train, np.sum) for weight in weights[:-1]
        ],
        ABSOLUTE: [_distance(weight, x_train, y_train) for weight in weights[:-1]],
        HALVED: [loss / 2 for loss in losses[:-1]],
    }
    yield erring.pick(losses[:-1], ways)

    for reason, wrong in ways.items():
        yield slip(wrong, reason, joined(message("Read epoch_loss in the folder logs/train."), BEFORE))


@key.question(least=3)
def logged_val_loss(
    erring: Erring,
    weights: list[float],
    x_train: list[float],
    y_train: list[float],
    x_valid: list[float],
    y_valid: list[float],
) -> Answers:
    """The validation losses in the log."""
    losses = [_loss(weight, x_valid, y_valid) for weight in weights]
    ways = {
        message("These are the training losses: they are in the other folder."): [
            _loss(weight, x_train, y_train) for weight in weights[:-1]
        ],
        message("These are the losses before each step, one step earlier than in the log."): losses[:-1],
        message("These are the roots of the losses."): np.sqrt(losses[1:]).tolist(),
        message("These are sums over the three values, but the loss is their mean."): [
            _loss(weight, x_valid, y_valid, np.sum) for weight in weights[1:]
        ],
        ABSOLUTE: [_distance(weight, x_valid, y_valid) for weight in weights[1:]],
        HALVED: [loss / 2 for loss in losses[1:]],
    }
    yield erring.pick(losses[1:], ways)

    for reason, wrong in ways.items():
        yield slip(wrong, reason, joined(message("Read epoch_loss in the folder logs/validation."), AFTER))


@key.question(least=3)
def lowest_step(erring: Erring, logged_val_loss: Array) -> Answers:
    """The step of the log with the lowest validation loss."""
    if logged_val_loss.shape != (EPOCHS,):
        raise ValueError
    lowest = int(logged_val_loss.argmin())
    ways = {
        message("You counted the epochs from 1, but the log counts its steps from 0."): lowest + 1,
        message("This is the step with the lowest training loss, which falls until the end."): EPOCHS - 1,
        message("This is the number of epochs."): EPOCHS,
        message("This is the step with the highest validation loss."): int(logged_val_loss.argmax()),
    }
    yield erring.pick(lowest, ways)

    for reason, wrong in ways.items():
        yield slip(wrong, reason, "Look for the lowest of the six validation losses. The first step is 0.")


@key.question(least=3)
def evaluated(
    erring: Erring,
    weights: list[float],
    x_train: list[float],
    y_train: list[float],
    x_valid: list[float],
    y_valid: list[float],
    x_test: list[float],
    y_test: list[float],
) -> Answers:
    """The loss that `evaluate` returns for the test values."""
    best = min(weights[1:], key=lambda weight: _loss(weight, x_valid, y_valid))
    ways = {
        message("You evaluated the network before its training."): _loss(weights[0], x_test, y_test),
        message("This is the loss on the validation values."): _loss(weights[-1], x_valid, y_valid),
        message("This is the loss on the training values."): _loss(weights[-1], x_train, y_train),
        message("This is the loss with the best weight, but no callback restored it."): _loss(best, x_test, y_test),
        message("This is the root of the loss."): _loss(weights[-1], x_test, y_test) ** 0.5,
        ABSOLUTE: _distance(weights[-1], x_test, y_test),
        HALVED: _loss(weights[-1], x_test, y_test) / 2,
        message("This is one step too few."): _loss(weights[-2], x_test, y_test),
        message("This is a sum over the three values, but the loss is their mean."): _loss(
            weights[-1], x_test, y_test, np.sum
        ),
    }
    yield erring.pick(_loss(weights[-1], x_test, y_test), ways)

    for reason, wrong in ways.items():
        yield slip(wrong, reason, "Call model.evaluate(x_test, y_test) after the training.")


@key.question(least=3)
def predicted(
    erring: Erring,
    weights: list[float],
    x_train: list[float],
    y_train: list[float],
    x_valid: list[float],
    y_valid: list[float],
    x_test: list[float],
    x_new: list[float],
) -> Answers:
    """The outputs that `predict` returns for new values."""
    best = min(weights[1:], key=lambda weight: _loss(weight, x_valid, y_valid))
    ways = {
        message("You predicted before the training."): (weights[0], x_new),
        message("These are the predictions for the test values."): (weights[-1], x_test),
        message("These are the predictions with the best weight, but no callback restored it."): (best, x_new),
        message(
            "This is what the network would predict after endless training, with the slope of the training data."
        ): (y_train[0] / x_train[0], x_new),
        message("This is one step too few."): (weights[-2], x_new),
    }
    wrong_values = {reason: (weight * np.array(values)).tolist() for reason, (weight, values) in ways.items()}
    yield erring.pick((weights[-1] * np.array(x_new)).tolist(), wrong_values)

    for reason, wrong in wrong_values.items():
        yield slip(wrong, reason, "Call model.predict(x_new) after the training.")
