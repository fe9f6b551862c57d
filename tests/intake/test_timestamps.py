"""Times that nbgrader writes beside what was handed in."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.intake.folders import collect
from grader.intake.timestamps import read
from tests.conftest import notebook

AT = datetime(2026, 2, 2, 15, 58, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-02-02 15:58:23 UTC", AT),
        ("2026-02-02 15:58:23", AT),
        ("2026-02-02 16:58:23 Europe/Berlin\n", AT),
        ("2026-02-02 15:58:23.948203 UTC", AT + timedelta(microseconds=948203)),
        ("2026-02-02T10:58:23 -0500", AT),
        ("yesterday", None),
        ("2026-02-31 15:58:23 UTC", None),
        ("2026-02-02 15:58:23 Nowhere/City", None),
        ("", None),
        ("\xff", None),
    ],
)
def test_what_a_timestamp_says(text: str, moment: datetime | None) -> None:
    assert read(text.encode()) == moment


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
    assert found.get("bob", "No notebook").startswith("No notebook")
