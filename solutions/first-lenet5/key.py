"""Answers of `first-lenet5`: trainable pooling, partial connections, an RBF output, and a confusion matrix.

The table of connections that everybody without individual numbers gets is that of the paper which the lecture names.
"""

from random import Random
from typing import Any

import numpy as np

from grader.authoring import Answers, Array, Follows, Key, choice, integer, matrix, slip
from grader.mistakes import counts
from grader.model.mistakes import Erring
from grader.text.messages import Text, message

key = Key(with_answer=False)

WINDOW = 25  # weights of a filter for each map that it reads
MAPS = 6
IMAGES = (980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009)
"""How often each digit occurs in the test data of MNIST."""
CODE = 8
LETTERS = "abc"

NO_BIASES = message("The biases are missing.")
ONE_BIAS = message("You counted only one bias.")
ROWS_FOR_COLUMNS = message("You added up the other axis of the table.")
OTHER_AXIS = message("You swapped rows and columns. The rows are the true digits.")
IN_PERCENT = message("This is in percent.")


def _three_in_a_row(filter_number: int) -> list[int]:
    return [(filter_number + step) % MAPS for step in range(3)]


def _four_in_a_row(filter_number: int) -> list[int]:
    return [(filter_number + step) % MAPS for step in range(4)]


PAPER = [
    *map(_three_in_a_row, range(6)),
    *map(_four_in_a_row, range(6)),
    *([number, number + 1, (number + 3) % MAPS, (number + 4) % MAPS] for number in (0, 1)),
    [0, 2, 3, 5],
    [*range(MAPS)],
]
"""Which of the six maps each of the sixteen filters reads, in the paper of 1998."""


def _as_table(filters: list[list[int]]) -> list[list[int]]:
    """A row for each map and a column for each filter; 1 where the filter reads the map."""
    return [[int(number in reads) for reads in filters] for number in range(MAPS)]


# ---- Numbers ---------------------------------------------------------------------------------------------------------


def _table(rng: Random) -> list[list[int]]:
    count = rng.choice([8, 10, 12, 14])
    return _as_table([rng.sample(range(MAPS), rng.choice([2, 3, 3, 4, 4, 5])) for _ in range(count)])


def _confusion(rng: Random, wrong: int) -> list[list[int]]:
    """A confusion matrix of 10,000 images, of which `wrong` are not on the diagonal; one confusion stands out."""
    pairs = [(true, answer) for true in range(10) for answer in range(10) if true != answer]
    likely = rng.sample(pairs, 25)
    counts = np.diag(IMAGES)
    for pair in [likely[0]] * rng.randint(11, 15):
        _move(counts, *pair)
    while counts.sum() - counts.trace() < wrong:
        true, answer = rng.choice(likely[1:] if rng.random() < 0.7 else pairs)
        if counts[true, answer] < 8 and (true, answer) != likely[0]:
            _move(counts, true, answer)
    return [list(map(int, row)) for row in counts]


def _move(counts: Array, true: int, answer: int) -> None:
    counts[true, true] -= 1
    counts[true, answer] += 1


def _tells_recall_and_precision_apart(confusion: list[list[int]], digit: int) -> bool:
    counts = np.array(confusion)
    missed, intruders = counts[digit].sum() - counts[digit, digit], counts[:, digit].sum() - counts[digit, digit]
    return bool(missed >= 4 and intruders >= 4 and abs(missed - intruders) >= 3)


key.numbers(
    window=matrix(2, 2, range(1, 10)),
    coefficient=choice(0.25, 0.5, 1.5, 2.0),
    bias=choice(-1.0, -0.5, 0.5, 1.0),
    table=_table,
    filters=lambda table: len(table[0]),
    codes=lambda rng: [[rng.choice([-1, 1]) for _ in range(CODE)] for _ in range(3)],
    vector=lambda rng: [rng.choice([-1.0, -0.5, 0.0, 0.5, 1.0]) for _ in range(CODE)],
    wrong=integer(95, 160),
    confusion=_confusion,
    digit=integer(0, 9),
)
key.common(table=_as_table(PAPER), filters=len(PAPER))  # LeCun and others, 1998
key.common(wrong=119)  # marques-intro-cnn-tf-keras: total of 119 in 10000
key.require(_tells_recall_and_precision_apart)
key.require(lambda window: len({value for row in window for value in row}) > 1)
key.require(lambda codes, vector: _has_nearest(codes, vector))


