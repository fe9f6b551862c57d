"""A `key.py` that describes its questions one by one is read like one with functions for all of them."""

import re

import pytest

from grader.course.answer_key import Keys, read_key
from grader.course.key_module import KeyModule
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.errors import SpecificationError
from tests.conftest import ROOT
from tests.course.test_answer_key import problems, write

PAGE = ROOT / "docs" / "authors.md"

KEY = """\
from grader.authoring import Key, because, choice, slip

key = Key()


@key.question(size=choice(28, 32))
def width(size):
    yield size - 2
    yield slip(size, "Nothing was cut off.", "Take {two} away.", two=2)


@key.question
def padding():
    yield ["same"]
    yield because(same="Zeros keep the size.")
"""


def test_a_key_of_questions_gives_the_same_tables(course: Course) -> None:
    write(course, KEY)
    key = read_key(course, read_exercise(course, "small"))
    assert key.answers == {"width": key.numbers["size"] - 2, "padding": ["same"]}
    assert key.slips["width"][0].value == key.numbers["size"]
    assert str(key.choices["padding"]["same"]) == "Zeros keep the size."
    assert key.follow_on is None


def test_students_have_numbers_of_their_own(course: Course) -> None:
    write(course, KEY)
    keys = Keys(course, read_exercise(course, "small"))
    assert keys.has_variants
    assert {keys.key(str(seed)).numbers["size"] for seed in range(9)} == {28, 32}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (KEY.replace("size - 2", "1 / 0"), "key.py: line 8: ZeroDivisionError: division by zero. Correct the key"),
        (KEY.replace("width(size)", "width(sise)"), "line 6: question 'width': 'sise' is neither a number nor"),
        (
            KEY.replace("def width", "def widht"),
            "key.py: exercises/small has no question 'widht'. Did you mean 'width'",
        ),
        (KEY.replace("    yield size - 2\n", ""), "key.py: question 'width' has no answer. Add its expected value."),
        (KEY.replace("yield slip(size", "yield slip(len"), "key.py: question 'width': slip 1: must be a number, text"),
        (KEY.replace(", two=2", ""), "line 9: ValueError: 'Take {two} away.' has no value for two. Give it by name"),
        (KEY + "\n\nother = Key()\n", "key.py: has several keys. Describe all questions with one `key = Key()`."),
        (
            KEY + "\n\ndef answers():\n    return {}\n",
            "key.py: answers is ignored, because the file has a Key. Move it into the",
        ),
        (KEY.replace("same=", "sames="), "key.py: question 'padding': there is no choice 'sames'"),
    ],
)
def test_each_mistake_has_its_place(course: Course, text: str, problem: str) -> None:
    write(course, text)
    assert problem in problems(course)


def test_a_misspelt_number_in_a_condition_is_named(course: Course) -> None:
    write(course, KEY + "\n\nkey.require(lambda sice: sice > 3)\n")
    with pytest.raises(SpecificationError, match=r"line 18: require\(\): 'sice' is not a number. Did you mean 'size'"):
        read_key(course, read_exercise(course, "small"))


BLOCKS = [block for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL) if "Key()" in block]


@pytest.mark.parametrize("block", BLOCKS)
def test_the_keys_of_the_guide_work(course: Course, block: str) -> None:
    path = write(course, block)
    module = KeyModule(path, "key.py")
    for seed in range(20):
        numbers = module.draw(str(seed))
        tables = module.tables(numbers)
        assert set(tables["slips"]) == set(tables["answers"])
        follow_on = module.follow_on(numbers)
        if follow_on is not None:
            assert follow_on({"shape": [2, 3, 4]}) == {"neurons": 24}


def test_the_guide_has_keys() -> None:
    assert len(BLOCKS) >= 2
