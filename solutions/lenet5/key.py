"""Answers of `lenet5`: the two networks of the lectures, and one of the same build with each student's own sizes."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from grader.authoring import Answers, Follows, Key, choice, slip, template
from grader.cnn import by_hand
from grader.mistakes import counts
from grader.mistakes.networks import Layer, LayerSizes, Network, conv, dense, flatten, pool
from grader.model.mistakes import Erring
from grader.text.messages import Text, message

key = Key(with_answer=False)
key.heldout("accuracy", "heldout/mnist-2000.npz", classes=[str(digit) for digit in range(10)], exercise="keras-cnn")

NO_BIASES = message("The biases are missing.")
ONE_BIAS = message("You counted only one bias.")
ONE_FILTER = message("You counted only one filter.")
NO_SECOND_POOLING = message("You left out the second pooling.")
FOR_COLOUR = message("This is for colour images.")
FOR_GREY = message("This is for greyscale images.")
EACH_FILTER = template("Each filter has one bias: {right}.")
EACH_NEURON = template("Each neuron has one bias: {right}.")
ALL_LAYERS = template("Add up all five layers: {parts}.")

# ---- The networks of the lectures ------------------------------------------------------------------------------------

_BORACCHI = [156, 2416, 48120, 10164, 850]
_MARQUES = [156, 2416, 2040, 252084, 850]
_BIASES = [6, 16, 120, 84, 10]  # of both
OF_BORACCHI = message("(5*5*1 + 1) * 6, (5*5*6 + 1) * 16, then (400 + 1) * 120, (120 + 1) * 84, (84 + 1) * 10")
OF_MARQUES = message("(5*5*1 + 1) * 6, (5*5*6 + 1) * 16, (1*1*16 + 1) * 120, then (5*5*120 + 1) * 84 and (84 + 1) * 10")


def _of_a_lecture(*last: Layer) -> Network:
    """A network of the lectures: two convolutions with pooling, and then these layers."""
    return Network((28, 28, 1), [conv(6, 5, padded=True), pool(), conv(16, 5), pool(), *last])


_NET_OF_MARQUES = _of_a_lecture(conv(120, 1), flatten(), dense(84), dense(10))


def _counts(model: Any) -> list[int]:
    """Parameters of the layers of a student's own model that have some."""
    return [layer.parameters for layer in model.layers if layer.parameters]


def _wrong_counts(right: list[int], layers: Text) -> Answers:
    """What students get wrong in both networks."""
    yield slip(
        [count - bias for count, bias in zip(right, _BIASES, strict=True)],
        NO_BIASES,
        "Each filter and each neuron has a bias: {layers}.",
        layers=layers,
    )
    yield slip(
        [count - bias + 1 for count, bias in zip(right, _BIASES, strict=True)],
        "You counted only one bias for each layer.",
        "Count one bias for each filter and each neuron: {layers}.",
        layers=layers,
    )
    yield slip(
        list(accumulate(right)),
        "These are running totals.",
        "Give the number for each layer separately: {layers}.",
        layers=layers,
    )


key.answer("boracchi", "lenet5_boracchi")


@key.question
def boracchi_counts(erring: Erring) -> Answers:
    """Parameters of each layer of the network of Boracchi."""
    yield _of_a_lecture(flatten(), dense(120), dense(84), dense(10)).parameter_counts(erring)
    yield Follows(lambda boracchi: _counts(boracchi))
    yield from _wrong_counts(_BORACCHI, OF_BORACCHI)
    yield slip(
        [156, 0, 2416, 0, 0, 48120, 10164, 850],
        "Your list also contains the layers without weights.",
        "Leave out the three zeros.",
    )


key.answer("marques", "lenet5_marques")


@key.question
def marques_counts(erring: Erring) -> Answers:
    """Parameters of each layer of the network of Marques."""
    yield _NET_OF_MARQUES.parameter_counts(erring)
    yield Follows(lambda marques: _counts(marques))
    yield from _wrong_counts(_MARQUES, OF_MARQUES)
    yield slip(
        _BORACCHI,
        "These are the counts of Boracchi's network. In the network of Marques, the third convolution has 1x1 filters.",
        "The counts of this network are {layers}.",
        layers=OF_MARQUES,
    )


