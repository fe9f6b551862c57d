"""Answers of `cifar10`: standardisation, augmentation and counts, with each student's own numbers.

The course may not include CIFAR-10. Where `make_data.py` has stored it, the accuracy is marked; elsewhere that question
does not count.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from math import exp, pi, sqrt
from random import Random
from typing import Any

import numpy as np

from grader.cnn import by_hand
from grader.cnn.by_hand import convolution
from grader.mistakes import numbers
from grader.mistakes.networks import Network, conv, dense, flatten, norm, pool
from grader.model.key import Slip, following
from grader.model.mistakes import Erring
from grader.text.messages import joined, message

HELDOUT = {
    "accuracy": {
        "file": "heldout/cifar10-2000.npz",
        "classes": ["aeroplane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "lorry"],
        "optional": True,
    }
}

Values = Mapping[str, Any]  # as `draw` returns them

_PRINTED = 0.7846  # accuracy on the test images, as the lecture prints it
_FAR_APART = 0.012  # of two wrong answers, relative, so that rounding never takes one for the other


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One student's numbers.

    Attributes:
        pixels: Red, green and blue of eight pixels: four of the first image, then four of the second.
        new_pixel: Red, green and blue of a test image's pixel.
        degrees: How far images are rotated either way.
        width: Columns of an image that is shifted.
        share: How far it is shifted either way, as a share of the width.
        values: Two below 0 and two above, for ELU.
        side: Rows and columns of a network's colour images.
        filters_1: Filters of both convolutions of its first block.
        filters_2: Filters of both convolutions of its second block.
        filters_3: Filters of both convolutions of its third block, which are not padded.
        classes: Neurons of its dense layer.
        tested: Test images; the root of each number is whole.
    """

    pixels: list[list[int]]
    new_pixel: list[int]
    degrees: int
    width: int
    share: float
    values: list[float]
    side: int
    filters_1: int
    filters_2: int
    filters_3: int
    classes: int
    tested: int

    @property
    def filters(self) -> tuple[int, int, int]:
        """Filters of the three blocks."""
        return self.filters_1, self.filters_2, self.filters_3

    @property
    def statistics(self) -> tuple[list[float], list[float]]:
        """Mean and standard deviation of each channel."""
        pixels = np.array(self.pixels, float)
        return pixels.mean(axis=0).tolist(), pixels.std(axis=0).tolist()

    @property
    def size(self) -> int:
        """Side of the maps that are flattened: two poolings, then two convolutions that are not padded, one pooling."""
        return (self.side // 4 - 4) // 2

    @property
    def flat(self) -> int:
        """Length of the flattened vector."""
        return self.size**2 * self.filters_3

    @property
    def convolutions(self) -> list[int]:
        """Parameters of each of the six convolutions."""
        depths = (3, self.filters_1, self.filters_2)
        return [
            count
            for depth, filters in zip(depths, self.filters, strict=True)
            for count in (convolution(depth, 9, filters), convolution(filters, 9, filters))
        ]

    @property
    def maps(self) -> int:
        """Maps of all six convolutions; each is normalised."""
        return 2 * sum(self.filters)

    @property
    def dense(self) -> int:
        """Parameters of the dense layer."""
        return by_hand.dense(self.flat, self.classes)

    @property
    def total(self) -> int:
        """All parameters."""
        return sum(self.convolutions) + 4 * self.maps + self.dense


def draw(rng: Random) -> dict[str, Any]:
    """Pixels of two images, a new pixel, values for ELU, a network and a number of test images."""
    while True:
        values = asdict(_variant(rng))
        pairs = [pair for listed in slips(values).values() for pair in combinations(listed, 2)]
        if all(_are_apart(one.value, other.value) for one, other in pairs):
            return values


def _variant(rng: Random) -> Variant:
    middles, spreads = rng.sample([80, 100, 120, 140, 160], 3), rng.sample([10, 20, 30, 40, 50], 3)
    # Half of the pixels are a spread below the middle, and half above: these are mean and standard deviation.
    signs = [rng.sample([-1, -1, -1, -1, 1, 1, 1, 1], 8) for _ in range(3)]
    pixels = [
        [middle + sign[place] * spread for middle, spread, sign in zip(middles, spreads, signs, strict=True)]
        for place in range(8)
    ]
    return Variant(
        pixels=pixels,
        new_pixel=[
            middle + int(rng.choice([-1.5, -0.5, 0.5, 1.5]) * spread)
            for middle, spread in zip(middles, spreads, strict=True)
        ],
        degrees=rng.choice([18, 27, 36, 45, 54, 72]),
        width=rng.choice([40, 60, 80, 120]),
        share=rng.choice([0.05, 0.1, 0.15, 0.2]),
        values=rng.sample([-2.0, -1.5, -1.0, -0.5], 2) + rng.sample([0.5, 1.0, 1.5, 2.0, 3.0], 2),
        side=rng.choice([24, 32, 40, 48]),
        filters_1=rng.choice([8, 10, 12]),
        filters_2=rng.choice([16, 20, 24]),
        filters_3=rng.choice([30, 32, 40]),
        classes=rng.choice([4, 5, 6, 8]),
        tested=rng.choice([400, 900, 1600, 2500, 3600]),
    )


def _are_apart(one: Any, other: Any) -> bool:
    """Whether some number of two answers differs by more than rounding hides, or by one in a count above 100."""
    if isinstance(one, str) or np.shape(one) != np.shape(other):
        return bool(one != other)
    first, second = np.asarray(one, float), np.asarray(other, float)
    distance, size = np.abs(first - second), np.maximum(np.abs(first), np.abs(second))
    return bool(np.any((distance > _FAR_APART * size) | ((size > 100) & (distance >= 1))))


# ---- Right answers -------------------------------------------------------------------------------------------------


def _standardised(pixel: Any, mean: Any, std: Any) -> list[float]:
    return [(value - middle) / spread for value, middle, spread in zip(pixel, mean, std, strict=True)]


def _elu(value: float) -> float:
    return value if value > 0 else exp(value) - 1


def answers(values: Values) -> dict[str, Any]:
    """Question id -> expected answer; for models the name of the reference model."""
    variant = Variant(**values)
    mean, std = variant.statistics
    return {
        "channel_mean": mean,
        "channel_std": std,
        "standardised": _standardised(variant.new_pixel, mean, std),
        "rotation_factor": variant.degrees / 360,
        "shift_pixels": variant.share * variant.width,
        "augmentation": "alzahrani_augmentation",
        "model": "alzahrani_cifar10_cnn",
        "elu": [_elu(value) for value in variant.values],
        "conv3_params": variant.convolutions[2],
        "flatten_length": variant.flat,
        "norm_params": 4 * variant.maps,
        "total_params": variant.total,
        "frozen_params": 2 * variant.maps,
        "trainable_params": variant.total - 2 * variant.maps,
        "margin": by_hand.margin(_PRINTED, variant.tested),
        "why_higher": "b",
        "leak": "c",
    }


def follow_on(values: Values, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Question id -> answer that follows from the student's own earlier answers."""
    variant = Variant(**values)
    return following(
        {
            "channel_std": [
                lambda: _spread_around_mean(variant, earlier["channel_mean"]),
                *(lambda way=way: _same_way(earlier["channel_mean"], *way) for way in _ways(variant)),
            ],
            "standardised": lambda: _standardised(variant.new_pixel, earlier["channel_mean"], earlier["channel_std"]),
            "total_params": lambda: (
                sum(variant.convolutions)
                - variant.convolutions[2]
                + earlier["conv3_params"]
                + earlier["norm_params"]
                + (earlier["flatten_length"] + 1) * variant.classes
            ),
            "frozen_params": lambda: earlier["norm_params"] / 2,
            "trainable_params": lambda: earlier["total_params"] - earlier["frozen_params"],
        }
    )


def _spread_around_mean(variant: Variant, mean: Any) -> Any:
    """The root of the mean squared distance of the pixels from the student's own means of the channels."""
    return np.sqrt(((np.array(variant.pixels, float) - np.reshape(mean, 3)) ** 2).mean(axis=0)).tolist()


def _ways(variant: Variant) -> list[tuple[Any, Any]]:
    """Mean and standard deviation, computed in the same wrong way: of all channels, of one image, of each pixel."""
    pixels = np.array(variant.pixels, float)
    images = pixels.reshape(2, -1, 3)
    of_all_channels = np.full(3, pixels.mean()), np.full(3, pixels.std())
    return [
        of_all_channels,
        *((image.mean(axis=0), image.std(axis=0)) for image in images),
        (pixels.mean(1), pixels.std(1)),
    ]


def _same_way(students_mean: Any, mean: Any, spread: Any) -> Any:
    """The standard deviation of a wrong way, if the student's mean was computed in that way; else None."""
    same = np.shape(students_mean) == np.shape(mean) and np.allclose(students_mean, mean, atol=0.01)
    return spread.tolist() if same else None


# ---- Wrong answers with a known cause ------------------------------------------------------------------------------


def slips(values: Values) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    variant = Variant(**values)
    return (
        _slips_of_statistics(variant)
        | _slips_of_augmentation(variant)
        | _slips_of_elu(variant)
        | _slips_of_sizes(variant)
        | _slips_of_counts(variant)
        | _slips_of_the_result(variant)
    )


def _slips_of_statistics(variant: Variant) -> dict[str, list[Slip]]:
    pixels = np.array(variant.pixels, float)
    new, (mean, std) = variant.new_pixel, variant.statistics
    by_colour = message("Take the eight values of red, then those of green, then those of blue.")
    right = message("({value} - {mean}) / {std} for red.", value=f"{new[0]:g}", mean=f"{mean[0]:g}", std=f"{std[0]:g}")
    return {
        "channel_mean": [
            Slip([float(pixels.mean())] * 3, message("This is one mean over all channels."), by_colour),
            Slip(pixels[:4].mean(axis=0).tolist(), message("You used only the first image."), by_colour),
            Slip(pixels.mean(axis=1).tolist(), message("This is the mean of each pixel over its colours."), by_colour),
            Slip(
                pixels.sum(axis=0).tolist(),
                message("These are the sums."),
                message("Divide by 8, the number of pixels."),
            ),
        ],
        "channel_std": [
            Slip(
                (pixels.std(axis=0) ** 2).tolist(),
                message("This is the variance."),
                message("Take the square root of the variance."),
            ),
            Slip([float(pixels.std())] * 3, message("This is one standard deviation over all channels."), by_colour),
            Slip(
                pixels.std(axis=0, ddof=1).tolist(),
                message("You used 8 - 1 instead of 8 in the denominator."),
                message("By default, Keras and NumPy divide by 8, the number of values."),
            ),
            Slip(pixels[:4].std(axis=0).tolist(), message("You used only one of the two images."), by_colour),
        ],
        "standardised": [
            Slip(
                [value / 255 for value in new],
                message("This is feature scaling."),
                message("The standard score is {right}", right=right),
            ),
            Slip(
                [value - middle for value, middle in zip(new, mean, strict=True)],
                message("The division by the standard deviation is missing."),
                message("The correct value is {right}", right=right),
            ),
            Slip(
                [(value - middle) / spread**2 for value, middle, spread in zip(new, mean, std, strict=True)],
                message("You divided by the variance."),
                message("The correct value is {right}", right=right),
            ),
            Slip(
                [-score for score in _standardised(new, mean, std)],
                message("You subtracted the new value from the mean."),
                message("Subtract the mean from the value: {right}", right=right),
            ),
        ],
    }


def _slips_of_augmentation(variant: Variant) -> dict[str, list[Slip]]:
    degrees, width, share = variant.degrees, variant.width, variant.share
    turn, shift = (
        message("A full turn has 360 degrees: {degrees} / 360.", degrees=degrees),
        message("{share} of {width} pixels.", share=share, width=width),
    )
    return {
        "rotation_factor": [
            Slip(degrees, message("These are degrees."), turn),
            Slip(degrees / 180, message("This is a share of half a turn."), turn),
            Slip(degrees * pi / 180, message("These are radians."), turn),
            Slip(
                degrees / 720,
                message("You halved the range."),
                message("This is the limit in each direction. {turn}", turn=turn),
            ),
            Slip(degrees / 100, message("You divided by 100."), turn),
        ],
        "shift_pixels": [
            Slip(share, message("This is the share."), shift),
            Slip(
                2 * share * width,
                message("You added both directions."),
                message("In each direction the shift is {shift}", shift=shift),
            ),
            Slip(
                share * width / 2,
                message("You halved the range."),
                message("In each direction the shift is {shift}", shift=shift),
            ),
            Slip(
                share * 32,
                message("This is for images that are 32 pixels wide."),
                message("Here the shift is {shift}", shift=shift),
            ),
        ],
    }


def _slips_of_elu(variant: Variant) -> dict[str, list[Slip]]:
    values = variant.values
    right = message(
        "A negative value becomes exp(x) - 1: exp({value}) - 1. A positive value does not change.", value=str(values[0])
    )
    return {
        "elu": [
            Slip([max(value, 0.0) for value in values], message("This is ReLU."), right),
            Slip([value if value > 0 else 0.01 * value for value in values], message("This is leaky ReLU."), right),
            Slip([value if value > 0 else exp(value) for value in values], message("The - 1 is missing."), right),
            Slip(
                [value if value > 0 else 1 - exp(value) for value in values], message("You reversed the sign."), right
            ),
            Slip([exp(value) - 1 for value in values], message("You also changed positive values."), right),
        ]
    }


def _slips_of_sizes(variant: Variant) -> dict[str, list[Slip]]:
    first, second, _ = variant.filters
    right = f"(3 * 3 * {first} + 1) * {second}"
    quarter = variant.side // 4
    size = message(
        ("The first two blocks halve {side}, and the third takes off 2 and 2 before it halves: {size} x {size}."),
        side=variant.side,
        size=variant.size,
    )
    return {
        "conv3_params": [
            Slip(
                9 * first * second,
                message("The biases are missing."),
                message("Each filter has one bias: {right}.", right=right),
            ),
            Slip(
                convolution(3, 9, second),
                message("You counted colour channels, but this convolution reads feature maps."),
                message("This convolution reads {first} maps: {right}.", first=first, right=right),
            ),
            Slip(
                convolution(1, 9, second),
                message("You left out the depth of the input."),
                message("This convolution reads {first} maps: {right}.", first=first, right=right),
            ),
            Slip(
                convolution(second, 9, second),
                message("This is the second convolution of the block."),
                message("The first convolution has {right} parameters.", right=right),
            ),
        ],
        "flatten_length": [
            Slip(
                variant.size**2,
                message("You flattened only one feature map."),
                message("There are {maps} maps. {size}", maps=variant.filters[2], size=size),
            ),
            Slip(
                (quarter // 2) ** 2 * variant.filters[2],
                message("You also padded the third block."),
                message("The third block has no padding. {size}", size=size),
            ),
            Slip((quarter - 4) ** 2 * variant.filters[2], message("You left out the last pooling."), size),
            Slip(
                ((quarter - 2) // 2) ** 2 * variant.filters[2],
                message("You used only one of the two unpadded convolutions of the third block."),
                size,
            ),
        ],
    }


def _slips_of_counts(variant: Variant) -> dict[str, list[Slip]]:
    blocks = " + ".join(str(filters) for filters in variant.filters)
    norm, frozen = f"4 * 2 * ({blocks})", f"2 * 2 * ({blocks})"
    biases = variant.maps + variant.classes
    return {
        "norm_params": [
            Slip(
                2 * variant.maps,
                message("You counted only two of four vectors."),
                message("Each layer has four vectors: {norm}.", norm=norm),
            ),
            Slip(
                8 * variant.filters[2],
                message("You counted only the last block."),
                message("There are three blocks: {norm}.", norm=norm),
            ),
            Slip(
                4 * 6,
                message("You counted all maps as one."),
                message("Each map has four numbers: {norm}.", norm=norm),
            ),
            Slip(
                variant.maps,
                message("You counted one number for each map."),
                message("Each map has four numbers: {norm}.", norm=norm),
            ),
        ],
        "total_params": [
            Slip(
                variant.total - 4 * variant.maps,
                message("You left out batch normalisation."),
                message("Add {norm} parameters.", norm=norm),
            ),
            Slip(
                variant.total - 2 * variant.maps,
                message("You left out the parameters that are not trained."),
                message("All parameters count: add {frozen}.", frozen=frozen),
            ),
            Slip(
                variant.total - variant.dense,
                message("The dense layer is missing."),
                message("Add ({flat} + 1) * {classes} parameters.", flat=variant.flat, classes=variant.classes),
            ),
            Slip(
                variant.total - biases,
                message("The biases are missing."),
                message("Each filter and each neuron has one bias."),
            ),
        ],
        "frozen_params": [
            Slip(
                4 * variant.maps,
                message("These are all parameters of batch normalisation."),
                message("Scale and shift are trained, the other numbers are not: {frozen}.", frozen=frozen),
            ),
            Slip(
                0,
                message("You counted all parameters as trainable."),
                message("Moving means and variances are measured, not trained: {frozen}.", frozen=frozen),
            ),
            Slip(
                variant.maps,
                message("You counted only one of two vectors."),
                message("Count both the moving mean and the moving variance: {frozen}.", frozen=frozen),
            ),
            Slip(
                4 * variant.filters[2],
                message("You counted only the last block."),
                message("There are three blocks: {frozen}.", frozen=frozen),
            ),
        ],
        "trainable_params": [
            Slip(
                variant.total,
                message("These are all parameters."),
                message("Subtract the parameters that are not trained: {frozen}.", frozen=frozen),
            ),
            Slip(
                variant.total - 4 * variant.maps,
                message("You subtracted all parameters of batch normalisation."),
                message("Subtract only the parameters that are not trained: {frozen}.", frozen=frozen),
            ),
            Slip(
                variant.total - variant.maps,
                message("You subtracted only one of two vectors."),
                message("Subtract the parameters that are not trained: {frozen}.", frozen=frozen),
            ),
        ],
    }


def _slips_of_the_result(variant: Variant) -> dict[str, list[Slip]]:
    tested, margin = variant.tested, by_hand.margin(_PRINTED, variant.tested)
    right = f"1.96 * sqrt(0.7846 * 0.2154 / {tested})"
    return {
        "margin": [
            Slip(
                margin / 1.96,
                message("This is one standard error."),
                message("Multiply by 1.96: {right}.", right=right),
            ),
            Slip(
                2 * margin,
                message("This is the whole interval."),
                message("The question asks for half of the interval: {right}.", right=right),
            ),
            Slip(
                100 * margin, message("These are percentage points."), message("As a share it is {right}.", right=right)
            ),
            Slip(
                1.96 * sqrt(_PRINTED / tested),
                message("The factor 1 - p is missing."),
                message("The correct value is {right}.", right=right),
            ),
            Slip(
                1.96 * _PRINTED * (1 - _PRINTED) / tested,
                message("The square root is missing."),
                message("The correct value is {right}.", right=right),
            ),
            Slip(
                1.96 * sqrt(_PRINTED * (1 - _PRINTED)),
                message("The number of images is missing."),
                message("The correct value is {right}.", right=right),
            ),
        ],
        "why_higher": [
            Slip(
                "a",
                message("Then the training accuracy would be the higher one."),
                message("Ask yourself which steps happen only in training."),
            ),
            Slip(
                "c",
                message("Test images are not used to change weights."),
                message("Ask yourself which steps happen only in training."),
            ),
            Slip(
                "d",
                message("Both accuracies are measured on many images."),
                message("Ask yourself which steps happen only in training."),
            ),
        ],
        "leak": [
            Slip(
                "a",
                message("If you look at the test images while you choose settings, they are no longer new."),
                message("Hold some images back."),
            ),
            Slip(
                "b",
                message("fit() does not use validation data to change weights."),
                message("Ask what the numbers are used for."),
            ),
            Slip(
                "d",
                message("Test images are standardised with the statistics of the training images."),
                message("That step is correct."),
            ),
        ],
    }


# ---- Where one may go wrong ----------------------------------------------------------------------------------------


def _network(variant: Variant) -> Network:
    side, (one, two, three) = variant.side, variant.filters
    blocks = [(one, True), (two, True), (three, False)]
    layers = [
        layer
        for filters, padded in blocks
        for layer in (conv(filters, 3, padded), norm(), conv(filters, 3, padded), norm(), pool())
    ]
    return Network((side, side, 3), [*layers, flatten(), dense(variant.classes)])


def _network_of_single_convolutions(variant: Variant) -> Network:
    """The network with one convolution in each block instead of two, as some students read it."""
    side, filters = variant.side, variant.filters
    layers = [
        layer
        for maps, padded in zip(filters, (True, True, False), strict=True)
        for layer in (conv(maps, 3, padded), norm(), pool())
    ]
    return Network((side, side, 3), [*layers, flatten(), dense(variant.classes)])


def methods(values: Values) -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    variant = Variant(**values)
    net = _network(variant)
    pixels = np.array(variant.pixels, float).reshape(2, 4, 3)
    along = {message("This is one number for each image, over all its channels."): (1, 2)}
    return {
        "channel_mean": lambda erring: numbers.mean(erring, _pixels(pixels, erring), (0, 1), along),
        "channel_std": lambda erring: numbers.spread(erring, _pixels(pixels, erring), (0, 1), along),
        "standardised": lambda erring: _standard_pixel(variant, pixels, erring),
        "rotation_factor": lambda erring: _turn(variant, erring),
        "shift_pixels": lambda erring: _shift(variant, erring),
        "elu": lambda erring: _elu_values(variant, erring),
        "conv3_params": lambda erring: net.params(erring, 5),
        "flatten_length": lambda erring: net.length(erring, 15),
        "norm_params": lambda erring: _norm_params(variant, 4, erring),
        "total_params": lambda erring: _total(variant, net, erring),
        "frozen_params": lambda erring: _norm_params(variant, 2, erring),
        "trainable_params": lambda erring: _trainable_params(variant, net, erring),
        "margin": lambda erring: _half_width(_PRINTED, variant.tested, erring),
    }


def _pixels(pixels: Any, erring: Erring) -> Any:
    return erring.pick(pixels, {message("You used only the second image."): pixels[1:]})


def _standard_pixel(variant: Variant, pixels: Any, erring: Erring) -> Any:
    mean, std = pixels.mean(axis=(0, 1)), pixels.std(axis=(0, 1))
    if erring(message("You used one mean and one standard deviation for all channels together.")):
        mean, std = pixels.mean(), pixels.std()
    elif erring(message("You used the mean and standard deviation of the new pixel itself.")):
        mean, std = np.mean(variant.new_pixel), np.std(variant.new_pixel)
    elif erring(message("You divided by n - 1 in the standard deviation.")):
        std = std * sqrt(8 / 7)
    elif erring(message("You used the mean and standard deviation of only the first image.")):
        mean, std = pixels[0].mean(axis=0), pixels[0].std(axis=0)
    return numbers.standardised(erring, variant.new_pixel, mean, std)


def _turn(variant: Variant, erring: Erring) -> float:
    full = erring.pick(
        360,
        {
            message("This is a share of half a turn: 360 degrees are a full one."): 180,
            message("This is a share of a quarter of a turn."): 90,
            message("You divided by 100."): 100,
            message("You halved the range, but the range is the limit in each direction."): 720,
        },
    )
    return float(variant.degrees / full)


def _shift(variant: Variant, erring: Erring) -> float:
    if erring(message("You divided the width by the share instead of multiplying it.")):
        return float(variant.width / variant.share)
    if erring(message("You divided the width by the percentage.")):
        return float(variant.width / (100 * variant.share))
    width = erring.pick(
        variant.width, {message("This is what is left of the width."): variant.width * (1 / variant.share - 1)}
    )
    return float(variant.share * width)


def _elu_values(variant: Variant, erring: Erring) -> Any:
    x = np.array(variant.values)
    below = erring.pick(
        np.exp(x) - 1,
        {
            message("You left the values unchanged."): x,
            message("You set everything below 0 to -1."): np.full_like(x, -1),
            message("You used the slope 0.1 below 0."): 0.1 * x,
            message("The sign in the exponent is wrong."): np.exp(-x) - 1,
            message("You used 1 - e^x instead of e^x - 1, which reverses the sign."): 1 - np.exp(x),
            message("You added the 1 instead of subtracting it."): np.exp(x) + 1,
            message("You used tanh below 0."): np.tanh(x),
            message("You multiplied the value by e^x - 1."): x * (np.exp(x) - 1),
        },
    )
    if erring(message("The two sides are swapped: you changed positive values instead of negative ones.")):
        return np.where(x > 0, np.exp(x) - 1, x)
    return np.where(x > 0, x, below)


def _norm_params(variant: Variant, per_map: int, erring: Erring) -> int:
    one, two, three = variant.filters
    amounts = {
        message("You counted three numbers of each map."): 3,
        message("You counted two numbers of each map."): 2,
        message("You counted one number of each map."): 1,
        message("You counted all four numbers of each map."): 4,
    }
    mistakes = {mistake: amount for mistake, amount in amounts.items() if amount != per_map}
    normalised_maps = erring.pick(
        2 * (one + two + three),
        {
            message("You counted only one normalisation in each block, but there are two."): one + two + three,
            message("You left out the first block."): 2 * (two + three),
            message("You left out the last block."): 2 * (one + two),
            message("You left out the second block."): 2 * (one + three),
            message("You also normalised the outputs."): 2 * (one + two + three) + variant.classes,
        },
    )
    return int(erring.pick(per_map, mistakes) * normalised_maps)


def _total(variant: Variant, net: Network, erring: Erring) -> int:
    one_convolution = message("You counted only one convolution in each block, but each block has two.")
    if erring(one_convolution):
        return _network_of_single_convolutions(variant).total(erring)
    if erring(joined(one_convolution, message("You computed the sizes with two convolutions in each block."))):
        params = _network_of_single_convolutions(variant).sizes(Erring()).params
        return sum(params[:-1]) + net.params(Erring(), 16)
    return net.total(erring)


def _trainable_params(variant: Variant, net: Network, erring: Erring) -> int:
    frozen = _norm_params(variant, 2, erring)
    total = net.total(erring)
    if erring(message("You counted only what batch normalisation trains, but the other layers are also trained.")):
        return frozen
    if erring(message("You added the parameters that are not trained instead of subtracting them.")):
        return total + frozen
    return total - frozen


def _half_width(share: float, tested: int, erring: Erring) -> float:
    """Half of the 95 % interval of a share."""
    images = erring.pick(
        tested,
        {
            message("This is for 10,000 images."): 10_000,
            message("You used the number of images minus one."): tested - 1,
            message("You squared the number of images."): tested**2,
        },
    )
    factor = erring.pick(
        1.96,
        {
            message("You used the factor 1.64, which is for 90 %; for 95 % it is 1.96."): 1.64,
            message("You used the factor 2.58, which is for 99 %; for 95 % it is 1.96."): 2.58,
            message("You rounded the factor to 2, but it is 1.96."): 2.0,
            message("This is one standard error, without the factor 1.96."): 1.0,
            message("This is the whole width of the interval."): 3.92,
        },
    )
    spread = erring.pick(
        share * (1 - share),
        {
            message("The factor 1 - p is missing."): share,
            message("The factor p is missing."): 1 - share,
            message("p * (1 - p) is missing."): 1.0,
            message("You squared p."): share**2,
        },
    )
    if erring(message("You took the root of p * (1 - p) alone, without the number of images.")):
        return factor * sqrt(spread) / images
    if erring(message("The square root is missing.")):
        return factor * spread / images
    return factor * sqrt(spread / images)
