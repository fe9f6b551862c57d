"""Answers of `conv-arithmetic`, all by formula from each student's own numbers, and the slips that explain wrong ones.

Some numbers printed in the lectures are wrong; where a student may have copied one, a slip says so.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from math import ceil
from typing import Any

import numpy as np

from grader.cnn.by_hand import all_apart, convolution, correlation, dense, depthwise, receptive_fields, same, valid
from grader.mistakes import counts, maps, windows
from grader.mistakes.networks import Network, conv, flatten, pool
from grader.mistakes.networks import dense as layer
from grader.model.key import Slip, following
from grader.model.mistakes import Erring
from grader.text.messages import Text, capitalised, message

Values = Mapping[str, Any]  # as `draw` returns them
Array = np.ndarray[Any, Any]

_LENET_FILTER = 5 * 5


def lenet(channels: int) -> int:
    """Parameters of the LeNet-5 of boracchi-cnn-2020 on 28 x 28 images with so many channels."""
    flat = valid(28 // 2, 5) // 2
    convolutions = convolution(channels, _LENET_FILTER, 6) + convolution(6, _LENET_FILTER, 16)
    return convolutions + dense(flat * flat * 16, 120) + dense(120, 84) + dense(84, 10)


def mlp(side: int, channels: int, units: int) -> int:
    """Parameters of two dense layers, `units` and 10 neurons, on square images with so many channels."""
    return dense(side * side * channels, units) + dense(units, 10)


# ---- Each student's numbers ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One student's numbers. All are sizes or counts, but for the last two, which are laid out as images."""

    # Shapes: a convolution without padding, one with a stride, and one with padding and two strides.
    valid_size: int
    valid_kernel: int
    valid_filters: int
    stride_size: int
    pad_height: int
    pad_width: int
    pad_high: int
    pad_wide: int
    pad_rows: int
    pad_columns: int
    # Shapes: padding 'same' with a stride, pooling, and the share of values that pooling throws away.
    same_size: int
    same_kernel: int
    same_filters: int
    pool_size: int
    pool_depth: int
    window: int
    window_depth: int
    # A feature map by hand.
    image: list[list[int]]
    weights: list[list[int]]
    # Parameters: a convolution, one whose filters are not square, dense layers.
    conv_size: int
    conv_depth: int
    conv_kernel: int
    conv_filters: int
    flat_high: int
    flat_wide: int
    flat_depth: int
    flat_filters: int
    dense_units: int
    last_side: int
    last_depth: int
    last_units: int
    mlp_side: int
    mlp_units: int
    # Special convolutions: 1 x 1, depthwise, along a series, in a volume.
    point_size: int
    point_depth: int
    point_filters: int
    deep_size: int
    deep_depth: int
    deep_kernel: int
    multiplier: int
    steps: int
    step_width: int
    step_channels: int
    step_filters: int
    scan_size: int
    scan_channels: int
    scan_filters: int
    # Batch normalisation, a receptive field, memory.
    norm_size: int
    norm_maps: int
    first_kernel: int
    pool_side: int
    second_kernel: int
    memory_side: int
    memory_filters: int

    @property
    def depthwise_maps(self) -> int:
        """Maps that the depthwise convolution gives."""
        return self.deep_depth * self.multiplier

    @property
    def layers(self) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
        """Side of the window and stride of each layer of the network whose receptive field is asked for."""
        return (self.first_kernel, 1), (self.pool_side, self.pool_side), (self.second_kernel, 1)


_CHOICES = ("weightless", "pointwise_use")  # questions whose answers are letters


def draw(rng: random.Random) -> dict[str, Any]:
    """Sizes as they occur in the lectures, for which all wrong methods give different results."""
    while True:
        variant = Variant(
            **_sizes(rng), **_images(rng), **_layer_sizes(rng), **_special_layers(rng), **_remaining_sizes(rng)
        )
        if _all_apart(asdict(variant)):
            return asdict(variant)


def _all_apart(values: Values) -> bool:
    """Whether no wrong method gives what the right one or another wrong one gives."""
    right = answers(values)
    return all(
        all_apart([right[question], *(slip.value for slip in listed)])
        for question, listed in slips(values).items()
        if question not in _CHOICES
    )


def _sizes(rng: random.Random) -> dict[str, Any]:
    """Sizes of the questions about shapes; strides do not divide them, because rounding is the question."""
    high, wide = rng.choice(((7, 5), (9, 5), (9, 7)))
    return {
        "valid_size": rng.choice((30, 32, 36, 40, 48)),
        "valid_kernel": rng.choice((3, 5, 7)),
        "valid_filters": rng.choice((6, 8, 10, 12)),
        "stride_size": 2 * rng.randrange(13, 21),
        "pad_height": 2 * rng.randrange(14, 21) + 1,
        "pad_width": 3 * rng.randrange(12, 17) + rng.choice((0, 2)),
        "pad_high": high,
        "pad_wide": wide,
        "pad_rows": high // 2,
        "pad_columns": wide // 2,
        "same_size": 2 * rng.randrange(15, 25) + 1,
        "same_kernel": rng.choice((5, 7)),
        "same_filters": rng.choice((8, 16, 24)),
        "pool_size": 2 * rng.randrange(5, 9) + 1,
        "pool_depth": rng.choice((12, 16, 24, 32)),
        "window": rng.choice((3, 5)),
        "window_depth": rng.choice((4, 8, 16)),
    }


def _images(rng: random.Random) -> dict[str, Any]:
    """An image and a filter that are multiplied by hand: few weights, and only one of them below 0."""
    weights = [-1, 1, 1, 2, 0, 0, 0, 0, rng.choice((0, 1))]
    rng.shuffle(weights)
    return {
        "image": [[rng.randrange(6) for _ in range(4)] for _ in range(4)],
        "weights": np.reshape(weights, (3, 3)).tolist(),
    }


def _layer_sizes(rng: random.Random) -> dict[str, Any]:
    """Sizes of the questions about parameters; the filters that are not square are higher than wide, or the reverse."""
    high, wide = rng.choice(((3, 5), (5, 3), (3, 7), (1, 5)))
    return {
        "conv_size": rng.choice((16, 20, 24)),
        "conv_depth": rng.choice((8, 12, 16)),
        "conv_kernel": rng.choice((3, 5)),
        "conv_filters": rng.choice((20, 32, 64)),
        "flat_high": high,
        "flat_wide": wide,
        "flat_depth": rng.choice((3, 4, 6)),
        "flat_filters": rng.choice((8, 10, 16)),
        "dense_units": rng.choice((256, 512, 1000, 1024)),
        "last_side": rng.choice((4, 5, 6, 7)),
        "last_depth": rng.choice((32, 60, 64, 120)),
        "last_units": rng.choice((50, 84, 100, 128)),
        "mlp_side": rng.choice((20, 28, 32)),
        "mlp_units": rng.choice((50, 84, 100)),
    }


