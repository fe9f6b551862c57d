"""The house stays as it is planned: imports point one way."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader import pipeline

ROOT = Path(__file__).parents[1]
GRADER = ROOT / "grader"
ROOMS = (
    "course",
    "images",
    "intake",
    "execute",
    "assess",
    "marks",
    "cohort",
    "gradebook",
    "report",
    "porting",
    "own_work",
    "practice",
)
SHARED = ("text", "model", "cnn", "storage", "mistakes", "authoring", "errors")
"""The floors below the rooms: what two rooms need has its home here."""
MODULES = sorted(path for path in GRADER.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, absolute."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            yield from (f"{module}.{alias.name}" for alias in node.names)


def room(path: Path) -> str:
    """The room of a file: its first folder below `grader`, or its name."""
    parts = path.relative_to(GRADER).parts
    return parts[0] if len(parts) > 1 else path.stem


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(GRADER)))
def test_imports_point_one_way(path: Path) -> None:
    allowed = {
        "errors": set(),
        "text": {"text", "errors"},
        "model": {"model", "text"},
        "cnn": {"cnn", "model", "text"},
        "storage": {"storage", "model", "errors"},
        "mistakes": {"mistakes", "model", "text"},
        "authoring": {"authoring", "cnn", "storage", "model", "text", "errors"},
        **{name: {name, *SHARED} for name in ROOMS},
        "validity": {*SHARED, "course", "assess"},
        "listing": {*SHARED, "course", "validity"},
        "progress": {"model", "text"},
        "pipeline": {*ROOMS, *SHARED, "validity", "pipeline"},
        "portal": {*SHARED, "report", "pipeline", "portal"},
        "cli": {*ROOMS, *SHARED, "listing", "pipeline", "progress", "portal", "cli"},
        "__main__": {"cli"},
        "__init__": set(),
    }
    here = room(path)
    found = {name.split(".")[1] for name in imports(path) if name.startswith("grader.")}
    assert found <= allowed.get(here, set()), f"{here} imports {sorted(found - allowed.get(here, set()))}"


ROOMS_OF_COMMANDS = {
    # which executor runs the notebooks is an option of the command
    **{
        name: {"execute"}
        for name in ("check", "demo", "facts", "grade", "repair", "rerun", "testing", "verify", "work")
    },
    "doctor": {"course", "execute"},  # what the course needs of the machine
    # whole folders are copied, whatever exercises they hold: the pipeline would only pass the call on
    "backup": {"gradebook"},
    "restore": {"gradebook"},
    # authors write and list files of the course; nothing of the pipeline takes part, so it is not imported
    "data": {"course", "images"},  # and the pipeline, for data sets
    "init": {"course"},
    "new": {"course"},
    # `--course` is an option of nearly all
    "shared": {"course"},
}
"""Module of a command -> the rooms that it may import; all others use the pipeline alone."""


@pytest.mark.parametrize("path", sorted((GRADER / "cli").glob("*.py")), ids=lambda path: path.stem)
def test_a_command_leaves_the_work_to_the_pipeline(path: Path) -> None:
    presentation = {"report"}
    found = {name.split(".")[1] for name in imports(path) if name.startswith("grader.")}
    assert found & set(ROOMS) - presentation == ROOMS_OF_COMMANDS.get(path.stem, set())


VALUES_OF_ARGUMENTS = {"load", "load_exercise", "usual_folder", "configure"}
"""Calls that turn arguments of a command into a value: the exercise, the folder of its results, the settings."""


@pytest.mark.parametrize("path", sorted((GRADER / "cli").glob("*.py")), ids=lambda path: path.stem)
def test_a_command_makes_one_call_of_the_pipeline(path: Path) -> None:
    tree = ast.parse(path.read_text())
    modules = {"pipeline"}
    functions: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("grader.pipeline"):
            names = {alias.asname or alias.name for alias in node.names}
            of_modules = {name for name in names if node.module == "grader.pipeline" and name not in pipeline.__all__}
            modules |= of_modules
            functions |= names - of_modules
    command = next((node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "command"), None)
    called = []
    for call in ast.walk(command) if command else ():
        match call:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=name)) if module in modules:
                called.append(name)
            case ast.Call(func=ast.Name(id=name)) if name in functions:
                called.append(name)
    stories = {name for name in called if name[0].islower()} - VALUES_OF_ARGUMENTS  # capitals: values, not calls
    assert len(stories) <= 1, f"{path.name} calls {sorted(stories)}: make one function of the pipeline of them"


@pytest.mark.parametrize("path", sorted((GRADER / "model").glob("*.py")), ids=lambda path: path.name)
def test_the_model_needs_the_standard_library_only(path: Path) -> None:
    roots = {name.split(".")[0] for name in imports(path)}
    assert roots - {"grader"} <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("path", sorted((GRADER / "execute" / "inside").glob("*.py")), ids=lambda path: path.name)
def test_what_runs_in_the_sandbox_needs_nothing_of_the_rest(path: Path) -> None:
    ours = {name for name in imports(path) if name.startswith("grader.")}
    assert all(name.startswith("grader.execute.inside") for name in ours)


def test_only_the_program_and_the_sandbox_decide_when_garbage_is_collected() -> None:
    found = {path.relative_to(GRADER).parts[0] for path in MODULES if "gc" in set(imports(path))}
    assert found == {"cli", "execute"}
    assert [path.parent.name for path in MODULES if "gc" in set(imports(path)) and "execute" in path.parts[-3:]] == [
        "inside"
    ]


def test_only_the_codec_writes_values_as_json_and_reads_them() -> None:
    """Messages are structs, which the codec reads. Pydantic checks what authors write; it stores and reads nothing."""
    found = {path.relative_to(GRADER).as_posix() for path in MODULES if "msgspec" in _packages(path)}
    assert found == {"storage/codec.py", "text/messages.py"}
    with_pydantic = {room(path) for path in MODULES if _packages(path) & {"pydantic", "pydantic_core"}}
    assert with_pydantic <= {"course", "assess", "text"}


def test_only_the_portal_imports_the_packages_of_the_web() -> None:
    web = {"starlette", "uvicorn", "argon2", "limits", "multipart"}
    assert {room(path) for path in MODULES if _packages(path) & web} == {"portal"}


def test_the_portal_reads_no_key() -> None:
    """`Material` has the key of an exercise. Only graders load it, so a web process has nothing to lose."""
    text = "".join(path.read_text(encoding="utf-8") for path in MODULES if room(path) == "portal")
    assert "material" not in text.lower()
    assert "solution" not in text.lower()


def test_only_one_module_locks_folders() -> None:
    found = [path.relative_to(GRADER).as_posix() for path in MODULES if "flock(" in path.read_text(encoding="utf-8")]
    assert found == ["storage/locks.py"]


def _packages(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def test_only_one_module_imports_dask() -> None:
    found = [path.name for path in MODULES if {name.split(".")[0] for name in imports(path)} & {"dask", "distributed"}]
    assert found == ["dask_link.py"]


@pytest.mark.slow
def test_assessing_and_reporting_never_import_tensorflow() -> None:
    code = (
        "import sys, grader.assess.engine, grader.report.student, grader.report.dashboard, grader.pipeline, grader.cli;"
        "sys.exit(any(name in sys.modules for name in ('tensorflow', 'keras', 'dask', 'distributed')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(GRADER)))
def test_modules_and_functions_stay_short(path: Path) -> None:
    text = path.read_text()
    functions = [
        node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    assert text.count("\n") <= 500
    step = path.parent.name == "versions"  # all tables of a form stand in one function
    assert [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= 60 and not step] == []


# What an override of mypy may leave out where a library has no types. Functions without types are checked nowhere.
LENIENCE = {
    *("ignore_missing_imports", "follow_imports", "disallow_any_unimported"),
    *("disallow_untyped_calls", "disallow_untyped_decorators", "disallow_subclassing_any", "warn_return_any"),
}


def test_the_types_of_all_python_are_checked_strictly() -> None:
    checked = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines() if line.endswith("/")}
    folders = [path for path in ROOT.iterdir() if path.is_dir() and path.name not in ignored]
    assert {*checked["files"], "solutions", "examples"} == {
        folder.name for folder in folders if any(folder.rglob("*.py"))
    }
    assert checked["strict"]
    assert "exclude" not in checked
    assert {name for override in checked["overrides"] for name in override} <= {"module", *LENIENCE}


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is no clone")
def test_git_ignores_no_module_so_that_every_check_sees_it() -> None:
    command = ["git", "ls-files", "--cached", "--others", "--ignored", "--exclude-standard", "*.py"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert [path for path in found if path.startswith(("grader/", "tests/", "benchmarks/", "reference_models/"))] == []


@pytest.mark.parametrize("top", ["grader", "reference_models", "tests"])
def test_every_folder_with_modules_is_a_package(top: str) -> None:
    folders = {path.parent for path in (ROOT / top).rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_the_types_of_every_solution_are_checked() -> None:
    assert "for key in solutions/*/key.py examples/*/solutions/*/key.py; do" in (ROOT / ".ci" / "types").read_text()
    solutions = ROOT / "solutions"
    assert {path.parent for path in solutions.rglob("*.py")} == {path.parent for path in solutions.glob("*/key.py")}


def test_no_module_switches_off_the_check_of_its_types() -> None:
    folders = [ROOT / name for name in ("benchmarks", "docs", "grader", "reference_models", "solutions", "tests")]
    modules = [path for folder in folders for path in folder.rglob("*.py")]
    comment = "# " + "mypy:"  # in two parts, since this module is read as well
    assert [path for path in modules if comment in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("name", [name for name in (*ROOMS, *SHARED, "portal") if name != "errors"])
def test_tests_mirror_the_rooms(name: str) -> None:
    folder = ROOT / "tests" / name
    tests = sorted(folder.rglob("test_*.py"))
    assert tests
    assert "".join(path.read_text() for path in tests).count(f"grader.{name}") >= len(tests) / 2


class _Nameless(ast.NodeTransformer):
    """A function without its own name and docstring, its variables numbered in the order in which they occur."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.names.setdefault(node.id, str(len(self.names))), node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(self.names.setdefault(node.arg, str(len(self.names))))


