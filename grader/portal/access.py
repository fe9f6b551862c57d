"""Who may open a page: a route with its roles, which the guard checks before the page is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.responses import Response

from grader.model.portal import Role
from grader.portal.visit import Visit

View = Callable[[Visit], Response]

MEMBERS = frozenset(Role)
STUDENTS = frozenset({Role.STUDENT})
STAFF = frozenset(role for role in Role if role.is_staff)
TEACHERS = frozenset({Role.INSTRUCTOR, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
EVERYONE: frozenset[Role] = frozenset()
"""Also people who are not signed in."""

SMALL = 64 * 1024
"""Bytes of an ordinary form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A path of the portal.

    Attributes:
        path: With `{name}` for each part that varies.
        roles: The roles that may open it; `EVERYONE` for people without an account. For other roles it does not exist.
        views: Method -> the function that answers.
        most_bytes: The largest body of a request; a larger one is refused before it is read.
        files: Whether the form may contain files.
        for_programs: Whether a program calls it with a token. A session does not open it then, and no other route is
            opened by a token.
    """

    path: str
    roles: frozenset[Role]
    views: Mapping[str, View] = field(default_factory=dict)
    most_bytes: int = SMALL
    files: bool = False
    for_programs: bool = False

    @property
    def is_open(self) -> bool:
        """Whether people who are not signed in may open it."""
        return not self.roles
