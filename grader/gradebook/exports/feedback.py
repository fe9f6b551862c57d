"""The archive of feedback that Canvas and Moodle take back: where each student's page lies in it.

Canvas     <name>[_LATE]_<student id>_<submission id>_<original name>.html
Moodle     <Full Name>_<number>_assignsubmission_file_/report.html

Both tell whose a file is from the numbers in its name, which are those of what they handed out.
"""

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from grader.gradebook.exports.mark import Mark

PAGE = "report.html"
_CANVAS = re.compile(r"(?P<kept>.+?(?:_LATE)?_\d+_\d{2,}_.+?)(?:\.ipynb)?", re.DOTALL | re.IGNORECASE)
_MOODLE = re.compile(r"(?P<folder>.+_\d+_assignsubmission_(?:file|onlinetext)_?)(?P<file>.*)", re.DOTALL)
_UNSAFE = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')
_LEVEL = 3
"""Half the time of the usual level for a seventh more bytes; pages are many and large."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the pages of a class lie in the archive.

    Attributes:
        found: Name of a student's folder in the results -> path in the archive.
        problems: Whose page is not in it, and why; one line each.
        remarks: Whose page lies in a folder that no platform takes back; one line each.
    """

    found: Mapping[str, str]
    problems: tuple[str, ...]
    remarks: tuple[str, ...]


def places(marks: Sequence[Mark], folders: Mapping[str, str] | None = None) -> Places:
    """Find where each page goes.

    Args:
        marks: One for each submission.
        folders: Name of a student's folder in the results -> folder in the archive, where that is known from
            elsewhere; else it follows from what the submission was called.
    """
    found: dict[str, str] = {}
    problems: list[str] = []
    remarks: list[str] = []
    taken: set[str] = set()
    for mark in marks:
        if not (mark.assessment.publishable or mark.excused):
            problems.append(f"{mark.student.shown}: no feedback yet; {mark.no_mark}.")
            continue
        folder = (folders or {}).get(mark.folder)
        path = f"{folder}/{PAGE}" if folder else _path(mark.origin)
        if not path:
            path = f"{mark.folder}/{PAGE}"
            remarks.append(f"{mark.student.shown}: came neither from Canvas nor from Moodle; lies under {path}.")
        if path in taken:
            problems.append(f"{mark.student.shown}: another page is called {path}; not in it.")
            continue
        taken.add(path)
        found[mark.folder] = path
    return Places(found, tuple(problems), tuple(remarks))


def pack(stream: IO[bytes], pages: Iterable[tuple[str, bytes]]) -> None:
    """Write a zip archive; the same pages give the same bytes.

    Args:
        stream: Where it goes.
        pages: Path in the archive and content, in the order in which they are to lie there.
    """
    with zipfile.ZipFile(stream, "w") as archive:
        for path, content in pages:
            member = zipfile.ZipInfo(path, _EPOCH)
            member.external_attr = 0o644 << 16
            archive.writestr(member, content, zipfile.ZIP_DEFLATED, _LEVEL)


def _path(origin: str) -> str:
    """The path in the archive for a submission that a platform handed out; empty for any other."""
    parts = [_UNSAFE.sub("-", part) for part in origin.split("/")]
    for part in parts:
        if found := _MOODLE.fullmatch(part):
            return f"{found['folder']}/{PAGE}"
    found = _CANVAS.fullmatch(parts[-1])
    return f"{found['kept']}.html" if found else ""
