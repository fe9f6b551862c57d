"""Reports on held-out data before and after the deadline, through the whole of grading."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.gradebook.results import Results
from grader.model.course_settings import HeldOutReports, LatePolicy, Per
from grader.model.job import Job
from grader.model.mark import Mark
from grader.model.record import Answer, AnswerState, CellRun, Outcome, ProbeResult, ProbeState, Record
from grader.model.submission import Submission
from grader.pipeline import class_pages, marking
from tests.conftest import notebook
from tests.fakes import Fake, ignore

DEADLINE = datetime(2026, 5, 1, 12, tzinfo=UTC)
SLUG = "keras-cnn"


class Predicting(Fake):
    """Pretends to run jobs whose `predict` labels all but some held-out inputs correctly."""

    def __init__(self, material: pipeline.Material, wrong: int) -> None:
        super().__init__()
        ((self._question, self._data),) = material.heldout.items()
        self._labels = {
            bytes(image): int(label) for image, label in zip(self._data.inputs, self._data.labels, strict=True)
        }
        self._wrong = wrong

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        for job in jobs:
            (probe,) = job.probes
            assert isinstance(probe.arguments[0], bytes)
            shown = np.load(io.BytesIO(probe.arguments[0]))
            labels = np.array([self._labels[bytes(image)] for image in shown])
            labels[: self._wrong] = (labels[: self._wrong] + 1) % 10
            stream = io.BytesIO()
            np.save(stream, labels)
            yield Record(
                key=job.key,
                outcome=Outcome.COMPLETED,
                cells=tuple(CellRun((), 1) for _ in job.cells),
                answers={name: Answer(AnswerState.MISSING) for name in job.names},
                probes={probe.name: ProbeResult(ProbeState.RETURNED, stream.getvalue())},
                environment=job.environment,
            )


@pytest.fixture(scope="module")
def held_out(course: Course) -> pipeline.Material:
    """An exercise with held-out data and a deadline."""
    material = pipeline.load(course, SLUG)
    settings = replace(material.settings, deadlines={SLUG: DEADLINE}, held_out=HeldOutReports(scored_attempts=2))
    return replace(material, settings=settings)


def at(moment: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (marking, class_pages):
        monkeypatch.setattr(place, "now", lambda: moment)


def graded(material: pipeline.Material, results: Results, number: int, wrong: int) -> tuple[Mark, str]:
    """The mark and the report of a further attempt."""
    attempt = Submission(
        student="ann", exercise=SLUG, origin="ann.ipynb", content=notebook(f"# attempt {number}", "predict = 1")
    )
    (standing,) = pipeline.grade(material, [attempt], results, Predicting(material, wrong), ignore)
    return standing, (results.folder / "ann" / "report.html").read_text()


def told(page: str) -> bool:
    """Whether a report tells an exact count or a confusion matrix."""
    return "held-out images are labelled correctly" in page or "confusion" in page.casefold()


def test_reports_tell_less_before_the_deadline_and_the_mark_is_exact(
    held_out: pipeline.Material, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(DEADLINE - timedelta(days=1), monkeypatch)
    count = len(next(iter(held_out.heldout.values())).labels)
    first, page = graded(held_out, results, 1, wrong=count // 3)
    other, same = graded(held_out, Results(results.folder / "other"), 1, wrong=count // 3 - 1)
    assert not told(page)
    assert "at least 65 %" in page
    assert first.assessment.points != other.assessment.points, "the marks are exact"
    assert page == same, "two scores of one step cannot be told apart"
    assert "shown later" not in page

    second, page = graded(held_out, results, 2, wrong=0)
    assert "at least" in page or "100 %" in page
    third, page = graded(held_out, results, 3, wrong=count)
    assert "You have used your 2 scored attempts." in page
    assert not told(page)
    assert [flag.kind for flag in third.assessment.flags] == ["many attempts on held-out data"]
    assert "to learn the labels from the reports" not in page
    assert second.assessment.points > third.assessment.points

    late = LatePolicy(timedelta(minutes=15), 10, Per.DAY, 50)
    with_late_rule = replace(held_out, settings=replace(held_out.settings, late=late))
    for after, is_told in ((timedelta(minutes=10), False), (timedelta(days=3), False), (timedelta(days=4), True)):
        at(DEADLINE + after, monkeypatch)
        pipeline.regrade(with_late_rule, results)
        assert told((results.folder / "ann" / "report.html").read_text()) is is_told

    at(DEADLINE + timedelta(seconds=1), monkeypatch)
    (again,) = pipeline.regrade(held_out, results).marks
    page = (results.folder / "ann" / "report.html").read_text()
    assert told(page)
    assert again.assessment.points == third.assessment.points


@pytest.mark.parametrize("exact", [True, False])
def test_a_course_may_tell_all_at_once_and_without_a_deadline_a_report_does(
    held_out: pipeline.Material, results: Results, monkeypatch: pytest.MonkeyPatch, exact: bool
) -> None:
    at(DEADLINE - timedelta(days=1), monkeypatch)
    settings = replace(
        held_out.settings, held_out=HeldOutReports(exact=exact), deadlines={SLUG: DEADLINE} if exact else {}
    )
    _, page = graded(replace(held_out, settings=settings), results, 1, wrong=20)
    assert told(page)
