"""Answers of `mnist-keras`: the six steps, sizes, and why training was slow, with each student's own numbers."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from math import ceil, log, log2, log10, sqrt
from random import Random
from typing import Any

from grader.cnn import by_hand
from grader.mistakes import numbers
from grader.mistakes.networks import Network, conv, dense, flatten, pool
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

_STEPS = (
    "load the images and labels, look at them, bring them into shape",
    "define the layers of the network",
    "compile: choose loss, optimizer and metrics",
    "fit: train with the training images",
    "evaluate: loss and accuracy on test images",
    "predict: let the network label unseen images",
)
_RATE, _RATE_OF_THE_PAPER, _RHO, _EPSILON = 0.001, 1.0, 0.95, 1e-7  # of Adadelta in Keras
_FAR_APART = 0.022  # relative difference of two wrong answers, above which rounding never makes them equal


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One student's numbers.

    Attributes:
        step_1: First line of the shuffled list of steps.
        step_2: Second line.
        step_3: Third line.
        step_4: Fourth line.
        step_5: Fifth line.
        step_6: Sixth line.
        digit: Label to write as a one-hot vector.
        side: Rows and columns of a network's grey images.
        filters_1: Filters of its first convolution, which are 3 x 3 and not padded.
        filters_2: Filters of its second one.
        hidden: Neurons of its first dense layer.
        classes: Neurons of its last layer.
        images: Images for training and validation together.
        held_back: Per cent of them for validation.
        batch: Images of a batch.
        epochs: Epochs of the training.
        grey: Grey level of a pixel, 0 to 255.
        gradient: Of the loss by a weight.
        move: How far this weight has to move.
    """

    step_1: str
    step_2: str
    step_3: str
    step_4: str
    step_5: str
    step_6: str
    digit: int
    side: int
    filters_1: int
    filters_2: int
    hidden: int
    classes: int
    images: int
    held_back: int
    batch: int
    epochs: int
    grey: int
    gradient: float
    move: float

    @property
    def order(self) -> list[int]:
        """The numbers of the listed steps in the order in which they are taken."""
        listed = (self.step_1, self.step_2, self.step_3, self.step_4, self.step_5, self.step_6)
        return [listed.index(step) + 1 for step in _STEPS]

    @property
    def training_images(self) -> int:
        """Images that are left to train with."""
        return self.images * (100 - self.held_back) // 100

    @property
    def conv(self) -> int:
        """Side of the maps after both convolutions."""
        return self.side - 4

    @property
    def pooled(self) -> int:
        """Side of the maps after the pooling."""
        return self.conv // 2

    @property
    def flat(self) -> int:
        """Length of the flattened vector."""
        return self.pooled**2 * self.filters_2

    @property
    def conv_1(self) -> int:
        """Parameters of the first convolution."""
        return by_hand.convolution(1, 9, self.filters_1)

    @property
    def conv_2(self) -> int:
        """Parameters of the second convolution."""
        return by_hand.convolution(self.filters_1, 9, self.filters_2)

    @property
    def dense_1(self) -> int:
        """Parameters of the first dense layer."""
        return by_hand.dense(self.flat, self.hidden)

    @property
    def dense_2(self) -> int:
        """Parameters of the last layer."""
        return by_hand.dense(self.hidden, self.classes)

    @property
    def total(self) -> int:
        """All parameters."""
        return self.conv_1 + self.conv_2 + self.dense_1 + self.dense_2

    @property
    def biases(self) -> int:
        """All biases."""
        return self.filters_1 + self.filters_2 + self.hidden + self.classes


_NUMERIC = (
    *("conv1_params", "conv2_params", "flatten_length", "dense1_params", "total_params"),
    *("updates_per_epoch", "updates", "guess_loss", "scaled_pixel", "default_rate", "first_step", "steps_needed"),
)


def draw(rng: Random) -> dict[str, Any]:
    """A shuffled list of steps, a digit, a network, a training plan and a gradient."""
    while True:
        values = asdict(_variant(rng))
        listed = slips(values)
        pairs = [pair for question in _NUMERIC for pair in combinations(listed[question], 2)]
        if all(_are_apart(float(one.value), float(other.value)) for one, other in pairs):
            return values


