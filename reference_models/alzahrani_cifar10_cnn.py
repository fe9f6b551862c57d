"""The batch-normalised CNN with ELU that Alzahrani trains on CIFAR-10."""

import keras
from keras import layers

SOURCE = "alzahrani-deep-learning-cnn, “A CNN example with Keras and CIFAR-10”"
TRAINED_BY = None  # CIFAR-10 is not part of the course, so nothing is measured on every machine


def build() -> keras.Model:
    """Three blocks of two convolutions, and one dense layer: 293,930 parameters, 896 of them not trainable.

    Source: alzahrani-deep-learning-cnn, slide "A CNN example with Keras and CIFAR-10", step 2. The
    first two blocks are padded, the third is not.

    Input shape:
        `(batch, 32, 32, 3)`: colour images, standardised per channel.

    Output shape:
        `(batch, 10)`: a probability for each class.

    Returns:
        A `keras.Sequential`, built but not compiled.

    Example:

    >>> build().count_params()
    293930
    """
    return keras.Sequential(
        [
            keras.Input(shape=(32, 32, 3)),
            *_block(1, filters=32, padding="same", dropout=0.2),
            *_block(2, filters=64, padding="same", dropout=0.2),
            *_block(3, filters=128, padding="valid", dropout=0.5),
            layers.Flatten(name="flatten"),
            layers.Dense(10, activation="softmax", name="dense"),
        ],
        name="alzahrani_cifar10_cnn",
    )


def _block(number: int, filters: int, padding: str, dropout: float) -> list[keras.layers.Layer]:
    return [
        layers.Conv2D(filters, (3, 3), padding=padding, name=f"conv{number}a"),
        layers.BatchNormalization(name=f"norm{number}a"),
        layers.Activation("elu", name=f"elu{number}a"),
        layers.Conv2D(filters, (3, 3), padding=padding, name=f"conv{number}b"),
        layers.BatchNormalization(name=f"norm{number}b"),
        layers.Activation("elu", name=f"elu{number}b"),
        layers.MaxPooling2D(pool_size=(2, 2), name=f"pool{number}"),
        layers.Dropout(dropout, name=f"dropout{number}"),
    ]
