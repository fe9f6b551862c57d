"""A process for one notebook on the computer of the student who wrote it: no sandbox, since it is their own code.

Works on Linux, macOS and Windows: it talks to the grader over a connection to this computer, and uses no feature that
only some systems have. The folder, the data and the missing network are as in grading, so that a notebook that depends
on something else stops here, too. That is a help for students, and no protection.
"""

import json
import os
import socket
import sys
from typing import Any

from . import datasets
from .capture_files import DescriptorFiles
from .notebook import serve_submission
from .preloading import preload

_CONNECT_SECONDS = 60.0
_KERAS = ("keras", "numpy", "tensorflow")
_LOOKED_UP = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyname_ex")
_THIS_COMPUTER = ("", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::")


def main() -> None:
    """Connect to the grader, prepare, then run one notebook over the connection.

    Standard input has one line of JSON: `port`, `token` to send first, `keras` (whether to import Keras), and
    `datasets` and `store` as in `datasets.link`.
    """
    settings = json.loads(sys.stdin.buffer.readline())
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    connection = socket.create_connection(("127.0.0.1", settings["port"]), timeout=_CONNECT_SECONDS)
    connection.settimeout(None)
    connection.sendall(settings["token"].encode())
    shell = preload(_KERAS if settings["keras"] else ())
    datasets.link(settings["datasets"], settings["store"])
    sys.addaudithook(_without_network)
    connection.sendall(b"\n")
    serve_submission(shell, connection, DescriptorFiles, watches=True)


def _without_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Fail as a look-up of an address does where there is no network; this computer itself can be reached."""
    if event in _LOOKED_UP:
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name is not None and name not in _THIS_COMPUTER:
        raise socket.gaierror(-3, "Temporary failure in name resolution")