def _variant(rng: Random) -> Variant:
    steps = list(_STEPS)
    while any(steps[place] == step for place, step in enumerate(_STEPS)):  # no line is where it belongs
        rng.shuffle(steps)
    return Variant(
        **{f"step_{number}": step for number, step in enumerate(steps, 1)},
        digit=rng.choice([2, 3, 4, 6, 7, 8]),
        side=rng.choice([20, 24, 28, 30, 32]),
        filters_1=rng.choice([8, 10, 12, 16]),
        filters_2=rng.choice([20, 24, 30, 40]),
        hidden=rng.choice([50, 60, 80, 100]),
        classes=rng.choice([4, 5, 6, 8]),
        images=rng.choice([2000, 3000, 4000, 5000, 6000, 8000]),
        held_back=rng.choice([10, 20, 25]),
        batch=rng.choice([32, 64, 70, 90, 110, 128]),
        epochs=rng.choice([3, 4, 6, 7, 8]),
        grey=rng.choice([85, 102, 153, 170, 204]),
        gradient=rng.choice([0.5, 0.8, 2.0, 4.0, 5.0]),
        move=rng.choice([0.01, 0.02, 0.04, 0.05]),
    )


def _are_apart(one: float, other: float) -> bool:
    """Whether two wrong answers differ by more than rounding hides, or are counts above 100 that differ by one."""
    if min(one, other) > 100 and abs(one - other) >= 1:
        return True
    return abs(one - other) > _FAR_APART * max(abs(one), abs(other))


# ---- Right answers -------------------------------------------------------------------------------------------------


def _first_step(gradient: float, rate: float = _RATE) -> float:
    """The first step of Adadelta: both running means begin at 0."""
    return rate * sqrt(_EPSILON) / sqrt((1 - _RHO) * gradient**2 + _EPSILON) * gradient


def answers(values: Values) -> dict[str, Any]:
    """Question id -> expected answer; for `model` the name of the reference model."""
    variant = Variant(**values)
    updates = ceil(variant.training_images / variant.batch)
    step = _first_step(variant.gradient)
    return {
        "steps": variant.order,
        "one_hot": [int(digit == variant.digit) for digit in range(10)],
        "model": "alzahrani_mnist_cnn",
        "conv1_params": variant.conv_1,
        "conv2_params": variant.conv_2,
        "flatten_length": variant.flat,
        "dense1_params": variant.dense_1,
        "total_params": variant.total,
        "updates_per_epoch": updates,
        "updates": updates * variant.epochs,
        "guess_loss": log(variant.classes),
        "loss_says": "b",
        "scaled_pixel": variant.grey / 255,
        "default_rate": _RATE,
        "first_step": step,
        "steps_needed": variant.move / step,
        "culprit": "a",
    }


