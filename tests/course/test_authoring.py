"""What helps an author: a new exercise, the list, and the lint."""

import json
from pathlib import Path

import nbformat
import pytest

from grader.course.answer_key import read_key
from grader.course.cases import read_cases
from grader.course.layout import Course
from grader.course.lint import problems
from grader.course.scaffold import create_exercise
from grader.course.specification import read_exercise
from grader.errors import InputError
from grader.listing import listing
from grader.text.python_source import bound_names


def lint(course: Course) -> list[str]:
    """What the list says is wrong with the small exercise."""
    (small,) = [item for item in listing(course) if item.slug == "small"]
    return list(small.problems)


def replace(path: Path, old: str, new: str) -> None:
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_a_new_exercise_can_be_read_whole_and_has_nothing_to_complain_of(course: Course) -> None:
    exercise = read_exercise(course, "small")
    key = read_key(course, exercise)
    assert exercise.max_points == 3
    assert set(key.answers) == {"width", "padding"}
    assert [case.name for case in read_cases(course, exercise)] == ["full-marks", "blank"]
    assert lint(course) == []
    nbformat.validate(nbformat.read(course.solution_notebook("small"), as_version=4))


def test_the_solution_of_a_new_exercise_gives_the_answers_of_its_key(course: Course) -> None:
    exercise = read_exercise(course, "small")
    left: dict[str, object] = {}
    for cell in json.loads(course.solution_notebook("small").read_bytes())["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), left)
    answers = read_key(course, exercise).answers
    assert all(left[question.answer] == answers[question.id] for question in exercise.questions)


@pytest.mark.parametrize("slug", ["", "Max-Pooling", "../x", "a b", "-a", "a--b", "1a", "a/b", "x" * 41, "a\n"])
def test_a_new_exercise_needs_a_valid_name(course: Course, slug: str) -> None:
    with pytest.raises(InputError, match=r"is not a name for an exercise\. Use up to 40 lower-case letters"):
        create_exercise(course, slug)


def test_a_new_exercise_never_overwrites_one(course: Course) -> None:
    with pytest.raises(InputError, match=r"exercises/small: already exists\. Choose another name\."):
        create_exercise(course, "small")
    (course.solutions / "half").mkdir()
    with pytest.raises(InputError, match=r"solutions/half: already exists"):
        create_exercise(course, "half")
    assert not (course.exercises / "half").exists()


def test_the_list_shows_points_and_state_of_each_exercise(course: Course) -> None:
    create_exercise(course, "broken")
    create_exercise(course, "stale")
    (course.exercises / "broken" / "exercise.toml").write_text("title = 3")
    (course.exercises / "stale" / "notebook.ipynb").unlink()
    broken, small, stale = listing(course)
    assert (small.title, small.points, small.questions, small.problems, small.valid) == ("Small", 3, 2, (), True)
    assert not broken.valid
    assert "exercises/broken/exercise.toml: `title` must be text in quotes. Received: 3." in broken.problems[0]
    assert not stale.valid
    assert "Run `grader release stale --out exercises`" in stale.problems[0]


def test_lint_says_that_the_student_notebook_is_stale(course: Course) -> None:
    (course.exercises / "small" / "notebook.ipynb").write_text("{}")
    assert lint(course) == [
        "exercises/small/notebook.ipynb: differs from the notebook that is generated from the solution. Run "
        "`grader release "
        "small --out exercises`."
    ]


def test_lint_finds_answers_that_are_never_assigned_shared_or_given_away(course: Course) -> None:
    specification = course.exercises / "small" / "exercise.toml"
    replace(specification, 'answer = "padding"', 'answer = "pading"')
    assert any("answer 'pading' is never assigned" in line for line in lint(course))
    replace(specification, 'answer = "pading"', 'answer = "width"')
    assert any("2 questions ask for 'width'. Is that intended?" in line for line in lint(course))
    replace(specification, 'answer = "width"', 'answer = "padding"')
    notebook = json.loads(course.solution_notebook("small").read_bytes())
    notebook["cells"][2]["source"] = "%matplotlib inline\npadding = 'same'"
    course.solution_notebook("small").write_text(json.dumps(notebook))
    assert any(
        "answer 'padding' is outside the answer regions, so students can see it" in line for line in lint(course)
    )


PARTLY_WRITTEN = {
    "a function": ("def padding():\n    ### BEGIN SOLUTION\n    return 3\n    ### END SOLUTION", True),
    "a class": ("class padding:\n    a = 1\n    ### BEGIN SOLUTION\n    b = 2\n    ### END SOLUTION", True),
    "after a magic": ("%time 1\ndef padding():\n    ### BEGIN SOLUTION\n    return 3\n    ### END SOLUTION", True),
    "after the function": ("def padding():\n    return 3\n### BEGIN SOLUTION\nother = 2\n### END SOLUTION", False),
    "before the function": ("### BEGIN SOLUTION\nother = 2\n### END SOLUTION\ndef padding():\n    return 3", False),
}


@pytest.mark.parametrize(("source", "is_accepted"), PARTLY_WRITTEN.values(), ids=PARTLY_WRITTEN)
def test_lint_accepts_a_function_of_which_students_write_a_part(course: Course, source: str, is_accepted: bool) -> None:
    notebook = json.loads(course.solution_notebook("small").read_bytes())
    notebook["cells"][2]["source"] = source
    course.solution_notebook("small").write_text(json.dumps(notebook))
    assert any("'padding' is outside the answer regions" in line for line in lint(course)) != is_accepted


def test_lint_finds_a_slip_that_is_the_right_answer(course: Course) -> None:
    replace(course.solution_folder("small") / "key.py", "slip(IMAGE,", "slip(26,")
    place = "exercises/small/exercise.toml: question 'width'"
    assert lint(course) == [f"{place}: the slip 26 is marked as correct. Remove it."]


@pytest.mark.parametrize(
    ("option", "slip", "told"),
    [
        ("decimals = 2", 26.004, "is marked as correct. Remove it"),
        ("digits = 2", 26.4, "is marked as correct. Remove it"),
        ("tolerance = 1", 27, "is marked as correct. Remove it"),
        ("relative_tolerance = 0.1", 27, "is marked as correct. Remove it"),
        ("decimals = 0\ntolerance = 0.1", 26.5, "is marked as correct. Remove it"),
        ("decimals = 1\ntolerance = 0.01", 26.06, ""),
        ("decimals = 2", 26.1, ""),
        ("points = 3", 26.4, ""),
    ],
)
def test_lint_finds_a_slip_that_counts_as_right(course: Course, option: str, slip: float, told: str) -> None:
    specification = course.exercises / "small" / "exercise.toml"
    replace(
        specification,
        'answer = "width"',
        f'answer = "width"\n{option}' if "points" not in option else 'answer = "width"',
    )
    replace(course.solution_folder("small") / "key.py", "slip(IMAGE,", f"slip({slip},")
    found = lint(course)
    assert (told in "".join(found)) if told else found == []


def test_lint_finds_a_slip_that_is_right_once_it_is_rounded(course: Course) -> None:
    replace(course.exercises / "small" / "exercise.toml", 'answer = "width"', 'answer = "width"\ndecimals = 1')
    path = course.solution_folder("small") / "key.py"
    replace(path, "yield IMAGE - FILTER + 1", "yield 26.06")
    replace(path, "slip(IMAGE,", "slip(26.17,")
    assert lint(course) == []
    replace(path, "slip(26.17,", "slip(26.14,")  # both are 26.1 to whoever rounds as asked
    assert [line.partition("slip 26.14 ")[2] for line in lint(course)] == [
        "is marked as correct after rounding. Ask for more digits, or remove it."
    ]


@pytest.mark.parametrize(
    ("cell", "assigned"),
    [
        ("!ls\n%matplotlib inline\nwidth = 26", True),
        ("%time width = 26", True),
        ("%%time\nwidth = 26", True),
        ("width = !ls", True),
        ("if True:\n    width = 26", True),
        ("def width(image):\n    return 26", True),
        ("from sizes import side as width", True),
        ("sizes = [width := 26]", True),
        ("def solve():\n    width = 26", False),
        ("[width for width in range(3)]", False),
        ("width: int", False),
        ("%%bash\nwidth=26", False),
        ("%%writefile width.py\nwidth = 26", False),
        ("width = ", False),
    ],
)
def test_lint_and_marking_agree_on_whether_a_cell_assigns_an_answer(course: Course, cell: str, assigned: bool) -> None:
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": cell}]}).encode()
    lines = problems(read_exercise(course, "small"), notebook, b"")
    assert any("answer 'width' is never assigned" in line for line in lines) is not assigned
    assert ("width" in bound_names(cell)) is assigned
