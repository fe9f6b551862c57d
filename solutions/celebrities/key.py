"""Answers of `celebrities`: sizes of the course's networks, and the pictures known to be wrong or ambiguous."""

import json
from math import sqrt
from pathlib import Path
from typing import Any

from grader.authoring import Answers, Follows, Key, slip
from grader.cnn import by_hand
from grader.mistakes.networks import Network, conv, dense, flatten, norm, pool
from grader.model.mistakes import Erring
from grader.text.messages import message

key = Key()
key.heldout("accuracy", "heldout/celebrities.npz", optional=True)

PIXELS, CHANNELS, PEOPLE, PICTURES = 48, 3, 8, 8 * 250
INPUTS = PIXELS * PIXELS * CHANNELS

NO_BIASES = message("The biases are missing.")
GREYSCALE = message("This is for greyscale pictures.")
COLOURS = message("A pixel has three colours, and each colour has its own weight.")


# ---- The dense network -----------------------------------------------------------------------------------------------

DENSE_NET = Network((PIXELS, PIXELS, CHANNELS), [flatten(), dense(400), dense(200), dense(PEOPLE)])

key.answer("dense_model", "celebrity_dense")


@key.question
def first_params(erring: Erring) -> Answers:
    """Parameters of the first layer."""
    yield DENSE_NET.params(erring, 1)

    one_neuron = message("Each of the 400 neurons has 48 x 48 x 3 = 6,912 weights and one bias.")
    yield slip(INPUTS * 400, NO_BIASES, one_neuron)
    yield slip(by_hand.dense(PIXELS * PIXELS, 400), GREYSCALE, COLOURS)
    yield slip(INPUTS * 400 + 1, "You counted one bias for the whole layer.", one_neuron)
    yield slip(INPUTS * 400 + INPUTS, "You counted one bias for each input.", one_neuron)
    yield slip(INPUTS, "This is the number of inputs.", one_neuron)
    yield Follows(lambda dense_model: dense_model.of_kind("Dense")[0].parameters)


@key.question
def dense_params(erring: Erring) -> Answers:
    """Parameters of the whole dense network."""
    total = DENSE_NET.total(erring)
    yield total

    one_layer = message("Each layer has (inputs + 1) x neurons parameters. The inputs are 6,912, then 400, then 200.")
    yield slip(total - 400 - 200 - PEOPLE, NO_BIASES, "Add one bias for each neuron.")
    yield slip(by_hand.dense(PIXELS * PIXELS, 400, 200, PEOPLE), GREYSCALE, COLOURS)
    yield slip(total - by_hand.dense(200, PEOPLE), "The last layer is missing.", one_layer)
    yield slip(by_hand.dense(INPUTS, 400), "This is only the first layer.", one_layer)
    yield slip(by_hand.dense(INPUTS, 400, 200, 10), "This is for ten classes.", "There are eight people.")
    yield Follows(lambda first_params: first_params + by_hand.dense(400, 200, PEOPLE))
    yield Follows(lambda dense_model: dense_model.parameters)


@key.question
def per_picture(erring: Erring) -> Answers:
    """Parameters of the dense network for each training picture."""
    pictures = erring.pick(
        PICTURES,
        {
            message("This is for each person, not for each picture."): PEOPLE,
            message("This is for the pictures of one person."): PICTURES // PEOPLE,
            message("You divided by the test pictures."): 400,
        },
    )
    total = DENSE_NET.total(erring)
    yield total / pictures

    training_only = message("The network trains on only 2,000 pictures.")
    yield slip(
        PICTURES / total, "This is the number of pictures per parameter.", "Divide the parameters by the pictures."
    )
    yield slip(total / 250, "This is for 250 pictures.", "There are 250 pictures of each of 8 people: 2,000.")
    yield slip(total / (8 * 300), "You also counted the validation pictures.", training_only)
    yield slip(total / (8 * 350), "You counted all pictures.", training_only)
    yield slip(
        by_hand.dense(INPUTS, 400) / PICTURES,
        "These are only the parameters of the first layer.",
        "Add up the parameters of all three layers.",
    )
    yield Follows(lambda dense_params: dense_params / PICTURES)


