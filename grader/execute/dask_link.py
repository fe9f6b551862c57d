"""The link to a Dask cluster; the only module that imports Dask.

Calls go through the scheduler, so that its address is the only one that must be reached from here. Messages are read
with `deserialize=False`: what a worker sends stays a string of bytes, and only what is marked as msgpack is opened.
Dask's own `Client` is not used: it unpickles exceptions, types and warnings, whichever deserializers it is given.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from distributed import Security, WorkerPlugin
from distributed.core import ConnectionPool
from distributed.protocol.pickle import dumps
from distributed.protocol.serialize import Serialized, merge_and_deserialize

from grader.errors import InputError
from grader.execute import on_worker
from grader.execute.link import LinkError, Seen, WorkerFailedError, WorkerLostError

_READABLE = ("msgpack",)
_MOST_CONNECTIONS = 10_000
_ANSWER_SECONDS = 10.0
_LONGEST_TEXT = 400


class DaskLink:
    """A connection to a running scheduler; use it from one event loop.

    Args:
        address: Of the scheduler, as `HOST:PORT`, `tcp://HOST:PORT` or `tls://HOST:PORT`.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._pool = ConnectionPool(
            limit=_MOST_CONNECTIONS,
            deserialize=False,
            connection_args=Security().get_connection_args("client"),  # type: ignore[no-untyped-call]
        )

    async def open(self) -> None:
        """See `Link`."""
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is told by us, once
        await self._pool.start()
        try:
            kind = (await self._identity()).get("type")
        except (LinkError, ValueError, RuntimeError, TypeError) as error:
            raise InputError(
                f"{self._address}: no Dask scheduler answers there ({error}). Start one with `dask scheduler` and give "
                "the address that it prints, or see docs/cluster.md."
            ) from error
        if kind != "Scheduler":
            raise InputError(f"{self._address}: this is a Dask {kind}, not a scheduler. Give the scheduler's address.")

    async def workers(self) -> Mapping[str, Seen]:
        """See `Link`."""
        workers = dict((await self._identity())["workers"])
        return {
            str(address): Seen(
                host=str(facts["host"]),
                threads=int(facts["nthreads"]),
                heartbeat=float(facts["last_seen"]),
                ready=facts["status"] == "running",
            )
            for address, facts in workers.items()
        }

    async def prepare(self, worker: str) -> None:
        """See `Link`. A function of the standard library is found everywhere, so that its error comes back as one."""
        await self._run(worker, import_module, __name__)

    async def ask(self, worker: str, function: Callable[..., Any], *arguments: str | int | bool | bytes) -> bytes:
        """See `Link`."""
        return _opened(await self._run(worker, function, *arguments))

    async def _run(self, worker: str, function: Callable[..., Any], *arguments: str | int | bool | bytes) -> Any:
        """What a function gave on a worker, closed."""
        message = {
            "op": "run",
            "function": dumps(function),  # type: ignore[no-untyped-call]
            "args": dumps(arguments),  # type: ignore[no-untyped-call]
        }
        try:
            replies = await self._pool(self._address).broadcast(
                msg=message, workers=[worker], serializers=_READABLE, on_error="ignore"
            )
        except OSError as error:
            raise LinkError(_text(error)) from error
        except Exception as error:  # Dask hands on as plain `Exception` what the scheduler met with
            raise WorkerLostError(_text(error)) from error
        if worker not in replies:
            raise WorkerLostError("its connection to the scheduler ended")
        reply = replies[worker]
        if reply["status"] != "OK":
            raise WorkerFailedError(_text(reply.get("exception_text")))
        return reply["result"]

    async def close(self) -> None:
        """See `Link`."""
        await self._pool.close()

    async def _identity(self) -> dict[str, Any]:
        try:
            return dict(await asyncio.wait_for(self._pool(self._address).identity(), _ANSWER_SECONDS))
        except OSError as error:
            raise LinkError(_text(error) or f"no answer in {_ANSWER_SECONDS:g} s") from error


class _EndSandbox(WorkerPlugin):  # type: ignore[misc, unused-ignore]
    """Ends a worker's sandbox with the worker."""

    def teardown(self, worker: Any) -> None:  # noqa: ARG002 - Dask calls it by keyword
        """Called when the worker closes."""
        on_worker.end()


async def greet(threads: int, allow_degraded: bool, dask_worker: Any) -> bytes:
    """Call `on_worker.greet` on a worker, and have its sandbox end with it.

    Args:
        threads, allow_degraded: As for `on_worker.greet`.
        dask_worker: The worker; Dask passes it to a function with a parameter of this name.
    """
    if "grader" not in dask_worker.plugins:
        await dask_worker.plugin_add(_EndSandbox(), name="grader")
    return await on_worker.greet(threads, allow_degraded)


def _opened(result: Any) -> bytes:
    """Open a result that was left closed.

    Raises:
        WorkerFailedError: If it is anything but bytes in msgpack, such as a pickle.
    """
    try:
        if not isinstance(result, Serialized):
            raise TypeError("it was not sent as a result")
        header, frames = result.header, result.frames
        if any(header.get("compression") or ()):  # a few bytes could become any number
            raise TypeError("it is compressed. Turn off Dask's `distributed.comm.compression`")
        value = merge_and_deserialize(header, frames, deserializers=_READABLE)  # type: ignore[no-untyped-call]
        if not isinstance(value, bytes):
            raise TypeError(f"it is {type(value).__name__}, not bytes")
    except Exception as error:  # what comes from a worker may be malformed in any way
        raise WorkerFailedError(f"what it sent is not a result: {_text(error)}") from error
    return value


def _text(what: Any) -> str:
    return " ".join(str(what).split())[:_LONGEST_TEXT]
