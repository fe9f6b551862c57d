"""Pseudonyms for manual grading: the same each time, and without the results folder no way back to the names."""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from grader.errors import InputError
from grader.gradebook.results import Results
from grader.storage import atomic

_FILE = "pseudonyms.key"
_BYTES = 32


def pseudonyms(results: Results, slug: str, students: Iterable[str]) -> dict[str, str]:
    """Student -> pseudonym, such as `anonymous-k3f7q2mx9a`.

    The key is a file in the results folder, which the first call creates. Another exercise gives other pseudonyms.

    Args:
        results: The results of the exercise.
        slug: Name of the exercise.
        students: Names of students.

    Raises:
        InputError: The key is damaged.
    """
    key = _key(results.folder / _FILE)
    return {student: f"anonymous-{_drawn(key, slug, student)}" for student in students}


def _drawn(key: bytes, slug: str, student: str) -> str:
    text = f"{slug}\0{student}".encode("utf-8", "surrogatepass")  # names may come from files with broken bytes
    return base64.b32encode(hmac.new(key, text, hashlib.sha256).digest())[:10].decode().lower()


def _key(path: Path) -> bytes:
    """The key in a file; a new one if there is no file. Of two commands at once, both get the same key."""
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        atomic.write(fresh, secrets.token_bytes(_BYTES))
        try:
            os.link(fresh, path)  # fails if another command was faster
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    content = path.read_bytes()
    if len(content) != _BYTES:
        raise InputError(
            f"{path}: is damaged. Restore it from a backup. Without it, pseudonyms in earlier files cannot be "
            f"turned back into names."
        )
    return content
