"""Opening a database: its form, earlier forms, several at once, and what is said where it cannot be used."""

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, select, text

from grader.errors import GradebookError
from grader.gradebook import migrations
from grader.gradebook.database import Database, beside
from grader.gradebook.results import Results
from grader.gradebook.schema import REVISION, metadata, students
from tests import quick_start
from tests.conftest import ROOT
from tests.gradebook import book_samples as samples
from tests.gradebook.forms.make import FORMS, told, told_portal

pytestmark = pytest.mark.usefixtures("in_steps")

STEPS = ScriptDirectory(str(Path(migrations.__file__).parent))
REVISIONS = [step.revision for step in STEPS.walk_revisions()]


def stored(revision: str, kind: str, address: str) -> None:
    """Bring back the form of a revision as it was stored, rows included."""
    script = (FORMS / f"{revision}.{kind}.sql").read_text()
    if kind == "sqlite":
        with sqlite3.connect(address.removeprefix("sqlite:///")) as connection:
            connection.executescript(script)
        return
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.exec_driver_sql(script.replace("%", "%%"))
    engine.dispose()


def test_the_steps_lead_to_todays_form() -> None:
    assert STEPS.get_current_head() == REVISION


def test_what_the_steps_make_is_what_the_tables_say(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_form_is_stored_with_rows_in_every_table(revision: str) -> None:
    """For a new one: run `python -m tests.gradebook.forms.make` and commit what it writes."""
    for kind in ("sqlite", "postgresql"):
        script = (FORMS / f"{revision}.{kind}.sql").read_text()
        assert f"('{revision}')" in script
        tables = {
            line.split()[2].strip('"').rpartition(".")[2] for line in script.splitlines() if "INSERT INTO" in line
        }
        made = {line.split()[2].strip('"').rpartition(".")[2] for line in script.splitlines() if "CREATE TABLE" in line}
        assert tables == made


@pytest.mark.parametrize("revision", REVISIONS)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_gradebook_of_each_form_is_brought_up_to_date_with_all_that_is_in_it(
    revision: str, kind: str, new_address: Callable[[str], str]
) -> None:
    address = new_address(kind)
    stored(revision, kind, address)
    database = Database(address)
    book = samples.gradebook(database)
    assert told(book) == json.loads((FORMS / f"{revision}.json").read_text())
    of_portal = FORMS / f"{revision}.portal.json"
    nothing: dict[str, object] = {
        name: [] for name in ("people", "queue", "checks", "tasks", "tokens", "notices", "log")
    }
    nothing |= {"session": None, "published": {}, "claims": {}, "threads": {}}
    stored_then = json.loads(of_portal.read_text()) if of_portal.exists() else {}
    assert told_portal(database) == nothing | stored_then
    samples.keep(book, samples.attempt("new"))
    assert samples.mark(book, "new", 4.0).assessment.points == 4.0
    assert samples.mark(book, "ada", 1.0).assessment.points == 3.0
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


OPEN = """
import sys, time
from tests.gradebook import book_samples as samples
from grader.gradebook.database import Database, beside
while time.time() < float(sys.argv[2]): pass
book = samples.gradebook(Database(sys.argv[1]))
samples.keep(book, samples.attempt(sys.argv[3]))
"""


@pytest.mark.slow
def test_several_that_open_a_new_gradebook_at_once_make_it_once(address: str) -> None:
    begin = float(subprocess.check_output([sys.executable, "-c", "import time; print(time.time() + 8)"]))
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, address, str(begin), f"student-{number}"],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    said = [process.communicate(timeout=120)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, said
    assert len(samples.gradebook(Database(address)).attempts()) == 4


def test_a_new_gradebook_that_another_is_just_making_is_waited_for(tmp_path: Path) -> None:
    """Also for the switch to a log, for which SQLite itself does not wait."""
    path = tmp_path / "book.sqlite"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE begun (number INTEGER)")
    other.execute("BEGIN IMMEDIATE")
    ends = threading.Timer(0.5, other.execute, ["COMMIT"])
    ends.start()
    assert samples.gradebook(Database(path)).attempts() == {}
    ends.join()
    other.close()
    with contextlib.closing(sqlite3.connect(path)) as anyone:
        assert anyone.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def refused(url: str | Path) -> str:
    """What is said where a gradebook cannot be used: one line."""
    with pytest.raises(GradebookError) as raised:
        samples.gradebook(Database(url)).attempts()
    assert "\n" not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        "gradebook.sqlite",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite+aiosqlite:///book.sqlite",
        "postgresql+psycopg://me:secret@host:port/book",
        "postgresql+psycopg://me:secret@host",
        "postgresql+psycopg2://me:secret@host/book",
        "mysql://me:secret@host/book",
        "nothing://me:secret@host/book",
        "nothing://me:sec/ret@more@host/book",
        "mysql://host/book?password=secret&user=me",
        "",
    ],
)
def test_what_is_no_address_is_refused_with_the_forms_there_are(url: str) -> None:
    said = refused(url)
    assert said.endswith("Give sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME.")
    assert "secret" not in said
    assert "sec/ret" not in said


