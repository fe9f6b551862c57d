"""`grader check` for students: in any folder, on any system, with few packages, and without a sandbox.

These tests use what students have, so they also run on macOS and Windows. There they need `--noconftest`: see the
workflow of the forge.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.course.layout import Course
from grader.course.new_course import FIRST_EXERCISE, create_course
from grader.course.release import release, solved_notebook
from grader.course.scaffold import create_exercise
from grader.course.specification import read_exercise
from tests.processes import has_ended

pytestmark = pytest.mark.slow
READY, NOT_READY, WRONG_USE, STOPPED = 0, 1, 2, 130
OTHER_SYSTEM = Path(__file__).parent / "other_system"
SYSTEMS = ["this system", *(["a system without POSIX"] if os.name == "posix" else [])]
RIGHT = ("width = 28 - 3 + 1", 'padding = "same"')


def notebook(*cells: str) -> bytes:
    """A notebook with these code cells."""
    same: dict[str, object] = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    listed = [{**same, "id": f"c{number}", "source": cell} for number, cell in enumerate(cells)]
    return json.dumps({"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A new course."""
    folder = tmp_path_factory.mktemp("course") / "course"
    create_course(folder)
    return Course(folder)


@pytest.fixture
def handed_out(source: Course, tmp_path: Path) -> Path:
    """The folder that `release` writes, where a student put it."""
    release(source, read_exercise(source, FIRST_EXERCISE), tmp_path / "released")
    place = tmp_path / "Meine Übungen" / "Woche 1"
    place.parent.mkdir()
    shutil.move(tmp_path / "released" / FIRST_EXERCISE, place)
    return place


