"""Answers of `lenet5`: the two networks of the lectures, and one of the same build with each student's own sizes."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import accumulate, pairwise
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

Given = Mapping[str, Any]

_BORACCHI = [156, 2416, 48120, 10164, 850]
_MARQUES = [156, 2416, 2040, 252084, 850]
_BORACCHI_BIASES = [6, 16, 120, 84, 10]
_MARQUES_BIASES = [6, 16, 120, 84, 10]
_OWN = (
    *("flatten_length", "conv1_params", "conv2_params", "dense1_params", "total_params", "dense_share"),
    *("colour_total", "mlp_grey", "mlp_colour"),
)
_FAR_APART = 0.004  # of two wrong shares, so that rounding never takes one for the other


def draw(rng: Random) -> dict[str, Any]:
    """Sizes of a network like LeNet-5, on square grey images."""
    while True:
        given = {
            "side": rng.choice([20, 24, 28, 32, 36, 40]),
            "kernel": rng.choice([3, 5]),
            "filters_1": rng.choice([4, 5, 8, 10, 12]),
            "filters_2": rng.choice([10, 15, 18, 20, 24, 30]),
            "hidden_1": rng.choice([40, 50, 60, 80, 100]),
            "hidden_2": rng.choice([20, 25, 30, 35]),
            "classes": rng.choice([3, 4, 5, 6, 7, 8]),
        }
        if given["filters_1"] < given["filters_2"] and all(_can_be_told_apart(slips(given)[name]) for name in _OWN):
            return given


class _Net:
    """A network like LeNet-5: padded convolution, pooling, convolution, pooling, three dense layers."""

    def __init__(self, given: Given) -> None:
        self.side: int = given["side"]
        self.kernel: int = given["kernel"]
        self.filters_1: int = given["filters_1"]
        self.filters_2: int = given["filters_2"]
        self.hidden_1, self.hidden_2, self.classes = given["hidden_1"], given["hidden_2"], given["classes"]
        self.pooled_1 = self.side // 2
        self.second = self.pooled_1 - self.kernel + 1
        self.pooled_2 = self.second // 2
        self.flat = self.pooled_2**2 * self.filters_2
        self.window: int = self.kernel**2
        self.conv_1 = (self.window + 1) * self.filters_1
        self.conv_2 = (self.window * self.filters_1 + 1) * self.filters_2
        self.dense_1 = by_hand.dense(self.flat, self.hidden_1)
        self.dense_2 = by_hand.dense(self.hidden_1, self.hidden_2)
        self.dense_3 = by_hand.dense(self.hidden_2, self.classes)
        self.dense = self.dense_1 + self.dense_2 + self.dense_3
        self.total = self.conv_1 + self.conv_2 + self.dense
        self.biases = self.filters_1 + self.filters_2 + self.hidden_1 + self.hidden_2 + self.classes
        self.colour = 2 * self.window * self.filters_1
        self.mlp_2 = by_hand.dense(self.hidden_2, self.classes)

    def mlp(self, depth: int) -> int:
        """Parameters of the dense network that reads all pixels."""
        return by_hand.dense(self.side**2 * depth, self.hidden_2) + self.mlp_2


def answers(given: Given) -> dict[str, Any]:
    """Question id -> expected answer; for models the name of the reference model."""
    net = _Net(given)
    return {
        "boracchi": "lenet5_boracchi",
        "boracchi_counts": _BORACCHI,
        "marques": "lenet5_marques",
        "marques_counts": _MARQUES,
        "marques_share": sum(_MARQUES[3:]) / sum(_MARQUES),
        "lecun_total": sum(_BORACCHI),
        "conv1_shape": (net.side, net.side, net.filters_1),
        "conv2_shape": (net.second, net.second, net.filters_2),
        "flatten_length": net.flat,
        "conv1_params": net.conv_1,
        "conv2_params": net.conv_2,
        "dense1_params": net.dense_1,
        "total_params": net.total,
        "dense_share": net.dense / net.total,
        "colour_total": net.total + net.colour,
        "colour_grows": "a",
        "mlp_grey": net.mlp(1),
        "mlp_colour": net.mlp(3),
    }


def follow_on(given: Given, found: Mapping[str, Any]) -> dict[str, Any]:
    """What is right given the student's own earlier answers."""
    net = _Net(given)
    rest = net.dense_2 + net.dense_3
    layers = ("conv1_params", "conv2_params", "dense1_params")
    return following(
        {
            "boracchi_counts": lambda: _counts(found["boracchi"]),
            "marques_counts": lambda: _counts(found["marques"]),
            "conv2_shape": [partial(_second_of, net, found, first) for first in (False, True)],
            "conv2_params": [partial(_second_parameters, net, found, first) for first in (False, True)],
            "flatten_length": [partial(_pooled_of, found, first) for first in (False, True)],
            "dense1_params": lambda: by_hand.dense(found["flatten_length"], net.hidden_1),
            "total_params": [
                lambda: sum(found[name] for name in layers) + rest,
                lambda: _without_biases(net, [found[name] for name in layers]),
            ],
            "dense_share": [
                lambda: (found["dense1_params"] + rest) / found["total_params"],
                lambda: 1 - (found["conv1_params"] + found["conv2_params"]) / found["total_params"],
            ],
            "colour_total": [
                lambda: found["total_params"] + net.colour,
                lambda: found["total_params"] + _grown(net, found)[found["colour_grows"]],
            ],
            "mlp_colour": lambda: found["mlp_grey"] + 2 * net.side**2 * net.hidden_2,
            "marques_share": lambda: sum(found["marques_counts"][3:]) / sum(found["marques_counts"]),
            "lecun_total": [
                lambda: sum(found["boracchi_counts"]),
                lambda: sum(found["marques_counts"]) - sum(found["marques_counts"][2:4]) + sum(_BORACCHI[2:4]),
            ],
        }
    )


