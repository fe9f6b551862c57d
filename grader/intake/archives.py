"""Zip archives -> entries, read in memory and never unpacked to disk.

An archive may lie about everything: names, sizes, the number of its members, and where they begin.
Every limit below is therefore checked before the bytes that it protects against are read.
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

FULL = message("The archives together contain more than 2 GB. Unpack them into folders, or grade them in parts.")

FULL_OF_ONE = message(
    "The archive contains more than a submission may contain. Submit only what the exercise asks for."
)

_MOST_MEMBERS = 100_000
_MOST_MEMBERS_OF_ONE = 2_000
_MOST_DIRECTORY_BYTES = 8_000_000  # of the table of contents, which `zipfile` reads whole
_MOST_NESTED_BYTES = 100_000_000
_MOST_TOTAL_BYTES = 2_000_000_000
_DEEPEST = 2  # archives inside one another
_HIGHEST_RATIO = 200  # of the unpacked to the packed size
_SMALL = 1_000_000  # bytes; smaller members do no harm, whatever their ratio
_HEADER_BYTES = 30  # of the shortest header before a member's bytes
_UTF8_FLAG = 0x800
_EXTENDED_TIME = 0x5455
_OWNER_FIELDS = (0x7875, 0x5855, 0x7855)
"""Fields with the owner of a file. Programs on a person's machine write them, and platforms do not."""
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
    """The bytes and members that may still be read from all archives together.

    Attributes:
        size: Bytes left.
        members: Members left.
        hand_in: The files that the exercise accepts beside notebooks.
        full: The problem of a file for which no bytes are left.
    """

    size: int = _MOST_TOTAL_BYTES
    members: int = _MOST_MEMBERS
    hand_in: HandIn = NOTEBOOK_ONLY
    full: Text = FULL

    def of_one(self) -> "Allowance":
        """The allowance of one student's archive, which never uses up the room for other students' archives."""
        size, members = min(self.size, self.most_nested), min(self.members, _MOST_MEMBERS_OF_ONE)
        return Allowance(size, members, self.hand_in, FULL_OF_ONE if size < self.size else self.full)

    def take(self, size: int) -> None:
        """Use `size` bytes of the allowance.

        Raises:
            RefusedError: Fewer bytes are left.
        """
        if size > self.size:
            raise RefusedError(self.full)
        self.size -= size

    def note(self, content: bytes) -> bytes:
        """Count the bytes of a note, of which no more were read than were left, and return them."""
        self.size -= len(content)
        return content

    def wants(self, name: str) -> bool:
        """Whether the exercise may accept a file of this name.

        Only the ending is compared, because platforms put names before it and numbers of attempts behind it.
        """
        return any(name.lower().endswith(_ending(pattern)) for pattern in self.hand_in.files)

    @property
    def most_nested(self) -> int:
        """The largest size of an archive in an archive in bytes: that of one submission."""
        return max(_MOST_NESTED_BYTES, self.hand_in.most_bytes + MOST_BYTES)


_NAMELESS = ("..", ".")  # treated like a path that leads out: it has no owner, and staff are told


def _ending(pattern: str) -> str:
    """The last suffix that a pattern asks for; empty if it contains a wildcard."""
    ending = PurePosixPath(pattern).suffix.lower()
    return "" if set(ending) & set("*?[]") else ending


def read_archive(content: bytes, inside: tuple[str, ...], allowance: Allowance, depth: int = 1) -> list[Entry]:
    """Read the members of a zip archive.

    Args:
        content: Its bytes.
        inside: The path of its members' folder; empty for the archive of a class.
        allowance: The bytes and members that may still be read. It is reduced.
        depth: Number of archives around its members.

    Returns:
        One entry for each file, in the order of the names. A refused file has a problem.
        An archive that cannot be read at all is one entry with a problem.
    """
    if problem := _too_many(content, allowance):
        return [Entry(parts=inside, problem=problem)]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                member.filename = _name(member)
            members = [member for member in archive.infolist() if _leads_out(member) or not is_ignored(_steps(member))]
            allowance.members -= len(members)
            refused = _Refused(_overlapping(archive.infolist()), _beyond(members, allowance) if inside else set())
            entries = [
                entry
                for member in sorted(members, key=lambda member: (member.filename, member.header_offset))
                for entry in _entries(archive, member, inside, refused=refused, allowance=allowance, depth=depth)
            ]
    except _DAMAGE as error:
        return [
            Entry(
                parts=inside,
                problem=message(
                    "The zip archive is damaged ({error}). Create it again, or submit the notebook.", error=error
                ),
            )
        ]
    return without_filled_folders(entries) or [Entry(parts=(*inside, ""))]


