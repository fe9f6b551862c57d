"""Answers of `weights-and-curves`: sizes by formula, hidden weights and histories, and ranges of trained accuracies.

What depends on a training is compared with the student's own run, or with a range that every run of the solution meets.
"""

from math import prod
from random import Random
from typing import Any

import numpy as np

from grader.authoring import Answers, Array, Key, call, choice, sample, slip
from grader.mistakes import counts, numbers
from grader.model.mistakes import Erring
from grader.text.messages import message

key = Key(with_answer=False)
key.heldout("accuracy", "heldout/mnist-2000.npz", classes=[str(digit) for digit in range(10)], exercise="keras-cnn")

NO_BIASES = message("The biases are missing.")
L2_PENALTY = message("This is the L2 penalty. L1 uses absolute values instead of squares.")
NO_RELU = message("ReLU is missing.")
NO_SECOND_INPUT = message("The second input is missing.")
NO_IMAGE = message("You left out the image, which skips the convolution.")
COLUMN_BY_COLUMN = message("The image has its rows and columns swapped.")

# ---- Numbers ---------------------------------------------------------------------------------------------------------


def _batch(rng: Random) -> list[int] | None:
    """Four values, some of them below 0, with a whole number as their mean."""
    batch = rng.sample(range(-5, 8), 4)
    positive = sum(value > 0 for value in batch)
    return batch if positive in (2, 3) and min(batch) < 0 and sum(batch) % 4 == 0 else None


def _kernel(rng: Random) -> list[list[int]]:
    """Two columns of length 5 and 13, or of such a multiple, in random order and with random signs."""
    columns = [
        [rng.choice([-1, 1]) * side for side in rng.sample(sides, 2)] for sides in rng.sample([(3, 4), (5, 12)], 2)
    ]
    return [list(row) for row in zip(*columns, strict=True)]


key.numbers(
    side=choice(8, 10, 12, 16, 20),
    maps=choice(4, 8, 12, 16),
    extra=choice(3, 5, 6, 7),  # values of the second input
    classes=choice(2, 3, 4, 5),
    weights=sample([-2.0, -1.5, -0.5, 0.5, 1.0, 2.5], 3),
    gradient=sample([-3.0, -2.0, -1.0, 1.0, 2.0, 4.0], 3),
    strength=choice(0.2, 0.4, 0.5),  # lambda of the penalty
    rate=choice(0.1, 0.5),
    data_loss=choice(0.4, 0.6, 0.7, 0.9),
    kernel=_kernel,
    longest=choice(6, 8, 10),  # norm of a column
    limit=choice(3, 4, 5, 6),
    depth=choice(8, 16, 24),
    filters=choice(12, 20, 32, 40),
    batch=_batch,
    gamma=choice(2, 3),
    beta=choice(-1, 1),
    hidden=lambda rng: rng.randrange(2**32),  # seed of the weights and histories for the student's own functions
)
key.require(lambda weights: sum(map(np.sign, weights)) != 3 and min(weights) < 0)

key.answer("functional", "sick_mnist_dense")

# ---- The functional API ----------------------------------------------------------------------------------------------


@key.question(apart=0.5)
def joined_shape(side: int, maps: int) -> Answers:
    """The image and its maps, concatenated."""
    yield [side, side, maps + 1]

    behind = message("The image adds one map: {maps} + 1. Rows and columns stay the same.", maps=maps)
    yield slip([side, side, maps], "This is the output of the convolution alone.", behind)
    yield slip([side, 2 * side, maps], "You put the maps side by side. Concatenate joins the last axis.", behind)
    yield slip([2 * side, side, maps], "You put the maps below each other. Concatenate joins the last axis.", behind)
    yield slip([side - 2, side - 2, maps + 1], "The convolution is padded, so rows and columns stay the same.", behind)
    yield slip([side, side, 2 * maps], "You counted the maps twice. The other branch is the image itself.", behind)
    yield slip([side, side, maps + 3], "This is for colour images.", behind)


