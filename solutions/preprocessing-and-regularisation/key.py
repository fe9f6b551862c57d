"""Answers of `preprocessing-and-regularisation`: drawn numbers that are easy by hand, and the slips with them.

Two things printed in the lectures are wrong: 125/255 is not 0.5, and the weight-decay step of the slide
lets weights grow, because its sign is wrong. Slips say so to students who copied them.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from math import sqrt
from random import Random
from typing import Any

import numpy as np

from grader.authoring import Answers, Array, Follows, Key, because, call, choice, slip, template
from grader.cnn.by_hand import convolution
from grader.mistakes import counts, numbers
from grader.model.key import Call, Slip
from grader.model.mistakes import Erring
from grader.text.messages import joined, message, number


def _are_different(one: Any, other: Any) -> bool:
    """Whether two answers differ after rounding to three decimals."""
    first, second = (json.dumps(_rounded(np.asarray(value).tolist())) for value in (one, other))
    return first != second


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return value if isinstance(value, str) else round(float(value), 3)


key = Key(apart=_are_different, with_answer=False)
key.heldout("accuracy", "heldout/mnist-2000.npz", classes=[str(digit) for digit in range(10)], exercise="keras-cnn")

_SPREADS = ((1, [1, 1, -1, -1]), (5, [1, -1, 7, -7]))
"""Four deviations whose mean is 0, and their standard deviation."""

SCALED_TO_255 = template("The largest grey level is 255. {right}")
EACH_VALUE = template("Count them for each value of an image. {each}")
TRAINING_ONLY = template("Use only the four training images, {top}.")
NO_SHIFT = message("The shift is missing.")


def _sample(rng: Random, least: int, most: int) -> tuple[int, int, list[int]]:
    """A mean, a standard deviation and four values that have them."""
    spread, deviations = rng.choice(_SPREADS)
    scale = rng.choice([2, 4, 6]) if spread == 1 else rng.choice([1, 2])
    mean = rng.randrange(least, most, 10)
    return mean, spread * scale, [mean + scale * step for step in rng.sample(deviations, 4)]


# ---- Scaling and standardising ---------------------------------------------------------------------------------------


@key.numbers
def accuracies(rng: Random) -> dict[str, int]:
    """Accuracy without and with augmentation, in percent."""
    errors = rng.sample([2, 3, 4, 5, 6, 8, 10, 12, 15, 20], 2)
    return {"accuracy_before": 100 - max(errors), "accuracy_after": 100 - min(errors)}


key.common(level=125)  # alzahrani-deep-learning-cnn: 0.5, which is rounded too far


@key.question(level=lambda rng: rng.choice([grey for grey in range(90, 180) if grey % 51]))  # 51 / 255 has one decimal
def scaled(erring: Erring, level: int) -> Answers:
    """A grey level, scaled to 0..1."""
    ways = {
        message("This is scaled to -1..1."): level / 127.5 - 1,
        message("You divided by 127.5, but the range is 255."): level / 127.5,
        message("You divided by 254."): level / 254,
        message("You subtracted half: the range is from 0 to 1."): level / 255 - 0.5,
        message("You added 1 and divided by 256."): (level + 1) / 256,
        message("You divided by 128."): level / 128,
        message("You multiplied it by 255."): level * 255,
        message("You divided by the square of 255."): level / 255**2,
        message("You squared the result."): (level / 255) ** 2,
    }
    yield erring.pick(level / 255, ways)

    right = message("Compute {level} / 255, with three decimals.", level=level)
    yield slip(
        round(level / 255, 1),
        "You rounded to one decimal. The slide makes the same mistake.",
        right,
    )
    yield slip(level / 256, "You divided the level by 256.", SCALED_TO_255, right=right)
    yield slip(1 - level / 255, "You swapped black and white.", "The smallest level becomes 0. {right}", right=right)
    yield slip(
        level / 127.5 - 1,
        "You scaled to the range from -1 to 1.",
        "Scale to the range from 0 to 1. {right}",
        right=right,
    )
    yield slip(level / 100, "You divided the level by 100.", SCALED_TO_255, right=right)


@key.numbers
def pixels(rng: Random) -> dict[str, Any]:
    """Four training images and one test image of 2 x 2 pixels."""
    pixels = [_sample(rng, 40, 200) for _ in range(4)]
    test = [mean + spread * rng.choice([-3, -2, -1.5, 1.5, 2, 3]) for mean, spread, _ in pixels]
    images = [[values[number] for _, _, values in pixels] for number in range(4)]
    return {
        "train_images": [[image[:2], image[2:]] for image in images],
        "test_image": [[int(grey) for grey in row] for row in (test[:2], test[2:])],
    }


def _pixel_statistic(erring: Erring, way: Callable[..., Array], train: Array) -> Array:
    others = {
        message("You computed one number for each image. Average over the images instead."): (1, 2),
        message("You computed one number for each column of pixels."): (0, 1),
        message("You computed one number for each row of pixels."): (0, 2),
        message("You computed one number for each row of each image."): 2,
    }
    statistic = way(erring, train, 0, others)
    if statistic.size == 4 and statistic.ndim == 1 and erring(message("You laid out these numbers like an image.")):
        return statistic.reshape(2, 2)
    return statistic


@key.derived
def all_images(train_images: Array, test_image: Array) -> Array:
    """The training images and the test image, shape (5, 2, 2)."""
    return np.concatenate([train_images, test_image[np.newaxis]])


LEAK = message("You included the test image, so information from it leaks into training.")
WHOLE = message("You computed one value for all pixels.")
EACH_PIXEL = message("Each pixel has its own mean and standard deviation.")


@key.question
def pixel_mean(erring: Erring, train_images: Array, all_images: Array) -> Answers:
    """Mean of each pixel over the training images."""
    train = train_images
    yield _pixel_statistic(erring, numbers.mean, train)

    top = message("top left: {values}", values=", ".join(map(str, train[:, 0, 0])))
    yield slip(all_images.mean(axis=0), LEAK, TRAINING_ONLY, top=top)
    yield slip(
        np.full((2, 2), train.mean()), WHOLE, joined(EACH_PIXEL, message("Average over the images, {top}.", top=top))
    )
    yield slip(train.sum(axis=0), "This is the sum of the values.", "Divide by the number of images, 4.")
    yield slip(train.max(axis=0), "This is the largest value.", "Take the mean, {top}.", top=top)
    yield slip(
        train.mean(axis=(1, 2)),
        "You computed a mean for each image.",
        joined(EACH_PIXEL, message("Average over axis 0, {top}.", top=top)),
    )


@key.question
def pixel_std(erring: Erring, train_images: Array, all_images: Array) -> Answers:
    """Standard deviation of each pixel."""
    train, mean = train_images, train_images.mean(axis=0)
    yield _pixel_statistic(erring, numbers.spread, train)

    yield Follows(lambda pixel_mean: np.sqrt(((train - np.reshape(pixel_mean, (2, 2))) ** 2).mean(axis=0)))
    # Mean and standard deviation, computed in the same wrong way: of more images, of all pixels, of each image.
    for wrong_mean, spread in (
        (all_images.mean(axis=0), all_images.std(axis=0)),
        (np.full((2, 2), train.mean()), np.full((2, 2), train.std())),
        (train.mean(), train.std()),
        (train.mean(axis=(1, 2)), train.std(axis=(1, 2))),
    ):
        yield Follows(_same_way(wrong_mean, spread))

    top = message("top left: {values}", values=", ".join(map(str, train[:, 0, 0])))
    sum_of_squares = " + ".join(f"({value} - {mean[0, 0]:g})^2" for value in train[:, 0, 0])
    yield slip(train.var(axis=0), "This is the variance.", "Take the square root of the variance.")
    yield slip(
        train.std(axis=0, ddof=1),
        "You divided by n - 1.",
        "Divide by n, here 4, as np.std does. The top-left value is the root of ({sum_of_squares}) / 4.",
        sum_of_squares=sum_of_squares,
    )
    yield slip(all_images.std(axis=0), LEAK, TRAINING_ONLY, top=top)
    yield slip(
        np.full((2, 2), train.std()), WHOLE, joined(EACH_PIXEL, message("Compute it over the images, {top}.", top=top))
    )
    yield slip(
        np.abs(train - mean).mean(axis=0),
        "This is the mean absolute deviation.",
        "Square before averaging. The top-left value is the root of ({sum_of_squares}) / 4.",
        sum_of_squares=sum_of_squares,
    )


def _same_way(mean: Array, spread: Array) -> Callable[[Any], Any]:
    """The rule that gives the standard deviation of a wrong way, if a student's mean was computed in that way."""

    def rule(pixel_mean: Any) -> Any:
        same = np.shape(pixel_mean) == np.shape(mean) and np.allclose(pixel_mean, mean, atol=0.01)
        return np.asarray(spread).tolist() if same else None

    return rule


