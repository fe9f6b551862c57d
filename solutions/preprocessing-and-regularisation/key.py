"""Answers of `preprocessing-and-regularisation`: drawn numbers that are easy by hand, and the slips with them.

Two things printed in the lectures are wrong: 125/255 is not 0.5, and the weight-decay step of the slide
lets weights grow, because its sign is wrong. Slips say so to students who copied them.
"""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.cnn.by_hand import convolution
from grader.mistakes import counts, numbers
from grader.model.key import Call, Slip, following
from grader.model.mistakes import Erring
from grader.text.messages import Text, joined, message, number

Values = Mapping[str, Any]  # as `draw` returns them
Array = npt.NDArray[Any]

HELDOUT = {
    "accuracy": {
        "exercise": "keras-cnn",
        "file": "heldout/mnist-2000.npz",
        "classes": [str(digit) for digit in range(10)],
    }
}

_EPOCHS = 10
_SPREADS = ((1, [1, 1, -1, -1]), (5, [1, -1, 7, -7]))
"""Four deviations whose mean is 0, and their standard deviation."""


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One student's numbers.

    Attributes:
        level: Grey level to be scaled to 0..1.
        train_images: Four images of 2 x 2 pixels.
        test_image: One more.
        image_size: Rows and columns of colour images that are standardised pixel by pixel.
        image_count: How many there are.
        kernel_weights: Weights with an L2 penalty.
        bias_weight: A bias without it.
        l2: Factor of the penalty.
        data_loss: Loss without it.
        w: Two weights before a step with weight decay.
        gradient: Of the loss by these weights.
        eta: Learning rate of the step.
        decay: Factor of the weight decay.
        activations: Eight values that dropout gets.
        rate: Share of them that it drops on average.
        mask: 1 for those that it keeps, 0 for the others.
        accuracy_before: Accuracy without augmentation, in per cent.
        accuracy_after: Accuracy with it.
        batch: Four values that a batch normalisation gets.
        gamma: Its scale.
        beta: Its shift.
        momentum: Weight of the old moving mean.
        moving_mean: The old moving mean.
        channels: Maps that a convolution reads.
        filters: Its filters.
        kernel: Their side.
        val_loss: Validation loss of each epoch.
        patience: Epochs without improvement that early stopping waits for.
    """

    level: int
    train_images: list[list[list[int]]]
    test_image: list[list[int]]
    image_size: int
    image_count: int
    kernel_weights: list[int]
    bias_weight: int
    l2: float
    data_loss: float
    w: list[int]
    gradient: list[int]
    eta: float
    decay: float
    activations: list[int]
    rate: float
    mask: list[int]
    accuracy_before: int
    accuracy_after: int
    batch: list[int]
    gamma: int
    beta: int
    momentum: float
    moving_mean: int
    channels: int
    filters: int
    kernel: int
    val_loss: list[float]
    patience: int

    @property
    def images(self) -> tuple[Array, Array]:
        """Training images, shape (4, 2, 2), and test image, shape (2, 2)."""
        return np.array(self.train_images), np.array(self.test_image)

    @property
    def errors(self) -> tuple[int, int]:
        """Errors without and with augmentation, in per cent."""
        return 100 - self.accuracy_before, 100 - self.accuracy_after

    @property
    def convolution_params(self) -> int:
        """Parameters of the convolution."""
        return convolution(self.channels, self.kernel**2, self.filters)

    def new_moving_mean(self, momentum: float) -> float:
        """The moving mean after the batch, if the old one has this weight."""
        return float(momentum * self.moving_mean + (1 - momentum) * np.mean(self.batch))


def draw(rng: random.Random) -> dict[str, Any]:
    """Numbers for one student, for which each question has three slips or more, no two of them alike."""
    while True:
        values = asdict(_variant(rng))
        rounded = [[json.dumps(_rounded(slip.value)) for slip in listed] for listed in slips(values).values()]
        if all(len(set(listed)) == len(listed) >= 3 for listed in rounded):
            return values


def _rounded(value: Any) -> Any:
    """A value with all its numbers rounded to three decimals."""
    if isinstance(value, (list, tuple)):
        return [_rounded(item) for item in value]
    return value if isinstance(value, str) else round(float(value), 3)


def _variant(rng: random.Random) -> Variant:
    errors = rng.sample([2, 3, 4, 5, 6, 8, 10, 12, 15, 20], 2)
    return Variant(
        level=rng.choice([grey for grey in range(90, 180) if grey % 51]),  # 51 / 255 has one decimal
        **_images(rng),
        image_size=rng.choice([24, 28, 32, 48, 64]),
        image_count=1000 * rng.randint(2, 9),
        **_weights(rng),
        **_dropout(rng),
        accuracy_before=100 - max(errors),
        accuracy_after=100 - min(errors),
        **_batch(rng),
        channels=rng.choice([1, 3, 8, 16]),
        filters=rng.choice([8, 12, 16, 24, 32]),
        kernel=rng.choice([3, 5]),
        **_losses(rng),
    )


def _sample(rng: random.Random, least: int, most: int) -> tuple[int, int, list[int]]:
    """A mean, a standard deviation and four values that have them."""
    spread, deviations = rng.choice(_SPREADS)
    scale = rng.choice([2, 4, 6]) if spread == 1 else rng.choice([1, 2])
    mean = rng.randrange(least, most, 10)
    return mean, spread * scale, [mean + scale * step for step in rng.sample(deviations, 4)]


def _images(rng: random.Random) -> dict[str, Any]:
    """Four training images and one test image of 2 x 2 pixels."""
    pixels = [_sample(rng, 40, 200) for _ in range(4)]
    test = [mean + spread * rng.choice([-3, -2, -1.5, 1.5, 2, 3]) for mean, spread, _ in pixels]
    images = [[values[number] for _, _, values in pixels] for number in range(4)]
    return {
        "train_images": [[image[:2], image[2:]] for image in images],
        "test_image": [[int(grey) for grey in row] for row in (test[:2], test[2:])],
    }


def _weights(rng: random.Random) -> dict[str, Any]:
    return {
        "kernel_weights": [rng.choice([-1, 1]) * weight for weight in rng.sample([1, 2, 3, 4, 5], 4)],
        "bias_weight": rng.choice([2, 3, 4]),
        "l2": rng.choice([0.01, 0.02, 0.05, 0.1]),
        "data_loss": rng.choice([0.4, 0.5, 0.6, 0.8]),
        "w": [rng.choice([2, 3, 4, 5]), -rng.choice([2, 3, 4, 5])],
        "gradient": [rng.choice([-2, 2, 3]), rng.choice([-3, 1, 2])],
        "eta": rng.choice([0.1, 0.2, 0.5]),
        "decay": rng.choice([0.1, 0.2, 0.5]),
    }


def _dropout(rng: random.Random) -> dict[str, Any]:
    ones = rng.randint(3, 5)
    return {
        "activations": [4 * value for value in rng.sample(range(1, 11), 8)],
        "rate": rng.choice([0.2, 0.5, 0.6, 0.75]),
        "mask": rng.sample([1] * ones + [0] * (8 - ones), 8),
    }


def _batch(rng: random.Random) -> dict[str, Any]:
    _, _, values = _sample(rng, 10, 60)
    return {
        "batch": values,
        "gamma": rng.choice([2, 3, 4]),
        "beta": rng.choice([-2, -1, 1, 2, 5]),
        "momentum": rng.choice([0.8, 0.9, 0.99]),
        "moving_mean": rng.choice([5, 70, 80, 100]),
    }


def _losses(rng: random.Random) -> dict[str, Any]:
    """A validation loss that stops early, not at the first rise, and gets better again when it is too late."""
    while True:
        patience = rng.choice([2, 3])
        losses = [0.9]
        for _ in range(_EPOCHS - 1):
            losses.append(round(losses[-1] + rng.choice([-0.15, -0.1, -0.05, -0.04, 0.02, 0.03, 0.06]), 2))
        stop = _epoch_of_stop(losses, patience)
        too_late = min(losses[stop:], default=1.0) < min(losses[:stop])
        if 5 <= stop < _EPOCHS and min(losses) > 0.1 and too_late and _first_rise(losses) < stop - patience:
            return {"val_loss": losses, "patience": patience}


# ---- The right methods ------------------------------------------------------------------------------


def standard_score(image: Any, mean: Any, spread: Any) -> list[list[float]]:
    """(image - mean) / spread, pixel by pixel; numbers are the same for all pixels of the image, shape (2, 2)."""
    return _listed((np.asarray(image) - np.asarray(mean)) / np.asarray(spread))


def decayed(w: Any, gradient: Any, rate: float, decay: float) -> Array:
    """Weights after one step of gradient descent with weight decay.

    The penalty decay / 2 * w ** 2 has the gradient decay * w.

    Args:
        w: Weights of any shape.
        gradient: Of the loss by the weights, of the same shape.
        rate: Learning rate.
        decay: Factor of the weight decay.

    Returns:
        The same shape.
    """
    return np.asarray(w) - rate * (np.asarray(gradient) + decay * np.asarray(w))


def dropped(values: Sequence[float], mask: Sequence[int], rate: float) -> list[float]:
    """The output of Keras' dropout in training: values with a 1 in the mask grow, so that the mean stays."""
    return [value * is_kept / (1 - rate) for value, is_kept in zip(values, mask, strict=True)]


