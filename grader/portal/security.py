"""Headers of every answer, the check of a request's origin, and passwords."""

import os
import secrets
import threading
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from starlette.datastructures import Headers

# One directive on each line: a text with semicolons in it has once been taken for a sentence, and reworded.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
REPORT_POLICY = "; ".join(
    (
        "sandbox",
        "default-src 'none'",
        "img-src data:",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)
"""Of a report: its origin is unlike any other, so nothing in it can act as the portal or read its pages."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`: with that, browsers send forms with the origin `null`.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
COOKIE = "grader_session"
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1_000
_HASHER = PasswordHasher(parallelism=1)  # when a class signs in, the other cores serve pages
_HASHING = threading.BoundedSemaphore(os.cpu_count() or 1)
"""Each hash takes 64 MiB for a moment. More of them at once than cores take more memory, but no less time."""
_NOBODY = _HASHER.hash(secrets.token_hex())
"""A hash that no password has: checking it takes as long as checking one of an account."""


def is_same_origin(headers: Headers, public: str = "") -> bool:
    """Whether a form or script of this portal sent the request.

    Browsers add `Sec-Fetch-Site` or `Origin` to every request that changes something, and pages cannot forge either.
    A request with neither comes from a program, which has no session to abuse.

    Args:
        headers: The headers of the request.
        public: Address of the portal, such as `https://grader.example.org`; empty if it has no fixed one. Then the host
            name in the request counts as the portal's.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is not None and public:
        return origin.lower() == _origin(public)
    if origin is not None:
        return urlsplit(origin).netloc == headers.get("host", "")
    return site is not None


def _origin(address: str) -> str:
    """The origin of an address as browsers write it: without the usual port."""
    parts = urlsplit(address)
    usual = {"http": ":80", "https": ":443"}
    return f"{parts.scheme}://{parts.netloc.removesuffix(usual[parts.scheme])}"


def hashed(password: str) -> str:
    """What the database stores of a password: its Argon2id hash."""
    with _HASHING:
        return _HASHER.hash(password)


def fits(password: str, stored: str) -> bool:
    """Whether a password is the one of a hash. An account without a password takes as long as any other."""
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        with _HASHING:
            return _HASHER.verify(stored or _NOBODY, password) and bool(stored)
    except (Argon2Error, InvalidHashError):
        return False