@key.question
def test_score(erring: Erring, train_images: Array, test_image: Array, all_images: Array) -> Answers:
    """The test image, standardised."""
    train, test = train_images, test_image
    mean, spread = train.mean(axis=0), train.std(axis=0)
    if erring(message("You used one mean for all pixels.")):
        mean = train.mean()
    if erring(message("You used one standard deviation for all pixels.")):
        spread = train.std()
    if erring(message("You divided by n - 1 in the standard deviation.")):
        spread = train.std(axis=0, ddof=1)
    if erring(message("You swapped the rows and columns of the statistics.")):
        mean, spread = mean.T, spread.T
    yield erring.way(
        lambda: numbers.standardised(erring, test, mean, spread),
        {message("You scaled the test image to 0..1. The question asks for its standard score."): lambda: test / 255},
    )

    def with_own(pixel_mean: Array, pixel_std: Array) -> Array:
        return _score(test, pixel_mean, pixel_std)

    yield Follows(with_own)

    score = message(
        "The top-left value is ({value} - {mean}) / {deviation}.",
        value=test[0, 0],
        mean=f"{mean[0, 0]:g}",
        deviation=f"{spread[0, 0]:g}",
    )
    yield slip(
        _score(test, test.mean(), test.std()),
        "You standardised the test image with its own mean and standard deviation.",
        "Use the mean and standard deviation of the training images. {score}",
        score=score,
    )
    yield slip(_score(test, all_images.mean(axis=0), all_images.std(axis=0)), LEAK, score)
    yield slip(_score(test, mean, 1), "You did not divide by the standard deviation.", score)
    yield slip(_score(test, 0, spread), "You did not subtract the mean.", score)
    yield slip(_score(test, mean, spread**2), "You divided by the variance.", score)
    yield slip(
        _score(test, train.mean(), train.std()),
        "You used one mean and one standard deviation for all pixels.",
        joined(EACH_PIXEL, score),
    )
    yield slip(_score(mean, test, spread), "You subtracted the wrong way round.", score)


