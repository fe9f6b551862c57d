"""`--json` and `--quiet`: every command has both, and keeps what its documentation says about them."""

import contextlib
import json
import re
import shutil
import sys
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from grader import cli
from grader.cli import facts, shared
from grader.cli.commands import COMMANDS as LISTED
from grader.cli.commands import loaded
from grader.cli.documents import DOCUMENTS
from grader.cli.shared import Failure
from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.errors import SandboxError
from grader.execute import isolation
from grader.model.job import Job
from grader.model.portal import Enrolment
from grader.model.record import ModelTable, Record
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_people import new_token
from grader.portal.application import application
from tests.conftest import ROOT, notebook
from tests.dataset_samples import write_mnist
from tests.fakes import Fake
from tests.images.image_samples import people, with_images
from tests.portal.served import served
from tests.porting.foreign import grade as graded_cell
from tests.porting.foreign import markdown, solution, write_notebook
from tests.porting.test_otter_course import with_fences

COMMANDS: dict[str, Any] = {
    " ".join(filter(None, [name, inner])): command
    for name, group in ((name, loaded(name)) for name in LISTED)
    for inner, command in getattr(group, "commands", {"": group}).items()
}
ANSWERED = notebook("width = 26")

RUNS = {
    "demo": "--out demo",
    "list": "",
    "init": "fresh",
    "new": "pooling",
    "import nbgrader": "../nbgrader --out ported",
    "import otter": "../otter --out ported",
    "import marks": "tiny marks.csv",
    "release": "tiny --out released",
    "verify": "tiny",
    "test": "tiny",
    "facts": "",
    "check": "class/ada.ipynb --exercise tiny",
    "practice": "--list --state answers.json",
    "submit": "class/ada.ipynb --exercise tiny",
    "status": "",
    "grade": "tiny class",
    "own-work": "tiny class",
    "regrade": "tiny",
    "rerun": "tiny",
    "repair": "tiny",
    "adjust": "tiny ada --reason slip --points 1",
    "comment": "tiny ada good",
    "queue": "tiny",
    "decide": "tiny filled.csv",
    "rubric": "tiny --add width --points 1 --text good",
    "history": "tiny ada",
    "backup": "new.zip",
    "restore": "old.zip --out restored",
    "rename-exercise": "tiny small --results grading/tiny",
    "rename-student": "tiny ada adam",
    "merge-student": "bo ada",
    "delete-student": "bo --dry-run",
    "stats": "tiny",
    "course": "",
    "export": "tiny --to csv",
    "serve": "--links-only",
    "work": "--until-empty",
    "doctor": "",
    "data make": "people --course ../images",
    "data import": "people ../photos --course ../images",
    "data provide": "mnist mnist.npz --accept-other",
    "data list": "",
}
"""Command -> its arguments and options in the course of these tests."""

NEEDS_ACTION = {
    "serve": ["Administrator: http://127.0.0.1:8000/welcome/"],
    "check": ["  to do  Keeping the size: ", "Not ready yet. "],
    "submit": ["  to do  These answers are not in your notebook: `padding`."],
    "grade": ["2 submissions, 1 of them could not be graded."],
    "regrade": ["2 submissions, 1 of them could not be graded."],
}
"""Command -> the beginnings of the lines that it prints with `--quiet` in the course of these tests; others none."""

NBGRADER = [
    markdown("# Sizes"),
    solution("one", "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"),
    graded_cell("test", "assert x == 1"),
]
MAKES_IMAGES = """\
import numpy as np

def make(seed: int = 5):
    rng = np.random.default_rng(seed)
    def images(count):
        return rng.integers(0, 256, (count, 16, 16, 3), dtype=np.uint8)
    return {
        "x_train": images(6), "y_train": [0, 1] * 3, "x_valid": images(4), "y_valid": np.array([0, 1] * 2, np.int32),
        "inputs": images(2), "labels": [0, 1], "classes": ["ann", "bo"],
        "mislabelled": [], "ambiguous": [],
    }
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


Command = Callable[..., Ended]


class Computes(Fake):
    """A `Fake` that also understands arithmetic, and reads nothing else."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        for job in jobs:
            for record in super().run([replace(job, cells=tuple(map(computed, job.cells)))]):
                yield replace(record, key=job.key)


