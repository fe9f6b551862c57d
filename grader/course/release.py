"""Solution notebook -> student notebook."""

import itertools
import json
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from grader.course.answer_key import NO_NEEDS, Keys, read_key
from grader.course.layout import Course
from grader.course.regions import Region, RegionError, has_marker, split, strip
from grader.course.specification import read_exercise
from grader.course.variants import COMMON, VARIANT, Released, fill, variant_in
from grader.errors import InputError, SpecificationError
from grader.model.exercise import Exercise
from grader.model.key import AnswerKey
from grader.model.needs import Needs
from grader.model.student import Student

_STAFF = "staff"
_KINDS = ("code", "markdown", "raw")

Json = dict[str, Any]


def student_notebook(solution: bytes, slug: str, given: Mapping[str, Any] | None = None) -> bytes:
    """Make the notebook that students get.

    Answer regions give way to what the student sees; cells tagged `staff`, outputs, execution
    counts and metadata are left out. The same solution gives the same bytes.

    Args:
        solution: The solution notebook, nbformat 4.5 with an id for each cell.
        slug: The exercise, for messages.
        given: The numbers to put in place of `{{ name }}`.

    Returns:
        The student notebook as UTF-8 JSON, keys sorted, with a final newline.

    Raises:
        SpecificationError: It is no such notebook, its regions do not fit together, or a line of a
            solution would reach the students; the message names cell and line.
    """
    place = f"solutions/{slug}/notebook.ipynb"
    shown, metadata = _read(filled(solution, slug, given or {}), place)
    cells = [_student_cell(cell, place) for cell in shown]
    _refuse_leaks(shown, cells, place)
    released = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return _written(released)


def filled(solution: bytes, slug: str, given: Mapping[str, Any]) -> bytes:
    """A solution notebook with a student's numbers in place of `{{ name }}`.

    Raises:
        SpecificationError: It is no notebook, or names a number that is not drawn.
    """
    place = f"solutions/{slug}/notebook.ipynb"
    if b"{{" not in solution:
        return solution
    try:
        notebook = json.loads(solution)
        for cell in notebook["cells"]:
            cell["source"] = fill(text(cell), given, place)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SpecificationError(f"{place}: is not a notebook; save it with Jupyter.") from error
    return json.dumps(notebook).encode()


def release_class(
    course: Course,
    exercise: Exercise,
    students: Mapping[str, Student],
    out: Path,
    folder_name: Callable[[str], str],
    needs: Mapping[str, Needs] = NO_NEEDS,
) -> list[Path]:
    """Write a notebook with numbers of their own for each student of a roster, and the public files once.

    Args:
        course: The course.
        exercise: One whose key draws numbers.
        students: Name of a student -> what a roster says.
        out: Where the exercise's folder goes.
        folder_name: Gives the name of a student's folder.
        needs: What the kinds of questions need of the key; see `Keys`.

    Returns:
        The notebooks, `out/<slug>/<student>/<slug>.ipynb`.

    Raises:
        InputError: The exercise has no numbers to draw.
    """
    keys = Keys(course, exercise, needs)
    if not keys.has_variants:
        raise InputError(f"solutions/{exercise.slug}/key.py: has no draw(), so all students get the same notebook.")
    solution = read_solution(course, exercise.slug)
    target = out / exercise.slug
    written = []
    folders = {student: folder_name(student) for student in students}
    for student, variant in Released(course, exercise.slug).add(folders, students).items():
        given = {**keys.key(variant.seed).numbers, VARIANT: variant.code}
        path = target / folders[student] / f"{exercise.slug}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(with_variant(student_notebook(solution, exercise.slug, given), variant.code))
        written.append(path)
    for name, path in _public_files(exercise).items():
        _copied(name, path, target)
    return written


def common_given(key: AnswerKey) -> dict[str, Any]:
    """The numbers of the common key, with the code of the common variant."""
    return {**key.numbers, VARIANT: COMMON}


def release(course: Course, exercise: Exercise, out: Path) -> list[Path]:
    """Write the student notebook and the public files of an exercise to `out/<slug>/`.

    `exercise.toml` goes with them, since it tells points and thresholds, and so does a `README.md`
    beside a data file, since it names source and licence. With `out` being the
    course's `exercises/`, the committed student notebook is brought up to date.

    Returns:
        The files written, the notebook first.
    """
    target = out / exercise.slug
    solution = read_solution(course, exercise.slug)
    notebook = _common_notebook(course, exercise.slug, solution)
    target.mkdir(parents=True, exist_ok=True)
    (target / "notebook.ipynb").write_bytes(notebook)
    files = _public_files(exercise)
    if target.resolve() == exercise.folder.resolve():  # what another exercise lends stays with that one
        files = {name: path for name, path in files.items() if path.is_relative_to(exercise.folder)}
    return [target / "notebook.ipynb", *(_copied(name, path, target) for name, path in files.items())]


def is_stale(course: Course, slug: str) -> bool:
    """Whether the committed student notebook is not the one that the solution gives."""
    committed = course.exercise_folder(slug) / "notebook.ipynb"
    solution = read_solution(course, slug)
    made = _common_notebook(course, slug, solution)
    return not committed.is_file() or committed.read_bytes() != made


