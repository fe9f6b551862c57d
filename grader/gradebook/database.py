"""Opens the database of a gradebook: SQLite in a file, or PostgreSQL by its address."""

import contextlib
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from grader.errors import GradebookError
from grader.gradebook.schema import REVISION
from grader.storage import atomic

_WAIT_SECONDS = 60
_AGAIN_SECONDS = 0.02
_AT_MOST_MS = 1_000  # for a log that somebody else still uses
_BESIDE = "beside"
_OTHER = MetaData()
_LOCK = 7_365_203
"""Any number, the same for all graders: who holds it in PostgreSQL may change the tables."""


class Database:
    """A database with today's tables; made, or brought up to date, when it is first used.

    Args:
        url: `sqlite:///PATH` or `postgresql+psycopg://USER@HOST/NAME`; or the path of an SQLite file.

    Raises:
        GradebookError: It is no such address.
    """

    def __init__(self, url: str | Path) -> None:
        # A path may hold what means something in an address, such as `?`.
        self._url = URL.create("sqlite", database=str(url)) if isinstance(url, Path) else _checked(url)
        self._engine: Engine | None = None
        self._opening = threading.Lock()

    @property
    def place(self) -> str:
        """Where it is, for messages: a path, or an address without its password."""
        if self.is_a_file:
            return str(self._url.database)
        return _without_password(self._url.render_as_string(hide_password=True))

    @property
    def is_a_file(self) -> bool:
        """Whether it is SQLite."""
        return self._url.get_backend_name() == "sqlite"

    @property
    def exists(self) -> bool:
        """Whether there is something to read; a server is taken to have it."""
        return not self.is_a_file or Path(str(self._url.database)).exists()

    def form(self) -> str | None:
        """The form of its tables, which may be older or newer than today's; None if it has none. Changes nothing."""
        if not self.exists:
            return None
        engine = _engine(self._url)
        try:
            with engine.connect() as connection:
                return _revision(connection)
        except DBAPIError as error:
            raise GradebookError(f"{self.place}: {_fact(error)}. {_remedy(error)}.") from error
        finally:
            engine.dispose()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of everything."""
        with self._transaction(writes=False) as connection:
            yield connection

    @contextlib.contextmanager
    def reading_beside(self, other: "Database") -> Iterator[Connection]:
        """A transaction that also reads the tables of another gradebook: those of `beside`.

        Two files are no longer one state of everything: each of them has a state of its own.

        Args:
            other: A database on the same server, or a file if this one is a file.
        """
        is_same = other._url == self._url
        if not is_same:
            other._ready()
        place = None if is_same else str(other._url.database)
        with self._transaction(writes=False, attached=place) as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that changes something: all of it is kept, or nothing."""
        with self._transaction(writes=True) as connection:
            yield connection

    def close(self) -> None:
        """Let go of all connections; a file then holds everything, and none lies beside it."""
        if self._engine is not None:
            if self.is_a_file:
                _empty_the_log(self._engine)
            self._engine.dispose()
            self._engine = None

    @contextlib.contextmanager
    def _transaction(self, writes: bool, attached: str | None = None) -> Iterator[Connection]:
        options: dict[str, Any] = {"writes": writes}
        options["schema_translate_map"] = {_BESIDE: _BESIDE if attached else None}
        if not writes and not self.is_a_file:
            options["isolation_level"] = "REPEATABLE READ"
        try:
            with (
                self._ready().connect().execution_options(**options) as connection,
                _attached(connection, attached),
                connection.begin(),
            ):
                yield connection
        except DBAPIError as error:
            raise GradebookError(f"{self.place}: {_fact(error)}. {_remedy(error)}.") from error

    def _ready(self) -> Engine:
        """The engine, once the tables are those of today."""
        if self._engine is None:
            with self._opening:  # a web process has several threads: none may use tables that another is just making
                if self._engine is None:
                    self._engine = self._opened()
        return self._engine

    def _opened(self) -> Engine:
        if self.is_a_file:
            # SQLite gives the files that it keeps beside it the same permissions.
            atomic.make_file(Path(str(self._url.database)))
        engine = _engine(self._url)
        try:
            self._bring_up_to_date(engine)
        except BaseException:
            if self.is_a_file:
                _empty_the_log(engine)
            engine.dispose()
            raise
        return engine

    def _bring_up_to_date(self, engine: Engine) -> None:
        with engine.connect() as connection, connection.begin():
            if _revision(connection) == REVISION:
                return
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            if not self.is_a_file:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            revision = _revision(connection)
            if revision is not None and revision > REVISION:
                raise GradebookError(
                    f"{self.place}: a newer version of the grader wrote this gradebook (format {revision}, but this "
                    f"version knows formats up to {REVISION}). Use that version, or name another gradebook."
                )
            if revision != REVISION:
                _migrate(connection)


