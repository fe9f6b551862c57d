"""A command imports only what it uses. Nothing is timed here: `make bench` does that."""

import json
import subprocess
import sys
import tomllib

import pytest

from grader.cli.commands import COMMANDS
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PACKAGE_NAMES = {"ipython": "IPython", "pillow": "PIL", "pyyaml": "yaml"}
DEPENDENCIES = {
    PACKAGE_NAMES.get(name, name.replace("-", "_"))
    for line in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["staff"]]
    for name in [line.split(">")[0]]
}
DEPENDENCIES |= {"dask", "distributed", "jupyter_client"}  # optional, or needed by a dependency
PRINTS = {"typer", "rich", "pydantic", "msgspec"}  # typer reads arguments with pydantic; messages are msgspec values
READS_EXERCISES = PRINTS | {"numpy"}
KEEPS_MARKS = PRINTS | {"sqlalchemy"}
WHOLE_PIPELINE = READS_EXERCISES | {"babel", "jinja2", "msgspec", "nh3", "sqlalchemy"}
IMPORTS = {
    "check": READS_EXERCISES | {"psutil"},
    "submit": PRINTS,
    "status": PRINTS,
    "list": READS_EXERCISES,
    "new": READS_EXERCISES,
    "data": PRINTS,
    "practice": WHOLE_PIPELINE | {"pygments"},  # which rich needs for the code in the text of a question
    "doctor": PRINTS | {"numpy"},
    "backup": KEEPS_MARKS,
    "restore": KEEPS_MARKS,
}
"""Command -> the packages that it may import; the others may import `WHOLE_PIPELINE`."""


def run(*words: str) -> set[str]:
    """All modules that are imported once `grader` has done what the words say."""
    code = (
        f"import json, sys\nsys.argv = {['grader', *words]}\n"
        "from grader.cli import main\n"
        "try:\n    main()\nfinally:\n    print('\\n' + json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def packages(modules: set[str]) -> set[str]:
    """The packages among them that the project depends on."""
    return {name.partition(".")[0] for name in modules} & DEPENDENCIES


def own_commands(modules: set[str]) -> set[str]:
    """The modules of commands among them."""
    return {listed.module for listed in COMMANDS.values() if f"grader.cli.{listed.module}" in modules}


@pytest.mark.parametrize("words", [["--help"], ["-h"], [], ["--version"], ["lst"], ["--nothing"]], ids=" ".join)
def test_the_list_of_commands_imports_no_command_and_no_room(words: list[str]) -> None:
    modules = run(*words)
    assert packages(modules) <= PRINTS
    assert own_commands(modules) == set()
    rooms = {name.split(".")[1] for name in modules if name.startswith("grader.")}
    assert rooms <= {"cli", "course", "errors", "text"}
    assert {name for name in modules if name.startswith("grader.course.")} <= {"grader.course.layout"}
    texts = ("language", "messages", "printable", "suggestions", "values")
    assert {name for name in modules if name.startswith("grader.text.")} <= {f"grader.text.{name}" for name in texts}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_imports_only_what_it_uses(command: str) -> None:
    modules = run(command, "--help")
    assert packages(modules) <= IMPORTS.get(command, WHOLE_PIPELINE)
    assert own_commands(modules) == {COMMANDS[command].module}


def test_listing_the_exercises_imports_neither_gradebook_nor_pages() -> None:
    modules = run("list", "--course", str(ROOT))
    assert packages(modules) <= READS_EXERCISES
    rooms = {name.split(".")[1] for name in modules if name.startswith("grader.")}
    assert not rooms & {"pipeline", "gradebook", "report", "execute", "intake"}


LACKS = {"sqlalchemy": ("grade", "conv-arithmetic", "."), "babel": ("verify", "conv-arithmetic"), "nh3": ("stats", "x")}


@pytest.mark.parametrize("package", LACKS)
def test_a_command_names_the_packages_that_it_lacks(package: str) -> None:
    code = (
        f"import sys\nsys.modules[{package!r}] = None\nsys.argv = {['grader', *LACKS[package]]}\n"
        "from grader.cli import main\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"This command needs the package {package}, which is not installed. "
        'To install all packages for staff: pip install "convgrader[staff]"\n'
    )
