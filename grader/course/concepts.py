"""Reads `exercises/concepts.toml`: the concepts of a course, and the questions that train them."""

from collections.abc import Collection, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from grader.course.layout import Course, is_named
from grader.course.toml_file import read_toml
from grader.errors import SpecificationError
from grader.model.practice import TrainedConcept
from grader.text.suggestions import suggestion

FILE = "concepts.toml"


class _Table(BaseModel):
    """One concept, as an author writes it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    title: str
    after: list[str] = []
    questions: list[str] = []


def read_concepts(course: Course, titles: Mapping[str, str], questions: Collection[str]) -> tuple[TrainedConcept, ...]:
    """Read the concepts of a course.

    Args:
        course: The course.
        titles: Slug -> title of each exercise whose questions can be practised.
        questions: The questions that can be practised, such as `conv-arithmetic/stride_size`.

    Returns:
        The concepts, each after those that it builds on. If there is no `concepts.toml`, each exercise is a concept.

    Raises:
        SpecificationError: The file is not valid TOML; or it names a question or a concept that does not exist, has
            concepts that come after one another in a circle, or leaves out a question; one line for each problem.
    """
    path = course.settings_folder / FILE
    if not is_named(path):
        by_exercise = {slug: tuple(name for name in questions if name.startswith(f"{slug}/")) for slug in titles}
        return tuple(
            TrainedConcept(id=slug, title=titles[slug], questions=names) for slug, names in by_exercise.items() if names
        )
    place = course.shown(path)
    tables = dict(_tables(read_toml(path, place), place))
    if problems := list(_problems(tables, questions)):
        raise SpecificationError("\n".join(f"{place}: {problem}" for problem in problems))
    order = TopologicalSorter({name: table.after for name, table in tables.items()}).static_order()
    depth = {name: place for place, name in enumerate(order)}
    return tuple(
        TrainedConcept(
            id=name, title=tables[name].title, after=tuple(tables[name].after), questions=tuple(tables[name].questions)
        )
        for name in sorted(tables, key=depth.__getitem__)
    )


def trained_concepts(course: Course, slug: str) -> dict[str, tuple[str, ...]]:
    """Read which concepts the questions of an exercise train.

    Args:
        course: The course.
        slug: The exercise.

    Returns:
        Question id -> titles of its concepts, in the order of the file. Empty if the course has no `concepts.toml`.

    Raises:
        SpecificationError: The file is not valid TOML, or has other keys than a concept.
    """
    path = course.settings_folder / FILE
    if not is_named(path):
        return {}
    place = course.shown(path)
    titles: dict[str, tuple[str, ...]] = {}
    for _, table in _tables(read_toml(path, place), place):
        for exercise, _, question in (name.partition("/") for name in table.questions):
            if exercise == slug:
                titles[question] = (*titles.get(question, ()), table.title)
    return titles


def _tables(content: Mapping[str, Any], place: str) -> Iterator[tuple[str, _Table]]:
    for name, table in content.items():
        try:
            yield name, _Table.model_validate(table)
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(step) for step in (name, *first["loc"]))
            raise SpecificationError(
                f"{place}: {key}: {first['msg']}. A concept has a `title`, `questions`, and perhaps `after`."
            ) from error


def _problems(tables: Mapping[str, _Table], questions: Collection[str]) -> Iterator[str]:
    for name, table in tables.items():
        for earlier in table.after:
            if earlier not in tables:
                yield f"{name}: after: there is no concept '{earlier}'. {suggestion(earlier, tables)}."
        for question in table.questions:
            if question not in questions:
                yield f"{name}: there is no numeric question '{question}'. {suggestion(question, questions)}."
    listed = {question for table in tables.values() for question in table.questions}
    for question in questions:
        if question not in listed:
            yield f"no concept has the question '{question}'. Add it to the concept that it trains."
    try:
        TopologicalSorter({name: table.after for name, table in tables.items()}).prepare()
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        yield f"the concepts come after one another in a circle: {circle}. Remove one of them from `after`."
