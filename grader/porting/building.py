"""Collects the cells and questions of one exercise while its notebook is read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.porting.notebooks import (
    changed_in_place,
    functions_of,
    imports_of,
    set_again,
    unique,
)
from grader.porting.observation_code import NotebookNames, ObservedTest, observe
from grader.porting.parts import Cell, ImportedExercise, ImportedQuestion, Row, Step
from grader.text.python_source import bound_names

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
_NOT_READ = "Its test cannot be converted ({problem}). Award the points by hand, or write an observation."
_WEAKER = "Check the asserts in observe.py, and replace them with expected values in key.py where possible."


class Building:
    """One exercise that is being read.

    Args:
        sources: The sources of all code cells of the notebook, in order.
        tests: Those of them that are tests.
        local_modules: The names of modules that are files of the exercise.
    """

    def __init__(self, sources: Sequence[str], tests: Sequence[str], local_modules: Sequence[str] = ()) -> None:
        self._sources = sources
        self._imports = {
            name: statement
            for name, statement in imports_of(sources).items()
            if statement.split()[1].split(".")[0] not in local_modules
        }
        self._functions = functions_of([source for source in sources if source not in tests])
        self._assigned = {name for source in sources for name in bound_names(source)}
        self.cells: list[Cell] = []
        self.question_ids: dict[str, str] = {}  # name in the old course -> id
        self.questions: list[ImportedQuestion] = []
        self.rows: list[Row] = []

    def add_cell(self, cell_type: str, name: str, source: str, attachments: Any = None) -> str:
        """Add a cell, and return its id."""
        plain_name = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:60] or "cell"
        cell_id = unique(plain_name, {cell["id"] for cell in self.cells}, "-")
        cell: Cell = {"cell_type": cell_type, "id": cell_id, "metadata": {}, "source": source.splitlines(keepends=True)}
        if cell_type == "code":
            cell |= {"execution_count": None, "outputs": []}
        elif attachments:
            cell["attachments"] = attachments
        self.cells.append(cell)
        return cell_id

    def add_solution(self, name: str, source: str) -> str:
        """Add a code cell that students complete. A cell without answer regions is one region."""
        lines = [_marker(line) for line in source.split("\n")]
        if not any(line.strip() == BEGIN for line in lines):
            lines = [BEGIN, *lines, END]
        return self.add_cell("code", name, "\n".join(lines))

    def add_manual(self, name: str, points: float, cell_id: str, kind: str, model: str, row: Row) -> ImportedQuestion:
        """Add a question about a cell that a person grades.

        Args:
            name: Its name in the old course.
            points: Its points.
            cell_id: The id of the cell.
            kind: `code` or `markdown`.
            model: The model answer; empty if there is none.
            row: What the table says.
        """
        question = ImportedQuestion(
            id=self._question_id(name),
            title=title_of(name),
            points=points,
            kind=kind,
            options={"cell": cell_id} | ({"show_expected": False} if model else {}),
            expected=(model,) if model else (),
        )
        self.question_ids[name] = question.id
        self.questions.append(question)
        self.rows.append(row)
        return question

    def read(self, name: str, steps: Sequence[Step], later: Sequence[str], is_hidden: bool) -> ObservedTest:
        """Read a test.

        Args:
            name: Its name in the old course.
            steps: Its steps.
            later: The sources of the code cells after it.
            is_hidden: Whether students never see a part of it.

        Raises:
            SyntaxError: The test cannot be converted.
        """
        function = self._function_name(self._question_id(name))
        names = NotebookNames(imports=self._imports, functions=self._functions, copies={})
        test = observe(function, steps, names, is_hidden)
        changed = set_again(test.reads, later) | changed_in_place(test.reads, later)
        if not changed:
            return test
        copies = {variable: f"{variable}_for_{function.removeprefix('test_')}" for variable in changed}
        return observe(function, steps, replace(names, copies=copies), is_hidden)

    def copy_lines(self, test: ObservedTest, name: str, later: Sequence[str]) -> list[str]:
        """The lines that keep variables for a test that later cells change."""
        suffix = self._function_name(self._question_id(name)).removeprefix("test_")
        in_place = changed_in_place(test.reads, later)
        lines = []
        for variable in sorted(set_again(test.reads, later) | in_place):
            value = f'__import__("copy").deepcopy({variable})' if variable in in_place else variable
            lines.append(f"{variable}_for_{suffix} = {value}  # for the grader: a later cell changes {variable}")
        return lines

    def add_test(self, name: str, points: float, test: ObservedTest, is_hidden: bool, row: Row | None = None) -> None:
        """Add a question that compares what an observation finds."""
        question_id = self.question_ids[name] = self._question_id(name)
        options = {**test.options, **({"show_expected": False} if is_hidden else {})}
        self.questions.append(
            ImportedQuestion(
                id=question_id,
                title=title_of(name),
                points=points,
                kind=test.kind,
                answer=self._function_name(question_id),
                options=options,
                expected=(test.expected,),
                observation=test.code,
                imports=test.imports,
            )
        )
        hidden = ", hidden from students" if is_hidden else ""
        counterpart = f"question `{question_id}` of kind `{test.kind}`{hidden}"
        decision = _WEAKER if test.weaker else ""
        self.rows.append(
            row
            or Row(
                cell=name, points=points, counterpart=counterpart, read=test.read, weaker=test.weaker, decision=decision
            )
        )

    def add_decision(self, text: str) -> None:
        """Add to the last row of the table what a person must decide."""
        last = self.rows[-1]
        self.rows[-1] = replace(last, decision=f"{last.decision} {text}".strip())

    def add_unread_test(self, name: str, points: float, cell_id: str, problem: str) -> None:
        """Add a question for a test that cannot be converted: a person grades the cell that it is about."""
        row = Row(
            cell=name,
            points=points,
            counterpart="question that needs manual grading",
            decision=_NOT_READ.format(problem=problem.rstrip(".")),
        )
        self.add_manual(name, points, cell_id, "code", "", row)

    def exercise(
        self,
        *,
        slug: str,
        title: str,
        origin: str,
        metadata: Mapping[str, Any],
        files: Mapping[str, Path],
    ) -> ImportedExercise:
        """The exercise with all cells and questions that were added."""
        return ImportedExercise(
            slug=slug,
            title=title,
            origin=origin,
            cells=self.cells,
            metadata=metadata,
            questions=self.questions,
            files=files,
            rows=self.rows,
        )

    def _question_id(self, name: str) -> str:
        plain = re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_")
        plain = plain if plain[:1].isalpha() else f"q{plain}"
        return unique(plain, {question.id for question in self.questions})

    def _function_name(self, question_id: str) -> str:
        name = question_id if question_id.startswith("test_") else f"test_{question_id}"
        return unique(name, self._assigned)


def title_of(name: str) -> str:
    """A name as a title: `sum_of_squares` -> `Sum of squares`."""
    words = re.sub(r"[\s_-]+", " ", name).strip()
    return words[:1].upper() + words[1:] or "Question"


def _marker(line: str) -> str:
    """A line; if it contains a marker of an answer region, the marker alone."""
    indent = line[: len(line) - len(line.lstrip())]
    return next((f"{indent}{marker}" for marker in (BEGIN, END) if marker in line), line)
