"""Checks the files that belong to an exercise: they are named relative to its folder, and never outside it."""

import hashlib
from pathlib import Path, PurePosixPath

MISSING = "does not exist"
"""The beginning of the problem of a file that does not exist, which optional files may have."""


def problem_with(folder: Path, name: str) -> str:
    """Find the reason why a file may not be used.

    Args:
        folder: The folder that the file has to be in.
        name: Its path relative to `folder`, with `/`.

    Returns:
        Fact and remedy; empty if the name is that of a regular file inside `folder`, reached without links.
    """
    path = PurePosixPath(name)
    if not name or path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        return f"must be a path inside {folder.name}/, with '/' and without '..'"
    # A link could give away a file of the staff, such as held-out data, to students.
    steps = [folder.joinpath(*path.parts[: count + 1]) for count in range(len(path.parts))]
    if any(step.is_symlink() for step in steps):
        return "is a symbolic link, or is in a folder that is one. Store the file itself there"
    if not steps or not steps[-1].exists():
        return f"{MISSING}. Add it, or remove the name"
    return "" if steps[-1].is_file() else "is not a regular file. Name a file"


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