def form(function: ast.FunctionDef) -> str:
    """What a function does, whatever its variables are called; empty for a short one, where two may well be alike."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    bare = ast.FunctionDef("f", function.args, body, [])
    if sum(isinstance(node, ast.stmt) for node in ast.walk(bare)) <= 4 or len(list(ast.walk(bare))) < 45:
        return ""
    return ast.dump(_Nameless().visit(bare))


def test_no_function_is_written_twice() -> None:
    places: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and (what := form(node)):
                places.setdefault(what, []).append(f"{path.relative_to(GRADER)}: {node.name}")
    assert len(places) > 500
    assert [twins for twins in places.values() if len(twins) > 1] == []


def test_twins_are_found_whatever_their_variables_are_called() -> None:
    lines = ("c = a + b", "if c:", "    d = [c, a]", "else:", "    d = [b]", "e = len(d) + c", "return e")
    one = "def f(a, b):\n    " + "\n    ".join(lines)
    functions = [ast.parse(text).body[0] for text in (one, one.replace("a", "x"), one.replace("+ b", "- b"))]
    first, renamed, other = [form(function) for function in functions if isinstance(function, ast.FunctionDef)]
    assert first
    assert first == renamed != other


RENDERS = {
    "assess/kinds/choice.py": "the text of a choice in the reader's language is an answer, which is compared",
}
"""Modules below the pages that render messages, with the reason."""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(GRADER)))
def test_messages_stay_values_until_something_is_written(path: Path) -> None:
    writes = ("report", "pipeline", "portal", "cli", "text", "progress")
    if room(path) in writes or path.relative_to(GRADER).as_posix() in RENDERS:
        return
    assert not set(imports(path)) & {"grader.text.language.say", "grader.text.language.say_counted"}
