"""`grader doctor --config`: whether a portal can run on this machine, as the user of the command. Changes nothing."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.errors import GraderError
from grader.gradebook.database import Database
from grader.gradebook.schema import REVISION
from grader.model.portal_settings import PortalSettings

_ALL = os.R_OK | os.W_OK | os.X_OK


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalCheck:
    """A part of a portal.

    Attributes:
        name: Its name.
        is_well: Whether it works.
        fact: Its state, and the remedy if it does not work.
    """

    name: str
    is_well: bool
    fact: str


def portal_checks(settings: PortalSettings) -> tuple[PortalCheck, ...]:
    """Check each part of a portal."""
    return tuple(_checks(settings))


def _checks(settings: PortalSettings) -> Iterator[PortalCheck]:
    yield _database(settings)
    if settings.password_file is not None:
        yield _password_file(settings.password_file)
    yield _results(settings.results)
    if settings.course is not None:
        yield _keys(settings.course / "solutions")
    yield _address(settings.web.url)


def _database(settings: PortalSettings) -> PortalCheck:
    try:
        database = Database(settings.gradebook or settings.results / "gradebook.sqlite")
        form, place = database.form(), database.place
    except GraderError as error:
        return PortalCheck(name="database", is_well=False, fact=str(error))
    if form is None:
        return PortalCheck(name="database", is_well=True, fact=f"{place} is empty. The first start creates the tables.")
    if form > REVISION:
        fact = f"{place} has format {form} of a newer version, and this version knows {REVISION}. Install that version."
        return PortalCheck(name="database", is_well=False, fact=fact)
    if form < REVISION:
        fact = f"{place} has format {form}. The next start changes it to {REVISION}. Make a backup before."
        return PortalCheck(name="database", is_well=True, fact=fact)
    return PortalCheck(name="database", is_well=True, fact=f"{place} has format {form}, as expected.")


def _password_file(path: Path) -> PortalCheck:
    is_open = bool(path.stat().st_mode & stat.S_IROTH)
    fact = f"{path} can be read by every user. Run: chmod o= {path}" if is_open else f"{path} is not open to all users."
    return PortalCheck(name="password", is_well=not is_open, fact=fact)


def _results(folder: Path) -> PortalCheck:
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(nearest, _ALL):
        fact = f"{nearest}: this user cannot write there. Change its permissions, or run the command as another user."
        return PortalCheck(name="results", is_well=False, fact=fact)
    fact = f"{folder} can be written." if nearest == folder else f"{folder} will be created at the first start."
    return PortalCheck(name="results", is_well=True, fact=fact)


def _keys(solutions: Path) -> PortalCheck:
    if os.access(solutions, os.R_OK | os.X_OK):
        fact = f"this user can read {solutions}, as graders must. The user of the web processes must not."
    else:
        fact = f"this user cannot read {solutions}, which is right for web processes. Graders must be able to."
    return PortalCheck(name="keys", is_well=True, fact=fact)


def _address(url: str) -> PortalCheck:
    if url.startswith("https:"):
        return PortalCheck(name="public address", is_well=True, fact=f"{url}. Browsers send cookies only over TLS.")
    fact = (
        "web.url is not an address with https, so browsers also send cookies without TLS. Set it to the public address."
    )
    return PortalCheck(name="public address", is_well=False, fact=fact)
