"""The settings of a portal that is run as a service: those of `portal.toml`, with the values that hold without it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

MOST_UPLOAD_MB = 300
"""No upload is larger, whatever an exercise or the settings allow."""
_MB = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """How the web processes serve the portal.

    Attributes:
        host: Network address to listen on.
        port: Port to listen on.
        url: Address that browsers use, such as `https://grader.example.org`; empty for the one that they happen to use.
        names: Further host names under which browsers reach the portal.
        trusted_proxies: IP addresses and networks of reverse proxies, whose headers say who sent a request.
        processes: Number of web processes.
        upload_mb: The largest upload, in 10^6 bytes.
        session_days: Days after which a person has to sign in again.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    url: str = ""
    names: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ("127.0.0.1",)
    processes: int = 1
    upload_mb: int = MOST_UPLOAD_MB
    session_days: int = 14

    @property
    def address(self) -> str:
        """Address of the portal for people: the public one, or the one on this machine."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.url or f"http://{host}:{self.port}"

    @property
    def hosts(self) -> Sequence[str]:
        """Every host name that a request may have. A reverse proxy on this machine may ask for `/health` by number."""
        public = urlsplit(self.url).hostname
        return [self.host, "127.0.0.1", "localhost", *self.names, *([public] if public else [])]

    @property
    def upload_bytes(self) -> int:
        """The largest upload, in bytes."""
        return self.upload_mb * _MB

    @property
    def session(self) -> timedelta:
        """How long a session lasts."""
        return timedelta(days=self.session_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class GraderSettings:
    """How graders work.

    Attributes:
        start: Number of graders that `grader serve` starts itself.
        jobs: Number of notebooks that a grader runs at once, at most; None for one per core.
        cluster: Address of a Dask scheduler whose workers run the notebooks; empty for this machine.
        allow_degraded: Whether to run notebooks without a sandbox.
    """

    start: int = 1
    jobs: int | None = None
    cluster: str = ""
    allow_degraded: bool = False


class Encryption(StrEnum):
    """How the connection to a mail server is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """The mail server that sends e-mails about what is new.

    Attributes:
        host: Name or network address of the server.
        port: Its port.
        sender: Address that the e-mails come from.
        encryption: How the connection is encrypted.
        user: Name to sign in with; empty to send without signing in.
        password: Password of the user.
    """

    host: str
    port: int = 587
    sender: str
    encryption: Encryption = Encryption.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)  # a traceback or a log must not show it


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalSettings:
    """All settings of a portal.

    Attributes:
        course: The course folder; None for the one that a command finds.
        results: The folder of the results of all exercises.
        gradebook: Address of the database, with its password; empty for files in `results`.
        web: How the portal is served.
        graders: How its graders work.
        mail: The mail server; None for no e-mails.
        password_file: The file that the password came from; None if there is none.
    """

    course: Path | None = None
    results: Path
    gradebook: str = field(default="", repr=False)  # a traceback or a log must not show the password
    web: WebSettings = WebSettings()
    graders: GraderSettings = GraderSettings()
    mail: MailSettings | None = None
    password_file: Path | None = None
