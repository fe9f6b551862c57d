"""Answers of `dense-mnist`: sizes, first values and folded layers by formula; two networks; held-out digits."""

from math import log, log2, log10, sqrt, tanh
from random import Random

import numpy as np

from grader.authoring import Answers, Array, Follows, Key, choice, matrix, sample, slip
from grader.cnn.by_hand import dense, sigmoid
from grader.mistakes import numbers
from grader.mistakes.networks import Network
from grader.mistakes.networks import dense as layer
from grader.model.mistakes import Erring
from grader.text.messages import message

key = Key(with_answer=False)
key.heldout("accuracy", "heldout/mnist-2000.npz", classes=[str(digit) for digit in range(10)], exercise="keras-cnn")

NO_FIRST_BIASES = message("The first biases are missing.")
NO_SECOND_BIASES = message("The second biases are missing.")
NO_FIRST_NORM = message("The first normalisation is missing.")
NO_SECOND_NORM = message("The second normalisation is missing.")
SWAPPED_W2 = message("Rows and columns of W2 are swapped.")
OTHER_ORDER = message("You multiplied the matrices in the other order.")
NO_BIASES = message("The biases are missing.")
OF_TEN = message("This is for ten classes.")

# ---- Numbers ---------------------------------------------------------------------------------------------------------


def _batch(rng: Random) -> list[int]:
    """Four values whose mean and standard deviation are whole numbers."""
    mean, spread = rng.randint(4, 9), rng.choice([2, 3, 4])
    batch = [mean + sign * spread for sign in (-1, -1, 1, 1)]
    rng.shuffle(batch)
    return batch


def _every_unit_counts(W1: Array, b1: Array, W2: Array, x: Array) -> bool:
    """Whether each output depends on the input, and ReLU changes one of the two hidden values."""
    hidden = x @ W1 + b1
    return bool(np.all(np.any(W1 @ W2, axis=0)) and min(hidden) < 0 < max(hidden))


key.numbers(
    side=choice(8, 10, 12, 16, 20),
    inputs=lambda side: side * side,
    batch=_batch,  # that a batch normalisation gets
    pixels=choice(10, 20, 40),  # how many pixels of an image are 1
    hidden1=choice(40, 50, 60, 80, 100),
    hidden2=choice(10, 15, 20, 25, 30),
    classes=choice(3, 4, 5, 6, 8),
    weight=lambda rng, pixels: rng.choice([4, 5, 6, 8]) / pixels,
    rate=choice(0.2, 0.25, 0.5),
    kept=choice(0.3, 0.6, 0.9, 1.2),  # a value that dropout keeps
    gamma=choice(2, 3, 4),
    beta=choice(-3, -2, -1, 1, 2, 3),
    W1=matrix(2, 2, range(-2, 4)),
    b1=sample([-3, -2, -1, 1, 2, 3], 2),
    W2=matrix(2, 2, range(-2, 4)),
    b2=sample([-3, -2, -1, 1, 2, 3], 2),
    x=sample([1, 2, 3, 4], 2),
)
key.require(_every_unit_counts)
key.common(side=28, hidden1=500, hidden2=50, classes=10)  # sick-cas-dl-week4: 392,500 and 418,060


@key.derived
def net(inputs: int, hidden1: int, hidden2: int, classes: int) -> Network:
    """The network with two hidden layers."""
    return Network((inputs,), [layer(hidden1), layer(hidden2), layer(classes)])


def _added(number: int) -> str:
    """`+ 3` or `- 3`."""
    return f"{'-' if number < 0 else '+'} {abs(number)}"


# ---- Sizes -----------------------------------------------------------------------------------------------------------

key.answer("model", "sick_mnist_dense")


@key.question
def first_params(erring: Erring, net: Network, side: int, inputs: int, hidden1: int, hidden2: int) -> Answers:
    """Parameters of the first layer."""
    yield net.params(erring, 0)

    one = message("Each of the {hidden1} neurons has {side} * {side} weights and a bias.", hidden1=hidden1, side=side)
    yield slip(inputs * hidden1, NO_BIASES, one)
    yield slip(inputs * hidden1 + 1, "You counted only one bias.", one)
    yield slip(inputs * (hidden1 + 1), "You added the 1 for the bias to the wrong factor.", one)
    yield slip(dense(side, hidden1), "You counted only one row of pixels.", one)
    yield slip(dense(3 * inputs, hidden1), "This is for colour images.", one)
    yield slip(dense(hidden1, hidden2), "These are the parameters of the second layer.", one)
    if dense(inputs, hidden1) != dense(784, 500):
        yield slip(dense(784, 500), "This is the first layer of the slide.", one)


