"""What the sandbox of an exercise is furnished with, from the settings of its course and its own."""

from grader.course.machine_needs import package_version
from grader.model.course_settings import CourseSettings
from grader.model.dataset import DataSource
from grader.model.exercise import Exercise
from grader.model.preparation import Preparation
from grader.storage.dataset_store import data_store


def prepare(settings: CourseSettings, exercise: Exercise) -> tuple[Preparation, tuple[str, ...]]:
    """Find what the notebooks of an exercise need.

    Returns:
        The preparation, with the data sets that are on this machine; and the names of those that are not.

    Raises:
        InputError: A data set is damaged.
    """
    store = data_store()
    datasets = {source.name: store.find(source) for source in sources_of(settings, exercise)}
    here = tuple(dataset for dataset in datasets.values() if dataset is not None)
    course = settings.environment
    preparation = Preparation(
        datasets=here,
        startup=course.startup,
        packages=tuple((name, package_version(name)) for name in course.packages),
        keras2=course.keras2,
        colab=course.colab,
    )
    return preparation, tuple(name for name, dataset in datasets.items() if dataset is None)


def sources_of(settings: CourseSettings, exercise: Exercise) -> tuple[DataSource, ...]:
    """The data sets of a course and of one of its exercises; that of the exercise where both have one of a name."""
    return tuple({source.name: source for source in (*settings.datasets, *exercise.datasets)}.values())