@pytest.mark.parametrize(
    "form", ["postgresql+psycopg://me:hunter2@{}/book", "postgresql://{}/book?user=me&password=hunter2"]
)
def test_a_server_that_is_not_there_is_told_without_the_password(form: str) -> None:
    said = refused(form.format("127.0.0.1:1"))
    assert "127.0.0.1:1" in said
    assert said.endswith(
        "Check that the server is running, that the address is correct, and that you may write to the database."
    )
    assert "hunter2" not in said


def test_a_missing_package_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    said = refused("postgresql+psycopg://me:secret@host/book")
    place, _, remedy = said.partition(": ")
    assert place == "postgresql+psycopg://me:***@host/book"
    assert remedy == "needs the package psycopg. Install it: pip install 'convgrader[postgresql]'."


def test_a_database_that_is_not_there_is_told(server: str) -> None:
    assert 'database "nowhere" does not exist' in refused(server.format(name="nowhere"))


def test_a_file_that_is_no_database_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "book.sqlite"
    path.write_text("no database, but somebody's notes\n" * 100)
    said = refused(path)
    assert said == (
        f"{path}: file is not a database. Restore an earlier copy, or name another gradebook with --gradebook."
    )
    assert path.read_text().startswith("no database")


def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "book.sqlite"
    made = Database(path)
    samples.keep(samples.gradebook(made), *(samples.attempt(f"student-{number}") for number in range(200)))
    made.close()
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)
    assert "malformed" in (said := refused(path)) or "not a database" in said
    assert said.endswith("Restore an earlier copy, or name another gradebook with --gradebook.")


def test_a_database_of_another_program_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE students (theirs TEXT)")
    assert refused(path).endswith("It contains tables of another program. Name another gradebook with --gradebook.")
    with contextlib.closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("students",)]


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    assert refused(tmp_path) == (
        f"{tmp_path}: unable to open database file. Allow reading and writing it, or name another with --gradebook."
    )


@pytest.mark.skipif(os.getuid() == 0 and not shutil.which("setpriv"), reason="root may read everything")
def test_a_file_that_may_not_be_written_is_told() -> None:
    folder = Path(tempfile.mkdtemp(dir="/tmp"))  # that of the test lies where only we can go
    path = folder / "book.sqlite"
    made = Database(path)
    samples.keep(samples.gradebook(made), samples.attempt())
    made.close()
    for each in folder.iterdir():
        each.chmod(0o444)
    folder.chmod(0o555)
    code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import book_samples as samples\n"
    code += "from grader.gradebook.database import Database\nfrom grader.errors import GradebookError\n"
    code += f"try: samples.keep(samples.gradebook(Database('sqlite:///{path}')), samples.attempt('bob'))\n"
    code += "except GradebookError as error: print(error)"
    ordinary = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
    try:
        done = subprocess.run(
            [*ordinary, sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
        )
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)
    if "Permission denied" in done.stderr and not done.stdout:
        pytest.skip("an ordinary user may not run this Python")
    fact = f"{path}: attempt to write a readonly database"
    assert done.stdout == f"{fact}. Allow reading and writing it, or name another with --gradebook.\n", done.stderr


def test_a_form_of_a_newer_grader_is_refused_and_left_as_it_is(address: str) -> None:
    database = Database(address)
    samples.keep(samples.gradebook(database), samples.attempt())
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    said = refused(address)
    formats = f"format 9999, but this version knows formats up to {REVISION}"
    fact = f"a newer version of the grader wrote this gradebook ({formats})"
    assert said.endswith(f"{fact}. Use that version, or name another gradebook.")


