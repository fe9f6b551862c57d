"""Measures the portal as before a deadline: many students upload a notebook that trains nothing.

Usage: rush.py [--quick]

`--quick` is a small run to see that it works: its numbers mean little and go to `build/`.
"""

import argparse
import json
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import machine
from aims import Aim
from figures import aim_rows, table

from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.model.portal import Enrolment, JobState, Member
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_people import digest, new_secret
from grader.portal.security import COOKIE

HERE = Path(__file__).parent
BUILD = HERE.parent / "build" / "benchmarks"
SLUG = "rush"
_POLL_SECONDS = 0.02
_MOST_SECONDS = 600

_PAGE = """\
# Before a deadline

Made by `{command}`. For the method, see [benchmarks/README.md](../README.md).

{machine}

{students} students uploaded within {seconds:g} s, half of them in the last sixth of this time.
Each of them sent the form twice. {alone} other students uploaded alone, one after the other.

{aims}

The last report was finished {after:.1f} s after the last upload.
"""


@dataclass
class Seen:
    """What the students of the benchmark measured.

    Attributes:
        pages: Seconds until each page was there, uploads included.
        alone: Seconds from the upload to the report, of students who were alone.
        after: Seconds from the last upload of the rush to its last report.
    """

    pages: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    after: float = 0.0


