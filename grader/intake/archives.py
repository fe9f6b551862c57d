"""Zip archives -> entries, read in memory and never unpacked to disk.

An archive may lie about everything: names, sizes, the number of its members, where they begin.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

from grader.intake import timestamps
from grader.intake.entries import (
    HEAD_BYTES,
    Entry,
    RefusedError,
    begins_as_notebook,
    is_archive,
    is_ignored,
    is_notebook,
    may_be_renamed,
    without_filled_folders,
)
from grader.intake.notebooks import MOST_BYTES, too_large
from grader.intake.platforms import bytes_of_note
from grader.model.exercise import NOTEBOOK_ONLY, HandIn
from grader.text.messages import Text, message, number

MOST_ARCHIVE_BYTES = 1_000_000_000

FULL = message("The archives together hold more than 2 GB; unpack them into folders, or grade them in parts.")

FULL_OF_ONE = message("The archive holds more than a submission may have; hand in what the exercise asks for, no more.")

_MOST_MEMBERS = 100_000
_MOST_MEMBERS_OF_ONE = 2_000
_MOST_DIRECTORY_BYTES = 8_000_000
_MOST_NESTED_BYTES = 100_000_000
_MOST_TOTAL_BYTES = 2_000_000_000
_DEEPEST = 2
_HIGHEST_RATIO = 200
_HEADER_BYTES = 30
_SMALL = 1_000_000
_UTF8_FLAG = 0x800
_EXTENDED_TIME = 0x5455
_OWNER_FIELDS = (0x7875, 0x5855, 0x7855)
"""Fields with the owner of a file, which people's own programs write, and platforms do not."""
_READABLE_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGE = (
    zipfile.BadZipFile,
    NotImplementedError,
    OverflowError,
    ValueError,
    EOFError,
    OSError,
    zlib.error,
    struct.error,
)
_DRIVE = re.compile(r"^[A-Za-z]:")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")


@dataclass
class Allowance:
    """How many bytes and members may still be taken in, all archives together, and which files beside notebooks.

    `full` is what is said of the bytes that are too many.
    """

    size: int = _MOST_TOTAL_BYTES
    members: int = _MOST_MEMBERS
    hand_in: HandIn = NOTEBOOK_ONLY
    full: Text = FULL

    def of_one(self) -> "Allowance":
        """What the archive of one student may take: never so much that those of others find nothing left."""
        size, members = min(self.size, self.most_nested), min(self.members, _MOST_MEMBERS_OF_ONE)
        return Allowance(size, members, self.hand_in, FULL_OF_ONE if size < self.size else self.full)

    def take(self, size: int) -> None:
        """Take `size` bytes in.

        Raises:
            RefusedError: That would be too much.
        """
        if size > self.size:
            raise RefusedError(self.full)
        self.size -= size

    def note(self, content: bytes) -> bytes:
        """The same bytes, of a note that was read only as far as there was room."""
        self.size -= len(content)
        return content

    def wants(self, name: str) -> bool:
        """Whether a file may be one that the exercise takes; platforms put names in front, and tries behind."""
        return any(name.lower().endswith(_ending(pattern)) for pattern in self.hand_in.files)

    @property
    def most_nested(self) -> int:
        """The size that an archive in an archive may have: that of one submission."""
        return max(_MOST_NESTED_BYTES, self.hand_in.most_bytes + MOST_BYTES)


_NAMELESS = ("..", ".")  # like what leads out: nobody's, and told to staff


def _ending(pattern: str) -> str:
    """The last suffix that a pattern asks for; nothing where a wildcard is in it."""
    ending = PurePosixPath(pattern).suffix.lower()
    return "" if set(ending) & set("*?[]") else ending


