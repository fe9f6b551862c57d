"""A check that runs the notebook is not an attempt: it stores no mark, reveals nothing, and is deleted after a day."""

import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from grader.course.layout import Course
from grader.execute.cell_progress import CellProgress
from grader.gradebook.checks import KEPT
from grader.model.job import Job
from grader.model.portal import Enrolment, JobState, Role
from grader.model.record import Outcome, Record
from grader.pipeline import check_runs, people
from grader.pipeline.check_runs import ask_check, check_next, checks_of_student, delete_old_checks, result_of
from grader.pipeline.checking import check
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.queued_grading import work
from grader.pipeline.uploading import ArrivedFile
from grader.portal.views import live
from tests.conftest import notebook
from tests.fakes import Fake, number_question
from tests.portal.people import SLUG, Person, answered, grade_all, hidden
from tests.test_several_notebooks import SLUG as TWO
from tests.test_several_notebooks import FakeParts, course

__all__ = ["course"]  # a fixture

Enter = Callable[..., Person]


def ask(person: Person, content: bytes, token: str = "") -> Any:
    """Send a notebook with the button to check only."""
    token = token or hidden(person.get(f"/exercises/{SLUG}").text, "token")
    return person.client.post(
        f"/exercises/{SLUG}/checks", data={"token": token}, files={"files": ("work.ipynb", content)}
    )


def run_checks(site: CourseSite, executor: Fake | None = None) -> list[str]:
    """Carry out all checks in this process; returns what the grader said."""
    said: list[str] = []
    while check_next(site, executor or Fake(), "test", said.append):
        pass
    return said


def files_of_checks(site: CourseSite) -> list[Path]:
    """The files that checks have stored."""
    return [path for path in (site.results(SLUG).folder / "checks").rglob("*") if path.is_file()]