def _score(image: Array, mean: Any, spread: Any) -> Array:
    return np.asarray((image - mean) / spread)


@key.question(image_size=choice(24, 28, 32, 48, 64), image_count=lambda rng: 1000 * rng.randint(2, 9))
def statistics(erring: Erring, image_size: int, image_count: int) -> Answers:
    """How many means and standard deviations there are, pixel by pixel, for colour images."""
    size, count = image_size, image_count
    area = erring.pick(
        size**2,
        {
            message("You counted only one side of the image."): size,
            message("You added the sides of the image."): 2 * size,
            message("You counted all pixels as one."): 1,
        },
    )
    colours = erring.pick(3, {message("You left out the three colours."): 1, message("You counted four channels."): 4})
    per_value = erring.pick(
        2,
        {
            message("You counted only one number for each value."): 1,
            message("You counted four numbers for each value, as in a batch normalisation."): 4,
            message("You counted three numbers for each value."): 3,
        },
    )
    images = erring.pick(1, {message("You also counted the images, but the statistics are stored only once."): count})
    ways = {
        message("You counted a mean and a standard deviation for each image."): 2 * count,
        message("You added 2 for a mean and a standard deviation instead of counting both for each value."): area
        * colours
        + 2,
    }
    yield erring.pick(area * colours * per_value * images, ways)

    values_of_image = message("There are {size} x {size} x 3 values, and each has two numbers.", size=size)
    yield slip(
        size**2 * 3,
        "You counted only one number for each value.",
        "Each value has a mean and a standard deviation. {each}",
        each=values_of_image,
    )
    yield slip(2 * size**2, "You left out the three colours.", values_of_image)
    yield slip(6, "You counted one mean and one standard deviation for each channel.", EACH_VALUE, each=values_of_image)
    yield slip(2, "You counted one mean and one standard deviation for all values.", EACH_VALUE, each=values_of_image)
    yield slip(
        2 * count * size**2 * 3,
        "You also counted the images.",
        ("Each mean and each standard deviation covers all {count} images, so do not count the images. {each}"),
        count=number(count),
        each=values_of_image,
    )


@key.question
def leaks() -> Answers:
    """Which steps bring information from the test images into the training."""
    yield ["a", "c", "f"]
    yield because(
        a="Statistics that include the test images bring information from them into the training.",
        b="Dividing by 255 uses no information from the test images: 255 would be the same for other images.",
        c="If you stop by the test loss, you choose the epoch by the test images.",
        d="Statistics of the training images say nothing about the test images: this is how it should be done.",
        e="Shifting training images does not look at the test images.",
        f="If you take the weight decay with the best test accuracy, you tune on the test images.",
    )
    yield slip(
        ["a", "c", "d", "e", "f"],
        "You considered dividing by 255 and using statistics of the training images to be leaks.",
        "The number 255 is known beforehand, and statistics of training images say nothing about test images.",
    )
    yield slip(
        ["a"], "You selected only the statistics as a leak.", "Choosing anything by the test result is also a leak."
    )
    yield slip(
        ["a", "f"],
        "You considered stopping by the test loss to be harmless.",
        "Both lectures use test images as validation data, so the test images decide the epoch.",
    )
    yield slip(
        ["c", "f"],
        "You considered joint statistics to be harmless.",
        "Joint statistics bring information from the test images into the training.",
    )


# ---- Penalties on weights --------------------------------------------------------------------------------------------


@key.question(
    kernel_weights=lambda rng: [rng.choice([-1, 1]) * weight for weight in rng.sample([1, 2, 3, 4, 5], 4)],
    bias_weight=choice(2, 3, 4),
    l2=choice(0.01, 0.02, 0.05, 0.1),
    data_loss=choice(0.4, 0.5, 0.6, 0.8),
)
def l2_loss(erring: Erring, kernel_weights: Array, bias_weight: int, l2: float, data_loss: float) -> Answers:
    """Loss with an L2 penalty on the kernel, not on the bias."""
    weights = kernel_weights.astype(float)
    penalty: float = erring.pick(
        float((weights**2).sum()),
        {
            message("You used the mean of the squares instead of their sum."): float((weights**2).mean()),
            message("You added up the weights with their signs, without squares."): float(weights.sum()),
            message("This is the L1 penalty."): float(np.abs(weights).sum()),
            message("You squared only the largest weight."): float((weights**2).max()),
            message("You kept the signs of the weights in the squares."): float((np.sign(weights) * weights**2).sum()),
            message("You took the root of the sum of squares."): sqrt((weights**2).sum()),
            message("You doubled the weights instead of squaring them."): float(2 * np.abs(weights).sum()),
        },
    )
    if erring(message("You also penalised the bias.")):
        penalty += bias_weight**2
    if erring(message("You halved the penalty.")):
        penalty /= 2
    factor = erring.pick(
        l2,
        {
            message("The factor of the penalty is missing."): 1,
            message("You squared the factor."): l2**2,
            message("You divided by the factor."): 1 / l2,
        },
    )
    added_loss = erring.pick(
        data_loss,
        {
            message("This is only the penalty, without the loss."): 0.0,
            message("You multiplied by the loss instead of adding it."): 0.0,
        },
    )
    ways = {
        message("You multiplied the penalty by the loss instead of adding it."): data_loss * factor * penalty,
        message("You also applied the factor to the loss."): factor * (added_loss + penalty),
    }
    yield float(erring.pick(added_loss + factor * penalty, ways))

    bias, loss, squares = bias_weight, data_loss, int((kernel_weights**2).sum())
    sum_of_squares = " + ".join(f"({weight})^2" for weight in kernel_weights)
    right = message("{formula}.", formula=f"{loss} + {l2} * ({sum_of_squares})")
    yield slip(
        loss + l2 * int(np.abs(kernel_weights).sum()),
        "This is the L1 penalty.",
        "L2 squares the weights: {right}",
        right=right,
    )
    yield slip(
        loss + l2 * squares / 2,
        "You halved the penalty.",
        "The L2 penalty of Keras has no factor 1/2: {right}",
        right=right,
    )
    yield slip(
        loss + l2 * (squares + bias**2),
        "You also penalised the bias.",
        "Only the kernel has a penalty: {right}",
        right=right,
    )
    yield slip(
        l2 * squares, "This is only the penalty.", "Add the penalty to the loss of the data: {right}", right=right
    )
    yield slip(
        loss + l2 * sqrt(squares), "You used the length of the vector.", "Do not take the root: {right}", right=right
    )
    yield slip(
        loss + l2 * int(kernel_weights.sum()) ** 2,
        "You squared the sum.",
        "Square first, then add up: {right}",
        right=right,
    )
    yield slip(loss + squares, "The factor of the penalty is missing.", right)
    yield slip(
        loss - l2 * squares,
        "You subtracted the penalty.",
        "The penalty makes large weights expensive, so add it: {right}",
        right=right,
    )


