"""Answers of `dense-mnist`: sizes, first values and folded layers by formula; two networks; held-out digits."""

from collections.abc import Mapping
from math import exp, log, log2, log10, sqrt
from random import Random
from typing import Any

import numpy as np

from grader.model.key import Slip, following

HELDOUT = {
    "accuracy": {
        "file": "heldout/mnist-2000.npz",
        "classes": [str(digit) for digit in range(10)],
        "exercise": "keras-cnn",
    }
}

Array = np.ndarray[Any, Any]
Given = Mapping[str, Any]

_SLIDE_TOTAL = 418_060
_FIXED = {
    "model": "sick_mnist_dense",
    "zero_unit": 0.5,
    "zero_learning": "b",
    "dropout_predict": "a",
    "net": "sick_mnist_dense_regularised",
}
# How far two wrong answers lie apart at least, so that rounding never takes one for the other.
_FAR_APART = {"large_slope": 0.0, "glorot_limit": 0.003}
_USUAL_DISTANCE = 0.015


def draw(rng: Random) -> dict[str, Any]:
    """Numbers for which all answers, right and wrong, can be told apart."""
    while True:
        given = _drawn(rng)
        kernel1, bias1, kernel2, _, x = _layers(given)
        hidden = x @ kernel1 + bias1
        every_unit_counts = np.all(np.any(kernel1 @ kernel2, axis=0)) and min(hidden) < 0 < max(hidden)
        if every_unit_counts and _apart(given):
            return given


def _drawn(rng: Random) -> dict[str, Any]:
    def matrix() -> list[list[int]]:
        return [[rng.randint(-2, 3) for _ in range(2)] for _ in range(2)]

    side = rng.choice([8, 10, 12, 16, 20])
    mean, spread = rng.randint(4, 9), rng.choice([2, 3, 4])
    batch = [mean + sign * spread for sign in (-1, -1, 1, 1)]
    rng.shuffle(batch)
    pixels = rng.choice([10, 20, 40])
    return {
        "side": side,
        "inputs": side * side,
        "hidden1": rng.choice([40, 50, 60, 80, 100]),
        "hidden2": rng.choice([10, 15, 20, 25, 30]),
        "classes": rng.choice([3, 4, 5, 6, 8]),
        "pixels": pixels,
        "weight": rng.choice([4, 5, 6, 8]) / pixels,
        "rate": rng.choice([0.2, 0.25, 0.5]),
        "kept": rng.choice([0.3, 0.6, 0.9, 1.2]),
        "batch": batch,
        "gamma": rng.choice([2, 3, 4]),
        "beta": rng.choice([-3, -2, -1, 1, 2, 3]),
        "W1": matrix(),
        "b1": rng.sample([-3, -2, -1, 1, 2, 3], 2),
        "W2": matrix(),
        "b2": rng.sample([-3, -2, -1, 1, 2, 3], 2),
        "x": rng.sample([1, 2, 3, 4], 2),
    }


def dense(inputs: int, units: int) -> int:
    """Weights and biases of a dense layer."""
    return (inputs + 1) * units


def slope(z: float) -> float:
    """Slope of the sigmoid."""
    value = 1 / (1 + exp(-z))
    return value * (1 - value)


def _sizes(given: Given) -> tuple[int, int, int, int]:
    return given["inputs"], given["hidden1"], given["hidden2"], given["classes"]


def _rest(given: Given) -> int:
    """Parameters of all layers but the first."""
    _, hidden1, hidden2, classes = _sizes(given)
    return dense(hidden1, hidden2) + dense(hidden2, classes)


def _layers(given: Given) -> tuple[Array, Array, Array, Array, Array]:
    return tuple(np.array(given[name]) for name in ("W1", "b1", "W2", "b2", "x"))  # type: ignore[return-value]


def answers(given: Given) -> dict[str, Any]:
    """Question id -> expected answer; for the two networks the name of the reference model."""
    inputs, hidden1, hidden2, classes = _sizes(given)
    first, batch = dense(inputs, hidden1), np.array(given["batch"])
    kernel1, bias1, kernel2, bias2, x = _layers(given)
    kernel, bias = kernel1 @ kernel2, bias1 @ kernel2 + bias2
    return _FIXED | {
        "first_params": first,
        "total_params": first + _rest(given),
        "first_share": first / (first + _rest(given)),
        "zero_cost": log(classes),
        "large_slope": slope(given["pixels"] * given["weight"]),
        "glorot_limit": sqrt(6 / (inputs + hidden1)),
        "dropout_kept": given["kept"] / (1 - given["rate"]),
        "batchnorm_values": given["gamma"] * (batch - batch.mean()) / batch.std() + given["beta"],
        "batchnorm_params": 4 * (hidden1 + hidden2),
        "batchnorm_frozen": 2 * (hidden1 + hidden2),
        "folded_kernel": kernel,
        "folded_bias": bias,
        "folded_output": x @ kernel + bias,
        "relu_output": np.maximum(x @ kernel1 + bias1, 0) @ kernel2 + bias2,
    }


