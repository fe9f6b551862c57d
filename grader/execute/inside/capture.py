"""Captures what a cell prints and displays as nbformat outputs, with a cap on their size.

Outputs are joined and ordered as in a Jupyter kernel: each stream waits in a buffer of its own. It is
handed over when it is flushed, once its oldest text has waited 0.2 seconds, and, `stdout` before `stderr`,
before anything else is displayed and at the end of the cell.
"""

import io
import os
import selectors
import sys
import threading
from base64 import b64encode
from collections.abc import Callable, Mapping
from os import O_WRONLY, close, devnull, dup2, getpid, pipe, read, write
from os import open as open_descriptor
from time import monotonic
from typing import Any, Protocol

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from jupyter_client.jsonutil import json_clean

Emit = Callable[[dict[str, Any]], None]

_FLUSH_BYTES = 32_000
FLUSH_SECONDS = 0.2
DESCRIPTORS = {"stdout": 1, "stderr": 2}
CUT = "\n[output cut: the limit for one notebook is reached]\n"


class _Buffer:
    """Text of one stream that has not been handed over."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.size = 0
        self.since = 0.0

    def add(self, text: str) -> None:
        if not self.texts:
            self.since = monotonic()
        self.texts.append(text)
        self.size += len(text)

    def take(self) -> str:
        text = "".join(self.texts)
        self.texts, self.size = [], 0
        return text


class Outputs:
    """Collects the outputs of the running cell and hands them to `emit`.

    Args:
        emit: Takes one message: `output`, `clear` or `update`.
        limit: The most bytes of text and pictures that all cells may produce.

    Attributes:
        catch_up: Called before anything is displayed, so that what was written before stays before it.
        cut: Whether the limit was reached.
    """

    def __init__(self, emit: Emit, limit: int) -> None:
        self._emit = emit
        self._left = limit
        self._process = getpid()
        self._buffers = {name: _Buffer() for name in DESCRIPTORS}
        self.lock = threading.RLock()  # threads of the notebook print, too; flushing within takes it a second time
        self.catch_up: Callable[[], None] = self.flush_due
        self.cut = False

    @property
    def ours(self) -> bool:
        """Whether this is the process of the notebook, and not one that a cell forked."""
        return getpid() == self._process

    def text(self, stream: str, text: str) -> None:
        """Add text that was written to `stdout` or `stderr`."""
        with self.lock:
            if self.cut or not text:
                return
            self.flush_due()
            buffer = self._buffers[stream]
            if len(text) > self._left:
                text = text[: self._left] + CUT
                self.cut = True
            self._left -= len(text)
            buffer.add(text)
            if buffer.size > _FLUSH_BYTES:
                self.flush(stream)

    def flush_due(self) -> None:
        """Hand over what has waited long enough, the oldest first."""
        if not self.ours:
            return
        with self.lock:
            oldest = monotonic() - FLUSH_SECONDS
            for stream in sorted(self._buffers, key=lambda name: self._buffers[name].since):
                if self._buffers[stream].since <= oldest:
                    self.flush(stream)

    def flush(self, *streams: str) -> None:
        """Hand over the text that is still waiting: of these streams, or of all."""
        if not self.ours:
            return
        with self.lock:
            if not streams:
                self.flush_due()
            for stream in streams or DESCRIPTORS:
                if self._buffers[stream].texts:
                    text = self._buffers[stream].take().encode("utf-8", "replace").decode()
                    self._emit({"type": "output", "output": {"output_type": "stream", "name": stream, "text": text}})

    def rich(self, output: dict[str, Any], display_id: str | None = None, update: bool = False) -> None:
        """Add a displayed object, the result of a cell or an error."""
        if not self.ours:
            return
        with self.lock:
            self.catch_up()
            self.flush()
            if self.cut:
                return
            size = len(str(output))
            if size > self._left:
                self._left = 0
                self.text("stderr", CUT)
                return
            self._left -= size
            self._emit({"type": "update" if update else "output", "output": output, "display_id": display_id})

    def clear(self, wait: bool) -> None:
        """Forget the outputs of the running cell, at once or when the next one comes."""
        if not self.ours:
            return
        with self.lock:
            self.catch_up()
            self.flush()
            self._emit({"type": "clear", "wait": bool(wait)})


class OutStream(io.TextIOBase):
    """Stands in for `sys.stdout` and `sys.stderr`, under the name that this class has in a kernel.

    Made before anything is imported that keeps a stream, such as a logger; it writes to its descriptor until
    it is connected, and again in a process that a cell forks.
    """

    encoding = "UTF-8"
    outputs: Outputs | None = None
    past_notebook: int | None = None

    def __init__(self, name: str) -> None:
        self.name = name

    def write(self, text: str) -> int:
        """Write text; like every text stream, refuse anything else."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if self.outputs is not None and self.outputs.ours:
            self.outputs.text(self.name, text)
        else:
            _write_all(DESCRIPTORS[self.name], text.encode("utf-8", "replace"))
        return len(text)

    def flush(self) -> None:
        """Hand over what waits."""
        if self.outputs is not None:
            self.outputs.flush(self.name)

    def fileno(self) -> int:
        """A descriptor that leads past the notebook, as in a kernel."""
        if self.past_notebook is None:
            raise io.UnsupportedOperation("fileno")
        return self.past_notebook

    def writable(self) -> bool:
        """Say that this stream can be written to."""
        return True