@key.question
def marques_share(erring: Erring) -> Answers:
    """Share of the parameters in the dense layers."""
    yield _NET_OF_MARQUES.share(erring, [6, 7])
    yield Follows(lambda marques_counts: sum(marques_counts[3:]) / sum(marques_counts))

    total, dense_layers = sum(_MARQUES), sum(_MARQUES[3:])
    share = message("(252,084 + 850) / 257,546.")
    yield slip(
        252084 / total, "You counted only the first dense layer.", "There are two dense layers: {share}", share=share
    )
    yield slip(
        1 - dense_layers / total,
        "This is the share of the convolutions.",
        "The share of the dense layers is {share}",
        share=share,
    )
    yield slip(
        100 * dense_layers / total,
        "This is in percent.",
        "The question asks for a number between 0 and 1: divide by 100.",
    )
    yield slip(
        2 / 5,
        "You counted the layers, not their parameters.",
        "Count the parameters of the layers: {share}",
        share=share,
    )
    yield slip(
        sum(_BORACCHI[2:]) / sum(_BORACCHI),
        "This is the share in Boracchi's network. The question is about the network of Marques.",
        "The share in this network is {share}",
        share=share,
    )


@key.question
def lecun_total(erring: Erring) -> Answers:
    """All parameters if the third convolution has windows of 5 x 5."""
    yield _of_a_lecture(conv(120, 5), flatten(), dense(84), dense(10)).total(erring)
    yield Follows(lambda boracchi_counts: sum(boracchi_counts))
    yield Follows(lambda marques_counts: sum(marques_counts) - sum(marques_counts[2:4]) + sum(_BORACCHI[2:4]))

    total = sum(_MARQUES)
    yield slip(
        total,
        "This is the total with the 1x1 convolution.",
        "A 5 x 5 window fits on a 5 x 5 map at only one place: 1 x 1 x 120.",
    )
    yield slip(
        total - 2040 + 48120,
        "You made the convolution larger, but you did not make the dense layer smaller.",
        "The dense layer now reads 1 x 1 x 120 values instead of 5 x 5 x 120, so it has (120 + 1) * 84 parameters.",
    )
    yield slip(
        total - 252084 + 10164,
        "You made the dense layer smaller, but you did not make the convolution larger.",
        "The convolution now has (5 * 5 * 16 + 1) * 120 parameters.",
    )
    yield slip(sum(_BORACCHI) - 236, NO_BIASES, "There are 6 + 16 + 120 + 84 + 10 biases.")


# ---- The student's own network: padded convolution, pooling, convolution, pooling, three dense layers --------------

key.numbers(
    side=choice(20, 24, 28, 32, 36, 40),
    kernel=choice(3, 5),
    filters_1=choice(4, 5, 8, 10, 12),
    filters_2=choice(10, 15, 18, 20, 24, 30),
    hidden_1=choice(40, 50, 60, 80, 100),
    hidden_2=choice(20, 25, 30, 35),
    classes=choice(3, 4, 5, 6, 7, 8),
)
key.require(lambda filters_1, filters_2: filters_1 < filters_2)
# The sizes of boracchi-cnn-2020: 156 and 2,416 of its network, and 86,950 of two dense layers on 32 x 32 pixels.
key.common(side=32, kernel=5, filters_1=6, filters_2=16, hidden_1=120, hidden_2=84, classes=10)


@key.derived
def layers(kernel: int, filters_1: int, filters_2: int, hidden_1: int, hidden_2: int, classes: int) -> list[Layer]:
    """The layers of the network."""
    first, second = conv(filters_1, kernel, padded=True), conv(filters_2, kernel)
    return [first, pool(), second, pool(), flatten(), dense(hidden_1), dense(hidden_2), dense(classes)]


@key.derived
def net(side: int, layers: list[Layer]) -> Network:
    """The network on grey images."""
    return Network((side, side, 1), layers)


@key.derived
def sizes(net: Network) -> LayerSizes:
    """The correct shapes and parameters of all layers."""
    return net.sizes(Erring())


@key.derived
def params(sizes: LayerSizes) -> list[int]:
    """The parameters of the five layers that have some."""
    return [count for count in sizes.params if count]


