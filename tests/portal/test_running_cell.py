"""While a notebook runs, its student sees which cell is running, and another student sees nothing of it."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from grader.execute import cell_progress
from grader.execute.cell_progress import CellProgress
from grader.gradebook.running_cells import RunningCells
from grader.model.job import Job
from grader.model.portal import JobState
from grader.model.record import Record
from grader.pipeline.course_site import CourseSite
from grader.portal.views import live
from tests.fakes import Fake
from tests.portal.people import SLUG, Person, answered, grade_all

Enter = Callable[..., Person]


def test_the_page_and_its_events_follow_the_running_cell(
    site: CourseSite, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(live, "_MOST_SECONDS", 0.03)
    ada, bob = enter("ada"), enter("bob")
    place = ada.submit(answered(site, 1)).headers["location"]
    seen: list[str] = []

    class Slow(Fake):
        def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
            for job in jobs:
                (queued,) = site.queue.of_state(JobState.RUNNING)
                assert queued.upload.student == "ada"
                seen.append(ada.get(place).text)
                progress = CellProgress(job)
                for cell in (0, 0, 1):
                    progress.report(cell)
                    seen.append(ada.get(place).text)
                    assert bob.get(place).status_code == 404
                assert ada.get(f"{place}/events").text.startswith("data: running\n\n")
                yield from super().run([job])

    grade_all(site, Slow())
    assert "Your notebook is running." in seen[0]
    assert [page.partition("running: cell ")[2][:1] for page in seen] == ["", "1", "1", "2"]
    assert "Your submission has been graded." in ada.get(place).text
    assert not list((site.results(SLUG).folder / "running-cells").iterdir())


def test_nothing_is_computed_without_a_listener(monkeypatch: pytest.MonkeyPatch) -> None:
    class Keyless:
        cells = ("a", "b")

        @property
        def key(self) -> str:
            raise AssertionError("the key takes long to compute")

    CellProgress(Keyless()).report(0)  # type: ignore[arg-type]
    monkeypatch.setattr(cell_progress, "_listeners", [])
    CellProgress(Keyless()).report(1)  # type: ignore[arg-type]


def test_a_damaged_or_missing_note_is_not_known(tmp_path: Path) -> None:
    cells = RunningCells(tmp_path)
    assert cells.read("key") is None
    cells.note("key", 7, 12)
    assert cells.read("key") == (7, 12)
    (tmp_path / "running-cells" / "key").write_bytes(b"7")
    assert RunningCells(tmp_path).read("key") is None
    cells.forget()
    assert not list((tmp_path / "running-cells").iterdir())
