"""What a course puts into the sandbox before the first cell of a notebook runs."""

from dataclasses import dataclass

from grader.model.dataset import DataSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What a notebook finds when it begins, besides the files of its exercise.

    Attributes:
        datasets: The data sets that it can load.
    """

    datasets: tuple[DataSet, ...] = ()

    @property
    def versions(self) -> tuple[tuple[str, str], ...]:
        """(name, version) of each part, as in the environment of a job: a digest for data."""
        return tuple((f"data set {dataset.name}", dataset.sha256[:12]) for dataset in self.datasets)


UNPREPARED = Preparation()
