"""Answers of `dense-mnist`: sizes, first values and folded layers by formula; two networks; held-out digits."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from math import log, log2, log10, sqrt
from random import Random
from typing import Any

import numpy as np

from grader.cnn.by_hand import FAR_APART, all_apart, dense, sigmoid
from grader.mistakes import numbers
from grader.mistakes.networks import Network
from grader.mistakes.networks import dense as layer
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

Array = np.ndarray[Any, Any]
Values = Mapping[str, Any]  # as `draw` returns them

_SLIDE_TOTAL = 418_060
_FIXED = {
    "model": "sick_mnist_dense",
    "zero_unit": 0.5,
    "zero_learning": "b",
    "dropout_predict": "a",
    "net": "sick_mnist_dense_regularised",
}
# Differences that rounding could hide, where answers are small and have more decimals than usual.
_DISTANCES = {"large_slope": 0.0, "glorot_limit": 0.003}


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One student's numbers.

    Attributes:
        side: Rows and columns of an image.
        inputs: Pixels of it.
        hidden1: Neurons of the first hidden layer.
        hidden2: Neurons of the second one.
        classes: Neurons of the last layer.
        pixels: How many pixels of an image are 1.
        weight: All weights of a neuron that sees them.
        rate: Of dropout.
        kept: A value that dropout keeps.
        batch: Four values that a batch normalisation gets.
        gamma: Its scale.
        beta: Its shift.
        W1: Kernel of the first of two layers without activation, 2 x 2.
        b1: Its biases.
        W2: Kernel of the second one, 2 x 2.
        b2: Its biases.
        x: Their input.
    """

    side: int
    inputs: int
    hidden1: int
    hidden2: int
    classes: int
    pixels: int
    weight: float
    rate: float
    kept: float
    batch: list[int]
    gamma: int
    beta: int
    W1: list[list[int]]
    b1: list[int]
    W2: list[list[int]]
    b2: list[int]
    x: list[int]

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """Inputs, and neurons of the three layers."""
        return self.inputs, self.hidden1, self.hidden2, self.classes

    @property
    def params_after_first(self) -> int:
        """Parameters of all layers but the first."""
        return dense(self.hidden1, self.hidden2, self.classes)

    @property
    def layers(self) -> tuple[Array, Array, Array, Array, Array]:
        """Kernel (2, 2) and biases (2,) of each of the two layers, and their input (2,)."""
        return np.array(self.W1), np.array(self.b1), np.array(self.W2), np.array(self.b2), np.array(self.x)


def draw(rng: Random) -> dict[str, Any]:
    """Numbers for which all answers, right and wrong, can be told apart."""
    while True:
        variant = _variant(rng)
        kernel1, bias1, kernel2, _, x = variant.layers
        hidden = x @ kernel1 + bias1
        # Each output depends on the input, and ReLU changes one of the two hidden values.
        every_unit_counts = np.all(np.any(kernel1 @ kernel2, axis=0)) and min(hidden) < 0 < max(hidden)
        if every_unit_counts and _all_apart(variant):
            return asdict(variant)


def _variant(rng: Random) -> Variant:
    def matrix() -> list[list[int]]:
        return [[rng.randint(-2, 3) for _ in range(2)] for _ in range(2)]

    side = rng.choice([8, 10, 12, 16, 20])
    mean, spread = rng.randint(4, 9), rng.choice([2, 3, 4])
    batch = [mean + sign * spread for sign in (-1, -1, 1, 1)]  # their standard deviation is `spread`
    rng.shuffle(batch)
    pixels = rng.choice([10, 20, 40])
    return Variant(
        side=side,
        inputs=side * side,
        hidden1=rng.choice([40, 50, 60, 80, 100]),
        hidden2=rng.choice([10, 15, 20, 25, 30]),
        classes=rng.choice([3, 4, 5, 6, 8]),
        pixels=pixels,
        weight=rng.choice([4, 5, 6, 8]) / pixels,
        rate=rng.choice([0.2, 0.25, 0.5]),
        kept=rng.choice([0.3, 0.6, 0.9, 1.2]),
        batch=batch,
        gamma=rng.choice([2, 3, 4]),
        beta=rng.choice([-3, -2, -1, 1, 2, 3]),
        W1=matrix(),
        b1=rng.sample([-3, -2, -1, 1, 2, 3], 2),
        W2=matrix(),
        b2=rng.sample([-3, -2, -1, 1, 2, 3], 2),
        x=rng.sample([1, 2, 3, 4], 2),
    )


