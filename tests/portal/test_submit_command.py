"""`grader submit` and `grader status` with a portal, and with everything that can go wrong between them."""

import http.server
import json
import os
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
import typer

from grader.model.portal import Role
from grader.model.portal_settings import WebSettings
from grader.pipeline import portal_client
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_people import new_token
from grader.portal.application import application
from grader.portal.rates import LIMITS, Rates
from tests.conftest import notebook
from tests.portal.people import SLUG, Person, answered, grade_all, right_answer
from tests.portal.served import Ended, run, served

Enter = Callable[..., Person]
Grader = Callable[..., Ended]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A student's folder and home; pauses take no time."""
    for name in ("GRADER_TOKEN", "GRADER_PORTAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(typer, "get_app_dir", lambda _: str(tmp_path / "home" / "grader"))
    monkeypatch.setattr(portal_client, "pause", lambda _: None)
    (tmp_path / "student").mkdir()
    monkeypatch.chdir(tmp_path / "student")
    return tmp_path / "student"


@pytest.fixture
def address(site: CourseSite) -> Iterator[str]:
    """The address of the portal."""
    with served(application(site)) as place:
        yield place


@pytest.fixture
def grader(capsys: pytest.CaptureFixture[str]) -> Grader:
    """Run a command as a shell would."""
    return lambda *words: run(capsys, *words)


def token_of(site: CourseSite, person: Person, monkeypatch: pytest.MonkeyPatch) -> str:
    """Put a token of a person into the environment; returns it."""
    token = new_token(site, person.member, "laptop") or ""
    monkeypatch.setenv("GRADER_TOKEN", token)
    return token


@pytest.fixture
def ada(site: CourseSite, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> Person:
    """A student with a token in the environment."""
    person = enter("ada")
    token_of(site, person, monkeypatch)
    return person


def released(site: CourseSite, remark: str = "") -> bytes:
    """The notebook that students get, with an answer in a new cell."""
    content = json.loads((site.exercise(SLUG).exercise.folder / "notebook.ipynb").read_bytes())
    content["cells"] += json.loads(answered(site, right_answer(site.material(SLUG)), remark))["cells"]
    return json.dumps(content).encode()


def publish(site: CourseSite, person: Person) -> None:
    site.publications.decide(SLUG, "", True, person.member.account, now())


def test_a_submission_of_a_recognised_notebook_is_an_attempt(
    site: CourseSite, ada: Person, address: str, grader: Grader, folder: Path
) -> None:
    (folder / "mine.ipynb").write_bytes(released(site))
    ended = grader("submit", "mine.ipynb", "--to", f"{address}/")
    assert (ended.status, ended.err) == (0, "")
    first, *others = ended.out.splitlines()
    assert first.startswith(f"{SLUG}: attempt 1, submitted 20")
    assert others[-1] == "Your submission is next."
    (queued,) = site.queue.of_student("ada")
    assert (queued.upload.origin, queued.upload.account) == ("mine.ipynb", ada.member.account)


def test_waiting_ends_with_the_published_mark(
    site: CourseSite, ada: Person, address: str, grader: Grader, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(site, ada)
    (folder / "mine.ipynb").write_bytes(answered(site, right_answer(site.material(SLUG))))
    monkeypatch.setattr(portal_client, "pause", lambda _: grade_all(site))
    ended = grader("submit", "mine.ipynb", "--to", address, "--exercise", SLUG, "--wait")
    assert ended.status == 0
    assert "Your submission is next." in ended.err
    assert "Your submission has been graded." in ended.out
    (mark,) = site.results(SLUG).open(site.settings, SLUG).marks()
    points = f"{mark.assessment.points:g} of {mark.assessment.max_points:g}"
    assert ended.out.splitlines()[-1] == f"Mark: {points}."


def test_waiting_reveals_no_mark_that_is_hidden(
    site: CourseSite, ada: Person, address: str, grader: Grader, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del ada
    (folder / "mine.ipynb").write_bytes(answered(site))
    monkeypatch.setattr(portal_client, "pause", lambda _: grade_all(site))
    ended = grader("submit", "mine.ipynb", "--to", address, "--exercise", SLUG, "--wait", "--json")
    document = json.loads(ended.out)
    assert (document["attempt"]["state"], document["mark"], document["questions"]) == ("done", None, [])


@pytest.mark.usefixtures("ada")
def test_a_failed_run_is_said_with_another_status(
    site: CourseSite, address: str, grader: Grader, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "mine.ipynb").write_bytes(answered(site))

    def fail(_: float) -> None:
        for _number in range(3):
            site.queue.claim("test", now(), now(), 1)
            site.queue.release("test", "broken", now())

    monkeypatch.setattr(portal_client, "pause", fail)
    ended = grader("submit", "mine.ipynb", "--to", address, "--exercise", SLUG, "--wait", "--quiet")
    assert (ended.status, ended.err) == (1, "")
    assert "Grading failed on our side." in ended.out


@pytest.mark.usefixtures("ada")
def test_the_remarks_of_the_page_are_printed(site: CourseSite, address: str, grader: Grader, folder: Path) -> None:
    (folder / "mine.ipynb").write_bytes(notebook(f"{site.exercise(SLUG).exercise.answer_names[0]} = 1"))
    ended = grader("submit", "mine.ipynb", "--to", address, "--exercise", SLUG)
    assert ended.status == 0
    assert "  to do  These answers are not in your notebook:" in ended.out


@pytest.mark.usefixtures("ada")
def test_a_check_stores_nothing(site: CourseSite, address: str, grader: Grader, folder: Path) -> None:
    (folder / "mine.ipynb").write_bytes(released(site))
    ended = grader("submit", "mine.ipynb", "--to", address, "--check-only")
    assert ended.status == (1 if "to do" in ended.out else 0)
    assert "nothing was submitted" in ended.out
    assert site.queue.of_student("ada") == []
    (folder / "mine.ipynb").write_bytes(notebook(f"{site.exercise(SLUG).exercise.answer_names[0]} = 1"))
    assert grader("submit", "mine.ipynb", "--to", address, "--check-only", "--exercise", SLUG).status == 1


def test_the_status_has_attempts_deadlines_and_published_marks(
    site: CourseSite, ada: Person, address: str, grader: Grader
) -> None:
    deadline = f"[deadlines]\n{SLUG} = 2020-01-01T12:00:00Z\n"
    (site.course.exercises / "course.toml").write_text(deadline)
    ada.submit(answered(site, right_answer(site.material(SLUG))))
    grade_all(site)
    hidden = grader("status", "--to", address)
    assert (hidden.status, hidden.err) == (0, "")
    assert "deadline 20" in hidden.out
    assert "attempt 1, submitted 20" in hidden.out
    assert "mark:" not in hidden.out
    publish(site, ada)
    assert "  mark: " in grader("status", "--to", address).out
    document = json.loads(grader("status", "--to", address, "--json").out)
    (exercise,) = document["exercises"]
    assert exercise["deadline"] == "2020-01-01T12:00:00+00:00"
    assert (exercise["stage"], exercise["is_over"], exercise["has_report"]) == ("published", True, True)
    assert exercise["mark"]["points"] is not None


@pytest.mark.usefixtures("ada")
def test_a_late_submission_gets_the_rule(site: CourseSite, address: str, grader: Grader, folder: Path) -> None:
    settings = f"[deadlines]\n{SLUG} = 2020-01-01T12:00:00Z\n[late]\npercent = 10\ncap = 50\n"
    (site.course.exercises / "course.toml").write_text(settings)
    (folder / "mine.ipynb").write_bytes(answered(site))
    ended = grader("submit", "mine.ipynb", "--to", address, "--exercise", SLUG, "--quiet")
    assert "The deadline has passed." in ended.out.splitlines()
    assert "A late submission loses 10 % of the full points for each day" in ended.out


@pytest.mark.usefixtures("ada")
def test_a_second_attempt_is_told_if_the_first_counts(
    site: CourseSite, address: str, grader: Grader, folder: Path
) -> None:
    (site.course.exercises / "course.toml").write_text('tries = "first"\n')
    outputs = []
    for remark in ("one", "two"):
        (folder / "mine.ipynb").write_bytes(answered(site, 1, remark))
        outputs.append(grader("submit", "mine.ipynb", "--to", address, "--exercise", SLUG).out)
    rule = "Your first attempt counts, so submit when you are ready."
    assert [rule in output for output in outputs] == [False, True]


REFUSED = {
    "no notebook": (b"nothing", "mine.ipynb", ("--exercise", SLUG), "notebook"),
    "another exercise": (notebook("x = 1"), "mine.ipynb", ("--exercise", SLUG), "Submit the one for"),
    "not recognised": (notebook("x = 1"), "mine.ipynb", (), "cannot tell which exercise this notebook belongs to"),
    "an unknown exercise": (notebook("x = 1"), "mine.ipynb", ("--exercise", "none"), "has no exercise `none`"),
    "no notebook among the files": (b"x", "mine.csv", (), "no file is a notebook"),
    "a missing file": (b"x", "mine.csv", ("other.ipynb",), "other.ipynb: there is no such file"),
}


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(("content", "name", "words", "message"), REFUSED.values(), ids=REFUSED)
def test_what_the_page_refuses_is_refused(
    site: CourseSite,
    address: str,
    grader: Grader,
    folder: Path,
    content: bytes,
    name: str,
    words: tuple[str, ...],
    message: str,
) -> None:
    (folder / name).write_bytes(content)
    ended = grader("submit", name, *words, "--to", address)
    assert (ended.status, ended.out) == (2, "")
    assert message in ended.err
    assert site.queue.of_student("ada") == []


@pytest.mark.usefixtures("ada")
def test_a_submission_that_is_too_large_is_not_sent(site: CourseSite, grader: Grader, folder: Path) -> None:
    (folder / "mine.ipynb").write_bytes(answered(site, 1, "x" * 1_100_000))
    with served(application(site, web=WebSettings(upload_mb=1))) as address:
        ended = grader("submit", "mine.ipynb", "--to", address, "--exercise", SLUG)
    assert ended.status == 2
    assert "The files have 1.1 MB together, and the portal accepts 1.0 MB." in ended.err


def test_staff_cannot_submit(
    site: CourseSite, enter: Enter, address: str, grader: Grader, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token_of(site, enter("roe", Role.INSTRUCTOR), monkeypatch)
    (folder / "mine.ipynb").write_bytes(answered(site))
    ended = grader("submit", "mine.ipynb", "--to", address)
    assert (ended.status, ended.err) == (2, "Your role in this course does not allow this request.\n")
    assert grader("status", "--to", address).status == 0


def test_a_token_that_does_not_work_is_said_with_its_place(
    address: str, grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADER_TOKEN", "grader_guess")
    ended = grader("status", "--to", address)
    assert ended.status == 2
    assert "revoked or expired" in ended.err
    assert "The token is the value of GRADER_TOKEN." in ended.err
    assert "grader_guess" not in ended.err


def test_a_token_is_entered_once_and_only_its_user_can_read_the_file(
    site: CourseSite, enter: Enter, address: str, grader: Grader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ada, file = enter("ada"), tmp_path / "home" / "grader" / "tokens.json"
    token = new_token(site, ada.member, "laptop") or ""
    assert "GRADER_TOKEN: there is no token." in grader("status", "--to", address).err
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    entered = iter(["two words", "grader_guess", token])
    monkeypatch.setattr(typer, "prompt", lambda *_, **options: next(entered) if options["hide_input"] else "")
    assert "this is not a token" in grader("status", "--to", address).err
    assert "revoked or expired" in grader("status", "--to", address).err
    assert not file.exists()
    ended = grader("status", "--to", address)
    assert ended.status == 0
    assert token not in ended.err + ended.out
    assert json.loads(file.read_bytes()) == {address: token}
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert grader("status").status == 0  # the only portal that is known
    site.tokens.revoke(ada.member.account, site.tokens.of_account(ada.member.account, now())[0].id, now())
    assert "The next command asks you for it." in grader("status").err
    assert json.loads(file.read_bytes()) == {}


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_a_file_of_tokens_that_others_can_read_is_refused(grader: Grader, tmp_path: Path) -> None:
    file = tmp_path / "home" / "grader" / "tokens.json"
    file.parent.mkdir(parents=True)
    file.write_text("{}")
    file.chmod(0o640)
    ended = grader("status", "--to", "https://grader.example.org")
    assert (ended.status, ended.err) == (2, f"{file}: other users can read your tokens. Run: chmod 600 '{file}'\n")
    file.chmod(0o600)
    file.write_text("[")
    assert "this file is damaged" in grader("status", "--to", "https://grader.example.org").err


ADDRESSES = {
    "": "name the portal of your course",
    "grader.example.org": "is not the address of a portal",
    "https://": "is not the address of a portal",
    "ftp://grader.example.org": "is not the address of a portal",
    "https://user:secret@grader.example.org": "is not the address of a portal",
    "https://grader.example.org:port": "is not the address of a portal",
    "http://grader.example.org": "is not encrypted",
    "http://127.0.0.1.example.org": "is not encrypted",
}


@pytest.mark.parametrize(("to", "message"), ADDRESSES.items())
def test_an_address_that_cannot_be_one_is_refused(
    grader: Grader, monkeypatch: pytest.MonkeyPatch, to: str, message: str
) -> None:
    monkeypatch.setenv("GRADER_TOKEN", "x")
    ended = grader("status", *(("--to", to) if to else ()))
    assert ended.status == 2
    assert message in ended.err


class Scripted(http.server.BaseHTTPRequestHandler):
    """Answers each request with the next line of a script: (status, headers, body), or None to break the connection."""

    script: ClassVar[list[tuple[int, dict[str, str], bytes] | None]] = []
    requests: ClassVar[list[dict[str, str]]] = []

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.requests.append({name.lower(): value for name, value in self.headers.items()} | {"path": self.path})
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if step is None:
            self.close_connection = True
            return
        status, headers, body = step
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server that follows `Scripted.script`."""
    monkeypatch.setenv("GRADER_TOKEN", "secret-token")
    monkeypatch.setattr(Scripted, "requests", [])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


PROBLEM = {"Content-Type": "application/problem+json"}


def problem(status: int, detail: str) -> bytes:
    return json.dumps({"title": "t", "status": status, "detail": detail}).encode()


BROKEN: dict[str, tuple[tuple[int, dict[str, str], bytes] | None, int, str, int]] = {
    "a lost connection": (None, 2, "the connection was lost", 4),
    "another server": (
        (200, {"Content-Type": "text/html"}, b"<html>"), 2, "this server is not a portal of the grader", 1,
    ),
    "another API": ((200, {"Content-Type": "application/json"}, b"[]"), 2, "its response has an unexpected form", 1),
    "a page that is not there": ((404, {"Content-Type": "text/html"}, b"no"), 2, "not a portal of the grader", 1),
    "another address": ((301, {"Location": "https://evil.example.org/"}, b""), 2, "redirects to https://evil", 1),
    "a busy portal": ((429, PROBLEM | {"Retry-After": "3"}, problem(429, "Too many.")), 2, "Too many.", 4),
    "a portal that is busy for long": (
        (429, PROBLEM | {"Retry-After": "600"}, problem(429, "Wait 600 seconds.")), 2, "Wait 600 seconds.", 1,
    ),
    "a portal that restarts": ((503, {}, b""), 3, "does not answer now (status 503). Try again later.", 4),
    "a fault of the portal": ((500, PROBLEM, problem(500, "Our fault.")), 3, "Our fault.", 1),
    "control characters": ((422, PROBLEM, problem(422, "a\x1b[31mb")), 2, "a\ufffd[31mb", 1),
}  # fmt: skip


@pytest.mark.parametrize(("step", "status", "message", "count"), BROKEN.values(), ids=BROKEN)
def test_what_goes_wrong_has_a_message_and_a_status(
    grader: Grader,
    scripted: str,
    step: tuple[int, dict[str, str], bytes] | None,
    status: int,
    message: str,
    count: int,
) -> None:
    Scripted.script = [step]
    ended = grader("status", "--to", scripted)
    assert (ended.status, ended.out) == (status, "")
    assert message in ended.err.splitlines()[-1]
    assert len(Scripted.requests) == count
    assert "secret-token" not in ended.err
    if count > 1:
        assert "Trying again in " in ended.err


def test_no_server_at_all(grader: Grader, scripted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    del scripted
    monkeypatch.setattr(portal_client, "_WAIT_SECONDS", (1,))
    ended = grader("status", "--to", "http://127.0.0.1:9")
    assert ended.status == 2
    assert ended.err.splitlines()[-1].startswith("http://127.0.0.1:9: no server answers there. Check the address")


def test_a_lost_connection_repeats_the_same_key_and_doubles_nothing(
    site: CourseSite, ada: Person, address: str, grader: Grader, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The portal stores the upload, and the answer is lost twice."""
    del ada
    (folder / "mine.ipynb").write_bytes(released(site))
    sent: list[str] = []
    once = portal_client.PortalClient._once

    def lose(self: portal_client.PortalClient, request: Any) -> bytes:
        content = once(self, request)
        if request.get_method() == "POST":
            sent.append(request.get_header("Idempotency-key"))
            if len(sent) < 3:
                raise self._unreachable(ConnectionResetError())
        return content

    monkeypatch.setattr(portal_client.PortalClient, "_once", lose)
    ended = grader("submit", "mine.ipynb", "--to", address)
    assert ended.status == 0
    assert ended.err.count("the connection was lost. Trying again") == 2
    assert len(sent) == 3
    assert len(set(sent)) == 1
    assert len(site.queue.of_student("ada")) == 1
    (folder / "mine.ipynb").write_bytes(released(site, "changed"))
    sent += ["enough"] * 3
    assert grader("submit", "mine.ipynb", "--to", address).status == 0
    assert [queued.number for queued in site.queue.of_student("ada")] == [1, 2]
    assert sent[-1] != sent[0]


def test_a_lost_submission_says_how_to_find_out(grader: Grader, scripted: str, folder: Path) -> None:
    (folder / "mine.ipynb").write_bytes(notebook("x = 1"))
    state = {"course": "c", "name": "n", "role": "student", "most_bytes": 10**6, "exercises": []}
    Scripted.script = [(200, {"Content-Type": "application/json"}, json.dumps(state).encode()), None]
    ended = grader("submit", "mine.ipynb", "--to", scripted)
    assert ended.status == 2
    assert "`grader status` shows whether the portal has your submission." in ended.err
    assert {request["idempotency-key"] for request in Scripted.requests[1:]} == {
        Scripted.requests[-1]["idempotency-key"]
    }


def test_too_many_uploads_end_with_the_time_to_wait(
    site: CourseSite, ada: Person, grader: Grader, folder: Path
) -> None:
    del ada
    (folder / "mine.ipynb").write_bytes(released(site))
    rates = Rates(LIMITS | {"upload account": "1/10 minutes"})
    with served(application(site, rates=rates)) as address:
        assert grader("submit", "mine.ipynb", "--to", address).status == 0
        ended = grader("submit", "mine.ipynb", "--to", address)
    assert ended.status == 2
    assert "Too many requests. Try again in " in ended.err


def test_the_formats_of_exports_are_no_portal(
    grader: Grader, site: CourseSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site.course.exercises / "course.toml").write_text('[defaults]\nto = ["moodle"]\n')
    monkeypatch.chdir(site.course.root)
    assert "name the portal of your course" in grader("status").err


def test_names_of_files_arrive_as_they_are(
    site: CourseSite, ada: Person, address: str, grader: Grader, folder: Path
) -> None:
    del ada
    name = "Übung 1; \"final\" 'v2' ✓.ipynb"
    (folder / name).write_bytes(answered(site))
    assert grader("submit", name, "--to", address, "--exercise", SLUG).status == 0
    (queued,) = site.queue.of_student("ada")
    assert queued.upload.origin.replace("%22", '"') == name
