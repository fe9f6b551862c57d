"""The CNN with a single convolution of 32 filters that Sick shows first."""

import keras
from keras import layers

SOURCE = "sick-cas-dl-week4, “Keras: A high level API with best practice defaults”"
TRAINED_BY = None


def build() -> keras.Model:
    """One padded 3x3 convolution and one dense layer: 251,210 parameters.

    Source: sick-cas-dl-week4, slide "Keras: A high level API with best practice defaults". What the
    slide calls `border_mode` is `padding` in Keras 3.

    Input shape:
        `(batch, 28, 28, 1)`: grey images.

    Output shape:
        `(batch, 10)`: a probability for each digit.

    Returns:
        A `keras.Sequential`, built but not compiled.

    Example:

    >>> build().count_params()
    251210
    """
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(32, (3, 3), padding="same", name="conv"),
            layers.Activation("relu", name="relu"),
            layers.Flatten(name="flatten"),
            layers.Dense(10, name="dense"),
            layers.Activation("softmax", name="softmax"),
        ],
        name="sick_one_convolution",
    )
