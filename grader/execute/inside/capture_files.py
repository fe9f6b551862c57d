"""Captures what C code and child processes print, on systems where a pipe cannot be asked whether it has something."""

import io
import os
import tempfile
import threading
from os import dup2
from pathlib import Path
from time import sleep

from .capture import DESCRIPTORS, FLUSH_SECONDS, Outputs

_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)


class DescriptorFiles:
    """Lets descriptors 1 and 2 lead to files, and reads what is added to them.

    Args:
        outputs: Gets what is written.
    """

    def __init__(self, outputs: Outputs) -> None:
        self._outputs = outputs
        self._files: dict[str, io.BufferedReader] = {}
        folder = Path(tempfile.mkdtemp(prefix="written-"))
        for name, descriptor in DESCRIPTORS.items():
            end = os.open(folder / name, _APPEND)
            dup2(end, descriptor)
            os.close(end)
            self._files[name] = (folder / name).open("rb")
        outputs.catch_up = self.drain
        threading.Thread(target=self._watch, daemon=True, name="output").start()

    def drain(self) -> None:
        """Take all that has been written so far."""
        if not self._outputs.ours:
            return
        with self._outputs.lock:
            for name, file in self._files.items():
                if data := file.read():
                    self._outputs.text(name, data.decode("utf-8", "replace"))

    def _watch(self) -> None:
        while True:
            sleep(FLUSH_SECONDS)
            self.drain()
            self._outputs.flush_due()
