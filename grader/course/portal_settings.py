"""Reads `portal.toml`: the settings of a portal that is run as a service."""

import ipaddress
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from grader.course.toml_file import read_toml
from grader.errors import SpecificationError
from grader.model.portal_settings import (
    MOST_UPLOAD_MB,
    Encryption,
    GraderSettings,
    MailSettings,
    PortalSettings,
    WebSettings,
)
from grader.text.complaints import check_data

PASSWORD_VARIABLE = "GRADER_DATABASE_PASSWORD"
_WEB, _GRADERS = WebSettings(), GraderSettings()


def _public_address(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is not a number, or an IPv6 address is incomplete
        is_address = False
    if not is_address or parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("must be the address that browsers use, without a path, such as https://grader.example.org")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _proxy(text: str) -> str:
    try:
        ipaddress.ip_network(text)
    except ValueError as error:
        if "host bits" in str(error):
            raise ValueError("is not a network, because bits after its prefix are set", "Set them to 0") from None
        raise ValueError("must be an IP address or a network, such as 10.0.0.0/24") from None
    return text


def _mail_address(text: str) -> str:
    name, at, domain = text.rpartition("@")
    if not (name and at and domain) or any(character.isspace() or not character.isprintable() for character in text):
        raise ValueError("must be an e-mail address, such as grader@example.org")
    return text


def _encryption(text: str) -> str:
    if text not in set(Encryption):
        raise ValueError(f"must be one of {', '.join(Encryption)}")
    return text


_Text = Annotated[str, Field(min_length=1)]


class _DatabaseTable(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    address: _Text | None = None
    password_file: _Text | None = None


class _WebTable(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    host: _Text = _WEB.host
    port: Annotated[int, Field(ge=1, le=65_535)] = _WEB.port
    url: Annotated[str, AfterValidator(_public_address)] | None = None
    trusted_proxies: list[Annotated[str, AfterValidator(_proxy)]] = list(_WEB.trusted_proxies)
    processes: Annotated[int, Field(ge=1, le=64)] = _WEB.processes
    upload_mb: Annotated[int, Field(ge=1, le=MOST_UPLOAD_MB)] = _WEB.upload_mb
    session_days: Annotated[int, Field(ge=1, le=365)] = _WEB.session_days


class _GradersTable(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    start: Annotated[int, Field(ge=0, le=64)] = _GRADERS.start
    jobs: Annotated[int, Field(ge=1)] | None = None
    cluster: _Text | None = None
    allow_degraded: bool = _GRADERS.allow_degraded


class _MailTable(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    host: _Text | None = None
    port: Annotated[int, Field(ge=1, le=65_535)] = 587
    sender: Annotated[str, AfterValidator(_mail_address)] | None = None
    encryption: Annotated[str, AfterValidator(_encryption)] = Encryption.STARTTLS.value
    user: _Text | None = None
    password_file: _Text | None = None


class _PortalFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    course: _Text
    results: _Text
    database: _DatabaseTable = _DatabaseTable()
    web: _WebTable = _WebTable()
    graders: _GradersTable = _GradersTable()
    mail: _MailTable = _MailTable()


def read_portal_settings(path: Path, password: str | None) -> PortalSettings:
    """Read the settings of a portal.

    Args:
        path: The file. Relative paths in it begin at its folder.
        password: The password of the database from the environment; None if it has none.

    Raises:
        SpecificationError: The file is not valid; one line for each problem. No line repeats a password.
    """
    place, folder = str(path), path.absolute().parent
    raw = read_toml(path, place)
    problems = _secrets_in(raw)
    if problems:  # other messages repeat the value that they are about
        raise SpecificationError("\n".join(f"{place}: {problem}" for problem in problems))
    file, problems = check_data(_PortalFile, raw)
    if file:
        problems += [*_problems_of_course(folder / file.course), *_problems_of_database(file.database)]
        problems += _problems_of_mail(file)
    if file is None or problems:
        raise SpecificationError("\n".join(f"{place}: {problem}" for problem in problems))
    password_file = folder / file.database.password_file if file.database.password_file else None
    if password is None and password_file is not None:
        password = _password(password_file, place)
    return PortalSettings(
        course=folder / file.course,
        results=folder / file.results,
        gradebook=_with_password(file.database.address or "", password or "", place),
        web=_web(file.web),
        graders=GraderSettings(
            start=file.graders.start,
            jobs=file.graders.jobs,
            cluster=file.graders.cluster or "",
            allow_degraded=file.graders.allow_degraded,
        ),
        mail=_mail(file.mail, folder, place) if file.mail.host else None,
        password_file=password_file,
    )


def _web(table: _WebTable) -> WebSettings:
    values = table.model_dump()
    return WebSettings(**{**values, "url": table.url or "", "trusted_proxies": tuple(table.trusted_proxies)})


def _secrets_in(raw: dict[str, Any]) -> list[str]:
    """A line if the address of the database contains a password. The file may be readable for many."""
    database = raw.get("database")
    address = database.get("address") if isinstance(database, dict) else None
    if not isinstance(address, str):
        return []
    try:
        parts = urlsplit(address)
        has_password = parts.password is not None or "password" in parse_qs(parts.query)
    except ValueError:  # an incomplete IPv6 address
        has_password = ":" in address.rpartition("@")[0]
    if not has_password:
        return []
    return [
        "database: `address` must not contain a password. Write the password into a file that only the portal can "
        f"read, and name it as `password_file`, or set the environment variable {PASSWORD_VARIABLE}."
    ]


def _problems_of_course(course: Path) -> list[str]:
    if (course / "exercises").is_dir():
        return []
    return [f"`course`: {course} contains no folder 'exercises'. Name the course folder."]


def _problems_of_database(table: _DatabaseTable) -> list[str]:
    if table.password_file and not (table.address or "").startswith("postgresql"):
        return [
            "database: `password_file` is only for PostgreSQL. Set `address` to a PostgreSQL database, or remove it."
        ]
    return []


def _problems_of_mail(file: _PortalFile) -> list[str]:
    if file.mail == _MailTable():
        return []
    for name in ("host", "sender"):
        if getattr(file.mail, name) is None:
            return [f"mail: `{name}` is missing. Add `{name} = ...`."]
    if file.web.url is None:
        return ["mail: e-mails link to the portal, so `url` in [web] must be set. Set it to the public address."]
    if file.mail.password_file and not file.mail.user:
        return ["mail: `password_file` is only for a `user`. Set `user`, or remove it."]
    return []


def _mail(table: _MailTable, folder: Path, place: str) -> MailSettings:
    return MailSettings(
        host=table.host or "",
        port=table.port,
        sender=table.sender or "",
        encryption=Encryption(table.encryption),
        user=table.user or "",
        password=_password(folder / table.password_file, place, "mail") if table.password_file else "",
    )


def _password(path: Path, place: str, table: str = "database") -> str:
    try:
        password = path.read_text(encoding="utf-8").rstrip("\r\n")
    except UnicodeError:
        raise SpecificationError(f"{place}: {table}: {path}: is not UTF-8. Save the file as UTF-8.") from None
    except OSError as error:
        raise SpecificationError(
            f"{place}: {table}: {path}: cannot be read ({error.strerror}). Create it, and allow this user to read it."
        ) from None
    if not password or "\n" in password:
        raise SpecificationError(f"{place}: {table}: {path}: must have the password as its only line. Correct it.")
    return password


def _with_password(address: str, password: str, place: str) -> str:
    """An address with the password behind the name of the user."""
    if not password or not address.startswith("postgresql"):
        return address
    parts = urlsplit(address)
    user, at, host = parts.netloc.rpartition("@")
    if not user:
        raise SpecificationError(
            f"{place}: database: `address` names no user for the password. Write postgresql+psycopg://USER@HOST/NAME."
        )
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}{at}{host}"))
