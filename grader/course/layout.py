"""The folders and files of a course, and how to find the course that a folder belongs to."""

import os
from dataclasses import dataclass
from pathlib import Path

from grader.errors import InputError
from grader.text.suggestions import suggestion

_MAIN_NOTEBOOK = "notebook.ipynb"  # as in `model.exercise`, which `grader --help` would have to import


@dataclass(frozen=True, slots=True)
class Course:
    """The folder of a course.

    Attributes:
        root: The folder that holds `exercises/`, `solutions/` and `reference_models/`.
    """

    root: Path

    @property
    def exercises(self) -> Path:
        """The folder with everything that students may see."""
        return self.root / "exercises"

    @property
    def settings_folder(self) -> Path:
        """The folder with `course.toml` and the files that it names."""
        return self.exercises

    @property
    def is_complete(self) -> bool:
        """Whether all exercises of the course are here, so that another name is a mistake."""
        return True

    @property
    def solutions(self) -> Path:
        """The folder with solutions, answer keys, held-out data and cases, for staff only."""
        return self.root / "solutions"

    @property
    def facts(self) -> Path:
        """The file with the layer tables of the reference models."""
        return self.root / "reference_models" / "facts.json"

    def slugs(self) -> tuple[str, ...]:
        """The names of all exercises, sorted.

        An exercise whose `exercise.toml` is a link that leads nowhere counts, so that it is reported and not forgotten.
        """
        return tuple(sorted(path.name for path in self.exercises.glob("*") if is_named(path / "exercise.toml")))

    def exercise_folder(self, slug: str) -> Path:
        """The public folder of an exercise.

        Raises:
            InputError: There is no such exercise; the message suggests others.
        """
        if slug in self.slugs():
            return self.exercises / slug
        raise InputError(f"exercises/{slug}: there is no such exercise. {suggestion(slug, self.slugs())}.")

    def solution_folder(self, slug: str) -> Path:
        """The staff's folder of an exercise; it may not exist."""
        return self.solutions / slug

    def solution_notebook(self, slug: str, name: str = _MAIN_NOTEBOOK) -> Path:
        """The notebook that a student notebook is made from; both have the same file name."""
        return self.solution_folder(slug) / name

    def shown(self, path: Path) -> str:
        """A path as messages give it: relative to the course, with `/`.

        Example:
            >>> Course(Path("/courses/cnn")).shown(Path("/courses/cnn/exercises/lenet5"))
            'exercises/lenet5'
        """
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()


@dataclass(frozen=True, slots=True)
class HandedOut(Course):
    """The folder of an exercise as `grader release` writes it, with no course around it.

    Attributes:
        root: The folder above it. Other exercises that were handed out may be there, too.
        slug: The name of the folder, which may be another one than the exercise has in its course.
    """

    slug: str

    @property
    def exercises(self) -> Path:
        """The folder above."""
        return self.root

    @property
    def settings_folder(self) -> Path:
        """The exercise folder."""
        return self.root / self.slug

    @property
    def is_complete(self) -> bool:
        """Other exercises of the course are elsewhere."""
        return False


def is_named(path: Path) -> bool:
    """Whether a folder lists this name.

    Unlike `Path.exists`, this holds for a link that leads nowhere: such a file cannot be read, but it is not missing.
    """
    return os.path.lexists(path)


def find_course(start: Path) -> Course:
    """Find the course that a folder belongs to.

    Args:
        start: Any folder or file of the course.

    Returns:
        The course whose folder is the nearest one, from `start` upwards, that holds `exercises/`.

    Raises:
        InputError: No folder above holds `exercises/`.
    """
    place = start.resolve()
    for folder in (place, *place.parents):
        if (folder / "exercises").is_dir():
            return Course(folder)
    raise InputError(
        f"{start}: neither this folder nor one above it contains 'exercises/'. Change to the course folder, or "
        "name it with --course."
    )


def find_handed_out(*starts: Path) -> Course:
    """Find the exercise or the course that a notebook belongs to, as a student or as staff.

    Args:
        starts: Folders, the likeliest one first: the folder of the notebook, the current folder.

    Returns:
        The nearest folder, from each start upwards, that is an exercise that was handed out, or a course.

    Raises:
        InputError: There is none.
    """
    for start in starts:
        place = start.resolve()
        for folder in (place, *place.parents):
            if any((folder / "exercises").glob("*/exercise.toml")):
                return Course(folder)
            if (folder / "exercise.toml").is_file():
                is_in_course = folder.parent.name == "exercises"
                return Course(folder.parents[1]) if is_in_course else HandedOut(folder.parent, folder.name)
    raise InputError(
        f"{starts[0]}: neither this folder nor one above it contains 'exercise.toml'. Put your notebook into the "
        "folder that you got for the exercise, or name that folder with --course."
    )
