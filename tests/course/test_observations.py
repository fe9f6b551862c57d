"""Observations are read and checked without being run, and nothing secret gets into them."""

from pathlib import Path

import pytest

from grader.course.layout import Course
from grader.course.observations import mistakes, read_observations
from grader.course.specification import read_exercise
from grader.errors import SpecificationError
from grader.listing import listing
from grader.model.job import Observation
from grader.text.expressions import variables


def write(course: Course, name: str, code: str, answer: str = "") -> None:
    """Write a file of observations; the first question of the exercise asks for `answer`."""
    (course.solution_folder("small") / name).write_text(code)
    settings = course.exercises / "small" / "exercise.toml"
    if answer:
        settings.write_text(settings.read_text().replace('answer = "width"', f"answer = '{answer}'"))


def read(course: Course) -> dict[str, Observation]:
    return read_observations(course, read_exercise(course, "small"))


def problems(course: Course) -> list[str]:
    with pytest.raises(SpecificationError) as caught:
        read(course)
    return str(caught.value).splitlines()


def test_each_function_is_an_observation_of_its_parameters(course: Course) -> None:
    code = (
        "import numpy as np\n"
        "def first(a, b): return _helper(a) + b\n"
        "def second(*, a, b=3): return a\n"
        "def third(**notebook): return len(notebook)\n"
        "def fourth(shown_figures, a): return len(shown_figures)\n"
        "def _helper(a): return a\n"
        "class Any: pass\n"
    )
    write(course, "observe.py", code)
    assert read(course) == {
        "first": Observation(name="first", code=code, reads=("a", "b")),
        "second": Observation(name="second", code=code, reads=("a",)),
        "third": Observation(name="third", code=code, reads=()),
        "fourth": Observation(name="fourth", code=code, reads=("a",)),
    }


def test_parameters_of_a_function_of_files_are_files(course: Course) -> None:
    code = "def first(model='out/model.keras', *, array='a.npy'): return 1\n"
    write(course, "observe_saved.py", code)
    files = ("out/model.keras", "a.npy")
    assert read(course) == {"first": Observation(name="first", code=code, reads=files, of_files=True)}


def test_an_answer_may_be_an_expression(course: Course) -> None:
    write(course, "observe.py", "def first(a): return 1\n", answer="len(history.epoch)")
    expression = Observation(
        name="len(history.epoch)", code="len(history.epoch)", reads=("history",), is_expression=True
    )
    assert read(course)["len(history.epoch)"] == expression
    assert list(read(course)) == ["first", "len(history.epoch)"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("len(history.epoch)", ("history",)),
        ("model.layers[-1].units", ("model",)),
        ("[row[0] for row in rows]", ("rows",)),
        ("max(range(len(a)), key=lambda place: a[place])", ("a",)),
        ("float(np.mean(scores)) + tf.reduce_sum(x).numpy()", ("scores", "x")),
        ("f(a, b=c)", ("f", "a", "c")),
        ("shown_figures[0].axes[0].get_xlabel()", ()),
    ],
)
def test_variables_of_an_expression_are_those_of_the_notebook(text: str, names: tuple[str, ...]) -> None:
    assert variables(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "2 * x",
        "conv1-shape",
        "1 + 1",
        "len('a')",
        "a b",
        "a = 1",
        "len(_a)",
        "len(\na)",
        "len(" + "a" * 300 + ")",
        "import a",
    ],
)
def test_an_answer_that_is_neither_a_name_nor_an_expression_is_refused(course: Course, text: str) -> None:
    with pytest.raises(ValueError, match=r"must|not Python|uses no variable"):
        variables(text)
    settings = course.exercises / "small" / "exercise.toml"
    settings.write_text(settings.read_text().replace('answer = "width"', f'answer = """{text}"""'))
    with pytest.raises(SpecificationError, match="or an expression such as len"):
        read_exercise(course, "small")


