import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course import release as release_module
from grader.course.layout import Course
from grader.course.release import is_stale, release, student_notebook
from grader.course.specification import read_exercise
from grader.errors import SpecificationError
from grader.model.exercise import DataFile


def cell(name: str, source: Any, kind: str = "code", **metadata: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"cell_type": kind, "id": name, "metadata": metadata, "source": source}
    if kind == "code":
        made |= {"execution_count": 7, "outputs": [{"output_type": "stream", "name": "stdout", "text": "42"}]}
    return made


def notebook(*cells: dict[str, Any], **metadata: Any) -> bytes:
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}).encode()


ANSWER = "### BEGIN SOLUTION\nanswer = 6 * 7\n### END SOLUTION"


def test_a_student_notebook_is_valid_and_holds_no_output() -> None:
    made = student_notebook(notebook(cell("a", ANSWER), cell("b", ["# Text\n", "more"], "markdown")), "small")
    read = nbformat.reads(made.decode(), as_version=4)
    nbformat.validate(read)
    assert [part["source"] for part in read.cells] == ["answer = ...", "# Text\nmore"]
    assert read.cells[0].outputs == []
    assert read.cells[0].execution_count is None


def test_cells_for_the_staff_are_left_out() -> None:
    made = student_notebook(notebook(cell("a", "x = 1", tags=["staff"]), cell("b", "y = 1")), "small")
    assert [part["id"] for part in json.loads(made)["cells"]] == ["b"]


def test_metadata_other_than_kernel_and_language_are_dropped() -> None:
    language = {"name": "python", "version": "3.11.2"}
    made = student_notebook(notebook(cell("a", "x", author="me"), language_info=language, authors=["me"]), "small")
    assert json.loads(made)["metadata"] == {"language_info": {"name": "python"}}
    assert json.loads(made)["cells"][0]["metadata"] == {}


def test_the_same_solution_gives_the_same_bytes_in_a_stable_form() -> None:
    solution = notebook(cell("a", "é\ny"))
    made = student_notebook(solution, "small")
    assert made == student_notebook(solution, "small")
    assert made.endswith(b"}\n")
    assert "é".encode() in made
    assert json.loads(made)["cells"][0]["source"] == ["é\n", "y"]


@pytest.mark.parametrize(
    ("solution", "problem"),
    [
        (notebook(cell("conv1", "x\n### BEGIN SOLUTION")), r"cell 'conv1', line 2: '### BEGIN SOLUTION' has no"),
        (
            notebook(cell("text", "### BEGIN SOLUTION", "markdown")),
            r"cell 'text': only code cells may have answer regions",
        ),
        (notebook(cell("a", "x"), cell("a", "y")), r"the id 'a' is used more than once"),
        (notebook(cell("", "x")), r"cell 1 has no id"),
        (notebook(cell("a", "x", "heading")), r"neither code, markdown nor raw"),
        (notebook(cell("a", 3)), r"is not a notebook. Save it with Jupyter"),
        (b"{", r"is not a notebook"),
        (b"[]", r"is not a notebook"),
        (b"\xff", r"is not a notebook"),
    ],
)
def test_a_bad_solution_names_file_and_cell(solution: bytes, problem: str) -> None:
    with pytest.raises(SpecificationError, match=problem) as caught:
        student_notebook(solution, "small")
    assert str(caught.value).startswith("solutions/small/notebook.ipynb: ")


def test_a_solution_line_may_also_stand_outside_of_the_region() -> None:
    made = student_notebook(notebook(cell("a", "answer = 6 * 7\n" + ANSWER)), "small")
    assert json.loads(made)["cells"][0]["source"] == ["answer = 6 * 7\n", "answer = ..."]


def test_a_solution_line_that_would_be_given_out_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release_module, "strip", lambda source: source)
    with pytest.raises(
        SpecificationError, match=r"cell 'a': the student notebook would contain the solution line 'answer = 6 \* 7'"
    ):
        student_notebook(notebook(cell("a", ANSWER)), "small")


@given(st.lists(st.tuples(st.text(max_size=30), st.text("ab=1(\n) ", max_size=30)), max_size=4))
def test_releasing_twice_changes_nothing_more(texts: list[tuple[str, str]]) -> None:
    cells = [cell(f"c{n}", f"{a}\n### BEGIN SOLUTION\n{b}\n### END SOLUTION") for n, (a, b) in enumerate(texts)]
    try:
        once = student_notebook(notebook(*cells), "small")
    except SpecificationError:
        return
    assert student_notebook(once, "small") == once


def test_release_writes_all_that_a_student_may_see_and_no_more(course: Course, tmp_path: Path) -> None:
    data = course.exercises / "small" / "data"
    data.mkdir()
    (data / "x.npz").write_bytes(b"x")
    (data / "README.md").write_text("licence")
    (data / "private.txt").write_text("not listed")
    specification = course.exercises / "small" / "exercise.toml"
    specification.write_text(specification.read_text() + '\n[[files]]\nname = "data/x.npz"\n')
    written = release(course, read_exercise(course, "small"), tmp_path / "out")
    names = [path.relative_to(tmp_path / "out").as_posix() for path in written]
    assert names == ["small/notebook.ipynb", "small/exercise.toml", "small/data/x.npz", "small/data/README.md"]
    assert all(path.is_file() for path in written)
    assert not (tmp_path / "out/small/data/private.txt").exists()


def test_a_changed_solution_makes_the_student_notebook_stale_until_released(course: Course) -> None:
    assert not is_stale(course, "small")
    course.solution_notebook("small").write_bytes(notebook(cell("a", ANSWER)))
    assert is_stale(course, "small")
    release(course, read_exercise(course, "small"), course.exercises)
    assert not is_stale(course, "small")


def test_a_missing_solution_says_to_create_it(course: Course) -> None:
    course.solution_notebook("small").unlink()
    with pytest.raises(SpecificationError, match=r"solutions/small/notebook\.ipynb: cannot be read .*\. Create it\."):
        is_stale(course, "small")


def test_a_file_that_another_exercise_lends_is_copied_for_students_and_not_into_the_course(
    course: Course, tmp_path: Path
) -> None:
    lent = course.exercises / "other" / "data" / "lent.npz"
    lent.parent.mkdir(parents=True)
    lent.write_bytes(b"bytes")
    exercise = replace(read_exercise(course, "small"), files=(DataFile("data/lent.npz", lent, "digest"),))
    release(course, exercise, course.exercises)
    assert not (exercise.folder / "data" / "lent.npz").exists()
    release(course, exercise, tmp_path / "out")
    assert (tmp_path / "out" / "small" / "data" / "lent.npz").read_bytes() == b"bytes"
