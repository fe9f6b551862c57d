"""Images of one size on disk, so that memory does not grow with their pixels."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from PIL import Image

from grader.images.picture import Pixels
from grader.model.images import ImageSize

THUMBNAIL = 16  # pixels on each side
_DIGEST = 16  # bytes
_IMAGES_AT_ONCE = 512


class Tiles:
    """Images of one size, stored in a file in the order in which they came.

    Memory holds 272 bytes for each: a digest of its pixels and a small grey copy.

    Args:
        path: The file, which is created or overwritten.
        size: The size of each image.
    """

    def __init__(self, path: Path, size: ImageSize) -> None:
        self._shape = (size.height, size.width, 3)
        self._bytes = size.height * size.width * 3
        self._file = path.open("w+b")
        self._digests = bytearray()
        self._thumbnails = bytearray()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._digests) // _DIGEST

    def append(self, pixels: Pixels) -> None:
        """Store one more image of shape (height, width, 3), dtype uint8."""
        content = np.ascontiguousarray(pixels).tobytes()
        self._file.write(content)
        self._digests += hashlib.blake2b(content, digest_size=_DIGEST).digest()
        grey = Image.fromarray(pixels).convert("L")
        self._thumbnails += grey.resize((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX).tobytes()

    def digests(self) -> npt.NDArray[Any]:
        """The digests of all images, shape (n,), 16 bytes each: equal where the pixels are equal."""
        return np.frombuffer(bytes(self._digests), dtype=f"V{_DIGEST}")

    def thumbnails(self) -> Pixels:
        """All images small and grey: shape (n, 16, 16), dtype uint8."""
        return np.frombuffer(bytes(self._thumbnails), np.uint8).reshape(-1, THUMBNAIL, THUMBNAIL)

    def rows(self, indices: npt.NDArray[np.intp]) -> "Rows":
        """Some of the images in a new order: `indices` has shape (k,), values from 0 to n - 1."""
        self._file.flush()  # `Rows` reads past the buffer
        return Rows(self, indices)

    def _read(self, index: int) -> bytes:
        return os.pread(self._file.fileno(), self._bytes, index * self._bytes)


class Rows:
    """Some images of a file of tiles, read only when their bytes are written.

    Attributes:
        shape: (k, height, width, 3).
        dtype: uint8.
    """

    dtype = np.dtype(np.uint8)

    def __init__(self, tiles: Tiles, indices: npt.NDArray[np.intp]) -> None:
        self._tiles = tiles
        self._indices = indices
        self.shape = (len(indices), *tiles._shape)

    def chunks(self) -> Iterator[bytes]:
        """Give the bytes of the images in order, many images at a time."""
        for start in range(0, len(self._indices), _IMAGES_AT_ONCE):
            indices = self._indices[start : start + _IMAGES_AT_ONCE]
            yield b"".join(self._tiles._read(int(index)) for index in indices)
