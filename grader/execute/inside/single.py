"""A process for one submission where no sandbox is to be had: prepared ahead, used once.

Started by the grader with its socket as standard input, in a folder of its own. What protection is
left without namespaces is applied here; see `docs/security.md`.
"""

import json
import os
import socket
import sys

from . import namespaces, seccomp
from .server import preload, serve_submission


def main() -> None:
    """Prepare, wait for the settings, then run one notebook over the same socket."""
    connection = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    shell = preload()
    connection.send(b'{"ready": true}\n')
    settings = json.loads(_line(connection))
    if sys.platform == "linux":
        namespaces.be_killed_first()
        namespaces.limit_resources(settings["memory_mb"], settings["processes"], settings["disk_mb"])
        namespaces.forbid_new_privileges()
        if seccomp.supported():
            seccomp.filter_calls(network=False)
    serve_submission(shell, connection.detach())


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