def _special_layers(rng: random.Random) -> dict[str, Any]:
    """Sizes of the 1 x 1, depthwise, 1-D and 3-D convolutions; the stride of 3 leaves a rest along the series."""
    steps = rng.choice((200, 300, 400, 500))
    width = rng.choice([width for width in (5, 7, 9) if (steps - width) % 3])
    return {
        "point_size": rng.choice((7, 14, 28)),
        "point_depth": rng.choice((64, 100, 128, 256)),
        "point_filters": rng.choice((16, 32, 40)),
        "deep_size": rng.choice((16, 20, 24)),
        "deep_depth": rng.choice((5, 8, 10)),
        "deep_kernel": rng.choice((3, 5)),
        "multiplier": rng.choice((2, 3, 4)),
        "steps": steps,
        "step_width": width,
        "step_channels": rng.choice((4, 6, 8)),
        "step_filters": rng.choice((16, 20, 32)),
        "scan_size": rng.choice((16, 20, 24, 30)),
        "scan_channels": rng.choice((2, 4)),
        "scan_filters": rng.choice((8, 10, 16)),
    }


def _remaining_sizes(rng: random.Random) -> dict[str, Any]:
    """Sizes of the questions about batch normalisation, the receptive field and memory."""
    return {
        "norm_size": rng.choice((12, 14, 24, 26)),
        "norm_maps": rng.choice((16, 20, 32, 64)),
        "first_kernel": rng.choice((3, 5)),
        "pool_side": rng.choice((2, 3)),
        "second_kernel": rng.choice((3, 5)),
        "memory_side": rng.choice((256, 512, 1024)),
        "memory_filters": rng.choice((40, 60, 100)),
    }


# ---- Right answers -------------------------------------------------------------------------------------------------


def answers(values: Values) -> dict[str, Any]:
    """Question id -> expected answer."""
    variant = Variant(**values)
    return {
        **_size_answers(variant),
        "feature_map": correlation(np.array(variant.image), np.array(variant.weights)).tolist(),
        **_parameter_answers(variant),
        **_special_answers(variant),
        **_remaining_answers(variant),
    }


def _size_answers(variant: Variant) -> dict[str, Any]:
    slid = valid(variant.valid_size, variant.valid_kernel)
    halved = same(variant.same_size, 2)
    pooled = variant.pool_size // 2
    return {
        "valid_shape": (slid, slid, variant.valid_filters),
        "stride_size": valid(variant.stride_size, 3, stride=2),
        "feature_map_shape": (
            valid(variant.pad_height, variant.pad_high, stride=2, padding=variant.pad_rows),
            valid(variant.pad_width, variant.pad_wide, stride=3, padding=variant.pad_columns),
        ),
        "same_shape": (halved, halved, variant.same_filters),
        "pool_shape": (pooled, pooled, variant.pool_depth),
        "pool_discarded": 1 - 1 / variant.window**2,
    }


def _parameter_answers(variant: Variant) -> dict[str, Any]:
    return {
        "conv_params": convolution(variant.conv_depth, variant.conv_kernel**2, variant.conv_filters),
        "nonsquare_params": convolution(
            variant.flat_depth, variant.flat_high * variant.flat_wide, variant.flat_filters
        ),
        "dense_params": dense(32 * 32 * 3, variant.dense_units),
        "flatten_dense_params": dense(variant.last_side**2 * variant.last_depth, variant.last_units),
        "lenet_colour": lenet(channels=3),
        "mlp_colour": mlp(variant.mlp_side, 3, variant.mlp_units),
        "weightless": ["b", "d", "e"],
    }


def _special_answers(variant: Variant) -> dict[str, Any]:
    slid = valid(variant.deep_size, variant.deep_kernel)
    cube = valid(variant.scan_size, 3)
    return {
        "pointwise_params": convolution(variant.point_depth, 1, variant.point_filters),
        "pointwise_use": "c",
        "depthwise_params": depthwise(variant.deep_depth, variant.deep_kernel**2, variant.multiplier),
        "depthwise_shape": (slid, slid, variant.depthwise_maps),
        "conv1d_shape": (valid(variant.steps, variant.step_width, stride=3), variant.step_filters),
        "conv1d_params": convolution(variant.step_channels, variant.step_width, variant.step_filters),
        "conv3d_params": convolution(variant.scan_channels, 3**3, variant.scan_filters),
        "conv3d_shape": (cube, cube, cube, variant.scan_filters),
    }


def _remaining_answers(variant: Variant) -> dict[str, Any]:
    return {
        "batchnorm_params": 4 * variant.norm_maps,
        "batchnorm_frozen": 2 * variant.norm_maps,
        "receptive_field": receptive_fields(variant.layers)[-1],
        "memory": variant.memory_side**2 * variant.memory_filters * 4 / 1024**2,
    }


