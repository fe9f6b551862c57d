"""The random changes of the training images that Alzahrani uses on CIFAR-10."""

import keras
from keras import layers

SOURCE = "alzahrani-deep-learning-cnn, “A CNN example with Keras and CIFAR-10”"
TRAINED_BY = None


def build() -> keras.Model:
    """Mirror, turn by up to 90 degrees either way, shift by up to a tenth: no parameters.

    Source: alzahrani-deep-learning-cnn, slide "A CNN example with Keras and CIFAR-10", step 1, where an
    `ImageDataGenerator` does it. Keras 3 has layers for it. A rotation is given there as a share of a full
    turn, and what comes in from outside is the nearest pixel only when that is said.

    Input shape:
        `(batch, 32, 32, 3)`: colour images.

    Output shape:
        `(batch, 32, 32, 3)`: the images, changed at random in training, else as they are.

    Returns:
        A `keras.Sequential`, built but not compiled.

    Example:

    >>> build().count_params()
    0
    """
    return keras.Sequential(
        [
            keras.Input(shape=(32, 32, 3)),
            layers.RandomFlip("horizontal", name="mirror"),
            layers.RandomRotation(90 / 360, fill_mode="nearest", name="turn"),
            layers.RandomTranslation(0.1, 0.1, fill_mode="nearest", name="shift"),
        ],
        name="alzahrani_augmentation",
    )
