"""Held-out images inside a file that a student handed in; it is searched as bytes, and never opened as a model."""

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

_WORD = 8
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(RuntimeError, OSError, EOFError, ValueError, LookupError, OverflowError),
)
"""What reading an archive raises whose bytes are not as they should be, or that is locked."""

_PIECE = 4 * 2**20
_LARGEST_DIRECTORY = 2**20
_END_OF_ARCHIVE = re.compile(rb"PK\x05\x06.{8}(.{4})", re.DOTALL)
_LARGE_ARCHIVE = b"PK\x06\x07"
_TABLE_BITS = 20
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_LEAST_VARIED = 4  # a stretch of sky looks the same in many pictures


@dataclass(slots=True)
class Room:
    """How much of the archives of one submission may still be searched.

    Attributes:
        unpacked: Bytes.
        members: Files inside archives.
    """

    unpacked: int = 256 * 2**20
    members: int = 1000


class Copies:
    """Counts held-out images in files.

    Found are images that lie in a file as they are, as 32-bit floats, or as such floats divided by 255: bare, in an
    `.npy` file, or in a zip archive such as `.npz` and `.keras`. What is packed or changed in another way is not.

    Words out of the middle of each image are looked for first, and the rest is compared only where one is found. Of
    each image eight words are known, each a byte further on: wherever it lies in a file, one of them begins at a
    multiple of eight, and only those places are searched.

    Args:
        images: Held-out inputs, shape (n, ...).
    """

    def __init__(self, images: npt.NDArray[Any]) -> None:
        self._images: dict[int, list[tuple[int, int, bytes]]] = {}
        for form in _forms(images):
            for number, image in enumerate(form):
                self._add(number, image.tobytes())
        self._words = np.array(sorted(self._images), dtype=np.uint64)
        self._likely = np.zeros(2**_TABLE_BITS, dtype=bool)
        self._likely[_hashed(self._words)] = True
        self._longest = max((len(whole) for same in self._images.values() for _, _, whole in same), default=0)

    def count(self, content: bytes, room: Room | None = None) -> int:
        """How many different held-out images a file holds, from 0 to n.

        Args:
            content: Bytes of the file; of an archive as much is unpacked as there is room for, piece by piece.
            room: What is left for all files of a submission; without one, all of it.
        """
        found: set[int] = set()
        for stream in _streams(content, room or Room()):
            before = b""
            for piece in stream:
                text = before + piece
                self._search(text, found)
                before = text[max(0, len(text) - 2 * self._longest) :]
        return len(found)

    def _add(self, number: int, whole: bytes) -> None:
        place = _telling(whole)
        for offset in range(place, place + _WORD) if place is not None else ():
            word = int.from_bytes(whole[offset : offset + _WORD], "little")
            self._images.setdefault(word, []).append((number, offset, whole))

    def _search(self, text: bytes, found: set[int]) -> None:
        words = np.frombuffer(text, dtype="<u8", count=len(text) // _WORD)
        likely = np.flatnonzero(self._likely[_hashed(words)])
        for index in likely[np.isin(words[likely], self._words)]:
            place = _WORD * int(index)
            for number, offset, whole in self._images[int(words[index])]:
                begin = place - offset
                if number not in found and begin >= 0 and text[begin : begin + len(whole)] == whole:
                    found.add(number)


def _hashed(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.intp]:
    return ((words * _FACTOR) >> np.uint64(64 - _TABLE_BITS)).astype(np.intp)


def _forms(images: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
    yield images
    if images.dtype != np.float32:
        yield images.astype(np.float32)
    yield (images / 255).astype(np.float32)


def _telling(whole: bytes) -> int | None:
    """Where in an image eight words of many different bytes begin, from the middle on; None if nowhere."""
    half, last = len(whole) // 2, len(whole) - 2 * _WORD + 1
    place: int
    for place in (*range(half, last, _WORD), *range(0, min(half, last), _WORD)):
        words = (whole[offset : offset + _WORD] for offset in range(place, place + _WORD))
        if all(len(set(word)) >= _LEAST_VARIED for word in words):
            return place
    return None


def _streams(content: bytes, room: Room) -> Iterator[Iterator[bytes]]:
    """The file itself, and the members of an archive."""
    yield (content[start : start + _PIECE] for start in range(0, len(content), _PIECE))
    if not _has_small_directory(content):
        return
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _BROKEN:
        return
    for member in archive.infolist()[: room.members]:
        room.members -= 1
        if member.compress_type == zipfile.ZIP_STORED:
            continue  # seen as it lies there
        size = min(member.file_size, room.unpacked)
        room.unpacked -= size
        yield _unpacked(archive, member, size)


def _has_small_directory(content: bytes) -> bool:
    """Whether the list of members, which is read as a whole, is of a size that any honest file has."""
    tail = content[-(2**16 + 22) :]
    sizes = [int.from_bytes(size, "little") for size in _END_OF_ARCHIVE.findall(tail)]
    return bool(sizes) and max(sizes) <= _LARGEST_DIRECTORY and _LARGE_ARCHIVE not in tail


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, size: int) -> Iterator[bytes]:
    """The first `size` bytes of a member; less where it is broken, or locked."""
    try:
        with archive.open(member) as stream:
            while size > 0 and (piece := stream.read(min(_PIECE, size))):
                size -= len(piece)
                yield piece
    except _BROKEN:
        return