@key.question
def total_params(erring: Erring, net: Network, inputs: int, hidden1: int, hidden2: int, classes: int) -> Answers:
    """All parameters."""
    lecture, of_the_slide = message("This is what the lecture prints for its own network, not for yours."), 418_060
    swapped = message("You swapped the two hidden layers.")
    yield erring.pick(net.total(erring), {lecture: of_the_slide, swapped: dense(inputs, hidden2, hidden1, classes)})

    after_first, weights_after_first = dense(hidden1, hidden2, classes), hidden1 * hidden2 + hidden2 * classes
    yield Follows(lambda first_params: first_params + after_first)
    yield Follows(lambda first_params: first_params + weights_after_first if first_params == inputs * hidden1 else None)

    first = dense(inputs, hidden1)
    three = message(
        "{formula}.",
        formula=f"({inputs} + 1) * {hidden1} + ({hidden1} + 1) * {hidden2} + ({hidden2} + 1) * {classes}",
    )
    yield slip(inputs * hidden1 + weights_after_first, NO_BIASES, three)
    yield slip(first + dense(hidden1, hidden2), "The last layer is missing.", three)
    yield slip(first + dense(hidden2, classes), "The second hidden layer is missing.", three)
    yield slip(first, "This is only the first layer.", three)
    yield slip(
        first + dense(inputs, hidden2) + dense(inputs, classes), "You connected every layer to the pixels.", three
    )
    if first + after_first != of_the_slide:
        yield slip(of_the_slide, "This is the network of the slide.", three)


@key.question
def first_share(erring: Erring, net: Network, inputs: int, hidden1: int, hidden2: int, classes: int) -> Answers:
    """Share of the parameters in the first layer."""
    yield net.share(erring, [0])
    yield Follows(lambda first_params, total_params: first_params / total_params)

    first, after_first = dense(inputs, hidden1), dense(hidden1, hidden2, classes)
    total = first + after_first
    share = message("The first layer has {first} of {total} parameters.", first=first, total=total)
    yield slip(after_first / total, "This is the share of the other layers.", share)
    yield slip(hidden1 / (hidden1 + hidden2 + classes), "This is the layer's share of the neurons.", share)
    yield slip(1 / 3, "This is the layer's share of the layers.", share)
    yield slip(100 * first / total, "This is in percent.", share)
    yield slip(first / after_first, "You compared the layer with the other layers, not with all layers.", share)


# ---- First values --------------------------------------------------------------------------------------------------


@key.question
def zero_unit() -> Answers:
    """Value of a hidden unit if all weights are 0."""
    yield 0.5

    half = message("z is 0, and the sigmoid of 0 is 1 / (1 + 1).")
    yield slip(0, "The slide is wrong here: z is 0, but its sigmoid is not.", half)
    yield slip(1, "This is e^0, which is only part of the denominator.", half)
    yield slip(0.25, "This is the slope of the sigmoid at 0.", half)
    yield slip(0.1, "This is the value of each of the ten outputs.", half)


@key.question
def zero_cost(erring: Erring, classes: int) -> Answers:
    """Cross-entropy of this network."""
    yield _first_cost(erring, classes)

    surprise = message(
        "Each of the {classes} classes gets the probability 1/{classes}: -ln(1/{classes}).", classes=classes
    )
    yield slip(log10(classes), "This is the logarithm to base 10.", surprise)
    yield slip(log2(classes), "This is the logarithm to base 2.", surprise)
    yield slip(-log(classes), "The minus sign of the cross-entropy is missing.", surprise)
    yield slip(1 / classes, "This is the probability, without the logarithm.", surprise)
    yield slip(1 - 1 / classes, "This is 1 minus the probability.", surprise)
    if classes != 10:
        yield slip(log(10), OF_TEN, surprise)
    yield slip(0, "You assumed a cost of 0, but outputs that are all the same are not a perfect answer.", surprise)


