"""`grader serve`: the web server of the portal, and the graders that it starts."""

import contextlib
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import uvicorn

from grader.pipeline.course_site import CourseSite
from grader.portal.application import application

_AGAIN_SECONDS = 1.0
_STOP_SECONDS = 10.0
_STREAMS_SECONDS = 2
"""A server that stops waits so long for pages that listen; they connect again when it is back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Where the portal is served.

    Attributes:
        host: Network address to listen on.
        port: Port to listen on.
        names: Further host names under which browsers reach the portal, for example behind a reverse proxy.
        graders: Number of graders to start.
        words: Command line of a grader, after the name of the program.
    """

    host: str
    port: int
    names: Sequence[str] = ()
    graders: int = 1
    words: Sequence[str] = ()

    @property
    def address(self) -> str:
        """Address of the portal for browsers on this machine."""
        return f"http://{self.host}:{self.port}"


def serve(site: CourseSite, serving: Serving, tell: Callable[[str], None]) -> None:
    """Serve the portal until Ctrl-C.

    Args:
        site: The course.
        serving: Where.
        tell: Receives the sentences that the person at the terminal reads.
    """
    names = [serving.host, "127.0.0.1", "localhost", *serving.names]
    # Without an access log: paths can contain the secret of a link.
    config = uvicorn.Config(
        application(site, hosts=names),
        host=serving.host,
        port=serving.port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=_STREAMS_SECONDS,
    )
    logging.getLogger("grader.portal").setLevel(logging.INFO)
    with _graders(serving, tell):
        tell(f"The portal runs at {serving.address}. Press Ctrl-C to stop it.")
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run()


@contextlib.contextmanager
def _graders(serving: Serving, tell: Callable[[str], None]) -> Iterator[None]:
    """Keep graders running until the block ends; one that dies is started again."""
    ends = threading.Event()
    threads = [threading.Thread(target=_keep_grader, args=(serving.words, ends, tell)) for _ in range(serving.graders)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ends.set()
        for thread in threads:
            thread.join()


def _keep_grader(words: Sequence[str], ends: threading.Event, tell: Callable[[str], None]) -> None:
    while not ends.is_set():
        # The grader ends when its standard input does, also if this process is killed.
        process = subprocess.Popen([sys.executable, "-m", "grader", *words], stdin=subprocess.PIPE)
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
