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
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import uvicorn
from starlette.applications import Starlette
from uvicorn.supervisors import Multiprocess

from grader.errors import InputError
from grader.model.portal_settings import WebSettings
from grader.pipeline.course_site import CourseSite
from grader.portal.application import application

_AGAIN_SECONDS = 1.0
_STOP_SECONDS = 10.0
_STREAMS_SECONDS = 2
"""A server that stops waits so long for pages that listen; they connect again when it is back."""
_HUNG_SECONDS = 60
"""A web process that does not answer its supervisor for so long is replaced."""
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
    is_alone = web.processes == 1
    # Without an access log: paths can contain the secret of a link.
    config = uvicorn.Config(
        _application(site, web) if is_alone else partial(_web_process, site.opener(), web),
        factory=not is_alone,
        workers=web.processes,
        access_log=False,
        server_header=False,
        log_level="warning",
        forwarded_allow_ips=list(web.trusted_proxies),
        proxy_headers=bool(web.trusted_proxies),
        timeout_graceful_shutdown=_STREAMS_SECONDS,
        timeout_worker_healthcheck=_HUNG_SECONDS,
    )
    with contextlib.closing(_listening(web)) as listening, _graders(graders, tell):
        tell(f"The portal runs at {web.address}. Press Ctrl-C to stop it.")
        if is_alone:
            with contextlib.suppress(KeyboardInterrupt):
                uvicorn.Server(config).run(sockets=[listening])
        else:
            site.close()  # each web process has connections of its own
            Multiprocess(config, sockets=[listening]).run()


def _listening(web: WebSettings) -> socket.socket:
    """A socket that all web processes share, so the operating system gives each connection to one of them."""
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    try:
        return socket.create_server((web.host, web.port), family=family, backlog=_WAITING_CONNECTIONS)
    except OSError as error:
        raise InputError(
            f"{web.host}, port {web.port}: cannot be used ({error.strerror or error}). Choose another address or port."
        ) from error


def _web_process(opener: Callable[[], CourseSite], web: WebSettings) -> Starlette:
    """The application of one of several web processes, which ends with the process that started it."""
    parent = multiprocessing.parent_process()
    if parent is not None:

        def end_with_parent() -> None:
            parent.join()
            os.kill(os.getpid(), signal.SIGTERM)

        threading.Thread(target=end_with_parent, daemon=True).start()
    return _application(opener(), web)


def _application(site: CourseSite, web: WebSettings) -> Starlette:
    logging.getLogger("grader.portal").setLevel(logging.INFO)
    return application(site, web=web)


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
