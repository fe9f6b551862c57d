"""The fork server: imports TensorFlow once and forks a process of its own for each submission.

Started by the grader inside bubblewrap, with its control socket as standard input. It must never run
a TensorFlow operation: children of a process that has hang.
"""

import gc
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from typing import Any

from . import data_mounts, init, namespaces, pages, root, seccomp
from .notebook import serve_submission
from .preloading import preload

PRIVATE_FOLDERS = ("/work", "/tmp", "/dev/shm")


def main() -> None:
    """Serve requests from the control socket until the grader hangs up."""
    control = socket.socket(fileno=os.dup(0))
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    root.enter()
    gc.disable()  # imports make no garbage that is worth looking for
    shell = preload()
    from tensorflow.python.eager import context

    if context.context()._initialized:
        raise RuntimeError("TensorFlow was initialised in the fork server. Its children would hang.")
    gc.enable()
    gc.collect()
    gc.freeze()
    pages.collapse()
    control.send(b'{"ready": true}')
    while True:
        text, descriptors, _, _ = socket.recv_fds(control, 65536, 2)
        if not text:
            return
        request = json.loads(text)
        if "settings" in request:
            _serve(control, shell, descriptors[0], descriptors[1], request["settings"])


def _serve(control: socket.socket, shell: Any, descriptor: int, channel: int, settings: dict[str, Any]) -> None:
    """Fork for one submission and report how it ended; `channel` is for the process that watches it."""
    begin = time.monotonic()
    read_end, write_end = os.pipe()
    user, group = os.getuid(), os.getgid()
    first = namespaces.fork_apart()
    if first == 0:
        os.close(read_end)
        control.close()
        _be_first(shell, (user, group), descriptor, channel, write_end, settings, begin)
    for number in (write_end, descriptor, channel):
        os.close(number)
    facts = _read_report(read_end)
    _wait(control, first)
    _, status, usage = os.wait4(first, 0)
    report = {
        "status": os.waitstatus_to_exitcode(status),
        "problem": facts.get("problem", ""),
        "isolation_ms": facts.get("isolation_ms", 0.0),
        "peak_memory_mb": round(usage.ru_maxrss / 1024, 1),
    }
    control.send(json.dumps(report).encode())


def _read_report(read_end: int) -> dict[str, Any]:
    with os.fdopen(read_end) as stream:
        text = stream.read()
    return dict(json.loads(text)) if text else {"problem": "a process ended before it was isolated"}


def _wait(control: socket.socket, first: int) -> None:
    """Wait until the submission has ended, or the grader asks to end it."""
    descriptor = os.pidfd_open(first)
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    poll.register(control.fileno(), select.POLLIN)
    while True:
        ready = {number for number, _ in poll.poll()}
        if descriptor in ready:
            break
        if control.fileno() in ready:
            if not control.recv(65536):
                os._exit(0)  # the grader is gone; the namespace takes everything with it
            end(first, descriptor)
    os.close(descriptor)


def end(process: int, descriptor: int) -> None:
    """Ask the first process of a namespace to end everything in it; insist if it does not."""
    os.kill(process, signal.SIGTERM)
    if not select.select([descriptor], [], [], 5.0)[0]:
        os.kill(process, signal.SIGKILL)


def _be_first(
    shell: Any,
    owner: tuple[int, int],
    descriptor: int,
    channel: int,
    report_to: int,
    settings: dict[str, Any],
    begin: float,
) -> None:
    """The first process of the new namespaces: furnishes them, and starts and watches the notebook."""
    try:
        namespaces.die_with_parent()
        namespaces.become_same_user(*owner)
        namespaces.be_killed_first()
        namespaces.mount_private(dict.fromkeys(PRIVATE_FOLDERS, settings["disk_mb"]))
        namespaces.mount_proc()
        os.chdir("/work")
        data_mounts.mount(settings["datasets"])
    except OSError as error:
        _report(report_to, {"problem": str(error)})
        os._exit(71)

    def start() -> None:
        _run(shell, descriptor, report_to, settings, begin)

    try:
        watched = socket.socket(fileno=channel)
        os._exit(init.run_watched(start, settings["memory_mb"], (descriptor, report_to), watched))
    finally:
        os._exit(70)


def _run(shell: Any, descriptor: int, report_to: int, settings: dict[str, Any], begin: float) -> None:
    """The process that the student's code runs in."""
    try:
        os.setsid()  # else a signal to its own process group would reach the fork server
        close_others(keep=(descriptor, report_to))
        namespaces.limit_resources(settings["memory_mb"], settings["processes"], settings["disk_mb"])
        namespaces.drop_privileges()
        seccomp.filter_calls()
    except OSError as error:
        _report(report_to, {"problem": str(error)})
        os._exit(71)
    _report(report_to, {"isolation_ms": round(1000 * (time.monotonic() - begin), 2)})
    os.close(report_to)
    os.set_inheritable(descriptor, False)
    serve_submission(shell, socket.socket(fileno=descriptor))


def close_others(keep: tuple[int, ...]) -> None:
    """Close every descriptor but the standard ones and `keep`."""
    for name in os.listdir("/proc/self/fd"):
        number = int(name)
        if number > 2 and number not in keep:
            try:
                os.close(number)
            except OSError:  # the one that listed the folder
                continue


def _report(descriptor: int, report: dict[str, Any]) -> None:
    os.write(descriptor, json.dumps(report).encode() + b"\n")


if __name__ == "__main__":
    try:
        main()
    except Exception:  # shown to the grader, which reports it as its own fault
        traceback.print_exc(file=sys.stderr)
        sys.exit(1)