def normalised(batch: Sequence[float], gamma: float, beta: float) -> list[float]:
    """Batch normalisation of one neuron's values in training, with epsilon 0."""
    return _listed(gamma * (np.asarray(batch) - np.mean(batch)) / np.std(batch) + beta)


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


def _listed(values: Any) -> list[Any]:
    return list(np.asarray(values).tolist())


def answers(values: Values) -> dict[str, Any]:
    """Question id -> expected answer; for `model` the name of the reference model."""
    variant = Variant(**values)
    train, test = variant.images
    mean, spread = train.mean(axis=0), train.std(axis=0)
    stop = _epoch_of_stop(variant.val_loss, variant.patience)
    error, _ = variant.errors
    return {
        "scaled": variant.level / 255,
        "pixel_mean": mean,
        "pixel_std": spread,
        "test_score": standard_score(test, mean, spread),
        "statistics": 2 * variant.image_size**2 * 3,
        "leaks": ["a", "c", "f"],
        "l2_loss": variant.data_loss + variant.l2 * sum(weight**2 for weight in variant.kernel_weights),
        "w_next": decayed(variant.w, variant.gradient, variant.eta, variant.decay),
        "dropped": dropped(variant.activations, variant.mask, variant.rate),
        "error_drop": 100 * (variant.accuracy_after - variant.accuracy_before) / error,
        "normalised": normalised(variant.batch, variant.gamma, variant.beta),
        "new_moving_mean": variant.new_moving_mean(variant.momentum),
        "block_trainable": variant.convolution_params + 2 * variant.filters,
        "keeps_label": ["a", "b", "c"],
        "stop_epoch": stop,
        "checkpoint_saves": _improvements(variant.val_loss[:stop]),
        "callbacks_do": ["a", "c", "d"],
        "model": "regularised_mnist_cnn",
    }


