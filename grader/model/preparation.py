"""What a course puts into the sandbox before the first cell of a notebook runs."""

import hashlib
from dataclasses import dataclass

from grader.model.dataset import NOTEBOOK, DataSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What a notebook finds when it begins, besides the files of its exercise.

    Attributes:
        datasets: The data sets that it can load.
        startup: Code that runs in its namespace before its first cell; empty if there is none.
        packages: (name, version) of packages that it can import besides the usual ones. Without a version, the machine
            lacks the package.
        keras2: Whether names and arguments of Keras 2 are available.
        colab: Whether `google.colab` can be imported.
    """

    datasets: tuple[DataSet, ...] = ()
    startup: str = ""
    packages: tuple[tuple[str, str], ...] = ()
    keras2: bool = False
    colab: bool = False

    @property
    def names_beside_notebook(self) -> tuple[str, ...]:
        """The files and folders beside the notebook in which data sets are; no submitted file may have such a name."""
        places = [part.place.split("/") for dataset in self.datasets for part in dataset.parts]
        return tuple(sorted({path[1] for path in places if path[0] == NOTEBOOK}))

    @property
    def versions(self) -> tuple[tuple[str, str], ...]:
        """(name, version) of each part, as in the environment of a job: a digest for data."""
        versions = [(f"data set {dataset.name}", dataset.sha256[:12]) for dataset in self.datasets]
        versions += [(f"package {name}", version or "missing") for name, version in self.packages]
        if self.startup:
            versions.append(("start-up code", hashlib.sha256(self.startup.encode()).hexdigest()[:12]))
        if self.keras2:
            versions.append(("names of Keras 2", "available"))
        if self.colab:
            versions.append(("google.colab", "available"))
        return tuple(versions)


UNPREPARED = Preparation()
