"""Reads an assignment of otter: a notebook with directives, or a notebook with a folder of doctests."""

import ast
import doctest
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.errors import InputError
from grader.porting.asserts import read_examples, read_test
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
from grader.porting.otter_text import (
    Directive,
    directive_of,
    has_solution,
    test_text,
    with_regions,
    without_ignored,
)
from grader.porting.parts import Cell, ImportedCourse, ImportedExercise, Row, Statement, Step, stated_points
from grader.text.python_source import parsed

_CHECK = re.compile(r"""\b(?:grader|ok)\.(?:check|grade)\(\s*['"]([^'"]+)['"]\s*\)""")
_ONLY_OTTER = re.compile(r"(?:grader|ok)\.\w+\(|(?:import otter\b|from otter\b)|\w+\s*=\s*otter\.")
_STARTUP = '''\
"""A stand-in for otter: notebooks that were written for otter run without it."""

import sys
import types


class _Notebook:
    def __init__(self, *_arguments, **_options):
        pass

    def __getattr__(self, name):
        return lambda *_arguments, **_options: None


sys.modules["otter"] = types.ModuleType("otter")
sys.modules["otter"].Notebook = _Notebook
'''
_TEST_FOLDERS = ("tests", "autograder/tests")
_ALL_OR_NOTHING = (
    "In otter, a student earns points only if all tests of the question pass. Here each test earns its share. "
    "Combine the tests in observe.py and key.py, or accept this."
)
_PLACE_OF_ANSWER = "*Write your answer here.*"


@dataclass(slots=True)
class _Case:
    """One test of a question: it earns its own share of the points."""

    steps: Sequence[Step]
    text: str
    is_hidden: bool = False
    points: float | None = None
    problem: str = ""


@dataclass(slots=True)
class _Open:
    """The question whose cells are being read."""

    name: str
    points: Any = None
    is_manual: bool = False
    is_all_or_nothing: bool = False
    cases: list[_Case] = field(default_factory=list)
    cell_id: str = ""
    kind: str = ""
    model: str = ""


def read_course(source: Path) -> ImportedCourse:
    """Read a folder of assignments, one assignment, or one notebook.

    Raises:
        InputError: There is no notebook, or one cannot be read.
    """
    exercises: list[ImportedExercise] = []
    if source.is_file():
        exercises.append(_exercise(source, slug_of(source.stem), {}))
    else:
        folders = [source, *(path for path in sorted(source.glob("*")) if path.is_dir())]
        for folder in folders:
            for path in notebooks_of(folder):
                slug = unique(slug_of(path.stem), {exercise.slug for exercise in exercises}, "-")
                exercises.append(_exercise(path, slug, assignment_files(folder) if folder != source else {}))
    exercises = [exercise for exercise in exercises if exercise.questions]
    if not exercises:
        raise InputError(f"{source}: has no notebook with questions of otter. Name the folder of the assignment.")
    title = re.sub(r"[\W_]+", " ", source.resolve().stem).strip().capitalize() or "Course"
    return ImportedCourse(title=title, origin="otter", exercises=exercises, startup=_STARTUP)


def _exercise(path: Path, slug: str, files: Mapping[str, Path]) -> ImportedExercise:
    notebook = read_notebook(path)
    cells: list[Cell] = notebook["cells"]
    sources = [source_of(cell) for cell in cells if cell["cell_type"] == "code"]
    files = {
        name: file for name, file in files.items() if not name.startswith("tests/") and name != "otter_config.json"
    }
    reading = _OtterReading(
        Building(
            sources, [source for source in sources if test_text(source).is_marked], [Path(name).stem for name in files]
        ),
        cells,
        _tests(path.parent),
    )
    for place, cell in enumerate(cells):
        reading.add(place, cell)
    reading.close(len(cells))
    reading.add_tests_without_place()
    return reading.building.exercise(
        slug=slug,
        title=heading_of(cells) or path.stem,
        origin=path.name,
        metadata=notebook.get("metadata", {}),
        files=files,
    )


