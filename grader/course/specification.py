"""Reads the specification of an exercise: exercise.toml -> Exercise."""

import keyword
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from grader.course.data_files import MISSING, digest, problem_with
from grader.course.dataset_table import DatasetTable
from grader.course.image_table import ImageTable
from grader.course.layout import Course
from grader.course.own_work_table import OwnWorkTable
from grader.course.toml_file import read_toml
from grader.errors import SpecificationError
from grader.model.exercise import (
    MAIN_NOTEBOOK,
    NOTEBOOK_ONLY,
    Criterion,
    DataFile,
    Exercise,
    FurtherNotebook,
    HandIn,
    Leaderboard,
    Limits,
    Question,
    SlideReference,
)
from grader.model.images import ImageExercise
from grader.text.complaints import check_data
from grader.text.expressions import variables
from grader.text.suggestions import suggestion

_DEFAULT = Limits()
_FILES_OF_ALL = {"exercise.toml", MAIN_NOTEBOOK}


def _question_id(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        raise ValueError("must be lower-case letters, digits and '_', and begin with a letter")
    return text


def _variable(text: str) -> str:
    if not text.isidentifier() or keyword.iskeyword(text) or text.startswith("_"):
        raise ValueError("must be a valid name for a Python variable, without a leading '_'")
    return text


def _answer(text: str) -> str:
    if text.isidentifier():
        return _variable(text)
    try:
        variables(text)
    except ValueError as error:
        raise ValueError(
            "must be a valid name for a Python variable, without a leading '_', or an expression such as "
            f"len(history.epoch) ({error})"
        ) from error
    return text


def _pattern(text: str) -> str:
    if "/" in text or "\\" in text or text.startswith("."):
        raise ValueError('must be a pattern of file names, such as "*.keras", without folders')
    if text.lower().endswith((".ipynb", ".zip")):
        raise ValueError("must not name notebooks or archives, because these are always read", "List other files")
    return text


def _notebook_file(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*\.ipynb", text):
        raise ValueError('must be a file name such as "training.ipynb": letters, digits, "_" and "-"')
    if text.lower() == MAIN_NOTEBOOK:
        raise ValueError(f"{MAIN_NOTEBOOK} is the first notebook of every exercise. List only the others")
    return text


def _saved_file(text: str) -> str:
    parts = text.split("/")
    if "\\" in text or any(part in ("", ".", "..") for part in parts):
        raise ValueError("must be a path relative to the notebook, with '/' between folders")
    return text


_Text = Annotated[str, Field(min_length=1)]
_Points = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_Size = Annotated[int, Field(gt=0)]


class _Criterion(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: Annotated[str, AfterValidator(_question_id)]
    title: _Text
    points: _Points
    description: str = ""


class _Question(BaseModel):
    # What is not named here are options of the kind, which `grader.assess` checks.
    model_config = ConfigDict(extra="allow", strict=True)

    id: Annotated[str, AfterValidator(_question_id)]
    title: _Text
    kind: _Text
    answer: Annotated[str, AfterValidator(_answer)] | None = None
    points: _Points
    lecture: str = ""
    slide: str = ""
    hint: str = ""
    show_expected: bool = True
    criteria: list[_Criterion] = []
    notebook: str = MAIN_NOTEBOOK


class _Notebook(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    file: Annotated[str, AfterValidator(_notebook_file)]
    title: str = ""
    uses: list[Annotated[str, AfterValidator(_saved_file)]] = []


class _Limits(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    notebook_seconds: _Seconds = _DEFAULT.notebook_seconds
    cell_seconds: _Seconds = _DEFAULT.cell_seconds
    probe_seconds: _Seconds = _DEFAULT.probe_seconds
    memory_mb: _Size = _DEFAULT.memory_mb
    processes: _Size = _DEFAULT.processes
    output_kb: _Size = _DEFAULT.output_kb
    disk_mb: _Size = _DEFAULT.disk_mb


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: _Text
    exercise: str = ""
    optional: bool = False


class _HandIn(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    files: list[Annotated[_Text, AfterValidator(_pattern)]] = Field(min_length=1)
    max_mb: _Size = NOTEBOOK_ONLY.max_mb
    required: bool = NOTEBOOK_ONLY.required


class _Leaderboard(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    question: _Text
    names: Literal["pseudonym", "student"] = "pseudonym"


class _Report(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    show_class: bool = False


class _Specification(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    title: _Text
    summary: _Text
    lecture: _Text
    slide: str = ""
    seed: int = Field(default=0, ge=0)
    limits: _Limits = _Limits()
    files: list[_File] = []
    hand_in: _HandIn | None = None
    leaderboard: _Leaderboard | None = None
    own_work: OwnWorkTable | None = None
    report: _Report = _Report()
    images: ImageTable | None = None
    datasets: DatasetTable = DatasetTable()
    notebooks: list[_Notebook] = []
    questions: list[_Question] = Field(min_length=1)


def read_exercise(course: Course, slug: str) -> Exercise:
    """Read an exercise from its folder.

    Args:
        course: The course that it belongs to.
        slug: Name of its folder under `exercises/`.

    Returns:
        The exercise; question keys that every kind has are checked, the others are in `options`.

    Raises:
        InputError: There is no such exercise.
        SpecificationError: `exercise.toml` is not valid; one line for each problem.
    """
    folder = course.exercise_folder(slug)
    place = course.shown(folder / "exercise.toml")
    raw = read_toml(folder / "exercise.toml", place)
    specification, problems = check_data(_Specification, raw)
    problems += _twice(raw) + _bad_files(raw, folder) + _too_much(specification)
    problems += specification.datasets.problems() if specification else []
    problems += [*_problems_of_notebooks(specification), *_problems_of_own_work(specification)] if specification else []
    if specification is None or problems:
        raise SpecificationError("\n".join(f"{place}: {problem}" for problem in problems))
    return _exercise(specification, slug, folder)


def read_image_exercise(course: Course, slug: str) -> ImageExercise:
    """Read how the images of an exercise are prepared, and where their files are stored.

    The files need not exist yet, so this also reads exercises that `read_exercise` refuses.

    Args:
        course: The course that it belongs to.
        slug: Name of its folder under `exercises/`.

    Returns:
        The table `[images]`, if there is one, and the paths. Without the table, files are named for the exercise.

    Raises:
        InputError: There is no such exercise.
        SpecificationError: `exercise.toml` is not valid; one line for each problem.
    """
    path = course.exercise_folder(slug) / "exercise.toml"
    place = course.shown(path)
    specification, problems = check_data(_Specification, read_toml(path, place))
    if specification is None:
        raise SpecificationError("\n".join(f"{place}: {problem}" for problem in problems))
    settings = specification.images.settings(slug, specification.seed) if specification.images else None
    staff = course.solution_folder(slug)
    heldout = staff / (settings.heldout if settings else f"heldout/{slug}.npz")
    return ImageExercise(
        slug=slug,
        settings=settings,
        script=staff / "make_data.py",
        script_name=course.shown(staff / "make_data.py"),
        public=path.parent / (settings.public if settings else f"data/{slug}.npz"),
        heldout=heldout,
        known=heldout.with_name(f"{heldout.stem}-known.json"),
    )


def _entries(raw: dict[str, Any], table: str, key: str) -> list[str]:
    """The texts under `key` in a list of tables, which may have other problems."""
    tables = raw.get(table)
    values = [entry.get(key) for entry in tables if isinstance(entry, dict)] if isinstance(tables, list) else []
    return [text for text in values if isinstance(text, str)]


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _twice(raw: dict[str, Any]) -> list[str]:
    ids = _repeated(_entries(raw, "questions", "id"))
    names = _repeated(name.casefold() for name in _entries(raw, "files", "name"))
    return [f"question '{name}': the id is used more than once. Give each question a different id." for name in ids] + [
        f"file '{name}': is listed more than once. List it once." for name in names
    ]


def _bad_files(raw: dict[str, Any], folder: Path) -> list[str]:
    names = [name for name in _entries(raw, "files", "name") if name]
    problems = [f"file '{name}': is part of every exercise. Remove it." for name in names if name in _FILES_OF_ALL]
    for owner, name, optional in _located(raw, folder):
        problem = problem_with(owner, name)
        if problem and not (optional and problem.startswith(MISSING)):
            problems.append(f"file '{name}': {problem}.")
    return problems


def _too_much(specification: _Specification | None) -> list[str]:
    """A problem if the files that students submit leave no room in the work folder for those that they write."""
    if specification is None or specification.hand_in is None:
        return []
    most, room = specification.hand_in.max_mb, specification.limits.disk_mb
    if 2 * most <= room:
        return []
    return [f"hand_in: `max_mb` must be at most half of `disk_mb` under [limits], which is {room}. Received: {most}."]


def _problems_of_notebooks(specification: _Specification) -> Iterator[str]:
    """Notebooks that are listed twice, and questions about notebooks that are not listed."""
    names = [notebook.file for notebook in specification.notebooks]
    for name in _repeated(name.casefold() for name in names):
        yield f"notebooks: '{name}' is listed more than once. List it once."
    known = [MAIN_NOTEBOOK, *names]
    for question in specification.questions:
        if question.notebook not in known:
            yield (
                f"question '{question.id}': notebook: '{question.notebook}' is not listed under [[notebooks]]. "
                f"{suggestion(question.notebook, known)}."
            )


def _problems_of_own_work(specification: _Specification) -> Iterator[str]:
    answers = [question.answer for question in specification.questions if question.answer]
    if specification.own_work is not None:
        yield from specification.own_work.problems(answers)


def _located(raw: dict[str, Any], folder: Path) -> Iterator[tuple[Path, str, bool]]:
    """For each file: the exercise folder that has it, the file's name, and whether it may be missing."""
    files = raw.get("files")
    for entry in files if isinstance(files, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("name"), str) and entry["name"]:
            owner = _owner(folder, PurePosixPath(str(entry.get("exercise") or folder.name)).name, entry["name"])
            yield owner, entry["name"], entry.get("optional") is True


def _exercise(specification: _Specification, slug: str, folder: Path) -> Exercise:
    return Exercise(
        slug=slug,
        title=specification.title,
        summary=specification.summary,
        source=SlideReference(specification.lecture, specification.slide),
        questions=tuple(_question(question, specification) for question in specification.questions),
        limits=Limits(**specification.limits.model_dump()),
        seed=specification.seed,
        files=tuple(_data_file(folder, file) for file in specification.files if not _is_absent(folder, file)),
        folder=folder,
        hand_in=_hand_in(specification),
        leaderboard=_leaderboard(specification),
        show_class=specification.report.show_class,
        own_work=specification.own_work.rules() if specification.own_work else None,
        datasets=specification.datasets.sources(),
        further_notebooks=tuple(
            FurtherNotebook(notebook.file, notebook.title or notebook.file, tuple(notebook.uses))
            for notebook in specification.notebooks
        ),
    )


def _leaderboard(specification: _Specification) -> Leaderboard | None:
    table = specification.leaderboard
    return Leaderboard(table.question, table.names == "pseudonym") if table else None


def _hand_in(specification: _Specification) -> HandIn:
    table = specification.hand_in
    return HandIn(tuple(table.files), table.max_mb, table.required) if table else NOTEBOOK_ONLY


def _question(question: _Question, specification: _Specification) -> Question:
    # A slide belongs to its lecture: another lecture does not inherit the slide of the exercise.
    inherited = specification.slide if question.lecture in ("", specification.lecture) else ""
    return Question(
        id=question.id,
        title=question.title,
        kind=question.kind,
        answer=question.answer or "",
        points=question.points,
        source=SlideReference(question.lecture or specification.lecture, question.slide or inherited),
        hint=question.hint,
        show_expected=question.show_expected,
        options=dict(question.model_extra or {}),
        criteria=tuple(Criterion(**criterion.model_dump()) for criterion in question.criteria),
        notebook=question.notebook,
    )


def _data_file(folder: Path, file: _File) -> DataFile:
    path = _path(folder, file)
    return DataFile(name=file.name, path=path, sha256=digest(path))


def _is_absent(folder: Path, file: _File) -> bool:
    """Whether a file is missing and may be, because the course may not be allowed to pass it on."""
    return file.optional and not _path(folder, file).exists()


def _path(folder: Path, file: _File) -> Path:
    return _owner(folder, file.exercise or folder.name, file.name) / file.name


def _owner(folder: Path, exercise: str, name: str) -> Path:
    """The exercise folder that has a file; students get a copy in the exercise folder that uses it."""
    owner = folder.parent / exercise
    return owner if (owner / name).exists() or not (folder / name).exists() else folder
