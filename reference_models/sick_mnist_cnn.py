"""The small CNN for handwritten digits of Sick's fill-in exercise."""

import keras
from keras import layers

SOURCE = "sick-cas-dl-week4, “Exercise on setting up a simple CNN in keras”"
TRAINED_BY = "keras-cnn"


def build() -> keras.Model:
    """Two 3x3 convolutions, one 2x2 max pooling and two dense layers: 600,810 parameters.

    Source: sick-cas-dl-week4, slide "Exercise on setting up a simple CNN in keras". The slide
    passes the size of the images to the first convolution; Keras 3 wants an `Input` for it.

    Input shape:
        `(batch, 28, 28, 1)`: grey images, standardised per pixel.

    Output shape:
        `(batch, 10)`: a probability for each digit.

    Returns:
        A `keras.Sequential`, built but not compiled.

    Example:

    >>> build().count_params()
    600810
    """
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(filters=32, kernel_size=(3, 3), name="conv1"),
            layers.Activation("relu", name="relu1"),
            layers.Conv2D(filters=32, kernel_size=(3, 3), name="conv2"),
            layers.Activation("relu", name="relu2"),
            layers.MaxPooling2D(pool_size=(2, 2), name="pool"),
            layers.Dropout(0.25, name="dropout1"),
            layers.Flatten(name="flatten"),
            layers.Dense(128, name="dense1"),
            layers.Activation("relu", name="relu3"),
            layers.Dropout(0.5, name="dropout2"),
            layers.Dense(10, name="dense2"),
            layers.Activation("softmax", name="softmax"),
        ],
        name="sick_mnist_cnn",
    )