def test_other_files_in_a_form_that_was_sent_before_are_checked(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    first = ask(ada, answered(site, 1), "the form").headers["location"]
    run_checks(site)
    second = ask(ada, answered(site, 2), "the form").headers["location"]
    assert (first, second) == (f"/exercises/{SLUG}/checks/1", f"/exercises/{SLUG}/checks/2")
    assert "Your check is next." in ada.get(second).text


def test_a_check_runs_the_notebook_and_is_no_attempt(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    page = ada.get(f"/exercises/{SLUG}").text
    assert f'formaction="/exercises/{SLUG}/checks"' in page
    place = ask(ada, answered(site)).headers["location"]
    assert place == f"/exercises/{SLUG}/checks/1"
    assert "Your check is next." in ada.get(place).text
    executor = Fake()
    assert run_checks(site, executor) == []
    (job,) = executor.ran
    assert job.limits == site.exercise(SLUG).exercise.limits
    after = ada.get(place).text
    assert "Your notebook has been checked." in after
    assert "A check is not an attempt. You have not submitted these files." in after
    assert f'<a href="{place}">' in ada.get(f"/exercises/{SLUG}").text
    assert site.queue.of_exercise(SLUG) == []
    assert site.book(SLUG) is None
    assert files_of_checks(site) == []


def test_a_check_in_the_portal_says_what_the_command_says(site: CourseSite, enter: Enter, tmp_path: Path) -> None:
    ada, name = enter("ada"), number_question(site.material(SLUG))
    content = notebook(f"{name} = 1")
    ask(ada, content)
    run_checks(site)
    (part,) = result_of(checks_of_student(site, SLUG, ada.member)[0])
    path = tmp_path / "work.ipynb"
    path.write_bytes(content)
    of_command = check(site.course, path, SLUG, Fake())
    assert dict(part.answers) == of_command.problems
    assert (part.errors, part.remarks, part.notes) == (of_command.errors, of_command.remarks, of_command.notes)
    assert any(part.answers)
    assert not part.is_ready


def test_a_check_needs_no_key_and_no_held_out_data(site: CourseSite, enter: Enter) -> None:
    """Everything secret is in `solutions/`, so a check that works without it shows nothing of it."""
    ada = enter("ada")
    content = answered(site)
    shutil.rmtree(site.course.solutions)
    place = ask(ada, content).headers["location"]
    assert run_checks(site) == []
    assert "Your notebook has been checked." in ada.get(place).text


def test_correct_and_wrong_answers_of_the_right_form_look_the_same(site: CourseSite, enter: Enter) -> None:
    pages = []
    for name, value in (("ada", 7), ("bob", 8)):
        person = enter(name)
        place = ask(person, answered(site, value)).headers["location"]
        run_checks(site)
        pages.append(re.sub(r"\d{4}-\d\d-\d\d[^<\"]*", "", person.get(place).text.replace(name, "NAME")))
    assert pages[0] == pages[1]


def test_nobody_else_sees_a_check(site: CourseSite, enter: Enter) -> None:
    ada, bob, roe = enter("ada"), enter("bob"), enter("roe", Role.INSTRUCTOR)
    place = ask(ada, answered(site)).headers["location"]
    run_checks(site)
    for person in (bob, roe):
        assert person.get(place).status_code == 404
        assert person.get(f"{place}/events").status_code == 404


def test_the_page_and_its_events_follow_the_running_cell(
    site: CourseSite, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(live, "_MOST_SECONDS", 0.03)
    ada = enter("ada")
    place = ask(ada, answered(site)).headers["location"]
    seen: list[str] = []

    class Slow(Fake):
        def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
            for job in jobs:
                progress = CellProgress(job)
                for cell in (0, 1):
                    progress.report(cell)
                    seen.append(ada.get(place).text)
                assert ada.get(f"{place}/events").text.startswith("data: running\n\n")
                yield from super().run([job])

    assert run_checks(site, Slow()) == []
    assert [page.partition("running: cell ")[2][:1] for page in seen] == ["1", "2"]
    assert not list((site.results(SLUG).folder / "running-cells").iterdir())


def test_the_same_form_asks_once_and_a_student_has_one_check_at_a_time(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    first = ask(ada, answered(site), "form").headers["location"]
    assert ask(ada, answered(site), "form").headers["location"] == first
    refused = ask(ada, answered(site, 2), "other")
    assert refused.status_code == 400
    assert "Your last check has not ended." in refused.text
    assert len({path.parent for path in files_of_checks(site)}) == 1
    run_checks(site)
    assert ask(ada, answered(site), "form").headers["location"] == first  # again, after it has ended
    assert files_of_checks(site) == []
    assert ask(ada, answered(site, 2), "other").headers["location"] == f"/exercises/{SLUG}/checks/2"


def test_checks_are_limited_per_account(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    for number in range(20):
        assert ask(ada, answered(site, number), f"form {number}").status_code == 303
        run_checks(site)
    assert ask(ada, answered(site), "form").status_code == 429


def test_a_check_refuses_what_submitting_refuses(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    assert ask(ada, b"no notebook").status_code == 400
    assert checks_of_student(site, SLUG, ada.member) == []
    assert files_of_checks(site) == []


def test_results_are_deleted_after_a_day(site: CourseSite, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = enter("ada")
    place = ask(ada, answered(site)).headers["location"]
    run_checks(site)
    for module in (check_runs,):
        monkeypatch.setattr(module, "now", lambda: now() + KEPT + timedelta(seconds=1))
    assert ada.get(place).status_code == 404  # also before a grader has deleted it
    delete_old_checks(site)
    monkeypatch.undo()
    assert ada.get(place).status_code == 404


def test_a_check_that_cannot_run_fails_after_three_tries_and_submitting_still_works(
    site: CourseSite, enter: Enter
) -> None:
    ada = enter("ada")
    place = ask(ada, answered(site)).headers["location"]
    said = run_checks(site, Fake(Outcome.SANDBOX_FAILED))
    assert len(said) == 3
    assert site.checks.count_open() == 0
    assert "The check failed on our side." in ada.get(place).text
    ada.submit(answered(site))
    assert grade_all(site) == 1


def test_a_check_whose_answers_take_too_long_to_read_stops_no_grader(
    site: CourseSite, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = enter("ada")
    place = ask(ada, answered(site)).headers["location"]

    def endless(_plan: object, _record: object) -> None:
        while True:
            pass

    monkeypatch.setattr(check_runs._Plan, "result", endless)
    monkeypatch.setattr(check_runs, "SECONDS", 0)
    assert run_checks(site) == []
    assert "its answers took too long to check" in ada.get(place).text


def test_a_killed_grader_leaves_a_check_to_the_next_one(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    place = ask(ada, answered(site)).headers["location"]
    (claimed,) = site.checks.claim("killed", now(), now() + timedelta(seconds=-1), 4)
    assert run_checks(site) == []
    site.checks.finish("killed", claimed.id, "[]", now())  # too late, so it changes nothing
    (check,) = checks_of_student(site, SLUG, ada.member)
    assert result_of(check)
    assert "Your notebook has been checked." in ada.get(place).text


def test_submissions_come_before_checks(site: CourseSite, enter: Enter) -> None:
    ada, bob, roe = enter("ada"), enter("bob"), enter("roe", Role.INSTRUCTOR)
    place = ask(ada, answered(site)).headers["location"]
    bob.submit(answered(site, 2))
    assert "<dt>Open checks</dt><dd>1</dd>" in roe.get("/operations").text
    assert "1 job is ahead of it" in ada.get(place).text
    states: list[JobState] = []

    class Watched(Fake):
        def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
            states.append(checks_of_student(site, SLUG, ada.member)[0].state)
            yield from super().run(jobs)

    assert work(site, Watched(), lambda: False, print, until_empty=True) == 1
    assert states == [JobState.WAITING, JobState.RUNNING]


def test_nothing_of_a_check_is_left_of_a_deleted_student(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    ada.submit(answered(site))
    grade_all(site)
    ask(ada, answered(site, 2))
    assert files_of_checks(site)
    people.delete_student(site.course, site.folder, None, "ada", "kim", is_dry_run=False)
    assert files_of_checks(site) == []
    assert site.checks.count_open() == 0


def test_several_notebooks_are_checked_together(course: Course, tmp_path: Path) -> None:
    """They are one job, as when they are graded, so a later notebook gets the files that an earlier one saves."""
    site = CourseSite(course, tmp_path / "results")
    (ada,) = site.accounts.enrol([Enrolment(login="ada", name="Ada", student="ada")], None, now())
    names = site.exercise(TWO).exercise.notebooks
    first, second = (ArrivedFile(name=name, content=(course.exercises / TWO / name).read_bytes()) for name in names)
    ask_check(site, TWO, ada, "both", first, [second])
    executor = FakeParts()
    assert run_checks(site, executor) == []
    assert [part.name for part in result_of(checks_of_student(site, TWO, ada)[0])] == list(names)
    ask_check(site, TWO, ada, "one", second, [])
    assert run_checks(site, FakeParts()) == []
    alone = checks_of_student(site, TWO, ada)[1]
    assert [part.name for part in result_of(alone)] == [names[1]]
    assert any(names[0] in str(remark) for remark in alone.request.remarks)
    site.close()
