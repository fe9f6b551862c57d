"""Times of submission from an instructor's file: which texts are a moment, and what is refused."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from grader.errors import InputError
from grader.intake.times_file import read_times

BERLIN = ZoneInfo("Europe/Berlin")


def read(path: Path, *rows: str, head: str = "student,time") -> list[str]:
    """The moments of a file's rows, in UTC."""
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return [f"{row.at:%Y-%m-%d %H:%M:%S}" for row in read_times(path, BERLIN)]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-01T23:59:30+02:00", "2026-05-01 21:59:30"),
        ("2026-05-01T21:59:30Z", "2026-05-01 21:59:30"),
        ("2026-05-01 23:59", "2026-05-01 21:59:00"),  # local, in summer
        ("2026-01-01 23:59", "2026-01-01 22:59:00"),  # local, in winter
        ("2026-10-25 02:30", "2026-10-25 00:30:00"),  # occurs twice: the earlier one costs less
        ("2026-03-29 02:30", "2026-03-29 00:30:00"),  # never occurs: again the earlier reading
        ("2026-05-01 23:59:30 CEST", "2026-05-01 21:59:30"),
        ("2026-05-01 23:59:30 UTC", "2026-05-01 23:59:30"),
        ("01.05.2026 23:59", "2026-05-01 21:59:00"),
        ("1.5.2026, 23:59:30", "2026-05-01 21:59:30"),
        ("May 1, 2026 11:59 PM", "2026-05-01 21:59:00"),
        ("20260501T2359", "2026-05-01 21:59:00"),
        ("2026-05-01 23:59:30.123456", "2026-05-01 21:59:30"),
    ],
)
def test_a_time_is_read_in_its_zone_or_in_that_of_the_course(tmp_path: Path, text: str, moment: str) -> None:
    assert read(tmp_path / "times.csv", f'ada,"{text}"') == [moment]


@pytest.mark.parametrize(
    "text",
    [
        *("2026-05-01", "20260501", "05/01/2026 23:59", "2026-13-01 10:00", "31.02.2026 10:00", "yesterday", "0"),
        *(
            "2026-05-01 25:00",
            "1e9",
            "1777672770",
            "23:59",
            "2026-05-01 12:00:00 XYZ",
            "0001-01-01 00:00",
            "9999-12-31T23:59",
        ),
        "<script>alert(1)</script>",
    ],
)
def test_a_text_that_is_no_moment_stops_with_its_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError) as stopped:
        read(tmp_path / "times.csv", "bob,2026-05-01 10:00", f'ada,"{text}"')
    assert "times.csv: line 3:" in str(stopped.value)
    assert text[:10] in str(stopped.value)


def test_all_wrong_lines_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as stopped:
        read(tmp_path / "times.csv", "ada,soon", "bob,2026-05-01 10:00", "cleo,later")
    assert [line.split(": ")[1] for line in str(stopped.value).splitlines()] == ["line 2", "line 4"]


def test_a_row_without_a_time_or_without_a_name_says_nothing(tmp_path: Path) -> None:
    assert read(tmp_path / "times.csv", "ada,", ",2026-05-01 10:00", "", "bob,2026-05-01 10:00") == [
        "2026-05-01 08:00:00"
    ]


@pytest.mark.parametrize("head", ["who,when", "student", "time", "student,date of birth"])
def test_a_file_without_the_columns_is_refused_with_what_to_add(tmp_path: Path, head: str) -> None:
    with pytest.raises(InputError, match="has no column `"):
        read(tmp_path / "times.csv", "ada,2026-05-01 10:00", head=head)


@pytest.mark.parametrize(
    "head", ["Student,Time", "E-Mail-Adresse;Abgabezeit", "file\ttime", "Full name,Submitted at", "login,timestamp"]
)
def test_columns_have_the_names_that_platforms_write(tmp_path: Path, head: str) -> None:
    separator = next(sign for sign in ";\t," if sign in head)
    assert len(read(tmp_path / "times.csv", f"ada{separator}2026-05-01 10:00", head=head)) == 1


@given(some.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2998, 1, 1), timezones=some.just(UTC)))
def test_any_moment_with_an_offset_comes_back(tmp_path_factory: pytest.TempPathFactory, at: datetime) -> None:
    path = tmp_path_factory.mktemp("times") / "times.csv"
    path.write_text(f"student,time\nada,{at.astimezone(BERLIN).isoformat()}\n")
    assert [row.at for row in read_times(path, BERLIN)] == [at]


@pytest.mark.parametrize(("start", "line"), [("", 5), ("sep=,\n", 6), ("\ufeff", 5)])
def test_cells_with_several_lines_do_not_change_the_number_of_a_line(tmp_path: Path, start: str, line: int) -> None:
    with pytest.raises(InputError, match=f"line {line}: 'soon' is not a date"):
        read(tmp_path / "times.csv", '"ada\nlovelace",2026-05-01T10:00', "", "bob,soon", head=f"{start}student,time")


@pytest.mark.parametrize("head", ["student,time,Time", "student,Student,time", "file,time,file", "e-mail,time,email"])
def test_a_column_that_occurs_twice_is_refused(tmp_path: Path, head: str) -> None:
    with pytest.raises(InputError, match=r"has the column `[\w-]+` more than once\. Keep one of them\."):
        read(tmp_path / "times.csv", "ada,2026-05-01T10:00,2026-05-02T10:00", head=head)
