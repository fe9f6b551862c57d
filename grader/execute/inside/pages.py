"""Large pages for what the fork server has imported.

Copying page tables is most of what a fork of a process with TensorFlow costs. The kernel can collapse
512 small pages into a large one (madvise(2), MADV_COLLAPSE, Linux 6.1), which has one entry to copy.
"""

import ctypes
from collections.abc import Iterator
from pathlib import Path

_COLLAPSE = 25
_LARGE = 2 * 2**20

_libc = ctypes.CDLL(None, use_errno=True)


def collapse() -> None:
    """Collapse the private memory of this process where the kernel can; elsewhere nothing changes."""
    for begin, end in _private_memory():
        for address in range(-(-begin // _LARGE) * _LARGE, end - _LARGE + 1, _LARGE):
            _libc.madvise(ctypes.c_void_p(address), ctypes.c_size_t(_LARGE), _COLLAPSE)


def _private_memory() -> Iterator[tuple[int, int]]:
    """Where writable memory lies that belongs to no file."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        fields = line.split()
        if fields[1] == "rw-p" and (len(fields) < 6 or fields[5] == "[heap]"):
            begin, end = fields[0].split("-")
            yield int(begin, 16), int(end, 16)