@key.question(
    w=lambda rng: [rng.choice([2, 3, 4, 5]), -rng.choice([2, 3, 4, 5])],
    gradient=lambda rng: [rng.choice([-2, 2, 3]), rng.choice([-3, 1, 2])],
    eta=choice(0.1, 0.2, 0.5),
    decay=choice(0.1, 0.2, 0.5),
)
def w_next(erring: Erring, w: Array, gradient: Array, eta: float, decay: float) -> Answers:
    """Two weights after one step with weight decay."""
    yield _decayed(erring, w * 1.0, gradient * 1.0, eta, decay)

    step = message("The first weight is {formula}.", formula=f"{w[0]} - {eta} * ({gradient[0]} + {decay} * {w[0]})")
    for wrong in _wrong_steps(w, gradient, eta, decay):
        yield replace(wrong, remedy=step)


def _decayed(erring: Erring, w: Array, gradient: Array, eta: float, weight_decay: float) -> Array:
    rate = erring.pick(
        eta,
        {
            message("The learning rate is missing."): 1.0,
            message("You doubled the learning rate."): 2 * eta,
            message("You divided by the learning rate."): 1 / eta,
        },
    )
    decay = erring.pick(
        weight_decay,
        {
            message("You did not multiply the penalty by the decay."): 1.0,
            message("You squared the decay."): weight_decay**2,
            message("You halved the decay."): weight_decay / 2,
            message("This is the step without weight decay."): 0.0,
        },
    )
    gradient = erring.pick(
        gradient,
        {
            message("The gradient of the loss is missing: this is only the decay."): 0 * gradient,
            message("You overlooked the signs of the gradient."): np.abs(gradient),
            message("The sign of the gradient is wrong."): -gradient,
            message("You multiplied the gradient by the weights."): gradient * w,
        },
    )
    pull = erring.pick(
        decay * w,
        {
            message("You did not multiply the decay by the weight."): np.full_like(w, decay),
            message("You squared the weight in the penalty."): decay * w**2,
            message("You dropped the sign of the weight in the penalty."): decay * np.abs(w),
        },
    )
    ways = {
        message("This is only the step, without the weights."): -rate * (gradient + pull),
        message("You applied the decay after the step, to the new weights."): (w - rate * gradient) * (1 - decay),
        message("You applied the decay after the step, with the learning rate."): (w - rate * gradient)
        * (1 - rate * decay),
        message("You multiplied the gradient by the decay."): w - rate * decay * gradient,
        message("You stepped up the slope."): w + rate * (gradient + pull),
        message("You changed only the first weight."): np.array([(w - rate * (gradient + pull))[0], w[1]]),
        message("You squared the learning rate of the gradient."): w - rate**2 * (gradient + pull),
    }
    return erring.pick(w - rate * (gradient + pull), ways)


@key.question
def decay_step() -> Answers:
    """The same as a function: of one weight, a vector, a filter bank; weights have both signs."""
    rng = np.random.default_rng(20240611)
    yield _call(np.array(1.5), np.array(-0.5), 0.1, 0.3)
    for shape, rate, decay in (((4,), 0.2, 0.05), ((3, 3), 0.5, 0.4), ((3, 3, 2, 4), 0.01, 1.5)):
        yield _call(rng.normal(size=shape), rng.normal(size=shape), rate, decay)


def _call(w: Array, gradient: Array, rate: float, decay: float) -> Call:
    wrong_results = _wrong_steps(w, gradient, rate, decay)
    expected = (w - rate * (gradient + decay * w)).tolist()
    return call((w.tolist(), gradient.tolist(), rate, decay), expected, *wrong_results)


