"""Pages follow the marks, also where there is nothing to draw them from for a while."""

import os
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.gradebook.results import Results
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.mark import Mark
from grader.model.record import Record
from grader.pipeline import deciding
from grader.pipeline.marking import Detail, now
from grader.pipeline.marking_process import MarkingProcess
from grader.pipeline.student_pages import StudentPages
from tests.fakes import Fake, hand_in, ignore


def pages(material: pipeline.Material, results: Results) -> dict[str, str]:
    return results.gradebook(material.settings.title, "tiny").pages()


def more_points(course: Course) -> None:
    path = course.exercises / "tiny" / "exercise.toml"
    path.write_text(path.read_text().replace("points = 1", "points = 3"))


def test_a_page_without_a_record_stays_and_is_drawn_once_there_is_one(
    small: Course,
    material: pipeline.Material,
    results: Results,
) -> None:
    pipeline.grade(material, [hand_in(material, "ada", 1)], results, Fake(), ignore)
    page = results.folder / "ada" / "report.html"
    before = page.read_text()
    for record in results.records.rglob("*.gz"):
        record.unlink()
    more_points(small)
    changed = pipeline.load(small, "tiny")
    assert pipeline.regrade(changed, results).outdated == ["ada"]
    assert page.read_text() == before
    assert pages(changed, results) == {"ada": ""}
    fake = Fake()
    pipeline.grade(changed, [hand_in(changed, "ada", 1)], results, fake, ignore)
    assert len(fake.ran) == 1
    assert page.read_text() != before
    assert pages(changed, results)["ada"]


@pytest.mark.parametrize("lost", ["page", "empty page"])
def test_a_page_that_was_lost_is_drawn_again_and_nothing_runs(
    material: pipeline.Material,
    results: Results,
    lost: str,
) -> None:
    pipeline.grade(material, [hand_in(material, "ada", 1)], results, Fake(), ignore)
    page: Path = results.folder / "ada" / "report.html"
    before = page.read_text()
    if lost == "page":
        page.unlink()
    else:
        page.write_text("")
    fake = Fake()
    pipeline.grade(material, [hand_in(material, "ada", 1)], results, fake, ignore)
    assert (page.read_text(), fake.ran) == (before, [])


def decide(material: pipeline.Material, results: Results, student: str) -> None:
    decision = Adjustment(
        student=student,
        exercise="tiny",
        kind=AdjustmentKind.COMMENT,
        text="Well done.",
        author="Roe",
        reason="",
        at=now(),
    )
    deciding.decide(material, results, [decision])


COMMANDS: dict[str, Callable[[pipeline.Material, Results], object]] = {
    "grade": lambda material, results: pipeline.grade(material, [hand_in(material, "bob", 2)], results, Fake(), ignore),
    "regrade": pipeline.regrade,
    "decide": lambda material, results: decide(material, results, "bob"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_gradebook_is_free_while_a_page_is_drawn(
    material: pipeline.Material, results: Results, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.grade(material, [hand_in(material, "ada", 1), hand_in(material, "bob", 1)], results, Fake(), ignore)
    write, drawn = MarkingProcess.write, []

    def watched(process: MarkingProcess, standing: Mark, record: Record | None = None) -> Detail | None:
        other = sqlite3.connect(results.folder / "gradebook.sqlite", timeout=0, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")  # raises at once where anybody else is writing
        other.close()
        drawn.append(standing.student)
        return write(process, standing, record)

    monkeypatch.setattr(MarkingProcess, "write", watched)
    COMMANDS[command](material, results)
    assert "bob" in drawn


def test_a_rerun_that_is_killed_before_it_draws_leaves_the_page_to_the_next_command(
    material: pipeline.Material, results: Results
) -> None:
    """The page shows the run, so it is outdated even if the mark is the same."""
    pipeline.grade(material, [hand_in(material, "ada", 1)], results, Fake(), ignore)
    child = os.fork()
    if child == 0:
        StudentPages.draw = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]
        pipeline.rerun(material, results, Fake(), ["ada"], ignore, ignore)
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert pages(material, results) == {"ada": ""}
    COMMANDS["grade"](material, results)
    assert all(pages(material, results).values())


@pytest.mark.parametrize("command", COMMANDS)
def test_what_a_killed_command_kept_and_did_not_draw_the_next_one_draws(
    small: Course, material: pipeline.Material, results: Results, command: str
) -> None:
    pipeline.grade(material, [hand_in(material, "ada", 1), hand_in(material, "bob", 1)], results, Fake(), ignore)
    before = {name: (results.folder / name / "report.html").read_text() for name in ("ada", "bob")}
    more_points(small)
    changed = pipeline.load(small, "tiny")
    child = os.fork()
    if child == 0:  # a real process, killed between the commit and the first page
        StudentPages.draw = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]
        pipeline.regrade(changed, results)
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    book = results.gradebook(changed.settings.title, "tiny")
    assert {each.assessment.max_points for each in book.marks()} == {changed.exercise.max_points}
    assert pages(changed, results) == {"ada": "", "bob": ""}
    assert {name: (results.folder / name / "report.html").read_text() for name in before} == before
    COMMANDS[command](changed, results)
    assert all(pages(changed, results).values())
    for name, page in before.items():
        assert (results.folder / name / "report.html").read_text() != page


def test_a_page_shows_the_marks_that_were_kept_last_whoever_draws_it(
    material: pipeline.Material, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody decides after another grader has kept its marks, and before that one draws."""
    draw = StudentPages.draw
    comments: list[str] = []

    def late(pages: StudentPages, *arguments: Any) -> None:
        if not comments:
            comments.append("Well done.")
            decide(material, results, "ada")
        draw(pages, *arguments)

    monkeypatch.setattr(StudentPages, "draw", late)
    pipeline.grade(material, [hand_in(material, "ada", 1)], results, Fake(), ignore)
    assert "Well done." in (results.folder / "ada" / "report.html").read_text()
    assert all(pages(material, results).values())


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_decided_while_a_page_is_drawn_is_drawn_later_where_nobody_else_does(
    material: pipeline.Material, results: Results, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody decides after the page was drawn and before that is noted, and is killed while waiting to draw."""
    pipeline.grade(material, [hand_in(material, "bob", 1)], results, Fake(), ignore)
    write = MarkingProcess.write
    killed: list[int] = []

    def then_decided(process: MarkingProcess, standing: Mark, record: Record | None = None) -> Detail | None:
        written = write(process, standing, record)
        if not killed:
            child = os.fork()
            if child == 0:
                StudentPages.draw = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]
                decide(material, Results(results.folder), "ada")
                os._exit(0)
            killed.append(os.waitpid(child, 0)[1])
        return written

    with monkeypatch.context() as patch:
        patch.setattr(MarkingProcess, "write", then_decided)
        pipeline.grade(material, [hand_in(material, "ada", 1)], results, Fake(), ignore)
    assert killed == [signal.SIGKILL]
    COMMANDS[command](material, results)
    assert "Well done." in (results.folder / "ada" / "report.html").read_text()
    assert all(pages(material, results).values())
