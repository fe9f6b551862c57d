"""The map of concepts is read with its order, and a mistake in it is named with its place and a remedy."""

from pathlib import Path

import pytest

from grader.course.concepts import read_concepts, trained_concepts
from grader.course.layout import Course
from grader.errors import SpecificationError

TITLES = {"sizes": "Sizes", "values": "Values"}
QUESTIONS = ("sizes/width", "sizes/depth", "values/map")


@pytest.fixture
def course(tmp_path: Path) -> Course:
    (tmp_path / "exercises").mkdir()
    (tmp_path / "solutions").mkdir()
    return Course(tmp_path)


def read(course: Course, text: str) -> list[str]:
    (course.exercises / "concepts.toml").write_text(text)
    return [concept.id for concept in read_concepts(course, TITLES, QUESTIONS)]


WHOLE = """
[stride]
title = "Stride"
after = ["size"]
questions = ["sizes/width"]
[size]
title = "Size"
questions = ["sizes/width", "sizes/depth", "values/map"]
"""


def test_a_concept_comes_after_those_that_it_builds_on(course: Course) -> None:
    assert read(course, WHOLE) == ["size", "stride"]


def test_without_a_map_each_exercise_is_a_concept(course: Course) -> None:
    concepts = read_concepts(course, TITLES, QUESTIONS)
    assert [(concept.id, concept.title) for concept in concepts] == [("sizes", "Sizes"), ("values", "Values")]
    assert concepts[0].questions == ("sizes/width", "sizes/depth")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('after = ["size"]', 'after = ["sise"]', "there is no concept 'sise'. Did you mean 'size'?"),
        ("values/map", "values/mop", "there is no numeric question 'values/mop'. Did you mean 'values/map'?"),
        (', "sizes/depth"', "", "no concept has the question 'sizes/depth'. Add it"),
        ('title = "Size"', 'title = "Size"\nafter = ["stride"]', "in a circle"),
        ('title = "Size"', "", "size.title: Field required"),
        ('title = "Size"', 'title = "Size"\nnext = 1', "size.next: Extra inputs are not permitted"),
        ("[size]", "[size", "line 6"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(course: Course, old: str, new: str, words: str) -> None:
    with pytest.raises(SpecificationError) as caught:
        read(course, WHOLE.replace(old, new))
    assert words in str(caught.value)
    assert "concepts.toml" in str(caught.value)


def test_the_concepts_of_one_exercise_are_read_without_its_key(course: Course) -> None:
    text = (
        '[sizes]\ntitle = "Sizes"\nquestions = ["sizes/width", "other/width"]\n'
        '[values]\ntitle = "Values"\nquestions = ["sizes/width", "sizes/depth"]\n'
    )
    (course.exercises / "concepts.toml").write_text(text)
    assert trained_concepts(course, "sizes") == {"width": ("Sizes", "Values"), "depth": ("Values",)}
    assert trained_concepts(course, "elsewhere") == {}


def test_a_course_without_the_file_trains_no_concept(course: Course) -> None:
    assert trained_concepts(course, "sizes") == {}
