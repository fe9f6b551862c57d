"""The memory that the processes of a portal use. Memory that processes share counts once, in equal parts.

Usage: python benchmarks/portal_sizes.py

Serves a course with one small exercise with SQLite, two web processes and one grader that runs one notebook at a time.
"""

import contextlib
import http.client
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import psutil
from machine import this

from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.model.portal import Enrolment, JobState
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.uploading import ArrivedFile, submit

_AT_ONCE = 20
_SETTINGS = """\
course = "course"
results = "results"
[web]
port = {port}
processes = 2
[graders]
start = 0
jobs = 1
"""


def main() -> None:
    """Measure, and print the table."""
    with tempfile.TemporaryDirectory() as place:
        folder, port = Path(place), _free_port()
        for name in ("exercises", "solutions"):
            (folder / "course" / name).mkdir(parents=True)
        create_exercise(Course(folder / "course"), "tiny")
        (folder / "portal.toml").write_text(_SETTINGS.format(port=port))
        with _running(folder, "serve") as portal:
            while not _answers(port):
                time.sleep(0.05)
            for _ in range(200):
                _answers(port)
            time.sleep(1)
            supervisor, *web = [portal, *_web_processes(portal)]
            rows = [
                ("Process that starts the web processes", _mib(_memory(supervisor))),
                ("Web process", _mib(max(map(_memory, web)))),
            ]
            with ThreadPoolExecutor(_AT_ONCE) as threads:
                signing_in = [threads.submit(_sign_in, port, number) for number in range(_AT_ONCE)]
                most = [0.0] * len(web)
                while not all(future.done() for future in signing_in):
                    most = [max(before, _memory(one)) for before, one in zip(most, web, strict=True)]
            rows.append((f"All web processes while {_AT_ONCE} people sign in at once, at most", _mib(sum(most))))
            with _running(folder, "work") as grader:
                rows.append(
                    ("Grader while it runs 5 small notebooks one by one, at most", _mib(_graded(folder, grader)))
                )
                time.sleep(1)
                rows.append(("Grader that waits for the next notebook", _mib(_with_children(grader))))
    print(", ".join(f"{name}: {value}" for name, value in this().items()))
    print("\n".join(f"| {name} | {value} |" for name, value in rows))


@contextlib.contextmanager
def _running(folder: Path, command: str) -> Iterator[psutil.Process]:
    """A command of the grader that reads the settings in a folder."""
    words = [sys.executable, "-m", "grader", command, "--config", str(folder / "portal.toml")]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


def _web_processes(portal: psutil.Process) -> list[psutil.Process]:
    return [child for child in portal.children() if "spawn_main" in " ".join(child.cmdline())]


def _memory(process: psutil.Process) -> float:
    """Bytes of memory, with its part of what it shares."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return float(process.memory_full_info().pss)
    return 0.0


def _with_children(process: psutil.Process) -> float:
    return sum(map(_memory, [process, *process.children(recursive=True)]))


def _graded(folder: Path, grader: psutil.Process) -> float:
    """The most memory that a grader uses while it grades five small notebooks."""
    with contextlib.closing(CourseSite(Course(folder / "course"), folder / "results")) as site:
        people = [Enrolment(login=f"student-{number}", name="S", student=f"student-{number}") for number in range(5)]
        for number, member in enumerate(site.accounts.enrol(people, None, now())):
            cell = nbformat.v4.new_code_cell(f"width = {number}")
            content = nbformat.writes(nbformat.v4.new_notebook(cells=[cell])).encode()
            submit(site, "tiny", member, member.login, ArrivedFile(name="a.ipynb", content=content), [])
        most = 0.0
        while set(site.queue.counts()) != {JobState.DONE}:
            most = max(most, _with_children(grader))
        return most


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", "/sign-in")
        return connection.getresponse().status == 200
    except OSError:
        return False


def _sign_in(port: int, number: int) -> int:
    """Send a login with a wrong password, which is checked as if the account existed."""
    origin = f"http://127.0.0.1:{port}"
    form = urllib.parse.urlencode({"login": f"person {number}", "password": "a guess that is long"})
    headers = {"Origin": origin, "Content-Type": "application/x-www-form-urlencoded"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/sign-in", form, headers)
    return connection.getresponse().status


def _mib(size: float) -> str:
    return f"{size / 2**20:.0f} MiB"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


if __name__ == "__main__":
    main()
