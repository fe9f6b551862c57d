"""Answers of `mnist-keras`: the six steps, sizes, and why training was slow, with each student's own numbers."""

from collections.abc import Callable, Mapping
from itertools import combinations
from math import ceil, log, log2, log10, sqrt
from random import Random
from typing import Any

from grader.mistakes import numbers
from grader.mistakes.networks import Network, conv, dense, flatten, pool
from grader.model.key import Slip, following
from grader.model.mistakes import Erring

HELDOUT = {
    "accuracy": {
        "file": "heldout/mnist-2000.npz",
        "classes": [str(digit) for digit in range(10)],
        "exercise": "keras-cnn",
    }
}

Given = Mapping[str, Any]

_STEPS = (
    "load the images and labels, look at them, bring them into shape",
    "define the layers of the network",
    "compile: choose loss, optimizer and metrics",
    "fit: train with the training images",
    "evaluate: loss and accuracy on test images",
    "predict: let the network label unseen images",
)
_RATE, _RATE_OF_THE_PAPER, _RHO, _EPSILON = 0.001, 1.0, 0.95, 1e-7
_FAR_APART = 0.022  # of two wrong answers, relative, so that rounding never takes one for the other


def draw(rng: Random) -> dict[str, Any]:
    """A shuffled list of steps, a digit, a network, a training plan and a gradient."""
    while True:
        given = _drawn(rng)
        listed = slips(given)
        if all(_can_be_told_apart(listed[name]) for name in _NUMBERS):
            return given


def _drawn(rng: Random) -> dict[str, Any]:
    steps = list(_STEPS)
    while any(steps[place] == step for place, step in enumerate(_STEPS)):
        rng.shuffle(steps)
    return {f"step_{number}": step for number, step in enumerate(steps, 1)} | {
        "digit": rng.choice([2, 3, 4, 6, 7, 8]),
        "side": rng.choice([20, 24, 28, 30, 32]),
        "filters_1": rng.choice([8, 10, 12, 16]),
        "filters_2": rng.choice([20, 24, 30, 40]),
        "hidden": rng.choice([50, 60, 80, 100]),
        "classes": rng.choice([4, 5, 6, 8]),
        "images": rng.choice([2000, 3000, 4000, 5000, 6000, 8000]),
        "held_back": rng.choice([10, 20, 25]),
        "batch": rng.choice([32, 64, 70, 90, 110, 128]),
        "epochs": rng.choice([3, 4, 6, 7, 8]),
        "grey": rng.choice([85, 102, 153, 170, 204]),
        "gradient": rng.choice([0.5, 0.8, 2.0, 4.0, 5.0]),
        "move": rng.choice([0.01, 0.02, 0.04, 0.05]),
    }


_NUMBERS = (
    *("conv1_params", "conv2_params", "flatten_length", "dense1_params", "total_params"),
    *("updates_per_epoch", "updates", "guess_loss", "scaled_pixel", "default_rate", "first_step", "steps_needed"),
)


def _can_be_told_apart(listed: list[Slip]) -> bool:
    pairs = combinations([float(slip.value) for slip in listed], 2)
    return all(abs(one - other) > _FAR_APART * max(abs(one), abs(other)) or _large(one, other) for one, other in pairs)


def _large(one: float, other: float) -> bool:
    """Whether both are counts so large that a difference by one tells them apart."""
    return min(one, other) > 100 and abs(one - other) >= 1


class _Net:
    """A network of the build of the lecture's: two convolutions of 3 x 3, max pooling, two dense layers."""

    def __init__(self, given: Given) -> None:
        self.side, self.hidden, self.classes = given["side"], given["hidden"], given["classes"]
        self.filters_1, self.filters_2 = given["filters_1"], given["filters_2"]
        self.conv = self.side - 4  # after both convolutions
        self.pooled = self.conv // 2
        self.flat = self.pooled**2 * self.filters_2
        self.conv_1 = (9 + 1) * self.filters_1
        self.conv_2 = (9 * self.filters_1 + 1) * self.filters_2
        self.dense_1 = (self.flat + 1) * self.hidden
        self.dense_2 = (self.hidden + 1) * self.classes
        self.total = self.conv_1 + self.conv_2 + self.dense_1 + self.dense_2
        self.biases = self.filters_1 + self.filters_2 + self.hidden + self.classes


