"""A PostgreSQL server of its own, from Debian's package `postgresql`."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

_OPTIONS = "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=30"


class NotInstalledError(Exception):
    """There is no PostgreSQL on this machine."""


def programs() -> Path:
    """The folder of the newest PostgreSQL.

    Raises:
        NotInstalledError: There is none.
    """
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda path: int(path.parent.name))
    if there := shutil.which("initdb"):
        return Path(there).resolve().parent
    raise NotInstalledError("PostgreSQL is not installed (Debian's package `postgresql`)")


@contextlib.contextmanager
def started() -> Iterator[str]:
    """A server that is reached through a socket in a folder of its own; gives addresses that lack their `{name}`.

    Raises:
        NotInstalledError: There is no PostgreSQL on this machine.
    """
    here = programs()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # the path of a socket has room for 107 bytes
    # The server refuses to run as root; Debian's package brings a user of its own.
    who = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
    if who:
        shutil.chown(folder, **who)

    def run(*words: str | Path) -> None:
        log = folder / "commands"
        with log.open("wb") as said:  # no pipe: the server would keep it open
            done = subprocess.run(words, **who, cwd=folder, stdout=said, stderr=said, check=False)  # type: ignore[call-overload]
        assert done.returncode == 0, log.read_text(errors="replace")

    control = (here / "pg_ctl", "-D", folder / "data", "-w", "-t", "60")
    try:
        run(here / "initdb", "-D", folder / "data", "-U", "grader", "-A", "trust", "-E", "UTF8", "--no-sync")
        run(*control, "-l", folder / "log", "-o", f"-k {folder} {_OPTIONS}", "start")
        try:
            yield f"postgresql+psycopg://grader@/{{name}}?host={folder}"
        finally:
            run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
