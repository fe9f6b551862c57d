"""The very simple CNN of Boracchi, built as its code says."""

import keras
from keras import layers

SOURCE = "boracchi-cnn-2020, “A very simple CNN”"
TRAINED_BY = None


def build() -> keras.Model:
    """One convolution, one max pooling and one dense layer: 108,810 parameters.

    Source: boracchi-cnn-2020, slide "A very simple CNN". The summary that the lecture prints, on
    "Visualizing the model", is that of a network without the pooling: 433,290 parameters.

    Input shape:
        `(batch, 28, 28, 1)`: grey images.

    Output shape:
        `(batch, 10)`: a probability for each class.

    Returns:
        A `keras.Sequential`, built but not compiled.

    Example:

    >>> build().count_params()
    108810
    """
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(filters=64, kernel_size=3, activation="relu", name="conv"),
            layers.MaxPooling2D(pool_size=(2, 2), name="pool"),
            layers.Flatten(name="flatten"),
            layers.Dense(10, activation="softmax", name="dense"),
        ],
        name="boracchi_simple_cnn",
    )