@key.question
def conv1_shape(erring: Erring, net: Network, side: int, kernel: int, filters_1: int) -> Answers:
    """Shape after the first convolution."""
    yield net.shape(erring, 0)

    slid, pooled = side - kernel + 1, side // 2
    yield slip(
        (slid, slid, filters_1),
        "You left out the padding.",
        "With padding='same', the maps stay {side} x {side}.",
        side=side,
    )
    yield slip(
        (side, side, 1),
        "You used the depth of the image.",
        "{filters_1} filters give {filters_1} maps.",
        filters_1=filters_1,
    )
    yield slip(
        (pooled, pooled, filters_1),
        "This is the size after the pooling.",
        "The convolution itself keeps the size {side} x {side}.",
        side=side,
    )


@key.question
def conv2_shape(erring: Erring, net: Network, side: int, kernel: int, filters_1: int, filters_2: int) -> Answers:
    """Shape after the second convolution."""
    yield net.shape(erring, 2)
    yield Follows(lambda conv1_shape: _second(conv1_shape, kernel, filters_2))
    yield Follows(lambda conv1_shape: _second(conv1_shape, kernel, filters_2, first=True))

    slid, pooled = side - kernel + 1, side // 2
    second, right = pooled - kernel + 1, f"{pooled} - {kernel} + 1"
    yield slip(
        (pooled, pooled, filters_2),
        "This is the size with padding='same'.",
        "The second convolution has no padding: {right}.",
        right=right,
    )
    yield slip(
        (slid, slid, filters_2),
        "You left out the first pooling.",
        "The first pooling halves each side of the maps: {right}.",
        right=right,
    )
    yield slip(
        (second - 1, second - 1, filters_2),
        "The + 1 of the formula is missing.",
        "Count the first position of the filter as well: {right}.",
        right=right,
    )
    yield slip(
        (second, second, filters_1 * filters_2),
        "You multiplied the depths of the two convolutions.",
        "{filters_2} filters give {filters_2} maps.",
        filters_2=filters_2,
    )


