"""A filter on system calls: what a notebook never needs and an attacker would like.

Memory that belongs to no process (`memfd_create`, System V, larger socket buffers) is refused, too:
nothing here could count it. So is what two notebooks could see of each other through a file that both
may read, such as a library: locks (`flock`, and asking for the locks of others) and notices of changes.

A classic BPF program, made here because it is short: compare the number of the call with lists,
and look at the arguments of the calls that are harmless only with some of them. Refused calls fail
with EPERM, or with ENOSYS where the C library then falls back to an older call. A number that is not
in `_KNOWN` fails with ENOSYS, too: it belongs to no call yet, or to one that a newer kernel brought and
that nobody has looked at. See seccomp(2).
"""

import ctypes
import errno
import platform
import socket
import struct
from itertools import pairwise

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_LOAD, _EQUAL, _GREATER_EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENT_AT = 0, 4, 16
_X32_BIT = 0x40000000

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# First and last number of each run of calls that have been looked at. After 450 (Linux 5.17) come those that the
# C library uses: fchmodat2, map_shadow_stack, futex_wake to futex_requeue, mseal.
_KNOWN = {
    "x86_64": ((0, 334), (424, 450), (452, 456), (462, 462)),
    "aarch64": ((0, 243), (260, 294), (424, 450), (452, 456), (462, 462)),
}

# name -> (number on x86_64, number on aarch64); -1 where the architecture has none
_FORBIDDEN = {
    "acct": (163, 89), "add_key": (248, 217), "adjtimex": (159, 171), "bpf": (321, 280), "chroot": (161, 51),
    "clock_adjtime": (305, 266), "clock_settime": (227, 112), "delete_module": (176, 106),
    "fanotify_init": (300, 262), "fanotify_mark": (301, 263), "finit_module": (313, 273), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fsopen": (430, 430), "fspick": (433, 433), "init_module": (175, 105),
    "inotify_add_watch": (254, 27), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "io_uring_setup": (425, 425), "ioperm": (173, -1), "iopl": (172, -1),
    "kcmp": (312, 272), "kexec_file_load": (320, 294), "kexec_load": (246, 104), "keyctl": (250, 219),
    "lookup_dcookie": (212, 18), "memfd_create": (319, 279), "memfd_secret": (447, 447), "modify_ldt": (154, -1),
    "mount": (165, 40), "mount_setattr": (442, 442), "move_mount": (429, 429), "move_pages": (279, 239),
    "msgget": (68, 186), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "open_tree": (428, 428),
    "perf_event_open": (298, 241), "pidfd_getfd": (438, 438), "pivot_root": (155, 41), "process_madvise": (440, 440),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "ptrace": (101, 117), "quotactl": (179, 60),
    "quotactl_fd": (443, 443), "reboot": (169, 142), "request_key": (249, 218), "sched_setaffinity": (203, 122),
    "semget": (64, 190), "setdomainname": (171, 162), "sethostname": (170, 161), "setns": (308, 268),
    "settimeofday": (164, 170), "shmget": (29, 194), "swapoff": (168, 225), "swapon": (167, 224),
    "syslog": (103, 116), "umount2": (166, 39), "unshare": (272, 97), "userfaultfd": (323, 282), "vhangup": (153, 58),
}  # fmt: skip
_CLONE, _CLONE3 = (56, 220), (435, 435)
_SOCKET, _SOCKETPAIR, _SETSOCKOPT = (41, 198), (53, 199), (54, 208)
_IOCTL, _PRCTL, _FCNTL, _FLOCK = (16, 29), (157, 167), (72, 25), (73, 32)

_NEW_NAMESPACES = 0x7E020000  # CLONE_NEWCGROUP .. CLONE_NEWNET and CLONE_NEWNS
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_F_GETLK, _F_OFD_GETLK, _F_SETLEASE, _F_NOTIFY = 5, 36, 1024, 1026
_PR_SET_DUMPABLE = 4  # would hide a process from the watch over memory
_FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)


def supported() -> bool:
    """Whether a filter is known for this processor."""
    return platform.system() == "Linux" and platform.machine() in _ARCHITECTURES


