"""Makes what students get: the student notebook from the solution notebook, and the public files."""

import itertools
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from grader.course.answer_key import NO_NEEDS, Keys, read_key
from grader.course.layout import Course
from grader.course.regions import Region, RegionError, has_marker, solved, split, strip
from grader.course.settings import files_for_runs
from grader.course.specification import read_exercise
from grader.course.variants import COMMON, VARIANT, ReleasedVariants, Variant, fill, placeholders, variant_in
from grader.errors import InputError, SpecificationError
from grader.model.exercise import MAIN_NOTEBOOK, Exercise
from grader.model.key import AnswerKey
from grader.model.needs import Needs
from grader.model.student import Student

_STAFF = "staff"
_CELL_TYPES = ("code", "markdown", "raw")

Json = dict[str, Any]


def student_notebook(
    solution: bytes, slug: str, numbers: Mapping[str, Any] | None = None, name: str = MAIN_NOTEBOOK
) -> bytes:
    """Make the notebook that students get.

    Answer regions are replaced by their stubs; cells tagged `staff`, outputs, execution counts and metadata are left
    out. The same solution gives the same bytes.

    Args:
        solution: The solution notebook, nbformat 4.5 with an id for each cell.
        slug: The exercise, for messages.
        numbers: The numbers that replace `{{ name }}`.
        name: File name of the notebook, for messages.

    Returns:
        The student notebook as UTF-8 JSON, keys sorted, with a final newline.

    Raises:
        SpecificationError: It is not such a notebook, its regions do not fit together, or a line of a
            solution would reach the students; the message names cell and line.
    """
    place = f"solutions/{slug}/{name}"
    cells, metadata = _read(with_numbers(solution, slug, numbers or {}, name), place)
    student_cells = [_plain_cell(cell, place, strip) for cell in cells]
    _refuse_leaks(cells, student_cells, place)
    return _as_bytes({"cells": student_cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def with_numbers(solution: bytes, slug: str, numbers: Mapping[str, Any], name: str = MAIN_NOTEBOOK) -> bytes:
    """A solution notebook with a student's numbers in place of `{{ name }}`.

    Args:
        solution: The solution notebook.
        slug: The exercise, for messages.
        numbers: Name -> number, or another value that Python can write.
        name: File name of the notebook, for messages.

    Raises:
        SpecificationError: It is not a notebook, or uses a number that is not drawn.
    """
    place = f"solutions/{slug}/{name}"
    if b"{{" not in solution:
        return solution
    try:
        notebook = json.loads(solution)
        for cell in notebook["cells"]:
            cell["source"] = fill(source_of(cell), numbers, place)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SpecificationError(f"{place}: is not a notebook. Save it with Jupyter.") from error
    return json.dumps(notebook).encode()


def shown_numbers(solution: bytes, slug: str, numbers: Iterable[str], name: str = MAIN_NOTEBOOK) -> frozenset[str]:
    """The names of the drawn numbers that students see in their notebook, outside answer regions and staff cells.

    Args:
        solution: The solution notebook.
        slug: The exercise, for messages.
        numbers: The names of all numbers that are drawn.
        name: File name of the notebook, for messages.

    Raises:
        SpecificationError: As for `student_notebook`.
    """
    unfilled = {number: f"{{{{ {number} }}}}" for number in numbers}
    return placeholders(student_notebook(solution, slug, unfilled, name).decode())


def solved_notebook(solution: bytes, slug: str, numbers: Mapping[str, Any], name: str = MAIN_NOTEBOOK) -> bytes:
    """Make the notebook of a student who answers everything as the solution does.

    It has the cells of the solution, also those tagged `staff`, because answers may use them, and no markers.

    Args:
        solution: The solution notebook, nbformat 4.5 with an id for each cell.
        slug: The exercise, for messages.
        numbers: The numbers that replace `{{ name }}`.
        name: File name of the notebook, for messages.

    Raises:
        SpecificationError: It is not such a notebook, or its regions do not fit together.
    """
    place = f"solutions/{slug}/{name}"
    cells, metadata = _read(with_numbers(solution, slug, numbers, name), place, staff=True)
    solved_cells = [_plain_cell(cell, place, solved) for cell in cells]
    return _as_bytes({"cells": solved_cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def release_class(
    course: Course,
    exercise: Exercise,
    students: Mapping[str, Student],
    out: Path,
    folder_name: Callable[[str], str],
    needs: Mapping[str, Needs] = NO_NEEDS,
) -> list[Path]:
    """Write a notebook with individual numbers for each student of a roster, and the public files once.

    Args:
        course: The course.
        exercise: An exercise whose key draws numbers.
        students: Name of a student -> their entry in the roster.
        out: The folder in which the exercise's folder is created.
        folder_name: Gives the name of a student's folder.
        needs: Kind of question -> what it needs of the key; see `Keys`.

    Returns:
        The notebooks, `out/<slug>/<student>/<slug>.ipynb`; further notebooks of the exercise have their own names.

    Raises:
        InputError: The exercise has no numbers to draw.
    """
    keys = Keys(course, exercise, needs)
    if not keys.has_variants:
        raise InputError(f"solutions/{exercise.slug}/key.py: draws no numbers, so all students get the same notebook.")
    solutions = read_solutions(course, exercise)
    target = out / exercise.slug
    notebooks = []
    folders = {student: folder_name(student) for student in students}
    for student, variant in ReleasedVariants(course, exercise.slug).add(folders, students).items():
        for name, content in personal_notebooks(exercise.slug, solutions, keys.key(variant.seed), variant).items():
            path = target / folders[student] / (f"{exercise.slug}.ipynb" if name == MAIN_NOTEBOOK else name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            notebooks.append(path)
    for name, path in _public_files(course, exercise).items():
        _copy(name, path, target)
    return notebooks


def personal_notebooks(slug: str, solutions: Mapping[str, bytes], key: AnswerKey, variant: Variant) -> dict[str, bytes]:
    """File name -> bytes of each notebook of one student.

    Args:
        slug: The exercise.
        solutions: File name -> bytes of each solution notebook.
        key: The key for the numbers of the student.
        variant: The variant of the student.
    """
    numbers = {**key.numbers, VARIANT: variant.code}
    return {
        name: with_variant(student_notebook(solution, slug, numbers, name), variant.code)
        for name, solution in solutions.items()
    }


def common_numbers(key: AnswerKey) -> dict[str, Any]:
    """The numbers of the common key, with the code of the common variant."""
    return {**key.numbers, VARIANT: COMMON}


def release(course: Course, exercise: Exercise, out: Path) -> list[Path]:
    """Write the student notebook and the public files of an exercise to `out/<slug>/`.

    The files include `exercise.toml`, because it states points and thresholds, and a `README.md` beside a data file,
    because it names source and licence. If `out` is the course's `exercises/`, this updates the committed notebook.

    Returns:
        The files written, the notebooks first.
    """
    target = out / exercise.slug
    notebooks = {
        name: common_notebook(course, exercise.slug, solution, name)
        for name, solution in read_solutions(course, exercise).items()
    }
    target.mkdir(parents=True, exist_ok=True)
    for name, notebook in notebooks.items():
        (target / name).write_bytes(notebook)
    files = _public_files(course, exercise)
    if target.resolve() == exercise.folder.resolve():  # files of another exercise stay there, and are not copied here
        files = {name: path for name, path in files.items() if path.is_relative_to(exercise.folder)}
    return [*(target / name for name in notebooks), *(_copy(name, path, target) for name, path in files.items())]


def is_stale(course: Course, slug: str) -> bool:
    """Whether a committed student notebook differs from the one that its solution gives."""
    for name, solution in read_solutions(course, read_exercise(course, slug)).items():
        committed = course.exercise_folder(slug) / name
        if not committed.is_file() or committed.read_bytes() != common_notebook(course, slug, solution, name):
            return True
    return False


def with_variant(notebook: bytes, code: str) -> bytes:
    """Make a student notebook name the variant of its numbers: if no cell does, add one before the first code cell.

    Args:
        notebook: The notebook that `student_notebook` makes.
        code: The code of the variant.
    """
    content = json.loads(notebook)
    cells: list[Json] = content["cells"]
    if variant_in("\n".join(source_of(cell) for cell in cells if cell["cell_type"] == "code")):
        return notebook
    used_ids = {cell["id"] for cell in cells}
    ids = itertools.chain([VARIANT], (f"{VARIANT}-{number}" for number in itertools.count(2)))
    unused_id = next(cell_id for cell_id in ids if cell_id not in used_ids)
    place = next((index for index, cell in enumerate(cells) if cell["cell_type"] == "code"), len(cells))
    source = f'{VARIANT} = "{code}"  # these numbers are yours; other students have different ones'
    variant_cell: Json = {
        "cell_type": "code",
        "id": unused_id,
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": [source],
    }
    content["cells"] = [*cells[:place], variant_cell, *cells[place:]]
    return _as_bytes(content)


def common_notebook(course: Course, slug: str, solution: bytes, name: str = MAIN_NOTEBOOK) -> bytes:
    """The notebook that all students get if there is no roster; `name` is its file name, for messages."""
    # A key may take long to run, and is needed only for placeholders.
    has_placeholders = b"{{" in solution
    numbers = common_numbers(read_key(course, read_exercise(course, slug))) if has_placeholders else {}
    notebook = student_notebook(solution, slug, numbers, name)
    return with_variant(notebook, COMMON) if numbers.keys() - {VARIANT} else notebook


def _as_bytes(notebook: Json) -> bytes:
    """The notebook as UTF-8 JSON, the same bytes each time."""
    return (json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def read_solutions(course: Course, exercise: Exercise) -> dict[str, bytes]:
    """File name -> bytes of each solution notebook of an exercise, in the order in which they run.

    Raises:
        SpecificationError: One is missing, or cannot be read.
    """
    return {name: read_solution(course, exercise.slug, name) for name in exercise.notebooks}


def read_solution(course: Course, slug: str, name: str = MAIN_NOTEBOOK) -> bytes:
    """The bytes of a solution notebook.

    Raises:
        SpecificationError: There is none, or it cannot be read.
    """
    path = course.solution_notebook(slug, name)
    try:
        return path.read_bytes()
    except OSError as error:
        raise SpecificationError(f"{course.shown(path)}: cannot be read ({error.strerror}). Create it.") from error


def source_of(cell: Json) -> str:
    """The source of a cell, which nbformat stores as text or as a list of lines."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _read(solution: bytes, place: str, staff: bool = False) -> tuple[list[Json], Json]:
    """Read the cells of a solution and the metadata for the student notebook.

    Args:
        solution: The bytes of the solution notebook.
        place: The notebook, for messages.
        staff: Whether to include the cells that are only for the staff.

    Raises:
        SpecificationError: It is not a notebook, or an id of a cell is missing or repeated.
    """
    try:
        notebook = json.loads(solution)
        cells = notebook["cells"]
        ids = [cell.get("id") for cell in cells]
        valid = all(cell["cell_type"] in _CELL_TYPES and isinstance(source_of(cell), str) for cell in cells)
        listed = [cell for cell in cells if staff or _STAFF not in cell.get("metadata", {}).get("tags", [])]
        metadata = _metadata(notebook.get("metadata", {}))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SpecificationError(f"{place}: is not a notebook. Save it with Jupyter.") from error
    if not valid:
        raise SpecificationError(f"{place}: has a cell that is neither code, markdown nor raw. Correct it.")
    for number, cell_id in enumerate(ids, start=1):
        if not isinstance(cell_id, str) or not cell_id:
            raise SpecificationError(f"{place}: cell {number} has no id. Give it a readable one (nbformat 4.5).")
        if ids.count(cell_id) > 1:
            raise SpecificationError(
                f"{place}: the id '{cell_id}' is used more than once. Give each cell a different id."
            )
    return listed, metadata


def _metadata(metadata: Json) -> Json:
    """The kernel and the language, without its version, which differs from machine to machine."""
    language = {key: value for key, value in metadata.get("language_info", {}).items() if key != "version"}
    fields = {"kernelspec": metadata.get("kernelspec", {}), "language_info": language}
    return {key: value for key, value in fields.items() if value}


def _plain_cell(cell: Json, place: str, read_regions: Callable[[str], str]) -> Json:
    """A cell without outputs and metadata; code is read by `strip` or `solved`."""
    plain: Json = {"cell_type": cell["cell_type"], "id": cell["id"], "metadata": {}}
    if cell["cell_type"] == "code":
        plain |= {"execution_count": None, "outputs": []}
    elif "attachments" in cell:
        plain["attachments"] = cell["attachments"]
    plain["source"] = _without_markers(cell, place, read_regions).splitlines(keepends=True)
    return plain


def _without_markers(cell: Json, place: str, read_regions: Callable[[str], str]) -> str:
    """The source of a cell with one part of its answer regions.

    Raises:
        SpecificationError: Its markers do not fit together, or it has markers but is not a code cell.
    """
    if cell["cell_type"] == "code":
        try:
            return read_regions(source_of(cell))
        except RegionError as error:
            raise SpecificationError(f"{place}: cell '{cell['id']}', line {error.line}: {error.fact}.") from error
    if has_marker(source_of(cell)):
        raise SpecificationError(
            f"{place}: cell '{cell['id']}': only code cells may have answer regions. Remove this one."
        )
    return source_of(cell)


def _refuse_leaks(cells: list[Json], student_cells: list[Json], place: str) -> None:
    """Check the result again: no line of a solution may occur more often than outside regions and in stubs.

    `strip` should make this impossible. The check does not depend on it, because a leak cannot be taken back.

    Raises:
        SpecificationError: A line of a solution would reach the students.
    """
    solutions, allowed = Counter[str](), Counter[str]()
    origin: dict[str, str] = {}
    for cell in cells:
        for part in split(source_of(cell)) if cell["cell_type"] == "code" else _lines(source_of(cell)):
            if isinstance(part, Region):
                allowed.update(_lines("\n".join(part.stub)))
                lines = _lines("\n".join(part.solution))
                solutions.update(lines)
                origin.update((line, str(cell["id"])) for line in lines)
            else:
                allowed.update(_lines(part))
    released = Counter(line for cell in student_cells for line in _lines(source_of(cell)))
    for line in solutions:
        if released[line] > allowed[line]:
            raise SpecificationError(
                f"{place}: cell '{origin[line]}': the student notebook would contain the solution line '{line}'."
            )


def _lines(source: str) -> list[str]:
    return [line.strip() for line in source.splitlines() if line.strip()]


def _public_files(course: Course, exercise: Exercise) -> dict[str, Path]:
    """The specification, the public files, the README beside them, and settings that change a run: name -> path."""
    files = {"exercise.toml": exercise.folder / "exercise.toml"} | {file.name: file.path for file in exercise.files}
    files |= {path.name: path for path in files_for_runs(course)}
    readmes = {
        str(PurePosixPath(name).with_name("README.md")): path.with_name("README.md")
        for name, path in files.items()
        if "/" in name
    }
    return files | {name: path for name, path in readmes.items() if path.is_file() and not path.is_symlink()}


def _copy(name: str, path: Path, target: Path) -> Path:
    """Copy a file below a folder, unless it is there already; returns the copy."""
    copy = target / name
    if copy.resolve() != path.resolve():
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return copy