@key.question(apart=0.5)
def vector_length(erring: Erring, extra: int, joined_shape: list[int]) -> Answers:
    """Values in front of the dense layer."""
    sizes = erring.pick(
        joined_shape,
        {
            message("You counted only one map."): joined_shape[:2],
            message("You counted only one row of each map."): joined_shape[1:],
            NO_IMAGE: [*joined_shape[:2], joined_shape[2] - 1],
        },
    )
    added = erring.pick(
        extra,
        {
            NO_SECOND_INPUT: 0,
            message("You counted the second input as one value."): 1,
            message("You subtracted the second input."): -extra,
        },
    )
    yield prod(sizes) + added

    sizes_in_words = " * ".join(map(str, joined_shape))
    values = message("{sizes} values of the maps, and {extra} of the second input.", sizes=sizes_in_words, extra=extra)
    yield slip(prod(joined_shape), NO_SECOND_INPUT, values)
    yield slip(prod(joined_shape[:2]) * (joined_shape[2] - 1) + extra, NO_IMAGE, values)
    yield slip(prod(joined_shape) + 1, "You counted the second input as one value.", values)
    yield slip(prod(joined_shape) * extra, "You multiplied by the second input. It is appended.", values)
    yield slip(prod(joined_shape[:2]) + extra, "You counted only one map.", values)


@key.question(apart=0.5)
def functional_params(erring: Erring, side: int, maps: int, extra: int, classes: int, vector_length: int) -> Answers:
    """Parameters of the convolution and of the dense layer."""
    convolution = counts.convolution(erring.at(message("Convolution:")), depth=1, window=(3, 3), filters=maps)
    inputs = erring.pick(
        vector_length,
        {
            NO_SECOND_INPUT: vector_length - extra,
            NO_IMAGE: vector_length - side * side,
            message("You left out the maps of the convolution."): vector_length - side * side * maps,
            message("You counted the second input as one value."): vector_length - extra + 1,
        },
    )
    yield convolution + counts.dense(erring.at(message("Dense layer:")), inputs, classes)

    both = message(
        "(3 * 3 + 1) * {maps} in the convolution, and ({length} + 1) * {classes} in the dense layer.",
        maps=maps,
        length=vector_length,
        classes=classes,
    )
    dense = (vector_length + 1) * classes
    yield slip(9 * maps + vector_length * classes, NO_BIASES, both)
    yield slip(dense, "The convolution is missing.", both)
    yield slip(10 * maps, "The dense layer is missing.", both)
    yield slip(10 * maps + dense + maps, "You counted parameters of Concatenate, which has none.", both)


# ---- Weight images ---------------------------------------------------------------------------------------------------


@key.question
def templates_shape() -> Answers:
    """Ten images of 28 x 28 weights."""
    yield [10, 28, 28]

    first = message("One image for each of the 10 digits, with 28 rows of 28 weights.")
    yield slip([28, 28, 10], "The digits are the last axis. Transpose the kernel before you reshape it.", first)
    yield slip([10, 784], "These are the weights, still in one row for each digit.", first)
    yield slip([784, 10], "This is the kernel as Keras stores it.", first)
    yield slip([28, 28], "This is only one weight image.", first)


@key.question
def weight_image(hidden: int) -> Answers:
    """The student's own function, called with hidden kernels."""
    rng = np.random.default_rng(hidden)
    for side, classes, digit in ((3, 4, 2), (4, 3, 1), (5, 10, 7)):
        kernel = rng.normal(0, 1, (side * side, classes)).round(3)
        image = kernel[:, digit].reshape(side, side)
        yield call(
            (kernel, digit),
            image,
            slip(image.T, COLUMN_BY_COLUMN, "Reshape fills row by row, which is right here."),
            slip(
                kernel.reshape(classes, side, side)[digit],
                "You read the kernel as if each class had a row of weights.",
                "Take the column of the class first.",
            ),
            slip(
                kernel[:, digit - 1].reshape(side, side),
                "You counted the classes from 1.",
                "Classes are counted from 0, like columns.",
            ),
            slip(
                kernel[:, digit], "This is the column, but not an image yet.", "Reshape it to as many rows as columns."
            ),
        )


