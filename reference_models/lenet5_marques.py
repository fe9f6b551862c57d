"""LeNet-5 as Marques builds it: a 1x1 convolution where LeCun's network has one of 5x5."""

import keras
from keras import layers

SOURCE = "marques-intro-cnn-tf-keras, “CNNs with Tensorflow-Keras”"
TRAINED_BY = None


def build() -> keras.Model:
    """Three convolutions, two of them with average pooling, and two dense layers: 257,546 parameters.

    Source: marques-intro-cnn-tf-keras, slide "CNNs with Tensorflow-Keras". Its third convolution is
    1x1, so that 5x5 places are left to flatten; with one of 5x5 there would be 61,706 parameters.

    Input shape:
        `(batch, 28, 28, 1)`: grey images, scaled to 0..1.

    Output shape:
        `(batch, 10)`: a probability for each digit.

    Returns:
        A `keras.Sequential`, built but not compiled.

    Example:

    >>> build().count_params()
    257546
    """
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(6, (5, 5), padding="same", activation="relu", name="conv1"),
            layers.AveragePooling2D((2, 2), name="pool1"),
            layers.Conv2D(16, (5, 5), activation="relu", name="conv2"),
            layers.AveragePooling2D((2, 2), name="pool2"),
            layers.Conv2D(120, (1, 1), activation="relu", name="conv3"),
            layers.Flatten(name="flatten"),
            layers.Dense(84, activation="relu", name="dense1"),
            layers.Dense(10, activation="softmax", name="dense2"),
        ],
        name="lenet5_marques",
    )