def computed(source: str) -> str:
    """The sums of a cell with their results."""
    sums = re.findall(r"^(\w+ = )([0-9][0-9 +*-]*)$", source, flags=re.MULTILINE)
    return "\n".join(f"{name}{eval(terms)}" for name, terms in sums)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graded course, and beside it a course with images and courses of other graders."""
    root = tmp_path_factory.mktemp("prepared")
    folder = root / "course"
    for path in (folder / "exercises", folder / "solutions", folder / "class", root / "images" / "exercises"):
        path.mkdir(parents=True)
    shutil.copytree(ROOT / "reference_models", folder / "reference_models")
    create_exercise(Course(folder), "tiny")
    settings = folder / "exercises" / "tiny" / "exercise.toml"
    settings.write_text(settings.read_text().replace("[[questions]]", "[own_work]\n\n[[questions]]", 1))
    (folder / "class" / "ada.ipynb").write_bytes(ANSWERED)
    (folder / "class" / "bo.ipynb").write_text("{")
    (folder / "filled.csv").write_text("student,question,points\nada,width,1\n")
    (folder / "marks.csv").write_text("student,points\nada,1\n")
    write_mnist(folder / "mnist.npz")
    people(root / "photos", {"ann": 12, "bo": 12})
    with_images(Course(root / "images"))
    (root / "images" / "solutions" / "people").mkdir(parents=True)
    (root / "images" / "solutions" / "people" / "make_data.py").write_text(MAKES_IMAGES)
    write_notebook(root / "nbgrader" / "source" / "ps1" / "one.ipynb", NBGRADER)
    with_fences(root / "otter")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(isolation, "local_executor", lambda *_, **__: Computes())
        for words in ("grade tiny class", "backup old.zip"):
            patch.setattr(sys, "argv", ["grader", *words.split()])
            with pytest.raises(SystemExit):
                cli.main()
    return root


@pytest.fixture
def course(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A copy of the graded course as the current folder."""
    shutil.copytree(prepared, tmp_path / "prepared")
    monkeypatch.setenv("GRADER_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path / "prepared" / "course")
    return Course(tmp_path / "prepared" / "course")


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a portal of a course with the same exercise, and the token of a student."""
    root = tmp_path_factory.mktemp("portal")
    for name in ("exercises", "solutions", "reference_models"):
        (root / name).mkdir()
    create_exercise(Course(root), "tiny")
    with contextlib.closing(CourseSite(Course(root), root / "results")) as site, served(application(site)) as address:
        (ada,) = site.accounts.enrol([Enrolment(login="ada", name="ada", student="ada")], None, now())
        yield address, new_token(site, ada, "test") or ""


@pytest.fixture
def grader(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command as a shell would."""

    def run(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["grader", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ended(int(ended.value.code or 0), captured.out, captured.err)

    return run


@pytest.fixture
def run(grader: Command, course: Course, portal: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command on the course."""
    for variable, value in zip(("GRADER_PORTAL", "GRADER_TOKEN"), portal, strict=True):
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr(isolation, "local_executor", lambda *_, **__: Computes())
    monkeypatch.setattr(facts, "describe_references", lambda *_: {"plain": ModelTable(input_shape=None, layers=())})

    def of_command(command: str, *options: str) -> Ended:
        if command == "rename-exercise":
            for folder in (course.exercises, course.root / "solutions"):
                (folder / "tiny").rename(folder / "small")
        return grader(*command.split(), *RUNS[command].split(), *options)

    return of_command


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Stands in for the sandbox."""
    executor = Computes()
    monkeypatch.setattr(isolation, "local_executor", lambda *_, **__: executor)
    return executor


def fits(value: Any, schema: Any) -> bool:
    """Whether a value read from JSON has exactly the keys and the types of a document."""
    origin, arguments = typing.get_origin(schema), typing.get_args(schema)
    if typing.is_typeddict(schema):
        hints = typing.get_type_hints(schema)
        return (
            isinstance(value, dict) and set(value) == set(hints) and all(fits(value[key], hints[key]) for key in hints)
        )
    if origin in (list, tuple):
        return isinstance(value, list) and all(fits(item, arguments[0]) for item in value)
    if origin is Mapping:
        return isinstance(value, dict) and all(fits(item, arguments[1]) for item in value.values())
    if origin in (types.UnionType, typing.Union):
        return any(fits(value, kind) for kind in arguments)
    if origin is typing.Literal:
        return value in arguments
    if schema is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return (value is None) if schema is types.NoneType else type(value) is schema


def test_every_command_has_a_document_and_a_run_here() -> None:
    assert set(DOCUMENTS) == set(COMMANDS)
    assert set(RUNS) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_both_options_from_the_one_place(command: str) -> None:
    options = {option for parameter in COMMANDS[command].params for option in parameter.opts}
    assert {"--json", "--quiet"} <= options


def test_no_command_defines_the_options_of_all() -> None:
    folder = ROOT / "grader" / "cli"
    defining = {
        path.name
        for path in folder.glob("*.py")
        if re.search(r'Option\([^)]*"--(json|quiet)"', path.read_text(encoding="utf-8"))
    }
    assert defining == {"shared.py"}


@pytest.mark.parametrize("command", COMMANDS)
def test_quiet_prints_what_needs_action_and_the_document_has_its_form(run: Command, command: str) -> None:
    quiet = run(command, "--quiet")
    printed, expected = quiet.out.splitlines(), NEEDS_ACTION.get(command, [])
    assert [line for line in printed if not line.startswith(tuple(expected))] == []
    assert len(printed) >= len(expected)
    assert "Error in the grader itself" not in quiet.err
    assert "[1/" not in quiet.err
    assert "->" not in quiet.err
    document = json.loads(json.dumps(shared._output.document))  # what `--json` would have printed
    assert fits(document, DOCUMENTS[command]), document


@pytest.mark.parametrize("command", ["list", "export", "history", "stats", "data list", "new"])
def test_json_is_the_document_and_nothing_else(run: Command, command: str) -> None:
    ended = run(command, "--json")
    assert ended.status == (cli.SOME_NOT_GRADED if command == "export" else cli.DONE)
    assert ended.out == json.dumps(json.loads(ended.out), indent=1) + "\n"
    assert fits(json.loads(ended.out), DOCUMENTS[command])


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        ("grade tinny class", cli.WRONG_USE, "exercises/tinny: there is no such exercise"),
        ("regrade tiny --results class", cli.WRONG_USE, "class: contains no results"),
        ("grade tiny class --jbos 2", cli.WRONG_USE, "No such option: --jbos"),
        ("grade tiny", cli.WRONG_USE, "Missing argument 'SUBMISSIONS'"),
        ("grade tiny class --jobs none", cli.WRONG_USE, "'--jobs': Input should be a valid integer"),
        ("grade --json tiny class --jobs", cli.WRONG_USE, "--jobs"),
        ("grad", cli.WRONG_USE, "No such command 'grad'"),
        ("restore nowhere.zip --out fresh", cli.WRONG_USE, "nowhere.zip"),
        ("release tiny --out mnist.npz", cli.WRONG_USE, "Name a folder, not a file"),
    ],
)
@pytest.mark.usefixtures("course", "fake")
def test_an_error_is_json_with_the_same_status(grader: Command, words: str, status: int, message: str) -> None:
    usual = grader(*words.replace("--json ", "").split())
    ended = grader(*words.split(), *(() if "--json" in words else ("--json",)))
    failure = json.loads(ended.out)["error"]
    assert (ended.status, failure["status"], usual.status) == (status, status, status)
    assert message in failure["message"]
    assert message in usual.err
    assert fits(failure, Failure)


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (SandboxError("the fork server did not start"), cli.OUR_FAULT, "the fork server did not start"),
        (RuntimeError("no such thing"), cli.OUR_FAULT, "RuntimeError: no such thing"),
        (OSError(28, "No space left on device", "marks/x"), cli.WRONG_USE, "Free some space"),
        (KeyboardInterrupt(), cli.INTERRUPTED, "Stopped."),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
@pytest.mark.usefixtures("course")
def test_a_fault_after_the_start_leaves_one_document(
    grader: Command, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int, message: str
) -> None:
    def fail(*_: object, **__: object) -> Fake:
        raise error

    monkeypatch.setattr(isolation, "local_executor", fail)
    ended = grader("grade", "tiny", "class", "--results", "other", "--json")
    assert ended.status == json.loads(ended.out)["error"]["status"] == status
    assert message in json.loads(ended.out)["error"]["message"]


@pytest.mark.usefixtures("fake")
def test_progress_and_warnings_go_to_standard_error_and_any_name_is_kept(grader: Command, course: Course) -> None:
    names = {"[red]x[_red]", "a\x1b[31mb", "line\nend", "\u2028", '"', "\\"}
    for name in names:
        (course.root / "class" / f"{name}.ipynb").write_bytes(ANSWERED)
    ended = grader("grade", "tiny", "class", "--results", "marks", "--json")
    assert ended.status == cli.SOME_NOT_GRADED
    assert "[1/8]" in ended.err
    assert "bo: The file is cut off" in ended.err
    assert "\x1b" not in ended.out + ended.err
    assert len(json.loads(ended.out)) == 8
    quiet = grader("regrade", "tiny", "--results", "marks", "--json", "--quiet")
    assert "No mark changed" not in quiet.err
    assert "bo: The file is cut off" in quiet.err
    points, again = ({mark["student"]: mark["points"] for mark in json.loads(out)} for out in (ended.out, quiet.out))
    assert points == again


@pytest.mark.usefixtures("course", "fake")
def test_what_is_not_an_option_is_not_read_as_one(grader: Command) -> None:
    ended = grader("comment", "tiny", "ada", "--", "--json")
    assert (ended.status, ended.out) == (cli.DONE, "ada: 2 of 3\n")
    assert "comment: --json" in grader("history", "tiny", "ada").out


@pytest.mark.usefixtures("course")
def test_the_next_command_prints_as_usual(grader: Command) -> None:
    grader("list", "--json", "--quiet")
    assert "tiny" in grader("list").out


@pytest.mark.usefixtures("course")
def test_help_is_text_also_with_json(grader: Command) -> None:
    ended = grader("grade", "--json", "--help")
    assert ended.status == cli.DONE
    assert ended.out.startswith("Usage: ")
    assert "--quiet" in ended.out
