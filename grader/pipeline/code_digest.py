"""A digest of the grader's code, so that marks from other versions of the code are recognised."""

import hashlib
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_KINDS = (".py", ".html", ".css", ".po")
_RUNS_NOTEBOOKS = "execute"
"""The room that runs notebooks and marks nothing. Its records are identified by their own keys."""


@cache
def own_code_digest() -> str:
    """The digest of the running grader, see `code_digest`."""
    return code_digest(_PACKAGE)


def code_digest(package: Path) -> str:
    """SHA-256 of everything that marks and draws: code, templates, styles and texts, with their names in the package.

    Args:
        package: The folder of the package `grader`. Its location makes no difference.

    Example:
        >>> len(code_digest(Path("grader")))
        64
    """
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        name = path.relative_to(package)
        if path.suffix in _KINDS and name.parts[0] != _RUNS_NOTEBOOKS:
            content = path.read_bytes()
            digest.update(f"{name.as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
