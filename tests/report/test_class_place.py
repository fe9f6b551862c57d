"""The spread of the class on a student's page."""

from grader.model.assessment import Assessment, Finding, Verdict
from grader.report.class_place import FEWEST, reading, spread, with_class
from grader.report.student import render_student
from tests.report import report_samples as samples
from tests.report.conftest import Snapshot
from tests.report.page_reader import PageReader

MARKS = [5.0, 20.0, 35.0, 52.5, 60.0, 61.0, 62.5, 70.0, 88.0, 95.0, 100.0]


def page(assessment: Assessment | None = None) -> str:
    return render_student(samples.exercise(), samples.CELLS, assessment or samples.assessment(), samples.record())


def test_a_page_shows_the_class_only_once_it_is_put_in() -> None:
    assert "The class" not in PageReader(page()).text
    words = PageReader(with_class(page(), MARKS, 52.5)).text
    assert "You have 52.5 %. Of 11 marks, half are 61 % or higher." in words
    assert "you, 52.5 %" in words


def test_a_second_time_replaces_the_first() -> None:
    once = with_class(page(), MARKS, 52.5)
    assert with_class(once, MARKS, 52.5) == once
    assert with_class(once, MARKS[1:], 52.5).count("<h3>The class</h3>") == 1


def test_of_few_marks_nothing_is_shown() -> None:
    assert with_class(page(), MARKS[: FEWEST - 1], 52.5) == page()
    assert with_class(with_class(page(), MARKS, 52.5), MARKS[:3], 52.5) == page()


def test_a_page_without_a_mark_shows_no_class() -> None:
    unsettled = samples.assessment(
        made=(Finding(question="conv1", verdict=Verdict.CHECK_ERROR, points=0.0, max_points=2.0),)
    )
    assert with_class(page(unsettled), MARKS, 0.0) == page(unsettled)


def test_only_the_gap_of_ours_is_filled() -> None:
    cells = (("markdown", "<!-- class --><!-- /class -->"),)
    made = render_student(samples.exercise(title="<!-- class -->"), cells, samples.assessment(), samples.record())
    assert with_class(made, MARKS, 52.5).count("<h3>The class</h3>") == 1
    before = with_class(made, MARKS, 52.5).partition("<h3>The class</h3>")[0]
    assert before.count('class="mark-headline"') == 1


def test_all_marks_can_be_the_same() -> None:
    assert "<svg" in spread([100.0] * 12, 100.0, "x")
    assert "half are 100 % or higher" in reading([100.0] * 12, 100.0)


def test_the_spread_looks_as_agreed(snapshot: Snapshot) -> None:
    snapshot("spread.svg", spread(MARKS, 52.5, "spread"))
