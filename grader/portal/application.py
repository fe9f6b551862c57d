"""The web application: guards every route of the table, and adds the same headers to every answer."""

import asyncio
import contextlib
import logging
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route as Address
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from grader.errors import GraderError
from grader.model.portal import Member
from grader.model.portal_settings import WebSettings
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_people import digest
from grader.pipeline.reach import sees
from grader.portal.access import SMALL, Route
from grader.portal.programs import RefusedRequestError, caller, is_of_program, problem, token_of
from grader.portal.rates import Rates, rates_of
from grader.portal.routes import ROUTES
from grader.portal.security import COOKIE, HEADERS, is_same_origin
from grader.portal.visit import SentFile, Visit, go
from grader.text.language import speaking
from grader.text.messages import message

_LOG = logging.getLogger("grader.portal")
_MOST_FILES, _MOST_FIELDS = 40, 200
_AT_ONCE_BYTES = 1_000_000
_MOST_DIGITS = 18  # of an announced length
_FORM_SECONDS = 60.0
_UPLOAD_SECONDS = 1_800.0
"""So long even the largest upload may take: 300 MB at 1.3 Mbit/s."""
_SILENT_SECONDS = 30.0
"""A body that sends nothing for so long is given up."""
_REST_BYTES, _REST_SECONDS = 20_000_000, 5.0
_SAFE = frozenset({"GET", "HEAD"})


class _Number(Convertor[int]):
    """A number in a path. Each one fits into a column of a database, so with more digits a page does not exist."""

    regex = "[0-9]{1,9}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("int", _Number())


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
    paths = [Address(route.path, _guarded(route, portal), methods=sorted(route.views)) for route in ROUTES]
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
        if any(str(value) != _storable(str(value)) for value in request.path_params.values()):
            raise HTTPException(404)
        member = await run_in_threadpool(guard, route, request, portal)
        if member is None and not route.is_open:
            return go("/sign-in")
        if member is not None and not await run_in_threadpool(_may_see, request, portal.site, member):
            raise HTTPException(404)
        method = "GET" if request.method == "HEAD" else request.method
        with contextlib.ExitStack() as stack:
            fields: dict[str, str] = {}
            files: dict[str, list[SentFile]] = {}
            if request.method not in _SAFE:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="grader-upload-")))
                fields, files = await _form(request, route, portal.web, folder)
            visit = _visit(request, portal, member, fields, files)
            stack.enter_context(speaking(portal.site.language(_language(request, member))))
            return await run_in_threadpool(route.views[method], visit)

    return answer


def _may_see(request: Request, site: CourseSite, member: Member) -> bool:
    """Whether a person may see the student in the path, if there is one: assistants may be limited to sections."""
    student, slug = request.path_params.get("student"), request.path_params.get("slug", "")
    if student is None or not member.role.is_staff:
        return True
    return sees(site, slug if slug in site.slugs else "", member, student)


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
        RefusedRequestError: The token does not work, there are too many requests, or the person has another role.
    """
    member = caller(portal.site, portal.rates, token_of(request), _network_address(request))
    if member.role not in route.roles:
        raise RefusedRequestError(403, message("Your role in this course does not allow this request."))
    return member


async def _form(
    request: Request, route: Route, web: WebSettings, folder: Path
) -> tuple[dict[str, str], dict[str, list[SentFile]]]:
    """The fields and files of a form. No more bytes are read than the route and the settings allow, and no longer.

    Args:
        request: The request.
        route: Its route.
        web: The settings of the web server.
        folder: Where files are stored; none of them is ever in memory as a whole.
    """
    most_bytes = _most_bytes(route, web)
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or len(announced) > _MOST_DIGITS or int(announced) > most_bytes:
        raise HTTPException(413)
    limited = Request(request.scope, _limited(request.receive, most_bytes))
    most_files = _MOST_FILES if route.files else 0
    fields: dict[str, str] = {}
    files: dict[str, list[SentFile]] = {}
    try:
        async with (
            asyncio.timeout(_UPLOAD_SECONDS if route.files else _FORM_SECONDS),
            limited.form(max_files=most_files, max_fields=_MOST_FIELDS, max_part_size=SMALL) as form,
        ):
            for number, (name, value) in enumerate(form.multi_items()):
                if not isinstance(value, UploadFile):
                    fields[_storable(name)] = _storable(value)
                elif value.filename:
                    path = folder / str(number)
                    await run_in_threadpool(_copy, value.file, path)
                    files.setdefault(name, []).append(
                        SentFile(name=_storable(value.filename), path=path, size=path.stat().st_size)
                    )
    except TimeoutError:
        raise HTTPException(408) from None
    except ClientDisconnect:
        raise HTTPException(400) from None
    return fields, files


def _most_bytes(route: Route, web: WebSettings) -> int:
    """The largest body that a route accepts."""
    return min(route.most_bytes, web.upload_bytes)


def _copy(file: BinaryIO, path: Path) -> None:
    file.seek(0)
    with path.open("wb") as stream:
        shutil.copyfileobj(file, stream, _AT_ONCE_BYTES)


def _limited(receive: Receive, most: int) -> Receive:
    """The same messages, until the body has more bytes than allowed, because headers can lie about its length.

    A body that stops for too long ends in a `TimeoutError`.
    """
    left = most

    async def receive_some() -> Message:
        nonlocal left
        async with asyncio.timeout(_SILENT_SECONDS):
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
        query={name: _storable(value) for name, value in request.query_params.items()},
        idempotency_key=request.headers.get("idempotency-key", ""),
        fields=fields,
        files=files,
    )


def _storable(text: str) -> str:
    """A text without the characters that no database stores: NUL, and halves of characters (surrogates)."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


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
    """Adds the headers to every answer; an answer that has one of them keeps it.

    If a request is answered before all of it has arrived, the rest is read for a moment and thrown away, because most
    browsers show an answer only after they have sent everything. Then the connection is closed, so that an upload
    without an end ends.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        arrives = scope["type"] == "http" and _has_body(scope)

        async def receive_and_note() -> Message:
            nonlocal arrives
            message = await receive()
            arrives = arrives and message["type"] == "http.request" and message.get("more_body", False)
            return message

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: list[Any] = list(message.get("headers", []))
                present = {bytes(name).lower() for name, _ in headers}
                new = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
                new += [(b"connection", b"close")] if arrives else []
                message["headers"] = headers + [pair for pair in new if pair[0] not in present]
            elif arrives and not message.get("more_body", False):
                await send({**message, "more_body": True})
                await _throw_away(receive)
                message = {"type": "http.response.body"}
            await send(message)

        await self._app(scope, receive_and_note, send_with_headers)


def _has_body(scope: Scope) -> bool:
    headers = {bytes(name): bytes(value) for name, value in scope["headers"]}
    return b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0"


async def _throw_away(receive: Receive) -> None:
    """Read the rest of a request, for a limited time and up to a limited size."""
    left, goes_on = _REST_BYTES, True
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_REST_SECONDS):
            while goes_on and left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                goes_on = message["type"] == "http.request" and message.get("more_body", False)
