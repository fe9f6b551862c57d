"""Reads cases: submissions with small mistakes, and the marks and findings that they must get."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from grader.course.layout import Course
from grader.course.toml_file import read_toml
from grader.errors import SpecificationError
from grader.model.assessment import Verdict
from grader.model.exercise import Exercise
from grader.model.record import Outcome
from grader.model.submission import HandedIn
from grader.text.complaints import check_data
from grader.text.suggestions import suggestion


@dataclass(frozen=True, slots=True)
class PointsRange:
    """The points that a question must get: from `low` to `high`, both included."""

    low: float
    high: float

    def __contains__(self, points: float) -> bool:
        return self.low - 1e-9 <= points <= self.high + 1e-9  # points are sums of fractions


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One submission whose assessment is known.

    Attributes:
        name: Name of its file, and of its student.
        shows: Its purpose, in one sentence.
        content: The bytes of the notebook.
        outcome: How its run must end.
        points: Question id -> points, for every question of the exercise.
        verdicts: Question id -> verdict. A verdict that is not stated follows from the points: 0 is failed, all points
            are passed, and points in between are partial. A range that includes two of these has none.
        says: Question id -> texts that must occur in the finding of the report.
        files: The files that are submitted with the notebook.
    """

    name: str
    shows: str
    content: bytes
    outcome: Outcome
    points: Mapping[str, PointsRange]
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    says: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: tuple[HandedIn, ...] = ()


def _points_range(points: Any) -> PointsRange:
    ends = points if isinstance(points, list) and len(points) == 2 else [points, points]
    if not all(type(end) in (int, float) and 0 <= end < math.inf for end in ends) or ends[0] > ends[1]:
        raise ValueError("it must be a number, or [lowest, highest], 0 or more")
    return PointsRange(*ends)


def _texts(says: Any) -> tuple[str, ...]:
    texts = says if isinstance(says, list) else [says]
    if not all(isinstance(text, str) and text for text in texts):
        raise ValueError("it must be text in quotes, or a list of texts")
    return tuple(texts)


class _Expected(BaseModel):
    model_config = ConfigDict(extra="forbid")

    shows: str = Field(min_length=1)
    outcome: Outcome
    points: dict[str, Annotated[PointsRange, BeforeValidator(_points_range)]]
    verdicts: dict[str, Verdict] = {}
    says: dict[str, Annotated[tuple[str, ...], BeforeValidator(_texts)]] = {}
    files: dict[str, str] = {}


def read_cases(course: Course, exercise: Exercise) -> tuple[Case, ...]:
    """Read the cases of an exercise in the order of `expected.toml`.

    Returns:
        The cases; none if the exercise has no folder `cases/`.

    Raises:
        SpecificationError: A notebook has no table or a table has no notebook, a question or a verdict
            is not known, or points are out of range; one line for each problem.
    """
    folder = course.solution_folder(exercise.slug) / "cases"
    if not folder.is_dir():
        return ()
    place = course.shown(folder / "expected.toml")
    tables = read_toml(folder / "expected.toml", place)
    notebooks = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    problems = [*_unpaired(set(tables), set(notebooks))]
    for name, table in tables.items():
        of_case = [*_problems(table, exercise)] or [*_problems_of_files(table.get("files", {}), folder, exercise)]
        problems += [f"case '{name}': {problem}" for problem in of_case]
    if problems:
        raise SpecificationError("\n".join(f"{place}: {problem}" for problem in problems))
    return tuple(_case(notebooks[name], table, exercise) for name, table in tables.items())


def _unpaired(tables: set[str], notebooks: set[str]) -> Iterator[str]:
    for name in sorted(notebooks - tables):
        yield f"{name}.ipynb has no table; add [{name}] with its outcome and points."
    for name in sorted(tables - notebooks):
        yield f"case '{name}' has no notebook; {suggestion(name, notebooks)}."


def _problems(table: Any, exercise: Exercise) -> Iterator[str]:
    expected, faults = check_data(_Expected, table)
    yield from faults
    if expected is None:
        return
    max_points = {question.id: question.points for question in exercise.questions}
    for key, names in (("points", expected.points), ("verdicts", expected.verdicts), ("says", expected.says)):
        for name in names:
            if name not in max_points:
                yield f"{key}: '{name}' is no question; {suggestion(name, max_points)}."
    for name, points in max_points.items():
        if name not in expected.points:
            yield f"points: question '{name}' is missing; add the points that it must get."
        elif expected.points[name].high > points:
            yield f"points: {name} is {expected.points[name].high:g}; the question has {points:g} at most."


def _problems_of_files(files: Mapping[str, str], folder: Path, exercise: Exercise) -> Iterator[str]:
    for name, path in files.items():
        if not exercise.hand_in.takes(name):
            yield f"files: '{name}' is nothing that students hand in; name a file that [hand_in] takes."
        elif not (folder / path).is_file():
            yield f"files: there is no {path} beside expected.toml; put it there."


def _case(notebook: Path, table: Any, exercise: Exercise) -> Case:
    expected = _Expected.model_validate(table)
    max_points = {question.id: question.points for question in exercise.questions}
    implied = {question: _implied_verdict(points, max_points[question]) for question, points in expected.points.items()}
    return Case(
        name=notebook.stem,
        shows=expected.shows,
        content=notebook.read_bytes(),
        outcome=expected.outcome,
        points=expected.points,
        verdicts={question: verdict for question, verdict in implied.items() if verdict} | expected.verdicts,
        says=expected.says,
        files=tuple(HandedIn(name, notebook.parent / path) for name, path in expected.files.items()),
    )


def _implied_verdict(points: PointsRange, max_points: float) -> Verdict | None:
    """The verdict that follows from the points of a question; None if several may."""
    if points.low == max_points:
        return Verdict.PASSED
    if points.high == 0:
        return Verdict.FAILED
    return Verdict.PARTIAL if points.low > 0 and points.high < max_points else None