REFUSED: dict[str, tuple[str, str, str]] = {
    "no Python": ("observe.py", "def f(", "line 1: '(' was never closed. Correct the file so that it is valid Python."),
    "the key": ("observe.py", "import key\n", "line 1: imports 'key', which is only for the staff"),
    "a part of the key": ("observe.py", "from key import answers\n", "line 1: imports 'key'"),
    "a neighbour": ("observe.py", "def f():\n    import canvas\n", "line 2: imports 'canvas'"),
    "the grader": ("observe.py", "import grader.model.key\n", "line 1: imports 'grader.model.key'"),
    "a relative import": ("observe.py", "from . import key\n", "line 1: imports '.', which is only for the staff"),
    "the file of the key": ("observe.py", "open('key.py')\n", "line 1: names 'key.py', a file that is only"),
    "held-out data": ("observe.py", "x = 'heldout/images.npz'\n", "line 1: names 'heldout/images.npz'"),
    "the staff's folder": ("observe.py", "x = '../solutions/small/a'\n", "line 1: names '../solutions/small/a'"),
    "a case": ("observe.py", "x = r'cases\\blank.ipynb'\n", "names"),
    "an async function": ("observe.py", "async def f(a): return 1\n", "line 1: f: is asynchronous"),
    "any number of arguments": ("observe.py", "def f(*a): return 1\n", "line 1: f: has *args or parameters before"),
    "no file": ("observe_saved.py", "def f(): return 1\n", "line 1: f: each parameter needs the path of a file"),
    "a parameter without a file": ("observe_saved.py", "def f(a, b='b.npy'): return 1\n", "f: each parameter needs"),
    "a number for a file": ("observe_saved.py", "def f(a=3): return 1\n", "f: each parameter needs the path of a file"),
    "a file above": ("observe_saved.py", "def f(a='../b.npy'): return 1\n", "f: '../b.npy' must be a path relative"),
    "a file elsewhere": ("observe_saved.py", "def f(a='/etc/passwd'): return 1\n", "'/etc/passwd' must be a path"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "code", "problem"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_allowed_is_refused_with_place_and_line(course: Course, name: str, code: str, problem: str) -> None:
    (course.solution_folder("small") / "canvas.py").write_text("x = 1\n")
    write(course, name, code)
    found = problems(course)
    assert any(problem in line for line in found), found
    assert all(line.startswith(f"solutions/small/{name}: ") for line in found)


def test_one_name_is_one_observation(course: Course) -> None:
    write(course, "observe.py", "def f(a): return 1\n")
    write(course, "observe_saved.py", "def f(a='a.npy'): return 1\n")
    assert problems(course) == ["solutions/small/observe_saved.py: 'f' is also in observe.py. Rename one of them."]


def test_a_file_of_the_exercise_may_be_named(course: Course) -> None:
    folder = course.exercises / "small"
    (folder / "points.csv").write_text("1")
    (course.solution_folder("small") / "points.csv").write_text("1")
    settings = folder / "exercise.toml"
    settings.write_text(
        settings.read_text().replace("[[questions]]", '[[files]]\nname = "points.csv"\n\n[[questions]]', 1)
    )
    write(course, "observe.py", "def f(a): return open('points.csv').read()\n")
    assert list(read(course)) == ["f"]
    write(course, "observe_saved.py", "def g(a='points.csv'): return 1\n")
    assert "'points.csv' is a file of the exercise" in problems(course)[0]


@pytest.mark.parametrize(
    ("literal", "answer", "is_found"),
    [
        ("832", 832, True),
        ("8", 8, False),
        ("0.125", 0.125, True),
        ("1.0", 1.0, False),
        ("'softmax'", "softmax", True),
        ("[28, 28, 6]", (28, 28, 6), True),
        ("(28, 28, 6)", [28, 28, 6], True),
        ("True", True, False),
        ("833", 832, False),
    ],
)
def test_expected_values_in_the_code_are_found(course: Course, literal: str, answer: object, is_found: bool) -> None:
    write(course, "observe.py", f"def width(a):\n    return a == {literal}\n", answer="width")
    expected = (
        "solutions/small/observe.py: line 2: contains the expected value of question 'width'. "
        "Keep it in key.py, which never enters the sandbox."
    )
    found = mistakes(course, read_exercise(course, "small"), {"width": answer})
    assert found == ([expected] if is_found else [])


def test_the_list_names_observations_that_no_question_uses_and_two_meanings_of_a_name(course: Course) -> None:
    write(course, "observe.py", "def lost(a): return 1\ndef width(a): return 2\n")
    (small,) = listing(course)
    assert list(small.problems) == [
        "solutions/small/notebook.ipynb: 'width' is a variable and also an observation. Rename one of them.",
        "solutions/small/observe.py: line 1: no question has the answer 'lost'. "
        "Begin the name of a helper with '_', or remove the function.",
    ]


def test_reading_runs_nothing(course: Course, tmp_path: Path) -> None:
    write(course, "observe.py", f"open({str(tmp_path / 'ran')!r}, 'w').write('x')\ndef f(a): return 1\n")
    read(course)
    listing(course)
    assert not (tmp_path / "ran").exists()