def _has_nearest(codes: list[list[int]], vector: list[float]) -> bool:
    ranked = np.sort(_squares(np.array(codes), np.array(vector)))
    return bool(ranked[1] - ranked[0] >= 2 and ranked[2] - ranked[1] >= 1)


def _squares(codes: Array, vector: Array) -> Array:
    return np.asarray(((codes - vector) ** 2).sum(axis=1))


# ---- Trainable pooling -----------------------------------------------------------------------------------------------


@key.question(least=3)
def pooled_value(erring: Erring, window: Array, coefficient: float, bias: float) -> Answers:
    """Average times coefficient plus bias."""
    mean = window.mean()
    value = erring.pick(
        mean,
        {
            message("You used the maximum instead of the average."): window.max(),
            message("You used the sum instead of the average."): window.sum(),
            message("You used the minimum instead of the average."): window.min(),
            message("You used the median instead of the average."): np.median(window),
            message("You divided the sum by 2 instead of 4."): window.sum() / 2,
        },
    )
    factor = erring.pick(
        coefficient,
        {
            message("The coefficient is missing."): 1.0,
            message("You divided by the coefficient."): 1 / coefficient,
        },
    )
    added = erring.pick(
        bias,
        {
            NO_BIASES: 0.0,
            message("You counted the bias for each of the four values."): 4 * bias,
            message("You subtracted the bias."): -bias,
            message("You added the bias before you multiplied."): coefficient * bias,
        },
    )
    if erring(message("You swapped coefficient and bias.")):
        factor, added = bias, coefficient
    if erring(message("You added the coefficient instead of multiplying by it.")):
        yield float(value + factor + added)
    else:
        yield float(factor * value + added)

    scaled = message(
        "The average is {mean}, so the unit has {coefficient} * {mean} + ({bias}).",
        mean=f"{mean:g}",
        coefficient=f"{coefficient:g}",
        bias=f"{bias:g}",
    )
    yield slip(float(mean), "This is the average, without coefficient and bias.", scaled)
    yield slip(float(coefficient * mean), NO_BIASES, scaled)
    yield slip(float(coefficient * (mean + bias)), "You added the bias before you multiplied.", scaled)
    yield slip(float(coefficient * window.max() + bias), "You used the maximum instead of the average.", scaled)
    yield slip(float(coefficient * window.sum() + bias), "You used the sum instead of the average.", scaled)


@key.question(apart=0.5)
def pooling_params(erring: Erring, filters: int) -> Answers:
    """Coefficients and biases of both pooling layers."""
    per_map = erring.pick(
        2,
        {
            message("You counted only the coefficients."): 1,
            message("You counted a weight for each of the four values."): 5,
            message("You counted a coefficient for each of the four values, but no bias."): 4,
        },
    )
    maps = erring.pick(
        MAPS + filters,
        {
            message("You counted only the first pooling layer."): MAPS,
            message("You counted only the second pooling layer."): filters,
            message("You counted only one map in each layer."): 2,
        },
    )
    yield per_map * maps

    two = message("{first} + {second} maps have two parameters each.", first=MAPS, second=filters)
    yield slip(0, "This is true for the pooling layers of Keras, but these ones are trained.", two)
    yield slip(MAPS + filters, "You counted only the coefficients.", two)
    yield slip(5 * (MAPS + filters), "You counted a weight for each of the four values.", two)
    yield slip(2 * MAPS, "You counted only the first pooling layer.", two)


# ---- Partial connections ---------------------------------------------------------------------------------------------


@key.question(apart=0.5)
def reads(table: Array) -> Answers:
    """Maps that each filter reads."""
    columns = table.sum(axis=0)
    yield columns

    first = message("The first column has {count} ones.", count=int(columns[0]))
    yield slip(table.sum(axis=1), ROWS_FOR_COLUMNS, first)
    yield slip(MAPS - columns, "You counted the zeros.", first)
    yield slip(int(columns.sum()), "This is the sum of all columns.", first)
    yield slip(columns[::-1], "Your columns are in reverse order.", first)


@key.question(apart=0.5)
def read_by(table: Array) -> Answers:
    """Filters that read each map."""
    rows = table.sum(axis=1)
    yield rows

    first = message("The first row has {count} ones.", count=int(rows[0]))
    yield slip(table.sum(axis=0), ROWS_FOR_COLUMNS, first)
    yield slip(table.shape[1] - rows, "You counted the zeros.", first)
    yield slip(int(rows.sum()), "This is the sum of all rows.", first)


