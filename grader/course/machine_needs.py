"""What a course needs of the machine that runs its notebooks, and what a machine lacks of it."""

from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import packages_distributions, version
from importlib.util import find_spec

from grader.course.layout import Course
from grader.course.settings import read_settings
from grader.course.specification import read_exercise
from grader.errors import SpecificationError
from grader.model.preparation import Preparation
from grader.storage.dataset_store import data_store


def package_version(name: str) -> str:
    """Version of the package that a notebook imports by this name; empty if it cannot be imported.

    Args:
        name: Name of a module, such as `sklearn`, which is part of the package scikit-learn.
    """
    if find_spec(name.partition(".")[0]) is None:
        return ""
    distributions = packages_distributions().get(name.partition(".")[0], [])
    return version(distributions[0]) if distributions else "built in"


def lacked_by_course(course: Course) -> list[str]:
    """One line for each package or data set of a course that this machine lacks, with the remedy.

    Exercises that are not valid are left out.
    """
    names = set[str]()
    for slug in course.slugs():
        with suppress(SpecificationError):
            names |= {source.name for source in read_exercise(course, slug).datasets}
    return lacked_by_settings(course, names)


def lacked_by_settings(course: Course, datasets: Iterable[str]) -> list[str]:
    """The same for a course whose exercises have been read already.

    Args:
        course: The course, whose settings are read.
        datasets: Names of the data sets that its exercises use.
    """
    settings = read_settings(course)
    lines = [_no_package(name) for name in settings.environment.packages if not package_version(name)]
    names = {source.name for source in settings.datasets} | {*datasets}
    return lines + [_no_data(name) for name in sorted(names.difference(data_store().names()))]


def lacked_by(preparation: Preparation, missing_data: tuple[str, ...]) -> list[str]:
    """The same for one exercise that has been read."""
    lines = [_no_package(name) for name, version in preparation.packages if not version]
    return lines + [_no_data(name) for name in missing_data]


def _no_package(name: str) -> str:
    return f"The package '{name}' cannot be imported on this machine. Install it."


def _no_data(name: str) -> str:
    return f"The data set '{name}' is not on this machine. Store it there: grader data provide {name}."
