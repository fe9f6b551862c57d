"""How long the portal takes for each page that a person can open, when nothing else happens."""

import statistics
import time
from collections.abc import Mapping
from typing import Any

import httpx
import material
from students_at_once import signed_in

from grader.model.portal import Member, Role
from grader.pipeline.course_site import CourseSite
from grader.portal.routes import ROUTES

_STREAM = "/events"
"""A page that never ends; it is not measured."""


def page_times(site: CourseSite, people: Mapping[Role, Member], address: str, rounds: int) -> list[dict[str, Any]]:
    """The times of all pages, the slowest first.

    Args:
        site: The course.
        people: One person of each role that opens pages; the student has submitted.
        address: Address of the portal.
        rounds: How often each page is opened, after once that does not count.

    Returns:
        For each page and role: path, role, status, median and largest seconds.
    """
    student = people[Role.STUDENT].student
    rows = []
    for role, person in people.items():
        with signed_in(site, person, address) as client:
            for path in paths(role):
                rows.append(_times(client, path, filled(path, student), rounds) | {"role": role.value})
    return sorted(rows, key=lambda row: -row["median"])


def paths(role: Role) -> list[str]:
    """The paths of all pages that a person of a role may open."""
    return [
        route.path
        for route in ROUTES
        if "GET" in route.views and role in route.roles and not route.for_programs and not route.path.endswith(_STREAM)
    ]


def filled(path: str, student: str) -> str:
    """An address of a path: its parts are those of one student and of the first question."""
    values = {
        "{slug}": material.SLUG,
        "{question}": next(iter(material.ANSWERS)),
        "{student:path}": student,
        "{number:int}": "1",
        "{page:int}": "1",
    }
    for name, value in values.items():
        path = path.replace(name, value)
    return path


def _times(client: httpx.Client, path: str, address: str, rounds: int) -> dict[str, Any]:
    times = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        answer = client.get(address)
        times.append(time.perf_counter() - began)
    return {
        "path": path,
        "status": answer.status_code,
        "median": round(statistics.median(times[1:]), 4),
        "most": round(max(times[1:]), 4),
    }