def follow_on(given: Given, found: Mapping[str, Any]) -> dict[str, Any]:
    """What is right given the student's own counts and folded layer."""
    kernel1, bias1, kernel2, bias2, x = _layers(given)

    def output() -> Any:
        kernel, bias = np.array(found["folded_kernel"], dtype=float), np.array(found["folded_bias"], dtype=float)
        return (x @ kernel + bias).tolist()

    def bias_of_swapped() -> Any:
        swapped = np.array_equal(np.array(found["folded_kernel"], dtype=float), kernel1 @ kernel2.T)
        return (bias1 @ kernel2.T + bias2).tolist() if swapped else None

    return following(
        {
            "total_params": [
                lambda: found["first_params"] + _rest(given),
                lambda: _without_biases(given, found["first_params"]),
            ],
            "first_share": lambda: found["first_params"] / found["total_params"],
            "batchnorm_frozen": lambda: found["batchnorm_params"] / 2,
            "folded_bias": bias_of_swapped,
            "folded_output": output,
        }
    )


def _without_biases(given: Given, first: int) -> int | None:
    """The whole network without biases, where the student has forgotten them in the first layer as well."""
    inputs, hidden1, hidden2, classes = _sizes(given)
    return first + hidden1 * hidden2 + hidden2 * classes if first == inputs * hidden1 else None


def slips(given: Given) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    return _of_sizes(given) | _of_first_values(given) | _of_remedies(given) | _of_folding(given) | _choices()


def _apart(given: Given) -> bool:
    """Whether no two wrong answers are the same, or so near that rounding makes them so."""
    for question, found in (
        _of_sizes(given) | _of_first_values(given) | _of_remedies(given) | _of_folding(given)
    ).items():
        values, distance = [np.array(slip.value) for slip in found], _FAR_APART.get(question, _USUAL_DISTANCE)
        pairs = [(one, other) for place, one in enumerate(values) for other in values[:place]]
        if any(one.shape == other.shape and np.max(np.abs(one - other)) <= distance for one, other in pairs):
            return False
    return True


def _added(number: int) -> str:
    """`+ 3` or `- 3`."""
    return f"{'-' if number < 0 else '+'} {abs(number)}"


def _of_sizes(given: Given) -> dict[str, list[Slip]]:
    inputs, hidden1, hidden2, classes = _sizes(given)
    first, rest = dense(inputs, hidden1), _rest(given)
    total = first + rest
    one = f"Each of the {hidden1} neurons has {given['side']} * {given['side']} weights and a bias."
    three = f"({inputs} + 1) * {hidden1} + ({hidden1} + 1) * {hidden2} + ({hidden2} + 1) * {classes}."
    share = f"The first layer has {first} of {total} parameters."
    return {
        "first_params": [
            Slip(inputs * hidden1, "The biases are missing.", one),
            Slip(inputs * hidden1 + 1, "There is only one bias.", one),
            Slip(inputs * (hidden1 + 1), "The 1 for the bias was added to the wrong factor.", one),
            Slip(dense(given["side"], hidden1), "Only one row of pixels was counted.", one),
            Slip(dense(3 * inputs, hidden1), "This is for colour images.", one),
            Slip(dense(784, 500), "This is the first layer of the slide.", one),
        ],
        "total_params": [
            Slip(inputs * hidden1 + hidden1 * hidden2 + hidden2 * classes, "The biases are missing.", three),
            Slip(first + dense(hidden1, hidden2), "The last layer is missing.", three),
            Slip(first + dense(hidden2, classes), "The second hidden layer is missing.", three),
            Slip(first, "This is the first layer alone.", three),
            Slip(
                first + dense(inputs, hidden2) + dense(inputs, classes),
                "Every layer was connected to the pixels.",
                three,
            ),
            Slip(_SLIDE_TOTAL, "This is the network of the slide.", three),
        ],
        "first_share": [
            Slip(rest / total, "This is the share of the other layers.", share),
            Slip(hidden1 / (hidden1 + hidden2 + classes), "This is its share of the neurons.", share),
            Slip(1 / 3, "This is its share of the layers.", share),
            Slip(100 * first / total, "This is in per cent.", share),
            Slip(first / rest, "This compares it with the other layers, not with all.", share),
        ],
    }


