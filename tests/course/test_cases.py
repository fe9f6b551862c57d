import json

import pytest

from grader.course.cases import Case, PointsRange, read_cases
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.errors import SpecificationError
from grader.model.assessment import Verdict
from grader.model.record import Outcome

CASE = '[{name}]\nshows = "S"\noutcome = "completed"\npoints = {{ width = {width}, padding = 1 }}\n'


def write(course: Course, text: str) -> None:
    folder = course.solution_folder("small") / "cases"
    (folder / "expected.toml").write_text(text)


def problems(course: Course, text: str) -> str:
    write(course, text)
    with pytest.raises(SpecificationError) as caught:
        read_cases(course, read_exercise(course, "small"))
    return str(caught.value)


def test_cases_come_in_the_order_of_their_table(course: Course) -> None:
    cases = read_cases(course, read_exercise(course, "small"))
    assert [case.name for case in cases] == ["full-marks", "blank"]
    assert cases[0].outcome is Outcome.COMPLETED
    assert "width = 28 - 3 + 1" in code(cases[0])
    assert "SOLUTION" not in code(cases[0])
    assert cases[1].content == (course.exercise_folder("small") / "notebook.ipynb").read_bytes()


def test_verdicts_follow_from_the_points_unless_stated(course: Course) -> None:
    extra = 'verdicts = { padding = "needs_human" }\nsays = { width = "filter", padding = ["a", "b"] }\n'
    write(course, CASE.format(name="full-marks", width=1) + extra)
    case = read_cases(course, read_exercise(course, "small"))[0]
    assert case.verdicts == {"width": Verdict.PARTIAL, "padding": Verdict.NEEDS_HUMAN}
    assert case.says == {"width": ("filter",), "padding": ("a", "b")}


def test_a_range_that_reaches_full_marks_implies_no_verdict(course: Course) -> None:
    write(course, CASE.format(name="full-marks", width="[0.5, 2]"))
    case = read_cases(course, read_exercise(course, "small"))[0]
    assert case.points["width"] == PointsRange(0.5, 2)
    assert 1.0 in case.points["width"]
    assert 0.4 not in case.points["width"]
    assert "width" not in case.verdicts


def test_an_exercise_without_cases_has_none(course: Course) -> None:
    folder = course.solution_folder("small") / "cases"
    folder.rename(folder.with_name("gone"))
    assert read_cases(course, read_exercise(course, "small")) == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (CASE.format(name="full-marks", width=3), "points: `width` must be at most 2. Received: 3."),
        (CASE.format(name="full-marks", width="[2, 1]"), "points: `width` must be a number, or ["),
        (CASE.format(name="full-marks", width="true"), "points: `width` must be a number"),
        (CASE.format(name="full-marks", width=2) + "says = { width = 3 }", "says: `width` must be text in"),
        (
            CASE.format(name="full-marks", width="1, widht = 1"),
            "points: there is no question 'widht'. Did you mean 'width'?",
        ),
        ('[a]\nshows = "S"\nbase = "solutoin"\n', "case 'a': base: 'solutoin' is not a case. Did you mean 'solution'?"),
        (
            '[a]\nshows = "S"\nbase = "b"\n[b]\nshows = "S"\nbase = "a"\n',
            "case 'a': base: its bases form a circle. Set",
        ),
        (
            '[a]\nshows = "S"\nset = { widht = 3 }\n',
            "case 'a': set: no cell assigns a value to 'widht'. Did you mean 'wid",
        ),
        ('[a]\nshows = "S"\ncells = { x = "y" }\n', "case 'a': cells: there is no cell 'x'. Available: "),
        ('[a]\nshows = "S"\nblank = ["x"]\n', "case 'a': blank: there is no cell 'x'. Available: "),
        (
            '[a]\nshows = "S"\nset = { width = { a = 1 } }\n',
            "must be Python code in quotes, a number or a list. Received: ",
        ),
        (CASE.format(name="full-marks", width=2).replace("completed", "complete"), "`outcome` must be"),
        ("full-marks = 3\n", "case 'full-marks': it must be a table. Received: 3."),
        (
            CASE.format(name="full-marks", width=2) + 'files = { "a.exe" = "a" }',
            "files: [hand_in] does not accept 'a.exe'",
        ),
    ],
)
def test_each_mistake_of_a_case_has_its_line(course: Course, text: str, problem: str) -> None:
    found = problems(course, text)
    assert problem in found
    assert all(line.startswith("solutions/small/cases/expected.toml: ") for line in found.split("\n"))