def read_archive(content: bytes, inside: tuple[str, ...], budget: Allowance, depth: int = 1) -> list[Entry]:
    """Read the members of a zip archive.

    Args:
        content: Its bytes.
        inside: The path that stands for the archive.
        budget: What may still be taken in.
        depth: How many archives lie around its members.

    Returns:
        One entry for each file in it, in the order of its names; one that is refused has a problem.
        An archive that cannot be read at all is one entry with a problem.
    """
    if problem := _too_many(content, budget):
        return [Entry(inside, problem=problem)]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                member.filename = _name(member)
            members = [member for member in archive.infolist() if _leads_out(member) or not is_ignored(_steps(member))]
            budget.members -= len(members)
            refused = _overlapping(archive.infolist()), _beyond(members, budget) if inside else set()
            entries = [
                entry
                for member in sorted(members, key=lambda member: (member.filename, member.header_offset))
                for entry in _entries(archive, member, inside, refused, budget, depth)
            ]
    except _DAMAGE as error:
        return [
            Entry(
                inside,
                problem=message(
                    "The zip archive is damaged ({error}). Make it again, or hand in the notebook.", error=error
                ),
            )
        ]
    return without_filled_folders(entries) or [Entry((*inside, ""))]


def read_students_archive(
    content: bytes,
    inside: tuple[str, ...],
    modified: datetime | None,
    budget: Allowance,
    depth: int = 1,
    written: datetime | None = None,
) -> list[Entry]:
    """Read the archive of one student, whose names and times are only what that student wrote there.

    Args:
        content: Its bytes.
        inside: The path that stands for the archive; it alone tells whose the members are.
        modified: When the archive was last changed, as told from outside it; no member is later than that.
        budget: What may still be taken in.
        depth: How many archives lie around its members.
        written: What the archive around it says of its time.

    Returns:
        One entry for each file in it, as `read_archive` gives them.
    """
    own = budget.of_one()
    size, members = own.size, own.members
    entries = read_archive(content, inside, own, depth)
    budget.size -= size - own.size
    budget.members -= members - own.members
    return [
        replace(entry, student_depth=len(entry.parts) - len(inside), modified=time, archive_time=written, packed=True)
        for entry, time in zip(entries, _capped([entry.modified for entry in entries], modified), strict=True)
    ]


def _capped(times: list[datetime | None], latest: datetime | None) -> list[datetime | None]:
    """The times, none after `latest`; those that were keep their order, since a clock may be of another time zone."""
    if latest is None:
        return [None] * len(times)
    after = sorted({time for time in times if time and time > latest}, reverse=True)
    instead = {time: latest - timedelta(microseconds=count) for count, time in enumerate(after)}
    return [instead.get(time, time) if time else None for time in times]


def _too_many(content: bytes, budget: Allowance) -> Text:
    """Look at the size of the table of contents before it is read: a million members would fill the memory."""
    size = _directory_size(content)
    if size <= _MOST_DIRECTORY_BYTES and _members_at_most(content) <= budget.members:
        return ""
    return message(
        "The archive has too many members; at most {most} are read. Hand in the notebook only.",
        most=number(budget.members),
    )


def _directory_size(content: bytes) -> int:
    """Bytes of the table of contents, as `zipfile` will find it."""
    end = _end(content)
    if end < 0:
        return 0
    record = end - 20 - _END64.size
    if record >= 0 and content[end - 20 : end - 16] == b"PK\x06\x07" and content[record : record + 4] == b"PK\x06\x06":
        return int(_END64.unpack_from(content, record)[8])
    return int(_END.unpack_from(content, end)[5])


def _end(content: bytes) -> int:
    """Where the end record begins; -1 if there is none."""
    last = len(content) - _END.size
    if last >= 0 and content[last : last + 4] == b"PK\x05\x06" and content[-2:] == b"\0\0":
        return last
    found = content.rfind(b"PK\x05\x06", max(0, last - (1 << 16)))
    return found if found <= last else -1


def _members_at_most(content: bytes) -> int:
    end = _end(content)
    start = max(0, end - _directory_size(content) - 20 - _END64.size)
    return content.count(b"PK\x01\x02", start, end) if end >= 0 else 0