def _of_first_values(given: Given) -> dict[str, list[Slip]]:
    inputs, hidden1, _, classes = _sizes(given)
    pixels, weight = given["pixels"], given["weight"]
    z, together = pixels * weight, inputs + hidden1
    value = 1 / (1 + exp(-z))
    half = "z is 0, and the sigmoid of 0 is 1 / (1 + 1)."
    surprise = f"Each of the {classes} classes gets the probability 1/{classes}: -ln(1/{classes})."
    flat = f"z = {pixels} * {weight:g} = {z:g}. There the sigmoid is S = {value:.5f}, and its slope S * (1 - S)."
    limit = f"The square root of 6 / ({inputs} + {hidden1})."
    return {
        "zero_unit": [
            Slip(0, "The slide errs here: z is 0, but what a sigmoid makes of it is not.", half),
            Slip(1, "This is e^0, which stands in the denominator.", half),
            Slip(0.25, "This is the slope of the sigmoid at 0.", half),
            Slip(0.1, "This is what each of the ten outputs gives.", half),
        ],
        "zero_cost": [
            Slip(log10(classes), "This is the logarithm with base 10.", surprise),
            Slip(log2(classes), "This is the logarithm with base 2.", surprise),
            Slip(-log(classes), "The minus sign of the cross-entropy is missing.", surprise),
            Slip(1 / classes, "This is the probability, without the logarithm.", surprise),
            Slip(1 - 1 / classes, "This is 1 minus the probability.", surprise),
            Slip(log(10), "This is for ten classes.", surprise),
            Slip(0, "Outputs that are all the same are no perfect answer.", surprise),
        ],
        "large_slope": [
            Slip(value, "This is the value of the sigmoid, not its slope.", flat),
            Slip(0.25, "This is the slope at 0, the steepest.", flat),
            Slip(1, "This is the slope of ReLU.", flat),
            Slip(slope(weight), "Only one pixel was counted.", flat),
            Slip(z * (1 - z), "z was put in where its sigmoid belongs.", flat),
            Slip(1 - value**2, "This is the slope of tanh, 1 - S * S.", flat),
        ],
        "glorot_limit": [
            Slip(6 / together, "The square root is missing.", limit),
            Slip(sqrt(2 / together), "This is the standard deviation, or the 6 was taken for a 2.", limit),
            Slip(sqrt(6 / inputs), "Only the inputs were counted.", limit),
            Slip(sqrt(6 / hidden1), "Only the units were counted.", limit),
            Slip(sqrt(2 / inputs), "This is the standard deviation of he_normal.", limit),
            Slip(sqrt(6) / together, "The root was taken of the 6 alone.", limit),
            Slip(sqrt(6 / (inputs * hidden1)), "Inputs and units were multiplied.", limit),
        ],
    }


def _of_remedies(given: Given) -> dict[str, list[Slip]]:
    _, hidden1, hidden2, classes = _sizes(given)
    kept, rate = given["kept"], given["rate"]
    batch, gamma, beta = np.array(given["batch"]), given["gamma"], given["beta"]
    normal = (batch - batch.mean()) / batch.std()
    grown = f"{1 - rate:g} of the units are left, so what is left is divided by {1 - rate:g}."
    steps = (
        f"The mean is {batch.mean():g}, the standard deviation {batch.std():g}: "
        f"{batch[0]} becomes {gamma} * ({batch[0]} - {batch.mean():g}) / {batch.std():g} {_added(beta)}."
    )
    units = f"{hidden1} + {hidden2} units are normalised, each with scale, shift, moving mean and moving variance."
    frozen = f"Of each of the {hidden1} + {hidden2} units, the moving mean and the moving variance."
    both = hidden1 + hidden2
    return {
        "dropout_kept": [
            Slip(kept, "The value was passed on as it is.", grown),
            Slip(kept * (1 - rate), "The value was made smaller.", grown),
            Slip(kept / rate, "It was divided by the share that is dropped.", grown),
            Slip(kept * (1 + rate), "The share that is dropped was added on top.", grown),
            Slip(0, "This is a unit that was dropped.", grown),
        ],
        "batchnorm_values": [
            Slip(normal, "Scale and shift are missing.", steps),
            Slip(gamma * normal, "The shift is missing.", steps),
            Slip(normal + beta, "The scale is missing.", steps),
            Slip(gamma * (normal + beta), "The shift was added before scaling.", steps),
            Slip(gamma * (batch - batch.mean()) / batch.var() + beta, "The variance was divided by.", steps),
            Slip(gamma * (batch - batch.mean()) / batch.std(ddof=1) + beta, "n - 1 was divided by.", steps),
            Slip(gamma * batch / batch.std() + beta, "The mean was not taken off.", steps),
            Slip(gamma * (batch - batch.mean()) + beta, "The standard deviation was not divided by.", steps),
        ],
        "batchnorm_params": [
            Slip(2 * both, "Only two of the four numbers of each unit were counted.", units),
            Slip(4 * hidden1, "The second normalisation is missing.", units),
            Slip(4 * hidden2, "The first normalisation is missing.", units),
            Slip(4 * 2, "The units were not counted: four numbers for each layer.", units),
            Slip(4 * (both + classes), "The outputs were normalised, too.", units),
            Slip(both, "One number for each unit was counted.", units),
        ],
        "batchnorm_frozen": [
            Slip(4 * both, "These are all of its parameters.", frozen),
            Slip(0, "All were taken for trainable.", frozen),
            Slip(both, "Only one of two vectors was counted.", frozen),
            Slip(2 * hidden1, "The second normalisation is missing.", frozen),
            Slip(2 * hidden2, "The first normalisation is missing.", frozen),
            Slip(2 * 2, "The units were not counted.", frozen),
        ],
    }


