"""Reads one page of a long list: the database counts, searches, sorts and cuts."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select, true

from grader.model.listing import ListPage, ListRequest, pages

Item = TypeVar("Item")


def list_page(
    connection: Connection, query: Select[Any], request: ListRequest, item: Callable[[Row[Any]], Item]
) -> ListPage[Item]:
    """A page of the rows of a query, whose order must be the same each time.

    Args:
        connection: A transaction.
        query: All rows, in their order.
        request: The page, and its size.
        item: Makes a line of a row.
    """
    rows = query.order_by(None).subquery()
    total = int(connection.execute(select(func.count()).select_from(rows)).scalar_one())
    number = min(max(1, request.page), pages(total, request.size))
    cut = query.limit(request.size).offset((number - 1) * request.size)
    items = tuple(item(row) for row in connection.execute(cut))
    return ListPage(items=items, page=number, total=total, size=request.size)


def contains(text: str, *columns: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether one of the columns contains a text, in upper or lower case; an empty text is everywhere."""
    needle = text.strip().lower()
    return or_(*(func.lower(column).contains(needle, autoescape=True) for column in columns)) if needle else true()