def _order(given: Given) -> list[int]:
    """The numbers of the listed steps in the order in which they are taken."""
    places = {given[f"step_{number}"]: number for number in range(1, 7)}
    return [places[step] for step in _STEPS]


def _used(given: Given) -> int:
    """Images that are left to train with."""
    return int(given["images"] * (100 - given["held_back"]) // 100)


def _first_step(gradient: float, rate: float = _RATE) -> float:
    """The first step of Adadelta: both running means begin at 0."""
    return rate * sqrt(_EPSILON) / sqrt((1 - _RHO) * gradient**2 + _EPSILON) * gradient


def answers(given: Given) -> dict[str, Any]:
    """Question id -> expected answer; for `model` the name of the reference model."""
    net = _Net(given)
    updates = ceil(_used(given) / given["batch"])
    step = _first_step(given["gradient"])
    return {
        "steps": _order(given),
        "one_hot": [int(digit == given["digit"]) for digit in range(10)],
        "model": "alzahrani_mnist_cnn",
        "conv1_params": net.conv_1,
        "conv2_params": net.conv_2,
        "flatten_length": net.flat,
        "dense1_params": net.dense_1,
        "total_params": net.total,
        "updates_per_epoch": updates,
        "updates": updates * given["epochs"],
        "guess_loss": log(given["classes"]),
        "loss_says": "b",
        "scaled_pixel": given["grey"] / 255,
        "default_rate": _RATE,
        "first_step": step,
        "steps_needed": given["move"] / step,
        "culprit": "a",
    }


def follow_on(given: Given, found: Mapping[str, Any]) -> dict[str, Any]:
    """What is right given the student's own earlier answers."""
    net = _Net(given)
    layers = ("conv1_params", "conv2_params", "dense1_params")
    return following(
        {
            "dense1_params": lambda: (found["flatten_length"] + 1) * net.hidden,
            "total_params": [
                lambda: sum(found[name] for name in layers) + net.dense_2,
                lambda: _without_biases(net, [found[name] for name in layers]),
            ],
            "updates": lambda: found["updates_per_epoch"] * given["epochs"],
            "first_step": lambda: _first_step(given["gradient"], found["default_rate"]),
            "steps_needed": lambda: given["move"] / found["first_step"],
        }
    )


def _without_biases(net: _Net, layers: list[int]) -> int | None:
    """The whole network without biases, where the student has forgotten them in the layers before as well."""
    biases = (net.filters_1, net.filters_2, net.hidden)
    forgotten = layers == [net.conv_1 - biases[0], net.conv_2 - biases[1], net.dense_1 - biases[2]]
    return net.total - net.biases if forgotten else None


def slips(given: Given) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    return (
        _slips_of_data(given)
        | _slips_of_convolutions(_Net(given))
        | _slips_of_dense_layers(_Net(given))
        | _slips_of_the_plan(given)
        | _slips_of_the_loss(given)
        | _slips_of_adadelta(given)
    )


def _slips_of_data(given: Given) -> dict[str, list[Slip]]:
    order, digit, grey = _order(given), given["digit"], given["grey"]
    inverse = [order.index(number) + 1 for number in range(1, 7)]
    first = f"The list begins with {order[0]}, since line {order[0]} comes first."
    orders = [
        Slip(inverse, "This gives each line its place.", f"Give the lines in their order. {first}"),
        Slip([1, 2, 3, 4, 5, 6], "This is the order in which they are listed.", first),
        Slip(order[::-1], "This is back to front.", first),
        Slip([number - 1 for number in order], "The lines were counted from 0.", "They are numbered from 1 to 6."),
    ]
    return {
        "steps": [slip for place, slip in enumerate(orders) if slip.value not in [one.value for one in orders[:place]]],
        "one_hot": [
            Slip(
                [int(place == digit - 1) for place in range(10)],
                "The places were counted from 1.",
                f"The first place is the one of the digit 0, so the 1 for {digit} has {digit} zeros before it.",
            ),
            Slip(
                [int(9 - place == digit) for place in range(10)],
                "The places were counted from the end.",
                f"The first place is the one of the digit 0: {digit} zeros come before the 1.",
            ),
            Slip(
                [digit * int(place == digit) for place in range(10)],
                "The digit itself stands in its place.",
                "A 1 stands there: it is the probability of that class.",
            ),
            Slip(
                [int(place != digit) for place in range(10)],
                "0 and 1 are swapped.",
                f"A 1 marks the class {digit}, and 0 all the others.",
            ),
        ],
        "scaled_pixel": [
            Slip(grey / 256, "This was divided by 256.", f"The largest grey level is 255: {grey} / 255."),
            Slip(1 - grey / 255, "This is counted from white.", f"0 stays 0 and 255 becomes 1: {grey} / 255."),
            Slip(2 * grey / 255 - 1, "This is scaled to -1..1.", f"The formula gives 0..1: {grey} / 255."),
            Slip(grey / 100, "This was divided by 100.", f"The largest grey level is 255: {grey} / 255."),
        ],
    }


def _slips_of_convolutions(net: _Net) -> dict[str, list[Slip]]:
    first = f"(3 * 3 * 1 + 1) * {net.filters_1}"
    second = f"(3 * 3 * {net.filters_1} + 1) * {net.filters_2}"
    return {
        "conv1_params": [
            Slip(9 * net.filters_1, "The biases are missing.", f"Each filter has one: {first}."),
            Slip(9 * net.filters_1 + 1, "There is only one bias.", f"Each filter has one: {first}."),
            Slip(9 + 1, "This is one filter.", f"There are {net.filters_1}: {first}."),
            Slip((27 + 1) * net.filters_1, "This is for colour images.", f"These have one channel: {first}."),
        ],
        "conv2_params": [
            Slip(
                (9 + 1) * net.filters_2,
                "The depth of the input was left out.",
                f"A filter sees all {net.filters_1} maps: {second}.",
            ),
            Slip(9 * net.filters_1 * net.filters_2, "The biases are missing.", f"Each filter has one: {second}."),
            Slip(
                (9 + 1) * net.filters_1 * net.filters_2,
                "There is a bias for each input map.",
                f"A filter has a single bias: {second}.",
            ),
            Slip(9 * net.filters_1 + 1, "This is one filter.", f"There are {net.filters_2}: {second}."),
        ],
    }


def _slips_of_dense_layers(net: _Net) -> dict[str, list[Slip]]:
    size, right = f"{net.pooled} x {net.pooled} x {net.filters_2}", f"({net.flat} + 1) * {net.hidden}"
    padded = (net.side // 2) ** 2 * net.filters_2
    rest = net.total - net.dense_1
    return {
        "flatten_length": [
            Slip(net.pooled**2, "Only one feature map was flattened.", f"All are lined up: {size}."),
            Slip(net.conv**2 * net.filters_2, "The pooling was left out.", f"It halves height and width: {size}."),
            Slip(padded, "These are the sizes with padding='same'.", f"Both convolutions take off 2: {size}."),
            Slip(
                ((net.side - 2) // 2) ** 2 * net.filters_2,
                "Only one convolution was reckoned with.",
                f"Both take off 2 along each axis: {size}.",
            ),
        ],
        "dense1_params": [
            Slip(net.flat * net.hidden, "The biases are missing.", f"Each neuron has one: {right}."),
            Slip(net.flat * net.hidden + 1, "There is only one bias.", f"Each neuron has one: {right}."),
            Slip((net.conv**2 * net.filters_2 + 1) * net.hidden, "The pooling was left out.", f"With it: {right}."),
            Slip((net.filters_2 + 1) * net.hidden, "Each feature map was counted as one value.", f"It is {right}."),
        ],
        "total_params": [
            Slip(net.total - net.biases, "The biases are missing.", "Each filter and each neuron has one."),
            Slip(
                net.total - net.dense_2,
                "The last layer is missing.",
                f"Add its ({net.hidden} + 1) * {net.classes}.",
            ),
            Slip(
                rest + (net.conv**2 * net.filters_2 + 1) * net.hidden,
                "The pooling was left out.",
                f"The first dense layer has {right}.",
            ),
            Slip(
                rest + (padded + 1) * net.hidden,
                "These are the sizes with padding='same'.",
                f"The first dense layer has {right}.",
            ),
        ],
    }


def _slips_of_the_plan(given: Given) -> dict[str, list[Slip]]:
    images, batch, epochs, used = given["images"], given["batch"], given["epochs"], _used(given)
    right = ceil(used / batch)
    plan = f"{used} / {batch}, rounded up"
    held_back = f"{given['held_back']} % are held back to validate with, so {used} are left: {plan}."
    return {
        "updates_per_epoch": [
            Slip(used // batch, "This was rounded down.", f"The last, smaller batch is an update, too: {plan}."),
            Slip(ceil(images / batch), "All images were counted.", held_back),
            Slip(ceil((images - used) / batch), "These are the images to validate with.", held_back),
            Slip(used, "Each image was counted.", f"One update for each batch: {plan}."),
            Slip(right * epochs, "This is for all epochs.", f"In one epoch: {plan}."),
        ],
        "updates": [
            Slip(right, "This is one epoch.", f"There are {epochs}."),
            Slip(used // batch * epochs, "This was rounded down.", f"{plan}, then {epochs} times."),
            Slip(ceil(images / batch) * epochs, "All images were counted.", held_back),
            Slip(right + epochs, "The epochs were added.", f"Each of the {epochs} has {right} updates."),
        ],
    }


def _slips_of_the_loss(given: Given) -> dict[str, list[Slip]]:
    classes = given["classes"]
    right = f"-ln(1 / {classes})"
    return {
        "guess_loss": [
            Slip(-log(classes), "The minus sign of the cross-entropy is missing.", f"It is {right}."),
            Slip(log10(classes), "This is the logarithm to base 10.", f"Keras takes the natural one: {right}."),
            Slip(log2(classes), "This is the logarithm to base 2.", f"Keras takes the natural one: {right}."),
            Slip(1 / classes, "This is the probability.", f"The loss is minus its logarithm: {right}."),
            Slip(1 - 1 / classes, "This is the share of wrong labels.", f"The loss is {right}."),
            Slip(classes * log(classes), "This is summed over the classes.", f"Only the true class counts: {right}."),
        ],
        "loss_says": [
            Slip("a", "A guess costs 2.3, far less.", "Only confident errors cost 17."),
            Slip("c", "Too small a rate makes the loss fall slowly.", "It does not make it large before any training."),
            Slip(
                "d",
                "An average over batches is not larger than its largest value.",
                "Keras gives the mean over all images.",
            ),
        ],
    }


def _slips_of_adadelta(given: Given) -> dict[str, list[Slip]]:
    gradient, move = given["gradient"], given["move"]
    step = _first_step(gradient)
    formula = f"0.001 * sqrt(1e-7) / sqrt(0.05 * {gradient} ** 2 + 1e-7) * {gradient}"
    needed = f"{move} divided by the first step."
    return {
        "default_rate": [
            Slip(1.0, "This is the rate of the paper.", "Keras 3 has 0.001, as TensorFlow's Keras 2 had before it."),
            Slip(0.01, "This is the default of SGD.", "Look at keras.optimizers.Adadelta(): 0.001."),
            Slip(0.95, "This is the decay rho.", "Look at learning_rate: 0.001."),
            Slip(1e-7, "This is epsilon.", "Look at learning_rate: 0.001."),
        ],
        "first_step": [
            Slip(_RATE * gradient, "This is a step of plain gradient descent.", f"Adadelta takes {formula}."),
            Slip(_first_step(gradient, _RATE_OF_THE_PAPER), "The learning rate was left out.", f"It is {formula}."),
            Slip(
                _RATE * _EPSILON / ((1 - _RHO) * gradient**2 + _EPSILON) * gradient,
                "The square roots were left out.",
                f"It is {formula}.",
            ),
            Slip(
                _RATE * sqrt(_EPSILON) / sqrt(_RHO * gradient**2 + _EPSILON) * gradient,
                "The squared gradient was weighted with rho.",
                f"Its weight is 1 - rho: {formula}.",
            ),
            Slip(
                _RATE * sqrt(_EPSILON) / sqrt(gradient**2 + _EPSILON) * gradient,
                "The weight 1 - rho of the squared gradient was left out.",
                f"It is {formula}.",
            ),
        ],
        "steps_needed": [
            Slip(
                move / _first_step(gradient, _RATE_OF_THE_PAPER),
                "These are steps of the paper's rate 1.0.",
                f"Those of Keras 3 are a thousand times smaller: {needed}",
            ),
            Slip(step / move, "The division is upside down.", f"It is {needed}"),
            Slip(move / _RATE, "The learning rate was taken for the step.", f"It is {needed}"),
            Slip(
                move / (_RATE * gradient),
                "These are steps of plain gradient descent.",
                f"Those of Adadelta are smaller: {needed}",
            ),
        ],
        "culprit": [
            Slip(
                "b",
                "With scaled pixels and the same rate it does not even reach that.",
                "Change one thing at a time, and look: the rate is what stops it.",
            ),
            Slip("c", "The images are the same in the run that works.", "Change the rate only, and look."),
            Slip("d", "The same network passes 95 %.", "Change the rate only, and look."),
        ],
    }


# ---- Where one may go wrong ----------------------------------------------------------------------------------------

_LECTURE_TOTAL = 305_194


def _network(given: Given) -> Network:
    shape = (given["side"], given["side"], 1)
    convolutions = [conv(given["filters_1"], 3), conv(given["filters_2"], 3), pool()]
    return Network(shape, [*convolutions, flatten(), dense(given["hidden"]), dense(given["classes"])])


def methods(given: Given) -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    net = _network(given)
    lecture = "This is what the lecture prints for its own network, not for yours."
    return {
        "one_hot": lambda erring: _one_hot(given, erring),
        "scaled_pixel": lambda erring: _scaled_pixel(given, erring),
        "conv1_params": lambda erring: net.params(erring, 0),
        "conv2_params": lambda erring: net.params(erring, 1),
        "flatten_length": lambda erring: net.length(erring, 3),
        "dense1_params": lambda erring: net.params(erring, 4),
        "total_params": lambda erring: erring.pick(net.total(erring), {lecture: _LECTURE_TOTAL}),
        "updates_per_epoch": lambda erring: _updates(given, 1, erring),
        "updates": lambda erring: _updates(given, given["epochs"], erring),
        "guess_loss": lambda erring: _guess(given, erring),
        "first_step": lambda erring: _step_of(given, erring),
        "steps_needed": lambda erring: _steps(given, erring),
        "default_rate": lambda erring: erring.pick(
            _RATE, {"This is the rate that many tutorials give to Adam or SGD.": 0.1, "This is not the default.": 1e-4}
        ),
    }


def _one_hot(given: Given, erring: Erring) -> list[int]:
    place = erring.pick(
        given["digit"],
        {
            "The 1 stands one place after that of the digit: the places are counted from 0.": given["digit"] + 1,
            "The 1 stands one place before that of the digit: the places are counted from 0.": given["digit"] - 1,
        },
    )
    vector = [int(number == place) for number in range(10)]
    if erring("There are nine places, for the digits 1 to 9; the 0 is a digit, too."):
        return vector[1:]
    if erring("There are two ones; a label has one place."):
        return [int(number in (given["digit"], given["digit"] + 1)) for number in range(10)]
    if erring("There is a place too many; the digits go from 0 to 9."):
        return [*vector, 0]
    if erring("This is the digit itself; a vector with a place for each digit was asked for."):
        return [given["digit"]]
    return vector


def _scaled_pixel(given: Given, erring: Erring) -> float:
    grey = given["grey"]
    return float(
        erring.pick(
            grey / 255,
            {
                "This was divided by 254, the number of steps less one.": grey / 254,
                "The mean of the grey levels was taken off first.": grey / 255 - 0.5,
                "This is scaled to -1..1.": grey / 127.5 - 1,
                "This was divided by 127.5.": grey / 127.5,
            },
        )
    )


def _updates(given: Given, epochs: int, erring: Erring) -> float:
    batch: int = given["batch"]
    kept: int = erring.pick(
        _used(given),
        {
            "All images were counted; those that validate are not trained with.": given["images"],
            "These are the images to validate with.": given["images"] - _used(given),
        },
    )
    images = epochs > 1 and erring("Images were counted, not batches: images times epochs.")
    if images:
        return int(kept * epochs)
    batches = erring.pick(
        ceil(kept / batch),
        {
            "This was rounded down; the last batch, which is not full, is an update, too.": kept // batch,
            "This was not rounded: the last batch is an update, too, though it is not full.": kept / batch,
            "One batch too many was counted.": ceil(kept / batch) + 1,
            "The images of a batch were counted.": batch,
        },
    )
    if epochs > 1 and erring("This was rounded at the end; each epoch ends with a batch that is not full."):
        return ceil(kept * epochs / batch)
    if epochs > 1 and erring("This was rounded down at the end; each epoch ends with a batch that is not full."):
        return kept * epochs // batch
    if epochs > 1 and erring("The updates of an epoch were divided by the epochs instead of multiplied."):
        return batches / epochs
    return batches * epochs


def _guess(given: Given, erring: Erring) -> float:
    classes = erring.pick(
        given["classes"],
        {
            "This is for ten classes.": 10,
            "This is for two classes.": 2,
            "One class was left out.": given["classes"] - 1,
        },
    )
    if erring("This is the number of classes, without a logarithm."):
        return float(classes)
    return numbers.surprise(erring, 1 / classes)


def _step_of(given: Given, erring: Erring) -> float:
    rate = erring.pick(
        _RATE, {"The rate of the paper, 1.0, was taken.": _RATE_OF_THE_PAPER, "The rate 0.01 of SGD was taken.": 0.01}
    )
    gradient = given["gradient"]
    squared = erring.pick(
        (1 - _RHO) * gradient**2,
        {
            "The squared gradient was weighted with rho.": _RHO * gradient**2,
            "The squared gradient was not weighted.": gradient**2,
            "The gradient was not squared.": (1 - _RHO) * gradient,
        },
    )
    top = erring.pick(
        sqrt(_EPSILON), {"The root of the numerator was left out.": _EPSILON, "The numerator is missing.": 1}
    )
    bottom = erring.pick(
        sqrt(squared + _EPSILON),
        {
            "The root of the denominator was left out.": squared + _EPSILON,
            "The denominator is missing.": 1,
            "The root was taken before epsilon was added.": sqrt(squared) + _EPSILON,
        },
    )
    if erring("The gradient was left out at the end."):
        gradient = 1
    return float(rate * top / bottom * gradient)


def _steps(given: Given, erring: Erring) -> float:
    step = _step_of(given, erring.at("In the first step:"))
    if erring("This was multiplied instead of divided."):
        return float(given["move"] * step)
    return float(given["move"] / step)
