"""Measures the portal as before a deadline: many students upload a notebook that trains nothing.

Usage: rush.py [--quick]

`--quick` is a small run to see that it works: its numbers mean little and go to `build/`, and nbgrader does not run.
"""

import argparse
import json
import shutil
import statistics
import sys
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import machine
import material
import overheads
import peers
from aims import Aim
from exchange import exchange
from figures import aim_rows, table
from page_times import page_times
from students_at_once import Browser, Portal, Seen, kill_times, rush

from grader.course.layout import Course
from grader.model.portal import Enrolment, JobState, Member, Role
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now

HERE = Path(__file__).parent
BUILD = HERE.parent / "build" / "benchmarks"
SEED = 1
CORES = 2
SLOWEST_PAGES = 15

_PAGE = """\
# Before a deadline

Made by `{command}`. For the method, see [benchmarks/README.md](../README.md).

{machine}

{students} students uploaded within {seconds:g} s, half of them in the last sixth of this time.
Each of them sent the form twice. Before that, {alone} other students uploaded alone, one after the other.
Then another {students} students did the same, and processes were killed at random times meanwhile.

## Aims

{aims}

* The cells' own time is {cells:.3f} s of CPU time for each notebook.
* After the kills, {unanswered} requests found no web process, and the students sent them again.
  The last report was finished {after:.1f} s after the last upload.

## Page times

The table shows the {slowest} slowest of {pages} pages on an otherwise idle portal.
The exercise then has {marks} students with a mark. The times are medians of {rounds} requests.

{page_times}

## What a class would otherwise use

{exchange}
"""
_EXCHANGE = """\
The same notebooks went through the exchange of nbgrader on the same machine in the same run: `nbgrader submit`,
`collect`, `autograde`, `generate_feedback`, `release_feedback` and `fetch_feedback`.

{table}

These parts are not compared:

* nbgrader has no web pages of its own for submitting. Students need an account on the machine or JupyterHub,
  and both add time that is not measured here. Here, the name of the student comes from the environment.
* An instructor must type the commands of nbgrader. Here, each command starts as soon as the one before it ends.
* The students of nbgrader submit one after the other, so this is not a rush, and the benchmark kills no processes.
  The class is smaller, because grading {students} students would take too long.
* nbgrader runs the notebooks one at a time and without a sandbox. This grader runs {cores} at a time in the sandbox."""
_NO_EXCHANGE = "nbgrader did not run in this run."


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes of the measurement.

    Attributes:
        students: Students of a rush.
        alone: Students who upload alone.
        seconds: Seconds from the first upload of a rush to the last.
        kills: Processes that are killed in the second rush.
        rounds: How often each page is opened.
        exchange: Students who use nbgrader together; 0 to leave nbgrader out.
    """

    students: int = 300
    alone: int = 20
    seconds: float = 120.0
    kills: int = 20
    rounds: int = 15
    exchange: int = 20


QUICK = Sizes(students=6, alone=2, seconds=6.0, kills=2, rounds=1, exchange=0)


def main() -> int:
    """Measure, write, and say which aims were reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a small run, to see that it works")
    quick = parser.parse_args().quick
    folder, sizes = (BUILD / "results", QUICK) if quick else (HERE / "results", Sizes())
    results = {"command": "python benchmarks/rush.py" + (" --quick" if quick else "")} | measured(sizes)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rush.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (folder / "rush.md").write_text(markdown(results), encoding="utf-8")
    for aim in aims(results):
        print(f"{'reached' if aim.reached else 'missed '}  {aim.what}: {aim.measured:.4g} {aim.unit}")
    print(folder / "rush.md")
    return 0


def measured(sizes: Sizes) -> dict[str, Any]:
    """Measure everything; the result is what `rush.json` holds."""
    place = BUILD / "rush"
    shutil.rmtree(place, ignore_errors=True)
    names = material.students(1 + sizes.alone + 2 * sizes.students)
    material.write_class(place / "class", len(names))
    notebooks = sorted((place / "class").iterdir())[:3]
    cells = overheads.cells(place / "class", notebooks, 1 if sizes.kills < QUICK.kills + 1 else 5).first
    material.write_course(place / "course")
    shutil.copytree(HERE.parent / "reference_models", place / "course" / "reference_models")
    course = Course(place / "course")
    with closing(CourseSite(course, place / "results")) as site:
        portal = Portal(course, place / "results", place / "log")
        with portal.running():
            results = _use(site, portal, names, sizes)
    return {
        "machine": machine.ours(),
        "students": sizes.students,
        "seconds": sizes.seconds,
        "cells": cells,
        **results,
        "exchange": _exchange(sizes),
    }