@key.question
def why_overfits() -> Answers:
    """Why the dense network learns the training pictures by heart."""
    yield "b"
    look = message(
        "The network has more than 1,400 parameters for each picture, and no dropout, penalty or augmentation."
    )
    yield slip("a", "A learning rate that is too high would also lower the accuracy on the training pictures.", look)
    yield slip("c", "With random labels, it would learn the training pictures just as well.", look)
    yield slip("d", "This is the correct way to do it.", look)


# ---- The convolutional network ---------------------------------------------------------------------------------------

_FIRST, _SECOND = (conv(32, 3, padded=True), norm()), (conv(64, 3, padded=True), norm())
CNN = Network(
    (PIXELS, PIXELS, CHANNELS),
    [*_FIRST, *_FIRST, pool(), *_SECOND, *_SECOND, pool(), flatten(), dense(200), norm(), dense(PEOPLE)],
)
FLAT = (PIXELS // 4) ** 2 * 64  # two poolings, and 64 maps
NORMALISED = 32 + 32 + 64 + 64 + 200  # maps and neurons
VALID_SIDE = ((PIXELS - 4) // 2 - 4) // 2  # of the last maps without padding
SAME = message("With padding='same' the pictures stay 48 x 48. The two pooling layers halve that to 24, then 12.")

key.answer("cnn_model", "celebrity_cnn")


@key.question
def flatten_length(erring: Erring) -> Answers:
    """Length of the flattened vector."""
    yield CNN.length(erring, 10)

    yield slip(VALID_SIDE**2 * 64, "This is the length without padding.", SAME)
    yield slip((PIXELS // 2) ** 2 * 64, "You counted only one pooling layer.", SAME)
    yield slip(PIXELS**2 * 64, "You did not count the pooling layers.", SAME)
    yield slip(
        (PIXELS // 4) ** 2,
        "This is the number of values in one map.",
        "Multiply by the 64 maps of the last convolution.",
    )
    yield slip(
        (PIXELS // 4) ** 2 * 32,
        "This is the length with 32 maps.",
        "The last two convolutions have 64 filters.",
    )
    yield slip(
        FLAT * 3 // 4,
        "You left out the quarter of the values that dropout sets to 0.",
        "Dropout does not change the shape: 12 x 12 x 64 values are left.",
    )
    yield Follows(lambda cnn_model: cnn_model.of_kind("Flatten")[0].output_shape[1])


@key.question
def cnn_params(erring: Erring) -> Answers:
    """Parameters of the whole convolutional network."""
    total = CNN.total(erring)
    yield total

    four_each = message(
        "Batch normalisation has four numbers for each map and neuron: scale, shift, moving mean and variance."
    )
    all_but_dense = total - by_hand.dense(FLAT, 200, PEOPLE)
    single = Network(
        (PIXELS, PIXELS, CHANNELS), [*_FIRST, pool(), *_SECOND, pool(), flatten(), dense(200), norm(), dense(PEOPLE)]
    )
    yield slip(
        single.total(Erring()),
        "You counted only one convolution in each block.",
        "Each block has two convolutions, each with batch normalisation.",
    )
    yield slip(total - 4 * NORMALISED, "Batch normalisation is missing.", four_each)
    yield slip(total - 2 * NORMALISED, "You counted only the trained parameters.", four_each)
    yield slip(total - 4 * 200, "The last normalisation is missing.", four_each)
    yield slip(
        total - 9 * (CHANNELS - 1) * 32,
        GREYSCALE,
        "A filter of the first convolution has 3 x 3 x 3 weights and a bias.",
    )
    yield slip(
        all_but_dense + by_hand.dense(VALID_SIDE**2 * 64, 200, PEOPLE),
        "You used the length of the flattened vector without padding.",
        SAME,
    )
    yield Follows(lambda flatten_length: all_but_dense + by_hand.dense(flatten_length, 200, PEOPLE))
    yield Follows(lambda cnn_model: cnn_model.parameters)


@key.question
def cnn_frozen(erring: Erring) -> Answers:
    """Parameters that are not trained."""
    per_map = erring.pick(
        2,
        {
            message("You counted all four numbers of each map and neuron."): 4,
            message("You counted three numbers of each map and neuron."): 3,
            message("You counted one number of each map and neuron."): 1,
        },
    )
    maps = erring.pick(
        NORMALISED,
        {
            message("You left out the normalised neurons."): NORMALISED - 200,
            message("You counted only one normalisation in each block, but there are two."): 32 + 64 + 200,
            message("You counted only the normalised neurons."): 200,
            message("You also normalised the outputs."): NORMALISED + PEOPLE,
        },
    )
    yield per_map * maps

    measured = message("Count the moving mean and the moving variance of 32 + 32 + 64 + 64 maps and 200 neurons.")
    yield slip(4 * NORMALISED, "These are all parameters of batch normalisation.", measured)
    yield slip(2 * (NORMALISED - 200), "You left out the normalised neurons.", measured)
    yield slip(NORMALISED, "You counted one number for each map and neuron.", measured)
    yield slip(0, "Keras says that some parameters are not trained.", measured)
    yield Follows(lambda cnn_model: cnn_model.parameters - cnn_model.trainable)


@key.question
def dense_share(erring: Erring) -> Answers:
    """Share of the parameters that the layer with 200 neurons has."""
    share = CNN.share(erring, [11])
    yield share

    total = CNN.total(Erring())
    yield slip(
        by_hand.dense(FLAT, 200, PEOPLE) / total,
        "You counted both dense layers.",
        "Count only the dense layer with 200 neurons.",
    )
    yield slip(
        1 - share,
        "This is the share of the other layers.",
        "Divide the parameters of the dense layer by the total.",
    )
    convolutions = sum(CNN.params(Erring(), place) for place in (0, 2, 5, 7))
    yield slip(
        convolutions / total,
        "This is the share of the convolutions.",
        "Divide the parameters of the dense layer by the total.",
    )
    yield slip(100 * share, "This is in percent.", "Give a share between 0 and 1.")
    yield Follows(lambda flatten_length, cnn_params: by_hand.dense(flatten_length, 200) / cnn_params)
    yield Follows(lambda cnn_model, cnn_params: cnn_model.of_kind("Dense")[0].parameters / cnn_params)


# ---- The result and the pictures -------------------------------------------------------------------------------------

SHARE, TESTED = 0.8, 400  # accuracy, and test pictures


@key.question
def margin(erring: Erring) -> Answers:
    """Half of the 95 % interval of the accuracy."""
    factor = erring.pick(
        1.96,
        {
            message("You used the factor 1.64, which is for 90 %. The factor for 95 % is 1.96."): 1.64,
            message("You used the factor 2.58, which is for 99 %. The factor for 95 % is 1.96."): 2.58,
            message("You rounded the factor to 2, but it is 1.96."): 2.0,
        },
    )
    pictures = erring.pick(
        TESTED,
        {message("You counted the training pictures."): PICTURES, message("The number of pictures is missing."): 1},
    )
    spread = erring.pick(
        SHARE * (1 - SHARE),
        {
            message("The factor 1 - p is missing."): SHARE,
            message("The factor p is missing."): 1 - SHARE,
            message("p * (1 - p) is missing."): 1.0,
            message("You used p = 0.5, which gives the widest interval."): 0.25,
        },
    )
    error = sqrt(spread / pictures)
    roots = {
        message("You took the square root only of p * (1 - p)."): sqrt(spread) / pictures,
        message("You took the square root only of the number of pictures."): spread / sqrt(pictures),
        message("The square root is missing."): spread / pictures,
    }
    yield factor * erring.pick(error, roots)

    yield slip(error, "This is one standard error.", "Multiply by 1.96 for 95 %.")
    yield slip(factor * spread / pictures, "The square root is missing.", "Take the square root of p (1 - p) / n.")
    yield slip(
        2 * factor * error,
        "This is the whole width of the interval.",
        "The question asks for half of that width.",
    )
    yield slip(100 * factor * error, "This is in percent.", "Give a share: 1 % is 0.01.")


@key.question
def suspects() -> dict[str, Any] | None:
    """Training pictures that are known to be wrong or ambiguous, and the number of all; None where this is unknown."""
    file = Path(__file__).parent / "heldout" / "celebrities-known.json"
    if not file.is_file():
        return None
    known = json.loads(file.read_text(encoding="utf-8"))
    if not known.get("known", True):
        return None
    return {"wanted": sorted({*known["mislabelled"], *known["ambiguous"]}), "count": PICTURES}