def _first_cost(erring: Erring, classes: int) -> float:
    if erring(message("You added up the loss over the classes, but only the true one counts.")):
        return classes * log(classes)
    if erring(message("This is the number of classes, without a logarithm.")):
        return float(classes)
    many = erring.pick(
        classes,
        {
            message("You left out one class."): classes - 1,
            message("This is for two classes, as if each output were 1/2."): 2,
            OF_TEN: 10,
        },
    )
    return numbers.surprise(erring, 1 / many)


@key.question
def zero_learning() -> Answers:
    """What such a network learns."""
    yield "b"

    together = message("Every unit of a hidden layer gets the same update, so they stay copies of one another.")
    yield slip("a", "The weights do move: the slide simplifies when it says that the network does not learn.", together)
    yield slip("c", "That is what happens with ReLU, whose slope and value at 0 are 0.", together)
    yield slip("d", "The units of a layer do not differ from one another.", together)


@key.question(apart=0.0)
def large_slope(erring: Erring, pixels: int, weight: float) -> Answers:
    """Slope of the sigmoid if all weights are large."""
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
            message("This is the slope of tanh at z."): 1 - tanh(z) ** 2,
        },
    )
    yield erring.pick(
        result,
        {
            message(
                "You multiplied the slope by the weight, but the question asks only for the slope of the sigmoid."
            ): result * weight,
            message(
                "You multiplied the slope by the number of pixels, but the question asks only for the slope "
                "of the sigmoid."
            ): result * pixels,
        },
    )

    flat = message(
        ("z = {pixels} * {weight} = {z}. There, the sigmoid is S = {value}, and its slope is S * (1 - S)."),
        pixels=pixels,
        weight=f"{weight:g}",
        z=f"{z:g}",
        value=f"{value:.5f}",
    )
    yield slip(value, "This is the value of the sigmoid, not its slope.", flat)
    yield slip(0.25, "This is the slope at 0, the steepest.", flat)
    yield slip(1, "This is the slope of ReLU.", flat)
    yield slip(sigmoid(weight) * (1 - sigmoid(weight)), "You counted only one pixel.", flat)
    yield slip(z * (1 - z), "You used z itself instead of its sigmoid.", flat)
    yield slip(1 - value**2, "This is the slope of tanh, 1 - S * S.", flat)


