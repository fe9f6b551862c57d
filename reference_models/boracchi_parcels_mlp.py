"""A network that sorts parcels by hand-crafted features."""

import keras
from keras import layers

SOURCE = "boracchi-cnn-2020, “Neural Networks”"
TRAINED_BY = "parcels"


def build() -> keras.Model:
    """One hidden layer of 32 neurons between eight features and three classes: 387 parameters.

    Source: boracchi-cnn-2020, slides "Neural Networks": the input layer is as long as the feature vector, the
    output layer has a neuron for each class. The slides leave the hidden layer open.

    Input shape:
        `(batch, 8)`: average height, area, three percentiles, perimeter and two diagonals, standardised.

    Output shape:
        `(batch, 3)`: a probability for envelope, parcel and double.

    Returns:
        A `keras.Sequential`, built but not compiled.

    Example:

    >>> build().count_params()
    387
    """
    return keras.Sequential(
        [
            keras.Input(shape=(8,)),
            layers.Dense(32, activation="relu", name="hidden"),
            layers.Dense(3, activation="softmax", name="classes"),
        ],
        name="boracchi_parcels_mlp",
    )