def _use(site: CourseSite, portal: Portal, names: Sequence[str], sizes: Sizes) -> dict[str, Any]:
    """Let students alone, a rush, and a rush with kills use the portal, and look at its pages between the two."""
    people = [Enrolment(login=name, name=name, student=name) for name in names]
    staff = Enrolment(login="instructor", name="Instructor", role=Role.INSTRUCTOR)
    *members, instructor = site.accounts.enrol([*people, staff], None, now())
    site.publications.decide(material.SLUG, "", True, instructor.account, now())
    calm, troubled = Seen(), Seen()
    first = _browser(site, members[0], portal, Seen())
    first.until_report(first.upload())  # until now, the grader was cold
    alone = []
    for member in members[1 : sizes.alone + 1]:
        browser = _browser(site, member, portal, Seen())
        alone.append(browser.until_report(browser.upload()))
    classes = members[sizes.alone + 1 :]
    rush([_browser(site, member, portal, calm) for member in classes[: sizes.students]], sizes.seconds, calm)
    pages = page_times(site, {Role.STUDENT: members[1], Role.INSTRUCTOR: instructor}, portal.address, sizes.rounds)
    marks = 1 + sizes.alone + sizes.students
    killer = threading.Thread(target=portal.kill, args=(kill_times(sizes.kills, sizes.seconds, SEED),))
    killer.start()
    rush([_browser(site, member, portal, troubled) for member in classes[sizes.students :]], sizes.seconds, troubled)
    killer.join()
    return {
        "alone": alone,
        "pages": [round(seconds, 4) for seconds in calm.pages],
        "after": calm.after,
        "page_times": pages,
        "rounds": sizes.rounds,
        "marks": marks,
        "kills": dict(portal.kills),
        "unanswered": troubled.unanswered,
        "after_kills": troubled.after,
        "uploads": what_became(site, names),
    }


def _browser(site: CourseSite, member: Member, portal: Portal, seen: Seen) -> Browser:
    return Browser(site, member, portal.address, seen)


def what_became(site: CourseSite, names: Sequence[str]) -> dict[str, int]:
    """How many uploads were lost, doubled, or attributed to someone else; and how many marks are missing or wrong."""
    uploads = site.queue.of_exercise(material.SLUG)
    count = Counter(queued.upload.student for queued in uploads)
    results = site.results(material.SLUG)
    contents = {queued.upload.student: results.notebook(queued.upload.notebook) or b"" for queued in uploads}
    book = site.book(material.SLUG)
    points = {mark.student: mark.assessment.points for mark in book.marks()} if book else {}
    return {
        "lost": sum(not count[name] for name in names),
        "doubled": sum(max(0, count[name] - 1) for name in names),
        "another's": sum(f'# {name}"'.encode() not in content for name, content in contents.items()),
        "without mark": len(set(names) - set(points)) + sum(queued.state is not JobState.DONE for queued in uploads),
        "with another mark": sum(mark != material.marks(name) for name, mark in points.items()),
    }


def _exchange(sizes: Sizes) -> dict[str, Any] | None:
    if not sizes.exchange:
        return None
    programs = peers.install(BUILD / "peers")
    return exchange(BUILD / "exchange", programs, sizes.exchange, alone=3)


def aims(results: Mapping[str, Any]) -> list[Aim]:
    """All aims, with what `rush.json` says."""
    uploads, students = results["uploads"], results["students"]
    kills = sum(results["kills"].values())
    most = 1.3 * students * results["cells"] / CORES
    return [
        *(Aim(f"uploads {what}", uploads[what], 0, "uploads") for what in uploads),
        Aim("processes killed at random", kills, 20, "processes", at_least=True),
        Aim("page time in the rush, 95th percentile", percentile(results["pages"], 95), 0.5, "s"),
        Aim("one student alone, median", statistics.median(results["alone"]), 1.0, "s"),
        Aim("one student alone, 95th percentile", percentile(results["alone"], 95), 1.5, "s"),
        Aim("last report after the last upload", results["after"], most, "s"),
        Aim("slowest page, median", max(row["median"] for row in results["page_times"]), 0.2, "s"),
    ]


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that at least so many percent of the values do not exceed."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def markdown(results: Mapping[str, Any]) -> str:
    """The page with all tables; a pure function of `rush.json`."""
    pages = results["page_times"]
    return _PAGE.format(
        command=results["command"],
        machine=table(["", ""], results["machine"].items()),
        students=results["students"],
        seconds=results["seconds"],
        alone=len(results["alone"]),
        after=results["after_kills"],
        unanswered=results["unanswered"],
        cells=results["cells"],
        aims=table(["what", "aim", "measured", "reached"], aim_rows(aims(results))),
        slowest=min(SLOWEST_PAGES, len(pages)),
        pages=len(pages),
        marks=results["marks"],
        rounds=results["rounds"],
        page_times=table(
            ["page", "role", "status", "median", "slowest"],
            [
                [f"`{row['path']}`", row["role"], str(row["status"]), f"{row['median']:.3f} s", f"{row['most']:.3f} s"]
                for row in pages[:SLOWEST_PAGES]
            ],
        ),
        exchange=_exchange_text(results),
    )


def _exchange_text(results: Mapping[str, Any]) -> str:
    other = results["exchange"]
    if other is None:
        return _NO_EXCHANGE
    count = other["students"]
    whole = (other["submit"] + other["collect"] + other["grade"] + other["feedback"]) / count
    rows = [
        [
            "one student alone, from the submission to the report, median",
            statistics.median(results["alone"]),
            other["median"],
        ],
        [f"class of {count} one after the other: submit, for each student", None, other["submit"] / count],
        ["collect, for each student", None, other["collect"] / count],
        ["grade, for each student", None, other["grade"] / count],
        ["feedback, for each student", None, other["feedback"] / count],
        ["all steps together, for each student", None, whole],
    ]
    lines = [[what, "" if ours is None else f"{ours:.2f} s", f"{theirs:.2f} s"] for what, ours, theirs in rows]
    return _EXCHANGE.format(
        table=table(["what", "this grader", "nbgrader"], lines), students=results["students"], cores=CORES
    )


if __name__ == "__main__":
    sys.exit(main())