class WhatIsWritten(Protocol):
    """Reads what is written past the streams of Python."""

    def drain(self) -> None:
        """Take all that has been written so far."""


class Descriptors:
    """Reads what C code and child processes write to descriptors 1 and 2."""

    def __init__(self, outputs: Outputs) -> None:
        self._outputs = outputs
        self._selector = selectors.DefaultSelector()
        for name, descriptor in DESCRIPTORS.items():
            read_end, write_end = pipe()
            dup2(write_end, descriptor)
            close(write_end)
            os.set_blocking(read_end, False)
            self._selector.register(read_end, selectors.EVENT_READ, name)
        outputs.catch_up = self.drain
        threading.Thread(target=self._watch, daemon=True, name="output").start()

    def drain(self) -> None:
        """Take all that has been written so far."""
        with self._outputs.lock:
            for ready, _ in self._selector.select(0):
                self._take(int(ready.fd), str(ready.data))

    def _take(self, descriptor: int, name: str) -> None:
        try:
            while data := read(descriptor, 65536):
                self._outputs.text(name, data.decode("utf-8", "replace"))
        except BlockingIOError:
            return

    def _watch(self) -> None:
        while True:
            self._selector.select(FLUSH_SECONDS)
            self.drain()
            self._outputs.flush_due()


class Display(DisplayPublisher):
    """Publishes `display(...)` as nbformat `display_data`."""

    outputs: Outputs

    def publish(  # type: ignore[no-untyped-def]
        self, data, metadata=None, *, transient=None, update=False, **_: Any
    ) -> None:
        """Take a MIME bundle; see `IPython.core.displaypub.DisplayPublisher.publish`."""
        metadata = {} if metadata is None else metadata
        self._validate_data(data, metadata)
        output = {"output_type": "display_data", "data": _bundle(data), "metadata": json_clean(metadata)}
        self.outputs.rich(output, display_id=(transient or {}).get("display_id"), update=update)

    def clear_output(self, wait: bool = False) -> None:
        """Clear the outputs of the running cell."""
        self.outputs.clear(wait)


class ResultHook(DisplayHook):
    """Publishes the value of a cell's last expression as nbformat `execute_result`."""

    outputs: Outputs
    _output: dict[str, Any]

    def start_displayhook(self) -> None:
        """Begin a result."""
        self._output = {"output_type": "execute_result", "data": {}, "metadata": {}, "execution_count": None}

    def write_output_prompt(self) -> None:
        """Note the number of the cell."""
        self._output["execution_count"] = self.prompt_count

    def write_format_data(self, format_dict: Mapping[str, Any], md_dict: Mapping[str, Any] | None = None) -> None:
        """Note the MIME bundle."""
        self._output["data"] = _bundle(format_dict)
        self._output["metadata"] = json_clean(md_dict or {})

    def finish_displayhook(self) -> None:
        """Hand the result over."""
        sys.stdout.flush()
        sys.stderr.flush()
        if self._output["data"]:
            self.outputs.rich(self._output)


def connect_streams(outputs: Outputs) -> None:
    """Send what is written to the streams of this process to `outputs`."""
    past_notebook = open_descriptor(devnull, O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, OutStream):
            stream.outputs, stream.past_notebook = outputs, past_notebook


def _bundle(data: Mapping[str, Any]) -> dict[str, Any]:
    """A MIME bundle as JSON; bytes, such as those of a picture, in base64."""
    encoded = {kind: b64encode(item).decode() if isinstance(item, bytes) else item for kind, item in data.items()}
    return dict(json_clean(encoded))


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[write(descriptor, data) :]