def _of_folding(given: Given) -> dict[str, list[Slip]]:
    kernel1, bias1, kernel2, bias2, x = _layers(given)
    kernel, bias, hidden = kernel1 @ kernel2, bias1 @ kernel2 + bias2, x @ kernel1 + bias1
    (a, b), (c, d) = kernel1[0], kernel2[:, 0]
    product = f"Top left is {a}*{c} + {b}*{d}: the first row of W1 with the first column of W2."
    carried = f"The first one is {bias1[0]}*{c} + {bias1[1]}*{d} {_added(bias2[0])}."
    through = f"The first one is {x[0]}*{kernel[0, 0]} + {x[1]}*{kernel[1, 0]} {_added(bias[0])}."
    positive = np.maximum(hidden, 0)
    cut = f"The hidden values are {hidden[0]} and {hidden[1]}; ReLU makes {positive[0]} and {positive[1]} of them."
    return {
        "folded_kernel": [
            Slip(kernel2 @ kernel1, "The matrices were multiplied in the other order.", product),
            Slip(kernel1 * kernel2, "The matrices were multiplied cell by cell.", product),
            Slip(kernel1 + kernel2, "The matrices were added.", product),
            Slip(kernel.T, "Rows and columns of the result are swapped.", product),
            Slip(kernel1 @ kernel2.T, "Rows and columns of W2 are swapped.", product),
        ],
        "folded_bias": [
            Slip(bias1 + bias2, "The first biases did not pass through the second layer.", carried),
            Slip(bias2, "The first biases are missing.", carried),
            Slip(bias1 @ kernel2, "The second biases are missing.", carried),
            Slip(kernel2 @ bias1 + bias2, "Rows and columns of W2 are swapped.", carried),
            Slip(bias1 * bias2, "The biases were multiplied.", carried),
        ],
        "folded_output": [
            Slip(x @ kernel, "The bias is missing.", through),
            Slip(hidden, "This is what the first layer gives.", through),
            Slip(kernel @ x + bias, "The input was multiplied from the right.", through),
            Slip(positive @ kernel2 + bias2, "There is no ReLU between the layers here.", through),
            Slip(x @ kernel + bias1 + bias2, "The first biases did not pass through the second layer.", through),
        ],
        "relu_output": [
            Slip(hidden @ kernel2 + bias2, "ReLU was left out.", cut),
            Slip(positive, "This is what the hidden layer gives.", cut),
            Slip(positive @ kernel2, "The second biases are missing.", cut),
            Slip(np.maximum(x @ kernel1, 0) @ kernel2 + bias2, "The first biases are missing.", cut),
            Slip(np.abs(hidden) @ kernel2 + bias2, "The sign was dropped instead of the value.", cut),
        ],
    }


def _choices() -> dict[str, list[Slip]]:
    together = "Every unit of a hidden layer gets the same update, so they stay copies of one another."
    return {
        "zero_learning": [
            Slip("a", "The weights do move: the slide simplifies when it says that nothing is learned.", together),
            Slip("c", "That is what happens with ReLU, whose slope and value at 0 are 0.", together),
            Slip("d", "Nothing tells the units of a layer from one another.", together),
        ],
        "dropout_predict": [
            Slip("b", "Units are dropped in training only.", "To predict, all units work."),
            Slip("c", "Keras has made up for that in training already.", "To predict, all units work as they are."),
            Slip("d", "Keras has made up for that in training already.", "To predict, all units work as they are."),
        ],
    }