@pytest.mark.parametrize("name", ["with space", "100%", "what?", "a#b", "per%20cent", "o'neil", "ü🦊"])
def test_a_folder_of_any_name_holds_a_gradebook(tmp_path: Path, name: str) -> None:
    results = Results(tmp_path / name)
    book = results.gradebook("Networks", "tiny-cnn")
    samples.keep(book, samples.attempt())
    assert (tmp_path / name / "gradebook.sqlite").exists()
    assert results.database.exists
    assert results.database.place == str(tmp_path / name / "gradebook.sqlite")


def test_the_grader_may_lie_in_a_folder_of_any_name(tmp_path: Path) -> None:
    """Alembic's settings take `%` for the beginning of a name."""
    place = tmp_path / "100%s"
    shutil.copytree(ROOT / "grader", place / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    code = "from pathlib import Path; from grader.gradebook.database import Database\n"
    code += "with Database(Path('book.sqlite')).reading(): print('opened')"
    environment = {"PYTHONPATH": str(place), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout == "opened\n", done.stderr


def test_what_lists_need_of_earlier_marks_is_what_is_stored_of_new_ones(tmp_path: Path) -> None:
    stored("0007", "sqlite", f"sqlite:///{tmp_path / 'old'}")
    stored(REVISION, "sqlite", f"sqlite:///{tmp_path / 'new'}")
    rows = []
    for name in ("old", "new"):
        database = Database(tmp_path / name)
        with database.reading() as connection:
            marks = connection.execute(text("SELECT student_id, status, waiting FROM standings ORDER BY id")).all()
            columns = "exercise_id, student_id, question, verdict, points, waits, digest"
            answers = connection.execute(text(f"SELECT {columns} FROM answers ORDER BY 1, 2, 3")).all()
        rows.append((marks, answers))
        database.close()
    assert rows[0] == rows[1]
    assert all(status for _, status, _ in rows[0][0])
    assert rows[0][1]


def test_a_damaged_mark_does_not_keep_a_gradebook_from_being_brought_up_to_date(tmp_path: Path) -> None:
    stored("0007", "sqlite", f"sqlite:///{tmp_path / 'old'}")
    with sqlite3.connect(tmp_path / "old") as connection:
        connection.execute("UPDATE standings SET body = 'damaged' WHERE id = 1")
    database = Database(tmp_path / "old")
    with database.reading() as connection:
        statuses = connection.execute(text("SELECT status FROM standings ORDER BY id")).scalars().all()
    assert statuses[0] == ""
    assert all(statuses[1:])
    database.close()


@pytest.mark.parametrize("fails", [False, True])
def test_another_file_is_read_beside_a_file_only_as_long_as_asked(tmp_path: Path, fails: bool) -> None:
    first, second = Database(tmp_path / "a?b.sqlite"), Database(tmp_path / "second.sqlite")
    samples.keep(samples.gradebook(second), samples.attempt("ada"))
    for _ in range(3):
        with contextlib.suppress(ZeroDivisionError), first.reading_beside(second) as connection:
            rows = connection.execute(select(beside(students).c.name))
            assert rows.scalar() == "ada"
            assert connection.execute(select(students.c.name)).all() == []
            if fails:
                raise ZeroDivisionError
    with first.reading() as connection:
        names = {row[1] for row in connection.execute(text("PRAGMA database_list"))}
        assert names <= {"main", "temp"}
    with second.reading_beside(second) as connection:
        assert connection.execute(select(beside(students).c.name)).scalar() == "ada"
    first.close()
    second.close()


def test_tables_that_tests_copy_are_those_of_the_steps(new_address: Callable[[str], str]) -> None:
    """The other tests copy the tables of a new gradebook: see `tests.quick_start`."""
    contents = []
    for make in (quick_start.make_in_steps, quick_start.make_tables):
        engine = create_engine(new_address("sqlite"))
        with engine.begin() as connection:
            make(connection)
            contents.append(sorted(connection.connection.driver_connection.iterdump()))  # type: ignore[union-attr]
        engine.dispose()
    assert contents[0] == contents[1]
    assert len(contents[0]) > len(metadata.tables)
