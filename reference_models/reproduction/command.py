"""`python -m reference_models --reproduce NAME`: train what is not stored yet, then write the page."""

from dataclasses import replace
from pathlib import Path

from grader.errors import InputError
from reference_models.reproduction import data, stored
from reference_models.reproduction.results import RESULTS, Recipe, Result


def reproduce(
    name: str,
    file: Path | None = None,
    recipes: tuple[str, ...] = (),
    seeds: int | None = None,
    epochs: int | None = None,
    threads: int = 1,
    folder: Path = stored.FOLDER,
) -> None:
    """Train a result with each of its recipes and seeds, and store each run once it is finished.

    Runs that are stored already are left out, so an interrupted command continues where it stopped.

    Args:
        name: A key of `RESULTS`.
        file: The images, where a recipe needs others than those of the course.
        recipes: Names of the recipes; all of the result if there are none.
        seeds: With how many seeds; by default as many as each recipe says.
        epochs: How many epochs; by default as many as each recipe says.
        threads: Threads of TensorFlow. With one, a seed gives the same curve each time.
        folder: Where runs are stored.

    Raises:
        InputError: There is no such recipe, or the images cannot be used.
    """
    chosen = [_changed(recipe, seeds, epochs) for recipe in _chosen(RESULTS[name], recipes)]
    images = {recipe.data: data.read(recipe.data, file) for recipe in chosen}
    digests = {source: data.digest(parts.arrays) for source, parts in images.items()}
    for recipe in chosen:
        for seed in range(1, recipe.seeds + 1):
            if any(run.is_of(recipe, seed, digests[recipe.data]) for run in stored.read(name, folder)):
                print(f"{name}, {recipe.name}, seed {seed}: is stored already", flush=True)
            else:
                _train(name, recipe, data.select(images[recipe.data], recipe.images, seed), seed, threads, folder)


def _train(name: str, recipe: Recipe, images: data.Images, seed: int, threads: int, folder: Path) -> None:
    from reference_models.reproduction import training  # TensorFlow, which takes seconds

    training.use_threads(threads)
    run = training.train(recipe, images, seed)
    stored.add(name, run, folder)
    print(
        f"{name}, {recipe.name}, seed {seed}: {run.test_accuracy:.4f} on test images after {recipe.epochs} epochs, "
        f"{run.processor_seconds} s of processor time",
        flush=True,
    )


def _chosen(result: Result, names: tuple[str, ...]) -> list[Recipe]:
    known = {recipe.name: recipe for recipe in result.recipes}
    for name in names:
        if name not in known:
            raise InputError(f"`--recipe` must be one of {', '.join(known)}. Received: {name}.")
    return [recipe for recipe in result.recipes if not names or recipe.name in names]


def _changed(recipe: Recipe, seeds: int | None, epochs: int | None) -> Recipe:
    return replace(recipe, seeds=seeds or recipe.seeds, epochs=epochs or recipe.epochs)
