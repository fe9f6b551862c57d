"""A process for one submission without a sandbox: prepared ahead, used once.

Started by the grader with its socket as standard input, in a folder of its own. What protection is
left without namespaces is applied here; see `docs/security.md`.

On Linux there are two processes: a small one, which adopts whatever the notebook leaves behind and ends it, and below
it the one that runs the notebook.
"""

import contextlib
import json
import os
import signal
import socket
import sys

from . import datasets, family, namespaces, seccomp
from .init import exit_status
from .rings import RING

_END_SECONDS = 60.0


def main() -> None:
    """Prepare, wait for the settings, then run one notebook over the same socket."""
    if sys.platform == "linux":
        _supervised()
    from .notebook import serve_submission  # large: the small process does without
    from .preloading import preload

    connection = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    shell = preload()
    connection.send(b'{"ready": true}\n')
    settings = json.loads(_line(connection))
    datasets.link(settings["datasets"], settings["store"])
    if sys.platform == "linux":
        namespaces.be_killed_first()
        namespaces.limit_resources(settings["memory_mb"], settings["processes"], settings["disk_mb"])
        namespaces.forbid_new_privileges()
        if seccomp.supported():
            seccomp.filter_calls(network=False)
    serve_submission(shell, connection)


def _supervised() -> None:
    """Go on in a child; this process waits for it, ends all that it leaves behind, and ends as it did."""
    namespaces.adopt_orphans()
    namespaces.die_with_parent(signal.SIGTERM)
    child = os.fork()
    if child == 0:
        namespaces.die_with_parent()
        os.setsid()  # else a signal to its own process group would reach the process above
        return
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)  # the grader has to notice when the notebook's end is closed
    signal.signal(RING, lambda *_: _pass_on(child))
    signal.signal(signal.SIGTERM, lambda *_: _leave(143))
    while (ended := os.waitpid(-1, 0))[0] != child:
        pass
    _leave(exit_status(ended[1]))


def _pass_on(child: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has just ended
        os.kill(child, RING)


def _leave(status: int) -> None:
    family.end_below(os.getpid(), _END_SECONDS)
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    os._exit(status)


def _line(connection: socket.socket) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        byte = connection.recv(1)
        if not byte:
            sys.exit(0)
        line += byte
    return line


if __name__ == "__main__":
    main()
