"""What all tests share: the course of this repository, and executors that start once."""

import importlib.util
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import nbformat
import pytest
from hypothesis import settings

from grader import pipeline
from grader.course.cases import read_cases
from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.course.specification import read_exercise
from grader.execute import isolation
from grader.execute.fork_server import ForkServer
from grader.execute.local import LocalExecutor
from grader.execute.single_use import SingleUse
from grader.gradebook.results import Results
from grader.model.exercise import Limits
from grader.model.job import Job, Probe
from grader.model.record import Isolation, Record
from tests.quick_start import start_quickly

ROOT = Path(__file__).parents[1]
# No deadline: on a busy machine any example may take long. `make slow` tries other values each time.
settings.register_profile("new values", deadline=None)
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("new values")
NO_SANDBOX = "this machine gives no sandbox (see `grader doctor`)"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several workers share the files, hand out long ones first: at the end nobody waits for one of them."""

    def place(item: pytest.Item) -> tuple[bool, ...]:
        is_slow = item.get_closest_marker("slow") is not None
        runs_commands = item.path.parent == ROOT / "tests"
        return item.path.name != "test_demo.py", not is_slow, not runs_commands

    if hasattr(config, "workerinput"):
        items.sort(key=place)


@cache
def case_notebooks(slug: str) -> Mapping[str, bytes]:
    """The notebooks of the cases of an exercise of this repository, by name."""
    course = Course(ROOT)
    return {case.name: case.content for case in read_cases(course, read_exercise(course, slug))}


@pytest.fixture(scope="session")
def course() -> Course:
    """The course of this repository."""
    return Course(ROOT)


@pytest.fixture
def copied_course(tmp_path: Path) -> Course:
    """A copy of the course that a test may change."""
    for name in ("exercises", "solutions", "reference_models"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return Course(tmp_path)


@pytest.fixture
def small(tmp_path: Path) -> Course:
    """A course with one new exercise."""
    (tmp_path / "course" / "exercises").mkdir(parents=True)
    (tmp_path / "course" / "solutions").mkdir()
    shutil.copytree(ROOT / "reference_models", tmp_path / "course" / "reference_models")
    course = Course(tmp_path / "course")
    create_exercise(course, "tiny")
    return course


@pytest.fixture
def material(small: Course) -> pipeline.Material:
    return pipeline.load(small, "tiny")


@pytest.fixture
def results(tmp_path: Path) -> Results:
    return Results(tmp_path / "out")


@pytest.fixture(scope="session", autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty store of data sets for the session, in place of the account's own."""
    folder = tmp_path_factory.mktemp("datasets")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_DATA", str(folder))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def quick_start() -> Iterator[None]:
    """See `tests.quick_start`."""
    with pytest.MonkeyPatch.context() as patch:
        start_quickly(patch)
        yield


@pytest.fixture(scope="session")
def sandbox() -> Iterator[LocalExecutor]:
    """One fork server in its sandbox, started once for the whole session."""
    if isolation.available() is not Isolation.SANDBOX:
        pytest.skip(NO_SANDBOX)
    with LocalExecutor(1, ForkServer, Isolation.SANDBOX) as executor:
        yield executor


@pytest.fixture(scope="session")
def degraded() -> Iterator[LocalExecutor]:
    """Single-use processes, as on a machine without a sandbox."""
    with LocalExecutor(1, SingleUse, Isolation.DEGRADED) as executor:
        yield executor


Run = Callable[..., Record]
T = TypeVar("T")


def runner(executor: LocalExecutor) -> Run:
    """A function that runs cells and gives their record."""

    def run(*cells: str, names: tuple[str, ...] = (), probes: tuple[Probe, ...] = (), **limits: float) -> Record:
        settings = Limits(**{"cell_seconds": 20, "notebook_seconds": 40, "probe_seconds": 10, **limits})  # type: ignore[arg-type]
        (record,) = executor.run(
            [Job(cells=cells, names=names, probes=probes, files=(), limits=settings, seed=1, environment=())]
        )
        return record

    return run


@pytest.fixture(scope="session")
def run(sandbox: LocalExecutor) -> Run:
    """Run cells in the sandbox."""
    return runner(sandbox)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Headless Chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def violations() -> Callable[[Any], list[str]]:
    """A function that gives what axe-core finds wrong with an open page."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or found.submodule_search_locations is None:
        pytest.skip("axe-playwright-python, which brings axe-core, is not installed")
    source = Path(found.submodule_search_locations[0], "axe.min.js").read_text(encoding="utf-8")

    def look(page: Any) -> list[str]:
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(source)
        rules = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
        return [f"{each['id']}: {node['target']} {node['failureSummary']}" for each in rules for node in each["nodes"]]

    return look


def notebook(*cells: str, **metadata: object) -> bytes:
    """A notebook of code cells, as a student's editor would save it."""
    made = nbformat.v4.new_notebook(metadata=metadata)
    made.cells = [nbformat.v4.new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(cells)]
    return str(nbformat.writes(made)).encode()


def present(value: T | None) -> T:
    """A value that a test relies on; a test in which there is none fails here."""
    assert value is not None
    return value


def wait_until(condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Wait until something is so; returns whether it is."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()