def _overlapping(members: list[zipfile.ZipInfo]) -> set[int]:
    """Offsets of the members whose bytes are also those of another one."""
    found: set[int] = set()
    reach, owner = -1, -1
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < reach:
            found |= {owner, member.header_offset}
        end = member.header_offset + _HEADER_BYTES + member.compress_size
        if end > reach:
            reach, owner = end, member.header_offset
    return found


def _beyond(members: list[zipfile.ZipInfo], budget: Allowance) -> set[int]:
    """Offsets of the files in the archive of a student that are too much together; none of them is read."""
    found: set[int] = set()
    left = budget.hand_in.most_bytes
    for member in sorted(members, key=lambda member: (member.filename, member.header_offset)):
        if budget.wants(member.filename) and not is_notebook(member.filename) and member.file_size <= left:
            left -= member.file_size
        else:
            found.add(member.header_offset)
    return found


def _name(member: zipfile.ZipInfo) -> str:
    """The name of a member; one that does not say its encoding is UTF-8 where it can be, as many programs write it."""
    if member.flag_bits & _UTF8_FLAG:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename


def _steps(member: zipfile.ZipInfo) -> tuple[str, ...]:
    """The path of a member; some systems write `\\` for `/`."""
    return tuple(step for step in member.filename.replace("\\", "/").split("/") if step not in ("", "."))


def _path(member: zipfile.ZipInfo, inside: tuple[str, ...]) -> tuple[str, ...]:
    """The path of a member among the entries; in the archive of a class one that leads out begins with `..`."""
    steps = _steps(member)
    if inside or not _leads_out(member):
        return (*inside, *steps)
    return ("..", *filter(None, (_DRIVE.sub("", step) for step in steps if step != "..")))


def _entries(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    inside: tuple[str, ...],
    refused: tuple[set[int], set[int]],
    budget: Allowance,
    depth: int,
) -> Iterator[Entry]:
    """What one member gives: itself, what is in it if it is an archive, or nothing if it is a folder."""
    steps = _steps(member)
    path = _path(member, inside)
    overlapping, beyond = refused
    try:
        if problem := _unsafe(member) or (_overlap(steps) if member.header_offset in overlapping else ""):
            raise RefusedError(problem)
        if _is_folder(member):
            yield Entry((*path, ""))
        elif is_archive(steps[-1]):
            if depth >= _DEEPEST:
                raise RefusedError(
                    message("It is an archive in an archive in an archive. Hand in the notebook itself.")
                )
            content, own = _read(archive, member, budget.most_nested, budget), (*path[:-1], path[-1][:-4])
            yield from read_students_archive(
                content, own, _modified(member), budget, depth + 1, None if inside else _written(member)
            )
        elif is_notebook(steps[-1]):
            content = _read(archive, member, MOST_BYTES, budget)
            yield Entry(path, content, _modified(member), archive_time=None if inside else _written(member))
        elif budget.wants(steps[-1]):
            fits = member.file_size <= budget.hand_in.most_bytes
            if fits and member.header_offset in beyond:
                raise RefusedError(
                    message(
                        "All files of a submission together may have {most} MiB; hand in fewer.",
                        most=number(budget.hand_in.max_mb),
                    )
                )
            held = _read(archive, member, member.file_size, budget) if fits else b""
            yield Entry(path, modified=_modified(member), source=held, size=member.file_size)
        elif not inside and steps[-1] == timestamps.NAME:
            # one byte more than a time may have, so that nobody takes the beginning of a longer text for one
            yield Entry(path, _head(archive, member, timestamps.MOST_BYTES + 1))
        elif not inside and (most := bytes_of_note(path)):
            yield Entry(path, budget.note(_head(archive, member, min(most, budget.size))))
        else:
            yield _other(archive, member, path, budget, None if inside else _written(member))
    except RefusedError as error:
        yield Entry(path or inside or _NAMELESS, problem=error.text)


