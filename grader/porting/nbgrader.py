"""Reads a course of nbgrader: `source/ASSIGNMENT/NOTEBOOK.ipynb`, with metadata of the versions 0 to 3."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.errors import InputError
from grader.porting.asserts import read_test
from grader.porting.building import BEGIN, END, Building
from grader.porting.notebooks import (
    assignment_files,
    heading_of,
    notebooks_of,
    read_notebook,
    slug_of,
    source_of,
    unique,
)
from grader.porting.parts import Cell, ImportedCourse, ImportedExercise, Row, stated_points
from grader.porting.submitted import ANSWER, NewCells, adapted, marks_of, submissions_of
from grader.text.python_source import parsed

_HIDDEN = ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")
_SCHEME = ("### BEGIN MARK SCHEME", "### END MARK SCHEME")
_SOLUTION = (BEGIN, END)
_AUTOTEST = re.compile(r"^\s*###\s*(?:HASHED\s+)?AUTOTEST\b", re.MULTILINE)
_NEWEST_VERSION = 3
_PLACE_OF_ANSWER = "*Write your answer here.*"


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRole:
    """What nbgrader does with a cell, whatever the version of its metadata.

    Attributes:
        name: The `grade_id`; empty if the cell has none.
        points: Its points, 0 if it is not graded.
        is_graded: Whether it earns points.
        is_solution: Whether students complete it.
        is_task: Whether it sets a task that students answer in cells of their own.
        problem: What is unusual in the metadata; empty if nothing.
    """

    name: str = ""
    points: float = 0.0
    is_graded: bool = False
    is_solution: bool = False
    is_task: bool = False
    problem: str = ""

    @property
    def is_test(self) -> bool:
        """Whether the cell tests other cells."""
        return self.is_graded and not self.is_solution and not self.is_task

    @property
    def is_manual(self) -> bool:
        """Whether a person grades the cell."""
        return self.is_task or (self.is_graded and self.is_solution)


def role_of(cell: Cell) -> CellRole:
    """Read the metadata of a cell.

    Version 0 has no `schema_version` and may have points as text; version 1 adds `locked`, version 2 `cell_type`, and
    version 3 `task`.

    Example:
        >>> role_of({"metadata": {"nbgrader": {"grade": True, "solution": False, "points": "2", "grade_id": "t"}}})
        CellRole(name='t', points=2.0, is_graded=True, is_solution=False, is_task=False, problem='')
    """
    fields = cell.get("metadata", {}).get("nbgrader")
    if not isinstance(fields, dict):
        return CellRole()
    is_graded, is_solution, is_task = (fields.get(name) is True for name in ("grade", "solution", "task"))
    problem = ""
    if fields.get("schema_version", 0) not in range(_NEWEST_VERSION + 1):
        problem = (
            f"Its metadata have the unknown version {fields['schema_version']}. Compare the cell with the original."
        )
    points = 0.0
    if is_graded or is_task:
        stated = stated_points(fields.get("points") or 0)
        points = stated or 0.0
        if stated is None:
            problem = "Its points are not a number. Set them in exercise.toml."
    return CellRole(
        name=str(fields.get("grade_id") or ""),
        points=points,
        is_graded=is_graded,
        is_solution=is_solution,
        is_task=is_task,
        problem=problem,
    )


def read_course(source: Path) -> ImportedCourse:
    """Read a course.

    Args:
        source: The course folder, its folder `source`, the folder of an assignment, or one notebook.

    Raises:
        InputError: There is no notebook, or one cannot be read.
    """
    exercises: list[ImportedExercise] = []
    notes: list[str] = []
    root = source.parent if source.name == "source" else source
    marks = marks_of(root)
    for assignment, notebooks in _assignments(source):
        for path in notebooks:
            names = [assignment, path.stem] if len(notebooks) > 1 else [assignment]
            slug = unique(slug_of(*names), {exercise.slug for exercise in exercises}, "-")
            exercise, reading = _exercise(path, slug, source)
            if not exercise.questions:
                notes.append(f"{exercise.origin} has no graded cell, so it is not imported.")
                continue
            submitted, without = submissions_of(root, assignment, path.stem)
            if without:
                notes.append(f"{slug}: these students submitted no notebook {path.name}: {', '.join(without)}.")
            exercises.append(_with_class(exercise, reading, submitted, marks.get((assignment, path.stem), {})))
    if not exercises and notes:
        raise InputError(f"{source}: there are no graded cells. Name the folder of an nbgrader course.")
    if not exercises:
        raise InputError(f"{source}: has no notebooks. Name the folder that contains 'source'.")
    return ImportedCourse(title=_title(source), origin="nbgrader", exercises=exercises, notes=notes)


def _assignments(source: Path) -> Iterator[tuple[str, list[Path]]]:
    """Each assignment with its notebooks."""
    if source.is_file():
        yield source.stem, [source]
        return
    folder = source / "source" if (source / "source").is_dir() else source
    notebooks = notebooks_of(folder)
    folders = [path for path in sorted(folder.glob("*")) if path.is_dir() and notebooks_of(path)]
    if notebooks and not folders:
        yield folder.resolve().name, notebooks
    for path in folders:  # notebooks beside the folders, such as header.ipynb, belong to no assignment
        yield path.name, notebooks_of(path)


def _title(source: Path) -> str:
    folder = source.resolve()
    folder = folder.parent if folder.name == "source" or folder.is_file() else folder
    return re.sub(r"[\W_]+", " ", folder.name).strip().capitalize() or "Course"


def _exercise(path: Path, slug: str, source: Path) -> tuple[ImportedExercise, "_NbgraderReading"]:
    notebook = read_notebook(path)
    cells: list[Cell] = notebook["cells"]
    files = assignment_files(path.parent) if source != path else {}
    sources = [_whole_source(cell) for cell in cells if cell["cell_type"] == "code"]
    tests = [_whole_source(cell) for cell in cells if role_of(cell).is_test]
    reading = _NbgraderReading(
        Building(sources, tests, [Path(name).stem for name in files if name.endswith(".py")]), cells
    )
    for place, cell in enumerate(cells):
        reading.add(place, cell)
    exercise = reading.building.exercise(
        slug=slug,
        title=heading_of(cells) or path.stem,
        origin=path.relative_to(source).as_posix() if path.is_relative_to(source) and path != source else path.name,
        metadata=notebook.get("metadata", {}),
        files=files,
    )
    return exercise, reading


def _with_class(
    exercise: ImportedExercise,
    reading: "_NbgraderReading",
    submitted: Mapping[str, Path],
    marks: Mapping[str, dict[str, float]],
) -> ImportedExercise:
    """The exercise with the submissions of the class, and with the marks of cells that are questions."""
    stamps = {student: path.with_name("timestamp.txt") for student, path in submitted.items()}
    ids = reading.building.question_ids
    new = NewCells(
        named=reading.named_cells,
        fixed=reading.fixed_cells,
        answers=reading.answer_cells,
        released_sources={source_of(cell) for cell in reading.building.cells},
    )
    return replace(
        exercise,
        submissions={student: adapted(path, new) for student, path in submitted.items()},
        timestamps={student: path for student, path in stamps.items() if path.is_file()},
        marks={
            student: {ids[cell]: points for cell, points in cells.items() if cell in ids}
            for student, cells in marks.items()
        },
    )


def _whole_source(cell: Cell) -> str:
    """The source of a cell without the lines of markers."""
    markers = (*_HIDDEN, *_SOLUTION, *_SCHEME)
    lines = source_of(cell).split("\n")
    return "\n".join(line for line in lines if not any(marker in line for marker in markers))


def _lasting(cell: Cell) -> str:
    """The source of a cell; empty for a test that deletes a function, which it defines again before it ends."""
    source = _whole_source(cell)
    tree = parsed(source) if role_of(cell).is_test else None
    return "" if tree and any(isinstance(node, ast.Delete) for node in ast.walk(tree)) else source


def _gives_points(source: str) -> bool:
    """Whether the last line of a test has a value, which nbgrader awards as points if it is a number."""
    last = ast.parse(source).body[-1]
    return isinstance(last, ast.Expr) and not isinstance(last.value, ast.Call | ast.Constant)


class _NbgraderReading:
    """The reading of one notebook."""

    def __init__(self, building: Building, cells: Sequence[Cell]) -> None:
        self.building = building
        self._cells = cells
        self.named_cells: dict[str, Cell] = {}  # by grade_id
        self.fixed_cells: dict[str, Cell] = {}  # those that students must not change
        self.answer_cells: dict[str, Cell] = {}  # by grade_id of the task
        self._last_solution = ""  # the id of the last cell that students complete

    def add(self, place: int, cell: Cell) -> None:
        """Add a cell to the new exercise."""
        role = role_of(cell)
        name = role.name or cell.get("id") or f"cell-{place + 1}"
        rows_before = len(self.building.rows)
        if role.is_test and cell["cell_type"] == "code":
            self._add_test(place, cell, name, role)
        elif role.is_manual or role.is_test:
            self._add_manual(cell, name, role)
        elif role.is_solution and cell["cell_type"] == "code":
            self._last_solution = self.building.add_solution(name, source_of(cell))
            self.building.rows.append(Row(cell=name, counterpart="code cell with an answer region"))
        else:
            text, _ = _without(source_of(cell), _SOLUTION) if cell["cell_type"] != "code" else (source_of(cell), "")
            kind = cell["cell_type"] if cell["cell_type"] in ("code", "markdown", "raw") else "raw"
            if kind == "code" and BEGIN in text:
                self._last_solution = self.building.add_solution(name, text)
            else:
                self.building.add_cell(kind, name, text, cell.get("attachments"))
            if role.name:
                self.building.rows.append(Row(cell=name, counterpart=f"{kind} cell"))
        if role.name:
            is_answered_below = role.name in self.answer_cells
            added = self.building.cells[-2 if is_answered_below else -1]
            self.named_cells.setdefault(role.name, added)
            if not role.is_solution and not role.is_task:
                self.fixed_cells.setdefault(role.name, added)
        if role.problem and len(self.building.rows) > rows_before:
            self.building.add_decision(role.problem)

    def _add_test(self, place: int, cell: Cell, name: str, role: CellRole) -> None:
        public, hidden = _without(source_of(cell), _HIDDEN)
        whole = _whole_source(cell)
        later = [_lasting(other) for other in self._cells[place + 1 :] if other["cell_type"] == "code"]
        lines: list[str] = []
        test = None
        try:
            if _AUTOTEST.search(whole):
                raise SyntaxError("AUTOTEST computes the expected values while nbgrader runs")
            if not (steps := read_test(whole)):
                raise SyntaxError("it contains no statement")
            if _gives_points(whole):
                raise SyntaxError("the value of its last line is the number of points")
            test = self.building.read(name, steps, later, bool(hidden))
            lines = self.building.copy_lines(test, name, later)
            problem = "" if test.read or test.weaker else "it compares nothing"
        except SyntaxError as error:
            problem = error.msg if error.lineno is None else f"{error.msg}, line {error.lineno}"
        visible = public.strip("\n") or "# The tests of this cell are hidden."
        cell_id = self.building.add_cell("code", name, "\n".join([*lines, visible]))
        if problem or test is None:
            self.building.add_unread_test(name, role.points, self._last_solution or cell_id, problem)
        else:
            self.building.add_test(name, role.points, test, bool(hidden))

    def _add_manual(self, cell: Cell, name: str, role: CellRole) -> None:
        if cell["cell_type"] == "code":
            text, _ = _without(source_of(cell), _SCHEME)
            cell_id = self._last_solution = self.building.add_solution(name, text)
            model = _without(text, _SOLUTION)[1] or _whole_source(cell)
            kind = "code"
        else:
            text, scheme = _without(source_of(cell), _SCHEME)
            prompt, answer = _without(text, _SOLUTION)
            if role.is_solution and not answer:
                prompt, answer = "", prompt
            model = scheme or answer
            place = [_PLACE_OF_ANSWER] if role.is_solution and not role.is_task else []
            source = "\n\n".join([part for part in (prompt.strip("\n"), *place) if part])
            cell_id = self.building.add_cell("markdown", name, source, cell.get("attachments"))
            if role.is_task:
                cell_id = self.building.add_cell("markdown", f"{cell_id}{ANSWER}", _PLACE_OF_ANSWER)
                self.answer_cells[role.name] = self.building.cells[-1]
            kind = "markdown"
        decision = ""
        if role.is_test:
            decision = (
                "nbgrader grades this text cell with tests, but a text cell cannot contain any. "
                "Remove or rewrite the question."
            )
        row = Row(
            cell=name,
            points=role.points,
            counterpart=(
                "question that needs manual grading"
                + (", with a cell for the answer below" if role.is_task and kind == "markdown" else "")
                + (", with a model answer for graders" if model else "")
            ),
            decision=decision,
        )
        self.building.add_manual(name, role.points, cell_id, kind, model.strip("\n"), row)


def _without(source: str, markers: tuple[str, str]) -> tuple[str, str]:
    """A text without its regions between markers, and the regions."""
    begin, end = markers
    outside: list[str] = []
    inside: list[str] = []
    is_inside = False
    for line in source.split("\n"):
        if begin in line or end in line:
            is_inside = begin in line
        else:
            (inside if is_inside else outside).append(line)
    return "\n".join(outside), "\n".join(inside)
