"""The fully connected network of the course for the pictures of eight people."""

import keras
from keras import layers

from reference_models.recipe import Recipe

SOURCE = "sick-cas-dl-week4, “Homework: Do some real stuff”"
TRAINED_BY = None
RECIPE = Recipe(exercise="celebrities", epochs=30, batch=128)


def build() -> keras.Model:
    """Layers of 400, 200 and 8 units: 2,847,008 parameters, about 1,400 for each training picture.

    Source: sick-cas-dl-week4, slide "Homework: Do some real stuff"; the sizes are those with which the course
    printed its results.

    Input shape:
        `(batch, 48, 48, 3)`: colour pictures, standardised per pixel.

    Output shape:
        `(batch, 8)`: a probability for each person.

    Returns:
        A `keras.Sequential`, built but not compiled.

    Example:

    >>> build().count_params()
    2847008
    """
    return network((48, 48, 3), 8)


def network(shape: tuple[int, int, int], classes: int) -> keras.Model:
    """The same layers for other pictures.

    Args:
        shape: Height, width and channels of a picture.
        classes: How many people there are.

    Returns:
        A `keras.Sequential`, built but not compiled.
    """
    return keras.Sequential(
        [
            keras.Input(shape=shape),
            layers.Flatten(name="flatten"),
            layers.Dense(400, activation="relu", name="dense1"),
            layers.Dense(200, activation="relu", name="dense2"),
            layers.Dense(classes, activation="softmax", name="dense3"),
        ],
        name="celebrity_dense",
    )
