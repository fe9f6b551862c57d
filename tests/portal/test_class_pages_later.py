"""A grader publishes the class pages after the student's own page, and never forgets them."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from grader import pipeline
from grader.model.portal import JobState
from grader.pipeline import marker as marker_module
from grader.pipeline import queued_grading
from grader.pipeline.course_site import CourseSite
from grader.pipeline.queued_grading import QueueGrader, work
from tests.fakes import Fake, hand_in, ignore
from tests.portal.people import SLUG, Person, answered

Enter = Callable[..., Person]
Grader = Callable[[], QueueGrader]


@pytest.fixture
def new_grader(site: CourseSite) -> Iterator[Grader]:
    """A function that starts a grader of the queue in this process."""
    started: list[QueueGrader] = []

    def start() -> QueueGrader:
        started.append(QueueGrader(site, Fake(), f"grader {len(started)}", print))
        return started[-1]

    yield start
    for grader in started:
        grader.__exit__(None, None, None)


def table(site: CourseSite) -> str:
    """The table of marks of the class; empty if there is none."""
    path = site.results(SLUG).folder / "grades.csv"
    return path.read_text() if path.exists() else ""


def has_own_page(site: CourseSite, student: str) -> bool:
    """Whether a student has a mark and a page that shows it."""
    book = site.book(SLUG)
    marks = book.marks(student) if book else []
    return bool(marks) and site.results(SLUG).has_page(marks[0].attempt.folder)


def submit(site: CourseSite, enter: Enter, *names: str) -> None:
    """Let students submit different notebooks."""
    for number, name in enumerate(names):
        assert enter(name).submit(answered(site, number, name)).status_code == 303


def test_the_own_page_comes_first_and_the_class_when_no_job_waits(
    site: CourseSite, enter: Enter, new_grader: Grader
) -> None:
    submit(site, enter, "ada")
    grader = new_grader()
    assert grader.grade_next() == 1
    assert site.queue.counts() == {JobState.DONE: 1}
    assert has_own_page(site, "ada")
    assert table(site) == ""
    assert grader.grade_next() is None
    grader.publish_classes()
    assert "ada" in table(site)
    assert site.results(SLUG).outdated_class() == []


def test_the_loop_publishes_the_class_before_it_ends(site: CourseSite, enter: Enter) -> None:
    submit(site, enter, *(f"student-{number}" for number in range(6)))
    assert work(site, Fake(), lambda: False, print, until_empty=True) == 6
    assert all(f"student-{number}" in table(site) for number in range(6))
    assert site.results(SLUG).outdated_class() == []


@pytest.mark.parametrize("next_one", ["another grader", "grade"])
def test_after_a_grader_died_the_next_one_publishes(
    next_one: str, site: CourseSite, enter: Enter, new_grader: Grader
) -> None:
    submit(site, enter, "ada")
    assert new_grader().grade_next() == 1  # this one does nothing more
    assert table(site) == ""
    if next_one == "grade":
        material = site.material(SLUG)
        pipeline.grade(material, [hand_in(material, "bob", 7)], site.results(SLUG), Fake(), ignore)
    else:
        other = new_grader()
        assert other.grade_next() is None
        other.publish_classes()
    assert "ada" in table(site)
    assert site.results(SLUG).outdated_class() == []


def test_a_grader_that_dies_before_the_job_is_done_leaves_the_job_or_a_note(
    site: CourseSite, enter: Enter, new_grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(site, enter, "ada")

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt  # as the end of the process, no handler for errors sees it

    monkeypatch.setattr(site.queue, "finish", dies)
    with pytest.raises(KeyboardInterrupt):
        new_grader().grade_next()
    assert has_own_page(site, "ada")
    assert site.queue.counts() == {JobState.RUNNING: 1}
    assert len(site.results(SLUG).outdated_class()) == 1


def test_while_jobs_keep_coming_the_class_is_published_from_time_to_time(
    site: CourseSite, enter: Enter, new_grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(site, enter, *(f"student-{number}" for number in range(6)))
    monkeypatch.setattr(queued_grading, "CLASS_SECONDS", 0.0)
    assert new_grader().grade_next() == 4
    assert site.queue.counts()[JobState.WAITING] == 2
    assert "student-3" in table(site)


def test_a_note_that_comes_while_the_class_is_published_stays(
    site: CourseSite, enter: Enter, new_grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(site, enter, "ada")
    grader, results = new_grader(), site.results(SLUG)
    grader.grade_next()
    write = results.write_class

    def meanwhile(*texts: str) -> None:
        results.note_outdated_class()
        write(*texts)

    monkeypatch.setattr(results, "write_class", meanwhile)
    grader.publish_classes()
    assert len(results.outdated_class()) == 1


def test_a_failure_to_publish_is_reported_once_and_tried_again(
    site: CourseSite, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(site, enter, "ada")
    problems: list[str] = []
    with QueueGrader(site, Fake(), "test", problems.append) as grader:
        grader.grade_next()
        with monkeypatch.context() as patch:
            patch.setattr(marker_module, "publish_class", lambda *_: 1 / 0)
            grader.publish_classes()
            grader.publish_classes()
        assert len(problems) == 1
        assert f"{SLUG}: the class pages were not written." in problems[0]
        assert site.results(SLUG).outdated_class()
        monkeypatch.setattr(time, "monotonic", lambda: 1e9)
        grader.publish_classes()
    assert "ada" in table(site)


def test_the_marker_stays_until_the_exercise_changes(
    site: CourseSite, enter: Enter, new_grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []

    class Counted(marker_module.Marker):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            made.append(self)
            super().__init__(*arguments, **options)

    monkeypatch.setattr(queued_grading, "Marker", Counted)
    grader = new_grader()
    for name in ("ada", "bob"):
        submit(site, enter, name)
        assert grader.grade_next() == 1
        grader.publish_classes()
    assert len(made) == 1
    key = site.course.exercise_folder(SLUG) / "exercise.toml"
    key.write_text(key.read_text() + "\n# changed\n")
    submit(site, enter, "cora")
    assert grader.grade_next() == 1
    assert len(made) == 2