@key.question
def best_templates(hidden: int) -> Answers:
    """The student's own function, called with hidden images, kernels and biases."""
    rng = np.random.default_rng(hidden + 1)
    for count, side, classes in ((15, 3, 4), (20, 4, 5), (25, 5, 10)):
        images, kernel = rng.normal(0, 1, (count, side, side)), rng.normal(0, 1, (side * side, classes))
        biases = rng.normal(0, 3, classes)
        scores = images.reshape(count, -1) @ kernel
        swapped = images.transpose(0, 2, 1).reshape(count, -1) @ kernel + biases
        yield call(
            (images, kernel, biases),
            (scores + biases).argmax(axis=1),
            slip(scores.argmax(axis=1), NO_BIASES, "Add the bias of each class to its scores."),
            slip((scores + biases).argmin(axis=1), "These are the smallest scores.", "Use argmax."),
            slip(swapped.argmax(axis=1), "You unrolled the images column by column.", "Reshape fills row by row."),
            slip(scores + biases, "These are the scores.", "Return the class with the largest score of each image."),
            slip(
                np.abs(scores + biases).argmax(axis=1),
                "You compared absolute values.",
                "A large negative score is evidence against a class.",
            ),
        )


@key.question
def noisy_corners() -> Answers:
    """Why weights in the corners look like noise."""
    yield "b"

    product = message("The gradient of a weight is the error of its class times the pixel, which is always 0 there.")
    yield slip("a", "A large learning rate disturbs weights of pixels with ink as well.", product)
    yield slip("c", "Pixels that are always 0 add nothing to any score.", product)
    yield slip("d", "Softmax has no weights and adds no noise.", product)


# ---- Limits for weights ----------------------------------------------------------------------------------------------


@key.question(least=3)
def l1_loss(erring: Erring, weights: Array, strength: float, data_loss: float) -> Answers:
    """Loss plus lambda times the sum of absolute weights."""
    size = np.abs(weights).sum()
    total = erring.pick(
        size,
        {
            L2_PENALTY: (weights**2).sum(),
            message("You overlooked the absolute values."): weights.sum(),
            message("You averaged the absolute values instead of adding them up."): size / len(weights),
            message("You used only the largest weight."): np.abs(weights).max(),
            message("You used the length of the vector of weights."): np.linalg.norm(weights),
            message("You left out the negative weights."): weights[weights > 0].sum(),
        },
    )
    factor = erring.pick(
        strength,
        {
            message("You halved the penalty, as is usual for L2. L1 has no factor of 1/2."): strength / 2,
            message("You doubled the penalty."): 2 * strength,
            message("The factor lambda is missing."): 1.0,
            message("You subtracted the penalty. It makes the loss larger."): -strength,
            message("You divided by lambda instead of multiplying by it."): 1 / strength,
        },
    )
    data = erring.pick(data_loss, {message("This is only the penalty."): 0.0})
    if erring(message("You multiplied the loss by the penalty instead of adding them.")):
        yield float(data * factor * total)
    else:
        yield float(data + factor * total)

    penalty = message(
        "The absolute values add up to {size}, so the loss is {loss} + {strength} * {size}.",
        size=f"{size:g}",
        loss=f"{data_loss:g}",
        strength=f"{strength:g}",
    )
    yield slip(float(data_loss + strength * (weights**2).sum()), L2_PENALTY, penalty)
    yield slip(float(data_loss + strength * weights.sum()), "You overlooked the absolute values.", penalty)
    yield slip(float(strength * size), "This is only the penalty.", penalty)
    yield slip(float(data_loss + size), "The factor lambda is missing.", penalty)
    yield slip(float(data_loss - strength * size), "You subtracted the penalty. It makes the loss larger.", penalty)


