"""The CNN that Alzahrani trains on MNIST."""

import keras
from keras import layers

SOURCE = "alzahrani-deep-learning-cnn, “A CNN example with Keras and MNIST”"
TRAINED_BY = "mnist-keras"


def build() -> keras.Model:
    """Two 3x3 convolutions, one 2x2 max pooling and two dense layers: 305,194 parameters.

    Source: alzahrani-deep-learning-cnn, slide "A CNN example with Keras and MNIST", step 2. What the
    slide calls `Convolution2D` is `Conv2D`.

    Input shape:
        `(batch, 28, 28, 1)`: grey images, scaled to 0..1 (the lecture feeds 0..255).

    Output shape:
        `(batch, 10)`: a probability for each digit.

    Returns:
        A `keras.Sequential`, built but not compiled.

    Example:

    >>> build().count_params()
    305194
    """
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(filters=32, kernel_size=(3, 3), name="conv1"),
            layers.Activation("relu", name="relu1"),
            layers.Conv2D(filters=32, kernel_size=(3, 3), name="conv2"),
            layers.Activation("relu", name="relu2"),
            layers.MaxPooling2D(pool_size=(2, 2), name="pool"),
            layers.Flatten(name="flatten"),
            layers.Dense(64, name="dense1"),
            layers.Activation("relu", name="relu3"),
            layers.Dense(10, name="dense2"),
            layers.Activation("softmax", name="softmax"),
        ],
        name="alzahrani_mnist_cnn",
    )