@key.question(apart=0.5)
def partial_params(erring: Erring, filters: int, reads: Array) -> Answers:
    """Weights where the table has a cross, and a bias for each filter."""
    crosses = int(reads.sum())
    biases = erring.pick(
        filters,
        {
            NO_BIASES: 0,
            ONE_BIAS: 1,
            message("You counted a bias for each connection. Each filter has one."): crosses,
        },
    )
    connections = erring.pick(
        crosses,
        {
            message("You ignored the table: not all filters read all maps."): MAPS * filters,
            message("You counted only one map for each filter."): filters,
        },
    )
    size = erring.pick(
        WINDOW,
        {
            message("You used 3 x 3 weights, but a filter has 5 x 5."): 9,
            message("You used 5 weights instead of 5 x 5."): 5,
        },
    )
    yield size * connections + biases

    count = message(
        "The table has {crosses} ones: 5 * 5 * {crosses} weights, and {filters} biases.",
        crosses=crosses,
        filters=filters,
    )
    yield slip(WINDOW * crosses, NO_BIASES, count)
    yield slip(WINDOW * MAPS * filters + filters, "You ignored the table: not all filters read all maps.", count)
    yield slip((WINDOW + 1) * crosses, "You counted a bias for each connection. Each filter has one.", count)
    yield slip(WINDOW * crosses + 1, ONE_BIAS, count)
    yield slip((WINDOW + 1) * filters, "You counted only one map for each filter.", count)


@key.question(apart=0.5)
def saved_params(erring: Erring, filters: int, partial_params: int) -> Answers:
    """How many fewer these are than with all connections."""
    full = WINDOW * MAPS * filters + filters
    missing = (full - partial_params) / WINDOW
    per_connection = erring.pick(
        WINDOW,
        {
            message("You counted connections. Each has 5 x 5 weights."): 1,
            message("You counted a bias for each connection. Each filter has one."): WINDOW + 1,
            message("You used 5 weights instead of 5 x 5."): 5,
            message("You used 3 x 3 weights, but a filter has 5 x 5."): 9,
        },
    )
    ways = {
        message("This is the number with all connections."): full,
        message("This is the number that is left. The question asks how many are saved."): partial_params,
        message("This is the share that is saved."): missing * WINDOW / full,
        message("You also counted the biases, but the filters keep them."): missing * per_connection + filters,
    }
    yield erring.pick(missing * per_connection, ways)

    compare = message(
        "With all connections, there are (5 * 5 * 6 + 1) * {filters} = {full}.", filters=filters, full=full
    )
    yield slip(full, "This is the number with all connections.", compare)
    yield slip(partial_params - full, "The sign is wrong: the table saves parameters.", compare)
    yield slip(full - filters - partial_params, "You forgot the biases of the layer with all connections.", compare)


@key.question(apart=0.5)
def trainable_total(erring: Erring, filters: int, partial_params: int, pooling_params: int) -> Answers:
    """All parameters that are trained."""
    first, third, dense = (WINDOW + 1) * MAPS, (WINDOW * filters + 1) * 120, 121 * 84
    pooling = erring.pick(
        pooling_params,
        {
            message("The pooling layers are missing."): 0,
            message("You counted the pooling layers twice."): 2 * pooling_params,
        },
    )
    partial = erring.pick(
        partial_params,
        {
            message("The second convolution is missing."): 0,
            message("You connected all maps in the second convolution."): (WINDOW * MAPS + 1) * filters,
        },
    )
    outputs = {
        message("You counted the codes of the output layer, which are fixed."): 84 * 10,
        message("You counted an output layer with weights and biases. Its codes are fixed."): 85 * 10,
    }
    convolution = counts.convolution(erring.at(message("Third convolution:")), filters, (5, 5), 120)
    yield (
        counts.convolution(erring.at(message("First convolution:")), 1, (5, 5), MAPS)
        + pooling
        + partial
        + erring.pick(convolution, {message("The third convolution is missing."): 0})
        + erring.pick(
            counts.dense(erring.at(message("Dense layer:")), 120, 84), {message("The dense layer is missing."): 0}
        )
        + erring.pick(0, outputs)
    )

    add = message(
        "Convolutions: {first} + {partial} + {third}. Pooling layers: {pooling}. Dense layer: {dense}.",
        first=first,
        partial=partial_params,
        third=third,
        pooling=pooling_params,
        dense=dense,
    )
    total = first + pooling_params + partial_params + third + dense
    yield slip(total - pooling_params, "The pooling layers are missing.", add)
    yield slip(total - dense, "The dense layer is missing.", add)
    yield slip(total + 84 * 10, "You counted the codes of the output layer, which are fixed.", add)
    yield slip(total - third, "The third convolution is missing.", add)
    yield slip(
        total - partial_params + (WINDOW * MAPS + 1) * filters, "You connected all maps in the second convolution.", add
    )


