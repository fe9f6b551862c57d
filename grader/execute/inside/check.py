"""Tries each step of isolation once and prints what happened, as JSON: step -> error, or empty."""

import json
import os
from collections.abc import Callable

from . import namespaces, root, seccomp
from .server import PRIVATE_FOLDERS


def main() -> None:
    """Try the steps that a submission's process takes, in their order."""
    read_end, write_end = os.pipe()
    user, group = os.getuid(), os.getgid()
    try:
        root.enter()
        first = namespaces.fork_apart()
    except (OSError, KeyError) as error:
        print(json.dumps({"namespaces": str(error)}))
        return
    if first == 0:
        os.write(write_end, json.dumps(_results(user, group)).encode())
        os._exit(0)
    os.close(write_end)
    os.wait()
    with os.fdopen(read_end) as stream:
        print(stream.read())


def _results(user: int, group: int) -> dict[str, str]:
    steps: dict[str, Callable[[], None]] = {
        "own user": lambda: namespaces.become_same_user(user, group),
        "private folders": lambda: namespaces.mount_private(dict.fromkeys(PRIVATE_FOLDERS, 1)),
        "own /proc": namespaces.mount_proc,
        "no privileges": namespaces.drop_privileges,
        "system call filter": seccomp.filter_calls,
    }
    return {name: _try(step) for name, step in steps.items()}


def _try(step: Callable[[], None]) -> str:
    try:
        step()
    except (OSError, KeyError) as error:
        return str(error)
    return ""


if __name__ == "__main__":
    main()