def _wrong_steps(w: Array, gradient: Array, rate: float, decay: float) -> Answers:
    """Wrong results of one step; the penalty decay / 2 * w ** 2 has the gradient decay * w."""
    inner = message("The penalty pulls towards 0: w - rate * (gradient + decay * w).")
    yield slip(
        (w - rate * (gradient - decay * w)).tolist(),
        "The slide is wrong here: with its minus sign in front of the decay, the penalty lets the weights grow.",
        inner,
    )
    yield slip((w - rate * gradient).tolist(), "This is the step without weight decay.", inner)
    yield slip(
        (w - rate * gradient - decay * w).tolist(),
        "You applied the learning rate only to the gradient.",
        "The learning rate scales the whole bracket. {inner}",
        inner=inner,
    )
    yield slip(
        (w + rate * (gradient + decay * w)).tolist(),
        "You stepped up the slope.",
        "In gradient descent, subtract the step.",
    )
    yield slip(
        (w - rate * (gradient + 2 * decay * w)).tolist(),
        "This is the step for the penalty decay * w ** 2.",
        "Here the penalty is half of that, so its gradient is decay * w.",
    )
    yield slip(
        (w - rate * (gradient + decay * np.sign(w))).tolist(),
        "This is the step for an L1 penalty.",
        "With L2, the pull is proportional to the weight: decay * w, not decay * sign(w).",
    )


# ---- Dropout and augmentation ----------------------------------------------------------------------------------------


@key.numbers
def dropout(rng: Random) -> dict[str, Any]:
    """Eight values, and a mask that has a 1 where dropout keeps them."""
    ones = rng.randint(3, 5)
    return {
        "activations": [4 * value for value in rng.sample(range(1, 11), 8)],
        "rate": rng.choice([0.2, 0.5, 0.6, 0.75]),
        "mask": rng.sample([1] * ones + [0] * (8 - ones), 8),
    }


@key.question
def dropped(erring: Erring, activations: Array, mask: Array, rate: float) -> Answers:
    """What dropout makes of them in training."""
    values, ones = activations, int(mask.sum())
    is_kept = erring.pick(
        mask,
        {
            message("You read the mask the wrong way round."): 1 - mask,
            message("You dropped no value."): np.ones_like(mask),
        },
    )
    factor = erring.pick(
        1 / (1 - rate),
        {
            message("The scaling is missing."): 1.0,
            message("You multiplied the kept values by their share instead of dividing by it."): 1 - rate,
            message("You divided the kept values by the rate."): 1 / rate,
            message("You multiplied the kept values by the rate."): rate,
            message("You multiplied the kept values by 1 + rate."): 1 + rate,
            message("You divided the kept values by the share of ones in the mask, not by 1 - rate."): len(mask) / ones,
            message("You divided the kept values by the square of their share."): 1 / (1 - rate) ** 2,
            message("You doubled the kept values."): 2.0,
        },
    )
    output = values * is_kept * factor
    ways = {
        message("You left out the dropped values, but they become 0."): output[is_kept > 0],
        message("You scaled only the dropped values."): np.where(is_kept > 0, values, values * factor),
        message("You replaced the dropped values by 1."): np.where(is_kept > 0, output, 1),
        message("You added the mask instead of multiplying by it."): values + is_kept,
    }
    yield erring.pick(output, ways)

    place = mask.tolist().index(1)
    right = message(
        "Keras divides the kept values by 1 - {rate}, for example {quotient}.",
        rate=str(rate),
        quotient=f"{values[place]} / {round(1 - rate, 2)}",
    )
    yield slip(values * mask, "The scaling is missing.", right)
    yield slip(
        values * mask * (1 - rate), "You multiplied the kept values by their share instead of dividing by it.", right
    )
    yield slip(values * mask / rate, "You divided the kept values by the rate.", right)
    yield slip(
        values * (1 - mask) / (1 - rate),
        "You read the mask the wrong way round.",
        "Where the mask is 1, keep the value. Where it is 0, drop the value.",
    )
    yield slip(
        values,
        "You dropped no value: that is what the layer does when the network predicts.",
        "Here the network is training. {right}",
        right=right,
    )


@key.question
def error_drop(erring: Erring, accuracy_before: int, accuracy_after: int) -> Answers:
    """By how many percent the error falls with augmentation."""
    before, after = 100 - accuracy_before, 100 - accuracy_after
    ways = {
        message("You divided the first error by the second: this is how many times larger it was."): before / after,
        message("This is the second error itself."): after,
        message("This is the first error itself."): before,
        message("This is the second error as a share of the first."): after / before,
        message("You divided by the sum of both errors."): 100 * (before - after) / (before + after),
        message("You divided by the mean of both errors."): 200 * (before - after) / (before + after),
        message("You divided by the second accuracy."): 100 * (before - after) / accuracy_after,
        message("The sign is wrong: the error falls."): -100 * (before - after) / before,
        message("This is the quotient of both accuracies."): accuracy_after / accuracy_before,
        message("This is the quotient of both accuracies, in percent."): 100 * accuracy_before / accuracy_after,
        message("You did not multiply by 100: this is a share."): (before - after) / before,
        message("You added the errors."): before + after,
    }
    yield float(erring.pick(100 * (before - after) / before, ways))

    share = message(
        "The error falls from {before} to {after} percent: ({before} - {after}) / {before} * 100.",
        before=before,
        after=after,
    )
    yield slip(before - after, "These are percentage points.", "Divide them by the first error. {share}", share=share)
    yield slip(100 * after / before, "This is the share of the error that is left.", share)
    yield slip(100 * (before - after) / after, "You divided by the second error, not by the first.", share)
    yield slip(
        100 * (before - after) / (100 - before),
        "This is the relative growth of the accuracy.",
        "Compute with the errors, not with the accuracies. {share}",
        share=share,
    )
    yield slip((before - after) / before, "This is a share, not a percentage.", "Multiply by 100.")