@pytest.fixture(params=SYSTEMS)
def system(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def check(folder: Path, *words: str, system: str = SYSTEMS[0], **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `grader check` as a student does."""
    return run(folder, "check", *words, system=system, **variables)


def run(folder: Path, *words: str, system: str = SYSTEMS[0], **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder."""
    paths = [] if system == SYSTEMS[0] else [str(OTHER_SYSTEM)]
    settings = {**os.environ, "PYTHONWARNDEFAULTENCODING": "1", "PYTHONIOENCODING": "utf-8", **variables}
    return subprocess.run(
        [sys.executable, "-m", "grader", *words],
        cwd=folder,
        env={**settings, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        encoding=settings["PYTHONIOENCODING"],
        timeout=300,
        check=False,
    )


def test_a_blank_notebook_is_checked_where_it_was_handed_out(handed_out: Path, system: str) -> None:
    done = check(handed_out, "notebook.ipynb", system=system)
    assert (done.returncode, done.stderr) == (NOT_READY, "")
    assert done.stdout.splitlines() == [
        "First exercise",
        "  to do  Width of the feature map: `width` is still `...`.",
        "  to do  Keeping the size: `padding` is still `...`.",
        "Not ready yet. This check does not reveal whether answers are correct.",
    ]


@pytest.mark.parametrize("place", ["below", "from above", "elsewhere"])
def test_a_solved_notebook_is_ready_from_any_folder(source: Course, handed_out: Path, place: str) -> None:
    solved = solved_notebook(source.solution_notebook(FIRST_EXERCISE).read_bytes(), FIRST_EXERCISE, {})
    folder = {"below": handed_out / "mein Versuch", "elsewhere": handed_out.parents[1] / "downloads"}.get(
        place, handed_out
    )
    folder.mkdir(exist_ok=True)
    (folder / "Lösung 2.ipynb").write_bytes(solved)
    words = {
        "below": ["Lösung 2.ipynb"],
        "from above": [os.path.join("Meine Übungen", "Woche 1", "Lösung 2.ipynb")],  # noqa: PTH118 - as it is typed
        "elsewhere": ["Lösung 2.ipynb", "--course", str(handed_out)],
    }[place]
    done = check(handed_out.parents[1] if place == "from above" else folder, *words)
    assert (done.returncode, done.stderr) == (READY, ""), done.stdout
    assert done.stdout.splitlines()[-1] == "Ready to submit."


def test_a_folder_without_an_exercise_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.ipynb").write_bytes(notebook(*RIGHT))
    done = check(tmp_path, "mine.ipynb")
    assert done.returncode == WRONG_USE
    assert "contains 'exercise.toml'. Put your notebook into the folder that you got for the exercise" in done.stderr


def test_line_ends_of_windows_change_nothing(handed_out: Path) -> None:
    toml = handed_out / "exercise.toml"
    toml.write_bytes(b"\xef\xbb\xbf" + toml.read_bytes().replace(b"\n", b"\r\n"))
    cells = ["def f(x):\r\n    return x + 1\r\n", "width = (28 - 3\r\n  + 1)\r\n", '%time padding = "same"\r\n']
    content = json.dumps(json.loads(notebook(*cells)), indent=1).replace("\n", "\r\n").encode()
    (handed_out / "mine.ipynb").write_bytes(content)
    done = check(handed_out, "mine.ipynb", system=SYSTEMS[-1])
    assert (done.returncode, done.stderr) == (READY, ""), done.stdout


def test_a_console_with_few_signs_shows_the_others_as_question_marks(handed_out: Path) -> None:
    toml = handed_out / "exercise.toml"
    text = toml.read_text(encoding="utf-8").replace("Keeping the size", "Größe → halten")
    toml.write_text(text, encoding="utf-8")
    (handed_out / "mine.ipynb").write_bytes(notebook(RIGHT[0], "raise ValueError('größer → kleiner 🙂')"))
    done = check(handed_out, "mine.ipynb", system=SYSTEMS[-1], PYTHONIOENCODING="cp1252", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (NOT_READY, "")
    assert "code cell 2 stops with ValueError: größer ? kleiner ?" in done.stdout
    assert "Größe ? halten: " in done.stdout


STOPS = {
    "1 / 0": "ZeroDivisionError: division by zero",
    'open("mine.csv")': "FileNotFoundError: [Errno 2] No such file or directory: 'mine.csv'",
    "input()": "StdinNotImplementedError: raw_input was called, but this frontend does not support input requests.",
    "import urllib.request\nurllib.request.urlopen('https://example.org/x')": (
        "URLError: <urlopen error [Errno -3] Temporary failure in name resolution>"
    ),
    "import pathlib\n(pathlib.Path.home() / 'mine').mkdir()\nassert not list(pathlib.Path.home().iterdir())": (
        "AssertionError: "  # the home folder is that of the run
    ),
}
"""Cell -> how it stops; the same as in the sandbox."""


def test_cells_stop_as_in_grading(handed_out: Path, system: str) -> None:
    (handed_out / "mine.ipynb").write_bytes(notebook("width = [1, 2]", "paddin = 'same'", *STOPS))
    files = sorted(handed_out.rglob("*"))
    done = check(handed_out, "mine.ipynb", system=system)
    assert (done.returncode, done.stderr) == (NOT_READY, "")
    lines = done.stdout.splitlines()
    assert lines[1:6] == [
        f"  to do  code cell {number} stops with {how}" for number, how in enumerate(STOPS.values(), 3)
    ]
    assert lines[6].startswith("  to do  Width of the feature map: ")
    assert lines[7].startswith("  to do  Keeping the size: ")
    assert "`paddin`" in lines[7]
    assert sorted(handed_out.rglob("*")) == files


WORKS = (
    *RIGHT,
    "import asyncio\nawait asyncio.sleep(0)",
    "%%time\nx = 1",
    "%pip install nothing",
    "!echo hello",
    "import socket\nwith socket.create_server(('127.0.0.1', 0)) as s:\n"
    "    socket.create_connection(s.getsockname()).close()",
    "open('größe.txt', 'w').write('→ 🙂')\nassert open('größe.txt').read() == '→ 🙂'",
    "import os, sys, subprocess\nos.write(1, b'text')\nsubprocess.run([sys.executable, '-c', 'print(1)'], check=True)",
    "assert 'fcntl' not in vars() and sys.path[0] == '' and not any('execute' in folder for folder in sys.path)",
)


def test_cells_work_as_in_grading(handed_out: Path, system: str) -> None:
    (handed_out / "mine.ipynb").write_bytes(notebook(*WORKS))
    done = check(handed_out, "mine.ipynb", system=system)
    assert (done.returncode, done.stderr) == (READY, ""), done.stdout


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("print('x' * 10_000_000)", "  to do  The notebook printed more than "),
        ("import os\nos._exit(3)", "  to do  The notebook ended its own process."),
        (
            "import time\nx = bytearray(2**30)\nx[::4096] = b'1' * 2**18\ntime.sleep(2)",
            "  to do  The notebook used more memory than the limit of 512 MiB.",
        ),
        ("while True:\n    pass", "  to do  code cell 3 stops with CellTimeout: the cell reached its limit of 1 s of"),
    ],
    ids=["output", "end", "memory", "time"],
)
def test_limits_are_those_of_grading(handed_out: Path, cell: str, line: str) -> None:
    toml = handed_out / "exercise.toml"
    limits = "[limits]\ncell_seconds = 1\nmemory_mb = 512\n[[questions]]"
    toml.write_bytes(toml.read_bytes().replace(b"[[questions]]", limits.encode(), 1))
    (handed_out / "mine.ipynb").write_bytes(notebook(*RIGHT, cell, "after = 1"))
    done = check(handed_out, "mine.ipynb", system=SYSTEMS[-1])
    assert (done.returncode, done.stderr) == (NOT_READY, "")
    assert line in done.stdout


def test_an_exercise_with_data_of_another_is_complete_where_it_was_handed_out(tmp_path: Path) -> None:
    folder = tmp_path / "course" / "exercises"
    for slug in ("one", "two"):
        create_exercise(Course(folder.parent), slug)
    (folder / "one" / "data").mkdir()
    (folder / "one" / "data" / "größe.txt").write_text("26", encoding="utf-8")
    file = '[[files]]\nname = "data/größe.txt"\nexercise = "one"\n'
    toml = folder / "two" / "exercise.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + file, encoding="utf-8")
    release(Course(folder.parent), read_exercise(Course(folder.parent), "two"), tmp_path / "released")
    place = tmp_path / "released" / "two"
    (place / "mine.ipynb").write_bytes(notebook('width = int(open("data/größe.txt").read())', RIGHT[1]))
    done = check(place, "mine.ipynb")
    assert (done.returncode, done.stderr) == (READY, ""), done.stdout


def test_start_up_code_and_settings_come_with_an_exercise(tmp_path: Path) -> None:
    course = Course(tmp_path / "course")
    create_exercise(course, "one")
    (course.exercises / "startup.py").write_text("SIDE = 28\n", encoding="utf-8")
    create_exercise(course, "two")
    settings = '[environment]\nstartup = "startup.py"\n[deadlines]\ntwo = 2030-01-01T00:00:00\n'
    (course.exercises / "course.toml").write_text(settings, encoding="utf-8")
    release(course, read_exercise(course, "one"), tmp_path)
    assert {path.name for path in (tmp_path / "one").iterdir()} == {
        *("notebook.ipynb", "exercise.toml", "course.toml", "startup.py")
    }
    (tmp_path / "one" / "mine.ipynb").write_bytes(notebook("width = SIDE - 2", RIGHT[1]))
    done = check(tmp_path / "one", "mine.ipynb")
    assert (done.returncode, done.stderr) == (READY, ""), done.stdout


@pytest.mark.parametrize("words", [["grade", "a", "b"], ["doctor"], ["regrade", "a"], ["export", "a"]])
def test_other_commands_say_that_they_need_another_system(tmp_path: Path, words: list[str]) -> None:
    done = run(tmp_path, *words, system=SYSTEMS[-1])
    assert (done.returncode, done.stdout) == (WRONG_USE, "")
    assert done.stderr == "This command needs Linux or macOS. `grader check` also works on Windows.\n"


@pytest.mark.parametrize(
    ("words", "variables", "message"),
    [
        (["status"], {}, "GRADER_TOKEN: there is no token."),
        (["submit", "none.ipynb"], {"GRADER_TOKEN": "x"}, "none.ipynb: there is no such file."),
    ],
)
def test_the_commands_for_the_portal_work_everywhere(
    tmp_path: Path, system: str, words: list[str], variables: dict[str, str], message: str
) -> None:
    home = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "APPDATA": str(tmp_path)}
    done = run(tmp_path, *words, "--to", "https://grader.example.org", system=system, **home, **variables)
    assert (done.returncode, done.stdout) == (WRONG_USE, "")
    assert done.stderr.startswith(message)


@pytest.mark.skipif(os.name != "posix", reason="this system is another one already")
def test_the_other_system_of_these_tests_has_no_locks(tmp_path: Path) -> None:
    (tmp_path / "grader_locks.py").write_text("import fcntl")  # a module of another package may import it
    code = "import grader_locks\nimport grader.storage.locks"
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join([str(OTHER_SYSTEM), str(tmp_path)])}
    done = subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == "ModuleNotFoundError: No module named 'fcntl'"
    assert 'grader/storage/locks.py"' in done.stderr


