"""What a page knows of its request, and the pages that it can answer with."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import ChoiceLoader, Environment, PackageLoader
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from grader.model.listing import ListRequest
from grader.model.portal import Member
from grader.model.portal_settings import WebSettings
from grader.pipeline.course_site import CourseSite
from grader.portal import wording
from grader.portal.lists import list_query, list_request
from grader.portal.rates import Rates
from grader.portal.static_files import version
from grader.report.template_environment import template_environment
from grader.text.language import current_language

SEE_OTHER = 303


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file of a form, which is on disk as long as the request lasts.

    Attributes:
        name: Its name, as the browser sent it.
        path: Where it is.
        size: Its bytes.
    """

    name: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request, after the guard has let it in.

    Attributes:
        site: The course.
        web: How the portal is served.
        rates: Counts requests, to refuse too many.
        member: The person who is signed in; None on the pages that are open to everyone.
        session: Digest of the session; empty without one.
        address: Network address of the browser.
        path: Name of a part of the path -> its value.
        idempotency_key: What a program sends to have a request carried out once; empty without.
        fields: Name of a field of the form -> its value.
        files: Name of a field of the form -> its files.
        query: Name -> value, of the part of the address after `?`.
        base: Address of the portal, such as `http://127.0.0.1:8000`.
    """

    site: CourseSite
    web: WebSettings
    rates: Rates
    member: Member | None
    session: str
    address: str
    base: str
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    idempotency_key: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[SentFile]] = field(default_factory=dict)

    @property
    def person(self) -> Member:
        """The person who is signed in."""
        if self.member is None:
            raise missing()
        return self.member

    @property
    def slugs(self) -> tuple[str, ...]:
        """The exercises that the person sees: for staff all, for students those that are open."""
        return self.site.slugs if self.person.role.is_staff else self.site.open_slugs

    @property
    def slug(self) -> str:
        """The exercise in the path.

        Raises:
            HTTPException: The course has no such exercise, or it is not open to the person.
        """
        slug = self.path["slug"]
        if slug not in self.slugs:
            raise missing()
        return slug

    @property
    def zone(self) -> str:
        """Time zone of the dates on the page."""
        return (self.member.zone if self.member else "") or self.site.settings.time_zone

    @property
    def listing(self) -> ListRequest:
        """The part of a list that the address asks for."""
        return list_request(self.query)

    def search(self) -> ListRequest:
        """The same as `listing`, and counts it if it searches.

        Raises:
            HTTPException: The person searches too often.
        """
        request = self.listing
        allowed = not request.text or (
            self.rates.allow("search account", self.person.login) and self.rates.allow("search address", self.address)
        )
        if not allowed:
            raise HTTPException(429)
        return request

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """Answer with a page.

        Args:
            template: Name of a file in `templates/`.
            status: HTTP status.
            **values: Values that the template shows. All plain strings are escaped.
        """
        shared = {"visit": self, "member": self.member, "course": self.site.settings.title, "zone": self.zone}
        text = _templates().get_template(template).render(shared, **values, language=current_language().code)
        return HTMLResponse(text, status)


def go(path: str) -> Response:
    """Send the browser to another page of the portal, with GET."""
    return RedirectResponse(path, SEE_OTHER)


def attached(content: bytes | Path, name: str) -> Response:
    """Answer with a file that the browser saves and never shows.

    Args:
        content: Its bytes, or its path.
        name: Its name.
    """
    kind = "application/octet-stream"
    if isinstance(content, Path):
        return FileResponse(content, media_type=kind, filename=name)
    disposition = f"attachment;filename*=utf-8''{quote(name, safe='')}"
    return Response(content, media_type=kind, headers={"Content-Disposition": disposition})


def missing() -> HTTPException:
    """The answer for everything that is not there, or that this person may not see: the same for both."""
    return HTTPException(404)


@cache
def _templates() -> Environment:
    """The templates of reports, with those of the portal in front."""
    loader = ChoiceLoader([PackageLoader("grader.portal"), PackageLoader("grader.report")])
    templates = template_environment().overlay(loader=loader)
    templates.globals = {**templates.globals, "wording": wording, "list_query": list_query, "asset_version": version()}
    return templates
