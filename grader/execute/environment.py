"""Versions of what runs a notebook: part of each job's key."""

import functools
import hashlib
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from grader.execute.conversation import THREADS

_PACKAGES = ("tensorflow", "keras", "numpy", "pandas", "matplotlib", "ipython")


@functools.cache
def environment() -> tuple[tuple[str, str], ...]:
    """Read the versions of all that a result depends on: they are part of the key of each job.

    Returns:
        (name, version) of Python, of the packages that notebooks use, of the number of threads, and of the code
        inside the sandbox, whose version is a digest: a record of other code is not used again.
    """
    versions = [(name, _version(name)) for name in _PACKAGES]
    return (
        ("python", platform.python_version()),
        *versions,
        ("threads", str(THREADS)),
        ("sandbox", _digest_of_inside()),
    )


def _version(package: str) -> str:
    """The version of a package; empty if it is not installed, as on the computer of a student who has no Keras."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _digest_of_inside() -> str:
    digest = hashlib.sha256()
    for path in sorted((Path(__file__).parent / "inside").glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