def test_data_sets_are_where_the_notebook_looks_for_them(tmp_path: Path, handed_out: Path, system: str) -> None:
    toml = handed_out / "exercise.toml"
    table = '[datasets.own.flowers]\nurl = "https://example.org/f.zip"\nfile = "data/f.zip"\nfolder = "data/flowers"\n'
    toml.write_text(toml.read_text(encoding="utf-8") + table, encoding="utf-8")
    shutil.make_archive(str(tmp_path / "f"), "zip", handed_out, "exercise.toml")
    settings = {"system": system, "GRADER_DATA": str(tmp_path / "Daten sätze")}
    (handed_out / "mine.ipynb").write_bytes(
        notebook(
            *RIGHT, "assert 'width' in open('data/flowers/exercise.toml').read()\nopen('data/f.zip', 'rb').read(1)"
        )
    )
    assert check(handed_out, "mine.ipynb", **settings).returncode == NOT_READY
    provided = run(handed_out, "data", "provide", "flowers", str(tmp_path / "f.zip"), **settings)
    assert (provided.returncode, provided.stderr) == (READY, "")
    done = check(handed_out, "mine.ipynb", **settings)
    assert (done.returncode, done.stderr) == (READY, ""), done.stdout


def _renamed(text: str) -> str:
    """The same with other names of answers."""
    return text.replace("width", "breadth").replace("padding", "border")