# ---- Batch normalisation ---------------------------------------------------------------------------------------------


@key.question(batch=lambda rng: _sample(rng, 10, 60)[2], gamma=choice(2, 3, 4), beta=choice(-2, -1, 1, 2, 5))
def normalised(erring: Erring, batch: Array, gamma: int, beta: int) -> Answers:
    """Output of a batch normalisation in training."""
    mean, spread = float(batch.mean()), float(batch.std())
    yield numbers.shifted(erring, numbers.standardised(erring, batch, mean, spread), gamma, beta)

    score = (batch - mean) / spread
    first = message(
        "The first value is {gamma} * ({value} - {mean}) / {spread} + ({beta}).",
        gamma=gamma,
        value=batch[0],
        mean=f"{mean:g}",
        spread=f"{spread:g}",
        beta=beta,
    )
    yield slip(score, "Scale and shift are missing.", first)
    yield slip(gamma * score, NO_SHIFT, first)
    yield slip(score + beta, "The scale is missing.", first)
    yield slip(beta * score + gamma, "You swapped scale and shift.", "gamma is the scale. {first}", first=first)
    yield slip(gamma * (batch - mean) / spread**2 + beta, "You divided by the variance.", first)
    yield slip(gamma * (batch - mean) / batch.std(ddof=1) + beta, "You divided by n - 1.", first)
    yield slip(gamma * (score + beta), "You also scaled the shift.", "The shift comes last. {first}", first=first)
    yield slip(
        gamma * batch + beta,
        "This is what an untrained layer predicts, with moving mean 0 and moving variance 1.",
        "In training, use the mean and the variance of the batch itself. {first}",
        first=first,
    )


@key.question(momentum=choice(0.8, 0.9, 0.99), moving_mean=choice(5, 70, 80, 100))
def new_moving_mean(erring: Erring, batch: Array, momentum: float, moving_mean: int) -> Answers:
    """The moving mean after this batch."""
    old = moving_mean
    new: float = erring.pick(
        float(batch.mean()),
        {
            message("You used the sum of the batch instead of its mean."): float(batch.sum()),
            message("You used the standard deviation of the batch instead of its mean."): float(batch.std()),
            message("You used the variance of the batch instead of its mean."): float(batch.var()),
            message("You used the largest value of the batch instead of its mean."): float(batch.max()),
            message("You used the first value of the batch instead of its mean."): float(batch[0]),
            message("You left out the mean of the batch: this is only the weighted old mean."): 0.0,
        },
    )

    ways = {
        message("You added both means without the momentum."): old + new,
        message("You did not weight the new mean."): momentum * old + new,
        message("You weighted both means with the momentum."): momentum * (old + new),
        message("You subtracted the new part instead of adding it."): momentum * old - (1 - momentum) * new,
        message("You weighted only the difference of both means with the momentum."): momentum * (old - new),
        message("You squared the momentum."): momentum**2 * old + (1 - momentum**2) * new,
        message("You applied the weight 1 - momentum to both means."): (1 - momentum) * (old + new),
    }
    yield erring.pick(momentum * old + (1 - momentum) * new, ways)

    mean = float(batch.mean())
    moved = message("{formula}.", formula=f"{momentum} * {old} + {round(1 - momentum, 2)} * {mean:g}")
    yield slip(
        (1 - momentum) * old + momentum * mean,
        "You swapped the two weights.",
        "The old mean has the larger weight: {moved}",
        moved=moved,
    )
    yield slip(mean, "This is the mean of the batch.", "The old mean counts as well: {moved}", moved=moved)
    yield slip(old, "This is the old moving mean.", "Each batch moves it a little: {moved}", moved=moved)
    yield slip(old + (1 - momentum) * mean, "You did not multiply the old mean by the momentum.", moved)
    yield slip((old + mean) / 2, "You gave both means the same weight.", moved)


@key.question(channels=choice(1, 3, 8, 16), filters=choice(8, 12, 16, 24, 32), kernel=choice(3, 5))
def block_trainable(erring: Erring, channels: int, filters: int, kernel: int) -> Answers:
    """Parameters that are trained in a convolution with batch normalisation."""
    convolution_params = counts.convolution(erring, channels, (kernel,) * 2, filters)
    norm_params = erring.pick(
        2 * filters,
        {
            message("The batch normalisation is missing."): 0,
            message("You counted all four numbers of each map, but only two are trained."): 4 * filters,
            message("You counted three numbers of each map, but only two are trained."): 3 * filters,
            message("You counted one number of each map, but two are trained."): filters,
            message("You counted scale and shift for the whole layer, not for each map."): 2,
            message("You counted scale and shift for each input channel."): 2 * channels,
        },
    )
    ways = {
        message("You counted only the batch normalisation."): norm_params,
        message("You subtracted the parameters that are not trained from the convolution."): convolution_params
        - norm_params,
    }
    yield erring.pick(convolution_params + norm_params, ways)

    window, depth, learnt = kernel**2, channels, convolution(channels, kernel**2, filters)
    block = message(
        "Add ({window} * {depth} + 1) * {filters} for the convolution and 2 * {filters} for scale and shift.",
        window=window,
        depth=depth,
        filters=filters,
    )
    yield slip(
        learnt + 4 * filters,
        "This is the number of all parameters of the block.",
        "The moving mean and variance are estimated from the data, not trained. {block}",
        block=block,
    )
    yield slip(learnt, "The batch normalisation is missing.", block)
    yield slip(learnt - filters + 2 * filters, "The biases of the convolution are missing.", block)
    yield slip(
        learnt + 2,
        "You counted scale and shift only once.",
        "Each map has its own scale and shift. {block}",
        block=block,
    )
    yield slip((window + 1) * filters + 2 * filters, "You left out the depth of the input.", block)
    yield slip(
        window * depth + 1 + 2,
        "You counted only one filter.",
        "There are {filters} filters. {block}",
        filters=filters,
        block=block,
    )


