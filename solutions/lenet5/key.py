"""Answers of `lenet5`: the two networks of the lectures, and one of the same build with each student's own sizes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import accumulate
from random import Random
from typing import Any

from grader.cnn import by_hand
from grader.mistakes.networks import Layer, Network, conv, dense, flatten, pool
from grader.model.key import Slip, following
from grader.model.mistakes import Erring
from grader.text.messages import message

HELDOUT = {
    "accuracy": {
        "file": "heldout/mnist-2000.npz",
        "classes": [str(digit) for digit in range(10)],
        "exercise": "keras-cnn",
    }
}

Values = Mapping[str, Any]  # as `draw` returns them

_BORACCHI = [156, 2416, 48120, 10164, 850]
_MARQUES = [156, 2416, 2040, 252084, 850]
_BORACCHI_BIASES = [6, 16, 120, 84, 10]
_MARQUES_BIASES = [6, 16, 120, 84, 10]
# Questions about the student's own network whose answer is a number.
_PERSONAL = (
    *("flatten_length", "conv1_params", "conv2_params", "dense1_params", "total_params", "dense_share"),
    *("colour_total", "mlp_grey", "mlp_colour"),
)
_DISTANCES = {"dense_share": 0.004}  # differences that rounding could hide; shares are asked for with more decimals


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One student's network like LeNet-5: padded convolution, pooling, convolution, pooling, three dense layers.

    Attributes:
        side: Rows and columns of the grey images.
        kernel: Side of the filters of both convolutions.
        filters_1: Filters of the first convolution.
        filters_2: Filters of the second one.
        hidden_1: Neurons of the first dense layer.
        hidden_2: Neurons of the second one.
        classes: Neurons of the last one.
    """

    side: int
    kernel: int
    filters_1: int
    filters_2: int
    hidden_1: int
    hidden_2: int
    classes: int

    @property
    def pooled_1(self) -> int:
        """Side of the maps after the first pooling."""
        return self.side // 2

    @property
    def second(self) -> int:
        """Side of the maps after the second convolution."""
        return by_hand.valid(self.pooled_1, self.kernel)

    @property
    def pooled_2(self) -> int:
        """Side of the maps after the second pooling."""
        return self.second // 2

    @property
    def flat(self) -> int:
        """Length of the flattened vector."""
        return self.pooled_2**2 * self.filters_2

    @property
    def window(self) -> int:
        """Cells of a filter in one map."""
        return self.kernel**2

    @property
    def conv_1(self) -> int:
        """Parameters of the first convolution."""
        return by_hand.convolution(1, self.window, self.filters_1)

    @property
    def conv_2(self) -> int:
        """Parameters of the second convolution."""
        return by_hand.convolution(self.filters_1, self.window, self.filters_2)

    @property
    def dense_1(self) -> int:
        """Parameters of the first dense layer."""
        return by_hand.dense(self.flat, self.hidden_1)

    @property
    def dense_2(self) -> int:
        """Parameters of the second dense layer."""
        return by_hand.dense(self.hidden_1, self.hidden_2)

    @property
    def dense_3(self) -> int:
        """Parameters of the last layer."""
        return by_hand.dense(self.hidden_2, self.classes)

    @property
    def dense(self) -> int:
        """Parameters of all dense layers."""
        return self.dense_1 + self.dense_2 + self.dense_3

    @property
    def total(self) -> int:
        """All parameters."""
        return self.conv_1 + self.conv_2 + self.dense

    @property
    def biases(self) -> int:
        """All biases."""
        return self.filters_1 + self.filters_2 + self.hidden_1 + self.hidden_2 + self.classes

    @property
    def colour(self) -> int:
        """Weights that the first convolution has in addition on colour images."""
        return 2 * self.window * self.filters_1

    def mlp(self, depth: int) -> int:
        """Parameters of a network of two dense layers that reads all pixels of images of this depth."""
        return by_hand.dense(self.side**2 * depth, self.hidden_2, self.classes)


