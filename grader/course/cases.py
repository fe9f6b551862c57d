"""Reads cases: submissions with small mistakes, and the marks and findings that they must get."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from grader.course.case_notebooks import SOLUTION, STUDENT, CaseNotebooks, Difference
from grader.course.layout import Course
from grader.course.toml_file import read_toml
from grader.errors import SpecificationError
from grader.model.assessment import Verdict
from grader.model.exercise import MAIN_NOTEBOOK, Exercise
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

    def __str__(self) -> str:
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g} to {self.high:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One submission whose assessment is known.

    Attributes:
        name: Its name, and the name of its student.
        shows: Its purpose, in one sentence.
        content: The bytes of the notebook: `cases/NAME.ipynb`, or made from the solution.
        outcome: How its run must end.
        points: Question id -> points, for every question of the exercise.
        verdicts: Question id -> verdict. A verdict that is not stated follows from the points: 0 is failed, all points
            are passed, and points in between are partial. A range that includes two of these has none.
        says: Question id -> texts that must occur in the finding of the report.
        files: The files that are submitted with the notebook.
        assumed: The questions whose points and verdict no table states: the solution gives them full points.
        understands: Whether its made-up student answers questions about their own work correctly, in the demo class.
    """

    name: str
    shows: str
    content: bytes
    outcome: Outcome
    points: Mapping[str, PointsRange]
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    says: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: tuple[HandedIn, ...] = ()
    assumed: frozenset[str] = frozenset()
    understands: bool = True


def _points_range(points: Any) -> PointsRange:
    ends = points if isinstance(points, list) and len(points) == 2 else [points, points]
    if not all(type(end) in (int, float) and 0 <= end < math.inf for end in ends) or ends[0] > ends[1]:
        raise ValueError("must be a number, or [lowest, highest], 0 or more")
    return PointsRange(*ends)


def _texts(says: Any) -> tuple[str, ...]:
    texts = says if isinstance(says, list) else [says]
    if not all(isinstance(text, str) and text for text in texts):
        raise ValueError("must be text in quotes, or a list of texts")
    return tuple(texts)


def _code_of(value: Any) -> str:
    if not isinstance(value, str | int | float | list):
        raise ValueError("must be Python code in quotes, a number or a list")
    return value if isinstance(value, str) else repr(value)


_Code = Annotated[str, BeforeValidator(_code_of)]


class _Expected(BaseModel):
    model_config = ConfigDict(extra="forbid")

    shows: str = Field(min_length=1)
    outcome: Outcome = Outcome.COMPLETED
    base: str = ""
    set: dict[str, _Code] = {}
    cells: dict[str, str] = {}
    blank: list[str] = []
    add: dict[str, str] = {}
    points: dict[str, Annotated[PointsRange, BeforeValidator(_points_range)]] = {}
    verdicts: dict[str, Verdict] = {}
    says: dict[str, Annotated[tuple[str, ...], BeforeValidator(_texts)]] = {}
    files: dict[str, str] = {}
    without: list[str] = []
    understands: bool = True

    @property
    def difference(self) -> Difference:
        return Difference(
            base=self.base or SOLUTION, set=self.set, cells=self.cells, blank=tuple(self.blank), add=self.add
        )

    @property
    def changes(self) -> list[str]:
        """The keys that change a notebook."""
        return [key for key in ("set", "cells", "blank", "add") if getattr(self, key)]