@key.question
def keeps_label() -> Answers:
    """Which augmentations keep the label of a digit."""
    yield ["a", "b", "c"]
    yield because(
        a="A digit that is shifted by two pixels is the same digit.",
        b="A digit that is rotated by 10 degrees is the same digit.",
        c="A digit that is zoomed by 10 % is the same digit.",
        d="If you swap left and right, most digits become mirror images, which are not digits.",
        e="After half a turn, a 6 is a 9.",
    )
    digits = message("A mirrored 7 or an upside-down 6 is no longer the same digit.")
    yield slip(["a", "b", "c", "d"], "You considered a mirror image to be the same digit.", digits)
    yield slip(["a", "b", "c", "e"], "You considered rotating by 180 degrees to be harmless.", digits)
    yield slip(["a", "b", "c", "d", "e"], "You selected every augmentation on the slide.", digits)


# ---- Callbacks -------------------------------------------------------------------------------------------------------

_EPOCHS = 10


@key.numbers
def validation(rng: Random) -> dict[str, Any] | None:
    """A validation loss that stops early, not at the first rise, and gets better again when it is too late."""
    patience = rng.choice([2, 3])
    losses = [0.9]
    for _ in range(_EPOCHS - 1):
        losses.append(round(losses[-1] + rng.choice([-0.15, -0.1, -0.05, -0.04, 0.02, 0.03, 0.06]), 2))
    stop = _epoch_of_stop(losses, patience)
    too_late = min(losses[stop:], default=1.0) < min(losses[:stop])
    fits = 5 <= stop < _EPOCHS and min(losses) > 0.1 and too_late and _first_rise(losses) < stop - patience
    return {"val_loss": losses, "patience": patience} if fits else None


def _epoch_of_stop(losses: Sequence[float], patience: int) -> int:
    """The epoch, counted from 1, after which `EarlyStopping(patience=...)` stops."""
    best, waited = losses[0], 0
    for epoch, loss in enumerate(losses[1:], start=2):
        best, waited = (loss, 0) if loss < best else (best, waited + 1)
        if waited == patience:
            return epoch
    return len(losses)


def _epoch_of_stop_by_neighbours(losses: Sequence[float], patience: int) -> int:
    """The epoch after which the loss has risen so many times in a row; the last if it never does."""
    rises = [epoch > 0 and losses[epoch] >= losses[epoch - 1] for epoch in range(len(losses))]
    rows = (epoch + 1 for epoch in range(len(losses)) if all(rises[max(0, epoch - patience + 1) : epoch + 1]))
    return next(rows, len(losses))


def _improvements(losses: Sequence[float]) -> int:
    """How often the loss is lower than ever before; the first epoch counts."""
    return sum(loss < min(losses[:epoch], default=1e9) for epoch, loss in enumerate(losses))


def _first_rise(losses: Sequence[float]) -> int:
    """The first epoch, counted from 1, whose loss is not below the one before; the last epoch if there is none."""
    return next((epoch for epoch in range(2, len(losses) + 1) if losses[epoch - 1] >= losses[epoch - 2]), len(losses))


@key.question
def stop_epoch(erring: Erring, val_loss: list[float], patience: int) -> Answers:
    """The epoch after which early stopping ends the training."""
    losses = val_loss
    waits = erring.pick(
        patience,
        {
            message("You waited one epoch too few."): patience - 1,
            message("You waited one epoch too many."): patience + 1,
        },
    )
    epoch = erring.pick(
        _epoch_of_stop(losses, max(waits, 1)),
        {
            message("You compared each epoch with the one before it, not with the best."): _epoch_of_stop_by_neighbours(
                losses, waits
            ),
            message("You counted all epochs without improvement, not only those in a row."): _epoch_of_stop_in_all(
                losses, waits
            ),
            message("This is the patience itself."): patience,
            message("You counted the patience from the lowest loss of all epochs."): min(
                int(np.argmin(losses)) + 1 + patience, len(losses)
            ),
        },
    )
    yield erring.pick(
        epoch,
        {
            message("You counted the epochs from 0."): epoch - 1,
            message("This is the epoch after training has ended."): epoch + 1,
        },
    )
    yield from _distinct(_wrong_stops(losses, patience), _epoch_of_stop(losses, patience))


def _wrong_stops(losses: list[float], patience: int) -> Answers:
    stop = _epoch_of_stop(losses, patience)
    best = losses.index(min(losses[:stop])) + 1
    rises = [epoch for epoch in range(2, len(losses) + 1) if losses[epoch - 1] >= min(losses[: epoch - 1])]
    count = message(
        "The loss of epoch {best} is the best so far. Count {patience} epochs that do not get below it.",
        best=best,
        patience=patience,
    )
    yield slip(
        _first_rise(losses),
        "This is the first epoch that got worse.",
        "The patience is {patience}. {counted}",
        patience=patience,
        counted=count,
    )
    yield slip(
        best,
        "This is the best epoch.",
        "Training continues for {patience} more epochs. {counted}",
        patience=patience,
        counted=count,
    )
    yield slip(stop + 1, "This is one epoch too many.", count)
    yield slip(
        stop - 1,
        "This is one epoch too few, or you counted the epochs from 0.",
        "The first epoch is 1. {counted}",
        counted=count,
    )
    yield slip(len(losses), "This is the number of all epochs.", "Training stops before that. {counted}", counted=count)
    yield slip(
        rises[patience - 1],
        "You added up all epochs without improvement.",
        "After an improvement, start counting again. {counted}",
        counted=count,
    )
    yield slip(_epoch_of_stop_by_neighbours(losses, patience), "You compared each epoch with the one before it.", count)
    yield slip(
        losses.index(min(losses)) + 1, "This is the best of all epochs, but training never gets that far.", count
    )


