"""Puts a process into namespaces of its own, with its own small file systems and no privileges.

Linux only. Numbers are those of the kernel's user interface; see unshare(2), mount(2), prctl(2) and
capabilities(7).
"""

import ctypes
import os
import platform
import resource
import signal
from pathlib import Path

_CLONE_NEWNS = 0x00020000
_CLONE_NEWUTS = 0x04000000
_CLONE_NEWIPC = 0x08000000
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWPID = 0x20000000
_CLONE_NEWNET = 0x40000000
_ALL = _CLONE_NEWUSER | _CLONE_NEWNS | _CLONE_NEWPID | _CLONE_NEWNET | _CLONE_NEWIPC | _CLONE_NEWUTS

_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REMOUNT, _MS_BIND, _MS_REC = 1, 2, 4, 8, 32, 4096, 16384
_MNT_DETACH = 2
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT = 1, 24, 36, 38, 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_CAPABILITY_VERSION_3 = 0x20080522
_LAST_CAPABILITY_FILE = "/proc/sys/kernel/cap_last_cap"

_CLONE_NUMBER = {"x86_64": 56, "aarch64": 220}
_PIVOT_ROOT_NUMBER = {"x86_64": 155, "aarch64": 41}

_RESERVE = 8 * 2**30  # bytes of addresses that libraries reserve and never use

_libc = ctypes.CDLL(None, use_errno=True)
_with_gil = ctypes.PyDLL(None, use_errno=True)


def fork_apart() -> int:
    """Fork into new user, mount, pid, network, ipc and uts namespaces, as their first process.

    One system call instead of `unshare` and a second fork: copying the page tables of a process with
    TensorFlow is most of what a fork costs. The C library does not know of this fork, so the child
    may only prepare, wait and fork again in the ordinary way; call it where there is one thread.

    Returns:
        0 in the child, the child's pid in the parent.

    Raises:
        OSError: If the kernel refuses, for example where user namespaces are turned off.
    """
    ctypes.pythonapi.PyOS_BeforeFork()
    # PyDLL keeps the lock of the interpreter: no other thread may run between the fork and what follows it.
    child: int = _with_gil.syscall(_CLONE_NUMBER[platform.machine()], _ALL | signal.SIGCHLD, 0, 0, 0, 0)
    number = ctypes.get_errno()  # at once, before another call changes it
    if child == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
        return 0
    ctypes.pythonapi.PyOS_AfterFork_Parent()
    if child < 0:
        raise OSError(number, f"new namespaces: {os.strerror(number)}")
    return child


def become_same_user(user: int, group: int) -> None:
    """Be the same user in the new user namespace as outside it, and the only one."""
    _map_user(user, group)
    _check(_libc.sethostname(b"sandbox", 7), "sethostname")


def unshare_mounts() -> None:
    """Enter new user and mount namespaces, as the same user.

    Raises:
        OSError: If the kernel refuses.
    """
    user, group = os.getuid(), os.getgid()
    _check(_libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNS), "unshare")
    _map_user(user, group)


def _map_user(user: int, group: int) -> None:
    Path("/proc/self/setgroups").write_text("deny")  # the kernel demands this before it takes a map of groups
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def mount_private(folders: dict[str, int]) -> None:
    """Mount an empty file system of a limited size over each folder.

    Args:
        folders: Path -> size in MiB.
    """
    for folder, size in folders.items():
        # Inodes have a limit, too: many empty files take memory of the kernel, whatever their size.
        options = f"size={size}m,nr_inodes=20000,mode=700".encode()
        _mount(b"tmpfs", folder.encode(), b"tmpfs", _MS_NOSUID | _MS_NODEV, options)


def bind(source: Path, target: Path) -> None:
    """Show a folder, and all that is mounted in it, in another place as well."""
    _mount(bytes(source), bytes(target), b"", _MS_BIND | _MS_REC, None)


def cover(path: Path) -> None:
    """Put nothing in the place of a file or a folder."""
    if path.is_dir():
        _mount(b"tmpfs", bytes(path), b"tmpfs", _MS_RDONLY | _MS_NOSUID | _MS_NODEV, b"size=4k")
    else:
        bind(Path("/dev/null"), path)


def mount_overlay(target: Path, layers: tuple[Path, ...]) -> None:
    """Lay folders over each other, the first on top, to read only."""
    options = b"lowerdir=" + b":".join(map(bytes, layers))
    _mount(b"overlay", bytes(target), b"overlay", _MS_RDONLY | _MS_NOSUID | _MS_NODEV, options)


def change_root(folder: Path) -> None:
    """Make a mount the root, to read only, and let the old root go."""
    os.chdir(folder)
    Path("old").mkdir()
    _check(_libc.syscall(_PIVOT_ROOT_NUMBER[platform.machine()], b".", b"old"), "pivot_root")
    _check(_libc.umount2(b"/old", _MNT_DETACH), "umount")
    Path("/old").rmdir()
    Path("/").chmod(0o755)
    # To read only at the end, since the lines before still write there.
    _mount(b"", b"/", b"", _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID | _MS_NODEV, None)


def mount_proc() -> None:
    """Mount `/proc` of the own pid namespace, to read only; call it in the first process of that namespace."""
    _mount(b"proc", b"/proc", b"proc", _MS_RDONLY | _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, None)


def be_killed_first() -> None:
    """Be what the kernel ends when memory runs out, rather than the server or anything else.

    With `/proc` mounted to read only, it cannot be taken back.
    """
    Path("/proc/self/oom_score_adj").write_text("1000")


def drop_privileges() -> None:
    """Give up every capability for good."""
    # The bounding set first, which takes a capability to change; after `capset` there is none.
    last = int(Path(_LAST_CAPABILITY_FILE).read_text())
    for capability in range(last + 1):
        _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _check(_libc.capset(ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)())), "capset")
    forbid_new_privileges()


def forbid_new_privileges() -> None:
    """Set `no_new_privs`: no set-uid program gives anything back."""
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def die_with_parent(number: signal.Signals = signal.SIGKILL) -> None:
    """Be killed, or get another signal, when the parent process ends, whatever ends it."""
    _check(_libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0), "die with parent")


def adopt_orphans() -> None:
    """Be the parent of whatever loses its own below this process."""
    _check(_libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "child subreaper")


def limit_resources(memory_mb: int, processes: int, disk_mb: int) -> None:
    """Set limits that hold for each process; the watch over all of them is in `memory`.

    The limit on private memory counts what is asked for, not what is used, so it is twice
    `memory_mb` over what the process already has: a single absurd allocation fails as `MemoryError`.
    The limit on addresses is far wider, since libraries reserve what they never use; it bounds page tables.
    """
    addresses, private = _used_bytes()
    more = 2 * memory_mb * 2**20
    for what, most in (
        (resource.RLIMIT_DATA, private + more),
        (resource.RLIMIT_AS, addresses + more + _RESERVE),
        (resource.RLIMIT_NPROC, processes),
        (resource.RLIMIT_FSIZE, disk_mb * 2**20),
        (resource.RLIMIT_NOFILE, 1024),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


def _used_bytes() -> tuple[int, int]:
    """Addresses and private memory of this process."""
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[0]) * resource.getpagesize(), int(fields[5]) * resource.getpagesize()


def _mount(source: bytes, target: bytes, kind: bytes, flags: int, options: bytes | None) -> None:
    _check(_libc.mount(source, target, kind, ctypes.c_ulong(flags), options), f"mount {target.decode()}")


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