def follow_on(values: Values, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Question id -> answer that follows from the student's own statistics and the epoch that they stop at."""
    variant = Variant(**values)
    train, losses, epochs = np.array(variant.train_images), variant.val_loss, range(1, 1000)
    return following(
        {
            "pixel_std": [
                lambda: _spread_around(train, earlier["pixel_mean"]),
                *(lambda way=way: _same_way(earlier["pixel_mean"], *way) for way in _ways(variant)),
            ],
            "test_score": lambda: standard_score(variant.test_image, earlier["pixel_mean"], earlier["pixel_std"]),
            # `index` raises if the epoch is not a whole number from 1 on, and then no answer follows.
            "checkpoint_saves": lambda: _improvements(losses[: epochs[epochs.index(earlier["stop_epoch"])]]),
        }
    )


def _spread_around(train: Array, mean: Any) -> list[list[float]]:
    """The root of the mean squared distance of the images from the student's own mean of each pixel."""
    return _listed(np.sqrt(((train - np.reshape(mean, train.shape[1:])) ** 2).mean(axis=0)))


def _ways(variant: Variant) -> list[tuple[Any, Any]]:
    """Mean and standard deviation, computed in the same wrong way: of more images, of all pixels, of each image."""
    train = np.array(variant.train_images)
    all_images = np.concatenate([train, np.array(variant.test_image)[np.newaxis]])
    return [
        (all_images.mean(axis=0), all_images.std(axis=0)),
        (np.full((2, 2), train.mean()), np.full((2, 2), train.std())),
        (train.mean(), train.std()),
        (train.mean(axis=(1, 2)), train.std(axis=(1, 2))),
    ]


def _same_way(students_mean: Any, mean: Any, spread: Any) -> Any:
    """The standard deviation of a wrong way, if the student's mean was computed in that way; else None."""
    return (
        _listed(spread)
        if np.shape(students_mean) == np.shape(mean) and np.allclose(students_mean, mean, atol=0.01)
        else None
    )


def calls(values: Values) -> dict[str, list[Call]]:  # noqa: ARG001
    """Hidden arguments for `decay_step`: one weight, a vector, a filter bank; weights of both signs."""
    rng = np.random.default_rng(20240611)
    tests: list[tuple[Any, Any, float, float]] = [(1.5, -0.5, 0.1, 0.3)]
    for shape, rate, decay in (((4,), 0.2, 0.05), ((3, 3), 0.5, 0.4), ((3, 3, 2, 4), 0.01, 1.5)):
        tests.append((_listed(rng.normal(size=shape)), _listed(rng.normal(size=shape)), rate, decay))
    return {"decay_step": [_call(*test) for test in tests]}


def _call(w: Any, gradient: Any, rate: float, decay: float) -> Call:
    wrong = _wrong_steps(np.asarray(w), np.asarray(gradient), rate, decay)
    return Call((w, gradient, rate, decay), _plain(decayed(w, gradient, rate, decay)), tuple(wrong))


def _plain(value: Array) -> Any:
    return value.tolist()


def _wrong_steps(w: Array, gradient: Array, rate: float, decay: float) -> list[Slip]:
    inner = message("The penalty pulls towards 0: w - rate * (gradient + decay * w).")
    return [
        Slip(
            _plain(w - rate * (gradient - decay * w)),
            message(
                "The slide is wrong here: with its minus sign in front of the decay, the penalty lets the weights grow."
            ),
            inner,
        ),
        Slip(_plain(w - rate * gradient), message("This is the step without weight decay."), inner),
        Slip(
            _plain(w - rate * gradient - decay * w),
            message("You applied the learning rate only to the gradient."),
            message("The learning rate scales the whole bracket. {inner}", inner=inner),
        ),
        Slip(
            _plain(w + rate * (gradient + decay * w)),
            message("You stepped up the slope."),
            message("In gradient descent, subtract the step."),
        ),
        Slip(
            _plain(w - rate * (gradient + 2 * decay * w)),
            message("This is the step for the penalty decay * w ** 2."),
            message("Here the penalty is half of that, so its gradient is decay * w."),
        ),
        Slip(
            _plain(w - rate * (gradient + decay * np.sign(w))),
            message("This is the step for an L1 penalty."),
            message("With L2, the pull is proportional to the weight: decay * w, not decay * sign(w)."),
        ),
    ]


# ---- The wrong ones ---------------------------------------------------------------------------------


def slips(values: Values) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    variant = Variant(**values)
    return (
        _slips_of_scaling(variant)
        | _slips_of_scores(variant)
        | _slips_of_weights(variant)
        | _slips_of_dropout(variant)
        | _slips_of_batches(variant)
        | _slips_of_callbacks(variant)
        | _slips_of_choices()
    )


def _slips_of_scaling(variant: Variant) -> dict[str, list[Slip]]:
    level, size, count = variant.level, variant.image_size, variant.image_count
    right, values_of_image = (
        message("Compute {level} / 255, with three decimals.", level=level),
        message("There are {size} x {size} x 3 values, and each has two numbers.", size=size),
    )
    return {
        "scaled": [
            Slip(
                round(level / 255, 1),
                message("You rounded to one decimal. The slide makes the same mistake: 125 / 255 is 0.490, not 0.5."),
                right,
            ),
            Slip(
                level / 256,
                message("You divided the level by 256."),
                message("The largest grey level is 255. {right}", right=right),
            ),
            Slip(
                1 - level / 255,
                message("You swapped black and white."),
                message("The smallest level becomes 0. {right}", right=right),
            ),
            Slip(
                level / 127.5 - 1,
                message("You scaled to the range from -1 to 1."),
                message("Scale to the range from 0 to 1. {right}", right=right),
            ),
            Slip(
                level / 100,
                message("You divided the level by 100."),
                message("The largest grey level is 255. {right}", right=right),
            ),
        ],
        "statistics": [
            Slip(
                size**2 * 3,
                message("You counted only one number for each value."),
                message("Each value has a mean and a standard deviation. {each}", each=values_of_image),
            ),
            Slip(2 * size**2, message("You left out the three colours."), values_of_image),
            Slip(
                6,
                message("You counted one mean and one standard deviation for each channel."),
                message("Count them for each value of an image. {each}", each=values_of_image),
            ),
            Slip(
                2,
                message("You counted one mean and one standard deviation for all values."),
                message("Count them for each value of an image. {each}", each=values_of_image),
            ),
            Slip(
                2 * count * size**2 * 3,
                message("You also counted the images."),
                message(
                    (
                        "Each mean and each standard deviation is over all {count} images, so do not count the "
                        "images. {each}"
                    ),
                    count=number(count),
                    each=values_of_image,
                ),
            ),
        ],
    }


def _slips_of_scores(variant: Variant) -> dict[str, list[Slip]]:
    train, test = variant.images
    all_images = np.concatenate([train, test[np.newaxis]])
    mean, spread = train.mean(axis=0), train.std(axis=0)
    first = [int(value) for value in train[:, 0, 0]]
    top = message("top left: {values}", values=", ".join(map(str, first)))
    leak = message("You included the test image, so information from it leaks into the training.")
    whole = message("You computed one value for all pixels.")
    each_pixel = message("Each pixel has its own mean and standard deviation.")
    sum_of_squares = " + ".join(f"({value} - {mean[0, 0]:g})^2" for value in first)
    score = message(
        "The top-left value is ({value} - {mean}) / {deviation}.",
        value=test[0, 0],
        mean=f"{mean[0, 0]:g}",
        deviation=f"{spread[0, 0]:g}",
    )
    return {
        "pixel_mean": [
            Slip(_listed(all_images.mean(axis=0)), leak, message("Use only the four training images, {top}.", top=top)),
            Slip(_full(train.mean()), whole, joined(each_pixel, message("Average over the images, {top}.", top=top))),
            Slip(
                _listed(train.sum(axis=0)),
                message("This is the sum of the values."),
                message("Divide by the number of images, 4."),
            ),
            Slip(
                _listed(train.max(axis=0)),
                message("This is the largest value."),
                message("Take the mean, {top}.", top=top),
            ),
            Slip(
                _listed(train.mean(axis=(1, 2))),
                message("You computed a mean for each image."),
                joined(each_pixel, message("Average over axis 0, {top}.", top=top)),
            ),
        ],
        "pixel_std": [
            Slip(
                _listed(train.var(axis=0)),
                message("This is the variance."),
                message("Take the square root of the variance."),
            ),
            Slip(
                _listed(train.std(axis=0, ddof=1)),
                message("You divided by n - 1."),
                message(
                    ("Divide by n, here 4, as np.std does. The top-left value is the root of ({sum_of_squares}) / 4."),
                    sum_of_squares=sum_of_squares,
                ),
            ),
            Slip(_listed(all_images.std(axis=0)), leak, message("Use only the four training images, {top}.", top=top)),
            Slip(_full(train.std()), whole, joined(each_pixel, message("Compute it over the images, {top}.", top=top))),
            Slip(
                _listed(np.abs(train - mean).mean(axis=0)),
                message("This is the mean absolute deviation."),
                message(
                    "Square before averaging. The top-left value is the root of ({sum_of_squares}) / 4.",
                    sum_of_squares=sum_of_squares,
                ),
            ),
        ],
        "test_score": [
            Slip(
                standard_score(test, test.mean(), test.std()),
                message("You standardised the test image with its own mean and standard deviation."),
                message("Use the mean and standard deviation of the training images. {score}", score=score),
            ),
            Slip(standard_score(test, all_images.mean(axis=0), all_images.std(axis=0)), leak, score),
            Slip(standard_score(test, mean, 1), message("You did not divide by the standard deviation."), score),
            Slip(standard_score(test, 0, spread), message("You did not subtract the mean."), score),
            Slip(standard_score(test, mean, spread**2), message("You divided by the variance."), score),
            Slip(
                standard_score(test, train.mean(), train.std()),
                message("You used one mean and one standard deviation for all pixels."),
                joined(each_pixel, score),
            ),
            Slip(standard_score(mean, test, spread), message("You subtracted the wrong way round."), score),
        ],
    }


def _full(value: Any) -> list[list[float]]:
    return _listed(np.full((2, 2), float(value)))


def _slips_of_weights(variant: Variant) -> dict[str, list[Slip]]:
    weights, bias, l2, loss = variant.kernel_weights, variant.bias_weight, variant.l2, variant.data_loss
    squares = sum(weight**2 for weight in weights)
    sum_of_squares = " + ".join(f"({weight})^2" for weight in weights)
    right = message("{formula}.", formula=f"{loss} + {l2} * ({sum_of_squares})")
    w, gradient = np.array(variant.w), np.array(variant.gradient)
    step = message(
        "The first weight is {formula}.",
        formula=f"{w[0]} - {variant.eta} * ({gradient[0]} + {variant.decay} * {w[0]})",
    )
    wrong = _wrong_steps(w, gradient, variant.eta, variant.decay)
    return {
        "l2_loss": [
            Slip(
                loss + l2 * sum(map(abs, weights)),
                message("This is the L1 penalty."),
                message("L2 squares the weights: {right}", right=right),
            ),
            Slip(
                loss + l2 * squares / 2,
                message("You halved the penalty."),
                message("The L2 penalty of Keras has no factor 1/2: {right}", right=right),
            ),
            Slip(
                loss + l2 * (squares + bias**2),
                message("You also penalised the bias."),
                message("Only the kernel has a penalty: {right}", right=right),
            ),
            Slip(
                l2 * squares,
                message("This is the penalty alone."),
                message("Add the penalty to the loss of the data: {right}", right=right),
            ),
            Slip(
                loss + l2 * sqrt(squares),
                message("You used the length of the vector."),
                message("Do not take the root: {right}", right=right),
            ),
            Slip(
                loss + l2 * sum(weights) ** 2,
                message("You squared the sum."),
                message("Square first, then add up: {right}", right=right),
            ),
            Slip(loss + squares, message("The factor of the penalty is missing."), right),
            Slip(
                loss - l2 * squares,
                message("You subtracted the penalty."),
                message("The penalty makes large weights expensive, so add it: {right}", right=right),
            ),
        ],
        "w_next": [Slip(slip.value, slip.reason, step) for slip in wrong],
    }


def _slips_of_dropout(variant: Variant) -> dict[str, list[Slip]]:
    values, mask, rate = variant.activations, variant.mask, variant.rate
    place = mask.index(1)
    right = message(
        "Keras divides the kept values by 1 - {rate}, for example {quotient}.",
        rate=str(rate),
        quotient=f"{values[place]} / {round(1 - rate, 2)}",
    )
    before, after = variant.errors
    share = message(
        "The error falls from {before} to {after} percent: ({before} - {after}) / {before}.",
        before=before,
        after=after,
    )
    inverse = [1 - is_kept for is_kept in mask]
    return {
        "dropped": [
            Slip(dropped(values, mask, 0), message("The scaling is missing."), right),
            Slip(
                [value * is_kept * (1 - rate) for value, is_kept in zip(values, mask, strict=True)],
                message("You multiplied the kept values by their share instead of dividing by it."),
                right,
            ),
            Slip(dropped(values, mask, 1 - rate), message("You divided the kept values by the rate."), right),
            Slip(
                dropped(values, inverse, rate),
                message("You read the mask the wrong way round."),
                message("Where the mask is 1, keep the value. Where it is 0, drop the value."),
            ),
            Slip(
                list(values),
                message("You dropped no value: that is what the layer does when the network predicts."),
                message("Here the network is training. {right}", right=right),
            ),
        ],
        "error_drop": [
            Slip(
                before - after,
                message("These are percentage points."),
                message("Divide them by the first error. {share}", share=share),
            ),
            Slip(100 * after / before, message("This is the share of the error that is left."), share),
            Slip(100 * (before - after) / after, message("You divided by the second error, not by the first."), share),
            Slip(
                100 * (before - after) / (100 - before),
                message("This is the relative growth of the accuracy."),
                message("Compute with the errors, not with the accuracies. {share}", share=share),
            ),
            Slip((before - after) / before, message("This is a share, not a percentage."), message("Multiply by 100.")),
        ],
    }


def _slips_of_batches(variant: Variant) -> dict[str, list[Slip]]:
    batch, gamma, beta = np.array(variant.batch), variant.gamma, variant.beta
    mean, spread, old, momentum = float(batch.mean()), float(batch.std()), variant.moving_mean, variant.momentum
    score = (batch - mean) / spread
    first = message(
        "The first value is {gamma} * ({value} - {mean}) / {spread} + ({beta}).",
        gamma=gamma,
        value=batch[0],
        mean=f"{mean:g}",
        spread=f"{spread:g}",
        beta=beta,
    )
    moved = message("{formula}.", formula=f"{momentum} * {old} + {round(1 - momentum, 2)} * {mean:g}")
    filters, window, depth = variant.filters, variant.kernel**2, variant.channels
    block = message(
        ("Add ({window} * {depth} + 1) * {filters} for the convolution and 2 * {filters} for scale and shift."),
        window=window,
        depth=depth,
        filters=filters,
    )
    learnt = variant.convolution_params
    return {
        "normalised": [
            Slip(_listed(score), message("Scale and shift are missing."), first),
            Slip(_listed(gamma * score), message("The shift is missing."), first),
            Slip(_listed(score + beta), message("The scale is missing."), first),
            Slip(
                _listed(beta * score + gamma),
                message("You swapped scale and shift."),
                message("gamma is the scale. {first}", first=first),
            ),
            Slip(_listed(gamma * (batch - mean) / spread**2 + beta), message("You divided by the variance."), first),
            Slip(_listed(gamma * (batch - mean) / batch.std(ddof=1) + beta), message("You divided by n - 1."), first),
            Slip(
                _listed(gamma * (score + beta)),
                message("You also scaled the shift."),
                message("The shift comes last. {first}", first=first),
            ),
            Slip(
                _listed(gamma * batch + beta),
                message("This is what an untrained layer predicts, with moving mean 0 and moving variance 1."),
                message("In training, use the mean and the variance of the batch itself. {first}", first=first),
            ),
        ],
        "new_moving_mean": [
            Slip(
                variant.new_moving_mean(1 - momentum),
                message("You swapped the two weights."),
                message("The old mean has the larger weight: {moved}", moved=moved),
            ),
            Slip(
                mean,
                message("This is the mean of the batch."),
                message("The old mean counts as well: {moved}", moved=moved),
            ),
            Slip(
                old,
                message("This is the old moving mean."),
                message("Each batch moves it a little: {moved}", moved=moved),
            ),
            Slip(old + (1 - momentum) * mean, message("You did not multiply the old mean by the momentum."), moved),
            Slip((old + mean) / 2, message("You gave both means the same weight."), moved),
        ],
        "block_trainable": [
            Slip(
                learnt + 4 * filters,
                message("This is the number of all parameters of the block."),
                message("The moving mean and variance are measured, not trained. {block}", block=block),
            ),
            Slip(learnt, message("The batch normalisation is missing."), block),
            Slip(learnt - filters + 2 * filters, message("The biases of the convolution are missing."), block),
            Slip(
                learnt + 2,
                message("You counted scale and shift only once."),
                message("Each map has its own scale and shift. {block}", block=block),
            ),
            Slip((window + 1) * filters + 2 * filters, message("You left out the depth of the input."), block),
            Slip(
                window * depth + 1 + 2,
                message("You counted only one filter."),
                message("There are {filters} filters. {block}", filters=filters, block=block),
            ),
        ],
    }


def _slips_of_callbacks(variant: Variant) -> dict[str, list[Slip]]:
    losses, patience = variant.val_loss, variant.patience
    stop = _epoch_of_stop(losses, patience)
    best = losses.index(min(losses[:stop])) + 1
    rises = [epoch for epoch in range(2, len(losses) + 1) if losses[epoch - 1] >= min(losses[: epoch - 1])]
    count = message(
        ("The loss of epoch {best} is the best so far. Count {patience} epochs that do not get below it."),
        best=best,
        patience=patience,
    )
    saves = message(
        "The model is saved each time the loss is lower than ever before, in epochs 1 to {stop}.", stop=stop
    )
    falls = sum(losses[epoch] < losses[epoch - 1] for epoch in range(1, stop))
    times = _improvements(losses[:stop])
    first_rise, epoch_in_all = _first_rise(losses), rises[patience - 1]
    wrong_stops = [
        Slip(
            first_rise,
            message("This is the first epoch that got worse."),
            message("The patience is {patience}. {counted}", patience=patience, counted=count),
        ),
        Slip(
            best,
            message("This is the best epoch."),
            message("Training continues for {patience} more epochs. {counted}", patience=patience, counted=count),
        ),
        Slip(stop + 1, message("This is one epoch too many."), count),
        Slip(
            stop - 1,
            message("This is one epoch too few, or you counted the epochs from 0."),
            message("The first epoch is 1. {counted}", counted=count),
        ),
        Slip(
            len(losses),
            message("This is the number of all epochs."),
            message("Training stops before that. {counted}", counted=count),
        ),
        Slip(
            epoch_in_all,
            message("You added up all epochs without improvement."),
            message("After an improvement, start counting again. {counted}", counted=count),
        ),
        Slip(
            _epoch_of_stop_by_neighbours(losses, patience),
            message("You compared each epoch with the one before it."),
            count,
        ),
        Slip(
            losses.index(min(losses)) + 1,
            message("This is the best of all epochs, but training never gets that far."),
            count,
        ),
    ]
    wrong_saves = [
        Slip(
            stop,
            message("You assumed that the model is saved after each epoch."),
            message("Note save_best_only=True. {saved}", saved=saves),
        ),
        Slip(
            times - 1,
            message("You left out the first epoch."),
            message("The first epoch is also the best so far. {saved}", saved=saves),
        ),
        Slip(_improvements(losses), message("You counted epochs after the stop."), saves),
        Slip(
            falls + 1,
            message("You compared each loss with the one before it."),
            message("Compare with the best loss so far. {saved}", saved=saves),
        ),
        Slip(
            1,
            message("This is the number of files."),
            message("Each save overwrites the same file. {saved}", saved=saves),
        ),
    ]
    return {
        "stop_epoch": _first_of_each(wrong_stops, stop),
        "checkpoint_saves": _first_of_each(wrong_saves, times),
    }


def _first_of_each(listed: list[Slip], right: int) -> list[Slip]:
    """The first slip of each wrong number, because small counts often agree."""
    slip_of = {slip.value: slip for slip in reversed(listed) if slip.value != right}
    return [slip for slip in listed if slip_of.get(slip.value) is slip]


def _slips_of_choices() -> dict[str, list[Slip]]:
    digits = message("A mirrored 7 or an upside-down 6 is no longer the same digit.")
    return {
        "leaks": [
            Slip(
                ["a", "c", "d", "e", "f"],
                message("You considered dividing by 255 and using statistics of the training images to be leaks."),
                message(
                    "The number 255 is known beforehand, and statistics of training images say nothing about "
                    "test images."
                ),
            ),
            Slip(
                ["a"],
                message("You selected only the statistics as a leak."),
                message("Choosing anything by the test result is also a leak."),
            ),
            Slip(
                ["a", "f"],
                message("You considered stopping by the test loss to be harmless."),
                message("Both lectures use test images as validation data, so the test images decide the epoch."),
            ),
            Slip(
                ["c", "f"],
                message("You considered joint statistics to be harmless."),
                message("Joint statistics bring information from the test images into the training."),
            ),
        ],
        "keeps_label": [
            Slip(["a", "b", "c", "d"], message("You considered a mirror image to be the same digit."), digits),
            Slip(["a", "b", "c", "e"], message("You considered rotating by 180 degrees to be harmless."), digits),
            Slip(["a", "b", "c", "d", "e"], message("You selected every augmentation on the slide."), digits),
        ],
        "callbacks_do": [
            Slip(
                ["a", "b", "c", "d"],
                message("The slide is wrong here: it says that checkpoints are used to stop the training."),
                message("EarlyStopping stops the training, and ModelCheckpoint saves the model."),
            ),
            Slip(
                ["b", "c", "d"],
                message("The slide is wrong here: it says that checkpoints are used to stop the training."),
                message("EarlyStopping stops the training, and ModelCheckpoint saves the model."),
            ),
            Slip(
                ["a", "c", "d", "e"],
                message("EarlyStopping does not restore the best weights by default."),
                message("restore_best_weights is False by default."),
            ),
            Slip(
                ["a", "c", "d", "f"],
                message("You assumed that TensorBoard helps the training."),
                message("TensorBoard only records what happens."),
            ),
        ],
    }


# ---- Where one may go wrong ----------------------------------------------------------------------------------------


def methods(values: Values) -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    variant = Variant(**values)
    train, _ = variant.images
    return {
        "scaled": lambda erring: _scaled(variant.level, erring),
        "pixel_mean": lambda erring: _pixel_statistic(numbers.mean, train, erring),
        "pixel_std": lambda erring: _pixel_statistic(numbers.spread, train, erring),
        "test_score": lambda erring: _score(variant, erring),
        "statistics": lambda erring: _statistics_to_store(variant, erring),
        "l2_loss": lambda erring: _l2_loss(variant, erring),
        "w_next": lambda erring: _next_weights(variant, erring),
        "dropped": lambda erring: _dropped(variant, erring),
        "error_drop": lambda erring: _error_drop(variant, erring),
        "normalised": lambda erring: _normalised(variant, erring),
        "new_moving_mean": lambda erring: _new_moving_mean(variant, erring),
        "block_trainable": lambda erring: _block_trainable(variant, erring),
        "stop_epoch": lambda erring: _stop_epoch(variant, erring),
        "checkpoint_saves": lambda erring: _checkpoint_saves(variant, erring),
    }


def _scaled(level: int, erring: Erring) -> float:
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
    return erring.pick(level / 255, ways)


def _pixel_statistic(way: Callable[..., Array], train: Array, erring: Erring) -> Array:
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


def _score(variant: Variant, erring: Erring) -> Array:
    train, test = variant.images
    mean, spread = train.mean(axis=0), train.std(axis=0)
    if erring(message("You used one mean for all pixels.")):
        mean = train.mean()
    if erring(message("You used one standard deviation for all pixels.")):
        spread = train.std()
    if erring(message("You divided by n - 1 in the standard deviation.")):
        spread = train.std(axis=0, ddof=1)
    if erring(message("You swapped the rows and columns of the statistics.")):
        mean, spread = mean.T, spread.T
    if erring(message("You scaled the test image to 0..1. The question asks for its standard score.")):
        return test / 255
    return numbers.standardised(erring, test, mean, spread)


def _statistics_to_store(variant: Variant, erring: Erring) -> int:
    size = variant.image_size
    count = variant.image_count
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
    if erring(message("You counted a mean and a standard deviation for each image.")):
        return 2 * count
    if erring(message("You added 2 for a mean and a standard deviation instead of counting both for each value.")):
        return area * colours + 2
    return area * colours * per_value * images


def _l2_loss(variant: Variant, erring: Erring) -> float:
    weights = np.array(variant.kernel_weights, float)
    factor = variant.l2
    loss = variant.data_loss
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
        penalty += variant.bias_weight**2
    if erring(message("You halved the penalty.")):
        penalty /= 2
    factor = erring.pick(
        factor,
        {
            message("The factor of the penalty is missing."): 1,
            message("You squared the factor."): factor**2,
            message("You divided by the factor."): 1 / factor,
        },
    )
    loss = erring.pick(
        loss,
        {
            message("This is the penalty alone, without the loss."): 0.0,
            message("You multiplied by the loss instead of adding it."): 0.0,
        },
    )
    if erring(message("You multiplied the penalty by the loss instead of adding it.")):
        return float(variant.data_loss * factor * penalty)
    if erring(message("You also applied the factor to the loss.")):
        return float(factor * (loss + penalty))
    return loss + factor * penalty


def _next_weights(variant: Variant, erring: Erring) -> Array:
    w, gradient = np.array(variant.w, float), np.array(variant.gradient, float)
    rate = erring.pick(
        variant.eta,
        {
            message("The learning rate is missing."): 1.0,
            message("You doubled the learning rate."): 2 * variant.eta,
            message("You divided by the learning rate."): 1 / variant.eta,
        },
    )
    decay = erring.pick(
        variant.decay,
        {
            message("You did not multiply the penalty by the decay."): 1.0,
            message("You squared the decay."): variant.decay**2,
            message("You halved the decay."): variant.decay / 2,
            message("This is the step without weight decay."): 0.0,
        },
    )
    gradient = erring.pick(
        gradient,
        {
            message("The gradient of the loss is missing: this is the decay alone."): 0 * gradient,
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
        message("This is the step alone, without the weights."): -rate * (gradient + pull),
        message("You applied the decay after the step, to the new weights."): (w - rate * gradient) * (1 - decay),
        message("You applied the decay after the step, with the learning rate."): (w - rate * gradient)
        * (1 - rate * decay),
        message("You multiplied the gradient by the decay."): w - rate * decay * gradient,
        message("You stepped up the slope."): w + rate * (gradient + pull),
        message("You changed only the first weight."): np.array([(w - rate * (gradient + pull))[0], w[1]]),
        message("You squared the learning rate of the gradient."): w - rate**2 * (gradient + pull),
    }
    return erring.pick(w - rate * (gradient + pull), ways)


def _dropped(variant: Variant, erring: Erring) -> Array:
    values, mask = np.array(variant.activations, float), np.array(variant.mask)
    rate = variant.rate
    mask = erring.pick(
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
            message("You divided the kept values by the share of ones in the mask, not by 1 - rate."): len(mask)
            / variant.mask.count(1),
            message("You divided the kept values by the square of their share."): 1 / (1 - rate) ** 2,
            message("You doubled the kept values."): 2.0,
        },
    )
    output: Array = values * mask * factor
    if erring(message("You left out the dropped values, but they become 0.")):
        return np.asarray(output[mask > 0])
    if erring(message("You scaled only the dropped values.")):
        return np.where(mask > 0, values, values * factor)
    if erring(message("You replaced the dropped values by 1.")):
        return np.where(mask > 0, output, 1)
    if erring(message("You added the mask instead of multiplying by it.")):
        return np.asarray(values + mask)
    return output


def _error_drop(variant: Variant, erring: Erring) -> float:
    before, after = variant.errors
    ways = {
        message("You divided the first error by the second: this is how many times larger it was."): before / after,
        message("This is the second error itself."): after,
        message("This is the first error itself."): before,
        message("This is the second error as a share of the first."): after / before,
        message("You divided by the sum of both errors."): 100 * (before - after) / (before + after),
        message("You divided by the mean of both errors."): 200 * (before - after) / (before + after),
        message("You divided by the second accuracy."): 100 * (before - after) / variant.accuracy_after,
        message("The sign is wrong: the error falls."): -100 * (before - after) / before,
        message("This is the quotient of both accuracies."): variant.accuracy_after / variant.accuracy_before,
        message("This is the quotient of both accuracies, in percent."): 100
        * variant.accuracy_before
        / variant.accuracy_after,
        message("You did not multiply by 100: this is a share."): (before - after) / before,
        message("You added the errors."): before + after,
    }
    return float(erring.pick(100 * (before - after) / before, ways))


def _normalised(variant: Variant, erring: Erring) -> Array:
    batch = np.array(variant.batch, float)
    return numbers.shifted(
        erring, numbers.standardised(erring, batch, batch.mean(), batch.std()), variant.gamma, variant.beta
    )


def _new_moving_mean(variant: Variant, erring: Erring) -> float:
    batch = np.array(variant.batch, float)
    old = variant.moving_mean
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
    momentum = variant.momentum
    ways = {
        message("You added both means without the momentum."): old + new,
        message("You did not weight the new mean."): momentum * old + new,
        message("You weighted both means with the momentum."): momentum * (old + new),
        message("You subtracted the new part instead of adding it."): momentum * old - (1 - momentum) * new,
        message("You weighted only the difference of both means with the momentum."): momentum * (old - new),
        message("You squared the momentum."): momentum**2 * old + (1 - momentum**2) * new,
        message("You applied the weight 1 - momentum to both means."): (1 - momentum) * (old + new),
    }
    return erring.pick(momentum * old + (1 - momentum) * new, ways)


def _block_trainable(variant: Variant, erring: Erring) -> int:
    filters = variant.filters
    channels = variant.channels
    convolution_params = counts.convolution(erring, channels, (variant.kernel,) * 2, filters)
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
    if erring(message("You counted only the batch normalisation.")):
        return norm_params
    if erring(message("You subtracted the parameters that are not trained from the convolution.")):
        return convolution_params - norm_params
    return convolution_params + norm_params


def _stop_epoch(variant: Variant, erring: Erring) -> int:
    losses = variant.val_loss
    patience = variant.patience
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
    return erring.pick(
        epoch,
        {
            message("You counted the epochs from 0."): epoch - 1,
            message("This is the epoch after training has ended."): epoch + 1,
        },
    )


def _epoch_of_stop_in_all(losses: Sequence[float], patience: int) -> int:
    """The same as `_epoch_of_stop`, if an improvement does not start the count again."""
    best, waited = losses[0], 0
    for epoch, loss in enumerate(losses[1:], start=2):
        best, waited = (loss, waited) if loss < best else (best, waited + 1)
        if waited == patience:
            return epoch
    return len(losses)


def _checkpoint_saves(variant: Variant, erring: Erring) -> int:
    losses = variant.val_loss
    stop = _epoch_of_stop(losses, variant.patience)
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
    return erring.pick(saves, ways)


def choices() -> dict[str, dict[str, Text]]:
    """Question id -> choice -> why it is right or wrong."""
    return {
        "leaks": {
            "a": message("Statistics that include the test images bring information from them into the training."),
            "b": message(
                "Dividing by 255 uses no information from the test images: 255 would be the same for other images."
            ),
            "c": message("If you stop by the test loss, you choose the epoch by the test images."),
            "d": message(
                "Statistics of the training images say nothing about the test images: this is how it should be done."
            ),
            "e": message("Shifting training images does not look at the test images."),
            "f": message("If you take the weight decay with the best test accuracy, you tune on the test images."),
        },
        "keeps_label": {
            "a": message("A digit that is shifted by two pixels is the same digit."),
            "b": message("A digit that is rotated by 10 degrees is the same digit."),
            "c": message("A digit that is zoomed by 10 % is the same digit."),
            "d": message("If you swap left and right, most digits become mirror images, which are not digits."),
            "e": message("After half a turn, a 6 is a 9."),
        },
        "callbacks_do": {
            "a": message("EarlyStopping stops the training when the monitored value no longer improves."),
            "b": message(
                "ModelCheckpoint only saves the model and does not stop the training. The slide is wrong here."
            ),
            "c": message("ModelCheckpoint saves the model, so that training can go on after a failure."),
            "d": message("The callback TensorBoard writes logs, and the program TensorBoard shows them."),
            "e": message("EarlyStopping restores the best weights only with restore_best_weights=True."),
            "f": message("TensorBoard only writes logs, and this does not make training faster."),
        },
    }
