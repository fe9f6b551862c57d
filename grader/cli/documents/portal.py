"""Documents of the commands for the portal."""

from typing import TypedDict


class PortalLink(TypedDict):
    """A link that lets a person in once.

    Attributes:
        person: Who it is for.
        address: The link.
    """

    person: str
    address: str


class Portal(TypedDict):
    """The portal, once it has been stopped.

    Attributes:
        address: Its address.
        links: Links for people who have no password yet.
    """

    address: str
    links: tuple[PortalLink, ...]


class Graded(TypedDict):
    """The work of a grader.

    Attributes:
        graded: Number of submissions that it graded.
    """

    graded: int
