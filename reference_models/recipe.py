"""Training a reference model by a recipe of a few numbers, for models that no solution trains."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parent.parent
SEEDS = (1, 2, 3, 4, 5)

Arrays = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """The recipe with which a model is trained on the public images of an exercise.

    Attributes:
        exercise: Slug of the exercise. Its images are standardised per pixel, by mean and standard deviation of
            the training images.
        epochs: How often each training image is seen.
        batch: Images in a batch.
        rate: Learning rate of Adam.
        falling: Whether the rate falls to 0 along half a cosine.
        smoothing: Of the labels, 0 to 1.
    """

    exercise: str
    epochs: int
    batch: int
    rate: float = 0.001
    falling: bool = False
    smoothing: float = 0.0


def measure(model: Any, seeds: tuple[int, ...] = SEEDS) -> dict[str, Any]:
    """Train a model by its recipe, once for each seed.

    Args:
        model: A module of a reference model with a `RECIPE`.
        seeds: Seeds of Python, NumPy and TensorFlow.

    Returns:
        `exercise`, `heldout` (file name), `seeds`, and for held-out images `values` (accuracy for each seed, between 0
        and 1), `min`, `mean` and `std` (with n - 1 in the denominator); the last four again in `validation`
        and `training`, for these images.

    Raises:
        FileNotFoundError: The images have not been made.
    """
    recipe: Recipe = model.RECIPE
    arrays = read(recipe.exercise)
    accuracies_by_seed = [train(model, arrays, seed) for seed in seeds]
    return {
        "exercise": recipe.exercise,
        "heldout": f"{recipe.exercise}.npz",
        "seeds": list(seeds),
        **_spread([accuracies["heldout"] for accuracies in accuracies_by_seed]),
        "validation": _spread([accuracies["validation"] for accuracies in accuracies_by_seed]),
        "training": _spread([accuracies["training"] for accuracies in accuracies_by_seed]),
    }


def read(exercise: str) -> Arrays:
    """Public and held-out arrays of an exercise, by their names in the files."""
    arrays: Arrays = {}
    for room, folder in (("exercises", "data"), ("solutions", "heldout")):
        path = ROOT / room / exercise / folder / f"{exercise}.npz"
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing. To create it, run `grader data make {exercise}`.")
        with np.load(path, allow_pickle=False) as data:
            arrays.update({name: data[name] for name in data.files})
    return arrays


def train(model: Any, arrays: Arrays, seed: int) -> dict[str, float]:
    """Train a model by its recipe.

    Args:
        model: A module of a reference model with a `RECIPE`.
        arrays: `x_train` (n, h, w, 3) and `y_train` (n,), `x_valid` and `y_valid`, and the held-out `inputs` and
            `labels`.
        seed: Of Python, NumPy and TensorFlow.

    Returns:
        Accuracy after the last epoch, between 0 and 1, on `training`, `validation` and `heldout` images.
    """
    import keras

    recipe: Recipe = model.RECIPE
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    mean = arrays["x_train"].mean(axis=0, dtype=np.float32)
    deviation = arrays["x_train"].std(axis=0, dtype=np.float32) + np.float32(0.0001)
    parts = {"training": ("x_train", "y_train"), "validation": ("x_valid", "y_valid"), "heldout": ("inputs", "labels")}
    sets = {
        part: ((arrays[images].astype(np.float32) - mean) / deviation, arrays[labels])
        for part, (images, labels) in parts.items()
    }
    inputs, labels = sets["training"]
    network = model.build()
    classes = network.output_shape[-1]
    steps = recipe.epochs * -(-len(inputs) // recipe.batch)
    rate = keras.optimizers.schedules.CosineDecay(recipe.rate, steps) if recipe.falling else recipe.rate
    network.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss=keras.losses.CategoricalCrossentropy(label_smoothing=recipe.smoothing),
    )
    network.fit(inputs, np.eye(classes)[labels], batch_size=recipe.batch, epochs=recipe.epochs, verbose=0)
    return {
        part: float(np.mean(network.predict(images, batch_size=256, verbose=0).argmax(axis=1) == true))
        for part, (images, true) in sets.items()
    }


def _spread(values: list[float]) -> dict[str, Any]:
    return {
        "values": [round(value, 4) for value in values],
        "min": round(min(values), 4),
        "mean": round(float(np.mean(values)), 4),
        "std": round(float(np.std(values, ddof=1)), 4),
    }
