from pathlib import Path

import pytest

from grader.course.layout import Course, find_course
from grader.errors import InputError


def test_a_course_is_found_from_any_folder_inside(course: Course) -> None:
    assert find_course(course.solution_folder("small") / "cases") == Course(course.root.resolve())


def test_a_place_outside_of_a_course_names_place_and_remedy(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"neither this folder nor one above it holds 'exercises/'; change to"):
        find_course(tmp_path)


def test_slugs_are_folders_with_a_specification(course: Course) -> None:
    (course.exercises / "no-exercise").mkdir()
    assert course.slugs() == ("small",)


def test_a_missing_exercise_names_the_nearest_one(course: Course) -> None:
    with pytest.raises(InputError, match=r"exercises/smal: there is no such exercise; did you mean 'small'\?"):
        course.exercise_folder("smal")


def test_a_missing_exercise_names_all_when_none_is_near(course: Course) -> None:
    with pytest.raises(InputError, match=r"there is no such exercise; there are: small\."):
        course.exercise_folder("../../etc")