# ---- Right answers -------------------------------------------------------------------------------------------------


def slope(z: float) -> float:
    """Slope of the sigmoid at z."""
    value = sigmoid(z)
    return value * (1 - value)


def answers(values: Values) -> dict[str, Any]:
    """Question id -> expected answer; for the two networks the name of the reference model."""
    variant = Variant(**values)
    inputs, hidden1, hidden2, classes = variant.sizes
    first, batch = dense(inputs, hidden1), np.array(variant.batch)
    kernel1, bias1, kernel2, bias2, x = variant.layers
    kernel, bias = kernel1 @ kernel2, bias1 @ kernel2 + bias2
    return _FIXED | {
        "first_params": first,
        "total_params": first + variant.params_after_first,
        "first_share": first / (first + variant.params_after_first),
        "zero_cost": log(classes),
        "large_slope": slope(variant.pixels * variant.weight),
        "glorot_limit": sqrt(6 / (inputs + hidden1)),
        "dropout_kept": variant.kept / (1 - variant.rate),
        "batchnorm_values": variant.gamma * (batch - batch.mean()) / batch.std() + variant.beta,
        "batchnorm_params": 4 * (hidden1 + hidden2),
        "batchnorm_frozen": 2 * (hidden1 + hidden2),
        "folded_kernel": kernel,
        "folded_bias": bias,
        "folded_output": x @ kernel + bias,
        "relu_output": np.maximum(x @ kernel1 + bias1, 0) @ kernel2 + bias2,
    }


