"""A small network with changed copies of the pictures, for the pictures of eight people."""

import keras
from keras import layers

from reference_models.recipe import Recipe

SOURCE = "alzahrani-deep-learning-cnn, “Improving the performance of CNNs”"
TRAINED_BY = None
RECIPE = Recipe(exercise="celebrities", epochs=45, batch=32, rate=0.003, falling=True, smoothing=0.1)


def build() -> keras.Model:
    """Changed copies, four small blocks and the mean of each map: 80,376 parameters, 416 of them not trainable.

    Source: the task is sick-cas-dl-week4, slide "Homework: Do some real stuff"; the means are those that
    alzahrani-deep-learning-cnn lists under "Improving the performance of CNNs". The means over each map leave
    no weight to where on the picture something is.

    Input shape:
        `(batch, 48, 48, 3)`: colour pictures, standardised per pixel.

    Output shape:
        `(batch, 8)`: a probability for each person.

    Returns:
        A `keras.Sequential`, built but not compiled.

    Example:

    >>> build().count_params()
    80376
    """
    return keras.Sequential(
        [
            keras.Input(shape=(48, 48, 3)),
            layers.RandomFlip("horizontal", name="mirror"),
            layers.RandomTranslation(0.1, 0.1, fill_mode="nearest", name="shift"),
            layers.RandomZoom(0.15, fill_mode="nearest", name="zoom"),
            *_block(1, filters=16),
            *_block(2, filters=32),
            *_block(3, filters=64),
            *_block(4, filters=96, pooled=False),
            layers.GlobalAveragePooling2D(name="mean"),
            layers.Dropout(0.3, name="dropout"),
            layers.Dense(8, activation="softmax", name="dense"),
        ],
        name="celebrity_careful",
    )


def _block(number: int, filters: int, pooled: bool = True) -> list[keras.layers.Layer]:
    pooling = [layers.MaxPooling2D((2, 2), name=f"pool{number}")] if pooled else []
    return [
        layers.Conv2D(filters, (3, 3), padding="same", use_bias=False, name=f"conv{number}"),
        layers.BatchNormalization(momentum=0.9, name=f"norm{number}"),
        layers.Activation("relu", name=f"relu{number}"),
        *pooling,
    ]