def _second_of(net: _Net, found: Mapping[str, Any], first: bool) -> list[int]:
    """The shape after the second convolution, from the shape that the student found after the first one."""
    return _second(net, found["conv1_shape"], first)


def _second_parameters(net: _Net, found: Mapping[str, Any], first: bool) -> int:
    """The parameters of the second convolution, which has as many weights as the student's maps ask for."""
    depth: int = by_hand.depth_last(found["conv1_shape"], first)[2]
    return (net.window * depth + 1) * net.filters_2


def _pooled_of(found: Mapping[str, Any], first: bool) -> int:
    """How many values are flattened, from the shape that the student found after the second convolution."""
    return _pooled(found["conv2_shape"], first)


def _counts(model: Any) -> list[int]:
    """Parameters of the layers of a student's own model that have some."""
    return [layer.parameters for layer in model.layers if layer.parameters]


def _second(net: _Net, shape: Sequence[int], first: bool) -> list[int]:
    """The output of the second convolution, the axes in the order of the student's first shape."""
    height, width = (side // 2 - net.kernel + 1 for side in by_hand.depth_last(shape, first)[:2])
    return [net.filters_2, height, width] if first else [height, width, net.filters_2]


def _without_biases(net: _Net, layers: list[int]) -> int | None:
    """The whole network without biases, where the student has forgotten them in the layers before as well."""
    biases = (net.filters_1, net.filters_2, net.hidden_1)
    forgotten = layers == [net.conv_1 - biases[0], net.conv_2 - biases[1], net.dense_1 - biases[2]]
    return net.total - net.biases if forgotten else None


def _grown(net: _Net, found: Mapping[str, Any]) -> dict[str, int]:
    """By how much the network grows with colour, for each choice of what grows."""
    first = net.colour
    return {
        "b": 2 * found["conv1_params"],
        "c": first + 2 * net.window * net.filters_1 * net.filters_2,
        "d": first + 2 * found["flatten_length"] * net.hidden_1,
        "e": 2 * found["total_params"],
    }


def _pooled(shape: Sequence[int], first: bool) -> int:
    height, width, depth = by_hand.depth_last(shape, first)
    return (height // 2) * (width // 2) * depth


def slips(given: Given) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    net = _Net(given)
    return (
        _slips_of_the_lectures()
        | _slips_of_shapes(net)
        | _slips_of_convolutions(net)
        | _slips_of_dense_layers(net)
        | _slips_of_totals(net)
        | _slips_of_colour(net)
    )


def _can_be_told_apart(listed: list[Slip]) -> bool:
    values = sorted(float(slip.value) for slip in listed)
    gaps = [later - earlier for earlier, later in pairwise(values)]
    return min(gaps) > (_FAR_APART if values[0] < 1 else 0.5)


def _slips_of_the_lectures() -> dict[str, list[Slip]]:
    layers = message("(5*5*1 + 1) * 6, (5*5*6 + 1) * 16, then (400 + 1) * 120, (120 + 1) * 84, (84 + 1) * 10")
    of_marques = message(
        "(5*5*1 + 1) * 6, (5*5*6 + 1) * 16, (1*1*16 + 1) * 120, then (5*5*120 + 1) * 84 and (84 + 1) * 10"
    )
    total, dense = sum(_MARQUES), sum(_MARQUES[3:])
    share = message("252,084 + 850 of 257,546.")
    return {
        "boracchi_counts": [
            Slip(
                _less(_BORACCHI, _BORACCHI_BIASES),
                message("The biases are missing."),
                message("One for each filter: {layers}.", layers=layers),
            ),
            Slip(
                [count - bias + 1 for count, bias in zip(_BORACCHI, _BORACCHI_BIASES, strict=True)],
                message("Each layer has only one bias here."),
                message("There is one for each filter and each neuron: {layers}.", layers=layers),
            ),
            Slip(
                list(accumulate(_BORACCHI)),
                message("These are running totals."),
                message("Give each layer for itself: {layers}.", layers=layers),
            ),
            Slip(
                [156, 0, 2416, 0, 0, 48120, 10164, 850],
                message("The layers without weights are also in the list."),
                message("Leave the three zeros out."),
            ),
        ],
        "marques_counts": [
            Slip(
                _less(_MARQUES, _MARQUES_BIASES),
                message("The biases are missing."),
                message("One for each filter: {layers}.", layers=of_marques),
            ),
            Slip(
                [count - bias + 1 for count, bias in zip(_MARQUES, _MARQUES_BIASES, strict=True)],
                message("Each layer has only one bias here."),
                message("There is one for each filter and each neuron: {layers}.", layers=of_marques),
            ),
            Slip(
                list(accumulate(_MARQUES)),
                message("These are running totals."),
                message("Give each layer for itself: {layers}.", layers=of_marques),
            ),
            Slip(
                _BORACCHI,
                message("These are the counts of the other network."),
                message("Here they are {layers}.", layers=of_marques),
            ),
        ],
        "marques_share": [
            Slip(
                252084 / total,
                message("Only the first dense layer was counted."),
                message("There are two: {share}", share=share),
            ),
            Slip(
                1 - dense / total,
                message("This is the share of the convolutions."),
                message("The dense layers have {share}", share=share),
            ),
            Slip(
                100 * dense / total,
                message("This is in percent."),
                message("A number between 0 and 1 was asked for: divide by 100."),
            ),
            Slip(2 / 5, message("This counts layers."), message("Count their weights: {share}", share=share)),
            Slip(
                sum(_BORACCHI[2:]) / sum(_BORACCHI),
                message("This is the other network."),
                message("Here it is {share}", share=share),
            ),
        ],
        "lecun_total": [
            Slip(
                total,
                message("This is the total with the 1x1 convolution."),
                message("With 5 x 5 windows on 5 x 5 maps one place is left: 1 x 1 x 120."),
            ),
            Slip(
                total - 2040 + 48120,
                message("The convolution has grown, but the dense layer has not shrunk."),
                message("It now reads 1 x 1 x 120 values instead of 5 x 5 x 120: (120 + 1) * 84."),
            ),
            Slip(
                total - 252084 + 10164,
                message("The dense layer has shrunk, but the convolution has not grown."),
                message("It has (5 * 5 * 16 + 1) * 120 parameters now."),
            ),
            Slip(
                sum(_BORACCHI) - 236,
                message("The biases are missing."),
                message("There are 6 + 16 + 120 + 84 + 10 of them."),
            ),
        ],
        "colour_grows": [
            Slip(
                "b",
                message("A filter keeps one bias, however deep it is."),
                message("Only its weights are three times as many."),
            ),
            Slip(
                "c",
                message("The second convolution reads feature maps, not colours."),
                message("As many as there are filters before."),
            ),
            Slip(
                "d",
                message("The dense layers read what the second pooling gives."),
                message("That is as deep as there are filters."),
            ),
            Slip(
                "e",
                message("This is so for the first layer of a dense network."),
                message("Here only the first layer sees the colours."),
            ),
        ],
    }


def _less(counts: list[int], biases: list[int]) -> list[int]:
    return [count - bias for count, bias in zip(counts, biases, strict=True)]


def _slips_of_shapes(net: _Net) -> dict[str, list[Slip]]:
    valid = net.side - net.kernel + 1
    right = f"{net.pooled_1} - {net.kernel} + 1"
    return {
        "conv1_shape": [
            Slip(
                (valid, valid, net.filters_1),
                message("The padding was left out."),
                message("'same' keeps {side} x {side}.", side=net.side),
            ),
            Slip(
                (net.side, net.side, 1),
                message("The depth is the one of the image."),
                message("{filters_1} filters give {filters_1} maps.", filters_1=net.filters_1),
            ),
            Slip(
                (net.pooled_1, net.pooled_1, net.filters_1),
                message("This is the size after the pooling."),
                message("The convolution itself keeps {side} x {side}.", side=net.side),
            ),
        ],
        "conv2_shape": [
            Slip(
                (net.pooled_1, net.pooled_1, net.filters_2),
                message("This is the size with padding='same'."),
                message("The second convolution is not padded: {right}.", right=right),
            ),
            Slip(
                (valid, valid, net.filters_2),
                message("The first pooling was left out."),
                message("It halves the maps: {right}.", right=right),
            ),
            Slip(
                (net.second - 1, net.second - 1, net.filters_2),
                message("The + 1 of the formula is missing."),
                message("The filter also fits at the first place: {right}.", right=right),
            ),
            Slip(
                (net.second, net.second, net.filters_1 * net.filters_2),
                message("The depths of both convolutions were multiplied."),
                message("{filters_2} filters give {filters_2} maps.", filters_2=net.filters_2),
            ),
        ],
        "flatten_length": [
            Slip(
                net.pooled_2**2,
                message("Only one feature map was flattened."),
                message("There are {filters_2} of them.", filters_2=net.filters_2),
            ),
            Slip(
                net.second**2 * net.filters_2,
                message("The second pooling was left out."),
                message(
                    "It leaves {pooled_2} x {pooled_2} x {filters_2} values.",
                    pooled_2=net.pooled_2,
                    filters_2=net.filters_2,
                ),
            ),
            Slip(
                (net.side // 4) ** 2 * net.filters_2,
                message("This is the size with padding='same' in both convolutions."),
                message(
                    "The second one is not padded: {pooled_2} x {pooled_2} x {filters_2}.",
                    pooled_2=net.pooled_2,
                    filters_2=net.filters_2,
                ),
            ),
            Slip(
                net.pooled_2 * net.filters_2,
                message("One axis of the maps was left out."),
                message("They are {pooled_2} x {pooled_2}.", pooled_2=net.pooled_2),
            ),
        ],
    }


def _slips_of_convolutions(net: _Net) -> dict[str, list[Slip]]:
    k = net.kernel
    first = f"({k} * {k} * 1 + 1) * {net.filters_1}"
    second = f"({k} * {k} * {net.filters_1} + 1) * {net.filters_2}"
    return {
        "conv1_params": [
            Slip(
                net.window * net.filters_1,
                message("The biases are missing."),
                message("Each filter has one: {right}.", right=first),
            ),
            Slip(
                net.window * net.filters_1 + 1,
                message("There is only one bias."),
                message("Each filter has one: {right}.", right=first),
            ),
            Slip(
                net.window + 1,
                message("This is one filter."),
                message("There are {filters_1}: {right}.", filters_1=net.filters_1, right=first),
            ),
            Slip(
                net.window * net.filters_1 + net.conv_1,
                message("The slide errs here: its note reads 150 + 156, where 150 weights and 6 biases make 156."),
                message("Count the weights once: {right}.", right=first),
            ),
            Slip(
                (3 * net.window + 1) * net.filters_1,
                message("This is for colour images."),
                message("These have one channel: {right}.", right=first),
            ),
        ],
        "conv2_params": [
            Slip(
                (net.window + 1) * net.filters_2,
                message("The depth of the input was left out."),
                message("A filter sees all {filters_1} maps: {right}.", filters_1=net.filters_1, right=second),
            ),
            Slip(
                net.window * net.filters_1 * net.filters_2,
                message("The biases are missing."),
                message("Each filter has one: {right}.", right=second),
            ),
            Slip(
                (net.window + 1) * net.filters_1 * net.filters_2,
                message("There is a bias for each input map."),
                message("A filter has a single bias: {right}.", right=second),
            ),
            Slip(
                net.window * net.filters_1 + 1,
                message("This is one filter."),
                message("There are {filters_2}: {right}.", filters_2=net.filters_2, right=second),
            ),
        ],
    }


def _slips_of_dense_layers(net: _Net) -> dict[str, list[Slip]]:
    right = f"({net.flat} + 1) * {net.hidden_1}"
    return {
        "dense1_params": [
            Slip(
                net.flat * net.hidden_1,
                message("The biases are missing."),
                message("Each neuron has one: {right}.", right=right),
            ),
            Slip(
                net.flat * net.hidden_1 + 1,
                message("There is only one bias."),
                message("Each neuron has one: {right}.", right=right),
            ),
            Slip(
                by_hand.dense(net.second**2 * net.filters_2, net.hidden_1),
                message("The second pooling was left out."),
                message("{flat} values are left to flatten: {right}.", flat=net.flat, right=right),
            ),
            Slip(
                by_hand.dense(net.filters_2, net.hidden_1),
                message("Each feature map was counted as one value."),
                message("It has {pooled_2} x {pooled_2} of them: {right}.", pooled_2=net.pooled_2, right=right),
            ),
            Slip(
                by_hand.dense(net.pooled_2**2, net.hidden_1),
                message("Only one feature map was counted."),
                message("All are read: {right}.", right=right),
            ),
        ],
        "mlp_grey": [
            Slip(
                net.side**2 * net.hidden_2 + net.hidden_2 * net.classes,
                message("The biases are missing."),
                message("Each neuron has one: add {hidden_2} + {classes}.", hidden_2=net.hidden_2, classes=net.classes),
            ),
            Slip(
                by_hand.dense(net.side**2, net.hidden_2),
                message("The second layer is missing."),
                message("Add its ({hidden_2} + 1) * {classes}.", hidden_2=net.hidden_2, classes=net.classes),
            ),
            Slip(
                by_hand.dense(net.side, net.hidden_2) + net.mlp_2,
                message("One side of the image was counted."),
                message("It has {side} * {side} pixels.", side=net.side),
            ),
            Slip(
                net.mlp(3),
                message("This is for colour images."),
                message("A grey image has {side} * {side} values.", side=net.side),
            ),
        ],
        "mlp_colour": [
            Slip(
                3 * net.mlp(1),
                message("The slide errs here: not everything grows by a factor of 3."),
                message(
                    "Biases and the second layer stay: only {side} * {side} * {hidden_2} weights triple.",
                    side=net.side,
                    hidden_2=net.hidden_2,
                ),
            ),
            Slip(
                net.mlp(1),
                message("This is for grey images."),
                message("Now there are {side} * {side} * 3 values.", side=net.side),
            ),
            Slip(
                by_hand.dense(3 * net.side**2, net.hidden_2),
                message("The second layer is missing."),
                message("Add its ({hidden_2} + 1) * {classes}.", hidden_2=net.hidden_2, classes=net.classes),
            ),
            Slip(
                3 * by_hand.dense(net.side**2, net.hidden_2) + net.mlp_2,
                message("The biases of the first layer were also tripled."),
                message(
                    "A neuron keeps one bias: ({side} * {side} * 3 + 1) * {hidden_2} for the first layer.",
                    side=net.side,
                    hidden_2=net.hidden_2,
                ),
            ),
            Slip(
                3 * net.side**2 * net.hidden_2 + net.hidden_2 * net.classes,
                message("The biases are missing."),
                message("Each neuron has one: add {hidden_2} + {classes}.", hidden_2=net.hidden_2, classes=net.classes),
            ),
        ],
    }


def _slips_of_totals(net: _Net) -> dict[str, list[Slip]]:
    parts = f"{net.conv_1} + {net.conv_2} + {net.dense_1} + {net.dense_2} + {net.dense_3}"
    convolutions = net.conv_1 + net.conv_2
    return {
        "total_params": [
            Slip(
                net.total - net.biases,
                message("The biases are missing."),
                message("Each filter and each neuron has one: {parts}.", parts=parts),
            ),
            Slip(
                net.total - net.dense_3,
                message("The last layer is missing."),
                message("Add up all five: {parts}.", parts=parts),
            ),
            Slip(
                net.total - net.dense_2,
                message("The second dense layer is missing."),
                message("Add up all five: {parts}.", parts=parts),
            ),
            Slip(
                net.total - convolutions,
                message("The convolutions are missing."),
                message("Add up all five: {parts}.", parts=parts),
            ),
        ],
        "dense_share": [
            Slip(
                net.dense_1 / net.total, message("Only the first dense layer was counted."), message("There are three.")
            ),
            Slip(
                convolutions / net.total,
                message("This is the share of the convolutions."),
                message("Take 1 minus this."),
            ),
            Slip(100 * net.dense / net.total, message("This is in percent."), message("Divide by 100.")),
            Slip(
                3 / 5,
                message("This counts layers."),
                message("Count their parameters: {dense} of {total}.", dense=net.dense, total=net.total),
            ),
        ],
    }


def _slips_of_colour(net: _Net) -> dict[str, list[Slip]]:
    k = net.kernel
    right = message("{coloured} instead of {grey}", coloured=f"({k} * {k} * 3 + 1) * {net.filters_1}", grey=net.conv_1)
    return {
        "colour_total": [
            Slip(
                net.total,
                message("This is for grey images."),
                message("The first convolution has {right}.", right=right),
            ),
            Slip(
                3 * net.total,
                message("Everything was multiplied by 3."),
                message("Only the first convolution grows: {right}.", right=right),
            ),
            Slip(
                net.total + 2 * net.conv_1,
                message("The biases of the first convolution were also tripled."),
                message("A filter keeps one bias: {right}.", right=right),
            ),
            Slip(
                net.total + 3 * net.window * net.filters_1,
                message("The weights for colour were added to those for grey."),
                message("They replace them: {right}.", right=right),
            ),
        ]
    }


# ---- Where one may go wrong ----------------------------------------------------------------------------------------

_LECTURE = message("This is what the lecture prints for its own network, not for yours.")


def _lenet(given: Given, channels: int = 1) -> Network:
    """The student's network, on images with so many channels."""
    return Network(
        (given["side"], given["side"], channels),
        [
            *(
                conv(given["filters_1"], given["kernel"], padded=True),
                pool(),
                conv(given["filters_2"], given["kernel"]),
            ),
            *(pool(), flatten(), dense(given["hidden_1"]), dense(given["hidden_2"]), dense(given["classes"])),
        ],
    )


def _of_lecture(*last: Layer) -> Network:
    """A network of the lectures: two convolutions with pooling, and then these layers."""
    return Network((28, 28, 1), [conv(6, 5, padded=True), pool(), conv(16, 5), pool(), *last])


def methods(given: Given) -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    net, colour = _lenet(given), _lenet(given, 3)
    marques = _of_lecture(conv(120, 1), flatten(), dense(84), dense(10))
    return {
        "boracchi_counts": _of_lecture(flatten(), dense(120), dense(84), dense(10)).parameter_counts,
        "marques_counts": marques.parameter_counts,
        "marques_share": lambda erring: marques.share(erring, [6, 7]),
        "lecun_total": _of_lecture(conv(120, 5), flatten(), dense(84), dense(10)).total,
        "conv1_shape": lambda erring: net.shape(erring, 0),
        "conv2_shape": lambda erring: net.shape(erring, 2),
        "flatten_length": lambda erring: net.length(erring, 4),
        "conv1_params": lambda erring: net.params(erring, 0),
        "conv2_params": lambda erring: net.params(erring, 2),
        "dense1_params": lambda erring: net.params(erring, 5),
        "total_params": lambda erring: erring.pick(net.total(erring), {_LECTURE: sum(_BORACCHI)}),
        "dense_share": lambda erring: net.share(erring, [5, 6, 7]),
        "colour_total": colour.total,
        "mlp_grey": lambda erring: _dense_network(given, 1, erring),
        "mlp_colour": lambda erring: _dense_network(given, 3, erring),
    }


def _dense_network(given: Given, channels: int, erring: Erring) -> int:
    net = Network(
        (given["side"], given["side"], channels), [flatten(), dense(given["hidden_2"]), dense(given["classes"])]
    )
    return net.total(erring)