def follow_on(values: Values, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Question id -> answer that follows from the student's own counts and folded layer."""
    variant = Variant(**values)
    kernel1, bias1, kernel2, bias2, x = variant.layers

    def output() -> Any:
        kernel, bias = np.array(earlier["folded_kernel"], dtype=float), np.array(earlier["folded_bias"], dtype=float)
        return (x @ kernel + bias).tolist()

    def bias_of_swapped() -> Any:
        swapped = np.array_equal(np.array(earlier["folded_kernel"], dtype=float), kernel1 @ kernel2.T)
        return (bias1 @ kernel2.T + bias2).tolist() if swapped else None

    return following(
        {
            "total_params": [
                lambda: earlier["first_params"] + variant.params_after_first,
                lambda: _without_biases(variant, earlier["first_params"]),
            ],
            "first_share": lambda: earlier["first_params"] / earlier["total_params"],
            "batchnorm_frozen": lambda: earlier["batchnorm_params"] / 2,
            "folded_bias": bias_of_swapped,
            "folded_output": output,
        }
    )


def _without_biases(variant: Variant, first: int) -> int | None:
    """Parameters of the whole network without biases, if the student also forgot them in the first layer."""
    inputs, hidden1, hidden2, classes = variant.sizes
    return first + hidden1 * hidden2 + hidden2 * classes if first == inputs * hidden1 else None


# ---- Wrong answers with a known cause ------------------------------------------------------------------------------


def slips(values: Values) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    variant = Variant(**values)
    return _numeric_slips(variant) | _slips_of_choices()


def _numeric_slips(variant: Variant) -> dict[str, list[Slip]]:
    return (
        _slips_of_sizes(variant)
        | _slips_of_first_values(variant)
        | _slips_of_remedies(variant)
        | _slips_of_folding(variant)
    )


def _all_apart(variant: Variant) -> bool:
    """Whether no two wrong answers are the same, or so near that rounding makes them so."""
    return all(
        all_apart((slip.value for slip in listed), _DISTANCES.get(question, FAR_APART))
        for question, listed in _numeric_slips(variant).items()
    )


def _added(number: int) -> str:
    """`+ 3` or `- 3`."""
    return f"{'-' if number < 0 else '+'} {abs(number)}"


def _slips_of_sizes(variant: Variant) -> dict[str, list[Slip]]:
    inputs, hidden1, hidden2, classes = variant.sizes
    first, after_first = dense(inputs, hidden1), variant.params_after_first
    total = first + after_first
    one = message(
        "Each of the {hidden1} neurons has {side} * {side} weights and a bias.", hidden1=hidden1, side=variant.side
    )
    three = message(
        "{formula}.",
        formula=f"({inputs} + 1) * {hidden1} + ({hidden1} + 1) * {hidden2} + ({hidden2} + 1) * {classes}",
    )
    share = message("The first layer has {first} of {total} parameters.", first=first, total=total)
    return {
        "first_params": [
            Slip(inputs * hidden1, message("The biases are missing."), one),
            Slip(inputs * hidden1 + 1, message("You counted only one bias."), one),
            Slip(inputs * (hidden1 + 1), message("You added the 1 for the bias to the wrong factor."), one),
            Slip(dense(variant.side, hidden1), message("You counted only one row of pixels."), one),
            Slip(dense(3 * inputs, hidden1), message("This is for colour images."), one),
            Slip(dense(784, 500), message("This is the first layer of the slide."), one),
        ],
        "total_params": [
            Slip(inputs * hidden1 + hidden1 * hidden2 + hidden2 * classes, message("The biases are missing."), three),
            Slip(first + dense(hidden1, hidden2), message("The last layer is missing."), three),
            Slip(first + dense(hidden2, classes), message("The second hidden layer is missing."), three),
            Slip(first, message("This is the first layer alone."), three),
            Slip(
                first + dense(inputs, hidden2) + dense(inputs, classes),
                message("You connected every layer to the pixels."),
                three,
            ),
            Slip(_SLIDE_TOTAL, message("This is the network of the slide."), three),
        ],
        "first_share": [
            Slip(after_first / total, message("This is the share of the other layers."), share),
            Slip(hidden1 / (hidden1 + hidden2 + classes), message("This is the layer's share of the neurons."), share),
            Slip(1 / 3, message("This is the layer's share of the layers."), share),
            Slip(100 * first / total, message("This is in percent."), share),
            Slip(
                first / after_first,
                message("You compared the layer with the other layers, not with all layers."),
                share,
            ),
        ],
    }


def _slips_of_first_values(variant: Variant) -> dict[str, list[Slip]]:
    inputs, hidden1, _, classes = variant.sizes
    pixels, weight = variant.pixels, variant.weight
    z, together = pixels * weight, inputs + hidden1
    value = sigmoid(z)
    half = message("z is 0, and the sigmoid of 0 is 1 / (1 + 1).")
    surprise = message(
        "Each of the {classes} classes gets the probability 1/{classes}: -ln(1/{classes}).", classes=classes
    )
    flat = message(
        "z = {pixels} * {weight} = {z}. There the sigmoid is S = {value}, and its slope S * (1 - S).",
        pixels=pixels,
        weight=f"{weight:g}",
        z=f"{z:g}",
        value=f"{value:.5f}",
    )
    limit = message("The limit is the square root of 6 / ({inputs} + {hidden1}).", inputs=inputs, hidden1=hidden1)
    return {
        "zero_unit": [
            Slip(0, message("The slide is wrong here: z is 0, but its sigmoid is not."), half),
            Slip(1, message("This is e^0, which is only part of the denominator."), half),
            Slip(0.25, message("This is the slope of the sigmoid at 0."), half),
            Slip(0.1, message("This is the value of each of the ten outputs."), half),
        ],
        "zero_cost": [
            Slip(log10(classes), message("This is the logarithm to base 10."), surprise),
            Slip(log2(classes), message("This is the logarithm to base 2."), surprise),
            Slip(-log(classes), message("The minus sign of the cross-entropy is missing."), surprise),
            Slip(1 / classes, message("This is the probability, without the logarithm."), surprise),
            Slip(1 - 1 / classes, message("This is 1 minus the probability."), surprise),
            Slip(log(10), message("This is for ten classes."), surprise),
            Slip(0, message("Outputs that are all the same are not a perfect answer."), surprise),
        ],
        "large_slope": [
            Slip(value, message("This is the value of the sigmoid, not its slope."), flat),
            Slip(0.25, message("This is the slope at 0, the steepest."), flat),
            Slip(1, message("This is the slope of ReLU."), flat),
            Slip(slope(weight), message("You counted only one pixel."), flat),
            Slip(z * (1 - z), message("You used z itself instead of its sigmoid."), flat),
            Slip(1 - value**2, message("This is the slope of tanh, 1 - S * S."), flat),
        ],
        "glorot_limit": [
            Slip(6 / together, message("The square root is missing."), limit),
            Slip(sqrt(2 / together), message("This is the standard deviation, or you used 2 instead of 6."), limit),
            Slip(sqrt(6 / inputs), message("You counted only the inputs."), limit),
            Slip(sqrt(6 / hidden1), message("You counted only the units."), limit),
            Slip(sqrt(2 / inputs), message("This is the standard deviation of he_normal."), limit),
            Slip(sqrt(6) / together, message("You took the square root of the 6 only."), limit),
            Slip(sqrt(6 / (inputs * hidden1)), message("You multiplied inputs and units."), limit),
        ],
    }


def _slips_of_remedies(variant: Variant) -> dict[str, list[Slip]]:
    _, hidden1, hidden2, classes = variant.sizes
    value, rate = variant.kept, variant.rate
    batch, gamma, beta = np.array(variant.batch), variant.gamma, variant.beta
    normal = (batch - batch.mean()) / batch.std()
    grown = message(
        "Dropout keeps {share} of the units, so Keras divides their values by {share}.", share=f"{1 - rate:g}"
    )
    steps = message(
        "The mean is {mean}, the standard deviation {deviation}: {value} becomes {gamma} * "
        "({value} - {mean}) / {deviation} {shift}.",
        mean=f"{batch.mean():g}",
        deviation=f"{batch.std():g}",
        value=batch[0],
        gamma=gamma,
        shift=_added(beta),
    )
    units = message(
        "{hidden1} + {hidden2} units are normalised, each with scale, shift, moving mean and moving variance.",
        hidden1=hidden1,
        hidden2=hidden2,
    )
    frozen = message(
        ("Count the moving mean and the moving variance of each of the {hidden1} + {hidden2} units."),
        hidden1=hidden1,
        hidden2=hidden2,
    )
    both = hidden1 + hidden2
    return {
        "dropout_kept": [
            Slip(value, message("You left the value unchanged."), grown),
            Slip(value * (1 - rate), message("You made the value smaller."), grown),
            Slip(value / rate, message("You divided by the share that is dropped."), grown),
            Slip(value * (1 + rate), message("You added the share that is dropped to the value."), grown),
            Slip(0, message("This is the value of a dropped unit."), grown),
        ],
        "batchnorm_values": [
            Slip(normal, message("Scale and shift are missing."), steps),
            Slip(gamma * normal, message("The shift is missing."), steps),
            Slip(normal + beta, message("The scale is missing."), steps),
            Slip(gamma * (normal + beta), message("You added the shift before scaling."), steps),
            Slip(
                gamma * (batch - batch.mean()) / batch.var() + beta,
                message("You divided by the variance instead of the standard deviation."),
                steps,
            ),
            Slip(gamma * (batch - batch.mean()) / batch.std(ddof=1) + beta, message("You divided by n - 1."), steps),
            Slip(gamma * batch / batch.std() + beta, message("You did not subtract the mean."), steps),
            Slip(
                gamma * (batch - batch.mean()) + beta, message("You did not divide by the standard deviation."), steps
            ),
        ],
        "batchnorm_params": [
            Slip(2 * both, message("You counted only two of the four numbers of each unit."), units),
            Slip(4 * hidden1, message("The second normalisation is missing."), units),
            Slip(4 * hidden2, message("The first normalisation is missing."), units),
            Slip(4 * 2, message("You counted four numbers for each layer instead of each unit."), units),
            Slip(4 * (both + classes), message("You also normalised the outputs."), units),
            Slip(both, message("You counted one number for each unit."), units),
        ],
        "batchnorm_frozen": [
            Slip(4 * both, message("These are all parameters of batch normalisation."), frozen),
            Slip(0, message("You counted all parameters as trainable."), frozen),
            Slip(both, message("You counted only one of two vectors."), frozen),
            Slip(2 * hidden1, message("The second normalisation is missing."), frozen),
            Slip(2 * hidden2, message("The first normalisation is missing."), frozen),
            Slip(2 * 2, message("You did not count the units."), frozen),
        ],
    }


def _slips_of_folding(variant: Variant) -> dict[str, list[Slip]]:
    kernel1, bias1, kernel2, bias2, x = variant.layers
    kernel, bias, hidden = kernel1 @ kernel2, bias1 @ kernel2 + bias2, x @ kernel1 + bias1
    (a, b), (c, d) = kernel1[0], kernel2[:, 0]
    product = message(
        ("The value at the top left is {products}: the first row of W1 times the first column of W2."),
        products=f"{a}*{c} + {b}*{d}",
    )
    carried = message("The first value is {way}.", way=f"{bias1[0]}*{c} + {bias1[1]}*{d} {_added(bias2[0])}")
    through = message(
        "The first value is {way}.", way=f"{x[0]}*{kernel[0, 0]} + {x[1]}*{kernel[1, 0]} {_added(bias[0])}"
    )
    positive = np.maximum(hidden, 0)
    cut = message(
        ("The hidden values are {first} and {second}; ReLU turns them into {first_positive} and {second_positive}."),
        first=hidden[0],
        second=hidden[1],
        first_positive=positive[0],
        second_positive=positive[1],
    )
    return {
        "folded_kernel": [
            Slip(kernel2 @ kernel1, message("You multiplied the matrices in the other order."), product),
            Slip(kernel1 * kernel2, message("You multiplied the matrices cell by cell."), product),
            Slip(kernel1 + kernel2, message("You added the matrices."), product),
            Slip(kernel.T, message("Rows and columns of the result are swapped."), product),
            Slip(kernel1 @ kernel2.T, message("Rows and columns of W2 are swapped."), product),
        ],
        "folded_bias": [
            Slip(bias1 + bias2, message("You did not multiply the first biases by W2."), carried),
            Slip(bias2, message("The first biases are missing."), carried),
            Slip(bias1 @ kernel2, message("The second biases are missing."), carried),
            Slip(kernel2 @ bias1 + bias2, message("Rows and columns of W2 are swapped."), carried),
            Slip(bias1 * bias2, message("You multiplied the biases."), carried),
        ],
        "folded_output": [
            Slip(x @ kernel, message("The bias is missing."), through),
            Slip(hidden, message("This is the output of the first layer."), through),
            Slip(kernel @ x + bias, message("You multiplied by the input from the right."), through),
            Slip(positive @ kernel2 + bias2, message("There is no ReLU between the layers here."), through),
            Slip(x @ kernel + bias1 + bias2, message("You did not multiply the first biases by W2."), through),
        ],
        "relu_output": [
            Slip(hidden @ kernel2 + bias2, message("You left out ReLU."), cut),
            Slip(positive, message("This is the output of the hidden layer."), cut),
            Slip(positive @ kernel2, message("The second biases are missing."), cut),
            Slip(np.maximum(x @ kernel1, 0) @ kernel2 + bias2, message("The first biases are missing."), cut),
            Slip(np.abs(hidden) @ kernel2 + bias2, message("You dropped the minus sign instead of the value."), cut),
        ],
    }


def _slips_of_choices() -> dict[str, list[Slip]]:
    together = message("Every unit of a hidden layer gets the same update, so they stay copies of one another.")
    return {
        "zero_learning": [
            Slip(
                "a",
                message("The weights do move: the slide simplifies when it says that the network does not learn."),
                together,
            ),
            Slip("c", message("That is what happens with ReLU, whose slope and value at 0 are 0."), together),
            Slip("d", message("The units of a layer do not differ from one another."), together),
        ],
        "dropout_predict": [
            Slip(
                "b",
                message("Units are dropped only in training."),
                message("All units work when the network predicts."),
            ),
            Slip(
                "c",
                message("Keras has already made up for dropout in training."),
                message("All units work unchanged when the network predicts."),
            ),
            Slip(
                "d",
                message("Keras has already made up for dropout in training."),
                message("All units work unchanged when the network predicts."),
            ),
        ],
    }


# ---- Where one may go wrong ----------------------------------------------------------------------------------------


def methods(values: Values) -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    variant = Variant(**values)
    inputs, hidden1, hidden2, classes = variant.sizes
    net = Network((inputs,), [layer(hidden1), layer(hidden2), layer(classes)])
    lecture = message("This is what the lecture prints for its own network, not for yours.")
    return {
        "first_params": lambda erring: net.params(erring, 0),
        "total_params": lambda erring: erring.pick(net.total(erring), {lecture: _SLIDE_TOTAL}),
        "first_share": lambda erring: net.share(erring, [0]),
        "zero_cost": lambda erring: _first_cost(classes, erring),
        "large_slope": lambda erring: _slope_of_sigmoid(variant, erring),
        "glorot_limit": lambda erring: _glorot_limit(variant, erring),
        "dropout_kept": lambda erring: _scaled_up(variant, erring),
        "batchnorm_values": lambda erring: _batchnorm_values(variant, erring),
        "batchnorm_params": lambda erring: _norm_params(variant, 4, erring),
        "batchnorm_frozen": lambda erring: _norm_params(variant, 2, erring),
        "folded_kernel": lambda erring: _folded_kernel(variant, erring),
        "folded_bias": lambda erring: _folded_bias(variant, erring),
        "folded_output": lambda erring: _folded_output(variant, erring),
        "relu_output": lambda erring: _relu_output(variant, erring),
    }


def _first_cost(classes: int, erring: Erring) -> float:
    if erring(message("You added up the loss over the classes, but only the true one counts.")):
        return classes * log(classes)
    if erring(message("This is the number of classes, without a logarithm.")):
        return float(classes)
    many = erring.pick(
        classes,
        {
            message("You left out one class."): classes - 1,
            message("This is for two classes."): 2,
            message("This is for ten classes."): 10,
        },
    )
    return numbers.surprise(erring, 1 / many)


def _slope_of_sigmoid(variant: Variant, erring: Erring) -> float:
    pixels, weight = variant.pixels, variant.weight
    z = erring.pick(
        pixels * weight,
        {
            message("You used only the weight as the input, but z is the sum over all pixels."): weight,
            message("You used only the number of pixels as the input."): pixels,
            message("You divided the sum by the number of pixels."): weight / pixels,
            message("You halved z."): pixels * weight / 2,
            message("You doubled z."): 2 * pixels * weight,
        },
    )
    value = sigmoid(z)
    result = erring.pick(
        value * (1 - value),
        {
            message("The factor S is missing: this is 1 - S."): 1 - value,
            message("You squared S: the slope is S * (1 - S)."): value * value,
            message("You squared 1 - S: the slope is S * (1 - S)."): (1 - value) ** 2,
            message("You mixed up the signs: S * (1 + S)."): value * (1 + value),
        },
    )
    if erring(
        message("You multiplied the slope by the weight, but the question asks for the slope of the sigmoid alone.")
    ):
        return float(result * weight)
    if erring(
        message(
            "You multiplied the slope by the number of pixels, but the question asks for the slope "
            "of the sigmoid alone."
        )
    ):
        return float(result * pixels)
    return result


def _glorot_limit(variant: Variant, erring: Erring) -> float:
    inputs, hidden1, hidden2, classes = variant.sizes
    fans = erring.pick(
        inputs + hidden1,
        {
            message("This is the second layer: its inputs are the units of the first."): hidden1 + hidden2,
            message("You also counted the units of the next layer."): inputs + hidden1 + hidden2,
            message("You averaged inputs and units."): (inputs + hidden1) / 2,
            message("You used the units of the last layer instead of the first hidden layer."): inputs + classes,
            message("You used the side length of the image instead of its number of pixels."): variant.side + hidden1,
        },
    )
    factor = erring.pick(
        6,
        {
            message("You used 3 instead of 6."): 3,
            message("You used 1 instead of 6."): 1,
            message("You used 4 instead of 6."): 4,
            message("You squared the 6."): 36,
        },
    )
    return sqrt(factor / fans)


def _scaled_up(variant: Variant, erring: Erring) -> float:
    value, rate = variant.kept, variant.rate
    return erring.pick(
        value / (1 - rate),
        {
            message("You added the rate to the value."): value + rate,
            message("You subtracted the rate from the value."): value - rate,
            message("You multiplied the value by the rate."): value * rate,
            message("You divided by 1 + rate."): value / (1 + rate),
            message("You divided by the square of the share that is kept."): value / (1 - rate) ** 2,
            message("This is the factor alone, without the value."): 1 / (1 - rate),
            message("You assumed that half of the units are dropped."): 2 * value,
        },
    )


def _batchnorm_values(variant: Variant, erring: Erring) -> Array:
    batch = np.array(variant.batch, float)
    std = batch.std()
    if erring(message("You divided by the largest value instead of the standard deviation.")):
        std = batch.max()
    return numbers.shifted(erring, numbers.standardised(erring, batch, batch.mean(), std), variant.gamma, variant.beta)


def _norm_params(variant: Variant, per_unit: int, erring: Erring) -> int:
    inputs, hidden1, hidden2, classes = variant.sizes
    units = erring.pick(
        hidden1 + hidden2,
        {
            message("You also normalised the inputs."): inputs + hidden1 + hidden2,
            message("You also normalised the outputs."): hidden1 + hidden2 + classes,
            message("The second normalisation is missing."): hidden1,
            message("The first normalisation is missing."): hidden2,
            message("You multiplied the units of both layers."): hidden1 * hidden2,
        },
    )
    amounts = {
        message("You counted all four numbers of each unit."): 4,
        message("You counted three numbers of each unit."): 3,
        message("You counted two numbers of each unit."): 2,
        message("You counted one number of each unit."): 1,
    }
    return int(units * erring.pick(per_unit, {text: amount for text, amount in amounts.items() if amount != per_unit}))


def _matrices(variant: Variant, erring: Erring) -> tuple[Array, Array, Array, Array, Array]:
    kernel1, bias1, kernel2, bias2, x = variant.layers
    kernel1 = erring.pick(
        kernel1,
        {
            message("Rows and columns of W1 are swapped."): kernel1.T,
            message("You overlooked the minus signs of W1."): np.abs(kernel1),
            message("You applied ReLU to W1."): np.maximum(kernel1, 0),
        },
    )
    kernel2 = erring.pick(
        kernel2,
        {
            message("Rows and columns of W2 are swapped."): kernel2.T,
            message("You overlooked the minus signs of W2."): np.abs(kernel2),
        },
    )
    return kernel1, bias1, kernel2, bias2, x


def _folded_kernel(variant: Variant, erring: Erring) -> Array:
    kernel1, _, kernel2, _, _ = _matrices(variant, erring)
    if erring(message("You multiplied the matrices in the other order.")):
        return np.asarray(kernel2 @ kernel1)
    return np.asarray(kernel1 @ kernel2)


def _biases(variant: Variant, erring: Erring) -> tuple[Array, Array]:
    _, bias1, _, bias2, _ = variant.layers
    if erring(message("All biases are missing.")):
        return 0 * bias1, 0 * bias2
    bias1 = erring.pick(
        bias1,
        {
            message("The first biases are missing."): 0 * bias1,
            message("You subtracted the first biases instead of adding them."): -bias1,
            message("You overlooked the minus signs of the first biases."): np.abs(bias1),
            message("You added the first biases twice."): 2 * bias1,
        },
    )
    bias2 = erring.pick(
        bias2,
        {
            message("The second biases are missing."): 0 * bias2,
            message("You subtracted the second biases instead of adding them."): -bias2,
            message("You overlooked the minus signs of the second biases."): np.abs(bias2),
            message("You added the second biases twice."): 2 * bias2,
            message("You also added the first biases in the second layer."): variant.layers[1],
        },
    )
    return bias1, bias2


def _folded_bias(variant: Variant, erring: Erring) -> Array:
    _, _, kernel2, _, _ = _matrices(variant, erring)
    bias1, bias2 = _biases(variant, erring)
    if erring(message("You multiplied by the first biases from the right: W2 @ b1.")):
        return np.asarray(kernel2 @ bias1 + bias2)
    if erring(message("You added the second biases before multiplying.")):
        return np.asarray((bias1 + bias2) @ kernel2)
    return np.asarray(bias1 @ kernel2 + bias2)


def _folded_output(variant: Variant, erring: Erring) -> Array:
    kernel1, _, kernel2, _, x = _matrices(variant, erring)
    bias1, bias2 = _biases(variant, erring)
    if erring(message("You multiplied the matrices in the other order.")):
        kernel1, kernel2 = kernel2, kernel1
    output = np.asarray((x @ kernel1 + bias1) @ kernel2 + bias2)
    if erring(message("You applied ReLU at the end.")):
        return np.asarray(np.maximum(output, 0))
    return output


def _relu_output(variant: Variant, erring: Erring) -> Array:
    kernel1, _, kernel2, _, x = _matrices(variant, erring)
    bias1, bias2 = _biases(variant, erring)
    hidden = erring.pick(
        np.maximum(x @ kernel1 + bias1, 0),
        {
            message("You applied ReLU before adding the first biases."): np.maximum(x @ kernel1, 0) + bias1,
            message("ReLU kept the negative values instead of the positive ones."): np.minimum(x @ kernel1 + bias1, 0),
            message("You set the hidden values above 0 to 1."): (x @ kernel1 + bias1 > 0).astype(int),
            message("You multiplied by the input from the right."): np.maximum(kernel1 @ x + bias1, 0),
        },
    )
    output = np.asarray(hidden @ kernel2 + bias2)
    if erring(message("You used ReLU on both layers; the second one has none.")):
        return np.asarray(np.maximum(output, 0))
    if erring(message("You used ReLU on the second layer instead of the first.")):
        return np.asarray(np.maximum((x @ kernel1 + bias1) @ kernel2 + bias2, 0))
    return output
