"""`[defaults]` in `course.toml`: options that a course sets, and that a command line overrides."""

import sys
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from grader import cli
from grader.cli import commands, shared
from grader.cli.commands import COMMANDS, loaded
from grader.course.defaults import DefaultsTable, _Format, read_defaults
from grader.course.layout import Course
from grader.course.settings import read_settings
from grader.errors import SpecificationError
from grader.pipeline.exporting import Format, Identifier, Visibility

Parse = Callable[..., dict[str, Any]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty course as the current folder."""
    (tmp_path / "exercises").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GRADER_GRADEBOOK", raising=False)
    return tmp_path


@pytest.fixture
def parse(folder: Path) -> Parse:
    """Write `[defaults]`, and read a command line with them."""

    def parsed(table: str, *words: str) -> dict[str, Any]:
        (folder / "exercises" / "course.toml").write_text(f"[defaults]\n{table}\n")
        shared.begin()
        name, *arguments = words
        return dict(loaded(name).make_context(name, arguments).params)

    return parsed


@pytest.mark.parametrize(
    ("table", "words", "name", "value"),
    [
        ("jobs = 7", "grade tiny class", "jobs", 7),
        ("jobs = 7", "grade tiny class --jobs 3", "jobs", 3),
        ("jobs = 7", "test", "jobs", 7),
        ('cluster = "tcp://a:1"', "rerun tiny", "cluster", "tcp://a:1"),
        ('cluster = "tcp://a:1"', "rerun tiny --cluster=", "cluster", ""),
        ('author = "Ada"', "comment tiny bo text", "author", "Ada"),
        ('author = "Ada"', "comment tiny bo text --author Cy", "author", "Cy"),
        ('gradebook = "sqlite:///a"', "regrade tiny", "gradebook", "sqlite:///a"),
        ('gradebook = "sqlite:///a"', "backup a.zip", "gradebook", "sqlite:///a"),
        ('to = ["moodle", "csv"]', "export tiny", "to", [Format.MOODLE, Format.CSV]),
        ('to = ["moodle"]', "export tiny --to canvas", "to", [Format.CANVAS]),
        ('to = ["moodle"]\nidentifier = "username"', "export tiny", "identifier", Identifier.USERNAME),
        ('to = ["moodle"]\nidentifier = "username"', "export tiny --to canvas", "identifier", None),
        ('identifier = "username"', "export tiny --to moodle --identifier email", "identifier", Identifier.EMAIL),
        ('visibility = "hidden"', "export tiny --to gradescope", "visibility", Visibility.HIDDEN),
        ('visibility = "hidden"', "export tiny --to csv", "visibility", None),
    ],
)
def test_a_default_holds_unless_the_command_line_says_otherwise(
    parse: Parse, table: str, words: str, name: str, value: Any
) -> None:
    assert parse(table, *words.split())[name] == value


def test_the_environment_wins_over_the_course(parse: Parse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_GRADEBOOK", "sqlite:///b")
    assert parse('gradebook = "sqlite:///a"', "regrade", "tiny")["gradebook"] == "sqlite:///b"


@pytest.mark.parametrize("words", ["regrade tiny", "grade tiny class", "rename-exercise old new", "stats tiny"])
def test_results_are_in_a_folder_of_the_course_for_each_exercise(parse: Parse, folder: Path, words: str) -> None:
    assert parse('results = "marks"', *words.split())["folder"] is None
    assert shared.usual_results() == folder / "marks"


@pytest.mark.parametrize("words", ["backup a.zip", "course"])
def test_commands_for_all_exercises_read_the_same_folder(parse: Parse, folder: Path, words: str) -> None:
    assert parse('results = "marks"', *words.split())["folder"] == folder / "marks"
    assert parse('results = "marks"', *words.split(), "--results", "x")["folder"] == Path("x")


def test_a_roster_is_in_the_course_and_gives_nobody_individual_numbers(parse: Parse, folder: Path) -> None:
    assert parse('roster = "class.csv"', "grade", "tiny", "class")["roster"] == folder / "class.csv"
    assert parse('roster = "class.csv"', "release", "tiny")["roster"] is None


def test_without_a_default_everything_is_as_usual(parse: Parse) -> None:
    assert parse("", "backup", "a.zip")["folder"] == Path("grading")
    assert shared.usual_results() == Path("grading")


def test_the_course_on_the_command_line_gives_its_defaults(
    parse: Parse, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse("jobs = 7", "test")
    (folder.parent / "elsewhere").mkdir(exist_ok=True)
    monkeypatch.chdir(folder.parent / "elsewhere")
    assert loaded("test").make_context("test", ["--course", str(folder)]).params["jobs"] == 7
    assert loaded("test").make_context("test", []).params["jobs"] == shared.CORES


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("jbos = 2", "course.toml: defaults: the key 'jbos' is not known. Did you mean 'jobs'?"),
        ("jobs = 0", "course.toml: defaults: `jobs` must be 1 or more. Received: 0."),
        ("jobs = true", "course.toml: defaults: `jobs` must"),
        ('jobs = "4"', "course.toml: defaults: `jobs` must"),
        ('to = ["moodel"]', "course.toml: defaults: entry 1 of to"),
        ('to = "moodle"', "course.toml: defaults: `to` must"),
        ("to = []", "course.toml: defaults: `to` must"),
        ('identifier = "name"', "course.toml: defaults: `identifier` must"),
        ('results = ""', "course.toml: defaults: `results` must"),
        ("allow_degraded = true", "course.toml: defaults: the key 'allow_degraded' is not known"),
        ('gradebook = "postgresql://a:secret@b/c"', "Set the environment variable GRADER_GRADEBOOK instead"),
        ("jobs = 1\njobs = 2", "course.toml: "),
    ],
)
def test_a_wrong_default_is_an_error_with_its_place(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], table: str, message: str
) -> None:
    (folder / "exercises" / "course.toml").write_text(f"[defaults]\n{table}\n")
    monkeypatch.setattr(sys, "argv", ["grader", "export", "tiny", "--to", "csv"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    printed = capsys.readouterr()
    assert ended.value.code == cli.WRONG_USE
    assert message in printed.err
    assert printed.err.startswith("exercises/course.toml: ")
    with pytest.raises(SpecificationError, match="exercises/course"):
        read_settings(Course(folder))


def test_a_table_that_is_no_table_is_an_error(folder: Path) -> None:
    (folder / "exercises" / "course.toml").write_text("defaults = 1\n")
    with pytest.raises(SpecificationError, match="defaults"):
        read_defaults(Course(folder))


def test_a_password_is_not_repeated_in_the_message(folder: Path) -> None:
    (folder / "exercises" / "course.toml").write_text('[defaults]\ngradebook = "postgresql://a:secret@b/c"\n')
    with pytest.raises(SpecificationError) as error:
        read_defaults(Course(folder))
    assert "secret" not in str(error.value)


def test_another_fault_in_the_file_does_not_stop_a_backup(folder: Path) -> None:
    (folder / "exercises" / "course.toml").write_text("tries = 3\n[defaults]\njobs = 2\n")
    assert read_defaults(Course(folder)) == {"jobs": 2}


def test_help_is_printed_whatever_the_defaults_are(parse: Parse, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        parse("jbos = 2", "grade", "--help")
    assert "SUBMISSIONS" in capsys.readouterr().out


def test_every_key_is_an_option_of_a_command() -> None:
    options = {
        option.removeprefix("--").replace("-", "_")
        for name in COMMANDS
        for parameter in loaded(name).params
        for option in parameter.opts
    }
    assert set(DefaultsTable.model_fields) <= options
    assert set(DefaultsTable.model_fields) == set(commands._MAY_HAVE_DEFAULTS)


def test_values_are_those_of_the_options() -> None:
    assert set(typing.get_args(_Format)) == set(Format)
    for key, values in (("identifier", Identifier), ("visibility", Visibility)):
        (literal, _) = typing.get_args(DefaultsTable.model_fields[key].annotation)
        assert set(typing.get_args(literal)) == set(values)
