"""NumbersNote of their own: drawn from the secret, kept with the course, never read from a notebook."""

import csv
import json
import time
from pathlib import Path

import nbformat
import pytest

from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.release import release, release_class, student_notebook
from grader.course.specification import read_exercise
from grader.course.variants import COMMON_VARIANT, NumbersNote, ReleasedVariants, fill, variant_of, without_numbers
from grader.errors import InputError, SpecificationError
from grader.model.exercise import Exercise
from grader.model.student import Student
from tests.reading import as_read

KEY = """
from grader.model.key import Slip

def draw(rng):
    return {"size": rng.randint(5, 9)}

def answers(given):
    return {"width": given["size"] - 2, "padding": "b"}

def slips(given):
    return {"width": [Slip(5, "It is always five.", f"{given['size']} - 2")]}

def follow_on(given, found):
    return {"width": found["width"]}
"""


@pytest.fixture
def drawn(course: Course) -> Exercise:
    """The small exercise, with a number that is drawn."""
    exercise = read_exercise(course, "small")
    ids = [question.id for question in exercise.questions]
    text = KEY.replace('"width"', repr(ids[0])).replace('"padding"', repr(ids[1]))
    (course.solution_folder("small") / "key.py").write_text(text)
    notebook = json.loads(course.solution_notebook("small").read_bytes())
    notebook["cells"][0]["source"] = "A size of {{ size }}."
    given: dict[str, object] = {
        "cell_type": "code",
        "id": "given",
        "metadata": {},
        "source": 'variant = "{{ variant }}"',
        "outputs": [],
        "execution_count": None,
    }
    notebook["cells"].insert(1, given)
    course.solution_notebook("small").write_text(json.dumps(notebook))
    return exercise


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text("name,student\nA,ada\nB,Bob Stone\nC,cleo\n")
    return path


def released(course: Course, exercise: Exercise, roster: Path, out: Path) -> dict[str, str]:
    names = [row["student"] for row in csv.DictReader(roster.read_text().splitlines())]
    students = {name: Student(id=name, name=name) for name in names}
    paths = release_class(course, exercise, students, out, lambda name: name.lower().replace(" ", "-"))
    return {path.parent.name: path.read_text() for path in paths}


def test_a_slip_that_is_right_is_drawn_again(course: Course, drawn: Exercise) -> None:
    keys = Keys(course, drawn)
    sizes = {keys.key(str(seed)).numbers["size"] for seed in range(200)}
    assert sizes == {5, 6, 8, 9}


def test_the_same_seed_gives_the_same_numbers(course: Course, drawn: Exercise) -> None:
    assert Keys(course, drawn).key("s").numbers == Keys(course, drawn).key("s").numbers


def test_a_draw_that_can_never_do_is_named(course: Course, drawn: Exercise) -> None:
    path = course.solution_folder("small") / "key.py"
    path.write_text(path.read_text().replace("rng.randint(5, 9)", "7"))
    with pytest.raises(SpecificationError, match="a slip always equalled the correct answer"):
        Keys(course, drawn).key()


def test_each_student_of_a_roster_gets_a_notebook(
    course: Course, drawn: Exercise, roster: Path, tmp_path: Path
) -> None:
    notebooks = released(course, drawn, roster, tmp_path / "out")
    assert sorted(notebooks) == ["ada", "bob-stone", "cleo"]
    assert "{{" not in "".join(notebooks.values())
    assert (tmp_path / "out" / "small" / "exercise.toml").is_file()
    codes = {student: ReleasedVariants(course, "small").variant(student).code for student in notebooks}
    assert all(codes[student] in text for student, text in notebooks.items())
    assert len(set(codes.values())) == 3


def test_numbers_follow_from_secret_exercise_and_student_only() -> None:
    assert variant_of(b"s", "small", "ada") == variant_of(b"s", "small", "ada")
    others = [variant_of(b"t", "small", "ada"), variant_of(b"s", "other", "ada"), variant_of(b"s", "small", "bob")]
    assert variant_of(b"s", "small", "ada") not in others


