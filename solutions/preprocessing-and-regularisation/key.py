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
            message("It scales the whole bracket. {inner}", inner=inner),
        ),
        Slip(
            _plain(w + rate * (gradient + decay * w)),
            message("This steps up the slope."),
            message("A step of gradient descent is subtracted."),
        ),
        Slip(
            _plain(w - rate * (gradient + 2 * decay * w)),
            message("This is the step for the penalty decay * w ** 2."),
            message("Here the penalty is half of that, so its gradient is decay * w."),
        ),
        Slip(
            _plain(w - rate * (gradient + decay * np.sign(w))),
            message("This is the step for an L1 penalty."),
            message("With L2 the pull is in proportion to the weight: decay * w, not decay * sign(w)."),
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
        message("{level} / 255, with three decimals.", level=level),
        message("{size} x {size} x 3 values, and each has two numbers.", size=size),
    )
    return {
        "scaled": [
            Slip(
                round(level / 255, 1),
                message(
                    "This is rounded to one decimal. The slide makes the same mistake: 125 / 255 is 0.490, not 0.5."
                ),
                right,
            ),
            Slip(
                level / 256,
                message("This divides by 256."),
                message("The largest grey level is 255: {right}", right=right),
            ),
            Slip(
                1 - level / 255,
                message("Black and white are swapped."),
                message("The smallest level becomes 0: {right}", right=right),
            ),
            Slip(
                level / 127.5 - 1,
                message("This scales to the range from -1 to 1."),
                message("For 0 to 1: {right}", right=right),
            ),
            Slip(
                level / 100,
                message("This divides by 100."),
                message("The largest grey level is 255: {right}", right=right),
            ),
        ],
        "statistics": [
            Slip(
                size**2 * 3,
                message("Only one number for each value was counted."),
                message("A mean and a standard deviation: {each}", each=values_of_image),
            ),
            Slip(2 * size**2, message("The three colours were left out."), values_of_image),
            Slip(
                6,
                message("This is one mean and one standard deviation for each channel."),
                message("For each pixel: {each}", each=values_of_image),
            ),
            Slip(
                2,
                message("This is one mean and one standard deviation for all."),
                message("For each pixel: {each}", each=values_of_image),
            ),
            Slip(
                2 * count * size**2 * 3,
                message("The images were also counted."),
                message(
                    "Mean and standard deviation are taken over the {count} images, so these do not count: {each}",
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
    leak = message("The test image is in it, so something of it leaks into the training.")
    whole = message("This is one value for all pixels.")
    each_pixel = message("Each pixel has a mean and a standard deviation of its own.")
    sum_of_squares = " + ".join(f"({value} - {mean[0, 0]:g})^2" for value in first)
    score = message(
        "Top left: ({value} - {mean}) / {deviation}.",
        value=test[0, 0],
        mean=f"{mean[0, 0]:g}",
        deviation=f"{spread[0, 0]:g}",
    )
    return {
        "pixel_mean": [
            Slip(
                _listed(all_images.mean(axis=0)), leak, message("Take the four training images alone, {top}.", top=top)
            ),
            Slip(_full(train.mean()), whole, joined(each_pixel, message("Average over the images, {top}.", top=top))),
            Slip(_listed(train.sum(axis=0)), message("This is the sum."), message("Divide by the four images.")),
            Slip(
                _listed(train.max(axis=0)),
                message("This is the largest value."),
                message("Take the mean, {top}.", top=top),
            ),
            Slip(
                _listed(train.mean(axis=(1, 2))),
                message("This is a mean for each image."),
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
                message("This divides by n - 1."),
                message(
                    "Divide by n, here 4, as np.std does. Top left: the root of ({sum_of_squares}) / 4.",
                    sum_of_squares=sum_of_squares,
                ),
            ),
            Slip(
                _listed(all_images.std(axis=0)), leak, message("Take the four training images alone, {top}.", top=top)
            ),
            Slip(_full(train.std()), whole, joined(each_pixel, message("Take it over the images, {top}.", top=top))),
            Slip(
                _listed(np.abs(train - mean).mean(axis=0)),
                message("This is the mean absolute deviation."),
                message(
                    "Square before averaging. Top left: the root of ({sum_of_squares}) / 4.",
                    sum_of_squares=sum_of_squares,
                ),
            ),
        ],
        "test_score": [
            Slip(
                standard_score(test, test.mean(), test.std()),
                message("The test image was standardised with a mean and standard deviation of its own."),
                message("Use the ones of the training images. {score}", score=score),
            ),
            Slip(standard_score(test, all_images.mean(axis=0), all_images.std(axis=0)), leak, score),
            Slip(standard_score(test, mean, 1), message("The division is missing."), score),
            Slip(standard_score(test, 0, spread), message("You did not subtract the mean."), score),
            Slip(standard_score(test, mean, spread**2), message("This divides by the variance."), score),
            Slip(
                standard_score(test, train.mean(), train.std()),
                message("One mean and one standard deviation served for all pixels."),
                joined(each_pixel, score),
            ),
            Slip(standard_score(mean, test, spread), message("The difference is the wrong way round."), score),
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
        "First weight: {formula}.",
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
                message("Keras' L2 has no 1/2: {right}", right=right),
            ),
            Slip(
                loss + l2 * (squares + bias**2),
                message("The bias was also penalised."),
                message("Only the kernel has it: {right}", right=right),
            ),
            Slip(
                l2 * squares,
                message("This is the penalty alone."),
                message("It comes on top of the loss of the data: {right}", right=right),
            ),
            Slip(
                loss + l2 * sqrt(squares),
                message("This takes the length of the vector."),
                message("Do not take the root: {right}", right=right),
            ),
            Slip(
                loss + l2 * sum(weights) ** 2,
                message("The sum was squared."),
                message("Square first, then add up: {right}", right=right),
            ),
            Slip(loss + squares, message("The factor of the penalty is missing."), right),
            Slip(
                loss - l2 * squares,
                message("You subtracted the penalty."),
                message("Large weights cost something: {right}", right=right),
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
                message("The kept values were multiplied by their share, not divided."),
                right,
            ),
            Slip(dropped(values, mask, 1 - rate), message("The kept values were divided by the rate."), right),
            Slip(
                dropped(values, inverse, rate),
                message("The mask was read the wrong way round."),
                message("1 is kept, 0 is dropped."),
            ),
            Slip(
                list(values),
                message("No value was dropped: that is what the layer does when the network predicts."),
                message("This is a step of the training. {right}", right=right),
            ),
        ],
        "error_drop": [
            Slip(
                before - after,
                message("These are percentage points."),
                message("Take them as a share of the first error. {share}", share=share),
            ),
            Slip(100 * after / before, message("This is the share of the error that is left."), share),
            Slip(100 * (before - after) / after, message("This is a share of the second error."), share),
            Slip(
                100 * (before - after) / (100 - before),
                message("This is how much the accuracy grows."),
                message("Compute with the errors. {share}", share=share),
            ),
            Slip((before - after) / before, message("This is a share, not a percentage."), message("Multiply by 100.")),
        ],
    }


def _slips_of_batches(variant: Variant) -> dict[str, list[Slip]]:
    batch, gamma, beta = np.array(variant.batch), variant.gamma, variant.beta
    mean, spread, old, momentum = float(batch.mean()), float(batch.std()), variant.moving_mean, variant.momentum
    score = (batch - mean) / spread
    first = message(
        "First value: {gamma} * ({value} - {mean}) / {spread} + ({beta}).",
        gamma=gamma,
        value=batch[0],
        mean=f"{mean:g}",
        spread=f"{spread:g}",
        beta=beta,
    )
    moved = message("{formula}.", formula=f"{momentum} * {old} + {round(1 - momentum, 2)} * {mean:g}")
    filters, window, depth = variant.filters, variant.kernel**2, variant.channels
    block = message(
        "({window} * {depth} + 1) * {filters} for the convolution, and 2 * {filters} for scale and shift.",
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
                message("Scale and shift are swapped."),
                message("gamma scales. {first}", first=first),
            ),
            Slip(_listed(gamma * (batch - mean) / spread**2 + beta), message("This divides by the variance."), first),
            Slip(_listed(gamma * (batch - mean) / batch.std(ddof=1) + beta), message("This divides by n - 1."), first),
            Slip(
                _listed(gamma * (score + beta)),
                message("The shift was also scaled."),
                message("It comes last. {first}", first=first),
            ),
            Slip(
                _listed(gamma * batch + beta),
                message("This is what an untrained layer predicts, with moving mean 0 and moving variance 1."),
                message("In training the batch itself gives mean and variance. {first}", first=first),
            ),
        ],
        "new_moving_mean": [
            Slip(
                variant.new_moving_mean(1 - momentum),
                message("The two weights are swapped."),
                message("The old mean has the most: {moved}", moved=moved),
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
            Slip(old + (1 - momentum) * mean, message("The old mean was not made smaller."), moved),
            Slip((old + mean) / 2, message("Both were given the same weight."), moved),
        ],
        "block_trainable": [
            Slip(
                learnt + 4 * filters,
                message("These are all parameters of the block."),
                message("Moving mean and variance are measured, not trained: {block}", block=block),
            ),
            Slip(learnt, message("The batch normalisation is missing."), block),
            Slip(learnt - filters + 2 * filters, message("The biases of the convolution are missing."), block),
            Slip(
                learnt + 2,
                message("Scale and shift were counted once."),
                message("Each map has its own: {block}", block=block),
            ),
            Slip((window + 1) * filters + 2 * filters, message("You left out the depth of the input."), block),
            Slip(
                window * depth + 1 + 2,
                message("You counted only one filter."),
                message("There are {filters}: {block}", filters=filters, block=block),
            ),
        ],
    }


def _slips_of_callbacks(variant: Variant) -> dict[str, list[Slip]]:
    losses, patience = variant.val_loss, variant.patience
    stop = _epoch_of_stop(losses, patience)
    best = losses.index(min(losses[:stop])) + 1
    rises = [epoch for epoch in range(2, len(losses) + 1) if losses[epoch - 1] >= min(losses[: epoch - 1])]
    count = message(
        "The loss of epoch {best} is the best so far; count {patience} epochs that do not get below it.",
        best=best,
        patience=patience,
    )
    saves = message(
        "A file is written each time that the loss is below all before it, in epochs 1 to {stop}.", stop=stop
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
            message("Training goes on for {patience} more. {counted}", patience=patience, counted=count),
        ),
        Slip(stop + 1, message("This is one epoch too many."), count),
        Slip(
            stop - 1,
            message("This is one epoch too few, or they were counted from 0."),
            message("The first epoch is 1. {counted}", counted=count),
        ),
        Slip(
            len(losses),
            message("These are all epochs."),
            message("Training stops before that. {counted}", counted=count),
        ),
        Slip(
            epoch_in_all,
            message("Epochs without improvement were added up."),
            message("An improvement starts the count anew. {counted}", counted=count),
        ),
        Slip(
            _epoch_of_stop_by_neighbours(losses, patience),
            message("Each epoch was compared with the one before it."),
            count,
        ),
        Slip(
            losses.index(min(losses)) + 1,
            message("This is the best of all epochs; training never gets that far."),
            count,
        ),
    ]
    wrong_saves = [
        Slip(stop, message("This saves after each epoch."), message("With save_best_only=True: {saved}", saved=saves)),
        Slip(
            times - 1,
            message("The first epoch was left out."),
            message("It is also the best so far. {saved}", saved=saves),
        ),
        Slip(_improvements(losses), message("Epochs after the stop were counted."), saves),
        Slip(
            falls + 1,
            message("Each loss was compared with the one before it."),
            message("The best so far counts. {saved}", saved=saves),
        ),
        Slip(1, message("This is the number of files."), message("It is written over. {saved}", saved=saves)),
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
    digits = message("A seven that is mirrored, or a six that is upside down, is another sign.")
    return {
        "leaks": [
            Slip(
                ["a", "c", "d", "e", "f"],
                message("Dividing by 255 and using the training's statistics are considered leaks."),
                message("255 is known beforehand, and statistics of training images tell nothing of test images."),
            ),
            Slip(
                ["a"],
                message("Only the statistics were seen as a leak."),
                message("Choosing anything by the test result is also one."),
            ),
            Slip(
                ["a", "f"],
                message("Stopping by the test loss was considered harmless."),
                message("Both lectures hand test images over as validation data; the epoch is then chosen by them."),
            ),
            Slip(
                ["c", "f"],
                message("Joint statistics were considered harmless."),
                message("They carry test images into the training."),
            ),
        ],
        "keeps_label": [
            Slip(["a", "b", "c", "d"], message("A mirror image was considered the same digit."), digits),
            Slip(["a", "b", "c", "e"], message("Rotating by 180 degrees was considered harmless."), digits),
            Slip(["a", "b", "c", "d", "e"], message("You selected every augmentation on the slide."), digits),
        ],
        "callbacks_do": [
            Slip(
                ["a", "b", "c", "d"],
                message("The slide is wrong here: it says that checkpoints are used to stop the training."),
                message("EarlyStopping stops; ModelCheckpoint saves."),
            ),
            Slip(
                ["b", "c", "d"],
                message("The slide is wrong here: it says that checkpoints are used to stop the training."),
                message("EarlyStopping stops; ModelCheckpoint saves."),
            ),
            Slip(
                ["a", "c", "d", "e"],
                message("The best weights do not come back by themselves."),
                message("restore_best_weights is False by default."),
            ),
            Slip(
                ["a", "c", "d", "f"],
                message("TensorBoard was considered something that helps the training."),
                message("It only writes down what happens."),
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
        message("It was divided by 127.5; the range is 255."): level / 127.5,
        message("It was divided by 254."): level / 254,
        message("You subtracted half: the range is from 0 to 1."): level / 255 - 0.5,
        message("You added 1 first."): (level + 1) / 256,
        message("It was divided by 128."): level / 128,
        message("You multiplied it by 255."): level * 255,
        message("It was divided by the square of 255."): level / 255**2,
        message("The level was squared."): (level / 255) ** 2,
    }
    return erring.pick(level / 255, ways)


def _pixel_statistic(way: Callable[..., Array], train: Array, erring: Erring) -> Array:
    others = {
        message("You computed one number for each image. Average over the images instead."): (1, 2),
        message("This is one number for each column of pixels."): (0, 1),
        message("This is one number for each row of pixels."): (0, 2),
        message("This is one number for each image and row."): 2,
    }
    statistic = way(erring, train, 0, others)
    if statistic.size == 4 and statistic.ndim == 1 and erring(message("It was laid out like an image.")):
        return statistic.reshape(2, 2)
    return statistic


def _score(variant: Variant, erring: Erring) -> Array:
    train, test = variant.images
    mean, spread = train.mean(axis=0), train.std(axis=0)
    if erring(message("One mean served for all pixels.")):
        mean = train.mean()
    if erring(message("One standard deviation served for all pixels.")):
        spread = train.std()
    if erring(message("You divided by n - 1 in the standard deviation.")):
        spread = train.std(axis=0, ddof=1)
    if erring(message("Rows and columns of the statistics are swapped.")):
        mean, spread = mean.T, spread.T
    if erring(message("The test image was scaled to 0..1; its standard score was asked for.")):
        return test / 255
    return numbers.standardised(erring, test, mean, spread)


def _statistics_to_store(variant: Variant, erring: Erring) -> int:
    size = variant.image_size
    count = variant.image_count
    area = erring.pick(
        size**2,
        {
            message("Only one side of the image was counted."): size,
            message("The sides of the image were added."): 2 * size,
            message("The pixels were counted as one."): 1,
        },
    )
    colours = erring.pick(
        3, {message("The three colours were left out."): 1, message("Four channels were counted."): 4}
    )
    per_value = erring.pick(
        2,
        {
            message("Only one number for each value was counted."): 1,
            message("Four numbers for each value were counted, as in a batch normalisation."): 4,
            message("Three numbers for each value were counted."): 3,
        },
    )
    images = erring.pick(1, {message("The images were also counted; the statistics are kept once."): count})
    if erring(message("A mean and a standard deviation were counted for each image.")):
        return 2 * count
    if erring(message("A mean and a standard deviation were added instead of counted for each value.")):
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
            message("The weights were added up with their signs, without squares."): float(weights.sum()),
            message("This is the L1 penalty."): float(np.abs(weights).sum()),
            message("You squared only the largest weight."): float((weights**2).max()),
            message("The squares kept the signs of the weights."): float((np.sign(weights) * weights**2).sum()),
            message("You took the root of the sum of squares."): sqrt((weights**2).sum()),
            message("The weights were doubled instead of squared."): float(2 * np.abs(weights).sum()),
        },
    )
    if erring(message("The bias was also penalised.")):
        penalty += variant.bias_weight**2
    if erring(message("You halved the penalty.")):
        penalty /= 2
    factor = erring.pick(
        factor,
        {
            message("The factor of the penalty is missing."): 1,
            message("The factor was squared."): factor**2,
            message("It was divided by the factor."): 1 / factor,
        },
    )
    loss = erring.pick(
        loss,
        {
            message("This is the penalty alone; the loss is missing."): 0.0,
            message("The loss was multiplied instead of added."): 0.0,
        },
    )
    if erring(message("You multiplied the penalty by the loss instead of adding it.")):
        return float(variant.data_loss * factor * penalty)
    if erring(message("The factor was also applied to the loss.")):
        return float(factor * (loss + penalty))
    return loss + factor * penalty


def _next_weights(variant: Variant, erring: Erring) -> Array:
    w, gradient = np.array(variant.w, float), np.array(variant.gradient, float)
    rate = erring.pick(
        variant.eta,
        {
            message("The learning rate is missing."): 1.0,
            message("The learning rate was doubled."): 2 * variant.eta,
            message("It was divided by the learning rate."): 1 / variant.eta,
        },
    )
    decay = erring.pick(
        variant.decay,
        {
            message("The penalty was not multiplied by the decay."): 1.0,
            message("The decay was squared."): variant.decay**2,
            message("You halved the decay."): variant.decay / 2,
            message("This is the step without weight decay."): 0.0,
        },
    )
    gradient = erring.pick(
        gradient,
        {
            message("The gradient of the loss is missing: this is the decay alone."): 0 * gradient,
            message("The signs of the gradient were overlooked."): np.abs(gradient),
            message("The sign of the gradient is wrong."): -gradient,
            message("You multiplied the gradient by the weights."): gradient * w,
        },
    )
    pull = erring.pick(
        decay * w,
        {
            message("The decay was not multiplied by the weight."): np.full_like(w, decay),
            message("The weight in the penalty was squared."): decay * w**2,
            message("The sign of the weight in the penalty was dropped."): decay * np.abs(w),
        },
    )
    ways = {
        message("This is the step alone, without the weights."): -rate * (gradient + pull),
        message("The decay was applied after the step, to the new weights."): (w - rate * gradient) * (1 - decay),
        message("The decay was applied after the step, with the learning rate."): (w - rate * gradient)
        * (1 - rate * decay),
        message("You multiplied the gradient by the decay."): w - rate * decay * gradient,
        message("This steps up the slope."): w + rate * (gradient + pull),
        message("Only the first weight was changed."): np.array([(w - rate * (gradient + pull))[0], w[1]]),
        message("The gradient has the learning rate squared."): w - rate**2 * (gradient + pull),
    }
    return erring.pick(w - rate * (gradient + pull), ways)


def _dropped(variant: Variant, erring: Erring) -> Array:
    values, mask = np.array(variant.activations, float), np.array(variant.mask)
    rate = variant.rate
    mask = erring.pick(
        mask,
        {
            message("The mask was read the wrong way round."): 1 - mask,
            message("No value was dropped."): np.ones_like(mask),
        },
    )
    factor = erring.pick(
        1 / (1 - rate),
        {
            message("The scaling is missing."): 1.0,
            message("The kept values were multiplied by their share, not divided."): 1 - rate,
            message("The kept values were divided by the rate."): 1 / rate,
            message("The kept values were multiplied by the rate."): rate,
            message("The kept values were multiplied by 1 + rate."): 1 + rate,
            message("The kept values were divided by the share of the mask that is kept, not by 1 - rate."): len(mask)
            / variant.mask.count(1),
            message("The kept values were divided by the square of their share."): 1 / (1 - rate) ** 2,
            message("The kept values were doubled."): 2.0,
        },
    )
    output: Array = values * mask * factor
    if erring(message("The dropped values were left out; they become 0.")):
        return np.asarray(output[mask > 0])
    if erring(message("Only the dropped values were scaled.")):
        return np.where(mask > 0, values, values * factor)
    if erring(message("The dropped values became 1.")):
        return np.where(mask > 0, output, 1)
    if erring(message("You added the mask instead of multiplying by it.")):
        return np.asarray(values + mask)
    return output


def _error_drop(variant: Variant, erring: Erring) -> float:
    before, after = variant.errors
    ways = {
        message("The first error was divided by the second: this is how many times larger it was."): before / after,
        message("This is the second error itself."): after,
        message("This is the first error itself."): before,
        message("This is the second error as a share of the first."): after / before,
        message("This is a share of both errors together."): 100 * (before - after) / (before + after),
        message("This is a share of the mean of both errors."): 200 * (before - after) / (before + after),
        message("This is a share of the second accuracy."): 100 * (before - after) / variant.accuracy_after,
        message("The sign is wrong: the error falls."): -100 * (before - after) / before,
        message("This is the quotient of both accuracies."): variant.accuracy_after / variant.accuracy_before,
        message("This is the quotient of both accuracies, in percent."): 100
        * variant.accuracy_before
        / variant.accuracy_after,
        message("100 was not multiplied by: this is a share."): (before - after) / before,
        message("The errors were added."): before + after,
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
            message("The mean of the batch is missing: only the old one was made smaller."): 0.0,
        },
    )
    momentum = variant.momentum
    ways = {
        message("Both means were added, without the momentum."): old + new,
        message("The new mean was not weighted."): momentum * old + new,
        message("Both were weighted with the momentum."): momentum * (old + new),
        message("You subtracted the new part instead of adding it."): momentum * old - (1 - momentum) * new,
        message("You weighted only the difference of both with the momentum."): momentum * (old - new),
        message("The momentum was squared."): momentum**2 * old + (1 - momentum**2) * new,
        message("The weight 1 - momentum was applied to both."): (1 - momentum) * (old + new),
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
            message("All four numbers of each map were counted; two are trained."): 4 * filters,
            message("Three numbers of each map were counted; two are trained."): 3 * filters,
            message("One number of each map was counted; two are trained."): filters,
            message("Scale and shift were counted for the whole layer, not for each map."): 2,
            message("Scale and shift were counted for each input channel."): 2 * channels,
        },
    )
    if erring(message("Only the batch normalisation was counted.")):
        return norm_params
    if erring(message("The parameters that are not trained were subtracted from the convolution.")):
        return convolution_params - norm_params
    return convolution_params + norm_params


