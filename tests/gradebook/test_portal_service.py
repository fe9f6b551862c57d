"""The portal as a service: real web processes that cannot read keys, a real PostgreSQL, and a separate grader."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from grader.course.layout import Course
from grader.model.portal import JobState
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.portal.rates import LIMITS
from grader.portal.routes import ROUTES
from tests.conftest import ROOT, wait_until
from tests.gradebook.test_portal_graders import start
from tests.portal.people import SLUG, answered, hidden, roster
from tests.portal.test_security import address_of
from tests.processes import has_ended

pytestmark = pytest.mark.slow
PUBLIC = "https://grader.example.org"
AS_PROXY = {"host": "grader.example.org", "origin": PUBLIC, "x-forwarded-proto": "https"}
SETTINGS = """\
course = "course"
results = "results"
[database]
{database}
[web]
port = {port}
url = "{url}"
processes = 2
[graders]
start = 0
"""


def unreadable(folder: Path) -> list[str]:
    """Make a folder unreadable for others; returns the words with which a command runs as such an other."""
    if os.getuid() != 0:
        folder.chmod(0)
        return []
    if not shutil.which("setpriv"):
        pytest.skip("setpriv is not installed (Debian's package `util-linux`)")
    # Root without these two rights reads only what its permissions allow.
    shutil.chown(folder, "nobody")
    folder.chmod(0o700)
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


@contextlib.contextmanager
def serving(folder: Path, words: list[str]) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """`grader serve --config` in a folder with `portal.toml`; gives the process and its output."""
    log = folder / "log"
    with log.open("wb") as stream:
        command = [*words, sys.executable, "-m", "grader", "serve", "--config", str(folder / "portal.toml")]
        process = subprocess.Popen(command, cwd=ROOT, stdout=stream, stderr=stream)
    try:
        assert wait_until(lambda: "The portal runs at" in log.read_text() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield process, log
    finally:
        process.terminate()
        process.wait(60)


class Browser:
    """Somebody who uses the portal through a reverse proxy with TLS."""

    def __init__(self, port: int) -> None:
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=AS_PROXY, timeout=60)
        self._cookie = ""

    def ask(self, method: str, path: str, **content: Any) -> httpx.Response:
        """Send a request on a new connection, so that any of the processes may get it."""
        headers = {"cookie": self._cookie, "connection": "close"}
        answer = self._client.request(method, path.removeprefix(PUBLIC), headers=headers, **content)
        if "set-cookie" in answer.headers:  # it is for https, which this client does not speak
            self._cookie = answer.headers["set-cookie"].partition(";")[0]
        return answer


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def test_a_course_runs_while_web_processes_cannot_read_keys_and_are_killed(
    kind: str, small: Course, tmp_path: Path, new_address: Callable[[str], str]
) -> None:
    gradebook = new_address(kind) if kind == "postgresql" else ""
    address = f'address = "{gradebook}"' if gradebook else ""
    if gradebook:  # so that every user reaches the socket of the server
        Path(gradebook.partition("?host=")[2]).chmod(0o711)
    port = free_port()
    (tmp_path / "portal.toml").write_text(SETTINGS.format(database=address, port=port, url=PUBLIC))
    site = CourseSite(small, tmp_path / "results", gradebook or None)
    content = answered(site, 1)
    words = unreadable(small.solutions)
    assert subprocess.run([*words, "ls", small.solutions], capture_output=True, check=False).returncode != 0

    with serving(tmp_path, words) as (process, log):
        (link,) = re.findall(r"Administrator: (\S+)", log.read_text())
        assert link.startswith(f"{PUBLIC}/welcome/")
        assert wait_until(lambda: len(web_processes(process)) == 2)
        root = Browser(port)
        answer = root.ask("POST", link, data={"password": "a long password"})
        assert answer.status_code == 303
        assert "Secure" in answer.headers["set-cookie"]
        answer = root.ask("POST", "/roster", files={"roster": ("class.csv", roster("ada"))})
        found = re.search(r"https://grader.example.org/welcome/[\w-]+", answer.text)
        assert found, answer.text
        ada = Browser(port)
        assert ada.ask("POST", found[0], data={"password": "a long password"}).status_code == 303
        token = hidden(ada.ask("GET", f"/exercises/{SLUG}").text, "token")
        files = {"files": ("work.ipynb", content)}
        assert ada.ask("POST", f"/exercises/{SLUG}/attempts", data={"token": token}, files=files).status_code == 303

        # Whichever process is killed, sessions and uploads stay, and another one takes its place.
        for _ in range(2):
            before = web_processes(process)
            before[0].kill()
            assert wait_until(partial(is_replaced, process, before))
            assert ada.ask("GET", f"/exercises/{SLUG}/attempts/1").status_code == 200
            assert site.queue.counts() == {JobState.WAITING: 1}

        small.solutions.chmod(0o755)  # a grader is another user, who may read keys
        assert start(tmp_path, gradebook).wait(120) == 0
        assert site.queue.counts() == {JobState.DONE: 1}
        small.solutions.chmod(0o700)
        for path in ("/course", f"/exercises/{SLUG}/attempts/1"):
            assert {ada.ask("GET", path).status_code for _ in range(4)} == {200}
        answer = root.ask("POST", f"/class/{SLUG}/publication", data={"publish": "yes"})
        assert answer.status_code == 303
        assert "<html" in ada.ask("GET", f"/exercises/{SLUG}/report/page").text
        for path in (f"/class/{SLUG}", f"/class/{SLUG}/students/ada", f"/class/{SLUG}/regrade", "/operations"):
            assert root.ask("GET", path).status_code == 200, path
        for person in (root, ada):  # no page needs what the process cannot read
            for route in ROUTES:
                if "GET" in route.views:
                    path = re.sub(r"\{(name(:path)?|\w+:int)\}", "1", route.path)
                    assert person.ask("GET", address_of(path)).status_code < 500, path
        assert "Traceback" not in log.read_text(), log.read_text()
        children = web_processes(process)
    assert all(has_ended(child.pid) for child in children)
    assert log.read_text().count("/welcome/") == 1
    site.close()
    small.solutions.chmod(0o755)


def test_web_processes_end_with_the_process_that_started_them_and_count_addresses_behind_the_proxy(
    small: Course, tmp_path: Path
) -> None:
    port = free_port()
    (tmp_path / "portal.toml").write_text(SETTINGS.format(database="", port=port, url=PUBLIC))
    site = CourseSite(small, tmp_path / "results")
    most, minutes = int(LIMITS["link address"].partition("/")[0]), timedelta(minutes=15)
    with serving(tmp_path, []) as (process, _):
        assert wait_until(lambda: len(web_processes(process)) == 2)
        while site.hits.add("link address", "192.0.2.1", most, minutes, now()):
            pass
        for address, status in (("192.0.2.1", 429), ("192.0.2.2", 404)):
            headers = AS_PROXY | {"x-forwarded-for": address}
            answer = httpx.get(f"http://127.0.0.1:{port}/welcome/unknown", headers=headers, timeout=60)
            assert answer.status_code == status
        children = web_processes(process)
        process.kill()
        assert wait_until(lambda: all(has_ended(child.pid) for child in children), 30)
    site.close()


def is_replaced(parent: subprocess.Popen[bytes], before: list[psutil.Process]) -> bool:
    """Whether there is one web process that was not there before."""
    return len(set(web_processes(parent)) - set(before)) == 1


def web_processes(parent: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The web processes of a portal that is served, the oldest first."""
    spawned = []
    for child in psutil.Process(parent.pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):  # also one that has ended, and that the parent has not noticed
            if "spawn_main" in " ".join(child.cmdline()):
                spawned.append(child)
    return sorted(spawned, key=psutil.Process.create_time)
