"""What every command does first, done once for all commands that tests call in this process.

A new gradebook gets its tables in many steps, and a process that draws a report first loads `nbconvert` and compiles
templates. Commands in processes of their own still do all of it. So do gradebooks in an earlier form. Those in
PostgreSQL are copied from one that has its tables: see `tests/gradebook/conftest.py`.
"""

from collections.abc import Callable
from functools import cache

import pytest
from sqlalchemy import Connection, create_engine, inspect

from grader.gradebook import database
from grader.model.record import CellRun
from grader.report.notebook import notebook_html
from grader.report.page import environment

make_in_steps: Callable[[Connection], None] = database._migrate
TEMPLATES = ("student.html", "question.html", "figures.html", "own_work.html", "course.html", "dashboard.html")


@cache
def script_of_new_tables() -> tuple[str, ...]:
    """The statements that make in SQLite what the steps make, rows included."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        make_in_steps(connection)
        dumped = tuple(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    engine.dispose()
    return tuple(statement for statement in dumped if statement not in ("BEGIN TRANSACTION;", "COMMIT;"))


def make_tables(connection: Connection) -> None:
    """Bring the tables of a gradebook up to date: in steps, except where there are none yet."""
    if connection.dialect.name != "sqlite" or inspect(connection).get_table_names():
        make_in_steps(connection)
        return
    for statement in script_of_new_tables():
        connection.exec_driver_sql(statement)


def load_what_draws_reports() -> None:
    """A process that is forked from this one then has it."""
    notebook_html([("markdown", "*Text*"), ("code", "x = 1")], [CellRun((), 1)])
    for name in TEMPLATES:
        environment().get_template(name)


def start_quickly(patch: pytest.MonkeyPatch) -> None:
    """Let each command in this process find what the others have done."""
    patch.setattr(database, "_migrate", make_tables)
    load_what_draws_reports()