def _stop_epoch(variant: Variant, erring: Erring) -> int:
    losses = variant.val_loss
    patience = variant.patience
    waits = erring.pick(
        patience,
        {
            message("One epoch too few was waited."): patience - 1,
            message("One epoch too many was waited."): patience + 1,
        },
    )
    epoch = erring.pick(
        _epoch_of_stop(losses, max(waits, 1)),
        {
            message("Each epoch was compared with the one before it, not with the best."): _epoch_of_stop_by_neighbours(
                losses, waits
            ),
            message("Epochs in all that are not better were counted, not those in a row."): _epoch_of_stop_in_all(
                losses, waits
            ),
            message("This is the patience itself."): patience,
            message("This is the lowest loss of all, and the patience after it."): min(
                int(np.argmin(losses)) + 1 + patience, len(losses)
            ),
        },
    )
    return erring.pick(
        epoch,
        {
            message("The epochs were counted from 0."): epoch - 1,
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
            message("Epochs after the stop were counted."): len(losses),
            message("The last epoch before the stop was left out."): stop - 1,
        },
    )
    saves = _improvements(losses[:last])
    ways = {
        message("All epochs were counted; it is saved only when the loss is lower than ever before."): len(losses),
        message("It was saved whenever the loss was lower than in the epoch before."): 1
        + sum(later < earlier for earlier, later in pairwise(losses[:last])),
        message("The first epoch was left out."): saves - 1,
        message("One more was counted at the end of the training."): saves + 1,
        message("The epochs that were not better were counted."): last - saves,
        message("It was saved after each epoch."): last,
    }
    return erring.pick(saves, ways)


def choices() -> dict[str, dict[str, Text]]:
    """Question id -> choice -> why it is right or wrong."""
    return {
        "leaks": {
            "a": message("Statistics that include the test images bring something of them into the training."),
            "b": message("Dividing by 255 asks nothing of the test images: it gives the same with other ones."),
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
            "d": message("If left and right are swapped, most digits are no longer digits but mirror images."),
            "e": message("After half a turn, a 6 is a 9."),
        },
        "callbacks_do": {
            "a": message("EarlyStopping stops when what it monitors no longer improves."),
            "b": message("ModelCheckpoint only saves; it stops nothing. The slide is wrong here."),
            "c": message("ModelCheckpoint saves the model, so that training can go on after a failure."),
            "d": message("TensorBoard writes logs, which the program of that name shows."),
            "e": message("The best weights come back only with restore_best_weights=True."),
            "f": message("TensorBoard writes logs; that makes no training faster."),
        },
    }
