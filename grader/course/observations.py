"""Reads observations, the code of the staff that looks at what a notebook left behind, and never runs it.

They run in the sandbox, so nothing that only the staff may know belongs in them.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from grader.course.layout import Course
from grader.errors import SpecificationError
from grader.model.exercise import Exercise
from grader.model.job import Observation
from grader.text.expressions import DRAWN_NUMBERS, SHOWN_FIGURES, is_expression, variables

IN_NOTEBOOK = "observe.py"
ON_FILES = "observe_saved.py"
_STAFF_MODULES = ("grader", "solutions", "reference_models")
_STAFF_FOLDERS = ("solutions", "heldout", "reference_models", "cases")
_SMALLEST = 10  # smaller whole numbers are in nearly all code
_SHORTEST = 3  # characters of a text, likewise


def read_observations(course: Course, exercise: Exercise) -> dict[str, Observation]:
    """Read all observations of an exercise: the functions of its files, and the answers that are expressions.

    Returns:
        Name -> observation, in the order of the files.

    Raises:
        SpecificationError: A file is not valid, or names something that only the staff may know; one line for each.
    """
    observations: dict[str, Observation] = {}
    problems: list[str] = []
    for file_name in (IN_NOTEBOOK, ON_FILES):
        path = course.solution_folder(exercise.slug) / file_name
        if path.is_file():
            source = _Source(path=path, place=course.shown(path), exercise=exercise)
            problems += source.problems
            for observation in source.observations():
                if observation.name in observations:
                    problems.append(
                        f"{source.place}: '{observation.name}' is also in {IN_NOTEBOOK}. Rename one of them."
                    )
                observations[observation.name] = observation
    if problems:
        raise SpecificationError("\n".join(problems))
    expressions = [question.answer for question in exercise.questions if is_expression(question.answer)]
    return observations | {text: _expression(text) for text in expressions}


def _expression(text: str) -> Observation:
    return Observation(name=text, code=text, reads=variables(text), is_expression=True)


class _Source:
    """One file of observations.

    Args:
        path: The file.
        place: How messages name it.
        exercise: Its exercise.
    """

    def __init__(self, path: Path, place: str, exercise: Exercise) -> None:
        self.place = place
        self.problems: list[str] = []
        self._of_files = path.name == ON_FILES
        self._public = {file.name for file in exercise.files}
        self._code, self._functions = "", []
        try:
            self._code = path.read_text(encoding="utf-8")
            tree = ast.parse(self._code)
        except (OSError, ValueError, SyntaxError, RecursionError) as error:
            line = f"line {error.lineno}: " if isinstance(error, SyntaxError) else ""
            text = error.msg if isinstance(error, SyntaxError) else str(error)
            self.problems.append(f"{place}: {line}{text}. Correct the file so that it is valid Python.")
            return
        self._functions = [
            node
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_observation(node)
        ]
        secrets = _Secrets(path.parent, self._public)
        self.problems += [f"{place}: {problem}" for problem in secrets.problems(tree)]
        self.problems += [f"{place}: {problem}" for node in self._functions for problem in self._form(node)]

    def observations(self) -> Iterator[Observation]:
        """The observations of the file, in order; none if it has problems."""
        for node in self._functions if not self.problems else ():
            yield Observation(
                name=node.name,
                code=self._code,
                reads=tuple(self._files(node)) if self._of_files else tuple(_required(node)),
                of_files=self._of_files,
            )

    def _form(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
        place = f"line {node.lineno}: {node.name}"
        arguments = node.args
        if isinstance(node, ast.AsyncFunctionDef):
            yield f"{place}: is asynchronous. Write `def` without `async`."
        if arguments.vararg or arguments.posonlyargs:
            yield (f"{place}: has *args or parameters before '/'. Use ordinary parameters with the names of variables.")
        if not self._of_files:
            return
        if arguments.kwarg or not _files_of(node):
            yield f"{place}: each parameter needs the path of a file as its default, such as model='model.keras'."
            return
        for name in self._files(node):
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or "\\" in name or not path.name:
                yield f"{place}: '{name}' must be a path relative to the notebook, with '/'."
            elif name in self._public:
                yield f"{place}: '{name}' is a file of the exercise, which always exists. Open it inside the function."

    def _files(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
        return _files_of(node) or []


def _is_observation(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function is an observation: no helper, and no function that is registered with Keras."""
    return not node.name.startswith("_") and not node.decorator_list