def test_a_code_says_nothing_of_the_seed() -> None:
    found = variant_of(b"s", "small", "ada")
    assert found.code not in found.seed


def test_a_student_may_be_named_as_the_folder(course: Course, drawn: Exercise, roster: Path, tmp_path: Path) -> None:
    released(course, drawn, roster, tmp_path / "out")
    given_out = ReleasedVariants(course, "small")
    assert given_out.variant("bob-stone") == given_out.variant("Bob Stone") != COMMON_VARIANT


def test_a_notebook_made_for_someone_else_is_noticed(
    course: Course, drawn: Exercise, roster: Path, tmp_path: Path
) -> None:
    released(course, drawn, roster, tmp_path / "out")
    given_out = ReleasedVariants(course, "small")
    own, other = (f"variant = '{given_out.variant(name).code}'" for name in ("ada", "cleo"))
    assert given_out.check_numbers("ada", [own]) == NumbersNote()
    found = given_out.check_numbers("ada", ["x = 1", other])
    assert "drawn for cleo" in as_read(found.observed)
    assert "cleo" not in as_read(found.remark)
    assert as_read(found.remark).startswith("The numbers in this notebook are not the ones that were drawn for you.")
    stranger = given_out.check_numbers("zoe", [other])
    assert as_read(stranger.remark).startswith(
        "Your name is not on the list of students who received their own numbers"
    )
    assert "not on the roster" in as_read(stranger.observed)
    assert "cleo" not in as_read(stranger.remark)
    common = given_out.check_numbers("ada", ['variant = "common"'])
    assert "the common numbers" in as_read(common.observed)
    assert common.remark == found.remark


@pytest.mark.parametrize(
    "cells",
    [
        [],
        ["x = 1"],
        [""],
        ["variant = ..."],
        ["variant = 'mine'"],
        ["variant = 17"],
        ["# variant = '{code}'"],
        ["variant = '{code}"],
        ["variant = '{code}x'"],
        ["variant = f'{code}'"],
        ['"variant = {code}"'],
        ["variant = '{{ variant }}'"],
        ["variant = ' {code}'"],
        ["del variant"],
    ],
)
def test_a_notebook_that_does_not_name_its_numbers_tells_nothing(
    course: Course, drawn: Exercise, roster: Path, tmp_path: Path, cells: list[str]
) -> None:
    released(course, drawn, roster, tmp_path / "out")
    given_out = ReleasedVariants(course, "small")
    filled = [cell.replace("{code}", given_out.variant("cleo").code) for cell in cells]
    for student in ("ada", "cleo", "zoe"):
        assert given_out.check_numbers(student, filled) == NumbersNote()


@pytest.mark.parametrize("student", ["ada", "zoe"])
def test_numbers_that_nobody_was_given_are_no_remark_to_the_student(
    course: Course, drawn: Exercise, roster: Path, tmp_path: Path, student: str
) -> None:
    released(course, drawn, roster, tmp_path / "out")
    found = ReleasedVariants(course, "small").check_numbers(student, ["variant = '0badc0de'"])
    assert (found.remark, "0badc0de" in str(found.observed)) == ("", True)


def without_the_cell(course: Course, cells: int = 1) -> None:
    """Take out the author's cell that names the numbers."""
    path = course.solution_notebook("small")
    notebook = json.loads(path.read_bytes())
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] != "given"]
    if cells > 1:
        notebook["cells"][0]["id"] = "variant"
    path.write_text(json.dumps(notebook))


