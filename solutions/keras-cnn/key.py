"""Answers of `keras-cnn`: sizes by formula, statistics from the public images."""

from collections.abc import Callable, Mapping
from functools import cache
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from grader.cnn import by_hand
from grader.mistakes import counts, numbers
from grader.mistakes.networks import Network, conv, dense, flatten, pool
from grader.model.key import Slip, following
from grader.model.mistakes import Erring
from grader.text.messages import message

HELDOUT = {"accuracy": {"file": "heldout/mnist-2000.npz", "classes": [str(digit) for digit in range(10)]}}

_DATA = Path(__file__).resolve().parents[2] / "exercises" / "keras-cnn" / "data" / "mnist-5000.npz"

_IMAGE, _KERNEL, _FILTERS, _POOL, _HIDDEN, _DIGITS = 28, 3, 32, 2, 128, 10
_CONV1 = _IMAGE - _KERNEL + 1
_CONV2 = _CONV1 - _KERNEL + 1
_POOLED = _CONV2 // _POOL
_FLAT = _POOLED * _POOLED * _FILTERS


def _convolution(depth: int, kernel: int = _KERNEL, filters: int = _FILTERS) -> int:
    return by_hand.convolution(depth, kernel * kernel, filters)


_CONV1_PARAMS, _CONV2_PARAMS = _convolution(depth=1), _convolution(depth=_FILTERS)
_DENSE1_PARAMS, _DENSE2_PARAMS = by_hand.dense(_FLAT, _HIDDEN), by_hand.dense(_HIDDEN, _DIGITS)
_TOTAL = _CONV1_PARAMS + _CONV2_PARAMS + _DENSE1_PARAMS + _DENSE2_PARAMS


def answers() -> dict[str, Any]:
    """Question id -> expected answer; for `model` the name of the reference model."""
    train, _ = _images()
    return {
        "x_mean": train.mean(axis=0),
        "x_std": train.std(axis=0),
        "model": "sick_mnist_cnn",
        "conv1_shape": (_CONV1, _CONV1, _FILTERS),
        "conv1_params": _CONV1_PARAMS,
        "conv2_shape": (_CONV2, _CONV2, _FILTERS),
        "conv2_params": _CONV2_PARAMS,
        "pool_shape": (_POOLED, _POOLED, _FILTERS),
        "flatten_shape": (_FLAT,),
        "dense1_params": _DENSE1_PARAMS,
        "dense2_params": _DENSE2_PARAMS,
        "total_params": _TOTAL,
    }


