"""`docs/commands.md` and the command line say the same, and every command of the pages can be given."""

import re
from pathlib import Path
from typing import Any

import pytest

from grader import cli
from grader.cli.commands import COMMANDS as LISTED
from grader.cli.commands import loaded
from grader.cli.shared import output_options
from tests.conftest import ROOT
from tests.docs.pages import PAGES, Command, blocks, code, commands, name, rows, section

PAGE = ROOT / "docs" / "commands.md"
# Name -> command; those of a group under the name of the group and their own.
COMMANDS: dict[str, Any] = {
    " ".join(filter(None, [name, inner])): command
    for name, group in ((name, loaded(name)) for name in LISTED)
    for inner, command in getattr(group, "commands", {"": group}).items()
}
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def heading(command: str) -> str:
    """The heading of a command: its name and its arguments."""
    arguments = [parameter.metavar for parameter in COMMANDS[command].params if is_argument(parameter)]
    return " ".join(["## grader", command, *arguments])


def is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def options(command: str) -> dict[str, str]:
    """Option -> how it is written with its value."""
    of_all = {option.name for option in output_options()} | {"help"}
    given = [each for each in COMMANDS[command].params if not is_argument(each) and each.name not in of_all]
    return {each.opts[0]: " ".join(filter(None, [each.opts[0], each.metavar])) for each in given}


def test_every_command_is_documented_and_no_other() -> None:
    documented = re.findall(r"^## grader .+$", PAGE.read_text(), re.MULTILINE)
    assert documented == [heading(command) for command in COMMANDS]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_documented_and_no_other(command: str) -> None:
    table = [cells[0].strip("`") for cells in rows(section(PAGE, heading(command))) if cells[0]]
    assert sorted(table) == sorted(options(command).values())


def test_the_options_of_all_commands_are_documented_once() -> None:
    documented = [cells[0].strip("`") for cells in rows(PAGE.read_text().split("\n## ")[0]) if "--" in cells[0]]
    assert documented == [option.opts[0] for option in output_options()]


def test_exit_statuses_are_documented() -> None:
    statuses = {int(cells[0]) for cells in rows(PAGE.read_text().split("\n## ")[0]) if cells[0].isdigit()}
    assert statuses == {cli.DONE, cli.SOME_NOT_GRADED, cli.WRONG_USE, cli.OUR_FAULT, cli.INTERRUPTED}


def test_every_target_of_make_is_documented_and_no_other() -> None:
    documented = [words.split() for words in code(section(PAGE, "## make")) if words.startswith("make ")]
    assert {words[-1] for words in documented} == TARGETS


@pytest.mark.parametrize("command", COMMANDS)
def test_help_fits_in_one_line(command: str) -> None:
    assert not COMMANDS[command].get_short_help_str(66).endswith("...")


@pytest.mark.parametrize("command", LISTED)
def test_the_list_says_of_a_command_what_the_command_says(command: str) -> None:
    assert loaded(command).help == LISTED[command].help


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_command_that_runs_until_ctrl_c_is_the_last_of_its_block(page: Path) -> None:
    for block in blocks(page.read_text()):
        before = [command.line for command in block[:-1]]
        assert [line for line in before if re.match(r"make portal|grader serve(?!.*--links-only)", line)] == []


class Reader:
    """Checks commands in the order of a page, and keeps in mind what they make."""

    def __init__(self) -> None:
        self.made: set[str] = set()
        self.exercises = {path.parent.name for path in (ROOT / "exercises").glob("*/exercise.toml")}

    def read(self, command: Command) -> None:
        words = command.words
        if words[0] == "make":
            assert set(words[1:]) <= TARGETS, command.line
        elif words[0] == "cp":
            assert self.exists(words[1]), command.line
            self.made.add(words[-1])
        elif words[0] == "grader":
            count = 2 if f"{words[1]} {words[2] if words[2:] else ''}" in COMMANDS else 1
            self.read_grader(command.line, " ".join(words[1 : 1 + count]), words[1 + count :])

    def read_grader(self, line: str, command: str, arguments: list[str]) -> None:
        assert command in COMMANDS, line
        given = COMMANDS[command].make_context(command, arguments).params
        if command == "new":
            self.exercises.add(given["slug"])
            self.made |= {f"exercises/{given['slug']}", f"solutions/{given['slug']}"}
        assert given.get("exercise", given.get("slug")) in {*self.exercises, None}, line
        for each in ("submissions", "notebook"):
            assert each not in given or self.exists(str(given[each])), line

    def exists(self, path: str) -> bool:
        return (ROOT / path).exists() or any(path == made or path.startswith(f"{made}/") for made in self.made)


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=name)
def test_every_command_on_a_page_can_be_given(page: Path) -> None:
    reader = Reader()
    if page.name != "README.md":
        reader.made.add("mine.ipynb")  # made on the first page that a student reads
    for command in commands(page):
        reader.read(command)
