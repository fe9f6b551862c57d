"""The finished trainings of a result as JSON: one file for each result, written after each training."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from grader.errors import InputError
from grader.storage import atomic, codec
from reference_models.reproduction.results import Recipe

FOLDER = Path(__file__).resolve().parents[1] / "measured"
_CURVES = {"loss", "accuracy", "val_loss", "val_accuracy"}


@dataclass(frozen=True, slots=True)
class Run:
    """One training.

    Attributes:
        recipe: Name of the recipe.
        seed: The seed.
        settings: All that the recipe says about the training.
        data: Name of the file with the images.
        sha256: Digest of the images and labels in it.
        curve: `loss`, `accuracy`, `val_loss` and `val_accuracy` -> a value for each epoch.
        test_loss: After the last epoch.
        test_accuracy: After the last epoch, between 0 and 1.
        seconds: How long the training took.
        processor_seconds: Processor time of the training.
        machine: Where it was trained, as `machine` describes it.
    """

    recipe: str
    seed: int
    settings: Mapping[str, Any]
    data: str
    sha256: str
    curve: Mapping[str, Sequence[float]]
    test_loss: float
    test_accuracy: float
    seconds: int
    processor_seconds: int
    machine: Mapping[str, Any]

    @property
    def is_complete(self) -> bool:
        """Whether each curve has a value for each epoch, and the settings say what was trained."""
        epochs = self.settings.get("epochs")
        return (
            {"network", "images"} <= set(self.settings)
            and set(self.curve) == _CURVES
            and {len(values) for values in self.curve.values()} == {epochs}
        )

    def is_of(self, recipe: Recipe, seed: int, sha256: str) -> bool:
        """Whether this is the training of a recipe as it is now, with these images."""
        return (self.seed, self.settings, self.sha256) == (
            seed,
            recipe.settings(),
            sha256,
        ) and self.recipe == recipe.name


@dataclass(frozen=True, slots=True)
class _Document:
    """What a file contains."""

    runs: tuple[Run, ...]


def read(name: str, folder: Path = FOLDER) -> list[Run]:
    """The stored runs of a result, in the order of their recipes and seeds; none if there is no file.

    Raises:
        InputError: The file is damaged.
    """
    path = folder / f"{name}.json"
    try:
        runs = list(codec.decode(_Document, path.read_bytes()).runs)
        if not all(run.is_complete for run in runs):
            raise ValueError("a run is not complete")
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: does not contain stored runs. Correct the file, or delete it.") from error
    return runs


def add(name: str, run: Run, folder: Path = FOLDER) -> None:
    """Store a run; it replaces the one with the same recipe and seed.

    Raises:
        InputError: The file is damaged, or cannot be written.
    """
    others = [other for other in read(name, folder) if (other.recipe, other.seed) != (run.recipe, run.seed)]
    runs = sorted([*others, run], key=lambda one: (one.recipe, one.seed))
    content = {
        "result": name,
        "command": f"python -m reference_models --reproduce {name}",
        "runs": [asdict(one) for one in runs],
    }
    path = folder / f"{name}.json"
    try:
        atomic.write(path, (_compact(content) + "\n").encode())
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}. Check the folder and the disk.") from error


def machine(threads: int) -> dict[str, Any]:
    """The kind of this machine, the threads of TensorFlow, and the versions that take part in a training."""
    models = Path("/proc/cpuinfo")
    lines = models.read_text(encoding="utf-8").splitlines() if models.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": names[0] if names else platform.machine(),
        "cores": os.cpu_count(),
        "threads": threads,
        "system": platform.system(),
        "python": platform.python_version(),
        **{package: version(package) for package in ("keras", "tensorflow", "numpy")},
    }


def _compact(content: Any) -> str:
    """JSON with each run and each curve on a few lines, so that a diff is easy to read."""
    text = json.dumps(content, indent=1, ensure_ascii=False)
    kept: list[str] = []
    in_list = False
    for line in text.splitlines():
        bare = line.strip()
        if in_list:
            kept[-1] += bare if bare[0] == "]" else f"{bare} " if bare[-1] == "," else bare
            in_list = bare[0] != "]"
        else:
            kept.append(line)
            in_list = bare.endswith("[") and not bare.startswith('"runs"')
    return "\n".join(kept)