def _epoch_of_stop_in_all(losses: Sequence[float], patience: int) -> int:
    """The same as `_epoch_of_stop`, if an improvement does not start the count again."""
    best, waited = losses[0], 0
    for epoch, loss in enumerate(losses[1:], start=2):
        best, waited = (loss, waited) if loss < best else (best, waited + 1)
        if waited == patience:
            return epoch
    return len(losses)


@key.question
def checkpoint_saves(erring: Erring, val_loss: list[float], patience: int) -> Answers:
    """How often the best model is saved until then."""
    losses, stop = val_loss, _epoch_of_stop(val_loss, patience)
    last = erring.pick(
        stop,
        {
            message("You counted epochs after the stop."): len(losses),
            message("You left out the last epoch before the stop."): stop - 1,
        },
    )
    saves = _improvements(losses[:last])
    ways = {
        message("You counted all epochs, but the model is saved only when the loss is lower than ever before."): len(
            losses
        ),
        message("You counted a save whenever the loss was lower than in the epoch before."): 1
        + sum(later < earlier for earlier, later in pairwise(losses[:last])),
        message("You left out the first epoch."): saves - 1,
        message("You counted one more save at the end of the training."): saves + 1,
        message("You counted the epochs that were not better."): last - saves,
        message("You counted a save after each epoch."): last,
    }
    yield erring.pick(saves, ways)

    epochs = range(1, 1000)
    # `index` raises if the epoch is not a whole number from 1 on, and then no answer follows.
    yield Follows(lambda stop_epoch: _improvements(losses[: epochs[epochs.index(stop_epoch)]]))
    yield from _wrong_saves(losses, stop)


def _wrong_saves(losses: list[float], stop: int) -> list[Slip]:
    return _distinct(_all_wrong_saves(losses, stop), _improvements(losses[:stop]))


def _all_wrong_saves(losses: list[float], stop: int) -> Answers:
    saves = message(
        "The model is saved each time the loss is lower than ever before, in epochs 1 to {stop}.", stop=stop
    )
    falls = sum(losses[epoch] < losses[epoch - 1] for epoch in range(1, stop))
    times = _improvements(losses[:stop])
    yield slip(
        stop, "You assumed that the model is saved after each epoch.", "Note save_best_only=True. {saved}", saved=saves
    )
    yield slip(
        times - 1, "You left out the first epoch.", "The first epoch is also the best so far. {saved}", saved=saves
    )
    yield slip(_improvements(losses), "You counted epochs after the stop.", saves)
    yield slip(
        falls + 1,
        "You compared each loss with the one before it.",
        "Compare with the best loss so far. {saved}",
        saved=saves,
    )
    yield slip(1, "This is the number of files in the end.", "Each save overwrites the same file. {saved}", saved=saves)


def _distinct(slips: Iterable[Slip], right: int) -> list[Slip]:
    """The first slip for each wrong number, because small counts often agree."""
    slip_of: dict[int, Slip] = {}
    for entry in slips:
        slip_of.setdefault(entry.value, entry)
    return [entry for value, entry in slip_of.items() if value != right]


def _counts_differ(val_loss: list[float], patience: int) -> bool:
    """Whether three wrong numbers of saves have a known cause."""
    return len(_wrong_saves(val_loss, _epoch_of_stop(val_loss, patience))) >= 3


key.require(_counts_differ)


@key.question
def callbacks_do() -> Answers:
    """What callbacks do."""
    yield ["a", "c", "d"]
    yield because(
        a="EarlyStopping stops the training when the monitored value no longer improves.",
        b="ModelCheckpoint only saves the model and does not stop the training. The slide is wrong here.",
        c="ModelCheckpoint saves the model, so that training can continue after a failure.",
        d="The callback TensorBoard writes logs, and the program TensorBoard shows them.",
        e="EarlyStopping restores the best weights only with restore_best_weights=True.",
        f="TensorBoard only writes logs, and this does not make training faster.",
    )
    yield slip(
        ["a", "b", "c", "d"],
        "The slide is wrong here: it says that checkpoints are used to stop the training.",
        "EarlyStopping stops the training, and ModelCheckpoint saves the model.",
    )
    yield slip(
        ["b", "c", "d"],
        "The slide is wrong here: it says that checkpoints are used to stop the training.",
        "EarlyStopping stops the training, and ModelCheckpoint saves the model.",
    )
    yield slip(
        ["a", "c", "d", "e"],
        "EarlyStopping does not restore the best weights by default.",
        "restore_best_weights is False by default.",
    )
    yield slip(
        ["a", "c", "d", "f"],
        "You assumed that TensorBoard helps the training.",
        "TensorBoard only records what happens.",
    )


key.answer("model", "regularised_mnist_cnn")
