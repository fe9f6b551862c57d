"""Answers of `keras-cnn`: sizes by formula, statistics from the public images."""

from collections.abc import Callable, Sequence
from functools import cache
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from grader.authoring import Answers, Array, Follows, Key, slip
from grader.cnn import by_hand
from grader.mistakes import counts, numbers
from grader.mistakes.networks import Network, conv, dense, flatten, pool
from grader.model.mistakes import Erring
from grader.text.messages import Text, message

key = Key()
key.heldout("accuracy", "heldout/mnist-2000.npz", classes=[str(digit) for digit in range(10)])

_IMAGE, _KERNEL, _FILTERS, _POOL, _HIDDEN, _DIGITS = 28, 3, 32, 2, 128, 10
_NET = Network(
    (_IMAGE, _IMAGE, 1),
    [conv(_FILTERS, _KERNEL), conv(_FILTERS, _KERNEL), pool(_POOL), flatten(), dense(_HIDDEN), dense(_DIGITS)],
)
_CONV1 = _IMAGE - _KERNEL + 1
_CONV2 = _CONV1 - _KERNEL + 1
_POOLED = _CONV2 // _POOL
_FLAT, _UNPOOLED, _PADDED = (side**2 * _FILTERS for side in (_POOLED, _CONV2, _IMAGE // _POOL))
_WEIGHTS = _KERNEL**2  # of a filter, for each map that it reads

SAME = message("This is the size with padding='same'.")
SIZES_OF_SAME = message("You used the sizes with padding='same'.")
NO_BIASES = message("The biases are missing.")
ONE_BIAS = message("You counted only one bias.")
ONE_FILTER = message("You counted only one filter.")
NO_POOLING = message("You left out the pooling.")


def _convolution(depth: int, filters: int = _FILTERS) -> int:
    return by_hand.convolution(depth, _WEIGHTS, filters)


# ---- Statistics of the images ----------------------------------------------------------------------------------------

_DATA = Path(__file__).resolve().parents[2] / "exercises" / "keras-cnn" / "data" / "mnist-5000.npz"


@cache
def _images() -> tuple[Array, Array]:
    """Training and validation images with a channel axis as in the notebook, shapes (n, 28, 28, 1)."""
    with np.load(_DATA, allow_pickle=False) as data:
        return data["x_train"][..., np.newaxis], data["x_valid"][..., np.newaxis]


@cache
def _moments() -> tuple[Any, Any]:
    """Mean and variance of each pixel over the training images, each of shape (28, 28, 1)."""
    train, _ = _images()
    return train.mean(axis=0), train.var(axis=0)


@key.question
def x_mean(erring: Erring) -> Answers:
    """Mean of each pixel over the training images."""
    yield _statistic(erring, numbers.mean)
    yield from _wrong_statistics(np.mean, message("mean"), _moments()[0])


@key.question
def x_std(erring: Erring) -> Answers:
    """Standard deviation of each pixel."""
    spread = _statistic(erring, numbers.spread)
    with_1 = message("You already added 1. Give the standard deviation itself, and add 1 where you divide by it.")
    with_little = message("You already added a small number. Give the standard deviation itself.")
    yield erring.pick(spread, {with_1: spread + 1, with_little: spread + 1e-7})
    yield Follows(lambda x_mean: _spread_around(np.asarray(x_mean, dtype=float)))
    for place in range(5):
        yield Follows(_same_way(place))

    variance = _moments()[1]
    yield from _wrong_statistics(np.std, message("standard deviation"), np.sqrt(variance))
    yield slip(variance, "This is the variance.", "Take its square root: np.std instead of np.var.")


def _statistic(erring: Erring, way: Callable[..., Any]) -> Any:
    train, valid = _images()
    if erring(message("You also used images other than the training images. Use only the training images.")):
        train = np.concatenate([train, valid])
    others = {
        message("You computed one number for each image. Average over the images instead."): (1, 2, 3),
        message("You computed one number for each row."): (0, 2, 3),
        message("You computed one number for each column."): (0, 1, 3),
    }
    return way(erring, train, 0, others)


def _wrong_statistics(statistic: Callable[..., Any], name: Text, right: Array) -> Answers:
    train, valid = _images()
    all_images = np.concatenate([train, valid])
    training_only = message(
        "Use only X_train: the model must not know anything about the validation images before validation."
    )
    one_for_each_pixel = message("Set axis=0, so that each of the 28 x 28 pixels has its own value.")
    grey_levels = message("Use X_train as it was loaded, with grey levels from 0 to 255.")
    yield slip(
        statistic(all_images, axis=0),
        "You computed this {name} over the training and validation images together.",
        training_only,
        name=name,
    )
    yield slip(
        statistic(valid, axis=0), "You computed this {name} over the validation images.", training_only, name=name
    )
    yield slip(
        float(statistic(train)), "You computed a single {name} over all pixels together.", one_for_each_pixel, name=name
    )
    yield slip(right / 255, "You computed this {name} with pixels scaled to 0..1.", grey_levels, name=name)


def _spread_around(students_mean: Array) -> Any:
    """The root of the mean squared distance from the student's own mean, shape (28, 28, 1)."""
    mean, variance = _moments()
    # This equals the mean over 4,000 images, and is computed once for the class instead of once for each student.
    return np.sqrt(variance + (mean - np.reshape(students_mean, mean.shape)) ** 2)


@cache
def _ways() -> tuple[tuple[Any, Any], ...]:
    """Mean and standard deviation, computed in the same wrong way: of other images, of all or of scaled pixels."""
    train, valid = _images()
    all_images = np.concatenate([train, valid])
    of_all_pixels = train.mean(), train.std()
    return (
        (all_images.mean(axis=0), all_images.std(axis=0)),
        (valid.mean(axis=0), valid.std(axis=0)),
        of_all_pixels,
        (train.mean(axis=0) / 255, train.std(axis=0) / 255),
        (all_images.mean(axis=0) / 255, all_images.std(axis=0) / 255),
    )


def _same_way(place: int) -> Callable[[Any], Any]:
    """The rule that gives the standard deviation of a wrong way, if a student's mean was computed in that way."""

    def rule(x_mean: Any) -> Any:
        students_mean, (mean, spread) = np.asarray(x_mean, dtype=float), _ways()[place]
        same = students_mean.size == mean.size and np.allclose(
            students_mean.ravel(), mean.ravel(), rtol=1e-3, atol=1e-3
        )
        return spread if same else None

    return rule


# ---- The model, layer by layer ---------------------------------------------------------------------------------------

key.answer("model", "sick_mnist_cnn")


@key.question
def conv1_shape(erring: Erring) -> Answers:
    """Shape after the first convolution."""
    yield _NET.shape(erring, 0)
    yield Follows(lambda model: model.of_kind("Conv2D")[0].output_shape[1:])
    yield slip((_IMAGE, _IMAGE, _FILTERS), SAME, "Keras does not pad by default: 28 - 3 + 1 along each axis.")
    yield slip(
        (_IMAGE - _KERNEL, _IMAGE - _KERNEL, _FILTERS),
        "The + 1 of the formula is missing.",
        "Count the first position of the filter as well: 28 - 3 + 1.",
    )
    yield slip(
        (_CONV1, _CONV1, 1), "You used the depth of the image.", "Each of the 32 filters gives a separate feature map."
    )


@key.question
def conv1_params(erring: Erring) -> Answers:
    """Its parameters."""
    yield _NET.params(erring, 0)
    yield Follows(lambda model: model.of_kind("Conv2D")[0].parameters)
    yield slip(_WEIGHTS * _FILTERS, NO_BIASES, "Each of the 32 filters has a bias: (3 * 3 * 1 + 1) * 32.")
    yield slip(_WEIGHTS * _FILTERS + 1, ONE_BIAS, "Each filter has a bias: (3 * 3 * 1 + 1) * 32.")
    yield slip(_WEIGHTS + 1, ONE_FILTER, "There are 32 filters: (3 * 3 * 1 + 1) * 32.")
    yield slip(
        _convolution(depth=3), "This is for colour images.", "The digits have one channel: (3 * 3 * 1 + 1) * 32."
    )


@key.question
def conv2_shape(erring: Erring) -> Answers:
    """Shape after the second convolution."""
    height, width, depth = _NET.shape(erring, 1)
    doubled = message(
        "You added the depths of both convolutions, or you doubled the filters: 32 filters give a depth of 32."
    )
    yield [height, width, erring.pick(depth, {doubled: 2 * depth})]

    yield Follows(lambda conv1_shape: _second(conv1_shape))
    yield Follows(lambda conv1_shape: _second(conv1_shape, lost=_IMAGE - conv1_shape[0]))
    yield Follows(lambda conv1_shape: _second(conv1_shape, keeps_depth=True))
    yield Follows(lambda conv1_shape: _second(conv1_shape, first=True))
    yield Follows(lambda model: model.of_kind("Conv2D")[1].output_shape[1:])
    yield slip((_IMAGE, _IMAGE, _FILTERS), SAME, "There is no padding: 26 - 3 + 1 along each axis.")
    yield slip(
        (_CONV1, _CONV1, _FILTERS),
        "This is the size after the first convolution.",
        "The second convolution makes each side smaller by another 3 - 1: 26 - 3 + 1.",
    )
    yield slip(
        (_CONV2, _CONV2, _FILTERS * _FILTERS),
        "You multiplied the depths of the two convolutions.",
        "The number of feature maps is the number of filters of this layer: 32.",
    )


def _second(shape: Sequence[int], lost: int = _KERNEL - 1, keeps_depth: bool = False, first: bool = False) -> list[int]:
    """The output of the second convolution, from the student's own shape before it.

    Args:
        shape: The shape before it.
        lost: How much each side becomes smaller.
        keeps_depth: Whether the depth stays as it is.
        first: Whether the student wrote the depth first.
    """
    height, width, depth = by_hand.depth_last(shape, first)
    return _in_order_of_student([height - lost, width - lost, depth if keeps_depth else _FILTERS], first)


def _in_order_of_student(shape: list[int], first: bool) -> list[int]:
    """Height, width and depth, with the depth first if the student wrote it first."""
    return [shape[2], *shape[:2]] if first else shape


@key.question
def conv2_params(erring: Erring) -> Answers:
    """Its parameters."""
    yield _NET.params(erring, 1)
    yield Follows(lambda conv1_shape: _convolution(conv1_shape[2]))
    yield Follows(lambda conv1_shape: _convolution(by_hand.depth_last(conv1_shape, first=True)[2]))
    yield Follows(lambda model: model.of_kind("Conv2D")[1].parameters)
    yield slip(
        _convolution(depth=1),
        "You left out the depth of the input: this is the first convolution.",
        "The input has 32 maps: (3 * 3 * 32 + 1) * 32.",
    )
    yield slip(_WEIGHTS * _FILTERS * _FILTERS, NO_BIASES, "Add one bias for each filter: (3 * 3 * 32 + 1) * 32.")
    yield slip(_WEIGHTS * _FILTERS + 1, ONE_FILTER, "There are 32 filters: (3 * 3 * 32 + 1) * 32.")
    yield slip(
        _convolution(depth=_FILTERS, filters=2 * _FILTERS),
        "This is the number of parameters of a layer with 64 filters.",
        "Here the second convolution has 32 filters, like the first: (3 * 3 * 32 + 1) * 32.",
    )


@key.question
def pool_shape(erring: Erring) -> Answers:
    """Shape after the pooling."""
    yield _NET.shape(erring, 2)
    yield Follows(lambda conv2_shape: _pooled(conv2_shape))
    yield Follows(lambda conv2_shape: _pooled(conv2_shape, first=True))
    yield Follows(lambda model: model.of_kind("Flatten")[0].input_shape[1:])
    yield slip(
        (_IMAGE // _POOL, _IMAGE // _POOL, _FILTERS),
        "This is half of the image's size, or half of the size after convolutions with padding='same'.",
        "Halve what the second convolution gives: 24 / 2.",
    )
    yield slip((_CONV2 - 1, _CONV2 - 1, _FILTERS), "You pooled with stride 1.", "The stride is the pool size: 24 / 2.")
    yield slip(
        (_POOLED, _POOLED, _FILTERS // _POOL),
        "You also halved the depth.",
        "Pooling works on each feature map separately, so the 32 maps stay 32.",
    )
    yield slip((_CONV2, _CONV2, _FILTERS), "This is the size before pooling.", "2x2 pooling halves 24 to 12.")


def _pooled(shape: Sequence[int], first: bool = False) -> list[int]:
    """The output of the pooling, from the student's own shape before it; `first`: they wrote the depth first."""
    height, width, depth = by_hand.depth_last(shape, first)
    return _in_order_of_student([height // _POOL, width // _POOL, depth], first)


@key.question
def flatten_shape(erring: Erring) -> Answers:
    """Shape after flattening."""
    yield [_NET.length(erring, 3)]
    yield Follows(lambda pool_shape: [prod(pool_shape)])
    yield Follows(lambda model: model.of_kind("Flatten")[0].output_shape[1:])
    yield slip(
        (_POOLED * _POOLED,),
        "You flattened only one feature map.",
        "Flatten lines up all 32 feature maps: 12 x 12 x 32.",
    )
    yield slip((_UNPOOLED,), NO_POOLING, "Pooling leaves 12 x 12 x 32 values.")
    yield slip(
        (_POOLED, _POOLED, _FILTERS), "This shape still has three axes.", "Flatten gives one axis: (12 * 12 * 32,)."
    )
    yield slip((_PADDED,), SAME, "Without padding, 12 x 12 x 32 values are left.")
    yield slip(
        (_FLAT * 3 // 4,),
        "You left out the quarter of the values that dropout sets to 0.",
        "Dropout does not change the shape: 12 x 12 x 32 values are left.",
    )


@key.question
def dense1_params(erring: Erring) -> Answers:
    """Parameters of the first dense layer."""
    yield _NET.params(erring, 4)
    yield Follows(lambda flatten_shape: by_hand.dense(prod(flatten_shape), _HIDDEN))
    yield Follows(lambda model: model.of_kind("Dense")[0].parameters)

    right = "(12 * 12 * 32 + 1) * 128"
    yield slip(_FLAT * _HIDDEN, NO_BIASES, "Each of the 128 neurons has a bias: {right}.", right=right)
    yield slip(by_hand.dense(_UNPOOLED, _HIDDEN), NO_POOLING, "Flatten gives 4,608 values: {right}.", right=right)
    yield slip(by_hand.dense(_PADDED, _HIDDEN), SIZES_OF_SAME, "There is no padding: {right}.", right=right)
    yield slip(
        by_hand.dense(_POOLED**2, _HIDDEN),
        "You counted only one feature map.",
        "There are 32 feature maps: {right}.",
        right=right,
    )


@key.question
def dense2_params(erring: Erring) -> Answers:
    """Parameters of the second dense layer."""
    dropped = message("You dropped half of the neurons, but dropout does not remove any weights.")
    inputs = erring.pick(
        _HIDDEN,
        {
            dropped: _HIDDEN // 2,
            message("You used the flattened maps as the input, but the dense layer before gives 128 values."): _FLAT,
            message("You used one feature map as the input of this layer."): _POOLED * _POOLED,
        },
    )
    yield counts.dense(erring, inputs, _DIGITS)
    yield Follows(lambda model: model.of_kind("Dense")[1].parameters)
    yield slip(_HIDDEN * _DIGITS, NO_BIASES, "Each of the 10 neurons has a bias: (128 + 1) * 10.")
    yield slip(
        by_hand.dense(_FLAT, _DIGITS),
        "You assumed that this layer reads the flattened maps.",
        "The last layer has 128 inputs: (128 + 1) * 10.",
    )
    yield slip(_HIDDEN * _DIGITS + 1, ONE_BIAS, "Each neuron has a bias: (128 + 1) * 10.")


@key.question
def total_params(erring: Erring) -> Answers:
    """All parameters."""
    yield _NET.total(erring)
    yield Follows(
        lambda conv1_params, conv2_params, dense1_params, dense2_params: (
            conv1_params + conv2_params + dense1_params + dense2_params
        )
    )
    yield Follows(lambda model: model.parameters)

    right = "(12 * 12 * 32 + 1) * 128"
    last = by_hand.dense(_HIDDEN, _DIGITS)
    others = _convolution(depth=1) + _convolution(depth=_FILTERS) + last  # than the first dense layer
    total = others + by_hand.dense(_FLAT, _HIDDEN)
    yield slip(
        total - 2 * _FILTERS - _HIDDEN - _DIGITS,
        NO_BIASES,
        "Each filter and each neuron has a bias: add 32 + 32 + 128 + 10.",
    )
    yield slip(
        others + by_hand.dense(_UNPOOLED, _HIDDEN),
        NO_POOLING,
        "The first dense layer has {right} parameters.",
        right=right,
    )
    yield slip(
        others + by_hand.dense(_PADDED, _HIDDEN),
        SIZES_OF_SAME,
        message("There is no padding, so the first dense layer has {right} parameters.", right=right),
    )
    yield slip(total - last, "The last dense layer is missing.", "Add the (128 + 1) * 10 parameters of the last layer.")
