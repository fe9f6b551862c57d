"""What `grader serve` prints, what it tells its graders, and what `/health` says."""

import contextlib
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from grader import cli
from grader.course.layout import Course
from grader.errors import GradebookError
from grader.model.portal import Enrolment, Role
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.portal import security, serving

PASSWORD = "hidden-password"


@pytest.fixture
def served(small: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the command serves, which ends at once."""
    calls: list[Any] = []
    monkeypatch.setattr(serving, "serve", lambda *arguments: calls.append(arguments))
    monkeypatch.setenv("GRADER_GRADEBOOK", f"sqlite:///{tmp_path / 'book.sqlite'}?password={PASSWORD}")
    (tmp_path / "portal.toml").write_text(f'course = "{small.root}"\nresults = "results"\n[graders]\njobs = 3\n')
    return calls


def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    """Run the command."""
    monkeypatch.setattr(sys, "argv", ["grader", "serve", "--config", str(tmp_path / "portal.toml"), *words])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == cli.DONE


def journal() -> str:
    """How systemd says that the standard output of this process goes to the journal."""
    status = os.fstat(sys.stdout.fileno())
    return f"{status.st_dev}:{status.st_ino}"


def test_the_command_says_where_the_results_are_and_what_comes_first(
    served: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    first_step = "add the class under People"
    serve(tmp_path, monkeypatch)
    printed = capfd.readouterr().err
    assert f"The results are in the folder {tmp_path / 'results'}." in printed
    assert first_step in printed
    with contextlib.closing(served[0][0].opener()()) as site:
        site.accounts.enrol([Enrolment(login="ada", name="Ada", role=Role.STUDENT, student="ada")], None, now())
    serve(tmp_path, monkeypatch)
    assert first_step not in capfd.readouterr().err


@pytest.mark.usefixtures("served")
def test_a_link_is_not_printed_into_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    serve(tmp_path, monkeypatch)
    assert capfd.readouterr().out.count("/welcome/") == 1
    monkeypatch.setenv("JOURNAL_STREAM", "1:1")  # of another process, whose output this one does not have
    serve(tmp_path, monkeypatch)
    assert capfd.readouterr().out.count("/welcome/") == 1
    monkeypatch.setenv("JOURNAL_STREAM", journal())
    serve(tmp_path, monkeypatch)
    printed = capfd.readouterr()
    assert "/welcome/" not in printed.out + printed.err
    assert "run the command again with --links-only" in printed.err
    serve(tmp_path, monkeypatch, "--links-only")
    assert capfd.readouterr().out.count("/welcome/") == 1


def test_other_users_cannot_read_the_password_in_the_command_line_of_a_grader(
    served: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(tmp_path, monkeypatch, "--graders", "2", "--port", "9000")
    ((site, web, graders, _),) = served
    assert graders.count == 2
    assert web.port == 9000  # an option overrides the file
    assert [*graders.words[:2]] == ["work", "--ends-with-input"]
    assert "--jobs 3" in " ".join(graders.words)
    assert PASSWORD not in " ".join(graders.words)
    assert PASSWORD in graders.environment["GRADER_GRADEBOOK"]
    assert site.gradebook == graders.environment["GRADER_GRADEBOOK"]


def test_the_health_page_says_whether_the_database_answers_and_nothing_else(
    site: CourseSite, stranger: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (stranger.get("/health").status_code, stranger.get("/health").text) == (200, "ok\n")

    def broken() -> None:
        raise GradebookError("postgresql://grader@db.example.org/grader: connection refused.")

    monkeypatch.setattr(site.queue, "counts", broken)
    answer = stranger.get("/health")
    assert (answer.status_code, answer.text) == (503, "database unavailable\n")


def test_no_more_passwords_are_hashed_at_once_than_there_are_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = 0, 0, threading.Lock()

    class Slow:
        def verify(self, stored: str, password: str) -> bool:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            time.sleep(0.02)
            with lock:
                running -= 1
            return stored == password

    monkeypatch.setattr(security, "_HASHER", Slow())
    monkeypatch.setattr(security, "_HASHING", threading.BoundedSemaphore(2))
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda _: security.fits("a", "a"), range(12))) == [True] * 12
    assert most == 2
