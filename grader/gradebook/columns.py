"""Kinds of columns: times with their zone, texts of people, and the numbers that tie rows together."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Dialect, Float, ForeignKey, Integer, Text, TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A time with its zone, kept in UTC also where a database knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What is kept: the time in UTC."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What is given back: the time in UTC."""
        del dialect
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Words(TypeDecorator[str]):
    """Text of people and of their files; what some database cannot keep (half of a character, NUL) stands escaped."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """What is kept."""
        del dialect
        return None if value is None else value.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()


def id_column() -> Column[int]:
    """The number of a row."""
    return Column("id", Integer, primary_key=True)


def reference(table: str, nullable: bool = False) -> Column[int]:
    """A column that names a row of another table."""
    return Column(f"{table[:-1]}_id", Integer, ForeignKey(f"{table}.id"), nullable=nullable)


def text_column(name: str, **options: Any) -> Column[str]:
    """A column of text, which may be empty."""
    return Column(name, Words, nullable=False, **options)


def float_columns(*names: str) -> tuple[Column[float], ...]:
    """Columns of numbers, which are never empty."""
    return tuple(Column(name, Float, nullable=False) for name in names)
