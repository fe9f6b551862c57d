"""How many parameters a layer has."""

from collections.abc import Sequence
from math import prod

from grader.model.mistakes import Erring
from grader.text.messages import Text, message

NO_BIASES = message("The biases are missing.")
ONE_BIAS = message("There is only one bias.")
NO_DEPTH = message("The depth of the input was left out.")
ONE_FILTER = message("Only one filter was counted.")


def convolution(
    erring: Erring, depth: int, window: Sequence[int], filters: int, places: Sequence[int] = (), units: int = 1
) -> int:
    """Weights and biases of a convolution: (product of the window * depth + 1) * filters.

    Args:
        erring: The mistakes that are made.
        depth: Maps of the input.
        window: Sides of a filter.
        filters: How many there are.
        places: Numbers of places that a filter has, such as those of the input and of the output; weights
            that are counted anew at each place are told by them.
        units: What else the result is multiplied by.
    """
    sides = list(window)
    area = erring.pick(prod(sides), _areas(sides))
    if depth == 1:
        deep = erring.pick(1, {message("This is for colour images: the input was taken to have three channels."): 3})
    else:
        others = {message("The depth was taken to be the number of filters."): filters} if filters != depth else {}
        if depth != 3:
            others[message("The depth was taken to be 3, as for a colour image.")] = 3
        deep = erring.pick(depth, {NO_DEPTH: 1, **others})
    biases = erring.pick(
        filters,
        {
            NO_BIASES: 0,
            ONE_BIAS: 1,
            message("There is a bias for each filter and each input map; a filter has a single one."): filters * depth,
            message("There is a bias for each input map; each filter has a single one."): depth,
            message("The biases were counted twice."): 2 * filters,
        },
    )
    if erring(ONE_FILTER):
        return area * deep + (1 if biases else 0)
    weights = area * deep * filters
    if erring(message("Depth of the input and number of filters were exchanged.")):
        return (area * filters + 1) * deep
    if erring(message("The depth of the input was added instead of multiplied.")):
        return (area + depth + 1) * filters
    if erring(message("The 1 for the bias was added to the filters instead of the weights of a filter.")):
        return area * deep * (filters + 1)
    if erring(message("Brackets are missing: only the 1 for the bias was multiplied by the filters.")):
        return area * deep + filters
    if erring(message("The 1 for the bias was added to the depth; it belongs to the whole filter.")):
        return area * (deep + 1) * filters
    for count in dict.fromkeys(places):
        if erring(
            message("The weights were counted anew at each of {count} places; a filter has them once.", count=count)
        ):
            return (weights + biases) * count
        if erring(message("The weights were counted at each of {count} places, the biases only once.", count=count)):
            return weights * count + biases
    return (weights + biases) * units


def _areas(sides: list[int]) -> dict[Text, int]:
    found: dict[Text, int] = {}
    if len(set(sides)) > 1:
        for side in sides:
            square = " x ".join([str(side)] * len(sides))
            found[message("This is for filters of {sides}.", sides=square)] = side ** len(sides)
    if len(sides) == 1:
        square = f"{sides[0]} x {sides[0]}"
        found[message("This is for filters of {sides}; there is one axis only.", sides=square)] = sides[0] ** 2
    elif max(sides) > 1:
        found[message("One side of the filter was left out.")] = sides[0] ** (len(sides) - 1)
        found[message("The sides of the filter were added instead of multiplied.")] = sum(sides)
    if max(sides) == 1 and len(sides) == 2:
        found[message("This is for 3 x 3 filters.")] = 9
        found[message("This is for 5 x 5 filters.")] = 25
    return found


def dense(erring: Erring, inputs: int, units: int) -> int:
    """Weights and biases of a dense layer: (inputs + 1) * units.

    Args:
        erring: The mistakes that are made.
        inputs: Values that each neuron reads.
        units: Neurons.
    """
    biases = erring.pick(
        units,
        {
            NO_BIASES: 0,
            ONE_BIAS: 1,
            message("A bias was counted for each input instead of each neuron."): inputs,
            message("A bias was counted for each input and each neuron."): inputs + units,
            message("The biases were counted twice."): 2 * units,
            message("There is a bias for each weight."): inputs * units,
        },
    )
    if erring(message("Only one neuron was counted.")):
        return inputs + (1 if biases else 0)
    if erring(message("Inputs and neurons were added instead of multiplied.")):
        return inputs + units
    if erring(message("These are the neurons; each has a weight for each input.")):
        return units
    if erring(message("These are the inputs; each neuron has a weight for each of them.")):
        return inputs
    return inputs * units + biases


def normalisation(erring: Erring, maps: int) -> int:
    """All numbers of a batch normalisation: four for each map.

    Args:
        erring: The mistakes that are made.
        maps: Maps or neurons that are normalised.
    """
    each = erring.pick(
        4,
        {
            message("Only two of the four numbers of each map were counted."): 2,
            message("Only one of the four numbers of each map was counted."): 1,
            message("Only three of the four numbers of each map were counted."): 3,
            message("Batch normalisation was left out."): 0,
        },
    )
    return each * erring.pick(maps, {message("The maps were counted as one."): 1})