def _second(shape: Sequence[int], kernel: int, filters: int, first: bool = False) -> list[int]:
    """The output of the second convolution, from the student's own shape; `first`: they wrote the depth first."""
    height, width = (side // 2 - kernel + 1 for side in by_hand.depth_last(shape, first)[:2])
    return [filters, height, width] if first else [height, width, filters]


@key.question
def flatten_length(erring: Erring, net: Network, sizes: LayerSizes, side: int, filters_2: int) -> Answers:
    """How many values are flattened."""
    yield net.length(erring, 4)
    yield Follows(lambda conv2_shape: _flat(conv2_shape))
    yield Follows(lambda conv2_shape: _flat(conv2_shape, first=True))

    second, pooled_2 = sizes.shapes[2][0], sizes.shapes[3][0]
    yield slip(
        pooled_2**2, "You flattened only one feature map.", "There are {filters_2} feature maps.", filters_2=filters_2
    )
    yield slip(
        second**2 * filters_2,
        NO_SECOND_POOLING,
        "The second pooling leaves {pooled_2} x {pooled_2} x {filters_2} values.",
        pooled_2=pooled_2,
        filters_2=filters_2,
    )
    yield slip(
        (side // 4) ** 2 * filters_2,
        "This is the size with padding='same' in both convolutions.",
        "The second convolution has no padding: {pooled_2} x {pooled_2} x {filters_2}.",
        pooled_2=pooled_2,
        filters_2=filters_2,
    )
    yield slip(
        pooled_2 * filters_2,
        "You left out one axis of the maps.",
        "Each map is {pooled_2} x {pooled_2}.",
        pooled_2=pooled_2,
    )


def _flat(shape: Sequence[int], first: bool = False) -> int:
    """How many values the second pooling gives, from the student's own shape before it."""
    height, width, depth = by_hand.depth_last(shape, first)
    return (height // 2) * (width // 2) * depth


@key.question
def conv1_params(erring: Erring, net: Network, params: list[int], kernel: int, filters_1: int) -> Answers:
    """Parameters of the first convolution."""
    yield net.params(erring, 0)

    window, right = kernel**2, f"({kernel} * {kernel} * 1 + 1) * {filters_1}"
    yield slip(window * filters_1, NO_BIASES, EACH_FILTER, right=right)
    yield slip(window * filters_1 + 1, ONE_BIAS, EACH_FILTER, right=right)
    yield slip(window + 1, ONE_FILTER, "There are {filters_1} filters: {right}.", filters_1=filters_1, right=right)
    yield slip(
        window * filters_1 + params[0],
        "The slide is wrong here: its note adds the 150 weights to a sum that already contains them.",
        "Count the weights once: {right}.",
        right=right,
    )
    yield slip((3 * window + 1) * filters_1, FOR_COLOUR, "Greyscale images have one channel: {right}.", right=right)


@key.question
def conv2_params(erring: Erring, net: Network, kernel: int, filters_1: int, filters_2: int) -> Answers:
    """Parameters of the second convolution."""
    window = kernel**2
    yield net.params(erring, 2)
    yield Follows(lambda conv1_shape: (window * by_hand.depth_last(conv1_shape, first=False)[2] + 1) * filters_2)
    yield Follows(lambda conv1_shape: (window * by_hand.depth_last(conv1_shape, first=True)[2] + 1) * filters_2)

    right = f"({kernel} * {kernel} * {filters_1} + 1) * {filters_2}"
    yield slip(
        (window + 1) * filters_2,
        "You left out the depth of the input.",
        "Each filter reads all {filters_1} maps: {right}.",
        filters_1=filters_1,
        right=right,
    )
    yield slip(window * filters_1 * filters_2, NO_BIASES, EACH_FILTER, right=right)
    yield slip(
        (window + 1) * filters_1 * filters_2,
        "You counted one bias for each input map.",
        "Each filter has only one bias: {right}.",
        right=right,
    )
    yield slip(
        window * filters_1 + 1, ONE_FILTER, "There are {filters_2} filters: {right}.", filters_2=filters_2, right=right
    )


@key.question
def dense1_params(erring: Erring, net: Network, sizes: LayerSizes, filters_2: int, hidden_1: int) -> Answers:
    """Parameters of the first dense layer."""
    yield net.params(erring, 5)
    yield Follows(lambda flatten_length: by_hand.dense(flatten_length, hidden_1))

    second, pooled_2, flat = sizes.shapes[2][0], sizes.shapes[3][0], sizes.shapes[4][0]
    right = f"({flat} + 1) * {hidden_1}"
    yield slip(flat * hidden_1, NO_BIASES, EACH_NEURON, right=right)
    yield slip(flat * hidden_1 + 1, ONE_BIAS, EACH_NEURON, right=right)
    yield slip(
        by_hand.dense(second**2 * filters_2, hidden_1),
        NO_SECOND_POOLING,
        "After the second pooling, {flat} values are left: {right}.",
        flat=flat,
        right=right,
    )
    yield slip(
        by_hand.dense(filters_2, hidden_1),
        "You counted each feature map as one value.",
        "Each feature map has {pooled_2} x {pooled_2} values: {right}.",
        pooled_2=pooled_2,
        right=right,
    )
    yield slip(
        by_hand.dense(pooled_2**2, hidden_1),
        "You counted only one feature map.",
        "The dense layer reads all feature maps: {right}.",
        right=right,
    )


@key.question
def total_params(erring: Erring, net: Network, params: list[int], layers: list[Layer]) -> Answers:
    """All parameters."""
    printed = message("This is what the lecture prints for its own network, not for yours.")
    yield erring.pick(net.total(erring), {printed: sum(_BORACCHI)})

    dense_1, dense_2, dense_3 = params[2:]
    without = [
        count - layer.units for count, layer in zip(params, [layer for layer in layers if layer.units], strict=True)
    ]
    yield Follows(
        lambda conv1_params, conv2_params, dense1_params: (
            conv1_params + conv2_params + dense1_params + dense_2 + dense_3
        )
    )
    yield Follows(
        lambda conv1_params, conv2_params, dense1_params: (
            sum(without) if [conv1_params, conv2_params, dense1_params] == without[:3] else None
        )
    )

    total, parts = sum(params), " + ".join(map(str, params))
    yield slip(sum(without), NO_BIASES, "Each filter and each neuron has a bias: {parts}.", parts=parts)
    yield slip(total - dense_3, "The last layer is missing.", ALL_LAYERS, parts=parts)
    yield slip(total - dense_2, "The second dense layer is missing.", ALL_LAYERS, parts=parts)
    yield slip(dense_1 + dense_2 + dense_3, "The convolutions are missing.", ALL_LAYERS, parts=parts)


@key.question(apart=0.004)
def dense_share(erring: Erring, net: Network, params: list[int]) -> Answers:
    """Share of the parameters in the dense layers."""
    yield net.share(erring, [5, 6, 7])

    total, convolutions, after_first = sum(params), sum(params[:2]), sum(params[3:])
    yield Follows(lambda dense1_params, total_params: (dense1_params + after_first) / total_params)
    yield Follows(lambda conv1_params, conv2_params, total_params: 1 - (conv1_params + conv2_params) / total_params)
    yield slip(params[2] / total, "You counted only the first dense layer.", "There are three dense layers.")
    yield slip(convolutions / total, "This is the share of the convolutions.", "Subtract this share from 1.")
    yield slip(100 * (total - convolutions) / total, "This is in percent.", "Divide by 100.")
    yield slip(
        3 / 5,
        "You counted the layers, not their parameters.",
        "Count the parameters: the dense layers have {dense} of {total}.",
        dense=(total - convolutions),
        total=total,
    )


# ---- The same on colour images -------------------------------------------------------------------------------------


@key.question
def colour_grows() -> Answers:
    """Which part of the network grows with colour images: the weights of the first convolution."""
    yield "a"
    yield slip(
        "b",
        "A filter keeps one bias, however deep it is.",
        "With three colours, only the number of its weights triples.",
    )
    yield slip(
        "c",
        "The second convolution reads feature maps, not colours.",
        "It reads one map for each filter of the first convolution.",
    )
    yield slip(
        "d",
        "The dense layers read what the second pooling gives.",
        "The depth after pooling is the number of filters, not of colours.",
    )
    yield slip(
        "e",
        "The layers after the first convolution do not read the colours.",
        "Only the first convolution sees the colours, so only its weights increase in number.",
    )


@key.question
def colour_total(
    erring: Erring,
    side: int,
    layers: list[Layer],
    params: list[int],
    kernel: int,
    filters_1: int,
    filters_2: int,
    hidden_1: int,
) -> Answers:
    """All parameters on colour images."""
    yield Network((side, side, 3), layers).total(erring)

    total, window, added = sum(params), kernel**2, 2 * kernel**2 * filters_1
    yield Follows(lambda total_params: total_params + added)
    yield Follows(
        lambda colour_grows, total_params, conv1_params, flatten_length: (
            total_params
            + {  # by how much the network grows, for each wrong choice
                "b": 2 * conv1_params,
                "c": added + 2 * window * filters_1 * filters_2,
                "d": added + 2 * flatten_length * hidden_1,
                "e": 2 * total_params,
            }[colour_grows]
        )
    )
    right = message(
        "{coloured} parameters instead of {grey}",
        coloured=f"({kernel} * {kernel} * 3 + 1) * {filters_1}",
        grey=params[0],
    )
    yield slip(total, FOR_GREY, "The first convolution has {right}.", right=right)
    yield slip(
        3 * total,
        "You multiplied everything by 3.",
        "Only the first convolution gets more weights: {right}.",
        right=right,
    )
    yield slip(
        total + 2 * params[0],
        "You also tripled the biases of the first convolution.",
        "A filter keeps one bias: {right}.",
        right=right,
    )
    yield slip(
        total + 3 * window * filters_1,
        "You added the weights for colour to the weights for grey.",
        "The weights for colour replace the weights for grey: {right}.",
        right=right,
    )


# ---- A network of two dense layers -----------------------------------------------------------------------------------


def _dense_total(erring: Erring, side: int, channels: int, hidden_2: int, classes: int) -> int:
    return Network((side, side, channels), [flatten(), dense(hidden_2), dense(classes)]).total(erring)


@key.question
def mlp_grey(erring: Erring, side: int, hidden_2: int, classes: int) -> Answers:
    """Its parameters on grey images."""
    yield _dense_total(erring, side, 1, hidden_2, classes)
    yield slip(
        side**2 * hidden_2 + hidden_2 * classes,
        NO_BIASES,
        "Each neuron has a bias: add {hidden_2} + {classes}.",
        hidden_2=hidden_2,
        classes=classes,
    )
    yield slip(
        by_hand.dense(side**2, hidden_2),
        "The second layer is missing.",
        "Add the ({hidden_2} + 1) * {classes} parameters of the second layer.",
        hidden_2=hidden_2,
        classes=classes,
    )
    yield slip(
        by_hand.dense(side, hidden_2) + by_hand.dense(hidden_2, classes),
        "You counted the pixels along only one side of the image.",
        "The image has {side} * {side} pixels.",
        side=side,
    )
    yield slip(
        by_hand.dense(3 * side**2, hidden_2, classes),
        FOR_COLOUR,
        "A greyscale image has {side} * {side} values.",
        side=side,
    )


@key.question
def mlp_colour(erring: Erring, side: int, hidden_2: int, classes: int) -> Answers:
    """Its parameters on colour images."""
    yield _dense_total(erring, side, 3, hidden_2, classes)
    yield Follows(lambda mlp_grey: mlp_grey + 2 * side**2 * hidden_2)

    grey = by_hand.dense(side**2, hidden_2, classes)
    yield slip(
        3 * grey,
        "The slide is wrong here: not everything grows by a factor of 3.",
        "The biases and the second layer stay the same: only the {side} * {side} * {hidden_2} weights triple.",
        side=side,
        hidden_2=hidden_2,
    )
    yield slip(grey, FOR_GREY, "A colour image has {side} * {side} * 3 values.", side=side)
    yield slip(
        by_hand.dense(3 * side**2, hidden_2),
        "The second layer is missing.",
        "Add the ({hidden_2} + 1) * {classes} parameters of the second layer.",
        hidden_2=hidden_2,
        classes=classes,
    )
    yield slip(
        3 * by_hand.dense(side**2, hidden_2) + by_hand.dense(hidden_2, classes),
        "You also tripled the biases of the first layer.",
        "Each neuron keeps one bias: the first layer has ({side} * {side} * 3 + 1) * {hidden_2} parameters.",
        side=side,
        hidden_2=hidden_2,
    )
    yield slip(
        3 * side**2 * hidden_2 + hidden_2 * classes,
        NO_BIASES,
        "Each neuron has a bias: add {hidden_2} + {classes}.",
        hidden_2=hidden_2,
        classes=classes,
    )


# ---- A first layer on a large image ----------------------------------------------------------------------------------

key.common(large_side=512, large_kernel=5, large_units=100)  # marques-intro-cnn-tf-keras: 7,600 against 78,643,300


@key.question(
    least=3, large_side=choice(128, 256, 384, 640), large_kernel=choice(3, 5, 7), large_units=choice(40, 50, 80, 120)
)
def large_conv(erring: Erring, large_side: int, large_kernel: int, large_units: int) -> Answers:
    """Parameters of a convolution."""
    side, window, filters = large_side, large_kernel**2, large_units
    places = side**2, by_hand.valid(side, large_kernel) ** 2
    yield counts.convolution(erring, 3, (large_kernel, large_kernel), filters, places=places)

    right = f"({large_kernel} * {large_kernel} * 3 + 1) * {filters}"
    yield slip(3 * window * filters, NO_BIASES, EACH_FILTER, right=right)
    yield slip(
        by_hand.convolution(1, window, filters), FOR_GREY, "Each filter reads three colours: {right}.", right=right
    )
    yield slip(
        3 * (window + 1) * filters,
        "You counted one bias for each input map.",
        "Each filter has only one bias: {right}.",
        right=right,
    )
    yield slip(
        by_hand.dense(3 * side**2, filters),
        "This is the dense layer.",
        "A filter has the same weights at every position: {right}.",
        right=right,
    )


@key.question(least=3)
def large_dense(erring: Erring, large_side: int, large_kernel: int, large_units: int) -> Answers:
    """Parameters of a dense layer with as many neurons as the convolution has filters."""
    side, units = large_side, large_units
    yield Network((side, side, 3), [flatten(), dense(units)]).params(erring, 1)

    right = f"({side} * {side} * 3 + 1) * {units}"
    yield slip(3 * side**2 * units, NO_BIASES, EACH_NEURON, right=right)
    yield slip(3 * side**2 * units + 1, ONE_BIAS, EACH_NEURON, right=right)
    yield slip(by_hand.dense(side**2, units), FOR_GREY, "A colour image has {side} * {side} * 3 values.", side=side)
    yield slip(
        by_hand.convolution(3, large_kernel**2, units),
        "This is the convolution.",
        "Each neuron has a separate weight for each value of the image: {right}.",
        right=right,
    )