# ---- The RBF output --------------------------------------------------------------------------------------------------


@key.question(least=3)
def distances(erring: Erring, codes: Array, vector: Array) -> Answers:
    """Squared distances of the vector from the codes."""
    differences = codes - vector
    squares = _squares(codes, vector)
    ways: dict[Text, Array] = {
        message("You took the root. The RBF units output the sum of squares."): np.sqrt(squares),
        message("You added up absolute differences instead of squares."): np.abs(differences).sum(axis=1),
        message("You averaged the squares instead of adding them up."): squares / CODE,
        message("This is the product with each code, as in a dense layer."): codes @ vector,
        message("You added up the differences without squaring them."): differences.sum(axis=1),
        message("The signs are wrong: a distance is not negative."): -squares,
        message("You counted the places where the signs differ."): (np.sign(vector) != codes).sum(axis=1),
        message("This is the largest difference from each code."): np.abs(differences).max(axis=1),
        message("You halved the sum of the squares."): squares / 2,
        message("You squared the sum of the differences instead of each one."): differences.sum(axis=1) ** 2,
        message("You squared the numbers before subtracting them."): np.abs((codes**2 - vector**2).sum(axis=1)),
    }
    yield np.asarray(erring.pick(squares, ways))

    terms = " + ".join(f"({code} - {value:g})^2" for code, value in zip(codes[0, :2], vector[:2], strict=True))
    first = message(
        "The first distance begins with {terms}, and is {sum} in total.", terms=terms, sum=f"{squares[0]:g}"
    )
    yield from (slip(value, reason, first) for reason, value in list(ways.items())[:4])


@key.question
def nearest(codes: Array, vector: Array) -> Answers:
    """The class with the smallest distance."""
    squares = _squares(codes, vector)
    yield LETTERS[int(squares.argmin())]

    def of_distances(distances: Any) -> str | None:
        students_distances = np.array(distances, dtype=float)
        return LETTERS[int(students_distances.argmin())] if students_distances.shape == (3,) else None

    yield Follows(of_distances)

    compare = message(
        "The distances are {distances}. The smallest one wins.", distances=", ".join(f"{one:g}" for one in squares)
    )
    reasons = {
        LETTERS[int(squares.argmax())]: message("This code has the largest distance. A distance is not a score."),
        LETTERS[int(np.argsort(squares)[1])]: message("This code has the second smallest distance."),
    }
    for letter, reason in reasons.items():
        yield slip(letter, reason, compare)
    yield slip("d", "The vector need not be equal to a code. It belongs to the nearest one.", compare)


# ---- Errors ----------------------------------------------------------------------------------------------------------


@key.question(apart=0.5)
def errors(confusion: Array) -> Answers:
    """Images outside the diagonal."""
    right, total = int(confusion.trace()), int(confusion.sum())
    yield total - right

    outside = message("{right} of {total} images are on the diagonal.", right=right, total=total)
    yield slip(right, "These are the images that are recognised correctly.", outside)
    yield slip(int(np.triu(confusion, 1).sum()), "You counted only the cells above the diagonal.", outside)
    yield slip(int(np.tril(confusion, -1).sum()), "You counted only the cells below the diagonal.", outside)
    yield slip(total, "These are all test images.", outside)
    yield slip(
        int((confusion - np.diag(np.diag(confusion)) > 0).sum()), "You counted cells instead of images.", outside
    )


