"""Databases for the tests of the gradebook: a file, and a server that is started for them."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from grader.gradebook.database import Database
from tests.gradebook import postgres
from tests.quick_start import make_in_steps


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL that runs as long as the tests; its addresses, which lack their `{name}`."""
    try:
        postgres.programs()
    except postgres.NotInstalledError as reason:
        pytest.skip(str(reason))
    with postgres.started() as address:
        yield address


@pytest.fixture(scope="session")
def with_tables(server: str) -> str:
    """The name of a database on the server whose tables were made in steps, once for all that are copied from it."""
    name = "with_tables"
    _create(server, name)
    engine = create_engine(server.format(name=name))
    with engine.begin() as connection:
        make_in_steps(connection)
    engine.dispose()
    return name


@pytest.fixture
def new_address(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Makes the address of a new database of a kind, without rows; on a server also without tables if `in_steps`."""

    def make(kind: str) -> str:
        name = f"book_{uuid.uuid4().hex}"
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / name}.sqlite"
        address: str = request.getfixturevalue("server")
        is_empty = "in_steps" in request.fixturenames
        _create(address, name, "template1" if is_empty else request.getfixturevalue("with_tables"))
        return address.format(name=name)

    return make


def _create(server: str, name: str, template: str = "template1") -> None:
    engine = create_engine(server.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    engine.dispose()


@pytest.fixture
def in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """New tables are made in steps in this process, too, as they are outside of tests; new databases have none."""
    monkeypatch.setattr("grader.gradebook.database._migrate", make_in_steps)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, new_address: Callable[[str], str]) -> str:
    """The address of a database without rows, of each kind."""
    return new_address(request.param)


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """A database without rows, of each kind."""
    made = Database(address)
    yield made
    made.close()
