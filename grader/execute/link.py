"""The seam between an executor and a cluster: who is there, and one call of a function on one of its workers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class LinkError(Exception):
    """The cluster itself cannot be reached; no worker and no job is to blame."""


class WorkerLostError(Exception):
    """The worker went away during the call, or before it."""


class WorkerFailedError(Exception):
    """The worker is there, but could not do what it was asked."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A worker as the scheduler sees it.

    Attributes:
        host: The machine that it is on.
        threads: How many jobs it wants to run at the same time.
        heartbeat: Changes as long as the worker is heard of; means nothing else.
        ready: Whether it takes work.
    """

    host: str
    threads: int
    heartbeat: float
    ready: bool = True


class Link(Protocol):
    """A connection to the scheduler of a cluster."""

    async def open(self) -> None:
        """Connect.

        Raises:
            InputError: If there is no scheduler at the address.
        """

    async def workers(self) -> Mapping[str, Seen]:
        """Address -> worker, of those that the scheduler knows.

        Raises:
            LinkError: If the scheduler does not answer.
        """

    async def prepare(self, worker: str) -> None:
        """Have this package loaded on a worker, before the first call.

        Args:
            worker: Its address, as for `ask`.

        Raises:
            LinkError, WorkerLostError: As `ask` does.
            WorkerFailedError: If it cannot be loaded there.
        """

    async def ask(self, worker: str, function: Callable[..., Any], *arguments: str | int | bool | bytes) -> bytes:
        """Call a coroutine function of this package on a worker and give the bytes that it returns.

        Args:
            worker: Its address.
            function: A function that the worker can import by its name.
            *arguments: Its arguments.

        Raises:
            LinkError: If the scheduler went away.
            WorkerLostError: If the worker did.
            WorkerFailedError: If the function raised, or does not exist there.

        Example:
            digest = await link.ask(address, on_worker.keep, content)
        """

    async def close(self) -> None:
        """End the connection."""