@key.question(least=3)
def l1_step(erring: Erring, weights: Array, gradient: Array, strength: float, rate: float) -> Answers:
    """Weights after a step of gradient descent with an L1 penalty."""
    slopes = erring.pick(
        np.sign(weights),
        {
            message("This is the step with an L2 penalty: the slope of |w| does not depend on the size of w."): weights,
            message("You left out the penalty."): 0 * weights,
            message("You subtracted the slope of the penalty from the gradient."): -np.sign(weights),
            message("You used the absolute weights as the slope."): np.abs(weights),
            message("You used the slope 1 for all weights. It is -1 for negative ones."): np.ones(len(weights)),
        },
    )
    step = erring.pick(rate, {message("The learning rate is missing."): 1.0})
    yield weights - step * (gradient + strength * slopes)

    first = message(
        "The first weight becomes {weight} - {rate} * ({gradient} + {strength} * ({sign})).",
        weight=f"{weights[0]:g}",
        rate=f"{rate:g}",
        gradient=f"{gradient[0]:g}",
        strength=f"{strength:g}",
        sign=int(np.sign(weights[0])),
    )
    yield slip(weights - rate * (gradient + strength * weights), L2_PENALTY, first)
    yield slip(weights - rate * (gradient + strength * 2 * weights), L2_PENALTY, first)
    yield slip(weights - rate * gradient, "You left out the penalty.", first)
    yield slip(
        weights - rate * (gradient - strength * np.sign(weights)),
        "You subtracted the slope of the penalty from the gradient.",
        first,
    )
    yield slip(
        weights - rate * gradient - strength * np.sign(weights),
        "The learning rate applies to the penalty as well.",
        first,
    )
    yield slip(
        weights + rate * (gradient + strength * np.sign(weights)), "This step leads uphill: the sign is wrong.", first
    )


@key.question
def clipped(erring: Erring, kernel: Array, longest: int) -> Answers:
    """The kernel after max-norm: columns that are too long are shortened."""
    norms = np.linalg.norm(kernel, axis=0)
    others = {
        message("You limited the rows. A unit of a dense layer has a column of the kernel."): _limited(
            kernel, np.linalg.norm(kernel, axis=1, keepdims=True), longest
        ),
        message("You used the norm of the whole kernel."): _limited(kernel, np.linalg.norm(kernel), longest),
        message("You compared each weight with the limit, not the norm."): np.clip(kernel, -longest, longest),
        message("You gave all columns the largest norm, also those that were shorter."): kernel * longest / norms,
        message("You gave all columns the norm 1."): kernel / norms,
        message("You added up absolute values. The norm is the root of the sum of squares."): _limited(
            kernel, np.abs(kernel).sum(axis=0), longest
        ),
    }
    yield np.asarray(erring.pick(_limited(kernel, norms, longest), others))

    lengths = message(
        "The columns have the lengths {first} and {second}. Only the longer one is multiplied by {limit} / 13.",
        first=f"{norms[0]:g}",
        second=f"{norms[1]:g}",
        limit=longest,
    )
    yield from (slip(value, reason, lengths) for reason, value in others.items())
    yield slip(kernel, "You left the kernel as it is, but one column is too long.", lengths)


def _limited(kernel: Array, norms: Any, longest: int) -> Array:
    return np.asarray(kernel * np.minimum(1, longest / norms))


@key.question
def constraint(limit: int) -> Answers:
    """The limit of the student's own layer."""
    yield limit

    write = message("Write kernel_constraint=MaxNorm({limit}).", limit=limit)
    yield slip(limit**2, "You squared the limit. MaxNorm compares it with the norm itself.", write)
    yield slip(2, "This is the default of MaxNorm.", write)
    yield slip(1 / limit, "You gave the reciprocal of the limit.", write)


# ---- Batch normalisation ---------------------------------------------------------------------------------------------


@key.question(apart=0.5)
def norm_block_params(erring: Erring, depth: int, filters: int) -> Answers:
    """Parameters of a convolution without biases and its normalisation."""
    normalised = erring.pick(
        filters,
        {message("You counted the normalisation of the input maps. It follows the convolution."): depth},
    )
    weights = erring.pick(
        9 * depth * filters,
        {
            message("You counted biases, but this convolution has none."): (9 * depth + 1) * filters,
            message("You counted only one input map."): 9 * filters,
            message("You counted only one filter."): 9 * depth,
        },
    )
    yield weights + counts.normalisation(erring.at(message("Normalisation:")), normalised)

    block = message(
        "3 * 3 * {depth} * {filters} weights, and 4 * {filters} numbers of the normalisation.",
        depth=depth,
        filters=filters,
    )
    yield slip((9 * depth + 1) * filters + 4 * filters, "You counted biases, but this convolution has none.", block)
    yield slip(9 * depth * filters, "The normalisation is missing.", block)
    yield slip(9 * depth * filters + 2 * filters, "These are only the trainable ones. Moving averages count.", block)
    yield slip(9 * depth * filters + 4, "You counted the normalisation of only one map.", block)