def draw(rng: Random) -> dict[str, Any]:
    """Sizes of a network like LeNet-5, on square grey images."""
    while True:
        variant = Variant(
            side=rng.choice([20, 24, 28, 32, 36, 40]),
            kernel=rng.choice([3, 5]),
            filters_1=rng.choice([4, 5, 8, 10, 12]),
            filters_2=rng.choice([10, 15, 18, 20, 24, 30]),
            hidden_1=rng.choice([40, 50, 60, 80, 100]),
            hidden_2=rng.choice([20, 25, 30, 35]),
            classes=rng.choice([3, 4, 5, 6, 7, 8]),
        )
        if variant.filters_1 < variant.filters_2 and _all_apart(asdict(variant)):
            return asdict(variant)


def _all_apart(values: Values) -> bool:
    """Whether no two wrong answers to a question about the student's own network are the same when rounded."""
    listed = slips(values)
    return all(
        by_hand.all_apart((slip.value for slip in listed[question]), _DISTANCES.get(question, by_hand.FAR_APART))
        for question in _PERSONAL
    )


# ---- Right answers -------------------------------------------------------------------------------------------------


def answers(values: Values) -> dict[str, Any]:
    """Question id -> expected answer; for models the name of the reference model."""
    variant = Variant(**values)
    return {
        "boracchi": "lenet5_boracchi",
        "boracchi_counts": _BORACCHI,
        "marques": "lenet5_marques",
        "marques_counts": _MARQUES,
        "marques_share": sum(_MARQUES[3:]) / sum(_MARQUES),
        "lecun_total": sum(_BORACCHI),
        "conv1_shape": (variant.side, variant.side, variant.filters_1),
        "conv2_shape": (variant.second, variant.second, variant.filters_2),
        "flatten_length": variant.flat,
        "conv1_params": variant.conv_1,
        "conv2_params": variant.conv_2,
        "dense1_params": variant.dense_1,
        "total_params": variant.total,
        "dense_share": variant.dense / variant.total,
        "colour_total": variant.total + variant.colour,
        "colour_grows": "a",
        "mlp_grey": variant.mlp(1),
        "mlp_colour": variant.mlp(3),
    }


