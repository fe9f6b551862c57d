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


@pytest.fixture
def in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """New tables are made in steps in this process, too, as they are outside of tests."""
    monkeypatch.setattr("grader.gradebook.database._migrate", make_in_steps)


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