def _other(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    path: tuple[str, ...],
    budget: Allowance,
    written: datetime | None,
) -> Entry:
    """A file that is neither a notebook by its name nor one that the exercise takes."""
    if may_be_renamed(path[-1]) and begins_as_notebook(_head(archive, member, HEAD_BYTES)):
        content = _read(archive, member, MOST_BYTES, budget)
        return Entry(path, content, _modified(member), archive_time=written, renamed=True)
    return Entry(path)


def _head(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """The first bytes of a member; none where it cannot be read."""
    if member.flag_bits & 1 or member.compress_type not in _READABLE_METHODS:
        return b""
    try:
        with archive.open(member) as file:
            return file.read(most)
    except _DAMAGE:
        return b""


def _overlap(steps: tuple[str, ...]) -> Text:
    return message(
        "'{name}' shares its bytes with another member of the archive, as archives made to harm do.",
        name="/".join(steps),
    )


def _unsafe(member: zipfile.ZipInfo) -> Text:
    """Why a member is refused whatever it holds; empty if nothing is wrong."""
    if _leads_out(member):
        return message(
            "The archive calls it '{name}', a path that leads out of the archive; it was refused.", name=member.filename
        )
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return message("It is a link or a device in the archive; these are refused. Hand in the file itself.")
    if not _is_folder(member) and not _steps(member):
        return message("It has no name in the archive.")
    return ""


def _is_folder(member: zipfile.ZipInfo) -> bool:
    """Whether it is a folder; a member without any name, which `ZipInfo.is_dir` fails at, is none."""
    return member.filename.endswith("/")


def _leads_out(member: zipfile.ZipInfo) -> bool:
    name = member.filename.replace("\\", "/")
    return name.startswith("/") or _DRIVE.match(name) is not None or ".." in name.split("/")


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int, budget: Allowance) -> bytes:
    """The bytes of one member, at most `most`."""
    if member.flag_bits & 1:
        raise RefusedError(message("It is protected by a password. Hand it in without one."))
    if member.compress_type not in _READABLE_METHODS:
        raise RefusedError(
            message("It is compressed in an unusual way. Make a plain zip archive, or hand in the notebook.")
        )
    if member.file_size > most:
        raise RefusedError(too_large(member.file_size, most))
    if member.file_size > _SMALL and member.file_size > _HIGHEST_RATIO * member.compress_size:
        raise RefusedError(
            message(
                "It grows more than {ratio} times when it is unpacked, as archives made to harm do.",
                ratio=_HIGHEST_RATIO,
            )
        )
    budget.take(member.file_size)
    try:
        with archive.open(member) as file:
            return file.read(most)
    except _DAMAGE as error:
        raise RefusedError(message("It is damaged in the archive ({error}). Hand it in again.", error=error)) from error


def _modified(member: zipfile.ZipInfo) -> datetime | None:
    """When a member was changed; archives do not say in which time zone, so UTC is assumed."""
    try:
        return datetime(*member.date_time, tzinfo=UTC)
    except ValueError:
        return None


def _written(member: zipfile.ZipInfo) -> datetime | None:
    """What the archive says of the time of a member: the moment, where it is told exactly; else what a clock showed.

    Nothing for the first day that the format knows, which programs write that know no time; and nothing where a person
    packed the archive, who may have copied the files before.
    """
    fields = _fields(member.extra)
    if set(_OWNER_FIELDS) & fields.keys():
        return None
    told = fields.get(_EXTENDED_TIME, b"")
    if len(told) >= 5 and told[0] & 1:
        return datetime.fromtimestamp(struct.unpack_from("<l", told, 1)[0], UTC)
    try:
        clock = datetime(*member.date_time)
    except ValueError:
        return None
    return None if clock.date() == datetime(1980, 1, 1).date() else clock


def _fields(extra: bytes) -> dict[int, bytes]:
    """The extra fields of a member, by their kinds."""
    found: dict[int, bytes] = {}
    place = 0
    while place + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, place)
        found.setdefault(kind, extra[place + 4 : place + 4 + size])
        place += 4 + size
    return found