@key.question(apart=0.008)
def error_rate(erring: Erring, confusion: Array, errors: int) -> Answers:
    """Errors in percent of all images."""
    total = int(confusion.sum())
    divisor = erring.pick(
        total,
        {
            message("You divided by all images that are recognised correctly."): total - errors,
            message("You divided by the number of training images."): 60_000,
            message("You divided by the number of digits."): 10,
        },
    )
    share = erring.pick(errors / divisor, {message("This is the accuracy."): 1 - errors / divisor})
    yield share * erring.pick(100, {message("This is the share. Multiply it by 100."): 1})

    in_percent = message("{errors} of {total} images, in percent.", errors=errors, total=total)
    yield slip(100 - 100 * errors / total, "This is the accuracy.", in_percent)
    yield slip(100 * errors / (total - errors), "You divided by all images that are recognised correctly.", in_percent)
    yield slip(errors / total, "This is the share. Multiply it by 100.", in_percent)
    yield slip(100 * errors / 60_000, "You divided by the number of training images.", in_percent)
    yield slip(1000 * errors / total, "This is in tenths of a percent.", in_percent)


def _other_shares(confusion: Array, digit: int, axis: int) -> dict[Text, float]:
    """Wrong ways to recall (along axis 1) and precision (along axis 0) of a digit -> the share that they give."""
    shares = np.diag(confusion) / confusion.sum(axis=axis)
    both = confusion[digit].sum() + confusion[:, digit].sum()
    return {
        message("This is F1, the harmonic mean of recall and precision."): 2 * confusion[digit, digit] / both,
        message("You counted the digits from 1, so this is the share of another digit."): float(shares[digit - 1]),
        message("This is the share of the next digit."): float(shares[(digit + 1) % 10]),
        message("You averaged the shares of all digits."): float(shares.mean()),
        message("You divided the wrong labels by the correct ones."): float(1 / shares[digit] - 1),
    }


@key.question(apart=0.0002, least=3)
def recall(erring: Erring, confusion: Array, digit: int) -> Answers:
    """Share of the images of a digit that are recognised."""
    right, of_digit, with_output = confusion[digit, digit], confusion[digit].sum(), confusion[:, digit].sum()
    ways = {IN_PERCENT: 100 * right / of_digit, **_other_shares(confusion, digit, axis=1)}
    yield float(erring.pick(right / of_digit, ways))

    row = message("{right} of {shown} images in row {digit}.", right=int(right), shown=int(of_digit), digit=digit)
    yield slip(float(right / with_output), "This is the precision: you used the column.", row)
    yield slip(float(1 - right / of_digit), "This is the share of images that are missed.", row)
    yield slip(float(right / confusion.sum()), "You divided by all test images.", row)
    yield slip(float(right / confusion.trace()), "You divided by all images that are recognised correctly.", row)


@key.question(apart=0.0002, least=3)
def precision(erring: Erring, confusion: Array, digit: int) -> Answers:
    """Share of the images with this output that show the digit."""
    right, of_digit, with_output = confusion[digit, digit], confusion[digit].sum(), confusion[:, digit].sum()
    ways = {IN_PERCENT: 100 * right / with_output, **_other_shares(confusion, digit, axis=0)}
    yield float(erring.pick(right / with_output, ways))

    column = message(
        "{right} of {said} images in column {digit}.", right=int(right), said=int(with_output), digit=digit
    )
    yield slip(float(right / of_digit), "This is the recall: you used the row.", column)
    yield slip(float(1 - right / with_output), "This is the share of images that show another digit.", column)
    yield slip(float(right / confusion.sum()), "You divided by all test images.", column)
    yield slip(float(with_output / confusion.sum()), "This is the share of this output among all images.", column)


@key.question(apart=0.5, least=3)
def confused(confusion: Array) -> Answers:
    """True digit and output of the most frequent error."""
    outside = confusion - np.diag(np.diag(confusion))
    true, answer = (int(place) for place in np.unravel_index(outside.argmax(), outside.shape))
    yield [true, answer]

    largest = message(
        "{count} images of the digit {true} are mistaken for {said}.", count=int(outside.max()), true=true, said=answer
    )
    best, worst = int(np.diag(confusion).argmax()), int(outside.sum(axis=1).argmax())
    yield slip([answer, true], OTHER_AXIS, largest)
    yield slip([best, best], "This is the largest number on the diagonal, which counts correct labels.", largest)
    yield slip([true + 1, answer + 1], "You counted the digits from 1.", largest)
    yield slip(
        [worst, int(outside[worst].argmax())],
        "You looked for the row with the largest sum first, not for the largest cell.",
        largest,
    )
    yield slip([worst, int(outside.sum(axis=0).argmax())], "You took the row and the column with most errors.", largest)
