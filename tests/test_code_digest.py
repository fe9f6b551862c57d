"""What the code of the grader is known by: marks of other code are not taken for today's."""

from pathlib import Path

import pytest

from grader.pipeline.code_digest import code_digest

FILES = ("assess/kinds.py", "report/page.html", "report/page.css", "locale/de.po", "model/record.py", "pipeline/a.py")


def package(folder: Path) -> Path:
    """A small grader in a folder."""
    for name in (*FILES, "execute/run.py", "execute/inside/cell.py", "report/notes.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


@pytest.mark.parametrize("above", ["home/grader", "execute/grader", "execute/inside/execute/grader", "execute"])
@pytest.mark.parametrize("changed", FILES)
def test_new_code_has_a_new_digest_wherever_the_checkout_lies(tmp_path: Path, above: str, changed: str) -> None:
    here = package(tmp_path / above)
    before = code_digest(here)
    (here / changed).write_text("new")
    assert code_digest(here) != before


@pytest.mark.parametrize("above", ["home/grader", "execute/grader"])
@pytest.mark.parametrize("changed", ["execute/run.py", "execute/inside/cell.py", "report/notes.txt"])
def test_what_marks_nothing_is_no_part_of_it(tmp_path: Path, above: str, changed: str) -> None:
    here = package(tmp_path / above)
    before = code_digest(here)
    (here / changed).write_text("new")
    assert code_digest(here) == before


def test_the_same_code_has_the_same_digest_in_every_place(tmp_path: Path) -> None:
    assert code_digest(package(tmp_path / "home")) == code_digest(package(tmp_path / "execute" / "grader"))


def test_a_file_named_like_the_room_that_runs_notebooks_still_counts(tmp_path: Path) -> None:
    here = package(tmp_path)
    before = code_digest(here)
    (here / "assess" / "execute").mkdir()
    (here / "assess" / "execute" / "mark.py").write_text("new")
    assert code_digest(here) != before


def test_text_that_moves_to_another_file_is_new_code(tmp_path: Path) -> None:
    here = package(tmp_path)
    before = code_digest(here)
    (here / "assess" / "kinds.py").rename(here / "assess" / "kinds_of_question.py")
    assert code_digest(here) != before
