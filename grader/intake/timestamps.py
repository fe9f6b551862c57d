"""When a submission was handed in, as nbgrader writes it beside: `timestamp.txt` in the folder of the assignment."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from grader.intake.entries import Entry

NAME = "timestamp.txt"
MOST_BYTES = 200

_WRITTEN = re.compile(
    r"(?P<when>\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?)\s*(?P<zone>[A-Za-z][\w+/-]*|[+-]\d\d:?\d\d)?\s*"
)


def with_timestamps(entries: Sequence[Entry], exercise: str) -> list[Entry]:
    """Give notebooks the time that stands beside them; only in folders STUDENT/EXERCISE, which nbgrader makes.

    Args:
        entries: What was found, the folder of the class taken away; the timestamps themselves are left out.
        exercise: The assignment.
    """
    told = {
        entry.parts[:-1]: moment
        for entry in entries
        if entry.parts[-1] == NAME and entry.parts[1:-1] == (exercise,) and (moment := read(entry.content))
    }
    return [
        replace(entry, modified=told.get(entry.parts[:-1], entry.modified))
        for entry in entries
        if entry.parts[-1] != NAME
    ]


def read(content: bytes) -> datetime | None:
    """The moment that a timestamp names, in UTC where it names no zone; None if it is none."""
    found = _WRITTEN.fullmatch(content.decode("utf-8", "replace").strip())
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(found["when"])
        zone = found["zone"] or "UTC"
        if zone[0] in "+-":
            return datetime.fromisoformat(f"{found['when']}{zone}")
        return moment.replace(tzinfo=UTC if zone == "UTC" else ZoneInfo(zone))
    except (ValueError, ZoneInfoNotFoundError):
        return None
