"""On what, and with which versions, it was measured."""

import os
import platform
import sys
from pathlib import Path

from peers import versions

_SHARED = ["tensorflow", "keras", "numpy", "ipython"]


def describe(peer_programs: Path) -> dict[str, str]:
    """Fact -> text, for the head of the table."""
    our_versions = versions(Path(sys.executable), [*_SHARED, "convgrader"])
    their_versions = versions(peer_programs / "python", [*_SHARED, "nbgrader", "otter-grader"])
    differing = [name for name in ("python", *_SHARED) if our_versions[name] != their_versions[name]]
    if differing:
        raise SystemExit(f"benchmarks/requirements.txt: {', '.join(differing)} differ from the versions of .venv")
    return this() | {
        "versions": ", ".join(f"{name} {number}" for name, number in (their_versions | our_versions).items())
    }


def ours() -> dict[str, str]:
    """The same facts for measurements of our grader alone."""
    our_versions = versions(Path(sys.executable), [*_SHARED, "sqlalchemy", "convgrader"])
    return this() | {"versions": ", ".join(f"{name} {number}" for name, number in our_versions.items())}


def this() -> dict[str, str]:
    """The machine, without what is installed on it."""
    return {
        "processor": _first("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "user": "root" if os.getuid() == 0 else "an ordinary user",
    }


def _first(file: str, field: str) -> str:
    lines = (line.partition(":") for line in Path(file).read_text().splitlines())
    return next((value.strip() for name, _, value in lines if name.strip() == field), "")
