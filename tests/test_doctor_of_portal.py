"""`grader doctor --config`: what it says of each part of a portal, and that it changes nothing."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from grader import cli
from grader.course.layout import Course
from grader.gradebook.database import Database
from grader.gradebook.schema import REVISION

Doctor = Callable[..., dict[str, tuple[bool, str]]]
HTTPS = '[web]\nurl = "https://grader.example.org"\n'


@pytest.fixture
def doctor(small: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Doctor:
    """A function that writes settings and returns what the command says: part -> whether it works, and its state."""
    monkeypatch.delenv("GRADER_GRADEBOOK", raising=False)

    def run(more: str = HTTPS) -> dict[str, tuple[bool, str]]:
        (tmp_path / "portal.toml").write_text(f'course = "{small.root}"\nresults = "results"\n{more}')
        monkeypatch.setattr(sys, "argv", ["grader", "doctor", "--json", "--config", str(tmp_path / "portal.toml")])
        with pytest.raises(SystemExit) as end:
            cli.main()
        assert end.value.code == cli.DONE
        return {part["part"]: (part["works"], part["fact"]) for part in json.loads(capsys.readouterr().out)["portal"]}

    return run


def test_a_new_portal_is_well_and_nothing_is_created(doctor: Doctor, tmp_path: Path) -> None:
    parts = doctor()
    assert {name: works for name, (works, _) in parts.items()} == {
        "database": True,
        "results": True,
        "keys": True,
        "public address": True,
    }
    assert parts["database"][1].endswith("is empty. The first start creates the tables.")
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    ("form", "works", "fact"),
    [
        (REVISION, True, f"has format {REVISION}, as expected."),
        ("0004", True, f"has format 0004. The next start changes it to {REVISION}. Make a backup before."),
        ("9999", False, f"has format 9999 of a newer version, and this version knows {REVISION}."),
    ],
)
def test_the_form_of_the_database_is_compared(
    doctor: Doctor, tmp_path: Path, form: str, works: bool, fact: str
) -> None:
    (tmp_path / "results").mkdir()
    database = Database(tmp_path / "results" / "gradebook.sqlite")
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :form"), {"form": form})
    database.close()
    assert doctor()["database"][0] == works
    assert fact in doctor()["database"][1]
    assert Database(tmp_path / "results" / "gradebook.sqlite").form() == form


def test_a_server_that_does_not_answer_is_named_without_its_password(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADER_DATABASE_PASSWORD", "hidden")
    works, fact = doctor('[database]\naddress = "postgresql+psycopg://grader@127.0.0.1:1/grader"\n')["database"]
    assert not works
    assert "grader:***@127.0.0.1:1" in fact
    assert "Check that the server is running" in fact
    assert "hidden" not in fact


def test_a_password_that_everyone_can_read_is_named(doctor: Doctor, tmp_path: Path) -> None:
    table = '[database]\naddress = "postgresql+psycopg://grader@127.0.0.1:1/grader"\npassword_file = "password"\n'
    (tmp_path / "password").write_text("hidden\n")
    for mode, works in ((0o644, False), (0o640, True)):
        (tmp_path / "password").chmod(mode)
        assert doctor(table)["password"][0] == works


def test_without_tls_the_public_address_is_named(doctor: Doctor) -> None:
    assert not doctor("")["public address"][0]
    assert not doctor('[web]\nurl = "http://grader.example.org"\n')["public address"][0]


def test_it_says_whether_this_user_can_read_keys(doctor: Doctor, small: Course) -> None:
    assert "this user can read" in doctor()["keys"][1]
    small.solutions.rename(small.root / "elsewhere")
    assert "this user cannot read" in doctor()["keys"][1]
