"""How much students and staff install: distributions, and their size without bytecode.

Usage: python benchmarks/installed_sizes.py
"""

import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

_PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_OF_A_COURSE = ("ipykernel", "keras", "matplotlib", "pandas", "tensorflow")
"""What students of a course with Keras have installed already."""


def main() -> None:
    students = sizes(_PROJECT["dependencies"])
    already = sizes(_OF_A_COURSE)
    tables = {
        "for `grader check`": students,
        "of these, not needed by Jupyter and Keras": {
            name: students[name] for name in students.keys() - already.keys()
        },
        "with [staff]": sizes([*_PROJECT["dependencies"], *_PROJECT["optional-dependencies"]["staff"]]),
    }
    for title, table in tables.items():
        print(f"{title}: {len(table)} distributions, {sum(table.values()) / 2**20:.0f} MiB")


def sizes(requirements: list[str] | tuple[str, ...]) -> dict[str, int]:
    """Name -> bytes of all distributions that some requirements need in this environment, without bytecode."""
    found: dict[str, int] = {}
    waiting = [Requirement(line) for line in requirements]
    while waiting:
        requirement = waiting.pop()
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        if name in found:
            continue
        installed = distribution(name)
        paths = [Path(str(file.locate())) for file in installed.files or () if file.suffix != ".pyc"]
        found[name] = sum(path.stat().st_size for path in paths if path.exists())
        for line in installed.requires or ():
            needed = Requirement(line)
            marker = needed.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *requirement.extras)):
                waiting.append(needed)
    return found


if __name__ == "__main__":
    main()
