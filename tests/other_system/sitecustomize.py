"""Makes Python lack what Windows lacks, for the code of the grader. Python imports this if its folder is on the path.

Packages keep what they need on this system, because on Windows they have other modules for it.
"""

import builtins
import pathlib
import warnings
from types import ModuleType
from typing import Any

OURS = ("grader", "inside")
MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"}
MISSING = {
    "os": """
        O_CLOEXEC O_DIRECTORY O_NOFOLLOW O_NONBLOCK chown chroot fchmod fchown fork forkpty getegid geteuid getgid
        getgroups getpgid getpgrp getpriority getuid killpg lchown memfd_create mkfifo nice openpty pidfd_open pipe2
        posix_fallocate posix_spawn pread pwrite sched_getaffinity sched_setaffinity set_blocking setgid setpgid setsid
        setuid statvfs sysconf uname wait wait3 wait4 waitid WNOHANG
    """,
    "signal": """
        ITIMER_PROF ITIMER_REAL ITIMER_VIRTUAL SIGALRM SIGCHLD SIGCONT SIGHUP SIGKILL SIGPROF SIGQUIT SIGRTMAX SIGRTMIN
        SIGSTOP SIGUSR1 SIGUSR2 SIGXCPU SIGXFSZ SIG_BLOCK SIG_UNBLOCK alarm getitimer pause pthread_kill
        pthread_sigmask setitimer siginterrupt sigpending sigwait
    """,
    "socket": "AF_UNIX MSG_DONTWAIT recv_fds send_fds",
    "select": "poll epoll kqueue",
}
OTHERWISE: dict[str, dict[str, Any]] = {"os": {"name": "nt"}}

_import = builtins.__import__
_reduced: dict[str, ModuleType] = {}


def _import_as_there(name: str, *arguments: Any, **options: Any) -> ModuleType:
    """Import a module as `__import__` does; a module of the grader gets what the other system has."""
    namespace = options.get("globals", arguments[0] if arguments else None) or {}
    is_relative = bool(options.get("level", arguments[3] if len(arguments) > 3 else 0))
    if str(namespace.get("__name__", "")).partition(".")[0] not in OURS or is_relative:
        return _import(name, *arguments, **options)
    if name.partition(".")[0] in MODULES:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return _reduced_module(name) if name in MISSING else _import(name, *arguments, **options)


def _reduced_module(name: str) -> ModuleType:
    if name not in _reduced:
        module = _reduced[name] = ModuleType(name)
        missing = MISSING[name].split()
        vars(module).update({key: value for key, value in vars(_import(name)).items() if key not in missing})
        vars(module).update(OTHERWISE.get(name, {}))
    return _reduced[name]


def _refuse_link(path: pathlib.Path, *_arguments: Any, **_options: Any) -> None:
    raise OSError(22, "A required privilege is not held by the client", str(path))


builtins.__import__ = _import_as_there
pathlib.Path.symlink_to = _refuse_link  # type: ignore[assignment, method-assign]
warnings.filterwarnings("error", category=EncodingWarning, module=r"(grader|inside)(\..*)?$")
