"""Databases for the tests of the gradebook: a file, and a server that is started for them."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from grader.gradebook.database import Database

_OPTIONS = "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=30"
NO_SERVER = "PostgreSQL is not installed (Debian's package `postgresql`)"


def _programs() -> Path | None:
    """The folder of the newest PostgreSQL; None where there is none."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda path: int(path.parent.name))
    there = shutil.which("initdb")
    return Path(there).resolve().parent if there else None


def _as_ordinary_user() -> dict[str, str]:
    """The server refuses to run as root; Debian's package brings a user of its own."""
    return {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL of its own, reached through a socket in a folder of its own; its address without a database."""
    programs = _programs()
    if programs is None:
        pytest.skip(NO_SERVER)
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path has room for 107 bytes
    who = _as_ordinary_user()
    if who:
        shutil.chown(folder, **who)

    def run(*words: str) -> None:
        done = subprocess.run(words, **who, cwd=folder, capture_output=True, text=True, check=False)  # type: ignore[call-overload]
        assert done.returncode == 0, done.stdout + done.stderr

    run(str(programs / "initdb"), "-D", f"{folder}/data", "-U", "grader", "-A", "trust", "-E", "UTF8", "--no-sync")
    control = (str(programs / "pg_ctl"), "-D", f"{folder}/data", "-w", "-t", "60")
    try:
        run(*control, "-l", f"{folder}/log", "-o", f"-k {folder} {_OPTIONS}", "start")
        yield f"postgresql+psycopg://grader@/{{name}}?host={folder}"
    finally:
        run(*control, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def new_address(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Makes the address of a new, empty database of a kind."""

    def make(kind: str) -> str:
        name = f"book_{uuid.uuid4().hex}"
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / name}.sqlite"
        address: str = request.getfixturevalue("server")
        engine = create_engine(address.format(name="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        engine.dispose()
        return address.format(name=name)

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, new_address: Callable[[str], str]) -> str:
    """The address of an empty database, of each kind."""
    return new_address(request.param)


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """An empty database, of each kind."""
    made = Database(address)
    yield made
    made.close()