class _OtterReading:
    """The reading of one notebook.

    Args:
        building: The new exercise.
        cells: The cells of the notebook.
        tests: Name of a question -> its points and its cases, from the folder of tests.
    """

    def __init__(self, building: Building, cells: Sequence[Cell], tests: Mapping[str, tuple[Any, list[_Case]]]) -> None:
        self.building = building
        self._cells = cells
        self._tests = dict(tests)
        self._open: _Open | None = None
        self._part = ""  # SOLUTION, PROMPT or TESTS
        self._last_code = ""  # the id of the last code cell

    def add(self, place: int, cell: Cell) -> None:
        """Read a cell."""
        directive, text = directive_of(cell["cell_type"], source_of(cell))
        if directive:
            self._follow(directive, place)
            if not text:
                return
        if cell["cell_type"] == "code":
            self._add_code(place, text, cell)
        else:
            self._add_text(place, text, cell)

    def close(self, place: int) -> None:
        """End the question whose cells are being read."""
        question, self._open, self._part = self._open, None, ""
        if question is None:
            return
        if question.is_manual:
            cell_id = question.cell_id or self.building.add_cell("markdown", question.name, _PLACE_OF_ANSWER)
            row = Row(
                cell=question.name, points=_total(question.points, 1), counterpart="question that needs manual grading"
            )
            kind = question.kind or "markdown"
            self.building.add_manual(question.name, row.points or 0, cell_id, kind, question.model, row)
        elif question.name in self._tests and not question.cases:
            points, question.cases = self._tests.pop(question.name)
            question.points = points if question.points is None else question.points
            self._add_cases(question, place)
        else:
            self._add_cases(question, place)

    def add_tests_without_place(self) -> None:
        """Add the tests of the folder that no cell of the notebook mentions: otter runs them after the last cell."""
        for name, (points, cases) in list(self._tests.items()):
            self._add_cases(_Open(name, points, cases=cases, cell_id=self._last_code), len(self._cells))
        self._tests = {}

    def _follow(self, directive: Directive, place: int) -> None:
        action, _, part = directive.name.partition(" ")
        if part == "QUESTION":
            self.close(place)
            if action == "BEGIN":
                settings = directive.settings
                name = str(settings.get("name") or f"question {place + 1}")
                self._open = _Open(name, settings.get("points"), settings.get("manual") is True)
                self._open.is_all_or_nothing = settings.get("all_or_nothing") is True
        elif part in ("SOLUTION", "PROMPT", "TESTS"):
            self._part = part if action == "BEGIN" else ""

    def _add_code(self, place: int, source: str, cell: Cell) -> None:
        source = without_ignored(source)
        test = test_text(source)
        if self._open and (self._part == "TESTS" or test.is_marked):
            self._open.cases.append(_case(test.code, _output(cell), test.is_hidden, test.points))
            return
        checks = _CHECK.findall(source)
        code = "\n".join(line for line in source.split("\n") if not _ONLY_OTTER.match(line.strip()))
        name = str(cell.get("id") or f"cell-{place + 1}")
        if code.strip():
            region = with_regions(code)
            is_answer = bool(self._open) and self._part != "PROMPT"
            if not has_solution(code) and not self._open and self._is_checked_next(place):
                region = "\n".join([BEGIN, code, END])  # a notebook of solutions without marks
            name = self._open.name if self._open and not self._open.cell_id and is_answer else name
            cell_id = self._last_code = self.building.add_cell("code", name, region)
            if self._open and is_answer and (self._open.kind != "markdown"):
                self._open.cell_id, self._open.kind, self._open.model = cell_id, "code", code
            if BEGIN in region:
                self.building.rows.append(Row(cell=name, counterpart="code cell with an answer region"))
        for question in checks:
            if question in self._tests:
                points, cases = self._tests.pop(question)
                self._add_cases(_Open(question, points, cases=cases, cell_id=self._last_code), place + 1)

    def _is_checked_next(self, place: int) -> bool:
        later = (source_of(cell) for cell in self._cells[place + 1 :] if cell["cell_type"] == "code")
        return any(name in self._tests for name in _CHECK.findall(next(later, "")))

    def _add_text(self, place: int, text: str, cell: Cell) -> None:
        kind = "markdown" if cell["cell_type"] == "markdown" else "raw"
        name = str(cell.get("id") or f"cell-{place + 1}")
        is_solution = self._part == "SOLUTION" or text.lstrip().startswith("**SOLUTION")
        if self._open and is_solution and self._open.is_manual:
            self._open.model = "\n".join(
                filter(None, [self._open.model if self._open.kind == "markdown" else "", text])
            )
            if self._open.kind != "markdown":
                self._open.cell_id = self.building.add_cell("markdown", self._open.name, _PLACE_OF_ANSWER)
                self._open.kind = "markdown"
        elif text.strip() and not (is_solution and self._open):
            self.building.add_cell(kind, name, text, cell.get("attachments"))

    def _add_cases(self, question: _Open, place: int) -> None:
        """Add a question for each case, and a cell with the public ones."""
        later = [source_of(cell) for cell in self._cells[place:] if cell["cell_type"] == "code"]
        later = [source for source in later if not test_text(source).is_marked]
        points = _shares(question.points, question.cases)
        lines: list[str] = []
        for number, (case, share) in enumerate(zip(question.cases, points, strict=True), start=1):
            name = question.name if len(question.cases) == 1 else f"{question.name} test {number}"
            problem = case.problem
            try:
                test = None if problem else self.building.read(name, case.steps, later, case.is_hidden)
            except SyntaxError as error:
                test, problem = None, error.msg
            if test is None or not (test.read or test.weaker):
                self.building.add_unread_test(name, share, question.cell_id, problem or "it compares nothing")
            else:
                lines = [*self.building.copy_lines(test, name, later), *lines]
                self.building.add_test(name, share, test, case.is_hidden)
                if question.is_all_or_nothing and len(question.cases) > 1:
                    self.building.add_decision(_ALL_OR_NOTHING)
        public = [case.text for case in question.cases if not case.is_hidden]
        if lines or public:
            self.building.add_cell("code", f"{question.name}-tests", "\n".join([*lines, *public]))


