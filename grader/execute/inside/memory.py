"""Memory that all processes of a submission use together, and the limit on it if no control group counts it.

Pages that processes share count once. A shared mapping counts as large as it is, also where no page of
it is mapped any more: a notebook can let go of the pages and keep the memory. So does what may wait in sockets.
"""

import os
from pathlib import Path

_BYTES_IN_A_SOCKET = 2 * 212_992  # twice the usual buffer; the system call filter refuses larger ones
_SHARED = "/dev/zero (deleted)"


class MemoryWatch:
    """Tells when the processes of this pid namespace use more than they may.

    Args:
        memory_mb: What they may use on top of what this process has, which uses none itself, in MiB.
    """

    def __init__(self, memory_mb: int) -> None:
        self._allowed = memory_mb * 2**20
        self._shared_before = _shared_on_machine()

    def exceeded(self) -> bool:
        """Whether they use too much. The exact sum is costly, so it is only made if an upper bound is too high."""
        processes = _processes()
        shared = max(_shared_on_machine() - self._shared_before, 0)
        left = self._allowed - _sockets() * _BYTES_IN_A_SOCKET
        if left < 0:
            return True
        if sum(map(_at_most, processes)) + shared <= left:
            return False
        inherited = _private(str(os.getpid()))
        return sum(map(_private, processes)) + min(shared, _in_shared_mappings(processes)) > left + inherited


def _processes() -> list[str]:
    return [name for name in os.listdir("/proc") if name.isdigit()]


def _at_most(process: str) -> int:
    """Private memory and page tables of a process; pages shared with others count in full."""
    return _kilobytes(f"/proc/{process}/status", "RssAnon:", "VmSwap:", "VmPTE:")


def _private(process: str) -> int:
    """The same, with each page that n processes share counted as 1/n."""
    pages = _kilobytes(f"/proc/{process}/smaps_rollup", "Pss_Anon:", "SwapPss:")
    return pages + _kilobytes(f"/proc/{process}/status", "VmPTE:") if pages else _at_most(process)


def _shared_on_machine() -> int:
    return _kilobytes("/proc/meminfo", "Shmem:")


def _sockets() -> int:
    return sum(int(line.split()[-1]) for line in _lines("/proc/net/sockstat") if line.startswith("sockets:"))


def _in_shared_mappings(processes: list[str]) -> int:
    sizes: dict[str, int] = {}
    for process in processes:
        for line in _lines(f"/proc/{process}/maps"):
            if line.endswith(_SHARED):
                bounds, _, _, _, inode = line.split()[:5]
                begin, end = bounds.split("-")
                sizes[inode] = max(sizes.get(inode, 0), int(end, 16) - int(begin, 16))
    return sum(sizes.values())


def _kilobytes(path: str, *fields: str) -> int:
    """The sum of some fields of a file that has one field with its number of KiB on each line; in bytes."""
    return 1024 * sum(int(line.split()[1]) for line in _lines(path) if line.startswith(fields))


def _lines(path: str) -> list[str]:
    """The lines of a file; none if its process has ended meanwhile or does not let itself be looked at."""
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