@key.question(apart=0.003)
def glorot_limit(erring: Erring, side: int, inputs: int, hidden1: int, hidden2: int, classes: int) -> Answers:
    """Largest first weight of the first hidden layer."""
    fans = erring.pick(
        inputs + hidden1,
        {
            message("This is the second layer: its inputs are the units of the first."): hidden1 + hidden2,
            message("You also counted the units of the next layer."): inputs + hidden1 + hidden2,
            message("You averaged inputs and units."): (inputs + hidden1) / 2,
            message("You used the units of the last layer instead of the first hidden layer."): inputs + classes,
            message("You used the side length of the image instead of its number of pixels."): side + hidden1,
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
    yield sqrt(factor / fans)

    together = inputs + hidden1
    limit = message("The limit is the square root of 6 / ({inputs} + {hidden1}).", inputs=inputs, hidden1=hidden1)
    yield slip(6 / together, "The square root is missing.", limit)
    yield slip(sqrt(2 / together), "This is the standard deviation, or you used 2 instead of 6.", limit)
    yield slip(sqrt(6 / inputs), "You counted only the inputs.", limit)
    yield slip(sqrt(6 / hidden1), "You counted only the units.", limit)
    yield slip(sqrt(2 / inputs), "This is the standard deviation of he_normal.", limit)
    if together < 1000:  # otherwise both are too near to the slip without a square root
        yield slip(sqrt(6) / together, "You took the square root of 6 only.", limit)
        yield slip(sqrt(6 / (inputs * hidden1)), "You multiplied inputs and units.", limit)


# ---- Dropout and batch normalisation ---------------------------------------------------------------------------------


@key.question
def dropout_kept(erring: Erring, kept: float, rate: float) -> Answers:
    """What dropout makes of a value that it keeps."""
    value = kept
    yield erring.pick(
        value / (1 - rate),
        {
            message("You added the rate to the value."): value + rate,
            message("You subtracted the rate from the value."): value - rate,
            message("You multiplied the value by the rate."): value * rate,
            message("You divided by 1 + rate."): value / (1 + rate),
            message("You divided by the square of the share that is kept."): value / (1 - rate) ** 2,
            message("This is only the factor, without the value."): 1 / (1 - rate),
            message("You assumed that half of the units are dropped."): 2 * value,
        },
    )

    grown = message(
        "Dropout keeps {share} of the units, so Keras divides their values by {share}.", share=f"{1 - rate:g}"
    )
    yield slip(value, "You left the value unchanged.", grown)
    yield slip(value * (1 - rate), "You multiplied by the share that is kept.", grown)
    yield slip(value / rate, "You divided by the share that is dropped.", grown)
    yield slip(value * (1 + rate), "You added the share that is dropped to the value.", grown)
    yield slip(0, "This is the value of a dropped unit.", grown)


@key.question
def dropout_predict() -> Answers:
    """What dropout does when the network predicts."""
    yield "a"
    yield slip("b", "Units are dropped only in training.", "All units work when the network predicts.")
    yield slip(
        "c",
        "During training, Keras already compensates for dropout.",
        "All units work unchanged when the network predicts.",
    )
    yield slip(
        "d",
        "During training, Keras already compensates for dropout.",
        "All units work unchanged when the network predicts.",
    )


@key.question
def batchnorm_values(erring: Erring, batch: Array, gamma: int, beta: int) -> Answers:
    """Output of a batch normalisation."""
    spread = erring.pick(
        batch.std(), {message("You divided by the largest value instead of the standard deviation."): batch.max()}
    )
    yield numbers.shifted(erring, numbers.standardised(erring, batch, batch.mean(), spread), gamma, beta)

    normal = (batch - batch.mean()) / batch.std()
    steps = message(
        "The mean is {mean}, the standard deviation {deviation}: {value} becomes {gamma} * "
        "({value} - {mean}) / {deviation} {shift}.",
        mean=f"{batch.mean():g}",
        deviation=f"{batch.std():g}",
        value=batch[0],
        gamma=gamma,
        shift=_added(beta),
    )
    yield slip(normal, "Scale and shift are missing.", steps)
    yield slip(gamma * normal, "The shift is missing.", steps)
    yield slip(normal + beta, "The scale is missing.", steps)
    yield slip(gamma * (normal + beta), "You added the shift before scaling.", steps)
    yield slip(
        gamma * (batch - batch.mean()) / batch.var() + beta,
        "You divided by the variance instead of the standard deviation.",
        steps,
    )
    yield slip(gamma * (batch - batch.mean()) / batch.std(ddof=1) + beta, "You divided by n - 1.", steps)
    yield slip(gamma * batch / batch.std() + beta, "You did not subtract the mean.", steps)
    yield slip(gamma * (batch - batch.mean()) + beta, "You did not divide by the standard deviation.", steps)


@key.question
def batchnorm_params(erring: Erring, inputs: int, hidden1: int, hidden2: int, classes: int) -> Answers:
    """All parameters of two batch normalisations."""
    yield _normalised(erring, 4, inputs, hidden1, hidden2, classes)

    both = hidden1 + hidden2
    units = message(
        "{hidden1} + {hidden2} units are normalised, each with scale, shift, moving mean and moving variance.",
        hidden1=hidden1,
        hidden2=hidden2,
    )
    yield slip(2 * both, "You counted only two of the four numbers of each unit.", units)
    yield slip(4 * hidden1, NO_SECOND_NORM, units)
    yield slip(4 * hidden2, NO_FIRST_NORM, units)
    yield slip(4 * 2, "You counted four numbers for each layer instead of each unit.", units)
    yield slip(4 * (both + classes), "You also normalised the outputs.", units)
    yield slip(both, "You counted one number for each unit.", units)


@key.question
def batchnorm_frozen(erring: Erring, inputs: int, hidden1: int, hidden2: int, classes: int) -> Answers:
    """How many of them are not trained."""
    yield _normalised(erring, 2, inputs, hidden1, hidden2, classes)
    yield Follows(lambda batchnorm_params: batchnorm_params / 2)

    both = hidden1 + hidden2
    frozen = message(
        "Count the moving mean and the moving variance of each of the {hidden1} + {hidden2} units.",
        hidden1=hidden1,
        hidden2=hidden2,
    )
    yield slip(4 * both, "These are all parameters of batch normalisation.", frozen)
    yield slip(0, "You counted all parameters as trainable.", frozen)
    yield slip(both, "You counted only one of two vectors.", frozen)
    yield slip(2 * hidden1, NO_SECOND_NORM, frozen)
    yield slip(2 * hidden2, NO_FIRST_NORM, frozen)
    yield slip(2 * 2, "You did not count the units.", frozen)


def _normalised(erring: Erring, per_unit: int, inputs: int, hidden1: int, hidden2: int, classes: int) -> int:
    units = erring.pick(
        hidden1 + hidden2,
        {
            message("You also normalised the inputs."): inputs + hidden1 + hidden2,
            message("You also normalised the outputs."): hidden1 + hidden2 + classes,
            NO_SECOND_NORM: hidden1,
            NO_FIRST_NORM: hidden2,
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


# ---- Two layers without activation -----------------------------------------------------------------------------------


@key.question
def folded_kernel(erring: Erring, W1: Array, W2: Array) -> Answers:
    """Kernel of the single layer that does the same as both."""
    kernel1, kernel2 = _kernels(erring, W1, W2)
    yield erring.pick(kernel1 @ kernel2, {OTHER_ORDER: kernel2 @ kernel1})

    kernel = W1 @ W2
    (a, b), (c, d) = W1[0], W2[:, 0]
    product = message(
        "The value at the top left is {products}: the first row of W1 times the first column of W2.",
        products=f"{a}*{c} + {b}*{d}",
    )
    yield slip(W2 @ W1, OTHER_ORDER, product)
    yield slip(W1 * W2, "You multiplied the matrices cell by cell.", product)
    yield slip(W1 + W2, "You added the matrices.", product)
    yield slip(kernel.T, "Rows and columns of the result are swapped.", product)
    yield slip(W1 @ W2.T, SWAPPED_W2, product)


def _kernels(erring: Erring, kernel1: Array, kernel2: Array) -> tuple[Array, Array]:
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
            SWAPPED_W2: kernel2.T,
            message("You overlooked the minus signs of W2."): np.abs(kernel2),
        },
    )
    return kernel1, kernel2


@key.question
def folded_bias(erring: Erring, W1: Array, b1: Array, W2: Array, b2: Array) -> Answers:
    """Its biases."""
    _, kernel2 = _kernels(erring, W1, W2)
    bias1, bias2 = _biases(erring, b1, b2)
    yield erring.pick(
        bias1 @ kernel2 + bias2,
        {
            message("You multiplied by the first biases from the right: W2 @ b1."): kernel2 @ bias1 + bias2,
            message("You added the second biases before multiplying."): (bias1 + bias2) @ kernel2,
            message("You multiplied the second biases by W1, but the first ones go through W2."): bias2 @ W1 + bias1,
            message("You multiplied the second biases by W2, but the first ones go through it."): bias2 @ kernel2
            + bias1,
        },
    )

    def after_swapping(folded_kernel: Array) -> Array | None:
        return b1 @ W2.T + b2 if np.array_equal(folded_kernel, W1 @ W2.T) else None

    yield Follows(after_swapping)

    c, d = W2[:, 0]
    carried = message("The first value is {way}.", way=f"{b1[0]}*{c} + {b1[1]}*{d} {_added(b2[0])}")
    yield slip(b1 + b2, "You did not multiply the first biases by W2.", carried)
    yield slip(b2, NO_FIRST_BIASES, carried)
    yield slip(b1 @ W2, NO_SECOND_BIASES, carried)
    yield slip(W2 @ b1 + b2, SWAPPED_W2, carried)
    yield slip(b1 * b2, "You multiplied the biases.", carried)


def _biases(erring: Erring, b1: Array, b2: Array) -> tuple[Array, Array]:
    if erring(message("All biases are missing.")):
        return 0 * b1, 0 * b2
    bias1 = erring.pick(
        b1,
        {
            NO_FIRST_BIASES: 0 * b1,
            message("You subtracted the first biases instead of adding them."): -b1,
            message("You overlooked the minus signs of the first biases."): np.abs(b1),
            message("You added the first biases twice."): 2 * b1,
        },
    )
    bias2 = erring.pick(
        b2,
        {
            NO_SECOND_BIASES: 0 * b2,
            message("You subtracted the second biases instead of adding them."): -b2,
            message("You overlooked the minus signs of the second biases."): np.abs(b2),
            message("You added the second biases twice."): 2 * b2,
            message("You also added the first biases in the second layer."): b1,
        },
    )
    return bias1, bias2


@key.question
def folded_output(erring: Erring, W1: Array, b1: Array, W2: Array, b2: Array, x: Array) -> Answers:
    """Output of both layers."""
    kernel1, kernel2 = _kernels(erring, W1, W2)
    bias1, bias2 = _biases(erring, b1, b2)
    if erring(OTHER_ORDER):
        kernel1, kernel2 = kernel2, kernel1
    output = (x @ kernel1 + bias1) @ kernel2 + bias2
    if erring(message("You multiplied by the input from the right in both layers.")):
        output = kernel2 @ (kernel1 @ x + bias1) + bias2
    yield erring.pick(output, {message("You applied ReLU at the end."): np.maximum(output, 0)})

    def output_of(folded_kernel: Array, folded_bias: Array) -> Array:
        return np.asarray(x @ folded_kernel + folded_bias)

    yield Follows(output_of)

    hidden, kernel, bias = x @ W1 + b1, W1 @ W2, b1 @ W2 + b2
    positive = np.maximum(hidden, 0)
    through = message(
        "The first value is {way}.", way=f"{x[0]}*{kernel[0, 0]} + {x[1]}*{kernel[1, 0]} {_added(bias[0])}"
    )
    yield slip(x @ kernel, "The bias is missing.", through)
    yield slip(hidden, "This is the output of the first layer.", through)
    yield slip(kernel @ x + bias, "You multiplied by the input from the right.", through)
    yield slip(positive @ W2 + b2, "There is no ReLU between the layers here.", through)
    yield slip(x @ kernel + b1 + b2, "You did not multiply the first biases by W2.", through)


@key.question
def relu_output(erring: Erring, W1: Array, b1: Array, W2: Array, b2: Array, x: Array) -> Answers:
    """Output of both layers with ReLU between them."""
    kernel1, kernel2 = _kernels(erring, W1, W2)
    bias1, bias2 = _biases(erring, b1, b2)
    hidden = erring.pick(
        np.maximum(x @ kernel1 + bias1, 0),
        {
            message("You applied ReLU before adding the first biases."): np.maximum(x @ kernel1, 0) + bias1,
            message("You kept the negative values instead of the positive ones."): np.minimum(x @ kernel1 + bias1, 0),
            message("You set the hidden values above 0 to 1."): (x @ kernel1 + bias1 > 0).astype(int),
            message("You multiplied by the input from the right."): np.maximum(kernel1 @ x + bias1, 0),
        },
    )
    output = hidden @ kernel2 + bias2
    yield erring.pick(
        output,
        {
            message("You used ReLU on both layers. The second layer has no activation."): np.maximum(output, 0),
            message("You used ReLU on the second layer instead of the first."): np.maximum(
                (x @ kernel1 + bias1) @ kernel2 + bias2, 0
            ),
        },
    )

    hidden = x @ W1 + b1
    positive = np.maximum(hidden, 0)
    cut = message(
        ("The hidden values are {first} and {second}. ReLU turns them into {first_positive} and {second_positive}."),
        first=hidden[0],
        second=hidden[1],
        first_positive=positive[0],
        second_positive=positive[1],
    )
    yield slip(hidden @ W2 + b2, "You left out ReLU.", cut)
    yield slip(positive, "This is the output of the hidden layer.", cut)
    yield slip(positive @ W2, NO_SECOND_BIASES, cut)
    yield slip(np.maximum(x @ W1, 0) @ W2 + b2, NO_FIRST_BIASES, cut)
    yield slip(np.abs(hidden) @ W2 + b2, "You dropped the minus sign instead of the value.", cut)


# ---- A regularised network -------------------------------------------------------------------------------------------

key.answer("net", "sick_mnist_dense_regularised")