def test_other_folders_beside_the_exercise_do_no_harm(tmp_path: Path) -> None:
    course = Course(tmp_path / "course")
    for slug in ("one", "two"):
        create_exercise(course, slug)
        release(course, read_exercise(course, slug), tmp_path / "Übungen")
    two = tmp_path / "Übungen" / "two"
    toml = (two / "exercise.toml").read_text(encoding="utf-8")
    (two / "exercise.toml").write_text(_renamed(toml), encoding="utf-8-sig")
    text = (two / "notebook.ipynb").read_text(encoding="utf-8")
    (two / "notebook.ipynb").write_text(_renamed(text).replace('"id": "', '"id": "two-'), encoding="utf-8")
    for name, content in (("Bilder", b"\xff\xfe"), ("Musik", b"title = "), ("Filme", b"")):
        (tmp_path / "Übungen" / name).mkdir()
        (tmp_path / "Übungen" / name / "exercise.toml").write_bytes(content)
    one = tmp_path / "Übungen" / "one"
    (one / "mine.ipynb").write_bytes(notebook(*RIGHT))
    done = check(one, "mine.ipynb")
    assert (done.returncode, done.stderr) == (READY, ""), done.stdout
    shutil.copy(two / "notebook.ipynb", one / "mine.ipynb")
    done = check(one, "mine.ipynb")
    assert (done.returncode, done.stderr) == (NOT_READY, "")
    assert "Submit the one for One." in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="the test sends Ctrl-C as POSIX does")
def test_ctrl_c_ends_the_check_and_the_notebook(handed_out: Path) -> None:
    number = handed_out / "number.txt"
    waits = f"import os, time\nopen({str(number)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)"
    (handed_out / "mine.ipynb").write_bytes(notebook(*RIGHT, waits))
    running = subprocess.Popen([sys.executable, "-m", "grader", "check", "mine.ipynb"], cwd=handed_out)
    until = time.monotonic() + 120
    while time.monotonic() < until and not (number.exists() and number.read_text(encoding="utf-8")):
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    assert running.wait(60) == STOPPED
    assert has_ended(int(number.read_text(encoding="utf-8")))
