"""A small CNN for handwritten digits whose last hidden layer serves as a latent representation."""

import keras
from keras import layers

SOURCE = "boracchi-cnn-2020, “Latent representation in CNNs”"
TRAINED_BY = "feature-maps"


def build() -> keras.Model:
    """Two convolutions with pooling and a latent layer of 32 values: 14,410 parameters.

    Source: boracchi-cnn-2020, slide "Latent representation in CNNs", which takes the vector right before the
    classifier of a far larger network; this one fits digits and a laptop.

    Input shape:
        `(batch, 28, 28, 1)`: grey images scaled to 0..1.

    Output shape:
        `(batch, 10)`: a probability for each digit. The layer `latent` gives `(batch, 32)`.

    Returns:
        A `keras.Sequential`, built but not compiled.

    Example:

    >>> build().count_params()
    14410
    """
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(8, (3, 3), activation="relu", name="conv1"),
            layers.MaxPooling2D((2, 2), name="pool1"),
            layers.Conv2D(16, (3, 3), activation="relu", name="conv2"),
            layers.MaxPooling2D((2, 2), name="pool2"),
            layers.Flatten(name="flatten"),
            layers.Dense(32, activation="relu", name="latent"),
            layers.Dense(10, activation="softmax", name="digits"),
        ],
        name="latent_mnist_cnn",
    )