def follow_on(values: Values, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Question id -> answer that follows from the student's own earlier answers."""
    variant = Variant(**values)
    layers = ("conv1_params", "conv2_params", "dense1_params")
    return following(
        {
            "dense1_params": lambda: (earlier["flatten_length"] + 1) * variant.hidden,
            "total_params": [
                lambda: sum(earlier[name] for name in layers) + variant.dense_2,
                lambda: _without_biases(variant, [earlier[name] for name in layers]),
            ],
            "updates": lambda: earlier["updates_per_epoch"] * variant.epochs,
            "first_step": lambda: _first_step(variant.gradient, earlier["default_rate"]),
            "steps_needed": lambda: variant.move / earlier["first_step"],
        }
    )


def _without_biases(variant: Variant, layers: list[int]) -> int | None:
    """Parameters of the whole network without biases, if the student also forgot them in the layers before."""
    biases = (variant.filters_1, variant.filters_2, variant.hidden)
    forgotten = layers == [variant.conv_1 - biases[0], variant.conv_2 - biases[1], variant.dense_1 - biases[2]]
    return variant.total - variant.biases if forgotten else None


# ---- Wrong answers with a known cause ------------------------------------------------------------------------------


def slips(values: Values) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    variant = Variant(**values)
    return (
        _slips_of_data(variant)
        | _slips_of_convolutions(variant)
        | _slips_of_dense_layers(variant)
        | _slips_of_the_plan(variant)
        | _slips_of_the_loss(variant)
        | _slips_of_adadelta(variant)
    )


def _slips_of_data(variant: Variant) -> dict[str, list[Slip]]:
    order, digit, grey = variant.order, variant.digit, variant.grey
    inverse = [order.index(number) + 1 for number in range(1, 7)]
    first = message("The list begins with {first}, because line {first} comes first.", first=order[0])
    orders = [
        Slip(
            inverse,
            message("You gave the position of each line."),
            message("Give the numbers of the lines in the right order. {first}", first=first),
        ),
        Slip([1, 2, 3, 4, 5, 6], message("This is the order in which the lines are listed."), first),
        Slip(order[::-1], message("Your order is reversed."), first),
        Slip(
            [number - 1 for number in order],
            message("You counted the lines from 0."),
            message("The lines are numbered from 1 to 6."),
        ),
    ]
    return {
        "steps": [slip for place, slip in enumerate(orders) if slip.value not in [one.value for one in orders[:place]]],
        "one_hot": [
            Slip(
                [int(place == digit - 1) for place in range(10)],
                message("You counted the places from 1."),
                message(
                    "The first place belongs to the digit 0, so {digit} zeros come before the 1 for {digit}.",
                    digit=digit,
                ),
            ),
            Slip(
                [int(9 - place == digit) for place in range(10)],
                message("You counted the places from the end."),
                message("The first place belongs to the digit 0: {digit} zeros come before the 1.", digit=digit),
            ),
            Slip(
                [digit * int(place == digit) for place in range(10)],
                message("You wrote the digit itself in its place."),
                message("Write a 1 in that place: it is the probability of the class."),
            ),
            Slip(
                [int(place != digit) for place in range(10)],
                message("You swapped 0 and 1."),
                message("Write 1 for the class {digit} and 0 for all others.", digit=digit),
            ),
        ],
        "scaled_pixel": [
            Slip(
                grey / 256,
                message("You divided by 256."),
                message("The largest grey level is 255: {grey} / 255.", grey=grey),
            ),
            Slip(
                1 - grey / 255,
                message("You counted the grey level from white."),
                message("0 stays 0 and 255 becomes 1: {grey} / 255.", grey=grey),
            ),
            Slip(
                2 * grey / 255 - 1,
                message("This is scaled to -1..1."),
                message("The formula gives 0..1: {grey} / 255.", grey=grey),
            ),
            Slip(
                grey / 100,
                message("You divided by 100."),
                message("The largest grey level is 255: {grey} / 255.", grey=grey),
            ),
        ],
    }


def _slips_of_convolutions(variant: Variant) -> dict[str, list[Slip]]:
    first = f"(3 * 3 * 1 + 1) * {variant.filters_1}"
    second = f"(3 * 3 * {variant.filters_1} + 1) * {variant.filters_2}"
    return {
        "conv1_params": [
            Slip(
                9 * variant.filters_1,
                message("The biases are missing."),
                message("Each filter has one bias: {right}.", right=first),
            ),
            Slip(
                9 * variant.filters_1 + 1,
                message("You counted only one bias."),
                message("Each filter has one bias: {right}.", right=first),
            ),
            Slip(
                9 + 1,
                message("You counted only one filter."),
                message("There are {filters_1} filters: {right}.", filters_1=variant.filters_1, right=first),
            ),
            Slip(
                (27 + 1) * variant.filters_1,
                message("This is for colour images."),
                message("Greyscale images have one channel: {right}.", right=first),
            ),
        ],
        "conv2_params": [
            Slip(
                (9 + 1) * variant.filters_2,
                message("You left out the depth of the input."),
                message("Each filter reads all {filters_1} maps: {right}.", filters_1=variant.filters_1, right=second),
            ),
            Slip(
                9 * variant.filters_1 * variant.filters_2,
                message("The biases are missing."),
                message("Each filter has one bias: {right}.", right=second),
            ),
            Slip(
                (9 + 1) * variant.filters_1 * variant.filters_2,
                message("You counted one bias for each input map."),
                message("Each filter has only one bias: {right}.", right=second),
            ),
            Slip(
                9 * variant.filters_1 + 1,
                message("You counted only one filter."),
                message("There are {filters_2} filters: {right}.", filters_2=variant.filters_2, right=second),
            ),
        ],
    }


def _slips_of_dense_layers(variant: Variant) -> dict[str, list[Slip]]:
    size, right = (
        f"{variant.pooled} x {variant.pooled} x {variant.filters_2}",
        f"({variant.flat} + 1) * {variant.hidden}",
    )
    padded = (variant.side // 2) ** 2 * variant.filters_2
    all_but_dense_1 = variant.total - variant.dense_1
    return {
        "flatten_length": [
            Slip(
                variant.pooled**2,
                message("You flattened only one feature map."),
                message("Flatten lines up all feature maps: {size}.", size=size),
            ),
            Slip(
                variant.conv**2 * variant.filters_2,
                message("You left out the pooling."),
                message("Pooling halves height and width: {size}.", size=size),
            ),
            Slip(
                padded,
                message("You used the sizes with padding='same'."),
                message("Each convolution makes height and width smaller by 2: {size}.", size=size),
            ),
            Slip(
                ((variant.side - 2) // 2) ** 2 * variant.filters_2,
                message("You considered only one convolution."),
                message("Both convolutions make each axis smaller by 2: {size}.", size=size),
            ),
        ],
        "dense1_params": [
            Slip(
                variant.flat * variant.hidden,
                message("The biases are missing."),
                message("Each neuron has one bias: {right}.", right=right),
            ),
            Slip(
                variant.flat * variant.hidden + 1,
                message("You counted only one bias."),
                message("Each neuron has one bias: {right}.", right=right),
            ),
            Slip(
                (variant.conv**2 * variant.filters_2 + 1) * variant.hidden,
                message("You left out the pooling."),
                message("With pooling, the layer has {right} parameters.", right=right),
            ),
            Slip(
                (variant.filters_2 + 1) * variant.hidden,
                message("You counted each feature map as one value."),
                message("The correct value is {right}.", right=right),
            ),
        ],
        "total_params": [
            Slip(
                variant.total - variant.biases,
                message("The biases are missing."),
                message("Each filter and each neuron has one bias."),
            ),
            Slip(
                variant.total - variant.dense_2,
                message("The last layer is missing."),
                message(
                    "Add the ({hidden} + 1) * {classes} parameters of the last layer.",
                    hidden=variant.hidden,
                    classes=variant.classes,
                ),
            ),
            Slip(
                all_but_dense_1 + (variant.conv**2 * variant.filters_2 + 1) * variant.hidden,
                message("You left out the pooling."),
                message("The first dense layer has {right}.", right=right),
            ),
            Slip(
                all_but_dense_1 + (padded + 1) * variant.hidden,
                message("You used the sizes with padding='same'."),
                message("The first dense layer has {right}.", right=right),
            ),
        ],
    }


def _slips_of_the_plan(variant: Variant) -> dict[str, list[Slip]]:
    images, batch, epochs, training_images = variant.images, variant.batch, variant.epochs, variant.training_images
    right = ceil(training_images / batch)
    plan = message("{used} / {batch}, rounded up", used=training_images, batch=batch)
    held_back = message(
        "{held_back} % of the images are for validation, so {used} are left for training: {plan}.",
        held_back=variant.held_back,
        used=training_images,
        plan=plan,
    )
    return {
        "updates_per_epoch": [
            Slip(
                training_images // batch,
                message("You rounded down."),
                message("The last, smaller batch is also an update: {plan}.", plan=plan),
            ),
            Slip(ceil(images / batch), message("You counted all images."), held_back),
            Slip(ceil((images - training_images) / batch), message("You counted the validation images."), held_back),
            Slip(
                training_images,
                message("You counted each image as an update."),
                message("There is one update for each batch: {plan}.", plan=plan),
            ),
            Slip(
                right * epochs,
                message("This is the number of updates in all epochs."),
                message("Count the updates of one epoch: {plan}.", plan=plan),
            ),
        ],
        "updates": [
            Slip(
                right,
                message("This is the number of updates in only one epoch."),
                message("There are {epochs} epochs.", epochs=epochs),
            ),
            Slip(
                training_images // batch * epochs,
                message("You rounded down."),
                message("Compute {plan}, and multiply by {epochs} epochs.", plan=plan, epochs=epochs),
            ),
            Slip(ceil(images / batch) * epochs, message("You counted all images."), held_back),
            Slip(
                right + epochs,
                message("You added the epochs instead of multiplying by them."),
                message("Each of the {epochs} epochs has {right} updates.", epochs=epochs, right=right),
            ),
        ],
    }


def _slips_of_the_loss(variant: Variant) -> dict[str, list[Slip]]:
    classes = variant.classes
    right = f"-ln(1 / {classes})"
    return {
        "guess_loss": [
            Slip(
                -log(classes),
                message("The minus sign of the cross-entropy is missing."),
                message("The correct value is {right}.", right=right),
            ),
            Slip(
                log10(classes),
                message("This is the logarithm to base 10."),
                message("Keras uses the natural logarithm: {right}.", right=right),
            ),
            Slip(
                log2(classes),
                message("This is the logarithm to base 2."),
                message("Keras uses the natural logarithm: {right}.", right=right),
            ),
            Slip(
                1 / classes,
                message("This is the probability."),
                message("The loss is minus its logarithm: {right}.", right=right),
            ),
            Slip(
                1 - 1 / classes,
                message("This is the share of wrong labels."),
                message("The loss is {right}.", right=right),
            ),
            Slip(
                classes * log(classes),
                message("You added up the losses of all classes."),
                message("Only the true class counts: {right}.", right=right),
            ),
        ],
        "loss_says": [
            Slip("a", message("A guess costs 2.3, which is far less."), message("Only confident errors cost 17.")),
            Slip(
                "c",
                message("A learning rate that is too small makes the loss fall slowly."),
                message("It does not make the loss large before training."),
            ),
            Slip(
                "d",
                message("An average over batches is not larger than its largest value."),
                message("Keras gives the mean over all images."),
            ),
        ],
    }


def _slips_of_adadelta(variant: Variant) -> dict[str, list[Slip]]:
    gradient, move = variant.gradient, variant.move
    step = _first_step(gradient)
    formula = f"0.001 * sqrt(1e-7) / sqrt(0.05 * {gradient} ** 2 + 1e-7) * {gradient}"
    needed = message("Divide {move} by the first step.", move=move)
    return {
        "default_rate": [
            Slip(
                1.0,
                message("This is the learning rate of the paper."),
                message("The default in Keras 3 is 0.001, as it was in TensorFlow's Keras 2."),
            ),
            Slip(0.01, message("This is the default of SGD."), message("Look at keras.optimizers.Adadelta(): 0.001.")),
            Slip(0.95, message("This is the decay rho."), message("Look at learning_rate: 0.001.")),
            Slip(1e-7, message("This is the value of epsilon."), message("Look at learning_rate: 0.001.")),
        ],
        "first_step": [
            Slip(
                _RATE * gradient,
                message("This is a step of plain gradient descent."),
                message("The step of Adadelta is {formula}.", formula=formula),
            ),
            Slip(
                _first_step(gradient, _RATE_OF_THE_PAPER),
                message("You left out the learning rate."),
                message("The step is {formula}.", formula=formula),
            ),
            Slip(
                _RATE * _EPSILON / ((1 - _RHO) * gradient**2 + _EPSILON) * gradient,
                message("You left out the square roots."),
                message("The step is {formula}.", formula=formula),
            ),
            Slip(
                _RATE * sqrt(_EPSILON) / sqrt(_RHO * gradient**2 + _EPSILON) * gradient,
                message("You weighted the squared gradient with rho."),
                message("The weight of the squared gradient is 1 - rho: {formula}.", formula=formula),
            ),
            Slip(
                _RATE * sqrt(_EPSILON) / sqrt(gradient**2 + _EPSILON) * gradient,
                message("You left out the weight 1 - rho of the squared gradient."),
                message("The step is {formula}.", formula=formula),
            ),
        ],
        "steps_needed": [
            Slip(
                move / _first_step(gradient, _RATE_OF_THE_PAPER),
                message("You counted steps with the paper's learning rate of 1.0."),
                message("The steps of Keras 3 are a thousand times smaller. {needed}", needed=needed),
            ),
            Slip(
                step / move,
                message("You divided the wrong way round."),
                message("Try this instead: {needed}", needed=needed),
            ),
            Slip(
                move / _RATE,
                message("You used the learning rate as the step."),
                message("Try this instead: {needed}", needed=needed),
            ),
            Slip(
                move / (_RATE * gradient),
                message("These are steps of plain gradient descent."),
                message("The steps of Adadelta are smaller. {needed}", needed=needed),
            ),
        ],
        "culprit": [
            Slip(
                "b",
                message(
                    "With scaled pixels and the same learning rate, the network does not even reach this accuracy."
                ),
                message("Change one thing at a time: the learning rate is what holds the network back."),
            ),
            Slip(
                "c",
                message("The run that works uses the same images."),
                message("Change only the learning rate, and compare the results."),
            ),
            Slip(
                "d",
                message("The same network can exceed 95 %."),
                message("Change only the learning rate, and compare the results."),
            ),
        ],
    }


# ---- Where one may go wrong ----------------------------------------------------------------------------------------

_LECTURE_TOTAL = 305_194


def _network(variant: Variant) -> Network:
    shape = (variant.side, variant.side, 1)
    convolutions = [conv(variant.filters_1, 3), conv(variant.filters_2, 3), pool()]
    return Network(shape, [*convolutions, flatten(), dense(variant.hidden), dense(variant.classes)])


def methods(values: Values) -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    variant = Variant(**values)
    net = _network(variant)
    lecture = message("This is what the lecture prints for its own network, not for yours.")
    return {
        "one_hot": lambda erring: _one_hot(variant, erring),
        "scaled_pixel": lambda erring: _scaled_pixel(variant, erring),
        "conv1_params": lambda erring: net.params(erring, 0),
        "conv2_params": lambda erring: net.params(erring, 1),
        "flatten_length": lambda erring: net.length(erring, 3),
        "dense1_params": lambda erring: net.params(erring, 4),
        "total_params": lambda erring: erring.pick(net.total(erring), {lecture: _LECTURE_TOTAL}),
        "updates_per_epoch": lambda erring: _updates(variant, 1, erring),
        "updates": lambda erring: _updates(variant, variant.epochs, erring),
        "guess_loss": lambda erring: _guess_loss(variant, erring),
        "first_step": lambda erring: _first_step_with_mistakes(variant, erring),
        "steps_needed": lambda erring: _steps_needed(variant, erring),
        "default_rate": lambda erring: erring.pick(
            _RATE,
            {
                message("Many tutorials use this learning rate for Adam or SGD."): 0.1,
                message("This is not the default learning rate."): 1e-4,
            },
        ),
    }


def _one_hot(variant: Variant, erring: Erring) -> list[int]:
    place = erring.pick(
        variant.digit,
        {
            message("Your 1 is one place too far to the right: count the places from 0."): variant.digit + 1,
            message("Your 1 is one place too far to the left: count the places from 0."): variant.digit - 1,
        },
    )
    vector = [int(number == place) for number in range(10)]
    if erring(message("You gave nine places, for the digits 1 to 9, but 0 is also a digit.")):
        return vector[1:]
    if erring(message("You wrote two ones, but an image has only one label.")):
        return [int(number in (variant.digit, variant.digit + 1)) for number in range(10)]
    if erring(message("You gave one place too many: the digits go from 0 to 9.")):
        return [*vector, 0]
    if erring(message("You gave the digit itself. The question asks for a vector with a place for each digit.")):
        return [variant.digit]
    return vector


def _scaled_pixel(variant: Variant, erring: Erring) -> float:
    grey = variant.grey
    return float(
        erring.pick(
            grey / 255,
            {
                message("You divided by 254, one less than the largest grey level."): grey / 254,
                message("You subtracted the mean of the grey levels first."): grey / 255 - 0.5,
                message("This is scaled to -1..1."): grey / 127.5 - 1,
                message("You divided by 127.5."): grey / 127.5,
            },
        )
    )


def _updates(variant: Variant, epochs: int, erring: Erring) -> float:
    batch = variant.batch
    training_images = erring.pick(
        variant.training_images,
        {
            message("You counted all images, but training does not use the validation images."): variant.images,
            message("You counted the validation images."): variant.images - variant.training_images,
        },
    )
    counts_images = epochs > 1 and erring(message("You counted images instead of batches: images times epochs."))
    if counts_images:
        return int(training_images * epochs)
    batches = erring.pick(
        ceil(training_images / batch),
        {
            message(
                "You rounded down, but the last batch is also an update, even though it is not full."
            ): training_images // batch,
            message(
                "You did not round up: the last batch is also an update, even though it is not full."
            ): training_images / batch,
            message("You counted one batch too many."): ceil(training_images / batch) + 1,
            message("You counted the images of one batch."): batch,
        },
    )
    if epochs > 1 and erring(
        message("You rounded only at the end, but each epoch ends with a batch that is not full.")
    ):
        return ceil(training_images * epochs / batch)
    if epochs > 1 and erring(
        message("You rounded down only at the end, but each epoch ends with a batch that is not full.")
    ):
        return training_images * epochs // batch
    if epochs > 1 and erring(
        message("You divided the updates of one epoch by the number of epochs instead of multiplying.")
    ):
        return batches / epochs
    return batches * epochs


def _guess_loss(variant: Variant, erring: Erring) -> float:
    classes = erring.pick(
        variant.classes,
        {
            message("This is for ten classes."): 10,
            message("This is for two classes."): 2,
            message("You left out one class."): variant.classes - 1,
        },
    )
    if erring(message("This is the number of classes, without a logarithm.")):
        return float(classes)
    return numbers.surprise(erring, 1 / classes)


def _first_step_with_mistakes(variant: Variant, erring: Erring) -> float:
    rate = erring.pick(
        _RATE,
        {
            message("You used the rate of the paper, 1.0."): _RATE_OF_THE_PAPER,
            message("You used the rate 0.01 of SGD."): 0.01,
        },
    )
    gradient = variant.gradient
    squared = erring.pick(
        (1 - _RHO) * gradient**2,
        {
            message("You weighted the squared gradient with rho."): _RHO * gradient**2,
            message("You did not weight the squared gradient."): gradient**2,
            message("You did not square the gradient."): (1 - _RHO) * gradient,
        },
    )
    top = erring.pick(
        sqrt(_EPSILON),
        {message("You left out the root of the numerator."): _EPSILON, message("The numerator is missing."): 1},
    )
    bottom = erring.pick(
        sqrt(squared + _EPSILON),
        {
            message("You left out the root of the denominator."): squared + _EPSILON,
            message("The denominator is missing."): 1,
            message("You took the root before adding epsilon."): sqrt(squared) + _EPSILON,
        },
    )
    if erring(message("You left out the gradient at the end.")):
        gradient = 1
    return float(rate * top / bottom * gradient)


def _steps_needed(variant: Variant, erring: Erring) -> float:
    step = _first_step_with_mistakes(variant, erring.at(message("In the first step:")))
    if erring(message("You multiplied instead of dividing.")):
        return float(variant.move * step)
    return float(variant.move / step)
