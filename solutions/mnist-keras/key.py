"""Answers of `mnist-keras`: the six steps, sizes, and why training was slow, with each student's own numbers."""

from math import ceil, log, log2, log10, sqrt
from random import Random

from grader.authoring import Answers, Follows, Key, choice, slip, template
from grader.cnn import by_hand
from grader.mistakes import numbers
from grader.mistakes.networks import Network, conv, dense, flatten, pool
from grader.model.mistakes import Erring
from grader.text.messages import message


def _are_apart(one: float, other: float) -> bool:
    """Whether two wrong answers differ by more than rounding hides, or are counts above 100 that differ by one."""
    if min(one, other) > 100 and abs(one - other) >= 1:
        return True
    return abs(one - other) > 0.022 * max(abs(one), abs(other))


key = Key(apart=_are_apart, with_answer=False)
key.answer("model", "alzahrani_mnist_cnn")
key.heldout("accuracy", "heldout/mnist-2000.npz", classes=[str(digit) for digit in range(10)], exercise="keras-cnn")

STEPS = (
    "load the images and labels, look at them, bring them into shape",
    "define the layers of the network",
    "compile: choose loss, optimizer and metrics",
    "fit: train with the training images",
    "evaluate: loss and accuracy on test images",
    "predict: let the network label unseen images",
)
RATE, RATE_OF_THE_PAPER, RHO, EPSILON = 0.001, 1.0, 0.95, 1e-7  # of Adadelta in Keras

NO_BIASES = message("The biases are missing.")
ONE_BIAS = message("You counted only one bias.")
ONE_FILTER = message("You counted only one filter.")
NO_POOLING = message("You left out the pooling.")
PADDED = message("You used the sizes with padding='same'.")
ROUNDED_DOWN = message("You rounded down.")
ALL_IMAGES = message("You counted all images.")
WEIGHTED_WITH_RHO = message("You weighted the squared gradient with rho.")
EACH_FILTER = template("Each filter has one bias: {right}.")
EACH_NEURON = template("Each neuron has one bias: {right}.")
LARGEST = template("The largest grey level is 255: {grey} / 255.")
NATURAL = template("Keras uses the natural logarithm: {right}.")
STEP = template("The step is {formula}.")
INSTEAD = template("Try this instead: {needed}")


# ---- The six steps ---------------------------------------------------------------------------------------------------


@key.numbers
def shuffled(rng: Random) -> dict[str, str]:
    """The steps in an order in which no line is where it belongs."""
    lines = list(STEPS)
    while any(lines[place] == step for place, step in enumerate(STEPS)):
        rng.shuffle(lines)
    return {f"step_{number}": line for number, line in enumerate(lines, 1)}


@key.question(apart=None)
def steps(step_1: str, step_2: str, step_3: str, step_4: str, step_5: str, step_6: str) -> Answers:
    """The numbers of the listed steps in the order in which they are taken."""
    lines = (step_1, step_2, step_3, step_4, step_5, step_6)
    order = [lines.index(step) + 1 for step in STEPS]
    yield order

    first = message("The list begins with {first}, because line {first} comes first.", first=order[0])
    wrong_orders = [
        slip(
            [order.index(number) + 1 for number in range(1, 7)],
            "You gave the position of each line.",
            "Give the numbers of the lines in the right order. {first}",
            first=first,
        ),
        slip([1, 2, 3, 4, 5, 6], "This is the order in which the lines are listed.", first),
        slip(order[::-1], "Your order is reversed.", first),
        slip(
            [number - 1 for number in order],
            "You counted the lines from 0.",
            "The lines are numbered from 1 to 6.",
        ),
        slip(_exchanged(order, 1), "You compiled before you defined the layers.", first),
        slip(_exchanged(order, 2), "You trained before you compiled.", first),
        slip(_exchanged(order, 3), "You evaluated before you trained.", first),
        slip(_exchanged(order, 4), "You predicted before you evaluated.", first),
    ]
    for place, wrong in enumerate(wrong_orders):
        if wrong.value not in [earlier.value for earlier in wrong_orders[:place]]:
            yield wrong


