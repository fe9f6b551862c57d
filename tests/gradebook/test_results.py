"""The files beside the database: what is kept outlasts a machine that stops, and no one writes over another's page."""

import os
import threading
from pathlib import Path

import pytest

from grader.gradebook.results import Results
from grader.model.submission import HandedIn, Submission


@pytest.fixture
def results(tmp_path: Path) -> Results:
    return Results(tmp_path / "out")


@pytest.mark.parametrize("left", [b"", b"\x1f\x8b", None])
def test_a_notebook_that_the_disk_has_only_in_part_is_written_again(results: Results, left: bytes | None) -> None:
    digest = results.keep_notebook(b"a notebook" * 100)
    (path,) = results.handed_in.rglob("*.gz")
    path.write_bytes(path.read_bytes()[:-9] if left is None else left)
    assert results.notebook(digest) is None
    assert results.keep_notebook(b"a notebook" * 100) == digest
    assert results.notebook(digest) == b"a notebook" * 100


@pytest.mark.parametrize("on_disk", [True, False])
def test_a_file_that_the_disk_has_only_in_part_is_written_again(
    results: Results, tmp_path: Path, on_disk: bool
) -> None:
    source = tmp_path / "model.keras"
    source.write_bytes(b"weights")
    file = HandedIn("model.keras", source if on_disk else b"weights")
    submission = Submission(student="ada", exercise="tiny", origin="ada.ipynb", content=b"", files=(file,))
    (kept,) = results.keep_files(submission)
    assert isinstance(kept.source, Path)
    kept.source.write_bytes(b"")
    assert results.keep_files(submission) == (kept,)
    assert kept.content == b"weights"


def test_the_disk_is_waited_for_only_where_something_is_new(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[str] = []
    monkeypatch.setattr(os, "sync", lambda: waited.append("for the disk"))
    for _ in range(2):
        results.keep_notebook(b"a notebook")
        results.sync()
    assert waited == ["for the disk"]


def test_a_page_of_nothing_is_no_page(results: Results) -> None:
    assert not results.has_page("ada")
    results.write_student("ada", "<p>page</p>", "{}")
    assert results.has_page("ada")
    (results.folder / "ada" / "report.html").write_bytes(b"")
    assert not results.has_page("ada")


def test_what_is_added_to_a_page_never_brings_an_older_one_back(results: Results) -> None:
    results.write_student("ada", "old", "{}")
    reading, written = threading.Event(), threading.Event()

    def change(page: str) -> str:
        reading.set()
        assert not written.wait(0.3), "a page was written while another one changed it"
        return page + " with the class"

    def write() -> None:
        reading.wait()
        results.write_student("ada", "new", "{}")
        written.set()

    other = threading.Thread(target=write)
    other.start()
    results.rewrite_report("ada", change)
    other.join()
    assert (results.folder / "ada" / "report.html").read_text() == "new"


def test_pages_about_the_class_are_written_by_one_at_a_time(results: Results) -> None:
    inside = threading.Event()

    def enter() -> None:
        with Results(results.folder).alone():
            inside.set()

    with results.alone():
        other = threading.Thread(target=enter)
        other.start()
        assert not inside.wait(0.3)
    other.join(10)
    assert inside.is_set()
