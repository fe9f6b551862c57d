"""Pages follow the marks, also where there is nothing to draw them from for a while."""

from pathlib import Path

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.gradebook.results import Results
from tests.test_pipeline import Fake, hand_in, ignore


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
