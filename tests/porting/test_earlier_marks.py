"""The marks of other graders are read from their tables, whatever their version."""

import pytest

from grader.porting.earlier_marks import UnreadableMarksError, read_marks

NBGRADER = """\
assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,late_submission_penalty,score,max_score
sizes,,2030-01-30 15:30:10,ada,Lovelace,Ada,,7.0,0.0,7.0,10.0
sizes,,2030-01-30 17:28:58,bob,,,,10.0,1.5,8.5,10.0
sizes,,,cy,,,,0.0,0.0,0.0,10.0
kernels,,2030-02-30 17:28:58,ada,,,,3.0,0.0,3.0,4.0
"""
OTTER = """\
file,q1,q2,total_points_earned,percent_correct,grading_status
points-per-question,1.0,2.0,3.0,1.0,--
ada.ipynb,1.0,0.5,1.5,0.5,Completed
submissions/bob.ipynb,0.0,2.0,2.0,0.667,Completed
cy.ipynb,0.0,0.0,0.0,0.0,Executing submission timed out
"""
OLD_OTTER = "file,q1,q2,total,possible\nada.ipynb,1.0,0.5,1.5,3\nbob.zip,0,2,2,3\n"
OLDEST_OTTER = "file,q1,q2\nada.ipynb,1.0,0.5\nbob.ipynb,0,2\n"


def found(text: str, assignment: str = "sizes", is_named: bool = False) -> tuple[dict[str, tuple[float, float]], int]:
    read = read_marks(text.encode(), assignment, is_named)
    return {mark.student: (mark.points, mark.max_points or 0) for mark in read.marks}, len(read.left_out)


FORMS = {
    "nbgrader": (NBGRADER, {"ada": (7, 10), "bob": (8.5, 10)}, 1),
    "otter": (OTTER, {"ada": (1.5, 3), "bob": (2, 3)}, 1),
    "older otter": (OLD_OTTER, {"ada": (1.5, 3), "bob": (2, 3)}, 0),
    "oldest otter": (OLDEST_OTTER, {"ada": (1.5, 0), "bob": (2, 0)}, 0),
    "by hand": ("student,points\nada,7\nbob,8.5\n", {"ada": (7, 0), "bob": (8.5, 0)}, 0),
    "by hand, full points": ("Points;Student;Max points\n7,5;ada;10\n;bob;10\n", {"ada": (7.5, 10)}, 1),
    "imported course": ("student,q_a,q_b,points\nada,1,,1\n\n", {"ada": (1, 0)}, 0),
    "a row twice": ("student,points\nada,7\nada,7.0\n", {"ada": (7, 0)}, 0),
    "a spreadsheet": ("\ufeffsep=;\nstudent;points\n'=ada;3\n", {"=ada": (3, 0)}, 0),
}


@pytest.mark.parametrize(("text", "marks", "left_out"), FORMS.values(), ids=FORMS)
def test_each_form_of_a_table_is_read(text: str, marks: dict[str, tuple[float, float]], left_out: int) -> None:
    assert found(text) == (marks, left_out)


def test_an_assignment_is_found_by_its_name() -> None:
    assert found(NBGRADER, "kernels", True) == ({"ada": (3, 4)}, 0)
    only_kernels = NBGRADER.replace("sizes,", "kernels,")
    with pytest.raises(UnreadableMarksError, match=r"ada has different points in line 2\. Keep one"):
        found(only_kernels, "sizes")
    single = "\n".join(line for line in NBGRADER.splitlines() if not line.startswith("kernels"))
    assert found(single, "another-name")[0] == {"ada": (7, 10), "bob": (8.5, 10)}


def test_the_origin_is_known() -> None:
    origins = {text: read_marks(text.encode(), "sizes", False).origin for text in (NBGRADER, OTTER, "student,points\n")}
    assert list(origins.values()) == ["nbgrader", "otter", ""]


FAULTS = {
    "another assignment": (
        NBGRADER,
        "has no assignment 'other'. Name one with --assignment. Available: kernels, sizes",
    ),
    "no student": ("name of it,points\na,1\n", "has no column `student`. Add it"),
    "no points": ("student,percent\na,1\n", "has no column `points`. Add it"),
    "nothing": ("", "has no column `student`"),
    "words": ("student,points\nada,many\n", "line 2: `points` must be a number, 0 or more. Received: 'many'"),
    "negative": ("student,points\n\nada,-1\n", "line 3: `points` must be a number, 0 or more. Received: '-1'"),
    "infinite": ("student,points\nada,inf\n", "line 2: `points` must be a number, 0 or more. Received: 'inf'"),
    "no name": ("student,points\n,1\n", "line 2: names no student"),
    "two marks": ("student,points\nada,1\nbob,2\nada,2\n", "line 4: ada has different points in line 2. Keep one"),
    "two encodings": ("student,points\nJos\u00e9,1\nJose\u0301,2\n", "line 3: José has different points in line 2"),
    "two columns": ("student,points,Points\nada,1,2\n", "has the column `points` more than once. Keep one of them"),
    "two students": ("student,student,points\nada,bob,1\n", "has the column `student` more than once"),
    "a line for Excel": ("sep=;\nstudent;points\nada;x\n", "line 3: `points` must be a number"),
    "a workbook": ("PK\x03\x04", "is a workbook or an archive, not a CSV file"),
    "a question of otter": ("file,q1\na.ipynb,x\n", "line 2: `q1` must be a number, 0 or more. Received: 'x'"),
}


@pytest.mark.parametrize(("text", "problem"), FAULTS.values(), ids=FAULTS)
def test_each_fault_of_a_table_is_named_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(UnreadableMarksError) as error:
        read_marks(text.encode(), "other", False)
    assert problem in "\n".join(error.value.args)


def test_cells_with_several_lines_do_not_change_the_number_of_a_line() -> None:
    with pytest.raises(UnreadableMarksError, match=r"line 4: `points` must be a number, 0 or more\. Received: 'x'"):
        found('student,points,comment\nada,1,"a\nb"\nbob,x,\n')