def follow_on(values: Values, earlier: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001
    """Question id -> answer that follows from the student's own earlier ones.

    Half of the parameters of a batch normalisation are not trained, however many were counted.
    """
    return following({"batchnorm_frozen": lambda: earlier["batchnorm_params"] / 2})


# ---- Wrong answers with a known cause ------------------------------------------------------------------------------


def slips(values: Values) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    variant = Variant(**values)
    return {
        **_size_slips(variant),
        **_pooling_slips(variant),
        **_value_slips(variant),
        **_convolution_slips(variant),
        **_dense_slips(variant),
        **_depthwise_slips(variant),
        **_series_slips(variant),
        **_scan_slips(variant),
        **_norm_slips(variant),
        **_field_slips(variant),
        **_memory_slips(variant),
        **_choice_slips(),
    }


_PADDED = message("This is the size with padding='same'.")
_NO_ONE = message("The + 1 at the end of the formula is missing.")
_NO_BIASES = message("The biases are missing.")


def _size_slips(variant: Variant) -> dict[str, list[Slip]]:
    return {
        "valid_shape": _valid_slips(variant.valid_size, variant.valid_kernel, variant.valid_filters),
        "stride_size": _stride_slips(variant.stride_size),
        "feature_map_shape": _padding_slips(variant),
        "same_shape": _same_slips(variant.same_size, variant.same_kernel, variant.same_filters),
    }


def _valid_slips(size: int, kernel: int, filters: int) -> list[Slip]:
    slid, of_the_slide = valid(size, kernel), valid(28, kernel)
    places = f"{size} - {kernel} + 1"
    return [
        Slip(
            (size, size, filters),
            _PADDED,
            message("This layer has no padding: the filter fits {places} times along each axis.", places=places),
        ),
        Slip(
            (slid - 1, slid - 1, filters),
            _NO_ONE,
            message("Also count the first position of the filter: {places}.", places=places),
        ),
        Slip(
            (slid, slid, 3),
            message("You used the depth of the image."),
            message("Each filter gives one map, so the depth is {filters}.", filters=filters),
        ),
        Slip(
            (slid, slid, filters * 3),
            message("You multiplied the filters by the three colours."),
            message("Each filter adds up all colours and gives one map: {filters} maps.", filters=filters),
        ),
        Slip(
            (of_the_slide, of_the_slide, filters),
            message("You started from 28 x 28, the size on the slide."),
            message("Here each side is {places}.", places=places),
        ),
        Slip(
            (slid, slid),
            message("The depth is missing."),
            message("Each filter gives one map, so the depth is {filters}.", filters=filters),
        ),
    ]


def _stride_slips(size: int) -> list[Slip]:
    places = f"{size - 3} // 2 + 1"
    return [
        Slip(
            (size - 3) / 2 + 1,
            message("You did not drop the remainder of the division."),
            message("The filter fits {places} times; half a position does not count.", places=places),
        ),
        Slip(
            same(size, 2),
            message("You rounded up, as for padding='same'."),
            message("Without padding, round down: {places}.", places=places),
        ),
        Slip(
            (size - 3) // 2,
            _NO_ONE,
            message(
                "The filter makes {way} // 2 steps, so it has one position more: {places}.", way=size - 3, places=places
            ),
        ),
        Slip(
            valid(size, 3),
            message("This is the size with stride 1."),
            message("Divide by the stride: {places}.", places=places),
        ),
    ]


def _padding_slips(variant: Variant) -> list[Slip]:
    height, high, rows = variant.pad_height, variant.pad_high, variant.pad_rows
    width, wide, columns = variant.pad_width, variant.pad_wide, variant.pad_columns
    sums = message(
        "{rows} and {columns}",
        rows=f"({height} + {2 * rows} - {high}) // 2 + 1",
        columns=f"({width} + {2 * columns} - {wide}) // 3 + 1",
    )
    steps = width + 2 * columns - wide
    return [
        Slip(
            (valid(height, high, 2), valid(width, wide, 3)),
            message("You left out the padding."),
            message(
                "Add the padding at both ends: {height} + {rows} and {width} + {columns}.",
                height=height,
                rows=2 * rows,
                width=width,
                columns=2 * columns,
            ),
        ),
        Slip(
            ((height + rows - high) // 2 + 1, (width + columns - wide) // 3 + 1),
            message("You added the padding at only one end."),
            message("Add the padding at both ends: {sums}.", sums=sums),
        ),
        Slip(
            (valid(height, high, 2, rows), ceil(steps / 3) + 1),
            message("You rounded up the width."),
            message("Round {steps} / 3 down to {whole}, then add 1: {whole} + 1.", steps=steps, whole=steps // 3),
        ),
        Slip(
            (valid(width, wide, 3, columns), valid(height, high, 2, rows)),
            message("Height and width are swapped."),
            message("Write the height first: it belongs to the {height} rows.", height=height),
        ),
        Slip(
            (valid(height, high, 2, rows) - 1, valid(width, wide, 3, columns) - 1),
            _NO_ONE,
            message("Also count the first position of the filter: {sums}.", sums=sums),
        ),
        Slip(
            (height, width), message("You left out the strides."), message("Divide by the strides: {sums}.", sums=sums)
        ),
    ]


def _same_slips(size: int, kernel: int, filters: int) -> list[Slip]:
    up = message("{size} / 2, rounded up", size=size)
    half, slid, right = size // 2, valid(size, kernel, 2), same(size, 2)
    return [
        Slip(
            (half, half, filters),
            message("You rounded down."),
            message("padding='same' adds zeros until the filter covers the last pixel: {up}.", up=up),
        ),
        Slip(
            (size, size, filters),
            message("You left out the stride."),
            message("padding='same' keeps the size only if the stride is 1; here it is {up}.", up=up),
        ),
        Slip(
            (slid, slid, filters),
            message("This is the result without padding."),
            message("With padding='same' each side is {up}.", up=up),
        ),
        Slip(
            (right, right, 3),
            message("You used the depth of the image."),
            message("Each filter gives one map, so the depth is {filters}.", filters=filters),
        ),
    ]


def _pooling_slips(variant: Variant) -> dict[str, list[Slip]]:
    size, depth, window = variant.pool_size, variant.pool_depth, variant.window
    up, down, slid = same(size, 2), size // 2, valid(size, 2)
    share = message("one of {count} values", count=window**2)
    return {
        "pool_shape": [
            Slip(
                (up, up, depth),
                message("You rounded up."),
                message("Without padding, pooling drops the last row and column: {size} // 2.", size=size),
            ),
            Slip(
                (slid, slid, depth),
                message("You pooled with stride 1."),
                message("The window moves by its own size: {size} // 2.", size=size),
            ),
            Slip(
                (down, down, depth // 2),
                message("You also halved the depth."),
                message("Pooling works on each map separately, so {depth} maps stay {depth} maps.", depth=depth),
            ),
            Slip(
                (size, size, depth),
                message("This is the shape before pooling."),
                message("Pooling keeps one value of each window: {size} // 2.", size=size),
            ),
        ],
        "pool_discarded": [
            Slip(
                1 / window**2,
                message("This is the share that pooling keeps."),
                message(
                    "{share} is kept, so {lost} of {count} are thrown away.",
                    share=capitalised(share),
                    lost=window**2 - 1,
                    count=window**2,
                ),
            ),
            Slip(
                3 / 4,
                message("This is for 2 x 2 windows, as on the slide."),
                message(
                    "Pooling throws away {lost} of the {count} values of a {window} x {window} window.",
                    window=window,
                    lost=window**2 - 1,
                    count=window**2,
                ),
            ),
            Slip(
                1 - 1 / window,
                message("You counted only one axis."),
                message(
                    "Pooling keeps one of {window} along each axis, so {share} is kept.", window=window, share=share
                ),
            ),
        ],
    }


def _value_slips(variant: Variant) -> dict[str, list[Slip]]:
    image, weights = np.array(variant.image), np.array(variant.weights)
    pairs = zip(weights.flat, image[:3, :3].flat, strict=True)
    products = " + ".join(f"({weight})*{value}" for weight, value in pairs if weight)
    top_left = message("The value at the top left is {products}", products=products)
    place = np.argwhere(weights < 0)[0] + 1
    return {
        "feature_map": [
            Slip(
                correlation(image, weights[::-1, ::-1]).tolist(),
                message("You flipped the filter, as in signal processing."),
                message("A CNN does not flip the filter. {top_left}.", top_left=top_left),
            ),
            Slip(
                correlation(image, weights.T).tolist(),
                message("Rows and columns of the filter are swapped."),
                message("Apply the filter as printed. {top_left}.", top_left=top_left),
            ),
            Slip(
                correlation(np.pad(image, 1), weights).tolist(),
                message("You padded the image with zeros."),
                message("Without padding, the filter fits at 2 x 2 positions."),
            ),
            Slip(
                correlation(image, np.maximum(weights, 0)).tolist(),
                message("You used 0 instead of the weight -1."),
                message(
                    "The weight in row {row}, column {column} is -1. {top_left}.",
                    row=place[0],
                    column=place[1],
                    top_left=top_left,
                ),
            ),
            Slip(
                correlation(image, np.abs(weights)).tolist(),
                message("You overlooked the minus sign of the filter."),
                message(
                    "The weight in row {row}, column {column} is -1. {top_left}.",
                    row=place[0],
                    column=place[1],
                    top_left=top_left,
                ),
            ),
        ]
    }


def _convolution_slips(variant: Variant) -> dict[str, list[Slip]]:
    return {
        "conv_params": _conv_slips(variant.conv_size, variant.conv_depth, variant.conv_kernel, variant.conv_filters),
        "nonsquare_params": _nonsquare_slips(
            variant.flat_depth, variant.flat_high, variant.flat_wide, variant.flat_filters
        ),
        "lenet_colour": _lenet_slips(),
        "pointwise_params": _pointwise_slips(variant.point_size, variant.point_depth, variant.point_filters),
    }


def _conv_slips(size: int, depth: int, kernel: int, filters: int) -> list[Slip]:
    right, window = f"({depth} * {kernel} * {kernel} + 1) * {filters}", kernel**2
    return [
        Slip(depth * window * filters, _NO_BIASES, message("Each filter has one bias: {right}.", right=right)),
        Slip(
            convolution(1, window, filters),
            message("You left out the depth of the input."),
            message("Each filter reads all {depth} maps: {right}.", depth=depth, right=right),
        ),
        Slip(
            convolution(depth, window, 1),
            message("You counted only one filter."),
            message("There are {filters} filters: {right}.", filters=filters, right=right),
        ),
        Slip(
            depth * window * filters + 1,
            message("You counted only one bias."),
            message("Each filter has one bias: {right}.", right=right),
        ),
        Slip(
            depth * (window + 1) * filters,
            message("You counted one bias for each input map."),
            message("Each filter has only one bias: {right}.", right=right),
        ),
        Slip(
            size**2 * convolution(depth, window, filters),
            message("You counted the weights at every position."),
            message("All positions share the same weights: {right}.", right=right),
        ),
    ]


def _nonsquare_slips(depth: int, high: int, wide: int, filters: int) -> list[Slip]:
    right, window = f"({depth} * {high} * {wide} + 1) * {filters}", high * wide
    sides = message("The filters are {high} high and {wide} wide: {right}.", high=high, wide=wide, right=right)
    return [
        Slip(depth * window * filters, _NO_BIASES, message("Each filter has one bias: {right}.", right=right)),
        Slip(
            convolution(1, window, filters),
            message("You left out the depth of the input."),
            message("Each filter reads all {depth} maps: {right}.", depth=depth, right=right),
        ),
        Slip(convolution(depth, high**2, filters), message("This is for {high} x {high} filters.", high=high), sides),
        Slip(convolution(depth, wide**2, filters), message("This is for {wide} x {wide} filters.", wide=wide), sides),
        Slip(
            convolution(depth, window, 1),
            message("You counted only one filter."),
            message("There are {filters} filters: {right}.", filters=filters, right=right),
        ),
    ]


def _lenet_slips() -> list[Slip]:
    return [
        Slip(
            lenet(1),
            message("This is LeNet-5 on greyscale images."),
            message("The first convolution grows from 156 to (5 * 5 * 3 + 1) * 6 parameters."),
        ),
        Slip(
            3 * lenet(1),
            message("You multiplied everything by 3."),
            message("Only the first convolution reads the colours: it has 300 more weights."),
        ),
        Slip(
            lenet(1) + 2 * 156,
            message("You also multiplied the biases of the first convolution by 3."),
            message("The six filters still have 6 biases: (5 * 5 * 3 + 1) * 6 instead of 156."),
        ),
        Slip(
            lenet(1) + 450,
            message("You added the weights for colour to those for grey."),
            message("The 450 weights for colour replace the 150 for grey: there are 300 more, not 450."),
        ),
    ]


def _pointwise_slips(size: int, depth: int, filters: int) -> list[Slip]:
    right = f"(1 * 1 * {depth} + 1) * {filters}"
    return [
        Slip(depth * filters, _NO_BIASES, message("Each filter has one bias: {right}.", right=right)),
        Slip(
            convolution(1, 1, filters),
            message("You left out the depth of the input."),
            message("Each filter reads all {depth} maps: {right}.", depth=depth, right=right),
        ),
        Slip(
            convolution(depth, 9, filters),
            message("This is for 3 x 3 filters."),
            message("Here the filters are 1 x 1: {right}.", right=right),
        ),
        Slip(
            convolution(depth, 1, 1),
            message("You counted only one filter."),
            message("There are {filters} filters: {right}.", filters=filters, right=right),
        ),
        Slip(
            depth * filters + 1,
            message("You counted only one bias."),
            message("Each filter has one bias: {right}.", right=right),
        ),
        Slip(
            size**2 * convolution(depth, 1, filters),
            message("You counted the weights at every pixel."),
            message("All positions share the same weights: {right}.", right=right),
        ),
    ]


def _dense_slips(variant: Variant) -> dict[str, list[Slip]]:
    units, right = variant.dense_units, f"(32 * 32 * 3 + 1) * {variant.dense_units}"
    values = 32 * 32 * 3
    return {
        "dense_params": [
            Slip(
                values * units,
                message("You counted only the weights, as the slide does."),
                message("Each neuron has a bias: {right}.", right=right),
            ),
            Slip(
                2072 * units,
                message("The slide misprints 3,072 as 2,072."),
                message("An image has 32 * 32 * 3 values: {right}.", right=right),
            ),
            Slip(
                dense(32 * 32, units),
                message("You left out the colours."),
                message("An image has 32 * 32 * 3 values: {right}.", right=right),
            ),
            Slip(
                values * units + 1,
                message("You counted only one bias."),
                message("Each neuron has a bias: {right}.", right=right),
            ),
        ],
        "flatten_dense_params": _flatten_slips(variant.last_side, variant.last_depth, variant.last_units),
        "mlp_colour": _mlp_slips(variant.mlp_side, variant.mlp_units),
    }


def _flatten_slips(side: int, depth: int, units: int) -> list[Slip]:
    right = f"({side} * {side} * {depth} + 1) * {units}"
    return [
        Slip(side**2 * depth * units, _NO_BIASES, message("Each neuron has a bias: {right}.", right=right)),
        Slip(
            dense(depth, units),
            message("You counted each map as one value."),
            message("Each map has {side} x {side} values: {right}.", side=side, right=right),
        ),
        Slip(
            dense(side**2, units),
            message("You counted only one map."),
            message("There are {depth} maps: {right}.", depth=depth, right=right),
        ),
        Slip(
            dense(side * depth, units),
            message("You left out one axis of the maps."),
            message("The maps are {side} x {side}: {right}.", side=side, right=right),
        ),
    ]


def _mlp_slips(side: int, units: int) -> list[Slip]:
    right = f"({side} * {side} * 3 + 1) * {units} + ({units} + 1) * 10"
    return [
        Slip(
            3 * mlp(side, 1, units),
            message("You multiplied everything by 3, as the slide does. That is not quite right."),
            message("The biases and the second layer do not grow with the colours: {right}.", right=right),
        ),
        Slip(
            mlp(side, 1, units),
            message("This is for greyscale images."),
            message("The first layer reads three colours: {right}.", right=right),
        ),
        Slip(
            dense(side**2 * 3, units),
            message("The second layer is missing."),
            message("Add the ({units} + 1) * 10 parameters of the second layer: {right}.", units=units, right=right),
        ),
        Slip(side**2 * 3 * units + units * 10, _NO_BIASES, message("Each neuron has one bias: {right}.", right=right)),
    ]


def _depthwise_slips(variant: Variant) -> dict[str, list[Slip]]:
    size, depth, kernel, multiplier = variant.deep_size, variant.deep_depth, variant.deep_kernel, variant.multiplier
    maps, window, slid = depth * multiplier, kernel**2, valid(size, kernel)
    right = f"({kernel} * {kernel} + 1) * {depth} * {multiplier}"
    one_bias = message("Each of the {maps} output maps has one bias: {right}.", maps=maps, right=right)
    deep = message(
        "Each of the {depth} input maps gives {multiplier} output maps: {depth} * {multiplier}.",
        depth=depth,
        multiplier=multiplier,
    )
    return {
        "depthwise_params": [
            Slip(
                convolution(depth, window, maps),
                message("This is an ordinary convolution with {maps} filters.", maps=maps),
                message("Here each filter reads only one map: {right}.", right=right),
            ),
            Slip(
                depthwise(depth, window, 1),
                message("You left out the channel multiplier."),
                message("Each map gets {multiplier} filters: {right}.", multiplier=multiplier, right=right),
            ),
            Slip(
                (window + 1) * multiplier,
                message("You left out the depth of the input."),
                message("There are {depth} maps: {right}.", depth=depth, right=right),
            ),
            Slip(window * maps, _NO_BIASES, one_bias),
            Slip(window * maps + depth, message("You counted one bias for each input map."), one_bias),
        ],
        "depthwise_shape": [
            Slip((slid, slid, depth), message("You left out the channel multiplier."), deep),
            Slip((slid, slid, multiplier), message("You used the multiplier alone as the depth."), deep),
            Slip(
                (size, size, maps),
                _PADDED,
                message("This layer has no padding: {size} - {kernel} + 1.", size=size, kernel=kernel),
            ),
            Slip(
                (slid - 1, slid - 1, maps),
                _NO_ONE,
                message(
                    "Also count the first position of the filter: {size} - {kernel} + 1.", size=size, kernel=kernel
                ),
            ),
        ],
    }


def _series_slips(variant: Variant) -> dict[str, list[Slip]]:
    steps, width, channels, filters = variant.steps, variant.step_width, variant.step_channels, variant.step_filters
    right, places = f"({width} * {channels} + 1) * {filters}", f"{steps - width} // 3 + 1"
    slid = valid(steps, width, 3)
    return {
        "conv1d_shape": [
            Slip(
                (ceil((steps - width) / 3) + 1, filters),
                message("You rounded up."),
                message("The filter must not reach past the end, so round down: {places}.", places=places),
            ),
            Slip((slid - 1, filters), _NO_ONE, message("The filter fits {places} times.", places=places)),
            Slip(
                (valid(steps, width), filters),
                message("You left out the stride."),
                message("The filter moves 3 steps at a time: {places}.", places=places),
            ),
            Slip(
                (slid, filters * channels),
                message("You multiplied the filters by the channels."),
                message(
                    "Each filter reads all {channels} channels and gives one map: {filters} maps.",
                    channels=channels,
                    filters=filters,
                ),
            ),
            Slip(
                (slid, channels),
                message("You used the depth of the input."),
                message("Each filter gives one map, so the depth is {filters}.", filters=filters),
            ),
        ],
        "conv1d_params": [
            Slip(width * channels * filters, _NO_BIASES, message("Each filter has one bias: {right}.", right=right)),
            Slip(
                convolution(channels, width, 1),
                message("You counted only one filter."),
                message("There are {filters} filters: {right}.", filters=filters, right=right),
            ),
            Slip(
                convolution(1, width, filters),
                message("You left out the channels."),
                message("Each filter reads all {channels} channels: {right}.", channels=channels, right=right),
            ),
            Slip(
                convolution(channels, width**2, filters),
                message("This is for a 2-D filter of {width} x {width}.", width=width),
                message("A 1-D filter has only one axis: {right}.", right=right),
            ),
            Slip(
                steps * convolution(channels, width, filters),
                message("You counted the weights at every step."),
                message("All positions share the same weights: {right}.", right=right),
            ),
        ],
    }


def _scan_slips(variant: Variant) -> dict[str, list[Slip]]:
    size, channels, filters = variant.scan_size, variant.scan_channels, variant.scan_filters
    right, cube = f"(3 * 3 * 3 * {channels} + 1) * {filters}", valid(size, 3)
    return {
        "conv3d_params": [
            Slip(27 * channels * filters, _NO_BIASES, message("Each filter has one bias: {right}.", right=right)),
            Slip(
                convolution(channels, 27, 1),
                message("You counted only one filter."),
                message("There are {filters} filters: {right}.", filters=filters, right=right),
            ),
            Slip(
                convolution(1, 27, filters),
                message("You left out the channels."),
                message("Each filter reads all {channels} channels: {right}.", channels=channels, right=right),
            ),
            Slip(
                convolution(channels, 9, filters),
                message("This is for a 2-D filter of 3 x 3."),
                message("A 3-D filter has three axes: {right}.", right=right),
            ),
            Slip(
                convolution(size, 9, filters),
                message("You treated one of the three axes as the channel axis."),
                message("The channels are a fourth axis: {right}.", right=right),
            ),
        ],
        "conv3d_shape": [
            Slip(
                (cube, cube, filters),
                message("One axis is missing."),
                message(
                    "The filter slides along three axes, so the shape is {shape}.", shape=(cube, cube, cube, filters)
                ),
            ),
            Slip(
                (size, size, size, filters), _PADDED, message("This layer has no padding: {size} - 3 + 1.", size=size)
            ),
            Slip(
                (cube - 1, cube - 1, cube - 1, filters),
                _NO_ONE,
                message("Also count the first position of the filter: {size} - 3 + 1.", size=size),
            ),
            Slip(
                (cube, cube, cube, filters * channels),
                message("You multiplied the filters by the channels."),
                message(
                    "Each filter reads all {channels} channels and gives one map: {filters} maps.",
                    channels=channels,
                    filters=filters,
                ),
            ),
            Slip(
                (cube, cube, cube, channels),
                message("You used the depth of the input."),
                message("Each filter gives one map, so the depth is {filters}.", filters=filters),
            ),
        ],
    }


def _norm_slips(variant: Variant) -> dict[str, list[Slip]]:
    size, maps = variant.norm_size, variant.norm_maps
    return {
        "batchnorm_params": [
            Slip(
                2 * maps,
                message("You counted only two of the four vectors of batch normalisation."),
                message("Each map has a scale, a shift, a moving mean and a moving variance: 4 * {maps}.", maps=maps),
            ),
            Slip(
                4 * size**2 * maps,
                message("You counted every position of the maps."),
                message("All positions of a map share the same four numbers: 4 * {maps}.", maps=maps),
            ),
            Slip(
                4,
                message("You counted all maps as one."),
                message("Each of the {maps} maps has four numbers: 4 * {maps}.", maps=maps),
            ),
            Slip(
                maps,
                message("You counted one number for each map."),
                message("Each map has four numbers: 4 * {maps}.", maps=maps),
            ),
        ],
        "batchnorm_frozen": [
            Slip(
                4 * maps,
                message("These are all the parameters of the layer."),
                message("The layer trains scale and shift; the other 2 * {maps} numbers are not trained.", maps=maps),
            ),
            Slip(
                0,
                message("You counted all parameters as trainable."),
                message(
                    "The layer measures the moving mean and variance and does not train them: 2 * {maps}.", maps=maps
                ),
            ),
            Slip(
                maps,
                message("You counted only one of two vectors."),
                message("Count both the moving mean and the moving variance: 2 * {maps}.", maps=maps),
            ),
            Slip(
                2,
                message("You counted all maps as one."),
                message("Each of the {maps} maps has a moving mean and a moving variance: 2 * {maps}.", maps=maps),
            ),
        ],
    }


def _field_slips(variant: Variant) -> dict[str, list[Slip]]:
    (first, _), (pool, _), (second, _) = variant.layers
    covered, group = second * pool, first + pool - 1
    step = message(
        (
            "{second} pooled values cover {pool} * {second} = {covered} neurons of the first layer, "
            "and those cover {covered} + {margin} pixels."
        ),
        second=second,
        pool=pool,
        covered=covered,
        margin=first - 1,
    )
    side = receptive_fields(variant.layers)[-1]
    return {
        "receptive_field": [
            Slip(
                second * group,
                message(
                    (
                        "You computed {second} * {group}, as on the slide. The slide is wrong here, because the "
                        "windows of neighbours overlap."
                    ),
                    second=second,
                    group=group,
                ),
                step,
            ),
            Slip(receptive_fields([(first, 1), (second, 1)])[-1], message("You left out the pooling."), step),
            Slip(
                receptive_fields([(first, 1), (pool, 1), (second, 1)])[-1],
                message("You used stride 1 for the pooling."),
                step,
            ),
            Slip(first * second, message("You multiplied the sizes of the filters."), step),
            Slip(side**2, message("This is the area."), message("The question asks for the side of the square.")),
        ]
    }


def _memory_slips(variant: Variant) -> dict[str, list[Slip]]:
    side, filters = variant.memory_side, variant.memory_filters
    values, mebi = side**2 * filters, 1024**2
    return {
        "memory": [
            Slip(
                3 * values * 4 / mebi,
                message(
                    (
                        "You computed 3 x {side} x {side} x {filters}, as on the slide. But the output no longer "
                        "has colours."
                    ),
                    side=side,
                    filters=filters,
                ),
                message(
                    "Each filter gives one map: {side} * {side} * {filters} values of 4 bytes.",
                    side=side,
                    filters=filters,
                ),
            ),
            Slip(values * 32 / mebi, message("This is in Mibit."), message("A byte has 8 bits: divide by 8.")),
            Slip(values * 4, message("This is in bytes."), message("1 MiB is 1024 * 1024 bytes: divide by that.")),
            Slip(
                values / mebi,
                message("You counted one byte for each value."),
                message("A value of 32 bits takes 4 bytes."),
            ),
            Slip(
                values * 4 / 10**6,
                message("This is in MB: you divided by a million bytes."),
                message("1 MiB is 1024 * 1024 bytes."),
            ),
            Slip(
                (side - 4) ** 2 * filters * 4 / mebi,
                message("You did not pad the image."),
                message("With padding='same' the maps are {side} x {side}.", side=side),
            ),
        ],
    }


def _choice_slips() -> dict[str, list[Slip]]:
    return {
        "weightless": [
            Slip(
                ["b", "c", "d", "e"],
                message("You counted batch normalisation as a layer without parameters."),
                message("Batch normalisation has four numbers for each map and trains two of them."),
            ),
            Slip(
                ["b", "d"],
                message("You counted dropout as a layer with parameters."),
                message("You set the rate of dropout; the network does not learn it."),
            ),
            Slip(
                ["b", "e"],
                message("You counted Flatten as a layer with parameters."),
                message("Flatten only puts the values into one row."),
            ),
        ],
        "pointwise_use": [
            Slip("a", message("Height and width stay the same."), message("A 1 x 1 filter fits at every pixel.")),
            Slip(
                "b",
                message("The receptive field stays the same."),
                message("A neuron sees only what the value below it sees."),
            ),
            Slip(
                "d",
                message("A 1 x 1 convolution does not only scale the maps: it mixes them."),
                message("Each filter reads all maps and gives one map."),
            ),
        ],
    }


# ---- Where one may go wrong ----------------------------------------------------------------------------------------

_OTHER_DEPTH = message("You used the depth of a colour image.")


def methods(values: Values) -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    variant = Variant(**values)
    return _methods_of_shapes(variant) | _methods_of_parameters(variant) | _methods_of_the_rest(variant)


def _square_shape(erring: Erring, side: Any, depth: list[int], axes: int = 2) -> list[Any]:
    return windows.output_shape(erring, [side] * axes, depth)


def _methods_of_shapes(variant: Variant) -> dict[str, Callable[[Erring], Any]]:
    return {
        "valid_shape": lambda erring: _square_shape(
            erring,
            windows.places(erring, variant.valid_size, variant.valid_kernel),
            windows.depth(erring, variant.valid_filters, 3),
        ),
        "stride_size": lambda erring: windows.places(erring, variant.stride_size, 3, 2),
        "feature_map_shape": lambda erring: _padded_shape(variant, erring),
        "same_shape": lambda erring: _square_shape(
            erring,
            windows.places(erring, variant.same_size, variant.same_kernel, stride=2, padding="same"),
            windows.depth(erring, variant.same_filters, 3),
        ),
        "pool_shape": lambda erring: _square_shape(
            erring, windows.pooled(erring, variant.pool_size, 2), _pooled_depth(variant.pool_depth, erring)
        ),
        "pool_discarded": lambda erring: _discarded(variant, erring),
        "feature_map": lambda erring: _feature_map(np.array(variant.image), np.array(variant.weights), erring),
        "depthwise_shape": lambda erring: _square_shape(
            erring, windows.places(erring, variant.deep_size, variant.deep_kernel), _depthwise_depth(variant, erring)
        ),
        "conv1d_shape": lambda erring: windows.output_shape(
            erring,
            [windows.places(erring, variant.steps, variant.step_width, 3)],
            windows.depth(erring, variant.step_filters, variant.step_channels),
        ),
        "conv3d_shape": lambda erring: _square_shape(
            erring,
            windows.places(erring, variant.scan_size, 3),
            windows.depth(erring, variant.scan_filters, variant.scan_channels),
            axes=3,
        ),
    }


def _padded_shape(variant: Variant, erring: Erring) -> list[Any]:
    strides = windows.exchanged(erring, message("The strides of height and width are swapped."), (2, 3))
    if erring(message("You used the vertical stride for both axes.")):
        strides = (2, 2)
    elif erring(message("You used the horizontal stride for both axes.")):
        strides = (3, 3)
    filters = windows.exchanged(
        erring, message("Height and width of the filter are swapped."), (variant.pad_high, variant.pad_wide)
    )
    rings = windows.exchanged(
        erring, message("The paddings of height and width are swapped."), (variant.pad_rows, variant.pad_columns)
    )
    sizes = windows.exchanged(
        erring, message("Height and width of the image are swapped."), (variant.pad_height, variant.pad_width)
    )
    axes = zip(sizes, filters, strides, rings, strict=True)
    return windows.output_shape(erring, [windows.places(erring, *axis) for axis in axes], [])


def _pooled_depth(depth: int, erring: Erring) -> list[int]:
    if erring(windows.NO_DEPTH):
        return []
    return [
        erring.pick(
            depth,
            {message("You also halved the depth."): depth // 2, message("You used the depth of a single map."): 1},
        )
    ]


def _depthwise_depth(variant: Variant, erring: Erring) -> list[int]:
    depth, multiplier = variant.deep_depth, variant.multiplier
    if erring(windows.NO_DEPTH):
        return []
    return [
        erring.pick(
            depth * multiplier,
            {
                message("You added the channel multiplier instead of multiplying by it."): depth + multiplier,
                message("You left out the channel multiplier."): depth,
                message("You used the multiplier alone as the depth."): multiplier,
                message("You used the depth of a single map."): 1,
            },
        )
    ]


def _discarded(variant: Variant, erring: Erring) -> float:
    window = variant.window
    cells = erring.pick(
        window**2,
        {
            message("You counted only one axis."): window,
            message("This is for 2 x 2 windows, as on the slide."): 4,
            message("You added the sides of the window instead of multiplying them."): 2 * window,
        },
    )
    share = erring.pick(
        1 - 1 / cells,
        {
            message("This is the share that pooling keeps."): 1 / cells,
            message("This is the number of values that pooling throws away, not their share."): cells - 1,
            message("This is the number of values in a window."): cells,
        },
    )
    return 100 * share if erring(message("This is in percent, but the question asks for a share.")) else share


def _feature_map(image: Array, kernel: Array, erring: Erring) -> Array:
    return maps.correlated(erring, image, maps.filtered(erring, kernel))


def _methods_of_parameters(variant: Variant) -> dict[str, Callable[[Erring], Any]]:
    side = variant.conv_size
    slid = valid(side, variant.conv_kernel)
    steps = valid(variant.steps, variant.step_width, 3)
    last = Network(
        (variant.last_side, variant.last_side, variant.last_depth),
        [flatten(), layer(variant.last_units)],
        image=False,
    )
    image = Network((32, 32, 3), [flatten(), layer(variant.dense_units)])
    plain_mlp = Network((variant.mlp_side, variant.mlp_side, 3), [flatten(), layer(variant.mlp_units), layer(10)])
    return {
        "conv_params": lambda erring: counts.convolution(
            erring,
            variant.conv_depth,
            (variant.conv_kernel,) * 2,
            variant.conv_filters,
            places=(side**2, slid**2),
        ),
        "nonsquare_params": lambda erring: counts.convolution(
            erring, variant.flat_depth, (variant.flat_high, variant.flat_wide), variant.flat_filters
        ),
        "dense_params": lambda erring: image.params(erring, 1),
        "flatten_dense_params": lambda erring: last.params(erring, 1),
        "lenet_colour": _lenet_colour,
        "mlp_colour": lambda erring: (
            plain_mlp.total(erring)
            + erring.pick(0, {message("You also tripled the biases of the first layer."): 2 * variant.mlp_units})
        ),
        "pointwise_params": lambda erring: counts.convolution(
            erring, variant.point_depth, (1, 1), variant.point_filters, places=(variant.point_size**2,)
        ),
        "depthwise_params": lambda erring: _depthwise_params(variant, erring),
        "conv1d_params": lambda erring: counts.convolution(
            erring, variant.step_channels, (variant.step_width,), variant.step_filters, places=(variant.steps, steps)
        ),
        "conv3d_params": lambda erring: counts.convolution(
            erring,
            variant.scan_channels,
            (3, 3, 3),
            variant.scan_filters,
            places=(variant.scan_size**3, valid(variant.scan_size, 3) ** 3),
        ),
    }


def _lenet_colour(erring: Erring) -> int:
    first = Network((28, 28, 3), [conv(6, 5, padded=True), pool(), conv(16, 5), pool(), flatten()])
    net = Network((28, 28, 3), [*first.layers, layer(120), layer(84), layer(10)])
    total = net.total(erring)
    added = message("You added the weights for colour to one filter only, but all six filters get them.")
    second = message("You assumed that the second convolution reads three times as many maps.")
    return erring.pick(total, {added: lenet(1) + 50, second: lenet(3) + 2 * 25 * 6 * 16})


def _depthwise_params(variant: Variant, erring: Erring) -> int:
    depth = variant.deep_depth
    side = variant.deep_kernel
    multiplier = variant.multiplier
    window = side**2
    if erring(message("This is an ordinary convolution with as many filters as the multiplier says.")):
        return convolution(depth, window, multiplier)
    if erring(message("This is an ordinary convolution with as many filters as there are input maps.")):
        return convolution(depth, window, depth)
    weights = erring.pick(
        window,
        {
            message("You left out one side of the filter."): side,
            message("You added the sides of the filter."): 2 * side,
        },
    )
    map_counts: dict[Text, int] = {
        message("You left out the channel multiplier."): depth,
        message("You left out the depth of the input."): multiplier,
        message("You added the channel multiplier instead of multiplying by it."): depth + multiplier,
        counts.ONE_FILTER: 1,
    }
    map_count = erring.pick(variant.depthwise_maps, map_counts)
    bias_counts: dict[Text, int] = {
        counts.NO_BIASES: 0,
        counts.ONE_BIAS: 1,
        message("You counted one bias for each input map, but each output map has one."): depth,
        message("You counted as many biases as the multiplier says, but each output map has one."): multiplier,
        message("You counted the biases twice."): 2 * map_count,
    }
    biases = erring.pick(map_count, bias_counts)
    size = variant.deep_size
    for places in (size**2, valid(size, side) ** 2):
        if erring(
            message(
                ("You counted the weights again at each of {places} positions, but a filter has them only once."),
                places=places,
            )
        ):
            return (weights * map_count + biases) * places
    return weights * map_count + biases


def _methods_of_the_rest(variant: Variant) -> dict[str, Callable[[Erring], Any]]:
    return {
        "batchnorm_params": lambda erring: _normalisation(variant, 4, erring),
        "batchnorm_frozen": lambda erring: _normalisation(variant, 2, erring),
        "receptive_field": lambda erring: _field(variant, erring),
        "memory": lambda erring: _memory(variant, erring),
    }


def _normalisation(variant: Variant, per_map: int, erring: Erring) -> int:
    size, maps_of_layer = variant.norm_size, variant.norm_maps
    amounts = {
        message("You counted all four numbers of each map."): 4,
        message("You counted three numbers of each map."): 3,
        message("You counted two numbers of each map."): 2,
        message("You counted one number of each map."): 1,
    }
    map_counts = {
        message("You counted every position of a map, but a whole map shares its numbers."): maps_of_layer * size**2,
        message("You counted one side of the maps, but a whole map shares its numbers."): maps_of_layer * size,
        message("You counted all maps as one."): 1,
        message("You counted the positions of one map, but each map has its numbers only once."): size**2,
    }
    return int(
        erring.pick(per_map, {text: n for text, n in amounts.items() if n != per_map})
        * erring.pick(maps_of_layer, map_counts)
    )


def _field(variant: Variant, erring: Erring) -> int:
    (first, _), (side, _), (second, _) = variant.layers
    if erring(message("You multiplied the sizes of all windows, but the windows of neighbours overlap.")):
        return first * side * second
    if erring(message("You added the sizes of all windows.")):
        return first + side + second
    layers = erring.pick(
        variant.layers,
        {
            message("You left out the second convolution."): ((first, 1), (side, side), (1, 1)),
            message("You left out the first convolution."): ((1, 1), (side, side), (second, 1)),
            message("You swapped the order: you started from the last layer."): (
                *((second, 1), (side, side), (first, 1)),
            ),
        },
    )
    field = receptive_fields(layers)[-1]
    return erring.pick(
        field,
        {
            message("You left out the pixel in the middle."): field - 1,
            message("This is half of the receptive field, to one side of the middle."): field // 2,
        },
    )


def _memory(variant: Variant, erring: Erring) -> float:
    side, filters = variant.memory_side, variant.memory_filters
    bytes_per_value = erring.pick(
        4,
        {
            message("You counted 64 bits for each value. Here a value has 32 bits, which are 4 bytes."): 8,
            message("You counted 16 bits for each value. Here a value has 32 bits, which are 4 bytes."): 2,
        },
    )
    map_count = erring.pick(
        filters,
        {
            message("You counted only one map."): 1,
            message("This is the memory of the image, with its three colours."): 3,
            message("You added the three colours of the image to the maps of the output."): filters + 3,
        },
    )
    area = erring.pick(
        side**2,
        {
            message("You left out one side of the maps."): side,
            message("You halved the sides of the maps."): side**2 // 4,
        },
    )
    unit = erring.pick(
        1024**2,
        {
            message("This is in KiB: divide by 1024 once more."): 1024,
            message("This is in GiB: you divided by 1024 once too often."): 1024**3,
            message("You counted 1 KiB as 1000 bytes."): 1000 * 1024,
        },
    )
    return float(area * map_count * bytes_per_value / unit)


def choices() -> dict[str, dict[str, Text]]:
    """Question id -> choice -> why it is right or wrong."""
    return {
        "weightless": {
            "a": message("Conv2D learns weights and biases."),
            "b": message("MaxPooling2D only picks the largest value of each window."),
            "c": message("BatchNormalization has four numbers for each map and trains two of them."),
            "d": message("Flatten only puts the values into one row."),
            "e": message("You set the rate of Dropout; the network does not learn it."),
            "f": message("Dense learns weights and biases."),
        }
    }
