"""Held-out images inside files: found where they lie bare or in an archive, and never looked for by opening a model."""

import io
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.marks.held_out_copies import Copies, Room

GENERATOR = np.random.default_rng(8)
IMAGES = GENERATOR.integers(0, 256, (30, 12, 12, 3), dtype=np.uint8)
COPIES = Copies(IMAGES)


def saved(save: Any, *arrays: np.ndarray) -> bytes:
    stream = io.BytesIO()
    save(stream, *arrays)
    return stream.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        IMAGES[5:12].tobytes(),
        b"xyz" + IMAGES[5:12].tobytes(),
        saved(np.save, IMAGES[5:12]),
        saved(np.savez, IMAGES[5:12]),
        saved(np.savez_compressed, IMAGES[5:12]),
        saved(np.savez_compressed, IMAGES[5:12].astype(np.float32)),
        saved(np.savez, IMAGES[5:12] / np.float32(255)),
    ],
    ids=["bare", "shifted", "npy", "npz", "packed", "floats", "scaled"],
)
def test_images_are_found_wherever_they_lie(content: bytes) -> None:
    assert COPIES.count(content) == 7


def test_images_across_two_pieces_are_found() -> None:
    content = bytes(4 * 2**20 - 1000) + IMAGES[:20].tobytes()
    assert COPIES.count(content) == 20


@pytest.mark.parametrize(
    "content",
    [b"", b"short", bytes(100_000), GENERATOR.bytes(300_000), IMAGES[3].tobytes()[:-1], (IMAGES ^ 1).tobytes()],
    ids=["empty", "short", "zeros", "noise", "cut", "changed"],
)
def test_other_bytes_hold_none(content: bytes) -> None:
    assert COPIES.count(content) == 0


def test_flat_images_are_never_taken_for_each_other() -> None:
    assert Copies(np.zeros((4, 12, 12, 3), np.uint8)).count(bytes(100_000)) == 0


def test_a_zip_bomb_is_not_unpacked_to_its_end() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            with archive.open(f"{number}", "w") as member:
                for _ in range(100):
                    member.write(bytes(2**20))
    assert COPIES.count(stream.getvalue()) == 0


@pytest.mark.parametrize("spoil", [lambda text: text[:-30], lambda text: text[:100] + b"?" * 50 + text[150:]])
def test_a_broken_archive_is_no_error(spoil: Callable[..., Any]) -> None:
    assert COPIES.count(spoil(saved(np.savez_compressed, IMAGES))) >= 0


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_with_changed_bytes_is_no_error(method: int) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("a.npy", IMAGES[:1].tobytes())
        archive.writestr("b", b"b" * 50)
    whole, generator = stream.getvalue(), np.random.default_rng(method)
    places = [*range(60), *range(len(whole) - 220, len(whole))]
    for _ in range(1000):
        changed = bytearray(whole)
        for place in generator.choice(places, 3):
            changed[place] = generator.integers(256)
        assert COPIES.count(bytes(changed)) >= 0


def test_a_list_of_members_that_fills_the_memory_is_not_read() -> None:
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, 60 * 2**20, 0, 0)
    assert COPIES.count(bytes(1000) + end) == 0


def test_all_archives_of_a_submission_share_what_may_be_unpacked() -> None:
    packed = saved(np.savez_compressed, GENERATOR.integers(0, 256, 2**20, dtype=np.uint8))
    room = Room(unpacked=3 * 2**20, members=10)
    for _ in range(5):
        COPIES.count(packed, room)
    assert (room.unpacked, room.members) == (0, 5)
