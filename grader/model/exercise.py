"""What was asked: an exercise, its questions and its limits."""

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from grader.model.dataset import DataSource
from grader.model.own_work import OwnWorkRules

MAIN_NOTEBOOK = "notebook.ipynb"
"""File name of the notebook that every exercise has."""


@dataclass(frozen=True, slots=True)
class SlideReference:
    """Where a question comes from, so that a student knows what to read again."""

    lecture: str
    slide: str

    def __str__(self) -> str:
        return f"{self.lecture}, “{self.slide}”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion of a rubric, by which a person grades an answer.

    Attributes:
        id: Unique in the question; lower-case letters, digits and `_`.
        title: What the report calls it.
        points: The most that it can earn, 0 or more.
        description: What an answer needs for these points; shown to students. May be empty.
    """

    id: str
    title: str
    points: float
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of an exercise.

    Attributes:
        id: Unique in the exercise; lower-case letters, digits and `_`.
        title: What the report calls it.
        kind: Name of a kind in `grader.assess.kinds`.
        answer: The variable (or function) that the notebook must leave behind; empty for kinds that need none.
        points: The most that it can earn, 0 or more.
        source: The lecture and slide to read again.
        hint: One sentence for whoever got it wrong; may be empty.
        show_expected: Whether the report may show the expected answer.
        options: What only this kind understands, as read from `exercise.toml`.
        criteria: The rubric of an answer that a person grades; empty for no rubric. The points of the question are
            their sum.
        notebook: File name of the notebook that the question is about.
    """

    id: str
    title: str
    kind: str
    answer: str
    points: float
    source: SlideReference
    hint: str = ""
    show_expected: bool = True
    options: Mapping[str, Any] = field(default_factory=dict)
    criteria: tuple[Criterion, ...] = ()
    notebook: str = MAIN_NOTEBOOK

    @property
    def places(self) -> Mapping[str, float]:
        """What a person can decide on, and the points of each: the question `why`, its criterion `why.clarity`."""
        parts = {f"{self.id}.{criterion.id}": criterion.points for criterion in self.criteria}
        return {self.id: self.points, **parts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one submission may use.

    Attributes:
        notebook_seconds: Processor time of all processes for all cells together; see `grader.execute.clock`.
        cell_seconds: The same for one cell; it is interrupted and the next cell runs.
        probe_seconds: The same for one call of a function that the student handed in.
        memory_mb: Memory of all its processes together, in MiB.
        processes: Processes and threads at the same time.
        output_kb: Text and pictures that all cells together may print, in KiB.
        disk_mb: Files in its work folder and its temporary folder, each, in MiB.
    """

    notebook_seconds: float = 300.0
    cell_seconds: float = 120.0
    probe_seconds: float = 30.0
    memory_mb: int = 3072
    processes: int = 256
    output_kb: int = 2048
    disk_mb: int = 256


@dataclass(frozen=True, slots=True)
class DataFile:
    """A public file of the exercise, laid beside the notebook when it runs.

    Attributes:
        name: Path relative to the notebook, with `/`, for example `data/mnist.npz`.
        path: Where it lies on this machine.
        sha256: Digest of its bytes, in hexadecimal.
    """

    name: str
    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class FurtherNotebook:
    """A notebook of an exercise besides the main one.

    Attributes:
        name: Its file name, for example `training.ipynb`; no path.
        title: What the report calls it.
        uses: Files that earlier notebooks of the exercise save, relative to the notebook; they lie beside this one when
            it runs.
    """

    name: str
    title: str
    uses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HandIn:
    """Which files students may hand in with their notebook.

    Attributes:
        files: Patterns of names, such as `*.keras`; none: the notebook only.
        max_mb: What all files of one submission may have together, in MiB.
        required: Whether each pattern needs a file.
    """

    files: tuple[str, ...] = ()
    max_mb: int = 64
    required: bool = False

    @property
    def most_bytes(self) -> int:
        """The limit in bytes."""
        return self.max_mb * 2**20

    def takes(self, name: str) -> bool:
        """Whether a file of this name may be handed in; case does not count."""
        return any(fnmatch.fnmatchcase(name.lower(), pattern.lower()) for pattern in self.files)


NOTEBOOK_ONLY = HandIn()


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """A page that ranks a class by one accuracy.

    Attributes:
        question: Id of a question of kind `accuracy`.
        pseudonyms: Whether students stand there under names that only they and the staff know.
    """

    question: str
    pseudonyms: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One exercise, read once from its folder.

    `show_class`: whether reports show how the class did. `datasets`: what its notebooks can load besides the data sets
    of the whole course. `own_work`: how students are asked about their own work; None if they are not.
    `further_notebooks`: what students submit besides `notebook.ipynb`, in the order in which the
    notebooks run.
    """

    slug: str
    title: str
    summary: str
    source: SlideReference
    questions: tuple[Question, ...]
    limits: Limits
    seed: int
    files: tuple[DataFile, ...]
    folder: Path
    hand_in: HandIn = NOTEBOOK_ONLY
    leaderboard: Leaderboard | None = None
    show_class: bool = False
    datasets: tuple[DataSource, ...] = ()
    further_notebooks: tuple[FurtherNotebook, ...] = ()
    own_work: OwnWorkRules | None = None

    @property
    def notebooks(self) -> tuple[str, ...]:
        """File names of all notebooks, in the order in which they run."""
        return (MAIN_NOTEBOOK, *(notebook.name for notebook in self.further_notebooks))

    def part(self, notebook: str) -> "Exercise":
        """The exercise with only the questions about one of its notebooks."""
        return replace(self, questions=tuple(one for one in self.questions if one.notebook == notebook))

    @property
    def answer_names(self) -> tuple[str, ...]:
        """The variables and functions that the questions name."""
        return tuple(question.answer for question in self.questions if question.answer)

    @property
    def max_points(self) -> float:
        """The sum of the points of all questions."""
        return sum(question.points for question in self.questions)

    @property
    def places(self) -> dict[str, float]:
        """Each question, and each criterion of a rubric such as `why.clarity` -> its points."""
        return {name: points for question in self.questions for name, points in question.places.items()}

    def title_of(self, place: str) -> str:
        """The title of a question, or of a criterion such as `why.clarity`; of the exercise if `place` is empty.

        A place that the exercise does not have is its own title.
        """
        titles = {"": self.title}
        for question in self.questions:
            titles[question.id] = question.title
            titles |= {f"{question.id}.{one.id}": f"{question.title}, {one.title}" for one in question.criteria}
        return titles.get(place, place)
