"""A small CNN for handwritten digits with all that Alzahrani lists to improve one."""

import keras
from keras import layers, regularizers

SOURCE = "alzahrani-deep-learning-cnn, “Improving the performance of CNNs”"
TRAINED_BY = "preprocessing-and-regularisation"


def build() -> keras.Model:
    """Augmentation, two blocks with weight decay and batch normalisation, dropout: 13,002 parameters.

    Source: alzahrani-deep-learning-cnn, slides "Improving the performance of CNNs" and "A CNN example with
    Keras and CIFAR-10", whose blocks (convolution, batch normalisation, activation, pooling, dropout) it makes
    smaller, for digits.

    Input shape:
        `(batch, 28, 28, 1)`: grey images, standardised per pixel.

    Output shape:
        `(batch, 10)`: a probability for each digit.

    Returns:
        A `keras.Sequential`, built but not compiled. 96 of its parameters are not trainable.

    Example:

    >>> build().count_params()
    13002
    """
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.RandomTranslation(0.1, 0.1, name="augmentation"),
            *_block(16, "1"),
            *_block(32, "2"),
            layers.Dropout(0.3, name="dropout"),
            layers.Flatten(name="flatten"),
            layers.Dense(10, activation="softmax", name="dense"),
        ],
        name="regularised_mnist_cnn",
    )


def _block(filters: int, number: str) -> list[keras.Layer]:
    return [
        layers.Conv2D(filters, (3, 3), kernel_regularizer=regularizers.L2(0.0001), name=f"conv{number}"),
        layers.BatchNormalization(momentum=0.9, name=f"normalisation{number}"),
        layers.Activation("relu", name=f"relu{number}"),
        layers.MaxPooling2D((2, 2), name=f"pool{number}"),
    ]
