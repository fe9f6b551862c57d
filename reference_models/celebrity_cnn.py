"""The convolutional network of the course for the pictures of eight people."""

import keras
from keras import layers

from reference_models.recipe import Recipe

SOURCE = "sick-cas-dl-week4, “Homework: Do some real stuff”"
TRAINED_BY = None
RECIPE = Recipe(exercise="celebrities", epochs=30, batch=128)


def build() -> keras.Model:
    """Four normalised convolutions and two dense layers: 1,912,144 parameters, 784 of them not trainable.

    Source: sick-cas-dl-week4, slide "Homework: Do some real stuff"; the sizes are those with which the course
    printed its results. Dropout stands where the slide "Exercise on setting up a simple CNN in keras" has it:
    0.25 after pooling, 0.5 before the last layer.

    Input shape:
        `(batch, 48, 48, 3)`: colour pictures, standardised per pixel.

    Output shape:
        `(batch, 8)`: a probability for each person.

    Returns:
        A `keras.Sequential`, built but not compiled.

    Example:

    >>> build().count_params()
    1912144
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
            *_block(1, filters=32),
            *_block(2, filters=64),
            layers.Flatten(name="flatten"),
            layers.Dense(200, name="dense1"),
            layers.BatchNormalization(name="norm3"),
            layers.Activation("relu", name="relu3"),
            layers.Dropout(0.5, name="dropout3"),
            layers.Dense(classes, activation="softmax", name="dense2"),
        ],
        name="celebrity_cnn",
    )


def _block(number: int, filters: int) -> list[keras.layers.Layer]:
    return [
        layers.Conv2D(filters, (3, 3), padding="same", name=f"conv{number}a"),
        layers.BatchNormalization(name=f"norm{number}a"),
        layers.Activation("relu", name=f"relu{number}a"),
        layers.Conv2D(filters, (3, 3), padding="same", name=f"conv{number}b"),
        layers.BatchNormalization(name=f"norm{number}b"),
        layers.Activation("relu", name=f"relu{number}b"),
        layers.MaxPooling2D(pool_size=(2, 2), name=f"pool{number}"),
        layers.Dropout(0.25, name=f"dropout{number}"),
    ]