def _exchanged(order: list[int], place: int) -> list[int]:
    """The order with the step at a place, from 0, after the one that follows it."""
    return [*order[:place], order[place + 1], order[place], *order[place + 2 :]]


@key.question(apart=None, digit=choice(2, 3, 4, 6, 7, 8))
def one_hot(erring: Erring, digit: int) -> Answers:
    """A label as a one-hot vector."""
    place = erring.pick(
        digit,
        {
            message("Your 1 is one place too far to the right: count the places from 0."): digit + 1,
            message("Your 1 is one place too far to the left: count the places from 0."): digit - 1,
        },
    )
    vector = [int(number == place) for number in range(10)]
    if erring(message("You gave nine places, for the digits 1 to 9, but 0 is also a digit.")):
        yield vector[1:]
    elif erring(message("You wrote two ones, but an image has only one label.")):
        yield [int(number in (digit, digit + 1)) for number in range(10)]
    elif erring(message("You gave one place too many: the digits go from 0 to 9.")):
        yield [*vector, 0]
    elif erring(message("You gave the digit itself. The question asks for a vector with a place for each digit.")):
        yield [digit]
    else:
        yield vector

    yield slip(
        [int(place == digit - 1) for place in range(10)],
        "You counted the places from 1.",
        "The first place belongs to the digit 0, so {digit} zeros come before the 1 for {digit}.",
        digit=digit,
    )
    yield slip(
        vector[::-1],
        "You counted the places from the end.",
        "The first place belongs to the digit 0: {digit} zeros come before the 1.",
        digit=digit,
    )
    yield slip(
        [digit * one for one in vector],
        "You wrote the digit itself in its place.",
        "Write a 1 in that place: it is the probability of the class.",
    )
    yield slip(
        [1 - one for one in vector],
        "You swapped 0 and 1.",
        "Write 1 for the class {digit} and 0 for all others.",
        digit=digit,
    )


# ---- A network of other sizes ----------------------------------------------------------------------------------------

# Grey images of `side` rows; two convolutions of 3 x 3 without padding, a pooling, and two dense layers.
key.numbers(
    side=choice(20, 24, 28, 30, 32),
    filters_1=choice(8, 10, 12, 16),
    filters_2=choice(20, 24, 30, 40),
    hidden=choice(50, 60, 80, 100),
    classes=choice(4, 5, 6, 8),
)
key.common(side=28, filters_1=32, filters_2=32, hidden=64, classes=10)  # alzahrani-deep-learning-cnn: 305,194


@key.derived
def net(side: int, filters_1: int, filters_2: int, hidden: int, classes: int) -> Network:
    """The network of these sizes."""
    layers = [conv(filters_1, 3), conv(filters_2, 3), pool(), flatten(), dense(hidden), dense(classes)]
    return Network((side, side, 1), layers)


