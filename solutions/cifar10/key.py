"""Answers of `cifar10`: standardisation, augmentation and counts, with each student's own numbers.

The course may not include CIFAR-10. Where `make_data.py` has stored it, the accuracy is marked; elsewhere that question
does not count.
"""

from math import pi, sqrt
from random import Random
from typing import Any

import numpy as np

from grader.authoring import Answers, Array, Follows, Key, choice, slip, template
from grader.cnn.by_hand import convolution
from grader.mistakes import numbers
from grader.mistakes.networks import Network, conv, dense, flatten, norm, pool
from grader.model.mistakes import Erring
from grader.text.messages import joined, message, number


def _are_apart(one: Any, other: Any) -> bool:
    """Whether some number of two answers differs by more than rounding hides, or by one in a count above 100."""
    if np.shape(one) != np.shape(other) or isinstance(one, str):
        return np.shape(one) != np.shape(other) or bool(one != other)
    first, second = np.asarray(one, float), np.asarray(other, float)
    distance, size = np.abs(first - second), np.maximum(np.abs(first), np.abs(second))
    return bool(np.any((distance > 0.012 * size) | ((size > 100) & (distance >= 1))))


key = Key(apart=_are_apart, with_answer=False)
key.answer("augmentation", "alzahrani_augmentation")
key.answer("model", "alzahrani_cifar10_cnn")
key.heldout(
    "accuracy",
    "heldout/cifar10-2000.npz",
    classes=["aeroplane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "lorry"],
    optional=True,
)

PRINTED = 0.7846  # accuracy on the test images, as the lecture prints it
TRAINED = 0.7812  # alzahrani: accuracy in training

NO_BIASES = message("The biases are missing.")
BY_COLOUR = message("Take the eight values of red, then those of green, then those of blue.")
HALVED = message("You halved the range.")
IN_TRAINING = message("Ask yourself which steps happen only in training.")
CORRECT = template("The correct value is {right}.")
SCORE = template("The correct value is {right}")
EACH_WAY = template("In each direction the shift is {shift}")
ALL_MAPS = template("This convolution reads {first} maps: {right}.")
FOUR_EACH = template("Each map has four numbers: {norm}.")
SUBTRACT = template("Subtract the parameters that are not trained: {frozen}.")


# ---- Standardisation -------------------------------------------------------------------------------------------------


@key.numbers
def colours(rng: Random) -> dict[str, Any]:
    """Red, green and blue of eight pixels, four of each image, and of a pixel of a test image."""
    middles, spreads = rng.sample([80, 100, 120, 140, 160], 3), rng.sample([10, 20, 30, 40, 50], 3)
    # Half of the pixels are a spread below the middle, and half above: these are mean and standard deviation.
    signs = [rng.sample([-1, -1, -1, -1, 1, 1, 1, 1], 8) for _ in range(3)]
    channels = list(zip(middles, spreads, signs, strict=True))
    pixels = [[middle + sign[place] * spread for middle, spread, sign in channels] for place in range(8)]
    new_pixel = [middle + int(rng.choice([-1.5, -0.5, 0.5, 1.5]) * spread) for middle, spread, _ in channels]
    return {"pixels": pixels, "new_pixel": new_pixel}


def _statistics_of(erring: Erring, pixels: Array) -> tuple[Array, tuple[int, int], dict[Any, Any]]:
    """The pixels by image, shape (images, 4, 3); the axes of a channel; and axes that are used by mistake."""
    images = pixels.reshape(2, 4, 3)
    images = erring.pick(images, {message("You used only the second image."): images[1:]})
    return images, (0, 1), {message("This is one number for each image, over all its channels."): (1, 2)}


@key.question
def channel_mean(erring: Erring, pixels: Array) -> Answers:
    """The mean of each channel."""
    yield numbers.mean(erring, *_statistics_of(erring, pixels)).tolist()

    yield slip(np.full(3, pixels.mean()), "This is one mean over all channels.", BY_COLOUR)
    yield slip(pixels[:4].mean(axis=0), "You used only the first image.", BY_COLOUR)
    yield slip(pixels.mean(axis=1), "This is the mean of each pixel over its colours.", BY_COLOUR)
    yield slip(pixels.sum(axis=0), "These are the sums.", "Divide by 8, the number of pixels.")


@key.question
def channel_std(erring: Erring, pixels: Array) -> Answers:
    """The standard deviation of each channel."""
    yield numbers.spread(erring, *_statistics_of(erring, pixels)).tolist()

    yield slip(pixels.var(axis=0), "This is the variance.", "Take the square root of the variance.")
    yield slip(np.full(3, pixels.std()), "This is one standard deviation over all channels.", BY_COLOUR)
    yield slip(
        pixels.std(axis=0, ddof=1),
        "You used 8 - 1 instead of 8 in the denominator.",
        "By default, Keras and NumPy divide by 8, the number of values.",
    )
    yield slip(pixels[:4].std(axis=0), "You used only one of the two images.", BY_COLOUR)

    def around(channel_mean: Any) -> Array:
        """The root of the mean squared distance of the pixels from the student's own means."""
        return np.asarray(np.sqrt(((pixels - np.reshape(channel_mean, 3)) ** 2).mean(axis=0)))

    yield Follows(around)
    yield _same_way(np.full(3, pixels.mean()), np.full(3, pixels.std()))
    for image in (pixels[:4], pixels[4:]):
        yield _same_way(image.mean(axis=0), image.std(axis=0))
    yield _same_way(pixels.mean(axis=1), pixels.std(axis=1))


def _same_way(mean: Array, spread: Array) -> Follows:
    """The standard deviation of a wrong way, if the student computed the mean in that way."""

    def rule(channel_mean: Any) -> Array | None:
        same = np.shape(channel_mean) == np.shape(mean) and np.allclose(channel_mean, mean, atol=0.01)
        return spread if same else None

    return Follows(rule)


@key.question
def standardised(erring: Erring, pixels: Array, new_pixel: list[int]) -> Answers:
    """The standard scores of a new pixel."""
    mean, std = pixels.mean(axis=0), pixels.std(axis=0)
    if erring(message("You used one mean and one standard deviation for all channels together.")):
        mean, std = pixels.mean(), pixels.std()
    elif erring(message("You used the mean and standard deviation of the new pixel itself.")):
        mean, std = np.mean(new_pixel), np.std(new_pixel)
    elif erring(message("You divided by n - 1 in the standard deviation.")):
        std = std * sqrt(8 / 7)
    elif erring(message("You used the mean and standard deviation of only the first image.")):
        mean, std = pixels[:4].mean(axis=0), pixels[:4].std(axis=0)
    yield numbers.standardised(erring, new_pixel, mean, std).tolist()

    difference = new_pixel - mean
    right = message(
        "For red, compute ({value} - {mean}) / {std}.",
        value=f"{new_pixel[0]:g}",
        mean=f"{mean[0]:g}",
        std=f"{std[0]:g}",
    )
    yield slip(np.array(new_pixel) / 255, "This is feature scaling.", "The standard score is {right}", right=right)
    yield slip(difference, "The division by the standard deviation is missing.", SCORE, right=right)
    yield slip(difference / std**2, "You divided by the variance.", SCORE, right=right)
    yield slip(
        -difference / std,
        "You subtracted the new value from the mean.",
        "Subtract the mean from the value: {right}",
        right=right,
    )
    yield Follows(lambda channel_mean, channel_std: _scores(new_pixel, channel_mean, channel_std))


def _scores(pixel: list[int], mean: list[float], std: list[float]) -> list[float]:
    return [(value - middle) / spread for value, middle, spread in zip(pixel, mean, std, strict=True)]


# ---- Augmentation ----------------------------------------------------------------------------------------------------


@key.question(degrees=choice(18, 27, 36, 45, 54, 72))
def rotation_factor(erring: Erring, degrees: int) -> Answers:
    """How far images are rotated either way, as a share of a full turn."""
    full = erring.pick(
        360,
        {
            message("This is a share of half a turn. A full turn has 360 degrees."): 180,
            message("This is a share of a quarter of a turn."): 90,
            message("You divided by 100."): 100,
            message("You halved the range, but the range is the limit in each direction."): 720,
        },
    )
    yield degrees / full

    turn = message("A full turn has 360 degrees: {degrees} / 360.", degrees=degrees)
    yield slip(degrees, "These are degrees.", turn)
    yield slip(degrees / 180, "This is a share of half a turn.", turn)
    yield slip(degrees * pi / 180, "These are radians.", turn)
    yield slip(degrees / 720, HALVED, "This is the limit in each direction. {turn}", turn=turn)
    yield slip(degrees / 100, "You divided by 100.", turn)


@key.question(width=choice(40, 60, 80, 120), share=choice(0.05, 0.1, 0.15, 0.2))
def shift_pixels(erring: Erring, width: int, share: float) -> Answers:
    """How far images are shifted either way, in pixels."""
    if erring(message("You divided the width by the share instead of multiplying it.")):
        yield width / share
    elif erring(message("You divided the width by the percentage.")):
        yield width / (100 * share)
    else:
        yield share * erring.pick(width, {message("This is what is left of the width."): width * (1 / share - 1)})

    shift = message("Take {share} of {width} pixels.", share=share, width=width)
    yield slip(share, "This is the share.", shift)
    yield slip(share * width / 100, "You divided by 100, but {share} is already a share.", shift, share=share)
    yield slip(2 * share * width, "You added both directions.", EACH_WAY, shift=shift)
    yield slip(share * width / 2, HALVED, EACH_WAY, shift=shift)
    yield slip(share * 32, "This is for images that are 32 pixels wide.", "Here the shift is {shift}", shift=shift)


# ---- The network -----------------------------------------------------------------------------------------------------


@key.question(
    values=lambda rng: rng.sample([-2.0, -1.5, -1.0, -0.5], 2) + rng.sample([0.5, 1.0, 1.5, 2.0, 3.0], 2),
)
def elu(erring: Erring, values: list[float]) -> Answers:
    """ELU of two values below 0 and two above."""
    x = np.array(values)
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
        yield np.where(x > 0, np.exp(x) - 1, x)
    else:
        yield np.where(x > 0, x, below)

    negative = message(
        "A negative value becomes exp(x) - 1: exp({value}) - 1. A positive value does not change.", value=str(values[0])
    )
    yield slip(np.maximum(x, 0), "This is ReLU.", negative)
    yield slip(np.where(x > 0, x, 0.01 * x), "This is leaky ReLU.", negative)
    yield slip(np.where(x > 0, x, np.exp(x)), "The - 1 is missing.", negative)
    yield slip(np.where(x > 0, x, 1 - np.exp(x)), "You reversed the sign.", negative)
    yield slip(np.exp(x) - 1, "You also changed positive values.", negative)


# Colour images of `side` rows; three blocks of two convolutions with so many filters, the third one without padding.
key.numbers(
    side=choice(24, 32, 40, 48),
    filters_1=choice(8, 10, 12),
    filters_2=choice(16, 20, 24),
    filters_3=choice(30, 32, 40),
    classes=choice(4, 5, 6, 8),
)


def _network(side: int, filters: tuple[int, int, int], classes: int, convolutions: int = 2) -> Network:
    """The network with so many convolutions in each block."""
    blocks = zip(filters, (True, True, False), strict=True)
    layers = [layer for maps, padded in blocks for layer in (*(conv(maps, 3, padded), norm()) * convolutions, pool())]
    return Network((side, side, 3), [*layers, flatten(), dense(classes)])


@key.derived
def filters(filters_1: int, filters_2: int, filters_3: int) -> tuple[int, int, int]:
    """Filters of both convolutions of each block."""
    return filters_1, filters_2, filters_3


@key.derived
def net(side: int, filters: tuple[int, int, int], classes: int) -> Network:
    """The network as the question describes it."""
    return _network(side, filters, classes)


@key.question
def conv3_params(erring: Erring, net: Network, filters_1: int, filters_2: int) -> Answers:
    """Parameters of the first convolution of the second block."""
    yield net.params(erring, 5)

    first, second = filters_1, filters_2
    right = f"(3 * 3 * {first} + 1) * {second}"
    yield slip(9 * first * second, NO_BIASES, "Each filter has one bias: {right}.", right=right)
    yield slip(
        convolution(3, 9, second),
        "You counted colour channels, but this convolution reads feature maps.",
        ALL_MAPS,
        first=first,
        right=right,
    )
    yield slip(convolution(1, 9, second), "You left out the depth of the input.", ALL_MAPS, first=first, right=right)
    yield slip(
        convolution(second, 9, second),
        "You used the depth of its own block: this is the second convolution of the block.",
        "The first convolution has {right} parameters.",
        right=right,
    )


@key.question
def flatten_length(erring: Erring, net: Network, side: int, filters_3: int) -> Answers:
    """Length of the flattened vector."""
    yield net.length(erring, 15)

    quarter = side // 4
    last = (quarter - 4) // 2
    size = message(
        ("The first two blocks halve {side}, and the third subtracts 2 twice and then halves: {size} x {size}."),
        side=side,
        size=last,
    )
    yield slip(
        last**2, "You flattened only one feature map.", "There are {maps} maps. {size}", maps=filters_3, size=size
    )
    yield slip(
        (quarter // 2) ** 2 * filters_3,
        "You also padded the third block.",
        "The third block has no padding. {size}",
        size=size,
    )
    yield slip((quarter - 4) ** 2 * filters_3, "You left out the last pooling.", size)
    yield slip(
        ((quarter - 2) // 2) ** 2 * filters_3,
        "You used only one of the two unpadded convolutions of the third block.",
        size,
    )


@key.question
def norm_params(erring: Erring, filters: tuple[int, int, int], classes: int) -> Answers:
    """All parameters of batch normalisation."""
    yield _normalised(erring, 4, filters, classes)

    maps = 2 * sum(filters)
    right = f"4 * 2 * ({_blocks(filters)})"
    yield slip(
        2 * maps,
        "You counted half of them: two of four vectors, or one layer for each block.",
        "Each layer has four vectors: {norm}.",
        norm=right,
    )
    yield slip(8 * filters[2], "You counted only the last block.", "There are three blocks: {norm}.", norm=right)
    yield slip(4 * 6, "You counted all maps as one.", FOUR_EACH, norm=right)
    yield slip(maps, "You counted one number for each map.", FOUR_EACH, norm=right)


def _normalised(erring: Erring, per_map: int, filters: tuple[int, int, int], classes: int) -> int:
    """So many numbers for each map that is normalised."""
    one, two, three = filters
    amounts = {
        message("You counted three numbers of each map."): 3,
        message("You counted two numbers of each map."): 2,
        message("You counted one number of each map."): 1,
        message("You counted all four numbers of each map."): 4,
    }
    mistakes = {mistake: amount for mistake, amount in amounts.items() if amount != per_map}
    maps = erring.pick(
        2 * (one + two + three),
        {
            message("You counted only one normalisation in each block, but there are two."): one + two + three,
            message("You left out the first block."): 2 * (two + three),
            message("You left out the last block."): 2 * (one + two),
            message("You left out the second block."): 2 * (one + three),
            message("You also normalised the outputs."): 2 * (one + two + three) + classes,
        },
    )
    return erring.pick(per_map, mistakes) * maps


def _blocks(filters: tuple[int, int, int]) -> str:
    return " + ".join(map(str, filters))


@key.question
def total_params(erring: Erring, net: Network, side: int, filters: tuple[int, int, int], classes: int) -> Answers:
    """All parameters of the network."""
    single = _network(side, filters, classes, convolutions=1)
    one_convolution = message("You counted only one convolution in each block, but each block has two.")
    if erring(one_convolution):
        total = single.total(erring)
    elif erring(joined(one_convolution, message("You computed the sizes with two convolutions in each block."))):
        total = sum(single.sizes(Erring()).params[:-1]) + net.params(Erring(), 16)
    else:
        total = net.total(erring)
    yield total

    maps, counts = 2 * sum(filters), net.sizes(Erring()).params
    yield slip(
        single.total(Erring()) + 4 * sum(filters),
        "You counted only one convolution in each block, but each block has two.",
        "Add {second} for the second ones.",
        second=number(net.total(Erring()) - single.total(Erring()) - 4 * sum(filters)),
    )
    blocks = _blocks(filters)
    yield slip(
        total - 4 * maps, "You left out batch normalisation.", "Add {norm} parameters.", norm=f"4 * 2 * ({blocks})"
    )
    yield slip(
        total - 2 * maps,
        "You left out the parameters that are not trained.",
        "All parameters count: add {frozen}.",
        frozen=f"2 * 2 * ({blocks})",
    )
    yield slip(
        total - counts[-1],
        "The dense layer is missing.",
        "Add ({flat} + 1) * {classes} parameters.",
        flat=counts[-1] // classes - 1,
        classes=classes,
    )
    yield slip(total - maps - classes, NO_BIASES, "Each filter and each neuron has one bias.")
    others = sum(counts[place] for place in (0, 2, 7, 10, 12))  # the convolutions other than the third
    yield Follows(
        lambda conv3_params, flatten_length, norm_params: (
            others + conv3_params + norm_params + (flatten_length + 1) * classes
        )
    )


@key.question
def frozen_params(erring: Erring, filters: tuple[int, int, int], classes: int) -> Answers:
    """Parameters of batch normalisation that are not trained."""
    yield _normalised(erring, 2, filters, classes)

    maps = 2 * sum(filters)
    frozen = f"2 * 2 * ({_blocks(filters)})"
    yield slip(
        4 * maps,
        "These are all parameters of batch normalisation.",
        "Scale and shift are trained, the other numbers are not: {frozen}.",
        frozen=frozen,
    )
    yield slip(
        0,
        "You counted all parameters as trainable.",
        "Moving means and variances are estimated from the data, not trained: {frozen}.",
        frozen=frozen,
    )
    yield slip(
        maps,
        "You counted only one of two vectors.",
        "Count both the moving mean and the moving variance: {frozen}.",
        frozen=frozen,
    )
    yield slip(4 * filters[2], "You counted only the last block.", "There are three blocks: {frozen}.", frozen=frozen)
    yield Follows(lambda norm_params: norm_params / 2)


@key.question
def trainable_params(erring: Erring, net: Network, filters: tuple[int, int, int], classes: int) -> Answers:
    """Parameters that are trained."""
    frozen = _normalised(erring, 2, filters, classes)
    total = net.total(erring)
    if erring(message("You counted only what batch normalisation trains, but the other layers are also trained.")):
        yield frozen
    elif erring(message("You added the parameters that are not trained instead of subtracting them.")):
        yield total + frozen
    else:
        yield total - frozen

    right = f"2 * 2 * ({_blocks(filters)})"
    yield slip(total, "These are all parameters, as if each of them were trained.", SUBTRACT, frozen=right)
    yield slip(
        total - 2 * frozen,
        "You subtracted all parameters of batch normalisation.",
        "Subtract only the parameters that are not trained: {frozen}.",
        frozen=right,
    )
    yield slip(total - frozen // 2, "You subtracted only one of two vectors.", SUBTRACT, frozen=right)
    yield Follows(lambda total_params, frozen_params: total_params - frozen_params)


# ---- The result ------------------------------------------------------------------------------------------------------


@key.question(tested=choice(400, 900, 1600, 2500, 3600))  # the root of each number is whole
def margin(erring: Erring, tested: int) -> Answers:
    """Half of the 95 % interval of the accuracy."""
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
            message("You used the factor 1.64, which is for 90 %. The factor for 95 % is 1.96."): 1.64,
            message("You used the factor 2.58, which is for 99 %. The factor for 95 % is 1.96."): 2.58,
            message("You rounded the factor to 2, but it is 1.96."): 2.0,
            message("This is one standard error, without the factor 1.96."): 1.0,
            message("This is the whole width of the interval."): 3.92,
        },
    )
    spread = erring.pick(
        PRINTED * (1 - PRINTED),
        {
            message("The factor 1 - p is missing."): PRINTED,
            message("The factor p is missing."): 1 - PRINTED,
            message("p * (1 - p) is missing."): 1.0,
            message("You squared p."): PRINTED**2,
            message("You used p = 0.5, which gives the widest interval."): 0.25,
            message("You used the accuracy in training. It belongs to other images."): TRAINED * (1 - TRAINED),
        },
    )
    error = sqrt(spread / images)
    if erring(message("You took the root of p * (1 - p), without dividing by the number of images.")):
        yield factor * sqrt(spread) / images
    elif erring(message("The square root is missing.")):
        yield factor * spread / images
    elif erring(message("You took the square root only of the number of images.")):
        yield factor * spread / sqrt(images)
    else:
        yield factor * error

    right = f"1.96 * sqrt(0.7846 * 0.2154 / {tested})"
    yield slip(error, "This is one standard error.", "Multiply by 1.96: {right}.", right=right)
    yield slip(
        2 * factor * error,
        "This is the whole interval.",
        "The question asks for half of the interval: {right}.",
        right=right,
    )
    yield slip(100 * factor * error, "These are percentage points.", "As a share it is {right}.", right=right)
    yield slip(factor * sqrt(PRINTED / tested), "The factor 1 - p is missing.", CORRECT, right=right)
    yield slip(factor * spread / tested, "The square root is missing.", CORRECT, right=right)
    yield slip(factor * sqrt(spread), "The number of images is missing.", CORRECT, right=right)


@key.question
def why_higher() -> Answers:
    """Why the accuracy on the validation images is higher."""
    yield "b"
    yield slip("a", "If so, the training accuracy would be the higher one.", IN_TRAINING)
    yield slip("c", "Test images are not used to change weights.", IN_TRAINING)
    yield slip("d", "Both accuracies are measured on many images.", IN_TRAINING)


@key.question
def leak() -> Answers:
    """What is wrong if test images are used for validation."""
    yield "c"
    yield slip(
        "a",
        "If you look at the test images while you choose settings, they are no longer new.",
        "Hold some images back.",
    )
    yield slip(
        "b", "fit() does not use validation data to change weights.", "Ask yourself what the numbers are used for."
    )
    yield slip(
        "d",
        "Test images are standardised with the statistics of the training images.",
        "That step is correct.",
    )