def read_students_archive(
    content: bytes,
    inside: tuple[str, ...],
    modified: datetime | None,
    allowance: Allowance,
    depth: int = 1,
    archive_time: datetime | None = None,
) -> list[Entry]:
    """Read the archive of one student, whose names and times are only what that student wrote there.

    Args:
        content: Its bytes.
        inside: The path of its members' folder; it alone identifies the owner.
        modified: When the archive was last changed, from a source outside it. No member is later than that.
        allowance: The bytes and members that may still be read. It is reduced.
        depth: Number of archives around its members.
        archive_time: The time that the archive around it stores for it.

    Returns:
        One entry for each file, as from `read_archive`.
    """
    allowance_of_one = allowance.of_one()
    size, members = allowance_of_one.size, allowance_of_one.members
    entries = read_archive(content, inside, allowance_of_one, depth)
    allowance.size -= size - allowance_of_one.size
    allowance.members -= members - allowance_of_one.members
    times = _capped([entry.modified for entry in entries], modified)
    return [
        replace(
            entry, student_depth=len(entry.parts) - len(inside), modified=time, archive_time=archive_time, packed=True
        )
        for entry, time in zip(entries, times, strict=True)
    ]


def _capped(times: list[datetime | None], latest: datetime | None) -> list[datetime | None]:
    """The times, none of them after `latest`. Later ones keep their order: the clock may be of another time zone."""
    if latest is None:
        return [None] * len(times)
    after = sorted({time for time in times if time and time > latest}, reverse=True)
    instead = {time: latest - timedelta(microseconds=count) for count, time in enumerate(after)}
    return [instead.get(time, time) if time else None for time in times]


