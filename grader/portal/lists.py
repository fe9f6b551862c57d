"""Long lists: the address of a page has everything that a person chose, so it can be kept, sent and reloaded."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from grader.model.listing import ListRequest, ShownStudents

_LONGEST_TEXT = 200
_MOST_PAGES = 1_000_000


def list_request(query: Mapping[str, str]) -> ListRequest:
    """The part of a list that an address asks for; what it says wrongly is ignored.

    Args:
        query: Name -> value, of the part of the address after `?`.
    """
    number, show = query.get("page", ""), query.get("show", "")
    digits = number.isascii() and number.isdecimal() and len(number) < len(str(_MOST_PAGES))
    return ListRequest(
        page=max(1, int(number)) if digits else 1,
        text=query.get("q", "").strip()[:_LONGEST_TEXT],
        show=ShownStudents(show) if show in set(ShownStudents) else ShownStudents.ALL,
    )


def list_query(request: ListRequest, page: int | None = None) -> str:
    """The part of an address after the path, with its `?`, which asks for a page; empty for the first page of all.

    Args:
        request: What the person chose.
        page: Number of the page; None for the same one.
    """
    target = request if page is None else replace(request, page=page)
    values = {
        "page": str(target.page) if target.page > 1 else "",
        "q": target.text,
        "show": target.show.value,
    }
    text = urlencode({name: value for name, value in values.items() if value}, errors="replace")
    return f"?{text}" if text else ""
