"""Uploads over a real socket: on disk while they arrive, with limits on bytes and on time."""

import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import uvicorn

from grader.model.portal import Enrolment
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_people import digest, new_secret
from grader.portal import application as guard
from grader.portal.application import application
from grader.portal.security import COOKIE
from tests.conftest import wait_until
from tests.portal.people import SLUG, answered

UPLOAD = f"/exercises/{SLUG}/attempts"
BOUNDARY = "frontier"
CHUNK = b"x" * 60_000
Connect = Callable[[str], socket.socket]


@pytest.fixture
def connect(site: CourseSite) -> Iterator[Connect]:
    """A function that connects to the portal and sends the head of a request of the student `ada`, without a length."""
    (ada,) = site.accounts.enrol([Enrolment(login="ada", name="ada", student="ada")], None, now())
    secret = new_secret()
    site.accounts.begin_session(ada.account, digest(secret), now(), now() + timedelta(hours=1))
    listening = socket.create_server(("127.0.0.1", 0))
    host = f"127.0.0.1:{listening.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(application(site, hosts=["127.0.0.1"]), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    assert wait_until(lambda: server.started)
    opened: list[socket.socket] = []

    def head(path: str, kind: str = f"multipart/form-data; boundary={BOUNDARY}") -> socket.socket:
        client = socket.create_connection(listening.getsockname(), timeout=20)
        opened.append(client)
        lines = [f"POST {path} HTTP/1.1", f"Host: {host}", f"Origin: http://{host}", f"Cookie: {COOKIE}={secret}"]
        lines += [f"Content-Type: {kind}", "Transfer-Encoding: chunked", "", ""]
        client.sendall("\r\n".join(lines).encode())
        return client

    yield head
    for client in opened:
        client.close()
    server.should_exit = True
    thread.join()


def send(client: socket.socket, content: bytes) -> None:
    """Send a part of a body whose length nobody knows."""
    client.sendall(b"%x\r\n%s\r\n" % (len(content), content))


def part(name: str, file: str = "") -> bytes:
    """The head of a field or of a file."""
    named = f'; filename="{file}"' if file else ""
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode()


def status(client: socket.socket) -> int:
    """The status of the answer; 0 if the connection was closed without one."""
    try:
        line = client.recv(4096).split(b"\r\n")[0].split()
    except ConnectionError:
        return 0
    return int(line[1]) if len(line) > 1 else 0


def test_a_body_without_a_length_is_an_upload_and_its_large_file_is_never_in_memory(
    site: CourseSite, connect: Connect
) -> None:
    path = site.course.exercise_folder(SLUG) / "exercise.toml"
    path.write_text(path.read_text() + '\n[hand_in]\nfiles = ["*.bin"]\nmax_mb = 100\n')
    notebook = answered(site, 1)
    client = connect(UPLOAD)
    tracemalloc.start()
    send(client, part("token") + b"t\r\n" + part("files", "a.ipynb") + notebook + b"\r\n" + part("files", "model.bin"))
    for _ in range(500):
        send(client, CHUNK)
    send(client, f"\r\n--{BOUNDARY}--\r\n".encode())
    client.sendall(b"0\r\n\r\n")
    assert status(client) == 303
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 500 * len(CHUNK) / 3
    (queued,) = site.queue.of_student("ada")
    (file,) = queued.upload.files
    assert file.content == 500 * CHUNK


@pytest.mark.parametrize("name", ["a.ipynb", "model.bin"])
def test_an_upload_that_never_ends_is_cut_off_at_the_limit(
    site: CourseSite, connect: Connect, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    results = site.results(SLUG).folder
    monkeypatch.setattr(guard, "_most_bytes", lambda *_: 3_000_000)
    client = connect(UPLOAD)
    send(client, part("files", name))
    sent, answer = 0, 0
    try:
        while sent < 100_000_000:
            send(client, CHUNK)
            sent += len(CHUNK)
    except OSError:
        answer = status(client)
    assert answer in (0, 413)
    assert sent < 50_000_000  # with what is thrown away, and what is in the buffers of both sides
    assert site.queue.of_student("ada") == []
    assert not results.exists() or not list(results.rglob("handed-in/*"))


@pytest.mark.parametrize("path", [UPLOAD, "/account"])
def test_a_slow_body_ends_after_a_time(connect: Connect, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    for limit in ("_UPLOAD_SECONDS", "_FORM_SECONDS"):
        monkeypatch.setattr(guard, limit, 1.0)
    monkeypatch.setattr(guard, "_REST_SECONDS", 0.5)
    client = connect(path)
    send(client, part("token"))
    began = time.monotonic()
    try:
        while time.monotonic() - began < 15:
            send(client, b"x")
            time.sleep(0.1)
    except OSError:
        pass
    assert time.monotonic() - began < 12


@pytest.mark.parametrize("path", [UPLOAD, "/account"])
def test_a_body_that_stops_is_given_up(connect: Connect, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(guard, "_SILENT_SECONDS", 0.5)
    client = connect(path)
    send(client, part("token"))
    assert status(client) == 408


def test_a_connection_that_breaks_leaves_nothing(
    site: CourseSite, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    client = connect(UPLOAD)
    send(client, part("files", "a.ipynb") + b"{")
    client.close()
    time.sleep(0.3)
    assert site.queue.of_student("ada") == []
    assert "failed" not in caplog.text
    assert status_of_health(site)


def status_of_health(site: CourseSite) -> bool:
    """Whether the database of the portal can be used."""
    return site.queue.counts() == {}


def test_a_large_field_that_is_no_file_is_refused(connect: Connect) -> None:
    client = connect(UPLOAD)
    send(client, part("token"))
    try:
        for _ in range(20):
            send(client, CHUNK)
    except OSError:
        pass
    assert status(client) in (0, 400)


def test_a_body_that_nobody_reads_is_thrown_away_and_the_answer_arrives(connect: Connect) -> None:
    client = connect("/no/such/page")
    for _ in range(20):
        send(client, CHUNK)
    client.sendall(b"0\r\n\r\n")
    assert status(client) == 404


def test_a_body_that_nobody_reads_ends(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_REST_BYTES", 1_000_000)
    client, sent = connect("/no/such/page"), 0
    try:
        while sent < 100_000_000:
            send(client, CHUNK)
            sent += len(CHUNK)
    except OSError:
        pass
    assert sent < 30_000_000
