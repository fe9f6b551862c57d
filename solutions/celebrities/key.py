"""Answers of `celebrities`: sizes of the course's networks, and the pictures known to be wrong or ambiguous."""

import json
from collections.abc import Callable, Mapping
from itertools import pairwise
from math import sqrt
from pathlib import Path
from typing import Any

from grader.cnn import by_hand
from grader.mistakes.networks import Network, conv, dense, flatten, norm, pool
from grader.model.key import Slip, following
from grader.model.mistakes import Erring
from grader.text.messages import message

HELDOUT = {"accuracy": {"file": "heldout/celebrities.npz", "optional": True}}

_KNOWN = Path(__file__).parent / "heldout" / "celebrities-known.json"

_PIXELS, _CHANNELS, _PEOPLE, _PICTURES = 48, 3, 8, 8 * 250
_INPUTS = _PIXELS * _PIXELS * _CHANNELS
_FLAT = (_PIXELS // 4) ** 2 * 64  # two poolings, and 64 maps
_NORMALISED = 32 + 32 + 64 + 64 + 200  # maps and neurons


def _convolutions(channels: int) -> int:
    """Parameters of the four convolutions with filters of 3 x 3, on pictures with so many channels."""
    maps = (channels, 32, 32, 64, 64)
    return sum(by_hand.convolution(before, 9, after) for before, after in pairwise(maps))


_FIRST = by_hand.dense(_INPUTS, 400)
_DENSE = by_hand.dense(_INPUTS, 400, 200, _PEOPLE)
_CNN = _convolutions(_CHANNELS) + 4 * _NORMALISED + by_hand.dense(_FLAT, 200, _PEOPLE)
_SHARE, _TESTED = 0.8, 400  # accuracy, and test pictures


def answers() -> dict[str, Any]:
    """Question id -> expected answer; for a model the name of the reference model."""
    return {
        "dense_model": "celebrity_dense",
        "first_params": _FIRST,
        "dense_params": _DENSE,
        "per_picture": _DENSE / _PICTURES,
        "why_overfits": "b",
        "cnn_model": "celebrity_cnn",
        "flatten_length": _FLAT,
        "cnn_params": _CNN,
        "cnn_frozen": 2 * _NORMALISED,
        "dense_share": by_hand.dense(_FLAT, 200) / _CNN,
        "margin": by_hand.margin(_SHARE, _TESTED),
        "suspects": _suspects(),
    }


def slips() -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    return _slips_of_the_dense_network() | _slips_of_the_cnn() | _slips_of_the_choice() | _slips_of_the_margin()


def follow_on(earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Question id -> answer that follows from the student's own earlier answers."""
    all_but_first_dense = _convolutions(_CHANNELS) + 4 * _NORMALISED + by_hand.dense(200, _PEOPLE)
    return following(
        {
            "first_params": lambda: earlier["dense_model"].of_kind("Dense")[0].parameters,
            "dense_params": [
                lambda: earlier["first_params"] + by_hand.dense(400, 200, _PEOPLE),
                lambda: earlier["dense_model"].parameters,
            ],
            "per_picture": lambda: earlier["dense_params"] / _PICTURES,
            "flatten_length": lambda: earlier["cnn_model"].of_kind("Flatten")[0].output_shape[1],
            "cnn_params": [
                lambda: all_but_first_dense + by_hand.dense(earlier["flatten_length"], 200),
                lambda: earlier["cnn_model"].parameters,
            ],
            "cnn_frozen": lambda: earlier["cnn_model"].parameters - earlier["cnn_model"].trainable,
            "dense_share": [
                lambda: by_hand.dense(earlier["flatten_length"], 200) / earlier["cnn_params"],
                lambda: earlier["cnn_model"].of_kind("Dense")[0].parameters / earlier["cnn_params"],
            ],
        }
    )


def _suspects() -> dict[str, Any] | None:
    """Training pictures that are known to be wrong or ambiguous, and the number of all; None where this is unknown."""
    if not _KNOWN.is_file():
        return None
    known = json.loads(_KNOWN.read_text(encoding="utf-8"))
    if not known.get("known", True):
        return None
    return {"wanted": sorted({*known["mislabelled"], *known["ambiguous"]}), "count": _PICTURES}


def _slips_of_the_dense_network() -> dict[str, list[Slip]]:
    one_neuron = message("Each of the 400 neurons has 48 x 48 x 3 = 6,912 weights and one bias.")
    one_layer = message("Each layer has (inputs + 1) x neurons: inputs 6,912, then 400, then 200.")
    biases = message("Add one bias for each neuron.")
    training_only = message("The network trains on only 2,000 pictures.")
    colours = message("A pixel has three colours, and each colour has its own weight.")
    return {
        "first_params": [
            Slip(_INPUTS * 400, message("The biases are missing."), one_neuron),
            Slip(by_hand.dense(_PIXELS * _PIXELS, 400), message("This is for greyscale pictures."), colours),
            Slip(_INPUTS * 400 + 1, message("You counted one bias for the whole layer."), one_neuron),
            Slip(_INPUTS * 400 + _INPUTS, message("You counted one bias for each input."), one_neuron),
            Slip(_INPUTS, message("This is the number of inputs."), one_neuron),
        ],
        "dense_params": [
            Slip(_DENSE - 400 - 200 - _PEOPLE, message("The biases are missing."), biases),
            Slip(
                by_hand.dense(_PIXELS * _PIXELS, 400, 200, _PEOPLE), message("This is for greyscale pictures."), colours
            ),
            Slip(_DENSE - by_hand.dense(200, _PEOPLE), message("The last layer is missing."), one_layer),
            Slip(_FIRST, message("This is only the first layer."), one_layer),
            Slip(
                by_hand.dense(_INPUTS, 400, 200, 10),
                message("This is for ten classes."),
                message("There are eight people."),
            ),
        ],
        "per_picture": [
            Slip(
                _PICTURES / _DENSE,
                message("This is the number of pictures per parameter."),
                message("Divide the parameters by the pictures."),
            ),
            Slip(
                _DENSE / 250,
                message("This is for 250 pictures."),
                message("There are 250 pictures of each of 8 people: 2,000."),
            ),
            Slip(_DENSE / (8 * 300), message("You also counted the validation pictures."), training_only),
            Slip(_DENSE / (8 * 350), message("You counted all pictures."), training_only),
            Slip(
                _FIRST / _PICTURES,
                message("These are only the parameters of the first layer."),
                message("Add up the parameters of all three layers."),
            ),
        ],
    }


def _slips_of_the_cnn() -> dict[str, list[Slip]]:
    same = message("With padding='same' the pictures stay 48 x 48. The two pooling layers halve that to 24, then 12.")
    normalisation = message(
        "Batch normalisation has four numbers for each map and neuron: scale, shift, moving mean and variance."
    )
    valid_side = ((_PIXELS - 4) // 2 - 4) // 2
    conv, dense = _convolutions(_CHANNELS), by_hand.dense(_FLAT, 200, _PEOPLE)
    measured = message("Count the moving mean and the moving variance of 32 + 32 + 64 + 64 maps and 200 neurons.")
    return {
        "flatten_length": [
            Slip(valid_side**2 * 64, message("This is the length without padding."), same),
            Slip((_PIXELS // 2) ** 2 * 64, message("You counted only one pooling layer."), same),
            Slip(_PIXELS**2 * 64, message("You did not count the pooling layers."), same),
            Slip(
                (_PIXELS // 4) ** 2,
                message("This is the number of values in one map."),
                message("Multiply by the 64 maps of the last convolution."),
            ),
            Slip(
                (_PIXELS // 4) ** 2 * 32,
                message("This is the length with 32 maps."),
                message("The last two convolutions have 64 filters."),
            ),
        ],
        "cnn_params": [
            Slip(conv + dense, message("Batch normalisation is missing."), normalisation),
            Slip(conv + 2 * _NORMALISED + dense, message("You counted only the trained parameters."), normalisation),
            Slip(conv + 4 * (_NORMALISED - 200) + dense, message("The last normalisation is missing."), normalisation),
            Slip(
                _convolutions(1) + 4 * _NORMALISED + dense,
                message("This is for greyscale pictures."),
                message("A filter of the first convolution has 3 x 3 x 3 weights and a bias."),
            ),
            Slip(
                conv + 4 * _NORMALISED + by_hand.dense(valid_side**2 * 64, 200, _PEOPLE),
                message("You used the length of the flattened vector without padding."),
                same,
            ),
        ],
        "cnn_frozen": [
            Slip(4 * _NORMALISED, message("These are all parameters of batch normalisation."), measured),
            Slip(2 * (_NORMALISED - 200), message("You left out the normalised neurons."), measured),
            Slip(_NORMALISED, message("You counted one number for each map and neuron."), measured),
            Slip(0, message("Keras says that some parameters are not trained."), measured),
        ],
        "dense_share": [
            Slip(
                by_hand.dense(_FLAT, 200, _PEOPLE) / _CNN,
                message("You counted both dense layers."),
                message("Count only the dense layer with 200 neurons."),
            ),
            Slip(
                1 - by_hand.dense(_FLAT, 200) / _CNN,
                message("This is the share of the other layers."),
                message("Divide the parameters of the dense layer by the total."),
            ),
            Slip(
                100 * by_hand.dense(_FLAT, 200) / _CNN,
                message("This is in percent."),
                message("Give a share between 0 and 1."),
            ),
        ],
    }


def _slips_of_the_choice() -> dict[str, list[Slip]]:
    look = message(
        "The network has more than 1,400 parameters for each picture, and no dropout, penalty or augmentation."
    )
    return {
        "why_overfits": [
            Slip("a", message("A learning rate that is too high also shows in training."), look),
            Slip(
                "c",
                message("With random letters instead of people it would learn the training pictures just as well."),
                look,
            ),
            Slip("d", message("This is the correct way to do it."), look),
        ]
    }


def _slips_of_the_margin() -> dict[str, list[Slip]]:
    error = sqrt(_SHARE * (1 - _SHARE) / _TESTED)
    return {
        "margin": [
            Slip(error, message("This is one standard error."), message("Multiply by 1.96 for 95 %.")),
            Slip(
                1.96 * _SHARE * (1 - _SHARE) / _TESTED,
                message("The square root is missing."),
                message("Take the square root of p (1 - p) / n."),
            ),
            Slip(
                2 * 1.96 * error,
                message("This is the whole width of the interval."),
                message("The question asks for half of that width."),
            ),
            Slip(196 * error, message("This is in percent."), message("Give a share: 1 % is 0.01.")),
        ]
    }


# ---- Where one may go wrong -----------------------------------------------------------------------------------------


def _dense_network() -> Network:
    return Network((_PIXELS, _PIXELS, _CHANNELS), [flatten(), dense(400), dense(200), dense(_PEOPLE)])


def _cnn() -> Network:
    """Two blocks of two convolutions, each with batch normalisation, and two dense layers."""
    first, second = (conv(32, 3, padded=True), norm()), (conv(64, 3, padded=True), norm())
    layers = [*first, *first, pool(), *second, *second, pool(), flatten(), dense(200), norm(), dense(_PEOPLE)]
    return Network((_PIXELS, _PIXELS, _CHANNELS), layers)


def methods() -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    net, cnn = _dense_network(), _cnn()
    return {
        "first_params": lambda erring: net.params(erring, 1),
        "dense_params": net.total,
        "per_picture": lambda erring: _per_picture(net, erring),
        "flatten_length": lambda erring: cnn.length(erring, 10),
        "cnn_params": cnn.total,
        "cnn_frozen": _frozen,
        "dense_share": lambda erring: cnn.share(erring, [11]),
        "margin": _half_width,
    }


def _per_picture(net: Network, erring: Erring) -> float:
    pictures = erring.pick(
        _PICTURES,
        {
            message("This is for each person, not for each picture."): _PEOPLE,
            message("This is for the pictures of one person."): _PICTURES // _PEOPLE,
            message("You divided by the test pictures."): 400,
        },
    )
    return net.total(erring) / pictures


def _frozen(erring: Erring) -> int:
    per_map = erring.pick(
        2,
        {
            message("You counted all four numbers of each map and neuron."): 4,
            message("You counted three numbers of each map and neuron."): 3,
            message("You counted one number of each map and neuron."): 1,
        },
    )
    maps = erring.pick(
        _NORMALISED,
        {
            message("You left out the normalised neurons."): _NORMALISED - 200,
            message("You counted only one normalisation in each block, but there are two."): 32 + 64 + 200,
            message("You counted only the normalised neurons."): 200,
            message("You also normalised the outputs."): _NORMALISED + _PEOPLE,
        },
    )
    return per_map * maps


def _half_width(erring: Erring) -> float:
    factor = erring.pick(
        1.96,
        {
            message("You used the factor 1.64, which is for 90 %; for 95 % it is 1.96."): 1.64,
            message("You used the factor 2.58, which is for 99 %; for 95 % it is 1.96."): 2.58,
            message("You rounded the factor to 2, but it is 1.96."): 2.0,
        },
    )
    pictures = erring.pick(
        _TESTED,
        {message("You counted the training pictures."): _PICTURES, message("The number of pictures is missing."): 1},
    )
    spread = erring.pick(
        _SHARE * (1 - _SHARE),
        {
            message("The factor 1 - p is missing."): _SHARE,
            message("The factor p is missing."): 1 - _SHARE,
            message("p * (1 - p) is missing."): 1.0,
        },
    )
    return factor * sqrt(spread / pictures)
