"""The lists of system calls, held against the kernel's headers."""

import re
from pathlib import Path

import pytest

from grader.execute.inside import seccomp

HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
DANGEROUS = re.compile(
    r"mount|open_tree|fs(open|config|pick)|bpf|io_uring|setns|unshare|key|ptrace|kcmp|_module|kexec|userfault|perf_event"
    r"|swap(on|off)|pivot_root|chroot|reboot|acct|quotactl|name_to_handle|open_by_handle|process_(vm|madvise)|pidfd_getfd"
    r"|memfd|settime|adjtime|fanotify|inotify_add|sethostname|setdomainname|vhangup|move_pages|iopl|ioperm"
)
HARMLESS = {
    "listmount",
    "statmount",
    "pkey_alloc",
    "pkey_free",
    "pkey_mprotect",
    "process_mrelease",
    "ustat",
    "create_module",
    "query_module",
}
HARMLESS |= {"timer_settime", "timerfd_settime"}


@pytest.fixture(params=list(HEADERS))
def header(request: pytest.FixtureRequest) -> tuple[str, dict[str, int]]:
    """An architecture, and the calls that its header names with their numbers."""
    path = HEADERS[request.param]
    if not path.exists():
        pytest.skip(f"the kernel's headers are not installed ({path})")
    lines = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)\s", path.read_text())
    calls = {name: int(number) for name, number in lines if name != "syscalls"}
    assert len(calls) > 250
    return request.param, calls


def test_every_number_is_that_of_the_header(header: tuple[str, dict[str, int]]) -> None:
    machine, calls = header
    column = list(seccomp._ARCHITECTURES).index(machine)
    listed = {name: numbers[column] for name, numbers in seccomp._FORBIDDEN.items()}
    wrong = {name: number for name, number in listed.items() if name in calls and calls[name] != number}
    assert wrong == {}
    absent = {name for name, number in listed.items() if number >= 0 and name not in calls}
    assert absent <= {"memfd_secret"}, "these are in no header: mistyped, or newer than the header"


def test_every_dangerous_call_of_the_header_is_forbidden_or_unknown(header: tuple[str, dict[str, int]]) -> None:
    machine, calls = header
    reached = {
        name
        for name, number in calls.items()
        if any(first <= number <= last for first, last in seccomp._KNOWN[machine])
    }
    dangerous = {name for name in reached if DANGEROUS.search(name)} - HARMLESS
    assert dangerous - set(seccomp._FORBIDDEN) == set()


def test_calls_after_the_last_that_was_looked_at_are_unknown() -> None:
    for known in seccomp._KNOWN.values():
        numbers = {number for first, last in known for number in range(first, last + 1)}
        newer = {451: "cachestat", 457: "statmount", 458: "listmount", 463: "setxattrat", 467: "open_tree_attr"}
        assert not numbers & set(newer)
        assert max(numbers) < 500
