"""The fully connected network for handwritten digits that Sick's recapitulation of Keras builds."""

import keras
from keras import layers

SOURCE = "sick-cas-dl-week4, “Keras: gives nice summary of model architecture”"
TRAINED_BY = None


def build() -> keras.Model:
    """Two hidden layers of 500 and 50 sigmoid units: 418,060 parameters.

    Source: sick-cas-dl-week4, slides "Keras: A high level API with best practice defaults" and
    "Keras: gives nice summary of model architecture". The slide gives the size of the input to the
    first layer as `batch_input_shape`; Keras 3 wants an `Input` for it.

    Input shape:
        `(batch, 784)`: grey images of 28 x 28 pixels, unrolled.

    Output shape:
        `(batch, 10)`: a probability for each digit.

    Returns:
        A `keras.Sequential`, built but not compiled.

    Example:

    >>> build().count_params()
    418060
    """
    return keras.Sequential(
        [
            keras.Input(shape=(784,)),
            layers.Dense(500, name="dense1"),
            layers.Activation("sigmoid", name="sigmoid1"),
            layers.Dense(50, name="dense2"),
            layers.Activation("sigmoid", name="sigmoid2"),
            layers.Dense(10, activation="softmax", name="dense3"),
        ],
        name="sick_mnist_dense",
    )
