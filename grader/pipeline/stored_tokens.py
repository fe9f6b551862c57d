"""The tokens that a user gave to `grader submit`, in a file that only this user can read."""

import contextlib
import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from grader.errors import InputError
from grader.storage import codec


class StoredTokens:
    """Tokens of portals.

    Args:
        path: The file; it may not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, str]:
        """Address of a portal -> the token for it.

        Raises:
            InputError: Other users can read the file, or it is damaged.
        """
        try:
            status, content = self.path.stat(), self.path.read_bytes()
        except FileNotFoundError:
            return {}
        if os.name == "posix" and stat.S_IMODE(status.st_mode) & 0o077:
            raise InputError(f"{self.path}: other users can read your tokens. Run: chmod 600 '{self.path}'")
        try:
            return codec.decode(dict[str, str], content)
        except ValueError as error:
            raise InputError(f"{self.path}: this file is damaged. Delete it.") from error

    def put(self, address: str, token: str) -> None:
        """Store the token for a portal."""
        self._write(self.read() | {address: token})

    def forget(self, address: str) -> None:
        """Remove the token for a portal, if there is one."""
        tokens = self.read()
        if tokens.pop(address, None) is not None:
            self._write(tokens)

    def _write(self, tokens: Mapping[str, str]) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A temporary file belongs to this user alone from the start; the usual writer shares files like their folders.
        number, name = tempfile.mkstemp(dir=self.path.parent, prefix=".writing-")
        try:
            with os.fdopen(number, "wb") as stream:
                stream.write(codec.encode_for_programs(tokens))
            Path(name).replace(self.path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