@key.question
def useless_bias() -> Answers:
    """Why a layer before batch normalisation needs no bias."""
    yield "a"

    mean = message("The bias shifts all values and their mean by the same amount. Beta replaces it.")
    yield slip("b", "Each parameter is trained once per step.", mean)
    yield slip("c", "Keras adds the biases of a convolution unless you write use_bias=False.", mean)
    yield slip("d", "The mean becomes 0 only by normalisation.", mean)


def _normalised(values: Array, gamma: float, beta: float) -> Array:
    return np.asarray(gamma * (values - values.mean()) / values.std() + beta)


def _rectified(erring: Erring, values: Array) -> Array:
    """The values after ReLU, unless it is left out or computed differently."""
    return np.asarray(
        erring.pick(
            np.maximum(values, 0),
            {
                NO_RELU: values,
                message("You made negative values positive. ReLU sets them to 0."): np.abs(values),
                message("You kept the negative values instead of the positive ones."): np.minimum(values, 0),
            },
        )
    )


@key.question(least=3)
def norm_before(erring: Erring, batch: Array, gamma: int, beta: int) -> Answers:
    """ReLU of the normalised values."""
    normal = _normalised(batch, gamma, beta)
    yield _rectified(erring, _standardised(erring, batch, gamma, beta))

    first = message(
        "The mean is {mean} and the standard deviation {spread}. After normalisation, the first value is {value}.",
        mean=f"{batch.mean():g}",
        spread=f"{batch.std():g}",
        value=f"{normal[0]:g}",
    )
    yield slip(normal, NO_RELU, first)
    yield slip(_normalised(np.maximum(batch, 0), gamma, beta), "You applied ReLU first.", first)
    yield slip(np.maximum(_normalised(batch, 1, 0), 0), "Gamma and beta are missing.", first)
    yield slip(gamma * np.maximum(_normalised(batch, 1, 0), 0) + beta, "You applied ReLU before gamma and beta.", first)


def _standardised(erring: Erring, values: Array, gamma: float, beta: float) -> Array:
    """Batch normalisation with the mistakes that are made."""
    spread = numbers.spread(erring, values, axes=None)
    center = erring.pick(
        float(values.mean()),
        {
            message("You used the median instead of the mean."): float(np.median(values)),
            message("You left zeros out of the mean."): float(values[values != 0].mean()),
        },
    )
    return numbers.shifted(erring, numbers.standardised(erring, values, center, spread), gamma, beta)


@key.question(least=3)
def norm_after(erring: Erring, batch: Array, gamma: int, beta: int) -> Answers:
    """The normalised outputs of ReLU."""
    positive = np.maximum(batch, 0)
    normal = _normalised(positive, gamma, beta)
    yield _standardised(erring, _rectified(erring, batch), gamma, beta)

    first = message(
        "The outputs of ReLU have the mean {mean} and the standard deviation {spread}.",
        mean=f"{positive.mean():g}",
        spread=f"{positive.std():g}",
    )
    yield slip(np.maximum(_normalised(batch, gamma, beta), 0), "You normalised first.", first)
    yield slip(np.maximum(normal, 0), "You applied ReLU again, so that negative values are lost.", first)
    above = positive[positive > 0]
    yield slip(
        gamma * (positive - above.mean()) / above.std() + beta,
        "You left the zeros out of mean and standard deviation, but they are also outputs of ReLU.",
        first,
    )
    yield slip(_normalised(positive, 1, 0), "Gamma and beta are missing.", first)
    yield slip(
        gamma * (positive - batch.mean()) / batch.std() + beta,
        "You used mean and standard deviation of the values before ReLU.",
        first,
    )


# ---- The experiment --------------------------------------------------------------------------------------------------


AS_ASKED = "e"
"""The letter with which `observe.py` describes a run as the question asks for it; the other letters are mistakes."""


