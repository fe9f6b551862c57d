"""What the source of a cell does with a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from grader.assess.name_places import Way, holds_assignment, places
from grader.course.layout import Course


def ways(text: str) -> list[Way]:
    return [place.way for place in places(text, "size")]


@pytest.mark.parametrize(
    "text",
    ["size = 1", "a = size = 1", "size, b = 1, 2", "import numpy as size", "def size(): pass", "class size: pass",
     "%time size = 1", "%%time\nsize = 1", "%%capture\nsize = 1", "(size := 1)", "[(size := 1) for _ in range(3)]",
     "with open('f') as size: pass", "size += 1", "try:\n    pass\nfinally:\n    size = 1"],
)  # fmt: skip
def test_what_sets_a_name_for_sure_is_told_from_the_rest(text: str) -> None:
    assert ways(text) == [Way.SET]


@pytest.mark.parametrize(
    "text",
    ["print(size)", "sizes = 1", "# size is 1", "f(size=1)", "%timeit f(size)", "%%bash\necho size", "size",
     "x = 'size = 1'",
     "# give size == 1", "size.shape", "b = size"],
)  # fmt: skip
def test_what_only_speaks_of_a_name_sets_nothing(text: str) -> None:
    assert ways(text) == []


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("size = 1", True),
        ("```\nsize = 1\n```", True),
        ("~~~python\n    size = 1\n~~~", True),
        (">>> size = 1", True),
        ("size: int = 1", True),
        ("def size(x):", True),
        ("the size = 1 here", False),
        ("size == 1", False),
        ("Write `size = 1`.", False),
        ("sizes = 1", False),
    ],
)
def test_code_in_a_text_is_told_from_prose(text: str, holds: bool) -> None:
    assert holds_assignment(text, "size") is holds


@given(some.text(alphabet="size= #%\n\"'()[]:.,xif defclasstry", max_size=80))
def test_any_text_can_stand_in_a_cell(text: str) -> None:
    lines = text.split("\n")
    for place in places(text, "size"):
        assert 0 <= place.line <= len(lines)
        assert "size" in text or place.way is Way.RESET
    assert "size" in text or not holds_assignment(text, "size")


def test_the_texts_of_no_exercise_read_like_an_answer(course: Course) -> None:
    from grader.course.specification import read_exercise
    from grader.intake import notebooks

    for slug in course.slugs():
        exercise = read_exercise(course, slug)
        notebook = notebooks.parse((course.exercises / slug / "notebook.ipynb").read_bytes())
        for question in exercise.questions:
            for cell in notebook.cells:
                if cell.kind != "code":
                    assert not holds_assignment(cell.source, question.answer), (slug, question.id)
                else:
                    found = {place.way for place in places(cell.source, question.answer)}
                    assert found <= {Way.SET}, (slug, question.id, found)