def follow_on(values: Values, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Question id -> answer that follows from the student's own earlier answers.

    `first` in the rules says that the student wrote the depth of a shape first.
    """
    variant = Variant(**values)
    after_first_dense = variant.dense_2 + variant.dense_3
    layers = ("conv1_params", "conv2_params", "dense1_params")
    return following(
        {
            "boracchi_counts": lambda: _counts(earlier["boracchi"]),
            "marques_counts": lambda: _counts(earlier["marques"]),
            "conv2_shape": [partial(_second_of, variant, earlier, first) for first in (False, True)],
            "conv2_params": [partial(_second_parameters, variant, earlier, first) for first in (False, True)],
            "flatten_length": [partial(_pooled_of, earlier, first) for first in (False, True)],
            "dense1_params": lambda: by_hand.dense(earlier["flatten_length"], variant.hidden_1),
            "total_params": [
                lambda: sum(earlier[name] for name in layers) + after_first_dense,
                lambda: _without_biases(variant, [earlier[name] for name in layers]),
            ],
            "dense_share": [
                lambda: (earlier["dense1_params"] + after_first_dense) / earlier["total_params"],
                lambda: 1 - (earlier["conv1_params"] + earlier["conv2_params"]) / earlier["total_params"],
            ],
            "colour_total": [
                lambda: earlier["total_params"] + variant.colour,
                lambda: earlier["total_params"] + _grown(variant, earlier)[earlier["colour_grows"]],
            ],
            "mlp_colour": lambda: earlier["mlp_grey"] + 2 * variant.side**2 * variant.hidden_2,
            "marques_share": lambda: sum(earlier["marques_counts"][3:]) / sum(earlier["marques_counts"]),
            "lecun_total": [
                lambda: sum(earlier["boracchi_counts"]),
                lambda: sum(earlier["marques_counts"]) - sum(earlier["marques_counts"][2:4]) + sum(_BORACCHI[2:4]),
            ],
        }
    )


def _second_of(variant: Variant, earlier: Mapping[str, Any], first: bool) -> list[int]:
    """The shape after the second convolution, from the shape that the student found after the first one."""
    return _second(variant, earlier["conv1_shape"], first)


def _second_parameters(variant: Variant, earlier: Mapping[str, Any], first: bool) -> int:
    """The parameters of the second convolution, which has as many weights as the student's maps ask for."""
    depth: int = by_hand.depth_last(earlier["conv1_shape"], first)[2]
    return (variant.window * depth + 1) * variant.filters_2


def _pooled_of(earlier: Mapping[str, Any], first: bool) -> int:
    """How many values are flattened, from the shape that the student found after the second convolution."""
    return _pooled(earlier["conv2_shape"], first)


def _counts(model: Any) -> list[int]:
    """Parameters of the layers of a student's own model that have some."""
    return [layer.parameters for layer in model.layers if layer.parameters]


def _second(variant: Variant, shape: Sequence[int], first: bool) -> list[int]:
    """The output of the second convolution, the axes in the order of the student's first shape."""
    height, width = (side // 2 - variant.kernel + 1 for side in by_hand.depth_last(shape, first)[:2])
    return [variant.filters_2, height, width] if first else [height, width, variant.filters_2]


def _without_biases(variant: Variant, layers: list[int]) -> int | None:
    """Parameters of the whole network without biases, if the student also forgot them in the layers before."""
    biases = (variant.filters_1, variant.filters_2, variant.hidden_1)
    forgotten = layers == [variant.conv_1 - biases[0], variant.conv_2 - biases[1], variant.dense_1 - biases[2]]
    return variant.total - variant.biases if forgotten else None


def _grown(variant: Variant, earlier: Mapping[str, Any]) -> dict[str, int]:
    """By how much the network grows with colour, for each choice of what grows."""
    first = variant.colour
    return {
        "b": 2 * earlier["conv1_params"],
        "c": first + 2 * variant.window * variant.filters_1 * variant.filters_2,
        "d": first + 2 * earlier["flatten_length"] * variant.hidden_1,
        "e": 2 * earlier["total_params"],
    }


def _pooled(shape: Sequence[int], first: bool) -> int:
    """How many values are flattened after the second pooling, from the shape before it."""
    height, width, depth = by_hand.depth_last(shape, first)
    return (height // 2) * (width // 2) * depth


def slips(values: Values) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    variant = Variant(**values)
    return (
        _slips_of_the_lectures()
        | _slips_of_shapes(variant)
        | _slips_of_convolutions(variant)
        | _slips_of_dense_layers(variant)
        | _slips_of_totals(variant)
        | _slips_of_colour(variant)
    )


def _slips_of_the_lectures() -> dict[str, list[Slip]]:
    layers = message("(5*5*1 + 1) * 6, (5*5*6 + 1) * 16, then (400 + 1) * 120, (120 + 1) * 84, (84 + 1) * 10")
    of_marques = message(
        "(5*5*1 + 1) * 6, (5*5*6 + 1) * 16, (1*1*16 + 1) * 120, then (5*5*120 + 1) * 84 and (84 + 1) * 10"
    )
    total, dense_layers = sum(_MARQUES), sum(_MARQUES[3:])
    share = message("(252,084 + 850) / 257,546.")
    return {
        "boracchi_counts": [
            Slip(
                _less(_BORACCHI, _BORACCHI_BIASES),
                message("The biases are missing."),
                message("Each filter and each neuron has a bias: {layers}.", layers=layers),
            ),
            Slip(
                [count - bias + 1 for count, bias in zip(_BORACCHI, _BORACCHI_BIASES, strict=True)],
                message("You counted only one bias for each layer."),
                message("Count one bias for each filter and each neuron: {layers}.", layers=layers),
            ),
            Slip(
                list(accumulate(_BORACCHI)),
                message("These are running totals."),
                message("Give the number for each layer separately: {layers}.", layers=layers),
            ),
            Slip(
                [156, 0, 2416, 0, 0, 48120, 10164, 850],
                message("Your list also contains the layers without weights."),
                message("Leave out the three zeros."),
            ),
        ],
        "marques_counts": [
            Slip(
                _less(_MARQUES, _MARQUES_BIASES),
                message("The biases are missing."),
                message("Each filter and each neuron has a bias: {layers}.", layers=of_marques),
            ),
            Slip(
                [count - bias + 1 for count, bias in zip(_MARQUES, _MARQUES_BIASES, strict=True)],
                message("You counted only one bias for each layer."),
                message("Count one bias for each filter and each neuron: {layers}.", layers=of_marques),
            ),
            Slip(
                list(accumulate(_MARQUES)),
                message("These are running totals."),
                message("Give the number for each layer separately: {layers}.", layers=of_marques),
            ),
            Slip(
                _BORACCHI,
                message("These are the counts of Boracchi's network. The question is about the network of Marques."),
                message("The counts of this network are {layers}.", layers=of_marques),
            ),
        ],
        "marques_share": [
            Slip(
                252084 / total,
                message("You counted only the first dense layer."),
                message("There are two dense layers: {share}", share=share),
            ),
            Slip(
                1 - dense_layers / total,
                message("This is the share of the convolutions."),
                message("The share of the dense layers is {share}", share=share),
            ),
            Slip(
                100 * dense_layers / total,
                message("This is in percent."),
                message("The question asks for a number between 0 and 1: divide by 100."),
            ),
            Slip(
                2 / 5,
                message("You counted the layers, not their parameters."),
                message("Count the parameters of the layers: {share}", share=share),
            ),
            Slip(
                sum(_BORACCHI[2:]) / sum(_BORACCHI),
                message("This is the share in Boracchi's network. The question is about the network of Marques."),
                message("The share in this network is {share}", share=share),
            ),
        ],
        "lecun_total": [
            Slip(
                total,
                message("This is the total with the 1x1 convolution."),
                message("A 5 x 5 window fits on a 5 x 5 map at only one place: 1 x 1 x 120."),
            ),
            Slip(
                total - 2040 + 48120,
                message("You made the convolution larger, but you did not make the dense layer smaller."),
                message("The dense layer now reads 1 x 1 x 120 values instead of 5 x 5 x 120: (120 + 1) * 84."),
            ),
            Slip(
                total - 252084 + 10164,
                message("You made the dense layer smaller, but you did not make the convolution larger."),
                message("The convolution now has (5 * 5 * 16 + 1) * 120 parameters."),
            ),
            Slip(
                sum(_BORACCHI) - 236,
                message("The biases are missing."),
                message("There are 6 + 16 + 120 + 84 + 10 biases."),
            ),
        ],
        "colour_grows": [
            Slip(
                "b",
                message("A filter keeps one bias, however deep it is."),
                message("With three colours, only the number of its weights triples."),
            ),
            Slip(
                "c",
                message("The second convolution reads feature maps, not colours."),
                message("It reads one map for each filter of the first convolution."),
            ),
            Slip(
                "d",
                message("The dense layers read what the second pooling gives."),
                message("The depth after pooling is the number of filters, not of colours."),
            ),
            Slip(
                "e",
                message("The layers after the first convolution do not read the colours."),
                message("Only the first convolution sees the colours, so only its weights increase in number."),
            ),
        ],
    }


def _less(counts: list[int], biases: list[int]) -> list[int]:
    return [count - bias for count, bias in zip(counts, biases, strict=True)]


def _slips_of_shapes(variant: Variant) -> dict[str, list[Slip]]:
    valid = variant.side - variant.kernel + 1
    right = f"{variant.pooled_1} - {variant.kernel} + 1"
    return {
        "conv1_shape": [
            Slip(
                (valid, valid, variant.filters_1),
                message("You left out the padding."),
                message("With padding='same', the maps stay {side} x {side}.", side=variant.side),
            ),
            Slip(
                (variant.side, variant.side, 1),
                message("You used the depth of the image."),
                message("{filters_1} filters give {filters_1} maps.", filters_1=variant.filters_1),
            ),
            Slip(
                (variant.pooled_1, variant.pooled_1, variant.filters_1),
                message("This is the size after the pooling."),
                message("The convolution itself keeps the size {side} x {side}.", side=variant.side),
            ),
        ],
        "conv2_shape": [
            Slip(
                (variant.pooled_1, variant.pooled_1, variant.filters_2),
                message("This is the size with padding='same'."),
                message("The second convolution has no padding: {right}.", right=right),
            ),
            Slip(
                (valid, valid, variant.filters_2),
                message("You left out the first pooling."),
                message("The first pooling halves each side of the maps: {right}.", right=right),
            ),
            Slip(
                (variant.second - 1, variant.second - 1, variant.filters_2),
                message("The + 1 of the formula is missing."),
                message("Count the first position of the filter as well: {right}.", right=right),
            ),
            Slip(
                (variant.second, variant.second, variant.filters_1 * variant.filters_2),
                message("You multiplied the depths of the two convolutions."),
                message("{filters_2} filters give {filters_2} maps.", filters_2=variant.filters_2),
            ),
        ],
        "flatten_length": [
            Slip(
                variant.pooled_2**2,
                message("You flattened only one feature map."),
                message("There are {filters_2} feature maps.", filters_2=variant.filters_2),
            ),
            Slip(
                variant.second**2 * variant.filters_2,
                message("You left out the second pooling."),
                message(
                    "The second pooling leaves {pooled_2} x {pooled_2} x {filters_2} values.",
                    pooled_2=variant.pooled_2,
                    filters_2=variant.filters_2,
                ),
            ),
            Slip(
                (variant.side // 4) ** 2 * variant.filters_2,
                message("This is the size with padding='same' in both convolutions."),
                message(
                    "The second convolution has no padding: {pooled_2} x {pooled_2} x {filters_2}.",
                    pooled_2=variant.pooled_2,
                    filters_2=variant.filters_2,
                ),
            ),
            Slip(
                variant.pooled_2 * variant.filters_2,
                message("You left out one axis of the maps."),
                message("Each map is {pooled_2} x {pooled_2}.", pooled_2=variant.pooled_2),
            ),
        ],
    }


def _slips_of_convolutions(variant: Variant) -> dict[str, list[Slip]]:
    k = variant.kernel
    first = f"({k} * {k} * 1 + 1) * {variant.filters_1}"
    second = f"({k} * {k} * {variant.filters_1} + 1) * {variant.filters_2}"
    return {
        "conv1_params": [
            Slip(
                variant.window * variant.filters_1,
                message("The biases are missing."),
                message("Each filter has one bias: {right}.", right=first),
            ),
            Slip(
                variant.window * variant.filters_1 + 1,
                message("You counted only one bias."),
                message("Each filter has one bias: {right}.", right=first),
            ),
            Slip(
                variant.window + 1,
                message("You counted only one filter."),
                message("There are {filters_1} filters: {right}.", filters_1=variant.filters_1, right=first),
            ),
            Slip(
                variant.window * variant.filters_1 + variant.conv_1,
                message(
                    "The slide is wrong here: its note says 150 + 156, but 150 weights and 6 biases add up to 156."
                ),
                message("Count the weights once: {right}.", right=first),
            ),
            Slip(
                (3 * variant.window + 1) * variant.filters_1,
                message("This is for colour images."),
                message("Greyscale images have one channel: {right}.", right=first),
            ),
        ],
        "conv2_params": [
            Slip(
                (variant.window + 1) * variant.filters_2,
                message("You left out the depth of the input."),
                message("Each filter reads all {filters_1} maps: {right}.", filters_1=variant.filters_1, right=second),
            ),
            Slip(
                variant.window * variant.filters_1 * variant.filters_2,
                message("The biases are missing."),
                message("Each filter has one bias: {right}.", right=second),
            ),
            Slip(
                (variant.window + 1) * variant.filters_1 * variant.filters_2,
                message("You counted one bias for each input map."),
                message("Each filter has only one bias: {right}.", right=second),
            ),
            Slip(
                variant.window * variant.filters_1 + 1,
                message("You counted only one filter."),
                message("There are {filters_2} filters: {right}.", filters_2=variant.filters_2, right=second),
            ),
        ],
    }


def _slips_of_dense_layers(variant: Variant) -> dict[str, list[Slip]]:
    right = f"({variant.flat} + 1) * {variant.hidden_1}"
    return {
        "dense1_params": [
            Slip(
                variant.flat * variant.hidden_1,
                message("The biases are missing."),
                message("Each neuron has one bias: {right}.", right=right),
            ),
            Slip(
                variant.flat * variant.hidden_1 + 1,
                message("You counted only one bias."),
                message("Each neuron has one bias: {right}.", right=right),
            ),
            Slip(
                by_hand.dense(variant.second**2 * variant.filters_2, variant.hidden_1),
                message("You left out the second pooling."),
                message("After the second pooling, {flat} values are left: {right}.", flat=variant.flat, right=right),
            ),
            Slip(
                by_hand.dense(variant.filters_2, variant.hidden_1),
                message("You counted each feature map as one value."),
                message(
                    "Each feature map has {pooled_2} x {pooled_2} values: {right}.",
                    pooled_2=variant.pooled_2,
                    right=right,
                ),
            ),
            Slip(
                by_hand.dense(variant.pooled_2**2, variant.hidden_1),
                message("You counted only one feature map."),
                message("The dense layer reads all feature maps: {right}.", right=right),
            ),
        ],
        "mlp_grey": [
            Slip(
                variant.side**2 * variant.hidden_2 + variant.hidden_2 * variant.classes,
                message("The biases are missing."),
                message(
                    "Each neuron has a bias: add {hidden_2} + {classes}.",
                    hidden_2=variant.hidden_2,
                    classes=variant.classes,
                ),
            ),
            Slip(
                by_hand.dense(variant.side**2, variant.hidden_2),
                message("The second layer is missing."),
                message(
                    "Add the ({hidden_2} + 1) * {classes} parameters of the second layer.",
                    hidden_2=variant.hidden_2,
                    classes=variant.classes,
                ),
            ),
            Slip(
                by_hand.dense(variant.side, variant.hidden_2) + variant.dense_3,
                message("You counted the pixels along only one side of the image."),
                message("The image has {side} * {side} pixels.", side=variant.side),
            ),
            Slip(
                variant.mlp(3),
                message("This is for colour images."),
                message("A greyscale image has {side} * {side} values.", side=variant.side),
            ),
        ],
        "mlp_colour": [
            Slip(
                3 * variant.mlp(1),
                message("The slide is wrong here: not everything grows by a factor of 3."),
                message(
                    (
                        "The biases and the second layer stay the same: only the {side} * {side} * {hidden_2} "
                        "weights triple."
                    ),
                    side=variant.side,
                    hidden_2=variant.hidden_2,
                ),
            ),
            Slip(
                variant.mlp(1),
                message("This is for greyscale images."),
                message("A colour image has {side} * {side} * 3 values.", side=variant.side),
            ),
            Slip(
                by_hand.dense(3 * variant.side**2, variant.hidden_2),
                message("The second layer is missing."),
                message(
                    "Add the ({hidden_2} + 1) * {classes} parameters of the second layer.",
                    hidden_2=variant.hidden_2,
                    classes=variant.classes,
                ),
            ),
            Slip(
                3 * by_hand.dense(variant.side**2, variant.hidden_2) + variant.dense_3,
                message("You also tripled the biases of the first layer."),
                message(
                    (
                        "Each neuron keeps one bias: the first layer has ({side} * {side} * 3 + 1) * {hidden_2} "
                        "parameters."
                    ),
                    side=variant.side,
                    hidden_2=variant.hidden_2,
                ),
            ),
            Slip(
                3 * variant.side**2 * variant.hidden_2 + variant.hidden_2 * variant.classes,
                message("The biases are missing."),
                message(
                    "Each neuron has a bias: add {hidden_2} + {classes}.",
                    hidden_2=variant.hidden_2,
                    classes=variant.classes,
                ),
            ),
        ],
    }


def _slips_of_totals(variant: Variant) -> dict[str, list[Slip]]:
    parts = f"{variant.conv_1} + {variant.conv_2} + {variant.dense_1} + {variant.dense_2} + {variant.dense_3}"
    convolutions = variant.conv_1 + variant.conv_2
    return {
        "total_params": [
            Slip(
                variant.total - variant.biases,
                message("The biases are missing."),
                message("Each filter and each neuron has a bias: {parts}.", parts=parts),
            ),
            Slip(
                variant.total - variant.dense_3,
                message("The last layer is missing."),
                message("Add up all five layers: {parts}.", parts=parts),
            ),
            Slip(
                variant.total - variant.dense_2,
                message("The second dense layer is missing."),
                message("Add up all five layers: {parts}.", parts=parts),
            ),
            Slip(
                variant.total - convolutions,
                message("The convolutions are missing."),
                message("Add up all five layers: {parts}.", parts=parts),
            ),
        ],
        "dense_share": [
            Slip(
                variant.dense_1 / variant.total,
                message("You counted only the first dense layer."),
                message("There are three dense layers."),
            ),
            Slip(
                convolutions / variant.total,
                message("This is the share of the convolutions."),
                message("Subtract this share from 1."),
            ),
            Slip(100 * variant.dense / variant.total, message("This is in percent."), message("Divide by 100.")),
            Slip(
                3 / 5,
                message("You counted the layers, not their parameters."),
                message(
                    "Count the parameters: the dense layers have {dense} of {total}.",
                    dense=variant.dense,
                    total=variant.total,
                ),
            ),
        ],
    }


def _slips_of_colour(variant: Variant) -> dict[str, list[Slip]]:
    k = variant.kernel
    right = message(
        "{coloured} parameters instead of {grey}",
        coloured=f"({k} * {k} * 3 + 1) * {variant.filters_1}",
        grey=variant.conv_1,
    )
    return {
        "colour_total": [
            Slip(
                variant.total,
                message("This is for greyscale images."),
                message("The first convolution has {right}.", right=right),
            ),
            Slip(
                3 * variant.total,
                message("You multiplied everything by 3."),
                message("Only the first convolution gets more weights: {right}.", right=right),
            ),
            Slip(
                variant.total + 2 * variant.conv_1,
                message("You also tripled the biases of the first convolution."),
                message("A filter keeps one bias: {right}.", right=right),
            ),
            Slip(
                variant.total + 3 * variant.window * variant.filters_1,
                message("You added the weights for colour to the weights for grey."),
                message("The weights for colour replace the weights for grey: {right}.", right=right),
            ),
        ]
    }


# ---- Where one may go wrong ----------------------------------------------------------------------------------------

_PRINTED = message("This is what the lecture prints for its own network, not for yours.")


def _lenet(variant: Variant, channels: int = 1) -> Network:
    """The student's network, on images with so many channels."""
    return Network(
        (variant.side, variant.side, channels),
        [
            *(
                conv(variant.filters_1, variant.kernel, padded=True),
                pool(),
                conv(variant.filters_2, variant.kernel),
            ),
            *(pool(), flatten(), dense(variant.hidden_1), dense(variant.hidden_2), dense(variant.classes)),
        ],
    )


def _lecture_network(*last: Layer) -> Network:
    """A network of the lectures: two convolutions with pooling, and then these layers."""
    return Network((28, 28, 1), [conv(6, 5, padded=True), pool(), conv(16, 5), pool(), *last])


def methods(values: Values) -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    variant = Variant(**values)
    net, colour = _lenet(variant), _lenet(variant, 3)
    marques = _lecture_network(conv(120, 1), flatten(), dense(84), dense(10))
    return {
        "boracchi_counts": _lecture_network(flatten(), dense(120), dense(84), dense(10)).parameter_counts,
        "marques_counts": marques.parameter_counts,
        "marques_share": lambda erring: marques.share(erring, [6, 7]),
        "lecun_total": _lecture_network(conv(120, 5), flatten(), dense(84), dense(10)).total,
        "conv1_shape": lambda erring: net.shape(erring, 0),
        "conv2_shape": lambda erring: net.shape(erring, 2),
        "flatten_length": lambda erring: net.length(erring, 4),
        "conv1_params": lambda erring: net.params(erring, 0),
        "conv2_params": lambda erring: net.params(erring, 2),
        "dense1_params": lambda erring: net.params(erring, 5),
        "total_params": lambda erring: erring.pick(net.total(erring), {_PRINTED: sum(_BORACCHI)}),
        "dense_share": lambda erring: net.share(erring, [5, 6, 7]),
        "colour_total": colour.total,
        "mlp_grey": lambda erring: _dense_network(variant, 1, erring),
        "mlp_colour": lambda erring: _dense_network(variant, 3, erring),
    }


def _dense_network(variant: Variant, channels: int, erring: Erring) -> int:
    net = Network((variant.side, variant.side, channels), [flatten(), dense(variant.hidden_2), dense(variant.classes)])
    return net.total(erring)