def _required(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """The parameters without a default: the variables that the notebook must have."""
    arguments = node.args
    required = len(arguments.args) - len(arguments.defaults)
    names = [argument.arg for argument in arguments.args[:required]]
    by_keyword = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    names += [argument.arg for argument, default in by_keyword if default is None]
    yield from (name for name in names if name not in (SHOWN_FIGURES, DRAWN_NUMBERS))


def _files_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str] | None:
    """The defaults of all parameters but `drawn_numbers`; None if another one has no text as its default."""
    arguments = node.args
    defaults: list[ast.expr | None] = [*arguments.defaults, *arguments.kw_defaults]
    names = [default.value for default in defaults if isinstance(default, ast.Constant)]
    texts = [name for name in names if isinstance(name, str) and name]
    parameters = sum(argument.arg != DRAWN_NUMBERS for argument in (*arguments.args, *arguments.kwonlyargs))
    return texts if len(texts) == parameters and parameters else None


@dataclass(frozen=True, slots=True)
class _Secrets:
    """Finds what only the staff may know in code that enters the sandbox.

    Attributes:
        folder: The staff's exercise folder.
        public: Names of files that students also have.
    """

    folder: Path
    public: Iterable[str]

    def problems(self, tree: ast.Module) -> Iterator[str]:
        modules = {path.stem for path in self.folder.glob("*.py")} | set(_STAFF_MODULES)
        public = {PurePosixPath(name).name for name in self.public}
        files = {path.name for path in self.folder.rglob("*") if path.is_file()} - public - {"notebook.ipynb"}
        docstrings = {id(text) for text in _docstrings(tree)}
        for node in ast.walk(tree):
            for module in _imported(node):
                if module.partition(".")[0] in modules or module.startswith("."):
                    yield (
                        f"line {node.lineno}: imports '{module}', which is only for the staff. "  # type: ignore[attr-defined]
                        "Observations run in the sandbox, so write what they need into this file."
                    )
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                parts = PurePosixPath(node.value.replace("\\", "/")).parts
                if set(parts) & files or set(parts[:-1]) & set(_STAFF_FOLDERS):
                    yield (
                        f"line {node.lineno}: names '{node.value}', a file that is only for the staff. "
                        "Such files must stay outside the sandbox."
                    )


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{'.' * node.level}{node.module or ''}"]
    return []


def _docstrings(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr):
                yield first.value


def mistakes(course: Course, exercise: Exercise, answers: Mapping[str, Any]) -> list[str]:
    """Find probable mistakes in valid observations.

    Args:
        course: The course.
        exercise: The exercise.
        answers: Question id -> expected value.

    Returns:
        A line for each observation that no question uses, and for each expected value in the code.
    """
    problems = []
    for file_name in (IN_NOTEBOOK, ON_FILES):
        path = course.solution_folder(exercise.slug) / file_name
        if path.is_file():
            tree = ast.parse(path.read_text(encoding="utf-8"))
            clauses = [*_unused(tree, exercise), *_expected_values(tree, answers)]
            problems += [f"{course.shown(path)}: {clause}" for clause in clauses]
    return problems


def _unused(tree: ast.Module, exercise: Exercise) -> Iterator[str]:
    names = frozenset(exercise.answer_names)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and _is_observation(node) and node.name not in names:
            yield (
                f"line {node.lineno}: no question has the answer '{node.name}'. Begin the name of a helper with '_', "
                "or remove the function."
            )


def _expected_values(tree: ast.Module, answers: Mapping[str, Any]) -> Iterator[str]:
    for node in ast.walk(tree):
        for question, value in answers.items():
            if isinstance(node, ast.Constant | ast.List | ast.Tuple) and _reveals(node, value):
                yield (
                    f"line {node.lineno}: contains the expected value of question '{question}'. Keep it in key.py, "
                    "which never enters the sandbox."
                )


def _reveals(node: ast.expr, expected: Any) -> bool:
    """Whether a literal is an expected value that does not occur in code by chance."""
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError):
        return False
    value = list(value) if isinstance(value, tuple) else value
    expected = list(expected) if isinstance(expected, tuple) else expected
    if isinstance(value, bool) or type(value) is not type(expected) or value != expected:
        return False
    if isinstance(value, int):
        return abs(value) >= _SMALLEST
    return len(value) >= _SHORTEST if isinstance(value, str | list) else isinstance(value, float) and value % 1 != 0