def main() -> int:
    """Measure, write, and say which aims were reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a small run, to see that it works")
    quick = parser.parse_args().quick
    folder, students, alone, seconds = (BUILD / "results", 6, 2, 6.0) if quick else (HERE / "results", 300, 20, 120.0)
    seen, uploads = measured(students, alone, seconds)
    results: dict[str, Any] = {
        "command": "python benchmarks/rush.py" + (" --quick" if quick else ""),
        "machine": machine.ours(),
        "students": students,
        "seconds": seconds,
        "uploads": uploads,
        "pages": seen.pages,
        "alone": seen.alone,
        "after": seen.after,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rush.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (folder / "rush.md").write_text(markdown(results), encoding="utf-8")
    for aim in aims(results):
        print(f"{'reached' if aim.reached else 'missed '}  {aim.what}: {aim.measured:.4g} {aim.unit}")
    print(folder / "rush.md")
    return 0


def measured(students: int, alone: int, seconds: float) -> tuple[Seen, dict[str, int]]:
    """Run the portal, let students alone and a rush upload, and count what became of the uploads."""
    place = BUILD / "rush"
    shutil.rmtree(place, ignore_errors=True)
    course = _course(place)
    seen = Seen()
    with closing(CourseSite(course, place / "results")) as site:
        names = [f"student-{number:03}" for number in range(alone + students + 1)]
        members = site.accounts.enrol([Enrolment(login=name, name=name, student=name) for name in names], None, now())
        site.publications.decide(SLUG, "", True, members[0].account, now())
        with _served(course, place) as address:
            browsers = [_Browser(site, member, address, seen) for member in members]
            browsers[0].until_report(browsers[0].upload())  # until now, the grader was cold
            for browser in browsers[1 : alone + 1]:
                seen.alone.append(browser.until_report(browser.upload()))
            _rush(browsers[alone + 1 :], seconds, seen)
        return seen, _what_became(site, names)


def _rush(browsers: Sequence["_Browser"], seconds: float, seen: Seen) -> None:
    """Everyone uploads at the time that `arrivals` gives, and waits for the report."""
    began = time.perf_counter()

    def one(browser: "_Browser", at: float) -> tuple[float, float]:
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


class _Browser:
    """A student who is signed in."""

    def __init__(self, site: CourseSite, member: Member, address: str, seen: Seen) -> None:
        secret = new_secret()
        site.accounts.begin_session(member.account, digest(secret), now(), now() + timedelta(hours=2))
        self._client = httpx.Client(
            base_url=address, cookies={COOKIE: secret}, headers={"origin": address}, timeout=_MOST_SECONDS
        )
        self._seen = seen
        self._content = _notebook(site, member.student)

    def upload(self) -> float:
        """Open the exercise, and send the form twice; returns the clock when the first one was sent."""
        page = self._timed("GET", f"/exercises/{SLUG}")
        token = re.search(r'name="token" value="([^"]*)"', page.text)
        if token is None:
            raise RuntimeError(page.text)
        sent = time.perf_counter()
        for _ in range(2):
            files = {"files": ("notebook.ipynb", self._content)}
            answer = self._timed("POST", f"/exercises/{SLUG}/attempts", data={"token": token[1]}, files=files)
            if answer.status_code != 303:
                raise RuntimeError(f"the upload was answered with {answer.status_code}")
        return sent

    def until_report(self, since: float, pause: float = _POLL_SECONDS) -> float:
        """Wait until the report is there; returns the seconds since the upload."""
        while (waited := time.perf_counter() - since) < _MOST_SECONDS:
            if self._timed("GET", f"/exercises/{SLUG}/report/page").status_code == 200:
                return time.perf_counter() - since
            time.sleep(pause)
        raise RuntimeError(f"no report after {waited:.0f} s")

    def _timed(self, method: str, path: str, **sent: Any) -> httpx.Response:
        began = time.perf_counter()
        answer = self._client.request(method, path, **sent)
        self._seen.pages.append(time.perf_counter() - began)
        return answer


def _what_became(site: CourseSite, names: Sequence[str]) -> dict[str, int]:
    """How many uploads were lost, doubled, or attributed to someone else, and how many have no mark."""
    uploads = site.queue.of_exercise(SLUG)
    count = Counter(queued.upload.student for queued in uploads)
    contents = {queued.upload.student: site.results(SLUG).notebook(queued.upload.notebook) or b"" for queued in uploads}
    book = site.book(SLUG)
    marked = {mark.student for mark in book.marks()} if book else set()
    return {
        "lost": sum(not count[name] for name in names),
        "doubled": sum(max(0, count[name] - 1) for name in names),
        "another's": sum(f"# {name}\\n".encode() not in content for name, content in contents.items()),
        "without mark": len(set(names) - marked) + sum(queued.state is not JobState.DONE for queued in uploads),
    }


def _course(place: Path) -> Course:
    """A course with one exercise, which needs no network."""
    for name in ("exercises", "solutions"):
        (place / "course" / name).mkdir(parents=True)
    shutil.copytree(HERE.parent / "reference_models", place / "course" / "reference_models")
    course = Course(place / "course")
    create_exercise(course, SLUG)
    return course


def _notebook(site: CourseSite, student: str) -> bytes:
    """A notebook that answers with numbers. The comment makes it different from all others."""
    names = site.exercise(SLUG).exercise.answer_names
    source = "".join([f"# {student}\n", *(f"{name} = 1\n" for name in names)])
    cell: dict[str, Any] = {
        "cell_type": "code",
        "id": "a",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": source,
    }
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


@contextmanager
def _served(course: Course, place: Path) -> Iterator[str]:
    """Serve the portal with its grader in processes of their own; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["serve", "--port", str(port), "--jobs", "2", "--results", str(place / "results")]
    address = f"http://127.0.0.1:{port}"
    with (place / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "grader", *words, "--course", str(course.root)],
            cwd=HERE.parent,
            stdout=log,
            stderr=log,
        )
    try:
        until = time.monotonic() + 60
        while not _answers(address):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((place / "log").read_text())
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(60)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health").status_code == 200
    except httpx.TransportError:
        return False


def aims(results: Mapping[str, Any]) -> list[Aim]:
    """All aims, with what `rush.json` says."""
    uploads = results["uploads"]
    return [
        *(Aim(f"uploads {what}" if what != "without mark" else what, uploads[what], 0, "uploads") for what in uploads),
        Aim("page time, 95th percentile", percentile(results["pages"], 95), 0.5, "s"),
        Aim("one student alone, median", statistics.median(results["alone"]), 1.0, "s"),
        Aim("one student alone, 95th percentile", percentile(results["alone"], 95), 1.5, "s"),
    ]


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that at least so many percent of the values do not exceed."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def markdown(results: Mapping[str, Any]) -> str:
    """The page with all tables; a pure function of `rush.json`."""
    return _PAGE.format(
        command=results["command"],
        machine=table(["", ""], results["machine"].items()),
        students=results["students"],
        seconds=results["seconds"],
        alone=len(results["alone"]),
        after=results["after"],
        aims=table(["what", "aim", "measured", "reached"], aim_rows(aims(results))),
    )


if __name__ == "__main__":
    sys.exit(main())
