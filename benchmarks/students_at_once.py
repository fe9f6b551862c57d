"""Students who upload before a deadline, and the processes of a portal that serves them."""

import contextlib
import random
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import material

from grader.course.layout import Course
from grader.model.portal import Member
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_people import digest, new_secret
from grader.portal.security import COOKIE

_ROOT = Path(__file__).parents[1]
_POLL_SECONDS = 0.02
_MOST_SECONDS = 600
_AGAIN_SECONDS = 0.2


@dataclass
class Seen:
    """What the students of one run measured.

    Attributes:
        pages: Seconds until each page was there, uploads included.
        after: Seconds from the last upload to the last report.
        unanswered: Number of requests that were sent again, because the web process was gone.
    """

    pages: list[float] = field(default_factory=list)
    after: float = 0.0
    unanswered: int = 0


class Browser:
    """A student who is signed in.

    Args:
        site: The course.
        member: The student.
        address: Address of the portal.
        seen: Receives what the student measures.
    """

    def __init__(self, site: CourseSite, member: Member, address: str, seen: Seen) -> None:
        self.client = signed_in(site, member, address)
        self._seen = seen
        self._content = material.notebook(material.sources(member.student)).encode()

    def upload(self) -> float:
        """Open the exercise, and send the form twice; returns the clock when the first one was sent."""
        page = self._timed("GET", f"/exercises/{material.SLUG}")
        token = re.search(r'name="token" value="([^"]*)"', page.text)
        if token is None:
            raise RuntimeError(page.text)
        sent = time.perf_counter()
        for _ in range(2):
            files = {"files": ("notebook.ipynb", self._content)}
            answer = self._timed("POST", f"/exercises/{material.SLUG}/attempts", data={"token": token[1]}, files=files)
            if answer.status_code != 303:
                raise RuntimeError(f"the upload was answered with {answer.status_code}")
        return sent

    def until_report(self, since: float, pause: float = _POLL_SECONDS) -> float:
        """Wait until the report is there; returns the seconds since the upload."""
        while (waited := time.perf_counter() - since) < _MOST_SECONDS:
            if self._timed("GET", f"/exercises/{material.SLUG}/report/page").status_code == 200:
                return time.perf_counter() - since
            time.sleep(pause)
        raise RuntimeError(f"no report after {waited:.0f} s")

    def _timed(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """Send a request, again and again while the web process is gone: a person would click again, too."""
        until = time.monotonic() + _MOST_SECONDS
        while True:
            began = time.perf_counter()
            try:
                answer = self.client.request(method, path, **sent)
            except httpx.TransportError:
                if time.monotonic() > until:
                    raise
                self._seen.unanswered += 1
                time.sleep(_AGAIN_SECONDS)
                continue
            self._seen.pages.append(time.perf_counter() - began)
            return answer


def signed_in(site: CourseSite, member: Member, address: str) -> httpx.Client:
    """A browser with a session of a person, and a separate network address, because the portal limits each address."""
    secret = new_secret()
    site.accounts.begin_session(member.account, digest(secret), now(), now() + timedelta(hours=2))
    own_address = f"127.1.{member.account // 250}.{member.account % 250 + 1}"
    return httpx.Client(
        base_url=address,
        cookies={COOKIE: secret},
        headers={"origin": address},
        timeout=_MOST_SECONDS,
        transport=httpx.HTTPTransport(local_address=own_address),
    )


def rush(browsers: Sequence[Browser], seconds: float, seen: Seen) -> None:
    """Everyone uploads at the time that `arrivals` gives, and waits for the report."""
    began = time.perf_counter()

    def one(browser: Browser, at: float) -> tuple[float, float]:
        time.sleep(max(0.0, began + at - time.perf_counter()))
        uploaded = browser.upload()
        return uploaded, uploaded + browser.until_report(uploaded, pause=1.0)

    with ThreadPoolExecutor(len(browsers)) as pool:
        times = list(pool.map(one, browsers, arrivals(len(browsers), seconds)))
    seen.after = max(report for _, report in times) - max(upload for upload, _ in times)


def arrivals(students: int, seconds: float) -> list[float]:
    """When each student arrives, in seconds: the second half of them in the last sixth of the time."""
    early = students // 2
    late = students - early
    first, last = seconds * 5 / 6, seconds / 6
    return [first * number / max(early, 1) for number in range(early)] + [
        first + last * number / late for number in range(late)
    ]


def kill_times(count: int, seconds: float, seed: int) -> list[tuple[float, str]]:
    """When to kill which process, in seconds: at random times, each kind half of the times."""
    draw = random.Random(seed)
    kinds = [("web", "grader")[number % 2] for number in range(count)]
    draw.shuffle(kinds)
    return list(zip(sorted(draw.uniform(0.0, seconds) for _ in range(count)), kinds, strict=True))


class Portal:
    """A portal with one web process and one grader, each of which is started again when it ends.

    Args:
        course: The course.
        results: The results folder.
        log: The file that gets what the processes print.
    """

    def __init__(self, course: Course, results: Path, log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.kills = {"web": 0, "grader": 0}
        common = ["--results", str(results), "--course", str(course.root)]
        self._words = {
            "web": ["serve", "--port", str(port), "--graders", "0", *common],
            "grader": ["work", "--jobs", "2", *common],
        }
        self._log = log
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._ends = threading.Event()
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Serve until the block ends."""
        keepers = [threading.Thread(target=self._keep, args=(kind,)) for kind in self._words]
        for keeper in keepers:
            keeper.start()
        try:
            self._wait()
            yield
        finally:
            self._ends.set()
            for keeper in keepers:
                keeper.join()

    def kill(self, plan: Sequence[tuple[float, str]]) -> None:
        """Kill processes as planned, and return after the last one; see `kill_times`."""
        began = time.perf_counter()
        for at, kind in plan:
            time.sleep(max(0.0, began + at - time.perf_counter()))
            with self._lock:
                self._processes[kind].kill()
            self.kills[kind] += 1

    def _keep(self, kind: str) -> None:
        while not self._ends.is_set():
            with self._log.open("ab") as log:
                process = subprocess.Popen(
                    [sys.executable, "-m", "grader", *self._words[kind]], cwd=_ROOT, stdout=log, stderr=log
                )
            with self._lock:
                self._processes[kind] = process
            while process.poll() is None and not self._ends.wait(0.05):
                pass
        process.terminate()
        process.wait(60)

    def _wait(self) -> None:
        until = time.monotonic() + 120
        while not _answers(self.address):
            if time.monotonic() > until:
                raise RuntimeError(self._log.read_text())
            time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health").status_code == 200
    except httpx.TransportError:
        return False