def beside(table: Table) -> Table:
    """A table as `reading_beside` reads it from the other gradebook."""
    known = _OTHER.tables.get(f"{_BESIDE}.{table.name}")
    return table.to_metadata(_OTHER, schema=_BESIDE) if known is None else known


@contextlib.contextmanager
def _attached(connection: Connection, path: str | None) -> Iterator[None]:
    """Attach another file to a connection to SQLite that is not in a transaction, which SQLite would refuse."""
    if path is None:
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute(f"ATTACH DATABASE ? AS {_BESIDE}", (path,))
    try:
        yield
    finally:
        try:
            driver.execute(f"DETACH DATABASE {_BESIDE}")
        except sqlite3.Error:  # a statement that failed still holds the file; the next one gets a new connection
            connection.invalidate()


def _checked(url: str) -> URL:
    place = _without_password(url)
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise GradebookError(f"{place}: is not an address of a gradebook. {_FORMS}.") from error
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    if address.drivername not in ("sqlite", "postgresql+psycopg") or address.database in (None, "", ":memory:"):
        raise GradebookError(f"{place}: is not a database that the grader supports. {_FORMS}.")
    try:
        address.get_dialect().import_dbapi()
    except ModuleNotFoundError as error:
        raise GradebookError(
            f"{place}: needs the package {error.name}. Install it: pip install 'convgrader[postgresql]'."
        ) from error
    return address


def _without_password(url: str) -> str:
    """An address without its password, wherever that stands."""
    return re.sub(r"(password=)[^&]*", r"\1***", re.sub(r"(://[^/]*?):.*@", r"\1:***@", url))


_FORMS = "Give sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME"


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    engine = create_engine(url, connect_args={"timeout": _WAIT_SECONDS})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _: Any) -> None:
    # The function of SQLite changes only the letters A to Z, so a search for "ä" would not find "Ä".
    connection.create_function("lower", 1, _lower, deterministic=True)
    connection.isolation_level = None  # so that transactions begin as `_begin_sqlite` says, tables included
    _keep_a_log(connection)
    for setting in ("synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {setting}")


def _lower(text: Any) -> Any:
    return text.lower() if isinstance(text, str) else text


def _keep_a_log(connection: sqlite3.Connection) -> None:
    """Write ahead into a log (WAL), so that nobody who reads waits.

    A new file is brought to that by whoever opens it first, and another one who tries it at the same moment is told at
    once that it is locked: SQLite waits everywhere else, but not there.
    """
    until = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_AGAIN_SECONDS)


def _empty_the_log(engine: Engine) -> None:
    """Write what is in the log into the file itself; where somebody else still writes, that one does it at the end."""
    with contextlib.suppress(sqlite3.Error, SQLAlchemyError), contextlib.closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_AT_MOST_MS}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _begin_sqlite(connection: Connection) -> None:
    # Who will write waits for the others at once, and never in the middle of what was read already.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, "head")


def _fact(error: SQLAlchemyError) -> str:
    return " ".join(str(getattr(error, "orig", None) or error).split())


def _remedy(error: DBAPIError) -> str:
    fact = _fact(error)
    if "disk is full" in fact or "disk I/O" in fact:
        return "Free some space, or move the gradebook to another disk"
    if "not a database" in fact or "malformed" in fact:
        return "Restore an earlier copy, or name another gradebook with --gradebook"
    if "already exists" in fact:
        return "It contains tables of another program. Name another gradebook with --gradebook"
    if "locked" in fact:
        return "Another run of the grader is using it. Wait until that run ends"
    if "unable to open" in fact or "readonly" in fact:
        return "Allow reading and writing it, or name another with --gradebook"
    return "Check that the server is running, that the address is correct, and that you may write to the database"
