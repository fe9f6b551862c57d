"""The IPython shell that a notebook's cells run in: a Jupyter kernel's shell without its sockets."""

import builtins
import getpass
import sys
from types import TracebackType
from typing import Any, NoReturn

from ipykernel.compiler import XCachingCompiler
from ipykernel.jsonutil import json_clean
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError, UsageError
from IPython.core.pylabtools import activate_matplotlib
from matplotlib_inline.backend_inline import configure_inline_support
from traitlets import Bool, Type
from traitlets.config import Config

from .capture import Display, Outputs, Result

INLINE = "module://matplotlib_inline.backend_inline"

_NO_INPUT = "raw_input was called, but this frontend does not support input requests."


class Shell(ZMQInteractiveShell):
    """Runs cells as ipykernel does, and hands outputs to an `Outputs` instead of a socket."""

    displayhook_class = Type(Result)
    display_pub_class = Type(Display)
    ended = Bool(False)

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        error = {"output_type": "error", "ename": etype.__name__, "evalue": _text(evalue), "traceback": stb}
        self.display_pub.outputs.rich(json_clean(error))
        self._last_traceback = stb

    def enable_gui(self, gui: Any = None) -> None:
        """There is no window to draw in."""
        if gui not in (None, "inline"):
            raise UsageError(f"{gui}: no graphical interface can be had here; use %matplotlib inline")

    def ask_exit(self) -> None:
        """`quit()` ends the notebook, as it ends a kernel."""
        self.ended = True


# The class name is how rich, tqdm and others know that they write to a notebook.
Shell.__name__ = Shell.__qualname__ = "ZMQInteractiveShell"


def make_shell() -> Shell:
    """Make the shell of this process, with an empty namespace and no history on disk."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryAccessor.enabled = False
    shell = Shell.instance(config=config, compiler_class=XCachingCompiler)
    activate_matplotlib(INLINE)
    configure_inline_support(shell, INLINE)
    builtins.input = _no_input
    getpass.getpass = _no_input
    return shell


def connect(shell: Shell, outputs: Outputs) -> None:
    """Send what the shell displays to `outputs`."""
    shell.displayhook.outputs = outputs
    shell.display_pub.outputs = outputs


def _no_input(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise StdinNotImplementedError(_NO_INPUT)


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as broken:  # an exception class of the student's own may fail here
        return f"<{type(error).__name__} without text: {type(broken).__name__}>"


def line_in_cell(error: BaseException | None) -> int:
    """The last line of the cell that an exception passed through, from 1; 0 if none."""
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    line = 0
    trace: TracebackType | None = error.__traceback__ if error else None
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__") == "__main__" and "ipykernel_" in trace.tb_frame.f_code.co_filename:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
