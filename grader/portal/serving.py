"""`grader serve`: the web processes of the portal, and the graders that it starts."""

import contextlib
import logging
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess

import uvicorn

from grader.errors import InputError
from grader.model.portal_settings import WebSettings
from grader.pipeline.course_site import CourseSite
from grader.portal.application import application

_AGAIN_SECONDS = 1.0
_STOP_SECONDS = 10.0
_STREAMS_SECONDS = 2
"""A server that stops waits so long for pages that listen; they connect again when it is back."""
_WAITING_CONNECTIONS = 2_048


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedGraders:
    """The graders that a portal starts itself.

    Attributes:
        count: Number of graders.
        words: Command line of a grader, after the name of the program.
        environment: Variables that it gets besides those of this process. Unlike the command line, other users of the
            machine cannot read them.
    """

    count: int
    words: Sequence[str]
    environment: Mapping[str, str]


def serve(site: CourseSite, web: WebSettings, graders: StartedGraders, tell: Callable[[str], None]) -> None:
    """Serve the portal until Ctrl-C.

    Args:
        site: The course.
        web: How.
        graders: The graders to start.
        tell: Receives the sentences that the person at the terminal reads.

    Raises:
        InputError: Another program uses the port, or this machine does not have the address.
    """
    with contextlib.closing(_listening(web)) as listening, _graders(graders, tell):
        tell(f"The portal runs at {web.address}. Press Ctrl-C to stop it.")
        if web.processes == 1:
            _run(site, web, listening)
        else:
            site.close()  # each web process has connections of its own
            _keep_web_processes(site.opener(), web, listening, tell)


def _run(site: CourseSite, web: WebSettings, listening: socket.socket) -> None:
    """Serve the portal in this process until Ctrl-C."""
    logging.getLogger("grader.portal").setLevel(logging.INFO)
    # Without an access log: paths can contain the secret of a link.
    config = uvicorn.Config(
        application(site, web=web),
        access_log=False,
        server_header=False,
        log_level="warning",
        forwarded_allow_ips=list(web.trusted_proxies),
        proxy_headers=bool(web.trusted_proxies),
        timeout_graceful_shutdown=_STREAMS_SECONDS,
    )
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])


def _listening(web: WebSettings) -> socket.socket:
    """A socket that all web processes share, so the operating system gives each connection to one of them."""
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    try:
        return socket.create_server((web.host, web.port), family=family, backlog=_WAITING_CONNECTIONS)
    except OSError as error:
        raise InputError(
            f"{web.host}, port {web.port}: cannot be used ({error.strerror or error}). Choose another address or port."
        ) from error


def _keep_web_processes(
    opener: Callable[[], CourseSite], web: WebSettings, listening: socket.socket, tell: Callable[[str], None]
) -> None:
    """Keep the web processes running until Ctrl-C or SIGTERM; one that dies is started again.

    The supervisor of uvicorn asks each process whether it is well, and waits for the answer of one that just died.
    """

    def started() -> SpawnProcess:
        process = multiprocessing.get_context("spawn").Process(target=_web_process, args=(opener, web, listening))
        process.start()
        return process

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # to stop a service is to press Ctrl-C
    processes: list[SpawnProcess] = []
    try:
        while True:
            processes += [started() for _ in range(web.processes - len(processes))]
            wait([process.sentinel for process in processes])
            for process in [process for process in processes if not process.is_alive()]:
                processes.remove(process)
                tell(f"A web process ended (status {process.exitcode}). The portal starts it again.")
            time.sleep(_AGAIN_SECONDS)
    except KeyboardInterrupt:
        pass
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(_STOP_SECONDS)
            process.kill()


def _web_process(opener: Callable[[], CourseSite], web: WebSettings, listening: socket.socket) -> None:
    """One of several web processes, which ends with the process that started it."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.closing(opener()) as site:
        _run(site, web, listening)


def _end_with_parent() -> None:
    if (parent := multiprocessing.parent_process()) is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


@contextlib.contextmanager
def _graders(graders: StartedGraders, tell: Callable[[str], None]) -> Iterator[None]:
    """Keep graders running until the block ends; one that dies is started again."""
    ends = threading.Event()
    threads = [threading.Thread(target=_keep_grader, args=(graders, ends, tell)) for _ in range(graders.count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ends.set()
        for thread in threads:
            thread.join()


def _keep_grader(graders: StartedGraders, ends: threading.Event, tell: Callable[[str], None]) -> None:
    command, environment = [sys.executable, "-m", "grader", *graders.words], {**os.environ, **graders.environment}
    while not ends.is_set():
        # The grader ends when its standard input does, also if this process is killed.
        process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
        while process.poll() is None and not ends.wait(_AGAIN_SECONDS):
            pass
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        if not ends.is_set():
            tell(f"A grader ended (status {process.returncode}). The portal starts it again.")
            ends.wait(_AGAIN_SECONDS)
