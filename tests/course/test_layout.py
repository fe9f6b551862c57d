from pathlib import Path

import pytest

from grader.course.layout import Course, HandedOut, find_course, find_handed_out
from grader.course.release import release
from grader.course.scaffold import create_exercise
from grader.course.specification import read_exercise
from grader.course.variants import ReleasedVariants
from grader.errors import InputError, SpecificationError
from grader.listing import course_problems, listing
from grader.model.exercise import MAIN_NOTEBOOK
from tests.conftest import ROOT


def test_a_course_is_found_from_any_folder_inside(course: Course) -> None:
    assert find_course(course.solution_folder("small") / "cases") == Course(course.root.resolve())


def test_a_place_outside_of_a_course_names_place_and_remedy(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"neither this folder nor one above it contains 'exercises/'. Change to"):
        find_course(tmp_path)


def test_slugs_are_folders_with_a_specification(course: Course) -> None:
    (course.exercises / "no-exercise").mkdir()
    assert course.slugs() == ("small",)


@pytest.mark.parametrize("target", ["nowhere.toml", "exercise.toml"])
def test_an_exercise_whose_specification_is_a_link_that_leads_nowhere_is_not_left_out(
    course: Course, target: str
) -> None:
    path = course.exercises / "small" / "exercise.toml"
    path.unlink()
    path.symlink_to(target)
    assert course.slugs() == ("small",)
    (listed,) = listing(course)
    assert listed.problems[0].startswith("exercises/small/exercise.toml: cannot be read (")


@pytest.mark.parametrize("target", ["nowhere.toml", "course.toml"])
def test_settings_behind_a_link_that_leads_nowhere_are_not_the_default_ones(course: Course, target: str) -> None:
    (course.exercises / "course.toml").unlink(missing_ok=True)
    (course.exercises / "course.toml").symlink_to(target)
    (problem,) = course_problems(course)
    assert problem.startswith("exercises/course.toml: cannot be read (")


@pytest.mark.parametrize("target", ["nowhere.csv", "variants.csv"])
def test_numbers_behind_a_link_that_leads_nowhere_are_not_the_common_ones(course: Course, target: str) -> None:
    course.solution_folder("small").mkdir(parents=True, exist_ok=True)
    (course.solution_folder("small") / "variants.csv").symlink_to(target)
    with pytest.raises(SpecificationError, match=r"variants\.csv: cannot be read \("):
        ReleasedVariants(course, "small")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"name,folder,variant\nada,ada,1\n", "a line has no 'student'"),
        (b"student,folder,variant\nada\n", "a line has no 'folder'"),
        (b"student,folder,variant\nJos\xe9,jose,1\n", "is not UTF-8"),
        (b"student,folder,variant\n" + b"a" * 200_000, "is not a CSV file"),
        (None, "cannot be read ("),
    ],
)
def test_a_list_of_numbers_that_cannot_be_read_makes_one_exercise_invalid(
    course: Course, content: bytes | None, problem: str
) -> None:
    path = course.solution_folder("small") / "variants.csv"
    path.mkdir(parents=True) if content is None else path.write_bytes(content)
    (listed,) = listing(course)
    assert [line for line in listed.problems if line.startswith(f"solutions/small/variants.csv: {problem}")]


def test_a_byte_order_mark_hides_no_student_in_the_list_of_numbers(course: Course) -> None:
    course.solution_folder("small").mkdir(parents=True, exist_ok=True)
    path = course.solution_folder("small") / "variants.csv"
    path.write_bytes(b"\xef\xbb\xbfstudent,folder,variant\nada,ada,1\n")
    (course.solutions / "secret").write_text("secret")
    with pytest.raises(SpecificationError, match="was made with another secret"):
        ReleasedVariants(course, "small").variant("ada")


def test_a_missing_exercise_names_the_nearest_one(course: Course) -> None:
    with pytest.raises(InputError, match=r"exercises/smal: there is no such exercise. Did you mean 'small'\?"):
        course.exercise_folder("smal")


def test_a_missing_exercise_names_all_when_none_is_near(course: Course) -> None:
    with pytest.raises(InputError, match=r"there is no such exercise\. Available: small\."):
        course.exercise_folder("../../etc")


@pytest.mark.parametrize("slug", Course(ROOT).slugs())
def test_a_released_exercise_is_complete_in_any_folder(tmp_path: Path, slug: str) -> None:
    course = Course(ROOT)
    exercise = read_exercise(course, slug)
    release(course, exercise, tmp_path / "released")
    place = tmp_path / "Meine Übungen" / "Woche 1"
    place.parent.mkdir()
    (tmp_path / "released" / slug).rename(place)
    (place / "work").mkdir()
    found = find_handed_out(place / "work", ROOT)
    assert found == HandedOut(place.parent, "Woche 1")
    handed_out = read_exercise(found, "Woche 1")
    assert handed_out.questions == exercise.questions
    assert [(file.name, file.sha256) for file in handed_out.files] == [
        (file.name, file.sha256) for file in exercise.files
    ]
    assert all(file.path.is_relative_to(place) for file in handed_out.files)


def test_the_nearest_exercise_or_course_counts(tmp_path: Path) -> None:
    course = Course(tmp_path / "course")
    create_exercise(course, "one")
    assert find_handed_out(course.exercises / "one") == course
    assert find_handed_out(tmp_path, course.solutions) == course
    inside = course.root / "released" / "two"
    inside.mkdir(parents=True)
    (inside / "exercise.toml").touch()
    assert find_handed_out(inside) == HandedOut(inside.parent, "two")
    with pytest.raises(InputError, match=r"contains 'exercise.toml'\. Put your notebook into the folder"):
        find_handed_out(tmp_path)


def test_the_main_notebook_of_a_solution_has_the_name_that_exercises_give_it(course: Course) -> None:
    assert course.solution_notebook("small").name == MAIN_NOTEBOOK
