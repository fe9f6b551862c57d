"""The archive of feedback that Canvas and Moodle take back."""

import io
import re
import zipfile
from typing import Any

import pytest

from grader.gradebook.exports import feedback
from tests.gradebook import export_samples as samples

CANVAS = [
    ("doejane_12_99_notebook.ipynb", "doejane_12_99_notebook.html"),
    ("class/doejane_LATE_12_99_my_lab-2.ipynb", "doejane_LATE_12_99_my_lab-2.html"),
    ("doejane_12_99_lab.IPYNB", "doejane_12_99_lab.html"),
    ("o'neil_12_99_a:b\\c.ipynb", "o'neil_12_99_a-b-c.html"),
]
MOODLE = [
    ("Jane Doe_34_assignsubmission_file_/a/b.ipynb", "Jane Doe_34_assignsubmission_file_/report.html"),
    ("x/Jane Doe_34_assignsubmission_file/b.ipynb", "Jane Doe_34_assignsubmission_file/report.html"),
    ("Jane Doe_34_assignsubmission_file_lab.ipynb", "Jane Doe_34_assignsubmission_file_/report.html"),
]


def place(origin: str, **options: Any) -> str:
    mark = samples.mark(origin=origin)
    return feedback.places([mark], **options).paths[mark.folder]


@pytest.mark.parametrize(("origin", "path"), [*CANVAS, *MOODLE])
def test_a_page_lies_where_its_platform_looks_for_it(origin: str, path: str) -> None:
    assert place(origin) == path


@pytest.mark.parametrize("origin", [origin for origin, _ in CANVAS])
def test_canvas_finds_student_and_submission_by_the_first_two_numbers_between_underscores(origin: str) -> None:
    assert [part for part in place(origin).split("_") if re.fullmatch(r"\d+", part)][:2] == ["12", "99"]


@pytest.mark.parametrize("origin", [origin for origin, _ in MOODLE])
def test_moodle_finds_the_student_by_the_second_part_of_the_folder(origin: str) -> None:
    folder, file = place(origin).split("/")
    name, number, kind, plugin = folder.split("_")[:4]
    assert (name, number, kind, plugin, file) == ("Jane Doe", "34", "assignsubmission", "file", "report.html")


def test_what_was_handed_in_by_hand_lies_in_a_folder_and_is_told() -> None:
    made = feedback.places([samples.mark("ada", origin="ada.ipynb")])
    assert made.paths == {"folder-ada": "folder-ada/report.html"}
    assert made.remarks == ("ada: came neither from Canvas nor from Moodle. The page is folder-ada/report.html.",)


def test_a_folder_that_is_known_from_a_worksheet_counts_more() -> None:
    assert place("ada.ipynb", folders={"folder-ada": "Ada_3_assignsubmission_file_"}) == (
        "Ada_3_assignsubmission_file_/report.html"
    )


def test_whoever_has_no_mark_through_our_fault_gets_no_page_yet_and_is_listed() -> None:
    unread, sandbox, broken = samples.unmarked()
    made = feedback.places([unread, sandbox, broken])
    assert list(made.paths) == [unread.folder]
    assert [problem.split(", because")[0] for problem in made.problems] == [
        "sandbox: has no feedback yet",
        "broken: has no feedback yet",
    ]


def test_two_pages_of_one_name_are_told() -> None:
    made = feedback.places([samples.mark("a", origin="x_1_22_n.ipynb"), samples.mark("b", origin="y/x_1_22_n.ipynb")])
    assert made.paths == {"folder-a": "x_1_22_n.html"}
    assert made.problems == ("b: another page is also called x_1_22_n.html, so this page is not in the archive.",)


@pytest.mark.parametrize(
    "origin", ["../../etc_1_22_x.ipynb", "..\\_1_22_x.ipynb", "/a_1_22_x.ipynb", "..", "a\x00_1_22_x.ipynb"]
)
def test_no_name_leads_out_of_the_archive(origin: str) -> None:
    parts = place(origin).split("/")
    assert ".." not in parts
    assert "" not in parts
    assert re.search(r'[\x00-\x1f\\:*?"<>|]', place(origin)) is None


def test_the_same_pages_give_the_same_archive() -> None:
    def packed() -> bytes:
        stream = io.BytesIO()
        feedback.pack(stream, [("a/report.html", b"<p>1"), ("b.html", b"<p>2")])
        return stream.getvalue()

    with zipfile.ZipFile(io.BytesIO(packed())) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "a/report.html": b"<p>1",
            "b.html": b"<p>2",
        }
    assert packed() == packed()


def test_what_could_not_be_run_has_no_mark_to_export_and_says_what_to_do() -> None:
    assert samples.unrun().points is None
    assert "grader adjust" in samples.unrun().no_mark