@pytest.mark.parametrize("cells", [1, 2])
def test_where_no_cell_names_the_numbers_the_release_adds_one(
    course: Course, drawn: Exercise, roster: Path, tmp_path: Path, cells: int
) -> None:
    without_the_cell(course, cells)
    notebooks = released(course, drawn, roster, tmp_path / "out")
    given_out = ReleasedVariants(course, "small")
    for student, text in notebooks.items():
        made = json.loads(text)
        nbformat.validate(nbformat.from_dict(made))
        sources = ["".join(cell["source"]) for cell in made["cells"] if cell["cell_type"] == "code"]
        code = given_out.variant(student).code
        assert sources[0] == f'variant = "{code}"  # these numbers are yours; other students have different ones'
        assert given_out.check_numbers(student, sources) == NumbersNote()
        assert given_out.check_numbers("ada" if student != "ada" else "cleo", sources).remark
    (common,) = [path for path in release(course, drawn, tmp_path / "all") if path.suffix == ".ipynb"]
    assert 'variant = \\"common\\"' in common.read_text()


def test_a_cell_of_the_author_is_not_doubled(course: Course, drawn: Exercise, roster: Path, tmp_path: Path) -> None:
    notebooks = released(course, drawn, roster, tmp_path / "out")
    assert {text.count("variant =") for text in notebooks.values()} == {1}


def test_without_numbers_of_their_own_no_cell_is_added(course: Course, tmp_path: Path) -> None:
    exercise = read_exercise(course, "small")
    (made,) = [path for path in release(course, exercise, tmp_path / "out") if path.suffix == ".ipynb"]
    assert "variant" not in made.read_text()


@pytest.mark.usefixtures("drawn")
def test_looking_for_whose_numbers_these_are_takes_no_time_however_many_lines_are_blank(course: Course) -> None:
    begin = time.process_time()
    ReleasedVariants(course, "small").check_numbers("ada", ["\n" * 200_000 + " " * 200_000])
    assert time.process_time() - begin < 1.0


@pytest.mark.usefixtures("drawn")
def test_without_a_roster_nothing_is_said(course: Course) -> None:
    assert ReleasedVariants(course, "small").check_numbers("ada", ["variant = 'common'"]) == NumbersNote()
    assert ReleasedVariants(course, "small").variant("ada") == COMMON_VARIANT


def test_a_lost_secret_is_noticed(course: Course, drawn: Exercise, roster: Path, tmp_path: Path) -> None:
    released(course, drawn, roster, tmp_path / "out")
    (course.solutions / "secret").write_text("another")
    with pytest.raises(SpecificationError, match="another secret"):
        ReleasedVariants(course, "small").variant("ada")
    (course.solutions / "secret").unlink()
    with pytest.raises(SpecificationError, match="is missing"):
        ReleasedVariants(course, "small")


def test_releasing_again_keeps_everyones_numbers(course: Course, drawn: Exercise, roster: Path, tmp_path: Path) -> None:
    first = released(course, drawn, roster, tmp_path / "out")
    roster.write_text(roster.read_text() + "D,dan\n")
    second = released(course, drawn, roster, tmp_path / "out")
    assert {name: second[name] for name in first} == first
    assert "dan" in second


def test_an_exercise_without_draw_has_no_variants(course: Course, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="draws no numbers"):
        release_class(course, read_exercise(course, "small"), {"ada": Student(id="ada")}, tmp_path / "out", str)


def test_a_matrix_has_a_line_for_each_row() -> None:
    assert fill("a = {{ m }}", {"m": [[1, 2], [3, 4]]}, "here") == "a = [[1, 2],\n [3, 4]]"


def test_a_number_that_is_not_drawn_is_named() -> None:
    with pytest.raises(SpecificationError, match=r"key.py does not draw '\{\{ depth \}\}'. It draws size"):
        fill("{{ depth }}", {"size": 1}, "here")


@pytest.mark.usefixtures("drawn")
def test_numbers_reach_the_student_notebook(course: Course) -> None:
    made = student_notebook(course.solution_notebook("small").read_bytes(), "small", {"size": 6, "variant": "common"})
    assert b"A size of 6." in made


def test_without_a_key_titles_name_the_numbers(course: Course) -> None:
    path = course.exercise_folder("small") / "exercise.toml"
    title = read_exercise(course, "small").questions[0].title
    path.write_text(path.read_text().replace(title, "A {{ size }} x {{ size }} image"))
    assert without_numbers(read_exercise(course, "small")).questions[0].title == "A size x size image"
