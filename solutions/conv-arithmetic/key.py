"""Answers of `conv-arithmetic`, all by formula, and the slips that explain wrong ones.

Some numbers printed in the lectures do not hold; where a student may have taken one over, a slip says so.
"""

from math import ceil
from typing import Any

import numpy as np

from grader.model.key import Slip

_IMAGE = np.array([[2, 0, 1, 3], [1, 4, 0, 2], [3, 1, 5, 0], [0, 2, 1, 4]])
_FILTER = np.array([[0, 1, 2], [-1, 0, 1], [0, 0, 1]])


def valid(size: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """Length of an output axis; a filter that hangs over the edge gives no output.

    Args:
        size: Length of the input axis.
        kernel: Length of the filter along it.
        stride: Steps between two places of the filter.
        padding: Zeros added at each end.
    """
    return (size + 2 * padding - kernel) // stride + 1


def same(size: int, stride: int = 1) -> int:
    """Length of an output axis with `padding='same'`."""
    return ceil(size / stride)


def convolution(depth: int, window: int, filters: int) -> int:
    """Weights and biases of `filters` filters of `window` places each on `depth` input maps."""
    return (depth * window + 1) * filters


def depthwise(depth: int, window: int, multiplier: int) -> int:
    """Weights and biases of a depthwise convolution: one filter and one bias for each output map."""
    return (window + 1) * depth * multiplier


def dense(inputs: int, units: int) -> int:
    """Weights and biases of a dense layer."""
    return (inputs + 1) * units


def correlation(image: np.ndarray[Any, Any], kernel: np.ndarray[Any, Any]) -> list[list[int]]:
    """Feature map of one filter, stride 1, no padding; the filter is not flipped."""
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return [[int(value) for value in row] for row in np.einsum("rcij,ij->rc", windows, kernel)]


def receptive_field(*layers: tuple[int, int]) -> int:
    """Side of the square of pixels that one neuron sees after layers of (kernel, stride)."""
    side, step = 1, 1
    for kernel, stride in layers:
        side, step = side + (kernel - 1) * step, step * stride
    return side


def lenet(channels: int) -> int:
    """Parameters of the LeNet-5 of boracchi-cnn-2020 on 28 x 28 images with so many channels."""
    flat = valid(28 // 2, 5) // 2
    convolutions = convolution(channels, 5 * 5, 6) + convolution(6, 5 * 5, 16)
    return convolutions + dense(flat * flat * 16, 120) + dense(120, 84) + dense(84, 10)


def mlp(channels: int) -> int:
    """Parameters of two dense layers, 84 and 10 neurons, on 32 x 32 images with so many channels."""
    return dense(32 * 32 * channels, 84) + dense(84, 10)


def answers() -> dict[str, Any]:
    """Question id -> expected answer."""
    return {
        "valid_shape": (valid(32, 5), valid(32, 5), 6),
        "stride_size": valid(28, 3, stride=2),
        "feature_map_shape": (valid(31, 5, stride=2, padding=2), valid(41, 7, stride=3, padding=3)),
        "same_shape": (same(45, 2), same(45, 2), 16),
        "pool_shape": (valid(13, 2, stride=2), valid(13, 2, stride=2), 24),
        "pool_discarded": 1 - 1 / 3**2,
        "feature_map": correlation(_IMAGE, _FILTER),
        "conv_params": convolution(16, 5 * 5, 32),
        "nonsquare_params": convolution(3, 3 * 5, 8),
        "dense_params": dense(32 * 32 * 3, 1024),
        "flatten_dense_params": dense(5 * 5 * 120, 84),
        "lenet_colour": lenet(channels=3),
        "mlp_colour": mlp(channels=3),
        "weightless": ["b", "d", "e"],
        "pointwise_params": convolution(256, 1, 64),
        "pointwise_use": "c",
        "depthwise_params": depthwise(8, 3 * 3, multiplier=2),
        "depthwise_shape": (valid(20, 3), valid(20, 3), 8 * 2),
        "conv1d_shape": (valid(500, 7, stride=3), 32),
        "conv1d_params": convolution(6, 7, 32),
        "conv3d_params": convolution(2, 3**3, 16),
        "conv3d_shape": (valid(24, 3), valid(24, 3), valid(24, 3), 16),
        "batchnorm_params": 4 * 32,
        "batchnorm_frozen": 2 * 32,
        "receptive_field": receptive_field((3, 1), (2, 2), (3, 1)),
        "memory": 512 * 512 * 100 * 4 / 1024**2,
    }


def slips() -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    return _sizes() | _pooling() | _values() | _convolutions() | _dense_layers() | _special() | _more() | _choices()


def _sizes() -> dict[str, list[Slip]]:
    padded = "This is the size with padding='same'."
    no_one = "The + 1 at the end of the formula is missing."
    slid, cube = valid(20, 3), valid(24, 3)
    return {
        "valid_shape": [
            Slip((32, 32, 6), padded, "Nothing is padded here: 32 - 5 + 1 along each axis."),
            Slip((32 - 5, 32 - 5, 6), no_one, "The filter also fits at the first place: 32 - 5 + 1."),
            Slip((valid(32, 5), valid(32, 5), 3), "The depth is the one of the image.", "Six filters give 6 maps."),
            Slip(
                (valid(32, 5), valid(32, 5), 6 * 3), "The colours were counted twice.", "A filter adds them up: 6 maps."
            ),
            Slip((valid(28, 5), valid(28, 5), 6), "This starts from 28 x 28, as the slide.", "Here it is 32 - 5 + 1."),
        ],
        "stride_size": [
            Slip(
                (28 - 3) / 2 + 1, "The remainder was kept.", "The filter fits 25 // 2 + 1 times; half a place is none."
            ),
            Slip(
                same(28, 2), "This was rounded up, as for padding='same'.", "Without padding round down: 25 // 2 + 1."
            ),
            Slip((28 - 3) // 2, no_one, "25 // 2 steps are one place more: 25 // 2 + 1."),
            Slip(valid(28, 3), "This is the size with stride 1.", "Divide by the stride: 25 // 2 + 1."),
        ],
        "feature_map_shape": [
            Slip(
                (valid(31, 5, 2), valid(41, 7, 3)),
                "The padding was left out.",
                "Add it at both ends: 31 + 4 and 41 + 6.",
            ),
            Slip(
                ((31 + 2 - 5) // 2 + 1, (41 + 3 - 7) // 3 + 1),
                "The padding was added at one end only.",
                "Add it at both: (31 + 4 - 5) // 2 + 1 and (41 + 6 - 7) // 3 + 1.",
            ),
            Slip(
                (ceil((31 + 4 - 5) / 2) + 1, ceil((41 + 6 - 7) / 3) + 1),
                "The width was rounded up.",
                "40 / 3 is 13 and a rest, which is dropped: 13 + 1.",
            ),
            Slip(
                (valid(41, 7, 3, 3), valid(31, 5, 2, 2)),
                "Height and width are swapped.",
                "Height first: it belongs to the 31 rows.",
            ),
        ],
        "same_shape": [
            Slip(
                (45 // 2, 45 // 2, 16),
                "This was rounded down.",
                "'same' pads until the last pixel counts: 45 / 2, rounded up.",
            ),
            Slip(
                (45, 45, 16), "The stride was left out.", "'same' keeps the size only for stride 1: 45 / 2, rounded up."
            ),
            Slip(
                (valid(45, 5, 2), valid(45, 5, 2), 16), "This is without padding.", "With 'same': 45 / 2, rounded up."
            ),
            Slip((same(45, 2), same(45, 2), 3), "The depth is the one of the image.", "16 filters give 16 maps."),
        ],
        "depthwise_shape": [
            Slip(
                (slid, slid, 8), "The channel multiplier was left out.", "Each of the 8 maps gives 2: a depth of 8 * 2."
            ),
            Slip(
                (slid, slid, 2), "The depth is the multiplier alone.", "Each of the 8 maps gives 2: a depth of 8 * 2."
            ),
            Slip((20, 20, 16), padded, "Nothing is padded here: 20 - 3 + 1."),
        ],
        "conv1d_shape": [
            Slip(
                (ceil((500 - 7) / 3) + 1, 32), "This was rounded up.", "493 // 3 + 1: the last filter would hang over."
            ),
            Slip(((500 - 7) // 3, 32), no_one, "493 // 3 + 1 places."),
            Slip((valid(500, 7), 32), "The stride was left out.", "The filter moves by 3: 493 // 3 + 1."),
            Slip(
                (valid(500, 7, 3), 32 * 6),
                "The channels were multiplied.",
                "A filter reads all 6 and gives one map: 32.",
            ),
            Slip((valid(500, 7, 3), 6), "The depth is the one of the input.", "32 filters give 32 maps."),
        ],
        "conv3d_shape": [
            Slip((cube, cube, 16), "One axis is missing.", "The filter slides along three axes: (22, 22, 22, 16)."),
            Slip((24, 24, 24, 16), padded, "Nothing is padded here: 24 - 3 + 1."),
            Slip(
                (cube, cube, cube, 16 * 2),
                "The channels were multiplied.",
                "A filter reads both and gives one map: 16.",
            ),
            Slip((cube, cube, cube, 2), "The depth is the one of the input.", "16 filters give 16 maps."),
        ],
    }


def _pooling() -> dict[str, list[Slip]]:
    return {
        "pool_shape": [
            Slip(
                (same(13, 2), same(13, 2), 24),
                "This was rounded up.",
                "Without padding the last row and column are dropped: 13 // 2.",
            ),
            Slip(
                (valid(13, 2), valid(13, 2), 24),
                "This is pooling with stride 1.",
                "The window moves by its own size: 13 // 2.",
            ),
            Slip(
                (valid(13, 2, 2), valid(13, 2, 2), 24 // 2),
                "The depth was halved, too.",
                "Pooling works on each map by itself: 24 stay 24.",
            ),
        ],
        "pool_discarded": [
            Slip(1 / 9, "This is the share that is kept.", "One of 9 is kept, so 8 of 9 are thrown away."),
            Slip(3 / 4, "This is for 2 x 2 windows, as on the slide.", "In 3 x 3 windows 8 of 9 are thrown away."),
            Slip(2 / 3, "This counts one axis only.", "It is one of 3 along each axis, so one of 9 is kept."),
        ],
    }


def _values() -> dict[str, list[Slip]]:
    border = np.pad(_IMAGE, 1)
    return {
        "feature_map": [
            Slip(
                correlation(_IMAGE, _FILTER[::-1, ::-1]),
                "The filter was flipped, as in signal processing.",
                "A CNN lays it on as it is: top left is 2*0 + 0*1 + 1*2 - 1*1 + 4*0 + 0*1 + 3*0 + 1*0 + 5*1.",
            ),
            Slip(
                correlation(_IMAGE, _FILTER.T), "Rows and columns of the filter are swapped.", "Lay it on as printed."
            ),
            Slip(
                correlation(border, _FILTER),
                "Zeros were padded around the image.",
                "Without padding 2 x 2 places are left.",
            ),
            Slip(
                correlation(_IMAGE, np.maximum(_FILTER, 0)),
                "The minus sign of the filter was overlooked.",
                "The left weight of the middle row is -1.",
            ),
        ]
    }


def _convolutions() -> dict[str, list[Slip]]:
    right, flat = "(16 * 5 * 5 + 1) * 32", "(3 * 3 * 5 + 1) * 8"
    return {
        "conv_params": [
            Slip(16 * 25 * 32, "The biases are missing.", f"Each filter has one: {right}."),
            Slip(
                convolution(1, 25, 32), "The depth of the input was left out.", f"A filter sees all 16 maps: {right}."
            ),
            Slip(16 * 25 * 32 + 1, "There is only one bias.", f"Each filter has one: {right}."),
            Slip((16 * 26) * 32, "There is a bias for each input map.", f"A filter has a single bias: {right}."),
            Slip(
                20 * 20 * convolution(16, 25, 32),
                "The weights were counted at every place.",
                f"They are shared: {right}.",
            ),
        ],
        "nonsquare_params": [
            Slip(3 * 15 * 8, "The biases are missing.", f"Each filter has one: {flat}."),
            Slip(convolution(1, 15, 8), "The depth of the input was left out.", f"A filter sees all 3 maps: {flat}."),
            Slip(convolution(3, 9, 8), "This is for 3 x 3 filters.", f"They are 3 high and 5 wide: {flat}."),
            Slip(convolution(3, 25, 8), "This is for 5 x 5 filters.", f"They are 3 high and 5 wide: {flat}."),
        ],
        "lenet_colour": [
            Slip(
                lenet(1),
                "This is LeNet-5 on grey images.",
                "The first convolution grows from 156 to (5 * 5 * 3 + 1) * 6.",
            ),
            Slip(
                3 * lenet(1),
                "Everything was multiplied by 3.",
                "Only the first convolution reads the colours: 300 weights more.",
            ),
            Slip(
                lenet(1) + 2 * 156,
                "Its biases grew, too.",
                "Six filters keep 6 biases: (5 * 5 * 3 + 1) * 6 instead of 156.",
            ),
            Slip(
                lenet(1) + 450,
                "The weights for colour were added on top.",
                "They replace the 150 for grey: 300 more, not 450.",
            ),
        ],
    }


def _dense_layers() -> dict[str, list[Slip]]:
    image, flat, both = "(32 * 32 * 3 + 1) * 1024", "(5 * 5 * 120 + 1) * 84", "(32 * 32 * 3 + 1) * 84 + (84 + 1) * 10"
    return {
        "dense_params": [
            Slip(
                32 * 32 * 3 * 1024, "These are the weights alone, as on the slide.", f"Each neuron has a bias: {image}."
            ),
            Slip(2072 * 1024, "The slide misprints 3,072 as 2,072.", f"An image has 32 * 32 * 3 values: {image}."),
            Slip(dense(32 * 32, 1024), "The colours were left out.", f"An image has 32 * 32 * 3 values: {image}."),
            Slip(32 * 32 * 3 * 1024 + 1, "There is only one bias.", f"Each neuron has a bias: {image}."),
        ],
        "flatten_dense_params": [
            Slip(5 * 5 * 120 * 84, "The biases are missing.", f"Each neuron has a bias: {flat}."),
            Slip(dense(120, 84), "Each map was counted as one value.", f"It has 5 x 5 of them: {flat}."),
            Slip(dense(5 * 5, 84), "Only one map was counted.", f"There are 120: {flat}."),
            Slip(dense(5 * 120, 84), "One axis of the maps was left out.", f"They are 5 x 5: {flat}."),
        ],
        "mlp_colour": [
            Slip(
                3 * mlp(1),
                "Everything was multiplied by 3, as the slide does; that is not quite right.",
                f"Biases and the second layer do not grow with the colours: {both}.",
            ),
            Slip(mlp(1), "This is for grey images.", f"The first layer reads three colours: {both}."),
            Slip(dense(32 * 32 * 3, 84), "The second layer is missing.", f"Add its (84 + 1) * 10: {both}."),
            Slip(32 * 32 * 3 * 84 + 84 * 10, "The biases are missing.", f"Each neuron has one: {both}."),
        ],
    }


def _special() -> dict[str, list[Slip]]:
    point, deep, line, cube = (
        "(1 * 1 * 256 + 1) * 64",
        "(3 * 3 + 1) * 8 * 2",
        "(7 * 6 + 1) * 32",
        "(3 * 3 * 3 * 2 + 1) * 16",
    )
    return {
        "pointwise_params": [
            Slip(256 * 64, "The biases are missing.", f"Each filter has one: {point}."),
            Slip(
                convolution(1, 1, 64), "The depth of the input was left out.", f"A filter sees all 256 maps: {point}."
            ),
            Slip(convolution(256, 9, 64), "This is for 3 x 3 filters.", f"Here they are 1 x 1: {point}."),
            Slip(
                14 * 14 * convolution(256, 1, 64),
                "The weights were counted at every pixel.",
                f"They are shared: {point}.",
            ),
        ],
        "depthwise_params": [
            Slip(
                convolution(8, 9, 16),
                "This is an ordinary convolution with 16 filters.",
                f"Here each filter sees one map: {deep}.",
            ),
            Slip(depthwise(8, 9, 1), "The channel multiplier was left out.", f"Each map gets 2 filters: {deep}."),
            Slip(9 * 8 * 2, "The biases are missing.", f"Each of the 16 output maps has one: {deep}."),
            Slip(9 * 8 * 2 + 8, "There is a bias for each input map.", f"Each of the 16 output maps has one: {deep}."),
        ],
        "conv1d_params": [
            Slip(7 * 6 * 32, "The biases are missing.", f"Each filter has one: {line}."),
            Slip(convolution(1, 7, 32), "The channels were left out.", f"A filter reads all 6: {line}."),
            Slip(convolution(6, 7 * 7, 32), "This is for a 2-D filter of 7 x 7.", f"There is one axis only: {line}."),
            Slip(500 * convolution(6, 7, 32), "The weights were counted at every step.", f"They are shared: {line}."),
        ],
        "conv3d_params": [
            Slip(27 * 2 * 16, "The biases are missing.", f"Each filter has one: {cube}."),
            Slip(convolution(1, 27, 16), "The channels were left out.", f"A filter reads both: {cube}."),
            Slip(convolution(2, 9, 16), "This is for a 2-D filter of 3 x 3.", f"It has three axes: {cube}."),
            Slip(
                convolution(24, 9, 16),
                "One axis was taken for the channels.",
                f"Channels come on top of the three axes: {cube}.",
            ),
        ],
    }


def _more() -> dict[str, list[Slip]]:
    field = "3 pooled values cover 2 * 3 = 6 neurons of the first layer, and these 6 + 2 pixels."
    values = 512 * 512 * 100
    return {
        "batchnorm_params": [
            Slip(
                2 * 32,
                "Only two of its four vectors were counted.",
                "Scale, shift, moving mean, moving variance: 4 * 32.",
            ),
            Slip(4 * 24 * 24 * 32, "Every place was counted.", "A whole feature map shares its four numbers: 4 * 32."),
            Slip(4, "The maps were counted as one.", "Each of the 32 maps has four numbers: 4 * 32."),
            Slip(32, "One number for each map was counted.", "Each has four: 4 * 32."),
        ],
        "batchnorm_frozen": [
            Slip(4 * 32, "These are all its parameters.", "Scale and shift are trained; 2 * 32 are not."),
            Slip(0, "All were taken for trainable.", "The moving mean and variance are measured, not trained: 2 * 32."),
            Slip(32, "Only one of two vectors was counted.", "The moving mean and the moving variance: 2 * 32."),
            Slip(2, "The maps were counted as one.", "Two for each of the 32 maps: 2 * 32."),
        ],
        "receptive_field": [
            Slip(3 * 4, "This is 3 * 4, as the slide prints; but the windows of neighbours overlap.", field),
            Slip(receptive_field((3, 1), (3, 1)), "The pooling was left out.", field),
            Slip(receptive_field((3, 1), (2, 1), (3, 1)), "The pooling was taken with stride 1.", field),
            Slip(3 * 3, "The sizes of the filters were multiplied.", field),
            Slip(
                receptive_field((3, 1), (2, 2), (3, 1)) ** 2,
                "This is the area.",
                "The question asks for the side of the square.",
            ),
        ],
        "memory": [
            Slip(
                3 * values * 4 / 1024**2,
                "This is 3 x 512 x 512 x 100, as the slide prints; but the output has no colours any more.",
                "Each filter gives one map: 512 * 512 * 100 values of 4 bytes.",
            ),
            Slip(values * 32 / 1024**2, "This is in Mibit.", "A byte has 8 bits: divide by 8."),
            Slip(values / 1024**2, "Each value was counted as one byte.", "32 bits are 4 bytes."),
            Slip(values * 4 / 10**6, "This is in MB of a million bytes.", "1 MiB is 1024 * 1024 bytes."),
            Slip(508 * 508 * 100 * 4 / 1024**2, "The image was not padded.", "With 'same' the maps are 512 x 512."),
        ],
    }


def _choices() -> dict[str, list[Slip]]:
    return {
        "weightless": [
            Slip(
                ["b", "c", "d", "e"],
                "Batch normalisation was taken for a layer without parameters.",
                "It has four numbers for each map; two of them are trained.",
            ),
            Slip(["b", "d"], "Dropout was taken for a layer with parameters.", "Its rate is set, not learned."),
            Slip(["b", "e"], "Flatten was taken for a layer with parameters.", "It only lines up the values."),
        ],
        "pointwise_use": [
            Slip("a", "Height and width stay.", "A 1 x 1 filter fits at every pixel."),
            Slip("b", "The receptive field stays.", "A neuron sees what the pixel below it saw."),
            Slip("d", "It mixes the maps, it does not only scale them.", "64 filters on 256 maps give 64 maps."),
        ],
    }
