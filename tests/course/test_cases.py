import pytest

from grader.course.cases import PointsRange, read_cases
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.errors import SpecificationError
from grader.model.assessment import Verdict
from grader.model.record import Outcome

CASE = '[{name}]\nshows = "S"\noutcome = "completed"\npoints = {{ width = {width}, padding = 1 }}\n'


def write(course: Course, text: str) -> None:
    folder = course.solution_folder("small") / "cases"
    (folder / "blank.ipynb").unlink(missing_ok=True)
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
    assert cases[0].content == course.solution_notebook("small").read_bytes()


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
        (CASE.format(name="full-mark", width=2), "case 'full-mark' has no notebook; did you mean 'full-marks'?"),
        ("", "full-marks.ipynb has no table; add [full-marks]"),
        (CASE.format(name="full-marks", width=3), "points: width is 3; the question has 2 at most."),
        (CASE.format(name="full-marks", width="[2, 1]"), "points: width is [2, 1]; it must be a number, or ["),
        (CASE.format(name="full-marks", width="true"), "points: width is true; it must be a number"),
        (CASE.format(name="full-marks", width=2) + "says = { width = 3 }", "says: width is 3; it must be text in"),
        (CASE.format(name="full-marks", width="1, widht = 1"), "points: 'widht' is no question; did you mean 'width'?"),
        (CASE.format(name="full-marks", width=2).replace(", padding = 1", ""), "question 'padding' is missing"),
        (CASE.format(name="full-marks", width=2).replace("completed", "complete"), 'outcome is "complete"; it must be'),
        ("full-marks = 3\n", "case 'full-marks': it is 3; it must be a table."),
        (
            CASE.format(name="full-marks", width=2) + 'files = { "a.exe" = "a" }',
            "files: 'a.exe' is nothing that students",
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
    assert "there is no trained.keras beside expected.toml" in problems(course, text)
    (course.solution_folder("small") / "cases" / "trained.keras").write_bytes(b"weights")
    [case] = read_cases(course, read_exercise(course, "small"))
    [file] = case.files
    assert (file.name, file.content) == ("model.keras", b"weights")
