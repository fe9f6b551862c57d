"""The same fully connected network with what the homework of Sick's lecture found best."""

import keras
from keras import layers

SOURCE = "sick-cas-dl-week4, “Home work - main result”"
TRAINED_BY = "dense-mnist"


def build() -> keras.Model:
    """500 and 50 ReLU units with batch normalisation and dropout: 420,260 parameters, 1,100 of them not trainable.

    Source: sick-cas-dl-week4, slide "Home work - main result", which names random initial weights,
    ReLU, dropout and batch normalisation, but prints no code. The rate of dropout and the order of
    the layers are the exercise's; the notes "CNN using Keras" put the normalisation before or after the activation.

    Input shape:
        `(batch, 784)`: grey images of 28 x 28 pixels, unrolled, from 0 to 1.

    Output shape:
        `(batch, 10)`: a probability for each digit.

    Returns:
        A `keras.Sequential`, built but not compiled.

    Example:

    >>> build().count_params()
    420260
    """
    return keras.Sequential(
        [
            keras.Input(shape=(784,)),
            layers.Dense(500, kernel_initializer="he_normal", name="dense1"),
            layers.BatchNormalization(name="norm1"),
            layers.Activation("relu", name="relu1"),
            layers.Dropout(0.3, name="dropout1"),
            layers.Dense(50, kernel_initializer="he_normal", name="dense2"),
            layers.BatchNormalization(name="norm2"),
            layers.Activation("relu", name="relu2"),
            layers.Dropout(0.3, name="dropout2"),
            layers.Dense(10, name="dense3"),
            layers.Activation("softmax", name="softmax"),
        ],
        name="sick_mnist_dense_regularised",
    )
