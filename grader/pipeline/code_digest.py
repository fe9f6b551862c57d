"""What the code of the grader is known by, so that marks of other code are not taken for today's."""

import hashlib
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_KINDS = (".py", ".html", ".css", ".po")
_RUNS_NOTEBOOKS = "execute"
"""The room whose code marks nothing: what it leaves is known by the keys of the records."""


@cache
def own_code_digest() -> str:
    """The digest of the grader that runs, as `code_digest` makes it."""
    return code_digest(_PACKAGE)


def code_digest(package: Path) -> str:
    """SHA-256 of all that marks and draws: code, templates, styles and texts, with their names inside the package.

    Args:
        package: The folder of the package `grader`. Where it lies makes no difference.

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