def _case(code: str, output: str, is_hidden: bool, points: float | None) -> _Case:
    case = _Case([], code, is_hidden, points)
    try:
        tree = ast.parse(code)
        if function := _only_function(tree):
            case.steps = read_test(_body(function))
        else:
            case.steps = read_examples([(code, output)])
    except SyntaxError as error:
        case.problem = error.msg
    return case


def _only_function(tree: ast.Module) -> ast.FunctionDef | None:
    """The function that is a test: the cell has no other code, except calls of this function."""
    first, *others = tree.body or [ast.Pass()]
    if not isinstance(first, ast.FunctionDef) or not first.name.startswith("test"):
        return None
    calls = [node.value for node in others if isinstance(node, ast.Expr)]
    names = [node.func.id for node in calls if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    return first if names == [first.name] * len(others) else None


def _body(function: ast.FunctionDef) -> str:
    """The code of a test function. Its parameters are variables of the notebook, and `env` is a dict of all of them.

    Raises:
        SyntaxError: It uses `env` otherwise than by the names of variables.
    """
    body = ast.Module(function.body, type_ignores=[])
    if any(argument.arg == "env" for argument in function.args.args):
        body = _WithoutEnvironment().visit(body)
    if any(isinstance(node, ast.Name) and node.id == "env" for node in ast.walk(body)):
        raise SyntaxError("the test uses the environment of the notebook as a whole")
    return ast.unparse(body)


class _WithoutEnvironment(ast.NodeTransformer):
    """Writes `x` in place of `env["x"]`."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """A variable, if the node is one in the environment."""
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id == "env" and isinstance(node.slice, ast.Constant):
            name = str(node.slice.value)
            return ast.Name(name, ast.Load()) if name.isidentifier() else node
        return node


def _output(cell: Cell) -> str:
    """The text that a cell shows."""
    texts = []
    for output in cell.get("outputs") or ():
        text = output.get("text") if output.get("output_type") == "stream" else output.get("data", {}).get("text/plain")
        texts.append("".join(text or ""))
    return "".join(texts).strip()


def _total(points: Any, cases: int) -> float:
    """The points of a question; 1 if it states none that can be read."""
    if isinstance(points, dict):
        total, per_case = stated_points(points.get("total")), stated_points(points.get("each"))
        return total if total is not None else (per_case or 1.0) * cases
    if isinstance(points, list):
        return sum(stated_points(point) or 0.0 for point in points)
    total = stated_points(points)
    return 1.0 if total is None else total


def _shares(points: Any, cases: Sequence[_Case]) -> list[float]:
    """The points of each case. Points that no case names are divided among the other cases."""
    if isinstance(points, list) and len(points) == len(cases):
        return [stated_points(point) or 0.0 for point in points]
    stated = sum(case.points for case in cases if case.points is not None)
    unstated = sum(case.points is None for case in cases)
    is_stated = points is not None
    left = max(0.0, _total(points, len(cases)) - stated) if is_stated or not stated else 0.0
    return [left / unstated if case.points is None else case.points for case in cases]


def _tests(folder: Path) -> dict[str, tuple[Any, list[_Case]]]:
    """The tests of a folder: name of a question -> its points and its cases."""
    tests: dict[str, tuple[Any, list[_Case]]] = {}
    for name in _TEST_FOLDERS:
        for path in sorted((folder / name).glob("*.py")):
            tree = parsed(path.read_text(encoding="utf-8", errors="replace"))
            if tree and (test := _test_file(tree)):
                tests.setdefault(path.stem, test)
    return tests


def _test_file(tree: ast.Module) -> tuple[Any, list[_Case]] | None:
    values: dict[str, Any] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                values[node.targets[0].id] = ast.literal_eval(node.value)
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                continue  # not a literal, or one that Python cannot build, such as a list as a key
    if isinstance(values.get("test"), dict):
        test = values["test"]
        cases = [case for suite in _dicts(test.get("suites")) for case in _suite(suite)]
        return test.get("points"), cases
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.decorator_list]
    return (values.get("points"), [_function_case(node) for node in functions]) if functions else None


def _dicts(value: Any) -> list[dict[str, Any]]:
    """The dictionaries of a list; anything else is left out, because the file may hold anything."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list | tuple) else []


def _suite(suite: Mapping[str, Any]) -> Iterator[_Case]:
    for case in _dicts(suite.get("cases")):
        code = str(case.get("code") or "")
        entry = _Case([], "", case.get("hidden") is True, stated_points(case.get("points")))
        try:
            texts = (textwrap.dedent(str(text or "")) for text in (suite.get("setup"), code))
            examples = [example for text in texts for example in doctest.DocTestParser().get_examples(text)]
            entry.steps = read_examples([(example.source, example.want) for example in examples])
            entry.text = "\n".join(example.source.rstrip() for example in examples)
        except (ValueError, SyntaxError) as error:
            entry.problem = str(error)
        yield entry


def _function_case(node: ast.FunctionDef) -> _Case:
    """A case of a file with `@test_case(points=1, hidden=True)` above each function."""
    options: dict[str, Any] = {}
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call):
            for keyword in decorator.keywords:
                if isinstance(keyword.value, ast.Constant):
                    options[str(keyword.arg)] = keyword.value.value
    case = _Case([], "", options.get("hidden") is True, stated_points(options.get("points")))
    try:
        case.text = _body(node)
        case.steps = read_test(case.text) if case.text else [Statement("pass")]
    except SyntaxError as error:
        case.text, case.problem = "\n".join(map(ast.unparse, node.body)), error.msg
    return case
