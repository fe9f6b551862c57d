"""Reference models of the lectures, and the facts measured from them.

Each model has a module of its own with

* `SOURCE`: the lecture and slide that it is taken from,
* `TRAINED_BY`: slug of the exercise whose solution trains it, or None,
* `RECIPE`: only if no solution trains it and it is measured all the same: a `recipe.Recipe`,
* `build()`: the model, not compiled, with its initial weights.

Importing this package imports neither Keras nor TensorFlow; `load` does. Marking reads `facts.json`, so it needs
neither:

    grader facts                             describe the layers again, keep the measured accuracies
    python -m reference_models --accuracy    measure the accuracies again; name models to measure only these
    python -m reference_models --reproduce   train what a lecture trained, and compare: see `reproduction/`
"""

from importlib import import_module
from types import ModuleType

NAMES = (
    "alzahrani_augmentation",
    "alzahrani_cifar10_cnn",
    "alzahrani_mnist_cnn",
    "boracchi_parcels_mlp",
    "boracchi_simple_cnn",
    "celebrity_careful",
    "celebrity_cnn",
    "celebrity_dense",
    "latent_mnist_cnn",
    "lenet5_boracchi",
    "lenet5_marques",
    "regularised_mnist_cnn",
    "sick_mnist_cnn",
    "sick_mnist_dense",
    "sick_mnist_dense_regularised",
    "sick_one_convolution",
)


def load(name: str) -> ModuleType:
    """The module of a reference model.

    Args:
        name: One of `NAMES`.

    Returns:
        The module, with `SOURCE`, `TRAINED_BY` and `build()`.

    Raises:
        KeyError: If there is no reference model of that name.
    """
    if name not in NAMES:
        raise KeyError(f"Argument `name` must be one of {NAMES}. Received: name={name!r}")
    return import_module(f"reference_models.{name}")
