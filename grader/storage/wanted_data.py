"""Whether a notebook stopped because it could not download data, and which data these were.

A notebook can raise such an error itself. Then a person looks at answers that would otherwise get no points; it gains
nothing.
"""

import re
from dataclasses import dataclass
from functools import cache

from grader.model.record import CellError, Record
from grader.storage.known_datasets import known_sources

_OF_KERAS = re.compile(r"URL fetch failure on (\S+?): ")
_OF_REQUESTS = re.compile(r"host='([\w.-]+)'.*? with url: (\S+)")
_NO_NETWORK = re.compile(
    r"\[Errno -[235]\]|Temporary failure in name resolution|Name or service not known|Failed to resolve"
    r"|No address associated with hostname|Network is unreachable|nodename nor servname provided"
)
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class WantedData:
    """Data that a notebook could not download.

    Attributes:
        cell: Number of the code cell that stopped because of it, from 1.
        name: Name of the data set; empty if it is not a known one.
        address: The address, or part of it; empty if the error does not name it.
    """

    cell: int
    name: str
    address: str


def wanted_data(record: Record) -> WantedData | None:
    """The data that the first cell with such an error could not download; None if there is no such cell."""
    for number, cell in enumerate(record.cells, 1):
        if cell.error is not None and (address := _address(cell.error)) is not None:
            return WantedData(number, _names().get(address, ""), address[:_LONGEST])
    return None


def _address(error: CellError) -> str | None:
    """The address that could not be reached, as far as the error names it; None if it is another error."""
    text = error.message if isinstance(error.message, str) else ""
    if of_keras := _OF_KERAS.search(text):
        return of_keras[1]
    if not _NO_NETWORK.search(text):
        return None
    of_requests = _OF_REQUESTS.search(text)
    return f"https://{of_requests[1]}{of_requests[2]}" if of_requests else ""


@cache
def _names() -> dict[str, str]:
    return {file.url: source.name for source in known_sources().values() for file in source.files}