def read_cases(course: Course, exercise: Exercise) -> tuple[Case, ...]:
    """Read the cases of an exercise in the order of `expected.toml`, and make their notebooks.

    Returns:
        The cases; none if the exercise has no folder `cases/`.

    Raises:
        SpecificationError: A notebook has no table, a question, a verdict, a cell or a variable is not known, points
            are out of range, or the solution is not valid; one line for each problem.
    """
    folder = course.solution_folder(exercise.slug) / "cases"
    if not folder.is_dir():
        return ()
    place = course.shown(folder / "expected.toml")
    tables = read_toml(folder / "expected.toml", place)
    handmade = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    problems = [
        f"{name}.ipynb has no table. Add [{name}] with its points." for name in sorted(handmade.keys() - tables)
    ]
    for name, table in tables.items():
        of_case = [*_problems(name, table, exercise, tables, handmade)]
        of_case = of_case or [
            *_problems_of_files(table.get("files", {}), folder, exercise),
            *_problems_of_missing(table.get("without", []), exercise),
        ]
        problems += [f"case '{name}': {problem}" for problem in of_case]
    problems = problems or [*_circles(tables)]
    _raise_if(problems, place)
    expected = {name: _Expected.model_validate(table) for name, table in tables.items()}
    differences = {name: table.difference for name, table in expected.items() if name not in handmade}
    notebooks = CaseNotebooks(course, exercise, differences, handmade)
    points = _Points(exercise, expected, notebooks)
    contents = {name: _content(name, notebooks, handmade, place) for name in tables}
    further = {name: _further(name, expected, notebooks) for name in tables}
    return tuple(_case(name, folder, expected[name], points, contents[name], further[name]) for name in tables)


def _further(name: str, expected: Mapping[str, _Expected], notebooks: CaseNotebooks) -> dict[str, bytes]:
    """File name -> bytes of the further notebooks: those of the solution, or of students if the case starts there."""
    while name in expected:
        name = expected[name].base or SOLUTION
    return notebooks.further(name)


def _content(name: str, notebooks: CaseNotebooks, handmade: Mapping[str, Path], place: str) -> bytes:
    if name in handmade:
        return handmade[name].read_bytes()
    try:
        return notebooks.notebook(name)
    except SpecificationError as error:
        raise SpecificationError(f"{place}: case '{name}': {error}.") from error


def _raise_if(problems: list[str], place: str) -> None:
    if problems:
        raise SpecificationError("\n".join(f"{place}: {problem}" for problem in problems))


def _problems(
    name: str, table: Any, exercise: Exercise, tables: Mapping[str, Any], handmade: Mapping[str, Path]
) -> Iterator[str]:
    expected, faults = check_data(_Expected, table)
    yield from faults
    if expected is None:
        return
    bases = [SOLUTION, STUDENT, *(other for other in tables if other != name)]
    if expected.base and expected.base not in bases:
        yield f"base: '{expected.base}' is not a case. {suggestion(expected.base, bases)}."
    if name in handmade and (changes := expected.changes):
        yield f"{changes[0]}: {name}.ipynb is its notebook. Remove the file, or change the notebook itself."
    max_points = {question.id: question.points for question in exercise.questions}
    for key, names in (("points", expected.points), ("verdicts", expected.verdicts), ("says", expected.says)):
        for question in names:
            if question not in max_points:
                yield f"{key}: there is no question '{question}'. {suggestion(question, max_points)}."
    for question, most in max_points.items():
        if name in handmade and not expected.base and question not in expected.points:
            yield f"points: question '{question}' is missing. Add its points, or `base` for the points of another case."
        elif question in expected.points and expected.points[question].high > most:
            yield f"points: `{question}` must be at most {most:g}. Received: {expected.points[question].high:g}."


def _problems_of_files(files: Mapping[str, str], folder: Path, exercise: Exercise) -> Iterator[str]:
    for name, path in files.items():
        if not exercise.hand_in.takes(name) and name not in exercise.notebooks[1:]:
            yield f"files: [hand_in] does not accept '{name}'. Name a file that it accepts."
        elif not (folder / path).is_file():
            yield f"files: there is no {path} next to expected.toml. Add it."


def _problems_of_missing(names: Iterable[str], exercise: Exercise) -> Iterator[str]:
    for name in names:
        if name not in exercise.notebooks:
            yield f"without: '{name}' is not a notebook of the exercise. {suggestion(name, exercise.notebooks)}."


