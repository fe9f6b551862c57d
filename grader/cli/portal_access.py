"""Shared by the commands that ask a portal: its address, the token of the user, and how a mark is printed."""

import contextlib
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.shared import note, remarks
from grader.errors import InputError, TokenError
from grader.model.api import PublishedMark
from grader.pipeline.portal_client import PortalClient, portal_address
from grader.pipeline.stored_tokens import StoredTokens
from grader.pipeline.submitting import course_state
from grader.text.printable import printable

PortalUrl = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="URL",
        envvar="GRADER_PORTAL",
        show_envvar=False,
        help="The address of the portal. Default: the one for which you entered a token.",
    ),
]
_VARIABLE = "GRADER_TOKEN"


@contextlib.contextmanager
def portal(to: str | None) -> Iterator[PortalClient]:
    """The portal of a command, with the token of the user.

    Raises:
        InputError: The portal or the token is not known.
        TokenError: The portal refuses the token. A stored one is forgotten.
    """
    stored = StoredTokens(Path(typer.get_app_dir("grader")) / "tokens.json")
    address = portal_address(to or _only_portal(stored))
    if token := os.environ.get(_VARIABLE, "").strip():
        try:
            yield PortalClient(address, token, tell)
        except TokenError as error:
            raise TokenError(f"{error} The token is the value of {_VARIABLE}.") from error
        return
    known = stored.read().get(address, "")
    client = PortalClient(address, known or _entered(address), tell)
    if not known:
        course_state(client)
        stored.put(address, client.token)
    try:
        yield client
    except TokenError as error:
        stored.forget(address)
        raise TokenError(f"{error} The next command asks you for it.") from error


def tell(sentence: str) -> None:
    """Print how far something is."""
    remarks.print(escape(printable(sentence, 500)), soft_wrap=True)


def local_time(text: str) -> str:
    """A time of the portal in the time zone of this computer."""
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"


def mark_in_words(mark: PublishedMark) -> str:
    """A published mark, such as `7.5 of 10`."""
    if mark["excused"]:
        return "excused"
    return "none yet" if mark["points"] is None else f"{mark['points']:g} of {mark['max_points']:g}"


def _only_portal(stored: StoredTokens) -> str:
    addresses = sorted(stored.read())
    if len(addresses) == 1:
        return addresses[0]
    known = f" You have tokens for {', '.join(addresses)}." if addresses else ""
    raise InputError(f"--to: name the portal of your course, such as https://grader.example.org.{known}")


def _entered(address: str) -> str:
    """The token that the user enters.

    Raises:
        InputError: The command does not run in a terminal, or the text cannot be a token.
    """
    if not sys.stdin.isatty():
        raise InputError(f"{_VARIABLE}: there is no token. Create one at {address}/account, and set {_VARIABLE}.")
    note(f"Create a token at {address}/account, and paste it here.")
    entered: str = typer.prompt("Token", hide_input=True, err=True)
    token = entered.strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise InputError("Token: this is not a token. Copy the whole token from the page.")
    return token