def filter_calls(network: bool = True) -> None:
    """Refuse the forbidden calls in this process and in every process that it starts.

    Args:
        network: Whether Internet sockets may be made (they lead nowhere in a network namespace of
            its own); False where there is no such namespace.

    Raises:
        OSError: If the kernel refuses the filter; `no_new_privs` must be set.
    """
    program = _program(network)
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HP", len(program) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.c_char_p(header), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the system call filter was refused")


def _program(network: bool) -> bytes:
    machine = platform.machine()
    column = list(_ARCHITECTURES).index(machine)
    lines = [
        _line(_LOAD, _ARCHITECTURE_AT),
        _line(_EQUAL, _ARCHITECTURES[machine], 1, 0),
        _line(_RETURN, _KILL),
        _line(_LOAD, _NUMBER_AT),
    ]
    if machine == "x86_64":
        lines += [_line(_GREATER_EQUAL, _X32_BIT, 0, 1), _refuse(errno.ENOSYS)]
    for (_, last), (first, _) in pairwise((*_KNOWN[machine], (2**32 - 1, 2**32 - 1))):
        lines += [_line(_GREATER_EQUAL, last + 1, 0, 2), _line(_GREATER_EQUAL, first, 1, 0), _refuse(errno.ENOSYS)]
    for numbers in _FORBIDDEN.values():
        if numbers[column] >= 0:
            lines += [_line(_EQUAL, numbers[column], 0, 1), _refuse(errno.EPERM)]
    for numbers in (_CLONE3, _FLOCK):
        lines += [_line(_EQUAL, numbers[column], 0, 1), _refuse(errno.ENOSYS)]
    commands = (_F_GETLK, _F_OFD_GETLK, _F_SETLEASE, _F_NOTIFY)
    refused = [line for command in commands for line in (_line(_EQUAL, command, 0, 1), _refuse(errno.EINVAL))]
    lines += _where(_FCNTL[column], 1, refused)
    lines += _where(_CLONE[column], 0, [_line(_ANY_BIT, _NEW_NAMESPACES, 0, 1), _refuse(errno.EPERM)])
    terminal = [
        _line(_EQUAL, _TIOCSTI, 0, 1), _refuse(errno.EPERM), _line(_EQUAL, _TIOCLINUX, 0, 1), _refuse(errno.EPERM)
    ]  # fmt: skip
    lines += _where(_IOCTL[column], 1, terminal)
    lines += _where(_PRCTL[column], 0, [_line(_EQUAL, _PR_SET_DUMPABLE, 0, 1), _refuse(errno.EPERM)])
    larger = [
        _line(_EQUAL, socket.SO_SNDBUF, 0, 1), _refuse(errno.EPERM),
        _line(_EQUAL, socket.SO_RCVBUF, 0, 1), _refuse(errno.EPERM),
    ]  # fmt: skip
    at_socket_level = [_line(_EQUAL, socket.SOL_SOCKET, 0, 1 + len(larger)), _load(2), *larger]
    lines += _where(_SETSOCKOPT[column], 1, at_socket_level)
    families = _FAMILIES if network else (socket.AF_UNIX,)
    allowed = [line for family in families for line in (_line(_EQUAL, family, 0, 1), _line(_RETURN, _ALLOW))]
    for numbers in (_SOCKET, _SOCKETPAIR):
        lines += _where(numbers[column], 0, [*allowed, _refuse(errno.EAFNOSUPPORT)])
    return b"".join([*lines, _line(_RETURN, _ALLOW)])


def _where(number: int, argument: int, body: list[bytes]) -> list[bytes]:
    """Lines that look at the low half of an argument where the call has this number."""
    inner = [_load(argument), *body, _line(_RETURN, _ALLOW)]
    return [_line(_EQUAL, number, 0, len(inner)), *inner]


def _load(argument: int) -> bytes:
    return _line(_LOAD, _ARGUMENT_AT + 8 * argument)


def _refuse(number: int) -> bytes:
    return _line(_RETURN, _ERRNO | number)


def _line(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value & 0xFFFFFFFF)
