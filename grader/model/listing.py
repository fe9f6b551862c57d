"""A part of a long list: which one a person asks for, and what the database gives."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

Item = TypeVar("Item")

PAGE_SIZE = 50
"""Lines on a page of a list."""


class ShownStudents(StrEnum):
    """Which students of an exercise a list has."""

    ALL = ""
    ATTENTION = "attention"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRequest:
    """The part of a list that a person asks for.

    Attributes:
        page: Number of the page, from 1.
        text: What names or logins must contain, in upper or lower case; empty for all.
        show: Which students; other lists ignore it.
        size: Lines on a page, at least 1.
        by_name: Whether students come by name alone; otherwise those who need a person come first.
    """

    page: int = 1
    text: str = ""
    show: ShownStudents = ShownStudents.ALL
    size: int = PAGE_SIZE
    by_name: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage(Generic[Item]):
    """A page of a list.

    Attributes:
        items: The lines of the page.
        page: Number of the page, from 1; the last one if the list has fewer pages than asked for.
        total: Number of lines on all pages.
        size: Lines on a page, at least 1.
    """

    items: tuple[Item, ...]
    page: int
    total: int
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        """Number of pages; at least 1."""
        return pages(self.total, self.size)


def pages(total: int, size: int) -> int:
    """Number of pages that a list needs; 1 for an empty one."""
    return max(1, -(-total // size))