@key.derived
def flat(side: int, filters_2: int) -> int:
    """Length of the flattened vector."""
    return ((side - 4) // 2) ** 2 * filters_2


@key.question
def conv1_params(erring: Erring, net: Network, filters_1: int) -> Answers:
    """Parameters of the first convolution."""
    yield net.params(erring, 0)

    right = f"(3 * 3 * 1 + 1) * {filters_1}"
    yield slip(9 * filters_1, NO_BIASES, EACH_FILTER, right=right)
    yield slip(9 * filters_1 + 1, ONE_BIAS, EACH_FILTER, right=right)
    yield slip(9 + 1, ONE_FILTER, "There are {filters_1} filters: {right}.", filters_1=filters_1, right=right)
    yield slip(
        (27 + 1) * filters_1,
        "This is for colour images.",
        "Greyscale images have one channel: {right}.",
        right=right,
    )


@key.question
def conv2_params(erring: Erring, net: Network, filters_1: int, filters_2: int) -> Answers:
    """Parameters of the second convolution."""
    yield net.params(erring, 1)

    right = f"(3 * 3 * {filters_1} + 1) * {filters_2}"
    yield slip(
        (9 + 1) * filters_2,
        "You left out the depth of the input.",
        "Each filter reads all {filters_1} maps: {right}.",
        filters_1=filters_1,
        right=right,
    )
    yield slip(9 * filters_1 * filters_2, NO_BIASES, EACH_FILTER, right=right)
    yield slip(
        (9 + 1) * filters_1 * filters_2,
        "You counted one bias for each input map.",
        "Each filter has only one bias: {right}.",
        right=right,
    )
    yield slip(
        9 * filters_1 + 1, ONE_FILTER, "There are {filters_2} filters: {right}.", filters_2=filters_2, right=right
    )


@key.question
def flatten_length(erring: Erring, net: Network, side: int, filters_2: int) -> Answers:
    """Length of the flattened vector."""
    yield net.length(erring, 3)

    pooled = (side - 4) // 2
    size = f"{pooled} x {pooled} x {filters_2}"
    yield slip(
        pooled**2, "You flattened only one feature map.", "Flatten lines up all feature maps: {size}.", size=size
    )
    yield slip((side - 4) ** 2 * filters_2, NO_POOLING, "Pooling halves height and width: {size}.", size=size)
    yield slip(
        (side // 2) ** 2 * filters_2,
        PADDED,
        "Each convolution makes height and width smaller by 2: {size}.",
        size=size,
    )
    yield slip(
        ((side - 2) // 2) ** 2 * filters_2,
        "You considered only one convolution.",
        "Both convolutions make each axis smaller by 2: {size}.",
        size=size,
    )


@key.question
def dense1_params(erring: Erring, net: Network, side: int, filters_2: int, flat: int, hidden: int) -> Answers:
    """Parameters of the first dense layer."""
    yield net.params(erring, 4)

    right = f"({flat} + 1) * {hidden}"
    yield slip(flat * hidden, NO_BIASES, EACH_NEURON, right=right)
    yield slip(flat * hidden + 1, ONE_BIAS, EACH_NEURON, right=right)
    yield slip(
        by_hand.dense((side - 4) ** 2 * filters_2, hidden),
        NO_POOLING,
        "With pooling, the layer has {right} parameters.",
        right=right,
    )
    yield slip(
        by_hand.dense(filters_2, hidden),
        "You counted each feature map as one value.",
        "The correct value is {right}.",
        right=right,
    )
    yield Follows(lambda flatten_length: (flatten_length + 1) * hidden)


@key.question
def total_params(
    erring: Erring, net: Network, side: int, filters_1: int, filters_2: int, flat: int, hidden: int, classes: int
) -> Answers:
    """All parameters of the network."""
    lecture = message("This is what the lecture prints for its own network, not for yours.")
    yield erring.pick(net.total(erring), {lecture: 305_194})

    conv_1, conv_2, _, _, dense_1, dense_2 = net.sizes(Erring()).params
    biases = filters_1, filters_2, hidden
    total = conv_1 + conv_2 + dense_1 + dense_2
    without_biases = total - sum(biases) - classes
    first_dense = template("The first dense layer has {right} parameters.")
    right = f"({flat} + 1) * {hidden}"
    yield slip(without_biases, NO_BIASES, "Each filter and each neuron has one bias.")
    yield slip(
        total - dense_2,
        "The last layer is missing.",
        "Add the ({hidden} + 1) * {classes} parameters of the last layer.",
        hidden=hidden,
        classes=classes,
    )
    yield slip(
        total - dense_1 + by_hand.dense((side - 4) ** 2 * filters_2, hidden), NO_POOLING, first_dense, right=right
    )
    yield slip(total - dense_1 + by_hand.dense((side // 2) ** 2 * filters_2, hidden), PADDED, first_dense, right=right)
    yield Follows(
        lambda conv1_params, conv2_params, dense1_params: conv1_params + conv2_params + dense1_params + dense_2
    )

    def also_without_biases(conv1_params: int, conv2_params: int, dense1_params: int) -> int | None:
        """No biases at all, if the student also forgot them in the layers before."""
        missing = conv_1 - conv1_params, conv_2 - conv2_params, dense_1 - dense1_params
        return without_biases if missing == biases else None

    yield Follows(also_without_biases)


# ---- The plan of the training ----------------------------------------------------------------------------------------

key.numbers(
    images=choice(2000, 3000, 4000, 5000, 6000, 8000),  # for training and validation together
    held_back=choice(10, 20, 25),  # percent of them, for validation
    batch=choice(32, 64, 70, 90, 110, 128),
    epochs=choice(3, 4, 6, 7, 8),
)


@key.question
def updates_per_epoch(erring: Erring, images: int, held_back: int, batch: int, epochs: int) -> Answers:
    """Updates of the weights in one epoch."""
    training = _training_images(erring, images, held_back)
    updates = _batches(erring, training, batch)
    yield updates

    plan = message("{used} / {batch}, rounded up", used=training, batch=batch)
    left = message(
        "{held_back} % of the images are for validation, so {used} are left for training: {plan}.",
        held_back=held_back,
        used=training,
        plan=plan,
    )
    yield slip(training // batch, ROUNDED_DOWN, "The last, smaller batch also triggers an update: {plan}.", plan=plan)
    yield slip(ceil(images / batch), ALL_IMAGES, left)
    yield slip(ceil((images - training) / batch), "You counted the validation images.", left)
    yield slip(
        training, "You counted each image as an update.", "There is one update for each batch: {plan}.", plan=plan
    )
    yield slip(
        updates * epochs,
        "This is the number of updates in all epochs.",
        "Count the updates of one epoch: {plan}.",
        plan=plan,
    )


@key.question
def updates(erring: Erring, images: int, held_back: int, batch: int, epochs: int) -> Answers:
    """Updates of the weights in all epochs."""
    training = _training_images(erring, images, held_back)
    if erring(message("You counted images instead of batches: images times epochs.")):
        yield training * epochs
        return
    batches = _batches(erring, training, batch)
    if erring(message("You rounded only at the end, but each epoch ends with a batch that is not full.")):
        yield ceil(training * epochs / batch)
    elif erring(message("You rounded down only at the end, but each epoch ends with a batch that is not full.")):
        yield training * epochs // batch
    elif erring(message("You divided the updates of one epoch by the number of epochs instead of multiplying.")):
        yield batches / epochs
    else:
        yield batches * epochs

    plan = message("{used} / {batch}, rounded up", used=training, batch=batch)
    yield slip(batches, "This is the number of updates in only one epoch.", "There are {epochs} epochs.", epochs=epochs)
    yield slip(
        training // batch * epochs,
        ROUNDED_DOWN,
        "Compute {plan}, and multiply by {epochs} epochs.",
        plan=plan,
        epochs=epochs,
    )
    yield slip(
        ceil(images / batch) * epochs,
        ALL_IMAGES,
        "{held_back} % of the images are for validation, so {used} are left for training: {plan}.",
        held_back=held_back,
        used=training,
        plan=plan,
    )
    yield slip(
        batches + epochs,
        "You added the epochs instead of multiplying by them.",
        "Each of the {epochs} epochs has {right} updates.",
        epochs=epochs,
        right=batches,
    )
    yield Follows(lambda updates_per_epoch: updates_per_epoch * epochs)


def _training_images(erring: Erring, images: int, held_back: int) -> int:
    training = images * (100 - held_back) // 100
    return erring.pick(
        training,
        {
            message("You counted all images, but training does not use the validation images."): images,
            message("You counted the validation images."): images - training,
        },
    )


def _batches(erring: Erring, training: int, batch: int) -> float:
    return erring.pick(
        ceil(training / batch),
        {
            message("You rounded down, but the last batch also triggers an update, even though it is not full."): (
                training // batch
            ),
            message("You did not round up: the last batch is also an update, even though it is not full."): (
                training / batch
            ),
            message("You counted one batch too many."): ceil(training / batch) + 1,
            message("You counted the images of one batch."): batch,
        },
    )


# ---- The loss and the data -------------------------------------------------------------------------------------------


@key.question
def guess_loss(erring: Erring, classes: int) -> Answers:
    """The loss of a network that guesses."""
    guessed = erring.pick(
        classes,
        {
            message("This is for ten classes."): 10,
            message("This is for two classes."): 2,
            message("You left out one class."): classes - 1,
        },
    )
    if erring(message("This is the number of classes, without a logarithm.")):
        yield float(guessed)
    else:
        yield numbers.surprise(erring, 1 / guessed)

    right = f"-ln(1 / {classes})"
    yield slip(
        -log(classes),
        "The minus sign of the cross-entropy is missing.",
        "The correct value is {right}.",
        right=right,
    )
    yield slip(log10(classes), "This is the logarithm to base 10.", NATURAL, right=right)
    yield slip(log2(classes), "This is the logarithm to base 2.", NATURAL, right=right)
    yield slip(1 / classes, "This is the probability.", "The loss is minus its logarithm: {right}.", right=right)
    yield slip(1 - 1 / classes, "This is the share of wrong labels.", "The loss is {right}.", right=right)
    yield slip(
        classes * log(classes),
        "You added up the losses of all classes.",
        "Only the true class counts: {right}.",
        right=right,
    )


@key.question(apart=None)
def loss_says() -> Answers:
    """What a loss far above that of a guess says."""
    yield "b"
    yield slip("a", "A guess has a loss of 2.3, which is far less.", "Only confident errors lead to a loss of 17.")
    yield slip(
        "c",
        "A learning rate that is too small makes the loss fall slowly.",
        "It does not make the loss large before training.",
    )
    yield slip(
        "d",
        "An average is never larger than the largest of the values that it is computed from.",
        "Keras gives the mean over all images.",
    )


@key.question(grey=choice(85, 102, 153, 170, 204))
def scaled_pixel(erring: Erring, grey: int) -> Answers:
    """A grey level scaled to 0..1."""
    yield erring.pick(
        grey / 255,
        {
            message("You divided by 254, one less than the largest grey level."): grey / 254,
            message("You subtracted the mean of the grey levels first."): grey / 255 - 0.5,
            message("This is scaled to -1..1."): grey / 127.5 - 1,
            message("You divided by 127.5."): grey / 127.5,
        },
    )

    yield slip(grey / 256, "You divided by 256.", LARGEST, grey=grey)
    yield slip(
        1 - grey / 255,
        "You counted the grey level from white.",
        "0 stays 0 and 255 becomes 1: {grey} / 255.",
        grey=grey,
    )
    yield slip(2 * grey / 255 - 1, "This is scaled to -1..1.", "The formula gives 0..1: {grey} / 255.", grey=grey)
    yield slip(grey / 100, "You divided by 100.", LARGEST, grey=grey)


# ---- Why training was slow -------------------------------------------------------------------------------------------


@key.question
def default_rate(erring: Erring) -> Answers:
    """The default learning rate of Adadelta."""
    yield erring.pick(
        RATE,
        {
            message("Many tutorials use this learning rate for Adam or SGD."): 0.1,
            message("This is not the default learning rate."): 1e-4,
        },
    )

    look = message("Look at learning_rate: 0.001.")
    yield slip(
        1.0,
        "This is the learning rate of the paper.",
        "The default in Keras 3 is 0.001, as it was in TensorFlow's Keras 2.",
    )
    yield slip(0.01, "This is the default of SGD.", "Look at keras.optimizers.Adadelta(): 0.001.")
    yield slip(0.95, "This is the decay rho.", look)
    yield slip(1e-7, "This is the value of epsilon.", look)


@key.question(gradient=choice(0.5, 0.8, 2.0, 4.0, 5.0))
def first_step(erring: Erring, gradient: float, default_rate: float) -> Answers:
    """The first step of Adadelta."""
    yield _first_step(erring, gradient, default_rate)

    top, square = sqrt(EPSILON), gradient**2
    formula = f"0.001 * sqrt(1e-7) / sqrt(0.05 * {gradient} ** 2 + 1e-7) * {gradient}"
    yield slip(
        RATE * gradient,
        "This is a step of plain gradient descent.",
        "The step of Adadelta is {formula}.",
        formula=formula,
    )
    yield slip(
        _first_step(Erring(), gradient, RATE_OF_THE_PAPER),
        "You left out the learning rate, or used the paper's rate of 1.0.",
        STEP,
        formula=formula,
    )
    yield slip(
        RATE * EPSILON / ((1 - RHO) * square + EPSILON) * gradient,
        "You left out the square roots.",
        STEP,
        formula=formula,
    )
    yield slip(
        RATE * top / sqrt(RHO * square + EPSILON) * gradient,
        WEIGHTED_WITH_RHO,
        "The weight of the squared gradient is 1 - rho: {formula}.",
        formula=formula,
    )
    yield slip(
        RATE * top / sqrt(square + EPSILON) * gradient,
        "You left out the weight 1 - rho of the squared gradient.",
        STEP,
        formula=formula,
    )


def _first_step(erring: Erring, gradient: float, rate: float) -> float:
    """The first step of Adadelta: both running means begin at 0."""
    rate = erring.pick(
        rate,
        {
            message("You used the rate of the paper, 1.0."): RATE_OF_THE_PAPER,
            message("You used the rate 0.01 of SGD."): 0.01,
        },
    )
    squared = erring.pick(
        (1 - RHO) * gradient**2,
        {
            WEIGHTED_WITH_RHO: RHO * gradient**2,
            message("You did not weight the squared gradient."): gradient**2,
            message("You did not square the gradient."): (1 - RHO) * gradient,
        },
    )
    top = erring.pick(
        sqrt(EPSILON),
        {message("You left out the root of the numerator."): EPSILON, message("The numerator is missing."): 1},
    )
    bottom = erring.pick(
        sqrt(squared + EPSILON),
        {
            message("You left out the root of the denominator."): squared + EPSILON,
            message("The denominator is missing."): 1,
            message("You took the root before adding epsilon."): sqrt(squared) + EPSILON,
        },
    )
    if erring(message("You left out the gradient at the end.")):
        gradient = 1
    return rate * top / bottom * gradient


@key.question(move=choice(0.01, 0.02, 0.04, 0.05))
def steps_needed(erring: Erring, gradient: float, move: float) -> Answers:
    """How many such steps move a weight so far."""
    step = _first_step(erring.at(message("In the first step:")), gradient, RATE)
    yield move * step if erring(message("You multiplied instead of dividing.")) else move / step

    needed = message("Divide {move} by the first step.", move=move)
    yield slip(
        move / _first_step(Erring(), gradient, RATE_OF_THE_PAPER),
        "You counted steps with the paper's learning rate of 1.0.",
        "The steps of Keras 3 are a thousand times smaller. {needed}",
        needed=needed,
    )
    yield slip(step / move, "You divided the wrong way round.", INSTEAD, needed=needed)
    yield slip(move / RATE, "You used the learning rate as the step.", INSTEAD, needed=needed)
    yield slip(
        move / (RATE * gradient),
        "These are steps of plain gradient descent.",
        "The steps of Adadelta are smaller. {needed}",
        needed=needed,
    )
    yield Follows(lambda first_step: move / first_step)


@key.question(apart=None)
def culprit() -> Answers:
    """What held the training back."""
    yield "a"
    only = message("Change only the learning rate, and compare the results.")
    yield slip(
        "b",
        "With scaled pixels and the same learning rate, the network does not even reach this accuracy.",
        "Change one thing at a time: the learning rate is what holds the network back.",
    )
    yield slip("c", "The run that works uses the same images.", only)
    yield slip("d", "The same network can exceed 95 %.", only)
