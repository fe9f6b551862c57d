"""An exercise that draws numbers: each student gets an own notebook, drawn by a grader when it is asked for."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course.release import release
from grader.course.specification import read_exercise
from grader.course.variants import ReleasedVariants, variant_in
from grader.model.portal import Role
from grader.pipeline import drawing
from grader.pipeline.course_site import CourseSite
from grader.pipeline.drawing import draw_requested
from grader.pipeline.handing_out import hand_out
from grader.pipeline.people import delete_student, merge_student, rename_student
from tests.portal.people import SLUG, Person, grade_all, roster

Enter = Callable[..., Person]
PAGE, NOTEBOOK = f"/exercises/{SLUG}", f"/exercises/{SLUG}/notebook"
KEY = """
def draw(rng):
    return {"size": rng.randint(5, 900)}

def answers(given):
    return {"width": given["size"] + OFFSET, "padding": "valid"}
"""


def write_key(site: CourseSite, offset: int = 0) -> None:
    """Write the key of the exercise."""
    text = KEY.replace("OFFSET", str(offset))
    (site.course.solution_folder(SLUG) / "key.py").write_text(text)


def write_notebook(site: CourseSite, text: str) -> None:
    """Write the solution notebook, and release the one that all students get."""
    path = site.course.solution_notebook(SLUG)
    notebook = json.loads(path.read_bytes())
    notebook["cells"][0]["source"] = f"{text} {{{{ size }}}}."
    path.write_text(json.dumps(notebook))
    release(site.course, read_exercise(site.course, SLUG), site.course.exercises)


@pytest.fixture
def numbers(site: CourseSite) -> CourseSite:
    """The course, whose exercise draws a number for each student."""
    write_key(site)
    write_notebook(site, "The size is")
    return site


def code_of(content: bytes) -> str:
    """The variant that a notebook names."""
    return variant_in("\n".join("".join(cell["source"]) for cell in json.loads(content)["cells"]))


def test_each_student_gets_the_notebook_that_release_gives(numbers: CourseSite, enter: Enter, tmp_path: Path) -> None:
    ada, bob = enter("ada"), enter("bob")
    waiting = ada.get(PAGE).text
    assert "Your notebook, with your own numbers, is being prepared." in waiting
    assert 'http-equiv="refresh"' in waiting
    assert "data-refresh" in waiting
    assert f'href="{NOTEBOOK}"' not in waiting
    assert ada.get(NOTEBOOK).headers["location"] == PAGE
    assert bob.get(NOTEBOOK).headers["location"] == PAGE
    assert draw_requested(numbers, print) == 1  # nobody has opened the page for bob
    bob.get(PAGE)
    assert draw_requested(numbers, print) == 1
    contents = {person.member.student: person.get(NOTEBOOK).content for person in (ada, bob)}
    (tmp_path / "class.csv").write_bytes(roster("ada", "bob"))
    hand_out(numbers.course, SLUG, tmp_path / "class.csv", tmp_path / "out")
    for name, content in contents.items():
        assert content == (tmp_path / "out" / SLUG / name / f"{SLUG}.ipynb").read_bytes()
    assert contents["ada"] != contents["bob"]
    ready = ada.get(PAGE).text
    assert f'href="{NOTEBOOK}"' in ready
    assert 'http-equiv="refresh"' not in ready
    assert draw_requested(numbers, print) == 0


def test_the_numbers_of_the_notebook_are_those_that_it_is_graded_with(numbers: CourseSite, enter: Enter) -> None:
    ada, roe = enter("ada"), enter("roe", Role.INSTRUCTOR)
    ada.get(PAGE)
    draw_requested(numbers, print)
    content = ada.get(NOTEBOOK).content
    material = numbers.material(SLUG)
    size = material.key_of("ada").numbers["size"]
    assert f"The size is {size}." in content.decode()
    answer = next(question.answer for question in material.exercise.questions if question.id == "width")
    ada.submit(content.replace(f"{answer} = ...".encode(), f"{answer} = {size}".encode()))
    grade_all(numbers)
    roe.post(f"/class/{SLUG}/publication", publish="yes")
    book = numbers.book(SLUG)
    assert book is not None
    (mark,) = book.marks("ada")
    assert {finding.question: finding.verdict.value for finding in mark.assessment.findings}["width"] == "passed"
    assert not mark.assessment.flags


@pytest.mark.parametrize("how", ["renamed", "merged"])
def test_a_student_with_a_new_name_keeps_notebook_and_mark(numbers: CourseSite, enter: Enter, how: str) -> None:
    ada, eva = enter("ada"), enter("eva")
    ada.get(PAGE)
    draw_requested(numbers, print)
    content = ada.get(NOTEBOOK).content
    size = numbers.material(SLUG).key_of("ada").numbers["size"]
    answer = next(one.answer for one in numbers.exercise(SLUG).exercise.questions if one.id == "width")
    solved = content.replace(f"{answer} = ...".encode(), f"{answer} = {size}".encode())
    eva.submit(content)
    ada.submit(solved)
    grade_all(numbers)

    def passed(name: str) -> list[bool]:
        book = numbers.book(SLUG)
        assert book is not None
        return [
            finding.verdict.value == "passed" and not mark.assessment.flags
            for mark in book.marks(name)
            for finding in mark.assessment.findings
            if finding.question == "width"
        ]

    assert passed("ada") == [True]
    new = "ada-l" if how == "renamed" else "eva"
    if how == "renamed":
        rename_student(numbers.course, SLUG, numbers.results(SLUG), "ada", new, "kim")
    else:
        merge_student(numbers.course, numbers.folder, None, "ada", new, "kim")
    assert passed(new) == [True]
    ada.get(PAGE)
    draw_requested(numbers, print)
    if how == "renamed":
        assert ada.get(NOTEBOOK).content == content
    again = ada if how == "renamed" else eva
    again.submit(solved + b"\n")
    grade_all(numbers)
    assert passed(new) == [True]
    seeds = [variant.seed for variant in ReleasedVariants(numbers.course, SLUG).variants(new)]
    assert len(seeds) == (1 if how == "renamed" else 2)  # nobody practises with one of them


def test_numbers_are_drawn_for_the_whole_class_at_once(numbers: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    for name in ("bob", "cora"):
        enter(name)
    ada.get(PAGE)
    draw_requested(numbers, print)
    material = numbers.material(SLUG)
    assert all(ReleasedVariants(numbers.course, SLUG).has(name) for name in ("ada", "bob", "cora"))
    late = enter("zoe")
    late.get(PAGE)
    draw_requested(numbers, print)
    assert code_of(late.get(NOTEBOOK).content) not in ("", "common")
    assert numbers.material(SLUG).key_of("ada").numbers == material.key_of("ada").numbers


def test_a_student_who_has_submitted_keeps_the_common_numbers(numbers: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    common = (numbers.course.exercise_folder(SLUG) / "notebook.ipynb").read_bytes()
    ada.submit(common)
    ada.get(PAGE)
    draw_requested(numbers, print)
    assert ada.get(NOTEBOOK).content == common
    grade_all(numbers)
    book = numbers.book(SLUG)
    assert book is not None
    assert not book.marks("ada")[0].assessment.flags


def test_a_drawn_notebook_stays_until_the_exercise_changes(numbers: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    ada.get(PAGE)
    draw_requested(numbers, print)
    code = code_of(ada.get(NOTEBOOK).content)
    enter("zoe").get(PAGE)
    assert draw_requested(numbers, print) == 1
    assert ada.get(NOTEBOOK).status_code == 200  # another line of variants.csv changes nothing for others
    write_key(numbers, offset=1)
    draw_requested(numbers, print)
    assert ada.get(NOTEBOOK).headers["location"] == PAGE
    ada.get(PAGE)
    draw_requested(numbers, print)
    write_notebook(numbers, "The new size is")
    assert ada.get(NOTEBOOK).headers["location"] == PAGE  # also before a grader looks
    ada.get(PAGE)
    draw_requested(numbers, print)
    content = ada.get(NOTEBOOK).content
    assert b"The new size is" in content
    assert code_of(content) == code


@pytest.mark.usefixtures("numbers")
def test_staff_get_the_common_notebook(enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    assert "is being prepared" not in roe.get(PAGE).text
    assert code_of(roe.get(NOTEBOOK).content) == "common"


def test_an_exercise_without_numbers_waits_for_nobody(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    assert f'href="{NOTEBOOK}"' in ada.get(PAGE).text
    assert ada.get(NOTEBOOK).status_code == 200
    assert draw_requested(site, print) == 0
    assert not (site.course.solution_folder(SLUG) / "variants.csv").exists()


def test_a_notebook_that_cannot_be_drawn_says_so(
    numbers: CourseSite, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(drawing, "draw_notebooks", broken)
    ada = enter("ada")
    ada.get(PAGE)
    problems: list[str] = []
    draw_requested(numbers, problems.append)
    assert "the disk is full" in problems[0]
    page = ada.get(PAGE).text
    assert "Your notebook could not be prepared." in page
    assert "data-refresh" not in page


def test_deleting_a_student_deletes_the_drawn_notebook(numbers: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    ada.get(PAGE)
    draw_requested(numbers, print)
    ada.submit(ada.get(NOTEBOOK).content)
    grade_all(numbers)
    drawn = numbers.results(SLUG).folder / "personal-notebooks"
    assert list(drawn.rglob("*.ipynb"))
    delete_student(numbers.course, numbers.folder, None, "ada", "roe", is_dry_run=False)
    assert not list(drawn.rglob("*.ipynb"))


def test_data_files_have_their_size(site: CourseSite, enter: Enter) -> None:
    folder = site.course.exercise_folder(SLUG)
    (folder / "images.bin").write_bytes(bytes(1_500_000))
    path = folder / "exercise.toml"
    path.write_text(path.read_text() + '\n[[files]]\nname = "images.bin"\n')
    page = enter("ada").get(PAGE).text
    assert f'href="/exercises/{SLUG}/files/images.bin"' in page
    assert "1.5 MB" in page