def _kept_wrongly() -> Answers:
    """Why a history cannot be read, or is that of another run."""
    keep = message("Keep the attribute `history` of what `fit` returns, under the name that the task gives.")
    validate = message("Give `fit` the argument `validation_data=(X_valid, y_valid)`.")
    separate = message("Make a new network for each run, and keep each history under its own name.")
    yield slip("a", "`curves` has no history with this name.", keep)
    yield slip("b", "This entry of `curves` is not a dict with the values of each epoch.", keep)
    yield slip("c", "You trained without validation images, or kept only other values.", validate)
    yield slip("d", "Two names in `curves` have the same history.", separate)


@key.question
def from_zeros() -> Answers:
    """A run in which no weight is trained."""
    yield AS_ASKED

    start = message("Give each of the three dense layers the argument `kernel_initializer=start`.")
    yield from _kept_wrongly()
    yield slip("f", "This network learns, so its hidden layers do not start with weights of 0.", start)
    yield slip("g", "The first loss of this network is above 2.5, so it does not start with weights of 0.", start)


@key.question
def from_random() -> Answers:
    """A run that learns."""
    yield AS_ASKED
    yield from _kept_wrongly()
    yield from _not_learned()


@key.question
def with_normalisation() -> Answers:
    """A run that learns, with batch normalisation."""
    yield AS_ASKED
    yield from _kept_wrongly()
    yield from _not_learned()


def _not_learned() -> Answers:
    """Why a run recognises too few validation images, as far as its history shows it."""
    epochs = message("Train for 6 epochs, with batches of 100 images.")
    same = message("Divide both sets of images by 255, and keep each label with its image.")
    labels = message("Train with X_train and y_train, in the same order, and do not start with weights of 0.")
    yield slip("f", "The training has fewer than six epochs.", epochs)
    yield slip("g", "The validation images or their labels do not match the training data.", same)
    yield slip("h", "The network does not recognise its training images either.", labels)


@key.question
def best_epoch(hidden: int) -> Answers:
    """The student's own function, called with hidden histories."""
    rng = np.random.default_rng(hidden + 2)
    for epochs in (8, 9, 11):
        history = _history(rng, epochs)
        losses = np.array(history["val_loss"])
        yield call(
            (history,),
            int(losses.argmin()) + 1,
            slip(int(losses.argmin()), "You counted the epochs from 0.", "Add 1 to the index."),
            slip(epochs, "This is the last epoch.", "Look for the smallest validation loss."),
            slip(
                int(np.argmin(history["loss"])) + 1,
                "You used the loss of the training data.",
                "Look for the smallest validation loss.",
            ),
            slip(int(losses.argmax()) + 1, "This is the largest loss.", "Look for the smallest validation loss."),
            slip(
                int(np.argmax(history["val_accuracy"])) + 1,
                "You used the accuracy instead of the loss.",
                "Look for the smallest validation loss.",
            ),
        )


def _history(rng: np.random.Generator, epochs: int) -> dict[str, list[float]]:
    """A training that overfits: validation losses fall, and then rise again. No two mistakes lead to the same epoch."""
    best = int(rng.integers(2, epochs - 4))
    falling = np.sort(rng.uniform(0.05, 1.5, epochs))[::-1]
    falling[-2:] = falling[:-3:-1]  # not the last epoch has the smallest training loss
    bowl = 0.4 + 0.1 * np.abs(np.arange(epochs) - best) + rng.uniform(0, 0.04, epochs)
    accuracy = 1 - bowl / 2
    accuracy[best + 1] = 0.95
    bowl[0] = 1.6
    curves = {"loss": falling, "val_loss": bowl, "accuracy": 1 - falling / 2, "val_accuracy": accuracy}
    return {name: curve.round(3).tolist() for name, curve in curves.items()}


@key.question
def own_epochs() -> Answers:
    """How many of the student's own curves have the epoch that the student names."""
    yield "g"

    compare = message("The epoch of a curve is 1 plus the index of the smallest value of val_loss.")
    yield slip("a", "`curves` does not have the four histories with their `val_loss`.", "Train all four networks.")
    yield slip("b", "You counted the epochs from 0.", compare)
    yield slip("c", "No epoch is right.", compare)
    yield slip("d", "Only one of the four epochs is right.", compare)
    yield slip("e", "For two of the four curves, other epochs have the smallest validation loss.", compare)
    yield slip("f", "For one of the four curves, another epoch has the smallest validation loss.", compare)
