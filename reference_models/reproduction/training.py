"""One training: a recipe, images and a seed -> a curve and the accuracy on test images."""

import contextlib
import time
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from reference_models import alzahrani_augmentation, load
from reference_models.reproduction.data import Array, Images
from reference_models.reproduction.results import Recipe
from reference_models.reproduction.stored import Run, machine


def use_threads(number: int) -> None:
    """Limit TensorFlow to threads of the processor: with one, the same seed gives the same curve each time.

    In a process that has trained before, the number of threads stays as it was.
    """
    with contextlib.suppress(RuntimeError):
        tf.config.threading.set_intra_op_parallelism_threads(number)
        tf.config.threading.set_inter_op_parallelism_threads(number)


def train(recipe: Recipe, images: Images, seed: int) -> Run:
    """Train a network by a recipe.

    Args:
        recipe: The recipe.
        images: Its images.
        seed: Of Python, NumPy and TensorFlow.

    Returns:
        The curve with one value for each epoch, and loss and accuracy on the test images after the last one.
    """
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    training, validation, test = (
        (prepared(inputs, images.training[0], recipe.pixels), np.eye(images.classes, dtype=np.float32)[labels])
        for inputs, labels in (images.training, images.validation, images.test)
    )
    network = _network(recipe, training[0].shape[1:], images.classes)
    network.compile(
        optimizer=keras.optimizers.get(
            {"class_name": recipe.optimizer, "config": {"learning_rate": recipe.rate}},
        ),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    )
    wall, processor = time.perf_counter(), time.process_time()
    history = network.fit(
        *training, batch_size=recipe.batch, epochs=recipe.epochs, validation_data=validation, verbose=0
    ).history
    loss, accuracy = network.evaluate(*test, batch_size=256, verbose=0)
    return Run(
        recipe=recipe.name,
        seed=seed,
        settings=recipe.settings(),
        data=images.file,
        sha256=images.sha256,
        curve={name: [round(float(value), 4) for value in values] for name, values in history.items()},
        test_loss=round(float(loss), 4),
        test_accuracy=round(float(accuracy), 4),
        seconds=round(time.perf_counter() - wall),
        processor_seconds=round(time.process_time() - processor),
        machine=machine(tf.config.threading.get_intra_op_parallelism_threads()),
    )


def prepared(inputs: Array, training: Array, pixels: str) -> Array:
    """Images as the network gets them.

    Args:
        inputs: Images (n, height, width, channels) with pixels from 0 to 255.
        training: The training images.
        pixels: As in `Recipe`.

    Returns:
        Images of the same shape, float32.
    """
    if pixels == "raw":
        return inputs.astype(np.float32)
    scaled = inputs.astype(np.float32) / np.float32(255)
    if pixels == "scaled":
        return scaled
    axes = (0,) if pixels == "standardised" else (0, 1, 2)
    known = training.astype(np.float32) / np.float32(255)
    mean, deviation = known.mean(axis=axes, dtype=np.float64), known.std(axis=axes, dtype=np.float64)
    return ((scaled - mean) / (deviation + 0.0001)).astype(np.float32)


def _network(recipe: Recipe, shape: tuple[int, ...], classes: int) -> Any:
    """The network of a recipe, for images of a shape: a dense one gets them as rows."""
    module = load(recipe.network)
    network = module.network(shape, classes) if hasattr(module, "network") else module.build()
    parts = [keras.Input(shape=shape)]
    if recipe.changed:
        parts.append(alzahrani_augmentation.build())
    if len(network.input_shape) == 2:
        parts.append(keras.layers.Flatten())
    return keras.Sequential([*parts, network]) if len(parts) > 1 else network