def follow_on(earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Question id -> answer that follows from the student's own mean, model and sizes.

    `first` in the rules says that the student wrote the depth of a shape first.
    """
    layers = ("conv1_params", "conv2_params", "dense1_params", "dense2_params")

    @cache
    def mean() -> np.ndarray[Any, Any]:
        return np.asarray(earlier["x_mean"], dtype=float)

    def second(lost: int, depth: int = _FILTERS, first: bool = False) -> list[int]:
        height, width, students_depth = by_hand.depth_last(earlier["conv1_shape"], first)
        return _in_order_of_student([height - lost, width - lost, depth or students_depth], first)

    def again() -> list[int]:
        height, _, _ = earlier["conv1_shape"]
        return second(_IMAGE - height)

    def pooled(first: bool = False) -> list[int]:
        height, width, depth = by_hand.depth_last(earlier["conv2_shape"], first)
        return _in_order_of_student([height // _POOL, width // _POOL, depth], first)

    return following(
        {
            "x_std": [
                lambda: _spread_around(mean()),
                *(lambda way=way: _same_way(mean(), *way) for way in _ways()),
            ],
            "conv1_shape": lambda: earlier["model"].of_kind("Conv2D")[0].output_shape[1:],
            "conv1_params": lambda: earlier["model"].of_kind("Conv2D")[0].parameters,
            "conv2_shape": [
                lambda: second(_KERNEL - 1),
                again,
                lambda: second(_KERNEL - 1, depth=0),
                lambda: second(_KERNEL - 1, first=True),
                lambda: earlier["model"].of_kind("Conv2D")[1].output_shape[1:],
            ],
            "conv2_params": [
                lambda: _convolution(earlier["conv1_shape"][2]),
                lambda: _convolution(by_hand.depth_last(earlier["conv1_shape"], first=True)[2]),
                lambda: earlier["model"].of_kind("Conv2D")[1].parameters,
            ],
            "pool_shape": [
                pooled,
                lambda: pooled(first=True),
                lambda: earlier["model"].of_kind("Flatten")[0].input_shape[1:],
            ],
            "flatten_shape": [
                lambda: [prod(earlier["pool_shape"])],
                lambda: earlier["model"].of_kind("Flatten")[0].output_shape[1:],
            ],
            "dense1_params": [
                lambda: by_hand.dense(prod(earlier["flatten_shape"]), _HIDDEN),
                lambda: earlier["model"].of_kind("Dense")[0].parameters,
            ],
            "dense2_params": lambda: earlier["model"].of_kind("Dense")[1].parameters,
            "total_params": [lambda: sum(earlier[name] for name in layers), lambda: earlier["model"].parameters],
        }
    )


def _in_order_of_student(shape: list[int], first: bool) -> list[int]:
    """Height, width and depth, with the depth first if the student wrote it first."""
    return [shape[2], *shape[:2]] if first else shape


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


def _same_way(students_mean: np.ndarray[Any, Any], mean: Any, spread: Any) -> Any:
    """The standard deviation of a wrong way, if the student's mean was computed in that way; else None."""
    same = students_mean.size == mean.size and np.allclose(students_mean.ravel(), mean.ravel(), rtol=1e-3, atol=1e-3)
    return spread if same else None


@cache
def _moments() -> tuple[Any, Any]:
    """Mean and variance of each pixel over the training images, each of shape (28, 28, 1)."""
    train, _ = _images()
    return train.mean(axis=0), train.var(axis=0)


def _spread_around(students_mean: np.ndarray[Any, Any]) -> Any:
    """The root of the mean squared distance from the student's own mean, shape (28, 28, 1)."""
    mean, variance = _moments()
    # This equals the mean over 4,000 images, and is computed once for the class instead of once for each student.
    return np.sqrt(variance + (mean - np.reshape(students_mean, mean.shape)) ** 2)


def slips() -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    return _slips_of_statistics() | _slips_of_shapes() | _slips_of_convolutions() | _slips_of_dense_layers()


@cache
def _images() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Training and validation images with a channel axis as in the notebook, shapes (n, 28, 28, 1)."""
    with np.load(_DATA, allow_pickle=False) as data:
        return data["x_train"][..., np.newaxis], data["x_valid"][..., np.newaxis]


def _slips_of_statistics() -> dict[str, list[Slip]]:
    train, valid = _images()
    all_images = np.concatenate([train, valid])
    training_only = message(
        "Use only X_train: the model must not know anything about the validation images before validation."
    )
    one_for_each_pixel = message("Set axis=0, so that each of the 28 x 28 pixels has its own value.")
    grey_levels = message("Use X_train as it was loaded, with grey levels from 0 to 255.")
    slips_of: dict[str, list[Slip]] = {}
    mean, variance = _moments()
    for question, name, statistic, right in (
        ("x_mean", message("mean"), np.mean, mean),
        ("x_std", message("standard deviation"), np.std, np.sqrt(variance)),
    ):
        slips_of[question] = [
            Slip(
                statistic(all_images, axis=0),
                message("You computed this {name} over the training and validation images together.", name=name),
                training_only,
            ),
            Slip(
                statistic(valid, axis=0),
                message("You computed this {name} over the validation images.", name=name),
                training_only,
            ),
            Slip(
                float(statistic(train)),
                message("You computed a single {name} over all pixels together.", name=name),
                one_for_each_pixel,
            ),
            Slip(right / 255, message("You computed this {name} with pixels scaled to 0..1.", name=name), grey_levels),
        ]
    slips_of["x_std"].append(
        Slip(variance, message("This is the variance."), message("Take its square root: np.std instead of np.var."))
    )
    return slips_of


def _slips_of_shapes() -> dict[str, list[Slip]]:
    same = message("This is the size with padding='same'.")
    return {
        "conv1_shape": [
            Slip(
                (_IMAGE, _IMAGE, _FILTERS), same, message("Keras does not pad by default: 28 - 3 + 1 along each axis.")
            ),
            Slip(
                (_IMAGE - _KERNEL, _IMAGE - _KERNEL, _FILTERS),
                message("The + 1 of the formula is missing."),
                message("Count the first position of the filter as well: 28 - 3 + 1."),
            ),
            Slip(
                (_CONV1, _CONV1, 1),
                message("You used the depth of the image."),
                message("Each of the 32 filters gives a separate feature map."),
            ),
        ],
        "conv2_shape": [
            Slip((_IMAGE, _IMAGE, _FILTERS), same, message("There is no padding: 26 - 3 + 1 along each axis.")),
            Slip(
                (_CONV1, _CONV1, _FILTERS),
                message("This is the size after the first convolution."),
                message("The second convolution makes each side smaller by another 3 - 1: 26 - 3 + 1."),
            ),
            Slip(
                (_CONV2, _CONV2, _FILTERS * _FILTERS),
                message("You multiplied the depths of the two convolutions."),
                message("The number of feature maps is the number of filters of this layer: 32."),
            ),
        ],
        "pool_shape": [
            Slip(
                (_IMAGE // _POOL, _IMAGE // _POOL, _FILTERS),
                message(
                    "This is half of the image's size, or half of the size after convolutions with padding='same'."
                ),
                message("Halve what the second convolution gives: 24 / 2."),
            ),
            Slip(
                (_CONV2 - 1, _CONV2 - 1, _FILTERS),
                message("You pooled with stride 1."),
                message("The stride is the pool size: 24 / 2."),
            ),
            Slip(
                (_POOLED, _POOLED, _FILTERS // _POOL),
                message("You also halved the depth."),
                message("Pooling works on each feature map separately, so the 32 maps stay 32."),
            ),
            Slip(
                (_CONV2, _CONV2, _FILTERS),
                message("This is the size before pooling."),
                message("2x2 pooling halves 24 to 12."),
            ),
        ],
        "flatten_shape": [
            Slip(
                (_POOLED * _POOLED,),
                message("You flattened only one feature map."),
                message("Flatten lines up all 32 feature maps: 12 x 12 x 32."),
            ),
            Slip(
                (_CONV2 * _CONV2 * _FILTERS,),
                message("Pooling was left out."),
                message("Pooling leaves 12 x 12 x 32 values."),
            ),
            Slip(
                (_POOLED, _POOLED, _FILTERS),
                message("This shape still has three axes."),
                message("Flatten gives one axis: (12 * 12 * 32,)."),
            ),
            Slip(((_IMAGE // _POOL) ** 2 * _FILTERS,), same, message("Without padding, 12 x 12 x 32 values are left.")),
        ],
    }


def _slips_of_convolutions() -> dict[str, list[Slip]]:
    weights = _KERNEL * _KERNEL
    return {
        "conv1_params": [
            Slip(
                weights * _FILTERS,
                message("The biases are missing."),
                message("Each of the 32 filters has a bias: (3 * 3 * 1 + 1) * 32."),
            ),
            Slip(
                weights * _FILTERS + 1,
                message("You counted only one bias."),
                message("Each filter has a bias: (3 * 3 * 1 + 1) * 32."),
            ),
            Slip(
                weights + 1,
                message("You counted only one filter."),
                message("There are 32 filters: (3 * 3 * 1 + 1) * 32."),
            ),
            Slip(
                _convolution(depth=3),
                message("This is for colour images."),
                message("The digits have one channel: (3 * 3 * 1 + 1) * 32."),
            ),
        ],
        "conv2_params": [
            Slip(
                _CONV1_PARAMS,
                message("You left out the depth of the input."),
                message("The input has 32 maps: (3 * 3 * 32 + 1) * 32."),
            ),
            Slip(
                weights * _FILTERS * _FILTERS,
                message("The biases are missing."),
                message("Add one bias for each filter: (3 * 3 * 32 + 1) * 32."),
            ),
            Slip(
                weights * _FILTERS + 1,
                message("You counted only one filter."),
                message("There are 32 filters: (3 * 3 * 32 + 1) * 32."),
            ),
            Slip(
                _convolution(depth=_FILTERS, filters=2 * _FILTERS),
                message("This is the number of parameters of a layer with 64 filters."),
                message("Here the second convolution has 32 filters, like the first: (3 * 3 * 32 + 1) * 32."),
            ),
        ],
    }


def _slips_of_dense_layers() -> dict[str, list[Slip]]:
    right = "(12 * 12 * 32 + 1) * 128"
    unpooled, padded = _CONV2 * _CONV2 * _FILTERS, (_IMAGE // _POOL) ** 2 * _FILTERS
    all_but_dense1 = _CONV1_PARAMS + _CONV2_PARAMS + _DENSE2_PARAMS
    unpadded = message("There is no padding, so the first dense layer has {right}.", right=right)
    weights = _TOTAL - 2 * _FILTERS - _HIDDEN - _DIGITS
    return {
        "dense1_params": [
            Slip(
                _FLAT * _HIDDEN,
                message("The biases are missing."),
                message("Each of the 128 neurons has a bias: {right}.", right=right),
            ),
            Slip(
                by_hand.dense(unpooled, _HIDDEN),
                message("Pooling was left out."),
                message("Flatten gives 4,608 values: {right}.", right=right),
            ),
            Slip(
                by_hand.dense(padded, _HIDDEN),
                message("You used the sizes with padding='same'."),
                message("There is no padding: {right}.", right=right),
            ),
            Slip(
                by_hand.dense(_POOLED**2, _HIDDEN),
                message("You counted only one feature map."),
                message("There are 32 feature maps: {right}.", right=right),
            ),
        ],
        "dense2_params": [
            Slip(
                _HIDDEN * _DIGITS,
                message("The biases are missing."),
                message("Each of the 10 neurons has a bias: (128 + 1) * 10."),
            ),
            Slip(
                by_hand.dense(_FLAT, _DIGITS),
                message("You assumed that this layer reads the flattened maps."),
                message("The last layer has 128 inputs: (128 + 1) * 10."),
            ),
            Slip(
                _HIDDEN * _DIGITS + 1,
                message("You counted only one bias."),
                message("Each neuron has a bias: (128 + 1) * 10."),
            ),
        ],
        "total_params": [
            Slip(
                weights,
                message("The biases are missing."),
                message("Each filter and each neuron has a bias: add 32 + 32 + 128 + 10."),
            ),
            Slip(
                all_but_dense1 + by_hand.dense(unpooled, _HIDDEN),
                message("Pooling was left out."),
                message("The first dense layer has {right}.", right=right),
            ),
            Slip(
                all_but_dense1 + by_hand.dense(padded, _HIDDEN),
                message("You used the sizes with padding='same'."),
                unpadded,
            ),
            Slip(
                _TOTAL - _DENSE2_PARAMS,
                message("The last dense layer is missing."),
                message("Add the (128 + 1) * 10 parameters of the last layer."),
            ),
        ],
    }


# ---- Where one may go wrong -----------------------------------------------------------------------------------------


def _network() -> Network:
    layers = [conv(_FILTERS, _KERNEL), conv(_FILTERS, _KERNEL), pool(_POOL), flatten(), dense(_HIDDEN), dense(_DIGITS)]
    return Network((_IMAGE, _IMAGE, 1), layers)


def methods() -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    net = _network()
    return {
        "x_mean": lambda erring: _statistic(numbers.mean, erring),
        "x_std": _spread,
        "conv1_shape": lambda erring: net.shape(erring, 0),
        "conv1_params": lambda erring: net.params(erring, 0),
        "conv2_shape": _second_shape,
        "conv2_params": lambda erring: net.params(erring, 1),
        "pool_shape": lambda erring: net.shape(erring, 2),
        "flatten_shape": lambda erring: [net.length(erring, 3)],
        "dense1_params": lambda erring: net.params(erring, 4),
        "dense2_params": _last_layer,
        "total_params": net.total,
    }


def _statistic(way: Callable[..., Any], erring: Erring) -> Any:
    train, valid = _images()
    if erring(message("You also used images other than the training images. Use only the training images.")):
        train = np.concatenate([train, valid])
    others = {
        message("You computed one number for each image. Average over the images instead."): (1, 2, 3),
        message("You computed one number for each row."): (0, 2, 3),
        message("You computed one number for each column."): (0, 1, 3),
    }
    return way(erring, train, 0, others)


def _spread(erring: Erring) -> Any:
    spread = _statistic(numbers.spread, erring)
    if erring(message("You already added 1. Give the standard deviation itself, and add 1 where you divide by it.")):
        return spread + 1
    if erring(message("You already added a small number. Give the standard deviation itself.")):
        return spread + 1e-7
    return spread


def _second_shape(erring: Erring) -> list[int]:
    height, width, depth = _network().shape(erring, 1)
    doubled = message(
        "You added the depths of both convolutions, or you doubled the filters: 32 filters give a depth of 32."
    )
    return [height, width, erring.pick(depth, {doubled: 2 * depth})]


def _last_layer(erring: Erring) -> int:
    dropped = message("You dropped half of the neurons, but dropout does not remove any weights.")
    inputs = erring.pick(
        _HIDDEN,
        {
            dropped: _HIDDEN // 2,
            message("You used the flattened maps as the input, but the dense layer before gives 128 values."): _FLAT,
            message("You used one feature map as the input of this layer."): _POOLED * _POOLED,
        },
    )
    return counts.dense(erring, inputs, _DIGITS)
