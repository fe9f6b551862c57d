"""Notebooks of cases, made from the solution: each case says only how it differs."""

import ast
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.course.answer_key import read_key
from grader.course.layout import Course
from grader.course.release import common_notebook, common_numbers, read_solutions, solved_notebook, source_of
from grader.course.variants import fill
from grader.errors import SpecificationError
from grader.model.exercise import Exercise
from grader.text.suggestions import suggestion

SOLUTION, STUDENT = "solution", "student"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How the notebook of a case differs from another one.

    Attributes:
        base: The notebook that it starts from: `solution`, `student` or the name of another case.
        set: Variable -> Python expression, which its assignment gets.
        cells: Id of a cell -> its new source.
        blank: Ids of the cells that are as in the student notebook.
        add: Id of a cell -> source of a code cell after it.
    """

    base: str = SOLUTION
    set: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)
    blank: tuple[str, ...] = ()
    add: Mapping[str, str] = field(default_factory=dict)


class CaseNotebooks:
    """Makes the notebooks of the cases of an exercise; they have the common numbers.

    Args:
        course: The course.
        exercise: The exercise.
        differences: Name of a case -> how it differs.
        handmade: Name of a case -> its notebook, if an author wrote it. It can be the base of others.

    Raises:
        SpecificationError: The solution notebook or the key is not valid.
    """

    def __init__(
        self,
        course: Course,
        exercise: Exercise,
        differences: Mapping[str, Difference],
        handmade: Mapping[str, Path],
    ) -> None:
        self._place = course.shown(course.solution_notebook(exercise.slug))
        self._differences = differences
        self._handmade = handmade
        solution, *further = read_solutions(course, exercise).values()
        # A key may take long to run, and is needed only for placeholders.
        has_placeholders = b"{{" in b"".join((solution, *further)) or any("{{" in text for text in _texts(differences))
        self._numbers = common_numbers(read_key(course, exercise)) if has_placeholders else {}
        self._made: dict[str, Json] = {
            SOLUTION: json.loads(solved_notebook(solution, exercise.slug, self._numbers)),
            STUDENT: json.loads(common_notebook(course, exercise.slug, solution)),
        }

        self._further = {
            SOLUTION: {
                name: solved_notebook(content, exercise.slug, self._numbers, name)
                for name, content in zip(exercise.notebooks[1:], further, strict=True)
            },
            STUDENT: {
                name: common_notebook(course, exercise.slug, content, name)
                for name, content in zip(exercise.notebooks[1:], further, strict=True)
            },
        }

    def further(self, base: str) -> dict[str, bytes]:
        """File name -> bytes of the further notebooks of the exercise; `base` is `solution` or `student`."""
        return self._further[base]

    def notebook(self, name: str) -> bytes:
        """The notebook of a case.

        Raises:
            SpecificationError: A variable or a cell of the difference does not exist. The message is a clause
                without place.
        """
        return (json.dumps(self._notebook(name), indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()

    def names_in(self, cells: Collection[str]) -> set[str]:
        """The variables and functions that cells of the solution define outside functions."""
        return {
            name
            for cell in self._made[SOLUTION]["cells"]
            if cell.get("id") in cells
            for statement in _statements(source_of(cell))
            for name in _defined(statement)
        }

    def _notebook(self, name: str) -> Json:
        if name in self._handmade:
            return dict(json.loads(self._handmade[name].read_bytes()))
        if name not in self._made:
            difference = self._differences[name]
            base = self._notebook(difference.base)
            self._made[name] = {**base, "cells": list(self._cells(base["cells"], difference))}
        return self._made[name]

    def _cells(self, cells: list[Json], difference: Difference) -> Iterator[Json]:
        sources = {str(cell.get("id")): source_of(cell) for cell in cells}
        student = {str(cell.get("id")): source_of(cell) for cell in self._made[STUDENT]["cells"]}
        for part, names, known in (
            ("cells", difference.cells, sources),
            ("blank", difference.blank, {name: "" for name in student if name in sources}),
            ("add", difference.add, sources),
        ):
            for name in names:
                if name not in known:
                    raise SpecificationError(f"{part}: there is no cell '{name}'. {suggestion(name, known)}")
        sources |= {name: student[name] for name in difference.blank}
        sources |= {name: self._filled(source) for name, source in difference.cells.items()}
        for name, expression in difference.set.items():
            _assign(sources, name, self._filled(expression))
        for cell in cells:
            name = str(cell.get("id"))
            yield {**cell, "source": sources[name].splitlines(keepends=True)}
            if name in difference.add:
                yield _code(f"{name}-added", self._filled(difference.add[name]))

    def _filled(self, source: str) -> str:
        return fill(source, self._numbers, self._place) if "{{" in source else source


def _texts(differences: Mapping[str, Difference]) -> Iterator[str]:
    for difference in differences.values():
        for table in (difference.set, difference.cells, difference.add):
            yield from table.values()


def _code(name: str, source: str) -> Json:
    lines = source.splitlines(keepends=True)
    return {"cell_type": "code", "id": name, "metadata": {}, "execution_count": None, "outputs": [], "source": lines}


def _assign(sources: dict[str, str], name: str, expression: str) -> None:
    """Replace the last assignment to a variable.

    Raises:
        SpecificationError: No cell assigns it on lines of its own.
    """
    assigned = [(cell, statement) for cell, source in sources.items() for statement in _assignments(source, name)]
    if not assigned:
        known = {target for source in sources.values() for target in _targets(source)}
        raise SpecificationError(
            f"set: no cell assigns a value to '{name}'. {suggestion(name, known)}. Or replace its cell in `cells`"
        )
    cell, statement = assigned[-1]
    lines = sources[cell].split("\n")
    lines[statement.lineno - 1 : statement.end_lineno] = [f"{name} = {expression}"]
    sources[cell] = "\n".join(lines)


def _assignments(source: str, name: str) -> list[ast.stmt]:
    return [statement for statement in _statements(source) if _target(statement) == name]


def _targets(source: str) -> list[str]:
    return list(filter(None, map(_target, _statements(source))))


def _statements(source: str) -> list[ast.stmt]:
    """The statements outside functions and loops; none if the cell is not Python."""
    try:
        return ast.parse(source).body
    except SyntaxError:
        return []


def _target(statement: ast.stmt) -> str:
    """The variable that a statement assigns; empty if it is another statement, or assigns several."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
    return ""


def _defined(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef):
        return {statement.name}
    names = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return {node.id for node in names if isinstance(node.ctx, ast.Store)}
