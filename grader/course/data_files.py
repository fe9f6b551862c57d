"""Files that belong to an exercise: named relative to its folder, and never outside of it."""

import hashlib
from pathlib import Path, PurePosixPath

MISSING = "does not exist"


def problem_with(folder: Path, name: str) -> str:
    """Say why a file may not be used.

    Args:
        folder: The folder that the file has to lie in.
        name: Its path relative to `folder`, with `/`.

    Returns:
        Fact and remedy; empty if the file is a regular file inside of `folder`, reached without links.
    """
    path = PurePosixPath(name)
    if not name or path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        return f"must be a path inside of {folder.name}/, with '/' and without '..'"
    steps = [folder.joinpath(*path.parts[: count + 1]) for count in range(len(path.parts))]
    if any(step.is_symlink() for step in steps):
        return "is a symbolic link or lies behind one; put the file itself there"
    if not steps or not steps[-1].exists():
        return f"{MISSING}; put it there, or take the name out"
    return "" if steps[-1].is_file() else "is not a regular file; name a file"


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
