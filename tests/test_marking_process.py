"""Marking and drawing of one submission cannot slow, break or fill the process that keeps the clocks."""

import os
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from grader import pipeline
from grader.assess import engine
from grader.gradebook.results import Results
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.assessment import Assessment, Verdict
from grader.model.exercise import Exercise
from grader.model.record import Record
from grader.pipeline import marking, marking_process
from grader.pipeline.marking import now
from grader.pipeline.student_pages import StudentPages
from grader.report.student import render_student
from grader.report.tables import assessment_json
from tests.fakes import Fake, hand_in, ignore

EVE = "eve"


def forever() -> None:
    """Takes all the time that it is given."""
    while True:
        pass


def without_end() -> None:
    """Takes all the memory that it is given."""
    kept = []
    while True:
        kept.append(bytearray(2**24))


def out() -> None:
    """Ends the process, as a fault in native code does."""
    os._exit(3)


HARM = pytest.mark.parametrize("harm", [forever, without_end, out])


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test can wait for."""
    monkeypatch.setattr(marking_process, "SECONDS", 1)


def graded(material: pipeline.Material, results: Results) -> dict[str, Assessment]:
    """The marks of a class in which Eve is the second."""
    class_ = [hand_in(material, name, 26, f"\n# {name}") for name in ("ann", EVE, "zoe")]
    standings = pipeline.grade(material, class_, results, Fake(), ignore)
    return {each.student: each.assessment for each in standings}


def page(results: Results, student: str) -> str:
    return Path(results.folder, student, "report.html").read_text()


@HARM
def test_marking_that_takes_too_much_is_given_up_for_that_student_alone(
    material: pipeline.Material, results: Results, monkeypatch: pytest.MonkeyPatch, harm: Callable[[], None]
) -> None:
    works = engine.assess

    def assess(student: str, *values: Any, **named: Any) -> Assessment:
        if student == EVE:
            harm()
        return works(student, *values, **named)

    before = graded(material, Results(results.folder / "before"))
    monkeypatch.setattr(engine, "assess", assess)
    used = time.process_time()
    after = graded(material, results)
    assert time.process_time() - used < 5, "the time was taken in another process"
    assert (after["ann"], after["zoe"]) == (before["ann"], before["zoe"])
    assert {finding.verdict for finding in after[EVE].findings} == {Verdict.CHECK_ERROR}
    assert not after[EVE].publishable
    told = after[EVE].findings[0].fault
    assert "1 s or 1024 MiB" in told or "MemoryError" in told


@HARM
def test_a_page_that_takes_too_much_is_replaced_by_a_plain_one_that_says_so(
    material: pipeline.Material, results: Results, monkeypatch: pytest.MonkeyPatch, harm: Callable[[], None]
) -> None:
    works = render_student

    def render(exercise: Exercise, cells: tuple[tuple[str, str], ...], *values: Any) -> str:
        if any("# eve" in source for _, source in cells):
            harm()
        return works(exercise, cells, *values)

    monkeypatch.setattr(marking, "render_student", render)
    found = graded(material, results)
    assert {each.points for each in found.values()} == {found["ann"].points}
    assert "This report does not contain the pictures" in page(results, EVE)
    assert "This report does not contain the pictures" not in page(results, "ann") + page(results, "zoe")
    assert results.remarks == [
        "eve: the report shows only marks and reasons, because drawing the rest failed, or needed too much time or "
        "memory."
    ]
    pipeline.regrade(material, results)
    assert "This report does not contain the pictures" in page(results, EVE)


def test_where_even_the_reasons_take_too_much_the_marks_remain(
    material: pipeline.Material, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = render_student

    def render(exercise: Exercise, cells: Any, assessment: Assessment, *values: Any) -> str:
        if assessment.student == EVE and any(finding.reason for finding in assessment.findings):
            forever()
        return works(exercise, cells, assessment, *values)

    monkeypatch.setattr(marking, "render_student", render)
    found = graded(material, results)
    assert {each.points for each in found.values()} == {found["ann"].points}
    assert "This report contains only the marks" in page(results, EVE)
    assert results.remarks == [
        "eve: the report shows only marks, because drawing the rest failed, or needed too much time or memory."
    ]


def test_a_page_that_cannot_be_drawn_is_named_to_staff(
    material: pipeline.Material, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = render_student

    def render(exercise: Exercise, cells: Any, *values: Any) -> str:
        if cells:
            raise TypeError("argument of type 'Message' is not iterable")
        return works(exercise, cells, *values)

    monkeypatch.setattr(marking, "render_student", render)
    graded(material, results)
    assert [remark.partition(":")[0] for remark in results.remarks] == ["ann", EVE, "zoe"]


def test_a_page_that_cannot_be_written_at_all_stops_no_other_student(
    material: pipeline.Material, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = assessment_json

    def to_json(assessment: Assessment) -> str:
        if assessment.student == EVE:
            raise RuntimeError("no page for her")
        return works(assessment)

    monkeypatch.setattr(marking, "assessment_json", to_json)
    by_student = graded(material, results)
    assert {assessment.points for assessment in by_student.values()} == {by_student["ann"].points}
    remark = "eve: the report could not be written. The marks are stored. Run the command again to write the report. "
    assert results.remarks
    assert all(text.startswith(f"{remark}Reason: RuntimeError: no page for her, ") for text in results.remarks)
    assert not Path(results.folder, EVE, "report.html").exists()
    monkeypatch.undo()
    later = Results(results.folder)
    assert graded(material, later) == by_student
    assert later.remarks == []
    assert "eve" in page(results, EVE)


def test_what_is_decided_between_a_mark_and_its_page_counts_after_the_next_command(
    material: pipeline.Material, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    works, book = StudentPages.draw, results.open(material.settings, "tiny", begins=True)
    decision = Adjustment(
        student="ann",
        exercise="tiny",
        kind=AdjustmentKind.POINTS,
        author="Roe",
        reason="oral exam",
        at=now(),
        points=0.25,
    )

    def draw(pages: StudentPages, names: Iterable[str], records: Mapping[int, Record] | None = None) -> None:
        names = list(names)
        if "ann" in names and not book.adjustments():
            book.adjust([decision])
        works(pages, names, records)

    monkeypatch.setattr(StudentPages, "draw", draw)
    graded(material, results)
    monkeypatch.undo()
    assert "By Roe: oral exam" in page(results, "ann")
    graded(material, results)
    assert {mark.student: mark.assessment.points for mark in book.marks()}["ann"] == 0.25
    assert all(book.pages().values())


def test_a_page_that_is_too_long_is_replaced_by_a_plain_one(
    material: pipeline.Material, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    class_ = [hand_in(material, name, 26, note) for name, note in (("ann", ""), (EVE, "\n# long" * 10_000))]
    pipeline.grade(material, class_[:1], results, Fake(), ignore)
    monkeypatch.setattr(marking, "_LONGEST_PAGE", len(page(results, "ann")) + 1_000)
    pipeline.grade(material, class_, results, Fake(), ignore)
    assert "This report does not contain the pictures" in page(results, EVE)
    assert "This report does not contain the pictures" not in page(results, "ann")