def _too_many(content: bytes, allowance: Allowance) -> Text:
    """The problem of an archive with too many members; empty if there is none.

    The size of the table of contents is checked before `zipfile` reads it: a million members would fill the memory.
    """
    size = _directory_size(content)
    if size <= _MOST_DIRECTORY_BYTES and _members_at_most(content) <= allowance.members:
        return ""
    return message(
        ("The archive has too many members. The grader reads at most {most}. Submit only the notebook."),
        most=number(allowance.members),
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
    """The position of the end record, found as `zipfile` finds it; -1 if there is none."""
    last = len(content) - _END.size
    if last >= 0 and content[last : last + 4] == b"PK\x05\x06" and content[-2:] == b"\0\0":
        return last
    position = content.rfind(b"PK\x05\x06", max(0, last - (1 << 16)))
    return position if position <= last else -1


def _members_at_most(content: bytes) -> int:
    """An upper bound of the number of members; the number that the end record states may be a lie."""
    end = _end(content)
    start = max(0, end - _directory_size(content) - 20 - _END64.size)
    return content.count(b"PK\x01\x02", start, end) if end >= 0 else 0


def _overlapping(members: list[zipfile.ZipInfo]) -> set[int]:
    """Offsets of the members whose bytes are also those of another one."""
    offsets: set[int] = set()
    reach, previous = -1, -1
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < reach:
            offsets |= {previous, member.header_offset}
        end = member.header_offset + _HEADER_BYTES + member.compress_size
        if end > reach:
            reach, previous = end, member.header_offset
    return offsets


def _beyond(members: list[zipfile.ZipInfo], allowance: Allowance) -> set[int]:
    """Offsets of the files in a student's archive for which the exercise leaves no room; none of them is read."""
    offsets: set[int] = set()
    left = allowance.hand_in.most_bytes
    for member in sorted(members, key=lambda member: (member.filename, member.header_offset)):
        if allowance.wants(member.filename) and not is_notebook(member.filename) and member.file_size <= left:
            left -= member.file_size
        else:
            offsets.add(member.header_offset)
    return offsets


def _name(member: zipfile.ZipInfo) -> str:
    """The name of a member. Without a flag for its encoding it is read as UTF-8 if possible, as many programs do."""
    if member.flag_bits & _UTF8_FLAG:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename


def _steps(member: zipfile.ZipInfo) -> tuple[str, ...]:
    """The path of a member; some systems write `\\` instead of `/`."""
    return tuple(step for step in member.filename.replace("\\", "/").split("/") if step not in ("", "."))


def _path(member: zipfile.ZipInfo, inside: tuple[str, ...]) -> tuple[str, ...]:
    """The path of a member among the entries; in the archive of a class one that leads out begins with `..`."""
    steps = _steps(member)
    if inside or not _leads_out(member):
        return (*inside, *steps)
    return ("..", *filter(None, (_DRIVE.sub("", step) for step in steps if step != "..")))


@dataclass(frozen=True)
class _Refused:
    """Offsets of the members that are not read: they share bytes, or they are too large together."""

    overlapping: set[int]
    too_large: set[int]


def _entries(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    inside: tuple[str, ...],
    *,
    refused: _Refused,
    allowance: Allowance,
    depth: int,
) -> Iterator[Entry]:
    """The entries of one member: itself, or its members if it is an archive."""
    steps = _steps(member)
    path = _path(member, inside)
    archive_time = None if inside else _written(member)
    try:
        if problem := _unsafe(member) or (_overlap(steps) if member.header_offset in refused.overlapping else ""):
            raise RefusedError(problem)
        if _is_folder(member):
            yield Entry(parts=(*path, ""))
        elif is_archive(steps[-1]):
            if depth >= _DEEPEST:
                raise RefusedError(
                    message("The file is an archive inside an archive inside an archive. Submit the notebook itself.")
                )
            yield from read_students_archive(
                content=_read(archive, member, allowance.most_nested, allowance),
                inside=(*path[:-1], path[-1][:-4]),
                modified=_modified(member),
                allowance=allowance,
                depth=depth + 1,
                archive_time=archive_time,
            )
        elif is_notebook(steps[-1]):
            content = _read(archive, member, MOST_BYTES, allowance)
            yield Entry(parts=path, content=content, modified=_modified(member), archive_time=archive_time)
        elif allowance.wants(steps[-1]):
            fits = member.file_size <= allowance.hand_in.most_bytes
            if fits and member.header_offset in refused.too_large:
                raise RefusedError(
                    message(
                        (
                            "All files of a submission together may take at most {most} MiB. Submit fewer or smaller "
                            "files."
                        ),
                        most=number(allowance.hand_in.max_mb),
                    )
                )
            content = _read(archive, member, member.file_size, allowance) if fits else b""
            yield Entry(parts=path, modified=_modified(member), source=content, size=member.file_size)
        elif not inside and steps[-1] == timestamps.NAME:
            # One byte more than a time may have, so that the beginning of a longer text is not read as a time.
            yield Entry(parts=path, content=_head(archive, member, timestamps.MOST_BYTES + 1))
        elif not inside and (most := bytes_of_note(path)):
            yield Entry(parts=path, content=allowance.note(_head(archive, member, min(most, allowance.size))))
        else:
            yield _other(archive, member, path, allowance, archive_time=archive_time)
    except RefusedError as error:
        yield Entry(parts=path or inside or _NAMELESS, problem=error.text)


def _other(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    path: tuple[str, ...],
    allowance: Allowance,
    archive_time: datetime | None,
) -> Entry:
    """A file that is neither a notebook by its name nor a file that the exercise accepts."""
    if may_be_renamed(path[-1]) and begins_as_notebook(_head(archive, member, HEAD_BYTES)):
        content = _read(archive, member, MOST_BYTES, allowance)
        return Entry(parts=path, content=content, modified=_modified(member), archive_time=archive_time, renamed=True)
    return Entry(parts=path)


def _head(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """The first bytes of a member; empty if it cannot be read."""
    if member.flag_bits & 1 or member.compress_type not in _READABLE_METHODS:
        return b""
    try:
        with archive.open(member) as file:
            return file.read(most)
    except _DAMAGE:
        return b""


def _overlap(steps: tuple[str, ...]) -> Text:
    return message(
        ("'{name}' shares its bytes with another member of the archive, as in malicious archives."),
        name="/".join(steps),
    )


def _unsafe(member: zipfile.ZipInfo) -> Text:
    """Why a member is refused whatever it holds; empty if nothing is wrong."""
    if _leads_out(member):
        return message(
            (
                "In the archive, the path of the file is '{name}'. It leads out of the archive, so the "
                "file was rejected."
            ),
            name=member.filename,
        )
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return message(
            "In the archive, this is a link or a device instead of a file, so it was rejected. Submit the file itself."
        )
    if not _is_folder(member) and not _steps(member):
        return message("The file has no name in the archive.")
    return ""


def _is_folder(member: zipfile.ZipInfo) -> bool:
    """Whether a member is a folder. `ZipInfo.is_dir` fails for a member without a name, which is not a folder."""
    return member.filename.endswith("/")


def _leads_out(member: zipfile.ZipInfo) -> bool:
    name = member.filename.replace("\\", "/")
    return name.startswith("/") or _DRIVE.match(name) is not None or ".." in name.split("/")


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int, allowance: Allowance) -> bytes:
    """The bytes of one member, at most `most`."""
    if member.flag_bits & 1:
        raise RefusedError(message("The file is protected by a password. Submit it without one."))
    if member.compress_type not in _READABLE_METHODS:
        raise RefusedError(
            message("The file is compressed in an unusual way. Create a plain zip archive, or submit the notebook.")
        )
    if member.file_size > most:
        raise RefusedError(too_large(member.file_size, most))
    if member.file_size > _SMALL and member.file_size > _HIGHEST_RATIO * member.compress_size:
        raise RefusedError(
            message(
                ("Unpacking makes the file more than {ratio} times as large, as in malicious archives."),
                ratio=_HIGHEST_RATIO,
            )
        )
    allowance.take(member.file_size)
    try:
        with archive.open(member) as file:
            return file.read(most)
    except _DAMAGE as error:
        raise RefusedError(
            message("The file is damaged in the archive ({error}). Submit it again.", error=error)
        ) from error


def _modified(member: zipfile.ZipInfo) -> datetime | None:
    """When a member was changed. Archives do not state the time zone, so UTC is assumed."""
    try:
        return datetime(*member.date_time, tzinfo=UTC)
    except ValueError:
        return None


def _written(member: zipfile.ZipInfo) -> datetime | None:
    """The time that the archive stores for a member: an exact moment if there is one, otherwise a clock's time.

    None for the first day of the format, which programs write if they have no time. None also if a person packed
    the archive, because that person may have copied the files before.
    """
    fields = _fields(member.extra)
    if set(_OWNER_FIELDS) & fields.keys():
        return None
    extended_time = fields.get(_EXTENDED_TIME, b"")
    if len(extended_time) >= 5 and extended_time[0] & 1:
        return datetime.fromtimestamp(struct.unpack_from("<l", extended_time, 1)[0], UTC)
    try:
        clock = datetime(*member.date_time)
    except ValueError:
        return None
    return None if clock.date() == datetime(1980, 1, 1).date() else clock


def _fields(extra: bytes) -> dict[int, bytes]:
    """The extra fields of a member, by their kinds."""
    fields: dict[int, bytes] = {}
    position = 0
    while position + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, position)
        fields.setdefault(kind, extra[position + 4 : position + 4 + size])
        position += 4 + size
    return fields
