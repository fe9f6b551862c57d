"""Counts of the parameters of a layer, right or with the mistakes that students make."""

from collections.abc import Sequence
from math import prod

from grader.model.mistakes import Erring
from grader.text.messages import Text, message

NO_BIASES = message("The biases are missing.")
ONE_BIAS = message("You counted only one bias.")
NO_DEPTH = message("You left out the depth of the input.")
ONE_FILTER = message("You counted only one filter.")


def convolution(erring: Erring, depth: int, window: Sequence[int], filters: int, places: Sequence[int] = ()) -> int:
    """Count weights and biases of a convolution: (product of the window * depth + 1) * filters.

    Args:
        erring: The mistakes that are made.
        depth: Maps of the input.
        window: Sides of a filter, in cells.
        filters: Number of filters.
        places: Numbers of places that a filter has, such as those of the input and of the output. They recognise
            the mistake of counting the weights again at each place.

    Returns:
        The number of parameters, 0 or more.

    Example:
        >>> convolution(Erring(), depth=1, window=(3, 3), filters=32)
        320
    """
    sides = list(window)
    area = erring.pick(prod(sides), _areas(sides))
    channels = _channels(erring, depth, filters)
    biases = erring.pick(
        filters,
        {
            NO_BIASES: 0,
            ONE_BIAS: 1,
            message("You counted a bias for each filter and each input map, but a filter has only one."): filters
            * depth,
            message("You counted a bias for each input map, but there is one bias for each filter."): depth,
            message("You counted the biases twice."): 2 * filters,
        },
    )
    if erring(ONE_FILTER):
        return area * channels + (1 if biases else 0)
    weights = area * channels * filters
    if erring(message("You swapped the depth of the input and the number of filters.")):
        return (area * filters + 1) * channels
    if erring(message("You added the depth of the input instead of multiplying by it.")):
        return (area + depth + 1) * filters
    if erring(message("You added depth and filters instead of multiplying them.")):
        return area * (channels + filters) + biases
    if erring(message("You added the 1 for the bias to the number of filters instead of the weights of a filter.")):
        return area * channels * (filters + 1)
    if erring(message("Brackets are missing: you multiplied only the 1 for the bias by the number of filters.")):
        return area * channels + filters
    if erring(message("You added the 1 for the bias to the depth, but it belongs to the whole filter.")):
        return area * (channels + 1) * filters
    for count in dict.fromkeys(places):
        if erring(
            message(
                ("You counted the weights again at each of {count} positions. A filter has only one set of weights."),
                count=count,
            )
        ):
            return (weights + biases) * count
        if erring(
            message("You counted the weights at each of {count} positions, and the biases only once.", count=count)
        ):
            return weights * count + biases
    return weights + biases


def convolution_weights(erring: Erring, depth: int, window: Sequence[int], filters: int) -> int:
    """Count the weights of a convolution without biases: product of the window * depth * filters.

    Args:
        erring: The mistakes that are made.
        depth: Maps of the input.
        window: Sides of a filter, in cells.
        filters: Number of filters.

    Returns:
        The number of parameters, 0 or more.

    Example:
        >>> convolution_weights(Erring(), depth=1, window=(3, 3), filters=32)
        288
    """
    sides = list(window)
    area = erring.pick(prod(sides), _areas(sides))
    channels = _channels(erring, depth, filters)
    if erring(message("You counted the biases, but this layer has none.")):
        return (area * channels + 1) * filters
    if erring(message("You subtracted only one bias, but each filter has one.")):
        return (area * channels + 1) * filters - 1
    return area * channels * (1 if erring(ONE_FILTER) else filters)


def _channels(erring: Erring, depth: int, filters: int) -> int:
    """The number of input maps that a student counts for a filter."""
    if depth == 1:
        return erring.pick(1, {message("This is for colour images: you assumed three input channels."): 3})
    wrong_depths: dict[Text, int] = {NO_DEPTH: 1}
    if filters != depth:
        wrong_depths[message("You used the number of filters as the depth.")] = filters
    if depth != 3:
        wrong_depths[message("You used a depth of 3, as for a colour image.")] = 3
    return erring.pick(depth, wrong_depths)


def _areas(sides: list[int]) -> dict[Text, int]:
    """Mistake -> the number of weights that it gives a filter for each map of the input."""
    areas: dict[Text, int] = {}
    if len(set(sides)) > 1:
        for side in sides:
            square = " x ".join([str(side)] * len(sides))
            areas[message("This is for filters of {sides}.", sides=square)] = side ** len(sides)
    if len(sides) == 1:
        square = f"{sides[0]} x {sides[0]}"
        areas[message("This is for filters of {sides}, but there is only one axis.", sides=square)] = sides[0] ** 2
    elif max(sides) > 1:
        areas[message("You left out one side of the filter.")] = sides[0] ** (len(sides) - 1)
        areas[message("You added the sides of the filter instead of multiplying them.")] = sum(sides)
    if max(sides) == 1 and len(sides) == 2:
        areas[message("This is for 3 x 3 filters.")] = 9
        areas[message("This is for 5 x 5 filters.")] = 25
    return areas


def dense(erring: Erring, inputs: int, units: int) -> int:
    """Count weights and biases of a dense layer: (inputs + 1) * units.

    Args:
        erring: The mistakes that are made.
        inputs: Values that each neuron reads.
        units: Neurons.

    Returns:
        The number of parameters, 0 or more.

    Example:
        >>> dense(Erring(), inputs=784, units=10)
        7850
    """
    biases = erring.pick(
        units,
        {
            NO_BIASES: 0,
            ONE_BIAS: 1,
            message("You counted a bias for each input instead of each neuron."): inputs,
            message("You counted a bias for each input and each neuron."): inputs + units,
            message("You counted the biases twice."): 2 * units,
            message("You counted a bias for each weight."): inputs * units,
        },
    )
    if erring(message("You counted only one neuron.")):
        return inputs + (1 if biases else 0)
    if erring(message("You added inputs and neurons instead of multiplying them.")):
        return inputs + units
    if erring(message("This is the number of neurons. Each neuron has a weight for each input.")):
        return units
    if erring(message("This is the number of inputs. Each neuron has a weight for each input.")):
        return inputs
    return inputs * units + biases


def normalisation(erring: Erring, maps: int) -> int:
    """Count all numbers of a batch normalisation: four for each map.

    Args:
        erring: The mistakes that are made.
        maps: Maps or neurons that are normalised.

    Returns:
        The number of parameters, trainable or not.

    Example:
        >>> normalisation(Erring(), maps=16)
        64
    """
    per_map = erring.pick(
        4,
        {
            message("You counted only two of the four numbers of each map."): 2,
            message("You counted only one of the four numbers of each map."): 1,
            message("You counted only three of the four numbers of each map."): 3,
            message("You left out batch normalisation."): 0,
        },
    )
    return per_map * erring.pick(maps, {message("You counted all maps as one."): 1})
