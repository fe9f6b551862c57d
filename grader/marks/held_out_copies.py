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
"""Errors that reading an archive raises if its bytes are damaged or hostile, or if it is locked."""

_PIECE = 4 * 2**20
"""Bytes that are searched at a time, so that a large file is never in memory as a whole."""
_LARGEST_DIRECTORY = 2**20
"""Bytes of the list of members that `zipfile` may read, which it does as a whole and before any limit of ours."""
_END_OF_ARCHIVE = re.compile(rb"PK\x05\x06.{8}(.{4})", re.DOTALL)
"""The end record of an archive; its group is the size of the list of members, in 4 bytes."""
_LARGE_ARCHIVE = b"PK\x06\x07"
"""The mark of a ZIP64 archive, whose list has its size elsewhere; no file that students submit needs one."""
_TABLE_BITS = 20
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""2**64 divided by the golden ratio: the multiplier of Fibonacci hashing, which spreads words evenly over a table."""
_LEAST_VARIED = 4  # a stretch of sky looks the same in many pictures


@dataclass(slots=True)
class Room:
    """Limits on what may still be searched in the archives of one submission.

    A small archive can unpack to a huge amount of data, so both numbers go down with each member that is searched.

    Attributes:
        unpacked: Bytes that may still be unpacked.
        members: Files inside archives that may still be searched.
    """

    unpacked: int = 256 * 2**20
    members: int = 1000


class Copies:
    """Counts held-out images in files.

    It finds images that a file contains unchanged, as 32-bit floats, or as such floats divided by 255: as bare bytes,
    in an `.npy` file, or in a zip archive such as `.npz` and `.keras`. It does not find images that are packed or
    changed in another way.

    It first searches for words from the middle of each image, and compares the rest of an image only where it finds
    one of them. It knows eight words of each image, each one byte further on. Wherever an image begins in a file, one
    of its eight words begins at a multiple of eight, so only those places are searched.

    Args:
        images: Held-out inputs, shape (n, ...), any dtype and range.

    Example:

    >>> images = np.arange(2 * 20 * 20, dtype=np.uint8).reshape(2, 20, 20)
    >>> Copies(images).count(b"some bytes before" + images[1].tobytes())
    1
    """

    def __init__(self, images: npt.NDArray[Any]) -> None:
        self._images: dict[int, list[tuple[int, int, bytes]]] = {}
        for form in _forms(images):
            for number, image in enumerate(form):
                self._add(number, image.tobytes())
        self._words = np.array(sorted(self._images), dtype=np.uint64)
        self._likely = np.zeros(2**_TABLE_BITS, dtype=bool)
        self._likely[_hashed(self._words)] = True
        # A table of bits for hashes of words rules out nearly all words of a file before the slower exact search.
        self._longest = max((len(image) for places in self._images.values() for _, _, image in places), default=0)

    def count(self, content: bytes, room: Room | None = None) -> int:
        """Count the different held-out images in a file, from 0 to n.

        Args:
            content: Bytes of the file. If it is an archive, its members are unpacked piece by piece within the limits.
            room: Limits for all files of a submission together, which this call lowers; None for limits of its own.
        """
        numbers: set[int] = set()
        for stream in _streams(content, room or Room()):
            before = b""
            for piece in stream:
                text = before + piece
                self._search(text, numbers)
                # An image may begin in one piece and end in the next one.
                before = text[max(0, len(text) - 2 * self._longest) :]
        return len(numbers)

    def _add(self, number: int, image: bytes) -> None:
        place = _varied_place(image)
        if place is None:
            return  # its words would be found everywhere
        for offset in range(place, place + _WORD):
            word = int.from_bytes(image[offset : offset + _WORD], "little")
            self._images.setdefault(word, []).append((number, offset, image))

    def _search(self, text: bytes, numbers: set[int]) -> None:
        """Add the numbers of the images that are in `text`."""
        words = np.frombuffer(text, dtype="<u8", count=len(text) // _WORD)
        likely = np.flatnonzero(self._likely[_hashed(words)])
        for index in likely[np.isin(words[likely], self._words)]:
            place = _WORD * int(index)
            for number, offset, image in self._images[int(words[index])]:
                begin = place - offset
                if number not in numbers and begin >= 0 and text[begin : begin + len(image)] == image:
                    numbers.add(number)


def _hashed(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.intp]:
    """Places of words in the table, from 0 to 2**20 - 1; same shape."""
    return ((words * _FACTOR) >> np.uint64(64 - _TABLE_BITS)).astype(np.intp)


def _forms(images: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
    """The forms in which students may have stored the images; same shape."""
    yield images
    if images.dtype != np.float32:
        yield images.astype(np.float32)
    yield (images / 255).astype(np.float32)


def _varied_place(image: bytes) -> int | None:
    """Where in an image eight words of many different bytes begin, from the middle on; None if nowhere."""
    half, last = len(image) // 2, len(image) - 2 * _WORD + 1
    place: int
    for place in (*range(half, last, _WORD), *range(0, min(half, last), _WORD)):
        words = (image[offset : offset + _WORD] for offset in range(place, place + _WORD))
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
            continue  # it is in the bytes of the file itself, which are searched anyway
        size = min(member.file_size, room.unpacked)
        room.unpacked -= size
        yield _unpacked(archive, member, size)


def _has_small_directory(content: bytes) -> bool:
    """Whether the list of members has a size that an honest file may have."""
    tail = content[-(2**16 + 22) :]  # the end record is 22 bytes long, and a comment of up to 2**16 bytes may follow
    sizes = [int.from_bytes(size, "little") for size in _END_OF_ARCHIVE.findall(tail)]
    return bool(sizes) and max(sizes) <= _LARGEST_DIRECTORY and _LARGE_ARCHIVE not in tail


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, size: int) -> Iterator[bytes]:
    """The first `size` bytes of a member in pieces; fewer if it is damaged or locked."""
    try:
        with archive.open(member) as stream:
            while size > 0 and (piece := stream.read(min(_PIECE, size))):
                size -= len(piece)
                yield piece
    except _BROKEN:
        return