def test_files_are_handed_in_under_the_names_that_the_notebook_opens(course: Course) -> None:
    specification = course.exercises / "small" / "exercise.toml"
    specification.write_text(specification.read_text() + '\n[hand_in]\nfiles = ["*.keras"]\n')
    text = CASE.format(name="full-marks", width=2) + 'files = { "model.keras" = "trained.keras" }\n'
    assert "there is no trained.keras next to expected.toml" in problems(course, text)
    (course.solution_folder("small") / "cases" / "trained.keras").write_bytes(b"weights")
    [case] = read_cases(course, read_exercise(course, "small"))
    [file] = case.files
    assert (file.name, file.content) == ("model.keras", b"weights")


def test_a_case_has_the_points_of_its_base_where_it_does_not_say_otherwise(course: Course) -> None:
    text = """
[right]
shows = "S"

[wrong]
shows = "S"
set = { width = "28 - 3" }
points = { width = 0 }

[half]
shows = "S"
base = "wrong"
blank = ["PADDING"]

[nothing]
shows = "S"
base = "student"
""".replace("PADDING", cell_of(course, "padding"))
    write(course, text)
    right, wrong, half, nothing = read_cases(course, read_exercise(course, "small"))
    full, none = {"width": PointsRange(2, 2), "padding": PointsRange(1, 1)}, PointsRange(0, 0)
    assert (right.points, set(right.verdicts.values())) == (full, {Verdict.PASSED})
    assert (wrong.points, wrong.verdicts["width"]) == (full | {"width": none}, Verdict.FAILED)
    assert "width = 28 - 3" in code(wrong).split("\n")
    assert (half.points["padding"], half.verdicts["padding"]) == (none, Verdict.NOT_ATTEMPTED)
    assert half.verdicts["width"] is Verdict.FAILED
    assert "width = 28 - 3" in code(half).split("\n")
    assert "padding = ..." in code(half).split("\n")
    assert set(nothing.verdicts.values()) == {Verdict.NOT_ATTEMPTED}


def test_cells_are_replaced_and_added(course: Course) -> None:
    cell = cell_of(course, "width")
    write(
        course,
        f'[a]\nshows = "S"\ncells = {{ {cell} = "width = 3" }}\nadd = {{ {cell} = "import math" }}\npoints = {{}}\n',
    )
    [case] = read_cases(course, read_exercise(course, "small"))
    sources = ["".join(cell["source"]) for cell in json.loads(case.content)["cells"]]
    assert sources[sources.index("width = 3") + 1] == "import math"


def test_the_last_assignment_gets_the_value_however_many_lines_it_has(course: Course) -> None:
    cell = cell_of(course, "width")
    source = "width = 1\nwidth = (\n    28\n    - 3\n)  # five\nprint(width)"
    first = f"[a]\nshows = 'S'\ncells = {{ {cell} = {json.dumps(source)} }}\n"
    write(course, first + "[b]\nshows = 'S'\nbase = 'a'\nset = { width = 7 }\n")
    _, case = read_cases(course, read_exercise(course, "small"))
    assert "width = 1\nwidth = 7\nprint(width)" in code(case)


def test_an_author_may_write_the_notebook_of_a_case(course: Course) -> None:
    folder = course.solution_folder("small") / "cases"
    (folder / "own.ipynb").write_text("{}")
    assert "own.ipynb has no table. Add [own] with its points." in problems(course, '[a]\nshows = "S"\n')
    without = CASE.format(name="own", width=2).replace(", padding = 1", "")
    assert "case 'own': points: question 'padding' is missing" in problems(course, without)
    changed = '[own]\nshows = "S"\nbase = "student"\nset = { width = 3 }\n'
    assert "case 'own': set: own.ipynb is its notebook. Remove the file" in problems(course, changed)
    write(course, '[own]\nshows = "S"\nbase = "student"\n')
    [case] = read_cases(course, read_exercise(course, "small"))
    assert case.content == b"{}"
    assert set(case.verdicts.values()) == {Verdict.NOT_ATTEMPTED}


def code(case: Case) -> str:
    """The source of all cells."""
    return "\n".join("".join(cell["source"]) for cell in json.loads(case.content)["cells"])


def cell_of(course: Course, name: str) -> str:
    """The id of the cell that assigns a variable."""
    cells = json.loads(course.solution_notebook("small").read_bytes())["cells"]
    return str(next(cell["id"] for cell in cells if f"{name} = " in "".join(cell["source"])))
