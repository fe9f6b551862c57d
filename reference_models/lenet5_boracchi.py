"""LeNet-5 as Boracchi's summary lists it."""

import keras
from keras import layers

SOURCE = "boracchi-cnn-2020, “model.summary()”"
TRAINED_BY = "lenet5"


def build() -> keras.Model:
    """Two convolutions, each with average pooling, and three dense layers: 61,706 parameters.

    Source: boracchi-cnn-2020, slide "model.summary()". The summary tells no activation; tanh is the
    one of the network of 1998.

    Input shape:
        `(batch, 28, 28, 1)`: grey images, scaled to 0..1.

    Output shape:
        `(batch, 10)`: a probability for each digit.

    Returns:
        A `keras.Sequential`, built but not compiled.

    Example:

    >>> build().count_params()
    61706
    """
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(6, (5, 5), padding="same", activation="tanh", name="conv1"),
            layers.AveragePooling2D((2, 2), name="pool1"),
            layers.Conv2D(16, (5, 5), activation="tanh", name="conv2"),
            layers.AveragePooling2D((2, 2), name="pool2"),
            layers.Flatten(name="flatten"),
            layers.Dense(120, activation="tanh", name="dense1"),
            layers.Dense(84, activation="tanh", name="dense2"),
            layers.Dense(10, activation="softmax", name="dense3"),
        ],
        name="lenet5_boracchi",
    )
