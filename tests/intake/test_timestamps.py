"""Times that nbgrader writes beside what was handed in."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.intake.folders import collect
from grader.intake.timestamps import read_timestamp, read_twelve_hours
from tests.conftest import notebook
from tests.reading import as_read

AT = datetime(2026, 2, 2, 15, 58, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-02-02 15:58:23 UTC", AT),
        ("2026-02-02 15:58:23", AT),
        ("2026-02-02 16:58:23 Europe/Berlin\n", AT),
        ("2026-02-02 15:58:23.948203 UTC", AT + timedelta(microseconds=948203)),
        ("2026-02-02T10:58:23 -0500", AT),
        ("2026-02-02T15:58:23Z", AT),
        ("2026-02-02T16:58:23+01:00", AT),
        ("2026-02-02 15:58:23 Z", AT),
        ("2026-02-02 16:58:23 CET", AT),
        ("2026-02-02 10:58:23 EST", AT),
        ("2026-02-02 15:58:23 GMT", AT),
        ("2026-02-02 21:58:23 +06", AT),
        ("2026-02-02 12:58:23 -03", AT),
        ("2026-02-02 17:58:23 UTC+2", AT),
        ("2026-02-02 17:58:23 UTC+02:00", AT),
        ("2026-07-02 17:58:23 CEST", AT.replace(month=7)),
        ("\ufeff2026-07-02 17:58:23 CEST", AT.replace(month=7)),
        ("2026-07-02 16:58:23 BST", AT.replace(month=7)),
        ("2026-07-02 11:58:23 EDT", AT.replace(month=7)),
        ("2026-07-02 08:58:23 PDT", AT.replace(month=7)),
        ("2026-07-02 18:58:23 EEST", AT.replace(month=7)),
        ("2026-07-02 16:58:23 CET", AT.replace(month=7)),
        ("2026-02-02 21:28:23 IST", None),
        ("2026-02-02 09:58:23 CST", None),
        ("2026-02-02 15:58:23 ABCT", None),
        ("2026-02-02 15:58:23 localtime", None),
        ("2026-02-02 15:58:23 ../../etc/passwd", None),
        ("2026-02-02 25:58:23 UTC", None),
        ("9999-12-31 23:59:59 -2359", None),
        ("yesterday", None),
        ("2026-02-31 15:58:23 UTC", None),
        ("2026-02-02 15:58:23 Nowhere/City", None),
        ("", None),
        ("\xff", None),
    ],
)
def test_what_a_timestamp_says(text: str, moment: datetime | None) -> None:
    assert read_timestamp(text.encode()) == moment


@pytest.mark.parametrize(
    ("text", "course", "hours"),
    [
        ("2026-02-02 21:28:23 IST", "Asia/Kolkata", 5.5),
        ("2026-02-02 17:58:23 IST", "Asia/Jerusalem", 2),
        ("2026-02-02 09:58:23 CST", "America/Chicago", -6),
        ("2026-02-02 23:58:23 CST", "Asia/Shanghai", 8),
        ("2026-02-02 07:58:23 PST", "America/Los_Angeles", -8),
    ],
)
def test_an_abbreviation_of_several_zones_is_that_of_the_course(text: str, course: str, hours: float) -> None:
    assert read_timestamp(text.encode(), ZoneInfo(course)) == AT
    assert read_timestamp(text.encode(), ZoneInfo("Europe/Rome")) is None
    assert ZoneInfo(course).utcoffset(AT.replace(tzinfo=None)) == timedelta(hours=hours)


def test_a_time_without_a_zone_is_never_later_than_it_may_be() -> None:
    assert read_timestamp(b"2026-02-02 15:58:23", ZoneInfo("Europe/Rome")) == AT - timedelta(hours=1)
    assert read_timestamp(b"2026-02-02 15:58:23", ZoneInfo("America/New_York")) == AT


@given(st.datetimes(datetime(2015, 1, 1), datetime(2040, 1, 1)), st.sampled_from(sorted(available_timezones())))
def test_what_the_time_zone_database_calls_a_zone_is_read_as_that_moment_or_not_at_all(
    when: datetime, zone: str
) -> None:
    # Clocks in Pyongyang were half an hour behind those in Seoul until then, and both called their zone KST.
    assume(zone != "Asia/Pyongyang" or when >= datetime(2018, 5, 5))
    moment = when.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    found = read_timestamp(moment.strftime("%Y-%m-%d %H:%M:%S.%f %Z").encode())
    assert found is None or found == moment


@given(st.text(max_size=60))
def test_any_text_is_a_moment_or_none(text: str) -> None:
    for written in (text, f"2026-02-02 15:58:23 {text}"):
        found = read_timestamp(written.encode("utf-8", "surrogatepass"))
        assert found is None or found.tzinfo is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Apr 19, 2026 1130 PM", datetime(2026, 4, 19, 23, 30)),
        ("April 19, 2026 11:30 PM", datetime(2026, 4, 19, 23, 30)),
        ("19 April, 2026 1205 AM", datetime(2026, 4, 19, 0, 5)),
        ("Apr 9, 2026 905 am", datetime(2026, 4, 9, 9, 5)),
        ("Apr 31, 2026 905 AM", None),
        ("04/05/2026 905 AM", None),
        ("Apr 19, 2026 1330 PM", None),
    ],
)
def test_times_of_day_in_two_halves(text: str, expected: datetime | None) -> None:
    assert read_twelve_hours(text) == expected


def write(folder: Path, text: str, *places: str) -> None:
    for place in places:
        (folder / place).mkdir(parents=True)
        (folder / place / "nb.ipynb").write_bytes(notebook("1"))
        (folder / place / "timestamp.txt").write_text(text)


def test_a_timestamp_of_nbgrader_is_when_it_was_handed_in(tmp_path: Path) -> None:
    write(tmp_path, "2026-02-02 15:58:23 UTC", "submitted/ada/tiny")
    (submission,) = collect(tmp_path, "tiny")
    assert submission.submitted_at == AT


def test_a_timestamp_of_the_students_own_tells_nothing(tmp_path: Path) -> None:
    write(tmp_path, "1999-01-01 00:00:00 UTC", "ada", "bob/deeper")
    assert all(each.submitted_at is None for each in collect(tmp_path, "tiny"))


def test_a_timestamp_alone_is_no_submission(tmp_path: Path) -> None:
    write(tmp_path, "2026-02-02 15:58:23 UTC", "submitted/ada/tiny")
    (tmp_path / "submitted/bob/tiny").mkdir(parents=True)
    (tmp_path / "submitted/bob/tiny/timestamp.txt").write_text("2026-02-02 15:58:23 UTC")
    found = {each.student: each.problem for each in collect(tmp_path, "tiny")}
    assert found["ada"] == ""
    assert as_read(found.get("bob", "No notebook")).startswith("No notebook")
