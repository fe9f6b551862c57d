"""Layer tables of the models that answers are compared with, stored in `reference_models/facts.json`.

A reference model has a module in `reference_models/` with a function `build()`. The model of a solution notebook can
also be a reference: its name is `EXERCISE/VARIABLE`. Both are described in the sandbox, as the models of students are.
So the process that grades needs neither Keras nor the author's code.
"""

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.assess.kinds import needs_of_kinds
from grader.course.answer_key import read_key, read_references
from grader.course.data_files import digest
from grader.course.layout import Course
from grader.course.release import common_numbers, read_solution, with_numbers
from grader.course.specification import read_exercise
from grader.errors import InputError, SandboxError, SpecificationError
from grader.execute.environment import environment
from grader.execute.executor import Executor
from grader.intake import notebooks
from grader.model.exercise import DataFile, Limits
from grader.model.job import Job
from grader.model.record import ModelTable, Outcome, Record
from grader.storage import atomic, codec

_VARIABLE = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Model:
    """A model to describe.

    Attributes:
        name: Its name in `facts.json`.
        source: The lecture and slide, or the exercise, that it comes from.
        place: Its file, as messages give it.
        variable: The variable that holds it after the run.
        job: The run that builds it.
    """

    name: str
    source: str
    place: str
    variable: str
    job: Job


def describe_references(course: Course, executor: Executor) -> dict[str, ModelTable]:
    """Build every reference model of a course, and write its layer table to `facts.json`.

    Measured accuracies stay in the file. Models that no longer exist are removed from it.

    Args:
        course: The course.
        executor: Runs the modules and the solutions.

    Returns:
        Name -> layer table, sorted by name.

    Raises:
        InputError: The course has no reference model.
        SpecificationError: `facts.json` is damaged, or a module or a solution builds no model; one line for each.
        SandboxError: The sandbox failed.
    """
    read_references(course)  # a damaged file is named before anything runs, since its accuracies could not be kept
    models = {model.name: model for model in (*_modules(course), *_solutions(course))}
    if not models:
        raise InputError(
            f"{course.root}: there is no reference model. Write reference_models/NAME.py with a function build(), "
            "or give 'EXERCISE/VARIABLE' as the answer to a question of kind architecture."
        )
    jobs = {model.job.key: model.job for model in models.values()}  # one solution may have several models
    records = {record.key: record for record in executor.run(jobs.values())}
    tables: dict[str, ModelTable] = {}
    problems: list[str] = []
    for name, model in sorted(models.items()):
        record = records[model.job.key]
        if model.variable in record.models:
            tables[name] = record.models[model.variable]
        else:
            problems.append(_problem(model, record))
    if problems:
        raise SpecificationError("\n".join(problems))
    _write(course.facts, {name: models[name].source for name in tables}, tables)
    return tables


def _modules(course: Course) -> Iterator[_Model]:
    """The modules of `reference_models/` that define `build()`."""
    folder = course.facts.parent
    files = tuple(
        DataFile(path.relative_to(course.root).as_posix(), path, digest(path)) for path in sorted(folder.rglob("*.py"))
    )
    for path in sorted(folder.glob("*.py")):
        tree = _tree(path, course.shown(path))
        if any(isinstance(node, ast.FunctionDef) and node.name == "build" for node in tree.body):
            if not path.stem.isidentifier():
                raise SpecificationError(
                    f"{course.shown(path)}: is not the name of a Python module. Use letters, digits and '_' only."
                )
            cell = f"from {folder.name}.{path.stem} import build\n{_VARIABLE} = build()"
            job = Job(
                cells=(cell,),
                names=(_VARIABLE,),
                probes=(),
                files=files,
                limits=Limits(),
                seed=0,
                environment=environment(),
            )
            yield _Model(name=path.stem, source=_source(tree), place=course.shown(path), variable=_VARIABLE, job=job)


def _tree(path: Path, place: str) -> ast.Module:
    try:
        return ast.parse(path.read_bytes())
    except (SyntaxError, ValueError) as error:
        raise SpecificationError(f"{place}: is not a Python module ({error}). Correct it.") from error


def _source(tree: ast.Module) -> str:
    """The text of `SOURCE`, the lecture and slide that a model comes from; empty without it."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["SOURCE"]:
            return str(ast.literal_eval(node.value)) if isinstance(node.value, ast.Constant) else ""
    return ""


def _solutions(course: Course) -> Iterator[_Model]:
    """The models of solution notebooks that keys name as `EXERCISE/VARIABLE`."""
    compared = {kind for kind, needs in needs_of_kinds().items() if needs.reference}
    for slug in course.slugs():
        exercise = read_exercise(course, slug)
        questions = [question for question in exercise.questions if question.kind in compared]
        if not questions:
            continue
        key = read_key(course, exercise)  # not checked against the tables, which may not exist yet
        answers = {question.answer: key.answers.get(question.id) for question in questions}
        variables = [variable for variable, answer in answers.items() if answer == f"{slug}/{variable}"]
        if variables:
            solution = with_numbers(read_solution(course, slug), slug, common_numbers(key))
            job = Job(
                cells=notebooks.parse(solution).code,
                names=tuple(variables),
                probes=(),
                files=exercise.files,
                limits=exercise.limits,
                seed=exercise.seed,
                environment=environment(),
            )
            place = course.shown(course.solution_notebook(slug))
            for variable in variables:
                yield _Model(name=f"{slug}/{variable}", source=exercise.title, place=place, variable=variable, job=job)


def _problem(model: _Model, record: Record) -> str:
    """Why a run gave no model.

    Raises:
        SandboxError: The sandbox failed.
    """
    if record.outcome is Outcome.SANDBOX_FAILED:
        raise SandboxError(f"{model.place}: could not be run: {'; '.join(map(str, record.remarks))}")
    errors = [f"stops with {cell.error.exception_text}" for cell in record.cells if cell.error]
    if record.outcome is not Outcome.COMPLETED:
        errors.append(f"the run ended as {record.outcome}")
    what = f"`{model.variable}` is not a Keras model"
    return f"{model.place}: {errors[0] if errors else what}. Correct it."


def _write(path: Path, sources: Mapping[str, str], tables: Mapping[str, ModelTable]) -> None:
    """Write the file so that it reads well in a diff; a measured accuracy of a model stays."""
    before: dict[str, dict[str, Any]] = json.loads(path.read_bytes()) if path.exists() else {}
    facts = {
        name: {
            "source": sources[name],
            # The weights are random numbers of this run, and no architecture is compared by them.
            "table": codec.to_data(replace(table, weights=())),
            **{key: value for key, value in before.get(name, {}).items() if key not in ("source", "table")},
        }
        for name, table in tables.items()
    }
    path.parent.mkdir(exist_ok=True)
    atomic.write(path, (json.dumps(facts, indent=1, ensure_ascii=False) + "\n").encode())
