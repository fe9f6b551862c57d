"""The web application: guards every route of the table, and adds the same headers to every answer."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from grader.errors import GraderError
from grader.model.portal import Member
from grader.model.portal_settings import WebSettings
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_people import digest
from grader.portal.access import Route
from grader.portal.programs import RefusedError, caller, is_of_program, problem, token_of
from grader.portal.rates import Rates, rates_of
from grader.portal.routes import ROUTES
from grader.portal.security import COOKIE, HEADERS, is_same_origin
from grader.portal.visit import SentFile, Visit, go
from grader.text.language import speaking
from grader.text.messages import message

_LOG = logging.getLogger("grader.portal")
_MOST_FILES, _MOST_FIELDS = 40, 200
_SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Portal:
    """What all requests share."""

    site: CourseSite
    web: WebSettings
    rates: Rates


def application(
    site: CourseSite,
    *,
    web: WebSettings | None = None,
    hosts: Sequence[str] = (),
    rates: Rates | None = None,
) -> Starlette:
    """The portal of a course as an ASGI application.

    Args:
        site: The course.
        web: How the portal is served; without it, as without a file of settings.
        hosts: Further names under which browsers may reach it.
        rates: Counts requests; without it, the usual limits hold.
    """
    how = web or WebSettings()
    portal = _Portal(site=site, web=how, rates=rates or rates_of(site, how))
    paths = [Path(route.path, _guarded(route, portal), methods=sorted(route.views)) for route in ROUTES]
    allowed = [*how.hosts, *hosts]
    middleware = [Middleware(_Headers), Middleware(TrustedHostMiddleware, allowed_hosts=allowed)]

    async def failed(request: Request, error: Exception) -> Response:
        return await _failure(request, error, portal)

    return Starlette(
        routes=paths,
        middleware=middleware,
        exception_handlers={HTTPException: failed, GraderError: failed, Exception: failed},
    )


def _guarded(route: Route, portal: _Portal) -> Callable[[Request], Awaitable[Response]]:
    """The view of a route behind its guard: person, role, origin and size are checked before the view is called."""
    guard = _program if route.for_programs else _person

    async def answer(request: Request) -> Response:
        member = await run_in_threadpool(guard, route, request, portal)
        if member is None and not route.is_open:
            return go("/sign-in")
        method = "GET" if request.method == "HEAD" else request.method
        fields, files = await _form(request, route, portal.web) if request.method not in _SAFE else ({}, {})
        visit = _visit(request, portal, member, fields, files)
        with speaking(portal.site.language(_language(request, member))):
            return await run_in_threadpool(route.views[method], visit)

    return answer


def _person(route: Route, request: Request, portal: _Portal) -> Member | None:
    """The person of a session; None for people who are not signed in.

    Raises:
        HTTPException: The person has another role, or a form does not come from the portal.
    """
    member = _member(portal.site, _session(request))
    if member is not None and not route.is_open and member.role not in route.roles:
        raise HTTPException(404)
    may_go_on = member is not None or route.is_open
    if may_go_on and request.method not in _SAFE and not is_same_origin(request.headers, portal.web.url):
        raise HTTPException(403)
    return member


def _program(route: Route, request: Request, portal: _Portal) -> Member:
    """The person of a token. Its program has no session that a page of another site could abuse.

    Raises:
        RefusedError: The token does not work, there are too many requests, or the person has another role.
    """
    member = caller(portal.site, portal.rates, token_of(request), _network_address(request))
    if member.role not in route.roles:
        raise RefusedError(403, message("Your role in this course does not allow this request."))
    return member


async def _form(request: Request, route: Route, web: WebSettings) -> tuple[dict[str, str], dict[str, list[SentFile]]]:
    """The fields and files of a form. No more bytes are read than the route and the settings allow."""
    most_bytes = min(route.most_bytes, web.upload_bytes)
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > most_bytes:
        raise HTTPException(413)
    limited = Request(request.scope, _limited(request.receive, most_bytes))
    fields: dict[str, str] = {}
    files: dict[str, list[SentFile]] = {}
    async with limited.form(max_files=_MOST_FILES if route.files else 0, max_fields=_MOST_FIELDS) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                content = await value.read()
                if value.filename:
                    files.setdefault(name, []).append(SentFile(name=value.filename, content=content))
            else:
                fields[name] = value
    return fields, files


def _limited(receive: Receive, most: int) -> Receive:
    """The same messages, until the body has more bytes than allowed: headers can lie about its length."""
    left = most

    async def receive_some() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413)
        return message

    return receive_some


def _visit(
    request: Request,
    portal: _Portal,
    member: Member | None,
    fields: dict[str, str],
    files: dict[str, list[SentFile]],
) -> Visit:
    return Visit(
        site=portal.site,
        web=portal.web,
        rates=portal.rates,
        member=member,
        session=_session(request),
        address=_network_address(request),
        base=portal.web.url or str(request.base_url).rstrip("/"),
        path={name: str(value) for name, value in request.path_params.items()},
        query=dict(request.query_params),
        idempotency_key=request.headers.get("idempotency-key", ""),
        fields=fields,
        files=files,
    )


def _session(request: Request) -> str:
    """The digest of the session; empty if there is none."""
    return digest(request.cookies[COOKIE]) if COOKIE in request.cookies else ""


def _network_address(request: Request) -> str:
    return request.client.host if request.client else ""


def _member(site: CourseSite, session: str) -> Member | None:
    return site.accounts.of_session(session, now()) if session else None


def _language(request: Request, member: Member | None) -> str:
    """The language of the person, or that which the browser names first; empty for that of the course."""
    if member is not None:
        return member.language
    first = request.headers.get("accept-language", "").split(",")[0]
    return first.split(";")[0].split("-")[0].strip().lower()


async def _failure(request: Request, error: Exception, portal: _Portal) -> Response:
    """A page that says what went wrong, without details that could tell a secret."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    if isinstance(error, GraderError):
        status = 503
    if status >= 500:
        # The path may contain the token of a link, so the log has the route's pattern only.
        _LOG.error("%s failed: %s", request.method, type(error).__name__, exc_info=error)
    if is_of_program(request):
        token = token_of(request) if status < 500 else ""
        member = await run_in_threadpool(portal.site.accounts.of_token, token, now()) if token else None
        with speaking(portal.site.language(_language(request, member))):
            return problem(error, status)
    # Also a path without a route shows the links of the person: a page that is hidden must look the same.
    member = await run_in_threadpool(_member, portal.site, _session(request) if status < 500 else "")
    visit = _visit(request, portal, member, {}, {})
    with speaking(portal.site.language(_language(request, member))):
        return await run_in_threadpool(visit.page, "failure.html", status, code=status)


class _Headers:
    """Adds the headers to every answer; an answer that has one of them keeps it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: list[Any] = list(message.get("headers", []))
                present = {bytes(name).lower() for name, _ in headers}
                new = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = headers + [pair for pair in new if pair[0] not in present]
            await send(message)

        await self._app(scope, receive, send_with_headers)
