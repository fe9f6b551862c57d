"""Times of submission in the forms that platforms write: moments, and the times of clocks without a time zone.

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
"""Abbreviations of several zones, such as India, Israel and Ireland; only the course's zone decides between them."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TWELVE_HOURS = re.compile(
    r"(?:(?P<month>[A-Za-z]{3,9})\.? (?P<day>\d{1,2})|(?P<day2>\d{1,2}) (?P<month2>[A-Za-z]{3,9})\.?)"
    r",? (?P<year>\d{4}),? (?P<hour>\d{1,2}?)[:.]?(?P<minute>\d\d) ?(?P<half>[AaPp])\.?[Mm]\.?",
    re.ASCII,
)


def nbgrader_timestamps(entries: Sequence[Entry], exercise: str) -> dict[tuple[str, ...], Entry]:
    """Find the timestamps beside notebooks in folders STUDENT/EXERCISE, which nbgrader creates.

    Args:
        entries: All entries, without the folders around the class.
        exercise: The assignment.

    Returns:
        Path of a folder -> the entry of its timestamp.
    """
    return {
        entry.parts[:-1]: entry
        for entry in entries
        if entry.parts[-1] == NAME and entry.parts[1:-1] == (exercise,) and not entry.packed
    }


def read_timestamp(content: bytes, course: tzinfo = UTC) -> datetime | None:
    """Read a timestamp.

    Args:
        content: Its bytes.
        course: The time zone of the course. It decides between several zones with the same abbreviation.

    Returns:
        The moment, in UTC; None if the text or its zone cannot be read, or could mean several moments.
        A time without a zone is read as UTC, like in nbgrader, and as a time of the course; the earlier one counts.

    Example:
        >>> read_timestamp(b"2026-04-19 12:00:00 CEST").isoformat()
        '2026-04-19T10:00:00+00:00'
    """
    match = _WRITTEN.fullmatch(content.decode("utf-8-sig", "replace").strip())
    if match is None or len(content) > MOST_BYTES:
        return None
    try:
        when = datetime.fromisoformat(match["when"].replace(",", ".")[:26])
        zone, offset = match["zone"], match["offset"]
        if offset is not None:
            is_universal = zone in (None, "UTC", "GMT", "UT", "Z")
            return when.replace(tzinfo=_fixed(offset)).astimezone(UTC) if is_universal else None
        if zone is None:
            return min(when.replace(tzinfo=UTC), in_zone(when, course))
        zone_of_name = _zone(zone, when, course)
        return None if zone_of_name is None else in_zone(when, zone_of_name)
    except (ValueError, OverflowError):
        return None


def read_twelve_hours(text: str) -> datetime | None:
    """Read a clock's time in the form `Apr 19, 2026 1130 PM`, with the month or the day first.

    Returns:
        The time without a time zone; None if the text has another form.

    Example:
        >>> read_twelve_hours("Apr 19, 2026 1130 PM").isoformat()
        '2026-04-19T23:30:00'
    """
    match = _TWELVE_HOURS.fullmatch(text.strip())
    if match is None:
        return None
    month = (match["month"] or match["month2"]).lower()[:3]
    hour = int(match["hour"])
    if month not in _MONTHS or not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    day = int(match["day"] or match["day2"])
    try:
        return datetime(int(match["year"]), _MONTHS.index(month) + 1, day, hour, int(match["minute"]))
    except ValueError:
        return None


def in_zone(clock: datetime, zone: tzinfo) -> datetime:
    """Find the moment at which clocks of a zone showed a time.

    Args:
        clock: The time, without a time zone.
        zone: The zone.

    Returns:
        The moment, in UTC. When clocks are set back, a time occurs twice; the first moment counts.

    Raises:
        OverflowError: It is outside the calendar.
    """
    moments = (clock.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return min(moments)


def _zone(name: str, when: datetime, course: tzinfo) -> tzinfo | None:
    """The zone of a name; None if it is unknown or is the name of several zones."""
    if name in {when.replace(tzinfo=course, fold=fold).tzname() for fold in (0, 1)} and name in _SEVERAL:
        return course
    if name in _SEVERAL:
        return None
    hours = _HOURS.get(name, _HOURS.get(name.upper()))
    if hours is not None:
        return timezone(timedelta(hours=hours))
    if not name[0].isupper():  # such as `localtime`, which is another one on each machine
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _fixed(offset: str) -> tzinfo:
    """The zone of `+0200`, `-05:00`, `+2` or `+06`."""
    digits = offset[1:].replace(":", "")
    hours, minutes_and_seconds = (digits, "") if len(digits) <= 2 else (digits[:2], digits[2:])
    if offset[2:3] == ":" and len(digits) % 2:
        hours, minutes_and_seconds = digits[:1], digits[1:]
    distance = timedelta(
        hours=int(hours), minutes=int(minutes_and_seconds[:2] or 0), seconds=int(minutes_and_seconds[2:4] or 0)
    )
    return timezone(-distance if offset[0] == "-" else distance)
