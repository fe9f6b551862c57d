"""The archive of feedback that platforms take back: where each student's page lies in it.

Canvas       <name>[_LATE]_<user id>_<attachment id>_<original name>.html
             [LATE_]anon_<id>_<attachment id>_<original name>.html
Moodle       <Full Name or group>_<number>_assignsubmission_file[_]/report.html, as it was handed out
Brightspace  <id>-<id> - <Full Name> - <time>/report.html, or flat: ... - <original name>.html
ILIAS        <Last>_<First>_<login>_<id>/report.html

All tell whose a file is from the numbers in its name, which are those of what they handed out. So a page goes back
under the very name that the submission came with. The other platforms take nothing back.
"""

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from grader.gradebook.exports.mark import ExportedMark, distinct
from grader.model.submission import Platform, Source, Who

PAGE = "report.html"
_CANVAS = re.compile(
    r"(?:.+?(?:_LATE)?_\d+|(?:LATE_)?anon_[A-Za-z0-9]+)_(?:\d{2,}_.+|(?:text|link)\.html)", re.DOTALL | re.IGNORECASE
)
_NO_ATTACHMENT = re.compile(r".+_(?:text|link)\.html", re.DOTALL)
_MOODLE = re.compile(r"(?P<folder>.+_\d+_assignsubmission_[a-z0-9]+_?)(?P<file>.*)", re.DOTALL)
_MOODLE_GROUP = re.compile(r".+_assignsubmission_[a-z0-9]+(?:_.*)?", re.DOTALL)
_ILIAS = re.compile(r"[^/]+_[^/]+_[^/]+_\d+")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')
_LEVEL = 3
"""Half the time of the usual level for a seventh more bytes; pages are many and large."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_NAMES = {
    Platform.BLACKBOARD: "Blackboard",
    Platform.GRADESCOPE: "Gradescope",
    Platform.EDX: "Open edX",
    Platform.NBGRADER: "nbgrader",
}
"""What takes no archive of feedback back."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the pages of a class lie in the archive.

    Attributes:
        paths: Name of a student's folder in the results -> path in the archive.
        problems: Whose page is not in it, and why; one line each.
        remarks: Whose page lies in a folder that no platform takes back, and what else to know; one line each.
    """

    paths: Mapping[str, str]
    problems: tuple[str, ...]
    remarks: tuple[str, ...]


def places(marks: Sequence[ExportedMark], folders: Mapping[str, str] | None = None) -> Places:
    """Find where each page goes.

    Args:
        marks: One for each submission.
        folders: Name of a student's folder in the results -> folder in the archive, where that is known from
            elsewhere; else it follows from what the submission was called.
    """
    paths: dict[str, str] = {}
    problems: list[str] = []
    remarks: list[str] = []
    used: set[str] = set()
    for mark in distinct(marks):
        if not (mark.assessment.publishable or mark.excused):
            problems.append(f"{mark.student.shown}: has no feedback yet, because {mark.no_mark}.")
            continue
        folder = (folders or {}).get(mark.folder)
        path = f"{folder}/{PAGE}" if folder else _path(mark)
        remarks += _remarks_on(mark, path)
        path = path or f"{mark.folder}/{PAGE}"
        if path in used:
            problems.append(
                f"{mark.student.shown}: another page is also called {path}, so this page is not in the archive."
            )
            continue
        used.add(path)
        paths[mark.folder] = path
    if any(_may_be_group(mark) for mark in marks):
        remarks.append("If a name from Canvas is that of a group, Canvas shows the page to every member of the group.")
    return Places(paths, tuple(problems), tuple(remarks))


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


def _remarks_on(mark: ExportedMark, path: str) -> Iterable[str]:
    """What staff should know of a page: who sees it, or why no platform takes it back."""
    name, platform = mark.student.shown, _platform(mark)
    lies = f"The page is {mark.folder}/{PAGE}"
    if not path and mark.source is not None and mark.source.who is Who.NOBODY:
        yield f"{name}: the owner is not known. {lies}."
    elif not path and platform is Platform.MOODLE:
        yield (
            f"{name}: has no number from Moodle, as is usual for students without a group, so Moodle cannot import "
            f"the page. {lies}."
        )
    elif not path and platform in _NAMES:
        yield f"{name}: came from {_NAMES[platform]}, which cannot import an archive of feedback. {lies}."
    elif not path:
        yield f"{name}: came neither from Canvas nor from Moodle. {lies}."
    elif platform is Platform.CANVAS and _NO_ATTACHMENT.fullmatch(_place(mark)):
        yield f"{name}: submitted no file, and Canvas imports a page only for a file. Enter the feedback in Canvas."
    elif platform is Platform.CANVAS and mark.members:
        members = ", ".join(member.student.shown for member in mark.members)
        yield f"{name}: is a group, and Canvas shows its page to every member: {members}."


def _may_be_group(mark: ExportedMark) -> bool:
    """Whether Canvas may have written a group's name with the number of one member, and no roster knows better."""
    of_canvas = mark.source is not None and mark.source.platform is Platform.CANVAS
    return of_canvas and bool(mark.student.group) and not mark.members


def _platform(mark: ExportedMark) -> Platform:
    """Where a submission comes from; as its name looks where that was not kept."""
    if mark.source is not None:
        return mark.source.platform
    parts = mark.origin.split("/")
    if any(map(_MOODLE_GROUP.fullmatch, parts)):
        return Platform.MOODLE
    return Platform.CANVAS if _CANVAS.fullmatch(parts[-1]) else Platform.HAND


def _place(mark: ExportedMark) -> str:
    """The name that the platform gave a submission: a folder or a file."""
    if mark.source is not None:
        return mark.source.place
    parts = mark.origin.split("/")
    return next((part for part in parts if _MOODLE.fullmatch(part)), parts[-1])


def _path(mark: ExportedMark) -> str:
    """The path in the archive for a submission that a platform handed out; empty where none takes it back."""
    place = _UNSAFE.sub("-", _place(mark))
    if not place or "/" in place or place.strip(".") == "":
        return ""
    match _platform(mark):
        case Platform.MOODLE:
            parts = _MOODLE.fullmatch(place)
            return f"{parts['folder']}/{PAGE}" if parts else ""
        case Platform.CANVAS:
            return f"{_stem(place)}.html"
        case Platform.BRIGHTSPACE:
            flat = mark.source is not None and mark.source.file and place.endswith(_UNSAFE.sub("-", mark.source.file))
            return f"{_stem(place)}.html" if flat else f"{place}/{PAGE}"
        case Platform.ILIAS:
            return _of_ilias(mark.source, mark.origin)
    return ""


def _of_ilias(source: Source | None, origin: str) -> str:
    """The folder of a student; for a team that of the member under whose name ILIAS handed the work out."""
    parts = [_UNSAFE.sub("-", part) for part in origin.split("/")[:-1]]
    folders = parts[1:2] if source is not None and source.who is Who.GROUP else parts[:1]
    return f"{folders[0]}/{PAGE}" if folders and _ILIAS.fullmatch(folders[0]) else ""


def _stem(name: str) -> str:
    """A file name up to its ending; of what follows `.ipynb` nothing is left."""
    at = name.lower().find(".ipynb")
    return name[:at] if at > 0 else PurePosixPath(name).stem
