import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.regions import BEGIN, END, SEES, RegionError, strip


def region(*solution: str, sees: tuple[str, ...] | None = None, indent: str = "") -> str:
    lines = [BEGIN, *solution, *([] if sees is None else [SEES, *sees]), END]
    return "\n".join(indent + line for line in lines)


@pytest.mark.parametrize(
    ("solution", "given_out"),
    [
        (("x = 1",), "x = ..."),
        (("x = 1", "y = x + 1"), "x = ...\ny = ..."),
        (("a, b = 1, 2",), "a = ...\nb = ..."),
        (("a = b = 1",), "a = ...\nb = ..."),
        (("a: int = 1",), "a = ..."),
        (("x = 1", "x = 2"), "x = ..."),
        (("x = 1", "print(x)"), "..."),
        (("model.add(Dense(10))",), "..."),
        (("x[0] = 1",), "..."),
        (("x = (",), "..."),
        ((), "..."),
        (("# only a comment",), "..."),
        (("def f(x, y=2):", "    return x + y"), "def f(x, y=2):\n    ..."),
    ],
)
def test_a_region_without_hint_keeps_names_and_signatures_only(solution: tuple[str, ...], given_out: str) -> None:
    assert strip(region(*solution)) == given_out


def test_a_function_keeps_its_docstring() -> None:
    source = region("def predict(images):", '    """Labels of', "", '    raw images."""', "    return model(images)")
    stub = strip(source)
    assert stub == 'def predict(images):\n    """Labels of\n\n    raw images."""\n    ...'
    ast.parse(stub)


def test_what_the_student_sees_loses_its_comment_mark() -> None:
    source = region("model.add(Dense(10))", sees=("# if True:", "#     model.add(Dense(...))", "#", "", "#x = ..."))
    assert strip(source) == "if True:\n    model.add(Dense(...))\n\n\nx = ..."


def test_a_region_keeps_its_indentation() -> None:
    source = "def f(x):\n" + region("return x + 1", indent="    ") + "\nf(1)"
    assert strip(source) == "def f(x):\n    ...\nf(1)"


def test_code_without_regions_stays_as_it_is() -> None:
    assert strip("a = 1\n\n# b\n") == "a = 1\n\n# b\n"


@pytest.mark.parametrize(
    ("source", "line", "fact"),
    [
        (f"x\n{BEGIN}\ny", 2, "has no"),
        (f"{END}", 1, "is outside a region"),
        (f"x\n{SEES}", 2, "is outside a region"),
        (f"{BEGIN}\n{BEGIN}\n{END}", 2, "is inside the region of line 1"),
        (f"{BEGIN}\n{SEES}\n{SEES}\n{END}", 3, "is inside"),
        (f"{BEGIN}\n{SEES}\nx = 1\n{END}", 3, "must be a comment"),
        ("#BEGIN SOLUTION\nx\n# END SOLUTION", 1, "is nearly a marker"),
        (f"{BEGIN}\nx = 1\n### End solution\n{END}", 3, "is nearly a marker"),
        (f"{BEGIN}\nx\n### STUDENTS SEE\n{END} now", 4, "is nearly a marker"),
    ],
)
def test_markers_that_do_not_fit_name_their_line(source: str, line: int, fact: str) -> None:
    with pytest.raises(RegionError, match=fact) as caught:
        strip(source)
    assert caught.value.line == line


LINES = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"), max_size=20)
)


@given(outside=LINES, solution=st.lists(st.integers(0, 10**9)), after=LINES, indent=st.sampled_from(["", "    "]))
def test_no_line_of_a_solution_reaches_the_student(
    outside: list[str], solution: list[int], after: list[str], indent: str
) -> None:
    secret = [f"secret_{number} = compute({number})" for number in solution]
    before, behind = ([f"# {line}" for line in lines] for lines in (outside, after))
    source = "\n".join([*before, region(*secret, indent=indent), *behind])
    try:
        lines = strip(source).split("\n")
    except RegionError:
        return
    assert lines[: len(before)] == before
    assert lines[len(lines) - len(behind) :] == behind
    assert "compute(" not in "\n".join(lines[len(before) : len(lines) - len(behind)])


@given(solution=st.text(max_size=80), sees=st.lists(st.text("xyz =.()", max_size=12)))
def test_what_the_student_sees_is_exactly_what_the_author_wrote(solution: str, sees: list[str]) -> None:
    try:
        out = strip(region(*solution.split("\n"), sees=tuple(f"# {line}" for line in sees)))
    except RegionError:
        return
    assert out == "\n".join(line.strip() and line.rstrip() for line in sees)