def _circles(tables: Mapping[str, Any]) -> Iterator[str]:
    """The cases whose bases lead back to themselves."""
    for name in tables:
        base, seen = name, set[str]()
        while base in tables and base not in seen:
            seen.add(base)
            base = tables[base].get("base", SOLUTION)
        if base == name:
            yield f"case '{name}': base: its bases form a circle. Set one of them to 'solution' or 'student'."


class _Points:
    """The points and verdicts of cases, which have those of their base where they do not say otherwise.

    Args:
        exercise: The exercise.
        expected: Name of a case -> its table.
        notebooks: Know what the cells of the solution define.
    """

    def __init__(self, exercise: Exercise, expected: Mapping[str, _Expected], notebooks: CaseNotebooks) -> None:
        self._max_points = {question.id: question.points for question in exercise.questions}
        self._answers = {question.id: question.answer for question in exercise.questions}
        self._expected = expected
        self._notebooks = notebooks

    def points(self, name: str) -> dict[str, PointsRange]:
        """Question id -> points of a case."""
        if name == SOLUTION:
            return {question: PointsRange(points, points) for question, points in self._max_points.items()}
        if name == STUDENT:
            return dict.fromkeys(self._max_points, PointsRange(0, 0))
        table = self._expected[name]
        blank = dict.fromkeys(self._blank(table), PointsRange(0, 0))
        return self.points(table.base or SOLUTION) | blank | table.points

    def verdicts(self, name: str) -> dict[str, Verdict]:
        """Question id -> verdict of a case."""
        if name == STUDENT:
            return dict.fromkeys(self._max_points, Verdict.NOT_ATTEMPTED)
        if name == SOLUTION:
            return self._implied(self.points(name))
        table = self._expected[name]
        inherited = self.verdicts(table.base or SOLUTION) | dict.fromkeys(self._blank(table), Verdict.NOT_ATTEMPTED)
        unchanged = {question: verdict for question, verdict in inherited.items() if question not in table.points}
        return unchanged | self._implied(table.points) | table.verdicts

    def assumed(self, name: str) -> frozenset[str]:
        """The questions whose points and verdict neither the table of a case nor those of its bases state."""
        if name == SOLUTION:
            return frozenset(self._max_points)
        if name == STUDENT:
            return frozenset()
        table = self._expected[name]
        return self.assumed(table.base or SOLUTION) - {*self._blank(table), *table.points, *table.verdicts}

    def _blank(self, table: _Expected) -> list[str]:
        """The questions whose answers are in blank cells."""
        names = self._notebooks.names_in(table.blank)
        return [question for question, answer in self._answers.items() if answer in names]

    def _implied(self, points: Mapping[str, PointsRange]) -> dict[str, Verdict]:
        verdicts = {name: _implied_verdict(score, self._max_points[name]) for name, score in points.items()}
        return {question: verdict for question, verdict in verdicts.items() if verdict}


def _case(
    name: str, folder: Path, expected: _Expected, points: _Points, content: bytes, further: Mapping[str, bytes]
) -> Case:
    others = {file: HandedIn(file, notebook) for file, notebook in further.items() if file not in expected.without}
    files = {file: HandedIn(file, folder / path) for file, path in expected.files.items()}
    return Case(
        name=name,
        shows=expected.shows,
        content=b"" if MAIN_NOTEBOOK in expected.without else content,
        outcome=expected.outcome,
        points=points.points(name),
        verdicts=points.verdicts(name),
        says=expected.says,
        files=tuple((others | files).values()),
        assumed=points.assumed(name),
        understands=expected.understands,
    )


def _implied_verdict(points: PointsRange, max_points: float) -> Verdict | None:
    """The verdict that follows from the points of a question; None if several may."""
    if points.low == max_points:
        return Verdict.PASSED
    if points.high == 0:
        return Verdict.FAILED
    return Verdict.PARTIAL if points.low > 0 and points.high < max_points else None
