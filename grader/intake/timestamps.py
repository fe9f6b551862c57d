"""When a submission was handed in, as platforms write it: moments, and what clocks showed.

nbgrader writes `timestamp.txt` into the folder of the assignment, with the zone as `%Z`: that is what the time zone
database calls it, such as `UTC`, `CEST`, `EDT` or `+06`.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from grader.intake.entries import Entry

NAME = "timestamp.txt"
MOST_BYTES = 200

_WRITTEN = re.compile(
    r"(?P<when>\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?)\s*"
    r"\(?(?P<zone>[A-Za-z][A-Za-z0-9_]*(?:/[A-Za-z0-9_+-]+){0,2})?(?P<offset>[+-]\d{1,2}(:?\d\d){0,2})?\)?\s*",
    re.ASCII,
)
_HOURS = {
    **dict.fromkeys(("UTC", "GMT", "UT", "Z", "WET", "UCT", "Zulu"), 0.0),
    **dict.fromkeys(("BST", "CET", "MET", "WEST", "WAT"), 1.0),
    **dict.fromkeys(("CEST", "MEST", "EET", "CAT", "SAST"), 2.0),
    **dict.fromkeys(("EEST", "MSK", "EAT", "TRT"), 3.0),
    **{"PKT": 5.0, "WIB": 7.0, "HKT": 8.0, "AWST": 8.0, "WITA": 8.0, "SGT": 8.0, "JST": 9.0, "KST": 9.0, "WIT": 9.0},
    **{"ACST": 9.5, "ACDT": 10.5, "AEST": 10.0, "AEDT": 11.0, "ChST": 10.0, "NZST": 12.0, "NZDT": 13.0},
    **{"NST": -3.5, "NDT": -2.5, "AST": -4.0, "ADT": -3.0, "EST": -5.0, "EDT": -4.0, "MST": -7.0, "MDT": -6.0},
    **{"PDT": -7.0, "AKST": -9.0, "AKDT": -8.0, "HST": -10.0, "HDT": -9.0},
}
"""Abbreviations of the time zone database that have had one offset only since May 2018."""

_SEVERAL = ("IST", "CST", "CDT", "PST", "SST")
"""Those that stand for several, such as India, Israel and Ireland: only the course's own zone tells which."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TWELVE_HOURS = re.compile(
    r"(?:(?P<month>[A-Za-z]{3,9})\.? (?P<day>\d{1,2})|(?P<day2>\d{1,2}) (?P<month2>[A-Za-z]{3,9})\.?)"
    r",? (?P<year>\d{4}),? (?P<hour>\d{1,2}?)[:.]?(?P<minute>\d\d) ?(?P<half>[AaPp])\.?[Mm]\.?",
    re.ASCII,
)


def nbgrader_timestamps(entries: Sequence[Entry], exercise: str) -> dict[tuple[str, ...], Entry]:
    """The timestamps that stand beside notebooks; only in folders STUDENT/EXERCISE, which nbgrader makes.

    Args:
        entries: What was found, the folder of the class taken away.
        exercise: The assignment.

    Returns:
        Path of a folder -> its timestamp.
    """
    return {
        entry.parts[:-1]: entry
        for entry in entries
        if entry.parts[-1] == NAME and entry.parts[1:-1] == (exercise,) and not entry.packed
    }


def read_timestamp(content: bytes, course: tzinfo = UTC) -> datetime | None:
    """The moment that a timestamp names.

    Args:
        content: Its bytes.
        course: The time zone of the course. It decides what an abbreviation of several zones stands for.

    Returns:
        The moment, in UTC; None where the text or its zone cannot be read, or could mean several moments.
        Without a zone it is UTC, as nbgrader reads it, or the time of the course, whichever comes first.
    """
    found = _WRITTEN.fullmatch(content.decode("utf-8-sig", "replace").strip())
    if found is None or len(content) > MOST_BYTES:
        return None
    try:
        when = datetime.fromisoformat(found["when"].replace(",", ".")[:26])
        zone, offset = found["zone"], found["offset"]
        if offset is not None:
            known = zone in (None, "UTC", "GMT", "UT", "Z")
            return when.replace(tzinfo=_fixed(offset)).astimezone(UTC) if known else None
        if zone is None:
            return min(when.replace(tzinfo=UTC), in_zone(when, course))
        place = _zone(zone, when, course)
        return None if place is None else in_zone(when, place)
    except (ValueError, OverflowError):
        return None


def read_twelve_hours(text: str) -> datetime | None:
    """What a clock showed, in the form `Apr 19, 2026 1130 PM`, month first or day first; None if it is another."""
    found = _TWELVE_HOURS.fullmatch(text.strip())
    if found is None:
        return None
    month = (found["month"] or found["month2"]).lower()[:3]
    hour = int(found["hour"])
    if month not in _MONTHS or not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    day = int(found["day"] or found["day2"])
    try:
        return datetime(int(found["year"]), _MONTHS.index(month) + 1, day, hour, int(found["minute"]))
    except ValueError:
        return None


def in_zone(clock: datetime, zone: tzinfo) -> datetime:
    """The moment at which clocks of a zone showed this; of two such moments the first.

    Raises:
        OverflowError: It lies outside of the calendar.
    """
    both = (clock.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return min(both)


def _zone(name: str, when: datetime, course: tzinfo) -> tzinfo | None:
    """The zone of a name; None where it is unknown or stands for several."""
    if name in {when.replace(tzinfo=course, fold=fold).tzname() for fold in (0, 1)} and name in _SEVERAL:
        return course
    if name in _SEVERAL:
        return None
    known = _HOURS.get(name, _HOURS.get(name.upper()))
    if known is not None:
        return timezone(timedelta(hours=known))
    if not name[0].isupper():  # such as `localtime`, which is another one on each machine
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _fixed(offset: str) -> tzinfo:
    """The zone of `+0200`, `-05:00`, `+2` or `+06`."""
    digits = offset[1:].replace(":", "")
    hours, rest = (digits, "") if len(digits) <= 2 else (digits[:2], digits[2:])
    if offset[2:3] == ":" and len(digits) % 2:
        hours, rest = digits[:1], digits[1:]
    span = timedelta(hours=int(hours), minutes=int(rest[:2] or 0), seconds=int(rest[2:4] or 0))
    return timezone(-span if offset[0] == "-" else span)
