"""Small courses in the forms of other graders, and a way to grade a notebook there and here in plain Python."""

import ast
import contextlib
import copy
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from grader.assess.engine import assess
from grader.course.layout import Course
from grader.execute.inside.answers import encode
from grader.execute.inside.observing import Observer
from grader.model.assessment import Verdict
from grader.model.record import (
    Answer,
    AnswerState,
    ObservationRun,
    ObservationState,
    Outcome,
    Record,
)
from grader.validity import read_valid

Cell = dict[str, Any]


def code(source: str, **metadata: Any) -> Cell:
    """A code cell, with the metadata of nbgrader."""
    return {
        "cell_type": "code",
        "metadata": {"nbgrader": metadata} if metadata else {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def markdown(source: str, **metadata: Any) -> Cell:
    return {"cell_type": "markdown", "metadata": {"nbgrader": metadata} if metadata else {}, "source": source}


def solution(name: str, source: str) -> Cell:
    fields = {"grade": False, "solution": True, "locked": False, "task": False}
    return code(source, grade_id=name, schema_version=3, **fields)


def grade(name: str, source: str, points: float = 1) -> Cell:
    fields = {"grade": True, "solution": False, "locked": True, "task": False}
    return code(source, grade_id=name, points=points, schema_version=3, **fields)


def write_notebook(path: Path, cells: Sequence[Cell]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))
    return path


def passed_there(cells: Sequence[Cell]) -> dict[str, bool]:
    """Run a notebook from top to bottom: which tests of nbgrader raise no exception."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    passed = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            ended = _ran(cell["source"], namespace)
            fields = cell["metadata"].get("nbgrader", {})
            if fields.get("grade") and not fields.get("solution"):
                passed[fields["grade_id"]] = ended
    return passed


def passed_here(course: Course, slug: str, changes: Mapping[str, str]) -> dict[str, bool]:
    """Run the solution of an imported exercise with changed cells, observe it, and mark it: which questions are right.

    Args:
        course: The imported course.
        slug: The exercise.
        changes: Id of a cell -> its source.
    """
    valid = read_valid(course, slug)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in json.loads(valid.solutions["notebook.ipynb"])["cells"]:
        if cell["cell_type"] == "code":
            _ran(changes.get(cell["id"], "".join(cell["source"])), namespace)
    observer = Observer(namespace)
    runs, answers = {}, {}
    for name, observation in valid.observations.items():
        outcome = observer.observe(
            {
                "name": name,
                "code": observation.code,
                "reads": list(observation.reads),
                "is_expression": observation.is_expression,
                "of_files": False,
            }
        )
        state = ObservationState(outcome.pop("state"))
        runs[name] = ObservationRun(state=state, **outcome)
        answers[name] = _answer(observer.values[name]) if state is ObservationState.OBSERVED else _MISSING
        for variable in observation.reads:
            answers[variable] = _answer(namespace[variable]) if variable in namespace else _MISSING
    record = Record(key="key", outcome=Outcome.COMPLETED, answers=answers, observations=runs)
    findings = assess("ada", valid.exercise, valid.key, record, {}).findings
    faults = [finding for finding in findings if finding.verdict is Verdict.CHECK_ERROR]
    assert not faults, faults
    return {finding.question: finding.verdict is Verdict.PASSED for finding in findings}


_MISSING = Answer(AnswerState.MISSING)


def _answer(value: Any) -> Answer:
    fields = json.loads(json.dumps(encode(value)))
    return Answer(AnswerState(fields["state"]), fields.get("value"), fields["type_name"])


def _ran(source: str, namespace: dict[str, Any]) -> bool:
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            exec(compile(source, "cell", "exec"), namespace)
        except Exception:
            return False
    return True


def mutants(source: str) -> Iterator[str]:
    """The source with one mistake each: another number, operator, text or type, or no result."""
    tree = ast.parse(source)
    for place, node in enumerate(ast.walk(tree)):
        for change in _changes(node):
            mutant = copy.deepcopy(tree)
            target = next(other for number, other in enumerate(ast.walk(mutant)) if number == place)
            change(target)
            yield ast.unparse(ast.fix_missing_locations(mutant))


def _changes(node: ast.AST) -> Iterator[Callable[[Any], None]]:
    match node:
        case ast.Constant(value=bool() as value):
            yield lambda target: setattr(target, "value", not value)
        case ast.Constant(value=int() | float() as number):
            yield lambda target: setattr(target, "value", number + 1)
            yield lambda target: setattr(target, "value", number * 1.25)
        case ast.Constant(value=str() as text):
            yield lambda target: setattr(target, "value", text + " ")
        case ast.BinOp(op=ast.Add()):
            yield lambda target: setattr(target, "op", ast.Sub())
        case ast.BinOp(op=ast.Mult() | ast.Pow()):
            yield lambda target: setattr(target, "op", ast.Add())
        case ast.Compare():
            yield lambda target: setattr(target, "ops", [ast.NotEq()])
        case ast.Return(value=ast.expr()) | ast.Assign():
            for wrapper in ("str({})", "[{}]", "tuple({})", "float({})", "None", "({})[::-1]"):
                yield partial(_wrap, wrapper)
        case ast.Raise(exc=ast.expr()):
            yield lambda target: setattr(target, "exc", ast.Name("KeyError"))


def _wrap(wrapper: str, target: Any) -> None:
    target.value = ast.parse(wrapper.format(ast.unparse(target.value)), mode="eval").body
