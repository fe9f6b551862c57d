"""What a cell prints and displays, as nbformat outputs, with a cap on its size."""

import os
import selectors
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from ipykernel.jsonutil import encode_images, json_clean
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher

Emit = Callable[[dict[str, Any]], None]

_FLUSH_BYTES = 32_000
_FLUSH_SECONDS = 0.5
CUT = "\n[output cut: the limit for one notebook is reached]\n"


class Outputs:
    """Collects the outputs of the running cell and hands them to `emit`.

    Args:
        emit: Takes one message: `output`, `clear` or `update`.
        limit: The most bytes of text and pictures that all cells may produce.
    """

    def __init__(self, emit: Emit, limit: int) -> None:
        self._emit = emit
        self._left = limit
        self._lock = threading.RLock()
        self._stream = ""
        self._pending: list[str] = []
        self._pending_size = 0
        self._last_flush = time.monotonic()
        self.cut = False

    def text(self, stream: str, text: str) -> None:
        """Add text that was written to `stdout` or `stderr`."""
        with self._lock:
            if self.cut:
                return
            text = self._within_limit(text)
            if stream != self._stream:
                self.flush()
                self._stream = stream
            self._pending.append(text)
            self._pending_size += len(text)
            if self._pending_size > _FLUSH_BYTES or time.monotonic() - self._last_flush > _FLUSH_SECONDS:
                self.flush()

    def flush(self) -> None:
        """Hand over the text that is still waiting."""
        with self._lock:
            if self._pending:
                text = "".join(self._pending).encode("utf-8", "replace").decode()
                self._pending, self._pending_size = [], 0
                self._emit({"type": "output", "output": {"output_type": "stream", "name": self._stream, "text": text}})
            self._last_flush = time.monotonic()

    def rich(self, output: dict[str, Any], display_id: str | None = None, update: bool = False) -> None:
        """Add a displayed object, the result of a cell or an error."""
        with self._lock:
            self.flush()
            if self.cut:
                return
            size = len(str(output))
            if size > self._left:
                self.text("stderr", CUT)
                self._mark_cut()
                return
            self._left -= size
            self._emit({"type": "update" if update else "output", "output": output, "display_id": display_id})

    def clear(self, wait: bool) -> None:
        """Forget the outputs of the running cell, at once or when the next one comes."""
        with self._lock:
            self.flush()
            self._emit({"type": "clear", "wait": bool(wait)})

    def _within_limit(self, text: str) -> str:
        if len(text) <= self._left:
            self._left -= len(text)
            return text
        kept = text[: self._left] + CUT
        self._mark_cut()
        return kept

    def _mark_cut(self) -> None:
        self._left = 0
        self.cut = True


class TextStream:
    """Stands in for `sys.stdout` and `sys.stderr`."""

    encoding = "utf-8"
    errors = "strict"
    closed = False
    newlines = None
    line_buffering = True

    def __init__(self, outputs: Outputs, name: str, descriptor: int) -> None:
        self._outputs = outputs
        self._descriptor = descriptor
        self.name = f"<{name}>"
        self._stream = name

    def write(self, text: str) -> int:
        """Write text; like every text stream, refuse anything else."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._outputs.text(self._stream, text)
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Write a sequence of texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Hand over what waits."""
        self._outputs.flush()

    def fileno(self) -> int:
        """The descriptor that child processes write to."""
        return self._descriptor

    def isatty(self) -> bool:
        """No terminal, as in Jupyter."""
        return False

    def readable(self) -> bool:
        """Only for writing."""
        return False

    def writable(self) -> bool:
        """For writing."""
        return True

    def seekable(self) -> bool:
        """No."""
        return False


class Descriptors:
    """Reads what C code and child processes write to descriptors 1 and 2."""

    def __init__(self, outputs: Outputs) -> None:
        self._outputs = outputs
        self._selector = selectors.DefaultSelector()
        self._lock = threading.Lock()
        for descriptor, name in ((1, "stdout"), (2, "stderr")):
            read_end, write_end = os.pipe()
            os.dup2(write_end, descriptor)
            os.close(write_end)
            os.set_blocking(read_end, False)
            self._selector.register(read_end, selectors.EVENT_READ, name)
        threading.Thread(target=self._watch, daemon=True, name="output").start()

    def drain(self, timeout: float = 0.0) -> None:
        """Take all that has been written so far."""
        with self._lock:
            for ready, _ in self._selector.select(timeout):
                self._take(int(ready.fd), str(ready.data))

    def _take(self, descriptor: int, name: str) -> None:
        try:
            while data := os.read(descriptor, 65536):
                self._outputs.text(name, data.decode("utf-8", "replace"))
        except BlockingIOError:
            return

    def _watch(self) -> None:
        while True:
            self._selector.select()
            self.drain()


class Display(DisplayPublisher):
    """Publishes `display(...)` as nbformat `display_data`."""

    outputs: Outputs

    def publish(  # type: ignore[no-untyped-def]
        self, data, metadata=None, *, transient=None, update=False, **_: Any
    ) -> None:
        """Take a MIME bundle; see `IPython.core.displaypub.DisplayPublisher.publish`."""
        output = {"output_type": "display_data", "data": _bundle(data), "metadata": json_clean(metadata or {})}
        self.outputs.rich(output, display_id=(transient or {}).get("display_id"), update=update)

    def clear_output(self, wait: bool = False) -> None:
        """Clear the outputs of the running cell."""
        self.outputs.clear(wait)


class Result(DisplayHook):
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


def _bundle(data: Mapping[str, Any]) -> dict[str, Any]:
    return dict(json_clean(encode_images(dict(data))))
