"""Requests to a portal, with the standard library alone: students install nothing more for `grader submit`."""

import http.client
import ipaddress
import secrets
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

import grader
from grader.errors import InputError, PortalError, PortalFaultError, TokenError, UnreachableError
from grader.model.api import Problem
from grader.storage import codec
from grader.text.printable import printable

Value = TypeVar("Value")

_ANSWER_SECONDS = 60.0
_WAIT_SECONDS = (1, 2, 4)
"""A request is sent so often again, after so many seconds, if the connection or the portal failed."""
_LONGEST_WAIT = 60
"""If the portal asks to wait longer, the command ends."""
_MOST_BYTES = 50_000_000
"""No answer is larger."""
_PASSES = frozenset({429, 502, 503, 504})
"""HTTP statuses that will be over soon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileToSend:
    """A file to send.

    Attributes:
        name: Name of the file, without folders.
        content: Its bytes.
    """

    name: str
    content: bytes


def pause(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)


def portal_address(text: str) -> str:
    """The address of a portal as a person typed it, without the last slash.

    Raises:
        InputError: It is not an address, or a token would travel over it in clear text.
    """
    address = text.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        is_valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_valid = False
    if not is_valid or "@" in parts.netloc or parts.query or parts.fragment or not address.isascii():
        raise InputError(
            f"--to: {printable(text, 200)} is not the address of a portal. "
            "Copy it from your browser, such as https://grader.example.org."
        )
    if parts.scheme == "http" and not _is_this_machine(parts.hostname or ""):
        raise InputError(f"--to: {address} is not encrypted, so others could read your token. Use https://.")
    return address


class PortalClient:
    """Sends requests with a token to a portal.

    Args:
        address: Address of the portal, from `portal_address`.
        token: The token.
        tell: Receives sentences about requests that are sent again.
    """

    def __init__(self, address: str, token: str, tell: Callable[[str], None]) -> None:
        self.address = address
        self.token = token
        self._tell = tell
        self._opener = _opener(address)

    def get(self, path: str, kind: type[Value]) -> Value:
        """Ask for a value.

        Args:
            path: Path below the address.
            kind: Its type, of `grader.model.api`.

        Raises:
            PortalError: The portal cannot be reached, or refuses the request; `TokenError` if it refuses the token.
            PortalFaultError: The portal failed.
        """
        return self._value(Request(self.address + path, headers=self._headers()), kind)

    def send(
        self, path: str, kind: type[Value], fields: Mapping[str, str], files: Sequence[FileToSend], key: str = ""
    ) -> Value:
        """Send a form with files.

        Args:
            path: Path below the address.
            kind: Type of the answer, of `grader.model.api`.
            fields: Name of a field of the form -> its value.
            files: The files, in the field `files`.
            key: The portal carries out requests with the same key once; empty for a request that stores nothing.

        Raises:
            PortalError, PortalFaultError: As in `get`.
        """
        boundary = f"grader-{secrets.token_hex(16)}"
        headers = {"Content-Type": f"multipart/form-data;boundary={boundary}"}
        headers |= {"Idempotency-Key": key} if key else {}
        body = _form(boundary, fields, files)
        return self._value(Request(self.address + path, body, self._headers() | headers, method="POST"), kind)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "User-Agent": f"grader/{grader.__version__}"}

    def _value(self, request: Request, kind: type[Value]) -> Value:
        content = self._content(request)
        try:
            return codec.decode(kind, content)
        except ValueError as error:
            raise PortalError(self._no_portal("its response has an unexpected form")) from error

    def _content(self, request: Request) -> bytes:
        """The answer to a request, which is sent again if the connection or the portal fails for a while."""
        for wait in _WAIT_SECONDS:
            try:
                return self._once(request)
            except _TemporaryError as error:
                seconds = error.seconds or wait
                if seconds > _LONGEST_WAIT:
                    raise error.final from error
                self._tell(f"{error.fact} Trying again in {seconds} s.")
                pause(seconds)
        try:
            return self._once(request)
        except _TemporaryError as error:
            raise error.final from error

    def _once(self, request: Request) -> bytes:
        try:
            with self._opener.open(request, timeout=_ANSWER_SECONDS) as answer:
                content: bytes = answer.read(_MOST_BYTES)
                if not answer.headers.get_content_type().endswith("json"):
                    raise PortalError(self._no_portal("its response is a web page"))
                return content
        except HTTPError as error:
            with error:
                raise self._refusal(error) from error
        except URLError as error:
            raise self._unreachable(error.reason) from error
        except (http.client.HTTPException, OSError) as error:
            raise self._unreachable(error) from error

    def _refusal(self, error: HTTPError) -> Exception:
        """Why the portal, or another server, did not carry out a request."""
        if 300 <= error.code < 400:
            place = printable(str(error.headers.get("Location", "another address")), 200)
            return PortalError(f"{self.address}: the server redirects to {place}. Use this address with --to.")
        detail = _detail(error)
        if error.code in _PASSES:
            fact = detail or f"{self.address}: the portal does not answer now (status {error.code})."
            wait = error.headers.get("Retry-After", "")
            seconds = int(wait) if wait.isascii() and wait.isdecimal() and len(wait) < 7 else 0
            is_busy = error.code == 429
            final = PortalError(fact) if is_busy else PortalFaultError(f"{fact} Try again later.")
            return _TemporaryError(fact, final, seconds)
        if detail and error.code >= 500:
            return PortalFaultError(f"{self.address}: {detail}")
        if not detail:
            return PortalError(self._no_portal(f"status {error.code}"))
        return (TokenError if error.code == 401 else PortalError)(detail)

    def _unreachable(self, reason: object) -> Exception:
        """Why there was no answer. What may pass is tried again."""
        host = urlsplit(self.address).hostname
        if isinstance(reason, ssl.SSLCertVerificationError):
            return PortalError(
                f"{self.address}: the certificate of the server is not valid ({reason.verify_message}). "
                "Check the address and the clock of this computer."
            )
        if isinstance(reason, ssl.SSLError):
            return PortalError(f"{self.address}: no encrypted connection is possible. Check the address.")
        if isinstance(reason, socket.gaierror):
            return UnreachableError(
                f"{self.address}: the server {host} was not found. Check the address and your network."
            )
        if isinstance(reason, ConnectionRefusedError):
            fact = f"{self.address}: no server answers there."
        elif isinstance(reason, TimeoutError):
            fact = f"{self.address}: the server did not answer in time."
        else:
            fact = f"{self.address}: the connection was lost."
        return _TemporaryError(fact, UnreachableError(f"{fact} Check the address and your network, then try again."))

    def _no_portal(self, fact: str) -> str:
        return f"{self.address}: this server is not a portal of the grader ({fact}). Check the address."


class _TemporaryError(Exception):
    """A request failed, and may succeed soon.

    Args:
        fact: What happened, in one sentence.
        final: The exception if it happens until the end.
        seconds: How long the portal asks to wait; 0 if it does not say.
    """

    def __init__(self, fact: str, final: Exception, seconds: int = 0) -> None:
        super().__init__(fact)
        self.fact, self.final, self.seconds = fact, final, seconds


class _NoRedirects(HTTPRedirectHandler):
    """Follows no redirect: the token must not go to another address."""

    def redirect_request(self, *_: object) -> None:
        """Answer that there is no further request, so the redirect is an error."""


def _opener(address: str) -> OpenerDirector:
    # A proxy of the network cannot reach this machine.
    is_local = _is_this_machine(urlsplit(address).hostname or "")
    return build_opener(_NoRedirects, *([ProxyHandler({})] if is_local else []))


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _detail(error: HTTPError) -> str:
    """What the portal says about a request that it refused; empty if another server answered."""
    if error.headers.get_content_type() != "application/problem+json":
        return ""
    try:
        return printable(codec.decode(Problem, error.read(_MOST_BYTES))["detail"], 500)
    except (ValueError, OSError, http.client.HTTPException):
        return ""


def _form(boundary: str, fields: Mapping[str, str], files: Sequence[FileToSend]) -> bytes:
    """The body of a form, as browsers send it."""
    lines = []
    for name, value in fields.items():
        lines += [_head(boundary, f';name="{name}"'), value.encode(), b"\r\n"]
    for file in files:
        name = file.name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        lines += [_head(boundary, f';name="files";filename="{name}"'), file.content, b"\r\n"]
    return b"".join([*lines, f"--{boundary}--\r\n".encode()])


def _head(boundary: str, names: str) -> bytes:
    """What comes before the content of a field; `names` are its parameters, each after a semicolon."""
    return f"--{boundary}\r\nContent-Disposition: form-data{names}\r\n\r\n".encode("utf-8", "replace")