def with_variant(notebook: bytes, code: str) -> bytes:
    """A student notebook that names the variant of its numbers; where no cell does, one is put before the first code.

    Args:
        notebook: What `student_notebook` gives.
        code: The variant.
    """
    made = json.loads(notebook)
    cells: list[Json] = made["cells"]
    if variant_in("\n".join(text(cell) for cell in cells if cell["cell_type"] == "code")):
        return notebook
    taken = {cell["id"] for cell in cells}
    names = itertools.chain([VARIANT], (f"{VARIANT}-{number}" for number in itertools.count(2)))
    name = next(each for each in names if each not in taken)
    place = next((number for number, cell in enumerate(cells) if cell["cell_type"] == "code"), len(cells))
    source = f'{VARIANT} = "{code}"  # these numbers are yours; other students have others'
    added: Json = {
        "cell_type": "code",
        "id": name,
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": [source],
    }
    made["cells"] = [*cells[:place], added, *cells[place:]]
    return _written(made)


def _common_notebook(course: Course, slug: str, solution: bytes) -> bytes:
    """The notebook that all get where no roster is named."""
    given = _given(course, slug, solution)
    notebook = student_notebook(solution, slug, given)
    return with_variant(notebook, COMMON) if given.keys() - {VARIANT} else notebook


def _written(notebook: Json) -> bytes:
    return (json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _given(course: Course, slug: str, solution: bytes) -> dict[str, Any]:
    """What a notebook without placeholders does not need."""
    return common_given(read_key(course, read_exercise(course, slug))) if b"{{" in solution else {}


def read_solution(course: Course, slug: str) -> bytes:
    """The bytes of a solution notebook.

    Raises:
        SpecificationError: There is none.
    """
    path = course.solution_notebook(slug)
    try:
        return path.read_bytes()
    except OSError as error:
        raise SpecificationError(f"{course.shown(path)}: cannot be read ({error.strerror}); create it.") from error


def text(cell: Json) -> str:
    """The source of a cell, which nbformat keeps as text or as a list of lines."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _read(solution: bytes, place: str) -> tuple[list[Json], Json]:
    """The cells of a solution that are not for the staff only, and the metadata to keep."""
    try:
        notebook = json.loads(solution)
        cells = notebook["cells"]
        ids = [cell.get("id") for cell in cells]
        valid = all(cell["cell_type"] in _KINDS and isinstance(text(cell), str) for cell in cells)
        shown = [cell for cell in cells if _STAFF not in cell.get("metadata", {}).get("tags", [])]
        metadata = _metadata(notebook.get("metadata", {}))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SpecificationError(f"{place}: is not a notebook; save it with Jupyter.") from error
    if not valid:
        raise SpecificationError(f"{place}: has a cell that is neither code, markdown nor raw; correct it.")
    for number, name in enumerate(ids, start=1):
        if not isinstance(name, str) or not name:
            raise SpecificationError(f"{place}: cell {number} has no id; give it a readable one (nbformat 4.5).")
        if ids.count(name) > 1:
            raise SpecificationError(f"{place}: the id '{name}' is used more than once; give each cell its own.")
    return shown, metadata


def _metadata(metadata: Json) -> Json:
    """Kernel and language, without the version, which changes with whoever saved the notebook last."""
    language = {key: value for key, value in metadata.get("language_info", {}).items() if key != "version"}
    kept = {"kernelspec": metadata.get("kernelspec", {}), "language_info": language}
    return {key: value for key, value in kept.items() if value}


def _student_cell(cell: Json, place: str) -> Json:
    kept: Json = {"cell_type": cell["cell_type"], "id": cell["id"], "metadata": {}}
    if cell["cell_type"] == "code":
        kept |= {"execution_count": None, "outputs": []}
    elif "attachments" in cell:
        kept["attachments"] = cell["attachments"]
    kept["source"] = _student_source(cell, place).splitlines(keepends=True)
    return kept


def _student_source(cell: Json, place: str) -> str:
    if cell["cell_type"] == "code":
        try:
            return strip(text(cell))
        except RegionError as error:
            raise SpecificationError(f"{place}: cell '{cell['id']}', line {error.line}: {error.fact}.") from error
    if has_marker(text(cell)):
        raise SpecificationError(f"{place}: cell '{cell['id']}': only code cells have answer regions; take it out.")
    return text(cell)


def _refuse_leaks(shown: list[Json], released: list[Json], place: str) -> None:
    """Count again in what is given out: no line of a solution may occur more often than it is given.

    A line may also stand outside of the regions, or in what the student sees of one.
    """
    solutions, allowed = Counter[str](), Counter[str]()
    origin: dict[str, str] = {}
    for cell in shown:
        for part in split(text(cell)) if cell["cell_type"] == "code" else _lines(text(cell)):
            allowed.update(_lines("\n".join(part.given)) if isinstance(part, Region) else _lines(part))
            if isinstance(part, Region):
                solutions.update(_lines("\n".join(part.solution)))
                origin.update((line, str(cell["id"])) for line in _lines("\n".join(part.solution)))
    found = Counter(line for cell in released for line in _lines(text(cell)))
    for line in solutions:
        if found[line] > allowed[line]:
            raise SpecificationError(f"{place}: cell '{origin[line]}': the solution line '{line}' is given out.")


def _lines(source: str) -> list[str]:
    return [line.strip() for line in source.splitlines() if line.strip()]


def _public_files(exercise: Exercise) -> dict[str, Path]:
    """The specification, the public files, and the README beside them: name -> where each lies."""
    files = {"exercise.toml": exercise.folder / "exercise.toml"} | {file.name: file.path for file in exercise.files}
    beside = {
        str(PurePosixPath(name).with_name("README.md")): path.with_name("README.md")
        for name, path in files.items()
        if "/" in name
    }
    return files | {name: path for name, path in beside.items() if path.is_file() and not path.is_symlink()}


def _copied(name: str, path: Path, target: Path) -> Path:
    copy = target / name
    if copy.resolve() != path.resolve():
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return copy
