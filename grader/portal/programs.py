"""Requests of programs: their token, and answers as JSON."""

from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from grader.model.api import Problem
from grader.model.portal import Member
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_people import digest
from grader.portal.rates import Rates
from grader.storage import codec
from grader.text.language import say
from grader.text.messages import Text, message

PREFIX = "/api"
JSON, PROBLEM = "application/json", "application/problem+json"
_NAMES_SCHEME = {"WWW-Authenticate": 'Bearer realm="grader"'}


class RefusedRequestError(HTTPException):
    """A request of a program that is not carried out.

    Args:
        status: HTTP status.
        text: What is wrong and how to fix it, in the language of the person.
        headers: Headers of the answer.
    """

    def __init__(self, status: int, text: Text, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, headers=headers)
        self.text = text


def is_of_program(request: Request) -> bool:
    """Whether an address is for programs, also if there is no such route."""
    path = request.url.path
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def token_of(request: Request) -> str:
    """The digest of the token that a request has; empty if it has none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return digest(token.strip()) if scheme.lower() == "bearer" and token.strip() else ""


def caller(site: CourseSite, rates: Rates, token: str, address: str) -> Member:
    """The person for whom a program acts.

    Args:
        site: The course.
        rates: Counts requests.
        token: Digest of the token.
        address: Network address of the program.

    Raises:
        RefusedRequestError: The token does not work, or the person's programs ask too often.
    """
    member = site.accounts.of_token(token, now()) if token else None
    if member is None:
        # Only what fails is counted here, so nobody can use up the requests of others at the same address.
        if not rates.allow("token address", address):
            raise too_often(rates, "token address", address)
        text = message(
            "The token is missing, wrong, revoked or expired. Create a new one in the portal, under My account."
        )
        raise RefusedRequestError(401, text, _NAMES_SCHEME)
    if not rates.allow("program account", member.login):
        raise too_often(rates, "program account", member.login)
    return member


def too_often(rates: Rates, action: str, who: str) -> RefusedRequestError:
    """The answer to a request beyond a limit."""
    seconds = rates.seconds_left(action, who)
    text = message("Too many requests. Try again in {seconds} seconds.", seconds=seconds)
    return RefusedRequestError(429, text, {"Retry-After": str(seconds)})


def answer(value: Any, status: int = 200, **headers: str) -> Response:
    """Answer with JSON.

    Args:
        value: A value of `grader.model.api`.
        status: HTTP status.
        **headers: Further headers.
    """
    return Response(codec.encode(value), status, headers, JSON)


def problem(error: Exception, status: int) -> Response:
    """Answer with what went wrong, without details that could tell a secret.

    Args:
        error: The exception.
        status: HTTP status.
    """
    title = HTTPStatus(status).phrase
    detail = str(error.text) if isinstance(error, RefusedRequestError) else _detail(status)
    headers = error.headers if isinstance(error, HTTPException) else None
    return Response(codec.encode(Problem(title=title, status=status, detail=detail)), status, headers, PROBLEM)


def _detail(status: int) -> str:
    match status:
        case 404:
            return say("There is nothing at this address, or you may not see it.")
        case 405:
            return say("This address does not support the method of the request.")
        case 413:
            return say("The request is too large.")
    if status < 500:
        return say("The portal cannot read this request.")
    return say("Something went wrong on our side. Try again in a few minutes.")
